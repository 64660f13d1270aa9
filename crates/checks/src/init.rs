//! A Dockerfile and an ignore file for a project that has none.

use std::fmt::Write;

use dockerfile::ignore::IgnoreFile;
use gomod::modfile::{GoMod, Mode, Replacement};

use crate::context::Context;
use crate::gosrc::{Packages, Target};
use crate::paths;
use crate::tree::{Kind, Tree};

/// What to generate.
#[derive(Debug, Clone, Default)]
pub struct InitOptions {
    /// The folder of the main package, when there are several: `cmd/server`.
    pub main: Option<String>,
    /// GOPRIVATE patterns: such modules are fetched with a netrc mounted as secret.
    pub private: Vec<String>,
    /// A port to publish in the Compose file.
    pub port: Option<u16>,
    /// Write a Compose file too.
    pub compose: bool,
    /// Write a GitHub Actions workflow too.
    pub workflow: bool,
}

/// Why nothing can be generated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InitError {
    /// No go.mod at the top.
    #[error("no go.mod in the project's folder")]
    NoModule,
    /// go.mod cannot be read.
    #[error("cannot parse go.mod: {0}")]
    BadModule(String),
    /// Nothing to build.
    #[error("no main package in the project")]
    NoMain,
    /// A choice is needed.
    #[error("several main packages, name one: {}", .0.join(", "))]
    SeveralMains(Vec<String>),
    /// The one that was named is none.
    #[error("`{0}` holds no main package")]
    NotMain(String),
}

/// The generated files: path and text.
pub type InitFiles = Vec<(String, String)>;

/// Modules that need cgo.
const CGO_MODULES: [&str; 4] = [
    "github.com/mattn/go-sqlite3",
    "github.com/confluentinc/confluent-kafka-go",
    "github.com/h2non/bimg",
    "github.com/davidbyttow/govips",
];

/// Generate the files; nothing is written.
///
/// # Errors
/// See [`InitError`].
pub fn init(tree: &dyn Tree, options: &InitOptions) -> Result<InitFiles, InitError> {
    let text = tree.read("go.mod").ok_or(InitError::NoModule)?;
    let module = GoMod::parse(&text, Mode::Main).map_err(|e| InitError::BadModule(e.in_file("go.mod")))?;
    let facts = Facts::new(tree, &module, options)?;
    let mut files =
        vec![("Dockerfile".to_owned(), dockerfile(&facts)), (".dockerignore".to_owned(), dockerignore(tree))];
    if options.compose {
        files.push(("compose.yaml".to_owned(), compose(&facts, options)));
    }
    if options.workflow {
        files.push((".github/workflows/image.yaml".to_owned(), workflow(&facts)));
    }
    Ok(files)
}

struct Facts {
    main: String,
    name: String,
    go: String,
    cgo: bool,
    vendor: bool,
    sum: bool,
    workspace: bool,
    /// Folders of `replace` lines, below the project.
    local: Vec<String>,
    private: Vec<String>,
}

impl Facts {
    fn new(tree: &dyn Tree, module: &GoMod, options: &InitOptions) -> Result<Self, InitError> {
        let context = Context::new(tree, "", None);
        let packages = Packages::default();
        let target = Target::linux();
        let mut mains = Vec::new();
        find_mains(&context, &packages, &target, "", 0, &mut mains);
        let main = match (&options.main, mains.as_slice()) {
            (Some(wanted), _) => {
                let wanted = paths::in_context(wanted);
                if !mains.contains(&wanted) {
                    return Err(InitError::NotMain(wanted));
                }
                wanted
            }
            (None, []) => return Err(InitError::NoMain),
            (None, [one]) => one.clone(),
            (None, many) => {
                // The root, or the only one below cmd, is meant.
                let below_cmd: Vec<&String> = many.iter().filter(|m| m.starts_with("cmd/")).collect();
                match (many.iter().find(|m| m.is_empty()), below_cmd.as_slice()) {
                    (Some(root), _) => root.clone(),
                    (None, [one]) => (*one).clone(),
                    _ => return Err(InitError::SeveralMains(many.to_vec())),
                }
            }
        };
        let module_path = module.module.as_ref().map_or("app", |m| m.path.as_str());
        let last = paths::base(if main.is_empty() { module_path } else { &main });
        let major = last.strip_prefix('v').is_some_and(|n| n.parse::<u32>().is_ok());
        let name = if major { paths::base(paths::parent(module_path)).to_owned() } else { last.to_owned() };
        let cgo_module = module
            .require
            .iter()
            .any(|r| CGO_MODULES.iter().any(|m| paths::below(&r.module.path, m).is_some()));
        let go = module.go.as_ref().map_or("1.24", |g| g.version.as_str());
        let toolchain =
            module.toolchain.as_ref().and_then(|t| gomod::gover::of_toolchain(&t.name)).unwrap_or(go);
        let newest = if gomod::gover::compare(toolchain, go).is_gt() { toolchain } else { go };
        let go = gomod::gover::lang(newest).unwrap_or_else(|| "1.24".to_owned());
        // Older ones are no longer maintained, and newer ones build what they build.
        let go = if gomod::gover::compare(&go, "1.24").is_lt() { "1.24".to_owned() } else { go };
        let local = module
            .replace
            .iter()
            .filter_map(|r| match &r.new {
                Replacement::Folder(f) if !f.starts_with("..") && !f.starts_with('/') => {
                    Some(paths::in_context(f))
                }
                _ => None,
            })
            .collect();
        Ok(Self {
            cgo: cgo_module || uses_cgo(&context, &packages, &target, &main, module_path),
            vendor: tree.entry("vendor/modules.txt").is_some(),
            sum: tree.entry("go.sum").is_some(),
            workspace: tree.entry("go.work").is_some(),
            private: options.private.clone(),
            main,
            name,
            go,
            local,
        })
    }
}

