//! By what rules injuries at work are recorded, counted and told: as data, with those of 29 CFR 1904.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use office_core::{Action, ParseActionError, Ratio, RatioError, RecordClass};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Dated;

/// An office's rules of injuries at work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InjuryRules {
    /// What somebody has to be granted to keep the log, such as `injury.log`.
    pub log: Action,
    /// The class of what is told of an injury, such as `medical`.
    pub class: RecordClass,
    /// How injuries of a day are recorded and counted: the version of the day they happened on.
    pub terms: Dated<InjuryTerms>,
}

impl InjuryRules {
    /// Rules with the action to keep the log.
    ///
    /// # Errors
    /// [`ParseActionError`] where it is no action.
    pub fn new(log: &str, class: RecordClass, terms: Dated<InjuryTerms>) -> Result<Self, ParseActionError> {
        Ok(Self { log: log.parse()?, class, terms })
    }
}

/// How injuries are recorded, counted and told to the authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InjuryTerms {
    /// What makes an injury that is work-related and new go into the log.
    pub criteria: BTreeSet<RecordingCriterion>,
    /// Treatments that are first aid. Any other is medical treatment.
    pub first_aid: BTreeSet<String>,
    /// Conditions that are recorded by themselves.
    pub conditions: BTreeSet<String>,
    /// Conditions that make it a privacy case: the log names nobody.
    pub privacy: BTreeSet<String>,
    /// The most days of one injury that are counted, away and restricted together.
    pub most_days: u32,
    /// Within how many days after the office learned of it an injury has to be in the log.
    pub record_days: u32,
    /// What has to be told to the authority, and how soon.
    pub reports: BTreeMap<SevereOutcome, ReportTerms>,
    /// For how many hours worked an incidence rate is told: those of 100 employees in a year.
    pub rate_hours: u32,
}

/// What makes an injury go into the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordingCriterion {
    /// Somebody died of it.
    Death,
    /// Somebody was away from work for it, on a day after it happened.
    DaysAway,
    /// Somebody could do only a part of their work, or other work, on a day after it happened.
    Restricted,
    /// It was treated with more than first aid.
    Treatment,
    /// It is a condition that is recorded by itself: a fracture, a loss of consciousness.
    Condition,
}

/// What has to be told to the authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SevereOutcome {
    /// Somebody died.
    Death,
    /// Somebody was taken into hospital to be treated.
    Hospital,
    /// Somebody lost a limb or a part of one.
    Amputation,
    /// Somebody lost an eye.
    EyeLoss,
}

/// How soon something has to be told to the authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportTerms {
    /// Within how many hours after the office learned of it.
    pub hours: u32,
    /// Only where it came within so many hours after the injury happened.
    pub follows_within_hours: u32,
}

impl ReportTerms {
    /// Within so many hours, where it came within so many hours after the injury happened.
    #[must_use]
    pub const fn new(hours: u32, follows_within_hours: u32) -> Self {
        Self { hours, follows_within_hours }
    }

    pub(super) fn limit(self) -> TimeDelta {
        TimeDelta::hours(self.hours.into())
    }

    pub(super) fn concerns(self, after: TimeDelta) -> bool {
        after <= TimeDelta::hours(self.follows_within_hours.into())
    }
}

impl InjuryTerms {
    /// The rules of 29 CFR 1904: what is recorded (1904.7, with the first aid of its paragraph (b)(5) and the conditions of
    /// (b)(6), (b)(7) and 1904.8 to 1904.11) within seven days (1904.29(b)(3)), 180 days at most (1904.7(b)(3)), privacy
    /// cases (1904.29(b)(7)), a death within 30 days told within 8 hours, hospital, amputation and the loss of an eye
    /// within 24 hours told within 24 (1904.39), rates for 200,000 hours.
    #[must_use]
    pub fn osha() -> Self {
        let set = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Self {
            criteria: [
                RecordingCriterion::Death,
                RecordingCriterion::DaysAway,
                RecordingCriterion::Restricted,
                RecordingCriterion::Treatment,
                RecordingCriterion::Condition,
            ]
            .into(),
            first_aid: set(&[
                "non-prescription medicine",
                "tetanus shot",
                "cleaning a wound",
                "bandage",
                "hot or cold therapy",
                "non-rigid support",
                "splint for transport",
                "draining a blister",
                "eye patch",
                "rinsing or swabbing an eye",
                "removing a splinter",
                "finger guard",
                "massage",
                "drinking fluids",
            ]),
            conditions: set(&[
                "loss of consciousness",
                "cancer",
                "chronic irreversible disease",
                "fracture",
                "punctured eardrum",
                "contaminated sharp",
                "medical removal",
                "hearing loss",
                "tuberculosis",
            ]),
            privacy: set(&[
                "intimate body part",
                "sexual assault",
                "mental illness",
                "HIV",
                "hepatitis",
                "tuberculosis",
                "contaminated sharp",
                "illness, name withheld on request",
            ]),
            most_days: 180,
            record_days: 7,
            reports: [
                (SevereOutcome::Death, ReportTerms::new(8, 30 * 24)),
                (SevereOutcome::Hospital, ReportTerms::new(24, 24)),
                (SevereOutcome::Amputation, ReportTerms::new(24, 24)),
                (SevereOutcome::EyeLoss, ReportTerms::new(24, 24)),
            ]
            .into(),
            rate_hours: 200_000,
        }
    }

    /// How many cases there are for the hours of 100 employees: cases times 200,000 over the hours that all have worked,
    /// exactly.
    ///
    /// # Errors
    /// [`IncidenceRateError`] where no hours were worked, or terms do not fit.
    ///
    /// # Example
    /// ```
    /// use office_core::{Ratio, Rounding, parse_decimal};
    /// use office_hr::{IncidenceRateError, InjuryTerms};
    ///
    /// let terms = InjuryTerms::osha();
    /// let rate = terms.incidence_rate(1, Ratio::from_integer(278_942))?;
    /// assert_eq!(rate.to_decimal(2, Rounding::HalfUp), Some(parse_decimal("0.72")?));
    ///
    /// // Where nobody worked there is no rate.
    /// assert_eq!(terms.incidence_rate(0, Ratio::ZERO), Err(IncidenceRateError::NoHours { hours: Ratio::ZERO }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn incidence_rate(&self, cases: u32, hours: Ratio) -> Result<Ratio, IncidenceRateError> {
        if !hours.is_positive() {
            return Err(IncidenceRateError::NoHours { hours });
        }
        let cases = Ratio::from_integer(cases.into());
        Ok(cases.checked_mul(Ratio::from_integer(self.rate_hours.into()))?.checked_div(hours)?)
    }
}

/// There is no incidence rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IncidenceRateError {
    /// Nobody worked.
    #[error("{hours} hours were worked: more than none are wanted")]
    NoHours {
        /// How many hours.
        hours: Ratio,
    },
    /// It does not fit.
    #[error(transparent)]
    Ratio(#[from] RatioError),
}
