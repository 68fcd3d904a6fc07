//! The laws of accrual in periods and of checkpoints, by the numbers that the engine's documentation gives them.

use chrono::{Days, NaiveDate};
use office_core::{DateRange, Ratio};
use office_hr::{
    AccrualLevel, AccrualPeriod, AccrualPlan, AccrualRate, AccrualYear, AnnualDay, Checkpoint, Checkpoints, CreditAt,
    CreditRounding, DayOrder, DrawOrder, EarnedBy, LeaveCause, LeaveGrant, LeaveHistory, LeavePlan, LeaveRounding,
    LeaveTaken, LeaveTerms, Ledger, LedgerLine, LineReason, LotKind, Opening, ServiceLength, Tenure, WorkRecord,
    WorkTime, WorkedDay,
};
use proptest::prelude::*;
use proptest::sample::select;

const SPAN: u64 = 900;

fn day(offset: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2023, 1, 1).unwrap() + Days::new(offset)
}

fn halves(halves: i128) -> Ratio {
    Ratio::new(halves, 2).unwrap()
}

fn sum<'a>(lines: impl IntoIterator<Item = &'a LedgerLine>) -> Ratio {
    lines.into_iter().fold(Ratio::ZERO, |sum, line| sum.checked_add(line.days).unwrap())
}

#[derive(Clone, Debug)]
struct Case {
    plan: LeavePlan,
    tenure: Tenure,
    opening: Opening,
    taken: Vec<LeaveTaken>,
    grants: Vec<LeaveGrant>,
    work: WorkRecord,
}

impl Case {
    fn history(&self) -> LeaveHistory<'_> {
        let history = LeaveHistory::new(&self.plan, &self.tenure, self.opening, &self.taken);
        LeaveHistory { grants: &self.grants, work: Some(&self.work), ..history }
    }

    fn ledger(&self, as_of: u64) -> Ledger {
        Ledger::of(&self.history(), day(as_of)).unwrap()
    }
}

fn period() -> impl Strategy<Value = AccrualPeriod> {
    let year = |days: &[&str]| AccrualPeriod::Year(days.iter().map(|day| day.parse().unwrap()).collect());
    let weeks = |weeks| AccrualPeriod::Weeks { weeks, from: day(3) };
    let month = AccrualPeriod::Month;
    select(vec![weeks(1), weeks(2), month(1), month(15), month(31), year(&["01-01"]), year(&["02-17", "10-29"])])
}

fn most() -> impl Strategy<Value = Option<Ratio>> {
    prop::option::of((0_i128..40).prop_map(halves))
}

fn levels(limits: bool) -> impl Strategy<Value = Vec<AccrualLevel>> {
    let carried_for = prop::option::of(select(vec![ServiceLength::Months(3), ServiceLength::Days(100)]));
    let level = (0_i128..12, period(), most(), most(), most(), carried_for);
    (0_u32..60, prop::collection::vec((level, 1_u32..400), 1..4)).prop_map(move |(first, levels)| {
        let mut after = first;
        let level = |((rate, period, most_balance, most_a_year, most_carried, carried_for), length)| {
            let level = AccrualLevel::new(ServiceLength::Days(after), halves(rate), period);
            after += length;
            if limits { AccrualLevel { most_balance, most_a_year, most_carried, carried_for, ..level } } else { level }
        };
        levels.into_iter().map(level).collect()
    })
}

fn plan(limits: bool) -> impl Strategy<Value = AccrualPlan> {
    // Without limits nothing is rounded either, so that credits can be compared.
    let rounding = if limits { LeaveRounding::ALL.to_vec() } else { vec![LeaveRounding::Exact] };
    let rounding = select(rounding).prop_map(CreditRounding::Sum);
    (
        levels(limits),
        select(vec![CreditAt::Start, CreditAt::End]),
        select(vec![EarnedBy::Calendar, EarnedBy::Planned, EarnedBy::Worked]),
        select(vec![AccrualYear::Plan, AccrualYear::Anniversary]),
        select(vec![DayOrder::LeaveFirst, DayOrder::CreditFirst]),
        rounding,
    )
        .prop_map(|(levels, credit, earned_by, year, order, rounding)| AccrualPlan {
            credit,
            earned_by,
            year,
            rounding,
            order,
            levels,
        })
}

