//! Certifications: from when to when they count, and who is missing which.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
#[expect(clippy::too_many_lines, reason = "what is stored is long")]
mod laws {
    use std::collections::BTreeMap;

    use chrono::{Datelike, Days, Months, NaiveDate};
    use insta::assert_json_snapshot;
    use office_core::subject::PersonId;
    use office_core::{
        Actor, Appointment, AuthorityBook, Command, DateRange, Decision, Entity, Grant, Id, Ratio, Role, Scope, Zone,
        wait,
    };
    use office_hr::{
        Assignment, Certification, CertificationError, CertificationFact, CertificationRules, CertificationStanding,
        CertificationTerms, Certify, Employment, EmploymentFact, EndEmployment, ExpiryDay, Hire, MissingWhy,
        PositionAsk, PositionRequirement, PositionRequirements, Reassign, certify, revoke_certification, training_gaps,
    };
    use office_scratch::offices;
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn day(number: u64) -> NaiveDate {
        date("2024-01-01") + Days::new(number)
    }

    fn person() -> PersonId {
        Id::natural("person", "E-017")
    }

    fn rules(months: Option<u32>, ends: ExpiryDay, carries_on_days: Option<u32>) -> CertificationRules {
        let terms = CertificationTerms { months, ends, carries_on_days };
        let mut rules = CertificationRules::default();
        rules.publish(date("2020-01-01"), BTreeMap::from([("first aid".to_owned(), terms)])).unwrap();
        rules
    }

    fn asked(on: NaiveDate) -> Certify {
        Certify { person: person(), kind: "first aid".into(), on, source: "Red Cross".into() }
    }

    /// Issued and renewed on these days.
    fn certified(days: &[&str], rules: &CertificationRules) -> Certification {
        let mut known: Option<Certification> = None;
        for on in days {
            let fact = Certification::certify(known.as_ref(), &asked(date(on)), rules).unwrap().fact().unwrap();
            match &mut known {
                None => known = Certification::open(&fact),
                Some(known) => known.apply(&fact),
            }
        }
        known.unwrap()
    }

    #[test]
    fn the_last_days_of_months_and_of_february() {
        let (year, leap) = (rules(Some(12), ExpiryDay::SameDay, Some(90)), date("2024-02-29"));
        let issued = certified(&["2024-02-29"], &year);
        assert_eq!(issued.terms()[0].valid, "2024-02-29/2025-02-28".parse().unwrap());
        assert_eq!(issued.standing(date("2025-02-28")), CertificationStanding::RunOut { on: date("2025-02-28") });
        assert_eq!(issued.standing(leap - Days::new(1)), CertificationStanding::Never);
        // On the 90th day before the end it carries on, a day sooner it begins anew, on the day of its end as well.
        let ends = |days: &[&str], on: &str| certified(days, &year).ends(date(on));
        assert_eq!(ends(&["2025-03-31", "2025-12-31"], "2025-12-31"), Some(date("2027-03-31")));
        assert_eq!(ends(&["2025-03-31", "2025-12-30"], "2025-12-30"), Some(date("2026-12-30")));
        assert_eq!(ends(&["2025-03-31", "2026-03-31"], "2026-03-31"), Some(date("2027-03-31")));
        assert_eq!(ends(&["2025-03-31", "2026-04-02"], "2026-04-02"), Some(date("2027-04-02")));
        // The end of a month stays the end of a month, however often it is renewed.
        let month_end = rules(Some(1), ExpiryDay::MonthEnd, Some(30));
        let renewed = certified(&["2025-01-15", "2025-02-20", "2025-03-30"], &month_end);
        let terms: Vec<String> = renewed.terms().iter().map(|term| term.valid.to_string()).collect();
        assert_eq!(terms, ["2025-01-15/2025-03-01", "2025-02-20/2025-04-01", "2025-03-30/2025-05-01"]);
        let for_ever = certified(&["2025-01-15"], &rules(None, ExpiryDay::SameDay, Some(30)));
        assert_eq!(for_ever.standing(date("2200-01-01")), CertificationStanding::Counts { until: None });
    }

