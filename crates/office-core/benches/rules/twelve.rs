//! Twelve rules on purchases as an office has them: seven that forbid and five that permit.

use std::error::Error;

use chrono::Datelike;
use office_core::Decimal;
use office_core::rules::{Binding, DecisionTable, Dialect, HitPolicy, Input, Kind, Schema, TableText};

use crate::request::{Category, Department, Request, Role, Vendor};
use crate::{Ours, Verdict};

const HEADER: [&str; 10] = [
    "vendor",
    "amount: money EUR",
    "quotes: integer",
    "approver",
    "category",
    "department",
    "month: integer",
    "role",
    "cost_centre",
    "outcome",
];

const ROWS: [[&str; 10]; 12] = [
    ["blocked", "-", "-", "-", "-", "-", "-", "-", "-", "refuse: the vendor is blocked"],
    ["-", "> budget", "-", "-", "-", "-", "-", "-", "-", "refuse: over budget"],
    ["-", ">= 5000 EUR", "< 3", "-", "-", "-", "-", "-", "-", "refuse: three quotes are wanted from 5000 EUR"],
    ["-", "-", "-", "= requester", "-", "-", "-", "-", "-", "refuse: nobody approves a request of their own"],
    ["-", "> 1000 EUR", "-", "-", "it_goods", "not(IT)", "-", "-", "-", "refuse: IT buys IT goods"],
    ["-", "> 500 EUR", "-", "-", "catering", "-", "12", "-", "-", "refuse: one party in December is enough"],
    ["new", "> 2500 EUR", "-", "-", "-", "-", "-", "-", "-", "refuse: the vendor is new"],
    ["-", "<= 500 EUR", "-", "-", "-", "-", "-", "team_lead", "-", "allow"],
    ["-", "<= 5000 EUR", "-", "-", "-", "IT, facilities", "-", "department_head", "-", "allow"],
    ["-", "<= 10000 EUR", "-", "-", "-", "-", "-", "department_head", "cc-4100", "allow"],
    ["-", "<= 20000 EUR", "-", "-", "-", "-", "-", "finance_manager", "-", "allow"],
    ["-", "<= 100000 EUR", "-", "-", "-", "-", "-", "director", "-", "allow"],
];

pub(crate) fn ours() -> Result<Ours, Box<dyn Error>> {
    let rows = ROWS.iter().map(|row| row.iter().map(ToString::to_string).collect());
    // The strictest decide: the rules that forbid, or else those that permit.
    let text = TableText { hit: HitPolicy::Priority, ..TableText::from_rows(&HEADER, rows)? };
    // What cells compare with is asked for as well.
    let others = [Input::new("budget", "money EUR".parse()?), Input::new("requester", Kind::Text)];
    let columns = text.schema(Dialect::Office)?.inputs().to_vec();
    let schema = Schema::new(columns.into_iter().chain(others))?;
    let table = DecisionTable::new(text, &schema, Dialect::Office)?;
    let binding = Binding::<Request>::new(table.schema())
        .text("vendor", |request| request.vendor.as_str())
        .money("amount", |request| request.amount)
        .money("budget", |request| request.budget)
        .integer("quotes", |request| i64::from(request.quotes))
        .text("approver", |request| &request.approver)
        .text("requester", |request| &request.requester)
        .text("category", |request| request.category.as_str())
        .text("department", |request| request.department.as_str())
        .integer("month", |request| i64::from(request.on.month()))
        .text("role", |request| request.role.as_str())
        .text("cost_centre", |request| request.cost_centre)
        .build()?;
    Ok(Ours { table, binding })
}

/// This many euros.
const fn euros(euros: u32) -> Decimal {
    Decimal::from_parts(euros.saturating_mul(100), 0, 0, false, 2)
}

pub(crate) fn by_hand(request: &Request) -> Verdict {
    let (amount, category, department) = (request.amount.amount(), request.category, request.department);
    let mut forbidden = Verdict::default();
    if request.vendor == Vendor::Blocked {
        forbidden.add(1);
    }
    if amount > request.budget.amount() {
        forbidden.add(2);
    }
    if request.quotes < 3 && amount >= euros(5_000) {
        forbidden.add(3);
    }
    if request.approver == request.requester {
        forbidden.add(4);
    }
    if category == Category::ItGoods && department != Department::It && amount > euros(1_000) {
        forbidden.add(5);
    }
    if category == Category::Catering && request.on.month() == 12 && amount > euros(500) {
        forbidden.add(6);
    }
    if request.vendor == Vendor::New && amount > euros(2_500) {
        forbidden.add(7);
    }
    if forbidden.last > 0 { forbidden } else { permitted(request) }
}

fn permitted(request: &Request) -> Verdict {
    let (amount, department) = (request.amount.amount(), request.department);
    let mut permitted = Verdict::default();
    match request.role {
        Role::TeamLead if amount <= euros(500) => permitted.add(8),
        Role::DepartmentHead => {
            if matches!(department, Department::It | Department::Facilities) && amount <= euros(5_000) {
                permitted.add(9);
            }
            if request.cost_centre == "cc-4100" && amount <= euros(10_000) {
                permitted.add(10);
            }
        }
        Role::FinanceManager if amount <= euros(20_000) => permitted.add(11),
        Role::Director if amount <= euros(100_000) => permitted.add(12),
        Role::Assistant | Role::TeamLead | Role::FinanceManager | Role::Director => {}
    }
    permitted.allowed = permitted.last > 0;
    permitted
}
