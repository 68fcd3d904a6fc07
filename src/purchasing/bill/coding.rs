//! What is billed without an order: coded by somebody or by rules, held against the budget, set aside until it is posted.

use std::collections::BTreeMap;

use chrono::Datelike;
use office_core::subject::InvoiceId;
use office_core::{Decision, Money, MoneyError, StoreError, Tx, View};
use office_finance::{
    BudgetBearer, BudgetClaims, BudgetId, BudgetLine, CodeInvoiceError, CodedLine, CodedPostingsError, CodingBasis,
    CodingSplit, CurrencyError, Dimension, InvoiceFact, ReserveError, SuggestedCoding, VendorInvoice, VendorInvoiceId,
};
use thiserror::Error;

use super::{BillError, BillOutcome, PurchasingRules, look_at};

/// Says how lines of a bill are booked that name no order, by whoever gives the command: by their places from 0. It is
/// looked at again then: held for what is left, or found to agree.
///
/// What rules say is replaced; what somebody has said is taken back first ([`uncode_bill`]), so that of two who code a line
/// differently the second is told.
///
/// # Errors
/// [`CodeBillError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/bills.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, as_rent, command, invoice, office, rent, rules};
/// use std::collections::BTreeMap;
///
/// use office::finance::{CodeInvoiceError, CodingSplit};
/// use office::purchasing::{BillOutcome, CodeBillError, bill, code_bill};
///
/// let (office, rules, sent) = (&office()?, &rules()?, &rent("M-10", 200_00)?);
/// wait(office.transact(&command("a", "ann")?, |tx| async move { bill(&tx, rules, invoice("a"), sent.clone()).await }))?;
///
/// let coding = &as_rent()?;
/// let code = |tx| async move { code_bill(&tx, rules, invoice("a"), coding.clone()).await };
/// assert!(matches!(wait(office.transact(&command("code", "ann")?, code))?, BillOutcome::Posted { .. }));
///
/// // What is in the books is not coded otherwise.
/// let other = &[(0, CodingSplit::whole("6310".parse()?))].into();
/// let refused = wait(office.transact(&command("other", "ann")?, |tx| async move {
///     code_bill(&tx, rules, invoice("a"), BTreeMap::clone(other)).await
/// }));
/// assert!(matches!(refused, Err(CodeBillError::Code(CodeInvoiceError::Status { status: "posted" }))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn code_bill(
    tx: &Tx,
    rules: &PurchasingRules,
    id: InvoiceId,
    lines: BTreeMap<usize, CodingSplit>,
) -> Result<BillOutcome, CodeBillError> {
    // Read.
    let invoice_id: VendorInvoiceId = id.retag();
    let invoice = tx.load(invoice_id).await?;

    // Decide.
    let by = CodingBasis::Person { by: tx.command().actor().person };
    let lines = lines.into_iter().map(|(line, split)| (line, CodedLine { split, by: by.clone() }));
    let coded = invoice.code(lines.collect(), &rules.chart, rules.bills.coding.tax_codes())?;

    // Record.
    tx.decide(invoice_id, coded).await?;
    Ok(look_at(tx, rules, id).await.map_err(Box::new)?)
}

/// Takes back how a line of a bill is booked, so that it can be said anew; where there is a rule for it, that stands again.
///
/// # Errors
/// [`CodeBillError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/bills.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, command, invoice, office, rent, rules, take_in};
/// use office::purchasing::{BillOutcome, CodeBillError, uncode_bill};
///
/// let (office, rules, sent) = (&office()?, &rules()?, &rent("M-10", 400_00)?);
/// // Coded, it waits for the manager.
/// take_in(office, rules, "a", sent)?;
/// let uncode = |line| move |tx| async move { uncode_bill(&tx, rules, invoice("a"), line).await };
/// let outcome = wait(office.transact(&command("uncode", "ann")?, uncode(0)))?;
/// assert!(matches!(outcome, BillOutcome::Held { .. }));
/// // There is one line.
/// let refused = wait(office.transact(&command("second", "ann")?, uncode(1)));
/// assert!(matches!(refused, Err(CodeBillError::Code(_))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn uncode_bill(
    tx: &Tx,
    rules: &PurchasingRules,
    id: InvoiceId,
    line: usize,
) -> Result<BillOutcome, CodeBillError> {
    // Read.
    let invoice_id: VendorInvoiceId = id.retag();
    let invoice = tx.load(invoice_id).await?;

    // Decide.
    let uncoded = invoice.uncode(line)?;

    // Record.
    tx.decide(invoice_id, uncoded).await?;
    Ok(look_at(tx, rules, id).await.map_err(Box::new)?)
}

