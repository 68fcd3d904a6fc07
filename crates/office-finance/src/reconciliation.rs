//! Matching the lines of a bank statement with what the office expects, and the proof that bank and books agree.
//!
//! Matching goes from strong evidence to weak: a reference, then amount and party, then amount and day. What is
//! ambiguous is reported as a tie and never decided silently, and what a tie is about is kept out of weaker matching.
//! Laws, held by `tests/reconciliation.rs`:
//!
//! 1. Matching is partial: each line and each candidate is used within its amount, and at most by one match, or is tied,
//!    or is left open.
//! 2. The order of lines and candidates does not change what is matched.
//! 3. A line that has to do with none of the candidates changes no match.
//! 4. Adjusted bank and adjusted book agree, or the difference is told.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::{Money, MoneyError};
use serde::{Deserialize, Serialize};

use crate::StatementLine;

/// Something that a statement line may be the payment of: an open item, or an entry of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchCandidate {
    /// What a payer may refer to it by: the number of the invoice, the end-to-end id of the transfer.
    pub references: Vec<String>,
    /// Who is expected to pay, or to be paid.
    pub party: Option<String>,
    /// The account of the other side.
    pub party_account: Option<String>,
    /// What is expected to come in, above zero, or go out, below.
    pub amount: Money,
    /// When about.
    pub on: NaiveDate,
}

/// How far statement and expectation may be apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchRules {
    /// By how many days, where only amount and day speak for a match.
    pub window_days: u32,
}

/// Why a line was matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchReason {
    /// A reference of the candidate stands in the line.
    Reference,
    /// The amounts are equal; for several candidates or lines, their sums.
    Amount,
    /// It is the same account or name on the other side.
    Party,
    /// The days are close.
    Day,
}

/// Lines and candidates that belong together: one line and one candidate or several, or one candidate and several
/// lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementMatch {
    /// Which line goes to which candidate, by their places from 0, with how much.
    pub parts: Vec<MatchPart>,
    /// What is left of the line: above zero in size where more was paid than expected.
    pub left_over: Money,
    /// Why.
    pub reasons: Vec<MatchReason>,
    /// How certain it is, of 100.
    pub score: u8,
}

/// How much of a line goes to a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchPart {
    /// The place of the line, from 0.
    pub line: usize,
    /// The place of the candidate, from 0.
    pub candidate: usize,
    /// How much.
    pub amount: Money,
}

/// Lines and candidates that could belong together in more than one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchTie {
    /// The places of the lines, from 0.
    pub lines: Vec<usize>,
    /// The places of the candidates, from 0.
    pub candidates: Vec<usize>,
    /// What speaks for it.
    pub reasons: Vec<MatchReason>,
}

/// What came of matching a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatchResult {
    /// What belongs together, the strongest evidence first.
    pub matches: Vec<StatementMatch>,
    /// What somebody has to decide.
    pub ties: Vec<MatchTie>,
    /// The places of the lines for which there is no candidate.
    pub open_lines: Vec<usize>,
    /// The places of the candidates for which there is no line.
    pub open_candidates: Vec<usize>,
}

/// The evidence of one pass.
struct Pass {
    reasons: &'static [MatchReason],
    score: u8,
    speaks: fn(&LineEvidence<'_>, &CandidateEvidence<'_>, MatchRules) -> bool,
}

/// A line, with its texts taken apart once.
struct LineEvidence<'a> {
    line: &'a StatementLine,
    texts: Vec<Vec<String>>,
    party: Option<String>,
    party_account: Option<String>,
}

impl<'a> LineEvidence<'a> {
    fn of(line: &'a StatementLine) -> Self {
        let texts = line.references.iter().chain([&line.text]).map(|text| words(text)).collect();
        let (party, party_account) = (plain(line.party.as_ref()), plain(line.party_account.as_ref()));
        Self { line, texts, party, party_account }
    }
}

/// A candidate, with its texts taken apart once.
struct CandidateEvidence<'a> {
    candidate: &'a MatchCandidate,
    references: Vec<String>,
    party: Option<String>,
    party_account: Option<String>,
}

