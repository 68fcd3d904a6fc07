//! Tables decided in the simplest way that can be thought of: row by row, cell by cell, from their texts.

use std::collections::{BTreeMap, BTreeSet};

use office_core::Decimal;
use office_core::rules::{
    Cell, Dialect, Expression, Facts, HitPolicy, Kind, Obligations, Outcome, OutputKind, Remark, RowText, Schema,
    TableRuling, TableText, Value, ValueRef,
};

/// Why nothing is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Undecided {
    Fact,
    NoValue,
    TwoMatch,
    Disagree,
}

/// What a row says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Said {
    outcome: Option<Outcome>,
    obligations: Obligations,
    reasons: BTreeSet<Remark>,
    values: Vec<(String, Value)>,
}

/// What the table decides.
pub(crate) fn decide(text: &TableText, schema: &Schema, facts: &Facts) -> Result<TableRuling, Undecided> {
    let lookup = |place: usize| Some(facts.get(schema.inputs()[place].name())?.as_ref());
    let asked = |place: usize| text.rows.iter().any(|row| row.cells[place].trim() != "-");
    let columns: Vec<Column> = text.inputs.iter().map(|input| Column::of(&input.expression, schema)).collect();
    let cells =
        |row: &RowText| columns.iter().zip(&row.cells).map(|(column, cell)| column.cell(cell, schema)).collect();
    let rows: Vec<Vec<Cell>> = text.rows.iter().map(cells).collect();
    // All facts that something asks for fit, whether or not it comes to that.
    for (place, input) in schema.inputs().iter().enumerate() {
        let mentioned = |text: &str| text.split(|c: char| !c.is_alphanumeric()).any(|word| word == input.name());
        let by_column = (0..columns.len()).any(|column| asked(column) && mentioned(&text.inputs[column].expression));
        if by_column || text.rows.iter().flat_map(|row| &row.cells).any(|cell| mentioned(cell)) {
            let known = lookup(place).ok_or(Undecided::Fact)?;
            input.check(known).map_err(|_| Undecided::Fact)?;
        }
    }
    let mut values = Vec::new();
    for (place, column) in columns.iter().enumerate() {
        values.push(if asked(place) { Some(column.value(&lookup)?) } else { None });
    }
    let mut hits = Vec::new();
    for (index, row) in text.rows.iter().enumerate() {
        if matches(&rows[index], &values, &lookup)? {
            hits.push((index + 1, said(text, row.outputs.iter().map(String::as_str))));
            // What is below is not looked at.
            if text.hit == HitPolicy::First {
                break;
            }
        }
    }
    chosen(text, hits)
}

/// A column: the fact at a place, or something computed.
struct Column {
    kind: Kind,
    place: Option<usize>,
    expression: Expression,
}

impl Column {
    fn of(text: &str, schema: &Schema) -> Self {
        let (place, expression) = (schema.place(text), Expression::parse(text, schema, Dialect::Office).unwrap());
        let kind = place.map_or_else(|| expression.kind().clone(), |place| schema.inputs()[place].kind().clone());
        Self { kind, place, expression }
    }

    fn cell(&self, text: &str, schema: &Schema) -> Cell {
        Cell::parse(text, &self.kind, schema, Dialect::Office).unwrap()
    }

    fn value<'a>(&'a self, lookup: &dyn Fn(usize) -> Option<ValueRef<'a>>) -> Result<Value, Undecided> {
        match self.place {
            Some(place) => lookup(place).map(ValueRef::to_value).ok_or(Undecided::Fact),
            None => self.expression.evaluate(lookup).map_err(|_| Undecided::NoValue),
        }
    }
}

/// Whether all cells hold. One that has no answer counts only where no other fails.
fn matches<'a>(
    cells: &'a [Cell],
    values: &'a [Option<Value>],
    lookup: &dyn Fn(usize) -> Option<ValueRef<'a>>,
) -> Result<bool, Undecided> {
    let asked = cells.iter().zip(values).filter_map(|(cell, value)| Some((cell, value.as_ref()?)));
    let answers: Vec<_> = asked.map(|(cell, value)| cell.holds(value.as_ref(), lookup)).collect();
    if answers.iter().any(|answer| matches!(answer, Ok(Some(false) | None))) {
        return Ok(false);
    }
    if answers.iter().any(Result::is_err) { Err(Undecided::NoValue) } else { Ok(true) }
}

/// Whether a cell of a column that asks for a fact by its name holds of the facts.
pub(crate) fn holds(schema: &Schema, text: &TableText, facts: &Facts, column: usize, cell: &str) -> bool {
    let input = &schema.inputs()[schema.place(&text.inputs[column].expression).unwrap()];
    let cell = Cell::parse(cell, input.kind(), schema, Dialect::Office).unwrap();
    let fact = facts.get(input.name()).unwrap();
    cell.holds(fact.as_ref(), &|_| None).unwrap() == Some(true)
}

