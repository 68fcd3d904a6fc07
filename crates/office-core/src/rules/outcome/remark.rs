//! What a policy says to people: reasons and obligations.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::reader::{Reader, in_quotes};
use crate::authority::is_segment;
use crate::rules::ParseOutcomeError;
use crate::text::as_text;

/// Something that a policy says to people, as a reason or as an obligation: a code with parameters, which can be said
/// in any language, or free text in the office's own words.
///
/// In text a code is one word of small letters, digits, `_` and `-`, with its parameters in brackets:
/// `over_budget`, `attach_quotes(count: 3, from: "vendors, not agents")`. Anything else is free text. Text that would
/// read as something else, and parameters with commas or brackets, stand in quotes; a quote within is written twice.
///
/// # Example
/// ```
/// use office_core::rules::{ParseOutcomeError, Remark};
///
/// let quotes: Remark = "attach_quotes( count : 3 )".parse()?;
/// assert_eq!((quotes.code(), quotes.parameter("count")), (Some("attach_quotes"), Some("3")));
/// assert_eq!(quotes.to_string(), "attach_quotes(count: 3)");
/// assert_eq!(Remark::from("ask the landlord; in writing").to_string(), r#""ask the landlord; in writing""#);
///
/// // What is missing is named with its place.
/// let error = "attach_quotes(count 3)".parse::<Remark>().unwrap_err();
/// assert_eq!((error.position, error.expected), (21, "`:` and the value of the parameter"));
/// # Ok::<(), ParseOutcomeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Remark(Said);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Said {
    // Invariant: the code and the names of the parameters are segments.
    Coded { code: String, parameters: BTreeMap<String, String> },
    // Invariant: no white space at the ends.
    Text(String),
}

impl Remark {
    /// A code and its parameters by name.
    ///
    /// # Errors
    /// [`ParseOutcomeError`] where the code or a name is not one word of small letters, digits, `_` and `-`.
    pub fn coded<'a>(
        code: &str,
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, ParseOutcomeError> {
        let parameters: BTreeMap<_, _> =
            parameters.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        if is_segment(code) && parameters.keys().all(|name| is_segment(name)) {
            Ok(Self(Said::Coded { code: code.to_owned(), parameters }))
        } else {
            Err(ParseOutcomeError { position: 1, expected: "a code and names such as `attach_quotes` and `count`" })
        }
    }

    /// The code; none for free text.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match &self.0 {
            Said::Coded { code, .. } => Some(code),
            Said::Text(_) => None,
        }
    }

    /// The free text; none for a code.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.0 {
            Said::Text(text) => Some(text),
            Said::Coded { .. } => None,
        }
    }

    /// The parameter of this name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        match &self.0 {
            Said::Coded { parameters, .. } => parameters.get(name).map(String::as_str),
            Said::Text(_) => None,
        }
    }

    /// The parameters by name; none for free text.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let parameters = match &self.0 {
            Said::Coded { parameters, .. } => Some(parameters),
            Said::Text(_) => None,
        };
        parameters.into_iter().flatten().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Reads one, up to a semicolon or the end.
    fn read(reader: &mut Reader<'_>) -> Result<Self, ParseOutcomeError> {
        if let Some(text) = reader.quoted()? {
            return Ok(Self::from(text.as_str()));
        }
        if let Some(code) = code_before_bracket(reader.rest()) {
            reader.take(code);
            reader.take("(");
            return Ok(Self(Said::Coded { code: code.to_owned(), parameters: read_parameters(reader)? }));
        }
        let text = reader.until(|c| c == ';').trim_end();
        Ok(Self(if is_segment(text) {
            Said::Coded { code: text.to_owned(), parameters: BTreeMap::new() }
        } else {
            Said::Text(text.to_owned())
        }))
    }
}

/// The code, where the text is a code with parameters.
fn code_before_bracket(text: &str) -> Option<&str> {
    text.split_once('(').map(|(code, _)| code).filter(|code| is_segment(code))
}

/// Reads `count: 3, from: vendors)`.
fn read_parameters(reader: &mut Reader<'_>) -> Result<BTreeMap<String, String>, ParseOutcomeError> {
    let mut parameters = BTreeMap::new();
    reader.skip_space();
    if reader.take(")") {
        return Ok(parameters);
    }
    loop {
        reader.skip_space();
        let missing = reader.wants("the name of a parameter, such as `count`");
        let name = reader.until(|c| c.is_whitespace() || matches!(c, ':' | ',' | ')'));
        if !is_segment(name) || parameters.contains_key(name) {
            return Err(missing);
        }
        reader.skip_space();
        if !reader.take(":") {
            return Err(reader.wants("`:` and the value of the parameter"));
        }
        reader.skip_space();
        let missing = reader.wants("the value of the parameter");
        let value = match reader.quoted()? {
            Some(value) => value,
            None => match reader.until(|c| matches!(c, ',' | ')')).trim_end() {
                "" => return Err(missing),
                value => value.to_owned(),
            },
        };
        parameters.insert(name.to_owned(), value);
        reader.skip_space();
        if reader.take(")") {
            return Ok(parameters);
        }
        if !reader.take(",") {
            return Err(reader.wants("`,` or `)`"));
        }
    }
}

