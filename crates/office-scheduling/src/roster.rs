//! Who works which shift on which day.
//!
//! A [`RosterPlan`] says what is wanted and what binds, a [`Roster`] who works when. The cost of a roster is that of the
//! shift scheduling benchmark of T. Curtois and R. Qu, "Computational results on new staff scheduling benchmark
//! instances" (2014), <http://www.schedulingbenchmarks.org>, so that results can be compared.

mod assignment;
mod board;
mod check;
mod contract;
mod cost;
mod fairness;
mod gap;
mod generate;
mod plan;
mod row;
mod sheet;
#[cfg(feature = "solver")]
mod solve;
mod swap;
mod text;

pub use self::assignment::Roster;
pub use self::check::{RosterViolation, RuleBroken};
pub use self::contract::{RosterContract, ShiftWish, Wish, WorkBefore};
pub use self::cost::{Penalty, PenaltyLine, RosterCost};
pub use self::fairness::{Burden, Fairness};
pub use self::gap::{Candidate, Obstacle, RosterGap};
pub use self::generate::{GenerateRosterError, GeneratedRoster, RosterSearch, SearchProgress};
pub use self::plan::{
    CoverDemand, MAX_ROSTER_DAYS, MAX_ROSTER_PEOPLE, MAX_ROSTER_SHIFTS, RosterPlan, RosterPlanError, RosterPlanParts,
    ShiftName, ShiftNameError, ShiftType,
};
pub use self::sheet::{
    AmendRosterError, MAX_ROSTER_AMENDMENTS, Publication, PublishRosterError, RedraftRosterError, RosterAmendment,
    RosterSheet, RosterSheetFact, RosterSheetId, ShiftChange,
};
#[cfg(feature = "solver")]
pub use self::solve::{ProofProgress, RosterProof, SolvedRoster};
pub use self::swap::{
    ApproveSwapError, AskSwapError, SwapError, SwapFact, SwapRequest, SwapRequestId, SwapStatus, SwapStepError,
    SwapTerms, approve_swap,
};
pub use self::text::{MAX_ROSTER_TEXT, RosterTextError};
