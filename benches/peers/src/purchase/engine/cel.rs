//! cel: Google's Common Expression Language. One program for each rule, over variables that borrow from the request.
//!
//! There are no decimals, so amounts are cents. Days are timestamps at midnight.

use std::fmt;
use std::sync::Arc;

use cel::common::types::{CelInt, CelString, CelTimestamp};
use cel::common::value::CowVal;
use cel::context::VariableResolver;
use cel::{Context, Env, Program, Value};
use chrono::NaiveTime;

use super::{Engine, Failure, cents};
use crate::purchase::band::Band;
use crate::purchase::{Matching, Request, Verdict, policy};

/// The twelve rules of the policy, in order.
const POLICY: [&str; 12] = [
    r#"vendor == "blocked""#,
    "amount > budget",
    "amount >= 500000 && quotes < 3",
    "approver == requester",
    r#"category == "IT goods" && department != "IT" && amount > 100000"#,
    // Months count from zero.
    r#"category == "catering" && on.getMonth() == 11 && amount > 50000"#,
    r#"vendor == "new" && amount > 250000"#,
    r#"role == "team lead" && amount <= 50000"#,
    r#"role == "department head" && department in ["IT", "facilities"] && amount <= 500000"#,
    r#"role == "department head" && cost_centre == 4100 && amount <= 1000000"#,
    r#"role == "finance manager" && amount <= 2000000"#,
    r#"role == "director" && amount <= 10000000"#,
];

/// Programs in CEL.
pub struct Cel {
    env: Arc<Env>,
    programs: Vec<(u16, Program)>,
    last_forbid: u16,
}

impl fmt::Debug for Cel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Cel").finish_non_exhaustive()
    }
}

impl Cel {
    /// Loads the twelve rules of the [policy].
    pub fn policy() -> Result<Self, Failure> {
        Self::compiled(POLICY.iter().map(ToString::to_string), policy::LAST_FORBID)
    }

    /// Loads these rules, numbered from one.
    pub fn bands(bands: &[Band]) -> Result<Self, Failure> {
        let texts: Result<Vec<String>, Failure> = bands.iter().map(rule).collect();
        Self::compiled(texts?, 0)
    }

    fn compiled(texts: impl IntoIterator<Item = String>, last_forbid: u16) -> Result<Self, Failure> {
        let env = Arc::new(Env::stdlib());
        let compile = |text: String| env.compile(&text).map_err(|errors| format!("{text}: {errors}"));
        let programs: Result<Vec<Program>, String> = texts.into_iter().map(compile).collect();
        Ok(Self { env: env.clone(), programs: (1..).zip(programs?).collect(), last_forbid })
    }
}

fn rule(band: &Band) -> Result<String, Failure> {
    Ok(format!(
        "role == {:?} && category == {:?} && cost_centre == {} && {} <= amount && amount < {}",
        band.role.text(),
        band.category.text(),
        band.cost_centre,
        cents(band.from)?,
        cents(band.until)?,
    ))
}

/// The variables of the programs.
#[derive(Debug)]
pub struct Variables<'r> {
    role: CelString<'r>,
    approver: CelString<'r>,
    requester: CelString<'r>,
    department: CelString<'r>,
    cost_centre: CelInt,
    category: CelString<'r>,
    amount: CelInt,
    budget: CelInt,
    quotes: CelInt,
    vendor: CelString<'r>,
    on: CelTimestamp,
}

impl VariableResolver for Variables<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        Some(CowVal::Borrowed(match variable {
            "role" => &self.role,
            "approver" => &self.approver,
            "requester" => &self.requester,
            "department" => &self.department,
            "cost_centre" => &self.cost_centre,
            "category" => &self.category,
            "amount" => &self.amount,
            "budget" => &self.budget,
            "quotes" => &self.quotes,
            "vendor" => &self.vendor,
            "on" => &self.on,
            _ => return None,
        }))
    }
}

impl Engine for Cel {
    const NAME: &str = "cel";
    const VALUES: &str = "cents, timestamps";
    type Facts<'r> = Variables<'r>;

    fn facts<'r>(&self, request: &'r Request) -> Result<Variables<'r>, Failure> {
        Ok(Variables {
            role: CelString::from(request.role.text()),
            approver: CelString::from(request.approver.as_str()),
            requester: CelString::from(request.requester.as_str()),
            department: CelString::from(request.department.text()),
            cost_centre: CelInt::from(i64::from(request.cost_centre)),
            category: CelString::from(request.category.text()),
            amount: CelInt::from(cents(request.amount)?),
            budget: CelInt::from(cents(request.budget)?),
            quotes: CelInt::from(i64::from(request.quotes)),
            vendor: CelString::from(request.vendor.text()),
            on: CelTimestamp::from(request.on.and_time(NaiveTime::MIN).and_utc().fixed_offset()),
        })
    }

    fn judge(&mut self, facts: &Variables<'_>) -> Result<Verdict, Failure> {
        let mut context = Context::with_env(Arc::clone(&self.env));
        context.set_variable_resolver(facts);
        let mut matching = Matching::of(self.last_forbid);
        for (number, program) in &self.programs {
            if program.execute(&context)? == Value::Bool(true) {
                matching.add(*number);
            }
        }
        Ok(matching.verdict())
    }
}
