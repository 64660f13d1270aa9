//! Errors of the Go compiler: whose code it is, and whether a newer Go would know the name.

use buildlog::chain::position;

use crate::clue::Clue;
use crate::stdlib;

/// One error of the compiler.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CompileError<'a> {
    /// The package, or the file where the package is not printed.
    pub(crate) package: &'a str,
    /// In the project's own code, not in a dependency's.
    pub(crate) own: bool,
    /// Whose code it is was guessed from the file's path alone.
    pub(crate) guessed: bool,
    /// A name of the standard library that this Go does not know, and the minor version that brought it.
    pub(crate) newer_name: Option<(String, u32)>,
    /// The newer thing is a feature of the language.
    pub(crate) generics: bool,
}

/// What `go build` prints about modules and packages in the same shape as a compiler's error.
const NOT_THE_COMPILER: [&str; 30] = [
    "inlining call",
    "can inline",
    "escapes to heap",
    "moved to heap",
    "does not escape",
    "leaking param",
    "cannot find package",
    "no required module provides",
    "cannot find module",
    "is not in GOROOT",
    "is not in std",
    "missing go.sum",
    "import \"",
    "Get \"",
    "Get http",
    "code in directory",
    "no matching versions",
    "unrecognized import path",
    "build constraints exclude",
    "no Go files",
    "use of internal package",
    "but does not contain package",
    "module requires Go",
    "ambiguous import",
    "checksum mismatch",
    "could not import C",
    "cannot load",
    "unknown revision",
    "dial tcp",
    "updates to go.mod",
];

/// Words that only a compiler says.
const COMPILER: [&str; 53] = [
    "undefined",
    "cannot use ",
    "imported and not used",
    "declared but not used",
    "declared and not used",
    "declared and not",
    "syntax error",
    "not enough arguments",
    "too many arguments",
    "missing return",
    "redeclared",
    "has no field or method",
    "cannot convert",
    "invalid operation",
    "unknown field",
    "assignment mismatch",
    "cannot infer",
    "multiple-value",
    "single-value context",
    "does not implement",
    "cannot assign",
    "is not a type",
    "duplicate case",
    "cannot refer to unexported",
    "import cycle not allowed",
    "mismatched types",
    "no new variables",
    "used as value",
    "evaluated but not used",
    "could not determine kind of name",
    "could not import",
    "internal compiler error",
    "impossible type",
    "cannot range over",
    "is not used",
    "not exported",
    "missing method",
    "missing function body",
    "non-constant",
    "overflows",
    "too few values",
    "not declared by package",
    "unexpected ",
    "expected ",
    "undeclared name",
    "invalid recursive type",
    "cannot call",
    "invalid character",
    "ambiguous selector",
    "has no method",
    "predeclared ",
    "invalid import path",
    "other declaration of",
];

/// The compiler's error that this message is, if it is one.
pub(crate) fn error<'a>(clue: &Clue<'a>) -> Option<CompileError<'a>> {
    let text = clue.text.strip_prefix("vet: ").unwrap_or(clue.text).trim_start();
    let text = text.strip_prefix("Error: ").unwrap_or(text);
    let text = text.strip_prefix("go build ").and_then(|t| t.split_once(": ")).map_or(text, |(_, t)| t);
    let place = position(text)?;
    if !place.file.ends_with(".go") && !place.file.ends_with(".s") {
        return None;
    }
    if place.message.is_empty() || NOT_THE_COMPILER.iter().any(|w| place.message.contains(w)) {
        return None;
    }
    let linter = place.message.ends_with(')')
        && place.message.rsplit_once(" (").is_some_and(|(_, l)| {
            l.len() < 24 && l.trim_end_matches(')').bytes().all(|b| b.is_ascii_lowercase())
        });
    let header = header_above(clue);
    let spoken = COMPILER.iter().any(|w| place.message.contains(w));
    if (!spoken && header.is_none())
        || (linter && header.is_none())
        || place.message.contains("should have comment")
    {
        return None;
    }
    let (own, guessed) = is_own(clue, header, place.file);
    let package = header.unwrap_or(place.file);
    Some(CompileError {
        package,
        own,
        guessed,
        newer_name: newer_name(place.message),
        generics: is_generics(place.message),
    })
}

/// The `# package` line that `go build` prints above the errors of a package.
fn header_above<'a>(clue: &Clue<'a>) -> Option<&'a str> {
    clue.scene.messages[..clue.index]
        .iter()
        .rev()
        .take(60)
        .find_map(|m| m.text.trim_start().strip_prefix("# "))
        .map(|p| p.split(' ').next().unwrap_or(p).trim_start_matches('[').trim_end_matches(']'))
        .filter(|p| !p.is_empty())
}

