//! Go packages, read just far enough: package names, imports, build constraints, `//go:embed`, cgo.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use crate::context::Context;
use crate::paths;
use crate::tree::Kind;

/// The head of a Go file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct GoFile {
    pub(crate) name: String,
    pub(crate) package: String,
    pub(crate) imports: Vec<String>,
    pub(crate) embeds: Vec<(String, usize, usize)>,
    /// `//go:build`.
    pub(crate) constraint: Option<String>,
}

impl GoFile {
    pub(crate) fn cgo(&self) -> bool {
        self.imports.iter().any(|i| i == "C")
    }
}

/// A folder of Go files, tests left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) files: Vec<GoFile>,
    /// Files that only tests use.
    pub(crate) has_tests: bool,
}

/// What decides whether a file is built.
#[derive(Debug, Clone, Default)]
pub(crate) struct Target {
    pub(crate) tags: BTreeSet<String>,
    /// GOOS, GOARCH; Linux and amd64 when not said.
    pub(crate) os: String,
    pub(crate) arch: String,
    pub(crate) cgo: bool,
}

impl Target {
    pub(crate) fn linux() -> Self {
        Self { tags: BTreeSet::new(), os: "linux".into(), arch: "amd64".into(), cgo: true }
    }

    fn has(&self, tag: &str) -> bool {
        tag == self.os
            || tag == self.arch
            || (tag == "unix" && self.os != "windows")
            || (tag == "cgo" && self.cgo)
            || tag == "gc"
            || tag.strip_prefix("go1.").is_some_and(|m| m.parse::<u32>().is_ok())
            || self.tags.contains(tag)
    }

    /// Whether a file is part of the build.
    pub(crate) fn builds(&self, file: &GoFile) -> bool {
        self.name_fits(&file.name)
            && file.constraint.as_deref().is_none_or(|c| evaluate(c, &|tag| self.has(tag)).unwrap_or(true))
            && (self.cgo || !file.cgo())
    }

    fn name_fits(&self, name: &str) -> bool {
        let stem = name.strip_suffix(".go").unwrap_or(name);
        let parts: Vec<&str> = stem.split('_').collect();
        let os = |p: &str| OSES.contains(&p);
        let arch = |p: &str| ARCHES.contains(&p);
        match parts.as_slice() {
            [_, .., o, a] if os(o) && arch(a) => *o == self.os && *a == self.arch,
            [_, .., o] if os(o) => *o == self.os,
            [_, .., a] if arch(a) => *a == self.arch,
            _ => true,
        }
    }
}

const OSES: [&str; 17] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
];
const ARCHES: [&str; 14] = [
    "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le",
    "riscv64", "s390x", "wasm",
];

/// Packages by folder, read once.
#[derive(Default)]
pub(crate) struct Packages {
    cache: RefCell<HashMap<String, Rc<Package>>>,
}

impl Packages {
    /// The package in a folder of the context.
    pub(crate) fn load(&self, context: &Context<'_>, dir: &str) -> Rc<Package> {
        let key = context.in_project(dir);
        if let Some(known) = self.cache.borrow().get(&key) {
            return Rc::clone(known);
        }
        let mut package = Package::default();
        for entry in context.list(dir) {
            if entry.kind == Kind::Dir || !entry.name.ends_with(".go") || entry.name.starts_with(['_', '.']) {
                continue;
            }
            if entry.name.ends_with("_test.go") {
                package.has_tests = true;
                continue;
            }
            if let Some(text) = context.read(&paths::join(dir, &entry.name)) {
                let mut file = parse(&text);
                file.name = entry.name;
                package.files.push(file);
            }
        }
        let package = Rc::new(package);
        self.cache.borrow_mut().insert(key, Rc::clone(&package));
        package
    }
}

/// Read the head of a Go file and its embeds.
pub(crate) fn parse(text: &str) -> GoFile {
    let mut file = GoFile::default();
    let mut s = Scanner { text, at: 0, constraint: None };
    s.skip();
    if s.word() == "package" {
        s.skip_inline();
        s.word().clone_into(&mut file.package);
    }
    file.constraint = s.constraint.take();
    let mut body;
    loop {
        // Comments behind the last import belong to what follows.
        body = s.at;
        s.skip();
        if !s.rest().starts_with("import") {
            break;
        }
        s.at += "import".len();
        s.skip();
        if s.rest().starts_with('(') {
            s.at += 1;
            loop {
                s.skip();
                if s.rest().is_empty() || s.rest().starts_with(')') {
                    s.at += usize::from(!s.rest().is_empty());
                    break;
                }
                match s.import() {
                    Some(path) => file.imports.push(path),
                    None => return file,
                }
            }
        } else {
            match s.import() {
                Some(path) => file.imports.push(path),
                None => return file,
            }
        }
    }
    if file.imports.iter().any(|i| i == "embed") {
        embeds(text, body, &mut file);
    }
    file
}

