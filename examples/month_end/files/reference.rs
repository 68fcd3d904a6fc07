//! What one file says of another, checked once all of them are read.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Weekday};
use office_core::sheet::{Row, Sheet};
use office_core::{Currency, DateRange, InputError, Money};

use super::authority::HEAD_OF;
use super::cell;
use super::purchasing::BROUGHT_FORWARD;

/// The sheets by the names of their files.
pub(crate) type Sheets<'a> = BTreeMap<&'a str, &'a Sheet>;

/// Which column has to name something in a column of another file.
const REFERENCES: [(&str, &[&str], &str, &str); 24] = [
    ("cost_centres.csv", &["head"], "staff.csv", "employee"),
    ("staff.csv", &["manager"], "staff.csv", "employee"),
    ("staff.csv", &["cost_centre"], "cost_centres.csv", "cost_centre"),
    ("staff.csv", &["leave_plan"], "leave_plans.csv", "plan"),
    ("delegations.csv", &["from", "to"], "staff.csv", "employee"),
    ("journal.csv", &["account"], "accounts.csv", "account"),
    ("journal.csv", &["cost_centre"], "cost_centres.csv", "cost_centre"),
    ("budget.csv", &["account"], "accounts.csv", "account"),
    ("budget.csv", &["cost_centre"], "cost_centres.csv", "cost_centre"),
    ("supplies.csv", &["category"], "accounts.csv", "category"),
    ("supplies.csv", &["location"], "rooms.csv", "room"),
    ("supplies.csv", &["vendor"], "vendors.csv", "vendor"),
    ("units.csv", &["sku"], "supplies.csv", "sku"),
    ("card_statement.csv", &["category"], "accounts.csv", "category"),
    ("petty_cash.csv", &["account"], "accounts.csv", "account"),
    ("petty_cash.csv", &["person"], "staff.csv", "employee"),
    ("petty_cash.csv", &["cost_centre"], "cost_centres.csv", "cost_centre"),
    ("card_receipts.csv", &["account"], "accounts.csv", "account"),
    ("card_receipts.csv", &["cost_centre"], "cost_centres.csv", "cost_centre"),
    ("bookings.csv", &["room"], "rooms.csv", "room"),
    ("bookings.csv", &["organiser"], "staff.csv", "employee"),
    ("leave_plans.csv", &["calendar"], "holidays.csv", "calendar"),
    ("leave_requests.csv", &["employee"], "staff.csv", "employee"),
    ("leave_opening.csv", &["employee"], "staff.csv", "employee"),
];

/// The same for the columns that have one name in every file of these.
const SHARED: [(&[&str], &str, &str, &str); 5] = [
    (&["price_list.csv", "deliveries.csv", "vendor_invoices.csv"], "vendor", "vendors.csv", "vendor"),
    (
        &["price_list.csv", "stock_issues.csv", "requisitions.csv", "deliveries.csv", "vendor_invoices.csv"],
        "sku",
        "supplies.csv",
        "sku",
    ),
    (&["stock_issues.csv", "requisitions.csv"], "cost_centre", "cost_centres.csv", "cost_centre"),
    (&["card_statement.csv", "card_receipts.csv"], "cardholder", "staff.csv", "employee"),
    (&["stock_issues.csv"], "issued_to", "staff.csv", "employee"),
];

/// Which days have to lie in the month.
const IN_MONTH: [(&str, &str); 10] = [
    ("journal.csv", "date"),
    ("stock_issues.csv", "date"),
    ("requisitions.csv", "date"),
    ("deliveries.csv", "date"),
    ("petty_cash.csv", "date"),
    ("card_statement.csv", "date"),
    ("card_receipts.csv", "date"),
    ("bookings.csv", "date"),
    ("leave_requests.csv", "submitted"),
    ("leave_requests.csv", "cancelled"),
];

