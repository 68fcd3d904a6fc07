//! Tables of any kinds, and facts that fall just below, on and just above what their cells ask.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use office_core::rules::{
    DecisionText, Dialect, Facts, HitPolicy, Input, InputText, Kind, OutputKind, OutputText, PolicyText, Precedence,
    RowText, Schema, TableText, Value,
};
use office_core::{Currency, Decimal, Money, Scope};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// How many ticks thresholds are apart. Facts fall on any tick.
const APART: i64 = 2;
/// The highest threshold is so many steps from the lowest.
const STEPS: i64 = 4;

const WORDS: [&str; 5] = ["IT", "catering", "paper, ink", "not said", "-"];
const SCOPES: [&str; 5] = ["*", "company", "company/hq", "company/hq/2", "company/hq-annex"];
/// The kinds of columns.
const KINDS: [&str; 12] = [
    "boolean",
    "number",
    "integer",
    "money EUR",
    "quantity kg",
    "text",
    "date",
    "time",
    "date-time",
    "instant",
    "duration",
    "scope",
];

/// What a column asks for.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) kind: Kind,
    pub(crate) optional: bool,
}

/// A table, over the facts of a schema, and cases for it.
#[derive(Clone, Debug)]
pub(crate) struct Generated {
    pub(crate) text: TableText,
    pub(crate) schema: Schema,
    pub(crate) cases: Vec<Facts>,
}

/// The value of a kind that many ticks from its lowest threshold.
pub(crate) fn value(kind: &Kind, tick: i64) -> Value {
    let day = NaiveDate::from_ymd_opt(2026, 2, 27).unwrap() + TimeDelta::days(tick);
    let midday = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
    let at = |list: &[&str]| list[usize::try_from(tick.rem_euclid(5)).unwrap()].to_owned();
    match kind {
        Kind::Boolean => Value::from(tick.rem_euclid(2) == 1),
        Kind::Number => Value::from(Decimal::new(tick, 1)),
        Kind::Integer => Value::from(tick),
        Kind::Money(_) => Value::from(Money::from_minor(tick, Currency::EUR)),
        Kind::Quantity(_) => Value::Quantity(format!("{} kg", Decimal::new(tick, 3)).parse().unwrap()),
        Kind::Text => Value::from(at(&WORDS)),
        Kind::Date => Value::from(day),
        Kind::Time => Value::from(midday + TimeDelta::seconds(tick)),
        Kind::DateTime => Value::from(midday_of(day)),
        Kind::Instant => Value::from(DateTime::<Utc>::from_naive_utc_and_offset(midday_of(day), Utc)),
        Kind::Duration => Value::from(TimeDelta::minutes(tick * 30)),
        Kind::Months => Value::Months(i32::try_from(tick).unwrap()),
        Kind::Scope => Value::from(at(&SCOPES).parse::<Scope>().unwrap()),
        Kind::Any | Kind::List(_) | Kind::Record(_) => Value::Null,
    }
}

fn midday_of(day: NaiveDate) -> chrono::NaiveDateTime {
    day.and_hms_opt(12, 0, 0).unwrap()
}

/// The value as a cell writes it.
fn written(kind: &Kind, step: i64) -> String {
    match kind {
        Kind::Scope => value(kind, step).to_string(),
        Kind::Text | Kind::Boolean => value(kind, step).literal(Dialect::Office).unwrap(),
        _ => value(kind, step * APART).literal(Dialect::Office).unwrap(),
    }
}

pub(crate) fn column() -> impl Strategy<Value = Column> {
    let kind = prop_oneof![8 => select(KINDS.to_vec()), 1 => Just("months")];
    (kind, prop::bool::weighted(0.3)).prop_map(|(kind, optional)| Column { kind: kind.parse().unwrap(), optional })
}

