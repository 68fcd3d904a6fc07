//! Writing expressions in their one form.

use super::literal::key_literal;
use super::node::{COMPARISON, Form, LOOSEST, NEGATION, Node, SUM, TIGHTEST};
use crate::rules::{Dialect, Kind, NoLiteral, Value};

impl Node {
    /// Its one form, from which the same is read.
    pub(in crate::rules) fn written(&self, dialect: Dialect) -> Result<String, NoLiteral> {
        self.write(dialect, LOOSEST)
    }

    /// Its form where operands are held so tightly: in parentheses if it holds its own less tightly.
    fn write(&self, dialect: Dialect, tightness: u8) -> Result<String, NoLiteral> {
        let text = self.bare(dialect)?;
        Ok(if self.tightness() < tightness { format!("({text})") } else { text })
    }

    /// How tightly it holds its parts.
    fn tightness(&self) -> u8 {
        match &self.form {
            Form::If(_) => LOOSEST,
            Form::Joined(operator, _) => operator.power(),
            Form::Between(_) | Form::In(..) => COMPARISON,
            Form::Negated(_) => NEGATION,
            Form::Literal(value) if is_negative(value) => NEGATION,
            _ => TIGHTEST,
        }
    }

    fn bare(&self, dialect: Dialect) -> Result<String, NoLiteral> {
        let all = |parts: &[Self]| -> Result<String, NoLiteral> {
            let parts: Result<Vec<_>, _> = parts.iter().map(|part| part.written(dialect)).collect();
            Ok(parts?.join(", "))
        };
        Ok(match &self.form {
            Form::Literal(value) => value.literal(dialect)?,
            Form::Input => "?".to_owned(),
            Form::Name(_, name) => name.clone(),
            Form::Path(part, name) => format!("{}.{name}", part.write(dialect, TIGHTEST)?),
            Form::Negated(part) => format!("-{}", part.write(dialect, NEGATION)?),
            Form::Joined(operator, parts) => {
                let [left, right] = &**parts;
                let power = operator.power();
                let (left, right) = (left.write(dialect, power)?, right.write(dialect, power.saturating_add(1))?);
                format!("{left} {} {right}", operator.sign())
            }
            Form::Between(parts) => {
                let [part, low, high] = &**parts;
                let (low, high) = (low.write(dialect, SUM)?, high.write(dialect, SUM)?);
                format!("{} between {low} and {high}", part.write(dialect, COMPARISON)?)
            }
            Form::In(part, tests) => format!("{} in ({})", part.write(dialect, COMPARISON)?, in_sums(tests, dialect)?),
            Form::Interval { ends, low_included, high_included } => {
                let [low, high] = &**ends;
                let (open, close) = (if *low_included { '[' } else { '(' }, if *high_included { ']' } else { ')' });
                format!("{open}{}..{}{close}", low.write(dialect, SUM)?, high.write(dialect, SUM)?)
            }
            Form::Compared(operator, part) => format!("{} {}", operator.sign(), part.write(dialect, SUM)?),
            Form::If(parts) => {
                let [condition, then, other] = &**parts;
                let (condition, then) = (condition.written(dialect)?, then.written(dialect)?);
                format!("if {condition} then {then} else {}", other.written(dialect)?)
            }
            Form::List(parts) => format!("[{}]", all(parts)?),
            Form::Record(fields) => {
                let field = |(name, part): &(String, Self)| {
                    Ok(format!("{}: {}", key_literal(name, dialect), part.written(dialect)?))
                };
                let fields: Result<Vec<_>, NoLiteral> = fields.iter().map(field).collect();
                format!("{{{}}}", fields?.join(", "))
            }
            Form::Call(function, _) if function.is_of_office() && dialect == Dialect::Dmn => {
                return Err(NoLiteral { kind: Kind::Any, dialect });
            }
            Form::Call(function, parts) => format!("{}({})", function.name(), all(parts)?),
        })
    }
}

/// Tests after `in`.
fn in_sums(tests: &[Node], dialect: Dialect) -> Result<String, NoLiteral> {
    let tests: Result<Vec<_>, _> = tests.iter().map(|test| test.write(dialect, SUM)).collect();
    Ok(tests?.join(", "))
}

/// Whether a value is written with a sign before it.
fn is_negative(value: &Value) -> bool {
    value.literal(Dialect::Office).is_ok_and(|text| text.starts_with('-'))
}
