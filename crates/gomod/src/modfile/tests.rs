use super::*;
use crate::path::ModuleVersion;

const FULL: &str = r#"// Deprecated: use example.com/new instead.
module example.com/m // the old one

go 1.21.0

toolchain go1.22.1

godebug (
	default=go1.21
	panicnil=1
)

require a.b/c v1.0.0 // indirect
require (
	"quoted.io/x" v1.2
	gopkg.in/yaml.v3 v3.0.1 // indirect; for tests

	d.e/f v2.0.0+incompatible // why
)

exclude a.b/c v0.9.0

replace (
	a.b/c => ../c
	d.e/f v2.0.0+incompatible => fork.io/f v1.0.0
)

// Published by mistake.
retract (
	v1.0.1
	[v1.1.0, v1.2.0] // broken
)

tool golang.org/x/tools/cmd/stringer

ignore ./node_modules
"#;

fn main_file(text: &str) -> GoMod {
    GoMod::parse(text, Mode::Main).unwrap_or_else(|e| panic!("{}", e.in_file("go.mod")))
}

#[test]
fn every_directive() {
    let file = main_file(FULL);
    let module = file.module.as_ref().unwrap();
    assert_eq!(module.path, "example.com/m");
    assert_eq!(module.deprecated.as_deref(), Some("use example.com/new instead.\nthe old one"));
    assert_eq!(file.go_version(), "1.21.0");
    assert_eq!(file.toolchain.as_ref().map(|t| t.name.as_str()), Some("go1.22.1"));
    assert_eq!(file.godebug[1].key, "panicnil");
    let required: Vec<_> = file.require.iter().map(|r| format!("{} {}", r.module, r.indirect)).collect();
    assert_eq!(
        required,
        [
            "a.b/c@v1.0.0 true",
            "quoted.io/x@v1.2.0 false",
            "gopkg.in/yaml.v3@v3.0.1 true",
            "d.e/f@v2.0.0+incompatible false"
        ]
    );
    assert!(file.excludes(&ModuleVersion::new("a.b/c", "v0.9.0")));
    let by = |path, version| file.replacement(&ModuleVersion::new(path, version)).map(|r| r.new.clone());
    assert_eq!(by("a.b/c", "v1.0.0"), Some(Replacement::Folder("../c".into())));
    assert_eq!(
        by("d.e/f", "v2.0.0+incompatible"),
        Some(Replacement::Module(ModuleVersion::new("fork.io/f", "v1.0.0")))
    );
    assert_eq!(by("d.e/f", "v2.0.1+incompatible"), None);
    assert_eq!(file.retracts("v1.1.5").unwrap().rationale, "broken");
    assert_eq!(file.retracts("v1.0.1").unwrap().rationale, "Published by mistake.");
    assert!(file.retracts("v1.2.1").is_none());
    assert_eq!(file.tool[0].path, "golang.org/x/tools/cmd/stringer");
    assert_eq!(file.ignore[0].path, "./node_modules");
}

#[test]
fn places() {
    let file = main_file(FULL);
    let line = file.require[2].line;
    assert_eq!(&FULL[file.span(line)], "gopkg.in/yaml.v3 v3.0.1");
    assert_eq!(&FULL[file.word_span(line, 1).unwrap()], "v3.0.1");
    let first = file.require[0].line;
    assert_eq!(&FULL[file.word_span(first, 0).unwrap()], "a.b/c");
    assert_eq!(&FULL[file.syntax.lines[line].comment.clone().unwrap()], "// indirect; for tests");
}

fn errors(text: &str) -> String {
    match GoMod::parse(text, Mode::Main) {
        Ok(_) => "fine".to_owned(),
        Err(e) => e.in_file("go.mod"),
    }
}

