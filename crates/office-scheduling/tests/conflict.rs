//! The law of the conflict index, numbered as in the crate's documentation.

#[cfg(test)]
mod law {
    use std::collections::BTreeMap;

    use chrono::{DateTime, TimeDelta};
    use office_core::Interval;
    use office_scheduling::{Buffers, ConflictIndex, Occupancy};
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// Around 1970, around the years 1697 and 2242, beyond which the index has to compare intervals, and farther away.
    fn occupancy() -> impl Strategy<Value = Occupancy> {
        let around = prop_oneof![
            6 => Just(0_i64),
            1 => Just(-8_589_934_592),
            1 => Just(8_589_934_592),
            1 => Just(-20_000_000_000),
            1 => Just(20_000_000_000),
        ];
        (around, -1_000_i64..1_000, 0_u32..3, 1_i64..200, 0_u32..30, 0_u32..30).prop_map(
            |(around, start, nanos, length, before, after)| Occupancy {
                booked: Interval::starting(
                    DateTime::from_timestamp(around.saturating_add(start), nanos).unwrap(),
                    TimeDelta::seconds(length),
                )
                .unwrap(),
                buffers: Buffers { set_up_seconds: before, tear_down_seconds: after },
            },
        )
    }

    proptest! {
        /// Law 9: after any insertions, moves and cancellations it finds what a look at every booking finds.
        #[test]
        fn it_finds_what_a_look_at_every_booking_finds(
            steps in vec((0_u8..3, 0_u16..400, proptest::option::weighted(0.7, occupancy())), 0..1_000),
            asked in vec((0_u8..3, occupancy()), 1..8),
        ) {
            let mut index = ConflictIndex::new();
            let mut plain: BTreeMap<(u8, u16), Occupancy> = BTreeMap::new();
            for (resource, booking, change) in steps {
                if let Some(occupancy) = change {
                    prop_assert_eq!(index.insert(resource, booking, occupancy), plain.insert((resource, booking), occupancy));
                } else {
                    prop_assert_eq!(index.remove(&resource, &booking), plain.remove(&(resource, booking)));
                }
                prop_assert_eq!(index.get(&resource, &booking), change);
            }
            for (resource, wanted) in asked {
                let held = wanted.held();
                let mut found: Vec<(u16, Occupancy)> =
                    index.conflicts(&resource, held).map(|(booking, occupancy)| (*booking, occupancy)).collect();
                prop_assert!(found.is_sorted_by_key(|(_, occupancy)| occupancy.held().start()));
                found.sort_unstable();
                let scanned: Vec<(u16, Occupancy)> = plain
                    .iter()
                    .filter(|((of, _), occupancy)| *of == resource && occupancy.held().overlaps(&held))
                    .map(|((_, booking), occupancy)| (*booking, *occupancy))
                    .collect();
                prop_assert_eq!(index.is_free(&resource, held), scanned.is_empty());
                prop_assert_eq!(index.count(&resource), plain.keys().filter(|(of, _)| *of == resource).count());
                prop_assert_eq!(found, scanned);
            }
        }
    }

    /// Far away what begins earlier comes first as well, whatever ends when.
    #[test]
    fn far_away_they_come_by_their_beginnings() {
        let at = |text: &str| Occupancy { booked: text.parse().unwrap(), buffers: Buffers::default() };
        let mut index = ConflictIndex::new();
        index.insert("room", 1, at("1677-09-21T00:11:50Z/1677-09-21T00:12:50Z"));
        index.insert("room", 2, at("1677-09-21T00:11:40Z/1677-09-21T00:13:40Z"));
        let found = index.conflicts(&"room", at("1677-01-01T00:00:00Z/1678-01-01T00:00:00Z").held());
        assert_eq!(found.map(|(booking, _)| *booking).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn held_times_that_touch_do_not_conflict() {
        let at = |text: &str| Occupancy { booked: text.parse().unwrap(), buffers: Buffers::default() };
        let mut index = ConflictIndex::new();
        index.insert("room", 1, at("2026-10-01T09:00:00Z/2026-10-01T10:00:00Z"));
        assert!(index.is_free(&"room", at("2026-10-01T10:00:00Z/2026-10-01T11:00:00Z").held()));
        assert!(!index.is_free(&"room", at("2026-10-01T09:59:59Z/2026-10-01T11:00:00Z").held()));
        assert!(index.is_free(&"other", at("2026-10-01T09:00:00Z/2026-10-01T10:00:00Z").held()));
    }
}
