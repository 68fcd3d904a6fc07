//! Benefits: who may choose what and when, what is covered, what it costs.

#[cfg(test)]
#[expect(clippy::too_many_lines, reason = "what is stored is long")]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use std::collections::BTreeMap;
    use std::sync::Barrier;

    use chrono::{Datelike, Days, NaiveDate};
    use insta::assert_json_snapshot;
    use office_core::rules::{DecisionTable, PolicyBook};
    use office_core::{Actor, Command, Decision, Entity, Id, Office, Ratio, Role, Scope, Zone, wait};
    use office_hr::{
        Assignment, BenefitPlan, BenefitTerms, Choice, ChoiceGround, ChooseBenefitError, CoverageLevel, Dependant,
        Employment, EmploymentFact, EndEmployment, Enrolment, EnrolmentFact, EnrolmentWindow, Hire, MonthShare,
        choose_benefit, hire,
    };
    use office_scratch::offices;
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Those who work 20 hours and more; half a year of waiting; a window in November for the next year; births.
    fn plan(share: MonthShare) -> BenefitPlan {
        let mut eligibility = PolicyBook::new("health");
        let row = |hours: &str, outcome: &str| vec![hours.to_owned(), outcome.to_owned()];
        let rows = [row(">= 20", "allow"), row("-", "refuse: fewer than 20 hours a week")];
        let table = DecisionTable::from_rows(&["weekly_hours: number", "outcome"], rows).unwrap();
        eligibility.publish(date("2020-01-01"), table).unwrap();
        let level = |dependants, employer: &str, employee: &str| CoverageLevel {
            dependants,
            employer: employer.parse().unwrap(),
            employee: employee.parse().unwrap(),
        };
        let window = |year: i32| EnrolmentWindow {
            open: format!("{year}-11-01/{year}-12-01").parse().unwrap(),
            covers_from: NaiveDate::from_ymd_opt(year + 1, 1, 1).unwrap(),
        };
        let terms = BenefitTerms {
            waiting_months: 6,
            newcomer_days: 30,
            windows: (2025..2028).map(window).collect(),
            events: [("birth".to_owned(), 31), ("marriage".to_owned(), 31)].into(),
            levels: [
                ("single".to_owned(), level(0, "100.01 EUR", "50.00 EUR")),
                ("family".to_owned(), level(2, "233.33 EUR", "99.99 EUR")),
            ]
            .into(),
            relations: [("child".to_owned(), Some(18)), ("spouse".to_owned(), None)].into(),
            share,
        };
        let mut plan = BenefitPlan::new("health", eligibility);
        plan.publish(date("2020-01-01"), terms).unwrap();
        plan
    }

    fn hiring(hours: i64) -> Hire {
        let assignment = Assignment {
            role: Role::new("employee"),
            manager: None,
            cost_centre: Id::natural("cost_centre", "CC-200"),
            scope: Scope::anywhere(),
            weekly_hours: Ratio::from_integer(hours),
            week: "MO|TU|WE|TH|FR".parse().unwrap(),
            zone: Zone::UTC,
        };
        Hire { person: Id::natural("person", "E-1"), term: "2026-01-01/..".parse().unwrap(), assignment }
    }

    fn employment(hours: i64) -> Employment {
        Employment::open(&EmploymentFact::Hired(hiring(hours))).unwrap()
    }

    fn id() -> Id<Employment> {
        Id::natural("employment", "E-1")
    }

    fn child(name: &str, born: &str) -> Dependant {
        Dependant { person: Id::natural("person", name), relation: "child".into(), born: date(born) }
    }

    fn single() -> Choice {
        Choice { level: Some("single".into()), dependants: Vec::new() }
    }

    fn family(dependants: Vec<Dependant>) -> Choice {
        Choice { level: Some("family".into()), dependants }
    }

    fn birth(on: &str) -> ChoiceGround {
        ChoiceGround::Event { name: "birth".into(), on: date(on) }
    }

    fn choose(
        known: Option<&Enrolment>,
        choice: &Choice,
        ground: &ChoiceGround,
        on: &str,
    ) -> Result<Decision<EnrolmentFact>, String> {
        let (plan, employment) = (plan(MonthShare::Days), employment(40));
        Enrolment::choose(known, (id(), &employment), (choice, ground), &plan, date(on)).map_err(|why| why.to_string())
    }

    #[test]
    fn somebody_chooses_in_time_or_not_at_all() {
        let newcomer = ChoiceGround::Newcomer;
        let late = choose(None, &single(), &newcomer, "2026-08-01").unwrap_err();
        assert!(late.ends_with("a day up to 30 days after 2026-07-01 is wanted"), "{late}");
        let made = choose(None, &single(), &newcomer, "2026-03-01").unwrap().fact().unwrap();
        let mut enrolment = Enrolment::open(&made).unwrap();
        // Chosen early, it counts once it can be had.
        assert_eq!(enrolment.choices().next().map(|made| made.from), Some(date("2026-07-01")));
        let closed = choose(Some(&enrolment), &family(Vec::new()), &ChoiceGround::Window, "2026-10-05").unwrap_err();
        assert!(closed.contains("2026-11-01/2026-12-01"), "{closed}");
        let early = choose(None, &single(), &birth("2026-06-30"), "2026-07-05").unwrap_err();
        assert!(early.starts_with("it would count from 2026-06-30: 2026-07-01"), "{early}");
        let other = ChoiceGround::Event { name: "birthday".into(), on: date("2026-10-01") };
        assert!(choose(Some(&enrolment), &single(), &other, "2026-10-05").unwrap_err().contains("birth, marriage"));
        let unborn = choose(Some(&enrolment), &single(), &birth("2026-10-06"), "2026-10-05");
        assert!(unborn.is_err());

        let baby = child("C-1", "2026-09-20");
        let two = vec![baby.clone(), child("C-2", "2008-10-15")];
        let born = choose(Some(&enrolment), &family(two.clone()), &birth("2026-09-20"), "2026-10-05").unwrap();
        enrolment.apply(&born.fact().unwrap());
        let again = choose(Some(&enrolment), &family(two.clone()), &birth("2026-09-20"), "2026-10-05").unwrap();
        assert_eq!(again, Decision::AlreadyRecorded);
        // The elder is covered until the day before turning 18.
        let (plan, employment) = (plan(MonthShare::Days), employment(40));
        let covered = |on: &str| enrolment.covered_dependants(date(on), &employment, &plan).len();
        assert_eq!(
            [covered("2026-09-19"), covered("2026-09-20"), covered("2026-10-14"), covered("2026-10-15")],
            [0, 2, 2, 1]
        );
        let refused = |dependants: Vec<Dependant>| {
            choose(Some(&enrolment), &family(dependants), &ChoiceGround::Window, "2026-11-05").is_err()
        };
        assert!(refused(two), "too old by then");
        assert!(refused(vec![baby.clone(), baby.clone()]), "twice");
        assert!(refused(vec![Dependant { relation: "dog".into(), ..baby.clone() }]));
        assert!(refused(vec![baby.clone(), child("C-3", "2020-01-01"), child("C-4", "2021-01-01")]), "too many");
        assert!(!refused(vec![baby]));
    }

    #[test]
    fn who_may_have_it_is_the_policys_word() {
        let plan = plan(MonthShare::Days);
        let part_time = employment(19);
        let ask = (&single(), &ChoiceGround::Newcomer);
        let refused = Enrolment::choose(None, (id(), &part_time), ask, &plan, date("2026-07-01")).unwrap_err();
        assert_eq!(refused.to_string(), "refused by policy: fewer than 20 hours a week");
        // Nobody has to be allowed to give something up.
        let ask = (&Choice { level: None, dependants: Vec::new() }, &ChoiceGround::Newcomer);
        assert!(Enrolment::choose(None, (id(), &part_time), ask, &plan, date("2026-07-01")).is_ok());
        let gold = Choice { level: Some("gold".into()), dependants: Vec::new() };
        let ask = (&gold, &ChoiceGround::Newcomer);
        let refused = Enrolment::choose(None, (id(), &employment(40)), ask, &plan, date("2026-07-01")).unwrap_err();
        assert_eq!(refused.to_string(), "`gold` is no level of the benefit: family, single are wanted");
    }

    #[test]
    fn one_enrolment_in_each_benefit_whoever_is_first() {
        let (_places, offices) = offices();
        for office in &offices {
            let by = || Actor::new(Id::natural("person", "E-1"), Role::new("employee"));
            let command = |key: &str, by: Actor| {
                Command::new(key, "benefit", by, "2026-07-01T08:00:00Z".parse().unwrap()).unwrap()
            };
            let hiring = &hiring(40);
            wait(office.transact(&command("hire", by()), |tx| async move { hire(&tx, id(), hiring).await })).unwrap();
            let choose = |office: &Office, key: &str, by: Actor, choice: &Choice| {
                let plan = &plan(MonthShare::Days);
                wait(office.transact(&command(key, by), |tx| async move {
                    choose_benefit(&tx, id(), (choice, &ChoiceGround::Newcomer), plan, date("2026-07-01")).await
                }))
            };
            let other = Actor::new(Id::natural("person", "E-2"), Role::new("employee"));
            assert!(matches!(choose(office, "a", other, &single()), Err(ChooseBenefitError::NotOwn)));
            for round in 0..8 {
                let barrier = &Barrier::new(2);
                std::thread::scope(|scope| {
                    let both = [single(), family(Vec::new())].map(|choice| {
                        scope.spawn(move || {
                            barrier.wait();
                            let key = format!("{round}-{}", choice.level.as_deref().unwrap_or_default());
                            choose(office, &key, by(), &choice).unwrap()
                        })
                    });
                    let ids = both.map(|thread| thread.join().unwrap());
                    assert_eq!(ids[0], ids[1]);
                });
                let enrolment = Enrolment::id_of(id(), "health");
                let enrolment = wait(office.view(|view| async move { view.load(enrolment).await })).unwrap();
                assert_eq!(enrolment.choices().count(), 1, "what was chosen last counts from that day");
            }
        }
    }

    /// Choices by window, event and newcomer at random days of three years.
    fn asked() -> impl Strategy<Value = Vec<(u64, u8, u8)>> {
        prop::collection::vec((0_u64..1_000, 0_u8..3, 0_u8..3), 1..12)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(192))]

        #[test]
        fn days_are_covered_as_chosen_and_months_add_up(mut asked in asked(), last in 300_u64..1_100, ends in any::<bool>()) {
            asked.sort_unstable();
            let plan = plan(MonthShare::Days);
            let mut employment = employment(40);
            let start = date("2026-01-01");
            if ends {
                employment.apply(&EmploymentFact::Ended(EndEmployment { last: start + Days::new(last) }));
            }
            let mut enrolment: Option<Enrolment> = None;
            // A plain diary: what is chosen for each day.
            let mut diary: BTreeMap<NaiveDate, Option<String>> = BTreeMap::new();
            for (day, what, why) in asked {
                let on = start + Days::new(day);
                let choice = match what {
                    0 => single(),
                    1 => family(Vec::new()),
                    _ => Choice { level: None, dependants: Vec::new() },
                };
                let ground = match why {
                    0 => ChoiceGround::Newcomer,
                    1 => ChoiceGround::Window,
                    _ => birth(&on.to_string()),
                };
                let made = Enrolment::choose(enrolment.as_ref(), (id(), &employment), (&choice, &ground), &plan, on);
                let from = match why {
                    0 => (on <= date("2026-07-31")).then(|| on.max(date("2026-07-01"))),
                    1 => (on.month() == 11).then(|| NaiveDate::from_ymd_opt(on.year() + 1, 1, 1).unwrap()),
                    _ => Some(on),
                };
                let counts = from.filter(|from| *from >= date("2026-07-01") && employment.term().contains(*from));
                prop_assert_eq!(made.is_ok(), counts.is_some(), "{} {:?}: {:?}", on, ground, made);
                let (Ok(made), Some(from)) = (made, counts) else { continue };
                if let Some(fact) = made.fact() {
                    match &mut enrolment {
                        Some(enrolment) => enrolment.apply(&fact),
                        None => enrolment = Enrolment::open(&fact),
                    }
                }
                let mut later = from;
                while later < date("2029-06-01") {
                    diary.insert(later, choice.level.clone());
                    later = later + Days::new(1);
                }
            }
            let Some(enrolment) = enrolment else { return Ok(()) };
            let cost = |level: &str| if level == "single" { (10_001, 5_000) } else { (23_333, 9_999) };
            let mut month = date("2026-06-01");
            while month < date("2029-06-01") {
                let next = (month + Days::new(31)).with_day(1).unwrap();
                let length = (next - month).num_days();
                let (mut office, mut own, mut days) = (0, 0, 0);
                for day in month.iter_days().take_while(|day| *day < next) {
                    let chosen = diary.get(&day).cloned().flatten().filter(|_| employment.term().contains(day));
                    prop_assert_eq!(enrolment.covered(day, &employment).and_then(|choice| choice.level.clone()), chosen.clone());
                    if let Some(level) = chosen {
                        let (employer, employee) = cost(&level);
                        office += employer;
                        own += employee;
                        days += 1;
                    }
                }
                let lines = enrolment.contributions(month, &employment, &plan).unwrap();
                let sum = |part: &dyn Fn(&office_hr::Contribution) -> i128| lines.iter().map(part).sum::<i128>();
                prop_assert_eq!(lines.iter().map(|line| line.days).sum::<u32>(), days);
                let rounded = |exact: i64| i128::from((2 * exact + length).div_euclid(2 * length));
                prop_assert_eq!(sum(&|line| line.employer.minor()), rounded(office));
                prop_assert_eq!(sum(&|line| line.employee.minor()), rounded(own));
                let whole = Enrolment::contributions(&enrolment, month, &employment, &self::plan(MonthShare::Whole)).unwrap();
                prop_assert_eq!(whole.len(), usize::from(days > 0));
                prop_assert!(whole.iter().all(|line| [10_001, 23_333].contains(&line.employer.minor()) && line.days == days));
                month = next;
            }
        }
    }

    #[test]
    fn stored_forms() {
        let opened = choose(None, &single(), &ChoiceGround::Newcomer, "2026-07-01").unwrap().fact().unwrap();
        let mut enrolment = Enrolment::open(&opened).unwrap();
        let choice = family(vec![child("C-1", "2026-09-20")]);
        let chosen = choose(Some(&enrolment), &choice, &birth("2026-09-20"), "2026-10-05").unwrap().fact().unwrap();
        enrolment.apply(&chosen);
        assert_json_snapshot!([opened, chosen], @r#"
        [
          {
            "opened": {
              "employment": "0ecef38a-332a-57df-bf5a-a7bfaec18edb",
              "person": "059e6534-1bed-5965-91ff-d308c1443876",
              "plan": "health",
              "choice": {
                "choice": {
                  "level": "single"
                },
                "ground": "newcomer",
                "on": "2026-07-01",
                "from": "2026-07-01"
              }
            }
          },
          {
            "chosen": {
              "choice": {
                "level": "family",
                "dependants": [
                  {
                    "person": "0ca7b621-9fa0-50d4-b352-9374650aeba3",
                    "relation": "child",
                    "born": "2026-09-20"
                  }
                ]
              },
              "ground": {
                "event": {
                  "name": "birth",
                  "on": "2026-09-20"
                }
              },
              "on": "2026-10-05",
              "from": "2026-09-20"
            }
          }
        ]
        "#);
        assert_json_snapshot!(enrolment, @r#"
        {
          "employment": "0ecef38a-332a-57df-bf5a-a7bfaec18edb",
          "person": "059e6534-1bed-5965-91ff-d308c1443876",
          "plan": "health",
          "choices": {
            "2026-07-01": {
              "choice": {
                "level": "single"
              },
              "ground": "newcomer",
              "on": "2026-07-01",
              "from": "2026-07-01"
            },
            "2026-09-20": {
              "choice": {
                "level": "family",
                "dependants": [
                  {
                    "person": "0ca7b621-9fa0-50d4-b352-9374650aeba3",
                    "relation": "child",
                    "born": "2026-09-20"
                  }
                ]
              },
              "ground": {
                "event": {
                  "name": "birth",
                  "on": "2026-09-20"
                }
              },
              "on": "2026-10-05",
              "from": "2026-09-20"
            }
          }
        }
        "#);
        let json = serde_json::to_string(&plan(MonthShare::Whole)).unwrap();
        assert_eq!(serde_json::from_str::<BenefitPlan>(&json).unwrap(), plan(MonthShare::Whole));
        assert!(serde_json::from_str::<BenefitPlan>(&json.replace("100.01 EUR", "-100.01 EUR")).is_err());
    }
}
