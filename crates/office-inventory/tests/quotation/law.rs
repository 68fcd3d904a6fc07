//! What holds whatever vendors answer: laws 35 and 36.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use chrono::{DateTime, TimeDelta, Utc};
use office_core::{Currency, Decision, Entity, Money, UnitPrice, fold, parse_decimal};
use office_inventory::{
    Comparison, ComparisonRules, LateOffers, OrderEffect, PlanSearch, PriceBreak, Quotation, QuotationAnswer,
    QuotationRequest, QuotationRequestFact, QuotedLine, Sealing, SourcingPlan, Standing, VendorId, VendorStanding,
    WhyLost,
};
use proptest::prelude::*;

use crate::desk::{EUR, asked, award, boxes, day, new, noon, rules, vendor};

/// What a vendor answers, in whole boxes and cents.
#[derive(Clone, Debug)]
struct Spec {
    dollars: bool,
    expired: bool,
    blocked: bool,
    delivery: i64,
    lines: Vec<Option<LineSpec>>,
}

#[derive(Clone, Debug)]
struct LineSpec {
    prices: Vec<(i32, i64)>,
    multiple: Option<i32>,
    lead_days: u32,
}

fn line_spec() -> impl Strategy<Value = LineSpec> {
    let prices = (1..12_i32, 6_00..9_00_i64, prop::option::of((1..12_i32, 5_00..9_00_i64)));
    (prices, prop::option::of(1..6_i32), 0..6_u32).prop_map(|((from, cents, more), multiple, lead_days)| {
        let more = more.map(|(above, cents)| (from + above, cents));
        LineSpec { prices: [(from, cents)].into_iter().chain(more).collect(), multiple, lead_days }
    })
}

fn spec(lines: usize) -> impl Strategy<Value = Spec> {
    let odd = || prop::bool::weighted(0.1);
    let of = prop::collection::vec(prop::option::weighted(0.8, line_spec()), lines);
    let some = of.prop_filter("it answers something", |of| of.iter().any(Option::is_some));
    (prop::bool::weighted(0.3), odd(), odd(), prop_oneof![Just(0), 0..30_00_i64], some)
        .prop_map(|(dollars, expired, blocked, delivery, lines)| Spec { dollars, expired, blocked, delivery, lines })
}

/// Quantities that are asked for, and what up to four vendors answer.
fn world() -> impl Strategy<Value = (Vec<i32>, Vec<Spec>)> {
    (1..4_usize).prop_flat_map(|lines| {
        (prop::collection::vec(1..12_i32, lines), prop::collection::vec(spec(lines), 1..5_usize))
    })
}

fn quotation(spec: &Spec) -> Quotation {
    let currency = if spec.dollars { Currency::USD } else { EUR };
    let price = |cents| UnitPrice::new(Money::from_minor(cents, currency).amount(), currency, boxes(1)).unwrap();
    let quoted = |line: &LineSpec| QuotedLine {
        prices: line
            .prices
            .iter()
            .map(|(from, cents)| PriceBreak { from: boxes(*from), price: price(*cents) })
            .collect(),
        multiple: line.multiple.map(boxes),
        lead_days: line.lead_days,
    };
    let lines = (1..).zip(&spec.lines).filter_map(|(number, line)| Some((number, quoted(line.as_ref()?))));
    Quotation {
        paper: "Q".parse().unwrap(),
        valid_until: if spec.expired { day(11) } else { day(12) },
        delivery: Money::from_minor(spec.delivery, currency),
        lines: lines.collect(),
    }
}

fn blocked() -> VendorStanding {
    let (reasons, unjudged) = (Vec::new(), Vec::new());
    VendorStanding { standing: Standing::Blocked, effect: OrderEffect::Block, rules: day(1), reasons, unjudged }
}

