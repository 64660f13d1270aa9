//! From ranked causes to a report.

use buildlog::{Build, Ending, Line, Log, StepState};
use finding::{
    Confidence, Evidence, Finding, Highlight, Outcome, Report, Source, StepRef, TimelineEntry, TimelineState,
    Words,
};

use crate::case::Case;
use crate::clue::{Origin, Scene};
use crate::engine::{self, Ranked};
use crate::project::{Answer, Facts, Project, answer};
use crate::raw;

/// A cause weaker than this explains nothing.
const WEAKEST: i32 = 380;
/// In a log without any builder's structure a cause needs at least this.
const WEAKEST_RAW: i32 = 550;
/// A secondary cause is listed when it comes this near to the first.
const NEAR: i32 = 120;
/// With a rival this near on another line, the first is only possible.
const CONTESTED: i32 = 20;
/// Evidence lines of one finding.
const MOST_EVIDENCE: usize = 12;

/// Explains every build of a log. A log with one build, or one failure, gives one report.
#[must_use]
pub fn diagnose(input: &str, log: &Log, project: Option<&Project>) -> Vec<Report> {
    let mut reports: Vec<Report> = log.builds.iter().map(|build| explain(input, build, project)).collect();
    reports.dedup_by(|b, a| {
        a.findings.is_empty() && b.findings.is_empty() && a.outcome == b.outcome && a.step == b.step
    });
    reports
}

/// Explains one build.
fn explain(input: &str, build: &Build, project: Option<&Project>) -> Report {
    let scene = Scene::new(build);
    let mut ranked = engine::rank(&scene);
    let outcome = outcome(build, &scene, &ranked);
    if outcome != Outcome::Failed {
        ranked.clear();
    }
    let weakest = if build.structured() { WEAKEST } else { WEAKEST_RAW };
    let best = ranked.first().map_or(0, |r| r.score);
    ranked.retain(|r| r.score >= weakest && r.score + NEAR >= best);
    ranked.truncate(4);
    if ranked.is_empty() && outcome == Outcome::Failed {
        ranked.extend(engine::silent(&scene));
    }
    let contested = ranked.len() > 1
        && ranked[1].score + CONTESTED >= ranked[0].score
        && ranked[1].messages[0] != ranked[0].messages[0];
    if contested {
        ranked[0].ambiguous = true;
    }
    let facts = project.filter(|_| outcome == Outcome::Failed).and_then(|p| p.facts(build));
    let project = project.filter(|_| facts.is_some());
    let mut findings: Vec<(Finding, Option<Answer>)> = ranked
        .iter()
        .map(|r| {
            let mut finding = finding(input, &scene, r, project);
            let said = facts.as_ref().and_then(|f| confirm(&mut finding, &scene, r, f, project));
            (finding, said)
        })
        .collect();
    // The ranking stands, except that a cause which the files contradict goes behind the rest, and that one which they
    // show goes before one that was a guess.
    findings.sort_by_key(|(_, said)| *said == Some(Answer::Refuted));
    if findings.first().is_some_and(|(f, _)| f.confidence == Confidence::Possible) {
        findings.sort_by_key(|(_, said)| *said != Some(Answer::Verified));
    }
    let findings: Vec<Finding> = findings.into_iter().map(|(finding, _)| finding).collect();
    let excerpt =
        if findings.is_empty() && outcome == Outcome::Failed { excerpt(input, &scene) } else { Vec::new() };
    Report {
        input: input.to_owned(),
        outcome,
        step: (outcome == Outcome::Failed).then(|| step_ref(build, facts.as_ref())).flatten(),
        findings,
        excerpt,
        timeline: timeline(build),
        remarks: remarks(build),
    }
}

