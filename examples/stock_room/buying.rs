//! What should be ordered, and why; what is ordered; what comes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use chrono::NaiveDate;
use office_core::sheet::Separator;
use office_core::subject::{ItemId, OrderId};
use office_core::{Currency, Decision, Id, Percent, Quantity, Rounding, wait};
use office_inventory::sheet::read_prices;
use office_inventory::theory::{ForecastRule, ServiceTarget};
use office_inventory::{
    DeliveredGoods, GoodsDelivery, Item, ItemKind, Leeway, NewOrder, NewOrderLine, OrderTerms, PurchaseOrder,
    ReceiptTolerance, ReorderBasis, ReorderPolicy, ReorderProposal, ReorderReport, ReorderTerms, Replenishment,
    VendorChoice, VendorSchedule, receive_delivery, reorder_report,
};

use super::issues;
use super::room::{Failure, Room, command};

const PRICES: &str = include_str!("prices.csv");
const ORDER: &str = "PO-2026-1";

/// An order that was placed, and what its one line is of.
pub(crate) struct Ordered {
    order: OrderId,
    quantity: Quantity,
}

/// Every item that is kept is to last until the next delivery 19 times of 20.
fn set_terms(room: &Room, on: NaiveDate) -> Result<Vec<ItemId>, Failure> {
    let kept: Vec<(ItemId, Item)> =
        room.items()?.into_iter().filter(|(_, item)| item.kind() != ItemKind::Service).collect();
    let mut begun = Vec::new();
    for (id, item) in &kept {
        let one = Quantity::whole(1, item.unit());
        let terms = ReorderTerms {
            policy: ReorderPolicy::OrderUpTo,
            service: ServiceTarget::Cycle(Percent::whole(95)),
            vendor: VendorChoice::LeastCost,
            order_cost: "8.00 EUR".parse()?,
            holding_rate: Percent::whole(25),
            least: Quantity::zero(item.unit()),
            multiple: one,
            step: one,
            forecast: ForecastRule::default(),
        };
        begun.push((*id, Replenishment::begin(*id, item.unit(), "2026-01-01".parse()?, terms)?));
    }
    wait(room.office.transact(&command("terms", on)?, |tx| {
        let begun = begun.clone();
        async move {
            for (item, decision) in begun {
                tx.decide(Replenishment::key(item), decision).await?;
            }
            Ok::<_, Failure>(())
        }
    }))?;
    Ok(kept.into_iter().map(|(id, _)| id).collect())
}

/// Looks at every item on the 22nd, and orders what is proposed first.
pub(crate) fn tell_proposals(room: &Room, told: &mut String) -> Result<Ordered, Failure> {
    let (on, order) = ("2026-10-22".parse()?, Id::natural("order", ORDER));
    let placed = wait(room.office.view(|view| async move { view.find(PurchaseOrder::key(order)).await }))?;
    if let Some(line) = placed.as_ref().and_then(|placed| placed.lines().first()) {
        writeln!(told, "Order {ORDER} of {} was placed before.", line.ordered())?;
        return Ok(Ordered { order, quantity: line.ordered() });
    }
    let items = set_terms(room, on)?;
    let report = report(room, on, &items, told)?;
    let paper = room.item("PAP-A4")?;
    let proposal = report.to_order().find(|proposal| proposal.item == paper).ok_or("no paper is proposed")?;
    place(room, on, proposal, told)?;
    Ok(Ordered { order, quantity: proposal.quantity })
}

/// What there is, what is coming, what will be asked for by the last three weeks, and who sells it for least.
fn report(room: &Room, on: NaiveDate, items: &[ItemId], told: &mut String) -> Result<ReorderReport, Failure> {
    let prices = read_prices("prices.csv", PRICES.as_bytes(), Separator::Comma, Currency::EUR, &room.codes)?;
    let vendors: BTreeMap<_, _> = prices.rows().iter().map(|row| (row.vendor, VendorSchedule::default())).collect();
    let basis = ReorderBasis { on, prices, vendors, blocked: BTreeSet::new(), weeks: 1, periods: 3 };
    let report = wait(room.office.view(|view| {
        let basis = &basis;
        async move { reorder_report(&view, items, basis).await }
    }))?;
    writeln!(told, "On the 22nd, what should be ordered?")?;
    for line in &report.lines {
        let mut why = line.advice.to_string();
        // People know vendors by their numbers.
        for vendor in basis.vendors.keys() {
            why = why.replace(&vendor.to_string(), room.codes.parties.code(*vendor).unwrap_or_default());
        }
        writeln!(told, "  {:<8} {why}", line.sku.to_string())?;
    }
    Ok(report)
}

