//! What a project consists of: its Dockerfiles, and the files that say how they are built.

use std::cell::OnceCell;

use dockerfile::Joined;
use dockerfile::sh::{Script, Word};

use crate::paths;
use crate::tree::{Kind, Tree};
use crate::yaml::{self, Node};

/// A project.
pub struct Project<'t> {
    /// Its files.
    pub tree: &'t dyn Tree,
    /// Dockerfiles, in order of their paths.
    pub dockerfiles: Vec<String>,
    /// Compose files.
    pub compose: Vec<String>,
    /// Folders with a go.mod.
    pub modules: Vec<String>,
    /// Makefiles, scripts, CI definitions: where builds are started and files generated.
    pub automation: Vec<String>,
    texts: OnceCell<Vec<(String, String)>>,
    builds: OnceCell<Vec<BuildDef>>,
    gitignore: OnceCell<Vec<(String, String)>>,
}

/// How some file of the project says an image is built.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BuildDef {
    /// The file that says so.
    pub path: String,
    /// 1-based line in it.
    pub line: u32,
    /// The context's folder in the project; `None` when it cannot be told.
    pub context: Option<String>,
    /// The Dockerfile's path in the project; `None` when it cannot be told.
    pub dockerfile: Option<String>,
    /// Names of the build arguments it sets.
    pub args: Vec<String>,
    /// The stage it builds.
    pub target: Option<String>,
    /// The build runs in the host's network.
    pub host_network: bool,
}

const SKIP_DIRS: [&str; 8] =
    [".git", "node_modules", "vendor", "testdata", ".terraform", "third_party", ".venv", ".idea"];
const MAX_ENTRIES: usize = 20_000;
const MAX_TEXT: usize = 300_000;

impl<'t> Project<'t> {
    /// Look through the tree.
    #[must_use]
    pub fn scan(tree: &'t dyn Tree) -> Self {
        let mut project = Self {
            tree,
            dockerfiles: Vec::new(),
            compose: Vec::new(),
            modules: Vec::new(),
            automation: Vec::new(),
            texts: OnceCell::new(),
            builds: OnceCell::new(),
            gitignore: OnceCell::new(),
        };
        let mut seen = 0;
        project.visit("", 0, &mut seen);
        project.dockerfiles.sort();
        project
    }

    fn visit(&mut self, dir: &str, depth: u32, seen: &mut usize) {
        for entry in self.tree.list(dir) {
            *seen += 1;
            if *seen > MAX_ENTRIES {
                return;
            }
            let path = paths::join(dir, &entry.name);
            if entry.kind == Kind::Dir {
                let hidden = entry.name.starts_with('.')
                    && !matches!(
                        entry.name.as_str(),
                        ".github" | ".gitlab" | ".circleci" | ".docker" | ".build" | ".ci"
                    );
                if depth < 7 && !hidden && !SKIP_DIRS.contains(&entry.name.as_str()) {
                    self.visit(&path, depth + 1, seen);
                }
                continue;
            }
            let name = entry.name.as_str();
            if entry.kind == Kind::File && is_dockerfile(name) {
                if name.eq_ignore_ascii_case("dockerfile") || self.looks_like_one(&path) {
                    self.dockerfiles.push(path);
                }
            } else if is_compose(name) {
                self.compose.push(path);
            } else if name == "go.mod" {
                self.modules.push(dir.to_owned());
            } else if is_automation(name, dir) {
                self.automation.push(path);
            }
        }
    }

    /// A file that is only named after Dockerfiles (an editor's syntax, a policy) has no FROM.
    fn looks_like_one(&self, path: &str) -> bool {
        self.tree.read(path).is_some_and(|text| {
            text.lines()
                .any(|line| line.trim_start().get(..5).is_some_and(|w| w.eq_ignore_ascii_case("from ")))
        })
    }

    /// The texts of the automation files.
    pub fn texts(&self) -> &[(String, String)] {
        self.texts.get_or_init(|| {
            let mut budget = 4_000_000_usize;
            let mut out = Vec::new();
            for path in &self.automation {
                let Some(text) = self.tree.read(path) else { continue };
                if text.len() > MAX_TEXT || text.len() > budget {
                    continue;
                }
                budget -= text.len();
                out.push((path.clone(), text.into_owned()));
            }
            out
        })
    }