/// Reads several, separated by semicolons, to the end. Nothing between two semicolons counts for nothing.
fn read_several(reader: &mut Reader<'_>) -> Result<BTreeSet<Remark>, ParseOutcomeError> {
    let mut remarks = BTreeSet::new();
    loop {
        reader.skip_space();
        if !reader.rest().is_empty() && !reader.rest().starts_with(';') {
            remarks.insert(Remark::read(reader)?);
            reader.skip_space();
        }
        if reader.rest().is_empty() {
            return Ok(remarks);
        }
        if !reader.take(";") {
            return Err(reader.wants("`;` or the end"));
        }
    }
}

/// Free text, without the white space at its ends.
impl From<&str> for Remark {
    fn from(text: &str) -> Self {
        Self(Said::Text(text.trim().to_owned()))
    }
}

/// Free text, without the white space at its ends.
impl From<String> for Remark {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Said::Text(text) => {
                let reads_otherwise = text.is_empty()
                    || text == "-"
                    || text.starts_with('"')
                    || text.contains(';')
                    || is_segment(text)
                    || code_before_bracket(text).is_some();
                if reads_otherwise { f.write_str(&in_quotes(text)) } else { f.write_str(text) }
            }
            Said::Coded { code, parameters } if parameters.is_empty() => f.write_str(code),
            Said::Coded { code, parameters } => {
                write!(f, "{code}(")?;
                for (index, (name, value)) in parameters.iter().enumerate() {
                    write!(f, "{}{name}: ", if index == 0 { "" } else { ", " })?;
                    let plain = !value.is_empty()
                        && !value.starts_with('"')
                        && !value.contains([',', ')'])
                        && value.trim().len() == value.len();
                    f.write_str(&if plain { value.clone() } else { in_quotes(value) })?;
                }
                f.write_str(")")
            }
        }
    }
}

impl FromStr for Remark {
    type Err = ParseOutcomeError;

    fn from_str(text: &str) -> Result<Self, ParseOutcomeError> {
        let mut reader = Reader::new(text);
        reader.skip_space();
        let remark = Self::read(&mut reader)?;
        if reader.at_end() { Ok(remark) } else { Err(reader.wants("the end")) }
    }
}

as_text!(Remark, "a code or free text");

/// Why something is refused: at least one reason.
///
/// In text the reasons in their order, separated by semicolons; in JSON a list of texts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "BTreeSet<Remark>", into = "BTreeSet<Remark>")]
pub struct Reasons(BTreeSet<Remark>);

impl Reasons {
    /// The reasons of both.
    #[must_use]
    pub fn join(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The reasons in their order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Remark> {
        self.0.iter()
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, ParseOutcomeError> {
        reader.skip_space();
        let missing = reader.wants("a reason");
        Self::try_from(read_several(reader)?).map_err(|_| missing)
    }
}

/// This one reason.
impl From<Remark> for Reasons {
    fn from(reason: Remark) -> Self {
        Self([reason].into())
    }
}

impl TryFrom<BTreeSet<Remark>> for Reasons {
    type Error = ParseOutcomeError;

    fn try_from(reasons: BTreeSet<Remark>) -> Result<Self, ParseOutcomeError> {
        if reasons.is_empty() {
            Err(ParseOutcomeError { position: 1, expected: "a reason" })
        } else {
            Ok(Self(reasons))
        }
    }
}

impl From<Reasons> for BTreeSet<Remark> {
    fn from(reasons: Reasons) -> Self {
        reasons.0
    }
}

impl fmt::Display for Reasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_several(&self.0, f)
    }
}

/// What has to be done besides: a set, in which order and repetition mean nothing.
///
/// In text they are separated by semicolons, and none is `-`; in JSON a list of texts.
///
/// # Example
/// ```
/// use office_core::rules::{Obligations, ParseOutcomeError};
///
/// let it: Obligations = "attach_quotes(count: 3); tell the landlord".parse()?;
/// let all: Obligations = "tell the landlord".parse()?;
/// assert_eq!(all.join(it.clone()), it);
/// assert_eq!("-".parse(), Ok(Obligations::none()));
///
/// // A bracket that is not closed is named with its place.
/// assert_eq!("attach_quotes(count: 3".parse::<Obligations>().unwrap_err().position, 23);
/// # Ok::<(), ParseOutcomeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Obligations(BTreeSet<Remark>);

impl Obligations {
    /// Nothing has to be done besides.
    #[must_use]
    pub const fn none() -> Self {
        Self(BTreeSet::new())
    }

    /// Whether nothing has to be done besides.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The obligations of both.
    #[must_use]
    pub fn join(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The obligations in their order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Remark> {
        self.0.iter()
    }
}

impl FromIterator<Remark> for Obligations {
    fn from_iter<I: IntoIterator<Item = Remark>>(remarks: I) -> Self {
        Self(remarks.into_iter().collect())
    }
}

impl fmt::Display for Obligations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { f.write_str("-") } else { write_several(&self.0, f) }
    }
}

impl FromStr for Obligations {
    type Err = ParseOutcomeError;

    fn from_str(text: &str) -> Result<Self, ParseOutcomeError> {
        if text.trim() == "-" { Ok(Self::none()) } else { read_several(&mut Reader::new(text)).map(Self) }
    }
}

fn write_several(remarks: &BTreeSet<Remark>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, remark) in remarks.iter().enumerate() {
        write!(f, "{}{remark}", if index == 0 { "" } else { "; " })?;
    }
    Ok(())
}
