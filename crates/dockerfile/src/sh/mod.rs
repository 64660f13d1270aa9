//! The shell inside RUN, read well enough to know which commands run, with which arguments, under which conditions.
//!
//! A POSIX shell with the bashisms that Dockerfiles use. It never fails: what it does not understand makes the
//! [`Script`] [incomplete](Script::incomplete), and certain claims about it should not be made then.

mod flatten;
mod lexer;
mod parser;

use crate::instruction::{Args, Command, Dockerfile, Instruction};
use crate::json;
use crate::logical::Joined;
use crate::span::Span;

/// A piece of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text as it is, quotes and escapes already removed.
    Literal(String),
    /// `$X`, `${X}` and forms with modifiers: the name, and what to use when it is unset or empty (`${X:-y}`).
    Variable {
        /// The name.
        name: String,
        /// The default of `:-` and `-`.
        default: Option<String>,
        /// It has another modifier: its value cannot be told.
        modified: bool,
    },
    /// `$(...)`, a backtick, arithmetic.
    Substitution,
}

/// A word of a command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Word {
    /// Its pieces in order.
    pub pieces: Vec<Piece>,
    /// As written, quotes and all.
    pub raw: String,
    /// First byte in the script.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// Some part of it is quoted.
    pub quoted: bool,
    /// It has an unquoted `*`, `?`, `[` or brace list: the shell may make other words of it.
    pub glob: bool,
}

impl Word {
    /// The text, when nothing in it is computed.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// The text with variables filled in; `None` when one of them is not known.
    pub fn expand(&self, lookup: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => out.push_str(text),
                Piece::Variable { modified: true, .. } | Piece::Substitution => return None,
                Piece::Variable { name, default, .. } => match (lookup(name), default) {
                    (Some(value), None) => out.push_str(&value),
                    (Some(value), Some(default)) => {
                        out.push_str(if value.is_empty() { default } else { &value })
                    }
                    (None, _) => return None,
                },
            }
        }
        Some(out)
    }

    /// The literal text at its beginning.
    #[must_use]
    pub fn prefix(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Literal(text)) => text,
            _ => "",
        }
    }

    /// The names of the variables in it.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|p| match p {
            Piece::Variable { name, .. } => Some(name.as_str()),
            _ => None,
        })
    }
}

/// `NAME=value` before a command, or alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The name.
    pub name: String,
    /// The value.
    pub value: Word,
    /// `NAME+=value`.
    pub append: bool,
}

/// `> file`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// `>`, `>>`, `<`, `2>` without the number.
    pub op: String,
    /// Where to or from.
    pub target: Word,
}

/// One simple command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SimpleCommand {
    /// Assignments before it; without words they set variables of the shell.
    pub assignments: Vec<Assignment>,
    /// Name and arguments.
    pub words: Vec<Word>,
    /// Redirections.
    pub redirects: Vec<Redirect>,
    /// First byte in the script.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// It runs whenever everything before it succeeds: no `if`, `||`, `case`, loop or function around it.
    pub certain: bool,
    /// When it fails, the step fails.
    pub fatal: bool,
    /// Nesting of `( )`: folders changed inside do not count outside.
    pub subshell: u32,
    /// It stands inside `$( )` or backticks.
    pub substitution: bool,
    /// Its output goes into a pipe.
    pub piped_into: bool,
    /// Its input comes from a pipe.
    pub piped_from: bool,
}

impl SimpleCommand {
    /// The command's name without folders, when it is literal. `sudo`, `env`, `time` and the like stand for
    /// themselves; see [`SimpleCommand::effective`].
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        let text = self.words.first()?.literal()?;
        Some(text.rsplit('/').next().unwrap_or(text))
    }

    /// The name and the arguments behind wrappers (`env X=1`, `time`, `exec`, `command`, `nice`, `sudo`).
    #[must_use]
    pub fn effective(&self) -> (Option<&str>, &[Word]) {
        let mut words = self.words.as_slice();
        loop {
            let Some((first, rest)) = words.split_first() else { return (None, words) };
            let Some(text) = first.literal() else { return (None, rest) };
            let name = text.rsplit('/').next().unwrap_or(text);
            if !matches!(name, "env" | "time" | "exec" | "command" | "nice" | "nohup" | "sudo" | "builtin") {
                return (Some(name), rest);
            }
            let skip = rest
                .iter()
                .take_while(|w| {
                    let text = w.literal().unwrap_or(&w.raw);
                    text.starts_with('-') || (name == "env" && text.contains('='))
                })
                .count();
            if skip == rest.len() {
                return (Some(name), rest);
            }
            words = &rest[skip..];
        }
    }

    /// Variables given to this command alone: assignments in front and those of `env`.
    pub fn environment(&self) -> Vec<(String, Option<String>)> {
        let mut out: Vec<(String, Option<String>)> =
            self.assignments.iter().map(|a| (a.name.clone(), a.value.literal().map(str::to_owned))).collect();
        if self.name() == Some("env") {
            for word in self.words.iter().skip(1) {
                let Some((name, _)) = word.prefix().split_once('=') else { continue };
                let value = word.literal().and_then(|t| t.split_once('=')).map(|(_, v)| v.to_owned());
                out.push((name.to_owned(), value));
            }
        }
        out
    }

    /// The first argument that does not begin with a dash.
    #[must_use]
    pub fn subcommand(&self) -> Option<&str> {
        self.effective().1.iter().filter_map(Word::literal).find(|w| !w.starts_with('-'))
    }

    /// Whether it is `name sub ...`.
    #[must_use]
    pub fn is(&self, name: &str, sub: &str) -> bool {
        self.effective().0 == Some(name) && self.subcommand() == Some(sub)
    }
}

