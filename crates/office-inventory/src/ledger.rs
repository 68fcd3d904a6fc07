//! The stock ledger of one item: what is where on any day, and what it is worth by FIFO.
//!
//! Pure: no storage, no clock. Movements go in, postings for the books come out. A movement may be entered late for an
//! earlier day; everything after it is then valued again, and the postings say by how much.
//!
//! Laws 1 to 10 of the crate are its own; `tests/ledger.rs` holds them.

mod journal;
mod movement;
mod standing;
mod stored;

use chrono::NaiveDate;
use office_core::{Currency, Money, Quantity, UnitCode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::journal::{PostingCause, StockAccount, StockPosting};
pub use self::movement::{Movement, Transfer, TransferError};
use self::standing::{Standing, StepError, money, quantity};
pub use self::stored::RestoreLedgerError;
use self::stored::Stored;
use crate::{Location, Reference};

/// The stock ledger of one item, told in one unit and one currency.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, Id, Money};
/// use office_inventory::{EnterError, Ledger, Location, Movement, Transfer};
///
/// let room = Id::natural("place", "R-S1");
/// let vendor = Location::Supplier(Id::natural("party", "V-01"));
/// let design = Location::Consumption(Id::natural("cost_centre", "CC-200"));
/// let day = NaiveDate::from_ymd_opt(2026, 10, 8).ok_or("no such day")?;
/// let mut ledger = Ledger::new("ream".parse()?, Currency::EUR);
/// let movement = |sequence, transfer| {
///     Ok::<_, Box<dyn std::error::Error>>(Movement {
///         sequence,
///         effective: day,
///         reference: format!("paper-{sequence}").parse()?,
///         transfer,
///     })
/// };
///
/// let value = Money::from_minor(10_00, Currency::EUR);
/// ledger.enter(movement(1, Transfer::inward("3 ream".parse()?, value, vendor, room)?)?)?;
/// let issued = ledger.enter(movement(2, Transfer::outward("1 ream".parse()?, room, design)?)?)?;
/// assert_eq!(issued.value.to_string(), "3.33 EUR");
/// assert_eq!(ledger.value().to_string(), "6.67 EUR");
///
/// // What is not there does not go out.
/// let refused = ledger.enter(movement(3, Transfer::outward("4 ream".parse()?, room, design)?)?);
/// assert!(matches!(refused, Err(EnterError::Short { on_hand, .. }) if on_hand == "2 ream".parse()?));
///
/// // The last one takes what is left, to the cent.
/// ledger.enter(movement(3, Transfer::outward("2 ream".parse()?, room, design)?)?)?;
/// assert!(ledger.value().is_zero());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Ledger {
    // Invariant: entries are in the order of their place in time, all after the closed day; `standing` is the base with
    // all entries that stand stepped onto it, and each entry's value is what its step was worth.
    unit: UnitCode,
    currency: Currency,
    closed: Option<NaiveDate>,
    next: u64,
    base: Standing,
    entries: Vec<Entry>,
    standing: Standing,
}

/// A movement in the open period.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    movement: Movement,
    reversed: bool,
    /// In minor units; nothing where it is reversed.
    value: i128,
}

/// Goods that came in together and are still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    /// The movement by which they came.
    pub sequence: u64,
    /// The day on which they came.
    pub effective: NaiveDate,
    /// How many are left.
    pub quantity: Quantity,
    /// What those are worth.
    pub value: Money,
}

/// What entering or reversing a movement did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entered {
    /// What the movement is worth: brought in, or taken out. Nothing within storage.
    pub value: Money,
    /// What it means for the books: the movement first, then those that it makes cost something else.
    pub postings: Vec<StockPosting>,
}

impl Ledger {
    /// An empty ledger.
    #[must_use]
    pub fn new(unit: UnitCode, currency: Currency) -> Self {
        let (base, standing) = (Standing::default(), Standing::default());
        Self { unit, currency, closed: None, next: 1, base, entries: Vec::new(), standing }
    }

    /// The unit in which quantities are told.
    #[must_use]
    pub const fn unit(&self) -> UnitCode {
        self.unit
    }

