//! What rules may ask of a case: its facts by name and kind.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::rules::table::usual_kind;
use crate::rules::{Cell, Dialect, Facts, InputText, Kind, Misread, ValueRef};

/// The most facts that rules may ask for.
pub(crate) const MOST_INPUTS: usize = 64;
/// The most characters of a name.
const LONGEST_NAME: usize = 100;

/// A fact that rules may ask for.
///
/// # Example
/// ```
/// use office_core::rules::{Dialect, FactError, Input, Kind, Value};
///
/// let days = Input::new("days", Kind::Integer).allowing("[0..366]", Dialect::Office)?;
/// assert_eq!(days.check(Value::from(30).as_ref()), Ok(()));
/// assert_eq!(days.check(Value::from(400).as_ref()).unwrap_err().to_string(), "`days` is not what it may be: [0..366] is wanted");
///
/// // What may be nothing is said so, and what is allowed is read as a cell of a table is.
/// assert!(matches!(days.check(Value::Null.as_ref()), Err(FactError::Null { .. })));
/// assert_eq!(days.clone().or_nothing().check(Value::Null.as_ref()), Ok(()));
/// assert!(days.allowing("[0..", Dialect::Office).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) optional: bool,
    allowed: Option<Cell>,
}

impl Input {
    /// A fact of this name and kind, which is always something, and may be anything of its kind.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), kind, optional: false, allowed: None }
    }

    /// The same, and it may be [nothing](crate::rules::Value::Null): known to be nothing.
    #[must_use]
    pub fn or_nothing(self) -> Self {
        Self { optional: true, ..self }
    }

    /// The same, and it may only be what passes this, said as in a cell: `[0..366]`, `IT, HR`, `not("")`. Of a list
    /// each value has to pass.
    ///
    /// # Errors
    /// [`Misread`] where the text is no cell for its kind.
    pub fn allowing(self, text: &str, dialect: Dialect) -> Result<Self, Misread> {
        let kind = if let Kind::List(kind) = &self.kind { kind } else { &self.kind };
        let allowed = Cell::parse(text, kind, &Schema::default(), dialect)?;
        Ok(Self { allowed: Some(allowed), ..self })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What kind of value it is.
    #[must_use]
    pub const fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Whether it may be nothing.
    #[must_use]
    pub const fn is_optional(&self) -> bool {
        self.optional
    }

    /// What it may be at all; anything of its kind where nothing is said.
    #[must_use]
    pub const fn allowed(&self) -> Option<&Cell> {
        self.allowed.as_ref()
    }

    /// Whether the fact fits.
    ///
    /// # Errors
    /// [`FactError`] names the first part of the fact that does not.
    pub fn check(&self, fact: ValueRef<'_>) -> Result<(), FactError> {
        if fact == ValueRef::Null && self.optional {
            return Ok(());
        }
        if !self.kind.admits(fact) {
            let whole =
                || FactError::OtherKind { path: self.name.clone(), wanted: self.kind.clone(), found: fact.kind() };
            return Err(misfit(&self.kind, fact, &self.name).unwrap_or_else(whole));
        }
        let Some(allowed) = &self.allowed else { return Ok(()) };
        let not_allowed = |path: String| FactError::NotAllowed { path, wanted: allowed.text().to_owned() };
        if let (Kind::List(_), ValueRef::List(values)) = (&self.kind, fact) {
            let outside = values.iter().enumerate().find(|(_, value)| !passes(allowed, value.as_ref()));
            return outside.map_or(Ok(()), |(index, _)| Err(not_allowed(numbered(&self.name, index))));
        }
        if passes(allowed, fact) { Ok(()) } else { Err(not_allowed(self.name.clone())) }
    }
}

/// Whether the value is allowed for certain.
fn passes(allowed: &Cell, value: ValueRef<'_>) -> bool {
    matches!(allowed.holds(value, &|_| None), Ok(Some(true)))
}

/// The path of a value of a list, counted from 1: `items[2]`.
fn numbered(path: &str, index: usize) -> String {
    format!("{path}[{}]", index.saturating_add(1))
}

