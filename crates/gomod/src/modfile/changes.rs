//! The edits of each directive of `go.mod` and `go.work`.

use super::directives::{Interval, Replacement};
use super::edit::{Doc, TextEdit};
use super::gomod::GoMod;
use super::gowork::GoWork;
use super::quote::auto_quote;
use super::syntax::LineId;
use crate::path::ModuleVersion;

fn lines_where<T>(list: &[T], holds: impl Fn(&T) -> bool, line: impl Fn(&T) -> LineId) -> Vec<LineId> {
    list.iter().filter(|item| holds(item)).map(line).collect()
}

impl GoMod {
    fn doc(&self) -> Doc<'_> {
        Doc { text: &self.text, syntax: &self.syntax }
    }

    /// Sets the module's path.
    pub fn set_module(&self, path: &str) -> Vec<TextEdit> {
        let path = auto_quote(path);
        match &self.module {
            Some(module) => vec![self.doc().set_args(module.line, &path)],
            None => vec![self.doc().add_first(&format!("module {path}"))],
        }
    }

    /// Sets the `go` line; a new one goes behind the `module` line. The version is not checked.
    pub fn set_go(&self, version: &str) -> Vec<TextEdit> {
        let line = format!("go {version}");
        vec![match (&self.go, &self.module) {
            (Some(go), _) => self.doc().set_args(go.line, version),
            (None, Some(module)) => self.doc().add_after(module.line, &line),
            (None, None) => self.doc().add_at_end(&line),
        }]
    }

    /// Removes the `go` line.
    pub fn drop_go(&self) -> Vec<TextEdit> {
        self.go.as_ref().map_or_else(Vec::new, |go| self.doc().delete(&[go.line]))
    }

    /// Sets the `toolchain` line; a new one goes behind the `go` line. The name is not checked.
    pub fn set_toolchain(&self, name: &str) -> Vec<TextEdit> {
        let line = format!("toolchain {name}");
        let above = self.go.as_ref().map(|go| go.line).or(self.module.as_ref().map(|m| m.line));
        vec![match (&self.toolchain, above) {
            (Some(toolchain), _) => self.doc().set_args(toolchain.line, name),
            (None, Some(above)) => self.doc().add_after(above, &line),
            (None, None) => self.doc().add_at_end(&line),
        }]
    }

    /// Removes the `toolchain` line.
    pub fn drop_toolchain(&self) -> Vec<TextEdit> {
        self.toolchain.as_ref().map_or_else(Vec::new, |t| self.doc().delete(&[t.line]))
    }

    /// Requires a version of a module: the version of its first line changes and its other lines go; a new line is
    /// added like [`Self::add_require`] does.
    pub fn set_require(&self, path: &str, version: &str) -> Vec<TextEdit> {
        let lines = lines_where(&self.require, |r| r.module.path == path, |r| r.line);
        match lines.split_first() {
            Some((&first, others)) => {
                let mut edits: Vec<_> = self.doc().set_word(first, 1, version).into_iter().collect();
                edits.extend(self.doc().delete(others));
                edits
            }
            None => self.add_require(path, version, false),
        }
    }

    /// Adds a `require` line, whether or not there is one: to the last block whose lines are all as direct or
    /// indirect as this one, else to the last block.
    pub fn add_require(&self, path: &str, version: &str, indirect: bool) -> Vec<TextEdit> {
        let mark = if indirect { " // indirect" } else { "" };
        let alike = |lines: &[LineId]| {
            lines
                .iter()
                .all(|id| self.require.iter().find(|r| r.line == *id).is_some_and(|r| r.indirect == indirect))
        };
        self.doc().add("require", &format!("{} {version}{mark}", auto_quote(path)), alike)
    }

    /// Removes all `require` lines of a module.
    pub fn drop_require(&self, path: &str) -> Vec<TextEdit> {
        self.doc().delete(&lines_where(&self.require, |r| r.module.path == path, |r| r.line))
    }

    /// Sets or removes the mark `// indirect` on the lines of a module.
    pub fn set_indirect(&self, path: &str, indirect: bool) -> Vec<TextEdit> {
        let of_path = self.require.iter().filter(|r| r.module.path == path);
        of_path.flat_map(|r| self.doc().mark_indirect(r.line, indirect)).collect()
    }

    /// Adds an `exclude` line unless it is there.
    pub fn add_exclude(&self, module: &ModuleVersion) -> Vec<TextEdit> {
        if self.excludes(module) {
            return Vec::new();
        }
        self.doc().add("exclude", &format!("{} {}", auto_quote(&module.path), module.version), |_| true)
    }

    /// Removes the `exclude` line of a module and version.
    pub fn drop_exclude(&self, module: &ModuleVersion) -> Vec<TextEdit> {
        self.doc().delete(&lines_where(&self.exclude, |e| e.module == *module, |e| e.line))
    }

    /// Replaces a module. An `old` without a version means all versions: the module's other `replace` lines go.
    pub fn set_replace(&self, old: &ModuleVersion, new: &Replacement) -> Vec<TextEdit> {
        self.doc().set_replace(&self.replace, old, new)
    }

    /// Removes the `replace` line of exactly this module and version (none: the line for all versions).
    pub fn drop_replace(&self, old: &ModuleVersion) -> Vec<TextEdit> {
        self.doc().delete(&lines_where(&self.replace, |r| r.old == *old, |r| r.line))
    }

    /// Adds a `retract` line, with the reason (one line) as its comment.
    pub fn add_retract(&self, interval: &Interval, rationale: &str) -> Vec<TextEdit> {
        let mut args = if interval.low == interval.high {
            interval.low.clone()
        } else {
            format!("[{}, {}]", interval.low, interval.high)
        };
        if !rationale.is_empty() {
            args = format!("{args} // {rationale}");
        }
        self.doc().add("retract", &args, |_| true)
    }

    /// Removes the `retract` lines of exactly this interval.
    pub fn drop_retract(&self, interval: &Interval) -> Vec<TextEdit> {
        self.doc().delete(&lines_where(&self.retract, |r| r.interval == *interval, |r| r.line))
    }

    /// Adds a `tool` line unless it is there.
    pub fn add_tool(&self, path: &str) -> Vec<TextEdit> {
        if self.tool.iter().any(|t| t.path == path) {
            return Vec::new();
        }
        self.doc().add("tool", &auto_quote(path), |_| true)
    }

    /// Removes the `tool` lines of a package.
    pub fn drop_tool(&self, path: &str) -> Vec<TextEdit> {
        self.doc().delete(&lines_where(&self.tool, |t| t.path == path, |t| t.line))
    }

    /// Adds an `ignore` line unless it is there.
    pub fn add_ignore(&self, path: &str) -> Vec<TextEdit> {
        if self.ignore.iter().any(|i| i.path == path) {
            return Vec::new();
        }
        self.doc().add("ignore", &auto_quote(path), |_| true)
    }

    /// Removes the `ignore` lines of a folder.
    pub fn drop_ignore(&self, path: &str) -> Vec<TextEdit> {
        self.doc().delete(&lines_where(&self.ignore, |i| i.path == path, |i| i.line))
    }

    /// Sets a `godebug` key: its first line changes and its other lines go.
    pub fn set_godebug(&self, key: &str, value: &str) -> Vec<TextEdit> {
        self.doc().set_godebug(&self.godebug, key, value)
    }

    /// Removes the `godebug` lines of a key.
    pub fn drop_godebug(&self, key: &str) -> Vec<TextEdit> {
        self.doc().delete(&lines_where(&self.godebug, |g| g.key == key, |g| g.line))
    }
}

