//! Seeded faults, each with a control that differs only in being right. `matrix/base.txt` is the project they change;
//! a case holds the files that differ, `(absent)` for those that go.

use std::collections::BTreeMap;

use finding::Severity;
use seaworthy_checks::{MemTree, Options, Project, check};

type Files = BTreeMap<String, String>;

fn files(text: &str) -> Files {
    MemTree::from_txtar(text).files().map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

fn tree(base: &Files, changes: &Files) -> MemTree {
    let mut tree = MemTree::new();
    for (path, text) in base {
        if !changes.contains_key(path) {
            tree.put(path, text.clone());
        }
    }
    for (path, text) in changes {
        if text.trim() != "(absent)" {
            tree.put(path, text.clone());
        }
    }
    tree
}

struct Case {
    name: String,
    expect: String,
    severity: Severity,
    allow: Vec<String>,
    fault: Files,
    control: Files,
}

fn cases() -> (Files, Vec<Case>) {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/matrix");
    let mut base = Files::new();
    let mut cases = Vec::new();
    let mut names: Vec<_> =
        std::fs::read_dir(dir).expect("the cases").map(|e| e.expect("a case").path()).collect();
    names.sort();
    for path in names {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("text");
        if name == "base" {
            base = files(&text);
            continue;
        }
        let (fault, control) = text.split_once("== control\n").expect("a control");
        let head =
            |key: &str| fault.lines().find_map(|l| l.strip_prefix(key)).unwrap_or("").trim().to_owned();
        let expect = head("expect:");
        let (cause, severity) = expect.split_once(' ').expect("cause and severity");
        cases.push(Case {
            name,
            expect: cause.to_owned(),
            severity: if severity == "error" { Severity::Error } else { Severity::Warning },
            allow: head("allow:").split_whitespace().map(str::to_owned).collect(),
            fault: files(fault),
            control: files(control),
        });
    }
    (base, cases)
}

fn found(tree: &MemTree) -> Vec<(Severity, &'static str, String)> {
    let project = Project::scan(tree);
    check(&project, &Options::default())
        .into_iter()
        .map(|c| (c.finding.severity, c.finding.cause, c.finding.title.en.into_owned()))
        .collect()
}

#[test]
fn every_fault_is_found_and_no_control_alarms() {
    let (base, cases) = cases();
    assert!(cases.len() >= 60, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let findings = found(&tree(&base, &case.fault));
        if !findings.iter().any(|(severity, cause, _)| *cause == case.expect && *severity == case.severity) {
            wrong.push(format!(
                "{}: {} not found as {:?}: {findings:#?}",
                case.name, case.expect, case.severity
            ));
        }
        let alarms: Vec<_> = found(&tree(&base, &case.control))
            .into_iter()
            .filter(|(_, cause, _)| !case.allow.iter().any(|a| a == cause))
            .collect();
        if !alarms.is_empty() {
            wrong.push(format!("{}: control: {alarms:#?}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