fn embeds(text: &str, from: usize, file: &mut GoFile) {
    const MARK: &str = "//go:embed";
    let mut at = from;
    while let Some(found) = text[at..].find(MARK) {
        let start = at + found;
        let line_end = text[start..].find('\n').map_or(text.len(), |n| start + n);
        at = line_end;
        let at_line_start = text[..start].rsplit('\n').next().is_none_or(|before| before.trim().is_empty());
        let args = &text[start + MARK.len()..line_end];
        if !at_line_start || !args.starts_with([' ', '\t']) {
            continue;
        }
        let mut offset = start + MARK.len();
        let mut rest = args;
        loop {
            let trimmed = rest.trim_start();
            offset += rest.len() - trimmed.len();
            let Some(first) = trimmed.chars().next() else { break };
            let (pattern, len) = match first {
                '"' | '`' => match trimmed[1..].find(first) {
                    Some(end) => (&trimmed[1..=end], end + 2),
                    None => break,
                },
                _ => {
                    let end = trimmed.find(char::is_whitespace).unwrap_or(trimmed.len());
                    (&trimmed[..end], end)
                }
            };
            file.embeds.push((pattern.to_owned(), offset, offset + len));
            offset += len;
            rest = &trimmed[len..];
        }
    }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    constraint: Option<String>,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// White space, semicolons and comments.
    fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ';' || c == '\u{feff}');
            self.at += rest.len() - trimmed.len();
            if let Some(comment) = trimmed.strip_prefix("//") {
                let len = comment.find('\n').unwrap_or(comment.len());
                if let Some(expr) = comment[..len].strip_prefix("go:build ") {
                    self.constraint = Some(expr.trim().to_owned());
                }
                self.at += 2 + len;
            } else if let Some(comment) = trimmed.strip_prefix("/*") {
                self.at += 2 + comment.find("*/").map_or(comment.len(), |n| n + 2);
            } else {
                return;
            }
        }
    }

    fn skip_inline(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let len = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        self.at += len;
        &rest[..len]
    }

    /// `name "path"`.
    fn import(&mut self) -> Option<String> {
        if !self.rest().starts_with(['"', '`']) {
            if self.rest().starts_with('.') {
                self.at += 1;
            } else {
                self.word();
            }
            self.skip();
        }
        let quote = self.rest().chars().next().filter(|c| matches!(c, '"' | '`'))?;
        let body = &self.rest()[1..];
        let len = body.find(quote)?;
        self.at += len + 2;
        Some(body[..len].to_owned())
    }
}

/// Evaluate `//go:build` expressions: `a && !(b || c)`.
fn evaluate(expr: &str, has: &dyn Fn(&str) -> bool) -> Option<bool> {
    let mut rest = expr;
    let value = or(&mut rest, has, 0)?;
    rest.trim().is_empty().then_some(value)
}

fn or(rest: &mut &str, has: &dyn Fn(&str) -> bool, depth: u32) -> Option<bool> {
    let mut value = and(rest, has, depth)?;
    while let Some(tail) = rest.trim_start().strip_prefix("||") {
        *rest = tail;
        value |= and(rest, has, depth)?;
    }
    Some(value)
}

fn and(rest: &mut &str, has: &dyn Fn(&str) -> bool, depth: u32) -> Option<bool> {
    let mut value = not(rest, has, depth)?;
    while let Some(tail) = rest.trim_start().strip_prefix("&&") {
        *rest = tail;
        value &= not(rest, has, depth)?;
    }
    Some(value)
}

fn not(rest: &mut &str, has: &dyn Fn(&str) -> bool, depth: u32) -> Option<bool> {
    if depth > 50 {
        return None;
    }
    let text = rest.trim_start();
    if let Some(tail) = text.strip_prefix('!') {
        *rest = tail;
        return Some(!not(rest, has, depth + 1)?);
    }
    if let Some(tail) = text.strip_prefix('(') {
        *rest = tail;
        let value = or(rest, has, depth + 1)?;
        *rest = rest.trim_start().strip_prefix(')')?;
        return Some(value);
    }
    let len = text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '.').unwrap_or(text.len());
    if len == 0 {
        return None;
    }
    *rest = &text[len..];
    Some(has(&text[..len]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads() {
        let text = "// Copyright\n\n//go:build linux && !(arm || cgo)\n\n/* x */ package main\n\nimport \"fmt\"\nimport (\n\t_ \"embed\" // why\n\tx \"a.b/c\"\n\t. \"d\"\n)\n\n//go:embed web/dist \"a b\"\n//go:embed all:static\nvar f embed.FS\n";
        let file = parse(text);
        assert_eq!(file.package, "main");
        assert_eq!(file.imports, ["fmt", "embed", "a.b/c", "d"]);
        let patterns: Vec<_> = file.embeds.iter().map(|(p, s, e)| (p.as_str(), &text[*s..*e])).collect();
        assert_eq!(patterns, [("web/dist", "web/dist"), ("a b", "\"a b\""), ("all:static", "all:static")]);
        let mut target = Target::linux();
        assert!(!target.builds(&file));
        target.cgo = false;
        assert!(target.builds(&file));
    }

    #[test]
    fn file_names() {
        let target = Target::linux();
        let fits = |name: &str| target.builds(&GoFile { name: name.to_owned(), ..GoFile::default() });
        assert!(
            fits("a.go")
                && fits("a_linux.go")
                && fits("a_linux_amd64.go")
                && fits("linux.go")
                && fits("a_b.go")
        );
        assert!(!fits("a_windows.go") && !fits("a_arm64.go") && !fits("a_linux_arm64.go"));
    }
}
