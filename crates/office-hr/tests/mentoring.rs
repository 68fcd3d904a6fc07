//! Mentors for as many as possible, and money for learning that is never spent twice.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::Barrier;

    use chrono::{Days, NaiveDate};
    use insta::assert_json_snapshot;
    use office_core::subject::PersonId;
    use office_core::{
        Actor, Appointment, AuthorityBook, Command, DateRange, Entity, Grant, Id, Money, Role, Scope, wait,
    };
    use office_hr::{
        BudgetEntry, BudgetMove, LearningBudget, LearningBudgetError, LearningBudgetFact, MentorOffer, WithoutMentor,
        enter_learning_budget, match_mentors,
    };
    use office_scratch::offices;
    use proptest::prelude::*;

    const SKILLS: [&str; 3] = ["French", "minutes", "travel"];

    fn person(number: usize) -> PersonId {
        Id::natural("person", &format!("E-{number}"))
    }

    /// The most who can have a mentor, by trying everything.
    fn most(possible: &[Vec<usize>], places: &mut BTreeMap<usize, u32>) -> usize {
        let Some((first, rest)) = possible.split_first() else { return 0 };
        let mut best = most(rest, places);
        for mentor in first {
            if places[mentor] > 0 {
                *places.get_mut(mentor).unwrap() -= 1;
                best = best.max(1 + most(rest, places));
                *places.get_mut(mentor).unwrap() += 1;
            }
        }
        best
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(384))]

        /// Law 60, against trying everything.
        #[test]
        fn as_many_as_possible_have_a_mentor_and_the_others_are_told_why(
            mentors in prop::collection::btree_map(0_usize..8, (1_u32..3, prop::collection::btree_set(0_usize..3, 1..3)), 0..4),
            learners in prop::collection::btree_map(0_usize..8, (0_usize..3, prop::option::of(0_usize..8)), 0..7),
        ) {
            let offer = |(places, skills): &(u32, BTreeSet<usize>)| MentorOffer { places: *places, skills: skills.iter().map(|skill| SKILLS[*skill].to_owned()).collect() };
            let offers = mentors.iter().map(|(who, offered)| (person(*who), offer(offered))).collect();
            let wishes = learners.iter().map(|(who, (skill, _))| (person(*who), SKILLS[*skill].to_owned())).collect();
            let managers = learners.iter().filter_map(|(who, (_, manager))| Some((person(*who), person((*manager)?)))).collect();
            let found = match_mentors(&offers, &wishes, &managers).unwrap();
            prop_assert_eq!(&match_mentors(&offers, &wishes, &managers).unwrap(), &found);

            let may = |who: usize, mentor: usize| {
                let (skill, manager) = learners[&who];
                mentor != who && manager != Some(mentor) && mentors[&mentor].1.contains(&skill)
            };
            let possible: BTreeMap<usize, Vec<usize>> = learners.keys().map(|who| (*who, mentors.keys().copied().filter(|mentor| may(*who, *mentor)).collect())).collect();
            for (who, mentor) in &found.mentors {
                prop_assert!(possible.iter().any(|(one, list)| person(*one) == *who && list.iter().any(|of| person(*of) == *mentor)));
            }
            for (mentor, (places, _)) in &mentors {
                let taken = found.mentors.values().filter(|of| **of == person(*mentor)).count();
                prop_assert!(taken <= usize::try_from(*places).unwrap());
            }
            let mut places: BTreeMap<usize, u32> = mentors.iter().map(|(mentor, (places, _))| (*mentor, *places)).collect();
            let lists: Vec<Vec<usize>> = possible.values().cloned().collect();
            prop_assert_eq!(found.mentors.len(), most(&lists, &mut places));
            prop_assert_eq!(found.mentors.len() + found.without.len(), learners.len());

            for (who, list) in &possible {
                match found.without.get(&person(*who)) {
                    None => prop_assert!(found.mentors.contains_key(&person(*who))),
                    Some(WithoutMentor::NobodyOffers) => prop_assert!(list.is_empty()),
                    Some(WithoutMentor::OnlyTheirManager { manager }) => {
                        prop_assert!(list.is_empty());
                        prop_assert_eq!(learners[who].1.map(person), Some(*manager));
                    }
                    Some(WithoutMentor::AllTaken { mentors: taken, places, wanting }) => {
                        // Those who want have none but these, and are more than there are places.
                        prop_assert!(wanting.contains(&person(*who)) && wanting.len() > usize::try_from(*places).unwrap());
                        let lists = possible.iter().filter(|(one, _)| wanting.contains(&person(**one))).map(|(_, list)| list);
                        prop_assert!(lists.flatten().all(|mentor| taken.contains(&person(*mentor))));
                        let there: u32 = mentors.iter().filter(|(mentor, _)| taken.contains(&person(**mentor))).map(|(_, (places, _))| places).sum();
                        prop_assert_eq!(*places, there);
                    }
                }
            }
        }

        /// Law 60 on money, against a page for each day.
        #[test]
        fn what_is_granted_is_reserved_spent_or_free_on_every_day(
            acts in prop::collection::vec((0_u8..4, 0_usize..4, 1_i64..400, 0_u64..30), 0..25),
        ) {
            let mut budget: Option<LearningBudget> = None;
            let mut entries: Vec<(u8, usize, i64, u64)> = Vec::new();
            for (turn, (kind, key, amount, on)) in acts.into_iter().enumerate() {
                let key = if kind == 0 { 100 + turn } else { key };
                let entry = (kind, key, amount, on);
                let decided = LearningBudget::enter(budget.as_ref(), (person(1), 2026), &moving(entry));
                let known: Vec<_> = entries.iter().filter(|(of, one, ..)| *of != 0 && *one == key).copied().collect();
                let aside = known.iter().find(|(of, ..)| *of == 1).copied();
                let keyed = match kind {
                    0 => true,
                    1 => known.is_empty(),
                    2 => known.len() == 1 && aside.is_some_and(|(_, _, reserved, since)| reserved == amount && since <= on),
                    _ => known.is_empty() || (known.len() == 1 && aside.is_some_and(|(.., since)| since <= on)),
                };
                let mut tried = entries.clone();
                tried.push(entry);
                let solvent = (on..31).all(|day| page(&tried, day).3 >= 0);
                let again = entries.contains(&entry);
                let possible = again || (keyed && solvent && (kind == 0 || budget.is_some()));
                prop_assert_eq!(decided.is_ok(), possible, "{:?} after {:?}: {:?}", entry, entries, decided);
                let Some(fact) = decided.ok().and_then(office_core::Decision::fact) else { continue };
                match &mut budget {
                    None => budget = LearningBudget::open(&fact),
                    Some(budget) => budget.apply(&fact),
                }
                entries = tried;
            }
            let Some(budget) = budget else { return Ok(()) };
            for on in 0..31 {
                let (granted, reserved, spent, free) = page(&entries, on);
                let there = budget.on(day(on));
                let minor = [there.granted, there.reserved, there.spent, there.free].map(Money::minor);
                prop_assert_eq!(minor, [granted, reserved, spent, free].map(i128::from));
                prop_assert!(free >= 0);
            }
        }
    }

    fn day(number: u64) -> NaiveDate {
        "2026-03-01".parse::<NaiveDate>().unwrap() + Days::new(number)
    }

    fn moving((kind, key, minor, on): (u8, usize, i64, u64)) -> BudgetMove {
        let kinds = [BudgetEntry::Grant, BudgetEntry::Reserve, BudgetEntry::Release, BudgetEntry::Spend];
        let amount = Money::from_minor(minor, "EUR".parse().unwrap());
        BudgetMove { key: format!("course {key}"), entry: kinds[usize::from(kind)], amount, on: day(on) }
    }

    /// What is granted, reserved, spent and free at the end of a day: each key is reserved from its day on until it is
    /// spent or released.
    fn page(entries: &[(u8, usize, i64, u64)], day: u64) -> (i64, i64, i64, i64) {
        let dated = |kind: u8| entries.iter().filter(move |entry| entry.0 == kind && entry.3 <= day);
        let sum = |kind: u8| dated(kind).map(|entry| entry.2).sum::<i64>();
        let over = |key: usize| dated(2).chain(dated(3)).any(|entry| entry.1 == key);
        let reserved = dated(1).filter(|entry| !over(entry.1)).map(|entry| entry.2).sum::<i64>();
        (sum(0), reserved, sum(3), sum(0) - reserved - sum(3))
    }

    #[test]
    fn no_more_is_reserved_than_there_is_however_many_do_at_once() {
        let (_places, offices) = offices();
        for office in &offices {
            let (role, action) = (Role::new("training_officer"), &"learning.budget".parse().unwrap());
            let (valid, scope, trainer) = (DateRange::year(2026).unwrap(), Scope::anywhere(), person(900));
            let mut book = AuthorityBook::default();
            let grant =
                Grant { role: role.clone(), action: Clone::clone(action), scope: scope.clone(), limit: None, valid };
            book.grants.push(grant);
            book.appointments.push(Appointment { person: trainer, role: role.clone(), scope, valid });
            let book = &book;
            let enter = |key: &str, whose: usize, entry: &BudgetMove| {
                let at = "2026-03-01T08:00:00Z".parse().unwrap();
                let command = Command::new(key, "learning", Actor::new(trainer, role.clone()), at).unwrap();
                wait(office.transact(&command, |tx| async move {
                    enter_learning_budget(&tx, (person(whose), 2026), entry, action, book).await
                }))
            };
            let early = enter("early", 0, &moving((1, 1, 300, 5)));
            assert!(matches!(early, Err(LearningBudgetError::NotGranted)));
            assert!(matches!(enter("own", 900, &moving((0, 1, 300, 5))), Err(LearningBudgetError::NotPermitted(_))));
            for whose in 0..3 {
                enter(&format!("{whose}-grant"), whose, &moving((0, 9, 500, 0))).unwrap();
                let barrier = &Barrier::new(2);
                let enter = &enter;
                let both = std::thread::scope(|scope| {
                    let threads = [1, 2].map(|key| {
                        scope.spawn(move || {
                            barrier.wait();
                            enter(&format!("{whose}-{key}"), whose, &moving((1, key, 300, 5)))
                        })
                    });
                    threads.map(|thread| thread.join().unwrap())
                });
                assert_eq!(both.iter().filter(|reserved| reserved.is_ok()).count(), 1);
                let refused = both.into_iter().find_map(Result::err).unwrap().to_string();
                assert_eq!(refused, "2.00 EUR are free on 2026-03-06: that or less is wanted");
            }
        }
    }

    #[test]
    fn stored_forms() {
        let opened = LearningBudgetFact::Opened { person: person(1), year: 2026, first: moving((0, 9, 50_000, 0)) };
        let mut budget = LearningBudget::open(&opened).unwrap();
        let entered = LearningBudgetFact::Entered(moving((1, 1, 30_000, 5)));
        budget.apply(&entered);
        assert_json_snapshot!([opened, entered], @r#"
        [
          {
            "opened": {
              "person": "059e6534-1bed-5965-91ff-d308c1443876",
              "year": 2026,
              "first": {
                "key": "course 9",
                "entry": "grant",
                "amount": "500.00 EUR",
                "on": "2026-03-01"
              }
            }
          },
          {
            "entered": {
              "key": "course 1",
              "entry": "reserve",
              "amount": "300.00 EUR",
              "on": "2026-03-06"
            }
          }
        ]
        "#);
        assert_json_snapshot!(budget, @r#"
        {
          "person": "059e6534-1bed-5965-91ff-d308c1443876",
          "year": 2026,
          "entries": [
            {
              "key": "course 9",
              "entry": "grant",
              "amount": "500.00 EUR",
              "on": "2026-03-01"
            },
            {
              "key": "course 1",
              "entry": "reserve",
              "amount": "300.00 EUR",
              "on": "2026-03-06"
            }
          ]
        }
        "#);
    }
}
