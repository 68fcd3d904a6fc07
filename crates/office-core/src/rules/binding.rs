//! Facts that are read where they are, out of a struct of the program.

use std::cmp::Ordering;
use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use thiserror::Error;

use crate::rules::axis::Axis;
use crate::rules::table::may_be;
use crate::rules::{Kind, Schema, ValueRef};
use crate::{Decimal, Money, Quantity, Scope};

/// How a fact is read. What most tables ask for is located as it is, without being made a value first.
trait Read<T: ?Sized>: Send + Sync {
    fn value<'a>(&self, case: &'a T) -> ValueRef<'a>;

    fn locate(&self, case: &T, axis: &Axis) -> Option<usize> {
        axis.locate(self.value(case))
    }

    /// How the fact compares with another; none where they have no order.
    fn order(&self, case: &T, other: ValueRef<'_>) -> Option<Ordering> {
        self.value(case).compare(other).ok()
    }
}

/// A kind of fact, and how it is read, located, and compared with one of the same kind.
macro_rules! reads {
    ($($name:ident: $type:ty, $variant:ident, $locate:ident, $order:expr;)*) => {
        $(struct $name<F>(F);

        impl<T: ?Sized, F: Fn(&T) -> $type + Send + Sync> Read<T> for $name<F> {
            fn value<'a>(&self, case: &'a T) -> ValueRef<'a> {
                ValueRef::$variant(self.0(case).into())
            }

            fn locate(&self, case: &T, axis: &Axis) -> Option<usize> {
                axis.$locate(self.0(case))
            }

            fn order(&self, case: &T, other: ValueRef<'_>) -> Option<Ordering> {
                let ValueRef::$variant(other) = other else { return None };
                $order(self.0(case), other)
            }
        })*
    };
}

reads! {
    ReadBoolean: bool, Boolean, locate_boolean, |one: bool, other| Some(one.cmp(&other));
    ReadInteger: i64, Number, locate_integer, |one: i64, other| Some(Decimal::from(one).cmp(&other));
    ReadNumber: Decimal, Number, locate_number, |one: Decimal, other| Some(one.cmp(&other));
    ReadMoney: Money, Money, locate_money, |one: Money, other| one.compare(&other).ok();
    ReadText: &str, Text, locate_text, |one: &str, other| Some(one.cmp(other));
}

struct ReadValue<F>(F);

impl<T: ?Sized, F: for<'a> Fn(&'a T) -> ValueRef<'a> + Send + Sync> Read<T> for ReadValue<F> {
    fn value<'a>(&self, case: &'a T) -> ValueRef<'a> {
        self.0(case)
    }
}

/// The fact may be nothing, and is.
struct ReadNothing;

impl<T: ?Sized> Read<T> for ReadNothing {
    fn value<'a>(&self, _: &'a T) -> ValueRef<'a> {
        ValueRef::Null
    }
}

/// Where the facts of a schema are in a struct of the program, so that they are read there and copied nowhere.
///
/// It is made once, and checked then: each fact is asked for and of the kind that is asked for, and none is missing
/// but those that may be nothing. What a kind alone does not tell, the currency and what is allowed, is checked when it
/// is decided: see [`DecisionTable::decide_bound`](crate::rules::DecisionTable::decide_bound).
///
/// # Example
/// ```
/// use office_core::Money;
/// use office_core::rules::{BindError, Binding, DecisionTable, Kind};
///
/// struct Request {
///     kind: &'static str,
///     amount: Money,
/// }
///
/// let rows = [["IT", "< 100 EUR", "allow"], ["-", "-", "approvals: 1 office_manager purchase.approve"]];
/// let rows = rows.iter().map(|row| row.iter().map(ToString::to_string).collect());
/// let table = DecisionTable::from_rows(&["kind", "amount", "outcome"], rows)?;
/// let binding = Binding::<Request>::new(table.schema())
///     .text("kind", |request| request.kind)
///     .money("amount", |request| request.amount)
///     .build()?;
///
/// let request = Request { kind: "IT", amount: "99.99 EUR".parse()? };
/// let ruling = table.decide_bound(&binding, &request)?;
/// assert_eq!(ruling.rows().collect::<Vec<_>>(), [1]);
///
/// // What is not asked for, or asked for as something else, or not bound, is refused at once.
/// let binding = || Binding::<Request>::new(table.schema()).text("kind", |request| request.kind);
/// let refused = |binding: Result<_, BindError>| binding.map(|_: Binding<Request>| ()).unwrap_err();
/// assert_eq!(refused(binding().build()), BindError::Missing { name: "amount".into(), wanted: "money EUR".parse()? });
/// assert_eq!(
///     refused(binding().integer("amount", |_| 99).build()),
///     BindError::OtherKind { name: "amount".into(), wanted: "money EUR".parse()?, found: Kind::Integer },
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Binding<T: ?Sized> {
    // Invariant: as many as the schema has inputs.
    reads: Box<[Box<dyn Read<T>>]>,
    fingerprint: u64,
}

