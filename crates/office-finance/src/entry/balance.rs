//! Whether postings balance.

use office_core::{Currency, Money, MoneyError};

use super::{EntryError, Posting};

/// Whether the postings add up to zero in each currency, and in the currency of the books where any of them says what it
/// is worth there.
pub(super) fn check(postings: &[Posting]) -> Result<(), EntryError> {
    let books = postings.iter().find_map(|posting| posting.worth).map(|worth| worth.amount.currency());
    // One or two currencies as a rule: a list is searched faster than a map.
    let mut sums: Vec<(Currency, i128)> = Vec::with_capacity(1);
    let mut worth = 0_i128;
    for (at, posting) in postings.iter().enumerate() {
        let currency = posting.amount.currency();
        add(&mut sums, posting.amount)?;
        let Some(books) = books else { continue };
        let told = match posting.worth {
            Some(told) if told.amount.currency() != books || currency == books => {
                return Err(EntryError::WorthCurrency { at, found: told.amount.currency(), wanted: books });
            }
            Some(told) => told.amount,
            None if currency == books => posting.amount,
            None => return Err(EntryError::NoWorth { at, wanted: books }),
        };
        worth = worth.checked_add(told.minor()).ok_or(MoneyError::OutOfRange { currency: books })?;
    }
    sums.sort_unstable_by_key(|(currency, _)| *currency);
    if let Some((currency, excess)) = sums.into_iter().find(|(_, sum)| *sum != 0) {
        return Err(EntryError::Unbalanced { excess: Money::try_from_minor(excess, currency)? });
    }
    match books {
        Some(books) if worth != 0 => Err(EntryError::UnbalancedWorth { excess: Money::try_from_minor(worth, books)? }),
        Some(_) | None => Ok(()),
    }
}

fn add(sums: &mut Vec<(Currency, i128)>, amount: Money) -> Result<(), MoneyError> {
    let currency = amount.currency();
    match sums.iter_mut().find(|(known, _)| *known == currency) {
        Some((_, sum)) => {
            *sum = sum.checked_add(amount.minor()).ok_or(MoneyError::OutOfRange { currency })?;
        }
        None => sums.push((currency, amount.minor())),
    }
    Ok(())
}
