//! What it costs a client to be reminded: charged by an invoice of its own, and taken back by a credit note.

use chrono::{Datelike, Days, NaiveDate};
use office_core::{
    Decision, DocumentNumber, DrawNumberError, Money, MoneyError, Quantity, Series, StoreError, Tx, UnitCode,
    UnitPrice, UnitPriceError, draw_number,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{
    ClientCoding, ClientInvoice, ClientInvoiceFact, ClientInvoiceId, CreditInvoiceError, PostClientInvoiceError,
    ReceivableRules, credit_invoice, post_client_invoice,
};
use crate::{
    AccountCode, Dimensions, EntryId, InvoiceDocument, InvoiceDocumentError, InvoiceDraft, InvoiceLine,
    PrecedingInvoice, Reminder, TaxClass,
};

/// How what reminders cost is charged: the office's own data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateChargeRules {
    /// What a fee is called on the invoice.
    pub fee_text: String,
    /// What interest is called on the invoice.
    pub interest_text: String,
    /// How both are taxed. Damages for paying late are mostly no matter of value added tax.
    pub tax: TaxClass,
    /// Why no tax is charged on them (BT-120), where none is.
    pub exemption: String,
    /// In how many days they are to be paid.
    pub days: u16,
    /// The numbers they are charged under.
    pub series: Series,
    /// The numbers under which they are taken back.
    pub credit_series: Series,
    /// What fees bring.
    pub fees: AccountCode,
    /// What interest brings.
    pub interest: AccountCode,
    /// The tax that is owed on them, where there is any.
    pub output_tax: Option<AccountCode>,
}

/// What of a reminder was charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LateCharge {
    /// The invoice by which.
    pub charge: ClientInvoiceId,
    /// Of which instalment the client was reminded, counted from 1.
    pub instalment: u32,
    /// At which level, from 1.
    pub level: u32,
    /// The fee.
    pub fee: Money,
    /// The interest that was not charged before.
    pub interest: Money,
}

impl ClientInvoice {
    /// What a reminder costs that was not charged before: its fee, and its interest less what earlier ones charged of the
    /// instalment, whether or not that was waived. Nothing where that is nothing.
    ///
    /// # Errors
    /// [`MoneyError`].
    fn cost_of(&self, reminder: &Reminder) -> Result<Option<(Money, Money)>, MoneyError> {
        let of_instalment = self.late_charges.iter().filter(|charge| charge.instalment == reminder.instalment);
        let before = Money::sum(of_instalment.map(|charge| charge.interest), reminder.interest.currency())?;
        let interest = reminder.interest.checked_sub(before)?;
        let interest = if interest.is_negative() { Money::zero(interest.currency()) } else { interest };
        Ok(Some((reminder.fee, interest)).filter(|(fee, interest)| !fee.is_zero() || !interest.is_zero()))
    }
}

