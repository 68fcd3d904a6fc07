//! Personnel files: who reads what, and when it is erased.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
#[expect(clippy::too_many_lines, reason = "what is stored is long")]
mod laws {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::Barrier;

    use chrono::{Days, NaiveDate};
    use insta::assert_json_snapshot;
    use office_core::subject::PersonId;
    use office_core::{
        Actor, Appointment, AuthorityBook, Clearance, Command, DateRange, Entity, Grant, Id, Key, Kind, MemoryStore,
        Office, Purpose, Ratio, RecordClass, Role, Scope, Store, wait,
    };
    use office_hr::{
        Assignment, DocumentPlace, EndEmployment, EraseRecordError, FileRecord, FileRecordError, Hire, HoldRelease,
        LegalHold, PersonnelRecord, PlaceHold, RecordContent, RecordFact, RecordRules, RetentionRule, RetentionRules,
        RetentionStart, end_employment, erase_record, file_record, hire, note_event, personnel_file, place_hold,
        records_due, release_hold, revise_record,
    };
    use office_scratch::offices;
    use proptest::prelude::*;

    const CLASSES: [&str; 4] = ["general", "pay", "medical", "investigation"];
    const SECRET: &str = "a sprained ankle";

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// A day of the year.
    fn day(number: u64) -> NaiveDate {
        date("2026-01-01") + Days::new(number)
    }

    fn class(name: &str) -> RecordClass {
        name.parse().unwrap()
    }

    fn employee() -> PersonId {
        Id::natural("person", "E-017")
    }

    fn officer() -> Actor {
        Actor::new(Id::natural("person", "E-009"), Role::new("personnel_officer"))
    }

    fn command(key: &str, by: Actor) -> Command {
        Command::new(key, "records", by, "2026-10-05T08:00:00Z".parse().unwrap()).unwrap()
    }

    fn record(name: &str) -> Id<PersonnelRecord> {
        Id::natural("personnel_record", name)
    }

    fn rule(class: &str, from: RetentionStart, keep: &str) -> RetentionRule {
        RetentionRule { class: self::class(class), kind: None, from, keep: keep.parse().unwrap(), basis: class.into() }
    }

    /// General 30 days from filing, pay 20 days from the end of the employment, medical 10 days from `healed`.
    fn rules() -> RecordRules {
        let mut retention = RetentionRules::default();
        let version = vec![
            rule("general", RetentionStart::Filed, "30 days"),
            rule("pay", RetentionStart::EmploymentEnds, "20 days"),
            rule("medical", RetentionStart::Event("healed".into()), "10 days"),
            rule("investigation", RetentionStart::Filed, "for ever"),
        ];
        retention.publish(day(0), version).unwrap();
        RecordRules::new(retention, ["records.file", "records.hold", "records.erase"]).unwrap()
    }

    /// The officer may file, hold and erase, and read the classes of a set for administration.
    fn book(cleared: &BTreeSet<usize>) -> AuthorityBook {
        let (Actor { person, role, .. }, valid) = (officer(), DateRange::from(day(0)));
        let mut book = AuthorityBook::default();
        for action in ["records.file", "records.hold", "records.erase"] {
            let (role, action) = (role.clone(), action.parse().unwrap());
            book.grants.push(Grant { role, action, scope: Scope::anywhere(), limit: None, valid });
        }
        book.appointments.push(Appointment { person, role: role.clone(), scope: Scope::anywhere(), valid });
        for class in cleared {
            let (role, class, purpose) = (role.clone(), class_of(*class), purpose("administration"));
            book.clearances.granted.push(Clearance { role, class, purpose, valid });
        }
        book
    }

    fn class_of(number: usize) -> RecordClass {
        class(CLASSES[number % CLASSES.len()])
    }

    fn purpose(name: &str) -> Purpose {
        name.parse().unwrap()
    }

    fn content(text: &str) -> RecordContent {
        let document = Some(DocumentPlace { place: "vault/17".into(), digest: "sha256:5e".into() });
        RecordContent { title: "Certificate".into(), text: text.into(), document }
    }

    fn employ(office: &Office) {
        let assignment = Assignment {
            role: Role::new("employee"),
            manager: None,
            cost_centre: Id::natural("cost_centre", "CC-200"),
            scope: Scope::anywhere(),
            weekly_hours: Ratio::from_integer(40),
            week: "MO|TU|WE|TH|FR".parse().unwrap(),
            zone: "Europe/Berlin".parse().unwrap(),
        };
        let hiring = &Hire { person: employee(), term: DateRange::from(day(0)), assignment };
        let id = Id::natural("employment", "E-017");
        wait(office.transact(&command("hire", officer()), |tx| async move { hire(&tx, id, hiring).await })).unwrap();
    }

