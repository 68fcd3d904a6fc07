//! Policies drawn in DMN: what is drawn reads again and decides the same, and what is handed in is read or named.
#![cfg(feature = "dmn")]

use office_core::rules::{
    DecisionTable, DecisionText, Dialect, ExpressionText, HitPolicy, Input, InputText, Kind, OutputKind, OutputText,
    Part, Policy, PolicyText, Precedence, TableText, Value,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::generator::{self, Column, Generated};

/// The policy of a generated table alone.
fn policy(generated: &Generated) -> PolicyText {
    PolicyText {
        inputs: generated.schema.texts(),
        decisions: vec![DecisionText::Table(generated.text.clone())],
        precedence: Precedence::FirstVote,
        default: Some("refuse: nobody votes".to_owned()),
        ..PolicyText::default()
    }
}

/// Tables of the kinds that FEEL has, which decide values.
fn tables_of_feel() -> impl Strategy<Value = Generated> {
    let kinds = ["boolean", "number", "integer", "text", "date", "time", "date-time", "duration", "months"];
    let kind = select(kinds.to_vec()).prop_map(|kind| kind.parse::<Kind>().unwrap());
    let column = (kind, any::<bool>()).prop_map(|(kind, optional)| Column { kind, optional });
    (generator::any_hit(), vec(column, 0..3), any::<bool>()).prop_flat_map(|(hit, columns, two)| {
        let output = |name: &str, kind, allowed: &[&str], default: Option<&str>| OutputText {
            name: name.to_owned(),
            kind: OutputKind::Value(kind),
            allowed: allowed.iter().map(ToString::to_string).collect(),
            default: default.map(str::to_owned),
        };
        let mut outputs = vec![output("n", Kind::Integer, &["2", "0", "1"], Some("1"))];
        if two && !hit.is_aggregate() {
            outputs.push(output("word", Kind::Text, &[], None));
        }
        generator::of(hit, columns, outputs, 4, 2)
    })
}

fn drawing(elements: &str) -> String {
    format!("<definitions name='t' xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/'>{elements}</definitions>")
}

fn read(elements: &str) -> Result<PolicyText, office_core::InputError> {
    PolicyText::read_dmn("t.dmn", drawing(elements).as_bytes())
}

/// The expression of the last decision.
fn expression(elements: &str) -> String {
    match read(elements).unwrap().decisions.last() {
        Some(DecisionText::Expression(decision)) => decision.expression.clone(),
        other => format!("{other:?}"),
    }
}

fn literal(text: &str) -> String {
    format!("<literalExpression><text>{text}</text></literalExpression>")
}

fn decision(name: &str, logic: &str) -> String {
    format!("<decision name='{name}'><variable name='{name}'/>{logic}</decision>")
}

fn knowledge(name: &str, parameters: &[&str], body: &str) -> String {
    let parameters: Vec<_> = parameters.iter().map(|name| format!("<formalParameter name='{name}'/>")).collect();
    let parameters = parameters.concat();
    format!(
        "<businessKnowledgeModel name='{name}'><encapsulatedLogic>{parameters}{}</encapsulatedLogic></businessKnowledgeModel>",
        literal(body)
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Law 16: a table as the office writes it comes back from its drawing, and drawing it again changes nothing.
    #[test]
    fn what_is_drawn_reads_again(generated in generator::generated(generator::any_hit(), 4, 0)) {
        let text = policy(&generated);
        let drawn = text.to_dmn().map_err(|error| TestCaseError::fail(error.to_string()))?;
        let again = PolicyText::read_dmn("t", drawn.as_bytes()).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&again, &text);
        prop_assert_eq!(again.to_dmn(), Ok(drawn));
    }

    /// Law 16: said in FEEL and drawn, a table decides the same.
    #[test]
    fn what_is_said_in_feel_decides_the_same(generated in tables_of_feel()) {
        let Ok(office) = Policy::new(policy(&generated)) else { return Ok(()) };
        let feel = office.in_feel().map_err(|error| TestCaseError::fail(error.to_string()))?;
        let drawn = feel.to_dmn().map_err(|error| TestCaseError::fail(error.to_string()))?;
        let again = PolicyText::read_dmn("t", drawn.as_bytes()).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&again, &feel);
        let feel = Policy::new(again).map_err(|error| TestCaseError::fail(error.to_string()))?;
        for facts in &generated.cases {
            prop_assert_eq!(feel.value("generated", facts).ok(), office.value("generated", facts).ok(), "{}", drawn);
        }
    }

    /// Law 16: a table goes through every format, and decides the same.
    #[test]
    fn a_table_decides_the_same_in_every_format(generated in generator::generated(generator::any_hit(), 4, 2)) {
        let fail = |error: &dyn std::error::Error| TestCaseError::fail(error.to_string());
        let mut table = generated.text.clone();
        table = TableText::read_json("t", table.to_json().as_bytes()).map_err(|error| fail(&error))?;
        table = TableText::read_toml("t", table.to_toml().map_err(|error| fail(&error))?.as_bytes()).map_err(|error| fail(&error))?;
        table = TableText::read_csv("t", table.to_csv().map_err(|error| fail(&error))?.as_bytes()).map_err(|error| fail(&error))?;
        table = TableText::read_markdown("t", table.to_markdown().map_err(|error| fail(&error))?.as_bytes()).map_err(|error| fail(&error))?;
        prop_assert_eq!(&table, &generated.text);
        let new = |text| DecisionTable::new(text, &generated.schema, Dialect::Office).ok();
        let (one, two) = (new(generated.text.clone()), new(table));
        for facts in &generated.cases {
            let decide = |table: &Option<DecisionTable>| table.as_ref().map(|table| table.decide(facts));
            prop_assert_eq!(decide(&one), decide(&two));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Law 2: however a good drawing is damaged, it is read, or the refusal tells its line.
    #[test]
    fn any_damage_is_read_or_named(at in any::<Index>(), with in vec(any::<u8>(), 0..4), cut in 0..12_usize) {
        let mut bytes = drawing(&format!(
            "<itemDefinition name='t'><typeRef>number</typeRef></itemDefinition>{}{}",
            knowledge("f", &["a"], "a + 1"),
            decision("d", "<context><contextEntry><variable name='x'/><literalExpression><text>f(2)</text></literalExpression></contextEntry></context>")
        )).into_bytes();
        let at = at.index(bytes.len());
        let end = bytes.len().min(at.saturating_add(cut));
        bytes.splice(at..end, with);
        if let Err(error) = PolicyText::read_dmn("t", &bytes) {
            prop_assert!(error.line() >= 1 && !error.field().is_empty() && !error.expected().is_empty());
        }
    }
}

#[test]
fn a_whole_policy_comes_back_from_its_drawing_and_from_json_and_toml() {
    let table = b"| risk: priority | age: integer or nothing in [0..150] | lines | => grade: text in high, low else low | => n: list of number | note |\n|---|---|---|---|---|---|\n| 1 | >= 18 | - | high | [1, 2] | a < b & \"c\" |\n| 2 | - | - | low | [] | |\n";
    let mut table = TableText::read_markdown("t", table).unwrap();
    table.hit = HitPolicy::Priority;
    let lines = "list of record (item: text, price: money EUR)".parse().unwrap();
    let text = PolicyText {
        dialect: Dialect::Office,
        inputs: vec![
            InputText {
                expression: "age".into(),
                kind: Some(Kind::Integer),
                allowed: Some("[0..150]".into()),
                optional: true,
            },
            InputText { expression: "lines".into(), kind: Some(lines), allowed: None, optional: false },
        ],
        decisions: vec![
            DecisionText::Table(table),
            DecisionText::Expression(ExpressionText {
                name: "Person's fee".into(),
                kind: None,
                expression: "12.50 EUR".into(),
            }),
        ],
        precedence: Precedence::Unanimous,
        default: Some("refuse: no".into()),
    };
    let drawn = text.to_dmn().unwrap();
    assert_eq!(PolicyText::read_dmn("t", drawn.as_bytes()), Ok(text.clone()));
    assert_eq!(PolicyText::read_json("t", text.to_json().as_bytes()), Ok(text.clone()));
    assert_eq!(PolicyText::read_toml("t", text.to_toml().unwrap().as_bytes()), Ok(text));
    // Each decision is drawn with what it asks for.
    assert!(
        drawn.contains("<requiredInput href=\"#input_1\"/>")
            && drawn.contains("<dmndi:DMNShape dmnElementRef=\"decision_2\">")
    );
}

#[test]
fn what_xml_cannot_carry_is_named() {
    let expression = ExpressionText { name: "d".into(), kind: None, expression: "\"\u{1}\"".into() };
    let text = PolicyText { decisions: vec![DecisionText::Expression(expression)], ..PolicyText::default() };
    let refused = text.to_dmn().unwrap_err();
    assert_eq!((refused.place, refused.format), (Part::Decision("d".into()), "DMN"));
}

#[test]
fn all_versions_are_read_and_nothing_else() {
    let decision = decision("d", &literal("1"));
    for namespace in [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ] {
        let text = format!(
            "<d:definitions xmlns:d='{namespace}'>{}</d:definitions>",
            decision.replace("</", "</d:").replace('<', "<d:").replace("<d:/d:", "</d:")
        );
        let read = PolicyText::read_dmn("t.dmn", text.as_bytes()).unwrap();
        assert_eq!(read.decisions.len(), 1, "{namespace}");
    }
    let other = drawing(&decision).replace("20191111", "19991111");
    let refused = PolicyText::read_dmn("t.dmn", other.as_bytes()).unwrap_err();
    assert_eq!((refused.line(), refused.expected()), (1, "`definitions` of DMN 1.1 to 1.5"));
    let with_type = drawing(&decision).replacen('<', "<!DOCTYPE d SYSTEM 'file:///etc/hosts'><", 1);
    let refused = PolicyText::read_dmn("t.dmn", with_type.as_bytes()).unwrap_err();
    assert_eq!(refused.expected(), "a document without a document type");
    let refused = PolicyText::read_dmn("t.dmn", &vec![b' '; 100 << 20]).unwrap_err();
    assert_eq!(refused.expected(), "at most 16777216 bytes");
}

#[test]
fn types_become_kinds_with_what_is_allowed() {
    let text = read(
        "<itemDefinition name='tRisk'><typeRef>string</typeRef><allowedValues><text>\"high\", \"low\"</text></allowedValues></itemDefinition>
         <itemDefinition name='tLoan'><itemComponent name='rate'><typeRef>number</typeRef></itemComponent>
           <itemComponent name='risks' isCollection='true'><typeRef>tRisk</typeRef></itemComponent></itemDefinition>
         <inputData name='risk'><variable name='risk' typeRef='tRisk'/></inputData>
         <inputData name='loan'><variable name='loan' typeRef='feel:tLoan'/></inputData>
         <inputData name='at'><variable name='at' typeRef='date and time'/></inputData>
         <decision name='elsewhere'><variable name='elsewhere' typeRef='years and months duration'/></decision>",
    )
    .unwrap();
    let kinds: Vec<_> = text.inputs.iter().map(|input| input.kind.as_ref().unwrap().to_string()).collect();
    assert_eq!(kinds, ["text", "record (rate: number, risks: list of text)", "any", "months"]);
    assert_eq!(text.inputs[0].allowed.as_deref(), Some("\"high\", \"low\""));
    assert!(text.inputs.iter().all(|input| input.optional));

    let refused = read("\n<inputData name='a b'><variable name='a b' typeRef='tOther'/></inputData>").unwrap_err();
    assert_eq!((refused.line(), refused.field(), refused.value()), (2, "a b/variable", "tOther"));
    let round = "<itemDefinition name='t'><typeRef>u</typeRef></itemDefinition><itemDefinition name='u'><typeRef>t</typeRef></itemDefinition><inputData name='a'><variable name='a' typeRef='t'/></inputData>";
    assert_eq!(read(round).unwrap_err().expected(), "types that do not refer to themselves");
    // Types that double at each step are refused before they fill the memory.
    let doubling = |index: usize| {
        let part = |name| format!("<itemComponent name='{name}'><typeRef>t{}</typeRef></itemComponent>", index + 1);
        let parts: String = (0..30).map(|part_number| part(format!("p{part_number}"))).collect();
        format!("<itemDefinition name='t{index}'>{parts}</itemDefinition>")
    };
    let bomb: String = (0..20).map(doubling).collect();
    let bomb = format!(
        "{bomb}<itemDefinition name='t20'><typeRef>number</typeRef></itemDefinition><inputData name='a'><variable name='a' typeRef='t0'/></inputData>"
    );
    assert!(read(&bomb).is_err());
}

#[test]
fn what_is_boxed_is_written_out() {
    let pmt = knowledge("PMT", &["p", "r"], "p*r + rate(p).p");
    let rate = knowledge("rate", &["x y"], "x y + \"p\" + 1.5");
    let told =
        |text: &str| expression(&format!("{pmt}{rate}<inputData name='Loan rate'/>{}", decision("d", &literal(text))));
    assert_eq!(told("PMT(Loan rate, [1, 2][1]) + 1"), "(Loan rate*([1, 2][1]) + (Loan rate + \"p\" + 1.5).p) + 1");
    assert_eq!(told("PMT(r: 5, p: \"a,b)\")"), "(\"a,b)\"*5 + (\"a,b)\" + \"p\" + 1.5).p)");
    assert_eq!(told("d.PMT + rates"), "d.PMT + rates");
    assert_eq!(told("for p in [1] return p + rate(p)"), "for p in [1] return p + (p + \"p\" + 1.5)");

    let entry = |name: &str, text: &str| format!("<contextEntry>{name}{}</contextEntry>", literal(text));
    let named = |name: &str, text: &str| entry(&format!("<variable name='{name}'/>"), text);
    let context = |entries: &str| expression(&decision("d", &format!("<context>{entries}</context>")));
    assert_eq!(
        context(&format!("{}{}", named("a", "1 + 2"), named("b c", "a * 2"))),
        "{\"a\": 1 + 2, \"b c\": (1 + 2) * 2}"
    );
    assert_eq!(context(&format!("{}{}", named("a", "1 + 2"), entry("", "a * {a: 5}.a"))), "(1 + 2) * {a: 5}.a");

    let binding = "<binding><parameter name='x y'/><literalExpression><text>7</text></literalExpression></binding>";
    let invoked = format!("{rate}{}", decision("d", &format!("<invocation>{}{binding}</invocation>", literal("rate"))));
    assert_eq!(expression(&invoked), "(7 + \"p\" + 1.5)");
    let list = format!("<list>{}{}</list>", literal("1"), literal("2"));
    assert_eq!(expression(&decision("d", &list)), "[1, 2]");
    let choice = format!(
        "<conditional><if>{}</if><then>{}</then><else>{}</else></conditional>",
        literal("a"),
        literal("b"),
        literal("c")
    );
    assert_eq!(expression(&decision("d", &choice)), "if a then b else c");
}

#[test]
fn a_table_within_a_context_becomes_a_decision_of_its_own() {
    let table = "<decisionTable><input><inputExpression><text>a</text></inputExpression></input><output/>
        <rule><inputEntry><text>&lt; 2</text></inputEntry><outputEntry><text>a + 1</text></outputEntry></rule></decisionTable>";
    let text = read(&format!(
        "<inputData name='n'><variable name='n' typeRef='number'/></inputData>{}",
        decision("d", &format!("<context><contextEntry><variable name='a'/>{}</contextEntry><contextEntry><variable name='b'/>{table}</contextEntry><contextEntry>{}</contextEntry></context>", literal("n"), literal("b * 2")))
    ))
    .unwrap();
    let names: Vec<_> = text.decisions.iter().map(DecisionText::name).collect();
    assert_eq!(names, ["d part 1", "d"]);
    let DecisionText::Table(table) = &text.decisions[0] else { panic!("a table") };
    assert_eq!((table.inputs[0].expression.as_str(), table.rows[0].outputs[0].as_str()), ("n", "n + 1"));
}

#[test]
fn what_is_not_understood_is_refused_with_its_line() {
    let told = |elements: &str| {
        let refused = read(elements).unwrap_err();
        format!("{} {}: {}", refused.line(), refused.field(), refused.expected())
    };
    assert_eq!(
        told("<import name='o' importType='https://www.omg.org/spec/DMN/20191111/MODEL/'/>"),
        "1 import: a drawing without imports"
    );
    assert_eq!(
        told(&format!("\n{}", decision("d", "<functionDefinition kind='Java'/>"))),
        "2 d/functionDefinition: a function in FEEL"
    );
    let again = knowledge("f", &["a"], "f(a)");
    assert_eq!(
        told(&format!("{again}{}", decision("d", &literal("f(1)")))),
        "1 d/decision: at most 100000 characters, and calls at most 16 deep"
    );
    let f = knowledge("f", &["a"], "a + a");
    assert_eq!(told(&format!("{f}{}", decision("d", &literal("f(1, 2)")))), "1 d/decision: 1 arguments of `f`");
    assert_eq!(
        told(&format!("{f}{}", decision("d", &literal("f")))),
        "1 d/decision: a function only where it is called"
    );
    // What grows at each call is refused before it fills the memory, and so is what takes too long.
    let growing: String =
        (0..16).map(|step| knowledge(&format!("g{step}"), &["a"], &format!("g{}(a + a + a + a)", step + 1))).collect();
    let growing = format!("{growing}{}{}", knowledge("g16", &["a"], "a"), decision("d", &literal("g0(1)")));
    assert!(told(&growing).starts_with("1 d/decision: at most 100000 characters"));
    let dropping: String = (0..15)
        .map(|step| {
            knowledge(&format!("g{step}"), &["a"], &format!("drop(g{n}(a), g{n}(a), g{n}(a), g{n}(a))", n = step + 1))
        })
        .collect();
    let dropping = format!(
        "{dropping}{}{}{}",
        knowledge("drop", &["a", "b", "c", "d"], "1"),
        knowledge("g15", &["a"], "a"),
        decision("d", &literal("g0(1)"))
    );
    assert!(read(&dropping).is_err());
    let nested = format!("{}1{}", "f(".repeat(20_000), ")".repeat(20_000));
    assert!(told(&format!("{f}{}", decision("d", &literal(&nested)))).ends_with("and calls at most 16 deep"));
    let deep = format!("{}{}{}", "<list>".repeat(70), literal("1"), "</list>".repeat(70));
    assert_eq!(read(&decision("d", &deep)).unwrap_err().expected(), "at most 64 levels of elements");
}

#[test]
fn a_drawing_decides() {
    let text = read(&format!(
        "<inputData name='Monthly Salary'><variable name='Monthly Salary' typeRef='number'/></inputData>{}",
        decision(
            "Salary class",
            "<decisionTable hitPolicy='PRIORITY'><input><inputExpression typeRef='number'><text>Monthly Salary</text></inputExpression></input>
             <output typeRef='string'><outputValues><text>\"high\", \"low\"</text></outputValues></output>
             <rule><inputEntry><text>-</text></inputEntry><outputEntry><text>\"low\"</text></outputEntry></rule>
             <rule><inputEntry><text>[1000..5000)</text></inputEntry><outputEntry><text>\"high\"</text></outputEntry></rule></decisionTable>"
        )
    ))
    .unwrap();
    let policy = Policy::new(text).unwrap();
    let class =
        |salary: i32| policy.value("Salary class", &office_core::rules::Facts::new().with("Monthly Salary", salary));
    assert_eq!(class(999), Ok(Some(Value::from("low"))));
    assert_eq!(class(1_000), Ok(Some(Value::from("high"))));
    assert_eq!(policy.inputs().map(Input::name).collect::<Vec<_>>(), ["Monthly Salary"]);
}
