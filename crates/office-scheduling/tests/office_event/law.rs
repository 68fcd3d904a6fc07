//! The laws of an event with guests: catering, permits, the run sheet.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use office_core::{Currency, Decision, Money, Percent, Rounding};
use office_scheduling::{
    CateringError, Diet, GuestError, GuestId, GuestKind, GuestReply, NetworkError, OfficeEventDetails,
    OfficeEventDetailsError, OfficeEventError, OfficeEventParts, RunItem, RunSheetError,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::party::{act, at, comes, diet, early, event, id, item, parts};

/// What each of those who come eats, and whether they park; none for who declines.
type Answer = Option<(Vec<usize>, bool)>;

fn replies() -> impl Strategy<Value = Vec<(u32, Answer)>> {
    vec((0_u32..6, prop::option::weighted(0.7, (vec(0_usize..3, 1..4), any::<bool>()))), 0..25)
}

const DIETS: [&str; 3] = ["any", "vegan", "gluten_free+vegan"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Laws 76 and 77, by any answers: what is eaten and who parks is what the last answers say.
    #[test]
    fn catering_and_permits_follow_the_answers(
        replies in replies(), margin in 0_u32..=100, spaces in 0_u32..4, rounds_up in any::<bool>(), order_after in 0_usize..25,
    ) {
        let margin_rounding = if rounds_up { Rounding::Up } else { Rounding::Down };
        let percent = Percent::whole(i32::try_from(margin).unwrap());
        let mut party = event(OfficeEventParts { margin: percent, margin_rounding, parking_spaces: spaces, ..parts() }, 6);
        let mut last: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        let mut queue: Vec<u32> = Vec::new();
        for (turn, (guest, reply)) in replies.into_iter().enumerate() {
            let answer = match &reply {
                Some((diets, parking)) => comes(&diets.iter().map(|one| DIETS[*one]).collect::<Vec<_>>(), *parking),
                None => GuestReply::Declined,
            };
            let before: BTreeSet<GuestId> = party.permits().collect();
            let decision = party.reply(id(100 + guest), answer, early()).unwrap();
            let moved = decision.clone().fact().map(|fact| party.permits_moved(&fact)).unwrap_or_default();
            act(&mut party, Ok::<_, GuestError>(decision));
            if let Some((diets, parking)) = reply {
                last.insert(guest, diets);
                if parking && !queue.contains(&guest) {
                    queue.push(guest);
                } else if !parking {
                    queue.retain(|other| *other != guest);
                }
            } else {
                last.remove(&guest);
                queue.retain(|other| *other != guest);
            }
            let after: BTreeSet<GuestId> = party.permits().collect();
            prop_assert_eq!(moved.0.into_iter().collect::<BTreeSet<_>>(), &after - &before);
            prop_assert_eq!(moved.1.into_iter().collect::<BTreeSet<_>>(), &before - &after);
            let wanted: Vec<GuestId> = queue.iter().map(|guest| id(100 + guest)).collect();
            let told: Vec<GuestId> = party.permits().chain(party.waiting_for_permit()).collect();
            prop_assert_eq!(told, wanted);
            prop_assert_eq!(after.len(), queue.len().min(usize::try_from(spaces).unwrap()));
            if turn == order_after {
                let ordered = party.order_catering(id(1), early());
                act(&mut party, ordered);
            }
        }
        for (place, text) in DIETS.iter().enumerate() {
            let count: u32 = last.values().flatten().map(|one| u32::from(*one == place)).sum();
            let extra = (count * margin + if rounds_up { 99 } else { 0 }) / 100;
            prop_assert_eq!(party.eaters().get(&diet(text)).copied().unwrap_or(0), count);
            prop_assert_eq!(party.portions().get(&diet(text)).copied().unwrap_or(0), count + extra);
        }
        // The last order and the difference since are what is wanted now.
        let mut sum: BTreeMap<Diet, i64> = party.since_last_order();
        if let Some(order) = party.catering_orders().last() {
            for (one, portions) in &order.portions {
                *sum.entry(one.clone()).or_default() += i64::from(*portions);
            }
        }
        sum.retain(|_, portions| *portions != 0);
        let wanted: BTreeMap<Diet, i64> = party.portions().into_iter().map(|(one, count)| (one, i64::from(count))).collect();
        prop_assert_eq!(sum, wanted);
    }
}

/// When an item starts, in minutes from the event, by asking what it waits for.
fn start_of(sheet: &[(Option<i64>, u32, Vec<usize>)], item: usize, base: i64, late: (usize, u32)) -> i64 {
    let (starts, _, after) = &sheet[item];
    let own = starts.unwrap_or(if after.is_empty() { 0 } else { base });
    let over = after.iter().map(|before| {
        let (_, minutes, _) = &sheet[*before];
        let more = if late.0 == *before { late.1 } else { 0 };
        start_of(sheet, *before, base, late) + i64::from(minutes + more)
    });
    over.max().map_or(own, |over| over.max(own))
}

fn sheets() -> impl Strategy<Value = Vec<(Option<i64>, u32, Vec<usize>)>> {
    let item = (prop::option::of(-120_i64..120), 1_u32..60, vec(any::<prop::sample::Index>(), 0..3));
    vec(item, 1..8).prop_map(|list| {
        let item = |(place, (starts, minutes, after)): (usize, (Option<i64>, u32, Vec<prop::sample::Index>))| {
            let after: BTreeSet<usize> =
                if place == 0 { BTreeSet::new() } else { after.iter().map(|one| one.index(place)).collect() };
            (starts, minutes, after.into_iter().collect())
        };
        list.into_iter().enumerate().map(item).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Law 78: each item as early as it can, and what is late moves what waits for it.
    #[test]
    fn a_run_sheet_is_as_early_as_it_can_be(sheet in sheets(), late in any::<prop::sample::Index>(), by in 1_u32..90) {
        let mut party = event(parts(), 0);
        let start = party.details().time.start();
        for (place, (starts, minutes, after)) in sheet.iter().enumerate() {
            let item = RunItem {
                starts: starts.map(|starts| start + TimeDelta::minutes(starts)),
                minutes: *minutes,
                owner: id(2),
                after: after.iter().map(ToString::to_string).collect(),
            };
            let put = party.put_run_item(id(1), &place.to_string(), item);
            act(&mut party, put);
        }
        let base = sheet.iter().filter_map(|(starts, ..)| *starts).min().unwrap_or(0).min(0);
        let late = late.index(sheet.len());
        let planned: BTreeMap<usize, i64> =
            (0..sheet.len()).map(|item| (item, start_of(&sheet, item, base, (item, 0)))).collect();
        let times = party.run_times();
        prop_assert_eq!(times.len(), sheet.len());
        prop_assert!(times.is_sorted_by_key(|(_, time)| time.start()));
        for (name, time) in times {
            let item: usize = name.parse().unwrap();
            prop_assert_eq!(time.start(), start + TimeDelta::minutes(planned[&item]));
            prop_assert_eq!(time.duration(), TimeDelta::minutes(i64::from(sheet[item].1)));
        }
        let slips: BTreeMap<usize, DateTime<Utc>> =
            party.slips(&late.to_string(), by).into_iter().map(|slip| (slip.name.parse().unwrap(), slip.now.start())).collect();
        let moved = (0..sheet.len()).map(|item| (item, start_of(&sheet, item, base, (late, by))));
        let wanted: BTreeMap<usize, DateTime<Utc>> = moved
            .filter(|(item, starts)| *starts > planned[item])
            .map(|(item, starts)| (item, start + TimeDelta::minutes(starts)))
            .collect();
        prop_assert_eq!(slips, wanted);
    }
}

#[test]
fn a_circle_on_the_run_sheet_is_refused_by_name() {
    let mut party = event(parts(), 0);
    for (name, after) in [("doors", vec![]), ("speech", vec!["doors"]), ("dinner", vec!["speech"])] {
        let put = party.put_run_item(id(1), name, item(&after));
        act(&mut party, put);
    }
    let refused = party.put_run_item(id(1), "doors", item(&["dinner"])).unwrap_err();
    let named = "dinner waits for speech waits for doors waits for dinner: an order without a circle is wanted";
    assert_eq!(refused.to_string(), named);
    let unknown = party.put_run_item(id(1), "dance", item(&["band"])).unwrap_err();
    assert!(matches!(unknown, RunSheetError::Order(NetworkError::Unknown { .. })));
    assert!(matches!(party.drop_run_item(id(1), "speech"), Err(RunSheetError::Order(_))));
    assert!(party.drop_run_item(id(1), "dinner").is_ok());
    assert_eq!(party.put_run_item(id(2), "dance", item(&[])), Err(RunSheetError::Event(OfficeEventError::NotHost)));
    let odd = RunItem { starts: Some(at("2026-06-19T15:00:30Z")), ..item(&[]) };
    assert_eq!(party.put_run_item(id(1), "dance", odd), Err(RunSheetError::Item));
}

#[test]
fn guests_answer_and_come() {
    let mut party = event(parts(), 4);
    let (one, two, three, four): (GuestId, GuestId, GuestId, GuestId) = (id(100), id(101), id(102), id(103));
    let until = at("2026-06-12T10:00:00Z");
    for (guest, reply, at) in [
        (one, comes(&["vegan", "any"], true), early()),
        (two, comes(&["any"], false), until),
        (three, GuestReply::Declined, early()),
    ] {
        let reply = party.reply(guest, reply, at);
        act(&mut party, reply);
    }
    // From the caterer's deadline on an answer counts, and is told as late.
    assert_eq!(party.late_replies().collect::<Vec<_>>(), [two]);
    assert_eq!(party.badges().collect::<Vec<_>>(), [(one, 2), (two, 1)]);
    assert_eq!(party.directions(GuestKind::Outside), Some("Second gate.\nRing twice."));
    assert_eq!(party.directions(GuestKind::Internal), None);

    let people = party.reply(four, comes(&["any"; 4], false), early());
    assert_eq!(people, Err(GuestError::People { people: 4, most: 3 }));
    assert!(party.reply(four, comes(&[], false), early()).is_err());
    assert_eq!(party.reply(id(999), GuestReply::Declined, early()), Err(GuestError::NotInvited));
    for guest in [three, four] {
        assert_eq!(party.check_in(guest, until), Err(GuestError::NotAccepted));
    }
    let came = party.check_in(one, until);
    act(&mut party, came);
    assert_eq!(party.check_in(one, early()), Ok(Decision::AlreadyRecorded));
    assert_eq!(party.reply(one, GuestReply::Declined, until), Err(GuestError::Arrived));

    let put = party.put_run_item(id(1), "doors", item(&[]));
    act(&mut party, put);
    let ordered = party.order_catering(id(1), early());
    act(&mut party, ordered);
    assert_eq!(party.cancel(id(2), until), Err(OfficeEventError::NotHost));
    let cancelled = party.cancel(id(1), until);
    act(&mut party, cancelled);
    let notice = party.to_notify();
    assert_eq!((notice.guests, notice.people), (vec![one, two, four], [id(2)].into()));
    assert_eq!((notice.catering.unwrap().version, notice.bookings), (1, [id(70)].into()));
    assert_eq!(party.check_in(two, until), Err(GuestError::Event(OfficeEventError::Cancelled)));
}

#[test]
fn catering_is_ordered_in_versions_and_costs_what_it_costs() {
    let mut party = event(parts(), 3);
    assert_eq!(party.order_catering(id(1), early()), Ok(Decision::AlreadyRecorded));
    assert_eq!(party.catering_cost(&BTreeMap::new()), Err(CateringError::NotOrdered));
    let steps =
        [(100, comes(&["vegan", "any"], false)), (101, comes(&["any"], false)), (100, comes(&["vegan"], false))];
    for (guest, reply) in steps {
        let reply = party.reply(id(guest), reply, early());
        act(&mut party, reply);
        let ordered = party.order_catering(id(1), early());
        act(&mut party, ordered);
    }
    let orders = party.catering_orders();
    assert_eq!(orders.iter().map(|order| order.version).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(orders[1].since(&orders[0]), [(diet("any"), 1)].into());
    assert_eq!(orders[2].since(&orders[0]), BTreeMap::new());
    assert_eq!(orders[2].portions, [(diet("any"), 2), (diet("vegan"), 2)].into());
    assert_eq!(party.order_catering(id(1), early()), Ok(Decision::AlreadyRecorded));

    let euros = |amount: &str| Money::parse(amount, "EUR".parse::<Currency>().unwrap()).unwrap();
    let mut prices: BTreeMap<Diet, Money> = [(diet("any"), euros("24.50"))].into();
    assert_eq!(party.catering_cost(&prices), Err(CateringError::NoPrice { diet: diet("vegan") }));
    prices.insert(diet("vegan"), euros("21.25"));
    let cost = party.catering_cost(&prices).unwrap();
    assert_eq!((cost.budget, cost.cost), (Some(id(80)), euros("91.50")));
}

#[test]
fn what_is_no_event_is_refused() {
    let refused = |parts| OfficeEventDetails::new(parts).unwrap_err();
    assert_eq!(refused(OfficeEventParts { place: String::new(), ..parts() }), OfficeEventDetailsError::Words);
    let odd = "2026-06-19T15:00:01Z/2026-06-19T21:00:00Z".parse().unwrap();
    assert_eq!(refused(OfficeEventParts { time: odd, ..parts() }), OfficeEventDetailsError::Start);
    let bookings = (0..51).map(id).collect();
    assert_eq!(refused(OfficeEventParts { bookings, ..parts() }), OfficeEventDetailsError::Bookings);
    assert_eq!(refused(OfficeEventParts { margin: Percent::whole(101), ..parts() }), OfficeEventDetailsError::Margin);
    for text in ["", "Vegan", "a++b", "a+b+c+d+e+f+g+h+i"] {
        assert!(text.parse::<Diet>().is_err(), "{text}");
    }
}
