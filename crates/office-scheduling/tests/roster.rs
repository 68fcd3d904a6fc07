//! The laws of plans of rosters, and of looking for one, numbered as in the crate's documentation.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of days and people")]
mod law {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::PathBuf;

    use chrono::{Datelike, Days, NaiveDate};
    use office_core::DateRange;
    use office_scheduling::{
        CoverDemand, Fairness, GenerateRosterError, Obstacle, Roster, RosterContract, RosterPlan, RosterPlanParts,
        RosterSearch, RosterTextError, RuleBroken, ShiftName, ShiftType, ShiftWish, Wish, WorkBefore,
    };
    use proptest::collection::{btree_set, vec};
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn shift(choice: u8) -> Option<ShiftName> {
        (choice > 0).then(|| ["A", "B"][usize::from(choice) - 1].parse().unwrap())
    }

    fn demand(day: NaiveDate, shift_no: u8, skill: Option<&str>, wanted: u32, weights: (u32, u32)) -> CoverDemand {
        let (under_weight, over_weight) = weights;
        let skill = skill.map(str::to_owned);
        CoverDemand { date: day, shift: shift(shift_no).unwrap(), skill, wanted, under_weight, over_weight }
    }

    /// Somebody bound in every way, over days from a start.
    fn contracts(name: &'static str, start: NaiveDate, days: u64) -> impl Strategy<Value = RosterContract> {
        let day = move || (0..days).prop_map(move |day| start + Days::new(day));
        let wish = (day(), 1_u8..3, any::<bool>(), 0_u32..9).prop_map(|(date, choice, on, weight)| ShiftWish {
            date,
            shift: shift(choice).unwrap(),
            wish: if on { Wish::On } else { Wish::Off },
            weight,
        });
        let limits = (0_u32..3, 1_u32..5, 0_u32..3, 0_u32..3, 0_u32..2, 0_u32..4);
        let minutes = (0_u32..3, 2_u32..6);
        let before = proptest::option::of((0_u8..3, 1_u32..4));
        (limits, minutes, btree_set(day(), 0..2), vec(wish, 0..4), before, 0_u32..4).prop_map(
            move |(
                (least_row, most_row, least_off, weekends, skilled, most_b),
                minutes,
                days_off,
                wishes,
                before,
                borne,
            )| {
                RosterContract {
                    skills: if skilled == 1 { ["lead".to_owned()].into() } else { BTreeSet::new() },
                    least_minutes: minutes.0 * 300,
                    most_minutes: minutes.1 * 300,
                    most_of_shift: [(shift(2).unwrap(), most_b)].into(),
                    most_consecutive_shifts: most_row.max(least_row),
                    least_consecutive_shifts: least_row,
                    least_consecutive_days_off: least_off,
                    most_weekends: weekends,
                    days_off,
                    wishes,
                    before: before.map(|(choice, days)| WorkBefore { shift: shift(choice), days }),
                    borne,
                    ..RosterContract::unlimited(RosterPlan::staff_id(name), name)
                }
            },
        )
    }

    /// Plans of two shifts, the second of which must not come before the first, from a Wednesday on.
    fn plans(people: usize, days: u64) -> impl Strategy<Value = RosterPlan> {
        let start = date("2026-11-04");
        let names = &["Ada", "Ben", "Cem", "Dora"][..people];
        let people: Vec<_> = names.iter().map(|name| contracts(name, start, days)).collect();
        let demands = vec((0..days, 1_u8..3, any::<bool>(), 0_u32..3, 0_u32..20, 0_u32..5), 0..10);
        let fairness = proptest::option::of((0_u32..3, 0_u32..3, 0..days, 1_u32..3));
        (people, demands, fairness).prop_map(move |(people, demands, fairness)| {
            let fairness = fairness.map(|(night, weekend, holiday, weight)| Fairness {
                by_shift: [(shift(2).unwrap(), night)].into(),
                weekend,
                by_date: [(start + Days::new(holiday), 1)].into(),
                weight,
            });
            let mut list: Vec<CoverDemand> = Vec::new();
            for (day, choice, skilled, wanted, under, over) in demands {
                let one = demand(start + Days::new(day), choice, skilled.then_some("lead"), wanted, (under, over));
                let same = |other: &CoverDemand| {
                    (other.date, &other.shift, &other.skill) == (one.date, &one.shift, &one.skill)
                };
                if !list.iter().any(same) {
                    list.push(one);
                }
            }
            let mut late = ShiftType::new(shift(2).unwrap(), 420);
            late.not_followed_by.insert(shift(1).unwrap());
            let shifts = vec![ShiftType::new(shift(1).unwrap(), 300), late];
            let days = DateRange::new(start, start + Days::new(days)).unwrap();
            RosterPlan::new(RosterPlanParts { days, shifts, people, demand: list, fairness }).unwrap()
        })
    }

