//! The lines of the ledger.

use std::fmt;

use chrono::NaiveDate;
use office_core::{DateRange, Ratio};
use serde::{Deserialize, Serialize};

use crate::{EarnedPart, EarnedParts, Entitlement, LeaveCause, LeaveRounding};

/// Where days of leave come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LotKind {
    /// Carried over from the year before.
    Carried,
    /// Granted for the year.
    Granted,
    /// Granted by hand, for a time of its own.
    Extra,
}

/// Days of leave that came together and can be used in the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lot {
    /// The days on which they can be used; they begin with the leave year.
    pub valid: DateRange,
    /// Where they come from.
    pub kind: LotKind,
}

/// A line of the ledger: on this day so many days came or went, for this reason. Never changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerLine {
    /// The day on which it takes effect.
    pub on: NaiveDate,
    /// How many days; below zero where they go.
    pub days: Ratio,
    /// Into or out of which lot.
    pub lot: Lot,
    /// Why.
    pub reason: LineReason,
}

/// Why a line is in the ledger, with all that it was computed from. In text as a statement has it; a request is named by
/// its id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LineReason {
    /// The account began with it.
    CarriedIn {},
    /// The days of a leave year, in advance.
    Granted {
        /// How many, and how that came about.
        entitlement: Box<Entitlement>,
    },
    /// The days of one month, as the difference of two rounded sums.
    Earned {
        /// What the year has earned so far, exactly, this month included.
        exact: Ratio,
        /// How sums are rounded.
        rounding: LeaveRounding,
        /// What the year has been credited before.
        credited: Ratio,
        /// How the month's part came about.
        parts: EarnedParts,
    },
    /// What a period of accrual earns, or the part of it at one level.
    Accrued(Accrued),
    /// Granted by hand.
    Extra {
        /// What for.
        note: String,
    },
    /// Leave.
    Taken {
        /// Which.
        cause: LeaveCause,
    },
    /// The carried days that were not used in time.
    Lapsed {},
    /// What was left of a year, or lacking, goes over into the next: out of the old lot, into the new one.
    CarriedOver {
        /// How many days may at the most; all where there is no limit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<Ratio>,
    },
    /// What was left of a year beyond what may be carried over, or of a balance beyond its ceiling.
    Lost {
        /// How many days may be carried over, or kept, at the most.
        most: Ratio,
    },
}

/// How a credit of a period came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accrued {
    /// The terms by which, named by the day since when they are in force.
    pub terms_since: NaiveDate,
    /// The level of service, counted from 0.
    pub level: u32,
    /// The days that earned it.
    pub period: DateRange,
    /// Which fraction of a period they are; the hours worked where each earns something.
    pub fraction: Ratio,
    /// What they earned, exactly.
    pub exact: Ratio,
    /// What a ceiling has cut off the rounded credit.
    pub cut: Ratio,
}

impl fmt::Display for LineReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CarriedIn {} => f.write_str("brought in when the account was opened"),
            Self::Granted { entitlement } => {
                each(f, &entitlement.parts)?;
                write!(f, ": {} exactly", entitlement.exact)
            }
            Self::Earned { exact, credited, parts, .. } => {
                each(f, parts)?;
                write!(f, ": {exact} earned by then, {credited} credited before")
            }
            Self::Accrued(accrued) => write!(f, "{accrued}"),
            Self::Extra { note } => write!(f, "granted by hand: {note}"),
            Self::Taken { cause: LeaveCause::Earlier } => f.write_str("taken before requests were kept"),
            Self::Taken { cause: LeaveCause::Request(id) } => write!(f, "taken as {id}"),
            Self::Taken { cause: LeaveCause::PaidOut } => f.write_str("paid out"),
            Self::Lapsed {} => f.write_str("not used in time"),
            Self::CarriedOver { most: Some(most) } => write!(f, "carried over, at most {most}"),
            Self::CarriedOver { most: None } => f.write_str("carried over"),
            Self::Lost { most } => write!(f, "lost: at most {most} are kept"),
        }
    }
}

fn each(f: &mut fmt::Formatter<'_>, parts: &[EarnedPart]) -> fmt::Result {
    for (place, part) in parts.iter().enumerate() {
        let separator = if place == 0 { "" } else { "; " };
        write!(f, "{separator}{part}")?;
    }
    Ok(())
}

impl fmt::Display for Accrued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { terms_since, level, period, fraction, exact, cut } = self;
        write!(f, "{exact} for {period}, {fraction} of a period at level {level} of the terms of {terms_since}")?;
        if cut.is_zero() { Ok(()) } else { write!(f, "; {cut} above a ceiling") }
    }
}
