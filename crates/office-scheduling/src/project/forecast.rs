//! When a project will be done, if everything takes as long as it is thought to.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use office_core::{StoreError, View, WorkingCalendar, WorkingTimeError};
use thiserror::Error;

use super::{Project, TaskProjectId};
use crate::{Activity, Network, NetworkError, Task, TaskId};

/// When a project will be done, and why not sooner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectForecast {
    /// When each task can and must take place, in minutes of working time from now; what is over takes none.
    pub network: Network<TaskId>,
    /// When all of it is done.
    pub finish: DateTime<Utc>,
    /// The milestones, by name.
    pub milestones: Vec<MilestoneForecast>,
}

/// When a milestone will be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MilestoneForecast {
    /// What it is called.
    pub name: String,
    /// By when it should be.
    pub due: DateTime<Utc>,
    /// When it will be, from now on; now where all of its tasks are over.
    pub expected: DateTime<Utc>,
    /// Whether none of its tasks is open.
    pub reached: bool,
}

impl MilestoneForecast {
    /// Whether it comes too late.
    #[must_use]
    pub fn is_late(&self) -> bool {
        !self.reached && self.due < self.expected
    }
}

impl ProjectForecast {
    /// The forecast for a project with these tasks from an instant on.
    ///
    /// Each task takes what is left of it, as soon as all it waits for is over; how many tasks one person has at a time
    /// is not looked at ([`Workload`](crate::Workload) does), nor what a task waits for outside of these tasks.
    ///
    /// # Errors
    /// [`ProjectForecastError`], in the order of its variants.
    pub fn of(
        project: &Project,
        tasks: &[(TaskId, Task)],
        calendar: &WorkingCalendar,
        at: DateTime<Utc>,
    ) -> Result<Self, ProjectForecastError> {
        let ids: BTreeSet<TaskId> = tasks.iter().map(|(id, _)| *id).collect();
        let network = Network::of(tasks.iter().map(|(id, task)| Activity {
            key: *id,
            minutes: u64::from(task.remaining_minutes()),
            after: task.waits_for().intersection(&ids).copied().collect(),
        }))?;
        let after = |minutes: u64| {
            if minutes == 0 {
                return Ok(at);
            }
            let working = i64::try_from(minutes).ok().and_then(TimeDelta::try_minutes).unwrap_or(TimeDelta::MAX);
            calendar.add(at, working)
        };
        let mut milestones = Vec::new();
        for (name, milestone) in project.milestones() {
            let finish = |id: &TaskId| network.times(id).map_or(0, |times| times.earliest_finish);
            let minutes = milestone.tasks.iter().map(finish).max().unwrap_or(0);
            let open = |(id, task): &(TaskId, Task)| milestone.tasks.contains(id) && task.is_open();
            milestones.push(MilestoneForecast {
                name: name.clone(),
                due: milestone.due,
                expected: after(minutes)?,
                reached: !tasks.iter().any(open),
            });
        }
        Ok(Self { finish: after(network.minutes())?, network, milestones })
    }
}

/// The forecast for a project that is stored, with all of its tasks.
///
/// # Errors
/// [`ProjectForecastError`], in the order of its variants.
///
/// # Example
/// ```
/// use office_core::{
///     Actor, Command, DateRange, Holidays, Id, MemoryStore, Office, Role, WeeklyHours, WorkingCalendar,
///     WorkingPlan, Zone, wait,
/// };
/// use office_scheduling::{
///     Milestone, Project, Task, TaskDetails, TaskId, TaskParts, TaskProjectId, WaitForTaskError, forecast_project,
///     wait_for_task,
/// };
///
/// let valid = DateRange::year(2026)?;
/// let week = WeeklyHours::weekdays("09:00-17:00".parse()?);
/// let (exceptions, holidays) = (Default::default(), Holidays::none(valid));
/// let calendar = WorkingCalendar::new(WorkingPlan { zone: Zone::UTC, valid, week, exceptions, holidays })?;
///
/// let office = Office::on(MemoryStore::new());
/// let ada = Id::natural("person", "E-001");
/// let reception = TaskProjectId::natural("project", "P-1");
/// let (paint, furnish) = (TaskId::natural("task", "T-1"), TaskId::natural("task", "T-2"));
/// let at = "2026-11-05T09:00:00Z".parse()?; // a Thursday
/// let command = Command::new("begin", "project", Actor::new(ada, Role::new("office_manager")), at)?;
/// wait(office.transact(&command, |tx| async move {
///     let project = Project::begin("new reception", ada).unwrap();
///     tx.create(reception, project).await?;
///     for (id, title, effort_minutes) in [(paint, "paint", 600), (furnish, "furnish", 480)] {
///         let parts = TaskParts { project: Some(reception), effort_minutes, ..TaskParts::new(title, ada) };
///         tx.create(id, Task::begin(TaskDetails::new(parts).unwrap())).await?;
///     }
///     let project: Project = tx.load(reception).await?;
///     let open = Milestone { due: "2026-11-06T17:00:00Z".parse().unwrap(), tasks: [furnish].into() };
///     tx.decide(reception, project.set_milestone(ada, "open", open).unwrap()).await?;
///     wait_for_task(&tx, furnish, paint).await
/// }))?;
///
/// let forecast = wait(office.view(|view| {
///     let calendar = &calendar;
///     async move { forecast_project(&view, reception, calendar, at).await }
/// }))?;
/// // Eighteen hours, eight a day, from Thursday on.
/// assert_eq!(forecast.finish, "2026-11-09T11:00:00Z".parse::<chrono::DateTime<chrono::Utc>>()?);
/// assert_eq!(forecast.network.critical_path(), [paint, furnish]);
/// assert!(forecast.milestones[0].is_late());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn forecast_project(
    view: &View,
    id: TaskProjectId,
    calendar: &WorkingCalendar,
    at: DateTime<Utc>,
) -> Result<ProjectForecast, ProjectForecastError> {
    let project = view.find(id).await?.ok_or(ProjectForecastError::NoSuchProject { project: id })?;
    let tasks = view.list(Task::OF_PROJECT, &id).await?;
    ProjectForecast::of(&project, &tasks, calendar, at)
}

/// A project's future cannot be told.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ProjectForecastError {
    /// There is no such project.
    #[error("there is no project {project}")]
    NoSuchProject {
        /// The id.
        project: TaskProjectId,
    },
    /// Its tasks do not make a network.
    #[error(transparent)]
    Network(#[from] NetworkError<TaskId>),
    /// The calendar does not know the time it takes.
    #[error(transparent)]
    Calendar(#[from] WorkingTimeError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
