//! The operations of the office at work all at once: two processes of eight threads each book rooms, take goods from
//! stock and post entries in one file, or in one schema of a server; the same with eight threads in memory.
//!
//! Runs for four seconds, or for as many as `OFFICE_CONTENTION_SECONDS` says; `OFFICE_CONTENTION_SEED` repeats a choice
//! of work.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of a small office are small")]
#[path = "small_office/office.rs"]
mod small_office;

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of this test are small")]
#[expect(clippy::wildcard_enum_match_arm, reason = "any other refusal is a failure")]
mod contention {
    use std::collections::{BTreeMap, BTreeSet};
    use std::env;
    use std::ffi::OsString;
    use std::path::PathBuf;
    use std::process::{Child, Command as Program, Stdio};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::{Duration, Instant};

    use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
    use office::journal::PostAndSpendError;
    use office::purchasing::{IssueError, PurchasingRules, issue};
    use office_core::{
        Currency, DateRange, Id, Interval, MemoryStore, Money, Office, Quantity, StoreError, System, View, WeeklyHours,
        wait,
    };
    use office_finance::{
        Balances, BudgetLine, Entry, EntryId, JournalEntry, PostError, Posting, TrialBalance, entries_of, post,
    };
    use office_inventory::{IssueGoodsError, IssueStockError, Ledger, Location, Stock, StockIssue, ledger_since};
    use office_postgres::PostgresStore;
    use office_scheduling::{
        BookError, BookRefusal, Booking, BookingRequest, Buffers, ResourceBookingId, ResourceDetails, ResourceId,
        ResourceParts, book, register_resource,
    };
    use office_scratch::Scratch;
    use office_sqlite::SqliteStore;

    use crate::small_office::{self, ITEMS, account, command, cost_centre, day, euro, item, person, shelf};

    const PROCESSES: u64 = 2;
    const THREADS: u64 = 8;
    const ROOMS: u64 = 3;
    const BUFFERS: Buffers = Buffers { set_up_seconds: 600, tear_down_seconds: 300 };

    #[derive(Clone, Debug)]
    enum Task {
        Book { room: ResourceId, time: Interval },
        Issue { item: &'static str, quantity: Quantity, on: NaiveDate, cost_centre: &'static str },
        Post { on: NaiveDate, amount: i64 },
    }

    /// How a command ended that was not carried out.
    enum Ending {
        /// The rules say no.
        Refused(&'static str),
        /// Others were always first.
        Conflict,
        Failed(String),
    }

    impl From<StoreError> for Ending {
        fn from(error: StoreError) -> Self {
            if error.is_conflict() { Self::Conflict } else { Self::Failed(format!("{error:?}")) }
        }
    }

    impl From<BookError> for Ending {
        fn from(error: BookError) -> Self {
            match error {
                BookError::Refused(BookRefusal::Held { .. }) => Self::Refused("held"),
                BookError::Store(error) => error.into(),
                other => Self::Failed(format!("{other:?}")),
            }
        }
    }

    impl From<IssueError> for Ending {
        fn from(error: IssueError) -> Self {
            match error {
                IssueError::Goods(IssueGoodsError::Stock(IssueStockError::Insufficient { .. })) => {
                    Self::Refused("not enough")
                }
                IssueError::Store(error)
                | IssueError::Goods(IssueGoodsError::Store(error))
                | IssueError::Post(
                    PostAndSpendError::Store(error) | PostAndSpendError::Post(PostError::Store(error)),
                ) => error.into(),
                other => Self::Failed(format!("{other:?}")),
            }
        }
    }

    impl From<PostError> for Ending {
        fn from(error: PostError) -> Self {
            match error {
                PostError::Store(error) => error.into(),
                other => Self::Failed(format!("{other:?}")),
            }
        }
    }

