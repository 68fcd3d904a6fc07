use chrono::DateTime;
use office_core::rules::Ruling;
use office_core::subject::{PaymentId, PersonId};
use office_core::{ApprovalCase, Currency, Percent};

use super::*;
use crate::{Allocation, BillFinding, BillLine, BillTax, BilledLine, OrderedLine, Tolerances, match_line};

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 10, day).unwrap()
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn bill() -> Bill {
    let billed = BilledLine {
        quantity: "4 crate".parse().unwrap(),
        price: "13.20 EUR / 1 crate".parse().unwrap(),
        net: money("52.80 EUR"),
    };
    Bill {
        vendor: Id::natural("party", "V-04"),
        number: "RN-1187".to_owned(),
        on: day(7),
        due: day(14),
        lines: vec![BillLine {
            description: "milk".to_owned(),
            item: None,
            order: None,
            billed,
            tax_rate: Percent::whole(7),
        }],
        taxes: vec![BillTax { rate: Percent::whole(7), tax: money("3.70 EUR") }],
        gross: money("56.50 EUR"),
    }
}

fn received(quantity: &str) -> Vec<Option<LineMatch>> {
    let order = OrderedLine {
        ordered: "4 crate".parse().unwrap(),
        price: "13.20 EUR / 1 crate".parse().unwrap(),
        received: quantity.parse().unwrap(),
        billed_before: "0 crate".parse().unwrap(),
    };
    let tolerances = Tolerances::none(Currency::EUR);
    vec![Some(match_line(&bill().lines[0].billed, &order, &tolerances, Rounding::HalfUp).unwrap())]
}

fn after(invoice: &VendorInvoice, decision: Decision<InvoiceFact>) -> VendorInvoice {
    let mut next = invoice.clone();
    next.apply(&decision.fact().unwrap());
    next
}

fn opened() -> VendorInvoice {
    VendorInvoice::open(&InvoiceFact::Received { bill: bill() }).unwrap()
}

fn coding() -> InvoiceCoding {
    InvoiceCoding {
        lines: vec![("6643".parse().unwrap(), Some(Id::natural("cost_centre", "CC-100")))],
        input_tax: [(Percent::whole(7), "1401".parse().unwrap()), (Percent::whole(19), "1406".parse().unwrap())].into(),
        payables: "3300".parse().unwrap(),
    }
}

/// The instalment that is due first is paid first.
fn pay(
    invoice: &VendorInvoice,
    payment: PaymentId,
    amount: Money,
    on: NaiveDate,
) -> Result<Decision<InvoiceFact>, PayInvoiceError> {
    let parts = invoice.split(amount)?.into_iter();
    invoice.allocate(&parts.map(|(at, part)| (at, Allocation::new(payment, part.negated(), on))).collect())
}

#[test]
fn goes_its_way_from_hold_to_payment() {
    let (by, at) = (Id::natural("person", "E-002"), DateTime::from_timestamp(1_791_000_000, 0).unwrap());
    let (payment, other) = (Id::natural("payment", "1"), Id::natural("payment", "2"));
    let entry = EntryId::natural("entry", "RN-1187");
    let invoice = opened();
    let held = after(&invoice, invoice.assess(received("3 crate"), Rounding::HalfUp).unwrap());
    assert!(matches!(held.status(), InvoiceStatus::Held { reasons } if reasons.len() == 1));
    assert_eq!(held.assess(received("3 crate"), Rounding::HalfUp), Ok(Decision::AlreadyRecorded));
    assert_eq!(held.approve(by, at), Err(InvoiceStepError { status: "held", wanted: "matched" }));

    let matched = after(&held, held.assess(received("4 crate"), Rounding::HalfUp).unwrap());
    assert_eq!(matched.posted(entry, vec![]), Err(InvoiceStepError { status: "matched", wanted: "approved" }));
    let approved = after(&matched, matched.approve(by, at).unwrap());
    assert_eq!(approved.approve(by, at), Ok(Decision::AlreadyRecorded));
    assert_eq!(approved.assess(received("4 crate"), Rounding::HalfUp), Err(AssessError::Status { status: "approved" }));
    assert_eq!(approved.reject("late"), Err(RejectInvoiceError::Status { status: "approved" }));
    let early = pay(&approved, payment, money("6.50 EUR"), day(14));
    assert_eq!(early, Err(PayInvoiceError::Status { status: "approved" }));

    let items = approved.owed(None, Rounding::HalfUp).unwrap();
    let posted = after(&approved, approved.posted(entry, items).unwrap());
    assert_eq!(posted.posted(entry, vec![]), Ok(Decision::AlreadyRecorded));
    let part = after(&posted, pay(&posted, payment, money("6.50 EUR"), day(14)).unwrap());
    assert_eq!(part.outstanding(), Ok(money("50.00 EUR")));
    assert_eq!(pay(&part, payment, money("6.50 EUR"), day(14)), Ok(Decision::AlreadyRecorded));
    let again = pay(&part, payment, money("6.60 EUR"), day(14));
    assert_eq!(again, Err(PayInvoiceError::PaymentReused { payment, earlier: money("6.50 EUR") }));
    for wrong in ["50.01 EUR", "0.00 EUR", "-1.00 EUR"] {
        let amount = money(wrong);
        let refused = pay(&part, other, amount, day(14));
        assert_eq!(refused, Err(PayInvoiceError::Amount { amount, outstanding: money("50.00 EUR") }));
    }
    assert!(matches!(pay(&part, other, money("1.00 USD"), day(14)), Err(PayInvoiceError::Money(_))));
    let paid = after(&part, pay(&part, other, money("50.00 EUR"), day(15)).unwrap());
    assert_eq!(paid.status(), &InvoiceStatus::Paid { entry, on: day(15) });
    // What comes back is open again.
    let back = after(&paid, paid.undo_payment(other, day(17)).unwrap());
    assert_eq!((back.status(), back.outstanding()), (&InvoiceStatus::Posted { entry }, Ok(money("50.00 EUR"))));
    assert_eq!(back.undo_payment(other, day(17)), Ok(Decision::AlreadyRecorded));
    let never = back.undo_payment(Id::natural("payment", "3"), day(17));
    assert!(matches!(never, Err(crate::UndoAllocationError::NotHere { .. })));
}

