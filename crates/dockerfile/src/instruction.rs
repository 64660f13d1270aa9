//! The document model.

use std::fmt;

use crate::flags::Flag;
use crate::heredoc::Heredoc;
use crate::logical::Joined;
use crate::span::{LineIndex, Position, Span};
use crate::stage::Stage;

/// A parsed Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dockerfile {
    /// The text it was parsed from; all spans are byte ranges of it.
    pub text: String,
    /// The parser directives at the top.
    pub directives: Vec<Directive>,
    /// The escape character in force.
    pub escape: char,
    /// All instructions in order. Those that cannot be read have [`Args::Invalid`].
    pub instructions: Vec<Instruction>,
    /// The build stages in order.
    pub stages: Vec<Stage>,
    /// What BuildKit would refuse, in file order. It stops at [`Dockerfile::first_error`].
    pub errors: Vec<SyntaxError>,
    /// All comments, those inside continued lines too.
    pub comments: Vec<Comment>,
    /// Where the lines begin.
    pub lines: LineIndex,
}

impl Dockerfile {
    /// The error that a build would stop at.
    #[must_use]
    pub fn first_error(&self) -> Option<&SyntaxError> {
        self.errors.iter().find(|e| e.kind.is_lexical()).or_else(|| self.errors.first())
    }

    /// Line and column of a byte.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        self.lines.position(&self.text, offset)
    }

    /// The text of a span.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        span.of(&self.text)
    }

    /// A 1-based line without its line end.
    #[must_use]
    pub fn line(&self, line: u32) -> &str {
        self.lines.line_span(line).of(&self.text).trim_end_matches(['\r', '\n'])
    }

    /// The instructions of a stage, `FROM` first.
    pub fn stage_instructions(&self, stage: usize) -> impl Iterator<Item = &Instruction> {
        let range = self.stages.get(stage).map_or(0..0, |s| s.instructions.clone());
        self.instructions[range].iter()
    }
}

/// A parser directive: `# syntax=docker/dockerfile:1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// `syntax`, `escape` or `check`, in lower case.
    pub name: String,
    /// What follows the `=`.
    pub value: String,
    /// The line.
    pub span: Span,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// From `#` to the end of the line.
    pub span: Span,
    /// 1-based line.
    pub line: u32,
    /// The text after `#`, trimmed.
    pub text: String,
}

/// The name of an instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Keyword {
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    From,
    Healthcheck,
    Label,
    Maintainer,
    Onbuild,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Workdir,
    Unknown,
}

impl Keyword {
    const ALL: [(Self, &'static str); 18] = [
        (Self::Add, "ADD"),
        (Self::Arg, "ARG"),
        (Self::Cmd, "CMD"),
        (Self::Copy, "COPY"),
        (Self::Entrypoint, "ENTRYPOINT"),
        (Self::Env, "ENV"),
        (Self::Expose, "EXPOSE"),
        (Self::From, "FROM"),
        (Self::Healthcheck, "HEALTHCHECK"),
        (Self::Label, "LABEL"),
        (Self::Maintainer, "MAINTAINER"),
        (Self::Onbuild, "ONBUILD"),
        (Self::Run, "RUN"),
        (Self::Shell, "SHELL"),
        (Self::Stopsignal, "STOPSIGNAL"),
        (Self::User, "USER"),
        (Self::Volume, "VOLUME"),
        (Self::Workdir, "WORKDIR"),
    ];

    /// By name, in any case.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        Self::ALL.iter().find(|(_, name)| name.eq_ignore_ascii_case(word)).map_or(Self::Unknown, |&(k, _)| k)
    }

    /// In capitals; empty for [`Keyword::Unknown`].
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(k, _)| *k == self).map_or("", |&(_, name)| name)
    }
}

impl fmt::Display for Keyword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word of an instruction, as the builder reads it before variables are expanded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Word {
    /// The text; quotes are still in it, except in exec form.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// Which one.
    pub keyword: Keyword,
    /// The name as written.
    pub keyword_span: Span,
    /// From the name to the end of the last line, here-documents included, without line end.
    pub span: Span,
    /// First 1-based line.
    pub first_line: u32,
    /// Last 1-based line.
    pub last_line: u32,
    /// Index of the stage it belongs to; `None` before the first FROM.
    pub stage: Option<usize>,
    /// The whole logical line, name included.
    pub line: Joined,
    /// The flags (`--from=build`).
    pub flags: Vec<Flag>,
    /// What follows the flags, as one text.
    pub rest: Joined,
    /// What follows the flags, read as this instruction reads it.
    pub args: Args,
    /// Here-documents, in order.
    pub heredocs: Vec<Heredoc>,
    /// Indexes into [`Dockerfile::comments`] of the comment lines just above.
    pub comments: std::ops::Range<usize>,
}

impl Instruction {
    /// The value of a flag: `Some("")` for one without value.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<&Flag> {
        self.flags.iter().find(|f| f.name == name)
    }

    /// All flags of that name.
    pub fn flags_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Flag> {
        self.flags.iter().filter(move |f| f.name == name)
    }
}

