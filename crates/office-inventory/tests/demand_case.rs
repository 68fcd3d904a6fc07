//! Published cases of demand, of stock policies and of reordering, run where they lie beside the project. Each topic ends in a line of
//! what passed, failed and was left out.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod published {
    use std::collections::BTreeMap;
    use std::path::Path;

    use chrono::{Duration, NaiveDate};
    use office_core::{Decimal, Quantity};
    use office_inventory::theory::{
        Demand, DemandProfile, DiscountedOrder, EconomicOrder, ForecastMethod, JointItem, JointOrder, LeadTimeDemand,
        LotSizing, MinMax, Newsvendor, OrderPoint, PriceTier,
    };
    use office_inventory::{StockProjection, VendorSchedule};
    use serde_json::Value;

    /// Runs the cases of a topic; each gives pairs of what came out and what was expected.
    fn run(topic: &str, check: impl Fn(&Value, &Value) -> Vec<(Decimal, Decimal)>) {
        let mut beside =
            Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared/cases/inventory"));
        let Some(folder) = beside.find(|folder| folder.is_dir()) else {
            println!("{topic}: all left out, as there are no cases beside this checkout");
            return;
        };
        let text = std::fs::read_to_string(folder.join(format!("{topic}.json"))).unwrap();
        let cases: Value = serde_json::from_str(&text).unwrap();
        let (mut passed, mut failed) = (0, Vec::new());
        for case in cases["cases"].as_array().unwrap() {
            let tolerance =
                if case["tolerance_abs"].is_null() { Decimal::ZERO } else { decimal(&case["tolerance_abs"]) };
            let pairs = check(&case["inputs"], &case["expected"]);
            assert!(!pairs.is_empty(), "{} is checked", case["id"]);
            let off = |(got, wanted): &&(Decimal, Decimal)| (*got - *wanted).abs() > tolerance;
            match pairs.iter().find(off) {
                None => passed += 1,
                Some((got, wanted)) => failed.push(format!("{}: {got}, not {wanted}", case["id"])),
            }
        }
        println!("{topic}: {passed} passed, {} failed, 0 left out", failed.len());
        assert!(failed.is_empty() && passed > 0, "{failed:#?}");
    }

    fn decimal(value: &Value) -> Decimal {
        let text = value.to_string();
        let text = text.trim_matches('"');
        Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text)).or_else(|_| text.parse()).unwrap()
    }

    fn all(value: &Value) -> Vec<Decimal> {
        value.as_array().unwrap().iter().map(decimal).collect()
    }

    fn paired(got: &[Decimal], wanted: &Value) -> Vec<(Decimal, Decimal)> {
        assert_eq!(got.len(), wanted.as_array().unwrap().len());
        got.iter().copied().zip(all(wanted)).collect()
    }

    fn root(number: Decimal) -> Decimal {
        let root = f64::try_from(number).unwrap().sqrt();
        Decimal::from_f64_retain(root).unwrap()
    }

    #[test]
    fn profiles() {
        run("demand_profile", |given, wanted| {
            let demand = all(&given["monthly_demand"]);
            let profile = DemandProfile::of(&demand).unwrap();
            let months = decimal(&given["lead_time_periods"]);
            let until = LeadTimeDemand::over(profile.mean, profile.deviation, months, Decimal::ZERO).unwrap();
            let safety = until.times(decimal(&given["z"])).unwrap();
            let revenue: Decimal = demand.iter().map(|amount| *amount * decimal(&given["retail_price"])).sum();
            vec![
                (profile.mean, decimal(&wanted["average"])),
                (profile.deviation, decimal(&wanted["sd_population"])),
                (profile.variation, decimal(&wanted["demand_variability"])),
                (safety.stock.round(), decimal(&wanted["safety_stock_rounded"])),
                (revenue, decimal(&wanted["revenue"])),
            ]
        });
    }

    #[test]
    fn forecasts() {
        run("intermittent_demand", |given, wanted| {
            let method = match given["method"].as_str().unwrap() {
                "croston" => ForecastMethod::Croston { level: decimal(&given["alpha"]) },
                "sba" => ForecastMethod::Sba { level: decimal(&given["alpha"]) },
                _ => ForecastMethod::Tsb {
                    size: decimal(&given["alpha_demand"]),
                    chance: decimal(&given["alpha_probability"]),
                },
            };
            let forecast = method.forecast(&all(&given["demand"])).unwrap();
            vec![(forecast.rate, decimal(&wanted["forecast"]))]
        });
    }

    #[test]
    fn losses() {
        run("loss_function", |given, wanted| {
            let standard = given["z"].is_number();
            let (mean, deviation, level) = if standard {
                (Decimal::ZERO, Decimal::ONE, &given["z"])
            } else {
                (decimal(&given["mean"]), decimal(&given["sd"]), &given["x"])
            };
            let shortfall = Demand::Normal { mean, deviation }.shortfall(decimal(level)).unwrap();
            vec![
                (shortfall.missing, decimal(&wanted["loss"])),
                (shortfall.left, decimal(&wanted["complementary_loss"])),
            ]
        });
    }

    #[test]
    fn economic_quantities() {
        run("eoq", |given, wanted| {
            let economic = EconomicOrder {
                order_cost: decimal(&given["fixed_cost"]),
                holding_cost: decimal(&given["holding_cost"]),
                demand: decimal(&given["demand_rate"]),
            };
            let mut pairs = Vec::new();
            let (quantity, cost) = if given["stockout_cost"].is_number() {
                let size = economic.with_backorders(decimal(&given["stockout_cost"])).unwrap();
                pairs.push((size.waiting, decimal(&wanted["stockout_fraction"])));
                (size.quantity, size.cost)
            } else if given["production_rate"].is_number() {
                let size = economic.with_production(decimal(&given["production_rate"])).unwrap();
                (size.quantity, size.cost)
            } else {
                let size = economic.best().unwrap();
                (size.quantity, size.cost)
            };
            pairs.push((quantity, decimal(&wanted["order_quantity"])));
            pairs.push((cost, decimal(&wanted["cost_rate"])));
            pairs
        });
    }

    #[test]
    fn discounts() {
        run("eoq_discounts", |given, wanted| {
            let tiers = all(&given["breakpoints"]).into_iter().zip(all(&given["unit_costs"]));
            let order = DiscountedOrder {
                order_cost: decimal(&given["fixed_cost"]),
                holding_rate: decimal(&given["holding_cost_rate"]),
                demand: decimal(&given["demand_rate"]),
                tiers: tiers.map(|(from, unit_cost)| PriceTier { from, unit_cost }).collect(),
            };
            let best = if given["discount"] == "all_units" { order.all_units() } else { order.incremental() }.unwrap();
            vec![
                (best.quantity, decimal(&wanted["order_quantity"])),
                (best.tier.into(), decimal(&wanted["region"])),
                (best.cost, decimal(&wanted["cost_rate"])),
            ]
        });
    }

    #[test]
    fn joint_orders() {
        run("joint_replenishment", |given, wanted| {
            let costs = all(&given["individual_fixed_costs"]).into_iter().zip(all(&given["holding_costs"]));
            let items = costs.zip(all(&given["demand_rates"]));
            let items =
                items.map(|((order_cost, holding_cost), demand)| JointItem { order_cost, holding_cost, demand });
            let order = JointOrder { order_cost: decimal(&given["shared_fixed_cost"]), items: items.collect() };
            let plan = order.plan().unwrap();
            let multiples: Vec<_> = plan.multiples.iter().copied().map(Decimal::from).collect();
            let mut pairs = paired(&plan.quantities, &wanted["order_quantities"]);
            pairs.extend(paired(&multiples, &wanted["order_multiples"]));
            pairs.push((plan.cycle, decimal(&wanted["base_cycle_time"])));
            pairs.push((plan.cost, decimal(&wanted["cost_rate"])));
            pairs
        });
    }

    #[test]
    fn lots() {
        run("lot_sizing_wagner_whitin", |given, wanted| {
            let unit_costs = given["purchase_cost"].as_array().map(|costs| costs.iter().map(decimal).collect());
            let lots = LotSizing {
                order_cost: decimal(&given["fixed_cost"]),
                holding_cost: decimal(&given["holding_cost"]),
                demand: all(&given["demand"]),
                unit_costs: unit_costs.unwrap_or_default(),
            };
            let best = lots.best().unwrap();
            let mut pairs = paired(&best.orders, &wanted["order_quantities"]);
            pairs.push((best.cost, decimal(&wanted["cost"])));
            // If all that went before were different: from each period on, when the next order is.
            let periods = lots.demand.len();
            let next = (0..periods).map(|start| {
                let rest = LotSizing {
                    demand: lots.demand[start..].to_vec(),
                    unit_costs: lots.unit_costs.get(start..).unwrap_or_default().to_vec(),
                    ..lots.clone()
                };
                let orders = rest.best().unwrap().orders;
                let later = orders.iter().skip(1).position(|order| !order.is_zero());
                Decimal::from(later.map_or(periods, |later| start + later + 1) + 1)
            });
            let next: Vec<_> = next.collect();
            pairs.extend(paired(&next, &wanted["next_order_period_1based"]));
            pairs
        });
    }

    /// The demand of a case over so many of its periods.
    fn demand(given: &Value, periods: Decimal) -> Demand {
        if let Some(rows) = given["demand_pmf"].as_object() {
            return Demand::Listed(
                rows.iter().map(|(level, chance)| (level.parse().unwrap(), decimal(chance))).collect(),
            );
        }
        let mean = decimal(&given["demand_mean"]) * periods;
        if given["distribution"] == "poisson" {
            return Demand::Poisson { mean };
        }
        Demand::Normal { mean, deviation: decimal(&given["demand_sd"]) * root(periods) }
    }

    #[test]
    fn newsvendors() {
        run("newsvendor", |given, wanted| {
            let lead_time = if given["lead_time"].is_null() { Decimal::ZERO } else { decimal(&given["lead_time"]) };
            let newsvendor = Newsvendor {
                holding_cost: decimal(&given["holding_cost"]),
                shortage_cost: decimal(&given["stockout_cost"]),
                demand: demand(given, lead_time + Decimal::ONE),
            };
            if given["base_stock_level"].is_number() {
                let cost = newsvendor.cost_of(decimal(&given["base_stock_level"])).unwrap();
                return vec![(cost, decimal(&wanted["cost"]))];
            }
            let best = newsvendor.best().unwrap();
            vec![(best.level, decimal(&wanted["base_stock_level"])), (best.cost, decimal(&wanted["cost"]))]
        });
    }

    #[test]
    fn order_points() {
        run("r_Q_policy", |given, wanted| {
            let point = OrderPoint {
                order_cost: decimal(&given["fixed_cost"]),
                holding_cost: decimal(&given["holding_cost"]),
                shortage_cost: decimal(&given["stockout_cost"]),
                rate: decimal(&given["demand_mean"]),
                until_delivery: demand(given, decimal(&given["lead_time"])),
            };
            if given["r"].is_number() {
                let cost = point.cost_of(decimal(&given["r"]), decimal(&given["Q"])).unwrap();
                return vec![(cost, decimal(&wanted["cost_rate"]))];
            }
            let best = match given["method"].as_str() {
                Some("expected_inventory_level") => point.by_inventory_level().unwrap(),
                Some("loss_function") => point.by_loss_function().unwrap(),
                _ => point.best().unwrap(),
            };
            let mut pairs = vec![(best.point, decimal(&wanted["r"])), (best.quantity, decimal(&wanted["Q"]))];
            if wanted["cost_rate"].is_number() {
                pairs.push((best.cost, decimal(&wanted["cost_rate"])));
            }
            pairs
        });
    }

    #[test]
    fn minima_and_maxima() {
        run("s_S_policy", |given, wanted| {
            let policy = MinMax {
                order_cost: decimal(&given["fixed_cost"]),
                holding_cost: decimal(&given["holding_cost"]),
                shortage_cost: decimal(&given["stockout_cost"]),
                demand: demand(given, Decimal::ONE),
            };
            let whole = |value: &Value| i32::try_from(value.as_i64().unwrap()).unwrap();
            if given["s"].is_number() {
                let cost = policy.cost_of(whole(&given["s"]), whole(&given["S"])).unwrap();
                return vec![(cost, decimal(&wanted["cost_rate"]))];
            }
            let best = match given["method"].as_str() {
                Some(_) => policy.by_power_approximation().unwrap(),
                None => policy.best().unwrap(),
            };
            let mut pairs = vec![(best.min, decimal(&wanted["s"])), (best.max, decimal(&wanted["S"]))];
            if let Some(cost) = best.cost {
                pairs.push((cost, decimal(&wanted["cost_rate"])));
            }
            pairs
        });
    }

    /// How many days from the first of the case.
    fn days(on: NaiveDate) -> Decimal {
        on.signed_duration_since(NaiveDate::default()).num_days().into()
    }

    #[test]
    fn needed_deliveries() {
        run("reorder", |given, wanted| {
            let quantity = |value: &Value| Quantity::new(decimal(value), "each".parse().unwrap()).unwrap();
            let or_none = |value: &Value| if value.is_null() { quantity(&Value::from(0)) } else { quantity(value) };
            let needs = given["demand"].as_array().map(Vec::as_slice).unwrap_or_default();
            let day = |need: &Value| NaiveDate::default() + Duration::days(need["day"].as_i64().unwrap());
            let changes = needs.iter().map(|need| (day(need), quantity(&need["qty"]).negated()));
            let (on, on_hand) = (NaiveDate::default(), quantity(&given["on_hand"]));
            let expected = StockProjection { on, on_hand, changes: changes.collect::<BTreeMap<_, _>>() };
            let cover = given["supply_period_days"].as_u64().map_or(0, |days| u32::try_from(days).unwrap());
            let needed = expected.needed(or_none(&given["min"]), or_none(&given["target"]), cover).unwrap();
            if let Some(requests) = wanted["requests"].as_array() {
                assert_eq!(needed.len(), requests.len());
                let pairs = needed.iter().zip(requests).flat_map(|(delivery, request)| {
                    let by = (days(delivery.by), decimal(&request["planned_day"]));
                    [by, (delivery.quantity.amount(), decimal(&request["qty"]))]
                });
                return pairs.collect();
            }
            let total: Decimal = needed.iter().map(|delivery| delivery.quantity.amount()).sum();
            let request = &wanted["request_qty"];
            let requests = usize::from(!request.is_null());
            vec![(total, or_none(request).amount()), (needed.len().into(), requests.into())]
        });
    }

    #[test]
    fn lead_times() {
        run("lead_time", |given, wanted| {
            let date = |value: &Value| value.as_str().unwrap().parse::<NaiveDate>().unwrap();
            let lead_days = u32::try_from(given["lead_time_days"].as_u64().unwrap()).unwrap();
            let every_day = VendorSchedule::default();
            let arrives = every_day.arrival(date(&given["purchase_date"]), lead_days).unwrap();
            let ordered = every_day.latest_order(arrives, lead_days).unwrap();
            vec![
                (days(arrives), days(date(&wanted["supply_date"]))),
                (days(ordered), days(date(&wanted["purchase_date_from_supply_date"]))),
            ]
        });
    }
}
