//! A history of purchases, carried out.

use std::collections::BTreeMap;
use std::fmt::Debug;

use chrono::{Datelike, Days, NaiveDate};
use office::payment::{PartToPay, PayVendor, pay};
use office::purchasing::{
    BillOutcome, PurchasingRules, Wanted, WantedAmendment, WantedLine, amend, approve, approve_amendment, approve_bill,
    bill, cancel_lines, close, issue, order, receive, refuse, request, send_back, undo_receipt, withdraw,
};
use office_core::subject::{InvoiceId, OrderId, PaymentId, RequisitionId};
use office_core::{
    Command, Currency, Decimal, Id, Money, Office, Percent, Quantity, Ratio, Rounding, StoreError, UnitPrice, wait,
};
use office_finance::{Bill, BillLine, BillTax, BilledLine, OrderLineRef};
use office_inventory::{DeliveredGoods, Freed, GoodsBack, GoodsDelivery, GoodsReturn, Reference, StockIssue};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use crate::kept::{Kept, books_agree, budgets_agree, folds, goods_agree, kept, order_of};
use crate::paying::payment_rules;
use crate::small_office::{COST_CENTRES, ITEMS, command, cost_centre, day, euro, item, person, rules, set_up, shelf};
use crate::step::{Charge, Step, change_of};

pub(crate) type Answer = Result<String, String>;

/// The office in a run, and what was begun so far.
pub(crate) struct Run<'a> {
    office: &'a Office,
    rules: &'a PurchasingRules,
    asked: Vec<RequisitionId>,
    billed: Vec<(InvoiceId, Bill)>,
    changed: Vec<Reference>,
    /// The deliveries of each order.
    notes: BTreeMap<OrderId, Vec<Reference>>,
    /// The steps that were done, by what they were.
    done: BTreeMap<String, u32>,
}

/// The one so many before the last.
pub(crate) fn pick<T: Clone>(all: &[T], back: usize) -> Option<T> {
    all.iter().rev().nth(back).cloned()
}

