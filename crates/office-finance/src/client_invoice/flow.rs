//! Issuing, crediting and settling invoices to clients in a transaction.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use office_core::{Decision, DocumentNumber, Money, Quantity, Ratio, Rounding, Series, Tx, draw_number};

use super::{
    ClientInvoice, ClientInvoiceFact, ClientInvoiceId, ClientInvoiceStatus, CreditInvoiceError, InvoiceCredit,
    InvoiceInstalment, IssueInvoiceError, is,
};
use crate::open_item::spread_over;
use crate::{
    Allocation, InvoiceDocument, InvoiceDraft, InvoiceKind, OpenItem, PaymentTerms, PlannedInstalment, SettleError,
};

/// Issues a draft under the next number of a series, of the year of its day. The same again is recognised, and draws no
/// other number.
///
/// # Errors
/// [`IssueInvoiceError`], in the order of its variants; nothing is recorded then, and no number drawn.
///
/// # Example
/// ```
#[doc = include_str!("../client_invoice/billing.txt")]
/// use office_finance::IssueInvoiceError;
///
/// assert_eq!(issue("issue", due)?.to_string(), "INV-2026-00001");
/// // The same again draws no other number; with other terms it is refused.
/// assert_eq!(issue("again", due)?.to_string(), "INV-2026-00001");
/// assert!(matches!(issue("otherwise", on), Err(IssueInvoiceError::IssuedOtherwise { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn issue_invoice(
    tx: &Tx,
    id: ClientInvoiceId,
    series: &Series,
    on: NaiveDate,
    due: NaiveDate,
) -> Result<DocumentNumber, IssueInvoiceError> {
    issue(tx, id, series, on, |owed| Ok((due, InvoiceInstalment::whole(due, owed)))).await
}

/// Issues a draft, to be paid as the terms say, in instalments that make what is due by it, to the cent: the document is
/// due on the day of the last. What may be taken off for paying early is rounded by `rounding`. The same again is
/// recognised, and draws no other number.
///
/// # Errors
/// [`IssueInvoiceError`], in the order of its variants; nothing is recorded then, and no number drawn.
///
/// # Example
/// ```
/// use office_finance::{DueRule, Instalment, IssueInvoiceError, PaymentTerms, issue_invoice, issue_invoice_by_terms};
/// # use chrono::DateTime;
/// # use office_core::{Actor, Command, Currency, Id, MemoryStore, Money, Office, Percent, Restart, Role, Rounding, Series, wait};
/// # use office_finance::{ClientInvoice, ClientInvoiceId, InvoiceDraft, InvoiceLine, InvoiceParty, TaxClass};
/// # type Failure = Box<dyn std::error::Error + Send + Sync>;
/// # let office = &Office::on(MemoryStore::new());
/// # let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("bookkeeper"));
/// # let command = |key: &str| Command::new(key, "billing", clerk.clone(), DateTime::default());
/// # let party = |name: &str| InvoiceParty { name: name.into(), ..InvoiceParty::default() };
/// # let line = InvoiceLine::new("Meeting room", "10 h".parse()?, "100 EUR / 1 h".parse()?, TaxClass::standard(Percent::whole(19))?);
/// # let draft = InvoiceDraft::new(Currency::EUR, party("Office am Fluss"), party("Museum am Ufer"), vec![line]);
/// # let drafted = &ClientInvoice::draft(Id::natural("party", "Museum am Ufer"), draft)?;
/// # let euro = |minor| Money::from_minor(minor, Currency::EUR);
/// let id: ClientInvoiceId = Id::natural("client_invoice", "1");
/// let (on, series) = ("2026-10-08".parse()?, &Series::new("invoices", "INV-{year}-{number:5}", Restart::EachYear)?);
/// let half = |days| Instalment { share: Percent::whole(50), due: DueRule::net(days) };
/// let terms = &PaymentTerms::new(vec![half(14), half(44)])?;
///
/// // What is not drafted is not issued.
/// let issue = |tx| async move { issue_invoice_by_terms(&tx, id, series, on, terms, Rounding::HalfUp).await };
/// assert!(wait(office.transact(&command("early")?, issue)).is_err());
///
/// wait(office.transact(&command("draft")?, |tx| async move { Ok::<_, Failure>(tx.create(id, drafted.clone()).await?) }))?;
/// assert_eq!(wait(office.transact(&command("issue")?, issue))?.to_string(), "INV-2026-00001");
/// let invoice = wait(office.view(|view| async move { Ok::<_, Failure>(view.load(id).await?) }))?;
/// let parts: Vec<_> = invoice.items().iter().map(|item| (item.due().to_string(), item.amount())).collect();
/// assert_eq!(parts, [("2026-10-22".into(), euro(595_00)), ("2026-11-21".into(), euro(595_00))]);
///
/// // Once issued in parts, it is not issued as a whole.
/// let whole = wait(office.transact(&command("whole")?, |tx| async move { issue_invoice(&tx, id, series, on, on).await }));
/// assert!(matches!(whole, Err(IssueInvoiceError::IssuedOtherwise { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn issue_invoice_by_terms(
    tx: &Tx,
    id: ClientInvoiceId,
    series: &Series,
    on: NaiveDate,
    terms: &PaymentTerms,
    rounding: Rounding,
) -> Result<DocumentNumber, IssueInvoiceError> {
    let by_terms = |owed| {
        let planned = terms.plan(owed, on, rounding, None)?.instalments.into_iter();
        let part = |part: PlannedInstalment| {
            let PlannedInstalment { due, amount, discounts } = part;
            InvoiceInstalment { due, amount, discounts }
        };
        let mut parts: Vec<_> = planned.filter(|part| !part.amount.is_zero()).map(part).collect();
        parts.sort_by_key(|part| part.due);
        Ok((parts.last().map_or(on, |last| last.due), parts))
    };
    issue(tx, id, series, on, by_terms).await
}

