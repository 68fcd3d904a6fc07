//! The totals known beforehand against what came out.

use office_core::{Decimal, Money};

use super::Source;
use crate::files::company::ControlTotal;
use crate::play::Failure;
use crate::report::{Control, Figures, Outcome};

/// Totals that the report does not tell by themselves.
pub(super) struct Besides {
    /// Gross of the vendors' invoices that agreed.
    pub(super) invoices_matched: Money,
    /// Days of leave that were approved.
    pub(super) leave_approved: Decimal,
}

/// Compares every row of the file with the figure of its name.
///
/// # Errors
/// Where the file names a total that is not known here.
pub(super) fn compare(source: Source<'_>, figures: &Figures, besides: &Besides) -> Result<Vec<Control>, Failure> {
    let compared = source.world.files.control.iter().map(|row| {
        let unknown = || format!("there is no total `{}` of `{}`", row.item, row.group);
        let actual = total(source, figures, besides, row).ok_or_else(unknown)?;
        Ok(Control {
            group: row.group.clone(),
            item: row.item.clone(),
            expected: row.value.to_string(),
            actual: like(actual, row.value).to_string(),
            ok: actual == row.value,
        })
    });
    compared.collect()
}

/// The number with as many digits after the point as the other one has, where that changes nothing.
fn like(number: Decimal, other: Decimal) -> Decimal {
    let mut number = number.normalize();
    if number.scale() < other.scale() {
        number.rescale(other.scale());
    }
    number
}

fn total(source: Source<'_>, figures: &Figures, besides: &Besides, row: &ControlTotal) -> Option<Decimal> {
    let item = row.item.as_str();
    let money = match row.group.as_str() {
        "staff" => return (item == "employees").then(|| Decimal::from(figures.people)),
        "bookings" => return booked(figures, item),
        "leave" => return leave(figures, besides, item),
        "stock" => stock(figures, item)?,
        "stock_value" => figures.stock.items.iter().find(|line| line.sku == item)?.value,
        "balance" => balance(figures, item)?,
        "bank" => bank(figures, item)?,
        "petty_cash" => petty_cash(figures, item)?,
        "card" => named(item, "closing", figures.card.owed)?,
        "result" => result(figures, item)?,
        "receivable" => named(item, "open", balance(figures, source.world.settings.receivables.as_str())?)?,
        "payable" => {
            let account = source.world.settings.purchasing.accounts.payables.as_str();
            named(item, "open", balance(figures, account)?.negated())?
        }
        "vendor_invoices" => invoices(source, figures, besides, item)?,
        _ => return None,
    };
    Some(money.amount())
}

fn named(item: &str, name: &str, amount: Money) -> Option<Money> {
    (item == name).then_some(amount)
}

fn stock(figures: &Figures, item: &str) -> Option<Money> {
    match item {
        "opening_value" => Some(figures.stock.opening),
        "receipts" => Some(figures.stock.received),
        "issues" => Some(figures.stock.issued),
        "closing_value" => Some(figures.stock.closing),
        _ => None,
    }
}

fn balance(figures: &Figures, account: &str) -> Option<Money> {
    figures.trial_balance.rows.iter().find(|row| row.account == account).map(|row| row.closing)
}

fn bank(figures: &Figures, item: &str) -> Option<Money> {
    match item {
        "opening" => Some(figures.bank.opening),
        "credits" => Some(figures.bank.credits),
        "debits" => Some(figures.bank.debits),
        "closing" => Some(figures.bank.closing),
        _ => None,
    }
}

fn petty_cash(figures: &Figures, item: &str) -> Option<Money> {
    match item {
        "vouchers_paid" => Some(figures.petty_cash.paid_out),
        "counted" => Some(figures.petty_cash.counted),
        _ => None,
    }
}

fn result(figures: &Figures, item: &str) -> Option<Money> {
    match item {
        "october" => Some(figures.statements.result_of_month),
        "year_to_date" => Some(figures.statements.result_of_year),
        _ => None,
    }
}

fn invoices(source: Source<'_>, figures: &Figures, besides: &Besides, item: &str) -> Option<Money> {
    let held = figures.invoices.iter().filter(|line| line.outcome == Outcome::Held).map(|line| line.gross);
    match item {
        "matched" => Some(besides.invoices_matched),
        "held" => Money::sum(held, source.currency()).ok(),
        _ => None,
    }
}

fn booked(figures: &Figures, item: &str) -> Option<Decimal> {
    let outcome = match item {
        "accepted" => Outcome::Accepted,
        "refused" => Outcome::Refused,
        _ => return None,
    };
    let count = figures.rooms.bookings.iter().filter(|line| line.outcome == outcome).count();
    u32::try_from(count).ok().map(Decimal::from)
}

fn leave(figures: &Figures, besides: &Besides, item: &str) -> Option<Decimal> {
    let mut left = figures.leave.rows.iter().map(|row| row.left);
    match item {
        "approved_days" => Some(besides.leave_approved),
        "remaining_days" => left.try_fold(Decimal::ZERO, Decimal::checked_add),
        _ => None,
    }
}
