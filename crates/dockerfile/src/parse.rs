//! Text to document. The rules are BuildKit's (frontend/dockerfile/parser and instructions, v0.34); after an error the
//! next logical line is tried.

use crate::flags::{self, Flag};
use crate::heredoc::{self, Heredoc};
use crate::instruction::{
    ArgDecl, Args, Command, Comment, Copy, Directive, Dockerfile, From, Healthcheck, Instruction, Keyword,
    Pair, SyntaxError, SyntaxErrorKind, Word,
};
use crate::json::{self, JsonError};
use crate::logical::{self, Joined, Line, Lines};
use crate::span::{LineIndex, Span};
use crate::words::{self, Piece};

/// Longest physical line that BuildKit's scanner takes, line end included.
const MAX_LINE: usize = 64 * 1024 - 1;

impl Dockerfile {
    /// Parse a Dockerfile. Never fails: what BuildKit would refuse is in [`Dockerfile::errors`].
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut parser = Parser {
            text,
            lines: Lines::new(text),
            escape: '\\',
            directives: Vec::new(),
            directives_over: false,
            instructions: Vec::new(),
            errors: Vec::new(),
            comments: Vec::new(),
            stages: 0,
        };
        parser.run();
        let mut file = Self {
            text: text.to_owned(),
            directives: parser.directives,
            escape: parser.escape,
            instructions: parser.instructions,
            stages: Vec::new(),
            errors: parser.errors,
            comments: parser.comments,
            lines: LineIndex::new(text),
        };
        file.build_stages();
        file
    }
}

struct Parser<'a> {
    text: &'a str,
    lines: Lines<'a>,
    escape: char,
    directives: Vec<Directive>,
    directives_over: bool,
    instructions: Vec<Instruction>,
    errors: Vec<SyntaxError>,
    comments: Vec<Comment>,
    /// FROMs so far.
    stages: usize,
}

impl<'a> Parser<'a> {
    fn run(&mut self) {
        // Comments of which block belong to the next instruction.
        let mut block = 0;
        while let Some(mut line) = self.lines.next() {
            if line.start == 0
                && let Some(rest) = line.raw.strip_prefix('\u{feff}')
            {
                line = Line { raw: rest, start: '\u{feff}'.len_utf8() };
            }
            self.check_length(line);
            let body = logical::trim_newline(line.raw);
            let trimmed = body.trim_start();
            let start = line.start + (body.len() - trimmed.len());
            let directive = !self.directives_over && self.directive(trimmed, start);
            if let Some(comment) = trimmed.strip_prefix('#') {
                if directive {
                    continue;
                }
                self.comment(trimmed, start);
                if comment.trim().is_empty() {
                    block = self.comments.len();
                }
                continue;
            }
            let (first, continued) = match logical::continuation(trimmed, self.escape) {
                Some(body) => (body, true),
                None => (trimmed, false),
            };
            if !continued && first.is_empty() {
                continue;
            }
            let comments = block..self.comments.len();
            self.instruction(first, start, continued, comments);
            block = self.comments.len();
        }
        if self.instructions.is_empty() {
            let last = self.lines.number;
            self.error(SyntaxErrorKind::Empty, Span::new(0, self.text.len().min(1)), last, None);
        } else if self.stages == 0 && self.errors.is_empty() {
            let span = self.instructions[0].span;
            let line = self.instructions[0].first_line;
            self.error(SyntaxErrorKind::NoStages, span, line, None);
        }
    }

    fn error(&mut self, kind: SyntaxErrorKind, span: Span, line: u32, instruction: Option<usize>) {
        self.errors.push(SyntaxError { kind, span, line, instruction });
    }

    fn check_length(&mut self, line: Line<'_>) {
        if line.raw.len() > MAX_LINE {
            let number = self.lines.number;
            let span = Span::new(line.start, line.start + line.raw.len());
            self.error(SyntaxErrorKind::LineTooLong, span, number, None);
        }
    }

