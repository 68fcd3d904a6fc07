//! Collisions among a million bookings of two hundred rooms, beside crates whose sets of intervals are built once.

use chrono::{DateTime, TimeDelta, Utc};
use coitrees::{BasicCOITree, Interval as CoInterval, IntervalTree};
use iset::IntervalMap;
use office_core::Interval;
use office_peers_scheduling::{Chance, Failure, Task, medians};
use office_scheduling::{Buffers, ConflictIndex, Occupancy};
use rust_lapper::{Interval as LapInterval, Lapper};
use superintervals::IntervalMap as SuperMap;

const ROOMS: usize = 200;
const BOOKINGS: u32 = 1_000_000;
const QUERIES: usize = 100_000;
/// Over some three years, five bookings a day and room.
const DAYS: u64 = 1_000;

/// A booking or question: room, and minutes from and to.
#[derive(Clone, Copy)]
struct Stretch {
    room: usize,
    from: i32,
    to: i32,
}

fn stretch(chance: &mut Chance, lengths: &[i32]) -> Stretch {
    let room = chance.below(ROOMS as u64) as usize;
    let quarter = chance.below(48) as i32;
    let from = chance.below(DAYS) as i32 * 1_440 + 7 * 60 + quarter * 15;
    Stretch { room, from, to: from + chance.of(lengths) }
}

fn interval(begin: DateTime<Utc>, one: Stretch) -> Result<Interval, Failure> {
    let at = |minute: i32| begin + TimeDelta::minutes(i64::from(minute));
    Ok(Interval::new(at(one.from), at(one.to))?)
}

fn main() -> Result<(), Failure> {
    let begin: DateTime<Utc> = "2026-01-01T00:00:00Z".parse()?;
    let mut chance = Chance(7);
    // Most are short; one in a hundred holds the room for days.
    let lengths = [30, 30, 45, 60, 60, 60, 90, 120];
    let bookings: Vec<Stretch> = (0..BOOKINGS)
        .map(|n| stretch(&mut chance, if n % 100 == 0 { &[1_440, 2_880, 4_320] } else { &lengths }))
        .collect();
    for (name, asked) in [("an hour", &[60][..]), ("a day", &[1_440]), ("a week", &[10_080])] {
        let queries: Vec<Stretch> = (0..QUERIES).map(|_| stretch(&mut chance, asked)).collect();
        compare(name, begin, &bookings, &queries)?;
    }
    change(begin, &bookings, &mut chance)
}

fn room_of(bookings: &[Stretch], room: usize) -> impl Iterator<Item = (u32, Stretch)> + '_ {
    (0..).zip(bookings.iter().copied()).filter(move |(_, one)| one.room == room)
}

fn index_of(begin: DateTime<Utc>, bookings: &[Stretch]) -> Result<ConflictIndex<usize, u32>, Failure> {
    let mut index = ConflictIndex::new();
    for (name, one) in (0..).zip(bookings) {
        index.insert(one.room, name, Occupancy { booked: interval(begin, *one)?, buffers: Buffers::default() });
    }
    Ok(index)
}

/// What is found: how many and the sum of their numbers.
type Found = (u64, u64);

fn add(found: &mut Found, name: u32) {
    *found = (found.0 + 1, found.1 + u64::from(name));
}

