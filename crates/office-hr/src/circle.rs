//! Lines that come back to where they began.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

/// The first day on which a line of what stands above what comes back to where it began, and those in the circle: each below
/// the next, the last below the first.
///
/// A circle can begin only on one of the days on which something changes.
pub(crate) fn first_circle<K: Copy + Ord>(
    days: impl IntoIterator<Item = NaiveDate>,
    above: impl Fn(NaiveDate) -> BTreeMap<K, K>,
) -> Option<(NaiveDate, Vec<K>)> {
    days.into_iter().find_map(|on| circle_of(&above(on)).map(|circle| (on, circle)))
}

fn circle_of<K: Copy + Ord>(above: &BTreeMap<K, K>) -> Option<Vec<K>> {
    let mut clear = BTreeSet::new();
    for start in above.keys() {
        let (mut line, mut on_line) = (Vec::new(), BTreeSet::new());
        let mut next = Some(start);
        while let Some(each) = next.filter(|each| !clear.contains(*each)) {
            if !on_line.insert(*each) {
                return Some(line.into_iter().skip_while(|earlier| earlier != each).collect());
            }
            line.push(*each);
            next = above.get(each);
        }
        clear.append(&mut on_line);
    }
    None
}