    #[test]
    fn what_cannot_be_certified_is_refused() {
        let rules = rules(Some(12), ExpiryDay::SameDay, None);
        let known = certified(&["2025-01-15"], &rules);
        let refused =
            |certify: &Certify| Certification::certify(Some(&known), certify, &rules).unwrap_err().to_string();
        let unsourced = Certify { source: String::new(), ..asked(date("2025-02-01")) };
        assert_eq!(refused(&unsourced), "a source of 1 to 200 characters is wanted");
        let other = Certify { kind: "forklift".into(), ..asked(date("2025-02-01")) };
        let none = "on 2025-02-01 there are no certifications of kind `forklift`: first aid are wanted";
        assert_eq!(refused(&other), none);
        let wanted = "it was issued or revoked on 2025-01-15: a later day than that is wanted";
        assert_eq!(refused(&asked(date("2025-01-14"))), wanted);
        let again = Certification::certify(Some(&known), &asked(date("2025-01-15")), &rules).unwrap();
        assert_eq!(again, Decision::AlreadyRecorded);
        assert!(matches!(known.revoke(date("2026-01-15"), "fraud"), Err(CertificationError::NotHeld { .. })));
        assert!(matches!(known.revoke(date("2025-01-14"), "fraud"), Err(CertificationError::Earlier { .. })));
        assert!(matches!(known.revoke(date("2025-02-01"), ""), Err(CertificationError::Text { .. })));
        let json = serde_json::to_string(&rules).unwrap();
        assert_eq!(serde_json::from_str::<CertificationRules>(&json).unwrap(), rules);
        assert!(serde_json::from_str::<CertificationRules>(&json.replace("12", "0")).is_err());
    }

    #[test]
    fn nobody_certifies_themselves_on_any_store() {
        let (_places, offices) = offices();
        for office in &offices {
            let (role, action) = (Role::new("training_officer"), &"training.certify".parse().unwrap());
            let trainer = Id::natural("person", "E-009");
            let (valid, scope) = (DateRange::year(2025).unwrap(), Scope::anywhere());
            let mut book = AuthorityBook::default();
            let grant =
                Grant { role: role.clone(), action: Clone::clone(action), scope: scope.clone(), limit: None, valid };
            book.grants.push(grant);
            book.appointments.push(Appointment { person: trainer, role: role.clone(), scope, valid });
            let (rules, book) = (&rules(Some(12), ExpiryDay::SameDay, None), &book);
            let command = |key: &str| {
                let at = "2025-03-01T08:00:00Z".parse().unwrap();
                Command::new(key, "training", Actor::new(trainer, role.clone()), at).unwrap()
            };
            let try_to = |key: &str, asked: &Certify| {
                wait(office.transact(&command(key), |tx| async move { certify(&tx, asked, action, rules, book).await }))
            };
            let own = Certify { person: trainer, ..asked(date("2025-03-01")) };
            assert!(matches!(try_to("a", &own), Err(CertificationError::NotPermitted(_))));
            let id = try_to("b", &asked(date("2025-03-01"))).unwrap();
            assert_eq!(try_to("c", &asked(date("2025-03-01"))).unwrap(), id);
            wait(office.transact(&command("d"), |tx| async move {
                revoke_certification(&tx, id, (date("2025-06-01"), "fraud"), action, book).await
            }))
            .unwrap();
            let found = wait(office.view(|view| async move {
                Ok::<_, office_core::StoreError>((
                    view.list(Certification::OF_PERSON, &person()).await?,
                    view.page(Certification::RUNNING_OUT, None, Some(&date("2025-06-02")), 10).await?,
                ))
            }))
            .unwrap();
            assert_eq!((found.0.len(), found.1.len()), (1, 1));
            let standing = found.0[0].1.standing(date("2025-07-01"));
            assert_eq!(standing, CertificationStanding::Revoked { on: date("2025-06-01") });
        }
    }

    fn assignment(role: &str) -> Assignment {
        Assignment {
            role: Role::new(role.to_owned()),
            manager: None,
            cost_centre: Id::natural("cost_centre", "CC-100"),
            scope: Scope::anywhere(),
            weekly_hours: Ratio::from_integer(40),
            week: "MO|TU|WE|TH|FR".parse().unwrap(),
            zone: Zone::UTC,
        }
    }

    fn required(role: Option<&str>, within_days: u32, warn_days: u32) -> PositionRequirement {
        let ask = PositionAsk::Certification { kind: "first aid".into(), within_days, warn_days };
        let role = role.map(|role| Role::new(role.to_owned()));
        PositionRequirement { role, scope: Scope::anywhere(), ask, basis: "safety order 3".into() }
    }

