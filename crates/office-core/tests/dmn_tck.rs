//! The conformance suite of DMN (<https://github.com/dmn-tck/tck>), run against what the office reads of it.
//!
//! The suite is not part of this project. Set `OFFICE_DMN_TCK` to its folder `TestCases`; without it nothing is run, and
//! that is said. What is counted, one for each expected result: passed, failed, and left out, where the drawing or an
//! expression of it is not understood. What has no value is `null`, as the suite wants it; what is not understood is
//! never counted as `null`. With `OFFICE_DMN_TCK_FAILURES` set every failure is told, otherwise the first of a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use office_core::Decimal;
use office_core::rules::{DecisionText, Facts, Policy, PolicyText, Value};
use office_core::xml::Element;

fn main() -> ExitCode {
    if std::env::args().any(|argument| argument == "--list") {
        return ExitCode::SUCCESS;
    }
    let mut out = io::stdout().lock();
    let Some(folder) = std::env::var_os("OFFICE_DMN_TCK") else {
        let _ = writeln!(
            out,
            "\nDMN CONFORMANCE SUITE NOT RUN: set OFFICE_DMN_TCK to the folder `TestCases` of dmn-tck/tck\n"
        );
        return ExitCode::SUCCESS;
    };
    match run(Path::new(&folder), &mut out) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(out, "the suite cannot be read: {error}");
            ExitCode::FAILURE
        }
    }
}

/// How many results of a folder were as expected.
#[derive(Default)]
struct Count {
    passed: usize,
    failed: usize,
    left_out: usize,
    told: Vec<String>,
    has_table: bool,
}

impl Count {
    fn add(&mut self, other: &Self) {
        self.passed = self.passed.saturating_add(other.passed);
        self.failed = self.failed.saturating_add(other.failed);
        self.left_out = self.left_out.saturating_add(other.left_out);
    }
}

type Failure = Box<dyn std::error::Error>;

