//! The heads of columns, and what they say of the facts that a table asks for.

use std::collections::BTreeMap;

use super::{
    InputText, MOST_COLUMNS, MOST_ROWS, OutputKind, OutputText, ParseHeadError, RowText, TableError, TableText,
};
use crate::rules::cell::{Bound, Test, Unary};
use crate::rules::{Cell, Dialect, HitPolicy, Kind, Schema, SchemaError, Value};

/// The kind of a fact of this name whose kind is not said.
pub(crate) fn usual_kind(name: &str) -> Kind {
    match name {
        "amount" => Kind::Money(None),
        "scope" => Kind::Scope,
        "within_budget" => Kind::Boolean,
        _ => Kind::Text,
    }
}

impl TableText {
    /// The text of a table whose rows have the cells of all columns in the order of the header, inputs and outputs in
    /// any order: what a spreadsheet holds. The first row that matches is to decide.
    ///
    /// # Errors
    /// [`TableError`] of a head that cannot be read, of a row with more or fewer cells, of too many columns or rows.
    pub fn from_rows(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Result<Self, TableError> {
        if header.len() > MOST_COLUMNS {
            return Err(TableError::of_row("", 0, "at most 64 columns"));
        }
        let mut text = Self { hit: HitPolicy::First, ..Self::default() };
        let mut is_output = Vec::with_capacity(header.len());
        for head in header {
            let misread =
                |ParseHeadError { position, expected }| TableError::of_cell("", 0, head, position, head, expected);
            let own = matches!(head.split(" else ").next().map(str::trim), Some("outcome" | "obligations" | "reason"));
            let output = own || head.trim_start().starts_with("=>");
            is_output.push(output);
            if output {
                text.outputs.push(head.parse::<OutputText>().map_err(misread)?);
            } else {
                text.inputs.push(head.parse::<InputText>().map_err(misread)?);
            }
        }
        for cells in rows {
            let number = text.rows.len().saturating_add(1);
            if number > MOST_ROWS {
                return Err(TableError::of_row("", number, "at most 10000 rows"));
            }
            if cells.len() != header.len() {
                return Err(TableError::of_row("", number, "as many cells as the header has"));
            }
            let mut row = RowText::default();
            for (cell, output) in cells.into_iter().zip(&is_output) {
                if *output { row.outputs.push(cell) } else { row.cells.push(cell) }
            }
            text.rows.push(row);
        }
        Ok(text)
    }

    /// What the table asks of a case, where each of its columns asks for a fact by its name. A column of money or of
    /// quantities whose currency or unit is not said is in that of its cells.
    ///
    /// # Errors
    /// [`TableError`] of a name that is none, and of a cell in another currency or unit than one before it.
    pub fn schema(&self, dialect: Dialect) -> Result<Schema, TableError> {
        let head = |name: &str, expected: String| TableError::of_cell(&self.name, 0, name, 1, name, expected);
        if self.inputs.len() > MOST_COLUMNS {
            return Err(TableError::of_row(&self.name, 0, "at most 64 columns"));
        }
        let mut seen = BTreeMap::new();
        let mut inputs = self.inputs.clone();
        for (place, input) in inputs.iter_mut().enumerate() {
            if seen.insert(input.expression.clone(), place).is_some() {
                return Err(head(&input.expression, "a name that no other column has".to_owned()));
            }
            let usual = input.kind.take().unwrap_or_else(|| usual_kind(&input.expression));
            input.kind = Some(self.measured(place, usual, dialect)?);
        }
        Schema::read(&inputs, dialect).map_err(|error| match error {
            SchemaError::TooMany => TableError::of_row(&self.name, 0, "at most 64 columns"),
            SchemaError::Name { name } | SchemaError::Twice { name } => {
                head(&name, "a name of at most 100 characters".to_owned())
            }
            SchemaError::Allowed { name, misread } => {
                TableError::of_cell(&self.name, 0, &name, misread.position, &name, misread.expected)
            }
        })
    }

    /// The kind, with the currency or unit that the cells of the column name.
    pub(super) fn measured(&self, place: usize, kind: Kind, dialect: Dialect) -> Result<Kind, TableError> {
        if !matches!(kind, Kind::Money(None) | Kind::Quantity(None)) {
            return Ok(kind);
        }
        let schema = Schema::default();
        let mut found = kind.clone();
        let cells = self.rows.iter().enumerate().filter_map(|(index, row)| Some((index, row.cells.get(place)?)));
        for (index, text) in cells {
            // What cannot be read is told of when the table is.
            let Ok(cell) = Cell::parse(text, &kind, &schema, dialect) else { continue };
            for value in constants(cell.test()) {
                if found == kind {
                    found = value.kind();
                } else if !found.admits(value.as_ref()) {
                    let column = self.inputs.get(place).map_or("", |input| &input.expression);
                    let expected = format!("{found}, as in the rows above");
                    return Err(TableError::of_cell(&self.name, index.saturating_add(1), column, 1, text, expected));
                }
            }
        }
        Ok(found)
    }

    /// The kind of the value that the table decides; none where it decides no value. Of several outputs a record; of a
    /// hit policy by which several rows decide, a list.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        let values = self.outputs.iter().filter_map(|output| match &output.kind {
            OutputKind::Value(kind) => Some((output.name.clone(), kind.clone())),
            OutputKind::Outcome | OutputKind::Obligations | OutputKind::Reason => None,
        });
        let mut values: BTreeMap<String, Kind> = values.collect();
        let one = match values.len() {
            0 => return None,
            1 => values.pop_first().map(|(_, kind)| kind)?,
            _ => Kind::Record(values),
        };
        Some(if self.hit == HitPolicy::CollectCount {
            Kind::Integer
        } else if self.hit.is_list() {
            Kind::List(Box::new(one))
        } else {
            one
        })
    }
}

/// The amounts and quantities that a test names.
fn constants(test: &Test) -> Vec<&Value> {
    let (Test::OneOf(unaries) | Test::NoneOf(unaries)) = test else { return Vec::new() };
    let values = unaries.iter().flat_map(|unary| match unary {
        Unary::Equal(value) | Unary::Below(Bound { value, .. }) | Unary::Above(Bound { value, .. }) => vec![value],
        Unary::Between(low, high) => vec![&low.value, &high.value],
        Unary::Within(_) => Vec::new(),
    });
    values.filter(|value| **value != Value::Null).collect()
}
