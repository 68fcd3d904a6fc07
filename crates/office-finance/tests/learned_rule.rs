//! Rules learned from confirmations, through the public API: their laws as properties.

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Days, NaiveDate};
    use office_core::{Actor, Command, Currency, Id, Money, Office, Percent, Role, wait};
    use office_finance::{
        BankLineId, BankMatchId, BankStatement, CodingConfirmation, ConfirmMatchError, ConfirmedPart, LearnedCodings,
        LearnedRules, LineCoding, MatchReason, MatchRules, NewBankMatch, PatternKind, ProposalRules, StatementFormat,
        StatementLine, StrikeCodingError, confirm_match, import_statement, learned_codings, strike_coding, undo_match,
    };
    use office_scratch::offices;
    use proptest::prelude::*;

    fn line(minor: i64, party: &str, text: &str) -> StatementLine {
        StatementLine {
            on: NaiveDate::default(),
            value: None,
            amount: Money::from_minor(minor, Currency::EUR),
            references: vec![],
            party: (!party.is_empty()).then(|| party.to_owned()),
            party_account: None,
            text: text.to_owned(),
            bank_reference: None,
            code: None,
        }
    }

    fn coding(account: &str) -> LineCoding {
        LineCoding { account: account.parse().unwrap(), party: None, tax: Some("19".to_owned()) }
    }

    fn confirmed(minor: i64, party: &str, text: &str, account: &str) -> CodingConfirmation {
        CodingConfirmation { line: line(minor, party, text), coding: coding(account) }
    }

    const RULES: ProposalRules = ProposalRules { support: 2, confidence: Percent::ZERO, post_from: Some(3) };

    prop_compose! {
        fn history()(drafts in prop::collection::vec((0..3_usize, 0..3_usize, 0..3_usize, any::<bool>()), 0..12)) -> Vec<CodingConfirmation> {
            let (parties, texts, accounts) = (["", "Nordbank", "Kita"], ["fee", "Rent 2026", "fee rent"], ["6855", "6310", "4400"]);
            let made = drafts.into_iter().map(|(party, text, account, out)| {
                confirmed(if out { -100 } else { 100 }, parties[party], texts[text], accounts[account])
            });
            made.collect()
        }
    }

    proptest! {
        /// Laws 1 to 3.
        #[test]
        fn what_is_learned_is_counted(
            history in history(), one in 0..3_usize, support in 1..5_u32, percent in 0..=100_i32, post_from in prop::option::of(1..5_u32),
        ) {
            let learned = LearnedRules::from_confirmations(&history);
            let backwards = LearnedRules::from_confirmations(history.iter().rev());
            prop_assert_eq!(&learned, &backwards);
            let json = serde_json::to_string(&learned).unwrap();
            prop_assert_eq!(&serde_json::from_str::<LearnedRules>(&json).unwrap(), &learned);

            let asked = line(-100, ["", "Nordbank", "Kita"][one], "fee");
            let rules = ProposalRules { support, confidence: Percent::whole(percent), post_from };
            let proposals = learned.propose(&asked, &rules);
            for proposal in &proposals {
                prop_assert!(proposal.rule.support >= support && proposal.rule.pattern.outgoing);
                prop_assert!(proposal.rule.confidence() >= rules.confidence.fraction());
                let may = proposals.len() == 1 && proposal.rule.against == 0;
                prop_assert_eq!(proposal.may_post, may && post_from.is_some_and(|from| proposal.rule.support >= from));
            }
            // A contradiction raises no confidence of another coding.
            let mut contradicted = learned.clone();
            contradicted.learn(&CodingConfirmation { line: asked, coding: coding("9999") });
            for rule in learned.rules() {
                let after = contradicted.rules().find(|later| (&later.pattern, &later.coding) == (&rule.pattern, &rule.coding));
                prop_assert!(after.unwrap().confidence() <= rule.confidence());
            }
        }
    }

    fn all_of(said: &[CodingConfirmation]) -> Vec<(BankLineId, BankMatchId, CodingConfirmation)> {
        let name = |place: usize| place.to_string();
        let each = said.iter().enumerate();
        each.map(|(place, said)| (Id::natural("line", &name(place)), Id::natural("match", &name(place)), said.clone()))
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// Law 52, of any set of confirmations in any order, and of the grounds that rules are told to have.
        #[test]
        fn codings_are_learned_from_the_set_alone(
            (said, shuffled) in history().prop_map(|said| all_of(&said)).prop_flat_map(|said| (Just(said.clone()), Just(said).prop_shuffle())),
            struck in prop::collection::vec(any::<bool>(), 12), one in 0..3_usize,
        ) {
            let learned = LearnedCodings::of(said.clone());
            prop_assert_eq!(&LearnedCodings::of(shuffled.clone()), &learned);
            let lasting = |all: &[(BankLineId, BankMatchId, CodingConfirmation)]| {
                let kept = all.iter().filter(|(line, ..)| !said.iter().zip(&struck).any(|((of, ..), struck)| of == line && *struck));
                LearnedCodings::of(kept.cloned())
            };
            let (left, only) = (lasting(&shuffled), said.iter().zip(&struck).filter(|(_, struck)| !**struck));
            prop_assert_eq!(&left, &LearnedCodings::of(only.map(|(said, _)| said.clone())));
            let asked = [line(-100, ["", "Nordbank", "Kita"][one], "fee")];
            let count = |number: u32| usize::try_from(number).unwrap();
            let found = left.match_statement(&asked, &[], &MatchRules::within(5), &RULES).unwrap();
            for rule in found.proposals.values().flatten().map(|proposal| &proposal.rule) {
                let grounds = left.grounds(rule);
                prop_assert_eq!((grounds.support.len(), grounds.against.len()), (count(rule.support), count(rule.against)));
                for (of, by) in grounds.support.iter().chain(&grounds.against) {
                    prop_assert!(said.iter().zip(&struck).any(|((line, found, _), struck)| (line, found) == (by, of) && !struck));
                }
            }
        }
    }

    fn command(key: &str, second: i64) -> Command {
        let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("bookkeeper"));
        Command::new(key, "bank", clerk, DateTime::from_timestamp(second, 0).unwrap()).unwrap()
    }

    /// The line of a confirmation on the so many-th day.
    fn dated(said: &CodingConfirmation, after: u64) -> StatementLine {
        let on = NaiveDate::default().checked_add_days(Days::new(after)).unwrap();
        StatementLine { on, ..said.line.clone() }
    }

    /// Imports these lines, on a day each.
    fn imported(office: &Office, said: &[CodingConfirmation]) -> Vec<BankLineId> {
        let statement = &BankStatement {
            format: StatementFormat::Camt,
            account: "DE83".to_owned(),
            number: "10".to_owned(),
            opening: None,
            closing: None,
            lines: said.iter().zip(0..).map(|(said, after)| dated(said, after)).collect(),
            pending: vec![],
        };
        let key = command("import", 0);
        wait(office.transact(&key, |tx| async move { import_statement(&tx, statement).await })).unwrap().lines
    }

    fn confirm(office: &Office, second: i64, line: BankLineId, said: &CodingConfirmation) -> BankMatchId {
        let (item, amount) = (line.to_string(), said.line.amount);
        let id = BankMatchId::natural("match", &item);
        let confirmed = &NewBankMatch {
            parts: vec![ConfirmedPart { line, item: item.clone(), amount }],
            expected: [(item.clone(), amount)].into(),
            reasons: vec![MatchReason::Amount],
            score: 20,
            coding: Some(said.coding.clone()),
        };
        let key = command(&format!("confirm-{item}"), second);
        let confirm = office.transact(&key, |tx| async move {
            confirm_match(&tx, id, confirmed.clone()).await?;
            Ok::<_, ConfirmMatchError>(id)
        });
        wait(confirm).unwrap()
    }

    fn learned(office: &Office) -> LearnedCodings {
        wait(office.view(|view| async move { learned_codings(&view, DateTime::default()).await })).unwrap()
    }

    #[test]
    fn an_office_learns_from_its_matches_and_forgets_what_is_struck() {
        let said = [
            confirmed(-1_490, "Nordbank", "Fee September", "6855"),
            confirmed(-1_490, "Nordbank", "Fee October", "6855"),
            confirmed(-50_000, "Nordbank", "Loan", "7300"),
            confirmed(-84_000, "Kita", "Rent", "6310"),
        ];
        let asked = [line(-1_490, "Nordbank", "Fee November"), line(-84_000, "Kita", "Rent")];
        let rules = ProposalRules { support: 1, confidence: Percent::whole(60), post_from: None };
        let proposed = |learned: &LearnedCodings| {
            learned.match_statement(&asked, &[], &MatchRules::within(5), &rules).unwrap().proposals
        };
        let (_places, all) = offices();
        for office in all {
            let lines = imported(&office, &said);
            // Another order than that of the statement.
            let ids = [(2, 3), (0, 1), (3, 4), (1, 2)];
            let ids = ids.map(|(at, second)| (at, confirm(&office, second, lines[at], &said[at])));
            let id = |at: usize| ids.iter().find(|(of, _)| *of == at).unwrap().1;
            let all = learned(&office);
            let told = said.iter().enumerate().zip(0..).map(|((at, said), after)| {
                let (line, coding) = (dated(said, after), said.coding.clone());
                (lines[at], id(at), CodingConfirmation { line, coding })
            });
            assert_eq!(all, LearnedCodings::of(told));
            let by_party = &proposed(&all)[&0][0].rule;
            assert_eq!((by_party.pattern.by, by_party.support, by_party.against), (PatternKind::Party, 2, 1));
            let grounds = all.grounds(by_party);
            let mut support = grounds.support.clone();
            support.sort_unstable_by_key(|(of, _)| *of != id(0));
            assert_eq!(
                (support, grounds.against),
                (vec![(id(0), lines[0]), (id(1), lines[1])], vec![(id(2), lines[2])])
            );

            // What is struck is as if it had never been confirmed, and so is what is undone.
            let strike = |key: &str, of| {
                let key = command(key, 10);
                wait(office.transact(&key, |tx| async move { strike_coding(&tx, of).await }))
            };
            for key in ["strike", "strike-again"] {
                strike(key, id(2)).unwrap();
                let left = learned(&office);
                assert_eq!((proposed(&left)[&0][0].rule.against, left.rules().rules().count()), (0, 6));
                assert!(left.rules().rules().all(|rule| rule.coding != coding("7300")));
            }
            wait(office.transact(&command("undo", 11), |tx| async move { undo_match(&tx, id(3)).await })).unwrap();
            assert_eq!(proposed(&learned(&office)).keys().collect::<Vec<_>>(), [&0]);
            strike("undone", id(3)).unwrap();
        }
    }

    #[test]
    fn a_match_that_does_not_say_what_its_lines_were_for_teaches_nothing() {
        let said = confirmed(-84_000, "Kita", "Rent", "6310");
        let (_places, all) = offices();
        for office in all {
            let line = imported(&office, std::slice::from_ref(&said))[0];
            let bare = &NewBankMatch {
                parts: vec![ConfirmedPart { line, item: "E-9".to_owned(), amount: said.line.amount }],
                expected: [("E-9".to_owned(), said.line.amount)].into(),
                reasons: vec![],
                score: 0,
                coding: None,
            };
            let id = BankMatchId::natural("match", "E-9");
            wait(office.transact(&command("bare", 1), |tx| async move { confirm_match(&tx, id, bare.clone()).await }))
                .unwrap();
            let strike = |key: &str, of| {
                let key = command(key, 10);
                wait(office.transact(&key, |tx| async move { strike_coding(&tx, of).await }))
            };
            assert!(matches!(strike("bare-strike", id), Err(StrikeCodingError::NotCoded { id: of }) if of == id));
            let nobody = BankMatchId::natural("match", "E-10");
            assert!(matches!(strike("none", nobody), Err(StrikeCodingError::Store(_))));
            assert_eq!(learned(&office), LearnedCodings::default());
        }
    }

    #[test]
    fn the_strongest_rule_proposes_and_a_contradiction_lowers_it() {
        let mut learned = LearnedRules::default();
        for month in ["January", "February", "March"] {
            learned.learn(&confirmed(-1_490, "Nordbank", &format!("Fee 4711 {month}"), "6855"));
        }
        let october = line(-1_490, "NORDBANK", "Fee 4712 October");
        let proposals = learned.propose(&october, &RULES);
        assert_eq!(
            (proposals.len(), proposals[0].rule.pattern.by, proposals[0].may_post),
            (1, PatternKind::Party, true)
        );
        // Money that comes in is another thing, and so is a month.
        assert_eq!(learned.propose(&line(1_490, "Nordbank", "Fee"), &RULES), []);
        assert_eq!(learned.propose(&line(-1_490, "", "January"), &RULES), []);
        // A contradiction: still proposed, and never unseen.
        learned.learn(&confirmed(-50_000, "Nordbank", "Loan", "7300"));
        let proposals = learned.propose(&october, &RULES);
        assert_eq!((proposals[0].rule.support, proposals[0].rule.against, proposals[0].may_post), (3, 1, false));
        assert_eq!(proposals[0].rule.confidence().to_string(), "3/4");
        let sure = ProposalRules { confidence: Percent::whole(80), ..RULES };
        assert_eq!(learned.propose(&october, &sure)[0].rule.pattern.by, PatternKind::Word);
        insta::assert_json_snapshot!((&RULES, &learned.propose(&october, &sure)[0]));
    }
}