fn rules_of(specs: &[Spec], preferred: Option<usize>, most: u32) -> ComparisonRules {
    let blocked = specs.iter().enumerate().filter(|(_, spec)| spec.blocked).map(|(at, _)| (vendor(at), blocked()));
    ComparisonRules {
        rates: [(Currency::USD, "0.5".parse().unwrap())].into(),
        standings: blocked.collect(),
        preferred: preferred.map(vendor),
        most_vendors: NonZeroU32::new(most).unwrap(),
        ..rules()
    }
}

fn compare(wanted: &[i32], specs: &[Spec], rules: &ComparisonRules) -> Comparison {
    let asked: Vec<_> = wanted.iter().map(|quantity| asked("PAP-A4", *quantity)).collect();
    let quotations: Vec<_> = specs.iter().map(quotation).collect();
    let answers = quotations.iter().enumerate().map(|(at, one)| (vendor(at), QuotationAnswer::Quoted(one)));
    let answers: Vec<_> = answers.collect();
    Comparison::of(&asked, new(Sealing::Open).terms, &answers, rules).unwrap()
}

/// Cents in euro, plainly: a dollar is half a euro, and half a cent is rounded up.
fn euro(spec: &Spec, cents: i64) -> i64 {
    if spec.dollars { (cents + 1) / 2 } else { cents }
}

/// What a vendor asks for a line, plainly: one box more until it is sold.
fn plainly(spec: &Spec, line: usize, wanted: i32) -> Option<i64> {
    let quoted = spec.lines[line].as_ref().filter(|_| !spec.expired && !spec.blocked)?;
    let mut sold = wanted.max(quoted.prices[0].0);
    while quoted.multiple.is_some_and(|multiple| sold % multiple != 0) {
        sold += 1;
    }
    let (_, cents) = quoted.prices.iter().rfind(|(from, _)| *from <= sold)?;
    Some(euro(spec, cents * i64::from(sold)))
}

/// What it costs if each line goes to whom it is said, each delivery paid once.
fn cost(wanted: &[i32], specs: &[Spec], to: &[Option<usize>]) -> i64 {
    let goods = to.iter().enumerate().filter_map(|(line, at)| plainly(&specs[(*at)?], line, wanted[line]));
    let vendors: BTreeSet<_> = to.iter().flatten().collect();
    goods.sum::<i64>() + vendors.iter().map(|at| euro(&specs[**at], specs[**at].delivery)).sum::<i64>()
}

/// All ways to give each line to one of those who offer it, or to nobody.
fn ways(wanted: &[i32], specs: &[Spec]) -> Vec<Vec<Option<usize>>> {
    let mut ways = vec![Vec::new()];
    for (line, quantity) in wanted.iter().enumerate() {
        let offers = |at: &usize| plainly(&specs[*at], line, *quantity).is_some();
        let to: Vec<_> = [None].into_iter().chain((0..specs.len()).filter(offers).map(Some)).collect();
        ways = ways.iter().flat_map(|way| to.iter().map(|to| [way.as_slice(), &[*to]].concat())).collect();
    }
    ways
}

/// The least (lines left, lines not from the preferred vendor, cost) of those ways that are admitted.
fn least(
    wanted: &[i32],
    specs: &[Spec],
    preferred: Option<usize>,
    admitted: impl Fn(&BTreeSet<usize>) -> bool,
) -> (usize, usize, i64) {
    let ways = ways(wanted, specs);
    let admitted = ways.iter().filter(|way| admitted(&way.iter().flatten().copied().collect()));
    let rank = |way: &Vec<Option<usize>>| {
        let left = way.iter().filter(|to| to.is_none()).count();
        let other = way.iter().filter(|to| to.is_some() && **to != preferred).count();
        (left, other, cost(wanted, specs, way))
    };
    admitted.map(rank).min().unwrap()
}

fn cents(money: Money) -> i64 {
    i64::try_from(money.minor()).unwrap()
}

