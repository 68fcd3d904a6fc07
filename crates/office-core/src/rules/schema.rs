//! What rules may ask of a case: its facts by name and kind.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::rules::{Facts, Kind, Value, ValueRef};

/// The most facts that rules may ask for.
pub(crate) const MOST_INPUTS: usize = 64;
/// The most characters of a name.
const LONGEST_NAME: usize = 100;

/// A fact that rules may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// What kind of value it is.
    pub kind: Kind,
    /// Whether it may be [`Value::Null`]: known to be nothing.
    pub optional: bool,
}

impl Input {
    /// A fact of this name and kind, which is always something.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), kind, optional: false }
    }
}

/// What rules may ask of a case. At most 64 inputs, each with a place of its own, counted from 0.
///
/// # Example
/// ```
/// use office_core::rules::{FactError, Facts, Input, Kind, Schema};
///
/// let schema = Schema::new([Input::new("kind", Kind::Text), Input::new("people", Kind::Integer)])?;
/// assert_eq!(schema.place("people"), Some(1));
/// assert!(schema.check(&Facts::new().with("kind", "catering").with("people", 12)).is_ok());
///
/// // A fact that does not fit is refused by its name.
/// let twelve = Facts::new().with("kind", "catering").with("people", "twelve");
/// assert_eq!(
///     schema.check(&twelve),
///     Err(FactError::OtherKind { path: "people".into(), wanted: Kind::Integer, found: Kind::Text }),
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
        let fact = |input: &Input| {
            let missing = || FactError::Missing { path: input.name.clone(), wanted: input.kind.clone() };
            let fact = facts.get(&input.name).ok_or_else(missing)?.as_ref();
            input.check(fact)?;
            Ok(fact)
        };
        self.inputs.iter().map(fact).collect::<Result<_, _>>().map(Slots)
    }
}

impl Input {
    /// Whether the fact fits.
    ///
    /// # Errors
    /// [`FactError::Null`], [`FactError::OtherKind`].
    pub fn check(&self, fact: ValueRef<'_>) -> Result<(), FactError> {
        let (path, wanted) = (|| self.name.clone(), || self.kind.clone());
        if fact == ValueRef::Null {
            return if self.optional { Ok(()) } else { Err(FactError::Null { path: path(), wanted: wanted() }) };
        }
        if self.kind.admits(fact) {
            return Ok(());
        }
        Err(FactError::OtherKind { path: path(), wanted: wanted(), found: fact.kind() })
    }
}

/// The facts of a case in the order of a schema's inputs, each of the kind that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slots<'a>(Vec<ValueRef<'a>>);

impl<'a> Slots<'a> {
    /// The fact at a place; none beyond the last.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<ValueRef<'a>> {
        self.0.get(place).copied()
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
}

/// A fact does not fit the schema: no rule was looked at.
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
        /// Which fact; a part of one as `items[2].price`.
        path: String,
        /// The kind that is wanted.
        wanted: Kind,
        /// The kind that was found.
        found: Kind,
    },
    /// It is outside of what is allowed.
    #[error("`{path}` is {found}: {wanted} is wanted")]
    NotAllowed {
        /// Which fact.
        path: String,
        /// What is allowed.
        wanted: String,
        /// What was found.
        found: Value,
    },
}
