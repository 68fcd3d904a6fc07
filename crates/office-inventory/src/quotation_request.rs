//! Vendors are asked for their prices.
//!
//! ```text
//!  ask ──► Open ──► invite, withdraw_invitation, answer, decline … until the deadline
//!            ├────► close, once everybody has answered ──► Closed ──┐
//!            ├────► the deadline passes ────────────────────────────┴──► award ──► Awarded
//!            └────► cancel ──► Cancelled ◄── cancel ── Closed
//! ```
//!
//! The deadline is an instant: an answer is in time before it, and no longer at it. An answer may be replaced until then;
//! all are kept, the last counts.
//!
//! **Sealed answers** are seen by nobody as long as one can still come or be replaced: until the deadline has passed, or the
//! request was closed, which is refused before then as long as somebody has not answered. So nobody answers who could know
//! what others have answered. That everybody has answered does not open them by itself, as each may still think better of
//! it. A sealed request that is cancelled stays sealed until its deadline, and those that are not sealed are seen at any
//! time. That a vendor has answered or declined, and when, is no secret; what it has answered is told by [`QuotationRequest::answers`],
//! [`versions`](QuotationRequest::versions) and [`compare`](QuotationRequest::compare), which ask for the instant, and by
//! nothing else: neither by debug texts of the request and its facts nor by what is refused. In the store answers are
//! written out: whoever reads the store reads them.
//!
//! Law 36 of the crate; `tests/quotation` holds it.

mod answering;
mod ask;
mod award;
mod closing;
mod invitation;
mod stored;

use chrono::{DateTime, Utc};
use office_core::{Entity, Entries, Id, Kind, Ordered, Unique};
use serde::{Deserialize, Serialize};

pub use self::answering::{AnswerQuotationError, CompareQuotationsError, DeclineQuotationError, SealedError};
pub use self::ask::{
    AskQuotationsError, AskingOverError, InviteVendorError, NewQuotationRequest, QuotationPolicy, Sealing,
    TooFewQuotations, WithdrawInvitationError,
};
pub use self::award::{
    AwardQuotations, AwardQuotationsError, AwardReason, AwardedShare, QuotationAward, TakeOverPricesError,
};
pub use self::closing::{CancelQuotationsError, CloseQuotationsError};
pub use self::invitation::{Invitation, VendorResponse, WithdrawnInvitation};
pub use self::stored::RestoreQuotationRequestError;
use crate::{SealedQuotation, VendorId};

/// The id of a request for quotation.
pub type QuotationRequestId = Id<QuotationRequest>;

