//! How much alike two bills are: whether one of them may be the other, sent again.
//!
//! A pure rule. What two bills share gives points, up to [`DuplicateScore::MOST`], and the reasons are told; from how
//! many points on a bill is pointed at or held is the office's own affair, a [`DuplicatePolicy`]. Laws, held by
//! `tests/invoice.rs`:
//!
//! 1. The score is the same whichever of the two is named first.
//! 2. No bill is more alike to a bill than the bill itself.
//! 3. Changing vendor, number or amount of one of two equal bills never brings points.
//! 4. Whatever scores [`DuplicateScore::FOUND_FROM`] or more shares one of the [`duplicate_keys`] under which stored bills
//!    are looked up.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{Datelike, NaiveDate};
use office_core::Money;
use office_core::subject::PartyId;
use serde::{Deserialize, Serialize};

use crate::Bill;

/// What readers of paper take for each other: each letter on the left for the digit on the right.
pub const OCR_LOOK_ALIKES: [(char, char); 9] =
    [('O', '0'), ('Q', '0'), ('D', '0'), ('I', '1'), ('L', '1'), ('Z', '2'), ('S', '5'), ('G', '6'), ('B', '8')];

/// What two bills are compared by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateTraits {
    /// Who sends it.
    pub vendor: PartyId,
    /// Its number, as the vendor writes it.
    pub number: String,
    /// Its day.
    pub on: NaiveDate,
    /// What it asks to be paid.
    pub gross: Money,
}

impl DuplicateTraits {
    /// Those of a bill.
    #[must_use]
    pub fn of(bill: &Bill) -> Self {
        Self { vendor: bill.vendor, number: bill.number.clone(), on: bill.on, gross: bill.gross }
    }
}

/// Something that two bills share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateReason {
    /// The same vendor.
    Vendor,
    /// The same number, but for capitals, punctuation and zeros in front.
    Number,
    /// The same number, but for what readers of paper take for each other: [`OCR_LOOK_ALIKES`].
    NumberLooksAlike,
    /// The same digits in the number, but for the letters: `RN-1187` and `1187`. At least three digits.
    NumberDigits,
    /// Numbers that agree, in another year: vendors begin anew.
    NumberOfAnotherYear,
    /// The same amount.
    Amount,
    /// The same day.
    Day,
    /// At most seven days apart.
    DaysApart,
}

impl DuplicateReason {
    /// What it counts.
    #[must_use]
    pub const fn points(self) -> u32 {
        match self {
            Self::Number => 35,
            Self::Vendor | Self::NumberLooksAlike => 30,
            Self::Amount => 25,
            Self::NumberDigits => 20,
            Self::Day => 10,
            Self::DaysApart | Self::NumberOfAnotherYear => 5,
        }
    }
}

impl fmt::Display for DuplicateReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Vendor => "the same vendor",
            Self::Number => "the same number",
            Self::NumberLooksAlike => "a number that looks the same",
            Self::NumberDigits => "the same digits in the number",
            Self::NumberOfAnotherYear => "the same number in another year",
            Self::Amount => "the same amount",
            Self::Day => "the same day",
            Self::DaysApart => "at most seven days apart",
        })
    }
}

/// How much alike two bills are, and in what.
///
/// # Example
/// ```
/// use office_core::Id;
/// use office_finance::{DuplicateReason, DuplicateScore, DuplicateTraits};
///
/// let first = DuplicateTraits {
///     vendor: Id::natural("party", "V-03"),
///     number: "RE-2026-0118".to_owned(),
///     on: "2026-10-08".parse()?,
///     gross: "13.80 EUR".parse()?,
/// };
/// // The same on paper, read by a machine.
/// let again = DuplicateTraits { number: "re 2026/OI18".to_owned(), on: "2026-10-12".parse()?, ..first.clone() };
/// let score = DuplicateScore::between(&first, &again);
/// assert_eq!(score.points(), 90);
/// assert!(score.reasons().any(|reason| reason == DuplicateReason::NumberLooksAlike));
///
/// // The same number a year later, for another amount: the vendor has begun anew.
/// let next = DuplicateTraits { on: "2027-10-08".parse()?, gross: "99.00 EUR".parse()?, ..first.clone() };
/// assert_eq!(DuplicateScore::between(&first, &next).points(), 35);
/// assert!(serde_json::from_str::<DuplicateScore>("[\"colour\"]").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DuplicateScore(BTreeSet<DuplicateReason>);

impl DuplicateScore {
    /// What a bill scores with itself.
    pub const MOST: u32 = 100;
    /// From how many points on [`duplicate_keys`] find the other bill: two of vendor, number and amount agree.
    pub const FOUND_FROM: u32 = 50;

