//! Recognition: thanks that somebody gives, for what the office values, seen by all or by those thanked.
//!
//! # Example
//! ```
//! use office_core::{Actor, Command, Id, MemoryStore, Office, Role, wait};
//! use office_hr::{Dated, GiveRecognition, Recognition, RecognitionAudience, RecognitionError, give_recognition, withdraw_recognition};
//!
//! let values = &Dated::since("2026-01-01".parse()?, ["care", "courage"].map(str::to_owned).into());
//! let (anna, ben) = (Id::natural("person", "E-1"), Id::natural("person", "E-2"));
//! let office = Office::on(MemoryStore::new());
//! let command = |key: &str| {
//!     Command::new(key, "thanks", Actor::new(anna, Role::new("employee")), "2026-10-05T08:00:00Z".parse().unwrap_or_default())
//! };
//! let thanks = GiveRecognition {
//!     to: [ben].into(), values: ["care".to_owned()].into(), text: "For looking after the guests".into(),
//!     audience: RecognitionAudience::Everybody, on: "2026-10-05".parse()?,
//! };
//! let give = |key: &str, thanks: GiveRecognition| {
//!     let (command, id) = (command(key)?, Id::<Recognition>::natural("recognition", key));
//!     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| {
//!         let thanks = thanks.clone();
//!         async move { give_recognition(&tx, id, &thanks, values).await }
//!     })))
//! };
//! give("care", thanks.clone())??;
//! assert!(matches!(give("own", GiveRecognition { to: [anna].into(), ..thanks.clone() })?, Err(RecognitionError::Own)));
//! let other = give("speed", GiveRecognition { values: ["speed".to_owned()].into(), ..thanks })?.map_err(|why| why.to_string());
//! assert_eq!(other, Err("`speed` is no value of the office: care, courage are wanted".into()));
//! // Thanks are taken back by whoever gave them.
//! let id = Id::<Recognition>::natural("recognition", "care");
//! let by_ben = Command::new("ben", "thanks", Actor::new(ben, Role::new("employee")), "2026-10-06T08:00:00Z".parse()?)?;
//! let on = "2026-10-06".parse()?;
//! let withdrawing = |tx| async move { withdraw_recognition(&tx, id, on).await };
//! assert!(matches!(wait(office.transact(&by_ben, withdrawing)), Err(RecognitionError::NotTheirs)));
//! wait(office.transact(&command("back")?, withdrawing))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{DateRange, Entity, Entries, Id, Kind, Ordered, Partition, StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::retention::is_text;
use crate::{Dated, NotInForce};

/// The most people thanked at once, and values thanked for.
const MOST: usize = 50;
/// The longest text, in characters.
const MOST_TEXT: usize = 2_000;

/// Thanks that somebody gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recognition {
    by: PersonId,
    given: GiveRecognition,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    withdrawn: Option<NaiveDate>,
}

/// To give thanks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GiveRecognition {
    /// To whom: 1 to 50 people other than oneself.
    pub to: BTreeSet<PersonId>,
    /// For which values of the office: 1 to 50.
    pub values: BTreeSet<String>,
    /// For what: 1 to 2,000 characters.
    pub text: String,
    /// Who sees it.
    pub audience: RecognitionAudience,
    /// On which day.
    pub on: NaiveDate,
}

/// Who sees thanks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecognitionAudience {
    /// Everybody in the office.
    Everybody,
    /// Who is thanked, and who thanks.
    ThoseThanked,
}

/// What can happen to thanks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RecognitionFact {
    /// They were given.
    Given {
        /// By whom.
        by: PersonId,
        /// What.
        given: Box<GiveRecognition>,
    },
    /// They were taken back.
    Withdrawn {
        /// On which day.
        on: NaiveDate,
    },
}

/// No thanks were given or taken back: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RecognitionError {
    /// Nobody is thanked, or too many, or for too much or nothing.
    #[error("1 to 50 people, 1 to 50 values and a text of 1 to 2000 characters are wanted")]
    Words,
    /// They thank themselves.
    #[error("nobody thanks themselves: others are wanted")]
    Own,
    /// The office has not said yet what it values.
    #[error(transparent)]
    NotInForce(#[from] NotInForce),
    /// The office does not value that.
    #[error("`{value}` is no value of the office: {} are wanted", .values.join(", "))]
    NoValue {
        /// What was named.
        value: String,
        /// What there is.
        values: Vec<String>,
    },
    /// The id stands for other thanks.
    #[error("these are other thanks: an id of their own is wanted")]
    IdReused,
    /// Somebody else gave them.
    #[error("somebody else gave them: whoever did is wanted")]
    NotTheirs,
    /// The store failed, or knows no such thanks.
    #[error("thanks cannot be stored")]
    Store(#[from] StoreError),
}

impl Recognition {
    /// What somebody was thanked for, by day, what was taken back left out.
    pub const OF_PERSON: Partition<Self, PersonId, NaiveDate> = Partition::new("person");
    /// All thanks that everybody sees, by day.
    pub const FOR_ALL: Ordered<Self, NaiveDate> = Ordered::new("for_all");

    /// Who gave them.
    #[must_use]
    pub const fn by(&self) -> PersonId {
        self.by
    }

    /// What was said, to whom.
    #[must_use]
    pub const fn given(&self) -> &GiveRecognition {
        &self.given
    }

    /// Whether somebody sees them.
    #[must_use]
    pub fn is_seen_by(&self, person: PersonId) -> bool {
        let all = self.given.audience == RecognitionAudience::Everybody;
        self.withdrawn.is_none() && (all || self.by == person || self.given.to.contains(&person))
    }

    /// How often each was thanked for each value in some days, as far as somebody sees it.
    #[must_use]
    pub fn tally<'a>(
        thanks: impl IntoIterator<Item = &'a Self>,
        days: DateRange,
        reader: PersonId,
    ) -> BTreeMap<PersonId, BTreeMap<String, u32>> {
        let mut tally: BTreeMap<PersonId, BTreeMap<String, u32>> = BTreeMap::new();
        let seen = thanks.into_iter().filter(|thanks| days.contains(thanks.given.on) && thanks.is_seen_by(reader));
        for thanks in seen {
            for person in &thanks.given.to {
                for value in &thanks.given.values {
                    let times = tally.entry(*person).or_default().entry(value.clone()).or_default();
                    *times = times.saturating_add(1);
                }
            }
        }
        tally
    }
}

