use finding::{Words};

use super::common::{closure, earlier, go_span, ignored_by, mod_flag, modules_off, severity, unignore, uses_vendor, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::paths;
use crate::unit::{GoUse, ModuleAt, Unit, Var};
use crate::view::Found;
use dockerfile::edit::Edit;
use gomod::modfile::{Replacement, Require};

/// go.sum lacks what the build needs.
pub(super) static CHECK: Check = Check {
    id: "sum-missing",
    summary: Words::fixed("go.sum is missing or lacks an entry", "go.sum 缺失或缺少条目"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let mut seen = Vec::new();
    for go in &unit.go {
        if !go.compiles() || seen.contains(&go.stage) || !applies(unit, go) {
            continue;
        }
        let ModuleAt::Found { dir, context_dir: Some(root), gomod: Some(gomod) } = &go.module else { continue };
        let Some(closure) = closure(unit, go) else { continue };
        // Modules whose packages are imported for certain.
        let mut used: Vec<(&Require, &str)> = Vec::new();
        for (import, file) in &closure.external {
            let provider = gomod
                .require
                .iter()
                .filter(|r| paths::below(import, &r.module.path).is_some())
                .max_by_key(|r| r.module.path.len());
            if let Some(r) = provider
                && !matches!(gomod.replacement(&r.module).map(|x| &x.new), Some(Replacement::Folder(_)))
                && !used.iter().any(|(u, _)| u.module == r.module)
            {
                used.push((r, file));
            }
        }
        if used.is_empty() {
            continue;
        }
        let path = paths::join(dir, "go.sum");
        match unit.find_for(go, &path) {
            Found::No => {
                seen.push(go.stage);
                no_file(unit, out, go, root, &path);
            }
            Found::Context(from, _) => {
                let Some(text) = unit.context().read(&from) else { continue };
                let sum = gomod::gosum::GoSum::parse(&text);
                let index = sum.index();
                let missing = used.iter().find(|(r, _)| {
                    let module = match gomod.replacement(&r.module).map(|x| &x.new) {
                        Some(Replacement::Module(m)) => m,
                        _ => &r.module,
                    };
                    !index.contains_key(&(module, false))
                });
                // Without network facts a higher version may be chosen than the one required here: only a module that has
                // no line of any version is missing for certain.
                if let Some((r, file)) = missing
                    && !sum.lines.iter().any(|l| l.module.path == r.module.path && !l.go_mod)
                    && gomod.replacement(&r.module).is_none()
                {
                    seen.push(go.stage);
                    let (module, version) = (&r.module.path, &r.module.version);
                    let title = words!("go.sum has no entry for {module}", "go.sum 中没有 {module} 的条目");
                    let why = words!(
                        "{file} imports it and go.mod requires {version}, but go.sum has no checksum for it, and go does not add one by itself.",
                        "{file} 导入了它，go.mod 要求 {version}，但 go.sum 没有其校验和，go 也不会自动添加。"
                    );
                    let span = gomod.span(r.line);
                    let gomod_path = unit.context().in_project(&paths::join(root, "go.mod"));
                    out.push(
                        Draft::new(&CHECK, severity(unit, go), title, why)
                            .at(&gomod_path, dockerfile::Span::new(span.start, span.end), Words::fixed("required here", "此处要求"))
                            .at(&unit.path, go_span(unit, go), Words::fixed("fails here", "在此失败"))
                            .on(go.instruction)
                            .subject(module.clone())
                            .command(Words::fixed("Complete go.sum and commit it", "补全 go.sum 并提交"), "go mod tidy"),
                    );
                }
            }
            _ => {}
        }
    }
}

fn applies(unit: &Unit<'_>, go: &GoUse) -> bool {
    let Some(install) = &unit.states[go.instruction].image.go else { return false };
    let earlier_fills = earlier(unit, go.instruction, &|c| {
        matches!(c.effective().0, Some("go")) && c.words.iter().any(|w| matches!(w.literal(), Some("tidy" | "get" | "all" | "edit" | "init" | "vendor")))
    });
    install.at_least_minor(16)
        && mod_flag(go).is_none_or(|m| m == "readonly")
        && uses_vendor(unit, go) == Found::No
        && !modules_off(go)
        && !earlier_fills
        && go.env.get("GOFLAGS") != Var::Unknown
        && unit.find_for(go, &workspace(go)) == Found::No
}

fn workspace(go: &GoUse) -> String {
    match &go.module {
        ModuleAt::Found { dir, .. } => paths::join(dir, "go.work"),
        _ => "/go.work".to_owned(),
    }
}

fn no_file(unit: &Unit<'_>, out: &mut Sink, go: &GoUse, root: &str, path: &str) {
    let own = paths::join(root, "go.sum");
    let title = words!("There is no go.sum when `go {}` runs", "执行 `go {}` 时没有 go.sum", go.args.sub);
    let why = words!(
        "The packages that are built need other modules; without their checksums in `{path}` go stops with `missing go.sum entry`.",
        "所构建的包需要其他模块；`{path}` 中没有它们的校验和，go 会报 `missing go.sum entry` 并停止。"
    );
    let mut draft = Draft::new(&CHECK, severity(unit, go), title, why)
        .at(&unit.path, go_span(unit, go), Words::fixed("fails here", "在此失败"))
        .on(go.instruction);
    if let Some((file, line, span, _)) = ignored_by(unit, &own) {
        draft.why = words!("go.sum exists, but line {line} of {file} keeps it out of the build.", "go.sum 存在，但 {file} 第 {line} 行使其不进入构建。");
        draft = draft.at(&file, span, Words::fixed("kept out here", "此处排除"));
        if let Some((file, edits)) = unignore(unit, &own) {
            draft = draft.fix(Words::fixed("Take go.sum back", "重新包含 go.sum"), true, &file, edits);
        }
    } else if unit.context().sends(&own) {
        if let Some((edit, title)) = copy_too(unit, go, &own) {
            draft = draft.fix(title, true, &unit.path, vec![edit]);
        }
    } else {
        if unit.project.git_ignores(&own) {
            return;
        }
        draft = draft.command(Words::fixed("Create go.sum and commit it", "生成 go.sum 并提交"), "go mod tidy");
    }
    out.push(draft);
}

/// `COPY go.mod ./` becomes `COPY go.mod go.sum ./`.
fn copy_too(unit: &Unit<'_>, go: &GoUse, own: &str) -> Option<(Edit, Words)> {
    let range = unit.file.stages.get(go.stage)?.instructions.clone();
    for at in range {
        let dockerfile::Args::Copy(copy) = &unit.file.instructions[at].args else { continue };
        if let Some(word) = copy.sources.iter().find(|w| w.text.ends_with("go.mod")) {
            let sum = word.text.replace("go.mod", "go.sum");
            if paths::in_context(&sum) == own && copy.destination.text.ends_with(['/', '.']) {
                return Some((Edit::insert(word.span.end, format!(" {sum}")), Words::fixed("Copy go.sum too", "同时复制 go.sum")));
            }
        }
    }
    None
}