/// Issues a draft in the parts, and due on the day, that what is owed by it makes.
async fn issue(
    tx: &Tx,
    id: ClientInvoiceId,
    series: &Series,
    on: NaiveDate,
    parts_of: impl FnOnce(Money) -> Result<(NaiveDate, Vec<InvoiceInstalment>), IssueInvoiceError>,
) -> Result<DocumentNumber, IssueInvoiceError> {
    // Read.
    let invoice = tx.load(id).await?;

    // Decide.
    let draft = match invoice.status() {
        ClientInvoiceStatus::Draft(draft) => draft.as_ref(),
        ClientInvoiceStatus::Issued(earlier) => {
            let (due, parts) = parts_of(earlier.owed())?;
            let same = (earlier.on(), earlier.due()) == (on, due) && invoice.is_owed_in(&parts);
            let otherwise = IssueInvoiceError::IssuedOtherwise { on: earlier.on(), due: earlier.due() };
            return if same { Ok(earlier.number().clone()) } else { Err(otherwise) };
        }
        ClientInvoiceStatus::Discarded => return Err(IssueInvoiceError::Status { status: "discarded" }),
    };
    let (due, parts) = parts_of(draft.kind.owed(draft.check()?.due))?;
    let number = draw_number(tx, series, on.year()).await?.number;
    let issued = invoice.issue_in_parts(InvoiceDocument::new(number.clone(), on, due, draft.clone())?, parts)?;

    // Record.
    tx.decide(id, issued).await?;
    Ok(number)
}

/// Takes back an issued invoice by a credit note of the day `on`: these quantities of its lines, by their places from 0,
/// or all that is left of it where none are given. What is open of the invoice is set off at once; what the credit note
/// comes to beyond that is owed to the client.
///
/// Parts of an amount are rounded, so a credit note that would take back more than is left of the invoice, or that takes
/// back the last of its quantities, says so as its rounding (BT-114): together credit notes never come to more than the
/// invoice, and to exactly that once all of it is taken back. The same again is recognised.
///
/// # Errors
/// [`CreditInvoiceError`], in the order of its variants; nothing is recorded then, and no number drawn.
///
/// # Example
/// ```
#[doc = include_str!("../client_invoice/billing.txt")]
/// use office_finance::{CreditInvoiceError, credit_invoice};
///
/// issue("issue", due)?;
/// let notes = &Series::new("credit notes", "CN-{number:5}", Restart::Never)?;
/// let credit = |key: &str, hours: &str| {
///     let (note, hours) = (ClientInvoiceId::natural("client_invoice", key), hours.parse().unwrap());
///     wait(office.transact(&command(key), |tx| async move {
///         credit_invoice(&tx, id, note, Some([(0, hours)].into()), notes, on).await
///     }))
/// };
/// // Four of ten hours were not used: 476.00 with tax are set off at once.
/// assert_eq!(credit("four", "4 h")?.to_string(), "CN-00001");
/// assert_eq!(load()?.items()[0].outstanding(on)?, euro(714_00));
/// // Seven more are more than is left of it.
/// assert!(matches!(credit("seven", "7 h"), Err(CreditInvoiceError::Credit(_))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn credit_invoice(
    tx: &Tx,
    id: ClientInvoiceId,
    note: ClientInvoiceId,
    quantities: Option<BTreeMap<usize, Quantity>>,
    series: &Series,
    on: NaiveDate,
) -> Result<DocumentNumber, CreditInvoiceError> {
    // Read.
    let invoice = tx.load(id).await?;
    let earlier = tx.find(note).await?;

    // Decide.
    if let Some(earlier) = earlier {
        let again = earlier.document().filter(|document| {
            let same = invoice.credits.iter().find(|credit| credit.note == note);
            let asked = quantities.as_ref();
            document.on() == on && same.is_some_and(|same| asked.is_none_or(|asked| *asked == same.quantities))
        });
        return again.map(|document| document.number().clone()).ok_or(CreditInvoiceError::IdReused { id: note });
    }
    let charged = invoice.document().filter(|document| is(document, InvoiceKind::Invoice));
    let charged = charged.ok_or(CreditInvoiceError::NotAnInvoice)?;
    if on < charged.on() {
        return Err(CreditInvoiceError::TooEarly { on, issued: charged.on() });
    }
    let (quantities, draft) = invoice.to_be_credited(charged, quantities)?;
    draft.check()?;
    let number = draw_number(tx, series, on.year()).await?.number;
    let document = InvoiceDocument::new(number.clone(), on, on, draft)?;
    let amount = document.totals().due;
    let rounding = charged.draft().policy.rounding;
    let set_off = invoice.set_off(note, amount, on, rounding)?;
    let taken = Allocation::together(set_off.values())?;
    let worth = invoice.credited_worth(amount, taken.as_ref(), rounding)?;
    let credit = InvoiceCredit { note, quantities, amount, set_off };

    // Record.
    let (client, document) = (invoice.client(), Box::new(document));
    let issued = ClientInvoiceFact::CreditNoteIssued { client, document, invoice: id, set_off: taken, worth };
    tx.create(note, issued).await?;
    tx.decide(id, Decision::Record(ClientInvoiceFact::Credited(credit))).await?;
    Ok(number)
}

