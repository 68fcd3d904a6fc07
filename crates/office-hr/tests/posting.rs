//! What is posted stays, whatever becomes known later.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use std::collections::BTreeMap;

    use chrono::{Days, NaiveDate};
    use office_core::{DateRange, Ratio};
    use office_hr::{
        AnnualDay, LeaveCause, LeaveHistory, LeavePlan, LeaveTaken, LeaveTerms, Ledger, LedgerLine, Opening,
        PostedLedger, Tenure,
    };
    use proptest::prelude::*;

    fn day(offset: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(offset)
    }

    fn plan() -> LeavePlan {
        let days = Ratio::from_integer;
        let mut plan = LeavePlan::new("LP", AnnualDay::NEW_YEAR, "DE-BE");
        let terms = LeaveTerms::new(days(30), days(5)).with_carry_over(Some(days(5)), "03-31".parse().ok());
        plan.publish(day(0), terms).unwrap();
        plan
    }

    /// What is known at one time: when employment ends, and the leave.
    fn known() -> impl Strategy<Value = (Option<u64>, Vec<u64>)> {
        (prop::option::of(1_u64..700), prop::collection::vec(0_u64..700, 0..8))
    }

    fn ledger((end, taken): &(Option<u64>, Vec<u64>)) -> Ledger {
        let term = DateRange::new(day(0), end.map(day)).unwrap();
        let tenure = Tenure::new(term, Ratio::from_integer(5)).unwrap();
        let opening = Opening { on: day(0), carried_in: Ratio::from_integer(3) };
        let leave = |on: &u64| LeaveTaken { on: day(*on), days: Ratio::ONE, cause: LeaveCause::Earlier };
        let taken: Vec<_> = taken.iter().map(leave).collect();
        let plan = plan();
        Ledger::of(&LeaveHistory::new(&plan, &tenure, opening, &taken), day(700)).unwrap()
    }

    proptest! {
        #[test]
        fn laws_2_and_3_postings_stay_and_come_to_the_ledger(all in prop::collection::vec(known(), 1..6)) {
            let mut posted = PostedLedger::default();
            for (time, known) in (0..).zip(&all) {
                let before = posted.postings().to_vec();
                let ledger = ledger(known);
                posted.post(&ledger, day(time));
                // What was posted stays where it was.
                prop_assert!(posted.postings().starts_with(&before));
                // The same again posts nothing.
                prop_assert_eq!(posted.post(&ledger, day(time)), 0);
                // What stands is the ledger, line by line.
                let mut standing: BTreeMap<LedgerLine, i32> = BTreeMap::new();
                for posting in posted.postings() {
                    match posting.reverses {
                        None => *standing.entry(posting.line.clone()).or_default() += 1,
                        Some(place) => {
                            let taken_back = &posted.postings()[place].line;
                            // A line and its reversal add up to nothing.
                            prop_assert_eq!(taken_back.days.checked_add(posting.line.days), Ok(Ratio::ZERO));
                            *standing.get_mut(taken_back).unwrap() -= 1;
                        }
                    }
                }
                for line in ledger.lines() {
                    *standing.entry(line.clone()).or_default() -= 1;
                }
                prop_assert!(standing.values().all(|count| *count == 0));
            }
        }
    }
}
