//! From requisitions to a request for quotation, and from its award to orders.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use office_core::subject::{ItemId, OrderId, RequisitionId};
use office_core::{
    ApprovalStatus, Currency, Decision, Entity, Money, Quantity, QuantityError, StoreError, Tx, UnitPrice,
    UnitPriceError,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::quotation::asked_for;
use crate::{
    AskQuotationsError, AwardQuotations, AwardQuotationsError, AwardedShare, ComparisonRules, DraftOrderError,
    Invitation, Item, ItemKind, NewOrder, NewOrderLine, NewQuotationRequest, OrderFact, OrderTerms,
    ParseReferenceError, PlaceRequisitionError, PurchaseOrder, QuotationAward, QuotationLine, QuotationPolicy,
    QuotationRequest, QuotationRequestId, Reference, Requisition, RequisitionLineRef, Sealing, ToleranceBook, VendorId,
};

/// Of whom prices are to be asked, for lines of requisitions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskVendors {
    /// The number of the request for quotation, which no other has.
    pub number: Reference,
    /// What is to be bought: of each of these lines what is open.
    pub lines: Vec<RequisitionLineRef>,
    /// The day by which it is to be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted_by: Option<NaiveDate>,
    /// Who is asked. Of two that offer the same for the same money, the earlier is taken.
    pub vendors: Vec<VendorId>,
    /// The first instant at which no answer is taken any more.
    pub deadline: DateTime<Utc>,
    /// Whether answers are seen before.
    pub sealing: Sealing,
    /// How many are to answer.
    pub policy: QuotationPolicy,
}