/// What a RUN line executes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Script {
    /// Its simple commands in the order they stand in, those in substitutions before the command that uses them.
    pub commands: Vec<SimpleCommand>,
    /// Some of it could not be read.
    pub incomplete: bool,
    /// The text, with the place of every byte.
    pub source: Joined,
}

impl Script {
    /// Read a script. `errexit`: the shell runs with `-e`.
    #[must_use]
    pub fn parse(source: &Joined, errexit: bool) -> Self {
        let mut parser = parser::Parser::new(&source.text);
        let list = parser.script();
        let incomplete = parser.incomplete;
        let commands = flatten::flatten(list, errexit);
        Self { commands, incomplete, source: source.clone() }
    }

    /// A command that is started without a shell.
    #[must_use]
    pub fn exec(words: &[crate::instruction::Word]) -> Self {
        let mut source = Joined::default();
        let mut command = SimpleCommand { certain: true, fatal: true, ..SimpleCommand::default() };
        for word in words {
            let start = source.text.len();
            source.push(&word.text, word.span.start);
            let pieces = if word.text.is_empty() { vec![] } else { vec![Piece::Literal(word.text.clone())] };
            command.words.push(Word {
                pieces,
                raw: word.text.clone(),
                start,
                end: source.text.len(),
                quoted: true,
                glob: false,
            });
        }
        command.end = source.text.len();
        Self { commands: vec![command], incomplete: false, source }
    }

    /// Where bytes `start..end` of the script stand in the Dockerfile.
    #[must_use]
    pub fn span(&self, start: usize, end: usize) -> Span {
        self.source.span(start, end)
    }

    /// Where a word stands in the Dockerfile.
    #[must_use]
    pub fn word_span(&self, word: &Word) -> Span {
        self.span(word.start, word.end)
    }

    /// Where a command stands in the Dockerfile.
    #[must_use]
    pub fn command_span(&self, command: &SimpleCommand) -> Span {
        self.span(command.start, command.end)
    }
}

/// How a stage's shell treats failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ShellOptions {
    /// It is no POSIX shell (PowerShell, cmd): scripts cannot be read.
    pub foreign: bool,
    /// `-e`.
    pub errexit: bool,
    /// `-o pipefail`.
    pub pipefail: bool,
}

impl ShellOptions {
    /// From the words of SHELL.
    #[must_use]
    pub fn of(words: &[crate::instruction::Word]) -> Self {
        let name = words.first().map_or("", |w| w.text.rsplit(['/', '\\']).next().unwrap_or(""));
        let known = ["sh", "bash", "ash", "dash", "ksh", "zsh", "busybox"];
        let flags = || words.iter().skip(1).map(|w| w.text.as_str());
        Self {
            foreign: !known.contains(&name),
            errexit: flags().any(|f| f.starts_with('-') && !f.starts_with("--") && f.contains('e')),
            pipefail: flags().any(|f| f == "pipefail"),
        }
    }
}

impl Dockerfile {
    /// What a RUN executes. `None` for other instructions and for shells that are no POSIX shell.
    #[must_use]
    pub fn script(&self, instruction: &Instruction, options: ShellOptions) -> Option<Script> {
        let Args::Command(command) = &instruction.args else { return None };
        let text = match command {
            Command::Exec(words) => return Some(exec_script(words)),
            Command::Shell(text) => text,
        };
        if options.foreign {
            return None;
        }
        let Some(heredoc) = instruction.heredocs.first() else {
            return Some(Script::parse(text, options.errexit));
        };
        let body = || Joined::verbatim(self.slice(heredoc.body), heredoc.body.start);
        if text.text.trim_start().starts_with("<<") && !text.text.contains(['|', '&', ';']) {
            let body = body();
            if let Some(line) = body.text.strip_prefix("#!") {
                let line = line.lines().next().unwrap_or("");
                if !line.contains("sh") {
                    return None;
                }
            }
            return Some(Script::parse(&body, options.errexit));
        }
        let mut script = Script::parse(text, options.errexit);
        // `RUN bash -e <<EOF`: the shell reads the here-document.
        let shell = script.commands.last().and_then(|c| c.name()).map(str::to_owned);
        if let Some("sh" | "bash" | "ash" | "dash") = shell.as_deref() {
            let errexit = script.commands.last().is_some_and(|c| {
                c.words
                    .iter()
                    .skip(1)
                    .filter_map(Word::literal)
                    .any(|w| w.starts_with('-') && w.contains('e'))
            });
            script = Script::parse(&body(), errexit);
        }
        Some(script)
    }
}

/// `["sh", "-c", "..."]` is read as a script where its text stands in the file as it is.
fn exec_script(words: &[crate::instruction::Word]) -> Script {
    let whole = Script::exec(words);
    let [shell, flags @ .., text] = words else { return whole };
    let is_shell = matches!(shell.text.rsplit('/').next(), Some("sh" | "bash" | "ash" | "dash"));
    if is_shell && flags.iter().any(|f| f.text.starts_with('-') && f.text.ends_with('c')) {
        // The quotes around it, when it holds no escapes.
        let plain = text.span.len() == text.text.len() + 2;
        let at = text.span.start + 1;
        let source = if plain { Joined::verbatim(&text.text, at) } else { approximate(text) };
        let errexit = flags.iter().any(|f| f.text.starts_with('-') && f.text.contains('e'));
        return Script::parse(&source, errexit);
    }
    whole
}

/// Every byte of an escaped string stands for the string as a whole.
fn approximate(word: &crate::instruction::Word) -> Joined {
    debug_assert!(json::string_array("[]").is_ok());
    Joined::verbatim(&word.text, word.span.start)
}
