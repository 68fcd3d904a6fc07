//! Policies drawn in DMN 1.3, so that a modeller opens them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use quick_xml::escape::escape;

use super::inline::names_in;
use super::{OFFICE, item};
use crate::rules::format::{MOST_BYTES, NotCarried, Part};
use crate::rules::table::feel_kind;
use crate::rules::{DecisionText, Dialect, HitPolicy, InputText, Kind, OutputKind, PolicyText, TableText};

const FORMAT: &str = "DMN";
const FEEL: &str = "https://www.omg.org/spec/DMN/20191111/FEEL/";

impl PolicyText {
    /// The policy as a drawing in DMN 1.3, with a shape for each input and decision.
    ///
    /// What is written in FEEL stays so, and any engine decides by it. What is written as the office writes is marked
    /// as in its own language, so that a modeller shows it and it comes back unchanged; [`Policy::in_feel`](crate::rules::Policy::in_feel)
    /// translates what FEEL has words for.
    ///
    /// # Errors
    /// [`NotCarried`] where a text would not come back: one with characters that XML does not have.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{DecisionText, PolicyText, TableText};
    ///
    /// let page = b"| approval: first | amount: money EUR | outcome |\n|---|---|---|\n| 1 | < 500 EUR | allow |\n";
    /// let mut table = TableText::read_markdown("approval.md", page)?;
    /// let inputs = table.inputs.clone();
    /// let policy = |table| PolicyText { inputs: inputs.clone(), decisions: vec![DecisionText::Table(table)], ..PolicyText::default() };
    /// let drawing = policy(table.clone()).to_dmn()?;
    /// assert!(drawing.contains("<text>&lt; 500 EUR</text>"));
    /// assert_eq!(PolicyText::read_dmn("approval.dmn", drawing.as_bytes())?, policy(table.clone()));
    ///
    /// table.rows[0].note = Some("\u{0}".into());
    /// assert!(policy(table).to_dmn().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_dmn(&self) -> Result<String, NotCarried> {
        let policy = tidy(self);
        let drawing = Drawing::of(&policy).written();
        let read = if drawing.len() > MOST_BYTES { None } else { Self::read_dmn("", drawing.as_bytes()).ok() };
        if read.as_ref() == Some(&policy) {
            return Ok(drawing);
        }
        let read = read.unwrap_or_default();
        let decisions = policy.decisions.iter().enumerate();
        let other = decisions.into_iter().find(|(index, decision)| read.decisions.get(*index) != Some(decision));
        let name = other.map_or("policy", |(_, decision)| decision.name());
        let place = other.map_or(Part::Name, |(_, decision)| Part::Decision(decision.name().to_owned()));
        Err(NotCarried::new(name, FORMAT, place, name, "texts that XML can carry"))
    }
}

/// The policy with no space around its texts, and every kind said that is not the usual one of a name.
fn tidy(policy: &PolicyText) -> PolicyText {
    let mut tidy = policy.clone();
    for input in &mut tidy.inputs {
        input.kind = Some(input.kind.take().unwrap_or_else(|| crate::rules::table::usual_kind(&input.expression)));
        input.allowed = input.allowed.as_ref().map(|allowed| allowed.trim().to_owned());
    }
    for decision in &mut tidy.decisions {
        match decision {
            DecisionText::Table(table) => {
                *table = super::super::grid::tidy(table);
                for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells).filter(|cell| cell.is_empty()) {
                    "-".clone_into(cell);
                }
            }
            DecisionText::Expression(decision) => decision.expression = decision.expression.trim().to_owned(),
        }
    }
    tidy
}

/// A policy while it is drawn.
struct Drawing<'a> {
    policy: &'a PolicyText,
    /// The kinds that FEEL has no name for, by the names they are given.
    types: BTreeMap<String, Kind>,
    text: String,
    depth: usize,
}

impl<'a> Drawing<'a> {
    fn of(policy: &'a PolicyText) -> Self {
        Self { policy, types: BTreeMap::new(), text: String::new(), depth: 0 }
    }

