use finding::{Severity, Words};

use super::common::{closure, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::Unit;
use dockerfile::{Base, Keyword};

/// No time zones in the final image.
pub(super) static CHECK: Check = Check {
    id: "missing-zoneinfo",
    summary: Words::fixed("The program loads a time zone that the final image does not have", "程序加载的时区在最终镜像中不存在"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let Some(last) = unit.final_stage() else { return };
    let Some(end) = unit.ends.get(last) else { return };
    if !end.image.has_zoneinfo().no() || end.anything_installed || end.installed.contains("tzdata") {
        return;
    }
    let copied = unit.file.stages[last].instructions.clone().any(|at| {
        let i = &unit.file.instructions[at];
        i.keyword != Keyword::From && ["zoneinfo", "tzdata", "ZONEINFO"].iter().any(|p| i.line.text.contains(p))
    });
    if copied || unit.views.is_opaque(last) {
        return;
    }
    let sources: Vec<usize> = unit.file.edges().iter().filter(|e| e.target == last).filter_map(|e| match e.source { Base::Stage(s) => Some(s), _ => None }).collect();
    for go in unit.go.iter().filter(|g| (sources.contains(&g.stage) || g.stage == last) && matches!(g.args.sub.as_str(), "build" | "install")) {
        let Some(closure) = closure(unit, go) else { continue };
        if closure.imports("time/tzdata") || go.args.value("tags").is_some_and(|t| t.contains("timetzdata")) {
            continue;
        }
        for (dir, files) in &closure.packages {
            for file in files {
                let path = crate::paths::join(dir, &file.name);
                let Some(text) = unit.context().read(&path) else { continue };
                let Some(at) = text.find("LoadLocation(\"") else { continue };
                let zone = text[at + 14..].split('"').next().unwrap_or("");
                if !zone.contains('/') || zone.len() > 40 {
                    continue;
                }
                let title = words!("The program loads the time zone {zone}, which the final image does not have", "程序加载时区 {zone}，而最终镜像中没有时区数据");
                let why = Words::fixed("time.LoadLocation fails with `unknown time zone`.", "time.LoadLocation 会报 `unknown time zone`。");
                let from = &unit.file.instructions[unit.file.stages[last].instructions.start];
                let mut draft = Draft::new(&CHECK, Severity::Warning, title, why)
                    .at(&unit.context().in_project(&path), dockerfile::Span::new(at, at + 15 + zone.len()), Words::fixed("loaded here", "此处加载"))
                    .at(&unit.path, from.span, Words::fixed("final image", "最终镜像"))
                    .on(unit.file.stages[last].instructions.start)
                    .likely()
                    .subject(zone);
                draft = draft.advice(Words::fixed("Import time/tzdata in the program, or build with -tags timetzdata", "在程序中导入 time/tzdata，或使用 -tags timetzdata 构建"));
                out.push(draft);
                return;
            }
        }
    }
}
