//! Purchasing from a request to the payment: whatever is done in whatever order, stock, books and budget agree.

#[cfg(test)]
#[path = "small_office/backend.rs"]
mod backend;
#[cfg(test)]
#[path = "small_office/paying.rs"]
mod paying;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of a small office are small")]
#[path = "small_office/office.rs"]
mod small_office;

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of this test are small")]
#[expect(clippy::wildcard_enum_match_arm, reason = "what is not named is as usual")]
mod law {
    use std::cell::{Cell, RefCell};
    use std::collections::{BTreeMap, BTreeSet};
    use std::fmt::Debug;
    use std::sync::Barrier;
    use std::thread;

    use chrono::{Datelike, Days, NaiveDate};
    use office::payment::{PartToPay, PayVendor, pay};
    use office::purchasing::{
        BillOutcome, PurchasingRules, RequestError, Wanted, WantedAmendment, WantedLine, amend, approve,
        approve_amendment, approve_bill, bill, cancel_lines, close, issue, order, receive, refuse, request, send_back,
        undo_receipt, withdraw,
    };
    use office_core::subject::{InvoiceId, OrderId, PaymentId, RequisitionId};
    use office_core::{
        Command, Currency, Decimal, Entity, Id, Money, Office, Percent, Quantity, Ratio, Rounding, StoreError,
        UnitPrice, fold, wait,
    };
    use office_finance::{
        Balances, Bill, BillLine, BillTax, BilledLine, BudgetLine, InvoiceStatus, JournalEntry, OpenItem, OrderLineRef,
        TrialBalance, VendorInvoice,
    };
    use office_inventory::{
        CostMethod, DeliveredGoods, Freed, GoodsBack, GoodsDelivery, GoodsReturn, Item, ItemKind, LineChange, Location,
        NewItem, NewOrderLine, PriceList, PriceRow, PurchaseOrder, Reference, Remedy, Requisition, Stock, StockIssue,
    };
    use proptest::prelude::*;
    use proptest::test_runner::{Config, TestCaseError, TestRunner};

    use crate::backend::backends;
    use crate::paying::payment_rules;
    use crate::small_office::{
        COST_CENTRES, ITEMS, command, cost_centre, day, euro, item, person, rules, set_up, shelf,
    };

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Charge {
        All,
        Half,
        MoreThanCame,
        Dearer,
        TooDear,
        TwoHalves,
        EverythingTwice,
        NumberUsed,
        ByAnother,
        Credit,
        CreditTooMuch,
    }

    /// What vendors bill, as often as here.
    const CHARGES: [Charge; 13] = [
        Charge::All,
        Charge::All,
        Charge::Half,
        Charge::MoreThanCame,
        Charge::Dearer,
        Charge::TooDear,
        Charge::TwoHalves,
        Charge::EverythingTwice,
        Charge::NumberUsed,
        Charge::ByAnother,
        Charge::Credit,
        Charge::Credit,
        Charge::CreditTooMuch,
    ];