    fn end(office: &Office, key: &str, last: NaiveDate) -> bool {
        let (id, ending) = (Id::natural("employment", "E-017"), &EndEmployment { last });
        let ended = |tx| async move { end_employment(&tx, id, ending).await };
        wait(office.transact(&command(key, officer()), ended)).is_ok()
    }

    fn file(
        office: &Office,
        key: &str,
        id: Id<PersonnelRecord>,
        class: &str,
        on: NaiveDate,
    ) -> Result<(), FileRecordError> {
        let (class, employment) = (self::class(class), Some(Id::natural("employment", "E-017")));
        let filing = &FileRecord { person: employee(), class, kind: "certificate".into(), employment, on };
        let (rules, book, content) = (&rules(), &book(&BTreeSet::new()), &content(SECRET));
        wait(office.transact(&command(key, officer()), |tx| async move {
            file_record(&tx, id, filing, content, rules, book).await
        }))
    }

    fn erase(office: &Office, key: &str, id: Id<PersonnelRecord>, on: NaiveDate) -> Result<(), EraseRecordError> {
        let (rules, book) = (&rules(), &book(&BTreeSet::new()));
        wait(
            office.transact(&command(key, officer()), |tx| async move { erase_record(&tx, id, on, rules, book).await }),
        )
    }

    fn hold(office: &Office, key: &str, matter: &str, classes: &[&str]) {
        let (id, rules, book) = (Id::natural("legal_hold", matter), &rules(), &book(&BTreeSet::new()));
        let classes = classes.iter().map(|name| class(name)).collect();
        let order = &PlaceHold { matter: matter.into(), persons: [employee()].into(), classes, on: day(1) };
        let placing = |tx| async move { place_hold(&tx, id, order, rules, book).await };
        wait(office.transact(&command(key, officer()), placing)).unwrap();
    }

    fn release(office: &Office, key: &str, matter: &str) {
        let (id, rules, book) = (Id::natural("legal_hold", matter), &rules(), &book(&BTreeSet::new()));
        let over = &HoldRelease { on: day(2), why: "settled".into() };
        let releasing = |tx| async move { release_hold(&tx, id, over, rules, book).await };
        wait(office.transact(&command(key, officer()), releasing)).unwrap();
    }

    fn read(office: &Office, key: &str, purpose: &str, cleared: &BTreeSet<usize>) -> Vec<(Id<PersonnelRecord>, bool)> {
        let (command, purpose) = (command(key, officer()), self::purpose(purpose));
        let entries = wait(personnel_file(office, &command, employee(), &purpose, day(1), &book(cleared))).unwrap();
        entries.into_iter().map(|entry| (entry.id, entry.content == Some(content(SECRET)))).collect()
    }

    fn load(office: &Office, id: Id<PersonnelRecord>) -> PersonnelRecord {
        wait(office.view(|view| async move { view.load(id).await })).unwrap()
    }

    #[test]
    fn a_file_is_read_by_class_and_purpose_and_every_reading_is_traced() {
        let (_places, offices) = offices();
        for office in &offices {
            employ(office);
            for (number, name) in (0..).zip(CLASSES) {
                file(office, &format!("file-{name}"), record(name), name, day(number)).unwrap();
            }
            let (all, two) = ((0..4).collect(), BTreeSet::from([0, 2]));
            let everything: Vec<_> = CLASSES.iter().map(|name| (record(name), true)).collect();
            assert_eq!(read(office, "a", "administration", &all), everything);
            assert_eq!(read(office, "b", "administration", &two), [everything[0], everything[2]]);
            assert!(read(office, "c", "curiosity", &all).is_empty());
            for (number, name) in CLASSES.iter().enumerate() {
                let traces = wait(office.readings(record(name))).unwrap();
                let granted: Vec<bool> = traces.iter().map(office_core::AccessTrace::granted).collect();
                assert_eq!(granted, [true, two.contains(&number), false], "{name}");
            }
            // The same reading asked for again leaves no second trace.
            assert_eq!(read(office, "a", "administration", &all), everything);
            assert_eq!(wait(office.readings(record("pay"))).unwrap().len(), 3);
        }
    }