/// A [`Binding`] that is being made.
pub struct Binder<'s, T: ?Sized> {
    schema: &'s Schema,
    reads: Vec<Option<Box<dyn Read<T>>>>,
    refused: Option<BindError>,
}

impl<T: ?Sized> Binding<T> {
    /// A binding to be made for the inputs of a schema.
    #[must_use]
    #[expect(clippy::new_ret_no_self, reason = "it is checked when all facts are bound")]
    pub fn new(schema: &Schema) -> Binder<'_, T> {
        Binder { schema, reads: schema.inputs().iter().map(|_| None).collect(), refused: None }
    }

    /// The fact of a case at a place of the schema; none beyond the last.
    pub(crate) fn fact<'a>(&self, place: usize, case: &'a T) -> Option<ValueRef<'a>> {
        self.reads.get(place).map(|read| read.value(case))
    }

    /// The atom of the fact of a case at a place of the schema.
    #[inline]
    pub(crate) fn locate(&self, place: usize, case: &T, axis: &Axis) -> Option<usize> {
        self.reads.get(place).and_then(|read| read.locate(case, axis))
    }

    /// How the facts of a case at two places of the schema compare; none where they have no order.
    #[inline]
    pub(crate) fn order(&self, place: usize, other: usize, case: &T) -> Option<Ordering> {
        let (one, other) = (self.reads.get(place)?, self.reads.get(other)?);
        one.order(case, other.value(case))
    }

    /// What tells its schema from others.
    pub(crate) const fn fingerprint(&self) -> u64 {
        self.fingerprint
    }
}

/// A method for each kind whose values are read as they are.
macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident: $type:ty => $kind:expr, $variant:expr;)*) => {
        $($(#[$doc])*
        #[must_use]
        pub fn $name(self, name: &str, read: impl Fn(&T) -> $type + Send + Sync + 'static) -> Self {
            self.value(name, $kind, move |case| $variant(read(case)))
        })*
    };
}