impl<'a> CandidateEvidence<'a> {
    fn of(candidate: &'a MatchCandidate) -> Self {
        let references = candidate.references.iter().map(|reference| words(reference).concat());
        // What is shorter stands in many a text by chance.
        let references = references.filter(|reference| reference.chars().count() >= 3).collect();
        let (party, party_account) = (plain(candidate.party.as_ref()), plain(candidate.party_account.as_ref()));
        Self { candidate, references, party, party_account }
    }
}

const PASSES: [Pass; 3] = [
    Pass { reasons: &[MatchReason::Reference], score: 90, speaks: by_reference },
    Pass { reasons: &[MatchReason::Amount, MatchReason::Party], score: 80, speaks: by_party },
    Pass { reasons: &[MatchReason::Amount, MatchReason::Day], score: 60, speaks: by_day },
];

/// Matches statement lines with what is expected.
///
/// A reference counts where it stands in the line as whole words, however they are separated (`CI 084`, `ci-084`, but
/// not within `CI-0841`), and has three letters or digits. A line may name several candidates that add up to it, or
/// several lines one candidate that holds them all; a single line may pay a candidate in part, or too much.
///
/// # Errors
/// [`MoneyError::OutOfRange`] where a sum cannot be held.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, Money};
/// use office_finance::{MatchCandidate, MatchRules, StatementLine, match_statement};
///
/// let on = NaiveDate::from_ymd_opt(2026, 10, 14).ok_or("a day")?;
/// let line = |text: &str, minor| StatementLine {
///     on,
///     value: None,
///     amount: Money::from_minor(minor, Currency::EUR),
///     references: vec![],
///     party: Some("Wohnbau Nord eG".to_owned()),
///     party_account: None,
///     text: text.to_owned(),
///     bank_reference: None,
///     code: None,
/// };
/// let invoice = |number: &str, minor| MatchCandidate {
///     references: vec![number.to_owned()],
///     party: Some("Wohnbau Nord eG".to_owned()),
///     party_account: None,
///     amount: Money::from_minor(minor, Currency::EUR),
///     on,
/// };
/// let rules = MatchRules { window_days: 5 };
/// let invoices = [invoice("CI-084", 29_274_00), invoice("CI-085", 3_784_80)];
/// let result = match_statement(&[line("CI-084 and CI-085", 33_058_80)], &invoices, rules)?;
/// assert_eq!((result.matches[0].parts.len(), result.matches[0].score), (2, 100));
///
/// // Two invoices of one amount, and a payer who names neither: somebody has to decide.
/// let invoices = [invoice("CI-081", 2_380_00), invoice("CI-082", 2_380_00)];
/// let result = match_statement(&[line("fee", 2_380_00)], &invoices, rules)?;
/// assert_eq!((result.matches.len(), result.ties[0].candidates.len()), (0, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn match_statement(
    lines: &[StatementLine],
    candidates: &[MatchCandidate],
    rules: MatchRules,
) -> Result<MatchResult, MoneyError> {
    let mut result = MatchResult::default();
    let line_evidence: Vec<_> = lines.iter().map(LineEvidence::of).collect();
    let candidate_evidence: Vec<_> = candidates.iter().map(CandidateEvidence::of).collect();
    let mut open_lines: BTreeSet<usize> = (0..lines.len()).collect();
    let mut open_candidates: BTreeSet<usize> = (0..candidates.len()).collect();
    for pass in &PASSES {
        let mut edges = BTreeSet::new();
        for line in &open_lines {
            for candidate in &open_candidates {
                if let (Some(one), Some(other)) = (line_evidence.get(*line), candidate_evidence.get(*candidate))
                    && same_direction(one.line.amount, other.candidate.amount)
                    && (pass.speaks)(one, other, rules)
                {
                    edges.insert((*line, *candidate));
                }
            }
        }
        for group in groups(&edges) {
            for (line, candidate) in &group {
                open_lines.remove(line);
                open_candidates.remove(candidate);
            }
            match settle(lines, candidates, &group, pass)? {
                Some(found) => result.matches.push(found),
                None => result.ties.push(tie(&group, pass)),
            }
        }
    }
    result.open_lines = open_lines.into_iter().collect();
    result.open_candidates = open_candidates.into_iter().collect();
    Ok(result)
}