    /// A roster from choices, person by person and day by day.
    fn roster(plan: &RosterPlan, rows: &[Vec<u8>]) -> Roster {
        let mut roster = Roster::new();
        for (contract, row) in plan.parts().people.iter().zip(rows) {
            for (day, choice) in plan.dates().zip(row) {
                if let Some(shift) = shift(*choice) {
                    roster.assign(contract.person, day, shift);
                }
            }
        }
        roster
    }

    fn row(plan: &RosterPlan, roster: &Roster, contract: &RosterContract) -> Vec<u8> {
        let choice =
            |day| roster.shift(contract.person, day).map_or(0, |shift| if shift.as_str() == "A" { 1 } else { 2 });
        plan.dates().map(choice).collect()
    }

    /// Whether a row keeps the rules, read off a text such as `.AAB..`: the law's own idea of them.
    fn keeps(plan: &RosterPlan, contract: &RosterContract, row: &[u8]) -> bool {
        // What was worked before stands in front of it.
        let before: Vec<u8> = contract
            .before
            .iter()
            .flat_map(|before| {
                let choice = before.shift.as_ref().map_or(0, |shift| if shift.as_str() == "A" { 1 } else { 2 });
                vec![choice; usize::try_from(before.days).unwrap()]
            })
            .collect();
        let all = [&before, row].concat();
        let text: String = all.iter().map(|choice| ['.', 'A', 'B'][usize::from(*choice)]).collect();
        let days: Vec<NaiveDate> = plan.dates().collect();
        let minutes: u32 = row.iter().map(|choice| [0, 300, 420][usize::from(*choice)]).sum();
        let times = |number: u8| row.iter().map(|choice| u32::from(*choice == number)).sum::<u32>();
        let weeks =
            days.iter().zip(row).filter(|(day, choice)| **choice > 0 && day.weekday().num_days_from_monday() > 4);
        let mut weekends: Vec<u32> = weeks.map(|(day, _)| day.iso_week().week()).collect();
        weekends.dedup();
        let runs = |work: bool| -> Vec<(usize, usize)> {
            let mut runs = Vec::new();
            let mut at = 0;
            while at < all.len() {
                let end = (at..all.len()).find(|day| (all[*day] > 0) != (all[at] > 0)).unwrap_or(all.len());
                if (all[at] > 0) == work {
                    runs.push((at, end));
                }
                at = end;
            }
            runs
        };
        let inner = |(from, to): &(usize, usize)| (*from > 0 || !before.is_empty()) && *to < all.len();
        let of_this = |(_, to): &(usize, usize)| *to > before.len();
        let length = |(from, to): &(usize, usize)| u32::try_from(to - from).unwrap();
        !text.contains("BA")
            && days.iter().zip(row).all(|(day, choice)| *choice == 0 || !contract.days_off.contains(day))
            && (contract.least_minutes..=contract.most_minutes).contains(&minutes)
            && [1, 2].iter().all(|number| times(*number) <= contract.most_of(&shift(*number).unwrap()))
            && u32::try_from(weekends.len()).unwrap() <= contract.most_weekends
            && runs(true).iter().filter(|run| of_this(run)).all(|run| length(run) <= contract.most_consecutive_shifts)
            && runs(true).iter().filter(|run| inner(run)).all(|run| length(run) >= contract.least_consecutive_shifts)
            && runs(false).iter().filter(|run| inner(run)).all(|run| length(run) >= contract.least_consecutive_days_off)
    }

