//! A small office: two cost centres, three items of two vendors, a chart, and rules as data.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use office::accounts::AccountRules;
use office::purchasing::{BillRules, PurchasingRules};
use office_core::rules::{DecisionTable, PolicyBook};
use office_core::subject::{CostCentreId, ItemId, PersonId, PlaceId};
use office_core::{
    Actor, Appointment, AuthorityBook, Command, Currency, DateRange, Decimal, Grant, Holidays, Id, Money, Office,
    Percent, Quantity, Ratio, Role, Rounding, Scope, StoreError, WeeklyHours, WorkingCalendar, WorkingPlan, wait,
};
use office_finance::{
    Account, AccountCode, AccountKind, BudgetLine, BudgetPlan, Chart, Entry, EntryId, Period, Posting, Tolerance,
    Tolerances, post,
};
use office_inventory::{
    CostMethod, Item, ItemKind, Leeway, NewItem, NewStock, OpeningStock, OrderTerms, PriceList, PriceRow,
    ReceiptTolerance, Stock, ToleranceBook, ToleranceRow,
};

pub(crate) const COST_CENTRES: [&str; 2] = ["CC-100", "CC-200"];
/// Code, category, kind, unit, what a box of it holds, vendor, price, and what is there at the beginning for how much.
type Listed = (&'static str, &'static str, &'static str, i64, &'static str, &'static str, &'static str, i64);

pub(crate) const ITEMS: [Listed; 3] = [
    ("PAP-A4", "office", "ream", 5, "V-01", "20.50 EUR / 1 box", "100 ream", 41_235),
    // A price that does not come out even.
    ("TEA", "kitchen", "bag", 20, "V-01", "10 EUR / 3 box", "60 bag", 1_001),
    ("CHAIR", "furniture", "chair", 1, "V-02", "180 EUR / 1 box", "3 chair", 54_000),
];

pub(crate) fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn person(code: &str) -> PersonId {
    Id::natural("person", code)
}

pub(crate) fn item(code: &str) -> ItemId {
    Id::natural("item", code)
}

pub(crate) fn cost_centre(code: &str) -> CostCentreId {
    Id::natural("cost_centre", code)
}

pub(crate) fn shelf() -> PlaceId {
    Id::natural("place", "R-S1")
}

pub(crate) fn account(code: &str) -> AccountCode {
    code.parse().unwrap()
}

/// A command of somebody by code: `manager`, `assistant` or anybody else, an `employee`.
pub(crate) fn command(key: impl Into<String>, by: &str) -> Command {
    let role = if matches!(by, "manager" | "assistant") { by } else { "employee" };
    Command::new(
        key.into(),
        "work",
        Actor::new(person(by), Role::new(role.to_owned())),
        "2026-10-01T08:00:00Z".parse().unwrap(),
    )
    .unwrap()
}

pub(crate) fn policy(name: &str, header: &[&str], rows: &[&[&str]]) -> PolicyBook {
    let rows = rows.iter().map(|row| row.iter().map(|&cell| cell.to_owned()).collect());
    let mut policy = PolicyBook::new(name);
    policy.publish(day("2026-01-01"), DecisionTable::from_rows(header, rows).unwrap()).unwrap();
    policy
}

fn chart() -> Chart {
    let of = |kind, codes: &[&str]| {
        let accounts: Vec<_> = codes.iter().map(|code| Account::new(account(code), *code, kind)).collect();
        accounts
    };
    let accounts = [
        of(AccountKind::Asset, &["1140", "1200", "1406", "1600", "1800"]),
        of(AccountKind::Equity, &["2970"]),
        of(AccountKind::Liability, &["3300", "3305", "3837"]),
        of(AccountKind::Income, &["4400"]),
        of(AccountKind::Expense, &["6640", "6815", "6816", "6845", "6965"]),
    ];
    Chart::new(accounts.into_iter().flatten()).unwrap()
}

fn authority() -> AuthorityBook {
    let valid: DateRange = "2026-01-01/..".parse().unwrap();
    let scope: Scope = "company".parse().unwrap();
    let grant = |role: &str, action: &str, limit: Option<Money>| Grant {
        role: Role::new(role.to_owned()),
        action: action.parse().unwrap(),
        scope: scope.clone(),
        limit,
        valid,
    };
    let appoint = |code: &str| Appointment {
        person: person(code),
        role: Role::new(code.to_owned()),
        scope: scope.clone(),
        valid,
    };
    AuthorityBook {
        grants: vec![
            grant("manager", "purchase.approve", Some(euro(200_000))),
            grant("manager", "invoice.approve", None),
            grant("manager", "invoice.release", None),
            grant("manager", "payment.approve", None),
            grant("manager", "petty_cash.approve", None),
            grant("assistant", "petty_cash.approve", Some(euro(5_000))),
        ],
        appointments: vec![appoint("manager"), appoint("assistant")],
        ..AuthorityBook::default()
    }
}

fn prices() -> PriceList {
    let row = |&(code, _, _, _, vendor, price, _, _): &Listed| PriceRow {
        vendor: Id::natural("party", vendor),
        item: item(code),
        vendor_sku: None,
        price: price.parse().unwrap(),
        min_quantity: "0 box".parse().unwrap(),
        lead_days: 2,
        valid: "2026-01-01/..".parse().unwrap(),
    };
    PriceList::new(Currency::EUR, ITEMS.iter().map(row)).unwrap()
}

