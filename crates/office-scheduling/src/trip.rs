//! Business trips.
//!
//! ```text
//!             nothing to approve, or approve_trip (the last step)
//! request ──► submitted ──────────────────────► approved ──book_trip──► booked ──fall_due──► under way ──complete_trip──► completed
//!                ├── refuse_trip ──► refused        ▲    │  ▲   │         │                                                │
//!                ├── give_back_trip ──► returned ──resubmit_trip──► submitted, or approved
//!                ├── withdraw ─────► withdrawn      │    │  │   └─ within what was approved                           claimed
//!                └── fall_due ─────► expired        │    ▼  │ approved
//!                                                   │  change submitted: costs more than was approved and tolerated
//!                                                   └───── refused, withdrawn, expired, given back: what was booked before stands
//! submitted, approved, booked ──cancel_trip──► cancelled: what calling it off costs is due
//! ```
//!
//! Nobody is on two trips at once: the trips of a traveller are read as one group, month by month, whoever asks. Laws 85 and 86
//! of the crate; `tests/trip.rs` holds them.

mod booking;
mod deciding;
mod due;
mod error;
mod request;

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use office_core::rules::Ruling;
use office_core::subject::{CaseId, PersonId};
use office_core::{
    Actor, ApprovalAct, ApprovalCase, ApprovalRun, ApprovalStatus, Entity, Entries, Id, Interval, Kind, Money, Ordered,
    Partition, StoreError, View,
};
use serde::{Deserialize, Serialize};

pub use self::booking::{book_trip, cancel_trip, complete_trip};
pub use self::deciding::{
    ResubmitTrip, approve_trip, give_back_trip, hand_over_trip, refuse_trip, resubmit_trip, withdraw_trip,
};
pub use self::due::{TripsFallenDue, fall_due_trips};
pub use self::error::{
    BookTripError, CancelTripError, ClaimTripError, CompleteTripError, DecideTripError, RequestTripError,
    ResubmitTripError,
};
pub use self::request::{TripRequest, TripRules, request_trip};
use crate::itinerary::{Itinerary, ItineraryFinding};

/// The id of a trip.
pub type TripId = Id<Trip>;

