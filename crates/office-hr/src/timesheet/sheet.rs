//! What may be done with a sheet, as pure decisions.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, Utc};
use office_core::rules::{Facts, Outcome};
use office_core::subject::{CaseId, PersonId};
use office_core::{
    ApprovalAct, ApprovalCase, ApprovalRun, ApprovalStatus, DateRange, Decimal, Decision, Entity, Entries, Id, Kind,
    Ordered, Rounding, Scope, Zone,
};

use super::{
    OpenedTimesheet, SheetEntry, SubmitTimesheetError, SubmittedTimesheet, Timesheet, TimesheetFact,
    TimesheetHoursError, TimesheetRules, TimesheetStatus, WriteTimesheetError,
};
use crate::{Employment, LimitFinding, TimeEntry, WorkTime, WorkedWeek, work_by_day};

/// The most entries of a sheet, those struck out among them.
const MOST: u32 = 500;
/// The longest note or reason, in characters.
const LONGEST: usize = 500;

impl OpenedTimesheet {
    /// The seven days.
    pub(crate) fn week(&self) -> DateRange {
        let end = self.starts.checked_add_days(Days::new(7)).unwrap_or(NaiveDate::MAX);
        DateRange::new(self.starts, end).unwrap_or(DateRange::day(self.starts))
    }
}

impl Timesheet {
    /// The sheets that await approval, by their first days.
    pub const OPEN: Ordered<Self, (NaiveDate, CaseId)> = Ordered::new("open");
    /// All sheets by their first days, for reports.
    pub const BY_WEEK: Ordered<Self, NaiveDate> = Ordered::new("week");

    /// The sheet of an employment for the week from a day on.
    #[must_use]
    pub fn id_of(employment: Id<Employment>, starts: NaiveDate) -> Id<Self> {
        Id::natural("timesheet", &format!("{employment}/{starts}"))
    }

    /// Whose it is, and of which week.
    #[must_use]
    pub const fn opened(&self) -> &OpenedTimesheet {
        &self.opened
    }

    /// Its entries by number, those struck out among them.
    #[must_use]
    pub const fn entries(&self) -> &BTreeMap<u32, SheetEntry> {
        &self.entries
    }

    /// What was submitted last.
    #[must_use]
    pub const fn submitted(&self) -> Option<&SubmittedTimesheet> {
        self.submitted.as_ref()
    }

    /// The entries that count, by number.
    pub fn counted(&self) -> impl Iterator<Item = (u32, &TimeEntry)> {
        let counts = self.entries.iter().filter(|(_, entry)| entry.struck.is_none());
        counts.map(|(number, entry)| (*number, &entry.time))
    }

    /// Where it stands.
    #[must_use]
    pub fn status(&self) -> TimesheetStatus {
        let draft = |reason: &str| TimesheetStatus::Draft { returned: Some(reason.to_owned()) };
        let Some(submitted) = &self.submitted else {
            return TimesheetStatus::Draft { returned: self.returned.clone() };
        };
        match submitted.approval.status() {
            ApprovalStatus::Open { stage, .. } => TimesheetStatus::Submitted { stage: *stage },
            ApprovalStatus::Approved => TimesheetStatus::Approved,
            ApprovalStatus::Returned { reason, .. } | ApprovalStatus::Refused { reason, .. } => draft(reason),
            ApprovalStatus::RefusedByPolicy { reasons } => draft(&reasons.to_string()),
            ApprovalStatus::Withdrawn { on } => draft(&format!("withdrawn on {on}")),
            ApprovalStatus::Expired { at, .. } => {
                draft(&format!("not approved by {}", at.format("%Y-%m-%d %H:%M UTC")))
            }
        }
    }

    fn is_draft(&self) -> bool {
        matches!(self.status(), TimesheetStatus::Draft { .. })
    }

    /// The number of the next entry.
    #[must_use]
    pub fn next_number(&self) -> u32 {
        self.entries.last_key_value().map_or(1, |(last, _)| last.saturating_add(1))
    }

