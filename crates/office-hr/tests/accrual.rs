//! The laws of the accrual engine, by the numbers that its documentation gives them.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use chrono::{Days, NaiveDate};
    use office_core::{DateRange, Ratio};
    use office_hr::{
        AnnualDay, Basis, Begun, Checkpoint, Checkpoints, Crediting, DrawOrder, LeaveCause, LeaveHistory, LeavePlan,
        LeaveRounding, LeaveTaken, LeaveTerms, Ledger, LedgerLine, LineReason, LotKind, Opening, PartYear, Tenure,
    };
    use proptest::prelude::*;
    use proptest::sample::select;

    const SPAN: u64 = 1500;

    fn day(offset: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2023, 1, 1).unwrap() + Days::new(offset)
    }

    fn halves(halves: i128) -> Ratio {
        Ratio::new(halves, 2).unwrap()
    }

    fn sum<'a>(lines: impl Iterator<Item = &'a LedgerLine>) -> Ratio {
        lines.fold(Ratio::ZERO, |sum, line| sum.checked_add(line.days).unwrap())
    }

    #[derive(Clone, Debug)]
    struct Case {
        plan: LeavePlan,
        tenure: Tenure,
        opening: Opening,
        taken: Vec<LeaveTaken>,
    }

    impl Case {
        fn ledger(&self, as_of: NaiveDate) -> Ledger {
            let Self { plan, tenure, opening, taken } = self;
            Ledger::of(&LeaveHistory::new(plan, tenure, *opening, taken), as_of).unwrap()
        }
    }

    fn rounding() -> impl Strategy<Value = LeaveRounding> {
        select(LeaveRounding::ALL.to_vec())
    }

    fn part_year() -> impl Strategy<Value = PartYear> {
        let basis = select(vec![Basis::Twelfths(Begun::Dropped), Basis::Twelfths(Begun::Counted), Basis::Days]);
        (basis, rounding()).prop_map(|(basis, rounding)| PartYear { basis, rounding })
    }

    fn terms() -> impl Strategy<Value = LeaveTerms> {
        let carry = (prop::option::of(0_i128..20), prop::option::of(select(vec!["03-31", "06-30", "12-31", "02-29"])));
        let order = select(vec![
            DrawOrder::CarriedFirst,
            DrawOrder::GrantedFirst,
            DrawOrder::EndingFirst,
            DrawOrder::OldestFirst,
        ]);
        let crediting = select(vec![Crediting::InAdvance, Crediting::EachMonth]);
        let years = (rounding(), part_year(), part_year());
        (0_i64..40, prop::option::of(10_i64..30), carry, order, crediting, years).prop_map(
            |(days, most, carry, order, crediting, (whole_year, joining, leaving))| {
                let last_day = carry.1.map(|text| text.parse().unwrap());
                let terms = LeaveTerms::new(Ratio::from_integer(days), Ratio::from_integer(5))
                    .with_carry_over(carry.0.map(halves), last_day);
                let most_days = most.map(Ratio::from_integer);
                LeaveTerms { most_days, whole_year, joining, leaving, order, crediting, ..terms }
            },
        )
    }

    fn case() -> impl Strategy<Value = Case> {
        let starts = select(vec!["01-01", "04-01", "10-04", "02-29", "01-31"]);
        let plan = (starts, terms(), prop::option::of((1..SPAN, terms()))).prop_map(|(starts, first, second)| {
            let mut plan = LeavePlan::new("LP", starts.parse::<AnnualDay>().unwrap(), "none");
            plan.publish(day(100), first).unwrap();
            if let Some((since, terms)) = second {
                plan.publish(day(100 + since), terms).unwrap();
            }
            plan
        });
        let tenure = (0..SPAN, prop::option::of(1..SPAN), prop::collection::vec((0..SPAN, 0_i128..15), 1..4)).prop_map(
            |(start, length, weeks)| {
                let term = DateRange::new(day(start), length.map(|length| day(start + length))).unwrap();
                let first = Tenure::new(term, Ratio::from_integer(5)).unwrap();
                weeks.into_iter().fold(first, |tenure, (from, week)| tenure.changed(day(from), halves(week)).unwrap())
            },
        );
        let taken = prop::collection::vec((0..SPAN, 0_i128..7), 0..40);
        (plan, tenure, 0_u64..400, 0_i128..20, taken).prop_map(|(plan, tenure, opened, carried, taken)| {
            let opening = Opening { on: day(opened), carried_in: halves(carried) };
            let taken = taken.into_iter().map(|(on, days)| LeaveTaken {
                on: day(on.max(opened)),
                days: halves(days),
                cause: LeaveCause::Earlier,
            });
            Case { plan, tenure, opening, taken: taken.collect() }
        })
    }

    fn is_credit(line: &LedgerLine) -> bool {
        matches!(line.reason, LineReason::Granted { .. } | LineReason::Earned { .. })
    }

    proptest! {
        #[test]
        fn law_1_a_balance_is_the_sum_of_its_lines_and_of_its_lots(case in case(), on in 0..SPAN) {
            let ledger = case.ledger(day(SPAN));
            let balance = ledger.balance(day(on)).unwrap();
            prop_assert_eq!(balance, sum(ledger.lines().iter().filter(|line| line.on <= day(on))));
            let lots = ledger.lots(day(on)).unwrap();
            prop_assert_eq!(balance, lots.iter().fold(Ratio::ZERO, |sum, (_, left)| sum.checked_add(*left).unwrap()));
        }

        #[test]
        fn law_4_the_as_of_day_only_cuts(case in case(), on in 0..SPAN) {
            let whole = case.ledger(day(SPAN));
            let cut: Vec<_> = whole.lines().iter().filter(|line| line.on <= day(on)).cloned().collect();
            let ledger = case.ledger(day(on));
            prop_assert_eq!(ledger.lines(), cut.as_slice());
        }

        #[test]
        fn law_5_the_order_of_learning_changes_nothing(case in case(), at in any::<prop::sample::Index>()) {
            let mut other = case.clone();
            if !other.taken.is_empty() {
                let middle = at.index(other.taken.len());
                other.taken.rotate_left(middle);
                other.taken.reverse();
            }
            prop_assert_eq!(case.ledger(day(SPAN)), other.ledger(day(SPAN)));
        }

        #[test]
        fn law_6_saying_the_same_again_changes_no_credit(case in case(), from in 0..SPAN, since in 0..SPAN) {
            let mut other = case.clone();
            if let Some(week) = case.tenure.days_per_week(day(from)) {
                other.tenure = other.tenure.changed(day(from), week).unwrap();
            }
            prop_assert_eq!(&case.ledger(day(SPAN)), &other.ledger(day(SPAN)));
            let in_force = other.plan.in_force(day(since)).map(|(_, terms)| terms.clone());
            if let Some(terms) = in_force {
                other.plan.publish(day(since), terms).unwrap();
            }
            let days = |case: &Case| -> Vec<_> {
                let ledger = case.ledger(day(SPAN));
                ledger.lines().iter().map(|line| (line.on, line.days, line.lot)).collect()
            };
            prop_assert_eq!(days(&case), days(&other));
        }

        #[test]
        fn law_7_no_credit_outside_employment_and_terms(case in case()) {
            let term = case.tenure.term();
            let ledger = case.ledger(day(SPAN));
            for line in ledger.lines().iter().filter(|line| is_credit(line)) {
                prop_assert!(line.on >= case.opening.on);
                let parts = match &line.reason {
                    LineReason::Granted { entitlement } => entitlement.parts.as_slice(),
                    LineReason::Earned { parts, .. } => parts,
                    LineReason::CarriedIn {} | LineReason::Taken { .. } | LineReason::Lapsed {}
                    | LineReason::CarriedOver { .. } | LineReason::Lost { .. }
                    | LineReason::Accrued(_) | LineReason::Extra { .. } => &[],
                };
                for part in parts {
                    prop_assert!(term.encloses(&part.period));
                    prop_assert!(case.plan.in_force(part.period.start()).is_some());
                }
                prop_assert!(!parts.is_empty());
            }
        }

        #[test]
        fn law_8_carried_over_and_lost_are_what_was_left(case in case()) {
            let ledger = case.ledger(day(SPAN));
            let ends: std::collections::BTreeSet<_> = ledger.lines().iter()
                .filter(|line| matches!(line.reason, LineReason::CarriedOver { .. } | LineReason::Lost { .. }))
                .map(|line| line.on).collect();
            for end in ends {
                let eve = end - Days::new(1);
                let before = ledger.balance(eve).unwrap();
                let of_day = || ledger.lines().iter().filter(|line| line.on == end);
                let lapsed = sum(of_day().filter(|line| line.reason == LineReason::Lapsed {}));
                let left = before.checked_add(lapsed).unwrap();
                let lost = sum(of_day().filter(|line| matches!(line.reason, LineReason::Lost { .. }))).negated();
                let moved = |line: &&LedgerLine| matches!(line.reason, LineReason::CarriedOver { .. });
                let over = sum(of_day().filter(moved).filter(|line| line.lot.valid.contains(end)));
                prop_assert_eq!(over.checked_add(lost).unwrap(), left);
                prop_assert_eq!(sum(of_day().filter(moved)), Ratio::ZERO);
                for line in of_day() {
                    if let LineReason::CarriedOver { most: Some(most) } = &line.reason {
                        prop_assert!(over <= *most);
                    }
                }
            }
        }

        #[test]
        fn law_9_what_lapses_is_what_was_carried_less_what_was_used(case in case()) {
            let ledger = case.ledger(day(SPAN));
            let lapses: Vec<_> =
                ledger.lines().iter().enumerate().filter(|(_, line)| line.reason == LineReason::Lapsed {}).collect();
            for (place, lapse) in &lapses {
                prop_assert!(lapse.days.is_negative());
                prop_assert_eq!(lapse.lot.kind, LotKind::Carried);
                prop_assert_eq!(lapses.iter().filter(|(_, other)| other.lot == lapse.lot).count(), 1);
                let before = ledger.lines().iter().take(*place).filter(|line| line.lot == lapse.lot);
                prop_assert_eq!(sum(before), lapse.days.negated());
            }
        }

        #[test]
        fn law_10_leave_draws_in_order_and_in_time(case in case()) {
            let ledger = case.ledger(day(SPAN));
            for (place, line) in ledger.lines().iter().enumerate() {
                if !matches!(line.reason, LineReason::Taken { .. }) {
                    continue;
                }
                prop_assert!(line.lot.valid.contains(line.on) || line.on <= case.tenure.term().start());
                let governing = case.plan.governing(case.plan.year_with(line.on).unwrap());
                let Some((_, terms)) = governing else { continue };
                let second = match terms.order {
                    DrawOrder::GrantedFirst => LotKind::Carried,
                    // Both begin with the year, and carried days never end later.
                    DrawOrder::CarriedFirst | DrawOrder::EndingFirst | DrawOrder::OldestFirst => LotKind::Granted,
                };
                if line.lot.kind == second {
                    // What comes first is used up by then.
                    let first = |other: &&LedgerLine| {
                        other.lot.kind != second && other.lot.valid.contains(line.on)
                    };
                    prop_assert!(!sum(ledger.lines().iter().take(place).filter(first)).is_positive());
                }
            }
        }

        #[test]
        fn law_11_a_forecast_is_the_balance_of_the_day(case in case(), on in 0..SPAN) {
            let forecast = case.ledger(day(SPAN)).balance(day(on)).unwrap();
            prop_assert_eq!(forecast, case.ledger(day(on)).balance(day(on)).unwrap());
        }

        #[test]
        fn law_12_credits_add_up_to_the_entitlement(case in case(), on in 0..SPAN) {
            let year = case.plan.year_with(day(on)).unwrap();
            let entitled = case.plan.entitlement(&case.tenure, day(on)).unwrap();
            let ledger = case.ledger(day(SPAN + 800));
            let credits = ledger.lines().iter().filter(|line| is_credit(line) && line.lot.valid == year);
            let opened = case.opening.on.max(case.tenure.term().start());
            if year.end().is_some_and(|end| end > opened) {
                prop_assert_eq!(sum(credits), entitled.map_or(Ratio::ZERO, |entitled| entitled.days));
            }
        }

        #[test]
        fn law_13_leave_costs_the_sum_of_its_days(case in case()) {
            let ledger = case.ledger(day(SPAN));
            let costs = sum(ledger.lines().iter().filter(|line| matches!(line.reason, LineReason::Taken { .. })));
            let opened = case.opening.on.max(case.tenure.term().start());
            let asked = case.taken.iter().fold(Ratio::ZERO, |sum, leave| sum.checked_add(leave.days).unwrap());
            if opened <= day(SPAN) {
                prop_assert_eq!(costs.negated(), asked);
            }
            // The same leave in halves.
            let mut split = case.clone();
            let half = |leave: &LeaveTaken| LeaveTaken { days: leave.days.checked_div(halves(4)).unwrap(), ..*leave };
            split.taken = case.taken.iter().flat_map(|leave| [half(leave), half(leave)]).collect();
            prop_assert_eq!(split.ledger(day(SPAN)).balance(day(SPAN)), ledger.balance(day(SPAN)));
        }

        #[test]
        fn law_14_however_often_it_goes_on_the_lines_are_the_same(
            case in case(),
            steps in prop::collection::vec(0_u64..150, 1..20),
        ) {
            let Case { plan, tenure, opening, taken } = &case;
            let history = LeaveHistory::new(plan, tenure, *opening, taken);
            let (mut on, mut at) = (0, Checkpoint::of(&history, day(0)).unwrap());
            let mut lines = case.ledger(day(0)).lines().to_vec();
            for step in steps {
                on += step;
                let (more, next) = at.advance(&history, day(on)).unwrap();
                lines.extend(more);
                at = next;
            }
            let whole = case.ledger(day(on));
            prop_assert_eq!(whole.lines(), &lines[..]);
            prop_assert_eq!(at.balance(&history, day(on + 30)).unwrap(), case.ledger(day(on + 30)).balance(day(on + 30)).unwrap());
        }

        #[test]
        fn law_15_what_becomes_known_late_is_as_if_known_before(case in case(), keep in prop::collection::vec(0..SPAN, 1..8)) {
            let Case { plan, tenure, opening, taken } = &case;
            let mut checkpoints = Checkpoints::default();
            let mut known = Vec::new();
            for (leave, on) in taken.iter().zip(keep.iter().copied().cycle()) {
                checkpoints.keep(&LeaveHistory::new(plan, tenure, *opening, &known), day(on)).unwrap();
                known.push(*leave);
                checkpoints.learned(leave.on.max(tenure.term().start()));
                let history = LeaveHistory::new(plan, tenure, *opening, &known);
                let whole = Ledger::of(&history, day(SPAN)).unwrap().balance(day(SPAN));
                prop_assert_eq!(checkpoints.balance(&history, day(SPAN)).unwrap(), whole.unwrap());
            }
        }

        #[test]
        fn a_statement_adds_up(case in case(), from in 0..SPAN, length in 1..SPAN) {
            let ledger = case.ledger(day(SPAN));
            let statement = ledger.statement(DateRange::new(day(from), day(from + length)).unwrap()).unwrap();
            let moved = [statement.carried, statement.credited, statement.taken, statement.paid_out, statement.lost];
            let closing = moved.into_iter().fold(statement.opening, |sum, days| sum.checked_add(days).unwrap());
            prop_assert_eq!(closing, statement.closing);
        }

        /// Laws 14 and 16: what earns leave are days of employment and of the year, each once; none, no leave.
        #[test]
        fn an_entitlement_is_earned_by_days_of_employment_each_once(case in case(), on in 0..SPAN) {
            let year = case.plan.year_with(day(on)).unwrap();
            let employed = year.intersection(&case.tenure.term());
            let Some(found) = case.plan.entitlement(&case.tenure, day(on)).unwrap() else {
                let governed = employed.is_some_and(|employed| case.plan.governing(employed).is_some());
                prop_assert!(!governed, "{employed:?} earns nothing");
                return Ok(());
            };
            let employed = employed.expect("nobody is employed, and leave is earned");
            let mut exact = Ratio::ZERO;
            for (at, part) in found.parts.iter().enumerate() {
                prop_assert!(employed.encloses(&part.period), "{part:?} is not within {employed}");
                for other in found.parts.iter().skip(at + 1) {
                    prop_assert!(!part.period.overlaps(&other.period), "{part:?} and {other:?}");
                }
                exact = exact.checked_add(part.rate.checked_mul(part.fraction).unwrap()).unwrap();
            }
            prop_assert_eq!((found.year, found.exact), (year, exact));
            prop_assert!(!found.exact.is_zero() || found.days.is_zero());
        }

        #[test]
        fn plans_read_back_the_same(case in case()) {
            let text = serde_json::to_string(&case.plan).unwrap();
            prop_assert_eq!(serde_json::from_str::<LeavePlan>(&text).unwrap(), case.plan);
        }
    }
}
