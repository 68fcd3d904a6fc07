//! The twelve rules. Every engine under [`engine`](super::engine) states them in its own language, with these numbers.
//!
//! | | forbids | |
//! |---|---|---|
//! | 1 | the vendor is blocked | |
//! | 2 | the amount is above what is left of the budget | |
//! | 3 | fewer than three quotes, from 5,000 | |
//! | 4 | the approver is the requester | |
//! | 5 | IT goods above 1,000 for a department other than IT | |
//! | 6 | catering above 500 in December | |
//! | 7 | more than 2,500 from a new vendor | |
//!
//! | | permits | to approve |
//! |---|---|---|
//! | 8 | a team lead | up to 500 |
//! | 9 | a department head | up to 5,000, for IT and for facilities |
//! | 10 | a department head | up to 10,000, from cost centre 4100 |
//! | 11 | a finance manager | up to 20,000 |
//! | 12 | a director | up to 100,000 |

/// How many rules there are.
pub const RULES: u16 = 12;

/// The last rule that forbids; the others permit.
pub const LAST_FORBID: u16 = 7;
