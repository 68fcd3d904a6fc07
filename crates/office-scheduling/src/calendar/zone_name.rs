//! The zones that files name, and what zone of the IANA database each of them is.
//!
//! Windows names are those of the "001" territories of the Unicode CLDR's `windowsZones`.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::TZ_VARIANTS;
use office_core::Zone;

use super::line::{Line, RawProperty};
use crate::recurrence::{FirstInstance, Frequency, RecurrenceSet, Rule, RuleEnd};
use crate::stamp;

/// The lines of a definition that are looked at, at most.
const MOST_OBSERVANCES: usize = 64;
/// The changes of clocks that a rule may count.
const MOST_COUNT: u32 = 1_000;
/// The changes of clocks of an observance that are compared, at most.
const MOST_CHANGES: usize = 64;

/// The time zones that a file defines (`VTIMEZONE`), by their `TZID`, each with the lines of its definition.
pub(super) fn definitions(lines: &[Line]) -> BTreeMap<String, Vec<RawProperty>> {
    let mut found = BTreeMap::new();
    let mut open: Option<Vec<RawProperty>> = None;
    for Line { property, .. } in lines {
        let value = property.value();
        match (property.name(), &mut open) {
            ("BEGIN", None) if value.eq_ignore_ascii_case("VTIMEZONE") => open = Some(Vec::new()),
            ("END", Some(_)) if value.eq_ignore_ascii_case("VTIMEZONE") => {
                let lines = open.take().unwrap_or_default();
                let named = lines.iter().find(|line| line.name() == "TZID").map(|line| line.value().to_owned());
                found.extend(named.map(|name| (name, lines)));
            }
            (_, Some(lines)) => lines.push(property.clone()),
            (_, None) => {}
        }
    }
    found
}

/// The zone of the IANA database that a `TZID` means: by its name, by a name within it, by its name in Windows, by the
/// place that its definition tells, else one whose clocks are changed as the definition says.
pub(super) fn zone_named(name: &str, definition: Option<&[RawProperty]>) -> Option<Zone> {
    let place = |lines: &[RawProperty]| {
        let line = lines.iter().find(|line| matches!(line.name(), "X-LIC-LOCATION" | "X-MICROSOFT-LOCATION"))?;
        line.value().parse().ok()
    };
    let name = name.trim();
    name.parse()
        .ok()
        .or_else(|| within(name))
        .or_else(|| windows(name))
        .or_else(|| definition.and_then(place))
        .or_else(|| definition.and_then(by_clocks))
}

/// A zone named at the end of a path, as in `/mozilla.org/20070129_1/America/New_York`.
fn within(name: &str) -> Option<Zone> {
    let mut rest = name;
    while let Some((_, after)) = rest.split_once('/') {
        // The last piece alone, such as `London` or `GMT`, would be a guess.
        if after.contains('/')
            && let Ok(zone) = after.parse()
        {
            return Some(zone);
        }
        rest = after;
    }
    None
}

fn windows(name: &str) -> Option<Zone> {
    let place = WINDOWS.binary_search_by(|(windows, _)| (*windows).cmp(name)).ok()?;
    WINDOWS.get(place)?.1.parse().ok()
}

/// One set of rules of a definition: when its clocks are changed, and to which offset, in seconds.
struct Observance {
    changes: Vec<DateTime<Utc>>,
    after: i64,
}

/// The zone whose clocks show the same as those of a definition, from 2020 to 2030.
fn by_clocks(lines: &[RawProperty]) -> Option<Zone> {
    let observances = observances(lines)?;
    let first = observances.iter().filter_map(|one| one.changes.first()).min().copied()?;
    let mut samples: Vec<DateTime<Utc>> = Vec::new();
    for year in 2020..2030 {
        for text in [format!("{year}0101T120000"), format!("{year}0701T120000")] {
            samples.extend(stamp::local(&text).map(|at| at.and_utc()));
        }
    }
    let from = samples.first().copied()?;
    let changes = observances.iter().flat_map(|one| &one.changes).filter(|at| **at >= from);
    let around: Vec<_> = changes.flat_map(|at| [at.checked_sub_signed(TimeDelta::seconds(1)), Some(*at)]).collect();
    samples.extend(around.into_iter().flatten());
    // Of the time before the first change nothing is told.
    let wanted: Vec<(DateTime<Utc>, i64)> = samples
        .into_iter()
        .filter(|at| *at >= first)
        .filter_map(|at| {
            let last = observances
                .iter()
                .filter_map(|one| Some((one.changes.iter().rfind(|change| **change <= at)?, one.after)))
                .max_by_key(|(change, _)| **change);
            last.map(|(_, offset)| (at, offset))
        })
        .collect();
    if wanted.is_empty() {
        return None;
    }
    let fits = |zone: &Zone| {
        wanted.iter().all(|(at, offset)| zone.local(*at).signed_duration_since(at.naive_utc()).num_seconds() == *offset)
    };
    let known = PREFERRED.iter().copied().chain(TZ_VARIANTS.iter().map(|zone| zone.name()));
    known.filter_map(|name| name.parse::<Zone>().ok()).find(fits)
}

