//! Recording what was decided.

use std::ops::Deref;
use std::sync::Arc;

use serde::Serialize;

use crate::document::{self, FactOut, fact_key, state_key};
use crate::index::{Changes, Entries};
use crate::view::View;
use crate::{Body, Command, Decision, Entity, Id, Key, StoreError, Write};

/// A transaction: reads, and facts to be recorded with them, all or nothing.
///
/// Given to the closure of [`Office::transact`](crate::Office::transact). It reads as a [`View`] does and sees what it
/// has itself recorded. Nothing is stored before the closure returns `Ok`; then all facts and states are committed in one
/// batch, together with the demand that everything that was read is still so. If it is not, the closure runs again from
/// fresh reads: it must have no effects of its own.
#[derive(Clone, Debug)]
pub struct Tx {
    view: View,
    command: Arc<Command>,
}

impl Deref for Tx {
    type Target = View;

    fn deref(&self) -> &View {
        &self.view
    }
}

#[derive(Serialize)]
struct Pointer {
    id: Option<String>,
}

impl Tx {
    pub(crate) fn new(view: View, command: Arc<Command>) -> Self {
        Self { view, command }
    }

    /// The command that is being carried out.
    #[must_use]
    pub fn command(&self) -> &Command {
        &self.command
    }

    /// Gives the reason for the facts recorded from here on: which rule decided, on whose authority.
    ///
    /// Until it is called, the command's own reason stands.
    pub fn because(&self, why: impl Into<String>) -> Result<(), StoreError> {
        self.view.state()?.why = Some(why.into());
        Ok(())
    }

    /// Records what an operation decided, if there is something to record.
    pub async fn decide<E: Entity>(&self, id: Id<E>, decision: Decision<E::Fact>) -> Result<(), StoreError> {
        match decision {
            Decision::Record(fact) => self.record(id, fact).await,
            Decision::AlreadyRecorded => Ok(()),
        }
    }

    /// Records what was decided on an entity, one thing after another, and tells how it stands then: what has fallen due,
    /// and what somebody did after that.
    pub async fn decide_each<E: Entity, const N: usize>(
        &self,
        id: Id<E>,
        decisions: [Decision<E::Fact>; N],
    ) -> Result<E, StoreError> {
        for decision in decisions {
            self.decide(id, decision).await?;
        }
        self.load(id).await
    }

    /// Records the first fact of a new entity.
    ///
    /// # Errors
    /// [`StoreError::is_taken`] where there is an entity with this id already; otherwise as [`Tx::record`].
    pub async fn create<E: Entity>(&self, id: Id<E>, fact: E::Fact) -> Result<(), StoreError> {
        self.view.assume_absent(&state_key(id)?)?;
        if self.view.held(id, |held| held.state.is_some()).await? {
            return Err(StoreError::taken(E::KIND.as_str(), &id.to_string()));
        }
        self.record(id, fact).await
    }

    /// Records a fact: the entity's next state, its indexes and the fact itself become part of the commit.
    ///
    /// # Errors
    /// [`StoreError::is_taken`] where the next state claims a value of a unique index that another entity has;
    /// a fatal error where the entity does not exist and the fact is not one that entities begin with, or where an
    /// indexed value is too long.
    pub async fn record<E: Entity>(&self, id: Id<E>, fact: E::Fact) -> Result<(), StoreError> {
        let (changes, next) = self
            .view
            .held(id, |held| {
                let next = match &held.state {
                    Some(state) => {
                        let mut next = state.clone();
                        next.apply(&fact);
                        Some(next)
                    }
                    None => E::open(&fact),
                };
                let changes = Entries::of(held.state.as_ref()).changes(&Entries::of(next.as_ref()), id);
                changes.map(|changes| next.map(|next| (changes, next)))
            })
            .await??
            .ok_or_else(|| StoreError::rejected(format!("{} {id} does not begin with this fact", E::KIND)))?;
        let pointer = Pointer { id: Some(id.to_string()) };
        for key in &changes.claimed {
            self.view.assume_absent(key)?;
            if self.view.owner::<E>(key).await?.is_some_and(|owner| owner != id) {
                let (index, value) = key.id().split_once('\u{1}').unwrap_or((key.id(), ""));
                return Err(StoreError::taken(index, value));
            }
        }
        let rev = self
            .view
            .held(id, |held| {
                held.state = Some(next);
                held.rev = held.rev.saturating_add(1);
                held.changed = true;
                held.rev
            })
            .await?;
        self.write_index(&changes, &pointer)?;
        self.write_fact(id, rev, &fact)
    }

    fn write_index(&self, changes: &Changes, pointer: &Pointer) -> Result<(), StoreError> {
        let mut state = self.view.state()?;
        let mut put = |key: &Key, value: &Pointer| {
            let body = document::body(key, value)?;
            state.writes.insert(key.clone(), Write::Put(body));
            Ok::<(), StoreError>(())
        };
        // A released value keeps its record, so that whoever claims it next is known to come later.
        let nobody = Pointer { id: None };
        for key in &changes.released {
            put(key, &nobody)?;
        }
        for key in changes.claimed.iter().chain(&changes.added) {
            put(key, pointer)?;
        }
        for key in &changes.touched {
            put(key, &nobody)?;
        }
        for key in &changes.removed {
            state.writes.insert(key.clone(), Write::Delete);
        }
        Ok(())
    }

    fn write_fact<E: Entity>(&self, id: Id<E>, rev: u64, fact: &E::Fact) -> Result<(), StoreError> {
        let key = fact_key(id, rev)?;
        let kind = E::KIND;
        let mut state = self.view.state()?;
        let recorded = FactOut {
            kind: kind.as_str(),
            id: id.to_string(),
            rev,
            schema: crate::entity::schema(E::FACT_UPGRADES),
            classified: E::CLASSIFIED,
            at: self.command.at(),
            by: self.command.actor(),
            why: state.why.as_deref().or(self.command.reason()),
            operation: self.command.operation(),
            command: self.command.key(),
            fact,
        };
        let body: Body = document::body(&key, &recorded)?;
        state.writes.insert(key.clone(), Write::Put(body));
        state.facts.push(key);
        Ok(())
    }
}
