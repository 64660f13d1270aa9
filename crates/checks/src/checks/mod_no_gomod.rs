use dockerfile::sh::Word;
use finding::Words;

use super::common::{before, copied_later, go_span, ignored_by, modules_off, severity, unignore, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::paths;
use crate::unit::{GoUse, ModuleAt, Unit};

/// No go.mod where go runs.
pub(super) static CHECK: Check = Check {
    id: "mod-no-gomod",
    summary: Words::fixed("The go command runs where no go.mod is", "go 命令运行的位置没有 go.mod"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let mut seen = Vec::new();
    for go in &unit.go {
        if !matches!(go.module, ModuleAt::None) || seen.contains(&go.stage) || !needs_module(unit, go) {
            continue;
        }
        seen.push(go.stage);
        let cwd = go.cwd.clone().unwrap_or_default();
        let instruction = &unit.file.instructions[go.instruction];
        let title = words!("There is no go.mod in `{cwd}` when `go {}` runs", "执行 `go {}` 时 `{cwd}` 中没有 go.mod", go.args.sub);
        let later = copied_later(unit, go, &paths::join(&cwd, "go.mod"));
        let why = match later {
            Some(line) => words!(
                "go.mod is copied in line {line}, after this step; without it go stops.",
                "go.mod 在第 {line} 行才复制，晚于此步骤；没有它 go 会停止。"
            ),
            None => Words::fixed(
                "Neither this folder nor any above it has one, and go stops without it.",
                "该目录及其上级目录都没有 go.mod，go 会因此停止。",
            ),
        };
        let mut draft = Draft::new(&CHECK, severity(unit, go), title, why)
            .at(&unit.path, go_span(unit, go), Words::fixed("fails here", "在此失败"))
            .on(go.instruction);
        if let Some((file, line, span, _)) = ignored_by(unit, "go.mod") {
            draft.why = words!(
                "go.mod exists, but line {line} of {file} keeps it out of the build.",
                "go.mod 存在，但 {file} 第 {line} 行使其不进入构建。"
            );
            draft = draft.at(&file, span, Words::fixed("kept out here", "此处排除"));
            if let Some((file, edits)) = unignore(unit, "go.mod") {
                draft = draft.fix(words!("Take go.mod back in {file}", "在 {file} 中重新包含 go.mod"), true, &file, edits);
            }
        } else if unit.context().sends("go.mod") && cwd != "/go" && cwd != "/" {
            let sum = if unit.context().sends("go.sum") { " go.sum" } else { "" };
            let line = format!("COPY go.mod{sum} ./\n");
            let edits = before(unit, instruction, &line);
            draft = draft.fix(Words::fixed("Copy go.mod before", "先复制 go.mod"), true, &unit.path, edits);
        }
        out.push(draft);
    }
}

fn needs_module(unit: &Unit<'_>, go: &GoUse) -> bool {
    let Some(install) = &unit.states[go.instruction].image.go else { return false };
    if !install.at_least_minor(16) || modules_off(go) {
        return false;
    }
    let files = go.args.rest.iter().any(|w| w.raw.ends_with(".go"));
    let std = go.args.rest.iter().filter_map(Word::literal).any(|w| matches!(w, "std" | "cmd") || !w.contains(['.', '/']));
    match go.args.sub.as_str() {
        "mod download" | "mod tidy" | "mod vendor" | "mod verify" => true,
        "build" | "install" | "test" | "vet" => go.loads_module() && !files && !std && !go.args.doubtful,
        _ => false,
    }
}
