//! `go.mod`.

use std::ops::Range;

use super::directives::{
    self as d, Exclude, Go, Godebug, Ignore, Module, Reader, Replace, Require, Retract, Tool, Toolchain,
    Words,
};
use super::error::{ErrorKind, ParseError, ParseErrors, Position};
use super::quote::unquote;
use super::syntax::{Line, LineId, Syntax};
use crate::path::{ModuleVersion, check_path_major, split_path_version};

/// Whose `go.mod` it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The main module's: everything counts.
    Main,
    /// A dependency's: directives that only count in a main module, and unknown ones, are passed over, and a `go`
    /// line such as `1.20.x` is taken for `1.20`.
    Dependency,
}

/// A `go.mod` file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoMod {
    /// The text that was parsed.
    pub text: String,
    /// Lines and blocks.
    pub syntax: Syntax,
    /// The `module` line.
    pub module: Option<Module>,
    /// The `go` line.
    pub go: Option<Go>,
    /// The `toolchain` line.
    pub toolchain: Option<Toolchain>,
    /// The `godebug` lines.
    pub godebug: Vec<Godebug>,
    /// The `require` lines.
    pub require: Vec<Require>,
    /// The `exclude` lines.
    pub exclude: Vec<Exclude>,
    /// The `replace` lines.
    pub replace: Vec<Replace>,
    /// The `retract` lines.
    pub retract: Vec<Retract>,
    /// The `tool` lines.
    pub tool: Vec<Tool>,
    /// The `ignore` lines.
    pub ignore: Vec<Ignore>,
}

/// Blocks of these are known; in Go, `go` and `toolchain` cannot be blocks.
const BLOCKS: [&str; 8] = ["module", "godebug", "require", "exclude", "replace", "retract", "tool", "ignore"];

/// What a dependency's file is read for.
const OF_DEPENDENCIES: [&str; 5] = ["go", "module", "retract", "require", "ignore"];

impl GoMod {
    /// Parses a file.
    ///
    /// # Errors
    /// Everything that Go refuses; see [`GoMod::parse_partial`] for what could be read nevertheless.
    pub fn parse(text: &str, mode: Mode) -> Result<Self, ParseErrors> {
        let (file, errors) = Self::parse_partial(text, mode);
        if errors.is_empty() { Ok(file) } else { Err(ParseErrors(errors)) }
    }

    /// Parses a file as far as possible: the good lines, and what is wrong with the others. A file that cannot
    /// be split into lines and blocks gives no line at all and one error.
    pub fn parse_partial(text: &str, mode: Mode) -> (Self, Vec<ParseError>) {
        let mut file = GoMod { text: text.to_owned(), ..GoMod::default() };
        let syntax = match Syntax::parse(text) {
            Ok(syntax) => syntax,
            Err(e) => return (file, vec![*e]),
        };
        let mut reader = Reader { text, syntax: &syntax, errors: Vec::new() };
        unknown_blocks(&mut reader, &BLOCKS, mode == Mode::Main);
        for (id, line) in syntax.lines.iter().enumerate() {
            let (verb, words) = reader.words(line);
            let known_block = line.block.is_none_or(|b| block_is_known(text, &syntax, b, &BLOCKS));
            let wanted = mode == Mode::Main || OF_DEPENDENCIES.contains(&verb);
            if known_block
                && wanted
                && let Err(wrong) = file.add(&reader, id, line, verb, words, mode)
            {
                reader.wrong(line, verb, wrong);
            }
        }
        if mode == Mode::Main {
            file.check_retractions(&mut reader);
        }
        let mut errors = reader.errors;
        errors.sort_by_key(|e| e.position.byte);
        file.syntax = syntax;
        (file, errors)
    }

    /// The versions of `retract` lines are the module's own, whose path may stand below them.
    fn check_retractions(&self, reader: &mut Reader<'_>) {
        let path = self.module.as_ref().map_or("", |m| m.path.as_str());
        for retract in &self.retract {
            let line = &reader.syntax.lines[retract.line];
            if path.is_empty() {
                reader.wrong(line, "retract", ErrorKind::RetractWithoutModule.into());
                return;
            }
            let Some((_, major)) = split_path_version(path) else {
                reader.wrong(line, "retract", d::Wrong::from(ErrorKind::ModulePath).about(path));
                continue;
            };
            let versions = [&retract.interval.low, &retract.interval.high];
            if let Some(e) = versions.iter().find_map(|v| check_path_major(v, major).err()) {
                reader.wrong(line, "retract", d::Wrong::from(ErrorKind::from(e)).about(path));
            }
        }
    }