    /// The currency in which values are told.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// The last day of the closed period, if one is closed.
    #[must_use]
    pub const fn closed_through(&self) -> Option<NaiveDate> {
        self.closed
    }

    /// The sequence for the next movement to be recorded: above all that were ever entered.
    #[must_use]
    pub const fn next_sequence(&self) -> u64 {
        self.next
    }

    /// What is on hand at a location after all movements; below zero for where goods come from.
    #[must_use]
    pub fn on_hand(&self, location: Location) -> Quantity {
        quantity(self.standing.balance(location), self.unit)
    }

    /// What was on hand at a location at the end of a day; nothing is known of days before the last closed one.
    #[must_use]
    pub fn on_hand_at(&self, location: Location, day: NaiveDate) -> Option<Quantity> {
        let sum = self.until(day)?.fold(self.base.balance(location), |sum, entry| {
            let transfer = &entry.movement.transfer;
            let moved = standing::small(transfer.quantity());
            let arrived = if transfer.to() == location { moved } else { 0 };
            let left = if transfer.from() == location { moved } else { 0 };
            sum.saturating_add(arrived).saturating_sub(left)
        });
        Some(quantity(sum, self.unit))
    }

    /// What is on hand in all storage together.
    #[must_use]
    pub fn total_on_hand(&self) -> Quantity {
        quantity(self.standing.on_hand, self.unit)
    }

    /// All locations that hold or owe anything, and how much.
    pub fn balances(&self) -> impl Iterator<Item = (Location, Quantity)> {
        self.standing.balances.iter().map(|(location, balance)| (*location, quantity(*balance, self.unit)))
    }

    /// What the stock is worth after all movements.
    #[must_use]
    pub fn value(&self) -> Money {
        money(self.standing.value, self.currency)
    }

    /// What the stock was worth at the end of a day; nothing is known of days before the last closed one.
    #[must_use]
    pub fn value_at(&self, day: NaiveDate) -> Option<Money> {
        let value = self.until(day)?.fold(self.base.value, |sum, entry| {
            let change =
                if entry.movement.transfer.value().is_some() { entry.value } else { entry.value.saturating_neg() };
            sum.saturating_add(change)
        });
        Some(money(value, self.currency))
    }

    /// What the stock is made of, oldest first.
    pub fn layers(&self) -> impl Iterator<Item = Layer> {
        self.standing.layers.iter().map(|lot| Layer {
            sequence: lot.sequence,
            effective: lot.effective,
            quantity: quantity(lot.quantity, self.unit),
            value: money(lot.value, self.currency),
        })
    }

    /// The movements of the open period that stand, as they happened, and what each was worth.
    pub fn movements(&self) -> impl Iterator<Item = (&Movement, Money)> {
        let standing = self.entries.iter().filter(|entry| !entry.reversed);
        standing.map(|entry| (&entry.movement, money(entry.value, self.currency)))
    }

    /// The movement of the open period that was booked by this paper, even if it was reversed since.
    #[must_use]
    pub fn by_reference(&self, reference: &Reference) -> Option<&Movement> {
        self.entries.iter().map(|entry| &entry.movement).find(|movement| movement.reference == *reference)
    }

    /// What the newest goods on hand would give as the value of so many more; none if nothing is on hand.
    #[must_use]
    pub fn newest_value(&self, amount: Quantity) -> Option<Money> {
        let newest = self.standing.layers.back().filter(|_| amount.unit() == self.unit && !amount.is_negative())?;
        let minor = standing::share(newest.value, standing::small(amount), newest.quantity, self.currency);
        Money::try_from_minor(minor, self.currency).ok()
    }

