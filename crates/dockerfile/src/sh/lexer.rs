//! Words and operators.

use super::parser::{List, Parser};
use super::{Piece, Word};

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Word(Word, Vec<List>),
    /// An operator; redirections without their number.
    Op(&'static str),
    Newline,
    End,
}

/// Longest first.
const OPERATORS: [&str; 22] = [
    "&>>", "<<<", "<<-", ";;&", "&&", "||", ";;", ";&", "|&", "&>", ">>", "<<", "<&", ">&", "<>", ">|", ";",
    "|", "&", "(", ")", "<",
];

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches([' ', '\t', '\r']);
            let blanks = rest.len() - trimmed.len();
            let continued = trimmed.strip_prefix("\\\n").or_else(|| trimmed.strip_prefix("\\\r\n"));
            let next = continued.map_or(trimmed.len(), str::len);
            if blanks == 0 && continued.is_none() {
                return;
            }
            self.at = self.text.len() - next;
        }
    }

    /// The next token.
    pub(super) fn lex(&mut self) -> Token {
        self.skip_blanks();
        self.token_start = self.at;
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Token::End };
        if first == '\n' {
            self.at += 1;
            self.skip_heredocs();
            return Token::Newline;
        }
        if first == '#' {
            self.at += rest.find('\n').unwrap_or(rest.len());
            return self.lex();
        }
        // 2>file
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && rest[digits..].starts_with(['<', '>']) {
            self.at += digits;
            return self.lex();
        }
        if rest.starts_with("<(") || rest.starts_with(">(") {
            // Process substitution: a word.
            return self.word();
        }
        for op in OPERATORS.iter().chain(&[">"]) {
            if rest.starts_with(op) {
                self.at += op.len();
                return Token::Op(op);
            }
        }
        self.word()
    }

    fn word(&mut self) -> Token {
        let start = self.at;
        let mut word = Word { start, ..Word::default() };
        let mut lists = Vec::new();
        let mut literal = String::new();
        while let Some(c) = self.rest().chars().next() {
            match c {
                ' ' | '\t' | '\n' | '\r' | ';' | '&' | '|' | ')' => break,
                '<' | '>' => {
                    if self.at == start && self.rest()[1..].starts_with('(') {
                        self.at += 2;
                        lists.push(self.list_until_paren());
                        push(&mut word, &mut literal, Piece::Substitution);
                        continue;
                    }
                    break;
                }
                '(' => {
                    // An array (`x=(a b)`) or an extended pattern: one word up to the bracket's end.
                    if !(literal.ends_with('=') || literal.ends_with(['@', '+', '!', '?', '*'])) {
                        break;
                    }
                    self.skip_parens();
                    push(&mut word, &mut literal, Piece::Substitution);
                }
                '\'' => {
                    self.at += 1;
                    word.quoted = true;
                    let len = self.rest().find('\'').unwrap_or_else(|| {
                        self.incomplete = true;
                        self.rest().len()
                    });
                    literal.push_str(&self.text[self.at..self.at + len]);
                    self.at = (self.at + len + 1).min(self.text.len());
                }
                '"' => {
                    self.at += 1;
                    word.quoted = true;
                    self.double_quoted(&mut word, &mut literal, &mut lists);
                }
                '\\' => {
                    self.at += 1;
                    if let Some(next) = self.rest().chars().next() {
                        self.at += next.len_utf8();
                        if next != '\n' {
                            literal.push(next);
                        }
                    }
                }
                '$' => self.dollar(&mut word, &mut literal, &mut lists),
                '`' => self.backtick(&mut word, &mut literal, &mut lists),
                c => {
                    if matches!(c, '*' | '?' | '[') || (c == '{' && self.rest().contains([',', '.'])) {
                        word.glob = true;
                    }
                    literal.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
        if self.at == start {
            // Nothing that can begin a word: do not stand still.
            let step = self.rest().chars().next().map_or(0, char::len_utf8);
            self.at += step;
            self.incomplete = true;
        }
        if !literal.is_empty() {
            word.pieces.push(Piece::Literal(literal));
        }
        word.end = self.at;
        word.raw = self.text[start..self.at].to_owned();
        Token::Word(word, lists)
    }

    fn double_quoted(&mut self, word: &mut Word, literal: &mut String, lists: &mut Vec<List>) {
        while let Some(c) = self.rest().chars().next() {
            match c {
                '"' => {
                    self.at += 1;
                    return;
                }
                '\\' => {
                    self.at += 1;
                    if let Some(next) = self.rest().chars().next() {
                        self.at += next.len_utf8();
                        if !matches!(next, '$' | '`' | '"' | '\\' | '\n') {
                            literal.push('\\');
                        }
                        if next != '\n' {
                            literal.push(next);
                        }
                    }
                }
                '$' => self.dollar(word, literal, lists),
                '`' => self.backtick(word, literal, lists),
                c => {
                    literal.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
        self.incomplete = true;
    }

    fn backtick(&mut self, word: &mut Word, literal: &mut String, lists: &mut Vec<List>) {
        self.at += 1;
        let start = self.at;
        let mut end = start;
        let bytes = self.text.as_bytes();
        while end < bytes.len() && bytes[end] != b'`' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        if end >= bytes.len() || !self.text.is_char_boundary(end) {
            self.incomplete = true;
            self.at = self.text.len();
        } else {
            let mut inner = Parser::new(&self.text[..end]);
            inner.at = start;
            inner.depth = self.depth + 1;
            lists.push(inner.script());
            self.incomplete |= inner.incomplete;
            self.at = end + 1;
        }
        push(word, literal, Piece::Substitution);
    }

    fn dollar(&mut self, word: &mut Word, literal: &mut String, lists: &mut Vec<List>) {
        self.at += 1;
        let rest = self.rest();
        if rest.starts_with("((") {
            self.skip_parens();
            push(word, literal, Piece::Substitution);
        } else if rest.starts_with('(') {
            self.at += 1;
            lists.push(self.list_until_paren());
            push(word, literal, Piece::Substitution);
        } else if rest.starts_with('{') {
            self.at += 1;
            let piece = self.braced();
            push(word, literal, piece);
        } else if rest.starts_with('\'') {
            // $'..': close enough to '..'.
            word.quoted = true;
        } else {
            let len = match rest.chars().next() {
                Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                    rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())
                }
                Some('0'..='9' | '@' | '*' | '#' | '?' | '-' | '$' | '!') => 1,
                _ => 0,
            };
            if len == 0 {
                literal.push('$');
                return;
            }
            let name = rest[..len].to_owned();
            self.at += len;
            push(word, literal, Piece::Variable { name, default: None, modified: false });
        }
    }

    /// After `${`.
    fn braced(&mut self) -> Piece {
        let start = self.at;
        let mut depth = 1;
        let bytes = self.text.as_bytes();
        let mut at = start;
        while at < bytes.len() {
            match bytes[at] {
                b'\\' => at += 1,
                b'{' => depth += 1,
                b'}' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        let end = at.min(bytes.len());
        if at >= bytes.len() || !self.text.is_char_boundary(end) {
            self.incomplete = true;
            self.at = self.text.len();
            return Piece::Substitution;
        }
        self.at = end + 1;
        let inner = &self.text[start..end];
        let len = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len());
        let (name, modifier) = inner.split_at(len);
        let default = modifier
            .strip_prefix(":-")
            .or_else(|| modifier.strip_prefix('-'))
            .filter(|d| !d.contains(['$', '`']));
        Piece::Variable {
            name: name.to_owned(),
            default: default.map(|d| d.trim_matches('"').to_owned()),
            modified: !modifier.is_empty() && default.is_none(),
        }
    }

    /// From `(` to the bracket that closes it.
    fn skip_parens(&mut self) {
        let mut depth = 0;
        let mut quote = None;
        let mut escaped = false;
        for (i, c) in self.text[self.at..].char_indices() {
            if std::mem::take(&mut escaped) {
                continue;
            }
            match (c, quote) {
                ('\\', _) => escaped = true,
                (c, Some(q)) if c == q => quote = None,
                ('\'' | '"', None) => quote = Some(c),
                ('(', None) => depth += 1,
                (')', None) => {
                    depth -= 1;
                    if depth == 0 {
                        self.at += i + 1;
                        return;
                    }
                }
                _ => {}
            }
        }
        self.incomplete = true;
        self.at = self.text.len();
    }
}

fn push(word: &mut Word, literal: &mut String, piece: Piece) {
    if !literal.is_empty() {
        word.pieces.push(Piece::Literal(std::mem::take(literal)));
    }
    word.pieces.push(piece);
}
