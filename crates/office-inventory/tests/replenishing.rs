//! Ordering kept items again: what is stored of it, and that it is asked for once, whoever looks.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
#[expect(clippy::too_many_lines, reason = "a stored form is shown whole")]
mod stored {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::Barrier;

    use chrono::{DateTime, Days, NaiveDate};
    use insta::assert_json_snapshot;
    use office_core::rules::{DecisionTable, PolicyBook};
    use office_core::subject::{ItemId, PartyId, PlaceId, RequisitionId};
    use office_core::{
        Actor, Command, Currency, DateRange, Decimal, Entity, Id, MemoryStore, Money, Office, Percent, Quantity, Ratio,
        Role, Rounding, fold, wait,
    };
    use office_inventory::theory::{ForecastRule, ServiceTarget};
    use office_inventory::{
        AdviseReorderError, Asked, CostMethod, DeliveredGoods, GoodsDelivery, Item, ItemKind, NewItem, NewRequisition,
        NewRequisitionLine, NewStock, OpeningStock, OrderTerms, PlaceTree, PriceList, PriceRow, PublishTermsError,
        Purchase, PurchaseLine, QuantityGround, ReorderAdvice, ReorderBasis, ReorderPolicy, ReorderTerms,
        Replenishment, ReplenishmentFact, Requisition, ReservationRequest, Stock, StockIssue, VendorChoice,
        VendorPassedOver, VendorSchedule, advise_reorder, handle_goods, issue_goods, measured_lead_times, place_order,
        receive_delivery,
    };
    use office_scratch::{embedded, offices};
    use proptest::prelude::*;

    fn item() -> ItemId {
        Id::natural("item", "PAP-A4")
    }

    fn room() -> PlaceId {
        Id::natural("place", "R-S1")
    }

    fn vendor(number: u8) -> PartyId {
        Id::natural("party", &format!("V-0{number}"))
    }

    fn reams(number: i32) -> Quantity {
        Quantity::whole(number, "ream".parse().unwrap())
    }

