//! What has happened to somebody after they complained: signs to be looked at, not verdicts.

use chrono::NaiveDate;
use office_core::{Ratio, StoreError, View};
use serde::{Deserialize, Serialize};

use super::{Grievance, GrievanceRules};
use crate::{Employment, LeaveRequest, LeaveStatus, LeavingGround};

/// Something that was to somebody's disadvantage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdverseEvent {
    /// On which day.
    pub on: NaiveDate,
    /// What.
    pub kind: AdverseKind,
}

/// What was to somebody's disadvantage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AdverseKind {
    /// The office ended their employment.
    Notice,
    /// They work fewer hours.
    HoursReduced {
        /// How many hours a week before.
        from: Ratio,
        /// How many since.
        to: Ratio,
    },
    /// They are paid less.
    PayReduced,
    /// Leave that they asked for was refused.
    LeaveRefused,
}

/// That something happened to somebody within the time after they complained in which that is looked at.
///
/// It says nothing of why: that is for somebody to find out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetaliationSignal {
    /// What, when.
    pub event: AdverseEvent,
    /// How many days after they complained; nought on the same day.
    pub days_after: u32,
}

/// What of some employments and requests for leave was to somebody's disadvantage, by day: notice by the office on the day
/// they were told, fewer hours from the day they work them, leave refused on the day it was.
#[must_use]
pub fn adverse_events<'a>(
    employments: impl IntoIterator<Item = &'a Employment>,
    requests: impl IntoIterator<Item = &'a LeaveRequest>,
) -> Vec<AdverseEvent> {
    let mut events = Vec::new();
    for employment in employments {
        let by_office = |ground| matches!(ground, LeavingGround::Dismissal | LeavingGround::Cause);
        if let Some(leaving) = employment.leaving().filter(|leaving| by_office(leaving.ground)) {
            events.push(AdverseEvent { on: leaving.told, kind: AdverseKind::Notice });
        }
        let mut before: Option<Ratio> = None;
        for (on, to) in employment.assignments().map(|(on, place)| (on, place.weekly_hours)) {
            if let Some(from) = before.replace(to).filter(|from| to < *from) {
                events.push(AdverseEvent { on, kind: AdverseKind::HoursReduced { from, to } });
            }
        }
    }
    let refused = requests.into_iter().filter(|request| matches!(request.status(), LeaveStatus::Refused { .. }));
    events.extend(refused.map(|request| {
        // What rules refuse at once nobody has acted on: it is of the day it was asked for.
        let on = request.approval().acts().last().map_or(request.asked().on, |act| act.on);
        AdverseEvent { on, kind: AdverseKind::LeaveRefused }
    }));
    events.sort_unstable();
    events
}

/// Which events came on the day somebody complained or within so many days after it, by day.
///
/// # Example
/// ```
/// use office_hr::{AdverseEvent, AdverseKind, retaliation_signals};
///
/// let event = |on: &str| Ok::<_, chrono::ParseError>(AdverseEvent { on: on.parse()?, kind: AdverseKind::PayReduced });
/// let events = [event("2026-03-01")?, event("2026-04-15")?, event("2026-09-01")?];
/// let signals = retaliation_signals("2026-04-01".parse()?, 90, events);
/// assert_eq!(signals.len(), 1);
/// assert_eq!(signals[0].days_after, 14);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn retaliation_signals(
    complained: NaiveDate,
    watch_days: u32,
    events: impl IntoIterator<Item = AdverseEvent>,
) -> Vec<RetaliationSignal> {
    let signal = |event: AdverseEvent| {
        let days_after = u32::try_from(event.on.signed_duration_since(complained).num_days()).ok()?;
        (days_after <= watch_days).then_some(RetaliationSignal { event, days_after })
    };
    let mut signals: Vec<RetaliationSignal> = events.into_iter().filter_map(signal).collect();
    signals.sort_unstable();
    signals
}

/// What has happened to who raised a grievance within the time in which that is looked at; nothing where nobody is known.
///
/// Notice, hours and leave are looked up; what is known of their pay elsewhere is given.
///
/// # Errors
/// What the store reports.
///
/// # Example
/// ```
#[doc = include_str!("../permission/office.txt")]
#[doc = include_str!("../grievance/office.txt")]
/// use office_hr::{AdverseEvent, AdverseKind};
///
/// let pay = |on: &str| Ok::<_, Failure>([AdverseEvent { on: on.parse()?, kind: AdverseKind::PayReduced }]);
/// let check = |pay: [AdverseEvent; 1]| {
///     let grievance = &shown.disclosed.entity;
///     wait(office.view(move |view| async move { retaliation_check(&view, grievance, &pay, rules).await }))
/// };
/// assert_eq!(check(pay("2026-11-01")?)?[0].days_after, 20);
/// // What came before the complaint, or long after, is no sign; and who may not read it cannot have it checked.
/// assert!(check(pay("2026-10-11")?)?.is_empty());
/// assert!(read("pry", dora, "review").is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn retaliation_check(
    view: &View,
    grievance: &Grievance,
    pay: &[AdverseEvent],
    rules: &GrievanceRules,
) -> Result<Vec<RetaliationSignal>, StoreError> {
    let raised = &grievance.raised().grievance;
    let Some(person) = raised.raised_by else { return Ok(Vec::new()) };
    let employments = view.list(Employment::OF_PERSON, &person).await?;
    let requests = view.list(LeaveRequest::OF_PERSON, &person).await?;
    let events = adverse_events(employments.iter().map(|(_, each)| each), requests.iter().map(|(_, each)| each));
    Ok(retaliation_signals(raised.on, rules.watch_days, events.into_iter().chain(pay.iter().copied())))
}
