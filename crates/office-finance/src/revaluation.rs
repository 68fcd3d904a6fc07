//! What rates of exchange do to foreign money and to what is owed in it.

use chrono::NaiveDate;
use office_core::{Money, MoneyError, Ratio, RatioError, Rounding};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{AccountCode, Conversion, ConversionError, Entry, EntryError, ForeignBalance, Posting};

/// The entry that brings foreign balances to what they are worth at the rates of a day; `None` where they are worth it
/// already.
///
/// Gains go to `gain`, losses to `loss`, unrealised as they are. What has nothing left of its foreign currency is brought
/// to a worth of nothing. Whoever wants the change taken back in the new period undoes the entry on its first day
/// ([`undo`](crate::undo)); otherwise the balances keep their new worth.
///
/// # Errors
/// [`RevalueError`].
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, ExchangeRate, Money, Rounding};
/// use office_finance::{Conversion, ForeignBalance, RevalueError, revalue_balances};
///
/// let on = NaiveDate::from_ymd_opt(2026, 10, 31).ok_or("a day")?;
/// let (dollars, euro) = (Money::from_minor(100_00, Currency::USD), |minor| Money::from_minor(minor, Currency::EUR));
/// let rate = ExchangeRate::new(Currency::USD, Currency::EUR, "0.95".parse()?, on)?;
/// let conversion = Conversion::new(Currency::EUR, [rate], Rounding::HalfUp, "6969".parse()?)?;
/// let at = |worth| ForeignBalance { account: "1810".parse().unwrap_or_else(|_| unreachable!()), amount: dollars, worth };
/// let entry = revalue_balances(on, &[at(euro(92_00))], &conversion, &"4840".parse()?, &"6880".parse()?)?;
/// let entry = entry.ok_or("a change")?;
/// assert_eq!(entry.postings()[0].told_in(Currency::EUR), Some(euro(3_00)));
/// assert_eq!(entry.postings()[1].account.as_str(), "4840");
///
/// // At the same rate again there is nothing to do; without a rate nothing is guessed.
/// assert_eq!(revalue_balances(on, &[at(euro(95_00))], &conversion, &"4840".parse()?, &"6880".parse()?)?, None);
/// let without = Conversion::new(Currency::EUR, [], Rounding::HalfUp, "6969".parse()?)?;
/// let refused = revalue_balances(on, &[at(euro(95_00))], &without, &"4840".parse()?, &"6880".parse()?);
/// assert!(matches!(refused, Err(RevalueError::Conversion(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn revalue_balances(
    on: NaiveDate,
    balances: &[ForeignBalance],
    conversion: &Conversion,
    gain: &AccountCode,
    loss: &AccountCode,
) -> Result<Option<Entry>, RevalueError> {
    let mut postings = Vec::new();
    for balance in balances {
        let foreign = balance.amount.currency();
        let worth =
            if balance.amount.is_zero() { Money::zero(conversion.to()) } else { conversion.worth(balance.amount)? };
        let change = worth.checked_sub(balance.worth)?;
        if !change.is_zero() {
            let against = if change.is_negative() { loss } else { gain };
            postings.push(Posting::revaluing(balance.account.clone(), foreign, change));
            postings.push(Posting::revaluing(against.clone(), foreign, change.negated()));
        }
    }
    if postings.is_empty() {
        return Ok(None);
    }
    Ok(Some(Entry::balanced(on, "foreign balances at the rates of the day", postings)?.revaluation()))
}

