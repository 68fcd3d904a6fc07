//! Under which values entities can be found.
//!
//! Indexes are declared as constants beside the entity and kept by the typed layer as ordinary records of the same
//! batch, so that backends know nothing of them:
//!
//! * [`Unique`]: at most one entity has the value (an asset's tag).
//! * [`Partition`]: a group that is read as a whole and may be decided upon, because whoever adds to it, takes from it or
//!   moves within it meets whoever has read it (the bookings of one room on one day).
//! * [`Ordered`]: a list for looking things up and for reports (orders by date). Cheaper than a partition, and blind to
//!   what somebody else adds meanwhile: not to be decided upon.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};
use std::marker::PhantomData;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

use crate::{Entity, Id, Key, Kind, StoreError};

const SEPARATOR: char = '\u{1}';
const ESCAPE: char = '\u{2}';

pub(crate) const UNIQUE: Kind = Kind::literal("unique_index");
pub(crate) const ORDERED: Kind = Kind::literal("ordered_index");
pub(crate) const PARTITION: Kind = Kind::literal("partition_index");
pub(crate) const GUARD: Kind = Kind::literal("guard");

macro_rules! indexes {
    ($($(#[$doc:meta])* $index:ident < $($part:ident),+ >;)*) => {
        $(
            $(#[$doc])*
            pub struct $index<E, $($part),+> {
                name: &'static str,
                of: PhantomData<fn() -> (E, $($part),+)>,
            }

            impl<E, $($part),+> $index<E, $($part),+> {
                /// The index of this name, which is unique among the indexes of the entity and stored for ever.
                #[must_use]
                pub const fn new(name: &'static str) -> Self {
                    Self { name, of: PhantomData }
                }
            }

            impl<E, $($part),+> Clone for $index<E, $($part),+> {
                fn clone(&self) -> Self {
                    *self
                }
            }

            impl<E, $($part),+> Copy for $index<E, $($part),+> {}

            impl<E, $($part),+> fmt::Debug for $index<E, $($part),+> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.debug_tuple(stringify!($index)).field(&self.name).finish()
                }
            }
        )*
    };
}

indexes! {
    /// At most one entity has a value `V`.
    Unique<V>;
    /// Entities in the order of a value `V`, for looking up and for reports.
    Ordered<V>;
    /// Entities in groups `P`, in the order of `O` within each; a group can be decided upon as a whole.
    Partition<P, O>;
}

impl<E: Entity, V: IndexValue> Unique<E, V> {
    pub(crate) fn label(self) -> String {
        format!("{}.{}", E::KIND, self.name)
    }

    pub(crate) fn key(self, value: &V) -> Result<Key, StoreError> {
        key(UNIQUE, &self.label(), |id| value.encode(id))
    }
}

impl<E: Entity, V: IndexValue> Ordered<E, V> {
    /// The ids from `from` up to, not including, `to`.
    pub(crate) fn range(self, from: Option<&V>, to: Option<&V>) -> (String, String) {
        let start = prefix(&E::KIND, self.name);
        let end = |value: Option<&V>| {
            let mut id = start.clone();
            if let Some(value) = value {
                value.encode(&mut id);
            }
            id
        };
        (end(from), if to.is_some() { end(to) } else { above(&start) })
    }
}

impl<E: Entity, P: IndexValue, O: IndexValue> Partition<E, P, O> {
    pub(crate) fn guard(self, partition: &P) -> Result<Key, StoreError> {
        guard(&E::KIND, self.name, partition)
    }

    pub(crate) fn range(self, partition: &P) -> (String, String) {
        let mut start = prefix(&E::KIND, self.name);
        partition.encode(&mut start);
        start.push(SEPARATOR);
        let end = above(&start);
        (start, end)
    }
}

fn prefix(kind: &Kind, name: &str) -> String {
    format!("{kind}.{name}{SEPARATOR}")
}

/// Above every id that goes on from `start`, which ends in a separator.
fn above(start: &str) -> String {
    let mut end = start.strip_suffix(SEPARATOR).unwrap_or(start).to_owned();
    end.push(ESCAPE);
    end
}

fn guard<P: IndexValue>(kind: &Kind, name: &str, partition: &P) -> Result<Key, StoreError> {
    key(GUARD, &format!("{kind}.{name}"), |id| partition.encode(id))
}

fn key(kind: Kind, label: &str, rest: impl FnOnce(&mut String)) -> Result<Key, StoreError> {
    let mut id = format!("{label}{SEPARATOR}");
    rest(&mut id);
    Key::new(kind, id).map_err(|error| StoreError::rejected(format!("index {label}: {error}")))
}

/// What can be looked up by: texts, ids, dates, instants, whole numbers, and pairs and triples of them.
///
/// Implement it for a type of your own by encoding its parts.
pub trait IndexValue {
    /// Appends the value, so that the order of the texts is the order of the values.
    ///
    /// A value of several parts puts [`separate`] between them. No part may be a prefix of a longer one in another
    /// way than texts are.
    fn encode(&self, id: &mut String);
}

/// Ends one part of a value of several parts.
pub fn separate(id: &mut String) {
    id.push(SEPARATOR);
}

impl IndexValue for str {
    fn encode(&self, id: &mut String) {
        for c in self.chars() {
            match u32::from(c) {
                // Control characters are moved above the separator, in their order.
                low @ 0..0x20 => {
                    id.push(ESCAPE);
                    id.push(char::from_u32(low.saturating_add(0x40)).unwrap_or(ESCAPE));
                }
                _ => id.push(c),
            }
        }
    }
}

impl IndexValue for String {
    fn encode(&self, id: &mut String) {
        self.as_str().encode(id);
    }
}

impl<V: IndexValue + ?Sized> IndexValue for &V {
    fn encode(&self, id: &mut String) {
        (*self).encode(id);
    }
}

impl<T> IndexValue for Id<T> {
    fn encode(&self, id: &mut String) {
        append(id, format_args!("{}", self.uuid()));
    }
}

impl IndexValue for u64 {
    fn encode(&self, id: &mut String) {
        append(id, format_args!("{self:020}"));
    }
}

impl IndexValue for i64 {
    fn encode(&self, id: &mut String) {
        // Shifted by 2^63, so that negative numbers come first.
        append(id, format_args!("{:020}", self.cast_unsigned() ^ (1 << 63)));
    }
}

impl IndexValue for u32 {
    fn encode(&self, id: &mut String) {
        u64::from(*self).encode(id);
    }
}

impl IndexValue for i32 {
    fn encode(&self, id: &mut String) {
        i64::from(*self).encode(id);
    }
}

impl IndexValue for bool {
    fn encode(&self, id: &mut String) {
        id.push(if *self { '1' } else { '0' });
    }
}

impl IndexValue for NaiveDate {
    fn encode(&self, id: &mut String) {
        // Years outside 0 to 9999 would not sort as text.
        use chrono::Datelike;
        i64::from(self.num_days_from_ce()).encode(id);
        append(id, format_args!(" {self}"));
    }
}

impl IndexValue for DateTime<Utc> {
    fn encode(&self, id: &mut String) {
        self.timestamp().encode(id);
        append(id, format_args!(" {}", self.to_rfc3339_opts(SecondsFormat::Nanos, true)));
    }
}

impl<A: IndexValue, B: IndexValue> IndexValue for (A, B) {
    fn encode(&self, id: &mut String) {
        self.0.encode(id);
        separate(id);
        self.1.encode(id);
    }
}

impl<A: IndexValue, B: IndexValue, C: IndexValue> IndexValue for (A, B, C) {
    fn encode(&self, id: &mut String) {
        self.0.encode(id);
        separate(id);
        self.1.encode(id);
        separate(id);
        self.2.encode(id);
    }
}

fn append(id: &mut String, text: fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = id.write_fmt(text);
}

/// The values under which one entity is found: filled in by [`Entity::index`].
#[derive(Debug)]
pub struct Entries<E> {
    unique: BTreeSet<String>,
    ordered: BTreeSet<String>,
    partition: BTreeSet<(String, String)>,
    of: PhantomData<fn() -> E>,
}

impl<E: Entity> Entries<E> {
    pub(crate) fn of(state: Option<&E>) -> Self {
        let mut entries =
            Self { unique: BTreeSet::new(), ordered: BTreeSet::new(), partition: BTreeSet::new(), of: PhantomData };
        if let Some(state) = state {
            state.index(&mut entries);
        }
        entries
    }

    /// It alone has `value`.
    pub fn unique<V: IndexValue>(&mut self, index: Unique<E, V>, value: &V) {
        let mut id = prefix(&E::KIND, index.name);
        value.encode(&mut id);
        self.unique.insert(id);
    }

    /// It stands at `value` in the order.
    pub fn ordered<V: IndexValue>(&mut self, index: Ordered<E, V>, value: &V) {
        let mut id = prefix(&E::KIND, index.name);
        value.encode(&mut id);
        id.push(SEPARATOR);
        self.ordered.insert(id);
    }

    /// It belongs to `partition`, at `order` within it. An entity may belong to several partitions of one index.
    pub fn partition<P: IndexValue, O: IndexValue>(&mut self, index: Partition<E, P, O>, partition: &P, order: &O) {
        let mut guard = prefix(&E::KIND, index.name);
        partition.encode(&mut guard);
        let mut id = guard.clone();
        id.push(SEPARATOR);
        order.encode(&mut id);
        id.push(SEPARATOR);
        self.partition.insert((guard, id));
    }

    /// What changes in the index records when the entity with this id goes from `self` to `after`.
    pub(crate) fn changes(&self, after: &Self, id: Id<E>) -> Result<Changes, StoreError> {
        let key = |kind: &Kind, text: &str| {
            Key::new(kind.clone(), text).map_err(|error| StoreError::rejected(format!("index of {}: {error}", E::KIND)))
        };
        let mut changes = Changes::default();
        for text in after.unique.difference(&self.unique) {
            changes.claimed.push(key(&UNIQUE, text)?);
        }
        for text in self.unique.difference(&after.unique) {
            changes.released.push(key(&UNIQUE, text)?);
        }
        for text in after.ordered.difference(&self.ordered) {
            changes.added.push(key(&ORDERED, &format!("{text}{id}"))?);
        }
        for text in self.ordered.difference(&after.ordered) {
            changes.removed.push(key(&ORDERED, &format!("{text}{id}"))?);
        }
        for (guard, text) in after.partition.difference(&self.partition) {
            changes.touched.insert(key(&GUARD, guard)?);
            changes.added.push(key(&PARTITION, &format!("{text}{id}"))?);
        }
        for (guard, text) in self.partition.difference(&after.partition) {
            changes.touched.insert(key(&GUARD, guard)?);
            changes.removed.push(key(&PARTITION, &format!("{text}{id}"))?);
        }
        Ok(changes)
    }
}

/// What one fact does to the index records.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) claimed: Vec<Key>,
    pub(crate) released: Vec<Key>,
    pub(crate) added: Vec<Key>,
    pub(crate) removed: Vec<Key>,
    pub(crate) touched: BTreeSet<Key>,
}
