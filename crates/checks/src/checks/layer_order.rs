use finding::{Severity, Words};

use super::common::{before, earlier, fetches, go_span, mounts, requires, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::paths;
use crate::unit::{ModuleAt, Unit};
use crate::view::Found;
use dockerfile::edit::Edit;
use dockerfile::{Args, Keyword};

/// Every source change downloads all modules again.
pub(super) static CHECK: Check = Check {
    id: "dependency-layer",
    summary: Words::fixed("Modules are downloaded again after every source change", "每次修改源码都会重新下载所有模块"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let mut seen = Vec::new();
    for go in &unit.go {
        if seen.contains(&go.stage) || !matches!(go.args.sub.as_str(), "mod download" | "build" | "install") || !fetches(unit, go) {
            continue;
        }
        seen.push(go.stage);
        let ModuleAt::Found { dir, context_dir: Some(root), gomod: Some(gomod) } = &go.module else { continue };
        if !requires(go) || gomod.replace.iter().any(|r| matches!(r.new, gomod::modfile::Replacement::Folder(_))) {
            continue;
        }
        let cached = mounts(unit, go.instruction).iter().any(|(m, _)| m.kind == "cache" && m.target.as_deref().is_some_and(|t| t.contains("/pkg") || t == "/go"));
        let bound = unit.views.mounts.get(&go.instruction).is_some_and(|m| !m.is_empty());
        let before_it = earlier(unit, go.instruction.saturating_sub(1), &|c| c.is("go", "mod") || c.is("go", "get"));
        if cached || bound || before_it || unit.find_for(go, &paths::join(dir, "go.work")) != Found::No {
            continue;
        }
        // The step that brings the sources along with go.mod.
        let range = unit.file.stages[go.stage].instructions.clone();
        let whole = range.clone().filter(|&at| at < go.instruction).find(|&at| {
            let i = &unit.file.instructions[at];
            matches!((&i.keyword, &i.args), (Keyword::Copy | Keyword::Add, Args::Copy(c)) if i.flag("from").is_none() && c.sources.iter().any(|w| paths::in_context(&w.text) == *root && !w.text.contains(['*', '$'])))
        });
        let Some(whole) = whole else { continue };
        let instruction = &unit.file.instructions[whole];
        let title = Words::fixed("Every change of a source file downloads all modules again", "任何源文件改动都会重新下载所有模块");
        let why = words!("Line {} copies the whole module before its dependencies are fetched, so the layer with them is never reused.", "第 {} 行在获取依赖之前复制了整个模块，因此依赖所在的层无法复用。", instruction.first_line);
        let mut draft = Draft::new(&CHECK, Severity::Warning, title, why)
            .at(&unit.path, instruction.span, Words::fixed("everything is copied here", "此处复制全部文件"))
            .at(&unit.path, go_span(unit, go), Words::fixed("modules are fetched here", "此处获取模块"))
            .on(whole);
        let state = &unit.states[whole];
        let same = state.workdir.as_deref() == Some(dir.as_str());
        if same && unit.context().sends(&paths::join(root, "go.sum")) {
            let prefix = if root.is_empty() { String::new() } else { format!("{root}/") };
            let early = range.clone().filter(|&at| at < whole).find_map(|at| match &unit.file.instructions[at].args {
                Args::Copy(c) => c.sources.iter().find(|w| w.text.ends_with("go.mod")).map(|w| (w, c.sources.iter().any(|s| s.text.ends_with("go.sum")))),
                _ => None,
            });
            let edits = match early {
                Some((word, has_sum)) => {
                    let mut edits = before(unit, instruction, "RUN go mod download\n");
                    if !has_sum {
                        edits.push(Edit::insert(word.span.end, format!(" {prefix}go.sum")));
                    }
                    edits
                }
                None => before(unit, instruction, &format!("COPY {prefix}go.mod {prefix}go.sum ./\nRUN go mod download\n")),
            };
            draft = draft.fix(Words::fixed("Fetch the modules in a layer of their own", "在单独的层中获取模块"), true, &unit.path, edits);
        }
        out.push(draft);
    }
}
