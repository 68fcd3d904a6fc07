//! Asking for a trip.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use office_core::rules::{DecideError, Facts, Outcome, PolicyBook, Ruling};
use office_core::subject::{BudgetLineId, CostCentreId, PersonId};
use office_core::{
    Action, Actor, AuthorityBook, Decision, ExchangeRate, Interval, Money, Percent, Request, Rounding, Scope, Tx,
    WorkingCalendar,
};
use serde::{Deserialize, Serialize};

use super::due::brought_to;
use super::{RequestTripError, Trip, TripFact, TripId, TripStatus, trips_of};
use crate::itinerary::{Itinerary, ItineraryRules, TravelRates};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TripRequest {
    /// Its id.
    pub id: TripId,
    /// Who travels.
    pub traveller: PersonId,
    /// What for: 1 to 500 characters.
    pub purpose: String,
    /// Where to, as places are named: `GB/London`.
    pub destination: String,
    /// From when to when, as far as that is known: at most 366 days.
    pub away: Interval,
    /// At whose expense.
    pub cost_centre: CostCentreId,
    /// Out of which line of a budget, where that is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget_line: Option<BudgetLineId>,
    /// What part of the office that is, for asking who may approve: `company/CC-200`.
    pub scope: Scope,
    /// What it is reckoned to cost, allowances not included.
    pub estimate: Money,
}

/// What is decided on trips by: data of the office.
#[derive(Clone, Debug)]
pub struct TripRules {
    /// Who has to approve a trip. Asked with `amount`, `days: integer` (begun days away), `days_ahead: integer` (until it
    /// begins), `destination: text`, `country: text`, `change: boolean` (whether a booking costs more than was approved) and
    /// `scope`.
    pub approval: PolicyBook,
    /// What somebody has to be granted to ask for trips of others, such as `trip.ask`; their own everybody does.
    pub ask: Action,
    /// Who may do what.
    pub book: AuthorityBook,
    /// When the office works: in its hours the policy counts when an approval escalates and expires.
    pub hours: WorkingCalendar,
    /// What itineraries are checked by.
    pub itinerary: ItineraryRules,
    /// What is reckoned with where nothing is booked.
    pub rates: TravelRates,
    /// At which rates foreign prices count.
    pub exchange: Vec<ExchangeRate>,
    /// How amounts are rounded.
    pub rounding: Rounding,
    /// By how much a booking may cost more than was approved without being approved again.
    pub tolerance: Percent,
    /// How many hours before its deadline one is told that a booking is called off soon, or costs its whole price.
    pub notice_hours: u32,
}

impl TripRules {
    /// The day on which something is decided, by the clocks of the office.
    pub(super) fn day_of(&self, at: DateTime<Utc>) -> NaiveDate {
        self.hours.plan().zone.date_of(at)
    }

    /// What the policy says.
    pub(super) fn ruling(
        &self,
        request: &TripRequest,
        (amount, away, change): (Money, Interval, bool),
        at: DateTime<Utc>,
    ) -> Result<Ruling, DecideError> {
        let day = TimeDelta::days(1).num_seconds();
        let begun = away.duration().num_seconds().saturating_add(day.saturating_sub(1)).checked_div(day);
        let facts = Facts::new()
            .with("amount", amount)
            .with("days", begun.unwrap_or_default())
            .with("days_ahead", away.start().signed_duration_since(at).num_days())
            .with("destination", request.destination.clone())
            .with("country", request.destination.split('/').next().unwrap_or_default().to_owned())
            .with("change", change)
            .with("scope", request.scope.clone());
        self.approval.decide(&facts, self.day_of(at))
    }
}

