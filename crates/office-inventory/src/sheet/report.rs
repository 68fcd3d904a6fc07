//! Reports as files, for spreadsheets.

use office_core::sheet::{Cell, Separator, SheetDraft};
use office_core::{Decimal, Money, Quantity, UnitPrice};

use super::CodeBook;
use crate::{
    InventoryValuation, Location, ReorderAdvice, ReorderReasons, ReorderReport, StockAccount, StockAmount, StockCard,
    StockCardReason,
};

impl CodeBook {
    /// Where goods are, come from or go, in one word and a code.
    fn location(&self, location: Location) -> String {
        match location {
            Location::Storage(place) => self.places.told(place),
            Location::Transit(place) => format!("on the way to {}", self.places.told(place)),
            Location::Supplier(vendor) => format!("vendor {}", self.parties.told(vendor)),
            Location::Customer(client) => format!("client {}", self.parties.told(client)),
            Location::Consumption(cost_centre) => format!("cost centre {}", self.cost_centres.told(cost_centre)),
            Location::Loss => "loss".to_owned(),
            Location::Opening => "opening".to_owned(),
            Location::Assembly => "kits".to_owned(),
        }
    }
}

impl StockCardReason {
    /// The reason in one or two words: `received`, `sent back`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TakenOver => "taken over",
            Self::Received => "received",
            Self::SentBack => "sent back",
            Self::Delivered => "delivered",
            Self::Issued => "issued",
            Self::CameBack => "came back",
            Self::Missing => "missing",
            Self::Assembled => "assembled",
            Self::Found => "found",
            Self::Moved => "moved",
            Self::Revalued => "revalued",
        }
    }
}

/// A stock card as a file: a row for what was there at the beginning, one for each line, and one for the end. What has no
/// code in the book is told by its id.
///
/// Columns: `on`, `document`, `reason`, `other` (where goods came from or went), `lot`, `in`, `out`, `balance`, `unit`,
/// `value_in`, `value_out`, `value`, `currency`; values are empty where they are not told.
///
/// # Example
/// ```
/// use office_core::sheet::Separator;
/// use office_core::{Currency, DateRange, Id, Money};
/// use office_inventory::sheet::{CodeBook, Codes, card_file};
/// use office_inventory::{Ledger, Location, Movement, PlaceTree, StockCard, Transfer};
///
/// let (item, room) = (Id::natural("item", "PAP-A4"), Id::natural("place", "R-S1"));
/// let vendor = Location::Supplier(Id::natural("party", "V-01"));
/// let mut ledger = Ledger::new("ream".parse()?, Currency::EUR);
/// let transfer = Transfer::inward("50 ream".parse()?, Money::from_minor(205_00, Currency::EUR), vendor, room)?;
/// ledger.enter(Movement { sequence: 1, effective: "2026-10-08".parse()?, reference: "DN-1".parse()?, transfer })?;
/// let card = StockCard::of(item, &ledger, &PlaceTree::default(), None, DateRange::month(2026, 10)?)?;
/// let codes = CodeBook { parties: Codes::natural("party", ["V-01"])?, ..CodeBook::default() };
/// let file = card_file(&card, &codes, Separator::Comma);
/// let lines: Vec<&str> = file.lines().collect();
/// assert_eq!(lines[1], "2026-10-01,,opening,,,,,0,ream,,,0.00,EUR");
/// assert_eq!(lines[2], "2026-10-08,DN-1,received,vendor V-01,,50,0,50,ream,205.00,0.00,205.00,EUR");
/// assert_eq!(lines[3], "2026-10-31,,closing,,,,,50,ream,,,205.00,EUR");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn card_file(card: &StockCard, codes: &CodeBook, separator: Separator) -> String {
    let columns = [
        "on",
        "document",
        "reason",
        "other",
        "lot",
        "in",
        "out",
        "balance",
        "unit",
        "value_in",
        "value_out",
        "value",
        "currency",
    ];
    let mut draft = SheetDraft::new(columns, separator);
    let unit = card.opening().quantity.unit().to_string();
    let value = |amount: StockAmount| Cell::optional(amount.value.map(Money::amount));
    let currency = |amount: StockAmount| Cell::optional(amount.value.map(Money::currency));
    let edge = |on: Option<chrono::NaiveDate>, name: &str, amount: StockAmount, draft: &mut SheetDraft<13>| {
        draft.row([
            Cell::optional(on),
            Cell::EMPTY,
            Cell::text(name),
            Cell::EMPTY,
            Cell::EMPTY,
            Cell::EMPTY,
            Cell::EMPTY,
            Cell::value(amount.quantity.amount()),
            Cell::text(&unit),
            Cell::EMPTY,
            Cell::EMPTY,
            value(amount),
            currency(amount),
        ]);
    };
    edge(Some(card.period().start()), "opening", card.opening(), &mut draft);
    for line in card.lines() {
        let other = line.other.map(|other| codes.location(other)).unwrap_or_default();
        let lot = line.lot.map(|lot| codes.lots.told(lot)).unwrap_or_default();
        draft.row([
            Cell::value(line.on),
            Cell::text(line.document.as_str()),
            Cell::text(line.reason.as_str()),
            Cell::text(&other),
            Cell::text(&lot),
            Cell::value(line.came.quantity.amount()),
            Cell::value(line.went.quantity.amount()),
            Cell::value(line.balance.quantity.amount()),
            Cell::text(&unit),
            value(line.came),
            value(line.went),
            value(line.balance),
            currency(line.balance),
        ]);
    }
    edge(card.period().last(), "closing", card.closing(), &mut draft);
    draft.to_string()
}

