//! What was spent, on what, with whom, and what is odd about it.
//!
//! All of it is worked out of plain values, [`SpendLine`]s and [`PricePaid`]s, which [`spend_lines`] draws from entries and
//! anybody else from whatever they keep. All amounts are exact; each method is stated where it is used.
//!
//! The parts of every table make its total, and the order of the lines changes nothing: `tests/analysis.rs` holds it.

mod anomaly;
mod price;
mod spend;
mod table;

pub use self::anomaly::{Anomaly, AnomalyRule, anomalies};
pub use self::price::{PriceDrift, PricePaid, Saving, price_drift, savings};
pub use self::spend::{SpendBy, SpendLine, SpendSpan, spend_lines};
pub use self::table::{SpendRow, SpendTable, TopRow, TrendStep};
