//! Serial numbers as people write them: `1-5`, `7+2`, `A-01`, `~`.

use thiserror::Error;

/// A written list of serial numbers is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ExpandSerialsError {
    /// A part of the list is empty.
    #[error("part {part} of the list is empty")]
    Empty {
        /// The part, from 0.
        part: usize,
    },
    /// A range goes down, or a number in it is too great.
    #[error("`{text}` is no range: a number that is not above the other is wanted first")]
    Range {
        /// What is written.
        text: String,
    },
    /// A number comes twice.
    #[error("`{serial}` comes twice")]
    Twice {
        /// The number.
        serial: String,
    },
    /// There are other than so many.
    #[error("{found} serial numbers are written: {wanted} are wanted")]
    Count {
        /// How many are written, counted no further than one too many.
        found: usize,
        /// How many are wanted.
        wanted: usize,
    },
}

/// The most serial numbers that are written at once.
const MOST: usize = 10_000;

/// The serial numbers that somebody wrote for so many pieces.
///
/// Parts are separated by commas. `1-5` is 1 to 5; `7+2` is 7 and the next two; `~` is the next free number, given as
/// `next`; `~+` is that one and as many after it as are still wanted. Anything else is a number as it stands. At most
/// 10 000 are wanted at once.
///
/// # Errors
/// [`ExpandSerialsError`], in the order in which the parts are read.
///
/// # Example
/// ```
/// use office_inventory::{ExpandSerialsError, expand_serials};
///
/// assert_eq!(expand_serials("7+2, A-01", 1, 4)?, ["7", "8", "9", "A-01"]);
/// assert_eq!(expand_serials("~+", 14, 2)?, ["14", "15"]);
/// let twice = ExpandSerialsError::Twice { serial: "3".to_owned() };
/// assert_eq!(expand_serials("1-5,3", 1, 6), Err(twice));
/// # Ok::<(), ExpandSerialsError>(())
/// ```
pub fn expand_serials(text: &str, next: u64, wanted: usize) -> Result<Vec<String>, ExpandSerialsError> {
    let most = wanted.min(MOST);
    let mut serials = Vec::<String>::new();
    let mut known = std::collections::BTreeSet::new();
    let mut next = next;
    for (part, written) in text.split(',').map(str::trim).enumerate() {
        if written.is_empty() {
            return Err(ExpandSerialsError::Empty { part });
        }
        let left = most.saturating_sub(serials.len());
        for serial in expand(written, next, left)? {
            if serials.len() >= most {
                return Err(ExpandSerialsError::Count { found: most.saturating_add(1), wanted });
            }
            if !known.insert(serial.clone()) {
                return Err(ExpandSerialsError::Twice { serial });
            }
            if written.starts_with('~') {
                next = next.saturating_add(1);
            }
            serials.push(serial);
        }
    }
    if serials.len() == wanted { Ok(serials) } else { Err(ExpandSerialsError::Count { found: serials.len(), wanted }) }
}

/// The numbers of one part, one more than are left at most.
fn expand(written: &str, next: u64, left: usize) -> Result<Vec<String>, ExpandSerialsError> {
    let range = || ExpandSerialsError::Range { text: written.to_owned() };
    let number = |text: &str| text.parse::<u64>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let count = |first: u64, last: u64| {
        let numbers = first..=last;
        numbers.take(left.saturating_add(1)).map(|number| number.to_string()).collect::<Vec<_>>()
    };
    if written == "~" {
        return Ok(vec![next.to_string()]);
    }
    if written == "~+" {
        return Ok(std::iter::successors(Some(next), |number| number.checked_add(1))
            .take(left)
            .map(|n| n.to_string())
            .collect());
    }
    let pair =
        |sign| written.split_once(sign).and_then(|(one, other)| Some((number(one.trim())?, number(other.trim())?)));
    if let Some((first, last)) = pair('-') {
        return if first <= last { Ok(count(first, last)) } else { Err(range()) };
    }
    if let Some((first, more)) = pair('+') {
        return Ok(count(first, first.checked_add(more).ok_or_else(range)?));
    }
    Ok(vec![written.to_owned()])
}
