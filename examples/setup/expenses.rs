// What the examples of expenses begin with: the rules of a small office, October open in its books, a budget, and an
// advance of 100 EUR to Anna. `boss` approves expenses from 50 EUR on.

use office::core::rules::{DecisionTable, PolicyBook};
use office::core::subject::PersonId;
use office::core::{
    Actor, Appointment, AuthorityBook, Command, Currency, DateRange, Grant, Holidays, Id, MemoryStore, Money, Office,
    Percent, Role, Rounding, Scope, WeeklyHours, WorkingCalendar, WorkingPlan, Zone, wait,
};
use office::expenses::{ExpenseAccounts, ExpenseRules};
use office::finance::{
    Account, AccountKind, BudgetLine, BudgetPlan, Chart, ClaimRules, ExpenseLine, NewExpenseClaim, NewTravelAdvance,
    Period, TravelAdvance, TravelAdvanceId,
};

pub type Failure = Box<dyn std::error::Error + Send + Sync>;

pub fn day(day: u32) -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2026, 10, day).unwrap_or_default()
}

pub fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

pub fn person(name: &str) -> PersonId {
    Id::natural("person", name)
}

pub fn advance() -> TravelAdvanceId {
    Id::natural("travel_advance", "A-1")
}

pub fn command(key: &str, by: &str) -> Result<Command, Failure> {
    let role = Role::new(if by == "boss" { "manager" } else { "employee" });
    let at = day(14).and_hms_opt(12, 0, 0).unwrap_or_default().and_utc();
    Ok(Command::new(key, "expenses", Actor::new(person(by), role), at)?)
}

fn policy(name: &str, header: &[&str], rows: &[&[&str]]) -> Result<PolicyBook, Failure> {
    let rows = rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect());
    let mut book = PolicyBook::new(name);
    book.publish(day(1), DecisionTable::from_rows(header, rows)?)?;
    Ok(book)
}

pub fn rules() -> Result<ExpenseRules, Failure> {
    let valid = DateRange::year(2026)?;
    let week = WeeklyHours::weekdays("09:00-17:00".parse()?);
    let plan = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: [].into(), holidays: Holidays::none(valid) };
    let (role, scope) = (Role::new("manager"), Scope::anywhere());
    let mut book = AuthorityBook::default();
    let appointment = Appointment { person: person("boss"), role: role.clone(), scope: scope.clone(), valid };
    book.appointments.push(appointment);
    book.grants.push(Grant { role, action: "expense.approve".parse()?, scope, limit: None, valid });
    let approve = "approvals: 1 manager expense.approve";
    let claims = policy("claims", &["amount", "outcome"], &[&["< 50.00 EUR", "allow"], &["-", approve]])?;
    let account = |code: &str, kind| Ok::<_, Failure>(Account::new(code.parse()?, code, kind));
    let chart = Chart::new([
        account("1340", AccountKind::Asset)?,
        account("1406", AccountKind::Asset)?,
        account("1800", AccountKind::Asset)?,
        account("3610", AccountKind::Liability)?,
        account("3720", AccountKind::Liability)?,
        account("6650", AccountKind::Expense)?,
    ])?;
    let accounts = ExpenseAccounts {
        expense: [("travel".to_owned(), "6650".parse()?)].into(),
        input_tax: [(Percent::whole(19), "1406".parse()?)].into(),
        employees: "3720".parse()?,
        advances: "1340".parse()?,
        cards: "3610".parse()?,
        bank: "1800".parse()?,
    };
    let lines = policy("lines", &["outcome"], &[&["allow"]])?;
    let claims = ClaimRules { lines, claims, book, hours: WorkingCalendar::new(plan)? };
    Ok(ExpenseRules { claims, chart, accounts })
}

pub fn office() -> Result<Office, Failure> {
    let office = Office::on(MemoryStore::new());
    wait(office.transact(&command("set-up", "boss")?, |tx| async move {
        tx.create(Period::id_of(day(1)), Period::begin(2026, 10)?).await?;
        let studio = Id::natural("cost_centre", "CC-200");
        let plan = BudgetPlan::even(studio, "6650".parse()?, 2026, euro(1_200_000))?;
        tx.create(BudgetLine::id_of(studio, &"6650".parse()?, 2026), BudgetLine::plan(plan)?).await?;
        let given = NewTravelAdvance { person: person("anna"), amount: euro(10_000), on: day(1), purpose: "fair".into() };
        tx.create(advance(), TravelAdvance::grant(given)?).await?;
        Ok::<_, Failure>(())
    }))?;
    Ok(office)
}

/// What Anna claims for a train, on a receipt of its own.
pub fn claim(name: &str, minor: i64) -> NewExpenseClaim {
    NewExpenseClaim {
        id: Id::natural("expense_claim", name),
        claimant: person("anna"),
        on: day(14),
        currency: Currency::EUR,
        rounding: Rounding::HalfUp,
        purpose: "fair".into(),
        cost_centre: Id::natural("cost_centre", "CC-200"),
        scope: Scope::anywhere(),
        lines: vec![ExpenseLine::paid(day(10), "travel", "train", euro(minor), Some(name))],
    }
}
