//! Variable expansion and word splitting as BuildKit's Dockerfile lexer does them (frontend/dockerfile/shell, v0.34):
//! quotes, escapes, `$x`, `${x}`, and the modifiers `:-` `-` `:+` `+` `:?` `?` `#` `##` `%` `%%` `/` `//`.

use std::collections::BTreeSet;

/// What is known of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variable<'a> {
    /// It has this value.
    Set(&'a str),
    /// It is set, or may be, to something that the files do not say.
    Unknown,
    /// It is not set.
    Unset,
}

/// Where variables come from.
pub trait Variables {
    /// Look one up.
    fn get(&self, name: &str) -> Variable<'_>;
}

/// No variable is set.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoVariables;

impl Variables for NoVariables {
    fn get(&self, _: &str) -> Variable<'_> {
        Variable::Unset
    }
}

/// A word that cannot be expanded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShellError {
    /// A `'` without its partner.
    #[error("unexpected end of statement while looking for matching single-quote")]
    SingleQuote,
    /// A `"` without its partner.
    #[error("unexpected end of statement while looking for matching double-quote")]
    DoubleQuote,
    /// `${` without `}`.
    #[error("syntax error: missing '}}'")]
    MissingBrace,
    /// `${x/pattern` without the second `/`.
    #[error("syntax error: missing '/' in ${{}}")]
    MissingSlash,
    /// `${}`, `${:...}`.
    #[error("syntax error: bad substitution")]
    BadSubstitution,
    /// A modifier that is not supported.
    #[error("unsupported modifier ({0}) in substitution")]
    Modifier(String),
    /// A pattern with an escape it may not have.
    #[error("invalid pattern ({0}) in substitution")]
    Pattern(String),
    /// `${x:?message}` with `x` unset.
    #[error("{name}: {message}")]
    Required {
        /// The variable.
        name: String,
        /// The text after `?`.
        message: String,
    },
}

/// An expanded word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expansion {
    /// The result.
    pub text: String,
    /// Names that were set.
    pub matched: BTreeSet<String>,
    /// Names that were not set.
    pub unmatched: BTreeSet<String>,
    /// Names whose value is not known. When there are any, `text` keeps them as `${NAME}`.
    pub unknown: BTreeSet<String>,
}

impl Expansion {
    /// The text, when every part of it is known.
    #[must_use]
    pub fn known(&self) -> Option<&str> {
        self.unknown.is_empty().then_some(self.text.as_str())
    }
}

/// How to read a word.
#[derive(Debug, Clone, Copy)]
pub struct Lex {
    /// `\` or a backtick.
    pub escape: char,
    /// Keep quotes in the result.
    pub raw_quotes: bool,
    /// Keep escape characters in the result.
    pub raw_escapes: bool,
    /// Quotes are ordinary characters.
    pub skip_quotes: bool,
    /// Leave variables that are not set as they are.
    pub skip_unset: bool,
}

impl Lex {
    /// Expand as arguments of instructions are: quotes and escapes removed.
    #[must_use]
    pub const fn new(escape: char) -> Self {
        Self { escape, raw_quotes: false, raw_escapes: false, skip_quotes: false, skip_unset: false }
    }

    /// The word with its variables replaced.
    ///
    /// # Errors
    /// Quotes or braces without their partner, modifiers that do not exist, `${x:?}` of an unset variable.
    pub fn word<V: Variables + ?Sized>(&self, word: &str, vars: &V) -> Result<Expansion, ShellError> {
        // The common case by far.
        if !word.contains(['$', '\'', '"', self.escape]) {
            return Ok(Expansion { text: word.to_owned(), ..Expansion::default() });
        }
        let mut run = Run::new(self, word, vars);
        let (text, _) = run.until(None, self.raw_escapes, false)?;
        Ok(Expansion { text, matched: run.matched, unmatched: run.unmatched, unknown: run.unknown })
    }

