//! Who may depend on whom, enforced.
//!
//! Reads the dependency graph that cargo itself resolves, so that a wrong line in any manifest fails here with the names
//! of both ends.

#[cfg(test)]
mod rules {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::PathBuf;
    use std::process::Command;

    use serde_json::Value;

    const DOMAINS: [&str; 4] = ["office-inventory", "office-finance", "office-scheduling", "office-hr"];
    const BACKENDS: [&str; 2] = ["office-sqlite", "office-postgres"];

    /// What a domain crate must not bring along: runtimes, drivers, transports.
    const HEAVY: [&str; 16] = [
        "tokio",
        "async-std",
        "smol",
        "rusqlite",
        "libsqlite3-sys",
        "sqlx",
        "tokio-postgres",
        "postgres",
        "diesel",
        "redb",
        "sled",
        "hyper",
        "reqwest",
        "axum",
        "openssl",
        "rustls",
    ];

    fn cargo(arguments: &[&str]) -> String {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let output =
            Command::new(cargo).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("cargo writes UTF-8")
    }

    /// The workspace's crates, and which of each other they name as normal, non-optional or optional dependencies.
    fn siblings() -> BTreeMap<String, BTreeSet<String>> {
        let text = cargo(&["metadata", "--format-version", "1", "--no-deps", "--locked", "--offline"]);
        let metadata: Value = serde_json::from_str(&text).expect("cargo metadata is JSON");
        let packages = metadata["packages"].as_array().expect("packages");
        let names: BTreeSet<String> = packages.iter().map(|package| text_of(&package["name"])).collect();
        packages
            .iter()
            .map(|package| {
                let dependencies = package["dependencies"].as_array().expect("dependencies");
                let normal = dependencies.iter().filter(|dependency| dependency["kind"].is_null());
                let known = normal.map(|dependency| text_of(&dependency["name"]));
                (text_of(&package["name"]), known.filter(|name| names.contains(name)).collect())
            })
            .collect()
    }

    fn text_of(value: &Value) -> String {
        value.as_str().expect("a text").to_owned()
    }

    /// The crates that a crate brings along with its default features.
    fn tree(package: &str, features: &[&str]) -> BTreeSet<String> {
        let mut arguments = vec!["tree", "-p", package, "-e", "normal", "--prefix", "none", "--locked", "--offline"];
        arguments.extend(features);
        let names = cargo(&arguments);
        names.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
    }

    #[test]
    fn a_domain_crate_knows_only_core() {
        let siblings = siblings();
        for domain in DOMAINS {
            let known: Vec<_> = siblings[domain].iter().map(String::as_str).collect();
            assert_eq!(known, ["office-core"], "{domain} may know office-core alone");
        }
    }

    #[test]
    fn core_knows_nobody_and_backends_and_the_kit_know_only_core() {
        let siblings = siblings();
        assert!(siblings["office-core"].is_empty(), "office-core knows {:?}", siblings["office-core"]);
        for crate_name in BACKENDS.into_iter().chain(["office-conformance"]) {
            let known: Vec<_> = siblings[crate_name].iter().map(String::as_str).collect();
            assert_eq!(known, ["office-core"], "{crate_name} may know office-core alone");
        }
    }

    #[test]
    fn nobody_knows_the_facade_or_what_only_tests_use() {
        for (name, known) in siblings() {
            for other in ["office", "office-scratch"] {
                assert!(!known.contains(other), "{name} depends on {other}");
            }
        }
    }

    #[test]
    fn a_domain_crate_brings_no_runtime_and_no_driver_with_any_feature() {
        for domain in DOMAINS {
            let brought = tree(domain, &["--all-features"]);
            for heavy in HEAVY {
                assert!(!brought.contains(heavy), "{domain} brings {heavy} along");
            }
        }
    }

    #[test]
    fn a_domain_crate_stays_light() {
        for domain in DOMAINS {
            let brought = tree(domain, &[]);
            assert!(brought.len() < 40, "{domain} brings {} crates along: {brought:?}", brought.len());
        }
    }

