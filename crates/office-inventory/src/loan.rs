//! An asset is lent for some days.
//!
//! ```text
//! reserve ──► reserved ──hand_out──► out ──bring_back──► back
//!                 │                   └────give_up─────► given up
//!                 └──────cancel────► cancelled
//! ```
//!
//! Days are those of a zone; what overlaps is told by instants, so that a loan by the days of Lisbon and one by the days
//! of Berlin are kept apart too. What is out and late is out until it is brought back.

use std::fmt;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use office_core::subject::PersonId;
use office_core::{CivilTimeError, DateRange, Decision, Entity, Entries, Id, Interval, Kind, Ordered, Partition, Zone};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::AssetId;

/// The id of a loan.
pub type LoanId = Id<Loan>;

/// Some civil days for which something is lent: from the first instant of the first to the end of the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct LoanPeriod {
    days: DateRange,
    zone: Zone,
    // Invariant: of these days in this zone, by the rules of now or of when they were agreed upon.
    time: Interval,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    first: NaiveDate,
    last: NaiveDate,
    zone: Zone,
    // As it was when the days were agreed upon, whatever the rules of the zone have become.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time: Option<Interval>,
}

/// Days are no period for a loan.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LoanPeriodError {
    /// There is no day, or too many of them.
    #[error("a loan from {first} to {last} makes no sense: 1 to {} days are wanted", LoanPeriod::MOST_DAYS)]
    Days {
        /// The first day.
        first: NaiveDate,
        /// The last day.
        last: NaiveDate,
    },
    /// The zone does not know the days.
    #[error(transparent)]
    Zone(#[from] CivilTimeError),
    /// What is stored as their time is another.
    #[error("the time that is given for {first} to {last} in {zone} is off by more than a day")]
    Time {
        /// The first day.
        first: NaiveDate,
        /// The last day.
        last: NaiveDate,
        /// The zone.
        zone: Zone,
    },
}

impl LoanPeriod {
    /// The most days for which something is lent.
    pub const MOST_DAYS: u32 = 3_660;

    /// From the first of some days in a zone to the last.
    ///
    /// # Errors
    /// [`LoanPeriodError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use chrono::TimeDelta;
    /// use office_inventory::{LoanPeriod, LoanPeriodError};
    ///
    /// // The night between them has an hour more.
    /// let berlin = "Europe/Berlin".parse()?;
    /// let weekend = LoanPeriod::new("2026-10-24".parse()?, "2026-10-25".parse()?, berlin)?;
    /// assert_eq!(weekend.time().duration(), TimeDelta::hours(49));
    ///
    /// let (first, last) = ("2026-10-25".parse()?, "2026-10-24".parse()?);
    /// assert_eq!(LoanPeriod::new(first, last, berlin), Err(LoanPeriodError::Days { first, last }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(first: NaiveDate, last: NaiveDate, zone: Zone) -> Result<Self, LoanPeriodError> {
        let wrong = LoanPeriodError::Days { first, last };
        let days = DateRange::inclusive(first, last).map_err(|_| wrong.clone())?;
        if days.days().is_none_or(|days| days > Self::MOST_DAYS) {
            return Err(wrong);
        }
        let (start, end) = (zone.day(first)?.start(), zone.day(last)?.end());
        let time = Interval::new(start, end).map_err(|_| wrong)?;
        Ok(Self { days, zone, time })
    }

    /// The days.
    #[must_use]
    pub const fn days(&self) -> DateRange {
        self.days
    }

    /// The zone of the days.
    #[must_use]
    pub const fn zone(&self) -> Zone {
        self.zone
    }

    /// From the first instant to the last.
    #[must_use]
    pub const fn time(&self) -> Interval {
        self.time
    }

    /// How many days late something is that is brought back, or still out, at an instant.
    #[must_use]
    pub fn days_late(&self, at: DateTime<Utc>) -> u32 {
        let last = self.days.last().unwrap_or(self.days.start());
        let late = self.zone.date_of(at).signed_duration_since(last).num_days();
        if at < self.time.end() { 0 } else { u32::try_from(late).unwrap_or(0) }
    }
}

impl TryFrom<Fields> for LoanPeriod {
    type Error = LoanPeriodError;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        let Fields { first, last, zone, time } = fields;
        let now = Self::new(first, last, zone)?;
        let near = |one: DateTime<Utc>, other| one.signed_duration_since(other).abs() <= TimeDelta::days(1);
        let kept = time.filter(|time| near(time.start(), now.time.start()) && near(time.end(), now.time.end()));
        match (kept, time) {
            (None, Some(_)) => Err(LoanPeriodError::Time { first, last, zone }),
            (kept, _) => Ok(Self { time: kept.unwrap_or(now.time), ..now }),
        }
    }
}

impl From<LoanPeriod> for Fields {
    fn from(period: LoanPeriod) -> Self {
        let first = period.days.start();
        Self { first, last: period.days.last().unwrap_or(first), zone: period.zone, time: Some(period.time) }
    }
}

