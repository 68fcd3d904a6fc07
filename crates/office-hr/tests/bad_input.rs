//! What makes no sense is refused by a reason of its own, and nothing is recorded then.

#[cfg(test)]
mod refused {
    use std::collections::BTreeMap;

    use chrono::{DateTime, NaiveDate, Utc};
    use office_core::rules::{DecisionTable, PolicyBook};
    use office_core::subject::PersonId;
    use office_core::{
        Actor, Appointment, ApproveStep, ApproveStepError, AuthorityBook, Command, DateRange, DayPart, Delegation,
        Grant, Holidays, Id, Office, Ratio, Role, Scope, StoreError, WeeklyHours, WorkingCalendar, WorkingPlan, Zone,
        wait,
    };
    use office_hr::{
        AnnualDay, Assignment, DecideLeaveError, Employment, Hire, HireError, LeavePlan, LeaveRequest, LeaveRules,
        LeaveTerms, OpenAccount, Opening, Reassign, ReassignError, RequestLeave, RequestLeaveError, approve_leave,
        hire, open_account, reassign, request_leave,
    };
    use office_scratch::offices;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at() -> DateTime<Utc> {
        "2026-03-02T08:00:00Z".parse().unwrap()
    }

    fn person(name: &str) -> PersonId {
        Id::natural("person", name)
    }

    fn employment(name: &str) -> Id<Employment> {
        Id::natural("employment", name)
    }

    fn actor(name: &str) -> Actor {
        Actor::new(person(name), Role::new("employee"))
    }

    fn command(key: &str, by: &Actor) -> Command {
        Command::new(key, "people", by.clone(), at()).unwrap()
    }

    fn assignment(manager: Option<&str>) -> Assignment {
        Assignment {
            role: Role::new("employee"),
            manager: manager.map(person),
            cost_centre: Id::natural("cost_centre", "CC-100"),
            scope: "company".parse().unwrap(),
            weekly_hours: Ratio::from_integer(40),
            week: "MO|TU|WE|TH|FR".parse().unwrap(),
            zone: Zone::UTC,
        }
    }

    fn rules() -> LeaveRules {
        let days = Ratio::from_integer;
        let mut plan = LeavePlan::new("LP", AnnualDay::NEW_YEAR, "none");
        plan.publish(date("2026-01-01"), LeaveTerms::new(days(30), days(5))).unwrap();
        let mut approval = PolicyBook::new("leave");
        let row = vec!["approvals: 1 manager leave.approve".to_owned()];
        approval.publish(date("2026-01-01"), DecisionTable::from_rows(&["outcome"], [row]).unwrap()).unwrap();
        let valid = DateRange::year(2026).unwrap();
        let (week, exceptions) = (WeeklyHours::weekdays("09:00-17:00".parse().unwrap()), BTreeMap::new());
        let plan_of_hours = WorkingPlan { zone: Zone::UTC, valid, week, exceptions, holidays: Holidays::none(valid) };
        LeaveRules {
            plans: BTreeMap::from([("LP".to_owned(), plan)]),
            calendars: BTreeMap::from([("none".to_owned(), Holidays::none(valid))]),
            hours: WorkingCalendar::new(plan_of_hours).unwrap(),
            approval,
            teams: BTreeMap::new(),
            ask: "leave.ask".parse().unwrap(),
        }
    }

    /// The head may approve leave, and has passed that on to the worker.
    fn book() -> AuthorityBook {
        let (valid, scope) = (DateRange::from(date("2026-01-01")), Scope::anywhere());
        let action: office_core::Action = "leave.approve".parse().unwrap();
        let appoint = |(name, role): (&str, &'static str)| Appointment {
            person: person(name),
            role: Role::new(role),
            scope: scope.clone(),
            valid,
        };
        let appointments = [("head", "manager"), ("worker", "employee")].map(appoint).to_vec();
        let passed_on = Delegation {
            from: person("head"),
            to: person("worker"),
            actions: [action.clone()].into(),
            scope: scope.clone(),
            limit: None,
            valid,
            may_redelegate: true,
        };
        let grants = vec![Grant { role: Role::new("manager"), action, scope, limit: None, valid }];
        AuthorityBook { grants, appointments, delegations: vec![passed_on], ..AuthorityBook::default() }
    }

    /// A head, a lead below and a worker below that, who has an account of leave.
    fn begin(office: &Office) {
        for (name, manager) in [("head", None), ("lead", Some("head")), ("worker", Some("lead"))] {
            let hiring =
                &Hire { person: person(name), term: "2026-01-01/..".parse().unwrap(), assignment: assignment(manager) };
            let asked = command(&format!("hire:{name}"), &actor("head"));
            wait(office.transact(&asked, |tx| async move { hire(&tx, employment(name), hiring).await })).unwrap();
        }
        let opening = &OpenAccount {
            person: person("worker"),
            kind: "annual".to_owned(),
            employment: employment("worker"),
            plan: "LP".to_owned(),
            opening: Opening { on: date("2026-01-01"), carried_in: Ratio::ZERO },
            earlier: Vec::new(),
        };
        let asked = command("open", &actor("head"));
        wait(office.transact(&asked, |tx| async move { open_account(&tx, opening).await })).unwrap();
    }

