//! What the kit says when a backend breaks the contract.

use std::fmt;

use thiserror::Error;

/// The promises of the storage contract, as they are numbered on [`office_core::Store`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Promise {
    /// 1: a commit's checks hold and its writes take effect at one instant, or nothing has changed.
    CommitIsOneInstant,
    /// 2: what was committed before a call began is seen by it, and no call sees less than an earlier one.
    InstantsAgreeWithRealTime,
    /// 3: all that one call returns existed together.
    CallSeesOneInstant,
    /// 4: a record's version is the id of the commit that wrote it.
    VersionsNameTheirWriter,
    /// 5: ids are told apart and ordered by their bytes.
    IdsAreBytes,
    /// 6: what is within the limits is stored, and comes back as the same value.
    WhatFitsIsStored,
    /// 7: what was acknowledged is still there after reopening.
    AcknowledgedIsDurable,
    /// 8: an outcome that is not known is reported as such, and a conflict has changed nothing.
    DoubtIsSaid,
}

impl Promise {
    /// Its number in the contract, from 1.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::CommitIsOneInstant => 1,
            Self::InstantsAgreeWithRealTime => 2,
            Self::CallSeesOneInstant => 3,
            Self::VersionsNameTheirWriter => 4,
            Self::IdsAreBytes => 5,
            Self::WhatFitsIsStored => 6,
            Self::AcknowledgedIsDurable => 7,
            Self::DoubtIsSaid => 8,
        }
    }
}

impl fmt::Display for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CommitIsOneInstant => "commit is one instant",
            Self::InstantsAgreeWithRealTime => "instants agree with real time",
            Self::CallSeesOneInstant => "a call sees one instant",
            Self::VersionsNameTheirWriter => "versions name their writer",
            Self::IdsAreBytes => "ids are bytes",
            Self::WhatFitsIsStored => "what fits the limits is stored",
            Self::AcknowledgedIsDurable => "acknowledged is durable",
            Self::DoubtIsSaid => "doubt is said",
        })
    }
}

/// A backend broke a promise of the contract: which one, what was expected and what was found.
#[derive(Clone, PartialEq, Eq, Error)]
#[error("promise {} is broken ({promise}): expected {expected}, found {found}", promise.number())]
pub struct Violation {
    promise: Promise,
    expected: String,
    found: String,
}

impl Violation {
    /// The violation of `promise` that shows in `found` where `expected` was due.
    pub fn new(promise: Promise, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { promise, expected: expected.into(), found: found.into() }
    }

    /// The promise that was broken.
    #[must_use]
    pub const fn promise(&self) -> Promise {
        self.promise
    }

    /// What the contract demands.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// What the backend did instead.
    #[must_use]
    pub fn found(&self) -> &str {
        &self.found
    }
}

/// As the message: a failed test prints it in this form.
impl fmt::Debug for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
