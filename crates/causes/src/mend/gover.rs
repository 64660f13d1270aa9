//! Which Go a build needs, which one it has, and how it gets the one it needs.

use finding::Fix;

use super::remedy::{edit, run};
use super::{edits, facts, names, words};
use crate::case::Case;
use crate::{sign, stdlib};

/// The Go version that the message asks for, as it names it: `1.25.0`, `1.22`.
pub(crate) fn needed(case: &Case<'_>) -> Option<String> {
    spoken(case.text).or_else(|| implied(case)).or_else(|| names::nearby(case, spoken))
}

/// A version that the message says.
fn spoken(text: &str) -> Option<String> {
    const PATTERNS: [(&str, usize); 14] = [
        ("requires go >= {} ", 0),
        ("requires go >= {}", 0),
        ("module requires Go {}", 0),
        ("a module that requires go {}", 0),
        ("invalid go version '{}'", 0),
        ("lower than the targeted Go version ({})", 0),
        ("requires newer Go version go{}", 0),
        ("requires newer Go version {}", 0),
        ("requires at least Go {}", 0),
        ("requires Go {} or later", 0),
        ("needs Go {} or higher", 0),
        ("go version {} or later is required", 0),
        ("cannot compile Go {} code", 0),
        ("compiled with go{} or", 0),
    ];
    PATTERNS.iter().find_map(|(pattern, n)| {
        let found = sign::find(pattern, text)?;
        version(found.holes.get(*n)?)
    })
}

/// `1.22.3` at the beginning of a text.
fn version(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches("go");
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(text.len());
    let text = text[..end].trim_end_matches('.');
    facts::minor(text).map(|_| text.to_owned())
}

/// What the symptom tells: a package, a name, a directive or a flag that came with some version.
fn implied(case: &Case<'_>) -> Option<String> {
    const TELLTALE: [(&str, u32); 20] = [
        ("unknown directive: toolchain", 21),
        ("usage: go 1.23", 21),
        ("unknown directive: tool", 24),
        ("unknown block type: tool", 24),
        ("unknown directive: godebug", 23),
        ("unknown block type: godebug", 23),
        ("unknown directive: ignore", 25),
        ("unknown block type: ignore", 25),
        ("unknown directive: retract", 16),
        ("unknown block type: retract", 16),
        ("//go:build comment without // +build comment", 17),
        ("unknown subcommand \"work\"", 18),
        ("unknown subcommand \"mod\"", 11),
        ("unknown command \"mod\"", 11),
        ("not defined: -trimpath", 13),
        ("not defined: -buildvcs", 18),
        ("not defined: -modcacherw", 14),
        ("not defined: -mod", 11),
        ("generics", 18),
        ("type parameters", 18),
    ];
    let text = case.text;
    if let Some((_, minor)) = TELLTALE.iter().find(|(words, _)| text.contains(words)) {
        return Some(format!("1.{minor}"));
    }
    let subjects = || case.subjects.iter().map(String::as_str).filter(|s| text.contains(s));
    let minor = subjects()
        .filter_map(stdlib::package_since)
        .chain(subjects().filter_map(stdlib::name_since))
        .filter(|m| *m >= 5)
        .max()
        .or_else(|| case.subjects.iter().any(|s| s == "generics" || s == "any").then_some(18))
        .or_else(|| case.subjects.iter().find_map(|s| stdlib::name_since(s)));
    minor.map(|m| format!("1.{m}"))
}

/// The Go version that ran, as the message or the image's tag names it.
pub(crate) fn running(case: &Case<'_>) -> Option<String> {
    if let Some(found) =
        sign::find("(running go {};", case.text).or_else(|| sign::find("(running go {})", case.text))
    {
        return version(found.holes[0]);
    }
    let image = facts::base(case).filter(facts::Image::is_golang)?;
    version(&image.tag)
}

/// Who asks for the newer Go: go.mod, go.work, or a module.
pub(crate) fn who(case: &Case<'_>) -> Option<String> {
    let head = case.text.split(" requires go >= ").next().filter(|h| h.len() < case.text.len())?;
    let word = head.split(' ').rfind(|w| w.contains('.') && !w.starts_with('('))?;
    names::plain(word).map(str::to_owned)
}

/// The dependency that asks for it.
pub(crate) fn dependency(case: &Case<'_>) -> Option<String> {
    let who = who(case)?;
    let path = who.split('@').next()?;
    names::is_module_path(path).then(|| path.to_owned())
}

/// A tool that the failing step installs at its newest version.
pub(crate) fn unpinned_tool(case: &Case<'_>) -> Option<String> {
    let word = case.instruction.split_whitespace().find(|w| w.contains("@latest"))?;
    let path = word.split("@latest").next()?;
    names::plain(path).filter(|p| names::is_module_path(p)).map(str::to_owned)
}

/// The base image with a newer Go.
pub(crate) fn newer_image(case: &Case<'_>, minor: Option<u32>) -> Fix {
    let tag = minor.map_or_else(|| "<version>".to_owned(), |m| format!("1.{m}"));
    let title =
        words!("build with the image golang:{tag} or later", "使用 golang:{tag} 或更高版本的镜像构建");
    let image = facts::base(case);
    let from = facts::from_line(case);
    let old = facts::running_minor(case).map_or_else(|| "<old version>".to_owned(), |m| format!("1.{m}"));
    match (image, from) {
        (Some(image), Some(from)) if image.is_golang() => {
            // A tag that names its distribution's release may not exist for the newer Go.
            let suffix = if image.tag.contains("alpine") {
                "-alpine"
            } else if image.tag.contains("slim") {
                "-slim"
            } else if image.tag.contains("bookworm") || image.tag.contains("trixie") {
                "-bookworm"
            } else {
                ""
            };
            if let Some(argument) = variable(&from) {
                return run(title, facts::build_command(case, &format!("--build-arg {argument}={tag}")));
            }
            let stage = facts::alias(&from).map(str::to_owned);
            let stage = stage.or_else(|| {
                facts::failing(case.build)
                    .and_then(|(_, s)| s.stage.clone())
                    .filter(|s| s.parse::<u32>().is_err() && !s.starts_with("stage-"))
            });
            let alias =
                stage.filter(|s| names::plain(s).is_some()).map_or_else(String::new, |s| format!(" AS {s}"));
            edit(
                title,
                edits::swap(
                    &format!("FROM {}{alias}", image.reference()),
                    &format!("FROM {}:{tag}{suffix}{alias}", image.name),
                ),
            )
        }
        (Some(_), _) => edit(
            words!("put Go {tag} or later into the image", "在镜像中放入 Go {tag} 或更高版本"),
            format!(
                "+COPY --from=golang:{tag} /usr/local/go /usr/local/go\n+ENV PATH=/usr/local/go/bin:$PATH"
            ),
        ),
        _ if facts::in_docker(case) => edit(title, format!("-FROM golang:{old}\n+FROM golang:{tag}")),
        _ => edit(
            words!(
                "use Go {tag} or later (image golang:{tag}; setup-go: go-version-file: go.mod)",
                "使用 Go {tag} 或更高版本（镜像 golang:{tag}；setup-go 请写 go-version-file: go.mod）"
            ),
            format!("-FROM golang:{old}\n+FROM golang:{tag}"),
        ),
    }
}

/// `GO_VERSION` of `FROM golang:${GO_VERSION}-alpine`.
fn variable(from: &str) -> Option<String> {
    let at = from.find('$')?;
    let rest = from[at + 1..].trim_start_matches('{');
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
    let name = &rest[..end];
    (!name.is_empty() && from.contains("golang:$")).then(|| name.to_owned())
}
