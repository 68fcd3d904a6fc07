//! Cases of what is there: on a day, set aside, counted, and by what numbers.

use std::collections::BTreeMap;

use office_core::{
    Actor, Command, Currency, Decimal, Id, MemoryStore, Office, Percent, Quantity, Role, UnitPrice, wait,
};
use office_inventory::{
    ConfirmCountError, CountLine, CountSheet, CountTolerance, EnterError, LedgerTerms, Location, NewAsset, PlaceTree,
    PlannedMove, ReservationRequest, Reservations, ReverseError, Transfer, expand_serials, outlook, register_asset,
};
use serde_json::Value;

use crate::shelf::{Shelf, Told, Verdict, day, decimal, each, holds, list, place, same, store, user, vendor};

pub(crate) fn reserve(case: &Value) -> Verdict {
    let (inputs, expected) = (&case["inputs"], &case["expected"]);
    let mut shelf = Shelf::on(LedgerTerms::default(), Currency::EUR)?;
    let today = day(&Value::Null);
    if inputs.get("events").is_some() {
        return promise(&mut shelf, expected);
    }
    let stocked = match inputs["on_hand"].as_object() {
        Some(places) => places.iter().map(|(at, amount)| (at.as_str(), decimal(amount))).collect(),
        None => vec![("S", decimal(&inputs["on_hand"]))],
    };
    for (at, amount) in stocked.into_iter().filter(|(_, amount)| !amount.is_zero()) {
        shelf.receive(today, at, amount, Decimal::ONE)?;
    }
    let tree = PlaceTree::new([(place("child_AAA"), place("parent"))]).told()?;
    let (mut held, none) = (Reservations::default(), BTreeMap::new());
    let request = |number: usize, at: &str, amount: Decimal| {
        let (reference, quantity) =
            (format!("request-{number}").parse().told()?, Quantity::new(amount, each()).told()?);
        let (tree, expires) = (&tree, &none);
        Ok::<_, String>(ReservationRequest {
            reference,
            quantity,
            within: place(at),
            on: today,
            until: None,
            tree,
            expires,
        })
    };
    if let Some(changed) = inputs.get("request") {
        let wanted = decimal(&changed["qty"]);
        let request = request(1, changed["from_changed"].as_str().unwrap_or_default(), wanted)?;
        let found = held.reservable(&shelf.ledger, &request).told()?.amount();
        same("what is set aside", found, &expected["assigned"]["qty"])?;
        return same("what is left", wanted.saturating_sub(found), &expected["draft"]["qty"]);
    }
    let (mut states, mut from) = (Vec::new(), None);
    for (number, wanted) in list(&inputs["requests"]).iter().enumerate() {
        let at = wanted[0].as_str().unwrap_or("S");
        let amount = decimal(if wanted.is_array() { &wanted[2] } else { wanted });
        let request = request(number, at, amount)?;
        if let Some(result) = expected.get("result") {
            let found = held.reservable(&shelf.ledger, &request).told()?.amount();
            same("what is set aside", found, &result["assigned"][0])?;
            same("what is left", amount.saturating_sub(found), &result["draft"][0])?;
        }
        states.push(match held.reserve(&shelf.ledger, &request) {
            Ok(Some(reservation)) => {
                from = reservation.picks.first().map(|pick| pick.place);
                held.hold(request.reference, reservation);
                "assigned"
            }
            Ok(None) | Err(_) => "draft",
        });
    }
    if let Some(wanted) = expected.get("states") {
        holds(&format!("states {states:?}"), list(wanted).iter().filter_map(Value::as_str).eq(states.iter().copied()))?;
    }
    if let Some(wanted) = expected.get("fully_reserved").and_then(Value::as_bool) {
        holds("all set aside", states.iter().all(|state| *state == "assigned") == wanted)?;
    }
    expected["reserved_from"].as_str().map_or(Ok(()), |wanted| holds("set aside there", from == Some(place(wanted))))
}