    fn carry_out(office: &Office, rules: &PurchasingRules, key: &str, by: &str, task: &Task) -> Result<(), Ending> {
        let command = command(key, by);
        match task.clone() {
            Task::Book { room, time } => {
                let request = &BookingRequest::new(time, person(by), 2, "a talk").unwrap();
                let id = ResourceBookingId::natural("booking", key);
                Ok(wait(office.transact(&command, |tx| async move { book(&tx, room, id, request.clone()).await }))?)
            }
            Task::Issue { item: code, quantity, on, cost_centre: centre } => {
                let goods = &StockIssue {
                    quantity,
                    from: shelf(),
                    cost_centre: cost_centre(centre),
                    issued_to: None,
                    on,
                    reference: key.parse().unwrap(),
                };
                let issued = wait(
                    office.transact(&command, |tx| async move { issue(&tx, rules, item(code), goods.clone()).await }),
                );
                issued.map(drop).map_err(Ending::from)
            }
            Task::Post { on, amount } => {
                let (bank, payables) = (account("1800"), account("3300"));
                let postings = vec![Posting::debit(payables, euro(amount)), Posting::credit(bank, euro(amount))];
                let entry = &Entry::balanced(on, "a payment", postings).unwrap();
                let id = EntryId::natural("payment", key);
                let posted = wait(
                    office.transact(&command, |tx| async move { post(&tx, &rules.chart, id, entry.clone()).await }),
                );
                posted.map(drop).map_err(Ending::from)
            }
        }
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

        fn small(&mut self, most: u64) -> i64 {
            i64::try_from(self.below(most)).unwrap()
        }

        /// A day of October, any of them: some issues are booked late.
        fn date(&mut self) -> NaiveDate {
            day("2026-10-01") + Days::new(self.below(31))
        }

        fn task(&mut self, done: u64) -> Task {
            match self.below(3) {
                // All threads are at about the same day, which gets full.
                0 => {
                    let start: DateTime<Utc> = "2026-10-01T00:00:00Z".parse().unwrap();
                    let morning = start + TimeDelta::days(i64::try_from(done / 20).unwrap() + self.small(2));
                    let from = morning + TimeDelta::minutes(5 * self.small(280));
                    let time = Interval::starting(from, TimeDelta::minutes(5 * (1 + self.small(24)))).unwrap();
                    Task::Book { room: room(self.below(ROOMS)), time }
                }
                1 => {
                    let at = usize::try_from(self.below(3)).unwrap();
                    let (code, _, unit, ..) = ITEMS[at];
                    let quantity = Quantity::whole(i32::try_from(1 + self.small(3)).unwrap(), unit.parse().unwrap());
                    let centre = small_office::COST_CENTRES[usize::try_from(self.below(2)).unwrap()];
                    Task::Issue { item: code, quantity, on: self.date(), cost_centre: centre }
                }
                _ => Task::Post { on: self.date(), amount: 1 + self.small(1000) },
            }
        }
    }

    fn room(number: u64) -> ResourceId {
        ResourceId::natural("room", &number.to_string())
    }

