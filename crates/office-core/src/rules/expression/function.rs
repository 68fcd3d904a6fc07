//! The functions that expressions may call.

/// A function of expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Function {
    Not,
    // Of texts.
    StringLength,
    Substring,
    SubstringBefore,
    SubstringAfter,
    UpperCase,
    LowerCase,
    Contains,
    StartsWith,
    EndsWith,
    Split,
    StringJoin,
    // Of numbers and amounts.
    Abs,
    Floor,
    Ceiling,
    RoundUp,
    RoundDown,
    RoundHalfUp,
    RoundHalfDown,
    RoundHalfEven,
    Modulo,
    Even,
    Odd,
    // Of lists.
    Count,
    Sum,
    Min,
    Max,
    Mean,
    All,
    Any,
    ListContains,
    IndexOf,
    Append,
    Concatenate,
    Union,
    DistinctValues,
    Reverse,
    Sublist,
    // Of days and times.
    Date,
    Time,
    DateAndTime,
    Duration,
    YearsAndMonths,
    DayOfWeek,
    DayOfYear,
    MonthOfYear,
    WeekOfYear,
    // From one kind to another.
    Number,
    String,
    Money,
    Quantity,
    Scope,
}

/// How a function is called: its parameters, and how many of them have to be given.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signature {
    pub(super) function: Function,
    pub(super) name: &'static str,
    pub(super) parameters: &'static [&'static str],
    pub(super) least: usize,
    /// Whether more may follow: a list may be given as one argument, or as several.
    pub(super) more: bool,
}

const fn of(function: Function, name: &'static str, parameters: &'static [&'static str]) -> Signature {
    Signature { function, name, parameters, least: parameters.len(), more: false }
}

impl Signature {
    const fn least(self, least: usize) -> Self {
        Self { least, ..self }
    }

    const fn or_more(self) -> Self {
        Self { more: true, ..self }
    }

    /// Whether it is called with so many arguments.
    pub(super) const fn takes(&self, count: usize) -> bool {
        self.least <= count && (count <= self.parameters.len() || self.more)
    }
}

/// All ways of calling a function.
pub(super) const SIGNATURES: [Signature; 57] = [
    of(Function::Not, "not", &["negand"]),
    of(Function::StringLength, "string length", &["string"]),
    of(Function::Substring, "substring", &["string", "start position", "length"]).least(2),
    of(Function::SubstringBefore, "substring before", &["string", "match"]),
    of(Function::SubstringAfter, "substring after", &["string", "match"]),
    of(Function::UpperCase, "upper case", &["string"]),
    of(Function::LowerCase, "lower case", &["string"]),
    of(Function::Contains, "contains", &["string", "match"]),
    of(Function::StartsWith, "starts with", &["string", "match"]),
    of(Function::EndsWith, "ends with", &["string", "match"]),
    of(Function::Split, "split", &["string", "delimiter"]),
    of(Function::StringJoin, "string join", &["list", "delimiter"]).least(1),
    of(Function::Abs, "abs", &["n"]),
    of(Function::Floor, "floor", &["n", "scale"]).least(1),
    of(Function::Ceiling, "ceiling", &["n", "scale"]).least(1),
    of(Function::RoundUp, "round up", &["n", "scale"]),
    of(Function::RoundDown, "round down", &["n", "scale"]),
    of(Function::RoundHalfUp, "round half up", &["n", "scale"]),
    of(Function::RoundHalfDown, "round half down", &["n", "scale"]),
    // `decimal` before its other name, so that it is the one that is written: DMN knows no other.
    of(Function::RoundHalfEven, "decimal", &["n", "scale"]),
    of(Function::RoundHalfEven, "round half even", &["n", "scale"]),
    of(Function::Modulo, "modulo", &["dividend", "divisor"]),
    of(Function::Even, "even", &["number"]),
    of(Function::Odd, "odd", &["number"]),
    of(Function::Count, "count", &["list"]),
    of(Function::Sum, "sum", &["list"]).or_more(),
    of(Function::Min, "min", &["list"]).or_more(),
    of(Function::Max, "max", &["list"]).or_more(),
    of(Function::Mean, "mean", &["list"]).or_more(),
    of(Function::All, "all", &["list"]).or_more(),
    of(Function::Any, "any", &["list"]).or_more(),
    of(Function::ListContains, "list contains", &["list", "element"]),
    of(Function::IndexOf, "index of", &["list", "match"]),
    of(Function::Append, "append", &["list", "item"]).or_more(),
    of(Function::Concatenate, "concatenate", &["list"]).or_more(),
    of(Function::Union, "union", &["list"]).or_more(),
    of(Function::DistinctValues, "distinct values", &["list"]),
    of(Function::Reverse, "reverse", &["list"]),
    of(Function::Sublist, "sublist", &["list", "start position", "length"]).least(2),
    of(Function::Date, "date", &["from"]),
    of(Function::Date, "date", &["year", "month", "day"]),
    of(Function::Time, "time", &["from"]),
    of(Function::Time, "time", &["hour", "minute", "second"]),
    of(Function::DateAndTime, "date and time", &["from"]),
    of(Function::DateAndTime, "date and time", &["date", "time"]),
    of(Function::Duration, "duration", &["from"]),
    of(Function::YearsAndMonths, "years and months duration", &["from", "to"]),
    of(Function::DayOfWeek, "day of week", &["date"]),
    of(Function::DayOfYear, "day of year", &["date"]),
    of(Function::MonthOfYear, "month of year", &["date"]),
    of(Function::WeekOfYear, "week of year", &["date"]),
    of(Function::Number, "number", &["from"]),
    of(Function::Number, "number", &["from", "grouping separator", "decimal separator"]),
    of(Function::String, "string", &["from"]),
    of(Function::Money, "money", &["from"]),
    of(Function::Quantity, "quantity", &["from"]),
    of(Function::Scope, "scope", &["from"]),
];

impl Function {
    /// Its name.
    pub(super) fn name(self) -> &'static str {
        SIGNATURES.iter().find(|signature| signature.function == self).map_or("", |signature| signature.name)
    }

    /// How many of its first arguments may not be nothing: of nothing nothing is known, but what a list holds may be
    /// nothing.
    pub(super) const fn strict(self) -> usize {
        match self {
            Self::ListContains | Self::IndexOf | Self::Append => 1,
            Self::All
            | Self::Any
            | Self::Sum
            | Self::Min
            | Self::Max
            | Self::Mean
            | Self::Number
            | Self::StringJoin => 0,
            _ => usize::MAX,
        }
    }

    /// Whether it makes a value of a text, and so may write one out.
    pub(super) const fn makes(self) -> bool {
        matches!(
            self,
            Self::Date | Self::Time | Self::DateAndTime | Self::Duration | Self::Money | Self::Quantity | Self::Scope
        )
    }

    /// Whether it is one of the office alone, which DMN does not know.
    pub(super) const fn is_of_office(self) -> bool {
        matches!(self, Self::Money | Self::Quantity | Self::Scope)
    }
}
