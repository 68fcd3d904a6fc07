//! The laws of meetings in the store: who approves minutes, tasks, numbers of decisions, what is carried over.

use std::collections::BTreeSet;
use std::thread;

use office_core::{MemoryStore, Office, StoreError, System, wait};
use office_scheduling::{
    ActionRef, AgendaError, ApproveMinutesError, CarriedFrom, CarryOverError, Meeting, MeetingDetails, MeetingFact,
    MeetingId, MeetingParts, MeetingStatus, RecallMinutesError, Resolution, Task, approve_minutes, begin_actions,
    carry_over, complete_task, find_resolutions,
};
use office_scratch::offices;
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;

use crate::board::{became, command, id, load, minuted, now, parts, planned, put, record, said, series};

/// Who approves the minutes that these people have written, of the members 1 to 4.
fn approvers(writers: &[u32]) -> Vec<u32> {
    let office = Office::on(MemoryStore::new());
    let approve = |by: u32| {
        let wrote =
            |writer: &u32| MeetingFact::Minuted { item: 1, minutes: said("", &[], &[]), by: id(*writer), at: now() };
        let facts = [planned(), put(1)].into_iter().chain(writers.iter().map(wrote));
        let facts: Vec<_> = facts.chain([became(MeetingStatus::Circulated)]).collect();
        record(&office, &format!("meet:{by}"), id(100 + by), &facts);
        let key = command(&format!("approve:{by}"));
        wait(office.transact(&key, |tx| async move { approve_minutes(&tx, id(100 + by), id(by)).await })).is_ok()
    };
    (1..6).filter(|by| approve(*by)).collect()
}

#[test]
fn minutes_are_approved_by_somebody_who_did_not_write_them() {
    assert_eq!(approvers(&[2]), [1]);
    assert_eq!(approvers(&[1]), [2, 3, 4]);
    assert_eq!(approvers(&[1, 2]), [3, 4]);
    assert_eq!(approvers(&[1, 2, 3, 4]), [1, 2, 3, 4]);
}

/// Law 73: in memory, in a file, on a server; by two at once, and again.
#[test]
fn each_action_becomes_one_task() {
    let (_places, offices) = offices();
    for office in offices {
        let office = office.within(System::yielding());
        for round in 0..5_u32 {
            let meeting: MeetingId = id(100 + round);
            let facts = [
                planned(),
                put(1),
                put(2),
                minuted(1, said("", &[], &[3, 4])),
                minuted(2, said("", &[], &[3])),
                became(MeetingStatus::Circulated),
            ];
            record(&office, &format!("meet:{round}"), meeting, &facts);
            let begin = |who: u32| {
                let key = command(&format!("begin:{round}:{who}"));
                wait(office.transact(&key, |tx| async move { begin_actions(&tx, meeting).await })).unwrap()
            };
            let (one, other) = thread::scope(|scope| {
                let one = scope.spawn(|| begin(1));
                (begin(2), one.join().unwrap())
            });
            assert_eq!((&one, &one), (&other, &begin(3)));
            let wanted: Vec<_> = load(&office, meeting).actions(meeting).map(|(action, _)| action.task()).collect();
            assert_eq!(one, wanted);
            for (task, owner) in one.into_iter().zip([3, 4, 3]) {
                let (task, history) = wait(office.view(|view| async move {
                    Ok::<_, StoreError>((view.load(task).await?, view.history(task, 0, 9).await?.len()))
                }))
                .unwrap();
                assert_eq!((task.owner(), task.due(), history), (id(owner), Some(now()), 1));
            }
            let recalled = load(&office, meeting).recall(id(1), now());
            assert_eq!(recalled, Err(RecallMinutesError::ActionsBegun));
        }
        let open = |owner| wait(office.view(|view| async move { view.list(Task::OPEN_OF, &id(owner)).await })).unwrap();
        assert_eq!((open(3).len(), open(4).len()), (10, 5));
    }
}