/// How the build ended, as far as log and causes tell.
fn outcome(build: &Build, scene: &Scene<'_>, ranked: &[Ranked]) -> Outcome {
    if build.ending == Ending::Failed {
        return Outcome::Failed;
    }
    let weakest = if build.structured() { WEAKEST + 300 } else { WEAKEST_RAW };
    let explained = ranked.first().is_some_and(|r| {
        let message = &scene.messages[r.messages[0]];
        r.score >= weakest
            // After a build that went well only what came later counts.
            && (build.ending != Ending::Succeeded || (message.origin == Origin::Outside && r.weight >= 88 && after_steps(build, message.no)))
    });
    let last = ranked.iter().flat_map(|r| &r.messages).copied().max().unwrap_or(0);
    let went_on = !build.structured() && explained && raw::goes_on_after(scene, last);
    if explained && !went_on && !ends_well(scene, ranked[0].messages[0]) {
        return Outcome::Failed;
    }
    if build.ending == Ending::Succeeded {
        return Outcome::Succeeded;
    }
    if engine::failed(build) {
        return Outcome::Failed;
    }
    if scene.messages.iter().any(|m| is_success_mark(m.text))
        || !build.steps.is_empty()
            && build.steps.iter().all(|s| s.state != StepState::Failed)
            && build.steps.last().is_some_and(|s| s.state != StepState::Unfinished)
    {
        return Outcome::Succeeded;
    }
    // The go command on its own says nothing when all went well.
    let chatter = |t: &str| {
        let t = t.trim();
        t.is_empty()
            || engine::is_chatter(t)
            || t.starts_with("# get ")
            || t.starts_with("go: ")
            || matches!(t.as_bytes()[0], b'{' | b'}' | b'"')
            || t.starts_with("?   \t")
    };
    let of_go = |t: &str| {
        t.starts_with("go: downloading ")
            || t.starts_with("# get http")
            || t.trim_start().starts_with("\"GoMod\": ")
    };
    if !build.structured()
        && scene.messages.iter().any(|m| of_go(m.text))
        && scene.messages.iter().all(|m| chatter(m.text))
    {
        return Outcome::Succeeded;
    }
    Outcome::Unknown
}

fn after_steps(build: &Build, no: u64) -> bool {
    build.steps.iter().all(|s| s.first_line < no && s.lines.last().is_none_or(|l| l.no < no))
}

/// A tool without a builder around it says at its end that all went well.
fn ends_well(scene: &Scene<'_>, from: usize) -> bool {
    if scene.build.structured() || scene.messages[from..].iter().any(|m| engine::is_failure_mark(m.text)) {
        return false;
    }
    let last = scene.messages.iter().rev().map(|m| m.text.trim()).find(|t| !t.is_empty());
    last.is_some_and(is_success_mark) && scene.messages.len() - from > 1
}

fn is_success_mark(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("ok  \t")
        || text == "PASS"
        || text.starts_with("Successfully ")
        || text.contains("BUILD SUCCESS")
        || text.starts_with("Build succeeded")
        || text.starts_with("Finished: SUCCESS")
        || text.starts_with("Job succeeded")
        || text.starts_with("OK: ")
        || text.starts_with("Finished `")
        || text.contains("exit code 0")
        || text.ends_with("naming to docker.io done")
}

fn finding(input: &str, scene: &Scene<'_>, ranked: &Ranked, project: Option<&Project>) -> Finding {
    let cause = ranked.cause;
    let decisive = &scene.messages[ranked.messages[0]];
    let clue = scene.clue(ranked.messages[0]);
    let case = Case {
        text: decisive.text,
        subjects: &ranked.subjects,
        fault: clue.fault(),
        build: scene.build,
        instruction: scene.instruction,
        project,
    };
    let mut evidence: Vec<Evidence> = Vec::new();
    for (i, index) in ranked.messages.iter().take(MOST_EVIDENCE).enumerate() {
        let message = &scene.messages[*index];
        let highlight = (i == 0).then_some(ranked.span).flatten().map(|(start, end)| Highlight {
            start,
            end,
            label: Words::fixed("", ""),
        });
        evidence.push(Evidence {
            source: Source::Log,
            path: input.to_owned(),
            line: message.no,
            text: message.text.to_owned(),
            highlight: highlight.filter(|h| {
                h.end <= message.text.len()
                    && message.text.is_char_boundary(h.start)
                    && message.text.is_char_boundary(h.end)
            }),
        });
    }
    let likely = !ranked.ambiguous && ranked.score >= 750;
    Finding {
        cause: cause.id,
        title: cause.headline.map_or_else(|| cause.title.clone(), |headline| headline(&case)),
        why: cause.explanation.clone(),
        confidence: if likely { Confidence::Likely } else { Confidence::Possible },
        proof: None,
        severity: cause.severity,
        evidence,
        location: None,
        fixes: (cause.fixes)(&case),
        count: ranked.count,
        subjects: ranked.subjects.clone(),
    }
}

