//! Matching bank lines through the public API: its laws as properties, and the cases of a month.
#![expect(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "tests may overflow and panic")]

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use office_core::{Currency, Money};
use office_finance::{
    BankReconciliation, BankStatement, MatchCandidate, MatchReason, MatchResult, MatchRules, ReconcilingItem,
    StatementBalance, StatementFormat, StatementLine, match_statement,
};
use proptest::prelude::*;

const RULES: MatchRules = MatchRules::within(5);

fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

fn day(offset: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 10, 1).unwrap_or_default() + Days::new(offset)
}

fn line(minor: i64, party: &str, text: &str, on: u64) -> StatementLine {
    StatementLine {
        on: day(on),
        value: None,
        amount: euro(minor),
        references: vec![],
        party: (!party.is_empty()).then(|| party.to_owned()),
        party_account: None,
        text: text.to_owned(),
        bank_reference: None,
        code: None,
    }
}

fn candidate(number: &str, minor: i64, party: &str, on: u64) -> MatchCandidate {
    MatchCandidate {
        references: vec![number.to_owned()],
        party: (!party.is_empty()).then(|| party.to_owned()),
        party_account: None,
        amount: euro(minor),
        on: day(on),
    }
}

fn of(lines: &[StatementLine], candidates: &[MatchCandidate]) -> MatchResult {
    match_statement(lines, candidates, &RULES).unwrap_or_default()
}

/// What is matched, by what the lines and candidates say instead of by their places.
fn pairs(
    result: &MatchResult,
    lines: &[StatementLine],
    candidates: &[MatchCandidate],
) -> BTreeSet<(String, String, i128)> {
    let parts = result.matches.iter().flat_map(|found| &found.parts);
    let told = |part: &office_finance::MatchPart| {
        let (line, candidate) = (lines.get(part.line)?, candidates.get(part.candidate)?);
        Some((line.bank_reference.clone()?, candidate.references.first()?.clone(), part.amount.minor()))
    };
    parts.filter_map(told).collect()
}

prop_compose! {
    fn statement()(drafts in prop::collection::vec(
        (prop_oneof![Just(-200_i64), Just(100), Just(200), Just(300), Just(150)], 0..3_usize, 0..9_usize, 0..12_u64), 0..8,
    )) -> Vec<StatementLine> {
        let parties = ["", "Kita", "Museum"];
        let texts = ["", "", "CI-001", "CI-002", "ci 003", "CI-001 CI-002", "xCI-001", "CI-0011", "fee"];
        let made = drafts.iter().zip(0..).map(|((minor, party, text, on), at)| StatementLine {
            bank_reference: Some(format!("NB{at}")),
            ..line(*minor, parties[*party], texts[*text], *on)
        });
        made.collect()
    }
}

prop_compose! {
    fn expected()(drafts in prop::collection::vec(
        (prop_oneof![Just(-200_i64), Just(100), Just(200), Just(300)], 0..3_usize, 0..12_u64), 0..6,
    )) -> Vec<MatchCandidate> {
        let parties = ["", "KITA", "Museum"];
        let made = drafts.iter().zip(1..).map(|((minor, party, on), at)| {
            candidate(&format!("CI-{at:03}"), *minor, parties[*party], *on)
        });
        made.collect()
    }
}

