//! What was found: plain data, ready to be rendered in any language and form.

use crate::words::Words;

/// How the build ended, as far as the input shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Outcome {
    /// The build succeeded.
    Succeeded,
    /// The build failed.
    Failed,
    /// The input does not say: it ends early, or holds no build.
    #[default]
    Unknown,
}

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// One explanation among several.
    Possible,
    /// The log says so; nothing outside the log was looked at.
    Likely,
    /// Confirmed by a second, independent fact (a project file, a probe).
    Verified,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Makes builds slow, unsafe or unrepeatable.
    Warning,
    /// This build fails.
    Error,
}

/// Where a piece of evidence comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A build log.
    Log,
    /// A file of the project.
    File,
}

/// A byte range of an evidence's text that the renderer underlines, with what to say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlight {
    /// First byte, on a character boundary of the text.
    pub start: usize,
    /// End byte, exclusive.
    pub end: usize,
    /// The label beside the underline; may be empty.
    pub label: Words,
}

/// One line a claim rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Log or project file.
    pub source: Source,
    /// Path as given by the user; `-` for standard input.
    pub path: String,
    /// 1-based line of that input.
    pub line: u64,
    /// The line: for logs without dialect prefix, timestamp and ANSI codes, secrets masked, otherwise
    /// character for character and untruncated.
    pub text: String,
    /// What to underline. Not part of the JSON form.
    pub highlight: Option<Highlight>,
}

/// A place in a file of the project. Lines and columns are 1-based; columns count characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// Path as a user would type it.
    pub path: String,
    /// First line.
    pub line: u64,
    /// First column.
    pub column: u64,
    /// Last line.
    pub end_line: u64,
    /// Column after the last character.
    pub end_column: u64,
}

/// One way to mend the cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in a line.
    pub title: Words,
    /// Safe: cannot change what a working build produces. Anything else is unsafe.
    pub safe: bool,
    /// A command to type, if that is the fix.
    pub command: Option<String>,
    /// A unified diff (or `-`/`+` lines), if an edit is the fix.
    pub diff: Option<String>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Id of the cause: kebab-case, stable for ever.
    pub cause: &'static str,
    /// One line: what is wrong, with this build's own names in it.
    pub title: Words,
    /// Why we think so and what it means, one short paragraph.
    pub why: Words,
    /// How sure.
    pub confidence: Confidence,
    /// What confirmed it beyond the log, when `confidence` is verified: "the Dockerfile sets it".
    pub proof: Option<Words>,
    /// How bad.
    pub severity: Severity,
    /// The first is the decisive line.
    pub evidence: Vec<Evidence>,
    /// The place to edit, when there is one.
    pub location: Option<Location>,
    /// Best first.
    pub fixes: Vec<Fix>,
    /// How many log errors (or places) this finding stands for; at least 1.
    pub count: u64,
    /// The distinct hosts, modules, images or files concerned.
    pub subjects: Vec<String>,
}

/// The step a report is about.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StepRef {
    /// Stage name or number as printed.
    pub stage: Option<String>,
    /// Number as the builder prints it (`8` of `Step 8/15`).
    pub number: Option<u32>,
    /// Total as the builder prints it.
    pub of: Option<u32>,
    /// The instruction as printed: `RUN go mod download`.
    pub instruction: Option<String>,
    /// 1-based line in the Dockerfile.
    pub line: Option<u32>,
    /// Path of the Dockerfile, when known.
    pub dockerfile: Option<String>,
    /// Exit code of the step's process.
    pub exit_code: Option<i64>,
    /// Seconds spent in the step.
    pub seconds: Option<f64>,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimelineState {
    /// Ran to its end.
    Done,
    /// Taken from the cache.
    Cached,
    /// Failed.
    Failed,
    /// Stopped because another step failed.
    Canceled,
    /// The input does not say.
    Unknown,
}

/// One step of the build's timeline.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelineEntry {
    /// What ran.
    pub name: String,
    /// Stage, when known.
    pub stage: Option<String>,
    /// Seconds after the build's start, when known.
    pub start: Option<f64>,
    /// Duration in seconds, when known.
    pub seconds: Option<f64>,
    /// How it ended.
    pub state: TimelineState,
}

/// Everything known about one build.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// What was read: path, or `-` for standard input.
    pub input: String,
    /// How the build ended.
    pub outcome: Outcome,
    /// The failing step, when there is one.
    pub step: Option<StepRef>,
    /// The first is the root cause.
    pub findings: Vec<Finding>,
    /// The most informative lines; filled when nothing explains a failure.
    pub excerpt: Vec<Evidence>,
    /// All steps in order of appearance. Not part of the JSON form.
    pub timeline: Vec<TimelineEntry>,
    /// Remarks about the input itself ("the log was clipped by the builder"). Not part of the JSON form.
    pub remarks: Vec<Words>,
}
