//! The stock ledger of one item: what is where on any day, and what it is worth.
//!
//! Pure: no storage, no clock. Movements go in, postings for the books come out. A movement may be entered late for an
//! earlier day; everything after it is then valued again, and the postings say by how much.
//!
//! Laws 1 to 10, 14 and 16 of the crate are its own; `tests/ledger.rs` and `tests/valuation` hold them.

mod entering;
mod entry;
mod error;
mod journal;
mod layers;
mod movement;
mod part;
mod pool;
mod pools;
mod query;
mod replay;
mod standing;
mod stored;
mod terms;
mod timeline;
mod valuer;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::{Currency, Money, Quantity, UnitCode};
use serde::{Deserialize, Serialize};

use self::entry::Entry;
pub use self::entry::{Revaluation, Revalued};
pub use self::error::{ChargeError, CloseError, EnterError, ForgetError, ReverseError};
pub use self::journal::{PostingCause, StockAccount, StockPosting};
pub use self::movement::{Movement, Transfer, TransferError};
pub(crate) use self::part::Flow;
pub use self::part::StockPart;
use self::replay::Marks;
use self::standing::Standing;
pub use self::stored::RestoreLedgerError;
use self::stored::Stored;
pub use self::terms::{CostScope, LedgerTerms, LedgerTermsError, NegativeStock};
use self::timeline::{Timeline, Track};
pub use self::valuer::{ValueError, Valued, Valuer};
use crate::LotId;

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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Ledger {
    // Invariant: entries are in the order of their place in time, all after what was forgotten; `standing` is the base
    // with all entries that stand stepped onto it, and each entry carries what its step came to. The timeline holds the
    // balance of every shelf after each of them, and the numbers where each is found.
    unit: UnitCode,
    currency: Currency,
    terms: LedgerTerms,
    closed: Option<NaiveDate>,
    forgotten: Option<NaiveDate>,
    next: u64,
    base: Standing,
    entries: Vec<Entry>,
    numbers: Vec<(u64, NaiveDate)>,
    timeline: Timeline,
    pieces: BTreeMap<LotId, Track>,
    standing: Standing,
    marks: Marks,
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
    /// An empty ledger, on the usual terms: FIFO for the whole company, never below zero.
    #[must_use]
    pub fn new(unit: UnitCode, currency: Currency) -> Self {
        Self::empty(unit, currency, LedgerTerms::default())
    }

    /// An empty ledger on terms of its own.
    ///
    /// # Errors
    /// [`LedgerTermsError`], in the order of its variants.
    pub fn on_terms(unit: UnitCode, currency: Currency, terms: LedgerTerms) -> Result<Self, LedgerTermsError> {
        terms.check(unit, currency)?;
        Ok(Self::empty(unit, currency, terms))
    }

    fn empty(unit: UnitCode, currency: Currency, terms: LedgerTerms) -> Self {
        let base = Standing::new(&terms, currency);
        Self {
            unit,
            currency,
            terms,
            closed: None,
            forgotten: None,
            next: 1,
            standing: base.clone(),
            base,
            entries: Vec::new(),
            numbers: Vec::new(),
            timeline: Timeline::default(),
            pieces: BTreeMap::new(),
            marks: Marks::default(),
        }
    }
}
