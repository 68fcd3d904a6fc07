//! The laws in the crate's docs are numbered without a gap, and each names tests that there are.

use std::path::Path;

#[test]
fn each_law_has_its_number_and_its_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = std::fs::read_to_string(root.join("README.md")).unwrap();
    let section = docs.split("\n## ").find(|section| section.starts_with("What holds\n")).unwrap();
    let mut laws: Vec<String> = Vec::new();
    for line in section.lines() {
        if line.starts_with(&format!("{}. *", laws.len() + 1)) {
            laws.push(String::new());
        } else if !line.starts_with("   ") {
            continue;
        }
        if let Some(law) = laws.last_mut() {
            law.push_str(line.trim_start());
        }
    }
    let numbered = |line: &&str| line.split_once(". *").is_some_and(|(number, _)| number.parse::<usize>().is_ok());
    assert_eq!(laws.len(), section.lines().filter(numbered).count(), "the numbers have no gap");
    assert!(laws.len() >= 20);
    for (number, law) in (1..).zip(&laws) {
        let quoted = law.split('`').skip(1).step_by(2);
        let tests: Vec<_> = quoted.filter_map(|name| name.rsplit_once("::")).collect();
        assert!(!tests.is_empty(), "law {number} names no test");
        for (file, name) in tests {
            let path = root.join(format!("tests/{}.rs", file.replace("::", "/")));
            let source = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert!(source.contains(&format!("fn {name}(")), "law {number}: there is no {file}::{name}");
        }
    }
}