    #[derive(Clone, Debug)]
    enum Step {
        Ask { item: usize, boxes: i32, more: Option<(usize, i32)>, centre: usize, by: &'static str },
        Approve { which: usize, by: &'static str },
        Refuse { which: usize, by: &'static str },
        Withdraw { which: usize, by: &'static str },
        Order { which: usize },
        Receive { which: usize, percent: i32 },
        Issue { item: usize, quantity: i32, centre: usize, late: u64 },
        Bill { which: usize, charge: Charge },
        ApproveBill { which: usize, by: &'static str },
        Pay { which: usize, percent: i64 },
        Back { which: usize, note: usize, percent: i32, remedy: Remedy },
        Undo { which: usize, note: usize },
        Cancel { which: usize, percent: Option<i32> },
        Amend { which: usize, how: u8, boxes: i32 },
        ApproveAmendment { by: &'static str },
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let which = || 0..3_usize;
        let more = prop::option::of((0..3_usize, 1..6_i32));
        let ask = (0..3_usize, 1..12_i32, more, 0..2_usize, prop::sample::select(vec!["anybody", "manager"]));
        let by = || prop::sample::select(vec!["manager", "manager", "manager", "assistant"]);
        let step = prop_oneof![
            3 => ask.prop_map(|(item, boxes, more, centre, by)| Step::Ask { item, boxes, more, centre, by }),
            3 => (which(), by()).prop_map(|(which, by)| Step::Approve { which, by }),
            1 => (which(), by()).prop_map(|(which, by)| Step::Refuse { which, by }),
            1 => (which(), prop::sample::select(vec!["anybody", "manager"]))
                .prop_map(|(which, by)| Step::Withdraw { which, by }),
            4 => which().prop_map(|which| Step::Order { which }),
            5 => (which(), prop::sample::select(vec![30, 50, 100, 110, 130]))
                .prop_map(|(which, percent)| Step::Receive { which, percent }),
            3 => (0..3_usize, 1..40_i32, 0..2_usize, 0..10_u64)
                .prop_map(|(item, quantity, centre, late)| Step::Issue { item, quantity, centre, late }),
            6 => (which(), prop::sample::select(&CHARGES[..])).prop_map(|(which, charge)| Step::Bill { which, charge }),
            3 => (which(), by()).prop_map(|(which, by)| Step::ApproveBill { which, by }),
            3 => (which(), prop::sample::select(vec![40, 60, 100, 120]))
                .prop_map(|(which, percent)| Step::Pay { which, percent }),
            3 => (which(), 0..2_usize, prop::sample::select(vec![30, 100]), any::<bool>()).prop_map(
                |(which, note, percent, replace)| {
                    let remedy = if replace { Remedy::Replacement } else { Remedy::Credit };
                    Step::Back { which, note, percent, remedy }
                }
            ),
            2 => (which(), 0..2_usize).prop_map(|(which, note)| Step::Undo { which, note }),
            1 => (which(), prop::sample::select(vec![None, Some(30), Some(100)]))
                .prop_map(|(which, percent)| Step::Cancel { which, percent }),
            4 => (which(), 0..5_u8, 0..14_i32).prop_map(|(which, how, boxes)| Step::Amend { which, how, boxes }),
            2 => by().prop_map(|by| Step::ApproveAmendment { by }),
        ]
        .boxed();
        // Any step at any time, and some purchases that go all the way, if nothing comes in between.
        let single = step.clone();
        let rest = (0..3_usize, 1..12_i32, 0..2_usize, step.clone(), (step, 0..5_u8));
        let way = rest.prop_map(|(item, boxes, centre, one, (other, how))| {
            let (which, by) = (0, "manager");
            vec![
                Step::Ask { item, boxes, more: None, centre, by: "anybody" },
                Step::Approve { which, by },
                Step::Order { which },
                Step::Amend { which, how, boxes: boxes % 4 + 1 },
                Step::ApproveAmendment { by },
                one,
                Step::Receive { which, percent: 100 },
                other,
                Step::Bill { which, charge: Charge::All },
                Step::ApproveBill { which, by },
                Step::Pay { which, percent: 100 },
            ]
        });
        (prop::collection::vec(single, 10..25), prop::collection::vec(way, 1..4), any::<bool>()).prop_map(
            |(singles, ways, first)| {
                let ways = ways.concat();
                if first { [ways, singles].concat() } else { [singles, ways].concat() }
            },
        )
    }

    /// Everything that the flows keep.
    #[derive(Clone, Debug, PartialEq)]
    struct Kept {
        requisitions: Vec<(Id<Requisition>, Requisition)>,
        orders: Vec<(Id<PurchaseOrder>, PurchaseOrder)>,
        stocks: Vec<(Id<Stock>, Stock)>,
        budgets: Vec<(Id<BudgetLine>, BudgetLine)>,
        invoices: Vec<(Id<VendorInvoice>, VendorInvoice)>,
        entries: Vec<(Id<JournalEntry>, JournalEntry)>,
        facts: usize,
    }

    fn kept(office: &Office) -> Kept {
        let facts = wait(office.feed().after(0, 5_000)).unwrap().len();
        wait(office.view(|view| async move {
            Ok::<_, StoreError>(Kept {
                requisitions: view.every(None, 1_000).await?,
                orders: view.every(None, 1_000).await?,
                stocks: view.every(None, 1_000).await?,
                budgets: view.every(None, 1_000).await?,
                invoices: view.every(None, 1_000).await?,
                entries: view.every(None, 1_000).await?,
                facts,
            })
        }))
        .unwrap()
    }

    fn find<E: Clone>(all: &[(Id<E>, E)], id: Id<E>) -> Option<E> {
        all.iter().find(|(other, _)| *other == id).map(|(_, found)| found.clone())
    }

    type Answer = Result<String, String>;

    /// The office in a run, and what was begun so far.
    struct Run<'a> {
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
    fn pick<T: Clone>(all: &[T], back: usize) -> Option<T> {
        all.iter().rev().nth(back).cloned()
    }

    /// The orders of a requisition, as they were placed.
    fn orders_of(requisition: RequisitionId, kept: &Kept) -> Vec<(OrderId, PurchaseOrder)> {
        let orders = find(&kept.requisitions, requisition.retag()).map(|known| known.orders()).unwrap_or_default();
        let mut placed: Vec<_> = orders.into_iter().map(|id| (id, find(&kept.orders, id.retag()).unwrap())).collect();
        placed.sort_by_key(|(_, order)| (order.number().as_str().len(), order.number().clone()));
        placed
    }

    /// The order of a requisition that was placed last.
    fn order_of(requisition: RequisitionId, kept: &Kept) -> Option<(OrderId, PurchaseOrder)> {
        orders_of(requisition, kept).pop()
    }

    /// Another quantity or price of the first line, no first line at all, more of the last line, or what its requisition has
    /// open.
    fn change_of(placed: &PurchaseOrder, how: u8, boxes: i32) -> LineChange {
        let (line, quantity) = (1, Quantity::whole(boxes, "box".parse().unwrap()));
        match how {
            0 => LineChange::Quantity { line, quantity },
            1 => LineChange::Remove { line },
            2 => LineChange::Price { line, price: format!("{boxes}.55 EUR / 1 box").parse().unwrap() },
            3 => LineChange::Quantity { line: placed.lines().len().try_into().unwrap(), quantity },
            _ => LineChange::Add(NewOrderLine { quantity, ..placed.lines_of(1).unwrap()[&1] }),
        }
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
                    let quantity = placed.lines()[0].ordered().times(
                        Ratio::new(percent.into(), 100).unwrap(),
                        0,
                        Rounding::HalfUp,
                    );
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
                format!("{} EUR / {}", (line.price().amount() * dearer).normalize(), line.price().per())
                    .parse()
                    .unwrap();
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

    fn bill_of(
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

    fn sum(amounts: impl IntoIterator<Item = Money>) -> Money {
        Money::sum(amounts, Currency::EUR).unwrap()
    }

    fn less(from: Money, what: Money) -> Money {
        from.checked_sub(what).unwrap()
    }

    fn books_agree(kept: &Kept, rules: &PurchasingRules) -> Result<(), TestCaseError> {
        let entries = || kept.entries.iter().map(|(_, entry)| entry);
        let end = day("2027-12-31");
        prop_assert!(TrialBalance::as_of(&rules.chart, entries(), end, Currency::EUR).unwrap().balances());
        let balances = Balances::as_of(entries(), end, Currency::EUR).unwrap();
        let accounts = &rules.accounts;
        prop_assert_eq!(balances.of(&accounts.stock), sum(kept.stocks.iter().map(|(_, stock)| stock.value())), "stock");

        let lines = kept.orders.iter().flat_map(|(_, order)| order.match_lines());
        let not_billed = sum(lines.map(|line| {
            let kept = less(line.received_value.unwrap(), line.returned_value.unwrap());
            less(kept, less(line.billed_value.unwrap(), line.credited_value.unwrap()))
        }));
        prop_assert_eq!(balances.of(&accounts.goods_received), not_billed.negated(), "goods received");

        let posted = kept.invoices.iter().map(|(_, invoice)| invoice);
        let posted = posted
            .filter(|invoice| matches!(invoice.status(), InvoiceStatus::Posted { .. } | InvoiceStatus::Paid { .. }));
        let owed = sum(posted.map(|invoice| invoice.outstanding().unwrap()));
        prop_assert_eq!(balances.of(&accounts.payables), owed.negated(), "payables");
        let paid = kept.invoices.iter().flat_map(|(_, invoice)| invoice.items()).flat_map(OpenItem::allocations);
        prop_assert_eq!(balances.of(&accounts.bank), sum(paid.map(|part| part.amount)), "bank");

        for year in [2026, 2027] {
            let places = entries().filter(|entry| entry.number().year == year).map(|entry| entry.number().place);
            let places: BTreeSet<u64> = places.collect();
            let all = entries().filter(|entry| entry.on().year() == year).count();
            prop_assert_eq!(places, (1..=u64::try_from(all).unwrap()).collect::<BTreeSet<_>>(), "numbers of {}", year);
        }
        Ok(())
    }

    fn budgets_agree(kept: &Kept, rules: &PurchasingRules) -> Result<(), TestCaseError> {
        for (_, line) in &kept.budgets {
            let plan = line.planned();
            let account_of = |code: office_core::subject::ItemId| {
                let (_, category, ..) = ITEMS.into_iter().find(|(known, ..)| item(known) == code).unwrap();
                rules.accounts.expense_of(category).unwrap().clone()
            };
            let own = kept.requisitions.iter().map(|(_, requisition)| requisition).filter(|requisition| {
                let asked = requisition.request();
                asked.on.year() == plan.year && Some(asked.cost_centre) == plan.bearer.cost_centre()
            });
            let own: Vec<_> = own.collect();
            let pending = own.iter().filter(|requisition| requisition.is_pending());
            let open = pending.flat_map(|requisition| requisition.lines());
            let open = open.filter(|line| account_of(line.item()) == plan.account);
            let reserved = sum(open.map(|line| line.estimate_of(line.open())));
            prop_assert_eq!(line.reserved().unwrap(), reserved, "reserved of {:?}", plan);

            let orders = own.iter().flat_map(|requisition| orders_of(requisition.request().id, kept));
            let lines = orders.flat_map(|(_, order)| order.lines().to_vec());
            let committed = sum(lines.filter(|line| account_of(line.item()) == plan.account).map(|line| {
                let worth = |quantity| line.worth(quantity, Rounding::HalfUp).unwrap();
                let all = line.delivered().checked_add(line.expected()).unwrap();
                less(worth(all), worth(line.delivered()))
            }));
            prop_assert_eq!(line.committed().unwrap(), committed, "committed of {:?}", plan);

            let entries = kept.entries.iter().map(|(_, entry)| entry).filter(|entry| entry.on().year() == plan.year);
            let borne = entries.flat_map(|entry| entry.entry().postings()).filter(|posting| {
                posting.account == plan.account && posting.dimensions.cost_centre() == plan.bearer.cost_centre()
            });
            let actual = sum(borne.map(|posting| posting.amount));
            prop_assert_eq!(line.actual().unwrap(), actual, "actual of {:?}", plan);

            let taken = sum([reserved, committed, actual]);
            prop_assert_eq!(line.available().unwrap(), less(plan.total().unwrap(), taken));
        }
        Ok(())
    }

    fn goods_agree(kept: &Kept) -> Result<(), TestCaseError> {
        for (_, stock) in &kept.stocks {
            for on in day("2026-10-01").iter_days().take(180) {
                let there = stock.ledger().on_hand_at(Location::Storage(shelf()), on).unwrap();
                prop_assert!(!there.is_negative(), "{there} on {on}");
            }
        }
        for line in kept.orders.iter().flat_map(|(_, order)| order.lines()) {
            let [ordered, delivered] = [line.wanted(), line.delivered()].map(Quantity::amount);
            prop_assert!(delivered * Decimal::TEN <= ordered * Decimal::from(11), "{line:?}");
            prop_assert!(line.billed().amount() <= line.received().amount(), "{line:?}");
        }
        Ok(())
    }

    fn folds<E: Entity + PartialEq + Debug>(office: &Office, all: &[(Id<E>, E)]) -> Result<(), TestCaseError> {
        for (id, state) in all {
            let history = wait(office.view(|view| async move { view.history(*id, 0, usize::MAX).await })).unwrap();
            let facts: Vec<E::Fact> = history.iter().map(|fact| fact.fact::<E>().unwrap().unwrap()).collect();
            let folded = fold::<E>(&facts);
            prop_assert_eq!(folded.as_ref(), Some(state));
        }
        Ok(())
    }

    fn play(office: &Office, steps: &[Step]) -> Result<BTreeMap<String, u32>, TestCaseError> {
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

    #[test]
    fn whatever_is_done_stock_books_and_budget_agree() {
        let done = RefCell::new(BTreeMap::<String, u32>::new());
        let config = Config { cases: 4, max_shrink_iters: 100, failure_persistence: None, ..Config::default() };
        // A server, asked again and again, takes its time: it plays the first case.
        let stores = Cell::new(3);
        let held = TestRunner::new(config).run(&steps(), |steps| {
            for backend in backends().into_iter().take(stores.replace(2)) {
                let of_run = play(&backend.office, &steps);
                let of_run = of_run.map_err(|error| TestCaseError::fail(format!("on {}: {error}", backend.name)))?;
                for (what, often) in of_run {
                    *done.borrow_mut().entry(what).or_default() += often;
                }
            }
            Ok(())
        });
        println!("{:?}", done.into_inner());
        held.unwrap();
    }

    /// What the law is about does happen.
    #[test]
    fn a_purchase_goes_all_the_way() {
        let (which, by) = (0, "manager");
        let steps = [
            Step::Ask { item: 2, boxes: 2, more: None, centre: 0, by: "anybody" },
            Step::Approve { which, by },
            Step::Order { which },
            Step::Receive { which, percent: 100 },
            Step::Issue { item: 2, quantity: 1, centre: 1, late: 0 },
            Step::Bill { which, charge: Charge::All },
            Step::ApproveBill { which, by },
            Step::Pay { which, percent: 100 },
            Step::Back { which, note: 0, percent: 30, remedy: Remedy::Credit },
            Step::Bill { which, charge: Charge::Credit },
        ];
        let all = [
            "approve",
            "approve bill",
            "ask",
            "bill All",
            "bill Credit",
            "issue",
            "order",
            "pay",
            "receive",
            "send back for Credit",
        ];
        for backend in backends() {
            let done = play(&backend.office, &steps).unwrap();
            assert_eq!(done, all.map(|what| (format!("{what} done"), 1)).into(), "on {}", backend.name);
        }
    }

    /// A service is not kept: what is received is spent, and the account of goods received is even once it is billed.
    #[test]
    fn a_service_is_an_expense_when_it_is_rendered() {
        let mut rules = rules();
        let (on, cleaning, vendor) = (day("2026-10-05"), item("CLEANING"), Id::natural("party", "V-01"));
        let price: UnitPrice = "25 EUR / 1 hour".parse().unwrap();
        let offer = PriceRow {
            vendor,
            item: cleaning,
            vendor_sku: None,
            price,
            min_quantity: "0 hour".parse().unwrap(),
            lead_days: 2,
            valid: "2026-01-01/..".parse().unwrap(),
        };
        rules.prices = PriceList::new(Currency::EUR, [offer]).unwrap();
        let rules = &rules;
        for backend in backends() {
            println!("on {}", backend.name);
            let office = &backend.office;
            set_up(office, rules, euro(250_000), 1);
            let (three, two) = ("3 hour".parse().unwrap(), "2 hour".parse().unwrap());
            let wanted = &Wanted {
                number: "RQ-1".parse().unwrap(),
                requester: person("anybody"),
                on,
                lines: vec![WantedLine { item: cleaning, quantity: three }],
                cost_centre: cost_centre(COST_CENTRES[0]),
                scope: "company/CC-100".parse().unwrap(),
                reason: "wanted".to_owned(),
            };
            let placed = wait(office.transact(&command("buy", "manager"), |tx| async move {
                let listed = Item::list(NewItem {
                    sku: "CLEANING".parse().unwrap(),
                    name: "cleaning".to_owned(),
                    category: "office".to_owned(),
                    kind: ItemKind::Service,
                    unit: "hour".parse().unwrap(),
                    packs: BTreeMap::new(),
                    vendor: Some(vendor),
                    reorder: None,
                    cost_method: CostMethod::Fifo,
                });
                tx.decide(Item::key(cleaning), listed.unwrap()).await?;
                request(&tx, rules, wanted.clone()).await.unwrap();
                let placed = order(&tx, rules, Id::natural("requisition", "RQ-1"), on).await.unwrap()[0];
                let goods = DeliveredGoods { quantity: two, to: shelf(), lot: None };
                let delivery = GoodsDelivery { note: "DN-1".parse().unwrap(), on, lines: [(1, goods)].into() };
                receive(&tx, rules, placed, delivery).await.unwrap();
                Ok::<_, StoreError>(placed)
            }))
            .unwrap();
            let line = |kept: &Kept| {
                let expense = rules.accounts.expense_of("office").unwrap();
                let id = BudgetLine::id_of(cost_centre(COST_CENTRES[0]), expense, 2026);
                let line = find(&kept.budgets, id).unwrap();
                (line.reserved().unwrap(), line.committed().unwrap(), line.actual().unwrap())
            };
            let received = kept(office);
            books_agree(&received, rules).unwrap();
            assert_eq!(line(&received), (euro(0), euro(2_500), euro(5_000)));

            let sent = &bill_of((vendor, "B-1".to_owned()), on, placed, price, &[two]);
            let outcome = wait(office.transact(&command("bill", "assistant"), |tx| async move {
                bill(&tx, rules, Id::natural("invoice", "B-1"), sent.clone()).await
            }));
            assert!(matches!(outcome.unwrap(), BillOutcome::Posted { .. }));
            let billed = kept(office);
            books_agree(&billed, rules).unwrap();
            assert_eq!(line(&billed), line(&received), "spent once");
        }
    }

    /// Under its number a request is recognised, though the vendor's price has changed, or there is none any more.
    #[test]
    fn a_request_is_recognised_whatever_the_price_is_by_now() {
        let (rules, mut later) = (&rules(), rules());
        later.prices = PriceList::new(Currency::EUR, []).unwrap();
        let later = &later;
        let wanted = |reason: &str| Wanted {
            number: "RQ-1".parse().unwrap(),
            requester: person("anybody"),
            on: day("2026-10-05"),
            lines: vec![WantedLine { item: item(ITEMS[2].0), quantity: "2 box".parse().unwrap() }],
            cost_centre: cost_centre(COST_CENTRES[0]),
            scope: "company/CC-100".parse().unwrap(),
            reason: reason.to_owned(),
        };
        for backend in backends() {
            let office = &backend.office;
            set_up(office, rules, euro(250_000), 1);
            let ask = |key: &str, rules, wanted: Wanted| {
                wait(office.transact(&command(key, "manager"), |tx| {
                    let wanted = wanted.clone();
                    async move { request(&tx, rules, wanted).await }
                }))
            };
            let asked = ask("first", rules, wanted("plans")).unwrap();
            assert!(asked.explanation.contains("row"), "{}", asked.explanation);
            assert_eq!(ask("anew", later, wanted("plans")).unwrap(), asked, "on {}", backend.name);
            assert!(matches!(ask("other", later, wanted("other plans")), Err(RequestError::NumberReused)));
        }
    }

    /// Two people receive the last boxes of an order at the same time: both decide by what both have read, one of them decides
    /// again and is told that they have come.
    #[test]
    fn the_last_boxes_are_received_once() {
        let rules = &rules();
        for backend in backends() {
            let office = &backend.office;
            set_up(office, rules, euro(250_000), 1);
            for round in 0..12 {
                let wanted = &Wanted {
                    number: format!("RQ-{round}").parse().unwrap(),
                    requester: person("anybody"),
                    on: day("2026-10-05"),
                    lines: vec![WantedLine { item: item(ITEMS[0].0), quantity: "4 box".parse().unwrap() }],
                    cost_centre: cost_centre(COST_CENTRES[0]),
                    scope: "company/CC-100".parse().unwrap(),
                    reason: "wanted".to_owned(),
                };
                let placed = wait(office.transact(&command(format!("buy-{round}"), "manager"), |tx| async move {
                    let requested = request(&tx, rules, wanted.clone()).await.unwrap();
                    Ok::<_, StoreError>(order(&tx, rules, requested.requisition, wanted.on).await.unwrap()[0])
                }))
                .unwrap();
                let together = &Barrier::new(2);
                let arrive = |note: &'static str| {
                    let goods = DeliveredGoods { quantity: "4 box".parse().unwrap(), to: shelf(), lot: None };
                    let (note, on) = (note.parse().unwrap(), day("2026-10-06"));
                    let delivery = &GoodsDelivery { note, on, lines: [(1, goods)].into() };
                    let mut tries = 0_u32;
                    let key = command(format!("{}-{round}", delivery.note), "assistant");
                    let told = wait(office.transact(&key, |tx| {
                        tries += 1;
                        let first = tries == 1;
                        async move {
                            let booked = receive(&tx, rules, placed, delivery.clone()).await;
                            // Nobody records before both have decided.
                            if first {
                                together.wait();
                            }
                            booked.map(|booked| booked.len())
                        }
                    }));
                    (told.is_ok(), tries)
                };
                let told = thread::scope(|scope| {
                    let other = scope.spawn(|| arrive("DN-A"));
                    [arrive("DN-B"), other.join().unwrap()]
                });
                let (taken, tries): (Vec<_>, Vec<_>) = told.into_iter().unzip();
                assert_eq!(taken.iter().filter(|taken| **taken).count(), 1, "{told:?}");
                assert!(tries.iter().any(|tries| *tries > 1), "they have met: {told:?}");
                let known = kept(office);
                let (_, now) = order_of(RequisitionId::natural("requisition", &format!("RQ-{round}")), &known).unwrap();
                assert_eq!(now.lines()[0].received().to_string(), "4 box");
                books_agree(&known, rules).unwrap();
                budgets_agree(&known, rules).unwrap();
            }
        }
    }
}
