//! Published cases of stock valuation. Their licences do not allow keeping them here; they are run where they lie beside
//! the project, and the one that is restated here always is.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod published {
    use std::path::Path;

    use chrono::{Duration, NaiveDate};
    use office_core::{Currency, Decimal, Id, Money, Quantity};
    use office_inventory::{EnterError, Entered, Ledger, Location, Movement, Transfer};
    use serde_json::Value;

    /// The case of this topic and name, where the collection lies beside the project.
    fn case(topic: &str, name: &str) -> Option<Value> {
        let mut beside =
            Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared/cases/inventory"));
        let Some(folder) = beside.find(|folder| folder.is_dir()) else {
            println!("left out: no cases beside this checkout");
            return None;
        };
        let text = std::fs::read_to_string(folder.join(format!("{topic}.json"))).unwrap();
        let cases: Value = serde_json::from_str(&text).unwrap();
        let found = cases["cases"].as_array().unwrap().iter().find(|case| case["id"] == name);
        Some(found.unwrap_or_else(|| panic!("{topic} has no {name}")).clone())
    }

    fn decimal(value: &Value) -> Decimal {
        value.to_string().parse::<Decimal>().unwrap().normalize()
    }

    fn day(number: &Value) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 6, 15).unwrap() + Duration::days(number.as_i64().unwrap_or(0))
    }

    fn store(name: &str) -> Location {
        Location::Storage(Id::natural("place", name))
    }

    /// A ledger to which movements are entered in the order of the case.
    struct Shelf(Ledger);

    impl Shelf {
        fn empty() -> Self {
            Self(Ledger::new("each".parse().unwrap(), Currency::EUR))
        }

        fn quantity(&self, amount: &Value) -> Quantity {
            Quantity::new(decimal(amount), self.0.unit()).unwrap()
        }

        fn enter(&mut self, on: NaiveDate, transfer: Transfer) -> Result<Entered, EnterError> {
            let sequence = self.0.next_sequence();
            let reference = format!("case-{sequence}").parse().unwrap();
            self.0.enter(Movement { sequence, effective: on, reference, transfer })
        }

        fn receive(&mut self, on: NaiveDate, at: &str, quantity: &Value, unit_cost: &Value) -> u64 {
            let value = Money::new(decimal(quantity) * decimal(unit_cost), Currency::EUR).unwrap();
            let vendor = Location::Supplier(Id::natural("party", "vendor"));
            let transfer = Transfer::inward(self.quantity(quantity), value, vendor, Id::natural("place", at)).unwrap();
            self.enter(on, transfer).unwrap();
            self.0.next_sequence() - 1
        }

        fn issue(&mut self, on: NaiveDate, at: &str, quantity: &Value) -> Result<Money, EnterError> {
            let centre = Location::Consumption(Id::natural("cost_centre", "use"));
            let transfer = Transfer::outward(self.quantity(quantity), Id::natural("place", at), centre).unwrap();
            self.enter(on, transfer).map(|entered| entered.value)
        }

        /// Quantity and unit cost of each layer.
        fn layers(&self) -> Vec<[Decimal; 2]> {
            let layer = |layer: office_inventory::Layer| {
                [layer.quantity.amount(), layer.value.amount() / layer.quantity.amount()]
            };
            self.0.layers().map(layer).map(|pair| pair.map(|number| number.normalize())).collect()
        }
    }

    fn pairs(value: &Value) -> Vec<[Decimal; 2]> {
        value.as_array().unwrap().iter().map(|pair| [decimal(&pair[0]), decimal(&pair[1])]).collect()
    }

    #[test]
    fn a_receipt_in_the_past_ripples_through_a_transfer_to_the_issue() {
        let expected = case("backdated_repost", "erp-dependent-chain")
            .map(|case| case["expected"]["final_issue_value_after_step"].clone());
        let mut shelf = Shelf::empty();
        let on = |number: i64| day(&Value::from(number));
        let (five, two) = (Value::from(5), Value::from(2));
        shelf.receive(on(0), "A", &five, &Value::from(10));
        let (from, to) = (Id::natural("place", "A"), Id::natural("place", "B"));
        shelf.enter(on(1), Transfer::within(shelf.quantity(&five), from, to).unwrap()).unwrap();
        shelf.issue(on(2), "B", &five).unwrap();
        let cost = |shelf: &Shelf| shelf.0.movements().last().unwrap().1.amount().normalize();
        let mut costs = vec![cost(&shelf)];
        let late = shelf.receive(on(-1), "A", &five, &Value::from(20));
        costs.push(cost(&shelf));
        shelf.0.reverse(late).unwrap();
        costs.push(cost(&shelf));
        shelf.receive(on(-2), "A", &two, &Value::from(20));
        costs.push(cost(&shelf));
        assert_eq!(costs, [50, 100, 50, 70].map(Decimal::from));
        let published = expected.map(|costs| costs.as_array().unwrap().iter().map(decimal).collect::<Vec<_>>());
        assert!(published.is_none_or(|published| published == costs));
    }

    #[test]
    fn layers_are_used_up_from_the_oldest() {
        for name in ["fifo-four-rates", "fifo-multi-layer"] {
            let Some(case) = case("cost_queue", name) else { return };
            let mut shelf = Shelf::empty();
            for operation in case["inputs"]["operations"].as_array().unwrap() {
                if operation["op"] == "receive" {
                    shelf.receive(day(&Value::Null), "A", &operation["qty"], &operation["unit_cost"]);
                } else {
                    shelf.issue(day(&Value::Null), "A", &operation["qty"]).unwrap();
                }
            }
            // Layers of one cost may be kept merged or apart.
            let merged = shelf.layers().into_iter().fold(Vec::<[Decimal; 2]>::new(), |mut merged, layer| {
                match merged.last_mut() {
                    Some(last) if last[1] == layer[1] => last[0] += layer[0],
                    _ => merged.push(layer),
                }
                merged
            });
            assert_eq!(merged, pairs(&case["expected"]["layers"]), "{name}");
        }
    }

    #[test]
    fn issues_cost_what_was_paid_first() {
        for name in ["fifo-normal", "tryton-fifo-sequence"] {
            let Some(case) = case("valuation", name) else { return };
            let mut shelf = Shelf::empty();
            for (number, step) in (1..).zip(case["inputs"]["moves"].as_array().unwrap()) {
                let number: i32 = number;
                let key = number.to_string();
                if step["kind"] == "in" {
                    shelf.receive(day(&Value::Null), "A", &step["qty"], &step["unit_cost"]);
                } else {
                    let cost = shelf.issue(day(&Value::Null), "A", &step["qty"]).unwrap();
                    if let Some(unit_cost) = case["expected"]["issue_cost"].get(&key) {
                        assert_eq!(
                            cost.amount().normalize(),
                            decimal(unit_cost) * decimal(&step["qty"]),
                            "{name} {key}"
                        );
                    }
                }
                if let Some(unit_cost) = case["expected"]["remaining_unit_cost_after_move"].get(&key) {
                    let left = shelf.0.value().amount() / shelf.0.total_on_hand().amount();
                    assert_eq!(left.normalize(), decimal(unit_cost), "{name} {key}");
                }
            }
            if let Some(value) = case["expected"].get("value") {
                assert_eq!(shelf.0.value().amount().normalize(), decimal(value), "{name}");
                assert_eq!(shelf.0.total_on_hand().amount(), decimal(&case["expected"]["qty"]), "{name}");
            }
        }
    }

    #[test]
    fn transfers_bring_the_same_layers_in_the_same_order() {
        let Some(case) = case("valuation", "erp-fifo-layer-transfer") else { return };
        let mut shelf = Shelf::empty();
        for receipt in case["inputs"]["receipts"].as_array().unwrap() {
            shelf.receive(day(&Value::Null), "A", &receipt[0], &receipt[1]);
        }
        for amount in case["inputs"]["transfers"].as_array().unwrap() {
            let (from, to) = (Id::natural("place", "A"), Id::natural("place", "B"));
            shelf.enter(day(&Value::Null), Transfer::within(shelf.quantity(amount), from, to).unwrap()).unwrap();
        }
        assert!(shelf.0.on_hand(store("A")).is_zero());
        assert_eq!(shelf.layers(), pairs(&case["expected"]["target_layers"]));
    }

    #[test]
    fn what_is_on_hand_on_a_day_does_not_depend_on_closed_periods() {
        let Some(case) = case("stock_at_date", "tryton-period-cache") else { return };
        let mut shelf = Shelf::empty();
        let none = Value::from(0);
        for step in case["inputs"]["moves"].as_array().unwrap().iter().filter(|step| step["day"].is_i64()) {
            if step["to"] == "storage" {
                shelf.receive(day(&step["day"]), "A", &step["qty"], &none);
            } else {
                shelf.issue(day(&step["day"]), "A", &step["qty"]).unwrap();
            }
        }
        let days = case["inputs"]["query_days"].as_array().unwrap();
        let expected: Vec<_> =
            days.iter().zip(case["expected"]["on_hand"].as_array().unwrap()).filter(|(on, _)| on.is_i64()).collect();
        let check = |shelf: &Shelf, closed: Option<NaiveDate>| {
            for (on, held) in &expected {
                let known = closed.is_none_or(|closed| day(on) >= closed);
                let answer = shelf.0.on_hand_at(store("A"), day(on)).map(Quantity::amount);
                assert_eq!(answer, known.then(|| decimal(held)), "{on}");
            }
        };
        check(&shelf, None);
        for through in case["inputs"]["close_periods_at"].as_array().unwrap() {
            shelf.0.close(day(through)).unwrap();
            check(&shelf, None);
            let mut short = Shelf(shelf.0.clone());
            short.0.forget(day(through)).unwrap();
            check(&short, Some(day(through)));
        }
    }

    #[test]
    fn a_count_in_the_past_that_leaves_too_little_is_refused() {
        let Some(case) = case("stock_count", "erp-backdated-count-negative-blocked") else { return };
        let mut shelf = Shelf::empty();
        for event in case["inputs"]["events"].as_array().unwrap() {
            match event["kind"].as_str().unwrap() {
                "in" => drop(shelf.receive(day(&event["day"]), "A", &event["qty"], &Value::from(1))),
                "out" => drop(shelf.issue(day(&event["day"]), "A", &event["qty"]).unwrap()),
                _ => {
                    let held = shelf.0.on_hand_at(store("A"), day(&event["day"])).unwrap();
                    let lost = held.checked_sub(shelf.quantity(&event["qty"])).unwrap();
                    let lost = Transfer::outward(lost, Id::natural("place", "A"), Location::Loss).unwrap();
                    let refused = shelf.enter(day(&event["day"]), lost);
                    assert!(matches!(refused, Err(EnterError::Short { .. })), "{refused:?}");
                }
            }
        }
        assert_eq!(shelf.0.on_hand(store("A")).amount(), Decimal::from(8));
    }
}
