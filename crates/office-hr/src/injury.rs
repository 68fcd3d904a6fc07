//! Injuries at work: reported, judged, followed until who was hurt is back, and told to the authority in time.
//!
//! ```text
//!   report ──► In the book ──┬── assess ──► what it is, and so whether the log has it
//!                            ├── status ──► away, restricted, transferred or back, from a day on
//!                            ├── severe ──► a death, a stay in hospital, a limb or an eye lost
//!                            └── told ────► the authority knows of that
//! ```
//!
//! That somebody was hurt, when and where is told by facts. What happened to them is content ([`RecordContent`]): it is
//! read by clearance for the class that the rules name, and each reading leaves a trace.
//!
//! Laws 61 and 62 of the crate; `tests/care/injury.rs` holds them.
//!
//! # Example
//! ```
//! use office_core::{
//!     Actor, Appointment, AuthorityBook, Command, DateRange, Grant, Id, MemoryStore, Office, Role, Scope, Zone, wait,
//! };
//! use office_hr::{
//!     Dated, InjuryAssessment, InjuryDays, InjuryError, InjuryKind, InjuryNote, InjuryRules, InjuryTerms, RecordContent,
//!     ReportInjury, WorkStatus, injury_log, note_injury, report_injury,
//! };
//!
//! let valid = DateRange::year(2026)?;
//! let rules = &InjuryRules::new("injury.log", "medical".parse()?, Dated::since(valid.start(), InjuryTerms::osha()))?;
//! let (role, officer, employee) = (Role::new("safety_officer"), Id::natural("person", "E-009"), Id::natural("person", "E-017"));
//! let mut book = AuthorityBook::default();
//! let (action, scope) = ("injury.log".parse()?, Scope::anywhere());
//! book.grants.push(Grant { role: role.clone(), action, scope: scope.clone(), limit: None, valid });
//! book.appointments.push(Appointment { person: officer, role: role.clone(), scope, valid });
//!
//! let (office, book, injury, on) = (Office::on(MemoryStore::new()), &book, Id::natural("injury", "2026-1"), "2026-10-20".parse()?);
//! let command = |key: &str, who| {
//!     let at = "2026-10-20T08:00:00Z".parse().unwrap_or_default();
//!     Command::new(key, "injury", Actor::new(who, role.clone()), at)
//! };
//! let told = "2026-10-05T09:30:00Z".parse()?;
//! let report = &ReportInjury {
//!     person: employee, job: "clerk".into(), happened: told, learned: told, zone: Zone::UTC, place: "archive".into(),
//!     kind: InjuryKind::Injury, class: rules.class.clone(),
//! };
//! let content = &RecordContent { title: "Left arm, ladder".into(), text: String::new(), document: None };
//! wait(office.transact(&command("report", employee)?, |tx| async move {
//!     report_injury(&tx, injury, report, content, on, rules, book).await
//! }))?;
//!
//! let assessment = InjuryAssessment { work_related: true, new_case: true, treatments: ["splint".into()].into(), conditions: [].into() };
//! let away = |from: &str, status| Ok::<_, chrono::ParseError>(InjuryNote::Status { from: from.parse()?, status });
//! let notes = [
//!     InjuryNote::Assessed(assessment), away("2026-10-05", WorkStatus::Away)?, away("2026-10-08", WorkStatus::Restricted)?,
//!     away("2026-10-12", WorkStatus::Full)?,
//! ];
//! let note = |key: &str, note, who| {
//!     let command = command(key, who)?;
//!     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| async move {
//!         note_injury(&tx, injury, note, on, rules, book).await
//!     })))
//! };
//! // Nobody keeps the log of their own injuries.
//! assert!(matches!(note("own", &notes[0], employee)?, Err(InjuryError::NotPermitted(_))));
//! for (number, each) in notes.iter().enumerate() {
//!     note(&format!("note-{number}"), each, officer)??;
//! }
//!
//! let log = wait(office.view(|view| async move { injury_log(&view, 2026, rules, on).await }))?;
//! // The day of the injury does not count.
//! assert_eq!(log.lines()[0].days, InjuryDays { away: 2, restricted: 4 });
//! assert_eq!(log.summary().cases_with_days(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use office_core::subject::PersonId;
use office_core::{Classified, Decision, Entity, Entries, Kind, Ordered, Partition, RecordClass, StoreError, Zone};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::retention::is_text;
use crate::{NotPermitted, RecordContent};

mod counting;
mod flow;
mod log;
mod terms;

pub use counting::{InjuryClass, InjuryDays, ReportDue};
pub use flow::{InjuryLogError, injury_log, note_injury, report_injury};
pub use log::{InjuryLog, InjurySummary, LoggedInjury};
pub use terms::{IncidenceRateError, InjuryRules, InjuryTerms, RecordingCriterion, ReportTerms, SevereOutcome};

/// The longest word, in characters, and the most treatments and conditions.
const MOST_WORD: usize = 200;
const MOST_WORDS: usize = 100;

