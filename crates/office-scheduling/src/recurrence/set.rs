//! A start with its rules, added dates and exceptions: everything that decides when something recurs.

use std::collections::BTreeSet;
use std::collections::btree_set::Range;

use chrono::{DateTime, NaiveDateTime, Utc};
use office_core::Zone;
use serde::{Deserialize, Serialize};

use super::occurrence::Matches;
use super::rule::Rule;
use super::wall::{Calendar, Clock, reading, seconds, whole, whole_seconds};

/// After so many candidates in a row that are all excluded, a set ends.
///
/// Nothing else could end one whose excluding rule takes away whatever another rule yields, second by second.
pub const MAX_EXCLUDED: u32 = 1_000_000;

/// Whether the start is an instance where no rule yields it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstInstance {
    /// It is the first instance, and a rule's `COUNT` counts it (RFC 5545, section 3.8.5.3).
    #[default]
    Always,
    /// It only says from where to look, as in several other programs.
    WhenMatching,
}

/// When something recurs: a start, rules, added dates and exceptions, on the wall clock.
///
/// Times are readings of a wall clock in whole seconds; fractions are cut off. With a zone they are that zone's,
/// without one they float: nine o'clock wherever one is. Instances are told in ascending order, each once. A rule
/// yields instances in years 0 to 9999 only, so every set ends.
///
/// # Example
/// ```
/// use office_core::Zone;
/// use office_scheduling::{RecurrenceSet, RuleError};
///
/// let berlin: Zone = "Europe/Berlin".parse().unwrap();
/// let at = |text: &str| text.parse().unwrap();
/// let standup = RecurrenceSet::new(at("2026-03-02T09:00:00"), Some(berlin))
///     .with_rule("FREQ=WEEKLY;BYDAY=MO,TH;COUNT=4".parse()?)
///     .with_exception(at("2026-03-05T09:00:00"));
/// let days: Vec<String> = standup.occurrences().map(|at| at.to_string()).collect();
/// assert_eq!(days, ["2026-03-02 09:00:00", "2026-03-09 09:00:00", "2026-03-12 09:00:00"]);
///
/// // What is not an instance is not in it.
/// assert!(!standup.contains(at("2026-03-05T09:00:00")));
/// # Ok::<(), RuleError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Fields", into = "Fields")]
pub struct RecurrenceSet {
    // Invariant: every time is a whole second.
    start: NaiveDateTime,
    zone: Option<Zone>,
    first: FirstInstance,
    rules: Vec<Rule>,
    excluding: Vec<Rule>,
    dates: BTreeSet<NaiveDateTime>,
    exceptions: BTreeSet<NaiveDateTime>,
}

impl RecurrenceSet {
    /// What happens once, at its start, in a zone or floating.
    #[must_use]
    pub fn new(start: NaiveDateTime, zone: Option<Zone>) -> Self {
        Self {
            start: whole(start),
            zone,
            first: FirstInstance::Always,
            rules: Vec::new(),
            excluding: Vec::new(),
            dates: BTreeSet::new(),
            exceptions: BTreeSet::new(),
        }
    }

    /// Recurs by this rule too (`RRULE`).
    #[must_use]
    pub fn with_rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Does not happen when this rule yields it (`EXRULE`, which RFC 5545 keeps for old data only).
    #[must_use]
    pub fn with_excluding_rule(mut self, rule: Rule) -> Self {
        self.excluding.push(rule);
        self
    }

    /// Happens then too (`RDATE`).
    #[must_use]
    pub fn with_date(mut self, at: NaiveDateTime) -> Self {
        self.dates.insert(whole(at));
        self
    }

    /// Does not happen then (`EXDATE`).
    #[must_use]
    pub fn with_exception(mut self, at: NaiveDateTime) -> Self {
        self.exceptions.insert(whole(at));
        self
    }

    /// Treats a start that no rule yields in this way.
    #[must_use]
    pub const fn with_first(mut self, first: FirstInstance) -> Self {
        self.first = first;
        self
    }

    /// Its start.
    #[must_use]
    pub const fn start(&self) -> NaiveDateTime {
        self.start
    }

    /// The zone of its times; none where they float.
    #[must_use]
    pub const fn zone(&self) -> Option<Zone> {
        self.zone
    }

    /// How a start that no rule yields is treated.
    #[must_use]
    pub const fn first(&self) -> FirstInstance {
        self.first
    }

