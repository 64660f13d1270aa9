//! Turns lines into builds and steps, one line at a time and in bounded memory.

use crate::clean::clean;
use crate::dialect::{Drawn, Event, Header, event, number_after};
use crate::keep::Keep;
use crate::model::{Build, Dialect, Ending, Line, Log, Snippet, Step, StepState};
use crate::solve::Solve;
use crate::wrapper::unwrap;

/// Steps that may be held in full at once; older ones that ended well are shrunk at once anyway.
const MAX_STEPS: usize = 20_000;

/// A build while it is read.
#[derive(Debug, Default)]
struct Open {
    build: Build,
    keeps: Vec<Keep>,
    outside: Keep,
    /// BuildKit id -> index of the step.
    ids: Vec<Option<usize>>,
    current: Option<usize>,
    trailer: Option<usize>,
    trailer_lines: Vec<(usize, Keep)>,
    /// What the drawing showed of a running step, cut to the terminal's width.
    drawn_lines: Vec<(usize, Keep)>,
    in_snippet: bool,
    said_failed: bool,
    said_succeeded: bool,
    last_exit_code: Option<i64>,
}

/// The reader's state.
#[derive(Debug, Default)]
pub(crate) struct Assembler {
    done: Vec<Open>,
    open: Open,
    solve: Solve,
    /// A constant word that an outer pipeline puts in front of BuildKit's lines.
    learned: Option<Vec<u8>>,
    lines: u64,
}

impl Assembler {
    /// One line of the input, without its `\n`.
    pub(crate) fn line(&mut self, raw: &[u8], block_is_plain: bool) {
        self.lines += 1;
        let no = self.lines;
        if block_is_plain && self.open.trailer.is_none() {
            let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
            if let Some((id, time, text)) = fast_output(raw)
                && let Some(step) = self.open.step_of(id)
            {
                self.open.keeps[step].push(no, text, Some(time));
                self.open.current = Some(step);
                return;
            }
        }
        let cleaned = clean(raw);
        let mut bytes: &[u8] = &cleaned;
        if let Some(prefix) = &self.learned
            && let Some(rest) = bytes.strip_prefix(prefix.as_slice())
        {
            bytes = rest;
        }
        let mut unwrapped = unwrap(bytes);
        if self.learned.is_none()
            && let Some(at) = outer_prefix(unwrapped.text)
        {
            self.learned = Some(unwrapped.text[..at].to_vec());
            unwrapped.text = &unwrapped.text[at..];
        }
        if unwrapped.text.first() == Some(&b'{') && unwrapped.text.len() > 2 && self.json(no, unwrapped.text)
        {
            return;
        }
        let text = String::from_utf8_lossy(unwrapped.text);
        let job = unwrapped.job.map(String::from_utf8_lossy);
        self.text(no, &text, job.as_deref(), 0);
    }

    fn text(&mut self, no: u64, text: &str, job: Option<&str>, depth: u8) {
        if let Some(job) = job
            && self.open.build.name.as_deref() != Some(job)
        {
            if self.open.build.name.is_some() {
                self.next_build();
            }
            self.open.build.name = Some(job.to_owned());
        }
        if self.open.in_snippet && self.open.snippet_line(text) {
            return;
        }
        // `go mod download -json` spreads its objects over several lines; the error is one string of them.
        if depth == 0
            && let Some(error) = json_error(text)
        {
            for part in error.split('\n') {
                self.text(no, part, None, 1);
            }
            return;
        }
        match event(text) {
            Some(event) => self.event(no, text, event),
            None => {
                if depth == 0
                    && let Some(parts) = escaped_lines(text)
                {
                    for part in parts {
                        let unwrapped = unwrap(part.as_bytes());
                        let part = String::from_utf8_lossy(unwrapped.text).into_owned();
                        self.text(no, &part, None, 1);
                    }
                    return;
                }
                self.open.output(no, text);
            }
        }
    }