    /// The folders of the workspace's packages, by name.
    fn folders() -> BTreeMap<String, PathBuf> {
        let text = cargo(&["metadata", "--format-version", "1", "--no-deps", "--locked", "--offline"]);
        let metadata: Value = serde_json::from_str(&text).expect("cargo metadata is JSON");
        let packages = metadata["packages"].as_array().expect("packages").iter();
        let folder = |package: &Value| {
            let manifest = PathBuf::from(text_of(&package["manifest_path"]));
            (text_of(&package["name"]), manifest.parent().expect("a folder").to_owned())
        };
        packages.map(folder).collect()
    }

    /// The lines of a table of a manifest, up to the next table.
    fn table(manifest: &str, header: &str) -> Vec<String> {
        let lines = manifest.lines().map(str::trim);
        let body = lines.skip_while(|line| *line != header).skip(1);
        body.take_while(|line| !line.starts_with('[')).map(|line| line.replace(' ', "")).collect()
    }

    #[test]
    fn unsafe_code_is_forbidden_in_every_crate() {
        let folders = folders();
        let root = std::fs::read_to_string(folders["office"].join("Cargo.toml")).expect("a manifest");
        let rules = table(&root, "[workspace.lints.rust]");
        assert!(rules.iter().any(|line| line == "unsafe_code=\"forbid\""), "the workspace says {rules:?}");
        for (name, folder) in folders {
            let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest");
            let rules = table(&manifest, "[lints]");
            assert!(rules.iter().any(|line| line == "workspace=true"), "{name} has lints of its own: {rules:?}");
        }
    }

    #[test]
    fn every_crate_shows_an_example_and_the_example_is_compiled() {
        for (name, folder) in folders() {
            let readme = std::fs::read_to_string(folder.join("README.md")).expect("a README");
            assert!(readme.contains("```rust\n"), "the README of {name} shows no example that is run");
            let library = std::fs::read_to_string(folder.join("src/lib.rs")).expect("a library");
            let told = library.starts_with("#![doc = include_str!(\"../README.md\")]");
            assert!(told, "the README of {name} is not its documentation, so nobody runs its example");
        }
    }

    #[test]
    fn no_source_file_is_a_maze() {
        fn walk(folder: &std::path::Path, files: &mut Vec<PathBuf>) {
            for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
                let name = entry.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
                if entry.is_dir() && name != "target" && !name.starts_with('.') {
                    walk(&entry, files);
                } else if entry.extension().is_some_and(|extension| extension == "rs") {
                    files.push(entry);
                }
            }
        }
        let mut files = Vec::new();
        walk(std::path::Path::new(env!("CARGO_MANIFEST_DIR")), &mut files);
        assert!(files.len() > 50, "only {} files were found", files.len());
        for file in files {
            let lines = std::fs::read_to_string(&file).expect("a text").lines().count();
            assert!(lines <= 1000, "{} has {lines} lines", file.display());
            let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
            let vague = ["mod", "utils", "helpers", "common", "types", "models", "services", "manager", "handler"];
            assert!(!vague.contains(&name), "{} does not say what it holds", file.display());
        }
    }

    #[test]
    fn every_duty_is_listed_and_every_link_leads_somewhere() {
        let docs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
        let text = std::fs::read_to_string(docs.join("DUTIES.md")).expect("the duties");
        for number in 1..=61 {
            let row = format!("| D{number:02} |");
            assert_eq!(text.matches(&row).count(), 1, "duty {row}");
        }
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(docs.join(link).exists(), "{link} leads nowhere");
        }
        // The operation that a link names is in the file that it leads to.
        for named in text.split("[`").skip(1) {
            let (name, rest) = named.split_once("`](").expect("a link");
            let file = docs.join(rest.split(')').next().expect("a target"));
            let last = name.rsplit("::").next().expect("a name");
            let source = std::fs::read_to_string(&file).expect("a source");
            assert!(source.contains(last), "{} does not hold {name}", file.display());
        }
    }
}
