//! Law 1: every code has a text with the same parameters in every language, or the phrases are refused.

use std::collections::BTreeSet;

use office_core::rules::{Phrases, PhrasesError};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::languages;

const WRITTEN: [&str; 3] = [
    include_str!("../../../src/rules/rendering/en.json"),
    include_str!("../../../src/rules/rendering/ru.json"),
    include_str!("../../../src/rules/rendering/zh.json"),
];

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The names that stand in braces, found without the reader.
fn in_braces(text: &str) -> BTreeSet<&str> {
    let starts = text.split('{').skip(1);
    starts.map(|after| after.split(['}', '|']).next().unwrap()).collect()
}

#[test]
fn every_code_has_a_text_with_the_same_parameters_in_every_language() {
    let codes: Vec<_> = Phrases::codes().collect();
    for (text, language) in WRITTEN.into_iter().zip(["en", "ru", "zh"]) {
        let written = json_of(text);
        assert_eq!(text.parse::<Phrases>().unwrap().language(), language);
        let messages = written["messages"].as_object().unwrap();
        assert_eq!(messages.len(), codes.len(), "{language}");
        for (code, parameters) in &codes {
            let text = messages[*code].as_str().unwrap();
            assert_eq!(in_braces(text), parameters.iter().copied().collect(), "{language}: {code}");
        }
    }
    assert_eq!(languages().map(Phrases::language), ["en", "ru", "zh"]);
}

fn changed(language: usize, change: impl FnOnce(&mut Value)) -> Result<Phrases, PhrasesError> {
    let mut written = json_of(WRITTEN[language]);
    change(&mut written);
    written.to_string().parse()
}

fn with_message(language: usize, code: &str, text: &str) -> Result<Phrases, PhrasesError> {
    changed(language, |written| written["messages"][code] = json!(text))
}

/// Every language, with every code and its parameters.
fn everything() -> impl Iterator<Item = (usize, &'static str, &'static [&'static str])> {
    (0..WRITTEN.len()).flat_map(|language| Phrases::codes().map(move |(code, parameters)| (language, code, parameters)))
}

fn text_of(language: usize, code: &str) -> String {
    json_of(WRITTEN[language])["messages"][code].as_str().unwrap().to_owned()
}

#[test]
fn phrases_that_lack_a_code_or_a_parameter_or_have_one_too_many_are_refused() {
    for (language, code, parameters) in everything() {
        let text = text_of(language, code);
        for parameter in parameters {
            let others = parameters.iter().filter(|other| *other != parameter);
            let others: Vec<String> = others.map(|other| format!("{{{other}}}")).collect();
            let refused = with_message(language, code, &others.concat());
            assert_eq!(refused, Err(PhrasesError::MissingParameter { code, parameter }));
        }
        if let Some(parameter) = parameters.first() {
            let wanted = [2, 3, 1][language];
            let forms = format!("{text}{{{parameter}{}}}", "|x".repeat(wanted + 1));
            let (of, parameter) = (code.to_owned(), (*parameter).to_owned());
            let expected = PhrasesError::Forms { code: of, parameter, found: wanted + 1, wanted };
            assert_eq!(with_message(language, code, &forms), Err(expected));
        }
        let lacking = |written: &mut Value| drop(written["messages"].as_object_mut().unwrap().remove(code));
        assert_eq!(changed(language, lacking), Err(PhrasesError::MissingCode { code }));
        let expected = PhrasesError::UnknownParameter { code, parameter: "colour".to_owned(), known: parameters };
        assert_eq!(with_message(language, code, &format!("{text}{{colour}}")), Err(expected));
    }
    for language in 0..WRITTEN.len() {
        let expected = PhrasesError::UnknownCode { code: "greeting".into() };
        assert_eq!(with_message(language, "greeting", "hello"), Err(expected));
    }
}

#[test]
fn a_text_that_is_no_template_is_refused_at_its_place() {
    for (language, code, _) in everything() {
        let text = text_of(language, code);
        for (added, at) in [("{", 1), ("}", 1), ("{}", 1), ("a{b", 2), ("{a{b}", 1), ("ab\n", 3)] {
            let refused = with_message(language, code, &format!("{text}{added}"));
            let place = text.chars().count() + at;
            let found = matches!(&refused, Err(PhrasesError::Template { code: of, position, .. }) if of == code && *position == place);
            assert!(found, "{refused:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn no_text_makes_reading_panic(text in vec(any::<char>(), 0..32).prop_map(String::from_iter), language in 0..3_usize, at in any::<prop::sample::Index>()) {
        drop(text.parse::<Phrases>());
        let written = WRITTEN[language];
        let at = written.floor_char_boundary(at.index(written.len()));
        let (before, after) = written.split_at(at);
        drop(format!("{before}{text}{after}").parse::<Phrases>());
        // An office's own words are a template like any other.
        drop(languages()[0].clone().with_remark("own", &text));
    }
}

#[test]
fn a_file_that_is_no_phrases_is_refused_at_its_place() {
    let plurals = |plurals: Value| changed(1, |written| written["plurals"] = plurals);
    let one = json!({"form": "one", "is": ["1"]});
    for wrong in [json!([]), json!([one]), json!([{"form": "all"}, one]), json!([{"form": "all"}, {"form": "all"}])] {
        assert_eq!(plurals(wrong), Err(PhrasesError::Plurals));
    }
    let refused = "{\n  \"tongue\": \"en\"}".parse::<Phrases>().unwrap_err();
    assert!(matches!(refused, PhrasesError::Json { line: 2, character: 10, .. }), "{refused}");
    let long = format!("\"{}\"", "x".repeat(1 << 20));
    assert_eq!(long.parse::<Phrases>(), Err(PhrasesError::TooLong { most: 1 << 20 }));
}

#[test]
fn an_office_sees_whether_its_remarks_have_words_in_each_of_its_languages() {
    let english = Phrases::english().with_remark("over_budget", "{limit} is spent").unwrap();
    let russian = Phrases::russian().with_remark("over_budget", "лимит {limit} исчерпан").unwrap();
    assert!(english.remarks().eq(russian.remarks()));
    assert!(!english.remarks().eq(Phrases::chinese().remarks()));
    let refused = Phrases::chinese().with_remark("quotes", "{count|a|b}").unwrap_err();
    assert_eq!(refused.to_string(), "the text for `quotes` has 2 forms of words for `count`: 1 are wanted");
}
