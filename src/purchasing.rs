//! From a request to a payment: requisition → order → receipt → invoice → match → payment, and the journal on the way.
//!
//! ```text
//!  request ──► approve ──► order ──► receive ──► bill ──► approve_bill ──► payment
//!  budget:     reserved    on order  in stock    (issue: spent)
//!  journal:                          stock /     goods received /          payables /
//!                                    goods rec.  payables, input tax       bank
//! ```
//!
//! Instead of `order`: `request_quotations` asks vendors for prices, and `award` orders at those that were answered.
//!
//! A requisition is ordered line by line, from each vendor by an order of its own. A placed order is changed by `amend`, or cut by
//! `cancel_lines` and `close`; what it is cut by is open again on its requisition, or given up, and so is what `abandon` names.
//!
//! Instead of `approve`: `give_back` and `resubmit`, `hand_over`; `refuse`, `withdraw` and, where a policy lets approvals
//! expire, `fall_due` free what the budget has set aside.
//!
//! One function a step, each in three paragraphs: read, decide, record. What inventory, finance and authority think of a
//! step is theirs; here their words are translated and their facts recorded in one commit.
//!
//! # Example
//!
//! Red pens are asked for, ordered, delivered, used and billed; a bill for more than came is held.
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use chrono::NaiveDate;
//! use office::accounts::AccountRules;
//! use office::core::rules::{DecisionTable, PolicyBook};
//! use office::core::{
//!     Actor, AuthorityBook, Command, Currency, DateRange, Holidays, Id, MemoryStore, Money, Office, Percent, Role,
//!     Rounding, Scope, WeeklyHours, WorkingCalendar, WorkingPlan, Zone, wait,
//! };
//! use office::finance::{
//!     Account, AccountKind, Bill, BillLine, BillTax, BilledLine, BudgetLine, BudgetPlan, Chart, OrderLineRef, Period,
//!     Tolerances,
//! };
//! use office::inventory::{
//!     CostMethod, DeliveredGoods, GoodsDelivery, Item, ItemKind, NewItem, NewStock, OrderTerms, PriceList, PriceRow, Stock,
//!     StockIssue, ToleranceBook,
//! };
//! use office::purchasing::{
//!     BillOutcome, BillRules, PurchasingRules, Wanted, WantedLine, bill, issue, order, receive, request,
//! };
//!
//! type Failure = Box<dyn std::error::Error + Send + Sync>;
//! let (on, eur): (NaiveDate, _) = ("2026-10-01".parse()?, Currency::EUR);
//! let (pens, vendor, studio) = (Id::natural("item", "PEN"), Id::natural("party", "V-03"), Id::natural("cost_centre", "CC-200"));
//!
//! // The office's own data: accounts, a price, a policy, who may do what and when the office works.
//! let valid = DateRange::year(2026)?;
//! let week = WeeklyHours::weekdays("09:00-17:00".parse()?);
//! let plan = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: [].into(), holidays: Holidays::none(valid) };
//! let hours = WorkingCalendar::new(plan)?;
//! let account = |name: &str, kind| Ok::<_, Failure>(Account::new(name.parse()?, name, kind));
//! let code = |name: &str| name.parse();
//! let always = |policy: &mut PolicyBook| {
//!     let table = DecisionTable::from_rows(&["within_budget", "outcome"], [vec!["yes".into(), "allow".into()]])?;
//!     Ok::<_, Failure>(policy.publish("2026-01-01".parse()?, table)?)
//! };
//! let mut purchase_policy = PolicyBook::new("purchase");
//! always(&mut purchase_policy)?;
//! let mut invoice_policy = PolicyBook::new("invoice");
//! let table = DecisionTable::from_rows(&["kind", "outcome"], [vec!["matched".into(), "allow".into()]])?;
//! invoice_policy.publish("2026-01-01".parse()?, table)?;
//! let rules = PurchasingRules {
//!     purchase_policy,
//!     invoice_policy,
//!     book: AuthorityBook::default(),
//!     hours,
//!     prices: PriceList::new(eur, [PriceRow {
//!         vendor, item: pens, vendor_sku: None, price: "5.80 EUR / 1 box".parse()?, min_quantity: "1 box".parse()?,
//!         lead_days: 2, valid: DateRange::from(on),
//!     }])?,
//!     chart: Chart::new([
//!         account("1140", AccountKind::Asset)?, account("1406", AccountKind::Asset)?, account("1800", AccountKind::Asset)?,
//!         account("3300", AccountKind::Liability)?, account("3305", AccountKind::Liability)?, account("6815", AccountKind::Expense)?,
//!     ])?,
//!     accounts: AccountRules {
//!         stock: code("1140")?, goods_received: code("3305")?, stock_difference: code("6815")?, opening: code("1140")?,
//!         price_difference: code("6815")?, payables: code("3300")?, bank: code("1800")?, petty_cash: code("1800")?,
//!         cash_difference: code("6815")?, input_tax: [(Percent::whole(19), code("1406")?)].into(),
//!         expense: [("office".into(), code("6815")?)].into(),
//!     },
//!     terms: OrderTerms { currency: eur, rounding: Rounding::HalfUp },
//!     receipt_tolerances: ToleranceBook::default(),
//!     tolerances: Tolerances::none(eur),
//!     bills: BillRules::default(),
//!     scope: Scope::anywhere(),
//! };
//!
//! let office = Office::on(MemoryStore::new());
//! let clerk = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
//! let command = |key: &str| Command::new(key, "purchasing", clerk.clone(), on.and_hms_opt(9, 0, 0).unwrap_or_default().and_utc());
//! let (rules, requester) = (&rules, clerk.person);
//! wait(office.transact(&command("set-up")?, |tx| async move {
//!     let item = NewItem {
//!         sku: "PEN".parse()?, name: "Red pens".into(), category: "office".into(), kind: ItemKind::Consumable,
//!         unit: "box".parse()?, packs: BTreeMap::new(), vendor: Some(vendor), reorder: None, cost_method: CostMethod::Fifo,
//!     };
//!     tx.decide(Item::key(pens), Item::list(item)?).await?;
//!     tx.decide(Stock::key(pens), Stock::begin(NewStock { item: pens, unit: "box".parse()?, currency: eur, opening: None })?).await?;
//!     tx.create(Period::id_of(on), Period::begin(2026, 10)?).await?;
//!     let plan = BudgetPlan::even(studio, "6815".parse()?, 2026, Money::from_minor(1200_00, eur))?;
//!     tx.create(BudgetLine::id_of(studio, &plan.account, 2026), BudgetLine::plan(plan)?).await?;
//!     Ok::<_, Failure>(())
//! }))?;
//!
//! // Asked for, allowed by the policy, ordered, delivered one box short of three.
//! let placed = wait(office.transact(&command("RQ-01")?, |tx| async move {
//!     let wanted = Wanted {
//!         number: "RQ-01".parse()?, requester, on, lines: vec![WantedLine { item: pens, quantity: "3 box".parse()? }],
//!         cost_centre: studio, scope: "company/CC-200".parse()?, reason: "plan checks".into(),
//!     };
//!     let requested = request(&tx, rules, wanted).await?;
//!     let placed = order(&tx, rules, requested.requisition, on).await?;
//!     Ok::<_, Failure>(placed.into_iter().next().ok_or("an order")?)
//! }))?;
//! wait(office.transact(&command("DN-02")?, |tx| async move {
//!     let goods = DeliveredGoods { quantity: "2 box".parse()?, to: Id::natural("place", "store"), lot: None };
//!     let delivery = GoodsDelivery { note: "DN-02".parse()?, on, lines: [(1, goods)].into() };
//!     receive(&tx, rules, placed, delivery).await?;
//!     let slip = StockIssue {
//!         quantity: "1 box".parse()?, from: Id::natural("place", "store"), cost_centre: studio, issued_to: Some(requester),
//!         on, reference: "SI-001".parse()?,
//!     };
//!     assert_eq!(issue(&tx, rules, pens, slip).await?.value, Money::from_minor(5_80, eur));
//!     Ok::<_, Failure>(())
//! }))?;
//!
//! // The vendor bills all three: held. For the two that came it is posted.
//! let of_vendor = |number: &str, boxes: i32, net: i64, tax: i64| Ok::<_, Failure>(Bill {
//!     vendor, number: number.into(), on, due: on,
//!     lines: vec![BillLine {
//!         description: "red pens".into(), item: Some(pens), order: Some(OrderLineRef { order: placed, line: 1 }),
//!         billed: BilledLine {
//!             quantity: format!("{boxes} box").parse()?, price: "5.80 EUR / 1 box".parse()?, net: Money::from_minor(net, eur),
//!         },
//!         tax_rate: Percent::whole(19),
//!     }],
//!     taxes: vec![BillTax { rate: Percent::whole(19), tax: Money::from_minor(tax, eur) }],
//!     gross: Money::from_minor(net + tax, eur),
//! });
//! let take_in = |number: &'static str, of_vendor: Bill| wait(office.transact(&command(number).map_err(Failure::from)?, |tx| {
//!     let of_vendor = of_vendor.clone();
//!     async move { Ok::<_, Failure>(bill(&tx, rules, Id::natural("invoice", number), of_vendor).await?) }
//! }));
//! assert!(matches!(take_in("BS-1", of_vendor("BS-1", 3, 17_40, 3_31)?)?, BillOutcome::Held { .. }));
//! assert!(matches!(take_in("BS-2", of_vendor("BS-2", 2, 11_60, 2_20)?)?, BillOutcome::Posted { .. }));
//! # Ok::<(), Failure>(())
//! ```

