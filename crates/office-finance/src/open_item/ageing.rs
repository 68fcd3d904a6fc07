//! What is outstanding, by how long it has been due.

use chrono::NaiveDate;
use office_core::{Currency, Money, MoneyError};

use super::OpenItem;

/// What is outstanding, by how long it has been due.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, Id, Money};
/// use office_finance::{Ageing, OpenItem};
///
/// let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).ok_or("a day");
/// let item = |number, due, minor| {
///     OpenItem::new(Id::natural("party", "M"), number, due, due, Money::from_minor(minor, Currency::EUR))
/// };
/// let items = [item("CI-087", day(10, 25)?, 100), item("CI-089", day(10, 31)?, 200)];
/// let ageing = Ageing::as_of(&items, day(10, 31)?, &[30, 60], Currency::EUR)?;
/// assert_eq!(ageing.not_due.minor(), 200);
/// assert_eq!(ageing.overdue[0].amount.minor(), 100);
/// assert!(Ageing::as_of(&items, day(10, 31)?, &[30, 60], Currency::USD).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ageing {
    /// The day at whose end it is drawn up.
    pub on: NaiveDate,
    /// What is not due yet, or due on the day itself.
    pub not_due: Money,
    /// What is overdue, the shortest time first; the last bucket has no end.
    pub overdue: Vec<AgeingBucket>,
    /// All of it.
    pub total: Money,
}

/// What has been due for some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgeingBucket {
    /// For how many days at least.
    pub from_days: u32,
    /// For how many days at most, if there is an end.
    pub to_days: Option<u32>,
    /// How much.
    pub amount: Money,
}

impl Ageing {
    /// The ageing at the end of the day `on`; `limits` are the last days of the buckets, such as 30, 60 and 90. They
    /// are put in order, and zero and repetitions are passed over.
    ///
    /// # Errors
    /// [`MoneyError`]: an item is in another currency, or a sum cannot be held.
    pub fn as_of<'a>(
        items: impl IntoIterator<Item = &'a OpenItem>,
        on: NaiveDate,
        limits: &[u32],
        currency: Currency,
    ) -> Result<Self, MoneyError> {
        let mut limits: Vec<u32> = limits.iter().copied().filter(|limit| *limit > 0).collect();
        limits.sort_unstable();
        limits.dedup();
        let nothing = Money::zero(currency);
        let ends = limits.iter().copied().map(Some).chain([None]);
        let mut from_days = 1;
        let mut overdue: Vec<AgeingBucket> = Vec::new();
        for to_days in ends {
            overdue.push(AgeingBucket { from_days, to_days, amount: nothing });
            from_days = to_days.unwrap_or(from_days).saturating_add(1);
        }
        let (mut not_due, mut total) = (nothing, nothing);
        for item in items {
            let outstanding = item.outstanding(on)?;
            total = total.checked_add(outstanding)?;
            let days = u32::try_from(on.signed_duration_since(item.due).num_days()).unwrap_or_default();
            let bucket = overdue.iter_mut().find(|bucket| bucket.to_days.is_none_or(|end| days <= end));
            match bucket {
                Some(bucket) if days > 0 => bucket.amount = bucket.amount.checked_add(outstanding)?,
                Some(_) | None => not_due = not_due.checked_add(outstanding)?,
            }
        }
        Ok(Self { on, not_due, overdue, total })
    }
}
