//! Rules learned from confirmations, through the public API: their laws as properties.

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use office_core::{Currency, Money, Percent};
    use office_finance::{CodingConfirmation, LearnedRules, LineCoding, PatternKind, ProposalRules, StatementLine};
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
