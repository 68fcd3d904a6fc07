//! Where people work, day by day.

mod policy;

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};
use office_core::subject::{PersonId, PlaceId};
use office_core::{Decision, Entity, Entries, Id, Kind, StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::policy::{LocationFinding, LocationPolicy};
use crate::resource::is_word;

/// Where somebody works on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum WorkLocation {
    /// In the office.
    Office {
        /// At which site.
        site: PlaceId,
    },
    /// At home.
    Home,
    /// With a client, on the road.
    Elsewhere,
    /// They do not work.
    Away,
}

impl fmt::Display for WorkLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Office { site } => write!(f, "in the office {site}"),
            Self::Home => f.write_str("at home"),
            Self::Elsewhere => f.write_str("elsewhere"),
            Self::Away => f.write_str("away"),
        }
    }
}

/// Where somebody works in an ordinary week, from Monday to Sunday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocationWeek([WorkLocation; 7]);

impl LocationWeek {
    /// From Monday to Sunday.
    #[must_use]
    pub const fn new(days: [WorkLocation; 7]) -> Self {
        Self(days)
    }

    /// From Monday to Friday the same, away at the weekend.
    #[must_use]
    pub const fn weekdays(location: WorkLocation) -> Self {
        let away = WorkLocation::Away;
        Self([location, location, location, location, location, away, away])
    }

    /// The same week, but on one day.
    #[must_use]
    pub fn with(mut self, day: Weekday, location: WorkLocation) -> Self {
        let index = usize::try_from(day.num_days_from_monday()).unwrap_or_default();
        if let Some(there) = self.0.get_mut(index) {
            *there = location;
        }
        self
    }

    /// Where they work on a day of the week.
    #[must_use]
    pub fn on(&self, day: Weekday) -> WorkLocation {
        let index = usize::try_from(day.num_days_from_monday()).unwrap_or_default();
        self.0.get(index).copied().unwrap_or(WorkLocation::Away)
    }
}

/// Where somebody works: the ordinary week, from a day on, and the days that differ. Kept under the id of the person.
///
/// # Example
/// ```
/// use chrono::Weekday;
/// use office_core::{Entity, Id};
/// use office_scheduling::{
///     DeviateError, Deviation, LocationFinding, LocationPolicy, LocationWeek, WorkLocation, WorkLocationPlan,
/// };
///
/// let office = WorkLocation::Office { site: Id::natural("place", "HQ") };
/// let week = LocationWeek::weekdays(WorkLocation::Home).with(Weekday::Tue, office).with(Weekday::Thu, office);
/// let planned = WorkLocationPlan::plan(Id::natural("person", "E-009"), "2026-10-01".parse()?, week);
/// let mut plan = WorkLocationPlan::open(&planned).ok_or("a first fact")?;
/// assert_eq!(plan.on("2026-10-06".parse()?), Some(office));
///
/// // Two days a week in the office, Tuesday one of them: a Thursday at home is one too few.
/// let policy = LocationPolicy { min_office_days: 2, anchor_days: vec![Weekday::Tue] };
/// let mut wish = Deviation {
///     location: WorkLocation::Home,
///     reason: "plumber".to_owned(),
///     by: Id::natural("person", "E-009"),
///     granted_by: None,
///     at: "2026-10-02T08:00:00Z".parse()?,
/// };
/// let thursday = "2026-10-08".parse()?;
/// let few = LocationFinding::TooFewOfficeDays { monday: "2026-10-05".parse()?, days: 1, wanted: 2 };
/// assert_eq!(plan.deviate(thursday, &wish, &policy), Err(DeviateError::Breaks { findings: vec![few] }));
/// // Somebody else may grant it.
/// wish.granted_by = Some(Id::natural("person", "E-002"));
/// plan.apply(&plan.deviate(thursday, &wish, &policy)?.fact().ok_or("a fact")?);
/// assert_eq!(plan.on(thursday), Some(WorkLocation::Home));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkLocationPlan {
    person: PersonId,
    weeks: BTreeMap<NaiveDate, LocationWeek>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    deviations: BTreeMap<NaiveDate, Deviation>,
}

/// A day that differs from the ordinary week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// Where they work then.
    pub location: WorkLocation,
    /// Why: 1 to 200 characters.
    pub reason: String,
    /// Who asked for it.
    pub by: PersonId,
    /// Who has granted it against the policy, where it is against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted_by: Option<PersonId>,
    /// When.
    pub at: DateTime<Utc>,
}

