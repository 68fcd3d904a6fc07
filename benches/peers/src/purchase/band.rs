//! Many rules of one shape: this role may approve this category on this cost centre, within a band of amounts.

use rust_decimal::Decimal;

use super::generator::Dice;
use super::{Category, Request, Role};

/// One rule: it permits what matches all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// The role of the approver.
    pub role: Role,
    /// What is bought.
    pub category: Category,
    /// The cost centre that pays.
    pub cost_centre: u16,
    /// The least amount in the band.
    pub from: Decimal,
    /// The least amount above the band.
    pub until: Decimal,
}

/// The cost centres of the office.
pub const COST_CENTRES: [u16; 12] = [1000, 1100, 2000, 2100, 2200, 3000, 3100, 4000, 4100, 4200, 5000, 5100];

/// Where the bands of one combination begin and end, in cents. The second and third share some amounts.
const BANDS: [(i64, i64); 3] = [(0, 50_000), (50_000, 250_001), (200_000, 1_000_000)];

impl Band {
    /// Whether the rule permits this request.
    #[must_use]
    pub fn permits(&self, request: &Request) -> bool {
        self.role == request.role
            && self.category == request.category
            && self.cost_centre == request.cost_centre
            && self.from <= request.amount
            && request.amount < self.until
    }
}

/// This many different rules, at most 1,080, in no particular order. The same ones at every call.
#[must_use]
pub fn bands(count: usize) -> Vec<Band> {
    let mut all = Vec::new();
    for &role in Role::ALL {
        for &category in Category::ALL {
            for cost_centre in COST_CENTRES {
                all.extend(BANDS.map(|(from, until)| Band {
                    role,
                    category,
                    cost_centre,
                    from: Decimal::new(from, 2),
                    until: Decimal::new(until, 2),
                }));
            }
        }
    }
    Dice::new(1).shuffle(&mut all);
    all.truncate(count);
    all
}
