//! Rules as text: the value of an `RRULE` property.

use std::fmt::{self, Display, Write};
use std::str::FromStr;

use chrono::Weekday;

use super::error::{Part, RuleError};
use super::rule::{Frequency, Rule, RuleDay, RuleEnd, RuleParts, Skip, Until};
use crate::stamp;

/// The longest text that is read as a rule, in bytes.
pub const MAX_RULE_TEXT: usize = 16_384;

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        if text.len() > MAX_RULE_TEXT {
            return Err(RuleError::TooLong { length: text.len(), limit: MAX_RULE_TEXT });
        }
        let mut seen: Vec<Part> = Vec::new();
        let mut frequency = None;
        let mut parts = RuleParts::every(Frequency::Yearly);
        for piece in text.split(';') {
            let unknown = || RuleError::Unknown { piece: piece.chars().take(64).collect() };
            let (name, value) = piece.split_once('=').ok_or_else(unknown)?;
            let part = Part::ALL.into_iter().find(|part| part.name().eq_ignore_ascii_case(name)).ok_or_else(unknown)?;
            if seen.contains(&part) {
                return Err(RuleError::Repeated { part });
            }
            seen.push(part);
            if part == Part::Freq {
                frequency = Some(frequency_named(value).ok_or_else(|| RuleError::value(part, value))?);
            } else {
                read_part(&mut parts, part, value)?;
            }
        }
        parts.frequency = frequency.ok_or(RuleError::NoFrequency)?;
        if seen.contains(&Part::Skip) && !seen.contains(&Part::Rscale) {
            return Err(RuleError::SkipAlone);
        }
        if seen.contains(&Part::Count) && seen.contains(&Part::Until) {
            return Err(RuleError::Together { part: Part::Count, other: Part::Until });
        }
        Self::try_from(parts)
    }
}

impl TryFrom<String> for Rule {
    type Error = RuleError;

    fn try_from(text: String) -> Result<Self, RuleError> {
        text.parse()
    }
}

impl From<Rule> for String {
    fn from(rule: Rule) -> Self {
        rule.to_string()
    }
}

fn read_part(parts: &mut RuleParts, part: Part, value: &str) -> Result<(), RuleError> {
    let wrong = || RuleError::value(part, value);
    match part {
        Part::Freq => {}
        Part::Until => parts.end = RuleEnd::Until(until(value).ok_or_else(wrong)?),
        Part::Count => parts.end = RuleEnd::Count(unsigned(value).ok_or_else(wrong)?),
        Part::Interval => parts.interval = unsigned(value).ok_or_else(wrong)?,
        Part::ByMonth => parts.by_month = list(part, value, unsigned)?,
        Part::ByWeekNo => parts.by_week = list(part, value, signed)?,
        Part::ByYearDay => parts.by_year_day = list(part, value, signed)?,
        Part::ByMonthDay => parts.by_month_day = list(part, value, signed)?,
        Part::ByDay => parts.by_day = list(part, value, day)?,
        Part::ByHour => parts.by_hour = list(part, value, unsigned)?,
        Part::ByMinute => parts.by_minute = list(part, value, unsigned)?,
        Part::BySecond => parts.by_second = list(part, value, unsigned)?,
        Part::BySetPos => parts.by_position = list(part, value, signed)?,
        Part::Wkst => parts.week_start = weekday(value).ok_or_else(wrong)?,
        Part::Rscale if value.eq_ignore_ascii_case("GREGORIAN") => {}
        Part::Rscale => return Err(wrong()),
        Part::Skip => parts.skip = Skip::named(value).ok_or_else(wrong)?,
    }
    Ok(())
}

fn list<T>(part: Part, text: &str, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, RuleError> {
    text.split(',').map(|one| read(one).ok_or_else(|| RuleError::value(part, one))).collect()
}

/// A number without a sign.
fn unsigned<T: FromStr>(text: &str) -> Option<T> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// A number that may have a sign.
fn signed(text: &str) -> Option<i16> {
    match text.strip_prefix('-') {
        Some(rest) => unsigned::<i16>(rest).and_then(i16::checked_neg),
        None => unsigned(text.strip_prefix('+').unwrap_or(text)),
    }
}

fn frequency_named(text: &str) -> Option<Frequency> {
    use Frequency::{Daily, Hourly, Minutely, Monthly, Secondly, Weekly, Yearly};
    [Secondly, Minutely, Hourly, Daily, Weekly, Monthly, Yearly]
        .into_iter()
        .find(|frequency| frequency.name().eq_ignore_ascii_case(text))
}

const WEEK: [(&str, Weekday); 7] = [
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

fn weekday(text: &str) -> Option<Weekday> {
    WEEK.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, weekday)| weekday)
}