    /// A JSON line: BuildKit's status stream, or a wrapper that carries one line of text.
    fn json(&mut self, no: u64, text: &[u8]) -> bool {
        let Ok(value) = serde_json::from_slice::<serde_json::Value>(text) else { return false };
        let Some(object) = value.as_object() else { return false };
        if ["vertexes", "logs", "statuses", "warnings"]
            .iter()
            .any(|k| object.get(*k).is_some_and(|v| v.is_array()))
        {
            self.open.build.dialect = Dialect::RawJson;
            let status = match serde_json::from_value(value) {
                Ok(status) => status,
                Err(_) => return true,
            };
            let mut solve = std::mem::take(&mut self.solve);
            solve.status(no, status, self);
            self.solve = solve;
            return true;
        }
        // `go build -json`, `go test -json` (cmd/internal/test2json): the tool's own lines are in `Output`.
        if object.get("Action").is_some_and(|v| v.is_string()) {
            if let Some(output) = object.get("Output").and_then(|v| v.as_str()) {
                let output = output.trim_end_matches('\n').to_owned();
                self.text(no, &output, None, 1);
            }
            return true;
        }
        // The message first, then whatever else carries text; one line of the input may hold a whole log.
        const KEYS: [&str; 13] = [
            "log",
            "stream",
            "message",
            "msg",
            "line",
            "textPayload",
            "text",
            "output",
            "stdout",
            "stderr",
            "logs",
            "error",
            "err",
        ];
        let mut any = false;
        for key in KEYS {
            let Some(inner) = object.get(key).and_then(|v| v.as_str()) else { continue };
            // Where a collector names the stream, that is no text.
            if matches!(inner, "stdout" | "stderr") {
                continue;
            }
            any = true;
            for part in inner.trim_end_matches(['\n', '\r']).split('\n') {
                let cleaned = clean(part.as_bytes());
                let unwrapped = unwrap(&cleaned);
                let part = String::from_utf8_lossy(unwrapped.text).into_owned();
                self.text(no, &part, None, 1);
            }
        }
        if any {
            return true;
        }
        if let Some(error) = object.get("errorDetail").and_then(|e| e.get("message")).and_then(|m| m.as_str())
        {
            self.text(no, error, None, 1);
            return true;
        }
        false
    }

    fn next_build(&mut self) {
        let open = std::mem::take(&mut self.open);
        self.solve = Solve::default();
        self.done.push(open);
    }

    fn event(&mut self, no: u64, text: &str, event: Event<'_>) {
        if self.begins_a_build(&event) {
            let name = self.open.build.name.clone();
            self.next_build();
            self.open.build.name = name;
        }
        self.open.event(no, text, event);
    }

    fn begins_a_build(&self, event: &Event<'_>) -> bool {
        let open = &self.open;
        match event {
            Event::Vertex { id, header } => open.step_of(*id).is_some_and(|i| {
                let step = &open.build.steps[i];
                let over = matches!(
                    step.state,
                    StepState::Done | StepState::Failed | StepState::Cached | StepState::Canceled
                );
                over && (*id == 1
                    || open.said_failed
                    || (step.instruction != header.instruction && !step.instruction.is_empty()))
            }),
            Event::Step { header, .. } => {
                header.number == Some(1)
                    && open.build.steps.iter().any(|s| s.number.is_some())
                    && (header.stage.is_none() || open.said_failed || open.said_succeeded)
            }
            Event::KanikoStep { .. } => false,
            Event::Noise => open.said_failed && !open.build.steps.is_empty(),
            _ => false,
        }
    }

    // The status stream's own entry points.

    pub(crate) fn vertex(&mut self, no: u64, id: u32, name: &str) {
        let line = format!("#{id} {name}");
        match event(&line) {
            Some(event @ Event::Vertex { .. }) => self.open.event(no, &line, event),
            _ => {
                let header = Header { instruction: name, internal: true, ..Header::default() };
                self.open.event(no, &line, Event::Vertex { id, header });
            }
        }
    }

    pub(crate) fn vertex_output(&mut self, no: u64, id: u32, time: Option<f64>, text: &str) {
        if let Some(step) = self.open.step_of(id) {
            if text.starts_with("[output clipped") {
                self.open.build.steps[step].clipped = true;
            }
            self.open.keeps[step].push(no, text.as_bytes(), time);
        }
    }

