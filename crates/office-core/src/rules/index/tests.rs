use std::convert::Infallible;

use proptest::prelude::*;

use super::bits::Change;
use super::rows::Rows;
use super::*;
use crate::rules::cell::{Bound, Test, Unary};
use crate::rules::{Kind, Value, ValueRef};

/// A column of whole numbers, and what its rows ask.
fn column(tests: &[Test]) -> Asked<'_> {
    Asked { source: None, kind: &Kind::Integer, optional: true, allowed: Vec::new(), cells: tests.iter().collect() }
}

fn test() -> impl Strategy<Value = Test> {
    let value = (-3..9_i32).prop_map(Value::from);
    let bound = (value.clone(), any::<bool>()).prop_map(|(value, included)| Bound { value, included });
    let unary = prop_oneof![
        value.prop_map(Unary::Equal),
        Just(Unary::Equal(Value::Null)),
        bound.clone().prop_map(Unary::Below),
        bound.clone().prop_map(Unary::Above),
        (bound.clone(), bound).prop_map(|(low, high)| Unary::Between(low, high)),
    ];
    let unaries = proptest::collection::vec(unary, 1..3);
    prop_oneof![3 => Just(Test::Any), 4 => unaries.clone().prop_map(Test::OneOf), 1 => unaries.prop_map(Test::NoneOf)]
}

/// What the columns see.
struct Values<F>(F);

impl<F: Fn(usize, &Axis) -> Option<usize>> Locate for Values<F> {
    fn locate(&self, seen: Seen, axis: &Axis) -> Option<usize> {
        self.0(seen.column, axis)
    }

    fn order(&self, _: Seen, _: usize) -> Option<Ordering> {
        None
    }
}

/// Columns of as many cells, up to three words of rows.
fn columns() -> impl Strategy<Value = Vec<Vec<Test>>> {
    (1..4_usize, prop_oneof![4 => 0..20_usize, 1 => 60..70_usize, 1 => 125..140_usize])
        .prop_flat_map(|(columns, rows)| proptest::collection::vec(proptest::collection::vec(test(), rows), columns))
}

fn passes(test: &Test, value: &Value) -> bool {
    test.holds(value.as_ref()) == Ok(Some(true))
}

fn matching(index: &Index, only_first: bool, atom: &Values<impl Fn(usize, &Axis) -> Option<usize>>) -> Vec<usize> {
    let fits = |fit: Fit| if fit == Fit::All { Ok(()) } else { Err(fit) };
    index.matching(only_first, atom, fits, |_| Ok(true)).unwrap().iter().collect()
}

/// The cells that fail, by row and column.
fn failures(index: &Index, columns: usize, end: usize, values: &impl Locate, fails: impl Fn(At) -> bool) -> Vec<At> {
    let failed = index.failed(columns, end, values, fails).unwrap();
    let at = |(column, word, rows)| ones(word, rows).map(move |row| At { row, column });
    let mut failures: Vec<At> = failed.words().flat_map(at).collect();
    failures.sort_unstable();
    let rows: Vec<usize> = (0..end).filter(|row| failures.iter().all(|at| at.row != *row)).collect();
    assert_eq!(failed.matching().collect::<Vec<_>>(), rows);
    let by_row = failed.by_row().into_iter().enumerate();
    let by_row = by_row.flat_map(|(row, failed)| ones(0, failed).map(move |column| At { row, column }));
    assert_eq!(by_row.collect::<Vec<_>>(), failures);
    failures
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn the_index_finds_the_rows_whose_cells_all_pass_and_the_cells_that_do_not(
        columns in columns(),
        values in proptest::collection::vec(prop_oneof![8 => (-5..11_i32).prop_map(Value::from), 1 => Just(Value::Null)], 4),
        written in any::<bool>(),
        end in any::<prop::sample::Index>(),
    ) {
        let rows = columns[0].len();
        let asked: Vec<Asked<'_>> = columns.iter().map(|tests| column(tests)).collect();
        let mut index = Index::of(&asked, rows);
        if !written {
            // The form of columns that would take too much memory otherwise.
            for indexed in &mut index.columns {
                let changes = columns[indexed.seen.column].iter().enumerate();
                let By::Value(axis) = &indexed.by else { continue };
                let ranges = |test| axis.ranges(test).unwrap();
                let changes = changes.flat_map(|(row, test)| ranges(test).into_iter().flat_map(move |range| Change::both(row, range)));
                indexed.bits = Bits::changing(changes.collect(), rows.div_ceil(64));
            }
        }
        let atom = &Values(|column: usize, axis: &Axis| axis.locate(values[column].as_ref()));
        let fails = |row: usize, column: usize| !passes(&columns[column][row], &values[column]);
        let naive: Vec<usize> = (0..rows).filter(|row| (0..columns.len()).all(|column| !fails(*row, column))).collect();
        prop_assert_eq!(matching(&index, false, atom), &naive[..]);
        prop_assert_eq!(matching(&index, true, atom), &naive[..naive.len().min(1)]);
        let end = end.index(rows.saturating_add(1));
        let cells = (0..end).flat_map(|row| (0..columns.len()).map(move |column| At { row, column }));
        let naive: Vec<At> = cells.filter(|at| fails(at.row, at.column)).collect();
        prop_assert_eq!(failures(&index, columns.len(), end, atom, |_| false), naive);
    }
}

