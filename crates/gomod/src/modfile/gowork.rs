//! `go.work`.

use super::directives::{self as d, Go, Godebug, Reader, Replace, Toolchain, Words};
use super::error::{ErrorKind, ParseError, ParseErrors};
use super::gomod::{block_is_known, find_replacement, unknown_blocks};
use super::syntax::{LineId, Syntax};
use crate::path::ModuleVersion;

/// A `go.work` file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoWork {
    /// The text that was parsed.
    pub text: String,
    /// Lines and blocks.
    pub syntax: Syntax,
    /// The `go` line.
    pub go: Option<Go>,
    /// The `toolchain` line.
    pub toolchain: Option<Toolchain>,
    /// The `godebug` lines.
    pub godebug: Vec<Godebug>,
    /// The `use` lines.
    pub uses: Vec<Use>,
    /// The `replace` lines.
    pub replace: Vec<Replace>,
}

/// A `use` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The module's folder, as written.
    pub path: String,
    /// Its line.
    pub line: LineId,
}

const BLOCKS: [&str; 3] = ["godebug", "use", "replace"];

impl GoWork {
    /// Parses a file.
    ///
    /// # Errors
    /// Everything that Go refuses; see [`GoWork::parse_partial`] for what could be read nevertheless.
    pub fn parse(text: &str) -> Result<Self, ParseErrors> {
        let (file, errors) = Self::parse_partial(text);
        if errors.is_empty() { Ok(file) } else { Err(ParseErrors(errors)) }
    }

    /// Parses a file as far as possible: the good lines, and what is wrong with the others.
    pub fn parse_partial(text: &str) -> (Self, Vec<ParseError>) {
        let mut file = GoWork { text: text.to_owned(), ..GoWork::default() };
        let syntax = match Syntax::parse(text) {
            Ok(syntax) => syntax,
            Err(e) => return (file, vec![*e]),
        };
        let mut reader = Reader { text, syntax: &syntax, errors: Vec::new() };
        unknown_blocks(&mut reader, &BLOCKS, true);
        for (id, line) in syntax.lines.iter().enumerate() {
            let (verb, words) = reader.words(line);
            let known_block = line.block.is_none_or(|b| block_is_known(text, &syntax, b, &BLOCKS));
            if known_block && let Err(wrong) = file.add(id, verb, words) {
                reader.wrong(line, verb, wrong);
            }
        }
        let mut errors = reader.errors;
        errors.sort_by_key(|e| e.position.byte);
        file.syntax = syntax;
        (file, errors)
    }

    fn add(&mut self, line: LineId, verb: &str, words: Words<'_>) -> Result<(), d::Wrong> {
        match verb {
            "go" => {
                if self.go.is_some() {
                    return Err(ErrorKind::Repeated("go").into());
                }
                self.go = Some(Go { version: d::go_version(words, false)?, line });
            }
            "toolchain" => {
                if self.toolchain.is_some() {
                    return Err(ErrorKind::Repeated("toolchain").into());
                }
                self.toolchain = Some(Toolchain { name: d::toolchain(words)?, line });
            }
            "godebug" => self.godebug.push(d::godebug(words, line)?),
            "use" => self.uses.push(Use { path: d::only_string(words, "use local/dir")?, line }),
            "replace" => self.replace.push(d::replace(words, line, false)?),
            _ => return Err(ErrorKind::UnknownDirective(verb.to_owned()).into()),
        }
        Ok(())
    }

    /// The language version in force: that of the `go` line, or 1.18, which Go assumes without one.
    pub fn go_version(&self) -> &str {
        self.go.as_ref().map_or("1.18", |go| &go.version)
    }

    /// What a `replace` line makes of a module: the line for exactly this version, else the one for all versions.
    pub fn replacement(&self, module: &ModuleVersion) -> Option<&Replace> {
        find_replacement(&self.replace, module)
    }
}