    /// What rows cost: the law's own idea of it.
    fn price(plan: &RosterPlan, rows: &[&Vec<u8>]) -> u64 {
        let index = |day: NaiveDate| usize::try_from((day - plan.parts().days.start()).num_days()).unwrap();
        let number = |name: &ShiftName| if name.as_str() == "A" { 1_u8 } else { 2 };
        let mut sum = 0;
        for (contract, row) in plan.parts().people.iter().zip(rows) {
            for wish in &contract.wishes {
                let worked = row[index(wish.date)] == number(&wish.shift);
                sum += u64::from(wish.weight) * u64::from(worked == (wish.wish == Wish::Off));
            }
        }
        for one in &plan.parts().demand {
            let mut given = 0;
            for (contract, row) in plan.parts().people.iter().zip(rows) {
                let able = one.skill.as_ref().is_none_or(|skill| contract.skills.contains(skill));
                given += u32::from(able && row[index(one.date)] == number(&one.shift));
            }
            sum += u64::from(one.under_weight * one.wanted.saturating_sub(given));
            sum += u64::from(one.over_weight * given.saturating_sub(one.wanted));
        }
        let least = plan.parts().people.iter().map(|contract| contract.borne).min().unwrap();
        for (fairness, (contract, row)) in plan
            .parts()
            .fairness
            .iter()
            .flat_map(|fairness| plan.parts().people.iter().zip(rows).map(move |pair| (fairness, pair)))
        {
            let points = plan.dates().zip(row.iter()).filter(|(_, choice)| **choice > 0).map(|(day, choice)| {
                let weekend = if day.weekday().num_days_from_monday() > 4 { fairness.weekend } else { 0 };
                let night = if *choice == 2 { fairness.by_shift[&shift(2).unwrap()] } else { 0 };
                weekend + night + fairness.by_date.get(&day).copied().unwrap_or(0)
            });
            let burden = contract.borne - least + points.sum::<u32>();
            sum += u64::from(burden * burden * fairness.weight);
        }
        sum
    }

    /// All rows of a person that keep the rules.
    fn all_rows(plan: &RosterPlan, contract: &RosterContract) -> Vec<Vec<u8>> {
        let days = plan.dates().count();
        let all = (0..3_usize.pow(u32::try_from(days).unwrap())).map(|number| {
            (0..days).map(|day| u8::try_from(number / 3_usize.pow(u32::try_from(day).unwrap()) % 3).unwrap()).collect()
        });
        all.filter(|row: &Vec<u8>| keeps(plan, contract, row)).collect()
    }

