//! From a business trip to what the traveller gets back.
//!
//! ```text
//! request_trip ──► approved ──► grant_trip_advance ──► pay_advance ──────────────────┐
//!                     └──► book_trip ──► complete_trip ──► claim_trip ──► approve_claim ──► settle_claim ──► pay_claim
//! ```
//!
//! What was booked and paid by the traveller, or with a card of the company, is claimed at its price; driving one's own car and
//! days away by the tables of the office. What the office has paid itself is not claimed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{
    ApprovalStatus, Currency, Decision, ExchangeRate, Money, MoneyError, Quantity, Rounding, StoreError, Tx,
};
use office_finance::{
    ExpenseBasis, ExpenseClaimId, ExpenseLine, GrantAdvanceError, Meal, MileageError, MileageTable, NewExpenseClaim,
    NewTravelAdvance, PaidBy, ParsePlaceError, PerDiemAllowance, PerDiemError, PerDiemRules, PerDiemTable, Stay,
    TravelAdvance, TravelAdvanceId,
};
use office_scheduling::{
    ClaimTripError, Itinerary, Segment, SegmentKind, StayRule, TimeAway, TravelCost, TravelCostError, TravelMeal,
    TravelMode, TravelPayer, TravelRates, Trip, TripId, TripStatus,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::expenses::{ExpenseRules, SubmitExpensesError, submit_claim};

/// What trips are claimed by: the office's own data.
#[derive(Clone, Debug)]
pub struct TravelRules {
    /// What is granted of claims, and who has to approve them.
    pub expenses: ExpenseRules,
    /// What part of a day's rate is earned.
    pub per_diem: PerDiemRules,
    /// The rates of days away.
    pub days: PerDiemTable,
    /// Which arrivals count as stays.
    pub stays: StayRule,
    /// What is paid for driving one's own car.
    pub mileage: MileageTable,
    /// As what kind of vehicle the mileage table has it: `car`.
    pub vehicle: String,
    /// Which category of expenses each kind of segment is.
    pub categories: BTreeMap<TravelMode, String>,
    /// Which category allowances for days away are.
    pub days_category: String,
    /// At which rates foreign prices count.
    pub exchange: Vec<ExchangeRate>,
    /// How amounts are rounded.
    pub rounding: Rounding,
}

/// What only the traveller knows, when a trip is claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TripExpenses {
    /// On which day it is claimed.
    pub on: NaiveDate,
    /// The names under which receipts are kept, by the numbers of the segments, counted from 1.
    pub receipts: BTreeMap<usize, String>,
    /// Which meals others have paid for, by day; breakfasts that came with a lodging are known.
    pub meals: BTreeMap<NaiveDate, BTreeSet<Meal>>,
    /// What else was spent: a parking fee, the underground.
    pub other: Vec<ExpenseLine>,
    /// How far they have driven in the year before.
    pub driven_before: Quantity,
}

/// The claim for a trip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TripClaim {
    /// The claim.
    pub claim: ExpenseClaimId,
    /// Where it stands.
    pub status: ApprovalStatus,
}

/// What a trip is reckoned to cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TripEstimate {
    /// What is booked and reckoned with for the itinerary.
    pub cost: TravelCost,
    /// The allowances for the days away.
    pub days: PerDiemAllowance,
    /// What both come to.
    pub total: Money,
}

/// What a trip by this itinerary is reckoned to cost in one currency, allowances for the days away included.
///
/// # Errors
/// [`TripExpensesError::Place`], [`TripExpensesError::PerDiem`], [`TripExpensesError::Cost`].
pub fn estimate_trip(
    itinerary: &Itinerary,
    rates: &TravelRates,
    rules: &TravelRules,
    currency: Currency,
) -> Result<TripEstimate, TripExpensesError> {
    let days = rules.days_away(itinerary.time_away(rules.stays), &BTreeMap::new())?;
    let cost = itinerary.cost(rates, rules.rounding)?;
    let travel = cost.total_in(currency, &rules.exchange, rules.rounding)?;
    let total = travel.checked_add(rules.in_currency(days.total, currency)?)?;
    Ok(TripEstimate { cost, days, total })
}