    fn comment(&mut self, text: &str, start: usize) {
        self.comments.push(Comment {
            span: Span::new(start, start + text.len()),
            line: self.lines.number,
            text: text.trim_start_matches('#').trim().to_owned(),
        });
    }

    /// Try a line as parser directive; the first line that is none ends their block.
    fn directive(&mut self, line: &str, start: usize) -> bool {
        let Some((name, value)) = split_directive(line) else {
            self.directives_over = true;
            return false;
        };
        let span = Span::new(start, start + line.len());
        let number = self.lines.number;
        if self.directives.iter().any(|d| d.name == name) {
            self.error(SyntaxErrorKind::DuplicateDirective(name), span, number, None);
            return true;
        }
        if name == "escape" {
            match value.as_str() {
                "\\" => self.escape = '\\',
                "`" => self.escape = '`',
                _ => self.error(SyntaxErrorKind::EscapeToken(value.clone()), span, number, None),
            }
        }
        self.directives.push(Directive { name, value, span });
        true
    }

    /// Read the rest of a logical line and make an instruction of it.
    fn instruction(
        &mut self,
        first: &str,
        start: usize,
        mut continued: bool,
        comments: std::ops::Range<usize>,
    ) {
        let first_line = self.lines.number;
        let mut line = Joined::empty(start);
        line.push(first, start);
        let mut end = start + first.len();
        if continued {
            end += self.escape.len_utf8();
        }
        while continued {
            let Some(next) = self.lines.next() else { break };
            self.check_length(next);
            let body = logical::trim_newline(next.raw);
            if logical::is_comment(body) {
                let trimmed = body.trim_start();
                self.comment(trimmed, next.start + (body.len() - trimmed.len()));
                continue;
            }
            if body.trim_start().is_empty() {
                continue;
            }
            let part = match logical::continuation(body, self.escape) {
                Some(part) => part,
                None => {
                    continued = false;
                    body
                }
            };
            line.push(part, next.start);
            end = next.start + body.trim_end().len().max(part.len());
        }
        let index = self.instructions.len();
        let mut reader = Reader { escape: self.escape, errors: Vec::new() };
        let mut instruction = reader.read(line, false);
        instruction.first_line = first_line;
        instruction.comments = comments;
        self.heredocs(&mut instruction, &mut reader, &mut end);
        instruction.last_line = self.lines.number;
        instruction.span = Span::new(start, end.max(start));
        for (kind, span) in reader.errors {
            self.error(kind, span, first_line, Some(index));
        }
        if instruction.keyword == Keyword::From {
            self.stages += 1;
        } else if self.stages == 0 && !matches!(instruction.keyword, Keyword::Arg | Keyword::Unknown) {
            let kind = SyntaxErrorKind::NoStage(instruction.keyword);
            if !self.errors.iter().any(|e| e.instruction == Some(index)) {
                self.error(kind, instruction.keyword_span, first_line, Some(index));
            }
        }
        instruction.stage = self.stages.checked_sub(1);
        self.instructions.push(instruction);
    }

    /// Read the bodies of here-documents. When one is not terminated, its lines are read as ordinary ones.
    fn heredocs(&mut self, instruction: &mut Instruction, reader: &mut Reader, end: &mut usize) {
        if !takes_heredocs(instruction) || !instruction.line.text.contains("<<") {
            return;
        }
        let marks = match heredoc::marks(&instruction.line.text) {
            Ok(marks) => marks,
            Err(e) => {
                let kind = SyntaxErrorKind::Heredoc(e.to_string());
                reader.errors.push((kind, instruction.line.span(0, instruction.line.text.len())));
                return;
            }
        };
        let before = (self.lines.offset(), self.lines.number);
        let mut heredocs = Vec::new();
        for mark in marks {
            let start = self.lines.offset();
            let mut terminator = None;
            while let Some(line) = self.lines.next() {
                self.check_length(line);
                let body = logical::trim_newline(line.raw);
                let word = if mark.chomp { body.trim_start_matches('\t') } else { body };
                if word == mark.name {
                    terminator = Some(Span::new(line.start, line.start + body.len()));
                    break;
                }
            }
            let Some(terminator) = terminator else {
                self.lines.rewind(before.0, before.1);
                let kind = SyntaxErrorKind::UnterminatedHeredoc(mark.name);
                reader.errors.push((kind, instruction.line.span(0, instruction.line.text.len())));
                return;
            };
            *end = terminator.end;
            heredocs.push(Heredoc {
                name: mark.name,
                descriptor: mark.descriptor,
                expand: mark.expand,
                chomp: mark.chomp,
                body: Span::new(start, terminator.start),
                terminator,
            });
        }
        instruction.heredocs = heredocs;
    }
}

