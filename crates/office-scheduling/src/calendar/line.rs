//! Content lines: the bytes of a file, checked and unfolded, each with its line number.

use office_core::InputError;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The most bytes of a file that is read as a calendar: 4 MiB.
pub const MAX_CALENDAR_BYTES: usize = 4_194_304;
/// The most lines of such a file.
pub const MAX_CALENDAR_LINES: usize = 20_000;
/// The most bytes of a property, unfolded.
pub const MAX_LINE_BYTES: usize = 65_536;

/// A property as its line has it: name, parameters and value, nothing unescaped or unquoted.
///
/// Stored as its line, unfolded.
///
/// # Example
/// ```
/// use office_scheduling::{PropertyError, RawProperty};
///
/// let guest = RawProperty::of("ATTENDEE", [("CN", "Doe, Jo"), ("PARTSTAT", "ACCEPTED")], "mailto:jo@example.org")?;
/// assert_eq!(guest.parameter("partstat"), Some("ACCEPTED"));
///
/// let refused = RawProperty::of("AT TENDEE", [], "mailto:jo@example.org");
/// assert_eq!(refused, Err(PropertyError::Name { name: "AT TENDEE".to_owned() }));
/// # Ok::<(), PropertyError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RawProperty {
    // Invariant: names in upper case, of letters, digits and hyphens; no control characters but tabs anywhere.
    name: String,
    parameters: Vec<(String, String)>,
    value: String,
}

impl RawProperty {
    /// The property of this name, with parameters and a value that is escaped where its type asks for it.
    ///
    /// # Errors
    /// [`PropertyError`], checked in the order of its variants.
    pub fn of<'a>(
        name: &str,
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
        value: &str,
    ) -> Result<Self, PropertyError> {
        let named = |name: &str| {
            let ok = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            if ok { Ok(name.to_ascii_uppercase()) } else { Err(PropertyError::Name { name: name.to_owned() }) }
        };
        let name = named(name)?;
        let wrong = || PropertyError::Character { name: name.clone() };
        let mut quoted = Vec::new();
        for (key, value) in parameters {
            if value.chars().any(|letter| is_control(letter) || letter == '"') {
                return Err(wrong());
            }
            let mark = if value.contains([',', ';', ':']) { "\"" } else { "" };
            quoted.push((named(key)?, format!("{mark}{value}{mark}")));
        }
        if value.chars().any(is_control) {
            return Err(wrong());
        }
        Ok(Self { name, parameters: quoted, value: value.to_owned() })
    }

    /// Its name, in upper case.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its value, as the line has it.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Its parameters, in order, as the line has them: quotation marks are part of a value.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of a parameter, whose name may be given in any case; without its quotation marks where it is one
    /// quoted value.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let (_, value) = self.parameters().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        Some(inner.filter(|inner| !inner.contains('"')).unwrap_or(value))
    }

    /// The same with this value of a parameter in place of all it has of that name; with none, without the parameter.
    ///
    /// # Errors
    /// [`PropertyError`], as [`RawProperty::of`].
    pub fn with_parameter(&self, name: &str, value: Option<&str>) -> Result<Self, PropertyError> {
        let other = Self::of(&self.name, value.map(|value| (name, value)), &self.value)?;
        let mut parameters = self.parameters.clone();
        let place = parameters.iter().position(|(key, _)| key.eq_ignore_ascii_case(name));
        parameters.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        let place = place.unwrap_or(parameters.len()).min(parameters.len());
        parameters.splice(place..place, other.parameters);
        Ok(Self { parameters, ..self.clone() })
    }

    /// Its line, unfolded.
    pub(super) fn line(&self) -> String {
        let mut line = self.name.clone();
        for (name, value) in self.parameters() {
            for piece in [";", name, "=", value] {
                line.push_str(piece);
            }
        }
        line.push(':');
        line.push_str(&self.value);
        line
    }

    /// Its value as text, without escapes (section 3.3.11).
    pub(crate) fn text(&self) -> String {
        let mut text = String::with_capacity(self.value.len());
        let mut letters = self.value.chars();
        while let Some(letter) = letters.next() {
            match (letter, if letter == '\\' { letters.next() } else { None }) {
                ('\\', Some('n' | 'N')) => text.push('\n'),
                ('\\', Some(escaped)) => text.push(escaped),
                (plain, _) => text.push(plain),
            }
        }
        text
    }

    /// A content line (section 3.1); none where it does not have the form of one.
    fn read(line: &str) -> Option<Self> {
        let head = unquoted(line, ':').next()?;
        let value = line.get(head.len()..)?.strip_prefix(':')?;
        let mut pieces = unquoted(head, ';');
        // Names are checked as those of a property without parameters.
        let mut property = Self::of(pieces.next()?, [], value).ok()?;
        for piece in pieces {
            let (key, value) = piece.split_once('=')?;
            let inside = |one: &str| one.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).map(str::to_owned);
            if unquoted(value, ',').any(|one| inside(one).unwrap_or_else(|| one.to_owned()).contains('"')) {
                return None;
            }
            property.parameters.push((Self::of(key, [], "").ok()?.name, value.to_owned()));
        }
        Some(property)
    }
}

