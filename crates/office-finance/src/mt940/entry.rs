//! An entry of a statement: field 61, with what other fields tell about it.

use chrono::NaiveDate;
use office_core::{Currency, InputError, Money};

use super::details::Details;
use super::field::{self, Field};
use super::{nearest, signed};
use crate::StatementLine;

/// An entry as field 61 tells it.
pub(super) struct Entry {
    on: NaiveDate,
    value: NaiveDate,
    amount: Money,
    /// It is expected and not booked.
    pub(super) expected: bool,
    code: Option<String>,
    reference: Option<String>,
    bank_reference: Option<String>,
    more: String,
}

impl Entry {
    pub(super) fn read(field: &Field<'_>, currency: Currency) -> Result<Self, InputError> {
        let text = field.text.as_str();
        let wrong = |value: &str, wanted: &str| field.wrong(value, wanted);
        let wanted = "an entry such as `2610301030D14,90NCHG`";
        let (date, rest) = text.split_at_checked(6).ok_or_else(|| wrong(text, wanted))?;
        let value = field::day(date).ok_or_else(|| wrong(date, "a day such as `261030`"))?;
        let (on, rest) = match rest.split_at_checked(4) {
            Some((booked, after)) if booked.bytes().all(|byte| byte.is_ascii_digit()) => {
                (nearest(booked, value).ok_or_else(|| wrong(booked, "a month and day such as `1030`"))?, after)
            }
            _ => (value, rest),
        };
        let (mark, rest) = mark_of(rest).ok_or_else(|| wrong(rest, "C, D, RC, RD, EC or ED"))?;
        // The third letter of the currency, and what some banks put between it and the amount.
        let rest = rest.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or(rest);
        let rest = rest.strip_prefix([' ', '\n']).unwrap_or(rest);
        let until = rest.find(|c: char| !c.is_ascii_digit() && c != ',').unwrap_or(rest.len());
        let (digits, rest) = rest.split_at_checked(until).unwrap_or((rest, ""));
        let (first, more) = rest.split_once('\n').unwrap_or((rest, ""));
        let told = first.split_at_checked(4).filter(|(code, _)| is_code(code));
        // An amount goes on to the code, or to the end.
        if told.is_none() && !first.trim().is_empty() {
            let shown = format!("{digits}{first}");
            return Err(wrong(&shown, "an amount such as `14,90`, and a code such as `NTRF` or nothing after it"));
        }
        let amount = field::amount(field, digits, currency)?;
        let (code, references) = told.unwrap_or(("", ""));
        let (own, bank) = references.split_once("//").unwrap_or((references, ""));
        let given = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
        Ok(Self {
            on,
            value,
            amount: signed(amount, mark.out),
            expected: mark.expected,
            code: given(code),
            reference: given(own).filter(|own| own != "NONREF"),
            bank_reference: given(bank),
            more: more.trim().to_owned(),
        })
    }

    /// The line that it becomes.
    pub(super) fn line(self, details: Option<Details>) -> StatementLine {
        let mut details = details.unwrap_or_default();
        if let Some(reference) = self.reference
            && !details.references.contains(&reference)
        {
            details.references.push(reference);
        }
        let code = match (self.code, details.code) {
            (Some(code), Some(other)) => Some(format!("{code}/{other}")),
            (code, other) => code.or(other),
        };
        StatementLine {
            on: self.on,
            value: Some(self.value),
            amount: self.amount,
            references: details.references,
            party: details.party,
            party_account: details.account,
            text: if details.text.is_empty() { self.more.replace('\n', " ") } else { details.text },
            bank_reference: self.bank_reference,
            code,
        }
    }
}

struct Mark {
    out: bool,
    expected: bool,
}

/// Whether money comes or goes; a reversal does the opposite of what it reverses.
fn mark_of(text: &str) -> Option<(Mark, &str)> {
    let marks = [("RC", true, false), ("RD", false, false), ("EC", false, true), ("ED", true, true)];
    let marks = marks.into_iter().chain([("C", false, false), ("D", true, false)]);
    let mut found = marks.filter_map(|(mark, out, expected)| Some((Mark { out, expected }, text.strip_prefix(mark)?)));
    found.next()
}

/// A code has a letter and three letters or digits. No bank's begins with O or I: those are slips for digits.
fn is_code(code: &str) -> bool {
    let mut characters = code.chars();
    characters.next().is_some_and(|c| c.is_ascii_uppercase() && !matches!(c, 'O' | 'I'))
        && characters.all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}
