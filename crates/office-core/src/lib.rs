#![doc = include_str!("../README.md")]

// Values.
mod allocation;
mod civil;
mod date_range;
mod decimal;
mod holidays;
mod id;
mod input_error;
mod interval;
mod money;
mod numbering;
mod percent;
mod price;
mod quantity;
mod rate;
mod ratio;
mod rounding;
mod text;
mod unit;
mod working_time;

// Who may do what.
mod actor;
mod approval;
mod authority;
mod confidential;
mod delegation;
mod duties;
pub mod rules;
pub mod subject;

// What is stored, and how.
mod any_store;
mod batch;
mod blocking;
mod command;
mod content;
mod disclosure;
mod document;
mod entity;
mod environment;
mod feed;
mod index;
mod key;
mod memory;
mod office;
mod recent;
mod store;
mod turn;
mod tx;
mod view;

#[cfg(feature = "csv")]
pub mod sheet;
#[cfg(feature = "xml")]
pub mod xml;

pub use actor::{Actor, Role};
pub use allocation::{AllocateError, Leftover};
pub use any_store::AnyStore;
pub use approval::{
    ApprovalAct, ApprovalCase, ApprovalDeed, ApprovalRun, ApprovalStatus, ApproveStep, ApproveStepError, Deadline,
    HandOverStep, HandOverStepError, MayAct, RefuseStep, RefuseStepError, ResubmitCase, ResubmitCaseError, ReturnCase,
    ReturnCaseError, WithdrawCase, WithdrawCaseError,
};
pub use authority::{
    Action, Appointment, AuthorityBook, CaseAct, Grant, Ground, Lack, ParseActionError, ParseScopeError, Refusal,
    Request, Scope, Verdict,
};
pub use batch::{Batch, Body, BodyError, CommitId, Record, Write};
#[cfg(feature = "tokio")]
pub use blocking::Pooled;
pub use blocking::{Inline, Waiting, wait};
pub use civil::{CivilTime, CivilTimeError, ClockSetting, FoldRule, GapRule, ParseZoneError, Zone};
pub use command::{Command, CommandError, IdempotencyKey};
pub use confidential::{
    AccessDecision, AccessGround, AccessOutcome, AccessRefusal, AccessRefused, AccessRequest, AccessTrace, ClassName,
    Clearance, Clearances, Confidential, Granted, OpenError, OwnRecord, ParseClassError, ParsePurposeError, Purpose,
    RecordClass, decide_access,
};
pub use date_range::{DateRange, DateRangeError};
pub use decimal::{ParseDecimalError, decimal_text, parse_decimal};
pub use delegation::{Delegation, LONGEST_CHAIN};
pub use disclosure::{Classified, DiscloseError, Disclosure};
pub use document::RecordedFact;
pub use duties::{Concern, Duties, Incompatible, OwnCase};
pub use entity::{Decision, Entity, Upgrade, fold};
pub use environment::{Environment, Pause, System};
pub use feed::{Feed, FeedEntry};
pub use holidays::{DayPart, Holiday, HolidayCalendar, Holidays, HolidaysError, OutsideCalendar};
pub use id::{Id, ParseIdError};
pub use index::{Entries, IndexValue, Ordered, Partition, Unique, separate};
pub use input_error::InputError;
pub use interval::{Interval, IntervalError};
pub use key::{Key, KeyError, Kind};
pub use memory::MemoryStore;
pub use money::{Currency, Money, MoneyError, ParseCurrencyError, ParseMoneyError};
pub use numbering::{
    DocumentNumber, DrawNumberError, DrawnNumber, NumberError, NumberFact, NumberLine, ParseDocumentNumberError,
    Restart, Series, SeriesError, draw_number,
};
pub use office::{Office, Tally};
pub use percent::{ParsePercentError, Percent, PercentError};
pub use price::{ParseUnitPriceError, PriceError, UnitPrice, UnitPriceError};
pub use quantity::{ConvertQuantityError, ParseQuantityError, Quantity, QuantityError};
pub use rate::{ConvertMoneyError, ExchangeRate, ExchangeRateError, ParseRateError, Rate, RateError};
pub use ratio::{Ratio, RatioError};
pub use rounding::Rounding;
pub use rust_decimal::Decimal;
pub use store::{BlockingStore, Store, StoreError};
pub use tx::Tx;
pub use unit::{Dimension, PackError, ParseUnitCodeError, Unit, UnitCode, UnitError, UnitTable, UnitTableError};
pub use view::View;
pub use working_time::{
    DayHours, DaySpan, HoursError, WeeklyHours, WorkingCalendar, WorkingCalendarError, WorkingPlan, WorkingTimeError,
};
