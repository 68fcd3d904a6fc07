//! Notes and evidence of a grievance.

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Classified, Entity, Entries, Id, Kind, Partition, RecordClass};
use serde::{Deserialize, Serialize};

use super::Grievance;

/// That there is a note about a grievance. What it says is content, [`RecordContent`](crate::RecordContent), until it is
/// destroyed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrievanceNote {
    taken: TakenNote,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    destroyed: Option<NaiveDate>,
}

/// A note that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakenNote {
    /// About which grievance.
    pub grievance: Id<Grievance>,
    /// Of which kind.
    pub kind: NoteKind,
    /// On which day.
    pub on: NaiveDate,
    /// The class of what it says.
    pub class: RecordClass,
}

/// Of which kind a note is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// What whoever handles it has written down.
    Note,
    /// What somebody has said.
    Statement,
    /// What shows something.
    Evidence,
    /// Why it was decided so.
    Reasons,
}

/// What can happen to a note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum NoteFact {
    /// It was taken.
    Taken(TakenNote),
    /// What it said was destroyed.
    Destroyed {
        /// On which day.
        on: NaiveDate,
    },
}

impl GrievanceNote {
    /// The notes of a grievance, by the day of each.
    pub const OF_GRIEVANCE: Partition<Self, Id<Grievance>, NaiveDate> = Partition::new("grievance");

    /// What was taken, when.
    #[must_use]
    pub const fn taken(&self) -> &TakenNote {
        &self.taken
    }

    /// When what it said was destroyed.
    #[must_use]
    pub const fn destroyed(&self) -> Option<NaiveDate> {
        self.destroyed
    }
}

impl Entity for GrievanceNote {
    const KIND: Kind = Kind::literal("grievance_note");
    type Fact = NoteFact;

    fn open(fact: &NoteFact) -> Option<Self> {
        match fact {
            NoteFact::Taken(taken) => Some(Self { taken: taken.clone(), destroyed: None }),
            NoteFact::Destroyed { .. } => None,
        }
    }

    fn apply(&mut self, fact: &NoteFact) {
        match fact {
            NoteFact::Taken(_) => {}
            NoteFact::Destroyed { on } => self.destroyed = Some(*on),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.partition(Self::OF_GRIEVANCE, &self.taken.grievance, &self.taken.on);
    }
}

impl Classified for GrievanceNote {
    fn class(&self) -> RecordClass {
        self.taken.class.clone()
    }

    fn subject(&self) -> Option<PersonId> {
        None
    }
}
