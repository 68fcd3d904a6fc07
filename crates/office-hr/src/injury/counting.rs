//! What of an injury counts: days, criteria, and by when it has to be recorded and told.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Injury, InjuryTerms, RecordingCriterion, SevereOutcome, WorkStatus};

/// Calendar days that somebody was away from work or could not do all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InjuryDays {
    /// Away.
    pub away: u32,
    /// With restricted work, or another job.
    pub restricted: u32,
}

impl InjuryDays {
    /// Both together.
    #[must_use]
    pub const fn all(self) -> u32 {
        self.away.saturating_add(self.restricted)
    }

    /// The days of two injuries.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            away: self.away.saturating_add(other.away),
            restricted: self.restricted.saturating_add(other.restricted),
        }
    }
}

/// How severe a case is: the worst that came of it, as a log tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InjuryClass {
    /// Somebody died.
    Death,
    /// Somebody was away from work.
    DaysAway,
    /// Somebody could not do all their work, or got another job.
    Restricted,
    /// Neither, and yet it has to be recorded.
    Other,
}

/// By when something has to be told to the authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportDue {
    /// What.
    pub outcome: SevereOutcome,
    /// By when at the latest.
    pub due: DateTime<Utc>,
    /// When it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<DateTime<Utc>>,
}

impl ReportDue {
    /// Whether it was told too late, or is late at an instant.
    #[must_use]
    pub fn is_late(&self, now: DateTime<Utc>) -> bool {
        self.told.unwrap_or(now) > self.due
    }
}

impl Injury {
    /// The calendar days that count up to and with a day: from the day after the injury on, until the day before a death,
    /// and no more than the rules count.
    #[must_use]
    pub fn days(&self, terms: &InjuryTerms, until: NaiveDate) -> InjuryDays {
        let next = |day: NaiveDate| day.succ_opt().unwrap_or(NaiveDate::MAX);
        let first = next(self.reported.on());
        let end = self.died().unwrap_or(NaiveDate::MAX).min(next(until));
        let ends = self.statuses.keys().skip(1).copied().chain([end]);
        let mut days = InjuryDays::default();
        for ((from, status), to) in self.statuses.iter().zip(ends) {
            let length = to.min(end).signed_duration_since((*from).max(first)).num_days();
            let left = terms.most_days.saturating_sub(days.all());
            let counted = u32::try_from(length.max(0)).unwrap_or(u32::MAX).min(left);
            match status {
                WorkStatus::Full => {}
                WorkStatus::Away => days.away = days.away.saturating_add(counted),
                WorkStatus::Restricted | WorkStatus::Transferred => {
                    days.restricted = days.restricted.saturating_add(counted);
                }
            }
        }
        days
    }

    /// Why it has to be recorded, by what is known on a day: nothing where it has not, or has not been assessed.
    #[must_use]
    pub fn criteria(&self, terms: &InjuryTerms, until: NaiveDate) -> BTreeSet<RecordingCriterion> {
        let Some(found) = self.assessment().filter(|found| found.work_related && found.new_case) else {
            return BTreeSet::new();
        };
        let days = self.days(terms, until);
        let met = [
            (RecordingCriterion::Death, self.died().is_some_and(|day| day <= until)),
            (RecordingCriterion::DaysAway, days.away > 0),
            (RecordingCriterion::Restricted, days.restricted > 0),
            (RecordingCriterion::Treatment, !found.treatments.is_subset(&terms.first_aid)),
            (RecordingCriterion::Condition, !found.conditions.is_disjoint(&terms.conditions)),
        ];
        let met = met.into_iter().filter(|(criterion, met)| *met && terms.criteria.contains(criterion));
        met.map(|(criterion, _)| criterion).collect()
    }

    /// How the log classes it; nothing where it has not to be recorded.
    #[must_use]
    pub fn class_in_log(&self, terms: &InjuryTerms, until: NaiveDate) -> Option<InjuryClass> {
        let worst = self.criteria(terms, until).into_iter().next()?;
        Some(match worst {
            RecordingCriterion::Death => InjuryClass::Death,
            RecordingCriterion::DaysAway => InjuryClass::DaysAway,
            RecordingCriterion::Restricted => InjuryClass::Restricted,
            RecordingCriterion::Treatment | RecordingCriterion::Condition => InjuryClass::Other,
        })
    }

    /// Whether the log names nobody.
    #[must_use]
    pub fn is_privacy_case(&self, terms: &InjuryTerms) -> bool {
        self.assessment().is_some_and(|found| !found.conditions.is_disjoint(&terms.privacy))
    }

    /// The last day on which it can be recorded in time.
    #[must_use]
    pub fn record_by(&self, terms: &InjuryTerms) -> NaiveDate {
        let learned = self.reported.zone.date_of(self.reported.learned);
        learned.checked_add_days(Days::new(terms.record_days.into())).unwrap_or(NaiveDate::MAX)
    }

    /// What has to be told to the authority, by when, and when it was: in the order of the outcomes.
    #[must_use]
    pub fn reports_due(&self, terms: &InjuryTerms) -> Vec<ReportDue> {
        let due = self.severe.iter().filter_map(|(outcome, event)| {
            let report = terms.reports.get(outcome)?;
            let concerned = report.concerns(event.at.signed_duration_since(self.reported.happened));
            let due = event.learned.checked_add_signed(report.limit()).unwrap_or(DateTime::<Utc>::MAX_UTC);
            concerned.then_some(ReportDue { outcome: *outcome, due, told: event.told })
        });
        due.collect()
    }

    /// The day of death.
    fn died(&self) -> Option<NaiveDate> {
        self.severe.get(&SevereOutcome::Death).map(|death| self.reported.zone.date_of(death.at))
    }
}
