//! Petty cash with the books: what is in the box is what is on its account.

#[cfg(test)]
#[path = "small_office/backend.rs"]
mod backend;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of a small office are small")]
#[path = "small_office/office.rs"]
mod small_office;

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of this test are small")]
mod tests {
    use chrono::Days;
    use office::petty_cash::{PettyCashRules, SpendVoucherError, count, spend, top_up};
    use office_core::rules::PolicyBook;
    use office_core::{Command, Currency, DateRange, Id, Money, Office, Percent, StoreError, wait};
    use office_finance::{
        Balances, BudgetLine, Entry, EntryId, PettyCashFund, PettyCashId, Posting, SpendCashError, Voucher, entries_of,
        post,
    };
    use office_scratch::Backend;
    use proptest::prelude::*;
    use proptest::test_runner::TestCaseError;

    use crate::backend::backends;
    use crate::small_office::{COST_CENTRES, account, command, cost_centre, day, euro, person, policy, rules, set_up};

    const FLOAT: i64 = 20_000;

    fn cash_rules() -> PettyCashRules {
        let rules = rules();
        let policy = policy(
            "petty_cash",
            &["amount", "outcome"],
            &[
                &["<= 50 EUR", "approvals: 1 assistant petty_cash.approve"],
                &["(50 EUR..150 EUR]", "approvals: 1 manager petty_cash.approve"],
                &["> 150 EUR", "refuse: pay by invoice or card"],
            ],
        );
        PettyCashRules { policy, book: rules.book, chart: rules.chart, accounts: rules.accounts, scope: rules.scope }
    }

    fn cash_box() -> PettyCashId {
        Id::natural("petty_cash", "office")
    }

    /// The box with its float, which came from the bank.
    fn open(office: &Office) {
        let rules = &rules();
        set_up(office, rules, euro(100_000), 1);
        wait(office.transact(&command("cash-box", "manager"), |tx| async move {
            tx.create(cash_box(), PettyCashFund::set_up(euro(FLOAT), person("assistant")).unwrap()).await?;
            let (cash, bank) =
                (Posting::debit(account("1600"), euro(FLOAT)), Posting::credit(account("1800"), euro(FLOAT)));
            let entry = Entry::balanced(day("2026-10-01"), "the float", vec![cash, bank]).unwrap();
            post(&tx, &rules.chart, EntryId::natural("float", "office"), entry).await.unwrap();
            Ok::<_, StoreError>(())
        }))
        .unwrap();
    }

    fn voucher(number: &str, minor: i64, tax: i64) -> Voucher {
        Voucher {
            number: number.to_owned(),
            on: day("2026-10-20"),
            person: person("anybody"),
            amount: euro(minor),
            tax: euro(tax),
            account: Some(account("6815")),
            cost_centre: Some(cost_centre(COST_CENTRES[0])),
            description: "milk".to_owned(),
        }
    }

    fn paid(
        office: &Office,
        command: &Command,
        rules: &PettyCashRules,
        voucher: &Voucher,
    ) -> Result<(), SpendVoucherError> {
        let rate = Percent::whole(19);
        wait(office.transact(command, |tx| async move { spend(&tx, rules, cash_box(), voucher.clone(), rate).await }))
    }

    /// The box, the balances of cash, bank, differences, tax and expense, what the budget counts, and how many facts.
    fn standing(office: &Office) -> (PettyCashFund, [Money; 5], Money, usize) {
        let facts = wait(office.feed().after(0, 2_000)).unwrap().len();
        let (fund, entries, budget) = wait(office.view(|view| async move {
            let entries = entries_of(&view, DateRange::year(2026).unwrap()).await?;
            let budget = BudgetLine::id_of(cost_centre(COST_CENTRES[0]), &account("6815"), 2026);
            Ok::<_, StoreError>((view.load(cash_box()).await?, entries, view.load(budget).await?))
        }))
        .unwrap();
        let balances = Balances::as_of(&entries, day("2026-12-31"), Currency::EUR).unwrap();
        let balances = ["1600", "1800", "6965", "1406", "6815"].map(|code| balances.of(&account(code)));
        (fund, balances, budget.actual().unwrap(), facts)
    }

    #[derive(Clone, Debug)]
    enum Step {
        Spend { minor: i64, tax: i64, by: &'static str },
        Count { over: i64, later: u64 },
        TopUp { wrong: i64 },
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let by = prop::sample::select(vec!["assistant", "manager", "anybody"]);
        let step = prop_oneof![
            4 => (1..17_000_i64, 0..5_i64, by).prop_map(|(minor, tax, by)| Step::Spend { minor, tax, by }),
            3 => (-3..4_i64, 0..2_u64).prop_map(|(over, later)| Step::Count { over, later }),
            2 => (-1..2_i64).prop_map(|wrong| Step::TopUp { wrong }),
        ];
        prop::collection::vec(step, 5..20)
    }

