//! The published cases of the ledger: grants by hand, limits, what lapses.

use chrono::NaiveDate;
use office_core::{DateRange, DayPart, Decision, Entity, Id, Ratio, Rounding};
use office_hr::{
    AnnualDay, DrawOrder, GrantLeaveError, LeaveAccount, LeaveCause, LeaveDay, LeaveGrant, LeaveHistory, LeavePlan,
    LeaveTaken, LeaveTerms, Ledger, LineReason, LotKind, OpenAccount, Opening, PostedLedger, Tenure,
};
use serde_json::Value;

use crate::case::{Figures, agrees, cases, date, number, text};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Whatever comes of a case, as figures; what is accepted is one.
fn figures<const N: usize>(figures: [(&str, Ratio); N]) -> Figures {
    figures.map(|(name, figure)| (name.to_owned(), figure)).into()
}

fn accepted(yes: bool) -> Figures {
    figures([("accepted", if yes { Ratio::ONE } else { Ratio::ZERO })])
}

/// A plan that grants nothing by itself.
fn by_hand(overdraft: Ratio) -> LeavePlan {
    let terms = LeaveTerms::new(Ratio::ZERO, Ratio::from_integer(5)).with_overdraft(overdraft);
    plan(LeaveTerms { order: DrawOrder::OldestFirst, ..terms })
}

fn plan(terms: LeaveTerms) -> LeavePlan {
    let mut plan = LeavePlan::new("case", AnnualDay::NEW_YEAR, "none");
    plan.publish(day("2000-01-01"), terms).unwrap();
    plan
}

fn tenure() -> Tenure {
    Tenure::new(DateRange::from(day("2001-01-01")), Ratio::from_integer(5)).unwrap()
}

fn opening(carried_in: Ratio) -> Opening {
    Opening { on: day("2001-01-01"), carried_in }
}

fn range(value: &Value) -> Option<DateRange> {
    match value["to"].as_str() {
        Some(_) => DateRange::inclusive(date(&value["from"]), date(&value["to"])).ok(),
        None => Some(DateRange::from(date(&value["from"]))),
    }
}

fn grant(value: &Value) -> LeaveGrant {
    let amount = if value["amount"].is_null() { &value["left"] } else { &value["amount"] };
    LeaveGrant { valid: range(value).unwrap(), days: number(amount), kind: LotKind::Extra, note: String::new() }
}

fn grants(given: &Value) -> Vec<LeaveGrant> {
    given["grants"].as_array().into_iter().flatten().map(grant).collect()
}

fn leave(on: NaiveDate, days: Ratio) -> LeaveTaken {
    LeaveTaken { on, days, cause: LeaveCause::Earlier }
}

/// Whether leave can be had on top of what was granted and taken.
fn fits(plan: &LeavePlan, carried: Ratio, grants: &[LeaveGrant], taken: &[LeaveTaken], more: &[LeaveTaken]) -> bool {
    let tenure = tenure();
    let history = LeaveHistory { grants, ..LeaveHistory::new(plan, &tenure, opening(carried), taken) };
    let overdraft = plan.in_force(day("2001-01-01")).unwrap().1.overdraft;
    !history.lowest_with(more).unwrap().checked_add(overdraft).unwrap().is_negative()
}

fn request(policy: &Value, given: &Value) -> Figures {
    let request = &given["request"];
    if let Some(most) = policy["max_consecutive_days"].as_u64() {
        // What asking refuses is shown by tests/leave.rs; here the terms that it goes by.
        let terms = LeaveTerms { most_in_a_row: u32::try_from(most).ok(), ..LeaveTerms::new(Ratio::ONE, Ratio::ONE) };
        let asked = range(request).unwrap().days().unwrap();
        return accepted(terms.most_in_a_row.is_none_or(|most| asked <= most));
    }
    let negative = policy["negative_allowed"] == true;
    let plan = by_hand(Ratio::from_integer(if negative { 366 } else { 0 }));
    if let Some(days) = request.as_str() {
        let days = Ratio::from_integer(days.parse().unwrap());
        return accepted(fits(&plan, number(&given["balance"]), &[], &[], &[leave(day("2001-02-01"), days)]));
    }
    let days: Vec<_> = range(request).unwrap().dates(99).map(|on| leave(on, Ratio::ONE)).collect();
    accepted(fits(&plan, Ratio::ZERO, &grants(given), &[], &days))
}

fn negative_limit(policy: &Value, given: &Value) -> Figures {
    let taken = |value: &Value| leave(date(&value["from"]), number(&value["amount"]));
    let before: Vec<_> = given["taken"].as_array().unwrap().iter().map(taken).collect();
    let plan = by_hand(number(&policy["max_negative"]));
    accepted(fits(&plan, Ratio::ZERO, &grants(given), &before, &[taken(&given["request"])]))
}

fn draw(given: &Value) -> Figures {
    let days: Vec<_> = given["days"].as_array().unwrap().iter().map(|on| leave(date(on), Ratio::ONE)).collect();
    accepted(fits(&by_hand(Ratio::ZERO), Ratio::ZERO, &grants(given), &[], &days))
}

