//! All that is wrong with a file, not the first thing alone.

use thiserror::Error;

use crate::InputError;

/// How many refusals of a file are told one by one.
const MOST: usize = 100;

/// What is wrong with a file, as it is read: the first hundred refusals, and how many more there are.
///
/// # Example
/// ```
/// use office_core::InputError;
/// use office_core::sheet::Complaints;
///
/// let mut complaints = Complaints::default();
/// let three = complaints.keep(Ok(3));
/// let none: Option<u32> = complaints.keep(Err(InputError::new("stock.csv", 2, "quantity", "1O", "a number")));
/// assert_eq!((three, none), (Some(3), None));
/// assert_eq!(complaints.settle("a table").unwrap_err().errors().len(), 1);
/// assert_eq!(Complaints::default().settle("a table"), Ok("a table"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Complaints {
    errors: Vec<InputError>,
    more: usize,
}

/// A file was refused: all that is wrong with it, line by line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", told(errors, *more))]
pub struct SheetRefusal {
    // Invariant: there is one at least, and they are in the order of lines.
    errors: Vec<InputError>,
    more: usize,
}

fn told(errors: &[InputError], more: usize) -> String {
    let first = errors.first().map(ToString::to_string).unwrap_or_default();
    match errors.len().saturating_sub(1).saturating_add(more) {
        0 => first,
        others => format!("{first} (and {others} more)"),
    }
}

impl Complaints {
    /// Takes note of a refusal.
    pub fn note(&mut self, error: InputError) {
        if self.errors.len() < MOST {
            self.errors.push(error);
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    /// What was read, if it was; else takes note of why not.
    pub fn keep<T>(&mut self, read: Result<T, InputError>) -> Option<T> {
        read.map_err(|error| self.note(error)).ok()
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// What came of the file, if nothing is wrong with it.
    ///
    /// # Errors
    /// [`SheetRefusal`] with all that is.
    pub fn settle<T>(self, value: T) -> Result<T, SheetRefusal> {
        let Self { mut errors, more } = self;
        if errors.is_empty() {
            return Ok(value);
        }
        errors.sort_by_key(InputError::line);
        Err(SheetRefusal { errors, more })
    }
}

impl SheetRefusal {
    /// The refusals in the order of lines, at most a hundred.
    #[must_use]
    pub fn errors(&self) -> &[InputError] {
        &self.errors
    }

    /// How many there are beyond those.
    #[must_use]
    pub const fn more(&self) -> usize {
        self.more
    }
}

impl From<InputError> for SheetRefusal {
    fn from(error: InputError) -> Self {
        Self { errors: vec![error], more: 0 }
    }
}
