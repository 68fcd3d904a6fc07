use office_core::Currency;

use super::*;

fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

fn line() -> BudgetLine {
    let centre = Id::natural("cost_centre", "CC-300");
    let plan = BudgetPlan::even(centre, "6845".parse().unwrap(), 2026, euro(100_000)).unwrap();
    BudgetLine::open(&BudgetLine::plan(plan).unwrap()).unwrap()
}

fn october() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 10, 14).unwrap()
}

#[test]
fn refuses_in_order() {
    let (requisition, order) = (Id::natural("requisition", "RQ-06"), Id::natural("order", "1"));
    let mut line = line();
    line.apply(&line.reserve(requisition, euro(30_000)).unwrap().fact().unwrap());
    assert_eq!(line.reserve(requisition, euro(30_000)), Ok(Decision::AlreadyRecorded));
    assert_eq!(line.reserve(requisition, euro(1)), Err(ReserveError::Reused { earlier: euro(30_000) }));
    let other = Id::natural("requisition", "RQ-07");
    assert!(matches!(line.reserve(other, Money::from_minor(1, Currency::USD)), Err(ReserveError::Money(_))));
    assert_eq!(line.reserve(other, euro(0)), Err(ReserveError::NotPositive { amount: euro(0) }));
    let over = ReserveError::Over { wanted: euro(70_001), available: euro(70_000) };
    assert_eq!(line.reserve(other, euro(70_001)), Err(over));
    // What the order takes over from the requisition is there for it.
    line.apply(&line.commit(order, euro(100_000), Some(requisition)).unwrap().fact().unwrap());
    assert_eq!((line.reserved(), line.committed(), line.available()), (Ok(euro(0)), Ok(euro(100_000)), Ok(euro(0))));

    let entry = EntryId::natural("entry", "1");
    let spending = Spending { amount: euro(104_000), on: october() };
    line.apply(&line.spend(entry, spending, Some(order)).unwrap().fact().unwrap());
    assert_eq!(line.available(), Ok(euro(-4_000)));
    assert_eq!(line.spend(entry, spending, Some(order)), Ok(Decision::AlreadyRecorded));
    let other = Spending { amount: euro(1), ..spending };
    assert_eq!(line.spend(entry, other, None), Err(SpendError::EntryReused { earlier: euro(104_000) }));
    let later = Spending { on: NaiveDate::from_ymd_opt(2027, 1, 1).unwrap(), ..spending };
    let refused = line.spend(EntryId::natural("entry", "2"), later, None);
    assert_eq!(refused, Err(SpendError::OtherYear { on: later.on, year: 2026 }));
    assert_eq!(line.actual_by_month().unwrap()[9], euro(104_000));
}

#[test]
fn what_is_given_up_comes_back() {
    let (requisition, order) = (Id::natural("requisition", "RQ-06"), Id::natural("order", "1"));
    let mut line = line();
    line.apply(&line.reserve(requisition, euro(30_000)).unwrap().fact().unwrap());
    line.apply(&line.commit(order, euro(20_000), Some(requisition)).unwrap().fact().unwrap());
    assert_eq!((line.reserved(), line.committed()), (Ok(euro(10_000)), Ok(euro(20_000))));
    line.apply(&line.release_reservation(requisition).fact().unwrap());
    line.apply(&line.release_commitment(order).fact().unwrap());
    assert_eq!(line.available(), Ok(euro(100_000)));
    assert_eq!(line.release_commitment(order), Decision::AlreadyRecorded);
}

