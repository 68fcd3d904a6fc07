//! office-core: one decision table that collects all rows that match, bound to the fields of the request.
//!
//! Amounts are decimals. The month is a fact of its own.

use std::hint::black_box;
use std::marker::PhantomData;

use chrono::Datelike;
use office_core::rules::{
    Binding, BoundRuling, DecisionTable, Dialect, HitPolicy, Input, Kind, Outcome, Schema, TableText,
};

use super::{Engine, Failure};
use crate::purchase::band::Band;
use crate::purchase::{Matching, Request, Verdict, policy};

const POLICY_HEADER: [&str; 10] = [
    "vendor",
    "quotes: integer",
    "approver",
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
const POLICY: [[&str; 10]; 12] = [
    ["blocked", "-",   "-",           "-",        "-",              "-",  "-",               "-",    "-",         "refuse: the vendor is blocked"],
    ["-",       "-",   "-",           "-",        "-",              "-",  "-",               "-",    "> budget",  "refuse: over budget"],
    ["-",       "< 3", "-",           "-",        "-",              "-",  "-",               "-",    ">= 5000",   "refuse: too few quotes"],
    ["-",       "-",   "= requester", "-",        "-",              "-",  "-",               "-",    "-",         "refuse: nobody approves their own"],
    ["-",       "-",   "-",           "IT goods", "not(IT)",        "-",  "-",               "-",    "> 1000",    "refuse: IT buys them itself"],
    ["-",       "-",   "-",           "catering", "-",              "12", "-",               "-",    "> 500",     "refuse: too much for December"],
    ["new",     "-",   "-",           "-",        "-",              "-",  "-",               "-",    "> 2500",    "refuse: too much for a new vendor"],
    ["-",       "-",   "-",           "-",        "-",              "-",  "team lead",       "-",    "<= 500",    "allow"],
    ["-",       "-",   "-",           "-",        "IT, facilities", "-",  "department head", "-",    "<= 5000",   "allow"],
    ["-",       "-",   "-",           "-",        "-",              "-",  "department head", "4100", "<= 10000",  "allow"],
    ["-",       "-",   "-",           "-",        "-",              "-",  "finance manager", "-",    "<= 20000",  "allow"],
    ["-",       "-",   "-",           "-",        "-",              "-",  "director",        "-",    "<= 100000", "allow"],
];

/// A decision table and where its facts are; and how much is told of a decision.
#[derive(Debug)]
pub struct Office<T> {
    table: DecisionTable,
    binding: Binding<Request>,
    last_forbid: u16,
    tells: PhantomData<T>,
}

/// What is told of a decision, besides the rules that it rests on.
pub trait Tells {
    /// What the table calls the engine that tells so much.
    const NAME: &'static str;

    /// Tells it.
    fn tell(ruling: &BoundRuling<'_, Request>) -> Result<(), Failure>;
}

/// Nothing.
#[derive(Debug)]
pub struct Nothing;

impl Tells for Nothing {
    const NAME: &'static str = "office-core";

    fn tell(_: &BoundRuling<'_, Request>) -> Result<(), Failure> {
        Ok(())
    }
}

/// The full explanation, as bits: the reasons of the outcome, which rows match, and of the others every cell that fails.
#[derive(Debug)]
pub struct Cells;

impl Tells for Cells {
    const NAME: &'static str = "office-core, explained";

    fn tell(ruling: &BoundRuling<'_, Request>) -> Result<(), Failure> {
        for vote in ruling.votes() {
            if let Outcome::Refuse(reasons) = vote {
                reasons.iter().for_each(|reason| {
                    black_box(reason);
                });
            }
        }
        let why = ruling.why()?;
        black_box(why.matching().fold(0, |rows, row| rows ^ row));
        black_box(why.failing().fold(0, |bits, failing| bits ^ failing.bits));
        Ok(())
    }
}

/// The same in words that can be stored, with all facts.
#[derive(Debug)]
pub struct Words;

impl Tells for Words {
    const NAME: &'static str = "office-core, explained in words";

    fn tell(ruling: &BoundRuling<'_, Request>) -> Result<(), Failure> {
        black_box(ruling.why()?.explanation());
        Ok(())
    }
}

impl<T> Office<T> {
    /// Loads the twelve rules of the [policy].
    pub fn policy() -> Result<Self, Failure> {
        // What cells compare with is asked for as well.
        let others = [Input::new("budget", Kind::Number), Input::new("requester", Kind::Text)];
        let table = table(&POLICY_HEADER, others, POLICY.iter().map(|row| row.map(str::to_owned).to_vec()))?;
        let binding = Binding::<Request>::new(table.schema())
            .text("vendor", |request| request.vendor.text())
            .integer("quotes", |request| request.quotes.into())
            .text("approver", |request| &request.approver)
            .text("requester", |request| &request.requester)
            .text("category", |request| request.category.text())
            .text("department", |request| request.department.text())
            .integer("month", |request| request.on.month().into())
            .text("role", |request| request.role.text())
            .integer("cost_centre", |request| request.cost_centre.into())
            .number("amount", |request| request.amount)
            .number("budget", |request| request.budget)
            .build()?;
        Ok(Self { table, binding, last_forbid: policy::LAST_FORBID, tells: PhantomData })
    }

    /// Loads these rules, numbered from one.
    pub fn bands(bands: &[Band]) -> Result<Self, Failure> {
        let header = ["role", "category", "cost_centre: integer", "amount: number", "outcome"];
        let rows = bands.iter().map(|band| {
            let amount = format!("[{}..{})", band.from, band.until);
            let (role, category) = (band.role.text().to_owned(), band.category.text().to_owned());
            vec![role, category, band.cost_centre.to_string(), amount, "allow".to_owned()]
        });
        let table = table(&header, [], rows)?;
        let binding = Binding::<Request>::new(table.schema())
            .text("role", |request| request.role.text())
            .text("category", |request| request.category.text())
            .integer("cost_centre", |request| request.cost_centre.into())
            .number("amount", |request| request.amount)
            .build()?;
        Ok(Self { table, binding, last_forbid: 0, tells: PhantomData })
    }

    fn verdict(&self, ruling: &BoundRuling<'_, Request>) -> Result<Verdict, Failure> {
        let mut matching = Matching::of(self.last_forbid);
        for row in ruling.rows() {
            matching.add(row.try_into()?);
        }
        Ok(matching.verdict())
    }
}

/// The table, which looks at some facts besides those of its columns.
fn table<const OTHERS: usize>(
    header: &[&str],
    others: [Input; OTHERS],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<DecisionTable, Failure> {
    let text = TableText { hit: HitPolicy::Collect, ..TableText::from_rows(header, rows)? };
    let columns = text.schema(Dialect::Office)?.inputs().to_vec();
    let schema = Schema::new(columns.into_iter().chain(others))?;
    Ok(DecisionTable::new(text, &schema, Dialect::Office)?)
}

impl<T: Tells> Engine for Office<T> {
    const NAME: &str = T::NAME;
    const VALUES: &str = "decimals, months";
    type Facts<'r> = &'r Request;

    fn facts<'r>(&self, request: &'r Request) -> Result<&'r Request, Failure> {
        Ok(request)
    }

    fn judge(&mut self, request: &&Request) -> Result<Verdict, Failure> {
        let ruling = self.table.decide_bound(&self.binding, *request)?;
        T::tell(&ruling)?;
        self.verdict(&ruling)
    }
}
