//! What certifications somebody is missing on a day, or is about to miss, and why.
//!
//! # Example
//! ```
//! use std::collections::BTreeMap;
//! use office_core::{Entity, Id, Ratio, Role, Scope, Zone};
//! use office_hr::{
//!     Assignment, Certification, CertificationRules, CertificationTerms, Certify, Employment, EmploymentFact, ExpiryDay, Hire,
//!     MissingWhy, PositionAsk, PositionRequirement, PositionRequirements, training_gaps,
//! };
//!
//! let ask = PositionAsk::Certification { kind: "first aid".into(), within_days: 90, warn_days: 30 };
//! let row = PositionRequirement { role: None, scope: Scope::anywhere(), ask, basis: "safety order 3".into() };
//! let mut requirements = PositionRequirements::default();
//! requirements.publish("2026-01-01".parse()?, vec![row])?;
//! let assignment = Assignment {
//!     role: Role::new("receptionist"), manager: None, cost_centre: Id::natural("cost_centre", "CC-100"),
//!     scope: Scope::anywhere(), weekly_hours: Ratio::from_integer(40), week: "MO|TU|WE|TH|FR".parse()?, zone: Zone::UTC,
//! };
//! let person = Id::natural("person", "E-017");
//! let hired = EmploymentFact::Hired(Hire { person, term: "2026-03-01/..".parse()?, assignment });
//! let employment = Employment::open(&hired).ok_or("a first fact")?;
//!
//! // Within 90 days it has to be there; from then on it is missing.
//! let gaps = training_gaps(&employment, &[], &requirements, "2026-05-29".parse()?);
//! assert_eq!(gaps[0].why, MissingWhy::NotYet { due: "2026-05-30".parse()? });
//! let gaps = training_gaps(&employment, &[], &requirements, "2026-05-30".parse()?);
//! assert_eq!(gaps[0].why, MissingWhy::Never { due: "2026-05-30".parse()? });
//!
//! let terms = CertificationTerms { months: Some(12), ends: ExpiryDay::SameDay, carries_on_days: None };
//! let mut rules = CertificationRules::default();
//! rules.publish("2026-01-01".parse()?, BTreeMap::from([("first aid".to_owned(), terms)]))?;
//! let certify = Certify { person, kind: "first aid".into(), on: "2026-06-01".parse()?, source: "Red Cross 4711".into() };
//! let issued = Certification::certify(None, &certify, &rules)?.fact().ok_or("a fact")?;
//! let held = [Certification::open(&issued).ok_or("a first fact")?];
//! assert!(training_gaps(&employment, &held, &requirements, "2026-06-01".parse()?).is_empty());
//! let gaps = training_gaps(&employment, &held, &requirements, "2027-05-02".parse()?);
//! assert_eq!(gaps[0].to_string(), "first aid runs out on 2027-06-01 (safety order 3)");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;

use chrono::{Days, NaiveDate};

use crate::{Certification, CertificationStanding, Employment, PositionAsk, PositionRequirements};

/// A certification that somebody is missing, or is about to miss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrainingGap {
    /// Of which kind.
    pub kind: String,
    /// By what it is asked for.
    pub basis: String,
    /// Since when it is asked for without a break.
    pub since: NaiveDate,
    /// What is the matter.
    pub why: MissingWhy,
}

/// Why a certification is missing, or about to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingWhy {
    /// It was never issued, and had to be there by a day.
    Never {
        /// From which day on it is missing.
        due: NaiveDate,
    },
    /// It has run out.
    RunOut {
        /// On which day.
        on: NaiveDate,
    },
    /// It was revoked.
    Revoked {
        /// From which day on.
        on: NaiveDate,
    },
    /// It does not count, and need not yet.
    NotYet {
        /// From which day on it is missing.
        due: NaiveDate,
    },
    /// It counts, and runs out soon.
    Soon {
        /// On which day.
        on: NaiveDate,
    },
}

impl TrainingGap {
    /// Whether it is missing on that day; if not, it is about to.
    #[must_use]
    pub const fn is_missing(&self) -> bool {
        match self.why {
            MissingWhy::Never { .. } | MissingWhy::RunOut { .. } | MissingWhy::Revoked { .. } => true,
            MissingWhy::NotYet { .. } | MissingWhy::Soon { .. } => false,
        }
    }
}

impl fmt::Display for TrainingGap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, basis, why, .. } = self;
        match why {
            MissingWhy::Never { due } => write!(f, "{kind} was due on {due} ({basis})"),
            MissingWhy::RunOut { on } => write!(f, "{kind} ran out on {on} ({basis})"),
            MissingWhy::Revoked { on } => write!(f, "{kind} was revoked on {on} ({basis})"),
            MissingWhy::NotYet { due } => write!(f, "{kind} is due on {due} ({basis})"),
            MissingWhy::Soon { on } => write!(f, "{kind} runs out on {on} ({basis})"),
        }
    }
}

/// What certifications somebody is missing on a day, or is about to miss, one line for each requirement of their position.
///
/// Nothing is missing before it is due: so many days after the position began to ask for it. What runs out soon is told
/// unless the employment ends before.
#[must_use]
pub fn training_gaps(
    employment: &Employment,
    certifications: &[Certification],
    requirements: &PositionRequirements,
    on: NaiveDate,
) -> Vec<TrainingGap> {
    let after = |day: NaiveDate, days: u32| day.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX);
    let mut gaps = Vec::new();
    for row in requirements.asked(employment, on) {
        let PositionAsk::Certification { kind, within_days, warn_days } = &row.ask else { continue };
        let since = requirements.asked_since(employment, kind, on);
        let due = after(since, *within_days);
        let own = |held: &&Certification| held.kind() == kind && held.person() == employment.person();
        let standing = certifications.iter().find(own).map_or(CertificationStanding::Never, |held| held.standing(on));
        let why = match standing {
            CertificationStanding::Counts { until } => {
                let leaves = |end| employment.term().end().is_some_and(|leaves| leaves <= end);
                match until.filter(|end| *end <= after(on, *warn_days) && !leaves(*end)) {
                    Some(end) => MissingWhy::Soon { on: end },
                    None => continue,
                }
            }
            _ if on < due => MissingWhy::NotYet { due },
            CertificationStanding::Never => MissingWhy::Never { due },
            CertificationStanding::RunOut { on } => MissingWhy::RunOut { on },
            CertificationStanding::Revoked { on } => MissingWhy::Revoked { on },
        };
        gaps.push(TrainingGap { kind: kind.clone(), basis: row.basis.clone(), since, why });
    }
    gaps
}