    fn written(mut self) -> String {
        let policy = self.policy;
        let name = policy.decisions.last().map_or("policy", DecisionText::name);
        let language = if policy.dialect == Dialect::Office { OFFICE } else { FEEL };
        self.depth = 1;
        let precedence = serde_json::to_value(policy.precedence).unwrap_or_default();
        let precedence = precedence.as_str().unwrap_or_default();
        self.open("extensionElements", &[]);
        let mut added = vec![("precedence", precedence)];
        added.extend(policy.default.as_deref().map(|default| ("default", default)));
        self.empty("office:policy", &added);
        self.close("extensionElements");
        let extensions = std::mem::take(&mut self.text);
        for (index, input) in policy.inputs.iter().enumerate() {
            self.input_data(index, input);
        }
        for (index, decision) in policy.decisions.iter().enumerate() {
            self.decision(index, decision);
        }
        let elements = std::mem::take(&mut self.text);
        for (name, kind) in std::mem::take(&mut self.types) {
            self.item("itemDefinition", &name, &kind);
        }
        let types = std::mem::take(&mut self.text);
        self.shapes();
        let shapes = std::mem::take(&mut self.text);
        self.depth = 0;
        self.text.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        self.open(
            "definitions",
            &[
                ("xmlns", "https://www.omg.org/spec/DMN/20191111/MODEL/"),
                ("xmlns:dmndi", "https://www.omg.org/spec/DMN/20191111/DMNDI/"),
                ("xmlns:dc", "http://www.omg.org/spec/DMN/20180521/DC/"),
                ("xmlns:di", "http://www.omg.org/spec/DMN/20180521/DI/"),
                ("xmlns:office", OFFICE),
                ("id", "definitions"),
                ("name", name),
                ("namespace", OFFICE),
                ("expressionLanguage", language),
            ],
        );
        for part in [extensions, types, elements, shapes] {
            self.text.push_str(&part);
        }
        self.close("definitions");
        self.text
    }

    /// A type: as other engines read it too where FEEL can say it, or else by the office's name of the kind.
    fn item(&mut self, element: &str, name: &str, kind: &Kind) {
        let (one, collection) = if let Kind::List(one) = kind { (&**one, true) } else { (kind, false) };
        let said = feel_kind(kind).as_ref() == Some(kind) && !matches!(one, Kind::Any | Kind::List(_));
        if !said {
            self.open(element, &[("name", name), ("typeLanguage", OFFICE)]);
            self.leaf("typeRef", &kind.to_string());
            return self.close(element);
        }
        self.open(element, &[("name", name), ("isCollection", if collection { "true" } else { "false" })]);
        if let Kind::Record(fields) = one {
            // No deeper than kinds are.
            for (name, kind) in fields {
                self.item("itemComponent", name, kind);
            }
        } else {
            self.leaf("typeRef", item::name_of(one).unwrap_or_default());
        }
        self.close(element);
    }

    fn input_data(&mut self, index: usize, input: &InputText) {
        let id = format!("input_{}", index.saturating_add(1));
        let mut attributes = vec![("id", id.as_str()), ("name", &input.expression)];
        if !input.optional {
            attributes.push(("office:optional", "false"));
        }
        self.open("inputData", &attributes);
        let kind = input.kind.clone().unwrap_or(Kind::Any);
        self.variable(&input.expression, &kind, input.allowed.as_deref());
        self.close("inputData");
    }

    fn variable(&mut self, name: &str, kind: &Kind, allowed: Option<&str>) {
        let named = self.type_of(kind);
        let mut attributes = vec![("name", name)];
        attributes.extend(named.as_deref().map(|named| ("typeRef", named)));
        attributes.extend(allowed.map(|allowed| ("office:allowed", allowed)));
        self.empty("variable", &attributes);
    }

    /// The name of a kind in the drawing; none for any kind.
    fn type_of(&mut self, kind: &Kind) -> Option<String> {
        if *kind == Kind::Any {
            return None;
        }
        Some(item::name_of(kind).map_or_else(
            || {
                self.types.insert(kind.to_string(), kind.clone());
                kind.to_string()
            },
            str::to_owned,
        ))
    }