/// What the lines of a bill that are not coded may be booked by, and why: as those of the last approved bill of the vendor in
/// the year before it that says the same, or else of the last one, where each has one line. Nothing is recorded; whoever
/// agrees says so by [`code_bill`].
///
/// # Errors
/// [`StoreError`].
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/bills.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, as_rent, command, invoice, office, rent, rules, take_in};
/// use office::purchasing::{bill, suggest_coding};
///
/// let (office, rules, sent) = (&office()?, &rules()?, &rent("M-10", 200_00)?);
/// take_in(office, rules, "a", sent)?;
///
/// let next = &rent("M-11", 205_00)?;
/// wait(office.transact(&command("b", "ann")?, |tx| async move { bill(&tx, rules, invoice("b"), next.clone()).await }))?;
/// let suggest = |number| wait(office.view(move |view| async move { suggest_coding(&view, invoice(number)).await }));
/// let suggested = suggest("b")?;
/// assert_eq!(suggested[0].split, as_rent()?[&0]);
/// assert_eq!(suggested[0].why.to_string(), "as line 1 of bill M-10 of 2026-10-01, which says the same");
/// // Of a bill that is not there, nothing can be told.
/// assert!(suggest("c").is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn suggest_coding(view: &View, id: InvoiceId) -> Result<Vec<SuggestedCoding>, StoreError> {
    let invoice = view.load(id.retag::<VendorInvoice>()).await?;
    let (vendor, on) = (invoice.bill().vendor, invoice.bill().on);
    let year_ago = on.checked_sub_months(chrono::Months::new(12)).unwrap_or(on);
    let (from, to) = ((vendor, year_ago), (vendor, on.succ_opt().unwrap_or(on)));
    let coded = view.page(VendorInvoice::CODED, Some(&from), Some(&to), usize::MAX).await?;
    let earlier = coded.iter().rev().filter(|(other, _)| *other != id.retag());
    let mut found: BTreeMap<usize, SuggestedCoding> = BTreeMap::new();
    for suggested in earlier.flat_map(|(other, earlier)| invoice.suggested_by(*other, earlier)) {
        let known = found.get(&suggested.line).map(|known| known.why.same_text);
        if known.is_none_or(|same_text| suggested.why.same_text && !same_text) {
            found.insert(suggested.line, suggested);
        }
    }
    Ok(found.into_values().collect())
}

/// Codes the lines by the office's rules that name no order and are not coded yet.
pub(super) async fn code_by_rules(
    tx: &Tx,
    rules: &PurchasingRules,
    id: VendorInvoiceId,
    invoice: &VendorInvoice,
) -> Result<(), StoreError> {
    let (bill, coding) = (invoice.bill(), &rules.bills.coding);
    let mut coded = BTreeMap::new();
    for (at, line) in bill.lines.iter().enumerate() {
        if line.order.is_some() || invoice.coding().contains_key(&at) {
            continue;
        }
        let Some(rule) = coding.rule_for(bill.vendor, &line.description, bill.on) else { continue };
        let by = CodingBasis::Rule { rule: rule.name.clone() };
        let line = BTreeMap::from([(at, CodedLine { split: rule.split.clone(), by })]);
        // A rule that does not fit the line leaves it to somebody.
        if let Ok(Decision::Record(InvoiceFact::Coded(line))) = invoice.code(line, &rules.chart, coding.tax_codes()) {
            coded.extend(line);
        }
    }
    if coded.is_empty() {
        return Ok(());
    }
    tx.record(id, InvoiceFact::Coded(coded)).await
}

/// What the coded lines of a bill take of the budgets.
pub(super) struct WantedOfBudgets {
    /// How much of each line of the budget.
    pub(super) budgets: BTreeMap<BudgetId, Money>,
    /// Whether all of them have it: what somebody bears is in a budget of theirs, as what is ordered.
    pub(super) within_budget: bool,
}

