//! Terminal codes, carriage returns and NULs: what a terminal would have eaten.

use std::borrow::Cow;

/// True when [`clean`] would change nothing but a line end.
#[must_use]
pub(crate) fn is_plain(block: &[u8]) -> bool {
    memchr::memchr3(0x1b, b'\r', 0, block).is_none()
        && memchr::memchr(0x08, block).is_none()
        && !has_textual_escape(block)
}

/// `\033[`, `\x1b[`, `\u001b[`, `^[[` or a bare colour code `[0m` spelled out in the text.
fn has_textual_escape(block: &[u8]) -> bool {
    memchr::memmem::find(block, b"m").is_some()
        && memchr::memchr_iter(b'[', block).any(|i| textual_escape(block, i).is_some())
}

/// If the `[` at `at` belongs to a spelled-out colour code, its range.
fn textual_escape(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut end = at + 1;
    let mut digits = 0;
    while end < text.len() && (text[end].is_ascii_digit() || text[end] == b';') {
        digits += 1;
        end += 1;
        if digits > 12 {
            return None;
        }
    }
    if end >= text.len() {
        return None;
    }
    let before = &text[..at];
    for escape in [&b"\\033"[..], b"\\x1b", b"\\x1B", b"\\u001b", b"\\u001B", b"\\e", b"^["] {
        if before.ends_with(escape) && text[end].is_ascii_alphabetic() {
            return Some((at - escape.len(), end + 1));
        }
    }
    // Some log stores drop the escape byte and keep the rest: `[0m[91m`.
    (digits > 0 && text[end] == b'm' && is_colour(&text[at + 1..end])).then_some((at, end + 1))
}

fn is_colour(parameters: &[u8]) -> bool {
    parameters.split(|b| *b == b';').all(|p| {
        matches!(
            p,
            b"0" | b"1"
                | b"2"
                | b"3"
                | b"4"
                | b"5"
                | b"7"
                | b"00"
                | b"01"
                | b"22"
                | b"24"
                | b"27"
                | b"38"
                | b"39"
                | b"48"
        ) || (p.len() == 2 && matches!(p[0], b'3' | b'4' | b'9') && p[1].is_ascii_digit())
            || (p.len() == 3 && p.starts_with(b"10") && p[2].is_ascii_digit())
            || (p.len() == 3 && matches!(p[0], b'1' | b'2') && p.iter().all(u8::is_ascii_digit))
    })
}

/// `line` (without its `\n`) as a terminal shows it: escape sequences and NULs removed without a trace, the last
/// state of a line that was drawn over with `\r`.
#[must_use]
pub fn clean(line: &[u8]) -> Cow<'_, [u8]> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if is_plain(line) {
        return Cow::Borrowed(line);
    }
    let mut out = Vec::with_capacity(line.len());
    let mut i = 0;
    while i < line.len() {
        match line[i] {
            0x1b => i = skip_escape(line, i),
            0 => i += 1,
            0x08 => {
                out.pop();
                i += 1;
            }
            b'[' => match textual_escape(line, i) {
                Some((start, end)) => {
                    out.truncate(out.len() - (i - start).min(out.len()));
                    i = end;
                }
                None => {
                    out.push(b'[');
                    i += 1;
                }
            },
            byte => {
                out.push(byte);
                i += 1;
            }
        }
    }
    while out.last() == Some(&b'\r') {
        out.pop();
    }
    if let Some(at) = memchr::memrchr(b'\r', &out) {
        // A progress line drawn over itself: what stood last is what counts.
        out.drain(..=at);
    }
    Cow::Owned(out)
}

/// Index behind the escape sequence that starts at `at` (ECMA-48 CSI, OSC and two-byte forms).
fn skip_escape(line: &[u8], at: usize) -> usize {
    match line.get(at + 1) {
        Some(b'[') => {
            let mut i = at + 2;
            while i < line.len() && !(0x40..=0x7e).contains(&line[i]) {
                i += 1;
            }
            (i + 1).min(line.len())
        }
        Some(b']') => {
            let mut i = at + 2;
            while i < line.len() {
                if line[i] == 0x07 {
                    return i + 1;
                }
                if line[i] == 0x1b && line.get(i + 1) == Some(&b'\\') {
                    return i + 2;
                }
                i += 1;
            }
            i
        }
        Some(b'(' | b')' | b'*' | b'+' | b'#' | b' ') => (at + 3).min(line.len()),
        Some(_) => at + 2,
        None => at + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_codes_vanish_without_a_trace() {
        for (given, wanted) in [
            ("plain", "plain"),
            ("\u{1b}[91mgo: down\u{1b}[0m\u{1b}[91mloading x\u{1b}[0m", "go: downloading x"),
            ("\u{1b}]8;;http://x\u{7}link\u{1b}]8;;\u{7}", "link"),
            ("\\033[31mred\\033[0m", "red"),
            ("[0m[91mgo: x", "go: x"),
            ("array[0] m[1]", "array[0] m[1]"),
            ("10%\r50%\r100%", "100%"),
            ("text\r", "text"),
            ("nul\0s", "nuls"),
            ("\u{1b}", ""),
            ("\u{1b}[", ""),
        ] {
            assert_eq!(String::from_utf8_lossy(&clean(given.as_bytes())), wanted, "{given:?}");
        }
    }
}
