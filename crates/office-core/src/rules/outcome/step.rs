//! One step of an approval.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::num::NonZeroU8;

use super::delay::DELAY;
use super::reader::{Reader, in_quotes};
use crate::rules::{Delay, ParseOutcomeError};
use crate::{Action, Role, Scope};

/// So many different people of certain roles, by their authority for an action.
///
/// How much each of them may approve is told by the limits of the [`AuthorityBook`](crate::AuthorityBook).
///
/// # Example
/// ```
/// use std::num::NonZeroU8;
///
/// use office_core::Role;
/// use office_core::rules::{Approvals, Outcome, Step};
///
/// let two = NonZeroU8::new(2).ok_or("at least one")?;
/// let step = Step::new(two, Role::new("finance"), "purchase.approve".parse()?)
///     .or(Role::new("executive"))
///     .within("company".parse()?)
///     .escalating_to(Role::new("director"), "8h".parse()?)
///     .without_delegation();
/// assert_eq!(
///     step.to_string(),
///     "2 executive|finance purchase.approve in company escalate to director after 8h no delegation",
/// );
/// assert_eq!(format!("approvals: {step}").parse(), Ok(Outcome::Approvals(Approvals::of(step))));
///
/// // Nobody at all is no step.
/// assert!("approvals: 0 finance purchase.approve".parse::<Outcome>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step {
    // Invariant: at least one role.
    roles: BTreeSet<Role>,
    action: Action,
    scope: Option<Scope>,
    count: NonZeroU8,
    escalations: BTreeMap<Role, Delay>,
    expiry: Option<Delay>,
    delegable: bool,
    lasting: bool,
}

impl Step {
    /// So many people of a role, by authority for an action, where the case belongs.
    #[must_use]
    pub fn new(count: NonZeroU8, role: Role, action: Action) -> Self {
        Self {
            roles: [role].into(),
            action,
            scope: None,
            count,
            escalations: BTreeMap::new(),
            expiry: None,
            delegable: true,
            lasting: false,
        }
    }

    /// The same, or people of this role.
    #[must_use]
    pub fn or(mut self, role: Role) -> Self {
        self.roles.insert(role);
        self
    }

    /// The same, by authority that reaches this part of the office.
    #[must_use]
    pub fn within(mut self, scope: Scope) -> Self {
        self.scope = Some(scope);
        self
    }

    /// The same, and after a delay people of this role may approve as well. Of two delays the shorter holds.
    #[must_use]
    pub fn escalating_to(mut self, role: Role, after: Delay) -> Self {
        self.escalations.entry(role).and_modify(|delay| *delay = after.min(*delay)).or_insert(after);
        self
    }

    /// The same, and after a delay the case expires. Of two delays the shorter holds.
    #[must_use]
    pub fn expiring_after(mut self, delay: Delay) -> Self {
        self.expiry = shorter(self.expiry, Some(delay));
        self
    }

    /// The same, in person: not on anybody's behalf.
    #[must_use]
    pub const fn without_delegation(mut self) -> Self {
        self.delegable = false;
        self
    }

    /// The same, and its approvals stay where the case is returned and comes back with the same amount and outcome.
    #[must_use]
    pub const fn kept_when_returned(mut self) -> Self {
        self.lasting = true;
        self
    }

    /// The roles by whose authority it is approved: any of them.
    #[must_use]
    pub const fn roles(&self) -> &BTreeSet<Role> {
        &self.roles
    }

    /// What the role must be granted.
    #[must_use]
    pub const fn action(&self) -> &Action {
        &self.action
    }

    /// Where that authority must reach; where none is named, to where the case belongs.
    #[must_use]
    pub const fn scope(&self) -> Option<&Scope> {
        self.scope.as_ref()
    }

    /// How many different people must approve.
    #[must_use]
    pub const fn count(&self) -> NonZeroU8 {
        self.count
    }

    /// Which roles may approve as well, each after which delay.
    #[must_use]
    pub const fn escalations(&self) -> &BTreeMap<Role, Delay> {
        &self.escalations
    }

    /// After which delay the case expires.
    #[must_use]
    pub const fn expiry(&self) -> Option<Delay> {
        self.expiry
    }

    /// Whether it may be approved on somebody's behalf.
    #[must_use]
    pub const fn is_delegable(&self) -> bool {
        self.delegable
    }

    /// Whether its approvals stay where the case is returned and comes back with the same amount and outcome.
    #[must_use]
    pub const fn is_kept_when_returned(&self) -> bool {
        self.lasting
    }

