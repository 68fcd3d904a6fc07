//! Currencies by their ISO 4217 code.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::text::as_text;

/// A currency of ISO 4217 that amounts can be held in, written by its three-letter code.
///
/// Ordered by code. Retired currencies are known, because old books are; metals, units of account and the code for
/// no currency are not, because they have no smallest unit that could be paid.
///
/// # Example
/// ```
/// use office_core::{Currency, ParseCurrencyError};
///
/// assert_eq!(Currency::from_code("EUR")?, Currency::EUR);
/// assert_eq!((Currency::EUR.digits(), Currency::JPY.digits()), (2, 0));
/// assert_eq!(Currency::from_code("KWD")?.digits(), 3);
///
/// assert_eq!(Currency::from_code("eur"), Err(ParseCurrencyError::Unknown { code: "eur".to_owned() }));
/// assert_eq!(Currency::from_code("XAU"), Err(ParseCurrencyError::NoMinorUnit { code: "XAU".to_owned() }));
/// # Ok::<(), ParseCurrencyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// Euro.
    pub const EUR: Self = Self(iso_currency::Currency::EUR);
    /// United States dollar.
    pub const USD: Self = Self(iso_currency::Currency::USD);
    /// Pound sterling.
    pub const GBP: Self = Self(iso_currency::Currency::GBP);
    /// Swiss franc.
    pub const CHF: Self = Self(iso_currency::Currency::CHF);
    /// Japanese yen, which has no minor unit.
    pub const JPY: Self = Self(iso_currency::Currency::JPY);

    /// The currency of this code, in capitals.
    ///
    /// # Errors
    /// [`ParseCurrencyError`]: the code is unknown, or its currency has no minor unit.
    pub fn from_code(code: &str) -> Result<Self, ParseCurrencyError> {
        let told = || code.chars().take(16).collect();
        let found =
            iso_currency::Currency::from_code(code).ok_or_else(|| ParseCurrencyError::Unknown { code: told() })?;
        match found.exponent() {
            Some(_) => Ok(Self(found)),
            None => Err(ParseCurrencyError::NoMinorUnit { code: told() }),
        }
    }

    /// Its three-letter code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many digits amounts have after the point: 2 for most, 0 for the yen, 3 for the Kuwaiti dinar; 4 at most.
    #[must_use]
    pub fn digits(self) -> u32 {
        // Invariant: a currency without an exponent cannot be constructed.
        self.0.exponent().map_or(0, u32::from)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl FromStr for Currency {
    type Err = ParseCurrencyError;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Self::from_code(code)
    }
}

as_text!(Currency, "the code of a currency, such as \"EUR\"");

/// A text was not the code of a currency that amounts can be held in.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ParseCurrencyError {
    /// ISO 4217 has no such code.
    #[error("`{code}` is not a currency: a code of ISO 4217 in capitals such as `EUR` is wanted")]
    Unknown {
        /// The text, at most its first 16 characters.
        code: String,
    },
    /// A metal, a unit of account or a code for no currency: there is no smallest unit that could be paid.
    #[error("`{code}` has no minor unit: a currency that can be paid in is wanted")]
    NoMinorUnit {
        /// The code.
        code: String,
    },
}
