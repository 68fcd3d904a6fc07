//! Rosters for the same seconds: local search, the search for the best, and the solver alone on the whole problem.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use chrono::{Datelike, Days, NaiveDate};
use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, Variable};
use office_core::DateRange;
use office_peers_scheduling::{Chance, Failure};
use office_scheduling::{
    CoverDemand, Roster, RosterContract, RosterPlan, RosterPlanParts, RosterProof, RosterSearch, ShiftType, ShiftWish,
    Wish,
};

const MONDAY: &str = "2026-11-02";
const SHIFTS: [(&str, u32); 3] = [("E", 480), ("D", 480), ("L", 600)];

/// A plan of the kind of the shift scheduling benchmark, made up by a seed.
fn plan(people: u32, days: u64, shifts: usize) -> Result<RosterPlan, Failure> {
    let mut chance = Chance(u64::from(people) + days);
    let start: NaiveDate = MONDAY.parse()?;
    let names = &SHIFTS[..shifts];
    let mut types = Vec::new();
    for (place, (name, minutes)) in names.iter().enumerate() {
        let mut one = ShiftType::new(name.parse()?, *minutes);
        for (earlier, _) in &names[..place] {
            one.not_followed_by.insert(earlier.parse()?);
        }
        types.push(one);
    }
    let weeks = u32::try_from(days / 7)?;
    let mut staff = Vec::new();
    for number in 0..people {
        let name = format!("P{number}");
        let mut one = RosterContract::unlimited(RosterPlan::staff_id(&name), name);
        (one.least_minutes, one.most_minutes) = (weeks * 1_680, weeks * 2_160);
        (one.least_consecutive_shifts, one.most_consecutive_shifts) = (2, 5);
        (one.least_consecutive_days_off, one.most_weekends) = (2, weeks / 2);
        one.days_off.insert(start + Days::new(chance.below(days)));
        for _ in 0..days / 3 {
            one.wishes.push(ShiftWish {
                date: start + Days::new(chance.below(days)),
                shift: chance.of(names).0.parse()?,
                wish: if chance.below(3) == 0 { Wish::Off } else { Wish::On },
                weight: 1 + u32::try_from(chance.below(3))?,
            });
        }
        staff.push(one);
    }
    let mut demand = Vec::new();
    for day in 0..days {
        for (name, _) in names {
            let share = people * 5 / 7 / u32::try_from(shifts)?;
            let wanted = (share + u32::try_from(chance.below(3))?).saturating_sub(1);
            let (date, shift) = (start + Days::new(day), name.parse()?);
            demand.push(CoverDemand { date, shift, skill: None, wanted, under_weight: 100, over_weight: 1 });
        }
    }
    let days = DateRange::new(start, start + Days::new(days))?;
    Ok(RosterPlan::new(RosterPlanParts { days, shifts: types, people: staff, demand, fairness: None })?)
}

/// The solver alone: a variable for each person, day and shift, as in the paper of the benchmark.
struct Whole {
    problem: Problem,
    works: BTreeMap<(usize, usize, usize), Variable>,
}

fn whole(plan: &RosterPlan) -> Whole {
    let parts = plan.parts();
    let dates: Vec<NaiveDate> = plan.dates().collect();
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let mut works = BTreeMap::new();
    for (person, contract) in parts.people.iter().enumerate() {
        let mut base = 0.0;
        for (day, date) in dates.iter().enumerate() {
            for (shift, kind) in parts.shifts.iter().enumerate() {
                let mut cost = 0.0;
                for wish in contract.wishes.iter().filter(|wish| wish.date == *date && wish.shift == kind.name) {
                    let weight = f64::from(wish.weight);
                    cost += if wish.wish == Wish::Off { weight } else { -weight };
                    base += if wish.wish == Wish::Off { 0.0 } else { weight };
                }
                works.insert((person, day, shift), problem.add_binary_var(cost));
            }
        }
        problem.add_var(base, (1.0, 1.0));
    }
    for (person, contract) in parts.people.iter().enumerate() {
        bind(&mut problem, plan, &works, person, contract, &dates);
    }
    for one in &parts.demand {
        let Some(day) = dates.iter().position(|date| *date == one.date) else { continue };
        let Some(shift) = parts.shifts.iter().position(|kind| kind.name == one.shift) else { continue };
        let mut given: Vec<(Variable, f64)> =
            (0..parts.people.len()).map(|person| (works[&(person, day, shift)], 1.0)).collect();
        given.push((problem.add_var(f64::from(one.under_weight), (0.0, f64::INFINITY)), 1.0));
        given.push((problem.add_var(f64::from(one.over_weight), (0.0, f64::INFINITY)), -1.0));
        problem.add_constraint(given, ComparisonOp::Eq, f64::from(one.wanted));
    }
    Whole { problem, works }
}

