//! An office whose people travel: its rules, a trip to London, and what is done with it.

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use office_core::rules::{DecisionTable, PolicyBook};
use office_core::subject::PersonId;
use office_core::{
    Actor, Appointment, ApproveStep, AuthorityBook, Command, Currency, DateRange, ExchangeRate, Grant, Holidays, Id,
    Interval, Money, Office, Percent, Role, Rounding, Scope, WeeklyHours, WorkingCalendar, WorkingPlan, Zone, wait,
};
use office_scheduling::{
    BookTripError, CancelTerms, ConnectionTable, Itinerary, ItineraryRules, MinimumConnection, RequestTripError,
    Segment, SegmentKind, TravelBooking, TravelMode, TravelPayer, TravelPlace, TravelRates, Trip, TripId, TripRequest,
    TripRules, TripStatus, TripsFallenDue, approve_trip, book_trip, fall_due_trips, request_trip, trips_of,
};

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(crate) fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

pub(crate) fn person(name: &str) -> PersonId {
    Id::natural("person", name)
}

pub(crate) fn trip_id(name: &str) -> TripId {
    Id::natural("trip", name)
}

pub(crate) fn actor(name: &str) -> Actor {
    Actor::new(person(name), Role::new(if name == "boss" { "manager" } else { "employee" }))
}

pub(crate) fn command(key: &str, by: &str, now: &str) -> Command {
    Command::new(key, "travel", actor(by), at(now)).unwrap()
}

/// From 500 EUR on the manager approves, within 16 working hours; above 5,000 EUR nobody does. A tenth more is tolerated.
pub(crate) fn new_rules() -> TripRules {
    let valid = DateRange::year(2026).unwrap();
    let week = WeeklyHours::weekdays("09:00-17:00".parse().unwrap());
    let plan = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: [].into(), holidays: Holidays::none(valid) };
    let (role, scope) = (Role::new("manager"), Scope::anywhere());
    let mut book = AuthorityBook::default();
    for (name, role) in [("boss", "manager"), ("deputy", "deputy")] {
        let (person, role, scope) = (person(name), Role::new(role), scope.clone());
        book.appointments.push(Appointment { person, role, scope, valid });
    }
    book.grants.push(Grant { role, action: "travel.approve".parse().unwrap(), scope, limit: None, valid });
    let rows: [&[&str]; 3] = [
        &["> 5000.00 EUR", "refuse: too dear"],
        &[">= 500.00 EUR", "approvals: 1 manager travel.approve expire after 16h"],
        &["-", "allow"],
    ];
    let rows = rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect());
    let mut approval = PolicyBook::new("travel");
    let table = DecisionTable::from_rows(&["amount", "outcome"], rows).unwrap();
    approval.publish("2026-01-01".parse().unwrap(), table).unwrap();
    let minimum = MinimumConnection {
        from: TravelMode::Flight,
        to: TravelMode::Flight,
        place: None,
        valid: DateRange::from(valid.start()),
        minutes: 60,
    };
    let day: NaiveDate = "2026-09-01".parse().unwrap();
    let pound = ExchangeRate::new(Currency::GBP, Currency::EUR, "1.20".parse().unwrap(), day).unwrap();
    TripRules {
        approval,
        ask: "trip.ask".parse().unwrap(),
        book,
        hours: WorkingCalendar::new(plan).unwrap(),
        itinerary: ItineraryRules { connections: ConnectionTable::new([minimum]).unwrap(), entry: Vec::new() },
        rates: TravelRates::default(),
        exchange: vec![pound],
        rounding: Rounding::HalfUp,
        tolerance: Percent::whole(10),
        notice_hours: 48,
    }
}

pub(crate) fn rules() -> &'static TripRules {
    static RULES: LazyLock<TripRules> = LazyLock::new(new_rules);
    &RULES
}