    /// Enters a movement in its place in time, and values everything after it again.
    ///
    /// Takes time in proportion to the movements of the open period if it is backdated, else to the layers used up.
    ///
    /// # Errors
    /// [`EnterError`], in the order of its variants; nothing has changed then.
    pub fn enter(&mut self, movement: Movement) -> Result<Entered, EnterError> {
        self.admit(&movement)?;
        let next = self.next.max(movement.sequence.saturating_add(1));
        let at = self.entries.partition_point(|entry| entry.movement.place() < movement.place());
        let mut entry = Entry { movement, reversed: false, value: 0 };
        let postings = if at == self.entries.len() {
            let step = self.standing.step(&entry.movement, self.currency);
            entry.value = step.map_err(|error| self.refusal(&entry.movement, error))?;
            self.entries.push(entry.clone());
            Vec::new()
        } else {
            let mut entries = self.entries.clone();
            entries.insert(at, entry.clone());
            let corrections = self.replace(entries, entry.movement.sequence)?;
            entry.value = self.entries.get(at).map_or(0, |entered| entered.value);
            corrections
        };
        self.next = next;
        let value = money(entry.value, self.currency);
        let own = StockPosting::of(&entry.movement, value, PostingCause::Moved);
        Ok(Entered { value, postings: own.into_iter().chain(postings).collect() })
    }

    /// Takes a movement of the open period back, as if it had never been, and values everything after it again.
    ///
    /// # Errors
    /// [`ReverseError`], in the order of its variants; nothing has changed then.
    ///
    /// # Example
    /// ```
    /// # use chrono::NaiveDate;
    /// # use office_core::{Currency, Id, Money};
    /// # use office_inventory::{Ledger, Location, Movement, ReverseError, Transfer};
    /// # let room = Id::natural("place", "R-S1");
    /// # let vendor = Location::Supplier(Id::natural("party", "V-01"));
    /// # let effective = NaiveDate::from_ymd_opt(2026, 10, 8).ok_or("no such day")?;
    /// let mut ledger = Ledger::new("ream".parse()?, Currency::EUR);
    /// let value = Money::from_minor(10_00, Currency::EUR);
    /// let transfer = Transfer::inward("3 ream".parse()?, value, vendor, room)?;
    /// ledger.enter(Movement { sequence: 1, effective, reference: "DN-1".parse()?, transfer })?;
    /// ledger.reverse(1)?;
    /// assert!(ledger.value().is_zero());
    /// assert_eq!(ledger.reverse(1), Err(ReverseError::AlreadyReversed { sequence: 1 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reverse(&mut self, sequence: u64) -> Result<Entered, ReverseError> {
        let found = self.entries.iter().position(|entry| entry.movement.sequence == sequence);
        let mut entries = self.entries.clone();
        let entry = found.and_then(|at| entries.get_mut(at)).ok_or(ReverseError::NotOpen { sequence })?;
        if entry.reversed {
            return Err(ReverseError::AlreadyReversed { sequence });
        }
        entry.reversed = true;
        let value = money(entry.value, self.currency);
        let own = StockPosting::of(&entry.movement, value.negated(), PostingCause::Reversed);
        let corrections = self.replace(entries, sequence)?;
        Ok(Entered { value, postings: own.into_iter().chain(corrections).collect() })
    }

    /// Closes the period up to and including a day: what happened in it is folded into one standing, and stays.
    ///
    /// # Errors
    /// [`CloseError::AlreadyClosed`].
    pub fn close(&mut self, through: NaiveDate) -> Result<(), CloseError> {
        if let Some(closed) = self.closed.filter(|closed| through <= *closed) {
            return Err(CloseError::AlreadyClosed { closed });
        }
        let open = self.entries.partition_point(|entry| entry.movement.effective <= through);
        for entry in self.entries.drain(..open).filter(|entry| !entry.reversed) {
            // Invariant: the same step was taken before.
            let _ = self.base.step(&entry.movement, self.currency);
        }
        self.closed = Some(through);
        Ok(())
    }

    fn until(&self, day: NaiveDate) -> Option<impl Iterator<Item = &Entry>> {
        let known = self.closed.is_none_or(|closed| day >= closed);
        let entries = self.entries.iter().take_while(move |entry| entry.movement.effective <= day);
        known.then(|| entries.filter(|entry| !entry.reversed))
    }

    fn admit(&self, movement: &Movement) -> Result<(), EnterError> {
        let transfer = &movement.transfer;
        let unit = transfer.quantity().unit();
        if unit != self.unit {
            return Err(EnterError::OtherUnit { kept: self.unit, given: unit });
        }
        if let Some(given) = transfer.value().map(Money::currency).filter(|given| *given != self.currency) {
            return Err(EnterError::OtherCurrency { kept: self.currency, given });
        }
        if let Some(closed) = self.closed.filter(|closed| movement.effective <= *closed) {
            return Err(EnterError::PeriodClosed { closed, effective: movement.effective });
        }
        let sequence = movement.sequence;
        let taken = || self.entries.iter().any(|entry| entry.movement.sequence == sequence);
        if sequence < self.next && taken() { Err(EnterError::SequenceTaken { sequence }) } else { Ok(()) }
    }

    /// Replays these entries onto the base, and says what has changed for the others than `but`.
    fn replace(&mut self, mut entries: Vec<Entry>, but: u64) -> Result<Vec<StockPosting>, EnterError> {
        let mut standing = self.base.clone();
        let mut corrections = Vec::new();
        for entry in &mut entries {
            let step = if entry.reversed { Ok(0) } else { standing.step(&entry.movement, self.currency) };
            let value = step.map_err(|error| self.refusal(&entry.movement, error))?;
            if entry.movement.sequence != but {
                let change = money(value.saturating_sub(entry.value), self.currency);
                corrections.extend(StockPosting::of(&entry.movement, change, PostingCause::Recosted));
            }
            entry.value = value;
        }
        (self.entries, self.standing) = (entries, standing);
        Ok(corrections)
    }

    fn refusal(&self, movement: &Movement, error: StepError) -> EnterError {
        match error {
            StepError::Short { location, on_hand } => EnterError::Short {
                location,
                effective: movement.effective,
                on_hand: quantity(on_hand, self.unit),
                wanted: movement.transfer.quantity(),
            },
            StepError::TooMuch => EnterError::TooMuch,
        }
    }
}

