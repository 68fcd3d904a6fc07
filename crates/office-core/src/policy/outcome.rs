//! What a policy decides.

use std::fmt;
use std::num::NonZeroU8;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::policy::reader::{Misread, Reader};
use crate::{Action, Role, Scope};

/// The most steps that an outcome may ask for.
const MOST_STEPS: usize = 20;

/// One step of an approval: so many people of a role, by their authority for an action.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The role by whose authority the step is approved.
    pub role: Role,
    /// Where that authority must reach; where none is named, to where the case belongs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// What the role must be granted.
    pub action: Action,
    /// How many different people must approve, at least one.
    pub count: NonZeroU8,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.count, self.role, self.action)?;
        self.scope.as_ref().map_or(Ok(()), |scope| write!(f, " {scope}"))
    }
}

/// What a policy decides of a case.
///
/// In text `allow`, `refuse: the reason`, or `approvals:` and the steps in order, separated by semicolons. A step is
/// how many people, of which role, by authority for which action, and in which scope where that is not the case's.
///
/// # Example
/// ```
/// use office_core::{Outcome, ParseOutcomeError};
///
/// let outcome: Outcome =
///     "approvals: 1 office_manager purchase.approve; 2 finance purchase.approve company".parse()?;
/// let Outcome::Approvals(steps) = &outcome else { return Ok(()) };
/// assert_eq!(steps.iter().map(|step| step.count.get()).sum::<u8>(), 3);
/// assert_eq!(outcome.to_string().parse(), Ok(outcome));
///
/// // What is missing is named with its place.
/// let error = "approvals: 1 office_manager".parse::<Outcome>().unwrap_err();
/// assert_eq!((error.position, error.expected), (28, "an action such as `purchase.approve`"));
/// # Ok::<(), ParseOutcomeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It may be done.
    Allow,
    /// It may not be done, for this reason.
    Refuse(String),
    /// It may be done once these steps are approved, in this order.
    Approvals(Vec<Step>),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allow => f.write_str("allow"),
            Self::Refuse(reason) => write!(f, "refuse: {reason}"),
            Self::Approvals(steps) => {
                f.write_str("approvals:")?;
                for (index, step) in steps.iter().enumerate() {
                    write!(f, "{} {step}", if index == 0 { "" } else { ";" })?;
                }
                Ok(())
            }
        }
    }
}

impl Outcome {
    pub(super) fn parse(text: &str) -> Result<Self, Misread> {
        let mut reader = Reader::new(text)?;
        reader.skip_space();
        if reader.rest().trim_end() == "allow" {
            return Ok(Self::Allow);
        }
        if reader.take("refuse:") {
            reader.skip_space();
            let reason = reader.rest().trim_end();
            return if reason.is_empty() { Err(reader.wants("a reason")) } else { Ok(Self::Refuse(reason.to_owned())) };
        }
        if !reader.take("approvals:") {
            return Err(reader.wants("`allow`, `refuse: the reason` or `approvals: the steps`"));
        }
        let mut steps = vec![step(&mut reader)?];
        while reader.take(";") {
            if steps.len() >= MOST_STEPS {
                return Err(reader.wants("at most 20 steps"));
            }
            steps.push(step(&mut reader)?);
        }
        if reader.at_end() { Ok(Self::Approvals(steps)) } else { Err(reader.wants("`;` or the end of the cell")) }
    }
}

fn step(reader: &mut Reader<'_>) -> Result<Step, Misread> {
    let count = word(reader, "how many people, from 1 to 255", |word| word.parse().ok())?;
    let role = word(reader, "a role such as `office_manager`", |word| (!word.is_empty()).then(|| word.to_owned()))?;
    let action = word(reader, "an action such as `purchase.approve`", |word| word.parse().ok())?;
    let scope = if reader.rest().is_empty() || reader.rest().starts_with(';') {
        None
    } else {
        Some(word(reader, "a scope such as `company/hq`", |word| word.parse().ok())?)
    };
    Ok(Step { role: Role::new(role), scope, action, count })
}

fn word<T>(
    reader: &mut Reader<'_>,
    expected: &'static str,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<T, Misread> {
    reader.skip_space();
    let misread = reader.wants(expected);
    let word = reader.until(|rest| rest.starts_with(|c: char| c == ';' || c.is_whitespace()));
    let value = read(word).ok_or(misread)?;
    reader.skip_space();
    Ok(value)
}

impl FromStr for Outcome {
    type Err = ParseOutcomeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text).map_err(|Misread { position, expected }| ParseOutcomeError { position, expected })
    }
}

/// A text was not an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("at character {position} of the outcome {expected} is wanted")]
pub struct ParseOutcomeError {
    /// At which character, counted from 1.
    pub position: usize,
    /// What is wanted there.
    pub expected: &'static str,
}
