//! The types of a drawing as kinds of values.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::OFFICE;
use super::node::Node;
use crate::InputError;
use crate::rules::Kind;

/// How far types may refer to each other, one to the next.
const LONGEST_WAY: usize = 32;
/// How deep lists and records may be within each other: as deep as kinds may be written.
const DEEPEST: usize = 8;

/// The types that FEEL has, by all the names they have had.
const BUILT_IN: [(&str, Kind); 13] = [
    ("string", Kind::Text),
    ("number", Kind::Number),
    ("boolean", Kind::Boolean),
    ("date", Kind::Date),
    ("time", Kind::Time),
    ("date and time", Kind::DateTime),
    ("dateTime", Kind::DateTime),
    ("days and time duration", Kind::Duration),
    ("dayTimeDuration", Kind::Duration),
    ("years and months duration", Kind::Months),
    ("yearMonthDuration", Kind::Months),
    ("Any", Kind::Any),
    ("any", Kind::Any),
];

/// The name that FEEL has for a kind.
pub(super) fn name_of(kind: &Kind) -> Option<&'static str> {
    BUILT_IN.iter().find(|(_, built_in)| built_in == kind).map(|(name, _)| *name)
}

/// How many types are looked up for one drawing.
const MOST_LOOK_UPS: usize = 1_000_000;

/// The types that a drawing defines.
pub(super) struct Items<'a> {
    by_name: BTreeMap<&'a str, Node<'a>>,
    /// Whether the office wrote the drawing.
    own: bool,
    look_ups: Cell<usize>,
}

/// A kind, and what of it is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) kind: Kind,
    pub(super) allowed: Option<String>,
}

impl<'a> Items<'a> {
    pub(super) fn read(definitions: Node<'a>, own: bool) -> Result<Self, InputError> {
        let mut items = BTreeMap::new();
        for item in definitions.all("itemDefinition") {
            let name = item.name()?;
            if items.insert(name, item).is_some() {
                return Err(item.wrong(name, "each type once"));
            }
        }
        Ok(Self { by_name: items, own, look_ups: Cell::new(0) })
    }

    /// The type that an attribute or element `typeRef` names; of any kind where nothing is named.
    pub(super) fn of(&self, node: Node<'a>) -> Result<Item, InputError> {
        self.of_depth(node, 0)
    }

    fn of_depth(&self, node: Node<'a>, depth: usize) -> Result<Item, InputError> {
        let named =
            node.attribute("typeRef").or_else(|| node.element.first("typeRef").map(|named| named.text().trim()));
        let Some(named) = named.filter(|named| !named.is_empty()) else {
            return Ok(Item { kind: Kind::Any, allowed: None });
        };
        // Drawings of DMN 1.1 name types with a prefix.
        let local = named.rsplit_once(':').map_or(named, |(_, local)| local);
        if let Some(item) = self.by_name.get(named).or_else(|| self.by_name.get(local)) {
            return self.defined(*item, depth.saturating_add(1));
        }
        if let Some((_, kind)) = BUILT_IN.iter().find(|(name, _)| *name == local) {
            // To others a day and a time is of the same type with a zone and without.
            let either = *kind == Kind::DateTime && !self.own;
            return Ok(Item { kind: if either { Kind::Any } else { kind.clone() }, allowed: None });
        }
        Err(node.wrong(named, "a type of FEEL or one that `itemDefinition` defines"))
    }

    fn defined(&self, item: Node<'a>, depth: usize) -> Result<Item, InputError> {
        if depth > LONGEST_WAY {
            return Err(item.wrong("", "types that do not refer to themselves"));
        }
        self.look_ups.set(self.look_ups.get().saturating_add(1));
        if self.look_ups.get() > MOST_LOOK_UPS {
            return Err(item.wrong("", format!("at most {MOST_LOOK_UPS} types once all are written out")));
        }
        if item.attribute("typeLanguage") == Some(OFFICE) {
            let named = item.element.first("typeRef").map_or("", |named| named.text().trim());
            let kind = named.parse().map_err(|_| item.wrong(named, "a kind such as `money EUR`"))?;
            return Ok(Item { kind, allowed: None });
        }
        let own = item.first("allowedValues").map(|allowed| allowed.text().to_owned()).filter(|text| !text.is_empty());
        let mut components = BTreeMap::new();
        for component in item.all("itemComponent") {
            let kind = self.defined(component, depth.saturating_add(1))?.kind;
            components.insert(component.name()?.to_owned(), kind);
        }
        let Item { kind, allowed } = if components.is_empty() {
            self.of_depth(item, depth)?
        } else {
            Item { kind: Kind::Record(components), allowed: None }
        };
        let allowed = own.or(allowed);
        if deepness(&kind) > DEEPEST {
            return Err(item.wrong("", format!("types at most {DEEPEST} deep")));
        }
        Ok(match item.attribute("isCollection") {
            // What is allowed of one value is no test of a list of them.
            Some("true" | "1") => Item { kind: Kind::List(Box::new(kind)), allowed: None },
            _ => Item { kind, allowed },
        })
    }
}

/// How deep lists and records are within each other. No deeper than types are read.
fn deepness(kind: &Kind) -> usize {
    let inner = if let Kind::List(kind) = kind {
        deepness(kind)
    } else if let Kind::Record(fields) = kind {
        fields.values().map(deepness).max().unwrap_or_default()
    } else {
        return 0;
    };
    inner.saturating_add(1)
}
