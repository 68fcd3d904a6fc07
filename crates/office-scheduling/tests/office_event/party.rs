//! A summer party, and who comes.

use chrono::{DateTime, Utc};
use office_core::{Decision, Entity, Id, Percent, Rounding};
use office_scheduling::{
    Diet, GuestKind, GuestReply, OfficeEvent, OfficeEventDetails, OfficeEventFact, OfficeEventParts, RunItem,
};

pub(crate) fn id<T>(number: u32) -> Id<T> {
    format!("00000000-0000-0000-0000-{number:012}").parse().unwrap()
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(crate) fn early() -> DateTime<Utc> {
    at("2026-06-01T08:00:00Z")
}

pub(crate) fn diet(text: &str) -> Diet {
    text.parse().unwrap()
}

pub(crate) fn parts() -> OfficeEventParts {
    OfficeEventParts {
        name: "Summer party".to_owned(),
        time: "2026-06-19T15:00:00Z/2026-06-19T21:00:00Z".parse().unwrap(),
        place: "the yard".to_owned(),
        bookings: [id(70)].into(),
        host: id(1),
        budget: Some(id(80)),
        catering_until: at("2026-06-12T10:00:00Z"),
        margin: Percent::whole(10),
        margin_rounding: Rounding::Up,
        parking_spaces: 2,
        directions: [(GuestKind::Outside, "Second gate.\nRing twice.".to_owned())].into(),
    }
}

pub(crate) fn details(parts: OfficeEventParts) -> OfficeEventDetails {
    OfficeEventDetails::new(parts).unwrap()
}

/// With so many guests from outside, from 100 on, who may bring two each.
pub(crate) fn event(parts: OfficeEventParts, guests: u32) -> OfficeEvent {
    let mut event = OfficeEvent::open(&OfficeEvent::plan(details(parts))).unwrap();
    for number in 0..guests {
        let (guest, kind) = (id(100 + number), GuestKind::Outside);
        event.apply(&OfficeEventFact::Invited { guest, kind, may_bring: 2 });
    }
    event
}

pub(crate) fn comes(diets: &[&str], parking: bool) -> GuestReply {
    GuestReply::Accepted { diets: diets.iter().map(|text| diet(text)).collect(), parking }
}

pub(crate) fn act<E: std::fmt::Debug>(event: &mut OfficeEvent, decision: Result<Decision<OfficeEventFact>, E>) {
    if let Some(fact) = decision.unwrap().fact() {
        event.apply(&fact);
    }
}

pub(crate) fn item(after: &[&str]) -> RunItem {
    RunItem { starts: None, minutes: 30, owner: id(2), after: after.iter().map(|&name| name.to_owned()).collect() }
}