    /// The word, expanded and then split at blanks outside quotes.
    ///
    /// # Errors
    /// As [`Lex::word`].
    pub fn words<V: Variables + ?Sized>(&self, word: &str, vars: &V) -> Result<Vec<String>, ShellError> {
        let mut run = Run::new(self, word, vars);
        Ok(run.until(None, self.raw_escapes, false)?.1)
    }
}

struct Run<'a, V: ?Sized> {
    lex: &'a Lex,
    src: &'a str,
    at: usize,
    vars: &'a V,
    raw_escapes: bool,
    /// Shared by nested calls, as in the original: a nested one clears it.
    buffer: String,
    matched: BTreeSet<String>,
    unmatched: BTreeSet<String>,
    unknown: BTreeSet<String>,
}

#[derive(Default)]
struct Words {
    words: Vec<String>,
    in_word: bool,
}

impl<'a, V: Variables + ?Sized> Run<'a, V> {
    fn new(lex: &'a Lex, src: &'a str, vars: &'a V) -> Self {
        Self {
            lex,
            src,
            at: 0,
            vars,
            raw_escapes: lex.raw_escapes,
            buffer: String::new(),
            matched: BTreeSet::new(),
            unmatched: BTreeSet::new(),
            unknown: BTreeSet::new(),
        }
    }

    fn peek(&self) -> Option<char> {
        self.src[self.at..].chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn add_char(&mut self, words: &mut Words, c: char) {
        if c.is_whitespace() {
            if words.in_word && !self.buffer.is_empty() {
                words.words.push(std::mem::take(&mut self.buffer));
                words.in_word = false;
            }
        } else {
            self.buffer.push(c);
            words.in_word = true;
        }
    }

    fn add_raw(&mut self, words: &mut Words, text: &str) {
        self.buffer.push_str(text);
        words.in_word = true;
    }

    fn finish(&mut self, mut words: Words) -> Vec<String> {
        if !self.buffer.is_empty() {
            words.words.push(std::mem::take(&mut self.buffer));
        }
        words.words
    }

    fn until(
        &mut self,
        stop: Option<char>,
        raw_escapes: bool,
        pattern: bool,
    ) -> Result<(String, Vec<String>), ShellError> {
        let outer = std::mem::replace(&mut self.raw_escapes, raw_escapes);
        let result = self.until_inner(stop, pattern);
        self.raw_escapes = outer;
        result
    }

    fn until_inner(
        &mut self,
        stop: Option<char>,
        pattern: bool,
    ) -> Result<(String, Vec<String>), ShellError> {
        let mut out = String::new();
        self.buffer.clear();
        let mut words = Words::default();
        while let Some(c) = self.peek() {
            if stop == Some(c) {
                self.bump();
                return Ok((out, self.finish(words)));
            }
            let special = match c {
                '$' => {
                    let value = self.dollar()?;
                    for c in value.chars() {
                        self.add_char(&mut words, c);
                    }
                    out.push_str(&value);
                    continue;
                }
                '<' => Some(self.possible_heredoc()),
                '\'' if !self.lex.skip_quotes => Some(self.single_quote(pattern)?),
                '"' if !self.lex.skip_quotes => Some(self.double_quote(pattern)?),
                _ => None,
            };
            if let Some(text) = special {
                self.add_raw(&mut words, &text);
                out.push_str(&text);
                continue;
            }
            self.bump();
            if c != self.lex.escape {
                self.add_char(&mut words, c);
                out.push(c);
                continue;
            }
            if self.raw_escapes {
                self.buffer.push(c);
                words.in_word = true;
                out.push(c);
            }
            let Some(next) = self.bump() else { break };
            self.buffer.push(next);
            words.in_word = true;
            out.push(next);
        }
        match stop {
            Some('/') => Err(ShellError::MissingSlash),
            Some(_) => Err(ShellError::MissingBrace),
            None => Ok((out, self.finish(words))),
        }
    }

    fn single_quote(&mut self, pattern: bool) -> Result<String, ShellError> {
        let mut out = String::new();
        self.bump();
        if self.lex.raw_quotes {
            out.push('\'');
        }
        loop {
            match self.bump().ok_or(ShellError::SingleQuote)? {
                '\'' => {
                    if self.lex.raw_quotes {
                        out.push('\'');
                    }
                    return Ok(out);
                }
                c => {
                    if pattern && c == self.lex.escape {
                        out.push(c);
                    }
                    out.push(c);
                }
            }
        }
    }

    fn double_quote(&mut self, pattern: bool) -> Result<String, ShellError> {
        let mut out = String::new();
        self.bump();
        if self.lex.raw_quotes {
            out.push('"');
        }
        loop {
            match self.peek().ok_or(ShellError::DoubleQuote)? {
                '"' => {
                    self.bump();
                    if self.lex.raw_quotes {
                        out.push('"');
                    }
                    return Ok(out);
                }
                '$' => {
                    let value = self.dollar()?;
                    out.push_str(&value);
                }
                mut c => {
                    self.bump();
                    if c == self.lex.escape {
                        match self.peek() {
                            None => continue,
                            Some(next) if next == '"' || next == '$' || next == self.lex.escape => {
                                if self.raw_escapes {
                                    out.push(c);
                                }
                                c = next;
                                self.bump();
                            }
                            Some(_) => {
                                if self.raw_escapes && (!self.lex.raw_quotes || pattern) {
                                    out.push(c);
                                }
                            }
                        }
                    }
                    out.push(c);
                }
            }
        }
    }

    fn possible_heredoc(&mut self) -> String {
        self.bump();
        if self.peek() != Some('<') {
            return "<".to_owned();
        }
        self.bump();
        let mut out = "<<".to_owned();
        while let Some(c @ ('\t' | '\r' | ' ')) = self.peek() {
            out.push(c);
            self.bump();
        }
        out
    }

    fn lookup(&mut self, name: &str) -> Variable<'a> {
        let vars: &'a V = self.vars;
        let found = vars.get(name);
        match found {
            Variable::Set(_) => self.matched.insert(name.to_owned()),
            Variable::Unset => self.unmatched.insert(name.to_owned()),
            Variable::Unknown => self.unknown.insert(name.to_owned()),
        };
        found
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(c) = self.peek() {
            if name.is_empty() {
                if c.is_numeric() {
                    while let Some(d) = self.peek().filter(|d| d.is_numeric()) {
                        name.push(d);
                        self.bump();
                    }
                    return name;
                }
                if matches!(c, '@' | '*' | '#' | '?' | '-' | '$' | '!') {
                    self.bump();
                    return c.to_string();
                }
            }
            if !c.is_alphanumeric() && c != '_' {
                break;
            }
            name.push(c);
            self.bump();
        }
        name
    }