/// What may be promised, with goods planned to come and to go.
fn promise(shelf: &mut Shelf, expected: &Value) -> Verdict {
    let (today, tomorrow) = (day(&Value::from(0)), day(&Value::from(1)));
    let (ten, five) = (shelf.quantity(Decimal::TEN)?, shelf.quantity(Decimal::from(5))?);
    let incoming = PlannedMove { quantity: ten, from: vendor(), to: store("S"), on: today };
    let outgoing = PlannedMove { quantity: five, from: store("S"), to: user(), on: tomorrow };
    let mut found = Vec::new();
    for planned in [vec![incoming], vec![incoming, outgoing], vec![outgoing]] {
        if planned == [outgoing] {
            shelf.receive(today, "S", Decimal::TEN, Decimal::ONE)?;
        }
        let (none, tree) = (Reservations::default(), PlaceTree::default());
        found.push(outlook(&shelf.ledger, &none, &planned, &tree, place("S"), today).told()?.available.amount());
    }
    let wanted: Vec<_> = list(&expected["available_after"]).iter().map(decimal).collect();
    holds(&format!("available {found:?}"), found == wanted)
}

pub(crate) fn serials(case: &Value) -> Verdict {
    let inputs = &case["inputs"];
    let wanted: Vec<_> = list(&case["expected"]["serials"]).iter().map(Value::to_string).collect();
    let next = inputs["next_serial"].as_u64().unwrap_or(1);
    let found = expand_serials(inputs["text"].as_str().unwrap_or_default(), next, wanted.len()).told()?;
    holds(&format!("numbers {found:?}"), found == wanted)
}

pub(crate) fn at_date(case: &Value) -> Verdict {
    let (inputs, expected) = (&case["inputs"], &case["expected"]);
    let mut shelf = Shelf::on(LedgerTerms::default(), Currency::EUR)?;
    let outside = ["supplier", "customer", "lost_found", "OUT"];
    let mut planned = Vec::new();
    for step in list(&inputs["moves"]) {
        let [from, to] = ["from", "to"].map(|end| step[end].as_str().unwrap_or_default());
        let quantity = shelf.quantity(decimal(&step["qty"]))?;
        if step["state"] == "draft" {
            planned.push(PlannedMove { quantity, from: vendor(), to: store(to), on: day(&Value::from(9)) });
        } else if outside.contains(&from) {
            shelf.receive(day(&step["day"]), to, decimal(&step["qty"]), Decimal::ONE)?;
        } else {
            let to = if outside.contains(&to) { user() } else { store(to) };
            shelf.enter(day(&step["day"]), Transfer::between(quantity, store(from), to).told()?).told()?;
        }
    }
    let held = |shelf: &Shelf, at: &str, on: i64| {
        shelf.ledger.on_hand_at(store(at), day(&Value::from(on))).map(Quantity::amount).unwrap_or_default()
    };
    for (on, wanted) in expected["delta_by_day"].as_object().into_iter().flatten() {
        let on: i64 = on.parse().told()?;
        same(
            "the change of a day",
            held(&shelf, "STO", on).saturating_sub(held(&shelf, "STO", on.saturating_sub(1))),
            wanted,
        )?;
    }
    let within = inputs["tree"].as_object().into_iter().flatten();
    let within = within.flat_map(|(outer, inner)| list(inner).iter().map(move |inner| (inner, outer)));
    let tree = PlaceTree::new(within.map(|(inner, outer)| (place(inner.as_str().unwrap_or_default()), place(outer))))
        .told()?;
    for (at, wanted) in expected["subtree_qty"].as_object().into_iter().flatten() {
        let found = shelf.ledger.on_hand_within(&tree, place(at), None).ok_or("a quantity")?;
        same(&format!("within {at}"), found.amount(), wanted)?;
    }
    let check = |shelf: &Shelf| {
        list(&inputs["query_days"]).iter().zip(list(&expected["on_hand"])).try_for_each(|(on, wanted)| {
            let found = if let Some(on) = on.as_i64() {
                held(shelf, "storage", on)
            } else {
                let (none, last) = (Reservations::default(), day(&Value::from(99)));
                outlook(&shelf.ledger, &none, &planned, &tree, place("storage"), last).told()?.forecast.amount()
            };
            same(&format!("on day {on}"), found, wanted)
        })
    };
    check(&shelf)?;
    for through in list(&inputs["close_periods_at"]) {
        shelf.ledger.close(day(through)).told()?;
        check(&shelf)?;
        let mut folded = Shelf { ledger: shelf.ledger.clone(), lot: None };
        folded.ledger.forget(day(through)).told()?;
        let balances = &expected["period_cache"][through.to_string()];
        same("what is kept", held(&folded, "storage", through.as_i64().unwrap_or(0)), &balances["storage"])?;
        let owed = folded.ledger.on_hand_at(vendor(), day(through)).ok_or("a balance")?.amount();
        same("what came", owed, &balances["supplier"])?;
    }
    Ok(())
}

