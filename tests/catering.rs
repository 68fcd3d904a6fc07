//! What the guests of an event eat is asked for once, and only what is more than before.

#[cfg(test)]
#[path = "small_office/backend.rs"]
mod backend;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of a small office are small")]
#[path = "small_office/office.rs"]
mod small_office;

#[cfg(test)]
mod catering {
    use std::sync::Barrier;

    use chrono::{DateTime, Utc};
    use office::catering::{CateringMenu, RequestCateringError, request_catering};
    use office::purchasing::{PurchasingRules, Requested};
    use office_core::{ApprovalStatus, Id, Office, Percent, Quantity, Rounding, StoreError, wait};
    use office_inventory::Requisition;
    use office_scheduling::{
        Diet, GuestId, GuestKind, GuestReply, OfficeEvent, OfficeEventDetails, OfficeEventFact, OfficeEventId,
        OfficeEventParts,
    };

    use crate::backend::backends;
    use crate::small_office::{COST_CENTRES, command, cost_centre, day, euro, item, person, rules, set_up};

    fn party() -> OfficeEventId {
        Id::natural("event", "party")
    }

    fn now() -> DateTime<Utc> {
        "2026-10-01T09:00:00Z".parse().unwrap()
    }

    /// Those who eat everything sit on chairs, the others drink tea.
    fn menu() -> CateringMenu {
        let bought = |diet: &str, code| (diet.parse::<Diet>().unwrap(), (item(code), "box".parse().unwrap()));
        CateringMenu {
            items: [bought("any", "CHAIR"), bought("vegan", "TEA"), bought("vegan+halal", "TEA")].into(),
            cost_centre: cost_centre(COST_CENTRES[0]),
            scope: "company/CC-100".parse().unwrap(),
        }
    }

    fn plan(office: &Office) {
        let details = OfficeEventDetails::new(OfficeEventParts {
            name: "Party".to_owned(),
            time: "2026-10-09T15:00:00Z/2026-10-09T18:00:00Z".parse().unwrap(),
            place: "the yard".to_owned(),
            bookings: [].into(),
            host: person("manager"),
            budget: None,
            catering_until: now(),
            margin: Percent::ZERO,
            margin_rounding: Rounding::Up,
            parking_spaces: 0,
            directions: [].into(),
        });
        let planned = OfficeEvent::plan(details.unwrap());
        wait(office.transact(&command("plan", "manager"), |tx| {
            let planned = planned.clone();
            async move { tx.create(party(), planned).await }
        }))
        .map_err(|error: StoreError| error)
        .unwrap();
    }

    /// One guest comes with people who eat this, and it is ordered.
    fn eat(office: &Office, key: &str, diets: &[&str]) {
        let guest = GuestId::natural("guest", "one");
        let diets: Vec<Diet> = diets.iter().map(|text| text.parse().unwrap()).collect();
        wait(office.transact(&command(key, "manager"), |tx| {
            let reply = GuestReply::Accepted { diets: diets.clone(), parking: false };
            async move {
                let invited = OfficeEventFact::Invited { guest, kind: GuestKind::Outside, may_bring: 9 };
                tx.record(party(), invited).await?;
                tx.record(party(), OfficeEventFact::Replied { guest, reply, at: now() }).await?;
                let event: OfficeEvent = tx.load(party()).await?;
                tx.decide(party(), event.order_catering(person("manager"), now()).unwrap()).await
            }
        }))
        .map_err(|error: StoreError| error)
        .unwrap();
    }

    fn ask(office: &Office, rules: &PurchasingRules, key: &str) -> Result<Option<Requested>, RequestCateringError> {
        let menu = &menu();
        wait(office.transact(&command(key, "assistant"), |tx| async move {
            request_catering(&tx, rules, party(), menu, day("2026-10-01")).await
        }))
    }

