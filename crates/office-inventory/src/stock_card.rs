//! The stock card of an item: what came in, what went out, and what was left each time.
//!
//! Its laws are told at the type; `tests/report.rs` holds them.

use chrono::NaiveDate;
use office_core::subject::{ItemId, PlaceId};
use office_core::{DateRange, Money, MoneyError, Quantity, QuantityError, StoreError, View};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::ledger::Flow;
use crate::{Ledger, Location, LotId, Movement, PlaceTree, Reference, ledger_of};

/// How much there is, and what it is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StockAmount {
    /// How much.
    pub quantity: Quantity,
    /// What it is worth; not told where goods here are valued together with goods elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Money>,
}

/// Why goods come in or go out, or are worth something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockCardReason {
    /// They were there when the account was opened.
    TakenOver,
    /// A vendor delivered them.
    Received,
    /// They went back to a vendor.
    SentBack,
    /// A client got them.
    Delivered,
    /// They were given out for use.
    Issued,
    /// They came back from a client, or from use.
    CameBack,
    /// They were found missing in a count.
    Missing,
    /// Goods went into a kit or came out of one, or a kit was put together or taken apart.
    Assembled,
    /// They were found too many in a count.
    Found,
    /// They went to or came from another of the office's own places, or the way there.
    Moved,
    /// What is there was valued anew.
    Revalued,
}

/// One line of a stock card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StockCardLine {
    /// Its number in the ledger.
    pub sequence: u64,
    /// The day.
    pub on: NaiveDate,
    /// The paper it was booked by.
    pub document: Reference,
    /// Why.
    pub reason: StockCardReason,
    /// Where the goods came from or went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<Location>,
    /// Of which lot they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotId>,
    /// What came in.
    pub came: StockAmount,
    /// What went out.
    pub went: StockAmount,
    /// What was there after it.
    pub balance: StockAmount,
}

/// The stock card of an item for a period: of everything, or of a place and all that lies within it.
///
/// Values are as they are known now: what was booked late is in its place, and charges are part of what the goods cost.
/// Goods that go from one place of the card to another are not on it.
///
/// # Law
/// 1. What was there at the beginning, and what came in less what went out, is what is there at the end: of every line,
///    and of the card.
///
/// # Example
/// ```
/// use office_core::{Currency, DateRange, Id, Money};
/// use office_inventory::{Ledger, Location, Movement, PlaceTree, StockCard, StockCardError, Transfer};
///
/// let (item, room) = (Id::natural("item", "PAP-A4"), Id::natural("place", "R-S1"));
/// let vendor = Location::Supplier(Id::natural("party", "V-01"));
/// let mut ledger = Ledger::new("ream".parse()?, Currency::EUR);
/// let value = Money::from_minor(205_00, Currency::EUR);
/// let transfer = Transfer::inward("50 ream".parse()?, value, vendor, room)?;
/// ledger.enter(Movement { sequence: 1, effective: "2026-09-30".parse()?, reference: "DN-1".parse()?, transfer })?;
/// let transfer = Transfer::outward("12 ream".parse()?, room, Location::Consumption(Id::natural("cost_centre", "CC-200")))?;
/// ledger.enter(Movement { sequence: 2, effective: "2026-10-08".parse()?, reference: "slip 7".parse()?, transfer })?;
///
/// let tree = PlaceTree::default();
/// let october = DateRange::month(2026, 10)?;
/// let card = StockCard::of(item, &ledger, &tree, Some(room), october)?;
/// assert_eq!(card.opening().quantity, "50 ream".parse()?);
/// assert_eq!(card.lines()[0].went.value, Some(Money::from_minor(49_20, Currency::EUR)));
/// assert_eq!(card.closing().value, Some(Money::from_minor(155_80, Currency::EUR)));
///
/// // What was put together is not known one by one any more.
/// ledger.close("2026-10-31".parse()?)?;
/// ledger.forget("2026-10-31".parse()?)?;
/// let refused = StockCard::of(item, &ledger, &tree, Some(room), october);
/// assert!(matches!(refused, Err(StockCardError::Forgotten { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct StockCard {
    // Invariant: law 1.
    parts: Parts,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    item: ItemId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<PlaceId>,
    period: DateRange,
    opening: StockAmount,
    lines: Vec<StockCardLine>,
    closing: StockAmount,
}

