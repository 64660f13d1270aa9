//! What each directive says, and how its words are read.

use std::ops::Range;

use super::error::{ErrorKind, ParseError, Position};
use super::quote::unquote;
use super::syntax::{Line, LineId, Syntax};
use crate::path::{ModuleVersion, VersionError, check_path_major, split_path_version};
use crate::version;

/// The `module` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// The module's path.
    pub path: String,
    /// The text behind `Deprecated:` in its comments.
    pub deprecated: Option<String>,
    /// Its line.
    pub line: LineId,
}

/// The `go` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Go {
    /// The version, such as `1.23` or `1.23.4`.
    pub version: String,
    /// Its line.
    pub line: LineId,
}

/// The `toolchain` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toolchain {
    /// The name, such as `go1.23.4`, or `default`.
    pub name: String,
    /// Its line.
    pub line: LineId,
}

/// A `godebug` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Godebug {
    /// What stands before the `=`.
    pub key: String,
    /// What stands behind it.
    pub value: String,
    /// Its line.
    pub line: LineId,
}

/// A `require` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Require {
    /// Module and version, canonical.
    pub module: ModuleVersion,
    /// Whether the comment says `indirect`.
    pub indirect: bool,
    /// Its line.
    pub line: LineId,
}

/// An `exclude` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclude {
    /// Module and version, canonical.
    pub module: ModuleVersion,
    /// Its line.
    pub line: LineId,
}

/// A `replace` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replace {
    /// What is replaced; without a version, all versions are.
    pub old: ModuleVersion,
    /// What replaces it.
    pub new: Replacement,
    /// Its line.
    pub line: LineId,
}

/// The target of a `replace`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// A folder, as written: relative to the file's folder, or absolute.
    Folder(String),
    /// Another module.
    Module(ModuleVersion),
}

/// A `retract` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retract {
    /// What is retracted.
    pub interval: Interval,
    /// The comment's text: why.
    pub rationale: String,
    /// Its line.
    pub line: LineId,
}

/// Versions between two, both included; one version when both are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The lowest version.
    pub low: String,
    /// The highest version.
    pub high: String,
}

impl Interval {
    /// Whether the version lies in it.
    pub fn contains(&self, v: &str) -> bool {
        version::compare(&self.low, v).is_le() && version::compare(v, &self.high).is_le()
    }
}

/// A `tool` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    /// The tool's package path.
    pub path: String,
    /// Its line.
    pub line: LineId,
}

/// An `ignore` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// The folder, as written: with `./` only that one, without any folder of this name.
    pub path: String,
    /// Its line.
    pub line: LineId,
}

/// Whether Go takes the text for a folder, not a module path: rooted, or beginning with `.` or `..`, in the manner
/// of Unix or Windows.
pub fn is_directory_path(s: &str) -> bool {
    let drive = matches!(s.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    drive
        || s == "."
        || s == ".."
        || ["./", ".\\", "../", "..\\", "/", "\\"].iter().any(|prefix| s.starts_with(prefix))
}

/// Reads the words of one line; remembers what is wrong with it.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) syntax: &'a Syntax,
    pub(super) errors: Vec<ParseError>,
}

/// An error without its place: the place in the line is added by the reader.
pub(super) struct Wrong {
    kind: ErrorKind,
    /// The module to name, where Go names it.
    module: Option<String>,
    span: Option<Range<usize>>,
}

impl Wrong {
    pub(super) fn at(self, span: Range<usize>) -> Self {
        Self { span: Some(span), ..self }
    }

    pub(super) fn about(self, module: &str) -> Self {
        Self { module: Some(module.to_owned()), ..self }
    }
}

impl From<ErrorKind> for Wrong {
    fn from(kind: ErrorKind) -> Self {
        Self { kind, module: None, span: None }
    }
}

/// The words of a line behind the directive's name.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) text: &'a str,
    pub(super) spans: &'a [Range<usize>],
}

impl<'a> Words<'a> {
    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    pub(super) fn get(&self, i: usize) -> Option<&'a str> {
        self.spans.get(i).map(|span| &self.text[span.clone()])
    }

    /// The only word.
    pub(super) fn one(&self, usage: &'static str) -> Result<&'a str, Wrong> {
        match self.spans {
            [span] => Ok(&self.text[span.clone()]),
            _ => Err(ErrorKind::Usage(usage).into()),
        }
    }

    /// The text that a word stands for.
    fn string(&self, i: usize) -> Result<String, Wrong> {
        let word = self.get(i).unwrap_or("");
        unquote(word).map_err(|why| Wrong::from(ErrorKind::Quoted(why)).at(self.spans[i].clone()))
    }

    /// The canonical version that a word stands for.
    fn version(&self, i: usize, module: &str) -> Result<String, Wrong> {
        let place = |wrong: Wrong| wrong.about(module).at(self.spans[i].clone());
        let word = self.get(i).unwrap_or("");
        let text = unquote(word).map_err(|why| place(ErrorKind::Quoted(why).into()))?;
        version::canonical_module(&text).ok_or_else(|| place(ErrorKind::NotAVersion(text).into()))
    }
}