pub(crate) fn count(case: &Value) -> Verdict {
    let (inputs, expected) = (&case["inputs"], &case["expected"]);
    let mut shelf = Shelf::on(LedgerTerms::default(), Currency::EUR)?;
    if inputs["ownership"] == "customer" {
        // Goods that are not the office's own are counted, and worth nothing to it.
        let quantity = shelf.quantity(decimal(&inputs["count_qty"]))?;
        let nothing = shelf.money(Decimal::ZERO)?;
        shelf
            .enter(day(&Value::Null), Transfer::inward(quantity, nothing, Location::Loss, place("A")).told()?)
            .told()?;
        return same("the value", shelf.ledger.value().amount(), &expected["value"]);
    }
    if inputs.get("lines").is_some() {
        return sheet(inputs, expected);
    }
    let mut refused = false;
    for event in list(&inputs["events"]) {
        let (on, amount) = (day(&event["day"]), decimal(&event["qty"]));
        match event["kind"].as_str().unwrap_or_default() {
            "in" => drop(shelf.receive(on, "A", amount, Decimal::ONE)?),
            "out" => drop(shelf.issue(on, "A", amount)?),
            "cancel" => {
                let answer = shelf.ledger.reverse(event["event"].as_u64().unwrap_or(0));
                refused = matches!(answer, Err(ReverseError::Needed(EnterError::Short { .. })));
            }
            _ => {
                let known = shelf.ledger.on_hand_at(store("A"), on).ok_or("a quantity")?;
                let off = shelf.quantity(amount)?.checked_sub(known).told()?;
                let transfer = if off.is_negative() {
                    Transfer::outward(off.abs(), place("A"), Location::Loss)
                } else {
                    Transfer::inward(off, shelf.money(off.amount())?, Location::Loss, place("A"))
                };
                refused = matches!(shelf.enter(on, transfer.told()?), Err(EnterError::Short { .. }));
            }
        }
    }
    holds("it is refused", refused && expected["error"] == "negative_stock")
}