/// Whether the parts of a plan add up, each delivery is paid once, and it costs what it costs plainly.
fn adds_up(plan: &SourcingPlan, wanted: &[i32], specs: &[Spec]) {
    let mut delivery: BTreeMap<VendorId, i64> = BTreeMap::new();
    for offer in plan.lines.values() {
        assert_eq!(cents(offer.total), cents(offer.cost) + cents(offer.delivery));
        *delivery.entry(offer.vendor).or_default() += cents(offer.delivery);
    }
    let to = (1..).zip(wanted).map(|(line, _)| {
        let offer = plan.lines.get(&line)?;
        (0..specs.len()).find(|at| vendor(*at) == offer.vendor)
    });
    let to: Vec<_> = to.collect();
    for at in to.iter().flatten() {
        assert_eq!(delivery[&vendor(*at)], euro(&specs[*at], specs[*at].delivery));
    }
    assert_eq!(cents(plan.total), plan.lines.values().map(|offer| cents(offer.total)).sum::<i64>());
    assert_eq!(cents(plan.total), cost(wanted, specs, &to));
    let left: BTreeSet<_> = (1..).zip(&to).filter(|(_, to)| to.is_none()).map(|(line, _)| line).collect();
    assert_eq!(plan.left, left);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Law 35: against a model that tries everything.
    #[test]
    fn no_plan_costs_less_than_the_best((wanted, specs) in world(), most in 1..4_u32, prefers in prop::option::of(0..4_usize)) {
        let preferred = prefers.filter(|at| *at < specs.len());
        let found = compare(&wanted, &specs, &rules_of(&specs, preferred, most));
        let all = matches!(found.search, PlanSearch::All { .. });
        prop_assert!(all);
        adds_up(&found.best, &wanted, &specs);
        let rank = |plan: &SourcingPlan| {
            let other = plan.lines.values().filter(|offer| preferred.map(vendor) != Some(offer.vendor)).count();
            (plan.left.len(), other, cents(plan.total))
        };
        let few = |vendors: &BTreeSet<usize>| vendors.len() <= usize::try_from(most).unwrap();
        prop_assert_eq!(rank(&found.best), least(&wanted, &specs, preferred, few));
        let alone = least(&wanted, &specs, preferred, |vendors| vendors.len() == 1 || vendors.is_empty());
        prop_assert_eq!(found.whole.as_ref().map(rank), Some(alone).filter(|(left, ..)| *left == 0));
        if let Some(whole) = &found.whole {
            adds_up(whole, &wanted, &specs);
            prop_assert!(rank(&found.best) <= rank(whole));
        }
    }

    /// Law 35: of each line, every vendor is the best or is told why not, and the best is.
    #[test]
    fn each_vendor_is_best_or_told_why_not((wanted, specs) in world(), prefers in prop::option::of(0..4_usize)) {
        let found = compare(&wanted, &specs, &rules_of(&specs, prefers, 1));
        for (line, compared) in &found.lines {
            let told: BTreeSet<_> = compared.lost.keys().copied().chain(compared.best()).collect();
            prop_assert_eq!(told, (0..specs.len()).map(vendor).collect());
            prop_assert_eq!(compared.lost.len() + usize::from(compared.best().is_some()), specs.len());
            let at = usize::try_from(*line - 1).unwrap();
            for (number, spec) in specs.iter().enumerate() {
                let offer = compared.offers.iter().find(|offer| offer.vendor == vendor(number));
                prop_assert_eq!(offer.map(|offer| cents(offer.cost)), plainly(spec, at, wanted[at]));
                if offer.is_none() {
                    let passed_over = matches!(
                        compared.lost[&vendor(number)],
                        WhyLost::NotQuoted | WhyLost::Expired { .. } | WhyLost::Blocked(_)
                    );
                    prop_assert!(passed_over);
                }
            }
            for beaten in compared.offers.iter().skip(1) {
                let best = compared.offers[0];
                let why = &compared.lost[&beaten.vendor];
                let right = match why {
                    WhyLost::Dearer { by } => best.total.checked_add(*by) == Ok(beaten.total),
                    WhyLost::NotPreferred => Some(best.vendor) == prefers.map(vendor),
                    WhyLost::Slower { arrives } => best.total == beaten.total && best.arrives < *arrives,
                    WhyLost::AskedLater => (best.total, best.arrives) == (beaten.total, beaten.arrives),
                    WhyLost::Withdrawn
                    | WhyLost::Silent
                    | WhyLost::Declined
                    | WhyLost::NotQuoted
                    | WhyLost::Expired { .. }
                    | WhyLost::Blocked(_)
                    | WhyLost::NoRate { .. }
                    | WhyLost::OutOfRange
                    | WhyLost::Late { .. } => false,
                };
                prop_assert!(right, "{why:?}");
            }
        }
    }

    /// Law 35: the answers come in any order, some of them twice.
    #[test]
    fn the_order_of_answers_does_not_matter(
        (wanted, specs) in world(),
        order in Just([0, 1, 2, 3]).prop_shuffle(),
        again in 0..4_usize,
    ) {
        let mut asked_for = new(Sealing::Sealed);
        asked_for.lines = wanted.iter().map(|quantity| asked("PAP-A4", *quantity)).collect();
        asked_for.vendors = (0..specs.len()).map(vendor).collect();
        let record = |order: &[usize]| {
            let mut request = crate::desk::ask(asked_for.clone());
            for (number, at) in order.iter().filter(|at| **at < specs.len()).enumerate() {
                let paper = format!("Q-{number}").parse().unwrap();
                let answer = request.answer(vendor(*at), Quotation { paper, ..quotation(&specs[*at]) }, noon(5)).unwrap();
                request.apply(&answer.fact().unwrap());
            }
            request.compare(&rules_of(&specs, None, 2), noon(10)).unwrap()
        };
        let plain = record(&[0, 1, 2, 3]);
        let twice: Vec<_> = [again].into_iter().chain(order).collect();
        prop_assert_eq!(&plain, &record(&twice));
        prop_assert_eq!(plain, compare(&wanted, &specs, &rules_of(&specs, None, 2)));
    }

    /// Law 36: whatever happens at whatever instant.
    #[test]
    fn nothing_is_seen_as_long_as_an_answer_can_come(
        steps in prop::collection::vec((0..7_u8, 1..4_usize, 0..40_i64), 1..25),
    ) {
        // A price that is found nowhere else.
        let secret = |number: usize| crate::desk::quotation(&format!("Q-{number}"), 0, [(1, crate::desk::line(77_77))]);
        let mut request = crate::desk::ask(new(Sealing::Sealed));
        let mut facts = vec![QuotationRequestFact::Asked(Box::new(new(Sealing::Sealed)))];
        let mut now: DateTime<Utc> = noon(1);
        for (number, (step, who, hours)) in steps.into_iter().enumerate() {
            now += TimeDelta::hours(hours);
            let before = request.clone();
            let decided = match step {
                0 => request.invite(vendor(who), now).ok(),
                1 => request.withdraw_invitation(vendor(who), "out of business", now).ok(),
                2 | 3 => request.answer(vendor(who), secret(number), now).ok(),
                4 => request.decline(vendor(who), now).ok(),
                5 => request.close(now).ok(),
                _ => request.cancel("not wanted", now).ok().filter(|_| hours > 35),
            };
            if let Some(Decision::Record(fact)) = decided {
                request.apply(&fact);
                facts.push(fact);
            }
            let seen = request.answers(now).is_ok();
            prop_assert!(!(seen && request.takes_answers(now).is_ok()), "{request:?}");
            prop_assert_eq!(seen, request.versions(vendor(1), now).is_ok());
            prop_assert_eq!(seen, request.compare(&rules(), now).is_ok());
            let early = request.award(&award(&[(1, 1, 10)], Some("why")), &rules(), crate::desk::clerk(), now);
            prop_assert!(seen || early.is_err());
            let shown = format!("{request:?} {facts:?} {:?}", request.answers(now).err());
            prop_assert!(!shown.contains("77.77"), "{shown}");
            if now >= noon(10) && matches!(step, 0..=4) {
                prop_assert_eq!(&before, &request);
            }
            prop_assert_eq!(fold::<QuotationRequest>(&facts), Some(request.clone()));
            let text = serde_json::to_string(&request).unwrap();
            prop_assert_eq!(serde_json::from_str::<QuotationRequest>(&text).unwrap(), request.clone());
        }
    }

    /// Law 36: what is awarded adds up to what is wanted, and costs what its parts cost.
    #[test]
    fn what_is_awarded_adds_up(
        (wanted, specs) in world(),
        cuts in prop::collection::vec((0..4_usize, 0..4_usize, 0..30_i32), 3),
    ) {
        let mut asked_for = new(Sealing::Sealed);
        asked_for.lines = wanted.iter().map(|quantity| asked("PAP-A4", *quantity)).collect();
        asked_for.vendors = (0..specs.len()).map(vendor).collect();
        let mut request = crate::desk::ask(asked_for);
        for (at, spec) in specs.iter().enumerate() {
            request.apply(&request.answer(vendor(at), quotation(spec), noon(5)).unwrap().fact().unwrap());
        }
        let mut shares = Vec::new();
        for ((number, (line, quantity)), (one, other, cut)) in (1..).zip(wanted.iter().enumerate()).zip(cuts) {
            let (one, other, cut) = (one % specs.len(), other % specs.len(), cut.min(*quantity));
            if one == other || cut == 0 || cut == *quantity {
                shares.push((number, line, one, *quantity));
            } else {
                shares.extend([(number, line, one, cut), (number, line, other, quantity - cut)]);
            }
        }
        let named: Vec<_> = shares.iter().map(|(number, _, at, share)| (*number, *at, *share)).collect();
        let plain: Option<Vec<_>> = shares.iter().map(|(_, line, at, share)| plainly(&specs[*at], *line, *share)).collect();
        let decided = crate::desk::decide(&request, &award(&named, Some("tried")), &rules_of(&specs, None, 1));
        let Some(plain) = plain else {
            prop_assert!(decided.is_err());
            return Ok(());
        };
        let fact = decided.unwrap().fact().unwrap();
        request.apply(&fact);
        let awarded = request.awarded().unwrap();
        for (number, quantity) in (1..).zip(&wanted) {
            let of_line = awarded.shares.iter().filter(|share| share.offer.line == number).map(|share| share.wanted);
            prop_assert_eq!(office_core::Quantity::sum(of_line, boxes(1).unit()), Ok(boxes(*quantity)));
        }
        let vendors: BTreeSet<_> = shares.iter().map(|(_, _, at, _)| *at).collect();
        let delivery: i64 = vendors.iter().map(|at| euro(&specs[*at], specs[*at].delivery)).sum();
        prop_assert_eq!(cents(awarded.total), plain.iter().sum::<i64>() + delivery);
        prop_assert_eq!(cents(awarded.total), awarded.shares.iter().map(|share| cents(share.offer.total)).sum::<i64>());
        for at in vendors {
            let rows = request.price_rows(vendor(at)).unwrap();
            prop_assert!(rows.iter().all(|row| row.valid.contains(day(12)) && !row.valid.contains(day(13))));
        }
    }
}

