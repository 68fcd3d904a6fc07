//! Counting a room: what is expected, what is found, and what is too far off to be booked unseen.
//!
//! Law 15 of the crate; `tests/keeping.rs` holds it.

use office_core::subject::{ItemId, PlaceId};
use office_core::{Money, MoneyError, Percent, Quantity, QuantityError, Ratio, Rounding, UnitPrice};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::LotId;

/// How far a count may be off before somebody has to look at it again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountTolerance {
    /// Off by so much of what is expected; not looked at if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio: Option<Percent>,
    /// Off by so much money; not looked at if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Money>,
}

/// One line of a count sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountLine {
    /// The item.
    pub item: ItemId,
    /// Where.
    pub place: PlaceId,
    /// Of which lot.
    pub lot: Option<LotId>,
    /// How much the books expect.
    pub expected: Quantity,
    /// How much was found; not counted yet if there is none.
    pub counted: Option<Quantity>,
    /// What one unit costs.
    pub unit_cost: UnitPrice,
}

/// By how much a line is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountVariance {
    /// What was found less what was expected.
    pub difference: Quantity,
    /// Its size over what was expected; without bound where nothing was.
    pub ratio: Option<Ratio>,
    /// What its size is worth.
    pub value: Money,
    /// How many times the tolerated ratio it is.
    pub times_ratio: Option<Ratio>,
    /// How many times the tolerated value it is.
    pub times_value: Option<Ratio>,
}

/// A count cannot be compared, or not be confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConfirmCountError {
    /// Lines are not counted.
    #[error("line {line} is not counted")]
    NotCounted {
        /// The first such line, from 0.
        line: usize,
    },
    /// Fewer than none cannot be counted.
    #[error("line {line} is counted as {counted}: none or more are wanted")]
    Negative {
        /// The line, from 0.
        line: usize,
        /// What was counted.
        counted: Quantity,
    },
    /// A line cannot be compared.
    #[error("line {line} cannot be compared")]
    Compare {
        /// The line, from 0.
        line: usize,
        /// Why.
        source: CompareCountError,
    },
    /// Lines are off by more than is tolerated, and nobody has said that they are right.
    #[error("{} lines are off by more than is tolerated", lines.len())]
    OverTolerance {
        /// The lines, from 0, and by how much they are off.
        lines: Vec<(usize, CountVariance)>,
    },
}

/// What was found cannot be compared with what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CompareCountError {
    /// They are in different units, or out of range.
    #[error("the quantities cannot be compared")]
    Quantity(#[from] QuantityError),
    /// The cost is for another unit, in another currency, or out of range.
    #[error("the difference cannot be valued")]
    Value(#[from] office_core::PriceError),
    /// The tolerated value is in another currency.
    #[error("the tolerance cannot be compared")]
    Tolerance(#[from] MoneyError),
}

/// A sheet on which a room is counted.
///
/// # Example
/// ```
/// use office_core::{Currency, Id, Money, Percent};
/// use office_inventory::{ConfirmCountError, CountLine, CountSheet, CountTolerance};
///
/// let line = CountLine {
///     item: Id::natural("item", "TON-1"),
///     place: Id::natural("place", "R-S1"),
///     lot: None,
///     expected: "10 each".parse()?,
///     counted: Some("8 each".parse()?),
///     unit_cost: "90 EUR / 1 each".parse()?,
/// };
/// let tolerance = CountTolerance { ratio: Some(Percent::whole(10)), value: None };
/// let sheet = CountSheet { lines: vec![line], tolerance };
/// assert!(matches!(sheet.confirm(false), Err(ConfirmCountError::OverTolerance { .. })));
///
/// // Somebody has looked again, and it is so.
/// let off: Vec<_> = sheet.confirm(true)?.into_iter().map(|(line, found)| (line, found.difference.to_string())).collect();
/// assert_eq!(off, [(0, "-2 each".to_owned())]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountSheet {
    /// What is counted.
    pub lines: Vec<CountLine>,
    /// How far it may be off.
    pub tolerance: CountTolerance,
}

impl CountLine {
    /// By how much the line is off; none if it is not counted yet.
    ///
    /// # Errors
    /// [`CompareCountError`], in the order of its variants.
    pub fn variance(&self, tolerance: CountTolerance) -> Result<Option<CountVariance>, CompareCountError> {
        let Some(counted) = self.counted else { return Ok(None) };
        let difference = counted.checked_sub(self.expected)?;
        let (size, expected) =
            (Ratio::from_decimal(difference.abs().amount()), Ratio::from_decimal(self.expected.abs().amount()));
        let ratio = size.checked_div(expected).ok();
        let value = self.unit_cost.extend(&difference.abs(), Rounding::HalfUp)?;
        let times_ratio = tolerance.ratio.and_then(|most| ratio?.checked_div(most.fraction()).ok());
        let times_value = match tolerance.value {
            Some(most) => {
                value.compare(&most)?;
                Ratio::new(value.minor(), most.minor()).ok()
            }
            None => None,
        };
        Ok(Some(CountVariance { difference, ratio, value, times_ratio, times_value }))
    }
}

impl CountSheet {
    /// Takes over what the books expect now; what was counted stays.
    pub fn refresh(&mut self, expected: impl Fn(&CountLine) -> Quantity) {
        for line in &mut self.lines {
            line.expected = expected(line);
        }
    }

    /// The lines that are off and by how much, if all are counted and none is off by more than is tolerated, or somebody
    /// has said that those are right.
    ///
    /// # Errors
    /// [`ConfirmCountError`], in the order of its variants.
    pub fn confirm(&self, even_if_over: bool) -> Result<Vec<(usize, CountVariance)>, ConfirmCountError> {
        if let Some(line) = self.lines.iter().position(|line| line.counted.is_none()) {
            return Err(ConfirmCountError::NotCounted { line });
        }
        let counted = self.lines.iter().enumerate().filter_map(|(line, of)| Some((line, of.counted?)));
        if let Some((line, counted)) = counted.into_iter().find(|(_, counted)| counted.is_negative()) {
            return Err(ConfirmCountError::Negative { line, counted });
        }
        let mut off = Vec::new();
        for (line, of) in self.lines.iter().enumerate() {
            let variance = of.variance(self.tolerance).map_err(|source| ConfirmCountError::Compare { line, source })?;
            off.extend(variance.filter(|variance| !variance.difference.is_zero()).map(|variance| (line, variance)));
        }
        let over: Vec<_> = off.iter().filter(|(_, variance)| self.is_over(variance)).copied().collect();
        if over.is_empty() || even_if_over { Ok(off) } else { Err(ConfirmCountError::OverTolerance { lines: over }) }
    }

    fn is_over(&self, variance: &CountVariance) -> bool {
        // Something where nothing was expected is off by more than any ratio.
        let unexpected = self.tolerance.ratio.is_some() && variance.ratio.is_none();
        let over_ratio =
            self.tolerance.ratio.is_some_and(|most| variance.ratio.is_some_and(|ratio| ratio > most.fraction()));
        let over_value = self.tolerance.value.is_some_and(|most| variance.value.minor() > most.minor());
        unexpected || over_ratio || over_value
    }
}
