//! What many have said of somebody, so that nobody is recognised by it.

use std::collections::{BTreeMap, BTreeSet};

use office_core::Ratio;

use super::{ReviewAnswer, ReviewAnswers};
use crate::{ReviewCycle, ReviewKind};

/// What peers, and those who report to somebody, have said of them in a round.
///
/// Of each question, what each group said is shown from the threshold of the round on, and what all groups said together
/// where those that are withheld are nobody or, between them, as many as the threshold: otherwise what is withheld would be
/// all less what is shown. Which group is shown depends on its own answers alone, never on who reads.
///
/// What cannot be helped: where all of a group gave the same rating, each of them did; and words may be known by how somebody
/// writes.
///
/// # Example
/// ```
/// use std::collections::BTreeMap;
/// use office_core::{Entity, Ratio};
/// use office_hr::{
///     AnswerKind, Feedback, OpenReviewCycle, ReviewAnswer, ReviewAnswers, ReviewCycle, ReviewCycleFact, ReviewForm, ReviewKind,
///     ReviewQuestion, Shown,
/// };
///
/// let question = ReviewQuestion { text: "Is it good to work with them?".into(), answer: AnswerKind::Rated { highest: 5 }, required: true };
/// let form = ReviewForm { class: "feedback".parse()?, questions: BTreeMap::from([("work".to_owned(), question)]) };
/// let (due, on) = ("2026-11-30".parse()?, "2026-11-01".parse()?);
/// let forms = BTreeMap::from([(ReviewKind::Peer, form.clone()), (ReviewKind::Upward, form)]);
/// let open = OpenReviewCycle { name: "2026".into(), forms, due, threshold: 3, on };
/// let cycle = ReviewCycle::open(&ReviewCycleFact::Opened(Box::new(open))).ok_or("a first fact")?;
///
/// let said = |kind, rating| (kind, ReviewAnswers(BTreeMap::from([("work".to_owned(), ReviewAnswer::Rating(rating))])));
/// let mut answers: Vec<_> = [4, 5, 5].map(|rating| said(ReviewKind::Peer, rating)).into();
/// answers.push(said(ReviewKind::Upward, 1));
/// let feedback = Feedback::of(&cycle, &answers);
/// let question = &feedback.questions["work"];
/// assert!(matches!(&question.by_kind[&ReviewKind::Peer], Shown::Ratings { mean, .. } if *mean == Ratio::new(14, 3)?));
/// // One answer is not shown, and neither are all four, from which it would follow.
/// assert_eq!(question.by_kind[&ReviewKind::Upward], Shown::Withheld);
/// assert_eq!(question.together, Shown::Withheld);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feedback {
    /// By the key of each question of a form for peers, or for those who report to somebody.
    pub questions: BTreeMap<String, QuestionFeedback>,
}

/// What many have said to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionFeedback {
    /// What each group said in whose form the question is.
    pub by_kind: BTreeMap<ReviewKind, Shown>,
    /// What all of them said.
    pub together: Shown,
}

/// What is shown of some answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Nothing, not even how many there are.
    Withheld,
    /// How often each rating was given, and the mean.
    Ratings {
        /// How many gave each.
        each: BTreeMap<u8, usize>,
        /// Their exact mean.
        mean: Ratio,
    },
    /// What was written, in alphabetical order.
    Texts(Vec<String>),
}

impl Feedback {
    /// What is shown of answers in a round, each with the kind of review it comes from; those of other kinds than
    /// [anonymous](ReviewKind::is_anonymous) ones are left out.
    #[must_use]
    pub fn of(cycle: &ReviewCycle, answers: &[(ReviewKind, ReviewAnswers)]) -> Self {
        let threshold = usize::try_from(cycle.opened().threshold).unwrap_or(usize::MAX);
        let mut asked: BTreeMap<&String, BTreeMap<ReviewKind, Vec<&ReviewAnswer>>> = BTreeMap::new();
        for (kind, form) in cycle.opened().forms.iter().filter(|(kind, _)| kind.is_anonymous()) {
            for key in form.questions.keys() {
                let said = answers.iter().filter(|(of, _)| of == kind).filter_map(|(_, said)| said.0.get(key));
                asked.entry(key).or_default().insert(*kind, said.collect());
            }
        }
        let shown = |(key, groups): (&String, BTreeMap<ReviewKind, Vec<&ReviewAnswer>>)| {
            let enough = |count: usize| count >= threshold;
            let withheld = groups.values().map(Vec::len).filter(|count| !enough(*count));
            let rest = withheld.fold(0_usize, usize::saturating_add);
            let all: Vec<&ReviewAnswer> = groups.values().flatten().copied().collect();
            let safe = enough(all.len()) && (rest == 0 || enough(rest));
            let show = |said: &[&ReviewAnswer], may: bool| if may { Shown::of(said) } else { Shown::Withheld };
            let together = show(&all, safe);
            let by_kind = groups.iter().map(|(kind, said)| (*kind, show(said, enough(said.len())))).collect();
            (key.clone(), QuestionFeedback { by_kind, together })
        };
        Self { questions: asked.into_iter().map(shown).collect() }
    }

    /// What of it somebody sees who may read some kinds alone: those, and all together where they may read all of a
    /// question.
    #[must_use]
    pub fn seen(mut self, kinds: &BTreeSet<ReviewKind>) -> Self {
        for question in self.questions.values_mut() {
            if !question.by_kind.keys().all(|kind| kinds.contains(kind)) {
                question.together = Shown::Withheld;
            }
            for (kind, shown) in &mut question.by_kind {
                if !kinds.contains(kind) {
                    *shown = Shown::Withheld;
                }
            }
        }
        self
    }
}

impl Shown {
    /// All of some answers, in an order that tells nothing of who gave them.
    fn of(said: &[&ReviewAnswer]) -> Self {
        let (mut each, mut texts, mut sum, mut count) = (BTreeMap::new(), Vec::new(), 0_i128, 0_i128);
        for answer in said {
            match answer {
                ReviewAnswer::Rating(rating) => {
                    let times: &mut usize = each.entry(*rating).or_default();
                    *times = times.saturating_add(1);
                    sum = sum.saturating_add(i128::from(*rating));
                    count = count.saturating_add(1);
                }
                ReviewAnswer::Text(text) => texts.push(text.clone()),
            }
        }
        texts.sort_unstable();
        match Ratio::new(sum, count) {
            Ok(mean) => Self::Ratings { each, mean },
            Err(_) => Self::Texts(texts),
        }
    }
}
