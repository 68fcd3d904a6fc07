//! Lines of bank statements with the books: each becomes one journal entry, and pays what it is for.

use std::collections::BTreeMap;

use office_core::subject::{CostCentreId, InvoiceId, PaymentId};
use office_core::{Decision, Money, MoneyError, StoreError, Tx};
use office_finance::{
    AccountCode, BankLine, BankLineId, BookLineError, Entry, EntryError, EntryId, PayInvoiceError, Posting,
    VendorInvoice, VendorInvoiceId,
};
use thiserror::Error;

use crate::accounts::AccountRules;
use crate::journal::{PostAndSpendError, post_and_spend};

/// What a part of a bank line is for. Amounts have the sign of the line: out of the account is below zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinePart {
    /// A vendor's invoice, which it pays.
    Invoice {
        /// The invoice.
        invoice: InvoiceId,
        /// How much of the line.
        amount: Money,
    },
    /// Something else, which goes to an account.
    Account {
        /// The account.
        account: AccountCode,
        /// Who bears it, where somebody does.
        cost_centre: Option<CostCentreId>,
        /// How much of the line.
        amount: Money,
    },
}

/// Books a line of a bank statement: one journal entry on the day of the line, and each invoice it pays is paid.
///
/// The parts must make the line, exactly. A line that is booked already is left as it is.
///
/// # Errors
/// [`BookBankLineError`]; nothing is recorded then.
///
/// # Example
/// ```
/// use office::banking::{LinePart, book_line};
/// use office::finance::{BankStatement, StatementBalance, StatementFormat, StatementLine, import_statement};
/// # use office::core::{Actor, Command, Currency, Id, MemoryStore, Money, Office, Role, wait};
/// # use office::finance::{Account, AccountKind, Chart, Entry, EntryId, Period, Posting};
/// # type Failure = Box<dyn std::error::Error + Send + Sync>;
/// # let on: chrono::NaiveDate = "2026-10-01".parse()?;
/// # let account = |name: &str, kind| Ok::<_, Failure>(Account::new(name.parse()?, name, kind));
/// # let chart = Chart::new([
/// #     account("1406", AccountKind::Asset)?, account("1600", AccountKind::Asset)?, account("1800", AccountKind::Asset)?,
/// #     account("3300", AccountKind::Liability)?, account("6643", AccountKind::Expense)?, account("6855", AccountKind::Expense)?,
/// # ])?;
/// # let office = Office::on(MemoryStore::new());
/// # let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("assistant"));
/// # let command = |key: &str| Command::new(key, "books", clerk.clone(), on.and_hms_opt(9, 0, 0).unwrap_or_default().and_utc());
/// # let code = |name: &str| name.parse();
/// # let accounts = office::accounts::AccountRules {
/// #     stock: code("1800")?, goods_received: code("3300")?, stock_difference: code("6643")?, opening: code("1800")?,
/// #     price_difference: code("6643")?, payables: code("3300")?, bank: code("1800")?, petty_cash: code("1600")?,
/// #     cash_difference: code("6855")?, input_tax: [(office::core::Percent::whole(7), code("1406")?)].into(),
/// #     expense: [("kitchen".into(), code("6643")?)].into(),
/// # };
/// # wait(office.transact(&command("open")?, |tx| async move {
/// #     tx.create(Period::id_of(on), Period::begin(2026, 10)?).await?;
/// #     Ok::<_, Failure>(())
/// # }))?;
/// let euro = |minor| Money::from_minor(minor, Currency::EUR);
/// let fee = StatementLine {
///     on, value: None, amount: euro(-14_90), references: vec![], party: None, party_account: None,
///     text: "account fee".into(), bank_reference: None, code: None,
/// };
/// let balance = |amount| Some(StatementBalance { amount, on });
/// let statement = BankStatement {
///     format: StatementFormat::Other, account: "DE83".into(), number: "10".into(), opening: balance(euro(100_00)),
///     closing: balance(euro(85_10)), lines: vec![fee], pending: vec![],
/// };
/// let (chart, accounts, statement) = (&chart, &accounts, &statement);
/// let line = wait(office.transact(&command("import")?, |tx| async move {
///     Ok::<_, Failure>(import_statement(&tx, statement).await?.lines)
/// }))?.pop().ok_or("a line")?;
/// let book = |key: &str, amount| wait(office.transact(&command(key).map_err(Failure::from)?, |tx| async move {
///     let part = LinePart::Account { account: "6855".parse()?, cost_centre: None, amount };
///     Ok::<_, Failure>(book_line(&tx, chart, accounts, line, vec![part]).await?)
/// }));
/// // Parts that do not make the line are refused.
/// assert!(book("wrong", euro(-14_00)).is_err());
/// book("right", euro(-14_90))?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn book_line(
    tx: &Tx,
    chart: &office_finance::Chart,
    accounts: &AccountRules,
    line_id: BankLineId,
    parts: Vec<LinePart>,
) -> Result<EntryId, BookBankLineError> {
    // Read.
    let line = tx.load(line_id).await?;
    let mut invoices = BTreeMap::new();
    for part in &parts {
        if let LinePart::Invoice { invoice, .. } = part {
            let id: VendorInvoiceId = invoice.retag();
            invoices.insert(*invoice, tx.load(id).await?);
        }
    }

    // Decide.
    let entry_id = EntryId::natural("bank_line", &line_id.to_string());
    let Decision::Record(booked) = line.book(entry_id)? else { return Ok(entry_id) };
    let (on, amount) = (line.line().on, line.line().amount);
    let mut postings = vec![Posting::debit(accounts.bank.clone(), amount)];
    let mut paid: BTreeMap<InvoiceId, Money> = BTreeMap::new();
    for part in parts {
        match part {
            LinePart::Invoice { invoice, amount } => {
                postings.push(Posting::credit(accounts.payables.clone(), amount));
                // Several parts for one invoice are one payment.
                let so_far = paid.entry(invoice).or_insert(Money::zero(amount.currency()));
                *so_far = so_far.checked_sub(amount)?;
            }
            LinePart::Account { account, cost_centre, amount } => {
                let posting = Posting::credit(account, amount);
                postings.push(match cost_centre {
                    Some(cost_centre) => posting.borne_by(cost_centre),
                    None => posting,
                });
            }
        }
    }
    let payment = PaymentId::natural("bank_line", &line_id.to_string());
    let pay = |(invoice, bill): (InvoiceId, VendorInvoice)| {
        let amount = paid.get(&invoice).copied().unwrap_or(Money::zero(amount.currency()));
        Ok::<_, PayInvoiceError>((invoice, bill.pay(payment, amount, on)?))
    };
    let decisions = invoices.into_iter().map(pay).collect::<Result<Vec<_>, _>>()?;
    let entry = Entry::balanced(on, text_of(&line), postings)?;

    // Record.
    tx.record(line_id, booked).await?;
    for (invoice, decision) in decisions {
        let id: VendorInvoiceId = invoice.retag();
        tx.decide(id, decision).await?;
    }
    post_and_spend(tx, chart, entry_id, entry).await?;
    Ok(entry_id)
}

/// What the entry says: who and what for, as the bank tells it.
fn text_of(line: &BankLine) -> String {
    let told = line.line();
    let text = match &told.party {
        Some(party) => format!("{party}: {}", told.text),
        None => told.text.clone(),
    };
    text.chars().take(200).collect()
}

/// A bank line cannot be booked.
#[derive(Debug, Error)]
pub enum BookBankLineError {
    /// The store has failed, or knows no such line or invoice.
    #[error("the line could not be stored")]
    Store(#[from] StoreError),
    /// It is booked by another entry.
    #[error(transparent)]
    Booked(#[from] BookLineError),
    /// The amounts cannot be added up.
    #[error("the parts of the line cannot be added up")]
    Money(#[from] MoneyError),
    /// An invoice does not take the payment.
    #[error(transparent)]
    Invoice(#[from] PayInvoiceError),
    /// The parts do not make the line.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The journal does not take it.
    #[error(transparent)]
    Post(#[from] PostAndSpendError),
}
