//! Budgets, forecasts and petty cash through the public API: their laws as properties.
#![expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]

use chrono::{DateTime, NaiveDate};
use office_core::subject::ProjectId;
use office_core::{
    Actor, Command, Currency, Decimal, Decision, Entity, Id, MemoryStore, Money, Office, Percent, Rounding,
};
use office_core::{Role, StoreError, wait};
use office_finance::{
    BudgetFact, BudgetLine, BudgetPlan, BudgetRevision, BudgetVariance, CarryForwardRule, EntryId, Forecast,
    ForecastMethod, FundsCheck, NewBudgetTransfer, ReserveError, Spending,
};
use proptest::prelude::*;

type Failure = Box<dyn std::error::Error>;

fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

fn line(minor: i64) -> Result<BudgetLine, Failure> {
    let plan = BudgetPlan::even(Id::natural("cost_centre", "CC-200"), "6845".parse()?, 2026, euro(minor))?;
    Ok(BudgetLine::open(&BudgetLine::plan(plan)?).ok_or("a first fact")?)
}

#[derive(Clone, Debug)]
enum Step {
    Reserve(u8, i64),
    Commit(u8, i64, Option<u8>),
    Spend(u8, i64, Option<u8>),
    Release(u8),
    Cancel(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0..6_u8, -10..5_000_i64).prop_map(|(id, amount)| Step::Reserve(id, amount)),
        (0..6_u8, -10..5_000_i64, prop::option::of(0..6_u8)).prop_map(|(id, amount, of)| Step::Commit(id, amount, of)),
        (0..9_u8, -500..5_000_i64, prop::option::of(0..6_u8)).prop_map(|(id, amount, of)| Step::Spend(id, amount, of)),
        (0..6_u8).prop_map(Step::Release),
        (0..6_u8).prop_map(Step::Cancel),
    ];
    prop::collection::vec(step, 0..30)
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 10, 14).unwrap_or_default()
}

fn decide(line: &BudgetLine, step: &Step) -> Option<BudgetFact> {
    let requisition = |id: u8| Id::natural("requisition", &id.to_string());
    let order = |id: u8| Id::natural("order", &id.to_string());
    let decision = match step {
        Step::Reserve(id, amount) => line.reserve(requisition(*id), euro(*amount)).ok(),
        Step::Commit(id, amount, of) => line.commit(order(*id), euro(*amount), of.map(requisition)).ok(),
        Step::Spend(id, amount, of) => {
            let spending = Spending { amount: euro(*amount), on: day() };
            line.spend(EntryId::natural("entry", &id.to_string()), spending, of.map(order)).ok()
        }
        Step::Release(id) => Some(line.release_reservation(requisition(*id))),
        Step::Cancel(id) => Some(line.release_commitment(order(*id))),
    };
    decision.and_then(Decision::fact)
}