    pub(crate) fn vertex_timing(&mut self, id: u32, start: Option<f64>, seconds: Option<f64>) {
        if let Some(step) = self.open.step_of(id) {
            let step = &mut self.open.build.steps[step];
            step.start = start.or(step.start);
            step.seconds = seconds.or(step.seconds);
        }
    }

    pub(crate) fn vertex_end(&mut self, no: u64, id: u32, cached: bool, error: Option<&str>) {
        let event = match error {
            Some(message) if message.contains("context canceled") => Event::VertexCanceled { id },
            Some(message) => Event::VertexError { id, message },
            None if cached => Event::VertexCached { id },
            None => Event::VertexDone { id, seconds: None },
        };
        self.open.event(no, "", event);
    }

    /// What a record says about the failure, beside its status stream.
    pub(crate) fn closing(&mut self, message: &str, snippet: Option<crate::model::Snippet>) {
        if !message.is_empty() {
            let no = self.lines;
            self.open.event(
                no,
                message,
                Event::Failed { message, exit_code: number_after(message, "exit code: ") },
            );
        }
        self.open.build.snippet = snippet;
        self.open.build.dialect = Dialect::RawJson;
    }

    /// Ends the input.
    pub(crate) fn finish(mut self, bytes: u64) -> Log {
        let mut solve = std::mem::take(&mut self.solve);
        solve.flush(self.lines, &mut self);
        self.next_build();
        let builds = self.done.into_iter().map(Open::finish).collect();
        Log { builds, lines: self.lines, bytes }
    }
}

/// `#12 30.20 text` at full speed.
fn fast_output(line: &[u8]) -> Option<(u32, f64, &[u8])> {
    let rest = line.strip_prefix(b"#")?;
    let mut id = 0u32;
    let mut i = 0;
    while i < rest.len() && rest[i].is_ascii_digit() {
        if i > 6 {
            return None;
        }
        id = id * 10 + u32::from(rest[i] - b'0');
        i += 1;
    }
    if i == 0 || rest.get(i) != Some(&b' ') {
        return None;
    }
    i += 1;
    let start = i;
    let mut whole = 0u64;
    while i < rest.len() && rest[i].is_ascii_digit() {
        if i - start > 9 {
            return None;
        }
        whole = whole * 10 + u64::from(rest[i] - b'0');
        i += 1;
    }
    if i == start || rest.get(i) != Some(&b'.') {
        return None;
    }
    i += 1;
    let mut scale = 1.0;
    let mut fraction = 0u64;
    while i < rest.len() && rest[i].is_ascii_digit() {
        fraction = fraction * 10 + u64::from(rest[i] - b'0');
        scale *= 10.0;
        i += 1;
        if scale > 1e9 {
            return None;
        }
    }
    match rest.get(i) {
        Some(b' ') => i += 1,
        None => {}
        _ => return None,
    }
    // `[output clipped` and the like take the slow road.
    if rest.get(i) == Some(&b'[') {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "at most nine digits")]
    Some((id, whole as f64 + fraction as f64 / scale, &rest[i..]))
}

/// Where BuildKit's line begins when one constant word of an outer pipeline stands before it.
fn outer_prefix(text: &[u8]) -> Option<usize> {
    let word = text
        .iter()
        .take(40)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/' | b':'))
        .count();
    if word == 0 || !text[0].is_ascii_alphabetic() {
        return None;
    }
    let rest = &text[word..];
    let blanks = rest.iter().take_while(|b| matches!(b, b' ' | b'|')).count();
    let rest = rest.get(blanks..)?;
    if blanks == 0 || rest.first() != Some(&b'#') {
        return None;
    }
    let digits = rest[1..].iter().take_while(|b| b.is_ascii_digit()).count();
    let after = rest.get(1 + digits..)?;
    let after = after.strip_prefix(b" ")?;
    let fits = digits > 0
        && (after.first().is_some_and(|b| b.is_ascii_digit() || *b == b'[')
            || after.starts_with(b"DONE")
            || after.starts_with(b"CACHED")
            || after.starts_with(b"ERROR"));
    fits.then_some(word + blanks)
}

