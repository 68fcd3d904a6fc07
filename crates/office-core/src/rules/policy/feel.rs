//! A policy said in FEEL, which other engines decide by.

use super::{Decision, DecisionText, ExpressionText, Policy, PolicyText, Rule};
use crate::rules::format::{NotCarried, Part};
use crate::rules::table::{feel_cell, feel_kind};
use crate::rules::{Dialect, InputText};

const FORMAT: &str = "FEEL";

impl Policy {
    /// The policy in FEEL, whose decisions have the same values. Drawn in DMN, any engine decides by it.
    ///
    /// # Errors
    /// [`NotCarried`] names what FEEL has no words for: amounts of money, quantities, instants, scopes, and the
    /// office's own outcomes, obligations and reasons.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{DecisionTable, Dialect, Facts, Policy, TableText, Value};
    ///
    /// let page = b"| catering: unique | people: integer | => catering: boolean |\n|---|---|---|\n\
    ///     | 1 | < 10 | no |\n| 2 | >= 10 | yes |\n";
    /// let text = TableText::read_markdown("catering.md", page)?;
    /// let schema = text.schema(Dialect::Office)?;
    /// let policy = Policy::of(DecisionTable::new(text, &schema, Dialect::Office)?);
    /// let feel = Policy::new(policy.in_feel()?)?;
    /// assert_eq!(feel.text().dialect, Dialect::Dmn);
    /// assert_eq!(feel.value("catering", &Facts::new().with("people", 12))?, Some(Value::from(true)));
    ///
    /// let votes = DecisionTable::from_rows(&["kind", "outcome"], [vec!["IT".into(), "allow".into()]])?;
    /// assert!(Policy::of(votes).in_feel().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn in_feel(&self) -> Result<PolicyText, NotCarried> {
        let mut inputs = Vec::new();
        for (input, place) in self.inputs().zip(1..) {
            let none = || {
                let found = format!("{}: {}", input.name(), input.kind());
                NotCarried::new(input.name(), FORMAT, Part::Head(place), &found, "a kind that FEEL has")
            };
            inputs.push(InputText {
                expression: input.name().to_owned(),
                kind: Some(feel_kind(input.kind()).ok_or_else(none)?),
                allowed: input.allowed().map(|cell| feel_cell(cell).ok_or_else(none)).transpose()?,
                optional: input.is_optional(),
            });
        }
        let mut decisions = self.decisions.iter().collect::<Vec<_>>();
        decisions.sort_by_key(|decision| decision.listed);
        let decisions = decisions.into_iter().map(Decision::in_feel).collect::<Result<_, _>>()?;
        Ok(PolicyText { dialect: Dialect::Dmn, inputs, decisions, ..self.text.clone() })
    }
}

impl Decision {
    fn in_feel(&self) -> Result<DecisionText, NotCarried> {
        let (expression, kind) = match &self.rule {
            Rule::Table(table) => return table.in_feel().map(DecisionText::Table),
            Rule::Expression(expression, kind) => (expression, kind),
        };
        let none = || {
            let place = Part::Decision(self.name.clone());
            NotCarried::new(&self.name, FORMAT, place, expression.text(), "what FEEL has words for")
        };
        Ok(DecisionText::Expression(ExpressionText {
            name: self.name.clone(),
            kind: Some(feel_kind(kind).ok_or_else(none)?),
            expression: expression.written(Dialect::Dmn).map_err(|_| none())?,
        }))
    }
}
