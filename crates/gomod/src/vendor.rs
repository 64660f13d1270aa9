//! `vendor/modules.txt`: which modules the vendor folder holds, and whether that fits the `go.mod`.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::gover;
use crate::modfile::{GoMod, Replacement};
use crate::path::{ModuleVersion, check_import_path};
use crate::version;

/// A `vendor/modules.txt` file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModulesTxt {
    /// The modules in order.
    pub modules: Vec<Vendored>,
    /// Whether `go work vendor` wrote it.
    pub workspace: bool,
}

/// A module of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vendored {
    /// The module; the version is empty for a `replace` of all versions that has no packages.
    pub module: ModuleVersion,
    /// What replaces it; a folder has no version.
    pub replacement: Option<ModuleVersion>,
    /// Whether `go.mod` names it.
    pub explicit: bool,
    /// The Go version of its `go.mod`.
    pub go_version: Option<String>,
    /// Its packages in the vendor folder.
    pub packages: Vec<String>,
    /// Its line, without the newline, in bytes.
    pub span: Range<usize>,
}

/// One way in which `vendor/modules.txt` does not fit the `go.mod`, so that Go stops with "inconsistent vendoring".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Inconsistency {
    /// `go.mod` requires it, `modules.txt` does not have it as explicit.
    #[error("{0}: is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt")]
    NotExplicit(ModuleVersion),
    /// `modules.txt`, written for an older Go, holds another version.
    #[error("{module}: is explicitly required in go.mod, but vendor/modules.txt indicates {vendored}")]
    OtherVersion {
        /// What `go.mod` requires.
        module: ModuleVersion,
        /// What was vendored.
        vendored: ModuleVersion,
    },
    /// `modules.txt` has it as explicit, `go.mod` does not require it.
    #[error("{0}: is marked as explicit in vendor/modules.txt, but not explicitly required in go.mod")]
    NotRequired(ModuleVersion),
    /// `go.mod` replaces it, `modules.txt` does not say so.
    #[error("{0}: is replaced in go.mod, but not marked as replaced in vendor/modules.txt")]
    ReplacementMissing(ModuleVersion),
    /// Both replace it, but not with the same.
    #[error(
        "{module}: is replaced by {wanted} in go.mod, but marked as replaced by {vendored} in vendor/modules.txt"
    )]
    ReplacementDiffers {
        /// What is replaced.
        module: ModuleVersion,
        /// What `go.mod` puts in its place.
        wanted: ModuleVersion,
        /// What `modules.txt` says.
        vendored: ModuleVersion,
    },
    /// `modules.txt` replaces it, `go.mod` does not.
    #[error("{0}: is marked as replaced in vendor/modules.txt, but not replaced in go.mod")]
    NotReplaced(ModuleVersion),
}

impl ModulesTxt {
    /// Reads a file. Lines that Go passes over are passed over.
    pub fn parse(text: &str) -> Self {
        let mut out = Self::default();
        let mut known = false;
        let mut at = 0;
        for raw in text.split('\n') {
            let span = at..at + raw.trim_end().len();
            at += raw.len() + 1;
            if let Some(annotations) = raw.strip_prefix("## ") {
                if out.modules.is_empty() {
                    out.workspace |= annotations.trim() == "workspace";
                }
                if let Some(module) = out.modules.last_mut().filter(|_| known) {
                    for note in annotations.split(';').map(str::trim) {
                        module.explicit |= note == "explicit";
                        if let Some(version) = note.strip_prefix("go ") {
                            module.go_version = Some(version.to_owned());
                        }
                    }
                }
            } else if raw.starts_with("# ") {
                let fields: Vec<&str> = raw.split_whitespace().collect();
                if fields.len() < 3 {
                    continue;
                }
                known = true;
                let (version, rest) = match fields[2] {
                    v if version::is_valid(v) => (v, &fields[3..]),
                    "=>" => ("", &fields[2..]),
                    _ => {
                        known = false;
                        continue;
                    }
                };
                let replacement = match rest {
                    ["=>", folder] => Some(ModuleVersion::new(*folder, "")),
                    ["=>", path, v] if version::is_valid(v) => Some(ModuleVersion::new(*path, *v)),
                    _ => None,
                };
                let module = ModuleVersion::new(fields[1], version);
                out.modules.push(Vendored { module, replacement, span, ..Vendored::default() });
            } else if let Some(module) = out.modules.last_mut().filter(|_| known) {
                let mut fields = raw.split_whitespace();
                if let (Some(package), None) = (fields.next(), fields.next())
                    && check_import_path(package).is_ok()
                {
                    module.packages.push(package.to_owned());
                }
            }
        }
        out
    }

    /// The module that a vendored package belongs to.
    pub fn module_of(&self, package: &str) -> Option<&Vendored> {
        self.modules.iter().rev().find(|m| m.packages.iter().any(|p| p == package))
    }

