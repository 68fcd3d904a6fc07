//! Matching the lines of a bank statement with what the office expects.
//!
//! Matching goes from strong evidence to weak: a reference, then amount and party, then amount and day, then sums of
//! several amounts of one party. In each step all lines are solved together, each used once, for the most points of
//! evidence; what is not clearly ahead of any other way is reported as a tie and never decided silently, and what a tie
//! is about is kept out of weaker matching. Laws, held by `tests/reconciliation.rs`:
//!
//! 1. Matching is partial: each line and each candidate is used within its amount, and at most by one match, or is tied,
//!    or is left open.
//! 2. The order of lines and candidates does not change what is matched.
//! 3. A line that has to do with none of the candidates changes no match.

mod evidence;
mod search;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::{Money, MoneyError};
use serde::{Deserialize, Serialize};

pub(crate) use self::evidence::words;
use self::evidence::{CandidateEvidence, LineEvidence, Pair, weigh};
use self::search::{Best, assign, subset};
use crate::{OpenItem, StatementLine};

/// Something that a statement line may be the payment of: an open item, or an entry of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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

impl MatchCandidate {
    /// What is to be paid of an open item at the end of the day `on`, by the number of its document; nothing where nothing is.
    /// Who pays, or is paid, is told besides, as banks name them.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    ///
    /// # Example
    /// ```
    /// use office_core::Id;
    /// use office_finance::{MatchCandidate, OpenItem};
    ///
    /// let (on, due) = ("2026-10-01".parse()?, "2026-10-15".parse()?);
    /// let fee = OpenItem::new(Id::natural("party", "Museum"), "CI-081", on, due, "2380.00 EUR".parse()?);
    /// let candidate = MatchCandidate::of_item(&fee, due, Some("Museum am Ufer"), None)?.ok_or("a candidate")?;
    /// assert_eq!((candidate.references, candidate.amount), (vec!["CI-081".to_owned()], "2380.00 EUR".parse()?));
    /// // Before the day of the document, nothing is expected.
    /// assert_eq!(MatchCandidate::of_item(&fee, "2026-09-30".parse()?, None, None)?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_item(
        item: &OpenItem,
        on: NaiveDate,
        party: Option<&str>,
        party_account: Option<&str>,
    ) -> Result<Option<Self>, MoneyError> {
        let amount = item.outstanding(on)?;
        let (party, party_account) = (party.map(str::to_owned), party_account.map(str::to_owned));
        let candidate =
            Self { references: vec![item.document().to_owned()], party, party_account, amount, on: item.due() };
        Ok(Some(candidate).filter(|_| !amount.is_zero()))
    }
}

/// How far statement and expectation may be apart, and how sure a match has to be. It is data, the office's to set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatchRules {
    /// By how many days, where only amount and day speak for a match.
    pub window_days: u32,
    /// What each reason is worth.
    pub points: MatchPoints,
    /// By how many points for each of its lines a way to match has to be ahead of any other; at least 1.
    pub margin: u8,
    /// From which score a match needs nobody's look.
    pub accept_from: u8,
    /// Of how many amounts a sum is searched for; at most 12.
    pub sum_items: u8,
    /// How many steps each search may take.
    pub steps: u32,
}

/// What each reason for a match is worth; all of them make 100, and nothing is worth more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatchPoints {
    /// A reference of the candidate stands in the line.
    pub reference: u8,
    /// The amounts are equal.
    pub amount: u8,
    /// The other side is the same.
    pub party: u8,
    /// The days are the same; less with each day apart.
    pub day: u8,
}

impl MatchRules {
    /// The most amounts of which a sum is searched for.
    pub const MOST_SUM_ITEMS: u8 = 12;

    /// Rules of this window: 60 points for a reference, 20 for the amount, 15 for the party, 5 for the day; a margin of 10, so
    /// that days alone decide nothing; acceptance from 80, which a reference with its amount has; sums of up to 12.
    #[must_use]
    pub const fn within(window_days: u32) -> Self {
        Self {
            window_days,
            points: MatchPoints { reference: 60, amount: 20, party: 15, day: 5 },
            margin: 10,
            accept_from: 80,
            sum_items: Self::MOST_SUM_ITEMS,
            steps: 20_000,
        }
    }

    /// Whether a match is sure enough to need nobody's look. That it is ahead of any other way, every match is.
    #[must_use]
    pub const fn accepts(&self, found: &StatementMatch) -> bool {
        found.score >= self.accept_from
    }
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementMatch {
    /// Which line goes to which candidate, by their places from 0, with how much.
    pub parts: Vec<MatchPart>,
    /// What is left of the line: above zero in size where more was paid than expected.
    pub left_over: Money,
    /// Why.
    pub reasons: Vec<MatchReason>,
    /// How certain it is, of 100: the points of its reasons.
    pub score: u8,
}

/// How much of a line goes to a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatchPart {
    /// The place of the line, from 0.
    pub line: usize,
    /// The place of the candidate, from 0.
    pub candidate: usize,
    /// How much.
    pub amount: Money,
}