    /// An office with as much in stock as is used within the time, about.
    fn set_up(office: &Office, rules: &PurchasingRules, seconds: u64) {
        small_office::set_up(office, rules, euro(500_000), i32::try_from(seconds * 2).unwrap());
        for number in 0..ROOMS {
            let details = &ResourceDetails::new(ResourceParts {
                name: number.to_string(),
                capacity: 6,
                features: BTreeSet::new(),
                zone: "UTC".parse().unwrap(),
                hours: WeeklyHours::daily("00:00-24:00".parse().unwrap()),
                buffers: BUFFERS,
                ..ResourceParts::default()
            })
            .unwrap();
            let command = command(format!("room-{number}"), "manager");
            wait(
                office.transact(
                    &command,
                    |tx| async move { register_resource(&tx, room(number), details.clone()).await },
                ),
            )
            .unwrap();
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the test runs for some time")]
    fn now() -> Instant {
        Instant::now()
    }

    fn setting(name: &str, otherwise: u64) -> u64 {
        env::var(name).map_or(otherwise, |text| text.parse().unwrap())
    }

    /// What the threads got done, and how often what happened.
    #[derive(Debug, Default)]
    struct Told {
        done: BTreeSet<String>,
        counts: BTreeMap<String, u64>,
    }

    impl Told {
        fn count(&mut self, what: &str, often: u64) {
            *self.counts.entry(what.to_owned()).or_default() += often;
        }

        fn add(&mut self, other: Self) {
            self.done.extend(other.done);
            for (what, often) in other.counts {
                self.count(&what, often);
            }
        }

        /// One line for everything, to be read by another process.
        fn to_text(&self) -> String {
            let done = self.done.iter().map(|key| format!("done {key}\n"));
            let counts = self.counts.iter().map(|(what, often)| format!("count {often} {what}\n"));
            done.chain(counts).collect()
        }

        fn read(&mut self, text: &str) {
            for line in text.lines() {
                match line.split_once(' ') {
                    Some(("done", key)) => drop(self.done.insert(key.to_owned())),
                    Some(("count", count)) => {
                        let (often, what) = count.split_once(' ').unwrap();
                        self.count(what, often.parse().unwrap());
                    }
                    _ => {}
                }
            }
        }
    }

    /// One thread's work.
    fn work(office: &Office, rules: &PurchasingRules, name: &str, seed: u64, until: Instant) -> Told {
        let (mut dice, mut told) = (Dice(seed), Told::default());
        for number in 0.. {
            if now() >= until {
                break;
            }
            let task = dice.task(number);
            let key = format!("{name}.{number}");
            loop {
                match carry_out(office, rules, &key, name, &task) {
                    Ok(()) => drop(told.done.insert(key)),
                    Err(Ending::Refused(why)) => told.count(&format!("refused: {why}"), 1),
                    Err(Ending::Conflict) => {
                        told.count("attempts used up", 1);
                        continue;
                    }
                    Err(Ending::Failed(error)) => panic!("{key}: {task:?}: {error}"),
                }
                break;
            }
        }
        told
    }

    /// The work of eight threads.
    fn crowd(office: &Office, process: &str, seed: u64, until: Instant) -> Told {
        let rules = &small_office::rules();
        let mut told = Told::default();
        std::thread::scope(|scope| {
            let start = |thread: u64| {
                let name = format!("{process}.{thread}");
                scope.spawn(move || work(office, rules, &name, seed ^ (thread << 32), until))
            };
            let threads: Vec<_> = (0..THREADS).map(start).collect();
            for thread in threads {
                told.add(thread.join().unwrap());
            }
        });
        let tally = office.tally();
        told.count("commits", tally.commits);
        told.count("conflicts", tally.conflicts);
        told.count("answers lost", tally.unknown);
        told
    }

    /// Where the processes find what they share.
    enum Place {
        File(PathBuf),
        Server { url: String, schema: String },
    }

    impl Place {
        fn on(scratch: &Scratch) -> Self {
            Self::Server { url: scratch.url().to_owned(), schema: scratch.options().schema().to_owned() }
        }

        fn told_by(read: impl Fn(&str) -> Option<String>) -> Option<Self> {
            match read("OFFICE_FILE") {
                Some(file) => Some(Self::File(file.into())),
                None => Some(Self::Server { url: read("OFFICE_SERVER")?, schema: read("OFFICE_SCHEMA")? }),
            }
        }

        fn tell(&self) -> Vec<(&'static str, OsString)> {
            match self {
                Self::File(path) => vec![("OFFICE_FILE", path.into())],
                Self::Server { url, schema } => vec![("OFFICE_SERVER", url.into()), ("OFFICE_SCHEMA", schema.into())],
            }
        }

        fn open(&self) -> Office {
            let office = match self {
                Self::File(path) => Office::on(SqliteStore::open(path).unwrap()),
                Self::Server { url, schema } => {
                    let options = office_postgres::Options::default().with_schema(schema.as_str());
                    Office::on(wait(PostgresStore::connect_with(url, options)).unwrap())
                }
            };
            office.within(System::sleeping())
        }
    }

    #[test]
    #[ignore = "one of the processes of a test below, which starts it"]
    fn process() {
        let read = |name: &str| env::var(name).unwrap_or_else(|_| panic!("{name} is set by the test that starts this"));
        let place = Place::told_by(|name| env::var(name).ok()).unwrap();
        let until = now() + Duration::from_secs(setting("OFFICE_SECONDS", 0));
        let told = crowd(&place.open(), &read("OFFICE_PROCESS"), setting("OFFICE_SEED", 0), until);
        println!("\n{}", told.to_text());
    }

    fn start(place: &Place, process: u64, seed: u64, seconds: u64) -> Child {
        Program::new(env::current_exe().unwrap())
            .args(["contention::process", "--exact", "--ignored", "--nocapture"])
            .envs(place.tell())
            .env("OFFICE_PROCESS", format!("P{process}"))
            .env("OFFICE_SEED", (seed ^ (process << 40)).to_string())
            .env("OFFICE_SECONDS", seconds.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// What the books and the shelves say at one instant.
    struct Standing {
        entries: Vec<JournalEntry>,
        stocks: Vec<(Stock, Ledger)>,
        budgets: Vec<(Id<BudgetLine>, BudgetLine)>,
    }

    async fn standing(view: &View) -> Result<Standing, StoreError> {
        let entries = entries_of(view, DateRange::year(2026).unwrap()).await?;
        let mut stocks = Vec::new();
        for (code, ..) in ITEMS {
            // Movements are filed away as there come to be many.
            let ledger = ledger_since(view, item(code), day("2026-09-30")).await?;
            stocks.push((view.load(Stock::key(item(code))).await?, ledger));
        }
        Ok(Standing { entries, stocks, budgets: view.every(None, 1000).await? })
    }

    impl Standing {
        fn check(&self) {
            let rules = small_office::rules();
            let (end, currency) = (day("2026-12-31"), Currency::EUR);
            assert!(TrialBalance::as_of(&rules.chart, &self.entries, end, currency).unwrap().balances());
            let balances = Balances::as_of(&self.entries, end, currency).unwrap();
            let value = Money::sum(self.stocks.iter().map(|(stock, _)| stock.value()), currency).unwrap();
            assert_eq!(balances.of(&rules.accounts.stock), value, "the stock account is what the stock is worth");

            let numbers: BTreeSet<u64> = self.entries.iter().map(|entry| entry.number().place).collect();
            let all = u64::try_from(self.entries.len()).unwrap();
            assert_eq!(numbers, (1..=all).collect(), "numbers have no gap and none is drawn twice");

            for (_, ledger) in &self.stocks {
                let short = |on: &NaiveDate| ledger.on_hand_at(Location::Storage(shelf()), *on).unwrap().is_negative();
                let short = day("2026-09-30").iter_days().take(35).find(short);
                assert_eq!(short, None, "less than nothing on hand");
            }
            for (_, line) in &self.budgets {
                let plan = line.planned();
                let borne = |entry: &JournalEntry| {
                    let postings = entry.entry().postings().iter();
                    let own = postings.filter(|posting| {
                        posting.account == plan.account && posting.dimensions.cost_centre() == plan.bearer.cost_centre()
                    });
                    own.map(|posting| posting.amount).collect::<Vec<_>>()
                };
                let year = self.entries.iter().filter(|_| plan.year == 2026);
                assert_eq!(Money::sum(year.flat_map(borne), currency).unwrap(), line.actual().unwrap());
            }
        }
    }

    /// Looks on while the others work: whatever it sees at one instant is right.
    fn audit(office: &Office, stop: &AtomicBool) -> u64 {
        let mut looks = 0;
        while !stop.load(Ordering::Relaxed) {
            match wait(office.view(|view| async move { standing(&view).await })) {
                Ok(standing) => standing.check(),
                // It reads everything, and while it does others write.
                Err(error) => assert!(error.is_conflict(), "{error:?}"),
            }
            looks += 1;
            std::thread::sleep(Duration::from_millis(250));
        }
        looks
    }

    /// How many bookings there are, none of which come closer to each other than the room takes to be set up and cleared.
    fn check_bookings(office: &Office) -> usize {
        let mut all = Vec::new();
        loop {
            let after = all.last().map(|(id, _): &(ResourceBookingId, Booking)| *id);
            let page = wait(office.view(|view| async move { view.every(after, 1000).await })).unwrap();
            if page.is_empty() {
                break;
            }
            all.extend(page);
        }
        let mut times: Vec<_> =
            all.iter().map(|(_, one)| (one.resource(), one.time().start(), one.time().end())).collect();
        times.sort_unstable();
        let between = TimeDelta::seconds(i64::from(BUFFERS.set_up_seconds) + i64::from(BUFFERS.tear_down_seconds));
        for pair in times.windows(2) {
            let ((room, _, end), (other, start, _)) = (pair[0], pair[1]);
            assert!(room != other || end + between <= start, "double booking: {pair:?}");
        }
        times.len()
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

    /// How long a run takes whose figures say something about fairness: in a short one on a busy machine they are chance.
    const TELLING_SECONDS: u64 = 30;

    fn check(office: &Office, told: &Told, before: &BTreeSet<String>, seconds: u64) {
        wait(office.view(|view| async move { standing(&view).await })).unwrap().check();
        let bookings = check_bookings(office);
        let after = recorded(office);
        assert!(after.difference(before).eq(&told.done), "what was acknowledged is what was recorded");
        println!("{} commands carried out, {bookings} bookings; {:?}", told.done.len(), told.counts);
        assert!(!told.done.is_empty());
        // Whoever never got a turn has sent the command again, and is to be the exception.
        if seconds >= TELLING_SECONDS {
            let exhausted = told.counts.get("attempts used up").copied().unwrap_or(0);
            assert!(
                bookings > 0 && exhausted * 100 <= u64::try_from(told.done.len()).unwrap(),
                "{exhausted} got no turn"
            );
        }
    }

    fn seed() -> (u64, u64) {
        let (seconds, seed) =
            (setting("OFFICE_CONTENTION_SECONDS", 4), setting("OFFICE_CONTENTION_SEED", std::process::id().into()));
        println!("seed {seed} (OFFICE_CONTENTION_SEED), {seconds} seconds");
        (seconds, seed)
    }

    #[test]
    fn two_processes_of_eight_threads_break_no_rule_and_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        two_processes(&Place::File(folder.path().join("office.db")));
    }

    #[test]
    fn two_processes_of_eight_threads_break_no_rule_and_lose_nothing_on_a_server() {
        let Some(scratch) = Scratch::find() else { return };
        two_processes(&Place::on(&scratch));
    }

    fn two_processes(place: &Place) {
        let (seconds, seed) = seed();
        let office = place.open();
        set_up(&office, &small_office::rules(), seconds);
        let before = recorded(&office);
        let processes: Vec<Child> = (0..PROCESSES).map(|process| start(place, process, seed, seconds)).collect();

        let stop = AtomicBool::new(false);
        let (outputs, looks) = std::thread::scope(|scope| {
            let audit = scope.spawn(|| audit(&office, &stop));
            let outputs: Vec<_> = processes.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
            stop.store(true, Ordering::Relaxed);
            (outputs, audit.join().unwrap())
        });
        let mut told = Told::default();
        for output in outputs {
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(output.status.success(), "{text}");
            told.read(&text);
        }
        println!("{looks} looks in between");
        check(&office, &told, &before, seconds);
    }

    #[test]
    fn eight_threads_in_memory_break_no_rule_and_lose_nothing() {
        let (seconds, seed) = seed();
        let office = Office::on(MemoryStore::new()).within(System::sleeping());
        set_up(&office, &small_office::rules(), seconds);
        let before = recorded(&office);
        let told = crowd(&office, "M", seed, now() + Duration::from_secs(seconds));
        check(&office, &told, &before, seconds);
    }
}