/// The first part of the value that is not of the kind that is wanted there. No deeper than kinds are.
fn misfit(kind: &Kind, value: ValueRef<'_>, path: &str) -> Option<FactError> {
    match (kind, value) {
        (Kind::Any, _) => None,
        (_, ValueRef::Null) => Some(FactError::Null { path: path.to_owned(), wanted: kind.clone() }),
        (Kind::List(kind), ValueRef::List(values)) => {
            let parts = values.iter().enumerate();
            parts
                .filter(|(_, value)| !kind.admits(value.as_ref()))
                .find_map(|(index, value)| misfit(kind, value.as_ref(), &numbered(path, index)))
        }
        (Kind::Record(kinds), ValueRef::Record(fields)) => {
            let part = |name: &str| format!("{path}.{name}");
            let wrong = kinds.iter().find_map(|(name, kind)| match fields.get(name) {
                Some(field) => misfit(kind, field.as_ref(), &part(name)),
                None => Some(FactError::Missing { path: part(name), wanted: kind.clone() }),
            });
            let surplus = || fields.keys().find(|name| !kinds.contains_key(*name));
            wrong.or_else(|| surplus().map(|name| FactError::NotAsked { path: part(name) }))
        }
        _ if kind.admits(value) => None,
        _ => Some(FactError::OtherKind { path: path.to_owned(), wanted: kind.clone(), found: value.kind() }),
    }
}

/// What rules may ask of a case. At most 64 inputs, each with a place of its own, counted from 0.
///
/// # Example
/// ```
/// use office_core::rules::{FactError, Facts, Input, Kind, Schema, Value};
///
/// let lines: Kind = "list of record (item: text, count: integer)".parse()?;
/// let schema = Schema::new([Input::new("kind", Kind::Text), Input::new("lines", lines)])?;
/// assert_eq!(schema.place("lines"), Some(1));
///
/// // A fact that does not fit is refused by its path.
/// let line = |count: Value| Value::Record([("item".into(), "pen".into()), ("count".into(), count)].into());
/// let facts = |second| Facts::new().with("kind", "paper").with("lines", vec![line(12.into()), line(second)]);
/// assert!(schema.check(&facts(3.into())).is_ok());
/// assert_eq!(
///     schema.check(&facts("three".into())),
///     Err(FactError::OtherKind { path: "lines[2].count".into(), wanted: Kind::Integer, found: Kind::Text }),
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    // Invariant: at most 64, no two of one name.
    inputs: Vec<Input>,
}

impl Schema {
    /// The schema of these inputs, in this order.
    ///
    /// # Errors
    /// [`SchemaError`].
    pub fn new(inputs: impl IntoIterator<Item = Input>) -> Result<Self, SchemaError> {
        let mut names = BTreeSet::new();
        let mut accepted = Vec::new();
        for input in inputs {
            if accepted.len() >= MOST_INPUTS {
                return Err(SchemaError::TooMany);
            }
            let name = input.name.trim();
            if name.is_empty() || name != input.name || name.chars().nth(LONGEST_NAME).is_some() {
                return Err(SchemaError::Name { name: name.chars().take(LONGEST_NAME).collect() });
            }
            if !names.insert(input.name.clone()) {
                return Err(SchemaError::Twice { name: input.name });
            }
            accepted.push(input);
        }
        Ok(Self { inputs: accepted })
    }

    /// The schema as it is written. An input whose kind is not said is of the usual kind of its name: `amount` is
    /// money, `scope` a scope, `within_budget` yes or no, and any other a text.
    ///
    /// # Errors
    /// [`SchemaError`].
    pub fn read(texts: &[InputText], dialect: Dialect) -> Result<Self, SchemaError> {
        let mut inputs = Vec::new();
        for InputText { expression: name, kind, allowed, optional } in texts.iter().take(MOST_INPUTS.saturating_add(1))
        {
            let mut input = Input::new(name.clone(), kind.clone().unwrap_or_else(|| usual_kind(name)));
            input.optional = *optional;
            if let Some(allowed) = allowed {
                let misread = |misread: Misread| SchemaError::Allowed { name: name.clone(), misread };
                input = input.allowing(allowed, dialect).map_err(misread)?;
            }
            inputs.push(input);
        }
        Self::new(inputs)
    }

