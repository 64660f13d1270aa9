use finding::{Severity, Words};

use super::common::{go_span, mod_flag, none, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::{ModuleAt, Unit};
use dockerfile::edit::Edit;

/// The build changes go.mod.
pub(super) static CHECK: Check = Check {
    id: "mod-rewrite",
    summary: Words::fixed("The build changes go.mod instead of using it", "构建会修改 go.mod，而不是使用它"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    for go in &unit.go {
        let ModuleAt::Found { context_dir: Some(_), .. } = &go.module else { continue };
        let what = if mod_flag(go).as_deref() == Some("mod") && go.loads_module() {
            "-mod=mod".to_owned()
        } else if go.args.sub == "mod tidy" || (go.args.sub == "get" && go.args.rest.iter().all(|w| !w.raw.contains('@'))) {
            format!("go {}", go.args.sub)
        } else {
            continue;
        };
        // A stage that only tidies is a tool of its own.
        let builds = unit.go.iter().any(|g| g.stage == go.stage && matches!(g.args.sub.as_str(), "build" | "install") && g.compiles());
        if !builds {
            continue;
        }
        let title = words!("{what} lets the build choose other versions than go.mod and go.sum say", "{what} 会让构建选用与 go.mod 和 go.sum 不同的版本");
        let why = Words::fixed("What is built is then not what was tested, and new versions are trusted without a recorded checksum. Run it on your machine and commit the result.", "这样构建的就不是测试过的内容，新版本也没有经过记录的校验和。请在本机运行并提交结果。");
        let mut draft = Draft::new(&CHECK, Severity::Warning, title, why).at(&unit.path, go_span(unit, go), none()).on(go.instruction);
        if what == "-mod=mod" && let Some(word) = flag_word(unit, go) {
            draft = draft.fix(Words::fixed("Build with -mod=readonly", "使用 -mod=readonly 构建"), false, &unit.path, vec![Edit::replace(word, "-mod=readonly")]);
        } else if go.args.sub == "mod tidy" {
            let script = unit.scripts[go.instruction].as_ref();
            if let Some(w) = script.and_then(|s| s.commands[go.command].words.iter().find(|w| w.raw == "tidy").map(|w| s.word_span(w))) {
                draft = draft.fix(Words::fixed("Only download what go.mod names", "只下载 go.mod 指定的内容"), false, &unit.path, vec![Edit::replace(w, "download")]);
            }
        }
        out.push(draft);
    }
}

fn flag_word(unit: &Unit<'_>, go: &crate::unit::GoUse) -> Option<dockerfile::Span> {
    let script = unit.scripts[go.instruction].as_ref()?;
    script.commands[go.command].words.iter().find(|w| w.raw == "-mod=mod").map(|w| script.word_span(w))
}
