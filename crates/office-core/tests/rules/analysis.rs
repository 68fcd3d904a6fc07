//! Whatever an analysis finds is so, and where it is finished it has missed nothing: held against every case of small
//! tables, whose cells are judged by what they were made of and not by the engine.

use std::collections::BTreeSet;

use office_core::Money;
use office_core::rules::{
    DecisionTable, Dialect, Effort, Facts, Finding, HitPolicy, InputText, OutputText, RowText, TableText, Unfinished,
    Value,
};
use proptest::prelude::*;

/// A column of a small table: what its cells name, and every value that its cases have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    /// Words, of which the last is named by no cell.
    Word,
    /// Whole numbers from -1 to 6, of which only 0 to 5 are allowed where that is said.
    Count { limited: bool },
    /// Amounts around 1.00 EUR and 2.00 EUR.
    Amount,
    /// No, yes, nothing.
    Flag,
    /// Parts of the office.
    Part,
}

const WORDS: [&str; 4] = ["IT", "HR", "legal", "anything else"];
const CENTS: [i64; 7] = [99, 100, 101, 150, 199, 200, 201];
const PARTS: [&str; 5] = ["*", "company", "company/hq", "company/hq/a", "depot"];

impl Column {
    fn name(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Count { .. } => "count",
            Self::Amount => "amount",
            Self::Flag => "flag",
            Self::Part => "part",
        }
    }

    fn input(self) -> InputText {
        let kind = match self {
            Self::Word => "text",
            Self::Count { .. } => "integer",
            Self::Amount => "money EUR",
            Self::Flag => "boolean",
            Self::Part => "scope",
        };
        let limited = self == Self::Count { limited: true };
        InputText {
            expression: self.name().into(),
            kind: Some(kind.parse().unwrap()),
            allowed: limited.then(|| "[0..5]".into()),
            optional: self == Self::Flag,
        }
    }

    /// How many values there are; each is told by its place.
    fn values(self) -> usize {
        match self {
            Self::Word => WORDS.len(),
            Self::Count { limited: true } => 6,
            Self::Count { limited: false } => 8,
            Self::Amount => CENTS.len(),
            Self::Flag => 3,
            Self::Part => PARTS.len(),
        }
    }

    fn value(self, at: usize) -> Value {
        match self {
            Self::Word => WORDS[at].into(),
            Self::Count { limited } => (i64::try_from(at).unwrap() - i64::from(!limited)).into(),
            Self::Amount => Money::from_minor(CENTS[at], office_core::Currency::EUR).into(),
            Self::Flag => [false.into(), true.into(), Value::Null][at].clone(),
            Self::Part => PARTS[at].parse::<office_core::Scope>().unwrap().into(),
        }
    }
}

/// A cell as it is written, and the values on which it passes.
#[derive(Clone, Debug)]
struct Asked {
    text: String,
    passes: Vec<bool>,
}

fn all(column: Column) -> Asked {
    Asked { text: "-".into(), passes: vec![true; column.values()] }
}

/// Alternatives of a list, and whether none of them is meant.
fn listed(column: Column, tests: &[(String, Vec<bool>)], negated: bool) -> Asked {
    let listed = tests.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join(", ");
    let text = if negated { format!("not({listed})") } else { listed };
    let passes = |at: usize| tests.iter().any(|(_, passes)| passes[at]) != negated;
    Asked { text, passes: (0..column.values()).map(passes).collect() }
}

/// One alternative, and the values on which it passes.
fn alternative(column: Column) -> BoxedStrategy<(String, Vec<bool>)> {
    let equal = move |at: usize, text: String| (text, (0..column.values()).map(|value| value == at).collect());
    match column {
        Column::Word => (0..3_usize).prop_map(move |at| equal(at, WORDS[at].into())).boxed(),
        Column::Flag => (0..3_usize).prop_map(move |at| equal(at, ["no", "yes", "null"][at].into())).boxed(),
        Column::Part => (0..PARTS.len())
            .prop_map(|at| {
                let within = |part: &&str| {
                    PARTS[at] == "*" || **part == *PARTS[at] || part.starts_with(&format!("{}/", PARTS[at]))
                };
                (PARTS[at].into(), PARTS.iter().map(within).collect())
            })
            .boxed(),
        Column::Count { limited } => compared(
            (0..6).collect(),
            |number| number.to_string(),
            move |at| i64::try_from(at).unwrap() - i64::from(!limited),
            column.values(),
        ),
        Column::Amount => {
            let text = |cents: i64| format!("{}.{:02} EUR", cents / 100, cents % 100);
            compared(vec![100, 150, 200], text, |at| CENTS[at], CENTS.len())
        }
    }
}

