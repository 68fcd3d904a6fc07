//! Bank statements on a store: importing them again adds nothing.
#![expect(clippy::arithmetic_side_effects, reason = "tests may overflow and panic")]

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate};
use office_core::{Actor, Command, Currency, Id, MemoryStore, Money, Office, Role, StoreError, wait};
use office_finance::{
    BankLine, BankStatement, ImportStatementError, StatementBalance, StatementFormat, StatementImport, StatementLine,
    import_statement,
};
use proptest::prelude::*;

type Failure = Box<dyn std::error::Error>;

fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

fn statement(number: &str, minors: &[i64]) -> BankStatement {
    let on = NaiveDate::default();
    let line = |minor: &i64| StatementLine {
        on,
        value: None,
        amount: euro(*minor),
        references: vec![],
        party: None,
        party_account: None,
        text: "coffee".to_owned(),
        bank_reference: None,
        code: None,
    };
    BankStatement {
        format: StatementFormat::Camt,
        account: "DE83100990010004711200".to_owned(),
        number: number.to_owned(),
        opening: Some(StatementBalance { amount: euro(0), on }),
        closing: Some(StatementBalance { amount: euro(minors.iter().sum()), on }),
        lines: minors.iter().map(line).collect(),
        pending: vec![],
    }
}

fn import(office: &Office, key: &str, statement: &BankStatement) -> Result<StatementImport, ImportStatementError> {
    let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("bookkeeper"));
    let command = Command::new(key, "import_statement", clerk, DateTime::default());
    let command = command.map_err(|error| StoreError::rejected(error.to_string()))?;
    wait(office.transact(&command, |tx| async move { import_statement(&tx, statement).await }))
}

fn stored(office: &Office) -> Result<BTreeMap<i128, usize>, Failure> {
    let lines = wait(office.view(|view| async move { view.every::<BankLine>(None, 1_000).await }))?;
    Ok(counted(lines.iter().map(|(_, line)| line.line().amount.minor())))
}

fn counted(minors: impl Iterator<Item = i128>) -> BTreeMap<i128, usize> {
    let mut counts: BTreeMap<i128, usize> = BTreeMap::new();
    for minor in minors {
        let count = counts.entry(minor).or_default();
        *count = count.saturating_add(1);
    }
    counts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// The law of imports: the union of multisets, whatever the order and however often.
    #[test]
    fn importing_gives_the_union(statements in prop::collection::vec(prop::collection::vec(1..5_i64, 0..6), 1..5)) {
        let office = Office::on(MemoryStore::new());
        let mut union: BTreeMap<i128, usize> = BTreeMap::new();
        for minors in &statements {
            for (minor, count) in counted(minors.iter().map(|minor| i128::from(*minor))) {
                let most = union.entry(minor).or_default();
                *most = count.max(*most);
            }
        }
        for (at, minors) in statements.iter().chain(statements.iter().rev()).enumerate() {
            let imported = import(&office, &format!("import-{at}"), &statement("1", minors));
            prop_assert!(imported.is_ok());
        }
        prop_assert_eq!(stored(&office).ok(), Some(union));
    }
}

const FORMATS: [StatementFormat; 3] = [StatementFormat::Camt, StatementFormat::Mt940, StatementFormat::Ofx];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// The law of imports across formats: of each day and amount as many as in the format that tells most, each telling
    /// counted; whatever the order and however often.
    #[test]
    fn another_format_tells_the_same_lines(
        files in prop::collection::vec((0..3_usize, prop::collection::vec((1..3_i64, 0..3_u8), 0..5)), 1..5),
    ) {
        let office = Office::on(MemoryStore::new());
        let mut told: BTreeMap<(usize, i64, u8), usize> = BTreeMap::new();
        let mut statements = Vec::new();
        for (format, drafts) in &files {
            let mut here: BTreeMap<(usize, i64, u8), usize> = BTreeMap::new();
            let mut statement = statement("1", &drafts.iter().map(|(minor, _)| *minor).collect::<Vec<_>>());
            statement.format = FORMATS[*format];
            for (line, (minor, words)) in statement.lines.iter_mut().zip(drafts) {
                line.text = format!("{format} {words}");
                *here.entry((*format, *minor, *words)).or_default() += 1;
            }
            for (line, count) in here {
                let most = told.entry(line).or_default();
                *most = count.max(*most);
            }
            statements.push(statement);
        }
        let mut expected: BTreeMap<i128, usize> = BTreeMap::new();
        for (format, minor) in (0..3).flat_map(|format| [(format, 1), (format, 2)]) {
            let count: usize = told.iter().filter(|((one, two, _), _)| (*one, *two) == (format, minor)).map(|(_, n)| n).sum();
            let most = expected.entry(minor.into()).or_default();
            *most = count.max(*most);
        }
        expected.retain(|_, count| *count > 0);
        for (at, statement) in statements.iter().chain(statements.iter().rev()).enumerate() {
            let import = import(&office, &format!("import-{at}"), statement).unwrap();
            let ids: std::collections::BTreeSet<_> = import.lines.iter().collect();
            prop_assert_eq!((import.lines.len(), ids.len()), (statement.lines.len(), statement.lines.len()));
            prop_assert!(at < statements.len() || import.added == 0);
        }
        prop_assert_eq!(stored(&office).unwrap(), expected);
    }
}

/// Reported by others (actual#608): -1.50 on 30 August; -1.50 twice on 1 September. Three lines, in any order.
#[test]
fn equal_amounts_of_other_days_are_other_lines() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let (mut august, mut september) = (statement("8", &[-150]), statement("9", &[-150, -150]));
    august.lines.iter_mut().for_each(|line| line.on = day("2026-08-30"));
    september.lines.iter_mut().for_each(|line| line.on = day("2026-09-01"));
    for order in [[&august, &september, &august, &september], [&september, &august, &september, &august]] {
        let office = Office::on(MemoryStore::new());
        for (at, statement) in order.into_iter().enumerate() {
            import(&office, &format!("import-{at}"), statement).unwrap();
            import(&office, &format!("again-{at}"), statement).unwrap();
        }
        assert_eq!(stored(&office).unwrap(), [(-150, 3)].into());
    }
}

#[test]
fn a_gap_is_told_and_the_lines_are_kept() {
    let office = Office::on(MemoryStore::new());
    let mut odd = statement("1", &[100, 100, -30]);
    odd.closing = Some(StatementBalance { amount: euro(175), on: NaiveDate::default() });
    let first = import(&office, "1", &odd).unwrap();
    assert_eq!((first.added, first.gap), (3, Some(euro(5))));
    let again = import(&office, "2", &odd).unwrap();
    assert_eq!((again.added, &again.lines), (0, &first.lines));
    // The two equal lines are two.
    assert_ne!(first.lines[0], first.lines[1]);

    odd.closing = Some(StatementBalance { amount: Money::from_minor(1, Currency::CHF), on: NaiveDate::default() });
    assert!(matches!(import(&office, "3", &odd), Err(ImportStatementError::Money(_))));
    let long = statement("2", &vec![1; 3_001]);
    assert!(matches!(import(&office, "4", &long), Err(ImportStatementError::TooMany { lines: 3_001 })));
    // The longest that is allowed fits into one commit.
    assert_eq!(import(&office, "5", &statement("3", &vec![1; 3_000])).unwrap().added, 3_000);
}