fn case(limits: bool) -> impl Strategy<Value = Case> {
    use DrawOrder::{CarriedFirst, EndingFirst, GrantedFirst, OldestFirst};

    let order = select(vec![CarriedFirst, GrantedFirst, EndingFirst, OldestFirst]);
    let starts = select(vec!["01-01", "06-05", "02-29"]);
    let plan = (plan(limits), prop::option::of((1..SPAN, plan(limits))), order, starts).prop_map(
        |(first, second, order, starts)| {
            let terms = |accrual| LeaveTerms { order, ..LeaveTerms::accruing(accrual) };
            let mut plan = LeavePlan::new("LP", starts.parse().unwrap(), "none");
            plan.publish(day(0), terms(first)).unwrap();
            if let Some((since, accrual)) = second {
                plan.publish(day(since), terms(accrual)).unwrap();
            }
            plan
        },
    );
    let tenure = (0_u64..300, prop::option::of(1..SPAN)).prop_map(|(start, length)| {
        let term = DateRange::new(day(start), length.map(|length| day(start + length))).unwrap();
        Tenure::new(term, Ratio::from_integer(5)).unwrap()
    });
    let taken = prop::collection::vec((0..SPAN, 0_i128..7), 0..25);
    let grants = prop::collection::vec((0..SPAN, 1..SPAN, 0_i128..7), 0..4);
    let work = prop::collection::vec((0..SPAN, 0_i32..9, 0_i32..9), 0..60);
    (plan, tenure, 0_u64..400, 0_i128..20, taken, grants, work).prop_map(
        |(plan, tenure, opened, carried, taken, grants, work)| {
            let leave = |(on, days): (u64, i128)| LeaveTaken {
                on: day(on.max(opened)),
                days: halves(days),
                cause: LeaveCause::Earlier,
            };
            let grant = |(from, length, days): (u64, u64, i128)| LeaveGrant {
                valid: DateRange::new(day(from), day(from + length)).unwrap(),
                days: halves(days),
                kind: LotKind::Extra,
                note: "for a move".into(),
            };
            let mut record = WorkRecord::default();
            for (on, planned, worked) in work {
                record.set(day(on), WorkedDay { planned: WorkTime::hours(planned), worked: WorkTime::hours(worked) });
            }
            let opening = Opening { on: day(opened), carried_in: halves(carried) };
            let (taken, grants) = (taken.into_iter().map(leave).collect(), grants.into_iter().map(grant).collect());
            Case { plan, tenure, opening, taken, grants, work: record }
        },
    )
}

