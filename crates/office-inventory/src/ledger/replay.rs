//! Valuing again what happened after a moment in the past, from the last checkpoint before it.
//!
//! Checkpoints lie close together near the end and ever further apart before, so that there are few of them and going
//! back by so many entries replays at most about four times as many.

use std::collections::BTreeMap;

use office_core::Currency;

use super::entry::{Entry, What};
use super::standing::{Standing, Stepped, TooMuch, money, share, small};
use super::{EnterError, Ledger, NegativeStock, PostingCause, StockAccount, StockPosting};

/// How many entries lie between two checkpoints at the end.
const SPACING: usize = 256;

/// Standings on the way. They can be had again at any time, so that ledgers do not differ by them.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    // Invariant: in the order of position; each is the standing before the entry at its position.
    marks: Vec<(usize, Standing)>,
}

impl PartialEq for Marks {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Marks {}

impl Marks {
    /// Keeps the standing before the entry at a position, if a checkpoint is due there.
    pub(super) fn pass(&mut self, position: usize, standing: &Standing) {
        let Some(place) = position.checked_div(SPACING).filter(|place| *place > 0) else { return };
        if place.checked_mul(SPACING) != Some(position) {
            return;
        }
        self.marks.push((position, standing.clone()));
        self.marks.retain(|(kept, _)| {
            let kept = kept.checked_div(SPACING).unwrap_or(0);
            let spacing = 4_usize.checked_shl(kept.trailing_zeros()).unwrap_or(usize::MAX);
            place.saturating_sub(kept) <= spacing
        });
    }

    fn before(&self, position: usize) -> Option<&(usize, Standing)> {
        let known = self.marks.partition_point(|(mark, _)| *mark <= position);
        self.marks.get(known.checked_sub(1)?)
    }

    fn truncate(&mut self, position: usize) {
        self.marks.retain(|(mark, _)| *mark <= position);
    }

    pub(super) fn clear(&mut self) {
        self.marks.clear();
    }
}

/// What came of valuing the entries from a position on.
pub(super) struct Replayed {
    from: usize,
    steps: Vec<Stepped>,
    /// By how much settlements change what earlier entries cost; of later ones, by how much they do in all.
    settlements: BTreeMap<u64, i128>,
    standing: Standing,
    marks: Marks,
}

/// Where an amount that is posted comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Own {
    pub(super) sequence: u64,
    pub(super) cause: PostingCause,
}

impl Ledger {
    /// Values one entry on a standing.
    fn value_entry(
        &self,
        standing: &mut Standing,
        entry: &Entry,
        brought: impl FnOnce() -> Option<i128>,
    ) -> Result<Stepped, EnterError> {
        let too_much = |TooMuch| EnterError::TooMuch;
        match &*entry.what {
            _ if entry.reversed => Ok(Stepped::default()),
            What::Moved(movement) => {
                let own = if movement.transfer.from().is_ours() {
                    0
                } else {
                    let of = movement.transfer.of().unwrap_or(movement.sequence);
                    brought().ok_or(EnterError::NotIssued { sequence: of })?
                };
                let charged = entry.charged();
                let brought = own.checked_add(charged).ok_or(EnterError::TooMuch)?;
                let mut valued = standing.step(movement, brought, &self.terms).map_err(too_much)?;
                if !movement.transfer.from().is_ours() {
                    valued.value = own;
                }
                Ok(valued)
            }
            What::Revalued(revaluation) => {
                let variance = standing.revalue(revaluation).map_err(too_much)?;
                Ok(Stepped { variance, ..Stepped::default() })
            }
        }
    }

    /// What goods bring that come back: their share of what the movement cost by which they went, as known by then.
    fn brought(&self, entry: &Entry, at: usize, value_of: impl Fn(usize, u64) -> Option<i128>) -> Option<i128> {
        let movement = entry.movement()?;
        if let Some(value) = movement.transfer.value() {
            return Some(value.minor());
        }
        if entry.is_final() {
            return Some(entry.own);
        }
        let sequence = movement.transfer.of()?;
        let position = self.position(sequence).filter(|position| *position < at)?;
        let issue = self.entries.get(position).filter(|issue| !issue.reversed)?.movement()?;
        let outward = issue.transfer.from().is_ours() && !issue.transfer.to().is_ours();
        let (part, whole) = (small(movement.transfer.quantity()), small(issue.transfer.quantity()));
        if !outward || part > whole {
            return None;
        }
        share(value_of(position, sequence)?, part, whole, self.currency)
    }

    /// How the ledger stood before the entry at a position.
    pub(super) fn standing_before(&self, position: usize) -> Standing {
        let base = (0, self.base.clone());
        let (start, standing) = self.marks.before(position).unwrap_or(&base);
        let mut standing = standing.clone();
        for entry in self.entries.iter().skip(*start).take(position.saturating_sub(*start)) {
            // Invariant: the same step was taken before.
            let _ = self.value_entry(&mut standing, entry, || Some(entry.own));
        }
        standing
    }

