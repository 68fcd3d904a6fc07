//! By what a text is known to be the same.

use std::fmt;
use std::str::FromStr;

use hmac_sha256::Hash;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The SHA-256 digest of a text: no two texts have the same one.
///
/// Written as 64 lower-case hexadecimal digits.
///
/// # Example
/// ```
/// use office_hr::PolicyDigest;
///
/// let digest = PolicyDigest::of(b"Desks are cleared at night.");
/// assert_eq!(digest.to_string().parse(), Ok(digest));
/// assert_ne!(PolicyDigest::of(b"Desks are cleared at night!"), digest);
///
/// // A part of a digest is none.
/// assert!("5e".parse::<PolicyDigest>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PolicyDigest([u8; 32]);

impl PolicyDigest {
    /// The digest of a text, byte by byte as it is shown.
    #[must_use]
    pub fn of(text: &[u8]) -> Self {
        Self(Hash::hash(text))
    }
}

impl fmt::Display for PolicyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for PolicyDigest {
    type Err = ParsePolicyDigestError;

    fn from_str(text: &str) -> Result<Self, ParsePolicyDigestError> {
        if text.len() != 64 || !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(ParsePolicyDigestError);
        }
        let mut bytes = [0; 32];
        for (byte, at) in bytes.iter_mut().zip((0_usize..).step_by(2)) {
            let pair = text.get(at..at.saturating_add(2)).ok_or(ParsePolicyDigestError)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| ParsePolicyDigestError)?;
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for PolicyDigest {
    type Error = ParsePolicyDigestError;

    fn try_from(text: String) -> Result<Self, ParsePolicyDigestError> {
        text.parse()
    }
}

impl From<PolicyDigest> for String {
    fn from(digest: PolicyDigest) -> Self {
        digest.to_string()
    }
}

/// A text was not a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a digest of 64 lower-case hexadecimal digits is wanted")]
pub struct ParsePolicyDigestError;
