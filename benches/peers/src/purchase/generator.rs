//! Requests by the thousand, the same ones at every run, with amounts and days at, just below and just above every limit.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::band::{Band, COST_CENTRES};
use super::{Category, Department, Request, Role, Vendor};

/// Where a rule of the [policy](super::policy) changes its mind, in cents.
const LIMITS: [i64; 9] = [50_000, 50_000, 100_000, 250_000, 500_000, 500_000, 1_000_000, 2_000_000, 10_000_000];

/// The days around December, as month and day.
const DAYS: [(u32, u32); 6] = [(11, 29), (11, 30), (12, 1), (12, 31), (1, 1), (1, 2)];

/// Requests for the twelve rules.
#[must_use]
pub fn requests(count: usize) -> Vec<Request> {
    let mut dice = Dice::new(2);
    (0..count).map(|_| request(&mut dice)).collect()
}

/// Requests for these rules. Half of them are made for a rule, each rule in its turn, at both edges of its band, a cent
/// off them and in between; the rest are for nobody in particular.
#[must_use]
pub fn requests_for(bands: &[Band], count: usize) -> Vec<Request> {
    let mut dice = Dice::new(3);
    let places = PLACES.iter().flat_map(|place| bands.iter().map(move |band| (place, band))).cycle();
    let mut requests: Vec<_> = (0..count).map(|_| request(&mut dice)).collect();
    for (request, (place, band)) in requests.iter_mut().step_by(2).zip(places) {
        request.role = band.role;
        request.category = band.category;
        request.cost_centre = band.cost_centre;
        request.amount = place.within(band);
    }
    dice.shuffle(&mut requests);
    requests
}

/// Where an amount lies, seen from a band.
#[derive(Clone, Copy, Debug)]
enum Place {
    Below,
    Start,
    Middle,
    Last,
    End,
}

const PLACES: [Place; 5] = [Place::Start, Place::Last, Place::Middle, Place::Below, Place::End];

impl Place {
    fn within(self, band: &Band) -> Decimal {
        let cent = Decimal::new(1, 2);
        match self {
            Self::Below => band.from.saturating_sub(cent).max(Decimal::new(0, 2)),
            Self::Start => band.from,
            Self::Middle => band.from.saturating_add(Decimal::new(10_001, 2)),
            Self::Last => band.until.saturating_sub(cent),
            Self::End => band.until,
        }
    }
}

fn request(dice: &mut Dice) -> Request {
    let cents = amount(dice);
    let left = if dice.one_in(8) { cents.saturating_add(dice.near()) } else { dice.between(cents, 20_000_000) };
    let requester = staff(dice);
    Request {
        role: dice.pick(Role::ALL, Role::Director),
        approver: if dice.one_in(30) { requester.clone() } else { staff(dice) },
        requester,
        department: dice.pick(Department::ALL, Department::It),
        cost_centre: dice.pick(&COST_CENTRES, 4100),
        category: dice.pick(Category::ALL, Category::Services),
        amount: Decimal::new(cents, 2),
        budget: Decimal::new(left, 2),
        quotes: if dice.one_in(3) { 2 } else { 3 },
        vendor: match dice.below(30) {
            0 => Vendor::Blocked,
            1..=4 => Vendor::New,
            _ => Vendor::Known,
        },
        on: day(dice),
    }
}

/// At a limit, a cent off it, or anywhere.
fn amount(dice: &mut Dice) -> i64 {
    if dice.one_in(2) {
        return dice.pick(&LIMITS, 0).saturating_add(dice.near());
    }
    let most = dice.pick(&LIMITS, 0);
    dice.between(1, most)
}

fn day(dice: &mut Dice) -> NaiveDate {
    let year = if dice.one_in(2) { 2026 } else { 2027 };
    let (month, day) = if dice.one_in(2) { dice.pick(&DAYS, (12, 1)) } else { (dice.upto(12), dice.upto(28)) };
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

fn staff(dice: &mut Dice) -> String {
    format!("p-{:04}", dice.below(3_000))
}

/// A seeded source of numbers: `SplitMix64`, the same on every machine.
#[derive(Clone, Debug)]
pub struct Dice {
    state: u64,
}

impl Dice {
    /// The source with this seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next number.
    pub const fn roll(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one; zero if there is none.
    pub fn below(&mut self, end: u64) -> u64 {
        self.roll().checked_rem(end).unwrap_or(0)
    }

    /// From one to this number.
    fn upto(&mut self, last: u32) -> u32 {
        u32::try_from(self.below(u64::from(last))).unwrap_or(0).saturating_add(1)
    }

    /// From the first to the last.
    fn between(&mut self, first: i64, last: i64) -> i64 {
        let steps = last.saturating_sub(first).unsigned_abs();
        first.saturating_add(i64::try_from(self.below(steps.saturating_add(1))).unwrap_or(0))
    }

    /// True once in so many times.
    pub fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One less, the same, or one more.
    fn near(&mut self) -> i64 {
        self.between(-1, 1)
    }

    /// One of these; the other if there is none.
    fn pick<T: Copy>(&mut self, from: &[T], other: T) -> T {
        let index = self.below(u64::try_from(from.len()).unwrap_or(u64::MAX));
        usize::try_from(index).ok().and_then(|index| from.get(index)).copied().unwrap_or(other)
    }

    /// Puts these into another order, every one as likely.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(u64::try_from(last).unwrap_or(0).saturating_add(1));
            items.swap(last, usize::try_from(other).unwrap_or(0));
        }
    }
}
