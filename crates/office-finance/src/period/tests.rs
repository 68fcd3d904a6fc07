use chrono::TimeDelta;

use super::*;

fn person(name: &str) -> PersonId {
    Id::natural("person", name)
}

fn at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_793_000_000, 0).unwrap()
}

fn hour() -> TimeDelta {
    TimeDelta::try_hours(1).unwrap()
}

fn after(period: &Period, decision: Decision<PeriodFact>) -> Period {
    let mut next = period.clone();
    next.apply(&decision.fact().unwrap());
    next
}

fn begun(month: u32) -> Period {
    Period::open(&Period::begin(2026, month).unwrap()).unwrap()
}

fn exception(name: &str, reason: &str) -> PeriodException {
    PeriodException { person: person(name), until: at().checked_add_signed(hour()).unwrap(), reason: reason.to_owned() }
}

fn snapshot(month: u32) -> PeriodSnapshot {
    PeriodSnapshot::of(DateRange::month(2026, month).unwrap(), [], 0)
}

#[test]
fn closes_step_by_step_and_reopens_for_a_reason() {
    let (one, two) = (person("E-002"), person("E-003"));
    let day = NaiveDate::from_ymd_opt(2026, 10, 31).unwrap();
    let open = begun(10);
    let other = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
    assert!(matches!(open.admit(other, one, at()), Err(AdmitError::OtherPeriod { .. })));
    assert_eq!(open.close(None, snapshot(10), one, at()), Err(ClosePeriodError::Open));
    assert_eq!(open.reopen(None, [], "late bill", one, at()), Err(ReopenPeriodError::NotClosed));
    assert_eq!(open.except(exception("E-002", "accruals"), one, at()), Err(ExceptError::NotSoftClosed));
    let unreasoned = open.soft_close([exception("E-002", " ")], one, at());
    assert_eq!(unreasoned, Err(SoftCloseError::NoReason { person: one }));

    let soft = after(&open, open.soft_close([exception("E-002", "accruals")], one, at()).unwrap());
    assert_eq!(soft.admit(day, one, at()), Ok(()));
    assert_eq!(soft.admit(day, two, at()), Err(AdmitError::SoftClosed { on: day, person: two }));
    assert_eq!(soft.soft_close([exception("E-002", "accruals")], two, at()), Ok(Decision::AlreadyRecorded));
    // An exception ends.
    let late = at().checked_add_signed(hour()).unwrap();
    assert_eq!(soft.admit(day, one, late), Err(AdmitError::SoftClosed { on: day, person: one }));
    assert_eq!(soft.except(exception("E-003", ""), one, at()), Err(ExceptError::NoReason { person: two }));
    let soft = after(&soft, soft.except(exception("E-003", "bills"), one, at()).unwrap());
    assert_eq!(soft.admit(day, two, at()), Ok(()));
    assert_eq!(soft.except(exception("E-003", "bills"), one, at()), Ok(Decision::AlreadyRecorded));

    let (found, wanted) = (snapshot(11).days(), soft.days());
    let refused = soft.close(None, snapshot(11), one, at());
    assert_eq!(refused, Err(ClosePeriodError::OtherSnapshot { found, wanted }));
    let closed = after(&soft, soft.close(None, snapshot(10), one, at()).unwrap());
    assert!(matches!(closed.admit(day, one, at()), Err(AdmitError::Closed { .. })));
    assert_eq!(closed.close(None, snapshot(10), two, at()), Ok(Decision::AlreadyRecorded));
    assert_eq!(closed.soft_close([], one, at()), Err(SoftCloseError::Closed { by: one, at: at() }));
    assert_eq!(closed.reopen(None, [], " ", one, at()), Err(ReopenPeriodError::NoReason));
    let reopened = closed.reopen(None, [exception("E-003", "late bill")], "late bill", one, at()).unwrap();
    assert_eq!(after(&closed, reopened).admit(day, two, at()), Ok(()));
}

#[test]
fn periods_close_in_order_and_reopen_the_other_way_round() {
    let by = person("E-002");
    let soft = |month| after(&begun(month), begun(month).soft_close([], by, at()).unwrap());
    let (october, november) = (soft(10), soft(11));
    let refused = november.close(Some(&october), snapshot(11), by, at());
    assert_eq!(refused, Err(ClosePeriodError::BeforeOpen { days: october.days() }));
    let october = after(&october, october.close(None, snapshot(10), by, at()).unwrap());
    let november = after(&november, november.close(Some(&october), snapshot(11), by, at()).unwrap());
    let refused = october.reopen(Some(&november), [], "late bill", by, at());
    assert_eq!(refused, Err(ReopenPeriodError::AfterClosed { days: november.days() }));
}

#[test]
fn stored_forms() {
    let by = person("E-002");
    let opened = Period::begin(2026, 10).unwrap();
    let exceptions = vec![exception("E-002", "accruals")];
    let soft = PeriodFact::SoftClosed { exceptions: exceptions.clone(), by, at: at() };
    let excepted = PeriodFact::Excepted { exception: exception("E-003", "bills"), by, at: at() };
    let closed = PeriodFact::Closed { snapshot: snapshot(10), by, at: at() };
    let reopened = PeriodFact::Reopened { exceptions, reason: "late bill".to_owned(), by, at: at() };
    let open = Period::open(&opened).unwrap();
    let states = [open.clone(), after(&open, Decision::Record(soft.clone()))];
    let last = after(&open, Decision::Record(closed.clone()));
    insta::assert_json_snapshot!((opened, soft, excepted, closed, reopened, states, last));
}
