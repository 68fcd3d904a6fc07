//! What was decided, without the values that a viewer may not read.

use std::collections::BTreeMap;

use crate::rules::{
    CellExplanation, Change, ChangedCase, Explanation, Facts, Finding, NearestChange, RowExplanation, Ruling,
    TableExplanation, Value,
};

/// What stands in place of a value that may not be read, and of what a cell asks of it. A fact that is just this text
/// is told as withheld, too.
pub const WITHHELD: &str = "***";

/// How deep records and lists are looked into; what is deeper is withheld.
const DEEPEST: usize = 32;

/// What hides the values that may not be read.
struct Veil<'a> {
    may_read: &'a dyn Fn(&str) -> bool,
    /// The names of what is hidden, or has something hidden in it, by their words and signs.
    hidden: Vec<Vec<&'a str>>,
}

impl<'a> Veil<'a> {
    /// Over these names, and the facts.
    fn over(may_read: &'a dyn Fn(&str) -> bool, names: impl Iterator<Item = &'a str>, facts: &'a Facts) -> Self {
        let mut veil = Self { may_read, hidden: Vec::new() };
        let partly = facts.iter().filter(|(name, value)| veil.shown(name, value, 0) != **value).map(|(name, _)| name);
        let names = names.chain(facts.iter().map(|(name, _)| name));
        let mut hidden: Vec<_> = names.filter(|name| !veil.may_read_all(name)).chain(partly).map(tokens).collect();
        hidden.retain(|name| !name.is_empty());
        hidden.sort_unstable();
        hidden.dedup();
        veil.hidden = hidden;
        veil
    }

    /// Whether a name may be read, and all that it is a part of.
    fn may_read_all(&self, name: &str) -> bool {
        let wholes = name.match_indices('.').filter_map(|(at, _)| name.get(..at));
        (self.may_read)(name) && wholes.into_iter().all(|whole| (self.may_read)(whole))
    }

    /// Whether the text speaks of anything hidden.
    fn mentions(&self, text: &str) -> bool {
        let words = tokens(text);
        self.hidden.iter().any(|name| words.windows(name.len()).any(|words| words == name.as_slice()))
    }

    /// Whether what goes by the name is hidden: it may not be read, or is computed of what may not.
    fn hides(&self, name: &str) -> bool {
        let is_path = name.split('.').all(|part| !part.is_empty() && part.chars().all(is_word));
        if is_path { !self.may_read_all(name) } else { !(self.may_read)(name) || self.mentions(name) }
    }

    fn value(&self, name: &str, value: &Value) -> Value {
        if self.hides(name) { Value::from(WITHHELD) } else { self.shown(name, value, 0) }
    }

    /// The value, without the parts of it that may not be read.
    fn shown(&self, path: &str, value: &Value, depth: usize) -> Value {
        if depth > DEEPEST || !(self.may_read)(path) {
            return Value::from(WITHHELD);
        }
        let depth = depth.saturating_add(1);
        if let Value::List(values) = value {
            return Value::List(values.iter().map(|value| self.shown(path, value, depth)).collect());
        }
        let Value::Record(fields) = value else { return value.clone() };
        let field =
            |(name, field): (&String, &Value)| (name.clone(), self.shown(&format!("{path}.{name}"), field, depth));
        Value::Record(fields.iter().map(field).collect())
    }

    fn facts(&self, facts: &Facts) -> Facts {
        facts.iter().fold(Facts::new(), |shown, (name, value)| shown.with(name, self.value(name, value)))
    }

    /// What a cell asks; withheld where its input is, or has something withheld in it.
    fn asks(&self, input: &str, asks: &str) -> String {
        let withheld = self.hides(input) || self.hidden.contains(&tokens(input)) || self.mentions(asks);
        if withheld { WITHHELD } else { asks }.to_owned()
    }

    fn rows(&self, rows: &[RowExplanation]) -> Vec<RowExplanation> {
        let cell = |CellExplanation { column, asks }: &CellExplanation| CellExplanation {
            column: column.clone(),
            asks: self.asks(column, asks),
        };
        let row = |row: &RowExplanation| RowExplanation { row: row.row, cells: row.cells.iter().map(cell).collect() };
        rows.iter().map(row).collect()
    }