/// A business trip: asked for, approved, booked, taken.
///
/// # Example
/// ```
/// use office_core::rules::{DecisionTable, PolicyBook};
/// use office_core::{
///     Actor, AuthorityBook, DateRange, Entity, Holidays, Id, Percent, Role, Rounding, Scope, WeeklyHours, WorkingCalendar,
///     WorkingPlan, Zone,
/// };
/// use office_scheduling::{
///     BookTripError, Itinerary, ItineraryRules, Segment, SegmentKind, TravelBooking, TravelPayer, TravelPlace, TravelRates,
///     Trip, TripFact, TripRequest, TripRules, TripStatus,
/// };
///
/// let (day, valid) = ("2026-01-01".parse()?, DateRange::year(2026)?);
/// let rows = [vec!["< 300.00 EUR".into(), "allow".into()], vec!["-".into(), "approvals: 1 manager travel.approve".into()]];
/// let mut approval = PolicyBook::new("travel");
/// approval.publish(day, DecisionTable::from_rows(&["amount", "outcome"], rows)?)?;
/// let week = WeeklyHours::weekdays("09:00-17:00".parse()?);
/// let plan = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: [].into(), holidays: Holidays::none(valid) };
/// let rules = TripRules {
///     approval, ask: "trip.ask".parse()?, book: AuthorityBook::default(), hours: WorkingCalendar::new(plan)?,
///     itinerary: ItineraryRules::default(), rates: TravelRates::default(), exchange: Vec::new(),
///     rounding: Rounding::HalfUp, tolerance: Percent::whole(10), notice_hours: 48,
/// };
///
/// let (traveller, at) = (Id::natural("person", "E-008"), "2026-09-07T09:00:00Z".parse()?);
/// let by = Actor::new(traveller, Role::new("employee"));
/// let request = TripRequest {
///     id: Id::natural("trip", "T-7"), traveller, purpose: "fair".into(), destination: "DE/Hamburg".into(),
///     away: "2026-10-12T06:00:00Z/2026-10-12T20:00:00Z".parse()?, cost_centre: Id::natural("cost_centre", "CC-200"),
///     budget_line: None, scope: Scope::anywhere(), estimate: "200.00 EUR".parse()?,
/// };
/// let asked = Trip::request_for(request, &by, &[], &rules, at)?.fact().ok_or("a fact")?;
/// let mut trip = Trip::open(&asked).ok_or("a trip")?;
/// assert_eq!(trip.status(), TripStatus::Approved);
///
/// let place = |name: &str| TravelPlace::new(name, Zone::UTC);
/// let train = |price: &str| {
///     let (left, there) = ("2026-10-12T06:00:00".parse()?, "2026-10-12T08:00:00".parse()?);
///     let train = Segment::new(SegmentKind::Train, "ICE 704", place("DE/Berlin")?.at(left), place("DE/Hamburg")?.at(there))?;
///     let (reference, paid_by) = ("4X7TRS".into(), TravelPayer::Traveller);
///     let booking = TravelBooking { reference, price: price.parse()?, paid_by, cancel: None };
///     Ok::<_, Box<dyn std::error::Error>>(Itinerary::new([train.booked(booking)?])?)
/// };
/// // A tenth more than was approved is tolerated; what costs more than that waits for approval.
/// let booked = trip.book(&train("220.00 EUR")?, &by, &[], &rules, at)?.fact().ok_or("a fact")?;
/// assert!(matches!(booked, TripFact::Booked { .. }));
/// trip.apply(&booked);
/// let dear = trip.book(&train("500.00 EUR")?, &by, &[], &rules, at)?.fact().ok_or("a fact")?;
/// trip.apply(&dear);
/// assert_eq!(trip.status(), TripStatus::ChangeSubmitted { stage: 1 });
/// let other = trip.book(&train("190.00 EUR")?, &by, &[], &rules, at);
/// assert!(matches!(other, Err(BookTripError::ChangeWaits { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trip {
    request: TripRequest,
    approval: ApprovalRun,
    /// What it may cost, as it was approved last.
    approved: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    booked: Option<TripBooking>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    change: Option<TripChange>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    departed: Option<DateTime<Utc>>,
    /// The bookings whose deadlines for calling them off were told.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    told: BTreeSet<(DateTime<Utc>, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end: Option<TripEnd>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claim: Option<CaseId>,
}

/// What is booked of a trip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TripBooking {
    /// What one travels by, and where one sleeps.
    pub itinerary: Itinerary,
    /// What is found about it that does not forbid it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<ItineraryFinding>,
    /// What is due for bookings called off on the way to it, by currency.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fees: Vec<Money>,
    /// What it comes to with them, in the currency of the estimate.
    pub cost: Money,
}

/// A booking that costs more than was approved and is tolerated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TripChange {
    booking: TripBooking,
    approval: ApprovalRun,
}

impl TripChange {
    /// Whether it was given back, to be booked otherwise or submitted again.
    const fn is_returned(&self) -> bool {
        matches!(self.approval.status(), ApprovalStatus::Returned { .. })
    }
}

/// How a trip has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum TripEnd {
    Completed { at: DateTime<Utc> },
    Cancelled { at: DateTime<Utc>, due: Vec<Money> },
}

