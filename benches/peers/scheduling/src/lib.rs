//! What the programs here share: chance by a seed, and the processor's time of tasks that take turns.

use std::hint::black_box;

use cpu_time::ThreadTime;

/// Why a program stops.
pub type Failure = Box<dyn std::error::Error>;

/// Numbers that look like chance, the same for the same seed (`SplitMix64`).
#[derive(Debug)]
pub struct Chance(
    /// Where it begins.
    pub u64,
);

impl Chance {
    /// A number from 0, below a limit; 0 where there is none.
    pub const fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        if limit == 0 { 0 } else { (mixed ^ (mixed >> 31)) % limit }
    }

    /// One of a list.
    ///
    /// # Panics
    /// Where the list is empty.
    pub fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let at = self.below(list.len() as u64);
        &list[usize::try_from(at).unwrap_or(0)]
    }
}

/// A task: what it is called, and the work.
pub type Task<'a> = (&'a str, Box<dyn FnMut() -> u64 + 'a>);

/// The median processor's time of each task in seconds, in so many rounds in which they take turns, each round beginning
/// with another one.
pub fn medians(rounds: usize, tasks: &mut [Task<'_>]) -> Vec<f64> {
    let mut times = vec![Vec::new(); tasks.len()];
    let count = tasks.len();
    for round in 0..rounds {
        for turn in 0..count {
            let at = (round + turn) % count;
            let begun = ThreadTime::now();
            black_box(tasks[at].1());
            times[at].push(begun.elapsed().as_secs_f64());
        }
    }
    let middle = |mut list: Vec<f64>| {
        list.sort_by(f64::total_cmp);
        list.get(list.len() / 2).copied().unwrap_or_default()
    };
    times.into_iter().map(middle).collect()
}
