//! Names out of messages: hosts, modules, packages, files. A name that is not plain is not used.

use buildlog::chain::{AddressClass, all_modules, classify_host, fault, module_ref, url_in};

use super::facts;
use crate::case::Case;

/// The name, when it consists of characters that mean nothing to a shell, a Dockerfile or a terminal.
pub(crate) fn plain(name: &str) -> Option<&str> {
    let name = name.trim();
    let harmless =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '@' | ':' | '+' | '~');
    let fits = !name.is_empty()
        && name.len() <= 160
        && name.chars().all(harmless)
        && !name.starts_with('-')
        && !name.contains("***");
    fits.then_some(name)
}

/// The text, when a terminal shows it as it is: for titles, never for commands.
pub(crate) fn shown(text: &str) -> Option<&str> {
    let text = text.trim();
    let ordinary = |c: char| c.is_alphanumeric() || c.is_ascii_punctuation() || c == ' ';
    (!text.is_empty() && text.len() <= 160 && text.chars().all(ordinary)).then_some(text)
}

/// The host concerned, without user information and port.
pub(crate) fn host(case: &Case<'_>) -> Option<String> {
    let from_fault = case.fault.and_then(|f| f.host.clone()).filter(|h| looks_like_host(h));
    from_fault
        .or_else(|| url_in(case.text).map(|u| u.host.to_owned()).filter(|h| looks_like_host(h)))
        .or_else(|| {
            case.fault.and_then(|f| f.address.as_ref()).map(|a| a.host.clone()).filter(|h| looks_like_host(h))
        })
        .or_else(|| {
            case.subjects.iter().map(|s| bare_host(s)).find(|h| looks_like_host(h)).map(str::to_owned)
        })
}

/// `host:port` of the connection that failed, when it is known.
pub(crate) fn address(case: &Case<'_>) -> Option<String> {
    let address = case.fault?.address.as_ref()?;
    let host = if address.host.contains(':') { format!("[{}]", address.host) } else { address.host.clone() };
    Some(address.port.map_or_else(|| host.clone(), |port| format!("{host}:{port}")))
}

