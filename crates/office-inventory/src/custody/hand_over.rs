//! An asset passes from one keeper to the next.

use chrono::{DateTime, Utc};
use office_core::Decision;
use office_core::subject::{PersonId, PlaceId};
use thiserror::Error;

use super::{Acceptance, CustodySpan, Keeper};
use crate::{Asset, AssetFact, AssetStatus, Condition, EquipmentTerms, LoanId, Reference};

/// To hand an asset over: to somebody, into a room, back to stock, to a repairer; or to say that it is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// Who has it from now on.
    pub to: Keeper,
    /// Where the person or team is going to use it, if that is known.
    pub desk: Option<PlaceId>,
    /// Who has to say that they have it: a person for themselves, somebody for a team or a room. Nobody if it is not
    /// wanted.
    pub accepts: Option<PersonId>,
    /// In what condition it is, if somebody has looked.
    pub condition: Option<Condition>,
    /// Who hands it over, or found out.
    pub by: PersonId,
    /// When that was; earlier than it is written down, perhaps, but not before what is known already.
    pub at: DateTime<Utc>,
    /// The number of the paper on which that is written; one that comes twice counts once.
    pub slip: Reference,
}

/// An asset cannot be handed over.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HandOverError {
    /// The slip was used for something else.
    #[error("slip `{slip}` says something else already")]
    SlipReused {
        /// The slip.
        slip: Reference,
    },
    /// It was disposed of.
    #[error("it was disposed of")]
    Disposed,
    /// Something later is known of it.
    #[error("it cannot have passed at {at}: something is known of {latest}")]
    Backdated {
        /// When it is to have passed.
        at: DateTime<Utc>,
        /// The last instant of which something is known.
        latest: DateTime<Utc>,
    },
    /// It is lent: it comes back first.
    #[error("it is lent by {loan}: it is brought back first")]
    Lent {
        /// The loan.
        loan: LoanId,
    },
    /// The one who was given it has neither accepted nor declined.
    #[error("{by} has neither accepted nor declined it: take it back to stock first")]
    Pending {
        /// Who.
        by: PersonId,
    },
    /// Nobody knows where it is.
    #[error("it is missing: it goes to stock when it is found")]
    Missing,
    /// It does not work.
    #[error("it is defective: it goes to stock or to a repairer")]
    Defective,
    /// It is where it would go.
    #[error("it is with {keeper} already")]
    There {
        /// Who has it.
        keeper: Keeper,
    },
    /// Only people and teams have a desk.
    #[error("{to} says where it is: a desk is named for a person or a team alone")]
    Desk {
        /// Where it would go.
        to: Keeper,
    },
    /// Somebody would accept it for somebody else.
    #[error("{accepts} does not accept for {to}")]
    Receiver {
        /// Who would accept.
        accepts: PersonId,
        /// Who would have it.
        to: Keeper,
    },
    /// The terms of its category want it accepted.
    #[error("{to} has to accept it: say who does")]
    AcceptanceWanted {
        /// Who would have it.
        to: Keeper,
    },
}

/// To accept what one was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AcceptHandOver {
    /// Who accepts.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// A hand-over cannot be accepted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AcceptError {
    /// Nothing waits to be accepted.
    #[error("nothing waits to be accepted: it is {status}")]
    NotPending {
        /// Where the asset stands.
        status: AssetStatus,
    },
    /// Somebody else has to.
    #[error("{by} cannot accept it: {receiver} can, and nobody else")]
    NotReceiver {
        /// Who would accept.
        by: PersonId,
        /// Who can.
        receiver: PersonId,
    },
    /// It was not handed over yet.
    #[error("it cannot be accepted at {at}: it was handed over at {from}")]
    Early {
        /// When it is to have been accepted.
        at: DateTime<Utc>,
        /// When it was handed over.
        from: DateTime<Utc>,
    },
}

/// To decline what one was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclineHandOver {
    /// Who declines.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: String,
}

/// A hand-over cannot be declined: for the same reasons for which it cannot be accepted.
pub type DeclineError = AcceptError;