/// Whether the code is the project's own, and whether that is a guess.
fn is_own(clue: &Clue<'_>, header: Option<&str>, file: &str) -> (bool, bool) {
    let file = file.replace('\\', "/");
    if file.contains("/pkg/mod/") || file.contains("@v") && file.contains('/') {
        return (false, false);
    }
    if let Some(package) = header {
        let package = package.split("/vendor/").next().unwrap_or(package);
        if matches!(package, "command-line-arguments" | "main") {
            return (true, false);
        }
        if let Some(own) = own_path(clue) {
            return (same_repository(package, &own), false);
        }
        // Below GOROOT: Go itself does not fit.
        if file.contains("/usr/local/go/src/") {
            return (false, false);
        }
    }
    if header.is_none() && !clue.scene.build.structured() {
        return (true, true);
    }
    let downloaded = file.starts_with("src/") || file.contains("go/src/") || file.starts_with("../");
    let fetched = header.is_some_and(|p| {
        clue.scene.instruction.contains("go get ")
            && clue.scene.instruction.contains(p.split('/').take(3).collect::<Vec<_>>().join("/").as_str())
            && p.contains('.')
    });
    (!(downloaded || fetched), downloaded || fetched)
}

/// The import path of the project, as far as the steps show it: `/go/src/<path>` in WORKDIR, COPY, ADD or cd.
fn own_path(clue: &Clue<'_>) -> Option<String> {
    let from = |text: &str| {
        let at = text.rfind("/src/")?;
        let rest = &text[at + 5..];
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '&' | ',' | ']'))
            .unwrap_or(rest.len());
        let path = rest[..end].trim_end_matches('/');
        (path.split('/').next().is_some_and(|h| h.contains('.')) && !path.contains('$'))
            .then(|| path.to_owned())
    };
    let instruction = clue.scene.instruction;
    if let Some(at) = instruction.find("cd ")
        && let Some(path) = from(instruction[at..].split("&&").next().unwrap_or(""))
    {
        return Some(path);
    }
    clue.scene
        .build
        .steps
        .iter()
        .rev()
        .filter(|s| matches!(s.keyword(), "WORKDIR" | "COPY" | "ADD"))
        .find_map(|s| from(&s.instruction))
}

/// Same host, owner and repository.
fn same_repository(a: &str, b: &str) -> bool {
    let depth = if a.starts_with("gopkg.in") || a.starts_with("golang.org") {
        3
    } else {
        3.min(b.split('/').count())
    };
    a.split('/').take(depth).eq(b.split('/').take(depth))
}

/// `undefined: errors.Is`, `x.Foo undefined (type *tls.Config has no field or method Foo)`.
fn newer_name(message: &str) -> Option<(String, u32)> {
    for pattern in ["undefined: {}", "undeclared name: {}", "{} not declared by package"] {
        if let Some(found) = crate::sign::find(pattern, message) {
            let name = found.holes[0].split([' ', ',']).next().unwrap_or("").trim_matches('"');
            if let Some(since) = stdlib::name_since(name) {
                return Some((name.to_owned(), since));
            }
        }
    }
    if message.contains("undefined: any") || message.trim() == "undefined: comparable" {
        return Some(("any".to_owned(), 18));
    }
    if let Some(found) = crate::sign::find("(type {} has no field or method {})", message) {
        let of = found.holes[0].trim_start_matches('*');
        let name = format!("{of}.{}", found.holes[1].trim_end_matches(')').split(',').next().unwrap_or(""));
        if let Some(since) = stdlib::name_since(&name) {
            return Some((name, since));
        }
    }
    if let Some(found) = crate::sign::find("unknown field '{}' in struct literal of type {}", message)
        .or_else(|| crate::sign::find("unknown field {} in struct literal of type {}", message))
    {
        let name = format!("{}.{}", found.holes[1].trim(), found.holes[0]);
        if let Some(since) = stdlib::name_since(&name) {
            return Some((name, since));
        }
    }
    is_generics(message).then(|| ("generics".to_owned(), 18))
}

/// How compilers before 1.18 stumble over type parameters.
fn is_generics(message: &str) -> bool {
    message.contains("unexpected [, expecting (")
        || message.contains("unexpected any")
        || message.contains("unexpected | ")
        || message.contains("missing function body, unexpected [")
        || message.contains("func type parameters")
        || message.contains("expected '(', found '['")
}
