//! One message of the failing step with what surrounds it: what a cause is shown.

use std::cell::OnceCell;

use buildlog::chain::{Fault, ModuleRef, Url, fault, module_ref, url_in};
use buildlog::{Build, Step};

use crate::cause::Verdict;
use crate::compile::{self, CompileError};
use crate::net;

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Output of the failing step.
    Step,
    /// The builder's own words about the failure.
    Builder,
    /// Outside any step: the surrounding script, or a log without steps.
    Outside,
}

/// One line, ready to be judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Message<'a> {
    /// Text without dialect prefix.
    pub text: &'a str,
    /// 1-based line of the input.
    pub no: u64,
    /// Where it stands.
    pub origin: Origin,
    /// Printed by a server and passed on (`server response:`): it speaks of that machine, not of this build.
    pub remote: bool,
    /// Says itself that it is only a warning.
    pub warning: bool,
    /// Echo of a command or of a script, not output.
    pub echo: bool,
    /// A later command ran after this one: what it says did not end the step.
    pub superseded: bool,
}

/// The messages of one build, and facts that hold for all of them.
#[derive(Debug)]
pub struct Scene<'a> {
    /// The build.
    pub build: &'a Build,
    /// The failing step; the lines outside any step where there is none.
    pub step: &'a Step,
    /// All messages in order: the step's output, then the builder's words.
    pub messages: Vec<Message<'a>>,
    /// How many of them belong to the step and its builder; the rest stands outside.
    pub own: usize,
    /// The step runs tests: their output is not the build's.
    pub tests: bool,
    /// The step runs Go.
    pub go: bool,
    /// The failing step pulls an image.
    pub pulls: bool,
    /// What runs in the failing step, as printed in its header; empty when unknown.
    pub instruction: &'a str,
}

impl<'a> Scene<'a> {
    /// Prepares the messages of a build.
    #[must_use]
    pub fn new(build: &'a Build) -> Self {
        let failed = build.failed_step().or_else(|| {
            // A classic log that ends inside a step: the last one that did not end.
            build.steps.iter().rev().find(|s| s.state == buildlog::StepState::Unfinished && !s.internal)
        });
        let step = failed.unwrap_or(&build.outside);
        let mut messages = Vec::new();
        for line in &step.lines {
            let origin = if failed.is_some() { Origin::Step } else { Origin::Outside };
            messages.push(Message::new(&line.text, line.no, origin));
        }
        mark_flow(&mut messages);
        for line in step.error.iter().chain(&build.closing) {
            let mut message = Message::new(&line.text, line.no, Origin::Builder);
            message.echo = quotes_the_command(&line.text);
            messages.push(message);
        }
        let own = messages.len();
        if failed.is_some() {
            let mut outside: Vec<_> =
                build.outside.lines.iter().map(|l| Message::new(&l.text, l.no, Origin::Outside)).collect();
            mark_flow(&mut outside);
            messages.extend(outside);
        }
        let instruction = step.instruction.as_str();
        let pulls = instruction.starts_with("FROM ")
            || instruction.starts_with("load metadata for ")
            || instruction.contains("pull token")
            || instruction.starts_with("resolve image config")
            || (instruction.starts_with("COPY --from=") && instruction.contains('/'));
        let tests = messages.iter().any(|m| {
            let t = m.text.trim_start();
            t.starts_with("--- FAIL") || t.starts_with("=== RUN") || t.starts_with("FAIL\t")
        });
        let go = runs_go(instruction) || messages.iter().any(|m| is_go_output(m.text));
        Self { build, step, messages, own, tests, go, pulls, instruction }
    }

    /// The clue for message `index`.
    #[must_use]
    pub fn clue(&self, index: usize) -> Clue<'_> {
        Clue {
            scene: self,
            index,
            text: self.messages[index].text,
            fault: OnceCell::new(),
            attributed: OnceCell::new(),
            compile_error: OnceCell::new(),
        }
    }

    /// True when some message of the scene contains `needle`.
    #[must_use]
    pub fn says(&self, needle: &str) -> bool {
        self.messages.iter().any(|m| m.text.contains(needle))
    }
}

impl<'a> Message<'a> {
    fn new(text: &'a str, no: u64, origin: Origin) -> Self {
        Self {
            text: text.trim_end(),
            no,
            origin,
            remote: false,
            warning: false,
            echo: false,
            superseded: false,
        }
    }
}