impl Asset {
    /// Hands it over: to a user, into stock, to a repairer; or says that it is missing.
    ///
    /// From user to user directly, too. To the same user at another desk it needs no new acceptance. What is declined
    /// stays with whoever had it before.
    ///
    /// # Errors
    /// [`HandOverError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("../asset/laptop.txt")]
    /// use office_inventory::{AcceptError, AcceptHandOver, EquipmentTerms, HandOver, HandOverError};
    ///
    /// let (keeper, ada) = (Id::natural("person", "E-004"), Id::natural("person", "E-008"));
    /// let terms = EquipmentTerms { acceptance: true, holds_data: true, depreciation: None };
    /// let to_ada = HandOver {
    ///     to: Keeper::Person(ada),
    ///     desk: None,
    ///     accepts: Some(ada),
    ///     condition: None,
    ///     by: keeper,
    ///     at: "2026-10-05T09:00:00Z".parse()?,
    ///     slip: "H-1".parse()?,
    /// };
    /// laptop.apply(&laptop.hand_over(&to_ada, &terms)?.fact().ok_or("a fact")?);
    /// assert_eq!(laptop.status(), AssetStatus::AwaitingAcceptance { by: ada });
    ///
    /// // Nobody accepts for her.
    /// let at = "2026-10-05T09:30:00Z".parse()?;
    /// let refused = laptop.accept(AcceptHandOver { by: keeper, at });
    /// assert_eq!(refused, Err(AcceptError::NotReceiver { by: keeper, receiver: ada }));
    /// laptop.apply(&laptop.accept(AcceptHandOver { by: ada, at })?.fact().ok_or("a fact")?);
    /// assert_eq!(laptop.status(), AssetStatus::Assigned { to: Keeper::Person(ada) });
    ///
    /// // It was hers at half past nine: nobody else can have had it at nine.
    /// let early = HandOver { to: Keeper::Missing, accepts: None, slip: "H-2".parse()?, ..to_ada.clone() };
    /// let refused = laptop.hand_over(&early, &terms);
    /// assert_eq!(refused, Err(HandOverError::Backdated { at: to_ada.at, latest: at }));
    /// // The slip that comes again is known.
    /// assert_eq!(laptop.hand_over(&to_ada, &terms)?, Decision::AlreadyRecorded);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn hand_over(&self, command: &HandOver, terms: &EquipmentTerms) -> Result<Decision<AssetFact>, HandOverError> {
        self.pass(command, terms, None)
    }

    /// The same for a loan, which alone hands out and takes back what is lent.
    pub(crate) fn pass(
        &self,
        command: &HandOver,
        terms: &EquipmentTerms,
        loan: Option<LoanId>,
    ) -> Result<Decision<AssetFact>, HandOverError> {
        let HandOver { to, desk, ref accepts, condition, by, at, ref slip } = *command;
        let acceptance = accepts.map_or(Acceptance::NotNeeded, |by| Acceptance::Pending { by });
        let lent = loan.filter(|_| to.is_user());
        let mut next =
            CustodySpan { from: at, until: None, keeper: to, desk, acceptance, loan: lent, by, slip: slip.clone() };
        if let Some(known) = self.custody().spans().iter().find(|span| span.slip == *slip) {
            return if same(known, &next) {
                Ok(Decision::AlreadyRecorded)
            } else {
                Err(HandOverError::SlipReused { slip: slip.clone() })
            };
        }
        let Some(now) = self.custody().current() else { return Err(HandOverError::Disposed) };
        if let Some(latest) = self.custody().latest().filter(|latest| at < *latest) {
            return Err(HandOverError::Backdated { at, latest });
        }
        self.may_leave(now, command, loan)?;
        let moved = now.keeper == to && to.is_user();
        if now.keeper == to && now.desk == desk {
            return Err(HandOverError::There { keeper: to });
        }
        if desk.is_some() && !matches!(to, Keeper::Person(_) | Keeper::Team(_)) {
            return Err(HandOverError::Desk { to });
        }
        if moved {
            next.loan = now.loan;
        }
        if moved && accepts.is_none() {
            next.acceptance = now.acceptance.clone();
        } else {
            receives(command, terms)?;
        }
        Ok(Decision::Record(AssetFact::Passed { span: next, condition }))
    }

    /// Whether it may go from where it is.
    fn may_leave(&self, now: &CustodySpan, command: &HandOver, loan: Option<LoanId>) -> Result<(), HandOverError> {
        let to = command.to;
        let home = matches!(to, Keeper::Stock(_) | Keeper::Missing);
        if let Some(loan) = now.loan.filter(|lent| loan != Some(*lent) && to != Keeper::Missing && to != now.keeper) {
            return Err(HandOverError::Lent { loan });
        }
        if let Acceptance::Pending { by } = now.acceptance
            && !home
        {
            return Err(HandOverError::Pending { by });
        }
        if now.keeper == Keeper::Missing && !matches!(to, Keeper::Stock(_)) {
            return Err(HandOverError::Missing);
        }
        let defective = command.condition.unwrap_or(self.condition()) == Condition::Defective;
        if defective && to.is_user() {
            return Err(HandOverError::Defective);
        }
        Ok(())
    }

    /// Accepts it, by whom it was given to.
    ///
    /// # Errors
    /// [`AcceptError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("../asset/laptop.txt")]
    #[doc = include_str!("handed.txt")]
    ///
    /// // Nobody accepts for Ada.
    /// let refused = laptop.accept(AcceptHandOver { by, at: half_past });
    /// assert_eq!(refused, Err(AcceptError::NotReceiver { by, receiver: ada }));
    /// laptop.apply_decision(&laptop.accept(AcceptHandOver { by: ada, at: half_past })?);
    /// assert_eq!(laptop.status(), AssetStatus::Assigned { to: Keeper::Person(ada) });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn accept(&self, command: AcceptHandOver) -> Result<Decision<AssetFact>, AcceptError> {
        let AcceptHandOver { by, at } = command;
        let accepted =
            |span: &CustodySpan| matches!(span.acceptance, Acceptance::Accepted { by: who, .. } if who == by);
        if self.custody().current().is_some_and(accepted) {
            return Ok(Decision::AlreadyRecorded);
        }
        self.receiver_at(by, at)?;
        Ok(Decision::Record(AssetFact::Accepted { by, at }))
    }

    /// Declines it, by whom it was given to: it stays with whoever had it before.
    ///
    /// # Errors
    /// As [`Asset::accept`].
    ///
    /// # Example
    /// ```
    #[doc = include_str!("../asset/laptop.txt")]
    #[doc = include_str!("handed.txt")]
    ///
    /// // It stays in the store.
    /// let no = DeclineHandOver { by: ada, at: half_past, reason: "too heavy".to_owned() };
    /// laptop.apply_decision(&laptop.decline(no)?);
    /// assert_eq!(laptop.status(), AssetStatus::InStock);
    /// // Once is enough.
    /// let later = DeclineHandOver { by: ada, at: "2026-10-05T10:00:00Z".parse()?, reason: "too slow".to_owned() };
    /// assert_eq!(laptop.decline(later), Err(AcceptError::NotPending { status: AssetStatus::InStock }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decline(&self, command: DeclineHandOver) -> Result<Decision<AssetFact>, DeclineError> {
        let DeclineHandOver { by, at, reason } = command;
        let declined = Acceptance::Declined { by, at, reason: reason.clone() };
        let mut last = self.custody().spans().iter().rev();
        if last.nth(1).is_some_and(|span| span.acceptance == declined) {
            return Ok(Decision::AlreadyRecorded);
        }
        self.receiver_at(by, at)?;
        Ok(Decision::Record(AssetFact::Declined { by, at, reason }))
    }

    fn receiver_at(&self, by: PersonId, at: DateTime<Utc>) -> Result<(), AcceptError> {
        let pending = self.custody().current().and_then(|span| match span.acceptance {
            Acceptance::Pending { by } => Some((by, span.from)),
            Acceptance::NotNeeded | Acceptance::Accepted { .. } | Acceptance::Declined { .. } => None,
        });
        let Some((receiver, from)) = pending else { return Err(AcceptError::NotPending { status: self.status() }) };
        if by != receiver {
            return Err(AcceptError::NotReceiver { by, receiver });
        }
        if at < from { Err(AcceptError::Early { at, from }) } else { Ok(()) }
    }
}

