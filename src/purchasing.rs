//! From a request to a payment: requisition → order → receipt → invoice → match → payment, and the journal on the way.
//!
//! ```text
//!  request ──► approve ──► order ──► receive ──► bill ──► approve_bill ──► pay
//!  budget:     reserved    on order  in stock    (issue: spent)
//!  journal:                          stock /     goods received /          payables /
//!                                    goods rec.  payables, input tax       bank
//! ```
//!
//! One function a step, each in three paragraphs: read, decide, record. What inventory, finance and authority think of a
//! step is theirs; here their words are translated and their facts recorded in one commit.

mod bill;
mod issue;
mod order;
mod receive;
mod request;

use office_core::{ApprovalPolicy, AuthorityBook, Scope};
use office_finance::{Chart, Tolerances};
use office_inventory::{OrderTerms, PriceList};

use crate::accounts::AccountRules;

pub use bill::{ApproveBillError, BillError, BillOutcome, PayBillError, approve_bill, bill, pay};
pub use issue::{IssueError, issue};
pub use order::{OrderError, order};
pub use receive::{ReceiveError, receive};
pub use request::{ApproveRequestError, RequestError, Requested, Wanted, approve, request};

/// What purchasing is decided by: the office's own data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurchasingRules {
    /// Who has to approve what is bought. Asked with `amount`, `within_budget` and `scope`.
    pub purchase_policy: ApprovalPolicy,
    /// Who has to approve what is billed. Asked with `kind` (`matched`) and `amount` (gross).
    pub invoice_policy: ApprovalPolicy,
    /// Who may do what.
    pub book: AuthorityBook,
    /// What vendors ask for.
    pub prices: PriceList,
    /// The accounts.
    pub chart: Chart,
    /// Which of them is for what.
    pub accounts: AccountRules,
    /// How deliveries are judged and valued.
    pub terms: OrderTerms,
    /// How far a bill may be off.
    pub tolerances: Tolerances,
    /// The part of the office that bills are for: who approves one must have authority there.
    pub scope: Scope,
}
