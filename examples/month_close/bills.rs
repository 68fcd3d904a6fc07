//! What is bought, and what vendors ask for it: a bill that agrees, one that came before, and one that is held.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::NaiveDate;
use office::payment::{PartToPay, PayVendor, pay};
use office::purchasing::{BillOutcome, Wanted, WantedLine, bill, issue, order, receive, release_bill, request};
use office_core::subject::{InvoiceId, OrderId, RequisitionId};
use office_core::{Currency, Id, Money, Percent, Quantity, Rounding, UnitPrice};
use office_finance::{Bill, BillLine, BillTax, BilledLine, HoldReason, OrderLineRef};
use office_inventory::{DeliveredGoods, GoodsDelivery, StockIssue};

use super::beginning::of;
use super::desk::{BOOKKEEPER, Desk, Failure, HEAD, in_names, person, studio, vendors};

/// The paper that the bank line pays; the chairs that are paid by transfer at the end of the month.
pub(crate) const PAPER: &str = "PB-4312";
pub(crate) const CHAIRS: &str = "MW-2077";

pub(crate) fn tell(desk: &Desk, told: &mut String) -> Result<(), Failure> {
    let paper = buy(desk, ("RQ-1", "2026-10-02", "PAP-A4", 10), Some("2026-10-06"), 4)?;
    let chairs = buy(desk, ("RQ-2", "2026-10-02", "CHAIR", 4), Some("2026-10-09"), 4)?;
    writeln!(told, "10 boxes of paper and 4 chairs are ordered, and come. The vendors bill them:")?;

    let [papers, chair_maker] = vendors();
    let of_paper = billed(papers, PAPER, "2026-10-08", (paper, of("PAP-A4", 10)?, "20.50 EUR / 1 box"))?;
    let (outcome, _) = take_in(desk, PAPER, &of_paper)?;
    writeln!(told, "  {PAPER}, {}: agrees with order and delivery, and is {outcome}", of_paper.gross)?;
    let again = take_in(desk, "PB-4312 again", &of_paper).err().ok_or("a bill was taken in twice")?;
    writeln!(told, "  {PAPER} sent again is refused: {}", in_names(&again.to_string()))?;

    // They were ordered at 180.
    let of_chairs = billed(chair_maker, CHAIRS, "2026-10-12", (chairs, of("CHAIR", 4)?, "195 EUR / 1 piece"))?;
    let (outcome, reasons) = take_in(desk, CHAIRS, &of_chairs)?;
    writeln!(told, "  {CHAIRS}, {}: does not agree, and is {outcome}", of_chairs.gross)?;
    for reason in &reasons {
        writeln!(told, "    {reason}")?;
    }
    let [reason] = &reasons[..] else { return Err("one reason is expected".into()) };
    let why = "the list price of October, agreed by telephone";
    let refused = release(desk, BOOKKEEPER, reason, "as usual").err().ok_or("the bookkeeper has released a bill")?;
    writeln!(told, "  The bookkeeper may not let it pass: {}", in_names(&refused.to_string()))?;
    writeln!(told, "  The head may, for a reason: {why}. It is {}.", release(desk, HEAD, reason, why)?)?;

    // Two more are ordered, and will come in November.
    buy(desk, ("RQ-3", "2026-10-28", "CHAIR", 2), None, 0)?;
    pay_for_chairs(desk, of_chairs.gross)?;
    writeln!(told, "On the 30th, {} are transferred for the chairs. Two more are on order.\n", of_chairs.gross)?;
    Ok(())
}