/// A valuation as a file, a row for each item and location. What has no code in the book is told by its id.
///
/// Columns: `on`, `sku`, `account` (`stock` or `in transit`), `location`, `quantity`, `unit`, `value`, `currency`,
/// `unit_cost`.
///
/// # Example
/// ```
/// use office_core::Currency;
/// use office_core::sheet::Separator;
/// use office_inventory::InventoryValuation;
/// use office_inventory::sheet::{CodeBook, valuation_file};
///
/// let nothing = InventoryValuation::of("2026-10-31".parse()?, Currency::EUR, [])?;
/// let file = valuation_file(&nothing, &CodeBook::default(), Separator::Semicolon);
/// assert_eq!(file, "on;sku;account;location;quantity;unit;value;currency;unit_cost\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn valuation_file(valuation: &InventoryValuation, codes: &CodeBook, separator: Separator) -> String {
    let columns = ["on", "sku", "account", "location", "quantity", "unit", "value", "currency", "unit_cost"];
    let mut draft = SheetDraft::new(columns, separator);
    for row in valuation.rows() {
        let account = if row.account == StockAccount::InTransit { "in transit" } else { "stock" };
        draft.row([
            Cell::value(valuation.on()),
            Cell::text(&codes.items.told(row.item)),
            Cell::text(account),
            Cell::text(&codes.location(row.location)),
            Cell::value(row.quantity.amount()),
            Cell::text(&row.quantity.unit().to_string()),
            Cell::value(row.value.amount()),
            Cell::value(row.value.currency()),
            Cell::optional(row.unit_cost.map(UnitPrice::amount)),
        ]);
    }
    draft.to_string()
}

/// A reorder report as a file, a row for each item; the last column tells why in words.
///
/// Columns: `on`, `sku`, `name`, `advice` (`order`, `enough`, `not due`, `no vendor`, `no terms`), `quantity`, `unit`, `value`,
/// `currency`, `vendor`, `order_on`, `arrives_on`, `there_or_coming`, `expected`, `safety`, `point`, `level`, `wanted`, `why`.
///
/// # Example
/// ```
/// use office_core::Id;
/// use office_core::sheet::Separator;
/// use office_inventory::sheet::{CodeBook, reorder_file};
/// use office_inventory::{ReorderAdvice, ReorderReport, ReorderReportLine};
///
/// let (item, sku, name) = (Id::natural("item", "PAP-A4"), "PAP-A4".parse()?, "Copy paper".to_owned());
/// let line = ReorderReportLine { item, sku, name, advice: ReorderAdvice::NoTerms };
/// let report = ReorderReport { on: "2026-10-05".parse()?, lines: vec![line] };
/// let file = reorder_file(&report, &CodeBook::default(), Separator::Comma);
/// let row = file.lines().nth(1).ok_or("a row")?;
/// assert!(row.starts_with("2026-10-05,PAP-A4,Copy paper,no terms,"));
/// assert!(row.ends_with(",nothing to order: no terms are in force"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn reorder_file(report: &ReorderReport, codes: &CodeBook, separator: Separator) -> String {
    let columns = [
        "on",
        "sku",
        "name",
        "advice",
        "quantity",
        "unit",
        "value",
        "currency",
        "vendor",
        "order_on",
        "arrives_on",
        "there_or_coming",
        "expected",
        "safety",
        "point",
        "level",
        "wanted",
        "why",
    ];
    let mut draft = SheetDraft::new(columns, separator);
    for line in &report.lines {
        let (advice, proposal, reasons) = match &line.advice {
            ReorderAdvice::Order(proposal) => ("order", Some(&**proposal), Some(&proposal.reasons)),
            ReorderAdvice::Enough(reasons) => ("enough", None, Some(&**reasons)),
            ReorderAdvice::NotDue { .. } => ("not due", None, None),
            ReorderAdvice::NoVendor { .. } => ("no vendor", None, None),
            ReorderAdvice::NoTerms => ("no terms", None, None),
        };
        let vendor = reasons.map(|reasons| codes.parties.told(reasons.source.vendor)).unwrap_or_default();
        let unit = proposal.map(|proposal| proposal.quantity.unit().to_string()).unwrap_or_default();
        let amount =
            |part: fn(&ReorderReasons) -> Quantity| Cell::optional(reasons.map(|reasons| part(reasons).amount()));
        let figure = |part: fn(&ReorderReasons) -> Decimal| Cell::optional(reasons.map(part));
        draft.row([
            Cell::value(report.on),
            Cell::text(line.sku.as_str()),
            Cell::text(&line.name),
            Cell::text(advice),
            Cell::optional(proposal.map(|proposal| proposal.quantity.amount())),
            Cell::text(&unit),
            Cell::optional(proposal.map(|proposal| proposal.value.amount())),
            Cell::optional(proposal.map(|proposal| proposal.value.currency())),
            Cell::text(&vendor),
            Cell::optional(proposal.map(|proposal| proposal.reasons.source.order_on)),
            Cell::optional(proposal.map(|proposal| proposal.reasons.source.arrives_on)),
            amount(|reasons| reasons.total),
            figure(|reasons| reasons.until_delivery.mean),
            figure(|reasons| reasons.safety.stock),
            amount(|reasons| reasons.point),
            amount(|reasons| reasons.level),
            Cell::optional(proposal.map(|proposal| proposal.wanted.amount())),
            Cell::text(&line.advice.to_string()),
        ]);
    }
    draft.to_string()
}
