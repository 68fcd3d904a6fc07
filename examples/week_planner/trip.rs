//! Somebody comes over for the meeting.

use std::fmt::Write;

use office_core::{Currency, Rounding, Zone};
use office_scheduling::{
    ConnectionTable, Itinerary, ItineraryRules, MinimumConnection, Segment, SegmentKind, Slot, TravelBooking,
    TravelMeeting, TravelMode, TravelPayer, TravelPlace, TravelRates,
};

use crate::people::Failure;

/// Plans the way of Kim from New York and back, with a connection that is too short and with a later one.
pub(crate) fn tell(found: &Slot, told: &mut String) -> Result<(), Failure> {
    let minimum = MinimumConnection {
        from: TravelMode::Flight,
        to: TravelMode::Flight,
        place: Some("DE/Frankfurt/FRA".to_owned()),
        valid: "2026-01-01/..".parse()?,
        minutes: 45,
    };
    let rules = ItineraryRules { connections: ConnectionTable::new([minimum])?, entry: Vec::new() };
    let place = TravelPlace::new("DE/Berlin", "Europe/Berlin".parse()?)?;
    let meeting = TravelMeeting { title: "a meeting of six".to_owned(), place, time: found.time, lead_minutes: 60 };
    writeln!(told, "\nKim comes over for it:")?;
    for (onward, arrives) in
        [("2026-10-26T07:05:00", "2026-10-26T08:15:00"), ("2026-10-26T08:00:00", "2026-10-26T09:10:00")]
    {
        let itinerary = itinerary(onward, arrives)?;
        let findings = itinerary.check(&rules, std::slice::from_ref(&meeting), &[]);
        let against: Vec<String> =
            findings.iter().filter(|finding| finding.forbids()).map(ToString::to_string).collect();
        writeln!(told, "  by the flight at {}: {}", onward.get(11..16).unwrap_or_default(), outcome(&against))?;
        if against.is_empty() {
            let cost = itinerary.cost(&TravelRates::default(), Rounding::HalfUp)?;
            let totals: Vec<String> = cost.totals()?.iter().map(ToString::to_string).collect();
            let (hours, minutes) = (itinerary.travel_minutes() / 60, itinerary.travel_minutes() % 60);
            writeln!(told, "  {hours} hours {minutes} minutes on the way, {}", totals.join(" and "))?;
        }
    }
    Ok(())
}

fn outcome(against: &[String]) -> String {
    if against.is_empty() { "and it can be booked".to_owned() } else { against.join("; ") }
}

/// New York to Berlin by Frankfurt, three nights, and back.
fn itinerary(onward: &str, arrives: &str) -> Result<Itinerary, Failure> {
    let (berlin, new_york): (Zone, Zone) = ("Europe/Berlin".parse()?, "America/New_York".parse()?);
    let jfk = TravelPlace::new("US/NY/New York/JFK", new_york)?;
    let (fra, ber) = (TravelPlace::new("DE/Frankfurt/FRA", berlin)?, TravelPlace::new("DE/Berlin/BER", berlin)?);
    let way = |title: &str, from: (&TravelPlace, &str), to: (&TravelPlace, &str), price: i64| {
        let (from, to) = (from.0.at(from.1.parse()?), to.0.at(to.1.parse()?));
        let price = office_core::Money::from_minor(price, Currency::EUR);
        let booking = TravelBooking { reference: title.to_owned(), price, paid_by: TravelPayer::Office, cancel: None };
        Ok::<_, Failure>(Segment::new(SegmentKind::Flight, title, from, to)?.booked(booking)?)
    };
    let hotel = Segment::new(
        SegmentKind::Lodging { breakfast: true },
        "Hotel",
        ber.at("2026-10-26T14:00:00".parse()?),
        ber.at("2026-10-29T10:00:00".parse()?),
    )?;
    let price = office_core::Money::from_minor(36_000, Currency::EUR);
    let booked = TravelBooking { reference: "H-7".to_owned(), price, paid_by: TravelPayer::Office, cancel: None };
    Ok(Itinerary::new([
        way("LH 401", (&jfk, "2026-10-25T17:00:00"), (&fra, "2026-10-26T06:30:00"), 61_000)?,
        way("LH 178", (&fra, onward), (&ber, arrives), 12_000)?,
        hotel.booked(booked)?,
        way("LH 179", (&ber, "2026-10-29T10:45:00"), (&fra, "2026-10-29T11:55:00"), 12_000)?,
        way("LH 400", (&fra, "2026-10-29T13:30:00"), (&jfk, "2026-10-29T16:20:00"), 58_000)?,
    ])?)
}
