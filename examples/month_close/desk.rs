//! The desk at which the books are kept: the office's own rules as data, and how things are done and looked at.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Debug;

use chrono::{NaiveDate, NaiveTime};
use office::accounts::AccountRules;
use office::payment::PaymentRules;
use office::petty_cash::PettyCashRules;
use office::purchasing::{BillRules, PurchasingRules};
use office_core::rules::{DecisionTable, PolicyBook};
use office_core::sheet::Sheet;
use office_core::subject::{CostCentreId, InvoiceId, PartyId, PersonId};
use office_core::{
    Actor, Appointment, AuthorityBook, Command, Currency, DateRange, Grant, Holidays, Id, Office, Percent, Role,
    Rounding, Scope, StoreError, Tx, View, WeeklyHours, WorkingCalendar, WorkingPlan, wait,
};
use office_finance::{Account, AccountCode, AccountKind, CashFlowPart, Chart, DiscountTaxRule, Tolerance, Tolerances};
use office_inventory::{OrderTerms, PriceList, PriceRow, ToleranceBook};

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

const ACCOUNTS: &str = include_str!("accounts.csv");

/// The bookkeeper, who does what nobody else has to.
pub(crate) const BOOKKEEPER: &str = "E-003";
/// The head of the office, who decides.
pub(crate) const HEAD: &str = "E-001";

/// Where everything is kept, and what it is decided by.
pub(crate) struct Desk {
    pub(crate) office: Office,
    pub(crate) purchasing: PurchasingRules,
    pub(crate) payments: PaymentRules,
    pub(crate) petty_cash: PettyCashRules,
}

impl Desk {
    /// The desk of Linden Studio: one cost centre, two vendors, books in euros.
    pub(crate) fn open(office: Office) -> Result<Self, Failure> {
        let accounts = account_rules()?;
        let (book, hours, chart, scope) = (authority()?, hours()?, chart()?, "company".parse::<Scope>()?);
        let payments = PaymentRules {
            policy: policy("payment", &["amount", "outcome"], &["< 5000 EUR", "allow"])?,
            book: book.clone(),
            hours: hours.clone(),
            scope: scope.clone(),
            chart: chart.clone(),
            payables: accounts.payables.clone(),
            receivables: "1200".parse()?,
            banks: [(Currency::EUR, accounts.bank.clone())].into(),
            discounts: "6816".parse()?,
            discount_tax: DiscountTaxRule::TaxFollows,
            input_tax: accounts.input_tax.clone(),
            write_offs: "6816".parse()?,
            blocked: BTreeMap::new(),
            currencies: None,
        };
        let petty_cash = PettyCashRules {
            policy: policy("petty_cash", &["amount", "outcome"], &["<= 150 EUR", "allow"])?,
            book: book.clone(),
            chart: chart.clone(),
            accounts: accounts.clone(),
            scope: scope.clone(),
        };
        let over = Tolerance { price_percent: Percent::whole(2), ..Tolerance::none(Currency::EUR) };
        let purchasing = PurchasingRules {
            purchase_policy: policy("purchase", &["within_budget", "outcome"], &["yes", "allow"])?,
            invoice_policy: policy("invoice", &["kind", "outcome"], &["matched", "allow"])?,
            book,
            hours,
            prices: prices()?,
            chart,
            accounts,
            terms: OrderTerms { currency: Currency::EUR, rounding: Rounding::HalfUp },
            receipt_tolerances: ToleranceBook::default(),
            tolerances: Tolerances { over, under: None },
            bills: BillRules::default(),
            scope,
        };
        Ok(Self { office, purchasing, payments, petty_cash })
    }

    pub(crate) fn chart(&self) -> &Chart {
        &self.purchasing.chart
    }

    /// Does something in somebody's name, once: the same key again is answered as it was the first time.
    pub(crate) fn act<T, F, Fut>(&self, key: &str, by: &str, on: &str, run: F) -> Result<T, Failure>
    where
        T: Debug + serde::Serialize + serde::de::DeserializeOwned + Send,
        F: FnMut(Tx) -> Fut + Send,
        Fut: Future<Output = Result<T, Failure>> + Send,
    {
        let role = Role::new(if by == HEAD { "head" } else { "bookkeeper" });
        let at = on.parse::<NaiveDate>()?.and_time(NaiveTime::MIN).and_utc();
        let command = Command::new(key.replace(' ', "-"), "books", Actor::new(person(by), role), at)?;
        wait(self.office.transact(&command, run))
    }

    /// Looks at everything as it is at one moment.
    pub(crate) fn see<T, F, Fut>(&self, look: F) -> Result<T, Failure>
    where
        T: Send,
        F: FnMut(View) -> Fut + Send,
        Fut: Future<Output = Result<T, StoreError>> + Send,
    {
        Ok(wait(self.office.view(look))?)
    }
}