proptest! {
    /// Law 1 of budgets; and no step but spending takes what is not there.
    #[test]
    fn available_is_the_plan_less_what_is_taken(year in 0..20_000_i64, steps in steps()) {
        let mut line = line(year).unwrap();
        for step in &steps {
            let before = line.available().unwrap();
            let Some(fact) = decide(&line, step) else { continue };
            line.apply(&fact);
            let parts = [line.reserved().unwrap(), line.committed().unwrap(), line.actual().unwrap()];
            let after = line.available().unwrap();
            prop_assert_eq!(after.minor() + parts.iter().map(|part| part.minor()).sum::<i128>(), i128::from(year));
            prop_assert!(!line.reserved().unwrap().is_negative() && !line.committed().unwrap().is_negative());
            match step {
                Step::Reserve(..) => prop_assert!(!after.is_negative()),
                // An order takes at most what it exceeds its reservation by, and that has to be there.
                Step::Commit(..) => prop_assert!(after <= before && (after == before || !after.is_negative())),
                Step::Spend(..) => {}
                Step::Release(_) | Step::Cancel(_) => prop_assert!(after > before),
            }
        }
    }

    /// Law 2 of budgets.
    #[test]
    fn one_purchase_is_counted_once(year in 1..20_000_i64, share in 1..100_i64) {
        let amount = euro((year * share / 100).max(1));
        let (requisition, order) = (Id::natural("requisition", "1"), Id::natural("order", "1"));
        let mut line = line(year).unwrap();
        line.apply(&line.reserve(requisition, amount).unwrap().fact().unwrap());
        let left = line.available().unwrap();
        prop_assert_eq!(left.checked_add(amount).unwrap(), euro(year));
        line.apply(&line.commit(order, amount, Some(requisition)).unwrap().fact().unwrap());
        prop_assert_eq!(line.available().unwrap(), left);
        let spending = Spending { amount, on: day() };
        line.apply(&line.spend(EntryId::natural("entry", "1"), spending, Some(order)).unwrap().fact().unwrap());
        prop_assert_eq!(line.available().unwrap(), left);
        prop_assert_eq!(line.actual().unwrap(), amount);
    }

    /// Law 3 of budgets.
    #[test]
    fn giving_up_restores(year in 2..20_000_i64, first in 1..10_000_i64, second in 1..10_000_i64) {
        let (requisition, order) = (Id::natural("requisition", "1"), Id::natural("order", "1"));
        let mut line = line(year + first + second).unwrap();
        let before = line.available().unwrap();
        line.apply(&line.reserve(requisition, euro(first)).unwrap().fact().unwrap());
        line.apply(&line.commit(order, euro(second), Some(requisition)).unwrap().fact().unwrap());
        for given_up in [line.release_reservation(requisition), line.release_commitment(order)] {
            if let Some(fact) = given_up.fact() {
                line.apply(&fact);
            }
        }
        prop_assert_eq!(line.available().unwrap(), before);
    }

    /// Law 4 of budgets.
    #[test]
    fn the_months_add_up_to_the_year(year in -1_000_000..1_000_000_i64, weights in prop::array::uniform12(1..100_i64)) {
        let weights = weights.map(Decimal::from);
        let centre = Id::natural("cost_centre", "CC-200");
        let plan = BudgetPlan::spread(centre, "6845".parse().unwrap(), 2026, euro(year), weights).unwrap();
        prop_assert_eq!(plan.total().unwrap(), euro(year));
        let report = BudgetVariance::of(&plan.months, &plan.months).unwrap();
        prop_assert_eq!(report.to_date.actual, euro(year));
        prop_assert!(report.to_date.left.is_zero());
    }

    /// Law 1 of forecasts.
    #[test]
    fn a_forecast_adds_up(
        over in prop::collection::vec(0..100_000_i64, 1..=12), profile in prop::array::uniform12(1..100_000_i64),
    ) {
        let over: Vec<Money> = over.into_iter().map(euro).collect();
        let seasonal = ForecastMethod::Seasonal { profile: Box::new(profile.map(euro)) };
        for method in [ForecastMethod::RunRate, seasonal] {
            let forecast = Forecast::of(&over, method, Rounding::HalfEven).unwrap();
            prop_assert_eq!(Money::sum(forecast.months, Currency::EUR).unwrap(), forecast.total);
            prop_assert!(forecast.months.starts_with(&over));
            // Law 3: nothing is left to come after twelve months.
            prop_assert!(over.len() < 12 || forecast.to_come.is_zero());
        }
    }

    /// Law 2 of forecasts.
    #[test]
    fn what_never_changes_goes_on(month in 0..100_000_i64, over in 1..=12_usize) {
        let (history, even) = (vec![euro(month); over], Box::new([euro(7_00); 12]));
        for method in [ForecastMethod::RunRate, ForecastMethod::Seasonal { profile: even.clone() }] {
            let forecast = Forecast::of(&history, method, Rounding::HalfUp).unwrap();
            prop_assert_eq!(forecast.months, [euro(month); 12]);
        }
        // A history in the proportions of its profile gives the profile.
        let profile = [1_i64, 5, 3, 8, 2, 9, 4, 4, 7, 1, 6, 2].map(|weight| euro(weight * (month + 1)));
        let method = ForecastMethod::Seasonal { profile: Box::new(profile) };
        let so_far: Vec<Money> = profile.iter().take(over).copied().collect();
        prop_assert_eq!(Forecast::of(&so_far, method, Rounding::HalfUp).unwrap().months, profile);
    }
}

