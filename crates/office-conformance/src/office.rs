//! Rules of an office under concurrent use: what an [`Office`] promises its callers on every backend.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use office_core::{AnyStore, Id, Office, StoreError, wait};

use crate::account::{
    Account, AccountFact, Joined, Member, account, failed, office_on, open_accounts, perform, statement, sum,
};
use crate::crowd::{THREADS, crowd};
use crate::dice::Dice;
use crate::probe::Probe;
use crate::{Promise, Violation};

fn accounts(count: u64) -> Vec<Id<Account>> {
    (0..count).map(|number| account(&format!("A-{number}"))).collect()
}

/// One account of several.
fn pick(accounts: &[Id<Account>], dice: &Dice) -> Id<Account> {
    let count = u64::try_from(accounts.len()).unwrap_or(1);
    let at = usize::try_from(dice.below(count)).unwrap_or(0);
    accounts.get(at).copied().unwrap_or_else(|| account("A-0"))
}

/// Moves an amount, if it is there.
async fn transfer(tx: &office_core::Tx, from: Id<Account>, to: Id<Account>, amount: i64) -> Result<bool, StoreError> {
    let there = tx.load(from).await?.balance >= amount && from != to;
    tx.load(to).await?;
    if there {
        tx.record(from, AccountFact::Moved(amount.saturating_neg())).await?;
        tx.record(to, AccountFact::Moved(amount)).await?;
    }
    Ok(there)
}

/// Money that several threads move between accounts neither grows nor shrinks, in any report at any time, and no account
/// is overdrawn.
pub fn transfers_keep_the_sum(store: &AnyStore) -> Result<(), Violation> {
    moved_money(store, &office_on(store, 21), 25)
}

/// Moves money on every thread and looks at all of it in between.
pub(crate) fn moved_money(store: &AnyStore, office: &Office, turns: u64) -> Result<(), Violation> {
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    let accounts = accounts(4);
    open_accounts(office, &accounts)?;
    let moved = crowd(THREADS, |thread, over| {
        let dice = Dice::new(thread.wrapping_add(2100));
        let mut moved = 0_u64;
        for turn in 0..turns {
            if over.load(Ordering::Relaxed) {
                break;
            }
            let (from, to) = (pick(&accounts, &dice), pick(&accounts, &dice));
            let amount = i64::try_from(dice.below(60)).unwrap_or(0).saturating_add(1);
            let key = format!("transfer-{thread}-{turn}");
            let done = perform(office, &key, |tx| async move { transfer(&tx, from, to, amount).await });
            if done.map_err(|error| failed(&error))? {
                moved = moved.saturating_add(1);
            }
            if turn % 5 == 0 {
                let seen = statement(office, &accounts)?;
                probe.holds(sum(&seen) == 400, "a sum of 400 at every instant", format!("{seen:?}"))?;
            }
        }
        Ok(moved)
    })?;
    let seen = statement(office, &accounts)?;
    probe.holds(sum(&seen) == 400, "a sum of 400 in the end", format!("{seen:?}"))?;
    probe.holds(seen.iter().all(|account| account.balance >= 0), "no account overdrawn", format!("{seen:?}"))?;
    let answered = moved.iter().sum::<u64>().saturating_mul(2);
    let recorded = seen.iter().map(|account| account.moves).sum();
    probe.same("two moves per transfer that was answered", &answered, &recorded)
}

/// What a partition may hold at the most, it never exceeds, and what there is room for is let in.
///
/// Every thread asks for every group, and each group is full after a few: so all of them meet where the last place goes,
/// once per group.
pub fn partitions_hold_their_limit(store: &AnyStore) -> Result<(), Violation> {
    const GROUPS: u64 = 12;
    const LIMIT: usize = 3;
    let office = office_on(store, 22);
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    crowd(THREADS, |thread, over| {
        for group in 0..GROUPS {
            let name = format!("{thread}-{group}");
            let id = Id::<Member>::natural("member", &name);
            if over.load(Ordering::Relaxed) {
                break;
            }
            perform(&office, &format!("join-{name}"), |tx| {
                let member = Member { group, name: name.clone() };
                async move {
                    let room = tx.list(Member::BY_GROUP, &group).await?.len() < LIMIT;
                    if room {
                        tx.create(id, Joined(member)).await?;
                    }
                    Ok(room)
                }
            })
            .map_err(|error| failed(&error))?;
        }
        Ok(())
    })?;
    for group in 0..GROUPS {
        let members = perform(&office, &format!("count-{group}"), |tx| async move {
            Ok(tx.list(Member::BY_GROUP, &group).await?.len())
        });
        let members = members.map_err(|error| failed(&error))?;
        probe.same("as many members as there was room for", &LIMIT, &members)?;
    }
    Ok(())
}

