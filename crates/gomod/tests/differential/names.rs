//! Paths, versions and patterns.

use seaworthy_gomod::{gover, path, pattern, version};
use sha2::{Digest, Sha256};

use crate::oracle::{Answer, Question, Random, ask};

const PATH_PARTS: &[&str] = &[
    "a",
    "b",
    "x.y",
    "example.com",
    "github.com",
    "gopkg.in",
    "gopkg.in/",
    "/v2",
    "/v1",
    "/v0",
    "/v",
    "/v02",
    "/v2.1",
    ".v2",
    ".v1",
    ".v0",
    "-unstable",
    "/",
    "/",
    "/",
    "//",
    ".",
    "..",
    "~",
    "~1",
    "~12",
    "com1",
    "COM1",
    "aux",
    "nul.x",
    "lpt9",
    "lpt0",
    "A",
    "Z",
    "!",
    "!a",
    "@",
    "+",
    " ",
    "\u{e9}",
    "\u{17f}",
    "\u{212a}",
    "\u{4e16}",
    "\u{301}",
    "\u{0}",
    "\n",
    "-",
    "_",
    "0",
    "9",
    ":",
    "\\",
    "*",
    "'",
    "\"",
    "[",
    "{",
    "%",
    ",",
    "\u{2160}",
    "\u{1f600}",
];

const VERSION_PARTS: &[&str] = &[
    "v",
    "v1",
    "v2",
    "v0",
    "v1.2",
    "v1.2.3",
    "v0.0.0",
    "v2.0.0",
    "1",
    "0",
    "10",
    "01",
    "00",
    ".",
    ".0",
    ".1",
    "-",
    "-pre",
    "-rc1",
    "-0",
    "-0.",
    ".0.",
    "-1",
    "-01",
    "-a.b",
    "+",
    "+incompatible",
    "+meta",
    "+a.b",
    "20060102150405",
    "-20060102150405-",
    "20061302150405",
    "abcdef123456",
    "-abcdef123456",
    "A",
    "_",
    "\u{e9}",
    "99999999999999999999",
];

fn compare(questions: &[Question], ours: impl Fn(&Question) -> Answer) {
    let Some(theirs) = ask(questions) else { return };
    let mut fine = 0;
    for (question, theirs) in questions.iter().zip(theirs) {
        let ours = ours(question);
        // The wording of errors is our own.
        match (&ours, &theirs) {
            (Err(_), Err(_)) => {}
            _ => assert_eq!(ours, theirs, "{question:?}"),
        }
        fine += usize::from(theirs.is_ok());
    }
    println!("{} cases, {fine} of them without an error", questions.len());
}

fn word<T, E: ToString>(result: Result<T, E>, show: impl Fn(T) -> String) -> Answer {
    result.map(|t| vec![show(t)]).map_err(|e| e.to_string())
}

fn ok<E: ToString>(result: Result<(), E>) -> Answer {
    word(result, |()| "ok".to_owned())
}

#[test]
fn paths() {
    let mut random = Random::new(1);
    let ops = [
        "checkPath",
        "checkImportPath",
        "checkFilePath",
        "splitPathVersion",
        "escapePath",
        "unescapePath",
        "escapeVersion",
        "unescapeVersion",
    ];
    let mut questions = Vec::new();
    for _ in 0..20_000 {
        let mut text = random.join(PATH_PARTS, 5);
        if random.below(2) == 0 {
            text = format!("example.com/{text}");
        }
        questions.push((ops[random.below(ops.len())], vec![text]));
    }
    compare(&questions, |(op, args)| {
        let text = &args[0];
        match *op {
            "checkPath" => ok(path::check_path(text)),
            "checkImportPath" => ok(path::check_import_path(text)),
            "checkFilePath" => ok(path::check_file_path(text)),
            "splitPathVersion" => {
                let split = path::split_path_version(text).ok_or("bad".to_owned());
                split.map(|(prefix, major)| vec![prefix.to_owned(), major.to_owned()])
            }
            "escapePath" => word(path::escape_path(text), |s| s),
            "unescapePath" => word(path::unescape_path(text), |s| s),
            "escapeVersion" => word(path::escape_version(text), |s| s),
            _ => word(path::unescape_version(text), |s| s),
        }
    });
}

#[test]
fn paths_with_versions() {
    let mut random = Random::new(2);
    let paths = [
        "a.b/c",
        "a.b/c/v2",
        "a.b/c/v3",
        "gopkg.in/c.v1",
        "gopkg.in/c.v2-unstable",
        "gopkg.in/c.v0",
        "a.b/v1",
    ];
    let versions = [
        "v0.1.0",
        "v1.0.0",
        "v2.0.0",
        "v3.1.0-pre",
        "v2.0.0+incompatible",
        "v1",
        "v2.1",
        "v0.0.0-20060102150405-abc",
        "v3.0.0+meta",
        "x",
        "",
    ];
    let pick = |random: &mut Random| vec![random.pick(&paths).to_owned(), random.pick(&versions).to_owned()];
    let questions: Vec<Question> = (0..500).map(|_| ("check", pick(&mut random))).collect();
    compare(&questions, |(_, args)| ok(path::check(&args[0], &args[1])));
}

