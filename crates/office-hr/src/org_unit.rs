//! The units that an office is made of: what each is called and belongs to, who heads it, from which day on.
//!
//! ```text
//!   found ──► Founded ──┬── change ──► Changed, from a day on
//!                       └── close ───► Closed, with a last day
//! ```
//!
//! Laws 73 and 75 of the crate; `tests/structure.rs` holds them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Action, AuthorityBook, DateRange, Decision, Entity, Entries, Id, Kind, Partition, StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::circle::first_circle;
use crate::permission::permit;
use crate::retention::is_text;
use crate::{Dated, NotPermitted, Position};

/// The longest name, in characters.
const MOST_TEXT: usize = 200;
/// The most changes of one unit.
const MOST_CHANGES: usize = 1_000;

/// How a unit stands, from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitStanding {
    /// What it is called: 1 to 200 characters.
    pub name: String,
    /// To which unit it belongs; none at the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Id<OrgUnit>>,
    /// Who heads it, where somebody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<PersonId>,
}

/// A unit of the office: a company, a department, a team.
///
/// # Example
/// ```
#[doc = include_str!("employment/office.txt")]
/// use office_hr::{OrgUnit, OrgUnitError, UnitStanding, change_unit, found_unit};
///
/// let (action, book) = (&"structure.change".parse()?, &granted(&["structure.change"]));
/// let standing = |name: &str, parent| UnitStanding { name: name.into(), parent, head: None };
/// let [company, studio]: [Id<OrgUnit>; 2] = ["company", "studio"].map(|name| Id::natural("org_unit", name));
/// let found = |key: &str, id, standing: UnitStanding| {
///     wait(office.transact(&command(key, bea), |tx| {
///         let standing = standing.clone();
///         async move { found_unit(&tx, id, (valid, &standing), action, book).await }
///     }))
/// };
/// found("company", company, standing("Company", None))?;
/// found("studio", studio, standing("Studio", Some(company)))?;
/// // Nothing belongs to itself through others, on any day.
/// let below = &standing("Company", Some(studio));
/// let moved = wait(office.transact(&command("circle", bea), |tx| async move {
///     change_unit(&tx, company, (on, below), action, book).await
/// }));
/// assert!(matches!(moved, Err(OrgUnitError::Circle { .. })));
/// # Ok::<(), Failure>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrgUnit {
    term: DateRange,
    standings: Dated<UnitStanding>,
}

/// What can happen to a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum OrgUnitFact {
    /// It was founded.
    Founded {
        /// From the first day to the last; without a last one until further notice.
        term: DateRange,
        /// How it stands from the first day on.
        standing: UnitStanding,
    },
    /// It stands otherwise from a day on.
    Changed {
        /// From which day on, until the next change that is known.
        from: NaiveDate,
        /// How.
        standing: UnitStanding,
    },
    /// It was given an end.
    Closed {
        /// Its last day.
        last: NaiveDate,
    },
}

/// Nothing was done to a unit: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OrgUnitError {
    /// Another unit was founded under the id.
    #[error("another unit was founded under the id {id}: an id of its own is wanted")]
    IdReused {
        /// The id.
        id: Id<OrgUnit>,
    },
    /// It is no name.
    #[error("a name of 1 to {MOST_TEXT} characters is wanted")]
    Name,
    /// The day is outside the term of the unit.
    #[error("{day} is not in the term {term} of the unit: a day within it is wanted")]
    OutsideTerm {
        /// The day.
        day: NaiveDate,
        /// The term.
        term: DateRange,
    },
    /// It was changed too often.
    #[error("the unit was changed {MOST_CHANGES} times: no more changes are kept")]
    TooMany,
    /// What it is to belong to is not there all the time.
    #[error("unit {parent} is there in {term} only: one that is there in {wanted} is wanted")]
    ParentGone {
        /// What it is to belong to.
        parent: Id<OrgUnit>,
        /// When that is there.
        term: DateRange,
        /// When it would have to be.
        wanted: DateRange,
    },
    /// Something would belong to itself.
    #[error("on {on} the unit would belong to itself through {} others: another one is wanted", .units.len().saturating_sub(1))]
    Circle {
        /// The first day on which it would.
        on: NaiveDate,
        /// The units in the circle: each belongs to the next, the last to the first.
        units: Vec<Id<OrgUnit>>,
    },
    /// Units or positions belong to it after that.
    #[error("{found} units and positions belong to it after {last}: they are moved or closed first")]
    StillHolds {
        /// The last day.
        last: NaiveDate,
        /// How many.
        found: usize,
    },
    /// Whoever wants to may not.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// The store failed, or knows no such unit.
    #[error("the unit cannot be stored")]
    Store(#[from] StoreError),
}

impl OrgUnit {
    /// The units that belong to a unit on any day, by their first days. May be decided upon.
    pub const BELOW: Partition<Self, Id<Self>, NaiveDate> = Partition::new("below");

    /// From the first day to the last.
    #[must_use]
    pub const fn term(&self) -> DateRange {
        self.term
    }

