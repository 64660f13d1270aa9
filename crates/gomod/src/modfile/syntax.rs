//! Words, lines and blocks: the layer below directives, with the place of everything.

use std::ops::Range;

use super::error::{ErrorKind, ParseError, Position};
use crate::unicode::is_print;

/// Number of a line in [`Syntax::lines`].
pub type LineId = usize;

/// A file as lines of words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Syntax {
    /// The lines with words, those in blocks included, in order.
    pub lines: Vec<Line>,
    /// The blocks in order.
    pub blocks: Vec<Block>,
    /// Length of the text in bytes.
    pub len: usize,
}

/// One line with words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// From the first word to the last.
    pub span: Range<usize>,
    /// The words, quotes included. In a block the directive's name is not among them.
    pub words: Vec<Range<usize>>,
    /// The comment behind the words, from `//` to the line's end.
    pub comment: Option<Range<usize>>,
    /// The whole-line comments that belong to this line; in a block also blank lines, which are empty ranges.
    pub above: Vec<Range<usize>>,
    /// Number of the block in [`Syntax::blocks`] that the line stands in.
    pub block: Option<usize>,
}

/// A directive with parentheses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// From the directive's name to the closing parenthesis.
    pub span: Range<usize>,
    /// What stands before the opening parenthesis: the directive's name.
    pub words: Vec<Range<usize>>,
    /// The opening parenthesis, in bytes from 0.
    pub open: usize,
    /// The closing parenthesis, in bytes from 0.
    pub close: usize,
    /// The whole-line comments directly above.
    pub above: Vec<Range<usize>>,
    /// The lines inside.
    pub lines: Vec<LineId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    End,
    Newline,
    /// A comment alone on its line.
    Comment,
    /// A comment behind words.
    Trailing,
    Open,
    Close,
    Word,
}

impl Kind {
    fn ends_line(self) -> bool {
        matches!(self, Kind::End | Kind::Newline | Kind::Trailing)
    }
}

#[derive(Clone, Debug)]
struct Token {
    kind: Kind,
    span: Range<usize>,
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    next: Token,
    out: Syntax,
}

type Result<T> = std::result::Result<T, Box<ParseError>>;

impl Syntax {
    /// Splits a text into words, lines and blocks.
    ///
    /// # Errors
    /// The first place where the text cannot be split.
    pub fn parse(text: &str) -> std::result::Result<Self, Box<ParseError>> {
        if let Some((span, _)) = super::conflict_marker(text) {
            let marker = text[span.clone()].to_owned();
            return Err(error(text, span, ErrorKind::ConflictMarker(marker)));
        }
        let next = Token { kind: Kind::End, span: 0..0 };
        let mut parser = Parser { text, at: 0, next, out: Syntax { len: text.len(), ..Syntax::default() } };
        parser.next = parser.read()?;
        parser.file()?;
        Ok(parser.out)
    }
}

fn error(text: &str, span: Range<usize>, kind: ErrorKind) -> Box<ParseError> {
    Box::new(ParseError { position: Position::of(text, span.start), span, directive: None, kind })
}

