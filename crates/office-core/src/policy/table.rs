//! Decision tables.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::authority::Listed;
use crate::policy::cell::{Incomparable, Test};
use crate::policy::reader::{Misread, Reader};
use crate::policy::{DecideError, FactKind, FactValue, Facts};
use crate::rules::{Outcome, ParseOutcomeError};

/// The column that holds what is decided.
const OUTCOME: &str = "outcome";
/// The column that holds what is to be done besides.
const OBLIGATIONS: &str = "obligations";
/// The most columns and rows that a table may have.
const MOST_COLUMNS: usize = 64;
const MOST_ROWS: usize = 10_000;

/// Which of the rows that match decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum HitPolicy {
    /// The first, from the top.
    #[default]
    First,
}

/// A table of rules as an office keeps it: one row a rule, read from the top; the first row that matches decides.
///
/// The header names what is known of a case. `kind` is text, `amount` money, `scope` a scope and `within_budget`
/// yes or no; any other name is text, unless its kind is given as in `days: integer` (`text`, `money`, `integer`,
/// `number`, `boolean`, `date`, `scope`). One column, `outcome`, holds an [`Outcome`]; another, `obligations`, may hold what
/// is to be done besides, separated by semicolons.
///
/// A cell asks of its fact: nothing (`-`); to be below or above (`< 100.00 EUR`, `>= 2026-10-01`); to be in an
/// interval, whose square ends are included and round ends are not (`[100 EUR..500 EUR)`); to be equal (`IT`,
/// `"IT, leased"`, `yes`, `30`), and of a scope to be that or a part of it (`company/hq`); to be one of several
/// (`IT, HR`); to be none of them (`not(IT, HR)`).
///
/// # Example
/// ```
/// use office_core::rules::Outcome;
/// use office_core::{DecideError, DecisionTable, Facts, Money};
///
/// let rows = [
///     ["IT", "< 100 EUR", "yes", "allow"],
///     ["-", "< 5000 EUR", "yes", "approvals: 1 office_manager purchase.approve"],
///     ["-", ">= 5000 EUR", "yes", "approvals: 1 office_manager purchase.approve; 1 executive purchase.approve"],
///     ["-", "-", "no", "refuse: the budget is spent"],
/// ];
/// let rows = rows.iter().map(|row| row.iter().map(ToString::to_string).collect());
/// let table = DecisionTable::from_rows(&["kind", "amount", "within_budget", "outcome"], rows)?;
///
/// let amount: Money = "250.00 EUR".parse()?;
/// let facts = Facts::new().with("kind", "IT").with("amount", amount).with("within_budget", true);
/// let ruling = table.decide(&facts)?;
/// assert_eq!(ruling.outcome.to_string(), "approvals: 1 office_manager purchase.approve");
/// assert_eq!(ruling.explanation.to_string(), "row 2 decides; row 1: amount is 250.00 EUR, not < 100 EUR");
///
/// // What no row matches is refused, and what cannot be decided is an error.
/// let none = DecisionTable::from_rows(&["kind", "outcome"], [vec!["IT".into(), "allow".into()]])?;
/// assert!(matches!(none.decide(&facts.clone().with("kind", "catering"))?.outcome, Outcome::Refuse(_)));
/// let dollars: Money = "250.00 USD".parse()?;
/// assert!(matches!(table.decide(&facts.with("amount", dollars)), Err(DecideError::OtherCurrency { row: 1, .. })));
///
/// // A cell that cannot be read is named with its place.
/// let error = DecisionTable::from_rows(&["amount", "outcome"], [vec!["< 100".into(), "allow".into()]]).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "row 1, column `amount`, character 3 of `< 100`: expected an amount such as `100.00 EUR`",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Text", into = "Text")]
pub struct DecisionTable {
    text: Text,
    columns: Vec<Column>,
    // Invariant: as many rows as the text has, each with a test for every column.
    rows: Vec<Row>,
}

/// The stored form: the cells as they were written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    #[serde(default)]
    hit: HitPolicy,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// A column that asks something of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    name: String,
    kind: FactKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    cells: Vec<Cell>,
    outcome: Outcome,
    obligations: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Cell {
    text: String,
    test: Test,
}

/// What a column of a table is for.
enum Use {
    Input(Column),
    Outcome,
    Obligations,
}

/// What a policy has decided of a case, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ruling {
    /// What is decided.
    pub outcome: Outcome,
    /// What is to be done besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub obligations: Vec<String>,
    /// Why.
    pub explanation: Explanation,
}

/// Why a table decided as it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    /// The policy and the version that decided, where the table belongs to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<super::PolicyVersion>,
    /// The row that matched, counted from 1; none where no row did and the case is refused for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched: Option<usize>,
    /// The rows above it, and why each of them did not match.
    pub passed_over: Vec<PassedOver>,
}

