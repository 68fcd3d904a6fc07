//! What is asked for, ordered, delivered and used.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use office::purchasing::{self, Wanted, WantedLine};
use office_core::subject::{CostCentre, Item, Person, RequisitionId};
use office_core::{ApprovalStatus, Quantity, StoreError};
use office_inventory::{
    DeliveredGoods, GoodsDelivery, ReorderAdvice, ReorderBasis, Requisition, StockIssue, VendorSchedule, advise_reorder,
};

use super::approving::asked;
use super::{Failure, World, is_accepted};
use crate::diary::{Step, Told, is_written, take};
use crate::files::authority::scope_of;
use crate::files::cell::Code;

/// Something that is wanted, by its codes.
struct Want<'a> {
    kind: &'a str,
    number: &'a str,
    requester: &'a Code<Person>,
    sku: &'a Code<Item>,
    quantity: Quantity,
    cost_centre: &'a Code<CostCentre>,
    reason: &'a str,
}

/// The requisitions of a day.
pub(crate) async fn requests_of(world: World<'_>, day: NaiveDate) -> Result<(), Failure> {
    for row in world.files.requisitions.iter().filter(|row| row.date == day) {
        let want = Want {
            kind: "requisition",
            number: row.code.as_str(),
            requester: &row.requester,
            sku: &row.sku,
            quantity: row.quantity,
            cost_centre: &row.cost_centre,
            reason: &row.reason,
        };
        buy(world, day, want).await?;
    }
    Ok(())
}

/// At the close of a day of reordering: whatever has fallen below its minimum. What a run has found is not looked for
/// again once the run is through: the stock of a later day would tell something else.
pub(crate) async fn reorders_of(world: World<'_>, day: NaiveDate) -> Result<(), Failure> {
    let keeper = &world.files.company.storekeeper;
    let cost_centre =
        world.files.staff.iter().find(|employee| employee.code == *keeper).map(|found| &found.cost_centre);
    let Some(cost_centre) = cost_centre else { return Ok(()) };
    let day_text = day.to_string();
    let run = world.step(day, "reorder run", &day_text, keeper);
    let is_through = is_written(world.office, &run).await?;
    let (prices, blocked) = (world.settings.purchasing.prices.clone(), BTreeSet::new());
    let vendors = prices.rows().iter().map(|row| (row.vendor, VendorSchedule::default())).collect();
    let basis = &ReorderBasis { on: day, prices, vendors, blocked, weeks: 1, periods: 52 };
    let mut made = 0_u32;
    for supply in &world.files.supplies {
        let number = format!("RO-{:02}-{}", day.day(), supply.sku.as_str());
        let known = RequisitionId::natural("requisition", &number);
        let item = supply.sku.id();
        let (found, advice) = world
            .office
            .view(|view| async move {
                let found = view.find(Requisition::key(known)).await?;
                Ok::<_, Failure>((found, advise_reorder(&view, item, basis).await?))
            })
            .await?;
        // One that was made before is made the same again.
        let quantity = match (found, advice) {
            (Some(found), _) => match found.lines().next() {
                Some(line) => line.requested(),
                None => continue,
            },
            (None, ReorderAdvice::Order(proposal)) if !is_through => proposal.quantity,
            (
                None,
                ReorderAdvice::Order(_)
                | ReorderAdvice::NoTerms
                | ReorderAdvice::NotDue { .. }
                | ReorderAdvice::Enough(_)
                | ReorderAdvice::NoVendor { .. },
            ) => continue,
        };
        made = made.saturating_add(1);
        let reason = "below the reorder point";
        let want = Want {
            kind: "reorder",
            number: &number,
            requester: keeper,
            sku: &supply.sku,
            quantity,
            cost_centre,
            reason,
        };
        buy(world, day, want).await?;
    }
    take(world.office, &run, |_| async move { Ok::<_, StoreError>(Told::accepted(format!("{made} items"))) }).await?;
    Ok(())
}

