//! The laws of polls, numbered as in the crate's documentation.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of votes")]
mod law {
    use std::collections::{BTreeMap, BTreeSet};

    use office_core::subject::PersonId;
    use office_scheduling::{Ballots, DateAnswer, Poll, PollError};
    use proptest::collection::{btree_map, btree_set, vec};
    use proptest::prelude::*;

    const OPTIONS: [u8; 4] = [0, 1, 2, 3];

    fn person(number: u8) -> PersonId {
        PersonId::natural("person", &number.to_string())
    }

    fn ballots<B: Clone>(cast: &[(u8, B)]) -> Ballots<B> {
        let mut ballots = Ballots::of((0..9).map(person));
        for (voter, ballot) in cast {
            ballots.cast(person(*voter), ballot.clone()).unwrap();
        }
        ballots
    }

    /// Ballots of some voters, best first, some of the options left out.
    fn ranked() -> impl Strategy<Value = Vec<(u8, Vec<u8>)>> {
        let ballot = (Just(OPTIONS.to_vec()).prop_shuffle(), 0_usize..5).prop_map(|(mut all, length)| {
            all.truncate(length);
            all
        });
        vec((0_u8..9, ballot), 0..14)
    }

    /// The last ballot of each voter, as somebody with paper and pencil keeps them.
    fn last<B: Clone>(cast: &[(u8, B)]) -> Vec<B> {
        cast.iter().cloned().collect::<BTreeMap<u8, B>>().into_values().collect()
    }

    fn prefers(ballot: &[u8], one: u8, other: u8) -> bool {
        let place = |option| ballot.iter().position(|named| *named == option).unwrap_or(9);
        place(one) < place(other)
    }

    /// The strength of the strongest chain of victories, by trying all chains.
    fn chain(cast: &[Vec<u8>], from: u8, to: u8, seen: &[u8]) -> usize {
        let pro = |one, other| cast.iter().filter(|ballot| prefers(ballot, one, other)).count();
        let won = |one, other| if pro(one, other) > pro(other, one) { pro(one, other) } else { 0 };
        let through = OPTIONS.iter().filter(|next| !seen.contains(next) && **next != from && **next != to);
        let chains = through.map(|next| won(from, *next).min(chain(cast, *next, to, &[seen, &[from]].concat())));
        chains.max().unwrap_or(0).max(won(from, to))
    }

