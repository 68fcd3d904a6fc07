//! Transactions and the feed where a store is busy, spurious or full.

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use chrono::DateTime;
    use office_core::{
        Actor, Batch, Command, Entity, Entries, Id, Key, Kind, MemoryStore, Office, Ordered, Record, Role, Store,
        StoreError, wait,
    };
    use serde::{Deserialize, Serialize};

    /// Something that stands at a place in a list, or in none.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Card {
        place: Option<u32>,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Placed(Option<u32>);

    impl Card {
        const BY_PLACE: Ordered<Self, u32> = Ordered::new("place");
    }

    impl Entity for Card {
        const KIND: Kind = Kind::literal("card");
        type Fact = Placed;
        fn open(fact: &Placed) -> Option<Self> {
            Some(Self { place: fact.0 })
        }
        fn apply(&mut self, fact: &Placed) {
            self.place = fact.0;
        }
        fn index(&self, entries: &mut Entries<Self>) {
            if let Some(place) = &self.place {
                entries.ordered(Self::BY_PLACE, place);
            }
        }
    }

    fn card(name: u32) -> Id<Card> {
        Id::natural("card", &name.to_string())
    }

    fn command(key: &str) -> Command {
        let actor = Actor::new(Id::natural("person", "E-001"), Role::new("secretary"));
        Command::new(key, "place", actor, DateTime::from_timestamp(1_790_000_000, 0).unwrap()).unwrap()
    }

    fn place(office: &Office, key: &str, cards: std::ops::Range<u32>) {
        wait(office.transact(&command(key), |tx| {
            let cards = cards.clone();
            async move {
                for name in cards {
                    tx.create(card(name), Placed(Some(name))).await?;
                }
                Ok::<_, StoreError>(())
            }
        }))
        .unwrap();
    }

    /// A store that meets a conflict in every third read.
    #[derive(Clone)]
    struct Busy {
        store: MemoryStore,
        reads: Arc<AtomicU64>,
    }

    impl Store for Busy {
        async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError> {
            if self.reads.fetch_add(1, Ordering::SeqCst).is_multiple_of(3) {
                return Err(StoreError::conflict());
            }
            Store::get(&self.store, keys).await
        }

        async fn scan(&self, k: &Kind, from: &str, to: &str, limit: usize) -> Result<Vec<(Key, Record)>, StoreError> {
            Store::scan(&self.store, k, from, to, limit).await
        }

        async fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
            Store::commit(&self.store, batch).await
        }
    }

    #[test]
    fn a_conflict_from_a_read_makes_the_command_run_again() {
        let office = Office::on(Busy { store: MemoryStore::new(), reads: Arc::default() });
        let ran = wait(office.transact(&command("once"), |tx| async move { tx.record(card(1), Placed(None)).await }));
        assert!(ran.is_ok(), "{ran:?}");
        assert!(office.tally().conflicts > 0);
    }

    #[test]
    fn what_a_transaction_takes_out_does_not_use_up_the_limit_of_a_page() {
        let office = Office::on(MemoryStore::new());
        place(&office, "place", 1..6);
        let page = wait(office.transact(&command("take-out"), |tx| async move {
            tx.record(card(1), Placed(None)).await?;
            tx.record(card(2), Placed(Some(9))).await?;
            let page = tx.page(Card::BY_PLACE, None, None, 3).await?;
            Ok::<_, StoreError>(page.into_iter().map(|(_, card)| card.place).collect::<Vec<_>>())
        }));
        assert_eq!(page.unwrap(), [Some(3), Some(4), Some(5)]);
    }

    #[test]
    fn facts_that_just_fill_a_batch_get_their_positions() {
        let office = Office::on(MemoryStore::new());
        // One check of the head; per commit a note to check and to remove, and its facts: 20,000 with the head left out.
        let facts = [4000, 4000, 4000, 4000, 3989];
        assert_eq!(facts.iter().map(|facts| facts + 2).sum::<u32>() + 1, 20_000);
        let mut first = 0;
        for facts in facts {
            place(&office, &format!("place-{first}"), first..first + facts);
            first += facts;
        }
        let last = wait(office.feed().after(u64::from(first) - 1, 10)).unwrap();
        assert_eq!(last.iter().map(|entry| entry.position).collect::<Vec<_>>(), [u64::from(first)]);
    }

    /// A store in which somebody records something whenever the feed moves on.
    #[derive(Clone)]
    struct Rushed {
        store: MemoryStore,
        commits: Arc<AtomicU64>,
    }

    impl Store for Rushed {
        async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError> {
            Store::get(&self.store, keys).await
        }

        async fn scan(&self, k: &Kind, from: &str, to: &str, limit: usize) -> Result<Vec<(Key, Record)>, StoreError> {
            Store::scan(&self.store, k, from, to, limit).await
        }

        async fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
            Store::commit(&self.store, batch).await?;
            let moved = batch.writes().any(|(key, _)| key.kind().as_str() == "feed_head");
            let number = self.commits.fetch_add(1, Ordering::SeqCst);
            assert!(number < 100, "the feed runs after its writers for ever");
            if moved {
                let office = Office::on(self.store.clone());
                let key = format!("rush-{number}");
                let name = u32::try_from(number).unwrap().saturating_add(10);
                place(&office, &key, name..name.saturating_add(1));
            }
            Ok(())
        }
    }

    #[test]
    fn the_feed_is_read_to_an_end_while_others_go_on_writing() {
        let office = Office::on(Rushed { store: MemoryStore::new(), commits: Arc::default() });
        place(&office, "first", 0..1);
        assert_eq!(wait(office.feed().after(0, 10)).unwrap().len(), 1);
        assert_eq!(wait(office.feed().after(1, 10)).unwrap().len(), 1);
    }
}