    /// Everything that makes Go say "inconsistent vendoring" for a module outside a workspace, in Go's order.
    /// Before `go 1.14` Go compares only versions and replacements of what was vendored.
    pub fn check(&self, go_mod: &GoMod) -> Vec<Inconsistency> {
        let old = gover::compare(go_mod.go_version(), "1.14").is_lt();
        // Several entries of one module are one to Go.
        let mut meta: BTreeMap<&ModuleVersion, (bool, Option<&ModuleVersion>)> = BTreeMap::new();
        let mut selected: BTreeMap<&str, &str> = BTreeMap::new();
        for vendored in &self.modules {
            let entry = meta.entry(&vendored.module).or_default();
            entry.0 |= vendored.explicit;
            entry.1 = vendored.replacement.as_ref().or(entry.1);
            if !vendored.packages.is_empty() {
                let version = selected.entry(&vendored.module.path).or_insert(&vendored.module.version);
                if version::compare(version, &vendored.module.version).is_lt() {
                    *version = &vendored.module.version;
                }
            }
        }
        let mut out = Vec::new();
        for required in &go_mod.require {
            let module = &required.module;
            if meta.get(module).is_some_and(|m| m.0) {
                continue;
            }
            match selected.get(module.path.as_str()) {
                Some(&v) if old && v != module.version => {
                    let vendored = ModuleVersion::new(&module.path, v);
                    out.push(Inconsistency::OtherVersion { module: module.clone(), vendored });
                }
                _ if old => {}
                _ => out.push(Inconsistency::NotExplicit(module.clone())),
            }
        }
        let target = |new: &Replacement| match new {
            Replacement::Folder(folder) => ModuleVersion::new(folder, ""),
            Replacement::Module(module) => module.clone(),
        };
        for replace in &go_mod.replace {
            let module = &replace.old;
            let wanted = target(&replace.new);
            match meta.get(module).and_then(|m| m.1) {
                Some(vendored) if *vendored != wanted => {
                    let (module, vendored) = (module.clone(), vendored.clone());
                    out.push(Inconsistency::ReplacementDiffers { module, wanted, vendored });
                }
                Some(_) => {}
                None => {
                    let omitted = module.version.is_empty()
                        || selected.get(module.path.as_str()) != Some(&module.version.as_str());
                    if !(old && omitted) {
                        out.push(Inconsistency::ReplacementMissing(module.clone()));
                    }
                }
            }
        }
        let required = |m: &ModuleVersion| go_mod.require.iter().any(|r| r.module == *m);
        for vendored in &self.modules {
            let explicit = meta.get(&vendored.module).is_some_and(|m| m.0);
            if explicit && !vendored.packages.is_empty() && !required(&vendored.module) {
                out.push(Inconsistency::NotRequired(vendored.module.clone()));
            }
        }
        for vendored in &self.modules {
            if vendored.replacement.is_some() && go_mod.replacement(&vendored.module).is_none() {
                out.push(Inconsistency::NotReplaced(vendored.module.clone()));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modfile::Mode;

    const TEXT: &str = "\
# a.b/c v1.0.0 => ../c
## explicit; go 1.20
a.b/c
a.b/c/d
# e.f v1.1.0
## explicit
e.f
# g.h v1.0.0
g.h/x
# a.b/c => ../c
";

    fn check(text: &str) -> String {
        let file = GoMod::parse(text, Mode::Main).unwrap();
        ModulesTxt::parse(TEXT).check(&file).iter().map(|i| format!("{i}\n")).collect()
    }

    #[test]
    fn modules() {
        let file = ModulesTxt::parse(TEXT);
        assert_eq!(file.modules.len(), 4);
        let first = &file.modules[0];
        assert_eq!(&TEXT[first.span.clone()], "# a.b/c v1.0.0 => ../c");
        assert_eq!((first.explicit, first.go_version.as_deref()), (true, Some("1.20")));
        assert_eq!(first.replacement, Some(ModuleVersion::new("../c", "")));
        assert_eq!(file.module_of("g.h/x").map(|m| m.module.to_string()).as_deref(), Some("g.h@v1.0.0"));
        assert!(ModulesTxt::parse("## workspace\n# a.b v1.0.0\n").workspace);
    }

    #[test]
    fn consistency() {
        let good = "module m.n\ngo 1.21\nrequire (\n\ta.b/c v1.0.0\n\te.f v1.1.0\n)\nreplace a.b/c => ../c\n";
        assert_eq!(check(good), "");
        assert_eq!(
            check("module m.n\ngo 1.21\nrequire (\n\ta.b/c v1.0.0\n\tg.h v1.0.0\n)\nreplace g.h => ../g\n"),
            "g.h@v1.0.0: is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt\n\
             g.h: is replaced in go.mod, but not marked as replaced in vendor/modules.txt\n\
             e.f@v1.1.0: is marked as explicit in vendor/modules.txt, but not explicitly required in go.mod\n\
             a.b/c@v1.0.0: is marked as replaced in vendor/modules.txt, but not replaced in go.mod\n\
             a.b/c: is marked as replaced in vendor/modules.txt, but not replaced in go.mod\n"
        );
        assert_eq!(
            check(&good.replace("=> ../c", "=> ../d")),
            "a.b/c: is replaced by ../d in go.mod, but marked as replaced by ../c in vendor/modules.txt\n"
        );
        assert_eq!(
            check(
                "module m.n\ngo 1.13\nrequire g.h v1.1.0\nrequire (\n\ta.b/c v1.0.0\n\te.f v1.1.0\n)\nreplace a.b/c => ../c\n"
            ),
            "g.h@v1.1.0: is explicitly required in go.mod, but vendor/modules.txt indicates g.h@v1.0.0\n"
        );
    }
}
