//! What a component of a kit is taken from: of what is told apart, the lots that expire first.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{ItemId, PlaceId};
use office_core::{Entity, Quantity, QuantityError, StoreError, View};

use super::IssueKitError;
use crate::{
    IssueStockError, Location, Lot, LotId, Movement, ParseReferenceError, Pick, PlaceTree, Reference, Stock, StockFact,
    StockIssue, Tracking, pick,
};

/// A component, with what is to be known to take it from a place.
pub(super) struct Component {
    pub(super) item: ItemId,
    /// How much is wanted, in its stock unit.
    quantity: Quantity,
    stock: Stock,
    /// When the lots that are at the place expire.
    expires: BTreeMap<LotId, NaiveDate>,
}

/// What was decided of an item that is moved with a kit.
pub(super) struct Decided {
    pub(super) item: ItemId,
    pub(super) lot: Option<LotId>,
    pub(super) quantity: Quantity,
    pub(super) fact: StockFact,
}

impl Component {
    /// A component at a place, with when its lots expire.
    pub(super) async fn read(view: &View, stock: Stock, quantity: Quantity, at: PlaceId) -> Result<Self, StoreError> {
        let here = stock.ledger().lots_at(Location::Storage(at));
        let lots: Vec<LotId> = here.filter_map(|(lot, _)| lot).collect();
        let known = view.find_each::<Lot>(&lots).await?;
        let expires = lots.into_iter().zip(known).filter_map(|(lot, known)| Some((lot, known?.expires()?)));
        Ok(Self { item: stock.item(), quantity, expires: expires.collect(), stock })
    }

    /// What is free of each lot at a place, and was there on the day, as far as that is known.
    fn free(&self, at: PlaceId, on: NaiveDate) -> Vec<Pick> {
        let ledger = self.stock.ledger();
        let was_there = |pick: Pick| match ledger.on_hand_of_at(pick.location(), pick.lot, on) {
            Some(then) if then.amount() < pick.quantity.amount() => Pick { quantity: then, ..pick },
            Some(_) | None => pick,
        };
        let free = self.stock.reservations().free(ledger).into_iter();
        free.filter(|pick| pick.place == at && pick.lot.is_some() == self.is_told_apart()).map(was_there).collect()
    }

    fn is_told_apart(&self) -> bool {
        self.stock.ledger().terms().tracking != Tracking::None
    }

    /// How many are free at a place and fit for use on a day.
    pub(super) fn usable(&self, at: PlaceId, on: NaiveDate) -> Result<Quantity, QuantityError> {
        let fit = |pick: &Pick| pick.lot.and_then(|lot| self.expires.get(&lot)).is_none_or(|last| on <= *last);
        let free = self.free(at, on);
        Quantity::sum(free.iter().filter(|pick| fit(pick)).map(|pick| pick.quantity), self.quantity.unit())
    }

    /// Gives out what is wanted of it; nothing new where it went out by the slip before.
    ///
    /// Where lots or pieces are told apart, those that expire first go first, each by a number of its own on the slip.
    pub(super) fn give_out(mut self, slip: &StockIssue) -> Result<Vec<Decided>, IssueKitError> {
        let (item, quantity) = (self.item, self.quantity);
        let refused = |source| IssueKitError::Component { item, source };
        if !self.is_told_apart() {
            let decision = self.stock.issue(StockIssue { quantity, ..slip.clone() }).map_err(refused)?;
            return Ok(decision.fact().into_iter().map(|fact| Decided { item, lot: None, quantity, fact }).collect());
        }
        if self.went_out(slip)? {
            return Ok(Vec::new());
        }
        let free = self.free(slip.from, slip.on);
        let picks = pick(&free, &self.expires, &PlaceTree::default(), slip.from, quantity, slip.on);
        let mut decided = Vec::new();
        for (Pick { lot, quantity, .. }, number) in
            picks.map_err(|source| IssueKitError::Pick { item, source })?.into_iter().zip(1_u32..)
        {
            let Some(lot) = lot else { continue };
            let part = StockIssue { quantity, reference: part(&slip.reference, number)?, ..slip.clone() };
            if let Some(fact) = self.stock.issue_of(lot, part).map_err(refused)?.fact() {
                self.stock.apply(&fact);
                decided.push(Decided { item, lot: Some(lot), quantity, fact });
            }
        }
        Ok(decided)
    }

    /// Whether it went out by the slip before, lot by lot.
    fn went_out(&self, slip: &StockIssue) -> Result<bool, IssueKitError> {
        let mut booked = Vec::<&Movement>::new();
        for number in 1_u32.. {
            let Some(movement) = self.stock.booked(&part(&slip.reference, number)?) else { break };
            booked.push(movement);
        }
        let ends = (Location::Storage(slip.from), Location::Consumption(slip.cost_centre));
        let same = |movement: &&Movement| {
            (movement.transfer.from(), movement.transfer.to()) == ends && movement.effective == slip.on
        };
        let sum = Quantity::sum(booked.iter().map(|movement| movement.transfer.quantity()), self.quantity.unit());
        if booked.is_empty() {
            Ok(false)
        } else if booked.iter().all(same) && sum == Ok(self.quantity) {
            Ok(true)
        } else {
            let source = IssueStockError::ReferenceReused { reference: slip.reference.clone() };
            Err(IssueKitError::Component { item: self.item, source })
        }
    }
}

/// The paper by which a lot goes out: the slip, with a number.
pub(super) fn part(slip: &Reference, number: u32) -> Result<Reference, ParseReferenceError> {
    format!("{slip} / {number}").parse()
}