#[test]
fn what_is_wrong_and_where() {
    for (text, wanted) in [
        ("", "fine"),
        ("module a.b\nmodule a.c\n", "go.mod:2:1: repeated module statement"),
        ("module\n", "go.mod:1:1: usage: module module/path"),
        ("module 'a.b'\n", "go.mod:1:8: invalid quoted string: unquoted string cannot contain quote"),
        ("go 1.x\n", "go.mod:1:4: invalid go version \"1.x\": must match format 1.23.0"),
        ("go 1.21\ngo 1.22\n", "go.mod:2:1: repeated go statement"),
        (
            "toolchain 1.21\n",
            "go.mod:1:11: invalid toolchain version \"1.21\": must match format go1.23.0 or default",
        ),
        ("requires a.b v1.0.0\n", "go.mod:1:1: unknown directive: requires"),
        ("requires (\n\ta.b v1.0.0\n)\n", "go.mod:1:1: unknown block type: requires"),
        ("go (\n\t1.21\n)\n", "go.mod:1:1: unknown block type: go"),
        ("require a.b\n", "go.mod:1:1: usage: require module/path v1.2.3"),
        (
            "require a.b main\n",
            "go.mod:1:13: require a.b: version \"main\" invalid: must be of the form v1.2.3",
        ),
        (
            "require a.b v2.0.0\n",
            "go.mod:1:13: require a.b: version \"v2.0.0\" invalid: should be v0 or v1, not v2",
        ),
        ("require a.b/v1 v1.0.0\n", "go.mod:1:9: invalid module path"),
        (
            "replace a.b => a.c\n",
            "go.mod:1:16: replacement module without version must be directory path (rooted or starting with . or ..)",
        ),
        (
            "replace a.b => a.c@v1.0.0\n",
            "go.mod:1:16: replacement module must match format 'path version', not 'path@version'",
        ),
        (
            "replace a.b => ./c v1.0.0\n",
            "go.mod:1:16: replacement module directory path \"./c\" cannot have version",
        ),
        (
            "replace a.b => ..\\c\n",
            "go.mod:1:16: replacement directory appears to be Windows path (on a non-windows system)",
        ),
        ("retract [v1.0.0, v1.1.0\n", "go.mod:1:1: expected ']' after version"),
        ("retract v1.0.0 v1.1.0\n", "go.mod:1:16: unexpected token after version: \"v1.1.0\""),
        ("godebug a\n", "go.mod:1:1: usage: godebug key=value"),
        ("module a.b /* x */\n", "go.mod:1:12: mod files must use // comments (not /* */ comments)"),
        ("module \"a.b\n", "go.mod:1:12: unexpected newline in string"),
        ("module `a.b", "go.mod:1:8: unexpected EOF in string"),
        ("module a.b\u{1}\n", "go.mod:1:11: unexpected input character '\\u{1}'"),
        ("require (\n\ta.b v1.0.0\n", "go.mod:1:1: syntax error (unterminated block started at line 1)"),
        ("require (\n\ta.b v1.0.0\n) x\n", "go.mod:3:3: syntax error (expected newline after closing paren)"),
        (
            "module a.b\n<<<<<<< HEAD\nrequire a.c v1.0.0\n=======\n>>>>>>> x\n",
            "go.mod:2:1: merge conflict marker \"<<<<<<< HEAD\"",
        ),
        (
            "require (\n\ta.b x\n\tc.d v1.0.0\n\te.f y\n)\n",
            "go.mod:2:6: require a.b: version \"x\" invalid: must be of the form v1.2.3\n\
             go.mod:4:6: require e.f: version \"y\" invalid: must be of the form v1.2.3",
        ),
    ] {
        assert_eq!(errors(text), wanted, "{text:?}");
    }
    let (file, errors) =
        GoMod::parse_partial("module a.b\nrequire (\n\tc.d v1.0.0\n\te.f y\n)\n", Mode::Main);
    assert_eq!((file.require.len(), errors.len()), (1, 1));
}

