//! What stands in a stage's file system, as far as the files tell.

use std::collections::BTreeMap;

use dockerfile::ignore::IgnoreFile;

use crate::context::{Context, Presence};
use crate::paths;
use crate::tree::Kind;

/// An answer about a path of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// It is this file or folder of the context.
    Context(String, Kind),
    /// A step makes it.
    Made,
    /// A folder that a step makes.
    Dir,
    /// It is not there.
    No,
    /// It may be.
    Maybe,
}

impl Found {
    pub(crate) fn exists(&self) -> bool {
        matches!(self, Self::Context(..) | Self::Made | Self::Dir)
    }
}

/// Where a COPY takes its files from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Context,
    /// A stage, as it is after so many of its changes.
    Stage(usize),
    Other,
}

/// One source of a COPY.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Map {
    /// The path in the context (relative) or in the other stage (absolute).
    pub(crate) from: String,
    /// Where it goes.
    pub(crate) to: String,
    /// A folder: its content goes to `to`.
    pub(crate) dir: bool,
}

/// A change of the file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Op {
    Copy {
        origin: Origin,
        maps: Vec<Map>,
        exclude: IgnoreFile,
    },
    /// A file or folder is made.
    Make(String),
    /// A folder is made.
    MakeDir(String),
    /// Anything may appear below this folder.
    MakeUnder(String),
    Remove(String),
    /// Anything may appear anywhere.
    Opaque,
}

/// The changes of one stage on top of what it is built on.
#[derive(Debug, Clone, Default)]
pub(crate) struct StageFiles {
    /// The stage it is built on, with the number of that stage's changes that count.
    pub(crate) base: Option<usize>,
    /// What its image holds is known in outline.
    pub(crate) known: bool,
    /// Nothing at all: scratch.
    pub(crate) empty: bool,
    /// GOPATH's folders are known to be empty: an official Go image.
    pub(crate) golang: bool,
    pub(crate) ops: Vec<Op>,
}

/// All stages of a Dockerfile.
pub(crate) struct Views<'t> {
    pub(crate) context: Context<'t>,
    pub(crate) stages: Vec<StageFiles>,
    /// Bind mounts by instruction.
    pub(crate) mounts: BTreeMap<usize, Vec<Op>>,
}

/// Folders that images come with; anything may be in them.
const SYSTEM: [&str; 17] = [
    "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib64", "/media", "/mnt", "/opt", "/proc", "/run",
    "/sbin", "/srv", "/sys", "/usr", "/var",
];

