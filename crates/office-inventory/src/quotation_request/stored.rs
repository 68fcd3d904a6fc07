//! A request for quotation as it is stored.

use std::collections::BTreeSet;

use serde::Deserialize;
use thiserror::Error;

use super::{AskQuotationsError, Invitation, NewQuotationRequest, QuotationRequest, QuotationRequestStatus};
use crate::{QuotationError, VendorId};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stored {
    asked: NewQuotationRequest,
    invitations: Vec<Invitation>,
    status: QuotationRequestStatus,
}

/// A stored request for quotation does not make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RestoreQuotationRequestError {
    /// What is asked for makes no sense.
    #[error(transparent)]
    Asked(#[from] AskQuotationsError),
    /// A vendor is asked twice.
    #[error("{vendor} is asked twice")]
    Twice {
        /// The vendor.
        vendor: VendorId,
    },
    /// A vendor's answer makes no sense; what of it is not told, as it may be sealed.
    #[error("an answer of {vendor} makes no sense")]
    Answer {
        /// The vendor.
        vendor: VendorId,
    },
}

impl TryFrom<Stored> for QuotationRequest {
    type Error = RestoreQuotationRequestError;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let Stored { asked, invitations, status } = stored;
        asked.check()?;
        let mut known = BTreeSet::new();
        for invitation in &invitations {
            let vendor = invitation.vendor();
            if !known.insert(vendor) {
                return Err(RestoreQuotationRequestError::Twice { vendor });
            }
            let sound = |quotation: &crate::SealedQuotation| quotation.content().check(&asked.lines);
            let all: Result<(), QuotationError> = invitation.quotations().try_for_each(sound);
            all.map_err(|_| RestoreQuotationRequestError::Answer { vendor })?;
        }
        Ok(Self { asked, invitations, status })
    }
}
