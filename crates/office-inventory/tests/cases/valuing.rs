//! Cases of what goods are worth.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::{Currency, Decimal, Id, Quantity, Rounding, UnitCode, UnitPrice};
use office_inventory::{
    ChargeBasis, ChargedLine, CostMethod, CostScope, ItemUnits, LedgerTerms, Location, Revaluation, Revalued,
    ShareChargeError, StockAccount, StockPosting, Tracking, Transfer, check_shares, share_charge,
};
use serde_json::Value;

use crate::shelf::{
    Shelf, Told, Verdict, day, decimal, each, holds, list, over, pairs, place, same, store, user, vendor,
};

/// A queue of layers, filled and emptied.
pub(crate) fn queue(case: &Value) -> Verdict {
    let (inputs, expected) = (&case["inputs"], &case["expected"]);
    let mut shelf = Shelf::of(case)?;
    for layer in list(&inputs["initial_layers"]) {
        // What was there is short: it went out at a cost that was known then.
        let unit_cost = Some(UnitPrice::per_unit(decimal(&layer[1]), Currency::EUR, each()).told()?);
        shelf = Shelf::on(LedgerTerms { unit_cost, ..shelf.ledger.terms().clone() }, Currency::EUR)?;
        shelf.issue(day(&Value::Null), "A", decimal(&layer[0]).abs())?;
    }
    let mut taken = Vec::new();
    for operation in list(&inputs["operations"]) {
        // Quantities are kept at the precision of their unit.
        let step = Quantity::new(Decimal::new(1, 7), each()).told()?;
        let quantity = Quantity::new(decimal(&operation["qty"]), each()).told()?;
        let amount = office_inventory::round_to_step(quantity, step, Rounding::HalfUp).told()?.amount();
        if operation["op"] == "receive" {
            shelf.receive(day(&Value::Null), "A", amount, decimal(&operation["unit_cost"]))?;
            continue;
        }
        let before: BTreeMap<_, _> = shelf.ledger.layers().map(|layer| (layer.sequence, layer)).collect();
        shelf.issue(day(&Value::Null), "A", amount)?;
        let after: BTreeMap<_, _> =
            shelf.ledger.layers().map(|layer| (layer.sequence, layer.quantity.amount())).collect();
        let mut pieces: Vec<_> = before
            .values()
            .rev()
            .filter_map(|layer| {
                let left = after.get(&layer.sequence).copied().unwrap_or_default();
                let used = layer.quantity.amount().saturating_sub(left).normalize();
                let cost = over(layer.value.amount(), layer.quantity.amount());
                (!used.is_zero()).then_some((used, cost))
            })
            .collect();
        let short = shelf.ledger.layers().filter(|layer| layer.quantity.is_negative());
        pieces.extend(short.map(|gap| (gap.quantity.abs().amount(), over(gap.value.amount(), gap.quantity.amount()))));
        taken.push(pieces);
    }
    if let Some(layers) = expected.get("layers") {
        holds(&format!("layers {:?}", shelf.layers()), shelf.layers() == pairs(layers))?;
    }
    if let Some(wanted) = expected.get("consumed_by_issue") {
        let wanted: Vec<_> = list(wanted).iter().map(pairs).collect();
        holds(&format!("taken {taken:?}"), taken == wanted)?;
    }
    if let Some(wanted) = expected.get("consumed_by_last_issue") {
        holds(&format!("taken {taken:?}"), taken.last() == Some(&pairs(wanted)))?;
    }
    let held: Decimal = shelf.ledger.layers().map(|layer| layer.quantity.amount()).sum();
    expected.get("total_qty").map_or(Ok(()), |wanted| same("the quantity", held, wanted))?;
    expected.get("total_value").map_or(Ok(()), |wanted| same("the value", shelf.ledger.value().amount(), wanted))
}

