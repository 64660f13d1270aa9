//! From a build to the ranked causes of its failure.

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use buildlog::Build;

use crate::catalogue::ALL;
use crate::cause::{Cause, Verdict};
use crate::clue::{Origin, Scene};
use crate::raw;
use crate::sign::Sign;

/// A cause with everything that speaks for it.
#[derive(Debug)]
pub(crate) struct Ranked {
    pub(crate) cause: &'static Cause,
    /// Score of the best message.
    pub(crate) score: i32,
    /// Weight of the best message before its place was considered.
    pub(crate) weight: u8,
    pub(crate) ambiguous: bool,
    /// Indexes of the messages, the decisive one first.
    pub(crate) messages: Vec<usize>,
    pub(crate) span: Option<(usize, usize)>,
    pub(crate) subjects: Vec<String>,
    pub(crate) count: u64,
}

/// What to do where a literal is found.
#[derive(Debug, Clone, Copy)]
enum Try {
    /// The sign of a cause: (cause, sign).
    Sign(usize, usize),
    /// The judgement of a cause.
    Judge(usize),
    /// Look for a network fault.
    Fault,
}

/// The literals of all signs and judgements, found in one pass over a line.
struct Index {
    automaton: Option<AhoCorasick>,
    /// For each literal what to try.
    tries: Vec<Vec<Try>>,
    /// The causes that judge network faults.
    of_fault: Vec<usize>,
}

/// Without any of these a message reports no network fault.
const FAULT_WORDS: [&str; 38] = [
    "imeout",
    "imed out",
    "efused",
    "reset",
    "EOF",
    "x509",
    "ertificate",
    "roxy",
    "resolv",
    "lookup ",
    "nreachable",
    "route",
    "status",
    "ERROR 4",
    "ERROR 5",
    "returned error",
    "HTTP",
    "http",
    "roken pipe",
    "hung up",
    "DNS",
    "bad address",
    "dial ",
    "too slow",
    "nutls",
    "GnuTLS",
    "SSL",
    "TLS",
    "getaddrinfo",
    "RPC failed",
    "temporary error",
    "not trusted",
    "onnect",
    "eadline",
    "aborted",
    "known",
    "ECONN",
    "Release file",
];

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut literals: Vec<&'static str> = Vec::new();
    let mut tries: Vec<Vec<Try>> = Vec::new();
    let mut known: HashMap<&'static str, usize> = HashMap::new();
    let mut add = |literal: &'static str, what: Try| {
        let at = *known.entry(literal).or_insert_with(|| {
            literals.push(literal);
            tries.push(Vec::new());
            literals.len() - 1
        });
        tries[at].push(what);
    };
    let mut of_fault = Vec::new();
    for (c, cause) in ALL.iter().enumerate() {
        for (s, sign) in cause.signs.iter().enumerate() {
            add(sign.literal(), Try::Sign(c, s));
        }
        if let Some(judge) = cause.judge {
            for word in judge.words {
                add(word, Try::Judge(c));
            }
            if judge.fault {
                of_fault.push(c);
            }
        }
    }
    for word in FAULT_WORDS {
        add(word, Try::Fault);
    }
    Index { automaton: AhoCorasick::new(&literals).ok(), tries, of_fault }
});

/// Messages judged at the most; of longer outputs the end counts.
const MOST_MESSAGES: usize = 20_000;
/// Subjects listed at the most.
const MOST_SUBJECTS: usize = 200;

/// Lines that tools print by the thousand while all is well: progress of downloads and installs, and lines of a
/// single word (`go build -v` names packages so).
pub(crate) fn is_chatter(text: &str) -> bool {
    let text = text.trim();
    if memchr::memchr(b' ', text.as_bytes()).is_none() {
        return text.is_empty() || (text.len() > 8 && !text.contains(':') && !text.contains('\t'));
    }
    const PROGRESS: [&str; 14] = [
        "go: downloading ",
        "go: finding ",
        "go: extracting ",
        "Get:",
        "Unpacking ",
        "Setting up ",
        "Selecting previously",
        "Preparing to unpack ",
        "Collecting ",
        "  Downloading ",
        "Fetching https://",
        "Parsing meta tags ",
        "Hit:",
        "Processing triggers ",
    ];
    // `go: finding x latest` is chatter, an error of it has a chain behind it.
    PROGRESS.iter().any(|head| text.starts_with(head))
        && !text.contains(": ") | text.starts_with("Get:") | text.starts_with("go: downloading ")
        || text.strip_prefix("go: ").is_some_and(|rest| {
            (rest.starts_with("downloading ")
                || rest.starts_with("finding ")
                || rest.starts_with("extracting "))
                && !rest.contains(": ")
        })
}