    /// The rules it recurs by.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules that take instances away.
    #[must_use]
    pub fn excluding_rules(&self) -> &[Rule] {
        &self.excluding
    }

    /// The dates added, ascending.
    pub fn dates(&self) -> impl Iterator<Item = NaiveDateTime> + '_ {
        self.dates.iter().copied()
    }

    /// The exceptions, ascending.
    pub fn exceptions(&self) -> impl Iterator<Item = NaiveDateTime> + '_ {
        self.exceptions.iter().copied()
    }

    /// Its instances in ascending order, each once, computed as they are asked for.
    ///
    /// It ends: with its rules, with the year 9999, or after [`MAX_EXCLUDED`] candidates that are all excluded.
    pub fn occurrences(&self) -> impl Iterator<Item = NaiveDateTime> + '_ {
        self.occurrences_from(NaiveDateTime::MIN)
    }

    /// Its instances at or after a reading, as [`occurrences`](Self::occurrences) lists them.
    ///
    /// A rule without `COUNT` is entered there at once; one with `COUNT` is counted from its start.
    pub fn occurrences_from(&self, from: NaiveDateTime) -> impl Iterator<Item = NaiveDateTime> + '_ {
        let mut calendar = Calendar::default();
        self.seconds_from(from).map_while(move |second| calendar.reading(second))
    }

    /// The instants at which the same take place, by their readings: later by the gap where the clocks skip one, at the first
    /// where they show it twice (RFC 5545, section 3.3.5). Where its times float, `here` says in which zone they are read.
    ///
    /// # Example
    /// ```
    /// use office_core::Zone;
    /// use office_scheduling::{RecurrenceSet, RuleError};
    ///
    /// let berlin: Zone = "Europe/Berlin".parse().unwrap();
    /// let start = "2026-03-28T02:30:00".parse().unwrap();
    /// let backup = RecurrenceSet::new(start, Some(berlin)).with_rule("FREQ=DAILY;COUNT=3".parse()?);
    /// let times: Vec<String> = backup.instants_from(start, Zone::UTC).map(|at| at.to_string()).collect();
    /// // On the 29th there is no half past two; it is half past three, when the clocks are an hour further ahead.
    /// assert_eq!(times, ["2026-03-28 01:30:00 UTC", "2026-03-29 01:30:00 UTC", "2026-03-30 00:30:00 UTC"]);
    ///
    /// // What has no instance later has no instant either.
    /// assert_eq!(backup.instants_from("2026-03-31T00:00:00".parse().unwrap(), Zone::UTC).next(), None);
    /// # Ok::<(), RuleError>(())
    /// ```
    pub fn instants_from(&self, from: NaiveDateTime, here: Zone) -> impl Iterator<Item = DateTime<Utc>> + '_ {
        let (mut clock, mut calendar) = (Clock::new(self.zone.unwrap_or(here)), Calendar::default());
        let instants = self.seconds_from(from).map_while(move |second| calendar.reading(clock.instant(second).at));
        instants.map(|at| at.and_utc())
    }

    /// The same as seconds of the wall clock.
    pub(super) fn seconds_from(&self, from: NaiveDateTime) -> Occurrences<'_> {
        Occurrences::new(self, from)
    }

    /// Whether it has an instance at this reading.
    #[must_use]
    pub fn contains(&self, at: NaiveDateTime) -> bool {
        self.occurrences_from(at).next() == Some(at)
    }

    /// The first of these readings, ascending, at which it has no instance. Counts from the start once for all.
    pub(super) fn first_missing(&self, readings: impl Iterator<Item = NaiveDateTime>) -> Option<NaiveDateTime> {
        self.not_among(readings).next()
    }

    /// Those of these readings, ascending, at which it has no instance.
    pub(crate) fn missing(&self, readings: impl Iterator<Item = NaiveDateTime>) -> Vec<NaiveDateTime> {
        self.not_among(readings).collect()
    }

    fn not_among(&self, readings: impl Iterator<Item = NaiveDateTime>) -> impl Iterator<Item = NaiveDateTime> {
        let mut occurrences = Occurrences::new(self, NaiveDateTime::MIN);
        readings.filter(move |at| {
            occurrences.seek(*at);
            occurrences.next().and_then(reading) != Some(*at)
        })
    }

    pub(super) fn matches(&self, rule: &Rule) -> Matches {
        let mut matches = Matches::new(rule, seconds(self.start), self.zone);
        if self.first == FirstInstance::Always {
            matches.count_start(seconds(self.start));
        }
        matches
    }
}