/// A request for quotation: vendors are asked for their prices, and what they answer is compared and awarded.
///
/// # Example
/// ```
/// use std::num::NonZeroU32;
///
/// use office_core::{Currency, Entity, Id, Rounding};
/// use office_inventory::{
///     AnswerQuotationError, AskingOverError, AwardQuotations, AwardQuotationsError, AwardReason, ComparisonRules,
///     LateOffers, NewQuotationRequest, OrderTerms, PriceBreak, Quotation, QuotationLine, QuotationPolicy,
///     QuotationRequest, QuotedLine, Sealing, SealedError, TooFewQuotations,
/// };
///
/// type Failure = Box<dyn std::error::Error>;
/// let (one, two) = (Id::natural("party", "V-01"), Id::natural("party", "V-02"));
/// let deadline = "2026-10-02T12:00:00Z".parse()?;
/// let new = NewQuotationRequest {
///     number: "RFQ-1".parse()?,
///     terms: OrderTerms { currency: Currency::EUR, rounding: Rounding::HalfUp },
///     lines: vec![QuotationLine::new(Id::natural("item", "PAP-A4"), "13 box".parse()?)],
///     vendors: vec![one, two],
///     deadline,
///     sealing: Sealing::Sealed,
///     policy: QuotationPolicy { least: 2, fewer: TooFewQuotations::WithReason },
/// };
/// let asked = QuotationRequest::ask(new, "2026-09-28T09:00:00Z".parse()?)?.fact().ok_or("a fact")?;
/// let mut request = QuotationRequest::open(&asked).ok_or("a request")?;
///
/// // Both answer in time; nobody sees what.
/// let answer = |paper: &str, price: &str| -> Result<_, Failure> {
///     let price = PriceBreak { from: "1 box".parse()?, price: price.parse()? };
///     let lines = [(1, QuotedLine { prices: vec![price], multiple: None, lead_days: 2 })].into();
///     let (paper, valid_until) = (paper.parse()?, "2026-10-31".parse()?);
///     Ok(Quotation { paper, valid_until, delivery: "0.00 EUR".parse()?, lines })
/// };
/// let friday = "2026-10-01T15:00:00Z".parse()?;
/// for (vendor, answer) in [(one, answer("A-7", "11 EUR / 1 box")?), (two, answer("44", "8 EUR / 1 box")?)] {
///     request.apply(&request.answer(vendor, answer, friday)?.fact().ok_or("a fact")?);
/// }
/// assert_eq!(request.answers(friday), Err(SealedError { until: deadline }));
/// assert!(!format!("{request:?}").contains("11"));
///
/// // At the deadline it is too late, and what was answered can be seen.
/// let late = request.answer(one, answer("A-8", "7 EUR / 1 box")?, deadline);
/// assert_eq!(late, Err(AnswerQuotationError::Over(AskingOverError::Deadline { deadline })));
/// let on = "2026-10-05".parse()?;
/// let (late, most_vendors) = (LateOffers::Admit, NonZeroU32::MIN);
/// let rules = ComparisonRules { on, rates: [].into(), standings: [].into(), preferred: None, late, most_vendors };
/// assert_eq!(request.compare(&rules, deadline)?.lines[&1].best(), Some(two));
///
/// // Whoever takes another than the best says why.
/// let (by, at) = (Id::natural("person", "E-004"), "2026-10-05T09:00:00Z".parse()?);
/// let to = |vendor| -> Result<_, Failure> {
///     let lines = [(1, [(vendor, "13 box".parse()?)].into())].into();
///     Ok(AwardQuotations { lines, reason: None })
/// };
/// let other = request.award(&to(one)?, &rules, by, at);
/// assert_eq!(other, Err(AwardQuotationsError::Reason { ground: AwardReason::NotBest }));
/// request.apply(&request.award(&to(two)?, &rules, by, at)?.fact().ok_or("a fact")?);
/// assert_eq!(request.awarded().map(|award| award.total), Some("104.00 EUR".parse()?));
/// assert_eq!(request.price_rows(two)?[0].price.to_string(), "8 EUR / 1 box");
/// # Ok::<(), Failure>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "stored::Stored")]
pub struct QuotationRequest {
    // Invariant: as checked by `NewQuotationRequest::check`.
    asked: NewQuotationRequest,
    // Invariant: each vendor once; every answer is of lines that were asked for and makes sense.
    invitations: Vec<Invitation>,
    status: QuotationRequestStatus,
}

/// How far a request for quotation has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotationRequestStatus {
    /// It was neither closed nor awarded nor cancelled. Answers are taken until the deadline.
    Open,
    /// No more answers are taken.
    Closed {
        /// Since when.
        at: DateTime<Utc>,
    },
    /// Nothing comes of it.
    Cancelled {
        /// Why.
        reason: String,
        /// Since when.
        at: DateTime<Utc>,
    },
    /// It is said who delivers.
    Awarded(Box<QuotationAward>),
}

/// What happens to a request for quotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotationRequestFact {
    /// Vendors were asked.
    Asked(Box<NewQuotationRequest>),
    /// Another vendor was asked.
    Invited {
        /// The vendor.
        vendor: VendorId,
        /// When.
        at: DateTime<Utc>,
    },
    /// A vendor is not asked any more.
    InvitationWithdrawn {
        /// The vendor.
        vendor: VendorId,
        /// Why, and when.
        withdrawn: WithdrawnInvitation,
    },
    /// A vendor has answered, for the first time or anew.
    Answered {
        /// The vendor.
        vendor: VendorId,
        /// What it has answered.
        quotation: Box<SealedQuotation>,
        /// When.
        at: DateTime<Utc>,
    },
    /// A vendor does not want to deliver.
    Declined {
        /// The vendor.
        vendor: VendorId,
        /// When.
        at: DateTime<Utc>,
    },
    /// No more answers are taken.
    Closed {
        /// When.
        at: DateTime<Utc>,
    },
    /// Nothing comes of it.
    Cancelled {
        /// Why.
        reason: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was said who delivers.
    Awarded(Box<QuotationAward>),
}