    #[test]
    fn what_is_erased_is_gone_from_the_store_and_that_it_was_there_stays() {
        let (_places, offices) = offices();
        for office in &offices {
            employ(office);
            file(office, "a", record("a"), "general", day(0)).unwrap();
            let (rules, book) = (&rules(), &book(&BTreeSet::new()));
            let revise = |key: &str, text: &str| {
                let content = &content(text);
                wait(office.transact(&command(key, officer()), |tx| async move {
                    revise_record(&tx, record("a"), content, day(1), rules, book).await
                }))
            };
            revise("b", "a torn ligament").unwrap();
            assert_eq!(read(office, "c", "administration", &BTreeSet::from([0])), [(record("a"), false)]);
            revise("d", SECRET).unwrap();
            let early = erase(office, "e", record("a"), day(29)).unwrap_err().to_string();
            assert_eq!(early, "by `general` the record is to be kept: 2026-01-31 or a later day is wanted");
            hold(office, "f", "12 C 345/26", &["general"]);
            let held = erase(office, "g", record("a"), day(40)).unwrap_err().to_string();
            assert_eq!(held, "the record is held in the matter `12 C 345/26`: its release is wanted");
            release(office, "h", "12 C 345/26");
            erase(office, "i", record("a"), day(40)).unwrap();
            erase(office, "j", record("a"), day(41)).unwrap();

            let erased = load(office, record("a")).erased().cloned().unwrap();
            assert_eq!((erased.on, erased.due), (day(40), day(30)));
            assert_eq!(read(office, "k", "administration", &BTreeSet::from([0])), [(record("a"), false)]);
            let again = revise("l", SECRET).unwrap_err();
            assert!(matches!(again, FileRecordError::Erased { .. }));
            for kind in ["content", "fact", "personnel_record", "access_log", "legal_hold"] {
                let kind_of = Kind::literal(kind);
                let scan = office.store().scan(&kind_of, "", Key::TOP, 1_000);
                for (key, record) in wait(scan).unwrap() {
                    assert!(!record.body.as_str().contains("Certificate"), "{key} tells what the record said");
                    assert!(kind != "content", "{key} is left");
                }
            }
        }
    }

    #[test]
    fn of_a_hold_and_an_erasure_at_once_one_comes_first() {
        let (_places, offices) = offices();
        for office in &offices {
            employ(office);
            for round in 0..8 {
                let id = record(&format!("r-{round}"));
                file(office, &format!("file-{round}"), id, "general", day(0)).unwrap();
                let barrier = &Barrier::new(2);
                let matter = &format!("matter {round}");
                let (erased, ()) = std::thread::scope(|scope| {
                    let erasing = scope.spawn(move || {
                        barrier.wait();
                        erase(office, &format!("erase-{round}"), id, day(40))
                    });
                    let holding = scope.spawn(move || {
                        barrier.wait();
                        hold(office, &format!("hold-{round}"), matter, &[]);
                    });
                    (erasing.join().unwrap(), holding.join().unwrap())
                });
                let kept = read(office, &format!("read-{round}"), "administration", &BTreeSet::from([0]));
                let content = kept.iter().find(|(one, _)| *one == id).map(|(_, content)| *content);
                match erased {
                    Ok(()) => assert_eq!(content, Some(false)),
                    Err(EraseRecordError::Held { .. }) => assert_eq!(content, Some(true)),
                    Err(error) => panic!("{error}"),
                }
                release(office, &format!("release-{round}"), matter);
                erase(office, &format!("erase-again-{round}"), id, day(40)).unwrap();
            }
        }
    }

