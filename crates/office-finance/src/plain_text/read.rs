//! Reading journals.

use std::iter::{Peekable, Zip};
use std::ops::RangeFrom;
use std::str::Lines;

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
    let mut journal = Journal::new(text);
    let mut transactions = Vec::new();
    let mut transaction = TextTransaction::default();
    while journal.read(&mut transaction)? {
        transactions.push(std::mem::take(&mut transaction));
    }
    Ok(transactions)
}

/// A journal that is being read.
pub(super) struct Journal<'a> {
    lines: Peekable<Zip<Lines<'a>, RangeFrom<usize>>>,
    reader: Reader<'a>,
}

impl<'a> Journal<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { lines: text.lines().zip(1_usize..).peekable(), reader: Reader { known: None } }
    }

    /// Reads the next transaction in place of another; whether there was one.
    pub(super) fn read(&mut self, transaction: &mut TextTransaction<'a>) -> Result<bool, ReadJournalError> {
        while let Some((line, number)) = self.lines.next() {
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
                    let _ = self.lines.by_ref().find(|(line, _)| line.trim_end() == "end comment");
                    continue;
                }
                // Comments, headings, and directives that move nothing.
                _ => continue,
            }
            let Some((on, code, description)) = head(line).map_err(at)? else { continue };
            transaction.postings.clear();
            (transaction.line, transaction.on) = (number, on);
            (transaction.code, transaction.description) = (code, description);
            let open = self.postings(&mut transaction.postings)?;
            settle(&mut transaction.postings, open).map_err(at)?;
            return Ok(true);
        }
        Ok(false)
    }

    /// Reads the postings of a transaction; the account and place of the one without an amount, where there is one.
    fn postings(&mut self, postings: &mut Vec<TextPosting<'a>>) -> Result<Option<(&'a str, usize)>, ReadJournalError> {
        let mut open = None;
        let is_posting = |line: &str| line.starts_with([' ', '\t']) && !line.trim_start().is_empty();
        while let Some((line, number)) = self.lines.next_if(|(line, _)| is_posting(line)) {
            let at = |kind| ReadJournalError { line: number, kind };
            if line.len() > MAX_LINE {
                return Err(at(ReadJournalErrorKind::LongLine));
            }
            let line = line.trim();
            if is_comment(line) {
                continue;
            }
            let (account, amount) = account_of(line).map_err(at)?;
            match self.reader.amounts(amount).map_err(at)? {
                Some((amount, worth)) => postings.push(TextPosting { account, amount, worth }),
                None if open.is_some() => return Err(at(ReadJournalErrorKind::TwoOpen)),
                None => open = Some((account, postings.len())),
            }
        }
        Ok(open)
    }
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
    let ends = |pair: &[u8]| matches!(pair, [b' ', b' ' | b'\t'] | [b'\t', _]);
    let end = line.as_bytes().windows(2).position(ends).unwrap_or(line.len());
    let (account, rest) = line.split_at_checked(end).unwrap_or((line, ""));
    if account.is_empty() || account.starts_with(['(', '[']) {
        return Err(ReadJournalErrorKind::Unsupported);
    }
    Ok((account, rest.split_once(';').map_or(rest, |(amount, _)| amount).trim()))
}

/// Makes the transaction balance by the posting without an amount, or checks that it does.
fn settle<'a>(postings: &mut Vec<TextPosting<'a>>, open: Option<(&'a str, usize)>) -> Result<(), ReadJournalErrorKind> {
    let plain = |posting: &TextPosting<'_>| posting.worth.is_none();
    let like = postings.first().map(|first| first.amount.currency());
    let sum = postings.iter().try_fold(0_i128, |sum, posting| {
        let same = plain(posting) && Some(posting.amount.currency()) == like;
        sum.checked_add(posting.amount.minor()).filter(|_| same)
    });
    if sum == Some(0) && open.is_none() {
        return Ok(());
    }
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
        let is_more = |byte: u8| matches!(byte, b'=' | b'{' | b'[' | b'(' | b'@');
        if !text.bytes().any(is_more) {
            return Ok(Some((self.money(text)?, None)));
        }
        if text.contains(['=', '{', '[', '(']) {
            return Err(ReadJournalErrorKind::Unsupported);
        }
        let Some((amount, price)) = text.split_once('@') else {
            return Err(ReadJournalErrorKind::Amount);
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
        let numeric = |byte: u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.');
        let is_first = text.bytes().next().is_some_and(numeric);
        let end = text.bytes().position(|byte| numeric(byte) != is_first).unwrap_or(text.len());
        // What is numeric is ASCII, so this cuts between characters.
        let (one, other) = text.split_at_checked(end).unwrap_or((text, ""));
        let (digits, code) = if is_first { (one, other) } else { (other, one) };
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
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    if whole.is_empty() || part.is_some_and(str::is_empty) || digits.len() > 30 {
        return None;
    }
    let mut number = 0_i128;
    for digits in [whole, part.unwrap_or_default()] {
        // As many digits at once as 64 bits hold for sure.
        for digits in digits.as_bytes().chunks(18) {
            let (mut some, mut power) = (0_u64, 1_u64);
            for byte in digits {
                let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
                some = some.wrapping_mul(10).wrapping_add(u64::from(digit));
                power = power.wrapping_mul(10);
            }
            number = number.checked_mul(i128::from(power))?.checked_add(i128::from(some))?;
        }
    }
    let scale = u32::try_from(part.map_or(0, str::len)).ok()?;
    Some((if negative { number.checked_neg()? } else { number }, scale))
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
