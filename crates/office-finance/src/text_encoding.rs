//! Files as people have them: of any size, and in the encodings of their banks.

use std::fmt;
use std::io::Read;
use std::str::FromStr;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use office_core::InputError;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The largest file, in bytes.
const MOST_BYTES: usize = 32 << 20;

/// The encoding of a file's text, by its name in the [Encoding Standard](https://encoding.spec.whatwg.org): `utf-8`,
/// `windows-1252`, `iso-8859-15`.
///
/// # Example
/// ```
/// use office_finance::TextEncoding;
///
/// let named: TextEncoding = "Latin1".parse()?;
/// assert_eq!(named, TextEncoding::WINDOWS_1252);
/// assert_eq!(named.to_string(), "windows-1252");
/// assert!("ebcdic".parse::<TextEncoding>().is_err());
/// # Ok::<(), office_finance::UnknownEncoding>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TextEncoding(&'static Encoding);

/// There is no encoding of this name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("no encoding is called `{name}`: `utf-8`, `windows-1252` and others of the Encoding Standard are")]
pub struct UnknownEncoding {
    /// The name, shortened.
    pub name: String,
}

impl TextEncoding {
    /// UTF-8.
    pub const UTF_8: Self = Self(UTF_8);
    /// Windows 1252, which has all of ISO 8859-1 (Latin 1).
    pub const WINDOWS_1252: Self = Self(WINDOWS_1252);

    /// The text of a file, without a byte order mark.
    pub(crate) fn text(self, file: &str, bytes: &[u8]) -> Result<String, InputError> {
        if bytes.len() > MOST_BYTES {
            let size = format!("{} bytes", bytes.len());
            return Err(InputError::new(file, 1, "file", &size, format!("at most {MOST_BYTES} bytes")));
        }
        let (text, damaged) = self.0.decode_with_bom_removal(bytes);
        if damaged {
            let lines = bytes.split(|byte| *byte == b'\n').zip(1_u64..);
            let is_bad = |line: &&[u8]| self.0.decode_without_bom_handling(line).1;
            let (bad, line) = lines.into_iter().find(|(line, _)| is_bad(line)).unwrap_or((bytes, 1));
            return Err(InputError::of_bytes(file, line, "text", bad, format!("text in {self}")));
        }
        let forbidden = |c: &char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        for (line, number) in text.split('\n').zip(1_u64..) {
            if let Some(found) = line.chars().find(forbidden) {
                return Err(InputError::new(file, number, "text", &found.to_string(), "no control characters"));
            }
        }
        Ok(text.into_owned())
    }
}

impl FromStr for TextEncoding {
    type Err = UnknownEncoding;

    fn from_str(name: &str) -> Result<Self, UnknownEncoding> {
        let unknown = || UnknownEncoding { name: name.chars().take(40).collect() };
        Encoding::for_label_no_replacement(name.as_bytes()).map(Self).ok_or_else(unknown)
    }
}

impl TryFrom<String> for TextEncoding {
    type Error = UnknownEncoding;

    fn try_from(name: String) -> Result<Self, UnknownEncoding> {
        name.parse()
    }
}

impl From<TextEncoding> for String {
    fn from(encoding: TextEncoding) -> Self {
        encoding.to_string()
    }
}

impl fmt::Display for TextEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.name().to_ascii_lowercase())
    }
}

/// The bytes of a statement, from wherever it comes: 32 MiB at most, and no byte is read beyond that.
///
/// # Errors
/// [`InputError`]: it is larger, or cannot be read.
///
/// # Example
/// ```
/// use office_finance::take_file;
///
/// assert_eq!(take_file("a.sta", b":20:STARTUMS".as_slice())?, b":20:STARTUMS");
/// // A file that does not end is not read to its end.
/// let endless = take_file("endless.sta", std::io::repeat(b'x')).unwrap_err();
/// assert_eq!(endless.expected(), "at most 33554432 bytes");
/// # Ok::<(), office_core::InputError>(())
/// ```
pub fn take_file(file: &str, from: impl Read) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::new();
    let most = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX);
    let refuse = |value: &str, expected: String| InputError::new(file, 1, "file", value, expected);
    let read = from.take(most.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| refuse(&error.to_string(), "a file that can be read".to_owned()))?;
    if bytes.len() > MOST_BYTES {
        return Err(refuse(&format!("more than {MOST_BYTES} bytes"), format!("at most {MOST_BYTES} bytes")));
    }
    Ok(bytes)
}
