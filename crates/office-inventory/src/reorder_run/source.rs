//! Who is asked to deliver, and what has to last until then.

use chrono::{Days, NaiveDate};
use office_core::{Decimal, Quantity, Ratio, Rounding};

use super::{ReorderCase, ReorderRun, ReorderRunError, VendorPassedOver};
use crate::theory::{EconomicOrder, Forecast, LeadTimeDemand, SafetyStock, SupplyOption, TheoryError};
use crate::{PriceRow, ReorderPolicy, ReorderTerms, VendorChoice, VendorId, VendorSchedule, VendorScheduleError};

const DAYS_OF_YEAR: Decimal = Decimal::from_parts(365, 0, 0, false, 0);

/// When a vendor takes an order and delivers it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timing {
    pub(super) order_on: NaiveDate,
    pub(super) arrives_on: NaiveDate,
    pub(super) lasts_until: NaiveDate,
}

impl Timing {
    /// Of an order today, the next being possible at once or only after so many days.
    pub(super) fn of(
        schedule: &VendorSchedule,
        on: NaiveDate,
        lead_days: u32,
        every_days: Option<u32>,
    ) -> Result<Self, VendorScheduleError> {
        let order_on = schedule.order_day(on)?;
        let arrives_on = schedule.arrival(order_on, lead_days)?;
        let wait = if schedule.order_days.is_empty() { every_days } else { Some(every_days.unwrap_or(0).max(1)) };
        let lasts_until = match wait {
            None => arrives_on,
            Some(days) => {
                let after = if every_days.is_some() { on } else { order_on };
                let no_day = VendorScheduleError::NoDay { from: after, days };
                let next = after.checked_add_days(Days::new(days.into())).ok_or(no_day)?;
                schedule.arrival(schedule.order_day(next)?, lead_days)?
            }
        };
        Ok(Self { order_on, arrives_on, lasts_until })
    }
}

/// Who is asked, and why no other.
pub(super) struct Found<'a> {
    pub(super) chosen: Option<Chosen<'a>>,
    pub(super) passed_over: Vec<(VendorId, VendorPassedOver)>,
}

/// A vendor, and what follows from being supplied by it.
pub(super) struct Chosen<'a> {
    pub(super) vendor: VendorId,
    pub(super) timing: Timing,
    pub(super) until_delivery: LeadTimeDemand,
    pub(super) safety: SafetyStock,
    pub(super) yearly_cost: Decimal,
    /// What would be ordered at a time in the long run.
    usual_order: Decimal,
    /// By what costs are compared.
    pub(super) supply: SupplyOption,
    /// The prices on the day of the order, of packs that are known.
    pub(super) offers: Vec<Offer<'a>>,
}

/// A price, told in the stock unit.
#[derive(Clone, Copy)]
pub(super) struct Offer<'a> {
    pub(super) row: &'a PriceRow,
    pub(super) content: Ratio,
    pub(super) unit_cost: Decimal,
    pub(super) min: Decimal,
}

/// Below which point it is ordered, up to which level, and how much at least.
pub(super) struct Levels {
    pub(super) point: Quantity,
    pub(super) level: Quantity,
    pub(super) lot: Quantity,
}

