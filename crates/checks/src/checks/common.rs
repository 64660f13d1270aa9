//! What several checks need.

use dockerfile::edit::Edit;
use dockerfile::{Args, Base, Instruction, Keyword, Span};
use finding::{Severity, Words};

use crate::context::Presence;
use crate::gosrc::{GoFile, Target};
use crate::paths;
use crate::tree::Kind;
use crate::unit::{GoUse, ModuleAt, Sure, Unit, Var};
use crate::view::Found;

/// A message in both languages from one set of facts.
macro_rules! words {
    ($en:literal, $zh:literal $(, $($arg:tt)*)?) => {
        finding::Words::new(format!($en $(, $($arg)*)?), format!($zh $(, $($arg)*)?))
    };
}
pub(crate) use words;

pub(crate) fn none() -> Words {
    Words::fixed("", "")
}

/// The command of a go call.
pub(crate) fn go_span(unit: &Unit<'_>, go: &GoUse) -> Span {
    let script = unit.scripts.get(go.instruction).and_then(Option::as_ref);
    match script.and_then(|s| s.commands.get(go.command).map(|c| s.command_span(c))) {
        Some(span) => span,
        None => unit.file.instructions[go.instruction].span,
    }
}

/// A word of a go call.
pub(crate) fn word_span(unit: &Unit<'_>, go: &GoUse, word: &dockerfile::sh::Word) -> Span {
    match unit.scripts.get(go.instruction).and_then(Option::as_ref) {
        Some(script) => script.word_span(word),
        None => unit.file.instructions[go.instruction].span,
    }
}

/// The stages that a plain build makes; a build of a named target makes that one's.
pub(crate) fn needed(unit: &Unit<'_>) -> Vec<bool> {
    let Some(last) = unit.final_stage() else { return Vec::new() };
    let mut needed = unit.file.needed_by(last);
    for build in &unit.builds {
        if let Some(stage) = build.target.as_deref().and_then(|t| unit.file.stage_named(t, usize::MAX)) {
            for (slot, more) in needed.iter_mut().zip(unit.file.needed_by(stage)) {
                *slot |= more;
            }
        }
    }
    needed
}

/// Error when the build certainly comes here and fails with it.
pub(crate) fn severity(unit: &Unit<'_>, go: &GoUse) -> Severity {
    if go.decisive() && stage_severity(unit, go.stage) == Severity::Error {
        Severity::Error
    } else {
        Severity::Warning
    }
}

/// Error when a plain build makes the stage.
pub(crate) fn stage_severity(unit: &Unit<'_>, stage: usize) -> Severity {
    if needed(unit).get(stage) == Some(&true) && unit.sure != Sure::Foreign {
        Severity::Error
    } else {
        Severity::Warning
    }
}

/// Whether an image's base depends on a build argument, here or further down.
pub(crate) fn base_overridable(unit: &Unit<'_>, stage: usize) -> bool {
    root_stage(unit, stage).is_some_and(|s| unit.file.stages[s].base_overridable)
}

/// The stage whose FROM names the image that `stage` ends up on.
pub(crate) fn root_stage(unit: &Unit<'_>, stage: usize) -> Option<usize> {
    let mut at = stage;
    for _ in 0..=unit.file.stages.len() {
        match &unit.file.stages.get(at)?.base {
            Base::Stage(base) if *base < at => at = *base,
            _ => return Some(at),
        }
    }
    None
}

/// The stages that `stage` is built on, itself first.
pub(crate) fn chain(unit: &Unit<'_>, stage: usize) -> Vec<usize> {
    let mut out = vec![stage];
    let mut at = stage;
    while let Some(Base::Stage(base)) = unit.file.stages.get(at).map(|s| &s.base)
        && *base < at
    {
        at = *base;
        out.push(at);
    }
    out
}

/// The line of the ignore file that keeps `path` back, if one does.
pub(crate) fn ignored_by(unit: &Unit<'_>, path: &str) -> Option<(String, u32, Span, String)> {
    let context = unit.context();
    if !matches!(context.presence(path), Presence::Ignored(_)) {
        return None;
    }
    let (file, rules) = context.ignore.as_ref()?;
    let decision = rules.why(path);
    let pattern = &rules.patterns[decision.pattern?];
    let text = if pattern.negated { format!("!{}", pattern.text) } else { pattern.text.clone() };
    Some((file.clone(), pattern.line, pattern.span, text))
}

