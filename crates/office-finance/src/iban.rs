//! International bank account numbers.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// An international bank account number (ISO 13616) whose check digits are right.
///
/// Spaces are passed over and small letters are read as capitals. The length is that of the standard, 15 to 34; how long
/// a number of one country is, and what it consists of, changes with its banks and is not looked at.
///
/// # Example
/// ```
/// use office_finance::{Iban, IbanError};
///
/// let account: Iban = "de83 1009 9001 0004 7112 00".parse()?;
/// assert_eq!((account.as_str(), account.country()), ("DE83100990010004711200", "DE"));
///
/// // Two digits in the wrong order.
/// let refused: Result<Iban, _> = "DE83100990010004711020".parse();
/// assert_eq!(refused, Err(IbanError::CheckDigits { expected: 93, found: 83 }));
/// # Ok::<(), IbanError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Iban(String);

/// A text is no account number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IbanError {
    /// It is too short or too long.
    #[error("{found} characters: an account number has 15 to 34")]
    Length {
        /// How many characters it has.
        found: usize,
    },
    /// It has a character that is neither letter nor digit, or it does not begin with country and check digits.
    #[error("`{found}` at {at}: two letters, two digits, then letters and digits are wanted")]
    Unexpected {
        /// The character.
        found: char,
        /// Its place, from 0, not counting spaces.
        at: usize,
    },
    /// Its check digits are wrong: a digit was mistyped, or two were exchanged.
    #[error("check digits {found:02}: {expected:02} are wanted")]
    CheckDigits {
        /// Those that the rest of the number asks for.
        expected: u32,
        /// Those that it has.
        found: u32,
    },
}

impl Iban {
    /// The number, in capitals and without spaces.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The code of its country.
    #[must_use]
    pub fn country(&self) -> &str {
        self.0.get(..2).unwrap_or_default()
    }
}

/// An account as a bank writes it: where it looks like an IBAN, it has the check digits of one. Some banks put the code of
/// the currency behind it, which is left out.
#[cfg(any(feature = "camt", feature = "mt940", feature = "csv"))]
pub(crate) fn sound_account(text: &str) -> Result<String, IbanError> {
    let mut start = text.chars();
    let looks = start.by_ref().take(2).all(|c| c.is_ascii_alphabetic())
        && start.by_ref().take(2).all(|c| c.is_ascii_digit())
        && start.next().is_some()
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ');
    if !looks {
        return Ok(text.to_owned());
    }
    let without = text.split_at_checked(text.len().saturating_sub(3)).and_then(|(account, currency)| {
        office_core::Currency::from_code(currency).ok()?;
        account.parse::<Iban>().ok()
    });
    match text.parse::<Iban>() {
        Ok(iban) => Ok(iban.0),
        Err(error) => without.map(|iban| iban.0).ok_or(error),
    }
}

impl FromStr for Iban {
    type Err = IbanError;

    fn from_str(text: &str) -> Result<Self, IbanError> {
        // Counted before anything is kept: the text may be of any length.
        let found = text.chars().filter(|c| *c != ' ').count();
        if !(15..=34).contains(&found) {
            return Err(IbanError::Length { found });
        }
        let plain: String = text.chars().filter(|c| *c != ' ').map(|c| c.to_ascii_uppercase()).collect();
        for (at, found) in plain.chars().enumerate() {
            let fits = match at {
                0 | 1 => found.is_ascii_uppercase(),
                2 | 3 => found.is_ascii_digit(),
                _ => found.is_ascii_uppercase() || found.is_ascii_digit(),
            };
            if !fits {
                return Err(IbanError::Unexpected { found, at });
            }
        }
        let found = plain.get(2..4).and_then(|digits| digits.parse().ok()).unwrap_or_default();
        let rest = plain.get(4..).unwrap_or_default().chars();
        let remainder = rest.chain(plain.chars().take(2)).chain(['0', '0']).fold(0, remainder_after);
        let expected = 98_u32.saturating_sub(remainder);
        if found == expected { Ok(Self(plain)) } else { Err(IbanError::CheckDigits { expected, found }) }
    }
}

/// The remainder by 97 (ISO 7064) with one more letter or digit; a letter counts as two digits, `A` as 10.
fn remainder_after(remainder: u32, next: char) -> u32 {
    let value = next.to_digit(36).unwrap_or_default();
    let shift: u32 = if value < 10 { 10 } else { 100 };
    remainder.saturating_mul(shift).saturating_add(value).checked_rem(97).unwrap_or_default()
}

impl TryFrom<String> for Iban {
    type Error = IbanError;

    fn try_from(text: String) -> Result<Self, IbanError> {
        text.parse()
    }
}

impl From<Iban> for String {
    fn from(iban: Iban) -> Self {
        iban.0
    }
}

impl fmt::Display for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The examples of the standard's registry for some countries.
    const REAL: [&str; 5] = [
        "GB82WEST12345698765432",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
        "LC55HEMM000100010012001200023015",
        "CH9300762011623852957",
    ];

    #[test]
    fn real_ones_pass_and_serialise_as_text() {
        for text in REAL {
            let iban: Iban = text.parse().unwrap();
            assert_eq!(serde_json::to_string(&iban).unwrap(), format!("\"{text}\""));
        }
        assert!(serde_json::from_str::<Iban>("\"GB82WEST12345698765433\"").is_err());
        assert_eq!("GB82".parse::<Iban>(), Err(IbanError::Length { found: 4 }));
        assert_eq!("G882WEST12345698765432".parse::<Iban>(), Err(IbanError::Unexpected { found: '8', at: 1 }));
        assert_eq!("GB82WEST1234569876543Ü".parse::<Iban>(), Err(IbanError::Unexpected { found: 'Ü', at: 21 }));
    }

    proptest! {
        /// One wrong character, or two neighbours exchanged, is found out.
        #[test]
        fn a_slip_is_found_out(which in 0..5_usize, before in 3..14_usize, with in "[A-Z0-9]") {
            let right = REAL[which];
            let mut slip: Vec<char> = right.chars().collect();
            let at = before.saturating_add(1);
            slip.swap(before, at);
            let exchanged: String = slip.iter().collect();
            prop_assert_eq!(exchanged.parse::<Iban>().is_ok(), exchanged == right);
            let mut slip: Vec<char> = right.chars().collect();
            slip[at] = with.chars().next().unwrap();
            let wrong: String = slip.iter().collect();
            // Digit for letter and letter for digit can make up for each other.
            if slip[at].is_ascii_digit() == right.chars().nth(at).unwrap().is_ascii_digit() {
                prop_assert_eq!(wrong.parse::<Iban>().is_ok(), wrong == right);
            }
        }
    }
}