fn valid_on(given: &Value) -> Figures {
    let (plan, tenure, grants, on) = (by_hand(Ratio::ZERO), tenure(), grants(given), date(&given["on"]));
    let history = LeaveHistory { grants: &grants, ..LeaveHistory::new(&plan, &tenure, opening(Ratio::ZERO), &[]) };
    figures([("granted", Ledger::of(&history, on).unwrap().balance(on).unwrap())])
}

/// An amended grant: the ledgers before and after, as they are posted.
fn amendment(given: &Value) -> Figures {
    let (plan, tenure) = (by_hand(Ratio::ZERO), tenure());
    let grant = |days| {
        let valid = DateRange::year(2001).unwrap();
        [LeaveGrant { valid, days, kind: LotKind::Extra, note: String::new() }]
    };
    let (before, after) = (grant(number(&given["grant"])), grant(number(&given["amended_grant"])));
    if let Some(approved) = given["approved_leave"].as_str() {
        let taken = leave(day("2001-03-01"), Ratio::from_integer(approved.parse().unwrap()));
        return accepted(fits(&plan, Ratio::ZERO, &after, &[], &[taken]));
    }
    let carried = number(&given["carried"]);
    let ledger = |grants: &[LeaveGrant]| {
        let history = LeaveHistory { grants, ..LeaveHistory::new(&plan, &tenure, opening(carried), &[]) };
        Ledger::of(&history, day("2001-12-31")).unwrap()
    };
    let mut posted = PostedLedger::default();
    let old = posted.post(&ledger(&before), day("2001-02-01"));
    posted.post(&ledger(&after), day("2001-03-01"));
    let sum = |days: Ratio, posting: &office_hr::Posting| days.checked_add(posting.line.days).unwrap();
    let line = posted.postings().iter().skip(old).fold(Ratio::ZERO, sum);
    figures([("posted_line", line), ("total", posted.postings().iter().fold(Ratio::ZERO, sum))])
}

/// The lines of a year that begins with carried days, which lapse after their last day.
fn carried(carried: Ratio, granted: Ratio, last_day: &str, taken: &[LeaveTaken], on: NaiveDate) -> Ledger {
    let terms = LeaveTerms::new(granted, Ratio::from_integer(5)).with_carry_over(None, last_day.parse().ok());
    let (plan, tenure) = (plan(terms), tenure());
    let opening = Opening { on: day("2024-01-01"), carried_in: carried };
    Ledger::of(&LeaveHistory::new(&plan, &tenure, opening, taken), on).unwrap()
}

fn lapsed(ledger: &Ledger) -> Ratio {
    let lines = ledger.lines().iter().filter(|line| matches!(line.reason, LineReason::Lapsed {}));
    lines.fold(Ratio::ZERO, |sum, line| sum.checked_sub(line.days).unwrap())
}

fn carried_expiry(given: &Value) -> Figures {
    let used = [leave(day("2024-02-01"), number(&given["used_before_expiry"]))];
    let ledger = carried(number(&given["carried"]), number(&given["new_grant"]), "03-30", &used, day("2024-12-31"));
    figures([("expired", lapsed(&ledger))])
}

fn balance_with_expiry(given: &Value) -> Figures {
    let stretches = given["taken"].as_array().unwrap().iter().map(|one| range(one).unwrap());
    let taken: Vec<_> = stretches.flat_map(|days| days.dates(99)).map(|on| leave(on, Ratio::ONE)).collect();
    let as_of = date(&given["as_of"]);
    let ledger = carried(number(&given["carried"]), number(&given["new_grant"]), "03-30", &taken, as_of);
    let statement = ledger.statement("2024-01-01/2025-01-01".parse().unwrap()).unwrap();
    figures([
        ("remaining", ledger.balance(as_of).unwrap()),
        ("expired", lapsed(&ledger)),
        ("taken", statement.taken.negated()),
        ("granted", statement.credited.checked_add(statement.carried).unwrap()),
    ])
}

fn carry_forward(policy: &Value, given: &Value) -> Figures {
    let number_of = |value: &Value| (!value.is_null()).then(|| number(value));
    let mut terms = LeaveTerms::new(number(&given["new_grant"]), Ratio::from_integer(5));
    terms.carry_over.most = number_of(&policy["max_carried"]);
    terms.carry_over.most_with_year = number_of(&policy["max_total"]);
    // Nothing is granted before, so that what is unused is what was carried in.
    let mut plan = LeavePlan::new("case", AnnualDay::NEW_YEAR, "none");
    plan.publish(day("2000-01-01"), LeaveTerms { days_per_year: Ratio::ZERO, ..terms.clone() }).unwrap();
    plan.publish(day("2002-01-01"), terms).unwrap();
    let (tenure, opening) = (tenure(), opening(number(&given["unused"])));
    let ledger = Ledger::of(&LeaveHistory::new(&plan, &tenure, opening, &[]), day("2002-01-01")).unwrap();
    let lots = ledger.lots(day("2002-01-01")).unwrap();
    let carried = lots.iter().find(|(lot, _)| lot.kind == LotKind::Carried).map_or(Ratio::ZERO, |(_, left)| *left);
    let digits = u32::try_from(policy["precision_digits"].as_u64().unwrap_or(9)).unwrap();
    let shown = |figure: Ratio| Ratio::from_decimal(figure.to_decimal(digits, Rounding::HalfUp).unwrap());
    figures([("carried", shown(carried)), ("total", shown(ledger.balance(day("2002-01-01")).unwrap()))])
}

