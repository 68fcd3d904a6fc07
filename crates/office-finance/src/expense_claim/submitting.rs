//! A claim is submitted, approved, refused or withdrawn.
//!
//! Whatever somebody does, what has fallen due before is recorded first: who comes after the expiry comes too late.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use office_core::rules::{DecideError, Facts, Outcome};
use office_core::{
    ApproveStep, ApproveStepError, Decision, Entity, Money, MoneyError, RefuseStep, RefuseStepError, WithdrawCase,
    WithdrawCaseError, WorkingCalendar, WorkingTimeError,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{ClaimRules, ClaimedLine, ExpenseClaim, ExpenseClaimFact, ExpenseLineError, NewExpenseClaim};

/// A claim cannot be submitted.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SubmitClaimError {
    /// Nothing is claimed, or too much at once.
    #[error("{lines} lines cannot be claimed: 1 to {} are wanted", ExpenseClaim::MOST_LINES)]
    Lines {
        /// How many there are.
        lines: usize,
    },
    /// A line makes no sense.
    #[error("line {line}: {source}")]
    Line {
        /// Its number, from 1.
        line: u32,
        /// Why.
        source: ExpenseLineError,
    },
    /// A receipt is claimed twice.
    #[error("the receipt `{receipt}` is claimed twice")]
    ReceiptTwice {
        /// The receipt.
        receipt: String,
    },
    /// The amounts cannot be added up.
    #[error("the lines cannot be added up")]
    Money(#[from] MoneyError),
    /// The rules cannot be asked.
    #[error("the rules cannot be asked")]
    Rules(#[from] DecideError),
}

/// To approve a step of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApproveClaim {
    /// The step.
    pub step: ApproveStep,
    /// To what lines are cut, by their numbers from 1.
    pub cuts: BTreeMap<u32, LineCut>,
}

/// To what a line is cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineCut {
    /// How much of it is granted.
    pub to: Money,
    /// Why.
    pub reason: String,
}

/// A step of a claim is not approved.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ApproveClaimError {
    /// Whoever approves may not, or there is nothing to approve now.
    #[error(transparent)]
    Step(#[from] ApproveStepError),
    /// A line is cut that is not there.
    #[error("there is no line {line}")]
    NoLine {
        /// Its number.
        line: u32,
    },
    /// A line would be granted less than nothing, or more than it is.
    #[error("line {line} is not cut from {granted} to {to}: nothing is granted beyond what the rules grant")]
    Cut {
        /// Its number, from 1.
        line: u32,
        /// What is granted of it.
        granted: Money,
        /// To what it would be cut.
        to: Money,
    },
    /// A line is cut without a reason.
    #[error("a reason is wanted for cutting line {line}")]
    NoReason {
        /// Its number, from 1.
        line: u32,
    },
}

