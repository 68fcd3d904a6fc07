//! What happens to leave besides asking and deciding: it is shortened, granted by hand, paid out; who may do what.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod change {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use chrono::{DateTime, Days, NaiveDate, Utc};
    use insta::assert_json_snapshot;
    use office_core::rules::{DecisionTable, PolicyBook};
    use office_core::subject::PersonId;
    use office_core::{
        Actor, Appointment, ApproveStep, AuthorityBook, Command, DateRange, DayPart, Grant, Holidays, Id, Office,
        Ratio, RefuseStep, Role, Scope, WeeklyHours, WorkingCalendar, WorkingPlan, Zone, wait,
    };
    use office_hr::{
        AnnualDay, Assignment, CancelLeave, CurtailLeave, CurtailLeaveError, Curtailed, EarlierLeave, GrantLeaveError,
        Hire, LeaveAccount, LeaveAccountFact, LeaveCause, LeaveFact, LeaveGrant, LeavePlan, LeaveRequest, LeaveRules,
        LeaveStatus, LeaveTerms, Ledger, LineReason, LotKind, NonWorkingDays, OpenAccount, Opening, PayOutLeaveError,
        RequestLeave, RequestLeaveError, approve_leave, cancel_leave, curtail_leave, grant_leave, hire, leave_ledger,
        open_account, pay_out_leave, refuse_leave, request_leave, uncovered,
    };
    use office_scratch::offices;
    use serde_json::Value;

    /// 1 January 2026 is a Thursday.
    fn day(offset: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(offset)
    }

    fn now() -> DateTime<Utc> {
        day(0).and_hms_opt(9, 0, 0).unwrap().and_utc()
    }

    fn days(days: i64) -> Ratio {
        Ratio::from_integer(days)
    }

    fn person(name: &str) -> PersonId {
        Id::natural("person", name)
    }

    fn actor(name: &str, role: &str) -> Actor {
        Actor::new(person(name), Role::new(role.to_owned()))
    }

    fn employee() -> Actor {
        actor("E-1", "employee")
    }

    fn id() -> Id<LeaveRequest> {
        Id::natural("leave", "LR-1")
    }

    fn account() -> Id<LeaveAccount> {
        LeaveAccount::id_of(person("E-1"), "annual")
    }

    fn terms() -> LeaveTerms {
        LeaveTerms { most_granted: Some(days(5)), ..LeaveTerms::new(days(10), days(5)) }
    }

    /// A department head approves, and somebody from personnel after that.
    const TWO_STAGES: &str = "approvals: 1 head leave.approve; 1 personnel leave.approve";
    const ONE_STAGE: &str = "approvals: 1 head leave.approve";

    /// Stages of approval for what people ask for themselves; what others enter for them is allowed.
    fn rules(terms: LeaveTerms, stages: &str) -> LeaveRules {
        let mut plan = LeavePlan::new("LP", AnnualDay::NEW_YEAR, "DE");
        plan.publish(day(0), terms).unwrap();
        let range = DateRange::new(day(0), day(730)).unwrap();
        let mut approval = PolicyBook::new("leave");
        let rows = [["employee", stages], ["head", stages], ["supervisor", "allow"], ["admin", "allow"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        approval.publish(day(0), DecisionTable::from_rows(&["role: text", "outcome"], rows).unwrap()).unwrap();
        let hours = WorkingPlan {
            zone: Zone::UTC,
            valid: range,
            week: WeeklyHours::weekdays("09:00-17:00".parse().unwrap()),
            exceptions: BTreeMap::new(),
            holidays: Holidays::none(range),
        };
        LeaveRules {
            plans: BTreeMap::from([("LP".into(), plan)]),
            calendars: BTreeMap::from([("DE".into(), Holidays::none(range))]),
            hours: WorkingCalendar::new(hours).unwrap(),
            approval,
            teams: BTreeMap::new(),
            ask: "leave.ask".parse().unwrap(),
        }
    }

    /// E-2 is head, E-3 from personnel and head as well; the employee is head too, and may not approve for it. As supervisor
    /// or admin E-2 enters leave for others.
    fn book() -> AuthorityBook {
        let mut book = AuthorityBook::default();
        let (valid, scope) = (DateRange::from(day(0)), Scope::anywhere());
        let held = [
            ("E-1", &["head", "employee"][..]),
            ("E-2", &["head", "supervisor", "admin"]),
            ("E-3", &["head", "personnel"]),
        ];
        for (name, roles) in held {
            for role in roles {
                let (person, role) = (person(name), Role::new(*role));
                book.appointments.push(Appointment { person, role, scope: scope.clone(), valid });
            }
        }
        let granted = [("head", "approve"), ("personnel", "approve"), ("supervisor", "ask"), ("admin", "ask")];
        for (role, action) in granted {
            let action = format!("leave.{action}").parse().unwrap();
            book.grants.push(Grant { role: Role::new(role), action, scope: scope.clone(), limit: None, valid });
        }
        book
    }

    struct World<'a> {
        office: &'a Office,
        rules: LeaveRules,
        count: u32,
    }

    impl<'a> World<'a> {
        fn new(office: &'a Office, terms: LeaveTerms, stages: &str) -> Self {
            let employment = Id::natural("employment", "E-1");
            let assignment = Assignment {
                role: Role::new("employee"),
                manager: Some(person("E-2")),
                cost_centre: Id::natural("cost_centre", "CC-200"),
                scope: "company/CC-200".parse().unwrap(),
                weekly_hours: days(40),
                week: "MO|TU|WE|TH|FR".parse().unwrap(),
                zone: "Europe/Berlin".parse().unwrap(),
            };
            let hiring = &Hire { person: person("E-1"), term: DateRange::from(day(0)), assignment };
            let opening = &OpenAccount {
                person: person("E-1"),
                kind: "annual".into(),
                employment,
                plan: "LP".into(),
                opening: Opening { on: day(0), carried_in: days(2) },
                earlier: Vec::new(),
            };
            let mut world = Self { office, rules: rules(terms, stages), count: 0 };
            let begin = world.command(&actor("E-2", "admin"));
            wait(office.transact(&begin, |tx| async move {
                hire(&tx, employment, hiring).await.unwrap();
                open_account(&tx, opening).await.unwrap();
                Ok::<_, office_core::StoreError>(())
            }))
            .unwrap();
            world
        }

        fn command(&mut self, by: &Actor) -> Command {
            self.count += 1;
            Command::new(format!("command-{}", self.count), "leave", by.clone(), now()).unwrap()
        }

        fn ask(&mut self, by: &Actor, first: u64, length: u64) -> Result<LeaveStatus, RequestLeaveError> {
            let asked = &RequestLeave {
                person: person("E-1"),
                kind: "annual".into(),
                range: DateRange::new(day(first), day(first + length)).unwrap(),
                part: DayPart::Whole,
                time: None,
                by: by.clone(),
                on: day(0),
                at: now(),
            };
            let (rules, command) = (&self.rules.clone(), self.command(by));
            wait(
                self.office
                    .transact(&command, |tx| async move { request_leave(&tx, id(), asked, rules, &book()).await }),
            )
        }

        fn approve(&mut self, by: &Actor, step: usize) -> Option<LeaveStatus> {
            let asked = &ApproveStep { by: by.clone(), step, on: day(0), at: now() };
            let (rules, book, command) = (&self.rules.clone(), &book(), self.command(by));
            wait(self.office.transact(&command, |tx| async move { approve_leave(&tx, id(), asked, book, rules).await }))
                .ok()
        }

        fn refuse(&mut self, by: &Actor) -> Option<LeaveStatus> {
            let asked = &RefuseStep { by: by.clone(), step: 1, on: day(0), at: now(), reason: "short of hands".into() };
            let (rules, book, command) = (&self.rules.clone(), &book(), self.command(by));
            wait(self.office.transact(&command, |tx| async move { refuse_leave(&tx, id(), asked, book, rules).await }))
                .ok()
        }

        fn cancel(&mut self, by: &Actor) -> Option<LeaveStatus> {
            let asked = &CancelLeave { by: by.clone(), on: day(0) };
            let (rules, command) = (&self.rules.clone(), self.command(by));
            wait(
                self.office
                    .transact(&command, |tx| async move { cancel_leave(&tx, id(), asked, rules, &book()).await }),
            )
            .ok()
        }

        fn curtail(&mut self, by: &Actor, last: u64, on: u64) -> Result<LeaveStatus, CurtailLeaveError> {
            let asked = &CurtailLeave { by: by.clone(), last: day(last), on: day(on) };
            let (rules, command) = (&self.rules.clone(), self.command(by));
            wait(
                self.office
                    .transact(&command, |tx| async move { curtail_leave(&tx, id(), asked, rules, &book()).await }),
            )
        }

        fn grant(&mut self, amount: i64) -> Result<(), GrantLeaveError> {
            let grant = &LeaveGrant {
                valid: DateRange::year(2026).unwrap(),
                days: days(amount),
                kind: LotKind::Extra,
                note: "for a move".into(),
            };
            let (rules, command) = (&self.rules.clone(), self.command(&actor("E-2", "admin")));
            wait(self.office.transact(&command, |tx| async move { grant_leave(&tx, account(), grant, rules).await }))
        }

        fn pay_out(&mut self, amount: i64) -> Result<(), PayOutLeaveError> {
            let leave = EarlierLeave { on: day(10), days: days(amount) };
            let (rules, command) = (&self.rules.clone(), self.command(&actor("E-2", "admin")));
            wait(self.office.transact(&command, |tx| async move { pay_out_leave(&tx, account(), leave, rules).await }))
        }

        fn ledger(&self) -> Ledger {
            let rules = &self.rules;
            wait(self.office.view(|view| async move { leave_ledger(&view, account(), rules, day(364)).await })).unwrap()
        }

        fn request(&self) -> LeaveRequest {
            wait(self.office.view(|view| async move { view.load(id()).await })).unwrap()
        }
    }

    /// Monday 2 February to Friday 13 February: ten days of the twelve there are.
    const FIRST: u64 = 32;

    #[test]
    fn law_3_leave_that_is_shortened_costs_what_is_kept() {
        let (_places, offices) = offices();
        for office in &offices {
            let mut world = World::new(office, terms(), TWO_STAGES);
            assert_eq!(world.ask(&employee(), FIRST, 12).unwrap(), LeaveStatus::Submitted { stage: 1 });
            let early = world.curtail(&employee(), FIRST + 2, 0);
            assert!(matches!(early, Err(CurtailLeaveError::NotApproved(_))));
            world.approve(&actor("E-2", "head"), 1).unwrap();
            assert_eq!(world.approve(&actor("E-3", "personnel"), 2), Some(LeaveStatus::Approved));
            assert_eq!(world.ledger().balance(day(364)).unwrap(), days(2));

            let other = world.curtail(&actor("E-2", "head"), FIRST + 2, 0);
            assert!(matches!(other, Err(CurtailLeaveError::NotPermitted(_))));
            for last in [FIRST - 1, FIRST + 11, FIRST + 12] {
                let outside = world.curtail(&employee(), last, 0);
                assert!(matches!(outside, Err(CurtailLeaveError::NotWithin { .. })), "{last}");
            }
            let past = world.curtail(&employee(), FIRST + 2, FIRST + 3);
            assert!(matches!(past, Err(CurtailLeaveError::Past { .. })));
            // Back on the fourth day: three days are kept, those of the lot that comes first among them.
            world.curtail(&employee(), FIRST + 2, FIRST + 2).unwrap();
            let request = world.request();
            assert_eq!((request.cost(), request.range().last()), (days(3), Some(day(FIRST + 2))));
            let taken: Vec<_> = world
                .ledger()
                .lines()
                .iter()
                .filter_map(|line| {
                    let cause = LeaveCause::Request(id().retag());
                    (line.reason == LineReason::Taken { cause }).then_some((line.on, line.days))
                })
                .collect();
            assert_eq!(taken, [0, 1, 2].map(|on| (day(FIRST + on), days(-1))));
            // It can be shortened once more, and cancelled no more as it has begun.
            world.curtail(&employee(), FIRST, FIRST).unwrap();
            assert_eq!(world.ledger().balance(day(364)).unwrap(), days(11));
        }
    }

    #[test]
    fn what_is_granted_by_hand_is_within_the_plan_and_can_be_taken_or_paid_out() {
        let (_places, offices) = offices();
        for office in &offices {
            let mut world = World::new(office, terms(), TWO_STAGES);
            assert!(matches!(world.grant(0), Err(GrantLeaveError::Negative { .. })));
            world.grant(3).unwrap();
            assert!(matches!(world.grant(3), Err(GrantLeaveError::TooMany { .. })));
            world.grant(2).unwrap();
            assert_eq!(world.ledger().balance(day(364)).unwrap(), days(17));
            // Ten days are set apart for leave to come: seven are left to be paid out.
            world.ask(&employee(), FIRST, 12).unwrap();
            let too_much = world.pay_out(8);
            assert!(matches!(too_much, Err(PayOutLeaveError::BalanceTooSmall { left, .. }) if left == days(7)));
            world.pay_out(7).unwrap();
            assert!(matches!(world.pay_out(1), Err(PayOutLeaveError::BalanceTooSmall { .. })));
            let statement = world.ledger().statement(DateRange::year(2026).unwrap()).unwrap();
            assert_eq!((statement.paid_out, statement.taken, statement.closing), (days(-7), days(-10), days(0)));
        }
    }

    #[test]
    fn a_plan_limits_days_in_a_row_and_counts_what_lies_between() {
        let office = Office::on(office_core::MemoryStore::new());
        let terms = LeaveTerms {
            most_in_a_row: Some(5),
            non_working: NonWorkingDays::CountedBetween,
            ..LeaveTerms::new(days(10), days(5))
        };
        let mut world = World::new(&office, terms, TWO_STAGES);
        assert!(matches!(world.ask(&employee(), FIRST, 6), Err(RequestLeaveError::TooManyInARow { most: 5 })));
        // From Thursday to Monday: the weekend between counts.
        world.ask(&employee(), FIRST + 3, 5).unwrap();
        assert_eq!(world.request().cost(), days(5));
        // Of a team of two, one may be away.
        let team = BTreeSet::from([person("E-1"), person("E-2")]);
        let request = world.request();
        let asked = request.days().to_vec();
        assert_eq!(uncovered(&asked, &team, [&request], 1).len(), 5);
        assert!(uncovered(&asked, &team, [&request], 2).is_empty());
    }

    #[test]
    fn stored_forms() {
        let curtailed = Curtailed { by: employee(), last: day(34), on: day(33) };
        assert_json_snapshot!(LeaveFact::Curtailed(curtailed), @r#"
    {
      "curtailed": {
        "by": {
          "person": "059e6534-1bed-5965-91ff-d308c1443876",
          "role": "employee"
        },
        "last": "2026-02-04",
        "on": "2026-02-03"
      }
    }
    "#);
        let valid = DateRange::year(2026).unwrap();
        let grant = LeaveGrant { valid, days: days(1), kind: LotKind::Extra, note: "for a move".into() };
        assert_json_snapshot!(LeaveAccountFact::Granted(grant), @r#"
        {
          "granted": {
            "valid": {
              "start": "2026-01-01",
              "end": "2027-01-01"
            },
            "days": "1",
            "kind": "extra",
            "note": "for a move"
          }
        }
        "#);
        assert_json_snapshot!(LeaveAccountFact::PaidOut(EarlierLeave { on: day(1), days: days(2) }), @r#"
        {
          "paid_out": {
            "on": "2026-01-02",
            "days": "2"
          }
        }
        "#);
    }

    /// A transition of a request by somebody in a role, as a peer's table has it.
    fn transition(world: &mut World<'_>, given: &Value) -> Option<LeaveStatus> {
        let role = given["role"].as_str().unwrap();
        let own = role == "employee";
        let by = if own { employee() } else { actor("E-2", role) };
        match (given["state"].as_str().unwrap(), given["action"].as_str().unwrap()) {
            ("initial", "apply" | "assign") => return world.ask(&by, FIRST, 5).ok(),
            ("pending", _) => drop(world.ask(&employee(), FIRST, 5).unwrap()),
            ("rejected", _) => {
                world.ask(&employee(), FIRST, 5).unwrap();
                world.refuse(&actor("E-2", "head")).unwrap();
            }
            ("scheduled", _) => {
                world.ask(&employee(), FIRST, 5).unwrap();
                world.approve(&actor("E-2", "head"), 1).unwrap();
            }
            (state, action) => panic!("{state}, {action}"),
        }
        match given["action"].as_str().unwrap() {
            "cancel" => world.cancel(&by),
            "approve" => world.approve(&if own { actor("E-1", "head") } else { actor("E-2", "head") }, 1),
            action => panic!("{action}"),
        }
    }

    /// Whether somebody with authority for a stage, or none, may approve or reject.
    fn authority(world: &mut World<'_>, given: &Value) -> bool {
        world.ask(&employee(), FIRST, 5).unwrap();
        let own = given["actor_is_requester"] == true;
        let by = match given["actor"].as_str().unwrap() {
            _ if own => actor("E-1", "head"),
            "department head" => actor("E-2", "head"),
            "second-stage authority" => actor("E-3", "head"),
            who => panic!("{who}"),
        };
        let step = if given["state"] == "first-stage-approved" {
            world.approve(&actor("E-3", "head"), 1).unwrap();
            2
        } else {
            1
        };
        if given["action"] == "reject" { world.refuse(&by).is_some() } else { world.approve(&by, step).is_some() }
    }

    #[test]
    fn published_approvals() {
        let folders = || Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared/cases/hr"));
        let Some(folder) = folders().find(|folder| folder.is_dir()) else {
            println!("approvals: left out, no cases here");
            return;
        };
        let cases: Value =
            serde_json::from_str(&std::fs::read_to_string(folder.join("approvals.json")).unwrap()).unwrap();
        let cases = cases["cases"].as_array().unwrap();
        for case in cases {
            let office = Office::on(office_core::MemoryStore::new());
            let given = &case["given"];
            let kind = case["kind"].as_str().unwrap();
            let stages = if kind == "request_transition" { ONE_STAGE } else { TWO_STAGES };
            let mut world = World::new(&office, terms(), stages);
            let allowed = match kind {
                "request_transition" => {
                    let to = transition(&mut world, given);
                    let named = to.as_ref().map(|status| match status {
                        LeaveStatus::Submitted { .. } => "pending",
                        LeaveStatus::Approved => "scheduled",
                        LeaveStatus::Cancelled(_) => "cancelled",
                        LeaveStatus::Returned { .. }
                        | LeaveStatus::Refused { .. }
                        | LeaveStatus::Withdrawn { .. }
                        | LeaveStatus::Expired { .. } => panic!("{status}"),
                    });
                    assert_eq!(named, case["expect"]["to"].as_str(), "{}", case["id"]);
                    to.is_some()
                }
                "approval_authority" => authority(&mut world, given),
                kind => panic!("no such kind: {kind}"),
            };
            assert_eq!(allowed, case["expect"]["allowed"] == true, "{}", case["id"]);
        }
        println!("approvals: {} passed, 0 failed, 0 left out", cases.len());
    }
}
