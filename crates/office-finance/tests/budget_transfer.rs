//! Law 23 where it is stored: what is transferred leaves one line and arrives on the other, as often as it is asked for and
//! by however many at once, and only while it is there.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]
mod budget_transfer {
    use std::thread;

    use chrono::{DateTime, NaiveDate, Utc};
    use office_core::rules::{DecisionTable, PolicyBook};
    use office_core::{
        Actor, Appointment, ApprovalStatus, ApproveStep, ApproveStepError, AuthorityBook, Command, Currency, DateRange,
        Entity, Grant, Holidays, Id, MemoryStore, Money, Office, Role, Scope, StoreError, WeeklyHours, WithdrawCase,
        WorkingCalendar, WorkingPlan, Zone, wait,
    };
    use office_finance::{
        BudgetId, BudgetLine, BudgetPlan, BudgetTransfer, BudgetTransferFact, DecideTransferError, MoveBudgetError,
        NewBudgetTransfer, RequestTransferError, Spending, TransferRules, approve_budget_transfer,
        fall_due_budget_transfer, request_budget_transfer, withdraw_budget_transfer,
    };
    use office_scratch::offices;
    use proptest::prelude::*;

    fn euro(minor: i64) -> Money {
        Money::from_minor(minor, Currency::EUR)
    }

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 7, 1).unwrap()
    }

    fn noon() -> DateTime<Utc> {
        day().and_hms_opt(12, 0, 0).unwrap().and_utc()
    }

    fn manager() -> Actor {
        Actor::new(Id::natural("person", "E-002"), Role::new("manager"))
    }

    fn clerk() -> Actor {
        Actor::new(Id::natural("person", "E-004"), Role::new("secretary"))
    }

    /// Within an account anything goes; else the manager is asked from 100 EUR on, for forty hours of work.
    fn rules() -> TransferRules {
        let valid = DateRange::year(2026).unwrap();
        let week = WeeklyHours::weekdays("09:00-17:00".parse().unwrap());
        let plan = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: [].into(), holidays: Holidays::none(valid) };
        let mut policy = PolicyBook::new("transfer");
        let rows = [
            ["yes", "-", "allow"],
            ["-", "< 100.00 EUR", "allow"],
            ["-", "-", "approvals: 1 manager budget.transfer expire after 40h"],
        ];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        let table = DecisionTable::from_rows(&["same_account: boolean", "amount", "outcome"], rows).unwrap();
        policy.publish(valid.start(), table).unwrap();
        let mut book = AuthorityBook::default();
        let (role, scope) = (Role::new("manager"), Scope::anywhere());
        book.appointments.push(Appointment {
            person: manager().person,
            role: role.clone(),
            scope: scope.clone(),
            valid,
        });
        book.grants.push(Grant { role, action: "budget.transfer".parse().unwrap(), scope, limit: None, valid });
        TransferRules { policy, book, hours: WorkingCalendar::new(plan).unwrap() }
    }

    fn command(key: &str, by: Actor, at: DateTime<Utc>) -> Command {
        Command::new(key.replace([' ', ','], "-").as_str(), "budget", by, at).unwrap()
    }

    /// Two lines of 1,200 EUR each, on two accounts.
    fn planned(office: &Office) -> [BudgetId; 2] {
        let plans = ["6815", "6845"].map(|account| {
            let centre = Id::natural("cost_centre", "CC-200");
            BudgetPlan::even(centre, account.parse().unwrap(), 2026, euro(120_000)).unwrap()
        });
        let ids = [plans[0].id(), plans[1].id()];
        wait(office.transact(&command("plan", clerk(), noon()), |tx| {
            let plans = plans.clone();
            async move {
                for plan in plans {
                    tx.create(plan.id(), BudgetLine::plan(plan).unwrap()).await?;
                }
                Ok::<_, StoreError>(())
            }
        }))
        .unwrap();
        ids
    }

    fn transfer(name: &str, [from, to]: [BudgetId; 2], monthly: i64) -> NewBudgetTransfer {
        NewBudgetTransfer {
            id: Id::natural("budget_transfer", name),
            from,
            to,
            months: [euro(monthly); 12],
            requester: clerk().person,
            scope: Scope::anywhere(),
            reason: "chairs instead of paper".into(),
            on: day(),
        }
    }

    fn ask(office: &Office, key: &str, asked: &NewBudgetTransfer) -> Result<ApprovalStatus, RequestTransferError> {
        let rules = &rules();
        wait(office.transact(&command(key, clerk(), noon()), |tx| {
            let asked = asked.clone();
            async move { request_budget_transfer(&tx, rules, asked).await }
        }))
    }

    fn approve(
        office: &Office,
        key: &str,
        name: &str,
    ) -> Result<ApprovalStatus, DecideTransferError<ApproveStepError>> {
        let (rules, id) = (&rules(), Id::natural("budget_transfer", name));
        let step = &ApproveStep { by: manager(), step: 1, on: day(), at: noon() };
        wait(office.transact(&command(key, manager(), noon()), |tx| async move {
            approve_budget_transfer(&tx, rules, id, step).await
        }))
    }

    fn lines(office: &Office, ids: [BudgetId; 2]) -> [BudgetLine; 2] {
        ids.map(|id| wait(office.view(|view| async move { view.load(id).await })).unwrap())
    }

    fn available(office: &Office, ids: [BudgetId; 2]) -> [i128; 2] {
        lines(office, ids).map(|line| line.available().unwrap().minor())
    }

    fn spend(office: &Office, id: BudgetId, minor: i64) {
        wait(office.transact(&command("spend", clerk(), noon()), |tx| async move {
            let spending = Spending { amount: euro(minor), on: day() };
            let spent = tx.load(id).await?.spend(Id::natural("entry", "1"), spending, None).unwrap();
            tx.decide(id, spent).await
        }))
        .map_err(|error: StoreError| error)
        .unwrap();
    }

    #[test]
    fn a_transfer_is_made_when_it_is_approved() {
        let (_places, offices) = offices();
        for office in &offices {
            let ids = planned(office);
            let small = transfer("T-1", ids, 5_00);
            assert_eq!(ask(office, "T-1", &small).unwrap(), ApprovalStatus::Approved);
            assert_eq!(available(office, ids), [114_000, 126_000]);
            // The same again, by another command, is answered as it stands; another under its id is refused.
            assert_eq!(ask(office, "T-1 again", &small).unwrap(), ApprovalStatus::Approved);
            let other = transfer("T-1", ids, 6_00);
            assert!(matches!(ask(office, "T-1 other", &other), Err(RequestTransferError::Reused)));

            // From 100 EUR on the manager is asked; nothing moves before.
            let large = transfer("T-2", ids, 50_00);
            assert_eq!(ask(office, "T-2", &large).unwrap(), ApprovalStatus::Open { stage: 1, missing: 1 });
            assert_eq!(available(office, ids), [114_000, 126_000]);
            assert_eq!(approve(office, "T-2 yes", "T-2").unwrap(), ApprovalStatus::Approved);
            assert_eq!(approve(office, "T-2 yes again", "T-2").unwrap(), ApprovalStatus::Approved);
            assert_eq!(available(office, ids), [54_000, 186_000]);
            let [from, to] = lines(office, ids);
            assert_eq!((from.version(), to.version()), (3, 3));
            assert_eq!(from.plan_at(2).unwrap().total().unwrap(), euro(114_000));

            // What has been spent meanwhile is not moved any more.
            assert_eq!(
                ask(office, "T-3", &transfer("T-3", ids, 40_00)).unwrap(),
                ApprovalStatus::Open { stage: 1, missing: 1 }
            );
            spend(office, ids[0], 10_000);
            let refused = approve(office, "T-3 yes", "T-3");
            let over = MoveBudgetError::Over { wanted: euro(48_000), available: euro(44_000) };
            assert!(matches!(refused, Err(DecideTransferError::Move(error)) if error == over));
            assert_eq!(available(office, ids), [44_000, 186_000]);
        }
        let found: Vec<_> = offices.iter().map(|office| lines(office, planned_ids())).collect();
        assert!(found.windows(2).all(|pair| pair[0] == pair[1]), "{found:?}");
    }

    fn planned_ids() -> [BudgetId; 2] {
        ["6815", "6845"]
            .map(|account| BudgetLine::id_of(Id::natural("cost_centre", "CC-200"), &account.parse().unwrap(), 2026))
    }

    #[test]
    fn a_transfer_is_withdrawn_or_expires() {
        let office = Office::on(MemoryStore::new());
        let ids = planned(&office);
        let rules = &rules();
        for name in ["T-1", "T-2"] {
            ask(&office, name, &transfer(name, ids, 50_00)).unwrap();
        }
        let (first, second) = (Id::natural("budget_transfer", "T-1"), Id::natural("budget_transfer", "T-2"));
        let withdrawal = &WithdrawCase { by: clerk().person, on: day(), at: noon() };
        let withdrawn = wait(office.transact(&command("no", clerk(), noon()), |tx| async move {
            withdraw_budget_transfer(&tx, rules, first, withdrawal).await
        }));
        assert_eq!(withdrawn.unwrap(), ApprovalStatus::Withdrawn { on: day() });
        // Forty hours of work from Wednesday noon: the Wednesday after.
        let late = day().checked_add_days(chrono::Days::new(7)).unwrap().and_hms_opt(12, 0, 0).unwrap().and_utc();
        let expired = wait(office.transact(&command("clock", clerk(), late), |tx| async move {
            fall_due_budget_transfer(&tx, rules, second).await
        }));
        assert!(matches!(expired.unwrap(), ApprovalStatus::Expired { step: 1, .. }));
        assert!(matches!(
            approve(&office, "late", "T-2"),
            Err(DecideTransferError::Refused(ApproveStepError::NotOpen(_)))
        ));
        assert_eq!(available(&office, ids), [120_000, 120_000]);
    }

    #[test]
    fn two_at_once_do_not_move_the_same_money() {
        let (_places, offices) = offices();
        for office in &offices {
            let ids = planned(office);
            // Six times 480 EUR at once, of 1,200 EUR: two are made.
            let asked: Vec<_> = (0..6).map(|name| format!("T-{name}")).collect();
            thread::scope(|scope| {
                for name in &asked {
                    scope.spawn(move || ask(office, name, &transfer(name, ids, 40_00)).map(drop));
                }
            });
            let open = |name: &&String| {
                let id = Id::natural("budget_transfer", name.as_str());
                wait(office.view(|view| async move { view.find(id).await }))
                    .unwrap()
                    .is_some_and(|found: BudgetTransfer| matches!(found.status(), ApprovalStatus::Open { .. }))
            };
            let open: Vec<_> = asked.iter().filter(open).collect();
            thread::scope(|scope| {
                for name in &open {
                    scope.spawn(move || approve(office, &format!("{name} yes"), name).map(drop));
                }
            });
            // Who was always second comes again.
            for name in &open {
                drop(approve(office, &format!("{name} yes, again"), name));
            }
            assert_eq!((open.len(), available(office, ids)), (6, [24_000, 216_000]));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        /// Law 23: whatever is transferred, what both lines have together stays the same, and neither gives what it has not.
        #[test]
        fn transfers_conserve(moves in prop::collection::vec((any::<bool>(), 0..6_000_i64), 1..8), spent in 0..120_000_i64) {
            let office = Office::on(MemoryStore::new());
            let ids = planned(&office);
            spend(&office, ids[0], spent);
            for (place, (back, monthly)) in moves.iter().enumerate() {
                let way = if *back { [ids[1], ids[0]] } else { ids };
                let before = available(&office, way);
                let name = format!("T-{place}");
                let asked = ask(&office, &name, &transfer(&name, way, *monthly));
                let made = match asked {
                    Ok(ApprovalStatus::Open { .. }) => approve(&office, &format!("{name} yes"), &name).is_ok(),
                    Ok(status) => status == ApprovalStatus::Approved,
                    Err(_) => false,
                };
                let amount = if made { i128::from(*monthly) * 12 } else { 0 };
                prop_assert_eq!(available(&office, way), [before[0] - amount, before[1] + amount]);
                prop_assert!(!made || before[0] >= amount);
                prop_assert!(made || before[0] < i128::from(*monthly) * 12 || *monthly == 0);
            }
        }
    }

    #[test]
    fn a_transfer_reads_back_as_it_was_stored() {
        let office = Office::on(MemoryStore::new());
        let ids = planned(&office);
        ask(&office, "T-1", &transfer("T-1", ids, 50_00)).unwrap();
        approve(&office, "yes", "T-1").unwrap();
        let id = Id::<BudgetTransfer>::natural("budget_transfer", "T-1");
        let facts = wait(office.view(|view| async move { view.history(id, 0, 10).await })).unwrap();
        let facts: Vec<BudgetTransferFact> =
            facts.iter().map(|fact| fact.fact::<BudgetTransfer>().unwrap().unwrap()).collect();
        let [asked, acted] = facts.as_slice() else { panic!("two facts are wanted: {facts:?}") };
        let mut replayed = BudgetTransfer::open(asked).unwrap();
        replayed.apply(acted);
        let stored = wait(office.view(|view| async move { view.load(id).await })).unwrap();
        assert_eq!(replayed, stored);
        assert!(stored.run().is_approved());
        let text = serde_json::to_value(stored.request()).unwrap();
        assert_eq!(text["months"][0], "50.00 EUR");
    }
}