impl QuotationRequest {
    /// The request of a number; no two have the same.
    pub const BY_NUMBER: Unique<Self, String> = Unique::new("number");
    /// The requests that were neither awarded nor cancelled, by their deadlines.
    pub const PENDING: Ordered<Self, DateTime<Utc>> = Ordered::new("pending");
    /// The most lines of one request.
    pub const MOST_LINES: usize = 200;
    /// The most vendors that are asked.
    pub const MOST_VENDORS: usize = 50;

    /// The id of the request of a number.
    #[must_use]
    pub fn id_of(number: &crate::Reference) -> QuotationRequestId {
        Id::natural("quotation_request", number.as_str())
    }

    /// What is asked, of whom, until when.
    #[must_use]
    pub const fn request(&self) -> &NewQuotationRequest {
        &self.asked
    }

    /// How far it has come.
    #[must_use]
    pub const fn status(&self) -> &QuotationRequestStatus {
        &self.status
    }

    /// Who was asked, in that order, and who has answered when.
    #[must_use]
    pub fn invitations(&self) -> &[Invitation] {
        &self.invitations
    }

    /// Who delivers, once it was said.
    #[must_use]
    pub fn awarded(&self) -> Option<&QuotationAward> {
        match &self.status {
            QuotationRequestStatus::Awarded(award) => Some(award),
            QuotationRequestStatus::Open
            | QuotationRequestStatus::Closed { .. }
            | QuotationRequestStatus::Cancelled { .. } => None,
        }
    }

    fn invitation(&self, vendor: VendorId) -> Option<&Invitation> {
        self.invitations.iter().find(|invitation| invitation.vendor() == vendor)
    }

    fn change(&mut self, vendor: VendorId, change: impl FnOnce(&mut Invitation)) {
        if let Some(invitation) = self.invitations.iter_mut().find(|invitation| invitation.vendor() == vendor) {
            change(invitation);
        }
    }
}

impl Entity for QuotationRequest {
    const KIND: Kind = Kind::literal("quotation_request");
    type Fact = QuotationRequestFact;

    fn open(fact: &QuotationRequestFact) -> Option<Self> {
        let QuotationRequestFact::Asked(new) = fact else { return None };
        let invitations = new.vendors.iter().map(|vendor| Invitation::new(*vendor)).collect();
        Some(Self { asked: NewQuotationRequest::clone(new), invitations, status: QuotationRequestStatus::Open })
    }

    fn apply(&mut self, fact: &QuotationRequestFact) {
        match fact {
            QuotationRequestFact::Asked(_) => {}
            QuotationRequestFact::Invited { vendor, .. } => self.invitations.push(Invitation::new(*vendor)),
            QuotationRequestFact::InvitationWithdrawn { vendor, withdrawn } => {
                self.change(*vendor, |invitation| invitation.withdraw(withdrawn.clone()));
            }
            QuotationRequestFact::Answered { vendor, quotation, at } => {
                self.change(*vendor, |invitation| invitation.respond(Some(SealedQuotation::clone(quotation)), *at));
            }
            QuotationRequestFact::Declined { vendor, at } => {
                self.change(*vendor, |invitation| invitation.respond(None, *at));
            }
            QuotationRequestFact::Closed { at } => self.status = QuotationRequestStatus::Closed { at: *at },
            QuotationRequestFact::Cancelled { reason, at } => {
                self.status = QuotationRequestStatus::Cancelled { reason: reason.clone(), at: *at };
            }
            QuotationRequestFact::Awarded(award) => {
                self.status = QuotationRequestStatus::Awarded(award.clone());
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.unique(Self::BY_NUMBER, &self.asked.number.as_str().to_owned());
        match self.status {
            QuotationRequestStatus::Open | QuotationRequestStatus::Closed { .. } => {
                entries.ordered(Self::PENDING, &self.asked.deadline);
            }
            QuotationRequestStatus::Cancelled { .. } | QuotationRequestStatus::Awarded(_) => {}
        }
    }
}
