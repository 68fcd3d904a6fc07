//! October, day by day.

mod approving;
mod bank;
mod begin;
mod bills;
mod buying;
mod cash;
mod people;
mod rooms;

use std::error::Error;

use chrono::{Datelike, NaiveDate};
use office_core::subject::{Person, PersonId};
use office_core::{Actor, Office, Role};

use crate::diary::{Page, Step};
use crate::files::Files;
use crate::files::cell::Code;
use crate::settings::Settings;

/// Why the month could not be played: only ever a failure, never a refusal.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// The office in the month that is played.
#[derive(Clone, Copy, Debug)]
pub(crate) struct World<'a> {
    pub(crate) office: &'a Office,
    pub(crate) files: &'a Files,
    pub(crate) settings: &'a Settings,
}

impl<'a> World<'a> {
    /// Somebody by code, acting in their usual role.
    pub(crate) fn actor(self, code: &Code<Person>) -> Actor {
        let person = self.files.staff.iter().find(|employee| employee.code == *code);
        let role = person.and_then(|employee| employee.roles.first().cloned());
        Actor::new(code.id(), role.unwrap_or_else(|| Role::new("employee")))
    }

    /// The code of somebody.
    pub(crate) fn code_of(self, person: PersonId) -> &'a str {
        let found = self.files.staff.iter().find(|employee| employee.code.id() == person);
        found.map_or("", |employee| employee.code.as_str())
    }

    /// A step that somebody takes.
    pub(crate) fn step<'s>(self, day: NaiveDate, kind: &'s str, reference: &'s str, by: &'s Code<Person>) -> Step<'s> {
        Step { day, kind, reference, actor: self.actor(by), by: by.as_str() }
    }

    /// The office manager, who keeps the books.
    pub(crate) fn bookkeeper(self) -> Code<Person> {
        self.first_with("office_manager")
    }

    fn first_with(self, role: &str) -> Code<Person> {
        let usual = |employee: &&crate::files::staff::Employee| {
            employee.roles.first().is_some_and(|first| first.name() == role)
        };
        let found = self.files.staff.iter().find(usual).or(self.files.staff.first());
        found.map_or_else(|| Code::new(""), |employee| employee.code.clone())
    }
}

/// Plays the month. `on_day` is told each day as it begins.
///
/// Playing it again on the same store does nothing twice.
pub(crate) async fn play(world: World<'_>, mut on_day: impl FnMut(NaiveDate)) -> Result<(), Failure> {
    let month = world.files.company.month;
    on_day(month.start());
    begin::set_up(world).await?;
    rooms::bookings(world).await?;
    for day in month.dates(31) {
        on_day(day);
        begin::entries_of(world, day).await?;
        people::leave_of(world, day).await?;
        buying::requests_of(world, day).await?;
        buying::deliveries_of(world, day).await?;
        buying::issues_of(world, day).await?;
        bills::bills_of(world, day).await?;
        cash::petty_cash_of(world, day).await?;
        cash::card_of(world, day).await?;
        if day.weekday() == world.files.company.reorder_weekday {
            buying::reorders_of(world, day).await?;
        }
    }
    bank::statement(world).await?;
    Ok(())
}

/// Whether a page says that something was done.
pub(crate) fn is_accepted(page: &Page) -> bool {
    page.ending == crate::diary::Ending::Accepted
}
