//! Items, as a file lists them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use office_core::sheet::{Cell, Complaints, Layout, Row, Separator, Sheet, SheetDraft, SheetRefusal};
use office_core::subject::Party;
use office_core::{Decision, Id, InputError, Ratio, Tx, UnitCode};

use super::cell::{coded, name, quantity, unit};
use super::{Codes, ExportError, ImportError, Imported};
use crate::{CostMethod, Item, ItemKind, ListItemError, NewItem, ReorderRule};

const KINDS: [(&str, ItemKind); 4] = [
    ("stocked", ItemKind::Stocked),
    ("consumable", ItemKind::Consumable),
    ("service", ItemKind::Service),
    ("kit", ItemKind::Kit),
];
const METHODS: [(&str, CostMethod); 5] = [
    ("fifo", CostMethod::Fifo),
    ("lifo", CostMethod::Lifo),
    ("average", CostMethod::Average),
    ("standard", CostMethod::Standard),
    ("specific", CostMethod::Specific),
];
const PACKS: &str = "packs and their contents such as `box=5 pallet=200`, or `third=1/3`";

/// Items as a file lists them: one row each.
///
/// | column | what stands there |
/// |---|---|
/// | `sku` | the short name, which no other row has |
/// | `name`, `category` | text, also of several lines |
/// | `kind` | `stocked`, `consumable`, `service` or `kit` |
/// | `unit` | the stock unit: `ream` |
/// | `packs` | the packs and how many stock units each holds, parted by a space: `box=5 pallet=200`; may be empty |
/// | `vendor` | the code of the usual vendor; may be empty |
/// | `reorder_min`, `reorder_max`, `reorder_multiple` | the reorder rule in the stock unit; all three or none |
/// | `cost_method` | `fifo`, `lifo`, `average`, `standard` or `specific` |
///
/// # Laws
/// 1. What is written reads back the same.
/// 2. Brought in again, a file records nothing.
///
/// # Example
/// ```
/// use office_core::sheet::Separator;
/// use office_inventory::sheet::{Codes, ItemSheet};
///
/// let vendors = Codes::natural("party", ["V-01"])?;
/// let head = "sku,name,category,kind,unit,packs,vendor,reorder_min,reorder_max,reorder_multiple,cost_method\n";
/// let file = format!("{head}PAP-A4,Copy paper A4,office,consumable,ream,box=5,V-01,40,100,5,fifo\n");
/// let sheet = ItemSheet::read("items.csv", file.as_bytes(), Separator::Comma, &vendors)?;
/// assert_eq!(sheet.items().next().ok_or("an item")?.name, "Copy paper A4");
/// assert_eq!(ItemSheet::write(sheet.items(), &vendors, Separator::Comma)?, file);
///
/// // All that is wrong is told.
/// let file = format!("{head}PAP-A4,Paper,office,consumable,ream,box=0,V-09,40,10,5,fifo\n");
/// let refused = ItemSheet::read("items.csv", file.as_bytes(), Separator::Comma, &vendors).unwrap_err();
/// let fields: Vec<&str> = refused.errors().iter().map(|error| error.field()).collect();
/// assert_eq!(fields, ["packs", "vendor", "reorder_max"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemSheet {
    file: String,
    // Invariant: no two rows have one short name, and each can be listed.
    rows: Vec<(u64, NewItem)>,
}

impl ItemSheet {
    /// The columns, in their order.
    pub const COLUMNS: [&str; 11] = [
        "sku",
        "name",
        "category",
        "kind",
        "unit",
        "packs",
        "vendor",
        "reorder_min",
        "reorder_max",
        "reorder_multiple",
        "cost_method",
    ];
    /// The most rows of a file, which are brought in all at once.
    pub const MOST_ROWS: usize = 2_000;

    /// Reads a file.
    ///
    /// # Errors
    /// [`SheetRefusal`] with all that is wrong with it, at most a hundred rows one by one.
    pub fn read(
        file_name: &str,
        from: impl Read,
        separator: Separator,
        vendors: &Codes<Party>,
    ) -> Result<Self, SheetRefusal> {
        let layout = Layout { columns: &Self::COLUMNS, prose: &["name", "category"], rows: Self::MOST_ROWS, separator };
        let (sheet, mut complaints) = Sheet::take(file_name, from, &layout)?;
        let (mut rows, mut seen) = (Vec::new(), BTreeSet::new());
        for row in sheet.rows() {
            let Some(item) = item(&row, vendors, &mut complaints) else { continue };
            if !seen.insert(item.sku.clone()) {
                complaints.note(row.refuse("sku", "a short name that no row before has"));
            }
            rows.push((row.line(), item));
        }
        complaints.settle(Self { file: file_name.to_owned(), rows })
    }