    fn dollar(&mut self) -> Result<String, ShellError> {
        self.bump();
        if self.peek() != Some('{') {
            let name = self.name();
            if name.is_empty() {
                return Ok("$".to_owned());
            }
            return Ok(match self.lookup(&name) {
                Variable::Set(value) => value.to_owned(),
                Variable::Unknown => format!("${{{name}}}"),
                Variable::Unset if self.lex.skip_unset => format!("${name}"),
                Variable::Unset => String::new(),
            });
        }
        self.bump();
        match self.peek() {
            None => return Err(ShellError::MissingBrace),
            Some('{' | '}' | ':') => return Err(ShellError::BadSubstitution),
            Some(_) => {}
        }
        let name = self.name();
        match self.bump() {
            Some('}') => Ok(match self.lookup(&name) {
                Variable::Set(value) => value.to_owned(),
                Variable::Unset if !self.lex.skip_unset => String::new(),
                Variable::Unset | Variable::Unknown => format!("${{{name}}}"),
            }),
            Some(':') => match self.bump() {
                Some(c @ ('+' | '-' | '?')) => self.modifier(&name, c, true),
                other => {
                    Err(ShellError::Modifier(format!(":{}", other.map(String::from).unwrap_or_default())))
                }
            },
            Some(c @ ('+' | '-' | '?' | '#' | '%')) => self.modifier(&name, c, false),
            Some('/') => self.replace(&name),
            other => Err(ShellError::Modifier(other.map(String::from).unwrap_or_default())),
        }
    }