/// Has something asked for and ordered; if it comes, some of it is given out.
fn buy(
    desk: &Desk,
    (number, on, item, many): (&str, &str, &str, i32),
    comes: Option<&str>,
    given_out: i32,
) -> Result<OrderId, Failure> {
    let rules = &desk.purchasing;
    let (item_id, quantity) = (Id::natural("item", item), of(item, many)?);
    let wanted = &Wanted {
        number: number.parse()?,
        requester: person("E-005"),
        on: on.parse()?,
        lines: vec![WantedLine { item: item_id, quantity }],
        cost_centre: studio(),
        scope: "company/CC-100".parse()?,
        reason: "the new studio".to_owned(),
    };
    let ordered = desk.act(number, BOOKKEEPER, on, |tx| async move {
        request(&tx, rules, wanted.clone()).await?;
        let requisition = RequisitionId::natural("requisition", number);
        let placed = order(&tx, rules, requisition, wanted.on).await?;
        Ok(placed.into_iter().next().ok_or("an order")?)
    })?;
    let Some(comes) = comes else { return Ok(ordered) };
    let (shelf, on) = (Id::natural("place", "R-S1"), comes.parse::<NaiveDate>()?);
    desk.act(&format!("{number} comes"), BOOKKEEPER, comes, |tx| async move {
        let goods = DeliveredGoods { quantity, to: shelf, lot: None };
        let delivery = GoodsDelivery { note: format!("DN-{number}").parse()?, on, lines: BTreeMap::from([(1, goods)]) };
        receive(&tx, rules, ordered, delivery).await?;
        let slip = StockIssue {
            quantity: of(item, given_out)?,
            from: shelf,
            cost_centre: studio(),
            issued_to: None,
            on,
            reference: format!("SI-{number}").parse()?,
        };
        issue(&tx, rules, item_id, slip).await?;
        Ok(())
    })?;
    Ok(ordered)
}

/// A bill of one line at 19 % tax.
fn billed(
    vendor: office_core::subject::PartyId,
    number: &str,
    on: &str,
    (order, quantity, price): (OrderId, Quantity, &str),
) -> Result<Bill, Failure> {
    let (price, rate, on): (UnitPrice, _, NaiveDate) = (price.parse()?, Percent::whole(19), on.parse()?);
    let net = price.extend(&quantity, Rounding::HalfUp)?;
    let tax = net.share(rate, Rounding::HalfUp)?;
    let line = BillLine {
        description: format!("delivery of {on}"),
        item: None,
        order: Some(OrderLineRef { order, line: 1 }),
        billed: BilledLine { quantity, price, net },
        tax_rate: rate,
    };
    Ok(Bill {
        vendor,
        number: number.to_owned(),
        on,
        due: on,
        lines: vec![line],
        taxes: vec![BillTax { rate, tax }],
        gross: net.checked_add(tax)?,
    })
}

/// Takes a bill in: what became of it, and why it is held.
fn take_in(desk: &Desk, id: &str, sent: &Bill) -> Result<(String, Vec<HoldReason>), Failure> {
    let (rules, invoice) = (&desk.purchasing, InvoiceId::natural("invoice", id));
    let on = sent.on.to_string();
    let outcome = desk.act(&format!("bill {id}"), BOOKKEEPER, &on, |tx| async move {
        Ok(bill(&tx, rules, invoice, sent.clone()).await?)
    })?;
    let reasons = if let BillOutcome::Held { reasons } = &outcome { reasons.clone() } else { Vec::new() };
    Ok((in_words(&outcome), reasons))
}

fn in_words(outcome: &BillOutcome) -> String {
    match outcome {
        BillOutcome::Posted { entry, .. } => format!("posted as entry {entry}"),
        BillOutcome::Held { .. } => "held".to_owned(),
        BillOutcome::ToApprove { why } | BillOutcome::Refused { why } => why.clone(),
        BillOutcome::Decided { status } => status.clone(),
    }
}

/// Waives what the bill of chairs is held for, in somebody's name.
fn release(desk: &Desk, by: &str, reason: &HoldReason, why: &str) -> Result<String, Failure> {
    let (rules, invoice) = (&desk.purchasing, InvoiceId::natural("invoice", CHAIRS));
    let outcome = desk.act(&format!("release {CHAIRS} by {by}"), by, "2026-10-13", |tx| async move {
        Ok(release_bill(&tx, rules, invoice, reason.clone(), why, "2026-10-13".parse()?).await?)
    })?;
    Ok(in_words(&outcome))
}

fn pay_for_chairs(desk: &Desk, amount: Money) -> Result<(), Failure> {
    let rules = &desk.payments;
    let [_, vendor] = vendors();
    let payment = &PayVendor {
        id: Id::natural("payment", CHAIRS),
        vendor,
        currency: Currency::EUR,
        on: "2026-10-30".parse()?,
        parts: vec![PartToPay::of(InvoiceId::natural("invoice", CHAIRS), amount)],
    };
    desk.act("pay for the chairs", BOOKKEEPER, "2026-10-30", |tx| async move {
        pay(&tx, rules, payment.clone()).await?;
        Ok(())
    })
}