/// Where a trip stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TripStatus {
    /// It waits for approval.
    Submitted {
        /// The stage of approval, counted from 1.
        stage: usize,
    },
    /// It was given back to whoever asked for it, who may submit it again. Its time stays taken.
    Returned {
        /// What is to be changed.
        reason: String,
    },
    /// It may be booked.
    Approved,
    /// It is not to be.
    Refused {
        /// Why.
        reason: String,
    },
    /// Whoever asked for it does not want it any more.
    Withdrawn {
        /// When.
        on: NaiveDate,
    },
    /// It was not approved in time.
    Expired {
        /// When its time was over.
        at: DateTime<Utc>,
    },
    /// It is booked.
    Booked,
    /// A booking waits for approval that costs more than was approved; what was booked before stands.
    ChangeSubmitted {
        /// The stage of approval, counted from 1.
        stage: usize,
    },
    /// Such a booking was given back, to be booked otherwise or submitted again; what was booked before stands.
    ChangeReturned {
        /// What is to be changed.
        reason: String,
    },
    /// The traveller has left.
    UnderWay,
    /// The traveller is back.
    Completed {
        /// Since when that is known.
        at: DateTime<Utc>,
    },
    /// It was called off.
    Cancelled {
        /// When.
        at: DateTime<Utc>,
        /// What is due for it, by currency.
        due: Vec<Money>,
    },
}

impl fmt::Display for TripStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Submitted { stage } => write!(f, "submitted, at stage {stage}"),
            Self::Returned { reason } => write!(f, "returned: {reason}"),
            Self::Approved => f.write_str("approved"),
            Self::Refused { reason } => write!(f, "refused: {reason}"),
            Self::Withdrawn { on } => write!(f, "withdrawn on {on}"),
            Self::Expired { at } => write!(f, "expired at {at}"),
            Self::Booked => f.write_str("booked"),
            Self::ChangeSubmitted { stage } => write!(f, "booked, with a change at stage {stage}"),
            Self::ChangeReturned { reason } => write!(f, "booked, with a change returned: {reason}"),
            Self::UnderWay => f.write_str("under way"),
            Self::Completed { at } => write!(f, "completed at {at}"),
            Self::Cancelled { at, .. } => write!(f, "cancelled at {at}"),
        }
    }
}

/// What can happen to a trip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TripFact {
    /// It was asked for, and the policy has said who has to approve it.
    Requested {
        /// What.
        request: Box<TripRequest>,
        /// Who has asked.
        by: Actor,
        /// What the policy says.
        ruling: Box<Ruling>,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody approved, refused, gave back, handed over or withdrew it, or the change of it that waits.
    Decided(ApprovalAct),
    /// It, or the change of it, was submitted again, and the policy has said who has to approve it now.
    Resubmitted {
        /// For how much, and what is asked for.
        act: ApprovalAct,
        /// What the policy says.
        ruling: Box<Ruling>,
    },
    /// Time has passed. In order, at least one.
    FellDue(Vec<TripDue>),
    /// It was booked, or booked otherwise, within what was approved.
    Booked {
        /// What.
        booking: Box<TripBooking>,
        /// When.
        at: DateTime<Utc>,
    },
    /// A booking of it costs more than was approved, and the policy has said who has to approve that.
    ChangeSubmitted {
        /// What.
        booking: Box<TripBooking>,
        /// Who wants it so.
        by: Actor,
        /// What the policy says.
        ruling: Box<Ruling>,
        /// When.
        at: DateTime<Utc>,
    },
    /// The traveller is back.
    Completed {
        /// Since when that is known.
        at: DateTime<Utc>,
    },
    /// It was called off.
    Cancelled {
        /// By whom.
        by: Actor,
        /// When.
        at: DateTime<Utc>,
        /// What is due for it, by currency.
        due: Vec<Money>,
    },
    /// What was spent on it was claimed.
    Claimed {
        /// The claim.
        claim: CaseId,
    },
}

/// Something that has fallen due on a trip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TripDue {
    /// Its approval, or that of its change, has escalated or expired.
    Approval(ApprovalAct),
    /// The traveller has left, by the itinerary.
    Departed {
        /// When.
        at: DateTime<Utc>,
    },
    /// A booking is called off soon, or costs its whole price.
    CancelBy(CancelDeadline),
}

