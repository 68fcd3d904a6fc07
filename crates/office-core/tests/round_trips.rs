//! How often a store is asked: each time is a way to a server and back.

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::{Arc, Mutex};

    use chrono::DateTime;
    use office_core::{
        Actor, Batch, Command, Entity, Id, Key, Kind, MemoryStore, Office, Record, Role, Store, StoreError, Tx, wait,
    };
    use serde::{Deserialize, Serialize};

    /// How many sheets are on a pile.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Pile(u32);

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Put(u32);

    impl Entity for Pile {
        const KIND: Kind = Kind::literal("pile");
        type Fact = Put;
        fn open(fact: &Put) -> Option<Self> {
            Some(Self(fact.0))
        }
        fn apply(&mut self, fact: &Put) {
            self.0 = self.0.saturating_add(fact.0);
        }
    }

    #[derive(Clone, Default)]
    struct Calls(Arc<[AtomicU64; 3]>);

    impl Calls {
        fn count(&self, which: usize) {
            self.0[which].fetch_add(1, Ordering::SeqCst);
        }
        /// Gets, scans and commits since the last time.
        fn take(&self) -> [u64; 3] {
            [0, 1, 2].map(|which| self.0[which].swap(0, Ordering::SeqCst))
        }
    }

    struct Counted(MemoryStore, Calls);

    impl Store for Counted {
        async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError> {
            self.1.count(0);
            Store::get(&self.0, keys).await
        }
        async fn scan(&self, k: &Kind, from: &str, to: &str, limit: usize) -> Result<Vec<(Key, Record)>, StoreError> {
            self.1.count(1);
            Store::scan(&self.0, k, from, to, limit).await
        }
        async fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
            self.1.count(2);
            Store::commit(&self.0, batch).await
        }
    }

    fn office() -> (Office, Calls) {
        let calls = Calls::default();
        (Office::on(Counted(MemoryStore::new(), calls.clone())), calls)
    }

    fn command(key: &str) -> Command {
        let clerk = Actor::new(Id::natural("person", "E-001"), Role::new("clerk"));
        Command::new(key, "put", clerk, DateTime::from_timestamp(1_790_000_000, 0).unwrap()).unwrap()
    }

    fn pile(name: &str) -> Id<Pile> {
        Id::natural("pile", name)
    }

    /// Puts ten sheets on a pile, and answers how many are there then.
    async fn put(tx: Tx) -> Result<u32, StoreError> {
        tx.record(pile("a"), Put(10)).await?;
        Ok(tx.load(pile("a")).await?.0)
    }

    /// Puts a sheet on each of two piles.
    async fn put_on_both(tx: Tx) -> Result<(), StoreError> {
        tx.fetch_both(pile("a"), pile("b")).await?;
        tx.record(pile("a"), Put(1)).await?;
        tx.record(pile("b"), Put(1)).await
    }

    #[test]
    fn a_command_reads_what_it_decides_upon_in_one_call_and_commits_in_another() {
        let (office, calls) = office();
        assert_eq!(wait(office.transact(&command("first"), put)).unwrap(), 10);
        assert_eq!(calls.take(), [1, 0, 1]);
        wait(office.transact(&command("both"), put_on_both)).unwrap();
        assert_eq!(calls.take(), [1, 0, 1], "one of them is not remembered");
    }

    #[test]
    fn a_command_on_what_was_just_in_use_is_one_call() {
        let (office, calls) = office();
        wait(office.transact(&command("first"), put_on_both)).unwrap();
        calls.take();
        wait(office.transact(&command("second"), put_on_both)).unwrap();
        assert_eq!(wait(office.transact(&command("third"), put)).unwrap(), 12);
        assert_eq!(calls.take(), [0, 0, 2]);
        // What is new is taken for new.
        wait(office.transact(&command("fourth"), |tx| async move { tx.create(pile("c"), Put(7)).await })).unwrap();
        assert_eq!(calls.take(), [0, 0, 1]);
        // Who only looks is told what there is, not what is remembered.
        let look = |tx: Tx| async move { Ok::<_, StoreError>(tx.load(pile("c")).await?.0) };
        assert_eq!(wait(office.transact(&command("look"), look)).unwrap(), 7);
        assert_eq!(calls.take(), [0, 0, 1], "which is asked for by a check");
    }

    #[test]
    fn what_another_office_changed_is_read_again() {
        let (office, calls) = office();
        let other = Office::on(office.store().clone());
        assert_eq!(wait(office.transact(&command("first"), put)).unwrap(), 10);
        assert_eq!(wait(other.transact(&command("second"), put)).unwrap(), 20);
        calls.take();
        assert_eq!(wait(office.transact(&command("third"), put)).unwrap(), 30);
        assert_eq!(calls.take(), [1, 0, 2]);
        assert_eq!(wait(other.transact(&command("fourth"), put)).unwrap(), 40);
        calls.take();
        // A refusal is of what there is, too.
        let full = |tx: Tx| async move {
            let Pile(sheets) = tx.load(pile("a")).await?;
            if sheets > 30 { Err(StoreError::rejected(format!("{sheets} sheets"))) } else { Ok(sheets) }
        };
        let refused = wait(office.transact(&command("fifth"), full)).unwrap_err();
        assert!(refused.to_string().contains("40 sheets"), "{refused}");
        assert_eq!(calls.take(), [1, 0, 1]);
    }

    #[test]
    fn a_refusal_is_of_one_instant() {
        let (office, calls) = office();
        wait(office.transact(&command("first"), put)).unwrap();
        calls.take();
        let taken = wait(office.transact(&command("second"), |tx| async move { tx.create(pile("a"), Put(1)).await }));
        assert!(taken.unwrap_err().is_taken());
        assert_eq!(calls.take(), [0, 0, 1], "it is remembered, and checked");
        // Two reads are of two.
        let full = wait(office.transact(&command("third"), |tx| async move {
            tx.find(pile("b")).await?;
            tx.find(pile("a")).await?;
            Err::<(), _>(StoreError::rejected("it is full"))
        }));
        assert!(full.unwrap_err().is_fatal());
        assert_eq!(calls.take(), [1, 0, 1], "one of them is remembered");
    }

    #[test]
    fn a_command_sent_again_is_looked_up_in_one_call_whatever_its_closure_makes_of_it() {
        let (office, calls) = office();
        wait(office.transact(&command("first"), put)).unwrap();
        calls.take();
        let again = command("first");
        let reached = Mutex::new(false);

        assert_eq!(wait(office.transact(&again, put)).unwrap(), 10, "it reads");
        let refused = wait(office.transact(&again, |_| async { Err::<u32, _>(StoreError::conflict()) }));
        assert_eq!(refused.unwrap(), 10, "it refuses without a look");
        let other = wait(office.transact(&again, |_| async { Ok::<_, StoreError>(99) }));
        assert_eq!(other.unwrap(), 10, "it answers without a look");
        let listed = wait(office.transact(&again, |tx| {
            let reached = &reached;
            async move {
                let piles = tx.every::<Pile>(None, 10).await?;
                *reached.lock().unwrap() = true;
                Ok::<_, StoreError>(u32::try_from(piles.len()).unwrap())
            }
        }));
        assert_eq!(listed.unwrap(), 10, "it walks over all there is");
        assert!(!*reached.lock().unwrap(), "and does not get there");
        let stubborn = wait(office.transact(&again, |tx| async move {
            let _ = tx.record(pile("a"), Put(5)).await;
            let _ = tx.record(pile("a"), Put(5)).await;
            Ok::<u32, StoreError>(99)
        }));
        assert_eq!(stubborn.unwrap(), 10, "it passes over errors");
        assert_eq!(calls.take(), [5, 0, 1], "one call each, and a commit of what was taken for new");

        let found: Result<Pile, StoreError> = wait(office.view(|view| async move { view.load(pile("a")).await }));
        assert_eq!(found.unwrap(), Pile(10));
    }
}
