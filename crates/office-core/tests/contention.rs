//! Transactions and the feed where a store is busy, spurious or full.

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use chrono::DateTime;
    use office_core::{
        Actor, Batch, Command, Entity, Entries, Environment, Id, Key, Kind, MemoryStore, Office, Ordered, Pause,
        Record, Role, Store, StoreError, wait,
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

    /// A clock that stands still, dice that show what they are told, and no time lost: it is noted.
    #[derive(Clone)]
    struct Noted {
        shows: u64,
        pauses: Arc<Mutex<Vec<Duration>>>,
    }

    impl Environment for Noted {
        fn millis(&self) -> u64 {
            1_790_000_000_000
        }
        fn random(&self) -> u64 {
            self.shows
        }
        fn pause(&self, about: Duration) -> Pause {
            self.pauses.lock().unwrap().push(about);
            Box::pin(async {})
        }
    }

    /// A store where others are always first.
    struct Taken(MemoryStore);

    impl Store for Taken {
        async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError> {
            Store::get(&self.0, keys).await
        }
        async fn scan(
            &self,
            kind: &Kind,
            from: &str,
            to: &str,
            limit: usize,
        ) -> Result<Vec<(Key, Record)>, StoreError> {
            Store::scan(&self.0, kind, from, to, limit).await
        }
        async fn commit(&self, _: &Batch) -> Result<(), StoreError> {
            Err(StoreError::conflict())
        }
    }

    /// How long a command waits that never gets its turn, by the dice; and how long another does that it sends itself
    /// once it goes first.
    fn pauses(shows: u64) -> (Vec<Duration>, Vec<Duration>) {
        let noted = Noted { shows, pauses: Arc::default() };
        let office = Office::on(Taken(MemoryStore::new())).within(noted.clone());
        let (mut runs, inner) = (0_u32, Mutex::new(Vec::new()));
        let answer = wait(office.transact(&command("never"), |tx| {
            runs = runs.saturating_add(1);
            let (sends_another, office, noted, inner) = (runs == 8, office.clone(), noted.clone(), &inner);
            async move {
                if sends_another {
                    let before = std::mem::take(&mut *noted.pauses.lock().unwrap());
                    let other = command("neither");
                    let lost =
                        office.transact(&other, |tx| async move { tx.create(card(2), Placed(None)).await }).await;
                    assert!(lost.unwrap_err().is_conflict());
                    *inner.lock().unwrap() = std::mem::replace(&mut *noted.pauses.lock().unwrap(), before);
                }
                tx.create(card(1), Placed(None)).await
            }
        }));
        assert!(answer.unwrap_err().is_conflict());
        assert_eq!(office.tally().conflicts, u64::from(Office::ATTEMPTS) * 2);
        let outer = noted.pauses.lock().unwrap().clone();
        (outer, inner.into_inner().unwrap())
    }

    #[test]
    fn whoever_has_lost_too_often_goes_first_and_others_wait_up_to_a_second() {
        // What the dice show is taken by what is left of it: one below all the powers is just below each.
        let shows = 1_u64.checked_shl(10).unwrap() * 1000 - 1;
        let just_below = |attempt: u32| Duration::from_millis(1 << attempt).saturating_sub(Duration::from_micros(1));
        let (first, other) = pauses(shows);
        // Two runs without a pause, then longer ones, and from the fourth loss on no longer ones.
        let expected: Vec<_> = (2..Office::ATTEMPTS).map(|attempt| just_below(attempt.min(4))).collect();
        assert_eq!(first, expected);
        // The other waits up to a second at random, and then a tenth of one while somebody goes first; that is bounded.
        let courtesy = Duration::from_millis(1);
        let own: Vec<_> = other.iter().copied().filter(|pause| *pause != courtesy).collect();
        let expected: Vec<_> = (2..Office::ATTEMPTS).map(|attempt| just_below(attempt.min(10))).collect();
        assert_eq!(own, expected);
        assert_eq!(other.len() - own.len(), 100 * usize::try_from(Office::ATTEMPTS).unwrap());
        // The dice may as well show no pause at all.
        assert!(pauses(0).0.iter().all(Duration::is_zero));
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
