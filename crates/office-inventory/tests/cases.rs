//! Published cases of units, stock, valuation, reservations and counts. Their licences do not allow keeping them here: they
//! are run where they lie beside the project, topic by topic.

#[cfg(test)]
#[path = "cases/counting.rs"]
mod counting;
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
    use std::path::Path;

    use serde_json::Value;

    use crate::shelf::Verdict;
    use crate::{counting, units, valuing};

    type Run = fn(&Value) -> Verdict;

    /// Each topic and what runs its cases.
    const TOPICS: [(&str, Run); 17] = [
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

    fn cases(topic: &str) -> Option<Vec<Value>> {
        let mut beside =
            Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared/cases/inventory"));
        let folder = beside.find(|folder| folder.is_dir())?;
        let text = std::fs::read_to_string(folder.join(format!("{topic}.json"))).unwrap();
        let cases: Value = serde_json::from_str(&text).unwrap();
        Some(cases["cases"].as_array().unwrap().clone())
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
}
