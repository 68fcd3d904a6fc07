//! What a policy decides.

use std::fmt;
use std::str::FromStr;

use crate::text::as_text;

mod approvals;
mod delay;
mod reader;
mod remark;
mod step;

pub use approvals::Approvals;
pub use delay::Delay;
pub use reader::ParseOutcomeError;
use reader::Reader;
pub use remark::{Obligations, Reasons, Remark};
pub use step::Step;

/// What a policy decides of a case.
///
/// In text, and in JSON as that text:
///
/// ```text
/// allow
/// refuse: the budget is spent; over_budget(limit: 500 EUR)
/// approvals: 1 office_manager purchase.approve; 2 finance|executive purchase.approve in company
/// approvals: 1 finance purchase.approve escalate to executive after 8h expire after 40h & 1 it purchase.approve
/// ```
///
/// A refusal gives its reasons, separated by semicolons, each a [`Remark`]. Approvals are steps: a semicolon begins
/// the next stage, and `&` the next step of the same stage. A step is how many people, of which role or of any of
/// several (`finance|executive`), by authority for which action, and in which scope where that is not the case's
/// (`in company`; the `in` may be left out). Then may follow, in any order:
///
/// * `escalate to executive after 8h`: after 8 hours of work people of that role may approve as well;
/// * `expire after 40h`: after 40 hours of work without the approval the case expires;
/// * `no delegation`: only in person;
/// * `keep when returned`: its approvals stay where the case is returned and comes back with the same amount and the
///   same outcome.
///
/// A role whose name has white space, `|` or `;` in it stands in quotes. Reading takes time and memory in proportion
/// to the text.
///
/// # Laws
/// Outcomes are a lattice: allowed is less strict than approvals, and those are less strict than refused.
///
/// 1. [`join`](Outcome::join) is commutative, associative and idempotent, and so are those of reasons, obligations and
///    approvals.
/// 2. What is joined is as strict as each of its parts: no reason, no step and no obligation gets lost.
/// 3. What is written reads back the same, and what is read is written in one canonical form.
/// 4. Every text is an outcome, or has a place that cannot be read; nothing panics.
///
/// # Example
/// ```
/// use office_core::rules::{Outcome, ParseOutcomeError};
///
/// let table = "approvals: 1 finance purchase.approve".parse::<Outcome>()?;
/// let other = "approvals: 2 finance purchase.approve; 1 executive purchase.approve company".parse::<Outcome>()?;
/// let both = table.clone().join(other.clone());
/// assert_eq!(both.to_string(), "approvals: 2 finance purchase.approve; 1 executive purchase.approve in company");
/// assert!(both.is_as_strict_as(&table) && !table.is_as_strict_as(&both));
///
/// // A refusal stays one, whatever it is joined with.
/// let refused = both.join(Outcome::refuse("the budget is spent")).join(Outcome::Allow);
/// assert_eq!(refused.to_string(), "refuse: the budget is spent");
///
/// // What is missing is named with its place.
/// let error = "approvals: 1 office_manager".parse::<Outcome>().unwrap_err();
/// assert_eq!((error.position, error.expected), (28, "an action such as `purchase.approve`"));
/// # Ok::<(), ParseOutcomeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It may be done.
    Allow,
    /// It may be done once these steps are approved.
    Approvals(Approvals),
    /// It may not be done, for these reasons.
    Refuse(Reasons),
}

impl Outcome {
    /// It may not be done, for this reason.
    #[must_use]
    pub fn refuse(reason: impl Into<Remark>) -> Self {
        Self::Refuse(Reasons::from(reason.into()))
    }

    /// The least strict outcome that is as strict as both: refused where one is, for the reasons of both; approved by
    /// all whom one or the other asks for.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::Refuse(one), Self::Refuse(two)) => Self::Refuse(one.join(two)),
            (Self::Refuse(reasons), _) | (_, Self::Refuse(reasons)) => Self::Refuse(reasons),
            (Self::Approvals(one), Self::Approvals(two)) => Self::Approvals(one.join(two)),
            (Self::Approvals(approvals), Self::Allow) | (Self::Allow, Self::Approvals(approvals)) => {
                Self::Approvals(approvals)
            }
            (Self::Allow, Self::Allow) => Self::Allow,
        }
    }

    /// Whether joining the other adds nothing.
    #[must_use]
    pub fn is_as_strict_as(&self, other: &Self) -> bool {
        self.clone().join(other.clone()) == *self
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allow => f.write_str("allow"),
            Self::Refuse(reasons) => write!(f, "refuse: {reasons}"),
            Self::Approvals(approvals) => write!(f, "approvals: {approvals}"),
        }
    }
}

impl FromStr for Outcome {
    type Err = ParseOutcomeError;

    fn from_str(text: &str) -> Result<Self, ParseOutcomeError> {
        let mut reader = Reader::new(text);
        reader.skip_space();
        if reader.rest().trim_end() == "allow" {
            Ok(Self::Allow)
        } else if reader.take("refuse:") {
            Reasons::read(&mut reader).map(Self::Refuse)
        } else if reader.take("approvals:") {
            Approvals::read(&mut reader).map(Self::Approvals)
        } else {
            Err(reader.wants("`allow`, `refuse: the reason` or `approvals: the steps`"))
        }
    }
}

as_text!(Outcome, "an outcome such as `allow`, `refuse: the reason` or `approvals: the steps`");
