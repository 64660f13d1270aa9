//! Here-documents: `<<EOF`, `<<-EOF`, `<<"EOF"`, `3<<EOF`.

use crate::expand::{Lex, NoVariables, ShellError};
use crate::span::Span;

/// A here-document of a RUN, COPY or ADD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heredoc {
    /// The word that ends it; for COPY also the file's name.
    pub name: String,
    /// The number before `<<`; 0 when there is none.
    pub descriptor: u32,
    /// Variables in it are expanded: the word is not quoted.
    pub expand: bool,
    /// `<<-`: leading tabs are dropped.
    pub chomp: bool,
    /// Its lines as they stand in the file.
    pub body: Span,
    /// The line that ends it, without line end.
    pub terminator: Span,
}

/// The mark of a here-document, before its body is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) name: String,
    pub(crate) descriptor: u32,
    pub(crate) expand: bool,
    pub(crate) chomp: bool,
}

/// Read one word as the mark of a here-document.
pub(crate) fn mark(word: &str) -> Result<Option<Mark>, ShellError> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let Some(rest) = word[digits..].strip_prefix("<<") else { return Ok(None) };
    let (chomp, rest) = match rest.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let rest = rest.trim_start_matches(['\t', '\n', '\u{c}', '\r', ' ']);
    if rest.is_empty() || rest.contains('<') {
        return Ok(None);
    }
    let lex = Lex { skip_unset: true, ..Lex::new('\\') };
    let words = lex.words(rest, &NoVariables)?;
    let [name] = words.as_slice() else { return Ok(None) };
    let raw = Lex { raw_quotes: true, ..lex }.words(rest, &NoVariables)?;
    let quotes = |word: &str| word.matches(['\'', '"']).count();
    let expand = raw.first().is_some_and(|raw| quotes(raw) == quotes(name));
    Ok(Some(Mark { name: name.clone(), descriptor: word[..digits].parse().unwrap_or(0), expand, chomp }))
}

/// All marks of a logical line. A line whose quotes do not close has none.
pub(crate) fn marks(line: &str) -> Result<Vec<Mark>, ShellError> {
    let lex = Lex { raw_quotes: true, raw_escapes: true, skip_unset: true, ..Lex::new('\\') };
    let mut marks = Vec::new();
    for word in lex.words(line, &NoVariables).unwrap_or_default() {
        marks.extend(mark(&word)?);
    }
    Ok(marks)
}

impl Heredoc {
    /// The body as the step sees it: with `<<-` the tabs at the start of each line are gone.
    #[must_use]
    pub fn content<'a>(&self, text: &'a str) -> std::borrow::Cow<'a, str> {
        let body = self.body.of(text);
        if !self.chomp {
            return body.into();
        }
        body.split_inclusive('\n').map(|line| line.trim_start_matches('\t')).collect::<String>().into()
    }
}