impl TravelRules {
    /// The allowance for a time away, less breakfasts that came with a lodging and the meals that others have paid for.
    ///
    /// # Errors
    /// [`TripExpensesError::Place`], [`TripExpensesError::PerDiem`].
    ///
    /// # Example
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/travel.rs")); }
    /// # use setup::{Failure, itinerary, rules};
    /// use std::collections::BTreeMap;
    ///
    /// use office::finance::{Meal, PerDiemError};
    /// use office::travel::TripExpensesError;
    ///
    /// // From Monday evening to Wednesday noon in Hamburg, with breakfast at the hotel; on Tuesday somebody has paid for lunch.
    /// let (rules, away) = (rules()?, itinerary()?.time_away(rules()?.stays));
    /// assert_eq!(rules.days_away(away.clone(), &BTreeMap::new())?.total.to_string(), "44.80 EUR");
    /// let lunch = BTreeMap::from([("2026-10-13".parse()?, [Meal::Lunch].into())]);
    /// assert_eq!(rules.days_away(away.clone(), &lunch)?.total.to_string(), "33.60 EUR");
    ///
    /// // Nothing is known of places without a rate.
    /// let mut nowhere = away;
    /// nowhere.stays[0].place = "XX/Nowhere".to_owned();
    /// let refused = rules.days_away(nowhere, &lunch);
    /// assert!(matches!(refused, Err(TripExpensesError::PerDiem(PerDiemError::NoRate { .. }))));
    /// # Ok::<(), Failure>(())
    /// ```
    pub fn days_away(
        &self,
        away: TimeAway,
        meals: &BTreeMap<NaiveDate, BTreeSet<Meal>>,
    ) -> Result<PerDiemAllowance, TripExpensesError> {
        let mut provided = meals.clone();
        for (day, meals) in &away.meals {
            provided.entry(*day).or_default().extend(meals.iter().map(|meal| match meal {
                TravelMeal::Breakfast => Meal::Breakfast,
                TravelMeal::Lunch => Meal::Lunch,
                TravelMeal::Dinner => Meal::Dinner,
            }));
        }
        let stays = away.stays.into_iter().map(|stay| Ok(Stay { from: stay.from, place: stay.place.parse()? }));
        let stays = stays.collect::<Result<_, ParsePlaceError>>()?;
        let trip = office_finance::Trip { left: away.left, back: away.back, stays, meals: provided };
        Ok(self.per_diem.allowance(&self.days, &trip)?)
    }

    /// What an amount is worth in a currency.
    fn in_currency(&self, amount: Money, currency: Currency) -> Result<Money, TravelCostError> {
        match self.rate(amount.currency(), currency) {
            None if amount.currency() == currency => Ok(amount),
            None => Err(TravelCostError::NoRate { amount, currency }),
            Some(rate) => Ok(rate.convert(amount, self.rounding)?),
        }
    }

    fn rate(&self, from: Currency, to: Currency) -> Option<ExchangeRate> {
        self.exchange.iter().find(|rate| (rate.from(), rate.to()) == (from, to)).copied()
    }

    fn category(&self, mode: TravelMode) -> Result<String, TripExpensesError> {
        self.categories.get(&mode).cloned().ok_or(TripExpensesError::NoCategory { mode })
    }

    /// What the traveller has paid for a segment; nothing where it was not booked, is free, or the office has paid.
    fn line(
        &self,
        segment: &Segment,
        receipt: Option<&String>,
        currency: Currency,
    ) -> Result<Option<ExpenseLine>, TripExpensesError> {
        let Some(booking) = segment.booking().filter(|booking| booking.price.is_positive()) else { return Ok(None) };
        let paid_by = match booking.paid_by {
            TravelPayer::Traveller => PaidBy::Claimant,
            TravelPayer::CompanyCard => PaidBy::CompanyCard,
            TravelPayer::Office => return Ok(None),
        };
        let (paid, receipt) = (booking.price, receipt.cloned());
        let rate = self.rate(paid.currency(), currency);
        let on = segment.departs_local().date();
        let line = ExpenseLine::paid(on, self.category(segment.kind().mode())?, segment.title(), paid, None);
        Ok(Some(ExpenseLine { basis: ExpenseBasis::Receipt { receipt, paid, rate }, paid_by, ..line }))
    }

