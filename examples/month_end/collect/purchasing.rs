//! What was asked for, who decided, and what vendors billed.

use office_core::{ApprovalStatus, Money, RecordedFact};
use office_finance::{InvoiceStatus, VendorInvoice};
use office_inventory::{Requisition, RequisitionFact, RequisitionLine, RequisitionStatus};

use super::{ALL, Source, outcome_of};
use crate::diary::{Ending, Page};
use crate::play::Failure;
use crate::report::{InvoiceLine, Outcome, Purchase};

/// Requisitions and reorders line by line, by day and number.
pub(super) async fn purchases(source: Source<'_>) -> Result<Vec<Purchase>, Failure> {
    let requisitions = source.view.every::<Requisition>(None, ALL).await?;
    let mut lines = Vec::new();
    for (id, requisition) in &requisitions {
        let first = source.view.history(*id, 0, 1).await?;
        let submitted = first.first().map(RecordedFact::fact::<Requisition>).transpose()?.flatten();
        lines.extend(requisition.lines().map(|line| purchase(source, requisition, line, submitted.as_ref())));
    }
    lines.sort_by(|one, two| (one.day, &one.reference).cmp(&(two.day, &two.reference)));
    Ok(lines)
}

fn purchase(
    source: Source<'_>,
    requisition: &Requisition,
    line: RequisitionLine<'_>,
    submitted: Option<&RequisitionFact>,
) -> Purchase {
    let request = requisition.request();
    let reference = request.number.as_str();
    let outcome = match requisition.status() {
        RequisitionStatus::Ordered
        | RequisitionStatus::PartlyOrdered
        | RequisitionStatus::Abandoned
        | RequisitionStatus::Approval(ApprovalStatus::Approved) => Outcome::Accepted,
        RequisitionStatus::Approval(status) if !status.is_final() => Outcome::Held,
        RequisitionStatus::Approval(_) => Outcome::Refused,
    };
    Purchase {
        reference: reference.to_owned(),
        day: request.on,
        what: source.item(line.item()),
        quantity: line.requested(),
        amount: line.estimate(),
        outcome,
        decided_by: decided_by(source, requisition, outcome),
        why: why(requisition, submitted),
    }
}

/// What was answered where it was refused, and the row of the rules that decided who is asked.
fn why(requisition: &Requisition, submitted: Option<&RequisitionFact>) -> String {
    let rules = match submitted {
        Some(RequisitionFact::Submitted { ruling, .. }) => ruling.explanation.to_string(),
        Some(
            RequisitionFact::Acted(_)
            | RequisitionFact::FellDue(_)
            | RequisitionFact::Ordered { .. }
            | RequisitionFact::Abandoned { .. },
        )
        | None => requisition.request().reason.clone(),
    };
    match requisition.run().status() {
        ApprovalStatus::RefusedByPolicy { reasons } => format!("{reasons}; {rules}"),
        ApprovalStatus::Refused { reason, .. } => format!("{reason}; {rules}"),
        ApprovalStatus::Open { .. }
        | ApprovalStatus::Returned { .. }
        | ApprovalStatus::Approved
        | ApprovalStatus::Withdrawn { .. }
        | ApprovalStatus::Expired { .. } => rules,
    }
}

/// Who approved or refused last; the rules, where they asked for nobody; nobody yet, where somebody is still asked.
fn decided_by(source: Source<'_>, requisition: &Requisition, outcome: Outcome) -> String {
    let last = requisition.run().acts().iter().rev().find_map(|act| act.deed.by()).map(|by| source.actor(by));
    match (last, outcome) {
        (Some(name), _) => name,
        (None, Outcome::Held) => "nobody yet".to_owned(),
        (None, Outcome::Accepted | Outcome::Refused) => "the rules".to_owned(),
    }
}

/// The invoices of the month, and what those that agreed come to.
pub(super) struct Bills {
    pub(super) lines: Vec<InvoiceLine>,
    pub(super) matched: Money,
}

/// Invoices of vendors as they stand, and those that were not taken at all.
pub(super) async fn invoices(source: Source<'_>) -> Result<Bills, Failure> {
    let stored = source.view.every::<VendorInvoice>(None, ALL).await?;
    let mut lines: Vec<_> = stored.iter().map(|(_, invoice)| invoice_line(source, invoice)).collect();
    let agreed = lines.iter().filter(|line| line.outcome == Outcome::Accepted).map(|line| line.gross);
    let matched = Money::sum(agreed, source.currency())?;
    let refused = source.pages.iter().filter(|page| page.kind == "invoice" && page.ending == Ending::Refused);
    let known: Vec<String> =
        lines.iter().filter(|line| line.outcome == Outcome::Refused).map(|line| line.number.clone()).collect();
    lines.extend(refused.filter(|page| !known.contains(&page.reference)).filter_map(|page| turned_away(source, page)));
    lines.sort_by(|one, two| (one.day, &one.number).cmp(&(two.day, &two.number)));
    Ok(Bills { lines, matched })
}

fn invoice_line(source: Source<'_>, invoice: &VendorInvoice) -> InvoiceLine {
    let bill = invoice.bill();
    let (outcome, reason) = match invoice.status() {
        InvoiceStatus::Paid { on, .. } => (Outcome::Accepted, format!("paid on {on}")),
        InvoiceStatus::Approved { .. } | InvoiceStatus::Posted { .. } => {
            (Outcome::Accepted, format!("open, due on {}", bill.due))
        }
        InvoiceStatus::Received | InvoiceStatus::Matched { .. } => (Outcome::Held, "waits for an approval".to_owned()),
        InvoiceStatus::Held { reasons } => {
            let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
            (Outcome::Held, reasons.join("; "))
        }
        InvoiceStatus::Rejected { reason } => (Outcome::Refused, reason.clone()),
    };
    let vendor = source.world.files.vendors.iter().find(|vendor| vendor.code.id() == bill.vendor);
    InvoiceLine {
        number: bill.number.clone(),
        vendor: vendor.map_or_else(|| bill.vendor.to_string(), |vendor| vendor.name.clone()),
        day: bill.on,
        gross: bill.gross,
        outcome,
        reason,
    }
}

/// An invoice that left nothing but a page in the diary: what it said is in the file alone.
fn turned_away(source: Source<'_>, page: &Page) -> Option<InvoiceLine> {
    let files = source.world.files;
    let number = page.reference.split_whitespace().next()?;
    let row = files.vendor_invoices.iter().find(|row| row.number.as_str() == number && row.date == page.day)?;
    let vendor = files.vendors.iter().find(|vendor| vendor.code == row.vendor)?;
    Some(InvoiceLine {
        number: number.to_owned(),
        vendor: vendor.name.clone(),
        day: page.day,
        gross: row.gross,
        outcome: outcome_of(page.ending),
        reason: source.why(page),
    })
}
