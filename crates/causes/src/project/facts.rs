//! One build's view of the project: the failing instruction and everything that led to it.

use std::cell::OnceCell;

use dockerfile::edit::{self, Edit};
use dockerfile::ignore::{IgnoreFile, Reader, candidates};
use dockerfile::scope::{BuildArgs, Scope, Value};
use dockerfile::sh::{Script, ShellOptions};
use dockerfile::{Args, Base, Dockerfile, ImageRef, Instruction, Keyword, Span};
use finding::{Evidence, Fix, Highlight, Location, Source, Words};

use super::site::Site;
use super::tree::{Tree, join, parent};
use super::view::View;
use super::{Doc, Project};

/// What the project's files say about one build.
pub struct Facts<'a> {
    pub(crate) project: &'a Project,
    pub(crate) doc: &'a Doc,
    /// Index of the failing instruction.
    pub(crate) at: usize,
    scopes: Vec<Scope>,
    context: OnceCell<Option<String>>,
    ignore: OnceCell<Option<Ignore>>,
    view: OnceCell<View>,
}

/// The ignore file of the build's context.
#[derive(Debug)]
pub(crate) struct Ignore {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) rules: IgnoreFile,
}

impl std::fmt::Debug for Facts<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Facts({}:{})", self.doc.path, self.instruction().first_line)
    }
}

impl<'a> Facts<'a> {
    pub(crate) fn new(project: &'a Project, site: Site<'a>) -> Self {
        let known = |image: &ImageRef| {
            // What an official image sets is known well enough; others may set anything.
            let official = image.official()?;
            ["golang", "alpine", "debian", "ubuntu", "busybox"].contains(&official).then(|| {
                let go = official == "golang";
                if go { vec![("GOPATH".to_owned(), "/go".to_owned())] } else { Vec::new() }
            })
        };
        let scopes = site.doc.file.scopes(&BuildArgs::new(), &known);
        Self {
            project,
            doc: site.doc,
            at: site.at,
            scopes,
            context: OnceCell::new(),
            ignore: OnceCell::new(),
            view: OnceCell::new(),
        }
    }

