//! What was charged to a client and what came in, between two days: a statement that proves itself.

use chrono::NaiveDate;
use office_core::subject::PartyId;
use office_core::{Currency, DateRange, Money, MoneyError};
use serde::Serialize;

use crate::{OpenItem, Payment};

/// The account of a client between two days.
///
/// It is drawn from what was charged, credited and paid alone, and its proof from what is open: what is outstanding less
/// what is on account makes the closing balance, or the gap is told.
///
/// # Example
/// ```
/// use office_core::{Currency, DateRange, Entity, Id};
/// use office_finance::{ClientStatement, NewPayment, OpenItem, Payment};
///
/// let client = Id::natural("party", "Museum am Ufer");
/// let item = OpenItem::new(client, "INV-1", "2026-09-25".parse()?, "2026-10-25".parse()?, "119 EUR".parse()?);
/// let paid = NewPayment { party: client, amount: "100 EUR".parse()?, on: "2026-10-20".parse()?, entry: None };
/// let payment = Payment::open(&Payment::make(paid)).ok_or("a payment")?;
/// let october = DateRange::month(2026, 10)?;
///
/// let statement = ClientStatement::draw_up(client, [&item], [&payment], october, Currency::EUR)?;
/// assert_eq!((statement.opening.to_string(), statement.closing.to_string()), ("119.00 EUR".into(), "19.00 EUR".into()));
/// assert!(statement.gap()?.is_zero());
/// // Another currency is another statement.
/// assert!(ClientStatement::draw_up(client, [&item], [&payment], october, Currency::USD).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClientStatement {
    /// Whose account it is.
    pub client: PartyId,
    /// The days it is about.
    pub days: DateRange,
    /// What the client owed before the first day.
    pub opening: Money,
    /// What happened, by day; what of one day, in the order charged, taken off, paid, sent back.
    pub lines: Vec<ClientStatementLine>,
    /// What the client owes at the end of the last day.
    pub closing: Money,
    /// What is open of documents at the end of the last day.
    pub outstanding: Money,
    /// What was paid and went to no document by then.
    pub on_account: Money,
}

/// A line of the account of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClientStatementLine {
    /// When.
    pub on: NaiveDate,
    /// What it was.
    pub kind: ClientMovement,
    /// The document it is about; none for payments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// How much more the client owes by it.
    pub amount: Money,
    /// What the client owes after it.
    pub balance: Money,
}

/// What moves the account of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientMovement {
    /// An invoice or a credit note.
    Charged,
    /// A discount, or what is not asked for any more.
    TakenOff,
    /// A payment.
    Paid,
    /// A payment that came back.
    SentBack,
}

type Movement = (NaiveDate, ClientMovement, Option<String>, Money);

impl ClientStatement {
    /// The account of a client in these days, of all documents and payments of theirs; those of others are passed over.
    ///
    /// # Errors
    /// [`MoneyError`]: something is in another currency, or a sum cannot be held.
    pub fn draw_up<'a>(
        client: PartyId,
        items: impl IntoIterator<Item = &'a OpenItem>,
        payments: impl IntoIterator<Item = &'a Payment>,
        days: DateRange,
        currency: Currency,
    ) -> Result<Self, MoneyError> {
        let (mut outstanding, mut on_account) = (Money::zero(currency), Money::zero(currency));
        let mut movements: Vec<Movement> = Vec::new();
        let last = days.last().unwrap_or(NaiveDate::MAX);
        for item in items.into_iter().filter(|item| item.party() == client) {
            outstanding = outstanding.checked_add(item.outstanding(last)?)?;
            let document = Some(item.document().to_owned());
            movements.push((item.on(), ClientMovement::Charged, document.clone(), item.amount()));
            for part in item.allocations() {
                let off = [part.discount, part.write_off].into_iter().flatten();
                let off = Money::sum(off, currency)?.negated();
                movements.push((part.on, ClientMovement::TakenOff, document.clone(), off));
            }
        }
        for payment in payments.into_iter().filter(|payment| payment.made().party == client) {
            let made = payment.made();
            on_account = on_account.checked_add(payment.on_account(last)?)?;
            movements.push((made.on, ClientMovement::Paid, None, made.amount.negated()));
            if let Some(back) = payment.returned() {
                movements.push((back.on, ClientMovement::SentBack, None, made.amount));
            }
        }
        movements.retain(|(on, .., amount)| *on <= last && !amount.is_zero());
        movements.sort_by(|one, other| (one.0, one.1, &one.2).cmp(&(other.0, other.1, &other.2)));
        let (before, within): (Vec<Movement>, Vec<Movement>) =
            movements.into_iter().partition(|(on, ..)| *on < days.start());
        let opening = Money::sum(before.into_iter().map(|(.., amount)| amount), currency)?;
        let mut balance = opening;
        let mut lines = Vec::new();
        for (on, kind, document, amount) in within {
            balance = balance.checked_add(amount)?;
            lines.push(ClientStatementLine { on, kind, document, amount, balance });
        }
        Ok(Self { client, days, opening, lines, closing: balance, outstanding, on_account })
    }

    /// By how much the closing balance is more than what is open less what is on account: nothing, where all parts of
    /// payments are of the documents and payments that were handed over.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn gap(&self) -> Result<Money, MoneyError> {
        self.closing.checked_sub(self.outstanding)?.checked_add(self.on_account)
    }
}
