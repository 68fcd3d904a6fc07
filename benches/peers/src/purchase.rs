//! Who may approve a purchase: one policy, written once per engine.
//!
//! Two workloads over the same [`Request`]:
//!
//! * [`policy`]: twelve rules as an office has them, seven that forbid and five that permit.
//! * [`band`]: a hundred or a thousand rules of one shape, as a table of authorities grows over the years.
//!
//! The outcome is a [`Verdict`]: the decision, and every rule that it rests on.

mod request;
mod verdict;

pub mod band;
pub mod engine;
pub mod generator;
pub mod policy;
pub mod workload;

pub use self::request::{Category, Department, Request, Role, Vendor};
pub use self::verdict::{Decision, Matching, Rules, Verdict};