/// What happens to a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum WorkLocationFact {
    /// The ordinary week is this from a day on.
    Planned {
        /// Whose plan it is.
        person: PersonId,
        /// From which day on.
        from: NaiveDate,
        /// The week.
        week: LocationWeek,
    },
    /// A day differs.
    Deviated {
        /// Which.
        on: NaiveDate,
        /// How.
        deviation: Deviation,
    },
    /// A day is as in the ordinary week again.
    Restored {
        /// Which.
        on: NaiveDate,
    },
}

/// A day cannot differ.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DeviateError {
    /// There is no ordinary week that day.
    #[error("nothing is planned on {on}: a day from {from} on is wanted")]
    NotPlanned {
        /// Which day.
        on: NaiveDate,
        /// The first day that is planned.
        from: NaiveDate,
    },
    /// No reason is given, or too long a one.
    #[error("the reason is not one: 1 to {most} characters are wanted")]
    Reason {
        /// How many characters it may have.
        most: usize,
    },
    /// Too many days differ.
    #[error("{most} days differ: no more may")]
    TooMany {
        /// How many may.
        most: usize,
    },
    /// Somebody grants it to themselves.
    #[error("{person} cannot grant it to themselves: somebody else is wanted")]
    OwnGrant {
        /// Who.
        person: PersonId,
    },
    /// It is against the policy, and nobody has granted it.
    #[error("it is against the policy: {}", findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Breaks {
        /// What the policy finds that it did not find before.
        findings: Vec<LocationFinding>,
    },
}

/// The longest reason, in characters.
const MOST_REASON: usize = 200;
/// The most days that differ: those of more than twenty years.
const MOST_DAYS: usize = 8_000;

impl WorkLocationPlan {
    /// A new plan.
    #[must_use]
    pub const fn plan(person: PersonId, from: NaiveDate, week: LocationWeek) -> WorkLocationFact {
        WorkLocationFact::Planned { person, from, week }
    }

    /// Whose plan it is.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// The ordinary week becomes this from a day on. Days that differ stay as they are, and so does a later week.
    pub fn replan(&self, from: NaiveDate, week: LocationWeek) -> Decision<WorkLocationFact> {
        let there = self.weeks.range(..=from).next_back().map(|(_, week)| *week);
        if there == Some(week) {
            Decision::AlreadyRecorded
        } else {
            Decision::Record(Self::plan(self.person, from, week))
        }
    }

    /// Where they work on a day; none before the first that is planned.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Option<WorkLocation> {
        let ordinary = self.weeks.range(..=day).next_back().map(|(_, week)| week.on(day.weekday()));
        self.deviations.get(&day).map(|differs| differs.location).or(ordinary)
    }

    /// The days that differ from the ordinary week.
    #[must_use]
    pub const fn deviations(&self) -> &BTreeMap<NaiveDate, Deviation> {
        &self.deviations
    }

    /// A day differs, where the policy finds nothing against it that it did not find before, or somebody else grants it.
    ///
    /// # Errors
    /// [`DeviateError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("work_location/week.txt")]
    ///
    /// plan.apply_decision(&plan.deviate(wednesday, &differs(WorkLocation::Elsewhere), &policy)?);
    /// assert_eq!(plan.on(wednesday), Some(WorkLocation::Elsewhere));
    /// // At home on Thursday too, Anna is in the office one day, not two.
    /// let few = LocationFinding::TooFewOfficeDays { monday: "2026-10-05".parse()?, days: 1, wanted: 2 };
    /// let refused = plan.deviate(thursday, &differs(WorkLocation::Home), &policy);
    /// assert_eq!(refused, Err(DeviateError::Breaks { findings: vec![few] }));
    /// // The boss may grant it, Anna herself may not.
    /// let granted = |person| Deviation { granted_by: Some(person), ..differs(WorkLocation::Home) };
    /// let refused = plan.deviate(thursday, &granted(anna), &policy);
    /// assert_eq!(refused, Err(DeviateError::OwnGrant { person: anna }));
    /// plan.apply_decision(&plan.deviate(thursday, &granted(boss), &policy)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn deviate(
        &self,
        on: NaiveDate,
        deviation: &Deviation,
        policy: &LocationPolicy,
    ) -> Result<Decision<WorkLocationFact>, DeviateError> {
        if self.on(on).is_none() {
            let from = self.weeks.keys().next().copied().unwrap_or(on);
            return Err(DeviateError::NotPlanned { on, from });
        }
        if self.deviations.get(&on) == Some(deviation) {
            return Ok(Decision::AlreadyRecorded);
        }
        if !is_word(&deviation.reason, MOST_REASON) {
            return Err(DeviateError::Reason { most: MOST_REASON });
        }
        if self.deviations.len() >= MOST_DAYS && !self.deviations.contains_key(&on) {
            return Err(DeviateError::TooMany { most: MOST_DAYS });
        }
        let fact = WorkLocationFact::Deviated { on, deviation: deviation.clone() };
        match deviation.granted_by {
            Some(person) if person == self.person || person == deviation.by => {
                return Err(DeviateError::OwnGrant { person });
            }
            Some(_) => return Ok(Decision::Record(fact)),
            None => {}
        }
        let mut after = self.clone();
        after.apply(&fact);
        let before = policy.findings(self, on);
        let findings: Vec<_> = policy
            .findings(&after, on)
            .into_iter()
            .filter(|found| !before.iter().any(|one| one.covers(found)))
            .collect();
        if findings.is_empty() { Ok(Decision::Record(fact)) } else { Err(DeviateError::Breaks { findings }) }
    }

    /// A day is as in the ordinary week again.
    pub fn restore(&self, on: NaiveDate) -> Decision<WorkLocationFact> {
        if self.deviations.contains_key(&on) {
            Decision::Record(WorkLocationFact::Restored { on })
        } else {
            Decision::AlreadyRecorded
        }
    }
}