impl Trip {
    /// Asks for a trip, given the others of the traveller that share a time with it.
    ///
    /// # Errors
    /// [`RequestTripError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    /// use office_scheduling::RequestTripError;
    ///
    /// // Anna is at the fair on the twelfth already.
    /// let other = TripRequest { id: Id::natural("trip", "T-8"), estimate: "200.00 EUR".parse()?, ..request.clone() };
    /// let traveller = Actor::new(anna, Role::new("employee"));
    /// let refused = Trip::request_for(other.clone(), &traveller, &[(id, trip)], rules, at);
    /// assert!(matches!(refused, Err(RequestTripError::OnTrip { with, .. }) if with == id));
    /// // For 200 EUR nobody has to be asked.
    /// let asked = Trip::request_for(other, &traveller, &[], rules, at)?.fact().ok_or("a fact")?;
    /// assert_eq!(Trip::open(&asked).ok_or("a trip")?.status(), TripStatus::Approved);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn request_for(
        request: TripRequest,
        by: &Actor,
        others: &[(TripId, Self)],
        rules: &TripRules,
        at: DateTime<Utc>,
    ) -> Result<Decision<TripFact>, RequestTripError> {
        let named = |text: &str| (1..=500).contains(&text.trim().chars().count());
        let asked = Request::new(by.clone(), rules.ask.clone(), rules.day_of(at)).within(request.scope.clone());
        rules.book.decide_own(&asked, request.traveller).map_err(|refusals| {
            let why: Vec<_> = refusals.iter().map(ToString::to_string).collect();
            RequestTripError::NotPermitted { why: why.join("; ") }
        })?;
        if !named(&request.purpose) || !named(&request.destination) {
            return Err(RequestTripError::Text);
        }
        let days = request.away.duration().num_days();
        if days >= Itinerary::MOST_DAYS {
            return Err(RequestTripError::TooLong { days: days.saturating_add(1) });
        }
        if request.estimate.is_negative() {
            return Err(RequestTripError::Estimate { estimate: request.estimate });
        }
        if let Some((with, other)) = others.iter().find(|(id, other)| *id != request.id && meets(other, request.away)) {
            return Err(RequestTripError::OnTrip { with: *with, away: other.away() });
        }
        let ruling = rules.ruling(&request, (request.estimate, request.away, false), at)?;
        if let Outcome::Refuse(reasons) = &ruling.outcome {
            return Err(RequestTripError::RefusedByPolicy { reason: reasons.to_string() });
        }
        let (request, ruling) = (Box::new(request), Box::new(ruling));
        Ok(Decision::Record(TripFact::Requested { request, by: by.clone(), ruling, at }))
    }
}

/// Whether somebody on a trip is away at a time.
pub(super) fn meets(trip: &Trip, time: Interval) -> bool {
    trip.holds() && trip.away().overlaps(&time)
}

/// Asks for a trip: refused where the traveller is on another one at the time, else recorded with the approvals that the
/// policy asks for. Asked by the traveller, by whom the traveller has handed it to, or by somebody who is granted to ask for
/// others.
///
/// Reads the traveller's trips as one group, so that of two that overlap and are asked for at once only one is recorded.
/// What has expired of them is recorded before. The same request again is answered as it stands.
///
/// # Errors
/// [`RequestTripError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("asked.txt")]
/// use office_scheduling::RequestTripError;
///
/// let ask = |key: &str, request: &TripRequest| {
///     wait(office.transact(&command(key), |tx| {
///         let request = request.clone();
///         async move { request_trip(&tx, request, rules).await }
///     }))
/// };
/// // For 400 EUR the manager is asked; asked for again, the trip is where it is.
/// assert_eq!(ask("again", request)?, TripStatus::Submitted { stage: 1 });
/// // Anna cannot be in two places on the twelfth.
/// let other = TripRequest { id: Id::natural("trip", "T-8"), destination: "FR/Paris".into(), ..request.clone() };
/// assert!(matches!(ask("paris", &other), Err(RequestTripError::OnTrip { with, .. }) if with == id));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn request_trip(tx: &Tx, request: TripRequest, rules: &TripRules) -> Result<TripStatus, RequestTripError> {
    // Read.
    let (id, at) = (request.id, tx.command().at());
    if let Some(earlier) = tx.find(id).await? {
        return if *earlier.request() == request {
            Ok(earlier.status())
        } else {
            Err(RequestTripError::IdReused { trip: id })
        };
    }
    let mut others = trips_of(tx, request.traveller, request.away).await?;

    // Decide.
    let mut fell_due = Vec::new();
    for (other, trip) in &mut others {
        // Where it cannot be told, its time stays taken.
        if let Ok((now, due @ Decision::Record(_))) = brought_to(trip.clone(), at, rules) {
            *trip = now;
            fell_due.push((*other, due));
        }
    }
    let decision = Trip::request_for(request, tx.command().actor(), &others, rules, at)?;

    // Record.
    for (other, due) in fell_due {
        tx.decide(other, due).await?;
    }
    tx.decide(id, decision).await?;
    Ok(tx.load(id).await?.status())
}