/// The instruction calls the go command.
fn runs_go(instruction: &str) -> bool {
    instruction
        .split(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|' | '(' | '"' | ',' | '[' | '\''))
        .any(|w| w == "go" || w.ends_with("/bin/go") || w == "go-wrapper")
}

/// A line that only the go command prints.
fn is_go_output(text: &str) -> bool {
    let text = text.trim_start();
    if !matches!(text.as_bytes().first(), Some(b'g' | b'#' | b'c' | b'+' | b'$')) {
        return false;
    }
    text.starts_with("go: ")
        || text.starts_with("# runtime/cgo")
        || text.starts_with("cgo: ")
        || (text.starts_with("# ")
            && text[2..].contains('/')
            && !text[2..].contains(' ')
            && text[2..].split('/').next().is_some_and(|h| h.contains('.')))
        || text.starts_with("can't load package: ")
        || text.starts_with("+ go ")
        || text.starts_with("go build")
        || text.starts_with("$ go ")
        || text.starts_with("go install")
}

/// Marks what was passed on from a server, warnings, echoes and what later commands left behind.
fn mark_flow(messages: &mut [Message<'_>]) {
    let mut remote_indent: Option<usize> = None;
    let mut last_trace = None;
    for (i, message) in messages.iter_mut().enumerate() {
        let trimmed = message.text.trim_start();
        let indent = message.text.len() - trimmed.len();
        if let Some(server) = remote_indent {
            if indent > 0 && indent >= server && !trimmed.starts_with("go: ") {
                message.remote = true;
            } else {
                remote_indent = None;
            }
        }
        if trimmed.starts_with("server response:") {
            remote_indent = Some(indent.max(1));
            message.remote = true;
        }
        message.warning = is_warning(trimmed);
        message.echo = is_echo(message.text);
        // A request of `-x` that failed may have been answered by the next proxy.
        message.superseded = trimmed.starts_with("# get ");
        if is_trace(message.text) && !trimmed.trim_start_matches('+').trim_start().starts_with("exit") {
            last_trace = Some(i);
        }
    }
    // An error that was followed by another try did not end the step.
    for i in 0..messages.len().saturating_sub(1) {
        let retried = messages[i + 1..].iter().take(2).any(|m| announces_a_retry(m.text));
        if retried && !announces_a_retry(messages[i].text) {
            messages[i].superseded = true;
        }
    }
    if let Some(last) = last_trace {
        for message in &mut messages[..last] {
            message.superseded = true;
        }
    }
}

/// The builder's closing words about a command that failed repeat its script; what they contain was not printed by it.
fn quotes_the_command(text: &str) -> bool {
    text.contains("did not complete successfully: exit code")
        || text.contains("returned a non-zero code: ")
        || text.contains("executor failed running [")
        || text.contains("building at STEP \"RUN ")
        || text.contains("at STEP \"RUN ")
}

fn announces_a_retry(text: &str) -> bool {
    // Only short lines do; the check must cost nothing on the others.
    if text.len() > 160
        || !(text.contains("etry") || text.contains("trying again") || text.contains("rying again"))
    {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    lower.contains("retrying")
        || lower.contains("trying again")
        || lower.contains("will retry")
        || lower.contains("retry in ")
}

fn is_warning(text: &str) -> bool {
    if !matches!(text.as_bytes().first(), Some(b'w' | b'W' | b'[' | b'n' | b'g' | b'd')) {
        return false;
    }
    let head = text.get(..text.len().min(24)).unwrap_or(text).to_ascii_lowercase();
    head.starts_with("warning:")
        || head.starts_with("warn:")
        || head.starts_with("warn[")
        || head.starts_with("[warn")
        || (head.starts_with("w: ") && !head.starts_with("w: failed to fetch"))
        || head.starts_with("npm warn")
        || head.starts_with("go: warning")
        || head.starts_with("go get: warning")
        || head.starts_with("debconf: ")
}

/// `+ go build ./...` of `set -x`.
fn is_trace(text: &str) -> bool {
    let plus = text.bytes().take_while(|b| *b == b'+').count();
    (1..=4).contains(&plus)
        && text.as_bytes().get(plus) == Some(&b' ')
        && text
            .as_bytes()
            .get(plus + 1)
            .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'/' | b'\'' | b'[' | b'_'))
}

/// `C:\\Users\\dev>go build`
fn is_windows_prompt(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_uppercase())
        && bytes.next() == Some(b':')
        && bytes.next() == Some(b'\\')
        && text.find('>').is_some_and(|at| !text[..at].contains(' '))
}

fn is_echo(text: &str) -> bool {
    is_trace(text)
        || is_windows_prompt(text)
        || text.starts_with("$ ")
        || text.starts_with("/ # ")
        || text.starts_with("root@")
        || text.starts_with("/src # ")
}

/// One message as a cause sees it.
#[derive(Debug)]
pub struct Clue<'a> {
    /// The build around it.
    pub scene: &'a Scene<'a>,
    /// Index of the message in the scene.
    pub index: usize,
    /// The message.
    pub text: &'a str,
    fault: OnceCell<Option<Fault>>,
    attributed: OnceCell<Option<(&'static str, Verdict)>>,
    compile_error: OnceCell<Option<CompileError<'a>>>,
}

impl<'a> Clue<'a> {
    /// The message itself.
    #[must_use]
    pub fn message(&self) -> &'a Message<'a> {
        &self.scene.messages[self.index]
    }

    /// The network fault it reports.
    pub fn fault(&self) -> Option<&Fault> {
        self.fault.get_or_init(|| fault(self.own_text())).as_ref()
    }

    /// The cause its network fault belongs to, decided once for all causes that ask.
    pub(crate) fn attributed(&self) -> Option<&(&'static str, Verdict)> {
        self.attributed.get_or_init(|| net::attribute(self)).as_ref()
    }

    /// The compiler's error that it is, taken apart once.
    pub(crate) fn compile_error(&self) -> Option<&CompileError<'a>> {
        self.compile_error.get_or_init(|| compile::error(self)).as_ref()
    }

    /// The part that this machine printed: without a `server response:` on the same line.
    #[must_use]
    pub fn own_text(&self) -> &'a str {
        match self.text.find("server response:") {
            Some(at) if at > 0 => self.text[..at].trim_end(),
            _ => self.text,
        }
    }

    /// What the server said: behind `server response:` on this line, or on the lines below.
    #[must_use]
    pub fn server_response(&self) -> String {
        if let Some(at) = self.text.find("server response:") {
            let rest = self.text[at + 16..].trim();
            if !rest.is_empty() {
                return rest.to_owned();
            }
        }
        self.scene.messages[self.index + 1..]
            .iter()
            .take_while(|m| m.remote)
            .take(12)
            .map(|m| m.text.trim().trim_start_matches("server response:").trim())
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The first URL in it.
    #[must_use]
    pub fn url(&self) -> Option<Url<'a>> {
        url_in(self.text)
    }

    /// The first `module@version` in it.
    #[must_use]
    pub fn module(&self) -> Option<ModuleRef<'a>> {
        module_ref(self.text)
    }

    /// The message `n` lines further down, if there is one.
    #[must_use]
    pub fn below(&self, n: usize) -> Option<&'a str> {
        self.scene.messages.get(self.index + n).map(|m| m.text)
    }

    /// The message `n` lines further up, if there is one.
    #[must_use]
    pub fn above(&self, n: usize) -> Option<&'a str> {
        self.index.checked_sub(n).and_then(|i| self.scene.messages.get(i)).map(|m| m.text)
    }

    /// Any of the next `n` messages satisfies `test`.
    #[must_use]
    pub fn soon(&self, n: usize, test: impl Fn(&str) -> bool) -> bool {
        self.scene.messages.iter().skip(self.index + 1).take(n).any(|m| test(m.text))
    }

    /// Any of the `n` messages before satisfies `test`.
    #[must_use]
    pub fn just_before(&self, n: usize, test: impl Fn(&str) -> bool) -> bool {
        self.scene.messages[..self.index].iter().rev().take(n).any(|m| test(m.text))
    }

    /// The line a wrapped message belongs to: the last one above that is less indented, for indented lines.
    #[must_use]
    pub fn head(&self) -> &'a str {
        let indent = |t: &str| t.len() - t.trim_start().len();
        let own = indent(self.text);
        if own == 0 {
            return self.text;
        }
        self.scene.messages[..self.index]
            .iter()
            .rev()
            .take(40)
            .find(|m| !m.text.trim().is_empty() && indent(m.text) < own)
            .map_or(self.text, |m| m.text)
    }
}
