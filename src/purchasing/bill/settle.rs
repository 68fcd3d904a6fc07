//! A bill that agrees goes into the books.

use std::collections::BTreeMap;

use office_core::subject::{InvoiceId, OrderId, PlaceId};
use office_core::{MoneyError, PriceError, Quantity, QuantityError, StoreError, Tx};
use office_finance::{
    Bill, CodedPostingsError, CurrencyError, Entry, EntryError, EntryId, EntryNumber, InvoiceStepError, OrderLineRef,
    Posting, TermsError, VendorInvoice, VendorInvoiceId,
};
use office_inventory::{
    BillOrderError, CreditOrderError, DeliveredGoods, GoodsDelivery, OrderBill, ParseReferenceError, PurchaseOrder,
};
use thiserror::Error;

use super::check::{basis_of, orders_of};
use super::coding::give_back;
use crate::accounts::NoAccountError;
use crate::journal::{PostAndSpendError, post_and_spend};
use crate::purchasing::{PurchasingRules, ReceiveError, receive};

/// Approves and posts a bill that agrees: goods received, what its lines without an order are coded to, and input tax
/// against payables.
///
/// Goods received are relieved by what these goods were worth when they came, to the cent. What is billed beside that,
/// within tolerance, is a difference of price at the expense of whom the goods are for.
pub(super) async fn settle(tx: &Tx, rules: &PurchasingRules, id: InvoiceId) -> Result<EntryNumber, SettleError> {
    // Read.
    let invoice_id: VendorInvoiceId = id.retag();
    let invoice = tx.load(invoice_id).await?;
    let bill = invoice.bill();
    receive_billed(tx, rules, bill).await?;
    let orders = orders_of(tx, bill).await?;

    // Decide.
    let accounts = &rules.accounts;
    let (mut postings, billed) = charged(rules, &invoice, &orders)?;
    let coded = invoice.coded_postings(rules.bills.coding.tax_codes())?;
    postings.extend(coded.costs);
    for (rate, account, tax) in coded.input_tax {
        let account = account.map_or_else(|| accounts.input_tax_at(rate).cloned(), Ok)?;
        postings.push(Posting::debit(account, tax));
    }
    postings.extend(coded.output_tax.into_iter().map(|(account, tax)| Posting::credit(account, tax)));
    postings.push(Posting::credit(accounts.payables.clone(), bill.gross));
    postings.retain(|posting| !posting.amount.is_zero());
    let entry = Entry::balanced(bill.on, format!("invoice {}", bill.number), postings)?;
    let mut entry = entry.resting_on(bill.number.clone())?;
    if let Some(currencies) = &rules.bills.currencies {
        entry = currencies.book(entry)?;
    }
    let approved = invoice.approve(tx.command().actor().person, tx.command().at())?;

    // Record.
    let entry_id = EntryId::natural("invoice", &id.to_string());
    give_back(tx, invoice_id).await?;
    tx.decide(invoice_id, approved).await?;
    for (order, (bill, credit)) in billed {
        for (lines, credits) in [(bill, false), (credit, true)].into_iter().filter(|(lines, _)| !lines.is_empty()) {
            let placed = tx.load(PurchaseOrder::key(order)).await?;
            let of_order = OrderBill { invoice: id, lines };
            let decided = if credits { placed.credit(of_order)? } else { placed.bill(of_order)? };
            tx.decide(PurchaseOrder::key(order), decided).await?;
        }
    }
    let mut items = invoice.owed(rules.bills.terms.get(&invoice.bill().vendor), rules.terms.rounding)?;
    if let Some(currencies) = &rules.bills.currencies {
        items = currencies.value(items, &entry, &accounts.payables)?;
    }
    let number = post_and_spend(tx, &rules.chart, entry_id, entry).await?;
    let posted = tx.load(invoice_id).await?.posted(entry_id, items)?;
    tx.decide(invoice_id, posted).await?;
    Ok(number)
}

/// How much of each line of an order is billed, and how much is credited.
type Charged = BTreeMap<OrderId, (BTreeMap<u32, Quantity>, BTreeMap<u32, Quantity>)>;