/// Comparisons with some numbers, of the values at each place.
fn compared(
    numbers: Vec<i64>,
    text: impl Fn(i64) -> String + 'static,
    value: impl Fn(usize) -> i64 + 'static,
    values: usize,
) -> BoxedStrategy<(String, Vec<bool>)> {
    let number = proptest::sample::select(numbers);
    (0..6_u8, number.clone(), number, any::<(bool, bool)>())
        .prop_map(move |(sign, one, two, (from, to))| {
            let (low, high) = (one.min(two), one.max(two));
            let interval = low < high;
            let written = match sign {
                0 => text(one),
                1 => format!("< {}", text(one)),
                2 => format!("<= {}", text(one)),
                3 => format!("> {}", text(one)),
                4 => format!(">= {}", text(one)),
                _ if !interval => text(low),
                _ => {
                    let (open, close) = (if from { '[' } else { '(' }, if to { ']' } else { ')' });
                    format!("{open}{}..{}{close}", text(low), text(high))
                }
            };
            let passes = |at: usize| {
                let value = value(at);
                match sign {
                    0 => value == one,
                    1 => value < one,
                    2 => value <= one,
                    3 => value > one,
                    4 => value >= one,
                    _ if !interval => value == low,
                    _ => (low < value || (from && low == value)) && (value < high || (to && value == high)),
                }
            };
            (written, (0..values).map(passes).collect())
        })
        .boxed()
}

fn asked(column: Column) -> impl Strategy<Value = Asked> {
    let tests = proptest::collection::vec(alternative(column), 1..3);
    // Of a flag that is nothing it is unknown whether it is within a part; parts are always something.
    (tests, 0..8_u8).prop_map(move |(tests, how)| match how {
        0..3 => all(column),
        3 => listed(column, &tests, true),
        _ => listed(column, &tests, false),
    })
}

const SAYS: [&str; 3] = ["allow", "refuse: no", "approvals: 1 office_manager purchase.approve"];
const HITS: [HitPolicy; 7] = [
    HitPolicy::Unique,
    HitPolicy::Any,
    HitPolicy::First,
    HitPolicy::First,
    HitPolicy::Priority,
    HitPolicy::RuleOrder,
    HitPolicy::Collect,
];

#[derive(Clone, Debug)]
struct Small {
    hit: HitPolicy,
    columns: Vec<Column>,
    rows: Vec<(Vec<Asked>, usize)>,
}

fn tables() -> impl Strategy<Value = Small> {
    let columns = [
        Column::Word,
        Column::Count { limited: true },
        Column::Count { limited: false },
        Column::Amount,
        Column::Flag,
        Column::Part,
    ];
    let of = |most| proptest::sample::subsequence(columns.to_vec(), 1..=most);
    let columns = prop_oneof![4 => of(2), 1 => of(3)].prop_filter("one of a name", |columns| {
        columns.iter().map(|column| column.name()).collect::<BTreeSet<_>>().len() == columns.len()
    });
    (columns, proptest::sample::select(HITS.to_vec())).prop_flat_map(|(columns, hit)| {
        let cells: Vec<_> = columns.iter().map(|column| asked(*column)).collect();
        let rows = proptest::collection::vec((cells, 0..SAYS.len()), 1..5);
        (Just(hit), Just(columns), rows).prop_map(|(hit, columns, rows)| Small { hit, columns, rows })
    })
}

impl Small {
    fn text(&self) -> TableText {
        let row = |(cells, says): &(Vec<Asked>, usize)| RowText {
            cells: cells.iter().map(|asked| asked.text.clone()).collect(),
            outputs: vec![SAYS[*says].into()],
            note: None,
        };
        TableText {
            name: "small".into(),
            hit: self.hit,
            inputs: self.columns.iter().map(|column| column.input()).collect(),
            outputs: vec!["outcome".parse::<OutputText>().unwrap()],
            rows: self.rows.iter().map(row).collect(),
        }
    }

