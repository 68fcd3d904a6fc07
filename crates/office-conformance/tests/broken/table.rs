//! Which fault is found by which checks.

use std::collections::BTreeSet;

use office_conformance::{Bench, Check, checks};
use office_core::StoreError;

use crate::store::{Disk, Fault, Faulty};

/// Subjects whose checks race, so that finding a fault which is not theirs is a matter of luck.
const RACING: [&str; 4] = ["race", "office", "feed", "doubt"];

/// A fault, the checks that find it without luck, and the racing checks that must find it.
type Row = (Fault, &'static [&'static str], &'static [&'static str]);

#[rustfmt::skip]
const TABLE: &[Row] = &[
    (Fault::None, &[], &[]),
    (Fault::MissingIsEmpty, &["missing_records_are_none", "random_histories_follow_the_model"], &[]),
    (Fault::ForgetsCreations, &["created_records_are_there"], &[]),
    (Fault::KeepsFirstBody, &["batches_are_written_whole", "longest_bodies_are_stored", "own_writes_are_seen_at_once", "random_histories_follow_the_model", "replaced_records_change", "stale_checks_conflict"], &[]),
    (Fault::IgnoresDeletes, &["batches_are_written_whole", "checks_of_missing_records_conflict", "deleted_records_are_gone", "deleted_records_can_return", "ids_come_back_unchanged", "odd_ids_are_apart", "old_checks_fail_after_recreation", "random_histories_follow_the_model", "reopened_stores_have_everything"], &[]),
    (Fault::RefusesDeletingNothing, &["checks_of_missing_records_conflict", "deleting_the_absent_is_fine", "random_histories_follow_the_model"], &[]),
    (Fault::DeletesForEver, &["deleted_records_can_return", "old_checks_fail_after_recreation", "random_histories_follow_the_model"], &[]),
    (Fault::OneVersionForAll, &["checks_alone_are_answered", "checks_hold_for_records_not_written", "old_checks_fail_after_recreation", "random_histories_follow_the_model", "refused_batches_leave_nothing", "reopened_stores_have_everything", "stale_checks_conflict", "versions_are_commit_ids"], &[]),
    (Fault::CountsVersions, &["batches_are_written_whole", "checks_alone_are_answered", "checks_hold_for_records_not_written", "checks_of_missing_records_conflict", "longest_batches_are_committed", "old_checks_fail_after_recreation", "own_writes_are_seen_at_once", "random_histories_follow_the_model", "reopened_stores_have_everything", "replaced_records_change", "stale_checks_conflict", "versions_are_commit_ids"], &[]),
    (Fault::ReadsLag, &["own_writes_are_seen_at_once"], &[]),
    (Fault::AnswersSorted, &["answers_follow_the_keys", "random_histories_follow_the_model", "repeated_keys_are_answered_each_time"], &[]),
    (Fault::AnswersOnce, &["random_histories_follow_the_model", "repeated_keys_are_answered_each_time"], &[]),
    (Fault::RunsKindIntoId, &["kinds_are_apart"], &[]),
    (Fault::LostUpdate, &["old_checks_fail_after_recreation", "refused_batches_leave_nothing", "stale_checks_conflict"], &["races_are_strictly_serialisable", "transfers_keep_the_sum"]),
    (Fault::CreatesOver, &["creating_over_a_record_conflicts", "longest_batches_are_committed", "random_histories_follow_the_model", "reopened_stores_have_everything"], &["races_are_strictly_serialisable"]),
    (Fault::MissingPasses, &["checks_alone_are_answered", "checks_of_missing_records_conflict", "random_histories_follow_the_model"], &[]),
    (Fault::WriteSkew, &["checks_alone_are_answered", "checks_hold_for_records_not_written", "old_checks_fail_after_recreation", "random_histories_follow_the_model", "refused_batches_leave_nothing"], &["races_are_strictly_serialisable", "races_with_lost_answers_are_strictly_serialisable", "one_of_two_stays"]),
    (Fault::AbsenceSkew, &["absence_holds_for_records_not_written", "checks_alone_are_answered", "random_histories_follow_the_model", "refused_batches_leave_nothing", "reopened_stores_have_everything"], &["races_are_strictly_serialisable", "one_of_two_comes_to_be", "commits_given_up_never_arrive"]),
    (Fault::HalfCommit, &["absence_holds_for_records_not_written", "checks_hold_for_records_not_written", "longest_batches_are_committed", "random_histories_follow_the_model", "refused_batches_leave_nothing"], &[]),
    (Fault::CutsBatches, &["batches_are_written_whole", "longest_batches_are_committed", "ranges_stop_at_their_limit"], &[]),
    (Fault::IgnoresChecksAlone, &["checks_alone_are_answered", "old_checks_fail_after_recreation", "random_histories_follow_the_model"], &[]),
    (Fault::FoldsCase, &["odd_ids_are_apart", "random_histories_follow_the_model", "ranges_are_half_open", "ranges_follow_bytes"], &[]),
    (Fault::TrimsEnds, &["odd_ids_are_apart", "random_histories_follow_the_model", "ranges_are_half_open", "ranges_follow_bytes"], &[]),
    (Fault::FoldsAccents, &["odd_ids_are_apart", "ranges_follow_bytes"], &[]),
    (Fault::LowersIdsInRanges, &["deleted_records_are_gone", "deleted_records_can_return", "ids_come_back_unchanged", "random_histories_follow_the_model", "ranges_are_half_open", "ranges_follow_bytes", "ranges_stop_at_their_limit", "reopened_stores_have_everything"], &[]),
    (Fault::OrdersWithoutCase, &["ranges_are_half_open", "ranges_follow_bytes"], &[]),
    (Fault::OrdersAsUtf16, &["ranges_follow_bytes", "ranges_reach_both_ends"], &[]),
    (Fault::IncludesEnd, &["inverted_ranges_are_empty", "random_histories_follow_the_model", "ranges_are_half_open"], &[]),
    (Fault::SwapsEnds, &["inverted_ranges_are_empty", "random_histories_follow_the_model", "ranges_are_half_open"], &[]),
    (Fault::IgnoresLimit, &["random_histories_follow_the_model", "ranges_stop_at_their_limit"], &[]),
    (Fault::StopsAtFfff, &["ids_come_back_unchanged", "odd_ids_are_apart", "ranges_are_half_open", "ranges_follow_bytes", "ranges_reach_both_ends"], &[]),
    (Fault::CutsIds, &["longest_ids_are_stored"], &[]),
    (Fault::RefusesLongBodies, &["longest_bodies_are_stored"], &[]),
    (Fault::RefusesLongBatches, &["longest_batches_are_committed", "ranges_stop_at_their_limit"], &[]),
    (Fault::SplitsLongBatches, &["longest_batches_are_committed"], &[]),
    (Fault::FloatsNumbers, &["bodies_keep_their_value"], &[]),
    (Fault::SharesOneStore, &["fresh_stores_are_empty"], &[]),
    (Fault::LosesLastCommit, &["reopened_stores_have_everything"], &[]),
    (Fault::LetsGoBeforeWriting, &[], &["races_are_strictly_serialisable", "races_with_lost_answers_are_strictly_serialisable", "counters_count_what_was_acknowledged", "transfers_keep_the_sum", "numbers_have_no_gap", "partitions_hold_their_limit", "one_of_two_stays", "unique_values_have_one_owner", "commands_with_lost_answers_happen_once"]),
    (Fault::DirtyReads, &[], &["halves_of_a_batch_are_never_seen"]),
    (Fault::WritesThenUndoes, &[], &["refused_writes_are_never_seen"]),
    (Fault::ConflictForUnknown, &[], &["counters_count_what_was_acknowledged", "races_are_strictly_serialisable"]),
    (Fault::ScansLag, &["own_writes_are_seen_at_once"], &["partitions_hold_their_limit", "races_are_strictly_serialisable"]),
    (Fault::ScansInPages, &[], &["feeds_are_complete_and_in_order", "feeds_with_lost_answers_are_complete"]),
    (Fault::ForgetsChecksOf("guard"), &[], &["partitions_hold_their_limit"]),
    (Fault::ForgetsChecksOf("unique_index"), &[], &["unique_values_have_one_owner"]),
    (Fault::ForgetsChecksOf("command"), &[], &["repeated_commands_happen_once"]),
    (Fault::ForgetsChecksOf("fence"), &[], &["commits_given_up_never_arrive"]),
    (Fault::ForgetsChecksOf("feed_head"), &[], &["feeds_are_complete_and_in_order"]),
    (Fault::ForgetsChecksOf("account"), &[], &["commands_with_lost_answers_happen_once"]),
];