/// The text of `"Error": "..."` in a JSON object that is written over several lines.
fn json_error(text: &str) -> Option<String> {
    let value = text.trim_start().strip_prefix("\"Error\": ")?.trim_end().trim_end_matches(',');
    serde_json::from_str(value).ok()
}

/// A log kept inside one string: `...\n...\n...`.
fn escaped_lines(text: &str) -> Option<Vec<String>> {
    if text.matches("\\n").take(3).count() < 2
        || !(text.contains("\": \"")
            || text.contains("\\t")
            || text.contains("\\\"")
            || text.contains("err=\"")
            || text.contains("error=\"")
            || text.contains("msg=\""))
    {
        return None;
    }
    Some(
        text.split("\\n")
            .map(|part| part.replace("\\t", "\t").replace("\\\"", "\"").replace("\\r", ""))
            .collect(),
    )
}

impl Open {
    fn step_of(&self, id: u32) -> Option<usize> {
        self.ids.get(id as usize).copied().flatten()
    }

    fn add_step(&mut self, no: u64, id: String, header: &Header<'_>) -> usize {
        if self.build.steps.len() >= MAX_STEPS {
            return self.build.steps.len() - 1;
        }
        let own = |s: Option<&str>| s.map(str::to_owned);
        self.build.steps.push(Step {
            id,
            stage: own(header.stage),
            number: header.number,
            of: header.of,
            instruction: header.instruction.to_owned(),
            internal: header.internal,
            target: own(header.target),
            first_line: no,
            ..Step::default()
        });
        self.keeps.push(Keep::default());
        self.build.steps.len() - 1
    }

    fn set_dialect(&mut self, dialect: Dialect) {
        // The drawing and the plain form share their trailer; the first clear sign wins, plain over drawing.
        if matches!(self.build.dialect, Dialect::Raw)
            || (self.build.dialect == Dialect::Tty && dialect == Dialect::Plain)
        {
            self.build.dialect = dialect;
        }
    }

    fn find_header(&self, header: &Header<'_>) -> Option<usize> {
        let same = |s: &Step| {
            s.number == header.number
                && s.of == header.of
                && s.stage.as_deref() == header.stage
                && s.target.as_deref() == header.target
                && same_instruction(&s.instruction, header.instruction)
        };
        self.build.steps.iter().rposition(same)
    }

    fn vertex_index(&mut self, no: u64, id: u32) -> usize {
        if let Some(step) = self.step_of(id) {
            return step;
        }
        let step = self.add_step(no, id.to_string(), &Header::default());
        self.set_id(id, step);
        step
    }

    fn set_id(&mut self, id: u32, step: usize) {
        let id = id as usize;
        if id < 1_000_000 {
            if self.ids.len() <= id {
                self.ids.resize(id + 1, None);
            }
            self.ids[id] = Some(step);
        }
    }