    /// Every place that says how an image is built.
    pub fn builds(&self) -> &[BuildDef] {
        self.builds.get_or_init(|| {
            let mut out = Vec::new();
            for path in &self.compose {
                if let Some(text) = self.tree.read(path) {
                    compose_builds(path, &yaml::parse(&text), &mut out);
                }
            }
            for (path, text) in self.texts() {
                if path.ends_with(".yml") || path.ends_with(".yaml") {
                    action_builds(path, &yaml::parse(text), &mut out);
                }
                if path.ends_with(".hcl") {
                    bake_builds(path, text, &mut out);
                }
                if text.contains("docker")
                    || text.contains("podman")
                    || text.contains("buildah")
                    || text.contains("DOCKER")
                {
                    command_builds(path, text, &mut out);
                }
            }
            out
        })
    }

    /// Whether any automation file contains the word.
    #[must_use]
    pub fn mentions(&self, word: &str) -> bool {
        !word.is_empty() && self.texts().iter().any(|(_, text)| has_word(text, word))
    }

    /// Whether git ignores the path: then something makes it.
    #[must_use]
    pub fn git_ignores(&self, path: &str) -> bool {
        let files = self.gitignore.get_or_init(|| {
            let mut out = Vec::new();
            for dir in
                std::iter::once("").chain(self.modules.iter().map(String::as_str).filter(|d| !d.is_empty()))
            {
                if let Some(text) = self.tree.read(&paths::join(dir, ".gitignore")) {
                    out.push((dir.to_owned(), text.into_owned()));
                }
            }
            out
        });
        let mut own = paths::parent(path).to_owned();
        while !own.is_empty() {
            if !files.iter().any(|(d, _)| *d == own)
                && let Some(text) = self.tree.read(&paths::join(&own, ".gitignore"))
                && let Some(rest) = paths::below(path, &own)
                && gitignored(&text, rest)
            {
                return true;
            }
            own = paths::parent(&own).to_owned();
        }
        files.iter().any(|(dir, text)| paths::below(path, dir).is_some_and(|rest| gitignored(text, rest)))
    }

    /// Why a path that is missing may be there when the build runs, if there is a reason.
    #[must_use]
    pub fn may_be_generated(&self, path: &str) -> bool {
        const OUTPUT: [&str; 18] = [
            "bin",
            "dist",
            "build",
            "out",
            "target",
            "_output",
            "output",
            "artifacts",
            "release",
            "tmp",
            "linux",
            ".build",
            "_build",
            "binaries",
            "publish",
            "node_modules",
            "gen",
            "generated",
        ];
        let first = path.split('/').next().unwrap_or(path);
        if path.split('/').any(|part| OUTPUT.contains(&part))
            || path.contains("amd64")
            || path.contains("arm64")
        {
            return true;
        }
        if self.git_ignores(path) {
            return true;
        }
        let base = paths::base(path);
        if base == "vendor" || first == "vendor" {
            return self.mentions("mod vendor") || self.mentions("vendor");
        }
        if matches!(base, "go.mod" | "go.sum" | "go.work" | "go.work.sum" | "main.go") {
            return false;
        }
        self.mentions(path) || self.mentions(base) || (base != first && self.mentions(first))
    }
}

/// Whether a file name is that of a Dockerfile.
#[must_use]
pub fn is_dockerfile(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let other = [
        ".md",
        ".go",
        ".tmpl",
        ".dockerignore",
        ".j2",
        ".gotmpl",
        ".template",
        ".tpl",
        ".yaml",
        ".yml",
        ".json",
        ".txt",
        ".py",
        ".html",
        ".js",
        ".in",
        ".erb",
        ".sh",
        ".bak",
        ".orig",
        ".m4",
        ".jinja",
        ".jinja2",
        ".containerignore",
    ];
    if other.iter().any(|suffix| lower.ends_with(suffix)) {
        return false;
    }
    matches!(lower.as_str(), "dockerfile" | "containerfile")
        || lower.starts_with("dockerfile.")
        || lower.starts_with("containerfile.")
        || lower.ends_with(".dockerfile")
        || lower.ends_with(".containerfile")
}

fn is_compose(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    (lower.ends_with(".yml") || lower.ends_with(".yaml"))
        && (lower.starts_with("docker-compose") || lower.starts_with("compose."))
}

