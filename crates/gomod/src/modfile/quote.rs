//! Quoted strings, as Go writes and reads them.

use crate::unicode::is_print;

/// Whether the text needs quotes to be one word of a `go.mod` line.
pub fn must_quote(s: &str) -> bool {
    s.is_empty()
        || s.contains("//")
        || s.contains("/*")
        || s.chars().any(|c| match c {
            ' ' | '"' | '\'' | '`' => true,
            '(' | ')' | '[' | ']' | '{' | '}' | ',' => s.len() > 1,
            c => !is_print(c),
        })
}

/// The text, in quotes if it [`must_quote`].
pub fn auto_quote(s: &str) -> String {
    if !must_quote(s) {
        return s.to_owned();
    }
    let mut out = String::from("\"");
    for c in s.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x0b' => out.push_str("\\v"),
            c if is_print(c) => out.push(c),
            c if (c as u32) < 0x80 => out.push_str(&format!("\\x{:02x}", c as u32)),
            c if (c as u32) < 0x1_0000 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push_str(&format!("\\U{:08x}", c as u32)),
        }
    }
    out.push('"');
    out
}

/// The text that a word stands for: what is between double quotes, or the word itself, which may hold no quote.
pub(super) fn unquote(word: &str) -> Result<String, &'static str> {
    let Some(inner) = word.strip_prefix('"') else {
        let quoted = word.contains(['"', '\'', '`']);
        return if quoted { Err("unquoted string cannot contain quote") } else { Ok(word.to_owned()) };
    };
    const SYNTAX: &str = "invalid syntax";
    let inner = inner.strip_suffix('"').ok_or(SYNTAX)?;
    let mut out = Vec::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c == '"' || c == '\n' {
            return Err(SYNTAX);
        }
        if c != '\\' {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        let kind = chars.next().ok_or(SYNTAX)?;
        let mut digits = |n: usize, radix: u32, first: u32| {
            (0..n).try_fold(first, |value, _| {
                chars.next().and_then(|c| c.to_digit(radix)).map(|digit| value * radix + digit)
            })
        };
        match kind {
            'a' => out.push(7),
            'b' => out.push(8),
            'f' => out.push(12),
            'n' => out.push(b'\n'),
            'r' => out.push(b'\r'),
            't' => out.push(b'\t'),
            'v' => out.push(11),
            '\\' | '"' => out.push(kind as u8),
            'x' => out.push(digits(2, 16, 0).and_then(|v| u8::try_from(v).ok()).ok_or(SYNTAX)?),
            '0'..='7' => {
                let first = kind.to_digit(8).unwrap_or(0);
                out.push(digits(2, 8, first).and_then(|v| u8::try_from(v).ok()).ok_or(SYNTAX)?);
            }
            'u' | 'U' => {
                let code = digits(if kind == 'u' { 4 } else { 8 }, 16, 0).ok_or(SYNTAX)?;
                let c = char::from_u32(code).ok_or(SYNTAX)?;
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            _ => return Err(SYNTAX),
        }
    }
    String::from_utf8(out).map_err(|_| "invalid UTF-8")
}
