//! Bank statements in SWIFT MT940, and announcements in MT942.

mod details;
mod entry;
mod field;

use chrono::NaiveDate;
use office_core::{Currency, InputError, Money};

use self::details::Details;
use self::entry::Entry;
use self::field::Field;
use crate::iban::sound_account;
use crate::text_encoding::TextEncoding;
use crate::{BankStatement, StatementBalance, StatementFormat, StatementLine};

/// Reads the statements of an MT940 or MT942 file, in the encoding that its bank uses.
///
/// A message begins at `:20:` and becomes one statement; a page that goes on (`:60M:`, `:62M:`) is one of its own. What
/// banks write in `:86:` is understood as subfields (`?20`) or codes (`/EREF/`, `EREF+`) where they are, and is text
/// otherwise. Reversals (`RC`, `RD`) have the sign of what they do; what is expected (`EC`, `ED`) is pending. Years
/// below 70 are of this century; a day that its month does not have, as banks that count 30 days a month write it, is
/// the last of the month. A statement that does not add up, or that lacks a balance, is read all the same: see
/// [`BankStatement::proof`]. Unknown fields are part of the text before them, as times stand at the start of lines.
///
/// # Errors
/// [`InputError`] names line and field: text that does not fit the encoding, control characters, a message without
/// account, with two, or with two opening or closing balances, what is no amount, currency or day, another currency
/// than that of the statement, and an account number whose check digits are wrong. Files have 32 MiB at most.
///
/// # Example
/// ```
/// use office_finance::{TextEncoding, read_mt940};
///
/// let file = ":20:STARTUMS\n:25:DE83100990010004711200\n:28C:10/1\n:60F:C261001EUR100,00\n\
///     :61:2610301030DR14,90NCHGNONREF//NB2610030\n:86:808?00ACCOUNT FEE?20SVWZ+October\n:62F:C261031EUR85,10\n-";
/// let statements = read_mt940("october.sta", file.as_bytes(), TextEncoding::UTF_8)?;
/// let line = &statements[0].lines[0];
/// assert_eq!((line.amount.to_string().as_str(), line.text.as_str()), ("-14.90 EUR", "October"));
/// assert_eq!(statements[0].gap()?.map(|gap| gap.is_zero()), Some(true));
///
/// let damaged = file.replace("DR14,90", "DR14,9O");
/// let error = read_mt940("october.sta", damaged.as_bytes(), TextEncoding::UTF_8).unwrap_err();
/// assert_eq!((error.line(), error.field(), error.value()), (5, ":61:", "14,9ONCHGNONREF//NB2610030"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_mt940(file: &str, bytes: &[u8], encoding: TextEncoding) -> Result<Vec<BankStatement>, InputError> {
    let text = encoding.text(file, bytes)?;
    let fields = field::fields(file, &text)?;
    let mut statements = Vec::new();
    let mut rest = fields.as_slice();
    while let Some((first, others)) = rest.split_first() {
        let until = others.iter().position(|field| field.tag == "20").unwrap_or(others.len());
        let (message, after) = others.split_at_checked(until).unwrap_or((others, &[]));
        statements.push(statement(file, first, message)?);
        rest = after;
    }
    Ok(statements)
}

/// A statement while its fields are read.
#[derive(Default)]
struct Draft {
    account: Option<String>,
    number: String,
    currency: Option<Currency>,
    opening: Option<StatementBalance>,
    closing: Option<StatementBalance>,
    lines: Vec<StatementLine>,
    pending: Vec<StatementLine>,
    /// The entry that following fields tell more about.
    open: Option<Entry>,
}

fn statement(file: &str, first: &Field<'_>, others: &[Field<'_>]) -> Result<BankStatement, InputError> {
    let mut draft = Draft::default();
    for field in std::iter::once(first).chain(others) {
        draft.take(field)?;
    }
    draft.close(None);
    let missing = || InputError::new(file, first.line, ":25:", "", "a field of this name, with the account");
    Ok(BankStatement {
        format: StatementFormat::Mt940,
        account: draft.account.ok_or_else(missing)?,
        number: draft.number,
        opening: draft.opening,
        closing: draft.closing,
        lines: draft.lines,
        pending: draft.pending,
    })
}

