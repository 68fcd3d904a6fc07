//! The laws of meetings, numbered as in the crate's documentation.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of items, minutes and meetings")]
mod law {
    use std::collections::{BTreeMap, BTreeSet};
    use std::thread;

    use chrono::{DateTime, Utc};
    use insta::assert_json_snapshot;
    use office_core::{
        Actor, Command, Decision, Entity, Id, MemoryStore, Office, Role, StoreError, System, fold, wait,
    };
    use office_scheduling::{
        ActionItem, ActionRef, AgendaError, AgendaItem, ApproveMinutesError, AttendError, Attendance, CarriedFrom,
        CarriedItem, CarryOver, CarryOverError, ChangeMeetingError, ItemMinutes, Meeting, MeetingDetails,
        MeetingDetailsError, MeetingError, MeetingFact, MeetingId, MeetingParts, MeetingSeriesId, MeetingStatus,
        MinuteError, MinutesRemark, Quorum, RecallMinutesError, Resolution, ResolutionFact, Task, approve_minutes,
        begin_actions, carry_over, complete_task, find_resolutions,
    };
    use office_scratch::offices;
    use proptest::collection::{btree_set, vec};
    use proptest::prelude::*;

    fn id<T>(number: u32) -> Id<T> {
        format!("00000000-0000-0000-0000-{number:012}").parse().unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn now() -> DateTime<Utc> {
        at("2026-11-02T09:00:00Z")
    }

    fn command(key: &str) -> Command {
        Command::new(key, "meeting", Actor::new(id(1), Role::new("office_manager")), now()).unwrap()
    }

    /// Chaired by person 1, minuted by person 2, of whom and of person 3 and 4 two are enough.
    fn parts(minutes: u32) -> MeetingParts {
        MeetingParts {
            secretary: id(2),
            quorum: Quorum::Percent(50),
            ..MeetingParts::new("board", minutes, id(1), (1..5).map(id).collect())
        }
    }

    fn meeting(parts: MeetingParts) -> Meeting {
        Meeting::open(&Meeting::plan(MeetingDetails::new(parts).unwrap())).unwrap()
    }

    fn act<E: std::fmt::Debug>(meeting: &mut Meeting, decision: Result<Decision<MeetingFact>, E>) {
        meeting.apply(&decision.unwrap().fact().unwrap());
    }

    /// Held, with two members there and items of ten minutes.
    fn held(items: u32) -> Meeting {
        let mut meeting = meeting(parts(items * 10));
        for number in 1..=items {
            let put = meeting.put_item(id(1), number, AgendaItem::new(format!("item {number}"), 10));
            act(&mut meeting, put);
        }
        let hold = meeting.hold(id(1), now());
        act(&mut meeting, hold);
        for person in 1..=2 {
            let attend = meeting.attend(id(2), id(person), Attendance::Present, now());
            act(&mut meeting, attend);
        }
        meeting
    }

    fn said(note: &str, decisions: &[&str], owners: &[u32]) -> ItemMinutes {
        let action = |owner: &u32| ActionItem { what: format!("do {owner}"), owner: id(*owner), due: now() };
        ItemMinutes {
            note: note.to_owned(),
            decisions: decisions.iter().map(|&text| text.to_owned()).collect(),
            actions: owners.iter().map(action).collect(),
        }
    }

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
        assert_eq!(
            told,
            ["3 2026-11-02T09:00:00Z/2026-11-02T09:20:00Z", "1 2026-11-02T09:20:00Z/2026-11-02T09:30:00Z"]
        );
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
        assert_eq!(
            (told.note.as_str(), meeting.corrections()[0].before.as_str()),
            ("Eva dislikes it.", "Eva likes it.")
        );
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

    /// Records facts that make a meeting of the series.
    fn record(office: &Office, key: &str, meeting: MeetingId, facts: &[MeetingFact]) {
        wait(office.transact(&command(key), |tx| {
            let facts = facts.to_vec();
            async move {
                for fact in facts {
                    tx.record(meeting, fact).await?;
                }
                Ok::<_, StoreError>(())
            }
        }))
        .unwrap();
    }

    fn load(office: &Office, meeting: MeetingId) -> Meeting {
        wait(office.view(|view| async move { view.load(meeting).await })).unwrap()
    }

    fn became(status: MeetingStatus) -> MeetingFact {
        MeetingFact::Became { status, by: id(1), at: now() }
    }

    fn minuted(item: u32, minutes: ItemMinutes) -> MeetingFact {
        MeetingFact::Minuted { item, minutes, by: id(2), at: now() }
    }

    fn series() -> MeetingSeriesId {
        id(50)
    }

    fn planned() -> MeetingFact {
        let parts = MeetingParts { series: Some(series()), ..parts(60) };
        Meeting::plan(MeetingDetails::new(parts).unwrap())
    }

    fn put(number: u32) -> MeetingFact {
        MeetingFact::ItemPut { number, item: AgendaItem::new(format!("item {number}"), 10) }
    }

    /// Who approves the minutes that these people have written, of the members 1 to 4.
    fn approvers(writers: &[u32]) -> Vec<u32> {
        let office = Office::on(MemoryStore::new());
        let approve = |by: u32| {
            let wrote = |writer: &u32| MeetingFact::Minuted {
                item: 1,
                minutes: said("", &[], &[]),
                by: id(*writer),
                at: now(),
            };
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
            let open =
                |owner| wait(office.view(|view| async move { view.list(Task::OPEN_OF, &id(owner)).await })).unwrap();
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
                    let decisions =
                        said("", &[&format!("Chairs are bought in round {round}."), "More is asked for."], &[]);
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
            let none =
                wait(office.view(|view| async move { view.find_by(Resolution::BY_NUMBER, &(series(), 21)).await }));
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
        let with_action =
            [planned(), put(1), put(2), minuted(1, said("", &[], &[1])), became(MeetingStatus::Circulated)];
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
            let carried =
                wait(office.transact(&key, |tx| async move { carry_over(&tx, id(from), id(to), id(by)).await }));
            carried.unwrap_err().to_string()
        };
        assert_eq!(carry(100, 999, 1), format!("there is no meeting {}", id::<Meeting>(999)));
        assert_eq!(
            carry(101, 100, 1),
            "the meeting is planned: one that is circulated or approved or cancelled is wanted"
        );
        assert_eq!(carry(100, 103, 1), "the meeting is held: one that is planned is wanted");
        assert_eq!(
            carry(100, 101, 3),
            "the meeting is not this person's to lead: its chair or its secretary is wanted"
        );
        assert_eq!(carry(100, 102, 1), "the meetings are not two of one series: the next of its series is wanted");
        assert_eq!(carry(100, 101, 1), "the actions are not tasks yet: actions that were begun are wanted");
        wait(office.transact(&command("begin"), |tx| async move { begin_actions(&tx, id(100)).await })).unwrap();
        wait(office.transact(&command("carry"), |tx| async move { carry_over(&tx, id(100), id(101), id(1)).await }))
            .unwrap();
        let later = load(&office, id(101));
        assert_eq!(later.drop_item(id(1), 1), Err(AgendaError::Carried { item: 1 }));
        assert_eq!(later.agenda().next().unwrap().1.minutes, 0);
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "the forms are long")]
    fn the_stored_forms_are_these() {
        let details = MeetingDetails::new(MeetingParts {
            starts: Some(now()),
            series: Some(series()),
            event: Some(id(60)),
            join: Some("https://meet.example.org/board".to_owned()),
            quorum: Quorum::Majority,
            most_proxies: 1,
            ..parts(60)
        })
        .unwrap();
        let item = AgendaItem {
            presenter: Some(id(3)),
            material: vec!["plan.pdf".to_owned()],
            ..AgendaItem::new("rooms", 10)
        };
        let carried = CarryOver {
            from: id(99),
            items: [(2, CarriedItem { number: 7, item: AgendaItem::new("chairs", 0) })].into(),
            actions: [ActionRef { meeting: id(98), item: 1, place: 0 }].into(),
        };
        let facts = [
            Meeting::plan(details.clone()),
            MeetingFact::Changed { details },
            MeetingFact::ItemPut { number: 1, item: item.clone() },
            MeetingFact::ItemPut { number: 9, item },
            MeetingFact::ItemDropped { number: 9 },
            MeetingFact::TookOver(carried),
            MeetingFact::ItemsOrdered { order: vec![2, 1] },
            became(MeetingStatus::Held),
            MeetingFact::Attended { person: id(1), how: Attendance::Present, at: now() },
            MeetingFact::Attended { person: id(3), how: Attendance::RepresentedBy(id(1)), at: now() },
            minuted(1, said("The room is booked.", &["It is kept."], &[3])),
            minuted(2, said("", &[], &[])),
            MeetingFact::TakenBack { item: 2, by: id(2), at: now() },
            became(MeetingStatus::Circulated),
            MeetingFact::Corrected { item: 1, note: "It is kept.".to_owned(), by: id(2), at: now() },
            MeetingFact::ActionsBegun { at: now() },
            MeetingFact::Approved { by: id(1), at: now() },
            MeetingFact::Remarked(MinutesRemark { item: 1, text: "It was not.".to_owned(), by: id(4), at: now() }),
            MeetingFact::CarriedOver { to: id(101), by: id(1), at: now() },
        ];
        assert_json_snapshot!(facts, @r#"
        [
          {
            "planned": {
              "details": {
                "title": "board",
                "starts": "2026-11-02T09:00:00Z",
                "minutes": 60,
                "series": "00000000-0000-0000-0000-000000000050",
                "event": "00000000-0000-0000-0000-000000000060",
                "join": "https://meet.example.org/board",
                "chair": "00000000-0000-0000-0000-000000000001",
                "secretary": "00000000-0000-0000-0000-000000000002",
                "members": [
                  "00000000-0000-0000-0000-000000000001",
                  "00000000-0000-0000-0000-000000000002",
                  "00000000-0000-0000-0000-000000000003",
                  "00000000-0000-0000-0000-000000000004"
                ],
                "quorum": "majority",
                "most_proxies": 1
              }
            }
          },
          {
            "changed": {
              "details": {
                "title": "board",
                "starts": "2026-11-02T09:00:00Z",
                "minutes": 60,
                "series": "00000000-0000-0000-0000-000000000050",
                "event": "00000000-0000-0000-0000-000000000060",
                "join": "https://meet.example.org/board",
                "chair": "00000000-0000-0000-0000-000000000001",
                "secretary": "00000000-0000-0000-0000-000000000002",
                "members": [
                  "00000000-0000-0000-0000-000000000001",
                  "00000000-0000-0000-0000-000000000002",
                  "00000000-0000-0000-0000-000000000003",
                  "00000000-0000-0000-0000-000000000004"
                ],
                "quorum": "majority",
                "most_proxies": 1
              }
            }
          },
          {
            "item_put": {
              "number": 1,
              "item": {
                "title": "rooms",
                "presenter": "00000000-0000-0000-0000-000000000003",
                "minutes": 10,
                "material": [
                  "plan.pdf"
                ]
              }
            }
          },
          {
            "item_put": {
              "number": 9,
              "item": {
                "title": "rooms",
                "presenter": "00000000-0000-0000-0000-000000000003",
                "minutes": 10,
                "material": [
                  "plan.pdf"
                ]
              }
            }
          },
          {
            "item_dropped": {
              "number": 9
            }
          },
          {
            "took_over": {
              "from": "00000000-0000-0000-0000-000000000099",
              "items": {
                "2": {
                  "number": 7,
                  "item": {
                    "title": "chairs",
                    "minutes": 0
                  }
                }
              },
              "actions": [
                {
                  "meeting": "00000000-0000-0000-0000-000000000098",
                  "item": 1,
                  "place": 0
                }
              ]
            }
          },
          {
            "items_ordered": {
              "order": [
                2,
                1
              ]
            }
          },
          {
            "became": {
              "status": "held",
              "by": "00000000-0000-0000-0000-000000000001",
              "at": "2026-11-02T09:00:00Z"
            }
          },
          {
            "attended": {
              "person": "00000000-0000-0000-0000-000000000001",
              "how": "present",
              "at": "2026-11-02T09:00:00Z"
            }
          },
          {
            "attended": {
              "person": "00000000-0000-0000-0000-000000000003",
              "how": {
                "represented_by": "00000000-0000-0000-0000-000000000001"
              },
              "at": "2026-11-02T09:00:00Z"
            }
          },
          {
            "minuted": {
              "item": 1,
              "minutes": {
                "note": "The room is booked.",
                "decisions": [
                  "It is kept."
                ],
                "actions": [
                  {
                    "what": "do 3",
                    "owner": "00000000-0000-0000-0000-000000000003",
                    "due": "2026-11-02T09:00:00Z"
                  }
                ]
              },
              "by": "00000000-0000-0000-0000-000000000002",
              "at": "2026-11-02T09:00:00Z"
            }
          },
          {
            "minuted": {
              "item": 2,
              "minutes": {
                "note": ""
              },
              "by": "00000000-0000-0000-0000-000000000002",
              "at": "2026-11-02T09:00:00Z"
            }
          },
          {
            "taken_back": {
              "item": 2,
              "by": "00000000-0000-0000-0000-000000000002",
              "at": "2026-11-02T09:00:00Z"
            }
          },
          {
            "became": {
              "status": "circulated",
              "by": "00000000-0000-0000-0000-000000000001",
              "at": "2026-11-02T09:00:00Z"
            }
          },
          {
            "corrected": {
              "item": 1,
              "note": "It is kept.",
              "by": "00000000-0000-0000-0000-000000000002",
              "at": "2026-11-02T09:00:00Z"
            }
          },
          {
            "actions_begun": {
              "at": "2026-11-02T09:00:00Z"
            }
          },
          {
            "approved": {
              "by": "00000000-0000-0000-0000-000000000001",
              "at": "2026-11-02T09:00:00Z"
            }
          },
          {
            "remarked": {
              "item": 1,
              "text": "It was not.",
              "by": "00000000-0000-0000-0000-000000000004",
              "at": "2026-11-02T09:00:00Z"
            }
          },
          {
            "carried_over": {
              "to": "00000000-0000-0000-0000-000000000101",
              "by": "00000000-0000-0000-0000-000000000001",
              "at": "2026-11-02T09:00:00Z"
            }
          }
        ]
        "#);
        assert_json_snapshot!(fold::<Meeting>(&facts).unwrap(), @r#"
        {
          "details": {
            "title": "board",
            "starts": "2026-11-02T09:00:00Z",
            "minutes": 60,
            "series": "00000000-0000-0000-0000-000000000050",
            "event": "00000000-0000-0000-0000-000000000060",
            "join": "https://meet.example.org/board",
            "chair": "00000000-0000-0000-0000-000000000001",
            "secretary": "00000000-0000-0000-0000-000000000002",
            "members": [
              "00000000-0000-0000-0000-000000000001",
              "00000000-0000-0000-0000-000000000002",
              "00000000-0000-0000-0000-000000000003",
              "00000000-0000-0000-0000-000000000004"
            ],
            "quorum": "majority",
            "most_proxies": 1
          },
          "status": "approved",
          "agenda": {
            "1": {
              "title": "rooms",
              "presenter": "00000000-0000-0000-0000-000000000003",
              "minutes": 10,
              "material": [
                "plan.pdf"
              ]
            },
            "2": {
              "title": "chairs",
              "minutes": 0
            }
          },
          "order": [
            2,
            1
          ],
          "carried_from": {
            "2": {
              "meeting": "00000000-0000-0000-0000-000000000099",
              "item": 7
            }
          },
          "inherited_actions": [
            {
              "meeting": "00000000-0000-0000-0000-000000000098",
              "item": 1,
              "place": 0
            }
          ],
          "attendance": {
            "00000000-0000-0000-0000-000000000001": "present",
            "00000000-0000-0000-0000-000000000003": {
              "represented_by": "00000000-0000-0000-0000-000000000001"
            }
          },
          "minutes": {
            "1": {
              "note": "It is kept.",
              "decisions": [
                "It is kept."
              ],
              "actions": [
                {
                  "what": "do 3",
                  "owner": "00000000-0000-0000-0000-000000000003",
                  "due": "2026-11-02T09:00:00Z"
                }
              ]
            }
          },
          "writers": [
            "00000000-0000-0000-0000-000000000002"
          ],
          "corrections": [
            {
              "item": 1,
              "before": "The room is booked.",
              "by": "00000000-0000-0000-0000-000000000002",
              "at": "2026-11-02T09:00:00Z"
            }
          ],
          "approved_by": "00000000-0000-0000-0000-000000000001",
          "remarks": [
            {
              "item": 1,
              "text": "It was not.",
              "by": "00000000-0000-0000-0000-000000000004",
              "at": "2026-11-02T09:00:00Z"
            }
          ],
          "actions_begun": true,
          "carried_to": "00000000-0000-0000-0000-000000000101"
        }
        "#);
        let resolution = Resolution {
            series: series(),
            number: 7,
            meeting: id(100),
            item: 1,
            text: "It is kept.".to_owned(),
            at: now(),
        };
        assert_json_snapshot!(ResolutionFact::Entered(resolution), @r#"
        {
          "entered": {
            "series": "00000000-0000-0000-0000-000000000050",
            "number": 7,
            "meeting": "00000000-0000-0000-0000-000000000100",
            "item": 1,
            "text": "It is kept.",
            "at": "2026-11-02T09:00:00Z"
          }
        }
        "#);
    }
}