    /// The least that any roster of a plan costs, by looking at all of them; none where there is none.
    fn least(plan: &RosterPlan) -> Option<u64> {
        let rows: Vec<Vec<Vec<u8>>> = plan.parts().people.iter().map(|contract| all_rows(plan, contract)).collect();
        let mut chosen: Vec<Vec<&Vec<u8>>> = vec![vec![]];
        for rows in &rows {
            chosen = chosen.iter().flat_map(|begun| rows.iter().map(|row| [&begun[..], &[row]].concat())).collect();
        }
        chosen.iter().map(|rows| price(plan, rows)).min()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// Laws 30, 31, 100 and 101: rules and cost are those that somebody with pencil and paper finds.
        #[test]
        fn rules_and_cost_are_those_of_pencil_and_paper(plan in plans(3, 9), rows in vec(vec(0_u8..3, 9), 3)) {
            let found = roster(&plan, &rows);
            let refused: Vec<_> = plan.check(&found).into_iter().map(|violation| violation.person).collect();
            for (contract, row) in plan.parts().people.iter().zip(&rows) {
                prop_assert_eq!(keeps(&plan, contract, row), !refused.contains(&contract.person), "{:?}", row);
            }
            let cost = plan.cost(&found);
            prop_assert_eq!(cost.total(), price(&plan, &rows.iter().collect::<Vec<_>>()));
            prop_assert!(cost.lines().iter().all(|line| line.penalty > 0));
        }

        /// Law 33: what is said to stand against a candidate is what breaks, and costs, when they take the shift.
        #[test]
        fn what_stands_against_a_candidate_does(plan in plans(3, 6), rows in vec(vec(0_u8..3, 6), 3)) {
            let now = roster(&plan, &rows);
            let gaps = plan.gaps(&now);
            let open = plan.parts().demand.iter().filter(|demand| plan.given(&now, demand) < demand.wanted);
            prop_assert_eq!(gaps.iter().map(|gap| &gap.demand).collect::<Vec<_>>(), open.collect::<Vec<_>>());
            for gap in gaps {
                for one in gap.candidates {
                    let then = now.clone().with(one.person, gap.demand.date, Some(gap.demand.shift.clone()));
                    prop_assert_ne!(&then, &now);
                    let broken = |roster: &Roster| -> Vec<RuleBroken> {
                        let all = plan.check(roster).into_iter().filter(|found| found.person == one.person);
                        all.map(|found| found.broken).collect()
                    };
                    let (before, mut after) = (broken(&now), broken(&then));
                    after.retain(|rule| !before.contains(rule));
                    let named = one.against.iter().filter_map(|obstacle| {
                        if let Obstacle::Rule(rule) = obstacle { Some(rule.clone()) } else { None }
                    });
                    prop_assert_eq!(named.collect::<Vec<_>>(), after);
                    let (cost, with) = (plan.cost(&now).total(), plan.cost(&then).total());
                    match &one.against[..] {
                        [Obstacle::Nothing { less }] => prop_assert_eq!(cost, with + less),
                        [Obstacle::NoGain { more }] => prop_assert_eq!(cost + more, with),
                        others => prop_assert!(!others.is_empty()),
                    }
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        /// Laws 30, 31, 34, 100 and 101: a roster found keeps the rules and what was fixed, costs what it says, no less than the
        /// best of all rosters costs; and it is the same for the same seed.
        #[test]
        fn a_roster_found_keeps_the_rules(plan in plans(2, 5), seed in 0_u64..1000, pick in any::<prop::sample::Index>()) {
            let search = RosterSearch { seed, steps: 12 };
            let lacking = plan.parts().people.iter().find(|contract| all_rows(&plan, contract).is_empty());
            let found = match plan.generate(&Roster::new(), search, |_| false) {
                Ok(found) => found,
                Err(GenerateRosterError::NoRow { person, proven, .. }) => {
                    prop_assert!(proven && lacking.is_some());
                    let contract = plan.contract(person).unwrap();
                    prop_assert!(all_rows(&plan, contract).is_empty());
                    return Ok(());
                }
                Err(other) => panic!("{other}"),
            };
            prop_assert!(lacking.is_none());
            for contract in &plan.parts().people {
                prop_assert!(keeps(&plan, contract, &row(&plan, &found.roster, contract)));
            }
            prop_assert_eq!(plan.check(&found.roster), vec![]);
            prop_assert_eq!(found.cost, plan.cost(&found.roster).total());
            prop_assert!(least(&plan).unwrap() <= found.cost);
            prop_assert_eq!(&plan.generate(&Roster::new(), search, |_| false).unwrap(), &found);

            // With a shift of it fixed that shift stays, whatever else is found.
            if !found.roster.is_empty() {
                let (person, day, shift) = found.roster.iter().nth(pick.index(found.roster.len())).unwrap();
                let fixed = Roster::new().with(person, day, Some(shift.clone()));
                let again = plan.generate(&fixed, RosterSearch { seed: seed + 1, steps: 5 }, |_| false).unwrap();
                prop_assert_eq!(again.roster.shift(person, day), Some(shift));
                prop_assert_eq!(plan.check(&again.roster), vec![]);
            }
        }

        /// Law 32: one person alone gets the best row there is, without any step.
        #[test]
        fn one_person_alone_gets_the_best_row(plan in plans(1, 7)) {
            let found = plan.generate(&Roster::new(), RosterSearch { seed: 0, steps: 0 }, |_| false);
            prop_assert_eq!(found.ok().map(|found| found.cost), least(&plan));
        }
    }

    /// Law 102: points that go from who bears more to who bears less by more than them cost less there.
    #[test]
    fn spread_more_evenly_costs_less() {
        let start = date("2026-11-07");
        let person =
            |name: &str, borne| RosterContract { borne, ..RosterContract::unlimited(RosterPlan::staff_id(name), name) };
        let parts = RosterPlanParts {
            days: DateRange::new(start, start + Days::new(9)).unwrap(),
            shifts: vec![ShiftType::new(shift(1).unwrap(), 300)],
            people: vec![person("Ada", 7), person("Ben", 5), person("Cem", 6)],
            demand: vec![],
            fairness: Some(Fairness { weekend: 2, ..Fairness::of_weight(3) }),
        };
        let plan = RosterPlan::new(parts.clone()).unwrap();
        let [ada, ben] = ["Ada", "Ben"].map(RosterPlan::staff_id);
        let both = Roster::new().with(ada, start, shift(1)).with(ada, start + Days::new(7), shift(1));
        let shared = both.clone().with(ada, start, None).with(ben, start, shift(1));
        // Ada bears 2 + 4 more than the least, Ben nothing and Cem 1; then 4, 2 and 1.
        assert_eq!([&both, &shared].map(|roster| plan.cost(roster).total()), [3 * (36 + 1), 3 * (16 + 4 + 1)]);
        let told: Vec<String> = plan.cost(&shared).lines().iter().map(ToString::to_string).collect();
        assert_eq!(told[0], "48: Ada bears 4 points of what nobody likes");
        let totals: Vec<u32> = plan.burdens(&shared).iter().map(office_scheduling::Burden::total).collect();
        assert_eq!(totals, [9, 7, 6]);
        // A plan that does not ask for it has the cost that it had.
        let without = RosterPlan::new(RosterPlanParts { fairness: None, ..parts }).unwrap();
        assert_eq!((without.cost(&both).total(), without.burdens(&both)), (0, vec![]));
    }

    /// Law 100: what stands against somebody is told from where it began, in the roster before.
    #[test]
    fn what_was_worked_before_is_named() {
        let start = date("2026-11-02");
        let mut late = ShiftType::new(shift(2).unwrap(), 480);
        late.not_followed_by.insert(shift(1).unwrap());
        let contract = |name: &str, before| RosterContract {
            most_consecutive_shifts: 5,
            least_consecutive_days_off: 2,
            before: Some(before),
            ..RosterContract::unlimited(RosterPlan::staff_id(name), name)
        };
        let parts = RosterPlanParts {
            days: DateRange::new(start, start + Days::new(7)).unwrap(),
            shifts: vec![ShiftType::new(shift(1).unwrap(), 480), late],
            people: vec![
                contract("Ada", WorkBefore { shift: shift(2), days: 5 }),
                contract("Ben", WorkBefore { shift: None, days: 1 }),
            ],
            demand: vec![demand(start, 1, None, 1, (100, 1))],
            fairness: None,
        };
        let gaps = RosterPlan::new(parts.clone()).unwrap().gaps(&Roster::new());
        let told: Vec<String> =
            gaps[0].candidates.iter().flat_map(|one| &one.against).map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "works `A` on 2026-11-02, the day after `B`",
                "works 6 days in a row from 2026-10-28: at most 5 are allowed",
                "has only 1 days off from 2026-11-01: at least 2 are owed",
            ]
        );
        let mut wrong = parts;
        wrong.people[1].before = Some(WorkBefore { shift: None, days: 0 });
        let refused = RosterPlan::new(wrong).unwrap_err().to_string();
        assert_eq!(refused, "Ben is said to have worked or been off for 0 days before: 1 to 1000 are wanted");
    }

    /// A reception of four: early and late, weekends off for one of them, in the benchmark's format.
    const RECEPTION: &str = include_str!("cases/reception.txt");

    #[cfg(feature = "solver")]
    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        /// Laws 103 and 104: what is proven best is what a look at all rosters finds, and no roster costs less than the
        /// bound; it is no worse than the roster that it begins with, and keeps the rules and what was fixed.
        #[test]
        fn a_roster_proven_best_is_best(plan in plans(2, 5), pick in any::<prop::sample::Index>(), nodes in 0_u32..40) {
            use office_scheduling::RosterProof;
            let first = RosterSearch { seed: 1, steps: 0 };
            let Ok(begun) = plan.generate(&Roster::new(), first, |_| false) else { return Ok(()) };
            let best = least(&plan).unwrap();
            let solved = plan.solve(&Roster::new(), RosterProof { first, nodes: 2_000 }, |_| false).unwrap();
            prop_assert!(solved.is_best());
            prop_assert_eq!((solved.cost, plan.cost(&solved.roster).total()), (best, best));
            prop_assert_eq!(plan.check(&solved.roster), vec![]);
            let early = plan.solve(&Roster::new(), RosterProof { first, nodes }, |_| false).unwrap();
            prop_assert!(early.bound <= best && best <= early.cost && early.cost <= begun.cost && early.nodes <= nodes);
            if !begun.roster.is_empty() {
                let (person, day, shift) = begun.roster.iter().nth(pick.index(begun.roster.len())).unwrap();
                let fixed = Roster::new().with(person, day, Some(shift.clone()));
                let again = plan.solve(&fixed, RosterProof { first, nodes: 2_000 }, |_| false).unwrap();
                prop_assert_eq!(again.roster.shift(person, day), Some(shift));
                prop_assert!(again.is_best() && best <= again.cost && plan.check(&again.roster).is_empty());
            }
        }
    }

