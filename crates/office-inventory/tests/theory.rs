//! The laws of demand and of stock policies.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use std::collections::BTreeMap;

    use office_core::{Decimal, Percent};
    use office_inventory::theory::{
        Demand, DemandClass, DemandProfile, DiscountedOrder, EconomicOrder, ForecastGround, ForecastMethod,
        ForecastRule, JointItem, JointOrder, LeadTimeDemand, LotSizing, MinMax, Newsvendor, OrderPoint, PriceTier,
        ServiceTarget, TheoryError, normal_quantile,
    };
    use proptest::prelude::*;

    /// What nine digits may be off by, of a figure of this size.
    fn hair(size: Decimal) -> Decimal {
        Decimal::new(1, 8) + size.abs() * Decimal::new(1, 9)
    }

    fn hundredths() -> impl Strategy<Value = Decimal> {
        (1..1_000_000_i64).prop_map(|cents| Decimal::new(cents, 2))
    }

    fn history() -> impl Strategy<Value = Vec<Decimal>> {
        let amount = prop_oneof![2 => Just(0_i64), 3 => 1..200_i64];
        prop::collection::vec(amount.prop_map(|tenths| Decimal::new(tenths, 1)), 1..40)
    }

    fn methods(one: Decimal, other: Decimal, periods: usize) -> [ForecastMethod; 6] {
        [
            ForecastMethod::MovingAverage { periods },
            ForecastMethod::Simple { level: one },
            ForecastMethod::Double { level: one, trend: other },
            ForecastMethod::Croston { level: one },
            ForecastMethod::Sba { level: one },
            ForecastMethod::Tsb { size: one, chance: other },
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        /// Law 1.
        #[test]
        fn a_profile_tells_what_was_asked_for(demand in history(), factor in 1..50_i64) {
            let profile = DemandProfile::of(&demand).unwrap();
            let total: Decimal = demand.iter().sum();
            prop_assert!((profile.mean * Decimal::from(demand.len()) - total).abs() <= hair(total) * Decimal::from(40));
            prop_assert_eq!(profile.class == DemandClass::Unasked, total.is_zero());
            prop_assert_eq!(profile.demands, demand.iter().filter(|amount| !amount.is_zero()).count());
            // In another unit it is asked for in the same way.
            let other: Vec<_> = demand.iter().map(|amount| *amount * Decimal::from(factor)).collect();
            let other = DemandProfile::of(&other).unwrap();
            prop_assert!((other.variation - profile.variation).abs() <= hair(Decimal::ONE));
            prop_assert!((other.size_variation - profile.size_variation).abs() <= hair(Decimal::ONE));
            prop_assert_eq!((other.interval, other.quiet), (profile.interval, profile.quiet));
        }

        /// Law 2.
        #[test]
        fn what_is_even_is_forecast_as_it_is(amount in hundredths(), periods in 1..30_usize, window in 1..30_usize) {
            let demand = vec![amount; periods];
            for method in methods(Decimal::new(3, 1), Decimal::new(7, 1), window) {
                let forecast = method.forecast(&demand).unwrap();
                let share = if matches!(method, ForecastMethod::Sba { .. }) { Decimal::new(85, 2) } else { Decimal::ONE };
                prop_assert!((forecast.rate - amount * share).abs() <= hair(amount), "{method:?}");
                if share == Decimal::ONE {
                    prop_assert!(forecast.deviation <= hair(amount), "{method:?}");
                }
            }
        }

        /// Law 2.
        #[test]
        fn a_forecast_lies_within_what_was_asked_for(demand in history(), one in 1..=100_i64, other in 1..=100_i64, window in 1..20_usize) {
            let most = demand.iter().max().copied().unwrap();
            for method in methods(Decimal::new(one, 2), Decimal::new(other, 2), window) {
                let forecast = method.forecast(&demand).unwrap();
                prop_assert!(forecast.rate >= Decimal::ZERO);
                prop_assert!(forecast.rate <= most + hair(most) || matches!(method, ForecastMethod::Double { .. }), "{method:?}");
            }
            let (forecast, ground) = ForecastRule::default().forecast(&demand).unwrap();
            prop_assert_eq!(forecast, forecast.method.forecast(&demand).unwrap());
            let seldom = matches!(forecast.method, ForecastMethod::Croston { .. } | ForecastMethod::Sba { .. });
            prop_assert_eq!(ground == ForecastGround::Seldom, seldom);
        }

        /// Law 3.
        #[test]
        fn more_is_kept_the_surer_it_has_to_be(
            [rate, off, time, time_off] in prop::array::uniform4(hundredths()),
            order in hundredths(),
            level in 500..9_900_i64,
            more in 1..99_i64,
        ) {
            let percent = |hundredths| Percent::new(Decimal::new(hundredths, 2)).unwrap();
            let over = |off, time, time_off| LeadTimeDemand::over(rate, off, time, time_off).unwrap();
            let until = over(off, time, time_off);
            for target in [ServiceTarget::Cycle, ServiceTarget::Fill] {
                let kept = until.safety_stock(target(percent(level)), order).unwrap().stock;
                prop_assert!(kept >= Decimal::ZERO);
                let slack = hair(kept);
                let surer = until.safety_stock(target(percent(level + more)), order).unwrap().stock;
                prop_assert!(surer + slack >= kept, "service level");
                for varied in [over(off * Decimal::TWO, time, time_off), over(off, time, time_off * Decimal::TWO)] {
                    prop_assert!(varied.safety_stock(target(percent(level)), order).unwrap().stock + slack >= kept);
                }
            }
        }

        /// Law 3.
        #[test]
        fn the_fill_rate_asked_for_is_met(mean in hundredths(), deviation in hundredths(), order in hundredths(), level in 50..99_i64) {
            let until = LeadTimeDemand { mean, deviation };
            let level = Decimal::from(level);
            let kept = until.safety_stock(ServiceTarget::Fill(Percent::new(level).unwrap()), order).unwrap();
            let missing = Demand::Normal { mean, deviation }.shortfall(mean + kept.stock).unwrap().missing;
            let allowed = order * (Decimal::ONE_HUNDRED - level) / Decimal::ONE_HUNDRED;
            prop_assert!(missing <= allowed + hair(deviation) * Decimal::TEN);
            // And by no more than is needed, unless nothing is.
            prop_assert!(kept.stock.is_zero() || missing >= allowed - hair(deviation) * Decimal::TEN);
        }

        /// Law 4.
        #[test]
        fn no_other_quantity_costs_less([order_cost, holding_cost, demand] in prop::array::uniform3(hundredths()), other in hundredths()) {
            let economic = EconomicOrder { order_cost, holding_cost, demand };
            let best = economic.best().unwrap();
            let slack = hair(best.cost);
            prop_assert!((economic.cost_of(best.quantity).unwrap() - best.cost).abs() <= slack * Decimal::TEN);
            for (num, den) in [(9, 10), (99, 100), (101, 100), (11, 10)] {
                let near = best.quantity * Decimal::from(num) / Decimal::from(den);
                prop_assert!(economic.cost_of(near).unwrap() + slack >= best.cost);
            }
            prop_assert!(economic.cost_of(other).unwrap() + slack >= best.cost);
            // Waiting, or what comes little by little, makes it no dearer.
            prop_assert!(economic.with_backorders(order_cost).unwrap().cost <= best.cost + slack);
            prop_assert!(economic.with_production(demand * Decimal::TWO).unwrap().cost <= best.cost + slack);
        }

        /// Law 4.
        #[test]
        fn no_other_quantity_at_its_price_costs_less(
            [order_cost, demand] in prop::array::uniform2(hundredths()),
            rate in 1..100_i64,
            steps in prop::collection::vec((1..500_i64, 1..20_i64), 1..5),
            other in 1..3_000_i64,
        ) {
            let mut tiers = vec![PriceTier { from: Decimal::ZERO, unit_cost: Decimal::ONE_HUNDRED }];
            for (more, less) in steps {
                let last = tiers[tiers.len() - 1];
                tiers.push(PriceTier { from: last.from + Decimal::from(more), unit_cost: last.unit_cost - Decimal::from(less) });
            }
            let rate = Decimal::new(rate, 2);
            let order = DiscountedOrder { order_cost, holding_rate: rate, demand, tiers: tiers.clone() };
            let other = Decimal::from(other);
            let turns = demand / other;
            let at = tiers.iter().rposition(|tier| tier.from <= other).unwrap();
            let all = other * tiers[at].unit_cost;
            let ends = tiers.iter().skip(1).map(|tier| tier.from).chain([Decimal::MAX]);
            let stepped: Decimal =
                tiers.iter().zip(ends).map(|(tier, end)| (other.min(end) - tier.from).max(Decimal::ZERO) * tier.unit_cost).sum();
            for (best, paid) in [(order.all_units().unwrap(), all), (order.incremental().unwrap(), stepped)] {
                let cost = paid * turns + order_cost * turns + rate * paid / Decimal::TWO;
                prop_assert!(cost + hair(cost) >= best.cost, "{cost} for {other} against {best:?}");
            }
        }

        /// Law 4.
        #[test]
        fn no_other_cycle_costs_less(shared in hundredths(), items in prop::collection::vec(prop::array::uniform3(hundredths()), 1..6)) {
            let items: Vec<_> = items.iter().map(|[order_cost, holding_cost, demand]| {
                JointItem { order_cost: *order_cost, holding_cost: *holding_cost, demand: *demand }
            }).collect();
            let plan = JointOrder { order_cost: shared, items: items.clone() }.plan().unwrap();
            let cost = |cycle: Decimal| {
                let per_item = items.iter().zip(&plan.multiples).map(|(item, multiple)| {
                    let every = cycle * Decimal::from(*multiple);
                    item.order_cost / every + item.holding_cost * item.demand * every / Decimal::TWO
                });
                shared / cycle + per_item.sum::<Decimal>()
            };
            let slack = plan.cost * Decimal::new(1, 4);
            for (num, den) in [(9, 10), (11, 10), (1, 2), (2, 1)] {
                prop_assert!(cost(plan.cycle * Decimal::from(num) / Decimal::from(den)) + slack >= plan.cost);
            }
            prop_assert!(plan.multiples.contains(&1));
            // A single item is ordered as if alone.
            if let [item] = items.as_slice() {
                let alone = EconomicOrder { order_cost: shared + item.order_cost, holding_cost: item.holding_cost, demand: item.demand };
                prop_assert!((alone.best().unwrap().cost - plan.cost).abs() <= hair(plan.cost));
            }
        }
    }

    fn lots() -> impl Strategy<Value = LotSizing> {
        let amounts = prop::collection::vec((prop_oneof![1 => Just(0_i64), 4 => 1..50_i64], 1..9_i64), 1..9);
        (0..200_i64, 0..30_i64, amounts, any::<bool>()).prop_map(|(order, holding, periods, priced)| LotSizing {
            order_cost: Decimal::new(order, 1),
            holding_cost: Decimal::new(holding, 2),
            demand: periods.iter().map(|(amount, _)| Decimal::new(*amount, 1)).collect(),
            unit_costs: if priced { periods.iter().map(|(_, cost)| Decimal::from(*cost)).collect() } else { vec![] },
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        /// Law 5: against every plan that orders whole periods ahead.
        #[test]
        fn no_plan_is_cheaper_than_the_best(lots in lots()) {
            let best = lots.best().unwrap();
            let periods = lots.demand.len();
            for choice in 0..1_u32 << (periods - 1) {
                let mut orders = vec![Decimal::ZERO; periods];
                let mut from = 0;
                for period in 0..periods {
                    if period > 0 && choice >> (period - 1) & 1 == 1 {
                        from = period;
                    }
                    orders[from] += lots.demand[period];
                }
                prop_assert!(best.cost <= lots.cost_of(&orders).unwrap());
            }
            prop_assert_eq!(best.cost, lots.cost_of(&best.orders).unwrap());
        }

        /// Law 5.
        #[test]
        fn the_heuristic_is_never_cheaper_than_the_best(lots in lots()) {
            let (best, good) = (lots.best().unwrap(), lots.silver_meal().unwrap());
            prop_assert!(good.cost >= best.cost);
            for plan in [best, good] {
                prop_assert_eq!(plan.orders.iter().sum::<Decimal>(), lots.demand.iter().sum::<Decimal>());
                let short = [vec![Decimal::ZERO], plan.orders].concat();
                prop_assert!(lots.demand[0].is_zero() || lots.cost_of(&short[..lots.demand.len()]).is_err());
            }
        }

        /// Law 6.
        #[test]
        fn no_other_level_costs_less(
            [holding_cost, shortage_cost] in prop::array::uniform2(hundredths()),
            mean in 1..500_i64,
            deviation in 1..100_i64,
            other in 0..1_000_i64,
        ) {
            let mean = Decimal::new(mean, 1);
            let listed = BTreeMap::from([(mean, Decimal::new(25, 2)), (mean + Decimal::ONE, Decimal::new(75, 2))]);
            for demand in [
                Demand::Normal { mean, deviation: Decimal::new(deviation, 1) },
                Demand::Poisson { mean },
                Demand::Listed(listed),
            ] {
                let newsvendor = Newsvendor { holding_cost, shortage_cost, demand };
                let best = newsvendor.best().unwrap();
                let other = Decimal::new(other, 1);
                prop_assert!(newsvendor.cost_of(other).unwrap() + hair(best.cost) * Decimal::TEN >= best.cost);
                // What is missing less what is left is what was asked for less the level.
                let shortfall = newsvendor.demand.shortfall(other).unwrap();
                let nothing = newsvendor.demand.shortfall(Decimal::ZERO).unwrap();
                let asked = nothing.missing - nothing.left;
                prop_assert!((shortfall.missing - shortfall.left - asked + other).abs() <= hair(mean) * Decimal::TEN);
            }
        }

        /// Law 7.
        #[test]
        fn no_other_point_or_quantity_costs_less(
            order in 1..2_000_i64,
            [holding, shortage] in prop::array::uniform2(1..500_i64),
            [rate, until] in prop::array::uniform2(1..300_i64),
            point in -5..40_i64,
            quantity in 1..40_i64,
        ) {
            let tenths = |number| Decimal::new(number, 1);
            let policy = OrderPoint {
                order_cost: tenths(order),
                holding_cost: tenths(holding),
                shortage_cost: tenths(shortage),
                rate: tenths(rate),
                until_delivery: Demand::Poisson { mean: tenths(until) },
            };
            let best = policy.best().unwrap();
            let cost = policy.cost_of(best.point, best.quantity).unwrap();
            prop_assert!((cost - best.cost).abs() <= hair(best.cost));
            for (point, quantity) in [(point.into(), quantity.into()), (best.point + Decimal::ONE, best.quantity), (best.point, best.quantity + Decimal::ONE)] {
                prop_assert!(policy.cost_of(point, quantity).unwrap() + hair(best.cost) >= best.cost);
            }
            let normal = OrderPoint {
                until_delivery: Demand::Normal { mean: tenths(until), deviation: tenths(until) / Decimal::from(4) },
                ..policy
            };
            let best = normal.best().unwrap();
            for off in [-1, 1] {
                let near = normal.cost_of(best.point + Decimal::from(off), best.quantity).unwrap();
                prop_assert!(near + hair(near) >= best.cost, "the point is the best for the quantity");
            }
            let approximate = normal.by_loss_function().unwrap();
            prop_assert!((normal.cost_of(approximate.point, approximate.quantity).unwrap() - approximate.cost).abs() <= hair(approximate.cost) * Decimal::TEN);
        }

        /// Law 7.
        #[test]
        fn no_other_levels_cost_less(
            order in 1..500_i64,
            [holding, shortage] in prop::array::uniform2(1..100_i64),
            mean in 1..150_i64,
            min in -5..30_i32,
            apart in 1..40_i32,
        ) {
            let tenths = |number| Decimal::new(number, 1);
            let policy = MinMax {
                order_cost: tenths(order),
                holding_cost: tenths(holding),
                shortage_cost: tenths(shortage),
                demand: Demand::Poisson { mean: tenths(mean) },
            };
            let best = policy.best().unwrap();
            let cost = best.cost.unwrap();
            let (low, high) = (i32::try_from(best.min).unwrap(), i32::try_from(best.max).unwrap());
            for (min, max) in [(min, min + apart), (low - 1, high), (low, high + 1), (low + 1, high + 1), (low - 1, high - 1)] {
                prop_assert!(min >= max || policy.cost_of(min, max).unwrap() + hair(cost) >= cost, "{min} {max} {best:?}");
            }
        }

        /// Law 8.
        #[test]
        fn figures_of_any_size_are_answered_or_refused(figures in prop::array::uniform4(any::<(i64, i64, u32)>()), level in any::<i32>()) {
            let [one, two, three, four] = figures.map(|(high, low, scale)| {
                let wide = (i128::from(high) << 31) + i128::from(low >> 33);
                Decimal::try_from_i128_with_scale(wide, scale % 29).unwrap()
            });
            let demand = Demand::Normal { mean: one, deviation: two };
            let _ = demand.shortfall(three);
            let _ = DemandProfile::of(&[one, two, three, four]);
            let _ = ForecastRule::default().forecast(&[one.abs(), two.abs(), three.abs(), four.abs()]);
            let until = LeadTimeDemand::over(one.abs(), two.abs(), three.abs(), four.abs());
            let _ = until.map(|until| until.safety_stock(ServiceTarget::Fill(Percent::whole(90)), four.abs()));
            let _ = EconomicOrder { order_cost: one.abs(), holding_cost: two.abs(), demand: three.abs() }.best();
            let _ = JointOrder { order_cost: one.abs(), items: vec![JointItem { order_cost: two, holding_cost: three, demand: four }] }.plan();
            let _ = LotSizing { order_cost: one.abs(), holding_cost: two.abs(), demand: vec![three.abs(), four.abs()], unit_costs: vec![] }.best();
            let policy = OrderPoint { order_cost: one.abs(), holding_cost: two.abs(), shortage_cost: three.abs(), rate: four.abs(), until_delivery: demand };
            let _ = (policy.best(), policy.by_loss_function(), policy.by_inventory_level());
            let pieces = Demand::Poisson { mean: four.abs() };
            let _ = MinMax { order_cost: one.abs(), holding_cost: two.abs(), shortage_cost: three.abs(), demand: pieces }.cost_of(level, level.saturating_add(3));
        }
    }

    /// Quantiles to nine digits, as tables print them (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.1 gives
    /// four of these digits).
    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (chance, wanted) in [
            ("0.5", "0"),
            ("0.9", "1.281551566"),
            ("0.95", "1.644853627"),
            ("0.975", "1.959963985"),
            ("0.99", "2.326347874"),
            ("0.999", "3.090232306"),
            ("0.0001", "-3.719016485"),
            ("0.000000001", "-5.997807015"),
        ] {
            assert_eq!(normal_quantile(chance.parse().unwrap()).unwrap().to_string(), wanted, "{chance}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        /// There and back through the distribution: to a ten-millionth in the level, and better near the middle.
        #[test]
        fn a_quantile_is_met_with_its_chance(ppm in 1..1_000_000_i64) {
            let chance = Decimal::new(ppm, 6);
            let standard = Demand::Normal { mean: Decimal::ZERO, deviation: Decimal::ONE };
            let met = standard.chance_met(normal_quantile(chance).unwrap()).unwrap();
            prop_assert!((met - chance).abs() <= Decimal::new(2, 9));
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        let [zero, one] = [Decimal::ZERO, Decimal::ONE];
        let refused = EconomicOrder { order_cost: one, holding_cost: zero, demand: one }.best();
        assert_eq!(refused, Err(TheoryError::NotPositive { name: "cost of holding", given: zero }));
        let refused = ForecastMethod::Simple { level: Decimal::TWO }.forecast(&[one]);
        assert_eq!(refused, Err(TheoryError::Weight { given: Decimal::TWO }));
        let refused = DemandProfile::of(&vec![one; 10_001]);
        assert_eq!(refused, Err(TheoryError::Count { name: "periods", given: 10_001, least: 1, most: 10_000 }));
        let normal = Demand::Normal { mean: one, deviation: one };
        let policy = MinMax { order_cost: one, holding_cost: one, shortage_cost: one, demand: normal };
        assert_eq!(policy.best(), Err(TheoryError::OtherDemand { wanted: "Poisson" }));
        let listed = Demand::Listed(BTreeMap::from([(one, Decimal::new(9, 1))]));
        assert_eq!(listed.shortfall(zero), Err(TheoryError::Chances { total: Decimal::new(9, 1) }));
        let lots = LotSizing { order_cost: one, holding_cost: one, demand: vec![one, one], unit_costs: vec![one] };
        assert_eq!(lots.best(), Err(TheoryError::Count { name: "unit costs", given: 1, least: 2, most: 2 }));
        let short = LotSizing { unit_costs: vec![], ..lots }.cost_of(&[zero, Decimal::TWO]);
        assert_eq!(short, Err(TheoryError::Negative { name: "stock after a period", given: -one }));
    }
}