    fn cells(&self, cells: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        cells.iter().map(|(input, asks)| (input.clone(), self.asks(input, asks))).collect()
    }
}

/// The words and signs of a text, whatever white space is between them.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = if is_word(first) { rest.find(|c| !is_word(c)) } else { Some(first.len_utf8()) };
        let Some((token, after)) = end.and_then(|end| rest.split_at_checked(end)) else {
            tokens.push(rest);
            break;
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

impl Explanation {
    /// The same for a viewer who may read the facts, and the values of decisions, of these names only. In place of any
    /// other value, of what cells ask of it, and of what is computed of it, stands [`WITHHELD`].
    ///
    /// Fields of records are asked for by their path, such as `employee.salary`, and are withheld with the record. Which
    /// rows match is told all the same, and whoever knows the table can draw conclusions from it. A decision is a name
    /// of its own: whoever may read its value may read what it tells of the facts it was decided by. The column of an
    /// expression is asked for as it is written; a cell or an expression in which a withheld name occurs is withheld.
    ///
    /// # Example
    /// ```
    /// use office_core::Money;
    /// use office_core::rules::{DecisionTable, Facts, Phrases, Policy};
    ///
    /// let rows = [["IT", "> 90000 EUR", "refuse: above the band"], ["-", "-", "allow"]];
    /// let rows = rows.map(|row| row.map(ToOwned::to_owned).to_vec());
    /// let table = DecisionTable::from_rows(&["department", "salary: money EUR", "outcome"], rows)?;
    /// let facts = Facts::new().with("department", "IT").with("salary", "95000.00 EUR".parse::<Money>()?);
    /// let ruling = Policy::of(table).decide(&facts)?;
    ///
    /// let shown = ruling.explanation.redacted(|name| name == "department");
    /// assert_eq!(
    ///     shown.told(&Phrases::english()),
    ///     "Row 1 decides: department is IT (condition: IT); salary is [withheld] (condition: [withheld])",
    /// );
    ///
    /// // Whoever may read nothing is told the rows, and no value.
    /// let json = serde_json::to_string(&ruling.redacted(|_| false))?;
    /// assert!(!json.contains("IT") && !json.contains("95000"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn redacted(&self, may_read: impl Fn(&str) -> bool) -> Self {
        let rows = self.tables.iter().flat_map(|table| [&table.decided, &table.outranked, &table.failed]);
        let columns = rows.flatten().flat_map(|row| &row.cells).map(|cell| cell.column.as_str());
        let veil = Veil::over(&may_read, columns, &self.facts);
        let table = |table: &TableExplanation| TableExplanation {
            table: table.table.clone(),
            hit: table.hit,
            decided: veil.rows(&table.decided),
            outranked: veil.rows(&table.outranked),
            failed: veil.rows(&table.failed),
            untold: table.untold,
        };
        Self {
            version: self.version.clone(),
            facts: veil.facts(&self.facts),
            tables: self.tables.iter().map(table).collect(),
        }
    }
}

impl Ruling {
    /// The same, with its explanation [redacted](Explanation::redacted). What is decided, the reasons and the
    /// obligations are the words of the policy, and stay.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{DecisionTable, Facts, Policy};
    ///
    /// let rows = [["> 10", "refuse: too long"].map(ToOwned::to_owned).to_vec()];
    /// let policy = Policy::of(DecisionTable::from_rows(&["days: integer", "outcome"], rows)?);
    /// let shown = policy.decide(&Facts::new().with("days", 12))?.redacted(|_| false);
    /// assert_eq!(shown.outcome.to_string(), "refuse: too long");
    /// assert_eq!(shown.explanation.to_string(), "row 1 decides");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn redacted(&self, may_read: impl Fn(&str) -> bool) -> Self {
        Self { explanation: self.explanation.redacted(may_read), ..self.clone() }
    }
}