    /// Law 104: it stops when it is told to, with a bound that holds.
    #[cfg(feature = "solver")]
    #[test]
    fn a_search_for_the_best_is_stopped() {
        let plan = RosterPlan::from_benchmark(RECEPTION, date("2026-11-02")).unwrap();
        let proof = office_scheduling::RosterProof { first: RosterSearch { seed: 5, steps: 0 }, nodes: 1_000 };
        let best = plan.solve(&Roster::new(), proof, |_| false).unwrap();
        assert!(best.is_best());
        assert_eq!(best.cost, least(&plan).unwrap());
        let stopped = plan.solve(&Roster::new(), proof, |_| true).unwrap();
        assert_eq!((stopped.nodes, stopped.bound), (0, 0));
        assert!(best.cost <= stopped.cost && !stopped.is_best());
    }

    /// Law 32, for an instance of four people: a look at all rosters finds none that costs less.
    #[test]
    fn the_reception_is_rostered_at_the_least_cost() {
        let plan = RosterPlan::from_benchmark(RECEPTION, date("2026-11-02")).unwrap();
        let best = least(&plan).unwrap();
        let mut costs = vec![];
        let found = plan
            .generate(&Roster::new(), RosterSearch { seed: 5, steps: 400 }, |progress| {
                costs.push(progress.cost);
                false
            })
            .unwrap();
        assert_eq!(found.cost, best);
        assert!(costs.is_sorted_by(|one, next| one >= next), "the best never gets worse: {costs:?}");
        // Stopped at once, the first roster is returned.
        let stopped = plan.generate(&Roster::new(), RosterSearch { seed: 5, steps: 400 }, |_| true).unwrap();
        assert_eq!((stopped.steps, Some(&stopped.cost)), (0, costs.first()));
        assert_eq!(plan.check(&stopped.roster), vec![]);
    }

