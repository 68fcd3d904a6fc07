//! XML as it is handed in: what is understood, and what is refused, told by line.
#![cfg(feature = "xml")]

use office_core::xml::Element;
use proptest::prelude::*;

const DRAWING: &str = "<?xml version='1.0'?>\n<d:table xmlns:d='urn:d' xmlns:x='urn:x' name='a &lt; b'>\n  \
    <d:rule><![CDATA[<18]]> &amp; &#x41;</d:rule><!-- a note -->\n  <x:rule>other</x:rule>\n</d:table>\n";

#[test]
fn names_text_and_namespaces_are_understood() {
    let table = Element::read("t.xml", DRAWING.as_bytes()).unwrap();
    assert_eq!((table.name(), table.namespace(), table.line()), ("table", "urn:d", 2));
    assert_eq!(table.attribute("name"), Some("a < b"));
    // What is of another namespace is not among what it holds.
    let rules: Vec<_> = table.all("rule").map(|rule| (rule.line(), rule.text())).collect();
    assert_eq!(rules, [(3, "<18 & A")]);
    let marked = format!("\u{feff}{DRAWING}");
    assert_eq!(Element::read("t.xml", marked.as_bytes()), Ok(table));
}

#[test]
fn what_is_refused_is_told_by_line() {
    let told = |text: &str| {
        let error = Element::read("t.xml", text.as_bytes()).unwrap_err();
        format!("{} {} `{}`: {}", error.line(), error.field(), error.value(), error.expected())
    };
    assert_eq!(
        told("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
        "1 document `<!DOCTYPE`: a document without a document type"
    );
    assert_eq!(
        told("<a>\n<b>&nbsp;</b></a>"),
        "2 a/b `&nbsp;`: `&amp;`, `&lt;`, `&gt;`, `&quot;`, `&apos;` or a character"
    );
    assert_eq!(told("<a>\n<x:b/></a>"), "2 a `x`: a prefix that `xmlns` declares");
    assert_eq!(told("<a/>\n<b/>"), "2 document `b`: one element that holds all others");
    assert_eq!(told("<a/>\nb"), "1 document `b`: text within elements only");
    assert_eq!(told(""), "1 document ``: an element");
    assert_eq!(told("<a>\n"), "2 a ``: the end of the element");
    assert_eq!(told(&"<a>".repeat(100_000)), format!("1 …/{} `a`: at most 64 levels of elements", ["a"; 19].join("/")));
    assert_eq!(told(&"x".repeat(33 << 20)), "1 document `34603008 bytes`: at most 33554432 bytes");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    /// Law 1: whatever the bytes, they are read, or the refusal tells a line.
    #[test]
    fn any_damage_is_read_or_named(at in any::<prop::sample::Index>(), with in prop::collection::vec(any::<u8>(), 0..6), cut in 0..20_usize) {
        let mut bytes = DRAWING.as_bytes().to_vec();
        let at = at.index(bytes.len());
        let end = bytes.len().min(at.saturating_add(cut));
        bytes.splice(at..end, with);
        if let Err(error) = Element::read("t.xml", &bytes) {
            prop_assert!(error.line() >= 1 && !error.field().is_empty() && !error.expected().is_empty());
        }
    }
}