impl Finding {
    /// The same for a viewer who may read the values of these inputs and outputs only, as of an
    /// [explanation](Explanation::redacted).
    ///
    /// # Example
    /// ```
    /// use office_core::rules::Finding;
    ///
    /// let unused = Finding::Unused { output: "salary".into(), value: "61000".into() };
    /// assert_eq!(unused.redacted(|name| name != "salary").to_string(), "no row says *** of salary");
    /// assert_eq!(unused.redacted(|_| true), unused);
    /// ```
    #[must_use]
    pub fn redacted(&self, may_read: impl Fn(&str) -> bool) -> Self {
        let of_cases = |cells: &BTreeMap<String, String>, witness: &Facts| {
            let veil = Veil::over(&may_read, cells.keys().map(String::as_str), witness);
            (veil.cells(cells), veil.facts(witness))
        };
        let of_one = |name: &str, asks: &str| {
            let none = Facts::new();
            Veil::over(&may_read, [name].into_iter(), &none).asks(name, asks)
        };
        match self {
            Self::Gap { cells, witness } => {
                let (cells, witness) = of_cases(cells, witness);
                Self::Gap { cells, witness }
            }
            Self::Conflict { rows, cells, witness } => {
                let (cells, witness) = of_cases(cells, witness);
                Self::Conflict { rows: *rows, cells, witness }
            }
            Self::Unused { output, value } => Self::Unused { output: output.clone(), value: of_one(output, value) },
            Self::Mergeable { rows, input, cell } => {
                Self::Mergeable { rows: *rows, input: input.clone(), cell: of_one(input, cell) }
            }
            Self::Unmatchable { .. } | Self::Shadowed { .. } | Self::Idle { .. } => self.clone(),
        }
    }
}

impl NearestChange {
    /// The same for a viewer who may read the facts of these names only, as of an
    /// [explanation](Explanation::redacted).
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{NearestChange, Outcome, Value, WITHHELD};
    ///
    /// let (from, to) = (61_000.into(), 60_000.into());
    /// let change = NearestChange { input: "salary".into(), from, to, outcome: Outcome::Allow, least: true };
    /// assert_eq!(change.redacted(|_| false).to, Value::from(WITHHELD));
    /// assert_eq!(change.redacted(|name| name == "salary"), change);
    /// ```
    #[must_use]
    pub fn redacted(&self, may_read: impl Fn(&str) -> bool) -> Self {
        let none = Facts::new();
        let veil = Veil::over(&may_read, std::iter::empty(), &none);
        let (from, to) = (veil.value(&self.input, &self.from), veil.value(&self.input, &self.to));
        Self { from, to, ..self.clone() }
    }
}

impl Change {
    /// The same for a viewer who may read the facts of these names only, as of an
    /// [explanation](Explanation::redacted). What is said of the cases is the words of the table, and stays.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{Change, Facts};
    ///
    /// let cells = [("salary".to_owned(), "> 61000 EUR".to_owned())].into();
    /// let change = Change { cells, witness: Facts::new().with("salary", 61_001), before: None, after: None };
    /// assert_eq!(change.redacted(|_| false).to_string(), "where salary is ***: undecided becomes undecided");
    /// assert_eq!(change.redacted(|name| name == "salary"), change);
    /// ```
    #[must_use]
    pub fn redacted(&self, may_read: impl Fn(&str) -> bool) -> Self {
        let veil = Veil::over(&may_read, self.cells.keys().map(String::as_str), &self.witness);
        Self { cells: veil.cells(&self.cells), witness: veil.facts(&self.witness), ..self.clone() }
    }
}

impl ChangedCase {
    /// The same for a viewer who may read the facts of these names only, as of an
    /// [explanation](Explanation::redacted). What the case is called stays.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{ChangedCase, Facts, Value, WITHHELD};
    ///
    /// let facts = Facts::new().with("salary", 61_000).with("days", 3);
    /// let case = ChangedCase { case: "LR-7".into(), facts, before: None, after: None };
    /// let shown = case.redacted(|name| name == "days");
    /// assert_eq!(shown.facts.get("salary"), Some(&Value::from(WITHHELD)));
    /// assert_eq!(shown.facts.get("days"), Some(&Value::from(3)));
    /// ```
    #[must_use]
    pub fn redacted(&self, may_read: impl Fn(&str) -> bool) -> Self {
        let veil = Veil::over(&may_read, std::iter::empty(), &self.facts);
        Self { facts: veil.facts(&self.facts), ..self.clone() }
    }
}