    fn act(
        office: &Office,
        rules: &PettyCashRules,
        key: &str,
        at: usize,
        step: &Step,
        cash: i64,
    ) -> Result<(), String> {
        let told = |error: &dyn std::fmt::Debug| format!("{error:?}");
        match *step {
            Step::Spend { minor, tax, by } => {
                let voucher = voucher(&format!("PC-{at}"), minor, minor * tax / 25);
                paid(office, &command(key, by), rules, &voucher).map_err(|error| told(&error))
            }
            Step::Count { over, later } => {
                let on = day("2026-10-20") + Days::new(later);
                let counted = euro(cash + over);
                let command = command(key, "assistant");
                let over = wait(
                    office.transact(&command, |tx| async move { count(&tx, rules, cash_box(), on, counted).await }),
                );
                over.map(drop).map_err(|error| told(&error))
            }
            Step::TopUp { wrong } => {
                let amount = euro(FLOAT - cash + wrong);
                let reference = &format!("PT-{at}");
                let command = command(key, "assistant");
                wait(office.transact(&command, |tx| async move {
                    top_up(&tx, rules, cash_box(), reference, day("2026-10-20"), amount).await
                }))
                .map_err(|error| told(&error))
            }
        }
    }

    fn play(office: &Office, steps: &[Step]) -> Result<(), TestCaseError> {
        open(office);
        let rules = &cash_rules();
        for (at, step) in steps.iter().enumerate() {
            let before = standing(office);
            let cash = i64::try_from(before.0.cash().unwrap().minor()).unwrap();
            let answer = act(office, rules, &format!("step-{at}"), at, step, cash);
            let after = standing(office);
            prop_assert!(answer.is_ok() || after == before, "{step:?} was refused, and yet something changed");
            for key in [format!("step-{at}"), format!("step-{at}-anew")] {
                prop_assert_eq!(act(office, rules, &key, at, step, cash).is_ok(), answer.is_ok(), "{:?}", step);
                prop_assert_eq!(&standing(office), &after, "{:?} again", step);
            }
            let (fund, [cash, bank, difference, tax, expense], counted, _) = after;
            prop_assert_eq!(cash, fund.cash().unwrap(), "after {:?}", step);
            let vouchers = Money::sum(fund.vouchers().map(|voucher| voucher.amount), Currency::EUR).unwrap();
            let made = Money::sum([cash, vouchers, fund.missing()], Currency::EUR).unwrap();
            prop_assert_eq!(made, euro(FLOAT), "cash, vouchers and what is missing make the float");
            prop_assert_eq!(expense, counted, "the budget");
            prop_assert!(Money::sum([cash, bank, difference, tax, expense], Currency::EUR).unwrap().is_zero());
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_box_holds_what_its_account_says(steps in steps()) {
            for Backend { name, office, .. } in &backends() {
                play(office, &steps).map_err(|error| TestCaseError::fail(format!("on {name}: {error}")))?;
            }
        }
    }

    #[test]
    fn the_same_is_found_missing_twice_on_one_day() {
        for Backend { name, office, .. } in &backends() {
            println!("on {name}");
            // A cent is missing, is put back, and is missing again.
            let missing = Step::Count { over: -1, later: 0 };
            play(office, &[missing.clone(), Step::TopUp { wrong: 0 }, missing]).unwrap();
            assert_eq!(standing(office).1[2], euro(2));
        }
    }

    #[test]
    fn refusals_come_in_order_and_change_nothing() {
        for Backend { name, office, .. } in &backends() {
            println!("on {name}");
            open(office);
            let mut rules = cash_rules();
            let before = standing(office);
            let refused = |rules: &PettyCashRules, by: &str, voucher: Voucher| {
                let key = format!("{by}-{}-{}", voucher.number, rules.policy.name());
                paid(office, &command(key, by), rules, &voucher).unwrap_err()
            };
            // Each is also refused for the reasons that follow.
            let bare = |number: &str, minor, tax| Voucher { account: None, ..voucher(number, minor, tax) };
            let no_rule = PettyCashRules { policy: PolicyBook::new("none"), ..cash_rules() };
            let error = refused(&no_rule, "anybody", bare("1", 30_000, 30_100));
            assert!(matches!(error, SpendVoucherError::Rules(_)), "{error:?}");
            let error = refused(&rules, "anybody", bare("2", 5_000, 5_100));
            assert!(matches!(error, SpendVoucherError::Refused(_)), "{error:?}");
            let error = refused(&rules, "manager", bare("3", 30_000, 30_100));
            assert!(matches!(error, SpendVoucherError::NotApproved { .. }), "{error:?}");
            let error = refused(&rules, "assistant", bare("4", 1_000, 1_100));
            assert!(matches!(error, SpendVoucherError::Fund(SpendCashError::Amount { .. })), "{error:?}");
            rules.accounts.input_tax.clear();
            let error = refused(&rules, "assistant", bare("5", 1_000, 100));
            assert!(matches!(error, SpendVoucherError::NoExpense), "{error:?}");
            let no_account = |number| Voucher { account: Some(account("9999")), ..voucher(number, 1_000, 100) };
            let error = refused(&rules, "assistant", no_account("6"));
            assert!(matches!(error, SpendVoucherError::Account(_)), "{error:?}");
            let error = refused(&cash_rules(), "assistant", no_account("7"));
            assert!(matches!(error, SpendVoucherError::Post(_)), "{error:?}");
            assert_eq!(standing(office), before);
        }
    }
}
