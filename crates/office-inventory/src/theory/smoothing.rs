//! What the next period will ask for, by each method, and how far the method would have been off so far.

use super::number::count;

/// What a method says after the last period.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Smoothed {
    /// Of the next period.
    pub(super) next: f64,
    /// By how much each period after the next asks for more.
    pub(super) slope: f64,
    /// The squares by which it would have been off, one period ahead, added up.
    squares: f64,
    /// Over how many periods.
    pub(super) errors: usize,
}

impl Smoothed {
    fn off_by(&mut self, error: f64) {
        self.squares += error * error;
        self.errors = self.errors.saturating_add(1);
    }

    /// The mean square by which it would have been off.
    pub(super) fn mean_square(&self) -> f64 {
        if self.errors == 0 { 0.0 } else { self.squares / count(self.errors) }
    }
}

/// The mean of the last `window` periods, or of all where there are fewer.
pub(super) fn moving_average(demand: &[f64], window: usize) -> Smoothed {
    let mut smoothed = Smoothed::default();
    let mut total = 0.0;
    for (at, amount) in demand.iter().enumerate() {
        if at > 0 {
            smoothed.off_by(amount - total / count(at.min(window)));
        }
        total += amount;
        if at >= window {
            // What is so long ago no longer counts.
            total -= demand.get(at.saturating_sub(window)).copied().unwrap_or(0.0);
        }
    }
    let last = demand.get(demand.len().saturating_sub(window)..).unwrap_or(demand);
    smoothed.next = last.iter().sum::<f64>() / count(last.len().max(1));
    smoothed
}

/// A level that follows what is asked for.
struct Level {
    level: f64,
    smoothed: Smoothed,
}

impl Level {
    fn starting(level: f64) -> Self {
        Self { level, smoothed: Smoothed::default() }
    }

    fn follow(&mut self, amount: f64, weight: f64) {
        let error = amount - self.level;
        self.smoothed.off_by(error);
        self.level += weight * error;
    }

    fn told(self) -> Smoothed {
        Smoothed { next: self.level, ..self.smoothed }
    }
}

/// A level and a slope that follow what is asked for.
struct Trend {
    level: f64,
    slope: f64,
    smoothed: Smoothed,
}

impl Trend {
    fn starting(first: f64, second: f64) -> Self {
        Self { level: second, slope: second - first, smoothed: Smoothed::default() }
    }

    fn follow(&mut self, amount: f64, weight: f64, slope_weight: f64) {
        let (before, expected) = (self.level, self.level + self.slope);
        let error = amount - expected;
        self.smoothed.off_by(error);
        self.level = expected + weight * error;
        self.slope += slope_weight * (self.level - before - self.slope);
    }

    fn told(self) -> Smoothed {
        Smoothed { next: f64::max(self.level + self.slope, 0.0), slope: self.slope, ..self.smoothed }
    }
}

/// Simple exponential smoothing, from the first period on.
pub(super) fn simple(demand: &[f64], weight: f64) -> Smoothed {
    let Some((first, rest)) = demand.split_first() else { return Smoothed::default() };
    let mut level = Level::starting(*first);
    for amount in rest {
        level.follow(*amount, weight);
    }
    level.told()
}

/// Double exponential smoothing (Holt): a level and a slope, from the first two periods on.
pub(super) fn double(demand: &[f64], weight: f64, slope_weight: f64) -> Smoothed {
    let [first, second, rest @ ..] = demand else { return simple(demand, weight) };
    let mut trend = Trend::starting(*first, *second);
    for amount in rest {
        trend.follow(*amount, weight, slope_weight);
    }
    trend.told()
}

/// Both in one pass, where they are to be compared.
pub(super) fn simple_and_double(demand: &[f64], weight: f64, slope_weight: f64) -> (Smoothed, Smoothed) {
    let [first, second, rest @ ..] = demand else { return (simple(demand, weight), simple(demand, weight)) };
    let (mut level, mut trend) = (Level::starting(*first), Trend::starting(*first, *second));
    level.follow(*second, weight);
    for amount in rest {
        level.follow(*amount, weight);
        trend.follow(*amount, weight, slope_weight);
    }
    (level.told(), trend.told())
}

/// Croston's: the size of a demand and the periods from one to the next are smoothed each for itself, whenever there is
/// a demand. `share` is 1, or what corrects the bias (Syntetos and Boylan).
pub(super) fn croston(demand: &[f64], weight: f64, share: f64) -> Smoothed {
    let mut smoothed = Smoothed::default();
    let mut known: Option<(f64, f64)> = None;
    let mut since = 0.0;
    for amount in demand {
        since += 1.0;
        if let Some((size, interval)) = known {
            smoothed.off_by(amount - share * size / interval);
        }
        if *amount > 0.0 {
            let (size, interval) = known.unwrap_or((*amount, since));
            known = Some((size + weight * (amount - size), interval + weight * (since - interval)));
            since = 0.0;
        }
    }
    smoothed.next = known.map_or(0.0, |(size, interval)| share * size / interval);
    smoothed
}

/// The method of Teunter, Syntetos and Babai: the size is smoothed whenever there is a demand, the chance of one in
/// every period, so that the forecast falls when nothing is asked for any more.
pub(super) fn fading(demand: &[f64], size_weight: f64, chance_weight: f64) -> Smoothed {
    let mut smoothed = Smoothed::default();
    let (mut size, mut chance): (Option<f64>, Option<f64>) = (None, None);
    for amount in demand {
        let asked = if *amount > 0.0 { 1.0 } else { 0.0 };
        if let Some((size, chance)) = size.zip(chance) {
            smoothed.off_by(amount - size * chance);
        }
        chance = Some(chance.map_or(asked, |chance| chance + chance_weight * (asked - chance)));
        if *amount > 0.0 {
            size = Some(size.map_or(*amount, |size| size + size_weight * (amount - size)));
        }
    }
    smoothed.next = size.zip(chance).map_or(0.0, |(size, chance)| size * chance);
    smoothed
}