    /// What is claimed of a trip, in the order of its segments, the days away last.
    fn lines(
        &self,
        trip: &Trip,
        itinerary: &Itinerary,
        told: &TripExpenses,
    ) -> Result<Vec<ExpenseLine>, TripExpensesError> {
        let currency = trip.request().estimate.currency();
        let (mut lines, mut driven) = (Vec::new(), told.driven_before);
        for (number, segment) in (1..).zip(itinerary.segments()) {
            lines.extend(self.line(segment, told.receipts.get(&number), currency)?);
            if let (SegmentKind::OwnCar { distance }, None) = (segment.kind(), segment.booking()) {
                let on = segment.departs_local().date();
                let drive = self.mileage.allowance(&self.vehicle, on, distance, driven, self.rounding)?;
                driven = driven.checked_add(distance).map_err(MileageError::from)?;
                let (category, total) = (self.category(TravelMode::OwnCar)?, drive.total);
                let line = ExpenseLine::paid(on, category, segment.title(), total, None);
                lines.push(ExpenseLine { basis: ExpenseBasis::Mileage(Box::new(drive)), ..line });
            }
        }
        lines.extend(told.other.iter().cloned());
        let away = itinerary.time_away(self.stays);
        let back = away.back.date();
        let days = self.days_away(away, &told.meals)?;
        if days.total.is_positive() {
            let line = ExpenseLine::paid(back, self.days_category.clone(), "days away", days.total, None);
            lines.push(ExpenseLine { basis: ExpenseBasis::PerDiem(Box::new(days)), ..line });
        }
        Ok(lines)
    }
}

/// The claim for a trip: the same for ever, so that it is claimed once.
#[must_use]
pub fn claim_of_trip(trip: TripId) -> ExpenseClaimId {
    ExpenseClaimId::natural("trip_claim", &trip.to_string())
}

/// Claims what a completed trip has cost the traveller: what was booked and they have paid, what they have driven, the days
/// away and what else they tell. The claim names the trip, and the trip the claim.
///
/// A trip is claimed once; again it is answered as the claim stands.
///
/// # Errors
/// [`TripExpensesError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/travel.rs")); }
/// # use office::core::{ApprovalStatus, wait};
/// # use setup::{Failure, command, office, rules, told, trip, take_trip};
/// use office::scheduling::ClaimTripError;
/// use office::travel::{TripExpensesError, claim_trip};
///
/// let (office, rules, told) = (&office()?, &rules()?, &told()?);
/// let claim = |key: &str| {
///     let command = command(key, "anna")?;
///     Ok::<_, Failure>(wait(office.transact(&command, |tx| async move { claim_trip(&tx, rules, trip(), told).await })))
/// };
/// // Not before the traveller is back.
/// assert!(matches!(claim("early")?, Err(TripExpensesError::Trip(ClaimTripError::NotCompleted { .. }))));
/// take_trip(office)?;
/// let claimed = claim("claim")??;
/// assert_eq!(claimed.status, ApprovalStatus::Open { stage: 1, missing: 1 });
/// assert_eq!(claim("again")??, claimed);
/// # Ok::<(), Failure>(())
/// ```
pub async fn claim_trip(
    tx: &Tx,
    rules: &TravelRules,
    id: TripId,
    told: &TripExpenses,
) -> Result<TripClaim, TripExpensesError> {
    // Read.
    let (trip, claim) = (tx.load(id).await?, claim_of_trip(id));
    if trip.claim() == Some(claim.retag()) {
        let status = tx.load(claim).await?.status().clone();
        return Ok(TripClaim { claim, status });
    }

    // Decide.
    let claimed = trip.claim_by(claim.retag())?;
    let status = trip.status();
    let Some(booked) = trip.booked() else { return Err(ClaimTripError::NotCompleted { status }.into()) };
    let lines = rules.lines(&trip, &booked.itinerary, told)?;
    if lines.is_empty() {
        return Err(TripExpensesError::Nothing);
    }
    let request = trip.request();
    let new = NewExpenseClaim {
        id: claim,
        claimant: request.traveller,
        on: told.on,
        currency: request.estimate.currency(),
        rounding: rules.rounding,
        purpose: purpose(id, &request.purpose),
        cost_centre: request.cost_centre,
        scope: request.scope.clone(),
        lines,
    };

    // Record.
    let status = submit_claim(tx, &rules.expenses, new).await?;
    tx.decide(id, claimed).await?;
    Ok(TripClaim { claim, status })
}