    fn table(&self) -> DecisionTable {
        let text = self.text();
        let schema = text.schema(Dialect::Office).unwrap();
        DecisionTable::new(text, &schema, Dialect::Office).unwrap()
    }

    /// Every case there is, by the places of its values.
    fn cases(&self) -> Vec<Vec<usize>> {
        let mut cases = vec![Vec::new()];
        for column in &self.columns {
            let longer = |case: &Vec<usize>| {
                (0..column.values()).map(|at| [case.as_slice(), &[at]].concat()).collect::<Vec<_>>()
            };
            cases = cases.iter().flat_map(longer).collect();
        }
        cases
    }

    fn facts(&self, case: &[usize]) -> Facts {
        let facts = self.columns.iter().zip(case);
        facts.fold(Facts::new(), |facts, (column, at)| facts.with(column.name(), column.value(*at)))
    }

    /// The rows that match a case, counted from 1.
    fn matching(&self, case: &[usize]) -> Vec<usize> {
        let matches = |cells: &[Asked]| cells.iter().zip(case).all(|(asked, at)| asked.passes[*at]);
        (1..).zip(&self.rows).filter(|(_, (cells, _))| matches(cells)).map(|(number, _)| number).collect()
    }

    /// The rows that decide a case; none where that is refused.
    fn deciding(&self, case: &[usize]) -> Option<Vec<usize>> {
        let matching = self.matching(case);
        let says = |row: &usize| self.rows[*row - 1].1;
        match self.hit {
            HitPolicy::Unique => (matching.len() <= 1).then_some(matching),
            HitPolicy::Any => matching.iter().all(|row| says(row) == says(&matching[0])).then_some(matching),
            HitPolicy::First => Some(matching.into_iter().take(1).collect()),
            HitPolicy::Priority => {
                // Refused goes before approved, and that before allowed.
                let best = matching.iter().map(|row| [2, 0, 1][says(row)]).min();
                Some(matching.into_iter().filter(|row| Some([2, 0, 1][says(row)]) == best).collect())
            }
            HitPolicy::RuleOrder
            | HitPolicy::OutputOrder
            | HitPolicy::Collect
            | HitPolicy::CollectSum
            | HitPolicy::CollectMin
            | HitPolicy::CollectMax
            | HitPolicy::CollectCount => Some(matching),
        }
    }
}

/// The rows that are found never to decide.
fn dead(findings: &[Finding]) -> BTreeSet<usize> {
    let dead = findings.iter().filter_map(|finding| {
        let (Finding::Unmatchable { row, .. } | Finding::Shadowed { row, .. }) = finding else { return None };
        Some(*row)
    });
    dead.collect()
}