/// Faults that leave hardly anything in order: many other checks find them too.
const GROSS: [Fault; 4] = [Fault::ForgetsCreations, Fault::ReadsLag, Fault::ScansLag, Fault::SharesOneStore];

fn bench(fault: Fault) -> Bench {
    if fault == Fault::SharesOneStore {
        let shared: Faulty = Disk::new().open(fault);
        return Bench::volatile(move || Ok::<_, StoreError>(shared.clone()));
    }
    Bench::durable(|| Ok::<_, StoreError>(Disk::new()), move |disk| Ok::<_, StoreError>(disk.open(fault)))
}

fn races(check: &Check) -> bool {
    RACING.contains(&check.subject())
}

#[test]
fn each_fault_is_found_by_the_checks_responsible() {
    let mut wrong = Vec::new();
    for (fault, expected, _) in TABLE {
        let bench = bench(*fault);
        let still = checks().iter().filter(|check| !races(check));
        let found: BTreeSet<_> = still.filter(|check| check.run(&bench).is_err()).map(Check::name).collect();
        let expected: BTreeSet<_> = expected.iter().copied().collect();
        let as_stated = if GROSS.contains(fault) { found.is_superset(&expected) } else { found == expected };
        if !as_stated {
            wrong.push(format!("(Fault::{fault:?}, &{found:?}, &[]),"));
        }
    }
    assert!(wrong.is_empty(), "other checks than stated:\n{}", wrong.join("\n"));
}

#[test]
fn each_fault_under_concurrent_use_is_found_by_the_checks_responsible() {
    let mut missed = Vec::new();
    for (fault, _, expected) in TABLE {
        for name in *expected {
            let check = checks().iter().find(|check| check.name() == *name).expect("a check of the kit");
            // A race may be won a few times, on one busy core even often; not two hundred times running.
            if (0..200).all(|_| check.run(&bench(*fault)).is_ok()) {
                missed.push(format!("{fault:?} is not found by {name}"));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn every_check_finds_a_fault() {
    let finding: BTreeSet<_> =
        TABLE.iter().flat_map(|(_, still, racing)| still.iter().chain(*racing)).copied().collect();
    let all: BTreeSet<_> = checks().iter().map(Check::name).collect();
    assert_eq!(finding, all);
}

#[test]
fn a_store_without_a_fault_passes_every_check() {
    for check in checks() {
        assert_eq!(check.run(&bench(Fault::None)), Ok(()), "{}", check.name());
    }
}