/// Which columns hold a unit that the item of the row comes in.
const UNITS: [(&str, &str); 4] = [
    ("price_list.csv", "pack_unit"),
    ("stock_issues.csv", "unit"),
    ("requisitions.csv", "unit"),
    ("deliveries.csv", "unit"),
];

fn rows<'a>(sheets: &Sheets<'a>, file: &str) -> impl Iterator<Item = Row<'a>> + use<'a> {
    sheets.get(file).copied().into_iter().flat_map(Sheet::rows)
}

/// What stands in a column, without the empty cells.
fn column<'a>(sheets: &Sheets<'a>, file: &str, column: &str) -> BTreeSet<&'a str> {
    rows(sheets, file).filter_map(|row| row.optional(column).ok().flatten()).collect()
}

/// Refuses what another file does not know.
pub(crate) fn check(sheets: &Sheets<'_>, month: DateRange, reorder: Weekday) -> Result<(), InputError> {
    for (file, columns, target, wanted) in REFERENCES {
        for named in columns {
            known(sheets, file, named, target, wanted)?;
        }
    }
    for (files, named, target, wanted) in SHARED {
        for file in files {
            known(sheets, file, named, target, wanted)?;
        }
    }
    known(sheets, "requisitions.csv", "requester", "staff.csv", "employee")?;
    for (file, named) in IN_MONTH {
        for row in rows(sheets, file) {
            if row.optional(named)?.and_then(cell::day).is_some_and(|day| !month.contains(day)) {
                return Err(row.refuse(named, &format!("a day within {month}")));
            }
        }
    }
    billed_by_the_end(sheets, month)?;
    units(sheets)?;
    orders(sheets, month, reorder)?;
    authority(sheets)?;
    everybody_has_leave(sheets)?;
    budget_is_booked(sheets)
}

fn known(sheets: &Sheets<'_>, file: &str, named: &str, target: &str, wanted: &str) -> Result<(), InputError> {
    let known = column(sheets, target, wanted);
    for row in rows(sheets, file) {
        if row.optional(named)?.is_some_and(|text| !known.contains(text)) {
            return Err(row.refuse(named, &format!("a `{wanted}` of {target}")));
        }
    }
    Ok(())
}

fn billed_by_the_end(sheets: &Sheets<'_>, month: DateRange) -> Result<(), InputError> {
    for row in ["vendor_invoices.csv", "client_invoices.csv"].into_iter().flat_map(|file| rows(sheets, file)) {
        let day = row.optional("date")?.and_then(cell::day);
        if day.is_some_and(|day| month.end().is_some_and(|end| day >= end)) {
            return Err(row.refuse("date", &format!("a day before the end of {month}")));
        }
    }
    Ok(())
}

/// Units are those that the item is kept in, or packs of it.
fn units(sheets: &Sheets<'_>) -> Result<(), InputError> {
    let mut units: BTreeSet<(&str, &str)> = BTreeSet::new();
    for row in rows(sheets, "supplies.csv") {
        units.insert((row.text("sku")?, row.text("unit")?));
    }
    for row in rows(sheets, "units.csv") {
        if !units.contains(&(row.text("sku")?, row.text("base_unit")?)) {
            return Err(row.refuse("base_unit", "the unit that supplies.csv has for the item"));
        }
    }
    for row in rows(sheets, "units.csv") {
        units.insert((row.text("sku")?, row.text("pack_unit")?));
    }
    for (file, named) in UNITS {
        for row in rows(sheets, file) {
            if !units.contains(&(row.text("sku")?, row.text(named)?)) {
                return Err(row.refuse(named, "the unit of the item, or a pack of it in units.csv"));
            }
        }
    }
    Ok(())
}

