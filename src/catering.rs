//! From the guests of an event to a request for what they eat.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{CostCentreId, ItemId, RequisitionId};
use office_core::{Id, Quantity, QuantityError, Scope, StoreError, Tx, UnitCode};
use office_inventory::{NewRequisition, ParseReferenceError, Reference, Requisition};
use office_scheduling::{CateringOrder, Diet, OfficeEvent, OfficeEventId};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::purchasing::{PurchasingRules, RequestError, Requested, Wanted, WantedLine, request};

/// What is bought for each diet, and at whose expense.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CateringMenu {
    /// The item for each diet, and the unit of a portion, in which the vendor sells it.
    pub items: BTreeMap<Diet, (ItemId, UnitCode)>,
    /// At whose expense.
    pub cost_centre: CostCentreId,
    /// What part of the office that is: `company/CC-200`.
    pub scope: Scope,
}

/// Asks for what the last catering order of an event wants beyond what earlier orders have asked for, as for anything else
/// ([`request`](crate::purchasing::request())), in the name of its host; none where nothing more is wanted.
///
/// The number of the request is that of the event and the order, so that each order is asked for once, whoever asks. What
/// was turned down is asked for again by the next order. What is not wanted any more stays asked for; an order placed for it
/// is cut by [`cancel_lines`](crate::purchasing::cancel_lines()).
///
/// # Errors
/// [`RequestCateringError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("purchasing/delivered.txt")]
/// use office::catering::{CateringMenu, RequestCateringError, request_catering};
/// use office::scheduling::{
///     Diet, GuestId, GuestKind, GuestReply, OfficeEvent, OfficeEventDetails, OfficeEventFact, OfficeEventId,
///     OfficeEventParts,
/// };
///
/// let (party, guest) = (OfficeEventId::natural("event", "party"), GuestId::natural("guest", "party/1"));
/// let at = "2026-10-01T09:00:00Z".parse()?;
/// let details = OfficeEventDetails::new(OfficeEventParts {
///     name: "Drawing night".into(), time: "2026-10-09T15:00:00Z/2026-10-09T18:00:00Z".parse()?, place: "studio".into(),
///     bookings: [].into(), host: requester, budget: None, catering_until: "2026-10-05T09:00:00Z".parse()?,
///     margin: Percent::whole(50), margin_rounding: Rounding::Up, parking_spaces: 0, directions: [].into(),
/// })?;
/// wait(office.transact(&command("party")?, |tx| {
///     let details = details.clone();
///     async move {
///         tx.create(party, OfficeEvent::plan(details)).await?;
///         tx.record(party, OfficeEventFact::Invited { guest, kind: GuestKind::Outside, may_bring: 2 }).await?;
///         let reply = GuestReply::Accepted { diets: vec![Diet::any(), Diet::any()], parking: false };
///         tx.record(party, OfficeEventFact::Replied { guest, reply, at }).await?;
///         Ok::<_, Failure>(())
///     }
/// }))?;
///
/// // At this event there are pens for everybody.
/// let menu = &CateringMenu {
///     items: [(Diet::any(), (pens, "box".parse()?))].into(), cost_centre: studio, scope: "company/CC-200".parse()?,
/// };
/// let ask = |key: &str| {
///     let command = command(key)?;
///     let asked = wait(office.transact(&command, |tx| async move { request_catering(&tx, rules, party, menu, on).await }));
///     Ok::<_, Failure>(asked)
/// };
/// assert!(matches!(ask("too_soon")?, Err(RequestCateringError::NotOrdered)));
/// wait(office.transact(&command("cater")?, |tx| async move {
///     let event: OfficeEvent = tx.load(party).await?;
///     tx.decide(party, event.order_catering(requester, at)?).await?;
///     Ok::<_, Failure>(())
/// }))?;
/// // Two guests, and half as many again.
/// let asked = ask("ask")??.ok_or("asked for")?;
/// assert_eq!(asked.estimate, Money::from_minor(3 * 5_80, eur));
/// assert_eq!(ask("again")??, Some(asked));
/// # Ok::<(), Failure>(())
/// ```
pub async fn request_catering(
    tx: &Tx,
    rules: &PurchasingRules,
    event: OfficeEventId,
    menu: &CateringMenu,
    on: NaiveDate,
) -> Result<Option<Requested>, RequestCateringError> {
    // Read.
    let party = tx.find(event).await?.ok_or(RequestCateringError::NoSuchEvent { event })?;
    let order = party.catering_orders().last().ok_or(RequestCateringError::NotOrdered)?;
    let numbers = (1..=order.version).map(|version| number(event, version)).collect::<Result<Vec<_>, _>>()?;
    let keys: Vec<Id<Requisition>> = numbers.iter().map(|number| Requisition::key(id_of(number))).collect();
    let mut requisitions = tx.find_each(&keys).await?;
    let there = requisitions.pop().flatten();

    // Decide.
    let wanted = match there {
        Some(there) => again(there.request()),
        None if party.is_cancelled() => return Err(RequestCateringError::Cancelled),
        None => {
            let lines = lines(order, menu, requisitions.iter().flatten())?;
            if lines.is_empty() {
                return Ok(None);
            }
            wanted(&party, order, number(event, order.version)?, (menu, lines, on))
        }
    };

    // Record.
    Ok(Some(request(tx, rules, wanted).await?))
}