fn find_mains(
    context: &Context<'_>,
    packages: &Packages,
    target: &Target,
    dir: &str,
    depth: u32,
    out: &mut Vec<String>,
) {
    let package = packages.load(context, dir);
    if package.files.iter().any(|f| f.package == "main" && target.builds(f)) {
        out.push(dir.to_owned());
    }
    if depth >= 4 {
        return;
    }
    for entry in context.list(dir) {
        let skip = entry.name.starts_with(['.', '_'])
            || matches!(
                entry.name.as_str(),
                "testdata"
                    | "vendor"
                    | "node_modules"
                    | "examples"
                    | "example"
                    | "_examples"
                    | "tools"
                    | "hack"
                    | "internal"
                    | "test"
                    | "tests"
                    | "scripts"
            );
        let path = paths::join(dir, &entry.name);
        if entry.kind == Kind::Dir && !skip && context.tree.entry(&paths::join(&path, "go.mod")).is_none() {
            find_mains(context, packages, target, &path, depth + 1, out);
        }
    }
}

fn uses_cgo(context: &Context<'_>, packages: &Packages, target: &Target, main: &str, module: &str) -> bool {
    let mut open = vec![main.to_owned()];
    let mut seen = std::collections::BTreeSet::new();
    while let Some(dir) = open.pop() {
        if !seen.insert(dir.clone()) || seen.len() > 300 {
            continue;
        }
        for file in packages.load(context, &dir).files.iter().filter(|f| target.builds(f)) {
            if file.cgo() {
                return true;
            }
            open.extend(file.imports.iter().filter_map(|i| paths::below(i, module)).map(str::to_owned));
        }
    }
    false
}

fn dockerfile(f: &Facts) -> String {
    let mut out = String::from("# syntax=docker/dockerfile:1\n\n");
    let package = if f.main.is_empty() { ".".to_owned() } else { format!("./{}", f.main) };
    if f.cgo {
        let _ = writeln!(out, "FROM golang:{}-bookworm AS build", f.go);
    } else {
        // Cross-compiling beats emulation.
        let _ = writeln!(out, "FROM --platform=$BUILDPLATFORM golang:{}-alpine AS build", f.go);
    }
    if !f.private.is_empty() {
        if !f.cgo {
            out.push_str("RUN apk add --no-cache git\n");
        }
        let _ = writeln!(out, "ENV GOPRIVATE={}", f.private.join(","));
    }
    out.push_str("WORKDIR /src\n\n");
    if !f.vendor {
        let sum = if f.sum { " go.sum" } else { "" };
        if f.workspace {
            out.push_str("# The workspace's modules belong together.\nCOPY . .\n");
        } else {
            out.push_str(
                "# The modules have a layer of their own: it lasts until go.mod or go.sum change.\n",
            );
            let _ = writeln!(out, "COPY go.mod{sum} ./");
            for dir in &f.local {
                let _ = writeln!(out, "COPY {dir} {dir}");
            }
        }
        if f.private.is_empty() {
            out.push_str("RUN go mod download\n\n");
        } else {
            out.push_str("# docker build --secret id=netrc,src=$HOME/.netrc .\n");
            out.push_str("RUN --mount=type=secret,id=netrc,target=/root/.netrc go mod download\n\n");
        }
    }
    if f.vendor || !f.workspace {
        out.push_str("COPY . .\n");
    }
    let cache = "--mount=type=cache,target=/root/.cache/go-build";
    let flags = "-trimpath -ldflags=\"-s -w\"";
    if f.cgo {
        out.push_str("# Everything is here: this step needs no network.\n");
        let _ = writeln!(
            out,
            "RUN --network=none {cache} \\\n    go build {flags} -o /out/{} {package}\n",
            f.name
        );
        out.push_str("FROM gcr.io/distroless/base-debian12:nonroot\n");
    } else {
        out.push_str("ARG TARGETOS TARGETARCH\n# Everything is here: this step needs no network.\n");
        let _ = writeln!(
            out,
            "RUN --network=none {cache} \\\n    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \\\n    go build {flags} -o /out/{} {package}\n",
            f.name
        );
        out.push_str("FROM gcr.io/distroless/static-debian12:nonroot\n");
    }
    let _ = writeln!(out, "COPY --from=build /out/{0} /{0}\nENTRYPOINT [\"/{0}\"]", f.name);
    out
}

