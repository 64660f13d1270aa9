use super::*;
use crate::path::ModuleVersion;

const BEFORE: &str = "\
// Head.

module example.com/m // mine

go 1.21

require (
\ta.b/a v1.0.0
\t// about c
\ta.b/c v1.0.0   // keep   this

\ta.b/d v1.0.0
)

require a.b/x v1.0.0 // indirect
";

fn edit(text: &str, f: impl Fn(&GoMod) -> Vec<TextEdit>) -> String {
    let out = apply(text, f(&GoMod::parse(text, Mode::Main).unwrap()));
    GoMod::parse(&out, Mode::Main).unwrap_or_else(|e| panic!("{e}\n{out}"));
    out
}

/// The lines that an edit removes (-) and adds (+).
fn change(f: impl Fn(&GoMod) -> Vec<TextEdit>) -> String {
    diff(BEFORE, &edit(BEFORE, f))
}

fn diff(old: &str, new: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let minus = old[head..old.len() - tail].iter().map(|l| format!("-{l}\n"));
    minus.chain(new[head..new.len() - tail].iter().map(|l| format!("+{l}\n"))).collect()
}

#[test]
fn requirements() {
    assert_eq!(
        change(|f| f.set_require("a.b/c", "v1.1.0")),
        "-\ta.b/c v1.0.0   // keep   this\n+\ta.b/c v1.1.0   // keep   this\n"
    );
    assert_eq!(change(|f| f.set_require("a.b/b", "v1.0.0")), "+\ta.b/b v1.0.0\n");
    assert_eq!(change(|f| f.set_require("a.b/z", "v1.0.0")), "+\ta.b/z v1.0.0\n");
    assert_eq!(
        change(|f| f.add_require("a.b/y", "v1.0.0", true)),
        "-require a.b/x v1.0.0 // indirect\n+require (\n+\ta.b/x v1.0.0 // indirect\n+\ta.b/y v1.0.0 // indirect\n+)\n"
    );
    assert_eq!(change(|f| f.drop_require("a.b/c")), "-\t// about c\n-\ta.b/c v1.0.0   // keep   this\n");
    assert_eq!(change(|f| f.drop_require("a.b/x")), "-\n-require a.b/x v1.0.0 // indirect\n");
    assert_eq!(change(|f| f.drop_require("nothing.io")), "");
    assert_eq!(
        change(|f| f.set_indirect("a.b/c", true)),
        "-\ta.b/c v1.0.0   // keep   this\n+\ta.b/c v1.0.0   // indirect; keep   this\n"
    );
    assert_eq!(
        change(|f| f.set_indirect("a.b/x", false)),
        "-require a.b/x v1.0.0 // indirect\n+require a.b/x v1.0.0\n"
    );
}

#[test]
fn one_line_directives() {
    assert_eq!(change(|f| f.set_go("1.22.1")), "-go 1.21\n+go 1.22.1\n");
    assert_eq!(change(|f| f.set_toolchain("go1.22.3")), "+toolchain go1.22.3\n+\n");
    assert_eq!(change(|f| f.drop_go()), "-go 1.21\n-\n");
    assert_eq!(
        change(|f| f.set_module("example.com/n")),
        "-module example.com/m // mine\n+module example.com/n // mine\n"
    );
    assert_eq!(edit("module a.b\n", |f| f.set_go("1.21")), "module a.b\n\ngo 1.21\n");
    assert_eq!(edit("module a.b", |f| f.set_go("1.21")), "module a.b\n\ngo 1.21\n");
    assert_eq!(edit("", |f| f.set_module("a.b")), "module a.b\n");
    assert_eq!(edit("// c\n\ngo 1.21\n", |f| f.set_module("a.b")), "// c\n\nmodule a.b\n\ngo 1.21\n");
}