impl Entity for Recognition {
    const KIND: Kind = Kind::literal("recognition");
    type Fact = RecognitionFact;

    fn open(fact: &RecognitionFact) -> Option<Self> {
        match fact {
            RecognitionFact::Given { by, given } => Some(Self { by: *by, given: (**given).clone(), withdrawn: None }),
            RecognitionFact::Withdrawn { .. } => None,
        }
    }

    fn apply(&mut self, fact: &RecognitionFact) {
        if let RecognitionFact::Withdrawn { on } = fact {
            self.withdrawn = Some(*on);
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        if self.withdrawn.is_some() {
            return;
        }
        for person in &self.given.to {
            entries.partition(Self::OF_PERSON, person, &self.given.on);
        }
        if self.given.audience == RecognitionAudience::Everybody {
            entries.ordered(Self::FOR_ALL, &self.given.on);
        }
    }
}

/// Thanks somebody for what the office values by its list of that day: in one's own name. The same again
/// is recognised.
///
/// # Errors
/// [`RecognitionError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("employment/office.txt")]
#[doc = include_str!("recognition/thanks.txt")]
///
/// let give = |key: &str, thanks: &GiveRecognition| {
///     let id = Id::natural("recognition", key);
///     wait(office.transact(&command(key, anna), |tx| {
///         let thanks = thanks.clone();
///         async move { give_recognition(&tx, id, &thanks, values).await }
///     }))
/// };
/// give("guests", &thanks)?;
/// // Nobody thanks themselves, and nobody for what the office does not value.
/// let own = GiveRecognition { to: [anna].into(), ..thanks.clone() };
/// assert!(matches!(give("own", &own), Err(RecognitionError::Own)));
/// let speed = GiveRecognition { values: ["speed".to_owned()].into(), ..thanks };
/// assert!(matches!(give("speed", &speed), Err(RecognitionError::NoValue { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn give_recognition(
    tx: &Tx,
    id: Id<Recognition>,
    given: &GiveRecognition,
    values: &Dated<BTreeSet<String>>,
) -> Result<(), RecognitionError> {
    // Read.
    let known = tx.find(id).await?;

    // Decide.
    let by = tx.command().actor().person;
    let counts = [given.to.len(), given.values.len()];
    if !counts.iter().all(|count| (1..=MOST).contains(count)) || !is_text(&given.text, MOST_TEXT) {
        return Err(RecognitionError::Words);
    }
    if given.to.contains(&by) {
        return Err(RecognitionError::Own);
    }
    let in_force = values.on(given.on)?;
    if let Some(value) = given.values.iter().find(|value| !in_force.contains(*value)) {
        let values = in_force.iter().cloned().collect();
        return Err(RecognitionError::NoValue { value: value.chars().take(200).collect(), values });
    }
    if let Some(known) = known {
        let same = known.by == by && known.given == *given;
        return if same { Ok(()) } else { Err(RecognitionError::IdReused) };
    }

    // Record.
    let fact = RecognitionFact::Given { by, given: Box::new(given.clone()) };
    Ok(tx.create::<Recognition>(id, fact).await?)
}

/// Takes thanks back, by whoever gave them. Taken back before, they stay so.
///
/// # Errors
/// [`RecognitionError::NotTheirs`], [`RecognitionError::Store`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("employment/office.txt")]
#[doc = include_str!("recognition/thanks.txt")]
///
/// let withdraw = |key: &str, person| {
///     wait(office.transact(&command(key, person), |tx| async move { withdraw_recognition(&tx, id, on).await }))
/// };
/// give("guests", &thanks)?;
/// // Bea was thanked; Anna, who thanked her, takes it back.
/// assert!(matches!(withdraw("bea", bea), Err(RecognitionError::NotTheirs)));
/// withdraw("anna", anna)?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn withdraw_recognition(tx: &Tx, id: Id<Recognition>, on: NaiveDate) -> Result<(), RecognitionError> {
    // Read.
    let thanks = tx.load(id).await?;

    // Decide.
    if !tx.command().actor().is_personally(thanks.by) {
        return Err(RecognitionError::NotTheirs);
    }
    if thanks.withdrawn.is_some() {
        return Ok(());
    }

    // Record.
    Ok(tx.record(id, RecognitionFact::Withdrawn { on }).await?)
}