/// The arguments of an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Args {
    /// FROM.
    From(From),
    /// RUN, CMD, ENTRYPOINT.
    Command(Command),
    /// SHELL.
    Shell(Vec<Word>),
    /// COPY, ADD.
    Copy(Copy),
    /// ENV, LABEL.
    Pairs(Vec<Pair>),
    /// ARG.
    Arg(Vec<ArgDecl>),
    /// EXPOSE, VOLUME.
    Words(Vec<Word>),
    /// USER, WORKDIR, STOPSIGNAL, MAINTAINER.
    Text(Word),
    /// HEALTHCHECK.
    Healthcheck(Healthcheck),
    /// ONBUILD.
    Onbuild(Box<Instruction>),
    /// It cannot be read; [`Dockerfile::errors`] says why.
    Invalid,
}

/// FROM's arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct From {
    /// The base: an image, a stage or `scratch`.
    pub base: Word,
    /// The stage's name as written.
    pub name: Option<Word>,
}

/// A command in one of its two forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `["a", "b"]`: started as it is.
    Exec(Vec<Word>),
    /// Text for the shell.
    Shell(Joined),
}

/// COPY's and ADD's arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// Paths, patterns, URLs; here-documents stand in [`Instruction::heredocs`].
    pub sources: Vec<Word>,
    /// Where to.
    pub destination: Word,
}

/// `key=value` of ENV and LABEL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Before the `=`.
    pub key: Word,
    /// After it.
    pub value: Word,
    /// The old form without `=`.
    pub legacy: bool,
}

/// One declaration of ARG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArgDecl {
    /// The variable.
    pub name: Word,
    /// Its default.
    pub default: Option<Word>,
}

/// HEALTHCHECK's arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Healthcheck {
    /// `NONE`.
    None,
    /// `CMD` and the command.
    Command(Command),
}

/// Something that BuildKit refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// What.
    pub kind: SyntaxErrorKind,
    /// Where.
    pub span: Span,
    /// 1-based line of the instruction it is in.
    pub line: u32,
    /// Index of the instruction, if it is in one.
    pub instruction: Option<usize>,
}

/// What is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum SyntaxErrorKind {
    #[error("only one {0} parser directive can be used")]
    DuplicateDirective(String),
    #[error("invalid escape token '{0}' does not match ` or \\")]
    EscapeToken(String),
    #[error("file with no instructions")]
    Empty,
    #[error("line longer than 65535 bytes")]
    LineTooLong,
    #[error("when using JSON array syntax, arrays must be comprised of strings only")]
    JsonNotStrings,
    #[error("{0} must have two arguments")]
    TwoArguments(Keyword),
    #[error("can't find = in {0:?}: must be of the form: name=value")]
    NoEquals(String),
    #[error("unterminated heredoc <<{0}")]
    UnterminatedHeredoc(String),
    #[error("invalid heredoc: {0}")]
    Heredoc(String),
    #[error("unknown instruction: {0}")]
    UnknownInstruction(String),
    #[error("no build stage in current context: {0} before the first FROM")]
    NoStage(Keyword),
    #[error("dockerfile contains no stages to build")]
    NoStages,
    #[error("{0} requires at least one argument")]
    AtLeastOne(Keyword),
    #[error("{0} requires exactly one argument")]
    ExactlyOne(Keyword),
    #[error("{0} requires at least two arguments, but only one was provided")]
    NoDestination(Keyword),
    #[error("{0} names can not be blank")]
    BlankName(Keyword),
    #[error("{0} cannot accept a heredoc as a destination")]
    HeredocDestination(Keyword),
    #[error("FROM requires either one or three arguments")]
    FromArguments,
    #[error("invalid name for build stage: {0:?}, name can't start with a number or contain symbols")]
    StageName(String),
    #[error("unknown flag: --{0}")]
    UnknownFlag(String),
    #[error("duplicate flag specified: --{0}")]
    DuplicateFlag(String),
    #[error("missing a value on flag: --{0}")]
    MissingFlagValue(String),
    #[error("expecting boolean value for flag --{name}, not: {value}")]
    FlagNotBool { name: String, value: String },
    #[error("--mount: {0}")]
    Mount(String),
    #[error("--device: {0}")]
    Device(String),
    #[error("invalid network mode {0:?}")]
    Network(String),
    #[error("security {0:?} is not valid")]
    Security(String),
    #[error("SHELL requires the arguments to be in JSON form")]
    ShellNotJson,
    #[error("VOLUME specified can not be an empty string")]
    EmptyVolume,
    #[error("chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed")]
    OnbuildChain,
    #[error("{0} isn't allowed as an ONBUILD trigger")]
    OnbuildTrigger(Keyword),
    #[error("HEALTHCHECK NONE takes no arguments")]
    HealthcheckNone,
    #[error("missing command after HEALTHCHECK CMD")]
    HealthcheckCommand,
    #[error("unknown type {0:?} in HEALTHCHECK (try CMD)")]
    HealthcheckType(String),
    #[error("invalid duration {0:?}")]
    Duration(String),
    #[error("invalid number of retries {0:?}")]
    Retries(String),
}

impl SyntaxErrorKind {
    /// Found while the file is split into instructions: such an error stops the build before any other is looked for.
    #[must_use]
    pub fn is_lexical(&self) -> bool {
        matches!(
            self,
            Self::DuplicateDirective(_)
                | Self::EscapeToken(_)
                | Self::Empty
                | Self::LineTooLong
                | Self::JsonNotStrings
                | Self::TwoArguments(_)
                | Self::NoEquals(_)
                | Self::UnterminatedHeredoc(_)
                | Self::Heredoc(_)
        )
    }
}
