//! Quantities as people write them: "2 1/2 dozen", "3 boxes", "1/2 dozen kW".

use std::collections::BTreeMap;

use office_core::{Dimension, ParseDecimalError, Quantity, Ratio, RatioError, Rounding, UnitCode, parse_decimal};
use thiserror::Error;

use crate::units::stepped;
use crate::{ItemUnits, ItemUnitsError};

/// A quantity that somebody wrote, exactly as it was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrittenQuantity {
    /// How many.
    pub amount: Ratio,
    /// Of which unit.
    pub unit: UnitCode,
}

/// The words by which people call units, beyond their codes: names, plurals, abbreviations.
///
/// # Example
/// ```
/// use office_core::{Rounding, UnitTable};
/// use office_inventory::{ItemUnits, ReadQuantityError, UnitWords};
///
/// let paper = ItemUnits::new(UnitTable::standard()).with("1 box".parse()?, "5 ream".parse()?)?;
/// let words = UnitWords::new(paper, "ream".parse()?).with("carton", "box".parse()?);
///
/// let (ream, one) = ("ream".parse()?, "1 ream".parse()?);
/// let reams = |text: &str| words.read(text, ream, one, Rounding::Ceiling);
/// assert_eq!(reams("2 1/2 cartons")?, "13 ream".parse()?);
/// assert_eq!(reams("3 boxes")?, "15 ream".parse()?);
/// assert_eq!(reams("half")?, "1 ream".parse()?);
/// assert_eq!(reams("3 crates"), Err(ReadQuantityError::UnknownWord { word: "crates".to_owned() }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitWords {
    units: ItemUnits,
    usual: UnitCode,
    words: BTreeMap<String, UnitCode>,
}

/// What is written is no quantity.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadQuantityError {
    /// Nothing is written, or far too much.
    #[error("1 to {} characters are wanted", UnitWords::LONGEST)]
    Length,
    /// A number cannot be read.
    #[error("`{text}` is no number")]
    Number {
        /// What is written.
        text: String,
        /// Why a decimal number is not one.
        source: Option<ParseDecimalError>,
    },
    /// A word is not known.
    #[error("`{word}` is no unit that is known here")]
    UnknownWord {
        /// The word.
        word: String,
    },
    /// A word before the last one does not count: only such as `dozen` do.
    #[error("`{word}` does not count what follows")]
    NotCounting {
        /// The word.
        word: String,
    },
    /// The quantity cannot be told in the unit asked for.
    #[error("the quantity cannot be told in the unit asked for")]
    Units(#[from] ItemUnitsError),
}

impl From<RatioError> for ReadQuantityError {
    fn from(error: RatioError) -> Self {
        Self::Units(error.into())
    }
}

/// Numbers in words.
const NUMBERS: [(&str, i64, i64); 3] = [("one", 1, 1), ("half", 1, 2), ("quarter", 1, 4)];
/// Words that say nothing of how many.
const ARTICLES: [&str; 2] = ["a", "an"];
/// Words that count what follows, beyond the units of number in the table.
const COUNTING: [(&str, i64); 3] = [("hundred", 100), ("thousand", 1_000), ("million", 1_000_000)];
/// Words that everybody knows for one thing.
const SINGLE: [&str; 6] = ["ea", "each", "piece", "pc", "pcs", "unit"];
/// Plurals that are not made with an s.
const PLURALS: [(&str, &str); 2] = [("feet", "foot"), ("halves", "half")];

impl UnitWords {
    /// The longest text that is read, in characters.
    pub const LONGEST: usize = 64;

    /// The codes of an item's units as words, and the unit that is meant where none is written.
    #[must_use]
    pub const fn new(units: ItemUnits, usual: UnitCode) -> Self {
        Self { units, usual, words: BTreeMap::new() }
    }

    /// With one more word for a unit, in the singular. Capitals make no difference.
    #[must_use]
    pub fn with(mut self, word: &str, unit: UnitCode) -> Self {
        self.words.insert(word.to_lowercase(), unit);
        self
    }

