//! What is due in grievances, without telling whose they are.

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Entity, Entries, Id, Kind, Ordered};
use serde::{Deserialize, Serialize};

use super::{Grievance, GrievanceStepKind};

/// What is to be done next about a grievance, by whom and by when: for lists of what is due and overdue.
///
/// It tells nothing of the parties, and so it is not classified as the grievance is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrievanceDocket {
    /// Who handles it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handler: Option<PersonId>,
    /// What is to be done, and the last day in time; nothing while it is decided, and when it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<(GrievanceStepKind, NaiveDate)>,
}

/// What can happen to a docket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DocketFact {
    /// It tells this now.
    Entered(GrievanceDocket),
}

impl GrievanceDocket {
    /// What is to be done, by the last day in time: what is before today is overdue.
    pub const DUE: Ordered<Self, NaiveDate> = Ordered::new("due");

    /// The docket of a grievance.
    #[must_use]
    pub const fn id_of(grievance: Id<Grievance>) -> Id<Self> {
        grievance.retag()
    }
}

impl Entity for GrievanceDocket {
    const KIND: Kind = Kind::literal("grievance_docket");
    type Fact = DocketFact;

    fn open(fact: &DocketFact) -> Option<Self> {
        let DocketFact::Entered(entry) = fact;
        Some(*entry)
    }

    fn apply(&mut self, fact: &DocketFact) {
        let DocketFact::Entered(entry) = fact;
        *self = *entry;
    }

    fn index(&self, entries: &mut Entries<Self>) {
        if let Some((_, due)) = self.next {
            entries.ordered(Self::DUE, &due);
        }
    }
}
