//! A process that commits is killed two hundred times, at any moment. What it had acknowledged is there, whole.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of this test are small")]
mod crash {
    use std::env;
    use std::io::Read;
    use std::path::{Path, PathBuf};
    use std::process::{Child, Command as Program, Stdio};
    use std::time::Duration;

    use chrono::DateTime;
    use office_core::{Actor, Command, Entity, Id, Kind, Office, Role, StoreError, System, fold, wait};
    use office_sqlite::SqliteStore;
    use serde::{Deserialize, Serialize};

    const THREADS: u64 = 2;

    /// An account, which has a twin: what one gains the other loses.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Account {
        balance: i64,
        moves: Vec<u64>,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    enum AccountFact {
        Opened,
        Moved { number: u64, by: i64 },
    }

    impl Entity for Account {
        const KIND: Kind = Kind::literal("account");
        type Fact = AccountFact;
        fn open(fact: &AccountFact) -> Option<Self> {
            (*fact == AccountFact::Opened).then_some(Self { balance: 0, moves: Vec::new() })
        }
        fn apply(&mut self, fact: &AccountFact) {
            if let AccountFact::Moved { number, by } = fact {
                self.balance += by;
                self.moves.push(*number);
            }
        }
    }

    fn twins(round: u64, thread: u64) -> (Id<Account>, Id<Account>) {
        let id = |side: &str| Id::natural("account", &format!("{round}.{thread}.{side}"));
        (id("left"), id("right"))
    }

    fn office(path: &Path) -> Office {
        Office::on(SqliteStore::open(path).unwrap()).within(System::sleeping())
    }

    /// Moves an amount from one twin to the other, again and again, and says so each time it is done.
    fn commit_forever(office: &Office, round: u64, thread: u64) {
        let clerk = Actor::new(Id::natural("person", "E-001"), Role::new("clerk"));
        let at = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let (left, right) = twins(round, thread);
        for number in 0.. {
            let command = Command::new(format!("{round}.{thread}.{number}"), "move", clerk.clone(), at).unwrap();
            let done = wait(office.transact(&command, |tx| async move {
                for (id, by) in [(left, 7), (right, -7)] {
                    if number == 0 {
                        tx.create(id, AccountFact::Opened).await?;
                    }
                    tx.record(id, AccountFact::Moved { number, by }).await?;
                }
                Ok::<_, StoreError>(())
            }));
            done.unwrap();
            println!("done {thread} {number}");
        }
    }

    #[test]
    #[ignore = "the process that the test below starts and kills"]
    fn process() {
        let read = |name: &str| env::var(name).unwrap_or_else(|_| panic!("{name} is set by the test that starts this"));
        let path = PathBuf::from(read("OFFICE_FILE"));
        let round: u64 = read("OFFICE_ROUND").parse().unwrap();
        println!();
        let office = office(&path);
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                let office = office.clone();
                scope.spawn(move || commit_forever(&office, round, thread));
            }
        });
    }

    fn start(path: &Path, round: u64) -> Child {
        Program::new(env::current_exe().unwrap())
            .args(["crash::process", "--exact", "--ignored", "--nocapture"])
            .env("OFFICE_FILE", path)
            .env("OFFICE_ROUND", round.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Kills it, and counts what each of its threads had acknowledged.
    fn kill(mut child: Child) -> [u64; 2] {
        child.kill().unwrap();
        let status = child.wait().unwrap();
        assert!(!status.success(), "it would have gone on for ever");
        assert_eq!(status.code(), None, "it was killed, and did not end by itself");
        let mut said = String::new();
        child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
        let mut acknowledged = [0; 2];
        for line in said.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')?.strip_prefix("done ")) {
            let (thread, number) = line.split_once(' ').unwrap();
            let (thread, number): (usize, u64) = (thread.parse().unwrap(), number.parse().unwrap());
            assert_eq!(acknowledged[thread], number, "acknowledged in order");
            acknowledged[thread] += 1;
        }
        acknowledged
    }

    /// One account, which equals the fold of its facts; its balance and moves.
    fn account(office: &Office, id: Id<Account>) -> (i64, Vec<u64>) {
        let (state, recorded) = wait(office.view(|view| async move {
            Ok::<_, StoreError>((view.find(id).await?, view.history(id, 0, usize::MAX).await?))
        }))
        .unwrap();
        let facts: Vec<_> = recorded.iter().map(|fact| fact.fact::<Account>().unwrap().unwrap()).collect();
        assert_eq!(state, fold(&facts), "the state is the fold of its facts");
        state.map_or((0, Vec::new()), |account| (account.balance, account.moves))
    }

    /// What was acknowledged is there, and at most the one move that was under way besides.
    fn check(office: &Office, round: u64, acknowledged: [u64; 2]) -> u64 {
        let mut unacknowledged = 0;
        for (thread, acknowledged) in (0..THREADS).zip(acknowledged) {
            let (left, right) = twins(round, thread);
            let ((balance, moves), (other_balance, other_moves)) = (account(office, left), account(office, right));
            assert_eq!((balance, &moves), (-other_balance, &other_moves), "round {round}: twins change together");
            let found = u64::try_from(moves.len()).unwrap();
            assert!(moves.iter().copied().eq(0..found), "round {round}: {moves:?}");
            assert!((acknowledged..=acknowledged + 1).contains(&found), "round {round}: {acknowledged}, {found} found");
            unacknowledged += found - acknowledged;
        }
        unacknowledged
    }

    /// Starts a process and kills it within `window` microseconds, `kills` times, taking a new file after each
    /// `kills_per_file`; how many commits were acknowledged and found in all.
    fn kill_often(kills: u64, kills_per_file: u64, window: u64) -> u64 {
        let seed = env::var("OFFICE_CRASH_SEED").map_or(u64::from(std::process::id()), |text| text.parse().unwrap());
        println!("seed {seed} (OFFICE_CRASH_SEED)");
        let folder = tempfile::tempdir().unwrap();
        let path = |round: u64| folder.path().join(format!("office-{}.db", round / kills_per_file));
        let mut rounds = Vec::new();
        let (mut dice, mut unacknowledged) = (seed, 0);
        for round in 0..kills {
            let child = start(&path(round), round);
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            std::thread::sleep(Duration::from_micros((dice >> 33) % window));
            let acknowledged = kill(child);
            rounds.push((round, acknowledged));
            unacknowledged += check(&office(&path(round)), round, acknowledged);
        }
        for (round, acknowledged) in &rounds {
            check(&office(&path(*round)), *round, *acknowledged);
        }
        let plain = rusqlite::Connection::open(path(0)).unwrap();
        let verdict: String = plain.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(verdict, "ok");
        let acknowledged: u64 = rounds.iter().flat_map(|(_, counts)| counts).sum();
        let idle = rounds.iter().filter(|(_, counts)| counts.iter().sum::<u64>() == 0).count();
        println!("{kills} kills, {acknowledged} acknowledged, {unacknowledged} found besides, {idle} before the first");
        acknowledged
    }

    #[test]
    fn no_kill_loses_or_halves_a_commit() {
        // On a slow machine the first kills may come too early to prove anything.
        let enough = [80_000, 320_000, 1_280_000].into_iter().any(|window| kill_often(200, 200, window) > 200);
        assert!(enough, "the kills came too early to prove anything");
    }

    #[test]
    fn no_kill_while_the_file_is_made_leaves_one_that_does_not_open() {
        kill_often(60, 1, 12_000);
    }
}