/// Vendors cannot be asked for what requisitions want.
#[derive(Debug, Error)]
pub enum RequestQuotationsError {
    /// The store has failed, or knows no such requisition.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// Something else was asked by this number.
    #[error("{number} stands for another request")]
    NumberReused {
        /// The number.
        number: Reference,
    },
    /// A line is named twice.
    #[error("line {} of a requisition is asked for twice", at.line)]
    Twice {
        /// The line.
        at: RequisitionLineRef,
    },
    /// A requisition is not approved.
    #[error("a requisition is {status}: only what is approved is asked for")]
    NotApproved {
        /// The requisition.
        requisition: RequisitionId,
        /// Where it stands.
        status: ApprovalStatus,
    },
    /// A requisition has no such line, or nothing of it is open.
    #[error("nothing of line {} of a requisition is open", at.line)]
    NothingOpen {
        /// The line.
        at: RequisitionLineRef,
    },
    /// They cannot be asked.
    #[error(transparent)]
    Ask(#[from] AskQuotationsError),
}

/// What was awarded cannot be ordered.
#[derive(Debug, Error)]
pub enum PlaceAwardError {
    /// The store has failed, or knows no such request.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// It cannot be said who delivers.
    #[error(transparent)]
    Award(#[from] AwardQuotationsError),
    /// No requisition has asked for a line, so that nobody bears it.
    #[error("line {line} was asked for by no requisition")]
    NoRequisition {
        /// The line.
        line: u32,
    },
    /// A requisition refuses.
    #[error("a requisition cannot be ordered")]
    Requisition(#[from] PlaceRequisitionError),
    /// What is taken of a requisition cannot be added up.
    #[error("what is taken of a requisition cannot be added up")]
    Quantity(#[from] QuantityError),
    /// An order would have a number that cannot be.
    #[error(transparent)]
    Number(#[from] ParseReferenceError),
    /// Deliveries would be ordered as something that is no service.
    #[error("deliveries cannot be ordered as the item {item}, which is no service")]
    NotAService {
        /// The item.
        item: ItemId,
    },
    /// What a delivery costs is no price.
    #[error("what a delivery costs is no price")]
    Delivery(#[from] UnitPriceError),
    /// An order cannot be written down.
    #[error("an order cannot be written down")]
    Draft(#[from] DraftOrderError),
}

/// How awarded orders are written down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AwardTerms {
    /// How far what arrives may be off.
    pub tolerances: ToleranceBook,
    /// The service as which a delivery is ordered for which a vendor asks something. Where there is none, deliveries are on
    /// no order, and billed on their own.
    pub delivery: Option<ItemId>,
}

/// Asks vendors for what is open of lines of approved requisitions, at the instant of the command. The same request again is
/// answered as it stands.
///
/// # Errors
/// [`RequestQuotationsError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("buying/paper.txt")]
/// use office_inventory::{
///     AskVendors, QuotationPolicy, QuotationRequest, RequestQuotationsError, RequisitionLineRef, Sealing,
///     TooFewQuotations, request_quotations,
/// };
///
/// // Thirteen boxes are asked for by the first line of a requisition.
/// let ask = |number: &str, line| {
///     let asked = &AskVendors {
///         number: number.parse()?,
///         lines: vec![RequisitionLineRef { requisition, line }],
///         wanted_by: Some("2026-10-20".parse()?),
///         vendors: vec![Id::natural("party", "V-01"), Id::natural("party", "V-02")],
///         deadline: "2026-10-12T12:00:00Z".parse()?,
///         sealing: Sealing::Sealed,
///         policy: QuotationPolicy { least: 2, fewer: TooFewQuotations::WithReason },
///     };
///     let command = command(number)?;
///     Ok::<_, Box<dyn std::error::Error>>(wait(
///         office.transact(&command, |tx| async move { request_quotations(&tx, asked.clone(), terms).await }),
///     ))
/// };
/// let id = ask("RFQ-1", 1)??;
/// let asked = wait(office.view(|view| async move { view.load::<QuotationRequest>(id).await }))?;
/// assert_eq!(asked.request().lines[0].quantity, "13 box".parse()?);
///
/// // There is no second line.
/// assert!(matches!(ask("RFQ-2", 2)?, Err(RequestQuotationsError::NothingOpen { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn request_quotations(
    tx: &Tx,
    asked: AskVendors,
    terms: OrderTerms,
) -> Result<QuotationRequestId, RequestQuotationsError> {
    // Read.
    let id = QuotationRequest::id_of(&asked.number);
    if let Some(earlier) = tx.find(id).await? {
        let same = asked.says(earlier.request());
        return if same { Ok(id) } else { Err(RequestQuotationsError::NumberReused { number: asked.number }) };
    }
    let (mut lines, mut known) = (Vec::with_capacity(asked.lines.len()), BTreeSet::new());
    for at in &asked.lines {
        if !known.insert(at) {
            return Err(RequestQuotationsError::Twice { at: *at });
        }
        lines.push(asked_line(&tx.load(Requisition::key(at.requisition)).await?, *at, asked.wanted_by)?);
    }

    // Decide.
    let AskVendors { number, vendors, deadline, sealing, policy, .. } = asked;
    let new = NewQuotationRequest { number, terms, lines, vendors, deadline, sealing, policy };
    let asked = QuotationRequest::ask(new, tx.command().at())?;

    // Record.
    tx.decide(id, asked).await?;
    Ok(id)
}

/// Says who delivers, by whoever gives the command and at its instant, and orders it: one order for each vendor, in the order
/// in which they were asked, under the number of the request and from the second on with `-2`, `-3` behind it. The orders
/// are written down at the prices of the answers, approved by whoever gives the command, and sent. What they buy of the
/// requisitions, which were approved before, is ordered with them, due when the vendor has said that it would come.
///
/// What a vendor sells at least may be more than is wanted: the order has it, the requisition what it wants. What a vendor
/// asks for its delivery is a line of its own, a charge ([`OrderLine::is_charge`](crate::OrderLine::is_charge)) at the expense
/// of whom its first line is for, where the terms say as what it is ordered. An award that was made before is answered with
/// its orders.
///
/// # Errors
/// [`PlaceAwardError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("buying/paper.txt")]
/// use std::num::NonZeroU32;
///
/// use office_inventory::{
///     AskVendors, AwardQuotations, AwardTerms, ComparisonRules, LateOffers, PlaceAwardError, PriceBreak, PurchaseOrder,
///     Quotation, QuotationPolicy, QuotedLine, RequisitionLineRef, Sealing, TooFewQuotations, award_quotations,
///     request_quotations,
/// };
///
/// // Two vendors are asked for thirteen boxes and have answered, both with prices.
/// type Failure = Box<dyn std::error::Error + Send + Sync>;
/// let [near, far] = ["V-01", "V-02"].map(|name| Id::natural("party", name));
/// let asked = wait(office.transact(&command("ask")?, |tx| async move {
///     let asked = AskVendors {
///         number: "RFQ-1".parse()?,
///         lines: vec![RequisitionLineRef { requisition, line: 1 }],
///         wanted_by: None,
///         vendors: vec![near, far],
///         deadline: "2026-10-12T12:00:00Z".parse()?,
///         sealing: Sealing::Sealed,
///         policy: QuotationPolicy { least: 2, fewer: TooFewQuotations::WithReason },
///     };
///     let id = request_quotations(&tx, asked, terms).await?;
///     for (vendor, price) in [(near, "20.5 EUR / 1 box"), (far, "19 EUR / 1 box")] {
///         let prices = vec![PriceBreak { from: "1 box".parse()?, price: price.parse()? }];
///         let lines = [(1, QuotedLine { prices, multiple: None, lead_days: 2 })].into();
///         let (paper, valid_until) = ("Q-1".parse()?, "2026-10-31".parse()?);
///         let quotation = Quotation { paper, valid_until, delivery: "0.00 EUR".parse()?, lines };
///         let request = tx.load(id).await?;
///         tx.decide(id, request.answer(vendor, quotation, tx.command().at())?).await?;
///     }
///     // Nobody else may answer.
///     let closed = tx.load(id).await?.close(tx.command().at())?;
///     tx.decide(id, closed).await?;
///     Ok::<_, Failure>(id)
/// }))?;
///
/// // Eight come from near by and five from afar, for a reason.
/// let (late, most_vendors) = (LateOffers::Admit, NonZeroU32::MIN);
/// let rules = &ComparisonRules { on, rates: [].into(), standings: [].into(), preferred: None, late, most_vendors };
/// let share = |key: &str, boxes: [&str; 2]| {
///     let [of_near, of_far] = boxes;
///     let lines = [(1, [(near, of_near.parse()?), (far, of_far.parse()?)].into())].into();
///     let (said, command) = (&AwardQuotations { lines, reason: Some("eight are urgent".to_owned()) }, command(key)?);
///     Ok::<_, Failure>(wait(office.transact(&command, |tx| async move {
///         award_quotations(&tx, asked, said, rules, &AwardTerms::default()).await
///     })))
/// };
/// assert!(matches!(share("few", ["8 box", "4 box"])?, Err(PlaceAwardError::Award(_))));
/// let orders = share("all", ["8 box", "5 box"])??;
/// assert_eq!(orders, ["RFQ-1", "RFQ-1-2"].map(|number| Id::natural("order", number)));
/// let last = PurchaseOrder::key(orders[1]);
/// let second = wait(office.view(|view| async move { view.load(last).await }))?;
/// assert_eq!((second.vendor(), second.worth()?), (far, "95.00 EUR".parse()?));
/// # Ok::<(), Failure>(())
/// ```
pub async fn award_quotations(
    tx: &Tx,
    request: QuotationRequestId,
    command: &AwardQuotations,
    rules: &ComparisonRules,
    terms: &AwardTerms,
) -> Result<Vec<OrderId>, PlaceAwardError> {
    // Read.
    let asked = tx.load(request).await?;
    let delivery = match terms.delivery {
        Some(item) => Some((item, tx.load(Item::key(item)).await?)),
        None => None,
    };
    let mut requisitions = BTreeMap::new();
    for at in asked.request().lines.iter().filter_map(|line| line.requisition) {
        requisitions.insert(at.requisition, tx.load(Requisition::key(at.requisition)).await?);
    }

    // Decide.
    let (by, at) = (tx.command().actor().person, tx.command().at());
    let decided = asked.award(command, rules, by, at)?;
    let mut after = asked.clone();
    after.apply_decision(&decided);
    // Invariant: it is awarded now, if it was not before.
    let Some(award) = after.awarded() else { return Ok(Vec::new()) };
    let placed: Vec<_> =
        numbers(&after, award)?.into_iter().map(|(vendor, number)| (vendor, order_of(&number), number)).collect();
    let ids = placed.iter().map(|(_, order, _)| *order).collect();
    if decided == Decision::AlreadyRecorded {
        return Ok(ids);
    }
    let (mut drafts, mut takings) = (Vec::new(), Vec::new());
    for (vendor, order, number) in placed {
        let mut buying = Buying::of(vendor, &after, award, &requisitions, &terms.tolerances)?;
        if let Some((item, listed)) = &delivery {
            buying.add_delivery(after.awarded_delivery(vendor), *item, listed)?;
        }
        for (requisition, taken) in buying.taken {
            let Some(requested) = requisitions.get_mut(&requisition) else { continue };
            if let Decision::Record(placed) = requested.place(order, award.on, taken)? {
                requested.apply(&placed);
                takings.push((requisition, placed));
            }
        }
        let terms = OrderTerms { currency: buying.currency, ..after.request().terms };
        drafts.push((order, PurchaseOrder::draft(NewOrder { number, vendor, terms, lines: buying.lines })?));
    }

    // Record.
    let (by, on) = (Some(award.by), award.on);
    tx.decide(request, decided).await?;
    for (order, drafted) in drafts {
        if let Decision::Record(drafted) = drafted {
            tx.create(PurchaseOrder::key(order), drafted).await?;
            tx.record(PurchaseOrder::key(order), OrderFact::Approved { by, on }).await?;
            tx.record(PurchaseOrder::key(order), OrderFact::Sent { on }).await?;
        }
    }
    for (requisition, placed) in takings {
        tx.record(Requisition::key(requisition), placed).await?;
    }
    Ok(ids)
}

/// What is bought of a vendor.
struct Buying {
    currency: Currency,
    lines: Vec<NewOrderLine>,
    taken: BTreeMap<RequisitionId, BTreeMap<u32, Quantity>>,
}

impl Buying {
    fn of(
        vendor: VendorId,
        asked: &QuotationRequest,
        award: &QuotationAward,
        requisitions: &BTreeMap<RequisitionId, Requisition>,
        tolerances: &ToleranceBook,
    ) -> Result<Self, PlaceAwardError> {
        let mut buying = Self { currency: asked.request().terms.currency, lines: Vec::new(), taken: BTreeMap::new() };
        for AwardedShare { wanted, offer } in award.shares.iter().filter(|share| share.offer.vendor == vendor) {
            let line = offer.line;
            let nobody = PlaceAwardError::NoRequisition { line };
            let Some(QuotationLine { item, requisition: Some(at), .. }) =
                asked_for(&asked.request().lines, line).copied()
            else {
                return Err(nobody);
            };
            let requested = requisitions.get(&at.requisition).ok_or(nobody)?;
            let new = NewOrderLine::new(item, offer.quantity, offer.price, requested.request().cost_centre);
            let (due, tolerance) = (Some(offer.arrives), tolerances.of(vendor, item, award.on));
            buying.currency = offer.price.currency();
            buying.lines.push(NewOrderLine { requisition: Some(at), due, tolerance, ..new });
            let taken = buying.taken.entry(at.requisition).or_default();
            let sum = taken.entry(at.line).or_insert(Quantity::zero(wanted.unit()));
            *sum = sum.checked_add(*wanted)?;
        }
        Ok(buying)
    }

    /// Adds what the vendor asks for its delivery, if it asks for something.
    fn add_delivery(&mut self, asked: Option<Money>, item: ItemId, listed: &Item) -> Result<(), PlaceAwardError> {
        let Some((asked, first)) = asked.filter(|asked| asked.is_positive()).zip(self.lines.first()) else {
            return Ok(());
        };
        if listed.kind() != ItemKind::Service {
            return Err(PlaceAwardError::NotAService { item });
        }
        let one = Quantity::whole(1, listed.unit());
        let price = UnitPrice::new(asked.amount(), asked.currency(), one)?;
        let line = NewOrderLine::new(item, one, price, first.cost_centre);
        self.lines.push(NewOrderLine { is_charge: true, ..line });
        Ok(())
    }
}

/// The vendors that deliver, in the order in which they were asked, and the numbers of their orders.
fn numbers(
    asked: &QuotationRequest,
    award: &QuotationAward,
) -> Result<Vec<(VendorId, Reference)>, ParseReferenceError> {
    let number = &asked.request().number;
    let delivers = |vendor: &VendorId| award.shares.iter().any(|share| share.offer.vendor == *vendor);
    let vendors = asked.invitations().iter().map(Invitation::vendor).filter(delivers);
    (1..)
        .zip(vendors)
        .map(|(at, vendor)| match at {
            1 => Ok((vendor, number.clone())),
            at => Ok((vendor, format!("{number}-{at}").parse()?)),
        })
        .collect()
}

fn order_of(number: &Reference) -> OrderId {
    OrderId::natural("order", number.as_str())
}

/// What vendors are asked for: what is open of a line.
fn asked_line(
    requisition: &Requisition,
    at: RequisitionLineRef,
    wanted_by: Option<NaiveDate>,
) -> Result<QuotationLine, RequestQuotationsError> {
    if !requisition.run().is_approved() {
        let status = requisition.run().status().clone();
        return Err(RequestQuotationsError::NotApproved { requisition: at.requisition, status });
    }
    let line = requisition.line(at.line).filter(|line| line.open().is_positive());
    let line = line.ok_or(RequestQuotationsError::NothingOpen { at })?;
    Ok(QuotationLine { item: line.item(), quantity: line.open(), wanted_by, requisition: Some(at) })
}

impl AskVendors {
    /// Whether a request was asked for by these words.
    fn says(&self, request: &NewQuotationRequest) -> bool {
        let NewQuotationRequest { number, lines, vendors, deadline, sealing, policy, .. } = request;
        let same = (number, vendors, deadline, sealing, policy)
            == (&self.number, &self.vendors, &self.deadline, &self.sealing, &self.policy);
        let wanted = lines.iter().map(|line| (line.requisition, line.wanted_by));
        same && wanted.eq(self.lines.iter().map(|at| (Some(*at), self.wanted_by)))
    }
}