impl Views<'_> {
    /// What `path` is in `stage` after its first `upto` changes.
    pub(crate) fn find(&self, stage: usize, upto: usize, path: &str) -> Found {
        self.find_at(stage, upto, path, 0)
    }

    /// What `path` is in `stage` when the stage is complete.
    pub(crate) fn find_final(&self, stage: usize, path: &str) -> Found {
        self.find(stage, usize::MAX, path)
    }

    /// What `path` is for a command of the instruction `at`, its bind mounts included.
    pub(crate) fn find_step(&self, at: usize, stage: usize, upto: usize, path: &str) -> Found {
        for op in self.mounts.get(&at).into_iter().flatten().rev() {
            match op {
                Op::Copy { origin, maps, exclude } => {
                    for map in maps {
                        // A mount hides what lies below it.
                        let hidden = paths::below(path, &map.to).is_some();
                        match self.mapped(origin, map, exclude, path, 0) {
                            Found::No if hidden => return Found::No,
                            Found::No => {}
                            found => return found,
                        }
                    }
                }
                Op::MakeUnder(dir)
                    if paths::below(path, dir).is_some() || paths::below(dir, path).is_some() =>
                {
                    return Found::Maybe;
                }
                Op::Opaque => return Found::Maybe,
                _ => {}
            }
        }
        self.find(stage, upto, path)
    }

    fn find_at(&self, stage: usize, upto: usize, path: &str, depth: u32) -> Found {
        let Some(files) = self.stages.get(stage) else { return Found::Maybe };
        if depth > 32 {
            return Found::Maybe;
        }
        for op in files.ops[..upto.min(files.ops.len())].iter().rev() {
            match op {
                Op::Opaque => return Found::Maybe,
                Op::MakeUnder(dir) => {
                    if paths::below(path, dir).is_some() || paths::below(dir, path).is_some() {
                        return Found::Maybe;
                    }
                }
                Op::Make(made) => {
                    if paths::below(made, path).is_some() {
                        return Found::Made;
                    }
                }
                Op::MakeDir(made) => {
                    if paths::below(made, path).is_some() {
                        return Found::Dir;
                    }
                }
                Op::Remove(gone) => {
                    if paths::below(path, gone).is_some() {
                        return Found::No;
                    }
                }
                Op::Copy { origin, maps, exclude } => {
                    for map in maps.iter().rev() {
                        match self.mapped(origin, map, exclude, path, depth) {
                            Found::No => {}
                            found => return found,
                        }
                    }
                }
            }
        }
        match files.base {
            Some(base) => self.find_at(base, usize::MAX, path, depth + 1),
            None => Self::base_has(files, path),
        }
    }

    fn base_has(files: &StageFiles, path: &str) -> Found {
        if !files.known {
            return Found::Maybe;
        }
        if path == "/" {
            return Found::Dir;
        }
        if files.empty {
            return Found::No;
        }
        // No distribution keeps modules in its own folders.
        if path.ends_with("/go.mod") && paths::below(path, "/usr").is_none() {
            return Found::No;
        }
        if paths::below(path, "/busybox").is_some() {
            return Found::Maybe;
        }
        if files.golang
            && (paths::below(path, "/go/src").is_some() || paths::below(path, "/go/bin").is_some())
        {
            return if matches!(path, "/go/src" | "/go/bin") { Found::Dir } else { Found::No };
        }
        if files.golang && paths::below(path, "/go").is_some_and(|rest| rest.contains('.')) {
            return Found::No;
        }
        let system = SYSTEM.iter().any(|dir| paths::below(path, dir).is_some());
        if system || matches!(path, "/tmp" | "/root" | "/go") || path.starts_with("/root/.") {
            return Found::Maybe;
        }
        Found::No
    }

    fn mapped(&self, origin: &Origin, map: &Map, exclude: &IgnoreFile, path: &str, depth: u32) -> Found {
        // A folder above the destination exists because of it.
        if let Some(rest) = paths::below(&map.to, path)
            && !rest.is_empty()
        {
            return Found::Dir;
        }
        let Some(rest) = paths::below(path, &map.to) else { return Found::No };
        if !map.dir && !rest.is_empty() {
            return Found::No;
        }
        if !rest.is_empty() && exclude.is_ignored(rest) {
            return Found::No;
        }
        let from = if rest.is_empty() { map.from.clone() } else { paths::join(&map.from, rest) };
        match origin {
            Origin::Context => match self.context.presence(&from) {
                Presence::Sent(Kind::Link) => Found::Maybe,
                Presence::Sent(kind) => Found::Context(from, kind),
                Presence::Ignored(_) | Presence::Absent if map.dir && rest.is_empty() => Found::Dir,
                Presence::Ignored(_) | Presence::Absent => {
                    if self.behind_link(&from) {
                        Found::Maybe
                    } else {
                        Found::No
                    }
                }
            },
            Origin::Stage(stage) => self.find_at(*stage, usize::MAX, &from, depth + 1),
            Origin::Other => Found::Maybe,
        }
    }

    /// The path of the context that would stand at `path` if it were there: the source that a folder copy covers.
    pub(crate) fn would_come_from(&self, stage: usize, path: &str) -> Option<String> {
        let files = self.stages.get(stage)?;
        for op in files.ops.iter().rev() {
            if let Op::Copy { origin: Origin::Context, maps, .. } = op {
                for map in maps.iter().filter(|m| m.dir) {
                    if let Some(rest) = paths::below(path, &map.to) {
                        return Some(paths::join(&map.from, rest));
                    }
                }
            }
        }
        files.base.filter(|b| *b != stage).and_then(|b| self.would_come_from(b, path))
    }

    fn behind_link(&self, path: &str) -> bool {
        let mut dir = paths::parent(path);
        while !dir.is_empty() {
            if self.context.presence(dir) == Presence::Sent(Kind::Link) {
                return true;
            }
            dir = paths::parent(dir);
        }
        false
    }

    /// The changes of a stage so far.
    pub(crate) fn len(&self, stage: usize) -> usize {
        self.stages.get(stage).map_or(0, |s| s.ops.len())
    }

    pub(crate) fn push(&mut self, stage: usize, op: Op) {
        if let Some(files) = self.stages.get_mut(stage) {
            files.ops.push(op);
        }
    }

    /// Whether a step could have put anything anywhere, so that nothing can be said not to be there.
    pub(crate) fn is_opaque(&self, stage: usize) -> bool {
        let Some(files) = self.stages.get(stage) else { return true };
        files.ops.contains(&Op::Opaque) || files.base.is_some_and(|b| b != stage && self.is_opaque(b))
    }
}
