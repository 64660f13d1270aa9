//! The pieces of a message: clauses, modules, URLs, source positions.

/// A module or package with a version, as Go prints it: `example.com/m@v1.2.3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModuleRef<'a> {
    /// Module path.
    pub path: &'a str,
    /// Version or query.
    pub version: &'a str,
}

/// A URL in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Url<'a> {
    /// The whole URL as printed.
    pub whole: &'a str,
    /// `https`.
    pub scheme: &'a str,
    /// Host without port and user.
    pub host: &'a str,
    /// Port, when given.
    pub port: Option<u16>,
    /// Path and query, with the leading `/`.
    pub path: &'a str,
}

/// A place in a source file at the start of a message: `main.go:3:2: `.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position<'a> {
    /// File as printed.
    pub file: &'a str,
    /// Line.
    pub line: u32,
    /// Column, when printed.
    pub column: Option<u32>,
    /// What follows.
    pub message: &'a str,
}

/// Splits a message at `: ` outside quotes, outermost clause first.
#[must_use]
pub fn clauses(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut start = 0;
    let mut quoted = false;
    for i in 0..bytes.len() {
        match bytes[i] {
            b'"' => quoted = !quoted,
            b':' if !quoted && bytes.get(i + 1) == Some(&b' ') => {
                out.push(text[start..i].trim());
                start = i + 2;
            }
            _ => {}
        }
    }
    out.push(text.get(start..).unwrap_or("").trim());
    // An unbalanced quote would hide the rest of the chain.
    if quoted && out.len() == 1 {
        return text.split(": ").map(str::trim).collect();
    }
    out
}

/// The first `path@version` in a message.
#[must_use]
pub fn module_ref(text: &str) -> Option<ModuleRef<'_>> {
    all_modules(text).next()
}

/// Every `path@version` in a message.
pub fn all_modules(text: &str) -> impl Iterator<Item = ModuleRef<'_>> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '(' | ')' | ',' | '\'' | '`')).filter_map(
        |word| {
            let word = word.trim_end_matches([':', ';', '.']);
            let (path, version) = word.split_once('@')?;
            let version = version.split([':', '/']).next()?;
            let first = path.split('/').next()?;
            let fits = !path.contains("://")
                && !path.contains(':')
                && first.contains('.')
                && !first.starts_with('.')
                && !version.is_empty()
                && version
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'+' | b'_'));
            fits.then_some(ModuleRef { path, version })
        },
    )
}

/// The first URL in a message.
#[must_use]
pub fn url_in(text: &str) -> Option<Url<'_>> {
    let at = text.find("://")?;
    let start = text[..at].rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '+')).map_or(0, |i| i + 1);
    let scheme = &text[start..at];
    if scheme.is_empty() {
        return url_in(&text[at + 3..]);
    }
    let rest = &text[at + 3..];
    let end = rest
        .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '>' | '<' | ')' | '|'))
        .unwrap_or(rest.len());
    let rest = rest[..end].trim_end_matches([':', ',', ';', '.']);
    let whole = &text[start..at + 3 + rest.len()];
    let (authority, path) = match rest.find(['/', '?']) {
        Some(slash) => (&rest[..slash], &rest[slash..]),
        None => (rest, ""),
    };
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = if let Some(v6) = authority.strip_prefix('[') {
        let (host, after) = v6.split_once(']')?;
        (host, after.strip_prefix(':').and_then(|p| p.parse().ok()))
    } else {
        match authority.split_once(':') {
            Some((host, port)) => (host, port.parse().ok()),
            None => (authority, None),
        }
    };
    (!host.is_empty()).then_some(Url { whole, scheme, host, port, path })
}

/// The source position a message starts with.
#[must_use]
pub fn position(text: &str) -> Option<Position<'_>> {
    let text = text.trim_start();
    let colon = text.find(':')?;
    // A Windows drive is part of the file name.
    let colon = if colon == 1 && text.as_bytes().get(2).is_some_and(|b| matches!(b, b'\\' | b'/')) {
        2 + text[2..].find(':')?
    } else {
        colon
    };
    let file = &text[..colon];
    if file.is_empty() || file.contains(char::is_whitespace) && !file.contains('\\') || !file.contains('.') {
        return None;
    }
    let mut rest = &text[colon + 1..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let line = rest[..digits].parse().ok()?;
    rest = rest[digits..].strip_prefix(':')?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let mut column = None;
    if digits > 0
        && let Some(after) = rest[digits..].strip_prefix(':')
    {
        column = rest[..digits].parse().ok();
        rest = after;
    }
    Some(Position { file, line, column, message: rest.trim_start() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_split_at_their_clauses() {
        assert_eq!(
            clauses(r#"go: x@v1: Get "https://a/b: c": dial tcp 1.2.3.4:443: i/o timeout"#),
            ["go", "x@v1", r#"Get "https://a/b: c""#, "dial tcp 1.2.3.4:443", "i/o timeout"]
        );
    }

    #[test]
    fn pieces_are_found() {
        let text = r#"go: example.com/m@v1.2.3: Get "http://u:p@[::1]:3000/x/@v/list?a=1": dial"#;
        assert_eq!(module_ref(text), Some(ModuleRef { path: "example.com/m", version: "v1.2.3" }));
        let url = url_in(text).unwrap();
        assert_eq!((url.scheme, url.host, url.port, url.path), ("http", "::1", Some(3000), "/x/@v/list?a=1"));
        assert_eq!(module_ref("git@github.com:x/y"), None);
        let p = position("a/b.go:3:2: undefined: x").unwrap();
        assert_eq!((p.file, p.line, p.column, p.message), ("a/b.go", 3, Some(2), "undefined: x"));
        assert_eq!(position("go: x").map(|p| p.line), None);
        assert_eq!(position(r"C:\a b\c.go:7: x").map(|p| p.line), Some(7));
    }
}
