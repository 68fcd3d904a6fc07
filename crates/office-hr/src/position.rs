//! Positions: the seats of the office, what each is, to which it reports, and who holds it.
//!
//! ```text
//!   open ──► Open ──┬── change ──► Changed, from a day on
//!                   ├── fill ────► Filled by an employment, for some days and a share
//!                   ├── vacate ──► Vacated, from a day on
//!                   └── close ───► Closed, with a last day
//! ```
//!
//! Who holds a position holds it as long as they are employed: an employment that ends frees its seat by itself.
//!
//! Laws 73 to 75 of the crate; `tests/structure.rs` holds them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::{DateRange, Decision, Entity, Entries, Id, Kind, Partition, Ratio, Role};
use serde::{Deserialize, Serialize};

use crate::{Dated, Employment, OrgUnit};

mod error;
mod flow;

pub use error::PositionError;
pub use flow::{change_position, close_position, fill_position, open_position, vacancies, vacate_position};

/// The longest title, in characters.
const MOST_TEXT: usize = 200;
/// The most changes, and the most holders, of one position.
const MOST: usize = 1_000;

/// How a position stands, from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PositionStanding {
    /// What it is called: 1 to 200 characters.
    pub title: String,
    /// What its holders work as.
    pub role: Role,
    /// To which unit it belongs.
    pub unit: Id<OrgUnit>,
    /// To which position it reports; none at the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reports_to: Option<Id<Position>>,
    /// How many whole jobs it is: above 0, up to 1,000.
    pub seats: Ratio,
}

/// That an employment holds a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holding {
    /// The employment.
    pub employment: Id<Employment>,
    /// When.
    pub days: DateRange,
    /// How much of a whole job: above 0, up to 1.
    pub share: Ratio,
}

/// A seat of the office.
///
/// # Example
/// ```
#[doc = include_str!("position/office.txt")]
/// fill("half", anna_works, "2026-01-01/2026-07-01", "1/2")?;
/// // A whole job is there, and half of it is taken until June.
/// assert!(matches!(fill("whole", bea_works, "2026-04-01/..", "1"), Err(PositionError::NoSeat { .. })));
/// fill("other-half", bea_works, "2026-04-01/..", "1/2")?;
/// let free = |day: &str| {
///     let day = day.parse().unwrap();
///     wait(office.view(|view| async move { vacancies(&view, studio, day).await }))
/// };
/// assert_eq!(free("2026-03-31")?, [(reception, "1/2".parse()?)].into());
/// assert!(free("2026-06-30")?.is_empty());
/// # Ok::<(), Failure>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    term: DateRange,
    standings: Dated<PositionStanding>,
    // In the order of filling.
    holdings: Vec<Holding>,
}

/// What can happen to a position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PositionFact {
    /// It was opened.
    Opened {
        /// From the first day to the last; without a last one until further notice.
        term: DateRange,
        /// How it stands from the first day on.
        standing: PositionStanding,
    },
    /// It stands otherwise from a day on.
    Changed {
        /// From which day on, until the next change that is known.
        from: NaiveDate,
        /// How.
        standing: PositionStanding,
    },
    /// It was filled.
    Filled(Holding),
    /// An employment holds it no longer than a day.
    Vacated {
        /// The employment.
        employment: Id<Employment>,
        /// The last day.
        last: NaiveDate,
    },
    /// It was given an end.
    Closed {
        /// Its last day.
        last: NaiveDate,
    },
}

impl Position {
    /// The positions that belong to a unit on any day, by their first days. May be decided upon.
    pub const IN_UNIT: Partition<Self, Id<OrgUnit>, NaiveDate> = Partition::new("unit");
    /// The positions that report to a position on any day, by their first days. May be decided upon.
    pub const BELOW: Partition<Self, Id<Self>, NaiveDate> = Partition::new("below");
    /// The positions that an employment holds on any day, by their first days. May be decided upon.
    pub const HELD_BY: Partition<Self, Id<Employment>, NaiveDate> = Partition::new("held_by");

    /// From the first day to the last.
    #[must_use]
    pub const fn term(&self) -> DateRange {
        self.term
    }

