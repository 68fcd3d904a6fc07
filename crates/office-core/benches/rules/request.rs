//! Requests to buy something, the same ones at every run, with amounts at, just below and just above every limit.

use chrono::{Datelike, NaiveDate};
use office_core::rules::Facts;
use office_core::{Currency, Money};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident: $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name { $($variant),* }

        impl $name {
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),*];

            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }
    };
}

words!(Role {
    Assistant: "assistant",
    TeamLead: "team_lead",
    DepartmentHead: "department_head",
    FinanceManager: "finance_manager",
    Director: "director"
});
words!(Department { It: "IT", Facilities: "facilities", Sales: "sales", Legal: "legal", Hr: "HR" });
words!(Category {
    ItGoods: "it_goods",
    Catering: "catering",
    Furniture: "furniture",
    Travel: "travel",
    Services: "services",
    Stationery: "stationery"
});
words!(Vendor { Known: "known", New: "new", Blocked: "blocked" });

pub(crate) const COST_CENTRES: [&str; 12] = [
    "cc-1000", "cc-1100", "cc-2000", "cc-2100", "cc-2200", "cc-3000", "cc-3100", "cc-4000", "cc-4100", "cc-4200",
    "cc-5000", "cc-5100",
];

#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) role: Role,
    pub(crate) requester: String,
    pub(crate) approver: String,
    pub(crate) department: Department,
    pub(crate) cost_centre: &'static str,
    pub(crate) category: Category,
    pub(crate) amount: Money,
    pub(crate) budget: Money,
    pub(crate) quotes: u32,
    pub(crate) vendor: Vendor,
    pub(crate) on: NaiveDate,
}

impl Request {
    /// The same as facts that are handed over.
    pub(crate) fn facts(&self) -> Facts {
        Facts::new()
            .with("role", self.role.as_str())
            .with("requester", self.requester.as_str())
            .with("approver", self.approver.as_str())
            .with("department", self.department.as_str())
            .with("cost_centre", self.cost_centre)
            .with("category", self.category.as_str())
            .with("amount", self.amount)
            .with("budget", self.budget)
            .with("quotes", i64::from(self.quotes))
            .with("vendor", self.vendor.as_str())
            .with("month", i64::from(self.on.month()))
    }
}

/// Where a rule changes its mind, in cents.
const LIMITS: [i64; 9] = [50_000, 50_000, 100_000, 250_000, 500_000, 500_000, 1_000_000, 2_000_000, 10_000_000];
/// The months, of which December is asked for.
const MONTHS: [u32; 4] = [1, 11, 12, 6];

pub(crate) fn requests(count: usize) -> Vec<Request> {
    let mut dice = Dice::new(2);
    (0..count).map(|_| request(&mut dice)).collect()
}

pub(crate) fn request(dice: &mut Dice) -> Request {
    let limit = dice.pick(&LIMITS, 0);
    let cents =
        if dice.below(2) == 0 { limit.saturating_add(dice.up_to(2)).saturating_sub(1) } else { dice.up_to(limit) };
    let left = if dice.below(8) == 0 { cents.saturating_add(dice.up_to(2)).saturating_sub(1) } else { 20_000_000 };
    let requester = person(dice);
    let day = NaiveDate::from_ymd_opt(2026, dice.pick(&MONTHS, 12), 15);
    Request {
        role: dice.pick(Role::ALL, Role::Director),
        approver: if dice.below(30) == 0 { requester.clone() } else { person(dice) },
        requester,
        department: dice.pick(Department::ALL, Department::It),
        cost_centre: dice.pick(&COST_CENTRES, "cc-4100"),
        category: dice.pick(Category::ALL, Category::Services),
        amount: Money::from_minor(cents, Currency::EUR),
        budget: Money::from_minor(left, Currency::EUR),
        quotes: if dice.below(3) == 0 { 2 } else { 3 },
        vendor: if dice.below(6) == 0 { dice.pick(Vendor::ALL, Vendor::New) } else { Vendor::Known },
        on: day.unwrap_or_default(),
    }
}

fn person(dice: &mut Dice) -> String {
    format!("p-{:04}", dice.below(3_000))
}

/// A seeded source of numbers: `SplitMix64`, the same on every machine.
#[derive(Clone, Debug)]
pub(crate) struct Dice {
    state: u64,
}

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    fn roll(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.roll().checked_rem(end).unwrap_or(0)
    }

    /// From nothing to this number.
    pub(crate) fn up_to(&mut self, last: i64) -> i64 {
        i64::try_from(self.below(last.unsigned_abs().saturating_add(1))).unwrap_or(0)
    }

    /// One of these; the other if there is none.
    pub(crate) fn pick<T: Copy>(&mut self, from: &[T], other: T) -> T {
        let index = self.below(u64::try_from(from.len()).unwrap_or(u64::MAX));
        usize::try_from(index).ok().and_then(|index| from.get(index)).copied().unwrap_or(other)
    }
}