    /// The items, in the order of rows.
    pub fn items(&self) -> impl Iterator<Item = &NewItem> {
        self.rows.iter().map(|(_, item)| item)
    }

    /// Writes items down.
    ///
    /// # Errors
    /// [`ExportError::NoCode`] where a vendor has none.
    pub fn write<'a>(
        items: impl IntoIterator<Item = &'a NewItem>,
        vendors: &Codes<Party>,
        separator: Separator,
    ) -> Result<String, ExportError> {
        let mut draft = SheetDraft::new(Self::COLUMNS, separator);
        for item in items {
            let vendor = match item.vendor {
                Some(vendor) => vendors.code(vendor).ok_or_else(|| ExportError::no_code("vendor", vendor))?,
                None => "",
            };
            let packs: Vec<String> = item.packs.iter().map(|(pack, content)| format!("{pack}={content}")).collect();
            let (packs, unit) = (packs.join(" "), item.unit.to_string());
            let rule = |part: fn(&ReorderRule) -> office_core::Quantity| {
                Cell::optional(item.reorder.as_ref().map(|rule| part(rule).amount()))
            };
            draft.row([
                Cell::text(item.sku.as_str()),
                Cell::text(&item.name),
                Cell::text(&item.category),
                Cell::value(named(&KINDS, item.kind)),
                Cell::text(&unit),
                Cell::text(&packs),
                Cell::text(vendor),
                rule(|rule| rule.min),
                rule(|rule| rule.max),
                rule(|rule| rule.multiple),
                Cell::value(named(&METHODS, item.cost_method)),
            ]);
        }
        Ok(draft.to_string())
    }
}

