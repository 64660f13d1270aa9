//! How instructions split their arguments (frontend/dockerfile/parser, v0.34).

/// A piece of a text: what the builder makes of it, and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// What separates words: `[\t\v\f\r ]+`.
pub(crate) fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ')
}

/// The range of `text` without white space on both sides.
pub(crate) fn trimmed(text: &str) -> (usize, usize) {
    let start = text.len() - text.trim_start().len();
    (start.min(text.trim_end().len()), text.trim_end().len())
}

/// Split at blanks, nothing else: quotes have no meaning here.
pub(crate) fn at_blanks(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let bytes = text.len();
    loop {
        let end = text[start..].find(is_blank).map_or(bytes, |at| start + at);
        pieces.push(Piece { text: text[start..end].to_owned(), start, end });
        if end == bytes {
            return pieces;
        }
        start = text[end..].find(|c| !is_blank(c)).map_or(bytes, |at| end + at);
        if start == bytes {
            // A trailing blank makes an empty last word; callers trim before.
            pieces.push(Piece { text: String::new(), start, end: bytes });
            return pieces;
        }
    }
}

/// Split at white space outside quotes; quotes and escapes stay in the words.
pub(crate) fn quoted(text: &str, escape: char) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut word = String::new();
    let mut start = None;
    let mut quote = None;
    let mut blank_ok = false;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let Some(q) = quote else {
            if c.is_whitespace() {
                if let Some(from) = start.take() {
                    if blank_ok || !word.is_empty() {
                        pieces.push(Piece { text: std::mem::take(&mut word), start: from, end: at });
                    }
                    blank_ok = false;
                }
                continue;
            }
            start.get_or_insert(at);
            if c == '\'' || c == '"' {
                quote = Some(c);
                blank_ok = true;
            }
            if c == escape {
                let Some((_, next)) = chars.next() else { break };
                word.push(c);
                word.push(next);
            } else {
                word.push(c);
            }
            continue;
        };
        if c == q {
            quote = None;
        }
        if c == escape && q != '\'' {
            let Some((_, next)) = chars.next() else { break };
            word.push(c);
            word.push(next);
        } else {
            word.push(c);
        }
    }
    if let Some(from) = start
        && (blank_ok || !word.is_empty())
    {
        pieces.push(Piece { text: word, start: from, end: text.len() });
    }
    pieces
}

/// Take the flags off the beginning of `text`: the flags without their quotes, and where the rest begins.
pub(crate) fn take_flags(text: &str, escape: char) -> (Vec<Piece>, usize) {
    let mut flags = Vec::new();
    let mut at = 0;
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        let rest = &text[at..];
        if !rest.starts_with("--") {
            return (flags, at);
        }
        let mut word = String::new();
        let mut quote = None;
        let mut blank_ok = false;
        let mut end = text.len();
        let mut chars = rest.char_indices();
        while let Some((offset, c)) = chars.next() {
            match quote {
                None if c.is_whitespace() => {
                    end = at + offset;
                    break;
                }
                None if c == '\'' || c == '"' => {
                    quote = Some(c);
                    blank_ok = true;
                }
                Some(q) if c == q => quote = None,
                _ if c == escape => {
                    if let Some((_, next)) = chars.next() {
                        word.push(next);
                    }
                }
                _ => word.push(c),
            }
        }
        if word == "--" {
            return (flags, end);
        }
        if blank_ok || !word.is_empty() {
            flags.push(Piece { text: word, start: at, end });
        }
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pieces: &[Piece]) -> Vec<&str> {
        pieces.iter().map(|p| p.text.as_str()).collect()
    }

    #[test]
    fn flags() {
        let (flags, rest) = take_flags("--mount=type=cache,target=/a --network='none' go build", '\\');
        assert_eq!(texts(&flags), ["--mount=type=cache,target=/a", "--network=none"]);
        assert_eq!(rest, 46);
        assert_eq!(take_flags("--a -- --b", '\\').1, 6);
        assert_eq!(take_flags("-x", '\\'), (vec![], 0));
    }

    #[test]
    fn words_keep_their_quotes() {
        assert_eq!(texts(&quoted(r#"A="b c" D=e\ f G='h"'"#, '\\')), [r#"A="b c""#, r"D=e\ f", r#"G='h"'"#]);
        assert_eq!(texts(&quoted(r#"A="b"#, '\\')), [r#"A="b"#]);
        assert_eq!(texts(&quoted("", '\\')), Vec::<&str>::new());
        assert_eq!(texts(&quoted("a \"\" b", '\\')), ["a", "\"\"", "b"]);
    }
}