/// An edit of the ignore file that lets `path` through: a `!` line at its end.
pub(crate) fn unignore(unit: &Unit<'_>, path: &str) -> Option<(String, Vec<Edit>)> {
    let (file, _) = unit.context().ignore.as_ref()?;
    let text = unit.project.tree.read(file)?;
    let newline = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    Some((file.clone(), vec![Edit::insert(text.len(), format!("{newline}!{path}\n"))]))
}

/// Insert lines before an instruction.
pub(crate) fn before(unit: &Unit<'_>, instruction: &Instruction, lines: &str) -> Vec<Edit> {
    let line = unit.file.lines.line_span(instruction.first_line);
    vec![Edit::insert(line.start, lines)]
}

/// Insert lines after an instruction.
pub(crate) fn after(unit: &Unit<'_>, instruction: &Instruction, lines: &str) -> Vec<Edit> {
    let end = unit.file.lines.line_span(instruction.last_line).end;
    let newline = if unit.file.text[..end].ends_with('\n') { "" } else { "\n" };
    vec![Edit::insert(end, format!("{newline}{lines}"))]
}

/// The flags of GOFLAGS.
pub(crate) fn goflags(go: &GoUse) -> Vec<String> {
    match go.env.get("GOFLAGS") {
        Var::Set(text) => text.split_whitespace().map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// The value of `-mod`, from the command line or GOFLAGS.
pub(crate) fn mod_flag(go: &GoUse) -> Option<String> {
    if let Some(value) = go.args.flag("mod") {
        return value.map(|w| w.literal().unwrap_or("?").to_owned());
    }
    goflags(go).iter().find_map(|f| f.trim_start_matches('-').strip_prefix("mod=").map(str::to_owned))
}

/// GOPATH mode.
pub(crate) fn modules_off(go: &GoUse) -> bool {
    matches!(go.env.get("GO111MODULE"), Var::Set(v) if v == "off" || v == "auto")
        || go.env.get("GO111MODULE") == Var::Unknown
}

/// Whether the module is built from vendor/.
pub(crate) fn uses_vendor(unit: &Unit<'_>, go: &GoUse) -> Found {
    let ModuleAt::Found { dir, .. } = &go.module else { return Found::Maybe };
    match mod_flag(go).as_deref() {
        Some("vendor") => return Found::Made,
        Some(_) => return Found::No,
        None => {}
    }
    unit.find_for(go, &paths::join(dir, "vendor/modules.txt"))
}

/// Whether a call fetches modules when the cache is empty.
pub(crate) fn fetches(unit: &Unit<'_>, go: &GoUse) -> bool {
    if go.args.sub == "mod download" || go.args.sub == "get" {
        return true;
    }
    let with_version = go.args.rest.iter().any(|w| w.raw.contains('@'));
    if matches!(go.args.sub.as_str(), "install" | "run") && with_version {
        return true;
    }
    go.compiles() && uses_vendor(unit, go) == Found::No && requires(go) && !downloaded(unit, go)
}

/// An earlier call of the stage has fetched the modules.
fn downloaded(unit: &Unit<'_>, go: &GoUse) -> bool {
    let stages = chain(unit, go.stage);
    unit.go.iter().any(|g| {
        stages.contains(&g.stage)
            && (g.stage, g.instruction, g.command) < (go.stage, go.instruction, go.command)
            && matches!(g.args.sub.as_str(), "mod download" | "mod tidy" | "mod vendor" | "get")
    })
}

/// The module requires others.
pub(crate) fn requires(go: &GoUse) -> bool {
    matches!(&go.module, ModuleAt::Found { gomod: Some(m), .. } if m.require.iter().any(|r| {
        !matches!(m.replacement(&r.module).map(|r| &r.new), Some(gomod::modfile::Replacement::Folder(_)))
    }))
}

/// What a build of the call's packages takes in: folders of the module (in the context), other import paths, files.
#[derive(Default)]
pub(crate) struct Closure {
    /// Folders of the context with the files that are built.
    pub(crate) packages: Vec<(String, Vec<GoFile>)>,
    /// Imports from outside the module, with the file that imports each first.
    pub(crate) external: Vec<(String, String)>,
    /// Local imports whose folder the context lacks: import path, the file, the folder.
    pub(crate) absent: Vec<(String, String, String)>,
    /// All is known: nothing was left out.
    pub(crate) complete: bool,
}

impl Closure {
    pub(crate) fn imports(&self, path: &str) -> bool {
        self.external.iter().any(|(p, _)| p == path)
    }

    pub(crate) fn cgo(&self) -> bool {
        self.imports("C")
    }
}

/// The target of a call.
pub(crate) fn target(unit: &Unit<'_>, go: &GoUse) -> Target {
    let mut target = Target::linux();
    if let Some(tags) = go.args.value("tags") {
        target.tags = tags.split([',', ' ']).map(str::to_owned).collect();
    }
    if let Some(os) = go.env.text("GOOS").filter(|o| !o.is_empty()) {
        target.os = os;
    }
    if let Some(arch) = go.env.text("GOARCH").filter(|a| !a.is_empty()) {
        target.arch = arch;
    }
    target.cgo = match go.env.get("CGO_ENABLED") {
        Var::Set(v) if v == "0" => false,
        Var::Set(_) => true,
        _ => !unit.has_tool(go.instruction, "gcc").no(),
    };
    target
}

/// The folders of the context that a call's arguments name; `None` when that cannot be told.
pub(crate) fn target_dirs(unit: &Unit<'_>, go: &GoUse) -> Option<Vec<String>> {
    let ModuleAt::Found { dir, context_dir: Some(context_dir), gomod: Some(gomod) } = &go.module else {
        return None;
    };
    let cwd = go.cwd.as_deref()?;
    let relative = paths::below(cwd, dir)?;
    let here = paths::join(context_dir, relative);
    let module = gomod.module.as_ref().map(|m| m.path.as_str())?;
    let mut dirs = Vec::new();
    if go.args.rest.is_empty() {
        dirs.push(here.clone());
    }
    for word in &go.args.rest {
        let text = word.expand(&|name| go.env.text(name))?;
        if text.ends_with(".go") {
            dirs.push(paths::join(&here, paths::parent(&text)));
        } else if text.starts_with("./") || text == "." || text.starts_with("../") {
            if let Some(base) = text.strip_suffix("...") {
                all_packages(unit, &paths::join(&here, base), &mut dirs, 0);
            } else {
                dirs.push(paths::join(&here, &text));
            }
        } else if let Some(rest) = paths::below(&text, module) {
            dirs.push(paths::join(context_dir, rest));
        } else {
            return None;
        }
    }
    Some(dirs)
}

fn all_packages(unit: &Unit<'_>, dir: &str, out: &mut Vec<String>, depth: u32) {
    if depth > 8 || out.len() > 300 {
        return;
    }
    if !unit.packages.load(unit.context(), dir).files.is_empty() {
        out.push(dir.to_owned());
    }
    for entry in unit.context().list(dir) {
        let skip = entry.name.starts_with(['.', '_'])
            || matches!(entry.name.as_str(), "testdata" | "vendor" | "node_modules");
        let path = paths::join(dir, &entry.name);
        if entry.kind == Kind::Dir
            && !skip
            && unit.context().presence(&paths::join(&path, "go.mod")) == Presence::Absent
        {
            all_packages(unit, &path, out, depth + 1);
        }
    }
}

/// Everything that a call builds.
pub(crate) fn closure(unit: &Unit<'_>, go: &GoUse) -> Option<Closure> {
    let ModuleAt::Found { context_dir: Some(root), gomod: Some(gomod), .. } = &go.module else { return None };
    let module = gomod.module.as_ref()?.path.clone();
    let target = target(unit, go);
    let mut open = target_dirs(unit, go)?;
    let mut seen: std::collections::BTreeSet<String> = open.iter().cloned().collect();
    let mut out = Closure { complete: true, ..Closure::default() };
    while let Some(dir) = open.pop() {
        if out.packages.len() > 400 {
            out.complete = false;
            break;
        }
        let package = unit.packages.load(unit.context(), &dir);
        let files: Vec<GoFile> = package.files.iter().filter(|f| target.builds(f)).cloned().collect();
        for file in &files {
            for import in &file.imports {
                let path = paths::join(&dir, &file.name);
                match paths::below(import, &module) {
                    Some(rest) => {
                        let local = paths::join(root, rest);
                        // A nested module of its own.
                        if nested_module(unit, root, &local) {
                            out.complete = false;
                        } else if unit.context().presence(&local) == Presence::Absent {
                            if !out.absent.iter().any(|(p, ..)| p == import) {
                                out.absent.push((import.clone(), path, local));
                            }
                        } else if seen.insert(local.clone()) {
                            open.push(local);
                        }
                    }
                    None => {
                        if !out.external.iter().any(|(p, _)| p == import) {
                            out.external.push((import.clone(), path));
                        }
                    }
                }
            }
        }
        out.packages.push((dir, files));
    }
    out.packages.sort_by(|a, b| a.0.cmp(&b.0));
    Some(out)
}

fn nested_module(unit: &Unit<'_>, root: &str, dir: &str) -> bool {
    let mut at = dir.to_owned();
    while at != *root && !at.is_empty() {
        if unit.context().presence(&paths::join(&at, "go.mod")) != Presence::Absent {
            return true;
        }
        at = paths::parent(&at).to_owned();
    }
    false
}

/// Where a folder of the context stands in the stage of a call: below the module's folder.
pub(crate) fn in_stage(go: &GoUse, context_path: &str) -> Option<String> {
    let ModuleAt::Found { dir, context_dir: Some(root), .. } = &go.module else { return None };
    paths::below(context_path, root).map(|rest| paths::join(dir, rest))
}

/// The first COPY of the stages after a call that brings `stage_path`.
pub(crate) fn copied_later(unit: &Unit<'_>, go: &GoUse, stage_path: &str) -> Option<u32> {
    let end = unit.ends.get(go.stage)?;
    if !unit.views.find(go.stage, end.ops, stage_path).exists() {
        return None;
    }
    let stage = unit.file.stages.get(go.stage)?;
    let range = go.instruction + 1..stage.instructions.end;
    range
        .clone()
        .find(|&at| {
            let ops = unit.states.get(at + 1).filter(|_| at + 1 < range.end).map_or(end.ops, |s| s.ops);
            unit.file.instructions[at].keyword == Keyword::Copy
                && unit.views.find(go.stage, ops, stage_path).exists()
        })
        .map(|at| unit.file.instructions[at].first_line)
}

/// Whether an earlier step of the stage (or of those it is built on) has a command for which `test` holds.
pub(crate) fn earlier(
    unit: &Unit<'_>,
    at: usize,
    test: &dyn Fn(&dockerfile::sh::SimpleCommand) -> bool,
) -> bool {
    let Some(stage) = unit.file.instructions[at].stage else { return false };
    let stages = chain(unit, stage);
    (0..=at).any(|i| {
        unit.file.instructions[i].stage.is_some_and(|s| stages.contains(&s))
            && unit.scripts[i].as_ref().is_some_and(|s| s.commands.iter().any(test))
    })
}

/// The text of the FROM that decides a stage's image, with where the tag stands.
pub(crate) fn from_place(unit: &Unit<'_>, stage: usize) -> Option<(usize, Span, String)> {
    let root = root_stage(unit, stage)?;
    let stage = &unit.file.stages[root];
    Some((stage.instructions.start, stage.base_span, stage.base_text.clone()))
}

/// The `--mount`s of an instruction, variables expanded.
pub(crate) fn mounts(unit: &Unit<'_>, at: usize) -> Vec<(dockerfile::Mount, Span)> {
    let instruction = &unit.file.instructions[at];
    instruction
        .flags_named("mount")
        .filter_map(|flag| {
            let value = unit.expand(at, flag.value())?;
            Some((dockerfile::Mount::parse(&value).ok()?, flag.span))
        })
        .collect()
}

/// The words of ENTRYPOINT and CMD of a stage in force at its end, with the instruction each comes from.
pub(crate) fn last_of(unit: &Unit<'_>, stage: usize, keyword: Keyword) -> Option<usize> {
    let range = unit.file.stages.get(stage)?.instructions.clone();
    range.rev().find(|&at| unit.file.instructions[at].keyword == keyword)
}

/// The words of a command in exec form.
pub(crate) fn exec_words(instruction: &Instruction) -> Option<&[dockerfile::Word]> {
    match &instruction.args {
        Args::Command(dockerfile::Command::Exec(words)) => Some(words),
        _ => None,
    }
}