proptest! {
    /// Law 1.
    #[test]
    fn matching_is_partial(lines in statement(), candidates in expected()) {
        let result = of(&lines, &candidates);
        let (mut line_uses, mut candidate_uses): (BTreeMap<usize, usize>, BTreeMap<usize, usize>) = Default::default();
        let (mut by_line, mut by_candidate): (BTreeMap<usize, i128>, BTreeMap<usize, i128>) = Default::default();
        for found in &result.matches {
            for line in found.parts.iter().map(|part| part.line).collect::<BTreeSet<_>>() {
                *line_uses.entry(line).or_default() += 1;
            }
            for candidate in found.parts.iter().map(|part| part.candidate).collect::<BTreeSet<_>>() {
                *candidate_uses.entry(candidate).or_default() += 1;
            }
            for part in &found.parts {
                *by_line.entry(part.line).or_default() += part.amount.minor();
                *by_candidate.entry(part.candidate).or_default() += part.amount.minor();
            }
        }
        for tie in &result.ties {
            tie.lines.iter().for_each(|line| *line_uses.entry(*line).or_default() += 1);
            tie.candidates.iter().for_each(|candidate| *candidate_uses.entry(*candidate).or_default() += 1);
        }
        result.open_lines.iter().for_each(|line| *line_uses.entry(*line).or_default() += 1);
        result.open_candidates.iter().for_each(|candidate| *candidate_uses.entry(*candidate).or_default() += 1);
        prop_assert_eq!(line_uses.into_iter().collect::<Vec<_>>(), (0..lines.len()).map(|at| (at, 1)).collect::<Vec<_>>());
        let each_once = (0..candidates.len()).map(|at| (at, 1)).collect::<Vec<_>>();
        prop_assert_eq!(candidate_uses.into_iter().collect::<Vec<_>>(), each_once);
        for (line, used) in by_line {
            let amount = lines[line].amount.minor();
            prop_assert!(used.signum() == amount.signum() && used.abs() <= amount.abs());
        }
        for (candidate, used) in by_candidate {
            let amount = candidates[candidate].amount.minor();
            prop_assert!(used.signum() == amount.signum() && used.abs() <= amount.abs());
        }
        for found in &result.matches {
            let lines_used: BTreeSet<usize> = found.parts.iter().map(|part| part.line).collect();
            let paid: i128 = lines_used.iter().map(|line| lines[*line].amount.minor()).sum();
            let given: i128 = found.parts.iter().map(|part| part.amount.minor()).sum();
            prop_assert_eq!(given + found.left_over.minor(), paid);
        }
    }

    /// Law 2.
    #[test]
    fn order_does_not_matter(mut lines in statement(), mut candidates in expected()) {
        let before = pairs(&of(&lines, &candidates), &lines, &candidates);
        lines.reverse();
        candidates.reverse();
        prop_assert_eq!(pairs(&of(&lines, &candidates), &lines, &candidates), before);
    }

    /// Law 3.
    #[test]
    fn an_unrelated_line_changes_no_match(mut lines in statement(), candidates in expected()) {
        let before = of(&lines, &candidates);
        lines.push(line(777_777, "Somebody", "nothing to do with it", 3));
        let after = of(&lines, &candidates);
        prop_assert_eq!(&after.matches, &before.matches);
        prop_assert_eq!(after.ties, before.ties);
    }

    /// Law 4.
    #[test]
    fn the_proof_tells_the_difference(
        bank in -9_999..9_999_i64, here in prop::collection::vec(-999..999_i64, 0..5),
        there in prop::collection::vec(-999..999_i64, 0..5), error in -9..9_i64,
    ) {
        let items = |minors: &[i64]| {
            let item = |minor: &i64| ReconcilingItem { what: "x".to_owned(), amount: euro(*minor) };
            minors.iter().map(item).collect::<Vec<_>>()
        };
        // Books that are right but for `error`.
        let book = bank + here.iter().sum::<i64>() - there.iter().sum::<i64>() - error;
        let proof = BankReconciliation::of(day(30), euro(bank), euro(book), items(&here), items(&there)).unwrap();
        prop_assert_eq!(proof.unexplained, euro(error));
    }
}

#[test]
fn the_cases_of_a_month() {
    let candidates = [
        candidate("CI-081", 238_000, "Stadtwerke Spree AG", 0),
        candidate("CI-082", 238_000, "Stadtwerke Spree AG", 0),
        candidate("CI-083", 1_005_550, "Kita Pankow gGmbH", 3),
        candidate("CI-084", 2_927_400, "Wohnbau Nord eG", 10),
        candidate("CI-085", 378_480, "Wohnbau Nord eG", 17),
        candidate("CI-087", 2_132_480, "Museum am Ufer", 24),
        candidate("PT-01", -14_145, "", 15),
        candidate("CI-090", 749_700, "Kita Pankow gGmbH", 40),
    ];
    let lines = [
        line(1_005_550, "KITA PANKOW gGmbH", "Honorar Entwurf", 4),
        line(238_000, "Stadtwerke Spree AG", "CI-081", 7),
        line(238_000, "Stadtwerke Spree AG", "CI-082", 7),
        line(3_305_880, "Wohnbau Nord eG", "CI-084 and CI-085", 13),
        line(-14_145, "Cash desk", "Petty cash", 15),
        line(1_000_000, "Museum am Ufer", "Part payment CI-087", 19),
        line(-1_490, "Nordbank", "Account fee", 29),
    ];
    let result = of(&lines, &candidates);
    let told: Vec<_> = result
        .matches
        .iter()
        .map(|found| (found.parts.iter().map(|part| (part.line, part.candidate)).collect::<Vec<_>>(), found.score))
        .collect();
    let by_reference = [(vec![(1, 0)], 95), (vec![(2, 1)], 95), (vec![(3, 3), (3, 4)], 96), (vec![(5, 5)], 75)];
    let weaker = [(vec![(0, 2)], 39), (vec![(4, 6)], 25)];
    assert_eq!(told, [by_reference.as_slice(), weaker.as_slice()].concat());
    assert_eq!((result.ties, result.open_lines, result.open_candidates), (vec![], vec![6], vec![7]));
}