impl GoWork {
    fn doc(&self) -> Doc<'_> {
        Doc { text: &self.text, syntax: &self.syntax }
    }

    /// Sets the `go` line; a new one goes in front of the first statement. The version is not checked.
    pub fn set_go(&self, version: &str) -> Vec<TextEdit> {
        vec![match &self.go {
            Some(go) => self.doc().set_args(go.line, version),
            None => self.doc().add_first(&format!("go {version}")),
        }]
    }

    /// Sets the `toolchain` line; a new one goes behind the `go` line. The name is not checked.
    pub fn set_toolchain(&self, name: &str) -> Vec<TextEdit> {
        let line = format!("toolchain {name}");
        vec![match (&self.toolchain, &self.go) {
            (Some(toolchain), _) => self.doc().set_args(toolchain.line, name),
            (None, Some(go)) => self.doc().add_after(go.line, &line),
            (None, None) => self.doc().add_first(&line),
        }]
    }

    /// Removes the `toolchain` line.
    pub fn drop_toolchain(&self) -> Vec<TextEdit> {
        self.toolchain.as_ref().map_or_else(Vec::new, |t| self.doc().delete(&[t.line]))
    }

    /// Adds a `use` line unless it is there.
    pub fn add_use(&self, path: &str) -> Vec<TextEdit> {
        if self.uses.iter().any(|u| u.path == path) {
            return Vec::new();
        }
        self.doc().add("use", &auto_quote(path), |_| true)
    }

    /// Removes the `use` lines of a folder.
    pub fn drop_use(&self, path: &str) -> Vec<TextEdit> {
        self.doc().delete(&lines_where(&self.uses, |u| u.path == path, |u| u.line))
    }

    /// Replaces a module, as [`GoMod::set_replace`].
    pub fn set_replace(&self, old: &ModuleVersion, new: &Replacement) -> Vec<TextEdit> {
        self.doc().set_replace(&self.replace, old, new)
    }

    /// Removes the `replace` line of exactly this module and version (none: the line for all versions).
    pub fn drop_replace(&self, old: &ModuleVersion) -> Vec<TextEdit> {
        self.doc().delete(&lines_where(&self.replace, |r| r.old == *old, |r| r.line))
    }

    /// Sets a `godebug` key: its first line changes and its other lines go.
    pub fn set_godebug(&self, key: &str, value: &str) -> Vec<TextEdit> {
        self.doc().set_godebug(&self.godebug, key, value)
    }
}
