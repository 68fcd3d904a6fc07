//! Nobody reads a classified record without leave, and every reading leaves a trace.

#[cfg(test)]
mod laws {
    use chrono::{DateTime, NaiveDate, Utc};
    use office_core::subject::PersonId;
    use office_core::{
        Actor, Appointment, AuthorityBook, Classified, Clearance, Command, DateRange, DiscloseError, Entity, Id, Kind,
        MemoryStore, Office, Purpose, RecordClass, Role, Scope, StoreError, wait,
    };
    use serde::{Deserialize, Serialize};

    #[derive(Clone, Debug, Serialize, Deserialize)]
    struct Note {
        about: Option<PersonId>,
        text: String,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Written {
        about: Option<PersonId>,
        text: String,
    }

    impl Entity for Note {
        const KIND: Kind = Kind::literal("note");
        const CLASSIFIED: bool = true;
        type Fact = Written;
        fn open(fact: &Written) -> Option<Self> {
            Some(Self { about: fact.about, text: fact.text.clone() })
        }
        fn apply(&mut self, fact: &Written) {
            self.text.clone_from(&fact.text);
        }
    }

    impl Classified for Note {
        fn class(&self) -> RecordClass {
            RecordClass::Confidential
        }
        fn subject(&self) -> Option<PersonId> {
            self.about
        }
    }

    const SECRET: &str = "the merger is in May";
    const CONTENT: &str = "three months' notice";

    fn on() -> NaiveDate {
        "2026-07-06".parse().unwrap()
    }

    fn command(key: &str, person: &str) -> Command {
        let at: DateTime<Utc> = "2026-07-06T08:30:00Z".parse().unwrap();
        Command::new(key, "read", Actor::new(Id::natural("person", person), Role::new("partner")), at).unwrap()
    }

    fn purpose() -> Purpose {
        "planning".parse().unwrap()
    }

    fn book() -> AuthorityBook {
        let (role, valid) = (Role::new("partner"), DateRange::from(on()));
        let mut book = AuthorityBook::default();
        book.appointments.push(Appointment {
            person: Id::natural("person", "E-001"),
            role: role.clone(),
            scope: Scope::anywhere(),
            valid,
        });
        let class = RecordClass::Confidential;
        book.clearances.granted.push(Clearance { role, class, purpose: purpose(), valid });
        book
    }

    fn office(notes: &[(&str, Option<PersonId>)]) -> (Office, Vec<Id<Note>>) {
        let office = Office::on(MemoryStore::new());
        let ids: Vec<Id<Note>> = notes.iter().map(|(name, _)| Id::natural("note", name)).collect();
        for ((name, about), id) in notes.iter().zip(&ids) {
            let (id, fact) = (*id, &Written { about: *about, text: SECRET.to_owned() });
            let write = command(&format!("write-{name}"), "E-001");
            wait(office.transact(&write, |tx| async move { tx.record(id, fact.clone()).await })).unwrap();
        }
        (office, ids)
    }

    fn read(office: &Office, key: &str, who: &str, id: Id<Note>) -> Result<String, DiscloseError> {
        let read = wait(office.disclose(&command(key, who), id, &purpose(), on(), &book()))?;
        Ok(read.entity.text)
    }

    #[test]
    fn a_reading_is_traced_whether_it_is_granted_or_refused() {
        let (office, ids) = office(&[("a", None)]);
        assert_eq!(read(&office, "r-1", "E-001", ids[0]).unwrap(), SECRET);
        let refused = read(&office, "r-2", "E-007", ids[0]).unwrap_err();
        assert!(matches!(refused, DiscloseError::Refused(_)));
        let traces = wait(office.readings(ids[0])).unwrap();
        let told: Vec<_> = traces.iter().map(|trace| (trace.request.actor.person, trace.granted())).collect();
        assert_eq!(told, [(Id::natural("person", "E-001"), true), (Id::natural("person", "E-007"), false)]);
    }

    #[test]
    fn a_key_opens_one_record_for_one_reader() {
        let (office, ids) = office(&[("a", None), ("b", None)]);
        read(&office, "r-1", "E-001", ids[0]).unwrap();
        // Again: the same reading, and no second trace.
        read(&office, "r-1", "E-001", ids[0]).unwrap();
        assert_eq!(wait(office.readings(ids[0])).unwrap().len(), 1);
        // Neither for another record nor for somebody else.
        for (who, id) in [("E-001", ids[1]), ("E-007", ids[0])] {
            match read(&office, "r-1", who, id).unwrap_err() {
                DiscloseError::Store(error) => assert!(error.is_key_reused(), "{error}"),
                DiscloseError::Refused(refused) => panic!("{refused}"),
            }
        }
        assert!(wait(office.readings(ids[1])).unwrap().is_empty());
    }

