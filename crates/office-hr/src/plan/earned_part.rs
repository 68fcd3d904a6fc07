//! What earned leave, part by part.

use std::fmt;
use std::ops::Deref;

use chrono::NaiveDate;
use office_core::{DateRange, Ratio, RatioError};
use serde::{Deserialize, Serialize};

/// A part of a leave year that earned leave at one rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarnedPart {
    /// The days that earned it.
    pub period: DateRange,
    /// The terms by which, named by the day since when they are in force.
    pub terms_since: NaiveDate,
    /// How many days a week were worked.
    pub days_per_week: Ratio,
    /// How many days a whole year would be worth at that.
    pub rate: Ratio,
    /// How much of the rate the plan's ceiling has cut off.
    pub cut: Ratio,
    /// Which fraction of the year counts.
    pub fraction: Ratio,
}

impl fmt::Display for EarnedPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { period, days_per_week, rate, cut, fraction, .. } = self;
        write!(f, "{rate} days a year by {days_per_week} a week, {fraction} of it for {period}")?;
        if cut.is_zero() { Ok(()) } else { write!(f, ", {cut} above the ceiling") }
    }
}

/// Parts in the order of their days, read as a slice; in JSON a list.
///
/// Most months have one part, which stands in the line of the ledger itself: to allocate memory for each month of each
/// person takes longer than to work out what it earns.
///
/// # Example
/// ```
/// use office_core::Ratio;
/// use office_hr::{EarnedPart, EarnedParts};
///
/// let part = EarnedPart {
///     period: "2026-01-01/2026-02-01".parse()?,
///     terms_since: "2026-01-01".parse()?,
///     days_per_week: Ratio::from_integer(5),
///     rate: Ratio::from_integer(30),
///     cut: Ratio::ZERO,
///     fraction: Ratio::new(1, 12)?,
/// };
/// let parts = EarnedParts::from(vec![part]);
/// assert_eq!(parts.first(), Some(&part));
///
/// // A part has to say all that it was computed from.
/// assert!(serde_json::from_str::<EarnedParts>(r#"[{"rate": "30"}]"#).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<EarnedPart>", into = "Vec<EarnedPart>")]
pub struct EarnedParts(Parts);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Parts {
    One(EarnedPart),
    /// Invariant: not just one, so that equal parts are equal.
    Others(Vec<EarnedPart>),
}

impl EarnedParts {
    pub(crate) const NONE: Self = Self(Parts::Others(Vec::new()));

    #[inline]
    pub(crate) const fn one(part: EarnedPart) -> Self {
        Self(Parts::One(part))
    }

    /// Adds the part that comes next; where it goes on at one rate, the last one is made longer.
    pub(crate) fn push(&mut self, part: EarnedPart) -> Result<(), RatioError> {
        let last = match &mut self.0 {
            Parts::One(last) => Some(last),
            Parts::Others(parts) => parts.last_mut(),
        };
        if let Some(last) = last
            && last.goes_on_with(&part)?
        {
            return Ok(());
        }
        match &mut self.0 {
            Parts::Others(none) if none.is_empty() => self.0 = Parts::One(part),
            Parts::One(first) => self.0 = Parts::Others(vec![*first, part]),
            Parts::Others(parts) => parts.push(part),
        }
        Ok(())
    }
}

impl EarnedPart {
    /// Takes in a part that follows at one rate, and says whether it does.
    fn goes_on_with(&mut self, next: &Self) -> Result<bool, RatioError> {
        let follows = self.period.end() == Some(next.period.start())
            && (self.terms_since, self.days_per_week) == (next.terms_since, next.days_per_week);
        let longer = DateRange::new(self.period.start(), next.period.end()).ok().filter(|_| follows);
        let Some(period) = longer else { return Ok(false) };
        (self.period, self.fraction) = (period, self.fraction.checked_add(next.fraction)?);
        Ok(true)
    }
}

impl Deref for EarnedParts {
    type Target = [EarnedPart];

    fn deref(&self) -> &[EarnedPart] {
        match &self.0 {
            Parts::One(part) => std::slice::from_ref(part),
            Parts::Others(parts) => parts,
        }
    }
}

impl From<Vec<EarnedPart>> for EarnedParts {
    fn from(parts: Vec<EarnedPart>) -> Self {
        match *parts {
            [part] => Self(Parts::One(part)),
            _ => Self(Parts::Others(parts)),
        }
    }
}

impl From<EarnedParts> for Vec<EarnedPart> {
    fn from(parts: EarnedParts) -> Self {
        match parts.0 {
            Parts::One(part) => vec![part],
            Parts::Others(parts) => parts,
        }
    }
}