#[test]
fn cells_that_no_atoms_tell_are_evaluated_for_the_rows_that_are_left() {
    let seven = Test::OneOf(vec![Unary::Equal(7.into())]);
    let some = Test::OneOf(vec![Unary::Equal(1.into())]);
    let tests = [&seven, &Test::Any, &seven, &Test::Any];
    let told = Asked { source: None, kind: &Kind::Integer, optional: false, allowed: Vec::new(), cells: tests.into() };
    let evaluated = Asked { kind: &Kind::Any, cells: vec![&some, &some, &Test::Any, &some], ..told.clone() };
    let index = Index::of(&[told, evaluated], 4);
    let eight = &Values(|_, axis: &Axis| axis.locate(ValueRef::Number(8.into())));
    assert_eq!(index.unlocated(), [1]);

    let mut asked = Vec::new();
    let holds = |at: At| {
        asked.push((at.row, at.column));
        Ok::<_, Infallible>(at.row == 3)
    };
    let Ok(rows) = index.matching(false, eight, |_| Ok(()), holds);
    assert_eq!((asked, rows.iter().collect::<Vec<_>>()), (vec![(1, 1), (3, 1)], vec![3]));
    let failures = |end, fails: fn(At) -> bool| failures(&index, 2, end, eight, fails).into_iter();
    let places = |at: At| (at.row, at.column);
    // All of them are asked, also of rows that fail already.
    assert_eq!(failures(4, |at| at.row != 3).map(places).collect::<Vec<_>>(), [(0, 0), (0, 1), (1, 1), (2, 0)]);
    assert_eq!(failures(2, |_| true).map(places).collect::<Vec<_>>(), [(0, 0), (0, 1), (1, 1)]);
}

#[test]
fn a_value_that_does_not_fit_is_told_by_its_column() {
    let some = [Test::OneOf(vec![Unary::Equal(1.into())])];
    let index = Index::of(&[column(&some), column(&some)], 1);
    let seven = |column, axis: &Axis| axis.locate(if column == 0 { ValueRef::Null } else { ValueRef::Text("seven") });
    assert_eq!(index.failed(2, 1, &Values(seven), |_| false).err(), Some(1));
}

#[test]
fn more_rows_than_fit_are_kept_all_the_same() {
    for count in [0, 1, 16, 17, 1_000] {
        let rows: Rows = (0..count).collect();
        assert_eq!(rows.iter().collect::<Vec<_>>(), (0..count).collect::<Vec<_>>());
    }
}

#[test]
fn ten_thousand_rows_with_as_many_boundaries_take_little_memory() {
    let bound = |row: usize| Bound { value: i32::try_from(row * 3).unwrap().into(), included: true };
    let tests: Vec<Test> =
        (0..10_000).map(|row| Test::OneOf(vec![Unary::Between(bound(row), bound(row + 1))])).collect();
    let columns = vec![column(&tests); 8];
    let index = Index::of(&columns, tests.len());
    let taken = |column: &Indexed| match &column.bits {
        Bits::Free => 0,
        Bits::Few(words) | Bits::Written { words, .. } => words.len() * 8,
        Bits::Changes { starts, atoms, words } => starts.len() * 8 + atoms.len() * 4 + words.len() * 8,
    };
    // Two changes a row, of 12 bytes each, and a start for each 64 rows.
    assert!(index.columns.iter().all(|column| taken(column) <= 10_000 * 24 + 158 * 8));
    assert_eq!(matching(&index, false, &Values(|_, axis: &Axis| axis.locate_integer(21_000))), [6_999, 7_000]);
}