    fn ask(office: &Office, key: &str, range: &str, time: Option<&str>) -> Result<(), RequestLeaveError> {
        let by = actor("worker");
        let asked = &RequestLeave {
            person: person("worker"),
            kind: "annual".to_owned(),
            range: range.parse().unwrap(),
            part: DayPart::Whole,
            time: time.map(|time| time.parse().unwrap()),
            by: by.clone(),
            on: date("2026-03-02"),
            at: at(),
        };
        let (id, rules) = (Id::<LeaveRequest>::natural("leave", key), &rules());
        let command = command(key, &by);
        let asking = office
            .transact(&command, |tx| async move { request_leave(&tx, id, asked, rules, &book()).await.map(drop) });
        wait(asking)
    }

    fn facts(office: &Office) -> usize {
        let found: Result<_, StoreError> = wait(office.feed().after(0, 1_000));
        found.unwrap().len()
    }

    #[test]
    fn employments_that_overlap_and_circles_of_bosses() {
        let (_places, offices) = offices();
        for office in offices {
            begin(&office);
            let before = facts(&office);
            let again = &Hire {
                person: person("worker"),
                term: "2026-06-01/..".parse().unwrap(),
                assignment: assignment(None),
            };
            let asked = command("again", &actor("head"));
            let hired = office.transact(&asked, |tx| async move { hire(&tx, employment("worker again"), again).await });
            let refused = wait(hired).unwrap_err();
            assert!(matches!(refused, HireError::AlreadyEmployed { .. }), "{refused:?}");
            assert_eq!(
                refused.to_string(),
                "the person is employed already in 2026-01-01/..: a term outside it is wanted"
            );

            let under = &Reassign { from: date("2026-06-01"), assignment: assignment(Some("worker")) };
            let asked = command("circle", &actor("head"));
            let moved = office.transact(&asked, |tx| async move { reassign(&tx, employment("head"), under).await });
            let refused = wait(moved).unwrap_err();
            assert!(matches!(refused, ReassignError::Circle(_)), "{refused:?}");
            assert_eq!(facts(&office), before);
        }
    }

    #[test]
    fn leave_on_no_working_day_and_of_times_that_no_day_has() {
        let (_places, offices) = offices();
        for office in offices {
            begin(&office);
            let before = facts(&office);
            // A Saturday and a Sunday; then the Monday after.
            for (key, range, time, why) in [
                (
                    "weekend",
                    "2026-03-07/2026-03-09",
                    None,
                    "no day of 2026-03-07/2026-03-09 would be worked: a range with a working day is wanted",
                ),
                (
                    "an hour of it",
                    "2026-03-07/2026-03-09",
                    Some("1:00"),
                    "no day of 2026-03-07/2026-03-09 would be worked: a range with a working day is wanted",
                ),
                (
                    "seconds",
                    "2026-03-09/2026-03-10",
                    Some("1:00:30"),
                    "leave cannot be 1:00:30 of a day: whole minutes above zero are wanted",
                ),
                (
                    "none",
                    "2026-03-09/2026-03-10",
                    Some("0:00"),
                    "leave cannot be 0:00 of a day: whole minutes above zero are wanted",
                ),
                (
                    "too long",
                    "2026-03-09/2026-03-10",
                    Some("8:01"),
                    "8:01 of 2026-03-09 are asked for: at most 8:00 are wanted",
                ),
            ] {
                let refused = ask(&office, &key.replace(' ', "-"), range, time).unwrap_err();
                assert_eq!(refused.to_string(), why);
            }
            assert_eq!(facts(&office), before);
        }
    }

    #[test]
    fn leave_approved_by_whose_it_is_through_a_delegate() {
        let (_places, offices) = offices();
        for office in offices {
            begin(&office);
            ask(&office, "leave", "2026-03-09/2026-03-14", None).unwrap();
            let before = facts(&office);
            let (book, rules, by) = (&book(), &rules(), actor("worker").on_behalf_of(person("head")));
            let step = &ApproveStep { by: by.clone(), step: 1, on: date("2026-03-03"), at: at() };
            let asked = command("approve", &by);
            let approved = office.transact(&asked, |tx| async move {
                approve_leave(&tx, Id::natural("leave", "leave"), step, book, rules).await
            });
            let refused = wait(approved).unwrap_err();
            assert!(matches!(refused, DecideLeaveError::Refused(ApproveStepError::NotAuthorised(_))), "{refused:?}");
            assert_eq!(facts(&office), before);
        }
    }
}
