//! What the office has learned from the matches that somebody confirmed and coded: never kept, always worked out from them.
//!
//! Law, held by `tests/learned_rule.rs`:
//!
//! 52. What is learned depends on the set of confirmations alone, whatever their order; one that is struck, or undone, leaves
//!     no trace in what is proposed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use office_core::{MoneyError, StoreError, View};

use crate::learned_rule::patterns;
use crate::{
    BankLineId, BankMatch, BankMatchId, CodingConfirmation, CodingProposal, LearnedRule, LearnedRules, MatchCandidate,
    MatchResult, MatchRules, ProposalRules, StatementLine, match_statement,
};

/// What was learned from confirmed matches, with the matches that each rule rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LearnedCodings {
    confirmed: BTreeMap<BankLineId, (BankMatchId, CodingConfirmation)>,
    rules: LearnedRules,
}

/// On what a learned rule rests: confirmed matches, each with its line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleGrounds {
    /// Lines of the pattern that were for that.
    pub support: Vec<(BankMatchId, BankLineId)>,
    /// Lines of the pattern that were for something else.
    pub against: Vec<(BankMatchId, BankLineId)>,
}

/// What came of matching a statement by what was learned as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LearnedMatching {
    /// What belongs together, as [`match_statement`] finds it.
    pub result: MatchResult,
    /// What lines may be for that are left open, by their places from 0; those for which nothing is proposed are left out.
    pub proposals: BTreeMap<usize, Vec<CodingProposal>>,
}

impl LearnedCodings {
    /// What these confirmations teach. A line is learned from once.
    #[must_use]
    pub fn of(confirmed: impl IntoIterator<Item = (BankLineId, BankMatchId, CodingConfirmation)>) -> Self {
        let confirmed = confirmed.into_iter().map(|(line, found, said)| (line, (found, said)));
        let confirmed: BTreeMap<_, _> = confirmed.collect();
        let rules = LearnedRules::from_confirmations(confirmed.values().map(|(_, said)| said));
        Self { confirmed, rules }
    }

    /// The rules.
    #[must_use]
    pub const fn rules(&self) -> &LearnedRules {
        &self.rules
    }

    /// Why a rule holds: what was confirmed for it and against it, in the order of the lines' ids.
    #[must_use]
    pub fn grounds(&self, rule: &LearnedRule) -> RuleGrounds {
        let mut grounds = RuleGrounds::default();
        for (line, (found, said)) in &self.confirmed {
            if patterns(&said.line).contains(&rule.pattern) {
                let side = if said.coding == rule.coding { &mut grounds.support } else { &mut grounds.against };
                side.push((*found, *line));
            }
        }
        grounds
    }

    /// Matches a statement with what is expected, and proposes for the lines that are left open what lines like them were
    /// for.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] where a sum cannot be held.
    pub fn match_statement(
        &self,
        lines: &[StatementLine],
        candidates: &[MatchCandidate],
        rules: &MatchRules,
        proposing: &ProposalRules,
    ) -> Result<LearnedMatching, MoneyError> {
        let result = match_statement(lines, candidates, rules)?;
        let open = result.open_lines.iter().filter_map(|place| Some((*place, lines.get(*place)?)));
        let proposals = open.map(|(place, line)| (place, self.rules.propose(line, proposing)));
        let proposals = proposals.filter(|(_, proposals)| !proposals.is_empty()).collect();
        Ok(LearnedMatching { result, proposals })
    }
}

/// What the matches teach that were confirmed since an instant and say what their lines were for: those that are neither
/// undone nor [struck](crate::strike_coding), the first 10 000 of them.
///
/// # Errors
/// [`StoreError`]: the store failed.
///
/// # Example
/// ```
/// # use chrono::{DateTime, NaiveDate};
/// # use office_core::{Actor, Command, Currency, Id, MemoryStore, Money, Office, Percent, Role, wait};
/// # use office_finance::*;
/// # type Failure = Box<dyn std::error::Error + Send + Sync>;
/// # let office = Office::on(MemoryStore::new());
/// # let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("bookkeeper"));
/// # let command = |key: &str| Command::new(key, "bank", clerk.clone(), DateTime::default());
/// # let line = |text: &str| StatementLine {
/// #     on: NaiveDate::default(), value: None, amount: Money::from_minor(-14_90, Currency::EUR), references: vec![],
/// #     party: Some("Nordbank".to_owned()), party_account: None, text: text.to_owned(), bank_reference: None, code: None,
/// # };
/// # let statement = &BankStatement {
/// #     format: StatementFormat::Camt, account: "DE83".to_owned(), number: "10".to_owned(), opening: None, closing: None,
/// #     lines: vec![line("fee of September")], pending: vec![],
/// # };
/// # let lines = wait(office.transact(&command("import")?, |tx| async move {
/// #     Ok::<_, ImportStatementError>(import_statement(&tx, statement).await?.lines)
/// # }))?;
/// # let amount = Money::from_minor(-14_90, Currency::EUR);
/// let fee = LineCoding { account: "6855".parse()?, party: None, tax: None };
/// let confirmed = &NewBankMatch {
///     parts: vec![ConfirmedPart { line: lines[0], item: "E-1".to_owned(), amount }],
///     expected: [("E-1".to_owned(), amount)].into(),
///     reasons: vec![MatchReason::Amount],
///     score: 20,
///     coding: Some(fee.clone()),
/// };
/// let id = BankMatchId::natural("match", "E-1");
/// wait(office.transact(&command("confirm")?, |tx| async move { confirm_match(&tx, id, confirmed.clone()).await }))?;
///
/// // The next statement has a line like it, which nothing is expected for.
/// let (rules, asked) = (MatchRules::within(5), ProposalRules { support: 1, confidence: Percent::whole(80), post_from: None });
/// let next = [line("fee of October")];
/// let learned = wait(office.view(|view| async move { learned_codings(&view, DateTime::default()).await }))?;
/// let proposed = &learned.match_statement(&next, &[], &rules, &asked)?.proposals[&0][0];
/// assert_eq!((&proposed.rule.coding, learned.grounds(&proposed.rule).support), (&fee, vec![(id, lines[0])]));
///
/// // Once it is struck, nothing is proposed; what there is not cannot be struck.
/// wait(office.transact(&command("strike")?, |tx| async move { strike_coding(&tx, id).await }))?;
/// let learned = wait(office.view(|view| async move { learned_codings(&view, DateTime::default()).await }))?;
/// assert!(learned.match_statement(&next, &[], &rules, &asked)?.proposals.is_empty());
/// let none = BankMatchId::natural("match", "E-2");
/// assert!(wait(office.transact(&command("none")?, |tx| async move { strike_coding(&tx, none).await })).is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn learned_codings(view: &View, since: DateTime<Utc>) -> Result<LearnedCodings, StoreError> {
    let mut confirmed = Vec::new();
    for (id, found) in view.page(BankMatch::TEACHING, Some(&since), None, usize::MAX).await? {
        let Some(coding) = found.teaches() else { continue };
        for line in found.confirmed().parts.iter().map(|part| part.line).collect::<BTreeSet<_>>() {
            let said = CodingConfirmation { line: view.load(line).await?.line().clone(), coding: coding.clone() };
            confirmed.push((line, id, said));
        }
    }
    Ok(LearnedCodings::of(confirmed))
}
