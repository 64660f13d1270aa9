//! What the image holds at the failing instruction, as far as copies from the context brought it there.

use dockerfile::ignore::{has_wildcard, matches};
use dockerfile::{Args, Keyword, Mount};

use super::facts::Facts;
use super::tree::{below, join, parent, resolve, tidy};

/// What became of a path of the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It came from this path of the context, by that instruction.
    Copied { from: String, by: usize },
    /// It would have come from this path of the context, but the ignore file keeps it out.
    Ignored { from: String },
    /// It would have come from this path of the context, but nothing is there.
    Absent { from: String },
    /// No copy before the failing instruction brings it.
    NotCopied,
    /// It may have come in a way that cannot be followed.
    Unknown,
}

/// The copies before the failing instruction.
#[derive(Debug, Default)]
pub(crate) struct View {
    /// The folder the failing instruction works in.
    pub(crate) workdir: Option<String>,
    /// That folder after the step's own `cd`, where its first `go` runs.
    pub(crate) go_dir: Option<String>,
    copies: Vec<Copied>,
    /// Where files come from other stages, archives or the net.
    opaque: Vec<String>,
    /// A RUN may have made files anywhere.
    made: bool,
}

#[derive(Debug)]
struct Copied {
    /// Of the context.
    source: String,
    /// Of the image.
    target: String,
    /// The target is a folder that takes the source in.
    into: bool,
    by: usize,
}

/// Words of commands that may make files a build needs.
const MAKERS: [&str; 22] = [
    "git clone",
    "mod init",
    "work init",
    "work use",
    "mod tidy",
    "mod vendor",
    "go get",
    "curl",
    "wget",
    "tar ",
    "unzip",
    "cp ",
    "mv ",
    "ln ",
    "touch ",
    "tee ",
    "protoc",
    "go generate",
    "make",
    "sed -i",
    "npm",
    "patch",
];

impl View {
    pub(crate) fn new(facts: &Facts<'_>) -> Self {
        let mut view = Self::default();
        let golang = facts.base().is_some_and(|(image, _)| image.official() == Some("golang"));
        let mut dir = Some(if golang { "/go".to_owned() } else { "/".to_owned() });
        let mut dirs = Vec::new();
        for at in facts.before() {
            let instruction = facts.get(at);
            match (instruction.keyword, &instruction.args) {
                (Keyword::Workdir, Args::Text(word)) => {
                    dir = expand(facts, at, &word.text).and_then(|path| {
                        if path.starts_with('/') {
                            Some(resolve("/", &path))
                        } else {
                            Some(resolve(&dir?, &path))
                        }
                    });
                    dirs.extend(dir.clone());
                }
                (Keyword::Copy | Keyword::Add, Args::Copy(copy)) => {
                    view.copy(facts, at, copy, dir.as_deref(), &dirs);
                }
                (Keyword::Run, _) => view.made |= makes(facts.run_text(at)),
                _ => {}
            }
        }
        for flag in facts.instruction().flags_named("mount") {
            let Ok(mount) = Mount::parse(flag.value()) else { continue };
            if mount.kind == "bind"
                && let (Some(target), Some(dir)) = (mount.target, dir.as_deref())
            {
                let target = resolve(dir, &target);
                if mount.from.is_some() {
                    view.opaque.push(target);
                } else if let Some(source) = tidy(mount.source.unwrap_or_default().trim_start_matches('/')) {
                    view.copies.push(Copied { source, target, into: false, by: facts.at });
                }
            }
        }
        // What the failing step itself makes before its go command counts as well.
        view.made |= makes(facts.run_text(facts.at));
        view.go_dir = dir.as_deref().and_then(|dir| go_dir(facts, dir));
        view.workdir = dir;
        view
    }

    fn copy(
        &mut self,
        facts: &Facts<'_>,
        at: usize,
        copy: &dockerfile::Copy,
        dir: Option<&str>,
        dirs: &[String],
    ) {
        let target = expand(facts, at, &copy.destination.text);
        let (Some(written), Some(dir)) = (target, dir) else {
            self.made = true;
            return;
        };
        let target = resolve(dir, &written);
        if facts.get(at).flag("from").is_some_and(|f| !f.value().is_empty())
            || !facts.get(at).heredocs.is_empty()
        {
            self.opaque.push(target);
            return;
        }
        let many = copy.sources.len() > 1 || copy.sources.iter().any(|s| has_wildcard(&s.text));
        let into = many
            || written.ends_with('/')
            || written.ends_with('.')
            || dirs.iter().any(|d| below(d, &target).is_some());
        for word in &copy.sources {
            let Some(source) = expand(facts, at, &word.text) else {
                self.made = true;
                continue;
            };
            let archive = facts.get(at).keyword == Keyword::Add
                && (source.contains("://") || source.contains(".tar") || source.ends_with(".tgz"));
            if archive {
                self.opaque.push(target.clone());
                continue;
            }
            let Some(clean) = tidy(source.trim_start_matches('/')) else { continue };
            if has_wildcard(&clean) {
                let Some(context) = facts.context() else { continue };
                let hits: Vec<String> = facts
                    .tree()
                    .paths()
                    .filter_map(|p| below(p, context).filter(|p| !p.is_empty()))
                    .filter(|p| matches(&clean, p).unwrap_or(false))
                    .map(str::to_owned)
                    .collect();
                for source in hits {
                    self.copies.push(Copied { source, target: target.clone(), into: true, by: at });
                }
            } else {
                self.copies.push(Copied { source: clean, target: target.clone(), into, by: at });
            }
        }
    }