    #[test]
    fn what_cannot_be_filed_is_refused_and_changes_nothing() {
        let office = Office::on(MemoryStore::new());
        employ(&office);
        let (rules, book) = (&rules(), &book(&BTreeSet::new()));
        let filing = FileRecord {
            person: employee(),
            class: class("pay"),
            kind: "certificate".into(),
            employment: Some(Id::natural("employment", "E-017")),
            on: day(0),
        };
        let try_to = |key: &str, filing: &FileRecord, content: &RecordContent, by: Actor| {
            wait(office.transact(&command(key, by), |tx| async move {
                file_record(&tx, record("a"), filing, content, rules, book).await
            }))
            .map_err(|error| error.to_string())
        };
        let refused = |key: &str, filing: &FileRecord| try_to(key, filing, &content(SECRET), officer()).unwrap_err();
        let unruled = FileRecord { class: class("immigration"), ..filing.clone() };
        assert!(refused("a", &unruled).ends_with("one for the class is wanted"));
        let nowhere = FileRecord { employment: None, ..filing.clone() };
        assert!(refused("b", &nowhere).ends_with("the employment it belongs to is wanted"));
        let other = FileRecord { person: Id::natural("person", "E-018"), ..filing.clone() };
        assert!(refused("c", &other).starts_with("the employment is not one of the person"));
        let untitled = RecordContent { title: " ".into(), ..content(SECRET) };
        assert!(try_to("d", &filing, &untitled, officer()).unwrap_err().starts_with("the title is missing"));
        let long = RecordContent { text: "x".repeat(100_001), ..content(SECRET) };
        assert!(try_to("e", &filing, &long, officer()).unwrap_err().starts_with("the text is missing or too long"));
        // Nobody files about themselves, whatever they are granted.
        let own = FileRecord { person: officer().person, employment: None, class: class("general"), ..filing.clone() };
        assert!(refused("f", &own).starts_with("the record is not theirs to file"));
        let assistant = Actor::new(Id::natural("person", "E-003"), Role::new("assistant"));
        assert!(try_to("g", &filing, &content(SECRET), assistant).unwrap_err().starts_with("the record is not theirs"));
        assert!(wait(office.view(|view| async move { view.find(record("a")).await })).unwrap().is_none());

        try_to("h", &filing, &content(SECRET), officer()).unwrap();
        try_to("i", &filing, &content(SECRET), officer()).unwrap();
        let another = FileRecord { on: day(1), ..filing };
        assert_eq!(refused("j", &another), "the record is another one: an id of its own is wanted");
        assert!(!format!("{:?} {:?}", content(SECRET), load(&office, record("a"))).contains(SECRET));
    }

    #[derive(Clone, Debug)]
    enum Act {
        File(usize),
        Healed(usize),
        EmploymentEnds,
        Hold(usize),
        Release(usize),
        EraseAll,
    }

    fn acts() -> impl Strategy<Value = Vec<(Act, u64)>> {
        let act = prop_oneof![
            4 => (0_usize..4).prop_map(Act::File),
            2 => (0_usize..8).prop_map(Act::Healed),
            1 => Just(Act::EmploymentEnds),
            2 => (0_usize..6).prop_map(Act::Hold),
            2 => (0_usize..6).prop_map(Act::Release),
            3 => Just(Act::EraseAll),
        ];
        prop::collection::vec((act, 0_u64..12), 1..24)
    }

    /// What the model knows of a record.
    struct Kept {
        class: usize,
        filed: u64,
        healed: Option<u64>,
        erased: bool,
    }

    /// A plain office: records, matters with the class they are about (5 is all) and whether they are open.
    #[derive(Default)]
    struct Model {
        records: Vec<Kept>,
        ended: Option<u64>,
        matters: BTreeMap<usize, bool>,
    }

    impl Model {
        fn is_due(&self, kept: &Kept, today: u64) -> bool {
            let from = match kept.class {
                0 => Some(kept.filed + 30),
                1 => self.ended.map(|ended| ended + 20),
                2 => kept.healed.map(|healed| healed + 10),
                _ => None,
            };
            from.is_some_and(|from| from <= today)
        }

