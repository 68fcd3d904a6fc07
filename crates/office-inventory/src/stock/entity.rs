//! What each fact makes of the stock.

use office_core::{Entity, Kind};

use super::demand::Issued;
use super::{Stock, StockFact};
use crate::{Ledger, Reservations};

impl Entity for Stock {
    const KIND: Kind = Kind::literal("stock");
    type Fact = StockFact;

    fn open(fact: &StockFact) -> Option<Self> {
        match fact {
            StockFact::Opened { item, unit, currency, terms, opening } => {
                let mut stock = Self {
                    item: *item,
                    counts: Vec::new(),
                    last_count: None,
                    reservations: Reservations::default(),
                    issued: Issued::new(),
                    filed: None,
                    pages: 0,
                    ledger: Ledger::on_terms(*unit, *currency, terms.clone()).ok()?,
                };
                if let Some(booking) = opening {
                    stock.enter(booking);
                }
                Some(stock)
            }
            StockFact::Received(_)
            | StockFact::Issued { .. }
            | StockFact::Moved(_)
            | StockFact::Returned(_)
            | StockFact::Assembled(_)
            | StockFact::Counted { .. }
            | StockFact::Reversed { .. }
            | StockFact::Revalued { .. }
            | StockFact::Charged { .. }
            | StockFact::Discharged { .. }
            | StockFact::PeriodClosed { .. }
            | StockFact::Reserved { .. }
            | StockFact::Released { .. }
            | StockFact::Filed(_)
            | StockFact::Unfiled { .. } => None,
        }
    }

    fn apply(&mut self, fact: &StockFact) {
        match fact {
            StockFact::Opened { .. } => {}
            StockFact::Received(booking)
            | StockFact::Moved(booking)
            | StockFact::Returned(booking)
            | StockFact::Assembled(booking) => {
                self.enter(booking);
            }
            StockFact::Issued { booking, reserved_for, .. } => {
                self.enter(booking);
                self.count_issue(&booking.movement);
                if let Some((reference, taken)) = reserved_for.as_ref().zip(Self::taken(&booking.movement.transfer)) {
                    self.reservations.take(reference, &taken);
                }
            }
            StockFact::Counted { count, difference, .. } => {
                if let Some(booking) = difference {
                    self.enter(booking);
                }
                self.last_count = self.last_count.max(Some(count.on));
                self.counts.push(count.clone());
            }
            StockFact::Reversed { sequence, .. } => {
                self.uncount_issue(*sequence);
                // Invariant: it was reversed in the same ledger when it was decided.
                let _ = self.ledger.reverse(*sequence);
            }
            // Invariant: the same was done to the same ledger when it was decided.
            StockFact::Revalued { revaluation, .. } => drop(self.ledger.revalue(revaluation.clone())),
            StockFact::Charged { receipt, paper, amount, .. } => {
                let _ = self.ledger.charge(*receipt, paper.clone(), *amount);
            }
            StockFact::Discharged { receipt, paper, .. } => drop(self.ledger.discharge(*receipt, paper)),
            StockFact::PeriodClosed { through } => {
                // Invariant: no later day is closed.
                let _ = self.ledger.close(*through);
                let _ = self.ledger.forget(*through);
                self.counts.retain(|count| count.on > *through);
            }
            StockFact::Reserved { reference, reservation } => {
                self.reservations.hold(reference.clone(), reservation.clone());
            }
            StockFact::Released { reference } => {
                self.reservations.release(reference);
            }
            StockFact::Filed(filed) => {
                // Invariant: the same was taken out when it was decided.
                let _ = self.ledger.take_until(filed.through);
                self.counts.retain(|count| count.on > filed.through);
                (self.filed, self.pages) = (Some(*filed), self.pages.max(filed.page));
            }
            StockFact::Unfiled { before, ledger, counts } => {
                self.ledger.put_back(ledger);
                self.counts.splice(0..0, counts.iter().cloned());
                self.filed = *before;
            }
        }
    }
}