impl<T: ?Sized> Binder<'_, T> {
    /// The fact of this name is yes or no.
    #[must_use]
    pub fn boolean(self, name: &str, read: impl Fn(&T) -> bool + Send + Sync + 'static) -> Self {
        self.bind(name, Kind::Boolean, ReadBoolean(read))
    }

    /// The fact of this name is a whole number.
    #[must_use]
    pub fn integer(self, name: &str, read: impl Fn(&T) -> i64 + Send + Sync + 'static) -> Self {
        self.bind(name, Kind::Integer, ReadInteger(read))
    }

    /// The fact of this name is an amount of money.
    #[must_use]
    pub fn money(self, name: &str, read: impl Fn(&T) -> Money + Send + Sync + 'static) -> Self {
        self.bind(name, Kind::Money(None), ReadMoney(read))
    }

    /// The fact of this name is a word.
    #[must_use]
    pub fn text(self, name: &str, read: impl Fn(&T) -> &str + Send + Sync + 'static) -> Self {
        self.bind(name, Kind::Text, ReadText(read))
    }

    /// The fact of this name is a number.
    #[must_use]
    pub fn number(self, name: &str, read: impl Fn(&T) -> Decimal + Send + Sync + 'static) -> Self {
        self.bind(name, Kind::Number, ReadNumber(read))
    }

    methods! {
        /// The fact of this name is so much of a unit.
        quantity: Quantity => Kind::Quantity(None), ValueRef::Quantity;
        /// The fact of this name is a day.
        date: NaiveDate => Kind::Date, ValueRef::Date;
        /// The fact of this name is a time of the day.
        time: NaiveTime => Kind::Time, ValueRef::Time;
        /// The fact of this name is a day and a time of it.
        date_time: NaiveDateTime => Kind::DateTime, ValueRef::DateTime;
        /// The fact of this name is a point in time.
        instant: DateTime<Utc> => Kind::Instant, ValueRef::Instant;
        /// The fact of this name is a length of time in days and time.
        duration: TimeDelta => Kind::Duration, ValueRef::Duration;
        /// The fact of this name is a length of time in months.
        months: i32 => Kind::Months, ValueRef::Months;
        /// The fact of this name is a part of the office.
        scope: &Scope => Kind::Scope, ValueRef::Scope;
    }

    /// The fact of this name is of this kind, or nothing: what has no method of its own, and what may be nothing.
    ///
    /// ```
    /// use office_core::rules::{Binding, Input, Kind, Schema, ValueRef};
    ///
    /// struct Request {
    ///     manager: Option<String>,
    /// }
    ///
    /// let schema = Schema::new([Input::new("manager", Kind::Text).or_nothing()])?;
    /// let binding = Binding::<Request>::new(&schema).value("manager", Kind::Text, |request| {
    ///     request.manager.as_deref().map_or(ValueRef::Null, ValueRef::Text)
    /// });
    /// assert!(binding.build().is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn value<F>(self, name: &str, kind: Kind, read: F) -> Self
    where
        F: for<'a> Fn(&'a T) -> ValueRef<'a> + Send + Sync + 'static,
    {
        self.bind(name, kind, ReadValue(read))
    }

    fn bind(mut self, name: &str, kind: Kind, read: impl Read<T> + 'static) -> Self {
        let refused = match self.schema.place(name).and_then(|place| Some((place, self.schema.inputs().get(place)?))) {
            None => Some(BindError::NotAsked { name: name.to_owned() }),
            Some((_, input)) if !may_be(input.kind(), &kind) => {
                Some(BindError::OtherKind { name: name.to_owned(), wanted: input.kind().clone(), found: kind })
            }
            Some((place, _)) => match self.reads.get_mut(place) {
                Some(bound @ None) => {
                    *bound = Some(Box::new(read));
                    None
                }
                _ => Some(BindError::Twice { name: name.to_owned() }),
            },
        };
        self.refused = self.refused.or(refused);
        self
    }

    /// The binding, if it is one of all facts that the schema asks for.
    ///
    /// # Errors
    /// [`BindError`] of the first fact that was refused, or that is missing.
    pub fn build(self) -> Result<Binding<T>, BindError> {
        if let Some(refused) = self.refused {
            return Err(refused);
        }
        let missing = self.schema.inputs().iter().zip(&self.reads);
        let missing =
            missing.filter(|(input, read)| read.is_none() && !input.is_optional()).map(|(input, _)| input).next();
        if let Some(input) = missing {
            return Err(BindError::Missing { name: input.name().to_owned(), wanted: input.kind().clone() });
        }
        let nothing = || -> Box<dyn Read<T>> { Box::new(ReadNothing) };
        let reads = self.reads.into_iter().map(|read| read.unwrap_or_else(nothing)).collect();
        Ok(Binding { reads, fingerprint: fingerprint(self.schema) })
    }
}

impl<T: ?Sized> fmt::Debug for Binding<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Binding").field("facts", &self.reads.len()).finish_non_exhaustive()
    }
}

impl<T: ?Sized> fmt::Debug for Binder<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Binder").field("schema", &self.schema).field("refused", &self.refused).finish_non_exhaustive()
    }
}

/// What tells a schema from others: the names and kinds of its inputs in order, mixed (FNV-1a).
pub(crate) fn fingerprint(schema: &Schema) -> u64 {
    let texts = schema.inputs().iter().map(|input| format!("{}\0{}\0", input.name(), input.kind()));
    texts
        .flat_map(String::into_bytes)
        .fold(0xCBF2_9CE4_8422_2325, |mixed, byte| (mixed ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3))
}

/// A fact could not be bound.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BindError {
    /// The schema does not ask for it.
    #[error("`{name}` is not asked for")]
    NotAsked {
        /// The name.
        name: String,
    },
    /// It is asked for as another kind.
    #[error("`{name}` is bound as {found}: a fact of kind {wanted} is wanted")]
    OtherKind {
        /// The name.
        name: String,
        /// The kind that is wanted.
        wanted: Kind,
        /// The kind as which it is bound.
        found: Kind,
    },
    /// It is bound already.
    #[error("`{name}` is bound twice")]
    Twice {
        /// The name.
        name: String,
    },
    /// It is not bound.
    #[error("`{name}` is not bound: a fact of kind {wanted} is wanted")]
    Missing {
        /// The name.
        name: String,
        /// The kind that is wanted.
        wanted: Kind,
    },
}
