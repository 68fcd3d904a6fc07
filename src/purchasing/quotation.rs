//! Vendors are asked for prices of what requisitions want, and what they answer is awarded and ordered.

use std::collections::BTreeSet;

use office_core::subject::OrderId;
use office_core::{Currency, StoreError, Tx};
use office_inventory::{
    AskVendors, AwardQuotations, AwardTerms, ComparisonRules, PlaceAwardError, QuotationRequestId,
    RequestQuotationsError, Requisition, VendorId, award_quotations,
};
use thiserror::Error;

use super::PurchasingRules;
use super::on_order::{BoughtError, Claims, OnOrderError, bought, reserved_by};

/// Asks vendors for prices of what is open of approved requisitions, to be compared as the office values its orders. What
/// is reserved for them in the budget stays so.
///
/// What happens until the award is between the office and the vendors, and so no step of this flow:
/// [`QuotationRequest`](office_inventory::QuotationRequest) has it.
///
/// # Errors
/// [`RequestQuotationsError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("delivered.txt")]
/// use office::inventory::{
///     AskVendors, QuotationPolicy, QuotationRequest, RequestQuotationsError, RequisitionLineRef, Sealing,
///     TooFewQuotations,
/// };
/// use office::purchasing::request_quotations;
///
/// // Four more boxes of pens are wanted, as the first line of a requisition.
/// let requisition = wait(office.transact(&command("RQ-02")?, |tx| async move {
///     let wanted = Wanted {
///         number: "RQ-02".parse()?, requester, on, lines: vec![WantedLine { item: pens, quantity: "4 box".parse()? }],
///         cost_centre: studio, scope: "company/CC-200".parse()?, reason: "plan checks".into(),
///     };
///     Ok::<_, Failure>(request(&tx, rules, wanted).await?.requisition)
/// }))?;
/// let ask = |number: &str, line| {
///     let asked = AskVendors {
///         number: number.parse()?, lines: vec![RequisitionLineRef { requisition, line }], wanted_by: None,
///         vendors: vec![vendor], deadline: "2026-10-02T12:00:00Z".parse()?, sealing: Sealing::Sealed,
///         policy: QuotationPolicy { least: 1, fewer: TooFewQuotations::Refuse },
///     };
///     Ok::<_, Failure>(wait(office.transact(&command(number)?, |tx| {
///         let asked = asked.clone();
///         async move { request_quotations(&tx, rules, asked).await }
///     })))
/// };
/// assert_eq!(ask("RFQ-1", 1)??, QuotationRequest::id_of(&"RFQ-1".parse()?));
/// // There is no second line.
/// assert!(matches!(ask("RFQ-2", 2)?, Err(RequestQuotationsError::NothingOpen { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn request_quotations(
    tx: &Tx,
    rules: &PurchasingRules,
    asked: AskVendors,
) -> Result<QuotationRequestId, RequestQuotationsError> {
    office_inventory::request_quotations(tx, asked, rules.terms).await
}

