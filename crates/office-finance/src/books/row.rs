//! Sums side by side.

/// A sum in each column, in minor units; what is beyond the end is nothing.
///
/// In 64 bits each until one of them does not fit, which is beyond what nearly any office moves: reports read half the
/// memory then. Invariant: there are fewer than 2³² postings below 10²⁸ each, so no sum comes near 2¹²⁷.
#[derive(Clone, Debug)]
pub(super) enum Row {
    Narrow(Vec<i64>),
    Wide(Vec<i128>),
}

impl Default for Row {
    fn default() -> Self {
        Self::Narrow(Vec::new())
    }
}

impl Row {
    pub(super) fn add(&mut self, column: usize, amount: i128) {
        match self {
            Self::Narrow(sums) => {
                let Some(sum) = place(sums, column) else { return };
                let after = amount.saturating_add((*sum).into());
                if let Ok(after) = i64::try_from(after) {
                    *sum = after;
                } else {
                    let mut wide: Vec<i128> = sums.iter().copied().map(i128::from).collect();
                    wide.get_mut(column).into_iter().for_each(|sum| *sum = after);
                    *self = Self::Wide(wide);
                }
            }
            Self::Wide(sums) => {
                if let Some(sum) = place(sums, column) {
                    *sum = sum.saturating_add(amount);
                }
            }
        }
    }

    /// Adds what is in each column to these sums.
    pub(super) fn add_to(&self, sums: &mut [i128]) {
        // Wrapping, which the invariant excludes: it lets the compiler add up several at once.
        match self {
            Self::Narrow(own) => sums.iter_mut().zip(own).for_each(|(sum, own)| *sum = sum.wrapping_add((*own).into())),
            Self::Wide(own) => sums.iter_mut().zip(own).for_each(|(sum, own)| *sum = sum.wrapping_add(*own)),
        }
    }

    /// Marks the columns in which there is anything.
    pub(super) fn mark(&self, marks: &mut [bool]) {
        match self {
            Self::Narrow(own) => marks.iter_mut().zip(own).for_each(|(mark, own)| *mark |= *own != 0),
            Self::Wide(own) => marks.iter_mut().zip(own).for_each(|(mark, own)| *mark |= *own != 0),
        }
    }

    pub(super) fn get(&self, column: usize) -> i128 {
        match self {
            Self::Narrow(sums) => sums.get(column).copied().unwrap_or(0).into(),
            Self::Wide(sums) => sums.get(column).copied().unwrap_or(0),
        }
    }
}

/// The place of a column, up to which there are zeros.
fn place<T: Copy + Default>(sums: &mut Vec<T>, column: usize) -> Option<&mut T> {
    if sums.len() <= column {
        sums.resize(column.saturating_add(1), T::default());
    }
    sums.get_mut(column)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// A row holds what was added to its columns, also where a sum leaves 64 bits and comes back.
        #[test]
        fn a_row_is_the_sum_of_what_was_added(
            added in prop::collection::vec((0..4_usize, prop_oneof![-100..100_i128, (-3..3_i128).prop_map(|n| n.saturating_mul(1 << 62))]), 0..40)
        ) {
            let (mut row, mut naive) = (Row::default(), [0_i128; 4]);
            for (column, amount) in added {
                row.add(column, amount);
                naive[column] = naive[column].saturating_add(amount);
            }
            let (mut sums, mut marks) = ([1; 4], [false; 4]);
            row.add_to(&mut sums);
            row.mark(&mut marks);
            for column in 0..4 {
                prop_assert_eq!(row.get(column), naive[column]);
                prop_assert_eq!(sums[column], naive[column].saturating_add(1));
                prop_assert_eq!(marks[column], naive[column] != 0);
            }
        }
    }
}
