//! `go.mod` and `go.work`.

use seaworthy_gomod::ModuleVersion;
use seaworthy_gomod::modfile::{
    ErrorKind, GoMod, GoWork, Interval, Mode, ParseError, Replacement, TextEdit, apply, auto_quote,
    module_path,
};

use crate::oracle::{Answer, Question, Random, ask};

const LINES: &[&str] = &[
    "module example.com/m",
    "module example.com/m // Deprecated: old",
    "// Deprecated: use this\nmodule \"example.com/m\"",
    "// a\n//\n// Deprecated: b c\n//\n// d\nmodule example.com/m",
    "module (\n\texample.com/m\n)",
    "go 1.21",
    "go 1.21.3",
    "go 1.21rc1",
    "go 1.20.x",
    "go v1.2",
    "go go1.21",
    "toolchain go1.21.3",
    "toolchain default",
    "toolchain x",
    "godebug a=b",
    "godebug (\n\ta=b\n\tc=d=e\n)",
    "godebug a",
    "require a.b/c v1.0.0",
    "require a.b/c v1.0.0 // indirect",
    "require \"a.b/c\" \"v1.0.0\" // indirect; why",
    "require a.b/c v1",
    "require a.b/c main",
    "require a.b/c v2.0.0",
    "require a.b/c/v2 v2.0.0-20060102150405-abcdefabcdef",
    "require d.e/f v2.0.0+incompatible // x",
    "require (\n\ta.b/c v1.0.0\n\n\t// above\n\td.e/f v1.2.3 // indirect\n)",
    "require (\n\ta.b/c v1.0.0\n\tbad\n\tg.h/i v3.0.0\n)",
    "require ()",
    "require (\n)",
    "require ( // c\n\ta.b/c v1.0.0\n) // d",
    "require ( a.b/c v1.0.0 )",
    "exclude a.b/c v1.1.0",
    "exclude (\n\ta.b/c v1.1.0\n\ta.b/c v1.2.0\n)",
    "replace a.b/c => ../c",
    "replace a.b/c v1.0.0 => d.e/f v1.0.0",
    "replace (\n\ta.b/c => \"./with space\"\n\ta.b/c v1.0.0 => ./x\n)",
    "replace a.b/c => d.e/f",
    "replace a.b/c => d.e/f@v1.0.0",
    "replace a.b/c => ./x v1.0.0",
    "replace a.b/c => .\\x",
    "replace a.b/c ../c",
    "retract v1.0.0",
    "retract [v1.0.0, v1.1.0] // why",
    "// all\nretract (\n\tv1.0.0\n\t// this\n\t[v1.1.0, v1.2.0]\n\n\tv1.3.0\n)",
    "retract [v1.0.0,",
    "retract v1.0.0 v1.1.0",
    "retract (",
    "tool a.b/c/cmd",
    "tool (\n\ta.b/c/cmd\n\td.e/f/cmd\n)",
    "tool a b",
    "ignore ./x",
    "ignore (\n\t./x\n\ty\n)",
    "use ./a",
    "use (\n\t./a\n\t./b // c\n)",
    "use a b",
    "unknown x",
    "unknown (\n\tx\n)",
    "require x (\n\ty\n)",
    "// comment",
    "//",
    "",
    "",
    ")",
    "(",
    "require a.b/c v1.0.0 /* c */",
    "module \"open",
    "module `raw`",
    "module 'x'",
    "\"module\" a.b",
    "require\ta.b/c\tv1.0.0\r",
    "require (\r\n\ta.b/c v1.0.0\r\n)\r",
    "module \u{e9}.io/x",
    "module a.b\u{200b}",
    "go 1.21 // c",
    "x//y",
    "require a.b//c v1.0.0",
    "require \"a.b/\\x63\" v1.0.0",
    "exclude \"a\\qb\" v1.0.0",
    "retract \"v1.0.0\"",
    "replace \"a.b/c\"=>./x",
    "replace a.b/c=> ./x",
];

