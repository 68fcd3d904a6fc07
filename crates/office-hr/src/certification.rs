//! Certifications: issued, renewed, run out, revoked.
//!
//! ```text
//!   certify ──► Counts ──┬── certify ─► Counts on, from the old end or from that day
//!                        ├── (time) ──► Run out: on the day of its end it counts no longer
//!                        └── revoke ──► Revoked: certified anew, it counts again
//! ```
//!
//! Law 54 of the crate; `tests/certification.rs` holds it.
//!
//! # Example
//! ```
//! use std::collections::BTreeMap;
//! use office_core::{Entity, Id};
//! use office_hr::{Certification, CertificationError, CertificationRules, CertificationTerms, Certify, ExpiryDay};
//!
//! // A year; renewed in its last 90 days it goes on from its end.
//! let terms = CertificationTerms { months: Some(12), ends: ExpiryDay::SameDay, carries_on_days: Some(90) };
//! let mut rules = CertificationRules::default();
//! rules.publish("2024-01-01".parse()?, BTreeMap::from([("first aid".to_owned(), terms)]))?;
//!
//! let certify = |on: &str| Ok::<_, chrono::ParseError>(Certify {
//!     person: Id::natural("person", "E-017"), kind: "first aid".into(), on: on.parse()?, source: "Red Cross 4711".into(),
//! });
//! let issued = Certification::certify(None, &certify("2024-02-29")?, &rules)?;
//! let mut certification = issued.fact().and_then(|fact| Certification::open(&fact)).ok_or("a first fact")?;
//! // A year after 29 February is 28 February: on that day it counts no longer.
//! assert!(certification.counts("2025-02-27".parse()?) && !certification.counts("2025-02-28".parse()?));
//!
//! // Renewed three times, always early, it is back to 29 February in the next leap year.
//! for on in ["2025-01-10", "2026-02-01", "2027-02-27"] {
//!     let renewed = Certification::certify(Some(&certification), &certify(on)?, &rules)?;
//!     certification.apply(&renewed.fact().ok_or("a fact")?);
//! }
//! assert_eq!(certification.ends("2027-03-01".parse()?), Some("2028-02-29".parse()?));
//!
//! // What came before is not told afterwards.
//! let late = Certification::certify(Some(&certification), &certify("2026-12-01")?, &rules);
//! assert!(matches!(late, Err(CertificationError::Earlier { .. })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months, NaiveDate};
use office_core::subject::PersonId;
use office_core::{DateRange, Decision, Entity, Entries, Id, Kind, Ordered, Partition, StoreError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::NotPermitted;
use crate::retention::is_text;

mod flow;
mod rules;

pub use flow::{certify, revoke_certification};
pub use rules::{CertificationRules, CertificationTerms, ExpiryDay, PublishCertificationError};

/// The longest name, source and reason, in characters.
const MOST_TEXT: usize = 200;
/// The most kinds of one version, and terms of one certification.
const MOST: usize = 1_000;

/// A certification that somebody has, or had: all terms for which it was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certification {
    person: PersonId,
    kind: String,
    // By the day of issue, the latest last.
    terms: Vec<CertifiedTerm>,
}

/// To issue or renew a certification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certify {
    /// To whom.
    pub person: PersonId,
    /// Of which kind.
    pub kind: String,
    /// On which day.
    pub on: NaiveDate,
    /// By what it is proved: the course, or whoever issued it and their number. 1 to 200 characters.
    pub source: String,
}

/// A term for which a certification was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertifiedTerm {
    /// On which day it was issued.
    pub on: NaiveDate,
    /// On which days it counts.
    pub valid: DateRange,
    /// From which day its months are counted: the first issue of those that carry on from each other.
    pub counted_from: NaiveDate,
    /// How many months from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<u32>,
    /// By what it is proved.
    pub source: String,
    /// Since when it does not count any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<NaiveDate>,
}

/// What can happen to a certification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CertificationFact {
    /// It was issued for the first time.
    Issued {
        /// To whom.
        person: PersonId,
        /// Of which kind.
        kind: String,
        /// For which term.
        term: CertifiedTerm,
    },
    /// It was issued again.
    Renewed(CertifiedTerm),
    /// It was revoked.
    Revoked {
        /// From which day on it does not count.
        on: NaiveDate,
        /// Why.
        why: String,
    },
}

/// How a certification stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificationStanding {
    /// It has never counted up to that day.
    Never,
    /// It counts.
    Counts {
        /// From which day on it does not, as far as is known; for ever where none is named.
        until: Option<NaiveDate>,
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
}