    /// What became of `path`, an absolute path of the image.
    pub(crate) fn seen(&self, facts: &Facts<'_>, path: &str) -> Seen {
        let mut result = Seen::NotCopied;
        for copied in &self.copies {
            let Some(source) = facts.in_project(&copied.source) else { return Seen::Unknown };
            let from = if facts.tree().is_file(&source) {
                let name = copied.source.rsplit('/').next().unwrap_or("");
                let whole = if copied.into { resolve(&copied.target, name) } else { copied.target.clone() };
                (whole == path).then(|| copied.source.clone())
            } else {
                below(path, &copied.target).map(|rest| match (rest, copied.source.as_str()) {
                    ("", source) => source.to_owned(),
                    (rest, source) => join(source, rest),
                })
            };
            let Some(from) = from else { continue };
            let Some(own) = facts.in_project(&from) else { return Seen::Unknown };
            if facts.tree().has(&own) {
                if facts.ignored_by(&from).is_none() {
                    return Seen::Copied { from, by: copied.by };
                }
                result = Seen::Ignored { from };
            } else if !facts.tree().lacks(&own) {
                return Seen::Unknown;
            } else if result == Seen::NotCopied {
                result = Seen::Absent { from };
            }
        }
        let hidden =
            self.made || self.opaque.iter().any(|o| below(path, o).is_some() || below(o, path).is_some());
        if hidden { Seen::Unknown } else { result }
    }

    /// Where a file of the context lies in the image.
    pub(crate) fn place_of(&self, facts: &Facts<'_>, source: &str) -> Option<String> {
        if facts.ignored_by(source).is_some() {
            return None;
        }
        self.copies.iter().find_map(|copied| {
            if copied.source == source {
                let name = source.rsplit('/').next()?;
                Some(if copied.into { resolve(&copied.target, name) } else { copied.target.clone() })
            } else if facts.tree().is_folder(&facts.in_project(&copied.source)?) {
                below(source, &copied.source)
                    .or((copied.source.is_empty()).then_some(source))
                    .map(|rest| resolve(&copied.target, rest))
            } else {
                None
            }
        })
    }

    /// The folder of the image with the `go.mod` that counts at the failing step, and the context's path of that file.
    pub(crate) fn module(&self, facts: &Facts<'_>) -> Option<(String, String)> {
        let mut folder = self.go_dir.clone()?;
        loop {
            let path = resolve(&folder, "go.mod");
            if let Seen::Copied { from, .. } = self.seen(facts, &path) {
                return Some((folder, from));
            }
            if folder == "/" || folder.is_empty() {
                return None;
            }
            folder = match parent(&folder) {
                "" => "/".to_owned(),
                folder => folder.to_owned(),
            };
        }
    }
}

fn makes(run: &str) -> bool {
    MAKERS.iter().any(|word| run.contains(word)) || run.replace("/dev/null", "").contains("> ")
}

fn expand(facts: &Facts<'_>, at: usize, text: &str) -> Option<String> {
    let expansion = facts.scope_at(at).expand(facts.file().escape, text).ok()?;
    expansion.known().map(str::to_owned)
}

/// Where the first `go` of the failing step runs.
fn go_dir(facts: &Facts<'_>, dir: &str) -> Option<String> {
    let Some(script) = facts.script(facts.at) else { return Some(dir.to_owned()) };
    let mut dir = dir.to_owned();
    for command in &script.commands {
        let (name, words) = command.effective();
        match name {
            Some("cd") if command.certain => {
                let target = words.first().and_then(|w| w.literal())?;
                dir = resolve(&dir, target);
            }
            Some("cd") => return None,
            Some("go") => {
                let flag = command.words.iter().position(|w| w.literal() == Some("-C"));
                if let Some(target) = flag.and_then(|i| command.words.get(i + 1)) {
                    dir = resolve(&dir, target.literal()?);
                }
                return Some(dir);
            }
            _ => {}
        }
    }
    Some(dir)
}