impl TryFrom<String> for RawProperty {
    type Error = PropertyError;

    fn try_from(line: String) -> Result<Self, PropertyError> {
        Self::read(&line).ok_or(PropertyError::Line { line })
    }
}

impl From<RawProperty> for String {
    fn from(property: RawProperty) -> Self {
        property.line()
    }
}

/// Why something is not a property.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PropertyError {
    /// A name has other characters than names may have.
    #[error("`{name}` is not the name of a property or parameter: letters, digits and hyphens are wanted")]
    Name {
        /// The name.
        name: String,
    },
    /// A stored line is not that of a property.
    #[error("`{line}` is not a property: NAME;PARAMETER=value:value is wanted")]
    Line {
        /// The line.
        line: String,
    },
    /// There is a control character, or a quotation mark in a parameter.
    #[error("{name} holds a control character or, in a parameter, a quotation mark: text without them is wanted")]
    Character {
        /// The property.
        name: String,
    },
}

/// A property with the number of the line on which it begins.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) number: u64,
    pub(super) property: RawProperty,
}

/// The content lines of a file: within the limits, UTF-8, without control characters, unfolded.
pub(super) fn lines(file: &str, bytes: &[u8]) -> Result<Vec<Line>, InputError> {
    let limit = |line: u64, value: String, expected: &str| Err(InputError::new(file, line, "file", &value, expected));
    if bytes.len() > MAX_CALENDAR_BYTES {
        return limit(1, format!("{} bytes", bytes.len()), "at most 4194304 bytes");
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut unfolded: Vec<(u64, String)> = Vec::new();
    for (number, raw) in (1_u64..).zip(bytes.split(|byte| *byte == b'\n')) {
        if usize::try_from(number).map_or(true, |number| number > MAX_CALENDAR_LINES.saturating_add(1)) {
            return limit(number, "one more line".to_owned(), "at most 20000 lines");
        }
        let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
        let text = checked(file, number, raw, unfolded.last().map(|(_, line)| line.as_str()))?;
        match (text.strip_prefix([' ', '\t']), unfolded.last_mut()) {
            (Some(rest), Some((_, line))) => line.push_str(rest),
            _ if text.is_empty() => continue,
            _ => unfolded.push((number, text.to_owned())),
        }
        if let Some((first, line)) = unfolded.last()
            && line.len() > MAX_LINE_BYTES
        {
            let value = format!("{} bytes", line.len());
            return Err(InputError::new(file, *first, field(line), &value, "at most 65536 bytes"));
        }
    }
    unfolded
        .into_iter()
        .map(|(number, line)| {
            let wrong = || InputError::new(file, number, field(&line), &line, "NAME;PARAMETER=value:value");
            RawProperty::read(&line).map(|property| Line { number, property }).ok_or_else(wrong)
        })
        .collect()
}

/// A physical line as text, where it is UTF-8 without control characters.
fn checked<'a>(file: &str, number: u64, raw: &'a [u8], before: Option<&str>) -> Result<&'a str, InputError> {
    let continued = raw.starts_with(b" ") || raw.starts_with(b"\t");
    let name = || match before {
        Some(before) if continued => field(before).to_owned(),
        _ => {
            let head = raw.split(|byte| matches!(byte, b':' | b';')).next().unwrap_or(raw);
            let head: String = head.iter().take(64).map(|byte| byte.escape_ascii().to_string()).collect();
            if head.is_empty() { "line".to_owned() } else { head }
        }
    };
    let refuse = |at: usize, expected: &str| {
        let shown = raw.get(at..).unwrap_or_default();
        Err(InputError::of_bytes(file, number, &name(), shown, expected))
    };
    match std::str::from_utf8(raw) {
        Err(error) => refuse(error.valid_up_to(), "text in UTF-8"),
        Ok(text) => match text.char_indices().find(|(_, letter)| is_control(*letter)) {
            Some((at, _)) => refuse(at, "text without control characters"),
            None => Ok(text),
        },
    }
}

/// The name of the property on a line, for telling where an error is.
fn field(line: &str) -> &str {
    let name = line.split([':', ';']).next().unwrap_or(line);
    if name.is_empty() { "line" } else { name }
}

const fn is_control(letter: char) -> bool {
    letter.is_ascii_control() && letter != '\t'
}

/// The pieces of a line between separators that stand outside of quotation marks.
fn unquoted(line: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    line.split(move |letter| {
        quoted ^= letter == '"';
        letter == separator && !quoted
    })
}