/// Nothing was certified or revoked: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CertificationError {
    /// A text is missing or too long.
    #[error("a {field} of 1 to 200 characters is wanted")]
    Text {
        /// Which.
        field: &'static str,
    },
    /// There is no such kind on that day.
    #[error("on {on} there are no certifications of kind `{kind}`: {} are wanted", if .kinds.is_empty() { "rules".to_owned() } else { .kinds.join(", ") })]
    NoKind {
        /// What was named.
        kind: String,
        /// The day.
        on: NaiveDate,
        /// Which there are.
        kinds: Vec<String>,
    },
    /// It was issued or revoked later.
    #[error("it was issued or revoked on {last}: a later day than that is wanted")]
    Earlier {
        /// On which day.
        last: NaiveDate,
    },
    /// It ends beyond the calendar, or it was issued too often.
    #[error("it cannot be issued that far ahead or that often: at most 1000 terms in the calendar are wanted")]
    TooMany,
    /// There is nothing to revoke.
    #[error("it does not count on {on}: a day on which it does is wanted")]
    NotHeld {
        /// The day.
        on: NaiveDate,
    },
    /// Whoever wants to may not.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// The store failed, or knows no such certification.
    #[error("the certification cannot be stored")]
    Store(#[from] StoreError),
}

impl CertifiedTerm {
    /// On which days it counts, considering that it was revoked.
    fn counts(&self) -> Option<DateRange> {
        match self.revoked {
            None => Some(self.valid),
            Some(on) => DateRange::new(NaiveDate::MIN, on).ok()?.intersection(&self.valid),
        }
    }
}

impl Certification {
    /// The certifications of a person, by kind. May be decided upon.
    pub const OF_PERSON: Partition<Self, PersonId, String> = Partition::new("person");
    /// All that run out, by the day on which they do.
    pub const RUNNING_OUT: Ordered<Self, NaiveDate> = Ordered::new("running_out");

    /// The id of somebody's certification of a kind: there is one of each.
    #[must_use]
    pub fn id_of(person: PersonId, kind: &str) -> Id<Self> {
        Id::natural("certification", &format!("{person} {kind}"))
    }

    /// Whose it is.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// Of which kind.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The terms for which it was issued, by the day of issue.
    #[must_use]
    pub fn terms(&self) -> &[CertifiedTerm] {
        &self.terms
    }

    /// Whether it counts on a day.
    #[must_use]
    pub fn counts(&self, on: NaiveDate) -> bool {
        self.terms.iter().filter_map(CertifiedTerm::counts).any(|range| range.contains(on))
    }

    /// From which day on it does not count any more, where it counts on a day and has an end.
    #[must_use]
    pub fn ends(&self, on: NaiveDate) -> Option<NaiveDate> {
        match self.standing(on) {
            CertificationStanding::Counts { until } => until,
            CertificationStanding::Never
            | CertificationStanding::RunOut { .. }
            | CertificationStanding::Revoked { .. } => None,
        }
    }

    /// How it stands on a day: whether it counts and until when, or why it does not.
    #[must_use]
    pub fn standing(&self, on: NaiveDate) -> CertificationStanding {
        if self.counts(on) {
            let mut until = on;
            // Terms are in the order of their beginnings: what goes on from here comes later.
            for term in self.terms.iter().filter_map(CertifiedTerm::counts) {
                if term.contains(until) {
                    match term.end() {
                        None => return CertificationStanding::Counts { until: None },
                        Some(end) => until = end,
                    }
                }
            }
            return CertificationStanding::Counts { until: Some(until) };
        }
        let ended = |term: &CertifiedTerm| Some((term.counts()?.end()?, term.revoked));
        let last = self.terms.iter().filter_map(ended).filter(|(end, _)| *end <= on).max();
        last.map_or(CertificationStanding::Never, |(end, revoked)| match revoked {
            Some(day) if day == end => CertificationStanding::Revoked { on: end },
            Some(_) | None => CertificationStanding::RunOut { on: end },
        })
    }

