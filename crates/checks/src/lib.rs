//! Static checks of a project: what will break a Go build in Docker, or make it slow, unsafe or unrepeatable, found
//! without building anything.
//!
//! [`check`] reads every Dockerfile of a [`Project`], simulates what each instruction finds when it runs and reports.
//! Severity `error` means that the build fails; whatever a Makefile, a build argument or an unknown base image may
//! change is left alone. [`fix`], [`graph`], [`contexts`] and [`init`] are the other things one can do with a project.

mod checks;
mod context;
pub mod contexts;
mod draft;
pub mod fix;
mod gocmd;
mod gosrc;
pub mod graph;
mod images;
pub mod init;
mod paths;
mod project;
mod secrets;
mod suppress;
mod tree;
mod unit;
mod view;
mod yaml;

pub use checks::ALL;
pub use context::{Context, Presence};
pub use draft::{Check, FileEdits, FixPlan, Sink};
pub use images::{BaseImage, GoInstall, Libc, Os, Tri};
pub use project::{BuildDef, Project, is_dockerfile};
pub use suppress::Settings;
pub use tree::{DirTree, Entry, Kind, MemTree, Tree};

use finding::{Finding, Outcome, Report};

/// Who reads the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Persona {
    /// Everybody: few findings, each worth acting on.
    #[default]
    Regular,
    /// Those who want every improvement named.
    Pedantic,
}

/// How to check.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Whose findings to show.
    pub persona: Persona,
    /// Check only these Dockerfiles (paths in the project); empty: all.
    pub dockerfiles: Vec<String>,
    /// The context's folder in the project, when it is known better than the files say.
    pub context: Option<String>,
    /// Parts of the project are not there (a module zip leaves out nested modules and vendor): their absence proves
    /// nothing.
    pub incomplete: bool,
    /// Do not honour ignore comments and settings.
    pub no_ignores: bool,
    /// The project's settings.
    pub settings: Settings,
}

/// A finding with the edits that mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What was found.
    pub finding: Finding,
    /// Its fixes as edits, in the order of [`Finding::fixes`].
    pub plans: Vec<FixPlan>,
}

/// Causes that follow from what is in the context: without knowing it, nothing can be said of them.
const OF_CONTEXT: [&str; 9] = [
    "mod-no-gomod",
    "sum-missing",
    "mod-replace-missing",
    "mod-workspace",
    "mod-vendor-inconsistent",
    "build-target",
    "mod-import-unresolved",
    "embed-missing",
    "docker-binary-not-found",
];

/// Check a project.
#[must_use]
pub fn check(project: &Project<'_>, options: &Options) -> Vec<Checked> {
    let mut out = Vec::new();
    for path in &project.dockerfiles {
        if !options.dockerfiles.is_empty() && !options.dockerfiles.contains(path) {
            continue;
        }
        let Some(unit) = unit::Unit::new(project, options, path) else { continue };
        let mut sink = Sink::default();
        for check in ALL {
            if check.persona <= options.persona {
                (check.run)(&unit, &mut sink);
            }
        }
        let read = |path: &str| project.tree.read(path).map(std::borrow::Cow::into_owned);
        let context_known = !matches!(unit.sure, unit::Sure::Guess | unit::Sure::Foreign);
        for draft in sink.drafts.iter().filter(|d| context_known || !OF_CONTEXT.contains(&d.id)) {
            if !options.no_ignores && suppress::is_silenced(draft, &unit, &options.settings) {
                continue;
            }
            let mut draft = draft.clone();
            for plan in &mut draft.fixes {
                plan.files.retain(|f| !f.edits.is_empty());
            }
            out.push(Checked { finding: draft::finish(&draft, &read), plans: draft.fixes });
        }
    }
    dedup(&mut out);
    let read = |path: &str| project.tree.read(path).map(std::borrow::Cow::into_owned);
    for checked in out.iter_mut().filter(|c| c.finding.count > 1) {
        checked.finding.fixes = checked.plans.iter().map(|plan| draft::fix_of(plan, &read)).collect();
    }
    // Worst first; within a severity in file order.
    out.sort_by_key(|c| std::cmp::Reverse(c.finding.severity));
    out
}

/// One finding a place and cause (stages built on one another see the same line), and one for the same words in one
/// file.
fn dedup(list: &mut Vec<Checked>) {
    let mut kept: Vec<Checked> = Vec::with_capacity(list.len());
    for checked in std::mem::take(list) {
        let f = &checked.finding;
        let file = f.location.as_ref().map(|l| &l.path);
        let same = kept.iter_mut().find(|k| {
            k.finding.cause == f.cause
                && k.finding.title == f.title
                && k.finding.location.as_ref().map(|l| &l.path) == file
        });
        match same {
            Some(first) if first.finding.location == f.location => {}
            Some(first) => {
                first.finding.count += 1;
                if first.finding.evidence.len() < 6 {
                    first.finding.evidence.extend(checked.finding.evidence.into_iter().take(1));
                }
                for (plan, more) in first.plans.iter_mut().zip(checked.plans) {
                    if plan.title == more.title
                        && plan.files.len() == 1
                        && more.files.len() == 1
                        && plan.files[0].path == more.files[0].path
                    {
                        for edit in more.files.into_iter().flat_map(|f| f.edits) {
                            if !plan.files[0].edits.contains(&edit) {
                                plan.files[0].edits.push(edit);
                            }
                        }
                    }
                }
            }
            None => kept.push(checked),
        }
    }
    *list = kept;
}

/// The findings as one report. `input`: the project as the user named it.
#[must_use]
pub fn report(input: &str, checked: &[Checked]) -> Report {
    Report {
        input: input.to_owned(),
        outcome: Outcome::Unknown,
        findings: checked.iter().map(|c| c.finding.clone()).collect(),
        ..Report::default()
    }
}