    /// Values the entries from a position on, as they are now listed.
    pub(super) fn replay(&self, from: usize) -> Result<Replayed, EnterError> {
        let (mut standing, mut marks) = (self.standing_before(from), Marks::default());
        let mut settlements = BTreeMap::<u64, i128>::new();
        // Only what goes out before it comes in is settled later.
        let settled = if self.terms.negative == NegativeStock::Settle { from } else { self.entries.len() };
        let settled = self.entries.iter().skip(settled).filter_map(|entry| entry.extra.as_ref());
        for (sequence, more) in settled.flat_map(|extra| &extra.settled) {
            if self.position(*sequence).is_some_and(|position| position < from) {
                let sum = settlements.entry(*sequence).or_default();
                *sum = sum.saturating_sub(*more);
            }
        }
        let mut steps: Vec<Stepped> = Vec::with_capacity(self.entries.len().saturating_sub(from));
        for (at, entry) in self.entries.iter().enumerate().skip(from) {
            marks.pass(at, &standing);
            let value_of = |position: usize, sequence: u64| {
                let own = match position.checked_sub(from) {
                    Some(offset) => steps.get(offset)?.value,
                    None => self.entries.get(position)?.value(),
                };
                own.checked_add(settlements.get(&sequence).copied().unwrap_or(0))
            };
            let valued = self.value_entry(&mut standing, entry, || self.brought(entry, at, value_of))?;
            for (sequence, more) in &valued.settled {
                let sum = settlements.entry(*sequence).or_default();
                *sum = sum.saturating_add(*more);
            }
            steps.push(valued);
        }
        Ok(Replayed { from, steps, settlements, standing, marks })
    }

    /// Takes over what came of a replay; says what it means for the books, the entry that caused it first.
    pub(super) fn accept(&mut self, replayed: Replayed, own: Own) -> Vec<StockPosting> {
        let Replayed { from, steps, settlements, standing, marks } = replayed;
        let mut postings = Vec::new();
        let mut first = from;
        for (sequence, more) in &settlements {
            let Some(position) = self.position(*sequence).filter(|position| *position < from && *more != 0) else {
                continue;
            };
            first = first.min(position);
            if let Some(entry) = self.entries.get_mut(position) {
                entry.settle(*more);
                post(&mut postings, entry, (*more, 0), PostingCause::Recosted, self.currency);
            }
        }
        let before = postings.len();
        let mut worth = self.add_up(first, from);
        for (entry, step) in self.entries.iter_mut().skip(from).zip(steps) {
            let sequence = entry.at().1;
            let settlement = if settlements.is_empty() { None } else { settlements.get(&sequence).copied() };
            let changed = entry.take(step.value, settlement.unwrap_or(0), step.variance, step.settled);
            worth = worth.saturating_add(entry.change());
            entry.worth = worth;
            if changed != (0, 0) {
                let cause = if sequence == own.sequence { own.cause } else { PostingCause::Recosted };
                post(&mut postings, entry, changed, cause, self.currency);
            }
        }
        // What is entered, reversed or charged stands at the beginning; only what is settled by it stands before.
        if before > 0 {
            postings.sort_by_key(|posting| posting.sequence != own.sequence);
        }
        self.standing = standing;
        self.marks.truncate(from);
        self.marks.marks.extend(marks.marks);
        postings
    }

    /// Enters what was put at the end, without a replay.
    pub(super) fn append(&mut self, own: Own) -> Result<Vec<StockPosting>, EnterError> {
        let at = self.entries.len().saturating_sub(1);
        self.marks.pass(at, &self.standing);
        let Some(mut entry) = self.entries.pop() else { return Ok(Vec::new()) };
        let mut standing = std::mem::replace(&mut self.standing, Standing::new(&self.terms, self.currency));
        let value_of = |position: usize, _| self.entries.get(position).map(Entry::value);
        let valued = self.value_entry(&mut standing, &entry, || self.brought(&entry, at, value_of));
        self.standing = standing;
        let Stepped { value, variance, settled } = valued?;
        let mut postings = Vec::with_capacity(1);
        let changed = entry.take(value, 0, variance, settled.clone());
        post(&mut postings, &entry, changed, own.cause, self.currency);
        let mut first = at;
        self.entries.push(entry);
        for (sequence, more) in settled {
            let Some(position) = self.position(sequence) else { continue };
            first = first.min(position);
            if let Some(entry) = self.entries.get_mut(position) {
                entry.settle(more);
                post(&mut postings, entry, (more, 0), PostingCause::Recosted, self.currency);
            }
        }
        self.add_up(first, self.entries.len());
        Ok(postings)
    }

    /// Adds the value of the stock up again, from an entry up to another; says what it was worth before that one.
    fn add_up(&mut self, from: usize, to: usize) -> i128 {
        let before = from.checked_sub(1).and_then(|before| self.entries.get(before));
        let mut worth = before.map_or(self.base.value, |entry| entry.worth);
        for entry in self.entries.get_mut(from..to).unwrap_or_default() {
            worth = worth.saturating_add(entry.change());
            entry.worth = worth;
        }
        worth
    }
}

/// Posts what a change of value and variance means for the books.
fn post(
    postings: &mut Vec<StockPosting>,
    entry: &Entry,
    (value, variance): (i128, i128),
    cause: PostingCause,
    currency: Currency,
) {
    let mut stock = StockAccount::Stock;
    if let Some(movement) = entry.movement() {
        let [from, to] = [movement.transfer.from(), movement.transfer.to()].map(StockAccount::of);
        stock = if movement.transfer.to().is_ours() { to } else { from };
        postings.extend(StockPosting::new(entry.at(), (from, to), money(value, currency), cause));
    }
    if variance != 0 {
        let difference = (StockAccount::PriceDifference, stock);
        postings.extend(StockPosting::new(entry.at(), difference, money(variance, currency), cause));
    }
}