/// Lines and candidates that could belong together in more than one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatchTie {
    /// The places of the lines, from 0.
    pub lines: Vec<usize>,
    /// The places of the candidates, from 0.
    pub candidates: Vec<usize>,
    /// What speaks for it.
    pub reasons: Vec<MatchReason>,
    /// Whether the search ended at its limit: there may be a best way that was not found.
    pub cut_short: bool,
}

/// What came of matching a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatchResult {
    /// What belongs together, the strongest evidence first.
    pub matches: Vec<StatementMatch>,
    /// What somebody has to decide.
    pub ties: Vec<MatchTie>,
    /// The places of the lines for which there is no candidate.
    pub open_lines: Vec<usize>,
    /// The places of the candidates for which there is no line.
    pub open_candidates: Vec<usize>,
    /// The places of open lines for which sums were not searched to the end: too many amounts, or too many steps.
    pub unsearched: Vec<usize>,
}

/// A candidate for a line, with what speaks for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankedCandidate {
    /// The place of the candidate, from 0.
    pub candidate: usize,
    /// Why.
    pub reasons: Vec<MatchReason>,
    /// The points of the reasons.
    pub score: u8,
}

/// The candidates for a line for which anything speaks but the day, the best first: what somebody is shown who has to decide.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, Money};
/// use office_finance::{MatchCandidate, MatchReason, MatchRules, StatementLine, rank_candidates};
///
/// let on = NaiveDate::from_ymd_opt(2026, 10, 14).ok_or("a day")?;
/// let amount = Money::from_minor(2_380_00, Currency::EUR);
/// let line = StatementLine {
///     on, value: None, amount, references: vec![], party: Some("Stadtwerke".to_owned()), party_account: None,
///     text: "fee of September".to_owned(), bank_reference: None, code: None,
/// };
/// let invoice = |number: &str, party: &str| MatchCandidate {
///     references: vec![number.to_owned()], party: Some(party.to_owned()), party_account: None, amount, on,
/// };
/// let ranked = rank_candidates(&line, &[invoice("CI-080", "Museum"), invoice("CI-081", "Stadtwerke")], &MatchRules::within(5));
/// assert_eq!((ranked[0].candidate, ranked[0].score, ranked[1].score), (1, 40, 25));
/// assert_eq!(ranked[0].reasons, [MatchReason::Amount, MatchReason::Party, MatchReason::Day]);
/// assert_eq!(rank_candidates(&line, &[], &MatchRules::within(5)), []);
/// # Ok::<(), &'static str>(())
/// ```
#[must_use]
pub fn rank_candidates(
    line: &StatementLine,
    candidates: &[MatchCandidate],
    rules: &MatchRules,
) -> Vec<RankedCandidate> {
    let line = LineEvidence::of(line);
    let mut ranked = Vec::new();
    for (at, candidate) in candidates.iter().enumerate() {
        let candidate = CandidateEvidence::of(candidate);
        let Some(pair) = Pair::of(&line, &candidate) else { continue };
        let is_exact = pair.is_equal();
        let (reasons, score) = weigh(&[pair], is_exact, rules);
        if reasons.iter().any(|reason| *reason != MatchReason::Day) {
            ranked.push(RankedCandidate { candidate: at, reasons, score });
        }
    }
    ranked.sort_by_key(|one| (std::cmp::Reverse(one.score), one.candidate));
    ranked
}

/// The evidence of one pass.
struct Pass {
    reasons: &'static [MatchReason],
    speaks: fn(&Pair<'_>, &MatchRules) -> bool,
}

const PASSES: [Pass; 3] = [
    Pass { reasons: &[MatchReason::Reference], speaks: |pair, _| pair.is_named() },
    Pass {
        reasons: &[MatchReason::Amount, MatchReason::Party],
        speaks: |pair, _| pair.is_equal() && pair.is_same_party() == Some(true),
    },
    Pass {
        reasons: &[MatchReason::Amount, MatchReason::Day],
        // Somebody else's payment is no match, however well the amount fits.
        speaks: |pair, rules| pair.is_equal() && pair.is_close(rules) && pair.is_same_party() != Some(false),
    },
];

/// The reasons of the last pass: sums of several amounts.
const SUM: Pass = Pass { reasons: &[MatchReason::Amount, MatchReason::Party], speaks: |_, _| false };

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
/// let rules = &MatchRules::within(5);
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
    rules: &MatchRules,
) -> Result<MatchResult, MoneyError> {
    let line_evidence: Vec<_> = lines.iter().map(LineEvidence::of).collect();
    let candidate_evidence: Vec<_> = candidates.iter().map(CandidateEvidence::of).collect();
    let mut work = Work {
        lines: &line_evidence,
        candidates: &candidate_evidence,
        rules,
        open_lines: (0..lines.len()).collect(),
        open_candidates: (0..candidates.len()).collect(),
        result: MatchResult::default(),
    };
    for pass in &PASSES {
        let edges = work.edges(|pair| (pass.speaks)(pair, rules));
        for group in groups(&edges) {
            work.settle(&group, pass)?;
        }
    }
    work.sums()?;
    let Work { mut result, open_lines, open_candidates, .. } = work;
    result.unsearched.retain(|line| open_lines.contains(line));
    result.open_lines = open_lines.into_iter().collect();
    result.open_candidates = open_candidates.into_iter().collect();
    Ok(result)
}

