//! One line of a builder's output, understood.
//!
//! Sources: BuildKit `util/progress/progressui/{printer,display}.go` and `solver/errdefs`, moby
//! `builder/dockerfile/dispatchers.go` (classic builder), buildah `imagebuildah/stage_executor.go`,
//! kaniko `pkg/executor/build.go`; and what real builds print.

/// A step's header: where it stands and what it runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Header<'a> {
    pub(crate) target: Option<&'a str>,
    pub(crate) stage: Option<&'a str>,
    pub(crate) number: Option<u32>,
    pub(crate) of: Option<u32>,
    pub(crate) instruction: &'a str,
    pub(crate) internal: bool,
}

/// What one line means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Event<'a> {
    /// BuildKit: `#12 [builder 4/7] RUN ...`.
    Vertex { id: u32, header: Header<'a> },
    /// BuildKit: `#12 30.20 text` or `#12 text`.
    VertexOutput { id: u32, time: Option<f64>, text: &'a str },
    /// BuildKit: `#12 DONE 1.2s`.
    VertexDone { id: u32, seconds: Option<f64> },
    /// BuildKit: `#12 CACHED`.
    VertexCached { id: u32 },
    /// BuildKit: `#12 CANCELED`.
    VertexCanceled { id: u32 },
    /// BuildKit: `#12 ERROR: ...`.
    VertexError { id: u32, message: &'a str },
    /// BuildKit's own remark about a step (`#12 ...`, progress of a transfer).
    VertexNoise,
    /// BuildKit's terminal drawing: ` => ERROR [builder 4/6] RUN npm ci   0.7s`.
    Drawn { header: Header<'a>, state: Drawn, seconds: Option<f64> },
    /// Live tail inside the drawing: ` => => # text`.
    DrawnOutput { text: &'a str },
    /// ` > [builder 4/7] RUN ...:` opens the failing step's log in the closing summary.
    TrailerOpen { header: Header<'a> },
    /// `------`
    Rule,
    /// `Dockerfile:12` above the printed piece of the Dockerfile.
    SnippetPath { path: &'a str, line: u32 },
    /// `Step 8/15 : RUN ...`, `STEP 8/15: RUN ...`.
    Step { header: Header<'a>, buildah: bool },
    /// kaniko: `INFO[0012] RUN ...`.
    KanikoStep { seconds: f64, instruction: &'a str },
    /// ` ---> Running in`, ` ---> 1ef724238dd8`, `--> hash`.
    LayerDone,
    /// ` ---> Running in`
    LayerRunning,
    /// ` ---> Using cache`
    LayerCached,
    /// A line that belongs to the builder and says nothing.
    Noise,
    /// The builder says that the build is over because a step failed.
    Failed { message: &'a str, exit_code: Option<i64> },
    /// The builder says that the build is over and went well.
    Succeeded,
}

/// State shown by the terminal drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Drawn {
    Running,
    Cached,
    Canceled,
    Error,
}

/// What `text`, already free of wrappers and terminal codes, means to a builder; `None`: nothing, it is output.
pub(crate) fn event(text: &str) -> Option<Event<'_>> {
    let trimmed = text.trim_start();
    let first = *trimmed.as_bytes().first()?;
    match first {
        b'#' => vertex(trimmed),
        b'=' => drawn(trimmed),
        b'>' => trailer(trimmed),
        b'-' => rule_or_layer(text, trimmed),
        b'S' | b'[' => step(trimmed)
            .or_else(|| success(trimmed))
            .or_else(|| (first == b'[').then(|| bracket(trimmed)).flatten()),
        b'R' if trimmed.starts_with("Removing intermediate container")
            || trimmed.starts_with("Removed intermediate container") =>
        {
            Some(Event::LayerDone)
        }
        b'I' | b'T' | b'E' | b'e' | b'f' | b't' | b'W' | b'D' | b'p' | b'C' | b'P' => failure(trimmed)
            .or_else(|| kaniko(trimmed))
            .or_else(|| success(trimmed))
            .or_else(|| snippet_path(text)),
        _ if text.len() == trimmed.len() => failure(trimmed).or_else(|| snippet_path(text)),
        _ => None,
    }
}

fn vertex(text: &str) -> Option<Event<'_>> {
    let rest = &text[1..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 6 {
        return None;
    }
    let id = rest[..digits].parse().ok()?;
    let rest = &rest[digits..];
    if rest.is_empty() {
        return Some(Event::VertexNoise);
    }
    let rest = rest.strip_prefix(' ')?;
    let bytes = rest.as_bytes();
    match bytes.first() {
        Some(b'0'..=b'9') => {
            let end = bytes.iter().take_while(|b| b.is_ascii_digit() || **b == b'.').count();
            if rest[..end].contains('.') && bytes.get(end).is_none_or(|b| *b == b' ') {
                let output = rest.get(end + 1..).unwrap_or("");
                return Some(Event::VertexOutput { id, time: rest[..end].parse().ok(), text: output });
            }
            Some(Event::VertexOutput { id, time: None, text: rest })
        }
        Some(b'[') => Some(match bracket_header(rest) {
            Some(header) => Event::Vertex { id, header },
            None => Event::VertexOutput { id, time: None, text: rest },
        }),
        Some(b'D') if rest.starts_with("DONE") => {
            let seconds = rest
                .strip_prefix("DONE ")
                .and_then(|s| s.trim().strip_suffix('s'))
                .and_then(|s| s.parse().ok());
            Some(Event::VertexDone { id, seconds })
        }
        Some(b'C') if rest == "CACHED" => Some(Event::VertexCached { id }),
        Some(b'C') if rest == "CANCELED" => Some(Event::VertexCanceled { id }),
        Some(b'E') if rest.starts_with("ERROR") => {
            let message = rest.strip_prefix("ERROR").unwrap_or(rest).trim_start_matches(':').trim_start();
            Some(Event::VertexError { id, message })
        }
        Some(b'.') if rest == "..." => Some(Event::VertexNoise),
        Some(b's') if rest.starts_with("sha256:") || rest.starts_with("sending tarball") => {
            Some(Event::VertexNoise)
        }
        Some(b'e') if rest.starts_with("extracting sha256:") => Some(Event::VertexNoise),
        Some(b't') if rest.starts_with("transferring ") => Some(Event::VertexNoise),
        _ => {
            // `#5 exporting to image` names the vertex; `#12 WARN: x`, `#5 naming to x done` are its output.
            // The builder of 2021 names an image that only a COPY asks for without brackets.
            if rest.starts_with("FROM ") {
                return Some(Event::Vertex { id, header: Header { instruction: rest, ..Header::default() } });
            }
            if rest.starts_with("exporting to ")
                || rest.starts_with("resolve image config")
                || rest.starts_with("importing cache")
            {
                let header = Header { instruction: rest, internal: true, ..Header::default() };
                return Some(Event::Vertex { id, header });
            }
            Some(Event::VertexOutput { id, time: None, text: rest })
        }
    }
}

/// `[linux/amd64 builder 5/6] RUN go mod download`, `[internal] load ...`, `[web auth] library/x:pull token`.
fn bracket_header(text: &str) -> Option<Header<'_>> {
    let close = text.find(']')?;
    let inside = &text[1..close];
    if inside.is_empty() || inside.len() > 120 {
        return None;
    }
    let instruction = text[close + 1..].trim();
    let mut header = Header { instruction, ..Header::default() };
    let mut words: Vec<&str> = inside.split_whitespace().collect();
    match words.last().copied() {
        Some("internal" | "auth") => {
            header.internal = true;
            words.pop();
            header.target = words.iter().copied().find(|w| !w.contains('/'));
            return Some(header);
        }
        Some("context") => {
            header.internal = true;
            return Some(header);
        }
        Some(last) => {
            if let Some((n, of)) = last.split_once('/')
                && let (Ok(n), Ok(of)) = (n.parse(), of.parse())
            {
                header.number = Some(n);
                header.of = Some(of);
                words.pop();
            } else if words.len() > 1 && words[0] == "context" {
                header.internal = true;
                return Some(header);
            } else {
                return None;
            }
        }
        None => return None,
    }
    words.retain(|w| !w.contains('/') || w.contains("->"));
    words.retain(|w| !w.contains("->"));
    header.stage = words.last().copied();
    if words.len() > 1 {
        header.target = words.first().copied();
    }
    Some(header)
}

/// `=> ERROR [builder 4/6] RUN npm ci      0.7s`
fn drawn(text: &str) -> Option<Event<'_>> {
    let rest = text.strip_prefix("=>")?;
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    if let Some(sub) = rest.trim_start().strip_prefix("=>") {
        return Some(match sub.trim_start().strip_prefix("# ") {
            Some(output) => Event::DrawnOutput { text: output },
            None => Event::VertexNoise,
        });
    }
    if let Some(output) = rest.trim_start().strip_prefix("# ") {
        return Some(Event::DrawnOutput { text: output });
    }
    let (state, rest) = if let Some(rest) = rest.strip_prefix("ERROR ") {
        (Drawn::Error, rest)
    } else if let Some(rest) = rest.strip_prefix("CACHED ") {
        (Drawn::Cached, rest)
    } else if let Some(rest) = rest.strip_prefix("CANCELED ") {
        (Drawn::Canceled, rest)
    } else {
        (Drawn::Running, rest)
    };
    let rest = rest.trim();
    let (body, seconds) = match rest.rsplit_once(' ') {
        Some((body, last)) if last.ends_with('s') && last[..last.len() - 1].parse::<f64>().is_ok() => {
            (body.trim_end(), last[..last.len() - 1].parse().ok())
        }
        _ => (rest, None),
    };
    let header = if body.starts_with('[') { bracket_header(body) } else { None }.unwrap_or(Header {
        instruction: body,
        internal: true,
        ..Header::default()
    });
    Some(Event::Drawn { header, state, seconds })
}

/// ` > [builder 4/7] RUN go mod download:`
fn trailer(text: &str) -> Option<Event<'_>> {
    let rest = text.strip_prefix('>')?.trim_start();
    if rest.starts_with('[') {
        let rest = rest.strip_suffix(':').unwrap_or(rest);
        let header = bracket_header(rest)?;
        return Some(Event::TrailerOpen { header });
    }
    if rest.starts_with("FROM ") {
        let instruction = rest.strip_suffix(':').unwrap_or(rest);
        return Some(Event::TrailerOpen { header: Header { instruction, ..Header::default() } });
    }
    if rest.starts_with("importing cache")
        || rest.starts_with("exporting")
        || rest.starts_with("resolve image config")
    {
        let instruction = rest.strip_suffix(':').unwrap_or(rest);
        return Some(Event::TrailerOpen {
            header: Header { instruction, internal: true, ..Header::default() },
        });
    }
    None
}

fn rule_or_layer<'a>(text: &'a str, trimmed: &'a str) -> Option<Event<'a>> {
    let trimmed = trimmed.trim_end();
    if trimmed.len() >= 6 && trimmed.bytes().all(|b| b == b'-') {
        return Some(Event::Rule);
    }
    let rest = trimmed
        .strip_prefix("---> ")
        .or_else(|| (text.len() == trimmed.len()).then(|| trimmed.strip_prefix("--> ")).flatten())?;
    if rest.starts_with("Running in") {
        return Some(Event::LayerRunning);
    }
    if rest.starts_with("Using cache") {
        return Some(Event::LayerCached);
    }
    let hash = rest.split_whitespace().next().unwrap_or("");
    if (hash.len() >= 10 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
        || rest.starts_with("Removed intermediate container")
        || rest.starts_with("Pushing cache")
        || rest.starts_with("Cache pulled")
    {
        return Some(Event::LayerDone);
    }
    if rest.starts_with("[Warning]") {
        return Some(Event::Noise);
    }
    None
}

/// `[1/2] STEP 5/6: RUN x` and pasted headers without `#N`.
fn bracket(text: &str) -> Option<Event<'_>> {
    let close = text.find("] ")?;
    let inside = &text[1..close];
    let rest = &text[close + 2..];
    if rest.starts_with("STEP ") {
        let Event::Step { mut header, .. } = step(rest)? else { return None };
        header.stage = inside.split_once('/').map(|(n, _)| n);
        return Some(Event::Step { header, buildah: true });
    }
    // `[+] Building 0.4s (2/2) FINISHED`
    if inside == "+" {
        return (rest.starts_with("Building ") || rest.starts_with("Running ")).then_some(Event::Noise);
    }
    // A trailer or header that lost what stood before it: `[chat-service builder 5/5] RUN ...:`
    let instruction = rest.trim_start();
    let keyword = instruction.split_whitespace().next().unwrap_or("");
    if INSTRUCTIONS.contains(&keyword) {
        let header = bracket_header(text)?;
        let instruction = header.instruction.strip_suffix(':').unwrap_or(header.instruction);
        return Some(Event::TrailerOpen { header: Header { instruction, ..header } });
    }
    None
}

const INSTRUCTIONS: [&str; 18] = [
    "FROM",
    "RUN",
    "COPY",
    "ADD",
    "ENV",
    "ARG",
    "WORKDIR",
    "USER",
    "CMD",
    "ENTRYPOINT",
    "EXPOSE",
    "LABEL",
    "VOLUME",
    "SHELL",
    "HEALTHCHECK",
    "STOPSIGNAL",
    "ONBUILD",
    "MAINTAINER",
];

/// `Step 8/15 : RUN ...` (classic), `Step 8 : RUN ...` (before 1.13), `STEP 8/15: RUN ...` (Buildah).
fn step(text: &str) -> Option<Event<'_>> {
    let (rest, buildah) = match (text.strip_prefix("Step "), text.strip_prefix("STEP ")) {
        (Some(rest), _) => (rest, false),
        (_, Some(rest)) => (rest, true),
        _ => return None,
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 {
        return None;
    }
    let number = rest[..digits].parse().ok()?;
    let mut rest = &rest[digits..];
    let mut of = None;
    if let Some(after) = rest.strip_prefix('/') {
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        of = after[..digits].parse().ok();
        rest = &after[digits..];
    }
    let instruction = rest.trim_start().strip_prefix(':')?.trim();
    let word = instruction.split_whitespace().next().unwrap_or("");
    let upper = word.to_ascii_uppercase();
    let known = INSTRUCTIONS.contains(&upper.as_str()) || (buildah && word == "COMMIT");
    if !known {
        return None;
    }
    let header = Header { number: Some(number), of, instruction, ..Header::default() };
    Some(Event::Step { header, buildah })
}

/// `INFO[0012] RUN go mod download`
fn kaniko(text: &str) -> Option<Event<'_>> {
    let rest = text.strip_prefix("INFO[")?;
    let close = rest.find("] ")?;
    let seconds: f64 = rest[..close].parse().ok()?;
    let rest = &rest[close + 2..];
    let word = rest.split_whitespace().next().unwrap_or("");
    if INSTRUCTIONS.contains(&word) {
        return Some(Event::KanikoStep { seconds, instruction: rest });
    }
    if rest.starts_with("Pushed ") || rest.starts_with("Skipping push") {
        return Some(Event::Succeeded);
    }
    (rest.starts_with("The command [") && rest.contains("returned a non-zero code"))
        .then(|| Event::Failed { message: text, exit_code: number_after(text, "non-zero code: ") })
}

fn success(text: &str) -> Option<Event<'_>> {
    // pip says "Successfully built NAME"; an image has a hexadecimal id.
    let built = text
        .strip_prefix("Successfully built ")
        .is_some_and(|id| id.trim().len() >= 12 && id.trim().bytes().all(|b| b.is_ascii_hexdigit()));
    let tagged = text.strip_prefix("Successfully tagged ").is_some_and(|name| !name.trim().contains(' '));
    (built || tagged).then_some(Event::Succeeded)
}

/// The number behind `mark`.
pub(crate) fn number_after(text: &str, mark: &str) -> Option<i64> {
    let rest = &text[text.find(mark)? + mark.len()..];
    let end = rest.bytes().take_while(u8::is_ascii_digit).count();
    rest[..end].parse().ok()
}

fn failure(text: &str) -> Option<Event<'_>> {
    if text.contains("returned a non-zero code: ") && text.contains("The command ") {
        return Some(Event::Failed {
            message: text,
            exit_code: number_after(text, "returned a non-zero code: "),
        });
    }
    let head = text.get(..text.len().min(400)).unwrap_or(text);
    if (text.starts_with("executor failed running [")
        || head.contains("did not complete successfully: exit code: "))
        && !text.starts_with("Error response")
    {
        return Some(Event::Failed { message: text, exit_code: number_after(text, "exit code: ") });
    }
    for mark in [
        "failed to solve: ",
        "failed to solve with frontend ",
        "ERROR: failed to build: ",
        "error building at STEP ",
        "building at STEP ",
        "error building image: ",
        "error building: ",
    ] {
        if let Some(at) = head.find(mark)
            && (at < 60 || head[..at].ends_with(": "))
        {
            let exit_code = number_after(text, "exit code: ").or_else(|| number_after(text, "exit status "));
            return Some(Event::Failed { message: text, exit_code });
        }
    }
    None
}

/// `Dockerfile:12`, `build/Dockerfile.dev:8`
fn snippet_path(text: &str) -> Option<Event<'_>> {
    if text.len() > 300 || text.contains(' ') {
        return None;
    }
    let (path, line) = text.rsplit_once(':')?;
    let line = line.parse().ok()?;
    let name = path.rsplit(['/', '\\']).next()?.to_ascii_lowercase();
    (name.contains("dockerfile") || name.contains("containerfile"))
        .then_some(Event::SnippetPath { path, line })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header<'a>(
        target: Option<&'a str>,
        stage: Option<&'a str>,
        n: u32,
        of: u32,
        instruction: &'a str,
    ) -> Header<'a> {
        Header { target, stage, number: Some(n), of: Some(of), instruction, internal: false }
    }

    #[test]
    fn builders_lines_are_understood() {
        use Event::*;
        for (line, wanted) in [
            (
                "#12 [builder 4/7] RUN go mod download",
                Some(Vertex { id: 12, header: header(None, Some("builder"), 4, 7, "RUN go mod download") }),
            ),
            (
                "#12 [linux/amd64 web builder 4/7] RUN x",
                Some(Vertex { id: 12, header: header(Some("web"), Some("builder"), 4, 7, "RUN x") }),
            ),
            ("#12 30.20 go: x", Some(VertexOutput { id: 12, time: Some(30.2), text: "go: x" })),
            ("#12 30.20", Some(VertexOutput { id: 12, time: Some(30.2), text: "" })),
            ("#12 DONE 1049.7s", Some(VertexDone { id: 12, seconds: Some(1049.7) })),
            ("#12 CACHED", Some(VertexCached { id: 12 })),
            (
                "#5 ERROR: no match for platform in manifest: not found",
                Some(VertexError { id: 5, message: "no match for platform in manifest: not found" }),
            ),
            ("Step 8/15 : RUN x", Some(Step { header: header(None, None, 8, 15, "RUN x"), buildah: false })),
            (
                "[1/2] STEP 5/6: RUN x",
                Some(Step {
                    header: Header { stage: Some("1"), ..header(None, None, 5, 6, "RUN x") },
                    buildah: true,
                }),
            ),
            (
                " => ERROR [app builder 4/6] RUN x   49.4s",
                Some(Drawn {
                    header: header(Some("app"), Some("builder"), 4, 6, "RUN x"),
                    state: super::Drawn::Error,
                    seconds: Some(49.4),
                }),
            ),
            (
                " > [builder 4/7] RUN x:",
                Some(TrailerOpen { header: header(None, Some("builder"), 4, 7, "RUN x") }),
            ),
            ("------", Some(Rule)),
            ("Dockerfile.dev:12", Some(SnippetPath { path: "Dockerfile.dev", line: 12 })),
            ("INFO[0012] RUN go build", Some(KanikoStep { seconds: 12.0, instruction: "RUN go build" })),
            (
                "The command '/bin/sh -c x' returned a non-zero code: 2",
                Some(Failed {
                    message: "The command '/bin/sh -c x' returned a non-zero code: 2",
                    exit_code: Some(2),
                }),
            ),
            ("go: downloading x v1", None),
            ("main.go:12", None),
            ("# github.com/x/y", None),
        ] {
            assert_eq!(event(line), wanted, "{line}");
        }
    }
}