impl Parser<'_> {
    fn fail<T>(&self, span: Range<usize>, kind: ErrorKind) -> Result<T> {
        Err(error(self.text, span, kind))
    }

    fn take(&mut self) -> Result<Token> {
        let next = self.read()?;
        Ok(std::mem::replace(&mut self.next, next))
    }

    /// The next token of the text.
    fn read(&mut self) -> Result<Token> {
        let rest = self.text[self.at..].trim_start_matches([' ', '\t', '\r']);
        self.at = self.text.len() - rest.len();
        let start = self.at;
        let token = |kind, len: usize| Token { kind, span: start..start + len };
        if rest.starts_with("/*") {
            return self.fail(start..start + 2, ErrorKind::BlockComment);
        }
        let token = if rest.starts_with("//") {
            let len = rest.find('\n').unwrap_or(rest.len());
            // The newline goes with the comment, and so does the carriage return before it.
            self.at = start + len + usize::from(len < rest.len());
            let line_start = self.text[..start].rfind('\n').map_or(0, |i| i + 1);
            let alone = self.text[line_start..start].trim().is_empty();
            let shown = rest[..len].strip_suffix('\r').map_or(len, str::len);
            return Ok(token(if alone { Kind::Comment } else { Kind::Trailing }, shown));
        } else {
            match rest.chars().next() {
                None => token(Kind::End, 0),
                Some('\n') => token(Kind::Newline, 1),
                Some('(') => token(Kind::Open, 1),
                Some(')') => token(Kind::Close, 1),
                Some('[' | ']' | '{' | '}' | ',') => token(Kind::Word, 1),
                Some(quote @ ('"' | '`')) => token(Kind::Word, self.string(rest, quote)?),
                Some(c) if !in_word(c) => {
                    return self.fail(start..start + c.len_utf8(), ErrorKind::UnexpectedCharacter(c));
                }
                Some(_) => {
                    let len = rest
                        .char_indices()
                        .find(|&(i, c)| {
                            !in_word(c) || rest[i..].starts_with("//") || rest[i..].starts_with("/*")
                        })
                        .map_or(rest.len(), |(i, _)| i);
                    if rest[len..].starts_with("/*") {
                        return self.fail(start + len..start + len + 2, ErrorKind::BlockComment);
                    }
                    token(Kind::Word, len)
                }
            }
        };
        self.at = token.span.end;
        Ok(token)
    }

    /// Length of the quoted string at the start of `rest`, quotes included.
    fn string(&self, rest: &str, quote: char) -> Result<usize> {
        let mut chars = rest.char_indices().skip(1);
        while let Some((i, c)) = chars.next() {
            if c == '\n' {
                return self.fail(self.at + i..self.at + i, ErrorKind::NewlineInString);
            }
            if c == quote {
                return Ok(i + 1);
            }
            if c == '\\' && quote == '"' && chars.next().is_none() {
                break;
            }
        }
        self.fail(self.at..self.text.len(), ErrorKind::EofInString)
    }

    fn file(&mut self) -> Result<()> {
        let mut above = Vec::new();
        loop {
            match self.next.kind {
                Kind::End => return Ok(()),
                Kind::Newline => {
                    self.take()?;
                    above.clear();
                }
                Kind::Comment => above.push(self.take()?.span),
                _ => self.statement(std::mem::take(&mut above))?,
            }
        }
    }

    fn statement(&mut self, above: Vec<Range<usize>>) -> Result<()> {
        let mut words = vec![self.take()?.span];
        loop {
            let token = self.take()?;
            match token.kind {
                kind if kind.ends_line() => {
                    self.push_line(words, &token, above, None);
                    return Ok(());
                }
                Kind::Open if self.next.kind.ends_line() => {
                    return self.block(words, token.span.start, above);
                }
                Kind::Open if self.next.kind == Kind::Close => {
                    let close = self.take()?;
                    if self.next.kind.ends_line() {
                        self.take()?;
                        let span = words[0].start..close.span.end;
                        self.out.blocks.push(Block {
                            span,
                            words,
                            open: token.span.start,
                            close: close.span.start,
                            above,
                            lines: Vec::new(),
                        });
                        return Ok(());
                    }
                    words.extend([token.span, close.span]);
                }
                _ => words.push(token.span),
            }
        }
    }

    fn push_line(
        &mut self,
        words: Vec<Range<usize>>,
        end: &Token,
        above: Vec<Range<usize>>,
        block: Option<usize>,
    ) -> LineId {
        let span = words[0].start..words[words.len() - 1].end;
        let comment = (end.kind == Kind::Trailing).then(|| end.span.clone());
        self.out.lines.push(Line { span, words, comment, above, block });
        self.out.lines.len() - 1
    }

    fn block(&mut self, words: Vec<Range<usize>>, open: usize, above: Vec<Range<usize>>) -> Result<()> {
        let start = words[0].start;
        let number = self.out.blocks.len();
        self.out.blocks.push(Block {
            span: start..open + 1,
            words,
            open,
            close: open,
            above,
            lines: Vec::new(),
        });
        let mut above: Vec<Range<usize>> = Vec::new();
        loop {
            match self.next.kind {
                Kind::Trailing => {
                    self.take()?;
                }
                Kind::Newline => {
                    let newline = self.take()?.span.start;
                    // The first newline ends the line of the parenthesis; Go keeps one blank line in a row, and
                    // none at the start of the block.
                    let first = above.is_empty() && self.out.blocks[number].lines.is_empty();
                    if !first && above.last().is_none_or(|last| !last.is_empty()) {
                        above.push(newline..newline);
                    }
                }
                Kind::Comment => above.push(self.take()?.span),
                Kind::End => {
                    let line = Position::of(self.text, start).line;
                    let span = start..open + 1;
                    return self.fail(span, ErrorKind::UnterminatedBlock { line });
                }
                Kind::Close => {
                    let close = self.take()?.span;
                    if !self.next.kind.ends_line() {
                        return self.fail(self.next.span.clone(), ErrorKind::AfterParenthesis);
                    }
                    self.take()?;
                    let block = &mut self.out.blocks[number];
                    block.close = close.start;
                    block.span.end = close.end;
                    return Ok(());
                }
                _ => {
                    let mut words = vec![self.take()?.span];
                    let end = loop {
                        let token = self.take()?;
                        if token.kind.ends_line() {
                            break token;
                        }
                        words.push(token.span);
                    };
                    let id = self.push_line(words, &end, std::mem::take(&mut above), Some(number));
                    self.out.blocks[number].lines.push(id);
                }
            }
        }
    }
}

/// Most characters that print may stand in a word.
fn in_word(c: char) -> bool {
    !matches!(c, ' ' | '(' | ')' | '[' | ']' | '{' | '}' | ',') && is_print(c)
}