        fn is_held(&self, kept: &Kept) -> bool {
            self.matters.iter().any(|(matter, open)| *open && (*matter >= 4 || *matter == kept.class))
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn it_is_erased_when_it_is_due_and_never_while_it_is_held(acts in acts()) {
            let office = Office::on(MemoryStore::new());
            employ(&office);
            let (mut model, mut today) = (Model::default(), 0);
            for (number, (act, later)) in acts.into_iter().enumerate() {
                today += later;
                let key = format!("act-{number}");
                match act {
                    Act::File(class) => {
                        let id = record(&model.records.len().to_string());
                        file(&office, &key, id, CLASSES[class], day(today)).unwrap();
                        model.records.push(Kept { class, filed: today, healed: None, erased: false });
                    }
                    Act::Healed(of) => {
                        let Some(kept) = model.records.get_mut(of) else { continue };
                        let (rules, book) = (&rules(), &book(&BTreeSet::new()));
                        let id = record(&of.to_string());
                        let noted = wait(office.transact(&command(&key, officer()), |tx| async move {
                            note_event(&tx, id, "healed", day(today), rules, book).await
                        }));
                        prop_assert_eq!(noted.is_ok(), !kept.erased);
                        kept.healed = Some(today);
                    }
                    Act::EmploymentEnds => {
                        // An end is not put off.
                        let sooner = model.ended.is_none_or(|ended| today <= ended);
                        prop_assert_eq!(end(&office, &key, day(today)), sooner);
                        model.ended = model.ended.map(|ended| ended.min(today)).or(Some(today));
                    }
                    Act::Hold(matter) => {
                        // A matter that is over is not opened again.
                        if model.matters.contains_key(&matter) { continue }
                        let classes: &[&str] = CLASSES.get(matter..=matter).unwrap_or_default();
                        hold(&office, &key, &matter.to_string(), classes);
                        model.matters.insert(matter, true);
                    }
                    Act::Release(matter) => {
                        let Some(open) = model.matters.get_mut(&matter).filter(|open| **open) else { continue };
                        release(&office, &key, &matter.to_string());
                        *open = false;
                    }
                    Act::EraseAll => {
                        let rules = &rules().retention;
                        let (mut listed, mut after) = (BTreeMap::new(), None);
                        loop {
                            let look = |view: office_core::View| async move {
                                records_due(&view, rules, day(today), after, 2).await
                            };
                            let page = wait(office.view(look)).unwrap();
                            listed.extend(page.due.into_iter().map(|due| (due.id, !due.held_in.is_empty())));
                            let Some(next) = page.next else { break };
                            after = Some(next);
                        }
                        for (of, kept) in model.records.iter().enumerate() {
                            let due = !kept.erased && model.is_due(kept, today);
                            let expected = due.then(|| model.is_held(kept));
                            prop_assert_eq!(listed.get(&record(&of.to_string())).copied(), expected, "record {}", of);
                        }
                        for of in 0..model.records.len() {
                            let erased = erase(&office, &format!("{key}-{of}"), record(&of.to_string()), day(today));
                            let kept = &model.records[of];
                            let may = kept.erased || (model.is_due(kept, today) && !model.is_held(kept));
                            prop_assert_eq!(erased.is_ok(), may, "record {}: {:?}", of, erased);
                            model.records[of].erased = may;
                        }
                    }
                }
            }
            let all = (0..4).collect();
            let shown: BTreeMap<_, _> = read(&office, "read", "administration", &all).into_iter().collect();
            for (of, kept) in model.records.iter().enumerate() {
                prop_assert_eq!(shown.get(&record(&of.to_string())), Some(&!kept.erased));
            }
        }

        #[test]
        fn fewer_clearances_never_show_more(
            filed in prop::collection::vec(0_usize..4, 1..8),
            cleared in prop::collection::btree_set(0_usize..4, 0..5),
            taken in prop::collection::btree_set(0_usize..4, 0..5),
        ) {
            let office = Office::on(MemoryStore::new());
            employ(&office);
            for (number, class) in filed.iter().enumerate() {
                file(&office, &format!("file-{number}"), record(&number.to_string()), CLASSES[*class], day(0)).unwrap();
            }
            let fewer: BTreeSet<usize> = cleared.difference(&taken).copied().collect();
            let (more, less) = (read(&office, "more", "administration", &cleared), read(&office, "less", "administration", &fewer));
            prop_assert_eq!(more.len(), filed.iter().filter(|class| cleared.contains(class)).count());
            prop_assert!(less.iter().all(|entry| more.contains(entry)));
            for number in 0..filed.len() {
                prop_assert_eq!(wait(office.readings(record(&number.to_string()))).unwrap().len(), 2);
            }
        }
    }

    #[test]
    fn the_longest_of_the_rules_for_a_kind_counts() {
        let mut rules = RetentionRules::default();
        let with = |kind: Option<&str>, keep: &str| RetentionRule {
            kind: kind.map(str::to_owned),
            ..rule("general", RetentionStart::Filed, keep)
        };
        let version = vec![with(None, "10 years"), with(Some("note"), "7 days"), with(Some("note"), "0 days")];
        rules.publish(day(0), version).unwrap();
        let started = [(RetentionStart::Filed, date("2021-07-01"))].into();
        let due = |kind: &str| rules.due(&class("general"), kind, &started, day(0)).unwrap().on();
        assert_eq!(due("note"), Some(date("2021-07-08")));
        assert_eq!(due("contract"), Some(date("2031-07-01")));
        // A later version stands for what is on file as well.
        let mut later = rules.clone();
        later.publish(day(10), vec![with(None, "for ever")]).unwrap();
        assert!(later.due(&class("general"), "note", &started, day(10)).unwrap().on().is_none());
        assert_eq!(later.due(&class("general"), "note", &started, day(9)).unwrap().on(), due("note"));
        assert!(later.due(&class("general"), "note", &started, date("2025-12-31")).is_err());
    }

