//! The law of the conflict index, numbered as in the crate's documentation.

#[cfg(test)]
mod law {
    use std::collections::BTreeMap;

    use chrono::{DateTime, TimeDelta};
    use office_core::Interval;
    use office_scheduling::{Buffers, ConflictIndex, Occupancy};
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn occupancy() -> impl Strategy<Value = Occupancy> {
        (0_i64..2_000, 1_i64..200, 0_u32..30, 0_u32..30).prop_map(|(start, length, before, after)| Occupancy {
            booked: Interval::starting(DateTime::from_timestamp(start, 0).unwrap(), TimeDelta::seconds(length))
                .unwrap(),
            buffers: Buffers { set_up_seconds: before, tear_down_seconds: after },
        })
    }

    proptest! {
        /// Law 9: after any insertions, moves and cancellations it finds what a look at every booking finds.
        #[test]
        fn it_finds_what_a_look_at_every_booking_finds(
            steps in vec((0_u8..3, 0_u8..60, proptest::option::weighted(0.7, occupancy())), 0..200),
            asked in vec((0_u8..3, occupancy()), 1..8),
        ) {
            let mut index = ConflictIndex::new();
            let mut plain: BTreeMap<(u8, u8), Occupancy> = BTreeMap::new();
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
                let mut found: Vec<(u8, Occupancy)> =
                    index.conflicts(&resource, held).map(|(booking, occupancy)| (*booking, occupancy)).collect();
                prop_assert!(found.is_sorted_by_key(|(_, occupancy)| occupancy.held().start()));
                found.sort_unstable();
                let scanned: Vec<(u8, Occupancy)> = plain
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