/// Whether somebody may accept it, and has to.
fn receives(command: &HandOver, terms: &EquipmentTerms) -> Result<(), HandOverError> {
    let to = command.to;
    let fits = |accepts: PersonId| match to {
        Keeper::Person(person) => person == accepts,
        Keeper::Team(_) | Keeper::Place(_) => true,
        Keeper::Stock(_) | Keeper::Asset(_) | Keeper::Repairer(_) | Keeper::Missing => false,
    };
    if let Some(accepts) = command.accepts.filter(|accepts| !fits(*accepts)) {
        return Err(HandOverError::Receiver { accepts, to });
    }
    let wanted = terms.acceptance && matches!(to, Keeper::Person(_) | Keeper::Team(_));
    if wanted && command.accepts.is_none() { Err(HandOverError::AcceptanceWanted { to }) } else { Ok(()) }
}

/// Whether a span is what a slip says. What has happened to it since is not on the slip; nor that a move to another
/// desk was not accepted anew.
fn same(known: &CustodySpan, slip: &CustodySpan) -> bool {
    let asked = slip.acceptance.receiver().is_none() || known.acceptance.receiver() == slip.acceptance.receiver();
    let CustodySpan { from, keeper, desk, by, .. } = *slip;
    asked && (known.from, known.keeper, known.desk, known.by) == (from, keeper, desk, by)
}
