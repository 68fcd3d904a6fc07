//! Thousands of small histories of leave, each gone through in several ways: day by day, month by month, at once, and as it
//! became known.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use std::collections::BTreeMap;

    use chrono::{Datelike, Days, NaiveDate};
    use office_core::{DateRange, Ratio};
    use office_hr::{
        AccrualLevel, AccrualPeriod, AccrualPlan, AnnualDay, Basis, Checkpoint, Checkpoints, CreditAt, CreditRounding,
        Crediting, DayOrder, DrawOrder, LeaveCause, LeaveGrant, LeaveHistory, LeavePlan, LeaveRounding, LeaveTaken,
        LeaveTerms, Ledger, LedgerLine, LotKind, Opening, PostedLedger, ServiceLength, Tenure,
    };
    use proptest::prelude::*;
    use proptest::sample::select;

    /// From November over the end of a year and the lapse of what was carried.
    const SPAN: u64 = 150;

    fn day(offset: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, 11, 10).unwrap() + Days::new(offset)
    }

    fn halves(halves: i128) -> Ratio {
        Ratio::new(halves, 2).unwrap()
    }

    /// Something that becomes known.
    #[derive(Clone, Debug)]
    enum News {
        Leave(LeaveTaken),
        Grant(LeaveGrant),
        Week(NaiveDate, Ratio),
    }

    impl News {
        /// The first day of which it says anything: of weeks the first of the leave year, whose worth they change.
        fn from(&self) -> NaiveDate {
            match self {
                Self::Leave(leave) => leave.on,
                Self::Grant(grant) => grant.valid.start(),
                Self::Week(from, _) => AnnualDay::NEW_YEAR.in_year(from.year()).unwrap(),
            }
        }
    }

    /// What is known of somebody.
    #[derive(Clone, Debug)]
    struct Known {
        plan: LeavePlan,
        tenure: Tenure,
        opening: Opening,
        taken: Vec<LeaveTaken>,
        grants: Vec<LeaveGrant>,
    }

    impl Known {
        fn history(&self) -> LeaveHistory<'_> {
            let history = LeaveHistory::new(&self.plan, &self.tenure, self.opening, &self.taken);
            LeaveHistory { grants: &self.grants, ..history }
        }

        fn ledger(&self) -> Ledger {
            Ledger::of(&self.history(), day(SPAN)).unwrap()
        }

        fn learn(&mut self, news: &News) {
            match news {
                News::Leave(leave) => self.taken.push(*leave),
                News::Grant(grant) => self.grants.push(grant.clone()),
                News::Week(from, days) => self.tenure = self.tenure.clone().changed(*from, *days).unwrap(),
            }
        }

        /// Its lines and where it stands in the end, going on by so many days each time.
        fn step_by_step(&self, step: usize) -> (Vec<LedgerLine>, Checkpoint) {
            let history = self.history();
            let mut lines = Ledger::of(&history, day(0)).unwrap().lines().to_vec();
            let mut at = Checkpoint::of(&history, day(0)).unwrap();
            for on in (1..SPAN).step_by(step).chain([SPAN]) {
                let (more, next) = at.advance(&history, day(on)).unwrap();
                lines.extend(more);
                at = next;
            }
            (lines, at)
        }
    }

    fn rounding() -> impl Strategy<Value = LeaveRounding> {
        select(LeaveRounding::ALL.to_vec())
    }

    fn most() -> impl Strategy<Value = Option<Ratio>> {
        prop::option::of((0_i128..12).prop_map(halves))
    }

    /// So many days a year.
    fn annual() -> impl Strategy<Value = LeaveTerms> {
        let basis = select(vec![Basis::twelfths(), Basis::Days]);
        let last_day = prop::option::of(select(vec!["01-31", "02-29"]));
        (0_i64..40, basis, rounding(), most(), last_day, any::<bool>()).prop_map(
            |(days, basis, rounding, most, last_day, monthly)| {
                let crediting = if monthly { Crediting::EachMonth } else { Crediting::InAdvance };
                let terms = LeaveTerms::new(Ratio::from_integer(days), Ratio::from_integer(5))
                    .with_part_years(basis, rounding)
                    .with_carry_over(most, last_day.map(|day| day.parse().unwrap()));
                LeaveTerms { crediting, ..terms }
            },
        )
    }

    /// Two levels, with ceilings or without.
    fn accruing() -> impl Strategy<Value = LeaveTerms> {
        let period = select(vec![
            AccrualPeriod::Month(1),
            AccrualPeriod::Month(31),
            AccrualPeriod::Weeks { weeks: 2, from: day(3) },
        ]);
        let level = (0_i128..8, period, most(), most(), most());
        let level = level.prop_map(|(rate, period, most_balance, most_a_year, most_carried)| {
            let level = AccrualLevel::new(ServiceLength::Days(0), halves(rate), period);
            AccrualLevel { most_balance, most_a_year, most_carried, ..level }
        });
        (prop::array::uniform2(level), 1_u32..100, rounding(), any::<bool>(), any::<bool>()).prop_map(
            |([first, second], after, rounding, start, credit_first)| {
                let second = AccrualLevel { after: ServiceLength::Days(after), ..second };
                LeaveTerms::accruing(AccrualPlan {
                    credit: if start { CreditAt::Start } else { CreditAt::End },
                    rounding: CreditRounding::Sum(rounding),
                    order: if credit_first { DayOrder::CreditFirst } else { DayOrder::LeaveFirst },
                    ..AccrualPlan::of_levels([first, second])
                })
            },
        )
    }

    /// Somebody of whom nothing but the terms is known, and what becomes known then.
    fn case() -> impl Strategy<Value = (Known, Vec<News>)> {
        use DrawOrder::{CarriedFirst, EndingFirst, GrantedFirst, OldestFirst};

        let order = select(vec![CarriedFirst, GrantedFirst, EndingFirst, OldestFirst]);
        let terms = prop_oneof![annual(), accruing()];
        let leave = (0..SPAN, 1_i128..5).prop_map(|(on, days)| {
            News::Leave(LeaveTaken { on: day(on), days: halves(days), cause: LeaveCause::Earlier })
        });
        let grant = (0..SPAN, 1..SPAN, 1_i128..5).prop_map(|(from, length, days)| {
            let valid = DateRange::new(day(from), day(from + length)).unwrap();
            News::Grant(LeaveGrant { valid, days: halves(days), kind: LotKind::Extra, note: "for a move".into() })
        });
        let week = (0..SPAN, 0_i128..15).prop_map(|(from, days)| News::Week(day(from), halves(days)));
        let news = prop::collection::vec(prop_oneof![4 => leave, 1 => grant, 1 => week], 0..7);
        (terms, order, 0_u64..40, prop::option::of(41..SPAN), 0_i128..8, news).prop_map(
            |(terms, order, start, end, carried, news)| {
                let mut plan = LeavePlan::new("LP", AnnualDay::NEW_YEAR, "none");
                plan.publish(day(0), LeaveTerms { order, ..terms }).unwrap();
                let term = DateRange::new(day(start), end.map(day)).unwrap();
                let tenure = Tenure::new(term, Ratio::from_integer(5)).unwrap();
                let opening = Opening { on: day(0), carried_in: halves(carried) };
                (Known { plan, tenure, opening, taken: Vec::new(), grants: Vec::new() }, news)
            },
        )
    }

    /// The lines that were posted and not taken back, in any order.
    fn standing(posted: &PostedLedger) -> BTreeMap<LedgerLine, i32> {
        let mut standing = BTreeMap::new();
        for posting in posted.postings() {
            match posting.reverses {
                None => *standing.entry(posting.line.clone()).or_default() += 1,
                Some(place) => *standing.get_mut(&posted.postings()[place].line).unwrap() -= 1,
            }
        }
        standing.retain(|_, count| *count != 0);
        standing
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn laws_3_and_33_however_often_it_is_gone_through_it_comes_to_the_same((mut known, news) in case()) {
            for news in &news {
                known.learn(news);
            }
            let whole = known.ledger();
            prop_assert_eq!(&known.ledger(), &whole);
            let end = Checkpoint::of(&known.history(), day(SPAN)).unwrap();
            for step in [1, 30] {
                let (lines, at) = known.step_by_step(step);
                prop_assert_eq!(&lines[..], whole.lines());
                prop_assert_eq!(&at, &end);
            }
        }

        #[test]
        fn laws_2_3_and_34_what_becomes_known_late_in_any_order_is_as_if_known_before((known, news) in case(), turn in 0_usize..7) {
            let mut other = news.clone();
            other.reverse();
            other.rotate_left(turn.min(news.len()));
            let mut all = known.clone();
            for news in &news {
                all.learn(news);
            }
            let whole = all.ledger();
            for order in [&news, &other] {
                // A week that is named twice for one day is as it was named last.
                let weeks = order.iter().filter(|news| matches!(news, News::Week(..))).count();
                if weeks > 1 {
                    continue;
                }
                let (mut known, mut posted, mut checkpoints) = (known.clone(), PostedLedger::default(), Checkpoints::default());
                for (time, news) in (0..).zip(order.iter()) {
                    posted.post(&known.ledger(), day(time));
                    checkpoints.keep(&known.history(), day(60)).unwrap();
                    let before = posted.postings().to_vec();
                    known.learn(news);
                    checkpoints.learned(news.from().max(known.tenure.term().start()));
                    posted.post(&known.ledger(), day(time));
                    prop_assert!(posted.postings().starts_with(&before));
                }
                posted.post(&known.ledger(), day(SPAN));
                let mut lines = BTreeMap::new();
                for line in whole.lines() {
                    *lines.entry(line.clone()).or_default() += 1;
                }
                prop_assert_eq!(standing(&posted), lines);
                let balance = checkpoints.balance(&known.history(), day(SPAN)).unwrap();
                prop_assert_eq!(balance, whole.balance(day(SPAN)).unwrap());
                // The same again, from nothing: each posting has the same place.
                prop_assert_eq!(posted.post(&whole, day(SPAN)), 0);
            }
        }
    }
}
