//! The text format of the shift scheduling benchmark: sections of comma-separated lines.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use office_core::subject::PersonId;
use office_core::{DateRange, InputError};
use thiserror::Error;

use super::{
    CoverDemand, MAX_ROSTER_DAYS, RosterContract, RosterPlan, RosterPlanError, RosterPlanParts, ShiftName, ShiftType,
    ShiftWish, Wish,
};

/// The longest text that is read, in bytes.
pub const MAX_ROSTER_TEXT: usize = 8_000_000;

impl RosterPlan {
    /// Reads an instance of the shift scheduling benchmark of Curtois and Qu (24 of them are published at
    /// <http://www.schedulingbenchmarks.org>), its first day being the Monday `start`.
    ///
    /// The format has the sections `SECTION_HORIZON`, `SECTION_SHIFTS`, `SECTION_STAFF`, `SECTION_DAYS_OFF`,
    /// `SECTION_SHIFT_ON_REQUESTS`, `SECTION_SHIFT_OFF_REQUESTS` and `SECTION_COVER`, of which the first three have
    /// to be there; days count from 0, and what follows a `#` at the start of a line is a comment. A person's id is
    /// that of [`staff_id`](Self::staff_id).
    ///
    /// # Errors
    /// [`RosterTextError`]: the first line and field that cannot be read, or why what was read is no plan.
    ///
    /// # Example
    /// ```
    /// use office_scheduling::RosterPlan;
    ///
    /// let text = "\
    /// SECTION_HORIZON
    /// 7
    /// SECTION_SHIFTS
    /// D,480,
    /// N,600,D
    /// SECTION_STAFF
    /// A,D=7|N=0,2400,960,5,2,2,1
    /// SECTION_DAYS_OFF
    /// A,0
    /// SECTION_COVER
    /// 0,D,1,100,1
    /// ";
    /// let monday = "2026-11-02".parse()?;
    /// let plan = RosterPlan::from_benchmark(text, monday)?;
    /// assert_eq!(plan.contract(RosterPlan::staff_id("A")).map(|ada| ada.least_minutes), Some(960));
    ///
    /// let refused = RosterPlan::from_benchmark(&text.replace("D,480", "D,eight"), monday).unwrap_err();
    /// assert_eq!(
    ///     refused.to_string(),
    ///     "`roster`, line 4, field `length in minutes`: `eight` is not accepted: expected a whole number"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_benchmark(text: &str, start: NaiveDate) -> Result<Self, RosterTextError> {
        if text.len() > MAX_ROSTER_TEXT {
            return Err(RosterTextError::TooLong { bytes: text.len() });
        }
        if start.weekday() != Weekday::Mon {
            return Err(RosterTextError::NotMonday { start });
        }
        let mut reading = Reading { start, ..Reading::default() };
        let mut section = None;
        for (number, line) in (1..).zip(text.lines()) {
            let line = Line { number, text: line.trim() };
            if line.text.is_empty() || line.text.starts_with('#') {
                continue;
            }
            if line.text.starts_with("SECTION_") {
                section = Some(Section::named(&line)?);
                continue;
            }
            let Some(section) = section else {
                return Err(line.wrong("section", line.text, "a line such as `SECTION_HORIZON` first").into());
            };
            reading.take(section, &line)?;
        }
        reading.plan()
    }

    /// The id of a member of staff of a benchmark instance, by the name that it has there.
    #[must_use]
    pub fn staff_id(name: &str) -> PersonId {
        PersonId::natural("roster_staff", name)
    }
}