fn takes_heredocs(instruction: &Instruction) -> bool {
    match (&instruction.keyword, &instruction.args) {
        (Keyword::Onbuild, Args::Onbuild(inner)) => takes_heredocs(inner),
        (Keyword::Run, Args::Command(Command::Exec(_))) => false,
        // A list in JSON form holds no mark of a here-document.
        (Keyword::Copy | Keyword::Add, _) => {
            json::string_array(&instruction.rest.text) == Err(JsonError::NotArray)
        }
        (Keyword::Run, _) => true,
        _ => false,
    }
}

/// `#\s*name=value` of a directive that exists.
fn split_directive(line: &str) -> Option<(String, String)> {
    let rest = line.strip_prefix('#')?.trim_start();
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let space = |c: char| matches!(c, '\t' | '\n' | '\u{c}' | '\r' | ' ');
    let value = rest.trim_start_matches(space).strip_prefix('=')?.trim_matches(space);
    let name = name.to_ascii_lowercase();
    (!value.is_empty() && matches!(name.as_str(), "syntax" | "escape" | "check"))
        .then(|| (name, value.to_owned()))
}

/// Reads one logical line.
struct Reader {
    escape: char,
    errors: Vec<(SyntaxErrorKind, Span)>,
}

impl Reader {
    /// `nested`: what follows ONBUILD; BuildKit only splits it, it does not check it yet.
    fn read(&mut self, line: Joined, nested: bool) -> Instruction {
        let (from, to) = words::trimmed(&line.text);
        let text = &line.text[from..to];
        let name_len = text.find(words::is_blank).unwrap_or(text.len());
        let name = &text[..name_len];
        let keyword = Keyword::parse(name);
        let after = from + name_len;
        let after = after
            + (line.text[after..to].len() - line.text[after..to].trim_start_matches(words::is_blank).len());
        let (pieces, taken) = words::take_flags(&line.text[after..to], self.escape);
        let flags: Vec<Flag> = pieces
            .into_iter()
            .map(|p| {
                let span = line.span(after + p.start, after + p.end);
                let body = p.text.trim_start_matches("--");
                match body.split_once('=') {
                    Some((name, value)) => {
                        Flag { name: name.to_owned(), value: Some(value.to_owned()), span }
                    }
                    None => Flag { name: body.to_owned(), value: None, span },
                }
            })
            .collect();
        let (a, b) = words::trimmed(&line.text[after + taken..to]);
        let rest = line.slice(after + taken + a, after + taken + b);
        let keyword_span = line.span(from, from + name_len);
        let mut instruction = Instruction {
            keyword,
            keyword_span,
            span: line.span(from, to),
            first_line: 0,
            last_line: 0,
            stage: None,
            flags,
            rest,
            args: Args::Invalid,
            heredocs: Vec::new(),
            comments: 0..0,
            line: Joined::default(),
        };
        let before = self.errors.len();
        match self.args(&instruction, nested) {
            Ok(args) => instruction.args = args,
            Err(kind) => {
                let all = line.span(from, to);
                self.errors.push((
                    if keyword == Keyword::Unknown {
                        SyntaxErrorKind::UnknownInstruction(name.to_owned())
                    } else {
                        kind
                    },
                    if keyword == Keyword::Unknown { keyword_span } else { all },
                ));
            }
        }
        if nested {
            // Only what splitting finds counts here.
            let mut at = before;
            while at < self.errors.len() {
                if self.errors[at].0.is_lexical() {
                    at += 1;
                } else {
                    self.errors.remove(at);
                }
            }
        } else if self.errors.len() == before
            && !(keyword == Keyword::Healthcheck
                && matches!(instruction.args, Args::Healthcheck(Healthcheck::None)))
            && let Some(error) = flags::check(keyword, &instruction.flags)
        {
            self.errors.push(error);
        } else if keyword == Keyword::Healthcheck
            && self.errors.len() == before
            && matches!(instruction.args, Args::Healthcheck(Healthcheck::Command(_)))
        {
            self.health_flags(&instruction.flags);
        }
        instruction.line = line;
        instruction
    }