fn text(random: &mut Random) -> String {
    let lines: Vec<&str> = (0..1 + random.below(5)).map(|_| random.pick(LINES)).collect();
    let mut text = lines.join("\n");
    if random.below(4) > 0 {
        text.push('\n');
    }
    if random.below(2) == 0 {
        text = random.mutate(
            &text,
            &["\n", " ", "(", ")", "\"", "/", "v", "1", ".", "\t", ",", "[", "]", "=>", "\\", "`", "// "],
        );
    }
    text
}

fn module(m: &ModuleVersion) -> String {
    m.to_string()
}

fn target(new: &Replacement) -> String {
    match new {
        Replacement::Folder(folder) => folder.clone(),
        Replacement::Module(m) => m.to_string(),
    }
}

/// Go's `%q` for the comments that occur here.
fn quote(text: &str) -> String {
    format!("{text:?}")
}

fn dump(f: &GoMod) -> Vec<String> {
    let mut out = Vec::new();
    out.extend(
        f.module
            .as_ref()
            .map(|m| format!("module {} {}", m.path, quote(m.deprecated.as_deref().unwrap_or("")))),
    );
    out.extend(f.go.as_ref().map(|g| format!("go {}", g.version)));
    out.extend(f.toolchain.as_ref().map(|t| format!("toolchain {}", t.name)));
    out.extend(f.godebug.iter().map(|g| format!("godebug {} {}", g.key, g.value)));
    out.extend(f.require.iter().map(|r| format!("require {} {}", module(&r.module), r.indirect)));
    out.extend(f.exclude.iter().map(|e| format!("exclude {}", module(&e.module))));
    out.extend(f.replace.iter().map(|r| format!("replace {} {}", module(&r.old), target(&r.new))));
    out.extend(
        f.retract
            .iter()
            .map(|r| format!("retract {} {} {}", r.interval.low, r.interval.high, quote(&r.rationale))),
    );
    out.extend(f.tool.iter().map(|t| format!("tool {}", t.path)));
    out.extend(f.ignore.iter().map(|i| format!("ignore {}", i.path)));
    out
}

/// Go gives another line where a block or a string has no end.
fn same_errors(ours: &[ParseError], theirs: &str, what: &str) {
    let elsewhere = |e: &ParseError| {
        matches!(
            e.kind,
            ErrorKind::UnterminatedBlock { .. } | ErrorKind::AfterParenthesis | ErrorKind::EofInString
        )
    };
    // Without a `module` line Go speaks of the first `retract` line only, whatever else is wrong with them.
    let about_retract = |e: &ParseError| {
        e.kind == ErrorKind::RetractWithoutModule || e.directive.as_deref() == Some("retract")
    };
    if ours.iter().any(|e| elsewhere(e) || about_retract(e)) {
        return;
    }
    let lines: Vec<String> = ours.iter().map(|e| e.position.line.to_string()).collect();
    assert_eq!(lines.join(" "), theirs, "{what:?}\n{ours:#?}");
}

#[test]
fn go_mod_files() {
    let mut random = Random::new(11);
    let mut questions: Vec<Question> = Vec::new();
    for _ in 0..15_000 {
        let mode = ["strict", "lax"][random.below(2)];
        questions.push(("modfile", vec![mode.to_owned(), text(&mut random)]));
    }
    let Some(answers) = ask(&questions) else { return };
    let mut good = 0;
    for ((_, args), theirs) in questions.iter().zip(answers) {
        let mode = if args[0] == "lax" { Mode::Dependency } else { Mode::Main };
        let (ours, errors) = GoMod::parse_partial(&args[1], mode);
        match theirs {
            Ok(words) => {
                assert!(errors.is_empty(), "{args:?}\n{errors:#?}");
                assert_eq!(dump(&ours), words, "{args:?}");
                good += 1;
            }
            Err(lines) => {
                assert!(!errors.is_empty(), "{args:?}: {lines}");
                same_errors(&errors, &lines, &args[1]);
            }
        }
    }
    println!("{} files, {good} of them good", questions.len());
    assert!(good > 1000);
}