/// Grants an advance for a trip that is approved and not over, of no more than was approved for it; one for each trip.
/// [`pay_advance`](crate::expenses::pay_advance) pays it, [`settle_claim`](crate::expenses::settle_claim) sets the claim off.
///
/// # Errors
/// [`TripAdvanceError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/travel.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, command, day, euro, office, trip};
/// use office::travel::{TripAdvanceError, grant_trip_advance};
///
/// let office = &office()?;
/// let grant = |key: &str, minor| {
///     let command = command(key, "boss")?;
///     let granted = office.transact(&command, |tx| async move { grant_trip_advance(&tx, trip(), euro(minor), day(1)).await });
///     Ok::<_, Failure>(wait(granted))
/// };
/// assert!(matches!(grant("much", 1_000_00)?, Err(TripAdvanceError::Over { .. })));
/// let advance = grant("grant", 200_00)??;
/// assert_eq!(grant("again", 200_00)??, advance);
/// # Ok::<(), Failure>(())
/// ```
pub async fn grant_trip_advance(
    tx: &Tx,
    id: TripId,
    amount: Money,
    on: NaiveDate,
) -> Result<TravelAdvanceId, TripAdvanceError> {
    // Read.
    let advance_id = TravelAdvanceId::natural("trip_advance", &id.to_string());
    let (trip, earlier) = (tx.load(id).await?, tx.find(advance_id).await?);

    // Decide.
    let (person, status) = (trip.request().traveller, trip.status());
    let advance = NewTravelAdvance { person, amount, on, purpose: purpose(id, &trip.request().purpose) };
    match earlier {
        Some(earlier) if *earlier.granted() == advance => return Ok(advance_id),
        Some(earlier) => return Err(TripAdvanceError::Granted { amount: earlier.granted().amount, person }),
        None => {}
    }
    let active = matches!(
        status,
        TripStatus::Approved
            | TripStatus::Booked
            | TripStatus::ChangeSubmitted { .. }
            | TripStatus::ChangeReturned { .. }
            | TripStatus::UnderWay
    );
    if !active {
        return Err(TripAdvanceError::NotActive { status });
    }
    if amount.compare(&trip.approved())?.is_gt() {
        return Err(TripAdvanceError::Over { amount, approved: trip.approved() });
    }
    let granted = TravelAdvance::grant(advance)?;

    // Record.
    tx.decide(advance_id, Decision::Record(granted)).await?;
    Ok(advance_id)
}

fn purpose(trip: TripId, purpose: &str) -> String {
    format!("trip {trip}: {purpose}")
}

/// What was spent on a trip is not claimed, or cannot be reckoned.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TripExpensesError {
    /// It is not over, or was claimed otherwise.
    #[error(transparent)]
    Trip(#[from] ClaimTripError),
    /// A kind of segment has no category of expenses.
    #[error("what was spent by {mode} has no category")]
    NoCategory {
        /// The kind.
        mode: TravelMode,
    },
    /// What was driven cannot be worked out.
    #[error("what was driven cannot be worked out: {0}")]
    Mileage(#[from] MileageError),
    /// A place is none for which there may be a rate.
    #[error(transparent)]
    Place(#[from] ParsePlaceError),
    /// The days away cannot be worked out.
    #[error("the days away cannot be worked out: {0}")]
    PerDiem(#[from] PerDiemError),
    /// What the itinerary costs cannot be told.
    #[error("what the itinerary costs cannot be told: {0}")]
    Cost(#[from] TravelCostError),
    /// The amounts cannot be added up.
    #[error("the amounts cannot be added up")]
    Money(#[from] MoneyError),
    /// The traveller has spent nothing.
    #[error("the traveller has spent nothing on the trip")]
    Nothing,
    /// It cannot be claimed.
    #[error(transparent)]
    Submit(#[from] SubmitExpensesError),
    /// The store has failed, or knows no such trip.
    #[error("the claim could not be stored")]
    Store(#[from] StoreError),
}

/// An advance for a trip is not granted.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TripAdvanceError {
    /// Another one was granted.
    #[error("{amount} was granted to {person} for the trip before")]
    Granted {
        /// How much.
        amount: Money,
        /// To whom.
        person: PersonId,
    },
    /// The trip is not approved, or is over.
    #[error("the trip is {status}: one that is approved and not over is wanted")]
    NotActive {
        /// Where it stands.
        status: TripStatus,
    },
    /// It is more than was approved.
    #[error("{amount} is more than the {approved} approved for the trip")]
    Over {
        /// How much.
        amount: Money,
        /// What was approved.
        approved: Money,
    },
    /// The amounts cannot be compared.
    #[error("the amounts cannot be compared")]
    Money(#[from] MoneyError),
    /// It is of nothing, or less.
    #[error(transparent)]
    Grant(#[from] GrantAdvanceError),
    /// The store has failed, or knows no such trip.
    #[error("the advance could not be stored")]
    Store(#[from] StoreError),
}
