//! A trip is booked, booked otherwise, called off, or over.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use office_core::rules::Outcome;
use office_core::subject::CaseId;
use office_core::{Actor, Decision, Money, MoneyError, Tx};

use super::due::load;
use super::request::meets;
use super::{
    BookTripError, CancelTripError, ClaimTripError, CompleteTripError, Trip, TripBooking, TripEnd, TripFact, TripId,
    TripRules, TripStatus, trips_of,
};
use crate::itinerary::{Itinerary, by_currency, total_in};

impl Trip {
    /// Books it by an itinerary, first or anew, given the traveller's other trips that share a time with it: at once where
    /// that costs no more than was approved and is tolerated, else it waits for approval.
    ///
    /// What was booked and is not in the new itinerary, by its reference, is called off: what is due for it is part of the
    /// cost.
    ///
    /// # Errors
    /// [`BookTripError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    #[doc = include_str!("approved.txt")]
    ///
    /// trip.apply_decision(&trip.book(&train("ICE 704", "380.00 EUR")?, &traveller, &[], rules, at)?);
    /// assert_eq!(trip.status(), TripStatus::Booked);
    /// // 400 EUR were approved: a dearer train waits for the manager, and nothing else is booked meanwhile.
    /// trip.apply_decision(&trip.book(&train("ICE 706", "500.00 EUR")?, &traveller, &[], rules, at)?);
    /// assert_eq!(trip.status(), TripStatus::ChangeSubmitted { stage: 1 });
    /// let refused = trip.book(&train("ICE 708", "390.00 EUR")?, &traveller, &[], rules, at);
    /// assert!(matches!(refused, Err(BookTripError::ChangeWaits { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn book(
        &self,
        itinerary: &Itinerary,
        by: &Actor,
        others: &[(TripId, Self)],
        rules: &TripRules,
        at: DateTime<Utc>,
    ) -> Result<Decision<TripFact>, BookTripError> {
        if self.is_booked_by(itinerary) {
            return Ok(Decision::AlreadyRecorded);
        }
        if let Some(change) = self.open_change().filter(|change| !change.is_returned()) {
            return Err(BookTripError::ChangeWaits { cost: change.booking.cost });
        }
        let status = self.status();
        let bookable = matches!(
            status,
            TripStatus::Approved | TripStatus::Booked | TripStatus::ChangeReturned { .. } | TripStatus::UnderWay
        );
        if !bookable {
            return Err(BookTripError::NotApproved { status });
        }
        let findings = itinerary.check(&rules.itinerary, &[], &[]);
        if let Some(finding) = findings.iter().find(|finding| finding.forbids()) {
            return Err(BookTripError::Forbidden { finding: finding.clone() });
        }
        let (id, away) = (self.request.id, itinerary.away());
        if let Some((with, other)) = others.iter().find(|(other, trip)| *other != id && meets(trip, away)) {
            return Err(BookTripError::OnTrip { with: *with, away: other.away() });
        }
        let fees = self.fees_with(itinerary, at)?;
        let cost = itinerary.cost(&rules.rates, rules.rounding)?;
        let all = by_currency(cost.totals()?.into_iter().chain(fees.iter().copied()))?;
        let cost = total_in(&all, self.approved.currency(), &rules.exchange, rules.rounding)?;
        let booking = Box::new(TripBooking { itinerary: itinerary.clone(), findings, fees, cost });
        let tolerated = self.approved.checked_add(self.approved.share(rules.tolerance, rules.rounding)?)?;
        if cost.compare(&tolerated)?.is_le() {
            return Ok(Decision::Record(TripFact::Booked { booking, at }));
        }
        let ruling = rules.ruling(&self.request, (cost, away, true), at)?;
        if let Outcome::Refuse(reasons) = &ruling.outcome {
            return Err(BookTripError::RefusedByPolicy { reason: reasons.to_string() });
        }
        let (by, ruling) = (by.clone(), Box::new(ruling));
        Ok(Decision::Record(TripFact::ChangeSubmitted { booking, by, ruling, at }))
    }

    /// Whether the itinerary is the one that was booked, or waits for approval.
    fn is_booked_by(&self, itinerary: &Itinerary) -> bool {
        let change = self.open_change().map(|change| &change.booking);
        change.or(self.booked.as_ref()).is_some_and(|booking| booking.itinerary == *itinerary)
    }

    /// What is due for bookings called off, with those that a new itinerary leaves out.
    fn fees_with(&self, itinerary: &Itinerary, at: DateTime<Utc>) -> Result<Vec<Money>, MoneyError> {
        let Some(booked) = &self.booked else { return Ok(Vec::new()) };
        let references = |itinerary: &Itinerary| {
            let booked = itinerary.segments().iter().filter_map(|segment| segment.booking());
            booked.map(|booking| booking.reference.clone()).collect::<BTreeSet<String>>()
        };
        let kept = references(itinerary);
        let dropped = booked
            .itinerary
            .segments()
            .iter()
            .filter(|segment| segment.booking().is_some_and(|booking| !kept.contains(&booking.reference)));
        let due = dropped.filter_map(|segment| segment.due_if_cancelled(at));
        let all = by_currency(booked.fees.iter().copied().chain(due))?;
        Ok(all.into_iter().filter(|fee| fee.is_positive()).collect())
    }

    /// Calls it off before the traveller has left.
    ///
    /// # Errors
    /// [`CancelTripError::NotActive`], [`CancelTripError::Money`].
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    #[doc = include_str!("approved.txt")]
    #[doc = include_str!("booked.txt")]
    ///
    /// // Until the tenth the fee is due, from then on all of it.
    /// let mut early = trip.clone();
    /// early.apply_decision(&early.cancel(&traveller, "2026-10-01T09:00:00Z".parse()?)?);
    /// assert!(matches!(early.status(), TripStatus::Cancelled { due, .. } if due == ["20.00 EUR".parse()?]));
    /// // Whoever has left does not call the trip off.
    /// let gone = "2026-10-12T07:00:00Z".parse()?;
    /// trip.apply_decision(&trip.fall_due(gone, rules)?);
    /// let refused = trip.cancel(&traveller, gone);
    /// assert!(matches!(refused, Err(CancelTripError::NotActive { status: TripStatus::UnderWay })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cancel(&self, by: &Actor, at: DateTime<Utc>) -> Result<Decision<TripFact>, CancelTripError> {
        if let Some(TripEnd::Cancelled { .. }) = self.end {
            return Ok(Decision::AlreadyRecorded);
        }
        if !self.holds() || self.end.is_some() || self.departed.is_some() {
            return Err(CancelTripError::NotActive { status: self.status() });
        }
        let due = match &self.booked {
            Some(booked) => {
                by_currency(booked.itinerary.due_if_cancelled(at)?.into_iter().chain(booked.fees.iter().copied()))?
            }
            None => Vec::new(),
        };
        let due = due.into_iter().filter(|fee| fee.is_positive()).collect();
        Ok(Decision::Record(TripFact::Cancelled { by: by.clone(), at, due }))
    }

    /// Notes that the traveller is back.
    ///
    /// # Errors
    /// [`CompleteTripError::NotBooked`], [`CompleteTripError::Away`].
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    #[doc = include_str!("approved.txt")]
    #[doc = include_str!("booked.txt")]
    ///
    /// // The train is back at eight in the evening.
    /// let back: DateTime<Utc> = "2026-10-12T20:00:00Z".parse()?;
    /// let refused = trip.complete("2026-10-12T19:00:00Z".parse()?);
    /// assert!(matches!(refused, Err(CompleteTripError::Away { until }) if until == back));
    /// trip.apply_decision(&trip.complete(back)?);
    /// assert_eq!(trip.status(), TripStatus::Completed { at: back });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn complete(&self, at: DateTime<Utc>) -> Result<Decision<TripFact>, CompleteTripError> {
        let back = match (&self.end, &self.booked) {
            (Some(TripEnd::Completed { .. }), _) => return Ok(Decision::AlreadyRecorded),
            (None, Some(booked)) => booked.itinerary.away().end(),
            (None, None) | (Some(TripEnd::Cancelled { .. }), _) => {
                return Err(CompleteTripError::NotBooked { status: self.status() });
            }
        };
        if at < back {
            return Err(CompleteTripError::Away { until: back });
        }
        Ok(Decision::Record(TripFact::Completed { at }))
    }

    /// Notes by which claim what was spent on it is claimed.
    ///
    /// # Errors
    /// [`ClaimTripError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    #[doc = include_str!("approved.txt")]
    #[doc = include_str!("booked.txt")]
    ///
    /// let [claim, other] = ["X-1", "X-2"].map(|number| Id::natural("expense_claim", number));
    /// // One is back before one claims.
    /// assert!(matches!(trip.claim_by(claim), Err(ClaimTripError::NotCompleted { .. })));
    /// trip.apply_decision(&trip.complete("2026-10-12T20:00:00Z".parse()?)?);
    /// trip.apply_decision(&trip.claim_by(claim)?);
    /// // What was spent is claimed once.
    /// assert_eq!(trip.claim_by(other), Err(ClaimTripError::Claimed { claim }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn claim_by(&self, claim: CaseId) -> Result<Decision<TripFact>, ClaimTripError> {
        match (self.claim, &self.end) {
            (Some(earlier), _) if earlier == claim => Ok(Decision::AlreadyRecorded),
            (Some(claim), _) => Err(ClaimTripError::Claimed { claim }),
            (None, Some(TripEnd::Completed { .. })) => Ok(Decision::Record(TripFact::Claimed { claim })),
            (None, None | Some(TripEnd::Cancelled { .. })) => {
                Err(ClaimTripError::NotCompleted { status: self.status() })
            }
        }
    }
}