/// What the lines of a bill come to in the books, and in the orders that they bill or credit.
fn charged(
    rules: &PurchasingRules,
    invoice: &VendorInvoice,
    orders: &BTreeMap<OrderId, PurchaseOrder>,
) -> Result<(Vec<Posting>, Charged), SettleError> {
    let mut postings = Vec::new();
    let mut charged = Charged::new();
    for (place, line) in invoice.bill().lines.iter().enumerate() {
        if invoice.coding().contains_key(&place) {
            continue;
        }
        let ordered = line.order.and_then(|at| Some((at, orders.get(&at.order)?.line(at.line)?)));
        // A line without an order is held until it is coded, and so never gets here.
        let (at, ordered) =
            ordered.ok_or(InvoiceStepError { status: invoice.status().name(), wanted: "matched with an order" })?;
        let quantity = line.billed.quantity;
        let (bills, credits) = charged.entry(at.order).or_default();
        let (lines, earlier) =
            if quantity.is_negative() { (credits, ordered.credited()) } else { (bills, ordered.billed()) };
        let by_this = lines.entry(at.line).or_insert(Quantity::zero(quantity.unit()));
        let before = earlier.checked_add(*by_this)?;
        *by_this = by_this.checked_add(quantity.abs())?;
        let after = before.checked_add(quantity.abs())?;
        let rounding = rules.terms.rounding;
        let worth = ordered.worth(after, rounding)?.checked_sub(ordered.worth(before, rounding)?)?;
        let worth = if quantity.is_negative() { worth.negated() } else { worth };
        let difference = line.billed.net.checked_sub(worth)?;
        postings.push(Posting::debit(rules.accounts.goods_received.clone(), worth));
        let posting = Posting::debit(rules.accounts.price_difference.clone(), difference);
        postings.push(posting.borne_by(ordered.cost_centre()));
    }
    Ok((postings, charged))
}

/// What is billed and matched with the order alone has come by that: it is received as far as it was not, by the number of
/// the bill.
async fn receive_billed(tx: &Tx, rules: &PurchasingRules, bill: &Bill) -> Result<(), SettleError> {
    let orders = orders_of(tx, bill).await?;
    let basis = basis_of(tx, rules, &orders).await?;
    let mut missing: BTreeMap<OrderId, BTreeMap<u32, DeliveredGoods>> = BTreeMap::new();
    for at in basis.keys() {
        let Some(line) = orders.get(&at.order).and_then(|order| order.line(at.line)) else { continue };
        let billed =
            bill.lines.iter().filter(|billed| billed.order == Some(*at) && billed.billed.quantity.is_positive());
        let mut quantity = line.payable().negated();
        for line in billed {
            quantity = quantity.checked_add(line.billed.quantity)?;
        }
        if quantity.is_positive() {
            // Nobody puts it anywhere.
            let to = PlaceId::natural("place", "");
            let OrderLineRef { order, line } = *at;
            missing.entry(order).or_default().insert(line, DeliveredGoods { quantity, to, lot: None });
        }
    }
    for (order, lines) in missing {
        let delivery = GoodsDelivery { note: bill.number.parse()?, on: bill.on, lines };
        receive(tx, rules, order, delivery).await.map_err(Box::new)?;
    }
    Ok(())
}

/// A bill that agrees cannot be put into the books.
#[derive(Debug, Error)]
pub enum SettleError {
    /// The store has failed.
    #[error("the invoice could not be stored")]
    Store(#[from] StoreError),
    /// It is at another point.
    #[error(transparent)]
    Step(#[from] InvoiceStepError),
    /// Its quantities cannot be added up.
    #[error("the quantities of the invoice cannot be added up")]
    Quantity(#[from] QuantityError),
    /// What was ordered cannot be valued.
    #[error("what was ordered cannot be valued")]
    Price(#[from] PriceError),
    /// Its amounts cannot be added up.
    #[error("the amounts of the invoice cannot be added up")]
    Money(#[from] MoneyError),
    /// It cannot be told what its coded lines come to.
    #[error(transparent)]
    Coded(#[from] CodedPostingsError),
    /// There is no account for something on it.
    #[error(transparent)]
    Account(#[from] NoAccountError),
    /// It does not make a journal entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// It is in a foreign currency, and cannot be told in that of the books.
    #[error(transparent)]
    Currency(#[from] CurrencyError),
    /// The order does not take it.
    #[error(transparent)]
    Order(#[from] BillOrderError),
    /// The order does not take what is credited.
    #[error(transparent)]
    Credit(#[from] CreditOrderError),
    /// The journal or the budget does not take it.
    #[error(transparent)]
    Post(#[from] PostAndSpendError),
    /// What is billed without having been received cannot be received.
    #[error(transparent)]
    Receive(#[from] Box<ReceiveError>),
    /// Its number is none for a delivery note.
    #[error("the number of the bill is none for a delivery note")]
    Note(#[from] ParseReferenceError),
    /// By the terms of the vendor it cannot be said when it is due.
    #[error(transparent)]
    Terms(#[from] TermsError),
}