fn is_automation(name: &str, dir: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let ends = |list: &[&str]| list.iter().any(|s| lower.ends_with(s));
    matches!(
        lower.as_str(),
        "makefile"
            | "gnumakefile"
            | "justfile"
            | "taskfile.yml"
            | "taskfile.yaml"
            | "magefile.go"
            | "jenkinsfile"
            | "earthfile"
            | "skaffold.yaml"
            | "tiltfile"
            | ".gitlab-ci.yml"
            | ".drone.yml"
            | ".travis.yml"
            | "cloudbuild.yaml"
            | "build.go"
            | "make.go"
            | "package.json"
            | ".woodpecker.yml"
            | "azure-pipelines.yml"
            | "docker-bake.json"
            | "bazel"
            | "build.bazel"
    ) || ends(&[".mk", ".sh", ".bash", ".make", ".hcl", ".ps1", ".bat"])
        || lower.starts_with(".goreleaser")
        || lower.starts_with("goreleaser")
        || lower.starts_with("makefile.")
        || lower.starts_with("cloudbuild")
        || ((lower.ends_with(".yml") || lower.ends_with(".yaml"))
            && (dir.starts_with(".github")
                || dir.starts_with(".gitlab")
                || dir.starts_with(".circleci")
                || dir.starts_with(".ci")))
}

fn has_word(text: &str, word: &str) -> bool {
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
    text.match_indices(word)
        .any(|(at, _)| edge(text[..at].chars().next_back()) && edge(text[at + word.len()..].chars().next()))
}

/// Close enough to git's rules to say that something is generated.
fn gitignored(text: &str, path: &str) -> bool {
    let mut ignored = false;
    for line in text.lines() {
        let line = line.trim();
        let (negated, pattern) = match line.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        let pattern = pattern.trim_end_matches('/');
        if pattern.is_empty() || pattern.starts_with('#') {
            continue;
        }
        let anchored = pattern.contains('/');
        let pattern = pattern.trim_start_matches('/');
        let prefixes = path.match_indices('/').map(|(at, _)| &path[..at]).chain([path]);
        let hit = prefixes.into_iter().any(|prefix| {
            let name = if anchored { prefix } else { paths::base(prefix) };
            match pattern.strip_prefix("**/") {
                Some(rest) => dockerfile::ignore::matches(rest, paths::base(prefix)) == Ok(true),
                None => {
                    dockerfile::ignore::matches(pattern.trim_end_matches("/**").trim_end_matches("/*"), name)
                        == Ok(true)
                }
            }
        });
        if hit {
            ignored = !negated;
        }
    }
    ignored
}

fn plain(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.contains(['$', '{', '%', '`']) && !text.contains("://") && !text.starts_with("git@"))
        .then_some(text)
}

fn arg_names(node: Option<&Node>) -> Vec<String> {
    let Some(node) = node else { return Vec::new() };
    let of = |text: &str| text.split(['=', ':']).next().unwrap_or(text).trim().to_owned();
    match node.text() {
        Some(text) => text.lines().map(of).filter(|n| !n.is_empty()).collect(),
        None => node
            .pairs()
            .iter()
            .map(|(name, _)| name.clone())
            .chain(node.items().iter().filter_map(Node::text).map(of))
            .collect(),
    }
}

fn compose_builds(path: &str, doc: &Node, out: &mut Vec<BuildDef>) {
    let dir = paths::parent(path);
    let Some(services) = doc.get("services") else { return };
    for (_, service) in services.pairs() {
        let Some(build) = service.get("build") else { continue };
        let mut def = BuildDef { path: path.to_owned(), line: build.line, ..BuildDef::default() };
        let context = build.text().or_else(|| build.get("context").and_then(Node::text)).unwrap_or(".");
        def.context = plain(context).map(|c| paths::join(dir, c)).filter(|c| !c.starts_with(".."));
        let file = build.get("dockerfile").and_then(Node::text).unwrap_or("Dockerfile");
        def.dockerfile = match (&def.context, plain(file)) {
            (Some(context), Some(file)) => Some(paths::join(context, file)),
            _ => None,
        };
        def.args = arg_names(build.get("args"));
        def.target = build.get("target").and_then(Node::text).map(str::to_owned);
        def.host_network = build.get("network").and_then(Node::text) == Some("host");
        out.push(def);
    }
}

