//! The shape of everything that is stored: a state, the facts that make it, and the decision in between.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Entries, Kind};

/// Something the office keeps track of: an order, a booking, a leave account.
///
/// Its operations are pure methods that either refuse, with the error of that one operation, or return a [`Decision`]:
/// the fact that is now true. [`Entity::apply`] turns a fact into the next state and never refuses, because what has
/// happened cannot be refused. State and facts are stored together, and the state always equals the fold of its facts.
///
/// # Example
/// ```
/// use office_core::{Decision, Entity, Kind};
/// use serde::{Deserialize, Serialize};
///
/// /// A door that can be locked.
/// #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
/// struct Door {
///     locked: bool,
/// }
///
/// #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
/// enum DoorFact {
///     Hung,
///     Locked,
/// }
///
/// #[derive(Debug, PartialEq)]
/// struct AlreadyLocked;
///
/// impl Door {
///     fn hang() -> Decision<DoorFact> {
///         Decision::Record(DoorFact::Hung)
///     }
///     fn lock(&self) -> Result<Decision<DoorFact>, AlreadyLocked> {
///         if self.locked { Err(AlreadyLocked) } else { Ok(Decision::Record(DoorFact::Locked)) }
///     }
/// }
///
/// impl Entity for Door {
///     const KIND: Kind = Kind::literal("door");
///     type Fact = DoorFact;
///     fn open(fact: &DoorFact) -> Option<Self> {
///         matches!(fact, DoorFact::Hung).then_some(Door { locked: false })
///     }
///     fn apply(&mut self, fact: &DoorFact) {
///         match fact {
///             DoorFact::Hung => {}
///             DoorFact::Locked => self.locked = true,
///         }
///     }
/// }
///
/// let mut door = Door::open(&DoorFact::Hung).ok_or("not a first fact")?;
/// let locked = door.lock().map_err(|_| "it is not locked yet")?;
/// door.apply_decision(&locked);
/// assert_eq!(door.lock(), Err(AlreadyLocked));
/// # Ok::<(), &str>(())
/// ```
pub trait Entity: Sized + Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name in storage, for ever.
    const KIND: Kind;

    /// Whether it is classified: it cannot then be loaded, only disclosed for a purpose, which leaves a trace.
    const CLASSIFIED: bool = false;

    /// How stored states of older schemas become younger: the first function turns schema 1 into schema 2, and so on.
    const UPGRADES: &'static [Upgrade] = &[];

    /// The same for stored facts.
    const FACT_UPGRADES: &'static [Upgrade] = &[];

    /// What can happen to it, in the past tense. Once stored, a fact is never changed.
    type Fact: Clone + Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static;

    /// The state that a first fact brings about; `None` where the fact is not one that things begin with.
    fn open(fact: &Self::Fact) -> Option<Self>;

    /// The next state.
    fn apply(&mut self, fact: &Self::Fact);

    /// The next state by what was decided; the same one where there was nothing to record.
    fn apply_decision(&mut self, decision: &Decision<Self::Fact>) {
        if let Decision::Record(fact) = decision {
            self.apply(fact);
        }
    }

    /// Under which values it can be found. A pure function of the state.
    fn index(&self, _entries: &mut Entries<Self>) {}
}

/// Turns a stored document of one schema into the next schema's.
pub type Upgrade = fn(Value) -> Result<Value, String>;

/// What an operation on an entity decided.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a decision changes nothing until it is recorded"]
pub enum Decision<F> {
    /// This is now true, and is to be recorded.
    Record(F),
    /// The same command was carried out before; there is nothing to record.
    AlreadyRecorded,
}

impl<F> Decision<F> {
    /// The fact to record, if there is one.
    #[must_use = "a decision changes nothing until it is recorded"]
    pub fn fact(self) -> Option<F> {
        match self {
            Self::Record(fact) => Some(fact),
            Self::AlreadyRecorded => None,
        }
    }

    /// The same decision, its fact told as another: what a part of an entity decides becomes a fact of the whole.
    ///
    /// # Example
    /// ```
    /// use office_core::Decision;
    ///
    /// assert_eq!(Decision::Record(2).map(|pages| format!("{pages} pages")), Decision::Record("2 pages".to_owned()));
    /// assert_eq!(Decision::<u32>::AlreadyRecorded.map(|pages| pages + 1), Decision::AlreadyRecorded);
    /// ```
    #[must_use = "a decision changes nothing until it is recorded"]
    pub fn map<G>(self, tell: impl FnOnce(F) -> G) -> Decision<G> {
        match self {
            Self::Record(fact) => Decision::Record(tell(fact)),
            Self::AlreadyRecorded => Decision::AlreadyRecorded,
        }
    }
}

impl<T> Decision<Vec<T>> {
    /// To record all of a list; nothing where it is empty: what a look at the clock has found to be due.
    ///
    /// # Example
    /// ```
    /// use office_core::Decision;
    ///
    /// assert_eq!(Decision::all_of(vec!["escalated"]), Decision::Record(vec!["escalated"]));
    /// assert_eq!(Decision::<Vec<&str>>::all_of(Vec::new()), Decision::AlreadyRecorded);
    /// ```
    #[must_use = "a decision changes nothing until it is recorded"]
    pub fn all_of(list: Vec<T>) -> Self {
        if list.is_empty() { Self::AlreadyRecorded } else { Self::Record(list) }
    }
}

/// The state that a history of facts amounts to; `None` for an empty history, or one that does not begin with a first
/// fact.
#[must_use]
pub fn fold<'a, E: Entity>(history: impl IntoIterator<Item = &'a E::Fact>) -> Option<E> {
    let mut history = history.into_iter();
    let mut state = E::open(history.next()?)?;
    for fact in history {
        state.apply(fact);
    }
    Some(state)
}

/// The schema that this program writes, given the upgrades it knows.
pub(crate) fn schema(upgrades: &[Upgrade]) -> u32 {
    u32::try_from(upgrades.len()).unwrap_or(u32::MAX - 1).saturating_add(1)
}

/// A document of an older schema as one of the current schema.
pub(crate) fn upgrade(mut document: Value, from: u32, upgrades: &[Upgrade]) -> Result<Value, String> {
    let current = schema(upgrades);
    let done = usize::try_from(from).ok().and_then(|from| from.checked_sub(1));
    match done.and_then(|done| upgrades.get(done..)) {
        None => Err(format!("schema {from} is not known: this program reads 1 to {current}")),
        Some(rest) => {
            for step in rest {
                document = step(document)?;
            }
            Ok(document)
        }
    }
}