    fn event(&mut self, no: u64, text: &str, event: Event<'_>) {
        match event {
            Event::Vertex { id, header } => {
                if self.build.dialect != Dialect::RawJson {
                    self.set_dialect(Dialect::Plain);
                }
                self.trailer = None;
                let step = match self.step_of(id) {
                    Some(step) => {
                        let known = &mut self.build.steps[step];
                        if known.instruction.is_empty() {
                            known.stage = header.stage.map(str::to_owned);
                            known.number = header.number;
                            known.of = header.of;
                            known.target = header.target.map(str::to_owned);
                            known.instruction = header.instruction.to_owned();
                            known.internal = header.internal;
                        }
                        step
                    }
                    None => {
                        let step = self.add_step(no, id.to_string(), &header);
                        self.set_id(id, step);
                        step
                    }
                };
                self.current = Some(step);
            }
            Event::VertexOutput { id, time, text } => {
                self.set_dialect(Dialect::Plain);
                if let Some(trailer) = self.trailer {
                    self.trailer_keep(trailer).push(no, text.as_bytes(), time);
                    return;
                }
                let step = self.vertex_index(no, id);
                if text.starts_with("[output clipped") {
                    self.build.steps[step].clipped = true;
                }
                self.keeps[step].push(no, text.as_bytes(), time);
                self.current = Some(step);
            }
            Event::VertexDone { id, seconds } => {
                let step = self.vertex_index(no, id);
                self.set_dialect(Dialect::Plain);
                self.build.steps[step].state = StepState::Done;
                self.build.steps[step].seconds = seconds.or(self.build.steps[step].seconds);
                self.keeps[step].shrink();
                if self.current == Some(step) {
                    self.current = None;
                }
            }
            Event::VertexCached { id } => {
                let step = self.vertex_index(no, id);
                self.set_dialect(Dialect::Plain);
                self.build.steps[step].state = StepState::Cached;
            }
            Event::VertexCanceled { id } => {
                let step = self.vertex_index(no, id);
                self.set_dialect(Dialect::Plain);
                self.build.steps[step].state = StepState::Canceled;
            }
            Event::VertexError { id, message } => {
                let step = self.vertex_index(no, id);
                self.set_dialect(Dialect::Plain);
                let canceled = message.contains("context canceled") || message == "Canceled";
                let exit_code = number_after(message, "exit code: ");
                let entry = &mut self.build.steps[step];
                entry.state = if canceled { StepState::Canceled } else { StepState::Failed };
                entry.exit_code = exit_code;
                entry.error = Some(Line { no, text: message.to_owned(), time: None });
                self.current = None;
            }
            Event::VertexNoise | Event::Noise => {}
            Event::Drawn { header, state, seconds } => {
                self.set_dialect(Dialect::Tty);
                let step = match self.find_header(&header) {
                    Some(step) => step,
                    None => self.add_step(no, String::new(), &header),
                };
                let entry = &mut self.build.steps[step];
                entry.seconds = seconds.or(entry.seconds);
                entry.state = match state {
                    Drawn::Error => StepState::Failed,
                    Drawn::Cached => StepState::Cached,
                    Drawn::Canceled => StepState::Canceled,
                    // The last drawing shows a step without a mark when it is done; a failure overwrites it.
                    Drawn::Running => StepState::Done,
                };
                self.current = Some(step);
            }
            Event::DrawnOutput { text } => match self.current {
                Some(step) => keep_of(&mut self.drawn_lines, step).push(no, text.as_bytes(), None),
                None => self.outside.push(no, text.as_bytes(), None),
            },
            Event::TrailerOpen { header } => {
                if self.build.dialect != Dialect::Tty {
                    self.set_dialect(Dialect::Plain);
                }
                let step = match self.find_header(&header) {
                    Some(step) => step,
                    None => self.add_step(no, String::new(), &header),
                };
                if self.build.steps[step].state != StepState::Canceled {
                    self.build.steps[step].state = StepState::Failed;
                }
                self.trailer = Some(step);
                self.said_failed = true;
            }
            Event::Rule => {
                if self.trailer.is_some() {
                    self.trailer = None;
                    self.current = None;
                } else if !matches!(self.build.dialect, Dialect::Plain | Dialect::Tty | Dialect::RawJson) {
                    self.output(no, text);
                }
            }
            Event::SnippetPath { path, line } => {
                self.trailer = None;
                self.current = None;
                self.in_snippet = true;
                self.build.snippet = Some(Snippet { path: path.to_owned(), line, lines: Vec::new() });
            }
            Event::Step { header, buildah } => {
                self.set_dialect(if buildah { Dialect::Buildah } else { Dialect::Classic });
                self.finish_current(StepState::Done);
                let id = self.build.steps.len().to_string();
                self.current = Some(self.add_step(no, id, &header));
            }
            Event::KanikoStep { seconds, instruction } => {
                self.set_dialect(Dialect::Kaniko);
                self.finish_current(StepState::Done);
                let id = self.build.steps.len().to_string();
                let header = Header { instruction, ..Header::default() };
                let step = self.add_step(no, id, &header);
                self.build.steps[step].start = Some(seconds);
                self.current = Some(step);
            }
            Event::LayerDone => self.mark_current(StepState::Done),
            Event::LayerCached => self.mark_current(StepState::Cached),
            Event::LayerRunning => {}
            Event::Failed { message, exit_code } => {
                self.failed(no, message, exit_code);
            }
            Event::Succeeded => {
                if matches!(self.build.dialect, Dialect::Raw) {
                    self.outside.push(no, text.as_bytes(), None);
                }
                self.finish_current(StepState::Done);
                self.said_succeeded = true;
                self.current = None;
            }
        }
    }

