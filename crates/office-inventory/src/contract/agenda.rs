//! The dates of a contract that matter.

use std::fmt;

use chrono::NaiveDate;
use office_core::DateRange;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::span::Recurrence;
use super::{Contract, ContractSide, ContractTerms, Obligation, Renewal};
use crate::Reference;

/// A date of a contract that matters, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgendaEntry {
    /// The date.
    pub on: NaiveDate,
    /// The number of the contract.
    pub contract: Reference,
    /// What matters about it.
    pub what: ContractDate,
}

/// What matters about a date.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContractDate {
    /// The last day on which notice is in time.
    NoticeDeadline {
        /// The day after which it goes on without notice.
        last: NaiveDate,
    },
    /// The first day of a term that began by itself.
    Renewed {
        /// The term.
        term: DateRange,
    },
    /// Its last day.
    Ends {
        /// Whether it goes on if the parties agree.
        by_agreement: bool,
    },
    /// The prices change.
    PricesChange,
    /// Something is due that was not done.
    Due {
        /// What.
        name: Reference,
        /// Who has to do it.
        by: ContractSide,
    },
    /// The last day of an insurance or a certificate.
    CertificateExpires {
        /// Which.
        name: Reference,
    },
    /// The last day on which what is spent counts for what is committed.
    CommitmentEnds,
}

/// An agenda cannot be drawn up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an agenda of {days} cannot be drawn up: at most {} days are accepted", Contract::MOST_AGENDA_DAYS)]
pub struct AgendaError {
    /// The days asked about.
    pub days: DateRange,
}

impl Contract {
    /// The most days of an agenda: a hundred years.
    pub const MOST_AGENDA_DAYS: u32 = 36_525;

    /// The dates that matter in some days, in their order.
    ///
    /// Each is told by the terms of its own day. Prices change, and duties come back, only while the contract runs; a
    /// deadline of notice is one only while no notice was given.
    ///
    /// # Errors
    /// [`AgendaError`].
    pub fn agenda(&self, days: DateRange) -> Result<Vec<AgendaEntry>, AgendaError> {
        let end = days.end().filter(|_| days.days().is_some_and(|number| number <= Self::MOST_AGENDA_DAYS));
        let end = end.ok_or(AgendaError { days })?;
        let mut agenda = Vec::new();
        let ends = self.versions.keys().skip(1).copied().chain([NaiveDate::MAX]);
        for ((since, terms), until) in self.versions.iter().zip(ends) {
            // The days of the agenda on which this version holds.
            let Ok(held) = DateRange::new(days.start().max(*since), end.min(until)) else { continue };
            self.dates(terms, held, &mut |on, what| {
                if held.contains(on) {
                    agenda.push(AgendaEntry { on, contract: self.number.clone(), what });
                }
            });
        }
        agenda.sort_unstable();
        Ok(agenda)
    }

    /// Whether something was due on a day by the terms of the day.
    pub(super) fn is_due(&self, name: &Reference, due: NaiveDate) -> bool {
        let obligation = self.terms(due).and_then(|(_, terms)| terms.obligations.get(name));
        obligation.is_some_and(|obligation| match obligation.repeats() {
            Some(repeats) => self.in_force(due) && repeats.since(due).next().is_some_and(|(_, day)| day == due),
            None => obligation.due == due,
        })
    }

    /// Tells the dates of a version on the days on which it holds, and maybe some beside.
    fn dates(&self, terms: &ContractTerms, held: DateRange, tell: &mut impl FnMut(NaiveDate, ContractDate)) {
        let term = &terms.term;
        let within = |repeats: Recurrence| {
            repeats.since(held.start()).map(|(_, day)| day).take_while(move |day| held.contains(*day))
        };
        let runs = |day: &NaiveDate| self.in_force(*day);
        let notice_last = self.notice.map(|notice| notice.last);

        for running in term.terms(held.start()) {
            let begins = running.start();
            let deadline = running.last().and_then(|last| Some((last, term.deadline(last)?)));
            // What begins and is to be stopped after the days is followed by the like.
            let after = |day: NaiveDate| held.end().is_some_and(|end| day >= end);
            if after(begins) && deadline.is_none_or(|(_, on)| after(on)) {
                break;
            }
            if begins > term.initial.start() && runs(&begins) {
                tell(begins, ContractDate::Renewed { term: running });
            }
            if let (Renewal::Automatic(_), None, Some((last, on))) = (term.renewal, self.notice, deadline) {
                tell(on, ContractDate::NoticeDeadline { last });
            }
        }
        let by_itself = term.last().filter(|last| notice_last.is_none_or(|notice| *last < notice));
        if let Some(last) = by_itself.or(notice_last) {
            let by_agreement = by_itself.is_some() && term.renewal == Renewal::ByAgreement;
            tell(last, ContractDate::Ends { by_agreement });
        }
        if let Some(escalator) = &terms.escalator {
            within(escalator.days()).filter(runs).for_each(|on| tell(on, ContractDate::PricesChange));
        }
        for (name, obligation) in &terms.obligations {
            let due = ContractDate::Due { name: name.clone(), by: obligation.by };
            let open = |day: &NaiveDate| !self.is_met(name, *day);
            match obligation.repeats() {
                Some(repeats) => within(repeats).filter(runs).filter(open).for_each(|on| tell(on, due.clone())),
                None if open(&obligation.due) => tell(obligation.due, due),
                None => {}
            }
        }
        for (name, last) in &terms.certificates {
            tell(*last, ContractDate::CertificateExpires { name: name.clone() });
        }
        if let Some(commitment) = terms.commitment
            && let Some(last) = commitment.days.last()
        {
            tell(last, ContractDate::CommitmentEnds);
        }
    }
}

impl Obligation {
    fn repeats(&self) -> Option<Recurrence> {
        self.every.map(|every| Recurrence { first: self.due, every })
    }
}

/// Such as `2026-09-30 C-7: last day of notice, or it goes on after 2026-12-31`.
impl fmt::Display for AgendaEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: ", self.on, self.contract)?;
        match &self.what {
            ContractDate::NoticeDeadline { last } => write!(f, "last day of notice, or it goes on after {last}"),
            ContractDate::Renewed { term } => match term.last() {
                Some(last) => write!(f, "renewed, until {last}"),
                None => f.write_str("renewed"),
            },
            ContractDate::Ends { by_agreement: true } => f.write_str("it ends, unless the parties agree"),
            ContractDate::Ends { by_agreement: false } => f.write_str("it ends"),
            ContractDate::PricesChange => f.write_str("prices change"),
            ContractDate::Due { name, by: ContractSide::Office } => write!(f, "`{name}` is due from the office"),
            ContractDate::Due { name, by: ContractSide::Vendor } => write!(f, "`{name}` is due from the vendor"),
            ContractDate::CertificateExpires { name } => write!(f, "`{name}` expires"),
            ContractDate::CommitmentEnds => f.write_str("last day to spend what is committed"),
        }
    }
}
