//! Reading a table: every cell once, before anything is decided.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::plan::Plan;
use super::{
    Answer, Column, DecisionTable, InputText, MOST_COLUMNS, MOST_ROWS, Output, OutputKind, OutputText, Row, RowText,
    Says, Source, TableError, TableText,
};
use crate::rules::cell::{Test, Unary};
use crate::rules::{Cell, Dialect, Expression, HitPolicy, Kind, Misread, ParseOutcomeError, Schema, Value, ValueRef};

/// The most characters of a cell.
const LONGEST_CELL: usize = 1_000;

impl DecisionTable {
    /// The table that is written so, over the facts of a schema.
    ///
    /// # Errors
    /// [`TableError`] names the first place that cannot be read, and what is wanted there.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{Dialect, DecisionTable, HitPolicy, Input, Kind, Schema, TableText, Value, Facts};
    ///
    /// // Which grade a supplier gets: at most one row may match.
    /// let header = ["late + wrong", "=> grade: text in good, fair, poor"];
    /// let rows = [["0", "good"], ["[1..3]", "fair"], ["> 3", "poor"]];
    /// let rows = rows.iter().map(|row| row.iter().map(ToString::to_string).collect());
    /// let text = TableText { name: "grade".into(), hit: HitPolicy::Unique, ..TableText::from_rows(&header, rows)? };
    /// let schema = Schema::new([Input::new("late", Kind::Integer), Input::new("wrong", Kind::Integer)])?;
    /// let table = DecisionTable::new(text.clone(), &schema, Dialect::Office)?;
    /// assert_eq!(table.decide(&Facts::new().with("late", 1).with("wrong", 1))?.value, Value::from("fair"));
    ///
    /// // What is not in the schema is refused, with its place.
    /// let schema = Schema::new([Input::new("late", Kind::Integer)])?;
    /// let error = DecisionTable::new(text, &schema, Dialect::Office).unwrap_err();
    /// assert_eq!((error.row, error.column.as_str(), error.position), (0, "late + wrong", 8));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(text: TableText, schema: &Schema, dialect: Dialect) -> Result<Self, TableError> {
        let reading = Reading { table: &text.name, hit: text.hit, schema, dialect };
        if text.inputs.len().saturating_add(text.outputs.len()) > MOST_COLUMNS {
            return Err(reading.row(0, "at most 64 columns"));
        }
        if text.rows.len() > MOST_ROWS {
            return Err(reading.row(MOST_ROWS.saturating_add(1), "at most 10000 rows"));
        }
        let mut columns = text.inputs.iter().map(|input| reading.column(input)).collect::<Result<Vec<_>, _>>()?;
        for (place, column) in columns.iter().enumerate() {
            // Amounts of which no currency is said are all in one.
            text.measured(place, column.kind.clone(), dialect)?;
        }
        let outputs = reading.outputs(&text.outputs)?;
        let rows = text.rows.iter().enumerate();
        let rows = rows.map(|(index, row)| reading.read_row(index.saturating_add(1), row, &columns, &outputs));
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        for (place, column) in columns.iter_mut().enumerate() {
            column.asked = rows.iter().any(|row| row.cells.get(place).is_some_and(|cell| *cell.test() != Test::Any));
        }
        let defaults = text.outputs.iter().map(|output| output.default.as_deref().unwrap_or("-"));
        let otherwise = reading.says(0, &defaults.collect::<Vec<_>>(), &outputs)?;
        let asked = asked(&columns, &rows, &otherwise);
        let plan = Plan::of(text.hit, &columns, &rows, schema, &asked);
        let schema = schema.clone();
        Ok(Self { text, schema, dialect, columns, outputs, rows, otherwise, asked, plan })
    }
}

/// The places of the schema at which something of the table looks.
fn asked(columns: &[Column], rows: &[Row], otherwise: &Says) -> BTreeSet<usize> {
    let mut asked = BTreeSet::new();
    for column in columns.iter().filter(|column| column.asked) {
        match &column.source {
            Source::Place(place) => asked.extend([*place]),
            Source::Computed(expression) => asked.extend(expression.places()),
        }
    }
    for cell in rows.iter().flat_map(|row| &row.cells) {
        asked.extend(cell.places());
    }
    for answer in rows.iter().map(|row| &row.says).chain([otherwise]).flat_map(|says| &says.values) {
        if let Answer::Computed(expression) = answer {
            asked.extend(expression.places());
        }
    }
    asked
}

/// What is known of a table while it is read.
struct Reading<'a> {
    table: &'a str,
    hit: HitPolicy,
    schema: &'a Schema,
    dialect: Dialect,
}

