//! Published cases of units, stock, valuation, reservations and counts. Their licences do not allow keeping them here: they
//! are run where they lie beside the project, topic by topic.

#[cfg(test)]
#[path = "cases/buying.rs"]
mod buying;
#[cfg(test)]
#[path = "cases/counting.rs"]
mod counting;
#[cfg(test)]
#[path = "cases/ordering.rs"]
mod ordering;
#[cfg(test)]
#[path = "cases/shelf.rs"]
mod shelf;
#[cfg(test)]
#[path = "cases/units.rs"]
mod units;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
#[path = "cases/valuing.rs"]
mod valuing;

#[cfg(test)]
mod published {
    use std::collections::BTreeSet;
    use std::path::Path;

    use serde_json::Value;

    use crate::shelf::Verdict;
    use crate::{buying, counting, ordering, units, valuing};

    type Run = fn(&Value) -> Verdict;

    /// Each topic and what runs its cases.
    const TOPICS: [(&str, Run); 18] = [
        ("asset_tag", counting::tags),
        ("uom", units::convert),
        ("uom_parse", units::parse),
        ("uom_rounding", units::round),
        ("cost_queue", valuing::queue),
        ("valuation", valuing::value),
        ("valuation_amendment", valuing::value),
        ("valuation_method_change", valuing::value),
        ("valuation_replay", valuing::replay),
        ("valuation_warehouse", valuing::by_site),
        ("lot_valuation", valuing::by_lot),
        ("backdated_repost", valuing::late),
        ("gl_value", valuing::books),
        ("landed_cost", valuing::charges),
        ("reservation", counting::reserve),
        ("serial_expansion", counting::serials),
        ("stock_at_date", counting::at_date),
        ("stock_count", counting::count),
    ];

    /// Cases of topics whose cases are run each by something else: topic, case, and what runs it.
    const ONE_BY_ONE: [(&str, &str, Run); 6] = [
        ("purchasing", "erp-po-draft", ordering::drafts),
        ("purchasing", "erp-po-reduce-line", ordering::cuts),
        ("purchasing", "erp-po-remove-received", ordering::removals),
        ("purchasing", "tryton-requisition-two-suppliers", ordering::vendors),
        ("purchasing", "tryton-quotation-best", buying::quotations),
        ("purchasing", "tryton-quotation-preferred", buying::quotations),
    ];

    /// Topics that other tests run, which say of each how many passed: in files beside this crate's folder.
    const ELSEWHERE: [(&str, &str); 15] = [
        ("business_time", "office-core/tests/business_time.rs"),
        ("demand_profile", "office-inventory/tests/demand_case.rs"),
        ("depreciation", "office-finance/tests/depreciation.rs"),
        ("eoq", "office-inventory/tests/demand_case.rs"),
        ("eoq_discounts", "office-inventory/tests/demand_case.rs"),
        ("intermittent_demand", "office-inventory/tests/demand_case.rs"),
        ("joint_replenishment", "office-inventory/tests/demand_case.rs"),
        ("lead_time", "office-inventory/tests/demand_case.rs"),
        ("loss_function", "office-inventory/tests/demand_case.rs"),
        ("lot_sizing_wagner_whitin", "office-inventory/tests/demand_case.rs"),
        ("newsvendor", "office-inventory/tests/demand_case.rs"),
        ("r_Q_policy", "office-inventory/tests/demand_case.rs"),
        ("reorder", "office-inventory/tests/demand_case.rs"),
        ("s_S_policy", "office-inventory/tests/demand_case.rs"),
        ("vendor", "office-inventory/tests/vendor.rs"),
    ];

    /// Topics that are not run, and why.
    const LEFT_OUT: [(&str, &str); 11] = [
        ("comfort_pmv", "of rooms"),
        ("permission_rule", "of permissions"),
        ("retention_hold", "of records"),
        ("retention_multiple", "of records"),
        ("retention_schedule", "of records"),
        ("sla_events", "of the service desk"),
        ("sla_first_response", "of the service desk"),
        ("sla_metrics", "of the service desk"),
        ("sla_pause", "of the service desk"),
        ("sla_target", "of the service desk"),
        ("version_pruning", "of records"),
    ];

    fn file(name: &str) -> Option<Value> {
        let mut beside =
            Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared/cases/inventory"));
        let folder = beside.find(|folder| folder.is_dir())?;
        let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
        Some(serde_json::from_str(&text).unwrap())
    }

    fn cases(topic: &str) -> Option<Vec<Value>> {
        Some(file(topic)?["cases"].as_array().unwrap().clone())
    }

    #[test]
    fn every_case_comes_out_as_published() {
        let mut wrong = Vec::new();
        for (topic, run) in TOPICS {
            let Some(cases) = cases(topic) else {
                println!("{topic}: left out, no cases beside this checkout");
                continue;
            };
            let failed: Vec<_> = cases
                .iter()
                .filter_map(|case| run(case).err().map(|why| format!("{topic} {}: {why}", case["id"])))
                .collect();
            println!("{topic}: {} passed, {} failed, 0 left out", cases.len() - failed.len(), failed.len());
            wrong.extend(failed);
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn every_case_that_is_run_alone_comes_out_as_published() {
        let topics: BTreeSet<_> = ONE_BY_ONE.iter().map(|(topic, ..)| *topic).collect();
        for topic in topics {
            let Some(cases) = cases(topic) else {
                println!("{topic}: left out, no cases beside this checkout");
                continue;
            };
            let id = |case: &Value| case["id"].as_str().unwrap().to_owned();
            let (mut passed, mut wrong) = (BTreeSet::new(), Vec::new());
            for (_, name, run) in ONE_BY_ONE.iter().filter(|(of, ..)| *of == topic) {
                let case = cases.iter().find(|case| id(case) == *name).unwrap();
                match run(case) {
                    Ok(()) => drop(passed.insert(id(case))),
                    Err(why) => wrong.push(format!("{topic} {name}: {why}")),
                }
            }
            let left: Vec<_> =
                cases.iter().map(id).filter(|id| !ONE_BY_ONE.iter().any(|(_, name, _)| name == id)).collect();
            println!("{topic}: {} passed, {} failed, {} left out {left:?}", passed.len(), wrong.len(), left.len());
            assert!(wrong.is_empty(), "{wrong:#?}");
        }
    }

    #[test]
    fn every_topic_is_run_or_left_out_for_a_reason() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        for (topic, file) in ELSEWHERE {
            let source = std::fs::read_to_string(crates.join(file)).unwrap();
            assert!(source.contains(topic), "{file} runs {topic}");
            println!("{topic}: run by {file}");
        }
        for (topic, why) in LEFT_OUT {
            let number = cases(topic).map_or(0, |cases| cases.len());
            println!("{topic}: 0 passed, 0 failed, {number} left out: {why}");
        }
        let here = TOPICS.iter().map(|(topic, _)| *topic).chain(ONE_BY_ONE.map(|(topic, ..)| topic));
        let known: BTreeSet<_> =
            here.chain(ELSEWHERE.map(|(topic, _)| topic)).chain(LEFT_OUT.map(|(topic, _)| topic)).collect();
        let Some(manifest) = file("manifest") else { return };
        for entry in manifest["files"].as_array().unwrap() {
            let topic = entry["file"].as_str().unwrap().trim_end_matches(".json");
            assert!(known.contains(topic), "{topic} is neither run nor left out");
        }
    }
}