    /// Days from a Monday on.
    fn day(number: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 8, 3).unwrap() + Days::new(number)
    }

    fn command(key: &str) -> Command {
        let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
        Command::new(key, "test", keeper, DateTime::from_timestamp(1_790_000_000, 0).unwrap()).unwrap()
    }

    fn terms(policy: ReorderPolicy, least: i32, multiple: i32) -> ReorderTerms {
        ReorderTerms {
            policy,
            service: ServiceTarget::Cycle(Percent::whole(95)),
            vendor: VendorChoice::LeastCost,
            order_cost: "15.00 EUR".parse().unwrap(),
            holding_rate: Percent::whole(20),
            least: reams(least),
            multiple: reams(multiple),
            step: reams(1),
            forecast: ForecastRule::default(),
        }
    }

    fn basis(on: NaiveDate) -> ReorderBasis {
        let row = |number: u8, cents: i64, min_boxes: i32| PriceRow {
            vendor: vendor(number),
            item: item(),
            vendor_sku: None,
            price: format!("{} EUR / 1 box", Decimal::new(cents, 2)).parse().unwrap(),
            min_quantity: Quantity::whole(min_boxes, "box".parse().unwrap()),
            lead_days: 3,
            valid: DateRange::year(2026).unwrap(),
        };
        let prices = PriceList::new(Currency::EUR, [row(1, 21_50, 1), row(1, 20_50, 20), row(2, 22_00, 1)]).unwrap();
        let vendors = [1, 2].map(|number| (vendor(number), VendorSchedule::default())).into();
        ReorderBasis { on, prices, vendors, blocked: BTreeSet::new(), weeks: 1, periods: 52 }
    }

    fn policy() -> PolicyBook {
        let mut policy = PolicyBook::new("purchase");
        let always = DecisionTable::from_rows(&["outcome"], [vec!["allow".to_owned()]]).unwrap();
        policy.publish("2026-01-01".parse().unwrap(), always).unwrap();
        policy
    }

    fn id(name: &str) -> RequisitionId {
        Id::natural("requisition", name)
    }

    /// Paper in reams and boxes of five, so many on hand, ordered again by terms.
    fn open(office: &Office, on_hand: i32, terms: &ReorderTerms) {
        let listed = NewItem {
            sku: "PAP-A4".parse().unwrap(),
            name: "Copy paper".to_owned(),
            category: "office".to_owned(),
            kind: ItemKind::Consumable,
            unit: "ream".parse().unwrap(),
            packs: [("box".parse().unwrap(), Ratio::from_integer(5))].into(),
            vendor: Some(vendor(1)),
            reorder: None,
            cost_method: CostMethod::Fifo,
        };
        let value = Money::from_minor(i64::from(on_hand) * 4_20, Currency::EUR);
        let opening = OpeningStock {
            quantity: reams(on_hand),
            value,
            at: room(),
            on: day(0),
            reference: "list".parse().unwrap(),
        };
        let new = NewStock {
            item: item(),
            unit: "ream".parse().unwrap(),
            currency: Currency::EUR,
            opening: (on_hand > 0).then_some(opening),
        };
        let listed = Item::list(listed).unwrap().fact().unwrap();
        let opened = Stock::begin(new).unwrap().fact().unwrap();
        let begun = Replenishment::begin(item(), "ream".parse().unwrap(), day(0), *terms).unwrap().fact().unwrap();
        wait(office.transact(&command("open"), |tx| {
            let (listed, opened, begun) = (listed.clone(), opened.clone(), begun.clone());
            async move {
                tx.create(Item::key(item()), listed).await?;
                tx.create(Stock::key(item()), opened).await?;
                tx.create(Replenishment::key(item()), begun).await
            }
        }))
        .unwrap();
    }

    fn issue(office: &Office, slip: &str, quantity: i32, on: NaiveDate) {
        let slip = StockIssue {
            quantity: reams(quantity),
            from: room(),
            cost_centre: Id::natural("cost_centre", "CC-200"),
            issued_to: None,
            on,
            reference: slip.parse().unwrap(),
        };
        wait(office.transact(&command(slip.reference.as_str()), |tx| {
            let slip = slip.clone();
            async move { issue_goods(&tx, item(), slip).await }
        }))
        .unwrap();
    }

    /// Looks, and asks for what is to be ordered.
    fn ask(office: &Office, name: &str, basis: &ReorderBasis) -> Result<ReorderAdvice, AdviseReorderError> {
        let policy = policy();
        wait(office.transact(&command(name), |tx| {
            let policy = policy.clone();
            async move {
                let advice = advise_reorder(&tx, item(), basis).await?;
                let ReorderAdvice::Order(proposal) = &advice else { return Ok(advice) };
                let line = NewRequisitionLine { item: item(), quantity: proposal.quantity, estimate: proposal.value };
                let request = NewRequisition {
                    id: id(name),
                    number: name.parse().unwrap(),
                    requester: Id::natural("person", "E-004"),
                    on: basis.on,
                    lines: vec![line],
                    within_budget: true,
                    cost_centre: Id::natural("cost_centre", "CC-100"),
                    scope: "company/CC-100".parse().unwrap(),
                    reason: proposal.to_string(),
                };
                let submitted = Requisition::submit(request, &policy, tx.command().at()).unwrap().fact().unwrap();
                tx.create(Requisition::key(id(name)), submitted).await?;
                let asked = Asked { requisition: id(name), on: basis.on, proposal: proposal.clone() };
                tx.record(Replenishment::key(item()), ReplenishmentFact::Asked(asked)).await?;
                Ok(advice)
            }
        }))
    }

    fn advise(office: &Office, basis: &ReorderBasis) -> ReorderAdvice {
        wait(office.view(|view| async move { advise_reorder(&view, item(), basis).await })).unwrap()
    }

    fn stock(office: &Office) -> Stock {
        wait(office.view(|view| async move { view.load(Stock::key(item())).await })).unwrap()
    }

    fn pending(office: &Office) -> usize {
        wait(office.view(|view| async move { view.list(Requisition::PENDING, &item()).await })).unwrap().len()
    }

    #[test]
    fn how_an_item_is_ordered_again_is_stored() {
        let min_max = ReorderPolicy::MinMax { min: reams(40), max: reams(100) };
        let office = Office::on(MemoryStore::new());
        open(&office, 10, &terms(min_max, 0, 5));
        ask(&office, "RQ-01", &basis(day(64))).unwrap();
        let begun = Replenishment::begin(item(), "ream".parse().unwrap(), day(0), terms(min_max, 0, 5)).unwrap();
        let mut facts = vec![begun.fact().unwrap()];
        let mut state = Replenishment::open(&facts[0]).unwrap();
        facts.push(state.publish(day(30), terms(ReorderPolicy::OrderUpTo, 10, 5)).unwrap().fact().unwrap());
        assert!(state.publish(day(0), terms(min_max, 0, 5)).unwrap().fact().is_none());
        state.apply(&facts[1]);
        let text = serde_json::to_string(&facts).unwrap();
        assert_eq!(serde_json::from_str::<Vec<ReplenishmentFact>>(&text).unwrap(), facts);
        assert_eq!(fold::<Replenishment>(&facts), Some(state));
        assert_json_snapshot!(facts, @r#"
        [
          {
            "begun": {
              "item": "0a7b0973-da94-53d2-b8a4-d6204e9e8267",
              "unit": "ream",
              "from": "2026-08-03",
              "terms": {
                "policy": {
                  "min_max": {
                    "min": "40 ream",
                    "max": "100 ream"
                  }
                },
                "service": {
                  "cycle": "95 %"
                },
                "vendor": "least_cost",
                "order_cost": "15.00 EUR",
                "holding_rate": "20 %",
                "least": "0 ream",
                "multiple": "5 ream",
                "step": "1 ream",
                "forecast": {
                  "average": 12,
                  "level": "0.2",
                  "trend": "0.1",
                  "seldom": "0.1",
                  "quiet_intervals": "3",
                  "trend_gain": "0.9"
                }
              }
            }
          },
          {
            "published": {
              "from": "2026-09-02",
              "terms": {
                "policy": "order_up_to",
                "service": {
                  "cycle": "95 %"
                },
                "vendor": "least_cost",
                "order_cost": "15.00 EUR",
                "holding_rate": "20 %",
                "least": "10 ream",
                "multiple": "5 ream",
                "step": "1 ream",
                "forecast": {
                  "average": 12,
                  "level": "0.2",
                  "trend": "0.1",
                  "seldom": "0.1",
                  "quiet_intervals": "3",
                  "trend_gain": "0.9"
                }
              }
            }
          }
        ]
        "#);

        let kept = wait(office.view(|view| async move { view.load(Replenishment::key(item())).await })).unwrap();
        let read: Replenishment = serde_json::from_str(&serde_json::to_string(&kept).unwrap()).unwrap();
        assert_eq!(read, kept);
        assert_json_snapshot!(kept.asked(), @r#"
        {
          "requisition": "85a28bf3-134a-5761-90ad-41ac48fe8b20",
          "on": "2026-10-06",
          "proposal": {
            "item": "0a7b0973-da94-53d2-b8a4-d6204e9e8267",
            "quantity": "18 box",
            "in_stock_unit": "90 ream",
            "value": "387.00 EUR",
            "price": {
              "vendor": "6023c249-6707-5a2a-b2b1-14dc5aff498c",
              "item": "0a7b0973-da94-53d2-b8a4-d6204e9e8267",
              "price": "21.5 EUR / 1 box",
              "min_quantity": "1 box",
              "lead_days": 3,
              "valid": {
                "start": "2026-01-01",
                "end": "2027-01-01"
              }
            },
            "wanted": "90 ream",
            "quantity_ground": "wanted",
            "reasons": {
              "terms_since": "2026-08-03",
              "terms": {
                "policy": {
                  "min_max": {
                    "min": "40 ream",
                    "max": "100 ream"
                  }
                },
                "service": {
                  "cycle": "95 %"
                },
                "vendor": "least_cost",
                "order_cost": "15.00 EUR",
                "holding_rate": "20 %",
                "least": "0 ream",
                "multiple": "5 ream",
                "step": "1 ream",
                "forecast": {
                  "average": 12,
                  "level": "0.2",
                  "trend": "0.1",
                  "seldom": "0.1",
                  "quiet_intervals": "3",
                  "trend_gain": "0.9"
                }
              },
              "position": {
                "on_hand": "10 ream",
                "on_order": "0 ream",
                "requested": "0 ream",
                "committed": "0 ream"
              },
              "total": "10 ream",
              "forecast": {
                "method": {
                  "moving_average": {
                    "periods": 1
                  }
                },
                "rate": "0",
                "slope": "0",
                "deviation": "0",
                "measured": 0
              },
              "ground": "hardly_known",
              "source": {
                "vendor": "6023c249-6707-5a2a-b2b1-14dc5aff498c",
                "order_on": "2026-10-06",
                "arrives_on": "2026-10-09",
                "lasts_until": "2026-10-09",
                "yearly_cost": "25.8",
                "passed_over": [
                  [
                    "6fb71d98-2acf-5fe6-b96d-73736d6bf7b7",
                    {
                      "dearer": {
                        "yearly_cost": "26.4"
                      }
                    }
                  ]
                ]
              },
              "until_delivery": {
                "mean": "0",
                "deviation": "0"
              },
              "safety": {
                "factor": "1.644853627",
                "stock": "0"
              },
              "point": "40 ream",
              "level": "100 ream",
              "lot": "0 ream"
            }
          }
        }
        "#);
    }

    #[test]
    fn terms_in_another_unit_are_refused() {
        let given = "box".parse().unwrap();
        let refused = Replenishment::begin(item(), given, day(0), terms(ReorderPolicy::OrderPoint, 0, 1));
        assert_eq!(refused, Err(PublishTermsError::Unit { unit: given, given: "ream".parse().unwrap() }));
    }

    #[test]
    fn what_was_issued_outlasts_its_period_and_what_is_taken_back_does_not_count() {
        for office in &offices().1 {
            open(office, 100, &terms(ReorderPolicy::OrderPoint, 0, 1));
            for (slip, quantity, on) in [("slip-1", 3, 1), ("slip-2", 4, 6), ("slip-3", 9, 8), ("slip-4", 5, 15)] {
                issue(office, slip, quantity, day(on));
            }
            let sequence = stock(office).booked(&"slip-3".parse().unwrap()).unwrap().sequence;
            for (key, close) in [("reverse", false), ("close", true)] {
                wait(office.transact(&command(key), |tx| async move {
                    handle_goods(&tx, item(), None, day(10), |stock| {
                        let decision = if close {
                            stock.close(day(20)).map_err(|error| error.to_string())
                        } else {
                            stock.reverse(sequence).map_err(|error| error.to_string())
                        };
                        decision.map_err(std::io::Error::other)
                    })
                    .await
                }))
                .unwrap();
            }
            let stock = stock(office);
            assert_eq!(stock.ledger().movements().count(), 0);
            assert_eq!(stock.demand(day(21), 1, 52).unwrap().demand(), [reams(7), reams(0), reams(5)]);
            assert_eq!(stock.demand(day(21), 2, 52).unwrap().demand(), [reams(7), reams(5)]);
            assert_eq!(stock.demand(day(21), 1, 2).unwrap().demand(), [reams(0), reams(5)]);
            assert_eq!(stock.demand(day(2), 1, 52).unwrap().demand(), [reams(0)]);
        }
    }

    #[test]
    fn what_is_set_aside_is_ordered_again() {
        let min_max = ReorderPolicy::MinMax { min: reams(40), max: reams(100) };
        let office = Office::on(MemoryStore::new());
        open(&office, 45, &terms(min_max, 0, 5));
        assert!(matches!(advise(&office, &basis(day(7))), ReorderAdvice::Enough(_)));
        wait(office.transact(&command("reserve"), |tx| async move {
            handle_goods(&tx, item(), None, day(1), |stock| {
                let (reference, tree, expires) = ("workshop".parse().unwrap(), PlaceTree::default(), BTreeMap::new());
                let (on, tree, expires) = (day(1), &tree, &expires);
                let quantity = reams(10);
                stock.reserve(&ReservationRequest {
                    reference,
                    quantity,
                    within: room(),
                    on,
                    until: None,
                    tree,
                    expires,
                })
            })
            .await
        }))
        .unwrap();
        let ReorderAdvice::Order(proposal) = advise(&office, &basis(day(7))) else { panic!("35 of 40") };
        assert_eq!(proposal.reasons.position.committed, reams(10));
        assert_eq!((proposal.wanted, proposal.in_stock_unit), (reams(65), reams(65)));
        assert_eq!(proposal.quantity_ground, QuantityGround::Wanted);
    }

    #[test]
    fn nothing_is_ordered_from_a_vendor_that_is_blocked() {
        let office = Office::on(MemoryStore::new());
        open(&office, 2, &terms(ReorderPolicy::MinMax { min: reams(40), max: reams(100) }, 0, 5));
        let free = basis(day(7));
        let ReorderAdvice::Order(proposal) = advise(&office, &free) else { panic!("2 of 40") };
        assert_eq!(proposal.reasons.source.vendor, vendor(1));

        let blocked = ReorderBasis { blocked: [vendor(1)].into(), ..free.clone() };
        let ReorderAdvice::Order(proposal) = advise(&office, &blocked) else { panic!("2 of 40") };
        assert_eq!(proposal.reasons.source.vendor, vendor(2));
        assert_eq!(proposal.reasons.source.passed_over, [(vendor(1), VendorPassedOver::Blocked)]);

        let both = ReorderBasis { blocked: [vendor(1), vendor(2)].into(), ..free };
        let advice = ask(&office, "RQ-01", &both).unwrap();
        assert!(advice.to_string().contains("is blocked"), "{advice}");
        assert_eq!(pending(&office), 0);
    }

    #[test]
    fn measured_lead_times_count_in_the_place_of_promises() {
        for office in &offices().1 {
            open(office, 2, &terms(ReorderPolicy::MinMax { min: reams(40), max: reams(100) }, 0, 5));
            let plain = basis(day(7));
            ask(office, "RQ-01", &plain).unwrap();
            let purchase = Purchase {
                order: Id::natural("order", "PO-1"),
                number: "PO-1".parse().unwrap(),
                vendor: vendor(1),
                lines: vec![PurchaseLine::new(1, "20 box".parse().unwrap(), "20.5 EUR / 1 box".parse().unwrap())],
                terms: OrderTerms { currency: Currency::EUR, rounding: Rounding::HalfUp },
                on: day(7),
            };
            let requisition = id("RQ-01");
            wait(office.transact(&command("order"), |tx| {
                let purchase = purchase.clone();
                async move { place_order(&tx, requisition, purchase).await }
            }))
            .unwrap();
            // What is on order is no more requested, and not asked for again.
            assert!(matches!(advise(office, &plain), ReorderAdvice::Enough(_)));
            let quantity = Quantity::whole(20, "box".parse().unwrap());
            let lines = BTreeMap::from([(1, DeliveredGoods { quantity, to: room(), lot: None })]);
            let delivery = GoodsDelivery { note: "DN-1".parse().unwrap(), on: day(17), lines };
            wait(office.transact(&command("receive"), |tx| {
                let delivery = delivery.clone();
                async move { receive_delivery(&tx, purchase.order, delivery).await }
            }))
            .unwrap();
            issue(office, "slip-1", 90, day(18));

            let vendors = &plain.vendors;
            let measured =
                wait(office.view(|view| async move { measured_lead_times(&view, vendors, day(20)).await })).unwrap();
            assert_eq!(measured.keys().copied().collect::<Vec<_>>(), [vendor(1)]);
            let later = ReorderBasis { on: day(20), ..plain };
            let arrives = |basis: &ReorderBasis| {
                let ReorderAdvice::Order(proposal) = advise(office, basis) else { panic!("12 of 40") };
                proposal.reasons.source.arrives_on
            };
            assert_eq!(arrives(&later), day(23));
            assert_eq!(arrives(&later.measured(&measured).unwrap()), day(30));
        }
    }

    #[test]
    fn two_who_look_at_once_ask_once() {
        const ROUNDS: usize = 10;
        let terms = terms(ReorderPolicy::MinMax { min: reams(40), max: reams(100) }, 0, 5);
        for round in 0..ROUNDS {
            for office in &offices().1 {
                open(office, 10, &terms);
                let start = Barrier::new(3);
                let basis = basis(day(7));
                let asked = std::thread::scope(|scope| {
                    let looks = ["RQ-1", "RQ-2", "RQ-3"].map(|name| {
                        let (start, basis) = (&start, &basis);
                        scope.spawn(move || {
                            start.wait();
                            ask(office, name, basis).unwrap()
                        })
                    });
                    looks.map(|look| usize::from(matches!(look.join().unwrap(), ReorderAdvice::Order(_))))
                });
                assert_eq!((asked.iter().sum::<usize>(), pending(office)), (1, 1), "round {round}");
            }
        }
    }

    fn policies() -> impl Strategy<Value = ReorderPolicy> {
        let min_max = (0..60_i32, 0..60_i32)
            .prop_map(|(min, more)| ReorderPolicy::MinMax { min: reams(min), max: reams(min + more) });
        let periodic = (1..15_u32).prop_map(|every_days| ReorderPolicy::Periodic { every_days });
        prop_oneof![min_max, Just(ReorderPolicy::OrderPoint), Just(ReorderPolicy::OrderUpTo), periodic]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        /// Law 17.
        #[test]
        fn what_was_asked_for_is_not_asked_for_again(
            policy in policies(),
            (least, multiple) in (0..30_i32, 1..8_i32),
            on_hand in 0..80_i32,
            weeks in prop::collection::vec(0..9_i32, 0..10),
        ) {
            for office in &embedded().1 {
                let total: i32 = weeks.iter().sum();
                open(office, on_hand + total, &terms(policy, least, multiple));
                for (week, quantity) in (0..).zip(&weeks).filter(|(_, quantity)| **quantity > 0) {
                    issue(office, &format!("slip-{week}"), *quantity, day(week * 7 + 2));
                }
                let basis = basis(day(70));
                let first = ask(office, "RQ-01", &basis).unwrap();
                prop_assert_eq!(pending(office), usize::from(matches!(first, ReorderAdvice::Order(_))));
                if let ReorderAdvice::Order(proposal) = &first {
                    let amount = proposal.in_stock_unit;
                    prop_assert_eq!(amount.amount() % Decimal::from(multiple), Decimal::ZERO);
                    prop_assert_eq!(amount.amount(), proposal.quantity.amount() * Decimal::from(5));
                    prop_assert!(amount >= reams(least));
                    let reached = proposal.reasons.total.checked_add(amount).unwrap();
                    prop_assert!(reached >= proposal.reasons.level && reached >= proposal.reasons.point);
                    let unsaid = proposal.reasons.position.on_hand;
                    prop_assert_eq!(unsaid, reams(on_hand));
                }
                let second = ask(office, "RQ-02", &basis).unwrap();
                prop_assert!(!matches!(second, ReorderAdvice::Order(_)), "{}", second);
                prop_assert_eq!(pending(office), usize::from(matches!(first, ReorderAdvice::Order(_))));
            }
        }
    }
}
