//! Works one task of `theory.py` through: reads its cases, answers them, and says how long the answering took.
//!
//! `office-peers-inventory <task> <cases.json>` writes `{"seconds": …, "answers": […]}`.

use std::error::Error;
use std::fs::File;
use std::io::{BufReader, stdout};

use cpu_time::ThreadTime;
use office_inventory::theory::{
    Demand, EconomicOrder, ForecastMethod, LotSizing, MinMax, Newsvendor, OrderPoint, TheoryError,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

type Failure = Box<dyn Error>;

/// A case of any task; what a task does not ask for is left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    #[serde(default)]
    order_cost: Decimal,
    #[serde(default)]
    holding_cost: Decimal,
    #[serde(default)]
    shortage_cost: Decimal,
    #[serde(default)]
    mean: Decimal,
    #[serde(default)]
    deviation: Decimal,
    #[serde(default)]
    lead_time: Decimal,
    /// The standard deviation until delivery.
    #[serde(default)]
    until: Decimal,
    #[serde(default)]
    demand: Vec<Decimal>,
}

#[derive(Serialize)]
struct Answered {
    seconds: f64,
    answers: Vec<Vec<Decimal>>,
}

fn economic(case: &Case) -> Result<Vec<Decimal>, TheoryError> {
    let Case { order_cost, holding_cost, mean, .. } = *case;
    let best = EconomicOrder { order_cost, holding_cost, demand: mean }.best()?;
    Ok(vec![best.quantity, best.cost])
}

fn newsvendor(case: &Case) -> Result<Vec<Decimal>, TheoryError> {
    let Case { holding_cost, shortage_cost, mean, deviation, .. } = *case;
    let best = Newsvendor { holding_cost, shortage_cost, demand: Demand::Normal { mean, deviation } }.best()?;
    Ok(vec![best.level, best.cost])
}

fn order_point(case: &Case) -> Result<Vec<Decimal>, TheoryError> {
    let Case { order_cost, holding_cost, shortage_cost, mean, lead_time, until, .. } = *case;
    let until_delivery = Demand::Normal { mean: mean * lead_time, deviation: until };
    let best = OrderPoint { order_cost, holding_cost, shortage_cost, rate: mean, until_delivery }.by_inventory_level()?;
    Ok(vec![best.point, best.quantity, best.cost])
}

fn min_max(case: &Case) -> Result<Vec<Decimal>, TheoryError> {
    let Case { order_cost, holding_cost, shortage_cost, mean, .. } = *case;
    let best = MinMax { order_cost, holding_cost, shortage_cost, demand: Demand::Poisson { mean } }.best()?;
    Ok([Some(best.min), Some(best.max), best.cost].into_iter().flatten().collect())
}

fn lots(case: &Case) -> Result<Vec<Decimal>, TheoryError> {
    let Case { order_cost, holding_cost, .. } = *case;
    let best = LotSizing { order_cost, holding_cost, demand: case.demand.clone(), unit_costs: Vec::new() }.best()?;
    Ok(vec![best.cost])
}

fn forecasts(case: &Case) -> Result<Vec<Decimal>, TheoryError> {
    let weight = Decimal::new(1, 1);
    let methods = [
        ForecastMethod::Croston { level: weight },
        ForecastMethod::Sba { level: weight },
        ForecastMethod::Tsb { size: weight, chance: weight },
    ];
    methods.into_iter().map(|method| Ok(method.forecast(&case.demand)?.rate)).collect()
}

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (Some(task), Some(path)) = (arguments.next(), arguments.next()) else {
        return Err("a task and a file of cases are wanted".into());
    };
    let answer = match task.as_str() {
        "economic" => economic,
        "newsvendor" => newsvendor,
        "order_point" => order_point,
        "min_max" => min_max,
        "lots" => lots,
        "forecasts" => forecasts,
        other => return Err(format!("`{other}` is no task").into()),
    };
    let cases: Vec<Case> = serde_json::from_reader(BufReader::new(File::open(path)?))?;
    let start = ThreadTime::now();
    let answers = cases.iter().map(answer).collect::<Result<Vec<_>, _>>()?;
    let seconds = start.elapsed().as_secs_f64();
    serde_json::to_writer(stdout().lock(), &Answered { seconds, answers })?;
    Ok(())
}
