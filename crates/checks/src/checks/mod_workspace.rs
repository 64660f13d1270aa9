use finding::{Words};

use super::common::{after, before, copied_later, go_span, severity, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::context::Presence;
use crate::paths;
use crate::unit::{GoUse, Unit, Var};
use crate::view::Found;
use dockerfile::Span;
use gomod::modfile::GoWork;

/// go.work names what is not there.
pub(super) static CHECK: Check = Check {
    id: "mod-workspace",
    summary: Words::fixed("go.work uses a folder that is not in the image", "go.work 使用的目录不在镜像中"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let mut seen = Vec::new();
    for go in &unit.go {
        if !go.loads_module() || seen.contains(&go.stage) || go.env.get("GOWORK") != Var::Unset {
            continue;
        }
        let Some(cwd) = &go.cwd else { continue };
        let Some((dir, from)) = find(unit, go, cwd) else { continue };
        let Some(text) = unit.context().read(&from) else { continue };
        let (work, _) = GoWork::parse_partial(&text);
        for used in &work.uses {
            let target = paths::join(&paths::join(&dir, &used.path), "go.mod");
            if unit.find_for(go, &target) != Found::No {
                continue;
            }
            let root = paths::parent(&from).to_owned();
            let local = paths::join(&root, &used.path);
            let there = unit.context().presence(&paths::join(&local, "go.mod")) != Presence::Absent;
            if !there && (unit.options.incomplete || unit.project.may_be_generated(&local)) {
                continue;
            }
            seen.push(go.stage);
            let title = words!("go.work uses `{}`, which is not in the image", "go.work 使用 `{}`，但镜像中没有它", used.path);
            let later = copied_later(unit, go, &target);
            let why = match later {
                Some(line) => words!("It is copied in line {line}, after this step; every go command reads all modules of the workspace.", "它在第 {line} 行才复制，晚于此步骤；任何 go 命令都会读取工作区的全部模块。"),
                None => words!("go needs `{target}`: every go command reads all modules of the workspace.", "go 需要 `{target}`：任何 go 命令都会读取工作区的全部模块。"),
            };
            let span = work.syntax.lines[used.line].span.clone();
            let mut draft = Draft::new(&CHECK, severity(unit, go), title, why)
                .at(&unit.context().in_project(&from), Span::new(span.start, span.end), Words::fixed("used here", "此处使用"))
                .at(&unit.path, go_span(unit, go), Words::fixed("fails here", "在此失败"))
                .on(go.instruction)
                .subject(used.path.clone());
            if there && unit.context().sends(&local) {
                let line = format!("COPY {local} {}\n", paths::parent(&target));
                let edits = before(unit, &unit.file.instructions[go.instruction], &line);
                draft = draft.fix(words!("Copy `{local}` before", "先复制 `{local}`"), true, &unit.path, edits);
            }
            let stage_from = &unit.file.instructions[unit.file.stages[go.stage].instructions.start];
            let edits = after(unit, stage_from, "ENV GOWORK=off\n");
            draft = draft.fix(Words::fixed("Build without the workspace", "不使用工作区构建"), false, &unit.path, edits);
            out.push(draft);
            break;
        }
    }
}

/// The go.work in force: its folder in the stage and its path in the context.
fn find(unit: &Unit<'_>, go: &GoUse, cwd: &str) -> Option<(String, String)> {
    let mut dir = cwd.to_owned();
    loop {
        match unit.find_for(go, &paths::join(&dir, "go.work")) {
            Found::Context(from, _) => return Some((dir, from)),
            Found::No => {}
            _ => return None,
        }
        if dir == "/" {
            return None;
        }
        dir = paths::parent(&dir).to_owned();
    }
}
