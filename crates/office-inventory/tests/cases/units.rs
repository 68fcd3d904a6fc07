//! Cases of units: converting, reading, rounding.

use std::collections::BTreeMap;

use office_core::{Decimal, Dimension, Quantity, Ratio, Rounding, Unit, UnitCode, UnitPrice, UnitTable};
use office_inventory::{ItemUnits, UnitWords, round_to_step};
use serde_json::Value;

use crate::shelf::{Told, Verdict, decimal, list, near, same};

fn code(value: &Value) -> Result<UnitCode, String> {
    value.as_str().unwrap_or_default().parse().told()
}

fn dimension(name: &str) -> Dimension {
    match name {
        "mass" => Dimension::Mass,
        "volume" => Dimension::Volume,
        "time" => Dimension::Time,
        _ => Dimension::Count,
    }
}

fn tolerance(case: &Value) -> Decimal {
    // Published results are given to sixteen digits at most.
    case.get("tolerance_abs").map_or(Decimal::ZERO, decimal)
}

fn digits(number: &Value) -> Option<Decimal> {
    Some(Decimal::new(1, u32::try_from(number.as_u64()?).ok()?))
}

/// The units of a case, with the reference units of what the item alone converts.
fn units(inputs: &Value) -> Result<ItemUnits, String> {
    let mut table = UnitTable::empty();
    let mut add = |name: &str, of: Dimension, factor: Decimal| {
        let unit = Unit::new(name.parse().told()?, of, Ratio::from_decimal(factor), 0).told()?;
        table = std::mem::replace(&mut table, UnitTable::empty()).with_unit(unit).told()?;
        Ok::<_, String>(())
    };
    for (name, unit) in inputs["units"].as_object().into_iter().flatten() {
        add(name, dimension(unit["dim"].as_str().unwrap_or_default()), decimal(&unit["factor"]))?;
    }
    add("kg", Dimension::Mass, Decimal::ONE)?;
    let mut units = ItemUnits::new(table);
    for (key, number) in inputs["item_conversion"].as_object().into_iter().flatten() {
        let (one, other) = key.split_once("_per_").ok_or("a conversion")?;
        let quantity = |amount, code: &str| Quantity::new(amount, code.parse().told()?).told();
        units = units.with(quantity(decimal(number), one)?, quantity(Decimal::ONE, other)?).told()?;
    }
    Ok(units)
}

pub(crate) fn convert(case: &Value) -> Verdict {
    let (inputs, expected) = (&case["inputs"], &case["expected"]);
    let (from, to) = (code(&inputs["from"])?, code(&inputs["to"])?);
    let (units, target) = (units(inputs)?, &inputs["units"][to.as_str()]);
    if let Some(amount) = inputs.get("qty") {
        let quantity = Quantity::new(decimal(amount), from).told()?;
        let step = |amount| Quantity::new(amount, to).told();
        if inputs["rounding"] == "ceil" {
            let step = step(decimal(&target["step"]))?;
            let rounded = units.convert(quantity, to, step, Rounding::Ceiling).told()?;
            same("the rounded quantity", rounded.amount(), &expected["qty"])?;
        } else if let Some(wanted) = expected.get("qty") {
            let exact = units.exactly(quantity, to).told()?.to_decimal(20, Rounding::HalfEven).ok_or("too long")?;
            near("the quantity", exact, wanted, tolerance(case))?;
        }
        if let Some(wanted) = expected.get("qty_rounded") {
            let step = step(digits(&target["digits"]).ok_or("digits")?)?;
            same(
                "the rounded quantity",
                units.convert(quantity, to, step, Rounding::HalfEven).told()?.amount(),
                wanted,
            )?;
        }
        // There and back again.
        let exact = units.exactly(quantity, to).told()?.checked_mul(units.ratio(to, from).told()?).told()?;
        if exact != Ratio::from_decimal(quantity.amount()) {
            return Err("there and back again is something else".to_owned());
        }
    }
    if let Some(price) = inputs.get("unit_price") {
        let price = UnitPrice::per_unit(decimal(price), office_core::Currency::EUR, from).told()?;
        near(
            "the price",
            units.price(price, to, Rounding::HalfEven).told()?.amount(),
            &expected["unit_price"],
            tolerance(case),
        )?;
    }
    Ok(())
}

pub(crate) fn parse(case: &Value) -> Verdict {
    let mut table = UnitTable::standard();
    let power = Dimension::Other("power".parse().told()?);
    let more: BTreeMap<&str, (Dimension, i128, i128)> = [
        ("inch", (Dimension::Length, 254, 10_000)),
        ("foot", (Dimension::Length, 3_048, 10_000)),
        ("W", (power, 1, 1)),
        ("kW", (power, 1_000, 1)),
    ]
    .into();
    for (name, (dimension, top, bottom)) in more {
        let unit = Unit::new(name.parse().told()?, dimension, Ratio::new(top, bottom).told()?, 3).told()?;
        table = table.with_unit(unit).told()?;
    }
    let to = code(&case["inputs"]["to"])?;
    let units = ItemUnits::new(table);
    let words = UnitWords::new(units.clone(), to);
    let written = words.parse(case["inputs"]["text"].as_str().unwrap_or_default()).told()?;
    let exact = written.amount.checked_mul(units.ratio(written.unit, to).told()?).told()?;
    let found = exact.to_decimal(12, Rounding::HalfEven).ok_or("too long")?;
    near("the quantity", found, &case["expected"]["value"], tolerance(case))
}

pub(crate) fn round(case: &Value) -> Verdict {
    let (inputs, expected) = (&case["inputs"], &case["expected"]);
    let each = UnitCode::EACH;
    if let Some(amount) = inputs.get("qty") {
        let units = ItemUnits::new(UnitTable::standard());
        let (from, to) = (code(&inputs["uom"])?, code(&inputs["default_uom"])?);
        let step = Quantity::new(digits(&inputs["digits"]).ok_or("digits")?, to).told()?;
        let quantity = Quantity::new(decimal(amount), from).told()?;
        let rounded = units.convert(quantity, to, step, Rounding::HalfEven).told()?;
        return same("the quantity", rounded.amount(), &expected["internal_qty"]);
    }
    if let Some(step) = inputs.get("step") {
        let value = Quantity::new(decimal(&inputs["value"]), each).told()?;
        let step = Quantity::new(decimal(step), each).told()?;
        for (key, rounding) in [("round", Rounding::HalfUp), ("ceil", Rounding::Ceiling), ("floor", Rounding::Floor)] {
            same(key, round_to_step(value, step, rounding).told()?.amount(), &expected[key])?;
        }
        return Ok(());
    }
    let step = Quantity::new(digits(&inputs["digits"]).ok_or("digits")?, each).told()?;
    for (value, wanted) in list(&inputs["values"]).iter().zip(list(&expected["rounded"])) {
        let value = Quantity::new(decimal(value), each).told()?;
        same("the price", round_to_step(value, step, Rounding::HalfEven).told()?.amount(), wanted)?;
    }
    Ok(())
}
