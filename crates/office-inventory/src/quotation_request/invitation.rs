//! A vendor that was asked, and what it has answered.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{QuotationAnswer, Reference, SealedQuotation, VendorId};

/// A vendor that was asked. What it has answered is told by the request alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    vendor: VendorId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    withdrawn: Option<WithdrawnInvitation>,
    // The last one counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    responses: Vec<VendorResponse>,
}

/// That a vendor is not asked any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawnInvitation {
    /// Why.
    pub reason: String,
    /// Since when.
    pub at: DateTime<Utc>,
}

/// That a vendor has answered or declined, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VendorResponse {
    at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quotation: Option<SealedQuotation>,
}

impl VendorResponse {
    /// When it came.
    #[must_use]
    pub const fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// Whether the vendor does not want to deliver.
    #[must_use]
    pub const fn is_declined(&self) -> bool {
        self.quotation.is_none()
    }

    pub(super) fn content(&self) -> QuotationAnswer<'_> {
        self.quotation.as_ref().map_or(QuotationAnswer::Declined, |sealed| QuotationAnswer::Quoted(sealed.content()))
    }
}

impl Invitation {
    /// The most answers that are taken from one vendor.
    pub const MOST_RESPONSES: usize = 20;

    pub(super) const fn new(vendor: VendorId) -> Self {
        Self { vendor, withdrawn: None, responses: Vec::new() }
    }

    /// Who was asked.
    #[must_use]
    pub const fn vendor(&self) -> VendorId {
        self.vendor
    }

    /// Why and since when it is not asked any more, if it is not.
    #[must_use]
    pub const fn withdrawn(&self) -> Option<&WithdrawnInvitation> {
        self.withdrawn.as_ref()
    }

    /// How often and when it has answered or declined, from the first to the last, which counts.
    #[must_use]
    pub fn responses(&self) -> &[VendorResponse] {
        &self.responses
    }

    /// Whether its prices count: it is asked, and has answered and not declined.
    #[must_use]
    pub fn has_quoted(&self) -> bool {
        self.withdrawn.is_none() && self.responses.last().is_some_and(|last| !last.is_declined())
    }

    /// What counts of what it has said.
    pub(super) fn answer(&self) -> QuotationAnswer<'_> {
        if self.withdrawn.is_some() {
            return QuotationAnswer::Withdrawn;
        }
        self.responses.last().map_or(QuotationAnswer::Silent, VendorResponse::content)
    }

    /// What it has answered by a paper.
    pub(super) fn by_paper(&self, paper: &Reference) -> Option<&SealedQuotation> {
        self.quotations().find(|quotation| quotation.content().paper == *paper)
    }

    pub(super) fn quotations(&self) -> impl Iterator<Item = &SealedQuotation> {
        self.responses.iter().filter_map(|response| response.quotation.as_ref())
    }

    pub(super) fn respond(&mut self, quotation: Option<SealedQuotation>, at: DateTime<Utc>) {
        self.responses.push(VendorResponse { at, quotation });
    }

    pub(super) fn withdraw(&mut self, withdrawn: WithdrawnInvitation) {
        self.withdrawn = Some(withdrawn);
    }
}