    /// The items and quantities of a request, in its order.
    fn lines(office: &Office, asked: &Requested) -> Vec<(bool, Quantity)> {
        let id = Requisition::key(asked.requisition);
        let requisition = wait(office.view(|view| async move { view.load(id).await })).unwrap();
        let mut lines: Vec<(bool, Quantity)> =
            requisition.request().lines.iter().map(|line| (line.item == item("TEA"), line.quantity)).collect();
        lines.sort_unstable_by_key(|(tea, _)| *tea);
        lines
    }

    fn boxes(number: i32) -> Quantity {
        Quantity::whole(number, "box".parse().unwrap())
    }

    #[test]
    fn each_order_is_asked_for_once_and_only_what_is_more() {
        let rules = &rules();
        for backend in backends() {
            let office = &backend.office;
            set_up(office, rules, euro(250_000), 1);
            plan(office);
            eat(office, "one", &["any", "vegan", "vegan+halal"]);
            let start = &Barrier::new(3);
            let asked = std::thread::scope(|scope| {
                let asks = ["ask:1", "ask:2", "ask:3"].map(|key| {
                    scope.spawn(move || {
                        start.wait();
                        ask(office, rules, key).unwrap().unwrap()
                    })
                });
                asks.map(|ask| ask.join().unwrap())
            });
            assert!(asked.iter().all(|one| *one == asked[0]), "{}", backend.name);
            assert_eq!(lines(office, &asked[0]), [(false, boxes(1)), (true, boxes(2))]);

            // One more chair; one portion of tea less is not taken back, and wanted again not asked for again.
            eat(office, "two", &["any", "any", "vegan"]);
            let more = ask(office, rules, "ask:4").unwrap().unwrap();
            assert_eq!(lines(office, &more), [(false, boxes(1))]);
            eat(office, "three", &["any", "any", "vegan", "vegan"]);
            assert_eq!(ask(office, rules, "ask:5").unwrap(), None);
            eat(office, "four", &["any", "vegan", "vegan", "vegan"]);
            let more = ask(office, rules, "ask:6").unwrap().unwrap();
            assert_eq!(lines(office, &more), [(true, boxes(1))]);
        }
    }

    #[test]
    fn what_was_turned_down_is_asked_for_again_by_the_next_order() {
        let rules = &rules();
        for backend in backends() {
            let office = &backend.office;
            set_up(office, rules, euro(2_400), 1);
            plan(office);
            eat(office, "one", &["any"]);
            let refused = ask(office, rules, "ask:1").unwrap().unwrap();
            assert!(matches!(refused.status, ApprovalStatus::RefusedByPolicy { .. }), "{:?}", refused.status);
            assert_eq!(ask(office, rules, "ask:2").unwrap(), Some(refused));
            eat(office, "two", &["any", "any"]);
            let again = ask(office, rules, "ask:3").unwrap().unwrap();
            assert_eq!(lines(office, &again), [(false, boxes(2))]);
        }
    }

    #[test]
    fn what_cannot_be_asked_for_is_refused() {
        let rules = &rules();
        let office = &backends().remove(0).office;
        set_up(office, rules, euro(250_000), 1);
        assert!(matches!(ask(office, rules, "1"), Err(RequestCateringError::NoSuchEvent { .. })));
        plan(office);
        assert!(matches!(ask(office, rules, "2"), Err(RequestCateringError::NotOrdered)));
        eat(office, "one", &["kosher"]);
        let unknown = ask(office, rules, "3").unwrap_err();
        assert_eq!(unknown.to_string(), "there is nothing for `kosher` on the menu: an item for each diet is wanted");
        wait(office.transact(&command("cancel", "manager"), |tx| async move {
            tx.record(party(), OfficeEventFact::Cancelled { by: person("manager"), at: now() }).await
        }))
        .map_err(|error: StoreError| error)
        .unwrap();
        assert!(matches!(ask(office, rules, "4"), Err(RequestCateringError::Cancelled)));
    }
}