/// Books an approved trip by an itinerary, or books it otherwise: refused where it overlaps itself or another trip of the
/// traveller, or leaves too little time to change; at once where it costs no more than was approved and is tolerated;
/// else it waits for approval, and what was booked before stands.
///
/// # Errors
/// [`BookTripError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("asked.txt")]
#[doc = include_str!("approved.txt")]
///
/// let book = |key: &str, train: &Itinerary| {
///     wait(office.transact(&command(key), |tx| {
///         let train = train.clone();
///         async move { book_trip(&tx, id, &train, rules).await }
///     }))
/// };
/// assert_eq!(book("train", &train("ICE 704", "380.00 EUR")?)?, TripStatus::Booked);
/// // 400 EUR were approved: a dearer train waits for the manager, and nothing else is booked meanwhile.
/// assert_eq!(book("dearer", &train("ICE 706", "500.00 EUR")?)?, TripStatus::ChangeSubmitted { stage: 1 });
/// assert!(matches!(book("other", &train("ICE 708", "390.00 EUR")?), Err(BookTripError::ChangeWaits { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn book_trip(
    tx: &Tx,
    id: TripId,
    itinerary: &Itinerary,
    rules: &TripRules,
) -> Result<TripStatus, BookTripError> {
    // Read.
    let (trip, due) = load(tx, id, rules).await??;
    let others = trips_of(tx, trip.request().traveller, itinerary.away()).await?;

    // Decide.
    let (by, at) = (tx.command().actor(), tx.command().at());
    let booked = trip.book(itinerary, by, &others, rules, at)?;

    // Record.
    Ok(tx.decide_each(id, [due, booked]).await?.status())
}