/// What a cell of the column asks.
pub(crate) fn cell(column: &Column) -> BoxedStrategy<String> {
    let kind = column.kind.clone();
    let step = move || 0..=STEPS;
    let one = {
        let kind = kind.clone();
        step().prop_map(move |step| written(&kind, step))
    };
    let several = vec(one.clone(), 1..4).prop_map(|values| values.join(", "));
    let none = several.clone().prop_map(|values| format!("not({values})"));
    let null = if column.optional { select(vec!["null", "not(null)"]) } else { select(vec!["-"]) };
    let plain = prop_oneof![3 => Just("-".to_owned()), 2 => several, 1 => none, 1 => null.prop_map(ToOwned::to_owned)];
    if matches!(kind, Kind::Text | Kind::Scope | Kind::Boolean) {
        return plain.boxed();
    }
    let compared = (select(vec!["<", "<=", ">", ">="]), one).prop_map(|(sign, value)| format!("{sign} {value}"));
    let interval = (step(), step(), select(vec![("[", "]"), ("(", "]"), ("[", ")"), ("(", ")")]));
    let interval = interval.prop_map(move |(one, two, (open, close))| {
        let (low, high) = (one.min(two), one.max(two));
        // An interval that holds nothing is refused.
        let high = if low == high && (open, close) != ("[", "]") { high + 1 } else { high };
        format!("{open}{}..{}{close}", written(&kind, low), written(&kind, high))
    });
    let ordered =
        prop_oneof![compared.clone(), interval.clone(), (compared, interval).prop_map(|(a, b)| format!("{a}, {b}"))];
    let not = ordered.clone().prop_map(|tests| format!("not({tests})"));
    prop_oneof![3 => plain, 3 => ordered, 1 => not].boxed()
}

/// A fact of the column: on a threshold, or one tick beside it.
pub(crate) fn fact(column: &Column) -> BoxedStrategy<Value> {
    let kind = column.kind.clone();
    let some = (-1..=STEPS * APART + APART).prop_map(move |tick| value(&kind, tick));
    if column.optional { prop_oneof![6 => some, 1 => Just(Value::Null)].boxed() } else { some.boxed() }
}

/// What the rows say, by the hit policy: votes and obligations, values, or both.
fn outputs(hit: HitPolicy) -> impl Strategy<Value = Vec<OutputText>> {
    let output = |name: &str, kind: &str, allowed: &[&str], default: Option<&str>| OutputText {
        name: name.to_owned(),
        kind: kind.parse().unwrap(),
        allowed: allowed.iter().map(ToString::to_string).collect(),
        default: default.map(ToOwned::to_owned),
    };
    let ranked = ["2", "0", "1"];
    let value = move |default| output("n", "integer", &ranked, default);
    let votes = votes();
    let mut shapes = vec![vec![value(None)], vec![value(Some("1"))]];
    if !hit.is_aggregate() {
        let mut both = votes.clone();
        both.extend([output("reason", "reason", &[], None), value(None), output("word", "text", &[], None)]);
        shapes.extend([votes, both]);
    }
    select(shapes)
}

fn said(kind: &OutputKind) -> BoxedStrategy<String> {
    let said: &[&str] = match kind {
        OutputKind::Outcome => &[
            "allow",
            "-",
            "refuse: over budget",
            "refuse: blocked",
            "approvals: 1 finance purchase.approve",
            "approvals: 2 finance purchase.approve; 1 executive purchase.approve",
        ],
        OutputKind::Obligations => &["-", "file_it", "tell finance; file_it"],
        OutputKind::Reason => &["-", "too much", "too late"],
        OutputKind::Value(Kind::Text) => &["high", "low"],
        OutputKind::Value(_) => &["0", "1", "2"],
    };
    select(said.to_vec()).prop_map(ToOwned::to_owned).boxed()
}

/// Tables with up to so many rows, and as many cases for each.
pub(crate) fn generated(
    hit: impl Strategy<Value = HitPolicy>,
    rows: usize,
    cases: usize,
) -> impl Strategy<Value = Generated> {
    (hit, few(column().boxed(), 0, 3)).prop_flat_map(move |(hit, columns)| {
        outputs(hit).prop_flat_map(move |outputs| of(hit, columns.clone(), outputs, rows, cases))
    })
}

