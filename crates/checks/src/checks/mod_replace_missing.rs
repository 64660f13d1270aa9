use finding::{Words};

use super::common::{before, copied_later, go_span, ignored_by, severity, unignore, uses_vendor, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::context::Presence;
use crate::paths;
use crate::unit::{GoUse, ModuleAt, Sure, Unit};
use crate::view::Found;
use dockerfile::Span;
use gomod::modfile::{GoMod, Replace, Replacement};

/// A replace points at what is not there.
pub(super) static CHECK: Check = Check {
    id: "mod-replace-missing",
    summary: Words::fixed("A replace directive points at a folder that is not there", "replace 指向的目录不存在"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let mut seen = Vec::new();
    for go in &unit.go {
        if !go.loads_module() || matches!(go.args.sub.as_str(), "mod tidy") || uses_vendor(unit, go).exists() {
            continue;
        }
        let ModuleAt::Found { dir, context_dir: Some(root), gomod: Some(gomod) } = &go.module else { continue };
        for replace in &gomod.replace {
            let Replacement::Folder(folder) = &replace.new else { continue };
            let required = gomod.require.iter().any(|r| {
                r.module.path == replace.old.path && (replace.old.version.is_empty() || replace.old.version == r.module.version)
            });
            if !required || seen.contains(&(go.stage, replace.line)) {
                continue;
            }
            let in_stage = paths::join(dir, folder);
            if unit.find_for(go, &paths::join(&in_stage, "go.mod")) != Found::No {
                continue;
            }
            seen.push((go.stage, replace.line));
            report(unit, out, go, root, gomod, replace, folder, &in_stage);
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "the facts of one finding")]
fn report(unit: &Unit<'_>, out: &mut Sink, go: &GoUse, root: &str, gomod: &GoMod, replace: &Replace, folder: &str, in_stage: &str) {
    let module = &replace.old.path;
    let in_project = paths::join(&unit.context().in_project(root), folder);
    let local = if folder.starts_with('/') { None } else { context_path(root, folder) };
    let outside = local.is_none();
    let there = local.as_ref().is_some_and(|l| unit.context().presence(&paths::join(l, "go.mod")) != Presence::Absent);
    if !there && !outside && (unit.options.incomplete || unit.project.may_be_generated(&in_project)) {
        return;
    }
    if outside && !matches!(unit.sure, Sure::Yes | Sure::Likely) && unit.project.tree.entry(&in_project).is_some() {
        // The project has the folder: with another context it would be there.
        return;
    }
    let title = words!("go.mod replaces {module} by `{folder}`, which is not in the image", "go.mod 用 `{folder}` 替换 {module}，但镜像中没有该目录");
    let later = copied_later(unit, go, &paths::join(in_stage, "go.mod"));
    let why = match (&local, later) {
        (None, _) => words!(
            "`{folder}` lies outside the build context, so no COPY can bring it; go needs `{in_stage}/go.mod`.",
            "`{folder}` 位于构建上下文之外，任何 COPY 都无法带入；go 需要 `{in_stage}/go.mod`。"
        ),
        (_, Some(line)) => words!(
            "It is copied in line {line}, after this step; go reads `{in_stage}/go.mod` now.",
            "它在第 {line} 行才复制，晚于此步骤；go 此时就要读取 `{in_stage}/go.mod`。"
        ),
        _ if there => words!("It is in the context but not copied; go needs `{in_stage}/go.mod`.", "它在上下文中但没有被复制；go 需要 `{in_stage}/go.mod`。"),
        _ => words!("No such folder is in the context; go needs `{in_stage}/go.mod`.", "上下文中没有该目录；go 需要 `{in_stage}/go.mod`。"),
    };
    let span = gomod.span(replace.line);
    let path = unit.context().in_project(&paths::join(root, "go.mod"));
    let mut draft = Draft::new(&CHECK, severity(unit, go), title, why)
        .at(&path, Span::new(span.start, span.end), Words::fixed("replaced here", "此处替换"))
        .at(&unit.path, go_span(unit, go), Words::fixed("fails here", "在此失败"))
        .on(go.instruction)
        .subject(module.clone());
    match local {
        Some(local) if there => {
            if let Some((file, line, span, _)) = ignored_by(unit, &paths::join(&local, "go.mod")) {
                draft.why = words!("Line {line} of {file} keeps the folder out of the build.", "{file} 第 {line} 行使该目录不进入构建。");
                draft = draft.at(&file, span, Words::fixed("kept out here", "此处排除"));
                if let Some((file, edits)) = unignore(unit, &local) {
                    draft = draft.fix(words!("Take `{local}` back", "重新包含 `{local}`"), true, &file, edits);
                }
            } else {
                let line = format!("COPY {local} {in_stage}\n");
                let edits = before(unit, &unit.file.instructions[go.instruction], &line);
                draft = draft.fix(words!("Copy `{local}` before", "先复制 `{local}`"), true, &unit.path, edits);
            }
        }
        _ if outside && !folder.starts_with('/') => {
            let up = "../".repeat(folder.split('/').take_while(|p| *p == "..").count()) ;
            draft = draft.advice(words!(
                "Build with a context that holds both, such as `{}` (docker build -f ... {}), or require a published version",
                "使用同时包含两者的上下文，例如 `{}`（docker build -f ... {}），或改为引用已发布的版本",
                up.trim_end_matches('/'),
                up.trim_end_matches('/')
            ));
        }
        _ => {}
    }
    out.push(draft);
}

/// The folder in the context, when it does not leave it.
fn context_path(root: &str, folder: &str) -> Option<String> {
    let path = dockerfile::ignore::clean(&format!("./{root}/{folder}"));
    (path != ".." && !path.starts_with("../")).then_some(if path == "." { String::new() } else { path })
}
