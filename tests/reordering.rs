//! What is to be ordered again is asked for once, whoever looks, and reserved in the budget.

#[cfg(test)]
#[path = "small_office/backend.rs"]
mod backend;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of a small office are small")]
#[path = "small_office/office.rs"]
mod small_office;

#[cfg(test)]
mod reorder {
    use std::collections::BTreeSet;
    use std::sync::Barrier;

    use office::purchasing::{PurchasingRules, Reordered, WantedReorder, order, request_reorder};
    use office_core::{ApprovalStatus, Id, Money, Office, Percent, wait};
    use office_finance::BudgetLine;
    use office_inventory::theory::{ForecastRule, ServiceTarget};
    use office_inventory::{
        ReorderAdvice, ReorderBasis, ReorderPolicy, ReorderTerms, Replenishment, VendorChoice, VendorSchedule,
    };

    use crate::backend::backends;
    use crate::small_office::{COST_CENTRES, ITEMS, command, cost_centre, day, euro, item, person, rules, set_up};

    /// A hundred reams of paper are there; below `min` it is ordered up to `max`.
    fn open(office: &Office, rules: &PurchasingRules, min: &str, max: &str) {
        set_up(office, rules, euro(250_000), 1);
        let terms = ReorderTerms {
            policy: ReorderPolicy::MinMax { min: min.parse().unwrap(), max: max.parse().unwrap() },
            service: ServiceTarget::Cycle(Percent::whole(95)),
            vendor: VendorChoice::LeastCost,
            order_cost: euro(1_500),
            holding_rate: Percent::whole(20),
            least: "0 ream".parse().unwrap(),
            multiple: "5 ream".parse().unwrap(),
            step: "1 ream".parse().unwrap(),
            forecast: ForecastRule::default(),
        };
        let begun = Replenishment::begin(item(ITEMS[0].0), "ream".parse().unwrap(), day("2026-01-01"), terms).unwrap();
        wait(office.transact(&command("terms", "manager"), |tx| {
            let begun = begun.clone();
            async move { tx.decide(Replenishment::key(item(ITEMS[0].0)), begun).await }
        }))
        .unwrap();
    }

    fn look(office: &Office, rules: &PurchasingRules, number: &str) -> Reordered {
        let basis = &ReorderBasis {
            on: day("2026-10-05"),
            prices: rules.prices.clone(),
            vendors: [(Id::natural("party", "V-01"), VendorSchedule::default())].into(),
            blocked: BTreeSet::new(),
            weeks: 1,
            periods: 52,
        };
        let wanted = &WantedReorder {
            number: number.parse().unwrap(),
            requester: person("anybody"),
            cost_centre: cost_centre(COST_CENTRES[0]),
            scope: "company/CC-100".parse().unwrap(),
        };
        wait(office.transact(&command(number, "assistant"), |tx| async move {
            request_reorder(&tx, rules, item(ITEMS[0].0), basis, wanted.clone()).await
        }))
        .unwrap()
    }

    /// What is reserved and on order for paper.
    fn budget(office: &Office, rules: &PurchasingRules) -> [Money; 2] {
        let account = rules.accounts.expense_of("office").unwrap();
        let id = BudgetLine::id_of(cost_centre(COST_CENTRES[0]), account, 2026);
        let line = wait(office.view(|view| async move { view.load(id).await })).unwrap();
        [line.reserved().unwrap(), line.committed().unwrap()]
    }

    #[test]
    fn three_who_look_at_once_ask_once_and_reserve_once() {
        let rules = &rules();
        for round in 0..8 {
            for backend in backends() {
                let office = &backend.office;
                open(office, rules, "110 ream", "120 ream");
                let start = &Barrier::new(3);
                let asked = std::thread::scope(|scope| {
                    let looks = ["RO-1", "RO-2", "RO-3"].map(|number| {
                        scope.spawn(move || {
                            start.wait();
                            look(office, rules, number)
                        })
                    });
                    looks.map(|look| look.join().unwrap().requested)
                });
                let asked: Vec<_> = asked.into_iter().flatten().collect();
                assert_eq!(asked.len(), 1, "round {round} on {}: {asked:?}", backend.name);
                assert_eq!((asked[0].estimate, &asked[0].status), (euro(8_200), &ApprovalStatus::Approved));
                assert_eq!(budget(office, rules), [euro(8_200), euro(0)]);
                let requisition = asked[0].requisition;
                wait(office.transact(&command("order", "manager"), |tx| async move {
                    order(&tx, rules, requisition, day("2026-10-05")).await
                }))
                .unwrap();
                assert!(matches!(look(office, rules, "RO-4").advice, ReorderAdvice::Enough(_)), "it is on order");
                assert_eq!(budget(office, rules), [euro(0), euro(8_200)]);
            }
        }
    }

    /// Somebody has to approve what costs much, and what the budget has not is refused, with nothing reserved.
    #[test]
    fn what_is_to_be_ordered_is_approved_and_within_the_budget() {
        let rules = &rules();
        for backend in backends() {
            let office = &backend.office;
            open(office, rules, "110 ream", "150 ream");
            let dear = look(office, rules, "RO-1").requested.unwrap();
            assert!(matches!(dear.status, ApprovalStatus::Open { .. }), "on {}: {dear:?}", backend.name);
            assert_eq!(budget(office, rules), [euro(20_500), euro(0)]);
            assert!(look(office, rules, "RO-2").requested.is_none(), "it is asked for, though not yet approved");
        }
        for backend in backends() {
            let office = &backend.office;
            open(office, rules, "110 ream", "5000 ream");
            let over = look(office, rules, "RO-1").requested.unwrap();
            assert!(matches!(over.status, ApprovalStatus::RefusedByPolicy { .. }), "{over:?}");
            assert_eq!(budget(office, rules), [euro(0), euro(0)]);
        }
    }
}