/// The edges in groups that hang together, each in order.
fn groups(edges: &BTreeSet<(usize, usize)>) -> Vec<Vec<(usize, usize)>> {
    let mut by_line: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut by_candidate: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (line, candidate) in edges {
        by_line.entry(*line).or_default().push(*candidate);
        by_candidate.entry(*candidate).or_default().push(*line);
    }
    let (mut seen_lines, mut seen_candidates) = (BTreeSet::new(), BTreeSet::new());
    let mut groups = Vec::new();
    for first in by_line.keys() {
        let mut group = Vec::new();
        let mut waiting = if seen_lines.insert(*first) { vec![*first] } else { continue };
        while let Some(line) = waiting.pop() {
            for candidate in by_line.get(&line).into_iter().flatten() {
                group.push((line, *candidate));
                if seen_candidates.insert(*candidate) {
                    let near = by_candidate.get(candidate).into_iter().flatten();
                    waiting.extend(near.filter(|line| seen_lines.insert(**line)));
                }
            }
        }
        group.sort_unstable();
        groups.push(group);
    }
    groups
}

/// The match that a group amounts to; `None` where it could be another one as well.
fn settle(
    lines: &[StatementLine],
    candidates: &[MatchCandidate],
    group: &[(usize, usize)],
    pass: &Pass,
) -> Result<Option<StatementMatch>, MoneyError> {
    let line_of = |at: &usize| lines.get(*at).map(|line| line.amount);
    let candidate_of = |at: &usize| candidates.get(*at).map(|candidate| candidate.amount);
    let (some_lines, some_candidates) = sides(group);
    let line_amounts: Vec<Money> = some_lines.iter().filter_map(line_of).collect();
    let candidate_amounts: Vec<Money> = some_candidates.iter().filter_map(candidate_of).collect();
    let Some(first) = line_amounts.first() else { return Ok(None) };
    let paid = Money::sum(line_amounts.iter().copied(), first.currency())?;
    let expected = Money::sum(candidate_amounts.iter().copied(), first.currency())?;
    let left_over = paid.checked_sub(expected)?;
    let more = left_over.is_negative() == paid.is_negative() && !left_over.is_zero();
    let parts = match (line_amounts.as_slice(), candidate_amounts.as_slice()) {
        // One line, one candidate: in full, in part, or too much.
        ([paid], [expected]) => vec![if more { *expected } else { *paid }],
        // One line for several candidates, which have to be all of it.
        ([_], several) if left_over.is_zero() => several.to_vec(),
        // Several lines for one candidate, which has to hold them.
        (several, [_]) if !more => several.to_vec(),
        _ => return Ok(None),
    };
    let mut reasons = pass.reasons.to_vec();
    let exact = left_over.is_zero();
    if exact && !reasons.contains(&MatchReason::Amount) {
        reasons.push(MatchReason::Amount);
    }
    let score = if exact && pass.reasons.contains(&MatchReason::Reference) { 100 } else { pass.score };
    let parts = group.iter().zip(parts);
    let parts = parts.map(|((line, candidate), amount)| MatchPart { line: *line, candidate: *candidate, amount });
    let left_over = if more { left_over } else { Money::zero(first.currency()) };
    Ok(Some(StatementMatch { parts: parts.collect(), left_over, reasons, score }))
}

fn sides(group: &[(usize, usize)]) -> (BTreeSet<usize>, BTreeSet<usize>) {
    (group.iter().map(|edge| edge.0).collect(), group.iter().map(|edge| edge.1).collect())
}

fn tie(group: &[(usize, usize)], pass: &Pass) -> MatchTie {
    let (lines, candidates) = sides(group);
    MatchTie {
        lines: lines.into_iter().collect(),
        candidates: candidates.into_iter().collect(),
        reasons: pass.reasons.to_vec(),
    }
}

fn same_direction(one: Money, other: Money) -> bool {
    one.currency() == other.currency() && !one.is_zero() && !other.is_zero() && one.is_negative() == other.is_negative()
}

fn by_reference(line: &LineEvidence<'_>, candidate: &CandidateEvidence<'_>, _: MatchRules) -> bool {
    candidate.references.iter().any(|reference| line.texts.iter().any(|text| mentions(text, reference)))
}