mod amend;
mod approving;
mod bill;
mod cancel;
mod issue;
mod on_order;
mod order;
mod price;
mod quotation;
mod receive;
mod reorder;
mod request;
mod send_back;

use office_core::rules::PolicyBook;
use office_core::{AuthorityBook, Scope, WorkingCalendar};
use office_finance::{Chart, Tolerances};
use office_inventory::{OrderTerms, PriceList, ToleranceBook};

use crate::accounts::AccountRules;

pub use amend::{
    AmendError, AmendmentsFallenDue, ChangeOrderError, DecideAmendmentError, OrderAmended, WantedAmendment, amend,
    approve_amendment, fall_due_amendments, refuse_amendment, withdraw_amendment,
};
pub use approving::{
    DecideRequestError, FallenDue, approve, fall_due, give_back, hand_over, refuse, resubmit, withdraw,
};
pub use bill::{
    BillBudgetError, BillError, BillOutcome, BillRules, BillsFallenDue, CheckBillError, CodeBillError, CreditBillError,
    DecideBillError, HoldBillError, HoldPaymentError, SetOffError, SettleError, approve_bill, bill, code_bill,
    correct_bill, credit_note, fall_due_bills, hold_payment, lift_payment_hold, refuse_bill, reject_bill, release_bill,
    set_off, suggest_coding, uncode_bill,
};
#[cfg(feature = "ubl")]
pub use bill::{EInvoiceIntake, EInvoiceTaken, TakeEInvoiceError, take_in_e_invoice};
pub use cancel::{CancelError, abandon, cancel_lines, close};
pub use issue::{IssueError, issue};
pub use on_order::{BoughtError, OnOrderError};
pub use order::{OrderError, order, order_lines};
pub use price::PriceWantedError;
pub use quotation::{AwardError, award, request_quotations};
pub use receive::{ReceiveError, receive};
pub use reorder::{Reordered, RequestReorderError, WantedReorder, request_reorder};
pub use request::{RequestError, Requested, Wanted, WantedLine, request};
pub use send_back::{GoBackError, GoodsWentBack, send_back, undo_receipt};

/// What purchasing is decided by: the office's own data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurchasingRules {
    /// Who has to approve what is bought. Asked with `amount`, `within_budget` and `scope`.
    pub purchase_policy: PolicyBook,
    /// Who has to approve what is billed. Asked with `kind` (`matched`, or `coded` where a line names no order), `amount`
    /// (gross) and `within_budget`: whether the budgets have what coded lines cost.
    pub invoice_policy: PolicyBook,
    /// Who may do what.
    pub book: AuthorityBook,
    /// When the office works: in its hours the policies count when an approval escalates and expires.
    pub hours: WorkingCalendar,
    /// What vendors ask for.
    pub prices: PriceList,
    /// The accounts.
    pub chart: Chart,
    /// Which of them is for what.
    pub accounts: AccountRules,
    /// How orders are valued.
    pub terms: OrderTerms,
    /// How far what arrives may be off from what was ordered.
    pub receipt_tolerances: ToleranceBook,
    /// How far a bill may be off.
    pub tolerances: Tolerances,
    /// By what else bills are judged.
    pub bills: BillRules,
    /// The part of the office that bills are for: who approves one must have authority there.
    pub scope: Scope,
}
