//! Applying fixes: edits that fit together are made, those that do not are refused, and the check runs again until
//! nothing changes.

use std::borrow::Cow;
use std::collections::BTreeMap;

use dockerfile::edit::{self, Edit};
use finding::Words;

use crate::draft::FixPlan;
use crate::tree::{Entry, Kind, Tree};
use crate::{Checked, Options, Project};

/// A tree with some files changed.
pub struct Overlay<'t> {
    base: &'t dyn Tree,
    files: BTreeMap<String, String>,
}

impl<'t> Overlay<'t> {
    /// Nothing changed yet.
    #[must_use]
    pub fn new(base: &'t dyn Tree) -> Self {
        Self { base, files: BTreeMap::new() }
    }

    /// Put a file there.
    pub fn put(&mut self, path: &str, text: String) {
        self.files.insert(path.to_owned(), text);
    }
}

impl Tree for Overlay<'_> {
    fn read(&self, path: &str) -> Option<Cow<'_, str>> {
        match self.files.get(path) {
            Some(text) => Some(Cow::Borrowed(text)),
            None => self.base.read(path),
        }
    }

    fn entry(&self, path: &str) -> Option<Entry> {
        let Some(text) = self.files.get(path) else { return self.base.entry(path) };
        let executable = self.base.entry(path).is_some_and(|e| e.executable);
        let name = path.rsplit('/').next().unwrap_or(path).to_owned();
        Some(Entry { name, kind: Kind::File, len: text.len() as u64, executable })
    }

    fn list(&self, dir: &str) -> Vec<Entry> {
        let mut entries = self.base.list(dir);
        for path in self.files.keys() {
            let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
            if parent == dir && entries.iter().all(|e| e.name != name) {
                entries.extend(self.entry(path));
            }
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        entries
    }
}

/// A file as it was and as it will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Path in the project.
    pub path: String,
    /// Before; empty for a new file.
    pub old: String,
    /// After.
    pub new: String,
    /// As unified diff.
    pub diff: String,
}

/// Something that was mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The cause.
    pub cause: &'static str,
    /// The finding.
    pub finding: Words,
    /// The fix.
    pub fix: Words,
}

/// Something that is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The cause.
    pub cause: &'static str,
    /// The finding.
    pub finding: Words,
    /// Why.
    pub reason: LeftReason,
    /// What to do by hand, when that is known.
    pub hint: Option<Words>,
    /// What to type, when that is the fix.
    pub command: Option<String>,
}

/// Why something is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftReason {
    /// No edit mends it: it takes a decision or a command.
    NeedsYou,
    /// The edit is unsafe and unsafe ones were not asked for.
    Unsafe,
    /// The edit touches the same text as another one, again and again.
    Conflict,
}

/// What fixing comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FixOutcome {
    /// The files that change.
    pub files: Vec<FileChange>,
    /// What was mended, in order.
    pub applied: Vec<Applied>,
    /// What is left.
    pub left: Vec<Left>,
}

/// How to fix.
#[derive(Debug, Clone, Copy, Default)]
pub struct FixOptions {
    /// Make unsafe edits too.
    pub allow_unsafe: bool,
}

/// Mend everything that can be mended in a project; nothing is written.
#[must_use]
pub fn fix(tree: &dyn Tree, options: &Options, how: FixOptions) -> FixOutcome {
    let mut overlay = Overlay::new(tree);
    let mut outcome = FixOutcome::default();
    for _ in 0..8 {
        let (plans, texts) = {
            let project = Project::scan(&overlay);
            let checked = crate::check(&project, options);
            let chosen = choose(&checked, how);
            let texts = merge(&overlay, &chosen, &mut outcome);
            (chosen.len(), texts)
        };
        if plans == 0 || texts.is_empty() {
            break;
        }
        for (path, text) in texts {
            overlay.put(&path, text);
        }
    }
    let project = Project::scan(&overlay);
    for checked in crate::check(&project, options) {
        outcome.left.push(left(&checked, how));
    }
    outcome.files = changes(tree, &overlay);
    outcome
}