/// Moves by any method, with returns, amendments and other methods on the way.
pub(crate) fn value(case: &Value) -> Verdict {
    let (inputs, expected) = (&case["inputs"], &case["expected"]);
    let mut shelf = Shelf::of(case)?;
    if let Some(receipts) = inputs.get("receipts") {
        return layers(&mut shelf, receipts, inputs, expected);
    }
    let (mut last_cost, mut values) = (None, Vec::new());
    for (number, step) in (1_u64..).zip(list(&inputs["moves"])) {
        let worth = apply(&mut shelf, inputs, step)?;
        values.extend(worth);
        last_cost = shelf.unit_cost().or(last_cost);
        let cost = |value: Decimal| value.round_dp(4).normalize();
        for key in ["remaining_unit_cost_after_move", "issue_cost"] {
            let Some(wanted) = expected[key].get(number.to_string()) else { continue };
            let found = if key == "issue_cost" { Some(shelf.cost_of(number)?) } else { shelf.unit_cost() };
            same(&format!("{key} {number}"), cost(found.ok_or("a cost")?), wanted)?;
        }
        if let Some(wanted) = expected.get(format!("unit_cost_after_move_{number}")) {
            let shown = Rounding::HalfUp.round(shelf.unit_cost().ok_or("a cost")?, 2);
            same("the cost", shown, wanted)?;
        }
        if let Some(wanted) = expected.get(format!("remaining_negative_after_move_{number}")) {
            same("what is short", shelf.ledger.on_hand(store("A")).amount(), wanted)?;
        }
    }
    let held: Decimal = shelf.ledger.layers().map(|layer| layer.quantity.amount()).sum();
    expected.get("qty").map_or(Ok(()), |wanted| same("the quantity", held, wanted))?;
    expected.get("value").map_or(Ok(()), |wanted| same("the value", shelf.ledger.value().amount(), wanted))?;
    if let Some(wanted) = expected.get("layer_values") {
        let wanted: Vec<_> = list(wanted).iter().map(decimal).collect();
        holds(&format!("values {values:?}"), values.iter().map(Decimal::normalize).eq(wanted))?;
    }
    let shown = last_cost.map(|cost| Rounding::HalfUp.round(cost, 2));
    if let Some(wanted) = expected.get("unit_cost") {
        same("the cost", shown.ok_or("a cost")?, wanted)?;
    }
    if let Some(wanted) = expected.get("rounding_adjustment") {
        // What the shown cost would have taken beyond what was there.
        let issued = list(&inputs["moves"]).last().map(|step| decimal(&step["qty"])).ok_or("a move")?;
        let by_cost = shown.ok_or("a cost")?.saturating_mul(issued);
        let taken = values.last().ok_or("a value")?.abs();
        same("the difference", by_cost.saturating_sub(taken), wanted)?;
    }
    Ok(())
}