/// Charges what the last reminder of an instalment costs that was not charged before, on its day: an invoice of its own
/// number, in the books at once. Nothing where it costs nothing. The same again is recognised, and charges nothing else.
///
/// # Errors
/// [`ChargeReminderError`], in the order of its variants; nothing is recorded then, and no number drawn.
///
/// # Example
/// ```
/// use std::collections::BTreeMap;
///
/// use office_finance::{
///     Account, AccountKind, ChargeReminderError, Chart, DueRule, Dunning, DunningLevel, Instalment, LateChargeRules,
///     PaymentTerms, Period, ReceivableRules, TaxCategory, charge_reminder, issue_invoice_by_terms, waive_late_charge,
/// };
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
/// wait(office.transact(&command("issue")?, |tx| async move {
///     tx.create(Period::id_of(on), Period::begin(2026, 10)?).await?;
///     tx.create(id, drafted.clone()).await?;
///     issue_invoice_by_terms(&tx, id, series, on, terms, Rounding::HalfUp).await?;
///     Ok::<_, Failure>(())
/// }))?;
///
/// let account = |code: &str, kind| Ok::<_, Failure>(Account::new(code.parse()?, code, kind));
/// let chart = Chart::new([account("1200", AccountKind::Asset)?, account("4830", AccountKind::Income)?])?;
/// let receivables = &ReceivableRules { chart, receivables: "1200".parse()?, banks: BTreeMap::new(), currencies: None };
/// let rules = &LateChargeRules {
///     fee_text: "Reminder".into(), interest_text: "Interest".into(), tax: TaxClass::new(TaxCategory::OutOfScope, Percent::ZERO)?,
///     exemption: "damages".into(), days: 7, series: Series::new("late", "LC-{number:5}", Restart::Never)?,
///     credit_series: Series::new("waived", "LN-{number:5}", Restart::Never)?,
///     fees: "4830".parse()?, interest: "4830".parse()?, output_tax: None,
/// };
/// let charge = |tx| async move { charge_reminder(&tx, receivables, rules, id, 1).await };
/// // Nobody was reminded.
/// let refused = wait(office.transact(&command("early")?, charge));
/// assert!(matches!(refused, Err(ChargeReminderError::NotReminded { instalment: 1 })));
///
/// let level = DunningLevel { after_days: 5, fee: euro(5_00) };
/// let dunning = &Dunning::new(vec![level], BTreeMap::new(), Rounding::HalfUp)?;
/// let late = "2026-10-30".parse()?;
/// wait(office.transact(&command("remind")?, |tx| async move {
///     let reminded = tx.load(id).await?.remind(1, dunning, late)?;
///     Ok::<_, Failure>(tx.decide(id, reminded).await?)
/// }))?;
/// let charged = wait(office.transact(&command("charge")?, charge))?.ok_or("a charge")?;
/// assert_eq!(wait(office.transact(&command("again")?, charge))?, Some(charged));
/// let number = wait(office.transact(&command("waive")?, |tx| async move {
///     waive_late_charge(&tx, receivables, rules, charged, late).await
/// }))?;
/// assert_eq!(number.to_string(), "LN-00001");
/// # Ok::<(), Failure>(())
/// ```
pub async fn charge_reminder(
    tx: &Tx,
    receivables: &ReceivableRules,
    rules: &LateChargeRules,
    id: ClientInvoiceId,
    instalment: u32,
) -> Result<Option<ClientInvoiceId>, ChargeReminderError> {
    // Read.
    let invoice = tx.load(id).await?;

    // Decide.
    let reminder = invoice.reminders().iter().rfind(|reminder| reminder.instalment == instalment).copied();
    let reminder = reminder.ok_or(ChargeReminderError::NotReminded { instalment })?;
    let (level, on) = (reminder.level, reminder.on);
    let charged = |charge: &&LateCharge| charge.instalment == instalment && charge.level == level;
    if let Some(charged) = invoice.late_charges().iter().find(charged) {
        return Ok(Some(charged.charge));
    }
    let document = invoice.document().ok_or(ChargeReminderError::NotReminded { instalment })?;
    let Some((fee, interest)) = invoice.cost_of(&reminder)? else { return Ok(None) };
    let draft = draft_of(rules, document, fee, interest)?;
    draft.check()?;
    let due = on.checked_add_days(Days::new(u64::from(rules.days))).ok_or(ChargeReminderError::Calendar { on })?;
    let number = draw_number(tx, &rules.series, on.year()).await?.number;
    let told = Box::new(InvoiceDocument::new(number, on, due, draft)?);
    let charge = ClientInvoiceId::natural("late_charge", &format!("{id}/{instalment}/{level}"));
    let of_reminder = LateCharge { charge, instalment, level, fee, interest };

    // Record.
    let issued = ClientInvoiceFact::LateChargeIssued { client: invoice.client(), document: told, invoice: id };
    tx.create(charge, issued).await?;
    tx.decide(id, Decision::Record(ClientInvoiceFact::ReminderCharged(of_reminder))).await?;
    book(tx, receivables, rules, charge, &of_reminder).await?;
    Ok(Some(charge))
}

/// Waives what was charged for a reminder, by a credit note of the day `on` that is in the books at once: what is open of
/// the charge is set off, and what was paid is owed to the client. The same again is recognised.
///
/// # Errors
/// [`WaiveLateChargeError`], in the order of its variants; nothing is recorded then, and no number drawn.
///
/// # Example
/// ```
#[doc = include_str!("billing.txt")]
/// use office_finance::{LateChargeRules, TaxCategory, WaiveLateChargeError, waive_late_charge};
///
/// let late = &LateChargeRules {
///     fee_text: "Reminder".into(), interest_text: "Interest".into(), days: 7, output_tax: None,
///     tax: TaxClass::new(TaxCategory::OutOfScope, Percent::ZERO)?, exemption: "damages".into(),
///     series: Series::new("late", "LC-{number:5}", Restart::Never)?,
///     credit_series: Series::new("waived", "LN-{number:5}", Restart::Never)?,
///     fees: "4400".parse()?, interest: "4400".parse()?,
/// };
/// issue("issue", due)?;
/// // An invoice is no charge for paying late. What is one is waived as `charge_reminder` shows.
/// let waived = wait(office.transact(&command("waive"), |tx| async move { waive_late_charge(&tx, rules, late, id, due).await }));
/// assert!(matches!(waived, Err(WaiveLateChargeError::NoLateCharge { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn waive_late_charge(
    tx: &Tx,
    receivables: &ReceivableRules,
    rules: &LateChargeRules,
    charge: ClientInvoiceId,
    on: NaiveDate,
) -> Result<DocumentNumber, WaiveLateChargeError> {
    // Read.
    let of = match tx.load(charge).await?.charges_late() {
        Some(of) => tx.load(of).await?,
        None => return Err(WaiveLateChargeError::NoLateCharge { invoice: charge }),
    };

    // Decide.
    let of_reminder = of.late_charges().iter().find(|of_reminder| of_reminder.charge == charge);
    let of_reminder = of_reminder.ok_or(WaiveLateChargeError::NoLateCharge { invoice: charge })?;
    let note = ClientInvoiceId::natural("late_charge_waived", &charge.to_string());

    // Record.
    let number = credit_invoice(tx, charge, note, None, &rules.credit_series, on).await?;
    book(tx, receivables, rules, note, of_reminder).await?;
    Ok(number)
}