/// `docker/build-push-action` and the like, anywhere in a CI definition.
fn action_builds(path: &str, node: &Node, out: &mut Vec<BuildDef>) {
    if node.get("uses").and_then(Node::text).is_some_and(|u| u.starts_with("docker/build-push-action"))
        && let Some(with) = node.get("with")
    {
        let mut def = BuildDef { path: path.to_owned(), line: with.line, ..BuildDef::default() };
        let context = with.get("context").and_then(Node::text).unwrap_or(".");
        def.context = plain(context).map(|c| paths::join("", c));
        def.dockerfile = match with.get("file").and_then(Node::text) {
            Some(file) => plain(file).map(|f| paths::join("", f)),
            None => def.context.as_ref().map(|c| paths::join(c, "Dockerfile")),
        };
        def.args = arg_names(with.get("build-args"));
        def.target = with.get("target").and_then(Node::text).map(str::to_owned);
        def.host_network = with.get("network").and_then(Node::text) == Some("host");
        out.push(def);
    }
    for (_, child) in node.pairs() {
        action_builds(path, child, out);
    }
    for child in node.items() {
        action_builds(path, child, out);
    }
}

/// `target "x" { context = "." dockerfile = "Dockerfile" target = "y" }`
fn bake_builds(path: &str, text: &str, out: &mut Vec<BuildDef>) {
    let value = |line: &str| line.split('"').nth(1).map(str::to_owned);
    let mut def: Option<BuildDef> = None;
    let finish = |def: Option<BuildDef>, out: &mut Vec<BuildDef>| {
        if let Some(mut def) = def {
            let context = def.context.get_or_insert_default().clone();
            let file = def.dockerfile.take().unwrap_or_else(|| "Dockerfile".to_owned());
            def.dockerfile = plain(&file).map(|f| paths::join(&context, f));
            out.push(def);
        }
    };
    for (i, line) in text.lines().enumerate() {
        let trimmed = line.trim();
        if trimmed.starts_with("target ") && trimmed.contains('{') {
            finish(def.take(), out);
            let line = u32::try_from(i + 1).unwrap_or(u32::MAX);
            def = Some(BuildDef { path: path.to_owned(), line, ..BuildDef::default() });
        } else if let (Some(def), Some((key, _))) = (&mut def, trimmed.split_once('=')) {
            match key.trim() {
                "context" => def.context = value(trimmed).map(|c| paths::join(paths::parent(path), &c)),
                "dockerfile" => def.dockerfile = value(trimmed),
                "target" => def.target = value(trimmed),
                name if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') => {
                    def.args.push(name.to_owned());
                }
                _ => {}
            }
        }
    }
    finish(def, out);
}

/// `docker build -f x .` in scripts and Makefiles.
fn command_builds(path: &str, text: &str, out: &mut Vec<BuildDef>) {
    let mut lines = text.lines().enumerate();
    while let Some((i, line)) = lines.next() {
        if !line.contains("build") {
            continue;
        }
        let mut whole = line.trim_start_matches(['\t', ' ', '@', '-']).to_owned();
        while whole.ends_with('\\') {
            whole.pop();
            match lines.next() {
                Some((_, next)) => {
                    whole.push(' ');
                    whole.push_str(next.trim());
                }
                None => break,
            }
        }
        if whole.len() > 5000 {
            continue;
        }
        // Make's $(VAR) looks like a command to the shell.
        let readable = whole.replace("$(", "${").replace(')', "}");
        let script = Script::parse(&Joined::verbatim(&readable, 0), false);
        for command in &script.commands {
            if let Some(mut def) = docker_build(&command.words) {
                path.clone_into(&mut def.path);
                def.line = u32::try_from(i + 1).unwrap_or(u32::MAX);
                out.push(def);
            }
        }
    }
}

