//! regorus: Rego, compiled for its virtual machine. A rule set that collects the numbers of the rules that match.
//!
//! Numbers are integers or floats, so amounts are cents. There is no type for days, and the time functions count
//! nanoseconds, so the month is a fact of its own.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use chrono::Datelike;
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{PolicyModule, Rc, Value, compile_policy_with_entrypoint};

use super::{Engine, Failure, cents};
use crate::purchase::band::Band;
use crate::purchase::{Matching, Request, Verdict, policy};

/// The twelve rules of the policy.
const POLICY: &str = r#"
package purchase

matching contains 1 if input.vendor == "blocked"
matching contains 2 if input.amount > input.budget
matching contains 3 if {
    input.amount >= 500000
    input.quotes < 3
}
matching contains 4 if input.approver == input.requester
matching contains 5 if {
    input.category == "IT goods"
    input.department != "IT"
    input.amount > 100000
}
matching contains 6 if {
    input.category == "catering"
    input.month == 12
    input.amount > 50000
}
matching contains 7 if {
    input.vendor == "new"
    input.amount > 250000
}
matching contains 8 if {
    input.role == "team lead"
    input.amount <= 50000
}
matching contains 9 if {
    input.role == "department head"
    input.department in {"IT", "facilities"}
    input.amount <= 500000
}
matching contains 10 if {
    input.role == "department head"
    input.cost_centre == 4100
    input.amount <= 1000000
}
matching contains 11 if {
    input.role == "finance manager"
    input.amount <= 2000000
}
matching contains 12 if {
    input.role == "director"
    input.amount <= 10000000
}
"#;

const ENTRY: &str = "data.purchase.matching";

/// A program in Rego on its machine.
pub struct Regorus {
    machine: RegoVM,
    names: Names,
    last_forbid: u16,
}

impl fmt::Debug for Regorus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Regorus").finish_non_exhaustive()
    }
}

/// The names of the facts, made once and shared.
struct Names {
    role: Value,
    approver: Value,
    requester: Value,
    department: Value,
    cost_centre: Value,
    category: Value,
    amount: Value,
    budget: Value,
    quotes: Value,
    vendor: Value,
    month: Value,
}

impl Regorus {
    /// Loads the twelve rules of the [policy].
    pub fn policy() -> Result<Self, Failure> {
        Self::compiled(POLICY, policy::LAST_FORBID)
    }

    /// Loads these rules, numbered from one.
    pub fn bands(bands: &[Band]) -> Result<Self, Failure> {
        let mut text = "package purchase\n".to_owned();
        for (number, band) in (1_u16..).zip(bands) {
            rule(&mut text, number, band)?;
        }
        Self::compiled(&text, 0)
    }

    fn compiled(text: &str, last_forbid: u16) -> Result<Self, Failure> {
        let module = PolicyModule { id: Rc::from("purchase.rego"), content: Rc::from(text) };
        let policy = compile_policy_with_entrypoint(Value::new_object(), &[module], Rc::from(ENTRY))?;
        let mut machine = RegoVM::new();
        machine.load_program(Compiler::compile_from_policy(&policy, &[ENTRY])?);
        let names = Names {
            role: Value::from("role"),
            approver: Value::from("approver"),
            requester: Value::from("requester"),
            department: Value::from("department"),
            cost_centre: Value::from("cost_centre"),
            category: Value::from("category"),
            amount: Value::from("amount"),
            budget: Value::from("budget"),
            quotes: Value::from("quotes"),
            vendor: Value::from("vendor"),
            month: Value::from("month"),
        };
        Ok(Self { machine, names, last_forbid })
    }
}

fn rule(text: &mut String, number: u16, band: &Band) -> Result<(), Failure> {
    writeln!(text, "matching contains {number} if {{")?;
    writeln!(text, "    input.role == {:?}", band.role.text())?;
    writeln!(text, "    input.category == {:?}", band.category.text())?;
    writeln!(text, "    input.cost_centre == {}", band.cost_centre)?;
    writeln!(text, "    {} <= input.amount", cents(band.from)?)?;
    writeln!(text, "    input.amount < {}", cents(band.until)?)?;
    writeln!(text, "}}")?;
    Ok(())
}

impl Engine for Regorus {
    const NAME: &str = "regorus";
    const VALUES: &str = "cents, months";
    type Facts<'r> = Value;

    fn facts(&self, request: &Request) -> Result<Value, Failure> {
        let names = &self.names;
        Ok(Value::from(BTreeMap::from([
            (names.role.clone(), Value::from(request.role.text())),
            (names.approver.clone(), Value::from(request.approver.as_str())),
            (names.requester.clone(), Value::from(request.requester.as_str())),
            (names.department.clone(), Value::from(request.department.text())),
            (names.cost_centre.clone(), Value::from(u32::from(request.cost_centre))),
            (names.category.clone(), Value::from(request.category.text())),
            (names.amount.clone(), Value::from(cents(request.amount)?)),
            (names.budget.clone(), Value::from(cents(request.budget)?)),
            (names.quotes.clone(), Value::from(request.quotes)),
            (names.vendor.clone(), Value::from(request.vendor.text())),
            (names.month.clone(), Value::from(request.on.month())),
        ])))
    }

    fn judge(&mut self, facts: &Value) -> Result<Verdict, Failure> {
        self.machine.set_input(facts.clone());
        let answer = self.machine.execute()?;
        let mut matching = Matching::of(self.last_forbid);
        for number in answer.as_set()? {
            matching.add(number.as_u16()?);
        }
        Ok(matching.verdict())
    }
}