    /// Months after a day, by counting: the same day, or the last that the month has.
    fn months_after(start: NaiveDate, months: u32) -> NaiveDate {
        let month = start.month0() + months;
        let (year, month) = (start.year() + i32::try_from(month / 12).unwrap(), month % 12 + 1);
        (1..=start.day()).rev().find_map(|day| NaiveDate::from_ymd_opt(year, month, day)).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        /// Law 54, against a diary of the days on which it counts.
        #[test]
        fn it_counts_on_the_days_of_its_terms_and_on_no_other(
            acts in prop::collection::vec((0_u64..1_500, 0_u8..5), 1..10),
            months in 1_u32..14,
            carries_on in prop::option::of(0_u32..120),
        ) {
            let rules = rules(Some(months), ExpiryDay::SameDay, carries_on);
            let (mut acts, length) = (acts, 2_200);
            acts.sort_unstable();
            acts.dedup_by_key(|(on, _)| *on);
            let mut known: Option<Certification> = None;
            // The diary, and of the last issue: first day of its months, how many, revoked.
            let mut diary = vec![false; length];
            let mut last: Option<(NaiveDate, u32, bool)> = None;
            for (number, act) in acts {
                let on = day(number);
                if act == 0 {
                    let held = diary[usize::try_from(number).unwrap()];
                    let revoked = known.as_ref().map(|known| known.revoke(on, "fraud"));
                    prop_assert_eq!(revoked.as_ref().is_some_and(Result::is_ok), held);
                    if let (Some(known), Some(Ok(Decision::Record(fact)))) = (&mut known, revoked) {
                        known.apply(&fact);
                        diary[usize::try_from(number).unwrap()..].fill(false);
                        last = last.map(|(first, months, _)| (first, months, true));
                    }
                    continue;
                }
                let fact = Certification::certify(known.as_ref(), &asked(on), &rules).unwrap().fact().unwrap();
                match &mut known {
                    None => known = Certification::open(&fact),
                    Some(known) => known.apply(&fact),
                }
                let old = last.filter(|(_, _, revoked)| !revoked).map(|(first, count, _)| (first, count, months_after(first, count)));
                let (first, count) = match (old, carries_on) {
                    (Some((first, count, end)), Some(days)) if on < end && (end - on).num_days() <= i64::from(days) => (first, count + months),
                    _ => (on, months),
                };
                last = Some((first, count, false));
                for (number, counts) in diary.iter_mut().enumerate() {
                    let day = day(u64::try_from(number).unwrap());
                    *counts |= on <= day && day < months_after(first, count);
                }
            }
            let Some(known) = known else { return Ok(()) };
            let mut end = None;
            for number in (0..length).rev() {
                let today = day(u64::try_from(number).unwrap());
                end = if diary[number] { end } else { Some(today) };
                if number % 5 == 0 {
                    prop_assert_eq!(known.counts(today), diary[number], "{}", today);
                    prop_assert_eq!(known.ends(today), end.filter(|_| diary[number]));
                }
            }
        }

        /// Law 54 on: what is missing, against looking at every day by itself.
        #[test]
        fn what_is_missing_is_what_is_asked_for_and_does_not_count(
            roles in prop::collection::vec((1_u64..300, any::<bool>()), 0..4),
            versions in prop::collection::vec((0_u64..300, 0_u8..3, 0_u32..60, 0_u32..60), 1..4),
            issued in prop::option::of(0_u64..300),
            ends in 200_u64..400,
        ) {
            let names = |clerk: bool| if clerk { "clerk" } else { "guard" };
            let hired = Hire { person: person(), term: DateRange::from(day(10)), assignment: assignment("clerk") };
            let mut employment = Employment::open(&EmploymentFact::Hired(hired)).unwrap();
            let mut changes = BTreeMap::from([(10, true)]);
            for (from, clerk) in roles.into_iter().filter(|(from, _)| *from > 10) {
                employment.apply(&EmploymentFact::Reassigned(Reassign { from: day(from), assignment: assignment(names(clerk)) }));
                changes.insert(from, clerk);
            }
            employment.apply(&EmploymentFact::Ended(EndEmployment { last: day(ends) }));
            let mut requirements = PositionRequirements::default();
            let mut published = BTreeMap::new();
            for (from, whom, within, warn) in versions {
                let row = match whom { 0 => None, 1 => Some(required(None, within, warn)), _ => Some(required(Some("clerk"), within, warn)) };
                requirements.publish(day(from), row.clone().into_iter().collect()).unwrap();
                published.insert(from, (whom, within, warn));
            }
            let rules = rules(Some(3), ExpiryDay::SameDay, None);
            let held: Vec<Certification> = issued.iter().map(|on| certified(&[&day(*on).to_string()], &rules)).collect();
            let asks = |number: u64| {
                let (_, &(whom, within, warn)) = published.range(..=number).next_back()?;
                let (_, clerk) = changes.range(..=number).next_back().filter(|_| number <= ends)?;
                (whom == 1 || (whom == 2 && *clerk)).then_some((within, warn))
            };
            let end = issued.map(|on| day(on).checked_add_months(Months::new(3)).unwrap());
            for number in (0..420).step_by(7) {
                let gaps = training_gaps(&employment, &held, &requirements, day(number));
                let Some((within, warn)) = asks(number) else {
                    prop_assert!(gaps.is_empty());
                    continue;
                };
                let since = (0..=number).rev().take_while(|before| asks(*before).is_some()).last().unwrap();
                let due = day(since + u64::from(within));
                let counts = issued.is_some_and(|on| on <= number) && end.is_some_and(|end| day(number) < end);
                let why = if counts {
                    let soon = end.filter(|end| *end <= day(number + u64::from(warn)) && *end < day(ends + 1));
                    soon.map(|on| MissingWhy::Soon { on })
                } else if day(number) < due {
                    Some(MissingWhy::NotYet { due })
                } else if issued.is_some_and(|on| on <= number) {
                    end.map(|on| MissingWhy::RunOut { on })
                } else {
                    Some(MissingWhy::Never { due })
                };
                prop_assert_eq!(gaps.first().map(|gap| gap.why), why, "on {}", number);
                prop_assert!(gaps.iter().all(|gap| gap.since == day(since) && gap.is_missing() == (!counts && day(number) >= due)));
            }
        }
    }

