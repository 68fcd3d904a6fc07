//! What has been posted, and how it follows when more becomes known.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{Ledger, LedgerLine};

/// A line as it was posted, or taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Posting {
    /// The day on which it was posted; the line itself says when it takes effect.
    pub posted: NaiveDate,
    /// The line. A reversal holds the number of days with the other sign.
    pub line: LedgerLine,
    /// The place of the posting that it takes back, counted from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverses: Option<usize>,
}

/// A record of postings that only grows: for payroll, for print, for a closed period.
///
/// A [`Ledger`] is drawn up afresh from all that is known. What was posted from an earlier one stays; what no longer
/// holds is reversed, and what is new is added, dated today and effective then.
///
/// # Example
/// ```
/// use office_core::Ratio;
/// use office_hr::{AnnualDay, LeaveCause, LeaveHistory, LeavePlan, LeaveTaken, LeaveTerms, Ledger, Opening, PostedLedger, Tenure};
///
/// let days = Ratio::from_integer;
/// let mut plan = LeavePlan::new("LP", AnnualDay::NEW_YEAR, "DE-BE");
/// plan.publish("2026-01-01".parse()?, LeaveTerms::new(days(30), days(5)))?;
/// let tenure = Tenure::new("2026-01-01/..".parse()?, days(5))?;
/// let opening = Opening { on: "2026-01-01".parse()?, carried_in: days(0) };
/// let taken = [LeaveTaken { on: "2026-02-02".parse()?, days: days(1), cause: LeaveCause::Earlier }];
/// let (with, without) = (
///     Ledger::of(&LeaveHistory::new(&plan, &tenure, opening, &taken), "2026-03-31".parse()?)?,
///     Ledger::of(&LeaveHistory::new(&plan, &tenure, opening, &[]), "2026-03-31".parse()?)?,
/// );
///
/// let mut posted = PostedLedger::default();
/// assert_eq!(posted.post(&with, "2026-03-31".parse()?), 2);
/// assert_eq!(posted.post(&with, "2026-04-30".parse()?), 0);
///
/// // The leave turns out not to have been taken: its line stays, and a reversal joins it.
/// assert_eq!(posted.post(&without, "2026-05-31".parse()?), 1);
/// assert_eq!(posted.postings()[2].reverses, Some(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PostedLedger {
    postings: Vec<Posting>,
}

impl PostedLedger {
    /// All postings in the order in which they were made.
    #[must_use]
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }

    /// Posts what tells the ledger from all that was posted before, and says how many postings that took.
    pub fn post(&mut self, ledger: &Ledger, on: NaiveDate) -> usize {
        let before = self.postings.len();
        let mut standing = self.standing();
        let mut new = Vec::new();
        for line in ledger.lines() {
            let found = standing.get_mut(line).and_then(Vec::pop);
            if found.is_none() {
                new.push(Posting { posted: on, line: line.clone(), reverses: None });
            }
        }
        let mut wrong: Vec<usize> = standing.into_values().flatten().collect();
        wrong.sort_unstable();
        for place in wrong {
            if let Some(posting) = self.postings.get(place) {
                let line = LedgerLine { days: posting.line.days.negated(), ..posting.line.clone() };
                self.postings.push(Posting { posted: on, line, reverses: Some(place) });
            }
        }
        self.postings.append(&mut new);
        self.postings.len().saturating_sub(before)
    }

    /// The places of the lines that were posted and not taken back.
    fn standing(&self) -> BTreeMap<LedgerLine, Vec<usize>> {
        let reversed: std::collections::BTreeSet<usize> =
            self.postings.iter().filter_map(|posting| posting.reverses).collect();
        let mut standing: BTreeMap<LedgerLine, Vec<usize>> = BTreeMap::new();
        for (place, posting) in self.postings.iter().enumerate() {
            if posting.reverses.is_none() && !reversed.contains(&place) {
                standing.entry(posting.line.clone()).or_default().push(place);
            }
        }
        standing
    }
}
