//! The small part of Go's regular expressions that patternmatcher produces. It builds an expression character by
//! character without minding brackets, so odd patterns (`[*]`, `a^b`, `\d`) mean odd things; to agree with it on all
//! of them the expression is built in the same way and read here.

use super::glob::BadPattern;

/// A compiled expression: `^...$`, where a `|` makes alternatives of which only the first is bound to the beginning
/// and only the last to the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Regexp {
    alternatives: Vec<Vec<Node>>,
    to_end: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    /// One character.
    One(Set),
    /// One or none.
    Maybe(Set),
    /// Any number of them.
    Many(Set),
    /// `(.*/)?`
    Folders,
    /// `^` in the middle.
    Start,
    /// `\b` and `\B`.
    Boundary(bool),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Set {
    Char(char),
    Any,
    Class(bool, Vec<(char, char)>),
}

impl Set {
    fn has(&self, c: char) -> bool {
        match self {
            Self::Char(want) => *want == c,
            Self::Any => c != '\n',
            Self::Class(negated, ranges) => ranges.iter().any(|&(lo, hi)| lo <= c && c <= hi) != *negated,
        }
    }
}

impl Regexp {
    /// Read an expression without its outer `^`.
    pub(super) fn new(text: &str) -> Result<Self, BadPattern> {
        let chars: Vec<char> = text.chars().collect();
        let mut alternatives = Vec::new();
        let mut to_end = false;
        let mut nodes = Vec::new();
        let mut at = 0;
        // What a `{2}` may follow: a single character, or the beginning.
        let mut repeatable = Repeatable::Anchor;
        while at < chars.len() {
            if chars[at..].starts_with(&['(', '.', '*', '/', ')', '?']) {
                nodes.push(Node::Folders);
                at += 6;
                repeatable = Repeatable::Not;
                continue;
            }
            let (set, len) = match chars[at] {
                '|' => {
                    alternatives.push(std::mem::take(&mut nodes));
                    at += 1;
                    repeatable = Repeatable::Nothing;
                    continue;
                }
                '{' if let Some((min, max, len)) = repetition(&chars[at..]) => {
                    repeat(&mut nodes, repeatable, min, max)?;
                    repeatable = Repeatable::Not;
                    at += len;
                    continue;
                }
                '$' if at + 1 == chars.len() => {
                    to_end = true;
                    at += 1;
                    continue;
                }
                '^' => {
                    nodes.push(Node::Start);
                    at += 1;
                    repeatable = Repeatable::Anchor;
                    continue;
                }
                '\\' if matches!(chars.get(at + 1), Some('b' | 'B')) => {
                    nodes.push(Node::Boundary(chars[at + 1] == 'b'));
                    at += 2;
                    repeatable = Repeatable::Anchor;
                    continue;
                }
                '.' => (Set::Any, 1),
                '[' => class(&chars[at..])?,
                '\\' => escape(*chars.get(at + 1).ok_or(BadPattern)?).map(|set| (set, 2))?,
                c => (Set::Char(c), 1),
            };
            at += len;
            if chars.get(at) == Some(&'*') {
                nodes.push(Node::Many(set));
                at += 1;
                repeatable = Repeatable::Not;
            } else {
                nodes.push(Node::One(set));
                repeatable = Repeatable::Character;
            }
        }
        alternatives.push(nodes);
        Ok(Self { alternatives, to_end })
    }

