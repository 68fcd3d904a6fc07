//! Leave in October 2026 at Halden & Rowe Architects, as `examples/data` tells it, to the half day.

#[cfg(test)]
mod story {
    use std::collections::BTreeMap;

    use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
    use office_core::rules::{DecisionTable, PolicyBook};
    use office_core::subject::PersonId;
    use office_core::{
        Actor, Appointment, ApproveStep, ApproveStepError, AuthorityBook, Command, DateRange, DayPart, Delegation,
        Grant, Holiday, Holidays, Id, MemoryStore, Office, Ratio, Role, Scope, WeeklyHours, WorkingCalendar,
        WorkingPlan, parse_decimal, wait,
    };
    use office_hr::{
        AnnualDay, Assignment, Basis, CancelLeave, DecideLeaveError, EarlierLeave, Hire, LeaveAccount, LeavePlan,
        LeaveRequest, LeaveRules, LeaveStatus, LeaveTerms, OpenAccount, Opening, RequestLeave, RequestLeaveError,
        approve_leave, cancel_leave, hire, leave_ledger, open_account, request_leave,
    };

    type Row = BTreeMap<String, String>;

    fn file(name: &str) -> String {
        std::fs::read_to_string(format!("{}/../../examples/data/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    fn rows(name: &str) -> Vec<Row> {
        let text = file(&format!("{name}.csv"));
        let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned));
        let header: Vec<String> = lines.next().unwrap().collect();
        lines.map(|cells| header.iter().cloned().zip(cells).collect()).collect()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn days(text: &str) -> Ratio {
        Ratio::from_decimal(parse_decimal(text).unwrap())
    }

    fn person(employee: &str) -> PersonId {
        Id::natural("person", employee)
    }

    fn at(on: NaiveDate) -> DateTime<Utc> {
        on.and_time(NaiveTime::MIN).and_utc()
    }

    fn command(key: &str, by: &Actor, on: NaiveDate) -> Command {
        Command::new(key, "leave", by.clone(), at(on)).unwrap()
    }

    fn rules() -> LeaveRules {
        let mut plans = BTreeMap::new();
        for row in rows("leave_plans") {
            assert_eq!(row["basis"], "twelfths");
            let terms = LeaveTerms::new(days(&row["days_per_year"]), days(&row["full_week_days"]))
                .with_part_years(Basis::twelfths(), row["rounding"].parse().unwrap())
                .with_carry_over(
                    Some(days(&row["carry_over_max"])),
                    Some(AnnualDay::of(date(&row["carry_over_expires"]))),
                );
            let mut plan = LeavePlan::new(row["plan"].clone(), AnnualDay::NEW_YEAR, row["calendar"].clone());
            plan.publish(date("2026-01-01"), terms).unwrap();
            plans.insert(row["plan"].clone(), plan);
        }
        let mut calendars: BTreeMap<String, Vec<(NaiveDate, Holiday)>> = BTreeMap::new();
        for row in rows("holidays") {
            let portion = if row["portion"] == "1.0" { DayPart::Whole } else { DayPart::Afternoon };
            let holiday = Holiday { name: row["name"].clone(), portion };
            calendars.entry(row["calendar"].clone()).or_default().push((date(&row["date"]), holiday));
        }
        let year = DateRange::year(2026).unwrap();
        let calendars = calendars.into_iter().map(|(name, days)| (name, Holidays::new(year, days).unwrap()));
        let cells = rows("approval_rules")
            .into_iter()
            .filter(|row| row["policy"] == "leave")
            .map(|row| ["kind", "days: number", "within_budget", "outcome"].map(|column| row[column].clone()).to_vec());
        let table = DecisionTable::from_rows(&["kind", "days: number", "within_budget", "outcome"], cells).unwrap();
        let mut approval = PolicyBook::new("leave");
        approval.publish(date("2026-01-01"), table).unwrap();
        let calendars: BTreeMap<String, Holidays> = calendars.collect();
        let hours = WorkingPlan {
            zone: "Europe/Berlin".parse().unwrap(),
            valid: year,
            week: WeeklyHours::weekdays("09:00-17:00".parse().unwrap()),
            exceptions: BTreeMap::new(),
            holidays: calendars["DE-BE"].clone(),
        };
        let (hours, ask) = (WorkingCalendar::new(hours).unwrap(), "leave.ask".parse().unwrap());
        LeaveRules { plans, calendars, hours, ask, approval, teams: BTreeMap::new() }
    }

    /// Everybody in their roles; E-003 decides for E-002 while she is away.
    fn book() -> AuthorityBook {
        let mut book = AuthorityBook::default();
        let valid = DateRange::from(date("2026-01-01"));
        for row in rows("staff") {
            for role in row["roles"].split('|') {
                let (person, scope) = (person(&row["employee"]), Scope::anywhere());
                book.appointments.push(Appointment { person, role: Role::new(role.to_owned()), scope, valid });
            }
        }
        for role in ["executive", "office_manager"] {
            let (action, scope) = ("leave.approve".parse().unwrap(), "company".parse().unwrap());
            book.grants.push(Grant { role: Role::new(role), action, scope, limit: None, valid });
        }
        book.delegations.push(Delegation {
            from: person("E-002"),
            to: person("E-003"),
            actions: ["leave.approve".parse().unwrap()].into(),
            scope: Scope::anywhere(),
            limit: None,
            valid: DateRange::inclusive(date("2026-10-12"), date("2026-10-16")).unwrap(),
            may_redelegate: false,
        });
        book
    }

    /// The first of somebody's roles.
    fn usual_role(row: &BTreeMap<String, String>) -> String {
        row["roles"].split('|').next().unwrap().to_owned()
    }

    fn employ(office: &Office) {
        let openings: BTreeMap<_, _> =
            rows("leave_opening").into_iter().map(|row| (row["employee"].clone(), row)).collect();
        for row in rows("staff") {
            let (employee, by) = (row["employee"].as_str(), Actor::new(person("E-001"), Role::new("executive")));
            let end = (!row["end"].is_empty()).then(|| date(&row["end"]).succ_opt().unwrap());
            let hiring = Hire {
                person: person(employee),
                term: DateRange::new(date(&row["start"]), end).unwrap(),
                assignment: Assignment {
                    role: Role::new(usual_role(&row)),
                    manager: (!row["manager"].is_empty()).then(|| person(&row["manager"])),
                    cost_centre: Id::natural("cost_centre", &row["cost_centre"]),
                    scope: format!("company/{}", row["cost_centre"]).parse().unwrap(),
                    weekly_hours: days(&row["weekly_hours"]),
                    week: row["workdays"].parse().unwrap(),
                    zone: row["zone"].parse().unwrap(),
                },
            };
            assert_eq!(hiring.assignment.week.days_per_week(), days(&row["days_per_week"]));
            let employment = Id::natural("employment", employee);
            let asked = command(&format!("hire:{employee}"), &by, date("2026-01-01"));
            let run = |tx| {
                let hiring = hiring.clone();
                async move { hire(&tx, employment, &hiring).await }
            };
            wait(office.transact(&asked, run)).unwrap();

            let opening = &openings[employee];
            let earlier = [("2026-03-31", "taken_to_march"), ("2026-09-30", "taken_april_to_september")];
            let earlier = earlier.map(|(on, column)| EarlierLeave { on: date(on), days: days(&opening[column]) });
            let opening = OpenAccount {
                person: person(employee),
                kind: "annual".into(),
                employment,
                plan: row["leave_plan"].clone(),
                opening: Opening { on: date("2026-01-01"), carried_in: days(&opening["carried_in"]) },
                earlier: earlier.into(),
            };
            let asked = command(&format!("open:{employee}"), &by, date("2026-01-01"));
            let run = |tx| {
                let opening = opening.clone();
                async move { open_account(&tx, &opening).await }
            };
            wait(office.transact(&asked, run)).unwrap();
        }
    }

    /// What is left of the year, once everything that is known has happened.
    fn left(office: &Office, rules: &LeaveRules) -> BTreeMap<String, Ratio> {
        let balance = |employee: &str| {
            let account = LeaveAccount::id_of(person(employee), "annual");
            let end = date("2026-12-31");
            let ledger = wait(office.view(|view| async move { leave_ledger(&view, account, rules, end).await }));
            ledger.unwrap().balance(end).unwrap()
        };
        rows("staff").into_iter().map(|row| (row["employee"].clone(), balance(&row["employee"]))).collect()
    }

    /// What is left by employee before and after, as the last line of the story says it.
    fn control() -> Vec<(String, Ratio, Ratio)> {
        let story = file("STORY.md");
        let line = story.lines().find(|line| line.starts_with("Left at 1 October")).unwrap();
        let (_, list) = line.trim_end_matches('.').split_once(": ").unwrap();
        let entries = list.split(", ").map(|entry| {
            let words: Vec<&str> = entry.split(' ').collect();
            (words[0].to_owned(), days(words[1]), days(words.get(3).unwrap_or(&words[1])))
        });
        entries.collect()
    }

    fn ask(office: &Office, rules: &LeaveRules, row: &Row) -> Result<LeaveStatus, RequestLeaveError> {
        let by = Actor::new(person(&row["employee"]), Role::new("employee"));
        let asked = RequestLeave {
            person: person(&row["employee"]),
            kind: row["type"].clone(),
            range: DateRange::inclusive(date(&row["first"]), date(&row["last"])).unwrap(),
            part: if row["day_part"] == "afternoon" { DayPart::Afternoon } else { DayPart::Whole },
            time: None,
            by: by.clone(),
            on: date(&row["submitted"]),
            at: at(date(&row["submitted"])),
        };
        let id = Id::natural("leave", &row["request"]);
        let command = command(&row["request"], &by, asked.on);
        let run = |tx| {
            let asked = asked.clone();
            async move { request_leave(&tx, id, &asked, rules, &book()).await }
        };
        wait(office.transact(&command, run))
    }

    fn approve(
        office: &Office,
        request: &str,
        by: &Actor,
        on: NaiveDate,
    ) -> Result<LeaveStatus, DecideLeaveError<ApproveStepError>> {
        let (book, rules) = (&book(), &rules());
        let step = &ApproveStep { by: by.clone(), step: 1, on, at: at(on) };
        let id = Id::natural("leave", request);
        let key = format!("{request}:{}:{:?}", by.person, by.role);
        let run = |tx| async move { approve_leave(&tx, id, step, book, rules).await };
        wait(office.transact(&command(&key, by, on), run))
    }

    /// Who approves what; the rest is for the office manager.
    fn approver(request: &str) -> Actor {
        let (executive, manager) = (Role::new("executive"), Role::new("office_manager"));
        match request {
            "LR-01" | "LR-08" => Actor::new(person("E-001"), manager),
            "LR-13" => Actor::new(person("E-001"), executive),
            "LR-07" => Actor::new(person("E-003"), Role::new("assistant")).on_behalf_of(person("E-002")),
            _ => Actor::new(person("E-002"), manager),
        }
    }

    #[test]
    fn october_comes_out_to_the_half_day() {
        let (office, rules) = (Office::on(MemoryStore::new()), rules());
        employ(&office);
        let before = left(&office, &rules);
        let mut approved = Ratio::ZERO;
        for row in rows("leave_requests") {
            let request = row["request"].as_str();
            let asked = ask(&office, &rules, &row);
            match request {
                "LR-03" => {
                    let Err(RequestLeaveError::Overlap { with, on }) = asked else { panic!("{asked:?}") };
                    assert_eq!((with, on), (Id::natural("leave", "LR-02"), date("2026-10-08")));
                    continue;
                }
                "LR-11" => {
                    let Err(RequestLeaveError::BalanceTooSmall { asked, left, .. }) = asked else {
                        panic!("{asked:?}")
                    };
                    assert_eq!((asked, left), (days("7"), days("5")));
                    continue;
                }
                _ => assert_eq!(asked.unwrap(), LeaveStatus::Submitted { stage: 1 }),
            }
            let on = date(&row["submitted"]);
            if request == "LR-01" {
                // Nobody approves their own leave.
                let own = Actor::new(person("E-002"), Role::new("office_manager"));
                assert!(matches!(approve(&office, request, &own, on), Err(DecideLeaveError::Refused(_))));
            }
            if request == "LR-08" {
                // Not through a delegation either.
                let delegate = approver("LR-07");
                assert!(matches!(approve(&office, request, &delegate, on), Err(DecideLeaveError::Refused(_))));
            }
            if request == "LR-13" {
                let manager = approver("LR-12");
                assert!(matches!(approve(&office, request, &manager, on), Err(DecideLeaveError::Refused(_))));
            }
            assert_eq!(approve(&office, request, &approver(request), on).unwrap(), LeaveStatus::Approved);
            let id: Id<LeaveRequest> = Id::natural("leave", request);
            let recorded = wait(office.view(|view| async move { view.load(id).await })).unwrap();
            approved = approved.checked_add(recorded.cost()).unwrap();
        }
        for row in rows("leave_requests").iter().filter(|row| !row["cancelled"].is_empty()) {
            let by = Actor::new(person(&row["employee"]), Role::new("employee"));
            let cancel = &CancelLeave { by: by.clone(), on: date(&row["cancelled"]) };
            let (id, rules) = (Id::natural("leave", &row["request"]), &rules);
            let run = |tx| async move { cancel_leave(&tx, id, cancel, rules, &book()).await };
            let asked = command(&format!("cancel:{}", row["request"]), &by, cancel.on);
            assert!(matches!(wait(office.transact(&asked, run)), Ok(LeaveStatus::Cancelled(_))));
        }

        let after = left(&office, &rules);
        let control = control();
        assert_eq!(control.len(), after.len());
        for (employee, first, last) in control {
            assert_eq!((before[&employee], after[&employee]), (first, last), "{employee}");
        }
        let remaining = after.values().fold(Ratio::ZERO, |sum, left| sum.checked_add(*left).unwrap());
        let totals: BTreeMap<_, _> = rows("control")
            .into_iter()
            .filter(|row| row["group"] == "leave")
            .map(|row| (row["item"].clone(), days(&row["value"])))
            .collect();
        assert_eq!(totals["approved_days"], approved);
        assert_eq!(totals["remaining_days"], remaining);
    }
}
