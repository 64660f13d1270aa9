//! The build context: which files of a folder reach the builder.

use std::cell::RefCell;
use std::collections::HashMap;

use dockerfile::ignore::{Decision, DirState, IgnoreFile};

use crate::paths;
use crate::tree::{Entry, Kind, Tree};

/// A build context.
pub struct Context<'t> {
    /// All files of the project.
    pub tree: &'t dyn Tree,
    /// The context's folder in the project; `""` for the project itself.
    pub root: String,
    /// The ignore file in force, and its path in the project.
    pub ignore: Option<(String, IgnoreFile)>,
    cache: RefCell<HashMap<String, Presence>>,
}

/// Whether a path of the context is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It is.
    Sent(Kind),
    /// It is there, and the ignore file keeps it back.
    Ignored(Kind),
    /// It is not there.
    Absent,
}

impl<'t> Context<'t> {
    /// The context in the folder `root`.
    #[must_use]
    pub fn new(tree: &'t dyn Tree, root: &str, ignore: Option<(String, IgnoreFile)>) -> Self {
        let ignore = ignore.filter(|(_, file)| !file.patterns.is_empty());
        Self { tree, root: root.to_owned(), ignore, cache: RefCell::new(HashMap::new()) }
    }

    /// The path in the project of a path in the context.
    #[must_use]
    pub fn in_project(&self, path: &str) -> String {
        paths::join(&self.root, path)
    }

    /// Why a path is ignored, or not.
    #[must_use]
    pub fn why(&self, path: &str) -> Option<Decision> {
        self.ignore.as_ref().map(|(_, file)| file.why(path))
    }

    /// Whether the path reaches the builder. A folder does when anything in it does.
    #[must_use]
    pub fn presence(&self, path: &str) -> Presence {
        if let Some(&known) = self.cache.borrow().get(path) {
            return known;
        }
        let found = self.look(path);
        self.cache.borrow_mut().insert(path.to_owned(), found);
        found
    }

    fn look(&self, path: &str) -> Presence {
        if path.is_empty() {
            return Presence::Sent(Kind::Dir);
        }
        let Some(entry) = self.tree.entry(&self.in_project(path)) else { return Presence::Absent };
        let Some((_, file)) = &self.ignore else { return Presence::Sent(entry.kind) };
        let decision = file.why(path);
        if !decision.ignored {
            return Presence::Sent(entry.kind);
        }
        if entry.kind == Kind::Dir && file.has_negations() && !file.prunes(path) && self.any_sent(path, 0) {
            return Presence::Sent(Kind::Dir);
        }
        Presence::Ignored(entry.kind)
    }

    fn any_sent(&self, dir: &str, depth: u32) -> bool {
        let Some((_, file)) = &self.ignore else { return true };
        depth < 12
            && self.tree.list(&self.in_project(dir)).iter().any(|entry| {
                let path = paths::join(dir, &entry.name);
                if file.why(&path).ignored {
                    entry.kind == Kind::Dir && !file.prunes(&path) && self.any_sent(&path, depth + 1)
                } else {
                    true
                }
            })
    }

    /// Whether a file or folder is sent.
    #[must_use]
    pub fn sends(&self, path: &str) -> bool {
        matches!(self.presence(path), Presence::Sent(_))
    }

    /// The entries of a folder of the context, sent or not.
    #[must_use]
    pub fn list(&self, dir: &str) -> Vec<Entry> {
        self.tree.list(&self.in_project(dir))
    }

    /// The text of a file of the context, sent or not.
    #[must_use]
    pub fn read(&self, path: &str) -> Option<std::borrow::Cow<'t, str>> {
        self.tree.read(&self.in_project(path))
    }

    /// All paths that a COPY pattern names, sent or not.
    #[must_use]
    pub fn glob(&self, pattern: &str) -> Vec<String> {
        let mut found = vec![String::new()];
        for part in pattern.split('/').filter(|p| !p.is_empty()) {
            let mut next = Vec::new();
            for dir in &found {
                if dockerfile::ignore::has_wildcard(part) {
                    for entry in self.list(dir) {
                        if dockerfile::ignore::matches(part, &entry.name) == Ok(true) {
                            next.push(paths::join(dir, &entry.name));
                        }
                    }
                } else {
                    let path = paths::join(dir, part);
                    if self.presence(&path) != Presence::Absent {
                        next.push(path);
                    }
                }
            }
            found = next;
        }
        found
    }

    /// Visit everything that is sent, folders before what is in them: path, entry with its size. `visit` returns false
    /// to stop.
    pub fn walk(&self, visit: &mut dyn FnMut(&str, &Entry, bool) -> bool) {
        self.walk_dir("", None, visit);
    }

    fn walk_dir(
        &self,
        dir: &str,
        parent: Option<&DirState>,
        visit: &mut dyn FnMut(&str, &Entry, bool) -> bool,
    ) -> bool {
        for mut entry in self.list(dir) {
            let path = paths::join(dir, &entry.name);
            let (ignored, state) = match &self.ignore {
                Some((_, file)) => file.step(&path, parent),
                None => (false, DirState::default()),
            };
            if entry.kind == Kind::File
                && let Some(full) = self.tree.entry(&self.in_project(&path))
            {
                entry = full;
            }
            if !visit(&path, &entry, !ignored) {
                return false;
            }
            let enter = entry.kind == Kind::Dir
                && !(ignored && self.ignore.as_ref().is_some_and(|(_, file)| file.prunes(&path)));
            if enter && !self.walk_dir(&path, Some(&state), visit) {
                return false;
            }
        }
        true
    }
}
