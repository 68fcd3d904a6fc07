//! The laws of one meeting: its agenda, its minutes and what is decided.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use office_core::Entity;
use office_scheduling::{
    AgendaError, AgendaItem, AttendError, Attendance, ChangeMeetingError, MeetingDetails, MeetingDetailsError,
    MeetingError, MeetingFact, MeetingParts, MinuteError, Quorum,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::board::{act, at, held, id, meeting, now, parts, said};

#[derive(Clone, Debug)]
enum Act {
    Put(u32, u32),
    Drop(u32),
    Length(u32),
    Shuffle,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let one = prop_oneof![
        5 => (1_u32..6, 0_u32..40).prop_map(|(number, minutes)| Act::Put(number, minutes)),
        2 => (1_u32..6).prop_map(Act::Drop),
        2 => (1_u32..90).prop_map(Act::Length),
        1 => Just(Act::Shuffle),
    ];
    vec(one, 0..25)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Law 71, by any changes of the agenda and of the length.
    #[test]
    fn time_boxes_are_never_longer_than_the_meeting(acts in acts()) {
        let mut meeting = meeting(parts(60));
        let (mut boxes, mut length): (BTreeMap<u32, u32>, u32) = (BTreeMap::new(), 60);
        for act in acts {
            let (mut next, mut next_length) = (boxes.clone(), length);
            let decision = match act {
                Act::Put(number, minutes) => {
                    next.insert(number, minutes);
                    meeting.put_item(id(2), number, AgendaItem::new("item", minutes))
                }
                Act::Drop(number) => {
                    let was = next.remove(&number).is_some();
                    let dropped = meeting.drop_item(id(1), number);
                    prop_assert_eq!(dropped.is_ok(), was);
                    if !was { continue }
                    dropped
                }
                Act::Length(minutes) => {
                    next_length = minutes;
                    let changed = meeting.change(id(1), MeetingDetails::new(parts(minutes)).unwrap());
                    changed.map_err(|error| {
                        let ChangeMeetingError::Agenda(error) = error else { panic!("{error}") };
                        error
                    })
                }
                Act::Shuffle => meeting.order_items(id(1), boxes.keys().rev().copied().collect()),
            };
            let sum: u32 = next.values().sum();
            match decision {
                Ok(decision) => {
                    prop_assert!(sum <= next_length);
                    (boxes, length) = (next, next_length);
                    if let Some(fact) = decision.fact() {
                        meeting.apply(&fact);
                    }
                }
                Err(AgendaError::Excess { excess, minutes }) => {
                    prop_assert_eq!((excess, minutes), (sum - next_length, next_length));
                }
                Err(other) => panic!("{other}"),
            }
            let told: BTreeMap<u32, u32> = meeting.agenda().map(|(number, item)| (number, item.minutes)).collect();
            prop_assert_eq!(&told, &boxes);
            prop_assert_eq!(meeting.agenda().count(), boxes.len());
        }
    }

    /// Law 72, by anything that is written into the draft and taken back.
    #[test]
    fn the_minutes_have_each_item_once(acts in vec((1_u32..7, any::<bool>(), 0_u32..3), 0..20)) {
        let mut meeting = held(5);
        let mut covered: BTreeMap<u32, String> = BTreeMap::new();
        for (item, writes, text) in acts {
            let note = format!("said {text}");
            let decision = if writes {
                let minuted = meeting.minute(id(2), item, said(&note, &[], &[]), now());
                prop_assert_eq!(minuted.is_err(), item > 5);
                if item > 5 { continue }
                covered.insert(item, note);
                minuted.unwrap()
            } else {
                covered.remove(&item);
                meeting.take_back(id(2), item, now()).unwrap()
            };
            if let Some(fact) = decision.fact() {
                meeting.apply(&fact);
            }
        }
        let circulated = meeting.circulate(id(2), now());
        act(&mut meeting, circulated);
        let told: Vec<(u32, Option<String>)> =
            meeting.minutes().map(|(item, _, minutes)| (item, minutes.map(|minutes| minutes.note.clone()))).collect();
        let wanted: Vec<(u32, Option<String>)> = (1..=5).map(|item| (item, covered.get(&item).cloned())).collect();
        prop_assert_eq!(told, wanted);
    }
}

#[test]
fn a_time_is_told_for_each_item() {
    let starts = Some(at("2026-11-02T09:00:00Z"));
    let mut meeting = meeting(MeetingParts { starts, ..parts(30) });
    for (number, minutes) in [(1, 10), (2, 0), (3, 20)] {
        let put = meeting.put_item(id(1), number, AgendaItem::new("item", minutes));
        act(&mut meeting, put);
    }
    let order = meeting.order_items(id(1), vec![3, 2, 1]);
    act(&mut meeting, order);
    let told: Vec<String> = meeting.agenda_times().iter().map(|(item, time)| format!("{item} {time}")).collect();
    assert_eq!(told, ["3 2026-11-02T09:00:00Z/2026-11-02T09:20:00Z", "1 2026-11-02T09:20:00Z/2026-11-02T09:30:00Z"]);
    assert_eq!(meeting.order_items(id(1), vec![3, 2, 2]), Err(AgendaError::Order));
    assert_eq!(meeting.order_items(id(1), vec![3, 2]), Err(AgendaError::Order));
}

#[test]
fn decisions_need_the_quorum_when_they_are_made() {
    let mut meeting = meeting(MeetingParts { most_proxies: 1, ..parts(10) });
    let put = meeting.put_item(id(1), 1, AgendaItem::new("chairs", 10));
    act(&mut meeting, put);
    let early = meeting.attend(id(1), id(3), Attendance::Present, now());
    assert!(matches!(early, Err(AttendError::Meeting(MeetingError::Status { .. }))));
    let hold = meeting.hold(id(1), now());
    act(&mut meeting, hold);
    // A guest does not count, nor does who is represented by somebody who is not there.
    for (person, how) in [
        (3, Attendance::Present),
        (9, Attendance::Present),
        (4, Attendance::RepresentedBy(id(2))),
        (2, Attendance::Excused),
    ] {
        let attend = meeting.attend(id(1), id(person), how, now());
        act(&mut meeting, attend);
    }
    assert_eq!(meeting.voting(), [id(3)].into());
    let decided = said("", &["Six chairs are bought."], &[]);
    let refused = meeting.minute(id(1), 1, decided.clone(), now()).unwrap_err();
    assert_eq!(refused.to_string(), "1 of the members are there: at least 50 % of all is wanted");
    let note = meeting.minute(id(1), 1, said("Chairs were talked about.", &[], &[]), now());
    act(&mut meeting, note);

    let attend = meeting.attend(id(1), id(4), Attendance::RepresentedBy(id(3)), now());
    act(&mut meeting, attend);
    for (person, other, wanted) in [
        (1, 3, AttendError::Proxies { most: 1 }),
        (3, 3, AttendError::NotMembers),
        (9, 3, AttendError::NotMembers),
        (3, 9, AttendError::NotMembers),
    ] {
        let refused = meeting.attend(id(1), id(person), Attendance::RepresentedBy(id(other)), now());
        assert_eq!(refused, Err(wanted));
    }
    let minuted = meeting.minute(id(1), 1, decided, now());
    act(&mut meeting, minuted);
    // Who leaves then does not undo it, but nothing more is decided.
    let leave = meeting.attend(id(1), id(3), Attendance::Left, now());
    act(&mut meeting, leave);
    assert!(meeting.minute(id(1), 1, said("Of oak.", &["Six chairs are bought."], &[]), now()).is_ok());
    let more = said("", &["Six chairs are bought.", "And a table."], &[]);
    assert!(matches!(meeting.minute(id(1), 1, more, now()), Err(MinuteError::NoQuorum { there: 0, .. })));
}

#[test]
fn approved_minutes_stay_as_they_are() {
    let mut meeting = held(2);
    let minuted = meeting.minute(id(2), 1, said("Eva likes it.", &[], &[]), now());
    act(&mut meeting, minuted);
    assert_eq!(meeting.put_item(id(1), 1, AgendaItem::new("new", 1)), Err(AgendaError::Covered { item: 1 }));
    assert_eq!(meeting.circulate(id(3), now()), Err(MeetingError::NotInCharge));
    let circulated = meeting.circulate(id(2), now());
    act(&mut meeting, circulated);
    assert!(meeting.minute(id(2), 2, said("Late.", &[], &[]), now()).is_err());
    let corrected = meeting.correct(id(2), 1, "Eva dislikes it.".to_owned(), now());
    act(&mut meeting, corrected);
    assert!(meeting.correct(id(2), 2, "Nothing was said.".to_owned(), now()).is_err());
    let told = meeting.minutes().next().and_then(|(_, _, minutes)| minutes).unwrap();
    assert_eq!((told.note.as_str(), meeting.corrections()[0].before.as_str()), ("Eva dislikes it.", "Eva likes it."));
    let recalled = meeting.recall(id(1), now());
    act(&mut meeting, recalled);
    let circulated = meeting.circulate(id(2), now());
    act(&mut meeting, circulated);

    meeting.apply(&MeetingFact::Approved { by: id(1), at: now() });
    let before = meeting.clone();
    let refusals = [
        meeting.put_item(id(1), 3, AgendaItem::new("new", 1)).is_err(),
        meeting.minute(id(2), 2, said("Late.", &[], &[]), now()).is_err(),
        meeting.take_back(id(2), 1, now()).is_err(),
        meeting.correct(id(2), 1, "Eva is away.".to_owned(), now()).is_err(),
        meeting.recall(id(1), now()).is_err(),
        meeting.change(id(1), MeetingDetails::new(parts(99)).unwrap()).is_err(),
        meeting.attend(id(1), id(3), Attendance::Present, now()).is_err(),
        meeting.cancel(id(1), now()).is_err(),
        meeting.remark(id(9), 1, "Not a member.".to_owned(), now()).is_err(),
    ];
    assert_eq!(refusals, [true; 9]);
    let remarked = meeting.remark(id(4), 1, "It was Ada.".to_owned(), now());
    act(&mut meeting, remarked);
    assert!(meeting.minutes().eq(before.minutes()) && meeting.remarks().len() == 1);
}

#[test]
fn what_is_no_meeting_is_refused() {
    let refused = |parts| MeetingDetails::new(parts).unwrap_err();
    assert_eq!(refused(MeetingParts { title: "\n".to_owned(), ..parts(1) }), MeetingDetailsError::Title);
    assert_eq!(refused(parts(0)), MeetingDetailsError::Minutes { minutes: 0, most: 10_080 });
    assert_eq!(
        refused(MeetingParts { starts: Some(DateTime::<Utc>::MAX_UTC), ..parts(1) }),
        MeetingDetailsError::Starts
    );
    assert_eq!(refused(MeetingParts { join: Some(String::new()), ..parts(1) }), MeetingDetailsError::Join);
    let nobody = MeetingParts { members: BTreeSet::new(), ..parts(1) };
    assert_eq!(refused(nobody), MeetingDetailsError::Members { members: 0, most: 500 });
    let stranger = Quorum::Members([id(1), id(9)].into());
    assert_eq!(refused(MeetingParts { quorum: stranger, ..parts(1) }), MeetingDetailsError::Quorum);
    let json = r#"{"title": "board", "minutes": 0, "chair": "", "secretary": "", "members": []}"#;
    assert!(serde_json::from_str::<MeetingDetails>(json).is_err());
}
