//! The figures of a month, as plain data.

use chrono::NaiveDate;
use office_core::{Currency, Decimal, Money, Quantity};

/// Everything the report tells of a month.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Figures {
    pub(crate) company: String,
    /// The first day of the month; the last one follows from it.
    pub(crate) month: NaiveDate,
    pub(crate) currency: Currency,
    pub(crate) people: u32,
    pub(crate) stock: Stock,
    pub(crate) purchases: Vec<Purchase>,
    pub(crate) open_orders: Vec<OpenOrder>,
    pub(crate) invoices: Vec<InvoiceLine>,
    pub(crate) trial_balance: TrialBalance,
    pub(crate) statements: Statements,
    pub(crate) bank: Bank,
    pub(crate) card: Card,
    pub(crate) petty_cash: PettyCash,
    pub(crate) budget: Budget,
    pub(crate) rooms: Rooms,
    pub(crate) leave: Leave,
    pub(crate) refusals: Vec<RefusalLine>,
    pub(crate) controls: Vec<Control>,
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Accepted,
    Held,
    Refused,
}

/// The stock ledger: what there was, what came in, what went out, what is left.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stock {
    pub(crate) opening: Money,
    pub(crate) received: Money,
    pub(crate) issued: Money,
    pub(crate) closing: Money,
    pub(crate) items: Vec<StockItem>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StockItem {
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) on_hand: Quantity,
    pub(crate) value: Money,
    /// Below this the item is ordered; in the unit of `on_hand`.
    pub(crate) min: Decimal,
    /// On hand at the close of each day, in the unit of `on_hand`.
    pub(crate) series: Vec<(NaiveDate, Decimal)>,
}

/// A requisition or a reorder, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Purchase {
    pub(crate) reference: String,
    pub(crate) day: NaiveDate,
    pub(crate) what: String,
    pub(crate) quantity: Quantity,
    pub(crate) amount: Money,
    pub(crate) outcome: Outcome,
    pub(crate) decided_by: String,
    pub(crate) why: String,
}

/// What has been ordered and has not come.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OpenOrder {
    pub(crate) reference: String,
    pub(crate) what: String,
    pub(crate) open: Quantity,
    pub(crate) amount: Money,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct InvoiceLine {
    pub(crate) number: String,
    pub(crate) vendor: String,
    pub(crate) day: NaiveDate,
    pub(crate) gross: Money,
    pub(crate) outcome: Outcome,
    /// Why it was held or refused, or when it was paid.
    pub(crate) reason: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TrialBalance {
    pub(crate) rows: Vec<AccountRow>,
    pub(crate) debit: Money,
    pub(crate) credit: Money,
}

/// An account over the month; credit balances are negative.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AccountRow {
    pub(crate) account: String,
    pub(crate) name: String,
    pub(crate) opening: Money,
    pub(crate) debit: Money,
    pub(crate) credit: Money,
    pub(crate) closing: Money,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Statements {
    pub(crate) income: Vec<IncomeLine>,
    pub(crate) position: Vec<PositionLine>,
    pub(crate) result_of_month: Money,
    pub(crate) result_of_year: Money,
}

/// A line of the income statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct IncomeLine {
    pub(crate) label: String,
    pub(crate) month: Money,
    pub(crate) year_to_date: Money,
    /// Whether the line sums up those above it.
    pub(crate) is_sum: bool,
}

/// A line of the balance sheet.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PositionLine {
    pub(crate) label: String,
    pub(crate) opening: Money,
    pub(crate) closing: Money,
    pub(crate) is_sum: bool,
}

/// The statement of the bank against the books.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bank {
    pub(crate) opening: Money,
    pub(crate) credits: Money,
    pub(crate) credit_count: u32,
    pub(crate) debits: Money,
    pub(crate) debit_count: u32,
    pub(crate) closing: Money,
    pub(crate) book_balance: Money,
    pub(crate) unmatched: Vec<Unmatched>,
}