    /// The schema as it would be written.
    #[must_use]
    pub fn texts(&self) -> Vec<InputText> {
        let text = |input: &Input| InputText {
            expression: input.name.clone(),
            kind: Some(input.kind.clone()),
            allowed: input.allowed.as_ref().map(|cell| cell.text().to_owned()),
            optional: input.optional,
        };
        self.inputs.iter().map(text).collect()
    }

    /// The inputs in order.
    #[must_use]
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// The place of the input of this name.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<usize> {
        self.inputs.iter().position(|input| input.name == name)
    }

    /// The facts in the order of the inputs. Facts that are not asked for are left out.
    ///
    /// # Errors
    /// [`FactError`] of the first input whose fact is missing or does not fit.
    pub fn check<'a>(&self, facts: &'a Facts) -> Result<Slots<'a>, FactError> {
        self.check_places(facts, |_| true)
    }

    /// The facts at those places only; the others need not be known, and are looked at by nobody.
    pub(crate) fn check_places<'a>(
        &self,
        facts: &'a Facts,
        asked: impl Fn(usize) -> bool,
    ) -> Result<Slots<'a>, FactError> {
        let fact = |(place, input): (usize, &Input)| {
            if !asked(place) {
                return Ok(None);
            }
            let missing = || FactError::Missing { path: input.name.clone(), wanted: input.kind.clone() };
            let fact = facts.get(&input.name).ok_or_else(missing)?.as_ref();
            input.check(fact)?;
            Ok(Some(fact))
        };
        self.inputs.iter().enumerate().map(fact).collect::<Result<_, _>>().map(Slots)
    }
}

/// The facts of a case in the order of a schema's inputs, each of the kind that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slots<'a>(Vec<Option<ValueRef<'a>>>);

impl<'a> Slots<'a> {
    /// The fact at a place; none beyond the last, and where nobody asks for it.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<ValueRef<'a>> {
        self.0.get(place).copied().flatten()
    }
}

/// The inputs of a schema do not go together.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SchemaError {
    /// There are too many.
    #[error("at most 64 inputs are wanted")]
    TooMany,
    /// A name is empty, too long, or begins or ends with a space.
    #[error("`{name}` is no name of an input: 1 to 100 characters without a space at the ends are wanted")]
    Name {
        /// The name, shortened.
        name: String,
    },
    /// Two have one name.
    #[error("two inputs are named `{name}`")]
    Twice {
        /// The name.
        name: String,
    },
    /// What is allowed of one cannot be read.
    #[error("what is allowed of `{name}` cannot be read")]
    Allowed {
        /// The name.
        name: String,
        /// Where, and what is wanted there.
        #[source]
        misread: Misread,
    },
}

/// A fact does not fit the schema: no rule was looked at. The path names the fact, and a part of one as
/// `items[2].price`, counted from 1. The fact itself is not told: whoever reads of a refusal may not be one who may read
/// the fact.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FactError {
    /// It is not known.
    #[error("`{path}` is not known of the case: a fact of kind {wanted} is wanted")]
    Missing {
        /// Which fact.
        path: String,
        /// The kind that is wanted.
        wanted: Kind,
    },
    /// It is nothing, and may not be.
    #[error("`{path}` is nothing: a fact of kind {wanted} is wanted")]
    Null {
        /// Which fact.
        path: String,
        /// The kind that is wanted.
        wanted: Kind,
    },
    /// It is of another kind.
    #[error("`{path}` is of kind {found}: a fact of kind {wanted} is wanted")]
    OtherKind {
        /// Which fact.
        path: String,
        /// The kind that is wanted.
        wanted: Kind,
        /// The kind that was found.
        found: Kind,
    },
    /// A record has a part that is not asked for.
    #[error("`{path}` is not a part that is asked for")]
    NotAsked {
        /// Which part.
        path: String,
    },
    /// It is outside of what is allowed.
    #[error("`{path}` is not what it may be: {wanted} is wanted")]
    NotAllowed {
        /// Which fact.
        path: String,
        /// What is allowed.
        wanted: String,
    },
}