    #[test]
    fn stored_forms() {
        let filed = FileRecord {
            person: employee(),
            class: class("medical"),
            kind: "certificate".into(),
            employment: Some(Id::natural("employment", "E-017")),
            on: day(0),
        };
        let facts = [
            RecordFact::Filed(filed),
            RecordFact::Revised,
            RecordFact::Happened { event: "healed".into(), on: day(3) },
        ];
        let record = office_core::fold::<PersonnelRecord>(&facts).unwrap();
        let erased = record.erase(None, [], &rules().retention, day(20)).unwrap().fact().unwrap();
        assert_json_snapshot!([&facts[..], std::slice::from_ref(&erased)].concat(), @r#"
        [
          {
            "filed": {
              "person": "0456a273-f91e-51ba-9216-055165099824",
              "class": "medical",
              "kind": "certificate",
              "employment": "64be039b-9d7f-5198-94ed-beb1c60814a9",
              "on": "2026-01-01"
            }
          },
          "revised",
          {
            "happened": {
              "event": "healed",
              "on": "2026-01-04"
            }
          },
          {
            "erased": {
              "on": "2026-01-21",
              "due": "2026-01-14",
              "rule": {
                "class": "medical",
                "from": {
                  "event": "healed"
                },
                "keep": "10 days",
                "basis": "medical"
              }
            }
          }
        ]
        "#);
        let mut record = record;
        record.apply(&erased);
        assert_json_snapshot!(record, @r#"
        {
          "filed": {
            "person": "0456a273-f91e-51ba-9216-055165099824",
            "class": "medical",
            "kind": "certificate",
            "employment": "64be039b-9d7f-5198-94ed-beb1c60814a9",
            "on": "2026-01-01"
          },
          "happened": {
            "healed": "2026-01-04"
          },
          "erased": {
            "on": "2026-01-21",
            "due": "2026-01-14",
            "rule": {
              "class": "medical",
              "from": {
                "event": "healed"
              },
              "keep": "10 days",
              "basis": "medical"
            }
          }
        }
        "#);
        let order = PlaceHold {
            matter: "12 C 345/26".into(),
            persons: [employee()].into(),
            classes: [class("medical")].into(),
            on: day(1),
        };
        let placed = LegalHold::place(&order).unwrap().fact().unwrap();
        let hold = LegalHold::open(&placed).unwrap();
        let released = hold.release(&HoldRelease { on: day(2), why: "settled".into() }).unwrap().fact().unwrap();
        assert_json_snapshot!([placed, released], @r#"
        [
          {
            "placed": {
              "matter": "12 C 345/26",
              "persons": [
                "0456a273-f91e-51ba-9216-055165099824"
              ],
              "classes": [
                "medical"
              ],
              "on": "2026-01-02"
            }
          },
          {
            "released": {
              "on": "2026-01-03",
              "why": "settled"
            }
          }
        ]
        "#);
        assert_json_snapshot!(hold, @r#"
        {
          "placed": {
            "matter": "12 C 345/26",
            "persons": [
              "0456a273-f91e-51ba-9216-055165099824"
            ],
            "classes": [
              "medical"
            ],
            "on": "2026-01-02"
          }
        }
        "#);
        assert_json_snapshot!(rules(), @r#"
        {
          "retention": {
            "2026-01-01": [
              {
                "class": "general",
                "from": "filed",
                "keep": "30 days",
                "basis": "general"
              },
              {
                "class": "pay",
                "from": "employment_ends",
                "keep": "20 days",
                "basis": "pay"
              },
              {
                "class": "medical",
                "from": {
                  "event": "healed"
                },
                "keep": "10 days",
                "basis": "medical"
              },
              {
                "class": "investigation",
                "from": "filed",
                "keep": "for ever",
                "basis": "investigation"
              }
            ]
          },
          "file": "records.file",
          "hold": "records.hold",
          "erase": "records.erase"
        }
        "#);
        assert!(serde_json::from_str::<RecordRules>(r#"{"retention":{},"file":"a.b","hold":"a.b"}"#).is_err());
    }
}
