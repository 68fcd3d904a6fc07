//! How states and facts are written down.

use std::fmt;
use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use serde::de::{DeserializeOwned, Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::entity::{schema, upgrade};
use crate::{Actor, Body, Entity, Id, IdempotencyKey, Key, Kind, Record, StoreError};

pub(crate) const FACT: Kind = Kind::literal("fact");

/// The key of an entity's state.
pub(crate) fn state_key<E: Entity>(id: Id<E>) -> Result<Key, StoreError> {
    key(E::KIND, &id.to_string())
}

/// The key of an entity's fact: its kind, its id, and how many facts there were with it.
pub(crate) fn fact_key<E: Entity>(id: Id<E>, rev: u64) -> Result<Key, StoreError> {
    key(FACT, &format!("{}/{id}/{rev:010}", E::KIND))
}

pub(crate) fn key(kind: Kind, id: &str) -> Result<Key, StoreError> {
    Key::new(kind, id).map_err(|error| StoreError::rejected(error.to_string()))
}

pub(crate) fn body(key: &Key, value: &impl Serialize) -> Result<Body, StoreError> {
    Body::of(value).map_err(|error| StoreError::rejected(format!("{key}: {error}")))
}

/// A state as it is stored: when and by whom it was last changed, and how many facts made it.
#[derive(Serialize)]
pub(crate) struct StateOut<'a, E> {
    pub(crate) schema: u32,
    pub(crate) rev: u64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) by: &'a Actor,
    pub(crate) state: &'a E,
}

/// A stored state: as a value if it is of the current schema and that is known when it comes, or else as it stands.
struct StateIn<'a, E> {
    schema: u32,
    rev: u64,
    state: Result<E, &'a RawValue>,
}

impl<'de, E: Entity> Deserialize<'de> for StateIn<'de, E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(StateVisitor(PhantomData))
    }
}

struct StateVisitor<E>(PhantomData<E>);

impl<'de, E: Entity> Visitor<'de> for StateVisitor<E> {
    type Value = StateIn<'de, E>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a stored state")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut schema, mut rev, mut state) = (None, None, None);
        while let Some(field) = map.next_key::<StateField>()? {
            match field {
                StateField::Schema => schema = Some(map.next_value()?),
                StateField::Rev => rev = Some(map.next_value()?),
                // The schema is written first. Stores that order fields their own way give it later.
                StateField::State if schema == Some(crate::entity::schema(E::UPGRADES)) => {
                    state = Some(Ok(map.next_value()?));
                }
                StateField::State => state = Some(Err(map.next_value()?)),
                StateField::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(StateIn {
            schema: schema.ok_or_else(|| A::Error::missing_field("schema"))?,
            rev: rev.ok_or_else(|| A::Error::missing_field("rev"))?,
            state: state.ok_or_else(|| A::Error::missing_field("state"))?,
        })
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum StateField {
    Schema,
    Rev,
    State,
    #[serde(other)]
    Other,
}

/// The state in a stored record, and how many facts made it.
pub(crate) fn read_state<E: Entity>(key: &Key, record: &Record) -> Result<(u64, E), StoreError> {
    let read = || {
        let stored: StateIn<'_, E> =
            serde_json::from_str(record.body.as_str()).map_err(|error| StoreError::corrupt_record(key, error))?;
        let state = match stored.state {
            Ok(state) => state,
            Err(raw) => read_upgraded(key, stored.schema, raw, E::UPGRADES)?,
        };
        Ok((stored.rev, state))
    };
    // What a reader of JSON says of a bad value often quotes it.
    read().map_err(|error: StoreError| {
        if E::CLASSIFIED {
            StoreError::corrupt_record(key, "it is classified, so nothing of it is shown")
        } else {
            error
        }
    })
}

fn read_upgraded<T: DeserializeOwned>(
    key: &Key,
    from: u32,
    raw: &RawValue,
    upgrades: &[crate::Upgrade],
) -> Result<T, StoreError> {
    let corrupt = |error: serde_json::Error| StoreError::corrupt_record(key, error);
    if from == schema(upgrades) {
        return serde_json::from_str(raw.get()).map_err(corrupt);
    }
    let document = serde_json::from_str(raw.get()).map_err(corrupt)?;
    let document = upgrade(document, from, upgrades).map_err(|error| StoreError::corrupt_record(key, error))?;
    serde_json::from_value(document).map_err(corrupt)
}

/// A fact as it is stored.
#[derive(Serialize)]
pub(crate) struct FactOut<'a, F> {
    pub(crate) kind: &'a str,
    pub(crate) id: String,
    pub(crate) rev: u64,
    pub(crate) schema: u32,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) classified: bool,
    pub(crate) at: DateTime<Utc>,
    pub(crate) by: &'a Actor,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<&'a str>,
    pub(crate) operation: &'a str,
    pub(crate) command: &'a IdempotencyKey,
    pub(crate) fact: &'a F,
}

/// A fact as it was recorded: what happened to what, when, by whom, why, and by which command.
///
/// This is the audit trail, and what the [`Feed`](crate::Feed) hands to projections and outboxes. Of a classified entity
/// it tells that something happened, not what. Its debug text never tells what.
#[derive(Deserialize)]
pub struct RecordedFact {
    kind: String,
    id: String,
    rev: u64,
    schema: u32,
    #[serde(default)]
    classified: bool,
    at: DateTime<Utc>,
    by: Actor,
    #[serde(default)]
    why: Option<String>,
    operation: String,
    command: IdempotencyKey,
    fact: Box<RawValue>,
}

impl fmt::Debug for RecordedFact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, id, rev, at, operation, command, .. } = self;
        f.debug_struct("RecordedFact")
            .field("kind", kind)
            .field("id", id)
            .field("rev", rev)
            .field("at", at)
            .field("operation", operation)
            .field("command", command)
            .finish_non_exhaustive()
    }
}

impl RecordedFact {
    pub(crate) fn read(key: &Key, record: &Record) -> Result<Self, StoreError> {
        record.body.read().map_err(|error| StoreError::corrupt_record(key, error))
    }

    /// The kind of entity that it happened to.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The id of the entity that it happened to, as text.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How many facts had happened to that entity with this one: 1 for its first.
    #[must_use]
    pub const fn rev(&self) -> u64 {
        self.rev
    }

    /// When the command was given.
    #[must_use]
    pub const fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// Who gave it.
    #[must_use]
    pub const fn by(&self) -> &Actor {
        &self.by
    }

    /// Why it was decided so.
    #[must_use]
    pub fn why(&self) -> Option<&str> {
        self.why.as_deref()
    }

    /// The operation that the command asked for.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// The key of the command.
    #[must_use]
    pub const fn command(&self) -> &IdempotencyKey {
        &self.command
    }

    /// What happened, as the fact of entity `E`; `None` where it happened to another kind of entity.
    ///
    /// # Errors
    /// A [`StoreError`] that is fatal, where the stored fact cannot be understood.
    pub fn fact<E: Entity>(&self) -> Result<Option<E::Fact>, StoreError> {
        const { assert!(!E::CLASSIFIED, "the facts of a classified entity are disclosed with it, not read from the feed") }
        if self.kind != E::KIND.as_str() {
            return Ok(None);
        }
        let key = key(FACT, &format!("{}/{}/{:010}", self.kind, self.id, self.rev))?;
        read_upgraded(&key, self.schema, &self.fact, E::FACT_UPGRADES).map(Some)
    }

    /// What happened, as the JSON text that was stored; `None` where it happened to a classified entity.
    #[must_use]
    pub fn json(&self) -> Option<&str> {
        (!self.classified).then(|| self.fact.get())
    }
}
