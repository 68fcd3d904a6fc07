//! What is in store, and what is still to come.

use office_core::{Decimal, Money};
use office_inventory::{Item, Ledger, Location, PurchaseOrder, ReorderPolicy, Replenishment, Stock};

use super::{ALL, Source};
use crate::files::supplies::Supply;
use crate::play::Failure;
use crate::report::{OpenOrder, Stock as StockFigures, StockItem};

/// The ledgers of all items, in the order of the file.
pub(super) async fn stock(source: Source<'_>) -> Result<StockFigures, Failure> {
    let supplies = &source.world.files.supplies;
    let keys: Vec<_> = supplies.iter().map(|supply| Stock::key(supply.sku.id())).collect();
    let item_keys: Vec<_> = supplies.iter().map(|supply| Item::key(supply.sku.id())).collect();
    let stocks = source.view.find_each(&keys).await?;
    let items = source.view.find_each(&item_keys).await?;
    let terms_keys: Vec<_> = supplies.iter().map(|supply| Replenishment::key(supply.sku.id())).collect();
    let terms = source.view.find_each(&terms_keys).await?;
    let nothing = source.nothing();
    let mut figures =
        StockFigures { opening: nothing, received: nothing, issued: nothing, closing: nothing, items: Vec::new() };
    for ((supply, terms), (stock, item)) in supplies.iter().zip(terms).zip(stocks.into_iter().zip(items)) {
        let (Some(stock), Some(item)) = (stock, item) else {
            return Err(format!("item {} is not kept in store", supply.sku.as_str()).into());
        };
        add_movements(&mut figures, stock.ledger(), source)?;
        figures.closing = figures.closing.checked_add(stock.value())?;
        figures.items.push(line(source, supply, (&stock, &item), terms.as_ref()));
    }
    Ok(figures)
}

fn line(
    source: Source<'_>,
    supply: &Supply,
    (stock, item): (&Stock, &Item),
    terms: Option<&Replenishment>,
) -> StockItem {
    let in_force = terms.and_then(|terms| terms.terms().in_force(source.month().start()));
    let min = match in_force.map(|(_, terms)| terms.policy) {
        Some(ReorderPolicy::MinMax { min, .. }) => min.amount(),
        _ => Decimal::ZERO,
    };
    StockItem {
        sku: supply.sku.as_str().to_owned(),
        name: item.name().to_owned(),
        on_hand: stock.on_hand(),
        value: stock.value(),
        min,
        series: source.month().dates(31).filter_map(|day| Some((day, level(stock.ledger(), day)?))).collect(),
    }
}

/// What was in all storage places at the close of a day.
fn level(ledger: &Ledger, day: chrono::NaiveDate) -> Option<Decimal> {
    let places = ledger.balances().map(|(location, _)| location).filter(Location::is_storage);
    places.into_iter().try_fold(Decimal::ZERO, |sum, place| sum.checked_add(ledger.on_hand_at(place, day)?.amount()))
}

/// Adds the movements of an item to the totals. What happened before the month is part of the opening.
fn add_movements(figures: &mut StockFigures, ledger: &Ledger, source: Source<'_>) -> Result<(), Failure> {
    for (movement, value) in ledger.movements() {
        let (from, to) = (movement.transfer.from(), movement.transfer.to());
        let change: Money = match (from.is_storage(), to.is_storage()) {
            (false, _) => value,
            (true, false) => value.negated(),
            (true, true) => continue,
        };
        let early = movement.effective < source.month().start() || from == Location::Opening;
        if early || to == Location::Opening {
            figures.opening = figures.opening.checked_add(change)?;
        } else if matches!(from, Location::Supplier(_)) {
            figures.received = figures.received.checked_add(change)?;
        } else {
            figures.issued = figures.issued.checked_sub(change)?;
        }
    }
    Ok(())
}

/// The lines of orders of which something is still to come, by the number of the order.
pub(super) async fn open_orders(source: Source<'_>) -> Result<Vec<OpenOrder>, Failure> {
    let mut lines = Vec::new();
    for (_, order) in source.view.every::<PurchaseOrder>(None, ALL).await? {
        for line in order.lines().iter().filter(|line| line.expected().is_positive()) {
            lines.push(OpenOrder {
                reference: order.number().to_string(),
                what: source.item(line.item()),
                open: line.expected(),
                amount: line.worth(line.expected(), order.terms().rounding)?,
            });
        }
    }
    lines.sort_by(|one, two| one.reference.cmp(&two.reference));
    Ok(lines)
}