/// Does one move, and says what it was worth to the stock.
fn apply(shelf: &mut Shelf, inputs: &Value, step: &Value) -> Result<Vec<Decimal>, String> {
    let on = day(&step["day"]);
    let factor = step["uom"].as_str().map_or(Ok(Decimal::ONE), |unit| {
        let units = ItemUnits::new(office_core::UnitTable::standard());
        let code = |text: &str| text.parse::<UnitCode>().told();
        let ratio = units.ratio(code(unit)?, code(inputs["default_uom"].as_str().unwrap_or_default())?).told()?;
        ratio.to_decimal(9, Rounding::HalfEven).ok_or_else(|| "too long".to_owned())
    })?;
    let amount = decimal(&step["qty"]).checked_mul(factor).unwrap_or_default();
    let standard = shelf.ledger.terms().unit_cost.map(UnitPrice::amount).unwrap_or_default();
    let cost = step.get("unit_cost").map_or(standard, decimal).checked_div(factor).unwrap_or_default();
    let value_of = |shelf: &Shelf, sequence| Ok::<_, String>(shelf.movement(sequence)?.1.amount());
    match step["kind"].as_str().unwrap_or_default() {
        "in" => {
            let sequence = shelf.receive(on, "A", amount, cost)?;
            Ok(vec![value_of(shelf, sequence)?])
        }
        "out" => Ok(vec![-shelf.issue(on, "A", amount)?.amount()]),
        "dropship" => {
            shelf.receive(on, "A", amount, cost)?;
            let value = shelf.issue(on, "A", amount)?.amount();
            Ok(vec![value, -value])
        }
        "return_of" => {
            let of = step["move"].as_u64().unwrap_or(0);
            let quantity = shelf.quantity(amount)?;
            let (movement, _) = shelf.movement(of)?;
            let transfer = if movement.transfer.to().is_ours() {
                // What had come back goes out once more.
                Transfer::outward(quantity, place("A"), user()).told()?
            } else {
                Transfer::back(quantity, of, user(), place("A")).told()?
            };
            Ok(vec![shelf.enter(on, transfer).told()?.value.amount()])
        }
        "amend_done_qty" => {
            let (movement, value) = shelf.movement(step["move"].as_u64().unwrap_or(0))?;
            let quantity = shelf.quantity(decimal(&step["new_qty"]))?;
            let transfer = movement.transfer.correction(value, quantity).told()?.ok_or("something to correct")?;
            Ok(vec![shelf.enter(on, transfer).told()?.value.amount()])
        }
        "change_method" => {
            let method = match step["to"].as_str() {
                Some("fifo") => CostMethod::Fifo,
                Some("average") => CostMethod::Average,
                _ => CostMethod::Standard,
            };
            let newest = shelf.ledger.newest_value(shelf.quantity(Decimal::ONE)?).ok_or("goods")?;
            // Leaving FIFO takes the newest cost as the new one; leaving the average keeps what is there worth.
            let leaving = shelf.ledger.method() == CostMethod::Fifo;
            let unit_cost = UnitPrice::per_unit(newest.amount(), newest.currency(), each()).told()?;
            let what = Revalued::Cost { method, unit_cost: leaving.then_some(unit_cost) };
            let sequence = shelf.ledger.next_sequence();
            let reference = "method".parse().told()?;
            shelf.ledger.revalue(Revaluation { sequence, effective: on, reference, what }).told()?;
            Ok(Vec::new())
        }
        other => Err(format!("no such move: {other}")),
    }
}

/// Receipts that are moved on or made into something else.
fn layers(shelf: &mut Shelf, receipts: &Value, inputs: &Value, expected: &Value) -> Verdict {
    let terms = LedgerTerms { scope: CostScope::Sites(BTreeMap::new()), ..LedgerTerms::default() };
    *shelf = Shelf::on(terms, Currency::EUR)?;
    let on = day(&Value::Null);
    for (quantity, cost) in pairs(receipts) {
        shelf.receive(on, "A", quantity, cost)?;
    }
    if let Some(consumed) = inputs.get("consume") {
        let value = shelf.issue(on, "A", decimal(consumed))?;
        let made = decimal(&inputs["produce"]);
        let mut finished = Shelf::on(LedgerTerms::default(), Currency::EUR)?;
        let transfer = Transfer::inward(finished.quantity(made)?, value, user(), place("A")).told()?;
        finished.enter(on, transfer).told()?;
        return same("the cost", finished.unit_cost().ok_or("a cost")?, &expected["finished_unit_cost"]);
    }
    for amount in list(&inputs["transfers"]) {
        let transfer = Transfer::within(shelf.quantity(decimal(amount))?, place("A"), place("B")).told()?;
        shelf.enter(on, transfer).told()?;
    }
    holds("nothing is left", shelf.ledger.on_hand(store("A")).is_zero())?;
    holds("the same layers", shelf.layers() == pairs(&expected["target_layers"]))
}

/// Moves that are valued again in the order in which they happened.
pub(crate) fn replay(case: &Value) -> Verdict {
    let mut shelf = Shelf::of(case)?;
    let returned = case["policy"].as_str().unwrap_or_default().contains("returned from production");
    for step in list(&case["inputs"]["moves"]) {
        if returned && step["kind"] == "in" && step["entered_last"].is_null() {
            let transfer = Transfer::back(shelf.quantity(decimal(&step["qty"]))?, 1, user(), place("A")).told()?;
            shelf.enter(day(&step["day"]), transfer).told()?;
        } else {
            apply(&mut shelf, &case["inputs"], step)?;
        }
    }
    let expected = &case["expected"];
    same("the cost", shelf.unit_cost().ok_or("a cost")?, &expected["final_unit_cost"])?;
    for (number, wanted) in expected["move_cost_after_replay"].as_object().into_iter().flatten() {
        let sequence = number.parse().told()?;
        let found = if returned {
            shelf.cost_of(sequence)?
        } else {
            // The policy of the case: what a unit is worth at the end of the day of the move.
            let on = shelf.movement(sequence)?.0.effective;
            let value = shelf.ledger.value_at(on).ok_or("a value")?.amount();
            over(value, shelf.ledger.on_hand_at(store("A"), on).ok_or("a quantity")?.amount())
        };
        same(&format!("the cost of move {number}"), found, wanted)?;
    }
    Ok(())
}

