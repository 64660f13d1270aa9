//! What a build sends to the builder, and why.

use dockerfile::ignore::IgnoreFile;
use dockerfile::{Args, Keyword};

use crate::context::{Context, Presence};
use crate::paths;
use crate::secrets;
use crate::tree::Kind;
use crate::unit::{self, Unit};
use crate::{Options, Project};

/// How much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Amount {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Amount {
    fn add(&mut self, bytes: u64) {
        self.files += 1;
        self.bytes += bytes;
    }
}

/// What one COPY or ADD takes from the context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyPart {
    /// 1-based line.
    pub line: u32,
    /// The instruction.
    pub text: String,
    /// What it takes.
    pub amount: Amount,
}

/// What a build of one Dockerfile sends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContextReport {
    /// The Dockerfile.
    pub dockerfile: String,
    /// The context's folder in the project; `""` for the project itself.
    pub root: String,
    /// The ignore file in force.
    pub ignore_file: Option<String>,
    /// An ignore file that is passed over because of the other.
    pub shadowed: Option<String>,
    /// Everything that is not ignored: what the classic builder sends.
    pub whole: Amount,
    /// What some COPY, ADD or bind mount asks for: what BuildKit sends.
    pub asked: Amount,
    /// What the ignore file keeps back.
    pub ignored: Amount,
    /// The COPYs in order.
    pub copies: Vec<CopyPart>,
    /// The folders of the first two levels with most bytes sent, biggest first.
    pub biggest: Vec<(String, Amount)>,
    /// Files that are sent and look like secrets.
    pub secrets: Vec<String>,
    /// Every file that is sent, with its size.
    pub sent: Vec<(String, u64)>,
    /// `!` patterns with wildcards make the client walk every ignored folder.
    pub walks_everything: bool,
    /// Lines that an ignore file should have and has not.
    pub suggestion: Vec<String>,
}

/// Describe the context of a Dockerfile. `None` when it cannot be read.
#[must_use]
pub fn describe(project: &Project<'_>, options: &Options, dockerfile: &str) -> Option<ContextReport> {
    let unit = Unit::new(project, options, dockerfile)?;
    let context = unit.context();
    let mut report = ContextReport {
        dockerfile: dockerfile.to_owned(),
        root: context.root.clone(),
        ignore_file: unit::ignore_file(project, &context.root, dockerfile).map(|(path, _)| path),
        ..ContextReport::default()
    };
    let own = paths::join(&context.root, ".dockerignore");
    if report.ignore_file.as_ref().is_some_and(|f| *f != own) && project.tree.entry(&own).is_some() {
        report.shadowed = Some(own);
    }
    report.walks_everything = context.ignore.as_ref().is_some_and(|(_, f)| f.walks_everything());
    let requests = requests(&unit);
    let mut folders: std::collections::BTreeMap<String, Amount> = std::collections::BTreeMap::new();
    let mut copies: Vec<CopyPart> = requests
        .iter()
        .map(|r| CopyPart { line: r.line, text: r.text.clone(), amount: Amount::default() })
        .collect();
    context.walk(&mut |path, entry, sent| {
        if entry.kind == Kind::Dir {
            return true;
        }
        if !sent {
            report.ignored.add(entry.len);
            return true;
        }
        report.whole.add(entry.len);
        report.sent.push((path.to_owned(), entry.len));
        let mut asked = false;
        for (request, part) in requests.iter().zip(&mut copies) {
            if request.takes(path) {
                part.amount.add(entry.len);
                asked = true;
            }
        }
        if asked {
            report.asked.add(entry.len);
        }
        if is_secret_file(path) {
            report.secrets.push(path.to_owned());
        }
        for (i, _) in path.match_indices('/').take(2) {
            folders.entry(path[..i].to_owned()).or_default().add(entry.len);
        }
        true
    });
    report.copies = copies;
    report.biggest = folders.into_iter().collect();
    report.biggest.sort_by_key(|(_, amount)| std::cmp::Reverse(amount.bytes));
    report.biggest.truncate(15);
    report.suggestion = suggestion(&unit, &report);
    Some(report)
}

struct Request {
    line: u32,
    text: String,
    sources: Vec<String>,
    exclude: IgnoreFile,
}

impl Request {
    fn takes(&self, path: &str) -> bool {
        self.sources.iter().any(|s| {
            let below = if dockerfile::ignore::has_wildcard(s) {
                path.match_indices('/')
                    .map(|(i, _)| &path[..i])
                    .chain([path])
                    .find(|p| dockerfile::ignore::matches(s, p) == Ok(true))
                    .and_then(|p| paths::below(path, p))
            } else {
                paths::below(path, s)
            };
            below.is_some_and(|rest| rest.is_empty() || !self.exclude.is_ignored(rest))
        })
    }
}