impl ClientInvoice {
    /// What a credit note is to say, and what it takes back.
    fn to_be_credited(
        &self,
        charged: &InvoiceDocument,
        quantities: Option<BTreeMap<usize, Quantity>>,
    ) -> Result<(BTreeMap<usize, Quantity>, InvoiceDraft), CreditInvoiceError> {
        let left = self.not_credited(charged)?;
        let whole = self.credits.is_empty() && quantities.as_ref().is_none_or(|asked| *asked == left);
        let quantities = quantities.unwrap_or_else(|| left.clone());
        if quantities.is_empty() && !whole || !self.credits.is_empty() && left.is_empty() {
            return Err(CreditInvoiceError::Nothing);
        }
        if whole {
            return Ok((quantities, charged.credit()));
        }
        if charged.draft().prepaid.is_some_and(|prepaid| !prepaid.is_zero()) {
            return Err(CreditInvoiceError::Prepaid);
        }
        for (at, quantity) in &quantities {
            let rest = left.get(at).copied().unwrap_or(Quantity::zero(quantity.unit()));
            let over = rest.abs().compare(&quantity.abs())?.is_lt();
            if over || quantity.is_negative() != rest.is_negative() {
                let (line, quantity) = (*at, *quantity);
                return Err(crate::CreditError::Quantity { line, quantity, charged: rest }.into());
            }
        }
        let draft = charged.credit_of(&quantities)?;
        let computed = draft.check()?.gross;
        let currency = draft.currency;
        let before = Money::sum(self.credits.iter().map(|credit| credit.amount), currency)?;
        let rest = charged.totals().due.checked_sub(before)?;
        let over = !rest.is_negative() && rest.compare(&computed)?.is_lt();
        let rounding = if quantities == left || over { rest.checked_sub(computed)? } else { Money::zero(currency) };
        Ok((quantities, InvoiceDraft { rounding: Some(rounding), ..draft }))
    }

    /// What of a credit note goes to the invoice, by instalment: to that which is due first, and no more than is open.
    fn set_off(
        &self,
        note: ClientInvoiceId,
        amount: Money,
        on: NaiveDate,
        rounding: Rounding,
    ) -> Result<BTreeMap<u32, Allocation>, CreditInvoiceError> {
        let (spread, _) = spread_over(&self.items, amount)?;
        let mut parts = BTreeMap::new();
        for item in &self.items {
            let Some(part) = spread.get(&item.instalment()) else { continue };
            let part = Allocation::new(note.retag(), *part, on);
            let part = if item.booked().is_some() { item.settle_as_booked(part, rounding)? } else { part };
            if let Decision::Record(part) = item.admit(&part)? {
                parts.insert(item.instalment(), part);
            }
        }
        Ok(parts)
    }

    /// What a credit note over an amount takes back of what the invoice was booked at, where that is known: what is set off,
    /// and of the rest its share.
    fn credited_worth(
        &self,
        amount: Money,
        set_off: Option<&Allocation>,
        rounding: Rounding,
    ) -> Result<Option<Money>, CreditInvoiceError> {
        let worths: Vec<Money> = self.items.iter().filter_map(OpenItem::booked).collect();
        let Some(currency) = worths.first().map(|worth| worth.currency()) else { return Ok(None) };
        let (mut rest, mut worth) = (amount, Money::zero(currency));
        if let Some(part) = set_off {
            rest = rest.checked_sub(part.amount)?;
            worth = part.worth.map_or(worth, |worth| worth.booked);
        }
        let whole = Money::sum(self.items.iter().map(OpenItem::amount), amount.currency())?;
        let share = Ratio::new(rest.minor(), whole.minor()).map_err(SettleError::from)?;
        Ok(Some(worth.checked_add(Money::sum(worths, currency)?.times_ratio(share, rounding)?)?))
    }
}
