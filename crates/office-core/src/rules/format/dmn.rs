//! Policies as modellers draw them: decision tables and expressions in DMN.

use std::collections::BTreeSet;

use self::boxed::Boxed;
use self::inline::{Inliner, Logic};
use self::item::{Item, Items};
use self::node::Node;
use super::MOST_BYTES;
use crate::InputError;
use crate::rules::{DecisionText, Dialect, ExpressionText, InputText, Kind, PolicyText};
use crate::xml::Element;

mod boxed;
mod inline;
mod item;
mod node;
mod write;

/// The namespaces of DMN 1.1, 1.2, 1.3, 1.4 and 1.5.
const NAMESPACES: [&str; 5] = [
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
];
/// What the office's own language, and its own additions to a drawing, are named.
const OFFICE: &str = "https://github.com/office-rs/office/rules";
/// The most decisions, inputs and pieces of knowledge of a drawing.
const MOST_ELEMENTS: usize = 10_000;

impl PolicyText {
    /// Reads a policy from a drawing in DMN 1.1 to 1.5.
    ///
    /// Decision tables become tables, and literal expressions become expressions in [`Dialect::Dmn`], each by the name
    /// of its decision. Types become kinds with what is allowed of them; every input may be nothing, and a date and time
    /// may have a zone or none, unless the office wrote the drawing. Contexts, invocations, lists, relations and business knowledge models are written out in the
    /// expressions that call them. A decision without any logic is made elsewhere, and is an input. How the drawing
    /// looks is not kept.
    ///
    /// # Errors
    /// [`InputError`] at the line of what is wrong, or of what is not understood: decision services, imports of other
    /// drawings, functions as values, and other languages than FEEL. A file beyond 16 MiB is refused before it is
    /// read, and so is a document type: nothing outside of the file is looked at.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{Facts, Policy, PolicyText, Value};
    ///
    /// let drawing = r#"<definitions name="approval" xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/">
    ///   <inputData name="Order size"><variable name="Order size" typeRef="number"/></inputData>
    ///   <decision name="Discount">
    ///     <decisionTable hitPolicy="UNIQUE">
    ///       <input><inputExpression typeRef="number"><text>Order size</text></inputExpression></input>
    ///       <output typeRef="number"/>
    ///       <rule><inputEntry><text>&lt; 10</text></inputEntry><outputEntry><text>0.05</text></outputEntry></rule>
    ///       <rule><inputEntry><text>&gt;= 10</text></inputEntry><outputEntry><text>0.1</text></outputEntry></rule>
    ///     </decisionTable>
    ///   </decision>
    /// </definitions>"#;
    /// let policy = Policy::new(PolicyText::read_dmn("discount.dmn", drawing.as_bytes())?)?;
    /// let facts = Facts::new().with("Order size", 12);
    /// assert_eq!(policy.value("Discount", &facts)?, Some(Value::Number("0.1".parse()?)));
    ///
    /// let wrong = drawing.replace("UNIQUE", "BEST");
    /// let refused = PolicyText::read_dmn("discount.dmn", wrong.as_bytes()).unwrap_err();
    /// assert_eq!((refused.line(), refused.field(), refused.value()), (4, "Discount/decisionTable", "BEST"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read_dmn(file: &str, bytes: &[u8]) -> Result<Self, InputError> {
        if bytes.len() > MOST_BYTES {
            let size = format!("{} bytes", bytes.len());
            return Err(InputError::new(file, 1, "file", &size, format!("at most {MOST_BYTES} bytes")));
        }
        let document = Element::read(file, bytes)?;
        let definitions = Node { file, element: &document, owner: "" };
        if document.name() != "definitions" || !NAMESPACES.contains(&document.namespace()) {
            return Err(definitions.wrong(document.namespace(), "`definitions` of DMN 1.1 to 1.5"));
        }
        read(definitions)
    }
}