/// All causes that some message of the scene speaks for, best first.
pub(crate) fn rank(scene: &Scene<'_>) -> Vec<Ranked> {
    let mut by_cause: Vec<Option<Ranked>> = (0..ALL.len()).map(|_| None).collect();
    let skip = scene.messages.len().saturating_sub(MOST_MESSAGES);
    let mut verdicts: Vec<(usize, Verdict)> = Vec::new();
    let said_failed = scene.messages.iter().any(|m| is_failure_mark(m.text));
    for index in skip..scene.messages.len() {
        let message = &scene.messages[index];
        if message.echo || is_chatter(message.text) {
            continue;
        }
        verdicts.clear();
        judge(scene, index, &mut verdicts);
        for (c, verdict) in verdicts.drain(..) {
            let mut score = i32::from(verdict.weight) * 10;
            if message.remote {
                score -= 450;
            }
            if message.warning {
                score -= 400;
            }
            if message.superseded {
                score -= if scene.build.structured() { 250 } else { 450 };
            }
            if message.origin == Origin::Outside && scene.build.structured() {
                score -= 120;
            }
            if !scene.build.structured() && !raw::is_tool_message(scene, index, verdict.span) {
                score -= if said_failed { 100 } else { 450 };
            }
            score -= distance(scene, index, ALL[c].id);
            add(&mut by_cause[c], ALL[c], index, score, verdict);
        }
    }
    follow_on(&mut by_cause, scene);
    let mut ranked: Vec<Ranked> = by_cause.into_iter().flatten().filter(|r| r.score > 0).collect();
    ranked.sort_by(|a, b| b.score.cmp(&a.score).then(a.messages[0].cmp(&b.messages[0])));
    ranked
}

/// Causes that only follow from another one found in the same step: without its index apt finds no package, without
/// its archive tar finds no header.
fn follow_on(by_cause: &mut [Option<Ranked>], scene: &Scene<'_>) {
    let fetched_in_vain = by_cause
        .iter()
        .flatten()
        .filter(|r| r.cause.id.starts_with("net-") || r.cause.id.starts_with("tls-"))
        .any(|r| {
            r.score >= 500
                && r.messages.iter().any(|m| !scene.messages[*m].text.trim_start().starts_with("go: "))
        });
    if !fetched_in_vain {
        return;
    }
    for ranked in by_cause.iter_mut().flatten() {
        if matches!(ranked.cause.id, "os-package-missing" | "download-failed") {
            ranked.score -= 200;
        }
    }
}

/// How much the lines behind a message take from it. Go goes on after an error and reports all of them, so its own
/// errors keep their weight; a shell that went on for long did not stop for what it said.
fn distance(scene: &Scene<'_>, index: usize, cause: &str) -> i32 {
    const GOES_ON: [&str; 22] = [
        "tool-missing",
        "os-package-missing",
        "download-failed",
        "net-timeout",
        "net-refused",
        "net-interrupted",
        "net-dns",
        "net-unreachable",
        "fs-permission",
        "script-interpreter",
        "vcs-stamping",
        "dep-tool-gone",
        "check-failed",
        "other-ecosystem",
        "docker-copy-missing",
        "command-usage",
        "docker-binary-not-found",
        "net-localhost-proxy",
        "tool-git-missing",
        "proxy-server-error",
        "cache-env-missing",
        "mod-unknown-revision",
    ];
    if index >= scene.own
        || !GOES_ON.contains(&cause)
        || scene.messages[index].text.trim_start().starts_with("go: ")
    {
        return 0;
    }
    let behind = scene.own - index;
    match behind {
        0..=30 => 0,
        31..=80 => 60,
        81..=250 => 120,
        _ => 170,
    }
}

fn judge(scene: &Scene<'_>, index: usize, verdicts: &mut Vec<(usize, Verdict)>) {
    let text = scene.messages[index].text;
    let Some(automaton) = &INDEX.automaton else { return };
    let mut hits: Vec<usize> =
        automaton.find_overlapping_iter(text).map(|found| found.pattern().as_usize()).collect();
    if hits.is_empty() {
        return;
    }
    hits.sort_unstable();
    hits.dedup();
    let clue = scene.clue(index);
    let mut judges: Vec<usize> = Vec::new();
    let mut fault = false;
    for hit in hits {
        for what in &INDEX.tries[hit] {
            match *what {
                Try::Sign(c, s) => {
                    verdicts.extend(by_sign(&ALL[c].signs[s], text).map(|verdict| (c, verdict)))
                }
                Try::Judge(c) => judges.push(c),
                Try::Fault => fault = true,
            }
        }
    }
    if fault && clue.fault().is_some() {
        judges.extend(&INDEX.of_fault);
    }
    judges.sort_unstable();
    judges.dedup();
    for c in judges {
        if let Some(judge) = ALL[c].judge
            && let Some(verdict) = (judge.decide)(&clue)
        {
            verdicts.push((c, verdict));
        }
    }
}

fn by_sign(sign: &Sign, text: &str) -> Option<Verdict> {
    let found = sign.find(text)?;
    // A subject is a name; what has blanks in it is a piece of a sentence.
    let subject = found.holes.iter().map(|h| tidy(h)).find(|h| !h.is_empty());
    let subject = subject.filter(|s| s.len() <= 200 && !s.contains(char::is_whitespace)).map(str::to_owned);
    Some(Verdict { weight: sign.weight, ambiguous: sign.ambiguous, subject, span: Some(found.span) })
}