impl<'a> Reader<'a> {
    /// The directive's name and other words of a line.
    pub(super) fn words(&self, line: &'a Line) -> (&'a str, Words<'a>) {
        let (verb, spans) = match line.block {
            Some(block) => (&self.syntax.blocks[block].words[0], &line.words[..]),
            None => (&line.words[0], &line.words[1..]),
        };
        (&self.text[verb.clone()], Words { text: self.text, spans })
    }

    /// Adds what is wrong with a line.
    pub(super) fn wrong(&mut self, line: &Line, verb: &str, wrong: Wrong) {
        let span = wrong.span.unwrap_or_else(|| line.span.clone());
        let directive = wrong.module.map(|module| format!("{verb} {module}").trim_end().to_owned());
        let position = Position::of(self.text, span.start);
        self.errors.push(ParseError { position, span, directive, kind: wrong.kind });
    }

    /// The text of the comments of a line, or of its block when it has none (a blank line above is one).
    pub(super) fn comment_text(&self, line: &Line) -> String {
        let own = !line.above.is_empty() || line.comment.is_some();
        let above = match line.block {
            Some(block) if !own => &self.syntax.blocks[block].above,
            _ => &line.above,
        };
        let lines = above.iter().chain(&line.comment).filter(|span| !span.is_empty());
        let said = |span: &Range<usize>| {
            let comment = &self.text[span.clone()];
            comment.strip_prefix("//").unwrap_or(comment).trim()
        };
        lines.map(said).collect::<Vec<_>>().join("\n")
    }
}

/// Whether the comment of a line marks it as `indirect`.
pub(super) fn is_indirect(text: &str, line: &Line) -> bool {
    let Some(span) = &line.comment else { return false };
    let comment = &text[span.clone()];
    let mut fields = comment.strip_prefix("//").unwrap_or(comment).split_whitespace();
    matches!((fields.next(), fields.next()), (Some("indirect"), None) | (Some("indirect;"), Some(_)))
}

/// The paragraph behind `Deprecated:`, if a paragraph begins so.
pub(super) fn deprecation(comment: &str) -> Option<String> {
    let begins = |at: usize| at == 0 || comment[..at].ends_with("\n\n");
    let (at, mark) = comment.match_indices("Deprecated:").find(|&(at, _)| begins(at))?;
    let text = comment[at + mark.len()..].trim_start_matches(' ');
    Some(text.split("\n\n").next().unwrap_or(text).to_owned())
}