pub(crate) fn request(name: &str, away: &str, estimate: i64) -> TripRequest {
    TripRequest {
        id: trip_id(name),
        traveller: person("anna"),
        purpose: "fair".to_owned(),
        destination: "GB/London".to_owned(),
        away: away.parse().unwrap(),
        cost_centre: Id::natural("cost_centre", "CC-200"),
        budget_line: None,
        scope: Scope::anywhere(),
        estimate: euro(estimate),
    }
}

pub(crate) fn place(name: &str) -> TravelPlace {
    TravelPlace::new(name, Zone::UTC).unwrap()
}

/// A flight, booked for so much; called off for nothing before the beginning of October.
pub(crate) fn flight(reference: &str, from: &str, to: &str, time: Interval, price: Money) -> Segment {
    let (left, there) = (place(from).at(time.start().naive_utc()), place(to).at(time.end().naive_utc()));
    let cancel = Some(CancelTerms { until: at("2026-10-01T00:00:00Z"), fee: Money::zero(price.currency()) });
    let booking = TravelBooking { reference: reference.to_owned(), price, paid_by: TravelPayer::Traveller, cancel };
    Segment::new(SegmentKind::Flight, reference, left, there).unwrap().booked(booking).unwrap()
}

/// There and back, an hour each, the way back paid in pounds.
pub(crate) fn there_and_back(away: &str, euros: i64, pounds: i64) -> Itinerary {
    let away: Interval = away.parse().unwrap();
    let hour = TimeDelta::hours(1);
    let out = Interval::starting(away.start(), hour).unwrap();
    let back = Interval::new(away.end() - hour, away.end()).unwrap();
    let pounds = Money::from_minor(pounds, Currency::GBP);
    Itinerary::new([
        flight("OUT", "DE/Berlin", "GB/London", out, euro(euros)),
        flight("BACK", "GB/London", "DE/Berlin", back, pounds),
    ])
    .unwrap()
}

pub(crate) const OCTOBER: &str = "2026-10-12T08:00:00Z/2026-10-14T18:00:00Z";
pub(crate) const NOW: &str = "2026-09-07T09:00:00Z";

pub(crate) fn ask(office: &Office, key: &str, request: &TripRequest) -> Result<TripStatus, RequestTripError> {
    let rules = rules();
    wait(
        office
            .transact(&command(key, "anna", NOW), |tx| async move { request_trip(&tx, request.clone(), rules).await }),
    )
}

pub(crate) fn book(office: &Office, key: &str, now: &str, itinerary: &Itinerary) -> Result<TripStatus, BookTripError> {
    let (rules, id) = (rules(), trip_id("T-1"));
    wait(office.transact(&command(key, "anna", now), |tx| async move { book_trip(&tx, id, itinerary, rules).await }))
}

pub(crate) fn approve(office: &Office, key: &str, now: &str) -> Result<TripStatus, String> {
    let (rules, id, on) = (rules(), trip_id("T-1"), at(now).date_naive());
    let step = &ApproveStep { by: actor("boss"), step: 1, on, at: at(now) };
    wait(office.transact(&command(key, "boss", now), |tx| async move { approve_trip(&tx, id, step, rules).await }))
        .map_err(|error| error.to_string())
}

pub(crate) fn sweep(office: &Office, key: &str, now: &str) -> TripsFallenDue {
    let rules = rules();
    wait(office.transact(&command(key, "boss", now), |tx| async move { fall_due_trips(&tx, rules, None, 10).await }))
        .unwrap()
}

pub(crate) fn load(office: &Office, name: &str) -> Trip {
    let id = trip_id(name);
    wait(office.view(|view| async move { view.load(id).await })).unwrap()
}

pub(crate) fn trips(office: &Office) -> Vec<(TripId, Trip)> {
    let year = "2026-01-01T00:00:00Z/2027-01-01T00:00:00Z".parse().unwrap();
    wait(office.view(|view| async move { trips_of(&view, person("anna"), year).await })).unwrap()
}