/// What a table says of a case, whichever rows say it.
fn said(table: &DecisionTable, facts: &Facts) -> Result<impl PartialEq + std::fmt::Debug + use<>, String> {
    let ruling = table.decide(facts).map_err(|_| "refused".to_owned())?;
    Ok((ruling.outcome, ruling.obligations, ruling.reasons, ruling.value))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Every gap has a case that no row matches, and there is one for every such case.
    #[test]
    fn gaps_are_where_no_row_matches(small in tables()) {
        let table = small.table();
        let analysis = table.analyse(Effort::default());
        let mut gaps = 0;
        for finding in &analysis.findings {
            let Finding::Gap { cells, witness } = finding else { continue };
            prop_assert_eq!(table.decide(witness).unwrap().rows, Vec::<usize>::new());
            // The row that fills the gap matches the witness.
            let cell = |column: &Column| cells.get(column.name()).map_or("-", String::as_str).to_owned();
            let mut text = small.text();
            let row = RowText { cells: small.columns.iter().map(cell).collect(), outputs: vec!["allow".into()], note: None };
            text.rows.push(row);
            gaps += 1;
            // Of a part without some below it a cell can only ask by its witness.
            if cells.values().any(|cell| cell.starts_with("scope(")) {
                continue;
            }
            let filled = DecisionTable::new(text, table.schema(), Dialect::Office).unwrap();
            prop_assert_eq!(filled.decide(witness).unwrap().rows, vec![small.rows.len() + 1]);
        }
        let one_is_wanted = !matches!(small.hit, HitPolicy::RuleOrder | HitPolicy::Collect);
        let unmatched = small.cases().iter().any(|case| small.matching(case).is_empty());
        prop_assert_eq!(gaps > 0, unmatched && one_is_wanted);
        prop_assert_eq!(analysis.unfinished, vec![]);
    }

    /// Two rows are in conflict exactly if there is a case that both match and that is refused for it.
    #[test]
    fn conflicts_are_where_rows_do_not_go_together(small in tables()) {
        let table = small.table();
        let mut found = BTreeSet::new();
        for finding in table.analyse(Effort::default()).findings {
            let Finding::Conflict { rows, witness, .. } = finding else { continue };
            prop_assert!(table.decide(&witness).is_err());
            found.insert(rows);
        }
        let mut expected = BTreeSet::new();
        for case in small.cases().iter().filter(|case| small.deciding(case).is_none()) {
            let rows = small.matching(case);
            let pairs = rows.iter().flat_map(|one| rows.iter().map(|two| (*one, *two))).filter(|(one, two)| one < two);
            let says = |row: usize| small.rows[row - 1].1;
            expected.extend(pairs.filter(|(one, two)| small.hit == HitPolicy::Unique || says(*one) != says(*two)));
        }
        prop_assert_eq!(found, expected);
    }

    /// A row is found dead exactly if it decides no case; without the dead rows every case is decided as before.
    #[test]
    fn dead_rows_never_decide(small in tables()) {
        let table = small.table();
        let found = dead(&table.analyse(Effort::default()).findings);
        let cases = small.cases();
        let alive: BTreeSet<usize> = cases.iter().filter_map(|case| small.deciding(case)).flatten().collect();
        let expected: BTreeSet<usize> = (1..=small.rows.len()).filter(|row| !alive.contains(row)).collect();
        // Rows of a unique table that always meet another decide nothing either, but keep the others from deciding.
        let conflicting = small.hit == HitPolicy::Any;
        prop_assert!(found.is_subset(&expected), "{:?} is not within {:?}", found, expected);
        prop_assert!(conflicting || found == expected, "{:?} is not {:?}", found, expected);
        if small.hit == HitPolicy::Unique || found.len() == small.rows.len() {
            return Ok(());
        }
        let kept = (1..).zip(&small.rows).filter(|(row, _)| !found.contains(row)).map(|(_, row)| row.clone());
        let without = Small { rows: kept.collect(), ..small.clone() }.table();
        for case in cases.iter().step_by(7) {
            let facts = small.facts(case);
            prop_assert_eq!(said(&without, &facts), said(&table, &facts));
        }
    }

    /// Where two rows are made one as is suggested, every case is decided as before.
    #[test]
    fn merging_changes_no_decision(small in tables()) {
        let table = small.table();
        for finding in table.analyse(Effort::default()).findings {
            let Finding::Mergeable { rows, input, cell } = finding else { continue };
            let merged = table.with_merged(rows, &input, &cell).unwrap();
            prop_assert_eq!(merged.text().rows.len(), small.rows.len() - 1);
            for case in small.cases() {
                let facts = small.facts(&case);
                prop_assert_eq!(said(&merged, &facts), said(&table, &facts), "{:?}", rows);
            }
        }
    }
}

/// Where nothing is decided but values, holes are holes too, unless something is said of what no row matches.
#[test]
fn tables_of_values_have_holes() {
    let found = |head: &str| {
        let rows = [["< 3", "low"], ["> 3", "high"]].map(|row| row.map(ToOwned::to_owned).to_vec());
        DecisionTable::from_rows(&["count: integer", head], rows).unwrap().analyse(Effort::default()).findings
    };
    let texts = |head: &str| found(head).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(texts("=> grade: text"), ["no row matches where count is 3"]);
    assert_eq!(texts("=> grade: text else middling"), Vec::<String>::new());
    assert_eq!(
        texts("=> grade: text in low, middling, high"),
        ["no row matches where count is 3", "no row says middling of grade"]
    );
}

/// An analysis that may make no effort says so.
#[test]
fn spent_effort_is_told() {
    let rows = (0..20).map(|number| vec![format!("{number}"), format!("not({number})"), "allow".to_owned()]);
    let table = DecisionTable::from_rows(&["one: integer", "two: integer", "outcome"], rows).unwrap();
    let analysis = table.analyse(Effort { steps: 10 });
    assert_eq!(analysis.unfinished, [Unfinished::Effort]);
    assert!(table.analyse(Effort::default()).unfinished.is_empty());
}

