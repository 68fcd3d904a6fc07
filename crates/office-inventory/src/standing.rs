//! Whether the office still orders from a vendor.
//!
//! Laws, held by `tests/vendor.rs`:
//!
//! 1. A vendor that does better by one measure, and no worse by another, never stands worse.
//! 2. A standing other than good has a reason, and each reason is a limit that was crossed.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use office_core::{Percent, Ratio, Rounding};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Measure, Measured};

/// How a vendor stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing is held against it.
    Good,
    /// It is watched.
    Watch,
    /// It is blocked.
    Blocked,
}

/// What a standing does to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderEffect {
    /// Nothing.
    Allow,
    /// Whoever orders is warned.
    Warn,
    /// Nothing is ordered.
    Block,
}

/// From where on a measure is held against a vendor. To be at the limit is not to have crossed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// Beyond this it is watched: below, where more is better, and above, where less is.
    pub watch: Percent,
    /// Beyond this it is blocked.
    pub blocked: Percent,
    /// Of fewer lines or deliveries nothing is concluded.
    pub least: u32,
}

/// How vendors are judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandingRules {
    /// The limits of the measures that matter.
    pub thresholds: BTreeMap<Measure, Threshold>,
    /// What happens to an order from a vendor that is watched.
    pub when_watched: OrderEffect,
    /// What happens to an order from a vendor that is blocked.
    pub when_blocked: OrderEffect,
}

/// The rules by which vendors are judged, each in force from its day on.
///
/// # Example
/// ```
/// use std::collections::BTreeMap;
///
/// use office_core::{Percent, Ratio};
/// use office_inventory::{
///     Measure, Measured, OrderEffect, Standing, StandingBook, StandingError, StandingRules, Threshold,
/// };
///
/// let (watch, blocked) = (Percent::whole(90), Percent::whole(70));
/// let rules = StandingRules {
///     thresholds: [(Measure::OnTimeInFull, Threshold { watch, blocked, least: 5 })].into(),
///     when_watched: OrderEffect::Warn,
///     when_blocked: OrderEffect::Block,
/// };
/// let mut book = StandingBook::default();
/// book.publish("2026-01-01".parse()?, rules.clone())?;
///
/// let measured = |kept, of| BTreeMap::from([(Measure::OnTimeInFull, Measured { share: kept, of })]);
/// let today = "2026-10-05".parse()?;
/// let watched = book.judge(today, &measured(Ratio::new(4, 5)?, 10))?;
/// assert_eq!((watched.standing, watched.effect), (Standing::Watch, OrderEffect::Warn));
/// assert_eq!(watched.to_string(), "watched: 80 % of lines came on time in full, less than 90 %");
/// assert!(watched.admit().is_ok());
///
/// // Three lines prove nothing; ten of which half are late do.
/// assert_eq!(book.judge(today, &measured(Ratio::ZERO, 3))?.standing, Standing::Good);
/// let refused = book.judge(today, &measured(Ratio::new(1, 2)?, 10))?.admit().map_err(|error| error.to_string());
/// assert_eq!(refused, Err("nothing is ordered from a vendor that is \
///     blocked: 50 % of lines came on time in full, less than 70 %".to_owned()));
///
/// assert_eq!(book.judge("2025-12-31".parse()?, &measured(Ratio::ONE, 10)), Err(StandingError::NotInForce { on: "2025-12-31".parse()? }));
/// let upside_down = [(Measure::Rejected, Threshold { watch, blocked, least: 5 })].into();
/// let upside_down = book.publish(today, StandingRules { thresholds: upside_down, ..rules });
/// assert_eq!(upside_down, Err(StandingError::Order { measure: Measure::Rejected, watch, blocked }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<NaiveDate, StandingRules>", into = "BTreeMap<NaiveDate, StandingRules>")]
pub struct StandingBook {
    // Invariant: as checked by `StandingRules::check`.
    versions: BTreeMap<NaiveDate, StandingRules>,
}

/// Rules of standing make no sense, or there are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum StandingError {
    /// A vendor would be blocked before it is watched.
    #[error("{measure:?} would block at {blocked} before it is watched at {watch}")]
    Order {
        /// The measure.
        measure: Measure,
        /// From where on it is watched.
        watch: Percent,
        /// From where on it is blocked.
        blocked: Percent,
    },
    /// Orders from a vendor that is watched would fare worse than from one that is blocked.
    #[error("{watched:?} when watched and {blocked:?} when blocked makes no sense: the second is to be no milder")]
    Effect {
        /// What happens to an order from a vendor that is watched.
        watched: OrderEffect,
        /// What happens to an order from a vendor that is blocked.
        blocked: OrderEffect,
    },
    /// No rules are in force on the day.
    #[error("no rules are in force on {on}")]
    NotInForce {
        /// The day.
        on: NaiveDate,
    },
}

/// How a vendor stands, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VendorStanding {
    /// How it stands: as its worst measure.
    pub standing: Standing,
    /// What that does to an order.
    pub effect: OrderEffect,
    /// Since when the rules are in force by which it was judged.
    pub rules: NaiveDate,
    /// What is held against it.
    pub reasons: Vec<StandingReason>,
    /// What could not be judged, as too little or nothing was measured.
    pub unjudged: Vec<Measure>,
}

/// A limit that a vendor crossed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandingReason {
    /// The measure.
    pub measure: Measure,
    /// What it came out as.
    pub measured: Measured,
    /// The limit that was crossed.
    pub limit: Percent,
    /// What that makes of the vendor.
    pub standing: Standing,
}

