//! Stages, arguments and the file itself.

use dockerfile::edit::Edit;
use dockerfile::{Args, Keyword, Span, SyntaxErrorKind};
use finding::Words;

use super::nearest;
use crate::case::Case;
use crate::mend::words;
use crate::project::{Answer, Confirmation, Facts};

/// An ARG that declares a name.
struct Declared {
    at: usize,
    span: Span,
    default: Option<String>,
}

fn declarations(facts: &Facts<'_>, name: &str) -> Vec<Declared> {
    let mut found = Vec::new();
    for (at, instruction) in facts.file().instructions.iter().enumerate() {
        if let Args::Arg(decls) = &instruction.args {
            found.extend(decls.iter().filter(|d| d.name.text == name).map(|d| Declared {
                at,
                span: d.name.span,
                default: d.default.as_ref().map(|w| w.text.clone()),
            }));
        }
    }
    found
}

/// The variables a text speaks of.
fn variables(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in text.split('$').skip(1) {
        let name: String = part
            .trim_start_matches('{')
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        if !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) && !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// `docker-arg-scope`: which ARG, and of which stage.
pub(crate) fn arg_scope(_case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let instruction = facts.instruction();
    let text = facts.file().slice(instruction.span);
    let is_from = instruction.keyword == Keyword::From;
    let used = variables(text).into_iter().find_map(|name| {
        let known = if is_from {
            facts.file().global_scope(&Default::default()).value(&name).is_some()
        } else {
            facts.scope().value(&name).is_some()
        };
        let declared = declarations(facts, &name);
        (!known && !declared.is_empty()).then_some((name, declared))
    });
    let (name, declared) = used?;
    let at = text.find(&format!("${name}")).or_else(|| text.find(&format!("${{{name}")))?;
    let wanted = facts.here(
        Span::new(instruction.span.start + at, instruction.span.start + at + 1 + name.len()),
        Words::fixed("empty here", "此处为空"),
    );
    let first = declared.first()?;
    let mark = facts.here(first.span, Words::fixed("declared here", "在此声明"));
    if is_from {
        let line = match &first.default {
            Some(default) => format!("ARG {name}={default}"),
            None => format!("ARG {name}"),
        };
        let top = facts.file().instructions.iter().position(|i| i.stage.is_some())?;
        let proof = words!(
            "ARG {name} is declared inside a stage; FROM sees only those before the first FROM",
            "ARG {name} 在某个阶段内声明；FROM 只能看到第一个 FROM 之前的 ARG"
        );
        let fix = facts.edit(
            words!("declare it before the first FROM", "在第一个 FROM 之前声明"),
            &[facts.line_before(top, &line)],
        );
        return Some(Confirmation::verified(proof).at(mark).and(Some(wanted)).mend(fix));
    }
    let own = instruction.stage?;
    // A default given before FROM comes with the name alone; one of another stage does not.
    let line = match (&first.default, facts.get(first.at).stage) {
        (Some(default), Some(_)) => format!("ARG {name}={default}"),
        _ => format!("ARG {name}"),
    };
    let fix = facts.edit(
        words!("declare it in this stage, before this line", "在本阶段、该行之前声明"),
        &[facts.line_before(facts.at, &line)],
    );
    let here = facts.file().stages.get(own)?.label();
    let proof = match facts.get(first.at).stage {
        None => words!(
            "ARG {name} stands before FROM and is not declared again in the stage {here}",
            "ARG {name} 写在 FROM 之前，在阶段 {here} 中没有再次声明"
        ),
        Some(stage) if stage == own => {
            words!("ARG {name} stands below the line that uses it", "ARG {name} 写在使用它的那一行之后")
        }
        Some(stage) => {
            let other = facts.file().stages.get(stage)?.label();
            words!(
                "ARG {name} belongs to the stage {other}, not to {here}",
                "ARG {name} 属于阶段 {other}，而不是 {here}"
            )
        }
    };
    Some(Confirmation::verified(proof).at(mark).and(Some(wanted)).mend(fix))
}

/// Names of instructions.
const KEYWORDS: [&str; 17] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// `docker-syntax`: the place in the file.
pub(crate) fn syntax(_case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let error = facts.file().first_error()?;
    if error.instruction.is_some_and(|at| at != facts.at) {
        return None;
    }
    let reason = &error.kind;
    let proof = words!("the Dockerfile says so: {reason}", "Dockerfile 中确实如此：{reason}");
    let span = match &error.kind {
        SyntaxErrorKind::UnknownInstruction(_) => facts.instruction().keyword_span,
        _ => error.span,
    };
    let found = Confirmation::verified(proof).at(facts.here(span, Words::fixed("here", "此处")));
    let fix = match &error.kind {
        SyntaxErrorKind::UnknownInstruction(word) => nearest(word, KEYWORDS.into_iter()).and_then(|known| {
            facts.edit(words!("write {known}", "改为 {known}"), &[Edit::replace(span, known)])
        }),
        _ => None,
    };
    Some(found.mend(fix))
}

/// `registry-image-not-found`: a stage of nearly that name.
pub(crate) fn image_not_found(_case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let instruction = facts.instruction();
    let (name, span) = match (&instruction.args, instruction.flag("from")) {
        (Args::From(from), _) => (from.base.text.clone(), from.base.span),
        (_, Some(flag)) => (flag.value().to_owned(), flag.span),
        _ => return None,
    };
    let within = instruction.stage?;
    let stages = facts.file().stages.iter().take(within).filter_map(|s| s.name.as_deref());
    let Some(stage) = nearest(&name, stages.clone()) else {
        return Some(
            Confirmation::located().at(facts.here(span, Words::fixed("asked for here", "在此引用"))),
        );
    };
    if name.contains([':', '/']) {
        return None;
    }
    let at = facts.file().slice(span).rfind(&name)? + span.start;
    let span = Span::new(at, at + name.len());
    let title = words!(
        "there is no stage {name}; docker takes it for an image's name",
        "不存在阶段 {name}，docker 将其当作镜像名"
    );
    let proof = words!("the Dockerfile has a stage {stage}", "Dockerfile 中有阶段 {stage}");
    let fix =
        facts.edit(words!("name the stage {stage}", "改为阶段名 {stage}"), &[Edit::replace(span, stage)]);
    let mark = facts.here(span, Words::fixed("no such stage", "没有这个阶段"));
    Some(Confirmation::verified(proof).titled(title).at(mark).mend(fix))
}

/// `registry-auth`: who asks for a stage under a wrong name needs no login.
pub(crate) fn image_denied(case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let mut said = image_not_found(case, facts)?;
    if said.answer == Answer::Verified {
        said.answer = Answer::Refuted;
    }
    Some(said)
}