fn named<T: PartialEq + Copy>(names: &[(&'static str, T)], choice: T) -> &'static str {
    names.iter().find(|(_, known)| *known == choice).map_or("", |(name, _)| name)
}

fn item(row: &Row<'_>, vendors: &Codes<Party>, complaints: &mut Complaints) -> Option<NewItem> {
    let sku = complaints.keep(name(row, "sku"));
    let title = complaints.keep(row.plain("name"));
    let category = complaints.keep(row.plain("category"));
    let kind = complaints.keep(row.one_of("kind", &KINDS));
    let unit = complaints.keep(unit(row, "unit"));
    let packs = complaints.keep(packs(row));
    let vendor = match row.optional("vendor") {
        Ok(None) => Some(None),
        _ => complaints.keep(coded(row, "vendor", vendors, "the code of a vendor, or nothing")).map(Some),
    };
    let cost_method = complaints.keep(row.one_of("cost_method", &METHODS));
    let reorder = unit.and_then(|unit| rule(row, unit, complaints).ok());
    let item = NewItem {
        sku: sku?,
        name: title?.to_owned(),
        category: category?.to_owned(),
        kind: kind?,
        unit: unit?,
        packs: packs?,
        vendor: vendor?,
        reorder: reorder?,
        cost_method: cost_method?,
    };
    match Item::list(item.clone()) {
        Ok(_) => Some(item),
        Err(error) => {
            let column = match &error {
                ListItemError::PackIsUnit { .. } | ListItemError::EmptyPack { .. } => "packs",
                ListItemError::RuleOrder { .. } => "reorder_max",
                ListItemError::RuleMultiple { .. } => "reorder_multiple",
                ListItemError::RuleUnit { .. } | ListItemError::ServiceRule => "reorder_min",
            };
            complaints.note(row.refuse(column, &format!("what can be listed: {error}")));
            None
        }
    }
}

fn packs(row: &Row<'_>) -> Result<BTreeMap<UnitCode, Ratio>, InputError> {
    let mut packs = BTreeMap::new();
    let text = row.plain_optional("packs")?.unwrap_or("");
    for pack in text.split(' ').filter(|pack| !pack.is_empty()) {
        let read = pack.split_once('=').and_then(|(unit, content)| {
            let content: Ratio = content.parse().ok()?;
            Some((unit.parse().ok()?, content)).filter(|(_, content)| content.is_positive())
        });
        let (unit, content) = read.ok_or_else(|| row.refuse("packs", PACKS))?;
        if packs.insert(unit, content).is_some() {
            return Err(row.refuse("packs", "each pack once"));
        }
    }
    Ok(packs)
}

/// What is wrong was told.
struct Refused;

/// The rule, if there is one.
fn rule(row: &Row<'_>, unit: UnitCode, complaints: &mut Complaints) -> Result<Option<ReorderRule>, Refused> {
    let columns = ["reorder_min", "reorder_max", "reorder_multiple"];
    if columns.iter().all(|column| matches!(row.optional(column), Ok(None))) {
        return Ok(None);
    }
    let [min, max, multiple] = columns.map(|column| complaints.keep(quantity(row, column, unit)).ok_or(Refused));
    let rule = ReorderRule { min: min?, max: max?, multiple: multiple? };
    // It is told whatever else is wrong with the row.
    if rule.max.amount() < rule.min.amount() {
        complaints.note(row.refuse("reorder_max", &format!("a number from {} on", rule.min.amount())));
        return Err(Refused);
    }
    Ok(Some(rule))
}

/// Puts the items of a file on the list, all of them or none. An item that is listed already has to be listed the same,
/// but for its reorder rule, which is settled anew. The id of a new item is made of its short name, in the space `item`.
///
/// # Errors
/// [`ImportError`], with every row that is refused; nothing is recorded then.
///
/// # Example
/// ```
/// use office_core::sheet::Separator;
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, wait};
/// use office_inventory::sheet::{Codes, ImportError, ItemSheet, import_items};
///
/// let office = Office::on(MemoryStore::new());
/// let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
/// let import = |key: &str, name: &str| {
///     let head = "sku,name,category,kind,unit,packs,vendor,reorder_min,reorder_max,reorder_multiple,cost_method\n";
///     let file = format!("{head}PAP-A4,{name},office,consumable,ream,box=5,,,,,fifo\n");
///     let sheet = ItemSheet::read("items.csv", file.as_bytes(), Separator::Comma, &Codes::default())?;
///     let command = Command::new(key, "import", keeper.clone(), "2026-10-01T08:00:00Z".parse()?)?;
///     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| {
///         let sheet = sheet.clone();
///         async move { import_items(&tx, &sheet).await }
///     })))
/// };
/// assert_eq!(import("first", "Copy paper")??.recorded, 1);
/// assert_eq!(import("again", "Copy paper")??.recorded, 0);
///
/// let Err(ImportError::Refused(refused)) = import("other", "Writing paper")? else { return Err("accepted".into()) };
/// assert_eq!(refused.errors()[0].field(), "name");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn import_items(tx: &Tx, sheet: &ItemSheet) -> Result<Imported, ImportError> {
    let (mut complaints, mut recorded) = (Complaints::default(), 0_usize);
    for (line, new) in &sheet.rows {
        let sku = new.sku.as_str();
        let Some((id, known)) = tx.find_by(Item::BY_SKU, &sku.to_owned()).await? else {
            if let Ok(decision) = Item::list(new.clone()) {
                let id = Item::key(Id::natural("item", sku));
                if tx.find(id).await?.is_some() {
                    let expected = "the short name of an item that had none before";
                    complaints.note(InputError::new(&sheet.file, *line, "sku", sku, expected));
                    continue;
                }
                recorded = recorded.saturating_add(1);
                tx.decide(id, decision).await?;
            }
            continue;
        };
        if let Some((column, found)) = difference(&known.clone().into(), new) {
            let expected = format!("what `{sku}` is listed with");
            complaints.note(InputError::new(&sheet.file, *line, column, &found, expected));
            continue;
        }
        // Invariant: the rule was checked with the row.
        if let Ok(Decision::Record(fact)) = known.set_reorder(new.reorder) {
            recorded = recorded.saturating_add(1);
            tx.record(id, fact).await?;
        }
    }
    Ok(complaints.settle(Imported { rows: sheet.rows.len(), recorded })?)
}

/// The first column in which a row differs from what is listed, but for the reorder rule.
fn difference(known: &NewItem, new: &NewItem) -> Option<(&'static str, String)> {
    if known.name != new.name {
        return Some(("name", new.name.clone()));
    }
    if known.category != new.category {
        return Some(("category", new.category.clone()));
    }
    if known.kind != new.kind {
        return Some(("kind", named(&KINDS, new.kind).to_owned()));
    }
    if known.unit != new.unit {
        return Some(("unit", new.unit.to_string()));
    }
    if known.packs != new.packs {
        let packs: Vec<String> = new.packs.iter().map(|(pack, content)| format!("{pack}={content}")).collect();
        return Some(("packs", packs.join(" ")));
    }
    if known.vendor != new.vendor {
        return Some(("vendor", String::new()));
    }
    (known.cost_method != new.cost_method).then(|| ("cost_method", named(&METHODS, new.cost_method).to_owned()))
}