    fn decision(&mut self, index: usize, decision: &DecisionText) {
        let id = format!("decision_{}", index.saturating_add(1));
        self.open("decision", &[("id", &id), ("name", decision.name())]);
        let kind = match decision {
            DecisionText::Expression(decision) => decision.kind.clone(),
            DecisionText::Table(_) => None,
        };
        self.variable(decision.name(), &kind.unwrap_or(Kind::Any), None);
        for (part, target) in requirements(self.policy, decision) {
            self.open("informationRequirement", &[("id", &format!("{id}_asks_{target}"))]);
            self.empty(part, &[("href", &format!("#{target}"))]);
            self.close("informationRequirement");
        }
        match decision {
            DecisionText::Expression(decision) => {
                self.open("literalExpression", &[("id", &format!("{id}_expression"))]);
                self.leaf("text", &decision.expression);
                self.close("literalExpression");
            }
            DecisionText::Table(table) => self.table(&id, table),
        }
        self.close("decision");
    }

    fn table(&mut self, id: &str, table: &TableText) {
        let (policy, aggregation) = drawn(table.hit);
        let table_id = format!("{id}_table");
        let mut attributes = vec![("id", table_id.as_str()), ("hitPolicy", policy)];
        attributes.extend(aggregation.map(|aggregation| ("aggregation", aggregation)));
        self.open("decisionTable", &attributes);
        for (index, input) in table.inputs.iter().enumerate() {
            let id = format!("{id}_input_{}", index.saturating_add(1));
            let mut attributes = vec![("id", id.as_str()), ("label", &input.expression)];
            if !input.optional {
                attributes.push(("office:optional", "false"));
            }
            self.open("input", &attributes);
            let named = input.kind.as_ref().and_then(|kind| self.type_of(kind));
            let expression_id = format!("{id}_expression");
            let mut attributes = vec![("id", expression_id.as_str())];
            attributes.extend(named.as_deref().map(|named| ("typeRef", named)));
            self.open("inputExpression", &attributes);
            self.leaf("text", &input.expression);
            self.close("inputExpression");
            self.texts("inputValues", input.allowed.as_deref());
            self.close("input");
        }
        for (index, output) in table.outputs.iter().enumerate() {
            let id = format!("{id}_output_{}", index.saturating_add(1));
            let named = match &output.kind {
                OutputKind::Value(kind) => self.type_of(kind),
                OutputKind::Outcome | OutputKind::Obligations | OutputKind::Reason => {
                    Some(format!("office:{}", output.kind))
                }
            };
            let mut attributes = vec![("id", id.as_str()), ("name", &output.name)];
            attributes.extend(named.as_deref().map(|named| ("typeRef", named)));
            self.open("output", &attributes);
            let allowed = Some(output.allowed.join(", ")).filter(|_| !output.allowed.is_empty());
            self.texts("outputValues", allowed.as_deref());
            self.texts("defaultOutputEntry", output.default.as_deref());
            self.close("output");
        }
        if table.rows.iter().any(|row| row.note.is_some()) {
            self.empty("annotation", &[("name", "note")]);
        }
        for (index, row) in table.rows.iter().enumerate() {
            let id = format!("{id}_rule_{}", index.saturating_add(1));
            self.open("rule", &[("id", &id)]);
            for (entry, texts) in [("inputEntry", &row.cells), ("outputEntry", &row.outputs)] {
                for (index, text) in texts.iter().enumerate() {
                    self.open(entry, &[("id", &format!("{id}_{entry}_{}", index.saturating_add(1)))]);
                    self.leaf("text", text);
                    self.close(entry);
                }
            }
            self.texts("annotationEntry", row.note.as_deref());
            self.close("rule");
        }
        self.close("decisionTable");
    }