    /// How it stands on a day; `None` outside its term.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Option<&UnitStanding> {
        if self.term.contains(day) { self.standings.on(day).ok() } else { None }
    }

    /// Whether it belongs to a unit on any day after one.
    fn belongs_after(&self, parent: Id<Self>, last: NaiveDate) -> bool {
        let mut periods = self.standings.periods(self.term);
        periods.any(|(days, standing)| standing.parent == Some(parent) && days.last().is_none_or(|end| end > last))
    }
}

impl Entity for OrgUnit {
    const KIND: Kind = Kind::literal("org_unit");
    type Fact = OrgUnitFact;

    fn open(fact: &OrgUnitFact) -> Option<Self> {
        match fact {
            OrgUnitFact::Founded { term, standing } => {
                Some(Self { term: *term, standings: Dated::since(term.start(), standing.clone()) })
            }
            OrgUnitFact::Changed { .. } | OrgUnitFact::Closed { .. } => None,
        }
    }

    fn apply(&mut self, fact: &OrgUnitFact) {
        match fact {
            OrgUnitFact::Founded { .. } => {}
            OrgUnitFact::Changed { from, standing } => self.standings.publish(*from, standing.clone()),
            OrgUnitFact::Closed { last } => {
                self.term = DateRange::inclusive(self.term.start(), *last).unwrap_or(self.term);
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        let parents: BTreeSet<Id<Self>> = self.standings.versions().filter_map(|standing| standing.parent).collect();
        for parent in parents {
            entries.partition(Self::BELOW, &parent, &self.term.start());
        }
    }
}

/// Founds a unit, by whoever is granted that. The same again is recognised.
///
/// # Errors
/// [`OrgUnitError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("employment/office.txt")]
/// use office_hr::{OrgUnit, OrgUnitError, UnitStanding, found_unit};
///
/// let (action, book) = (&"structure.change".parse()?, &granted(&["structure.change"]));
/// let [company, studio]: [Id<OrgUnit>; 2] = ["company", "studio"].map(|name| Id::natural("org_unit", name));
/// let found = |key: &str, id, name: &str, parent| {
///     let standing = &UnitStanding { name: name.into(), parent, head: Some(bea) };
///     wait(office.transact(&command(key, bea), |tx| async move {
///         found_unit(&tx, id, (valid, standing), action, book).await
///     }))
/// };
/// found("company", company, "Company", None)?;
/// found("studio", studio, "Studio", Some(company))?;
/// // The id of the studio stands for the studio.
/// assert!(matches!(found("workshop", studio, "Workshop", None), Err(OrgUnitError::IdReused { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn found_unit(
    tx: &Tx,
    id: Id<OrgUnit>,
    (term, standing): (DateRange, &UnitStanding),
    action: &Action,
    book: &AuthorityBook,
) -> Result<(), OrgUnitError> {
    // Read.
    let known = tx.find(id).await?;
    let above = line_above(tx, standing.parent).await?;

    // Decide.
    if let Some(known) = known {
        let same = known.term == term && known.on(term.start()) == Some(standing);
        return if same { Ok(()) } else { Err(OrgUnitError::IdReused { id }) };
    }
    let unit = OrgUnit { term, standings: Dated::since(term.start(), standing.clone()) };
    admit(id, unit, standing, above)?;
    permit(tx, action, None, term.start(), book)?;

    // Record.
    Ok(tx.create(id, OrgUnitFact::Founded { term, standing: standing.clone() }).await?)
}

/// Has a unit stand otherwise from a day on, by whoever is granted that: called, headed or belonging otherwise. How it stood
/// before stays, and so does what is known of later days.
///
/// # Errors
/// [`OrgUnitError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("employment/office.txt")]
/// use office_hr::{OrgUnit, OrgUnitError, UnitStanding, change_unit, found_unit};
///
/// let (action, book) = (&"structure.change".parse()?, &granted(&["structure.change"]));
/// let studio: Id<OrgUnit> = Id::natural("org_unit", "studio");
/// let standing = |name: &str| UnitStanding { name: name.into(), parent: None, head: None };
/// wait(office.transact(&command("found", bea), |tx| async move {
///     found_unit(&tx, studio, (valid, &standing("Studio")), action, book).await
/// }))?;
/// let rename = |key: &str, from: &str, name: &str| {
///     let (from, standing) = (from.parse().unwrap(), &standing(name));
///     wait(office.transact(&command(key, bea), |tx| async move {
///         change_unit(&tx, studio, (from, standing), action, book).await
///     }))
/// };
/// // Called otherwise from November on, it is the studio until then.
/// rename("november", "2026-11-01", "Atelier")?;
/// let unit = wait(office.view(|view| async move { view.load(studio).await }))?;
/// assert_eq!(unit.on(on).map(|standing| standing.name.as_str()), Some("Studio"));
/// // Next year it is not there any more.
/// assert!(matches!(rename("late", "2027-01-01", "Loft"), Err(OrgUnitError::OutsideTerm { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn change_unit(
    tx: &Tx,
    id: Id<OrgUnit>,
    (from, standing): (NaiveDate, &UnitStanding),
    action: &Action,
    book: &AuthorityBook,
) -> Result<(), OrgUnitError> {
    // Read.
    let mut unit = tx.load(id).await?;
    let above = line_above(tx, standing.parent).await?;

    // Decide.
    if unit.standings.starting(from) == Some(standing) {
        return Ok(());
    }
    if !unit.term.contains(from) {
        return Err(OrgUnitError::OutsideTerm { day: from, term: unit.term });
    }
    if unit.standings.len() >= MOST_CHANGES {
        return Err(OrgUnitError::TooMany);
    }
    let changed = OrgUnitFact::Changed { from, standing: standing.clone() };
    unit.apply(&changed);
    admit(id, unit, standing, above)?;
    permit(tx, action, None, from, book)?;

    // Record.
    Ok(tx.decide::<OrgUnit>(id, Decision::Record(changed)).await?)
}