    /// Who wins when the weakest goes, then the next.
    fn runoff(cast: &[Vec<u8>], left: &[u8]) -> Option<u8> {
        let first = |ballot: &Vec<u8>| ballot.iter().copied().find(|option| left.contains(option));
        let votes = |option: u8| cast.iter().filter(|ballot| first(ballot) == Some(option)).count();
        let all: usize = left.iter().map(|option| votes(*option)).sum();
        let best = left.iter().copied().find(|option| votes(*option) * 2 > all);
        let weakest = left.iter().copied().rev().min_by_key(|option| votes(*option))?;
        let rest: Vec<u8> = left.iter().copied().filter(|option| *option != weakest).collect();
        if all == 0 { None } else { best.or_else(|| runoff(cast, &rest)) }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        /// Laws 50 to 52 for ballots that rank.
        #[test]
        fn ranked_ballots_are_counted(cast in ranked(), raise in any::<prop::sample::Index>()) {
            let poll = Poll::new(OPTIONS).unwrap();
            let (counted, papers) = (ballots(&cast), last(&cast));
            prop_assert_eq!(counted.turnout(), papers.len());
            // Each voter's last ballot alone, the voters the other way round.
            let mut kept: Vec<(u8, Vec<u8>)> = cast.iter().cloned().collect::<BTreeMap<_, _>>().into_iter().collect();
            kept.reverse();
            prop_assert_eq!(&ballots(&kept), &counted);

            let run = poll.instant_runoff(&counted);
            prop_assert_eq!(run.winner, runoff(&papers, &OPTIONS));
            prop_assert!(run.rounds.windows(2).all(|pair| pair[0].len() == pair[1].len() + 1));

            let order = poll.schulze(&counted);
            prop_assert_eq!(order.iter().copied().collect::<BTreeSet<u8>>(), BTreeSet::from(OPTIONS));
            for (place, one) in order.iter().enumerate() {
                for other in &order[place + 1..] {
                    let (there, back) = (chain(&papers, *one, *other, &[]), chain(&papers, *other, *one, &[]));
                    prop_assert!(there >= back, "{} before {}", one, other);
                }
            }
            // Whoever more than half have first wins by both.
            let first = |option: u8| papers.iter().filter(|ballot| ballot.first() == Some(&option)).count();
            if let Some(loved) = OPTIONS.into_iter().find(|option| first(*option) * 2 > papers.len()) {
                prop_assert_eq!((run.winner, order[0]), (Some(loved), loved));
            }
            // Ranked first by one voter more, the winner still is one.
            if !kept.is_empty() {
                let winner = order[0];
                let at = raise.index(kept.len());
                kept[at].1.retain(|option| *option != winner);
                kept[at].1.insert(0, winner);
                let papers = last(&kept);
                let beaten = OPTIONS.iter().any(|other| {
                    chain(&papers, *other, winner, &[]) > chain(&papers, winner, *other, &[])
                });
                prop_assert!(!beaten);
            }
        }

        /// Laws 50 and 51 for ballots that approve.
        #[test]
        fn approvals_are_counted(cast in vec((0_u8..9, btree_set(0_u8..5, 0..4)), 0..14)) {
            let poll = Poll::new(OPTIONS).unwrap();
            let papers = last(&cast);
            let counted = poll.approval(&ballots(&cast));
            for (option, votes) in &counted {
                prop_assert_eq!(*votes, papers.iter().filter(|ballot| ballot.contains(option)).count());
            }
            prop_assert!(counted.is_sorted_by_key(|(option, votes)| (std::cmp::Reverse(*votes), *option)));
        }

        /// Laws 50 and 51 for dates.
        #[test]
        fn dates_are_counted(cast in vec((0_u8..9, btree_map(0_u8..5, 0_u8..3, 0..5)), 0..14)) {
            let answer = |number: u8| [DateAnswer::No, DateAnswer::IfNeedBe, DateAnswer::Yes][usize::from(number)];
            let answered: Vec<(u8, BTreeMap<u8, DateAnswer>)> = cast
                .iter()
                .map(|(voter, ballot)| (*voter, ballot.iter().map(|(date, number)| (*date, answer(*number))).collect()))
                .collect();
            let papers = last(&cast);
            let counted = Poll::new(OPTIONS).unwrap().dates(&ballots(&answered));
            for (date, can, like) in &counted {
                prop_assert_eq!(*can, papers.iter().filter(|ballot| ballot.get(date).is_some_and(|one| *one > 0)).count());
                prop_assert_eq!(*like, papers.iter().filter(|ballot| ballot.get(date) == Some(&2)).count());
            }
            prop_assert!(counted.is_sorted_by_key(|(date, can, like)| (std::cmp::Reverse((*can, *like)), *date)));
        }
    }

    /// The example of M. Schulze's paper, section 3: 45 voters, five options, ranked E, A, C, B, D.
    #[test]
    fn the_example_of_schulze_is_ranked_as_published() {
        let groups = [
            (5, "ACBED"),
            (5, "ADECB"),
            (8, "BEDAC"),
            (3, "CABED"),
            (7, "CAEBD"),
            (2, "CBADE"),
            (7, "DCEBA"),
            (8, "EBADC"),
        ];
        let votes = groups.iter().flat_map(|(many, ballot)| vec![ballot.chars().collect::<Vec<char>>(); *many]);
        let mut ballots = Ballots::of((0..45).map(person));
        for (voter, ballot) in (0..).zip(votes) {
            ballots.cast(person(voter), ballot).unwrap();
        }
        let poll = Poll::new("ABCDE".chars()).unwrap();
        assert_eq!(poll.schulze(&ballots), ['E', 'A', 'C', 'B', 'D']);
        assert!(ballots.has_quorum(100));
    }

    #[test]
    fn a_poll_without_options_is_refused() {
        assert_eq!(Poll::new(Vec::<u8>::new()), Err(PollError::Options));
        assert_eq!(Poll::new(0..51), Err(PollError::Options));
        assert_eq!(Poll::new(0..50).unwrap().instant_runoff(&Ballots::of([])).winner, None);
    }
}
