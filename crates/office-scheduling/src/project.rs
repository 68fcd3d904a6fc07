//! Projects: tasks towards milestones, and when they will be reached.

mod forecast;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use office_core::subject::PersonId;
use office_core::{Decision, Entity, Id, Kind, StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::forecast::{MilestoneForecast, ProjectForecast, ProjectForecastError, forecast_project};
use crate::resource::is_word;
use crate::{Task, TaskId};

/// The id of a project.
pub type TaskProjectId = Id<Project>;

/// The most milestones of a project.
const MOST_MILESTONES: usize = 200;
/// The most tasks of a milestone.
const MOST_TASKS: usize = 2_000;

/// A project: somebody leads it, its tasks name it, its milestones say which of them have to be done by when.
///
/// # Example
/// ```
/// use office_core::{Entity, Id};
/// use office_scheduling::{Milestone, Project, ProjectError};
///
/// let (ada, ben) = (Id::natural("person", "E-001"), Id::natural("person", "E-002"));
/// let mut project = Project::open(&Project::begin("new reception", ada)?).ok_or("a first fact")?;
/// let painted = Milestone { due: "2026-11-20T16:00:00Z".parse()?, tasks: [Id::natural("task", "T-1")].into() };
/// project.apply(&project.set_milestone(ada, "painted", painted.clone())?.fact().ok_or("a fact")?);
/// assert_eq!(project.milestones().len(), 1);
///
/// // Ben does not lead it.
/// assert_eq!(project.set_milestone(ben, "furnished", painted), Err(ProjectError::NotLead { lead: ada }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    name: String,
    lead: PersonId,
    milestones: BTreeMap<String, Milestone>,
    closed: Option<DateTime<Utc>>,
}

/// What has to be done by when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    /// By when.
    pub due: DateTime<Utc>,
    /// The tasks that have to be done: at most 2,000.
    pub tasks: BTreeSet<TaskId>,
}

/// What happens to a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProjectFact {
    /// It began.
    Begun {
        /// What it is called.
        name: String,
        /// Who leads it.
        lead: PersonId,
    },
    /// Somebody else leads it.
    HandedOver {
        /// Who.
        lead: PersonId,
    },
    /// A milestone was set, or set anew.
    MilestoneSet {
        /// What it is called.
        name: String,
        /// What it is.
        milestone: Milestone,
    },
    /// A milestone was dropped.
    MilestoneDropped {
        /// What it was called.
        name: String,
    },
    /// All of it is over.
    Closed {
        /// When.
        at: DateTime<Utc>,
    },
}

impl Project {
    /// A new project: its name has 1 to 200 characters.
    pub fn begin(name: impl Into<String>, lead: PersonId) -> Result<ProjectFact, ProjectError> {
        let name = name.into();
        if is_word(&name, 200) { Ok(ProjectFact::Begun { name, lead }) } else { Err(ProjectError::Name) }
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Who leads it.
    #[must_use]
    pub const fn lead(&self) -> PersonId {
        self.lead
    }

    /// Its milestones by name.
    #[must_use]
    pub const fn milestones(&self) -> &BTreeMap<String, Milestone> {
        &self.milestones
    }

    /// When it was closed.
    #[must_use]
    pub const fn closed(&self) -> Option<DateTime<Utc>> {
        self.closed
    }

    /// Somebody else leads it from now on.
    ///
    /// # Errors
    /// [`ProjectError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("project/reception.txt")]
    ///
    /// project.apply_decision(&project.hand_over(ada, ben)?);
    /// assert_eq!(project.lead(), ben);
    /// // Ada does not lead it any more.
    /// assert_eq!(project.hand_over(ada, ada), Err(ProjectError::NotLead { lead: ben }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn hand_over(&self, by: PersonId, lead: PersonId) -> Result<Decision<ProjectFact>, ProjectError> {
        if self.lead == lead {
            return Ok(Decision::AlreadyRecorded);
        }
        self.lead_by(by)?;
        Ok(Decision::Record(ProjectFact::HandedOver { lead }))
    }

    /// Sets a milestone, or sets it anew: its name has 1 to 200 characters.
    ///
    /// # Errors
    /// [`ProjectError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("project/reception.txt")]
    ///
    /// project.apply_decision(&project.set_milestone(ada, "painted", painted.clone())?);
    /// assert_eq!(project.milestones()["painted"], painted);
    /// // Ben does not lead the project.
    /// assert_eq!(project.set_milestone(ben, "furnished", painted), Err(ProjectError::NotLead { lead: ada }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_milestone(
        &self,
        by: PersonId,
        name: &str,
        milestone: Milestone,
    ) -> Result<Decision<ProjectFact>, ProjectError> {
        if self.milestones.get(name) == Some(&milestone) {
            return Ok(Decision::AlreadyRecorded);
        }
        self.lead_by(by)?;
        if !is_word(name, 200) {
            return Err(ProjectError::Name);
        }
        let full = self.milestones.len() >= MOST_MILESTONES && !self.milestones.contains_key(name);
        if full || milestone.tasks.len() > MOST_TASKS {
            return Err(ProjectError::TooMuch);
        }
        Ok(Decision::Record(ProjectFact::MilestoneSet { name: name.to_owned(), milestone }))
    }

    /// Drops a milestone.
    ///
    /// # Errors
    /// [`ProjectError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("project/reception.txt")]
    ///
    /// project.apply_decision(&project.set_milestone(ada, "painted", painted.clone())?);
    /// project.apply_decision(&project.drop_milestone(ada, "painted")?);
    /// assert!(project.milestones().is_empty());
    /// // What is over does not change.
    /// project.apply_decision(&project.set_milestone(ada, "painted", painted)?);
    /// let at = "2026-11-20T16:00:00Z".parse()?;
    /// project.apply(&ProjectFact::Closed { at });
    /// assert_eq!(project.drop_milestone(ada, "painted"), Err(ProjectError::Closed { at }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn drop_milestone(&self, by: PersonId, name: &str) -> Result<Decision<ProjectFact>, ProjectError> {
        if !self.milestones.contains_key(name) {
            return Ok(Decision::AlreadyRecorded);
        }
        self.lead_by(by)?;
        Ok(Decision::Record(ProjectFact::MilestoneDropped { name: name.to_owned() }))
    }

    fn lead_by(&self, by: PersonId) -> Result<(), ProjectError> {
        if let Some(at) = self.closed {
            return Err(ProjectError::Closed { at });
        }
        if by == self.lead { Ok(()) } else { Err(ProjectError::NotLead { lead: self.lead }) }
    }
}

