//! The laws of leave requests, by the numbers that their documentation gives them.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use std::collections::{BTreeMap, BTreeSet};

    use chrono::{DateTime, Days, NaiveDate, Utc};
    use office_core::rules::{DecisionTable, PolicyBook};
    use office_core::subject::PersonId;
    use office_core::{
        Actor, Appointment, ApprovalDeed, ApproveStep, ApproveStepError, AuthorityBook, Command, DateRange, DayPart,
        Delegation, Entity, Grant, HandOverStep, Holiday, Holidays, Id, MemoryStore, Office, Ratio, RefuseStep,
        ReturnCase, Role, Scope, WeeklyHours, WithdrawCase, WorkingCalendar, WorkingPlan, Zone, fold, wait,
    };
    use office_hr::{
        AnnualDay, Assignment, CancelLeave, CancelLeaveError, DecideLeaveError, EarlierLeave, Employment, Hire,
        LeaveAccount, LeaveFact, LeaveFallenDue, LeavePlan, LeaveRequest, LeaveRules, LeaveStatus, LeaveTerms, Ledger,
        OpenAccount, Opening, RequestLeave, RequestLeaveError, ResubmitLeave, ResubmitLeaveError, approve_leave,
        away_with, cancel_leave, fall_due_leave, give_back_leave, hand_over_leave, hire, leave_ledger, open_account,
        overlap, refuse_leave, request_leave, resubmit_leave, withdraw_leave,
    };
    use proptest::prelude::*;
    use proptest::sample::select;

    fn day(offset: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(offset)
    }

    fn at(on: NaiveDate) -> DateTime<Utc> {
        on.and_hms_opt(9, 0, 0).unwrap().and_utc()
    }

    fn person(name: &str) -> PersonId {
        Id::natural("person", name)
    }

    fn employee() -> Actor {
        Actor::new(person("E-1"), Role::new("employee"))
    }

    fn manager() -> Actor {
        Actor::new(person("E-2"), Role::new("office_manager"))
    }

    fn command(key: &str, by: &Actor) -> Command {
        Command::new(key, "leave", by.clone(), DateTime::<Utc>::UNIX_EPOCH).unwrap()
    }

    fn rules(days: i64, overdraft: i64) -> LeaveRules {
        let whole = Ratio::from_integer;
        let mut plan = LeavePlan::new("LP", AnnualDay::NEW_YEAR, "DE");
        let terms = LeaveTerms::new(whole(days), whole(5))
            .with_carry_over(Some(whole(5)), "03-31".parse().ok())
            .with_overdraft(whole(overdraft));
        plan.publish(day(0), terms).unwrap();
        let eve = Holiday { name: "Christmas Eve".into(), portion: DayPart::Afternoon };
        let range = DateRange::new(day(0), day(1096)).unwrap();
        let holidays = Holidays::new(range, [(NaiveDate::from_ymd_opt(2026, 12, 24).unwrap(), eve)]).unwrap();
        let rows = [["<= 10", "-", "approvals: 1 office_manager leave.approve"], ["> 10", "-", "allow"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        let mut approval = PolicyBook::new("leave");
        let table = DecisionTable::from_rows(&["days: number", "within_budget", "outcome"], rows).unwrap();
        approval.publish(day(0), table).unwrap();
        let hours = WorkingPlan {
            zone: Zone::UTC,
            valid: range,
            week: WeeklyHours::weekdays("09:00-17:00".parse().unwrap()),
            exceptions: BTreeMap::new(),
            holidays: Holidays::none(range),
        };
        LeaveRules {
            plans: BTreeMap::from([("LP".into(), plan)]),
            calendars: BTreeMap::from([("DE".into(), holidays)]),
            hours: WorkingCalendar::new(hours).unwrap(),
            approval,
            teams: BTreeMap::new(),
            ask: "leave.ask".parse().unwrap(),
        }
    }

    /// E-2 is office manager, and so is the one who asks; both act for each other.
    fn book() -> AuthorityBook {
        let mut book = AuthorityBook::default();
        let (valid, scope) = (DateRange::from(day(0)), Scope::anywhere());
        for (name, role) in
            [("E-1", "employee"), ("E-1", "office_manager"), ("E-2", "office_manager"), ("E-3", "employee")]
        {
            let (person, role) = (person(name), Role::new(role));
            book.appointments.push(Appointment { person, role, scope: scope.clone(), valid });
        }
        let action = "leave.approve".parse().unwrap();
        book.grants.push(Grant { role: Role::new("office_manager"), action, scope, limit: None, valid });
        for (from, to) in [("E-1", "E-2"), ("E-2", "E-1"), ("E-1", "E-3")] {
            book.delegations.push(Delegation {
                from: person(from),
                to: person(to),
                actions: ["leave.approve", "leave.ask"].map(|action| action.parse().unwrap()).into(),
                scope: Scope::anywhere(),
                limit: None,
                valid,
                may_redelegate: true,
            });
        }
        book
    }

    struct World {
        office: Office,
        rules: LeaveRules,
        count: u64,
    }

    impl World {
        fn new(days: i64, overdraft: i64) -> Self {
            let office = Office::on(MemoryStore::new());
            let employment = Id::natural("employment", "E-1");
            let assignment = Assignment {
                role: Role::new("employee"),
                manager: Some(person("E-2")),
                cost_centre: Id::natural("cost_centre", "CC-200"),
                scope: "company/CC-200".parse().unwrap(),
                weekly_hours: Ratio::from_integer(40),
                week: "MO|TU|WE|TH|FR".parse().unwrap(),
                zone: "Europe/Berlin".parse().unwrap(),
            };
            let hiring = &Hire { person: person("E-1"), term: DateRange::from(day(0)), assignment };
            let opening = &OpenAccount {
                person: person("E-1"),
                kind: "annual".into(),
                employment,
                plan: "LP".into(),
                opening: Opening { on: day(0), carried_in: Ratio::from_integer(3) },
                earlier: vec![EarlierLeave { on: day(20), days: Ratio::ONE }],
            };
            wait(office.transact(&command("begin", &manager()), |tx| async move {
                hire(&tx, employment, hiring).await.unwrap();
                open_account(&tx, opening).await.unwrap();
                Ok::<_, office_core::StoreError>(())
            }))
            .unwrap();
            Self { office, rules: rules(days, overdraft), count: 0 }
        }

        fn key(&mut self) -> String {
            self.count += 1;
            format!("command-{}", self.count)
        }

        fn ask(
            &mut self,
            request: u64,
            first: u64,
            length: u64,
            part: DayPart,
        ) -> Result<LeaveStatus, RequestLeaveError> {
            let asked = &asked(first, length, part);
            let (id, rules, key) = (id(request), &self.rules.clone(), self.key());
            let run = |tx| async move { request_leave(&tx, id, asked, rules, &book()).await };
            wait(self.office.transact(&command(&key, &employee()), run))
        }

        fn ledger(&self) -> Ledger {
            let (account, rules) = (LeaveAccount::id_of(person("E-1"), "annual"), &self.rules);
            let run = |view| async move { leave_ledger(&view, account, rules, day(1095)).await };
            wait(self.office.view(run)).unwrap()
        }

        fn requests(&self) -> Vec<(Id<LeaveRequest>, LeaveRequest)> {
            let one = &person("E-1");
            wait(self.office.view(|view| async move { view.list(LeaveRequest::OF_PERSON, one).await })).unwrap()
        }

        fn decide(&mut self, request: u64, what: What, by: &Actor) -> bool {
            let (id, book, rules, key) = (id(request), &book(), &self.rules.clone(), self.key());
            let (on, at, reason) = (day(0), at(day(0)), "short of hands".to_owned());
            let asked = command(&key, by);
            match what {
                What::Approve => {
                    let step = &ApproveStep { by: by.clone(), step: 1, on, at };
                    let run = |tx| async move { approve_leave(&tx, id, step, book, rules).await };
                    wait(self.office.transact(&asked, run)).is_ok()
                }
                What::Refuse => {
                    let step = &RefuseStep { by: by.clone(), step: 1, on, at, reason };
                    let run = |tx| async move { refuse_leave(&tx, id, step, book, rules).await };
                    wait(self.office.transact(&asked, run)).is_ok()
                }
                What::Cancel => {
                    let cancel = &CancelLeave { by: by.clone(), on };
                    let run = |tx| async move { cancel_leave(&tx, id, cancel, rules, book).await };
                    wait(self.office.transact(&asked, run)).is_ok()
                }
            }
        }
    }

    fn id(request: u64) -> Id<LeaveRequest> {
        Id::natural("leave", &request.to_string())
    }

    fn asked(first: u64, length: u64, part: DayPart) -> RequestLeave {
        RequestLeave {
            person: person("E-1"),
            kind: "annual".into(),
            range: DateRange::new(day(first), day(first + length)).unwrap(),
            part,
            time: None,
            by: employee(),
            on: day(0),
            at: at(day(0)),
        }
    }

    #[derive(Clone, Copy, Debug)]
    enum What {
        Approve,
        Refuse,
        Cancel,
    }

    fn part() -> impl Strategy<Value = DayPart> {
        select(vec![DayPart::Whole, DayPart::Whole, DayPart::Morning, DayPart::Afternoon])
    }

    #[derive(Clone, Debug)]
    enum Act {
        Ask(u64, u64, u64, DayPart),
        Decide(u64, What, Actor),
    }

    fn act() -> impl Strategy<Value = Act> {
        let ask =
            (0_u64..8, 1_u64..1080, 1_u64..14, part()).prop_map(|(id, on, long, part)| Act::Ask(id, on, long, part));
        let what = select(vec![What::Approve, What::Refuse, What::Cancel]);
        let delegate = Actor::new(person("E-3"), Role::new("employee")).on_behalf_of(person("E-1"));
        let own = Actor::new(person("E-1"), Role::new("office_manager"));
        let who = select(vec![employee(), manager(), delegate, own, manager().on_behalf_of(person("E-1"))]);
        let decide = (0_u64..8, what, who).prop_map(|(id, what, who)| Act::Decide(id, what, who));
        prop_oneof![ask, decide]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn laws_1_to_3_and_5_and_6_whatever_is_done(acts in prop::collection::vec(act(), 1..24), days in 0_i64..20, overdraft in 0_i64..4) {
            let mut world = World::new(days, overdraft);
            for act in acts {
                let (before, ledger) = (world.requests(), world.ledger());
                let find = |requests: &[(Id<LeaveRequest>, LeaveRequest)], request: u64| {
                    requests.iter().find(|(each, _)| *each == id(request)).map(|(_, found)| found.clone())
                };
                match act {
                    Act::Ask(request, first, length, part) => {
                        if world.ask(request, first, length, part).is_ok() {
                            // Law 1: nothing falls below the overdraft.
                            let lowest = world.ledger().lowest_from(day(first)).unwrap();
                            prop_assert!(lowest >= Ratio::from_integer(-overdraft), "{lowest}");
                        } else {
                            prop_assert_eq!(&world.requests(), &before);
                            prop_assert_eq!(world.ledger(), ledger);
                        }
                    }
                    Act::Decide(request, what, by) => {
                        let done = world.decide(request, what, &by);
                        let old = find(&before, request).map(|found| found.status());
                        let new = find(&world.requests(), request).map(|found| found.status());
                        // Law 5: only the transitions of the drawing.
                        let allowed = matches!(
                            (&old, &new, what),
                            (Some(LeaveStatus::Submitted { .. }), Some(LeaveStatus::Approved), What::Approve)
                                | (Some(LeaveStatus::Submitted { .. }), Some(LeaveStatus::Refused { .. }), What::Refuse)
                                | (Some(LeaveStatus::Submitted { .. } | LeaveStatus::Approved), Some(LeaveStatus::Cancelled(_)), What::Cancel)
                        );
                        prop_assert!(allowed || old == new, "{old:?} {new:?} {what:?}");
                        prop_assert!(done || old == new);
                        if matches!(what, What::Cancel) && done {
                            // Law 3: it is cancelled once, and what is left is as if it had never been asked for.
                            prop_assert!(!world.decide(request, What::Cancel, &by));
                            let account = wait(world.office.view(|view| async move {
                                view.load(LeaveAccount::id_of(person("E-1"), "annual")).await
                            })).unwrap();
                            let others: Vec<_> = before.iter().filter(|(each, _)| *each != id(request)).cloned().collect();
                            let employment = wait(world.office.view(|view| async move {
                                view.load::<Employment>(Id::natural("employment", "E-1")).await
                            })).unwrap();
                            let without = account.ledger(&world.rules.plans["LP"], &employment.tenure(), &others, day(1095));
                            prop_assert_eq!(world.ledger(), without.unwrap());
                        }
                    }
                }
                let requests = world.requests();
                // Law 2: nobody is away twice.
                for (one_id, one) in &requests {
                    for (two_id, two) in &requests {
                        let both = one_id != two_id && one.is_active() && two.is_active();
                        prop_assert!(!both || overlap(one.days(), two.days()).is_none());
                    }
                    // Law 6: approved by somebody else, who may.
                    for act in one.approval().acts() {
                        if let ApprovalDeed::Approved { by, .. } = &act.deed {
                            prop_assert_ne!(by.person, one.person());
                            prop_assert_ne!(by.accountable(), one.person());
                            prop_assert_eq!(by, &manager());
                        }
                    }
                }
            }
        }

        #[test]
        fn law_4_asking_in_two_parts_costs_the_same(first in 1_u64..700, length in 2_u64..30, at in 1_u64..29, part in part()) {
            let cut = at.min(length - 1);
            let cost = |parts: &[(u64, u64)]| {
                let mut world = World::new(60, 0);
                for (request, (first, length)) in (0..).zip(parts) {
                    let status = world.ask(request, *first, *length, part);
                    assert!(matches!(status, Ok(_) | Err(RequestLeaveError::NoWorkingDay { .. })), "{status:?}");
                }
                (world.ledger().balance(day(1095)).unwrap(), world.ledger().lots(day(first + length)).unwrap())
            };
            prop_assert_eq!(cost(&[(first, length)]), cost(&[(first, cut), (first + cut, length - cut)]));
        }
    }

    #[test]
    fn of_two_that_overlap_and_are_made_at_once_one_is_recorded() {
        for round in 0..20 {
            let world = World::new(30, 0);
            let (office, rules) = (&world.office, &world.rules);
            let outcomes: Vec<_> = std::thread::scope(|scope| {
                let ask = |request: u64| {
                    scope.spawn(move || {
                        let asked = &asked(32 + request, 5, DayPart::Whole);
                        let run = |tx| async move { request_leave(&tx, id(request), asked, rules, &book()).await };
                        wait(office.transact(&command(&format!("{round}-{request}"), &employee()), run))
                    })
                };
                let threads: Vec<_> = (0..2).map(ask).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
            assert!(outcomes.iter().any(|outcome| matches!(outcome, Err(RequestLeaveError::Overlap { .. }))));
            assert_eq!(world.requests().len(), 1);
        }
    }

    #[test]
    fn of_two_for_the_last_days_one_is_recorded() {
        // Six working days are left: four or three, but not both.
        let world = World::new(4, 0);
        let (office, rules) = (&world.office, &world.rules);
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let ask = |request: u64| {
                scope.spawn(move || {
                    let asked = &asked(32 + 7 * request, 5, DayPart::Whole);
                    let run = |tx| async move { request_leave(&tx, id(request), asked, rules, &book()).await };
                    wait(office.transact(&command(&request.to_string(), &employee()), run))
                })
            };
            let threads: Vec<_> = (0..2).map(ask).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        let short =
            |outcome: &Result<_, RequestLeaveError>| matches!(outcome, Err(RequestLeaveError::BalanceTooSmall { .. }));
        assert!(outcomes.iter().any(short), "{outcomes:?}");
    }

    #[test]
    fn a_request_is_refused_for_each_reason_in_order() {
        let mut world = World::new(30, 0);
        let rules = world.rules.clone();
        let ask = |world: &mut World, change: &dyn Fn(&mut RequestLeave), rules: &LeaveRules| {
            let mut asked = asked(32, 5, DayPart::Whole);
            change(&mut asked);
            let (key, asked) = (world.key(), &asked);
            let run = |tx| async move { request_leave(&tx, id(99), asked, rules, &book()).await };
            wait(world.office.transact(&command(&key, &employee()), run)).unwrap_err()
        };
        let error = ask(&mut world, &|asked| asked.by = manager(), &rules);
        assert!(matches!(error, RequestLeaveError::NotPermitted(_)));
        // Whose behalf somebody acts on is not theirs to say.
        let stranger = Actor::new(person("E-4"), Role::new("employee")).on_behalf_of(person("E-1"));
        let error = ask(&mut world, &|asked| asked.by = stranger.clone(), &rules);
        assert!(matches!(error, RequestLeaveError::NotPermitted(_)));
        let error = ask(&mut world, &|asked| asked.range = DateRange::from(day(1)), &rules);
        assert!(matches!(error, RequestLeaveError::TooLong { .. }));
        let error = ask(&mut world, &|asked| asked.range = "2025-12-31/2026-01-03".parse().unwrap(), &rules);
        assert!(matches!(error, RequestLeaveError::NotEmployed { .. }));
        let error = ask(&mut world, &|_| (), &LeaveRules { plans: BTreeMap::new(), ..rules.clone() });
        assert!(matches!(error, RequestLeaveError::NoSuchPlan { .. }));
        let error = ask(&mut world, &|_| (), &LeaveRules { calendars: BTreeMap::new(), ..rules.clone() });
        assert!(matches!(error, RequestLeaveError::NoSuchCalendar { .. }));
        let error = ask(&mut world, &|asked| asked.range = "2029-01-01/2029-01-03".parse().unwrap(), &rules);
        assert!(matches!(error, RequestLeaveError::Holidays(_)));
        let error = ask(&mut world, &|asked| asked.range = "2026-01-03/2026-01-05".parse().unwrap(), &rules);
        assert!(matches!(error, RequestLeaveError::NoWorkingDay { .. }));
        world.ask(1, 34, 1, DayPart::Morning).unwrap();
        let error = ask(&mut world, &|_| (), &rules);
        assert!(matches!(error, RequestLeaveError::Overlap { on, .. } if on == day(34)));
        let error = ask(&mut world, &|asked| asked.range = "2026-03-02/2026-05-01".parse().unwrap(), &rules);
        let RequestLeaveError::BalanceTooSmall { asked, left, .. } = error else { panic!("{error:?}") };
        assert_eq!((asked, left), (Ratio::from_integer(44), Ratio::new(63, 2).unwrap()));
        let empty = PolicyBook::new("leave");
        let error = ask(
            &mut world,
            &|asked| asked.range = "2026-03-02/2026-03-03".parse().unwrap(),
            &LeaveRules { approval: empty, ..rules.clone() },
        );
        assert!(matches!(error, RequestLeaveError::Policy(_)));
        let mut never = PolicyBook::new("leave");
        let table = DecisionTable::from_rows(&["outcome"], [vec!["refuse: stocktaking".into()]]).unwrap();
        never.publish(day(0), table).unwrap();
        let error = ask(
            &mut world,
            &|asked| asked.range = "2026-03-02/2026-03-03".parse().unwrap(),
            &LeaveRules { approval: never, ..rules },
        );
        assert!(matches!(error, RequestLeaveError::RefusedByPolicy { reason } if reason == "stocktaking"));
        let strange = |asked: &mut RequestLeave| asked.kind = "sabbatical".into();
        let rules = world.rules.clone();
        let error = ask(&mut world, &strange, &rules);
        assert!(matches!(error, RequestLeaveError::Store(error) if error.is_not_found()));
    }

    #[test]
    fn the_balance_may_fall_to_the_overdraft_and_no_further() {
        // Five days of the year are left in April, and three may be overdrawn.
        let mut world = World::new(5, 3);
        let error = world.ask(1, 95, 14, DayPart::Whole).unwrap_err();
        let RequestLeaveError::BalanceTooSmall { asked, left, .. } = error else { panic!("{error:?}") };
        assert_eq!((asked, left), (Ratio::from_integer(10), Ratio::from_integer(8)));
        world.ask(2, 95, 10, DayPart::Whole).unwrap();
        assert_eq!(world.ledger().balance(day(120)).unwrap(), Ratio::from_integer(-3));
        assert!(matches!(world.ask(3, 130, 7, DayPart::Morning), Err(RequestLeaveError::BalanceTooSmall { .. })));
        // What lacks goes over into the next year.
        assert_eq!(world.ledger().balance(day(365)).unwrap(), Ratio::from_integer(2));
    }

    #[test]
    fn whoever_asks_on_behalf_of_another_approves_as_little_as_the_other() {
        let mut world = World::new(30, 0);
        let asked = &RequestLeave { by: manager().on_behalf_of(person("E-1")), ..asked(32, 5, DayPart::Whole) };
        let rules = &world.rules.clone();
        let run = |tx| async move { request_leave(&tx, id(1), asked, rules, &book()).await };
        wait(world.office.transact(&command("on-behalf", &manager()), run)).unwrap();
        assert!(!world.decide(1, What::Approve, &manager()));
        assert!(!world.decide(1, What::Approve, &Actor::new(person("E-1"), Role::new("office_manager"))));
        assert!(world.requests().iter().all(|(_, request)| request.status() == LeaveStatus::Submitted { stage: 1 }));
    }

    #[test]
    fn a_request_that_is_made_again_is_recorded_once() {
        let mut world = World::new(30, 0);
        world.ask(1, 32, 5, DayPart::Whole).unwrap();
        // Under another key of the caller, but with the same id.
        assert_eq!(world.ask(1, 32, 5, DayPart::Whole).unwrap(), LeaveStatus::Submitted { stage: 1 });
        assert_eq!(world.requests().len(), 1);
        let other = world.ask(1, 39, 5, DayPart::Whole);
        assert!(matches!(other, Err(RequestLeaveError::Store(error)) if error.is_taken()));
    }

    #[test]
    fn leave_that_has_begun_or_is_anothers_is_not_cancelled() {
        let mut world = World::new(30, 0);
        world.ask(1, 32, 5, DayPart::Whole).unwrap();
        let (rules, book) = (&world.rules.clone(), &book());
        let cancel = |world: &mut World, by: Actor, on: NaiveDate| {
            let (command, cancel) = (command(&world.key(), &by), &CancelLeave { by, on });
            wait(
                world
                    .office
                    .transact(&command, |tx| async move { cancel_leave(&tx, id(1), cancel, rules, book).await }),
            )
        };
        assert!(matches!(cancel(&mut world, employee(), day(32)), Err(CancelLeaveError::Begun { .. })));
        assert!(matches!(cancel(&mut world, manager(), day(0)), Err(CancelLeaveError::NotPermitted(_))));
        let stranger = Actor::new(person("E-4"), Role::new("employee")).on_behalf_of(person("E-1"));
        assert!(matches!(cancel(&mut world, stranger, day(0)), Err(CancelLeaveError::NotPermitted(_))));
        assert!(cancel(&mut world, manager().on_behalf_of(person("E-1")), day(0)).is_ok());
    }

    impl World {
        /// What has fallen due by an instant.
        fn sweep(&mut self, now: &str) -> LeaveFallenDue {
            let (rules, key) = (&self.rules.clone(), self.key());
            let command = Command::new(key, "leave", manager(), now.parse().unwrap()).unwrap();
            wait(self.office.transact(&command, |tx| async move { fall_due_leave(&tx, rules, None, 10).await }))
                .unwrap()
        }

        fn approvals(&mut self, outcome: &str) {
            let table = DecisionTable::from_rows(&["outcome"], [vec![outcome.to_owned()]]).unwrap();
            self.rules.approval = PolicyBook::new("leave");
            self.rules.approval.publish(day(0), table).unwrap();
        }
    }

    /// Forty hours of work from Thursday at nine are over on Wednesday at five.
    #[test]
    fn what_is_not_decided_in_time_expires_and_its_days_are_free_again() {
        let mut world = World::new(30, 0);
        world.approvals("approvals: 1 office_manager leave.approve escalate to employee after 8h expire after 40h");
        let before = world.ledger();
        world.ask(1, 32, 5, DayPart::Whole).unwrap();
        assert_ne!(world.ledger(), before);
        assert!(world.sweep("2026-01-01T16:59:59Z").changed.is_empty());
        let submitted = LeaveStatus::Submitted { stage: 1 };
        assert_eq!(
            world.sweep("2026-01-07T16:59:59Z").changed,
            [(id(1).retag(), submitted)].into(),
            "it has escalated"
        );
        let expired = LeaveStatus::Expired { at: "2026-01-07T17:00:00Z".parse().unwrap() };
        let late = "2026-01-08T09:00:00Z".parse().unwrap();
        let step = &ApproveStep { by: manager(), step: 1, on: day(7), at: late };

        // Too late, though nobody has looked; that leaves no trace.
        let (book, rules, key) = (&book(), &world.rules.clone(), world.key());
        let approve = |tx| async move { approve_leave(&tx, id(1), step, book, rules).await };
        let refused = wait(world.office.transact(&command(&key, &manager()), approve));
        assert!(matches!(refused, Err(DecideLeaveError::Refused(ApproveStepError::NotOpen(_)))), "{refused:?}");
        assert_eq!(world.requests()[0].1.status(), LeaveStatus::Submitted { stage: 1 });

        assert_eq!(world.sweep("2026-01-08T09:00:00Z").changed, [(id(1).retag(), expired.clone())].into());
        let again = world.sweep("2026-01-09T09:00:00Z");
        assert_eq!((again.changed.len(), again.left.len(), again.next), (0, 0, None));
        assert_eq!((world.requests()[0].1.status(), world.ledger()), (expired, before));
        assert!(world.ask(2, 32, 5, DayPart::Whole).is_ok(), "the days can be asked for again");
        assert_eq!(world.sweep("2030-01-01T09:00:00Z").left.len(), 1, "the calendar does not reach so far");
    }

    #[test]
    fn leave_is_asked_for_and_cancelled_after_what_has_fallen_due_though_nobody_has_looked() {
        let mut world = World::new(30, 0);
        world.approvals("approvals: 1 office_manager leave.approve expire after 40h");
        world.ask(1, 32, 5, DayPart::Whole).unwrap();
        let [early, late] = ["2026-01-07T16:59:59Z", "2026-01-07T17:00:00Z"].map(|at| at.parse().unwrap());
        let rules = &world.rules.clone();
        let (again, expired) =
            (|at| RequestLeave { at, ..asked(32, 5, DayPart::Whole) }, LeaveStatus::Expired { at: late });
        let ask = |world: &mut World, at| {
            let (again, command) = (&again(at), Command::new(world.key(), "leave", employee(), at).unwrap());
            wait(
                world
                    .office
                    .transact(&command, |tx| async move { request_leave(&tx, id(2), again, rules, &book()).await }),
            )
        };
        assert!(matches!(ask(&mut world, early), Err(RequestLeaveError::Overlap { .. })));

        // Too late to be cancelled, which leaves no trace.
        let cancel = &CancelLeave { by: employee(), on: day(7) };
        let command = Command::new(world.key(), "leave", employee(), late).unwrap();
        let cancelled = wait(
            world.office.transact(&command, |tx| async move { cancel_leave(&tx, id(1), cancel, rules, &book()).await }),
        );
        assert!(matches!(cancelled, Err(CancelLeaveError::NotActive(status)) if status == expired));
        assert_eq!(world.requests()[0].1.status(), LeaveStatus::Submitted { stage: 1 });

        // Its days are free, and that it has expired is recorded with the request that takes them.
        let submitted = LeaveStatus::Submitted { stage: 1 };
        assert_eq!(ask(&mut world, late).unwrap(), submitted);
        let statuses: Vec<_> = world.requests().into_iter().map(|(which, request)| (which, request.status())).collect();
        assert_eq!(statuses.len(), 2);
        assert!(statuses.contains(&(id(1), expired)) && statuses.contains(&(id(2), submitted)), "{statuses:?}");
    }

    #[test]
    fn what_is_returned_is_submitted_again_as_it_was_or_withdrawn() {
        let mut world = World::new(30, 0);
        let before = world.ledger();
        world.ask(1, 32, 5, DayPart::Whole).unwrap();
        let taken = world.ledger();
        let (book, rules, on, at) = (&book(), &world.rules.clone(), day(1), at(day(1)));
        let back = &ReturnCase { by: manager(), step: 1, on, at, reason: "who stands in?".to_owned() };
        let key = world.key();
        let give_back = |tx| async move { give_back_leave(&tx, id(1), back, book, rules).await };
        let returned = wait(world.office.transact(&command(&key, &manager()), give_back));
        assert_eq!(returned.unwrap(), LeaveStatus::Returned { reason: "who stands in?".to_owned() });
        assert_eq!(world.ledger(), taken, "the days stay set apart");

        let (_, request) = world.requests().remove(0);
        let asked = request.asked().range;
        let range = DateRange::new(day(32), day(34)).unwrap();
        let again = ResubmitLeave { by: person("E-1"), range, on, at };
        let changed = request.resubmit(&again);
        assert!(matches!(changed, Err(DecideLeaveError::Refused(ResubmitLeaveError::Changed { .. }))), "{changed:?}");
        let (again, key) = (&ResubmitLeave { range: asked, ..again }, world.key());
        let resubmit = |tx| async move { resubmit_leave(&tx, id(1), again, rules).await };
        let submitted = wait(world.office.transact(&command(&key, &employee()), resubmit));
        assert_eq!(submitted.unwrap(), LeaveStatus::Submitted { stage: 1 });

        let (hand, key) = (&HandOverStep { by: manager(), step: 1, to: person("E-3"), on, at }, world.key());
        let hand_over = |tx| async move { hand_over_leave(&tx, id(1), hand, book, rules).await };
        let handed = wait(world.office.transact(&command(&key, &manager()), hand_over));
        assert_eq!(handed.unwrap(), LeaveStatus::Submitted { stage: 1 });
        assert!(world.requests()[0].1.withdraw(&WithdrawCase { by: person("E-2"), on, at }).is_err());
        let (withdrawal, key) = (&WithdrawCase { by: person("E-1"), on, at }, world.key());
        let withdraw = |tx| async move { withdraw_leave(&tx, id(1), withdrawal, rules).await };
        let withdrawn = wait(world.office.transact(&command(&key, &employee()), withdraw));
        assert_eq!(withdrawn.unwrap(), LeaveStatus::Withdrawn { on });
        assert_eq!(world.ledger(), before, "the days are free again");
        assert!(!world.decide(1, What::Approve, &manager()));
    }

    #[test]
    fn the_state_is_the_fold_of_its_facts() {
        let mut world = World::new(30, 0);
        world.ask(1, 32, 5, DayPart::Whole).unwrap();
        assert!(world.decide(1, What::Approve, &manager()));
        assert!(world.decide(1, What::Cancel, &employee()));
        let history = wait(world.office.view(|view| async move { view.history(id(1), 0, 100).await })).unwrap();
        let facts: Vec<LeaveFact> = history.iter().map(|fact| fact.fact::<LeaveRequest>().unwrap().unwrap()).collect();
        assert_eq!(fold::<LeaveRequest>(&facts), Some(world.requests().remove(0).1));
        let Some(first) = facts.first() else { panic!("no facts") };
        assert!(LeaveRequest::open(first).is_some());
    }

    #[test]
    fn others_of_the_team_who_are_away_are_told() {
        let mut world = World::new(30, 0);
        world.ask(1, 32, 5, DayPart::Morning).unwrap();
        let requests: Vec<_> = world.requests().into_iter().map(|(_, request)| request).collect();
        let team = BTreeSet::from([person("E-1")]);
        let days = |part| [32_u64, 33, 60].map(|offset| office_hr::LeaveDay::new(day(offset), part));
        let away = away_with(&days(DayPart::Whole), &team, &requests);
        assert_eq!(away.keys().copied().collect::<Vec<_>>(), [day(32), day(33)]);
        assert!(away_with(&days(DayPart::Afternoon), &team, &requests).is_empty());
        assert!(away_with(&days(DayPart::Whole), &BTreeSet::new(), &requests).is_empty());
    }
}