/// Gives a unit its last day, by whoever is granted that, once nothing belongs to it after that.
///
/// # Errors
/// [`OrgUnitError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("employment/office.txt")]
/// use office_hr::{OrgUnit, OrgUnitError, UnitStanding, close_unit, found_unit};
///
/// let (action, book) = (&"structure.change".parse()?, &granted(&["structure.change"]));
/// let [company, studio]: [Id<OrgUnit>; 2] = ["company", "studio"].map(|name| Id::natural("org_unit", name));
/// wait(office.transact(&command("found", bea), |tx| async move {
///     let standing = |name: &str, parent| UnitStanding { name: name.into(), parent, head: None };
///     found_unit(&tx, company, (valid, &standing("Company", None)), action, book).await?;
///     found_unit(&tx, studio, (valid, &standing("Studio", Some(company))), action, book).await
/// }))?;
/// let close = |key: &str, id| {
///     wait(office.transact(&command(key, bea), |tx| async move { close_unit(&tx, id, on, action, book).await }))
/// };
/// // The studio belongs to it.
/// assert!(matches!(close("company", company), Err(OrgUnitError::StillHolds { found: 1, .. })));
/// close("studio", studio)?;
/// close("then", company)?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn close_unit(
    tx: &Tx,
    id: Id<OrgUnit>,
    last: NaiveDate,
    action: &Action,
    book: &AuthorityBook,
) -> Result<(), OrgUnitError> {
    // Read.
    let unit = tx.load(id).await?;
    let below = tx.list(OrgUnit::BELOW, &id).await?;
    let positions = tx.list(Position::IN_UNIT, &id).await?;

    // Decide.
    if unit.term.last() == Some(last) {
        return Ok(());
    }
    if !unit.term.contains(last) {
        return Err(OrgUnitError::OutsideTerm { day: last, term: unit.term });
    }
    let units = below.iter().filter(|(_, below)| below.belongs_after(id, last)).count();
    let found = positions.iter().filter(|(_, position)| position.belongs_after(id, last)).count().saturating_add(units);
    if found > 0 {
        return Err(OrgUnitError::StillHolds { last, found });
    }
    permit(tx, action, None, last, book)?;

    // Record.
    Ok(tx.decide::<OrgUnit>(id, Decision::Record(OrgUnitFact::Closed { last })).await?)
}

/// Whether a unit may stand so, with all that it would belong to.
fn admit(
    id: Id<OrgUnit>,
    unit: OrgUnit,
    standing: &UnitStanding,
    mut above: BTreeMap<Id<OrgUnit>, OrgUnit>,
) -> Result<(), OrgUnitError> {
    if !is_text(&standing.name, MOST_TEXT) {
        return Err(OrgUnitError::Name);
    }
    for (wanted, standing) in unit.standings.periods(unit.term) {
        // What it belonged to by what was known before was looked at then.
        let Some((parent, found)) = standing.parent.and_then(|parent| Some((parent, above.get(&parent)?))) else {
            continue;
        };
        if !found.term.encloses(&wanted) {
            return Err(OrgUnitError::ParentGone { parent, term: found.term, wanted });
        }
    }
    above.insert(id, unit);
    let days: BTreeSet<NaiveDate> =
        above.values().flat_map(|unit| unit.standings.periods(unit.term).map(|(days, _)| days.start())).collect();
    let parents = |on| above.iter().filter_map(|(id, unit)| Some((*id, unit.on(on)?.parent?))).collect();
    match first_circle(days, parents) {
        Some((on, units)) => Err(OrgUnitError::Circle { on, units }),
        None => Ok(()),
    }
}

/// A unit, and all that it belongs to on any day.
async fn line_above(tx: &Tx, unit: Option<Id<OrgUnit>>) -> Result<BTreeMap<Id<OrgUnit>, OrgUnit>, StoreError> {
    let mut found = BTreeMap::new();
    let mut open: Vec<Id<OrgUnit>> = unit.into_iter().collect();
    while let Some(id) = open.pop() {
        if found.contains_key(&id) {
            continue;
        }
        let unit = tx.load(id).await?;
        open.extend(unit.standings.versions().filter_map(|standing| standing.parent));
        found.insert(id, unit);
    }
    Ok(found)
}