/// A text is not read as a plan.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RosterTextError {
    /// It is too long.
    #[error("the text has {bytes} bytes: at most {MAX_ROSTER_TEXT} are wanted")]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// The first day is no Monday, which would move the weekends.
    #[error("the roster starts on {start}: a Monday is wanted")]
    NotMonday {
        /// The first day.
        start: NaiveDate,
    },
    /// A line cannot be read.
    #[error(transparent)]
    Line(#[from] InputError),
    /// A section that has to be there is not, or has no line.
    #[error("section `{section}` is missing: it is wanted with at least one line")]
    Missing {
        /// Which.
        section: &'static str,
    },
    /// What was read does not make a plan.
    #[error(transparent)]
    Plan(#[from] RosterPlanError),
}

#[derive(Clone, Copy)]
enum Section {
    Horizon,
    Shifts,
    Staff,
    DaysOff,
    Requests(Wish),
    Cover,
}

impl Section {
    fn named(line: &Line<'_>) -> Result<Self, InputError> {
        match line.text {
            "SECTION_HORIZON" => Ok(Self::Horizon),
            "SECTION_SHIFTS" => Ok(Self::Shifts),
            "SECTION_STAFF" => Ok(Self::Staff),
            "SECTION_DAYS_OFF" => Ok(Self::DaysOff),
            "SECTION_SHIFT_ON_REQUESTS" => Ok(Self::Requests(Wish::On)),
            "SECTION_SHIFT_OFF_REQUESTS" => Ok(Self::Requests(Wish::Off)),
            "SECTION_COVER" => Ok(Self::Cover),
            other => Err(line.wrong("section", other, "a section such as `SECTION_COVER`")),
        }
    }
}

/// A line and its number, from 1.
struct Line<'a> {
    number: u64,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn wrong(&self, field: &str, value: &str, expected: &str) -> InputError {
        InputError::new("roster", self.number, field, value, expected)
    }

    /// So many fields; the last may be missing.
    fn fields<const N: usize>(&self) -> Result<[&'a str; N], InputError> {
        let mut parts = self.text.split(',').map(str::trim);
        let fields = [(); N].map(|()| parts.next().unwrap_or_default());
        match parts.next() {
            Some(more) => Err(self.wrong("line", more, &format!("at most {N} fields"))),
            None => Ok(fields),
        }
    }

    fn number(&self, field: &str, value: &str) -> Result<u32, InputError> {
        value.parse().map_err(|_| self.wrong(field, value, "a whole number"))
    }

    fn shift(&self, value: &str) -> Result<ShiftName, InputError> {
        value.parse().map_err(|_| self.wrong("shift", value, "the name of a shift"))
    }
}

#[derive(Default)]
struct Reading {
    start: NaiveDate,
    horizon: Option<u32>,
    shifts: Vec<ShiftType>,
    people: Vec<RosterContract>,
    /// Where each member of staff is among the people.
    places: BTreeMap<String, usize>,
    demand: Vec<CoverDemand>,
}

impl Reading {
    fn take(&mut self, section: Section, line: &Line<'_>) -> Result<(), InputError> {
        match section {
            Section::Horizon => self.take_horizon(line),
            Section::Shifts => self.take_shift(line),
            Section::Staff => self.take_person(line),
            Section::DaysOff => self.take_days_off(line),
            Section::Requests(wish) => self.take_request(wish, line),
            Section::Cover => self.take_cover(line),
        }
    }

    fn take_horizon(&mut self, line: &Line<'_>) -> Result<(), InputError> {
        let days = line.number("days", line.text)?;
        if self.horizon.is_some() || !(1..=MAX_ROSTER_DAYS).contains(&days) {
            return Err(line.wrong("days", line.text, &format!("one number from 1 to {MAX_ROSTER_DAYS}")));
        }
        self.horizon = Some(days);
        Ok(())
    }

    fn take_shift(&mut self, line: &Line<'_>) -> Result<(), InputError> {
        let [name, minutes, after] = line.fields()?;
        let barred = after.split('|').filter(|name| !name.is_empty()).map(|name| line.shift(name.trim()));
        self.shifts.push(ShiftType {
            not_followed_by: barred.collect::<Result<BTreeSet<_>, _>>()?,
            ..ShiftType::new(line.shift(name)?, line.number("length in minutes", minutes)?)
        });
        Ok(())
    }