    fn args(&mut self, i: &Instruction, nested: bool) -> Result<Args, SyntaxErrorKind> {
        let keyword = i.keyword;
        let rest = &i.rest;
        let word = |p: Piece| Word { span: rest.span(p.start, p.end), text: p.text };
        match keyword {
            Keyword::Unknown => Err(SyntaxErrorKind::UnknownInstruction(String::new())),
            Keyword::Run | Keyword::Cmd | Keyword::Entrypoint => Ok(Args::Command(command(rest)?)),
            Keyword::Shell => match command(rest)? {
                Command::Exec(words) if words.is_empty() => Err(SyntaxErrorKind::AtLeastOne(keyword)),
                Command::Exec(words) => Ok(Args::Shell(words)),
                Command::Shell(text) if text.text.is_empty() => Err(SyntaxErrorKind::AtLeastOne(keyword)),
                Command::Shell(_) => Err(SyntaxErrorKind::ShellNotJson),
            },
            Keyword::Copy | Keyword::Add => copy(keyword, list(rest)?),
            Keyword::Volume => {
                let words = list(rest)?;
                if words.is_empty() {
                    return Err(SyntaxErrorKind::AtLeastOne(keyword));
                }
                if words.iter().any(|w| w.text.trim().is_empty()) {
                    return Err(SyntaxErrorKind::EmptyVolume);
                }
                Ok(Args::Words(words))
            }
            Keyword::Expose => {
                if rest.text.is_empty() {
                    return Err(SyntaxErrorKind::AtLeastOne(keyword));
                }
                Ok(Args::Words(words::at_blanks(&rest.text).into_iter().map(word).collect()))
            }
            Keyword::From => {
                let words: Vec<Word> = match rest.text.as_str() {
                    "" => Vec::new(),
                    text => words::at_blanks(text).into_iter().map(word).collect(),
                };
                from(words)
            }
            Keyword::Env | Keyword::Label => pairs(keyword, rest, self.escape),
            Keyword::Arg => {
                let mut decls = Vec::new();
                for p in words::quoted(&rest.text, self.escape) {
                    decls.push(arg(rest, &p).ok_or(SyntaxErrorKind::BlankName(keyword))?);
                }
                if decls.is_empty() {
                    Err(SyntaxErrorKind::AtLeastOne(keyword))
                } else {
                    Ok(Args::Arg(decls))
                }
            }
            Keyword::User | Keyword::Workdir | Keyword::Stopsignal | Keyword::Maintainer => {
                if rest.text.is_empty() {
                    return Err(SyntaxErrorKind::ExactlyOne(keyword));
                }
                Ok(Args::Text(Word { text: rest.text.clone(), span: rest.span(0, rest.text.len()) }))
            }
            Keyword::Healthcheck => health(rest),
            Keyword::Onbuild => {
                if rest.text.is_empty() {
                    return Err(SyntaxErrorKind::AtLeastOne(keyword));
                }
                let inner = self.read(rest.clone(), true);
                match inner.keyword {
                    Keyword::Onbuild if !nested => Err(SyntaxErrorKind::OnbuildChain),
                    Keyword::From | Keyword::Maintainer if !nested => {
                        Err(SyntaxErrorKind::OnbuildTrigger(inner.keyword))
                    }
                    _ => Ok(Args::Onbuild(Box::new(inner))),
                }
            }
        }
    }