/// Asks for something, has it approved, and orders it.
async fn buy(world: World<'_>, day: NaiveDate, want: Want<'_>) -> Result<(), Failure> {
    let rules = &world.settings.purchasing;
    let wanted = Wanted {
        number: want.number.parse()?,
        requester: want.requester.id(),
        on: day,
        lines: vec![WantedLine { item: want.sku.id(), quantity: want.quantity }],
        cost_centre: want.cost_centre.id(),
        scope: scope_of(want.cost_centre),
        reason: want.reason.to_owned(),
    };
    let step = world.step(day, want.kind, want.number, want.requester);
    let page = take(world.office, &step, |tx| {
        let wanted = wanted.clone();
        async move {
            let requested = purchasing::request(&tx, rules, wanted).await?;
            let why = format!("{}, {}: {}", requested.estimate, requested.status, requested.explanation);
            Ok::<_, purchasing::RequestError>(if let ApprovalStatus::RefusedByPolicy { reasons } = requested.status {
                Told::refused(format!("{}: {reasons}; {}", requested.estimate, requested.explanation))
            } else {
                Told::accepted(why)
            })
        }
    })
    .await?;
    if !is_accepted(&page) {
        return Ok(());
    }
    let id = RequisitionId::natural("requisition", want.number);
    if !approved(world, day, id, want.number).await? {
        return Ok(());
    }
    let keeper = world.bookkeeper();
    take(world.office, &world.step(day, "order", want.number, &keeper), |tx| async move {
        purchasing::order(&tx, rules, id, day).await?;
        Ok::<_, purchasing::OrderError>(Told::accepted("ordered from the preferred vendor"))
    })
    .await?;
    Ok(())
}

/// Asks one after the other until the requisition is approved.
async fn approved(world: World<'_>, day: NaiveDate, id: RequisitionId, number: &str) -> Result<bool, Failure> {
    let rules = &world.settings.purchasing;
    let found = world.office.view(|view| async move { view.load(Requisition::key(id)).await }).await?;
    for wanted in found.run().steps() {
        let mut done = false;
        for asked in wanted.roles().iter().flat_map(|role| asked(world, role, wanted.action(), day)) {
            let reference = format!("{number} by {}", asked.code.as_str());
            let by = asked.code.as_str();
            let step = Step { day, kind: "approval", reference: &reference, actor: asked.actor, by };
            let page = take(world.office, &step, |tx| async move {
                let status = purchasing::approve(&tx, rules, id, day).await?;
                Ok::<_, purchasing::DecideRequestError<_>>(Told::accepted(status.to_string()))
            })
            .await?;
            done = is_accepted(&page);
            if done {
                break;
            }
        }
        if !done {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The deliveries of a day.
pub(crate) async fn deliveries_of(world: World<'_>, day: NaiveDate) -> Result<(), Failure> {
    let rules = &world.settings.purchasing;
    let keeper = &world.files.company.storekeeper;
    for row in world.files.deliveries.iter().filter(|row| row.date == day) {
        let place = world.files.supplies.iter().find(|supply| supply.sku == row.sku);
        let Some(place) = place.map(|supply| supply.location.id()) else { continue };
        let lines = BTreeMap::from([(1, DeliveredGoods { quantity: row.quantity, to: place, lot: None })]);
        let delivery = GoodsDelivery { note: row.note.as_str().parse()?, on: day, lines };
        take(world.office, &world.step(day, "delivery", row.note.as_str(), keeper), |tx| {
            let delivery = delivery.clone();
            async move {
                purchasing::receive(&tx, rules, row.order.id(), delivery).await?;
                Ok::<_, purchasing::ReceiveError>(Told::accepted(format!("{} of {}", row.quantity, row.sku.as_str())))
            }
        })
        .await?;
    }
    Ok(())
}

/// What is taken from the store on a day.
pub(crate) async fn issues_of(world: World<'_>, day: NaiveDate) -> Result<(), Failure> {
    let rules = &world.settings.purchasing;
    let keeper = &world.files.company.storekeeper;
    let numbered = (1..).zip(&world.files.stock_issues);
    for (number, row) in numbered.filter(|(_, row)| row.date == day) {
        let number: u32 = number;
        let slip = format!("SI-{number:03}");
        let place = world.files.supplies.iter().find(|supply| supply.sku == row.sku);
        let Some(place) = place.map(|supply| supply.location.id()) else { continue };
        let issue = StockIssue {
            quantity: row.quantity,
            from: place,
            cost_centre: row.cost_centre.id(),
            issued_to: Some(row.issued_to.id()),
            on: day,
            reference: slip.parse()?,
        };
        take(world.office, &world.step(day, "issue", &slip, keeper), |tx| {
            let issue = issue.clone();
            async move {
                let entered = purchasing::issue(&tx, rules, row.sku.id(), issue).await?;
                let to = row.issued_to.as_str();
                let why = format!("{} of {} to {to}, {}", row.quantity, row.sku.as_str(), entered.value);
                Ok::<_, purchasing::IssueError>(Told::accepted(why))
            }
        })
        .await?;
    }
    Ok(())
}