    #[test]
    fn what_is_fixed_against_the_rules_is_refused() {
        let plan = RosterPlan::from_benchmark(RECEPTION, date("2026-11-02")).unwrap();
        let fixed = Roster::new().with(RosterPlan::staff_id("Ada"), date("2026-11-04"), shift(1));
        let refused = plan.generate(&fixed, RosterSearch { seed: 0, steps: 1 }, |_| false).unwrap_err();
        let text =
            "what is fixed cannot stay: Ada: works `A` on 2026-11-04, a day off: shifts that keep the rules are wanted";
        assert_eq!(refused.to_string(), text);
    }

    /// Law 35: each bad line is refused by its number and field.
    #[test]
    fn a_bad_line_is_told_by_its_number_and_field() {
        let start = date("2026-11-02");
        let refusals = [
            ("7", "0", "line 3, field `days`: `0` is not accepted: expected one number from 1 to 400"),
            ("A,300,", "A,300,,", "line 6, field `line`: `` is not accepted: expected at most 3 fields"),
            ("B,420,A", "B,420,A|;", "line 7, field `shift`: `;` is not accepted: expected the name of a shift"),
            (
                "Ada,A=5|B=2",
                "Ada,A",
                "line 10, field `most shifts`: `A` is not accepted: expected limits such as `D=14|N=0`",
            ),
            (
                "SECTION_COVER",
                "SECTION_COVERS",
                "field `section`: `SECTION_COVERS` is not accepted: expected a section such as `SECTION_COVER`",
            ),
            ("Ada,2", "Eve,2", "field `employee`: `Eve` is not accepted: expected a member of the staff listed before"),
            ("Ada,2", "Ada,7", "field `day`: `7` is not accepted: expected a day within the horizon, from 0"),
            (
                "0,A,1,100,5",
                "0,A,1,lots,5",
                "field `weight for under`: `lots` is not accepted: expected a whole number",
            ),
        ];
        for (good, bad, told) in refusals {
            let text = RECEPTION.replacen(good, bad, 1);
            assert_ne!(text, RECEPTION, "{good}");
            let refused = RosterPlan::from_benchmark(&text, start).unwrap_err().to_string();
            assert!(refused.ends_with(told), "{refused}");
        }
        let text = RECEPTION.replace("0,A,1,100,5", "0,C,1,100,5");
        assert!(matches!(RosterPlan::from_benchmark(&text, start), Err(RosterTextError::Plan(_))));
        assert!(matches!(RosterPlan::from_benchmark("", start), Err(RosterTextError::Missing { .. })));
        let sunday = date("2026-11-01");
        assert_eq!(RosterPlan::from_benchmark("", sunday), Err(RosterTextError::NotMonday { start: sunday }));
    }