    /// A written quantity, as it was meant.
    ///
    /// A number comes first: whole, with a point, as a fraction or as both (`2 1/2`); one if it is left out. Words follow,
    /// of which the last is the unit and those before it count (`1/2 dozen boxes`).
    ///
    /// # Errors
    /// [`ReadQuantityError`], in the order of its variants.
    pub fn parse(&self, text: &str) -> Result<WrittenQuantity, ReadQuantityError> {
        let characters = text.chars().take(Self::LONGEST.saturating_add(1)).count();
        if text.trim().is_empty() || characters > Self::LONGEST {
            return Err(ReadQuantityError::Length);
        }
        let spaced = apart(text);
        let mut words = spaced.split_whitespace().filter(|word| !ARTICLES.contains(word)).peekable();
        let mut amount = None;
        while let Some(number) = words.peek().and_then(|word| number(word).transpose()) {
            let sum = amount.unwrap_or(Ratio::ZERO);
            amount = Some(number.and_then(|number| Ok(sum.checked_add(number)?))?);
            words.next();
        }
        let mut amount = amount.unwrap_or(Ratio::ONE);
        let mut unit = None;
        for word in words {
            if let Some(counted) = unit.take() {
                amount = amount.checked_mul(self.counts(counted)?)?;
            }
            unit = Some(word);
        }
        match unit {
            None => Ok(WrittenQuantity { amount, unit: self.usual }),
            Some(word) => match (self.unit(word), counting(word)) {
                (Some(unit), _) => Ok(WrittenQuantity { amount, unit }),
                (None, Some(factor)) => Ok(WrittenQuantity { amount: amount.checked_mul(factor)?, unit: self.usual }),
                (None, None) => Err(ReadQuantityError::UnknownWord { word: word.to_owned() }),
            },
        }
    }

    /// A written quantity in a unit, rounded once to a multiple of a step.
    ///
    /// # Errors
    /// [`ReadQuantityError`], in the order of its variants.
    pub fn read(
        &self,
        text: &str,
        unit: UnitCode,
        step: Quantity,
        rounding: Rounding,
    ) -> Result<Quantity, ReadQuantityError> {
        let written = self.parse(text)?;
        if step.unit() != unit {
            return Err(ItemUnitsError::Step { step, unit }.into());
        }
        let exact = written.amount.checked_mul(self.units.ratio(written.unit, unit)?)?;
        Ok(stepped(exact, step, rounding)?)
    }

    /// The unit that a word means: a code as it is, then a word or its plural in any capitals.
    fn unit(&self, word: &str) -> Option<UnitCode> {
        let known = |word: &str| {
            let code = word.parse::<UnitCode>().ok()?;
            let known = code == self.usual || self.units.ratio(code, self.usual).is_ok();
            (known || self.units.table().unit(code).is_some()).then_some(code)
        };
        if let Some(code) = known(word) {
            return Some(code);
        }
        singulars(word).find_map(|single| {
            let each = SINGLE.contains(&single.as_str()).then_some(UnitCode::EACH);
            self.words.get(&single).copied().or_else(|| known(&single)).or(each)
        })
    }

    /// How many of what follows a word means.
    fn counts(&self, word: &str) -> Result<Ratio, ReadQuantityError> {
        let of_number = |unit: UnitCode| {
            let unit = self.units.table().unit(unit)?;
            (unit.dimension() == Dimension::Count).then_some(unit.factor())
        };
        let factor = self.unit(word).and_then(of_number).or_else(|| counting(word));
        factor.ok_or_else(|| ReadQuantityError::NotCounting { word: word.to_owned() })
    }
}

/// A word in small letters as it is, and what it may be the plural of.
fn singulars(word: &str) -> impl Iterator<Item = String> {
    let small = word.to_lowercase();
    let odd = PLURALS.iter().find(|(plural, _)| *plural == small).map(|(_, single)| (*single).to_owned());
    let cut = ["s", "es"].map(|ending| small.strip_suffix(ending).map(str::to_owned));
    [Some(small), odd].into_iter().chain(cut).flatten()
}

fn counting(word: &str) -> Option<Ratio> {
    let found = singulars(word).find_map(|single| COUNTING.iter().find(|(known, _)| *known == single));
    found.map(|(_, factor)| Ratio::from_integer(*factor))
}

/// Parts a number from the word that is written right after it: `3mm`.
fn apart(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    let mut before = ' ';
    for letter in text.chars() {
        if before.is_ascii_digit() && letter.is_alphabetic() {
            spaced.push(' ');
        }
        spaced.push(letter);
        before = letter;
    }
    spaced
}

/// The number that a word is; none if it does not begin like one.
fn number(word: &str) -> Result<Option<Ratio>, ReadQuantityError> {
    if let Some((_, top, bottom)) = NUMBERS.iter().find(|(known, ..)| *known == word.to_lowercase()) {
        return Ok(Some(Ratio::new(i128::from(*top), i128::from(*bottom))?));
    }
    if !word.starts_with(|first: char| first.is_ascii_digit()) {
        return Ok(None);
    }
    let failed = |source| ReadQuantityError::Number { text: word.to_owned(), source };
    if word.contains('/') {
        return word.parse::<Ratio>().map(Some).map_err(|_| failed(None));
    }
    parse_decimal(word).map(|amount| Some(Ratio::from_decimal(amount))).map_err(|error| failed(Some(error)))
}