#[test]
fn the_rest() {
    let old = ModuleVersion::new("a.b/a", "");
    let folder = Replacement::Folder("../a b".into());
    assert_eq!(change(|f| f.set_replace(&old, &folder)), "+\n+replace a.b/a => \"../a b\"\n");
    let text = "replace (\n\ta.b v1.0.0 => ./1\n\ta.b v1.1.0 => ./2 // two\n\tc.d => ./3\n)\n";
    let all = ModuleVersion::new("a.b", "");
    let one = ModuleVersion::new("a.b", "v1.1.0");
    let module = Replacement::Module(ModuleVersion::new("e.f", "v1.0.0"));
    assert_eq!(
        edit(text, |f| f.set_replace(&all, &module)),
        "replace (\n\ta.b => e.f v1.0.0\n\tc.d => ./3\n)\n"
    );
    assert_eq!(
        edit(text, |f| f.set_replace(&one, &module)),
        "replace (\n\ta.b v1.0.0 => ./1\n\ta.b v1.1.0 => e.f v1.0.0 // two\n\tc.d => ./3\n)\n"
    );
    assert_eq!(edit(text, |f| f.drop_replace(&all)), text);
    assert_eq!(edit(text, |f| f.drop_replace(&one)), "replace (\n\ta.b v1.0.0 => ./1\n\tc.d => ./3\n)\n");
    let version = ModuleVersion::new("a.b/a", "v0.1.0");
    assert_eq!(change(|f| f.add_exclude(&version)), "+\n+exclude a.b/a v0.1.0\n");
    assert_eq!(edit("exclude (\n\ta.b/a v0.1.0\n)\n", |f| f.drop_exclude(&version)), "");
    assert_eq!(edit("exclude ()\n", |f| f.add_exclude(&version)), "exclude (\n\ta.b/a v0.1.0\n)\n");
    let interval = Interval { low: "v1.0.0".into(), high: "v1.1.0".into() };
    assert_eq!(change(|f| f.add_retract(&interval, "oops")), "+\n+retract [v1.0.0, v1.1.0] // oops\n");
    assert_eq!(edit("tool a.b/c\n", |f| f.add_tool("a.b/d")), "tool (\n\ta.b/c\n\ta.b/d\n)\n");
    assert_eq!(
        edit("godebug (\n\ta=1\n\tb=2\n\ta=3\n)\n", |f| f.set_godebug("a", "4")),
        "godebug (\n\ta=4\n\tb=2\n)\n"
    );
}

#[test]
fn line_ends_stay() {
    let text = "module a.b\r\n\r\nrequire (\r\n\ta.b v1.0.0 // x\r\n)\r\n";
    assert_eq!(
        edit(text, |f| f.set_require("c.d", "v1.0.0")),
        "module a.b\r\n\r\nrequire (\r\n\ta.b v1.0.0 // x\r\n\tc.d v1.0.0\r\n)\r\n"
    );
    assert_eq!(edit(text, |f| f.drop_require("a.b")), "module a.b\r\n");
}

#[test]
fn work_files() {
    let edit = |text: &str, f: fn(&GoWork) -> Vec<TextEdit>| apply(text, f(&GoWork::parse(text).unwrap()));
    assert_eq!(edit("go 1.21\n\nuse ./a\n", |f| f.add_use("./b")), "go 1.21\n\nuse (\n\t./a\n\t./b\n)\n");
    assert_eq!(edit("// c\n\nuse ./a\n", |f| f.set_go("1.21")), "// c\n\ngo 1.21\n\nuse ./a\n");
    assert_eq!(
        edit("go 1.21\n\nuse ./a\n", |f| f.set_toolchain("go1.21.3")),
        "go 1.21\n\ntoolchain go1.21.3\n\nuse ./a\n"
    );
    assert_eq!(
        edit("go 1.21\n\nuse (\n\t./a\n\t./b\n)\n", |f| f.drop_use("./a")),
        "go 1.21\n\nuse (\n\t./b\n)\n"
    );
    assert_eq!(edit("", |f| f.set_go("1.21")), "go 1.21\n");
}