fn weekday_name(weekday: Weekday) -> &'static str {
    WEEK.into_iter().find(|(_, day)| *day == weekday).map_or("MO", |(name, _)| name)
}

fn day(text: &str) -> Option<RuleDay> {
    let (nth, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let weekday = weekday(name)?;
    if nth.is_empty() { Some(RuleDay::every(weekday)) } else { Some(RuleDay::nth(signed(nth)?, weekday)) }
}

fn until(text: &str) -> Option<Until> {
    if let Some(date) = stamp::date(text) {
        return Some(Until::Date(date));
    }
    match text.strip_suffix(['Z', 'z']) {
        Some(utc) => stamp::local(utc).map(|at| Until::Utc(at.and_utc())),
        None => stamp::local(text).map(Until::Local),
    }
}

impl Frequency {
    /// Its name in RFC 5545.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Secondly => "SECONDLY",
            Self::Minutely => "MINUTELY",
            Self::Hourly => "HOURLY",
            Self::Daily => "DAILY",
            Self::Weekly => "WEEKLY",
            Self::Monthly => "MONTHLY",
            Self::Yearly => "YEARLY",
        }
    }
}

impl Skip {
    /// Its name in RFC 7529.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Omit => "OMIT",
            Self::Backward => "BACKWARD",
            Self::Forward => "FORWARD",
        }
    }

    fn named(text: &str) -> Option<Self> {
        [Self::Omit, Self::Backward, Self::Forward].into_iter().find(|skip| skip.name().eq_ignore_ascii_case(text))
    }
}

impl Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Display for RuleDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(nth) = self.nth {
            write!(f, "{nth}")?;
        }
        f.write_str(weekday_name(self.weekday()))
    }
}

impl Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(date) => f.write_str(&stamp::write_date(*date)),
            Self::Local(at) => f.write_str(&stamp::write_local(*at)),
            Self::Utc(at) => write!(f, "{}Z", stamp::write_local(at.naive_utc())),
        }
    }
}

impl Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn list<T: Display>(f: &mut fmt::Formatter<'_>, part: Part, values: &[T]) -> fmt::Result {
            for (index, value) in values.iter().enumerate() {
                if index == 0 {
                    write!(f, ";{part}=")?;
                } else {
                    f.write_char(',')?;
                }
                value.fmt(f)?;
            }
            Ok(())
        }
        let parts = self.parts();
        if parts.skip != Skip::Omit {
            f.write_str("RSCALE=GREGORIAN;")?;
        }
        write!(f, "FREQ={}", parts.frequency)?;
        match parts.end {
            RuleEnd::Never => {}
            RuleEnd::Count(count) => write!(f, ";COUNT={count}")?,
            RuleEnd::Until(until) => write!(f, ";UNTIL={until}")?,
        }
        if parts.interval != 1 {
            write!(f, ";INTERVAL={}", parts.interval)?;
        }
        list(f, Part::ByMonth, &parts.by_month)?;
        list(f, Part::ByWeekNo, &parts.by_week)?;
        list(f, Part::ByYearDay, &parts.by_year_day)?;
        list(f, Part::ByMonthDay, &parts.by_month_day)?;
        list(f, Part::ByDay, &parts.by_day)?;
        list(f, Part::ByHour, &parts.by_hour)?;
        list(f, Part::ByMinute, &parts.by_minute)?;
        list(f, Part::BySecond, &parts.by_second)?;
        list(f, Part::BySetPos, &parts.by_position)?;
        if parts.week_start != Weekday::Mon {
            write!(f, ";WKST={}", weekday_name(parts.week_start))?;
        }
        if parts.skip == Skip::Omit { Ok(()) } else { write!(f, ";SKIP={}", parts.skip.name()) }
    }
}
