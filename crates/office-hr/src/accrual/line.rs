//! The lines of the ledger.

use chrono::NaiveDate;
use office_core::{DateRange, Ratio};
use serde::{Deserialize, Serialize};

use crate::{Entitlement, LeaveCause, LeaveRounding};

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

/// Why a line is in the ledger, with all that it was computed from.
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
        parts: Vec<crate::EarnedPart>,
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
