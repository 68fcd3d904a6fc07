//! Whether a log of calls could have happened one after another, in an order that agrees with real time.
//!
//! A version names its writer and every write checks what it replaces, so the log says exactly who read whose write and
//! who replaced it. These dependencies, and the order of calls that did not overlap, make a graph; the calls could have
//! happened one after another just where it has no cycle (Adya, 1999; Kingsbury and Alvaro, "Elle", 2020).

use std::collections::{BTreeMap, BTreeSet};

use office_core::CommitId;

use crate::{Promise, Violation};

/// One call, and what it saw and did.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// When it began and ended, in ticks that all threads share; no end where the outcome is not known.
    pub(crate) began: u64,
    pub(crate) ended: Option<u64>,
    /// The records it read or checked, and the versions they had.
    pub(crate) reads: Vec<(u64, Option<CommitId>)>,
    /// The commit, where it wrote: every record written is also among those read.
    pub(crate) wrote: Option<(CommitId, Vec<u64>)>,
}

/// What happened, as all threads saw it together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    pub(crate) calls: Vec<Call>,
    /// The commits that were answered with a conflict.
    pub(crate) refused: BTreeSet<CommitId>,
}

impl Log {
    pub(crate) fn add(&mut self, other: Self) {
        self.calls.extend(other.calls);
        self.refused.extend(other.refused);
    }

    /// Demands that there be an order in which everything in the log makes sense.
    pub(crate) fn judge(&self) -> Result<(), Violation> {
        let mut writers = BTreeMap::new();
        let mut next = BTreeMap::new();
        let seen: BTreeSet<CommitId> =
            self.calls.iter().flat_map(|call| &call.reads).filter_map(|(_, version)| *version).collect();
        // A commit in doubt counts once it has been seen.
        let counts = |call: &Call| call.ended.is_some() || call.wrote.as_ref().is_some_and(|(id, _)| seen.contains(id));
        let calls: Vec<&Call> = self.calls.iter().filter(|call| counts(call)).collect();
        for (at, call) in calls.iter().enumerate() {
            let Some((id, written)) = &call.wrote else { continue };
            writers.insert(*id, at);
            for (key, before) in call.reads.iter().filter(|(key, _)| written.contains(key)) {
                if let Some(other) = next.insert((*key, *before), at) {
                    let other = calls.get(other);
                    let found = format!("both {other:?} and {call:?}");
                    return Err(broken("one commit that replaces a version", found));
                }
            }
        }
        let mut edges = Edges::new(calls.len());
        for (at, call) in calls.iter().enumerate() {
            for (key, version) in &call.reads {
                if let Some(version) = version {
                    if self.refused.contains(version) {
                        let promise = Promise::DoubtIsSaid;
                        let found = format!("record {key} written by {version}");
                        return Err(Violation::new(promise, "nothing of a commit that met a conflict", found));
                    }
                    let Some(writer) = writers.get(version) else {
                        let found = format!("record {key} written by {version}, which nobody made");
                        return Err(Violation::new(Promise::VersionsNameTheirWriter, "versions of commits", found));
                    };
                    edges.add(*writer, at);
                }
                // Whoever replaced what was read came later.
                if let Some(replacer) = next.get(&(*key, *version)) {
                    edges.add(at, *replacer);
                }
            }
        }
        edges.real_time(&calls);
        match edges.cycle() {
            None => Ok(()),
            Some(cycle) => {
                let calls: Vec<_> = cycle.into_iter().filter_map(|at| calls.get(at)).take(6).collect();
                Err(broken("calls that could have happened one after another", format!("a circle among {calls:?}")))
            }
        }
    }
}

fn broken(expected: &str, found: String) -> Violation {
    Violation::new(Promise::CommitIsOneInstant, expected, found)
}

/// Who came before whom. Calls have the first numbers, instants of the clock those after.
struct Edges {
    calls: usize,
    after: Vec<BTreeSet<usize>>,
}

impl Edges {
    fn new(calls: usize) -> Self {
        Self { calls, after: vec![BTreeSet::new(); calls] }
    }

    fn add(&mut self, before: usize, after: usize) {
        if before == after {
            return;
        }
        if let Some(set) = self.after.get_mut(before) {
            set.insert(after);
        }
    }

    /// A call that ended before another began came before it. One node per end keeps the edges few.
    fn real_time(&mut self, calls: &[&Call]) {
        let mut ends: Vec<(u64, usize)> =
            calls.iter().enumerate().filter_map(|(at, call)| Some((call.ended?, at))).collect();
        ends.sort_unstable();
        for (place, (_, call)) in ends.iter().enumerate() {
            let node = self.calls.saturating_add(place);
            self.after.push(BTreeSet::new());
            self.add(*call, node);
            if place > 0 {
                self.add(node.saturating_sub(1), node);
            }
        }
        for (at, call) in calls.iter().enumerate() {
            let earlier = ends.partition_point(|(ended, _)| *ended < call.began);
            if let Some(last) = earlier.checked_sub(1) {
                self.add(self.calls.saturating_add(last), at);
            }
        }
    }