fn requests(unit: &Unit<'_>) -> Vec<Request> {
    let mut out = Vec::new();
    for (at, instruction) in unit.instructions() {
        let line = instruction.first_line;
        let text = instruction.line.text.split_whitespace().collect::<Vec<_>>().join(" ");
        match (&instruction.keyword, &instruction.args) {
            (Keyword::Copy | Keyword::Add, Args::Copy(copy)) if instruction.flag("from").is_none() => {
                let sources = copy
                    .sources
                    .iter()
                    .filter_map(|w| unit.expand(at, &w.text))
                    .filter(|s| !s.contains("://"))
                    .map(|s| paths::in_context(&s))
                    .collect();
                let exclude: Vec<&str> =
                    instruction.flags_named("exclude").map(dockerfile::Flag::value).collect();
                out.push(Request { line, text, sources, exclude: IgnoreFile::from_patterns(exclude) });
            }
            (Keyword::Run, _) => {
                for flag in instruction.flags_named("mount") {
                    let Some(Ok(mount)) = unit.expand(at, flag.value()).map(|v| dockerfile::Mount::parse(&v))
                    else {
                        continue;
                    };
                    if mount.kind == "bind" && mount.from.is_none() {
                        let source = paths::in_context(mount.source.as_deref().unwrap_or(""));
                        let text = format!("--mount={}", flag.value());
                        out.push(Request {
                            line,
                            text,
                            sources: vec![source],
                            exclude: IgnoreFile::default(),
                        });
                    }
                }
            }
            _ => {}
        }
    }
    out
}

fn is_secret_file(path: &str) -> bool {
    let base = paths::base(path);
    let lower = base.to_ascii_lowercase();
    matches!(
        base,
        ".netrc"
            | "_netrc"
            | "id_rsa"
            | "id_ed25519"
            | "id_ecdsa"
            | ".git-credentials"
            | ".npmrc"
            | ".pypirc"
            | "kubeconfig"
    ) || (lower.starts_with(".env")
        && !lower.contains("example")
        && !lower.contains("sample")
        && !lower.contains("template"))
        || ((lower.ends_with(".pem")
            || lower.ends_with(".key")
            || lower.ends_with(".p12")
            || lower.ends_with(".pfx"))
            && !path.contains("testdata")
            && !path.contains("test/"))
        || secrets::is_token(base)
        || path.ends_with(".docker/config.json")
}

/// What is worth ignoring among what is sent.
fn suggestion(unit: &Unit<'_>, report: &ContextReport) -> Vec<String> {
    let sends = |path: &str| unit.context().sends(path);
    let mut lines = Vec::new();
    // Go stamps the version into the program when it finds .git and git: ignoring it would change what is built.
    let stamps =
        unit.scripts.iter().flatten().any(|s| s.commands.iter().any(|c| c.effective().0 == Some("git")))
            || unit.go.iter().any(|g| {
                g.compiles()
                    && !unit.has_tool(g.instruction, "git").no()
                    && g.args.value("buildvcs") != Some("false")
            });
    if sends(".git") && !stamps {
        lines.push(".git".to_owned());
    }
    for name in [
        ".github",
        ".gitlab",
        ".idea",
        ".vscode",
        "node_modules",
        "coverage.out",
        ".DS_Store",
        "tmp",
        ".terraform",
    ] {
        if sends(name) {
            lines.push(name.to_owned());
        }
    }
    // Output folders, unless something copies them.
    for name in ["bin", "dist", "out", "build"] {
        let copied = report
            .copies
            .iter()
            .any(|c| c.text.split_whitespace().any(|w| paths::in_context(w).starts_with(name)));
        let has_go = !unit.packages.load(unit.context(), name).files.is_empty();
        let embedded = unit.project.git_ignores(&unit.context().in_project(name));
        if sends(name) && !copied && !has_go && embedded {
            lines.push(name.to_owned());
        }
    }
    for secret in &report.secrets {
        lines.push(secret.clone());
    }
    lines
}

/// Why a path is sent, or is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// The path in the context.
    pub path: String,
    /// It exists.
    pub exists: bool,
    /// The ignore file keeps it back.
    pub ignored: bool,
    /// The ignore file in force.
    pub file: Option<String>,
    /// The line of it that decides; `None` when no line matches.
    pub line: Option<u32>,
    /// That line's pattern.
    pub pattern: Option<String>,
    /// The path or parent folder that the pattern matched.
    pub matched: Option<String>,
    /// Lines of the COPYs that take it.
    pub copied_by: Vec<u32>,
}

/// Explain one path of the context of a Dockerfile. `None` when the Dockerfile cannot be read.
#[must_use]
pub fn why(project: &Project<'_>, options: &Options, dockerfile: &str, path: &str) -> Option<Why> {
    let unit = Unit::new(project, options, dockerfile)?;
    let context: &Context<'_> = unit.context();
    let path = paths::in_context(path);
    let presence = context.presence(&path);
    let decision = context.why(&path);
    let pattern = decision
        .as_ref()
        .and_then(|d| d.pattern)
        .and_then(|i| context.ignore.as_ref().map(|(_, f)| &f.patterns[i]));
    let copied_by = requests(&unit).iter().filter(|r| r.takes(&path)).map(|r| r.line).collect();
    Some(Why {
        exists: presence != Presence::Absent,
        ignored: decision.as_ref().is_some_and(|d| d.ignored),
        file: context.ignore.as_ref().map(|(f, _)| f.clone()),
        line: pattern.map(|p| p.line),
        pattern: pattern.map(|p| if p.negated { format!("!{}", p.text) } else { p.text.clone() }),
        matched: decision.filter(|d| d.pattern.is_some()).map(|d| d.matched),
        copied_by,
        path,
    })
}