/// An injury at work, or an illness from it. What happened is not in it: see [`RecordContent`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Injury {
    reported: ReportInjury,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    assessment: Option<InjuryAssessment>,
    // How they can work, from each day on.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    statuses: BTreeMap<NaiveDate, WorkStatus>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    severe: BTreeMap<SevereOutcome, SevereEvent>,
}

/// To report an injury.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportInjury {
    /// Who was hurt.
    pub person: PersonId,
    /// What they work as: 1 to 200 characters.
    pub job: String,
    /// When it happened.
    pub happened: DateTime<Utc>,
    /// When the office learned of it.
    pub learned: DateTime<Utc>,
    /// In which zone the day is told.
    pub zone: Zone,
    /// Where: 1 to 200 characters.
    pub place: String,
    /// Of which kind it is.
    pub kind: InjuryKind,
    /// The class of what is told of it.
    pub class: RecordClass,
}

impl ReportInjury {
    /// The day on which it happened.
    #[must_use]
    pub fn on(&self) -> NaiveDate {
        self.zone.date_of(self.happened)
    }
}

/// Of which kind an injury or illness is, as a log tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InjuryKind {
    /// A wound, a sprain, a break.
    Injury,
    /// Of the skin.
    SkinDisorder,
    /// Of the lungs and airways.
    Respiratory,
    /// A poisoning.
    Poisoning,
    /// A loss of hearing.
    HearingLoss,
    /// Any other illness.
    OtherIllness,
}

/// What an injury is, as far as it decides whether it is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InjuryAssessment {
    /// Whether it comes from work.
    pub work_related: bool,
    /// Whether it is a new case, rather than an earlier one that goes on.
    pub new_case: bool,
    /// How it was treated, in the words of the rules: at most 100.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub treatments: BTreeSet<String>,
    /// What was found, in the words of the rules: at most 100.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub conditions: BTreeSet<String>,
}

/// How somebody who was hurt can work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkStatus {
    /// As before: they are back.
    Full,
    /// Not at all.
    Away,
    /// Not in all they did, or not for the whole day.
    Restricted,
    /// In another job.
    Transferred,
}

/// When something severe came of an injury, when the office learned of that, and when it told the authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SevereEvent {
    /// When it came.
    pub at: DateTime<Utc>,
    /// When the office learned of it.
    pub learned: DateTime<Utc>,
    /// When the authority was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<DateTime<Utc>>,
}

/// What becomes known of an injury after it was reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum InjuryNote {
    /// What it is, in place of what was thought before.
    Assessed(InjuryAssessment),
    /// How they can work from a day on, until the next such day that is known.
    Status {
        /// From which day on: that of the injury or later.
        from: NaiveDate,
        /// How.
        status: WorkStatus,
    },
    /// Something severe came of it.
    Severe {
        /// What.
        outcome: SevereOutcome,
        /// When: not before it happened.
        at: DateTime<Utc>,
        /// When the office learned of it.
        learned: DateTime<Utc>,
    },
    /// The authority was told.
    Told {
        /// Of what.
        outcome: SevereOutcome,
        /// When.
        at: DateTime<Utc>,
    },
}

/// What can happen to the record of an injury.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum InjuryFact {
    /// It was reported.
    Reported(Box<ReportInjury>),
    /// Something became known of it.
    Noted(InjuryNote),
}

/// Nothing was said of an injury: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum InjuryError {
    /// A text is missing or too long, or there are too many.
    #[error("the {field} is missing or too long: 1 to 200 characters are wanted, at most 100000 of text and 100 words")]
    Text {
        /// Which.
        field: &'static str,
    },
    /// The id stands for another injury.
    #[error("the injury is another one: an id of its own is wanted")]
    IdReused,
    /// It was known before it was so.
    #[error("{at} is before {earliest}: that instant or a later one is wanted")]
    TooEarly {
        /// What was given.
        at: DateTime<Utc>,
        /// The earliest that could be.
        earliest: DateTime<Utc>,
    },
    /// A day before the injury.
    #[error("the injury happened on {happened}, after {from}: that day or a later one is wanted")]
    BeforeInjury {
        /// The day.
        from: NaiveDate,
        /// When it happened.
        happened: NaiveDate,
    },
    /// Nothing of the kind came of it.
    #[error("nothing of the kind came of the injury: that is to be noted before the authority is told")]
    NotSevere,
    /// It is known already, and was at another time.
    #[error("that is known since {at}: what is known stays")]
    Known {
        /// When it was.
        at: DateTime<Utc>,
    },
    /// Whoever wants to may not.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// The store failed, or knows no such injury.
    #[error("the injury cannot be stored")]
    Store(#[from] StoreError),
}

impl Injury {
    /// The injuries of a year, by the day on which each happened. May be decided upon.
    pub const OF_YEAR: Partition<Self, i32, NaiveDate> = Partition::new("year");
    /// Injuries of which something severe came that the authority has not been told, by when the office first learned of it.
    pub const UNTOLD: Ordered<Self, DateTime<Utc>> = Ordered::new("untold");

