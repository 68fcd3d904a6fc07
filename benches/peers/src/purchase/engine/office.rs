//! office-core: one decision table that collects all rows that match, bound to the fields of the request.
//!
//! Amounts are decimals. The month is a fact of its own.

use std::hint::black_box;

use chrono::Datelike;
use office_core::rules::{Binding, BoundRuling, DecisionTable, Dialect, HitPolicy, TableText};

use super::{Engine, Failure};
use crate::purchase::band::Band;
use crate::purchase::{Matching, Request, Verdict, policy};

const POLICY_HEADER: [&str; 11] = [
    "vendor",
    "within_budget",
    "quotes: integer",
    "own: boolean",
    "category",
    "department",
    "month: integer",
    "role",
    "cost_centre: integer",
    "amount: number",
    "outcome",
];

/// The twelve rules of the policy, in order.
#[rustfmt::skip]
const POLICY: [[&str; 11]; 12] = [
    ["blocked", "-",  "-",   "-",   "-",        "-",              "-",  "-",               "-",    "-",         "refuse: the vendor is blocked"],
    ["-",       "no", "-",   "-",   "-",        "-",              "-",  "-",               "-",    "-",         "refuse: over budget"],
    ["-",       "-",  "< 3", "-",   "-",        "-",              "-",  "-",               "-",    ">= 5000",   "refuse: too few quotes"],
    ["-",       "-",  "-",   "yes", "-",        "-",              "-",  "-",               "-",    "-",         "refuse: nobody approves their own"],
    ["-",       "-",  "-",   "-",   "IT goods", "not(IT)",        "-",  "-",               "-",    "> 1000",    "refuse: IT buys them itself"],
    ["-",       "-",  "-",   "-",   "catering", "-",              "12", "-",               "-",    "> 500",     "refuse: too much for December"],
    ["new",     "-",  "-",   "-",   "-",        "-",              "-",  "-",               "-",    "> 2500",    "refuse: too much for a new vendor"],
    ["-",       "-",  "-",   "-",   "-",        "-",              "-",  "team lead",       "-",    "<= 500",    "allow"],
    ["-",       "-",  "-",   "-",   "-",        "IT, facilities", "-",  "department head", "-",    "<= 5000",   "allow"],
    ["-",       "-",  "-",   "-",   "-",        "-",              "-",  "department head", "4100", "<= 10000",  "allow"],
    ["-",       "-",  "-",   "-",   "-",        "-",              "-",  "finance manager", "-",    "<= 20000",  "allow"],
    ["-",       "-",  "-",   "-",   "-",        "-",              "-",  "director",        "-",    "<= 100000", "allow"],
];

/// A decision table and where its facts are.
#[derive(Debug)]
pub struct Office {
    table: DecisionTable,
    binding: Binding<Request>,
    last_forbid: u16,
}

impl Office {
    /// Loads the twelve rules of the [policy].
    pub fn policy() -> Result<Self, Failure> {
        let table = table(&POLICY_HEADER, POLICY.iter().map(|row| row.map(str::to_owned).to_vec()))?;
        let binding = Binding::<Request>::new(table.schema())
            .text("vendor", |request| request.vendor.text())
            .boolean("within_budget", |request| request.amount <= request.budget)
            .integer("quotes", |request| request.quotes.into())
            .boolean("own", |request| request.approver == request.requester)
            .text("category", |request| request.category.text())
            .text("department", |request| request.department.text())
            .integer("month", |request| request.on.month().into())
            .text("role", |request| request.role.text())
            .integer("cost_centre", |request| request.cost_centre.into())
            .number("amount", |request| request.amount)
            .build()?;
        Ok(Self { table, binding, last_forbid: policy::LAST_FORBID })
    }

    /// Loads these rules, numbered from one.
    pub fn bands(bands: &[Band]) -> Result<Self, Failure> {
        let header = ["role", "category", "cost_centre: integer", "amount: number", "outcome"];
        let rows = bands.iter().map(|band| {
            let amount = format!("[{}..{})", band.from, band.until);
            let (role, category) = (band.role.text().to_owned(), band.category.text().to_owned());
            vec![role, category, band.cost_centre.to_string(), amount, "allow".to_owned()]
        });
        let table = table(&header, rows)?;
        let binding = Binding::<Request>::new(table.schema())
            .text("role", |request| request.role.text())
            .text("category", |request| request.category.text())
            .integer("cost_centre", |request| request.cost_centre.into())
            .number("amount", |request| request.amount)
            .build()?;
        Ok(Self { table, binding, last_forbid: 0 })
    }

    fn verdict(&self, ruling: &BoundRuling<'_, Request>) -> Result<Verdict, Failure> {
        let mut matching = Matching::of(self.last_forbid);
        for row in ruling.rows() {
            matching.add(row.try_into()?);
        }
        Ok(matching.verdict())
    }
}

fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<DecisionTable, Failure> {
    let text = TableText { hit: HitPolicy::Collect, ..TableText::from_rows(header, rows)? };
    let schema = text.schema(Dialect::Office)?;
    Ok(DecisionTable::new(text, &schema, Dialect::Office)?)
}

impl Engine for Office {
    const NAME: &str = "office-core";
    const VALUES: &str = "decimals, months";
    type Facts<'r> = &'r Request;

    fn facts<'r>(&self, request: &'r Request) -> Result<&'r Request, Failure> {
        Ok(request)
    }

    fn judge(&mut self, request: &&Request) -> Result<Verdict, Failure> {
        self.verdict(&self.table.decide_bound(&self.binding, *request)?)
    }
}

/// The same, with the cell on which each other row failed.
#[derive(Debug)]
pub struct Why(pub Office);

impl Engine for Why {
    const NAME: &str = "office-core, with failed cells";
    const VALUES: &str = Office::VALUES;
    type Facts<'r> = &'r Request;

    fn facts<'r>(&self, request: &'r Request) -> Result<&'r Request, Failure> {
        Ok(request)
    }

    fn judge(&mut self, request: &&Request) -> Result<Verdict, Failure> {
        let Self(office) = self;
        let ruling = office.table.decide_bound(&office.binding, *request)?;
        ruling.why()?.failures().for_each(|failure| {
            black_box(failure);
        });
        office.verdict(&ruling)
    }
}

/// The same, with the explanation in full, as data that can be stored.
#[derive(Debug)]
pub struct Explained(pub Office);

impl Engine for Explained {
    const NAME: &str = "office-core, with explanation";
    const VALUES: &str = Office::VALUES;
    type Facts<'r> = &'r Request;

    fn facts<'r>(&self, request: &'r Request) -> Result<&'r Request, Failure> {
        Ok(request)
    }

    fn judge(&mut self, request: &&Request) -> Result<Verdict, Failure> {
        let Self(office) = self;
        let ruling = office.table.decide_bound(&office.binding, *request)?;
        black_box(ruling.explanation()?);
        office.verdict(&ruling)
    }
}
