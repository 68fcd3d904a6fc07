//! Content that only leave to read opens.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::confidential::{Granted, RecordClass};
use crate::subject::PersonId;

/// Content that is not to be seen without leave: a salary, a diagnosis, a witness's statement.
///
/// Neither its debug text nor its display text tells anything of the content, two of them cannot be compared, and
/// there is no way in but [`Confidential::open`]. It is stored like any other value: **serialising writes the
/// content out**, so what is serialised belongs into the store and nowhere else.
///
/// [`decide_access`](crate::decide_access) has an example.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confidential<T> {
    class: RecordClass,
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    subject: Option<PersonId>,
    content: T,
}

impl<T> Confidential<T> {
    /// The content as a record of this class, about this person where it is about one.
    pub const fn new(class: RecordClass, subject: Option<PersonId>, content: T) -> Self {
        Self { class, subject, content }
    }

    /// The class of the record.
    pub const fn class(&self) -> &RecordClass {
        &self.class
    }

    /// The person whom the record is about.
    pub const fn subject(&self) -> Option<PersonId> {
        self.subject
    }

    /// The content, for somebody who has leave to read it.
    ///
    /// # Errors
    /// [`OpenError`] where the leave was given for another class, or about another person.
    pub fn open(&self, leave: &Granted) -> Result<&T, OpenError> {
        if leave.class() != &self.class {
            return Err(OpenError::OtherClass { class: self.class.clone(), leave: leave.class().clone() });
        }
        if leave.subject() != self.subject {
            return Err(OpenError::OtherSubject);
        }
        Ok(&self.content)
    }
}

impl<T> fmt::Debug for Confidential<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Confidential({})", self.class)
    }
}

impl<T> fmt::Display for Confidential<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({})", self.class)
    }
}

/// The leave to read does not fit the record.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OpenError {
    /// It was given for another class of records.
    #[error("the record is {class}, and leave was given to read {leave} records")]
    OtherClass {
        /// The class of the record.
        class: RecordClass,
        /// The class that leave was given for.
        leave: RecordClass,
    },
    /// It was given for records about another person.
    #[error("leave was given to read about another person")]
    OtherSubject,
}
