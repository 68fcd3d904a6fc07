//! Reading journals.

use chrono::NaiveDate;
use office_core::{Currency, Money, MoneyError};
use thiserror::Error;

use super::{TextPosting, TextTransaction};

/// The transactions of a journal, in the order in which they stand.
///
/// Reads what [`write_hledger`](super::write_hledger) writes and the common part of what people write for `hledger`: dates
/// with `-`, `/` or `.`, marks, codes, comments, amounts with the currency before or after them, prices with `@` and `@@`, one amount
/// left out, and directives that move nothing, which are passed over. What would change the meaning and is not read
/// (balance assertions, virtual postings, included files) is refused.
///
/// # Errors
/// [`ReadJournalError`] with the line.
pub fn read_journal(text: &str) -> Result<Vec<TextTransaction<'_>>, ReadJournalError> {
    let mut lines = text.lines().zip(1_usize..).peekable();
    let mut transactions = Vec::new();
    let mut reader = Reader { known: None };
    while let Some((line, number)) = lines.next() {
        let at = |kind| ReadJournalError { line: number, kind };
        if line.len() > MAX_LINE {
            return Err(at(ReadJournalErrorKind::LongLine));
        }
        match line.bytes().next() {
            Some(b'0'..=b'9') => {}
            Some(b' ' | b'\t') if !line.trim().is_empty() && !is_comment(line.trim_start()) => {
                return Err(at(ReadJournalErrorKind::StrayPosting));
            }
            _ if line.starts_with("include") || line.starts_with('~') || line.starts_with('=') => {
                return Err(at(ReadJournalErrorKind::Unsupported));
            }
            _ if line.trim_end() == "comment" => {
                // Up to its end, or that of the file.
                let _ = lines.by_ref().find(|(line, _)| line.trim_end() == "end comment");
                continue;
            }
            // Comments, headings, and directives that move nothing.
            _ => continue,
        }
        let Some((on, code, description)) = head(line).map_err(at)? else { continue };
        let mut transaction = TextTransaction { line: number, on, code, description, postings: Vec::with_capacity(3) };
        let mut open = None;
        while let Some((line, number)) =
            lines.next_if(|(line, _)| line.starts_with([' ', '\t']) && !line.trim().is_empty())
        {
            let at = |kind| ReadJournalError { line: number, kind };
            if line.len() > MAX_LINE {
                return Err(at(ReadJournalErrorKind::LongLine));
            }
            let line = line.trim();
            if is_comment(line) {
                continue;
            }
            let (account, amount) = account_of(line).map_err(at)?;
            match reader.amounts(amount).map_err(at)? {
                Some((amount, worth)) => transaction.postings.push(TextPosting { account, amount, worth }),
                None if open.is_some() => return Err(at(ReadJournalErrorKind::TwoOpen)),
                None => open = Some((account, transaction.postings.len())),
            }
        }
        settle(&mut transaction.postings, open).map_err(at)?;
        transactions.push(transaction);
    }
    Ok(transactions)
}

/// The longest line, in bytes.
const MAX_LINE: usize = 10_000;

fn is_comment(line: &str) -> bool {
    line.starts_with([';', '#', '%', '*'])
}

/// The day, code and description of a transaction.
type Head<'a> = (NaiveDate, Option<&'a str>, &'a str);

/// What the first line of a transaction says; `None` where the line is a directive of a day.
fn head(line: &str) -> Result<Option<Head<'_>>, ReadJournalErrorKind> {
    let (day, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    let on = date(day.split_once('=').map_or(day, |(first, _)| first)).ok_or(ReadJournalErrorKind::Date)?;
    let rest = rest.trim();
    let directives = ["open ", "close ", "price ", "note ", "event ", "document ", "commodity ", "custom "];
    if directives.iter().any(|directive| rest.starts_with(directive)) {
        return Ok(None);
    }
    if ["balance ", "pad "].iter().any(|directive| rest.starts_with(directive)) {
        return Err(ReadJournalErrorKind::Unsupported);
    }
    let rest = rest.strip_prefix(['*', '!']).unwrap_or(rest).trim_start();
    let rest = rest.strip_prefix("txn ").unwrap_or(rest);
    let rest = rest.split_once(';').map_or(rest, |(text, _)| text).trim_end();
    match rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((code, description)) => Ok(Some((on, Some(code), description.trim_start()))),
        None => Ok(Some((on, None, rest))),
    }
}