/// Make the given plans' edits as far as they fit together: the changed files, and the plans that were refused.
///
/// For plans that do not come from [`crate::check`].
#[must_use]
pub fn apply_plans(tree: &dyn Tree, plans: &[FixPlan]) -> (Vec<FileChange>, Vec<usize>) {
    let mut overlay = Overlay::new(tree);
    let mut edits: BTreeMap<String, Vec<Edit>> = BTreeMap::new();
    let mut refused = Vec::new();
    for (i, plan) in plans.iter().enumerate() {
        if !try_add(tree, &mut edits, plan) {
            refused.push(i);
        }
    }
    for (path, edits) in &edits {
        let old = tree.read(path).unwrap_or_default();
        if let Ok(new) = edit::apply(&old, edits) {
            overlay.put(path, new);
        }
    }
    (changes(tree, &overlay), refused)
}

fn usable(plan: &FixPlan, how: FixOptions) -> bool {
    plan.files.iter().any(|f| !f.edits.is_empty()) && (plan.safe || how.allow_unsafe)
}

fn choose(checked: &[Checked], how: FixOptions) -> Vec<(&Checked, &FixPlan)> {
    checked.iter().filter_map(|c| Some((c, c.plans.iter().find(|p| usable(p, how))?))).collect()
}

/// Add a plan's edits, all or none.
fn try_add(tree: &dyn Tree, edits: &mut BTreeMap<String, Vec<Edit>>, plan: &FixPlan) -> bool {
    let mut trial = edits.clone();
    for file in &plan.files {
        let list = trial.entry(file.path.clone()).or_default();
        list.extend(file.edits.iter().cloned());
        let old = tree.read(&file.path).unwrap_or_default();
        if edit::apply(&old, list).is_err() {
            return false;
        }
    }
    *edits = trial;
    true
}

/// The new texts of one round.
fn merge(
    tree: &dyn Tree,
    chosen: &[(&Checked, &FixPlan)],
    outcome: &mut FixOutcome,
) -> BTreeMap<String, String> {
    let mut edits: BTreeMap<String, Vec<Edit>> = BTreeMap::new();
    for (checked, plan) in chosen {
        if try_add(tree, &mut edits, plan) {
            let applied = Applied {
                cause: checked.finding.cause,
                finding: checked.finding.title.clone(),
                fix: plan.title.clone(),
            };
            // A fix that did not help must not be made again and again.
            if outcome.applied.contains(&applied) {
                return BTreeMap::new();
            }
            outcome.applied.push(applied);
        }
    }
    edits
        .into_iter()
        .filter_map(|(path, list)| {
            let old = tree.read(&path).unwrap_or_default();
            let new = edit::apply(&old, &list).ok()?;
            (new != old).then_some((path, new))
        })
        .collect()
}

fn left(checked: &Checked, how: FixOptions) -> Left {
    let has_edit = checked.plans.iter().any(|p| p.files.iter().any(|f| !f.edits.is_empty()));
    let reason = if !has_edit {
        LeftReason::NeedsYou
    } else if checked.plans.iter().any(|p| usable(p, how)) {
        LeftReason::Conflict
    } else {
        LeftReason::Unsafe
    };
    Left {
        cause: checked.finding.cause,
        finding: checked.finding.title.clone(),
        reason,
        hint: checked.plans.first().map(|p| p.title.clone()),
        command: checked.plans.iter().find_map(|p| p.command.clone()),
    }
}

fn changes(tree: &dyn Tree, overlay: &Overlay<'_>) -> Vec<FileChange> {
    overlay
        .files
        .iter()
        .filter_map(|(path, new)| {
            let old = tree.read(path).map(Cow::into_owned).unwrap_or_default();
            let diff = edit::unified_diff(path, &old, new);
            (!diff.is_empty()).then(|| FileChange { path: path.clone(), old, new: new.clone(), diff })
        })
        .collect()
}
