//! What is given out, slip by slip.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::NaiveDate;
use office_core::sheet::{Layout, Separator, Sheet};
use office_core::subject::ItemId;
use office_core::{Currency, Money, Quantity, wait};
use office_inventory::{StockIssue, issue_goods};

use super::room::{Failure, Room, command};

const ISSUES: &str = include_str!("issues.csv");

/// The slips, in the order of the file.
pub(crate) fn slips(room: &Room) -> Result<Vec<(ItemId, StockIssue)>, Failure> {
    let columns = ["on", "document", "sku", "place", "quantity", "unit", "cost_centre"];
    let layout = Layout { columns: &columns, prose: &[], rows: 1_000, separator: Separator::Comma };
    let (sheet, mut complaints) = Sheet::take("issues.csv", ISSUES.as_bytes(), &layout)?;
    let mut slips = Vec::new();
    for row in sheet.rows() {
        let on = complaints.keep(row.parse("on", "a date such as `2026-10-01`"));
        let reference = complaints.keep(row.parse("document", "the number of a slip"));
        let amount = complaints.keep(row.parse("quantity", "a number such as `5`"));
        let unit = complaints.keep(row.parse("unit", "a unit such as `ream`"));
        let (item, from) = (room.codes.items.id(row.plain("sku")?), room.codes.places.id(row.plain("place")?));
        let cost_centre = room.codes.cost_centres.id(row.plain("cost_centre")?);
        let coded =
            item.zip(from).zip(cost_centre).ok_or_else(|| row.refuse("sku", "an item, a place and a cost centre"));
        let read = complaints.keep(coded).zip(on.zip(reference)).zip(amount.zip(unit));
        let Some(((((item, from), cost_centre), (on, reference)), (amount, unit))) = read else { continue };
        let quantity = Quantity::new(amount, unit)?;
        slips.push((item, StockIssue { quantity, from, cost_centre, issued_to: None, on, reference }));
    }
    Ok(complaints.settle(slips)?)
}

/// Books the slips of some days; tells what they cost, by cost centre.
pub(crate) fn book(room: &Room, days: std::ops::RangeInclusive<NaiveDate>) -> Result<BTreeMap<String, Money>, Failure> {
    let mut costs = BTreeMap::new();
    for (item, slip) in slips(room)?.into_iter().filter(|(_, slip)| days.contains(&slip.on)) {
        let issued = wait(room.office.transact(&command(slip.reference.as_str(), slip.on)?, |tx| {
            let slip = slip.clone();
            async move { issue_goods(&tx, item, slip).await }
        }))?;
        let centre = room.codes.cost_centres.code(slip.cost_centre).unwrap_or_default().to_owned();
        let sum = costs.entry(centre).or_insert(Money::zero(Currency::EUR));
        *sum = sum.checked_add(issued.value)?;
    }
    Ok(costs)
}

pub(crate) fn tell(room: &Room, told: &mut String) -> Result<(), Failure> {
    let costs = book(room, "2026-10-01".parse()?..="2026-10-21".parse()?)?;
    writeln!(told, "Until the 21st, what is given out costs:")?;
    for (centre, cost) in costs {
        writeln!(told, "  {centre} {:>12}", cost.to_string())?;
    }
    writeln!(told)?;
    Ok(())
}