/// The vendor is blocked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("nothing is ordered from a vendor that is {standing}")]
pub struct BlockedVendorError {
    /// How it stands, and why.
    pub standing: VendorStanding,
}

impl StandingBook {
    /// Puts rules in force from a day on, in the place of those from the same day.
    ///
    /// # Errors
    /// [`StandingError::Order`], [`StandingError::Effect`].
    pub fn publish(&mut self, from: NaiveDate, rules: StandingRules) -> Result<(), StandingError> {
        rules.check()?;
        self.versions.insert(from, rules);
        Ok(())
    }

    /// The rules in force on a day, and since when.
    #[must_use]
    pub fn in_force(&self, on: NaiveDate) -> Option<(NaiveDate, &StandingRules)> {
        self.versions.range(..=on).next_back().map(|(since, rules)| (*since, rules))
    }

    /// Judges a vendor by what was measured and the rules in force on a day.
    ///
    /// # Errors
    /// [`StandingError::NotInForce`].
    pub fn judge(
        &self,
        on: NaiveDate,
        measures: &BTreeMap<Measure, Measured>,
    ) -> Result<VendorStanding, StandingError> {
        let (since, rules) = self.in_force(on).ok_or(StandingError::NotInForce { on })?;
        let (mut reasons, mut unjudged) = (Vec::new(), Vec::new());
        for (measure, threshold) in &rules.thresholds {
            match measures.get(measure).filter(|outcome| outcome.of >= threshold.least) {
                Some(outcome) => reasons.extend(threshold.crossed(*measure, *outcome)),
                None => unjudged.push(*measure),
            }
        }
        let standing = reasons.iter().map(|reason| reason.standing).max().unwrap_or(Standing::Good);
        let effect = match standing {
            Standing::Good => OrderEffect::Allow,
            Standing::Watch => rules.when_watched,
            Standing::Blocked => rules.when_blocked,
        };
        Ok(VendorStanding { standing, effect, rules: since, reasons, unjudged })
    }
}

impl VendorStanding {
    /// Admits an order. What is returned is the vendor's standing, which whoever orders is to see where the effect is
    /// [`OrderEffect::Warn`].
    ///
    /// # Errors
    /// [`BlockedVendorError`].
    pub fn admit(self) -> Result<Self, BlockedVendorError> {
        match self.effect {
            OrderEffect::Allow | OrderEffect::Warn => Ok(self),
            OrderEffect::Block => Err(BlockedVendorError { standing: self }),
        }
    }
}

impl StandingRules {
    fn check(&self) -> Result<(), StandingError> {
        for (measure, &Threshold { watch, blocked, .. }) in &self.thresholds {
            let sound = if measure.more_is_better() { blocked <= watch } else { watch <= blocked };
            if !sound {
                return Err(StandingError::Order { measure: *measure, watch, blocked });
            }
        }
        let (watched, blocked) = (self.when_watched, self.when_blocked);
        if watched <= blocked { Ok(()) } else { Err(StandingError::Effect { watched, blocked }) }
    }
}

impl Threshold {
    fn crossed(&self, measure: Measure, measured: Measured) -> Option<StandingReason> {
        let beyond = |limit: Percent| {
            let limit = limit.fraction();
            if measure.more_is_better() { measured.share < limit } else { measured.share > limit }
        };
        let limits = [(Standing::Blocked, self.blocked), (Standing::Watch, self.watch)];
        let (standing, limit) = limits.into_iter().find(|(_, limit)| beyond(*limit))?;
        Some(StandingReason { measure, measured, limit, standing })
    }
}

impl Measure {
    /// Whether more of it is better.
    #[must_use]
    pub const fn more_is_better(self) -> bool {
        match self {
            Self::OnTime | Self::InFull | Self::OnTimeInFull => true,
            Self::PriceDrift | Self::Rejected => false,
        }
    }
}

impl TryFrom<BTreeMap<NaiveDate, StandingRules>> for StandingBook {
    type Error = StandingError;

    fn try_from(versions: BTreeMap<NaiveDate, StandingRules>) -> Result<Self, Self::Error> {
        versions.values().try_for_each(StandingRules::check)?;
        Ok(Self { versions })
    }
}

impl From<StandingBook> for BTreeMap<NaiveDate, StandingRules> {
    fn from(book: StandingBook) -> Self {
        book.versions
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Good => "good",
            Self::Watch => "watched",
            Self::Blocked => "blocked",
        })
    }
}

impl fmt::Display for StandingReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = self.measured.share.checked_mul(Ratio::from_integer(100)).ok();
        let share = share.and_then(|share| share.to_decimal(2, Rounding::HalfEven));
        match share {
            Some(share) => write!(f, "{} %", share.normalize())?,
            None => write!(f, "{}", self.measured.share)?,
        }
        f.write_str(match self.measure {
            Measure::OnTime => " of lines came on time",
            Measure::InFull => " of lines came in full",
            Measure::OnTimeInFull => " of lines came on time in full",
            Measure::PriceDrift => " more was billed than agreed",
            Measure::Rejected => " of what came was rejected",
        })?;
        write!(f, ", {} than {}", if self.measure.more_is_better() { "less" } else { "more" }, self.limit)
    }
}

/// Such as `watched: 80 % of lines came on time in full, less than 90 %`.
impl fmt::Display for VendorStanding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.standing.fmt(f)?;
        for (at, reason) in self.reasons.iter().enumerate() {
            write!(f, "{}{reason}", if at == 0 { ": " } else { "; " })?;
        }
        Ok(())
    }
}