fn read(definitions: Node<'_>) -> Result<PolicyText, InputError> {
    for (index, child) in definitions.children().enumerate() {
        match child.element.name() {
            "import" if child.attribute("importType").is_some_and(|kind| NAMESPACES.contains(&kind)) => {
                return Err(child.wrong(child.attribute("name").unwrap_or_default(), "a drawing without imports"));
            }
            _ if index >= MOST_ELEMENTS => {
                return Err(child.wrong("", format!("at most {MOST_ELEMENTS} elements")));
            }
            _ => {}
        }
    }
    let language = definitions.attribute("expressionLanguage").unwrap_or("FEEL");
    let dialect = match language {
        OFFICE => Dialect::Office,
        _ if boxed::is_feel(language) => Dialect::Dmn,
        other => return Err(definitions.wrong(other, "drawings in FEEL")),
    };
    let added = additions(definitions)?;
    let items = Items::read(definitions, added.is_some())?;
    let mut policy = PolicyText { dialect, ..added.unwrap_or_default() };
    for input in definitions.all("inputData") {
        policy.inputs.push(fact(input, &items)?);
    }
    let mut knowledge = Vec::new();
    for model in definitions.all("businessKnowledgeModel") {
        let name = model.name()?;
        if let Some(logic) = model.first("encapsulatedLogic") {
            knowledge.push((name.to_owned(), boxed::function(Node { owner: name, ..logic }, &items, name)?));
        }
    }
    let mut decisions = Vec::new();
    for decision in definitions.all("decision") {
        let name = decision.name()?;
        let decision = Node { owner: name, ..decision };
        match Boxed::within(decision, &items, name)? {
            Some(boxed) => decisions.push((name, decision, boxed)),
            // What is decided elsewhere is a fact to this policy.
            None => policy.inputs.push(fact(decision, &items)?),
        }
    }
    let known = policy.inputs.iter().map(|input| input.expression.clone());
    let known: BTreeSet<String> = known.chain(decisions.iter().map(|(name, ..)| (*name).to_owned())).collect();
    let mut written = 0;
    for (name, decision, boxed) in &decisions {
        let (name, node) = (*name, *decision);
        let lifted = Vec::new();
        let mut inliner = Inliner { node, known: &known, knowledge: &knowledge, lifted, name, written: &mut written };
        let logic = inliner.decision(boxed)?;
        let lifted = inliner.lifted;
        policy.decisions.extend(lifted.into_iter().map(|(_, table)| DecisionText::Table(table)));
        policy.decisions.push(match logic {
            Logic::Table(table) => DecisionText::Table(table),
            Logic::Expression(expression) => {
                let kind = node.first("variable").map(|variable| items.of(variable)).transpose()?;
                let kind = kind.map(|item| item.kind).filter(|kind| *kind != Kind::Any);
                DecisionText::Expression(ExpressionText { name: name.to_owned(), kind, expression })
            }
        });
    }
    Ok(policy)
}

/// A fact that a drawing asks for: an input, or a decision that is made elsewhere.
fn fact<'a>(input: Node<'a>, items: &Items<'a>) -> Result<InputText, InputError> {
    let name = input.name()?;
    let input = Node { owner: name, ..input };
    let variable = input.first("variable");
    let item = variable.map(|variable| items.of(variable)).transpose()?;
    let Item { kind, allowed } = item.unwrap_or(Item { kind: Kind::Any, allowed: None });
    let own = variable.and_then(|variable| variable.attribute("office:allowed")).map(str::to_owned);
    let allowed = own.or(allowed);
    Ok(InputText { expression: name.to_owned(), kind: Some(kind), allowed, optional: is_optional(input) })
}

/// Whether a value may be nothing: unless the office says otherwise, it may.
fn is_optional(node: Node<'_>) -> bool {
    node.attribute("office:optional") != Some("false")
}

/// What the office adds to a drawing of its own: how votes are combined, and the outcome where nobody votes.
fn additions(definitions: Node<'_>) -> Result<Option<PolicyText>, InputError> {
    let extensions = definitions.first("extensionElements");
    let added =
        extensions.and_then(|extensions| extensions.element.within(OFFICE).find(|added| added.name() == "policy"));
    let Some(element) = added else { return Ok(None) };
    let added = Node { element, ..definitions };
    let mut policy = PolicyText::default();
    if let Some(precedence) = added.attribute("precedence") {
        let read = serde_json::from_value(serde_json::Value::String(precedence.to_owned()));
        policy.precedence = read.map_err(|_| added.wrong(precedence, "a precedence such as `deny_overrides`"))?;
    }
    policy.default = added.attribute("default").map(str::to_owned);
    Ok(Some(policy))
}
