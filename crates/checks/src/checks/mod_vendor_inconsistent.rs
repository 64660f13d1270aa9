use finding::{Words};

use super::common::{go_span, ignored_by, mod_flag, requires, severity, unignore, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::context::Presence;
use crate::paths;
use crate::unit::{ModuleAt, Unit};
use crate::view::Found;

/// vendor/ is absent or disagrees with go.mod.
pub(super) static CHECK: Check = Check {
    id: "mod-vendor-inconsistent",
    summary: Words::fixed("vendor/ is missing or disagrees with go.mod", "vendor/ 缺失或与 go.mod 不一致"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let mut seen = Vec::new();
    for go in &unit.go {
        if !go.compiles() || seen.contains(&go.stage) {
            continue;
        }
        let ModuleAt::Found { dir, context_dir: Some(root), gomod: Some(gomod) } = &go.module else { continue };
        let path = paths::join(dir, "vendor/modules.txt");
        let own = paths::join(root, "vendor");
        match unit.find_for(go, &path) {
            Found::No if mod_flag(go).as_deref() == Some("vendor") && requires(go) => {
                let gone = unit.context().presence(&own) == Presence::Absent;
                if gone && (unit.options.incomplete || unit.project.may_be_generated(&own)) {
                    continue;
                }
                seen.push(go.stage);
                let title = Words::fixed("The build wants vendor/, which is not in the image", "构建需要 vendor/，但镜像中没有它");
                let why = words!("With -mod=vendor go reads `{path}` and stops without it.", "使用 -mod=vendor 时 go 会读取 `{path}`，没有它就会停止。");
                let mut draft = Draft::new(&CHECK, severity(unit, go), title, why)
                    .at(&unit.path, go_span(unit, go), Words::fixed("fails here", "在此失败"))
                    .on(go.instruction);
                if let Some((file, line, span, _)) = ignored_by(unit, &own) {
                    draft.why = words!("vendor/ exists, but line {line} of {file} keeps it out of the build.", "vendor/ 存在，但 {file} 第 {line} 行使其不进入构建。");
                    draft = draft.at(&file, span, Words::fixed("kept out here", "此处排除"));
                    if let Some((file, edits)) = unignore(unit, &own) {
                        draft = draft.fix(Words::fixed("Take vendor back", "重新包含 vendor"), true, &file, edits);
                    }
                } else if gone {
                    draft = draft.command(Words::fixed("Create vendor/", "生成 vendor/"), "go mod vendor");
                }
                out.push(draft);
            }
            Found::Context(from, _) if matches!(mod_flag(go).as_deref(), None | Some("vendor")) => {
                let Some(text) = unit.context().read(&from) else { continue };
                let problems = gomod::vendor::ModulesTxt::parse(&text).check(gomod);
                let Some(problem) = problems.first() else { continue };
                if gomod::gover::compare(gomod.go_version(), "1.14").is_lt() || unit.find_for(go, &paths::join(dir, "go.work")) != Found::No {
                    continue;
                }
                seen.push(go.stage);
                let title = Words::fixed("vendor/ disagrees with go.mod", "vendor/ 与 go.mod 不一致");
                let why = words!("{problem}. go stops with `inconsistent vendoring`.", "{problem}。go 会报 `inconsistent vendoring` 并停止。");
                out.push(
                    Draft::new(&CHECK, severity(unit, go), title, why)
                        .at(&unit.path, go_span(unit, go), Words::fixed("fails here", "在此失败"))
                        .on(go.instruction)
                        .command(Words::fixed("Bring vendor/ up to date", "更新 vendor/"), "go mod vendor"),
                );
            }
            _ => {}
        }
    }
}
