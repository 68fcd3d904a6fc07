//! The figures of the month, read out of the store.
//!
//! Everything is read in one view, so that all figures are of one instant. The files give names, what was asked for where
//! it was refused, and the totals to compare with; the diary gives how things ended.

mod books;
mod budget;
mod control;
mod leave;
mod purchasing;
mod rooms;
mod spending;
mod stock;
mod wording;

use chrono::NaiveDate;
use office_core::subject::{ItemId, PersonId};
use office_core::{Actor, Currency, DateRange, Money, StoreError, View, Zone};
use office_finance::VendorInvoice;
use office_hr::Employment;

use self::wording::Names;

use crate::diary::{self, Ending, Page};
use crate::files::spending::CardKind;
use crate::play::{Failure, World};
use crate::report::{Figures, Outcome, RefusalLine};

/// The most of one kind that an office of this size has in a month.
const ALL: usize = 10_000;

/// Reads the figures of the month that was played.
pub(crate) async fn figures(world: World<'_>) -> Result<Figures, Failure> {
    world.office.view(|view| async move { read(&view, world).await }).await
}

async fn read(view: &View, world: World<'_>) -> Result<Figures, Failure> {
    let pages = diary::pages(view).await?;
    let names = names(view, world).await?;
    let source = Source { view, world, pages: &pages, names: &names };
    let employments = view.every::<Employment>(None, ALL).await?;
    let month = world.files.company.month;
    let employed = employments.iter().filter(|(_, employment)| employment.term().overlaps(&month)).count();
    let books = books::read(source).await?;
    let bills = purchasing::invoices(source).await?;
    let leave = leave::read(source).await?;
    let mut figures = Figures {
        company: world.files.company.name.clone(),
        month: month.start(),
        currency: source.currency(),
        people: u32::try_from(employed)?,
        stock: stock::stock(source).await?,
        purchases: purchasing::purchases(source).await?,
        open_orders: stock::open_orders(source).await?,
        invoices: bills.lines,
        bank: spending::bank(source, &books).await?,
        card: spending::card(source, &books).await?,
        petty_cash: spending::petty_cash(source).await?,
        trial_balance: books.trial_balance,
        statements: books.statements,
        budget: budget::read(source).await?,
        rooms: rooms::read(source).await?,
        leave: leave.figures,
        refusals: refusals(source),
        controls: Vec::new(),
    };
    let besides = control::Besides { invoices_matched: bills.matched, leave_approved: leave.approved };
    figures.controls = control::compare(source, &figures, &besides)?;
    Ok(figures)
}

/// What was refused or held, in the order of days.
fn refusals(source: Source<'_>) -> Vec<RefusalLine> {
    let unmet = source.pages.iter().filter(|page| page.ending != Ending::Accepted);
    let line = |page: &Page| RefusalLine {
        day: page.day,
        what: format!("{} {}", page.kind, page.reference),
        asked_by: asker(source, page),
        outcome: outcome_of(page.ending),
        why: source.why(page),
    };
    unmet.map(line).collect()
}

/// Who wanted something: for bills the vendor, for purchases the one who made them, otherwise whoever took the step.
fn asker(source: Source<'_>, page: &Page) -> String {
    let files = source.world.files;
    let number = page.reference.split_whitespace().next().unwrap_or_default();
    let found = match page.kind.as_str() {
        "invoice" => {
            let bill = files.vendor_invoices.iter().find(|row| row.number.as_str() == number);
            let vendor = bill.and_then(|bill| files.vendors.iter().find(|vendor| vendor.code == bill.vendor));
            vendor.map(|vendor| vendor.name.clone())
        }
        "card" => {
            let line = files.card_statement.iter().find(|line| line.reference == number);
            line.and_then(|line| match &line.kind {
                CardKind::Purchase(used) | CardKind::Credit(used) => Some(source.name_of(used.cardholder.as_str())),
                CardKind::Opening | CardKind::Payment | CardKind::Closing => None,
            })
        }
        "petty cash" => {
            let line = files.petty_cash.iter().find(|line| line.voucher == number);
            line.map(|line| source.name_of(line.person.as_str()))
        }
        _ => None,
    };
    found.unwrap_or_else(|| source.name_of(&page.by))
}

/// What the diary may name by id.
async fn names(view: &View, world: World<'_>) -> Result<Names, StoreError> {
    let files = world.files;
    let mut names = Names::default();
    for employee in &files.staff {
        names.add(employee.code.id(), employee.name.clone());
    }
    for supply in &files.supplies {
        names.add(supply.sku.id(), supply.sku.as_str());
    }
    for room in &files.rooms {
        names.add(room.code.id(), room.name.clone());
    }
    for request in &files.leave_requests {
        names.add(request.code.id(), request.code.as_str());
    }
    for (id, invoice) in view.every::<VendorInvoice>(None, ALL).await? {
        names.add(id, format!("{} of {}", invoice.bill().number, invoice.bill().on));
    }
    Ok(names)
}

fn outcome_of(ending: Ending) -> Outcome {
    match ending {
        Ending::Accepted => Outcome::Accepted,
        Ending::Held => Outcome::Held,
        Ending::Refused => Outcome::Refused,
    }
}

/// Where figures come from: the store at one instant, the diary that is in it, and the files for names.
#[derive(Clone, Copy)]
struct Source<'a> {
    view: &'a View,
    world: World<'a>,
    pages: &'a [Page],
    names: &'a Names,
}

impl<'a> Source<'a> {
    fn month(self) -> DateRange {
        self.world.files.company.month
    }

    fn last_day(self) -> NaiveDate {
        let month = self.month();
        month.last().unwrap_or(month.start())
    }

    fn currency(self) -> Currency {
        self.world.files.company.currency
    }

    fn nothing(self) -> Money {
        Money::zero(self.currency())
    }

    /// The page of the diary on something, if it was written.
    fn page(self, kind: &str, reference: &str) -> Option<&'a Page> {
        self.pages.iter().find(|page| page.kind == kind && page.reference == reference)
    }

    /// What the diary says, in words; times are told by the clock of the room that was asked for, or of the office.
    fn why(self, page: &Page) -> String {
        self.names.told(&page.why, self.zone_of(page))
    }

    fn zone_of(self, page: &Page) -> Zone {
        let files = self.world.files;
        let booking = files.bookings.iter().find(|row| page.kind == "booking" && row.code.as_str() == page.reference);
        let room = booking.and_then(|row| files.rooms.iter().find(|room| room.code == row.room));
        room.map_or(files.company.zone, |room| room.zone)
    }

    /// The name of somebody by code; the code itself for somebody unknown.
    fn name_of(self, code: &str) -> String {
        let found = self.world.files.staff.iter().find(|employee| employee.code.as_str() == code);
        found.map_or_else(|| code.to_owned(), |employee| employee.name.clone())
    }

    fn person(self, person: PersonId) -> String {
        self.name_of(self.world.code_of(person))
    }

    /// Who acted, and for whom if not for themselves.
    fn actor(self, actor: &Actor) -> String {
        let name = self.person(actor.person);
        if actor.accountable() == actor.person {
            name
        } else {
            format!("{name} for {}", self.person(actor.accountable()))
        }
    }

    /// The name of an item.
    fn item(self, item: ItemId) -> String {
        let found = self.world.files.supplies.iter().find(|supply| supply.sku.id() == item);
        found.map_or_else(|| item.to_string(), |supply| supply.name.clone())
    }
}