impl Draft {
    fn take(&mut self, field: &Field<'_>) -> Result<(), InputError> {
        match field.tag {
            "25" => self.account = Some(account(field, self.account.as_deref())?),
            "28" | "28C" => field.one_line().clone_into(&mut self.number),
            "60F" | "60M" => self.opening = Some(self.balance(field, self.opening.is_some())?),
            "62F" | "62M" => {
                self.close(None);
                self.closing = Some(self.balance(field, self.closing.is_some())?);
            }
            // The floor limit of MT942: all that it says here is the currency.
            "34F" => {
                let code = field.text.get(..3).unwrap_or(&field.text);
                self.currency = Some(self.currency_of(field, code)?);
            }
            "61" => {
                self.close(None);
                let wanted = "a field with the currency before it: `:60F:` or `:34F:`";
                let currency = self.currency.ok_or_else(|| field.wrong(field.one_line(), wanted))?;
                self.open = Some(Entry::read(field, currency)?);
            }
            "86" => self.close(Some(Details::read(&field.text))),
            "NS" if self.open.is_some() => self.close(Some(Details::plain(&field.text))),
            _ => {}
        }
        Ok(())
    }

    /// Puts the entry that was read before to the lines.
    fn close(&mut self, details: Option<Details>) {
        let Some(entry) = self.open.take() else { return };
        let expected = entry.expected;
        let line = entry.line(details);
        if expected { self.pending.push(line) } else { self.lines.push(line) }
    }

    /// A balance: the sign, the day, the currency and the amount.
    fn balance(&mut self, field: &Field<'_>, is_second: bool) -> Result<StatementBalance, InputError> {
        let text = field.one_line();
        if is_second {
            return Err(field.wrong(text, "one balance of a kind in a message"));
        }
        let wanted = "a balance such as `C261031EUR85,10`";
        let (sign, rest) = text.split_at_checked(1).ok_or_else(|| field.wrong(text, wanted))?;
        let (date, rest) = rest.split_at_checked(6).ok_or_else(|| field.wrong(text, wanted))?;
        let on = field::day(date).ok_or_else(|| field.wrong(date, "a day such as `261031`"))?;
        // Some banks leave the currency out where they gave it before.
        let (code, amount) = match (rest.starts_with(|c: char| c.is_ascii_digit()), self.currency) {
            (true, Some(currency)) => (currency.code(), rest),
            _ => rest.split_at_checked(3).ok_or_else(|| field.wrong(rest, wanted))?,
        };
        let currency = self.currency_of(field, code)?;
        self.currency = Some(currency);
        let amount = field::amount(field, amount, currency)?;
        match sign {
            "C" => Ok(StatementBalance { amount, on }),
            "D" => Ok(StatementBalance { amount: amount.negated(), on }),
            other => Err(field.wrong(other, "C or D")),
        }
    }

    fn currency_of(&self, field: &Field<'_>, code: &str) -> Result<Currency, InputError> {
        let found = Currency::from_code(code).map_err(|error| field.wrong(code, format!("a currency ({error})")))?;
        match self.currency {
            Some(known) if known != found => {
                Err(field.wrong(code, format!("{}, the currency of the statement", known.code())))
            }
            _ => Ok(found),
        }
    }
}

fn account(field: &Field<'_>, known: Option<&str>) -> Result<String, InputError> {
    let text = field.one_line();
    if text.is_empty() {
        return Err(field.wrong(text, "an account"));
    }
    let account = sound_account(text).map_err(|error| field.wrong(text, format!("an account number ({error})")))?;
    if known.is_some_and(|known| known != account) {
        return Err(field.wrong(text, "one account in a message"));
    }
    Ok(account)
}

/// The sign of an amount, as it is told.
fn signed(amount: Money, out: bool) -> Money {
    if out { amount.negated() } else { amount }
}

/// The day of a month and day beside another day: that of the year that is nearest.
fn nearest(month_day: &str, beside: NaiveDate) -> Option<NaiveDate> {
    use chrono::Datelike;
    let years = [beside.year(), beside.year().saturating_sub(1), beside.year().saturating_add(1)];
    let days = years.into_iter().filter_map(|year| field::clamped(year, month_day));
    days.min_by_key(|day| day.signed_duration_since(beside).num_days().unsigned_abs())
}
