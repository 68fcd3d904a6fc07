//! What speaks for a line and a candidate belonging together.

use office_core::Money;

use super::{MatchCandidate, MatchPoints, MatchReason, MatchRules};
use crate::StatementLine;

/// A line, with its texts taken apart once.
pub(super) struct LineEvidence<'a> {
    pub(super) line: &'a StatementLine,
    texts: Vec<Vec<String>>,
    party: Option<String>,
    party_account: Option<String>,
}

impl<'a> LineEvidence<'a> {
    pub(super) fn of(line: &'a StatementLine) -> Self {
        let texts = line.references.iter().chain([&line.text]).map(|text| words(text)).collect();
        let (party, party_account) = (plain(line.party.as_ref()), plain(line.party_account.as_ref()));
        Self { line, texts, party, party_account }
    }
}

/// A candidate, with its texts taken apart once.
pub(super) struct CandidateEvidence<'a> {
    pub(super) candidate: &'a MatchCandidate,
    references: Vec<String>,
    party: Option<String>,
    party_account: Option<String>,
}

impl<'a> CandidateEvidence<'a> {
    pub(super) fn of(candidate: &'a MatchCandidate) -> Self {
        let references = candidate.references.iter().map(|reference| words(reference).concat());
        // What is shorter stands in many a text by chance.
        let references = references.filter(|reference| reference.chars().count() >= 3).collect();
        let (party, party_account) = (plain(candidate.party.as_ref()), plain(candidate.party_account.as_ref()));
        Self { candidate, references, party, party_account }
    }
}

/// A line and a candidate of one direction, and what speaks for them.
pub(super) struct Pair<'a> {
    pub(super) line: &'a LineEvidence<'a>,
    pub(super) candidate: &'a CandidateEvidence<'a>,
}

impl<'a> Pair<'a> {
    /// The pair, if money goes the same way on both sides.
    pub(super) fn of(line: &'a LineEvidence<'a>, candidate: &'a CandidateEvidence<'a>) -> Option<Self> {
        let (one, other) = (line.line.amount, candidate.candidate.amount);
        same_direction(one, other).then_some(Self { line, candidate })
    }

    pub(super) fn is_named(&self) -> bool {
        let mentioned = |reference: &String| self.line.texts.iter().any(|text| mentions(text, reference));
        self.candidate.references.iter().any(mentioned)
    }

    pub(super) fn is_equal(&self) -> bool {
        self.line.line.amount == self.candidate.candidate.amount
    }

    /// Whether the other side is the same; `None` where one of them does not say.
    pub(super) fn is_same_party(&self) -> Option<bool> {
        if let (Some(one), Some(other)) = (&self.line.party_account, &self.candidate.party_account) {
            return Some(one == other);
        }
        Some(self.line.party.as_ref()? == self.candidate.party.as_ref()?)
    }

    fn days_apart(&self) -> u64 {
        self.line.line.on.signed_duration_since(self.candidate.candidate.on).num_days().unsigned_abs()
    }

    pub(super) fn is_close(&self, rules: &MatchRules) -> bool {
        self.days_apart() <= u64::from(rules.window_days)
    }

    /// What the days are worth: all of it on the same day, and less with each day apart.
    fn closeness(&self, rules: &MatchRules) -> u8 {
        let days = u64::from(rules.window_days).saturating_add(1);
        let left = days.saturating_sub(self.days_apart());
        let points = u64::from(rules.points.day).saturating_mul(left).checked_div(days).unwrap_or_default();
        u8::try_from(points).unwrap_or(rules.points.day)
    }
}

/// What speaks for all of some pairs, in order of strength, and the points of it; `is_exact` tells whether the sums are equal.
pub(super) fn weigh(pairs: &[Pair<'_>], is_exact: bool, rules: &MatchRules) -> (Vec<MatchReason>, u8) {
    let MatchPoints { reference, amount, party, .. } = rules.points;
    let closeness = pairs.iter().map(|pair| pair.closeness(rules)).min().unwrap_or_default();
    let told = [
        (MatchReason::Reference, pairs.iter().all(Pair::is_named), reference),
        (MatchReason::Amount, is_exact, amount),
        (MatchReason::Party, pairs.iter().all(|pair| pair.is_same_party() == Some(true)), party),
        (MatchReason::Day, pairs.iter().all(|pair| pair.is_close(rules)), closeness),
    ];
    let told = told.into_iter().filter(|(_, holds, _)| *holds && !pairs.is_empty());
    let mut score: u8 = 0;
    let mut reasons = Vec::new();
    for (reason, _, points) in told {
        score = score.saturating_add(points).min(100);
        reasons.push(reason);
    }
    (reasons, score)
}

pub(super) fn same_direction(one: Money, other: Money) -> bool {
    one.currency() == other.currency() && !one.is_zero() && !other.is_zero() && one.is_negative() == other.is_negative()
}

/// Whether a reference, told without separators, stands in a text as whole words.
fn mentions(text: &[String], reference: &str) -> bool {
    (0..text.len()).any(|from| {
        let mut rest = reference;
        for word in text.iter().skip(from) {
            match rest.strip_prefix(word.as_str()) {
                Some("") => return true,
                Some(after) => rest = after,
                None => return false,
            }
        }
        false
    })
}

fn plain(text: Option<&String>) -> Option<String> {
    text.map(|text| words(text).concat())
}

/// The words of a text in capitals, without what separates them.
pub(crate) fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    parts.map(|word| word.chars().flat_map(char::to_uppercase).collect()).collect()
}