impl fmt::Display for LoanPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.days, self.zone)
    }
}

/// An asset set aside for somebody for some days, out with them, or back.
///
/// Loans are made and changed by [`reserve_asset`](crate::reserve_asset) and what follows it, which see to it that no two are at the
/// same time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loan {
    asked: NewLoan,
    // As it is now: that of `asked` is what was asked for first.
    period: LoanPeriod,
    status: LoanStatus,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewLoan {
    /// The asset.
    pub asset: AssetId,
    /// For whom.
    pub borrower: PersonId,
    /// For which days.
    pub period: LoanPeriod,
    /// Who asks.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// How far a loan has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoanStatus {
    /// The asset is set aside.
    Reserved,
    /// The borrower has it.
    Out {
        /// Who gave it out.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was brought back, or came to light.
    Back {
        /// Who took it in.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The asset is missing, and nobody waits for it any more.
    GivenUp {
        /// Who has said so.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was called off.
    Cancelled {
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
}

impl fmt::Display for LoanStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reserved => f.write_str("reserved"),
            Self::Out { at, .. } => write!(f, "out since {at}"),
            Self::Back { at, .. } => write!(f, "back since {at}"),
            Self::GivenUp { at, .. } => write!(f, "given up since {at}"),
            Self::Cancelled { at, .. } => write!(f, "cancelled since {at}"),
        }
    }
}

/// What happens to a loan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoanFact {
    /// The asset was set aside.
    Reserved(NewLoan),
    /// The days were changed.
    Rescheduled {
        /// The days.
        period: LoanPeriod,
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The borrower got it.
    HandedOut {
        /// Who gave it out.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was brought back.
    BroughtBack {
        /// Who took it in.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Nobody waits for it any more.
    GivenUp {
        /// Who has said so.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was called off.
    Cancelled {
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
}

/// A step of a loan cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LoanStepError {
    /// It has come too far, or not far enough.
    #[error("the loan is {status}")]
    Status {
        /// How far it has come.
        status: LoanStatus,
    },
    /// It does not begin yet.
    #[error("the loan begins at {from}")]
    TooEarly {
        /// When it begins.
        from: DateTime<Utc>,
    },
    /// It is over.
    #[error("the loan was over at {end}")]
    Over {
        /// When it was over.
        end: DateTime<Utc>,
    },
    /// What is out has begun: only its end can be changed.
    #[error("it is out since the day on which it began: only the last day can be changed")]
    Begun,
}

impl Loan {
    /// The loans of an asset that are reserved or out, by the time at which they begin; may be decided upon.
    pub const BY_ASSET: Partition<Self, AssetId, DateTime<Utc>> = Partition::new("asset");
    /// The loans of a person that are reserved or out, by the time at which they begin; may be decided upon.
    pub const BY_BORROWER: Partition<Self, PersonId, DateTime<Utc>> = Partition::new("borrower");
    /// What is out, by the time at which it should be back; for reports.
    pub const DUE: Ordered<Self, DateTime<Utc>> = Ordered::new("due");

    /// The asset.
    #[must_use]
    pub const fn asset(&self) -> AssetId {
        self.asked.asset
    }

    /// For whom.
    #[must_use]
    pub const fn borrower(&self) -> PersonId {
        self.asked.borrower
    }

    /// For which days.
    #[must_use]
    pub const fn period(&self) -> LoanPeriod {
        self.period
    }

    /// How far it has come.
    #[must_use]
    pub const fn status(&self) -> LoanStatus {
        self.status
    }

    /// What was asked for first.
    #[must_use]
    pub const fn asked(&self) -> &NewLoan {
        &self.asked
    }

    /// Whether it keeps others from having the asset.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.status, LoanStatus::Reserved | LoanStatus::Out { .. })
    }

    /// Whether it is out and should be back at an instant.
    #[must_use]
    pub fn is_overdue(&self, at: DateTime<Utc>) -> bool {
        matches!(self.status, LoanStatus::Out { .. }) && self.period.time.end() <= at
    }

    /// Whether it keeps the asset from being lent for a time, as far as is known at an instant: what is late may come
    /// back at any moment, but is not there at this one.
    #[must_use]
    pub fn stands_against(&self, time: Interval, at: DateTime<Utc>) -> bool {
        let own = self.period.time;
        let late = self.is_overdue(at) && time.start() <= at && own.start() < time.end();
        self.is_open() && (late || own.overlaps(&time))
    }

    /// Other days for it. Whether the asset is free is for [`reschedule_loan`](crate::reschedule_loan) to find out.
    pub(crate) fn reschedule(
        &self,
        period: LoanPeriod,
        by: PersonId,
        at: DateTime<Utc>,
    ) -> Result<Decision<LoanFact>, LoanStepError> {
        if self.is_open() && self.period == period {
            return Ok(Decision::AlreadyRecorded);
        }
        match self.status {
            LoanStatus::Reserved => {}
            LoanStatus::Out { .. } if self.period.time.start() == period.time.start() => {}
            LoanStatus::Out { .. } => return Err(LoanStepError::Begun),
            status @ (LoanStatus::Back { .. } | LoanStatus::GivenUp { .. } | LoanStatus::Cancelled { .. }) => {
                return Err(LoanStepError::Status { status });
            }
        }
        Ok(Decision::Record(LoanFact::Rescheduled { period, by, at }))
    }

    /// Out it goes, on one of its days.
    pub(crate) fn hand_out(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<LoanFact>, LoanStepError> {
        let time = self.period.time;
        match self.status {
            LoanStatus::Out { by: who, at: when } if (who, when) == (by, at) => Ok(Decision::AlreadyRecorded),
            LoanStatus::Reserved if at < time.start() => Err(LoanStepError::TooEarly { from: time.start() }),
            LoanStatus::Reserved if time.end() <= at => Err(LoanStepError::Over { end: time.end() }),
            LoanStatus::Reserved => Ok(Decision::Record(LoanFact::HandedOut { by, at })),
            status @ (LoanStatus::Out { .. }
            | LoanStatus::Back { .. }
            | LoanStatus::GivenUp { .. }
            | LoanStatus::Cancelled { .. }) => Err(LoanStepError::Status { status }),
        }
    }

    /// It is back, late or not.
    pub(crate) fn bring_back(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<LoanFact>, LoanStepError> {
        match self.status {
            LoanStatus::Back { by: who, at: when } if (who, when) == (by, at) => Ok(Decision::AlreadyRecorded),
            LoanStatus::Out { at: from, .. } if at < from => Err(LoanStepError::TooEarly { from }),
            LoanStatus::Out { .. } => Ok(Decision::Record(LoanFact::BroughtBack { by, at })),
            status @ (LoanStatus::Reserved
            | LoanStatus::Back { .. }
            | LoanStatus::GivenUp { .. }
            | LoanStatus::Cancelled { .. }) => Err(LoanStepError::Status { status }),
        }
    }

    /// Nobody waits for it any more.
    pub(crate) fn give_up(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<LoanFact>, LoanStepError> {
        match self.status {
            LoanStatus::GivenUp { .. } => Ok(Decision::AlreadyRecorded),
            LoanStatus::Out { at: from, .. } if at < from => Err(LoanStepError::TooEarly { from }),
            LoanStatus::Out { .. } => Ok(Decision::Record(LoanFact::GivenUp { by, at })),
            status @ (LoanStatus::Reserved | LoanStatus::Back { .. } | LoanStatus::Cancelled { .. }) => {
                Err(LoanStepError::Status { status })
            }
        }
    }

    /// Calls it off, before it is handed out.
    ///
    /// # Errors
    /// [`LoanStepError::Status`].
    ///
    /// # Example
    /// ```
    #[doc = include_str!("loan/beamer.txt")]
    ///
    /// let mut off = loan.clone();
    /// off.apply_decision(&off.cancel(borrower, at)?);
    /// assert_eq!(off.status(), LoanStatus::Cancelled { by: borrower, at });
    /// // What the borrower has is brought back, not called off.
    /// loan.apply(&LoanFact::HandedOut { by, at: "2026-10-05T07:00:00Z".parse()? });
    /// assert_eq!(loan.cancel(borrower, at), Err(LoanStepError::Status { status: loan.status() }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cancel(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<LoanFact>, LoanStepError> {
        match self.status {
            LoanStatus::Cancelled { .. } => Ok(Decision::AlreadyRecorded),
            LoanStatus::Reserved => Ok(Decision::Record(LoanFact::Cancelled { by, at })),
            status @ (LoanStatus::Out { .. } | LoanStatus::Back { .. } | LoanStatus::GivenUp { .. }) => {
                Err(LoanStepError::Status { status })
            }
        }
    }
}

impl Entity for Loan {
    const KIND: Kind = Kind::literal("asset_loan");
    type Fact = LoanFact;

    fn open(fact: &LoanFact) -> Option<Self> {
        let LoanFact::Reserved(asked) = fact else { return None };
        Some(Self { asked: *asked, period: asked.period, status: LoanStatus::Reserved })
    }

    fn apply(&mut self, fact: &LoanFact) {
        match *fact {
            LoanFact::Reserved(_) => {}
            LoanFact::Rescheduled { period, .. } => self.period = period,
            LoanFact::HandedOut { by, at } => self.status = LoanStatus::Out { by, at },
            LoanFact::BroughtBack { by, at } => self.status = LoanStatus::Back { by, at },
            LoanFact::GivenUp { by, at } => self.status = LoanStatus::GivenUp { by, at },
            LoanFact::Cancelled { by, at } => self.status = LoanStatus::Cancelled { by, at },
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        let time = self.period.time;
        if self.is_open() {
            entries.partition(Self::BY_ASSET, &self.asked.asset, &time.start());
            entries.partition(Self::BY_BORROWER, &self.asked.borrower, &time.start());
        }
        if matches!(self.status, LoanStatus::Out { .. }) {
            entries.ordered(Self::DUE, &time.end());
        }
    }
}
