//! Charts as drawings in the page.

mod account;
mod budget;
mod canvas;
mod leave;
mod room;
mod stock;

pub(crate) use account::accounts;
pub(crate) use budget::{CentreSum, budget, by_account};
use canvas::{Canvas, Drawing, HEAD, Hand, Held, LABEL, NOTE, count, drawn, part, wide};
pub(crate) use canvas::{Chart, Tone, WIDTH};
pub(crate) use leave::leave;
pub(crate) use room::room_use;
pub(crate) use stock::{levels, value_by_item};