    #[test]
    fn stored_forms() {
        let rules = rules(Some(12), ExpiryDay::MonthEnd, Some(30));
        let issued = Certification::certify(None, &asked(date("2025-01-15")), &rules).unwrap().fact().unwrap();
        let mut known = Certification::open(&issued).unwrap();
        let renewed = Certification::certify(Some(&known), &asked(date("2026-01-10")), &rules).unwrap().fact().unwrap();
        known.apply(&renewed);
        let revoked = CertificationFact::Revoked { on: date("2026-03-01"), why: "fraud".into() };
        known.apply(&revoked);
        assert_json_snapshot!([issued, renewed, revoked], @r#"
        [
          {
            "issued": {
              "person": "0456a273-f91e-51ba-9216-055165099824",
              "kind": "first aid",
              "term": {
                "on": "2025-01-15",
                "valid": {
                  "start": "2025-01-15",
                  "end": "2026-02-01"
                },
                "counted_from": "2025-01-15",
                "months": 12,
                "source": "Red Cross"
              }
            }
          },
          {
            "renewed": {
              "on": "2026-01-10",
              "valid": {
                "start": "2026-01-10",
                "end": "2027-02-01"
              },
              "counted_from": "2025-01-15",
              "months": 24,
              "source": "Red Cross"
            }
          },
          {
            "revoked": {
              "on": "2026-03-01",
              "why": "fraud"
            }
          }
        ]
        "#);
        assert_json_snapshot!(known, @r#"
        {
          "person": "0456a273-f91e-51ba-9216-055165099824",
          "kind": "first aid",
          "terms": [
            {
              "on": "2025-01-15",
              "valid": {
                "start": "2025-01-15",
                "end": "2026-02-01"
              },
              "counted_from": "2025-01-15",
              "months": 12,
              "source": "Red Cross",
              "revoked": "2026-03-01"
            },
            {
              "on": "2026-01-10",
              "valid": {
                "start": "2026-01-10",
                "end": "2027-02-01"
              },
              "counted_from": "2025-01-15",
              "months": 24,
              "source": "Red Cross",
              "revoked": "2026-03-01"
            }
          ]
        }
        "#);
    }
}