#[test]
fn dependencies_are_read_leniently() {
    let text =
        "module a.b\ngo 1.20.x\nnew thing\nnews (\n\tx\n)\nretract >v1.0.0\nreplace x\nrequire c.d v1.0.0\n";
    let file = GoMod::parse(text, Mode::Dependency).unwrap();
    assert_eq!((file.go_version(), file.require.len(), file.replace.len()), ("1.20", 1, 0));
    for (text, wanted) in
        [("1.20.x", "1.20"), ("v1.24", ""), ("v1.20.4", "1.20"), ("1.21.3-beta", "1.21"), ("2", "")]
    {
        let version =
            GoMod::parse(&format!("go {text}\n"), Mode::Dependency).map(|f| f.go_version().to_owned());
        assert_eq!(version.unwrap_or_default(), wanted, "{text}");
    }
}

#[test]
fn go_versions() {
    for ok in ["1.20", "1.21.0", "1.21rc1", "1.21.3rc1", "2.0", "1.21beta2"] {
        assert_eq!(errors(&format!("go {ok}\n")), "fine", "{ok}");
    }
    for bad in ["1", "1.", "01.2", "1.02", "1.2.", "1.2.03", "1.21rc", "v1.21", "go1.21", "1.21-rc1"] {
        assert_ne!(errors(&format!("go {bad}\n")), "fine", "{bad}");
    }
}

#[test]
fn work_files() {
    let text = "go 1.22\n\ntoolchain go1.22.1\n\nuse (\n\t.\n\t./tools // c\n)\nuse \"./with space\"\n\nreplace a.b => ./b\n";
    let file = GoWork::parse(text).unwrap();
    let uses: Vec<_> = file.uses.iter().map(|u| u.path.as_str()).collect();
    assert_eq!(uses, [".", "./tools", "./with space"]);
    assert_eq!(file.replacement(&ModuleVersion::new("a.b", "v1.0.0")).map(|r| r.line), Some(5));
    let e = GoWork::parse("use a b\nrequire a.b v1.0.0\n").unwrap_err();
    assert_eq!(
        e.in_file("go.work"),
        "go.work:1:1: usage: use local/dir\ngo.work:2:1: unknown directive: require"
    );
}

#[test]
fn module_paths_of_anything() {
    for (text, wanted) in [
        ("module a.b", Some("a.b")),
        ("// c\n\nmodule\ta.b // x\nwhatever ((", Some("a.b")),
        ("module \"a.b\"", Some("a.b")),
        ("module `a.b`", Some("a.b")),
        ("module `a", None),
        ("modulea.b", None),
        ("module", None),
        ("", None),
    ] {
        assert_eq!(module_path(text).as_deref(), wanted, "{text:?}");
    }
}

#[test]
fn quoting() {
    for (plain, quoted) in [
        ("a.b/c", "a.b/c"),
        ("a b", "\"a b\""),
        ("", "\"\""),
        ("a//b", "\"a//b\""),
        ("(", "("),
        ("a(", "\"a(\""),
        ("a\"\\\t\u{7f}\u{200b}", "\"a\\\"\\\\\\t\\x7f\\u200b\""),
    ] {
        assert_eq!(auto_quote(plain), quoted);
        assert_eq!(quote::unquote(quoted).as_deref(), Ok(plain));
    }
    assert_eq!(quote::unquote(r#""\x41\102\u00e9\U0001F600""#).as_deref(), Ok("AB\u{e9}\u{1f600}"));
    for bad in [r#""\q""#, r#""\x4""#, r#""\400""#, r#""\xff""#, r#""a"b""#, "\"", r#""\'""#] {
        assert!(quote::unquote(bad).is_err(), "{bad}");
    }
}

#[test]
fn bytes_that_are_no_text() {
    let text = text_of(b"module a.b // caf\xe9\n");
    assert_eq!(text, "module a.b // caf?\n");
    assert_eq!(main_file(&text).module.unwrap().path, "a.b");
}