/// Until when calling a booking off costs no more than a fee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelDeadline {
    /// The name of the booking with the carrier or hotel.
    pub reference: String,
    /// Until, not including, when.
    pub until: DateTime<Utc>,
    /// The fee.
    pub fee: Money,
    /// What is due from then on.
    pub price: Money,
}

impl CancelDeadline {
    fn key(&self) -> (DateTime<Utc>, String) {
        (self.until, self.reference.clone())
    }
}

impl Trip {
    /// The trips of a traveller in a month of universal time, told by its first day, by their beginnings; those that are
    /// not to be have none. May be decided upon.
    pub const OF_TRAVELLER: Partition<Self, (PersonId, NaiveDate), DateTime<Utc>> = Partition::new("traveller_month");
    /// The trips that are to be or have been, by their beginnings, for reports.
    pub const BY_DEPARTURE: Ordered<Self, DateTime<Utc>> = Ordered::new("departure");
    /// The trips that the clock may change, by their cases.
    pub const OPEN: Ordered<Self, CaseId> = Ordered::new("open");
    /// The trips with bookings that may still be called off, by each deadline: an agenda for whoever books.
    pub const BY_CANCEL_DEADLINE: Ordered<Self, DateTime<Utc>> = Ordered::new("cancel_deadline");

    /// What was asked for.
    #[must_use]
    pub const fn request(&self) -> &TripRequest {
        &self.request
    }

    /// How far the approval has come of what waits for it: the change, where there is one, else the trip.
    #[must_use]
    pub fn approval(&self) -> &ApprovalRun {
        self.change.as_ref().map_or(&self.approval, |change| &change.approval)
    }

    /// What it may cost, as it was approved last.
    #[must_use]
    pub const fn approved(&self) -> Money {
        self.approved
    }

    /// What is booked, if it is.
    #[must_use]
    pub const fn booked(&self) -> Option<&TripBooking> {
        self.booked.as_ref()
    }

    /// The claim for what was spent on it, if there is one.
    #[must_use]
    pub const fn claim(&self) -> Option<CaseId> {
        self.claim
    }

    /// The change that waits for approval, if there is one.
    fn open_change(&self) -> Option<&TripChange> {
        self.change.as_ref().filter(|change| !change.approval.status().is_final())
    }

    /// Where it stands.
    #[must_use]
    pub fn status(&self) -> TripStatus {
        match &self.end {
            Some(TripEnd::Completed { at }) => return TripStatus::Completed { at: *at },
            Some(TripEnd::Cancelled { at, due }) => return TripStatus::Cancelled { at: *at, due: due.clone() },
            None => {}
        }
        if self.departed.is_some() {
            return TripStatus::UnderWay;
        }
        let change = self.open_change().map(|change| change.approval.status());
        if let Some(ApprovalStatus::Open { stage, .. }) = change {
            return TripStatus::ChangeSubmitted { stage: *stage };
        }
        if let Some(ApprovalStatus::Returned { reason, .. }) = change {
            return TripStatus::ChangeReturned { reason: reason.clone() };
        }
        match self.approval.status() {
            ApprovalStatus::Approved if self.booked.is_some() => TripStatus::Booked,
            ApprovalStatus::Approved => TripStatus::Approved,
            ApprovalStatus::Open { stage, .. } => TripStatus::Submitted { stage: *stage },
            ApprovalStatus::Returned { reason, .. } => TripStatus::Returned { reason: reason.clone() },
            ApprovalStatus::Refused { reason, .. } => TripStatus::Refused { reason: reason.clone() },
            ApprovalStatus::RefusedByPolicy { reasons } => TripStatus::Refused { reason: reasons.to_string() },
            ApprovalStatus::Withdrawn { on } => TripStatus::Withdrawn { on: *on },
            ApprovalStatus::Expired { at, .. } => TripStatus::Expired { at: *at },
        }
    }

