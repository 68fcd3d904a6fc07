//! The boxed expressions of a drawing, as they are drawn.

use super::item::{Item, Items};
use super::node::Node;
use crate::InputError;
use crate::rules::{HitPolicy, InputText, Kind, OutputKind, OutputText, RowText, TableText};

/// The most entries of a context, list or relation, and the most parameters.
const MOST_ENTRIES: usize = 1_000;

/// A boxed expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Boxed {
    /// An expression in words.
    Literal(String),
    /// A decision table.
    Table(Box<TableText>),
    /// Named values, each of which may name those before it; the last may have no name and is what the context says.
    Context(Vec<(Option<String>, Boxed)>),
    /// What a piece of knowledge says of these arguments.
    Invocation { called: String, arguments: Vec<(String, Boxed)> },
    /// A piece of knowledge.
    Function { parameters: Vec<String>, body: Box<Boxed> },
    /// Several values.
    List(Vec<Boxed>),
    /// Several records of the same fields.
    Relation { fields: Vec<String>, rows: Vec<Vec<Boxed>> },
    /// `if`, `then`, `else`.
    Choice(Box<[Boxed; 3]>),
    /// Those of a list that match.
    Filter(Box<[Boxed; 2]>),
    /// `for`, `some` or `every` of a list.
    Each { word: &'static str, name: String, then: &'static str, parts: Box<[Boxed; 2]> },
}

impl Boxed {
    /// The names of the elements that are boxed expressions.
    const NAMES: [&'static str; 12] = [
        "literalExpression",
        "decisionTable",
        "context",
        "invocation",
        "functionDefinition",
        "list",
        "relation",
        "conditional",
        "filter",
        "for",
        "some",
        "every",
    ];

    /// The boxed expression among the children of an element, if there is one.
    pub(super) fn within<'a>(node: Node<'a>, items: &Items<'a>, name: &str) -> Result<Option<Self>, InputError> {
        let found = node.children().find(|child| Self::NAMES.contains(&child.element.name()));
        found.map(|found| Self::read(found, items, name)).transpose()
    }

    fn want<'a>(node: Node<'a>, items: &Items<'a>, name: &str) -> Result<Self, InputError> {
        Self::within(node, items, name)?.ok_or_else(|| node.wrong("", "an expression"))
    }

    /// Reads an expression; a table takes the name given. Elements are nested to a bounded depth, and this with them.
    fn read<'a>(node: Node<'a>, items: &Items<'a>, name: &str) -> Result<Self, InputError> {
        let part = |part: &str| node.want(part).and_then(|part| Self::want(part, items, name));
        let each = |word, last: &str, then| {
            let variable = node.attribute("iteratorVariable").unwrap_or_default().to_owned();
            Ok(Self::Each { word, name: variable, then, parts: Box::new([part("in")?, part(last)?]) })
        };
        match node.element.name() {
            "literalExpression" => literal(node),
            "decisionTable" => Ok(Self::Table(Box::new(table(node, items, name)?))),
            "context" => context(node, items, name),
            "invocation" => invocation(node, items, name),
            "functionDefinition" => function(node, items, name),
            "list" => {
                let values = values(node, items, name)?;
                few(node, values.len())?;
                Ok(Self::List(values))
            }
            "relation" => relation(node, items, name),
            "conditional" => Ok(Self::Choice(Box::new([part("if")?, part("then")?, part("else")?]))),
            "filter" => Ok(Self::Filter(Box::new([part("in")?, part("match")?]))),
            "for" => each("for", "return", "return"),
            "some" => each("some", "satisfies", "satisfies"),
            _ => each("every", "satisfies", "satisfies"),
        }
    }
}

/// The expressions among the children of an element, in order.
fn values<'a>(node: Node<'a>, items: &Items<'a>, name: &str) -> Result<Vec<Boxed>, InputError> {
    let values = node.children().filter(|child| Boxed::NAMES.contains(&child.element.name()));
    values.map(|value| Boxed::read(value, items, name)).collect()
}

fn few(node: Node<'_>, entries: usize) -> Result<(), InputError> {
    let expected = || format!("at most {MOST_ENTRIES} entries");
    if entries > MOST_ENTRIES { Err(node.wrong(&entries.to_string(), expected())) } else { Ok(()) }
}