#[test]
fn versions() {
    let mut random = Random::new(3);
    let mut questions: Vec<Question> = Vec::new();
    let mut one = || match random.below(4) {
        0 => random.join(VERSION_PARTS, 4),
        1 => format!("v1.2.3{}", random.join(VERSION_PARTS, 2)),
        2 => format!(
            "v1.2.{}-{}.{}",
            random.below(12),
            random.pick(&["a", "1", "10", "a1", "-"]),
            random.below(20)
        ),
        _ => {
            let head =
                random.pick(&["v0.0.0-", "v1.2.3-0.", "v1.2.3-pre.0.", "v1.0.0-0.", "v2.0.1-0.", "v0.0.1-"]);
            let tail = random.pick(&["", "+incompatible", "+meta"]);
            let time = random.pick(&["20060102150405", "00010101000000", "20062902250405", "2006010215040"]);
            format!("{head}{time}-{}{tail}", random.pick(&["abcdef123456", "000000000000", "a-b", ""]))
        }
    };
    for _ in 0..8000 {
        let (a, b) = (one(), one());
        questions.push(("semver", vec![a.clone()]));
        questions.push(("pseudo", vec![a.clone()]));
        questions.push(("compare", vec![a, b]));
    }
    compare(&questions, |(op, args)| {
        let v = args[0].as_str();
        match *op {
            "semver" => Ok(vec![
                version::is_valid(v).to_string(),
                version::canonical(v).unwrap_or_default(),
                version::major(v).to_owned(),
                version::major_minor(v).unwrap_or_default(),
                version::prerelease(v).to_owned(),
                version::build(v).to_owned(),
                version::canonical_module(v).unwrap_or_default(),
            ]),
            "compare" => Ok(vec![(version::compare(v, &args[1]) as i32).to_string()]),
            _ => {
                let pseudo = version::pseudo::Pseudo::parse(v).ok_or("not pseudo".to_owned())?;
                let time = pseudo.time().map_or("none".to_owned(), |t| t.to_string());
                let base = pseudo.base().map_or("error".to_owned(), Option::unwrap_or_default);
                Ok(vec![pseudo.rev.to_owned(), time, base])
            }
        }
    });
}

#[test]
fn go_versions() {
    let mut random = Random::new(4);
    let parts = [
        "1",
        "1.21",
        "1.20",
        "2",
        "0",
        "01",
        ".",
        ".0",
        ".3",
        "rc",
        "rc1",
        "beta2",
        "alpha",
        "10",
        "x",
        "R",
        "-",
        "9999999999999999999999",
    ];
    let mut questions: Vec<Question> = Vec::new();
    for _ in 0..6000 {
        let mut one = || match random.below(3) {
            0 => random.join(&parts, 4),
            1 => format!(
                "1.{}{}",
                18 + random.below(6),
                random.pick(&["", ".0", ".1", ".10", "rc1", "rc2", "beta1", "rc"])
            ),
            _ => format!("1.{}", random.join(&parts, 2)),
        };
        questions.push(("gover", vec![one(), one()]));
    }
    compare(&questions, |(_, args)| {
        // go/version cuts at a hyphen first, as names of toolchains have them.
        let cut = |v: &str| v.split('-').next().unwrap_or_default().to_owned();
        let (a, b) = (cut(&args[0]), cut(&args[1]));
        Ok(vec![
            gover::is_valid(&a).to_string(),
            gover::lang(&a).unwrap_or_default(),
            (gover::compare(&a, &b) as i32).to_string(),
        ])
    });
}

#[test]
fn patterns() {
    let mut random = Random::new(5);
    let glob_parts = [
        "a",
        "b",
        "c",
        "*",
        "*",
        "?",
        "/",
        "/",
        "[ab]",
        "[^a]",
        "[a-c]",
        "[",
        "]",
        "\\",
        "\\*",
        "-",
        "^",
        "\u{e9}",
        "[\u{e0}-\u{ff}]",
        ".io",
        ",",
        ",,",
    ];
    let name_parts = ["a", "b", "c", "/", "/", "\u{e9}", ".io", "-", "*", "]"];
    let mut questions: Vec<Question> = Vec::new();
    for _ in 0..20_000 {
        let args = vec![random.join(&glob_parts, 7), random.join(&name_parts, 6)];
        questions.push((["glob", "matchPrefixPatterns"][random.below(2)], args));
    }
    compare(&questions, |(op, args)| match *op {
        "glob" => word(pattern::glob_match(&args[0], &args[1]), |m| m.to_string()),
        _ => {
            let matched = pattern::matches(&args[0], &args[1]);
            assert_eq!(matched, pattern::Patterns::parse(&args[0]).matches(&args[1]), "{args:?}");
            Ok(vec![matched.to_string()])
        }
    });
}

#[test]
fn unicode_tables() {
    let Some(answers) = ask(&[("unicode", vec![])]) else { return };
    let answer = answers[0].as_ref().unwrap();
    if answer[0] != path::UNICODE_VERSION {
        eprintln!("skipped: this Go has Unicode {}, the tables {}", answer[0], path::UNICODE_VERSION);
        return;
    }
    // What is public shows letters (in file names), printing (in quoting) and folding (in case keys).
    let mut hash = Sha256::new();
    for c in '\0'..=char::MAX {
        let letter = if c.is_ascii() {
            c.is_ascii_alphabetic()
        } else {
            path::check_file_path(&format!("a{c}")).is_ok()
        };
        let print = if c.is_ascii() {
            (' '..='~').contains(&c)
        } else {
            !seaworthy_gomod::modfile::must_quote(&c.to_string())
        };
        let fold = path::case_key(&c.to_string()).chars().next().map_or(0, |c| c as u32);
        hash.update(format!("{letter} {print} {fold}\n"));
    }
    let sum: String = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(sum, answer[1]);
}
