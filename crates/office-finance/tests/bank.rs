//! Bank statements on a store: importing them again adds nothing.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate};
use office_core::{Actor, Command, Currency, Id, MemoryStore, Money, Office, Role, StoreError, wait};
use office_finance::{
    BankLine, BankStatement, ImportStatementError, StatementBalance, StatementImport, StatementLine, import_statement,
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
        account: "DE83100990010004711200".to_owned(),
        number: number.to_owned(),
        opening: StatementBalance { amount: euro(0), on },
        closing: StatementBalance { amount: euro(minors.iter().sum()), on },
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

#[test]
fn a_gap_is_told_and_the_lines_are_kept() {
    let office = Office::on(MemoryStore::new());
    let mut odd = statement("1", &[100, 100, -30]);
    odd.closing.amount = euro(175);
    let first = import(&office, "1", &odd).unwrap();
    assert_eq!((first.added, first.gap), (3, euro(5)));
    let again = import(&office, "2", &odd).unwrap();
    assert_eq!((again.added, &again.lines), (0, &first.lines));
    // The two equal lines are two.
    assert_ne!(first.lines[0], first.lines[1]);

    odd.closing.amount = Money::from_minor(1, Currency::CHF);
    assert!(matches!(import(&office, "3", &odd), Err(ImportStatementError::Money(_))));
    let long = statement("2", &vec![1; 4_001]);
    assert!(matches!(import(&office, "4", &long), Err(ImportStatementError::TooMany { lines: 4_001 })));
    // The longest that is allowed fits into one commit.
    assert_eq!(import(&office, "5", &statement("3", &vec![1; 4_000])).unwrap().added, 4_000);
}