    /// Whether it is to be or has been: neither refused nor withdrawn, expired or called off.
    #[must_use]
    pub fn holds(&self) -> bool {
        match self.status() {
            TripStatus::Submitted { .. }
            | TripStatus::Returned { .. }
            | TripStatus::Approved
            | TripStatus::Booked
            | TripStatus::ChangeSubmitted { .. }
            | TripStatus::ChangeReturned { .. }
            | TripStatus::UnderWay
            | TripStatus::Completed { .. } => true,
            TripStatus::Refused { .. }
            | TripStatus::Withdrawn { .. }
            | TripStatus::Expired { .. }
            | TripStatus::Cancelled { .. } => false,
        }
    }

    /// For which time the traveller is away: that of what is booked and of a change that waits, else as asked for.
    #[must_use]
    pub fn away(&self) -> Interval {
        let change = self.open_change().map(|change| change.booking.itinerary.away());
        let booked = self.booked.as_ref().map(|booked| booked.itinerary.away());
        let hull = |one: Interval, other: Interval| {
            Interval::new(one.start().min(other.start()), one.end().max(other.end())).unwrap_or(one)
        };
        change.into_iter().chain(booked).reduce(hull).unwrap_or(self.request.away)
    }

    /// Until when the bookings of it that are not called off yet can be for no more than a fee, in the order of time.
    #[must_use]
    pub fn cancel_deadlines(&self) -> Vec<CancelDeadline> {
        let segments = self.booked.iter().filter(|_| self.end.is_none()).flat_map(|booked| booked.itinerary.segments());
        let mut deadlines: Vec<CancelDeadline> = segments
            .filter_map(|segment| {
                let booking = segment.booking()?;
                let terms = booking.cancel?;
                let (reference, price) = (booking.reference.clone(), booking.price);
                Some(CancelDeadline { reference, until: terms.until, fee: terms.fee, price })
            })
            .collect();
        deadlines.sort_by_key(|deadline| deadline.until);
        deadlines
    }

    fn decide(&mut self, act: &ApprovalAct) {
        let Some(change) = &mut self.change else { return self.approval.apply(act) };
        change.approval.apply(act);
        self.take_over();
    }

    /// The change takes the place of what was booked, once it is approved.
    fn take_over(&mut self) {
        if let Some(change) = self.change.as_ref().filter(|change| change.approval.is_approved()) {
            self.approved = change.booking.cost;
            self.booked = Some(change.booking.clone());
        }
    }
}

impl TripRequest {
    /// The run of approvals that the policy asks for.
    fn run(&self, by: &Actor, amount: Money, ruling: &Ruling, at: DateTime<Utc>) -> ApprovalRun {
        let case = ApprovalCase {
            beneficiaries: [self.traveller].into(),
            ..ApprovalCase::new(self.id.retag(), by.person, self.scope.clone(), Some(amount))
        };
        ApprovalRun::start(&ruling.outcome, case, at)
    }
}

/// The first days of the months of universal time that an interval touches.
fn months_of(time: Interval) -> impl Iterator<Item = NaiveDate> {
    let first = |at: DateTime<Utc>| at.date_naive().with_day(1).unwrap_or_else(|| at.date_naive());
    let last = first(time.end());
    let next = |month: &NaiveDate| month.checked_add_months(chrono::Months::new(1));
    std::iter::successors(Some(first(time.start())), next).take_while(move |month| *month <= last)
}