fn compare(name: &str, begin: DateTime<Utc>, bookings: &[Stretch], queries: &[Stretch]) -> Result<(), Failure> {
    let index = index_of(begin, bookings)?;
    let asked: Vec<(usize, Interval)> =
        queries.iter().map(|one| Ok((one.room, interval(begin, *one)?))).collect::<Result<_, Failure>>()?;
    let lappers: Vec<Lapper<u32, u32>> = (0..ROOMS)
        .map(|room| {
            let list = room_of(bookings, room);
            Lapper::new(
                list.map(|(val, one)| LapInterval { start: one.from as u32, stop: one.to as u32, val }).collect(),
            )
        })
        .collect();
    let trees: Vec<BasicCOITree<u32, u32>> = (0..ROOMS)
        .map(|room| {
            let list = room_of(bookings, room);
            let list: Vec<_> = list.map(|(name, one)| CoInterval::new(one.from, one.to - 1, name)).collect();
            BasicCOITree::new(&list)
        })
        .collect();
    let isets: Vec<IntervalMap<i32, u32>> = (0..ROOMS)
        .map(|room| {
            let mut map = IntervalMap::new();
            room_of(bookings, room).for_each(|(name, one)| map.force_insert(one.from..one.to, name));
            map
        })
        .collect();
    let supers: Vec<SuperMap<u32>> = (0..ROOMS)
        .map(|room| {
            let mut map = SuperMap::new();
            room_of(bookings, room).for_each(|(name, one)| map.add(one.from, one.to - 1, name));
            map.build();
            map
        })
        .collect();

    let ours = || {
        let mut found = (0, 0);
        for (room, held) in &asked {
            index.conflicts(room, *held).for_each(|(name, _)| add(&mut found, *name));
        }
        found
    };
    let times = || {
        let mut found = (0, 0);
        for (room, held) in &asked {
            index.conflicts(room, *held).for_each(|(name, at)| {
                add(&mut found, name.wrapping_add(at.booked.start().timestamp_subsec_nanos()));
            });
        }
        found
    };
    let free = || asked.iter().map(|(room, held)| u64::from(index.is_free(room, *held))).sum::<u64>();
    let lapper = || {
        let mut found = (0, 0);
        for one in queries {
            lappers[one.room].find(one.from as u32, one.to as u32).for_each(|held| add(&mut found, held.val));
        }
        found
    };
    let coitree = || {
        let mut found = (0, 0);
        for one in queries {
            trees[one.room].query(one.from, one.to - 1, |held| add(&mut found, held.metadata));
        }
        found
    };
    let iset = || {
        let mut found = (0, 0);
        for one in queries {
            isets[one.room].iter(one.from..one.to).for_each(|(_, name)| add(&mut found, *name));
        }
        found
    };
    let superintervals = || {
        let (mut found, mut values) = ((0, 0), Vec::new());
        for one in queries {
            values.clear();
            supers[one.room].search_values(one.from, one.to - 1, &mut values);
            values.iter().for_each(|name| add(&mut found, *name));
        }
        found
    };
    let first = ours();
    for (peer, found) in
        [("rust-lapper", lapper()), ("coitrees", coitree()), ("iset", iset()), ("superintervals", superintervals())]
    {
        assert_eq!(first, found, "{peer} finds something else");
    }
    let mut tasks: Vec<Task<'_>> = vec![
        ("ConflictIndex::conflicts", Box::new(move || ours().1)),
        ("ConflictIndex::conflicts, times read", Box::new(move || times().1)),
        ("ConflictIndex::is_free", Box::new(free)),
        ("rust-lapper", Box::new(move || lapper().1)),
        ("coitrees", Box::new(move || coitree().1)),
        ("iset", Box::new(move || iset().1)),
        ("superintervals", Box::new(move || superintervals().1)),
    ];
    let times = medians(11, &mut tasks);
    println!("{name}: {:.1} found by each of {QUERIES} questions", first.0 as f64 / QUERIES as f64);
    for ((task, _), time) in tasks.iter().zip(&times) {
        println!("| {name} | {task} | {:.0} ns | {:.2} |", time * 1e9 / QUERIES as f64, times[0] / time);
    }
    Ok(())
}

/// What it costs to take bookings in and out, with a million there; and to build all anew.
fn change(begin: DateTime<Utc>, bookings: &[Stretch], chance: &mut Chance) -> Result<(), Failure> {
    let mut index = index_of(begin, bookings)?;
    let mut moved = Vec::new();
    for n in 0..QUERIES {
        let name = chance.below(u64::from(BOOKINGS)) as u32;
        let to = stretch(chance, &[60]);
        let room = bookings[name as usize].room;
        moved.push((name, room, n, Occupancy { booked: interval(begin, to)?, buffers: Buffers::default() }));
    }
    let mut cancel: Vec<Task<'_>> = vec![(
        "move",
        Box::new(|| {
            moved.iter().filter(|(name, room, _, to)| index.insert(*room, *name, *to).is_some()).count() as u64
        }),
    )];
    let time = medians(5, &mut cancel)[0];
    drop(cancel);
    println!("move one of a million: {:.0} ns", time * 1e9 / QUERIES as f64);
    let mut taken = moved.clone();
    taken.sort_by_key(|(name, ..)| *name);
    taken.dedup_by_key(|(name, ..)| *name);
    let mut both: Vec<Task<'_>> = vec![(
        "out and in",
        Box::new(|| {
            for (name, room, ..) in &taken {
                index.remove(room, name);
            }
            for (name, room, _, to) in &taken {
                index.insert(*room, *name, *to);
            }
            index.count(&0) as u64
        }),
    )];
    let time = medians(5, &mut both)[0];
    println!("cancel and book again: {:.0} ns for both", time * 1e9 / taken.len() as f64);
    let mut all: Vec<Task<'_>> = vec![
        ("ours", Box::new(|| index_of(begin, bookings).map_or(0, |index| index.count(&0) as u64))),
        (
            "coitrees",
            Box::new(|| {
                let mut lists = vec![Vec::new(); ROOMS];
                for (name, one) in (0_u32..).zip(bookings) {
                    lists[one.room].push(CoInterval::new(one.from, one.to - 1, name));
                }
                lists.iter().map(|list| BasicCOITree::<u32, u32>::new(list).len() as u64).sum()
            }),
        ),
    ];
    let times = medians(3, &mut all);
    println!("all million: ours {:.0} ms, coitrees {:.0} ms", times[0] * 1e3, times[1] * 1e3);
    Ok(())
}