/// Tables some of whose cells look at other columns, and some of whose columns are computed; some of that has no value.
pub(crate) fn with_expressions(
    hit: impl Strategy<Value = HitPolicy>,
    rows: usize,
    cases: usize,
) -> impl Strategy<Value = Generated> {
    let edit = (any::<Index>(), any::<Index>(), any::<Index>(), any::<Index>());
    let computed = vec(prop::bool::weighted(0.2), 4);
    // Numbers have the most to compute.
    let number = select(vec![Kind::Number, Kind::Integer]).prop_map(|kind| Column { kind, optional: false });
    let columns = few(prop_oneof![number, column()].boxed(), 1, 3);
    let generated = (hit, columns).prop_flat_map(move |(hit, columns)| {
        outputs(hit).prop_flat_map(move |outputs| of(hit, columns.clone(), outputs, rows, cases))
    });
    (generated, vec(edit, 1..6), computed).prop_map(|(mut generated, edits, computed)| {
        let inputs = generated.schema.inputs();
        for (row, column, other, form) in edits {
            if generated.text.rows.is_empty() || inputs.is_empty() {
                break;
            }
            let (row, column) = (row.index(generated.text.rows.len()), column.index(inputs.len()));
            let kind = inputs[column].kind();
            let same: Vec<_> = inputs.iter().filter(|input| input.kind() == kind).map(Input::name).collect();
            let other = same[other.index(same.len())];
            let mut forms = vec![format!("{other}"), format!("not({other})")];
            if !matches!(kind, Kind::Text | Kind::Scope | Kind::Boolean) {
                forms.extend(["<=", ">"].map(|sign| format!("{sign} {other}")));
            }
            if matches!(kind, Kind::Number | Kind::Integer) {
                forms.extend([
                    format!("< 1 / {other}"),
                    format!("<= {other} * 2 - 1"),
                    format!("? > 2 / (1 - {other})"),
                ]);
            }
            if *kind != Kind::Boolean {
                generated.text.rows[row].cells[column] = forms[form.index(forms.len())].clone();
            }
        }
        for ((input, head), computed) in inputs.iter().zip(&mut generated.text.inputs).zip(computed) {
            let adds = matches!(input.kind(), Kind::Number | Kind::Money(_) | Kind::Quantity(_) | Kind::Duration);
            if computed && adds {
                head.expression = format!("{0} + {0}", input.name());
                head.optional = input.is_optional();
            }
        }
        generated
    })
}

/// Tables of these columns.
pub(crate) fn of(
    hit: HitPolicy,
    columns: Vec<Column>,
    outputs: Vec<OutputText>,
    rows: usize,
    cases: usize,
) -> impl Strategy<Value = Generated> {
    let rows = few(row(&columns, &outputs).boxed(), 0, rows);
    (rows, vec(facts(&columns), cases)).prop_map(move |(rows, cases)| Generated {
        text: TableText { name: "generated".into(), hit, inputs: heads(&columns), outputs: outputs.clone(), rows },
        schema: schema(&columns),
        cases,
    })
}

/// One or two of them, and now and then up to so many: most of what can go wrong shows in a small table.
fn few<S: Strategy + Clone>(of: S, least: usize, most: usize) -> impl Strategy<Value = Vec<S::Value>> + use<S> {
    prop_oneof![3 => vec(of.clone(), least..=most.min(2)), 1 => vec(of, least..=most)]
}

/// A row of a table of these columns.
pub(crate) fn row(columns: &[Column], outputs: &[OutputText]) -> impl Strategy<Value = RowText> + use<> {
    let cells: Vec<_> = columns.iter().map(cell).collect();
    let outputs: Vec<_> = outputs.iter().map(|one| said(&one.kind)).collect();
    (cells, outputs).prop_map(|(cells, outputs)| RowText { cells, outputs, note: None })
}

