//! A table said in FEEL, which other engines decide by.

use super::{Answer, DecisionTable, InputText, OutputKind, OutputText, RowText, TableText};
use crate::rules::format::{NotCarried, Part};
use crate::rules::{Cell, Dialect, Kind, Value};

const FORMAT: &str = "FEEL";

/// The kind as FEEL has it: it does not tell whole numbers from others, and has no money, quantities, instants and
/// scopes.
pub(crate) fn feel_kind(kind: &Kind) -> Option<Kind> {
    match kind {
        Kind::Integer => Some(Kind::Number),
        Kind::Money(_) | Kind::Quantity(_) | Kind::Instant | Kind::Scope => None,
        Kind::List(kind) => Some(Kind::List(Box::new(feel_kind(kind)?))),
        Kind::Record(fields) => {
            let fields = fields.iter().map(|(name, kind)| Some((name.clone(), feel_kind(kind)?)));
            fields.collect::<Option<_>>().map(Kind::Record)
        }
        Kind::Any
        | Kind::Boolean
        | Kind::Number
        | Kind::Text
        | Kind::Date
        | Kind::Time
        | Kind::DateTime
        | Kind::Duration
        | Kind::Months => Some(kind.clone()),
    }
}

/// What a cell asks, in FEEL.
pub(crate) fn feel_cell(cell: &Cell) -> Option<String> {
    cell.written(Dialect::Dmn).ok()
}

impl DecisionTable {
    /// The table in FEEL, which decides the same.
    ///
    /// # Errors
    /// [`NotCarried`] names the head or cell that FEEL has no words for: an amount of money, a quantity, an instant, a
    /// scope, and the office's own outcomes, obligations and reasons.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{DecisionTable, Part};
    ///
    /// let rows = |kind: &str, cell: &str| {
    ///     DecisionTable::from_rows(&[kind, "=> grade: text"], [vec![cell.to_owned(), "high".to_owned()]])
    /// };
    /// let table = rows("kind: text", "IT, HR")?.in_feel()?;
    /// assert_eq!((table.rows[0].cells[0].as_str(), table.rows[0].outputs[0].as_str()), (r#""IT", "HR""#, r#""high""#));
    ///
    /// let refused = rows("amount: money EUR", "< 500 EUR")?.in_feel().unwrap_err();
    /// assert_eq!((refused.place, refused.found.as_str()), (Part::Head(1), "amount: money EUR"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn in_feel(&self) -> Result<TableText, NotCarried> {
        let mut text = TableText { name: self.text.name.clone(), hit: self.text.hit, ..TableText::default() };
        for (place, (column, written)) in self.columns.iter().zip(&self.text.inputs).enumerate() {
            let none = || self.not_said(place, &written.to_string());
            let kind = written.kind.as_ref().map(|_| feel_kind(&column.kind).ok_or_else(none)).transpose()?;
            feel_kind(&column.kind).ok_or_else(none)?;
            let expression = match &column.source {
                super::Source::Place(_) => column.name.clone(),
                super::Source::Computed(expression) => expression.written(Dialect::Dmn).map_err(|_| none())?,
            };
            let allowed = written.allowed.as_ref().map(|_| feel_cell(&column.allowed).ok_or_else(none)).transpose()?;
            text.inputs.push(InputText { expression, kind, allowed, optional: written.optional });
        }
        for (index, (output, written)) in self.outputs.iter().zip(&self.text.outputs).enumerate() {
            let none = || self.not_said(self.columns.len().saturating_add(index), &written.to_string());
            let OutputKind::Value(kind) = &output.kind else { return Err(none()) };
            let kind = OutputKind::Value(feel_kind(kind).ok_or_else(none)?);
            let allowed = output.allowed.iter().map(|cell| feel_cell(cell).ok_or_else(none));
            let allowed = allowed.collect::<Result<_, _>>()?;
            let default = self.otherwise.values.get(index).filter(|_| written.default.is_some());
            let default = default.map(|default| feel_answer(default).ok_or_else(none)).transpose()?;
            text.outputs.push(OutputText { name: output.name.clone(), kind, allowed, default });
        }
        for ((row, written), number) in self.rows.iter().zip(&self.text.rows).zip(1..) {
            let none = |index: usize, found: &String| {
                let place = Part::Cell { row: number, column: index.saturating_add(1) };
                NotCarried::new(&self.text.name, FORMAT, place, found, "what FEEL has words for")
            };
            let cells = row.cells.iter().zip(&written.cells).enumerate();
            let cells = cells.map(|(index, (cell, found))| feel_cell(cell).ok_or_else(|| none(index, found)));
            let cells = cells.collect::<Result<_, _>>()?;
            let outputs = row.says.values.iter().zip(&written.outputs).zip(self.columns.len()..);
            let outputs = outputs.map(|((says, found), index)| feel_answer(says).ok_or_else(|| none(index, found)));
            text.rows.push(RowText { cells, outputs: outputs.collect::<Result<_, _>>()?, note: written.note.clone() });
        }
        Ok(text)
    }

    fn not_said(&self, place: usize, found: &str) -> NotCarried {
        let head = Part::Head(place.saturating_add(1));
        NotCarried::new(&self.text.name, FORMAT, head, found, "a kind that FEEL has")
    }
}

fn feel_answer(answer: &Answer) -> Option<String> {
    match answer {
        Answer::Constant(value) => Value::literal(value, Dialect::Dmn).ok(),
        Answer::Computed(expression) => expression.written(Dialect::Dmn).ok(),
    }
}
