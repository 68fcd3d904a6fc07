//! Skills: whose word counts, and what a position asks beyond it.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use std::collections::{BTreeMap, BTreeSet};

    use chrono::{Days, NaiveDate};
    use insta::assert_json_snapshot;
    use office_core::subject::PersonId;
    use office_core::{
        Actor, Appointment, AuthorityBook, Command, DateRange, Decision, Entity, Grant, Id, Ratio, Role, Scope, Zone,
        wait,
    };
    use office_hr::{
        AssessSkill, AssessSkillError, Assignment, Employment, EmploymentFact, Hire, PositionAsk, PositionRequirement,
        PositionRequirements, PublishRequirementsError, SkillFact, SkillMatrix, SkillProfile, assess_skill, skill_gaps,
    };
    use office_scratch::offices;
    use proptest::prelude::*;

    const SKILLS: [&str; 3] = ["French", "minutes", "travel"];

    fn day(number: u64) -> NaiveDate {
        "2026-01-01".parse::<NaiveDate>().unwrap() + Days::new(number)
    }

    fn person(number: usize) -> PersonId {
        Id::natural("person", &format!("E-{number}"))
    }

    fn said(number: usize, skill: usize, level: u8, on: u64) -> AssessSkill {
        AssessSkill { person: person(number), skill: SKILLS[skill].into(), level, on: day(on) }
    }

    fn asked(skill: usize, level: u8) -> PositionRequirement {
        let ask = PositionAsk::Skill { skill: SKILLS[skill].into(), level };
        PositionRequirement { role: None, scope: Scope::anywhere(), ask, basis: "profile of the post".into() }
    }

    fn employment() -> Employment {
        let assignment = Assignment {
            role: Role::new("secretary"),
            manager: None,
            cost_centre: Id::natural("cost_centre", "CC-100"),
            scope: "company/desk".parse().unwrap(),
            weekly_hours: Ratio::from_integer(40),
            week: "MO|TU|WE|TH|FR".parse().unwrap(),
            zone: Zone::UTC,
        };
        let hired = Hire { person: person(0), term: DateRange::from(day(0)), assignment };
        Employment::open(&EmploymentFact::Hired(hired)).unwrap()
    }

    #[test]
    fn others_assess_by_grant_and_everybody_themselves() {
        let (_places, offices) = offices();
        for office in &offices {
            let (role, action) = (Role::new("team_lead"), &"skills.assess".parse().unwrap());
            let (valid, scope) = (DateRange::year(2026).unwrap(), Scope::anywhere());
            let mut book = AuthorityBook::default();
            let grant =
                Grant { role: role.clone(), action: Clone::clone(action), scope: scope.clone(), limit: None, valid };
            book.grants.push(grant);
            book.appointments.push(Appointment { person: person(1), role: role.clone(), scope, valid });
            let book = &book;
            let assess = |key: &str, by: usize, said: &AssessSkill| {
                let at = "2026-10-05T08:00:00Z".parse().unwrap();
                let command = Command::new(key, "skills", Actor::new(person(by), role.clone()), at).unwrap();
                wait(office.transact(&command, |tx| async move { assess_skill(&tx, said, action, book).await }))
            };
            assess("a", 0, &said(0, 0, 5, 3)).unwrap();
            assess("b", 1, &said(0, 0, 3, 3)).unwrap();
            assert!(matches!(assess("c", 2, &said(0, 0, 1, 4)), Err(AssessSkillError::NotPermitted(_))));
            let unnamed = AssessSkill { skill: String::new(), ..said(0, 0, 3, 3) };
            assert!(matches!(assess("d", 1, &unnamed), Err(AssessSkillError::Name)));
            let id = SkillProfile::id_of(person(0));
            let profile = wait(office.view(|view| async move { view.load(id).await })).unwrap();
            let level = |level: Option<office_hr::SkillLevel>| level.map(|said| (said.level, said.by));
            assert_eq!(level(profile.level("French", day(3))), Some((3, person(1))));
            assert_eq!(level(profile.own_view("French", day(3))), Some((5, person(0))));
            assert_eq!(level(profile.level("French", day(2))), None);
        }
    }

    #[test]
    fn requirements_that_make_no_sense_are_refused() {
        let mut requirements = PositionRequirements::default();
        let too_high = requirements.publish(day(0), vec![asked(0, 1), asked(0, 6)]).unwrap_err();
        assert_eq!(too_high.to_string(), "requirement 2 asks for level 6: 1 to 5 are wanted");
        let baseless = PositionRequirement { basis: " ".into(), ..asked(0, 1) };
        let baseless = requirements.publish(day(0), vec![baseless]).unwrap_err();
        assert_eq!(baseless, PublishRequirementsError::Text { row: 1, field: "basis" });
        let ask = PositionAsk::Certification { kind: "first aid".into(), within_days: 0, warn_days: 4_000 };
        let long = requirements.publish(day(0), vec![PositionRequirement { ask, ..asked(0, 1) }]).unwrap_err();
        assert_eq!(long, PublishRequirementsError::Days { row: 1, days: 4_000 });
        let many = requirements.publish(day(0), vec![asked(0, 1); 1_001]).unwrap_err();
        assert_eq!(many, PublishRequirementsError::TooMany { rows: 1_001 });
        // Another part of the office has requirements of its own.
        let elsewhere = PositionRequirement { scope: "company/plant".parse().unwrap(), ..asked(0, 1) };
        requirements.publish(day(0), vec![elsewhere]).unwrap();
        assert!(skill_gaps(&employment(), None, &requirements, day(1)).is_empty());
        let json = serde_json::to_string(&requirements).unwrap();
        assert_eq!(serde_json::from_str::<PositionRequirements>(&json).unwrap(), requirements);
        assert!(serde_json::from_str::<PositionRequirements>(&json.replace("\"level\":1", "\"level\":0")).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(192))]

        /// Law 55, against a plain list of what was said.
        #[test]
        fn the_last_word_of_others_counts_and_gaps_are_what_is_asked_beyond_it(
            words in prop::collection::vec((0_usize..3, 0_usize..3, 0_usize..3, 0_u8..=5, 0_u64..20), 0..30),
            levels in prop::collection::vec(1_u8..=5, 3),
            on in 0_u64..25,
        ) {
            let mut profiles: BTreeMap<PersonId, SkillProfile> = BTreeMap::new();
            for (whose, by, skill, level, when) in &words {
                let known = profiles.get_mut(&person(*whose));
                let assessed = SkillProfile::assess(known.as_deref(), &said(*whose, *skill, *level, *when), person(*by)).unwrap();
                let Decision::Record(fact) = assessed else { continue };
                match known {
                    Some(known) => known.apply(&fact),
                    None => { profiles.insert(person(*whose), SkillProfile::open(&fact).unwrap()); }
                }
            }
            let last = |whose: usize, skill: usize, own: bool| {
                let words = words.iter().enumerate();
                let mine = words.filter(|(_, word)| word.0 == whose && word.2 == skill && (word.1 == whose) == own && word.4 <= on);
                mine.max_by_key(|(place, word)| (word.4, *place)).map(|(_, word)| (word.3, person(word.1), day(word.4)))
            };
            let matrix = SkillMatrix::of(profiles.values(), day(on));
            for whose in 0..3 {
                for (skill, name) in SKILLS.iter().enumerate() {
                    let cell = matrix.cell(person(whose), name).map(|cell| (cell.level, cell.by, cell.on));
                    prop_assert_eq!(cell, last(whose, skill, false));
                    let own = profiles.get(&person(whose)).and_then(|profile| profile.own_view(name, day(on)));
                    prop_assert_eq!(own.map(|own| (own.level, own.by, own.on)), last(whose, skill, true));
                }
            }
            let columns: BTreeSet<&str> = (0..3).filter(|skill| (0..3).any(|whose| last(whose, *skill, false).is_some())).map(|skill| SKILLS[skill]).collect();
            prop_assert_eq!(matrix.skills(), columns);
            let able: Vec<u8> = matrix.able("French", 3).into_iter().map(|(_, level)| level).collect();
            prop_assert!(able.is_sorted_by(|one, two| one >= two) && able.iter().all(|level| *level >= 3));

            let mut requirements = PositionRequirements::default();
            requirements.publish(day(0), (0..3).map(|skill| asked(skill, levels[skill])).collect()).unwrap();
            let gaps = skill_gaps(&employment(), profiles.get(&person(0)), &requirements, day(on));
            let expected: Vec<&str> = (0..3).filter(|skill| last(0, *skill, false).is_none_or(|said| said.0 < levels[*skill])).map(|skill| SKILLS[skill]).collect();
            prop_assert_eq!(gaps.iter().map(|gap| gap.skill.as_str()).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn stored_forms() {
        let own = SkillProfile::assess(None, &said(0, 0, 4, 1), person(0)).unwrap().fact().unwrap();
        let mut profile = SkillProfile::open(&own).unwrap();
        let other: SkillFact =
            SkillProfile::assess(Some(&profile), &said(0, 0, 3, 2), person(1)).unwrap().fact().unwrap();
        profile.apply(&other);
        assert_json_snapshot!(other, @r#"
        {
          "assessed": {
            "person": "940e1bea-96ae-5f63-96ba-3a556b53b99b",
            "skill": "French",
            "level": {
              "level": 3,
              "by": "059e6534-1bed-5965-91ff-d308c1443876",
              "on": "2026-01-03"
            }
          }
        }
        "#);
        assert_json_snapshot!(profile, @r#"
        {
          "person": "940e1bea-96ae-5f63-96ba-3a556b53b99b",
          "assessed": {
            "French": {
              "2026-01-03": {
                "level": 3,
                "by": "059e6534-1bed-5965-91ff-d308c1443876",
                "on": "2026-01-03"
              }
            }
          },
          "own": {
            "French": {
              "2026-01-02": {
                "level": 4,
                "by": "940e1bea-96ae-5f63-96ba-3a556b53b99b",
                "on": "2026-01-02"
              }
            }
          }
        }
        "#);
    }
}
