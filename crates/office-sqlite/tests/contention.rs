//! Two processes of eight threads each work on one file: rooms are booked, stock is issued, balanced entries are posted.
//!
//! Runs for five seconds, or for as many as `OFFICE_CONTENTION_SECONDS` says.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of this test are small")]
mod contention {
    use std::collections::{BTreeMap, BTreeSet};
    use std::env;
    use std::path::{Path, PathBuf};
    use std::process::{Child, Command as Program, Stdio};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::{Duration, Instant};

    use chrono::DateTime;
    use office_core::{
        Actor, Command, Entity, Entries, Id, Kind, Office, Partition, Role, StoreError, System, Tx, View, fold, wait,
    };
    use office_sqlite::SqliteStore;
    use serde::{Deserialize, Serialize};
    use thiserror::Error;

    const PROCESSES: u64 = 2;
    const THREADS: u64 = 8;
    const ROOMS: u64 = 3;
    const ITEMS: u64 = 3;
    const ACCOUNTS: u64 = 6;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Booking {
        room: u64,
        day: u64,
        from: u64,
        to: u64,
    }

    impl Booking {
        const BY_DAY: Partition<Self, (u64, u64), u64> = Partition::new("day");
    }

    impl Entity for Booking {
        const KIND: Kind = Kind::literal("booking");
        type Fact = Booking;
        fn open(fact: &Booking) -> Option<Self> {
            Some(fact.clone())
        }
        fn apply(&mut self, fact: &Booking) {
            *self = fact.clone();
        }
        fn index(&self, entries: &mut Entries<Self>) {
            entries.partition(Self::BY_DAY, &(self.room, self.day), &self.from);
        }
    }

    /// An amount that goes up and down: of an article in stock, or of money in an account.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Amount<const STOCK: bool>(i64);

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Moved(i64);

    type Stock = Amount<true>;
    type Account = Amount<false>;

    impl<const STOCK: bool> Entity for Amount<STOCK> {
        const KIND: Kind = if STOCK { Kind::literal("stock") } else { Kind::literal("account") };
        type Fact = Moved;
        fn open(fact: &Moved) -> Option<Self> {
            Some(Self(fact.0))
        }
        fn apply(&mut self, fact: &Moved) {
            self.0 += fact.0;
        }
    }

    #[derive(Debug, Error)]
    enum Refusal {
        #[error("the room is taken")]
        RoomTaken,
        #[error("there is not enough in stock")]
        OutOfStock,
        #[error(transparent)]
        Store(#[from] StoreError),
    }

    #[derive(Clone, Copy, Debug)]
    enum Task {
        Book { room: u64, day: u64, from: u64, to: u64 },
        Move { item: u64, by: i64 },
        Post { debit: u64, credit: u64, amount: i64 },
    }

    fn stock(item: u64) -> Id<Stock> {
        Id::natural("stock", &item.to_string())
    }

    fn account(number: u64) -> Id<Account> {
        Id::natural("account", &number.to_string())
    }

    async fn carry_out(tx: Tx, task: Task) -> Result<(), Refusal> {
        match task {
            Task::Book { room, day, from, to } => {
                let taken = tx.list(Booking::BY_DAY, &(room, day)).await?;
                if taken.iter().any(|(_, other)| other.from < to && from < other.to) {
                    return Err(Refusal::RoomTaken);
                }
                let id = Id::<Booking>::natural("booking", tx.command().key().as_str());
                tx.create(id, Booking { room, day, from, to }).await?;
            }
            Task::Move { item, by } => {
                let level = tx.find(stock(item)).await?.map_or(0, |stock| stock.0);
                if level + by < 0 {
                    return Err(Refusal::OutOfStock);
                }
                tx.record(stock(item), Moved(by)).await?;
            }
            Task::Post { debit, credit, amount } => {
                tx.record(account(debit), Moved(amount)).await?;
                tx.record(account(credit), Moved(-amount)).await?;
            }
        }
        Ok(())
    }

