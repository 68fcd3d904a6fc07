//! Decision tables.

use std::collections::BTreeSet;

use crate::rules::{Cell, Dialect, Expression, HitPolicy, Kind, Obligations, Outcome, Remark, Schema, Value};

mod bound;
mod decide;
mod error;
mod explain;
mod feel;
mod head;
mod hit;
mod partial;
mod plan;
mod read;
mod text;
mod why;

pub use bound::BoundRuling;
pub use decide::TableRuling;
pub use error::{DecideError, TableError};
pub(crate) use feel::{feel_cell, feel_kind};
pub(crate) use head::usual_kind;
use plan::Plan;
pub(crate) use read::may_be;
pub use text::{InputText, OutputKind, OutputText, ParseHeadError, RowText, TableText};
pub use why::{Failing, Failure, Why};

/// The most columns and rows that a table may have.
const MOST_COLUMNS: usize = 64;
const MOST_ROWS: usize = 10_000;

/// A table of rules as an office keeps it: a row is a rule, a column asks something of the case or says what is decided.
///
/// [`DecisionTable::from_rows`] reads it from the rows of a spreadsheet. The header names what is asked of a case: `kind`
/// is text, `amount` money, `scope` a scope and `within_budget` yes or no; any other name is text, unless its kind is
/// given as in `days: integer`. The cells say what they ask as [`Cell`] reads it: nothing (`-`), a comparison
/// (`< 100 EUR`), an interval (`[100 EUR..500 EUR)`), one of several (`IT, HR`) or none of them (`not(IT, HR)`).
///
/// The other columns say what is decided: `outcome` an [`Outcome`], by which the row votes; `obligations` what is to be
/// done besides, separated by semicolons; `reason` a reason to show; and `=> grade: text` a value that other decisions
/// may ask for. A table without an outcome decides values alone: which grade, which queue, which tolerance.
///
/// # Example
/// ```
/// use office_core::rules::{DecideError, DecisionTable, FactError, Facts};
/// use office_core::Money;
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
/// assert_eq!(ruling.rows, [2]);
/// let outcome = ruling.outcome.ok_or("a vote")?;
/// assert_eq!(outcome.to_string(), "approvals: 1 office_manager purchase.approve");
///
/// // A fact that does not fit is refused before any row is looked at.
/// let dollars: Money = "250.00 USD".parse()?;
/// let refused = table.decide(&facts.with("amount", dollars)).unwrap_err();
/// assert_eq!(refused.to_string(), "`amount` is of kind money USD: a fact of kind money EUR is wanted");
///
/// // A cell that cannot be read is named with its place.
/// let error = DecisionTable::from_rows(&["amount", "outcome"], [vec!["< 100".into(), "allow".into()]]).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "row 1, column `amount`, character 3 of `< 100`: an amount such as `100.00 EUR` is wanted",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct DecisionTable {
    text: TableText,
    schema: Schema,
    dialect: Dialect,
    // Invariant: as many columns, outputs and rows as the text has, each row with a cell for every column.
    columns: Vec<Column>,
    outputs: Vec<Output>,
    rows: Vec<Row>,
    /// What is said where no row matches.
    otherwise: Says,
    /// The places of the schema that something of the table looks at.
    asked: BTreeSet<usize>,
    plan: Plan,
}

/// A column that asks something of the case.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// Its name, or its expression as it was written.
    pub(crate) name: String,
    pub(crate) source: Source,
    pub(crate) kind: Kind,
    /// Whether it may be nothing.
    pub(crate) optional: bool,
    /// What it may be at all.
    pub(crate) allowed: Cell,
    /// Whether a row asks anything of it.
    pub(crate) asked: bool,
}

/// Where the value of a column comes from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// It is the fact at this place of the schema.
    Place(usize),
    /// It is computed.
    Computed(Expression),
}

/// A column that says what is decided.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) name: String,
    pub(crate) kind: OutputKind,
    /// What it may say at all, the first in priority first; anything where there are none.
    pub(crate) allowed: Vec<Cell>,
}

/// A row: what it asks, and what it says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    /// One a column.
    pub(crate) cells: Vec<Cell>,
    pub(crate) says: Says,
}

/// What a row says, or the table where no row matches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Says {
    pub(crate) outcome: Option<Outcome>,
    pub(crate) obligations: Obligations,
    pub(crate) reason: Option<Remark>,
    /// One a column of values.
    pub(crate) values: Vec<Answer>,
}

/// A value that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Constant(Value),
    Computed(Expression),
}

impl DecisionTable {
    /// The table of these texts, of which the first that matches decides: the header, and the rows from the top. What
    /// is known of a case is what the header names; a column of money or of quantities whose currency or unit is not
    /// named is in that of its cells.
    ///
    /// # Errors
    /// [`TableError`] names the first place that cannot be read, and what is wanted there. At most 10,001 rows are
    /// asked for.
    pub fn from_rows(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Result<Self, TableError> {
        let text = TableText::from_rows(header, rows)?;
        let schema = text.schema(Dialect::Office)?;
        Self::new(text, &schema, Dialect::Office)
    }

    /// The table as it is written.
    #[must_use]
    pub const fn text(&self) -> &TableText {
        &self.text
    }

    /// What it may ask of a case.
    #[must_use]
    pub const fn schema(&self) -> &Schema {
        &self.schema
    }

    /// How it is written.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.text.name
    }

    /// Which of the rows that match decide.
    #[must_use]
    pub const fn hit_policy(&self) -> HitPolicy {
        self.text.hit
    }

    /// Whether its rows vote.
    #[must_use]
    pub fn votes(&self) -> bool {
        self.outputs.iter().any(|output| output.kind == OutputKind::Outcome)
    }

    /// The kind of the value that it decides; none where it decides no value.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        self.text.kind()
    }

    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub(crate) fn outputs(&self) -> &[Output] {
        &self.outputs
    }

    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// What is said where no row matches.
    pub(crate) const fn says_otherwise(&self) -> &Says {
        &self.otherwise
    }

    pub(crate) const fn asked(&self) -> &BTreeSet<usize> {
        &self.asked
    }
}

/// Two tables are the same if they are written the same, of the same facts.
impl PartialEq for DecisionTable {
    fn eq(&self, other: &Self) -> bool {
        (&self.text, &self.schema, self.dialect) == (&other.text, &other.schema, other.dialect)
    }
}

impl Eq for DecisionTable {}