impl<'a> ReorderRun<'a> {
    /// Whoever costs least in a year, of those that may be asked. It does not depend on the position, so that it is the
    /// same once an order is placed.
    pub(super) fn source(
        &self,
        case: &ReorderCase<'_>,
        terms: &ReorderTerms,
        forecast: &Forecast,
    ) -> Result<Found<'a>, ReorderRunError> {
        let mut found = Found { chosen: None, passed_over: Vec::new() };
        for rows in self.rows_of(case.item).chunk_by(|one, other| one.vendor == other.vendor) {
            let Some(vendor) = rows.first().map(|row| row.vendor) else { continue };
            if terms.vendor == VendorChoice::Usual && case.listed.vendor() != Some(vendor) {
                found.passed_over.push((vendor, VendorPassedOver::NotUsual));
                continue;
            }
            match self.supplied_by(vendor, rows, case, terms, forecast)? {
                Err(reason) => found.passed_over.push((vendor, reason)),
                Ok(next) => {
                    let costs = |yearly_cost| VendorPassedOver::Dearer { yearly_cost };
                    match &found.chosen {
                        Some(best) if best.yearly_cost <= next.yearly_cost => {
                            found.passed_over.push((vendor, costs(next.yearly_cost)));
                        }
                        Some(beaten) => {
                            found.passed_over.push((beaten.vendor, costs(beaten.yearly_cost)));
                            found.chosen = Some(next);
                        }
                        None => found.chosen = Some(next),
                    }
                }
            }
        }
        found.passed_over.sort_by_key(|(vendor, _)| *vendor);
        Ok(found)
    }

    /// The best that one vendor offers.
    fn supplied_by(
        &self,
        vendor: VendorId,
        rows: &[&'a PriceRow],
        case: &ReorderCase<'_>,
        terms: &ReorderTerms,
        forecast: &Forecast,
    ) -> Result<Result<Chosen<'a>, VendorPassedOver>, ReorderRunError> {
        let Some(schedule) = self.vendors.get(&vendor) else { return Ok(Err(VendorPassedOver::NotAsked)) };
        if self.blocked.contains(&vendor) {
            return Ok(Err(VendorPassedOver::Blocked));
        }
        let mut best: Option<Chosen<'a>> = None;
        let mut reason = VendorPassedOver::NoPrice;
        let mut offers = Vec::with_capacity(rows.len());
        // Most rows of a vendor differ by price alone.
        let mut until: Option<(NaiveDate, LeadTimeDemand)> = None;
        for row in rows {
            let Some(timing) = self.timing(schedule, row, terms) else {
                reason = VendorPassedOver::NoDelivery;
                continue;
            };
            let content = case.listed.content(row.price.per().unit());
            let (true, Some(content)) = (row.valid.contains(timing.order_on), content) else { continue };
            let offer = Offer::of(row, content)?;
            let until_delivery = match until.filter(|(day, _)| *day == timing.lasts_until) {
                Some((_, known)) => known,
                None => self.until_delivery(schedule, timing, case, forecast)?,
            };
            until = Some((timing.lasts_until, until_delivery));
            let next = chosen(&offer, timing, until_delivery, case, terms, forecast)?;
            offers.push(offer);
            if best.as_ref().is_none_or(|best| next.yearly_cost < best.yearly_cost) {
                best = Some(next);
            }
        }
        Ok(best.map_or(Err(reason), |mut best| {
            // What takes longer than the best would not be there in time.
            let lasts = |offer: &Offer<'_>| self.timing(schedule, offer.row, terms).map(|timing| timing.lasts_until);
            offers.retain(|offer| lasts(offer).is_some_and(|until| until <= best.timing.lasts_until));
            best.offers = offers;
            Ok(best)
        }))
    }

    fn timing(&self, schedule: &VendorSchedule, row: &PriceRow, terms: &ReorderTerms) -> Option<Timing> {
        match terms.policy {
            ReorderPolicy::Periodic { every_days } => {
                Timing::of(schedule, self.on, row.lead_days, Some(every_days)).ok()
            }
            ReorderPolicy::MinMax { .. } | ReorderPolicy::OrderPoint | ReorderPolicy::OrderUpTo => {
                self.timings.get(&(row.vendor, row.lead_days)).copied().flatten()
            }
        }
    }

    /// What will be asked for until a delivery has come.
    fn until_delivery(
        &self,
        schedule: &VendorSchedule,
        timing: Timing,
        case: &ReorderCase<'_>,
        forecast: &Forecast,
    ) -> Result<LeadTimeDemand, TheoryError> {
        let period = Decimal::from(case.history.period_days());
        let periods = |days: Decimal| days.checked_div(period).ok_or(TheoryError::OutOfRange);
        let lasts = periods(timing.lasts_until.signed_duration_since(self.on).num_days().into())?;
        let varies = periods(schedule.lead_deviation)?;
        let spread = LeadTimeDemand::over(forecast.rate, forecast.deviation, lasts, varies)?;
        Ok(LeadTimeDemand { mean: forecast.over(lasts)?, ..spread })
    }
}

/// What being supplied at one price would mean.
fn chosen<'a>(
    offer: &Offer<'a>,
    timing: Timing,
    until_delivery: LeadTimeDemand,
    case: &ReorderCase<'_>,
    terms: &ReorderTerms,
    forecast: &Forecast,
) -> Result<Chosen<'a>, TheoryError> {
    let period = Decimal::from(case.history.period_days());
    let demand = forecast.rate.checked_mul(DAYS_OF_YEAR).and_then(|year| year.checked_div(period));
    let mut supply = SupplyOption {
        demand: demand.ok_or(TheoryError::OutOfRange)?,
        order_cost: terms.order_cost.amount(),
        holding_rate: terms.holding_rate.value().checked_div(Decimal::ONE_HUNDRED).unwrap_or_default(),
        unit_cost: offer.unit_cost,
        quantity: Decimal::ONE,
        safety_stock: Decimal::ZERO,
    };
    let usual_order = usual_order(&supply, terms, forecast, period)?;
    supply.quantity = usual_order.max(terms.least.amount()).max(offer.min);
    let safety = until_delivery.safety_stock(terms.service, supply.quantity)?;
    supply.safety_stock = safety.stock;
    let yearly_cost = supply.cost()?;
    let (vendor, offers) = (offer.row.vendor, Vec::new());
    Ok(Chosen { vendor, timing, until_delivery, safety, yearly_cost, usual_order, supply, offers })
}