    proptest! {
        /// Law 35: any text is read or refused.
        #[test]
        fn any_text_is_read_or_refused(cut in 0..RECEPTION.len(), junk in "[-0-9A-Z,|=#\\n]{0,12}") {
            let text = RECEPTION.get(..cut).unwrap().to_owned() + &junk + RECEPTION.get(cut..).unwrap();
            if let Ok(plan) = RosterPlan::from_benchmark(&text, date("2026-11-02")) {
                let json = serde_json::to_string(&plan).unwrap();
                prop_assert_eq!(serde_json::from_str::<RosterPlan>(&json).unwrap(), plan);
            }
        }
    }

    /// The least costs known of instances of the benchmark, as published: T. Curtois and R. Qu (2014) and later work,
    /// proven for these.
    const LEAST_KNOWN: [(u32, u64); 11] = [
        (1, 607),
        (2, 828),
        (3, 1_001),
        (4, 1_716),
        (5, 1_143),
        (6, 1_950),
        (7, 1_056),
        (9, 439),
        (10, 4_631),
        (11, 3_443),
        (12, 4_040),
    ];

    /// Laws 30 and 31 for the instances of the benchmark, where they are at hand: `Instance1.txt` and so on in the
    /// folder that `OFFICE_ROSTER_INSTANCES` names. `OFFICE_ROSTER_STEPS` is how long to search.
    #[test]
    fn instances_of_the_benchmark_are_rostered() {
        let Some(folder) = std::env::var_os("OFFICE_ROSTER_INSTANCES").map(PathBuf::from) else {
            println!("instances of the benchmark: left out, OFFICE_ROSTER_INSTANCES names no folder");
            return;
        };
        let steps = std::env::var("OFFICE_ROSTER_STEPS").ok().and_then(|steps| steps.parse().ok()).unwrap_or(50);
        let (mut rostered, mut left_out) = (0, 0);
        for number in 1..=24 {
            let Ok(text) = fs::read_to_string(folder.join(format!("Instance{number}.txt"))) else {
                left_out += 1;
                continue;
            };
            let plan = RosterPlan::from_benchmark(&text, date("2026-11-02")).unwrap();
            let found = plan.generate(&Roster::new(), RosterSearch { seed: 1, steps }, |_| false);
            let found = match found {
                Ok(found) => found,
                Err(error) => {
                    println!("instance {number}: {error}");
                    left_out += 1;
                    continue;
                }
            };
            assert_eq!(plan.check(&found.roster), vec![], "instance {number}");
            assert_eq!(plan.cost(&found.roster).total(), found.cost, "instance {number}");
            let known = LEAST_KNOWN.iter().find(|(instance, _)| *instance == number).map(|(_, least)| *least);
            #[cfg(feature = "solver")]
            {
                let proof = office_scheduling::RosterProof { first: RosterSearch { seed: 1, steps }, nodes: 200 };
                let solved = plan.solve(&Roster::new(), proof, |_| number > 7).unwrap();
                println!("instance {number}: {} proven at least {}", solved.cost, solved.bound);
                assert!(
                    known.is_none_or(|least| solved.bound <= least),
                    "instance {number} can cost less than the bound"
                );
                assert_eq!(plan.check(&solved.roster), vec![], "instance {number}");
            }
            println!("instance {number}: {} after {} steps, least known {known:?}", found.cost, found.steps);
            assert!(known.is_none_or(|least| least <= found.cost), "instance {number} costs less than can be");
            rostered += 1;
        }
        println!("instances of the benchmark: {rostered} rostered, {left_out} left out (no file, or no roster found)");
    }
}
