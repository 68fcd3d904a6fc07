//! Numbers of documents, without gaps.

mod drawing;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::drawing::{DrawNumberError, DrawnNumber, NumberFact, draw_number};

/// Whether a series begins again at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Restart {
    /// With each year.
    EachYear,
    /// Never.
    Never,
}

/// A series of numbers: invoices, letters in, purchase orders.
///
/// Its pattern is text in which `{year}` stands for the year in four digits and `{number:5}` for the number in at
/// least five: `INV-{year}-{number:5}` makes `INV-2026-00017`. `{number}` stands there just once, and a series that
/// begins again each year shows the year, so that no number is given twice.
///
/// # Example
/// ```
/// use office_core::{Restart, Series, SeriesError};
///
/// let invoices = Series::new("invoices", "INV-{year}-{number:5}", Restart::EachYear)?;
/// let number = "INV-2026-00017".parse()?;
/// assert_eq!(invoices.read(&number), Some((Some(2026), 17)));
///
/// // Numbers that would come again next year are refused.
/// let refused = Series::new("invoices", "INV-{number:5}", Restart::EachYear);
/// assert_eq!(refused, Err(SeriesError::YearMissing { pattern: "INV-{number:5}".into() }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "SeriesFields", into = "SeriesFields")]
pub struct Series {
    name: String,
    pattern: String,
    restart: Restart,
    // Invariant: what the pattern says, with one number and at most one year.
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Part {
    Text(String),
    Year,
    Number(usize),
}

/// The stored form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeriesFields {
    name: String,
    pattern: String,
    restart: Restart,
}

/// The longest name or pattern.
const LONGEST: usize = 64;
/// The widest number.
const WIDEST: usize = 18;
/// The greatest number: eighteen digits.
const GREATEST: u64 = 999_999_999_999_999_999;

impl Series {
    /// The series of this name and pattern.
    pub fn new(name: &str, pattern: &str, restart: Restart) -> Result<Self, SeriesError> {
        let fits =
            |text: &str| !text.is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
        if !fits(name) {
            return Err(SeriesError::Name { name: name.chars().take(LONGEST).collect() });
        }
        let shown = || pattern.chars().take(LONGEST).collect::<String>();
        let parts = Some(pattern).filter(|pattern| fits(pattern)).and_then(parts);
        let parts = parts.ok_or_else(|| SeriesError::Pattern { pattern: shown() })?;
        let count = |wanted: fn(&Part) -> bool| parts.iter().filter(|part| wanted(part)).count();
        let (numbers, years) = (count(|part| matches!(part, Part::Number(_))), count(|part| *part == Part::Year));
        if numbers != 1 || years > 1 {
            return Err(SeriesError::Pattern { pattern: shown() });
        }
        if restart == Restart::EachYear && years == 0 {
            return Err(SeriesError::YearMissing { pattern: shown() });
        }
        Ok(Self { name: name.to_owned(), pattern: pattern.to_owned(), restart, parts })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its pattern.
    #[must_use]
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Whether it begins again.
    #[must_use]
    pub const fn restart(&self) -> Restart {
        self.restart
    }

    /// The year, where it is shown, and the place in the series of a number; `None` where it is not of the series.
    #[must_use]
    pub fn read(&self, number: &DocumentNumber) -> Option<(Option<i32>, u64)> {
        let (mut year, mut found) = (None, None);
        let mut rest = number.as_str();
        for (index, part) in self.parts.iter().enumerate() {
            let (this, after) = match part {
                Part::Text(text) => (text.as_str(), rest.strip_prefix(text.as_str())?),
                Part::Year => rest.split_at_checked(4)?,
                // All that follows has a fixed length, so the number is what is left.
                Part::Number(_) => rest.split_at_checked(rest.len().checked_sub(self.length_after(index))?)?,
            };
            match part {
                Part::Text(_) => {}
                Part::Year => year = Some(this.parse().ok()?),
                Part::Number(_) => found = Some(this.parse().ok()?),
            }
            rest = after;
        }
        let (found, exact) = (found?, rest.is_empty());
        // Only the form that is given out counts: no missing zeros, no sign.
        (exact && self.text(year.unwrap_or(0), found) == number.as_str()).then_some((year, found))
    }

    fn length_after(&self, index: usize) -> usize {
        let length = |part: &Part| match part {
            Part::Text(text) => text.len(),
            Part::Year => 4,
            Part::Number(_) => 0,
        };
        self.parts.iter().skip(index.saturating_add(1)).map(length).sum()
    }

    fn text(&self, year: i32, number: u64) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Year => format!("{year:04}"),
            Part::Number(width) => format!("{number:0width$}"),
        };
        self.parts.iter().map(part).collect()
    }
}