/// Decisions are numbered through without a gap, by two meetings whose minutes are approved at once.
#[test]
fn decisions_are_numbered_through_the_series() {
    let (_places, offices) = offices();
    for office in offices {
        let office = office.within(System::yielding());
        for round in 0..5_u32 {
            for which in 0..2 {
                let decisions = said("", &[&format!("Chairs are bought in round {round}."), "More is asked for."], &[]);
                let facts = [planned(), put(1), minuted(1, decisions), became(MeetingStatus::Circulated)];
                record(&office, &format!("meet:{round}:{which}"), id(100 + 2 * round + which), &facts);
            }
            let approve = |which: u32, by: u32, again: u32| {
                let key = command(&format!("approve:{round}:{which}:{by}:{again}"));
                let meeting = id(100 + 2 * round + which);
                wait(office.transact(&key, |tx| async move { approve_minutes(&tx, meeting, id(by)).await }))
            };
            assert!(matches!(approve(0, 2, 0), Err(ApproveMinutesError::NotApprover)));
            let (one, other) = thread::scope(|scope| {
                let one = scope.spawn(|| approve(0, 1, 1).unwrap());
                (approve(1, 1, 1).unwrap(), one.join().unwrap())
            });
            assert_eq!(approve(0, 1, 2).unwrap(), other);
            assert_eq!(one.len(), 2);
        }
        for number in 1..=20_u64 {
            let key = (series(), number);
            let found = wait(office.view(|view| async move { view.find_by(Resolution::BY_NUMBER, &key).await }));
            let (_, found) = found.unwrap().unwrap();
            assert_eq!((found.number, found.item), (number, 1));
        }
        let none = wait(office.view(|view| async move { view.find_by(Resolution::BY_NUMBER, &(series(), 21)).await }));
        assert!(none.unwrap().is_none());
        let find = |word: &'static str| {
            wait(office.view(|view| async move { find_resolutions(&view, word, 100).await })).unwrap().len()
        };
        assert_eq!(
            [find("chair"), find("ASKED"), find("round"), find("hairs"), find("are bought")],
            [10, 10, 10, 0, 0]
        );
    }
}

/// Of each meeting of a series: which of its own items 1 to 3 there are, which of all its items are come to, which of
/// its actions are done before the next, and whether it is called off.
type Season = Vec<(BTreeSet<u32>, BTreeSet<u32>, BTreeSet<u32>, bool)>;

