//! zen-engine: one decision table that collects the numbers of all matching rows, compiled and indexed.
//!
//! Amounts are its decimals. Days are texts that the one cell which needs it reads as a date.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::Ordering;

use office_core::wait;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Value, json};
use zen_engine::ZEN_CONFIG;
use zen_engine::model::GraphContent;
use zen_expression::variable::{Variable, VariableMap};

use super::{Engine, Failure};
use crate::purchase::band::Band;
use crate::purchase::{Matching, Request, Verdict, policy};

/// The columns: an id and the input that the cells test. The last has no input: its cells are whole conditions.
const COLUMNS: [(&str, &str); 9] = [
    ("vendor", "vendor"),
    ("quotes", "quotes"),
    ("category", "category"),
    ("department", "department"),
    ("on", "on"),
    ("role", "role"),
    ("cost_centre", "cost_centre"),
    ("amount", "amount"),
    ("condition", ""),
];

/// The twelve rules of the policy, in order: the cells that are not empty.
const POLICY: [&[(&str, &str)]; 12] = [
    &[("vendor", r#""blocked""#)],
    &[("condition", "amount > budget")],
    &[("quotes", "< 3"), ("amount", ">= 5000")],
    &[("condition", "approver == requester")],
    &[("category", r#""IT goods""#), ("department", r#"not in ["IT"]"#), ("amount", "> 1000")],
    &[("category", r#""catering""#), ("on", "d($).month() == 12"), ("amount", "> 500")],
    &[("vendor", r#""new""#), ("amount", "> 2500")],
    &[("role", r#""team lead""#), ("amount", "<= 500")],
    &[("role", r#""department head""#), ("department", r#""IT", "facilities""#), ("amount", "<= 5000")],
    &[("role", r#""department head""#), ("cost_centre", "4100"), ("amount", "<= 10000")],
    &[("role", r#""finance manager""#), ("amount", "<= 20000")],
    &[("role", r#""director""#), ("amount", "<= 100000")],
];

/// A decision table.
pub struct Zen {
    decision: zen_engine::Decision,
    last_forbid: u16,
}

impl fmt::Debug for Zen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Zen").finish_non_exhaustive()
    }
}

impl Zen {
    /// Loads the twelve rules of the [policy].
    pub fn policy() -> Result<Self, Failure> {
        let rows =
            POLICY.iter().map(|cells| cells.iter().map(|(column, cell)| (*column, (*cell).to_owned())).collect());
        Self::table(&COLUMNS, rows, policy::LAST_FORBID)
    }

    /// Loads these rules, numbered from one.
    pub fn bands(bands: &[Band]) -> Result<Self, Failure> {
        let columns = ["role", "category", "cost_centre", "amount"].map(|name| (name, name));
        let rows = bands.iter().map(|band| {
            BTreeMap::from([
                ("role", format!("{:?}", band.role.text())),
                ("category", format!("{:?}", band.category.text())),
                ("cost_centre", band.cost_centre.to_string()),
                ("amount", format!("[{}..{})", band.from, band.until)),
            ])
        });
        Self::table(&columns, rows, 0)
    }

    fn table<'t>(
        columns: &[(&str, &str)],
        rows: impl Iterator<Item = BTreeMap<&'t str, String>>,
        last_forbid: u16,
    ) -> Result<Self, Failure> {
        let inputs = columns.iter().map(|(id, field)| json!({"id": id, "name": id, "field": field}));
        let rules = (1_u16..).zip(rows).map(|(number, mut cells)| {
            cells.insert("rule", number.to_string());
            json!(cells)
        });
        let content: GraphContent = serde_json::from_value(json!({
            "nodes": [
                {"id": "in", "name": "in", "type": "inputNode"},
                {"id": "table", "name": "table", "type": "decisionTableNode", "content": {
                    "hitPolicy": "collect",
                    "inputs": inputs.collect::<Vec<Value>>(),
                    "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
                    "rules": rules.collect::<Vec<Value>>(),
                }},
                {"id": "out", "name": "out", "type": "outputNode"},
            ],
            "edges": [
                {"id": "1", "sourceId": "in", "targetId": "table"},
                {"id": "2", "sourceId": "table", "targetId": "out"},
            ],
        }))?;
        let mut decision = zen_engine::Decision::from(content);
        decision.validate().map_err(|error| error.to_string())?;
        decision.compile();
        // No cell asks what other nodes answered, so nobody needs to collect it.
        ZEN_CONFIG.nodes_in_context.store(false, Ordering::Relaxed);
        Ok(Self { decision, last_forbid })
    }
}

impl Engine for Zen {
    const NAME: &str = "zen-engine";
    const VALUES: &str = "decimals, texts";
    type Facts<'r> = Variable;

    fn facts(&self, request: &Request) -> Result<Variable, Failure> {
        let text = |text: &str| Variable::String(text.into());
        let number = |number: u32| Variable::Number(Decimal::from(number));
        let facts = [
            ("role", text(request.role.text())),
            ("approver", text(&request.approver)),
            ("requester", text(&request.requester)),
            ("department", text(request.department.text())),
            ("cost_centre", number(request.cost_centre.into())),
            ("category", text(request.category.text())),
            ("amount", Variable::Number(request.amount)),
            ("budget", Variable::Number(request.budget)),
            ("quotes", number(request.quotes)),
            ("vendor", text(request.vendor.text())),
            ("on", text(&request.on.to_string())),
        ];
        let mut map = VariableMap::with_capacity(facts.len());
        for (name, fact) in facts {
            map.insert(name.into(), fact);
        }
        Ok(Variable::from_object(map))
    }

    fn judge(&mut self, facts: &Variable) -> Result<Verdict, Failure> {
        let response = wait(self.decision.evaluate(facts.clone())).map_err(|error| error.to_string())?;
        let rows = response.result.as_array().ok_or("not a list of rows")?;
        let mut matching = Matching::of(self.last_forbid);
        for row in rows.borrow().iter() {
            let number = row.dot("rule").and_then(|number| number.as_number()?.to_u16());
            matching.add(number.ok_or("not the number of a rule")?);
        }
        Ok(matching.verdict())
    }
}