#[test]
fn two_who_reserve_the_last_of_it_do_not_both_get_it() {
    let office = Office::on(MemoryStore::new());
    let id = BudgetLine::id_of(Id::natural("cost_centre", "CC-300"), &"6845".parse().unwrap(), 2026);
    let command = |key: &str| {
        let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("assistant"));
        Command::new(key, "reserve", clerk, DateTime::from_timestamp(1_791_000_000, 0).unwrap()).unwrap()
    };
    let plan = line(85_000).unwrap().planned().clone();
    let planned = BudgetLine::plan(plan).unwrap();
    wait(office.transact(&command("plan"), |tx| {
        let planned = planned.clone();
        async move { tx.create(id, planned).await }
    }))
    .map_err(|error: StoreError| error)
    .unwrap();
    let reserve = |key: &str| {
        wait(office.transact(&command(key), |tx| async move {
            let line: BudgetLine = tx.load(id).await?;
            let wanted = Id::natural("requisition", tx.command().key().as_str());
            let refused = |error: ReserveError| StoreError::rejected(error.to_string());
            tx.decide(id, line.reserve(wanted, euro(70_000)).map_err(refused)?).await
        }))
    };
    assert!(reserve("RQ-06").is_ok());
    let refused = reserve("RQ-08").unwrap_err();
    assert!(refused.to_string().contains("700.00 EUR is over budget: 150.00 EUR is left"), "{refused}");
}

fn months(strategy: std::ops::Range<i64>) -> impl Strategy<Value = [i64; 12]> {
    prop::array::uniform12(strategy)
}