fn literal(node: Node<'_>) -> Result<Boxed, InputError> {
    if let Some(language) = node.attribute("expressionLanguage").filter(|language| !is_feel(language)) {
        return Err(node.wrong(language, "an expression in FEEL"));
    }
    Ok(Boxed::Literal(if node.text().is_empty() { "null".to_owned() } else { node.text().to_owned() }))
}

pub(super) fn is_feel(language: &str) -> bool {
    language.to_ascii_lowercase().contains("feel")
}

fn context<'a>(node: Node<'a>, items: &Items<'a>, name: &str) -> Result<Boxed, InputError> {
    let mut entries = Vec::new();
    for entry in node.all("contextEntry") {
        let variable = entry.first("variable").map(Node::name).transpose()?;
        let value = Boxed::want(entry, items, variable.unwrap_or(name))?;
        entries.push((variable.map(str::to_owned), value));
    }
    few(node, entries.len())?;
    let named = entries.len().saturating_sub(1);
    if entries.iter().take(named).any(|(variable, _)| variable.is_none()) {
        return Err(node.wrong("", "a name for every entry but the last"));
    }
    Ok(Boxed::Context(entries))
}

fn invocation<'a>(node: Node<'a>, items: &Items<'a>, name: &str) -> Result<Boxed, InputError> {
    let called = node.want("literalExpression")?.text().to_owned();
    let mut arguments = Vec::new();
    for binding in node.all("binding") {
        let parameter = binding.want("parameter")?.name()?.to_owned();
        let argument = Boxed::within(binding, items, name)?.unwrap_or_else(|| Boxed::Literal("null".to_owned()));
        arguments.push((parameter, argument));
    }
    few(node, arguments.len())?;
    Ok(Boxed::Invocation { called, arguments })
}

/// A function: its parameters and what it says, as a business knowledge model has them too.
pub(super) fn function<'a>(node: Node<'a>, items: &Items<'a>, name: &str) -> Result<Boxed, InputError> {
    if let Some(kind) = node.attribute("kind").filter(|kind| *kind != "FEEL") {
        return Err(node.wrong(kind, "a function in FEEL"));
    }
    let parameters = node.all("formalParameter").map(|parameter| parameter.name().map(str::to_owned));
    let parameters = parameters.collect::<Result<Vec<_>, _>>()?;
    few(node, parameters.len())?;
    let body = Boxed::within(node, items, name)?.unwrap_or_else(|| Boxed::Literal("null".to_owned()));
    Ok(Boxed::Function { parameters, body: Box::new(body) })
}

fn relation<'a>(node: Node<'a>, items: &Items<'a>, name: &str) -> Result<Boxed, InputError> {
    let fields = node.all("column").map(|column| column.name().map(str::to_owned)).collect::<Result<Vec<_>, _>>()?;
    let mut rows = Vec::new();
    for row in node.all("row") {
        let values = values(row, items, name)?;
        if values.len() != fields.len() {
            return Err(row.wrong(&values.len().to_string(), format!("{} values", fields.len())));
        }
        rows.push(values);
    }
    few(node, rows.len().max(fields.len()))?;
    Ok(Boxed::Relation { fields, rows })
}

/// The decision table that an element draws.
fn table<'a>(node: Node<'a>, items: &Items<'a>, name: &str) -> Result<TableText, InputError> {
    let mut inputs = Vec::new();
    for input in node.all("input") {
        let expression = input.want("inputExpression")?;
        let item = items.of(expression)?;
        let own = input.first("inputValues").map(|allowed| allowed.text().to_owned()).filter(|text| !text.is_empty());
        inputs.push(InputText {
            expression: expression.text().to_owned(),
            kind: Some(item.kind).filter(|kind| *kind != Kind::Any),
            allowed: own.or(item.allowed),
            optional: super::is_optional(input),
        });
    }
    let hit = hit(node)?;
    let drawn: Vec<_> = node.all("output").collect();
    let mut outputs = Vec::new();
    for output in &drawn {
        let only = if drawn.len() == 1 { Some((name, node)) } else { None };
        outputs.push(self::output(*output, items, only, hit.is_list())?);
    }
    let mut rows = Vec::new();
    for rule in node.all("rule") {
        rows.push(row(rule, inputs.len(), outputs.len())?);
    }
    Ok(TableText { name: name.to_owned(), hit, inputs, outputs, rows })
}

