//! Issuing, crediting and settling invoices to clients in a transaction.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use office_core::subject::PaymentId;
use office_core::{Decision, DocumentNumber, Money, Quantity, Ratio, Rounding, Series, Tx, draw_number};

use super::{
    AllocateReceiptError, ClientInvoice, ClientInvoiceFact, ClientInvoiceId, ClientInvoiceStatus, CreditInvoiceError,
    InvoiceCredit, IssueInvoiceError, ReturnReceiptError, is,
};
use crate::{Allocation, InvoiceDocument, InvoiceDraft, InvoiceKind, Payment, PaymentPart, PaymentReturn, SettleError};

/// Issues a draft under the next number of a series, of the year of its day. The same again is recognised, and draws no
/// other number.
///
/// # Errors
/// [`IssueInvoiceError`], in the order of its variants; nothing is recorded then, and no number drawn.
pub async fn issue_invoice(
    tx: &Tx,
    id: ClientInvoiceId,
    series: &Series,
    on: NaiveDate,
    due: NaiveDate,
) -> Result<DocumentNumber, IssueInvoiceError> {
    // Read.
    let invoice = tx.load(id).await?;

    // Decide.
    let draft = match invoice.status() {
        ClientInvoiceStatus::Draft(draft) => draft.as_ref().clone(),
        ClientInvoiceStatus::Issued(earlier) if (earlier.on(), earlier.due()) == (on, due) => {
            return Ok(earlier.number().clone());
        }
        ClientInvoiceStatus::Issued(earlier) => {
            return Err(IssueInvoiceError::IssuedOtherwise { on: earlier.on(), due: earlier.due() });
        }
        ClientInvoiceStatus::Discarded => return Err(IssueInvoiceError::Status { status: "discarded" }),
    };
    draft.check()?;
    let number = draw_number(tx, series, on.year()).await?.number;
    let issued = invoice.issue(InvoiceDocument::new(number.clone(), on, due, draft)?)?;

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
    let worth = invoice.credited_worth(amount, set_off.as_ref(), rounding)?;
    let credit = InvoiceCredit { note, quantities, amount, set_off };

    // Record.
    let (client, document) = (invoice.client(), Box::new(document));
    tx.create(note, ClientInvoiceFact::CreditNoteIssued { client, document, invoice: id, set_off, worth }).await?;
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

    /// What of a credit note goes to the invoice: no more than is open of it.
    fn set_off(
        &self,
        note: ClientInvoiceId,
        amount: Money,
        on: NaiveDate,
        rounding: Rounding,
    ) -> Result<Option<Allocation>, CreditInvoiceError> {
        let Some(item) = self.item() else { return Ok(None) };
        let open = item.outstanding_ever()?;
        let part = if open.abs().compare(&amount.abs())?.is_lt() { open } else { amount };
        if part.is_zero() || part.is_negative() != open.is_negative() || amount.is_negative() != open.is_negative() {
            return Ok(None);
        }
        let part = Allocation::new(note.retag(), part, on);
        let part = if item.booked().is_some() { item.settle_as_booked(part, rounding)? } else { part };
        match item.admit(&part)? {
            Decision::Record(part) => Ok(Some(part)),
            Decision::AlreadyRecorded => Ok(None),
        }
    }

    /// What a credit note over an amount takes back of what the invoice was booked at, where that is known: what is set off,
    /// and of the rest its share.
    fn credited_worth(
        &self,
        amount: Money,
        set_off: Option<&Allocation>,
        rounding: Rounding,
    ) -> Result<Option<Money>, CreditInvoiceError> {
        let Some((item, booked)) = self.item().and_then(|item| Some((item, item.booked()?))) else { return Ok(None) };
        let (mut rest, mut worth) = (amount, Money::zero(booked.currency()));
        if let Some(part) = set_off {
            rest = rest.checked_sub(part.amount)?;
            worth = part.worth.map_or(worth, |worth| worth.booked);
        }
        let share = Ratio::new(rest.minor(), item.amount().minor()).map_err(SettleError::from)?;
        Ok(Some(worth.checked_add(booked.times_ratio(share, rounding)?)?))
    }
}

/// Lets parts of a payment of a client go to their invoices and credit notes. The same again changes nothing.
///
/// # Errors
/// [`AllocateReceiptError`], in the order of its variants; nothing is recorded then.
pub async fn allocate_receipt(
    tx: &Tx,
    payment: PaymentId,
    parts: &[(ClientInvoiceId, Money)],
    on: NaiveDate,
) -> Result<(), AllocateReceiptError> {
    // Read.
    let received = tx.load(Payment::key(payment)).await?;
    let mut invoices = Vec::new();
    for (id, amount) in parts {
        invoices.push((*id, tx.load(*id).await?, Allocation::new(payment, *amount, on)));
    }

    // Decide.
    let mut told = Vec::new();
    let mut decided = Vec::new();
    for (id, invoice, part) in &invoices {
        if invoice.client() != received.made().party {
            return Err(AllocateReceiptError::OtherClient { invoice: *id });
        }
        told.push(PaymentPart { document: id.retag(), instalment: 1, part: *part });
        decided.push((*id, invoice.allocate(*part)?));
    }
    let allocated = received.allocate(told)?;

    // Record.
    tx.decide(Payment::key(payment), allocated).await?;
    for (id, decision) in decided {
        tx.decide(id, decision).await?;
    }
    Ok(())
}

/// Takes back a payment of a client that the bank has sent back: what it went to is open again from that day on. The same
/// again changes nothing.
///
/// # Errors
/// [`ReturnReceiptError`], in the order of its variants; nothing is recorded then.
pub async fn return_receipt(tx: &Tx, payment: PaymentId, back: PaymentReturn) -> Result<(), ReturnReceiptError> {
    // Read.
    let received = tx.load(Payment::key(payment)).await?;
    let mut invoices: BTreeMap<ClientInvoiceId, ClientInvoice> = BTreeMap::new();
    for part in received.parts() {
        let id = ClientInvoice::key(part.document);
        invoices.insert(id, tx.load(id).await?);
    }

    // Decide.
    let on = back.on;
    let returned = received.send_back(back)?;
    let undone: Vec<_> = invoices
        .iter()
        .map(|(id, invoice)| Ok((*id, invoice.undo(payment, on)?)))
        .collect::<Result<_, ReturnReceiptError>>()?;

    // Record.
    tx.decide(Payment::key(payment), returned).await?;
    for (id, decision) in undone {
        tx.decide(id, decision).await?;
    }
    Ok(())
}
