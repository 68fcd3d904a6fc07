//! datalogic-rs: JSON logic, compiled. One expression that answers with a list of truth values, one for each rule.
//!
//! Numbers are 64-bit integers or floats, so amounts are cents. Its dates, behind a feature, give no month as a number,
//! so the month is a fact of its own.

use std::fmt;

use chrono::Datelike;
use datalogic_rs::bumpalo::Bump;
use datalogic_rs::{DataValue, Logic};
use serde_json::{Value, json};

use super::{Engine, Failure, cents};
use crate::purchase::band::Band;
use crate::purchase::{Matching, Request, Verdict, policy};

/// JSON logic with its scratch memory.
pub struct Datalogic {
    engine: datalogic_rs::Engine,
    logic: Logic,
    arena: Bump,
    last_forbid: u16,
}

impl fmt::Debug for Datalogic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Datalogic").finish_non_exhaustive()
    }
}

impl Datalogic {
    /// Loads the twelve rules of the [policy].
    pub fn policy() -> Result<Self, Failure> {
        let rules = json!([
            {"===": [{"var": "vendor"}, "blocked"]},
            {">": [{"var": "amount"}, {"var": "budget"}]},
            {"and": [{">=": [{"var": "amount"}, 500_000]}, {"<": [{"var": "quotes"}, 3]}]},
            {"===": [{"var": "approver"}, {"var": "requester"}]},
            {"and": [
                {"===": [{"var": "category"}, "IT goods"]},
                {"!==": [{"var": "department"}, "IT"]},
                {">": [{"var": "amount"}, 100_000]},
            ]},
            {"and": [
                {"===": [{"var": "category"}, "catering"]},
                {"===": [{"var": "month"}, 12]},
                {">": [{"var": "amount"}, 50_000]},
            ]},
            {"and": [{"===": [{"var": "vendor"}, "new"]}, {">": [{"var": "amount"}, 250_000]}]},
            {"and": [{"===": [{"var": "role"}, "team lead"]}, {"<=": [{"var": "amount"}, 50_000]}]},
            {"and": [
                {"===": [{"var": "role"}, "department head"]},
                {"in": [{"var": "department"}, ["IT", "facilities"]]},
                {"<=": [{"var": "amount"}, 500_000]},
            ]},
            {"and": [
                {"===": [{"var": "role"}, "department head"]},
                {"===": [{"var": "cost_centre"}, 4100]},
                {"<=": [{"var": "amount"}, 1_000_000]},
            ]},
            {"and": [{"===": [{"var": "role"}, "finance manager"]}, {"<=": [{"var": "amount"}, 2_000_000]}]},
            {"and": [{"===": [{"var": "role"}, "director"]}, {"<=": [{"var": "amount"}, 10_000_000]}]},
        ]);
        Self::compiled(&rules, policy::LAST_FORBID)
    }

    /// Loads these rules, numbered from one.
    pub fn bands(bands: &[Band]) -> Result<Self, Failure> {
        let rules: Result<Vec<Value>, Failure> = bands.iter().map(rule).collect();
        Self::compiled(&Value::Array(rules?), 0)
    }

    fn compiled(rules: &Value, last_forbid: u16) -> Result<Self, Failure> {
        let engine = datalogic_rs::Engine::new();
        let logic = engine.compile(rules.to_string().as_str())?;
        Ok(Self { engine, logic, arena: Bump::new(), last_forbid })
    }
}

fn rule(band: &Band) -> Result<Value, Failure> {
    Ok(json!({"and": [
        {"===": [{"var": "role"}, band.role.text()]},
        {"===": [{"var": "category"}, band.category.text()]},
        {"===": [{"var": "cost_centre"}, band.cost_centre]},
        {"<=": [cents(band.from)?, {"var": "amount"}]},
        {"<": [{"var": "amount"}, cents(band.until)?]},
    ]}))
}

impl Engine for Datalogic {
    const NAME: &str = "datalogic-rs";
    const VALUES: &str = "cents, months";
    type Facts<'r> = [(&'static str, DataValue<'r>); 11];

    fn facts<'r>(&self, request: &'r Request) -> Result<Self::Facts<'r>, Failure> {
        let text = DataValue::from_borrowed_str;
        let number = DataValue::from_i64;
        Ok([
            ("amount", number(cents(request.amount)?)),
            ("role", text(request.role.text())),
            ("category", text(request.category.text())),
            ("cost_centre", number(request.cost_centre.into())),
            ("department", text(request.department.text())),
            ("vendor", text(request.vendor.text())),
            ("budget", number(cents(request.budget)?)),
            ("quotes", number(request.quotes.into())),
            ("month", number(request.on.month().into())),
            ("approver", text(&request.approver)),
            ("requester", text(&request.requester)),
        ])
    }

    fn judge(&mut self, facts: &Self::Facts<'_>) -> Result<Verdict, Failure> {
        let facts = &DataValue::Object(facts);
        let answer = self.engine.evaluate(&self.logic, facts, &self.arena)?;
        let mut matching = Matching::of(self.last_forbid);
        for (number, answer) in (1..).zip(answer.as_array().ok_or("not a list of answers")?) {
            if answer.as_bool() == Some(true) {
                matching.add(number);
            }
        }
        self.arena.reset();
        Ok(matching.verdict())
    }
}
