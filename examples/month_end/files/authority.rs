//! Who may do what, and what needs whose approval.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::rules::{DecisionTable, Outcome, PolicyBook};
use office_core::sheet::Row;
use office_core::subject::{CostCentre, Person};
use office_core::{Action, Appointment, AuthorityBook, Delegation, Grant, InputError, Role, Scope};

use super::cell::{self, Code};
use super::company::CostCentreRow;
use super::staff::Employee;
use super::table::{FileRow, Table};

/// Roles of this beginning are held by the head of the cost centre that follows.
pub(crate) const HEAD_OF: &str = "head_of:";

impl FileRow for Grant {
    const FILE: &'static str = "authority.csv";
    const COLUMNS: &'static [&'static str] = &["role", "action", "scope", "limit", "valid_from", "valid_to"];
    const KEY: &'static [&'static str] = &["role", "action", "scope", "valid_from"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        let role = row.text("role")?;
        let known = role.strip_prefix(HEAD_OF).map_or_else(|| cell::is_word(role), cell::is_code);
        if !known {
            return Err(row.refuse("role", "a role such as `office_manager` or `head_of:CC-200`"));
        }
        Ok(Self {
            role: Role::new(role.to_owned()),
            action: row.parse("action", "an action such as `purchase.approve`")?,
            scope: row.parse("scope", "a scope such as `company` or `company/CC-200`")?,
            limit: cell::unless_empty(row, "limit", cell::limit)?,
            valid: cell::period(row, "valid_from", "valid_to")?,
        })
    }
}

impl FileRow for Delegation {
    const FILE: &'static str = "delegations.csv";
    const COLUMNS: &'static [&'static str] = &["from", "to", "actions", "limit", "first", "last"];
    const KEY: &'static [&'static str] = &["from", "to", "actions", "first"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        let actions = cell::list(row, "actions", "actions such as `leave.approve|purchase.approve`", |text| {
            text.parse::<Action>().ok()
        })?;
        Ok(Self {
            from: cell::code::<Person>(row, "from")?.id(),
            to: cell::code::<Person>(row, "to")?.id(),
            actions: actions.into_iter().collect(),
            scope: Scope::anywhere(),
            limit: cell::unless_empty(row, "limit", cell::limit)?,
            valid: cell::period(row, "first", "last")?,
            may_redelegate: false,
        })
    }
}

/// The part of the office that a cost centre is.
pub(crate) fn scope_of(cost_centre: &Code<CostCentre>) -> Scope {
    // Codes are of letters, digits and hyphens, which scopes accept.
    format!("company/{}", cost_centre.as_str()).parse().unwrap_or_default()
}

/// The whole authority: roles as staff hold them, heads of cost centres, grants and delegations.
pub(crate) fn book(
    staff: &[Employee],
    centres: &[CostCentreRow],
    grants: Vec<Grant>,
    delegations: Vec<Delegation>,
) -> AuthorityBook {
    let company: Scope = "company".parse().unwrap_or_default();
    let mut appointments = Vec::new();
    for employee in staff {
        let (person, valid) = (employee.code.id(), employee.employed);
        for role in &employee.roles {
            appointments.push(Appointment { person, role: role.clone(), scope: company.clone(), valid });
        }
        for centre in centres.iter().filter(|centre| centre.head == employee.code) {
            let role = Role::new(format!("{HEAD_OF}{}", centre.code.as_str()));
            appointments.push(Appointment { person, role, scope: scope_of(&centre.code), valid });
        }
    }
    AuthorityBook { grants, appointments, delegations, ..AuthorityBook::default() }
}

/// A row of a policy: the version it belongs to, and its cells in the table of that version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApprovalRule {
    pub(crate) policy: String,
    pub(crate) effective_from: NaiveDate,
    pub(crate) outcome: Outcome,
    cells: Vec<String>,
}

const TABLE: [&str; 5] = ["kind", "amount", "days: number", "within_budget", "outcome"];
/// The kinds of cases that rules tell apart.
const KINDS: [(&str, ()); 3] = [("-", ()), ("annual", ()), ("voucher", ())];

impl FileRow for ApprovalRule {
    const FILE: &'static str = "approval_rules.csv";
    const COLUMNS: &'static [&'static str] =
        &["policy", "effective_from", "kind", "amount", "days: number", "within_budget", "outcome"];
    const KEY: &'static [&'static str] =
        &["policy", "effective_from", "kind", "amount", "days: number", "within_budget"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        row.one_of("kind", &KINDS)?;
        let cells = TABLE.iter().map(|column| Ok(row.text(column)?.to_owned()));
        let cells = cells.collect::<Result<Vec<_>, InputError>>()?;
        DecisionTable::from_rows(&TABLE, [cells.clone()]).map_err(|error| {
            let column = TABLE.iter().find(|column| column.split(':').next() == Some(&error.column));
            let expected = format!("{} at character {}", error.expected, error.position);
            row.refuse(column.copied().unwrap_or("outcome"), &expected)
        })?;
        Ok(Self {
            policy: cell::word(row, "policy")?,
            effective_from: cell::date(row, "effective_from")?,
            outcome: row.parse("outcome", "`allow`, `refuse: the reason` or `approvals: 1 role action`")?,
            cells,
        })
    }
}

/// The policies by name, each with its versions.
pub(crate) fn policies(rules: &Table<ApprovalRule>) -> Result<BTreeMap<String, PolicyBook>, InputError> {
    let mut versions = BTreeMap::new();
    for (row, rule) in rules.both() {
        let version = versions.entry((rule.policy.as_str(), rule.effective_from));
        let (_, cells) = version.or_insert_with(|| (row, Vec::new()));
        cells.push(rule.cells.clone());
    }
    let mut policies = BTreeMap::new();
    for ((name, since), (first, cells)) in versions {
        let table = DecisionTable::from_rows(&TABLE, cells).map_err(|error| first.refuse("policy", &error.expected))?;
        let policy = policies.entry(name.to_owned()).or_insert_with(|| PolicyBook::new(name));
        policy.publish(since, table).map_err(|error| first.refuse("effective_from", &error.to_string()))?;
    }
    Ok(policies)
}
