//! What was typed, with types: the first of the three layers of options. Nothing is looked up or decided here.

use finding::{Format, Lang};
use std::ffi::OsString;
use std::path::PathBuf;

/// One command line.
#[derive(Debug)]
pub(crate) struct Args {
    /// Language, if given.
    pub(crate) lang: Option<Lang>,
    /// Colours, if given.
    pub(crate) color: Option<Color>,
    /// Was `--quiet` given?
    pub(crate) quiet: bool,
    /// What to do.
    pub(crate) command: Command,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Color {
    /// On a terminal that wants them.
    #[default]
    Auto,
    /// Also into files and pipes.
    Always,
    /// Not at all.
    Never,
}

impl Color {
    /// The value named `name`.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "auto" => Some(Self::Auto),
            "always" => Some(Self::Always),
            "never" => Some(Self::Never),
            _ => None,
        }
    }
}

/// What to do.
#[derive(Debug)]
pub(crate) enum Command {
    /// Explain logs.
    Diagnose(Diagnose),
    /// Run a build.
    Run {
        /// Program and arguments; at least the program.
        command: Vec<OsString>,
        /// How to report.
        report: ReportArgs,
    },
    /// Table of module downloads.
    Downloads {
        /// Where they are written down; nothing is standard input.
        input: Option<PathBuf>,
        /// Form of the table.
        format: Option<Format>,
    },
    /// Explain a cause.
    Explain {
        /// Its id.
        cause: String,
        /// Form of the explanation.
        format: Option<Format>,
    },
    /// List the causes.
    Causes {
        /// Form of the list.
        format: Option<Format>,
    },
    /// Completion script.
    Completions(clap_complete::Shell),
    /// Manual page of the program or of one command.
    Man(Option<String>),
    /// The built-in example.
    Example(ReportArgs),
    /// Help for a command or the program.
    Help(Option<String>),
    /// Check a project.
    Check(Check),
    /// Mend a project.
    Fix {
        /// Which.
        project: ProjectArgs,
        /// Write the edits?
        apply: bool,
        /// Make unsafe ones too?
        allow_unsafe: bool,
    },
    /// Write a Dockerfile.
    Init(Init),
    /// Describe a build context.
    Context {
        /// Whose.
        project: ProjectArgs,
        /// Form of the description.
        format: Option<Format>,
    },
    /// Explain a path of a build context.
    ContextWhy {
        /// Whose context.
        project: ProjectArgs,
        /// The path.
        path: String,
    },
    /// Show stages.
    Stages {
        /// Whose.
        project: ProjectArgs,
        /// As what.
        form: StageForm,
    },
    /// What has to do with the module proxy.
    #[cfg(unix)]
    Proxy(Proxy),
}

/// Which project, and what of it.
#[derive(Debug)]
pub(crate) struct ProjectArgs {
    /// Its folder.
    pub(crate) folder: Option<PathBuf>,
    /// Dockerfiles; none is all.
    pub(crate) dockerfiles: Vec<String>,
    /// Folder of the context.
    pub(crate) context: Option<String>,
}

/// `check`.
#[derive(Debug)]
pub(crate) struct Check {
    /// Which project.
    pub(crate) project: ProjectArgs,
    /// Whose findings.
    pub(crate) persona: checks::Persona,
    /// From which severity on the exit code is 1; `None`: never.
    pub(crate) fail_on: Option<finding::Severity>,
    /// Honour no ignore comments?
    pub(crate) no_ignores: bool,
    /// How to report.
    pub(crate) report: ReportArgs,
}

/// `init`.
#[derive(Debug)]
pub(crate) struct Init {
    /// Where.
    pub(crate) folder: Option<PathBuf>,
    /// What.
    pub(crate) options: checks::init::InitOptions,
    /// Print instead of writing?
    pub(crate) print: bool,
}

/// How stages are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum StageForm {
    /// Text.
    #[default]
    Text,
    /// A Mermaid flowchart.
    Mermaid,
    /// A picture.
    Svg,
}

/// `serve` and what goes with it.
#[cfg(unix)]
#[derive(Debug)]
pub(crate) struct Proxy {
    /// What was typed.
    pub(crate) options: Box<modproxy::ServeOptions>,
    /// The proxy's settings file.
    pub(crate) config: Option<PathBuf>,
    /// What to do.
    pub(crate) task: ProxyTask,
}

/// What to do with a module proxy's cache.
#[cfg(unix)]
#[derive(Debug)]
pub(crate) enum ProxyTask {
    /// Serve it.
    Serve,
    /// Fill it with what these go.sum files list.
    Prefetch(Vec<PathBuf>),
    /// Write it to an archive.
    Export {
        /// The archive.
        archive: PathBuf,
        /// Only what these list.
        go_sums: Vec<PathBuf>,
    },
    /// Fill it from this archive.
    Import(PathBuf),
}

/// `diagnose`.
#[derive(Debug)]
pub(crate) struct Diagnose {
    /// Files, folders, `-`.
    pub(crate) inputs: Vec<PathBuf>,
    /// Was `--last` given?
    pub(crate) last: bool,
    /// The builder whose history counts.
    pub(crate) builder: Option<String>,
    /// How to report.
    pub(crate) report: ReportArgs,
}

/// How a diagnosis is reported.
#[derive(Debug)]
pub(crate) struct ReportArgs {
    /// Main output.
    pub(crate) format: Option<Format>,
    /// Further outputs.
    pub(crate) files: Vec<ReportFile>,
    /// Folder of the project that was built.
    pub(crate) project: Option<PathBuf>,
    /// Show secrets?
    pub(crate) no_redact: bool,
}

/// `FORMAT=FILE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReportFile {
    /// Form of the file.
    pub(crate) format: Format,
    /// Where to.
    pub(crate) path: PathBuf,
}
