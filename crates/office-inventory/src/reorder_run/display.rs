//! The advice in English.

use std::fmt;

use office_core::{Decimal, Rounding};

use super::{QuantityGround, ReorderAdvice, ReorderProposal, ReorderReasons, VendorPassedOver};
use crate::ReorderPolicy;

impl fmt::Display for ReorderAdvice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTerms => f.write_str("nothing to order: no terms are in force"),
            Self::NotDue { next } => write!(f, "nothing to order: it is looked at on {next}"),
            Self::Enough(reasons) => write!(f, "nothing to order: {reasons}"),
            Self::Order(proposal) => proposal.fmt(f),
            Self::NoVendor { passed_over } => {
                f.write_str("nobody can be asked")?;
                for (at, (vendor, reason)) in passed_over.iter().enumerate() {
                    write!(f, "{} {vendor} {reason}", if at == 0 { ":" } else { ";" })?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for ReorderProposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { quantity, in_stock_unit, value, wanted, price, reasons, .. } = self;
        write!(f, "order {quantity}")?;
        if quantity.unit() != in_stock_unit.unit() {
            write!(f, " ({in_stock_unit})")?;
        }
        let source = &reasons.source;
        write!(f, " for {value} on {} from {}, to arrive on {}", source.order_on, source.vendor, source.arrives_on)?;
        write!(f, ": {reasons}; {wanted} wanted")?;
        match self.quantity_ground {
            QuantityGround::Wanted => Ok(()),
            QuantityGround::Least => write!(f, ", and {} is the least to be ordered", reasons.terms.least),
            QuantityGround::VendorMinimum => write!(f, ", and {} is the least that is sold", price.min_quantity),
            QuantityGround::PriceBreak => {
                write!(f, ", and {} from {} on saves more than keeping costs", price.price, price.min_quantity)
            }
        }
    }
}

impl fmt::Display for ReorderReasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { total, point, .. } = self;
        write!(f, "{total} there or coming, {point} needed ")?;
        if let ReorderPolicy::MinMax { .. } = self.terms.policy {
            return f.write_str("as a minimum");
        }
        let (mean, safety) = (short(self.until_delivery.mean), short(self.safety.stock));
        let (until, method, ground) = (self.source.lasts_until, self.forecast.method, self.ground);
        write!(f, "until {until}: {mean} expected by {method}, as demand is {ground}, and {safety} for the unforeseen")
    }
}

impl fmt::Display for VendorPassedOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUsual => f.write_str("is not the usual vendor"),
            Self::NotAsked => f.write_str("is not asked"),
            Self::Blocked => f.write_str("is blocked"),
            Self::NoDelivery => f.write_str("does not say when it would deliver"),
            Self::NoPrice => f.write_str("has no price"),
            Self::Dearer { yearly_cost } => write!(f, "costs more: {} a year", short(*yearly_cost)),
        }
    }
}

/// To two digits, for reading.
fn short(amount: Decimal) -> Decimal {
    Rounding::HalfUp.round(amount, 2).normalize()
}