    fn failed(&mut self, no: u64, message: &str, exit_code: Option<i64>) {
        self.trailer = None;
        self.said_failed = true;
        self.last_exit_code = exit_code.or(self.last_exit_code);
        if matches!(self.build.dialect, Dialect::Classic | Dialect::Buildah | Dialect::Kaniko) {
            if let Some(step) = self.current.take() {
                let entry = &mut self.build.steps[step];
                entry.state = StepState::Failed;
                entry.exit_code = exit_code.or(entry.exit_code);
            }
        } else {
            self.current = None;
        }
        if self.build.closing.len() < 64 {
            self.build.closing.push(Line { no, text: message.to_owned(), time: None });
        }
    }

    fn mark_current(&mut self, state: StepState) {
        if let Some(step) = self.current
            && self.build.steps[step].state == StepState::Unfinished
        {
            self.build.steps[step].state = state;
        }
    }

    /// The next step begins: the one before ended well.
    fn finish_current(&mut self, state: StepState) {
        self.mark_current(state);
        if let Some(step) = self.current {
            self.keeps[step].shrink();
        }
    }

    fn trailer_keep(&mut self, step: usize) -> &mut Keep {
        keep_of(&mut self.trailer_lines, step)
    }

    /// A line that no builder printed as its own.
    fn output(&mut self, no: u64, text: &str) {
        if let Some(step) = self.trailer {
            let (time, rest) = trailer_time(text);
            self.trailer_keep(step).push(no, rest.as_bytes(), time);
            return;
        }
        match self.build.dialect {
            Dialect::Classic | Dialect::Buildah | Dialect::Kaniko => match self.current {
                Some(step) => {
                    let entry = &mut self.build.steps[step];
                    if matches!(entry.state, StepState::Done | StepState::Cached)
                        && !entry.instruction.is_empty()
                    {
                        // Behind the layer's id and before the next header: usually the builder's or the wrapper's words.
                        self.outside.push(no, text.as_bytes(), None);
                    } else {
                        self.keeps[step].push(no, text.as_bytes(), None);
                    }
                }
                None => self.outside.push(no, text.as_bytes(), None),
            },
            // A piece cut out of BuildKit's output keeps its times.
            _ => {
                let (time, rest) = trailer_time(text);
                self.outside.push(no, rest.as_bytes(), time);
            }
        }
    }

    /// Lines of the printed piece of the Dockerfile; false when it is over.
    fn snippet_line(&mut self, text: &str) -> bool {
        let Some(snippet) = &mut self.build.snippet else {
            self.in_snippet = false;
            return false;
        };
        let trimmed = text.trim();
        if trimmed.len() >= 6 && trimmed.bytes().all(|b| b == b'-') {
            if !snippet.lines.is_empty() {
                self.in_snippet = false;
            }
            return true;
        }
        if let Some((number, rest)) = trimmed.split_once('|')
            && let Ok(number) = number.trim().parse()
        {
            let marked = rest.trim_start().starts_with(">>>");
            let code = if marked { rest.trim_start().trim_start_matches(">>>") } else { rest };
            let code = code.strip_prefix(if marked { " " } else { "     " }).unwrap_or(code);
            snippet.lines.push((number, marked, code.to_owned()));
            return true;
        }
        if trimmed.is_empty() && snippet.lines.is_empty() {
            return true;
        }
        self.in_snippet = false;
        false
    }