/// The trips of a traveller that share a time with an interval of at most two years, by their beginnings.
///
/// Given a transaction it may be decided upon: a trip asked for, booked or called off meanwhile makes it run again.
///
/// # Errors
/// What the store reports; a fatal error where the interval touches more than 25 months.
///
/// # Example
/// ```
#[doc = include_str!("trip/asked.txt")]
/// use office_core::Interval;
/// use office_scheduling::trips_of;
///
/// let trips = |within: &str| {
///     let within: Interval = within.parse().unwrap();
///     wait(office.view(|view| async move { trips_of(&view, anna, within).await }))
/// };
/// assert_eq!(trips("2026-10-12T18:00:00Z/2026-10-13T18:00:00Z")?[0].0, id);
/// assert!(trips("2026-10-13T00:00:00Z/2026-10-14T00:00:00Z")?.is_empty());
/// // Month after month is read: not all of somebody's life at once.
/// assert!(trips("2020-01-01T00:00:00Z/2030-01-01T00:00:00Z").is_err_and(|error| error.is_fatal()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn trips_of(view: &View, traveller: PersonId, within: Interval) -> Result<Vec<(TripId, Trip)>, StoreError> {
    const MOST: usize = 25;
    let months: Vec<NaiveDate> = months_of(within).take(MOST.saturating_add(1)).collect();
    if months.len() > MOST {
        return Err(StoreError::rejected(format!("trips of {within} are asked for: at most {MOST} months are")));
    }
    let mut found: Vec<(TripId, Trip)> = Vec::new();
    for month in months {
        found.extend(view.list(Trip::OF_TRAVELLER, &(traveller, month)).await?);
    }
    found.retain(|(_, trip)| trip.away().overlaps(&within));
    found.sort_by_key(|(id, trip)| (trip.away().start(), *id));
    found.dedup_by_key(|(id, _)| *id);
    Ok(found)
}

impl Entity for Trip {
    const KIND: Kind = Kind::literal("trip");
    type Fact = TripFact;

    fn open(fact: &TripFact) -> Option<Self> {
        let TripFact::Requested { request, by, ruling, at } = fact else { return None };
        Some(Self {
            approval: request.run(by, request.estimate, ruling, *at),
            approved: request.estimate,
            request: TripRequest::clone(request),
            booked: None,
            change: None,
            departed: None,
            told: BTreeSet::new(),
            end: None,
            claim: None,
        })
    }

    fn apply(&mut self, fact: &TripFact) {
        match fact {
            TripFact::Requested { .. } => {}
            TripFact::Decided(act) => self.decide(act),
            TripFact::Resubmitted { act, .. } => {
                self.decide(act);
                if let (None, Some(amount)) = (&self.change, self.approval.case().amount) {
                    self.approved = amount;
                }
            }
            TripFact::FellDue(list) => list.iter().for_each(|due| match due {
                TripDue::Approval(act) => self.decide(act),
                TripDue::Departed { at } => self.departed = Some(*at),
                TripDue::CancelBy(deadline) => drop(self.told.insert(deadline.key())),
            }),
            TripFact::Booked { booking, .. } => {
                self.booked = Some(TripBooking::clone(booking));
                self.change = None;
            }
            TripFact::ChangeSubmitted { booking, by, ruling, at } => {
                let approval = self.request.run(by, booking.cost, ruling, *at);
                self.change = Some(TripChange { booking: TripBooking::clone(booking), approval });
                self.take_over();
            }
            TripFact::Completed { at } => self.end = Some(TripEnd::Completed { at: *at }),
            TripFact::Cancelled { at, due, .. } => self.end = Some(TripEnd::Cancelled { at: *at, due: due.clone() }),
            TripFact::Claimed { claim } => self.claim = Some(*claim),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        if !self.holds() {
            return;
        }
        let away = self.away();
        for month in months_of(away) {
            entries.partition(Self::OF_TRAVELLER, &(self.request.traveller, month), &away.start());
        }
        entries.ordered(Self::BY_DEPARTURE, &away.start());
        if self.end.is_some() {
            return;
        }
        let deadlines = self.cancel_deadlines();
        let waits = !self.approval().status().is_final() || (self.booked.is_some() && self.departed.is_none());
        if waits || deadlines.iter().any(|deadline| !self.told.contains(&deadline.key())) {
            entries.ordered(Self::OPEN, &self.request.id.retag());
        }
        for deadline in deadlines {
            entries.ordered(Self::BY_CANCEL_DEADLINE, &deadline.until);
        }
    }
}