    /// Whether `text` matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        let chars: Vec<char> = text.chars().collect();
        let last = self.alternatives.len() - 1;
        self.alternatives
            .iter()
            .enumerate()
            .any(|(i, nodes)| run(nodes, &chars, i == 0, i == last && self.to_end))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Repeatable {
    Character,
    Anchor,
    Nothing,
    Not,
}

/// `{2}`, `{2,}`, `{2,3}`; anything else that begins with a brace is literal.
fn repetition(chars: &[char]) -> Option<(u32, Option<u32>, usize)> {
    let end = chars.iter().position(|&c| c == '}')?;
    let inner: String = chars[1..end].iter().collect();
    let number = |text: &str| {
        let ok = !text.is_empty()
            && text.bytes().all(|b| b.is_ascii_digit())
            && (text == "0" || !text.starts_with('0'));
        // Too big to read is still a repetition, and then an error.
        ok.then(|| text.parse().unwrap_or(u32::MAX))
    };
    let (min, max) = match inner.split_once(',') {
        None => {
            let n = number(&inner)?;
            (n, Some(n))
        }
        Some((min, "")) => (number(min)?, None),
        Some((min, max)) => (number(min)?, Some(number(max)?)),
    };
    Some((min, max, end + 1))
}

fn repeat(nodes: &mut Vec<Node>, what: Repeatable, min: u32, max: Option<u32>) -> Result<(), BadPattern> {
    if min > 1000 || max.is_some_and(|max| max > 1000 || max < min) {
        return Err(BadPattern);
    }
    match what {
        Repeatable::Nothing | Repeatable::Not => Err(BadPattern),
        Repeatable::Anchor => {
            if min == 0 && matches!(nodes.last(), Some(Node::Start | Node::Boundary(_))) {
                nodes.pop();
            }
            Ok(())
        }
        Repeatable::Character => {
            let Some(Node::One(set)) = nodes.pop() else { return Err(BadPattern) };
            for _ in 0..min {
                nodes.push(Node::One(set.clone()));
            }
            match max {
                None => nodes.push(Node::Many(set)),
                Some(max) => {
                    for _ in min..max {
                        nodes.push(Node::Maybe(set.clone()));
                    }
                }
            }
            Ok(())
        }
    }
}

fn run(nodes: &[Node], chars: &[char], from_start: bool, to_end: bool) -> bool {
    let n = chars.len();
    let mut ends = vec![!from_start; n + 1];
    ends[0] = true;
    for node in nodes {
        let mut next = vec![false; n + 1];
        match node {
            Node::One(set) => {
                for i in 0..n {
                    next[i + 1] = ends[i] && set.has(chars[i]);
                }
            }
            Node::Maybe(set) => {
                for i in 0..=n {
                    next[i] = ends[i] || (i > 0 && ends[i - 1] && set.has(chars[i - 1]));
                }
            }
            Node::Many(set) => {
                let mut open = false;
                for i in 0..=n {
                    open = ends[i] || (open && i > 0 && set.has(chars[i - 1]));
                    next[i] = open;
                }
            }
            Node::Folders => {
                let mut open = false;
                for i in 0..=n {
                    // `.` does not match a line feed.
                    if i > 0 && chars[i - 1] == '\n' {
                        open = false;
                    }
                    next[i] = ends[i] || (open && i > 0 && chars[i - 1] == '/');
                    open |= ends[i];
                }
            }
            Node::Start => next[0] = ends[0],
            Node::Boundary(want) => {
                let word = |c: Option<&char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || *c == '_');
                for i in 0..=n {
                    let edge = word(i.checked_sub(1).and_then(|j| chars.get(j))) != word(chars.get(i));
                    next[i] = ends[i] && edge == *want;
                }
            }
        }
        if !next.contains(&true) {
            return false;
        }
        ends = next;
    }
    if to_end { ends[n] } else { ends.contains(&true) }
}

fn perl_class(c: char) -> Option<(bool, Vec<(char, char)>)> {
    let ranges = match c.to_ascii_lowercase() {
        'd' => vec![('0', '9')],
        's' => vec![('\t', '\n'), ('\u{c}', '\r'), (' ', ' ')],
        'w' => vec![('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        _ => return None,
    };
    Some((c.is_ascii_uppercase(), ranges))
}

fn escaped_char(c: char) -> Result<char, BadPattern> {
    Ok(match c {
        'a' => '\u{7}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        c if c.is_ascii() && !c.is_ascii_alphanumeric() => c,
        _ => return Err(BadPattern),
    })
}

fn escape(c: char) -> Result<Set, BadPattern> {
    if let Some((negated, ranges)) = perl_class(c) {
        return Ok(Set::Class(negated, ranges));
    }
    escaped_char(c).map(Set::Char)
}

fn class(chars: &[char]) -> Result<(Set, usize), BadPattern> {
    let mut at = 1;
    let negated = chars.get(at) == Some(&'^');
    at += usize::from(negated);
    let mut ranges: Vec<(char, char)> = Vec::new();
    let mut first = true;
    loop {
        let c = *chars.get(at).ok_or(BadPattern)?;
        if c == ']' && !first {
            return Ok((Set::Class(negated, ranges), at + 1));
        }
        // A minus only at either end of the class.
        if c == '-' && !first && chars.get(at + 1) != Some(&']') {
            return Err(BadPattern);
        }
        if c == '[' && chars.get(at + 1) == Some(&':') && chars[at..].windows(2).any(|w| w == [':', ']']) {
            return Err(BadPattern);
        }
        first = false;
        if c == '\\'
            && let Some((inverse, more)) = chars.get(at + 1).and_then(|&c| perl_class(c))
        {
            if inverse {
                return Err(BadPattern);
            }
            ranges.extend(more);
            at += 2;
            continue;
        }
        let (lo, len) = class_char(&chars[at..])?;
        at += len;
        let mut hi = lo;
        if chars.get(at) == Some(&'-') && chars.get(at + 1).is_some_and(|&c| c != ']') {
            let (c, len) = class_char(&chars[at + 1..])?;
            hi = c;
            at += 1 + len;
            if hi < lo {
                return Err(BadPattern);
            }
        }
        ranges.push((lo, hi));
    }
}

fn class_char(rest: &[char]) -> Result<(char, usize), BadPattern> {
    match rest.first() {
        None => Err(BadPattern),
        Some('\\') => escaped_char(*rest.get(1).ok_or(BadPattern)?).map(|c| (c, 2)),
        Some(&c) => Ok((c, 1)),
    }
}