/// What a pattern says; `None` where it cannot be read.
fn parts(pattern: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some((text, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        parts.push(Part::Text(text.to_owned()));
        parts.push(match name.split_once(':') {
            None if name == "year" => Part::Year,
            None if name == "number" => Part::Number(1),
            Some(("number", width)) => Part::Number(width.parse().ok().filter(|width| (1..=WIDEST).contains(width))?),
            None | Some(_) => return None,
        });
        rest = after;
    }
    parts.push(Part::Text(rest.to_owned()));
    let closed = |part: &Part| !matches!(part, Part::Text(text) if text.contains('}'));
    parts.iter().all(closed).then_some(parts)
}

impl TryFrom<SeriesFields> for Series {
    type Error = SeriesError;

    fn try_from(fields: SeriesFields) -> Result<Self, Self::Error> {
        Self::new(&fields.name, &fields.pattern, fields.restart)
    }
}

impl From<Series> for SeriesFields {
    fn from(series: Series) -> Self {
        Self { name: series.name, pattern: series.pattern, restart: series.restart }
    }
}

/// The number of a document as it is printed: `INV-2026-00017`.
///
/// Numbers are ordered as people order them, by the value of the digits in them: `INV-9` comes before `INV-10`.
/// At most 128 characters, none of them a control character or white space at either end.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DocumentNumber(String);

impl DocumentNumber {
    /// The number as it is printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DocumentNumber {
    type Err = ParseDocumentNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = !text.is_empty()
            && text.chars().count() <= 128
            && text.trim() == text
            && !text.chars().any(char::is_control);
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParseDocumentNumberError { text: text.chars().take(LONGEST).collect() })
        }
    }
}

impl TryFrom<String> for DocumentNumber {
    type Error = ParseDocumentNumberError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<DocumentNumber> for String {
    fn from(number: DocumentNumber) -> Self {
        number.0
    }
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PartialOrd for DocumentNumber {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for DocumentNumber {
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut one, mut two) = (self.as_str(), other.as_str());
        while !one.is_empty() && !two.is_empty() {
            let (first, one_after) = run(one);
            let (second, two_after) = run(two);
            let order = match (digits(first), digits(second)) {
                // Without leading zeros, more digits are a greater number.
                (Some(first), Some(second)) => first.len().cmp(&second.len()).then_with(|| first.cmp(second)),
                (None, _) | (_, None) => first.cmp(second),
            };
            if order != Ordering::Equal {
                return order;
            }
            (one, two) = (one_after, two_after);
        }
        // What is worth the same is told apart by how it is written.
        one.len().cmp(&two.len()).then_with(|| self.0.cmp(&other.0))
    }
}

/// The digits that a text starts with, or all that is before its first digit; and what follows.
fn run(text: &str) -> (&str, &str) {
    let digit = text.starts_with(|first: char| first.is_ascii_digit());
    let end = text.find(|other: char| other.is_ascii_digit() != digit).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// A run of digits without leading zeros; `None` where it is not one of digits.
fn digits(run: &str) -> Option<&str> {
    run.starts_with(|first: char| first.is_ascii_digit()).then(|| run.trim_start_matches('0'))
}

/// A text was not the number of a document.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not the number of a document: one such as `INV-2026-00017` is wanted")]
pub struct ParseDocumentNumberError {
    text: String,
}

/// How far a series has come: the last number given in each year.
///
/// A number is given by replacing the line with the one that comes with the number, in one transaction with the
/// document. So numbers have no gaps, and none is given twice. Years are numbered apart, so that an invoice of
/// December can be written in January.
///
/// # Law
/// 1. Of each year (of the whole series, where it never begins again) the n-th number given is n.
///
/// # Example
/// ```
/// use office_core::{NumberError, NumberLine, Restart, Series};
///
/// let line = NumberLine::new(Series::new("invoices", "INV-{year}-{number:5}", Restart::EachYear)?);
/// let (first, line) = line.next(2026)?;
/// let (second, line) = line.next(2026)?;
/// let (other_year, line) = line.next(2027)?;
/// assert_eq!([first, second, other_year].map(String::from), ["INV-2026-00001", "INV-2026-00002", "INV-2027-00001"]);
///
/// // A year that cannot be written in four digits is refused.
/// assert_eq!(line.next(10_000), Err(NumberError::Year { year: 10_000 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "LineFields", into = "LineFields")]
pub struct NumberLine {
    series: Series,
    // Invariant: by year, or by 0 where the series never begins again; from 1 to `GREATEST`.
    last: BTreeMap<i32, u64>,
}

/// The stored form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LineFields {
    series: Series,
    last: BTreeMap<i32, u64>,
}

impl NumberLine {
    /// A series of which no number has been given.
    #[must_use]
    pub const fn new(series: Series) -> Self {
        Self { series, last: BTreeMap::new() }
    }

