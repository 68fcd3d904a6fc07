//! Valuing alone, for those who keep their movements themselves.

use office_core::{Currency, Money, Quantity, UnitCode};
use thiserror::Error;

use super::standing::{Standing, Stepped, money, quantity, small};
use super::timeline::Instant;
use super::{LedgerTerms, LedgerTermsError, Movement};
use crate::NegativeStock;

/// Values movements in the order in which they happened, and keeps nothing but what is there: for those who keep their
/// movements in a database of their own.
///
/// It goes by what is there in all, or at a site if sites are valued apart; what is at each place is for the caller to
/// know. A [`Ledger`](super::Ledger) values the same movements the same, and also those that come late.
///
/// # Example
/// ```
/// use office_core::{Currency, Id, Money};
/// use office_inventory::{LedgerTerms, Location, Movement, Transfer, ValueError, Valuer};
///
/// let (room, vendor) = (Id::natural("place", "R-S1"), Location::Supplier(Id::natural("party", "V-01")));
/// let mut valuer = Valuer::new("ream".parse()?, Currency::EUR, LedgerTerms::default())?;
/// let on = "2026-10-08".parse()?;
/// let transfer = Transfer::inward("3 ream".parse()?, Money::from_minor(10_00, Currency::EUR), vendor, room)?;
/// valuer.step(&Movement { sequence: 1, effective: on, reference: "DN-1".parse()?, transfer })?;
/// let transfer = Transfer::outward("1 ream".parse()?, room, Location::Loss)?;
/// let lost = Movement { sequence: 2, effective: on, reference: "sheet 1".parse()?, transfer };
/// assert_eq!(valuer.step(&lost)?.value.to_string(), "3.33 EUR");
/// assert_eq!(valuer.value().to_string(), "6.67 EUR");
///
/// // What comes late is for a ledger.
/// assert_eq!(valuer.step(&lost), Err(ValueError::NotLater { after: (on, 2) }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Valuer {
    unit: UnitCode,
    currency: Currency,
    terms: LedgerTerms,
    after: Option<Instant>,
    standing: Standing,
}

/// What a movement is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Valued {
    /// What the goods are worth.
    pub value: Money,
    /// By how much the value of the stock went up beyond that: a price difference.
    pub difference: Money,
    /// How much more earlier movements cost, now that what they took has arrived: their sequences and the amounts.
    pub settled: Vec<(u64, Money)>,
}

/// A movement cannot be valued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ValueError {
    /// It is told in another unit.
    #[error("`{given}` is not the unit: `{kept}` is wanted")]
    OtherUnit {
        /// The unit.
        kept: UnitCode,
        /// The unit of the movement.
        given: UnitCode,
    },
    /// Its value is in another currency.
    #[error("{given} is not the currency: {kept} is wanted")]
    OtherCurrency {
        /// The currency.
        kept: Currency,
        /// The currency of the value.
        given: Currency,
    },
    /// It did not happen after the one before.
    #[error("a movement after number {} of {} is wanted", after.1, after.0)]
    NotLater {
        /// The day and the sequence of the one before.
        after: (chrono::NaiveDate, u64),
    },
    /// It brings goods back, and what they cost when they went is not kept.
    #[error("goods that come back are for a ledger, or to be given their value")]
    Back,
    /// There is not enough.
    #[error("{on_hand} are there and {wanted} would go")]
    Short {
        /// What is there.
        on_hand: Quantity,
        /// What would go.
        wanted: Quantity,
    },
    /// There would be more, or it would be worth more, than can be held.
    #[error("the quantity or the value would be out of range")]
    TooMuch,
}

impl Valuer {
    /// A valuer with nothing there.
    ///
    /// # Errors
    /// [`LedgerTermsError`], in the order of its variants.
    pub fn new(unit: UnitCode, currency: Currency, terms: LedgerTerms) -> Result<Self, LedgerTermsError> {
        terms.check(unit, currency)?;
        let standing = Standing::new(&terms, currency);
        Ok(Self { unit, currency, terms, after: None, standing })
    }

    /// Values the next movement.
    ///
    /// # Errors
    /// [`ValueError`], in the order of its variants; nothing has changed then.
    pub fn step(&mut self, movement: &Movement) -> Result<Valued, ValueError> {
        let transfer = &movement.transfer;
        let unit = transfer.quantity().unit();
        if unit != self.unit {
            return Err(ValueError::OtherUnit { kept: self.unit, given: unit });
        }
        if let Some(given) = transfer.value().map(Money::currency).filter(|given| *given != self.currency) {
            return Err(ValueError::OtherCurrency { kept: self.currency, given });
        }
        let at = (movement.effective, movement.sequence);
        if let Some(after) = self.after.filter(|after| at <= *after) {
            return Err(ValueError::NotLater { after });
        }
        let brought = match transfer.value() {
            Some(value) => value.minor(),
            None if transfer.from().is_ours() => 0,
            None => return Err(ValueError::Back),
        };
        let from = self.terms.pool(transfer.from(), transfer.lot());
        let to = self.terms.pool(transfer.to(), transfer.lot());
        let moved = small(transfer.quantity());
        if let Some(key) = from.filter(|_| self.terms.negative == NegativeStock::Forbid) {
            let held = self.standing.pool(key).map_or(0, |pool| pool.quantity);
            if held < moved {
                return Err(ValueError::Short { on_hand: quantity(held, self.unit), wanted: transfer.quantity() });
            }
        }
        let stepped = if from == to {
            Stepped::default()
        } else {
            let stepped = self.standing.go(movement, moved, brought, &self.terms, (from, to));
            stepped.map_err(|_| ValueError::TooMuch)?
        };
        self.after = Some(at);
        let Stepped { value, variance, settled } = stepped;
        let settled = settled.into_iter().map(|(sequence, more)| (sequence, money(more, self.currency))).collect();
        Ok(Valued { value: money(value, self.currency), difference: money(variance, self.currency), settled })
    }

    /// How many there are in all.
    #[must_use]
    pub fn quantity(&self) -> Quantity {
        quantity(self.standing.quantity, self.unit)
    }

    /// What they are worth.
    #[must_use]
    pub fn value(&self) -> Money {
        money(self.standing.value, self.currency)
    }
}
