//! Whether postings balance.

use office_core::{Currency, Money, MoneyError};

use super::{EntryError, Posting};

/// Whether the postings add up to zero in each currency, and in the currency of the books where any of them says what it
/// is worth there.
pub(super) fn check(postings: &[Posting]) -> Result<(), EntryError> {
    let books = postings.iter().find_map(|posting| posting.worth).map(|worth| worth.amount.currency());
    // One currency as a rule, seldom many: a list is searched faster than a map.
    let mut first: Option<(Currency, i128)> = None;
    let mut others: Vec<(Currency, i128)> = Vec::new();
    let mut worth = 0_i128;
    for (at, posting) in postings.iter().enumerate() {
        let currency = posting.amount.currency();
        match &mut first {
            None => first = Some((currency, posting.amount.minor())),
            Some((known, sum)) if *known == currency => *sum = added(*sum, posting.amount)?,
            Some(_) => add(&mut others, posting.amount)?,
        }
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
    let uneven = first.into_iter().chain(others).filter(|(_, sum)| *sum != 0);
    if let Some((currency, excess)) = uneven.min_by_key(|(currency, _)| *currency) {
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
        Some((_, sum)) => *sum = added(*sum, amount)?,
        None => sums.push((currency, amount.minor())),
    }
    Ok(())
}

fn added(sum: i128, amount: Money) -> Result<i128, MoneyError> {
    sum.checked_add(amount.minor()).ok_or(MoneyError::OutOfRange { currency: amount.currency() })
}
