//! Entering, reversing, charging, closing.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use office_core::Money;

use super::entry::{Entry, What};
use super::replay::Own;
use super::standing::{ONE, money, quantity, small};
use super::terms::check_cost;
use super::timeline::{Bounds, FREE, HELD, Instant, Stop, Track};
use super::{
    ChargeError, CloseError, EnterError, Entered, ForgetError, Ledger, Movement, PostingCause, Revaluation, Revalued,
    ReverseError, StockAccount, StockPosting, Transfer,
};
use crate::{Location, LotId, NegativeStock, Reference, Tracking};

/// A piece with a serial number is there or not.
const PIECE: Bounds = Bounds { least: 0, most: ONE };

impl Ledger {
    /// Enters a movement in its place in time, and values everything after it again.
    ///
    /// Takes time in proportion to the movements after it if it is backdated, else to the layers used up.
    ///
    /// # Errors
    /// [`EnterError`], in the order of its variants; nothing has changed then.
    pub fn enter(&mut self, movement: Movement) -> Result<Entered, EnterError> {
        let transfer = movement.transfer;
        self.admit(&movement)?;
        let at = (movement.effective, movement.sequence);
        self.spaces(&transfer, at)?;
        let postings = self.insert(What::Moved(movement), PostingCause::Moved)?;
        self.shelve(&transfer, at);
        let entry = self.position(at.1).and_then(|position| self.entries.get(position));
        Ok(Entered { value: money(entry.map_or(0, Entry::value), self.currency), postings })
    }