/// A line of the statement that no entry answers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unmatched {
    pub(crate) day: NaiveDate,
    pub(crate) text: String,
    pub(crate) amount: Money,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Card {
    pub(crate) owed: Money,
    pub(crate) matched: u32,
    pub(crate) missing_receipts: Vec<CardLine>,
    pub(crate) personal: Vec<CardLine>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CardLine {
    pub(crate) reference: String,
    pub(crate) day: NaiveDate,
    pub(crate) holder: String,
    pub(crate) merchant: String,
    pub(crate) amount: Money,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PettyCash {
    pub(crate) float: Money,
    pub(crate) paid_out: Money,
    pub(crate) vouchers: Vec<Voucher>,
    /// What the books say was in the box when it was counted.
    pub(crate) expected: Money,
    pub(crate) counted: Money,
    /// Counted less expected: negative is short.
    pub(crate) over_short: Money,
    pub(crate) top_ups: Vec<TopUp>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Voucher {
    pub(crate) number: String,
    pub(crate) day: NaiveDate,
    pub(crate) person: String,
    pub(crate) text: String,
    pub(crate) amount: Money,
    pub(crate) outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TopUp {
    pub(crate) number: String,
    pub(crate) day: NaiveDate,
    pub(crate) amount: Money,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Budget {
    /// How the forecast is made, in a sentence.
    pub(crate) method: String,
    pub(crate) rows: Vec<BudgetRow>,
}

/// A line of the budget: one account of one cost centre.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BudgetRow {
    pub(crate) cost_centre: String,
    pub(crate) cost_centre_name: String,
    pub(crate) account: String,
    pub(crate) account_name: String,
    pub(crate) annual: Money,
    pub(crate) actual: Money,
    pub(crate) committed: Money,
    pub(crate) available: Money,
    pub(crate) month_budget: Money,
    pub(crate) month_actual: Money,
    /// Budget of the month less actual: negative is overspent.
    pub(crate) variance: Money,
    pub(crate) forecast: Money,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rooms {
    pub(crate) bookings: Vec<BookingLine>,
    pub(crate) usage: Vec<RoomUse>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BookingLine {
    pub(crate) number: String,
    pub(crate) day: NaiveDate,
    /// From and to on the clock of the room, such as `11:00–12:00`.
    pub(crate) time: String,
    pub(crate) room: String,
    pub(crate) organiser: String,
    pub(crate) people: u32,
    pub(crate) purpose: String,
    pub(crate) outcome: Outcome,
    pub(crate) reason: String,
}

/// Hours a room was taken, for each day it was.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RoomUse {
    pub(crate) room: String,
    pub(crate) hours: Vec<(NaiveDate, Decimal)>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Leave {
    pub(crate) rows: Vec<LeaveRow>,
    pub(crate) absences: Vec<Absence>,
}

/// Days of annual leave of an employee, in the year.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LeaveRow {
    pub(crate) employee: String,
    pub(crate) name: String,
    /// Days of the year, with what was carried in and has not lapsed.
    pub(crate) entitled: Decimal,
    pub(crate) taken: Decimal,
    /// Granted and not yet taken.
    pub(crate) requested: Decimal,
    pub(crate) left: Decimal,
}

/// Days off in the month, first and last included.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Absence {
    pub(crate) employee: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) first: NaiveDate,
    pub(crate) last: NaiveDate,
    pub(crate) days: Decimal,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RefusalLine {
    pub(crate) day: NaiveDate,
    pub(crate) what: String,
    pub(crate) asked_by: String,
    pub(crate) outcome: Outcome,
    pub(crate) why: String,
}

/// A total known beforehand, and what came out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Control {
    pub(crate) group: String,
    pub(crate) item: String,
    pub(crate) expected: String,
    pub(crate) actual: String,
    pub(crate) ok: bool,
}