fn docker_build(words: &[Word]) -> Option<BuildDef> {
    let at = words.iter().position(|w| w.literal() == Some("build"))?;
    let tool = words.iter().take(at).any(|w| {
        let raw = w.raw.to_ascii_lowercase();
        raw.ends_with("docker")
            || raw.contains("docker}")
            || raw.ends_with("podman")
            || raw.ends_with("buildx")
            || raw.contains("container_engine")
            || raw.contains("container_tool")
    });
    if !tool {
        return None;
    }
    const WITH_VALUE: [&str; 22] = [
        "-t",
        "--tag",
        "-f",
        "--file",
        "--build-arg",
        "--target",
        "--platform",
        "--label",
        "--cache-from",
        "--cache-to",
        "--network",
        "--secret",
        "--ssh",
        "-o",
        "--output",
        "--progress",
        "--builder",
        "--iidfile",
        "--build-context",
        "--add-host",
        "--metadata-file",
        "--provenance",
    ];
    let mut def = BuildDef::default();
    let mut file: Option<String> = None;
    let mut contexts = Vec::new();
    let mut doubtful = false;
    let mut i = at + 1;
    while let Some(word) = words.get(i) {
        let raw = word.literal().unwrap_or(&word.raw).to_owned();
        let (flag, value) = match raw.split_once('=') {
            Some((flag, value)) if flag.starts_with("--") => (flag.to_owned(), Some(value.to_owned())),
            _ => (raw.clone(), None),
        };
        if flag.starts_with('-') && flag != "-" {
            let value = if value.is_some() {
                value
            } else if WITH_VALUE.contains(&flag.as_str()) {
                i += 1;
                words.get(i).map(|w| w.literal().unwrap_or(&w.raw).to_owned())
            } else {
                None
            };
            let value = value.unwrap_or_default();
            match flag.as_str() {
                "-f" | "--file" => file = Some(value),
                "--build-arg" => def.args.push(value.split('=').next().unwrap_or("").to_owned()),
                "--target" => def.target = Some(value),
                "--network" => def.host_network = value == "host",
                _ => {}
            }
        } else if word.literal().is_none() {
            // A variable may be flags as well as the context.
            doubtful = true;
        } else if !raw.is_empty() {
            contexts.push(raw);
        }
        i += 1;
    }
    let context = contexts.first().and_then(|c| plain(c)).filter(|c| *c != "-").map(|c| paths::join("", c));
    def.context = context.filter(|c| !c.starts_with("..") && !c.starts_with('/'));
    if doubtful && contexts.is_empty() {
        def.context = None;
    }
    def.dockerfile = match (&file, &def.context) {
        (Some(file), _) => plain(file).map(|f| paths::join("", f)),
        (None, Some(context)) => Some(paths::join(context, "Dockerfile")),
        (None, None) => None,
    };
    Some(def)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::MemTree;

    #[test]
    fn builds_are_found_everywhere() {
        let mut tree = MemTree::new();
        tree.put(
            "Makefile",
            "image:\n\t@$(DOCKER) build --build-arg VERSION=$(V) \\\n\t  -f build/Dockerfile -t x:$(V) .\n",
        );
        tree.put(
            "deploy/docker-compose.yml",
            "services:\n  a:\n    build:\n      context: ..\n      dockerfile: build/Dockerfile\n",
        );
        tree.put(".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n    - uses: docker/build-push-action@v6\n      with:\n        file: build/Dockerfile\n");
        tree.put(
            "docker-bake.hcl",
            "target \"x\" {\n  dockerfile = \"build/Dockerfile\"\n  target = \"final\"\n}\n",
        );
        tree.put("build/Dockerfile", "FROM scratch\n");
        let project = Project::scan(&tree);
        let found: Vec<_> = project
            .builds()
            .iter()
            .map(|b| (b.path.as_str(), b.context.as_deref(), b.dockerfile.as_deref()))
            .collect();
        assert_eq!(
            found,
            [
                ("deploy/docker-compose.yml", Some(""), Some("build/Dockerfile")),
                (".github/workflows/ci.yml", Some(""), Some("build/Dockerfile")),
                ("Makefile", Some(""), Some("build/Dockerfile")),
                ("docker-bake.hcl", Some(""), Some("build/Dockerfile")),
            ]
        );
        assert_eq!(project.builds()[2].args, ["VERSION"]);
        assert_eq!(project.builds()[3].target.as_deref(), Some("final"));
    }

    #[test]
    fn what_git_ignores_is_generated() {
        let mut tree = MemTree::new();
        tree.put(".gitignore", "/bin/\n*.pb.go\nconfig.yaml\n!keep/config.yaml\n");
        let project = Project::scan(&tree);
        assert!(
            project.git_ignores("bin/app")
                && project.git_ignores("api/a.pb.go")
                && project.git_ignores("x/config.yaml")
        );
        assert!(!project.git_ignores("keep/config.yaml") && !project.git_ignores("main.go"));
    }
}
