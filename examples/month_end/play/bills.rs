//! What vendors bill.

use chrono::{Days, NaiveDate};
use office::purchasing::{self, BillOutcome};
use office_core::rules::Facts;
use office_core::subject::InvoiceId;
use office_core::{Percent, Quantity, UnitPrice};
use office_finance::{Bill, BillLine, BillTax, BilledLine, OrderLineRef};
use office_inventory::PurchaseOrder;

use super::approving::asked;
use super::{Failure, World, is_accepted};
use crate::diary::{Step, Told, take};
use crate::files::purchasing::{Billed, VendorInvoiceRow};

/// The id of a bill: a number that comes twice is another bill, and is found to be a duplicate.
fn id_of(row: &VendorInvoiceRow, reference: &str) -> InvoiceId {
    InvoiceId::natural("invoice", &format!("{}/{reference}", row.vendor.as_str()))
}

/// The id of the bill of a vendor with this number, the first time it came.
pub(crate) fn first_id_of(row: &VendorInvoiceRow) -> InvoiceId {
    id_of(row, row.number.as_str())
}

/// The bills of a day, those open since before the month left out: they are in the opening balances.
pub(crate) async fn bills_of(world: World<'_>, day: NaiveDate) -> Result<(), Failure> {
    let clerk = world.first_with("assistant");
    let rows: Vec<_> = world.files.vendor_invoices.iter().collect();
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.date == day) {
        let Billed::Order { order, sku } = &row.billed else { continue };
        let repeated = rows.iter().take(at).any(|other| other.number == row.number && other.vendor == row.vendor);
        let reference =
            if repeated { format!("{} again", row.number.as_str()) } else { row.number.as_str().to_owned() };
        let placed = PurchaseOrder::key(order.id());
        let placed = world.office.view(|view| async move { view.find(placed).await }).await?;
        let unit = placed.and_then(|placed| Some(placed.line(1)?.ordered().unit()));
        let Some(unit) = unit else { continue };
        let bill = bill_of(world, row, (order.id(), sku.id()), unit)?;
        let (id, rules) = (id_of(row, &reference), &world.settings.purchasing);
        let step = world.step(day, "invoice", &reference, &clerk);
        let page = take(world.office, &step, |tx| {
            let bill = bill.clone();
            async move {
                Ok::<_, purchasing::BillError>(match purchasing::bill(&tx, rules, id, bill).await? {
                    BillOutcome::Posted { entry, why } => Told::accepted(format!("agrees, entry {entry}: {why}")),
                    BillOutcome::ToApprove { why } => Told::accepted(format!("agrees, to be approved: {why}")),
                    BillOutcome::Held { reasons } => {
                        let reasons: Vec<_> = reasons.iter().map(ToString::to_string).collect();
                        Told::held(reasons.join("; "))
                    }
                    BillOutcome::Refused { why } => Told::refused(why),
                    BillOutcome::Decided { status } => Told::accepted(status),
                })
            }
        })
        .await?;
        if is_accepted(&page) {
            approve(world, day, row, id).await?;
        }
    }
    Ok(())
}

/// Has a bill approved where the rules ask for somebody.
async fn approve(world: World<'_>, day: NaiveDate, row: &VendorInvoiceRow, id: InvoiceId) -> Result<(), Failure> {
    let rules = &world.settings.purchasing;
    let facts = Facts::new().with("kind", "matched").with("amount", row.gross);
    let ruling = rules.invoice_policy.decide(&facts, day)?;
    let office_core::rules::Outcome::Approvals(approvals) = ruling.outcome else { return Ok(()) };
    for (_, wanted) in approvals.steps() {
        for asked in wanted.roles().iter().flat_map(|role| asked(world, role, wanted.action(), day)) {
            let reference = format!("{} by {}", row.number.as_str(), asked.code.as_str());
            let by = asked.code.as_str();
            let step = Step { day, kind: "invoice approval", reference: &reference, actor: asked.actor, by };
            let page = take(world.office, &step, |tx| async move {
                let told = match purchasing::approve_bill(&tx, rules, id, day).await? {
                    BillOutcome::Posted { entry, .. } => Told::accepted(format!("approved, entry {entry}")),
                    BillOutcome::ToApprove { .. } => Told::accepted("approved, somebody else has to approve it too"),
                    BillOutcome::Held { .. } | BillOutcome::Refused { .. } | BillOutcome::Decided { .. } => {
                        Told::held("approved, and not posted")
                    }
                };
                Ok::<_, purchasing::DecideBillError<office_finance::ApproveInvoiceError>>(told)
            })
            .await?;
            if is_accepted(&page) {
                break;
            }
        }
    }
    Ok(())
}

fn bill_of(
    world: World<'_>,
    row: &VendorInvoiceRow,
    (order, item): (office_core::subject::OrderId, office_core::subject::ItemId),
    unit: office_core::UnitCode,
) -> Result<Bill, Failure> {
    let vendor = world.files.vendors.iter().find(|vendor| vendor.code == row.vendor);
    let (rate, days) = vendor.map_or((Percent::ZERO, 0), |vendor| (vendor.tax_rate, vendor.terms_days));
    let billed = BilledLine {
        quantity: Quantity::new(row.quantity.into(), unit)?,
        price: UnitPrice::per_unit(row.unit_price.amount(), row.unit_price.currency(), unit)?,
        net: row.net,
    };
    let line = BillLine {
        description: row.number.as_str().to_owned(),
        item: Some(item),
        order: Some(OrderLineRef { order, line: 1 }),
        billed,
        tax_rate: rate,
    };
    Ok(Bill {
        vendor: row.vendor.id(),
        number: row.number.as_str().to_owned(),
        on: row.date,
        due: row.date.checked_add_days(Days::new(days.into())).unwrap_or(row.date),
        lines: vec![line],
        taxes: vec![BillTax { rate, tax: row.tax }],
        gross: row.gross,
    })
}
