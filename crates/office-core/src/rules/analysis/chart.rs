//! Tables drawn in one space: which facts are the dimensions, and what each row covers.

use std::collections::BTreeMap;

use super::space::{Region, Space};
use crate::rules::axis::Axis;
use crate::rules::cell::{Test, Unary};
use crate::rules::number_set::NumberSet;
use crate::rules::table::{Column, Source};
use crate::rules::{Cell, DecisionTable, Dialect, Facts, Input, Kind, Value};

/// Tables that are asked of the same cases, their rows one after another, as regions of one space.
#[derive(Debug)]
pub(super) struct Chart {
    /// What any of the tables may be told of a case.
    inputs: Vec<Input>,
    pub(super) dimensions: Vec<Dimension>,
    pub(super) space: Space,
    /// The rows that cover just their regions; the others may cover less, by cells that have to be computed.
    pub(super) certain: NumberSet,
}

/// A fact that tables look at.
#[derive(Debug)]
pub(super) struct Dimension {
    /// Its name.
    pub(super) input: String,
    /// How it is cut.
    pub(super) axis: Axis,
}

/// The columns of a fact, and what their cells ask of it.
#[derive(Default)]
struct Looks<'t> {
    columns: Vec<&'t Column>,
    tests: Vec<&'t Test>,
}

impl Chart {
    pub(super) fn of(tables: &[&DecisionTable]) -> Self {
        let mut looks: BTreeMap<&str, Looks<'_>> = BTreeMap::new();
        let mut inputs: Vec<Input> = Vec::new();
        for table in tables {
            for input in table.schema().inputs() {
                if inputs.iter().all(|known| known.name != input.name) {
                    inputs.push(input.clone());
                }
            }
            for (index, column) in table.columns().iter().enumerate() {
                let Some(input) = fact(table, column) else { continue };
                let looks = looks.entry(input).or_default();
                let cells = table.rows().iter().filter_map(|row| row.cells.get(index)).map(Cell::test);
                looks.tests.extend(cells.filter(|test| test.is_constant()).chain([column.allowed.test()]));
                looks.columns.push(column);
            }
        }
        let dimensions = looks.into_iter().filter_map(|(input, looks)| Dimension::of(input, &looks));
        let dimensions: Vec<Dimension> = dimensions.collect();
        let drawn: Vec<(Region, bool)> = tables.iter().flat_map(|table| draw(table, &dimensions)).collect();
        let certain = NumberSet::those(drawn.len(), |row| drawn.get(row).is_some_and(|(_, certain)| *certain));
        let widths: Vec<usize> = dimensions.iter().map(|dimension| dimension.axis.len()).collect();
        let space = Space::new(&widths, drawn.into_iter().map(|(region, _)| region).collect());
        Self { inputs, dimensions, space, certain }
    }

    /// Whether no cell has to be computed.
    pub(super) fn all_certain(&self) -> bool {
        self.certain.count() == self.space.row_count()
    }

    /// Facts of a case within the region; none where it is empty.
    pub(super) fn witness(&self, region: &[NumberSet]) -> Option<Facts> {
        let mut facts = Facts::new();
        for input in &self.inputs {
            let dimension = self.dimensions.iter().zip(region).find(|(dimension, _)| dimension.input == input.name);
            let value = match dimension {
                Some((dimension, atoms)) => dimension.axis.witness(atoms.first()?)?,
                None => any_value(input)?,
            };
            facts = facts.with(input.name.clone(), value);
        }
        Some(facts)
    }

    /// What a row that covers just the region asks of each fact of which it asks anything. Where no cell can say that, it
    /// asks for the witness.
    pub(super) fn cells(&self, region: &[NumberSet]) -> BTreeMap<String, String> {
        let asked = self.dimensions.iter().zip(region).filter_map(|(Dimension { input, axis }, atoms)| {
            let witness = || Some(Test::OneOf(vec![Unary::Equal(axis.witness(atoms.first()?)?)]));
            let test = axis.asking(atoms).or_else(witness)?;
            let cell = Cell::asking(test, Dialect::Office).filter(|cell| *cell.test() != Test::Any)?;
            Some((input.clone(), cell.text().to_owned()))
        });
        asked.collect()
    }
}

impl Dimension {
    fn of(input: &str, looks: &Looks<'_>) -> Option<Self> {
        let Column { kind, optional, allowed, .. } = looks.columns.first()?;
        // Where columns of one fact allow different things, all that any of them does is looked at.
        let alike = looks.columns.iter().all(|column| column.allowed == *allowed && column.kind == *kind);
        let allowed = if alike { allowed.test() } else { &Test::Any };
        let axis = Axis::of(kind, *optional, allowed, looks.tests.iter().copied());
        let axis = axis.or_else(|| Axis::of(kind, *optional, &Test::Any, std::iter::empty()))?;
        Some(Self { input: input.to_owned(), axis })
    }
}

/// The name of the fact that a column looks at; none where it is computed.
fn fact<'t>(table: &'t DecisionTable, column: &Column) -> Option<&'t str> {
    let Source::Place(place) = column.source else { return None };
    table.schema().inputs().get(place).map(|input| input.name.as_str())
}

/// The regions of a table's rows, and whether each covers all of its region.
fn draw(table: &DecisionTable, dimensions: &[Dimension]) -> Vec<(Region, bool)> {
    let of_row = |cells: &[Cell]| {
        let mut region: Region = dimensions.iter().map(|dimension| NumberSet::all(dimension.axis.len())).collect();
        let mut certain = true;
        for (column, cell) in table.columns().iter().zip(cells).filter(|(_, cell)| *cell.test() != Test::Any) {
            let input = fact(table, column);
            let at = dimensions.iter().position(|dimension| input == Some(dimension.input.as_str()));
            let atoms = at.and_then(|at| dimensions.get(at)?.axis.set(cell.test()));
            match (at.and_then(|at| region.get_mut(at)), atoms) {
                (Some(place), Some(atoms)) => *place = place.and(&atoms),
                _ => certain = false,
            }
        }
        (region, certain)
    };
    table.rows().iter().map(|row| of_row(&row.cells)).collect()
}

/// A value that an input of which nothing is asked may have.
fn any_value(input: &Input) -> Option<Value> {
    let allowed = input.allowed().map_or(&Test::Any, Cell::test);
    let axis = Axis::of(&input.kind, input.optional, allowed, std::iter::empty());
    axis.or_else(|| Axis::of(&Kind::Any, true, &Test::Any, std::iter::empty()))?.witness(0)
}