impl Entity for WorkLocationPlan {
    const KIND: Kind = Kind::literal("work_location_plan");

    type Fact = WorkLocationFact;

    fn open(fact: &WorkLocationFact) -> Option<Self> {
        match fact {
            WorkLocationFact::Planned { person, from, week } => {
                Some(Self { person: *person, weeks: [(*from, *week)].into(), deviations: BTreeMap::new() })
            }
            WorkLocationFact::Deviated { .. } | WorkLocationFact::Restored { .. } => None,
        }
    }

    fn apply(&mut self, fact: &WorkLocationFact) {
        match fact {
            WorkLocationFact::Planned { from, week, .. } => drop(self.weeks.insert(*from, *week)),
            WorkLocationFact::Deviated { on, deviation } => drop(self.deviations.insert(*on, deviation.clone())),
            WorkLocationFact::Restored { on } => drop(self.deviations.remove(on)),
        }
    }

    fn index(&self, _: &mut Entries<Self>) {}
}

/// The id of somebody's plan.
#[must_use]
pub fn location_plan_of(person: PersonId) -> Id<WorkLocationPlan> {
    person.retag()
}

/// Plans somebody's ordinary week from a day on: the first, or another one.
///
/// # Errors
/// What the store reports; nothing is recorded then.
///
/// # Example
/// ```
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, wait};
/// use office_scheduling::{LocationWeek, WorkLocation, location_plan_of, plan_locations};
///
/// let office = Office::on(MemoryStore::new());
/// let anna = Id::natural("person", "E-009");
/// let by = Actor::new(anna, Role::new("employee"));
/// let plan = |key: &str, from: &str, location| {
///     let command = Command::new(key, "plan", by.clone(), "2026-09-01T08:00:00Z".parse().unwrap()).unwrap();
///     let (from, week) = (from.parse().unwrap(), LocationWeek::weekdays(location));
///     wait(office.transact(&command, |tx| async move { plan_locations(&tx, anna, from, week).await }))
/// };
/// // At home from October on, and with clients from November on.
/// plan("october", "2026-10-01", WorkLocation::Home)?;
/// plan("november", "2026-11-01", WorkLocation::Elsewhere)?;
///
/// let kept = wait(office.view(|view| async move { view.load(location_plan_of(anna)).await }))?;
/// assert_eq!(kept.on("2026-10-05".parse()?), Some(WorkLocation::Home));
/// assert_eq!(kept.on("2026-11-02".parse()?), Some(WorkLocation::Elsewhere));
/// // Of the days before nothing is known.
/// assert_eq!(kept.on("2026-09-30".parse()?), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn plan_locations(tx: &Tx, person: PersonId, from: NaiveDate, week: LocationWeek) -> Result<(), StoreError> {
    // Read.
    let plan = tx.find(location_plan_of(person)).await?;

    // Decide.
    let decision = match plan {
        Some(plan) => plan.replan(from, week),
        None => Decision::Record(WorkLocationPlan::plan(person, from, week)),
    };

    // Record.
    tx.decide::<WorkLocationPlan>(location_plan_of(person), decision).await
}
