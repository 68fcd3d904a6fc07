//! A piece of equipment that the office tells apart from all others, by a tag of its own.
//!
//! ```text
//! register ──► in stock ──hand_over──► awaiting acceptance ──accept──► assigned
//!                │  ▲  ▲                    │ decline: back to whoever had it     │
//!                │  │  └────────────────────┴───────────────hand_over─────────────┤
//!                │  └──hand_over── in repair, missing ◄────────hand_over──────────┤
//!                │                                          on loan ◄─► in stock  │
//!                └──dispose──► disposed ──reverse_disposal──► as it was before
//! ```
//!
//! Where it stands is not kept but told, by who has it and in what condition it is.

mod basis;
mod disposal;
mod label;
mod register;
mod tag;
mod warranty;

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use office_core::subject::{PersonId, PlaceId};
use office_core::{Entity, Entries, Id, Kind, Ordered, Partition, Unique};
use serde::{Deserialize, Serialize};

pub use self::basis::{
    AssetCharge, ChargeAssetError, DepreciationBasis, DepreciationBasisError, DisposalBasis, PutInServiceError,
};
pub use self::disposal::{
    DataEvidence, DisposalKind, Dispose, DisposeError, Disposed, ReverseDisposal, ReverseDisposalError,
};
pub use self::label::{CorrectSerial, CorrectSerialError, Describe, GoneError, Retag, RetagError};
pub use self::register::{AssetPurchase, NewAsset, OrderedGoods, RegisterAssetError};
pub use self::tag::{AssetTag, ParseSerialNumberError, SerialNumber};
pub use self::warranty::{AddWarrantyError, DropWarrantyError, Warranty, WarrantyKind};
use crate::{AuditMark, CustodyChain, CustodySpan, Keeper, LoanId, Reference};

/// The id of an asset.
pub type AssetId = Id<Asset>;

/// A piece of equipment with a tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    // As it was registered.
    entry: NewAsset,
    // As these are now.
    tag: AssetTag,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    serial: Option<SerialNumber>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    in_service: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    described: Option<Describe>,
    condition: Condition,
    custody: CustodyChain,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    warranties: BTreeMap<Reference, Warranty>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    charges: Vec<AssetCharge>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    audits: Vec<AuditMark>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    disposed: Option<Disposed>,
}

/// In what condition an asset is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// As it should be.
    #[default]
    Good,
    /// Used up, but it works.
    Worn,
    /// It does not work, or is not to be used.
    Defective,
}

/// Where an asset stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssetStatus {
    /// Ready for whoever needs it.
    InStock,
    /// In stock, and defective.
    OutOfService,
    /// Given to somebody who has not said yet that they have it.
    AwaitingAcceptance {
        /// Who has to say so.
        by: PersonId,
    },
    /// In use.
    Assigned {
        /// By whom.
        to: Keeper,
    },
    /// Lent for some days.
    OnLoan {
        /// By which loan.
        loan: LoanId,
    },
    /// Being mended.
    InRepair,
    /// Nobody knows where.
    Missing,
    /// Gone for good.
    Disposed,
}

impl fmt::Display for AssetStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InStock => f.write_str("in stock"),
            Self::OutOfService => f.write_str("out of service"),
            Self::AwaitingAcceptance { by } => write!(f, "waiting for {by} to accept it"),
            Self::Assigned { to } => write!(f, "assigned to {to}"),
            Self::OnLoan { loan } => write!(f, "lent by {loan}"),
            Self::InRepair => f.write_str("in repair"),
            Self::Missing => f.write_str("missing"),
            Self::Disposed => f.write_str("disposed of"),
        }
    }
}