#[test]
fn what_does_not_add_up_or_was_not_ordered_is_held() {
    let mut wrong = bill();
    wrong.gross = money("56.60 EUR");
    let invoice = VendorInvoice::open(&InvoiceFact::Received { bill: wrong }).unwrap();
    let decision = invoice.assess(vec![None], Rounding::HalfUp).unwrap();
    let Some(InvoiceFact::Held { reasons }) = decision.fact() else { panic!("held") };
    let gross = BillFinding::Gross { stated: money("56.60 EUR"), difference: money("0.10 EUR") };
    assert_eq!(reasons, [HoldReason::Arithmetic(gross), HoldReason::WithoutOrder { line: 0 }]);
    let lines = invoice.assess(vec![], Rounding::HalfUp);
    assert_eq!(lines, Err(AssessError::Lines { given: 0, wanted: 1 }));
    // It makes no entry either.
    assert!(matches!(invoice.entry(day(31), &coding()), Err(InvoiceEntryError::Entry(_))));
    let bare = InvoiceCoding { lines: vec![], ..coding() };
    assert_eq!(invoice.entry(day(31), &bare), Err(InvoiceEntryError::Lines { given: 0, wanted: 1 }));
}

#[test]
fn an_entry_carries_lines_tax_and_debt() {
    let entry = opened().entry(day(8), &coding()).unwrap();
    let amounts: Vec<_> = entry.postings().iter().map(|posting| posting.amount.minor()).collect();
    assert_eq!(amounts, [5280, 370, -5650]);
    assert_eq!(entry.document(), Some("RN-1187"));
}

fn duplicate() -> HoldReason {
    let of = DuplicateTraits::of(&bill());
    let score = crate::DuplicateScore::between(&of, &of);
    HoldReason::PossibleDuplicate(PossibleDuplicate {
        of: Id::natural("invoice", "0"),
        number: "RN 1187".to_owned(),
        score,
    })
}

fn case(by: PersonId) -> ApprovalCase {
    let (case, requester) = (Id::natural("case", "1"), by);
    let (beneficiaries, scope) = (std::collections::BTreeSet::new(), office_core::Scope::anywhere());
    ApprovalCase { case, requester, beneficiaries, scope, amount: Some(money("56.50 EUR")), taken: Vec::new() }
}

fn ruling() -> Ruling {
    use office_core::rules::{DecisionTable, Facts, PolicyBook};
    let mut policy = PolicyBook::new("invoice");
    let row = vec!["approvals: 2 manager invoice.approve".to_owned()];
    policy.publish(day(1), DecisionTable::from_rows(&["outcome"], [row]).unwrap()).unwrap();
    policy.decide(&Facts::new(), day(2)).unwrap()
}

