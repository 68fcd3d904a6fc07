//! The stock room: where it keeps its records, and by which codes its files tell things.

use std::error::Error;
use std::fmt::Write;

use chrono::{NaiveDate, NaiveTime};
use office_core::subject::{ItemId, PlaceId};
use office_core::{Actor, Command, Currency, Id, Office, Role, wait};
use office_inventory::sheet::{CodeBook, Codes};
use office_inventory::{InventoryValuation, Item, Location, inventory_valuation};

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// Where everything is kept, and the codes of what is there.
pub(crate) struct Room {
    pub(crate) office: Office,
    pub(crate) codes: CodeBook,
}

impl Room {
    /// The room of an office that knows its vendors and places, and no items yet.
    pub(crate) fn open(office: Office) -> Result<Self, Failure> {
        let codes = CodeBook {
            places: Codes::natural("place", ["R-S1", "R-K1"])?,
            parties: Codes::natural("party", ["V-01", "V-02", "V-03", "V-04"])?,
            cost_centres: Codes::natural("cost_centre", ["CC-100", "CC-200", "CC-300"])?,
            ..CodeBook::default()
        };
        Ok(Self { office, codes })
    }

    /// The store room itself.
    pub(crate) fn store_room(&self) -> Result<PlaceId, Failure> {
        Ok(self.codes.places.id("R-S1").ok_or("a store room")?)
    }

    pub(crate) fn item(&self, sku: &str) -> Result<ItemId, Failure> {
        Ok(self.codes.items.id(sku).ok_or("an item that is listed")?)
    }

    /// The items in the order of their short names.
    pub(crate) fn items(&self) -> Result<Vec<(ItemId, Item)>, Failure> {
        let found = self.office.view(|view| async move { view.every::<Item>(None, 100).await });
        let mut items: Vec<(ItemId, Item)> = wait(found)?.into_iter().map(|(id, item)| (id.retag(), item)).collect();
        items.sort_by(|(_, one), (_, other)| one.sku().cmp(other.sku()));
        Ok(items)
    }

    /// The code of a place of storage.
    pub(crate) fn place(&self, location: Location) -> Option<&str> {
        let Location::Storage(place) = location else { return None };
        self.codes.places.code(place)
    }

    /// What everything is worth at the end of a day.
    pub(crate) fn valuation(&self, on: NaiveDate) -> Result<InventoryValuation, Failure> {
        let valued = self.office.view(|view| async move { inventory_valuation(&view, on, Currency::EUR).await });
        Ok(wait(valued)?)
    }

    /// A valuation as a table.
    pub(crate) fn show(&self, valuation: &InventoryValuation, told: &mut String) -> Result<(), Failure> {
        let mut rows: Vec<_> = valuation.rows().iter().collect();
        rows.sort_by_key(|row| (self.codes.items.code(row.item), self.place(row.location)));
        for row in rows {
            let sku = self.codes.items.code(row.item).unwrap_or_default();
            let place = self.place(row.location).unwrap_or_default();
            let (quantity, value) = (row.quantity.to_string(), row.value.to_string());
            writeln!(told, "  {sku:<8} {place:<5} {quantity:>9} {value:>12}")?;
        }
        writeln!(told, "  {:<24} {:>12}\n", "in all", valuation.total().to_string())?;
        Ok(())
    }
}

/// What the keeper of the room does on a day; the same key again does nothing.
pub(crate) fn command(key: &str, on: NaiveDate) -> Result<Command, Failure> {
    let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("storekeeper"));
    Ok(Command::new(key.replace(' ', "-"), "stock room", keeper, on.and_time(NaiveTime::MIN).and_utc())?)
}
