//! How an employment ends: notice, its last day, severance.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use std::path::Path;

    use chrono::{Days, Months, NaiveDate};
    use insta::assert_json_snapshot;
    use office_core::{
        Actor, Appointment, AuthorityBook, Command, Currency, DateRange, Grant, Id, Money, Ratio, Role, Rounding,
        Scope, Zone, parse_decimal, wait,
    };
    use office_hr::{
        Assignment, Employment, EmploymentFact, Hire, LeaveOfficeError, Leaving, LeavingGround, NoticeBy, NoticeEnds,
        NoticeLength, NoticeRules, NoticeStep, SeveranceBand, SeveranceRules, hire, leave_office,
    };
    use office_scratch::offices;
    use proptest::prelude::*;
    use serde_json::Value;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn notice_by_statute() {
        // Hired, received, who, earliest last day.
        let german = [
            // Two weeks in the first half year, then four to the 15th or the end.
            ("2026-05-01", "2026-10-05", NoticeBy::Employer, "2026-10-19"),
            ("2026-04-05", "2026-10-05", NoticeBy::Employer, "2026-11-15"),
            ("2020-01-01", "2026-10-18", NoticeBy::Employee, "2026-11-15"),
            ("2020-01-01", "2026-10-19", NoticeBy::Employee, "2026-11-30"),
            // One to seven months by the employer, to the end of one.
            ("2024-10-05", "2026-10-05", NoticeBy::Employer, "2026-11-30"),
            ("2024-10-06", "2026-10-05", NoticeBy::Employer, "2026-11-15"),
            ("2021-10-05", "2026-10-05", NoticeBy::Employer, "2026-12-31"),
            ("2018-10-05", "2026-10-05", NoticeBy::Employer, "2027-01-31"),
            ("2016-10-05", "2026-10-05", NoticeBy::Employer, "2027-02-28"),
            ("2014-10-05", "2026-10-05", NoticeBy::Employer, "2027-03-31"),
            ("2011-10-05", "2026-10-05", NoticeBy::Employer, "2027-04-30"),
            ("2006-10-05", "2026-10-05", NoticeBy::Employer, "2027-05-31"),
            ("2024-02-29", "2026-02-28", NoticeBy::Employer, "2026-03-31"),
            // A month from the last of one is the last of the next.
            ("2024-01-01", "2026-10-31", NoticeBy::Employer, "2026-11-30"),
            ("2024-01-01", "2026-01-31", NoticeBy::Employer, "2026-02-28"),
        ];
        for (hired, received, by, earliest) in german {
            let found = NoticeRules::german().earliest(by, date(hired), date(received));
            assert_eq!(found, Some(date(earliest)), "{by:?} {hired} {received}");
        }
        let british = [
            ("2026-09-20", "2026-10-05", NoticeBy::Employer, "2026-10-05"),
            ("2026-09-05", "2026-10-05", NoticeBy::Employer, "2026-10-12"),
            ("2024-10-06", "2026-10-05", NoticeBy::Employer, "2026-10-12"),
            ("2024-10-05", "2026-10-05", NoticeBy::Employer, "2026-10-19"),
            ("2021-06-01", "2026-10-05", NoticeBy::Employer, "2026-11-09"),
            ("1999-06-01", "2026-10-05", NoticeBy::Employer, "2026-12-28"),
            ("1999-06-01", "2026-10-05", NoticeBy::Employee, "2026-10-12"),
        ];
        for (hired, received, by, earliest) in british {
            let found = NoticeRules::british().earliest(by, date(hired), date(received));
            assert_eq!(found, Some(date(earliest)), "{by:?} {hired} {received}");
        }
        let step = NoticeStep {
            by: NoticeBy::Employee,
            from_months: 0,
            length: NoticeLength::Weeks(6),
            ends: NoticeEnds::QuarterEnd,
        };
        let quarter = NoticeRules { steps: vec![step] };
        let earliest = |received: &str| quarter.earliest(NoticeBy::Employee, date("2020-01-01"), date(received));
        assert_eq!(earliest("2026-08-19"), Some(date("2026-09-30")));
        assert_eq!(earliest("2026-08-20"), Some(date("2026-12-31")));
        assert_eq!(earliest("2026-12-31"), Some(date("2027-03-31")));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn the_earliest_day_is_the_first_that_is_accepted(
            served in 0_u64..12_000, received in 0_u64..4_000, employer in any::<bool>(), german in any::<bool>(),
        ) {
            let rules = if german { NoticeRules::german() } else { NoticeRules::british() };
            let by = if employer { NoticeBy::Employer } else { NoticeBy::Employee };
            let received = date("2024-01-01") + Days::new(received);
            let hired = received - Days::new(served);
            let earliest = rules.earliest(by, hired, received).unwrap();
            prop_assert!(earliest >= received);
            prop_assert!(rules.check(by, (hired, received), earliest).is_ok());
            prop_assert!(rules.check(by, (hired, received), earliest - Days::new(1)).is_err());
            // Told a day later nobody goes earlier, and the employee never waits longer than a month and a half.
            prop_assert!(rules.earliest(by, hired, received + Days::new(1)).unwrap() >= earliest);
            if by == NoticeBy::Employee {
                prop_assert!(earliest <= received + Months::new(1) + Days::new(16));
            }
        }
    }

    #[test]
    fn published_cases_of_severance() {
        let folders = || Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared/cases/hr"));
        let Some(folder) = folders().find(|folder| folder.is_dir()) else {
            println!("hr/offboarding.json: not here");
            return;
        };
        let text = std::fs::read_to_string(folder.join("offboarding.json")).unwrap();
        let file: Value = serde_json::from_str(&text).unwrap();
        let ratio = |value: &Value| Ratio::from_decimal(parse_decimal(value.as_str().unwrap()).unwrap());
        let pounds = |value: &Value| Money::parse(value.as_str().unwrap(), Currency::GBP).unwrap();
        let number = |value: &Value| u32::try_from(value.as_u64().unwrap()).unwrap();
        let cases = file["cases"].as_array().unwrap();
        let mut passed = 0;
        for case in cases {
            let (id, policy, given, expect) = (&case["id"], &case["policy"], &case["given"], &case["expect"]);
            assert_eq!(case["kind"], "uk_redundancy_pay", "{id}");
            let band = |band: &Value| SeveranceBand {
                from_age: band.get("age_from").map_or(0, number),
                weeks: ratio(&band["weeks"]),
            };
            let rules = SeveranceRules {
                bands: policy["weeks_per_year_by_age"].as_array().unwrap().iter().map(band).collect(),
                least_years: 2,
                most_years: number(&policy["max_years"]),
                most_a_week: Some(pounds(&policy["weekly_cap"])),
            };
            assert_eq!(rules, SeveranceRules::british(pounds(&policy["weekly_cap"])), "{id}");
            let who = (number(&given["age"]), number(&given["complete_years"]));
            let paid = rules.severance(who, pounds(&given["weekly_pay"]), Rounding::HalfUp).unwrap();
            assert_eq!(paid.amount, pounds(&expect["pay"]), "{id}");
            if let Some(weeks) = expect.get("weeks") {
                assert_eq!(paid.weeks, ratio(weeks), "{id}");
            }
            passed += 1;
        }
        println!("hr/offboarding.json: {passed} passed, 0 failed, 0 left out");
        assert_eq!(passed, cases.len());
    }

    #[test]
    fn somebody_leaves_by_notice_and_nobody_shortens_it() {
        let (_places, offices) = offices();
        let assignment = Assignment {
            role: Role::new("employee"),
            manager: Some(Id::natural("person", "E-2")),
            cost_centre: Id::natural("cost_centre", "CC-200"),
            scope: "company/CC-200".parse().unwrap(),
            weekly_hours: Ratio::from_integer(40),
            week: "MO|TU|WE|TH|FR".parse().unwrap(),
            zone: Zone::UTC,
        };
        let (valid, role) = (DateRange::year(2026).unwrap(), Role::new("office_manager"));
        let (person, manager) = (Id::natural("person", "E-1"), Id::natural("person", "E-2"));
        let (action, scope) = (&"employment.end".parse::<office_core::Action>().unwrap(), Scope::anywhere());
        let mut book = AuthorityBook::default();
        let grant = Grant { role: role.clone(), action: action.clone(), scope: scope.clone(), limit: None, valid };
        book.grants.push(grant);
        book.appointments.push(Appointment { person: manager, role: role.clone(), scope, valid });
        let (book, rules) = (&book, &NoticeRules::german());
        for office in &offices {
            let employment: Id<Employment> = Id::natural("employment", "E-1");
            let command =
                |key: &str, by: Actor| Command::new(key, "leave", by, "2026-10-05T08:00:00Z".parse().unwrap()).unwrap();
            let hiring = &Hire { person, term: "2023-03-01/..".parse().unwrap(), assignment: assignment.clone() };
            let by = || Actor::new(manager, role.clone());
            let hiring = |tx| async move { hire(&tx, employment, hiring).await };
            wait(office.transact(&command("hire", by()), hiring)).unwrap();
            let leave = |key: &str, by: Actor, ground, last: &str| {
                let leaving = &Leaving { ground, told: date("2026-10-05"), last: date(last) };
                wait(office.transact(&command(key, by), |tx| async move {
                    leave_office(&tx, employment, leaving, rules, action, book).await
                }))
            };
            let own = || Actor::new(person, Role::new("employee"));
            let short = leave("a", by(), LeavingGround::Dismissal, "2026-11-15");
            assert!(matches!(short, Err(LeaveOfficeError::Notice(short)) if short.earliest == date("2026-11-30")));
            let alone = leave("b", own(), LeavingGround::Agreement, "2026-10-31");
            assert!(matches!(alone, Err(LeaveOfficeError::NotAllowed { .. })));
            let past = leave("c", by(), LeavingGround::Cause, "2026-10-04");
            assert!(matches!(past, Err(LeaveOfficeError::Last { .. })));
            leave("d", own(), LeavingGround::Resignation, "2026-11-15").unwrap();
            leave("e", own(), LeavingGround::Resignation, "2026-11-15").unwrap();
            let again = leave("f", by(), LeavingGround::Dismissal, "2026-11-30");
            assert!(matches!(again, Err(LeaveOfficeError::Leaving { .. })));
            let left = wait(office.view(|view| async move { view.load(employment).await })).unwrap();
            assert_eq!(left.term().last(), Some(date("2026-11-15")));
            assert!(left.on(date("2026-11-16")).is_none());
        }
    }

    #[test]
    fn stored_forms() {
        let leaving =
            Leaving { ground: LeavingGround::Resignation, told: date("2026-10-05"), last: date("2026-11-15") };
        assert_json_snapshot!(EmploymentFact::Left(leaving), @r#"
        {
          "left": {
            "ground": "resignation",
            "told": "2026-10-05",
            "last": "2026-11-15"
          }
        }
        "#);
        assert_json_snapshot!(NoticeRules::british(), @r#"
        [
          {
            "by": "employee",
            "from_months": 1,
            "length": {
              "weeks": 1
            },
            "ends": "any_day"
          },
          {
            "by": "employer",
            "from_months": 1,
            "length": {
              "weeks": 1
            },
            "ends": "any_day"
          },
          {
            "by": "employer",
            "from_months": 24,
            "length": {
              "week_for_each_year": 12
            },
            "ends": "any_day"
          }
        ]
        "#);
    }
}
