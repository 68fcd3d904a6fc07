//! The office's diary: what was done or refused, when, by whom and why. An entity of the example's own.
//!
//! Each step of the month writes its page in the same commit as the step itself; a refusal, which stores nothing else,
//! writes a page by itself. A month that is played again finds its pages written and does nothing twice.

use std::error::Error;
use std::future::Future;

use chrono::{DateTime, NaiveDate, Utc};
use office_core::{Actor, Command, Decision, Entity, Entries, Id, Kind, Office, Ordered, StoreError, Tx, View};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How something ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ending {
    Accepted,
    Held,
    Refused,
}

/// A page of the diary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Page {
    pub(crate) day: NaiveDate,
    /// What sort of thing it was: `requisition`, `approval`, `booking`.
    pub(crate) kind: String,
    /// Its number in the files.
    pub(crate) reference: String,
    pub(crate) ending: Ending,
    /// Who did it, or decided it, by code.
    pub(crate) by: String,
    pub(crate) why: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Written(Page);

impl Page {
    const BY_DAY: Ordered<Self, (NaiveDate, String)> = Ordered::new("day");

    fn id_of(kind: &str, reference: &str) -> Id<Self> {
        Id::natural("diary", &format!("{kind}/{reference}"))
    }
}

impl Entity for Page {
    const KIND: Kind = Kind::literal("diary_page");
    type Fact = Written;

    fn open(Written(page): &Written) -> Option<Self> {
        Some(page.clone())
    }

    // A page is written once.
    fn apply(&mut self, _: &Written) {}

    fn index(&self, entries: &mut Entries<Self>) {
        entries.ordered(Self::BY_DAY, &(self.day, format!("{} {}", self.kind, self.reference)));
    }
}

/// A step that is to be taken: on which day, by whom.
#[derive(Clone, Debug)]
pub(crate) struct Step<'a> {
    pub(crate) day: NaiveDate,
    pub(crate) kind: &'a str,
    pub(crate) reference: &'a str,
    pub(crate) actor: Actor,
    /// The code of the actor.
    pub(crate) by: &'a str,
}

/// What a step came to, where it was not refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) ending: Ending,
    pub(crate) why: String,
}

impl Told {
    pub(crate) fn accepted(why: impl Into<String>) -> Self {
        Self { ending: Ending::Accepted, why: why.into() }
    }

    pub(crate) fn held(why: impl Into<String>) -> Self {
        Self { ending: Ending::Held, why: why.into() }
    }

    pub(crate) fn refused(why: impl Into<String>) -> Self {
        Self { ending: Ending::Refused, why: why.into() }
    }
}

/// Why a step did not come to its end.
#[derive(Debug, Error)]
enum Stopped<E> {
    #[error("the rules refuse")]
    Refused(E),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes a step, unless it was taken before, and writes it down. What the rules refuse is written down as refused.
///
/// # Errors
/// Only where the store fails: a refusal is an answer.
pub(crate) async fn take<E, F, Fut>(office: &Office, step: &Step<'_>, run: F) -> Result<Page, StoreError>
where
    E: Error + Send,
    F: Fn(Tx) -> Fut + Send + Sync,
    Fut: Future<Output = Result<Told, E>> + Send,
{
    let id = Page::id_of(step.kind, step.reference);
    if let Some(page) = office.view(|view| async move { view.find(id).await }).await? {
        return Ok(page);
    }
    let page = |told: Told| Page {
        day: step.day,
        kind: step.kind.to_owned(),
        reference: step.reference.to_owned(),
        ending: told.ending,
        by: step.by.to_owned(),
        why: told.why,
    };
    let taken = office
        .transact(&command(step, "step")?, |tx| {
            let (run, page) = (&run, &page);
            async move {
                let page = page(run(tx.clone()).await.map_err(Stopped::Refused)?);
                tx.create(id, Written(page.clone())).await?;
                Ok(page)
            }
        })
        .await;
    let refusal = match taken {
        Ok(page) => return Ok(page),
        Err(Stopped::Store(error)) => return Err(error),
        Err(Stopped::Refused(refusal)) => page(Told::refused(chain(&refusal))),
    };
    let written = Decision::Record(Written(refusal.clone()));
    office
        .transact(&command(step, "refusal")?, |tx| {
            let written = written.clone();
            async move { tx.decide(id, written).await }
        })
        .await?;
    Ok(refusal)
}

/// Whether a step was taken before.
pub(crate) async fn is_written(office: &Office, step: &Step<'_>) -> Result<bool, StoreError> {
    let id = Page::id_of(step.kind, step.reference);
    Ok(office.view(|view| async move { view.find(id).await }).await?.is_some())
}

/// All pages, by day.
pub(crate) async fn pages(view: &View) -> Result<Vec<Page>, StoreError> {
    let pages = view.page(Page::BY_DAY, None, None, 10_000).await?;
    Ok(pages.into_iter().map(|(_, page)| page).collect())
}

/// The instant at which everything of a day is done.
pub(crate) fn instant_of(day: NaiveDate) -> DateTime<Utc> {
    day.and_hms_opt(8, 30, 0).unwrap_or_default().and_utc()
}

fn command(step: &Step<'_>, what: &str) -> Result<Command, StoreError> {
    // Half past eight in the morning, Universal Time: the office is open, and the day is the office's.
    let at = instant_of(step.day);
    let key = format!("{what}:{}:{}", step.kind, step.reference).replace(' ', "_");
    Command::new(key, step.kind, step.actor.clone(), at).map_err(|error| StoreError::rejected(error.to_string()))
}

/// An error and its causes, in one line.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        text = format!("{text}: {source}");
        cause = source.source();
    }
    text
}