    /// Issues a certification, or renews one, on a day. The same again is recognised.
    ///
    /// # Errors
    /// [`CertificationError`], in the order of its variants.
    pub fn certify(
        known: Option<&Self>,
        certify: &Certify,
        rules: &CertificationRules,
    ) -> Result<Decision<CertificationFact>, CertificationError> {
        let Certify { person, kind, on, source } = certify;
        if !is_text(source, MOST_TEXT) {
            return Err(CertificationError::Text { field: "source" });
        }
        let last = known.and_then(|known| known.terms.last());
        if last.is_some_and(|last| last.on == *on && last.source == *source && last.revoked.is_none()) {
            return Ok(Decision::AlreadyRecorded);
        }
        let kinds = rules.in_force(*on);
        let terms = kinds.and_then(|kinds| kinds.get(kind)).ok_or_else(|| CertificationError::NoKind {
            kind: kind.chars().take(MOST_TEXT).collect(),
            on: *on,
            kinds: kinds.into_iter().flat_map(BTreeMap::keys).cloned().collect(),
        })?;
        if let Some(last) = last {
            let day = last.revoked.map_or(last.on, |revoked| last.on.max(revoked));
            if *on < day || last.on == *on {
                return Err(CertificationError::Earlier { last: day });
            }
        }
        let term = next_term(last, certify, terms).ok_or(CertificationError::TooMany)?;
        Ok(Decision::Record(match known {
            None => CertificationFact::Issued { person: *person, kind: kind.clone(), term },
            Some(known) if known.terms.len() >= MOST => return Err(CertificationError::TooMany),
            Some(_) => CertificationFact::Renewed(term),
        }))
    }

    /// Revokes it from a day on which it counts.
    ///
    /// # Errors
    /// [`CertificationError::Text`], [`CertificationError::Earlier`], [`CertificationError::NotHeld`].
    pub fn revoke(&self, on: NaiveDate, why: &str) -> Result<Decision<CertificationFact>, CertificationError> {
        if !is_text(why, MOST_TEXT) {
            return Err(CertificationError::Text { field: "reason" });
        }
        let last = self.terms.last();
        if last.is_some_and(|last| last.revoked == Some(on)) {
            return Ok(Decision::AlreadyRecorded);
        }
        if let Some(last) = last.filter(|last| on < last.on) {
            return Err(CertificationError::Earlier { last: last.on });
        }
        if !self.counts(on) {
            return Err(CertificationError::NotHeld { on });
        }
        Ok(Decision::Record(CertificationFact::Revoked { on, why: why.to_owned() }))
    }
}

/// The term that begins with an issue: it carries on where the terms say so, and begins anew where they do not.
fn next_term(last: Option<&CertifiedTerm>, certify: &Certify, terms: &CertificationTerms) -> Option<CertifiedTerm> {
    let Certify { on, source, .. } = certify;
    let mut term = CertifiedTerm {
        on: *on,
        valid: DateRange::from(*on),
        counted_from: *on,
        months: terms.months,
        source: source.clone(),
        revoked: None,
    };
    let old = last.filter(|last| last.revoked.is_none() && last.valid.contains(*on));
    if let (Some(old), Some(days), Some(months)) = (old, terms.carries_on_days, terms.months)
        && let (Some(end), Some(counted)) = (old.valid.end(), old.months)
        && on.checked_add_days(Days::new(days.into())).is_none_or(|reached| end <= reached)
    {
        let months = counted.checked_add(months)?;
        term = CertifiedTerm { counted_from: old.counted_from, months: Some(months), ..term };
    }
    if let Some(months) = term.months {
        let day = term.counted_from.checked_add_months(Months::new(months))?;
        let end = match terms.ends {
            ExpiryDay::SameDay => day,
            ExpiryDay::MonthEnd => day.with_day(1)?.checked_add_months(Months::new(1))?,
        };
        term.valid = DateRange::new(*on, end).ok()?;
    }
    Some(term)
}

impl Entity for Certification {
    const KIND: Kind = Kind::literal("certification");
    type Fact = CertificationFact;

    fn open(fact: &CertificationFact) -> Option<Self> {
        match fact {
            CertificationFact::Issued { person, kind, term } => {
                Some(Self { person: *person, kind: kind.clone(), terms: vec![term.clone()] })
            }
            CertificationFact::Renewed(_) | CertificationFact::Revoked { .. } => None,
        }
    }

    fn apply(&mut self, fact: &CertificationFact) {
        match fact {
            CertificationFact::Issued { .. } => {}
            CertificationFact::Renewed(term) => self.terms.push(term.clone()),
            CertificationFact::Revoked { on, .. } => {
                for term in self.terms.iter_mut().filter(|term| term.revoked.is_none()) {
                    term.revoked = Some(*on);
                }
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.partition(Self::OF_PERSON, &self.person, &self.kind);
        let ends = self.terms.iter().filter_map(CertifiedTerm::counts).map(|range| range.end());
        if let Some(Some(end)) = ends.max_by_key(|end| (end.is_none(), *end)) {
            entries.ordered(Self::RUNNING_OUT, &end);
        }
    }
}