    /// Numbers that look random and follow from a seed (splitmix64).
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, most: u64) -> u64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (z ^ (z >> 31)) % most
        }

        fn task(&mut self, done: u64) -> Task {
            let small = |number: u64| i64::try_from(number).unwrap();
            match self.below(4) {
                // All threads are at about the same day, which gets full.
                0 => {
                    let from = self.below(20);
                    let to = from + 1 + self.below(4);
                    Task::Book { room: self.below(ROOMS), day: done / 20 + self.below(2), from, to }
                }
                1 => Task::Move { item: self.below(ITEMS), by: -1 - small(self.below(6)) },
                2 => Task::Move { item: self.below(ITEMS), by: 1 + small(self.below(4)) },
                _ => {
                    let debit = self.below(ACCOUNTS);
                    let credit = (debit + 1 + self.below(ACCOUNTS - 1)) % ACCOUNTS;
                    Task::Post { debit, credit, amount: 1 + small(self.below(1000)) }
                }
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the test runs for some time")]
    fn now() -> Instant {
        Instant::now()
    }

    fn office(path: &Path) -> Office {
        Office::on(SqliteStore::open(path).unwrap()).within(System::sleeping())
    }

    /// One thread's work. What it got done, and how often it was refused and had to send a command again.
    fn work(office: &Office, name: &str, seed: u64, until: Instant) -> (Vec<String>, u64, u64) {
        let clerk = Actor::new(Id::natural("person", name), Role::new("clerk"));
        let at = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let mut dice = Dice(seed);
        let (mut done, mut refused, mut again) = (Vec::new(), 0, 0);
        for number in 0.. {
            if now() >= until {
                break;
            }
            let task = dice.task(number);
            let key = format!("{name}.{number}");
            let command = Command::new(key.clone(), "work", clerk.clone(), at).unwrap();
            loop {
                match wait(office.transact(&command, |tx| carry_out(tx, task))) {
                    Ok(()) => done.push(key),
                    Err(Refusal::RoomTaken | Refusal::OutOfStock) => refused += 1,
                    Err(Refusal::Store(error)) if error.is_conflict() => {
                        again += 1;
                        continue;
                    }
                    Err(Refusal::Store(error)) => panic!("{key}: {error:?}"),
                }
                break;
            }
        }
        (done, refused, again)
    }

    #[test]
    #[ignore = "one of the processes of the test below, which starts it"]
    fn process() {
        let read = |name: &str| env::var(name).unwrap_or_else(|_| panic!("{name} is set by the test that starts this"));
        let (path, process) = (PathBuf::from(read("OFFICE_FILE")), read("OFFICE_PROCESS"));
        let seed: u64 = read("OFFICE_SEED").parse().unwrap();
        let until = now() + Duration::from_secs(read("OFFICE_SECONDS").parse().unwrap());
        let office = office(&path);
        println!();
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                let (office, name) = (office.clone(), format!("{process}.{thread}"));
                scope.spawn(move || {
                    let (done, refused, again) = work(&office, &name, seed ^ (thread << 32), until);
                    let lines: Vec<String> = done.iter().map(|key| format!("done {key}\n")).collect();
                    println!("{}count refused {refused}\ncount again {again}", lines.concat());
                });
            }
        });
        let tally = office.tally();
        println!(
            "count commits {}\ncount conflicts {}\ncount unknown {}",
            tally.commits, tally.conflicts, tally.unknown
        );
    }

    fn start(path: &Path, process: u64, seed: u64, seconds: u64) -> Child {
        Program::new(env::current_exe().unwrap())
            .args(["contention::process", "--exact", "--ignored", "--nocapture"])
            .env("OFFICE_FILE", path)
            .env("OFFICE_PROCESS", format!("P{process}"))
            .env("OFFICE_SEED", (seed ^ (process << 40)).to_string())
            .env("OFFICE_SECONDS", seconds.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    }

    async fn balances(view: &View) -> Result<Vec<i64>, StoreError> {
        let ids: Vec<_> = (0..ACCOUNTS).map(account).collect();
        let found = view.find_each(&ids).await?;
        Ok(found.into_iter().map(|account| account.map_or(0, |account| account.0)).collect())
    }

    /// Looks on while the others work: whatever it sees at one instant is balanced.
    fn audit(office: &Office, stop: &AtomicBool) -> u64 {
        let mut looks = 0;
        while !stop.load(Ordering::Relaxed) {
            let balances = wait(office.view(|view| async move { balances(&view).await })).unwrap();
            assert_eq!(balances.iter().sum::<i64>(), 0, "{balances:?}");
            looks += 1;
            std::thread::sleep(Duration::from_millis(5));
        }
        looks
    }

    /// The state and its history, which it equals the fold of.
    fn history<E: Entity + PartialEq + std::fmt::Debug>(office: &Office, id: Id<E>) -> Vec<E::Fact> {
        let (state, recorded) = wait(office.view(|view| async move {
            Ok::<_, StoreError>((view.find(id).await?, view.history(id, 0, usize::MAX).await?))
        }))
        .unwrap();
        let facts: Vec<E::Fact> = recorded.iter().map(|fact| fact.fact::<E>().unwrap().unwrap()).collect();
        assert_eq!(state, fold::<E>(&facts));
        facts
    }

    fn check_stock_and_books(office: &Office) {
        for item in 0..ITEMS {
            let mut level = 0;
            for fact in history(office, stock(item)) {
                level += fact.0;
                assert!(level >= 0, "item {item} at {level}");
            }
        }
        let total: i64 = (0..ACCOUNTS).flat_map(|number| history(office, account(number))).map(|fact| fact.0).sum();
        assert_eq!(total, 0);
    }

    /// How many bookings there are, none of which overlap.
    fn check_bookings(office: &Office) -> usize {
        let mut all = Vec::new();
        loop {
            let after = all.last().map(|(id, _): &(Id<Booking>, Booking)| *id);
            let page = wait(office.view(|view| async move { view.every(after, 1000).await })).unwrap();
            if page.is_empty() {
                break;
            }
            all.extend(page);
        }
        let mut places: Vec<_> = all.iter().map(|(_, one)| (one.room, one.day, one.from, one.to)).collect();
        places.sort_unstable();
        for pair in places.windows(2) {
            let ((room, day, _, to), (other_room, other_day, from, _)) = (pair[0], pair[1]);
            assert!((room, day) != (other_room, other_day) || to <= from, "double booking: {pair:?}");
        }
        places.len()
    }

    /// The commands whose facts are in the store.
    fn recorded(office: &Office) -> BTreeSet<String> {
        let feed = office.feed();
        let (mut position, mut commands) = (0, BTreeSet::new());
        loop {
            let entries = wait(feed.after(position, 2000)).unwrap();
            let Some(last) = entries.last() else { return commands };
            position = last.position;
            commands.extend(entries.iter().map(|entry| entry.fact.command().as_str().to_owned()));
        }
    }

    #[test]
    fn two_processes_of_eight_threads_break_no_rule_and_lose_nothing() {
        let seconds = env::var("OFFICE_CONTENTION_SECONDS").map_or(5, |text| text.parse().unwrap());
        let seed =
            env::var("OFFICE_CONTENTION_SEED").map_or(u64::from(std::process::id()), |text| text.parse().unwrap());
        println!("seed {seed} (OFFICE_CONTENTION_SEED), {seconds} seconds");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("office.db");
        let office = office(&path);
        let processes: Vec<Child> = (0..PROCESSES).map(|process| start(&path, process, seed, seconds)).collect();

        let stop = AtomicBool::new(false);
        let (outputs, looks) = std::thread::scope(|scope| {
            let audit = scope.spawn(|| audit(&office, &stop));
            let outputs: Vec<_> = processes.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
            stop.store(true, Ordering::Relaxed);
            (outputs, audit.join().unwrap())
        });

        let mut done = BTreeSet::new();
        let mut counts = BTreeMap::<String, u64>::new();
        for output in outputs {
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(output.status.success(), "{text}");
            done.extend(text.lines().filter_map(|line| line.strip_prefix("done ")).map(str::to_owned));
            for (name, count) in text.lines().filter_map(|line| line.strip_prefix("count ")?.split_once(' ')) {
                *counts.entry(name.to_owned()).or_default() += count.parse::<u64>().unwrap();
            }
        }
        println!("{counts:?}");
        println!("{} commands carried out, {looks} looks in between", done.len());
        assert!(!done.is_empty() && looks > 0);
        assert!(recorded(&office) == done, "what was acknowledged is what was recorded");
        check_stock_and_books(&office);
        println!("{} bookings", check_bookings(&office));
    }
}
