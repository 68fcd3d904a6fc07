//! What is found out about a bill: against orders and receipts, contracts, and the bills that came before.

use std::collections::{BTreeMap, BTreeSet};

use office_core::subject::OrderId;
use office_core::{Quantity, QuantityError, StoreError, Tx};
use office_finance::{
    Assessment, Bill, ContractPriceHold, DuplicateVerdict, HoldReason, LineMatch, MatchBasis, MatchError, OrderLineRef,
    OrderedLine, Variance, VendorInvoiceId, duplicates_of, match_line_by,
};
use office_inventory::{
    CheckPriceError, Contract, Item, MatchLine, OrderStatus, PriceClaim, PriceSource, PriceVerdict, PurchaseOrder,
    check_price,
};
use thiserror::Error;

use super::PurchasingRules;

/// Everything that is to be known of a bill to decide what becomes of it.
pub(super) async fn assessment(
    tx: &Tx,
    rules: &PurchasingRules,
    id: VendorInvoiceId,
    bill: &Bill,
) -> Result<Assessment, CheckBillError> {
    let orders = orders_of(tx, bill).await?;
    let basis = basis_of(tx, rules, &orders).await?;
    let contracts = tx.list(Contract::WITH, &bill.vendor).await?;
    let contracts: Vec<&Contract> = contracts.iter().map(|(_, contract)| contract).collect();

    let lines = matches_of(bill, &orders, &basis, rules)?;
    let mut found = above_contract(bill, &orders, &contracts, rules)?;
    let mut noted = Vec::new();
    for (verdict, duplicate) in duplicates_of(tx, id, bill, rules.bills.duplicates).await? {
        let reasons = if verdict == DuplicateVerdict::Held { &mut found } else { &mut noted };
        reasons.push(HoldReason::PossibleDuplicate(duplicate));
    }
    Ok(Assessment { lines, found, noted })
}

/// By what each line of the orders is matched: nobody receives what a vendor asks beside the goods.
pub(super) async fn basis_of(
    tx: &Tx,
    rules: &PurchasingRules,
    orders: &BTreeMap<OrderId, PurchaseOrder>,
) -> Result<BTreeMap<OrderLineRef, MatchBasis>, StoreError> {
    let mut basis = BTreeMap::new();
    let without = &rules.bills.without_receipt;
    for (order, placed) in orders {
        for line in placed.lines() {
            let unseen = line.is_charge()
                || (!without.is_empty() && without.contains(tx.load(Item::key(line.item())).await?.category()));
            if unseen {
                basis.insert(OrderLineRef { order: *order, line: line.number() }, MatchBasis::Ordered);
            }
        }
    }
    Ok(basis)
}

/// The lines that cost more than the contract that was in force when they were ordered.
fn above_contract(
    bill: &Bill,
    orders: &BTreeMap<OrderId, PurchaseOrder>,
    contracts: &[&Contract],
    rules: &PurchasingRules,
) -> Result<Vec<HoldReason>, CheckBillError> {
    let mut holds = Vec::new();
    if contracts.is_empty() {
        return Ok(holds);
    }
    for (at, line) in bill.lines.iter().enumerate() {
        let order = line.order.and_then(|of| Some((orders.get(&of.order)?, of.line)));
        let ordered = order.and_then(|(order, number)| Some((order.status(), order.line(number)?.item())));
        let (on, item) = match ordered {
            Some((OrderStatus::Sent { on } | OrderStatus::Approved { on, .. }, item)) => (on, Some(item)),
            Some((OrderStatus::Draft, item)) => (bill.on, Some(item)),
            None => (bill.on, line.item),
        };
        let Some(item) = item.filter(|_| line.billed.quantity.is_positive()) else { continue };
        let (vendor, quantity, price) = (bill.vendor, line.billed.quantity, line.billed.price);
        let claim = PriceClaim { vendor, item, on, quantity, price };
        let checked = check_price(&claim, contracts, &rules.prices, &rules.bills.index, &rules.bills.contract_prices);
        let check = match checked {
            Ok(check) if check.verdict == PriceVerdict::TooDear => check,
            Ok(_) | Err(CheckPriceError::NoPrice(_)) => continue,
            Err(error) => return Err(error.into()),
        };
        // What the price list says is in the price of the order.
        let PriceSource::Contract { number, .. } = &check.source else { continue };
        holds.push(HoldReason::ContractPrice(ContractPriceHold {
            line: at,
            contract: number.to_string(),
            agreed: check.agreed,
            billed: price,
            excess: check.difference,
            explanation: check.to_string(),
        }));
    }
    Ok(holds)
}

