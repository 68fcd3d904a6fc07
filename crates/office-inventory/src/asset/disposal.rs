//! An asset goes for good.

use chrono::{DateTime, NaiveDate, Utc};
use office_core::subject::{CaseId, PartyId, PersonId};
use office_core::{ApprovalRun, ApprovalStatus, Decision, Money};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Asset, AssetFact, AssetId, AssetStatus};
use crate::{EquipmentTerms, Keeper, Reference};

/// In what way an asset goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisposalKind {
    /// Somebody buys it.
    Sold {
        /// Who, if the office keeps them on its list.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<PartyId>,
    },
    /// Somebody gets it for nothing.
    Donated {
        /// Who.
        to: PartyId,
    },
    /// It is waste.
    Scrapped,
    /// It is missing, and nobody looks for it any more.
    Lost,
}

/// What has become of the data on an asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataEvidence {
    /// It was wiped.
    Wiped {
        /// The certificate or log that shows it.
        certificate: Reference,
        /// How: the method or standard.
        method: Reference,
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// What held it was destroyed.
    Destroyed {
        /// The certificate that shows it.
        certificate: Reference,
        /// When.
        at: DateTime<Utc>,
    },
    /// It went with the asset, and that was reported.
    Reported {
        /// The number of the report.
        incident: Reference,
        /// When.
        at: DateTime<Utc>,
    },
}

impl DataEvidence {
    /// When that was.
    #[must_use]
    pub const fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Wiped { at, .. } | Self::Destroyed { at, .. } | Self::Reported { at, .. } => *at,
        }
    }
}

/// How an asset was disposed of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disposed {
    /// In what way.
    pub kind: DisposalKind,
    /// The day on which the books say so.
    pub on: NaiveDate,
    /// Since when nobody has it.
    pub at: DateTime<Utc>,
    /// What the office got for it; less than nothing where getting rid of it cost something.
    pub proceeds: Money,
    /// What has become of the data on it, if anything was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<DataEvidence>,
    /// Who did it.
    pub by: PersonId,
    /// The paper on which that is written.
    pub slip: Reference,
}

/// To dispose of an asset, with the approvals that there are for it.
#[derive(Clone, Copy, Debug)]
pub struct Dispose<'a> {
    /// How.
    pub disposal: &'a Disposed,
    /// What the office's rules have said of it, and who has approved: a run about the case of
    /// [`Asset::disposal_case`].
    pub approval: &'a ApprovalRun,
    /// What the office wants of its category.
    pub terms: &'a EquipmentTerms,
}

/// An asset cannot be disposed of.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DisposeError {
    /// It was disposed of before, otherwise.
    #[error("it was disposed of on {on} by `{slip}`")]
    AlreadyDisposed {
        /// On which day.
        on: NaiveDate,
        /// The paper on which that is written.
        slip: Reference,
    },
    /// Somebody has it, or nobody knows where it is, or it should be missing and is not.
    #[error("it is {status}: what is sold, donated or scrapped comes back first, and only what is missing is lost")]
    Status {
        /// Where it stands.
        status: AssetStatus,
    },
    /// Something later is known of it.
    #[error("it cannot be gone at {at}: something is known of {latest}")]
    Backdated {
        /// When it is to have gone.
        at: DateTime<Utc>,
        /// The last instant of which something is known.
        latest: DateTime<Utc>,
    },
    /// Somebody pays for what is given away or lost.
    #[error("proceeds of {proceeds}: what is sold or scrapped brings money, what is donated or lost brings none")]
    Proceeds {
        /// What the office would get.
        proceeds: Money,
    },
    /// What has become of the data on it is not shown.
    #[error(
        "it holds data: a certificate that it was wiped or destroyed is wanted, or a report of the loss if it is lost"
    )]
    DataEvidence,
    /// What is shown is of before its last use, or of later than it went.
    #[error("the evidence of {at} is not of the time between its last use, {last_use}, and {gone}, when it went")]
    StaleEvidence {
        /// Of when the evidence is.
        at: DateTime<Utc>,
        /// When it was used last.
        last_use: DateTime<Utc>,
        /// When it went.
        gone: DateTime<Utc>,
    },
    /// The approvals are for something else.
    #[error("the approvals are for case {case}, not for this disposal, {wanted}")]
    OtherCase {
        /// For what they are.
        case: CaseId,
        /// What is wanted.
        wanted: CaseId,
    },
    /// It is not approved.
    #[error("it may not be disposed of: that is {status}")]
    NotApproved {
        /// Where the approvals stand.
        status: ApprovalStatus,
    },
}

/// To take back that an asset was disposed of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReverseDisposal {
    /// By whom.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
    /// What had happened.
    pub reason: String,
}

/// It cannot be taken back that an asset was disposed of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ReverseDisposalError {
    /// It was not disposed of.
    #[error("it is {status}: only what was disposed of can be brought back")]
    NotDisposed {
        /// Where it stands.
        status: AssetStatus,
    },
    /// It went later than that.
    #[error("it went at {gone}: that is not taken back at {at}, before")]
    Early {
        /// When that is to have been taken back.
        at: DateTime<Utc>,
        /// When it went.
        gone: DateTime<Utc>,
    },
}

impl Asset {
    /// The case under which the disposal of an asset is approved: of this asset, by this paper.
    #[must_use]
    pub fn disposal_case(id: AssetId, slip: &Reference) -> CaseId {
        CaseId::natural("asset_disposal", &format!("{id} {slip}"))
    }