    #[test]
    fn leave_to_read_about_one_is_no_leave_to_read_about_another() {
        let (one, other) = (Id::natural("person", "E-017"), Id::natural("person", "E-018"));
        let (office, ids) = office(&[("a", Some(one)), ("b", Some(other))]);
        let (first, second) = (ids[0], ids[1]);
        let read = wait(office.disclose(&command("r-1", "E-001"), first, &purpose(), on(), &book())).unwrap();
        let granted = &read.granted;
        let change = |key: &str, id: Id<Note>| {
            wait(office.transact(&command(key, "E-001"), |tx| async move {
                let note = tx.reveal(id, granted).await?;
                tx.record(id, Written { about: note.about, text: "in June".into() }).await
            }))
        };
        change("c-1", first).unwrap();
        assert!(change("c-2", second).unwrap_err().is_fatal());
        assert_eq!(super::laws::read(&office, "r-2", "E-001", first).unwrap(), "in June");
    }

    #[test]
    fn neither_the_feed_nor_any_debug_text_tells_the_content() {
        let (office, ids) = office(&[("a", None)]);
        let read = wait(office.disclose(&command("r-1", "E-001"), ids[0], &purpose(), on(), &book())).unwrap();
        let entries = wait(office.feed().after(0, 10)).unwrap();
        let note = entries.iter().find(|entry| entry.fact.kind() == "note").unwrap();
        assert_eq!(note.fact.json(), None);
        let trace = entries.iter().find(|entry| entry.fact.kind() == "access_log").unwrap();
        assert!(trace.fact.json().is_some_and(|json| !json.contains(SECRET)));
        let id = ids[0];
        let told = wait(office.transact(&command("t", "E-001"), |tx| {
            let granted = &read.granted;
            async move {
                tx.reveal(id, granted).await?;
                Ok::<_, StoreError>(format!("{tx:?}"))
            }
        }))
        .unwrap();
        let mut batch = office_core::Batch::new(office_core::CommitId::from_uuid(uuid::Uuid::from_u128(9)));
        let spoilt = Id::<Note>::natural("note", "spoilt");
        let key = office_core::Key::new(Kind::literal("note"), spoilt.to_string()).unwrap();
        let body = format!(r#"{{"schema":1,"rev":1,"state":"{SECRET}"}}"#);
        batch.put(key, office_core::Body::from_json(body).unwrap());
        wait(office_core::Store::commit(office.store(), &batch)).unwrap();
        let spoilt = super::laws::read(&office, "r-8", "E-001", spoilt).unwrap_err();
        let missing = super::laws::read(&office, "r-9", "E-001", Id::natural("note", "z")).unwrap_err();
        for text in [format!("{read:?} {entries:?} {office:?} {missing:?} {spoilt:?} {batch:?}"), told] {
            assert!(!text.contains(SECRET), "{text}");
        }
    }

    /// All that the store has of a kind, as text.
    fn stored(office: &Office, kind: &'static str) -> String {
        let kind = Kind::literal(kind);
        let found = wait(office_core::Store::scan(office.store(), &kind, "", office_core::Key::TOP, 1_000)).unwrap();
        found.into_iter().map(|(_, record)| record.body.as_str().to_owned()).collect()
    }

    #[test]
    fn content_is_opened_by_leave_alone_and_is_gone_once_destroyed() {
        let (one, other) = (Id::natural("person", "E-017"), Id::natural("person", "E-018"));
        let (office, ids) = office(&[("a", Some(one)), ("b", Some(other))]);
        let (first, second) = (ids[0], ids[1]);
        let keep = |key: &str, id: Id<Note>| {
            wait(office.transact(&command(key, "E-001"), |tx| async move {
                tx.record(id, Written { about: None, text: "a letter was filed".into() }).await?;
                tx.keep_content(id, CONTENT).await?;
                Ok::<_, StoreError>(format!("{tx:?}"))
            }))
        };
        assert!(!keep("k-1", first).unwrap().contains(CONTENT));
        keep("k-2", second).unwrap();
        let unsaid = |tx: office_core::Tx| async move { tx.keep_content(first, "nothing").await };
        assert!(wait(office.transact(&command("k-3", "E-001"), unsaid)).unwrap_err().is_fatal());

        let granted =
            wait(office.disclose(&command("r-1", "E-001"), first, &purpose(), on(), &book())).unwrap().granted;
        assert_eq!(wait(office.open_content(first, &granted)).unwrap(), Some(CONTENT.to_owned()));
        assert!(wait(office.open_content::<_, String>(second, &granted)).unwrap_err().is_fatal());
        // Read as something else it is refused, and not quoted.
        let spoilt = wait(office.open_content::<_, u32>(first, &granted)).unwrap_err();
        assert!(!format!("{spoilt:?} {spoilt}").contains("notice"));

        let destroy = |tx: office_core::Tx| async move {
            tx.record(first, Written { about: None, text: "it was shredded".into() }).await?;
            tx.destroy_content(first).await
        };
        wait(office.transact(&command("d-1", "E-001"), destroy)).unwrap();
        wait(office.transact(&command("d-2", "E-001"), destroy)).unwrap();
        assert_eq!(wait(office.open_content::<_, String>(first, &granted)).unwrap(), None);
        // The other's stands, and neither was ever told in a fact or a state.
        assert_eq!(stored(&office, "content").matches(CONTENT).count(), 1);
        for kind in ["fact", "note", "access_log", "feed", "pending"] {
            assert!(!stored(&office, kind).contains(CONTENT), "{kind}");
        }
    }
}
