//! What many have said of somebody, so that nobody is recognised by it.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use std::collections::{BTreeMap, BTreeSet};

    use office_core::{Entity, Ratio};
    use office_hr::{
        AnswerKind, Feedback, OpenReviewCycle, ReviewAnswer, ReviewAnswers, ReviewCycle, ReviewCycleFact, ReviewForm,
        ReviewKind, ReviewQuestion, Shown,
    };
    use proptest::prelude::*;

    const BOTH: [ReviewKind; 2] = [ReviewKind::Peer, ReviewKind::Upward];

    fn form(keys: &[&str]) -> ReviewForm {
        let question = |key: &&str| {
            let answer = if *key == "words" { AnswerKind::Free } else { AnswerKind::Rated { highest: 5 } };
            ((*key).to_owned(), ReviewQuestion { text: "How is it?".into(), answer, required: false })
        };
        ReviewForm { class: "feedback".parse().unwrap(), questions: keys.iter().map(question).collect() }
    }

    /// Peers are asked one question more than those who report.
    fn cycle(threshold: u32) -> ReviewCycle {
        let forms = BTreeMap::from([
            (ReviewKind::Own, form(&["work", "words"])),
            (ReviewKind::Peer, form(&["work", "words", "help"])),
            (ReviewKind::Upward, form(&["work", "words"])),
        ]);
        let (due, on) = ("2026-11-30".parse().unwrap(), "2026-11-01".parse().unwrap());
        let open = OpenReviewCycle { name: "2026".into(), forms, due, threshold, on };
        ReviewCycle::open(&ReviewCycleFact::Opened(Box::new(open))).unwrap()
    }

    type Said = Vec<(ReviewKind, ReviewAnswers)>;

    /// Some give no answer to some questions; no two write the same.
    fn said() -> impl Strategy<Value = Said> {
        let one = (any::<bool>(), prop::option::weighted(0.8, 1_u8..=5), any::<bool>(), prop::option::of(1_u8..=5));
        prop::collection::vec(one, 0..12).prop_map(|people| {
            let answers = |(number, (peer, work, writes, help)): (usize, (bool, Option<u8>, bool, Option<u8>))| {
                let kind = if peer { ReviewKind::Peer } else { ReviewKind::Upward };
                let words = writes.then(|| ReviewAnswer::Text(format!("words of {number}")));
                let help = help.filter(|_| peer).map(ReviewAnswer::Rating);
                let all = [("work", work.map(ReviewAnswer::Rating)), ("words", words), ("help", help)];
                let given = all.into_iter().filter_map(|(key, answer)| Some((key.to_owned(), answer?)));
                (kind, ReviewAnswers(given.collect()))
            };
            people.into_iter().enumerate().map(answers).collect()
        })
    }

    /// Two who answered a question, each with the other's answer.
    fn swapped(said: &Said, key: &str, (one, other): (usize, usize)) -> Said {
        let mut swapped = said.clone();
        swapped[one].1.0.insert(key.to_owned(), said[other].1.0[key].clone());
        swapped[other].1.0.insert(key.to_owned(), said[one].1.0[key].clone());
        swapped
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        /// Law 57, by what whoever reads cannot tell apart: each answer that matters could be that of as many as the
        /// threshold, all that is shown being the same.
        #[test]
        fn nobody_is_told_apart_from_fewer_than_the_threshold(said in said(), threshold in 3_u32..5) {
            let cycle = cycle(threshold);
            let shown = Feedback::of(&cycle, &said);
            for key in ["work", "words", "help"] {
                let who: Vec<usize> = (0..said.len()).filter(|who| said[*who].1.0.contains_key(key)).collect();
                for one in &who {
                    let mut other_words = said.clone();
                    let other = match &said[*one].1.0[key] {
                        ReviewAnswer::Rating(rating) => ReviewAnswer::Rating(rating % 5 + 1),
                        ReviewAnswer::Text(_) => ReviewAnswer::Text("something else".into()),
                    };
                    other_words[*one].1.0.insert(key.to_owned(), other);
                    let matters = Feedback::of(&cycle, &other_words) != shown;
                    let alike = who.iter().filter(|other| Feedback::of(&cycle, &swapped(&said, key, (*one, **other))) == shown);
                    prop_assert!(!matters || alike.count() >= usize::try_from(threshold).unwrap(), "{} of {}: {:?}", key, one, shown);
                }
            }
        }

        /// Law 57 on: what can be shown is shown, as it was said.
        #[test]
        fn a_group_of_the_threshold_is_shown_as_it_was_said(said in said(), threshold in 3_u32..5) {
            let cycle = cycle(threshold);
            let feedback = Feedback::of(&cycle, &said);
            for (key, question) in &feedback.questions {
                let of = |kind: ReviewKind| -> Vec<ReviewAnswer> {
                    let given = said.iter().filter(|(of, _)| *of == kind);
                    given.filter_map(|(_, answers)| answers.0.get(key).cloned()).collect()
                };
                for (kind, shown) in &question.by_kind {
                    let given = of(*kind);
                    prop_assert_eq!(*shown == Shown::Withheld, given.len() < usize::try_from(threshold).unwrap());
                    match shown {
                        Shown::Withheld => {}
                        Shown::Texts(texts) => {
                            let mut plain: Vec<_> = given.into_iter().map(|said| match said { ReviewAnswer::Text(text) => text, ReviewAnswer::Rating(_) => String::new() }).collect();
                            plain.sort();
                            prop_assert_eq!(texts, &plain);
                        }
                        Shown::Ratings { each, mean } => {
                            prop_assert_eq!(each.values().sum::<usize>(), given.len());
                            let sum: i64 = each.iter().map(|(rating, times)| i64::from(*rating) * i64::try_from(*times).unwrap()).sum();
                            prop_assert_eq!(*mean, Ratio::new(sum.into(), given.len().try_into().unwrap()).unwrap());
                        }
                    }
                }
            }
        }

        /// Law 58: who may read less sees no more.
        #[test]
        fn fewer_kinds_never_show_more(said in said(), less in 0_usize..4, more in 0_usize..4) {
            let kinds = |mask: usize| -> BTreeSet<ReviewKind> { (0..2).filter(|bit| mask & (1 << bit) != 0).map(|bit| BOTH[bit]).collect() };
            let feedback = Feedback::of(&cycle(3), &said);
            let (less, more) = (feedback.clone().seen(&kinds(less & more)), feedback.seen(&kinds(more)));
            for (key, question) in &less.questions {
                let all = &more.questions[key];
                let pairs = question.by_kind.iter().map(|(kind, shown)| (shown, &all.by_kind[kind]));
                for (one, other) in pairs.chain([(&question.together, &all.together)]) {
                    prop_assert!(*one == Shown::Withheld || one == other);
                }
            }
        }
    }
}