#[test]
fn go_work_files() {
    let mut random = Random::new(12);
    let questions: Vec<Question> = (0..6000).map(|_| ("work", vec![text(&mut random)])).collect();
    let Some(answers) = ask(&questions) else { return };
    for ((_, args), theirs) in questions.iter().zip(answers) {
        let (f, errors) = GoWork::parse_partial(&args[0]);
        match theirs {
            Err(lines) => {
                assert!(!errors.is_empty(), "{args:?}: {lines}");
                same_errors(&errors, &lines, &args[0]);
            }
            Ok(words) => {
                let mut out = Vec::new();
                out.extend(f.go.iter().map(|g| format!("go {}", g.version)));
                out.extend(f.toolchain.iter().map(|t| format!("toolchain {}", t.name)));
                out.extend(f.godebug.iter().map(|g| format!("godebug {} {}", g.key, g.value)));
                out.extend(f.uses.iter().map(|u| format!("use {}", u.path)));
                out.extend(
                    f.replace.iter().map(|r| format!("replace {} {}", module(&r.old), target(&r.new))),
                );
                assert!(errors.is_empty(), "{args:?}\n{errors:#?}");
                assert_eq!(out, words, "{args:?}");
            }
        }
    }
}

#[test]
fn module_lines_and_quotes() {
    let mut random = Random::new(13);
    let parts = [
        "a",
        ".b",
        "/",
        "//",
        "/*",
        " ",
        "\"",
        "'",
        "`",
        "(",
        ")",
        ",",
        "\\",
        "\t",
        "\u{7f}",
        "\u{e9}",
        "\u{200b}",
        "\u{1f600}",
        "\u{e000}",
        "\n",
    ];
    let mut questions: Vec<Question> = Vec::new();
    for _ in 0..4000 {
        questions.push(("autoQuote", vec![random.join(&parts, 4)]));
        questions.push(("modulePath", vec![text(&mut random)]));
    }
    let Some(answers) = ask(&questions) else { return };
    for ((op, args), theirs) in questions.iter().zip(answers) {
        let ours = match *op {
            "autoQuote" => auto_quote(&args[0]),
            _ => module_path(&args[0]).unwrap_or_default(),
        };
        assert_eq!(theirs, Ok(vec![ours]), "{op} {args:?}");
    }
}

/// The same edit by us: `None` for what only Go knows.
fn edit(f: &GoMod, what: &str, a: &[String]) -> Vec<TextEdit> {
    let pair = || ModuleVersion::new(&a[0], &a[1]);
    let interval = || Interval { low: a[0].clone(), high: a[1].clone() };
    match what {
        "setRequire" => f.set_require(&a[0], &a[1]),
        "dropRequire" => f.drop_require(&a[0]),
        "setGo" => f.set_go(&a[0]),
        "dropGo" => f.drop_go(),
        "setToolchain" => f.set_toolchain(&a[0]),
        "dropToolchain" => f.drop_toolchain(),
        "setModule" => f.set_module(&a[0]),
        "setReplace" => {
            let new = match a[3].as_str() {
                "" => Replacement::Folder(a[2].clone()),
                version => Replacement::Module(ModuleVersion::new(&a[2], version)),
            };
            f.set_replace(&pair(), &new)
        }
        "dropReplace" => f.drop_replace(&pair()),
        "addExclude" => f.add_exclude(&pair()),
        "dropExclude" => f.drop_exclude(&pair()),
        "addRetract" => f.add_retract(&interval(), &a[2]),
        "dropRetract" => f.drop_retract(&interval()),
        "addTool" => f.add_tool(&a[0]),
        "dropTool" => f.drop_tool(&a[0]),
        "addIgnore" => f.add_ignore(&a[0]),
        "dropIgnore" => f.drop_ignore(&a[0]),
        "setGodebug" => f.set_godebug(&a[0], &a[1]),
        _ => f.drop_godebug(&a[0]),
    }
}