impl Run<'_> {
    /// Carries a command out, and tells how it ended.
    fn told<T, E, F, Fut>(&self, command: &Command, run: F) -> Answer
    where
        T: Debug + serde::Serialize + serde::de::DeserializeOwned + Send,
        E: From<StoreError> + Debug + Send,
        F: FnMut(office_core::Tx) -> Fut + Send,
        Fut: Future<Output = Result<T, E>> + Send,
    {
        let answer = wait(self.office.transact(command, run));
        answer.map(|told| format!("{told:?}")).map_err(|error| format!("{error:?}"))
    }

    /// Does something three times: first, sent again, and asked for anew. Only the first may change anything, and only
    /// where it is not refused.
    fn thrice(
        &mut self,
        at: usize,
        by: &str,
        what: &str,
        act: impl Fn(&Self, &Command) -> Answer,
    ) -> Result<Answer, TestCaseError> {
        let before = kept(self.office);
        let answer = act(self, &command(format!("step-{at}"), by));
        let after = kept(self.office);
        prop_assert!(answer.is_ok() || after == before, "refused, and yet something changed: {answer:?}");
        let again = act(self, &command(format!("step-{at}"), by));
        prop_assert_eq!(&again, &answer, "sent again");
        prop_assert_eq!(&kept(self.office), &after, "sent again");
        let anew = act(self, &command(format!("step-{at}-anew"), by));
        prop_assert_eq!(&kept(self.office), &after, "asked for anew: {:?}", anew);
        let how = if answer.is_err() {
            "refused"
        } else if after == before {
            "nothing"
        } else {
            "done"
        };
        *self.done.entry(format!("{what} {how}")).or_default() += 1;
        Ok(answer)
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each step")]
    fn take(&mut self, at: usize, step: &Step) -> Result<(), TestCaseError> {
        let rules = self.rules;
        // Over the end of a year.
        let on = day("2026-12-15") + Days::new(u64::try_from(at).unwrap() * 2 / 3);
        let known = kept(self.office);
        match step.clone() {
            Step::Ask { item: which, boxes, more, centre, by } => {
                let number = format!("RQ-{at}");
                let line = |(which, boxes): (usize, i32)| {
                    let quantity = Quantity::whole(boxes, "box".parse().unwrap());
                    WantedLine { item: item(ITEMS[which].0), quantity }
                };
                let wanted = Wanted {
                    number: number.parse().unwrap(),
                    requester: person(by),
                    on,
                    lines: [Some((which, boxes)), more].into_iter().flatten().map(line).collect(),
                    cost_centre: cost_centre(COST_CENTRES[centre]),
                    scope: format!("company/{}", COST_CENTRES[centre]).parse().unwrap(),
                    reason: "wanted".to_owned(),
                };
                self.thrice(at, by, "ask", |run, command| {
                    run.told(command, |tx| {
                        let wanted = wanted.clone();
                        async move { request(&tx, rules, wanted).await.map(|told| told.requisition) }
                    })
                })?
                .map_err(TestCaseError::fail)?;
                self.asked.push(RequisitionId::natural("requisition", &number));
            }
            Step::Approve { which, by } => {
                let Some(id) = pick(&self.asked, which) else { return Ok(()) };
                self.thrice(at, by, "approve", |run, command| {
                    run.told(command, |tx| async move { approve(&tx, rules, id, on).await })
                })?
                .ok();
            }
            Step::Refuse { which, by } => {
                let Some(id) = pick(&self.asked, which) else { return Ok(()) };
                self.thrice(at, by, "refuse", |run, command| {
                    run.told(command, |tx| async move { refuse(&tx, rules, id, "not now", on).await })
                })?
                .ok();
            }
            Step::Withdraw { which, by } => {
                let Some(id) = pick(&self.asked, which) else { return Ok(()) };
                self.thrice(at, by, "withdraw", |run, command| {
                    run.told(command, |tx| async move { withdraw(&tx, rules, id, on).await })
                })?
                .ok();
            }
            Step::Order { which } => {
                let Some(id) = pick(&self.asked, which) else { return Ok(()) };
                self.thrice(at, "manager", "order", |run, command| {
                    run.told(command, |tx| async move { order(&tx, rules, id, on).await })
                })?
                .ok();
            }
            Step::Receive { which, percent } => {
                let Some((id, placed)) = pick(&self.asked, which).and_then(|id| order_of(id, &known)) else {
                    return Ok(());
                };
                let quantity =
                    placed.lines()[0].ordered().times(Ratio::new(percent.into(), 100).unwrap(), 0, Rounding::HalfUp);
                let goods = DeliveredGoods { quantity: quantity.unwrap(), to: shelf(), lot: None };
                let delivery =
                    GoodsDelivery { note: format!("DN-{at}").parse().unwrap(), on, lines: [(1, goods)].into() };
                self.thrice(at, "assistant", "receive", |run, command| {
                    run.told(command, |tx| {
                        let delivery = delivery.clone();
                        async move { receive(&tx, rules, id, delivery).await.map(|booked| booked.len()) }
                    })
                })?
                .ok();
                self.notes.entry(id).or_default().push(delivery.note);
            }
            Step::Back { which, note, percent, remedy } => {
                let Some((id, placed)) = pick(&self.asked, which).and_then(|id| order_of(id, &known)) else {
                    return Ok(());
                };
                let Some(note) = self.notes.get(&id).and_then(|notes| pick(notes, note)) else { return Ok(()) };
                let share = Ratio::new(percent.into(), 100).unwrap();
                let quantity = placed.lines()[0].kept().times(share, 0, Rounding::Up).unwrap();
                let back = GoodsBack { quantity, from: shelf(), lot: None };
                let slip = format!("RS-{at}").parse().unwrap();
                let goods = GoodsReturn { slip, note, on, remedy, why: "broken".into(), lines: [(1, back)].into() };
                self.thrice(at, "assistant", &format!("send back for {remedy:?}"), |run, command| {
                    run.told(command, |tx| {
                        let goods = goods.clone();
                        async move { send_back(&tx, rules, id, goods).await.map(|gone| gone.worth) }
                    })
                })?
                .ok();
            }
            Step::Undo { which, note } => {
                let Some((id, _)) = pick(&self.asked, which).and_then(|id| order_of(id, &known)) else {
                    return Ok(());
                };
                let Some(note) = self.notes.get(&id).and_then(|notes| pick(notes, note)) else { return Ok(()) };
                self.thrice(at, "assistant", "undo a receipt", |run, command| {
                    run.told(command, |tx| {
                        let note = note.clone();
                        async move { undo_receipt(&tx, rules, id, note, on).await.map(|gone| gone.len()) }
                    })
                })?
                .ok();
            }
            Step::Cancel { which, percent: None } => {
                let Some((id, _)) = pick(&self.asked, which).and_then(|id| order_of(id, &known)) else {
                    return Ok(());
                };
                let gone = Freed::Abandoned { why: "enough" };
                self.thrice(at, "assistant", "close", |run, command| {
                    run.told(command, |tx| async move { close(&tx, rules, id, gone, on).await })
                })?
                .ok();
            }
            Step::Cancel { which, percent: Some(percent) } => {
                let Some((id, placed)) = pick(&self.asked, which).and_then(|id| order_of(id, &known)) else {
                    return Ok(());
                };
                let share = Ratio::new(percent.into(), 100).unwrap();
                let quantity = placed.lines()[0].expected().times(share, 0, Rounding::Up).unwrap();
                let command = command(format!("step-{at}"), "assistant");
                let told = self.told(&command, |tx| async move {
                    cancel_lines(&tx, rules, id, [(1, quantity)].into(), Freed::Reopened, on).await
                });
                prop_assert_eq!(told.is_ok(), quantity.is_positive(), "{:?}", told);
            }
            Step::Amend { which, how, boxes } => {
                let Some((id, placed)) = pick(&self.asked, which).and_then(|id| order_of(id, &known)) else {
                    return Ok(());
                };
                let number: Reference = format!("A-{at}").parse().unwrap();
                let wanted = &WantedAmendment {
                    number: number.clone(),
                    order: id,
                    of: placed.version(),
                    on,
                    why: "other people".to_owned(),
                    give_up: boxes % 2 == 0,
                    changes: vec![change_of(&placed, how, boxes)],
                };
                self.thrice(at, "assistant", "amend", |run, command| {
                    run.told(command, |tx| async move { amend(&tx, rules, wanted.clone()).await })
                })?
                .ok();
                self.changed.push(number);
            }
            Step::ApproveAmendment { by } => {
                let Some(number) = &pick(&self.changed, 0) else { return Ok(()) };
                self.thrice(at, by, "approve amendment", |run, command| {
                    run.told(command, |tx| async move { approve_amendment(&tx, rules, number, on).await })
                })?
                .ok();
            }
            Step::Issue { item: which, quantity, centre, late } => {
                let (code, _, unit, ..) = ITEMS[which];
                let goods = StockIssue {
                    quantity: Quantity::whole(quantity, unit.parse().unwrap()),
                    from: shelf(),
                    cost_centre: cost_centre(COST_CENTRES[centre]),
                    issued_to: None,
                    on: on - Days::new(late),
                    reference: format!("SI-{at}").parse().unwrap(),
                };
                self.thrice(at, "assistant", "issue", |run, command| {
                    run.told(command, |tx| {
                        let goods = goods.clone();
                        async move { issue(&tx, rules, item(code), goods).await.map(|entered| entered.value) }
                    })
                })?
                .ok();
            }
            Step::Bill { which, charge } => return self.charge(at, on, which, charge, &known),
            Step::ApproveBill { which, by } => {
                let Some((id, _)) = pick(&self.billed, which) else { return Ok(()) };
                self.thrice(at, by, "approve bill", |run, command| {
                    run.told(command, |tx| async move { approve_bill(&tx, rules, id, on).await })
                })?
                .ok();
            }
            Step::Pay { which, percent } => {
                let Some((id, bill)) = pick(&self.billed, which) else { return Ok(()) };
                let part = bill.gross.share(Percent::whole(percent.try_into().unwrap()), Rounding::HalfUp).unwrap();
                let payment = PaymentId::natural("payment", &at.to_string());
                let parts = vec![PartToPay::of(id, part)];
                let payment = PayVendor { id: payment, vendor: bill.vendor, currency: Currency::EUR, on, parts };
                let rules = &payment_rules();
                self.thrice(at, "manager", "pay", |run, command| {
                    run.told(command, |tx| {
                        let payment = payment.clone();
                        async move { pay(&tx, rules, payment).await }
                    })
                })?
                .ok();
            }
        }
        Ok(())
    }

    /// A vendor bills an order, or credits something of it, properly or not.
    #[expect(clippy::too_many_lines, reason = "each way of billing is told with what is to come of it")]
    fn charge(
        &mut self,
        at: usize,
        on: NaiveDate,
        which: usize,
        charge: Charge,
        known: &Kept,
    ) -> Result<(), TestCaseError> {
        let rules = self.rules;
        let Some((order, placed)) = pick(&self.asked, which).and_then(|id| order_of(id, known)) else {
            return Ok(());
        };
        let line = placed.lines()[0];
        let credits = matches!(charge, Charge::Credit | Charge::CreditTooMuch);
        let open = if credits { line.credit_due() } else { line.payable() };
        let half = open.times(Ratio::new(1, 2).unwrap(), 0, Rounding::Up).unwrap();
        let one = Quantity::whole(1, open.unit());
        let quantities = match charge {
            Charge::Half => vec![half],
            Charge::MoreThanCame => vec![open.checked_add(one).unwrap()],
            Charge::TwoHalves => vec![half, open.checked_sub(half).unwrap()],
            Charge::EverythingTwice => vec![open, open],
            Charge::Credit => vec![open.negated()],
            Charge::CreditTooMuch => vec![open.checked_add(one).unwrap().negated()],
            _ => vec![open],
        };
        let dearer = match charge {
            Charge::Dearer => Decimal::new(1015, 3),
            Charge::TooDear => Decimal::new(105, 2),
            _ => Decimal::ONE,
        };
        let price: UnitPrice =
            format!("{} EUR / {}", (line.price().amount() * dearer).normalize(), line.price().per()).parse().unwrap();
        let number = match (charge, self.billed.last()) {
            (Charge::NumberUsed, Some((_, earlier))) => earlier.number.to_lowercase(),
            _ => format!("B-{at}"),
        };
        let vendor = match charge {
            Charge::ByAnother => Id::natural("party", "V-03"),
            _ => placed.vendor(),
        };
        let sent = bill_of((vendor, number), on, order, price, &quantities);
        let id = InvoiceId::natural("invoice", &at.to_string());
        let what = format!("bill {charge:?}");
        let before = known.invoices.len();
        let answer = self.thrice(at, "assistant", &what, |run, command| {
            run.told(command, |tx| {
                let sent = sent.clone();
                async move {
                    bill(&tx, rules, id, sent).await.map(|outcome| match outcome {
                        BillOutcome::Held { .. } => "held".to_owned(),
                        BillOutcome::Posted { entry, .. } => format!("posted {entry}"),
                        other => format!("{other:?}"),
                    })
                }
            })
        })?;
        let held = answer.as_ref().is_ok_and(|told| told.contains("held"));
        let used = charge == Charge::NumberUsed && !self.billed.is_empty();
        match charge {
            // Where nothing is left to be billed, the bill is for nothing.
            _ if open.is_zero() && !matches!(charge, Charge::MoreThanCame | Charge::CreditTooMuch) => {
                prop_assert!(answer.is_err(), "{answer:?}");
            }
            // A number used by another vendor, or last year, is a number of its own.
            Charge::NumberUsed if used => {
                let used = |earlier: &Bill| earlier.vendor == placed.vendor() && earlier.on.year() == on.year();
                let same = self.billed.last().is_some_and(|(_, earlier)| used(earlier));
                prop_assert_eq!(same, answer.is_err(), "{:?}", answer);
            }
            Charge::ByAnother | Charge::MoreThanCame | Charge::CreditTooMuch => {
                prop_assert!(held, "{charge:?}: {answer:?}");
            }
            Charge::TooDear | Charge::EverythingTwice if open.is_positive() => {
                prop_assert!(held, "{charge:?}: {answer:?}");
            }
            Charge::All | Charge::Half | Charge::Dearer | Charge::Credit if open.is_positive() => {
                prop_assert!(answer.is_ok() && !held, "{charge:?}: {answer:?}");
            }
            _ => {}
        }
        if kept(self.office).invoices.len() > before {
            self.billed.push((id, sent));
        }
        Ok(())
    }
}