/// Whether the text is a Go version of a `go` line: `1.23`, `1.23.4`, `1.23rc1`.
pub(super) fn is_go_version(s: &str) -> bool {
    let Some(rest) = cut_major_minor(s) else { return false };
    let rest = match rest.strip_prefix('.') {
        None => rest,
        Some(patch) => match version::cut_number(patch) {
            Some((_, rest)) => rest,
            None => return false,
        },
    };
    let digits = rest.trim_start_matches(|c: char| c.is_ascii_lowercase());
    rest.is_empty()
        || (digits.len() < rest.len() && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// `1.23` of what dependencies write instead of a version, such as `1.23.x` or `v1.23-beta`.
pub(super) fn lax_go_version(s: &str) -> Option<&str> {
    let s = s.strip_prefix('v').unwrap_or(s);
    let rest = cut_major_minor(s)?;
    (!rest.is_empty()).then(|| &s[..s.len() - rest.len()])
}

fn cut_major_minor(s: &str) -> Option<&str> {
    let (major, rest) = version::cut_number(s)?;
    let (_, rest) = version::cut_number(rest.strip_prefix('.')?)?;
    (major != "0").then_some(rest)
}

/// Whether the text is the name of a `toolchain` line.
pub(super) fn is_toolchain_name(s: &str) -> bool {
    s == "default" || s.strip_prefix("go1").is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// `path version` of `require` and `exclude`.
pub(super) fn module_version(words: Words<'_>, usage: &'static str) -> Result<ModuleVersion, Wrong> {
    if words.len() != 2 {
        return Err(ErrorKind::Usage(usage).into());
    }
    let path = words.string(0)?;
    let version = words.version(1, &path)?;
    let Some((_, major)) = split_path_version(&path) else {
        return Err(Wrong::from(ErrorKind::ModulePath).at(words.spans[0].clone()));
    };
    check_path_major(&version, major)
        .map_err(|e: VersionError| Wrong::from(ErrorKind::from(e)).about(&path).at(words.spans[1].clone()))?;
    Ok(ModuleVersion { path, version })
}

/// A `replace` line. In a `go.mod` the version of the target must go with its path too; in a `go.work` Go does not look.
pub(super) fn replace(words: Words<'_>, line: LineId, check_target: bool) -> Result<Replace, Wrong> {
    let arrow = if words.get(1) == Some("=>") { 1 } else { 2 };
    if words.len() < arrow + 2 || words.len() > arrow + 3 || words.get(arrow) != Some("=>") {
        return Err(ErrorKind::Usage(
            "replace module/path [v1.2.3] => other/module v1.4 or replace module/path [v1.2.3] => ../local/directory",
        )
        .into());
    }
    let path = words.string(0)?;
    let Some(major) = split_path_version(&path).map(|(_, major)| major.to_owned()) else {
        return Err(Wrong::from(ErrorKind::ModulePath).about(&path).at(words.spans[0].clone()));
    };
    let mut old = ModuleVersion { path, version: String::new() };
    if arrow == 2 {
        old.version = words.version(1, &old.path)?;
        check_path_major(&old.version, &major)
            .map_err(|e| Wrong::from(ErrorKind::from(e)).about(&old.path).at(words.spans[1].clone()))?;
    }
    let target_span = words.spans[arrow + 1].clone();
    let target = words.string(arrow + 1)?;
    let at_target = |kind: ErrorKind| Wrong::from(kind).at(target_span.clone());
    if words.len() == arrow + 2 {
        if !is_directory_path(&target) {
            let kind =
                if target.contains('@') { ErrorKind::ReplacementAt } else { ErrorKind::ReplacementNoVersion };
            return Err(at_target(kind));
        }
        if target.contains('\\') {
            return Err(at_target(ErrorKind::ReplacementWindows));
        }
        return Ok(Replace { old, new: Replacement::Folder(target), line });
    }
    let version = words.version(arrow + 2, &target)?;
    if is_directory_path(&target) {
        return Err(at_target(ErrorKind::ReplacementFolderVersion(target)));
    }
    if check_target {
        let Some((_, major)) = split_path_version(&target) else {
            return Err(at_target(ErrorKind::ModulePath).about(&target));
        };
        check_path_major(&version, major)
            .map_err(|e| Wrong::from(ErrorKind::from(e)).about(&target).at(words.spans[arrow + 2].clone()))?;
    }
    Ok(Replace { old, new: Replacement::Module(ModuleVersion { path: target, version }), line })
}

/// `v1.2.3` or `[v1.2.3, v1.3.0]`, and how many words that took.
pub(super) fn interval(words: Words<'_>) -> Result<(Interval, usize), Wrong> {
    let missing = |why| Err(Wrong::from(ErrorKind::Interval(why)));
    match words.get(0) {
        None | Some("(") => missing("expected '[' or version"),
        Some("[") => {
            if words.len() < 2 {
                return missing("expected version after '['");
            }
            let low = words.version(1, "")?;
            if words.get(2) != Some(",") {
                return missing("expected ',' after version");
            }
            if words.len() < 4 {
                return missing("expected version after ','");
            }
            let high = words.version(3, "")?;
            if words.get(4) != Some("]") {
                return missing("expected ']' after version");
            }
            Ok((Interval { low, high }, 5))
        }
        Some(_) => {
            let low = words.version(0, "")?;
            Ok((Interval { high: low.clone(), low }, 1))
        }
    }
}

/// `key=value` of a `godebug` line.
pub(super) fn godebug(words: Words<'_>, line: LineId) -> Result<Godebug, Wrong> {
    const USAGE: &str = "godebug key=value";
    let word = words.one(USAGE)?;
    match word.split_once('=') {
        Some((key, value)) if !word.contains(['"', '`', '\'', ',']) => {
            Ok(Godebug { key: key.to_owned(), value: value.to_owned(), line })
        }
        _ => Err(ErrorKind::Usage(USAGE).into()),
    }
}

/// The only word of a line, which may be quoted.
pub(super) fn only_string(words: Words<'_>, usage: &'static str) -> Result<String, Wrong> {
    words.one(usage)?;
    words.string(0)
}

/// The version of a `go` line.
pub(super) fn go_version(words: Words<'_>, lax: bool) -> Result<String, Wrong> {
    let word = words.one("go 1.23.0")?;
    if is_go_version(word) {
        return Ok(word.to_owned());
    }
    let fixed = if lax { lax_go_version(word) } else { None };
    fixed
        .map(str::to_owned)
        .ok_or_else(|| Wrong::from(ErrorKind::GoVersion(word.to_owned())).at(words.spans[0].clone()))
}

/// The name of a `toolchain` line.
pub(super) fn toolchain(words: Words<'_>) -> Result<String, Wrong> {
    let word = words.one("toolchain go1.23.0")?;
    if is_toolchain_name(word) {
        Ok(word.to_owned())
    } else {
        Err(Wrong::from(ErrorKind::ToolchainName(word.to_owned())).at(words.spans[0].clone()))
    }
}