/// A search that ends early says so, and is still no dearer than the best vendor alone.
#[test]
fn a_search_that_is_limited_says_so() {
    let asked: Vec<_> = (0..60).map(|_| asked("PAP-A4", 1)).collect();
    let answer = |at: usize| {
        let of = |number: u32| {
            let cents =
                1_00 + i64::from(number.wrapping_mul(2_654_435_761).rotate_left(u32::try_from(at).unwrap()) % 500);
            (number, crate::desk::line(cents))
        };
        crate::desk::quotation("Q", 10, (1..=60).map(of))
    };
    let quotations: Vec<_> = (0..30).map(answer).collect();
    let answers: Vec<_> =
        quotations.iter().enumerate().map(|(at, one)| (vendor(at), QuotationAnswer::Quoted(one))).collect();
    let of = |most: u32| {
        let rules = ComparisonRules { most_vendors: NonZeroU32::new(most).unwrap(), ..rules() };
        Comparison::of(&asked, new(Sealing::Open).terms, &answers, &rules).unwrap()
    };
    let (two, many) = (of(2), of(12));
    assert_eq!(two.search, PlanSearch::All { groups: 30 + 435 });
    assert!(matches!(many.search, PlanSearch::Limited { groups } if groups > 465), "{:?}", many.search);
    assert!(many.best.total.minor() < two.best.total.minor());
    assert!(two.best.total.minor() < two.whole.unwrap().total.minor());
    assert!((3..=12).contains(&many.best.vendors().len()));
}