    /// Values what is there otherwise from a moment on: by another method, at another cost, or by a charge more.
    ///
    /// # Errors
    /// [`EnterError`], in the order of its variants; nothing has changed then.
    ///
    /// # Example
    /// ```
    /// # use office_core::{Currency, Id, Money};
    /// # use office_inventory::{Ledger, LedgerTerms, Location, Movement, Transfer};
    /// use office_inventory::{CostMethod, EnterError, Revaluation, Revalued};
    ///
    /// # let (room, vendor) = (Id::natural("place", "R-S1"), Location::Supplier(Id::natural("party", "V-01")));
    /// # let on = "2026-10-08".parse()?;
    /// # let terms = LedgerTerms { method: CostMethod::Standard, unit_cost: Some("4.00 EUR / 1 ream".parse()?), ..LedgerTerms::default() };
    /// # let mut ledger = Ledger::on_terms("ream".parse()?, Currency::EUR, terms)?;
    /// # let transfer = Transfer::inward("10 ream".parse()?, Money::from_minor(41_00, Currency::EUR), vendor, room)?;
    /// # ledger.enter(Movement { sequence: 1, effective: on, reference: "DN-1".parse()?, transfer })?;
    /// // Ten reams at a standard of 4.00, from now on worth 4.50 each.
    /// let dearer = |sequence, cost: &str| {
    ///     let what = Revalued::Cost { method: CostMethod::Standard, unit_cost: Some(cost.parse()?) };
    ///     Ok::<_, Box<dyn std::error::Error>>(Revaluation { sequence, effective: on, reference: "list 2027".parse()?, what })
    /// };
    /// ledger.revalue(dearer(2, "4.5 EUR / 1 ream")?)?;
    /// assert_eq!(ledger.value().to_string(), "45.00 EUR");
    /// assert!(matches!(ledger.revalue(dearer(3, "4.5 EUR / 1 box")?), Err(EnterError::Terms(_))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn revalue(&mut self, revaluation: Revaluation) -> Result<Vec<StockPosting>, EnterError> {
        match &revaluation.what {
            Revalued::Cost { unit_cost: Some(unit_cost), .. } => check_cost(*unit_cost, self.unit, self.currency)?,
            Revalued::Cost { unit_cost: None, .. } => {}
            Revalued::Charge { amount, .. } => self.same_currency(*amount)?,
        }
        self.timely(revaluation.effective, revaluation.sequence)?;
        self.insert(What::Revalued(revaluation), PostingCause::Revalued)
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
        let not_open = ReverseError::NotOpen { sequence };
        let position = self.position(sequence).ok_or(not_open)?;
        let entry = self.entries.get(position).ok_or(not_open)?;
        let (at, charged) = (entry.at(), entry.charged());
        if self.closed.is_some_and(|closed| at.0 <= closed) {
            return Err(not_open);
        }
        if entry.reversed {
            return Err(ReverseError::AlreadyReversed { sequence });
        }
        let (value, transfer) = (entry.value(), entry.movement().map(|movement| movement.transfer));
        if let Some(transfer) = &transfer {
            self.spares(transfer, at)?;
        }
        self.set_reversed(position, true);
        let replayed = match self.replay(position) {
            Ok(replayed) => replayed,
            Err(error) => {
                self.set_reversed(position, false);
                return Err(error.into());
            }
        };
        let mut postings = self.accept(replayed, Own { sequence, cause: PostingCause::Reversed });
        if let Some(transfer) = &transfer {
            self.unshelve(transfer, at);
            postings.extend(self.charge_posting(transfer, at, charged.saturating_neg(), PostingCause::Reversed));
        }
        Ok(Entered { value: money(value, self.currency), postings })
    }

    /// Adds a charge to what a receipt of the open period cost, such as its share of the freight, and values everything
    /// after it again. A charge that was added by the same paper before is not added twice.
    ///
    /// # Errors
    /// [`ChargeError`], in the order of its variants; nothing has changed then.
    ///
    /// # Example
    /// ```
    /// # use office_core::{Currency, Id, Money};
    /// # use office_inventory::{ChargeError, Ledger, Location, Movement, Transfer};
    /// # let (room, vendor) = (Id::natural("place", "R-S1"), Location::Supplier(Id::natural("party", "V-01")));
    /// # let mut ledger = Ledger::new("ream".parse()?, Currency::EUR);
    /// # let transfer = Transfer::inward("10 ream".parse()?, Money::from_minor(41_00, Currency::EUR), vendor, room)?;
    /// # ledger.enter(Movement { sequence: 1, effective: "2026-10-08".parse()?, reference: "DN-1".parse()?, transfer })?;
    /// // Receipt 1 was worth 41.00.
    /// let freight = Money::from_minor(5_00, Currency::EUR);
    /// ledger.charge(1, "FR-77".parse()?, freight)?;
    /// assert_eq!(ledger.value().to_string(), "46.00 EUR");
    /// ledger.discharge(1, &"FR-77".parse()?)?;
    /// assert_eq!(ledger.value().to_string(), "41.00 EUR");
    /// assert_eq!(ledger.charge(2, "FR-77".parse()?, freight), Err(ChargeError::NotOpen { receipt: 2 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn charge(&mut self, receipt: u64, paper: Reference, amount: Money) -> Result<Vec<StockPosting>, ChargeError> {
        let position = self.receipt(receipt)?;
        if amount.currency() != self.currency {
            return Err(ChargeError::OtherCurrency { kept: self.currency, given: amount.currency() });
        }
        let known = self.entries.get(position).and_then(|entry| entry.extra.as_ref());
        if known.is_some_and(|extra| extra.charges.iter().any(|(known, _)| *known == paper)) {
            return Ok(Vec::new());
        }
        self.recharge(position, |charges| charges.push((paper, amount.minor())))
    }

    /// Takes a charge back, as if it had never been.
    ///
    /// # Errors
    /// [`ChargeError`], in the order of its variants; nothing has changed then.
    pub fn discharge(&mut self, receipt: u64, paper: &Reference) -> Result<Vec<StockPosting>, ChargeError> {
        let position = self.receipt(receipt)?;
        let extra = self.entries.get(position).and_then(|entry| entry.extra.as_ref());
        let charged = extra.is_some_and(|extra| extra.charges.iter().any(|(known, _)| known == paper));
        if !charged {
            return Err(ChargeError::NotCharged { receipt });
        }
        self.recharge(position, |charges| charges.retain(|(known, _)| known != paper))
    }

    /// Closes the period up to and including a day: what happened in it stays as it is.
    ///
    /// # Errors
    /// [`CloseError`], in the order of its variants.
    pub fn close(&mut self, through: NaiveDate) -> Result<(), CloseError> {
        if let Some(closed) = self.closed.filter(|closed| through <= *closed) {
            return Err(CloseError::AlreadyClosed { closed });
        }
        let known = self.entries.partition_point(|entry| entry.at().0 <= through);
        if self.standing_before(known).is_unsettled() {
            return Err(CloseError::Unsettled { through });
        }
        self.closed = Some(through);
        Ok(())
    }

    /// Folds what happened up to and including a closed day into one standing. Nothing is known any more of days before
    /// it, and nothing that comes later is different.
    ///
    /// # Errors
    /// [`ForgetError::Open`].
    pub fn forget(&mut self, through: NaiveDate) -> Result<(), ForgetError> {
        if self.closed.is_none_or(|closed| through > closed) {
            return Err(ForgetError::Open { through });
        }
        self.fold(through);
        Ok(())
    }

    /// The same, closed or not.
    fn fold(&mut self, through: NaiveDate) {
        let known = self.entries.partition_point(|entry| entry.at().0 <= through);
        // Invariant: what was closed owes nothing that is still to be settled, so that its value is final.
        self.base = self.standing_before(known);
        let gone: BTreeSet<u64> = self.entries.drain(..known).map(|entry| entry.at().1).collect();
        for entry in &mut self.entries {
            let back = entry.movement().map(|movement| movement.transfer).filter(|transfer| !transfer.from().is_ours());
            if back.and_then(|transfer| transfer.of()).is_some_and(|of| gone.contains(&of)) {
                entry.adjust(|extra| extra.is_final = true);
            }
        }
        self.numbers.retain(|(_, day)| *day > through);
        self.timeline.forget(through);
        for track in self.pieces.values_mut() {
            track.forget(through);
        }
        self.pieces.retain(|_, track| !track.is_empty());
        self.marks.clear();
        self.forgotten = Some(self.forgotten.map_or(through, |before| before.max(through)));
    }

    /// Takes what happened up to and including a day out, as a ledger of its own, and keeps what came of it. None if
    /// nothing happened by then, or what it cost is not settled yet.
    pub(crate) fn take_until(&mut self, through: NaiveDate) -> Option<Self> {
        let known = self.entries.partition_point(|entry| entry.at().0 <= through);
        if known == 0 || self.standing_before(known).is_unsettled() {
            return None;
        }
        let part = self.part_until(through)?;
        self.fold(through);
        Some(part)
    }

    pub(super) fn admit(&self, movement: &Movement) -> Result<(), EnterError> {
        let transfer = &movement.transfer;
        let unit = transfer.quantity().unit();
        if unit != self.unit {
            return Err(EnterError::OtherUnit { kept: self.unit, given: unit });
        }
        if let Some(value) = transfer.value() {
            self.same_currency(value)?;
        }
        match (self.terms.tracking, transfer.lot()) {
            (Tracking::None, Some(lot)) => return Err(EnterError::LotNotTracked { lot }),
            (Tracking::Lot | Tracking::Expiry | Tracking::Serial, None) => return Err(EnterError::LotWanted),
            (Tracking::Serial, Some(_)) if small(transfer.quantity()) != ONE => {
                return Err(EnterError::NotOnePiece { quantity: transfer.quantity() });
            }
            (Tracking::None, None) | (Tracking::Lot | Tracking::Expiry | Tracking::Serial, Some(_)) => {}
        }
        self.timely(movement.effective, movement.sequence)
    }

    fn same_currency(&self, amount: Money) -> Result<(), EnterError> {
        let given = amount.currency();
        if given == self.currency { Ok(()) } else { Err(EnterError::OtherCurrency { kept: self.currency, given }) }
    }

    pub(super) fn timely(&self, effective: NaiveDate, sequence: u64) -> Result<(), EnterError> {
        if let Some(closed) = self.closed.filter(|closed| effective <= *closed) {
            return Err(EnterError::PeriodClosed { closed, effective });
        }
        if let Some(through) = self.forgotten.filter(|through| effective <= *through) {
            return Err(EnterError::Forgotten { through, effective });
        }
        let taken = || self.numbers.binary_search_by_key(&sequence, |(number, _)| *number).is_ok();
        if sequence < self.next && taken() { Err(EnterError::SequenceTaken { sequence }) } else { Ok(()) }
    }

    /// Puts an entry in its place and values it and what comes after it.
    fn insert(&mut self, what: What, cause: PostingCause) -> Result<Vec<StockPosting>, EnterError> {
        let at = what.at();
        let own = Own { sequence: at.1, cause };
        let position = if self.entries.last().is_none_or(|last| last.at() < at) {
            self.entries.len()
        } else {
            self.entries.partition_point(|entry| entry.at() < at)
        };
        let number = match self.numbers.last() {
            Some((last, _)) if *last > at.1 => self.numbers.partition_point(|(number, _)| *number < at.1),
            Some(_) | None => self.numbers.len(),
        };
        self.entries.insert(position, Entry::new(what));
        self.numbers.insert(number, (at.1, at.0));
        let last = self.entries.len().saturating_sub(1);
        let postings = if position == last {
            self.append(own).inspect_err(|_| {
                self.numbers.remove(number);
            })?
        } else {
            match self.replay(position) {
                Ok(replayed) => self.accept(replayed, own),
                Err(error) => {
                    self.entries.remove(position);
                    self.numbers.remove(number);
                    return Err(error);
                }
            }
        };
        self.next = self.next.max(at.1.saturating_add(1));
        Ok(postings)
    }

    fn ends(&self, transfer: &Transfer) -> [(Location, i128, Bounds); 2] {
        let moved = small(transfer.quantity());
        let forbidden = self.terms.negative == NegativeStock::Forbid;
        let bounds = |location: Location| if forbidden && location.is_ours() { HELD } else { FREE };
        let (from, to) = (transfer.from(), transfer.to());
        [(from, moved.saturating_neg(), bounds(from)), (to, moved, bounds(to))]
    }

    /// Whether every shelf has room and goods enough, then and later.
    pub(super) fn spaces(&self, transfer: &Transfer, at: Instant) -> Result<(), EnterError> {
        for (location, change, bounds) in self.ends(transfer) {
            let admitted = self.timeline.admits((location, transfer.lot()), at, change, bounds);
            admitted.map_err(|stop| self.refusal(location, stop))?;
        }
        if let Some((lot, change)) = self.piece(transfer) {
            let track = self.pieces.get(&lot);
            let admitted = track.unwrap_or(&Track::default()).admits(at, change, PIECE);
            admitted.map_err(|_| EnterError::TwoPlaces { lot, effective: at.0 })?;
        }
        Ok(())
    }

    /// The same if a movement is taken away.
    fn spares(&self, transfer: &Transfer, at: Instant) -> Result<(), EnterError> {
        for (location, _, bounds) in self.ends(transfer) {
            let Some(track) = self.timeline.track((location, transfer.lot())) else { continue };
            track.spares(at, bounds).map_err(|stop| self.refusal(location, stop))?;
        }
        if let Some((lot, track)) = self.piece(transfer).and_then(|(lot, _)| Some((lot, self.pieces.get(&lot)?))) {
            track.spares(at, PIECE).map_err(|_| EnterError::TwoPlaces { lot, effective: at.0 })?;
        }
        Ok(())
    }

    pub(super) fn shelve(&mut self, transfer: &Transfer, at: Instant) {
        for (location, change, _) in self.ends(transfer) {
            self.timeline.change((location, transfer.lot()), at, change);
        }
        if let Some((lot, change)) = self.piece(transfer) {
            self.pieces.entry(lot).or_default().insert(at, change);
        }
    }

    fn unshelve(&mut self, transfer: &Transfer, at: Instant) {
        for (location, ..) in self.ends(transfer) {
            self.timeline.undo((location, transfer.lot()), at);
        }
        if let Some((lot, _)) = self.piece(transfer)
            && let Some(track) = self.pieces.get_mut(&lot)
        {
            track.remove(at);
        }
    }

    /// The piece with a serial number that comes in or goes out, and which of the two it does.
    fn piece(&self, transfer: &Transfer) -> Option<(LotId, i128)> {
        let lot = transfer.lot().filter(|_| self.terms.tracking == Tracking::Serial)?;
        match (transfer.from().is_ours(), transfer.to().is_ours()) {
            (false, true) => Some((lot, ONE)),
            (true, false) => Some((lot, ONE.saturating_neg())),
            (true, true) | (false, false) => None,
        }
    }

    fn refusal(&self, location: Location, stop: Stop) -> EnterError {
        match stop {
            Stop::Below { at, held, wanted } if location.is_ours() => EnterError::Short {
                location,
                effective: at.0,
                on_hand: quantity(held, self.unit),
                wanted: quantity(wanted, self.unit),
            },
            Stop::Below { .. } | Stop::Above => EnterError::TooMuch,
        }
    }

    fn set_reversed(&mut self, position: usize, reversed: bool) {
        if let Some(entry) = self.entries.get_mut(position) {
            entry.reversed = reversed;
        }
    }

    fn receipt(&self, receipt: u64) -> Result<usize, ChargeError> {
        let not_open = ChargeError::NotOpen { receipt };
        let position = self.position(receipt).ok_or(not_open)?;
        let entry = self.entries.get(position).ok_or(not_open)?;
        let stated = entry.movement().is_some_and(|movement| movement.transfer.value().is_some());
        let open = self.closed.is_none_or(|closed| entry.at().0 > closed);
        if stated && open && !entry.reversed { Ok(position) } else { Err(not_open) }
    }

    fn recharge(
        &mut self,
        position: usize,
        change: impl FnOnce(&mut Vec<(Reference, i128)>),
    ) -> Result<Vec<StockPosting>, ChargeError> {
        let receipt = self.entries.get(position).map_or(0, |entry| entry.at().1);
        let entry = self.entries.get_mut(position).ok_or(ChargeError::NotOpen { receipt })?;
        let (saved, before) = (entry.extra.clone(), entry.charged());
        entry.adjust(|extra| change(&mut extra.charges));
        let (at, charged) = (entry.at(), entry.charged());
        let transfer = entry.movement().map(|movement| movement.transfer);
        let negative = entry.own.saturating_add(charged) < 0;
        let replayed =
            if negative { Err(ChargeError::Negative) } else { self.replay(position).map_err(ChargeError::from) };
        let replayed = match replayed {
            Ok(replayed) => replayed,
            Err(error) => {
                if let Some(entry) = self.entries.get_mut(position) {
                    entry.extra = saved;
                }
                return Err(error);
            }
        };
        let mut postings = Vec::new();
        if let Some(transfer) = &transfer {
            let more = charged.saturating_sub(before);
            postings.extend(self.charge_posting(transfer, at, more, PostingCause::Charged));
        }
        postings.extend(self.accept(replayed, Own { sequence: at.1, cause: PostingCause::Charged }));
        Ok(postings)
    }

    fn charge_posting(
        &self,
        transfer: &Transfer,
        at: Instant,
        more: i128,
        cause: PostingCause,
    ) -> Option<StockPosting> {
        let accounts = (StockAccount::LandedCost, StockAccount::of(transfer.to()));
        StockPosting::new(at, accounts, money(more, self.currency), cause)
    }
}