fn tidy(hole: &str) -> &str {
    hole.trim().trim_matches(|c: char| matches!(c, '"' | '\'' | '`' | ':' | '‘' | '’' | '“' | '”')).trim()
}

fn add(slot: &mut Option<Ranked>, cause: &'static Cause, index: usize, score: i32, verdict: Verdict) {
    match slot {
        None => {
            *slot = Some(Ranked {
                cause,
                score,
                weight: verdict.weight,
                ambiguous: verdict.ambiguous,
                messages: vec![index],
                span: verdict.span,
                subjects: verdict.subject.into_iter().collect(),
                count: 1,
            });
        }
        Some(ranked) => {
            let same_line = ranked.messages.contains(&index);
            if !same_line {
                ranked.count += 1;
            }
            let better = score > ranked.score;
            if better {
                ranked.score = score;
                ranked.weight = verdict.weight;
                ranked.ambiguous = verdict.ambiguous;
                ranked.span = verdict.span;
                ranked.messages.retain(|m| *m != index);
                ranked.messages.insert(0, index);
            } else if !same_line && ranked.messages.len() < 32 {
                ranked.messages.push(index);
            }
            if let Some(subject) = verdict.subject
                && !ranked.subjects.contains(&subject)
                && ranked.subjects.len() < MOST_SUBJECTS
            {
                if better {
                    ranked.subjects.insert(0, subject);
                } else {
                    ranked.subjects.push(subject);
                }
            }
        }
    }
}

/// True when the build shows a failure, explained or not.
pub(crate) fn failed(build: &Build) -> bool {
    build.ending == buildlog::Ending::Failed || build.outside.lines.iter().any(|l| is_failure_mark(&l.text))
}

/// Words of a script, make or CI that something went wrong.
pub(crate) fn is_failure_mark(text: &str) -> bool {
    let text = text.trim();
    (text.starts_with("make")
        && text.contains("*** ")
        && (text.contains("] Error ") || text.contains("] 错误 ") || text.ends_with("Stop.")))
        || text.starts_with("Error: Process completed with exit code")
        || text.starts_with("Process completed with exit code") && !text.ends_with(" 0.")
        || text.contains(" failed with exit code ")
        || text.starts_with("Finished: FAILURE")
        || text.starts_with("ERROR: Job failed")
        || text.contains("marked build as failure")
        || (text.starts_with("exit status ") && text != "exit status 0")
        || text.starts_with("ERROR: Service '") && text.contains("failed to build")
}

/// A step that printed nothing: the exit code of the tool it ran is all there is.
///
/// curl(1) and wget(1) list their codes; 124 is timeout(1)'s, 137 is SIGKILL.
pub(crate) fn silent(scene: &Scene<'_>) -> Option<Ranked> {
    let step = scene.build.failed_step()?;
    let code = step.exit_code?;
    let instruction = scene.instruction;
    let runs = |tool: &str| {
        instruction
            .split(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|' | '('))
            .any(|w| w == tool)
    };
    let id = match code {
        137 => "oom-killed",
        124 => "net-timeout",
        6 if runs("curl") => "net-dns",
        7 if runs("curl") => "net-refused",
        28 if runs("curl") => "net-timeout",
        35 | 52 | 56 | 92 if runs("curl") => "net-interrupted",
        60 | 77 if runs("curl") => "tls-unknown-authority",
        22 if runs("curl") => "download-failed",
        4 | 6 | 8 if runs("wget") => "download-failed",
        5 if runs("wget") => "tls-unknown-authority",
        // A gate prints what it objects to, in its own words.
        _ if is_gate(instruction) => "check-failed",
        // Whatever it said, it was another language's tool that said it.
        _ if !scene.go && crate::foreign::runs_foreign(instruction) => "other-ecosystem",
        _ => return None,
    };
    let cause = ALL.iter().copied().find(|c| c.id == id)?;
    // What the builder says about the exit code is the evidence; for a timeout the last request without an answer.
    let last = scene.messages[..scene.own]
        .iter()
        .rposition(|m| m.origin == Origin::Step && !m.text.trim().is_empty());
    let builder = scene.messages[..scene.own].iter().position(|m| m.origin == Origin::Builder);
    let message = if matches!(id, "other-ecosystem" | "check-failed" | "net-timeout") {
        last.or(builder)
    } else {
        builder.or(last)
    }?;
    Some(Ranked {
        cause,
        score: 400,
        ambiguous: true,
        weight: 40,
        messages: vec![message],
        span: None,
        subjects: Vec::new(),
        count: 1,
    })
}

/// The instruction only checks: format, vet, lint, a diff that must be empty.
fn is_gate(instruction: &str) -> bool {
    const GATES: [&str; 14] = [
        "gofmt -",
        "goimports -",
        "gofumpt -",
        "go vet",
        "golangci-lint",
        "staticcheck",
        "golint",
        "mod tidy -diff",
        "git diff",
        "govulncheck",
        "license-check",
        "addlicense",
        "go fix -diff",
        "revive",
    ];
    GATES.iter().any(|gate| instruction.contains(gate))
}