    /// Path of the Dockerfile, relative to the project.
    #[must_use]
    pub fn dockerfile(&self) -> &'a str {
        &self.doc.path
    }

    /// The instruction that failed.
    #[must_use]
    pub fn instruction(&self) -> &'a Instruction {
        &self.doc.file.instructions[self.at]
    }

    pub(crate) fn file(&self) -> &'a Dockerfile {
        &self.doc.file
    }

    pub(crate) fn tree(&self) -> &'a Tree {
        self.project.tree()
    }

    /// The variables the failing instruction sees.
    pub(crate) fn scope(&self) -> &Scope {
        &self.scopes[self.at]
    }

    /// The variables that instruction `at` sees.
    pub(crate) fn scope_at(&self, at: usize) -> &Scope {
        &self.scopes[at]
    }

    /// The image at the root of the failing stage, with the index of the FROM that names it.
    pub(crate) fn base(&self) -> Option<(&'a ImageRef, usize)> {
        let mut stage = self.file().stages.get(self.instruction().stage?)?;
        loop {
            match &stage.base {
                Base::Image(image) => return Some((image, stage.instructions.start)),
                Base::Stage(index) if *index < stage.index => stage = self.file().stages.get(*index)?,
                _ => return None,
            }
        }
    }

    /// Indexes of the instructions whose effect the failing one sees, in order: those of the stages it is built on too.
    pub(crate) fn before(&self) -> Vec<usize> {
        let mut found = Vec::new();
        let Some(stage) = self.instruction().stage.and_then(|s| self.file().stages.get(s)) else {
            return found;
        };
        found.extend((stage.instructions.start..self.at).rev());
        let mut stage = stage;
        while let Base::Stage(index) = stage.base
            && index < stage.index
            && let Some(base) = self.file().stages.get(index)
        {
            found.extend(base.instructions.clone().rev());
            stage = base;
        }
        found.reverse();
        found
    }

    pub(crate) fn get(&self, at: usize) -> &'a Instruction {
        &self.file().instructions[at]
    }

    /// What a RUN executes.
    pub(crate) fn script(&self, at: usize) -> Option<Script> {
        let stage = self.get(at).stage?;
        let shell =
            self.file().stage_instructions(stage).take_while(|i| i.span.start < self.get(at).span.start);
        let options = shell.filter_map(|i| match &i.args {
            Args::Shell(words) => Some(ShellOptions::of(words)),
            _ => None,
        });
        self.file().script(self.get(at), options.last().unwrap_or_default())
    }

    /// The text of a RUN, as written.
    pub(crate) fn run_text(&self, at: usize) -> &'a str {
        if self.get(at).keyword == Keyword::Run { self.file().slice(self.get(at).span) } else { "" }
    }

    /// The folder that is sent to the builder; `None` when the files do not tell.
    pub(crate) fn context(&self) -> Option<&str> {
        let find = || {
            let own = parent(&self.doc.path);
            if own.is_empty() {
                return Some(String::new());
            }
            let score = |folder: &str| {
                let sources = self.file().instructions.iter().filter(|i| i.flag("from").is_none());
                let sources = sources.filter_map(super::site::copy_args).flat_map(|c| &c.sources);
                sources
                    .filter_map(|s| super::tree::tidy(s.text.trim_start_matches('/')))
                    .filter(|s| !s.is_empty() && self.tree().has(&join(folder, s)))
                    .count()
            };
            let (here, top) = (score(own), score(""));
            match here.cmp(&top) {
                std::cmp::Ordering::Greater => Some(own.to_owned()),
                std::cmp::Ordering::Less => Some(String::new()),
                std::cmp::Ordering::Equal => None,
            }
        };
        self.context.get_or_init(find).as_deref()
    }

    /// A path of the context as a path of the project.
    pub(crate) fn in_project(&self, path: &str) -> Option<String> {
        Some(if path.is_empty() { self.context()?.to_owned() } else { join(self.context()?, path) })
    }

    /// The ignore file that counts.
    pub(crate) fn ignore(&self) -> Option<&Ignore> {
        let find = || {
            let context = self.context()?;
            let dockerfile = super::tree::below(&self.doc.path, context).unwrap_or(&self.doc.path);
            candidates(dockerfile, Reader::Docker).into_iter().find_map(|path| {
                let path = join(context, &path);
                let text = self.project.read(&path)?;
                Some(Ignore { rules: IgnoreFile::parse(&text), path, text })
            })
        };
        self.ignore.get_or_init(find).as_ref()
    }

    /// The line of the ignore file that keeps a path of the context out.
    pub(crate) fn ignored_by(&self, path: &str) -> Option<(&Ignore, &dockerfile::ignore::Pattern)> {
        let ignore = self.ignore()?;
        let why = ignore.rules.why(path);
        if !why.ignored {
            return None;
        }
        Some((ignore, ignore.rules.patterns.get(why.pattern?)?))
    }

    /// What the copies before the failing instruction brought into the image.
    pub(crate) fn view(&self) -> &View {
        self.view.get_or_init(|| View::new(self))
    }

    /// A line of a file with some of it underlined.
    pub(crate) fn mark(
        &self,
        path: &str,
        text: &str,
        span: std::ops::Range<usize>,
        label: Words,
    ) -> (Evidence, Location) {
        let index = dockerfile::LineIndex::new(text);
        let from = index.position(text, span.start);
        let line = index.line_span(from.line);
        let shown = line.of(text).trim_end_matches(['\r', '\n']);
        let start = span.start.min(line.start + shown.len());
        let end = span.end.clamp(start, line.start + shown.len());
        let to = index.position(text, end);
        let highlight =
            (end > start).then(|| Highlight { start: start - line.start, end: end - line.start, label });
        let evidence = Evidence {
            source: Source::File,
            path: path.to_owned(),
            line: from.line.into(),
            text: shown.to_owned(),
            highlight,
        };
        let location = Location {
            path: path.to_owned(),
            line: from.line.into(),
            column: from.column.into(),
            end_line: to.line.into(),
            end_column: to.column.into(),
        };
        (evidence, location)
    }

    /// A span of the Dockerfile.
    pub(crate) fn here(&self, span: Span, label: Words) -> (Evidence, Location) {
        self.mark(&self.doc.path, &self.file().text, span.start..span.end, label)
    }

    /// The failing instruction, without a label: the renderer has its own.
    pub(crate) fn failed(&self) -> (Evidence, Location) {
        let span = self.instruction().span;
        let (mut evidence, location) = self.here(span, Words::fixed("", ""));
        evidence.highlight = None;
        (evidence, location)
    }

    /// The line of the ignore file that keeps something out.
    pub(crate) fn dropped(
        &self,
        ignore: &Ignore,
        pattern: &dockerfile::ignore::Pattern,
    ) -> (Evidence, Location) {
        let span = pattern.span.start..pattern.span.end;
        self.mark(&ignore.path, &ignore.text, span, Words::fixed("drops it", "将其排除"))
    }

    /// An edit of the Dockerfile as a diff.
    pub(crate) fn edit(&self, title: Words, edits: &[Edit]) -> Option<Fix> {
        diff(title, &self.doc.path, &self.file().text, &edit::apply(&self.file().text, edits).ok()?)
    }

    /// A line put before instruction `at`, with its indentation and the comments above it left where they are.
    pub(crate) fn line_before(&self, at: usize, line: &str) -> Edit {
        let start = self.get(at).span.start;
        let ending = if self.file().text.contains("\r\n") { "\r\n" } else { "\n" };
        let begin = self.file().text[..start].rfind('\n').map_or(0, |i| i + 1);
        Edit::insert(begin, format!("{line}{ending}"))
    }

    /// A line put after instruction `at`.
    pub(crate) fn line_after(&self, at: usize, line: &str) -> Edit {
        let ending = if self.file().text.contains("\r\n") { "\r\n" } else { "\n" };
        let end = self.get(at).span.end;
        Edit::insert(end, format!("{ending}{line}"))
    }

    /// Where a variable that the failing instruction sees was set: its value, the instruction and the span of the
    /// setting.
    pub(crate) fn setting(&self, name: &str) -> Option<Setting<'_>> {
        let value: &Value = self.scope().value(name)?;
        let at = value.instruction?;
        let span = self.set_in(at, name)?;
        Some(Setting { name: name.to_owned(), text: value.text.as_deref()?, at, span })
    }

    fn set_in(&self, at: usize, name: &str) -> Option<Span> {
        match &self.get(at).args {
            Args::Pairs(pairs) => {
                pairs.iter().rev().find(|p| p.key.text == name).map(|p| p.key.span.to(p.value.span))
            }
            Args::Arg(decls) => decls
                .iter()
                .rev()
                .find(|d| d.name.text == name)
                .map(|d| d.default.as_ref().map_or(d.name.span, |default| d.name.span.to(default.span))),
            _ => None,
        }
    }

    /// Compose and CI files, with their texts.
    pub(crate) fn outer_files(&self) -> Vec<(String, String)> {
        const MOST: usize = 24;
        let wanted = |path: &&str| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let yaml = name.ends_with(".yml") || name.ends_with(".yaml");
            let compose = name.starts_with("compose") || name.starts_with("docker-compose");
            let ci = path.starts_with(".github/workflows/") || path.starts_with(".circleci/");
            (yaml && (compose || ci || name == ".gitlab-ci.yml"))
                || name == "docker-bake.hcl"
                || name == "Makefile" && !path.contains('/')
        };
        let paths = self.tree().paths().filter(wanted).take(MOST);
        paths.filter_map(|p| Some((p.to_owned(), self.project.read(p)?))).collect()
    }
}

/// A variable's setting.
#[derive(Debug)]
pub(crate) struct Setting<'f> {
    pub(crate) name: String,
    pub(crate) text: &'f str,
    /// Index of the instruction that sets it.
    pub(crate) at: usize,
    /// `NAME=value`.
    pub(crate) span: Span,
}

/// A change of one file as a fix.
pub(crate) fn diff(title: Words, path: &str, old: &str, new: &str) -> Option<Fix> {
    let diff = edit::unified_diff(path, old, new);
    (!diff.is_empty()).then_some(Fix { title, safe: false, command: None, diff: Some(diff) })
}