fn season() -> impl Strategy<Value = Season> {
    let numbers = || btree_set(1_u32..9, 0..6);
    vec((btree_set(1_u32..4, 0..4), numbers(), numbers(), prop::bool::weighted(0.2)), 2..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Law 75, over a series in which items are come to or not, actions done or not, meetings held or called off.
    #[test]
    fn carrying_over_loses_and_doubles_nothing(season in season()) {
        let office = Office::on(MemoryStore::new());
        let meeting_of = |place: usize| id::<Meeting>(100 + u32::try_from(place).unwrap());
        for place in 0..season.len() {
            record(&office, &format!("plan:{place}"), meeting_of(place), &[planned()]);
        }
        // Where each item was first put, those that were come to, and the actions that are open.
        let mut waiting: BTreeSet<(MeetingId, u32)> = BTreeSet::new();
        let mut covered: BTreeSet<(MeetingId, u32)> = BTreeSet::new();
        let mut open: BTreeSet<ActionRef> = BTreeSet::new();
        for (place, (own, come_to, done, cancelled)) in season.iter().enumerate() {
            let this = meeting_of(place);
            let origin = |number: u32| {
                let mut at = CarriedFrom { meeting: this, item: number };
                while let Some(from) = load(&office, at.meeting).carried_from(at.item) {
                    at = from;
                }
                (at.meeting, at.item)
            };
            let first = load(&office, this).agenda().map(|(number, _)| number).max().unwrap_or(0) + 1;
            let facts: Vec<_> = own.iter().map(|number| put(first + number)).collect();
            record(&office, &format!("put:{place}"), this, &facts);
            let items: Vec<u32> = load(&office, this).agenda().map(|(number, _)| number).collect();
            waiting.extend(items.iter().map(|number| origin(*number)));
            // What waited before is here, and nothing twice.
            prop_assert_eq!(items.iter().map(|number| origin(*number)).collect::<BTreeSet<_>>(), waiting.clone());
            prop_assert_eq!(items.len(), waiting.len());
            prop_assert_eq!(load(&office, this).inherited_actions().collect::<BTreeSet<_>>(), open.clone());

            let facts: Vec<_> = if *cancelled {
                vec![became(MeetingStatus::Cancelled)]
            } else {
                let come_to = items.iter().filter(|number| come_to.contains(*number));
                let minutes = come_to.map(|number| {
                    assert!(waiting.remove(&origin(*number)) && covered.insert(origin(*number)));
                    minuted(*number, said("", &[], &[1]))
                });
                let minutes: Vec<_> = minutes.collect();
                minutes.into_iter().chain([became(MeetingStatus::Circulated)]).collect()
            };
            record(&office, &format!("meet:{place}"), this, &facts);
            if !*cancelled {
                wait(office.transact(&command(&format!("begin:{place}")), |tx| async move { begin_actions(&tx, this).await })).unwrap();
            }
            open.extend(load(&office, this).actions(this).map(|(action, _)| action));
            for (number, action) in (1_u32..).zip(open.clone()) {
                if done.contains(&number) {
                    let key = command(&format!("done:{place}:{number}"));
                    wait(office.transact(&key, |tx| async move { complete_task(&tx, action.task(), id(1)).await })).unwrap();
                    open.remove(&action);
                }
            }
            let carry = |key: &str, to: usize| {
                let key = command(&format!("carry:{place}:{key}"));
                wait(office.transact(&key, |tx| async move { carry_over(&tx, this, meeting_of(to), id(2)).await }))
            };
            if place + 1 < season.len() {
                carry("once", place + 1).unwrap();
                carry("again", place + 1).unwrap();
                if place + 2 < season.len() {
                    let elsewhere = carry("on", place + 2);
                    let is_done = matches!(elsewhere, Err(CarryOverError::Done { there }) if there == meeting_of(place + 1));
                    prop_assert!(is_done);
                }
            }
        }
        prop_assert!(waiting.is_disjoint(&covered));
    }
}

#[test]
fn what_cannot_be_carried_over_is_refused() {
    let office = Office::on(MemoryStore::new());
    let other = Meeting::plan(MeetingDetails::new(MeetingParts { series: Some(id(51)), ..parts(60) }).unwrap());
    let with_action = [planned(), put(1), put(2), minuted(1, said("", &[], &[1])), became(MeetingStatus::Circulated)];
    for (meeting, facts) in [
        (100, with_action.as_slice()),
        (101, &[planned()]),
        (102, &[other]),
        (103, &[planned(), became(MeetingStatus::Held)]),
    ] {
        record(&office, &format!("plan:{meeting}"), id(meeting), facts);
    }
    let carry = |from: u32, to: u32, by: u32| {
        let key = command(&format!("carry:{from}:{to}:{by}"));
        let carried = wait(office.transact(&key, |tx| async move { carry_over(&tx, id(from), id(to), id(by)).await }));
        carried.unwrap_err().to_string()
    };
    assert_eq!(carry(100, 999, 1), format!("there is no meeting {}", id::<Meeting>(999)));
    assert_eq!(carry(101, 100, 1), "the meeting is planned: one that is circulated or approved or cancelled is wanted");
    assert_eq!(carry(100, 103, 1), "the meeting is held: one that is planned is wanted");
    assert_eq!(carry(100, 101, 3), "the meeting is not this person's to lead: its chair or its secretary is wanted");
    assert_eq!(carry(100, 102, 1), "the meetings are not two of one series: the next of its series is wanted");
    assert_eq!(carry(100, 101, 1), "the actions are not tasks yet: actions that were begun are wanted");
    wait(office.transact(&command("begin"), |tx| async move { begin_actions(&tx, id(100)).await })).unwrap();
    wait(office.transact(&command("carry"), |tx| async move { carry_over(&tx, id(100), id(101), id(1)).await }))
        .unwrap();
    let later = load(&office, id(101));
    assert_eq!(later.drop_item(id(1), 1), Err(AgendaError::Carried { item: 1 }));
    assert_eq!(later.agenda().next().unwrap().1.minutes, 0);
}