fn sheet(inputs: &Value, expected: &Value) -> Verdict {
    let line = |given: &Value| {
        let quantity = |value: &Value| Quantity::new(decimal(value), each()).told();
        let cost = given.get("unit_cost").map_or(Decimal::ONE, decimal);
        Ok::<_, String>(CountLine {
            item: Id::natural("item", "X"),
            place: place("A"),
            lot: None,
            expected: quantity(&given["expected"])?,
            counted: Some(quantity(&given["counted"])?),
            unit_cost: UnitPrice::per_unit(cost, Currency::EUR, each()).told()?,
        })
    };
    let lines = list(&inputs["lines"]).iter().map(line).collect::<Result<Vec<_>, _>>()?;
    let ratio =
        inputs.get("quantity_tolerance").map(|ratio| Percent::new(decimal(ratio).saturating_mul(Decimal::ONE_HUNDRED)));
    let value = inputs.get("cost_threshold").map(|most| office_core::Money::new(decimal(most), Currency::EUR));
    let tolerance = CountTolerance { ratio: ratio.transpose().told()?, value: value.transpose().told()? };
    let mut sheet = CountSheet { lines, tolerance };
    let ratio = |ratio: Option<office_core::Ratio>| {
        ratio.and_then(|ratio| ratio.to_decimal(9, office_core::Rounding::HalfUp)).unwrap_or_default().normalize()
    };
    if let Some(wanted) = expected.get("line1") {
        let first = sheet.lines[0].variance(tolerance).told()?.ok_or("a variance")?;
        same("the ratio", ratio(first.ratio), &wanted["variation_ratio"])?;
        same("times the ratio", ratio(first.times_ratio), &wanted["times_tolerance"])?;
        same("the value", first.value.amount(), &wanted["cost_variation"])?;
        let second = sheet.lines[1].variance(tolerance).told()?.ok_or("a variance")?;
        same("the value", second.value.amount(), &expected["line2"]["cost_variation"])?;
        same("times the value", ratio(second.times_value), &expected["line2"]["times_cost_threshold"])?;
        let over = matches!(sheet.confirm(false), Err(ConfirmCountError::OverTolerance { .. }));
        return holds("it is too far off", over && sheet.confirm(true).is_ok());
    }
    let arrived: Vec<_> = list(&inputs["lines"]).iter().map(|given| decimal(&given["received_after_sheet"])).collect();
    let mut arrived = arrived.into_iter();
    let now: Vec<_> = sheet
        .lines
        .iter()
        .map(|line| line.expected.amount().saturating_add(arrived.next().unwrap_or_default()))
        .collect();
    let before: Vec<_> = sheet.lines.iter().map(|line| line.expected).collect();
    sheet.refresh(|line| {
        let at = before.iter().position(|expected| *expected == line.expected).unwrap_or(0);
        Quantity::new(now.get(at).copied().unwrap_or_default(), each()).unwrap_or(line.expected)
    });
    for ((line, wanted), adjusted) in
        sheet.lines.iter().zip(list(&expected["expected_after_refresh"])).zip(list(&expected["adjustments"]))
    {
        same("what is expected", line.expected.amount(), wanted)?;
        let off = line.variance(tolerance).told()?.ok_or("a variance")?;
        same("the difference", off.difference.amount(), adjusted)?;
    }
    Ok(())
}

pub(crate) fn tags(case: &Value) -> Verdict {
    let office = Office::on(MemoryStore::new());
    let clerk = Actor::new(Id::natural("person", "E-004"), Role::new("it"));
    let saved = case["expected"]["saved"].as_array().unwrap();
    for (number, (tag, saved)) in list(&case["inputs"]["drafts"]).iter().zip(saved).enumerate() {
        let asset = NewAsset {
            tag: tag.as_str().unwrap().parse().told()?,
            category: "laptop".parse().told()?,
            maker: "Acme".parse().told()?,
            model: "One".to_owned(),
            serial: None,
            purchase: None,
            in_service: None,
            lendable: false,
            place: place("S"),
            by: clerk.person,
            at: "2026-10-01T08:00:00Z".parse().told()?,
            slip: format!("DN-{number}").parse().told()?,
        };
        let id = Id::natural("asset", &number.to_string());
        let command = Command::new(format!("register-{number}"), "register", clerk.clone(), asset.at).told()?;
        let registered = wait(office.transact(&command, |tx| {
            let asset = asset.clone();
            async move { register_asset(&tx, id, asset).await }
        }));
        holds("saved", registered.is_ok() == saved.as_bool().unwrap())?;
    }
    Ok(())
}
