//! What lines of bank statements may be the payment of.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::PartyId;
use office_core::{Money, StoreError, View};
use office_finance::{ClientInvoice, MatchCandidate, OpenItem, ReceiptPart, VendorInvoice};

use super::LinePart;

/// Who pays or is paid, as banks name them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counterparty {
    /// The name.
    pub name: Option<String>,
    /// The account.
    pub account: Option<String>,
}

/// Something that is open, and how a line that pays it is booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// What it is held against lines by.
    pub candidate: MatchCandidate,
    /// The part of a line that pays all of it; a match may bring less.
    pub part: LinePart,
}

impl Expected {
    /// The part of a line that brings this much of it, with the sign of the line.
    #[must_use]
    pub fn paid(&self, amount: Money) -> LinePart {
        match &self.part {
            LinePart::Invoice { invoice, .. } => LinePart::Invoice { invoice: *invoice, amount },
            LinePart::Receipt(part) => LinePart::Receipt(ReceiptPart { amount, ..*part }),
            LinePart::OnAccount { client, .. } => LinePart::OnAccount { client: *client, amount },
            LinePart::Account { account, cost_centre, .. } => {
                LinePart::Account { account: account.clone(), cost_centre: *cost_centre, amount }
            }
        }
    }
}

/// What is open at the end of the day `on`, of bills and of invoices to clients, instalment by instalment, by the days on
/// which it is due: at most `most` bills and as many invoices. The places are those of the candidates in what
/// [`match_statement`](office_finance::match_statement) tells.
///
/// # Errors
/// [`StoreError`].
///
/// # Example
/// ```
/// use office::banking::{LinePart, expected};
/// use office::core::{Currency, Id, Percent, Restart, Series, wait};
/// use office::finance::{
///     ClientInvoice, ClientInvoiceId, InvoiceDraft, InvoiceLine, InvoiceParty, MatchRules, ReceiptPart, StatementLine,
///     TaxClass, issue_invoice, match_statement,
/// };
/// # use office::core::{Actor, Command, MemoryStore, Office, Role};
/// # type Failure = Box<dyn std::error::Error + Send + Sync>;
/// # let office = Office::on(MemoryStore::new());
/// # let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("bookkeeper"));
/// # let party = |name: &str| InvoiceParty { name: name.into(), ..InvoiceParty::default() };
/// let (on, due, paid) = ("2026-10-08".parse()?, "2026-10-22".parse()?, "2026-10-20".parse()?);
/// let line = InvoiceLine::new("Meeting room", "10 h".parse()?, "100 EUR / 1 h".parse()?, TaxClass::standard(Percent::whole(19))?);
/// let draft = InvoiceDraft::new(Currency::EUR, party("Office am Fluss"), party("Museum am Ufer"), vec![line]);
/// let drafted = &ClientInvoice::draft(Id::natural("party", "Museum am Ufer"), draft)?;
/// let (id, series) = (ClientInvoiceId::natural("invoice", "1"), &Series::new("invoice", "CI-{number:3}", Restart::Never)?);
/// # let issue = Command::new("issue", "bank", clerk, chrono::DateTime::default())?;
/// wait(office.transact(&issue, |tx| async move {
///     tx.create(id, drafted.clone()).await?;
///     Ok::<_, Failure>(issue_invoice(&tx, id, series, on, due).await?)
/// }))?;
///
/// let expected_on = |on| wait(office.view(|view| async move { expected(&view, &[].into(), on, 100).await }));
/// let found = expected_on(paid)?;
/// let candidates: Vec<_> = found.iter().map(|one| one.candidate.clone()).collect();
/// let told = StatementLine {
///     on: paid, value: None, amount: "500.00 EUR".parse()?, references: vec![], party: None, party_account: None,
///     text: "first part of CI-001".into(), bank_reference: None, code: None,
/// };
/// let matched = match_statement(&[told], &candidates, &MatchRules::within(5))?.matches;
/// let part = matched.first().and_then(|one| one.parts.first()).ok_or("a match")?;
/// // What of the invoice the line pays, to be booked.
/// let wanted = ReceiptPart::of(id, "500.00 EUR".parse()?).to_instalment(1);
/// assert_eq!(found[part.candidate].paid(part.amount), LinePart::Receipt(wanted));
/// // Before the day of the invoice, nothing is expected.
/// assert_eq!(expected_on("2026-10-07".parse()?)?, []);
/// # Ok::<(), Failure>(())
/// ```
pub async fn expected(
    view: &View,
    parties: &BTreeMap<PartyId, Counterparty>,
    on: NaiveDate,
    most: usize,
) -> Result<Vec<Expected>, StoreError> {
    let nobody = Counterparty::default();
    let mut found = Vec::new();
    let mut take = |item: &OpenItem, part: &dyn Fn(Money) -> LinePart| {
        let who = parties.get(&item.party()).unwrap_or(&nobody);
        // What cannot be added up is nothing that a line could pay.
        let candidate = MatchCandidate::of_item(item, on, who.name.as_deref(), who.account.as_deref());
        let told = candidate.ok().flatten();
        found.extend(told.map(|candidate| Expected { part: part(candidate.amount), candidate }));
    };
    let mut seen = BTreeSet::new();
    for (id, bill) in view.page(VendorInvoice::PAYABLE, None, None, most).await? {
        if seen.insert(id) {
            for item in bill.items() {
                take(item, &|amount| LinePart::Invoice { invoice: id.retag(), amount });
            }
        }
    }
    let mut seen = BTreeSet::new();
    for (id, invoice) in view.page(ClientInvoice::DUE, None, None, most).await? {
        if seen.insert(id) {
            for item in invoice.items() {
                let part = |amount| ReceiptPart::of(id, amount).to_instalment(item.instalment());
                take(item, &|amount| LinePart::Receipt(part(amount)));
            }
        }
    }
    found.sort_by_key(|one| (one.candidate.on, one.candidate.references.clone()));
    Ok(found)
}