    /// What two bills share.
    #[must_use]
    pub fn between(left: &DuplicateTraits, right: &DuplicateTraits) -> Self {
        let mut reasons = BTreeSet::new();
        if left.vendor == right.vendor {
            reasons.insert(DuplicateReason::Vendor);
        }
        if let Some(alike) = numbers_alike(&left.number, &right.number) {
            let same_year = left.on.year() == right.on.year();
            reasons.insert(if same_year { alike } else { DuplicateReason::NumberOfAnotherYear });
        }
        if left.gross == right.gross {
            reasons.insert(DuplicateReason::Amount);
        }
        match left.on.signed_duration_since(right.on).num_days().abs() {
            0 => drop(reasons.insert(DuplicateReason::Day)),
            1..=7 => drop(reasons.insert(DuplicateReason::DaysApart)),
            _ => {}
        }
        Self(reasons)
    }

    /// How much that counts.
    #[must_use]
    pub fn points(&self) -> u32 {
        self.0.iter().fold(0, |sum, reason| reason.points().saturating_add(sum))
    }

    /// What they share.
    pub fn reasons(&self) -> impl Iterator<Item = DuplicateReason> {
        self.0.iter().copied()
    }
}

/// Such as `90 points: the same vendor, the same amount`.
impl fmt::Display for DuplicateScore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} points", self.points())?;
        for (at, reason) in self.0.iter().enumerate() {
            write!(f, "{}{reason}", if at == 0 { ": " } else { ", " })?;
        }
        Ok(())
    }
}

/// In what two numbers agree, if in anything.
fn numbers_alike(left: &str, right: &str) -> Option<DuplicateReason> {
    let (plain_left, plain_right) = (plain(left), plain(right));
    let digits = |plain: &str| plain.chars().filter(char::is_ascii_digit).collect::<String>();
    if plain_left == plain_right {
        Some(DuplicateReason::Number)
    } else if read_by_machine(left) == read_by_machine(right) {
        Some(DuplicateReason::NumberLooksAlike)
    } else if digits(&plain_left).len() >= 3 && digits(&plain_left) == digits(&plain_right) {
        Some(DuplicateReason::NumberDigits)
    } else {
        None
    }
}

/// A number in capitals, without punctuation, and without zeros in front of the digits that stand together.
fn plain(number: &str) -> String {
    let mut plain = String::new();
    let mut zeros = 0_usize;
    let mut in_digits = false;
    for c in number.chars() {
        match c {
            '0' if !in_digits => zeros = zeros.saturating_add(1),
            c if c.is_numeric() => {
                (zeros, in_digits) = (0, true);
                plain.push(c);
            }
            c => {
                // Nothing but zeros is one zero.
                if zeros > 0 {
                    plain.push('0');
                }
                (zeros, in_digits) = (0, false);
                plain.extend(c.to_uppercase().filter(|c| c.is_alphanumeric()));
            }
        }
    }
    if zeros > 0 {
        plain.push('0');
    }
    plain
}

/// The same of a number in which each letter is the digit that it looks like.
fn read_by_machine(number: &str) -> String {
    let digit = |c: char| OCR_LOOK_ALIKES.iter().find(|(letter, _)| *letter == c).map_or(c, |(_, digit)| *digit);
    plain(&number.chars().flat_map(char::to_uppercase).map(digit).collect::<String>())
}

/// Under what a bill is looked up when another comes in: whatever scores [`DuplicateScore::FOUND_FROM`] with it shares one
/// of them.
#[must_use]
pub fn duplicate_keys(of: &DuplicateTraits) -> BTreeSet<String> {
    let DuplicateTraits { vendor, number, gross, .. } = of;
    let plain = plain(number);
    let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
    let mut keys: BTreeSet<String> = [format!("vendor {vendor} amount {gross}")].into();
    let mut numbers = vec![("number", plain), ("looks like", read_by_machine(number))];
    if digits.len() >= 3 {
        numbers.push(("digits", digits));
    }
    for (what, number) in numbers {
        let number: String = number.chars().take(64).collect();
        keys.insert(format!("vendor {vendor} {what} {number}"));
        keys.insert(format!("amount {gross} {what} {number}"));
    }
    keys
}

/// From how many points on an office looks at a bill twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DuplicatePolicy {
    /// From here on the bill is held, until somebody with authority says that it is another one.
    pub hold_from: u32,
    /// From here on it is pointed at, and goes on.
    pub warn_from: u32,
}

impl Default for DuplicatePolicy {
    /// Held where vendor, number and amount agree by and large; pointed at where two of them and the time do.
    fn default() -> Self {
        Self { hold_from: 75, warn_from: 65 }
    }
}

/// What a policy makes of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateVerdict {
    /// Another bill.
    Different,
    /// To be pointed at.
    Warned,
    /// To be held.
    Held,
}

impl DuplicatePolicy {
    /// What it makes of a score. Scores below [`DuplicateScore::FOUND_FROM`] are not looked for.
    #[must_use]
    pub fn verdict(&self, score: &DuplicateScore) -> DuplicateVerdict {
        let points = score.points();
        if points >= self.hold_from.max(DuplicateScore::FOUND_FROM) {
            DuplicateVerdict::Held
        } else if points >= self.warn_from.max(DuplicateScore::FOUND_FROM) {
            DuplicateVerdict::Warned
        } else {
            DuplicateVerdict::Different
        }
    }
}
