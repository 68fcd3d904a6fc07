//! The policy as plain Rust: the reference for every answer, and the anchor for every time.

use std::collections::BTreeMap;

use chrono::Datelike;
use rust_decimal::Decimal;

use super::{Engine, Failure};
use crate::purchase::band::Band;
use crate::purchase::{Category, Department, Request, Role, Rules, Vendor, Verdict};

/// This many whole units of the currency, with its two digits.
const fn units(units: u32) -> Decimal {
    Decimal::from_parts(units.saturating_mul(100), 0, 0, false, 2)
}

/// Plain Rust that names every rule.
#[derive(Clone, Debug)]
pub enum Hand {
    /// The twelve rules.
    Policy,
    /// A list of rules, looked at one by one.
    Bands(Vec<Band>),
}

impl Engine for Hand {
    const NAME: &str = "hand-written";
    const VALUES: &str = "decimals, dates";
    type Facts<'r> = &'r Request;

    fn facts<'r>(&self, request: &'r Request) -> Result<&'r Request, Failure> {
        Ok(request)
    }

    fn judge(&mut self, request: &&Request) -> Result<Verdict, Failure> {
        Ok(match self {
            Self::Policy => all_reasons(request),
            Self::Bands(bands) => all_bands(bands, request),
        })
    }
}

/// Plain Rust that stops at the first rule which decides.
#[derive(Clone, Debug)]
pub enum FirstReason {
    /// The twelve rules.
    Policy,
    /// A list of rules, looked at one by one.
    Bands(Vec<Band>),
}

impl Engine for FirstReason {
    const NAME: &str = "hand-written, first reason";
    const VALUES: &str = "decimals, dates";
    const ALL_REASONS: bool = false;
    type Facts<'r> = &'r Request;

    fn facts<'r>(&self, request: &'r Request) -> Result<&'r Request, Failure> {
        Ok(request)
    }

    fn judge(&mut self, request: &&Request) -> Result<Verdict, Failure> {
        let none = Rules::none();
        Ok(match self {
            Self::Policy => match first_forbid(request) {
                Some(number) => Verdict::of(Rules::one(number), none),
                None => Verdict::of(none, first_permit(request).map_or(none, Rules::one)),
            },
            Self::Bands(bands) => {
                let first = (1..).zip(bands.iter()).find(|(_, band)| band.permits(request));
                Verdict::of(none, first.map_or(none, |(number, _)| Rules::one(number)))
            }
        })
    }
}

/// Plain Rust that looks rules up by what must be equal.
#[derive(Clone, Debug)]
pub struct Lookup {
    bands: BTreeMap<(Role, Category, u16), Vec<(u16, Band)>>,
}

impl Lookup {
    /// Sorts these rules, numbered from one.
    #[must_use]
    pub fn bands(bands: &[Band]) -> Self {
        let mut sorted: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (number, band) in (1..).zip(bands) {
            sorted.entry((band.role, band.category, band.cost_centre)).or_default().push((number, *band));
        }
        Self { bands: sorted }
    }
}

impl Engine for Lookup {
    const NAME: &str = "hand-written, with a map";
    const VALUES: &str = "decimals, dates";
    type Facts<'r> = &'r Request;

    fn facts<'r>(&self, request: &'r Request) -> Result<&'r Request, Failure> {
        Ok(request)
    }

    fn judge(&mut self, request: &&Request) -> Result<Verdict, Failure> {
        let mut permits = Rules::none();
        let found = self.bands.get(&(request.role, request.category, request.cost_centre));
        for (number, band) in found.into_iter().flatten() {
            if (band.from..band.until).contains(&request.amount) {
                permits.add(*number);
            }
        }
        Ok(Verdict::of(Rules::none(), permits))
    }
}

fn all_reasons(request: &Request) -> Verdict {
    let Request { role, department, category, amount, .. } = *request;
    let mut forbids = Rules::none();
    if request.vendor == Vendor::Blocked {
        forbids.add(1);
    }
    if amount > request.budget {
        forbids.add(2);
    }
    if request.quotes < 3 && amount >= units(5_000) {
        forbids.add(3);
    }
    if request.approver == request.requester {
        forbids.add(4);
    }
    if category == Category::ItGoods && department != Department::It && amount > units(1_000) {
        forbids.add(5);
    }
    if category == Category::Catering && request.on.month() == 12 && amount > units(500) {
        forbids.add(6);
    }
    if request.vendor == Vendor::New && amount > units(2_500) {
        forbids.add(7);
    }
    if !forbids.is_empty() {
        return Verdict::of(forbids, Rules::none());
    }
    let mut permits = Rules::none();
    match role {
        Role::Assistant => {}
        Role::TeamLead => {
            if amount <= units(500) {
                permits.add(8);
            }
        }
        Role::DepartmentHead => {
            if matches!(department, Department::It | Department::Facilities) && amount <= units(5_000) {
                permits.add(9);
            }
            if request.cost_centre == 4100 && amount <= units(10_000) {
                permits.add(10);
            }
        }
        Role::FinanceManager => {
            if amount <= units(20_000) {
                permits.add(11);
            }
        }
        Role::Director => {
            if amount <= units(100_000) {
                permits.add(12);
            }
        }
    }
    Verdict::of(Rules::none(), permits)
}

fn first_forbid(request: &Request) -> Option<u16> {
    let Request { department, category, amount, .. } = *request;
    if request.vendor == Vendor::Blocked {
        Some(1)
    } else if amount > request.budget {
        Some(2)
    } else if request.quotes < 3 && amount >= units(5_000) {
        Some(3)
    } else if request.approver == request.requester {
        Some(4)
    } else if category == Category::ItGoods && department != Department::It && amount > units(1_000) {
        Some(5)
    } else if category == Category::Catering && request.on.month() == 12 && amount > units(500) {
        Some(6)
    } else if request.vendor == Vendor::New && amount > units(2_500) {
        Some(7)
    } else {
        None
    }
}

fn first_permit(request: &Request) -> Option<u16> {
    let Request { department, amount, .. } = *request;
    let covers = matches!(department, Department::It | Department::Facilities);
    match request.role {
        Role::TeamLead if amount <= units(500) => Some(8),
        Role::DepartmentHead if covers && amount <= units(5_000) => Some(9),
        Role::DepartmentHead if request.cost_centre == 4100 && amount <= units(10_000) => Some(10),
        Role::FinanceManager if amount <= units(20_000) => Some(11),
        Role::Director if amount <= units(100_000) => Some(12),
        Role::Assistant | Role::TeamLead | Role::DepartmentHead | Role::FinanceManager | Role::Director => None,
    }
}

fn all_bands(bands: &[Band], request: &Request) -> Verdict {
    let mut permits = Rules::none();
    for (number, band) in (1..).zip(bands) {
        if band.permits(request) {
            permits.add(number);
        }
    }
    Verdict::of(Rules::none(), permits)
}