/// What happens to an asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssetFact {
    /// It came, and was given a tag.
    Registered(Box<NewAsset>),
    /// It was given another tag.
    Retagged {
        /// The tag.
        tag: AssetTag,
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Its serial number was written down wrongly, or is another after a repair.
    SerialCorrected {
        /// The serial number; nothing if it has none.
        serial: Option<SerialNumber>,
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// What it is was written down wrongly, or is seen otherwise.
    Described(Describe),
    /// It passed to a keeper, or to another place.
    Passed {
        /// Who has it from now on.
        span: CustodySpan,
        /// In what condition it was found, if somebody looked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        condition: Option<Condition>,
    },
    /// The one to whom it was given said so.
    Accepted {
        /// Who.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The one to whom it was given did not take it.
    Declined {
        /// Who.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
        /// Why.
        reason: String,
    },
    /// Somebody has looked at it.
    Inspected {
        /// In what condition it was.
        condition: Condition,
        /// Who.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was put to its first use.
    PutInService {
        /// On which day.
        on: NaiveDate,
    },
    /// Somebody answers for its faults.
    Warranted(Warranty),
    /// A warranty was written down by mistake, or was given up.
    WarrantyDropped {
        /// Its number.
        number: Reference,
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Something was spent on it that counts as its cost.
    Charged(AssetCharge),
    /// It was looked for.
    Audited(AuditMark),
    /// It is gone for good.
    Disposed(Box<Disposed>),
    /// It was not gone: that was written down by mistake.
    DisposalReversed {
        /// Who found out.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
        /// What had happened.
        reason: String,
    },
}

impl Asset {
    /// The asset with a tag, in small letters; no two have the same, disposed or not.
    pub const BY_TAG: Unique<Self, String> = Unique::new("tag");
    /// The asset of a maker with a serial number, both in small letters; no two have the same, disposed or not.
    pub const BY_SERIAL: Unique<Self, (String, String)> = Unique::new("serial");
    /// What somebody or something has now, in the order of tags; may be decided upon.
    pub const BY_KEEPER: Partition<Self, Keeper, String> = Partition::new("keeper");
    /// What is or was at a place or with an asset, as far back as assets remember, in the order of tags.
    pub(crate) const SEEN: Partition<Self, Keeper, String> = Partition::new("seen");
    /// What may be lent of a category, in the order of tags; may be decided upon.
    pub const LENDABLE: Partition<Self, String, String> = Partition::new("lendable");
    /// Assets under warranty, by the last day of each of their warranties; for reports.
    pub const BY_WARRANTY: Ordered<Self, NaiveDate> = Ordered::new("warranty");
    /// All assets in the order of their tags; for reports.
    pub const LIST: Ordered<Self, String> = Ordered::new("list");

    /// How many audits an asset remembers: the last ones.
    pub const AUDITS_KEPT: usize = 16;

    /// Its tag.
    #[must_use]
    pub const fn tag(&self) -> &AssetTag {
        &self.tag
    }

    /// The serial number that its maker gave it.
    #[must_use]
    pub const fn serial(&self) -> Option<&SerialNumber> {
        self.serial.as_ref()
    }

    /// Who made it.
    #[must_use]
    pub const fn maker(&self) -> &Reference {
        &self.entry.maker
    }

    /// What it is, as its maker calls it.
    #[must_use]
    pub fn model(&self) -> &str {
        self.described.as_ref().map_or(&self.entry.model, |now| &now.model)
    }

    /// Its category, by which the office's terms for it are found.
    #[must_use]
    pub fn category(&self) -> &Reference {
        self.described.as_ref().map_or(&self.entry.category, |now| &now.category)
    }

    /// Whether it is there to be lent for some days.
    #[must_use]
    pub fn lendable(&self) -> bool {
        self.described.as_ref().map_or(self.entry.lendable, |now| now.lendable)
    }

    /// How it was bought, if it was.
    #[must_use]
    pub const fn purchase(&self) -> Option<&AssetPurchase> {
        self.entry.purchase.as_ref()
    }

    /// The day of its first use.
    #[must_use]
    pub const fn in_service(&self) -> Option<NaiveDate> {
        self.in_service
    }

    /// In what condition it was when somebody looked last.
    #[must_use]
    pub const fn condition(&self) -> Condition {
        self.condition
    }

    /// Who has had it, the last spans.
    #[must_use]
    pub const fn custody(&self) -> &CustodyChain {
        &self.custody
    }

    /// Who has it. Nothing once it was disposed of.
    #[must_use]
    pub fn keeper(&self) -> Option<Keeper> {
        self.custody.current().map(|span| span.keeper)
    }

    /// Where it is, as far as is known. A part is where its whole is.
    #[must_use]
    pub fn place(&self) -> Option<PlaceId> {
        self.custody.current().and_then(CustodySpan::place)
    }

    /// Where it stands.
    #[must_use]
    pub fn status(&self) -> AssetStatus {
        let Some(now) = self.custody.current() else { return AssetStatus::Disposed };
        if let crate::Acceptance::Pending { by } = now.acceptance {
            return AssetStatus::AwaitingAcceptance { by };
        }
        match (now.keeper, now.loan) {
            (_, Some(loan)) => AssetStatus::OnLoan { loan },
            (Keeper::Stock(_), None) if self.condition == Condition::Defective => AssetStatus::OutOfService,
            (Keeper::Stock(_), None) => AssetStatus::InStock,
            (Keeper::Repairer(_), None) => AssetStatus::InRepair,
            (Keeper::Missing, None) => AssetStatus::Missing,
            (to @ (Keeper::Person(_) | Keeper::Team(_) | Keeper::Place(_) | Keeper::Asset(_)), None) => {
                AssetStatus::Assigned { to }
            }
        }
    }

    /// Whether it may be lent at some time: it is in stock or lent, and works.
    #[must_use]
    pub fn may_be_lent(&self) -> bool {
        let here =
            self.custody.current().is_some_and(|now| matches!(now.keeper, Keeper::Stock(_)) || now.loan.is_some());
        self.lendable() && here && self.condition != Condition::Defective
    }

    /// What was found when it was looked for: the last audits, first to last.
    #[must_use]
    pub fn audits(&self) -> &[AuditMark] {
        &self.audits
    }

    /// How it was disposed of, if it was.
    #[must_use]
    pub const fn disposed(&self) -> Option<&Disposed> {
        self.disposed.as_ref()
    }
}

impl Entity for Asset {
    const KIND: Kind = Kind::literal("asset");
    type Fact = AssetFact;

    fn open(fact: &AssetFact) -> Option<Self> {
        let AssetFact::Registered(entry) = fact else { return None };
        Some(Self {
            tag: entry.tag.clone(),
            serial: entry.serial.clone(),
            in_service: entry.in_service,
            described: None,
            condition: Condition::default(),
            custody: CustodyChain::begin(entry.arrival()),
            warranties: BTreeMap::new(),
            charges: Vec::new(),
            audits: Vec::new(),
            disposed: None,
            entry: (**entry).clone(),
        })
    }

    fn apply(&mut self, fact: &AssetFact) {
        self.custody.apply(fact);
        self.custody.trim();
        match fact {
            AssetFact::Retagged { tag, .. } => self.tag = tag.clone(),
            AssetFact::SerialCorrected { serial, .. } => self.serial.clone_from(serial),
            AssetFact::Passed { condition, .. } => self.condition = condition.unwrap_or(self.condition),
            AssetFact::Inspected { condition, .. } => self.condition = *condition,
            AssetFact::PutInService { on } => self.in_service = Some(*on),
            AssetFact::Warranted(warranty) => {
                self.warranties.insert(warranty.number.clone(), warranty.clone());
            }
            AssetFact::WarrantyDropped { number, .. } => {
                self.warranties.remove(number);
            }
            AssetFact::Described(description) => self.described = Some(description.clone()),
            AssetFact::Charged(charge) => self.charges.push(charge.clone()),
            AssetFact::Audited(mark) => {
                self.audits.push(mark.clone());
                let beyond = self.audits.len().saturating_sub(Self::AUDITS_KEPT);
                self.audits.drain(..beyond);
            }
            AssetFact::Disposed(disposed) => self.disposed = Some((**disposed).clone()),
            AssetFact::DisposalReversed { .. } => self.disposed = None,
            AssetFact::Registered(_) | AssetFact::Accepted { .. } | AssetFact::Declined { .. } => {}
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        let tag = self.tag.folded();
        entries.unique(Self::BY_TAG, &tag);
        entries.ordered(Self::LIST, &tag);
        if let Some(serial) = &self.serial {
            entries.unique(Self::BY_SERIAL, &(self.entry.maker.as_str().to_lowercase(), serial.folded()));
        }
        if let Some(keeper) = self.keeper() {
            entries.partition(Self::BY_KEEPER, &keeper, &tag);
        }
        for span in self.custody.spans() {
            let whole = Some(span.keeper).filter(|keeper| matches!(keeper, Keeper::Asset(_)));
            if let Some(seen) = span.place().map(Keeper::Place).or(whole) {
                entries.partition(Self::SEEN, &seen, &tag);
            }
        }
        if self.may_be_lent() {
            entries.partition(Self::LENDABLE, &self.category().as_str().to_lowercase(), &tag);
        }
        for warranty in self.warranties.values().filter(|_| self.disposed.is_none()) {
            entries.ordered(Self::BY_WARRANTY, &warranty.last);
        }
    }
}