#[test]
fn edits() {
    let mut random = Random::new(14);
    let edits: &[(&str, &[&str])] = &[
        ("setRequire", &["a.b/c", "v1.5.0"]),
        ("setRequire", &["b.b/x", "v1.5.0"]),
        ("dropRequire", &["a.b/c"]),
        ("dropRequire", &["d.e/f"]),
        ("setGo", &["1.22"]),
        ("dropGo", &[]),
        ("setToolchain", &["go1.22.1"]),
        ("dropToolchain", &[]),
        ("setModule", &["new.io/m"]),
        ("setReplace", &["a.b/c", "", "../new", ""]),
        ("setReplace", &["a.b/c", "v1.0.0", "g.h/i", "v1.0.0"]),
        ("setReplace", &["z.z/z", "", "./a b/x", ""]),
        ("dropReplace", &["a.b/c", ""]),
        ("dropReplace", &["a.b/c", "v1.0.0"]),
        ("addExclude", &["a.b/c", "v1.1.0"]),
        ("addExclude", &["a.b/c", "v1.9.0"]),
        ("dropExclude", &["a.b/c", "v1.1.0"]),
        ("addRetract", &["v1.0.0", "v1.0.0", "why"]),
        ("addRetract", &["v1.0.0", "v1.4.0", ""]),
        ("dropRetract", &["v1.0.0", "v1.0.0"]),
        ("addTool", &["b.c/cmd"]),
        ("dropTool", &["a.b/c/cmd"]),
        ("addIgnore", &["./z"]),
        ("dropIgnore", &["./x"]),
        ("setGodebug", &["a", "z"]),
        ("setGodebug", &["q", "z"]),
        ("dropGodebug", &["a"]),
    ];
    let mut questions: Vec<Question> = Vec::new();
    while questions.len() < 6000 {
        let lines: Vec<&str> = (0..1 + random.below(6)).map(|_| random.pick(LINES)).collect();
        let text = format!("{}\n", lines.join(random.pick(&["\n", "\n\n"])));
        let Ok(file) = GoMod::parse(&text, Mode::Main) else { continue };
        // Some of Go's edits also drop all but the last `replace` of a module, which no edit of ours does.
        let mut olds: Vec<_> = file.replace.iter().map(|r| &r.old).collect();
        olds.sort();
        if olds.windows(2).any(|pair| pair[0] == pair[1]) {
            continue;
        }
        let (what, args) = edits[random.below(edits.len())];
        let mut all = vec![text, what.to_owned()];
        all.extend(args.iter().map(|a| (*a).to_owned()));
        questions.push(("edit", all));
    }
    let Some(answers) = ask(&questions) else { return };
    let mut changed = 0;
    for ((_, args), theirs) in questions.iter().zip(answers) {
        let before = GoMod::parse(&args[0], Mode::Main).unwrap();
        let after = apply(&args[0], edit(&before, &args[1], &args[2..]));
        changed += usize::from(after != args[0]);
        let parsed = match GoMod::parse(&after, Mode::Main) {
            Ok(parsed) => parsed,
            // A `retract` without a `module` line, say: then Go does not like the result either.
            Err(e) => {
                assert!(theirs.is_err(), "{args:?}\n{after}\n{e}");
                continue;
            }
        };
        // A block's comment becomes its only line's when Go makes a line of it, so that comments may differ; and we
        // put a new line where it sorts, Go at the end.
        let plain = |words: Vec<String>| {
            let mut words: Vec<String> =
                words.into_iter().map(|w| w.split(" \"").next().unwrap_or_default().to_owned()).collect();
            words.sort();
            // Go also drops what stands twice.
            words.dedup();
            words
        };
        assert_eq!(answer(plain(dump(&parsed))), theirs.map(plain), "{args:?}\n{after}");
    }
    println!("{} edits, {changed} of them changed something", questions.len());
}

fn answer(words: Vec<String>) -> Answer {
    Ok(words)
}