/// Numbers that a series gives out are given once each, and none is left out.
pub fn numbers_have_no_gap(store: &AnyStore) -> Result<(), Violation> {
    const TURNS: u64 = 12;
    let office = office_on(store, 23);
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    let series = account("series");
    open_accounts(&office, &[series])?;
    let given = crowd(THREADS, |thread, over| {
        let mut given = Vec::new();
        for turn in 0..TURNS {
            if over.load(Ordering::Relaxed) {
                break;
            }
            let number = perform(&office, &format!("number-{thread}-{turn}"), |tx| async move {
                tx.record(series, AccountFact::Moved(1)).await?;
                let number = tx.load(series).await?.balance;
                // The numbered thing itself, under a name made of its number.
                let id = Id::<Member>::natural("numbered", &number.to_string());
                tx.create(id, Joined(Member { group: 0, name: number.to_string() })).await?;
                Ok(number)
            });
            given.push(number.map_err(|error| failed(&error))?);
        }
        Ok(given)
    })?;
    let mut given: Vec<i64> = given.into_iter().flatten().collect();
    given.sort_unstable();
    let all = i64::try_from(THREADS.saturating_mul(TURNS)).unwrap_or(0);
    let expected: Vec<i64> = (101..=all.saturating_add(100)).collect();
    probe.same("every number once", &expected, &given)
}

/// Of two of whom one must stay, never both have left: each decides on the other, whom it does not change.
pub fn one_of_two_stays(store: &AnyStore) -> Result<(), Violation> {
    const PAIRS: u64 = 3;
    let office = office_on(store, 24);
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    // Somebody with 100 is there, somebody with 0 has left.
    let people = accounts(PAIRS.saturating_mul(2));
    open_accounts(&office, &people)?;
    let pairs: Vec<[Id<Account>; 2]> =
        people.chunks(2).filter_map(|pair| Some([*pair.first()?, *pair.last()?])).collect();
    crowd(THREADS, |thread, over| {
        for turn in 0..40_u64 {
            if over.load(Ordering::Relaxed) {
                break;
            }
            let at = usize::try_from(turn % PAIRS).unwrap_or(0);
            let Some([mine, other]) = pairs.get(at).copied() else { continue };
            let (mine, other) = if thread.is_multiple_of(2) { (mine, other) } else { (other, mine) };
            let seen = perform(&office, &format!("leave-{thread}-{turn}"), |tx| async move {
                let (here, there) = (tx.load(mine).await?.balance, tx.load(other).await?.balance);
                match (here, there) {
                    (0, _) => tx.record(mine, AccountFact::Moved(100)).await?,
                    (_, 0) => {}
                    _ => tx.record(mine, AccountFact::Moved(-100)).await?,
                }
                Ok((here, there))
            });
            let seen = seen.map_err(|error| failed(&error))?;
            probe.holds(seen != (0, 0), "one of two to stay", "that both have left")?;
        }
        Ok(())
    })?;
    let seen = statement(&office, &people)?;
    let stays = seen.chunks(2).all(|pair| pair.iter().any(|person| person.balance > 0));
    probe.holds(stays, "one of every two to stay", format!("{seen:?}"))
}

