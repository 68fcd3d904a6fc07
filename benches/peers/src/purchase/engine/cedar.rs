//! cedar-policy: one `forbid` or `permit` for each rule. The approver is the principal, the rest is the context.
//!
//! Amounts are Cedar's decimals of four digits. Its days, timestamps at midnight, give no month, so the month is a fact
//! of its own.

use std::fmt;

use cedar_policy::{
    Authorizer, Context, Decision as Answer, Entities, EntityId, EntityTypeName, EntityUid, Policy, PolicyId,
    PolicySet, RestrictedExpression,
};
use chrono::Datelike;
use rust_decimal::Decimal;

use super::{Engine, Failure};
use crate::purchase::band::Band;
use crate::purchase::{Decision, Request, Rules, Verdict};

/// The twelve rules of the policy, in order.
const POLICY: [&str; 12] = [
    r#"forbid(principal, action, resource) when { context.vendor == "blocked" };"#,
    "forbid(principal, action, resource) when { context.amount.greaterThan(context.budget) };",
    r#"forbid(principal, action, resource)
       when { context.quotes < 3 && context.amount.greaterThanOrEqual(decimal("5000.00")) };"#,
    "forbid(principal, action, resource) when { principal == context.requester };",
    r#"forbid(principal, action, resource) when {
           context.category == "IT goods" && context.department != "IT" && context.amount.greaterThan(decimal("1000.00"))
       };"#,
    r#"forbid(principal, action, resource) when {
           context.category == "catering" && context.month == 12 && context.amount.greaterThan(decimal("500.00"))
       };"#,
    r#"forbid(principal, action, resource)
       when { context.vendor == "new" && context.amount.greaterThan(decimal("2500.00")) };"#,
    r#"permit(principal, action, resource)
       when { context.role == "team lead" && context.amount.lessThanOrEqual(decimal("500.00")) };"#,
    r#"permit(principal, action, resource) when {
           context.role == "department head" && ["IT", "facilities"].contains(context.department)
           && context.amount.lessThanOrEqual(decimal("5000.00"))
       };"#,
    r#"permit(principal, action, resource) when {
           context.role == "department head" && context.cost_centre == 4100
           && context.amount.lessThanOrEqual(decimal("10000.00"))
       };"#,
    r#"permit(principal, action, resource)
       when { context.role == "finance manager" && context.amount.lessThanOrEqual(decimal("20000.00")) };"#,
    r#"permit(principal, action, resource)
       when { context.role == "director" && context.amount.lessThanOrEqual(decimal("100000.00")) };"#,
];

/// Policies in Cedar.
pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    person: EntityTypeName,
    approve: EntityUid,
    purchase: EntityUid,
}

impl fmt::Debug for Cedar {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Cedar").finish_non_exhaustive()
    }
}

impl Cedar {
    /// Loads the twelve rules of the [policy](crate::purchase::policy).
    pub fn policy() -> Result<Self, Failure> {
        Self::parsed(POLICY.iter().map(ToString::to_string))
    }

    /// Loads these rules, numbered from one.
    pub fn bands(bands: &[Band]) -> Result<Self, Failure> {
        Self::parsed(bands.iter().map(rule))
    }

    /// Each policy has its number as its id.
    fn parsed(texts: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let mut policies = PolicySet::new();
        for (number, text) in (1_u16..).zip(texts) {
            policies.add(Policy::parse(Some(PolicyId::new(number.to_string())), text)?)?;
        }
        Ok(Self {
            authorizer: Authorizer::new(),
            policies,
            entities: Entities::empty(),
            person: "Person".parse()?,
            approve: r#"Action::"approve""#.parse()?,
            purchase: r#"Purchase::"this""#.parse()?,
        })
    }

    fn person(&self, id: &str) -> EntityUid {
        EntityUid::from_type_name_and_id(self.person.clone(), EntityId::new(id))
    }
}

fn rule(band: &Band) -> String {
    format!(
        "permit(principal, action, resource) when {{
             context.role == {:?} && context.category == {:?} && context.cost_centre == {}
             && context.amount.greaterThanOrEqual(decimal(\"{}\")) && context.amount.lessThan(decimal(\"{}\"))
         }};",
        band.role.text(),
        band.category.text(),
        band.cost_centre,
        band.from,
        band.until,
    )
}

impl Engine for Cedar {
    const NAME: &str = "cedar-policy";
    const VALUES: &str = "decimals, months";
    type Facts<'r> = cedar_policy::Request;

    fn facts(&self, request: &Request) -> Result<cedar_policy::Request, Failure> {
        let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
        let number = |number: u32| RestrictedExpression::new_long(number.into());
        let decimal = |amount: Decimal| RestrictedExpression::new_decimal(amount.to_string());
        let context = Context::from_pairs([
            ("role".to_owned(), text(request.role.text())),
            ("requester".to_owned(), RestrictedExpression::new_entity_uid(self.person(&request.requester))),
            ("department".to_owned(), text(request.department.text())),
            ("cost_centre".to_owned(), number(request.cost_centre.into())),
            ("category".to_owned(), text(request.category.text())),
            ("amount".to_owned(), decimal(request.amount)),
            ("budget".to_owned(), decimal(request.budget)),
            ("quotes".to_owned(), number(request.quotes)),
            ("vendor".to_owned(), text(request.vendor.text())),
            ("month".to_owned(), number(request.on.month())),
        ])?;
        let approver = self.person(&request.approver);
        Ok(cedar_policy::Request::new(approver, self.approve.clone(), self.purchase.clone(), context, None)?)
    }

    fn judge(&mut self, facts: &cedar_policy::Request) -> Result<Verdict, Failure> {
        let response = self.authorizer.is_authorized(facts, &self.policies, &self.entities);
        let diagnostics = response.diagnostics();
        if let Some(error) = diagnostics.errors().next() {
            return Err(error.to_string().into());
        }
        let mut rules = [0; 7];
        let mut count = 0_usize;
        for id in diagnostics.reason() {
            *rules.get_mut(count).ok_or("more rules match than can")? = AsRef::<str>::as_ref(id).parse()?;
            count = count.saturating_add(1);
        }
        let rules = Rules::sorted(rules.into_iter().take(count));
        Ok(match response.decision() {
            Answer::Allow => Verdict { decision: Decision::Allowed, rules },
            Answer::Deny => Verdict::of(rules, Rules::none()),
        })
    }
}