    fn add(
        &mut self,
        reader: &Reader<'_>,
        line: LineId,
        syntax: &Line,
        verb: &str,
        words: Words<'_>,
        mode: Mode,
    ) -> Result<(), d::Wrong> {
        let text = reader.text;
        match verb {
            "module" => {
                if self.module.is_some() {
                    return Err(ErrorKind::Repeated("module").into());
                }
                let deprecated = d::deprecation(&reader.comment_text(syntax));
                let path = d::only_string(words, "module module/path");
                self.module =
                    Some(Module { path: path.as_ref().ok().cloned().unwrap_or_default(), deprecated, line });
                path?;
            }
            "go" => {
                if self.go.is_some() {
                    return Err(ErrorKind::Repeated("go").into());
                }
                self.go = Some(Go { version: d::go_version(words, mode == Mode::Dependency)?, line });
            }
            "toolchain" => {
                if self.toolchain.is_some() {
                    return Err(ErrorKind::Repeated("toolchain").into());
                }
                self.toolchain = Some(Toolchain { name: d::toolchain(words)?, line });
            }
            "godebug" => self.godebug.push(d::godebug(words, line)?),
            "require" => {
                let module = d::module_version(words, "require module/path v1.2.3")?;
                self.require.push(Require { module, indirect: d::is_indirect(text, syntax), line });
            }
            "exclude" => {
                let module = d::module_version(words, "exclude module/path v1.2.3")?;
                self.exclude.push(Exclude { module, line });
            }
            "replace" => self.replace.push(d::replace(words, line, true)?),
            "retract" => {
                // What a newer Go may write into the `retract` lines of a dependency is nobody's error.
                let (interval, used) = match d::interval(words) {
                    Ok(found) => found,
                    Err(_) if mode == Mode::Dependency => return Ok(()),
                    Err(wrong) => return Err(wrong),
                };
                if let Some(rest) = words.get(used)
                    && mode == Mode::Main
                {
                    let span = words.spans[used].clone();
                    return Err(d::Wrong::from(ErrorKind::AfterVersion(rest.to_owned())).at(span));
                }
                self.retract.push(Retract { interval, rationale: reader.comment_text(syntax), line });
            }
            "tool" => self.tool.push(Tool { path: d::only_string(words, "tool package/path")?, line }),
            "ignore" => self.ignore.push(Ignore { path: d::only_string(words, "ignore ./folder")?, line }),
            _ => return Err(ErrorKind::UnknownDirective(verb.to_owned()).into()),
        }
        Ok(())
    }

    /// The language version in force: that of the `go` line, or 1.16, which Go assumes without one.
    pub fn go_version(&self) -> &str {
        self.go.as_ref().map_or("1.16", |go| &go.version)
    }

    /// What a `replace` line makes of a module: the line for exactly this version, else the one for all versions.
    pub fn replacement(&self, module: &ModuleVersion) -> Option<&Replace> {
        find_replacement(&self.replace, module)
    }

    /// Whether a `retract` line covers the version.
    pub fn retracts(&self, version: &str) -> Option<&Retract> {
        self.retract.iter().find(|r| r.interval.contains(version))
    }

    /// Whether an `exclude` line names the module and version.
    pub fn excludes(&self, module: &ModuleVersion) -> bool {
        self.exclude.iter().any(|e| e.module == *module)
    }

    /// The bytes of a line, from its first word to its last.
    pub fn span(&self, line: LineId) -> Range<usize> {
        self.syntax.lines[line].span.clone()
    }

    /// The bytes of a word of a line, not counting the directive's name: 0 is the module path of a `require`.
    pub fn word_span(&self, line: LineId, word: usize) -> Option<Range<usize>> {
        self.syntax.args(line).get(word).cloned()
    }
}

pub(super) fn find_replacement<'a>(list: &'a [Replace], module: &ModuleVersion) -> Option<&'a Replace> {
    let of_path = || list.iter().filter(|r| r.old.path == module.path);
    of_path()
        .find(|r| !r.old.version.is_empty() && r.old.version == module.version)
        .or_else(|| of_path().find(|r| r.old.version.is_empty()))
}

pub(super) fn block_is_known(text: &str, syntax: &Syntax, block: usize, known: &[&str]) -> bool {
    match &syntax.blocks[block].words[..] {
        [verb] => known.contains(&&text[verb.clone()]),
        _ => false,
    }
}

/// Adds an error for each block that is none of the known ones.
pub(super) fn unknown_blocks(reader: &mut Reader<'_>, known: &[&str], strict: bool) {
    if !strict {
        return;
    }
    for (number, block) in reader.syntax.blocks.iter().enumerate() {
        if !block_is_known(reader.text, reader.syntax, number, known) {
            let words: Vec<_> = block.words.iter().map(|w| &reader.text[w.clone()]).collect();
            reader.errors.push(ParseError {
                position: Position::of(reader.text, block.span.start),
                span: block.words[0].start..block.open + 1,
                directive: None,
                kind: ErrorKind::UnknownBlock(words.join(" ")),
            });
        }
    }
}

/// The module path of a `go.mod`, read so leniently that nothing else in the file matters. `None` when there is
/// none. This is how Go finds out what a zip or an old tag says it is.
pub fn module_path(text: &str) -> Option<String> {
    for line in text.split('\n') {
        let line = line.split("//").next().unwrap_or(line).trim();
        let Some(rest) = line.strip_prefix("module") else { continue };
        let word = rest.trim_start();
        if word.len() == rest.len() || word.is_empty() {
            continue;
        }
        return match word.as_bytes()[0] {
            b'"' => unquote(word).ok(),
            b'`' => {
                let inner = word.strip_prefix('`')?.strip_suffix('`')?;
                (!inner.contains('`')).then(|| inner.replace('\r', ""))
            }
            _ => Some(word.to_owned()),
        };
    }
    None
}