/// What comes late is marked, or passed over.
#[test]
fn what_comes_late_is_marked_or_passed_over() {
    let mut wanted = asked("PAP-A4", 10);
    wanted.wanted_by = Some(day(13));
    let (slow, fast) = (crate::desk::line(10_00), QuotedLine { lead_days: 1, ..crate::desk::line(11_00) });
    let [slow, fast] = [slow, fast].map(|line| crate::desk::quotation("Q", 0, [(1, line)]));
    let answers = [(vendor(1), QuotationAnswer::Quoted(&slow)), (vendor(2), QuotationAnswer::Quoted(&fast))];
    let of = |late| Comparison::of(&[wanted], new(Sealing::Open).terms, &answers, &ComparisonRules { late, ..rules() });
    let marked = of(LateOffers::Admit).unwrap();
    assert_eq!((marked.lines[&1].best(), marked.lines[&1].offers[0].on_time), (Some(vendor(1)), false));
    let strict = of(LateOffers::PassOver).unwrap();
    assert_eq!((strict.lines[&1].best(), strict.lines[&1].offers[0].on_time), (Some(vendor(2)), true));
    assert_eq!(strict.lines[&1].lost, [(vendor(1), WhyLost::Late { arrives: day(14) })].into());
}

/// What is in another currency is compared at a rate that is given, and not without.
#[test]
fn without_a_rate_nothing_foreign_is_compared() {
    let euro = crate::desk::quotation("A", 0, [(1, crate::desk::line(10_00))]);
    let price = UnitPrice::new(parse_decimal("8").unwrap(), Currency::USD, boxes(1)).unwrap();
    let line = QuotedLine { prices: vec![PriceBreak { from: boxes(1), price }], multiple: None, lead_days: 2 };
    let delivery = Money::from_minor(0, Currency::USD);
    let dollar = Quotation { delivery, lines: [(1, line)].into(), ..euro.clone() };
    let answers = [(vendor(1), QuotationAnswer::Quoted(&euro)), (vendor(2), QuotationAnswer::Quoted(&dollar))];
    let of = |rates: &[(Currency, &str)]| {
        let rates = rates.iter().map(|(currency, rate)| (*currency, rate.parse().unwrap())).collect();
        let found = Comparison::of(
            &[asked("PAP-A4", 10)],
            new(Sealing::Open).terms,
            &answers,
            &ComparisonRules { rates, ..rules() },
        );
        found.unwrap().lines.remove(&1).unwrap()
    };
    assert_eq!(of(&[]).lost, [(vendor(2), WhyLost::NoRate { currency: Currency::USD })].into());
    let cheaper = of(&[(Currency::USD, "1.2")]);
    assert_eq!(cheaper.lost, [(vendor(1), WhyLost::Dearer { by: "4.00 EUR".parse().unwrap() })].into());
    assert_eq!(
        (cheaper.offers[0].billed, cheaper.offers[0].cost),
        ("80.00 USD".parse().unwrap(), "96.00 EUR".parse().unwrap())
    );
}
