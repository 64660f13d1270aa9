//! Go's `filepath.Match` and `filepath.Clean` for slash-separated paths. COPY's wildcards follow them, and ignore
//! patterns are checked with them.

/// A pattern with wrong syntax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("syntax error in pattern")]
pub struct BadPattern;

/// Whether a text has any of `* ? [` outside an escape.
#[must_use]
pub fn has_wildcard(text: &str) -> bool {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '*' | '?' | '[' => return true,
            '\\' => {
                chars.next();
            }
            _ => {}
        }
    }
    false
}

/// Go's `filepath.Match`: `*` and `?` do not cross a slash, `[a-z]`, `[^a-z]`, `\` escapes. As there, a mistake is
/// only found as far as the pattern is looked at for this name.
///
/// # Errors
/// The pattern is malformed.
pub fn matches(pattern: &str, name: &str) -> Result<bool, BadPattern> {
    let mut pattern = pattern;
    let mut name = name;
    'next: while !pattern.is_empty() {
        let (star, chunk, rest) = scan_chunk(pattern);
        pattern = rest;
        if star && chunk.is_empty() {
            return Ok(!name.contains('/'));
        }
        if let Some(tail) = match_chunk(chunk, name)?
            && (tail.is_empty() || !pattern.is_empty())
        {
            name = tail;
            continue;
        }
        if star {
            for (at, c) in name.char_indices() {
                if c == '/' {
                    break;
                }
                if let Some(tail) = match_chunk(chunk, &name[at + c.len_utf8()..])? {
                    if pattern.is_empty() && !tail.is_empty() {
                        continue;
                    }
                    name = tail;
                    continue 'next;
                }
            }
        }
        return Ok(false);
    }
    Ok(name.is_empty())
}

/// The next piece without star, whether stars stand before it, and the rest.
fn scan_chunk(pattern: &str) -> (bool, &str, &str) {
    let body = pattern.trim_start_matches('*');
    let star = body.len() != pattern.len();
    let mut in_range = false;
    let mut chars = body.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '[' => in_range = true,
            ']' => in_range = false,
            '*' if !in_range => return (star, &body[..at], &body[at..]),
            _ => {}
        }
    }
    (star, body, "")
}

/// Match the beginning of `name`: what is left of it, or `None`. The whole chunk is read even when it fails early.
fn match_chunk<'a>(chunk: &str, name: &'a str) -> Result<Option<&'a str>, BadPattern> {
    let mut rest = name.chars();
    let mut failed = false;
    let mut chunk = chunk.chars();
    while let Some(op) = chunk.next() {
        let c = if failed { None } else { rest.next() };
        failed |= c.is_none();
        match op {
            '[' => {
                let negated = chunk.as_str().starts_with('^');
                if negated {
                    chunk.next();
                }
                let mut hit = false;
                let mut count = 0;
                loop {
                    if chunk.as_str().starts_with(']') && count > 0 {
                        chunk.next();
                        break;
                    }
                    let lo = class_char(&mut chunk)?;
                    let mut hi = lo;
                    if chunk.as_str().starts_with('-') {
                        chunk.next();
                        hi = class_char(&mut chunk)?;
                    }
                    hit |= c.is_some_and(|c| lo <= c && c <= hi);
                    count += 1;
                }
                failed |= hit == negated;
            }
            '?' => failed |= c == Some('/'),
            '\\' => failed |= c != Some(chunk.next().ok_or(BadPattern)?),
            op => failed |= c != Some(op),
        }
    }
    Ok((!failed).then_some(rest.as_str()))
}

fn class_char(chunk: &mut std::str::Chars<'_>) -> Result<char, BadPattern> {
    let c = match chunk.next() {
        None | Some('-' | ']') => return Err(BadPattern),
        Some('\\') => chunk.next().ok_or(BadPattern)?,
        Some(c) => c,
    };
    // Something must follow: the class is not closed yet.
    if chunk.as_str().is_empty() { Err(BadPattern) } else { Ok(c) }
}

/// Go's `filepath.Clean`: the shortest equal path; `.` for nothing.
#[must_use]
pub fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&last) if last != ".." => {
                    parts.pop();
                }
                _ if rooted => {}
                _ => parts.push(".."),
            },
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned() {
        let table = [
            ("", "."),
            ("./a/", "a"),
            ("a//b/../c", "a/c"),
            ("../a", "../a"),
            ("a/..", "."),
            ("/../a", "/a"),
            ("/", "/"),
            ("../../a/..", "../.."),
            ("!../x", "!../x"),
        ];
        for (path, want) in table {
            assert_eq!(clean(path), want, "{path}");
        }
    }

    #[test]
    fn wildcards() {
        assert_eq!(matches("*.go", "a.go"), Ok(true));
        assert_eq!(matches("*.go", "d/a.go"), Ok(false));
        assert_eq!(matches("go.*", "go.sum"), Ok(true));
        assert_eq!(matches("go.su[m]", "go.sum"), Ok(true));
        assert_eq!(matches("[^a-c]x", "dx"), Ok(true));
        for bad in ["[", "[]a]", "[-]", "[x-]", "a[", "\\", "[a-b-c]", "*["] {
            assert_eq!(matches(bad, "a"), Err(BadPattern), "{bad}");
        }
        assert!(has_wildcard("go.*") && !has_wildcard("go\\*"));
    }
}
