//! Numbers drawn in a transaction: the stored form of a [`NumberLine`].

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{DocumentNumber, NumberError, NumberLine, Series};
use crate::{Decision, Entity, Id, Kind, StoreError, Tx};

/// What happens to a stored series of numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberFact {
    /// It was begun; no number had been given.
    Begun {
        /// The series.
        series: Series,
    },
    /// A number was given.
    Given {
        /// The year it was given in.
        year: i32,
        /// Its place in the year, or in the whole series where that never begins again.
        place: u64,
    },
}

/// A number that was drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawnNumber {
    /// The number as it is printed.
    pub number: DocumentNumber,
    /// Its place in the year, or in the whole series where that never begins again.
    pub place: u64,
}

impl NumberLine {
    /// The id under which a series is stored: that of its name.
    #[must_use]
    pub fn id_of(series: &Series) -> Id<Self> {
        Id::natural("number_line", series.name())
    }

    /// Draws the next number in a year.
    ///
    /// # Example
    /// ```
    /// use office_core::{Entity, NumberError, NumberLine, Restart, Series};
    ///
    /// let mut line = NumberLine::new(Series::new("invoices", "INV-{year}-{number:5}", Restart::EachYear)?);
    /// let (drawn, decision) = line.draw(2026)?;
    /// assert_eq!((drawn.number.as_str(), drawn.place), ("INV-2026-00001", 1));
    /// line.apply(&decision.fact().ok_or("a fact")?);
    /// assert_eq!(line.last(2026), 1);
    ///
    /// assert_eq!(line.draw(0), Err(NumberError::Year { year: 0 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn draw(&self, year: i32) -> Result<(DrawnNumber, Decision<NumberFact>), NumberError> {
        let (number, after) = self.next(year)?;
        let place = after.last(year);
        Ok((DrawnNumber { number, place }, Decision::Record(NumberFact::Given { year, place })))
    }
}

impl Entity for NumberLine {
    const KIND: Kind = Kind::literal("number_line");
    type Fact = NumberFact;

    fn open(fact: &NumberFact) -> Option<Self> {
        match fact {
            NumberFact::Begun { series } => Some(Self::new(series.clone())),
            NumberFact::Given { .. } => None,
        }
    }

    fn apply(&mut self, fact: &NumberFact) {
        match fact {
            NumberFact::Begun { .. } => {}
            NumberFact::Given { year, place } => self.reach(*year, *place),
        }
    }
}

/// Draws the next number of a series in a year, in the transaction that records the document: so there are no gaps,
/// and no number stands for two documents, whatever fails in between. A series is begun by its first number.
///
/// # Errors
/// [`DrawNumberError`]; nothing is recorded then.
///
/// # Example
/// ```
/// use chrono::DateTime;
/// use office_core::{
///     Actor, Command, DrawNumberError, Id, MemoryStore, Office, Restart, Role, Series, draw_number, wait,
/// };
///
/// let office = Office::on(MemoryStore::new());
/// let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("assistant"));
/// let letters = Series::new("letters", "L-{year}-{number:4}", Restart::EachYear)?;
/// let draw = |key: &str, year| {
///     let command = Command::new(key, "draw", clerk.clone(), DateTime::UNIX_EPOCH)?;
///     let letters = &letters;
///     let drawn = wait(office.transact(&command, |tx| async move { draw_number(&tx, letters, year).await }))?;
///     Ok::<_, Box<dyn std::error::Error>>(drawn.number.to_string())
/// };
/// assert_eq!([draw("a", 2026)?, draw("b", 2026)?, draw("c", 2027)?], ["L-2026-0001", "L-2026-0002", "L-2027-0001"]);
/// // A refusal draws no number.
/// assert!(draw("d", 10_000).is_err());
/// assert_eq!(draw("e", 2026)?, "L-2026-0003");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn draw_number(tx: &Tx, series: &Series, year: i32) -> Result<DrawnNumber, DrawNumberError> {
    // Read.
    let id = NumberLine::id_of(series);
    let stored = tx.find(id).await?;

    // Decide.
    let begun = stored.is_none();
    let line = stored.unwrap_or_else(|| NumberLine::new(series.clone()));
    if line.series() != series {
        return Err(DrawNumberError::OtherSeries { name: series.name().to_owned() });
    }
    let (drawn, given) = line.draw(year)?;

    // Record.
    if begun {
        tx.create::<NumberLine>(id, NumberFact::Begun { series: series.clone() }).await?;
    }
    tx.decide(id, given).await?;
    Ok(drawn)
}

/// A number was not drawn.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DrawNumberError {
    /// The name belongs to a series of another pattern.
    #[error("the series `{name}` has another pattern: a series keeps its pattern, a new one takes a new name")]
    OtherSeries {
        /// The name.
        name: String,
    },
    /// There is no number.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// The store failed.
    #[error("the number could not be stored")]
    Store(#[from] StoreError),
}
