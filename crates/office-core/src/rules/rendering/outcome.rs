//! Outcomes, told: who must approve, and why something is refused.

use super::{Phrases, code};
use crate::Role;
use crate::rules::{Approvals, Delay, Obligations, Outcome, Step};

impl Outcome {
    /// What is decided, in a language.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{Outcome, ParseOutcomeError, Phrases};
    ///
    /// let outcome: Outcome = "approvals: 2 finance purchase.approve no delegation; 1 executive purchase.approve".parse()?;
    /// assert_eq!(
    ///     outcome.told(&Phrases::russian().with_name("finance", "бухгалтерия")),
    ///     "требуется согласование: 2 человека с ролью «бухгалтерия» (полномочие: purchase.approve), только лично; \
    ///      затем 1 человек с ролью «executive» (полномочие: purchase.approve)",
    /// );
    ///
    /// // A reason for which the phrases have no words is told by its code.
    /// let refused: Outcome = "refuse: over_budget(limit: 500 EUR)".parse()?;
    /// assert_eq!(refused.told(&Phrases::chinese()), "拒绝：over_budget(limit: 500 EUR)");
    /// # Ok::<(), ParseOutcomeError>(())
    /// ```
    #[must_use]
    pub fn told(&self, phrases: &Phrases) -> String {
        match self {
            Self::Allow => phrases.say(&code::ALLOWED, []),
            Self::Refuse(reasons) => {
                let reasons: Vec<_> = reasons.iter().map(|reason| phrases.remark(reason)).collect();
                phrases.say(&code::REFUSED, [&phrases.list(&reasons, &code::SEMICOLON, &code::SEMICOLON)])
            }
            Self::Approvals(approvals) => approvals.told(phrases),
        }
    }
}

impl Approvals {
    /// Who must approve, and in which order, in a language.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{Outcome, Phrases};
    ///
    /// let outcome = "approvals: 1 finance purchase.approve & 1 it purchase.approve".parse()?;
    /// let Outcome::Approvals(approvals) = outcome else { return Err("no approvals".into()) };
    /// assert_eq!(
    ///     approvals.told(&Phrases::english()),
    ///     "approval needed: 1 person in the role of finance (authority: purchase.approve), as well as \
    ///      1 person in the role of it (authority: purchase.approve)",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn told(&self, phrases: &Phrases) -> String {
        let mut told = String::new();
        let mut before = None;
        for (stage, step) in self.steps() {
            match before {
                None => {}
                Some(same) if same == stage => told.push_str(&phrases.say(&code::AS_WELL, [])),
                Some(_) => told.push_str(&phrases.say(&code::THEN, [])),
            }
            told.push_str(&step.told(phrases));
            before = Some(stage);
        }
        phrases.say(&code::APPROVALS, [&told])
    }
}

impl Step {
    /// Who must approve, in a language.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{Outcome, Phrases};
    ///
    /// let outcome = "approvals: 2 finance purchase.approve expire after 40h".parse()?;
    /// let Outcome::Approvals(approvals) = outcome else { return Err("no approvals".into()) };
    /// let told: Vec<String> = approvals.steps().map(|(_, step)| step.told(&Phrases::chinese())).collect();
    /// assert_eq!(told, ["2名角色为“finance”的人员（权限：purchase.approve），40个工作小时后失效"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn told(&self, phrases: &Phrases) -> String {
        let role = |role: &Role| phrases.say(&code::ROLE, [phrases.name(role.name())]);
        let roles: Vec<_> = self.roles().iter().map(role).collect();
        let roles = phrases.list(&roles, &code::COMMA, &code::OR);
        let action = self.action().to_string();
        let count = self.count().to_string();
        let mut parts = vec![phrases.say(&code::APPROVALS_STEP, [&count, &roles, phrases.name(&action)])];
        parts.extend(self.scope().map(|scope| phrases.say(&code::STEP_SCOPE, [&scope.to_string()])));
        let escalations = self.escalations().iter();
        let escalations =
            escalations.map(|(to, after)| phrases.say(&code::STEP_ESCALATION, [&role(to), &phrases.delay(*after)]));
        parts.extend(escalations);
        parts.extend(self.expiry().map(|after| phrases.say(&code::STEP_EXPIRY, [&phrases.delay(after)])));
        parts.extend((!self.is_delegable()).then(|| phrases.say(&code::STEP_IN_PERSON, [])));
        parts.extend(self.is_kept_when_returned().then(|| phrases.say(&code::STEP_KEPT, [])));
        phrases.list(&parts, &code::CLAUSE, &code::CLAUSE)
    }
}

impl Phrases {
    pub(super) fn obligations(&self, obligations: &Obligations) -> String {
        let told: Vec<_> = obligations.iter().map(|one| self.remark(one)).collect();
        self.list(&told, &code::SEMICOLON, &code::SEMICOLON)
    }

    fn delay(&self, delay: Delay) -> String {
        let length = delay.working();
        let (hours, minutes) = (length.num_hours(), length.num_minutes() % 60);
        let (told_hours, told_minutes) = (hours.to_string(), minutes.to_string());
        match (hours, minutes) {
            (0, _) => self.say(&code::MINUTES, [&told_minutes]),
            (_, 0) => self.say(&code::HOURS, [&told_hours]),
            _ => self.say(&code::HOURS_AND_MINUTES, [&told_hours, &told_minutes]),
        }
    }
}