/// The stored form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    start: NaiveDateTime,
    zone: Option<Zone>,
    #[serde(default)]
    first: FirstInstance,
    #[serde(default)]
    rules: Vec<Rule>,
    #[serde(default)]
    excluding: Vec<Rule>,
    #[serde(default)]
    dates: BTreeSet<NaiveDateTime>,
    #[serde(default)]
    exceptions: BTreeSet<NaiveDateTime>,
}

impl From<Fields> for RecurrenceSet {
    fn from(fields: Fields) -> Self {
        Self {
            start: whole(fields.start),
            zone: fields.zone,
            first: fields.first,
            rules: fields.rules,
            excluding: fields.excluding,
            dates: fields.dates.into_iter().map(whole).collect(),
            exceptions: fields.exceptions.into_iter().map(whole).collect(),
        }
    }
}

impl From<RecurrenceSet> for Fields {
    fn from(set: RecurrenceSet) -> Self {
        let RecurrenceSet { start, zone, first, rules, excluding, dates, exceptions } = set;
        Self { start, zone, first, rules, excluding, dates, exceptions }
    }
}

/// The instances of a set as seconds of the wall clock: its rules merged with its dates, less what is excluded.
pub(super) struct Occurrences<'a> {
    set: &'a RecurrenceSet,
    start: Option<i64>,
    rules: Vec<Matches>,
    dates: Dates<'a>,
    excluding: Vec<Matches>,
    exceptions: Dates<'a>,
}

impl<'a> Occurrences<'a> {
    fn new(set: &'a RecurrenceSet, from: NaiveDateTime) -> Self {
        let start = seconds(set.start);
        let mut occurrences = Self {
            set,
            start: (set.first == FirstInstance::Always).then_some(start),
            rules: set.rules.iter().map(|rule| set.matches(rule)).collect(),
            dates: Dates::new(&set.dates, from),
            excluding: set.excluding.iter().map(|rule| Matches::new(rule, start, set.zone)).collect(),
            exceptions: Dates::new(&set.exceptions, from),
        };
        occurrences.seek(from);
        occurrences
    }

    /// Passes over what comes before a reading.
    fn seek(&mut self, from: NaiveDateTime) {
        let at = whole_seconds(from);
        self.start = self.start.filter(|start| *start >= at);
        self.dates = Dates::new(&self.set.dates, from);
        self.exceptions = Dates::new(&self.set.exceptions, from);
        for rule in &mut self.rules {
            rule.seek(at);
        }
    }

    /// The next second that any source yields, taken from all that do.
    #[inline]
    fn candidate(&mut self) -> Option<i64> {
        if let ([rule], None, None) = (self.rules.as_mut_slice(), self.start, self.dates.next) {
            return rule.next();
        }
        let rule = self.rules.iter_mut().filter_map(Matches::peek).min();
        let next = [self.start, self.dates.next, rule].into_iter().flatten().min()?;
        self.start = self.start.filter(|start| *start != next);
        self.dates.take(next);
        for rule in &mut self.rules {
            if rule.peek() == Some(next) {
                rule.next();
            }
        }
        Some(next)
    }
}

impl Iterator for Occurrences<'_> {
    type Item = i64;

    #[inline]
    fn next(&mut self) -> Option<i64> {
        for _ in 0..MAX_EXCLUDED {
            let candidate = self.candidate()?;
            let excluded = self.excluding.iter_mut().any(|rule| {
                if rule.peek().is_some_and(|next| next < candidate) {
                    rule.seek(candidate);
                }
                rule.peek() == Some(candidate)
            });
            if !self.exceptions.take(candidate) && !excluded {
                return Some(candidate);
            }
        }
        None
    }
}

/// Dates of a set as seconds, one after another.
struct Dates<'a> {
    /// The next one.
    next: Option<i64>,
    later: Range<'a, NaiveDateTime>,
}

impl<'a> Dates<'a> {
    fn new(dates: &'a BTreeSet<NaiveDateTime>, from: NaiveDateTime) -> Self {
        let mut later = dates.range(from..);
        Self { next: later.next().map(|at| seconds(*at)), later }
    }

    /// Passes over those up to a second, and tells whether it is one of them.
    #[inline]
    fn take(&mut self, second: i64) -> bool {
        let mut found = false;
        while let Some(next) = self.next.filter(|next| *next <= second) {
            found |= next == second;
            self.next = self.later.next().map(|at| seconds(*at));
        }
        found
    }
}