/// A nearest change decides otherwise, and none that is smaller does; where none is told, no change of one fact does.
mod nearest {
    use office_core::rules::Policy;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn no_smaller_change_decides_otherwise(small in tables(), at in any::<prop::sample::Index>()) {
            let policy = Policy::of(small.table());
            let cases = small.cases();
            let case = at.get(&cases);
            let facts = small.facts(case);
            let outcome = |facts: &Facts| policy.decide(facts).ok().map(|ruling| ruling.outcome);
            let Some(decided) = outcome(&facts) else {
                prop_assert!(policy.nearest_changes(&facts).is_err());
                return Ok(());
            };
            let changes = policy.nearest_changes(&facts).unwrap();
            for change in &changes {
                prop_assert_ne!(&change.outcome, &decided);
                let changed = facts.clone().with(change.input.clone(), change.to.clone());
                prop_assert_eq!(outcome(&changed), Some(change.outcome.clone()));
            }
            for (place, column) in small.columns.iter().enumerate() {
                let of_input = || changes.iter().filter(|change| change.input == column.name());
                for other in 0..column.values() {
                    let mut case = case.clone();
                    case[place] = other;
                    let otherwise = outcome(&small.facts(&case)).filter(|found| *found != decided);
                    let Some(otherwise) = otherwise else { continue };
                    let (from, to) = (column.value(at.get(&cases)[place]), column.value(other));
                    let order = |value: &Value| value.as_ref().compare(from.as_ref()).ok();
                    let near = of_input().any(|change| match (change.least, order(&to)) {
                        // On the same side, and not further away.
                        (true, Some(side)) => {
                            order(&change.to) == Some(side)
                                && change.to.as_ref().compare(to.as_ref()).is_ok_and(|order| order != side)
                        }
                        _ => change.outcome == otherwise,
                    });
                    prop_assert!(near, "{} {} decides {} and is not told", column.name(), to, otherwise);
                }
            }
        }
    }
}

/// What two versions decide differently, and how a greater amount is judged.
mod versions {
    use office_core::rules::{Difference, Impact, Monotone, Policy};

    use super::*;

    fn both() -> impl Strategy<Value = (Small, Small)> {
        let rows = |columns: &[Column]| {
            let cells: Vec<_> = columns.iter().map(|column| asked(*column)).collect();
            proptest::collection::vec((cells, 0..SAYS.len()), 1..4)
        };
        tables().prop_flat_map(move |old| {
            let new = (rows(&old.columns), proptest::sample::select(HITS.to_vec()), 0..4_usize);
            (Just(old), new).prop_map(|(old, (rows, hit, kept))| {
                // Versions share most of their rows.
                let rows = old.rows.iter().take(kept).cloned().chain(rows).collect();
                let new = Small { hit, columns: old.columns.clone(), rows };
                (old, new)
            })
        })
    }

