//! Where the secrets of a line are.

use std::ops::Range;

/// Names that say their value is secret, when an identifier ends with one of them.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "token",
    "secret",
    "apikey",
    "api_key",
    "api-key",
    "access_key",
    "access-key",
    "accesskey",
    "private_key",
    "private-key",
    "credential",
    "credentials",
    "_auth",
    "_pat",
];
/// Query parameters that are secret although their names are not.
const QUERY: &[&str] =
    &["sig", "signature", "x-amz-signature", "x-goog-signature", "x-amz-credential", "x-goog-credential"];
/// Schemes of an Authorization header.
const SCHEMES: &[&str] = &["basic", "bearer", "token", "digest", "negotiate", "apikey"];
/// Values that give nothing away.
const HARMLESS: &[&str] =
    &["true", "false", "null", "nil", "<nil>", "none", "xxxxx", "undefined", "EOF", "OK"];

/// A token whose first characters give it away: prefix in its exact case, fewest bytes after it, which they may be.
type Form = (&'static str, usize, fn(u8) -> bool);

const FORMS: &[Form] = &[
    ("ghp_", 16, is_word),
    ("gho_", 16, is_word),
    ("ghu_", 16, is_word),
    ("ghs_", 16, is_word),
    ("ghr_", 16, is_word),
    ("github_pat_", 16, is_word),
    ("glpat-", 16, is_slug),
    ("glptt-", 16, is_slug),
    ("gldt-", 16, is_slug),
    ("glrt-", 16, is_slug),
    ("glcbt-", 16, is_slug),
    ("npm_", 30, is_alnum),
    ("dckr_pat_", 16, is_slug),
    ("dckr_oat_", 16, is_slug),
    ("pypi-AgE", 30, is_slug),
    ("AIza", 35, is_slug),
    ("xoxb-", 10, is_slug),
    ("xoxp-", 10, is_slug),
    ("xoxa-", 10, is_slug),
    ("xoxr-", 10, is_slug),
    ("xoxs-", 10, is_slug),
    ("xoxe-", 10, is_slug),
];

fn is_alnum(b: u8) -> bool {
    b.is_ascii_alphanumeric()
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

fn is_slug(b: u8) -> bool {
    is_word(b) || b == b'-'
}

fn is_bearer(b: u8) -> bool {
    is_slug(b) || b".~+/=".contains(&b)
}

/// What every secret of the line spans. Spans may overlap.
pub(super) fn find(line: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    urls(line, &mut spans);
    forms(line, &mut spans);
    jwts(line, &mut spans);
    headers(line, &mut spans);
    named(line, &mut spans);
    words(line, &mut spans);
    keys(line, &mut spans);
    spans
}

/// All places of `needle`, whatever its case.
fn places<'a>(line: &'a str, needle: &'a str) -> impl Iterator<Item = usize> + 'a {
    let (line, needle) = (line.as_bytes(), needle.as_bytes());
    line.windows(needle.len())
        .enumerate()
        .filter(move |(_, w)| w.eq_ignore_ascii_case(needle))
        .map(|(at, _)| at)
}

fn run(line: &str, from: usize, of: impl Fn(u8) -> bool) -> usize {
    from + line.as_bytes()[from..].iter().take_while(|b| of(**b)).count()
}

/// A word of the line, not the inside of a longer one.
fn starts_word(line: &str, at: usize) -> bool {
    at == 0 || !is_word(line.as_bytes()[at - 1])
}

/// `https://user:PASSWORD@host`, `https://TOKEN@host`.
fn urls(line: &str, spans: &mut Vec<Range<usize>>) {
    for at in places(line, "://") {
        let from = at + 3;
        let Some(at_sign) = userinfo_end(&line.as_bytes()[from..]).map(|n| from + n) else { continue };
        let (user, password) = match line[from..at_sign].find(':') {
            Some(colon) => (from..from + colon, Some(from + colon + 1..at_sign)),
            None => (from..at_sign, None),
        };
        match password {
            Some(password) if is_secret(&line[password.clone()]) => spans.push(password),
            // `git@` and `oauth2@` are names; a token in the user's place looks like no name
            None if is_opaque(&line[user.clone()], 20) => spans.push(user),
            _ => {}
        }
    }
}

/// Where the userinfo of a URL ends, whose `scheme://` is cut off; `None` when it has none.
///
/// A password may hold an unescaped `/`, `?` or `#` (Go then complains of an invalid port and prints it all): what looks like a
/// port but is none begins such a password.
pub(super) fn userinfo_end(rest: &[u8]) -> Option<usize> {
    let until = |ends: &[u8]| rest.iter().take_while(|b| !ends.contains(b)).count();
    let authority = &rest[..until(b"/ \t\"'?#<>`")];
    if let Some(at) = authority.iter().rposition(|b| *b == b'@') {
        return Some(at);
    }
    let colon = authority.iter().position(|b| *b == b':')?;
    let port = &authority[colon + 1..];
    if authority.starts_with(b"[") || port.is_empty() || port.iter().all(u8::is_ascii_digit) {
        return None;
    }
    rest[..until(b" \t\"'<>`")].iter().rposition(|b| *b == b'@')
}

/// Tokens known by their first characters, AWS key ids and Google keys.
fn forms(line: &str, spans: &mut Vec<Range<usize>>) {
    for (prefix, least, of) in FORMS {
        for (at, _) in line.match_indices(prefix) {
            let end = run(line, at + prefix.len(), of);
            if starts_word(line, at) && end - at - prefix.len() >= *least {
                spans.push(at..end);
            }
        }
    }
    for prefix in ["AKIA", "ASIA"] {
        for (at, _) in line.match_indices(prefix) {
            let end = run(line, at, is_word);
            let upper = line[at..end].bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
            if starts_word(line, at) && end - at == 20 && upper {
                spans.push(at..end);
            }
        }
    }
}

/// `eyJ....eyJ....SIGNATURE`.
fn jwts(line: &str, spans: &mut Vec<Range<usize>>) {
    for (at, _) in line.match_indices("eyJ") {
        if !starts_word(line, at) {
            continue;
        }
        let head = run(line, at, is_slug);
        let dot = |at: usize| line.as_bytes().get(at) == Some(&b'.');
        if head - at < 10 || !dot(head) {
            continue;
        }
        let body = run(line, head + 1, is_slug);
        if body - head < 5 {
            continue;
        }
        spans.push(at..if dot(body) { run(line, body + 1, is_slug) } else { body });
    }
}

/// `Authorization: Bearer TOKEN`, in headers, options and messages; `Bearer TOKEN` anywhere.
fn headers(line: &str, spans: &mut Vec<Range<usize>>) {
    for at in places(line, "authorization") {
        let Some((value, quoted)) = value_start(line, at + "authorization".len(), true) else { continue };
        let word = run(line, value, |b| !is_end(b));
        if SCHEMES.iter().any(|s| line[value..word].eq_ignore_ascii_case(s)) {
            let token = run(line, word, |b| b == b' ');
            let end = run(line, token, |b| !is_end(b));
            if end - token >= 4 && is_secret(&line[token..end]) {
                spans.push(token..end);
            }
        } else if is_opaque(&line[value..word], 8)
            && (quoted || word - value >= 16 || rest_is_empty(line, word))
        {
            spans.push(value..word);
        }
    }
    for at in places(line, "bearer ") {
        let from = run(line, at + "bearer ".len(), |b| b == b' ');
        let end = run(line, from, is_bearer);
        if starts_word(line, at) && is_opaque(&line[from..end], 16) {
            spans.push(from..end);
        }
    }
}

/// What may end an unquoted value.
fn is_end(b: u8) -> bool {
    b.is_ascii_whitespace() || b"\"'`&;|<>(){}[]".contains(&b)
}

/// Values whose names say what they are: `TOKEN=...`, `"token": "..."`, `PRIVATE-TOKEN: ...`, `--token ...`,
/// `ENV TOKEN ...`, `?sig=...`.
fn named(line: &str, spans: &mut Vec<Range<usize>>) {
    let bytes = line.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !is_slug(bytes[at]) {
            at += 1;
            continue;
        }
        let end = run(line, at, is_slug);
        if let Some(value) = named_value(line, at..end) {
            spans.push(value);
        }
        at = end;
    }
}

fn named_value(line: &str, name: Range<usize>) -> Option<Range<usize>> {
    let bytes = line.as_bytes();
    let before = line[..name.start].trim_end_matches('\\').bytes().next_back();
    let text = line[name.clone()].trim_start_matches('-');
    let bare = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let secret = NAMES.iter().any(|n| ends_with(bare, n));
    let query = matches!(before, Some(b'?' | b'&')) && QUERY.iter().any(|q| text.eq_ignore_ascii_case(q));
    let json_auth = before == Some(b'"') && text == "auth";
    if !secret && !query && !json_auth {
        return None;
    }
    let after = bytes.get(name.end).copied();
    // `--token VALUE`; docker's `--secret id=...` names a secret, it is none
    if line[name.clone()].starts_with("--") && after == Some(b' ') {
        let (value, _) = value_start(line, name.end, false)?;
        let spec = text.eq_ignore_ascii_case("secret") || bytes.get(value) == Some(&b'-');
        return if spec { None } else { whole_value(line, value) };
    }
    let compound = bare.contains(['-', '_']);
    if after == Some(b' ') {
        let env = ["ENV ", "env "].iter().any(|e| line[..name.start].ends_with(e));
        let ini = compound && line[..name.start].trim().is_empty();
        if env && bytes.get(name.end + 1) != Some(&b'=') {
            return whole_value(line, name.end + 1);
        }
        let assigned = line[name.end..].trim_start().strip_prefix('=')?;
        if !ini || assigned.starts_with('=') {
            return None;
        }
    }
    let (value, quoted) = value_start(line, name.end, true)?;
    let sign = line[name.end..value].find(['=', ':']).map(|n| bytes[name.end + n])?;
    if sign == b'=' {
        return if bytes.get(value) == Some(&b'=') { None } else { whole_value(line, value) };
    }
    // `user:password@host` is a URL's matter
    if !quoted && bytes[value - 1] == b':' {
        return None;
    }
    // `token: ...` is also how messages speak: only a name nobody would write in a sentence counts, or a lone value
    let named = before == Some(b'"') && quoted || compound && text.len() > 5 && !quoted_is_next(line, value);
    let alone = line[..name.start].trim_start_matches(['-', ' ', '\t', '{', '\'', '"']).is_empty();
    let range = whole_value(line, value)?;
    let last = rest_is_empty(line, range.end);
    (named && (quoted || last || range.len() >= 8) || alone && (quoted || last)).then_some(range)
}

fn quoted_is_next(line: &str, at: usize) -> bool {
    line.as_bytes().get(at) == Some(&b'"')
}

fn ends_with(text: &str, name: &str) -> bool {
    text.len()
        .checked_sub(name.len())
        .and_then(|at| text.get(at..))
        .is_some_and(|end| end.eq_ignore_ascii_case(name))
}

/// Skips what stands between a name and its value: closing quote, `=` or `:`, spaces, opening quote. The flag tells
/// whether the value is quoted.
fn value_start(line: &str, at: usize, sign: bool) -> Option<(usize, bool)> {
    let quote = |b: u8| b == b'"' || b == b'\'' || b == b'\\';
    let mut at = run(line, at, quote);
    at = run(line, at, |b| b == b' ');
    if sign {
        if !matches!(line.as_bytes().get(at), Some(b'=' | b':')) {
            return None;
        }
        at = run(line, at + 1, |b| b == b' ');
    }
    let value = run(line, at, quote);
    Some((value, value > at))
}

/// The value that starts at `at`: up to the quote it began with, or to what cannot be part of it.
fn whole_value(line: &str, at: usize) -> Option<Range<usize>> {
    let quote = at.checked_sub(1).map(|n| line.as_bytes()[n]).filter(|b| matches!(b, b'"' | b'\''));
    let end = match quote {
        Some(quote) => run(line, at, |b| b != quote && b != b'\\'),
        None => {
            let end = run(line, at, |b| !is_end(b));
            at + line[at..end].trim_end_matches([',', '.', ':']).len()
        }
    };
    let value = at..end;
    is_secret(&line[value.clone()]).then_some(value)
}

fn rest_is_empty(line: &str, at: usize) -> bool {
    line[at..].trim_end_matches(['"', '\'', '}', ',', '\\', ' ', '\t']).is_empty()
}

/// netrc's `login NAME password VALUE`, `docker login -p VALUE`, `curl -u NAME:VALUE`.
fn words(line: &str, spans: &mut Vec<Range<usize>>) {
    let netrc = places(line, "login ").next().is_some() || places(line, "machine ").next().is_some();
    let sign_in = [" login ", " login\t"].iter().any(|n| places(line, n).next().is_some());
    let curl = places(line, "curl").next().is_some();
    let mut at = 0;
    let mut previous = "";
    for word in line.split([' ', '\t']) {
        let start = at;
        at += word.len() + 1;
        let bare = word.trim_matches(['"', '\'']);
        let from = start + word.find(bare).unwrap_or(0);
        if bare.is_empty() {
            continue;
        }
        let option = !bare.starts_with('-');
        if netrc && previous.eq_ignore_ascii_case("password") && is_secret(bare)
            || sign_in && previous == "-p" && option && is_secret(bare)
        {
            spans.push(from..from + bare.len());
        }
        if curl
            && matches!(previous, "-u" | "--user" | "-U" | "--proxy-user")
            && let Some((_, password)) = bare.split_once(':')
            && is_secret(password)
        {
            spans.push(from + bare.len() - password.len()..from + bare.len());
        }
        previous = bare;
    }
}

/// What follows `-----BEGIN ... PRIVATE KEY-----` on the same line.
fn keys(line: &str, spans: &mut Vec<Range<usize>>) {
    for (at, _) in line.match_indices("PRIVATE KEY-----") {
        let from = at + "PRIVATE KEY-----".len();
        if !line[..at].rfind("-----").is_some_and(|n| line[n..at].starts_with("-----BEGIN ")) {
            continue;
        }
        let end = line[from..].find("-----END").map_or(line.len(), |n| from + n);
        let body = line[from..end].trim_end();
        // a quote or a shell's leftovers are no key
        if body.len() >= 16 || body.starts_with("***") {
            spans.push(from..from + body.len());
        }
    }
}

/// Whether a private key begins on this line and does not end on it.
pub(super) fn opens_key(line: &str) -> bool {
    line.find("-----BEGIN ")
        .is_some_and(|at| line[at..].contains("PRIVATE KEY-----") && !line[at..].contains("-----END "))
}

/// Whether a line can be part of a private key.
pub(super) fn is_key_body(text: &str) -> bool {
    text.len() <= 128 && text.bytes().all(|b| is_bearer(b) || b == b'*')
        || text.starts_with("Proc-Type:")
        || text.starts_with("DEK-Info:")
}

/// Whether a value is worth hiding: not empty, not a reference to a variable, not masked already.
fn is_secret(value: &str) -> bool {
    !(value.is_empty()
        || value.starts_with('$')
        || value.starts_with("%{")
        || value.starts_with("<")
        || value.starts_with("***")
        || value.bytes().all(|b| b == b'*' || b == b'x' || b == b'X')
        || HARMLESS.iter().any(|h| value.eq_ignore_ascii_case(h)))
}

/// Whether a word looks like a token rather than like language: long, with digits among its letters.
fn is_opaque(value: &str, least: usize) -> bool {
    value.len() >= least
        && is_secret(value)
        && value.bytes().all(is_bearer)
        && value.bytes().any(|b| b.is_ascii_digit())
        && value.bytes().any(|b| b.is_ascii_alphabetic())
}