    /// Writes time on the sheet. `beside` are the sheets of the weeks before and after, as work may go on past midnight.
    ///
    /// # Errors
    /// [`WriteTimesheetError`], in the order of its variants from the number on.
    pub fn enter(
        &self,
        (number, time, note): (u32, &TimeEntry, &str),
        beside: &[Self],
        rules: &TimesheetRules,
        now: DateTime<Utc>,
    ) -> Result<Decision<TimesheetFact>, WriteTimesheetError> {
        let next = self.next_number();
        if let Some(known) = self.entries.get(&number) {
            let same = known.time == *time && known.note == note;
            return if same {
                Ok(Decision::AlreadyRecorded)
            } else {
                Err(WriteTimesheetError::NumberUsed { number, next })
            };
        }
        if number != next || number > MOST {
            return Err(WriteTimesheetError::Number { number, next });
        }
        if note.chars().count() > LONGEST {
            return Err(WriteTimesheetError::LongNote { most: LONGEST });
        }
        self.open_for(time, rules, now)?;
        let zone = self.opened.zone;
        if let Some(counted) = rules.rounded(time, zone)? {
            let stretches = std::iter::once(counted.work()).chain(counted.breaks().iter().copied());
            let part_of_minute = |at: DateTime<Utc>| at.timestamp().rem_euclid(60) != 0;
            for stretch in stretches {
                if part_of_minute(stretch.start()) || part_of_minute(stretch.end()) {
                    return Err(WriteTimesheetError::PartOfMinute { time: stretch });
                }
            }
        }
        for sheet in beside.iter().chain([self]) {
            if let Some((number, other)) = sheet.counted().find(|(_, other)| other.work().overlaps(&time.work())) {
                let starts = sheet.opened.starts;
                return Err(WriteTimesheetError::Overlap { number, starts, time: other.work() });
            }
        }
        Ok(Decision::Record(TimesheetFact::Entered { number, time: time.clone(), note: note.to_owned() }))
    }

    /// Strikes an entry out. It stays to be seen, with the reason.
    ///
    /// # Errors
    /// [`WriteTimesheetError`].
    pub fn strike(
        &self,
        number: u32,
        why: &str,
        rules: &TimesheetRules,
        now: DateTime<Utc>,
    ) -> Result<Decision<TimesheetFact>, WriteTimesheetError> {
        let entry = self.entries.get(&number).ok_or(WriteTimesheetError::NoEntry { number })?;
        match &entry.struck {
            Some(known) if known == why => return Ok(Decision::AlreadyRecorded),
            Some(_) => return Err(WriteTimesheetError::NoEntry { number }),
            None => {}
        }
        if why.trim().is_empty() || why.chars().count() > LONGEST {
            return Err(WriteTimesheetError::NoReason);
        }
        self.open_for(&entry.time, rules, now)?;
        Ok(Decision::Record(TimesheetFact::Struck { number, why: why.to_owned() }))
    }

    /// Whether time may be written or struck out: the sheet is a draft, the week this one, its months open, the work done.
    fn open_for(
        &self,
        time: &TimeEntry,
        rules: &TimesheetRules,
        now: DateTime<Utc>,
    ) -> Result<(), WriteTimesheetError> {
        if !self.is_draft() {
            return Err(WriteTimesheetError::NotDraft { status: self.status() });
        }
        let zone = self.opened.zone;
        let on = zone.date_of(time.work().start());
        if !self.opened.week().contains(on) {
            return Err(WriteTimesheetError::OtherWeek { on, starts: self.opened.starts });
        }
        if rules.lock.is_some_and(|lock| lock.is_locked(on, zone.date_of(now))) {
            return Err(WriteTimesheetError::Locked { on });
        }
        if time.work().end() > now {
            return Err(WriteTimesheetError::NotOver { end: time.work().end() });
        }
        Ok(())
    }

    /// The time of each day as it counts: rounded by the rules, cut at the midnights of the sheet's zone.
    ///
    /// # Errors
    /// [`TimesheetHoursError`] where rounding makes an entry too long.
    pub fn days(&self, rules: &TimesheetRules) -> Result<BTreeMap<NaiveDate, WorkTime>, TimesheetHoursError> {
        Ok(work_by_day(&self.rounded(rules)?, self.opened.zone)?)
    }

    fn rounded(&self, rules: &TimesheetRules) -> Result<Vec<TimeEntry>, TimesheetHoursError> {
        let mut rounded = Vec::new();
        for (_, entry) in self.counted() {
            rounded.extend(rules.rounded(entry, self.opened.zone)?);
        }
        Ok(rounded)
    }

    /// What each hour of the week is paid at. Work that goes on past the last midnight of the week is in the next one, and
    /// is to be looked for on its sheet.
    ///
    /// # Errors
    /// [`TimesheetHoursError`].
    pub fn week(&self, rules: &TimesheetRules) -> Result<WorkedWeek, TimesheetHoursError> {
        self.paid(&self.days(rules)?, rules)
    }

    /// Which limits were not kept within the week, by what is on this sheet.
    ///
    /// # Errors
    /// [`TimesheetHoursError`].
    pub fn findings(&self, rules: &TimesheetRules) -> Result<Vec<LimitFinding>, TimesheetHoursError> {
        Ok(rules.limits.check(&self.rounded(rules)?, self.opened.week(), self.opened.zone)?)
    }

