//! The laws in the docs of `office_core::rules` are numbered without a gap, and each names tests that there are; each
//! property is tried on 10,000 cases.

use std::path::Path;

#[test]
fn each_property_is_tried_ten_thousand_times() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut folders = vec![tests.join("rules"), tests.join("authority")];
    let (mut properties, tried) = (0, " {\n#![proptest_config(ProptestConfig::with_cases(10_000))]\n");
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            let source: Vec<&str> = source.lines().map(str::trim_start).collect();
            let source = source.join("\n");
            for block in source.split("\nproptest!").skip(1) {
                properties += 1;
                let great = block.starts_with(" {\n// Of great tables fewer.\n");
                assert!(great || block.starts_with(tried), "{}", path.display());
            }
        }
    }
    assert!(properties > 20, "{properties}");
}

#[test]
fn each_law_has_its_number_and_its_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = std::fs::read_to_string(root.join("src/rules.rs")).unwrap();
    let docs = docs.lines().skip_while(|line| *line != "//! # Laws").skip(1);
    let mut laws: Vec<String> = Vec::new();
    for line in docs.map_while(|line| line.strip_prefix("//!")).map(str::trim_start) {
        if line.starts_with(&format!("{}. *", laws.len() + 1)) {
            laws.push(String::new());
        }
        if let Some(law) = laws.last_mut() {
            law.push_str(line);
        }
    }
    assert_eq!(laws.len(), 30);
    for (number, law) in (1..).zip(&laws) {
        let quoted = law.split('`').skip(1).step_by(2);
        let tests: Vec<_> = quoted.filter_map(|name| name.rsplit_once("::")).collect();
        assert!(!tests.is_empty(), "law {number} names no test");
        for (file, name) in tests {
            let path = root.join(format!("tests/rules/{}.rs", file.replace("::", "/")));
            let source = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert!(source.contains(&format!("fn {name}(")), "law {number}: there is no {file}::{name}");
        }
    }
}