#[test]
fn what_is_ambiguous_is_not_decided() {
    let two = [candidate("CI-081", 238_000, "Stadtwerke", 0), candidate("CI-082", 238_000, "Stadtwerke", 0)];
    let result = of(&[line(238_000, "Stadtwerke", "fee", 0)], &two);
    let tie = &result.ties[0];
    assert_eq!((&tie.lines, &tie.candidates), (&vec![0], &vec![0, 1]));
    assert_eq!(tie.reasons, [MatchReason::Amount, MatchReason::Party]);
    // Two invoices named, and an amount that is neither both nor one of them.
    let result = of(&[line(300_000, "Stadtwerke", "CI-081, CI-082", 0)], &two);
    assert_eq!((result.matches.len(), result.ties.len()), (0, 1));
    // More is paid in two parts than is due.
    let result = of(&[line(200_000, "", "CI-081", 0), line(200_000, "", "CI-081", 1)], &two[..1]);
    assert_eq!((result.matches.len(), result.ties.len()), (0, 1));
    // Somebody else's payment of the same amount is no match.
    let result = of(&[line(238_000, "Museum", "", 0)], &two[..1]);
    assert_eq!((result.matches.len(), result.open_lines.len()), (0, 1));
}

#[test]
fn too_much_is_kept_apart() {
    let result = of(&[line(250_000, "", "CI-081", 0)], &[candidate("CI-081", 238_000, "", 0)]);
    assert_eq!((result.matches[0].parts[0].amount, result.matches[0].left_over), (euro(238_000), euro(12_000)));
    // Two parts of one invoice.
    let parts = [line(100_000, "", "CI-081", 0), line(138_000, "", "rest of ci081", 1)];
    let result = of(&parts, &[candidate("CI-081", 238_000, "", 0)]);
    assert_eq!((result.matches[0].parts.len(), result.matches[0].score), (2, 84));
}

#[test]
fn lines_and_candidates_are_solved_together() {
    // Two payments of one amount and party, two invoices: the days tell which is which, if the margin lets them.
    let lines = [line(100, "Kita", "", 1), line(100, "Kita", "", 9)];
    let candidates = [candidate("CI-001", 100, "Kita", 9), candidate("CI-002", 100, "Kita", 1)];
    let tied = of(&lines, &candidates);
    assert_eq!((tied.matches.len(), &tied.ties[0].lines, tied.ties[0].cut_short), (0, &vec![0, 1], false));
    let rules = MatchRules { margin: 2, ..RULES };
    let told = match_statement(&lines, &candidates, &rules).unwrap();
    let parts: Vec<_> = told.matches.iter().map(|found| (found.parts[0].line, found.parts[0].candidate)).collect();
    assert_eq!(parts, [(0, 1), (1, 0)]);
    assert!(told.matches.iter().all(|found| !rules.accepts(found)));
    // A search that is cut short decides nothing, and says so.
    let short = match_statement(&lines, &candidates, &MatchRules { steps: 2, ..rules }).unwrap();
    assert_eq!((short.matches.len(), short.ties[0].cut_short), (0, true));
    // One of two lines names the invoice of the other's amount, and both name it: the exact one has it.
    let lines = [line(100, "", "CI-001", 0), line(70, "", "CI-001", 0)];
    let told = of(&lines, &[candidate("CI-001", 100, "", 0)]);
    assert_eq!((told.matches[0].parts[0].line, told.matches[0].score, &told.open_lines), (0, 85, &vec![1]));
    assert!(RULES.accepts(&told.matches[0]));
}

/// Reported by others (beangulp#179): two rows of a statement, one entry in the books. At most one of them is it.
#[test]
fn two_rows_never_match_one_entry() {
    let entry = [candidate("CI-001", -150, "Kiosk", 0)];
    let tied = of(&[line(-150, "Kiosk", "coffee", 0), line(-150, "Kiosk", "coffee", 0)], &entry);
    assert_eq!((tied.matches.len(), &tied.ties[0].lines), (0, &vec![0, 1]));
    let named = of(&[line(-150, "Kiosk", "coffee", 0), line(-150, "Kiosk", "coffee CI-001", 0)], &entry);
    assert_eq!((named.matches[0].parts[0].line, named.ties.len(), named.open_lines), (1, 0, vec![0]));
}