/// Runs all levels; whether everything passed that has to.
fn run(suite: &Path, out: &mut impl Write) -> Result<bool, Failure> {
    let all = std::env::var_os("OFFICE_DMN_TCK_FAILURES").is_some();
    let mut good = true;
    for level in ["compliance-level-2", "compliance-level-3", "non-compliant"] {
        let mut sum = Count::default();
        let of_level = suite.join(level);
        if level == "non-compliant" && !of_level.exists() {
            // Not every copy of the suite has it.
            continue;
        }
        for folder in entries(&of_level)?.into_iter().filter(|path| path.is_dir()) {
            let count = run_folder(&folder)?;
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let table = if count.has_table { "table" } else { "" };
            let Count { passed, failed, left_out, told, .. } = &count;
            writeln!(out, "{level}/{name:45} {table:5} passed {passed:4}  failed {failed:4}  left out {left_out:4}")?;
            for told in told.iter().take(if all { usize::MAX } else { 1 }) {
                writeln!(out, "    {told}")?;
            }
            if level == "compliance-level-2" && (count.has_table && failed.saturating_add(*left_out) > 0) {
                good = false;
                writeln!(out, "    every table of level 2 has to pass")?;
            }
            sum.add(&count);
        }
        let Count { passed, failed, left_out, .. } = sum;
        let expected = passed.saturating_add(failed).saturating_add(left_out);
        writeln!(out, "{level}: {passed} of {expected} passed, {failed} failed, {left_out} left out\n")?;
        good &= level != "compliance-level-2" || passed >= 123;
    }
    Ok(good)
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn run_folder(folder: &Path) -> Result<Count, Failure> {
    let mut count = Count::default();
    for path in entries(folder)?.into_iter().filter(|path| path.extension().is_some_and(|end| end == "xml")) {
        let cases = Element::read(&path.to_string_lossy(), &fs::read(&path)?)?;
        if cases.name() != "testCases" {
            continue;
        }
        let model = cases.first("modelName").map(|name| name.text().trim().to_owned()).unwrap_or_default();
        let model = folder.join(model);
        let drawing = fs::read(&model)?;
        count.has_table |= String::from_utf8_lossy(&drawing).contains("decisionTable");
        let name = model.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let policy = PolicyText::read_dmn(&name, &drawing).map_err(|error| error.to_string());
        let mut policies = BTreeMap::new();
        for case in cases.all("testCase") {
            run_case(case, &policy, &mut policies, &mut count);
        }
    }
    Ok(count)
}

/// The policies of single decisions, by their names.
type Policies = BTreeMap<String, Result<Policy, String>>;

fn run_case(case: &Element, policy: &Result<PolicyText, String>, policies: &mut Policies, count: &mut Count) {
    let id = case.attribute("id").unwrap_or_default();
    for result in case.all("resultNode") {
        let name = result.attribute("name").unwrap_or_default();
        let answer = match policy {
            Err(refused) => Err(refused.clone()),
            Ok(_) if case.attribute("type").is_some_and(|kind| kind != "decision") => Err("not a decision".to_owned()),
            Ok(policy) => policies
                .entry(name.to_owned())
                .or_insert_with(|| single(policy, name))
                .as_ref()
                .map_err(String::clone)
                .and_then(|policy| decide(policy, name, case)),
        };
        let expected = match result.first("expected") {
            None => Ok(Value::Null),
            Some(expected) => value(expected),
        };
        match (answer, expected) {
            (Ok((found, why)), Ok(expected)) if same(&found, &expected) => {
                let _ = why;
                count.passed = count.passed.saturating_add(1);
            }
            (Ok((found, why)), Ok(expected)) => {
                count.failed = count.failed.saturating_add(1);
                count.told.push(format!("case {id}, {name}: {expected:?} is wanted, not {found:?} {why}"));
            }
            (Err(why), _) | (_, Err(why)) => {
                count.left_out = count.left_out.saturating_add(1);
                count.told.push(format!("case {id}, {name}: left out: {why}"));
            }
        }
    }
}

/// The policy of one decision and what it names, so that no other that is not understood stands in its way.
fn single(policy: &PolicyText, name: &str) -> Result<Policy, String> {
    let text = |decision: &DecisionText| serde_json::to_string(decision).unwrap_or_default();
    let mut wanted = BTreeSet::from([name.to_owned()]);
    let mut said = String::new();
    loop {
        let before = wanted.len();
        said.clear();
        policy.decisions.iter().filter(|d| wanted.contains(d.name())).for_each(|d| said.push_str(&text(d)));
        let named = |name: &&str| said.contains(*name);
        wanted.extend(policy.decisions.iter().map(DecisionText::name).filter(named).map(str::to_owned));
        if wanted.len() == before {
            break;
        }
    }
    if !policy.decisions.iter().any(|decision| decision.name() == name) {
        return Err("there is no such decision".to_owned());
    }
    let mut single = policy.clone();
    single.decisions.retain(|decision| wanted.contains(decision.name()));
    single.inputs.retain(|input| said.contains(&input.expression));
    Policy::new(single).map_err(|error| whole_story(&error))
}

fn whole_story(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {}", whole_story(source)))
}

/// The value of a decision, and why it has none.
fn decide(policy: &Policy, name: &str, case: &Element) -> Result<(Value, String), String> {
    let mut facts = Facts::new();
    for input in policy.inputs() {
        facts = facts.with(input.name(), Value::Null);
    }
    for node in case.all("inputNode") {
        facts = facts.with(node.attribute("name").unwrap_or_default(), value(node)?);
    }
    match policy.value(name, &facts) {
        Ok(value) => Ok((value.unwrap_or(Value::Null), String::new())),
        Err(error) => Ok((Value::Null, format!("({})", whole_story(&error)))),
    }
}

/// The value that an element of the suite says.
fn value(node: &Element) -> Result<Value, String> {
    if let Some(list) = node.first("list") {
        return list.all("item").map(value).collect::<Result<_, _>>().map(Value::List);
    }
    if node.first("component").is_some() {
        let field = |field: &Element| Ok((field.attribute("name").unwrap_or_default().to_owned(), value(field)?));
        return node.all("component").map(field).collect::<Result<_, _>>().map(Value::Record);
    }
    let Some(said) = node.first("value") else { return Ok(Value::Null) };
    if said.attribute("xsi:nil") == Some("true") {
        return Ok(Value::Null);
    }
    let text = said.text();
    let kind = said.attribute("xsi:type").unwrap_or_default();
    let of = |kind: &str| {
        let json = serde_json::json!({ kind: text.trim() });
        serde_json::from_value(json).map_err(|_| format!("the office has no value `{text}`"))
    };
    match kind.rsplit(':').next().unwrap_or_default() {
        "boolean" => Ok(Value::Boolean(text.trim() == "true")),
        "decimal" | "double" | "integer" => {
            number(text.trim()).map(Value::Number).ok_or_else(|| format!("the number {text}"))
        }
        "date" => of("date"),
        "time" => of("time"),
        "dateTime" => of("date_time").or_else(|_| of("instant")),
        "duration" => of("duration").or_else(|_| of("months")),
        _ => Ok(Value::Text(text.to_owned())),
    }
}

fn number(text: &str) -> Option<Decimal> {
    text.parse().ok().or_else(|| Decimal::from_scientific(text).ok())
}

/// Whether two values are the same; numbers to eight digits after the point, as the suite compares them.
fn same(one: &Value, two: &Value) -> bool {
    match (one, two) {
        (Value::Number(one), Value::Number(two)) => {
            one.checked_sub(*two).is_some_and(|difference| difference.abs() <= Decimal::new(1, 8))
        }
        (Value::List(one), Value::List(two)) => {
            one.len() == two.len() && one.iter().zip(two).all(|(one, two)| same(one, two))
        }
        (Value::Record(one), Value::Record(two)) => {
            one.len() == two.len() && one.iter().zip(two).all(|((a, one), (b, two))| a == b && same(one, two))
        }
        _ => one == two,
    }
}