fn dockerignore(tree: &dyn Tree) -> String {
    let mut lines = vec![
        ".git",
        ".github",
        ".idea",
        ".vscode",
        "**/.DS_Store",
        "",
        "# secrets",
        ".env",
        ".env.*",
        "**/*.pem",
        "**/*.key",
        ".netrc",
    ];
    lines.extend([
        "",
        "# not part of the program",
        "Dockerfile*",
        "compose*.yaml",
        "docker-compose*.yml",
        "*.md",
        "coverage.out",
    ]);
    // What the program embeds must stay.
    let mut text = String::new();
    let embeds = embedded(tree);
    let rules = |line: &str| IgnoreFile::from_patterns([line]);
    for line in lines {
        if line.is_empty() || line.starts_with('#') || !embeds.iter().any(|e| rules(line).is_ignored(e)) {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

/// Files that `//go:embed` names, anywhere in the project.
fn embedded(tree: &dyn Tree) -> Vec<String> {
    let context = Context::new(tree, "", None);
    let packages = Packages::default();
    let mut out = Vec::new();
    let mut open = vec![String::new()];
    let mut seen = 0;
    while let Some(dir) = open.pop() {
        seen += 1;
        if seen > 2000 {
            break;
        }
        for file in &packages.load(&context, &dir).files {
            for (pattern, ..) in &file.embeds {
                let plain = pattern.strip_prefix("all:").unwrap_or(pattern);
                for path in context.glob(&paths::join(&dir, plain)) {
                    out.push(path);
                }
            }
        }
        for entry in context.list(&dir) {
            if entry.kind == Kind::Dir
                && !entry.name.starts_with('.')
                && !matches!(entry.name.as_str(), "vendor" | "node_modules")
            {
                open.push(paths::join(&dir, &entry.name));
            }
        }
    }
    out
}

fn compose(f: &Facts, options: &InitOptions) -> String {
    let mut out = format!(
        "services:\n  {}:\n    build: .\n    read_only: true\n    cap_drop: [ALL]\n",
        f.name.to_lowercase()
    );
    if let Some(port) = options.port {
        let _ = write!(out, "    ports:\n      - \"{port}:{port}\"\n");
    }
    if !f.private.is_empty() {
        out = out.replace("    build: .\n", "    build:\n      context: .\n      secrets: [netrc]\n");
        out.push_str("\nsecrets:\n  netrc:\n    file: ${HOME}/.netrc\n");
    }
    out
}

fn workflow(f: &Facts) -> String {
    let secrets = if f.private.is_empty() {
        ""
    } else {
        "          secrets: |\n            netrc=${{ secrets.NETRC }}\n"
    };
    format!(
        "name: image\non: [push, pull_request]\npermissions:\n  contents: read\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n\
         \x20     - uses: actions/checkout@v4\n      - uses: docker/setup-buildx-action@v3\n      - uses: docker/build-push-action@v6\n        with:\n\
         \x20         context: .\n          tags: {}:ci\n          cache-from: type=gha\n          cache-to: type=gha,mode=max\n{secrets}",
        f.name.to_lowercase()
    )
}
