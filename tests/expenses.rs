//! Claims for expenses, end to end: law 25 of `office-finance` where claims, advances, journal and budget come together.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]
mod expenses {
    use std::collections::BTreeMap;
    use std::thread;

    use chrono::{DateTime, NaiveDate, Utc};
    use office::accounts::NoAccountError;
    use office::expenses::{
        AdvanceError, DecideClaimError, ExpenseAccounts, ExpenseRules, SettleError, Settled, SubmitExpensesError,
        approve_claim, pay_advance, pay_claim, refuse_claim, settle_claim, submit_claim, take_back_advance,
    };
    use office_core::rules::{DecisionTable, PolicyBook};
    use office_core::subject::PersonId;
    use office_core::{
        Actor, Appointment, ApprovalStatus, AuthorityBook, Command, Currency, DateRange, Grant, Holidays, Id,
        MemoryStore, Money, Office, Percent, Role, Rounding, Scope, StoreError, WeeklyHours, WorkingCalendar,
        WorkingPlan, Zone, wait,
    };
    use office_finance::{
        Account, AccountCode, AccountKind, ApproveClaimError, Balances, BudgetLine, BudgetPlan, Chart, ClaimPayment,
        ClaimRules, ExpenseClaim, ExpenseClaimId, ExpenseLine, ExpenseTax, LineCut, NewExpenseClaim, NewTravelAdvance,
        PaidBy, Period, SettleClaimError, TravelAdvance, TravelAdvanceId, UseAdvanceError, entries_of,
    };
    use office_scratch::offices;
    use proptest::prelude::*;