    /// Who was hurt, when and where.
    #[must_use]
    pub const fn reported(&self) -> &ReportInjury {
        &self.reported
    }

    /// What it is, as far as it is known.
    #[must_use]
    pub const fn assessment(&self) -> Option<&InjuryAssessment> {
        self.assessment.as_ref()
    }

    /// How they can work on a day.
    #[must_use]
    pub fn status(&self, on: NaiveDate) -> WorkStatus {
        self.statuses.range(..=on).next_back().map_or(WorkStatus::Full, |(_, status)| *status)
    }

    /// What severe came of it.
    #[must_use]
    pub const fn severe(&self) -> &BTreeMap<SevereOutcome, SevereEvent> {
        &self.severe
    }

    /// Reports it, with what happened.
    ///
    /// # Errors
    /// [`InjuryError::Text`], [`InjuryError::TooEarly`].
    pub fn report(command: &ReportInjury, content: &RecordContent) -> Result<Decision<InjuryFact>, InjuryError> {
        let words = [("job", &command.job), ("place", &command.place)];
        let word = words.into_iter().find(|(_, text)| !is_text(text, MOST_WORD)).map(|(field, _)| field);
        if let Some(field) = word.or_else(|| content.fault()) {
            return Err(InjuryError::Text { field });
        }
        not_before(command.learned, command.happened)?;
        Ok(Decision::Record(InjuryFact::Reported(Box::new(command.clone()))))
    }

    /// Says what became known of it. The same again is recognised.
    ///
    /// # Errors
    /// [`InjuryError`], in the order of its variants.
    pub fn note(&self, note: &InjuryNote) -> Result<Decision<InjuryFact>, InjuryError> {
        let known = match note {
            InjuryNote::Assessed(assessment) => {
                for (field, words) in [("treatment", &assessment.treatments), ("condition", &assessment.conditions)] {
                    if words.len() > MOST_WORDS || words.iter().any(|word| !is_text(word, MOST_WORD)) {
                        return Err(InjuryError::Text { field });
                    }
                }
                self.assessment.as_ref() == Some(assessment)
            }
            InjuryNote::Status { from, status } => {
                let happened = self.reported.on();
                if *from < happened {
                    return Err(InjuryError::BeforeInjury { from: *from, happened });
                }
                self.statuses.get(from) == Some(status)
            }
            InjuryNote::Severe { outcome, at, learned } => {
                not_before(*at, self.reported.happened)?;
                not_before(*learned, *at)?;
                let known = self.severe.get(outcome);
                if let Some(known) = known.filter(|known| (known.at, known.learned) != (*at, *learned)) {
                    return Err(InjuryError::Known { at: known.at });
                }
                known.is_some()
            }
            InjuryNote::Told { outcome, at } => {
                let event = self.severe.get(outcome).ok_or(InjuryError::NotSevere)?;
                not_before(*at, event.at)?;
                if let Some(told) = event.told.filter(|told| told != at) {
                    return Err(InjuryError::Known { at: told });
                }
                event.told.is_some()
            }
        };
        Ok(if known { Decision::AlreadyRecorded } else { Decision::Record(InjuryFact::Noted(note.clone())) })
    }
}

fn not_before(at: DateTime<Utc>, earliest: DateTime<Utc>) -> Result<(), InjuryError> {
    if at < earliest { Err(InjuryError::TooEarly { at, earliest }) } else { Ok(()) }
}

impl Entity for Injury {
    const KIND: Kind = Kind::literal("injury");
    type Fact = InjuryFact;

    fn open(fact: &InjuryFact) -> Option<Self> {
        match fact {
            InjuryFact::Reported(reported) => Some(Self {
                reported: (**reported).clone(),
                assessment: None,
                statuses: BTreeMap::new(),
                severe: BTreeMap::new(),
            }),
            InjuryFact::Noted(_) => None,
        }
    }

    fn apply(&mut self, fact: &InjuryFact) {
        let InjuryFact::Noted(note) = fact else { return };
        match note {
            InjuryNote::Assessed(assessment) => self.assessment = Some(assessment.clone()),
            InjuryNote::Status { from, status } => {
                self.statuses.insert(*from, *status);
            }
            InjuryNote::Severe { outcome, at, learned } => {
                self.severe.insert(*outcome, SevereEvent { at: *at, learned: *learned, told: None });
            }
            InjuryNote::Told { outcome, at } => {
                if let Some(event) = self.severe.get_mut(outcome) {
                    event.told = Some(*at);
                }
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        let on = self.reported.on();
        entries.partition(Self::OF_YEAR, &on.year(), &on);
        let untold = self.severe.values().filter(|event| event.told.is_none());
        if let Some(learned) = untold.map(|event| event.learned).min() {
            entries.ordered(Self::UNTOLD, &learned);
        }
    }
}

impl Classified for Injury {
    fn class(&self) -> RecordClass {
        self.reported.class.clone()
    }

    fn subject(&self) -> Option<PersonId> {
        Some(self.reported.person)
    }
}
