//! What becomes of an order, and of what asked for it.

use chrono::{DateTime, NaiveDate};
use office_core::rules::{DecisionTable, PolicyBook};
use office_core::subject::OrderId;
use office_core::{Currency, Entity, Id, Money, Quantity, Rounding, UnitCode, UnitPrice};
use office_inventory::{
    Amendment, Delivery, Freed, LineChange, NewOrder, NewOrderLine, NewRequisition, NewRequisitionLine, OrderBill,
    OrderStatus, OrderTerms, PurchaseOrder, Requisition, RequisitionLineRef, RequisitionLineState,
};
use serde_json::Value;

use crate::shelf::{Told, Verdict, decimal, holds, list, same};

const ON: NaiveDate = NaiveDate::MIN;

fn pieces(amount: &Value) -> Result<Quantity, String> {
    Quantity::new(decimal(amount), UnitCode::EACH).told()
}

/// A request for so many on each line, which nobody needs to approve.
fn requisition(lines: &[Quantity]) -> Result<Requisition, String> {
    let line = |(number, quantity): (u32, &Quantity)| NewRequisitionLine {
        item: Id::natural("item", &number.to_string()),
        quantity: *quantity,
        estimate: Money::zero(Currency::EUR),
    };
    let request = NewRequisition {
        id: Id::natural("requisition", "1"),
        number: "1".parse().told()?,
        requester: Id::natural("person", "1"),
        on: ON,
        lines: (1..).zip(lines).map(line).collect(),
        within_budget: true,
        cost_centre: Id::natural("cost_centre", "1"),
        scope: "office".parse().told()?,
        reason: "wanted".to_owned(),
    };
    let mut policy = PolicyBook::new("purchase");
    let allow = DecisionTable::from_rows(&["outcome"], [vec!["allow".to_owned()]]).told()?;
    policy.publish(ON, allow).told()?;
    let submitted = Requisition::submit(request, &policy, DateTime::UNIX_EPOCH).told()?;
    submitted.fact().as_ref().and_then(Requisition::open).ok_or_else(|| "it is submitted".to_owned())
}

/// An order that is written down, of so many of a line of the request.
fn draft(line: u32, quantity: Quantity) -> Result<PurchaseOrder, String> {
    let price = UnitPrice::per_unit(1.into(), Currency::EUR, UnitCode::EACH).told()?;
    let item = Id::natural("item", &line.to_string());
    let at = RequisitionLineRef { requisition: Id::natural("requisition", "1"), line };
    let new = NewOrderLine::new(item, quantity, price, Id::natural("cost_centre", "1"));
    let terms = OrderTerms { currency: Currency::EUR, rounding: Rounding::HalfUp };
    let lines = vec![NewOrderLine { requisition: Some(at), ..new }];
    let new = NewOrder { number: "1".parse().told()?, vendor: Id::natural("party", "1"), terms, lines };
    let drafted = PurchaseOrder::draft(new).told()?;
    drafted.fact().as_ref().and_then(PurchaseOrder::open).ok_or_else(|| "it is written down".to_owned())
}

fn send(order: &mut PurchaseOrder) -> Verdict {
    if let Some(fact) = order.approve(None, ON).told()?.fact() {
        order.apply(&fact);
    }
    if let Some(fact) = order.send(ON).told()?.fact() {
        order.apply(&fact);
    }
    Ok(())
}

fn delivery(quantity: Quantity) -> Result<Delivery, String> {
    Ok(Delivery { note: "1".parse().told()?, on: ON, lines: [(1, quantity)].into() })
}

fn amend(order: &mut PurchaseOrder, change: LineChange) -> Verdict {
    let (of, by, why) = (order.version(), Id::natural("person", "1"), "as published".to_owned());
    let amended = order.amend(Amendment { of, by, on: ON, why, give_up: false, changes: vec![change] }).told()?;
    if let Some(fact) = amended.fact() {
        order.apply(&fact);
    }
    Ok(())
}

/// A draft is neither received nor billed.
pub(crate) fn drafts(case: &Value) -> Verdict {
    let one = Quantity::whole(1, UnitCode::EACH);
    let order = draft(1, one)?;
    for (step, allowed) in list(&case["inputs"]["cases"]).iter().zip(list(&case["expected"]["allowed"])) {
        let done = match step.as_str() {
            Some("receive") => order.receive(delivery(one)?).is_ok(),
            Some("bill") => {
                let lines = [(1, one)].into();
                order.bill(OrderBill { invoice: Id::natural("invoice", "1"), lines }).is_ok()
            }
            _ => return Err(format!("unknown step {step}")),
        };
        holds("whether it is allowed", allowed.as_bool() == Some(done))?;
    }
    Ok(())
}

