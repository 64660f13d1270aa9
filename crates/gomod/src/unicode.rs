//! What Go's module rules ask of Unicode: is it a letter, does it print, and what does it fold to.

use crate::unicode_tables::{FOLDS, LETTERS, PRINTABLE};

/// Whether Go's `unicode.IsLetter` holds. Rust's `is_alphabetic` is a different, larger set.
pub(crate) fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic();
    }
    contains(LETTERS, c)
}

/// Whether Go's `unicode.IsPrint` holds: letters, marks, numbers, punctuation, symbols and the ASCII space.
pub(crate) fn is_print(c: char) -> bool {
    if c.is_ascii() {
        return (' '..='~').contains(&c);
    }
    contains(PRINTABLE, c)
}

fn contains(table: &[(u32, u32)], c: char) -> bool {
    let c = c as u32;
    let at = table.partition_point(|&(_, last)| last < c);
    table.get(at).is_some_and(|&(first, _)| first <= c)
}

/// The smallest character of the simple case-folding orbit of `c`, except that ASCII letters fold to lower case.
pub(crate) fn fold(c: char) -> char {
    let folded = if c.is_ascii() {
        c
    } else {
        let code = c as u32;
        let at = FOLDS.partition_point(|&(_, last, _, _)| last < code);
        match FOLDS.get(at) {
            Some(&(first, _, step, distance)) if first <= code && (code - first).is_multiple_of(step) => {
                char::from_u32(code - distance).unwrap_or(c)
            }
            _ => c,
        }
    };
    folded.to_ascii_lowercase()
}