pub(crate) fn by_site(case: &Value) -> Verdict {
    let terms =
        LedgerTerms { method: CostMethod::Average, scope: CostScope::Sites(BTreeMap::new()), ..LedgerTerms::default() };
    let mut shelf = Shelf::on(terms, Currency::EUR)?;
    let on = day(&Value::Null);
    let cost = |shelf: &Shelf, site: &str| {
        let (held, value) = shelf.ledger.worth_of(store(site), None);
        over(value.amount(), held.amount())
    };
    let check = |shelf: &Shelf, wanted: &Value| {
        wanted.as_object().into_iter().flatten().try_for_each(|(site, wanted)| same(site, cost(shelf, site), wanted))
    };
    for step in list(&case["inputs"]["moves"]) {
        let quantity = shelf.quantity(decimal(&step["qty"]))?;
        if step["kind"] == "in" {
            shelf.receive(on, &step["wh"].to_string(), decimal(&step["qty"]), decimal(&step["unit_cost"]))?;
            continue;
        }
        check(&shelf, &case["expected"]["unit_cost_before_transfer"])?;
        let (from, to) = (step["from_wh"].to_string(), step["to_wh"].to_string());
        let way = Location::Transit(place(&to));
        let out = shelf.enter(on, Transfer::between(quantity, store(&from), way).told()?).told()?;
        same("the cost on the way", out.value.amount(), &case["expected"]["transfer_out_cost"])?;
        shelf.enter(on, Transfer::between(quantity, way, store(&to)).told()?).told()?;
    }
    check(&shelf, &case["expected"]["unit_cost_after"])
}

pub(crate) fn by_lot(case: &Value) -> Verdict {
    let (inputs, expected) = (&case["inputs"], &case["expected"]);
    let method = if inputs["method"] == "average" { CostMethod::Average } else { CostMethod::Specific };
    let terms = LedgerTerms { method, scope: CostScope::Lots, tracking: Tracking::Lot, ..LedgerTerms::default() };
    let mut shelf = Shelf::on(terms, Currency::EUR)?;
    let mut rows = Vec::new();
    let mut issues = Vec::new();
    for step in list(&inputs["moves"]) {
        let lot = Id::natural("lot", step["lot"].as_str().unwrap_or("B1"));
        shelf.lot = Some(lot);
        let (on, amount) = (day(&step["day"]), decimal(&step["qty"]));
        if step["kind"] == "out" {
            shelf.issue(on, "A", amount)?;
            issues.push(shelf.ledger.next_sequence().saturating_sub(1));
            continue;
        }
        if step["kind"] == "count" {
            let known = shelf.ledger.on_hand_of(store("A"), Some(lot));
            if known.is_positive() {
                let transfer = Transfer::outward(known, place("A"), Location::Loss).told()?;
                let value = shelf.enter(on, transfer).told()?.value;
                rows.push((-known.amount(), -value.amount()));
            }
        }
        shelf.receive(on, "A", amount, decimal(&step["unit_cost"]))?;
        rows.push((amount, amount.saturating_mul(decimal(&step["unit_cost"]))));
    }
    if let Some(wanted) = expected.get("ledger") {
        let found: Vec<_> = rows.iter().map(|(one, other)| (one.normalize(), other.normalize())).collect();
        holds(&format!("rows {found:?}"), found == pairs(wanted))?;
    }
    if let Some(wanted) = expected.get("issue_values") {
        for (sequence, wanted) in issues.into_iter().zip(list(wanted)) {
            same("the value of an issue", -shelf.movement(sequence)?.1.amount(), wanted)?;
        }
    }
    same("the quantity", shelf.ledger.total_on_hand().amount(), &expected["final_qty"])?;
    same("the value", shelf.ledger.value().amount(), &expected["final_value"])
}