    fn modifier(&mut self, name: &str, modifier: char, null_is_unset: bool) -> Result<String, ShellError> {
        let raw = matches!(modifier, '#' | '%');
        let (word, _) = self.until(Some('}'), raw, raw)?;
        let colon = if null_is_unset { ":" } else { "" };
        let (value, set) = match self.lookup(name) {
            Variable::Set(value) => (value, true),
            Variable::Unset if self.lex.skip_unset => {
                return Ok(format!("${{{name}{colon}{modifier}{word}}}"));
            }
            Variable::Unset => ("", false),
            Variable::Unknown => return Ok(format!("${{{name}{colon}{modifier}{word}}}")),
        };
        let missing = !set || (null_is_unset && value.is_empty());
        match modifier {
            '-' => Ok(if missing { word } else { value.to_owned() }),
            '+' => Ok(if missing { String::new() } else { word }),
            '?' if missing => {
                let message = match (word.is_empty(), set) {
                    (false, _) => word,
                    (true, false) => "is not allowed to be unset".to_owned(),
                    (true, true) => "is not allowed to be empty".to_owned(),
                };
                Err(ShellError::Required { name: name.to_owned(), message })
            }
            '?' => Ok(value.to_owned()),
            _ => {
                let (greedy, pattern) = match word.strip_prefix(modifier) {
                    Some(rest) => (true, rest),
                    None => (false, word.as_str()),
                };
                let glob = Glob::new(pattern)?;
                Ok(if modifier == '#' {
                    glob.trim_prefix(value, greedy)
                } else {
                    let reversed: String = value.chars().rev().collect();
                    glob.reversed().trim_prefix(&reversed, greedy).chars().rev().collect()
                })
            }
        }
    }

    fn replace(&mut self, name: &str) -> Result<String, ShellError> {
        let all = self.peek() == Some('/');
        if all {
            self.bump();
        }
        let (pattern, _) = self.until(Some('/'), true, true)?;
        let (replacement, _) = self.until(Some('}'), true, false)?;
        let value = match self.lookup(name) {
            Variable::Set(value) => value,
            Variable::Unset if !self.lex.skip_unset => "",
            _ => return Ok(format!("${{{name}/{pattern}/{replacement}}}")),
        };
        Ok(Glob::new(&pattern)?.replace(value, &replacement, all))
    }
}

/// A shell pattern of literals, `*` and `?`; brackets are literals here.
struct Glob {
    tokens: Vec<Token>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Char(char),
    One,
    Many,
}

impl Glob {
    fn new(pattern: &str) -> Result<Self, ShellError> {
        let mut tokens = Vec::new();
        let mut chars = pattern.chars().peekable();
        while let Some(c) = chars.next() {
            tokens.push(match c {
                '*' => Token::Many,
                '?' => Token::One,
                '\\' => match chars.next() {
                    Some(next @ ('}' | '/' | '*' | '?' | '\\')) => Token::Char(next),
                    _ => return Err(ShellError::Pattern(pattern.to_owned())),
                },
                c => Token::Char(c),
            });
        }
        Ok(Self { tokens })
    }

    fn reversed(&self) -> Self {
        Self { tokens: self.tokens.iter().rev().copied().collect() }
    }

    /// Where a match that begins at the start of `text` may end: the shortest or the longest one.
    fn end(&self, text: &[char], greedy: bool) -> Option<usize> {
        // ends[i]: the tokens so far can match text[..i]
        let mut ends = vec![false; text.len() + 1];
        ends[0] = true;
        for token in &self.tokens {
            let mut next = vec![false; text.len() + 1];
            for i in 0..=text.len() {
                if !ends[i] {
                    continue;
                }
                match token {
                    Token::Many => next[i..].fill(true),
                    Token::One if i < text.len() => next[i + 1] = true,
                    Token::Char(c) if text.get(i) == Some(c) => next[i + 1] = true,
                    _ => {}
                }
            }
            ends = next;
        }
        if greedy { ends.iter().rposition(|&e| e) } else { ends.iter().position(|&e| e) }
    }