fn date(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split(['-', '/', '.']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |text: &str, most: usize| {
        let digits = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if digits { text.parse::<u32>().ok() } else { None }
    };
    let year = i32::try_from(number(year, 4).filter(|_| year.len() == 4)?).ok()?;
    let on = NaiveDate::from_ymd_opt(year, number(month, 2)?, number(day, 2)?);
    on.filter(|_| parts.next().is_none())
}

/// The account of a posting, and what follows it after two spaces or a tab, without the comment.
fn account_of(line: &str) -> Result<(&str, &str), ReadJournalErrorKind> {
    let line = line.strip_prefix("* ").or_else(|| line.strip_prefix("! ")).unwrap_or(line);
    let bytes = line.as_bytes();
    let ends = |pair: &[u8]| matches!(pair, [b' ', b' ' | b'\t'] | [b'\t', _]);
    let end = bytes.windows(2).position(ends).unwrap_or(line.len());
    let (account, rest) = line.split_at_checked(end).unwrap_or((line, ""));
    if account.is_empty() || account.starts_with(['(', '[']) {
        return Err(ReadJournalErrorKind::Unsupported);
    }
    Ok((account, rest.split_once(';').map_or(rest, |(amount, _)| amount).trim()))
}

/// Makes the transaction balance by the posting without an amount, or checks that it does.
fn settle<'a>(postings: &mut Vec<TextPosting<'a>>, open: Option<(&'a str, usize)>) -> Result<(), ReadJournalErrorKind> {
    let mut sums: Vec<(Currency, i128)> = Vec::with_capacity(1);
    for posting in postings.iter() {
        let told = posting.worth.unwrap_or(posting.amount);
        match sums.iter_mut().find(|(currency, _)| *currency == told.currency()) {
            Some((_, sum)) => *sum = sum.checked_add(told.minor()).ok_or(ReadJournalErrorKind::Amount)?,
            None => sums.push((told.currency(), told.minor())),
        }
    }
    sums.retain(|(_, sum)| *sum != 0);
    match (sums.as_slice(), open) {
        ([], None) => Ok(()),
        ([], Some((account, at))) => {
            let like = postings.first().ok_or(ReadJournalErrorKind::TwoOpen)?;
            let amount = Money::zero(like.worth.unwrap_or(like.amount).currency());
            postings.insert(at, TextPosting { account, amount, worth: None });
            Ok(())
        }
        ([(currency, sum)], Some((account, at))) => {
            let amount = Money::try_from_minor(sum.saturating_neg(), *currency)?;
            postings.insert(at, TextPosting { account, amount, worth: None });
            Ok(())
        }
        ([(currency, sum), ..], _) => {
            Err(ReadJournalErrorKind::Unbalanced { excess: Money::try_from_minor(*sum, *currency)? })
        }
    }
}

/// What is remembered from amount to amount.
struct Reader<'a> {
    // The currency read last: mostly that of the next amount.
    known: Option<(&'a str, Currency)>,
}

impl<'a> Reader<'a> {
    /// The amount of a posting and what it is worth; `None` where it is left out.
    fn amounts(&mut self, text: &'a str) -> Result<Option<(Money, Option<Money>)>, ReadJournalErrorKind> {
        if text.is_empty() {
            return Ok(None);
        }
        if text.contains(['=', '{', '[', '(']) {
            return Err(ReadJournalErrorKind::Unsupported);
        }
        let Some((amount, price)) = text.split_once('@') else {
            return Ok(Some((self.money(text.trim_end())?, None)));
        };
        let amount = self.money(amount.trim_end())?;
        if let Some(total) = price.strip_prefix('@') {
            let total = self.money(total.trim())?;
            return Ok(Some((amount, Some(if amount.is_negative() { total.negated() } else { total }))));
        }
        let (digits, currency) = self.parts(price.trim())?;
        let (price, scale) = number(digits).ok_or(ReadJournalErrorKind::Amount)?;
        // Prices are exact in the text; the worth has to be exact in the currency, or a total price says it.
        let minor = amount.minor().checked_mul(price).ok_or(ReadJournalErrorKind::Amount)?;
        let scale = scale.checked_add(amount.currency().digits()).ok_or(ReadJournalErrorKind::Amount)?;
        Ok(Some((amount, Some(exact(minor, scale, currency)?))))
    }

    fn money(&mut self, text: &'a str) -> Result<Money, ReadJournalErrorKind> {
        let (digits, currency) = self.parts(text)?;
        let (number, scale) = number(digits).ok_or(ReadJournalErrorKind::Amount)?;
        exact(number, scale, currency)
    }

    /// The digits of an amount, and its currency before or after them.
    fn parts(&mut self, text: &'a str) -> Result<(&'a str, Currency), ReadJournalErrorKind> {
        let numeric = |found: char| found.is_ascii_digit() || matches!(found, '-' | '+' | '.');
        let (digits, code) = if text.starts_with(numeric) {
            let end = text.find(|found: char| !numeric(found)).unwrap_or(text.len());
            text.split_at_checked(end).unwrap_or((text, ""))
        } else {
            let end = text.find(numeric).unwrap_or(text.len());
            let (code, digits) = text.split_at_checked(end).unwrap_or(("", text));
            (digits, code)
        };
        let code = code.trim();
        match self.known {
            Some((known, currency)) if known == code => Ok((digits, currency)),
            Some(_) | None => {
                let currency = match code {
                    "€" => Currency::EUR,
                    "$" => Currency::USD,
                    "£" => Currency::GBP,
                    code => Currency::from_code(code).map_err(|_| ReadJournalErrorKind::Currency)?,
                };
                self.known = Some((code, currency));
                Ok((digits, currency))
            }
        }
    }
}

/// A number and how many of its digits are after the point.
fn number(text: &str) -> Option<(i128, u32)> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mut number, mut scale, mut any) = (0_i128, None::<u32>, false);
    for byte in digits.bytes() {
        match byte {
            b'0'..=b'9' => {
                number = number.checked_mul(10)?.checked_add(i128::from(byte.checked_sub(b'0')?))?;
                scale = scale.map(|scale| scale.saturating_add(1));
                any = true;
            }
            b'.' if scale.is_none() && any => scale = Some(0),
            _ => return None,
        }
    }
    let complete = any && scale != Some(0) && digits.len() <= 30;
    complete.then_some((if negative { number.checked_neg()? } else { number }, scale.unwrap_or(0)))
}