/// What the coded lines of a bill take of the budgets of who bears them, in the year of the bill.
pub(super) async fn wanted_of_budgets(
    tx: &Tx,
    rules: &PurchasingRules,
    invoice: &VendorInvoice,
) -> Result<WantedOfBudgets, BillBudgetError> {
    let mut wanted = WantedOfBudgets { budgets: BTreeMap::new(), within_budget: true };
    let year = invoice.bill().on.year();
    let mut lines: BTreeMap<BudgetId, Option<BudgetLine>> = BTreeMap::new();
    // What was ordered is in the budget by its order.
    if invoice.coding().is_empty() {
        return Ok(wanted);
    }
    for posting in invoice.coded_postings(rules.bills.coding.tax_codes())?.costs {
        let mut borne = None;
        for (dimension, value) in posting.dimensions.iter() {
            if ![Dimension::COST_CENTRE, Dimension::PROJECT].contains(dimension) {
                continue;
            }
            let bearer = BudgetBearer { dimension: dimension.clone(), value };
            let id = BudgetLine::id_borne_by(&bearer, &posting.account, year);
            if let std::collections::btree_map::Entry::Vacant(place) = lines.entry(id) {
                place.insert(tx.find(id).await?);
            }
            let known = lines.get(&id).is_some_and(Option::is_some);
            borne = Some(borne.unwrap_or(false) || known);
            if known {
                let amount = rules.bills.in_books(posting.amount, invoice.bill().on)?;
                let sum = wanted.budgets.entry(id).or_insert(Money::zero(amount.currency()));
                *sum = sum.checked_add(amount)?;
            }
        }
        wanted.within_budget &= borne.unwrap_or(true);
    }
    wanted.budgets.retain(|_, sum| sum.is_positive());
    for (id, sum) in &wanted.budgets {
        if let Some(Some(line)) = lines.get(id) {
            wanted.within_budget &= line.available()?.compare(sum)?.is_ge();
        }
    }
    Ok(wanted)
}

/// Sets aside what a bill takes of the budgets, until it is in the books or comes to nothing.
pub(super) async fn set_aside(
    tx: &Tx,
    id: VendorInvoiceId,
    budgets: BTreeMap<BudgetId, Money>,
) -> Result<(), BillBudgetError> {
    for (budget, sum) in &budgets {
        let claimed = tx.load(*budget).await?.claim(&claims(id, *sum))?;
        tx.decide(*budget, claimed).await?;
    }
    tx.decide(id, tx.load(id).await?.note_set_aside(budgets)).await?;
    Ok(())
}

/// Gives back what is set aside for a bill.
pub(super) async fn give_back(tx: &Tx, id: VendorInvoiceId) -> Result<(), StoreError> {
    let invoice = tx.load(id).await?;
    for (budget, sum) in invoice.set_aside() {
        let nothing = Money::zero(sum.currency());
        tx.decide(*budget, tx.load(*budget).await?.note(&claims(id, nothing))).await?;
    }
    tx.decide(id, invoice.note_set_aside(BTreeMap::new())).await
}

/// What a bill takes of a line of the budget: it is set aside under its own id, as a requisition is.
fn claims(id: VendorInvoiceId, sum: Money) -> BudgetClaims {
    BudgetClaims { reserved: [(id.retag(), sum)].into(), committed: BTreeMap::new() }
}

/// It is not said how lines of a bill are booked.
#[derive(Debug, Error)]
pub enum CodeBillError {
    /// The store has failed, or knows no such invoice.
    #[error("the coding could not be stored")]
    Store(#[from] StoreError),
    /// A line does not take it, or it is past that.
    #[error(transparent)]
    Code(#[from] CodeInvoiceError),
    /// It is coded, and the bill cannot go on.
    #[error(transparent)]
    GoOn(#[from] Box<BillError>),
}

/// It cannot be told what a bill takes of the budgets.
#[derive(Debug, Error)]
pub enum BillBudgetError {
    /// The store has failed.
    #[error("the budgets could not be read")]
    Store(#[from] StoreError),
    /// It cannot be told what its coded lines cost.
    #[error(transparent)]
    Coded(#[from] CodedPostingsError),
    /// It is in a foreign currency, and cannot be told in that of the books.
    #[error(transparent)]
    Currency(#[from] CurrencyError),
    /// The amounts cannot be compared.
    #[error("the cost of the bill cannot be compared with the budget")]
    Money(#[from] MoneyError),
    /// A budget does not set it aside.
    #[error(transparent)]
    Reserve(#[from] ReserveError),
}