/// A stock card cannot be drawn up.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StockCardError {
    /// What happened then is not known one by one any more.
    #[error("what happened through {through} is put together: a period that begins later is wanted")]
    Forgotten {
        /// The last day of which only the outcome is known.
        through: NaiveDate,
    },
    /// A quantity cannot be held, or is in another unit.
    #[error("a quantity cannot be added up")]
    Quantity(#[from] QuantityError),
    /// A value cannot be held, or is in another currency.
    #[error("a value cannot be added up")]
    Value(#[from] MoneyError),
    /// What stands on a line does not follow from the line before it.
    #[error("line {line} does not add up")]
    DoesNotAddUp {
        /// The line, from 0; after the last, the end of the card.
        line: usize,
    },
}

impl StockAmount {
    /// As much less what goes, and more by what comes.
    fn after(self, came: Self, went: Self) -> Result<Self, StockCardError> {
        let quantity = self.quantity.checked_add(came.quantity)?.checked_sub(went.quantity)?;
        let value = match (self.value, came.value, went.value) {
            (Some(value), Some(came), Some(went)) => Some(value.checked_add(came)?.checked_sub(went)?),
            _ => None,
        };
        Ok(Self { quantity, value })
    }
}

impl StockCard {
    /// The card of an item by its ledger: of all places and what is on the way, or of one place and what lies within it.
    ///
    /// What goods at a place are worth is told if none that are valued together with them were ever elsewhere.
    ///
    /// # Errors
    /// [`StockCardError`], in the order of its variants.
    pub fn of(
        item: ItemId,
        ledger: &Ledger,
        tree: &PlaceTree,
        place: Option<PlaceId>,
        period: DateRange,
    ) -> Result<Self, StockCardError> {
        let before = period.start().pred_opt();
        if let Some(through) = ledger.forgotten_through().filter(|through| before.is_none_or(|day| day < *through)) {
            return Err(StockCardError::Forgotten { through });
        }
        let inside = |location: Location| match (place, location) {
            (None, location) => location.is_ours(),
            (Some(place), Location::Storage(here)) => tree.encloses(place, here),
            (Some(_), _) => false,
        };
        let is_valued = ledger.is_apart(inside);
        let opening = opening(ledger, before, is_valued, inside)?;
        let (mut balance, mut lines) = (opening, Vec::new());
        for flow in ledger.flows(period, inside) {
            let Some(line) = line(&flow, balance)? else { continue };
            balance = line.balance;
            lines.push(line);
        }
        Ok(Self { parts: Parts { item, place, period, opening, lines, closing: balance } })
    }

    /// The item.
    #[must_use]
    pub const fn item(&self) -> ItemId {
        self.parts.item
    }

    /// The place, unless it is the card of all.
    #[must_use]
    pub const fn place(&self) -> Option<PlaceId> {
        self.parts.place
    }

    /// The period.
    #[must_use]
    pub const fn period(&self) -> DateRange {
        self.parts.period
    }

    /// What was there when the period began.
    #[must_use]
    pub const fn opening(&self) -> StockAmount {
        self.parts.opening
    }

    /// What happened, in its order.
    #[must_use]
    pub fn lines(&self) -> &[StockCardLine] {
        &self.parts.lines
    }

    /// What was there when the period ended.
    #[must_use]
    pub const fn closing(&self) -> StockAmount {
        self.parts.closing
    }
}

fn opening(
    ledger: &Ledger,
    before: Option<NaiveDate>,
    is_valued: bool,
    inside: impl Fn(Location) -> bool,
) -> Result<StockAmount, StockCardError> {
    // Invariant: the day is known.
    let parts = before.and_then(|before| ledger.parts_at(Some(before))).unwrap_or_default();
    let here: Vec<_> = parts.into_iter().filter(|part| inside(part.location)).collect();
    let quantity = Quantity::sum(here.iter().map(|part| part.quantity), ledger.unit())?;
    let value = is_valued.then(|| Money::sum(here.iter().map(|part| part.value), ledger.currency())).transpose()?;
    Ok(StockAmount { quantity, value })
}

/// What a flow writes on the card; nothing where it changes values that are not told.
fn line(flow: &Flow<'_>, before: StockAmount) -> Result<Option<StockCardLine>, StockCardError> {
    let none = |amount: StockAmount| StockAmount {
        quantity: Quantity::zero(amount.quantity.unit()),
        value: amount.value.map(|value| Money::zero(value.currency())),
    };
    if flow.inward.is_none() && before.value.is_none() {
        return Ok(None);
    }
    let transfer = flow.movement.map(|movement| movement.transfer);
    let moved = flow.inward.and(transfer).map(|transfer| transfer.quantity());
    let quantity = moved.unwrap_or(Quantity::zero(before.quantity.unit()));
    let comes = flow.inward.unwrap_or(!flow.change.is_negative());
    let change = if comes { flow.change } else { flow.change.negated() };
    let amount = StockAmount { quantity, value: before.value.map(|_| change) };
    let (came, went) = if comes { (amount, none(before)) } else { (none(before), amount) };
    let other = transfer.map(|transfer| if comes { transfer.from() } else { transfer.to() });
    Ok(Some(StockCardLine {
        sequence: flow.sequence,
        on: flow.effective,
        document: flow.reference.clone(),
        reason: flow.movement.map_or(StockCardReason::Revalued, StockCardReason::of),
        other,
        lot: transfer.and_then(|transfer| transfer.lot()),
        came,
        went,
        balance: before.after(came, went)?,
    }))
}

impl StockCardReason {
    fn of(movement: &Movement) -> Self {
        match (movement.transfer.from(), movement.transfer.to()) {
            (Location::Storage(_) | Location::Transit(_), Location::Storage(_) | Location::Transit(_)) => Self::Moved,
            (Location::Opening, _) | (_, Location::Opening) => Self::TakenOver,
            (Location::Supplier(_), _) => Self::Received,
            (_, Location::Supplier(_)) => Self::SentBack,
            (Location::Customer(_) | Location::Consumption(_), _) => Self::CameBack,
            (_, Location::Customer(_)) => Self::Delivered,
            (_, Location::Consumption(_)) => Self::Issued,
            (Location::Loss, _) => Self::Found,
            (_, Location::Loss) => Self::Missing,
            (Location::Assembly, _) | (_, Location::Assembly) => Self::Assembled,
        }
    }
}

impl TryFrom<Parts> for StockCard {
    type Error = StockCardError;

    fn try_from(parts: Parts) -> Result<Self, Self::Error> {
        let mut balance = parts.opening;
        for (line, of) in parts.lines.iter().enumerate() {
            balance = balance.after(of.came, of.went)?;
            if balance != of.balance || !parts.period.contains(of.on) {
                return Err(StockCardError::DoesNotAddUp { line });
            }
        }
        let line = parts.lines.len();
        if balance == parts.closing { Ok(Self { parts }) } else { Err(StockCardError::DoesNotAddUp { line }) }
    }
}

impl From<StockCard> for Parts {
    fn from(card: StockCard) -> Self {
        card.parts
    }
}

/// The stock card cannot be drawn up from what is stored.
#[derive(Debug, Error)]
pub enum DrawStockCardError {
    /// The store has failed, or keeps no stock of the item.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// The card cannot be drawn up.
    #[error("the card cannot be drawn up")]
    Card(#[from] StockCardError),
}

/// The stock card of an item from what is stored, also of periods that are closed.
///
/// # Errors
/// [`DrawStockCardError`], in the order of its variants.
///
/// # Example
/// ```
/// use office_core::{Actor, Command, Currency, DateRange, Id, MemoryStore, Money, Office, Role, wait};
/// use office_inventory::{DrawStockCardError, NewStock, OpeningStock, PlaceTree, Stock, stock_card};
///
/// let (item, unit, currency) = (Id::natural("item", "PAP-A4"), "ream".parse()?, Currency::EUR);
/// # let (quantity, value) = ("46 ream".parse()?, Money::from_minor(193_20, currency));
/// # let (at, on, reference) = (Id::natural("place", "R-S1"), "2026-10-01".parse()?, "inventory".parse()?);
/// # let opening = Some(OpeningStock { quantity, value, at, on, reference });
/// let opened = Stock::begin(NewStock { item, unit, currency, opening })?.fact().ok_or("a fact")?;
/// let office = Office::on(MemoryStore::new());
/// let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
/// let open = Command::new("open", "example", keeper, "2026-10-01T12:00:00Z".parse()?)?;
/// wait(office.transact(&open, |tx| {
///     let opened = opened.clone();
///     async move { tx.create(Stock::key(item), opened).await }
/// }))?;
/// let october = DateRange::month(2026, 10)?;
/// let draw = |item| {
///     wait(office.view(|view| async move { stock_card(&view, item, &PlaceTree::default(), None, october).await }))
/// };
/// assert_eq!(draw(item)?.lines().len(), 1);
/// assert_eq!(draw(item)?.closing().quantity.to_string(), "46 ream");
/// assert!(matches!(draw(Id::natural("item", "PAP-A2")), Err(DrawStockCardError::Store(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn stock_card(
    view: &View,
    item: ItemId,
    tree: &PlaceTree,
    place: Option<PlaceId>,
    period: DateRange,
) -> Result<StockCard, DrawStockCardError> {
    let before = period.start().pred_opt().unwrap_or(period.start());
    let ledger = ledger_of(view, item, before).await?;
    Ok(StockCard::of(item, &ledger, tree, place, period)?)
}