proptest! {
    /// Law 23: a version says what it said, whatever comes after; a transfer moves and makes nothing.
    #[test]
    fn versions_are_kept_and_transfers_conserve(
        plans in prop::collection::vec(months(0..5_000), 1..5), given in months(0..900), spent in 0..30_000_i64,
    ) {
        let mut from = line(60_000).unwrap();
        let mut to = to_line().unwrap();
        let mut said = vec![from.planned().clone()];
        for plan in &plans {
            let revision = revision(from.version(), plan.map(euro));
            let Ok(Decision::Record(fact)) = from.revise(&revision) else { continue };
            from.apply(&fact);
            prop_assert_eq!(from.revise(&revision), Ok(Decision::AlreadyRecorded));
            said.push(from.planned().clone());
        }
        let spending = Spending { amount: euro(spent), on: day() };
        from.apply(&from.spend(EntryId::natural("entry", "1"), spending, None).unwrap().fact().unwrap());
        let transfer = transfer(&from, &to, given.map(euro));
        let before = [from.planned().total().unwrap(), to.planned().total().unwrap()];
        if let Ok(amount) = transfer.check(&from, &to) {
            prop_assert_eq!(amount.minor(), i128::from(given.iter().sum::<i64>()));
            prop_assert!(!from.available().unwrap().checked_sub(amount).unwrap().is_negative());
        } else {
            let none = given.iter().all(|month| *month == 0);
            let beyond = given.iter().zip(from.planned().months).any(|(wanted, month)| euro(*wanted) > month);
            let over = from.available().unwrap() < euro(given.iter().sum());
            prop_assert!(none || beyond || over);
        }
        for (version, plan) in (1..).zip(&said) {
            prop_assert_eq!(from.plan_at(version), Some(plan.clone()));
        }
        to.apply(&to.revise(&revision(1, [euro(7); 12])).unwrap().fact().unwrap());
        prop_assert_eq!(to.plan_at(1).unwrap().total().unwrap(), before[1]);
    }

    /// Law 23: what is carried out of a year is carried into the next, once, and was there.
    #[test]
    fn what_is_carried_arrives(
        plan in months(-100..5_000), spent in 0..60_000_i64, late in 0..5_000_i64, share in 0..=100_i32,
        most in prop::option::of(0..20_000_i64),
    ) {
        let mut old = line(60_000).unwrap();
        if let Ok(Decision::Record(fact)) = old.revise(&revision(1, plan.map(euro))) {
            old.apply(&fact);
        }
        let mut new = next_year().unwrap();
        let spending = Spending { amount: euro(spent), on: day() };
        old.apply(&old.spend(EntryId::natural("entry", "1"), spending, None).unwrap().fact().unwrap());
        let rule = CarryForwardRule { share: Percent::whole(share), most: most.map(euro) };
        let on = NaiveDate::from_ymd_opt(2027, 1, 4).unwrap();
        let both = |old: &BudgetLine, new: &BudgetLine| {
            Money::sum([old.planned().total().unwrap(), new.planned().total().unwrap()], Currency::EUR).unwrap()
        };
        let (total, left) = (both(&old, &new), old.available().unwrap());
        if let Some([out, into]) = old.carry_forward(&new, rule, on).unwrap() {
            old.apply(&out);
            new.apply(&into);
            let carried = left.checked_sub(old.available().unwrap()).unwrap();
            prop_assert!(carried.is_positive() && !old.available().unwrap().is_negative());
            prop_assert!(most.is_none_or(|most| carried <= euro(most)));
            prop_assert!(carried.minor() * 100 <= left.minor() * i128::from(share));
            prop_assert_eq!(new.available().unwrap(), euro(1_200).checked_add(carried).unwrap());
        } else {
            prop_assert!(!left.is_positive() || left.minor() * i128::from(share) < 100 || most == Some(0));
        }
        prop_assert_eq!(both(&old, &new), total);
        prop_assert_eq!(old.carry_forward(&new, rule, on).unwrap(), None);
        // What comes free afterwards is carried as well, within the same share of all there was.
        let freed = Spending { amount: euro(-late), on: day() };
        old.apply(&old.spend(EntryId::natural("entry", "2"), freed, None).unwrap().fact().unwrap());
        if let Some([out, into]) = old.carry_forward(&new, rule, on).unwrap() {
            old.apply(&out);
            new.apply(&into);
        }
        let carried = new.available().unwrap().checked_sub(euro(1_200)).unwrap();
        prop_assert!(carried.is_zero() || carried.minor() * 100 <= (left.minor() + i128::from(late)) * i128::from(share));
    }

    /// Law 22: the check says what reserving and committing then do.
    #[test]
    fn what_is_checked_is_what_is_done(year in 0..20_000_i64, steps in steps(), wanted in 1..9_000_i64, fulfils in 0..6_u8) {
        let mut line = line(year).unwrap();
        for step in &steps {
            if let Some(fact) = decide(&line, step) {
                line.apply(&fact);
            }
        }
        let (wanted, new) = (euro(wanted), Id::natural("order", "another"));
        let check = line.check_funds(wanted, None).unwrap();
        prop_assert_eq!(check.enough, line.reserve(Id::natural("requisition", "another"), wanted).is_ok());
        prop_assert_eq!(check.available, line.available().unwrap());
        let text = serde_json::to_string(&check).unwrap();
        prop_assert_eq!(serde_json::from_str::<FundsCheck>(&text).unwrap(), check);
        let fulfils = Id::natural("requisition", &fulfils.to_string());
        let check = line.check_funds(wanted, Some(fulfils)).unwrap();
        // An order takes over no more of a reservation than it is worth.
        let takes = line.commit(new, wanted, Some(fulfils));
        prop_assert!(check.enough || takes.is_err());
        if let Ok(Decision::Record(fact)) = takes {
            line.apply(&fact);
            prop_assert!(!line.available().unwrap().is_negative() || check.available.is_negative());
        }
    }

    /// The parts of an explanation make what is left.
    #[test]
    fn an_explanation_adds_up(year in 0..20_000_i64, steps in steps(), plan in months(0..900), over in 0..=12_usize, largest in 0..5_usize) {
        let mut line = line(year).unwrap();
        if let Ok(Decision::Record(fact)) = line.revise(&revision(1, plan.map(euro))) {
            line.apply(&fact);
        }
        for step in &steps {
            if let Some(fact) = decide(&line, step) {
                line.apply(&fact);
            }
        }
        let why = line.explain_variance(over, largest).unwrap();
        let changed = why.changes.iter().flat_map(|change| change.months.iter().take(over)).map(|month| month.minor());
        let spent = why.largest.iter().map(|(_, spending)| spending.amount.minor()).sum::<i128>() + why.others.minor();
        prop_assert_eq!(why.variance.to_date.left.minor(), why.planned_first.minor() + changed.sum::<i128>() - spent);
        prop_assert!(why.largest.len() <= largest && (why.other_entries == 0 || why.largest.len() == largest));
        prop_assert!(why.largest.is_sorted_by(|one, other| one.1.amount >= other.1.amount));
    }

    /// Law 4 of forecasts.
    #[test]
    fn a_forecast_lies_in_its_band_and_grows_with_its_history(
        over in prop::collection::vec(0..100_000_i64, 1..=12), profile in months(1..100_000), open in 0..500_000_i64,
        times in 1..50_i64,
    ) {
        let seasonal = ForecastMethod::Seasonal { profile: Box::new(profile.map(euro)) };
        let history: Vec<Money> = over.iter().copied().map(euro).collect();
        let grown: Vec<Money> = over.iter().map(|month| euro(month * times)).collect();
        for method in [ForecastMethod::RunRate, seasonal] {
            let forecast = Forecast::of(&history, method.clone(), Rounding::HalfUp).unwrap();
            prop_assert!(forecast.low <= forecast.total && forecast.total <= forecast.high);
            let more = Forecast::of(&grown, method, Rounding::HalfUp).unwrap();
            let off = more.to_come.minor() - forecast.to_come.minor() * i128::from(times);
            prop_assert!(off.abs() * 2 <= i128::from(times) + 1);
        }
        let rate = Forecast::of(&history, ForecastMethod::RunRate, Rounding::HalfUp).unwrap();
        let ordered = Forecast::of(&history, ForecastMethod::OnOrder { open: euro(open) }, Rounding::HalfUp).unwrap();
        let least = if over.len() == 12 { euro(0) } else { euro(open) };
        prop_assert_eq!(ordered.to_come, if rate.to_come < least { least } else { rate.to_come });
        prop_assert_eq!(Money::sum(ordered.months, Currency::EUR).unwrap(), ordered.total);
        prop_assert!(ordered.low <= ordered.total && ordered.total <= ordered.high);
    }
}

fn revision(version: u32, months: [Money; 12]) -> BudgetRevision {
    BudgetRevision { version, months, by: Id::natural("person", "E-002"), why: "less work".into(), on: day() }
}

fn to_line() -> Result<BudgetLine, Failure> {
    let project: ProjectId = Id::natural("project", "P-1");
    let plan = line(1_200)?.planned().clone().borne_by(project);
    Ok(BudgetLine::open(&BudgetLine::plan(plan)?).ok_or("a first fact")?)
}

fn next_year() -> Result<BudgetLine, Failure> {
    let plan = BudgetPlan::even(Id::natural("cost_centre", "CC-200"), "6845".parse()?, 2027, euro(1_200))?;
    Ok(BudgetLine::open(&BudgetLine::plan(plan)?).ok_or("a first fact")?)
}

fn transfer(from: &BudgetLine, to: &BudgetLine, months: [Money; 12]) -> NewBudgetTransfer {
    NewBudgetTransfer {
        id: Id::natural("budget_transfer", "T-1"),
        from: from.planned().id(),
        to: to.planned().id(),
        months,
        requester: Id::natural("person", "E-004"),
        scope: office_core::Scope::anywhere(),
        reason: "chairs instead".into(),
        on: day(),
    }
}