/// A movement cannot be entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EnterError {
    /// It is told in another unit than the ledger.
    #[error("`{given}` is not the unit of the ledger: `{kept}` is wanted")]
    OtherUnit {
        /// The unit of the ledger.
        kept: UnitCode,
        /// The unit of the movement.
        given: UnitCode,
    },
    /// Its value is in another currency than the ledger.
    #[error("{given} is not the currency of the ledger: {kept} is wanted")]
    OtherCurrency {
        /// The currency of the ledger.
        kept: Currency,
        /// The currency of the value.
        given: Currency,
    },
    /// It happened in a closed period.
    #[error("{effective} is closed: the period is closed through {closed}")]
    PeriodClosed {
        /// The last day of the closed period.
        closed: NaiveDate,
        /// The day of the movement.
        effective: NaiveDate,
    },
    /// Another movement has its sequence.
    #[error("sequence {sequence} is taken by another movement")]
    SequenceTaken {
        /// The sequence.
        sequence: u64,
    },
    /// There would be less than nothing: on its own day or, if it is backdated, on a later one.
    #[error("on {effective} {on_hand} are on hand and {wanted} would go")]
    Short {
        /// The place of storage.
        location: Location,
        /// The first day on which there would not be enough.
        effective: NaiveDate,
        /// What is on hand there before the movement that cannot be.
        on_hand: Quantity,
        /// What would go.
        wanted: Quantity,
    },
    /// There would be more, or it would be worth more, than can be held.
    #[error("the quantity or the value would be out of range")]
    TooMuch,
}

/// A movement cannot be reversed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ReverseError {
    /// There is no such movement in the open period.
    #[error("there is no movement {sequence} in the open period")]
    NotOpen {
        /// Its sequence.
        sequence: u64,
    },
    /// It was reversed before.
    #[error("movement {sequence} was reversed before")]
    AlreadyReversed {
        /// Its sequence.
        sequence: u64,
    },
    /// What happened after it would not have been possible without it.
    #[error("what happened after it would not have been possible")]
    Needed(#[from] EnterError),
}

/// A period cannot be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CloseError {
    /// It is closed already.
    #[error("the period is closed through {closed}: a later day is wanted")]
    AlreadyClosed {
        /// The last day of the closed period.
        closed: NaiveDate,
    },
}