fn bare_host(subject: &str) -> &str {
    let rest = subject.split_once("://").map_or(subject, |(_, rest)| rest);
    let rest = rest.split(['/', '?']).next().unwrap_or(rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    rest.split(':').next().unwrap_or(rest)
}

fn looks_like_host(host: &str) -> bool {
    if plain(host).is_none() || host.contains(['/', '@']) {
        return false;
    }
    // A name has letters; `1.26` is a version.
    let named = host.contains('.') && host.bytes().any(|b| b.is_ascii_alphabetic());
    named || classify_host(host) != AddressClass::Name
}

/// The module the message speaks of: `path@version`, or a path out of a URL or an import.
pub(crate) fn module(case: &Case<'_>) -> Option<String> {
    module_in(case.text)
        .or_else(|| {
            case.subjects.iter().find_map(|s| {
                module_in(s).or_else(|| plain(s).filter(|s| is_module_path(s)).map(str::to_owned))
            })
        })
        .or_else(|| nearby(case, |t| module_ref(t).and_then(|m| plain(m.path)).map(str::to_owned)))
        .or_else(|| only_module(case.instruction))
}

/// The one module or repository that an instruction names.
fn only_module(instruction: &str) -> Option<String> {
    let mut found = instruction.split([' ', '"', '\'', ';']).filter_map(|word| {
        let word = word
            .split_once("://")
            .map_or(word, |(_, rest)| rest)
            .trim_end_matches(".git")
            .trim_end_matches("/...");
        let word = word.split('@').next().unwrap_or(word);
        (is_module_path(word)
            && word.split('/').count() >= 3
            && !word.contains(".tar")
            && !word.contains(".sh"))
        .then(|| plain(word).map(str::to_owned))
        .flatten()
    });
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// The module path in one text.
pub(crate) fn module_in(text: &str) -> Option<String> {
    if let Some(found) = all_modules(text)
        .find_map(|m| plain(m.path).filter(|p| is_module_path(p) && !p.starts_with("golang.org/toolchain")))
    {
        return Some(found.to_owned());
    }
    for pattern in [
        "unrecognized import path \"{}\"",
        "cannot find package \"{}\"",
        "providing package {} ",
        "providing package {};",
        "provides package {};",
        "provides package {}",
        "cannot load {}: ",
        "code in directory {} expects",
    ] {
        if let Some(path) = crate::sign::find(pattern, text)
            .and_then(|f| plain(f.holes[0].trim_matches('"')).map(str::to_owned))
            && is_module_path(&path)
        {
            return Some(path);
        }
    }
    let url = url_in(text)?;
    if url.path.contains("/@v/") || url.path.contains("/@latest") {
        return plain(&unescape(from_proxy_path(url.path)?)).map(str::to_owned);
    }
    let path = url.path.split('?').next().unwrap_or("").trim_matches('/').trim_end_matches(".git");
    let whole = format!("{}/{path}", url.host);
    let useful =
        !path.is_empty() && is_module_path(&whole) && !path.starts_with("v2/") && !path.starts_with("sumdb/");
    useful.then_some(whole).and_then(|w| plain(&w).map(str::to_owned))
}

/// `github.com/Azure/x` of `/api/go/github.com/!azure/x/@v/v1.mod`.
fn from_proxy_path(path: &str) -> Option<&str> {
    let path = path.split("/@").next()?.trim_matches('/');
    // A proxy may live below a path of its own: the module begins at the first element with a dot.
    let mut at = 0;
    for element in path.split('/') {
        if element.contains('.') {
            return path.get(at..);
        }
        at += element.len() + 1;
    }
    None
}

fn unescape(path: &str) -> String {
    let path = path.replace("%21", "!");
    let mut out = String::with_capacity(path.len());
    let mut upper = false;
    for c in path.chars() {
        match c {
            '!' => upper = true,
            c if upper => {
                out.push(c.to_ascii_uppercase());
                upper = false;
            }
            c => out.push(c),
        }
    }
    out
}

/// A path whose first element can be a host.
pub(crate) fn is_module_path(path: &str) -> bool {
    let mut elements = path.split('/');
    let first = elements.next().unwrap_or("");
    first.contains('.')
        && !first.starts_with('.')
        && !first.ends_with(".go")
        && !first.contains(':')
        && elements.next().is_some()
}

/// What `find` makes of the lines just above (up to 12) or below (up to 3) the decisive one.
pub(crate) fn nearby<T>(case: &Case<'_>, find: impl Fn(&str) -> Option<T>) -> Option<T> {
    let lines: Vec<&str> = facts::lines(case).collect();
    let at = lines.iter().position(|l| l.trim_end() == case.text.trim_end())?;
    let above = lines[..at].iter().rev().take(12);
    above.chain(lines[at + 1..].iter().take(3)).find_map(|l| find(l))
}

/// What GOPRIVATE should name so that it covers a module: owner and host on the big public hosts, else the host.
pub(crate) fn private_pattern(module: &str) -> String {
    let mut elements = module.split('/');
    let host = elements.next().unwrap_or(module);
    let public = [
        "github.com",
        "gitlab.com",
        "bitbucket.org",
        "gitee.com",
        "codeberg.org",
        "git.sr.ht",
        "dev.azure.com",
        "codeup.aliyun.com",
    ];
    match elements.next() {
        Some(owner) if public.contains(&host) => format!("{host}/{owner}"),
        _ => host.to_owned(),
    }
}

/// `module` without the path below its repository, where the host is known to have `owner/name`.
pub(crate) fn repository(module: &str) -> String {
    let deep = module.starts_with("github.com/")
        || module.starts_with("bitbucket.org/")
        || module.starts_with("gitee.com/");
    module.split('/').take(if deep { 3 } else { usize::MAX }).collect::<Vec<_>>().join("/")
}

/// How many modules the failing step lost to the same kind of fault; at least 1.
pub(crate) fn modules_hit(case: &Case<'_>) -> usize {
    let Some(own) = case.fault else { return 1 };
    let mut seen: Vec<&str> = Vec::new();
    for line in facts::lines(case) {
        if seen.len() >= 1000 {
            break;
        }
        // Most lines name no version at all.
        if memchr::memchr(b'@', line.as_bytes()).is_none() {
            continue;
        }
        let Some(module) = module_ref(line) else { continue };
        if !seen.contains(&module.path)
            && fault(line).is_some_and(|f| f.kind == own.kind && f.host == own.host)
        {
            seen.push(module.path);
        }
    }
    seen.len().max(1)
}

/// What stands in the `n`th hole of the first pattern that fits the decisive message, when it is plain.
pub(crate) fn hole(case: &Case<'_>, patterns: &[(&str, usize)]) -> Option<String> {
    patterns.iter().find_map(|(pattern, n)| {
        let found = crate::sign::find(pattern, case.text)?;
        let name = found.holes.get(*n)?.trim().trim_matches(['"', '\'', '`', ':', '‘', '’']);
        plain(name).map(str::to_owned)
    })
}

/// A headline, with the number of modules when one fault cost more than one.
pub(crate) fn counted(case: &Case<'_>, words: finding::Words) -> finding::Words {
    match modules_hit(case) {
        0 | 1 => words,
        n => finding::Words::new(
            format!("{}: {n} modules, one cause", words.en),
            format!("{}（涉及 {n} 个模块，同一原因）", words.zh),
        ),
    }
}

/// Scheme, host and `host[:port]` of the URL in the message.
pub(crate) fn origin(case: &Case<'_>) -> Option<(String, String, String)> {
    let url = url_in(case.text)?;
    let host = plain(url.host)?.to_owned();
    let server = url.port.map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
    matches!(url.scheme, "http" | "https").then(|| (url.scheme.to_owned(), host, server))
}
