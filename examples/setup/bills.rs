// What the examples of bills begin with: the rules of a small office, October open in its books, and a budget of 1000 EUR
// for rent. `boss` approves bills from 300 EUR on, and waives what bills are held for.

use std::collections::BTreeMap;

use office::accounts::AccountRules;
use office::core::rules::{DecisionTable, PolicyBook};
use office::core::subject::InvoiceId;
use office::core::{
    Actor, Appointment, AuthorityBook, Command, Currency, DateRange, Grant, Holidays, Id, MemoryStore, Money, Office,
    Percent, Role, Rounding, Scope, WeeklyHours, WorkingCalendar, WorkingPlan, Zone, wait,
};
use office::finance::{
    Account, AccountKind, Bill, BillLine, BillTax, BilledLine, BudgetLine, BudgetPlan, Chart, CodingSplit, Period,
    Tolerances,
};
use office::inventory::{OrderTerms, PriceList, ToleranceBook};
use office::purchasing::{BillRules, PurchasingRules};

pub type Failure = Box<dyn std::error::Error + Send + Sync>;

pub fn day(day: u32) -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2026, 10, day).unwrap_or_default()
}

pub fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

pub fn invoice(number: &str) -> InvoiceId {
    Id::natural("invoice", number)
}

pub fn command(key: &str, by: &str) -> Result<Command, Failure> {
    let role = Role::new(if by == "boss" { "manager" } else { "assistant" });
    let at = day(6).and_hms_opt(12, 0, 0).unwrap_or_default().and_utc();
    Ok(Command::new(key, "bills", Actor::new(Id::natural("person", by), role), at)?)
}

/// A bill for the rent, which names no order.
pub fn rent(number: &str, net: i64) -> Result<Bill, Failure> {
    let (rate, net) = (Percent::whole(19), euro(net));
    let price = format!("{} EUR / 1 month", net.amount()).parse()?;
    let billed = BilledLine { quantity: "1 month".parse()?, price, net };
    let tax = net.share(rate, Rounding::HalfUp)?;
    Ok(Bill {
        vendor: Id::natural("party", "landlord"),
        number: number.into(),
        on: day(1),
        due: day(15),
        lines: vec![BillLine { description: "Rent".into(), item: None, order: None, billed, tax_rate: rate }],
        taxes: vec![BillTax { rate, tax }],
        gross: net.checked_add(tax)?,
    })
}

/// All of a line as rent of the studio.
pub fn as_rent() -> Result<BTreeMap<usize, CodingSplit>, Failure> {
    Ok([(0, CodingSplit::borne_by("6310".parse()?, Id::natural("cost_centre", "CC-200")))].into())
}

pub fn rules() -> Result<PurchasingRules, Failure> {
    let valid = DateRange::year(2026)?;
    let week = WeeklyHours::weekdays("09:00-17:00".parse()?);
    let plan = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: [].into(), holidays: Holidays::none(valid) };
    let (role, scope) = (Role::new("manager"), Scope::anywhere());
    let mut book = AuthorityBook::default();
    let appointment = Appointment { person: Id::natural("person", "boss"), role: role.clone(), scope: scope.clone(), valid };
    book.appointments.push(appointment);
    for action in ["invoice.approve", "invoice.release"] {
        let grant = Grant { role: role.clone(), action: action.parse()?, scope: scope.clone(), limit: None, valid };
        book.grants.push(grant);
    }
    let rows = [["< 300 EUR", "allow"], [">= 300 EUR", "approvals: 1 manager invoice.approve"]];
    let rows = rows.map(|row| row.map(str::to_owned).to_vec());
    let mut invoice_policy = PolicyBook::new("invoice");
    invoice_policy.publish(day(1), DecisionTable::from_rows(&["amount", "outcome"], rows)?)?;
    let account = |code: &str, kind| Ok::<_, Failure>(Account::new(code.parse()?, code, kind));
    let (stock, rent) = ("1140".parse()?, "6310".parse()?);
    let chart = Chart::new([
        account("1140", AccountKind::Asset)?,
        account("1406", AccountKind::Asset)?,
        account("1800", AccountKind::Asset)?,
        account("3300", AccountKind::Liability)?,
        account("6310", AccountKind::Expense)?,
    ])?;
    let accounts = AccountRules {
        goods_received: "3300".parse()?,
        stock_difference: "6310".parse()?,
        opening: "1140".parse()?,
        price_difference: "6310".parse()?,
        payables: "3300".parse()?,
        bank: "1800".parse()?,
        petty_cash: "1800".parse()?,
        cash_difference: "6310".parse()?,
        input_tax: [(Percent::whole(19), "1406".parse()?)].into(),
        expense: [("office".into(), rent)].into(),
        stock,
    };
    Ok(PurchasingRules {
        purchase_policy: PolicyBook::new("purchase"),
        invoice_policy,
        book,
        hours: WorkingCalendar::new(plan)?,
        prices: PriceList::new(Currency::EUR, [])?,
        chart,
        accounts,
        terms: OrderTerms { currency: Currency::EUR, rounding: Rounding::HalfUp },
        receipt_tolerances: ToleranceBook::default(),
        tolerances: Tolerances::none(Currency::EUR),
        bills: BillRules::default(),
        scope: Scope::anywhere(),
    })
}

pub fn office() -> Result<Office, Failure> {
    let office = Office::on(MemoryStore::new());
    wait(office.transact(&command("set-up", "boss")?, |tx| async move {
        tx.create(Period::id_of(day(1)), Period::begin(2026, 10)?).await?;
        let studio = Id::natural("cost_centre", "CC-200");
        let plan = BudgetPlan::even(studio, "6310".parse()?, 2026, euro(1_000_00))?;
        tx.create(BudgetLine::id_of(studio, &"6310".parse()?, 2026), BudgetLine::plan(plan)?).await?;
        Ok::<_, Failure>(())
    }))?;
    Ok(office)
}

/// Takes a bill in and codes it as rent.
pub fn take_in(office: &Office, rules: &PurchasingRules, number: &str, sent: &Bill) -> Result<(), Failure> {
    let (id, coding) = (invoice(number), &as_rent()?);
    wait(office.transact(&command(&format!("take-in-{number}"), "ann")?, |tx| async move {
        office::purchasing::bill(&tx, rules, id, sent.clone()).await?;
        office::purchasing::code_bill(&tx, rules, id, coding.clone()).await?;
        Ok::<_, Failure>(())
    }))
}
