//! Rules that are learned from how people coded bank lines: data, counted, and replayed from what was confirmed.
//!
//! Laws, held by `tests/learned_rule.rs`:
//!
//! 1. The order of confirmations does not matter, and what was learned is the same read back from its stored form.
//! 2. Nothing is proposed below the support and confidence that are asked for; a contradiction never raises a
//!    confidence.
//! 3. Nothing may be posted unseen unless the caller says from when, and never where two codings are proposed.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use office_core::subject::PartyId;
use office_core::{Percent, Ratio};
use serde::{Deserialize, Serialize};

use crate::statement_matching::words;
use crate::{AccountCode, StatementLine};

/// What a line was for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineCoding {
    /// The account it goes to.
    pub account: AccountCode,
    /// Who the other side is, where it is somebody the office knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyId>,
    /// The code of the tax, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<String>,
}

/// What lines have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinePattern {
    /// By what they are told; the strongest first.
    pub by: PatternKind,
    /// The account, the name or the word, in capitals and without what separates letters.
    pub text: String,
    /// Whether money goes out.
    pub outgoing: bool,
}

/// By what lines are told; the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PatternKind {
    /// The account of the other side.
    PartyAccount,
    /// The name of the other side.
    Party,
    /// A word of the text or the references: of three letters or more, without digits, as numbers come once.
    Word,
}

/// Somebody has said what a line was for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodingConfirmation {
    /// The line.
    pub line: StatementLine,
    /// What it was for.
    pub coding: LineCoding,
}

/// A rule that was learned: lines of this pattern were for this, so many times of so many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LearnedRule {
    /// What the lines have in common.
    pub pattern: LinePattern,
    /// What they were for.
    pub coding: LineCoding,
    /// How often that was confirmed.
    pub support: u32,
    /// How often something else was.
    pub against: u32,
}

/// What was learned: how often each pattern was confirmed for each coding.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, Money, Percent};
/// use office_finance::{CodingConfirmation, LearnedRules, LineCoding, ProposalRules, StatementLine};
///
/// let line = |text: &str| StatementLine {
///     on: NaiveDate::default(), value: None, amount: Money::from_minor(-14_90, Currency::EUR), references: vec![],
///     party: Some("Nordbank".to_owned()), party_account: None, text: text.to_owned(), bank_reference: None, code: None,
/// };
/// let fee = LineCoding { account: "6855".parse()?, party: None, tax: None };
/// let confirmed = |text: &str| CodingConfirmation { line: line(text), coding: fee.clone() };
/// let mut learned = LearnedRules::default();
/// learned.learn(&confirmed("Account fee September"));
/// let rules = ProposalRules { support: 2, confidence: Percent::whole(80), post_from: None };
/// assert_eq!(learned.propose(&line("Account fee October"), &rules), []);
///
/// learned.learn(&confirmed("Account fee October"));
/// let proposals = learned.propose(&line("Account fee November"), &rules);
/// assert_eq!((&proposals[0].rule.coding, proposals[0].rule.support, proposals[0].may_post), (&fee, 2, false));
/// # Ok::<(), office_finance::ParseAccountCodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Counted>", into = "Vec<Counted>")]
pub struct LearnedRules {
    counts: BTreeMap<LinePattern, BTreeMap<LineCoding, u32>>,
}

/// The stored form of a count.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Counted {
    pattern: LinePattern,
    coding: LineCoding,
    count: u32,
}

impl From<LearnedRules> for Vec<Counted> {
    fn from(learned: LearnedRules) -> Self {
        let each = learned.counts.into_iter().flat_map(|(pattern, codings)| {
            codings.into_iter().map(move |(coding, count)| Counted { pattern: pattern.clone(), coding, count })
        });
        each.collect()
    }
}

impl From<Vec<Counted>> for LearnedRules {
    fn from(stored: Vec<Counted>) -> Self {
        let mut learned = Self::default();
        for Counted { pattern, coding, count } in stored {
            learned.add(pattern, coding, count);
        }
        learned
    }
}

/// From when a rule is proposed. It is data, the office's to set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalRules {
    /// How often it was confirmed, at least.
    pub support: u32,
    /// In how many of a hundred cases it held, at least.
    pub confidence: Percent,
    /// From which support, without one contradiction, it may be posted unseen; never, where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_from: Option<u32>,
}