/// Writes the order down, approves it and sends it.
fn place(room: &Room, on: NaiveDate, proposal: &ReorderProposal, told: &mut String) -> Result<(), Failure> {
    let (order, vendor) = (Id::natural("order", ORDER), proposal.price.vendor);
    let terms = OrderTerms { currency: Currency::EUR, rounding: Rounding::HalfUp };
    let tolerance = ReceiptTolerance { over: Leeway::new(Percent::whole(5), None)?, under: Leeway::NONE };
    let cost_centre = room.codes.cost_centres.id("CC-100").ok_or("a cost centre")?;
    let (item, quantity, price) = (proposal.item, proposal.quantity, proposal.price.price);
    let line = NewOrderLine { tolerance, ..NewOrderLine::new(item, quantity, price, cost_centre) };
    let new = NewOrder { number: ORDER.parse()?, vendor, terms, lines: vec![line] };
    let Decision::Record(drafted) = PurchaseOrder::draft(new)? else { return Err("a new order is new".into()) };
    let key = PurchaseOrder::key(order);
    wait(room.office.transact(&command("order paper", on)?, |tx| {
        let drafted = drafted.clone();
        async move {
            tx.create(key, drafted).await?;
            let approved = tx.load(key).await?.approve(None, on)?;
            tx.decide(key, approved).await?;
            let sent = tx.load(key).await?.send(on)?;
            tx.decide(key, sent).await?;
            Ok::<_, Failure>(())
        }
    }))?;
    let vendor = room.codes.parties.code(vendor).unwrap_or_default();
    writeln!(told, "\nOrder {ORDER} goes to {vendor}: {quantity} of PAP-A4, {}.", proposal.value)?;
    Ok(())
}

/// Two boxes fewer than ordered come on the 26th. What is ordered cannot come twice.
pub(crate) fn tell_delivery(room: &Room, ordered: &Ordered, told: &mut String) -> Result<(), Failure> {
    let on: NaiveDate = "2026-10-26".parse()?;
    issues::book(room, "2026-10-22".parse()?..=on)?;
    let (order, to) = (ordered.order, room.store_room()?);
    let unit = ordered.quantity.unit();
    let deliver = |note: &str, quantity: Quantity| {
        let lines = BTreeMap::from([(1, DeliveredGoods { quantity, to, lot: None })]);
        let delivery = GoodsDelivery { note: note.parse()?, on, lines };
        let command = command(note, on)?;
        let received = wait(room.office.transact(&command, |tx| {
            let delivery = delivery.clone();
            async move { receive_delivery(&tx, order, delivery).await }
        }));
        Ok::<_, Failure>(received)
    };
    let short = ordered.quantity.checked_sub(Quantity::whole(2, unit))?;
    for goods in deliver("DN-31", short)?? {
        writeln!(told, "On the 26th, note DN-31 brings {short}: {}, worth {}.", goods.quantity, goods.entered.value)?;
    }
    let placed = wait(room.office.view(|view| async move { view.load(PurchaseOrder::key(order)).await }))?;
    let line = placed.lines().first().ok_or("a line")?;
    writeln!(told, "Of {ORDER}, still expected: {}.", line.expected())?;
    let Err(refused) = deliver("DN-32", Quantity::whole(4, unit))? else { return Err("too much was accepted".into()) };
    let why = std::error::Error::source(&refused).map(ToString::to_string).unwrap_or_default();
    writeln!(told, "Note DN-32 says 4 box more, which is refused: {why}.\n")?;
    issues::book(room, on..="2026-10-31".parse()?)?;
    Ok(())
}
