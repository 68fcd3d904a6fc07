//! A decision table as it is written, before it is checked.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::rules::{HitPolicy, Kind, ParseKindError};
use crate::text::as_text;

/// The heads of the columns that are the office's own.
const OUTCOME: &str = "outcome";
const OBLIGATIONS: &str = "obligations";
const REASON: &str = "reason";

/// A decision table as it is written: what every format reads into and writes from.
///
/// Nothing of it is checked but its shape; `DecisionTable::new` checks it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableText {
    /// What it is called; errors and explanations name it so.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Which of the rows that match decide.
    #[serde(default)]
    pub hit: HitPolicy,
    /// The columns that ask something of the case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<InputText>,
    /// The columns that say what is decided.
    pub outputs: Vec<OutputText>,
    /// The rows from the top.
    pub rows: Vec<RowText>,
}

/// The head of a column that asks something of the case.
///
/// As the header of a table gives it: `amount: money EUR`, `kind: text in IT, HR`, `manager: text or nothing`; the
/// kind may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputText {
    /// The name of a fact, or an expression of several.
    #[serde(rename = "input")]
    pub expression: String,
    /// What kind of value it is, where that is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// What it may be at all, as a cell says it; anything of its kind where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<String>,
    /// Whether it may be nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

/// The head of a column that says what is decided.
///
/// As the header of a table gives it: `outcome`, `obligations`, `reason`, and for any other value
/// `=> grade: text in high, low else low`, with what is allowed in order of priority, and the value where no row
/// matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputText {
    /// Its name.
    pub name: String,
    /// What it says.
    pub kind: OutputKind,
    /// What it may say at all, each as a cell says it, the first in priority first; anything where nothing is said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// What it says where no row matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

/// What a column of outputs says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutputKind {
    /// An [`Outcome`](crate::rules::Outcome): the row votes.
    Outcome,
    /// What is to be done besides, separated by semicolons.
    Obligations,
    /// A reason to show.
    Reason,
    /// A value that other decisions may ask for.
    Value(Kind),
}

/// A row as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowText {
    /// What it asks, one cell a column of inputs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<String>,
    /// What it decides, one cell a column of outputs.
    pub outputs: Vec<String>,
    /// What is to be said of it to whoever edits the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl fmt::Display for OutputKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outcome => f.write_str(OUTCOME),
            Self::Obligations => f.write_str(OBLIGATIONS),
            Self::Reason => f.write_str(REASON),
            Self::Value(kind) => kind.fmt(f),
        }
    }
}

impl FromStr for OutputKind {
    type Err = ParseKindError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.trim() {
            OUTCOME => Self::Outcome,
            OBLIGATIONS => Self::Obligations,
            REASON => Self::Reason,
            kind => Self::Value(kind.parse()?),
        })
    }
}

as_text!(OutputKind, "\"outcome\", \"obligations\", \"reason\" or a kind such as \"money EUR\"");

impl fmt::Display for InputText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.expression)?;
        if let Some(kind) = &self.kind {
            write!(f, ": {kind}")?;
            if self.optional {
                f.write_str(" or nothing")?;
            }
            if let Some(allowed) = &self.allowed {
                write!(f, " in {allowed}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for OutputText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            OutputKind::Value(kind) => write!(f, "=> {}: {kind}", self.name)?,
            OutputKind::Outcome | OutputKind::Obligations | OutputKind::Reason => self.kind.fmt(f)?,
        }
        if !self.allowed.is_empty() {
            write!(f, " in {}", self.allowed.join(", "))?;
        }
        self.default.as_ref().map_or(Ok(()), |default| write!(f, " else {default}"))
    }
}

impl FromStr for InputText {
    type Err = ParseHeadError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((name, rest)) = text.split_once(':') else {
            return Ok(Self { expression: named(text, 1)?, ..Self::default() });
        };
        let at = name.chars().count().saturating_add(2);
        let (kind, allowed) = match rest.split_once(" in ") {
            Some((kind, allowed)) => (kind, Some(allowed.trim().to_owned())),
            None => (rest, None),
        };
        let (kind, optional) = match kind.trim_end().strip_suffix(" or nothing") {
            Some(kind) => (kind, true),
            None => (kind, false),
        };
        let kind = Some(kind.parse().map_err(|_| ParseHeadError { position: at, expected: KINDS })?);
        Ok(Self { expression: named(name, 1)?, kind, allowed, optional })
    }
}

impl FromStr for OutputText {
    type Err = ParseHeadError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (rest, default) = match text.split_once(" else ") {
            Some((rest, default)) => (rest, Some(default.trim().to_owned())),
            None => (text, None),
        };
        let Some(value) = rest.trim_start().strip_prefix("=>") else {
            let kind = match rest.trim() {
                OUTCOME => OutputKind::Outcome,
                OBLIGATIONS => OutputKind::Obligations,
                REASON => OutputKind::Reason,
                _ => {
                    return Err(ParseHeadError {
                        position: 1,
                        expected: "`outcome`, `obligations`, `reason` or `=> name: kind`",
                    });
                }
            };
            return Ok(Self { name: kind.to_string(), kind, allowed: Vec::new(), default });
        };
        let before = rest.chars().count().saturating_sub(value.chars().count());
        let (name, rest) = value.split_once(':').unwrap_or((value, " text"));
        let at = before.saturating_add(name.chars().count()).saturating_add(2);
        let (kind, allowed) = rest.split_once(" in ").unwrap_or((rest, ""));
        let kind = kind.parse().map_err(|_| ParseHeadError { position: at, expected: KINDS })?;
        let allowed = allowed.split(',').map(str::trim).filter(|one| !one.is_empty()).map(ToOwned::to_owned).collect();
        Ok(Self { name: named(name, before.saturating_add(1))?, kind: OutputKind::Value(kind), allowed, default })
    }
}

const KINDS: &str = "a kind such as `text`, `money EUR`, `integer`, `number`, `boolean`, `date` or `scope`";

fn named(text: &str, position: usize) -> Result<String, ParseHeadError> {
    let name = text.trim();
    if name.is_empty() || name.chars().nth(1_000).is_some() {
        return Err(ParseHeadError { position, expected: "a name of at most 100 characters" });
    }
    Ok(name.to_owned())
}

/// A text is not the head of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("at character {position} of the head {expected} is wanted")]
pub struct ParseHeadError {
    /// At which character, counted from 1.
    pub position: usize,
    /// What is wanted there.
    pub expected: &'static str,
}