/// Grants by hand, one after the other, within what a leave year may have.
fn granting(policy: &Value, existing: &[Value], last: &Value) -> Figures {
    let most_granted = (!policy["max_per_leave_year"].is_null()).then(|| number(&policy["max_per_leave_year"]));
    let plan = plan(LeaveTerms { most_granted, ..LeaveTerms::new(Ratio::ZERO, Ratio::from_integer(5)) });
    let opened = OpenAccount {
        person: Id::natural("person", "E-1"),
        kind: "annual".into(),
        employment: Id::natural("employment", "E-1"),
        plan: "case".into(),
        opening: opening(Ratio::ZERO),
        earlier: Vec::new(),
    };
    let Decision::Record(fact) = LeaveAccount::open_with(&opened).unwrap() else { panic!("nothing to record") };
    let mut account = LeaveAccount::open(&fact).unwrap();
    for value in existing.iter().chain([last]) {
        let Some(valid) = range(value) else { return accepted(false) };
        match account.grant(&LeaveGrant { valid, ..grant(value) }, &plan) {
            Ok(Decision::Record(fact)) => account.apply(&fact),
            Ok(Decision::AlreadyRecorded) => panic!("nothing to record"),
            Err(GrantLeaveError::TooMany { .. } | GrantLeaveError::Negative { .. }) => return accepted(false),
            Err(error) => panic!("{error}"),
        }
    }
    accepted(true)
}

/// Leave across the last day on which carried days can be used: so many of these, so many of the year's.
fn split(policy: &Value, given: &Value) -> Figures {
    let request = &given["request"];
    let half = date(&request["half_day_on"]);
    let days = range(request).unwrap().dates(99).map(|on| {
        let part = if on == half { DayPart::Afternoon } else { DayPart::Whole };
        LeaveDay::new(on, part)
    });
    let taken: Vec<_> = days.map(|day| leave(day.on, day.value())).collect();
    let twenty = Ratio::from_integer(20);
    let last_day = text(&policy["carried_last_usable_day"]).split_once('-').unwrap().1;
    let ledger = carried(twenty, twenty, last_day, &taken, day("2024-12-31"));
    let of = |kind| {
        let lines = ledger.lines().iter().filter(|line| matches!(line.reason, LineReason::Taken { .. }));
        let lines = lines.filter(|line| line.lot.kind == kind);
        lines.fold(Ratio::ZERO, |sum, line| sum.checked_add(line.days).unwrap())
    };
    figures([("lines.0", of(LotKind::Carried)), ("lines.1", of(LotKind::Granted))])
}

fn expected(case: &Value) -> Figures {
    let mut figures = Figures::new();
    for (name, value) in case["expect"].as_object().unwrap() {
        match value {
            Value::Bool(yes) => figures.extend(accepted(*yes)),
            Value::Array(rows) => {
                figures.extend((0..).zip(rows).map(|(at, row): (usize, _)| (format!("{name}.{at}"), number(row))));
            }
            Value::String(_) | Value::Number(_) | Value::Null | Value::Object(_) => {
                figures.insert(name.clone(), number(value));
            }
        }
    }
    figures
}

#[test]
fn leave_ledger() {
    let cases = cases("leave_ledger.json");
    let mut agree = 0;
    for case in &cases {
        let (policy, given) = (&case["policy"], &case["given"]);
        let existing = given["existing"].as_array().cloned().unwrap_or_default();
        let found = match text(&case["kind"]) {
            "request_validation" => request(policy, given),
            "grant_amendment" => amendment(given),
            "carried_expiry" => carried_expiry(given),
            "carry_forward" => carry_forward(policy, given),
            "balance_with_carried_expiry" => balance_with_expiry(given),
            "grant_validation" => granting(policy, &existing, &given["grant"]),
            "negative_grant" => {
                let amount = &given["grant"];
                let value = serde_json::json!({ "from": "2001-01-01", "to": "2001-12-31", "amount": amount });
                granting(policy, &[], &value)
            }
            "ledger_split" => split(policy, given),
            "negative_limit" => negative_limit(policy, given),
            "entitlement_draw" => draw(given),
            "granted_valid_on" => valid_on(given),
            kind => panic!("no such kind: {kind}"),
        };
        agree = if agrees(case, &found, &expected(case)) { agree + 1 } else { agree };
    }
    println!("leave_ledger: {agree} passed, 0 failed, {} differ by convention, 0 left out", cases.len() - agree);
}