/// What a line may be for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodingProposal {
    /// The strongest rule that says so.
    pub rule: LearnedRule,
    /// Whether it may be posted without that anybody looks.
    pub may_post: bool,
}

impl LearnedRule {
    /// In what part of the cases it held, exactly.
    #[must_use]
    pub fn confidence(&self) -> Ratio {
        let of = i128::from(self.support).saturating_add(i128::from(self.against)).max(1);
        Ratio::new(i128::from(self.support), of).unwrap_or_else(|_| Ratio::from_integer(0))
    }
}

impl LearnedRules {
    /// What all of these confirmations teach.
    #[must_use]
    pub fn from_confirmations<'a>(confirmations: impl IntoIterator<Item = &'a CodingConfirmation>) -> Self {
        let mut learned = Self::default();
        for confirmation in confirmations {
            learned.learn(confirmation);
        }
        learned
    }

    /// Takes a confirmation in.
    pub fn learn(&mut self, confirmation: &CodingConfirmation) {
        for pattern in patterns(&confirmation.line) {
            self.add(pattern, confirmation.coding.clone(), 1);
        }
    }

    fn add(&mut self, pattern: LinePattern, coding: LineCoding, times: u32) {
        if times > 0 {
            let count = self.counts.entry(pattern).or_default().entry(coding).or_default();
            *count = count.saturating_add(times);
        }
    }

    /// The rules, by pattern.
    pub fn rules(&self) -> impl Iterator<Item = LearnedRule> {
        self.counts.keys().flat_map(|pattern| self.rules_of(pattern))
    }

    fn rules_of(&self, pattern: &LinePattern) -> Vec<LearnedRule> {
        let Some(codings) = self.counts.get(pattern) else { return Vec::new() };
        let all = codings.values().fold(0_u32, |sum, count| sum.saturating_add(*count));
        let rule = |(coding, support): (&LineCoding, &u32)| LearnedRule {
            pattern: pattern.clone(),
            coding: coding.clone(),
            support: *support,
            against: all.saturating_sub(*support),
        };
        codings.iter().map(rule).collect()
    }

    /// What a line may be for, the likeliest first: each coding once, by the strongest rule that proposes it.
    #[must_use]
    pub fn propose(&self, line: &StatementLine, rules: &ProposalRules) -> Vec<CodingProposal> {
        let wanted = rules.confidence.fraction();
        let fits = |rule: &LearnedRule| rule.support >= rules.support.max(1) && rule.confidence() >= wanted;
        let mut found: Vec<LearnedRule> =
            patterns(line).iter().flat_map(|pattern| self.rules_of(pattern)).filter(fits).collect();
        found.sort_by(|one, two| {
            let key = |rule: &LearnedRule| (rule.pattern.by, Reverse(rule.confidence()), Reverse(rule.support));
            key(one)
                .cmp(&key(two))
                .then_with(|| one.pattern.cmp(&two.pattern))
                .then_with(|| one.coding.cmp(&two.coding))
        });
        let mut proposals: Vec<CodingProposal> = Vec::new();
        for rule in found {
            if proposals.iter().all(|proposal| proposal.rule.coding != rule.coding) {
                proposals.push(CodingProposal { rule, may_post: false });
            }
        }
        if let ([only], Some(from)) = (proposals.as_mut_slice(), rules.post_from) {
            only.may_post = only.rule.support >= from && only.rule.against == 0;
        }
        proposals
    }
}

/// The most words of a line that are learned from.
const MOST_WORDS: usize = 16;

/// What a line may have in common with others.
pub(crate) fn patterns(line: &StatementLine) -> Vec<LinePattern> {
    let outgoing = line.amount.is_negative();
    let of = |by, text: String| LinePattern { by, text, outgoing };
    let whole = |by, text: &Option<String>| {
        let text = text.as_ref().map(|text| words(text).concat());
        text.filter(|text| !text.is_empty()).map(|text| of(by, text))
    };
    let mut found: Vec<LinePattern> = whole(PatternKind::PartyAccount, &line.party_account).into_iter().collect();
    found.extend(whole(PatternKind::Party, &line.party));
    let told = line.references.iter().chain([&line.text]).flat_map(|text| words(text));
    let told = told.filter(|word| word.chars().count() >= 3 && word.chars().all(char::is_alphabetic));
    for word in told.take(MOST_WORDS) {
        let pattern = of(PatternKind::Word, word);
        if !found.contains(&pattern) {
            found.push(pattern);
        }
    }
    found
}