/// Goods come, and bills ask money, for an order: of a requisition, or of a reorder run.
fn orders(sheets: &Sheets<'_>, month: DateRange, reorder: Weekday) -> Result<(), InputError> {
    let mut ordered: BTreeMap<String, &str> = BTreeMap::new();
    for row in rows(sheets, "requisitions.csv") {
        ordered.insert(row.text("requisition")?.to_owned(), row.text("sku")?);
    }
    for day in month.dates(31).filter(|day| day.weekday() == reorder) {
        for sku in column(sheets, "supplies.csv", "sku") {
            ordered.insert(format!("RO-{:02}-{sku}", day.day()), sku);
        }
    }
    for row in ["deliveries.csv", "vendor_invoices.csv"].into_iter().flat_map(|file| rows(sheets, file)) {
        let reference = row.text("reference")?;
        if reference == BROUGHT_FORWARD {
            continue;
        }
        match ordered.get(reference) {
            None => return Err(row.refuse("reference", "a requisition, or a reorder such as `RO-05-PAP-A4`")),
            Some(sku) if row.optional("sku")? != Some(sku) => {
                return Err(row.refuse("sku", &format!("`{sku}`, which was ordered")));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Grants are made to roles that somebody has, and approvals are asked of roles that have a grant.
fn authority(sheets: &Sheets<'_>) -> Result<(), InputError> {
    let roles: BTreeSet<&str> = column(sheets, "staff.csv", "roles").iter().flat_map(|list| list.split('|')).collect();
    let centres = column(sheets, "cost_centres.csv", "cost_centre");
    let mut granted = BTreeSet::new();
    for row in rows(sheets, "authority.csv") {
        let (role, scope) = (row.text("role")?, row.text("scope")?);
        if !role.strip_prefix(HEAD_OF).map_or_else(|| roles.contains(role), |centre| centres.contains(centre)) {
            return Err(row.refuse("role", "a role of staff.csv, or the head of a cost centre"));
        }
        let within = scope.strip_prefix("company/").map_or(scope == "company", |centre| centres.contains(centre));
        if !within {
            return Err(row.refuse("scope", "`company`, or `company/` and a cost centre"));
        }
        granted.insert((role, row.text("action")?));
    }
    let actions: BTreeSet<&str> = granted.iter().map(|(_, action)| *action).collect();
    for row in rows(sheets, "delegations.csv") {
        if row.text("actions")?.split('|').any(|action| !actions.contains(action)) {
            return Err(row.refuse("actions", "actions of authority.csv"));
        }
    }
    for row in rows(sheets, "approval_rules.csv") {
        let steps = row.text("outcome")?.strip_prefix("approvals:").unwrap_or_default().split(';');
        for mut words in steps.map(|step| step.split_whitespace().skip(1)) {
            let step = (words.next(), words.next());
            if let (Some(role), Some(action)) = step
                && !granted.contains(&(role, action))
            {
                return Err(row.refuse("outcome", "approval by a role to which authority.csv grants the action"));
            }
        }
    }
    Ok(())
}

fn everybody_has_leave(sheets: &Sheets<'_>) -> Result<(), InputError> {
    let told = column(sheets, "leave_opening.csv", "employee");
    let missing = rows(sheets, "staff.csv").find(|row| row.text("employee").is_ok_and(|code| !told.contains(code)));
    missing.map_or(Ok(()), |row| Err(row.refuse("employee", "somebody with a row in leave_opening.csv")))
}

/// What the budget says was spent is what the account says.
fn budget_is_booked(sheets: &Sheets<'_>) -> Result<(), InputError> {
    let mut spent: BTreeMap<&str, Vec<Money>> = BTreeMap::new();
    for row in rows(sheets, "budget.csv") {
        let months = (1_u32..=9).map(|month| format!("2026-{month:02}"));
        let amounts = months.map(|month| cell::amount(row, &month)).collect::<Result<Vec<_>, _>>()?;
        spent.entry(row.text("account")?).or_default().extend(amounts);
    }
    for row in rows(sheets, "accounts.csv") {
        let Some(amounts) = spent.get(row.text("account")?) else { continue };
        let sum = Money::sum(amounts.iter().copied(), Currency::EUR);
        if sum != Ok(cell::money(row, "opening")?) {
            return Err(row.refuse("opening", "the sum of what budget.csv says was spent"));
        }
    }
    Ok(())
}