fn is_credit(line: &LedgerLine) -> bool {
    matches!(line.reason, LineReason::Accrued(_))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn law_1_a_balance_is_the_sum_of_its_lines_and_of_its_lots(case in case(true), on in 0..SPAN) {
        let ledger = case.ledger(SPAN);
        let lots = ledger.lots(day(on)).unwrap();
        let lots = lots.iter().fold(Ratio::ZERO, |sum, (_, left)| sum.checked_add(*left).unwrap());
        prop_assert_eq!(ledger.balance(day(on)).unwrap(), lots);
        prop_assert_eq!(case.ledger(on).balance(day(on)), ledger.balance(day(on)));
    }

    #[test]
    fn law_10_leave_draws_on_lots_within_their_time(case in case(true)) {
        for line in case.ledger(SPAN).lines() {
            let overdrawn = line.lot.kind == LotKind::Granted;
            if matches!(line.reason, LineReason::Taken { .. }) && !overdrawn {
                prop_assert!(line.lot.valid.contains(line.on), "{line:?}");
            }
        }
    }

    #[test]
    fn law_14_however_often_it_goes_on_the_lines_are_the_same(
        case in case(true),
        first in 0..SPAN,
        steps in prop::collection::vec(0_u64..90, 1..40),
    ) {
        let history = case.history();
        let mut at = Checkpoint::of(&history, day(first)).unwrap();
        let mut lines = Ledger::of(&history, day(first)).unwrap().lines().to_vec();
        let mut on = first;
        for step in steps {
            on += step;
            let (more, next) = at.advance(&history, day(on)).unwrap();
            lines.extend(more);
            at = next;
        }
        let whole = Ledger::of(&history, day(on)).unwrap();
        prop_assert_eq!(whole.lines(), &lines[..]);
        prop_assert_eq!(at.balance(&history, day(on + 40)).unwrap(), case.ledger(on + 40).balance(day(on + 40)).unwrap());
        // Stored and read again it goes on the same.
        let read: Checkpoint = serde_json::from_str(&serde_json::to_string(&at).unwrap()).unwrap();
        prop_assert_eq!(read, at);
    }

    #[test]
    fn law_15_what_becomes_known_late_is_as_if_known_before(case in case(true), keep in prop::collection::vec(0..SPAN, 1..8)) {
        let mut known = Case { taken: Vec::new(), ..case.clone() };
        let mut checkpoints = Checkpoints::default();
        for (leave, on) in case.taken.iter().zip(keep.iter().cycle()) {
            checkpoints.keep(&known.history(), day(*on)).unwrap();
            known.taken.push(*leave);
            checkpoints.learned(leave.on.max(case.tenure.term().start()));
            prop_assert_eq!(checkpoints.balance(&known.history(), day(SPAN)).unwrap(), known.ledger(SPAN).balance(day(SPAN)).unwrap());
        }
        known.taken.reverse();
        prop_assert_eq!(known.ledger(SPAN), case.ledger(SPAN));
    }

    #[test]
    fn law_16_a_period_that_is_cut_earns_the_same(case in case(false), cut in 1..SPAN) {
        // The same terms again from a day on, told apart by a level that is never reached.
        let mut again = case.clone();
        let (_, terms) = case.plan.in_force(day(cut)).unwrap();
        let mut accrual = terms.accrual.clone().unwrap();
        accrual.levels.push(AccrualLevel::new(ServiceLength::Months(1200), Ratio::ZERO, AccrualPeriod::Day));
        if again.plan.publish(day(cut), LeaveTerms { accrual: Some(accrual), ..terms.clone() }).is_err() {
            return Ok(());
        }
        let credits = |case: &Case| sum(case.ledger(SPAN + 400).lines().iter().filter(|line| is_credit(line)));
        let term = case.tenure.term();
        if case.opening.on <= term.start() && term.end().is_some() {
            prop_assert_eq!(credits(&case), credits(&again));
        }
    }

    #[test]
    fn law_17_no_credit_exceeds_a_ceiling(case in case(true)) {
        let ledger = case.ledger(SPAN);
        for (place, line) in ledger.lines().iter().enumerate() {
            let LineReason::Accrued(accrued) = line.reason else { continue };
            let (_, terms) = case.plan.in_force(accrued.terms_since).unwrap();
            let level = &terms.accrual.as_ref().unwrap().levels[usize::try_from(accrued.level).unwrap()];
            if let Some(most) = level.most_balance {
                prop_assert!(sum(&ledger.lines()[..=place]) <= most, "{line:?}");
            }
            prop_assert!(!line.days.is_negative() && !accrued.cut.is_negative());
            if let Some(most) = level.most_a_year {
                let year = |other: &&LedgerLine| is_credit(other) && other.lot == line.lot;
                prop_assert!(sum(ledger.lines()[..=place].iter().filter(year)) <= most, "{line:?}");
            }
        }
    }

    #[test]
    fn law_18_there_is_credit_for_employment_alone(case in case(true)) {
        let term = case.tenure.term();
        let ledger = case.ledger(SPAN);
        for line in ledger.lines().iter().filter(|line| is_credit(line)) {
            prop_assert!(term.contains(line.on), "{line:?}");
            let LineReason::Accrued(accrued) = line.reason else { continue };
            prop_assert!(term.encloses(&accrued.period), "{line:?}");
        }
        // Without work there is none, where it is by work.
        let idle = Case { work: WorkRecord::default(), ..case.clone() };
        for line in idle.ledger(SPAN).lines().iter().filter(|line| is_credit(line)) {
            let (_, terms) = case.plan.in_force(line.on).unwrap();
            let LineReason::Accrued(accrued) = line.reason else { continue };
            let (_, earlier) = case.plan.in_force(accrued.terms_since).unwrap();
            let by_days = [terms, earlier].map(|terms| terms.accrual.as_ref().unwrap().earned_by);
            prop_assert!(by_days.contains(&EarnedBy::Calendar), "{line:?}");
        }
    }

    #[test]
    fn law_19_twice_the_rate_is_twice_the_credit(case in case(false)) {
        let times = |factor: i64| {
            let mut plan = LeavePlan::new("LP", AnnualDay::NEW_YEAR, "none");
            let (_, terms) = case.plan.in_force(day(0)).unwrap();
            let mut accrual = terms.accrual.clone().unwrap();
            for level in &mut accrual.levels {
                let AccrualRate::Period(rate) = level.rate else { continue };
                level.rate = AccrualRate::Period(rate.checked_mul(Ratio::from_integer(factor)).unwrap());
            }
            plan.publish(day(0), LeaveTerms::accruing(accrual)).unwrap();
            sum(Case { plan, ..case.clone() }.ledger(SPAN).lines().iter().filter(|line| is_credit(line)))
        };
        prop_assert_eq!(times(0), Ratio::ZERO);
        prop_assert_eq!(times(2), times(1).checked_mul(Ratio::from_integer(2)).unwrap());
    }

    #[test]
    fn plans_read_back_the_same(case in case(true)) {
        let text = serde_json::to_string(&case.plan).unwrap();
        prop_assert_eq!(serde_json::from_str::<LeavePlan>(&text).unwrap(), case.plan);
    }
}
