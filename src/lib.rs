#![doc = include_str!("../README.md")]

pub use office_core as core;
#[cfg(feature = "finance")]
pub use office_finance as finance;
#[cfg(feature = "hr")]
pub use office_hr as hr;
#[cfg(feature = "inventory")]
pub use office_inventory as inventory;
#[cfg(feature = "postgres")]
pub use office_postgres as postgres;
#[cfg(feature = "scheduling")]
pub use office_scheduling as scheduling;
#[cfg(feature = "sqlite")]
pub use office_sqlite as sqlite;

#[cfg(all(feature = "inventory", feature = "finance"))]
pub mod accounts;
#[cfg(all(feature = "inventory", feature = "finance"))]
mod approval;
#[cfg(all(feature = "inventory", feature = "finance"))]
pub mod banking;
#[cfg(all(feature = "inventory", feature = "finance", feature = "scheduling"))]
pub mod catering;
#[cfg(all(feature = "inventory", feature = "finance"))]
pub mod equipment;
#[cfg(all(feature = "inventory", feature = "finance"))]
pub mod expenses;
#[cfg(all(feature = "inventory", feature = "finance"))]
pub mod journal;
#[cfg(all(feature = "inventory", feature = "finance"))]
pub mod payment;
#[cfg(all(feature = "inventory", feature = "finance"))]
pub mod petty_cash;
#[cfg(all(feature = "inventory", feature = "finance"))]
pub mod purchasing;
#[cfg(all(feature = "scheduling", feature = "inventory", feature = "finance"))]
pub mod travel;