/// What comes late ripples through to what came after it.
pub(crate) fn late(case: &Value) -> Verdict {
    let expected = &case["expected"];
    let mut shelf = Shelf::on(LedgerTerms::default(), Currency::EUR)?;
    let number = |number: i64| day(&Value::from(number));
    let [two, five, ten, twenty, hundred] = [2, 5, 10, 20, 100].map(|number: i64| Decimal::from(number));
    if expected.get("return_rate_before").is_some() {
        shelf.receive(number(0), "A", five, hundred)?;
        let back = Transfer::outward(shelf.quantity(two)?, place("A"), vendor()).and_then(|back| back.of_receipt(1));
        shelf.enter(number(5), back.told()?).told()?;
        let check = |shelf: &Shelf, when: &str| {
            same("the cost", shelf.cost_of(2)?, &expected[format!("return_rate_{when}")])?;
            same("the value", -shelf.movement(2)?.1.amount(), &expected[format!("return_value_{when}")])
        };
        check(&shelf, "before")?;
        let charge = shelf.money(Decimal::from(50))?;
        shelf.ledger.charge(1, "charge".parse().told()?, charge).told()?;
        return check(&shelf, "after");
    }
    shelf.receive(number(0), "A", five, ten)?;
    shelf.enter(number(1), Transfer::within(shelf.quantity(five)?, place("A"), place("B")).told()?).told()?;
    shelf.issue(number(2), "B", five)?;
    let cost = |shelf: &Shelf| shelf.movement(3).map(|(_, value)| value.amount().normalize());
    let mut costs = vec![cost(&shelf)?];
    let late = shelf.receive(number(-1), "A", five, twenty)?;
    costs.push(cost(&shelf)?);
    shelf.ledger.reverse(late).told()?;
    costs.push(cost(&shelf)?);
    shelf.receive(number(-2), "A", two, twenty)?;
    costs.push(cost(&shelf)?);
    let wanted: Vec<_> = list(&expected["final_issue_value_after_step"]).iter().map(decimal).collect();
    holds(&format!("costs {costs:?}"), costs == wanted)
}

/// What stands on the account of the stock after each event.
pub(crate) fn books(case: &Value) -> Verdict {
    let terms =
        LedgerTerms { method: CostMethod::Average, scope: CostScope::Sites(BTreeMap::new()), ..LedgerTerms::default() };
    let mut shelf = Shelf::on(terms, Currency::EUR)?;
    let (one, on) = (shelf.quantity(Decimal::ONE)?, day(&Value::Null));
    let way = Location::Transit(place("WH2"));
    let value = shelf.money(Decimal::ONE_HUNDRED)?;
    let events = [
        Transfer::inward(one, value, vendor(), place("WH1")),
        Transfer::between(one, store("WH1"), way),
        Transfer::between(one, way, store("WH2")),
    ];
    let mut postings = Vec::<StockPosting>::new();
    for (event, wanted) in events.into_iter().zip(list(&case["expected"]["gl_stock_balance"])) {
        postings.extend(shelf.enter(on, event.told()?).told()?.postings);
        let stock = postings.iter().fold(Decimal::ZERO, |sum, posting| {
            let debit = if posting.debit == StockAccount::Stock { posting.amount.amount() } else { Decimal::ZERO };
            let credit = if posting.credit == StockAccount::Stock { posting.amount.amount() } else { Decimal::ZERO };
            sum.saturating_add(debit).saturating_sub(credit)
        });
        same("the stock account", stock, wanted)?;
    }
    Ok(())
}

