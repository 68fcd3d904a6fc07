//! An offer to an applicant, one version of it: made, answered, withdrawn, expired, replaced by the next.

use std::fmt;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Classified, Currency, DateRange, Decision, Entity, Entries, Id, Kind, Money, Ordered, RecordClass};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::retention::is_text;
use crate::{Application, Assignment};

/// The longest reason, in characters.
const MOST_TEXT: usize = 500;

/// One version of an offer. What it pays is content ([`OfferedPay`]), read by clearance for the class that the office's
/// rules name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    made: MadeOffer,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<EndedOffer>,
}

/// What is offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferTerms {
    /// From the first day to the last; without a last one until further notice.
    pub term: DateRange,
    /// As what.
    pub assignment: Assignment,
    /// The last day on which it can be accepted.
    pub open_until: NaiveDate,
}

/// What an offer pays. Its debug text tells nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferedPay {
    /// A year, before tax.
    pub yearly: Money,
    /// What else is promised.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub besides: String,
}

impl fmt::Debug for OfferedPay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OfferedPay").finish_non_exhaustive()
    }
}

/// An offer that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MadeOffer {
    /// To whose application.
    pub application: Id<Application>,
    /// To whom.
    pub person: PersonId,
    /// Which version, counted from 1.
    pub number: u32,
    /// What is offered.
    pub terms: OfferTerms,
    /// The class of what it pays.
    pub pay_class: RecordClass,
    /// In which currency it pays.
    pub currency: Currency,
    /// On which day.
    pub on: NaiveDate,
}

/// How an offer ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum EndedOffer {
    /// It was accepted.
    Accepted {
        /// On which day.
        on: NaiveDate,
    },
    /// It was declined.
    Declined {
        /// On which day.
        on: NaiveDate,
        /// Why.
        why: String,
    },
    /// The office took it back.
    Withdrawn {
        /// On which day.
        on: NaiveDate,
        /// Why.
        why: String,
    },
    /// The next version takes its place.
    Replaced {
        /// On which day.
        on: NaiveDate,
    },
    /// Nobody answered in time.
    Expired {
        /// The last day on which it could be accepted.
        last: NaiveDate,
    },
}

/// What can happen to an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum OfferFact {
    /// It was made.
    Made(Box<MadeOffer>),
    /// It ended.
    Ended(EndedOffer),
}

/// Nothing was done to an offer: nothing is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OfferError {
    /// It ended before.
    #[error("the offer is {}: an open one is wanted", .how.name())]
    Ended {
        /// How.
        how: EndedOffer,
    },
    /// It could be answered until a day.
    #[error("the offer was open until {last}, not on {on}: a new version is wanted")]
    Late {
        /// The last day.
        last: NaiveDate,
        /// The day.
        on: NaiveDate,
    },
    /// A reason is missing or too long.
    #[error("a reason of 1 to 500 characters is wanted")]
    NoReason,
}

impl EndedOffer {
    /// In a word.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Accepted { .. } => "accepted",
            Self::Declined { .. } => "declined",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Replaced { .. } => "replaced",
            Self::Expired { .. } => "expired",
        }
    }
}

impl Offer {
    /// Open offers by the last day on which each can be accepted.
    pub const OPEN: Ordered<Self, NaiveDate> = Ordered::new("open");

    /// The id of a version of an offer.
    #[must_use]
    pub fn id_of(application: Id<Application>, number: u32) -> Id<Self> {
        Id::natural("offer", &format!("{application} {number}"))
    }

    /// What was offered, to whom.
    #[must_use]
    pub const fn made(&self) -> &MadeOffer {
        &self.made
    }

    /// How it ended.
    #[must_use]
    pub const fn ended(&self) -> Option<&EndedOffer> {
        self.ended.as_ref()
    }

    /// Whether it was accepted.
    #[must_use]
    pub const fn is_accepted(&self) -> bool {
        matches!(self.ended, Some(EndedOffer::Accepted { .. }))
    }

    /// Ends it. The same again is recognised; an accepted one may still be withdrawn or declined before somebody is
    /// employed by it.
    ///
    /// # Errors
    /// [`OfferError`], in the order of its variants.
    pub fn end(&self, how: &EndedOffer) -> Result<Decision<OfferFact>, OfferError> {
        let taken_back = matches!(how, EndedOffer::Withdrawn { .. } | EndedOffer::Declined { .. });
        match &self.ended {
            Some(known) if known == how => return Ok(Decision::AlreadyRecorded),
            Some(EndedOffer::Accepted { .. }) if taken_back => {}
            Some(known) => return Err(OfferError::Ended { how: known.clone() }),
            None => {}
        }
        let last = self.made.terms.open_until;
        if let EndedOffer::Accepted { on } = how
            && *on > last
        {
            return Err(OfferError::Late { last, on: *on });
        }
        if let EndedOffer::Declined { why, .. } | EndedOffer::Withdrawn { why, .. } = how
            && !is_text(why, MOST_TEXT)
        {
            return Err(OfferError::NoReason);
        }
        Ok(Decision::Record(OfferFact::Ended(how.clone())))
    }

    /// What has fallen due by a day: that nobody answered in time.
    pub fn fall_due(&self, today: NaiveDate) -> Decision<OfferFact> {
        let last = self.made.terms.open_until;
        if self.ended.is_none() && last < today {
            Decision::Record(OfferFact::Ended(EndedOffer::Expired { last }))
        } else {
            Decision::AlreadyRecorded
        }
    }
}

impl Entity for Offer {
    const KIND: Kind = Kind::literal("offer");
    type Fact = OfferFact;

    fn open(fact: &OfferFact) -> Option<Self> {
        match fact {
            OfferFact::Made(made) => Some(Self { made: (**made).clone(), ended: None }),
            OfferFact::Ended(_) => None,
        }
    }

    fn apply(&mut self, fact: &OfferFact) {
        match fact {
            OfferFact::Made(_) => {}
            OfferFact::Ended(how) => self.ended = Some(how.clone()),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        if self.ended.is_none() {
            entries.ordered(Self::OPEN, &self.made.terms.open_until);
        }
    }
}

impl Classified for Offer {
    fn class(&self) -> RecordClass {
        self.made.pay_class.clone()
    }

    fn subject(&self) -> Option<PersonId> {
        Some(self.made.person)
    }
}