/// What an order is cut by is open again on what asked for it.
pub(crate) fn cuts(case: &Value) -> Verdict {
    let (inputs, expected) = (&case["inputs"], &case["expected"]);
    let (asked, ordered) = (pieces(&inputs["requested"])?, pieces(&inputs["ordered"])?);
    let (mut requisition, mut order, id) = (requisition(&[asked])?, draft(1, ordered)?, Id::natural("order", "1"));
    if let Some(fact) = requisition.place(id, ON, [(1, ordered)].into()).told()?.fact() {
        requisition.apply(&fact);
    }
    send(&mut order)?;
    for (at, step) in list(&inputs["steps"]).iter().enumerate() {
        let change = match step.as_str().and_then(|step| step.strip_prefix("set order line ")) {
            Some(amount) => LineChange::Quantity {
                line: 1,
                quantity: Quantity::new(amount.parse().told()?, UnitCode::EACH).told()?,
            },
            None => LineChange::Remove { line: 1 },
        };
        amend(&mut order, change)?;
        let wanted = order.requested().into_iter().map(|(at, wanted)| (at.line, wanted)).collect();
        for fact in requisition.follow(id, ON, &wanted, Freed::Reopened).told()? {
            requisition.apply(&fact);
        }
        let (asked, line) = (requisition.line(1).ok_or("a line")?, order.line(1).ok_or("a line")?);
        same("what is open", asked.open().amount(), &expected["request_open"][at])?;
        same("what is ordered", asked.ordered().amount(), &expected["request_ordered"][at])?;
        same("what is to come", line.expected().amount(), &expected["order_open"][at])?;
    }
    Ok(())
}

/// A line of which something has come is not removed.
pub(crate) fn removals(case: &Value) -> Verdict {
    for (of_line, allowed) in list(&case["inputs"]["cases"]).iter().zip(list(&case["expected"]["remove_allowed"])) {
        let words: Vec<_> = of_line.as_str().unwrap_or_default().split(' ').collect();
        let number = |at: usize| words.get(at).and_then(|word| word.parse::<i32>().ok());
        let received = number(2).ok_or("how many have come")?;
        let mut order = draft(1, Quantity::whole(number(4).unwrap_or(4), UnitCode::EACH))?;
        send(&mut order)?;
        if received > 0 {
            let some = Quantity::whole(received, UnitCode::EACH);
            if let Some(fact) = order.receive(delivery(some)?).told()?.fact() {
                order.apply(&fact);
            }
        }
        let removed = amend(&mut order, LineChange::Remove { line: 1 }).is_ok();
        holds("whether it is removed", allowed.as_bool() == Some(removed))?;
    }
    Ok(())
}

/// Two lines are ordered from two vendors; one order is cancelled, and its line given up.
pub(crate) fn vendors(case: &Value) -> Verdict {
    let (expected, one) = (&case["expected"], Quantity::whole(1, UnitCode::EACH));
    let mut requisition = requisition(&[one, one])?;
    let mut orders = [draft(1, one)?, draft(2, one)?];
    let id = |line: u32| -> OrderId { Id::natural("order", &line.to_string()) };
    same("how many are asked for", requisition.lines().count().into(), &expected["requests_created"])?;
    for (at, step) in list(&case["inputs"]["steps"]).iter().enumerate() {
        let [first, second] = &mut orders;
        let facts = match step.as_str() {
            Some("approve") => Vec::new(),
            Some("order both") => {
                let place = |line| requisition.place(id(line), ON, [(line, one)].into()).told();
                [place(1)?, place(2)?].into_iter().filter_map(office_core::Decision::fact).collect()
            }
            Some("cancel order 1") => {
                first.cancel_rest(ON).fact().iter().for_each(|fact| first.apply(fact));
                let wanted = first.requested().into_iter().map(|(at, wanted)| (at.line, wanted)).collect();
                requisition.follow(id(1), ON, &wanted, Freed::Reopened).told()?
            }
            Some("confirm order 2") => {
                send(second)?;
                Vec::new()
            }
            Some("abandon request 1") => {
                let given_up = requisition.abandon(ON, "as published", [(1, one)].into()).told()?;
                given_up.fact().into_iter().collect()
            }
            _ => return Err(format!("unknown step {step}")),
        };
        for fact in &facts {
            requisition.apply(fact);
        }
        let state = match requisition.line(1).ok_or("a line")?.state() {
            RequisitionLineState::Open | RequisitionLineState::PartlyOrdered => "draft",
            RequisitionLineState::Ordered => "purchased",
            RequisitionLineState::OpenAgain => "exception",
            RequisitionLineState::Abandoned => "cancelled",
        };
        holds("where the line stands", expected["request1_after"][at] == state)?;
        // All that is still wanted has gone to its vendor.
        let with_vendor = |line: u32, order: &PurchaseOrder| {
            let line = requisition.line(line);
            let wanted = line.is_some_and(|line| !line.abandoned().is_positive());
            !wanted || matches!(order.status(), OrderStatus::Sent { .. })
        };
        let done = !requisition.is_pending() && with_vendor(1, first) && with_vendor(2, second);
        let state = if done { "done" } else { "processing" };
        holds("where all of it stands", expected["requisition_after"][at] == state)?;
    }
    Ok(())
}
