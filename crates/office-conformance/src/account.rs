//! The entities that the kit keeps in a store.

use chrono::DateTime;
use office_core::{
    Actor, AnyStore, Command, Entity, Entries, Id, Kind, Office, Partition, Role, StoreError, Tx, Unique, wait,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::future::Future;

use crate::probe::told;
use crate::{Chaos, Promise, Violation};

/// How often a command is sent again whose outcome is not known or that met too many others.
const SENDINGS: u32 = 60;

/// An amount that is raised and lowered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) balance: i64,
    pub(crate) moves: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum AccountFact {
    Opened(i64),
    Moved(i64),
}

impl Entity for Account {
    const KIND: Kind = Kind::literal("account");
    type Fact = AccountFact;

    fn open(fact: &AccountFact) -> Option<Self> {
        match fact {
            AccountFact::Opened(balance) => Some(Self { balance: *balance, moves: 0 }),
            AccountFact::Moved(_) => None,
        }
    }

    fn apply(&mut self, fact: &AccountFact) {
        if let AccountFact::Moved(amount) = fact {
            self.balance = self.balance.saturating_add(*amount);
            self.moves = self.moves.saturating_add(1);
        }
    }
}

/// Something of a group, with a name that nothing else has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Member {
    pub(crate) group: u64,
    pub(crate) name: String,
}

impl Member {
    pub(crate) const BY_GROUP: Partition<Self, u64, String> = Partition::new("group");
    pub(crate) const BY_NAME: Unique<Self, String> = Unique::new("name");
}

/// A member joins, or moves to another group and name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Joined(pub(crate) Member);

impl Entity for Member {
    const KIND: Kind = Kind::literal("member");
    type Fact = Joined;

    fn open(fact: &Joined) -> Option<Self> {
        Some(fact.0.clone())
    }

    fn apply(&mut self, fact: &Joined) {
        *self = fact.0.clone();
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.partition(Self::BY_GROUP, &self.group, &self.name);
        entries.unique(Self::BY_NAME, &self.name);
    }
}

pub(crate) fn account(name: &str) -> Id<Account> {
    Id::natural("account", name)
}

/// An office on the store, with pauses that follow from the seed.
pub(crate) fn office_on(store: &AnyStore, seed: u64) -> Office {
    Office::on(Chaos::new(store.clone(), seed))
}

pub(crate) fn failed(error: &StoreError) -> Violation {
    Violation::new(Promise::CommitIsOneInstant, "an answer", told(error))
}

/// The command of this key.
pub(crate) fn command(key: &str) -> Result<Command, Violation> {
    let actor = Actor::new(Id::natural("person", "conformance"), Role::new("tester"));
    let at = DateTime::from_timestamp(1_790_000_000, 0).unwrap_or_default();
    Command::new(key, "conformance", actor, at)
        .map_err(|error| Violation::new(Promise::CommitIsOneInstant, "a command", error.to_string()))
}

/// Has the office carry out a command, sending it again as a caller would who does not know what became of it.
pub(crate) fn perform<T, F, Fut>(office: &Office, key: &str, run: F) -> Result<T, StoreError>
where
    F: Fn(Tx) -> Fut + Send + Sync,
    Fut: Future<Output = Result<T, StoreError>> + Send,
    T: Serialize + DeserializeOwned + Send,
{
    let command = command(key).map_err(|violation| StoreError::rejected(violation.to_string()))?;
    let mut answer = wait(office.transact(&command, &run));
    for _ in 1..SENDINGS {
        match &answer {
            Err(error) if error.is_transient() => answer = wait(office.transact(&command, &run)),
            _ => break,
        }
    }
    answer
}

/// Opens accounts with 100 each.
pub(crate) fn open_accounts(office: &Office, accounts: &[Id<Account>]) -> Result<(), Violation> {
    perform(office, "open-accounts", |tx| async move {
        for account in accounts {
            tx.create(*account, AccountFact::Opened(100)).await?;
        }
        Ok(())
    })
    .map_err(|error| failed(&error))
}

/// The accounts as they stood at one instant.
pub(crate) fn statement(office: &Office, accounts: &[Id<Account>]) -> Result<Vec<Account>, Violation> {
    let mut answer = Err(StoreError::conflict());
    for _ in 0..SENDINGS {
        answer = wait(office.view(|view| async move {
            Ok::<_, StoreError>(view.find_each(accounts).await?.into_iter().flatten().collect())
        }));
        if !answer.as_ref().is_err_and(StoreError::is_transient) {
            break;
        }
    }
    answer.map_err(|error| failed(&error))
}

/// The sum of all balances.
pub(crate) fn sum(accounts: &[Account]) -> i64 {
    accounts.iter().fold(0, |sum, account| sum.saturating_add(account.balance))
}