/// Says who delivers, and orders it: one order for each vendor, at the prices of its answer. In the budget of the year in
/// which it was asked for, what was reserved becomes a commitment. So does what a vendor asks for its delivery, in the year of
/// the order, where [`BillRules::delivery`](super::BillRules::delivery) says as what it is ordered; else it is on no order.
///
/// Answers in other currencies are compared, and not ordered: the books of the office value what is on order in its own.
///
/// # Errors
/// [`AwardError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("delivered.txt")]
/// use std::num::NonZeroU32;
///
/// use office::inventory::{
///     AskVendors, AwardQuotations, ComparisonRules, LateOffers, PriceBreak, PurchaseOrder, Quotation, QuotationPolicy,
///     QuotationRequest, QuotedLine, RequisitionLineRef, Sealing, TooFewQuotations,
/// };
/// use office::purchasing::{AwardError, award, request_quotations};
///
/// // Four more boxes are wanted: two vendors are asked, and their answers sealed until noon of the second.
/// let (other, deadline) = (Id::natural("party", "V-07"), "2026-10-02T12:00:00Z".parse()?);
/// let asked = wait(office.transact(&command("RQ-02")?, |tx| async move {
///     let lines = vec![WantedLine { item: pens, quantity: "4 box".parse()? }];
///     let wanted = Wanted {
///         number: "RQ-02".parse()?, requester, on, lines, cost_centre: studio, scope: "company/CC-200".parse()?,
///         reason: "plan checks".into(),
///     };
///     let requisition = request(&tx, rules, wanted).await?.requisition;
///     let asked = AskVendors {
///         number: "RFQ-1".parse()?, lines: vec![RequisitionLineRef { requisition, line: 1 }], wanted_by: None,
///         vendors: vec![vendor, other], deadline, sealing: Sealing::Sealed,
///         policy: QuotationPolicy { least: 2, fewer: TooFewQuotations::WithReason },
///     };
///     Ok::<_, Failure>(request_quotations(&tx, rules, asked).await?)
/// }))?;
/// for (vendor, price) in [(vendor, "5.50 EUR / 1 box"), (other, "4.95 EUR / 1 box")] {
///     wait(office.transact(&command(&format!("answer-{vendor}"))?, |tx| async move {
///         let prices = vec![PriceBreak { from: "5 box".parse()?, price: price.parse()? }];
///         let answer = Quotation {
///             paper: "Q-1".parse()?, valid_until: "2026-10-31".parse()?, delivery: Money::zero(eur),
///             lines: [(1, QuotedLine { prices, multiple: None, lead_days: 2 })].into(),
///         };
///         let answered = tx.load(asked).await?.answer(vendor, answer, tx.command().at())?;
///         Ok::<_, Failure>(tx.decide(asked, answered).await?)
///     }))?;
/// }
///
/// let award_to = |to, at: &str| {
///     let lines = [(1, [(to, "4 box".parse()?)].into())].into();
///     let said = &AwardQuotations { lines, reason: None };
///     let instant = Command::new(format!("award-{to}-{at}"), "award", clerk.clone(), at.parse()?)?;
///     let (day, late) = ("2026-10-05".parse()?, LateOffers::Admit);
///     let compared = &ComparisonRules {
///         on: day, rates: [].into(), standings: [].into(), preferred: None, late, most_vendors: NonZeroU32::MIN,
///     };
///     Ok::<_, Failure>(wait(office.transact(&instant, |tx| async move {
///         award(&tx, rules, asked, said, compared).await
///     })))
/// };
/// // Not before the deadline, and not without a reason to whoever is dearer.
/// assert!(matches!(award_to(other, "2026-10-02T11:59:59Z")?, Err(AwardError::Place(_))));
/// assert!(matches!(award_to(vendor, "2026-10-05T09:00:00Z")?, Err(AwardError::Place(_))));
///
/// // Five are ordered for four that are wanted: fewer are not sold.
/// let orders = award_to(other, "2026-10-05T09:00:00Z")??;
/// let placed = PurchaseOrder::key(orders[0]);
/// let order = wait(office.view(|view| async move { view.load(placed).await }))?;
/// assert_eq!((order.number().as_str(), order.worth()?), ("RFQ-1", Money::from_minor(24_75, eur)));
/// # Ok::<(), Failure>(())
/// ```
pub async fn award(
    tx: &Tx,
    rules: &PurchasingRules,
    request: QuotationRequestId,
    command: &AwardQuotations,
    comparison: &ComparisonRules,
) -> Result<Vec<OrderId>, AwardError> {
    // Decide and record what inventory makes of it.
    let terms = AwardTerms { tolerances: rules.receipt_tolerances.clone(), delivery: rules.bills.delivery };
    let orders = award_quotations(tx, request, command, comparison, &terms).await?;

    // Record what it means for the budget.
    let (mut claims, mut requisitions) = (Claims::default(), BTreeSet::new());
    for order in &orders {
        let bought = bought(tx, rules, *order, comparison.on).await?;
        let currency = bought.order.terms().currency;
        if currency != rules.terms.currency {
            return Err(AwardError::OtherCurrency { vendor: bought.order.vendor(), currency });
        }
        requisitions.extend(bought.order.requested().into_keys().map(|at| at.requisition));
        claims.commit(*order, bought.on_order()?);
    }
    for requisition in requisitions {
        let requested = tx.load(Requisition::key(requisition)).await?;
        claims.reserve(requisition, reserved_by(tx, rules, &requested).await?);
    }
    claims.claim(tx).await?;
    Ok(orders)
}

/// What vendors have answered cannot be awarded.
#[derive(Debug, Error)]
pub enum AwardError {
    /// The store has failed.
    #[error("the award could not be stored")]
    Store(#[from] StoreError),
    /// It cannot be awarded, or not be ordered.
    #[error(transparent)]
    Place(#[from] PlaceAwardError),
    /// A vendor's answer is in another currency than that of the office's orders.
    #[error("{vendor} has answered in {currency}: an order is placed in the currency of the office")]
    OtherCurrency {
        /// The vendor.
        vendor: VendorId,
        /// The currency of its answer.
        currency: Currency,
    },
    /// The orders cannot be read with what belongs to them.
    #[error(transparent)]
    Read(#[from] BoughtError),
    /// The budget has not that much left.
    #[error(transparent)]
    Budget(#[from] OnOrderError),
}