/// A column of outputs; the only one of a table takes the table's name and type where it has none, and of a list that
/// of its values.
fn output<'a>(
    node: Node<'a>,
    items: &Items<'a>,
    only: Option<(&str, Node<'a>)>,
    listed: bool,
) -> Result<OutputText, InputError> {
    let typed = node.attribute("typeRef");
    let own = typed.and_then(|typed| typed.strip_prefix("office:")).and_then(|own| own.parse().ok());
    let item = match (&own, only) {
        (Some(_), _) => Item { kind: Kind::Any, allowed: None },
        (None, Some((_, table))) if typed.is_none() => match items.of(table)? {
            Item { kind: Kind::List(kind), allowed } if listed => Item { kind: *kind, allowed },
            item => item,
        },
        (None, _) => items.of(node)?,
    };
    let name = match (node.attribute("name"), only) {
        (Some(name), _) => name.trim(),
        (None, Some((table, _))) => table,
        (None, None) => return Err(node.wrong("", "an attribute `name`")),
    };
    let allowed = node.first("outputValues").map(|values| values.text().to_owned()).or(item.allowed);
    let default = node.first("defaultOutputEntry").map(|entry| entry.text().to_owned());
    Ok(OutputText {
        name: name.to_owned(),
        kind: own.unwrap_or(OutputKind::Value(item.kind)),
        allowed: allowed.map(|allowed| parts(&allowed)).unwrap_or_default(),
        default: default.filter(|default| !default.is_empty()),
    })
}

/// The parts between the commas that are not within quotes or brackets.
pub(super) fn parts(text: &str) -> Vec<String> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let parts = text.split(|character| {
        match character {
            _ if escaped => {}
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth = depth.saturating_add(1),
            ')' | ']' | '}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        escaped = quoted && !escaped && character == '\\';
        character == ',' && depth == 0 && !quoted
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn row(rule: Node<'_>, inputs: usize, outputs: usize) -> Result<RowText, InputError> {
    let texts = |name: &str| -> Vec<String> { rule.all(name).map(|entry| entry.text().to_owned()).collect() };
    let (mut cells, decided) = (texts("inputEntry"), texts("outputEntry"));
    if (cells.len(), decided.len()) != (inputs, outputs) {
        let found = format!("{} and {}", cells.len(), decided.len());
        return Err(rule.wrong(&found, format!("{inputs} and {outputs} entries of inputs and outputs")));
    }
    for cell in cells.iter_mut().filter(|cell| cell.is_empty()) {
        "-".clone_into(cell);
    }
    let notes =
        rule.all("annotationEntry").map(Node::text).chain(rule.first("description").map(|node| node.element.text()));
    let note = notes.map(str::trim).find(|note| !note.is_empty()).map(str::to_owned);
    Ok(RowText { cells, outputs: decided, note })
}

fn hit(node: Node<'_>) -> Result<HitPolicy, InputError> {
    let drawn = node.attribute("hitPolicy").unwrap_or("UNIQUE");
    let hit = match (drawn, node.attribute("aggregation")) {
        ("COLLECT", None) => HitPolicy::Collect,
        ("COLLECT", Some("SUM")) => HitPolicy::CollectSum,
        ("COLLECT", Some("MIN")) => HitPolicy::CollectMin,
        ("COLLECT", Some("MAX")) => HitPolicy::CollectMax,
        ("COLLECT", Some("COUNT")) => HitPolicy::CollectCount,
        ("COLLECT", Some(other)) => return Err(node.wrong(other, "`SUM`, `MIN`, `MAX` or `COUNT`")),
        _ => match drawn.to_ascii_lowercase().parse() {
            Ok(hit) => hit,
            Err(_) => return Err(node.wrong(drawn, "a hit policy such as `UNIQUE`")),
        },
    };
    Ok(hit)
}