impl ExpenseClaim {
    /// Submits a claim at an instant: the rules in force on its day say what is granted of each line, and what is to be done
    /// about the whole.
    ///
    /// # Errors
    /// [`SubmitClaimError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{DecisionTable, PolicyBook};
    /// use office_core::{
    ///     ApprovalStatus, AuthorityBook, Currency, DateRange, Entity, Holidays, Id, Money, Rounding, Scope, WeeklyHours,
    ///     WorkingCalendar, WorkingPlan, Zone,
    /// };
    /// use office_finance::{ClaimRules, ExpenseClaim, ExpenseLine, NewExpenseClaim, SubmitClaimError};
    ///
    /// let valid = DateRange::year(2026)?;
    /// let week = WeeklyHours::weekdays("09:00-17:00".parse()?);
    /// let plan = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: [].into(), holidays: Holidays::none(valid) };
    /// let book = |name: &str, header: &[&str], rows: &[&[&str]]| {
    ///     let rows = rows.iter().map(|row| row.iter().map(ToString::to_string).collect());
    ///     let mut book = PolicyBook::new(name);
    ///     book.publish("2026-01-01".parse()?, DecisionTable::from_rows(header, rows)?)?;
    ///     Ok::<_, Box<dyn std::error::Error>>(book)
    /// };
    /// let rules = ClaimRules {
    ///     lines: book("lines", &["has_receipt: boolean", "amount", "outcome"], &[
    ///         &["no", ">= 10.00 EUR", "refuse: from 10 EUR on a receipt is wanted"], &["-", "-", "allow"],
    ///     ])?,
    ///     claims: book("claims", &["amount", "outcome"], &[
    ///         &["< 100.00 EUR", "allow"], &["-", "approvals: 1 manager expense.approve"],
    ///     ])?,
    ///     book: AuthorityBook::default(),
    ///     hours: WorkingCalendar::new(plan)?,
    /// };
    ///
    /// let (euro, on) = (|minor| Money::from_minor(minor, Currency::EUR), "2026-10-14".parse()?);
    /// let claim = NewExpenseClaim {
    ///     id: Id::natural("expense_claim", "EX-7"), claimant: Id::natural("person", "E-008"), on, currency: Currency::EUR,
    ///     rounding: Rounding::HalfUp, purpose: "visit to the printer".into(), cost_centre: Id::natural("cost_centre", "CC-200"),
    ///     scope: Scope::anywhere(),
    ///     lines: vec![
    ///         ExpenseLine::paid(on, "travel", "train", euro(64_90), Some("R-1")),
    ///         ExpenseLine::paid(on, "travel", "taxi", euro(18_00), None),
    ///         ExpenseLine::paid(on, "meals", "coffee", euro(4_20), None),
    ///     ],
    /// };
    /// let submitted = ExpenseClaim::submit(claim.clone(), &rules, "2026-10-14T09:00:00Z".parse()?)?.fact().ok_or("")?;
    /// let stored = ExpenseClaim::open(&submitted).ok_or("a claim")?;
    /// // The taxi is not granted, and what is granted is too little to ask anybody.
    /// assert_eq!((stored.status(), stored.payable()?), (&ApprovalStatus::Approved, euro(69_10)));
    ///
    /// let twice = vec![claim.lines[0].clone(), claim.lines[0].clone()];
    /// let refused = ExpenseClaim::submit(NewExpenseClaim { lines: twice, ..claim }, &rules, "2026-10-14T09:00:00Z".parse()?);
    /// assert!(matches!(refused, Err(SubmitClaimError::ReceiptTwice { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn submit(
        claim: NewExpenseClaim,
        rules: &ClaimRules,
        at: DateTime<Utc>,
    ) -> Result<Decision<ExpenseClaimFact>, SubmitClaimError> {
        if claim.lines.is_empty() || claim.lines.len() > Self::MOST_LINES {
            return Err(SubmitClaimError::Lines { lines: claim.lines.len() });
        }
        let mut lines = Vec::new();
        let mut amounts = Vec::new();
        for (number, line) in (1..).zip(&claim.lines) {
            amounts.push(line.amount(&claim).map_err(|source| SubmitClaimError::Line { line: number, source })?);
        }
        let mut seen = BTreeSet::new();
        if let Some(receipt) = claim.receipts().find(|receipt| !seen.insert(*receipt)) {
            return Err(SubmitClaimError::ReceiptTwice { receipt: receipt.to_owned() });
        }
        Money::sum(amounts.iter().copied(), claim.currency)?;
        let (mut flagged, mut refused) = (0_i64, 0_i64);
        for (line, amount) in claim.lines.iter().zip(amounts) {
            let ruling = rules.lines.decide(&line.facts(amount, claim.on), claim.on)?;
            let granted = match ruling.outcome {
                Outcome::Allow => amount,
                Outcome::Approvals(_) => {
                    flagged = flagged.saturating_add(1);
                    amount
                }
                Outcome::Refuse(_) => {
                    refused = refused.saturating_add(1);
                    Money::zero(claim.currency)
                }
            };
            lines.push(ClaimedLine { amount, ruling, granted, cut: None });
        }
        let granted = Money::sum(lines.iter().map(|line| line.granted), claim.currency)?;
        let facts = Facts::new()
            .with("amount", granted)
            .with("flagged", flagged)
            .with("refused", refused)
            .with("scope", claim.scope.clone());
        let ruling = Box::new(rules.claims.decide(&facts, claim.on)?);
        Ok(Decision::Record(ExpenseClaimFact::Submitted { claim: Box::new(claim), lines, ruling, at }))
    }

    /// Approves the step that is open, and cuts lines, each for a reason.
    ///
    /// # Errors
    /// [`ApproveClaimError`], in the order of its variants.
    pub fn approve(
        &self,
        command: &ApproveClaim,
        rules: &ClaimRules,
    ) -> Result<Decision<ExpenseClaimFact>, ApproveClaimError> {
        let Decision::Record(act) = self.run.approve(&command.step, &rules.book)? else {
            return Ok(Decision::AlreadyRecorded);
        };
        for (number, LineCut { to, reason }) in &command.cuts {
            let line = *number;
            let place = usize::try_from(line).ok().and_then(|line| line.checked_sub(1));
            let granted =
                place.and_then(|place| self.lines.get(place)).ok_or(ApproveClaimError::NoLine { line })?.granted;
            if to.is_negative() || !to.compare(&granted).is_ok_and(std::cmp::Ordering::is_le) {
                return Err(ApproveClaimError::Cut { line, granted, to: *to });
            }
            if reason.trim().is_empty() {
                return Err(ApproveClaimError::NoReason { line });
            }
        }
        Ok(Decision::Record(ExpenseClaimFact::Approved { act, cuts: command.cuts.clone() }))
    }

    /// Refuses it, by somebody who could approve the step that is open.
    ///
    /// # Errors
    /// As [`ApprovalRun::refuse`](office_core::ApprovalRun::refuse).
    pub fn refuse(
        &self,
        command: &RefuseStep,
        rules: &ClaimRules,
    ) -> Result<Decision<ExpenseClaimFact>, RefuseStepError> {
        self.run.refuse(command, &rules.book).map(|decision| decision.map(ExpenseClaimFact::Acted))
    }

    /// Withdraws it before it is decided, by the claimant in person.
    ///
    /// # Errors
    /// As [`ApprovalRun::withdraw`](office_core::ApprovalRun::withdraw).
    pub fn withdraw(&self, command: &WithdrawCase) -> Result<Decision<ExpenseClaimFact>, WithdrawCaseError> {
        self.run.withdraw(command).map(|decision| decision.map(ExpenseClaimFact::Acted))
    }

    /// What has fallen due by an instant: whoever else may approve it from now on, or that it has expired.
    ///
    /// # Errors
    /// As [`ApprovalRun::fall_due`](office_core::ApprovalRun::fall_due).
    pub fn fall_due(
        &self,
        now: DateTime<Utc>,
        hours: &WorkingCalendar,
    ) -> Result<Decision<ExpenseClaimFact>, WorkingTimeError> {
        Ok(Decision::all_of(self.run.fall_due(now, hours)?).map(ExpenseClaimFact::FellDue))
    }

    /// The claim as it stands now that time has passed, and what of that is not recorded yet.
    ///
    /// # Errors
    /// As [`ExpenseClaim::fall_due`].
    pub fn brought_to(
        mut self,
        now: DateTime<Utc>,
        hours: &WorkingCalendar,
    ) -> Result<(Self, Decision<ExpenseClaimFact>), WorkingTimeError> {
        let due = self.fall_due(now, hours)?;
        self.apply_decision(&due);
        Ok((self, due))
    }
}