/// Why a row did not match: the first of its cells that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassedOver {
    /// The row, counted from 1.
    pub row: usize,
    /// The column of the cell.
    pub column: String,
    /// What the cell asks.
    pub test: String,
    /// What the fact is.
    pub actual: FactValue,
}

impl fmt::Display for PassedOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}: {} is {}, not {}", self.row, self.column, self.actual, self.test)
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(version) = &self.version {
            write!(f, "{version}: ")?;
        }
        match self.matched {
            Some(row) => write!(f, "row {row} decides")?,
            None => f.write_str("no row matches")?,
        }
        if self.passed_over.is_empty() { Ok(()) } else { write!(f, "; {}", Listed(&self.passed_over)) }
    }
}

impl DecisionTable {
    /// The table of these texts: the header, and the rows from the top. At most 64 columns and 10,000 rows.
    ///
    /// # Errors
    /// [`TableError`] names the first place that cannot be read, and what is expected there.
    pub fn from_rows(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Result<Self, TableError> {
        let uses = header_uses(header)?;
        let mut text =
            Text { hit: HitPolicy::First, header: header.iter().map(ToString::to_string).collect(), rows: Vec::new() };
        let mut parsed = Vec::new();
        for cells in rows {
            let number = text.rows.len().saturating_add(1);
            if number > MOST_ROWS {
                return Err(TableError::of_row(number, "at most 10000 rows"));
            }
            parsed.push(parse_row(number, &uses, &cells)?);
            text.rows.push(cells);
        }
        let columns = uses.into_iter().filter_map(|used| match used {
            Use::Input(column) => Some(column),
            Use::Outcome | Use::Obligations => None,
        });
        Ok(Self { text, columns: columns.collect(), rows: parsed })
    }

    /// Which of the rows that match decides.
    #[must_use]
    pub const fn hit_policy(&self) -> HitPolicy {
        self.text.hit
    }

    /// The header as it was written.
    #[must_use]
    pub fn header(&self) -> &[String] {
        &self.text.header
    }

    /// The cells as they were written, row by row.
    #[must_use]
    pub fn rows(&self) -> &[Vec<String>] {
        &self.text.rows
    }

    /// What the table decides of a case, and why. What no row matches is refused.
    ///
    /// # Errors
    /// [`DecideError`] where a fact that some row asks for is missing or of another kind, whichever row would
    /// decide; and where the first row that could match asks for another currency than the fact's.
    pub fn decide(&self, facts: &Facts) -> Result<Ruling, DecideError> {
        let known = self.known(facts)?;
        let mut passed_over = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            let number = index.saturating_add(1);
            if let Some(miss) = self.miss(number, row, &known)? {
                passed_over.push(miss);
                continue;
            }
            let Row { outcome, obligations, .. } = row.clone();
            let explanation = Explanation { version: None, matched: Some(number), passed_over };
            return Ok(Ruling { outcome, obligations, explanation });
        }
        let explanation = Explanation { version: None, matched: None, passed_over };
        let outcome = Outcome::refuse("no row of the policy matches");
        Ok(Ruling { outcome, obligations: Vec::new(), explanation })
    }

    /// The fact of every column; none where no row asks for it.
    fn known<'a>(&self, facts: &'a Facts) -> Result<Vec<Option<&'a FactValue>>, DecideError> {
        let mut known = Vec::with_capacity(self.columns.len());
        for (place, column) in self.columns.iter().enumerate() {
            let asks = |row: &Row| row.cells.get(place).is_some_and(|cell| cell.test != Test::Any);
            if !self.rows.iter().any(asks) {
                known.push(None);
                continue;
            }
            let Some(fact) = facts.get(&column.name) else {
                return Err(DecideError::MissingFact { column: column.name.clone(), wanted: column.kind });
            };
            if fact.kind() != column.kind {
                let (wanted, found) = (column.kind, fact.kind());
                return Err(DecideError::OtherKind { column: column.name.clone(), wanted, found });
            }
            known.push(Some(fact));
        }
        Ok(known)
    }

    /// The first cell of the row that fails. A cell without an answer counts only where no other fails.
    fn miss(&self, number: usize, row: &Row, known: &[Option<&FactValue>]) -> Result<Option<PassedOver>, DecideError> {
        let mut unanswered = None;
        for ((column, fact), cell) in self.columns.iter().zip(known).zip(&row.cells) {
            let Some(fact) = fact else { continue };
            let named = || (column.name.clone(), cell.text.clone(), (*fact).clone());
            match cell.test.holds(fact) {
                Ok(false) => {
                    let (column, test, actual) = named();
                    return Ok(Some(PassedOver { row: number, column, test, actual }));
                }
                Err(Incomparable) if unanswered.is_none() => {
                    let (column, test, actual) = named();
                    unanswered = Some(DecideError::OtherCurrency { row: number, column, test, actual });
                }
                Ok(true) | Err(Incomparable) => {}
            }
        }
        unanswered.map_or(Ok(None), Err)
    }
}