    const EXPENSE: &str = "6650";

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, day).unwrap()
    }

    fn noon(on: u32) -> DateTime<Utc> {
        day(on).and_hms_opt(12, 0, 0).unwrap().and_utc()
    }

    fn euro(minor: i64) -> Money {
        Money::from_minor(minor, Currency::EUR)
    }

    fn code(code: &str) -> AccountCode {
        code.parse().unwrap()
    }

    fn person(name: &str) -> PersonId {
        Id::natural("person", name)
    }

    fn command(key: &str, by: &str) -> Command {
        let role = if by == "boss" { "manager" } else { "employee" };
        Command::new(key, "expenses", Actor::new(person(by), Role::new(role)), noon(14)).unwrap()
    }

    fn policy(name: &str, header: &[&str], rows: &[&[&str]]) -> PolicyBook {
        let rows = rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect());
        let mut book = PolicyBook::new(name);
        book.publish(day(1), DecisionTable::from_rows(header, rows).unwrap()).unwrap();
        book
    }

    /// Without a receipt up to 20 EUR; what is older than two months is looked at; from 50 EUR on the manager approves.
    fn rules() -> ExpenseRules {
        let valid = DateRange::year(2026).unwrap();
        let week = WeeklyHours::weekdays("09:00-17:00".parse().unwrap());
        let plan = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: [].into(), holidays: Holidays::none(valid) };
        let mut book = AuthorityBook::default();
        let (role, scope) = (Role::new("manager"), Scope::anywhere());
        let appointment = Appointment { person: person("boss"), role: role.clone(), scope: scope.clone(), valid };
        book.appointments.push(appointment);
        book.grants.push(Grant { role, action: "expense.approve".parse().unwrap(), scope, limit: None, valid });
        let lines = policy(
            "lines",
            &["has_receipt: boolean", "amount", "days_old: integer", "outcome"],
            &[
                &["no", "> 20.00 EUR", "-", "refuse: no receipt"],
                &["-", "-", "> 60", "approvals: 1 manager expense.approve"],
                &["-", "-", "-", "allow"],
            ],
        );
        let claims = policy(
            "claims",
            &["amount", "flagged: integer", "outcome"],
            &[&["< 50.00 EUR", "0", "allow"], &["-", "-", "approvals: 1 manager expense.approve"]],
        );
        let account = |number: &str, kind| Account::new(code(number), number, kind);
        let chart = Chart::new([
            account("1406", AccountKind::Asset),
            account("1340", AccountKind::Asset),
            account("1800", AccountKind::Asset),
            account("3720", AccountKind::Liability),
            account("3610", AccountKind::Liability),
            account(EXPENSE, AccountKind::Expense),
        ]);
        ExpenseRules {
            claims: ClaimRules { lines, claims, book, hours: WorkingCalendar::new(plan).unwrap() },
            chart: chart.unwrap(),
            accounts: ExpenseAccounts {
                expense: [("travel".to_owned(), code(EXPENSE))].into(),
                input_tax: [(Percent::whole(19), code("1406"))].into(),
                employees: code("3720"),
                advances: code("1340"),
                cards: code("3610"),
                bank: code("1800"),
            },
        }
    }

    fn budget() -> Id<BudgetLine> {
        BudgetLine::id_of(Id::natural("cost_centre", "CC-200"), &code(EXPENSE), 2026)
    }

    /// October is open, a budget planned, and an advance granted and paid.
    fn set_up(office: &Office, advance: i64) -> TravelAdvanceId {
        let (rules, id) = (&rules(), Id::natural("travel_advance", "A-1"));
        wait(office.transact(&command("set-up", "boss"), |tx| async move {
            tx.create(Period::id_of(day(1)), Period::begin(2026, 10).unwrap()).await?;
            let plan = BudgetPlan::even(Id::natural("cost_centre", "CC-200"), code(EXPENSE), 2026, euro(1_200_000));
            tx.create(budget(), BudgetLine::plan(plan.unwrap()).unwrap()).await?;
            let given =
                NewTravelAdvance { person: person("anna"), amount: euro(advance), on: day(1), purpose: "fair".into() };
            tx.create(id, TravelAdvance::grant(given).unwrap()).await?;
            Ok::<_, StoreError>(())
        }))
        .unwrap();
        wait(office.transact(&command("advance", "boss"), |tx| async move {
            pay_advance(&tx, rules, id, day(2)).await.map(drop)
        }))
        .unwrap();
        id
    }

    fn line(minor: i64, receipt: Option<&str>) -> ExpenseLine {
        ExpenseLine::paid(day(10), "travel", "train", euro(minor), receipt)
    }

    fn claim(name: &str, lines: Vec<ExpenseLine>) -> NewExpenseClaim {
        NewExpenseClaim {
            id: Id::natural("expense_claim", name),
            claimant: person("anna"),
            on: day(14),
            currency: Currency::EUR,
            rounding: Rounding::HalfUp,
            purpose: "fair".into(),
            cost_centre: Id::natural("cost_centre", "CC-200"),
            scope: Scope::anywhere(),
            lines,
        }
    }

    fn submit(office: &Office, key: &str, claim: &NewExpenseClaim) -> Result<ApprovalStatus, SubmitExpensesError> {
        let rules = &rules();
        wait(office.transact(&command(key, "anna"), |tx| {
            let claim = claim.clone();
            async move { submit_claim(&tx, rules, claim).await }
        }))
    }

    fn approve(
        office: &Office,
        key: &str,
        by: &str,
        id: ExpenseClaimId,
        cuts: &BTreeMap<u32, LineCut>,
    ) -> Result<ApprovalStatus, DecideClaimError<ApproveClaimError>> {
        let rules = &rules();
        wait(office.transact(&command(key, by), |tx| async move {
            approve_claim(&tx, rules, id, cuts.clone(), day(14)).await
        }))
    }

    fn settle(
        office: &Office,
        key: &str,
        id: ExpenseClaimId,
        advances: &[TravelAdvanceId],
    ) -> Result<Settled, SettleError> {
        let rules = &rules();
        wait(
            office.transact(&command(key, "boss"), |tx| async move {
                settle_claim(&tx, rules, id, advances, day(15)).await
            }),
        )
    }

    fn pay(
        office: &Office,
        key: &str,
        id: ExpenseClaimId,
        minor: i64,
    ) -> Result<Money, office::expenses::PayClaimError> {
        let (rules, entry) = (&rules(), Id::natural("entry", key));
        let payment = ClaimPayment { amount: euro(minor), on: day(16) };
        wait(
            office.transact(&command(key, "boss"), |tx| async move { pay_claim(&tx, rules, id, entry, payment).await }),
        )
    }

    fn stored(office: &Office, id: ExpenseClaimId) -> ExpenseClaim {
        wait(office.view(|view| async move { view.load(id).await })).unwrap()
    }

    fn outstanding(office: &Office, id: TravelAdvanceId) -> i128 {
        wait(office.view(|view| async move { view.load(id).await })).unwrap().outstanding().unwrap().minor()
    }

    /// Tax, advances, bank, what people and cards are owed, expense.
    fn balances(office: &Office) -> [i128; 6] {
        let year = DateRange::year(2026).unwrap();
        let entries = wait(office.view(|view| async move { entries_of(&view, year).await })).unwrap();
        let balances = Balances::as_of(&entries, day(31), Currency::EUR).unwrap();
        ["1406", "1340", "1800", "3720", "3610", EXPENSE].map(|account| balances.of(&code(account)).minor())
    }

    #[test]
    fn a_claim_is_approved_booked_and_paid() {
        let (_places, offices) = offices();
        for office in &offices {
            let advance = set_up(office, 10_000);
            let tax = ExpenseTax { rate: Percent::whole(19), amount: euro(1_900) };
            let mut hotel = line(11_900, Some("R-1"));
            hotel.tax = Some(tax);
            hotel.recharge_to = Some(Id::natural("party", "C-1"));
            let mut meal = line(4_000, Some("R-2"));
            meal.paid_by = PaidBy::CompanyCard;
            let asked = claim("EX-1", vec![hotel, line(2_001, None), meal, line(3_000, Some("R-3"))]);
            assert_eq!(submit(office, "EX-1", &asked).unwrap(), ApprovalStatus::Open { stage: 1, missing: 1 });
            assert_eq!(submit(office, "EX-1-again", &asked).unwrap(), ApprovalStatus::Open { stage: 1, missing: 1 });
            // Nothing is owed before it is approved, and nobody approves their own.
            assert!(stored(office, asked.id).payable().unwrap().is_zero());
            assert!(matches!(
                settle(office, "early", asked.id, &[]),
                Err(SettleError::Claim(SettleClaimError::NotApproved { .. }))
            ));
            assert!(matches!(
                approve(office, "own", "anna", asked.id, &BTreeMap::new()),
                Err(DecideClaimError::Refused(_))
            ));

            let cut = |to, reason: &str| BTreeMap::from([(4, LineCut { to: euro(to), reason: reason.into() })]);
            for (key, cuts) in [("more", cut(3_001, "x")), ("less", cut(-1, "x")), ("why", cut(2_500, " "))] {
                assert!(matches!(approve(office, key, "boss", asked.id, &cuts), Err(DecideClaimError::Refused(_))));
            }
            let cuts = cut(2_500, "no first class");
            assert_eq!(approve(office, "yes", "boss", asked.id, &cuts).unwrap(), ApprovalStatus::Approved);
            // 119.00 and 25.00 of her own; 20.01 without a receipt is not granted, 40.00 the card has paid.
            assert_eq!(stored(office, asked.id).payable().unwrap(), euro(14_400));

            let settled = settle(office, "settle", asked.id, &[advance]).unwrap();
            assert_eq!(settled.payable, euro(4_400));
            assert_eq!(settled.recharges.iter().map(|charge| charge.amount).collect::<Vec<_>>(), [euro(10_000)]);
            assert_eq!(settle(office, "settle-again", asked.id, &[advance]).unwrap(), settled);
            assert_eq!(balances(office), [1_900, 0, -10_000, -4_400, -4_000, 16_500]);
            assert_eq!(outstanding(office, advance), 0);
            let spent = wait(office.view(|view| async move { view.load(budget()).await })).unwrap().actual().unwrap();
            assert_eq!(spent, euro(16_500));

            assert!(pay(office, "P-1", asked.id, 4_401).is_err());
            assert_eq!(pay(office, "P-2", asked.id, 4_000).unwrap(), euro(400));
            assert_eq!(pay(office, "P-3", asked.id, 400).unwrap(), euro(0));
            assert_eq!(balances(office), [1_900, 0, -14_400, 0, -4_000, 16_500]);
        }
    }

    #[test]
    fn what_is_refused_changes_nothing() {
        let office = Office::on(MemoryStore::new());
        let advance = set_up(&office, 5_000);
        let first = claim("EX-1", vec![line(9_000, Some("R-1"))]);
        submit(&office, "EX-1", &first).unwrap();
        // A receipt is claimed once, until the claim that holds it is refused.
        let second = claim("EX-2", vec![line(1_000, Some("R-1"))]);
        assert!(matches!(submit(&office, "EX-2", &second), Err(SubmitExpensesError::Receipt { .. })));
        let other = claim("EX-1", vec![line(9_001, Some("R-1"))]);
        assert!(matches!(submit(&office, "EX-1-other", &other), Err(SubmitExpensesError::Reused)));
        let rules = &rules();
        let refused = wait(office.transact(&command("no", "boss"), |tx| async move {
            refuse_claim(&tx, rules, first.id, "not ours", day(14)).await
        }));
        assert!(matches!(refused.unwrap(), ApprovalStatus::Refused { .. }));
        assert_eq!(submit(&office, "EX-2-now", &second).unwrap(), ApprovalStatus::Approved);

        // An unknown category has no account, and another's advance is not theirs to use up.
        let mut odd = claim("EX-3", vec![line(1_000, Some("R-3"))]);
        odd.lines[0].category = "gifts".into();
        submit(&office, "EX-3", &odd).unwrap();
        let no_account = settle(&office, "gifts", odd.id, &[]);
        assert!(matches!(no_account, Err(SettleError::Account(NoAccountError::Category { .. }))));
        let bert = NewExpenseClaim { claimant: person("bert"), ..claim("EX-4", vec![line(1_000, Some("R-4"))]) };
        submit(&office, "EX-4", &bert).unwrap();
        assert!(matches!(settle(&office, "bert", bert.id, &[advance]), Err(SettleError::OtherPerson { .. })));
        let entry = Id::natural("entry", "back");
        let back = wait(office.transact(&command("back", "boss"), |tx| async move {
            take_back_advance(&tx, rules, advance, entry, euro(5_001), day(15)).await
        }));
        assert!(matches!(back, Err(AdvanceError::Use(UseAdvanceError::Over { .. }))));
        assert_eq!((outstanding(&office, advance), balances(&office)), (5_000, [0, 5_000, -5_000, 0, 0, 0]));
    }

    #[test]
    fn two_at_once_do_not_use_up_one_advance_twice() {
        let (_places, offices) = offices();
        for office in &offices {
            let advance = set_up(office, 7_000);
            let claims: Vec<_> = (0..6).map(|name| claim(&format!("EX-{name}"), vec![line(2_000, None)])).collect();
            for (name, claim) in claims.iter().enumerate() {
                submit(office, &format!("submit-{name}"), claim).unwrap();
            }
            thread::scope(|scope| {
                for (name, claim) in claims.iter().enumerate() {
                    scope.spawn(move || drop(settle(office, &format!("settle-{name}"), claim.id, &[advance])));
                }
            });
            // Who was always second comes again.
            for (name, claim) in claims.iter().enumerate() {
                settle(office, &format!("settle-{name}-again"), claim.id, &[advance]).unwrap();
            }
            let owed: i128 = claims.iter().map(|claim| stored(office, claim.id).payable().unwrap().minor()).sum();
            assert_eq!((outstanding(office, advance), owed), (0, 5_000));
            assert_eq!(balances(office), [0, 0, -7_000, -5_000, 0, 12_000]);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Law 25: what is payable is what was granted of one's own less the advance, which is never overdrawn; and the books
        /// say the same as the claims.
        #[test]
        fn books_and_claims_agree(
            claims in prop::collection::vec(
                (prop::collection::vec((1..9_000_i64, any::<bool>(), any::<bool>(), 0..20_i64, prop::option::of(0..100_i64)), 1..5), any::<bool>()),
                1..5,
            ),
            advance in 1..20_000_i64, part in 0..=100_i64,
        ) {
            let office = Office::on(MemoryStore::new());
            let advance_id = set_up(&office, advance);
            let (mut left, mut owed, mut cards, mut expense, mut taxes) = (i128::from(advance), 0, 0, 0, 0);
            for (place, (lines, with_advance)) in claims.iter().enumerate() {
                let told = lines.iter().enumerate().map(|(at, (minor, receipt, card, tax, _))| {
                    let mut told = line(*minor, receipt.then(|| format!("R-{place}-{at}")).as_deref());
                    told.paid_by = if *card { PaidBy::CompanyCard } else { PaidBy::Claimant };
                    told.tax = Some(ExpenseTax { rate: Percent::whole(19), amount: euro(minor * tax / 100) });
                    told
                });
                let asked = claim(&format!("EX-{place}"), told.collect());
                let status = submit(&office, &format!("EX-{place}"), &asked).unwrap();
                if let ApprovalStatus::Open { .. } = status {
                    let granted = stored(&office, asked.id).lines().to_vec();
                    let cuts = (1..).zip(lines).zip(&granted).filter_map(|((number, line), granted)| {
                        let to = granted.granted.minor() * i128::from(line.4?) / 100;
                        Some((number, LineCut { to: euro(i64::try_from(to).unwrap()), reason: "too much".into() }))
                    });
                    approve(&office, &format!("yes-{place}"), "boss", asked.id, &cuts.collect()).unwrap();
                }
                let before = stored(&office, asked.id);
                let of = |card: PaidBy| -> i128 {
                    let both = asked.lines.iter().zip(before.lines()).filter(|(line, _)| line.paid_by == card);
                    both.map(|(_, line)| line.granted.minor()).sum()
                };
                let advances: &[_] = if *with_advance { &[advance_id] } else { &[] };
                let settled = settle(&office, &format!("settle-{place}"), asked.id, advances).unwrap();
                let used = if *with_advance { left.min(of(PaidBy::Claimant)) } else { 0 };
                prop_assert_eq!(settled.payable.minor(), of(PaidBy::Claimant) - used);
                left -= used;
                let paid = settled.payable.minor() * i128::from(part) / 100;
                if paid > 0 {
                    pay(&office, &format!("pay-{place}"), asked.id, i64::try_from(paid).unwrap()).unwrap();
                }
                owed += stored(&office, asked.id).payable().unwrap().minor();
                cards += of(PaidBy::CompanyCard);
                let tax: i128 = before.taxes().unwrap().iter().map(|tax| tax.minor()).sum();
                taxes += tax;
                expense += of(PaidBy::Claimant) + of(PaidBy::CompanyCard) - tax;
            }
            prop_assert_eq!(outstanding(&office, advance_id), left);
            let [tax, advances, bank, people, by_card, spent] = balances(&office);
            prop_assert_eq!([tax, advances, people, by_card, spent], [taxes, left, -owed, -cards, expense]);
            prop_assert_eq!(bank, -(taxes + expense + left - owed - cards));
        }
    }
}