    /// Disposes of it: from stock or a repairer, or as lost where it is missing. Nothing happens to it after that.
    ///
    /// Where the terms of its category say that it holds data, it is to be shown what has become of them since its last
    /// use. Whether nothing hangs on it is for [`dispose_asset`](crate::dispose_asset) to find out, which has an example.
    ///
    /// # Errors
    /// [`DisposeError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("laptop.txt")]
    /// use office_core::{ApprovalCase, ApprovalRun, Scope};
    /// use office_inventory::{Dispose, DisposeError, EquipmentTerms};
    ///
    /// // The rules have nothing against scrapping it by slip S-1, and it holds no data.
    /// let id = Id::natural("asset", "LT-0042");
    /// let case = ApprovalCase::new(Asset::disposal_case(id, &scrapped.slip), by, Scope::anywhere(), None);
    /// let (approval, terms) = (&ApprovalRun::start(&"allow".parse()?, case, at), &EquipmentTerms::default());
    /// // Nobody says that it is lost, which is in the store.
    /// let lost = Disposed { kind: DisposalKind::Lost, ..scrapped.clone() };
    /// let refused = laptop.dispose(id, Dispose { disposal: &lost, approval, terms });
    /// assert_eq!(refused, Err(DisposeError::Status { status: AssetStatus::InStock }));
    ///
    /// laptop.apply_decision(&laptop.dispose(id, Dispose { disposal: &scrapped, approval, terms })?);
    /// assert_eq!(laptop.status(), AssetStatus::Disposed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn dispose(&self, id: AssetId, command: Dispose<'_>) -> Result<Decision<AssetFact>, DisposeError> {
        let Dispose { disposal, approval, terms } = command;
        let Disposed { kind, at, proceeds, .. } = *disposal;
        match &self.disposed {
            Some(known) if known == disposal => return Ok(Decision::AlreadyRecorded),
            Some(Disposed { on, slip, .. }) => {
                return Err(DisposeError::AlreadyDisposed { on: *on, slip: slip.clone() });
            }
            None => {}
        }
        let fits = match self.keeper() {
            Some(Keeper::Stock(_) | Keeper::Repairer(_)) => kind != DisposalKind::Lost,
            Some(Keeper::Missing) => kind == DisposalKind::Lost,
            Some(Keeper::Person(_) | Keeper::Team(_) | Keeper::Place(_) | Keeper::Asset(_)) | None => false,
        };
        if !fits {
            return Err(DisposeError::Status { status: self.status() });
        }
        if let Some(latest) = self.custody.latest().filter(|latest| at < *latest) {
            return Err(DisposeError::Backdated { at, latest });
        }
        let right = match kind {
            DisposalKind::Sold { .. } => !proceeds.is_negative(),
            DisposalKind::Scrapped => true,
            DisposalKind::Donated { .. } | DisposalKind::Lost => proceeds.is_zero(),
        };
        if !right {
            return Err(DisposeError::Proceeds { proceeds });
        }
        if terms.holds_data {
            self.check_evidence(disposal)?;
        }
        let (case, wanted) = (approval.case().case, Self::disposal_case(id, &disposal.slip));
        if case != wanted {
            return Err(DisposeError::OtherCase { case, wanted });
        }
        if !approval.is_approved() {
            return Err(DisposeError::NotApproved { status: approval.status().clone() });
        }
        Ok(Decision::Record(AssetFact::Disposed(Box::new(disposal.clone()))))
    }

    fn check_evidence(&self, disposal: &Disposed) -> Result<(), DisposeError> {
        let lost = disposal.kind == DisposalKind::Lost;
        let fits = |data: &&DataEvidence| lost || !matches!(data, DataEvidence::Reported { .. });
        let data = disposal.data.as_ref().filter(fits).ok_or(DisposeError::DataEvidence)?;
        let (at, gone) = (data.at(), disposal.at);
        let last_use = self.custody.last_use().unwrap_or(at);
        // What is missing is wiped from afar or reported, and that may be after it was given up.
        if at < last_use || (at > gone && !lost) {
            return Err(DisposeError::StaleEvidence { at, last_use, gone });
        }
        Ok(())
    }

    /// Takes back that it was disposed of, where that was a mistake: it is with whoever had it, as if it had never gone.
    ///
    /// # Errors
    /// [`ReverseDisposalError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("laptop.txt")]
    /// use office_inventory::{ReverseDisposal, ReverseDisposalError};
    ///
    /// // It was another one that was scrapped.
    /// laptop.apply(&gone);
    /// let (at, reason) = ("2026-10-21T08:00:00Z".parse()?, "mixed up with LT-0024".to_owned());
    /// let back = ReverseDisposal { by, at, reason };
    /// laptop.apply_decision(&laptop.reverse_disposal(back.clone())?);
    /// assert_eq!(laptop.status(), AssetStatus::InStock);
    /// // What is there does not come back.
    /// let refused = laptop.reverse_disposal(back);
    /// assert_eq!(refused, Err(ReverseDisposalError::NotDisposed { status: AssetStatus::InStock }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reverse_disposal(&self, command: ReverseDisposal) -> Result<Decision<AssetFact>, ReverseDisposalError> {
        let ReverseDisposal { by, at, reason } = command;
        match self.disposed.as_ref().map(|disposed| disposed.at) {
            None => Err(ReverseDisposalError::NotDisposed { status: self.status() }),
            Some(gone) if at < gone => Err(ReverseDisposalError::Early { at, gone }),
            Some(_) => Ok(Decision::Record(AssetFact::DisposalReversed { by, at, reason })),
        }
    }
}
