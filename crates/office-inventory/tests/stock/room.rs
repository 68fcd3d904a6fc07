//! An office on each store, and what tests of stock say of it.

use chrono::DateTime;
use office_core::subject::{ItemId, PersonId, PlaceId};
use office_core::{Actor, Command, Currency, Id, Money, Quantity, Role, UnitCode};
pub(crate) use office_scratch::{embedded, offices};

pub(crate) fn command(key: &str) -> Command {
    let keeper = Actor::new(person("E-004"), Role::new("secretary"));
    Command::new(key, "test", keeper, DateTime::from_timestamp(1_790_000_000, 0).unwrap()).unwrap()
}

pub(crate) fn item(name: &str) -> ItemId {
    Id::natural("item", name)
}

pub(crate) fn person(name: &str) -> PersonId {
    Id::natural("person", name)
}

pub(crate) fn room() -> PlaceId {
    Id::natural("place", "R-S1")
}

pub(crate) fn pieces(number: i32) -> Quantity {
    Quantity::whole(number, UnitCode::EACH)
}

pub(crate) fn euro(cents: i64) -> Money {
    Money::from_minor(cents, Currency::EUR)
}