fn said<'a>(text: &TableText, cells: impl Iterator<Item = &'a str>) -> Said {
    let mut said = Said::default();
    for (output, cell) in text.outputs.iter().zip(cells) {
        match &output.kind {
            OutputKind::Value(kind) => said.values.push((output.name.clone(), constant(kind, cell))),
            _ if cell == "-" => {}
            OutputKind::Outcome => said.outcome = Some(cell.parse().unwrap()),
            OutputKind::Obligations => said.obligations = cell.parse().unwrap(),
            OutputKind::Reason => said.reasons = [cell.parse().unwrap()].into(),
        }
    }
    said
}

fn constant(kind: &Kind, cell: &str) -> Value {
    match kind {
        _ if cell == "-" => Value::Null,
        Kind::Integer | Kind::Number => Value::Number(cell.parse::<Decimal>().unwrap()),
        _ => Value::from(cell),
    }
}

/// The place of a value in the list of what is allowed; of an outcome how loose it is.
fn rank(text: &TableText, said: &Said) -> Vec<usize> {
    let mut rank = Vec::new();
    for output in &text.outputs {
        if output.kind == OutputKind::Outcome {
            rank.push(match &said.outcome {
                Some(Outcome::Refuse(_)) => 0,
                Some(Outcome::Approvals(_)) => 1,
                Some(Outcome::Allow) => 2,
                None => 3,
            });
        } else if let (OutputKind::Value(kind), false) = (&output.kind, output.allowed.is_empty()) {
            let (_, value) = said.values.iter().find(|(name, _)| *name == output.name).unwrap();
            rank.push(output.allowed.iter().position(|allowed| constant(kind, allowed) == *value).unwrap());
        }
    }
    rank
}

/// Which of the rows that match decide, and what.
fn chosen(text: &TableText, mut hits: Vec<(usize, Said)>) -> Result<TableRuling, Undecided> {
    let number =
        |said: &Said| if let Some((_, Value::Number(number))) = said.values.first() { *number } else { Decimal::ZERO };
    if hits.is_empty() {
        let defaults = said(text, text.outputs.iter().map(|output| output.default.as_deref().unwrap_or("-")));
        let nothing = defaults.values.iter().all(|(_, value)| *value == Value::Null);
        let value = match (text.hit, nothing) {
            (HitPolicy::CollectCount, true) => Value::from(0),
            (_, true) => Value::Null,
            (hit, false) if hit.is_list() => Value::List(vec![one(&defaults)]),
            (_, false) => one(&defaults),
        };
        return Ok(ruling(Vec::new(), vec![defaults], value));
    }
    match text.hit {
        HitPolicy::Unique if hits.len() > 1 => return Err(Undecided::TwoMatch),
        HitPolicy::Any if hits.iter().any(|(_, said)| *said != hits[0].1) => return Err(Undecided::Disagree),
        HitPolicy::First => hits.truncate(1),
        HitPolicy::Priority => {
            let best = hits.iter().map(|(_, said)| rank(text, said)).min().unwrap();
            hits.retain(|(_, said)| rank(text, said) == best);
            if hits.iter().any(|(_, said)| said.values != hits[0].1.values) {
                return Err(Undecided::Disagree);
            }
        }
        HitPolicy::OutputOrder => hits.sort_by_key(|(_, said)| rank(text, said)),
        HitPolicy::CollectMin | HitPolicy::CollectMax => {
            let numbers = hits.iter().map(|(_, said)| number(said));
            let best = if text.hit == HitPolicy::CollectMin { numbers.min() } else { numbers.max() };
            hits.retain(|(_, said)| Some(number(said)) == best);
        }
        _ => {}
    }
    let (rows, said): (Vec<usize>, Vec<Said>) = hits.into_iter().unzip();
    let value = match text.hit {
        HitPolicy::CollectSum => Value::Number(said.iter().map(number).sum()),
        HitPolicy::CollectCount => Value::Number(said.len().into()),
        hit if hit.is_list() && !said[0].values.is_empty() => Value::List(said.iter().map(one).collect()),
        _ => one(&said[0]),
    };
    Ok(ruling(rows, said, value))
}

fn one(said: &Said) -> Value {
    match said.values.as_slice() {
        [] => Value::Null,
        [(_, value)] => value.clone(),
        several => Value::Record(several.iter().cloned().collect::<BTreeMap<_, _>>()),
    }
}

fn ruling(rows: Vec<usize>, said: Vec<Said>, value: Value) -> TableRuling {
    let mut ruling =
        TableRuling { rows, outcome: None, obligations: Obligations::none(), reasons: BTreeSet::new(), value };
    for said in said {
        ruling.outcome = match (ruling.outcome.take(), said.outcome) {
            (Some(one), Some(two)) => Some(one.join(two)),
            (one, two) => one.or(two),
        };
        ruling.obligations = ruling.obligations.join(said.obligations);
        ruling.reasons.extend(said.reasons);
    }
    ruling
}