    fn trim_prefix(&self, value: &str, greedy: bool) -> String {
        let chars: Vec<char> = value.chars().collect();
        let end = self.end(&chars, greedy).unwrap_or(0);
        chars[end..].iter().collect()
    }

    fn replace(&self, value: &str, replacement: &str, all: bool) -> String {
        let chars: Vec<char> = value.chars().collect();
        let mut out = String::new();
        let mut at = 0;
        let mut done = false;
        while at <= chars.len() {
            let end = if done { None } else { self.end(&chars[at..], true) };
            match end {
                Some(len) => {
                    out.push_str(replacement);
                    done = !all;
                    if len == 0 {
                        if let Some(c) = chars.get(at) {
                            out.push(*c);
                        }
                        at += 1;
                    } else {
                        at += len;
                        if at == chars.len() {
                            break;
                        }
                    }
                }
                None => {
                    if let Some(c) = chars.get(at) {
                        out.push(*c);
                    }
                    at += 1;
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Env(&'static [(&'static str, &'static str)]);
    impl Variables for Env {
        fn get(&self, name: &str) -> Variable<'_> {
            if name == "HIDDEN" {
                return Variable::Unknown;
            }
            self.0.iter().find(|(k, _)| *k == name).map_or(Variable::Unset, |(_, v)| Variable::Set(v))
        }
    }

    fn expand(word: &str) -> Result<String, ShellError> {
        let env = Env(&[("V", "1.26.3"), ("E", ""), ("P", "a/b/c.tar.gz"), ("OS", "linux")]);
        Lex::new('\\').word(word, &env).map(|e| e.text)
    }

    #[test]
    fn the_modifiers() {
        let table = [
            ("golang:$V-alpine", "golang:1.26.3-alpine"),
            ("golang:${V}", "golang:1.26.3"),
            ("${V:-x}${E:-x}${E-x}${U-x}${U:-$V}", "1.26.3xx1.26.3"),
            ("${V:+x}${E:+x}${E+x}${U+x}", "xx"),
            ("${V%.*}", "1.26"),
            ("${V%%.*}", "1"),
            ("${V#*.}", "26.3"),
            ("${V##*.}", "3"),
            ("${P/\\//-}", "a-b/c.tar.gz"),
            ("${P//\\//-}", "a-b-c.tar.gz"),
            ("${P/b*/x}", "a/x"),
            ("'$V' \"$V\" \\$V", "$V 1.26.3 $V"),
            ("$", "$"),
            ("a$U/b", "a/b"),
            ("${V:?no}", "1.26.3"),
        ];
        for (word, want) in table {
            assert_eq!(expand(word).as_deref(), Ok(want), "{word}");
        }
    }

    #[test]
    fn the_errors() {
        for word in ["${V", "${}", "${{V}}", "\"a", "'a", "${V:#x}", "${V!x}", "${U:?}", "${V/a}", "${V:-x"] {
            assert!(expand(word).is_err(), "{word}");
        }
    }

    #[test]
    fn unknown_values_are_told() {
        let env = Env(&[]);
        let e = Lex::new('\\').word("golang:${HIDDEN}-$U", &env).unwrap();
        assert_eq!(e.known(), None);
        assert_eq!(e.text, "golang:${HIDDEN}-");
        assert!(e.unmatched.contains("U"));
    }

    #[test]
    fn words_split_outside_quotes() {
        let lex = Lex { raw_quotes: true, raw_escapes: true, skip_unset: true, ..Lex::new('\\') };
        let words = lex.words("RUN cat <<EOF 3<< 'X Y' && a \"b c\"", &NoVariables).unwrap();
        assert_eq!(words, ["RUN", "cat", "<<EOF", "3<< 'X Y'", "&&", "a", "\"b c\""]);
    }
}