    fn take_person(&mut self, line: &Line<'_>) -> Result<(), InputError> {
        let [id, limits, most_minutes, least_minutes, most_row, least_row, least_off, weekends] = line.fields()?;
        let mut most_of_shift = BTreeMap::new();
        for limit in limits.split('|').filter(|limit| !limit.is_empty()) {
            let pair = limit.split_once('=');
            let (shift, most) = pair.ok_or_else(|| line.wrong("most shifts", limit, "limits such as `D=14|N=0`"))?;
            most_of_shift.insert(line.shift(shift.trim())?, line.number("most shifts", most.trim())?);
        }
        self.places.insert(id.to_owned(), self.people.len());
        self.people.push(RosterContract {
            most_of_shift,
            most_minutes: line.number("most minutes", most_minutes)?,
            least_minutes: line.number("least minutes", least_minutes)?,
            most_consecutive_shifts: line.number("most consecutive shifts", most_row)?,
            least_consecutive_shifts: line.number("least consecutive shifts", least_row)?,
            least_consecutive_days_off: line.number("least consecutive days off", least_off)?,
            most_weekends: line.number("most weekends", weekends)?,
            ..RosterContract::unlimited(RosterPlan::staff_id(id), id)
        });
        Ok(())
    }

    fn take_days_off(&mut self, line: &Line<'_>) -> Result<(), InputError> {
        let mut fields = line.text.split(',').map(str::trim);
        let id = fields.next().unwrap_or_default();
        for day in fields.filter(|day| !day.is_empty()) {
            let date = self.date(line, day)?;
            self.person(line, id)?.days_off.insert(date);
        }
        Ok(())
    }

    fn take_request(&mut self, wish: Wish, line: &Line<'_>) -> Result<(), InputError> {
        let [id, day, shift, weight] = line.fields()?;
        let (date, shift) = (self.date(line, day)?, line.shift(shift)?);
        let weight = line.number("weight", weight)?;
        self.person(line, id)?.wishes.push(ShiftWish { date, shift, wish, weight });
        Ok(())
    }

    fn take_cover(&mut self, line: &Line<'_>) -> Result<(), InputError> {
        let [day, shift, wanted, under, over] = line.fields()?;
        self.demand.push(CoverDemand {
            date: self.date(line, day)?,
            shift: line.shift(shift)?,
            skill: None,
            wanted: line.number("requirement", wanted)?,
            under_weight: line.number("weight for under", under)?,
            over_weight: line.number("weight for over", over)?,
        });
        Ok(())
    }

    fn person(&mut self, line: &Line<'_>, id: &str) -> Result<&mut RosterContract, InputError> {
        let place = self.places.get(id).copied();
        place
            .and_then(|place| self.people.get_mut(place))
            .ok_or_else(|| line.wrong("employee", id, "a member of the staff listed before"))
    }

    fn date(&self, line: &Line<'_>, day: &str) -> Result<NaiveDate, InputError> {
        let number = line.number("day", day)?;
        let within = self.horizon.is_some_and(|horizon| number < horizon);
        let date = self.start.checked_add_days(Days::new(u64::from(number))).filter(|_| within);
        date.ok_or_else(|| line.wrong("day", day, "a day within the horizon, from 0"))
    }

    fn plan(self) -> Result<RosterPlan, RosterTextError> {
        let horizon = self.horizon.ok_or(RosterTextError::Missing { section: "SECTION_HORIZON" })?;
        if self.shifts.is_empty() {
            return Err(RosterTextError::Missing { section: "SECTION_SHIFTS" });
        }
        if self.people.is_empty() {
            return Err(RosterTextError::Missing { section: "SECTION_STAFF" });
        }
        let end = self.start.checked_add_days(Days::new(u64::from(horizon)));
        let days =
            DateRange::new(self.start, end).map_err(|_| RosterTextError::Missing { section: "SECTION_HORIZON" })?;
        let Self { shifts, people, demand, .. } = self;
        Ok(RosterPlan::new(RosterPlanParts { days, shifts, people, demand, fairness: None })?)
    }
}