/// What somebody has waived holds an invoice no more, what is found otherwise does, and what cannot be booked is not waived.
#[test]
fn holds_are_waived_one_by_one() {
    let (by, at) = (Id::natural("person", "E-002"), DateTime::from_timestamp(1_791_000_000, 0).unwrap());
    let found =
        |reasons: Vec<HoldReason>, crates: &str| Assessment { lines: received(crates), found: reasons, noted: vec![] };
    let invoice = opened();
    let held = after(&invoice, invoice.assess(found(vec![duplicate()], "3 crate"), Rounding::HalfUp).unwrap());
    let InvoiceStatus::Held { reasons } = held.status().clone() else { panic!("held") };
    let waive = |reason: &HoldReason, why: &str| ReleasedHold { reason: reason.clone(), by, at, why: why.to_owned() };
    assert_eq!(held.release(waive(&duplicate(), " ")), Err(ReleaseHoldError::NoReason));
    let missing = &reasons[0];
    let refused = held.release(waive(missing, "it will come"));
    assert_eq!(refused, Err(ReleaseHoldError::NotReleasable { reason: Box::new(missing.clone()) }));
    let other = HoldReason::WithoutOrder { line: 0 };
    assert_eq!(held.release(waive(&other, "rent")), Err(ReleaseHoldError::NotHeld { status: "held" }));
    let waived = after(&held, held.release(waive(&duplicate(), "another delivery")).unwrap());
    assert_eq!(waived.release(waive(&duplicate(), "again")), Ok(Decision::AlreadyRecorded));
    let still = waived.assess(found(vec![duplicate()], "3 crate"), Rounding::HalfUp).unwrap();
    assert_eq!(still, Decision::Record(InvoiceFact::Held { reasons: vec![missing.clone()] }));
    let agrees = waived.assess(found(vec![duplicate()], "4 crate"), Rounding::HalfUp).unwrap();
    assert!(matches!(agrees, Decision::Record(InvoiceFact::Matched { .. })));
    // Put right, it is looked at anew.
    let anew = after(&waived, Decision::Record(InvoiceFact::Corrected { bill: bill() }));
    let again = anew.assess(found(vec![duplicate()], "4 crate"), Rounding::HalfUp).unwrap();
    assert_eq!(again, Decision::Record(InvoiceFact::Held { reasons: vec![duplicate()] }));
}

#[test]
fn a_payment_is_kept_back_and_let_go() {
    let (by, at) = (Id::natural("person", "E-002"), DateTime::from_timestamp(1_791_000_000, 0).unwrap());
    let other = Id::natural("person", "E-003");
    let invoice = opened();
    assert_eq!(invoice.lift_hold(by, at), Err(LiftHoldError));
    assert_eq!(invoice.put_on_hold("", by, at), Err(PutOnHoldError::NoReason));
    let held = after(&invoice, invoice.put_on_hold("disputed", by, at).unwrap());
    assert_eq!(held.put_on_hold("disputed", by, at), Ok(Decision::AlreadyRecorded));
    let twice = held.put_on_hold("broken", other, at);
    assert_eq!(twice, Err(PutOnHoldError::OnHold { reason: "disputed".to_owned() }));
    assert_eq!(held.payment_hold().map(|hold| hold.reason.as_str()), Some("disputed"));
    let free = after(&held, held.lift_hold(other, at).unwrap());
    assert_eq!((free.payment_hold(), free.lift_hold(other, at)), (None, Ok(Decision::AlreadyRecorded)));
    let back = after(&free, free.reject("not ours").unwrap());
    assert_eq!(back.put_on_hold("late", by, at), Err(PutOnHoldError::Status { status: "rejected" }));
}

#[test]
fn stored_forms() {
    let (by, at) = (Id::natural("person", "E-002"), DateTime::from_timestamp(1_791_000_000, 0).unwrap());
    let invoice = opened();
    let facts = [
        InvoiceFact::Received { bill: bill() },
        invoice.assess(received("3 crate"), Rounding::HalfUp).unwrap().fact().unwrap(),
        InvoiceFact::Held {
            reasons: vec![
                HoldReason::WithoutOrder { line: 0 },
                HoldReason::Arithmetic(BillFinding::Gross { stated: money("2.00 EUR"), difference: money("1.00 EUR") }),
            ],
        },
        InvoiceFact::Corrected { bill: bill() },
        InvoiceFact::Held { reasons: vec![duplicate()] },
        InvoiceFact::Released(ReleasedHold { reason: duplicate(), by, at, why: "another delivery".to_owned() }),
        invoice.assess(received("4 crate"), Rounding::HalfUp).unwrap().fact().unwrap(),
        InvoiceFact::ApprovalBegun { case: Box::new(case(by)), ruling: Box::new(ruling()), at },
        InvoiceFact::FellDue(vec![]),
        InvoiceFact::Approved { by, at },
        InvoiceFact::Posted {
            entry: EntryId::natural("entry", "1"),
            items: invoice.owed(None, Rounding::HalfUp).unwrap(),
        },
        InvoiceFact::PutOnHold(PaymentHold { reason: "disputed".to_owned(), by, at, lifted: None }),
        InvoiceFact::HoldLifted { by, at },
        InvoiceFact::Credited { note: Id::natural("invoice", "2"), gross: money("-1.00 EUR") },
        InvoiceFact::Allocated {
            parts: [(1, Allocation::new(Id::natural("payment", "1"), money("-56.50 EUR"), day(14)))].into(),
        },
        InvoiceFact::Rejected { reason: "not ours".to_owned() },
    ];
    let mut state = invoice;
    let mut states = Vec::new();
    for fact in &facts[1..] {
        state.apply(fact);
        states.push(serde_json::to_value(&state.status).unwrap());
    }
    insta::assert_json_snapshot!((facts, states, state));
}
