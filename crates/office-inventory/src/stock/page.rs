//! Movements of the open period that are filed away, so that the stock itself stays small.
//!
//! ```text
//!   file ──► Filed ──► reopen ──► Reopened: the movements are with the stock again
//! ```

use chrono::NaiveDate;
use office_core::subject::ItemId;
use office_core::{Entity, Entries, Id, Kind, Unique};
use serde::{Deserialize, Serialize};

use super::StockCount;
use crate::{Ledger, Reference};

/// A page of movements of one item, in the order in which they happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StockPage {
    content: StockPageContent,
}

/// What stands on a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StockPageContent {
    /// The item.
    pub item: ItemId,
    /// The number of the page, from 1.
    pub number: u32,
    /// The page before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Filed>,
    /// Its movements, and what came of those before; none once the page was reopened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger: Option<Ledger>,
    /// The counts of its days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counts: Vec<StockCount>,
}

/// How far movements are filed away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filed {
    /// The number of the last page.
    pub page: u32,
    /// The last day that is filed.
    pub through: NaiveDate,
}

/// What happens to a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockPageFact {
    /// It was filed.
    Filed(Box<StockPageContent>),
    /// Something came late for a day of it, or before: its movements went back to the stock.
    Reopened,
}

impl StockPage {
    /// The page on which a paper was booked.
    pub const BY_PAPER: Unique<Self, (ItemId, String)> = Unique::new("paper");

    /// The id of a page.
    #[must_use]
    pub fn key(item: ItemId, number: u32) -> Id<Self> {
        Id::natural("stock_page", &format!("{item} {number}"))
    }

    /// What stands on it.
    #[must_use]
    pub const fn content(&self) -> &StockPageContent {
        &self.content
    }

    fn papers(&self) -> impl Iterator<Item = &Reference> {
        let booked = self.content.ledger.iter().flat_map(Ledger::papers);
        booked.chain(self.content.counts.iter().map(|count| &count.reference))
    }
}

impl Entity for StockPage {
    const KIND: Kind = Kind::literal("stock_page");
    type Fact = StockPageFact;

    fn open(fact: &StockPageFact) -> Option<Self> {
        match fact {
            StockPageFact::Filed(content) => Some(Self { content: (**content).clone() }),
            StockPageFact::Reopened => None,
        }
    }

    fn apply(&mut self, fact: &StockPageFact) {
        match fact {
            StockPageFact::Filed(_) => {}
            StockPageFact::Reopened => {
                self.content.ledger = None;
                self.content.counts.clear();
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        for paper in self.papers() {
            entries.unique(Self::BY_PAPER, &(self.content.item, paper.as_str().to_owned()));
        }
    }
}