    /// The series.
    #[must_use]
    pub const fn series(&self) -> &Series {
        &self.series
    }

    /// How many numbers have been given in a year, or at all where the series never begins again.
    #[must_use]
    pub fn last(&self, year: i32) -> u64 {
        self.last.get(&self.line(year)).copied().unwrap_or(0)
    }

    /// The next number in a year, from 1 to 9999, and the line that follows once it is given.
    pub fn next(&self, year: i32) -> Result<(DocumentNumber, Self), NumberError> {
        if !(1..=9999).contains(&year) {
            return Err(NumberError::Year { year });
        }
        let exhausted = NumberError::Exhausted { greatest: GREATEST };
        let next = self.last(year).checked_add(1).filter(|next| *next <= GREATEST).ok_or(exhausted)?;
        let mut line = self.clone();
        line.last.insert(self.line(year), next);
        Ok((DocumentNumber(self.series.text(year, next)), line))
    }

    /// Counts the numbers up to `place` as given.
    fn reach(&mut self, year: i32, place: u64) {
        let last = self.last.entry(self.line(year)).or_default();
        *last = place.max(*last).min(GREATEST);
    }

    const fn line(&self, year: i32) -> i32 {
        match self.series.restart {
            Restart::EachYear => year,
            Restart::Never => 0,
        }
    }
}

impl TryFrom<LineFields> for NumberLine {
    type Error = NumberError;

    fn try_from(LineFields { series, last }: LineFields) -> Result<Self, Self::Error> {
        for (year, number) in &last {
            let named = match series.restart {
                Restart::EachYear => (1..=9999).contains(year),
                Restart::Never => *year == 0,
            };
            if !named {
                return Err(NumberError::Year { year: *year });
            }
            if !(1..=GREATEST).contains(number) {
                return Err(NumberError::Exhausted { greatest: GREATEST });
            }
        }
        Ok(Self { series, last })
    }
}

impl From<NumberLine> for LineFields {
    fn from(line: NumberLine) -> Self {
        Self { series: line.series, last: line.last }
    }
}

/// A series was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SeriesError {
    /// Its name is empty, too long or not printable.
    #[error("`{name}` is not the name of a series: 1 to 64 printable characters are wanted")]
    Name {
        /// The name, shortened.
        name: String,
    },
    /// Its pattern cannot be read, or does not have one number.
    #[error(
        "`{pattern}` is not a pattern of numbers: text with one `{{number}}` or `{{number:5}}`, of 1 to 18 digits, and \
         at most one `{{year}}` is wanted"
    )]
    Pattern {
        /// The pattern, shortened.
        pattern: String,
    },
    /// It begins again each year but does not show the year.
    #[error("`{pattern}` would give the same numbers each year: a pattern with `{{year}}` is wanted")]
    YearMissing {
        /// The pattern, shortened.
        pattern: String,
    },
}

/// A number was not given.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NumberError {
    /// The year is not one of four digits.
    #[error("{year} is not a year of this series: one from 1 to 9999 is wanted")]
    Year {
        /// The year.
        year: i32,
    },
    /// All numbers have been given.
    #[error("all numbers have been given: a number up to {greatest} is wanted")]
    Exhausted {
        /// The greatest number.
        greatest: u64,
    },
}