/// The number as money, exactly.
fn exact(number: i128, scale: u32, currency: Currency) -> Result<Money, ReadJournalErrorKind> {
    let digits = currency.digits();
    let power = |places: u32| 10_i128.checked_pow(places).ok_or(ReadJournalErrorKind::Amount);
    let minor = match digits.checked_sub(scale) {
        Some(0) => number,
        Some(missing) => number.checked_mul(power(missing)?).ok_or(ReadJournalErrorKind::Amount)?,
        None => {
            let unit = power(scale.saturating_sub(digits))?;
            if number.checked_rem(unit) != Some(0) {
                return Err(ReadJournalErrorKind::Digits { currency });
            }
            number.checked_div(unit).ok_or(ReadJournalErrorKind::Amount)?
        }
    };
    Ok(Money::try_from_minor(minor, currency)?)
}

/// A journal cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("line {line} of the journal cannot be read")]
pub struct ReadJournalError {
    /// The line, from 1; of a transaction that does not balance the first.
    pub line: usize,
    /// What is wrong with it.
    #[source]
    pub kind: ReadJournalErrorKind,
}

/// What is wrong with a line of a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReadJournalErrorKind {
    /// It is too long.
    #[error("the line has more than {MAX_LINE} bytes")]
    LongLine,
    /// It is indented, but no transaction precedes it.
    #[error("a posting stands without a transaction")]
    StrayPosting,
    /// It begins with a digit, but not with a day.
    #[error("a day such as 2026-10-01 is wanted")]
    Date,
    /// It says what is not read here.
    #[error("balance assertions, virtual postings, lots, rules and included files are not read")]
    Unsupported,
    /// An amount is not a number, or too large.
    #[error("an amount such as 12.50 EUR is wanted, with a point and without grouping")]
    Amount,
    /// The currency of an amount is not one of ISO 4217.
    #[error("a currency of ISO 4217 is wanted beside each amount, such as EUR")]
    Currency,
    /// An amount has more digits than its currency.
    #[error("the amount, or what it is worth by its price, has more digits than {currency}")]
    Digits {
        /// The currency.
        currency: Currency,
    },
    /// Two postings have no amount, or the only one has none.
    #[error("the amount of one posting beside others can be left out")]
    TwoOpen,
    /// The transaction does not balance.
    #[error("the debits exceed the credits by {excess}")]
    Unbalanced {
        /// By how much, in the first currency that does not balance.
        excess: Money,
    },
    /// An amount cannot be held.
    #[error("an amount cannot be held")]
    Money(#[from] MoneyError),
}