/// Asks the project's files, and shows the failing line of the Dockerfile.
fn confirm(
    finding: &mut Finding,
    scene: &Scene<'_>,
    ranked: &Ranked,
    facts: &Facts<'_>,
    project: Option<&Project>,
) -> Option<Answer> {
    let decisive = &scene.messages[ranked.messages[0]];
    let clue = scene.clue(ranked.messages[0]);
    let case = Case {
        text: decisive.text,
        subjects: &ranked.subjects,
        fault: clue.fault(),
        build: scene.build,
        instruction: scene.instruction,
        project,
    };
    let said = ranked.cause.confirm.and_then(|confirm| confirm(&case, facts));
    let answer = said.as_ref().map(|s| s.answer);
    if let Some(said) = said {
        said.apply(finding);
    }
    answer::add(finding, facts.failed().0);
    answer
}

fn step_ref(build: &Build, facts: Option<&Facts<'_>>) -> Option<StepRef> {
    let step = build
        .failed_step()
        .or_else(|| build.steps.iter().rev().find(|s| s.state == StepState::Unfinished && !s.internal))?;
    let found = facts.map(|f| f.instruction().first_line);
    Some(StepRef {
        stage: step.stage.clone(),
        number: step.number,
        of: step.of,
        instruction: (!step.instruction.is_empty()).then(|| step.instruction.clone()),
        line: step.dockerfile_line.or(found),
        dockerfile: facts
            .map(|f| f.dockerfile().to_owned())
            .or_else(|| build.snippet.as_ref().map(|s| s.path.clone())),
        exit_code: step.exit_code,
        seconds: step.seconds,
    })
}

fn timeline(build: &Build) -> Vec<TimelineEntry> {
    build
        .steps
        .iter()
        .filter(|s| !s.instruction.is_empty())
        .map(|s| TimelineEntry {
            name: s.instruction.clone(),
            stage: s.stage.clone(),
            start: s.start,
            seconds: s.seconds,
            state: match s.state {
                StepState::Done => TimelineState::Done,
                StepState::Cached => TimelineState::Cached,
                StepState::Failed => TimelineState::Failed,
                StepState::Canceled => TimelineState::Canceled,
                StepState::Unfinished => TimelineState::Unknown,
            },
        })
        .collect()
}

fn remarks(build: &Build) -> Vec<Words> {
    let mut remarks = Vec::new();
    let clipped = build.failed_step().is_some_and(|s| s.clipped);
    if clipped {
        remarks.push(Words::fixed(
            "the builder cut the output of the failing step (BUILDKIT_STEP_LOG_MAX_SIZE); the decisive line may be missing",
            "构建器截断了失败步骤的输出（BUILDKIT_STEP_LOG_MAX_SIZE），关键行可能缺失",
        ));
    }
    if build.structured() && build.ending == Ending::Open {
        remarks.push(Words::fixed("the log ends before the build does", "日志在构建结束之前就中断了"));
    }
    remarks
}

/// The lines a person would look at first when nothing explains the failure.
fn excerpt(input: &str, scene: &Scene<'_>) -> Vec<Evidence> {
    const MOST: usize = 12;
    let interesting = |t: &str| {
        let lower = t.to_ascii_lowercase();
        [
            "error",
            "fail",
            "fatal",
            "cannot",
            "not found",
            "denied",
            "unable",
            "no such",
            "panic",
            "refused",
            "invalid",
            "missing",
        ]
        .iter()
        .any(|w| lower.contains(w))
    };
    let from_step = scene.messages[..scene.own].iter().any(|m| !m.text.trim().is_empty());
    let upto = if from_step { scene.own } else { scene.messages.len() };
    let own: Vec<Line> = scene.messages[..upto]
        .iter()
        .filter(|m| !m.text.trim().is_empty())
        .map(|m| Line { no: m.no, text: m.text.to_owned(), time: None })
        .collect();
    let mut picked: Vec<&Line> = own.iter().rev().filter(|l| interesting(&l.text)).take(MOST - 4).collect();
    for line in own.iter().rev().take(4) {
        if !picked.iter().any(|p| p.no == line.no && p.text == line.text) {
            picked.push(line);
        }
    }
    picked.sort_by_key(|l| l.no);
    picked
        .into_iter()
        .map(|l| Evidence {
            source: Source::Log,
            path: input.to_owned(),
            line: l.no,
            text: l.text.clone(),
            highlight: None,
        })
        .collect()
}