fn facts(columns: &[Column]) -> impl Strategy<Value = Facts> + use<> {
    let known: Vec<_> = columns.iter().map(fact).collect();
    known.prop_map(|known| {
        known.into_iter().enumerate().fold(Facts::new(), |facts, (at, fact)| facts.with(name(at), fact))
    })
}

fn name(place: usize) -> String {
    format!("c{place}")
}

fn heads(columns: &[Column]) -> Vec<InputText> {
    (0..columns.len()).map(|place| InputText { expression: name(place), ..InputText::default() }).collect()
}

fn schema(columns: &[Column]) -> Schema {
    let input = |(place, column): (usize, &Column)| {
        let input = Input::new(name(place), column.kind.clone());
        if column.optional { input.or_nothing() } else { input }
    };
    Schema::new(columns.iter().enumerate().map(input)).unwrap()
}

/// A policy, and cases for it.
#[derive(Clone, Debug)]
pub(crate) struct GeneratedPolicy {
    pub(crate) text: PolicyText,
    pub(crate) cases: Vec<Facts>,
}

/// The columns that say how a table votes.
pub(crate) fn votes() -> Vec<OutputText> {
    let output = |kind: OutputKind| OutputText { name: kind.to_string(), kind, allowed: Vec::new(), default: None };
    vec![output(OutputKind::Outcome), output(OutputKind::Obligations)]
}

/// Policies of up to three tables that vote, of which the first asks for the value of another.
pub(crate) fn policy(hits: &'static [HitPolicy], cases: usize) -> impl Strategy<Value = GeneratedPolicy> {
    let precedences =
        [Precedence::DenyOverrides, Precedence::PermitOverrides, Precedence::Unanimous, Precedence::FirstVote];
    (few(column().boxed(), 1, 3), few(select(hits.to_vec()), 1, 3), select(precedences.to_vec())).prop_flat_map(
        move |(columns, hits, precedence)| {
            let table = |hit| few(row(&columns, &votes()).boxed(), 0, 4).prop_map(move |rows| (hit, rows));
            let tables: Vec<_> = hits.into_iter().map(table).collect();
            let grade_output = OutputText {
                name: "grade".into(),
                kind: OutputKind::Value(Kind::Text),
                allowed: Vec::new(),
                default: None,
            };
            let grades = (few(row(&columns, std::slice::from_ref(&grade_output)).boxed(), 0, 3), vec(graded(), 4));
            let heads = heads(&columns);
            let inputs = schema(&columns).texts();
            (tables, grades, vec(facts(&columns), cases)).prop_map(move |(tables, (grade_rows, asks), cases)| {
                let mut decisions = Vec::new();
                for (number, (hit, mut rows)) in tables.into_iter().enumerate() {
                    let mut inputs = heads.clone();
                    if number == 0 {
                        inputs.push(InputText { expression: "grade".into(), ..InputText::default() });
                        for (row, ask) in rows.iter_mut().zip(asks.iter().cycle()) {
                            row.cells.push(ask.clone());
                        }
                    }
                    let name = format!("t{number}");
                    decisions.push(DecisionText::Table(TableText { name, hit, inputs, outputs: votes(), rows }));
                }
                decisions.push(DecisionText::Table(TableText {
                    name: "grade".into(),
                    hit: HitPolicy::First,
                    inputs: heads.clone(),
                    outputs: vec![grade_output.clone()],
                    rows: grade_rows,
                }));
                let text = PolicyText { inputs: inputs.clone(), decisions, precedence, ..PolicyText::default() };
                GeneratedPolicy { text, cases }
            })
        },
    )
}

/// What a cell asks of a grade.
fn graded() -> impl Strategy<Value = String> {
    select(vec!["-", "-", "high", "low", "not(high)", "null", "not(null)"]).prop_map(ToOwned::to_owned)
}

/// Any of the hit policies.
pub(crate) fn any_hit() -> impl Strategy<Value = HitPolicy> {
    select(HitPolicy::all().collect::<Vec<_>>())
}
