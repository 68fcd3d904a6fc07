//! The engines, one per file.

use rust_decimal::Decimal;

use super::{Request, Verdict};

pub mod cedar;
pub mod cel;
pub mod datalogic;
pub mod hand;
pub mod office;
pub mod regorus;
pub mod zen;

/// Why an engine could not load its rules, or not decide.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// An engine that holds one policy, ready to decide.
pub trait Engine {
    /// What the table calls it.
    const NAME: &'static str;

    /// How it holds amounts and days.
    const VALUES: &'static str;

    /// Whether a verdict names all rules that it rests on, or merely the first.
    const ALL_REASONS: bool = true;

    /// A request in the form that the engine evaluates.
    type Facts<'r>;

    /// Turns a request into facts.
    fn facts<'r>(&self, request: &'r Request) -> Result<Self::Facts<'r>, Failure>;

    /// Decides upon facts.
    fn judge(&mut self, facts: &Self::Facts<'_>) -> Result<Verdict, Failure>;

    /// Decides upon a request, from the struct to the verdict.
    fn decide(&mut self, request: &Request) -> Result<Verdict, Failure> {
        let facts = self.facts(request)?;
        self.judge(&facts)
    }
}

/// An amount in cents, for engines without decimals.
fn cents(amount: Decimal) -> Result<i64, Failure> {
    let mut exact = amount;
    exact.rescale(2);
    if exact != amount {
        return Err(format!("{amount} has more than two digits").into());
    }
    Ok(i64::try_from(exact.mantissa())?)
}