pub(crate) fn bill_of(
    (vendor, number): (office_core::subject::PartyId, String),
    on: NaiveDate,
    order: OrderId,
    price: UnitPrice,
    quantities: &[Quantity],
) -> Bill {
    let rate = Percent::whole(19);
    let line = |&quantity: &Quantity| BillLine {
        description: "goods".to_owned(),
        item: None,
        order: Some(OrderLineRef { order, line: 1 }),
        billed: BilledLine { quantity, price, net: price.extend(&quantity, Rounding::HalfUp).unwrap() },
        tax_rate: rate,
    };
    let lines: Vec<_> = quantities.iter().map(line).collect();
    let net = Money::sum(lines.iter().map(|line| line.billed.net), Currency::EUR).unwrap();
    let tax = net.share(rate, Rounding::HalfUp).unwrap();
    let gross = net.checked_add(tax).unwrap();
    Bill { vendor, number, on, due: on, lines, taxes: vec![BillTax { rate, tax }], gross }
}

pub(crate) fn play(office: &Office, steps: &[Step]) -> Result<BTreeMap<String, u32>, TestCaseError> {
    let rules = &rules();
    set_up(office, rules, euro(250_000), 1);
    let mut run = Run {
        office,
        rules,
        asked: Vec::new(),
        billed: Vec::new(),
        changed: Vec::new(),
        notes: BTreeMap::new(),
        done: BTreeMap::new(),
    };
    for (at, step) in steps.iter().enumerate() {
        run.take(at, step)?;
        let kept = kept(office);
        books_agree(&kept, rules)?;
        budgets_agree(&kept, rules)?;
    }
    let kept = kept(office);
    goods_agree(&kept)?;
    folds(office, &kept.requisitions)?;
    folds(office, &kept.orders)?;
    folds(office, &kept.stocks)?;
    folds(office, &kept.budgets)?;
    folds(office, &kept.invoices)?;
    folds(office, &kept.entries)?;
    Ok(run.done)
}