    /// Calls that lie on cycles, if there are any: what is left when all nodes that nothing precedes, and all that
    /// precede nothing, are taken away.
    fn cycle(&self) -> Option<Vec<usize>> {
        let mut before = vec![BTreeSet::new(); self.after.len()];
        for (at, set) in self.after.iter().enumerate() {
            for after in set {
                if let Some(before) = before.get_mut(*after) {
                    before.insert(at);
                }
            }
        }
        let mut left: BTreeSet<usize> = (0..self.after.len()).collect();
        peel(&mut left, &self.after, &before);
        peel(&mut left, &before, &self.after);
        let calls: Vec<_> = left.into_iter().filter(|at| *at < self.calls).collect();
        if calls.is_empty() { None } else { Some(calls) }
    }
}

/// Takes away the nodes that nothing in `left` precedes, again and again.
fn peel(left: &mut BTreeSet<usize>, after: &[BTreeSet<usize>], before: &[BTreeSet<usize>]) {
    let mut waiting: Vec<usize> = before.iter().map(|set| set.iter().filter(|at| left.contains(at)).count()).collect();
    let free = |at: &usize| waiting.get(*at) == Some(&0);
    let mut ready: Vec<usize> = left.iter().copied().filter(free).collect();
    while let Some(at) = ready.pop() {
        left.remove(&at);
        for next in after.get(at).into_iter().flatten() {
            if let Some(count) = waiting.get_mut(*next).filter(|_| left.contains(next)) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ready.push(*next);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::next_id;

    fn call(began: u64, ended: u64, reads: &[(u64, Option<CommitId>)], wrote: Option<(CommitId, &[u64])>) -> Call {
        let wrote = wrote.map(|(id, keys)| (id, keys.to_vec()));
        Call { began, ended: Some(ended), reads: reads.to_vec(), wrote }
    }

    fn judged(calls: Vec<Call>) -> Result<(), Violation> {
        Log { calls, refused: BTreeSet::new() }.judge()
    }

    #[test]
    fn what_follows_one_after_another_is_accepted() {
        let (a, b) = (next_id(), next_id());
        let calls = vec![
            call(0, 1, &[(1, None)], Some((a, &[1]))),
            call(2, 3, &[(1, Some(a)), (2, None)], Some((b, &[2]))),
            call(4, 5, &[(1, Some(a)), (2, Some(b))], None),
        ];
        assert_eq!(judged(calls), Ok(()));
    }

    #[test]
    fn write_skew_is_a_cycle() {
        let (a, b) = (next_id(), next_id());
        let calls = vec![
            call(0, 10, &[(1, None), (2, None)], Some((a, &[1]))),
            call(0, 10, &[(1, None), (2, None)], Some((b, &[2]))),
        ];
        assert!(judged(calls).is_err());
    }

    #[test]
    fn two_that_replace_one_version_are_a_lost_update() {
        let (a, b) = (next_id(), next_id());
        let calls = vec![call(0, 10, &[(1, None)], Some((a, &[1]))), call(0, 10, &[(1, None)], Some((b, &[1])))];
        assert!(judged(calls).is_err());
    }

    #[test]
    fn a_read_that_misses_what_was_committed_before_is_a_cycle() {
        let a = next_id();
        let stale = |began| vec![call(0, 1, &[(1, None)], Some((a, &[1]))), call(began, 9, &[(1, None)], None)];
        assert!(judged(stale(2)).is_err());
        assert_eq!(judged(stale(1)), Ok(()), "they overlap");
    }

    #[test]
    fn readers_that_see_two_commits_in_two_orders_are_a_cycle() {
        let (a, b) = (next_id(), next_id());
        let calls = vec![
            call(0, 10, &[(1, None)], Some((a, &[1]))),
            call(0, 10, &[(2, None)], Some((b, &[2]))),
            call(0, 10, &[(1, Some(a)), (2, None)], None),
            call(0, 10, &[(1, None), (2, Some(b))], None),
        ];
        assert!(judged(calls).is_err());
    }

    #[test]
    fn what_was_refused_or_never_made_is_not_seen() {
        let (a, b) = (next_id(), next_id());
        let log = Log { calls: vec![call(0, 1, &[(1, Some(a))], None)], refused: BTreeSet::from([a]) };
        assert_eq!(log.judge().map_err(|violation| violation.promise()), Err(Promise::DoubtIsSaid));
        let calls = vec![call(0, 1, &[(1, Some(b))], None)];
        assert_eq!(judged(calls).map_err(|violation| violation.promise()), Err(Promise::VersionsNameTheirWriter));
    }
}
