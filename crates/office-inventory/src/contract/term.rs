//! How long a contract lasts, and how it goes on or ends.

use chrono::NaiveDate;
use office_core::DateRange;
use serde::{Deserialize, Serialize};

use super::span::Recurrence;
use super::{ContractTermsError, TermSpan};

/// How long a contract lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractTerm {
    /// The days for which it was made: without an end until notice is given.
    pub initial: DateRange,
    /// How it goes on after them.
    pub renewal: Renewal,
    /// How long before the end notice is given at the latest; nothing if none can be given.
    ///
    /// Notice is in time on a day if so much after that day is not later than the last day: of three months before 31
    /// December, 30 September is the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<TermSpan>,
}

/// How a contract goes on after the days for which it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Renewal {
    /// It ends.
    None,
    /// It goes on for so long, again and again, unless notice is given in time. Ends are counted from the first, so
    /// that a month's end stays one.
    Automatic(TermSpan),
    /// It ends, unless the parties agree that it goes on.
    ByAgreement,
}

impl ContractTerm {
    pub(super) fn check(&self) -> Result<(), ContractTermsError> {
        if let Some(given) = self.notice.filter(|notice| notice.is_too_long()) {
            return Err(ContractTermsError::LongNotice { given });
        }
        match self.renewal {
            Renewal::Automatic(by) if by.is_nothing() => Err(ContractTermsError::Nothing { given: by }),
            Renewal::Automatic(_) | Renewal::ByAgreement if self.initial.end().is_none() => {
                Err(ContractTermsError::RenewsForEver)
            }
            Renewal::None | Renewal::Automatic(_) | Renewal::ByAgreement => Ok(()),
        }
    }

    /// The days for which it runs at a time: the initial ones or those of a renewal. Nothing where it does not run.
    ///
    /// Each begins on the day after the one before.
    ///
    /// # Example
    /// ```
    /// use office_core::DateRange;
    /// use office_inventory::{ContractTerm, Renewal, TermSpan};
    ///
    /// let lease = ContractTerm {
    ///     initial: "2024-03-01/2026-03-01".parse()?,
    ///     renewal: Renewal::Automatic(TermSpan::Months(12)),
    ///     notice: Some(TermSpan::Months(3)),
    /// };
    /// assert_eq!(lease.on("2027-07-01".parse()?), Some("2027-03-01/2028-03-01".parse()?));
    /// // Of the term that ends on 29 February 2028.
    /// assert_eq!(lease.deadline("2028-02-29".parse()?), Some("2027-11-30".parse()?));
    /// assert_eq!(lease.last_after_notice("2027-12-01".parse()?), Some("2029-02-28".parse()?));
    ///
    /// // It does not run before it begins.
    /// assert_eq!(lease.on("2024-02-29".parse()?), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Option<DateRange> {
        self.terms(day).next().filter(|term| term.contains(day))
    }

    /// The terms from the one on that is not over before a day.
    pub(super) fn terms(&self, from: NaiveDate) -> impl Iterator<Item = DateRange> + use<> {
        let initial = Some(self.initial).filter(|term| term.end().is_none_or(|end| end > from));
        let renewal = match (self.renewal, self.initial.end()) {
            (Renewal::Automatic(every), Some(first)) if !every.is_nothing() => Some(Recurrence { first, every }),
            (Renewal::None | Renewal::Automatic(_) | Renewal::ByAgreement, _) => None,
        };
        let renewals = renewal.into_iter().flat_map(move |renewal| {
            // The term before the first end that is later.
            let next = from.succ_opt().unwrap_or(from);
            let numbers = renewal.since(next).map_while(move |(number, end)| {
                let Some(before) = number.checked_sub(1) else { return Some(None) };
                Some(Some(DateRange::new(renewal.nth(before)?, end).ok()?))
            });
            numbers.flatten()
        });
        initial.into_iter().chain(renewals)
    }

    /// The last day on which notice is given in time for a last day; nothing if none can be given.
    #[must_use]
    pub fn deadline(&self, last: NaiveDate) -> Option<NaiveDate> {
        self.notice?.latest_before(last)
    }

    /// The last day of the contract if notice is given on a day: of the first term for which that is in time.
    ///
    /// Nothing if no notice can be given, as it ends without one or lasts as agreed.
    #[must_use]
    pub fn last_after_notice(&self, given: NaiveDate) -> Option<NaiveDate> {
        let notice = self.notice?;
        let earliest = notice.after(given)?;
        match (self.renewal, self.initial.end()) {
            (Renewal::Automatic(_), Some(_)) => self.terms(earliest).find_map(|term| term.last()),
            (Renewal::None, None) => Some(earliest.max(self.initial.start())),
            (Renewal::None | Renewal::Automatic(_) | Renewal::ByAgreement, _) => None,
        }
    }

    /// The last day, if it ends without notice.
    #[must_use]
    pub fn last(&self) -> Option<NaiveDate> {
        match self.renewal {
            Renewal::None | Renewal::ByAgreement => self.initial.last(),
            Renewal::Automatic(_) => None,
        }
    }
}