/// From nine to five, Monday to Friday.
fn hours() -> WorkingCalendar {
    let valid: DateRange = "2026-01-01/2028-01-01".parse().unwrap();
    let week = WeeklyHours::weekdays("09:00-17:00".parse().unwrap());
    let (zone, exceptions) = ("Europe/Berlin".parse().unwrap(), BTreeMap::new());
    WorkingCalendar::new(WorkingPlan { zone, valid, week, exceptions, holidays: Holidays::none(valid) }).unwrap()
}

/// So much more than ordered is taken of everything.
fn receipt_tolerances(over: Percent) -> ToleranceBook {
    let tolerance = ReceiptTolerance { over: Leeway::new(over, None).unwrap(), under: Leeway::NONE };
    let mut book = ToleranceBook::default();
    book.publish(day("2026-01-01"), vec![ToleranceRow { vendor: None, item: None, tolerance }]).unwrap();
    book
}

pub(crate) fn rules() -> PurchasingRules {
    let accounts = AccountRules {
        stock: account("1140"),
        goods_received: account("3305"),
        stock_difference: account("6816"),
        opening: account("2970"),
        price_difference: account("6816"),
        payables: account("3300"),
        bank: account("1800"),
        petty_cash: account("1600"),
        cash_difference: account("6965"),
        input_tax: BTreeMap::from([(Percent::whole(19), account("1406"))]),
        expense: [("office", "6815"), ("kitchen", "6640"), ("furniture", "6845")]
            .map(|(category, code)| (category.to_owned(), account(code)))
            .into(),
    };
    let tolerance = Percent::whole(10);
    PurchasingRules {
        purchase_policy: policy(
            "purchase",
            &["amount", "within_budget", "outcome"],
            &[
                &["< 100 EUR", "true", "allow"],
                &[">= 100 EUR", "true", "approvals: 1 manager purchase.approve"],
                &["-", "false", "refuse: over budget"],
            ],
        ),
        invoice_policy: policy(
            "invoice",
            &["amount", "outcome"],
            &[&["< 300 EUR", "allow"], &[">= 300 EUR", "approvals: 1 manager invoice.approve"]],
        ),
        book: authority(),
        hours: hours(),
        prices: prices(),
        chart: chart(),
        accounts,
        terms: OrderTerms { currency: Currency::EUR, rounding: Rounding::HalfUp },
        receipt_tolerances: receipt_tolerances(tolerance),
        tolerances: Tolerances {
            over: Tolerance {
                price_percent: Percent::whole(2),
                quantity_percent: tolerance,
                ..Tolerance::none(Currency::EUR)
            },
            under: None,
        },
        bills: BillRules::default(),
        scope: "company".parse().unwrap(),
    }
}

/// Opens the books, lists the items with so many times what is there of them, and gives each cost centre `annual` for
/// each expense.
pub(crate) fn set_up(office: &Office, rules: &PurchasingRules, annual: Money, times: i32) {
    let opened = day("2026-10-01");
    wait(office.transact(&command("set-up", "manager"), |tx| async move {
        for month in ["2026-10-01", "2026-11-01", "2026-12-01", "2027-01-01"].map(day) {
            tx.create(Period::id_of(month), Period::begin(month.year(), month.month()).unwrap()).await?;
        }
        let mut worth = Money::zero(Currency::EUR);
        for (code, category, unit, content, vendor, _, there, value) in ITEMS {
            let (unit, currency) = (unit.parse().unwrap(), Currency::EUR);
            let listed = Item::list(NewItem {
                sku: code.parse().unwrap(),
                name: code.to_owned(),
                category: category.to_owned(),
                kind: ItemKind::Stocked,
                unit,
                packs: [("box".parse().unwrap(), Ratio::from_integer(content))].into(),
                vendor: Some(Id::natural("party", vendor)),
                reorder: None,
                cost_method: CostMethod::Fifo,
            });
            tx.decide(Item::key(item(code)), listed.unwrap()).await?;
            let there: Quantity = there.parse().unwrap();
            let quantity = Quantity::new(there.amount() * Decimal::from(times), unit).unwrap();
            let (value, reference) = (euro(value * i64::from(times)), "opening".parse().unwrap());
            let opening = Some(OpeningStock { quantity, value, at: shelf(), on: opened, reference });
            let begun = Stock::begin(NewStock { item: item(code), unit, currency, opening }).unwrap();
            tx.decide(Stock::key(item(code)), begun).await?;
            worth = worth.checked_add(value).unwrap();
        }
        let postings = vec![Posting::debit(account("1140"), worth), Posting::credit(account("2970"), worth)];
        let entry = Entry::balanced(opened, "opening", postings).unwrap().opening();
        post(&tx, &rules.chart, EntryId::natural("opening", "2026"), entry).await.unwrap();
        for code in COST_CENTRES {
            for expense in ["6640", "6815", "6816", "6845"] {
                for year in [2026, 2027] {
                    let id = BudgetLine::id_of(cost_centre(code), &account(expense), year);
                    let plan = BudgetPlan::even(cost_centre(code), account(expense), year, annual).unwrap();
                    tx.create(id, BudgetLine::plan(plan).unwrap()).await?;
                }
            }
        }
        Ok::<_, StoreError>(())
    }))
    .unwrap();
}