fn observances(lines: &[RawProperty]) -> Option<Vec<Observance>> {
    let mut found = Vec::new();
    let mut open: Vec<&RawProperty> = Vec::new();
    for line in lines {
        match line.name() {
            "BEGIN" => open.clear(),
            "END" if found.len() < MOST_OBSERVANCES => found.push(observance(&open)?),
            "END" => return None,
            _ => open.push(line),
        }
    }
    (!found.is_empty()).then_some(found)
}

fn observance(lines: &[&RawProperty]) -> Option<Observance> {
    let one = |name: &str| lines.iter().find(|line| line.name() == name).map(|line| line.value());
    let (before, after) = (offset(one("TZOFFSETFROM")?)?, offset(one("TZOFFSETTO")?)?);
    let start = stamp::local(one("DTSTART")?)?;
    let mut set = RecurrenceSet::new(start, None).with_first(FirstInstance::Always);
    for line in lines {
        match line.name() {
            "RRULE" => set = set.with_rule(yearly(line.value())?),
            "RDATE" => set = line.value().split(',').filter_map(stamp::local).fold(set, RecurrenceSet::with_date),
            _ => {}
        }
    }
    let instant = |local: NaiveDateTime| Some(local.checked_sub_signed(TimeDelta::seconds(before))?.and_utc());
    let (from, until) = (stamp::local("20190101T000000")?, stamp::local("20310101T000000")?);
    // The last change before counts as well, which the start stands for.
    let mut changes: Vec<DateTime<Utc>> = set.occurrences().next().and_then(instant).into_iter().collect();
    let later = set.occurrences_from(from).take_while(|at| *at < until).take(MOST_CHANGES);
    changes.extend(later.filter(|at| *at > start).filter_map(instant));
    let before_that = set.dates().filter(|at| *at < from).last().and_then(instant);
    changes.extend(before_that);
    changes.sort_unstable();
    Some(Observance { changes, after })
}

/// A rule by which clocks are changed: year by year, as others are not, so that a file cannot make it long work.
fn yearly(text: &str) -> Option<Rule> {
    let rule: Rule = text.parse().ok()?;
    let counts = matches!(rule.parts().end, RuleEnd::Count(count) if count > MOST_COUNT);
    (rule.parts().frequency == Frequency::Yearly && !counts).then_some(rule)
}

/// Seconds of an offset such as `+0100` or `-033000`.
fn offset(text: &str) -> Option<i64> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let part = |from: usize| {
        let two = digits.get(from..from.checked_add(2)?)?;
        two.bytes().all(|byte| byte.is_ascii_digit()).then(|| two.parse::<i64>().ok())?
    };
    let seconds = if digits.len() == 6 { part(4)? } else { 0 };
    if !matches!(digits.len(), 4 | 6) {
        return None;
    }
    let sum = part(0)?.checked_mul(3_600)?.checked_add(part(2)?.checked_mul(60)?)?.checked_add(seconds)?;
    sum.checked_mul(sign)
}

/// Of zones whose clocks show the same, these are taken first.
const PREFERRED: [&str; 24] = [
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Athens",
    "Europe/Moscow",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "America/Halifax",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Bangkok",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Adelaide",
    "Australia/Brisbane",
    "Australia/Sydney",
    "Pacific/Auckland",
    "Pacific/Honolulu",
];

