//! Why a text or a set of parts is not a recurrence rule.

use std::fmt;

use thiserror::Error;

use super::rule::Frequency;

/// A part of a recurrence rule, by its name in RFC 5545.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// `FREQ`.
    Freq,
    /// `UNTIL`.
    Until,
    /// `COUNT`.
    Count,
    /// `INTERVAL`.
    Interval,
    /// `BYMONTH`.
    ByMonth,
    /// `BYWEEKNO`.
    ByWeekNo,
    /// `BYYEARDAY`.
    ByYearDay,
    /// `BYMONTHDAY`.
    ByMonthDay,
    /// `BYDAY`.
    ByDay,
    /// `BYHOUR`.
    ByHour,
    /// `BYMINUTE`.
    ByMinute,
    /// `BYSECOND`.
    BySecond,
    /// `BYSETPOS`.
    BySetPos,
    /// `WKST`.
    Wkst,
    /// `RSCALE` (RFC 7529).
    Rscale,
    /// `SKIP` (RFC 7529).
    Skip,
}

impl Part {
    pub(super) const ALL: [Self; 16] = [
        Self::Freq,
        Self::Until,
        Self::Count,
        Self::Interval,
        Self::ByMonth,
        Self::ByWeekNo,
        Self::ByYearDay,
        Self::ByMonthDay,
        Self::ByDay,
        Self::ByHour,
        Self::ByMinute,
        Self::BySecond,
        Self::BySetPos,
        Self::Wkst,
        Self::Rscale,
        Self::Skip,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Freq => "FREQ",
            Self::Until => "UNTIL",
            Self::Count => "COUNT",
            Self::Interval => "INTERVAL",
            Self::ByMonth => "BYMONTH",
            Self::ByWeekNo => "BYWEEKNO",
            Self::ByYearDay => "BYYEARDAY",
            Self::ByMonthDay => "BYMONTHDAY",
            Self::ByDay => "BYDAY",
            Self::ByHour => "BYHOUR",
            Self::ByMinute => "BYMINUTE",
            Self::BySecond => "BYSECOND",
            Self::BySetPos => "BYSETPOS",
            Self::Wkst => "WKST",
            Self::Rscale => "RSCALE",
            Self::Skip => "SKIP",
        }
    }

    /// What is accepted as its value.
    #[must_use]
    pub const fn accepted(self) -> &'static str {
        match self {
            Self::Freq => "SECONDLY, MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY",
            Self::Until => "a date such as 20261231, or a time such as 20261231T170000Z, in years 0000 to 9999",
            Self::Count => "1 to 1000000",
            Self::Interval => "1 to 4294967295",
            Self::ByMonth => "1 to 12",
            Self::ByWeekNo => "-53 to -1 or 1 to 53",
            Self::ByYearDay | Self::BySetPos => "-366 to -1 or 1 to 366",
            Self::ByMonthDay => "-31 to -1 or 1 to 31",
            Self::ByDay => "a weekday such as MO, with -53 to -1 or 1 to 53 before it where only one of them is meant",
            Self::ByHour => "0 to 23",
            Self::ByMinute => "0 to 59",
            Self::BySecond => "0 to 60",
            Self::Wkst => "MO, TU, WE, TH, FR, SA or SU",
            Self::Rscale => "GREGORIAN",
            Self::Skip => "OMIT, BACKWARD or FORWARD, beside RSCALE=GREGORIAN,",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why something is not a recurrence rule.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RuleError {
    /// The text is longer than any rule needs.
    #[error("a rule of {length} bytes: at most {limit} are wanted")]
    TooLong {
        /// Its length in bytes.
        length: usize,
        /// The most that is accepted.
        limit: usize,
    },
    /// A piece between semicolons is not `NAME=value` with a known name.
    #[error(
        "`{piece}` is no part of a rule: FREQ, UNTIL, COUNT, INTERVAL, WKST, RSCALE, SKIP or one of the BY parts is wanted"
    )]
    Unknown {
        /// The piece, shortened to 64 characters.
        piece: String,
    },
    /// A part is there twice.
    #[error("{part} is there twice: once is wanted")]
    Repeated {
        /// The part.
        part: Part,
    },
    /// There is no `FREQ`.
    #[error("FREQ is missing")]
    NoFrequency,
    /// A part's value is not one of its values.
    #[error("{part} is `{value}`: {} is wanted", part.accepted())]
    Value {
        /// The part.
        part: Part,
        /// The value, or the one of its list that is wrong, shortened to 64 characters.
        value: String,
    },
    /// A part that the rule's frequency does not allow.
    #[error("{part} does not go with FREQ={frequency}")]
    Frequency {
        /// The part; for [`Part::ByDay`] its use with a number.
        part: Part,
        /// The rule's frequency.
        frequency: Frequency,
    },
    /// Two parts that exclude each other; a numbered [`Part::ByDay`] where that is one of them.
    #[error("{part} does not go with {other}: one of them is wanted")]
    Together {
        /// The one.
        part: Part,
        /// The other.
        other: Part,
    },
    /// `SKIP` without `RSCALE`, which RFC 7529 forbids.
    #[error("SKIP stands alone: RSCALE=GREGORIAN is wanted beside it")]
    SkipAlone,
    /// `BYSETPOS` without another BY part.
    #[error("BYSETPOS stands alone: another BY part is wanted, of whose instances it takes some")]
    PositionAlone,
}

impl RuleError {
    pub(super) fn value(part: Part, value: impl AsRef<str>) -> Self {
        Self::Value { part, value: value.as_ref().chars().take(64).collect() }
    }
}
