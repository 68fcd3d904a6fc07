//! Explanations whose every value can be told apart, and of which facts it is.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::rules::{
    CellExplanation, Explanation, Facts, HitPolicy, PolicyVersion, RowExplanation, TableExplanation, Value,
};
use office_core::{Currency, Decimal, Money};
use proptest::collection::vec;
use proptest::prelude::*;

/// What may be hidden.
pub(super) const NAMES: [&str; 5] = ["amount", "kind", "employee", "employee.salary", "employee.desk"];

/// Columns, and of what each is computed.
const COLUMNS: [(&str, &[&str]); 9] = [
    ("amount", &["amount"]),
    ("kind", &["kind"]),
    ("employee.salary", &["employee", "employee.salary"]),
    ("employee.desk", &["employee", "employee.desk"]),
    ("2 * amount", &["amount"]),
    ("if kind = \"IT\" then amount else 0", &["kind", "amount"]),
    ("round(employee . salary / 12)", &["employee", "employee.salary", "employee.desk"]),
    ("count([employee])", &["employee", "employee.salary", "employee.desk"]),
    ("amounts", &[]),
];

/// What cells ask, each around a value of its own, and of which facts it speaks besides its column.
const ASKS: [(&str, &[&str]); 4] = [
    ("= #", &[]),
    ("[#..#]", &[]),
    ("<= amount + #", &["amount"]),
    ("# * employee.salary", &["employee", "employee.salary", "employee.desk"]),
];

/// An explanation, and of each value in it by what facts it is known.
#[derive(Clone, Debug)]
pub(super) struct Marked {
    pub(super) explanation: Explanation,
    pub(super) values: BTreeMap<String, BTreeSet<&'static str>>,
}

/// Cells of rows by column and what they ask: of those that decide, are outranked, fail.
type Shape = [Vec<Vec<(usize, usize)>>; 3];

/// A value that occurs once.
#[derive(Default)]
struct Marks(BTreeMap<String, BTreeSet<&'static str>>);

impl Marks {
    /// Eight digits that nothing else has.
    fn next(&mut self, of: &[&[&'static str]]) -> String {
        let mark = (10_000_019 + 1_009 * self.0.len()).to_string();
        self.0.insert(mark.clone(), of.iter().copied().flatten().copied().collect());
        mark
    }

    fn value(&mut self, of: &'static [&'static str], form: u8) -> Value {
        let mark = self.next(&[of]);
        let number: i64 = mark.parse().unwrap();
        match form % 5 {
            0 => Value::from(number),
            1 => Value::from(Money::from_minor(number * 100, Currency::EUR)),
            2 => Value::Quantity(format!("{mark} kg").parse().unwrap()),
            3 => Value::from(vec![Value::Null, Value::from(format!("x{mark}"))]),
            _ => Value::from(Decimal::new(number, 0).to_string()),
        }
    }

    fn row(&mut self, row: &[(usize, usize)], number: usize) -> RowExplanation {
        let cells = row.iter().map(|(column, asks)| {
            let ((column, of), (asks, speaks)) = (COLUMNS[*column], ASKS[*asks]);
            let mark = self.next(&[of, speaks]);
            CellExplanation { column: column.into(), asks: asks.replace('#', &mark) }
        });
        RowExplanation { row: number, cells: cells.collect() }
    }
}

fn build(named: bool, forms: &[u8], tables: &[Shape]) -> Marked {
    let mut marks = Marks::default();
    let mut facts = Facts::new();
    for ((column, of), form) in COLUMNS.into_iter().zip(forms) {
        facts = facts.with(column, marks.value(of, *form));
    }
    let salary = marks.value(&["employee", "employee.salary"], forms[0]);
    let desk = marks.value(&["employee", "employee.desk"], forms[1]);
    facts = facts.with("employee", Value::Record([("salary".into(), salary), ("desk".into(), desk)].into()));
    let mut number = 0;
    let mut rows = |rows: &Vec<Vec<(usize, usize)>>| {
        let row = |row: &Vec<_>| {
            number += 1;
            marks.row(row, number)
        };
        rows.iter().map(row).collect()
    };
    let tables = tables.iter().enumerate().map(|(place, [decided, outranked, failed])| TableExplanation {
        table: if named { format!("t{place}") } else { String::new() },
        hit: HitPolicy::RuleOrder,
        decided: rows(decided),
        outranked: rows(outranked),
        failed: rows(failed),
        untold: place * 7,
    });
    let tables = tables.collect();
    let since = NaiveDate::from_ymd_opt(2026, 7, 1).unwrap();
    let version = PolicyVersion { policy: "purchase".into(), since, content: uuid::Uuid::nil() };
    let explanation = Explanation { version: named.then_some(version), facts, tables };
    Marked { explanation, values: marks.0 }
}

pub(super) fn marked() -> impl Strategy<Value = Marked> {
    let row = || vec((0..COLUMNS.len(), 0..ASKS.len()), 0..4);
    let table = (vec(row(), 0..3), vec(row(), 0..2), vec(row(), 0..4)).prop_map(|(a, b, c)| [a, b, c]);
    (any::<bool>(), vec(any::<u8>(), COLUMNS.len()), vec(table, 0..3))
        .prop_map(|(named, forms, tables)| build(named, &forms, &tables))
}