    fn finish(mut self) -> Build {
        let shown =
            std::mem::take(&mut self.trailer_lines).into_iter().chain(std::mem::take(&mut self.drawn_lines));
        for (step, keep) in shown {
            if self.keeps[step].is_empty() {
                self.keeps[step] = keep;
            }
        }
        for (step, keep) in self.build.steps.iter_mut().zip(std::mem::take(&mut self.keeps)) {
            if step.seconds.is_none() && step.state == StepState::Failed {
                step.seconds = keep.last_time;
            }
            (step.lines, step.dropped) = keep.finish();
        }
        let mut build = self.build;
        build.outside.instruction.clear();
        (build.outside.lines, build.outside.dropped) = self.outside.finish();
        build.failed = pick_failed(&build, self.said_failed);
        if build.failed.is_none()
            && let Some(snippet) = &build.snippet
        {
            build.steps.push(step_of_snippet(snippet));
            build.failed = Some(build.steps.len() - 1);
        }
        if let Some(failed) = build.failed {
            let step = &mut build.steps[failed];
            step.exit_code = step.exit_code.or(self.last_exit_code);
            if step.exit_code.is_none() {
                step.exit_code = build.closing.iter().rev().find_map(|l| {
                    number_after(&l.text, "exit code: ").or_else(|| number_after(&l.text, "exit status "))
                });
            }
            if let Some(snippet) = &build.snippet {
                step.dockerfile_line = Some(snippet.line);
            }
        }
        build.ending = ending(&build, self.said_failed, self.said_succeeded);
        build
    }
}

/// The lines of `step` in `list`.
fn keep_of(list: &mut Vec<(usize, Keep)>, step: usize) -> &mut Keep {
    let at = match list.iter().position(|(s, _)| *s == step) {
        Some(at) => at,
        None => {
            list.push((step, Keep::default()));
            list.len() - 1
        }
    };
    &mut list[at].1
}

/// `12.34 text` in the closing summary.
fn trailer_time(text: &str) -> (Option<f64>, &str) {
    let (head, rest) = text.split_once(' ').unwrap_or((text, ""));
    if head.len() < 10
        && head.matches('.').count() == 1
        && head.as_bytes()[0].is_ascii_digit()
        && head.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && let Ok(time) = head.parse()
    {
        return (Some(time), rest);
    }
    (None, text)
}

/// Instructions are equal when one is the shortened form of the other.
fn same_instruction(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let short = short.trim_end_matches(['.', '…', ' ']);
    short.len() >= 8 && long.starts_with(short)
}

/// The step whose failure ended the build.
fn pick_failed(build: &Build, said_failed: bool) -> Option<usize> {
    let failed: Vec<usize> =
        (0..build.steps.len()).filter(|i| build.steps[*i].state == StepState::Failed).collect();
    if !failed.is_empty() {
        // With several (a bake, a cancelled race) the closing line names the one that counts.
        let named = failed.iter().copied().find(|i| {
            let step = &build.steps[*i];
            let error = step.error.as_ref().map_or("", |e| e.text.as_str());
            !error.is_empty() && build.closing.iter().any(|l| l.text.contains(error))
        });
        let with_output = failed.iter().copied().find(|i| !build.steps[*i].lines.is_empty());
        return named.or(with_output).or(failed.first().copied());
    }
    let last_open = build.steps.iter().rposition(|s| s.state == StepState::Unfinished && !s.internal);
    if said_failed {
        return last_open.or_else(|| build.steps.iter().rposition(|s| s.state == StepState::Unfinished));
    }
    None
}

/// The failing step as far as the printed piece of the Dockerfile shows it.
fn step_of_snippet(snippet: &Snippet) -> Step {
    let instruction = snippet
        .lines
        .iter()
        .filter(|(_, marked, _)| *marked)
        .map(|(_, _, text)| text.trim().trim_end_matches('\\').trim_end())
        .collect::<Vec<_>>()
        .join(" ");
    Step { instruction, dockerfile_line: Some(snippet.line), state: StepState::Failed, ..Step::default() }
}

fn ending(build: &Build, said_failed: bool, said_succeeded: bool) -> Ending {
    if said_failed || build.steps.iter().any(|s| s.state == StepState::Failed) {
        return Ending::Failed;
    }
    if said_succeeded {
        return Ending::Succeeded;
    }
    let over = |s: &Step| matches!(s.state, StepState::Done | StepState::Cached);
    match build.steps.last() {
        Some(_) if build.steps.iter().all(over) => Ending::Succeeded,
        _ => Ending::Open,
    }
}