    /// By what steps are told apart: two that ask the same roles for the same are one.
    #[must_use]
    pub fn asks_as(&self, other: &Self) -> bool {
        (&self.roles, &self.action, &self.scope) == (&other.roles, &other.action, &other.scope)
    }

    /// What both ask for, of two that [ask for the same](Self::asks_as).
    pub(super) fn join(mut self, other: Self) -> Self {
        self.count = self.count.max(other.count);
        self.expiry = shorter(self.expiry, other.expiry);
        self.delegable &= other.delegable;
        self.lasting &= other.lasting;
        other.escalations.into_iter().fold(self, |step, (role, after)| step.escalating_to(role, after))
    }

    /// Reads one, up to `&`, `;` or the end.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, ParseOutcomeError> {
        let count = reader.word("how many people, from 1 to 255", |word| word.parse().ok())?;
        let first = read_role(reader)?;
        let mut others = Vec::new();
        while reader.take("|") {
            others.push(read_role(reader)?);
        }
        let action = reader.word("an action such as `purchase.approve`", |word| word.parse().ok())?;
        let mut step = others.into_iter().fold(Self::new(count, first, action), Self::or);
        let at_clause = CLAUSES.iter().any(|word| reader.is_at_word(word));
        if reader.take_word("in") || !(at_clause || is_at_end(reader)) {
            step.scope = Some(reader.word("a scope such as `company/hq`", |word| word.parse().ok())?);
        }
        while !is_at_end(reader) {
            step = step.read_clause(reader)?;
        }
        Ok(step)
    }

    fn read_clause(self, reader: &mut Reader<'_>) -> Result<Self, ParseOutcomeError> {
        let word = |reader: &mut Reader<'_>, word, missing| {
            if reader.take_word(word) { Ok(()) } else { Err(reader.wants(missing)) }
        };
        if reader.take_word("escalate") {
            word(reader, "to", "`to` and a role")?;
            let role = read_role(reader)?;
            word(reader, "after", "`after` and a delay in working time such as `8h`")?;
            Ok(self.escalating_to(role, reader.word(DELAY, Delay::read)?))
        } else if reader.take_word("expire") {
            word(reader, "after", "`after` and a delay in working time such as `8h`")?;
            Ok(self.expiring_after(reader.word(DELAY, Delay::read)?))
        } else if reader.take_word("no") {
            word(reader, "delegation", "`delegation`")?;
            Ok(self.without_delegation())
        } else if reader.take_word("keep") {
            word(reader, "when", "`when returned`")?;
            word(reader, "returned", "`returned`")?;
            Ok(self.kept_when_returned())
        } else {
            Err(reader
                .wants("`escalate to`, `expire after`, `no delegation`, `keep when returned`, `&`, `;` or the end"))
        }
    }
}

/// The words with which what is asked for besides begins. A scope of such a name is read after `in` only.
const CLAUSES: [&str; 4] = ["escalate", "expire", "no", "keep"];

fn is_at_end(reader: &Reader<'_>) -> bool {
    reader.rest().is_empty() || reader.rest().starts_with(['&', ';'])
}

/// Reads the name of a role; one with white space, `|` or `;` stands in quotes.
fn read_role(reader: &mut Reader<'_>) -> Result<Role, ParseOutcomeError> {
    reader.skip_space();
    let missing = reader.wants("a role such as `office_manager`");
    let name = match reader.quoted()? {
        Some(name) => name,
        None => match reader.until(ends_role) {
            "" => return Err(missing),
            name => name.to_owned(),
        },
    };
    reader.skip_space();
    Ok(Role::new(name))
}

fn ends_role(c: char) -> bool {
    c.is_whitespace() || matches!(c, '|' | ';')
}

fn write_role(role: &Role, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let name = role.name();
    let plain = !name.is_empty() && !name.starts_with('"') && !name.contains(ends_role);
    f.write_str(&if plain { name.to_owned() } else { in_quotes(name) })
}

fn shorter(one: Option<Delay>, two: Option<Delay>) -> Option<Delay> {
    one.into_iter().chain(two).min()
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.count)?;
        for (index, role) in self.roles.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { "|" })?;
            write_role(role, f)?;
        }
        write!(f, " {}", self.action)?;
        if let Some(scope) = &self.scope {
            write!(f, " in {scope}")?;
        }
        for (role, after) in &self.escalations {
            f.write_str(" escalate to ")?;
            write_role(role, f)?;
            write!(f, " after {after}")?;
        }
        if let Some(delay) = self.expiry {
            write!(f, " expire after {delay}")?;
        }
        f.write_str(if self.delegable { "" } else { " no delegation" })?;
        f.write_str(if self.lasting { " keep when returned" } else { "" })
    }
}