pub(crate) fn person(code: &str) -> PersonId {
    Id::natural("person", code)
}

/// The studio, at whose expense everything is here.
pub(crate) fn studio() -> CostCentreId {
    Id::natural("cost_centre", "CC-100")
}

/// The vendor of paper, and that of chairs.
pub(crate) fn vendors() -> [PartyId; 2] {
    [Id::natural("party", "V-01"), Id::natural("party", "V-02")]
}

/// October 2026.
pub(crate) fn october() -> Result<DateRange, Failure> {
    Ok(DateRange::month(2026, 10)?)
}

fn chart() -> Result<Chart, Failure> {
    let sheet = Sheet::read("accounts.csv", ACCOUNTS.as_bytes(), &["code", "name", "kind", "cash_flow"])?;
    let parts = [
        ("cash", CashFlowPart::Cash),
        ("operating", CashFlowPart::Operating),
        ("investing", CashFlowPart::Investing),
        ("financing", CashFlowPart::Financing),
    ];
    let mut accounts = Vec::new();
    for row in sheet.rows() {
        let kind: AccountKind = row.parse("kind", "a kind such as `asset`")?;
        let account = Account::new(row.parse("code", "a code such as `1800`")?, row.text("name")?, kind);
        accounts.push(account.flowing(row.one_of("cash_flow", &parts)?));
    }
    Ok(Chart::new(accounts)?)
}

fn account_rules() -> Result<AccountRules, Failure> {
    let code = |code: &str| code.parse::<AccountCode>();
    Ok(AccountRules {
        stock: code("1140")?,
        goods_received: code("3305")?,
        stock_difference: code("6816")?,
        opening: code("2970")?,
        price_difference: code("6816")?,
        payables: code("3300")?,
        bank: code("1800")?,
        petty_cash: code("1600")?,
        cash_difference: code("6965")?,
        input_tax: [(Percent::whole(7), code("1401")?), (Percent::whole(19), code("1406")?)].into(),
        expense: [("office".to_owned(), code("6815")?), ("furniture".to_owned(), code("6845")?)].into(),
    })
}

/// A policy of one rule: what it is asked about, and what it says to that.
fn policy(name: &str, header: &[&str], row: &[&str]) -> Result<PolicyBook, Failure> {
    let table = DecisionTable::from_rows(header, [row.iter().map(|&cell| cell.to_owned()).collect()])?;
    let mut policy = PolicyBook::new(name);
    policy.publish("2026-01-01".parse()?, table)?;
    Ok(policy)
}

/// A refusal with the codes by which people and papers are known, instead of their ids.
pub(crate) fn in_names(text: &str) -> String {
    let people = [HEAD, BOOKKEEPER].map(|code| (person(code).to_string(), code));
    let papers = ["PB-4312", "MW-2077"].map(|code| (InvoiceId::natural("invoice", code).to_string(), code));
    people.into_iter().chain(papers).fold(text.to_owned(), |text, (id, code)| text.replace(&id, code))
}

/// The head alone waives what a bill is held for.
fn authority() -> Result<AuthorityBook, Failure> {
    let (valid, scope): (DateRange, Scope) = ("2026-01-01/..".parse()?, "company".parse()?);
    let appoint = |(code, role): (&str, &'static str)| Appointment {
        person: person(code),
        role: Role::new(role),
        scope: scope.clone(),
        valid,
    };
    let appointments = [(HEAD, "head"), (BOOKKEEPER, "bookkeeper")].map(appoint).to_vec();
    let action = "invoice.release".parse()?;
    let grant = Grant { role: Role::new("head"), action, scope, limit: None, valid };
    Ok(AuthorityBook { grants: vec![grant], appointments, ..AuthorityBook::default() })
}

fn hours() -> Result<WorkingCalendar, Failure> {
    let valid = DateRange::year(2026)?;
    let (week, zone) = (WeeklyHours::weekdays("09:00-17:00".parse()?), "Europe/Berlin".parse()?);
    let (exceptions, holidays) = (BTreeMap::new(), Holidays::none(valid));
    Ok(WorkingCalendar::new(WorkingPlan { zone, valid, week, exceptions, holidays })?)
}

fn prices() -> Result<PriceList, Failure> {
    let [paper, chairs] = vendors();
    let mut rows = Vec::new();
    for (vendor, item, unit, price) in [(paper, "PAP-A4", "box", "20.50"), (chairs, "CHAIR", "piece", "180")] {
        rows.push(PriceRow {
            vendor,
            item: Id::natural("item", item),
            vendor_sku: None,
            price: format!("{price} EUR / 1 {unit}").parse()?,
            min_quantity: format!("1 {unit}").parse()?,
            lead_days: 2,
            valid: "2026-01-01/..".parse()?,
        });
    }
    Ok(PriceList::new(Currency::EUR, rows)?)
}
