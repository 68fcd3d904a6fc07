//! The month-end report: the figures of a month, as one page to print and as a summary for the terminal.
//!
//! [`Figures`] is plain data that the program fills in; [`page`] and [`summary`] lay it out and compute nothing but sums
//! of columns. Both are functions of the figures alone: the same figures give the same bytes.

mod chart;
mod figures;
mod page;
mod text;
mod written;

pub(crate) use figures::{
    Absence, AccountRow, Bank, BookingLine, Budget, BudgetRow, Card, CardLine, Control, Figures, IncomeLine,
    InvoiceLine, Leave, LeaveRow, OpenOrder, Outcome, PettyCash, PositionLine, Purchase, RefusalLine, RoomUse, Rooms,
    Statements, Stock, StockItem, TopUp, TrialBalance, Unmatched, Voucher,
};
pub(crate) use page::page;
pub(crate) use text::summary;