/// The orders that a bill names, of the vendor who sends it: nobody bills what others have delivered.
pub(super) async fn orders_of(tx: &Tx, bill: &Bill) -> Result<BTreeMap<OrderId, PurchaseOrder>, StoreError> {
    let named: BTreeSet<OrderId> = bill.lines.iter().filter_map(|line| Some(line.order?.order)).collect();
    let mut orders = BTreeMap::new();
    for order in named {
        let placed = tx.find(PurchaseOrder::key(order)).await?;
        if let Some(placed) = placed.filter(|placed| placed.vendor() == bill.vendor) {
            orders.insert(order, placed);
        }
    }
    Ok(orders)
}

/// Each line of the bill against the line of the order that it names; nothing where there is no such line.
///
/// Lines of one bill that name the same line are matched one after the other: what the first bills is billed for the
/// next. What has not come, or was not ordered where nothing comes, is not tolerated, however little it is: an order is
/// billed for what it has received.
fn matches_of(
    bill: &Bill,
    orders: &BTreeMap<OrderId, PurchaseOrder>,
    basis: &BTreeMap<OrderLineRef, MatchBasis>,
    rules: &PurchasingRules,
) -> Result<Vec<Option<LineMatch>>, MatchError> {
    let mut billed: BTreeMap<OrderLineRef, Quantity> = BTreeMap::new();
    let mut credited: BTreeMap<OrderLineRef, Quantity> = BTreeMap::new();
    let mut all = Vec::with_capacity(bill.lines.len());
    for line in &bill.lines {
        let Some((at, ordered)) = line.order.and_then(|at| Some((at, ordered_line(orders, at)?))) else {
            all.push(None);
            continue;
        };
        let (mut ordered, mut due) = ordered?;
        let before = billed.entry(at).or_insert(ordered.billed_before);
        ordered.billed_before = *before;
        *before = before.checked_add(line.billed.quantity)?;
        if line.billed.quantity.is_negative() {
            let left = credited.entry(at).or_insert(due);
            due = *left;
            *left = left.checked_add(line.billed.quantity)?;
        }
        let basis = basis.get(&at).copied().unwrap_or_default();
        let mut matched = match_line_by(basis, &line.billed, &ordered, &rules.tolerances, rules.terms.rounding)?;
        for variance in &mut matched.variances {
            let not_there = matches!(variance, Variance::NotReceived { .. })
                || (basis == MatchBasis::Ordered && matches!(variance, Variance::NotOrdered { .. }));
            if let (true, Variance::NotReceived { tolerated, .. } | Variance::NotOrdered { tolerated, .. }) =
                (not_there, variance)
            {
                *tolerated = false;
            }
        }
        matched.variances.extend(not_due(line.billed.quantity, due)?);
        all.push(Some(matched));
    }
    Ok(all)
}

/// An order line in the words of finance, and how much of it the vendor is to credit: what was sent back has not come,
/// and what was credited was not billed.
fn ordered_line(
    orders: &BTreeMap<OrderId, PurchaseOrder>,
    at: OrderLineRef,
) -> Option<Result<(OrderedLine, Quantity), QuantityError>> {
    let lines = orders.get(&at.order)?.match_lines();
    let line = lines.into_iter().find(|line| line.line == at.line)?;
    let MatchLine { ordered, price, received, returned, billed, credited, credit_due, .. } = line;
    let told = || {
        let (received, billed_before) = (received.checked_sub(returned)?, billed.checked_sub(credited)?);
        Ok((OrderedLine { ordered, price, received, billed_before }, credit_due))
    };
    Some(told())
}

/// What is credited and is not due, as a variance that is never tolerated.
fn not_due(quantity: Quantity, due: Quantity) -> Result<Option<Variance>, QuantityError> {
    let over = quantity.is_negative() && quantity.checked_add(due)?.is_negative();
    let (payable, tolerance) = (due.negated(), Quantity::zero(due.unit()));
    Ok(over.then_some(Variance::NotReceived { payable, billed: quantity, tolerance, tolerated: false }))
}

/// A bill cannot be compared with what it rests on.
#[derive(Debug, Error)]
pub enum CheckBillError {
    /// The store has failed.
    #[error("what the bill rests on could not be read")]
    Store(#[from] StoreError),
    /// It cannot be matched with the order.
    #[error(transparent)]
    Match(#[from] MatchError),
    /// Its prices cannot be compared with those of a contract.
    #[error(transparent)]
    Contract(#[from] CheckPriceError),
}