pub(crate) fn charges(case: &Value) -> Verdict {
    let (inputs, expected) = (&case["inputs"], &case["expected"]);
    let shelf = Shelf::on(LedgerTerms::default(), Currency::EUR)?;
    if inputs.get("events").is_some() {
        return ripple(shelf, inputs, expected);
    }
    let charge = shelf.money(decimal(inputs.get("charge").unwrap_or(&inputs["cost"])))?;
    if let Some(shares) = inputs.get("shares") {
        let shares = list(shares).iter().map(|share| shelf.money(decimal(share))).collect::<Result<Vec<_>, _>>()?;
        let refused = matches!(check_shares(charge, &shares), Err(ShareChargeError::NegativeShare { .. }));
        return holds("a negative share is refused", refused && expected["error"] == "negative_share");
    }
    let line = |value: Decimal, quantity: Decimal| {
        Ok::<_, String>(ChargedLine { value: shelf.money(value)?, quantity, weight: Decimal::ZERO })
    };
    let mut lines = Vec::new();
    for value in list(&inputs["line_values"]) {
        lines.push(line(decimal(value), Decimal::ONE)?);
    }
    for quantity in list(&inputs["line_qty"]) {
        lines.push(line(Decimal::ZERO, decimal(quantity))?);
    }
    let only = list(&inputs["only_products"]);
    for given in list(&inputs["lines"]).iter().filter(|given| only.is_empty() || only.contains(&given["product"])) {
        let quantity = decimal(&given["qty"]);
        let price = decimal(given.get("unit_price").unwrap_or(&given["unit_cost"]));
        let kept = Decimal::ONE_HUNDRED.saturating_sub(given.get("discount_pct").map_or(Decimal::ZERO, decimal));
        lines.push(line(over(quantity.saturating_mul(price).saturating_mul(kept), Decimal::ONE_HUNDRED), quantity)?);
    }
    let basis = if inputs["allocation"] == "quantity" { ChargeBasis::Quantity } else { ChargeBasis::Value };
    let shares = share_charge(charge, &lines, basis);
    if expected["error"] == "zero_total" {
        return holds("nothing to share by", shares == Err(ShareChargeError::NoTotal));
    }
    let shares = shares.told()?;
    for (share, wanted) in shares.iter().zip(list(&expected["shares"])) {
        same("a share", share.amount(), wanted)?;
    }
    for (line, wanted) in lines.iter().zip(list(&expected["line_values"])) {
        same("the value of a line", line.value.amount(), wanted)?;
    }
    for (at, (share, line)) in shares.iter().zip(&lines).enumerate() {
        let Some(wanted) = expected["per_unit_cost"].get(at) else { continue };
        same("the share of a unit", over(share.amount(), line.quantity), wanted)?;
        let without = line.value.amount();
        same("without", without, &expected["reported_cost_without"][at])?;
        same("with", without.saturating_add(share.amount()), &expected["reported_cost_with"][at])?;
    }
    if let Some(after) = expected.get("unit_price_after") {
        let mut shelf = shelf;
        shelf.receive(NaiveDate::default(), "A", Decimal::TEN, Decimal::ONE_HUNDRED)?;
        let share = *shares.first().ok_or("a share")?;
        same("the share of a unit", over(share.amount(), Decimal::TEN), &expected["per_unit_cost"]["A"])?;
        shelf.ledger.charge(1, "charge".parse().told()?, share).told()?;
        same("the cost", shelf.unit_cost().ok_or("a cost")?, &after["A"])?;
        shelf.ledger.discharge(1, &"charge".parse().told()?).told()?;
        same("the cost", shelf.unit_cost().ok_or("a cost")?, &expected["unit_price_after_cancel"]["A"])?;
    }
    Ok(())
}

fn ripple(mut shelf: Shelf, inputs: &Value, expected: &Value) -> Verdict {
    let mut last = day(&Value::Null);
    let mut found = Decimal::ZERO;
    for event in list(&inputs["events"]) {
        if event["kind"] == "in" {
            last = day(&event["day"]);
            shelf.receive(last, "A", decimal(&event["qty"]), decimal(&event["unit_cost"]))?;
            continue;
        }
        let held = shelf.ledger.total_on_hand();
        let before = shelf.ledger.value_at(last).ok_or("a value")?.amount();
        let charge = shelf.money(decimal(&event["amount"]))?;
        shelf.ledger.charge(event["move"].as_u64().unwrap_or(0), "charge".parse().told()?, charge).told()?;
        found = shelf.ledger.value_at(last).ok_or("a value")?.amount().saturating_sub(before);
        holds("the quantity is the same", shelf.ledger.total_on_hand() == held)?;
    }
    same("the change", found, &expected["value_change_at_last_move"])
}