fn by_party(line: &LineEvidence<'_>, candidate: &CandidateEvidence<'_>, _: MatchRules) -> bool {
    line.line.amount == candidate.candidate.amount && same_party(line, candidate) == Some(true)
}

fn by_day(line: &LineEvidence<'_>, candidate: &CandidateEvidence<'_>, rules: MatchRules) -> bool {
    let apart = line.line.on.signed_duration_since(candidate.candidate.on).num_days().unsigned_abs();
    // Somebody else's payment is no match, however well the amount fits.
    line.line.amount == candidate.candidate.amount
        && apart <= u64::from(rules.window_days)
        && same_party(line, candidate) != Some(false)
}

/// Whether the other side is the same; `None` where one of them does not say.
fn same_party(line: &LineEvidence<'_>, candidate: &CandidateEvidence<'_>) -> Option<bool> {
    if let (Some(one), Some(other)) = (&line.party_account, &candidate.party_account) {
        return Some(one == other);
    }
    Some(line.party.as_ref()? == candidate.party.as_ref()?)
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
fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    parts.map(|word| word.chars().flat_map(char::to_uppercase).collect()).collect()
}

/// The proof that bank and books agree on a day, from both sides.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, Money};
/// use office_finance::{BankReconciliation, ReconcilingItem};
///
/// let euro = |minor| Money::from_minor(minor, Currency::EUR);
/// let item = |what: &str, minor| ReconcilingItem { what: what.to_owned(), amount: euro(minor) };
/// let on = NaiveDate::from_ymd_opt(2026, 10, 31).ok_or("a day")?;
/// // A transfer that the bank has not carried out, and a fee that is not in the books.
/// let (in_books, at_bank) = (vec![item("RN-1203", -298_53)], vec![item("account fee", -14_90)]);
/// let proof = BankReconciliation::of(on, euro(1_000_00), euro(716_37), in_books, at_bank)?;
/// assert_eq!((proof.adjusted_bank, proof.adjusted_book), (euro(701_47), euro(701_47)));
/// assert!(proof.unexplained.is_zero());
///
/// let other = BankReconciliation::of(on, euro(1_000_00), euro(716_37), vec![], vec![])?;
/// assert_eq!(other.unexplained, euro(283_63));
/// assert!(BankReconciliation::of(on, euro(1), Money::from_minor(1, Currency::USD), vec![], vec![]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankReconciliation {
    /// The day at whose end it is drawn up.
    pub on: NaiveDate,
    /// What the bank says is on the account.
    pub statement: Money,
    /// What is in the books and not yet on the statement: deposits on their way above zero, payments below.
    pub not_on_statement: Vec<ReconcilingItem>,
    /// What would be on the account if all of that had arrived.
    pub adjusted_bank: Money,
    /// What the books say is on the account.
    pub book: Money,
    /// What is on the statement and not in the books: what came in above zero, what went out below.
    pub not_in_books: Vec<ReconcilingItem>,
    /// What would be in the books if all of that were.
    pub adjusted_book: Money,
    /// Adjusted bank less adjusted book.
    pub unexplained: Money,
}

/// Something that is on one side only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReconcilingItem {
    /// What it is.
    pub what: String,
    /// How much: what comes in above zero.
    pub amount: Money,
}

impl BankReconciliation {
    /// Draws up the proof.
    ///
    /// # Errors
    /// [`MoneyError`]: currencies are mixed, or a sum cannot be held.
    pub fn of(
        on: NaiveDate,
        statement: Money,
        book: Money,
        not_on_statement: Vec<ReconcilingItem>,
        not_in_books: Vec<ReconcilingItem>,
    ) -> Result<Self, MoneyError> {
        let adjusted = |start: Money, items: &[ReconcilingItem]| {
            Money::sum(items.iter().map(|item| item.amount).chain([start]), statement.currency())
        };
        let adjusted_bank = adjusted(statement, &not_on_statement)?;
        let adjusted_book = adjusted(book, &not_in_books)?;
        let unexplained = adjusted_bank.checked_sub(adjusted_book)?;
        Ok(Self { on, statement, not_on_statement, adjusted_bank, book, not_in_books, adjusted_book, unexplained })
    }
}
