//! Accounts that writers of the benches change.

use office_core::{Entity, Id, Kind, Office};
use serde::{Deserialize, Serialize};

use crate::measure::{Failure, carry_out};

/// A balance in cents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Account(pub(crate) i64);

/// By how much it changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Moved(pub(crate) i64);

impl Entity for Account {
    const KIND: Kind = Kind::literal("account");
    type Fact = Moved;
    fn open(fact: &Moved) -> Option<Self> {
        Some(Self(fact.0))
    }
    fn apply(&mut self, fact: &Moved) {
        self.0 = self.0.saturating_add(fact.0);
    }
}

/// The account of this name.
pub(crate) fn account(name: &impl ToString) -> Id<Account> {
    Id::natural("account", &name.to_string())
}

/// Adds a cent to an account.
pub(crate) fn add(office: &Office, key: String, name: &impl ToString) -> Result<(), Failure> {
    let id = account(name);
    carry_out(office, key, |tx| async move { tx.record(id, Moved(1)).await })
}