/// Of two of which only one may come to be, never both do: each is created on the absence of the other.
pub fn one_of_two_comes_to_be(store: &AnyStore) -> Result<(), Violation> {
    const PAIRS: u64 = 40;
    let office = office_on(store, 25);
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    let side = |pair: u64, side: u64| account(&format!("pair-{pair}-{side}"));
    crowd(THREADS, |thread, over| {
        for pair in 0..PAIRS {
            let (mine, other) = (side(pair, thread % 2), side(pair, thread.wrapping_add(1) % 2));
            if over.load(Ordering::Relaxed) {
                break;
            }
            perform(&office, &format!("create-{thread}-{pair}"), |tx| async move {
                let free = tx.find(mine).await?.is_none() && tx.find(other).await?.is_none();
                if free {
                    tx.create(mine, AccountFact::Opened(1)).await?;
                }
                Ok(free)
            })
            .map_err(|error| failed(&error))?;
        }
        Ok(())
    })?;
    for pair in 0..PAIRS {
        let found = statement(&office, &[side(pair, 0), side(pair, 1)])?;
        probe.same("one of two that exclude each other", &1, &found.len())?;
    }
    Ok(())
}

/// A value of a unique index has one owner, and who is told to have got it has it.
pub fn unique_values_have_one_owner(store: &AnyStore) -> Result<(), Violation> {
    const NAMES: u64 = 25;
    let office = office_on(store, 26);
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    let member = |thread: u64, turn: u64| Id::<Member>::natural("claim", &format!("{thread}-{turn}"));
    let owned = crowd(THREADS, |thread, over| {
        let mut owned = BTreeSet::new();
        for turn in 0..NAMES {
            let (id, name) = (member(thread, turn), format!("name-{turn}"));
            if over.load(Ordering::Relaxed) {
                break;
            }
            let claimed = perform(&office, &format!("claim-{thread}-{turn}"), |tx| {
                let fact = Joined(Member { group: thread, name: name.clone() });
                async move { tx.create(id, fact).await }
            });
            match claimed {
                Ok(()) => _ = owned.insert((name, id)),
                Err(error) if error.is_taken() => {}
                Err(error) => return Err(failed(&error)),
            }
        }
        Ok(owned)
    })?;
    let owned: Vec<_> = owned.into_iter().flatten().collect();
    let count = usize::try_from(NAMES).unwrap_or(0);
    let names: BTreeSet<_> = owned.iter().map(|(name, _)| name.clone()).collect();
    probe.same("every name given", &count, &names.len())?;
    probe.same("one owner per name", &count, &owned.len())?;
    for (name, id) in &owned {
        let found = wait(office.view(|view| async move { view.find_by(Member::BY_NAME, name).await }));
        let found = found.map_err(|error: StoreError| failed(&error))?.map(|(id, _)| id);
        probe.same("the owner that was told so", &Some(*id), &found)?;
    }
    Ok(())
}

/// A command that all threads send at the same time is carried out once, and all get the same answer.
///
/// Each thread moves an account of its own: nothing but the record of the command stands in the way of the others.
pub fn repeated_commands_happen_once(store: &AnyStore) -> Result<(), Violation> {
    const COMMANDS: u64 = 15;
    let office = office_on(store, 27);
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    let counters: Vec<_> = (0..THREADS).map(|thread| account(&format!("counter-{thread}"))).collect();
    open_accounts(&office, &counters)?;
    let answers = crowd(THREADS, |thread, over| {
        let counter = account(&format!("counter-{thread}"));
        let mut answers = Vec::new();
        for number in 0..COMMANDS {
            if over.load(Ordering::Relaxed) {
                break;
            }
            let answer = perform(&office, &format!("count-{number}"), |tx| async move {
                tx.record(counter, AccountFact::Moved(1)).await?;
                Ok((thread, tx.load(counter).await?.balance))
            });
            answers.push(answer.map_err(|error| failed(&error))?);
        }
        Ok(answers)
    })?;
    let same = answers.windows(2).all(|pair| pair.first() == pair.last());
    probe.holds(same, "the same answers for all who send a command", format!("{answers:?}"))?;
    let moves = statement(&office, &counters)?.iter().map(|account| account.moves).fold(0, u64::saturating_add);
    probe.same("as many moves as commands", &COMMANDS, &moves)
}
