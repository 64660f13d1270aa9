use finding::{Words};

use super::common::{Closure, before, closure, earlier, go_span, ignored_by, in_stage, mod_flag, modules_off, severity, unignore, uses_vendor, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::paths;
use crate::unit::{GoUse, ModuleAt, Unit};
use crate::view::Found;
use gomod::modfile::GoMod;

/// A package that is imported is not there.
pub(super) static CHECK: Check = Check {
    id: "mod-import-unresolved",
    summary: Words::fixed("An imported package is not copied or required by no module", "被导入的包没有复制，或没有模块提供"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let mut seen = Vec::new();
    for go in &unit.go {
        if !matches!(go.args.sub.as_str(), "build" | "install" | "run") || !go.compiles() || go.args.doubtful || modules_off(go) || seen.contains(&go.stage) {
            continue;
        }
        let ModuleAt::Found { dir, gomod: Some(gomod), context_dir: Some(root) } = &go.module else { continue };
        if unit.find_for(go, &paths::join(dir, "go.work")) != Found::No {
            continue;
        }
        let Some(closure) = closure(unit, go) else { continue };
        // Packages of the module that the context has and the stage does not.
        for (own, files) in &closure.packages {
            let (Some(path), Some(first)) = (in_stage(go, own), files.first()) else { continue };
            if files.iter().any(|f| unit.find_for(go, &paths::join(&path, &f.name)) != Found::No) {
                continue;
            }
            // The package that is built itself is another check's.
            let importer = importer(&closure, gomod, root, own);
            let Some((importer, import)) = importer else { continue };
            seen.push(go.stage);
            missing(unit, out, go, own, &path, &first.name, &importer, &import);
            break;
        }
        if seen.contains(&go.stage) || !closure.complete {
            continue;
        }
        unrequired(unit, out, go, &closure, &mut seen);
    }
}

fn importer(closure: &Closure, gomod: &GoMod, root: &str, own: &str) -> Option<(String, String)> {
    let module = gomod.module.as_ref()?.path.as_str();
    let import = paths::join(module, paths::below(own, root)?);
    closure
        .packages
        .iter()
        .find_map(|(dir, files)| files.iter().find(|f| f.imports.contains(&import)).map(|f| paths::join(dir, &f.name)))
        .map(|file| (file, import))
}

#[expect(clippy::too_many_arguments, reason = "the facts of one finding")]
fn missing(unit: &Unit<'_>, out: &mut Sink, go: &GoUse, own: &str, path: &str, file: &str, importer: &str, import: &str) {
    let title = words!("Package `{own}` is imported but not in the image", "包 `{own}` 被导入，但不在镜像中");
    let mut draft = Draft::new(
        &CHECK,
        severity(unit, go),
        title,
        words!("{importer} imports {import}, and no COPY before this step brings `{path}`.", "{importer} 导入了 {import}，而此步骤之前没有 COPY 带入 `{path}`。"),
    )
    .at(&unit.path, go_span(unit, go), Words::fixed("fails here", "在此失败"))
    .on(go.instruction)
    .subject(own);
    let full = paths::join(own, file);
    if let Some((ignore, line, span, _)) = ignored_by(unit, &full) {
        draft.why = words!("{importer} imports {import}; line {line} of {ignore} keeps its sources out of the build.", "{importer} 导入了 {import}；{ignore} 第 {line} 行使其源码不进入构建。");
        draft = draft.at(&ignore, span, Words::fixed("kept out here", "此处排除"));
        if let Some((file, edits)) = unignore(unit, own) {
            draft = draft.fix(words!("Take `{own}` back", "重新包含 `{own}`"), true, &file, edits);
        }
    } else {
        let edits = before(unit, &unit.file.instructions[go.instruction], &format!("COPY {own} {path}\n"));
        draft = draft.fix(words!("Copy `{own}` before", "先复制 `{own}`"), true, &unit.path, edits);
    }
    out.push(draft);
}

/// An import that no required module can provide.
fn unrequired(unit: &Unit<'_>, out: &mut Sink, go: &GoUse, closure: &Closure, seen: &mut Vec<usize>) {
    let ModuleAt::Found { gomod: Some(gomod), .. } = &go.module else { return };
    let fills = earlier(unit, go.instruction, &|c| {
        c.effective().0 == Some("go") && c.words.iter().any(|w| matches!(w.literal(), Some("get" | "tidy" | "edit" | "init")))
    });
    let old = gomod::gover::compare(gomod.go_version(), "1.17").is_lt();
    if fills || old || mod_flag(go).is_some_and(|m| m == "mod") || uses_vendor(unit, go) != Found::No {
        return;
    }
    for (import, file) in &closure.external {
        let first = import.split('/').next().unwrap_or(import);
        if !first.contains('.') {
            continue;
        }
        let provided = gomod.require.iter().any(|r| paths::below(import, &r.module.path).is_some())
            || gomod.replace.iter().any(|r| paths::below(import, &r.old.path).is_some());
        if provided {
            continue;
        }
        seen.push(go.stage);
        let title = words!("No module in go.mod provides {import}", "go.mod 中没有模块提供 {import}");
        let why = words!("{file} imports it. go does not add requirements by itself and stops.", "{file} 导入了它。go 不会自动添加依赖，因而停止。");
        out.push(
            Draft::new(&CHECK, severity(unit, go), title, why)
                .at(&unit.path, go_span(unit, go), Words::fixed("fails here", "在此失败"))
                .on(go.instruction)
                .subject(import.clone())
                .command(Words::fixed("Add it to go.mod", "将其加入 go.mod"), "go mod tidy"),
        );
        return;
    }
}