/// What binds one person.
fn bind(
    problem: &mut Problem,
    plan: &RosterPlan,
    works: &BTreeMap<(usize, usize, usize), Variable>,
    person: usize,
    contract: &RosterContract,
    dates: &[NaiveDate],
) {
    let shifts = &plan.parts().shifts;
    let on = |day: usize, sign: f64| (0..shifts.len()).map(move |shift| (works[&(person, day, shift)], sign));
    let days = dates.len();
    for day in 0..days {
        let off = if contract.days_off.contains(&dates[day]) { 0.0 } else { 1.0 };
        problem.add_constraint(on(day, 1.0), ComparisonOp::Le, off);
        for (first, kind) in shifts.iter().enumerate() {
            for (next, after) in shifts.iter().enumerate() {
                if day + 1 < days && kind.not_followed_by.contains(&after.name) {
                    let pair = [(works[&(person, day, first)], 1.0), (works[&(person, day + 1, next)], 1.0)];
                    problem.add_constraint(pair, ComparisonOp::Le, 1.0);
                }
            }
        }
        let most = contract.most_consecutive_shifts as usize;
        if day + most < days {
            problem.add_constraint((day..=day + most).flat_map(|day| on(day, 1.0)), ComparisonOp::Le, most as f64);
        }
        // No run of work of fewer days between days off, and none of days off between work.
        for (least, sign) in [(contract.least_consecutive_shifts, 1.0), (contract.least_consecutive_days_off, -1.0)] {
            for run in 1..least as usize {
                let end = day + run + 1;
                if end < days {
                    let inner = (day + 1..end).flat_map(|day| on(day, -sign));
                    let all = on(day, sign).chain(inner).chain(on(end, sign));
                    let bound = if sign > 0.0 { 1.0 - run as f64 } else { -1.0 };
                    problem.add_constraint(all.collect::<Vec<_>>(), ComparisonOp::Ge, bound);
                }
            }
        }
    }
    let minutes = || {
        works
            .iter()
            .filter(|((of, ..), _)| *of == person)
            .map(|((_, _, shift), one)| (*one, f64::from(shifts[*shift].minutes)))
    };
    problem.add_constraint(minutes(), ComparisonOp::Le, f64::from(contract.most_minutes));
    problem.add_constraint(minutes(), ComparisonOp::Ge, f64::from(contract.least_minutes));
    let mut weekends = Vec::new();
    for saturday in (0..days).filter(|day| dates[*day].weekday().num_days_from_monday() == 5) {
        let weekend = problem.add_binary_var(0.0);
        for day in (saturday..=saturday + 1).filter(|day| *day < days) {
            problem.add_constraint(on(day, 1.0).chain([(weekend, -1.0)]), ComparisonOp::Le, 0.0);
        }
        weekends.push((weekend, 1.0));
    }
    problem.add_constraint(weekends, ComparisonOp::Le, f64::from(contract.most_weekends));
}

/// What the solver alone finds: the cost of its roster, where it has one that keeps the rules.
fn alone(plan: &RosterPlan, time: Duration) -> Result<Option<u64>, Failure> {
    let Whole { problem, works } = whole(plan);
    let mut options = SolveOptions::default();
    options.time_limit = Some(time);
    let outcome = problem.solve_with(options)?;
    let Some(solution) = outcome.solution() else { return Ok(None) };
    let dates: Vec<NaiveDate> = plan.dates().collect();
    let mut roster = Roster::new();
    for ((person, day, shift), variable) in &works {
        if solution.var_value(*variable) > 0.5 {
            let contract = &plan.parts().people[*person];
            roster.assign(contract.person, dates[*day], plan.parts().shifts[*shift].name.clone());
        }
    }
    assert_eq!(plan.check(&roster), vec![], "the solver's roster breaks a rule");
    let told = solution.objective().round();
    let cost = plan.cost(&roster).total();
    assert!((told - cost as f64).abs() < 0.5, "{told} is not {cost}");
    Ok(Some(cost))
}

fn main() -> Result<(), Failure> {
    let seconds: u64 = std::env::args().nth(1).map_or(Ok(10), |text| text.parse())?;
    let time = Duration::from_secs(seconds);
    let mut plans = vec![
        ("8 people, 14 days, 1 shift".to_owned(), plan(8, 14, 1)?),
        ("14 people, 14 days, 2 shifts".to_owned(), plan(14, 14, 2)?),
        ("20 people, 28 days, 3 shifts".to_owned(), plan(20, 28, 3)?),
        ("40 people, 28 days, 3 shifts".to_owned(), plan(40, 28, 3)?),
    ];
    for path in std::env::args().skip(2) {
        plans.push((path.clone(), RosterPlan::from_benchmark(&std::fs::read_to_string(&path)?, MONDAY.parse()?)?));
    }
    println!("| plan | local search | search for the best | bound | solver alone |");
    for (name, plan) in &plans {
        let begun = Instant::now();
        let search = RosterSearch { seed: 1, steps: 20_000 };
        let local = plan.generate(&Roster::new(), search, |_| begun.elapsed() > time)?;
        let begun = Instant::now();
        let proof = RosterProof { first: RosterSearch { seed: 1, steps: 200 }, nodes: u32::MAX };
        let best = plan.solve(&Roster::new(), proof, |_| begun.elapsed() > time)?;
        let took = begun.elapsed().as_secs_f64();
        let alone = alone(plan, time)?.map_or("none".to_owned(), |cost| cost.to_string());
        println!(
            "| {name} | {} | {} after {took:.1} s, {} parts | {} | {alone} |",
            local.cost, best.cost, best.nodes, best.bound
        );
    }
    Ok(())
}
