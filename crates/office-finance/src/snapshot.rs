//! What was posted in a period, in 32 bytes.

use std::fmt;
use std::str::FromStr;

use chrono::Datelike;
use hmac_sha256::Hash;
use office_core::{DateRange, StoreError, View};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::posting::posted_in;
use crate::{Entry, EntryKind, EntryNumber, JournalEntry, Posting, entries_of};

/// A SHA-256 digest: two different sets of entries never have the same one.
///
/// Written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint([u8; 32]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Fingerprint {
    type Err = ParseFingerprintError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digit = |digit: &u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.as_bytes().iter().all(digit) {
            return Err(ParseFingerprintError);
        }
        for (byte, at) in bytes.iter_mut().zip((0_usize..64).step_by(2)) {
            let pair = text.get(at..at.saturating_add(2)).ok_or(ParseFingerprintError)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| ParseFingerprintError)?;
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = ParseFingerprintError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.to_string()
    }
}

/// A text was not a fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a fingerprint of 64 lower-case hexadecimal digits is wanted")]
pub struct ParseFingerprintError;

/// What was posted on some days: how much, and a fingerprint of it that changes with any byte.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, DateRange, Money};
/// use office_finance::{Entry, EntryNumber, JournalEntry, PeriodSnapshot, Posting};
///
/// let on = NaiveDate::from_ymd_opt(2026, 10, 1).ok_or("a day")?;
/// let posted = |minor| {
///     let rent = Money::from_minor(minor, Currency::EUR);
///     let postings = vec![Posting::debit("6310".parse()?, rent), Posting::credit("1800".parse()?, rent)];
///     let entry = Entry::balanced(on, "rent", postings)?;
///     Ok::<_, Box<dyn std::error::Error>>(JournalEntry::new(EntryNumber { year: 2026, place: 1 }, entry))
/// };
/// let october = DateRange::month(2026, 10)?;
/// let snapshot = PeriodSnapshot::of(october, [&posted(7400_00)?], 1);
/// assert_eq!(snapshot.entries(), 1);
/// assert_ne!(snapshot.fingerprint(), PeriodSnapshot::of(october, [&posted(7400_01)?], 1).fingerprint());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeriodSnapshot {
    days: DateRange,
    entries: u64,
    drawn: u64,
    fingerprint: Fingerprint,
}

impl PeriodSnapshot {
    /// The snapshot of those of the entries that are of these days, in whatever order they come. `drawn` says how many
    /// numbers of the year had been given: whoever closes the period sees by it that nothing was posted since.
    pub fn of<'a>(days: DateRange, entries: impl IntoIterator<Item = &'a JournalEntry>, drawn: u64) -> Self {
        let mut own: Vec<&JournalEntry> = entries.into_iter().filter(|entry| days.contains(entry.on())).collect();
        own.sort_by_key(|entry| entry.number());
        let mut hash = Hash::new();
        for entry in &own {
            feed(&mut hash, entry.number(), entry.entry());
        }
        let entries = u64::try_from(own.len()).unwrap_or(u64::MAX);
        Self { days, entries, drawn, fingerprint: Fingerprint(hash.finalize()) }
    }

    /// The days.
    #[must_use]
    pub const fn days(&self) -> DateRange {
        self.days
    }

    /// How many entries there were.
    #[must_use]
    pub const fn entries(&self) -> u64 {
        self.entries
    }

    /// How many numbers of the year had been given.
    #[must_use]
    pub const fn drawn(&self) -> u64 {
        self.drawn
    }

    /// The fingerprint of the entries.
    #[must_use]
    pub const fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }
}

/// The snapshot of what is posted on these days, as of one instant.
///
/// # Errors
/// What the store reports.
///
/// # Example
/// ```
#[doc = include_str!("posting/books.txt")]
/// use office_finance::snapshot_of;
///
/// let of_october = || {
///     let days = DateRange::month(2026, 10).unwrap();
///     wait(office.view(|view| async move { snapshot_of(&view, days).await }))
/// };
/// let before = of_october()?;
/// post_rent("J-01")?;
/// let after = of_october()?;
/// assert_eq!((before.entries(), after.entries()), (0, 1));
/// assert_ne!(before.fingerprint(), after.fingerprint());
/// // What is refused leaves no trace.
/// assert!(post_rent("open").is_err());
/// assert_eq!(of_october()?, after);
/// # Ok::<(), Failure>(())
/// ```
pub async fn snapshot_of(view: &View, days: DateRange) -> Result<PeriodSnapshot, StoreError> {
    let drawn = posted_in(view, days.start().year()).await?;
    let entries = entries_of(view, days).await?;
    Ok(PeriodSnapshot::of(days, &entries, drawn))
}

/// One entry into the hash. Each part goes with its length before it, so that no two entries feed the same bytes.
fn feed(hash: &mut Hash, number: EntryNumber, entry: &Entry) {
    let kind = match entry.kind() {
        EntryKind::Normal => "normal".to_owned(),
        EntryKind::Opening => "opening".to_owned(),
        EntryKind::Closing => "closing".to_owned(),
        EntryKind::Revaluation => "revaluation".to_owned(),
        EntryKind::Reversal { of } => format!("reversal of {of}"),
    };
    for part in [&number.to_string(), &entry.on().to_string(), &kind, entry.description()] {
        feed_text(hash, part);
    }
    feed_option(hash, entry.document());
    feed_text(hash, &entry.postings().len().to_string());
    for posting in entry.postings() {
        feed_posting(hash, posting);
    }
}

fn feed_posting(hash: &mut Hash, posting: &Posting) {
    feed_text(hash, posting.account.as_str());
    feed_text(hash, &posting.amount.to_string());
    feed_option(hash, posting.worth.map(|worth| worth.amount.to_string()).as_deref());
    let rate = posting.worth.and_then(|worth| worth.rate);
    let rate = rate.map(|rate| format!("{} {} {} {}", rate.from(), rate.to(), rate.rate(), rate.on()));
    feed_option(hash, rate.as_deref());
    for (dimension, value) in posting.dimensions.iter() {
        feed_option(hash, Some(dimension.as_str()));
        feed_text(hash, &value.to_string());
    }
    feed_option(hash, None);
}

fn feed_text(hash: &mut Hash, text: &str) {
    hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
    hash.update(text.as_bytes());
}

fn feed_option(hash: &mut Hash, text: Option<&str>) {
    match text {
        None => hash.update([0]),
        Some(text) => {
            hash.update([1]);
            feed_text(hash, text);
        }
    }
}