impl Reading<'_> {
    fn row(&self, row: usize, expected: impl Into<Cow<'static, str>>) -> TableError {
        TableError::of_row(self.table, row, expected)
    }

    fn head(&self, name: &str, expected: impl Into<Cow<'static, str>>) -> TableError {
        TableError::of_cell(self.table, 0, name, 1, name, expected)
    }

    fn misread(&self, row: usize, column: &str, cell: &str) -> impl FnOnce(Misread) -> TableError {
        move |misread| TableError::misread(self.table, row, column, cell, misread)
    }

    fn cell(&self, row: usize, column: &str, text: &str, kind: &Kind) -> Result<Cell, TableError> {
        Cell::parse(text, kind, self.schema, self.dialect).map_err(self.misread(row, column, text))
    }

    fn column(&self, text: &InputText) -> Result<Column, TableError> {
        let name = text.expression.trim();
        let (source, kind, optional) = if let Some(place) = self.schema.place(name) {
            let input = self.schema.inputs().get(place).ok_or_else(|| self.head(name, "a fact"))?;
            (Source::Place(place), input.kind().clone(), input.is_optional())
        } else {
            let expression = Expression::parse(name, self.schema, self.dialect).map_err(self.misread(0, name, name))?;
            let kind = expression.kind().clone();
            (Source::Computed(expression), kind, text.optional)
        };
        let kind = match &text.kind {
            Some(said) if !may_be(&kind, said) => {
                return Err(self.head(name, format!("`{name}: {kind}`, or no kind for this column")));
            }
            // What is said of a fact is no narrower than what is known of it already.
            Some(said) if matches!(source, Source::Computed(_)) || kind == Kind::Any => said.clone(),
            _ => kind,
        };
        let allowed = match &text.allowed {
            Some(allowed) => self.cell(0, name, allowed, &kind)?,
            None => Cell::any(),
        };
        if !allowed.is_constant() {
            return Err(self.head(name, "allowed values that name no other fact"));
        }
        Ok(Column { name: name.to_owned(), source, kind, optional, allowed, asked: false })
    }

    fn outputs(&self, texts: &[OutputText]) -> Result<Vec<Output>, TableError> {
        let mut names = BTreeSet::new();
        let mut outputs = Vec::new();
        for OutputText { name, kind, allowed, .. } in texts {
            if !names.insert(if let OutputKind::Value(_) = kind { name.clone() } else { kind.to_string() }) {
                return Err(self.head(name, "a name that no other column has"));
            }
            let allowed = match kind {
                OutputKind::Value(kind) => {
                    let cells = allowed.iter().map(|text| self.cell(0, name, text, kind));
                    cells.collect::<Result<Vec<_>, _>>()?
                }
                _ if allowed.is_empty() => Vec::new(),
                OutputKind::Outcome | OutputKind::Obligations | OutputKind::Reason => {
                    return Err(self.head(name, "no allowed values for this column"));
                }
            };
            if !allowed.iter().all(Cell::is_constant) {
                return Err(self.head(name, "allowed values that name no fact"));
            }
            outputs.push(Output { name: name.clone(), kind: kind.clone(), allowed });
        }
        let values = || outputs.iter().filter(|output| matches!(output.kind, OutputKind::Value(_)));
        if outputs.is_empty() {
            return Err(self.row(0, "a column that says what is decided, such as `outcome`"));
        }
        if self.hit.is_aggregate() && (values().count() != 1 || names.contains("outcome")) {
            return Err(self.row(0, format!("one column of values, and no outcome, for `{}`", self.hit)));
        }
        let adds = |output: &Output| match &output.kind {
            OutputKind::Value(kind) => matches!(
                kind,
                Kind::Any
                    | Kind::Number
                    | Kind::Integer
                    | Kind::Money(_)
                    | Kind::Quantity(_)
                    | Kind::Duration
                    | Kind::Months
            ),
            OutputKind::Outcome | OutputKind::Obligations | OutputKind::Reason => true,
        };
        if let (HitPolicy::CollectSum, Some(output)) = (self.hit, values().find(|output| !adds(output))) {
            return Err(self.head(&output.name, "a number, an amount or a length of time, for a sum"));
        }
        if self.hit.is_ranked() && !names.contains("outcome") && values().all(|output| output.allowed.is_empty()) {
            return Err(
                self.row(0, format!("an outcome, or a value with what is allowed in order, for `{}`", self.hit))
            );
        }
        Ok(outputs)
    }

    fn read_row(&self, row: usize, text: &RowText, columns: &[Column], outputs: &[Output]) -> Result<Row, TableError> {
        if (text.cells.len(), text.outputs.len()) != (columns.len(), outputs.len()) {
            return Err(self.row(row, "as many cells as the header has"));
        }
        let cells = columns.iter().zip(&text.cells);
        let cells = cells.map(|(column, text)| self.cell(row, &column.name, text, &column.kind));
        let says: Vec<&str> = text.outputs.iter().map(String::as_str).collect();
        Ok(Row { cells: cells.collect::<Result<_, _>>()?, says: self.says(row, &says, outputs)? })
    }

    fn says(&self, row: usize, texts: &[&str], outputs: &[Output]) -> Result<Says, TableError> {
        let mut says = Says::default();
        for (output, text) in outputs.iter().zip(texts.iter().map(|text| text.trim())) {
            if text.chars().nth(LONGEST_CELL).is_some() {
                let position = LONGEST_CELL.saturating_add(1);
                let expected = "a cell of at most 1000 characters";
                return Err(TableError::of_cell(self.table, row, &output.name, position, text, expected));
            }
            let misread = |ParseOutcomeError { position, expected }| {
                TableError::of_cell(self.table, row, &output.name, position, text, expected)
            };
            match &output.kind {
                OutputKind::Value(kind) => says.values.push(self.answer(row, output, kind, text)?),
                _ if text.is_empty() || text == "-" => {}
                OutputKind::Outcome => says.outcome = Some(text.parse().map_err(misread)?),
                OutputKind::Obligations => says.obligations = text.parse().map_err(misread)?,
                OutputKind::Reason => says.reason = Some(text.parse().map_err(misread)?),
            }
        }
        Ok(says)
    }

    /// A value that is said: nothing, a bare word, a value written out, or an expression.
    fn answer(&self, row: usize, output: &Output, kind: &Kind, text: &str) -> Result<Answer, TableError> {
        if text.is_empty() || text == "-" {
            return Ok(Answer::Constant(Value::Null));
        }
        let expression = match Expression::parse(text, self.schema, self.dialect) {
            Ok(expression) if may_be(expression.kind(), kind) => expression,
            other => {
                // A cell of the kind reads the words and the parts of the office that stand without quotes.
                let word = Cell::parse(text, kind, self.schema, self.dialect);
                if let Some(value) = word.as_ref().ok().and_then(|cell| the_one(cell.test())) {
                    return self.allowed(row, output, text, value.clone()).map(Answer::Constant);
                }
                let misread = other.err().or_else(|| word.err());
                let wanted = || Misread { position: 1, expected: format!("a value of kind {kind}").into() };
                return Err(self.misread(row, &output.name, text)(misread.unwrap_or_else(wanted)));
            }
        };
        match expression.evaluate(&|_| None) {
            Ok(value) if value == Value::Null || kind.admits(value.as_ref()) => {
                self.allowed(row, output, text, value).map(Answer::Constant)
            }
            Ok(_) => {
                let expected = format!("a value of kind {kind}");
                Err(TableError::of_cell(self.table, row, &output.name, 1, text, expected))
            }
            Err(_) => Ok(Answer::Computed(expression)),
        }
    }

    fn allowed(&self, row: usize, output: &Output, text: &str, value: Value) -> Result<Value, TableError> {
        if output.allows(value.as_ref()) {
            return Ok(value);
        }
        let allowed: Vec<&str> = output.allowed.iter().map(Cell::text).collect();
        let expected = format!("one of {}", allowed.join(", "));
        Err(TableError::of_cell(self.table, row, &output.name, 1, text, expected))
    }
}

