//! What time has brought to changes that wait for an approval.

use std::collections::BTreeMap;

use office_core::{ApprovalStatus, Decision, StoreError, Tx};
use office_inventory::{OrderAmendment, Reference};
use serde::{Deserialize, Serialize};

use crate::purchasing::PurchasingRules;

/// How many changes one command looks at, at most.
const MOST: usize = 500;

/// What has fallen due among the changes that one command has looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmendmentsFallenDue {
    /// Those that have changed, by number, and where they stand now.
    pub changed: BTreeMap<Reference, ApprovalStatus>,
    /// Those that were left as they are, and why.
    pub left: BTreeMap<Reference, String>,
    /// From which number to go on; none where all were looked at.
    pub next: Option<Reference>,
}

/// Records what has fallen due by the instant of the command in the changes of orders that wait for an approval, in the order
/// of their numbers from `from` on: at most so many, and at most 500. To look at all of them, go on from
/// [`AmendmentsFallenDue::next`], by a command of its own each time.
///
/// It does not matter how often it is done, or by how many at once. Where one cannot be told (the calendar does not
/// reach so far) it is left as it is, and the others are not held up by it.
///
/// # Errors
/// [`StoreError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/purchase.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, buying, day, later, more, shop};
/// use office::core::ApprovalStatus;
/// use office::purchasing::{approve_amendment, fall_due_amendments};
///
/// let (office, rules) = (&shop()?, &buying()?);
/// let number = &more(office, rules, "CH-1")?;
/// let look = |tx| async move { fall_due_amendments(&tx, rules, None, 100).await };
/// let due = wait(office.transact(&later("due", "boss")?, look))?;
/// assert!(matches!(due.changed[number], ApprovalStatus::Expired { .. }));
/// // Nobody approves what has expired.
/// let late = later("late", "boss")?;
/// assert!(wait(office.transact(&late, |tx| async move { approve_amendment(&tx, rules, number, day(20)).await })).is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn fall_due_amendments(
    tx: &Tx,
    rules: &PurchasingRules,
    from: Option<&Reference>,
    most: usize,
) -> Result<AmendmentsFallenDue, StoreError> {
    // Read.
    let most = most.clamp(1, MOST);
    let from = from.map(|number| number.as_str().to_owned());
    let open = tx.page(OrderAmendment::WAITING, from.as_ref(), None, most.saturating_add(1)).await?;
    let next = open.get(most).map(|(_, waits)| waits.proposal().number.clone());

    // Decide.
    let (mut due, mut left) = (Vec::new(), BTreeMap::new());
    for (id, waits) in open.into_iter().take(most) {
        match waits.fall_due(tx.command().at(), &rules.hours) {
            Ok(Decision::Record(fact)) => due.push((id, fact)),
            Ok(Decision::AlreadyRecorded) => {}
            Err(why) => drop(left.insert(waits.proposal().number.clone(), why.to_string())),
        }
    }

    // Record.
    let mut changed = BTreeMap::new();
    for (id, fact) in due {
        tx.record(id, fact).await?;
        let amendment = tx.load(id).await?;
        changed.insert(amendment.proposal().number.clone(), amendment.run().status().clone());
    }
    Ok(AmendmentsFallenDue { changed, left, next })
}