impl Entity for Project {
    const KIND: Kind = Kind::literal("project");

    type Fact = ProjectFact;

    fn open(fact: &ProjectFact) -> Option<Self> {
        let ProjectFact::Begun { name, lead } = fact else { return None };
        Some(Self { name: name.clone(), lead: *lead, milestones: BTreeMap::new(), closed: None })
    }

    fn apply(&mut self, fact: &ProjectFact) {
        match fact {
            ProjectFact::Begun { name, .. } => self.name.clone_from(name),
            ProjectFact::HandedOver { lead } => self.lead = *lead,
            ProjectFact::MilestoneSet { name, milestone } => {
                self.milestones.insert(name.clone(), milestone.clone());
            }
            ProjectFact::MilestoneDropped { name } => {
                self.milestones.remove(name);
            }
            ProjectFact::Closed { at } => self.closed = Some(*at),
        }
    }
}

/// Closes a project once none of its tasks is open.
///
/// # Errors
/// [`CloseProjectError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, StoreError, wait};
/// use office_scheduling::{
///     Project, Task, TaskDetails, TaskId, TaskParts, TaskProjectId, close_project, complete_task,
/// };
///
/// let office = Office::on(MemoryStore::new());
/// let ada = Id::natural("person", "E-001");
/// let (reception, paint) = (TaskProjectId::natural("project", "P-1"), TaskId::natural("task", "T-1"));
/// let at = "2026-11-02T09:00:00Z".parse()?;
/// let command = |key: &str| Command::new(key, "project", Actor::new(ada, Role::new("office_manager")), at).unwrap();
/// let details = TaskDetails::new(TaskParts { project: Some(reception), ..TaskParts::new("paint", ada) })?;
/// wait(office.transact(&command("begin"), |tx| {
///     let details = details.clone();
///     async move {
///         tx.create(reception, Project::begin("new reception", ada).unwrap()).await?;
///         tx.create(paint, Task::begin(details)).await
///     }
/// }))
/// .map_err(|error: StoreError| error)?;
///
/// let close = |key: &str| {
///     wait(office.transact(&command(key), |tx| async move { close_project(&tx, reception, ada).await }))
/// };
/// assert_eq!(close("early").unwrap_err().to_string(), "`paint` is open: a project without open tasks is wanted");
/// wait(office.transact(&command("paint"), |tx| async move { complete_task(&tx, paint, ada).await }))?;
/// close("late")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn close_project(tx: &Tx, id: TaskProjectId, by: PersonId) -> Result<(), CloseProjectError> {
    // Read.
    let project = tx.find(id).await?.ok_or(CloseProjectError::NoSuchProject { project: id })?;
    let tasks = tx.list(Task::OF_PROJECT, &id).await?;

    // Decide.
    if project.closed.is_some() {
        return Ok(());
    }
    project.lead_by(by)?;
    if let Some((_, open)) = tasks.iter().find(|(_, task)| task.is_open()) {
        return Err(CloseProjectError::Open { title: open.details().title.clone() });
    }

    // Record.
    Ok(tx.record::<Project>(id, ProjectFact::Closed { at: tx.command().at() }).await?)
}

/// A project cannot be changed like this.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ProjectError {
    /// It is over.
    #[error("the project was closed at {at}: one that is open is wanted")]
    Closed {
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody else leads it.
    #[error("the project is led by {lead}: who leads it is wanted")]
    NotLead {
        /// Who.
        lead: PersonId,
    },
    /// A name is blank, too long or has control characters.
    #[error("the name is not one of a project or milestone: 1 to 200 characters are wanted")]
    Name,
    /// There are too many milestones or tasks.
    #[error("there is too much of it: at most {MOST_MILESTONES} milestones of {MOST_TASKS} tasks are wanted")]
    TooMuch,
}

/// A project cannot be closed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CloseProjectError {
    /// There is no such project.
    #[error("there is no project {project}")]
    NoSuchProject {
        /// The id.
        project: TaskProjectId,
    },
    /// Somebody else leads it.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// One of its tasks is open.
    #[error("`{title}` is open: a project without open tasks is wanted")]
    Open {
        /// The title of the first such task.
        title: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
