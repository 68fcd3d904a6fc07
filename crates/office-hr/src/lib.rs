#![doc = include_str!("../README.md")]

// Leave as pure values: what is due, what was taken, what is left.
mod accrual;
mod annual_day;
mod plan;
mod schedule;
mod tenure;

pub use accrual::{
    AccrueError, LeaveCause, LeaveHistory, LeaveTaken, Ledger, LedgerLine, LineReason, Lot, LotKind, Opening,
    PostedLedger, Posting, Statement,
};
pub use annual_day::{AnnualDay, ParseAnnualDayError};
pub use plan::{
    Basis, Begun, CarryOver, Crediting, DrawOrder, EarnedPart, Entitlement, LeavePlan, LeaveRounding, LeaveTerms,
    ParseLeaveRoundingError, PartYear, PublishTermsError,
};
pub use schedule::{ParseWorkWeekError, WorkSchedule, WorkWeek, shared_part, value_of};
pub use tenure::{Tenure, TenureError};