    fn texts(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.open(name, &[]);
            self.leaf("text", text);
            self.close(name);
        }
    }

    /// Where the shapes are: the decisions one below the other, and the inputs below them all, side by side.
    fn shapes(&mut self) {
        self.open("dmndi:DMNDI", &[]);
        self.open("dmndi:DMNDiagram", &[("id", "diagram")]);
        let decisions = self.policy.decisions.len();
        for index in 0..decisions {
            self.shape(&format!("decision_{}", index.saturating_add(1)), 0, index);
        }
        for index in 0..self.policy.inputs.len() {
            self.shape(&format!("input_{}", index.saturating_add(1)), index, decisions);
        }
        for (index, decision) in self.policy.decisions.iter().enumerate() {
            let id = format!("decision_{}", index.saturating_add(1));
            for (_, target) in requirements(self.policy, decision) {
                let number = target.rsplit('_').next().and_then(|number| number.parse::<usize>().ok());
                let number = number.unwrap_or_default().saturating_sub(1);
                let (x, y) = if target.starts_with("input") { (number, decisions) } else { (0, number) };
                self.open("dmndi:DMNEdge", &[("dmnElementRef", &format!("{id}_asks_{target}"))]);
                for (x, y) in [(x, y), (0, index)] {
                    let (x, y) = (x.saturating_mul(200).saturating_add(90), y.saturating_mul(120).saturating_add(40));
                    self.empty("di:waypoint", &[("x", &x.to_string()), ("y", &y.to_string())]);
                }
                self.close("dmndi:DMNEdge");
            }
        }
        self.close("dmndi:DMNDiagram");
        self.close("dmndi:DMNDI");
    }

    fn shape(&mut self, id: &str, x: usize, y: usize) {
        self.open("dmndi:DMNShape", &[("dmnElementRef", id)]);
        let (x, y) = (x.saturating_mul(200).to_string(), y.saturating_mul(120).to_string());
        self.empty("dc:Bounds", &[("x", &x), ("y", &y), ("width", "180"), ("height", "80")]);
        self.close("dmndi:DMNShape");
    }

    fn begin(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let indent = "  ".repeat(self.depth);
        // Writing to a string does not fail.
        let _ = write!(self.text, "{indent}<{name}");
        for (key, value) in attributes {
            let _ = write!(self.text, " {key}=\"{}\"", escape(*value));
        }
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.begin(name, attributes);
        self.text.push_str(">\n");
        self.depth = self.depth.saturating_add(1);
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.begin(name, attributes);
        self.text.push_str("/>\n");
    }

    fn leaf(&mut self, name: &str, text: &str) {
        self.begin(name, &[]);
        let _ = writeln!(self.text, ">{}</{name}>", escape(text));
    }

    fn close(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        let indent = "  ".repeat(self.depth);
        let _ = writeln!(self.text, "{indent}</{name}>");
    }
}

/// What a decision asks for: the element that says so, and the id of what is asked for.
fn requirements(policy: &PolicyText, decision: &DecisionText) -> Vec<(&'static str, String)> {
    let known: BTreeSet<String> = policy
        .inputs
        .iter()
        .map(|input| input.expression.clone())
        .chain(policy.decisions.iter().map(|decision| decision.name().to_owned()))
        .collect();
    let mut asked = BTreeSet::new();
    match decision {
        DecisionText::Expression(decision) => asked.extend(names_in(&decision.expression, &known)),
        DecisionText::Table(table) => {
            for input in &table.inputs {
                asked.extend(names_in(&input.expression, &known));
            }
            for cell in table.rows.iter().flat_map(|row| row.cells.iter().chain(&row.outputs)) {
                asked.extend(names_in(cell, &known));
            }
        }
    }
    let inputs = policy.inputs.iter().zip(1..).filter(|(input, _)| asked.contains(input.expression.as_str()));
    let inputs = inputs.map(|(_, number): (_, usize)| ("requiredInput", format!("input_{number}")));
    let others = policy.decisions.iter().zip(1..);
    let others = others.filter(|(other, _)| asked.contains(other.name()) && other.name() != decision.name());
    inputs.chain(others.map(|(_, number): (_, usize)| ("requiredDecision", format!("decision_{number}")))).collect()
}

/// A hit policy and its aggregation, as they are drawn.
const fn drawn(hit: HitPolicy) -> (&'static str, Option<&'static str>) {
    match hit {
        HitPolicy::Unique => ("UNIQUE", None),
        HitPolicy::Any => ("ANY", None),
        HitPolicy::First => ("FIRST", None),
        HitPolicy::Priority => ("PRIORITY", None),
        HitPolicy::RuleOrder => ("RULE ORDER", None),
        HitPolicy::OutputOrder => ("OUTPUT ORDER", None),
        HitPolicy::Collect => ("COLLECT", None),
        HitPolicy::CollectSum => ("COLLECT", Some("SUM")),
        HitPolicy::CollectMin => ("COLLECT", Some("MIN")),
        HitPolicy::CollectMax => ("COLLECT", Some("MAX")),
        HitPolicy::CollectCount => ("COLLECT", Some("COUNT")),
    }
}
