//! The list of all checks.

use office_core::AnyStore;

use crate::{Bench, Promise, Violation};

/// One check of the kit.
///
/// # Example
/// ```
/// use office_conformance::{Bench, checks};
/// use office_core::{MemoryStore, StoreError};
///
/// let bench = Bench::volatile(|| Ok::<_, StoreError>(MemoryStore::new()));
/// let check = checks().iter().find(|check| check.name() == "stale_checks_conflict").ok_or("no such check")?;
/// assert_eq!(check.run(&bench), Ok(()));
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Check {
    name: &'static str,
    subject: &'static str,
    run: Run,
}

#[derive(Clone, Copy, Debug)]
enum Run {
    Fresh(fn(&AnyStore) -> Result<(), Violation>),
    Bench(fn(&Bench) -> Result<(), Violation>),
}

impl Check {
    /// What it demands, as a sentence with underscores: the name of its function and of its test.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The module of this crate that it stands in.
    #[must_use]
    pub const fn subject(&self) -> &'static str {
        self.subject
    }

    /// Runs it on a fresh store of the bench.
    ///
    /// # Errors
    /// The [`Violation`], where the backend breaks the contract or cannot be opened.
    pub fn run(&self, bench: &Bench) -> Result<(), Violation> {
        match self.run {
            Run::Fresh(check) => bench.on_fresh(check),
            Run::Bench(check) => check(bench),
        }
    }
}

/// Expands to one `#[test]` per check of the kit.
///
/// Takes an expression that gives a [`Bench`]; it is evaluated once per test. For several backends in one file, put each
/// into a module of its own.
///
/// # Example
/// ```
/// use office_conformance::Bench;
/// use office_core::{MemoryStore, StoreError};
///
/// office_conformance::conformance!(Bench::volatile(|| Ok::<_, StoreError>(MemoryStore::new())));
/// ```
#[macro_export]
macro_rules! conformance {
    ($bench:expr) => {
        $crate::each_check! { [$crate::conformance_tests] ($bench) }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! conformance_tests {
    (($bench:expr) $($run:ident $subject:ident::$name:ident,)*) => {
        $(
            #[test]
            fn $name() -> ::core::result::Result<(), $crate::Violation> {
                $crate::run(stringify!($name), &$bench)
            }
        )*
    };
}

/// The one list of checks: hands it to the macro named in brackets.
#[doc(hidden)]
#[macro_export]
macro_rules! each_check {
    ([$($then:tt)*] $with:tt) => {
        $($then)*! { $with
            Fresh record::missing_records_are_none,
            Fresh record::created_records_are_there,
            Fresh record::replaced_records_change,
            Fresh record::deleted_records_are_gone,
            Fresh record::deleting_the_absent_is_fine,
            Fresh record::deleted_records_can_return,
            Fresh record::versions_are_commit_ids,
            Fresh record::own_writes_are_seen_at_once,
            Fresh record::answers_follow_the_keys,
            Fresh record::repeated_keys_are_answered_each_time,
            Fresh record::kinds_are_apart,
            Fresh commit::creating_over_a_record_conflicts,
            Fresh commit::stale_checks_conflict,
            Fresh commit::checks_of_missing_records_conflict,
            Fresh commit::checks_hold_for_records_not_written,
            Fresh commit::absence_holds_for_records_not_written,
            Fresh commit::refused_batches_leave_nothing,
            Fresh commit::batches_are_written_whole,
            Fresh commit::checks_alone_are_answered,
            Fresh commit::old_checks_fail_after_recreation,
            Fresh identity::odd_ids_are_apart,
            Fresh identity::ids_come_back_unchanged,
            Fresh range::ranges_follow_bytes,
            Fresh range::ranges_are_half_open,
            Fresh range::inverted_ranges_are_empty,
            Fresh range::ranges_stop_at_their_limit,
            Fresh range::ranges_reach_both_ends,
            Fresh limit::longest_ids_are_stored,
            Fresh limit::longest_bodies_are_stored,
            Fresh limit::longest_batches_are_committed,
            Fresh limit::bodies_keep_their_value,
            Bench reopening::fresh_stores_are_empty,
            Bench reopening::reopened_stores_have_everything,
            Fresh history::random_histories_follow_the_model,
            Fresh race::races_are_strictly_serialisable,
            Fresh race::races_with_lost_answers_are_strictly_serialisable,
            Fresh race::counters_count_what_was_acknowledged,
            Fresh race::halves_of_a_batch_are_never_seen,
            Fresh race::refused_writes_are_never_seen,
            Fresh office::transfers_keep_the_sum,
            Fresh office::partitions_hold_their_limit,
            Fresh office::numbers_have_no_gap,
            Fresh office::one_of_two_stays,
            Fresh office::one_of_two_comes_to_be,
            Fresh office::unique_values_have_one_owner,
            Fresh office::repeated_commands_happen_once,
            Fresh feed::feeds_are_complete_and_in_order,
            Fresh doubt::commands_with_lost_answers_happen_once,
            Fresh doubt::commits_given_up_never_arrive,
            Fresh doubt::feeds_with_lost_answers_are_complete,
        }
    };
}

macro_rules! list {
    (() $($run:ident $subject:ident::$name:ident,)*) => {
        &[$(Check {
            name: stringify!($name),
            subject: stringify!($subject),
            run: Run::$run(crate::$subject::$name),
        },)*]
    };
}

static CHECKS: &[Check] = each_check! { [list] () };

/// All checks of the kit.
#[must_use]
pub fn checks() -> &'static [Check] {
    CHECKS
}

/// Runs the check of this name.
#[doc(hidden)]
pub fn run(name: &str, bench: &Bench) -> Result<(), Violation> {
    match CHECKS.iter().find(|check| check.name == name) {
        Some(check) => check.run(bench),
        None => Err(Violation::new(Promise::CommitIsOneInstant, "a check of the kit", name)),
    }
}
