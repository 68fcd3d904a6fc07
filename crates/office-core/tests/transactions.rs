//! What callers of the typed layer may rely on.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use chrono::{DateTime, Utc};
    use office_core::{
        Actor, AnyStore, Body, Command, Decision, Entity, Entries, Id, Key, Kind, MemoryStore, Office, Ordered,
        Partition, Role, Store, StoreError, Unique, Upgrade, View, fold, wait,
    };
    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};
    use serde_json::Value;

    /// A key on a hook: on which hook it hangs, and what is engraved on it.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Tagged {
        tag: Option<String>,
        hook: u32,
        moves: u32,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    enum TaggedFact {
        Hung { hook: u32 },
        Engraved { tag: Option<String> },
        Moved { hook: u32 },
    }

    impl Tagged {
        const BY_TAG: Unique<Self, String> = Unique::new("tag");
        const ON_HOOK: Partition<Self, u32, u32> = Partition::new("hook");
        const BY_MOVES: Ordered<Self, u32> = Ordered::new("moves");

        fn move_to(&self, hook: u32) -> Decision<TaggedFact> {
            if self.hook == hook { Decision::AlreadyRecorded } else { Decision::Record(TaggedFact::Moved { hook }) }
        }
    }

    impl Entity for Tagged {
        const KIND: Kind = Kind::literal("tagged");
        type Fact = TaggedFact;

        fn open(fact: &TaggedFact) -> Option<Self> {
            match fact {
                TaggedFact::Hung { hook } => Some(Self { tag: None, hook: *hook, moves: 0 }),
                TaggedFact::Engraved { .. } | TaggedFact::Moved { .. } => None,
            }
        }

        fn apply(&mut self, fact: &TaggedFact) {
            match fact {
                TaggedFact::Hung { .. } => {}
                TaggedFact::Engraved { tag } => self.tag.clone_from(tag),
                TaggedFact::Moved { hook } => {
                    self.hook = *hook;
                    self.moves += 1;
                }
            }
        }

        fn index(&self, entries: &mut Entries<Self>) {
            if let Some(tag) = &self.tag {
                entries.unique(Self::BY_TAG, tag);
            }
            entries.partition(Self::ON_HOOK, &self.hook, &self.moves);
            entries.ordered(Self::BY_MOVES, &self.moves);
        }
    }

    fn key(number: u8) -> Id<Tagged> {
        Id::natural("tagged", &number.to_string())
    }

    fn at() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn command(key: &str) -> Command {
        Command::new(key, "test", Actor::new(Id::natural("person", "E-001"), Role::new("employee")), at()).unwrap()
    }

    fn record(office: &Office, name: &str, id: Id<Tagged>, fact: &TaggedFact) -> Result<(), StoreError> {
        wait(office.transact(&command(name), |tx| {
            let fact = fact.clone();
            async move { tx.record(id, fact).await }
        }))
    }

    fn hang(office: &Office, number: u8, hook: u32) {
        record(office, &format!("hang-{number}"), key(number), &TaggedFact::Hung { hook }).unwrap();
    }

    fn engrave(office: &Office, name: &str, number: u8, tag: Option<&str>) -> Result<(), StoreError> {
        record(office, name, key(number), &TaggedFact::Engraved { tag: tag.map(str::to_owned) })
    }

    fn load(office: &Office, id: Id<Tagged>) -> Tagged {
        wait(office.view(|view| async move { view.load(id).await })).unwrap()
    }

    fn on_hook(office: &Office, hook: u32) -> Vec<Id<Tagged>> {
        let listed = wait(office.view(|view| async move { view.list(Tagged::ON_HOOK, &hook).await })).unwrap();
        listed.into_iter().map(|(id, _)| id).collect()
    }

    fn holder(office: &Office, tag: &str) -> Option<Id<Tagged>> {
        let found = wait(office.view(|view| async move { view.find_by(Tagged::BY_TAG, &tag.to_owned()).await }));
        found.unwrap().map(|(id, _)| id)
    }

    #[test]
    fn a_command_sent_again_is_answered_and_not_repeated() {
        let office = Office::on(MemoryStore::new());
        hang(&office, 1, 7);
        let moved = |name: &str| {
            wait(office.transact(&command(name), |tx| async move {
                let tagged = tx.load(key(1)).await?;
                tx.record(key(1), TaggedFact::Moved { hook: tagged.hook + 1 }).await?;
                Ok::<_, StoreError>(tagged.hook + 1)
            }))
            .unwrap()
        };
        assert_eq!(moved("a"), 8);
        assert_eq!(moved("b"), 9);
        assert_eq!(moved("a"), 8, "the answer of then");
        assert_eq!(load(&office, key(1)).hook, 9);
    }

    #[test]
    fn a_key_used_for_another_input_is_refused() {
        let office = Office::on(MemoryStore::new());
        let send = |hook: u32| {
            let command = command("one").with_input(&hook).unwrap();
            wait(office.transact(&command, |tx| async move { tx.record(key(1), TaggedFact::Hung { hook }).await }))
        };
        send(3).unwrap();
        send(3).unwrap();
        let error = send(4).unwrap_err();
        assert!(error.is_key_reused(), "{error}");
        assert_eq!(load(&office, key(1)).hook, 3);
    }

    #[test]
    fn a_refusal_stores_nothing() {
        let office = Office::on(MemoryStore::new());
        let refused: Result<(), StoreError> = wait(office.transact(&command("x"), |tx| async move {
            tx.record(key(1), TaggedFact::Hung { hook: 1 }).await?;
            Err(StoreError::rejected("changed my mind"))
        }));
        assert!(refused.is_err());
        assert!(wait(office.view(|view| async move { view.find(key(1)).await })).unwrap().is_none());
        assert!(wait(office.feed().after(0, 10)).unwrap().is_empty());
    }

    #[test]
    fn creating_what_exists_is_refused() {
        let office = Office::on(MemoryStore::new());
        hang(&office, 1, 1);
        let again =
            wait(office.transact(&command("again"), |tx| async move {
                tx.create(key(1), TaggedFact::Hung { hook: 2 }).await
            }));
        assert!(again.unwrap_err().is_taken());
        let error = record(&office, "no-such", key(9), &TaggedFact::Moved { hook: 1 }).unwrap_err();
        assert!(error.is_fatal(), "{error}");
        let missing = wait(office.view(|view| async move { view.load(key(9)).await })).unwrap_err();
        assert!(missing.is_not_found(), "{missing}");
    }

    #[test]
    fn a_unique_value_belongs_to_one_and_can_be_given_up() {
        let office = Office::on(MemoryStore::new());
        hang(&office, 1, 1);
        hang(&office, 2, 1);
        engrave(&office, "t1", 1, Some("front door")).unwrap();
        assert!(engrave(&office, "t2", 2, Some("front door")).unwrap_err().is_taken());
        assert_eq!(holder(&office, "front door"), Some(key(1)));
        engrave(&office, "t3", 1, Some("back door")).unwrap();
        engrave(&office, "t4", 2, Some("front door")).unwrap();
        assert_eq!(holder(&office, "front door"), Some(key(2)));
        engrave(&office, "t5", 2, None).unwrap();
        assert_eq!(holder(&office, "front door"), None);
        // Giving it from one to the other within one transaction.
        wait(office.transact(&command("swap"), |tx| async move {
            tx.record(key(1), TaggedFact::Engraved { tag: None }).await?;
            tx.record(key(2), TaggedFact::Engraved { tag: Some("back door".into()) }).await?;
            assert_eq!(tx.find_by(Tagged::BY_TAG, &"back door".to_owned()).await?.map(|found| found.0), Some(key(2)));
            Ok::<_, StoreError>(())
        }))
        .unwrap();
        assert_eq!(holder(&office, "back door"), Some(key(2)));
    }

    #[test]
    fn a_transaction_sees_what_it_has_recorded() {
        let office = Office::on(MemoryStore::new());
        hang(&office, 1, 5);
        wait(office.transact(&command("tx"), |tx| async move {
            tx.record(key(2), TaggedFact::Hung { hook: 5 }).await?;
            let decision = tx.load(key(1)).await?.move_to(6);
            tx.decide(key(1), decision).await?;
            let five: Vec<_> = tx.list(Tagged::ON_HOOK, &5).await?.into_iter().map(|(id, _)| id).collect();
            assert_eq!(five, [key(2)]);
            let moved = tx.page(Tagged::BY_MOVES, Some(&1), None, 10).await?;
            assert_eq!(moved.into_iter().map(|(id, _)| id).collect::<Vec<_>>(), [key(1)]);
            Ok::<_, StoreError>(())
        }))
        .unwrap();
        assert_eq!(on_hook(&office, 6), [key(1)]);
    }

    #[test]
    fn a_handle_kept_past_its_closure_is_of_no_use() {
        let office = Office::on(MemoryStore::new());
        let kept = std::sync::Mutex::new(None);
        wait(office.view(|view| {
            *kept.lock().unwrap() = Some(view.clone());
            async move { Ok::<_, StoreError>(()) }
        }))
        .unwrap();
        let view: View = kept.lock().unwrap().take().unwrap();
        assert!(wait(view.find(key(1))).unwrap_err().is_fatal());
    }

    #[test]
    fn somebody_new_in_an_empty_partition_makes_the_reader_run_again() {
        let office = Office::on(MemoryStore::new());
        let mut runs = 0;
        let seen = wait(office.transact(&command("count"), |tx| {
            runs += 1;
            let (first, other) = (runs == 1, office.clone());
            async move {
                let seen = tx.list(Tagged::ON_HOOK, &4).await?.len();
                if first {
                    hang(&other, 7, 4);
                }
                tx.record(key(1), TaggedFact::Hung { hook: 1 }).await?;
                Ok::<_, StoreError>(seen)
            }
        }));
        assert_eq!((seen.unwrap(), runs), (1, 2));
        assert_eq!(office.tally().conflicts, 1);
    }

    #[test]
    fn a_state_and_its_history_are_of_one_instant() {
        let office = Office::on(MemoryStore::new());
        hang(&office, 1, 1);
        let mut runs: u32 = 0;
        let (history, state) = wait(office.view(|view| {
            runs += 1;
            let (run, other) = (runs, office.clone());
            async move {
                let history = view.history(key(1), 0, 100).await?;
                if run == 1 {
                    record(&other, "between", key(1), &TaggedFact::Moved { hook: 2 })?;
                }
                Ok::<_, StoreError>((history, view.load(key(1)).await?))
            }
        }))
        .unwrap();
        let facts: Vec<_> = history.iter().map(|fact| fact.fact::<Tagged>().unwrap().unwrap()).collect();
        assert_eq!(fold(&facts), Some(state));
    }

    #[test]
    fn one_call_to_the_store_needs_no_check_and_two_do() {
        let office = Office::on(MemoryStore::new());
        hang(&office, 1, 1);
        let commits = |of: &dyn Fn()| {
            let before = office.tally().commits;
            of();
            office.tally().commits - before
        };
        assert_eq!(commits(&|| drop(load(&office, key(1)))), 0);
        assert_eq!(commits(&|| drop(wait(office.view(|view| async move { view.every::<Tagged>(None, 9).await })))), 0);
        assert_eq!(commits(&|| drop(on_hook(&office, 1))), 1);
    }

    #[test]
    fn a_torn_read_is_never_reported() {
        // The closure reads two things that are always equal, with a change of both in between.
        let office = Office::on(MemoryStore::new());
        hang(&office, 1, 1);
        hang(&office, 2, 1);
        let mut runs = 0;
        let refused: Result<(), StoreError> = wait(office.view(|view| {
            runs += 1;
            let (first, other) = (runs == 1, office.clone());
            async move {
                let one = view.load(key(1)).await?.hook;
                if first {
                    wait(other.transact(&command("both"), |tx| async move {
                        tx.record(key(1), TaggedFact::Moved { hook: 2 }).await?;
                        tx.record(key(2), TaggedFact::Moved { hook: 2 }).await
                    }))?;
                }
                let two = view.load(key(2)).await?.hook;
                if one == two { Ok(()) } else { Err(StoreError::rejected("can never be")) }
            }
        }));
        refused.unwrap();
        assert_eq!(runs, 2);
    }

    #[test]
    fn the_feed_tells_who_when_why_and_which_command() {
        let office = Office::on(MemoryStore::new());
        let hung = command("hang").because("spring cleaning");
        wait(office.transact(&hung, |tx| async move {
            tx.record(key(1), TaggedFact::Hung { hook: 1 }).await?;
            tx.because("rule 7: no key without a tag")?;
            tx.record(key(1), TaggedFact::Engraved { tag: Some("cellar".into()) }).await
        }))
        .unwrap();
        let entries = wait(office.feed().after(0, 10)).unwrap();
        let told: Vec<_> = entries.iter().map(|entry| (entry.position, entry.fact.rev(), entry.fact.why())).collect();
        assert_eq!(told, [(1, 1, Some("spring cleaning")), (2, 2, Some("rule 7: no key without a tag"))]);
        assert_eq!(entries[0].fact.fact::<Tagged>().unwrap(), Some(TaggedFact::Hung { hook: 1 }));
        assert_eq!((entries[0].fact.at(), entries[0].fact.command().as_str()), (at(), "hang"));
        assert_eq!(wait(office.feed().after(1, 10)).unwrap().len(), 1);
    }

    /// The same kind of entity as an older program knew it: hooks were texts, and facts had another name.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Coat {
        hook: u32,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct CoatHung {
        hook: u32,
    }

    fn hooks_are_numbers(mut document: Value) -> Result<Value, String> {
        let hook =
            document["hook"].as_str().and_then(|hook| hook.parse::<u32>().ok()).ok_or("the hook is no number")?;
        document["hook"] = hook.into();
        Ok(document)
    }

    impl Entity for Coat {
        const KIND: Kind = Kind::literal("coat");
        const UPGRADES: &'static [Upgrade] = &[hooks_are_numbers];
        const FACT_UPGRADES: &'static [Upgrade] = &[hooks_are_numbers];
        type Fact = CoatHung;
        fn open(fact: &CoatHung) -> Option<Self> {
            Some(Self { hook: fact.hook })
        }
        fn apply(&mut self, fact: &CoatHung) {
            self.hook = fact.hook;
        }
    }

    fn put(store: &AnyStore, kind: &'static str, id: String, body: &str) {
        let uuid = uuid::Uuid::from_u128(7);
        let mut batch = office_core::Batch::new(office_core::CommitId::from_uuid(uuid));
        batch.put(Key::new(Kind::literal(kind), id).unwrap(), Body::from_json(body).unwrap());
        wait(store.commit(&batch)).unwrap();
    }

    #[test]
    fn what_an_older_program_stored_is_read_and_what_a_newer_one_stored_is_refused() {
        let office = Office::on(MemoryStore::new());
        let by = r#"{"person":"00000000-0000-0000-0000-000000000001","role":"employee"}"#;
        let (old, new): (Id<Coat>, Id<Coat>) = (Id::natural("coat", "old"), Id::natural("coat", "new"));
        let state = |schema: u32, hook: &str| {
            let at = "2026-01-01T00:00:00Z";
            format!(r#"{{"schema":{schema},"rev":1,"at":"{at}","by":{by},"state":{{"hook":{hook}}}}}"#)
        };
        put(office.store(), "coat", old.to_string(), &state(1, r#""12""#));
        put(office.store(), "coat", new.to_string(), &state(3, "12"));
        let read = |id| wait(office.view(|view| async move { view.load(id).await }));
        assert_eq!(read(old).unwrap(), Coat { hook: 12 });
        let error = read(new).unwrap_err();
        assert!(error.is_fatal());
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(cause, "schema 3 is not known: this program reads 1 to 2");
        let fact = format!(
            r#"{{"kind":"coat","id":"{old}","rev":1,"schema":1,"at":"2026-01-01T00:00:00Z","by":{by},
                "operation":"hang","command":"c-1","fact":{{"hook":"12"}}}}"#
        );
        put(office.store(), "fact", format!("coat/{old}/0000000001"), &fact);
        let history = wait(office.view(|view| async move { view.history(old, 0, 10).await })).unwrap();
        assert_eq!(history[0].fact::<Coat>().unwrap(), Some(CoatHung { hook: 12 }));
    }

    #[test]
    fn stored_forms_do_not_drift() {
        let store = MemoryStore::new();
        let office = Office::on(store.clone());
        hang(&office, 1, 1);
        engrave(&office, "engrave", 1, Some("cellar")).unwrap();
        let body = |kind: &'static str, id: String| {
            let key = Key::new(Kind::literal(kind), id).unwrap();
            let record = wait(Store::get(&store, &[key])).unwrap().remove(0).unwrap();
            record.body.read::<Value>().unwrap()
        };
        insta::assert_json_snapshot!(body("tagged", key(1).to_string()), @r#"
        {
          "at": "2026-09-21T14:13:20Z",
          "by": {
            "person": "2aa69c8d-6463-5d2c-9b1d-77c1f29dac0d",
            "role": "employee"
          },
          "rev": 2,
          "schema": 1,
          "state": {
            "hook": 1,
            "moves": 0,
            "tag": "cellar"
          }
        }
        "#);
        let mut carried = body("command", "engrave".to_owned());
        carried["commit"] = "(chosen at commit)".into();
        carried["fingerprint"] = "(a digest)".into();
        insta::assert_json_snapshot!(carried, @r#"
        {
          "at": "2026-09-21T14:13:20Z",
          "by": {
            "person": "2aa69c8d-6463-5d2c-9b1d-77c1f29dac0d",
            "role": "employee"
          },
          "commit": "(chosen at commit)",
          "facts": [
            "tagged/6981f8b0-23f4-5031-bf11-67c2cbaf58e8/0000000002"
          ],
          "fingerprint": "(a digest)",
          "operation": "test",
          "result": null
        }
        "#);
        insta::assert_json_snapshot!(body("fact", format!("tagged/{}/0000000002", key(1))), @r#"
        {
          "at": "2026-09-21T14:13:20Z",
          "by": {
            "person": "2aa69c8d-6463-5d2c-9b1d-77c1f29dac0d",
            "role": "employee"
          },
          "command": "engrave",
          "fact": {
            "Engraved": {
              "tag": "cellar"
            }
          },
          "id": "6981f8b0-23f4-5031-bf11-67c2cbaf58e8",
          "kind": "tagged",
          "operation": "test",
          "rev": 2,
          "schema": 1
        }
        "#);
    }

    /// Operations chosen at random, on few entities and few values so that they meet.
    fn operations() -> impl Strategy<Value = Vec<(u8, TaggedFact)>> {
        let fact = prop_oneof![
            (0..3_u32).prop_map(|hook| TaggedFact::Hung { hook }),
            (0..3_u32).prop_map(|hook| TaggedFact::Moved { hook }),
            proptest::option::of("[a-c]{1,2}").prop_map(|tag| TaggedFact::Engraved { tag }),
        ];
        proptest::collection::vec((0..4_u8, fact), 0..40)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Law: the stored state equals the fold of the stored facts, and every index equals a naive search.
        #[test]
        fn state_is_the_fold_of_facts_and_indexes_tell_the_truth(operations in operations()) {
            let office = Office::on(MemoryStore::new());
            for (step, (number, fact)) in operations.into_iter().enumerate() {
                // Some are refused: a tag that is taken, a first fact that is none.
                let _ = record(&office, &format!("s-{step}"), key(number), &fact);
            }
            let everything = wait(office.view(|view| async move { view.every::<Tagged>(None, 100).await })).unwrap();
            let mut recorded = 0;
            for (id, state) in &everything {
                let id = *id;
                let history = wait(office.view(|view| async move { view.history(id, 0, 100).await })).unwrap();
                let facts: Vec<TaggedFact> =
                    history.iter().map(|fact| fact.fact::<Tagged>().unwrap().unwrap()).collect();
                recorded += facts.len();
                prop_assert_eq!(fold::<Tagged>(&facts), Some(state.clone()));
                if let Some(tag) = &state.tag {
                    prop_assert_eq!(holder(&office, tag), Some(id));
                }
            }
            for hook in 0..3 {
                let mut naive: Vec<_> = everything.iter().filter(|(_, state)| state.hook == hook).collect();
                naive.sort_by_key(|(id, state)| (state.moves, id.to_string()));
                let naive: Vec<_> = naive.into_iter().map(|(id, _)| *id).collect();
                prop_assert_eq!(on_hook(&office, hook), naive);
            }
            let feed = wait(office.feed().after(0, 1000)).unwrap();
            let positions: Vec<u64> = feed.iter().map(|entry| entry.position).collect();
            prop_assert_eq!(positions, (1..=u64::try_from(recorded).unwrap()).collect::<Vec<_>>());
        }

        /// Law: the order of indexed texts is the order of the values.
        #[test]
        fn values_sort_as_their_index_texts(
            a in any::<(String, i64)>(),
            b in any::<(String, i64)>(),
            days in (-900_000..900_000_i32, -900_000..900_000_i32),
        ) {
            use office_core::IndexValue;
            let text = |value: &dyn Fn(&mut String)| { let mut id = String::new(); value(&mut id); id };
            let pair = |value: &(String, i64)| text(&|id| value.encode(id));
            prop_assert_eq!(a.cmp(&b), pair(&a).cmp(&pair(&b)));
            let date = |days| chrono::NaiveDate::from_num_days_from_ce_opt(days).unwrap();
            let day = |days| text(&|id| date(days).encode(id));
            prop_assert_eq!(days.0.cmp(&days.1), day(days.0).cmp(&day(days.1)));
            prop_assert!(!pair(&a).contains('\0'));
        }

        /// Law: a commit's id is above that of what it has read, whatever the clock says.
        #[test]
        fn commit_ids_grow_along_cause_and_effect(times in proptest::collection::vec(0..1_u64 << 50, 1..50), dice: u64) {
            let mut latest = None;
            for time in times {
                let next = office_core::CommitId::after(latest, time, dice);
                prop_assert!(latest < Some(next));
                latest = Some(next);
            }
        }
    }

    #[test]
    fn a_transaction_runs_in_a_web_handler() {
        /// What a web framework demands of a handler's future.
        fn spawn<F: Future<Output = u32> + Send + 'static>(future: F) -> tokio::task::JoinHandle<u32> {
            tokio::spawn(future)
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_time().build().unwrap();
        let office = Office::on(MemoryStore::new());
        hang(&office, 1, 0);
        runtime.block_on(async {
            let mut handlers = Vec::new();
            for request in 0..16 {
                let office = office.clone();
                handlers.push(spawn(async move {
                    let command = command(&format!("request-{request}"));
                    office
                        .transact(&command, |tx| async move {
                            let hook = tx.load(key(1)).await?.hook + 1;
                            tokio::task::yield_now().await;
                            tx.record(key(1), TaggedFact::Moved { hook }).await?;
                            Ok::<_, StoreError>(hook)
                        })
                        .await
                        .unwrap()
                }));
            }
            let mut hooks = Vec::new();
            for handler in handlers {
                hooks.push(handler.await.unwrap());
            }
            hooks.sort_unstable();
            assert_eq!(hooks, (1..=16).collect::<Vec<_>>());
        });
    }
}
