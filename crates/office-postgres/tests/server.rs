//! The store beside other users of the server: owners with SQL, other programs, and connections that break.

#[cfg(test)]
#[path = "server/lost.rs"]
mod lost;
#[cfg(test)]
#[path = "server/model.rs"]
mod model;
#[cfg(test)]
#[path = "server/open.rs"]
mod open;
#[cfg(test)]
#[path = "server/runtime.rs"]
mod runtime;
#[cfg(test)]
#[path = "server/sql.rs"]
mod sql;
#[cfg(test)]
#[path = "server/standby.rs"]
mod standby;