    /// How it stands on a day; `None` outside its term.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Option<&PositionStanding> {
        if self.term.contains(day) { self.standings.on(day).ok() } else { None }
    }

    /// Who was said to hold it, and when, also where they are employed no longer.
    pub fn holdings(&self) -> impl Iterator<Item = &Holding> {
        self.holdings.iter()
    }

    /// Who holds it on a day, of the employments given: those that are not, or not on that day, hold nothing.
    #[must_use]
    pub fn held_on(&self, day: NaiveDate, employments: &BTreeMap<Id<Employment>, Employment>) -> Vec<Holding> {
        let employed = |id: &Id<Employment>| employments.get(id).is_some_and(|employment| employment.on(day).is_some());
        let held = self.holdings.iter().filter(|held| held.days.contains(day) && employed(&held.employment));
        held.copied().collect()
    }

    /// Whether it belongs to a unit on any day after one.
    pub(crate) fn belongs_after(&self, unit: Id<OrgUnit>, last: NaiveDate) -> bool {
        self.stands_after(last, |standing| standing.unit == unit)
    }

    /// Whether it stands somehow on any day after one.
    fn stands_after(&self, last: NaiveDate, so: impl Fn(&PositionStanding) -> bool) -> bool {
        let mut periods = self.standings.periods(self.term);
        periods.any(|(days, standing)| so(standing) && days.last().is_none_or(|end| end > last))
    }
}

impl Entity for Position {
    const KIND: Kind = Kind::literal("position");
    type Fact = PositionFact;

    fn open(fact: &PositionFact) -> Option<Self> {
        match fact {
            PositionFact::Opened { term, standing } => {
                let standings = Dated::since(term.start(), standing.clone());
                Some(Self { term: *term, standings, holdings: Vec::new() })
            }
            PositionFact::Changed { .. }
            | PositionFact::Filled(_)
            | PositionFact::Vacated { .. }
            | PositionFact::Closed { .. } => None,
        }
    }

    fn apply(&mut self, fact: &PositionFact) {
        match fact {
            PositionFact::Opened { .. } => {}
            PositionFact::Changed { from, standing } => self.standings.publish(*from, standing.clone()),
            PositionFact::Filled(holding) => self.holdings.push(*holding),
            PositionFact::Vacated { employment, last } => {
                for held in self.holdings.iter_mut().filter(|held| held.employment == *employment) {
                    if let Ok(days) = DateRange::inclusive(held.days.start(), *last) {
                        held.days = held.days.intersection(&days).unwrap_or(held.days);
                    }
                }
                // What would have begun after that day does not.
                self.holdings.retain(|held| held.employment != *employment || held.days.start() <= *last);
            }
            PositionFact::Closed { last } => {
                self.term = DateRange::inclusive(self.term.start(), *last).unwrap_or(self.term);
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        let first = &self.term.start();
        for unit in self.standings.versions().map(|standing| standing.unit).collect::<BTreeSet<_>>() {
            entries.partition(Self::IN_UNIT, &unit, first);
        }
        for above in self.standings.versions().filter_map(|standing| standing.reports_to).collect::<BTreeSet<_>>() {
            entries.partition(Self::BELOW, &above, first);
        }
        for employment in self.holdings.iter().map(|held| held.employment).collect::<BTreeSet<_>>() {
            entries.partition(Self::HELD_BY, &employment, first);
        }
    }
}

/// Refuses what has no title or no seats.
fn is_standing(standing: &PositionStanding) -> Result<(), PositionError> {
    if !crate::retention::is_text(&standing.title, MOST_TEXT) {
        return Err(PositionError::Title);
    }
    let seats = standing.seats;
    if seats <= Ratio::ZERO || seats > Ratio::from_integer(1_000) {
        return Err(PositionError::Seats { seats });
    }
    Ok(())
}

/// What was decided of a position, with nothing where it was so before.
fn unless<T>(same: bool, fact: T) -> Decision<T> {
    if same { Decision::AlreadyRecorded } else { Decision::Record(fact) }
}
