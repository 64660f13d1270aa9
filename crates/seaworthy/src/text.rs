//! Laying out running text.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Breaks paragraphs into lines of at most `width` columns, each beginning with `indent`.
///
/// Lines break at spaces, and before and after wide (Chinese) characters except before their punctuation. Paragraphs
/// that are indented already are commands or listings and stay as they are.
pub(crate) fn wrap(text: &str, width: usize, indent: &str) -> String {
    let room = width.saturating_sub(indent.width());
    let mut out = String::new();
    for paragraph in text.trim_end().split('\n') {
        let mut line = String::new();
        let listing = paragraph.starts_with(' ');
        for piece in pieces(paragraph) {
            if !listing && !line.is_empty() && line.width() + piece.trim_end().width() > room {
                push_line(&mut out, indent, &line);
                line.clear();
            }
            line.push_str(piece);
        }
        push_line(&mut out, indent, &line);
    }
    out
}

fn push_line(out: &mut String, indent: &str, line: &str) {
    let line = line.trim_end();
    if !line.is_empty() {
        out.push_str(indent);
        out.push_str(line);
    }
    out.push('\n');
}

/// The unbreakable pieces of a line, each with the spaces after it.
fn pieces(line: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, now) in line.char_indices() {
        let breaks = before.is_some_and(|before| {
            let after_space = before == ' ' && now != ' ';
            let beside_wide = (is_wide(before) && now != ' ' || is_wide(now))
                && !sticks_to_former(now)
                && !sticks_to_next(before);
            after_space || beside_wide
        });
        if breaks {
            pieces.push(&line[start..at]);
            start = at;
        }
        before = Some(now);
    }
    pieces.push(&line[start..]);
    pieces
}

fn is_wide(c: char) -> bool {
    c.width() == Some(2)
}

fn sticks_to_former(c: char) -> bool {
    "，。、；：？！）》」』”’%,.;:?!)]}".contains(c)
}

fn sticks_to_next(c: char) -> bool {
    "（《「『“‘([{".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_where_readers_expect_it() {
        for (text, width, wrapped) in [
            ("one two three", 7, "one two\nthree\n"),
            ("one\n\n  a listing stays as it is\ntwo", 8, "one\n\n  a listing stays as it is\ntwo\n"),
            ("构建失败，请重试", 9, "构建失\n败，请重\n试\n"),
            ("在 docker build 中", 9, "在 docker\nbuild 中\n"),
            ("unbreakable", 3, "unbreakable\n"),
        ] {
            assert_eq!(wrap(text, width, ""), wrapped);
        }
        assert_eq!(wrap("one two", 7, "  "), "  one\n  two\n");
    }
}
