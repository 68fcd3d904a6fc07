//! A ledger to which the moves of a case are entered, and how answers are compared.

use chrono::{Duration, NaiveDate};
use office_core::subject::PlaceId;
use office_core::{Currency, Decimal, Id, Money, Quantity, UnitCode, UnitPrice};
use office_inventory::{
    CostMethod, EnterError, Entered, Ledger, LedgerTerms, Location, LotId, Movement, NegativeStock, Transfer,
};
use serde_json::Value;

/// Nothing, or what is wrong.
pub(crate) type Verdict = Result<(), String>;

pub(crate) trait Told<T> {
    /// The value, or the debug text of the error.
    fn told(self) -> Result<T, String>;
}

impl<T, E: std::fmt::Debug> Told<T> for Result<T, E> {
    fn told(self) -> Result<T, String> {
        self.map_err(|error| format!("{error:?}"))
    }
}

/// Compares two numbers, with what the case tolerates.
pub(crate) fn same(what: &str, found: Decimal, wanted: &Value) -> Verdict {
    near(what, found, wanted, Decimal::ZERO)
}

pub(crate) fn near(what: &str, found: Decimal, wanted: &Value, tolerance: Decimal) -> Verdict {
    let off = found.saturating_sub(decimal(wanted)).abs();
    if off <= tolerance { Ok(()) } else { Err(format!("{what} is {found}, not {wanted}")) }
}

pub(crate) fn holds(what: &str, true_: bool) -> Verdict {
    if true_ { Ok(()) } else { Err(format!("not so: {what}")) }
}

pub(crate) fn decimal(value: &Value) -> Decimal {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(&text)).unwrap_or(Decimal::MAX).normalize()
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub(crate) fn day(number: &Value) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(2026, 6, 15).unwrap_or_default();
    first.checked_add_signed(Duration::days(number.as_i64().unwrap_or(0))).unwrap_or_default()
}

pub(crate) fn place(name: &str) -> PlaceId {
    Id::natural("place", name)
}

pub(crate) fn store(name: &str) -> Location {
    Location::Storage(place(name))
}

pub(crate) fn each() -> UnitCode {
    UnitCode::EACH
}

pub(crate) fn vendor() -> Location {
    Location::Supplier(Id::natural("party", "vendor"))
}

pub(crate) fn user() -> Location {
    Location::Consumption(Id::natural("cost_centre", "use"))
}

pub(crate) struct Shelf {
    pub(crate) ledger: Ledger,
    pub(crate) lot: Option<LotId>,
}

impl Shelf {
    pub(crate) fn on(terms: LedgerTerms, currency: Currency) -> Result<Self, String> {
        Ok(Self { ledger: Ledger::on_terms(each(), currency, terms).told()?, lot: None })
    }

    /// On the terms that a case states; below zero by the policy that it names.
    pub(crate) fn of(case: &Value) -> Result<Self, String> {
        let inputs = &case["inputs"];
        let method = match inputs["method"].as_str() {
            Some("average") => CostMethod::Average,
            Some("lifo") => CostMethod::Lifo,
            Some("standard") => CostMethod::Standard,
            _ => CostMethod::Fifo,
        };
        let policy = case["policy"].as_str().unwrap_or_default();
        let negative = if policy.contains("last known") { NegativeStock::LastCost } else { NegativeStock::Settle };
        let currency = if inputs["currency_digits"] == 0 { Currency::from_code("JPY").told()? } else { Currency::EUR };
        let known = ["initial_standard_cost", "initial_cost"].map(|key| inputs.get(key)).into_iter().flatten().next();
        let unit_cost = known.map(|cost| UnitPrice::per_unit(decimal(cost), currency, each())).transpose().told()?;
        Self::on(LedgerTerms { method, negative, unit_cost, ..LedgerTerms::default() }, currency)
    }

    pub(crate) fn quantity(&self, amount: Decimal) -> Result<Quantity, String> {
        Quantity::new(amount, self.ledger.unit()).told()
    }

    pub(crate) fn money(&self, amount: Decimal) -> Result<Money, String> {
        Money::rounded(amount, self.ledger.currency(), office_core::Rounding::HalfUp).told()
    }

    pub(crate) fn enter(&mut self, on: NaiveDate, transfer: Transfer) -> Result<Entered, EnterError> {
        let sequence = self.ledger.next_sequence();
        let transfer = self.lot.map_or(transfer, |lot| transfer.of_lot(lot));
        let reference = format!("case-{sequence}").parse().map_err(|_| EnterError::TooMuch)?;
        self.ledger.enter(Movement { sequence, effective: on, reference, transfer })
    }

    pub(crate) fn receive(
        &mut self,
        on: NaiveDate,
        at: &str,
        amount: Decimal,
        unit_cost: Decimal,
    ) -> Result<u64, String> {
        let value = self.money(amount.saturating_mul(unit_cost))?;
        let transfer = Transfer::inward(self.quantity(amount)?, value, vendor(), place(at)).told()?;
        self.enter(on, transfer).told()?;
        Ok(self.ledger.next_sequence().saturating_sub(1))
    }

    pub(crate) fn issue(&mut self, on: NaiveDate, at: &str, amount: Decimal) -> Result<Money, String> {
        let transfer = Transfer::outward(self.quantity(amount)?, place(at), user()).told()?;
        Ok(self.enter(on, transfer).told()?.value)
    }

    /// Quantity and unit cost of each layer, neighbours of one cost together.
    pub(crate) fn layers(&self) -> Vec<(Decimal, Decimal)> {
        let mut merged = Vec::<(Decimal, Decimal)>::new();
        for layer in self.ledger.layers() {
            let cost = over(layer.value.amount(), layer.quantity.amount());
            match merged.last_mut() {
                Some(last) if last.1 == cost => last.0 = last.0.saturating_add(layer.quantity.amount()),
                _ => merged.push((layer.quantity.amount().normalize(), cost)),
            }
        }
        merged
    }

    pub(crate) fn unit_cost(&self) -> Option<Decimal> {
        let quantity: Decimal = self.ledger.layers().map(|layer| layer.quantity.amount()).sum();
        (!quantity.is_zero()).then(|| over(self.ledger.value().amount(), quantity))
    }

    pub(crate) fn movement(&self, sequence: u64) -> Result<(Movement, Money), String> {
        let mut movements = self.ledger.movements();
        let found = movements.find(|(movement, _)| movement.sequence == sequence);
        found
            .map(|(movement, value)| (movement.clone(), value))
            .ok_or_else(|| format!("there is no movement {sequence}"))
    }

    /// What one unit of a movement cost.
    pub(crate) fn cost_of(&self, sequence: u64) -> Result<Decimal, String> {
        let (movement, value) = self.movement(sequence)?;
        Ok(over(value.amount(), movement.transfer.quantity().amount()))
    }
}

pub(crate) fn over(amount: Decimal, by: Decimal) -> Decimal {
    amount.checked_div(by).unwrap_or_default().normalize()
}

pub(crate) fn pairs(value: &Value) -> Vec<(Decimal, Decimal)> {
    list(value).iter().map(|pair| (decimal(&pair[0]), decimal(&pair[1]))).collect()
}
