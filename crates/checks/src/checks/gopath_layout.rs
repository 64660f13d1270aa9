use dockerfile::Keyword;
use finding::Words;

use super::common::{before, go_span, modules_off, severity, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::{ModuleAt, Unit};

/// The module lies in GOPATH itself.
pub(super) static CHECK: Check = Check {
    id: "gopath-layout",
    summary: Words::fixed("The module is copied into GOPATH itself", "模块被直接复制到 GOPATH 目录"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    for go in &unit.go {
        let ModuleAt::Found { dir, .. } = &go.module else { continue };
        let Some(gopath) = go.env.text("GOPATH") else { continue };
        if *dir != gopath || !go.loads_module() || modules_off(go) {
            continue;
        }
        let title = words!("The module lies in GOPATH itself (`{dir}`), where go ignores its go.mod", "模块位于 GOPATH（`{dir}`）中，go 会忽略其中的 go.mod");
        let why = words!(
            "`{dir}` is GOPATH in this image; a go.mod there is refused or ignored, and go then finds no module.",
            "`{dir}` 是该镜像的 GOPATH；其中的 go.mod 会被拒绝或忽略，随后 go 找不到模块。"
        );
        let mut draft = Draft::new(&CHECK, severity(unit, go), title, why)
            .at(&unit.path, go_span(unit, go), Words::fixed("fails here", "在此失败"))
            .on(go.instruction);
        let range = unit.file.stages[go.stage].instructions.clone();
        let copy = range.clone().find(|&at| unit.file.instructions[at].keyword == Keyword::Copy);
        let sets_workdir = range.into_iter().any(|at| unit.file.instructions[at].keyword == Keyword::Workdir);
        if let Some(at) = copy
            && !sets_workdir
        {
            let edits = before(unit, &unit.file.instructions[at], "WORKDIR /src\n");
            draft = draft.fix(Words::fixed("Work in a folder of its own", "使用单独的工作目录"), false, &unit.path, edits);
        } else {
            draft = draft.advice(Words::fixed("Set WORKDIR to a folder outside GOPATH, such as /src", "将 WORKDIR 设为 GOPATH 之外的目录，例如 /src"));
        }
        out.push(draft);
        return;
    }
}
