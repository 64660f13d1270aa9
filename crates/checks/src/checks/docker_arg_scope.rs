use finding::{Severity, Words};

use super::common::{after, before, none, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::Unit;
use dockerfile::sh::Piece;
use dockerfile::{Args, Keyword, Span};

/// An ARG is not in scope where it is used.
pub(super) static CHECK: Check = Check {
    id: "docker-arg-scope",
    summary: Words::fixed("An ARG is used where it is not in scope", "在作用域之外使用 ARG"),
    persona: Persona::Regular,
    aliases: &["UndefinedArgInFrom", "UndefinedVar"],
    run,
};

/// Variables that the go command reads without being told.
const GO_VARIABLES: [&str; 13] = [
    "GOPROXY", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOSUMDB", "GOFLAGS", "GOTOOLCHAIN", "CGO_ENABLED", "GOOS", "GOARCH", "GOINSECURE", "GOAUTH", "GOEXPERIMENT",
];

fn run(unit: &Unit<'_>, out: &mut Sink) {
    base_names(unit, out);
    let globals: Vec<(&str, Span)> = unit
        .file
        .instructions
        .iter()
        .take_while(|i| i.stage.is_none())
        .filter_map(|i| match &i.args {
            Args::Arg(decls) => Some(decls),
            _ => None,
        })
        .flatten()
        .map(|d| (d.name.text.as_str(), d.name.span))
        .collect();
    for &(name, declared) in &globals {
        for stage in &unit.file.stages {
            let Some((at, span)) = used_without(unit, stage.index, name) else { continue };
            let title = words!("ARG {name} is empty in stage `{}`: it is declared before FROM", "在阶段 `{}` 中 ARG {name} 为空：它在 FROM 之前声明", stage.label());
            let why = words!("An ARG above the first FROM is only seen by FROM lines; a stage sees it after `ARG {name}` of its own.", "第一个 FROM 之前的 ARG 只对 FROM 行可见；阶段内需要再写一次 `ARG {name}`。");
            let from = &unit.file.instructions[stage.instructions.start];
            let edits = after(unit, from, &format!("ARG {name}\n"));
            out.push(
                Draft::new(&CHECK, Severity::Warning, title, why)
                    .at(&unit.path, span, Words::fixed("used here", "此处使用"))
                    .at(&unit.path, declared, Words::fixed("declared here", "此处声明"))
                    .on(at)
                    .subject(name)
                    .fix(words!("Declare {name} in the stage", "在阶段内声明 {name}"), true, &unit.path, edits),
            );
        }
    }
}

/// FROM with nothing left of its name.
fn base_names(unit: &Unit<'_>, out: &mut Sink) {
    let globals = unit.file.global_scope(&dockerfile::scope::BuildArgs::new());
    for stage in &unit.file.stages {
        let Ok(expansion) = globals.expand(unit.file.escape, &stage.base_text) else { continue };
        let empty: Vec<&String> = expansion.unmatched.iter().collect();
        let Some(name) = empty.first() else { continue };
        let blank = expansion.text.is_empty();
        let dangling = expansion.text.ends_with([':', '/', '@', '-']);
        if !(blank || dangling) || !expansion.unknown.is_empty() {
            continue;
        }
        let title = words!("${name} is not declared before FROM, so the base image is `{}`", "FROM 之前没有声明 ${name}，基础镜像变成 `{}`", expansion.text);
        let why = words!("FROM only sees ARGs that stand above the first FROM; a build argument cannot help without `ARG {name}`.", "FROM 只能看到第一个 FROM 之前的 ARG；没有 `ARG {name}` 时构建参数也不起作用。");
        let level = super::common::stage_severity(unit, stage.index);
        let first = unit.file.instructions.iter().find(|i| i.keyword == Keyword::From);
        let mut draft = Draft::new(&CHECK, level, title, why).at(&unit.path, stage.base_span, none()).on(stage.instructions.start).subject(name.as_str());
        if let Some(decl) = local_default(unit, name)
            && let Some(first) = first
        {
            let edits = before(unit, first, &format!("ARG {name}={decl}\n"));
            draft = draft.fix(words!("Declare {name} before FROM", "在 FROM 之前声明 {name}"), true, &unit.path, edits);
        }
        out.push(draft);
    }
}

/// The default of an ARG that stands in a stage.
fn local_default(unit: &Unit<'_>, name: &str) -> Option<String> {
    unit.file.instructions.iter().find_map(|i| match &i.args {
        Args::Arg(decls) => decls.iter().find(|d| d.name.text == name).and_then(|d| d.default.as_ref()).map(|d| d.text.clone()),
        _ => None,
    })
}

/// Where a stage uses a variable that it does not declare.
fn used_without(unit: &Unit<'_>, stage: usize, name: &str) -> Option<(usize, Span)> {
    let range = unit.file.stages[stage].instructions.clone();
    let declared_later = range.clone().any(|at| matches!(&unit.file.instructions[at].args, Args::Arg(d) if d.iter().any(|d| d.name.text == name)));
    for at in range.skip(1) {
        let instruction = &unit.file.instructions[at];
        if unit.scopes[at].value(name).is_some() {
            return None;
        }
        if let Some(script) = &unit.scripts[at] {
            let assigned = script.commands.iter().any(|c| c.assignments.iter().any(|a| a.name == name) || c.words.iter().any(|w| w.raw.starts_with(&format!("{name}="))));
            if assigned || script.incomplete {
                return None;
            }
            for command in &script.commands {
                let words = command.words.iter().chain(command.assignments.iter().map(|a| &a.value));
                for word in words {
                    let defaulted = word.pieces.iter().any(|p| matches!(p, Piece::Variable { name: n, default: Some(_), .. } | Piece::Variable { name: n, modified: true, .. } if n == name));
                    if word.variables().any(|v| v == name) && !defaulted {
                        return Some((at, script.word_span(word)));
                    }
                }
            }
            let reads = GO_VARIABLES.contains(&name) && !declared_later && script.commands.iter().any(|c| c.effective().0 == Some("go"));
            if reads {
                return Some((at, instruction.span));
            }
        } else if matches!(instruction.keyword, Keyword::Copy | Keyword::Add | Keyword::Env | Keyword::Workdir | Keyword::User | Keyword::Label) {
            let text = &instruction.rest.text;
            let used = [format!("${{{name}}}"), format!("${name}")].iter().any(|u| {
                text.match_indices(u.as_str()).any(|(i, _)| !text[i + u.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_') || u.ends_with('}'))
            });
            if used {
                return Some((at, instruction.span));
            }
        }
    }
    None
}
