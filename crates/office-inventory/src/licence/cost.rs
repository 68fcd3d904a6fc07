//! What each seat costs.

use chrono::NaiveDate;
use office_core::{AllocateError, Decimal, Money, MoneyError};
use thiserror::Error;

use super::{Licence, SeatHolder};
use crate::Reference;

/// The share of one seat in what a purchase cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatCost {
    /// The paper by which it was assigned.
    pub slip: Reference,
    /// Who has it.
    pub holder: SeatHolder,
    /// What it costs.
    pub cost: Money,
}

/// What the seats of a purchase cost: together, what was paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatCosts {
    /// The seats that are in use, in the order in which they were assigned.
    pub used: Vec<SeatCost>,
    /// What is paid for seats that nobody has.
    pub unused: Money,
}

/// It cannot be told what seats cost.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SeatCostsError {
    /// There is no such purchase.
    #[error("`{reference}` is no purchase of the licence")]
    NoPurchase {
        /// What was asked about.
        reference: Reference,
    },
    /// It is not for the day.
    #[error("`{reference}` is not for {on}")]
    NotThen {
        /// The purchase.
        reference: Reference,
        /// The day.
        on: NaiveDate,
    },
    /// The cost cannot be shared.
    #[error("the cost cannot be shared")]
    Share(#[from] AllocateError),
    /// The cost cannot be added up.
    #[error("the cost cannot be added up")]
    Money(#[from] MoneyError),
}

impl Licence {
    /// What the seats of a purchase cost, by who has them on a day: the cost of the purchase, shared to the minor unit.
    ///
    /// Seats in use are counted against the purchases of the day in the order in which these were recorded.
    ///
    /// # Errors
    /// [`SeatCostsError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::{Entity, Id};
    /// use office_inventory::{Licence, NewLicence, Seat, SeatCostsError, SeatHolder, SeatPurchase};
    ///
    /// let new = NewLicence { number: "LIC-7".parse()?, product: "drawing".to_owned(), vendor: None };
    /// let mut licence = Licence::open(&Licence::list(new)?.fact().ok_or("a fact")?).ok_or("a licence")?;
    /// let days = "2026-01-01/2027-01-01".parse()?;
    /// let three = SeatPurchase { reference: "PO-9".parse()?, seats: 3, days, cost: "100.00 EUR".parse()? };
    /// licence.apply(&licence.buy(three)?.fact().ok_or("a fact")?);
    /// let holder = SeatHolder::Person(Id::natural("person", "E-008"));
    /// let (from, by) = ("2026-03-01".parse()?, Id::natural("person", "E-004"));
    /// let seat = Seat { slip: "S-1".parse()?, holder, from, until: None, by };
    /// licence.apply(&licence.assign(seat)?.fact().ok_or("a fact")?);
    ///
    /// let costs = licence.seat_costs(&"PO-9".parse()?, from)?;
    /// assert_eq!(costs.used.iter().map(|seat| seat.cost.to_string()).collect::<Vec<_>>(), ["33.34 EUR"]);
    /// assert_eq!(costs.unused.to_string(), "66.66 EUR");
    ///
    /// let later = "2027-01-01".parse()?;
    /// let refused = licence.seat_costs(&"PO-9".parse()?, later);
    /// assert_eq!(refused, Err(SeatCostsError::NotThen { reference: "PO-9".parse()?, on: later }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn seat_costs(&self, reference: &Reference, on: NaiveDate) -> Result<SeatCosts, SeatCostsError> {
        let position = self.bought.iter().position(|known| known.reference == *reference);
        let found = position.and_then(|at| Some((at, self.bought.get(at)?)));
        let (at, purchase) = found.ok_or_else(|| SeatCostsError::NoPurchase { reference: reference.clone() })?;
        if !purchase.days.contains(on) {
            return Err(SeatCostsError::NotThen { reference: reference.clone(), on });
        }
        let seats = usize::try_from(purchase.seats).unwrap_or(usize::MAX);
        let mut costs = purchase.cost.allocate(&vec![Decimal::ONE; seats])?.into_iter();
        let before = self.bought.iter().take(at).filter(|known| known.days.contains(on));
        let before = before.fold(0_u64, |sum, known| sum.saturating_add(known.seats.into()));
        let mine = self.in_use_on(on).skip(usize::try_from(before).unwrap_or(usize::MAX)).take(seats);
        let share =
            |(seat, cost): (&super::Seat, Money)| SeatCost { slip: seat.slip.clone(), holder: seat.holder, cost };
        let used = mine.zip(costs.by_ref()).map(share).collect();
        Ok(SeatCosts { used, unused: Money::sum(costs, purchase.cost.currency())? })
    }
}