    fn health_flags(&mut self, flags: &[Flag]) {
        for flag in flags {
            let value = flag.value();
            if value.is_empty() {
                continue;
            }
            if flag.name == "retries" {
                if !value.parse::<i32>().is_ok_and(|n| n >= 0) {
                    self.errors.push((SyntaxErrorKind::Retries(value.to_owned()), flag.span));
                    return;
                }
            } else if !go_duration(value).is_some_and(|ns| ns == 0.0 || ns >= 1e6) {
                self.errors.push((SyntaxErrorKind::Duration(value.to_owned()), flag.span));
                return;
            }
        }
    }
}

/// Go's `time.ParseDuration`, in nanoseconds.
fn go_duration(text: &str) -> Option<f64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0.0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, tail) = rest.split_at(digits);
        if !number.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        let unit_len = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit_len);
        let scale = match unit {
            "ns" => 1.0,
            "us" | "µs" | "μs" => 1e3,
            "ms" => 1e6,
            "s" => 1e9,
            "m" => 60e9,
            "h" => 3600e9,
            _ => return None,
        };
        total += number.parse::<f64>().ok()? * scale;
        rest = tail;
    }
    Some(sign * total)
}

fn exec_words(rest: &Joined) -> Result<Option<Vec<Word>>, SyntaxErrorKind> {
    match json::string_array(&rest.text) {
        Ok(strings) => Ok(Some(
            strings
                .into_iter()
                .map(|(text, start, end)| Word { text, span: rest.span(start, end) })
                .collect(),
        )),
        Err(JsonError::NotStrings) => Err(SyntaxErrorKind::JsonNotStrings),
        Err(JsonError::NotArray) => Ok(None),
    }
}

fn command(rest: &Joined) -> Result<Command, SyntaxErrorKind> {
    Ok(match exec_words(rest)? {
        Some(words) => Command::Exec(words),
        None => Command::Shell(rest.clone()),
    })
}

fn list(rest: &Joined) -> Result<Vec<Word>, SyntaxErrorKind> {
    if let Some(words) = exec_words(rest)? {
        return Ok(words);
    }
    if rest.text.is_empty() {
        return Ok(Vec::new());
    }
    let word = |p: Piece| Word { span: rest.span(p.start, p.end), text: p.text };
    Ok(words::at_blanks(&rest.text).into_iter().map(word).collect())
}

fn copy(keyword: Keyword, mut words: Vec<Word>) -> Result<Args, SyntaxErrorKind> {
    if words.len() < 2 {
        return Err(SyntaxErrorKind::NoDestination(keyword));
    }
    let is_mark = |w: &Word| heredoc::mark(&w.text).ok().flatten().is_some();
    let Some(destination) = words.pop() else { return Err(SyntaxErrorKind::NoDestination(keyword)) };
    if is_mark(&destination) {
        return Err(SyntaxErrorKind::HeredocDestination(keyword));
    }
    words.retain(|w| !is_mark(w));
    Ok(Args::Copy(Copy { sources: words, destination }))
}

fn from(mut words: Vec<Word>) -> Result<Args, SyntaxErrorKind> {
    match words.len() {
        1 => Ok(Args::From(From { base: words.remove(0), name: None })),
        3 if words[1].text.eq_ignore_ascii_case("as") => {
            let name = words.remove(2);
            let lower = name.text.to_lowercase();
            let valid = lower.starts_with(|c: char| c.is_ascii_lowercase())
                && lower.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b));
            if !valid {
                return Err(SyntaxErrorKind::StageName(name.text));
            }
            Ok(Args::From(From { base: words.remove(0), name: Some(name) }))
        }
        _ => Err(SyntaxErrorKind::FromArguments),
    }
}

