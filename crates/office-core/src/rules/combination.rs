//! How the votes of several decisions become one outcome.

use serde::{Deserialize, Serialize};

use crate::rules::Outcome;

/// Which of several votes goes before the others.
///
/// # Example
/// ```
/// use office_core::rules::{Outcome, Precedence};
///
/// let votes = ["allow", "refuse: over budget", "approvals: 1 finance purchase.approve"];
/// let votes: Vec<Outcome> = votes.iter().map(|vote| vote.parse()).collect::<Result<_, _>>()?;
/// let combined = |precedence: Precedence| precedence.combine(votes.clone()).map(|outcome| outcome.to_string());
/// assert_eq!(combined(Precedence::DenyOverrides).as_deref(), Some("refuse: over budget"));
/// assert_eq!(combined(Precedence::PermitOverrides).as_deref(), Some("allow"));
/// assert_eq!(combined(Precedence::Unanimous).as_deref(), Some("refuse: the decisions disagree"));
///
/// // Without a vote there is no outcome.
/// assert_eq!(Precedence::FirstVote.combine([]), None);
/// # Ok::<(), office_core::rules::ParseOutcomeError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precedence {
    /// The strictest: a refusal goes before approvals, approvals before leave, and all approvals asked for are needed.
    #[default]
    DenyOverrides,
    /// The loosest: leave goes before approvals, approvals before a refusal. Of several votes that ask for approvals
    /// all are needed.
    PermitOverrides,
    /// All votes have to be the same; where they are not, it is refused.
    Unanimous,
    /// The first vote, in the order in which the decisions are listed.
    FirstVote,
}

/// Why it is refused where votes have to be the same.
const DISAGREE: &str = "the decisions disagree";

impl Precedence {
    /// The one outcome of these votes; none where there are none. But for [`Precedence::FirstVote`] in any order.
    #[must_use]
    pub fn combine(self, votes: impl IntoIterator<Item = Outcome>) -> Option<Outcome> {
        votes.into_iter().reduce(|one, two| self.both(one, two))
    }

    fn both(self, one: Outcome, two: Outcome) -> Outcome {
        match self {
            Self::DenyOverrides => one.join(two),
            Self::PermitOverrides => match looseness(&one).cmp(&looseness(&two)) {
                std::cmp::Ordering::Less => two,
                std::cmp::Ordering::Greater => one,
                std::cmp::Ordering::Equal => one.join(two),
            },
            Self::Unanimous if one == two => one,
            Self::Unanimous => Outcome::refuse(DISAGREE),
            Self::FirstVote => one,
        }
    }
}

/// How loose an outcome is: a refusal least.
pub(crate) const fn looseness(outcome: &Outcome) -> usize {
    match outcome {
        Outcome::Refuse(_) => 0,
        Outcome::Approvals(_) => 1,
        Outcome::Allow => 2,
    }
}