/// What the policy orders at a time in the long run; never nothing.
fn usual_order(
    supply: &SupplyOption,
    terms: &ReorderTerms,
    forecast: &Forecast,
    period: Decimal,
) -> Result<Decimal, TheoryError> {
    let step = terms.step.amount();
    let quantity = match terms.policy {
        ReorderPolicy::MinMax { min, max } => max.amount().checked_sub(min.amount()).unwrap_or(step),
        ReorderPolicy::Periodic { every_days } => {
            let periods = Decimal::from(every_days).checked_div(period).ok_or(TheoryError::OutOfRange)?;
            forecast.over(periods)?
        }
        ReorderPolicy::OrderPoint | ReorderPolicy::OrderUpTo => {
            let holding_cost = supply.holding_rate.checked_mul(supply.unit_cost).ok_or(TheoryError::OutOfRange)?;
            // What nobody asks for, or what costs nothing, has no economic quantity.
            if supply.demand.is_zero() || holding_cost.is_zero() {
                return Ok(step);
            }
            EconomicOrder { order_cost: supply.order_cost, holding_cost, demand: supply.demand }.best()?.quantity
        }
    };
    Ok(quantity.max(step))
}

impl<'a> Offer<'a> {
    fn of(row: &'a PriceRow, content: Ratio) -> Result<Self, TheoryError> {
        let per = row.price.per().amount();
        let (amount, min) = (row.price.amount(), row.min_quantity.amount());
        let in_stock_unit = || {
            let pieces = |term: i128| Decimal::try_from_i128_with_scale(term, 0).ok();
            let (upper, lower) = (pieces(content.numerator())?, pieces(content.denominator())?);
            // What prices are compared by may be off in its last digit; what has to be bought may not.
            let unit_cost = amount.checked_mul(lower)?.checked_div(per.checked_mul(upper)?)?;
            if min.is_integer() && content.is_whole() {
                return Some((unit_cost, min.checked_mul(upper)?));
            }
            let min = Ratio::from_decimal(min).checked_mul(content).ok()?;
            Some((unit_cost, min.to_decimal(Quantity::PLACES, Rounding::Up)?))
        };
        let (unit_cost, min) = in_stock_unit().ok_or(TheoryError::OutOfRange)?;
        Ok(Self { row, content, unit_cost, min })
    }
}

impl Chosen<'_> {
    /// The point and the level, rounded up to whole steps: once, and never so that there would be too little.
    pub(super) fn levels(&self, terms: &ReorderTerms) -> Result<Levels, ReorderRunError> {
        let zero = Quantity::zero(terms.unit());
        if let ReorderPolicy::MinMax { min, max } = terms.policy {
            return Ok(Levels { point: min, level: max, lot: zero });
        }
        let enough = self.until_delivery.mean.checked_add(self.safety.stock).ok_or(TheoryError::OutOfRange)?;
        let point = steps_up(enough, terms.step)?;
        let lot = steps_up(self.usual_order, terms.step)?;
        Ok(match terms.policy {
            ReorderPolicy::OrderPoint => Levels { point, level: point, lot },
            ReorderPolicy::OrderUpTo => Levels { point, level: point.checked_add(lot)?, lot: zero },
            ReorderPolicy::Periodic { .. } | ReorderPolicy::MinMax { .. } => Levels { point, level: point, lot: zero },
        })
    }
}

/// The least multiple of a step that is not below an amount.
fn steps_up(amount: Decimal, step: Quantity) -> Result<Quantity, ReorderRunError> {
    let up = || {
        let over = amount.checked_rem(step.amount())?;
        if over > Decimal::ZERO { amount.checked_sub(over)?.checked_add(step.amount()) } else { Some(amount) }
    };
    Ok(Quantity::new(up().ok_or(TheoryError::OutOfRange)?, step.unit())?)
}