/// A claim or debt in a foreign currency, with what it is worth by the books until it is settled.
///
/// What is owed to the office is above zero, what it owes below; so a gain is above zero for both.
///
/// # Example
/// ```
/// use office_core::{Currency, Money, Rounding};
/// use office_finance::{ForeignItem, SettleError};
///
/// let (dollars, euro) = (|minor| Money::from_minor(minor, Currency::USD), |minor| Money::from_minor(minor, Currency::EUR));
/// let claim = ForeignItem::booked(dollars(100_00), euro(92_00));
/// // At the end of the year it is worth more; that is a gain, though not in hand.
/// let (claim, unrealised) = claim.revalued(euro(95_00))?;
/// assert_eq!(unrealised, euro(3_00));
/// // Half is paid and brings 46.00, a loss on what that half was last worth.
/// let (claim, realised) = claim.settled(dollars(50_00), euro(46_00), Rounding::HalfUp)?;
/// assert_eq!((realised, claim.outstanding(), claim.worth()), (euro(-1_50), dollars(50_00), euro(47_50)));
/// let over = claim.settled(dollars(50_01), euro(46_00), Rounding::HalfUp);
/// assert!(matches!(over, Err(SettleError::Amount { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignItem {
    outstanding: Money,
    worth: Money,
}

impl ForeignItem {
    /// An item of this amount, booked at this worth.
    #[must_use]
    pub const fn booked(amount: Money, worth: Money) -> Self {
        Self { outstanding: amount, worth }
    }

    /// What is not settled yet, in the foreign currency.
    #[must_use]
    pub const fn outstanding(self) -> Money {
        self.outstanding
    }

    /// What that is worth by the books.
    #[must_use]
    pub const fn worth(self) -> Money {
        self.worth
    }

    /// The item at what it is worth now, and the gain that is not realised; below zero a loss.
    ///
    /// # Errors
    /// [`MoneyError`].
    pub fn revalued(self, worth: Money) -> Result<(Self, Money), MoneyError> {
        let worth = if self.outstanding.is_zero() { Money::zero(worth.currency()) } else { worth };
        let gain = worth.checked_sub(self.worth)?;
        Ok((Self { worth, ..self }, gain))
    }

    /// The item after `part` of it was settled for what was worth `settled_for` on that day, and the gain that this
    /// realises; below zero a loss. The part takes its share of the worth along, rounded by the named policy, and the last
    /// part all that is left.
    ///
    /// # Errors
    /// [`SettleError`], in the order of its variants.
    pub fn settled(self, part: Money, settled_for: Money, rounding: Rounding) -> Result<(Self, Money), SettleError> {
        let outstanding = self.outstanding.checked_sub(part)?;
        let turned = !outstanding.is_zero() && outstanding.is_negative() != self.outstanding.is_negative();
        if part.is_zero() || part.is_negative() != self.outstanding.is_negative() || turned {
            return Err(SettleError::Amount { part, outstanding: self.outstanding });
        }
        let released = if outstanding.is_zero() {
            self.worth
        } else {
            self.worth.times_ratio(Ratio::new(part.minor(), self.outstanding.minor())?, rounding)?
        };
        let gain = settled_for.checked_sub(released)?;
        Ok((Self { outstanding, worth: self.worth.checked_sub(released)? }, gain))
    }
}

/// Foreign balances cannot be brought to what they are worth.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RevalueError {
    /// There is no rate, or the worth cannot be held.
    #[error(transparent)]
    Conversion(#[from] ConversionError),
    /// A balance is worth something in another currency, or a change cannot be held.
    #[error("the change of worth cannot be held")]
    Money(#[from] MoneyError),
    /// There are more balances than an entry has postings.
    #[error(transparent)]
    Entry(#[from] EntryError),
}

/// A part of a foreign item cannot be settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SettleError {
    /// It is not known what the item was booked at.
    #[error("it is not known what the item of {amount} was worth when it was booked")]
    NotValued {
        /// What the document asks for.
        amount: Money,
    },
    /// It is in another currency, or too large.
    #[error("the amounts cannot be compared")]
    Money(#[from] MoneyError),
    /// It is nothing, or more than is outstanding, or the other way round.
    #[error("{part} of the item cannot be settled: up to {outstanding} is wanted")]
    Amount {
        /// What was to be settled.
        part: Money,
        /// What is outstanding.
        outstanding: Money,
    },
    /// The share cannot be held.
    #[error("the share of the worth cannot be held")]
    Share(#[from] RatioError),
}