    /// Submits the sheet: the policy says who has to approve it.
    ///
    /// # Errors
    /// [`SubmitTimesheetError`], in the order of its variants.
    pub fn submit(
        &self,
        id: Id<Self>,
        requester: PersonId,
        scope: &Scope,
        rules: &TimesheetRules,
        at: DateTime<Utc>,
    ) -> Result<Decision<TimesheetFact>, SubmitTimesheetError> {
        if !self.is_draft() {
            return Err(SubmitTimesheetError::NotDraft { status: self.status() });
        }
        if self.counted().next().is_none() {
            return Err(SubmitTimesheetError::Empty);
        }
        let days = self.days(rules)?;
        let week = self.paid(&days, rules)?;
        let hours = |time: WorkTime| time.in_hours().to_decimal(2, Rounding::HalfUp).unwrap_or(Decimal::MAX);
        let findings = Decimal::from(self.findings(rules)?.len());
        let facts = Facts::new()
            .with("hours", hours(week.worked()))
            .with("overtime", hours(week.worked().minus(week.straight())))
            .with("findings", findings)
            .with("scope", scope.clone());
        let ruling = rules.approval.decide(&facts, self.opened.zone.date_of(at))?;
        if let Outcome::Refuse(reasons) = ruling.outcome {
            return Err(SubmitTimesheetError::RefusedByPolicy { reason: reasons.to_string() });
        }
        let case = ApprovalCase {
            case: id.retag(),
            requester,
            beneficiaries: BTreeSet::from([self.opened.person]),
            scope: scope.clone(),
            amount: None,
            taken: Vec::new(),
        };
        let approval = ApprovalRun::start(&ruling.outcome, case, at);
        let submitted = SubmittedTimesheet { days, ruling: ruling.explanation, approval };
        Ok(Decision::Record(TimesheetFact::Submitted(Box::new(submitted))))
    }

    /// What the hours of the week are paid at. Work past its last midnight is of the next week.
    fn paid(
        &self,
        days: &BTreeMap<NaiveDate, WorkTime>,
        rules: &TimesheetRules,
    ) -> Result<WorkedWeek, TimesheetHoursError> {
        let week = self.opened.week();
        let within = days.iter().filter(|(on, _)| week.contains(**on)).map(|(on, time)| (*on, *time)).collect();
        Ok(rules.overtime.week(self.opened.starts, &within)?)
    }

    fn act(&mut self, acts: &[ApprovalAct]) {
        if let Some(submitted) = &mut self.submitted {
            for act in acts {
                submitted.approval.apply(act);
            }
        }
    }

    pub(super) fn begun(employment: Id<Employment>, person: PersonId, starts: NaiveDate, zone: Zone) -> TimesheetFact {
        TimesheetFact::Opened(OpenedTimesheet { employment, person, starts, zone })
    }
}

impl Entity for Timesheet {
    const KIND: Kind = Kind::literal("timesheet");
    type Fact = TimesheetFact;

    fn open(fact: &TimesheetFact) -> Option<Self> {
        match fact {
            TimesheetFact::Opened(opened) => {
                Some(Self { opened: opened.clone(), entries: BTreeMap::new(), submitted: None, returned: None })
            }
            TimesheetFact::Entered { .. }
            | TimesheetFact::Struck { .. }
            | TimesheetFact::Submitted(_)
            | TimesheetFact::Decided(_)
            | TimesheetFact::FellDue(_)
            | TimesheetFact::Reopened { .. } => None,
        }
    }

    fn apply(&mut self, fact: &TimesheetFact) {
        match fact {
            TimesheetFact::Opened(_) => {}
            TimesheetFact::Entered { number, time, note } => {
                let entry = SheetEntry { time: time.clone(), note: note.clone(), struck: None };
                self.entries.insert(*number, entry);
            }
            TimesheetFact::Struck { number, why } => {
                if let Some(entry) = self.entries.get_mut(number) {
                    entry.struck = Some(why.clone());
                }
            }
            TimesheetFact::Submitted(submitted) => self.submitted = Some(submitted.as_ref().clone()),
            TimesheetFact::Decided(act) => self.act(std::slice::from_ref(act)),
            TimesheetFact::FellDue(acts) => self.act(acts),
            TimesheetFact::Reopened { why } => {
                self.submitted = None;
                self.returned = Some(why.clone());
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.ordered(Self::BY_WEEK, &self.opened.starts);
        if let (Some(submitted), TimesheetStatus::Submitted { .. }) = (&self.submitted, self.status()) {
            entries.ordered(Self::OPEN, &(self.opened.starts, submitted.approval.case().case));
        }
    }
}
