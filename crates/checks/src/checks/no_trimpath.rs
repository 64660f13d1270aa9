use finding::{Severity, Words};

use super::common::{go_span, goflags, none};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::{Unit, Var};
use dockerfile::edit::Edit;

/// Paths of the build machine in the binary.
pub(super) static CHECK: Check = Check {
    id: "no-trimpath",
    summary: Words::fixed("The binary holds paths of the build container", "二进制中含有构建容器的路径"),
    persona: Persona::Pedantic,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    for go in &unit.go {
        if go.args.sub != "build" || !go.compiles() || go.args.flag("o").is_none() {
            continue;
        }
        let set = go.args.on("trimpath") || goflags(go).iter().any(|f| f.trim_start_matches('-').starts_with("trimpath")) || go.env.get("GOFLAGS") == Var::Unknown;
        let hidden = go.args.rest.iter().chain(go.args.flags.iter().filter_map(|(_, v, _)| v.as_ref())).any(|w| w.raw.starts_with('$'));
        if set || hidden {
            continue;
        }
        let title = Words::fixed("Without -trimpath the binary depends on where it was built", "没有 -trimpath，二进制会依赖构建位置");
        let why = Words::fixed("The same sources in another folder give another binary, and stack traces show the container's paths.", "同样的源码放在另一目录会得到不同的二进制，堆栈中会显示容器内的路径。");
        let script = unit.scripts[go.instruction].as_ref();
        let mut draft = Draft::new(&CHECK, Severity::Note, title, why).at(&unit.path, go_span(unit, go), none()).on(go.instruction);
        if let Some(end) = script.and_then(|s| s.commands[go.command].words.iter().find(|w| w.raw == "build").map(|w| s.word_span(w).end)) {
            draft = draft.fix(Words::fixed("Build with -trimpath", "使用 -trimpath 构建"), true, &unit.path, vec![Edit::insert(end, " -trimpath")]);
        }
        out.push(draft);
    }
}
