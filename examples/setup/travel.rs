// What the examples of travel begin with: the rules of a small office, October open in its books, and a trip of Anna to Hamburg
// from Monday evening to Wednesday noon, approved and booked: trains that she has paid, and a hotel with breakfast on a card of
// the company. `boss` approves expenses from 50 EUR on.

mod expenses {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/expenses.rs"));
}

use office::core::rules::{DecisionTable, PolicyBook};
use office::core::{
    AuthorityBook, Command, DateRange, Id, Money, Office, Percent, Quantity, Rounding, Scope, Zone, wait,
};
use office::finance::{
    DayShare, MealRule, MileageRate, MileageTable, PerDiemRate, PerDiemRules, PerDiemTable, TripDay,
};
use office::scheduling::{
    Itinerary, ItineraryRules, Segment, SegmentKind, StayRule, TravelBooking, TravelMode, TravelPayer, TravelPlace, TravelRates, TripId, TripRequest, TripRules, book_trip, complete_trip,
    request_trip,
};
use office::travel::{TravelRules, TripExpenses};

pub use expenses::{Failure, day, euro, person};

pub fn trip() -> TripId {
    Id::natural("trip", "T-7")
}

/// On 20 October, when Anna is back.
pub fn command(key: &str, by: &str) -> Result<Command, Failure> {
    let earlier = expenses::command(key, by)?;
    Ok(Command::new(key, "travel", earlier.actor().clone(), "2026-10-20T12:00:00Z".parse()?)?)
}

/// Days away by the Income Tax Act of Germany, § 9 (4a), and 30 cents a kilometre.
pub fn rules() -> Result<TravelRules, Failure> {
    let valid = DateRange::from("2020-01-01".parse()?);
    let share = |day, more_than, share| DayShare { day, more_than, share: Percent::whole(share) };
    let shares = vec![
        share(TripDay::Between, 0, 100),
        share(TripDay::First, 0, 50),
        share(TripDay::Last, 0, 50),
        share(TripDay::Only, 480, 50),
    ];
    let [breakfast, lunch, dinner, least] = [20, 40, 40, 0].map(Percent::whole);
    let rate = PerDiemRate { place: "DE".parse()?, valid, season: None, day: euro(2_800), lodging: None };
    let kilometre = MileageRate {
        vehicle: "car".into(),
        valid,
        above: "0 km".parse()?,
        rate: "0.30 EUR / 1 km".parse()?,
    };
    let modes = [TravelMode::Train, TravelMode::Flight, TravelMode::Taxi, TravelMode::OwnCar, TravelMode::Lodging];
    Ok(TravelRules {
        expenses: expenses::rules()?,
        per_diem: PerDiemRules {
            shares,
            meals: MealRule::Shares { breakfast, lunch, dinner, least },
            rounding: Rounding::HalfUp,
        },
        days: PerDiemTable::new([rate])?,
        stays: StayRule { change_minutes: 240 },
        mileage: MileageTable::new([kilometre])?,
        vehicle: "car".into(),
        categories: modes.into_iter().map(|mode| (mode, "travel".into())).collect(),
        days_category: "travel".into(),
        exchange: Vec::new(),
        rounding: Rounding::HalfUp,
    })
}

pub fn trip_rules() -> Result<TripRules, Failure> {
    let mut approval = PolicyBook::new("travel");
    approval.publish(day(1), DecisionTable::from_rows(&["outcome"], [vec!["allow".into()]])?)?;
    Ok(TripRules {
        approval,
        ask: "trip.ask".parse()?,
        book: AuthorityBook::default(),
        hours: expenses::rules()?.claims.hours,
        itinerary: ItineraryRules::default(),
        rates: TravelRates::default(),
        exchange: Vec::new(),
        rounding: Rounding::HalfUp,
        tolerance: Percent::whole(10),
        notice_hours: 48,
    })
}

fn segment(
    kind: SegmentKind,
    title: &str,
    from: (&str, &str),
    to: (&str, &str),
    booked: Option<(Money, TravelPayer)>,
) -> Result<Segment, Failure> {
    let berlin: Zone = "Europe/Berlin".parse()?;
    let at = |(name, local): (&str, &str)| Ok::<_, Failure>(TravelPlace::new(name, berlin)?.at(local.parse()?));
    let segment = Segment::new(kind, title, at(from)?, at(to)?)?;
    let Some((price, paid_by)) = booked else { return Ok(segment) };
    let booking = TravelBooking { reference: title.into(), price, paid_by, cancel: None };
    Ok(segment.booked(booking)?)
}

pub fn itinerary() -> Result<Itinerary, Failure> {
    let (home, station, hotel) = ("DE/Berlin", "DE/Hamburg/Hbf", "DE/Hamburg");
    let own = Some((euro(4_900), TravelPayer::Traveller));
    let card = Some((euro(23_800), TravelPayer::CompanyCard));
    let lodging = SegmentKind::Lodging { breakfast: true };
    let drive = SegmentKind::OwnCar { distance: "12.5 km".parse()? };
    Ok(Itinerary::new([
        segment(drive, "to the station", (home, "2026-10-12T18:00:00"), ("DE/Berlin/Hbf", "2026-10-12T18:20:00"), None)?,
        segment(SegmentKind::Train, "ICE 704", ("DE/Berlin/Hbf", "2026-10-12T18:30:00"), (station, "2026-10-12T20:20:00"), own)?,
        segment(lodging, "Hotel", (hotel, "2026-10-12T15:00:00"), (hotel, "2026-10-14T10:00:00"), card)?,
        segment(SegmentKind::Train, "ICE 801", (station, "2026-10-14T10:10:00"), (home, "2026-10-14T12:00:00"), own)?,
    ])?)
}

/// What Anna tells when she claims the trip.
pub fn told() -> Result<TripExpenses, Failure> {
    let receipts = [(1, "R-HOTEL".into()), (3, "R-704".into()), (4, "R-801".into())].into();
    let driven_before: Quantity = "0 km".parse()?;
    Ok(TripExpenses { on: day(20), receipts, meals: [].into(), other: Vec::new(), driven_before })
}

/// Anna asks for the trip on 1 October, and books it.
pub fn plan_trip(office: &Office) -> Result<(), Failure> {
    let (rules, itinerary) = (&trip_rules()?, &itinerary()?);
    let request = &TripRequest {
        id: trip(),
        traveller: person("anna"),
        purpose: "fair".into(),
        destination: "DE/Hamburg".into(),
        away: itinerary.away(),
        cost_centre: Id::natural("cost_centre", "CC-200"),
        budget_line: None,
        scope: Scope::anywhere(),
        estimate: euro(35_000),
    };
    let anna = command("plan", "anna")?.actor().clone();
    let command = Command::new("plan", "travel", anna, "2026-10-01T09:00:00Z".parse()?)?;
    wait(office.transact(&command, |tx| async move {
        request_trip(&tx, request.clone(), rules).await?;
        book_trip(&tx, trip(), itinerary, rules).await?;
        Ok::<_, Failure>(())
    }))
}

pub fn office() -> Result<Office, Failure> {
    let office = expenses::office()?;
    plan_trip(&office)?;
    Ok(office)
}

/// Anna comes back.
pub fn take_trip(office: &Office) -> Result<(), Failure> {
    let rules = &trip_rules()?;
    wait(office.transact(&command("back", "anna")?, |tx| async move { complete_trip(&tx, trip(), rules).await }))?;
    Ok(())
}
