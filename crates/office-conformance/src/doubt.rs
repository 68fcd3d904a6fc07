//! Lost answers: that what is asked for happens once, whatever becomes of the answers.

use office_core::{AnyStore, Office, wait};

use crate::account::statement;
use crate::account::{account, sum};
use crate::probe::Probe;
use crate::{Chaos, Flaky, Promise, Violation};

fn line(store: &AnyStore, seed: u64) -> Flaky<Chaos<AnyStore>> {
    Flaky::new(Chaos::new(store.clone(), seed), seed)
}

/// Where answers get lost and commits arrive late or twice, every command still happens once, and the sum of all
/// accounts stays.
pub fn commands_with_lost_answers_happen_once(store: &AnyStore) -> Result<(), Violation> {
    let line = line(store, 41);
    let office = Office::on(line.clone());
    crate::office::moved_money(store, &office, 12)?;
    // What is still under way must find that it comes too late.
    let accounts: Vec<_> = (0..4).map(|number| account(&format!("A-{number}"))).collect();
    let before = statement(&office, &accounts)?;
    wait(line.deliver());
    let after = statement(&office, &accounts)?;
    let probe = Probe::new(store, Promise::CommitIsOneInstant);
    probe.same("the accounts as they were before late commits arrived", &before, &after)?;
    probe.same("the sum of all accounts", &400, &sum(&after))?;
    let doubts = office.tally().unknown;
    probe.holds(doubts > 0, "answers that were lost", "none: the check has checked nothing")
}

/// Where answers get lost, the feed still has every fact once and in order.
pub fn feeds_with_lost_answers_are_complete(store: &AnyStore) -> Result<(), Violation> {
    let line = line(store, 42);
    crate::feed::written_and_read(store, &Office::on(line.clone()), 12)
}