fn header_uses(header: &[&str]) -> Result<Vec<Use>, TableError> {
    let wants = |cell: &str, expected| Err(TableError::of_cell(0, cell, cell, Misread { position: 1, expected }));
    if header.len() > MOST_COLUMNS {
        return Err(TableError::of_row(0, "at most 64 columns"));
    }
    let mut uses = Vec::new();
    let mut seen = BTreeSet::new();
    for text in header {
        let (name, kind) = match text.split_once(':') {
            Some((name, kind)) => (name.trim(), Some(kind.trim())),
            None => (text.trim(), None),
        };
        if name.is_empty() || name.chars().nth(100).is_some() {
            return wants(text, "a name of at most 100 characters");
        }
        if !seen.insert(name) {
            return wants(text, "a name that no other column has");
        }
        uses.push(match (name, kind.map(FactKind::named)) {
            (OUTCOME, None) => Use::Outcome,
            (OBLIGATIONS, None) => Use::Obligations,
            (OUTCOME | OBLIGATIONS, Some(_)) => return wants(text, "no kind for this column"),
            (_, Some(None)) => {
                return wants(text, "`text`, `money`, `integer`, `number`, `boolean`, `date` or `scope`");
            }
            (name, Some(Some(kind))) => Use::Input(Column { name: name.to_owned(), kind }),
            (name, None) => Use::Input(Column { name: name.to_owned(), kind: usual_kind(name) }),
        });
    }
    if seen.contains(OUTCOME) { Ok(uses) } else { Err(TableError::of_row(0, "a column `outcome`")) }
}

fn usual_kind(name: &str) -> FactKind {
    match name {
        "amount" => FactKind::Money,
        "scope" => FactKind::Scope,
        "within_budget" => FactKind::Boolean,
        _ => FactKind::Text,
    }
}

fn parse_row(number: usize, uses: &[Use], texts: &[String]) -> Result<Row, TableError> {
    if texts.len() != uses.len() {
        return Err(TableError::of_row(number, "as many cells as the header has"));
    }
    let (mut cells, mut outcome, mut obligations) = (Vec::new(), None, Vec::new());
    for (used, text) in uses.iter().zip(texts) {
        match used {
            Use::Input(Column { name, kind }) => {
                let misread = |misread| TableError::of_cell(number, name, text, misread);
                let test = Test::parse(text, *kind).map_err(misread)?;
                cells.push(Cell { text: text.trim().to_owned(), test });
            }
            Use::Outcome => {
                let misread = |misread| TableError::of_cell(number, OUTCOME, text, misread);
                outcome = Some(read_outcome(text).map_err(misread)?);
            }
            Use::Obligations => {
                let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty() && *part != "-");
                obligations = parts.map(ToOwned::to_owned).collect();
            }
        }
    }
    let outcome = outcome.ok_or_else(|| TableError::of_row(number, "an outcome"))?;
    Ok(Row { cells, outcome, obligations })
}

fn read_outcome(text: &str) -> Result<Outcome, Misread> {
    Reader::new(text)?;
    text.parse().map_err(|ParseOutcomeError { position, expected }| Misread { position, expected })
}

impl TryFrom<Text> for DecisionTable {
    type Error = TableError;

    fn try_from(text: Text) -> Result<Self, Self::Error> {
        let HitPolicy::First = text.hit;
        let header: Vec<&str> = text.header.iter().map(String::as_str).collect();
        Self::from_rows(&header, text.rows)
    }
}

impl From<DecisionTable> for Text {
    fn from(table: DecisionTable) -> Self {
        table.text
    }
}

/// A table could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("row {row}, column `{column}`, character {position} of `{cell}`: expected {expected}")]
pub struct TableError {
    /// The row, counted from 1 below the header; the header is row 0.
    pub row: usize,
    /// The column by its name; empty where the whole row is meant.
    pub column: String,
    /// The character of the cell, counted from 1.
    pub position: usize,
    /// The cell, shortened.
    pub cell: String,
    /// What is expected there.
    pub expected: &'static str,
}

impl TableError {
    fn of_cell(row: usize, column: &str, cell: &str, misread: Misread) -> Self {
        let shortened = |text: &str| text.chars().take(64).collect();
        let Misread { position, expected } = misread;
        Self { row, column: shortened(column), position, cell: shortened(cell), expected }
    }

    fn of_row(row: usize, expected: &'static str) -> Self {
        Self::of_cell(row, "", "", Misread { position: 1, expected })
    }
}
