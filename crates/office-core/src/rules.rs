//! The rules of an office as data: what is decided of a case, and why.

mod analysis;
mod axis;
mod binding;
mod book;
mod cell;
mod combination;
mod explanation;
mod expression;
mod facts;
mod format;
mod hit;
mod index;
mod kind;
mod number_set;
mod outcome;
mod policy;
mod rendering;
mod ruling;
mod schema;
mod table;
mod value;

pub use analysis::{
    Analysis, Change, ChangedCase, Difference, Direction, Effort, Finding, Impact, Judged, Monotone, NearestChange,
    Said, Unfinished,
};
pub use binding::{BindError, Binder, Binding};
pub use book::{PolicyBook, PublishError, ReplayError};
pub use cell::Cell;
pub use combination::Precedence;
pub use explanation::{CellExplanation, Explanation, PolicyVersion, RowExplanation, TableExplanation};
pub use expression::{Dialect, EvaluateError, Expression, Misread, NoLiteral};
pub use facts::Facts;
pub use format::{NotCarried, Part};
pub use hit::{HitPolicy, ParseHitPolicyError};
pub use kind::{Kind, ParseKindError};
pub use outcome::{Approvals, Delay, Obligations, Outcome, ParseOutcomeError, Reasons, Remark, Step};
pub use policy::{DecisionText, ExpressionText, Policy, PolicyError, PolicyText};
pub use rendering::{Phrases, PhrasesError, WITHHELD};
pub use ruling::Ruling;
pub use schema::{FactError, Input, Schema, SchemaError, Slots};
pub use table::{
    BoundRuling, DecideError, DecisionTable, Failing, Failure, InputText, OutputKind, OutputText, ParseHeadError,
    RowText, TableError, TableRuling, TableText, Why,
};
pub use value::{Incomparable, Value, ValueRef};