/// Names of zones in Windows, sorted, with the zones of the IANA database.
const WINDOWS: [(&str, &str); 139] = [
    ("AUS Central Standard Time", "Australia/Darwin"),
    ("AUS Eastern Standard Time", "Australia/Sydney"),
    ("Afghanistan Standard Time", "Asia/Kabul"),
    ("Alaskan Standard Time", "America/Anchorage"),
    ("Aleutian Standard Time", "America/Adak"),
    ("Altai Standard Time", "Asia/Barnaul"),
    ("Arab Standard Time", "Asia/Riyadh"),
    ("Arabian Standard Time", "Asia/Dubai"),
    ("Arabic Standard Time", "Asia/Baghdad"),
    ("Argentina Standard Time", "America/Argentina/Buenos_Aires"),
    ("Astrakhan Standard Time", "Europe/Astrakhan"),
    ("Atlantic Standard Time", "America/Halifax"),
    ("Aus Central W. Standard Time", "Australia/Eucla"),
    ("Azerbaijan Standard Time", "Asia/Baku"),
    ("Azores Standard Time", "Atlantic/Azores"),
    ("Bahia Standard Time", "America/Bahia"),
    ("Bangladesh Standard Time", "Asia/Dhaka"),
    ("Belarus Standard Time", "Europe/Minsk"),
    ("Bougainville Standard Time", "Pacific/Bougainville"),
    ("Canada Central Standard Time", "America/Regina"),
    ("Cape Verde Standard Time", "Atlantic/Cape_Verde"),
    ("Caucasus Standard Time", "Asia/Yerevan"),
    ("Cen. Australia Standard Time", "Australia/Adelaide"),
    ("Central America Standard Time", "America/Guatemala"),
    ("Central Asia Standard Time", "Asia/Bishkek"),
    ("Central Brazilian Standard Time", "America/Cuiaba"),
    ("Central Europe Standard Time", "Europe/Budapest"),
    ("Central European Standard Time", "Europe/Warsaw"),
    ("Central Pacific Standard Time", "Pacific/Guadalcanal"),
    ("Central Standard Time", "America/Chicago"),
    ("Central Standard Time (Mexico)", "America/Mexico_City"),
    ("Chatham Islands Standard Time", "Pacific/Chatham"),
    ("China Standard Time", "Asia/Shanghai"),
    ("Cuba Standard Time", "America/Havana"),
    ("Dateline Standard Time", "Etc/GMT+12"),
    ("E. Africa Standard Time", "Africa/Nairobi"),
    ("E. Australia Standard Time", "Australia/Brisbane"),
    ("E. Europe Standard Time", "Europe/Chisinau"),
    ("E. South America Standard Time", "America/Sao_Paulo"),
    ("Easter Island Standard Time", "Pacific/Easter"),
    ("Eastern Standard Time", "America/New_York"),
    ("Eastern Standard Time (Mexico)", "America/Cancun"),
    ("Egypt Standard Time", "Africa/Cairo"),
    ("Ekaterinburg Standard Time", "Asia/Yekaterinburg"),
    ("FLE Standard Time", "Europe/Kiev"),
    ("Fiji Standard Time", "Pacific/Fiji"),
    ("GMT Standard Time", "Europe/London"),
    ("GTB Standard Time", "Europe/Bucharest"),
    ("Georgian Standard Time", "Asia/Tbilisi"),
    ("Greenland Standard Time", "America/Nuuk"),
    ("Greenwich Standard Time", "Atlantic/Reykjavik"),
    ("Haiti Standard Time", "America/Port-au-Prince"),
    ("Hawaiian Standard Time", "Pacific/Honolulu"),
    ("India Standard Time", "Asia/Kolkata"),
    ("Iran Standard Time", "Asia/Tehran"),
    ("Israel Standard Time", "Asia/Jerusalem"),
    ("Jordan Standard Time", "Asia/Amman"),
    ("Kaliningrad Standard Time", "Europe/Kaliningrad"),
    ("Korea Standard Time", "Asia/Seoul"),
    ("Libya Standard Time", "Africa/Tripoli"),
    ("Line Islands Standard Time", "Pacific/Kiritimati"),
    ("Lord Howe Standard Time", "Australia/Lord_Howe"),
    ("Magadan Standard Time", "Asia/Magadan"),
    ("Magallanes Standard Time", "America/Punta_Arenas"),
    ("Marquesas Standard Time", "Pacific/Marquesas"),
    ("Mauritius Standard Time", "Indian/Mauritius"),
    ("Middle East Standard Time", "Asia/Beirut"),
    ("Montevideo Standard Time", "America/Montevideo"),
    ("Morocco Standard Time", "Africa/Casablanca"),
    ("Mountain Standard Time", "America/Denver"),
    ("Mountain Standard Time (Mexico)", "America/Mazatlan"),
    ("Myanmar Standard Time", "Asia/Yangon"),
    ("N. Central Asia Standard Time", "Asia/Novosibirsk"),
    ("Namibia Standard Time", "Africa/Windhoek"),
    ("Nepal Standard Time", "Asia/Kathmandu"),
    ("New Zealand Standard Time", "Pacific/Auckland"),
    ("Newfoundland Standard Time", "America/St_Johns"),
    ("Norfolk Standard Time", "Pacific/Norfolk"),
    ("North Asia East Standard Time", "Asia/Irkutsk"),
    ("North Asia Standard Time", "Asia/Krasnoyarsk"),
    ("North Korea Standard Time", "Asia/Pyongyang"),
    ("Omsk Standard Time", "Asia/Omsk"),
    ("Pacific SA Standard Time", "America/Santiago"),
    ("Pacific Standard Time", "America/Los_Angeles"),
    ("Pacific Standard Time (Mexico)", "America/Tijuana"),
    ("Pakistan Standard Time", "Asia/Karachi"),
    ("Paraguay Standard Time", "America/Asuncion"),
    ("Qyzylorda Standard Time", "Asia/Qyzylorda"),
    ("Romance Standard Time", "Europe/Paris"),
    ("Russia Time Zone 10", "Asia/Srednekolymsk"),
    ("Russia Time Zone 11", "Asia/Kamchatka"),
    ("Russia Time Zone 3", "Europe/Samara"),
    ("Russian Standard Time", "Europe/Moscow"),
    ("SA Eastern Standard Time", "America/Cayenne"),
    ("SA Pacific Standard Time", "America/Bogota"),
    ("SA Western Standard Time", "America/La_Paz"),
    ("SE Asia Standard Time", "Asia/Bangkok"),
    ("Saint Pierre Standard Time", "America/Miquelon"),
    ("Sakhalin Standard Time", "Asia/Sakhalin"),
    ("Samoa Standard Time", "Pacific/Apia"),
    ("Sao Tome Standard Time", "Africa/Sao_Tome"),
    ("Saratov Standard Time", "Europe/Saratov"),
    ("Singapore Standard Time", "Asia/Singapore"),
    ("South Africa Standard Time", "Africa/Johannesburg"),
    ("South Sudan Standard Time", "Africa/Juba"),
    ("Sri Lanka Standard Time", "Asia/Colombo"),
    ("Sudan Standard Time", "Africa/Khartoum"),
    ("Syria Standard Time", "Asia/Damascus"),
    ("Taipei Standard Time", "Asia/Taipei"),
    ("Tasmania Standard Time", "Australia/Hobart"),
    ("Tocantins Standard Time", "America/Araguaina"),
    ("Tokyo Standard Time", "Asia/Tokyo"),
    ("Tomsk Standard Time", "Asia/Tomsk"),
    ("Tonga Standard Time", "Pacific/Tongatapu"),
    ("Transbaikal Standard Time", "Asia/Chita"),
    ("Turkey Standard Time", "Europe/Istanbul"),
    ("Turks And Caicos Standard Time", "America/Grand_Turk"),
    ("US Eastern Standard Time", "America/Indiana/Indianapolis"),
    ("US Mountain Standard Time", "America/Phoenix"),
    ("UTC", "Etc/UTC"),
    ("UTC+12", "Etc/GMT-12"),
    ("UTC+13", "Etc/GMT-13"),
    ("UTC-02", "Etc/GMT+2"),
    ("UTC-08", "Etc/GMT+8"),
    ("UTC-09", "Etc/GMT+9"),
    ("UTC-11", "Etc/GMT+11"),
    ("Ulaanbaatar Standard Time", "Asia/Ulaanbaatar"),
    ("Venezuela Standard Time", "America/Caracas"),
    ("Vladivostok Standard Time", "Asia/Vladivostok"),
    ("Volgograd Standard Time", "Europe/Volgograd"),
    ("W. Australia Standard Time", "Australia/Perth"),
    ("W. Central Africa Standard Time", "Africa/Lagos"),
    ("W. Europe Standard Time", "Europe/Berlin"),
    ("W. Mongolia Standard Time", "Asia/Hovd"),
    ("West Asia Standard Time", "Asia/Tashkent"),
    ("West Bank Standard Time", "Asia/Hebron"),
    ("West Pacific Standard Time", "Pacific/Port_Moresby"),
    ("Yakutsk Standard Time", "Asia/Yakutsk"),
    ("Yukon Standard Time", "America/Whitehorse"),
];
