//! What a log says: builds, their steps, and the lines worth keeping.

/// Who printed a build's steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Dialect {
    /// No builder's structure: a tool's own output.
    #[default]
    Raw,
    /// Docker's classic builder: `Step 8/15 : RUN ...`.
    Classic,
    /// BuildKit's `--progress=plain`: `#12 [builder 4/7] RUN ...`.
    Plain,
    /// A capture of BuildKit's terminal drawing: ` => ERROR [..]`.
    Tty,
    /// BuildKit's `--progress=rawjson`, or a build record.
    RawJson,
    /// Podman and Buildah: `STEP 8/15: RUN ...`.
    Buildah,
    /// kaniko: `INFO[0012] RUN ...`.
    Kaniko,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StepState {
    /// Its end was not seen.
    #[default]
    Unfinished,
    /// Ran to its end.
    Done,
    /// Taken from the cache.
    Cached,
    /// Failed.
    Failed,
    /// Stopped because another step failed.
    Canceled,
}

/// One kept line of output.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// 1-based line of the input.
    pub no: u64,
    /// The text without dialect prefix, timestamp and terminal codes.
    pub text: String,
    /// Seconds since the step began, where the builder prints them.
    pub time: Option<f64>,
}

/// One step of a build.
#[derive(Debug, Clone, Default)]
pub struct Step {
    /// The builder's own id (`12` of `#12`), or a running number.
    pub id: String,
    /// Stage name or index as printed.
    pub stage: Option<String>,
    /// Number as printed.
    pub number: Option<u32>,
    /// Total as printed.
    pub of: Option<u32>,
    /// What ran, as printed: `RUN go mod download`, or `load metadata for docker.io/library/golang:1.26`.
    pub instruction: String,
    /// True for what the builder does on its own account (`[internal] load ...`, exporting).
    pub internal: bool,
    /// The Compose service or bake target, when printed.
    pub target: Option<String>,
    /// 1-based line of the input where the step begins.
    pub first_line: u64,
    /// 1-based line of the Dockerfile, when printed.
    pub dockerfile_line: Option<u32>,
    /// Seconds after the build's start, when known.
    pub start: Option<f64>,
    /// Duration in seconds, when known.
    pub seconds: Option<f64>,
    /// Exit code of the step's process.
    pub exit_code: Option<i64>,
    /// How it ended.
    pub state: StepState,
    /// What the builder says about the failure (`#12 ERROR: ...`), with its line.
    pub error: Option<Line>,
    /// Kept output, in order. Complete unless `dropped` is not zero.
    pub lines: Vec<Line>,
    /// Lines of output that were not kept.
    pub dropped: u64,
    /// The builder cut this step's output (`[output clipped, ...]`).
    pub clipped: bool,
}

impl Step {
    /// First word of the instruction, upper case: `RUN`, `COPY`, `FROM`.
    #[must_use]
    pub fn keyword(&self) -> &str {
        self.instruction.split_whitespace().next().unwrap_or("")
    }
}

/// The piece of the Dockerfile that BuildKit prints below a failure.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Snippet {
    /// Path as printed.
    pub path: String,
    /// First line of the failing instruction.
    pub line: u32,
    /// Shown lines: number in the Dockerfile, marked with `>>>`, text.
    pub lines: Vec<(u32, bool, String)>,
}

/// How a build ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ending {
    /// It says that it succeeded, or its last step ended well.
    Succeeded,
    /// It says that it failed.
    Failed,
    /// The log does not say.
    #[default]
    Open,
}

/// One build found in a log.
#[derive(Debug, Clone, Default)]
pub struct Build {
    /// Name that tells it from others in the same log (service, job).
    pub name: Option<String>,
    /// Who printed its steps.
    pub dialect: Dialect,
    /// Steps in order of appearance.
    pub steps: Vec<Step>,
    /// Lines outside any step: the surrounding script, and the whole text of a log without steps.
    pub outside: Step,
    /// The builder's closing error lines (`ERROR: failed to solve: ...`).
    pub closing: Vec<Line>,
    /// How it ended.
    pub ending: Ending,
    /// Index in `steps` of the one that failed.
    pub failed: Option<usize>,
    /// The printed piece of the Dockerfile.
    pub snippet: Option<Snippet>,
}

impl Build {
    /// The step that failed.
    #[must_use]
    pub fn failed_step(&self) -> Option<&Step> {
        self.failed.and_then(|i| self.steps.get(i))
    }

    /// True when some builder's structure was recognised.
    #[must_use]
    pub fn structured(&self) -> bool {
        self.dialect != Dialect::Raw || !self.closing.is_empty()
    }
}

/// Everything read from one input.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// The builds in it; at least one, which may be empty.
    pub builds: Vec<Build>,
    /// Lines read.
    pub lines: u64,
    /// Bytes read, after decompression.
    pub bytes: u64,
}