    /// A table that matches just the cases that a change tells of, as the engine reads its cells; none where a part of
    /// the office is wanted without some below it.
    fn told(small: &Small, cells: &std::collections::BTreeMap<String, String>) -> Option<DecisionTable> {
        // `= company` stands for the witness alone.
        if cells.values().any(|cell| cell.starts_with('=')) {
            return None;
        }
        let mut text = small.text();
        let cell = |column: &Column| cells.get(column.name()).map_or("-", String::as_str).to_owned();
        let row =
            RowText { cells: small.columns.iter().map(cell).collect(), outputs: vec!["allow".into()], note: None };
        (text.rows, text.hit) = (vec![row], HitPolicy::First);
        DecisionTable::new(text, small.table().schema(), Dialect::Office).ok()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        /// Every difference has a case that is decided differently, and every such case is in just one of them.
        #[test]
        fn differences_are_the_cases_decided_differently((old, new) in both()) {
            let (before, after) = (old.table(), new.table());
            let difference = Difference::between(&before, &after, Effort::default());
            prop_assert_eq!(&difference.unfinished, &vec![]);
            for change in &difference.changes {
                prop_assert_ne!(said(&before, &change.witness), said(&after, &change.witness));
            }
            let told: Option<Vec<_>> = difference.changes.iter().map(|change| told(&old, &change.cells)).collect();
            for case in old.cases().iter().step_by(3) {
                let facts = old.facts(case);
                let differs = said(&before, &facts) != said(&after, &facts);
                let among = |told: &Vec<DecisionTable>| {
                    told.iter().filter(|told| !told.decide(&facts).unwrap().rows.is_empty()).count()
                };
                prop_assert_eq!(told.as_ref().map_or(usize::from(differs), among), usize::from(differs));
            }
            prop_assert_eq!(Difference::between(&before, &before, Effort::default()), Difference::default());
        }

        /// The impact of a version lists exactly the cases that it decides otherwise; its impact on itself is none.
        #[test]
        fn impact_lists_the_cases_decided_otherwise((old, new) in both()) {
            let (before, after) = (Policy::of(old.table()), Policy::of(new.table()));
            let cases: Vec<(usize, Facts)> = old.cases().iter().step_by(5).map(|case| old.facts(case)).enumerate().collect();
            let impact = Impact::between(&before, &after, &cases);
            let judged = |policy: &Policy, facts: &Facts| {
                policy.decide(facts).ok().map(|ruling| (ruling.outcome, ruling.obligations))
            };
            let differ = cases.iter().filter(|(_, facts)| judged(&before, facts) != judged(&after, facts));
            let expected: Vec<String> = differ.map(|(case, _)| case.to_string()).collect();
            let found: Vec<String> = impact.changes.iter().map(|change| change.case.clone()).collect();
            prop_assert_eq!(found, expected);
            prop_assert_eq!(impact.count().values().sum::<usize>(), impact.changes.len());
            prop_assert!(Impact::between(&before, &before, &cases).changes.is_empty());
            let recorded = cases.iter().filter_map(|(case, facts)| Some((case, before.decide(facts).ok()?)));
            let on_record = Impact::on_record(&before, &recorded.collect::<Vec<_>>());
            prop_assert_eq!(on_record.changes, vec![]);
        }

        /// What is found monotone is so for every two cases that differ in the input alone, and what is found not to be
        /// has two cases that show it.
        #[test]
        fn a_monotone_table_never_judges_more_less_strictly(small in tables()) {
            let table = small.table();
            let strictness = |facts: &Facts| match table.decide(facts).ok().and_then(|ruling| ruling.outcome) {
                Some(office_core::rules::Outcome::Allow) => 0,
                Some(office_core::rules::Outcome::Approvals(_)) => 1,
                _ => 2,
            };
            for (place, column) in small.columns.iter().enumerate().filter(|(_, column)| !matches!(column, Column::Word | Column::Part)) {
                let rising = small.cases().into_iter().all(|case| {
                    let last = if *column == Column::Flag { 2 } else { column.values() };
                    let at = |at: usize| {
                        let mut case = case.clone();
                        case[place] = at;
                        strictness(&small.facts(&case))
                    };
                    case[place] > 0 || (1..last).all(|next| at(next - 1) <= at(next))
                });
                match table.is_monotone_in(column.name(), Effort::default()) {
                    Monotone::Yes => prop_assert!(rising),
                    Monotone::No { smaller, greater } => {
                        prop_assert!(!rising);
                        prop_assert!(strictness(&smaller) > strictness(&greater));
                    }
                    Monotone::Unknown => prop_assert!(false, "an input with an order, and constant cells"),
                }
            }
        }
    }
}
/// Cells that have to be computed are left open, and what is said all the same is so.
#[test]
fn what_is_computed_is_left_unfinished() {
    let rows = [["< limit", "allow"], [">= limit", "refuse: too much"]];
    let rows = rows.map(|row| row.map(ToOwned::to_owned).to_vec());
    let mut text = TableText::from_rows(&["amount: money EUR", "outcome"], rows).unwrap();
    text.inputs.push(InputText {
        expression: "limit".into(),
        kind: Some("money EUR".parse().unwrap()),
        ..InputText::default()
    });
    text.rows.iter_mut().for_each(|row| row.cells.push("-".into()));
    let schema = text.schema(Dialect::Office).unwrap();
    let analysis = DecisionTable::new(text, &schema, Dialect::Office).unwrap().analyse(Effort::default());
    assert_eq!(analysis.unfinished, [Unfinished::Computed { rows: vec![1, 2] }]);
    assert_eq!(analysis.findings, [Finding::Idle { input: "limit".into() }]);
}
