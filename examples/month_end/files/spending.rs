//! What is spent in cash and by card.

use chrono::NaiveDate;
use office_core::sheet::Row;
use office_core::subject::{CostCentre, Person};
use office_core::{InputError, Money, Percent};
use office_finance::AccountCode;

use super::cell::{self, Code, EUR};
use super::money::account;
use super::table::{FileRow, Table};

/// What a line of the petty cash is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CashKind {
    /// Something bought, with the tax that the amount includes.
    Voucher { tax_rate: Percent, tax: Money, cost_centre: Code<CostCentre> },
    /// Cash from the bank.
    TopUp,
    /// Cash counted; a difference is at the expense of the cost centre.
    Count { cost_centre: Code<CostCentre> },
}

/// A line of the petty cash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CashLine {
    pub(crate) date: NaiveDate,
    pub(crate) voucher: String,
    pub(crate) kind: CashKind,
    pub(crate) person: Code<Person>,
    pub(crate) amount: Money,
    pub(crate) account: AccountCode,
    pub(crate) description: String,
}

impl FileRow for CashLine {
    const FILE: &'static str = "petty_cash.csv";
    const COLUMNS: &'static [&'static str] =
        &["date", "voucher", "kind", "person", "amount", "tax_rate", "tax", "account", "cost_centre", "description"];
    const KEY: &'static [&'static str] = &["voucher"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        let none = |columns: &[&str]| {
            let filled = columns.iter().find(|column| row.optional(column).is_ok_and(|text| text.is_some()));
            filled.map_or(Ok(()), |column| Err(row.refuse(column, "nothing for a line of this kind")))
        };
        let kind = match row.one_of("kind", &[("voucher", 'v'), ("topup", 't'), ("count", 'c')])? {
            'v' => CashKind::Voucher {
                tax_rate: cell::percent(row, "tax_rate")?,
                tax: cell::amount(row, "tax")?,
                cost_centre: cell::code(row, "cost_centre")?,
            },
            't' => none(&["tax_rate", "tax", "cost_centre"]).map(|()| CashKind::TopUp)?,
            _ => {
                none(&["tax_rate", "tax"])?;
                CashKind::Count { cost_centre: cell::code(row, "cost_centre")? }
            }
        };
        Ok(Self {
            date: cell::date(row, "date")?,
            voucher: cell::plain_code(row, "voucher")?,
            kind,
            person: cell::code(row, "person")?,
            amount: cell::some_money(row, "amount")?,
            account: account(row, "account")?,
            description: cell::text(row, "description")?,
        })
    }
}

/// Who used the card, where, and for what kind of thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CardUse {
    pub(crate) cardholder: Code<Person>,
    pub(crate) merchant: String,
    pub(crate) category: String,
}

/// What a line of the card statement is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CardKind {
    Opening,
    Purchase(CardUse),
    /// Taken from the bank account.
    Payment,
    /// Money back from a merchant.
    Credit(CardUse),
    Closing,
}

/// A line of the card statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CardLine {
    pub(crate) kind: CardKind,
    pub(crate) date: NaiveDate,
    pub(crate) reference: String,
    /// What is owed is positive.
    pub(crate) amount: Money,
}

impl FileRow for CardLine {
    const FILE: &'static str = "card_statement.csv";
    const COLUMNS: &'static [&'static str] =
        &["kind", "date", "reference", "cardholder", "merchant", "amount", "currency", "category"];
    const KEY: &'static [&'static str] = &["reference"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        const KINDS: [(&str, char); 5] =
            [("opening", 'o'), ("purchase", 'p'), ("payment", 'b'), ("credit", 'c'), ("closing", 'e')];
        row.one_of("currency", &[("EUR", ())])?;
        let kind = row.one_of("kind", &KINDS)?;
        let amount = if kind == 'p' { cell::some_money(row, "amount")? } else { cell::money(row, "amount")? };
        if matches!(kind, 'b' | 'c') && !amount.is_negative() {
            return Err(row.refuse("amount", "an amount below nothing"));
        }
        let usage = || {
            let cardholder = cell::code(row, "cardholder")?;
            let (merchant, category) = (cell::text(row, "merchant")?, cell::word(row, "category")?);
            Ok(CardUse { cardholder, merchant, category })
        };
        let unused = |kind| match ["cardholder", "category"].into_iter().find(|column| row.text(column).is_ok()) {
            Some(column) => Err(row.refuse(column, "nothing for a line of this kind")),
            None => Ok(kind),
        };
        let kind = match kind {
            'p' => CardKind::Purchase(usage()?),
            'c' => CardKind::Credit(usage()?),
            'o' => unused(CardKind::Opening)?,
            'b' => unused(CardKind::Payment)?,
            _ => unused(CardKind::Closing)?,
        };
        Ok(Self { kind, date: cell::date(row, "date")?, reference: cell::plain_code(row, "reference")?, amount })
    }

    /// The statement opens, closes, and closes at the sum of its lines.
    fn agree(table: &Table<Self>) -> Result<(), InputError> {
        let lines = table.rows.len();
        let mut sum = Money::zero(EUR);
        for (index, (row, line)) in table.both().enumerate() {
            let closes = line.kind == CardKind::Closing;
            if (line.kind == CardKind::Opening) != (index == 0) || closes != (index.saturating_add(1) == lines) {
                return Err(row.refuse("kind", "`opening` in the first row and `closing` in the last"));
            }
            if closes && line.amount != sum {
                return Err(row.refuse("amount", &format!("the sum of the lines above, {sum}")));
            }
            sum = sum.checked_add(line.amount).map_err(|_| row.refuse("amount", "a smaller amount"))?;
        }
        Ok(())
    }
}

/// A receipt for something that was paid by card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CardReceipt {
    pub(crate) code: String,
    pub(crate) date: NaiveDate,
    pub(crate) cardholder: Code<Person>,
    pub(crate) merchant: String,
    /// Money back is negative, and so is its tax.
    pub(crate) amount: Money,
    pub(crate) tax_rate: Percent,
    pub(crate) tax: Money,
    pub(crate) account: AccountCode,
    /// Nothing for what is personal.
    pub(crate) cost_centre: Option<Code<CostCentre>>,
}

impl FileRow for CardReceipt {
    const FILE: &'static str = "card_receipts.csv";
    const COLUMNS: &'static [&'static str] =
        &["receipt", "date", "cardholder", "merchant", "amount", "tax_rate", "tax", "account", "cost_centre"];
    const KEY: &'static [&'static str] = &["receipt"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        Ok(Self {
            code: cell::plain_code(row, "receipt")?,
            date: cell::date(row, "date")?,
            cardholder: cell::code(row, "cardholder")?,
            merchant: cell::text(row, "merchant")?,
            amount: cell::money(row, "amount")?,
            tax_rate: cell::percent(row, "tax_rate")?,
            tax: cell::money(row, "tax")?,
            account: account(row, "account")?,
            cost_centre: cell::unless_empty(row, "cost_centre", cell::code)?,
        })
    }
}
