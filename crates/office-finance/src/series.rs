//! The series that journal entries are numbered by.
//!
//! One per year. A number is drawn in the same transaction that records the entry, so that the series has no gaps and
//! no number stands for two entries, whatever fails in between.

use office_core::{Decision, Entity, Id, Kind};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::EntryNumber;

/// The numbers of the journal entries of one year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntrySeries {
    year: i32,
    drawn: u64,
}

/// What happens to a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeriesFact {
    /// A number was drawn.
    Drawn {
        /// The number.
        number: EntryNumber,
    },
}

impl EntrySeries {
    /// The id of a year's series.
    #[must_use]
    pub fn id_of(year: i32) -> Id<Self> {
        Id::natural("entry_series", &year.to_string())
    }

    /// The series of a year of which no number has been drawn.
    #[must_use]
    pub const fn new(year: i32) -> Self {
        Self { year, drawn: 0 }
    }

    /// How many numbers have been drawn.
    #[must_use]
    pub const fn drawn(&self) -> u64 {
        self.drawn
    }

    /// Draws the next number.
    ///
    /// # Errors
    /// [`DrawError::Exhausted`] after 2⁶⁴ − 1 numbers.
    ///
    /// # Example
    /// ```
    /// use office_core::{Decision, Entity};
    /// use office_finance::{EntrySeries, SeriesFact};
    ///
    /// let mut series = EntrySeries::new(2026);
    /// let (number, decision) = series.draw()?;
    /// assert_eq!(number.to_string(), "2026-00001");
    /// series.apply(&decision.fact().ok_or("a fact")?);
    /// assert_eq!(series.draw()?.0.to_string(), "2026-00002");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn draw(&self) -> Result<(EntryNumber, Decision<SeriesFact>), DrawError> {
        let place = self.drawn.checked_add(1).ok_or(DrawError::Exhausted { year: self.year })?;
        let number = EntryNumber { year: self.year, place };
        Ok((number, Decision::Record(SeriesFact::Drawn { number })))
    }
}

/// No number can be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DrawError {
    /// There are no more.
    #[error("the numbers of {year} are used up")]
    Exhausted {
        /// The year of the series.
        year: i32,
    },
}

impl Entity for EntrySeries {
    const KIND: Kind = Kind::literal("entry_series");
    type Fact = SeriesFact;

    fn open(fact: &SeriesFact) -> Option<Self> {
        let SeriesFact::Drawn { number } = fact;
        Some(Self { year: number.year, drawn: number.place })
    }

    fn apply(&mut self, fact: &SeriesFact) {
        let SeriesFact::Drawn { number } = fact;
        self.drawn = self.drawn.max(number.place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_number_is_the_last() {
        let last = SeriesFact::Drawn { number: EntryNumber { year: 2026, place: u64::MAX } };
        let series = EntrySeries::open(&last).unwrap();
        assert_eq!(series.draw(), Err(DrawError::Exhausted { year: 2026 }));
    }

    #[test]
    fn stored_forms() {
        let drawn = SeriesFact::Drawn { number: EntryNumber { year: 2026, place: 7 } };
        insta::assert_json_snapshot!((drawn, EntrySeries::open(&drawn)));
    }
}
