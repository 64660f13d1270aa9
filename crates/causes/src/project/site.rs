//! Which Dockerfile a log speaks of, and which of its instructions failed.

use buildlog::{Build, Step, StepState};
use dockerfile::{Args, Dockerfile, ImageRef, Instruction, Keyword, SyntaxErrorKind};

use super::{Doc, Project};

/// A place in a Dockerfile.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site<'a> {
    pub(crate) doc: &'a Doc,
    /// Index of the failing instruction.
    pub(crate) at: usize,
}

/// The Dockerfile that contains the failing instruction; of several the one that fits the log best.
pub(crate) fn find<'a>(build: &Build, project: &'a Project) -> Option<Site<'a>> {
    if !build.structured() && build.snippet.is_none() {
        return None;
    }
    let named = build.snippet.as_ref().map(|s| s.path.as_str());
    project
        .docs()
        .iter()
        .filter_map(|doc| {
            let at = failing(build, &doc.file)?;
            let misses = misses(build, &doc.file, at)?;
            let other_name = named.is_some_and(|n| !doc.path.ends_with(n.trim_start_matches("./")));
            Some(((other_name, misses, doc.path.matches('/').count()), Site { doc, at }))
        })
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, site)| site)
}

/// Index of the instruction that failed.
fn failing(build: &Build, file: &Dockerfile) -> Option<usize> {
    if let Some(snippet) = &build.snippet {
        // The builder quotes the file: it must be this one.
        let same = |(no, _, text): &(u32, bool, String)| {
            text.contains("***") || file.line(*no).trim() == text.trim()
        };
        let marked = || snippet.lines.iter().filter(|l| l.1);
        if marked().next().is_none() || !snippet.lines.iter().all(same) {
            return None;
        }
        return marked().find_map(|l| holding(file, l.0));
    }
    let step = build
        .failed_step()
        .or_else(|| build.steps.iter().rev().find(|s| s.state == StepState::Unfinished && !s.internal));
    if let Some(step) = step
        && let Some(found) = in_file(file, step)
    {
        return Some(found);
    }
    syntax_error(build, file)
}

fn in_file(file: &Dockerfile, step: &Step) -> Option<usize> {
    let text = step.instruction.as_str();
    if let Some(image) = text.strip_prefix("load metadata for ").or_else(|| from(text)) {
        let wanted = ImageRef::parse(image.split_whitespace().next()?)?;
        return file.stages.iter().find_map(|stage| match &stage.base {
            dockerfile::Base::Image(image) if same_image(image, &wanted) => Some(stage.instructions.start),
            _ => None,
        });
    }
    let found = file.find_in_stage(step.stage.as_deref(), text)?;
    file.instructions.iter().position(|i| i.span == found.span)
}

fn from(instruction: &str) -> Option<&str> {
    let rest = instruction.strip_prefix("FROM ")?;
    rest.split_whitespace().find(|w| !w.starts_with("--"))
}

/// The same name and tag; digests are added by the builder.
fn same_image(a: &ImageRef, b: &ImageRef) -> bool {
    let path = |i: &ImageRef| i.path.strip_prefix("library/").unwrap_or(&i.path).to_owned();
    let host = |i: &ImageRef| i.registry.clone().filter(|r| r != "docker.io" && r != "index.docker.io");
    path(a) == path(b) && host(a) == host(b) && a.tag_or_latest() == b.tag_or_latest()
}

/// `dockerfile parse error on line 3: unknown instruction: RUNN`, when the file says just that.
fn syntax_error(build: &Build, file: &Dockerfile) -> Option<usize> {
    let lines = build.closing.iter().chain(&build.outside.lines).map(|l| l.text.as_str());
    lines.filter(|t| t.contains("parse error")).find_map(|text| {
        let error = file.first_error()?;
        let number = text.split("line ").nth(1)?;
        let number: u32 = number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
        let same = number == error.line
            && match &error.kind {
                SyntaxErrorKind::UnknownInstruction(word) => {
                    text.to_ascii_uppercase().contains(&word.to_ascii_uppercase())
                }
                _ => error.instruction.is_some(),
            };
        same.then_some(error.instruction).flatten()
    })
}

fn holding(file: &Dockerfile, line: u32) -> Option<usize> {
    file.instructions.iter().position(|i| (i.first_line..=i.last_line).contains(&line))
}

/// How many steps of the log the file does not know; `None` when it must be another file. A line or two may have
/// been edited since, but not the base of the failing stage.
fn misses(build: &Build, file: &Dockerfile, at: usize) -> Option<usize> {
    let failed: &Instruction = file.instructions.get(at)?;
    let (mut seen, mut missed) = (0, 0);
    for step in build.steps.iter().filter(|s| !s.internal) {
        let keyword = Keyword::parse(step.keyword());
        if keyword == Keyword::Unknown || step.instruction.is_empty() {
            continue;
        }
        seen += 1;
        let known =
            if keyword == Keyword::From { knows_base(file, step) } else { in_file(file, step).is_some() };
        if known {
            continue;
        }
        missed += 1;
        let own = failed
            .stage
            .and_then(|s| file.stages.get(s))
            .is_some_and(|s| s.instructions.start == at || step.stage.as_deref() == Some(&s.label()));
        if keyword == Keyword::From && (own || file.stages.len() == 1) {
            return None;
        }
    }
    (missed * 4 <= seen || missed == 0).then_some(missed)
}

fn knows_base(file: &Dockerfile, step: &Step) -> bool {
    let Some(text) = from(&step.instruction) else { return true };
    file.stages.iter().any(|stage| {
        if stage.base_overridable || stage.base_text.eq_ignore_ascii_case(text) {
            return true;
        }
        match (&stage.base, ImageRef::parse(text)) {
            (dockerfile::Base::Image(image), Some(wanted)) => same_image(image, &wanted),
            _ => false,
        }
    })
}

/// Text of the instruction's arguments that name variables and files.
pub(crate) fn copy_args(i: &Instruction) -> Option<&dockerfile::Copy> {
    match &i.args {
        Args::Copy(copy) => Some(copy),
        _ => None,
    }
}