#[test]
fn sums_of_several_amounts_of_one_party() {
    let minors = [1_999, 4_500, 12_050, 720, 33_300];
    let named = |at: usize, minor: i64| candidate(&format!("CI-{at:03}"), minor, "Kita", 20);
    let candidates: Vec<_> = minors.iter().enumerate().map(|(at, minor)| named(at, *minor)).collect();
    let told = of(&[line(1_999 + 720 + 33_300, "KITA", "three invoices", 0)], &candidates);
    let parts: Vec<_> = told.matches[0].parts.iter().map(|part| (part.candidate, part.amount)).collect();
    assert_eq!(parts, [(0, euro(1_999)), (3, euro(720)), (4, euro(33_300))]);
    assert_eq!(told.matches[0].reasons, [MatchReason::Amount, MatchReason::Party]);
    // Two lines make one invoice.
    let told = of(&[line(10_000, "Kita", "first part", 0), line(2_050, "Kita", "rest", 3)], &candidates);
    assert_eq!(
        told.matches[0].parts.iter().map(|part| (part.line, part.candidate)).collect::<Vec<_>>(),
        [(0, 2), (1, 2)]
    );
    // 30 is 10 and 20, and 12 and 18: somebody has to decide.
    let several: Vec<_> = [10, 20, 12, 18].iter().enumerate().map(|(at, minor)| named(at, *minor)).collect();
    let told = of(&[line(30, "Kita", "", 0)], &several);
    assert_eq!((told.matches.len(), &told.ties[0].candidates), (0, &vec![0, 1, 2, 3]));
    // Two lines that both could be the sum of the same.
    let told = of(&[line(6_499, "Kita", "", 0), line(6_499, "Kita", "", 1)], &candidates);
    assert_eq!((told.matches.len(), &told.ties[0].lines), (0, &vec![0, 1]));
    // More than twelve are not searched, and so it is told; nor is one that takes too many steps.
    let many: Vec<_> = (0..13).zip(100..).map(|(at, minor)| named(at, minor)).collect();
    assert_eq!(of(&[line(201, "Kita", "", 0)], &many).unsearched, [0]);
    let short = MatchRules { steps: 5, ..RULES };
    let told = match_statement(&[line(36_019, "Kita", "", 0)], &candidates, &short).unwrap();
    assert_eq!((told.matches.len(), told.unsearched, told.open_lines), (0, vec![0], vec![0]));
}

#[test]
fn rules_and_results_are_data() {
    let rules: MatchRules = serde_json::from_str(
        r#"{"window_days": 5, "points": {"reference": 60, "amount": 20, "party": 15, "day": 5}, "margin": 10,
            "accept_from": 80, "sum_items": 12, "steps": 20000}"#,
    )
    .unwrap();
    assert_eq!(rules, RULES);
    let told = of(&[line(250_000, "", "CI-081", 0)], &[candidate("CI-081", 238_000, "", 0)]);
    let json = serde_json::to_string(&told).unwrap();
    assert_eq!(serde_json::from_str::<MatchResult>(&json).unwrap(), told);
    insta::assert_json_snapshot!(told.matches[0], @r#"
    {
      "parts": [
        {
          "line": 0,
          "candidate": 0,
          "amount": "2380.00 EUR"
        }
      ],
      "left_over": "120.00 EUR",
      "reasons": [
        "reference",
        "day"
      ],
      "score": 65
    }
    "#);
}

#[test]
fn the_proof_of_a_statement_prints_and_serialises() {
    let balance = |minor| Some(StatementBalance { amount: euro(minor), on: day(30) });
    let lines = vec![line(50_000, "Kita", "CI-081", 4), line(-1_490, "Nordbank", "Account fee", 29)];
    let statement = BankStatement {
        format: StatementFormat::Camt,
        account: "DE83100990010004711200".to_owned(),
        number: "10".to_owned(),
        opening: balance(100_000),
        closing: balance(148_510),
        lines: lines.clone(),
        pending: vec![],
    };
    let transfer = ReconcilingItem { what: "RN-1203".to_owned(), amount: euro(-29_853) };
    let unbooked = ReconcilingItem::of_line(&lines[1]);
    let proof = BankReconciliation::of_statement(&statement, euro(120_147), vec![transfer], vec![unbooked]).unwrap();
    assert_eq!(
        proof.to_string(),
        "bank and books as of 2026-10-31\n\
         statement: opening 1000.00 EUR, in 500.00 EUR, out -14.90 EUR, closing 1485.10 EUR\n\
         on the account, says the bank 1485.10 EUR\n  \
           not on the statement: RN-1203 -298.53 EUR\n\
         adjusted bank 1186.57 EUR\n\
         on the account, say the books 1201.47 EUR\n  \
           not in the books: 2026-10-30, Nordbank: Account fee -14.90 EUR\n\
         adjusted books 1186.57 EUR\n\
         agreed"
    );
    let json = serde_json::to_string(&proof).unwrap();
    assert_eq!(serde_json::from_str::<BankReconciliation>(&json).unwrap(), proof);
}