#[test]
fn stored_forms() {
    let (requisition, order) = (Id::natural("requisition", "RQ-06"), Id::natural("order", "1"));
    let entry = EntryId::natural("entry", "1");
    let spending = Spending { amount: euro(40_000), on: october() };
    let reason = PlanChangeReason::Revised { by: Id::natural("person", "E-002"), why: "two more desks".to_owned() };
    let facts = [
        BudgetFact::Planned { plan: Box::new(line().plan) },
        BudgetFact::Reserved { requisition, amount: euro(50_000) },
        BudgetFact::Committed { order, amount: euro(45_000), relieves: Some((requisition, euro(45_000))) },
        BudgetFact::Spent { entry, spending, relieves: Some((order, euro(40_000))) },
        BudgetFact::ReservationReleased { requisition },
        BudgetFact::Delivered { receipt: Id::natural("receipt", "DN-1"), order, amount: euro(1_000) },
        BudgetFact::CommitmentReleased { order },
        BudgetFact::Claimed(BudgetClaims { reserved: [(requisition, euro(2_000))].into(), ..BudgetClaims::default() }),
        BudgetFact::Replanned(Box::new(PlanChange { reason, on: october(), months: [euro(1_000); 12] })),
    ];
    let state: BudgetLine = office_core::fold(&facts).unwrap();
    insta::assert_json_snapshot!((&facts, &state));
    let json = serde_json::to_string(&state).unwrap();
    assert_eq!(serde_json::from_str::<BudgetLine>(&json).unwrap(), state);
}

#[test]
fn what_is_taken_is_told_anew() {
    let (requisition, order) = (Id::natural("requisition", "RQ-06"), Id::natural("order", "1"));
    let claims = |reserved, committed| BudgetClaims {
        reserved: [(requisition, euro(reserved))].into(),
        committed: [(order, euro(committed))].into(),
    };
    let fact = BudgetFact::Claimed(claims(0, 15_000));
    let stored = format!(
        r#"{{"claimed":{{"reserved":{{"{requisition}":"0.00 EUR"}},"committed":{{"{order}":"150.00 EUR"}}}}}}"#
    );
    assert_eq!(serde_json::to_string(&fact).unwrap(), stored);

    let mut line = line();
    assert_eq!(line.note(&claims(5_000, 15_000)), Decision::AlreadyRecorded, "the line does not bear them");
    line.apply(&line.claim(&claims(5_000, 95_000)).unwrap().fact().unwrap());
    assert_eq!((line.reserved(), line.committed(), line.available()), (Ok(euro(5_000)), Ok(euro(95_000)), Ok(euro(0))));
    assert_eq!(line.claim(&claims(5_000, 95_000)), Ok(Decision::AlreadyRecorded));
    let over = ReserveError::Over { wanted: euro(1), available: euro(0) };
    assert_eq!(line.claim(&claims(5_001, 95_000)), Err(over));
    assert_eq!(line.claim(&claims(0, -1)), Err(ReserveError::NotPositive { amount: euro(-1) }));
    // What has happened is noted all the same; from then on nothing may rise, and anything may fall.
    line.apply(&line.note(&claims(10_000, 95_000)).fact().unwrap());
    assert_eq!(line.available(), Ok(euro(-5_000)));
    line.apply(&line.claim(&claims(0, 100_000)).unwrap().fact().unwrap());
    assert_eq!(line.available(), Ok(euro(0)));
}

#[test]
fn what_arrives_for_stock_is_neither_on_order_nor_spent_and_counts_once() {
    let (order, note) = (Id::natural("order", "1"), Id::natural("receipt", "DN-1"));
    let mut line = line();
    line.apply(&line.commit(order, euro(20_000), None).unwrap().fact().unwrap());
    line.apply(&line.deliver(note, order, euro(15_000)).unwrap().fact().unwrap());
    assert_eq!((line.committed(), line.actual(), line.available()), (Ok(euro(5_000)), Ok(euro(0)), Ok(euro(95_000))));
    assert_eq!(line.deliver(note, order, euro(15_000)), Ok(Decision::AlreadyRecorded));
    assert_eq!(line.deliver(note, order, euro(1)), Err(DeliverError { receipt: note, earlier: euro(15_000) }));
    // More than was ordered leaves nothing on order, and not less than that.
    line.apply(&line.deliver(Id::natural("receipt", "DN-2"), order, euro(9_000)).unwrap().fact().unwrap());
    assert_eq!((line.committed(), line.available()), (Ok(euro(0)), Ok(euro(100_000))));
}