fn pairs(keyword: Keyword, rest: &Joined, escape: char) -> Result<Args, SyntaxErrorKind> {
    let pieces = words::quoted(&rest.text, escape);
    let Some(first) = pieces.first() else { return Err(SyntaxErrorKind::AtLeastOne(keyword)) };
    if !first.text.contains('=') {
        // The old form: the name, then everything else.
        let text = &rest.text;
        let Some(split) = text.find(words::is_blank) else {
            return Err(SyntaxErrorKind::TwoArguments(keyword));
        };
        let value = split + (text[split..].len() - text[split..].trim_start_matches(words::is_blank).len());
        let word = |start: usize, end: usize| Word {
            text: text[start..end].to_owned(),
            span: rest.span(start, end),
        };
        if split == 0 {
            return Err(SyntaxErrorKind::BlankName(keyword));
        }
        return Ok(Args::Pairs(vec![Pair {
            key: word(0, split),
            value: word(value, text.len()),
            legacy: true,
        }]));
    }
    let mut out = Vec::new();
    for p in &pieces {
        let Some((key, value)) = p.text.split_once('=') else {
            return Err(SyntaxErrorKind::NoEquals(p.text.clone()));
        };
        let at = p.start + rest.text[p.start..p.end].find('=').unwrap_or(0);
        out.push(Pair {
            key: Word { text: key.to_owned(), span: rest.span(p.start, at) },
            value: Word { text: value.to_owned(), span: rest.span(at + 1, p.end) },
            legacy: false,
        });
    }
    if out.iter().any(|pair| pair.key.text.is_empty()) {
        return Err(SyntaxErrorKind::BlankName(keyword));
    }
    Ok(Args::Pairs(out))
}

fn arg(rest: &Joined, p: &Piece) -> Option<ArgDecl> {
    let at = p.start + rest.text[p.start..p.end].find('=').unwrap_or(p.end - p.start);
    let name_of = |text: &str| Word { text: text.to_owned(), span: rest.span(p.start, at) };
    match p.text.split_once('=') {
        Some(("", _)) => None,
        Some((name, value)) => Some(ArgDecl {
            name: name_of(name),
            default: Some(Word { text: value.to_owned(), span: rest.span(at + 1, p.end) }),
        }),
        None => Some(ArgDecl { name: name_of(&p.text), default: None }),
    }
}

fn health(rest: &Joined) -> Result<Args, SyntaxErrorKind> {
    let text = &rest.text;
    if text.is_empty() {
        return Err(SyntaxErrorKind::AtLeastOne(Keyword::Healthcheck));
    }
    let split = text.find(char::is_whitespace).unwrap_or(text.len());
    let after = split + (text[split..].len() - text[split..].trim_start().len());
    let tail = rest.slice(after, text.len());
    // The JSON form is read before the type is looked at.
    let command = command(&tail)?;
    match text[..split].to_uppercase().as_str() {
        "NONE" => match command {
            Command::Exec(words) if !words.is_empty() => Err(SyntaxErrorKind::HealthcheckNone),
            Command::Shell(text) if !text.text.is_empty() => Err(SyntaxErrorKind::HealthcheckNone),
            _ => Ok(Args::Healthcheck(Healthcheck::None)),
        },
        "CMD" => match &command {
            Command::Exec(words) if words.is_empty() => Err(SyntaxErrorKind::HealthcheckCommand),
            Command::Shell(text) if text.text.is_empty() => Err(SyntaxErrorKind::HealthcheckCommand),
            _ => Ok(Args::Healthcheck(Healthcheck::Command(command))),
        },
        _ => Err(SyntaxErrorKind::HealthcheckType(text[..split].to_owned())),
    }
}