impl Output {
    /// Whether the value may be said.
    pub(super) fn allows(&self, value: ValueRef<'_>) -> bool {
        self.allowed.is_empty() || value == ValueRef::Null || self.rank(value).is_some()
    }

    /// The place of the value in the list of what is allowed.
    pub(super) fn rank(&self, value: ValueRef<'_>) -> Option<usize> {
        self.allowed.iter().position(|cell| matches!(cell.holds(value, &|_| None), Ok(Some(true))))
    }
}

/// The one value that a test asks for.
fn the_one(test: &Test) -> Option<Value> {
    let Test::OneOf(unaries) = test else { return None };
    match unaries.as_slice() {
        [Unary::Equal(value)] => Some(value.clone()),
        [Unary::Within(scope)] => Some(Value::Scope(scope.clone())),
        _ => None,
    }
}

/// Whether a value of the one kind may be one of the other.
pub(crate) fn may_be(one: &Kind, other: &Kind) -> bool {
    match (one, other) {
        (Kind::Any, _)
        | (_, Kind::Any)
        | (Kind::Number, Kind::Integer)
        | (Kind::Integer, Kind::Number)
        | (Kind::Money(None), Kind::Money(_))
        | (Kind::Money(_), Kind::Money(None))
        | (Kind::Quantity(None), Kind::Quantity(_))
        | (Kind::Quantity(_), Kind::Quantity(None)) => true,
        (Kind::List(one), Kind::List(other)) => may_be(one, other),
        (Kind::Record(one), Kind::Record(other)) => {
            one.len() == other.len()
                && one.iter().all(|(name, kind)| other.get(name).is_some_and(|other| may_be(kind, other)))
        }
        _ => one == other,
    }
}