/// Calls a trip off before the traveller has left; its time is free again. What is due for its bookings is told by
/// [`TripStatus::Cancelled`].
///
/// # Errors
/// [`CancelTripError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("asked.txt")]
#[doc = include_str!("approved.txt")]
#[doc = include_str!("booked.txt")]
/// use office_scheduling::cancel_trip;
///
/// let cancel = |key: &str, at: &str| {
///     wait(office.transact(&given(key, at), |tx| async move { cancel_trip(&tx, id, rules).await }))
/// };
/// // Whoever has left does not call the trip off.
/// let refused = cancel("late", "2026-10-12T07:00:00Z");
/// assert!(matches!(refused, Err(CancelTripError::NotActive { status: TripStatus::UnderWay })));
/// // Until the tenth a fee is due for it.
/// let cancelled = cancel("early", "2026-10-01T09:00:00Z")?;
/// assert!(matches!(cancelled, TripStatus::Cancelled { due, .. } if due == ["20.00 EUR".parse()?]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn cancel_trip(tx: &Tx, id: TripId, rules: &TripRules) -> Result<TripStatus, CancelTripError> {
    // Read.
    let (trip, due) = load(tx, id, rules).await??;

    // Decide.
    let cancelled = trip.cancel(tx.command().actor(), tx.command().at())?;

    // Record.
    Ok(tx.decide_each(id, [due, cancelled]).await?.status())
}

/// Notes that the traveller is back from a trip, once the itinerary says so.
///
/// # Errors
/// [`CompleteTripError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("asked.txt")]
#[doc = include_str!("approved.txt")]
#[doc = include_str!("booked.txt")]
/// use office_scheduling::complete_trip;
///
/// let complete = |key: &str, at: &str| {
///     wait(office.transact(&given(key, at), |tx| async move { complete_trip(&tx, id, rules).await }))
/// };
/// // The train is back at eight in the evening.
/// assert!(matches!(complete("early", "2026-10-12T19:00:00Z"), Err(CompleteTripError::Away { .. })));
/// assert!(matches!(complete("back", "2026-10-12T20:00:00Z")?, TripStatus::Completed { .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn complete_trip(tx: &Tx, id: TripId, rules: &TripRules) -> Result<TripStatus, CompleteTripError> {
    // Read.
    let (trip, due) = load(tx, id, rules).await??;

    // Decide.
    let completed = trip.complete(tx.command().at())?;

    // Record.
    Ok(tx.decide_each(id, [due, completed]).await?.status())
}
