use finding::{Severity, Words};

use super::common::{earlier, go_span, mounts, none};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::{Unit, is_root};
use dockerfile::edit::Edit;

/// Nothing is kept between builds.
pub(super) static CHECK: Check = Check {
    id: "no-cache-mount",
    summary: Words::fixed("A compiling step keeps no cache between builds", "编译步骤在构建之间不保留缓存"),
    persona: Persona::Pedantic,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let mut seen = Vec::new();
    for go in &unit.go {
        if !matches!(go.args.sub.as_str(), "build" | "install") || !go.compiles() || seen.contains(&go.instruction) {
            continue;
        }
        seen.push(go.instruction);
        let state = &unit.states[go.instruction];
        if mounts(unit, go.instruction).iter().any(|(m, _)| m.kind == "cache") || !state.image.golang {
            continue;
        }
        let keyword = unit.file.instructions[go.instruction].keyword_span;
        let title = Words::fixed("Every build compiles everything again", "每次构建都重新编译全部内容");
        let why = Words::fixed("A cache mount keeps go's build cache and modules between builds, outside the image.", "缓存挂载可在构建之间保留 go 的编译缓存和模块，且不进入镜像。");
        let mut draft = Draft::new(&CHECK, Severity::Note, title, why).at(&unit.path, go_span(unit, go), none()).on(go.instruction);
        if is_root(state.user.as_deref()) {
            let edit = Edit::insert(keyword.end, " --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build");
            let fetched = earlier(unit, go.instruction.saturating_sub(1), &|c| c.is("go", "mod"));
            // Modules that an earlier layer holds would be hidden by the mount.
            let edit = if fetched { Edit::insert(keyword.end, " --mount=type=cache,target=/root/.cache/go-build") } else { edit };
            draft = draft.fix(Words::fixed("Mount a cache", "挂载缓存"), true, &unit.path, vec![edit]);
        }
        out.push(draft);
    }
}