/// What is charged, to whom the reminder went.
fn draft_of(
    rules: &LateChargeRules,
    of: &InvoiceDocument,
    fee: Money,
    interest: Money,
) -> Result<InvoiceDraft, UnitPriceError> {
    let mut lines = Vec::new();
    for (text, amount) in [(&rules.fee_text, fee), (&rules.interest_text, interest)] {
        if !amount.is_zero() {
            let price = UnitPrice::per_unit(amount.amount(), amount.currency(), UnitCode::EACH)?;
            lines.push(InvoiceLine::new(text.clone(), Quantity::whole(1, UnitCode::EACH), price, rules.tax));
        }
    }
    let InvoiceDraft { seller, buyer, currency, payment, buyer_reference, .. } = of.draft().clone();
    let exemption = Some(rules.exemption.clone()).filter(|reason| !reason.is_empty());
    let exemptions = exemption.into_iter().map(|reason| (rules.tax.category(), reason)).collect();
    let preceding = Some(PrecedingInvoice { number: of.number().clone(), on: of.on() });
    let draft = InvoiceDraft::new(currency, seller, buyer, lines);
    Ok(InvoiceDraft { exemptions, payment, buyer_reference, preceding, ..draft })
}

/// Posts a charge, or the credit note on one, unless it is in the books.
async fn book(
    tx: &Tx,
    receivables: &ReceivableRules,
    rules: &LateChargeRules,
    id: ClientInvoiceId,
    of: &LateCharge,
) -> Result<(), PostClientInvoiceError> {
    if tx.load(id).await?.entry().is_some() {
        return Ok(());
    }
    let lines = [(of.fee, &rules.fees), (of.interest, &rules.interest)];
    let revenue = lines.into_iter().filter(|(amount, _)| !amount.is_zero());
    let revenue = revenue.map(|(_, account)| (account.clone(), Dimensions::new()));
    let output_tax = rules.output_tax.iter().map(|account| (rules.tax, account.clone()));
    // There is nothing else on it: no rebate, nothing prepaid, no coins.
    let coding = ClientCoding {
        receivables: receivables.receivables.clone(),
        revenue: revenue.collect(),
        adjustments: rules.fees.clone(),
        output_tax: output_tax.collect(),
        prepayments: rules.fees.clone(),
        rounding: rules.fees.clone(),
    };
    let entry = EntryId::natural("client_invoice", &id.to_string());
    post_client_invoice(tx, receivables, id, entry, &coding).await?;
    Ok(())
}

/// What a reminder costs is not charged.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ChargeReminderError {
    /// The client was not reminded of the instalment.
    #[error("the client was not reminded of instalment {instalment}: a reminder is wanted")]
    NotReminded {
        /// Which, counted from 1.
        instalment: u32,
    },
    /// The amounts cannot be held.
    #[error("the amounts cannot be held")]
    Money(#[from] MoneyError),
    /// An amount is no price.
    #[error(transparent)]
    Price(#[from] UnitPriceError),
    /// It is due beyond the calendar.
    #[error("the day, counted from {on}, is beyond the calendar")]
    Calendar {
        /// From where it is counted.
        on: NaiveDate,
    },
    /// No invoice can be made.
    #[error(transparent)]
    Document(#[from] InvoiceDocumentError),
    /// There is no number for it.
    #[error(transparent)]
    Number(#[from] DrawNumberError),
    /// It does not come into the books.
    #[error(transparent)]
    Book(#[from] PostClientInvoiceError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A charge is not waived.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WaiveLateChargeError {
    /// It charges something else than a reminder.
    #[error("invoice {invoice} charges something else than a reminder: a credit note takes that back")]
    NoLateCharge {
        /// The invoice.
        invoice: ClientInvoiceId,
    },
    /// It cannot be taken back.
    #[error(transparent)]
    Credit(#[from] CreditInvoiceError),
    /// The credit note does not come into the books.
    #[error(transparent)]
    Book(#[from] PostClientInvoiceError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