/// Lines and candidates on the way to a result.
struct Work<'a> {
    lines: &'a [LineEvidence<'a>],
    candidates: &'a [CandidateEvidence<'a>],
    rules: &'a MatchRules,
    open_lines: BTreeSet<usize>,
    open_candidates: BTreeSet<usize>,
    result: MatchResult,
}

type Group = Vec<(usize, usize)>;

impl<'a> Work<'a> {
    fn pair(&self, edge: (usize, usize)) -> Option<Pair<'a>> {
        Pair::of(self.lines.get(edge.0)?, self.candidates.get(edge.1)?)
    }

    fn edges(&self, speaks: impl Fn(&Pair<'_>) -> bool) -> BTreeSet<(usize, usize)> {
        let all = self.open_lines.iter().flat_map(|line| self.open_candidates.iter().map(|other| (*line, *other)));
        all.filter(|edge| self.pair(*edge).is_some_and(|pair| speaks(&pair))).collect()
    }

    /// Matches a group: as a whole where it adds up one way, or else line by line; what is left of it is tied.
    fn settle(&mut self, group: &[(usize, usize)], pass: &Pass) -> Result<(), MoneyError> {
        if let Some(found) = self.whole(group)? {
            self.close(group);
            self.result.matches.push(found);
            return Ok(());
        }
        let (chosen, cut_short) = match self.assigned(group) {
            Best::Clear(chosen) => (chosen, false),
            Best::CutShort => (Vec::new(), true),
            Best::Tied | Best::None => (Vec::new(), false),
        };
        for edge in &chosen {
            self.close(&[*edge]);
            self.result.matches.extend(self.whole(&[*edge])?);
        }
        let is_open =
            |edge: &&(usize, usize)| self.open_lines.contains(&edge.0) && self.open_candidates.contains(&edge.1);
        let rest: BTreeSet<(usize, usize)> = group.iter().filter(is_open).copied().collect();
        for group in groups(&rest) {
            self.close(&group);
            self.result.ties.push(tie(&group, pass, cut_short));
        }
        Ok(())
    }

    fn close(&mut self, group: &[(usize, usize)]) {
        for (line, candidate) in group {
            self.open_lines.remove(line);
            self.open_candidates.remove(candidate);
        }
    }

    /// The best assignment of a group's lines, of equal amounts.
    fn assigned(&self, group: &[(usize, usize)]) -> Best<Group> {
        let (lines, candidates) = sides(group);
        // Deeper than that no search goes.
        if lines.len() > MOST_ASSIGNED || candidates.len() > MOST_ASSIGNED {
            return Best::CutShort;
        }
        let mut edges = Vec::new();
        for edge in group {
            let Some(pair) = self.pair(*edge).filter(Pair::is_equal) else { continue };
            let (_, score) = weigh(&[pair], true, self.rules);
            edges.push((edge.0, edge.1, u32::from(score)));
        }
        // By what they say and not by their places, so that their order changes nothing.
        edges.sort_by_key(|(line, candidate, points)| {
            let line = self.lines.get(*line).map(|one| (one.line.on, one.line.amount.minor(), one.line.text.as_str()));
            let other = self.candidates.get(*candidate).map(|one| (one.candidate.on, &one.candidate.references));
            (line, std::cmp::Reverse(*points), other)
        });
        assign(&edges, u32::from(self.rules.margin), self.rules.steps)
    }

    /// The match that a group is as a whole; `None` where it could be another one as well.
    fn whole(&self, group: &[(usize, usize)]) -> Result<Option<StatementMatch>, MoneyError> {
        let (some_lines, some_candidates) = sides(group);
        let lines: Vec<Money> = some_lines.iter().filter_map(|at| Some(self.lines.get(*at)?.line.amount)).collect();
        let candidates = some_candidates.iter().filter_map(|at| Some(self.candidates.get(*at)?.candidate.amount));
        let candidates: Vec<Money> = candidates.collect();
        let Some(currency) = lines.first().map(|first| first.currency()) else { return Ok(None) };
        let paid = Money::sum(lines.iter().copied(), currency)?;
        let left_over = paid.checked_sub(Money::sum(candidates.iter().copied(), currency)?)?;
        let more = left_over.is_negative() == paid.is_negative() && !left_over.is_zero();
        let parts = match (lines.as_slice(), candidates.as_slice()) {
            // One line, one candidate: in full, in part, or too much.
            ([paid], [expected]) => vec![if more { *expected } else { *paid }],
            // One line for several candidates, which have to be all of it.
            ([_], several) if left_over.is_zero() => several.to_vec(),
            // Several lines for one candidate, which has to hold them.
            (several, [_]) if !more => several.to_vec(),
            _ => return Ok(None),
        };
        let pairs: Vec<Pair<'_>> = group.iter().filter_map(|edge| self.pair(*edge)).collect();
        let (reasons, score) = weigh(&pairs, left_over.is_zero(), self.rules);
        let parts = group.iter().zip(parts);
        let parts = parts.map(|((line, candidate), amount)| MatchPart { line: *line, candidate: *candidate, amount });
        let left_over = if more { left_over } else { Money::zero(currency) };
        Ok(Some(StatementMatch { parts: parts.collect(), left_over, reasons, score }))
    }

    /// Matches one amount with several of the same party that make it.
    fn sums(&mut self) -> Result<(), MoneyError> {
        let edges = self.edges(|pair| pair.is_same_party() == Some(true) && !pair.is_equal());
        let mut found: Vec<Group> = Vec::new();
        let mut tied: Vec<Group> = Vec::new();
        for side in [Side::Line, Side::Candidate] {
            let mut pools: BTreeMap<usize, Vec<(usize, Money)>> = BTreeMap::new();
            for edge in &edges {
                let Some(pair) = self.pair(*edge) else { continue };
                let (one, other, amount) = match side {
                    Side::Line => (edge.0, edge.1, pair.candidate.candidate.amount),
                    Side::Candidate => (edge.1, edge.0, pair.line.line.amount),
                };
                pools.entry(one).or_default().push((other, amount));
            }
            for (one, pool) in pools {
                let edge = |other: &usize| match side {
                    Side::Line => (one, *other),
                    Side::Candidate => (*other, one),
                };
                let best = self.sum_of(side, one, &pool);
                let all = || pool.iter().map(|(other, _)| edge(other)).collect();
                match best {
                    Best::Clear(others) => found.push(others.iter().map(edge).collect()),
                    Best::Tied => tied.push(all()),
                    Best::CutShort if side == Side::Line => self.result.unsearched.push(one),
                    Best::CutShort | Best::None => {}
                }
            }
        }
        self.take_sums(&found, &tied)
    }

    fn sum_of(&self, side: Side, one: usize, pool: &[(usize, Money)]) -> Best<Vec<usize>> {
        let most = self.rules.sum_items.min(MatchRules::MOST_SUM_ITEMS);
        if pool.len() > usize::from(most) {
            return Best::CutShort;
        }
        let sum = match side {
            Side::Line => self.lines.get(one).map(|line| line.line.amount),
            Side::Candidate => self.candidates.get(one).map(|other| other.candidate.amount),
        };
        let mut steps = self.rules.steps;
        sum.map_or(Best::None, |sum| subset(pool, sum, &mut steps))
    }

    /// Takes the sums that share nothing with another one; those that do are tied together.
    fn take_sums(&mut self, found: &[Group], tied: &[Group]) -> Result<(), MoneyError> {
        let all: BTreeSet<(usize, usize)> = found.iter().chain(tied).flatten().copied().collect();
        for group in groups(&all) {
            let mut exact = found.iter().filter(|one| one.iter().all(|edge| group.contains(edge)));
            let is_alone = exact.next().is_some_and(|one| one.len() == group.len()) && exact.next().is_none();
            self.close(&group);
            match self.whole(&group)?.filter(|_| is_alone) {
                Some(matched) => self.result.matches.push(matched),
                None => self.result.ties.push(tie(&group, &SUM, false)),
            }
        }
        Ok(())
    }
}

/// The most lines or candidates of a group that are assigned to each other: no search goes deeper.
const MOST_ASSIGNED: usize = 64;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Line,
    Candidate,
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

fn sides(group: &[(usize, usize)]) -> (BTreeSet<usize>, BTreeSet<usize>) {
    (group.iter().map(|edge| edge.0).collect(), group.iter().map(|edge| edge.1).collect())
}

fn tie(group: &[(usize, usize)], pass: &Pass, cut_short: bool) -> MatchTie {
    let (lines, candidates) = sides(group);
    MatchTie {
        lines: lines.into_iter().collect(),
        candidates: candidates.into_iter().collect(),
        reasons: pass.reasons.to_vec(),
        cut_short,
    }
}