/// The number of the request that an order makes.
fn number(event: OfficeEventId, version: u32) -> Result<Reference, ParseReferenceError> {
    format!("catering {event} {version}").parse()
}

/// The id that `request` gives to the request of a number.
fn id_of(number: &Reference) -> RequisitionId {
    RequisitionId::natural("requisition", number.as_str())
}

fn wanted(
    party: &OfficeEvent,
    order: &CateringOrder,
    number: Reference,
    (menu, lines, on): (&CateringMenu, Vec<WantedLine>, NaiveDate),
) -> Wanted {
    Wanted {
        number,
        requester: party.details().host,
        on,
        lines,
        cost_centre: menu.cost_centre,
        scope: menu.scope.clone(),
        reason: format!("catering of {}, order {}", party.details().name, order.version),
    }
}

/// What was asked for before, asked for again.
fn again(earlier: &NewRequisition) -> Wanted {
    let NewRequisition { number, requester, on, lines, cost_centre, scope, reason, .. } = earlier.clone();
    let lines = lines.iter().map(|line| WantedLine { item: line.item, quantity: line.quantity }).collect();
    Wanted { number, requester, on, lines, cost_centre, scope, reason }
}

/// What an order wants of each item beyond what is open or on order by earlier requests.
fn lines<'a>(
    order: &CateringOrder,
    menu: &CateringMenu,
    earlier: impl Iterator<Item = &'a Requisition>,
) -> Result<Vec<WantedLine>, RequestCateringError> {
    let mut wanted: BTreeMap<ItemId, Quantity> = BTreeMap::new();
    for (diet, portions) in &order.portions {
        let (item, unit) =
            menu.items.get(diet).ok_or_else(|| RequestCateringError::NotOnMenu { diet: diet.clone() })?;
        // Invariant: an event has at most 2,000 guests of at most 21 people each, and a margin of at most as many.
        let portions = Quantity::whole(i32::try_from(*portions).unwrap_or(i32::MAX), *unit);
        let sum = wanted.entry(*item).or_insert(Quantity::zero(*unit));
        *sum = sum.checked_add(portions)?;
    }
    for requisition in earlier {
        for line in requisition.lines() {
            let Some(left) = wanted.get_mut(&line.item()) else { continue };
            *left = left.checked_sub(line.ordered())?;
            if requisition.is_pending() {
                *left = left.checked_sub(line.open())?;
            }
        }
    }
    let more = wanted.into_iter().filter(|(_, quantity)| quantity.is_positive());
    Ok(more.map(|(item, quantity)| WantedLine { item, quantity }).collect())
}

/// What an event wants cannot be asked for.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RequestCateringError {
    /// There is no such event.
    #[error("there is no event {event}")]
    NoSuchEvent {
        /// The id.
        event: OfficeEventId,
    },
    /// Nothing was ordered.
    #[error("nothing was ordered for the event: a catering order is wanted")]
    NotOrdered,
    /// There is no number for the request.
    #[error(transparent)]
    Number(#[from] ParseReferenceError),
    /// It is called off.
    #[error("the event is called off: one that is planned is wanted")]
    Cancelled,
    /// A diet has no item.
    #[error("there is nothing for `{diet}` on the menu: an item for each diet is wanted")]
    NotOnMenu {
        /// Which.
        diet: Diet,
    },
    /// Diets, or earlier requests, tell one item in different units.
    #[error("the quantities of an item cannot be added up")]
    Quantity(#[from] QuantityError),
    /// It cannot be asked for.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The store failed.
    #[error("what was asked for could not be stored")]
    Store(#[from] StoreError),
}
