use finding::{Words};

use super::common::{go_span, none, severity, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::paths;
use crate::unit::{ModuleAt, Unit};
use crate::view::Found;
use dockerfile::Span;
use gomod::gosum::SumError;
use gomod::modfile::{GoMod, GoWork, Mode};

/// go.mod, go.sum or go.work cannot be read.
pub(super) static CHECK: Check = Check {
    id: "mod-file-invalid",
    summary: Words::fixed("go.mod, go.sum or go.work cannot be parsed", "go.mod、go.sum 或 go.work 无法解析"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let mut seen: Vec<String> = Vec::new();
    for go in &unit.go {
        if !go.loads_module() {
            continue;
        }
        let ModuleAt::Found { dir, context_dir: Some(root), .. } = &go.module else { continue };
        for name in ["go.mod", "go.sum", "go.work"] {
            let Found::Context(from, _) = unit.find_for(go, &paths::join(dir, name)) else { continue };
            let path = unit.context().in_project(&from);
            if seen.contains(&path) {
                continue;
            }
            let Some(text) = unit.context().read(&from) else { continue };
            let problem = match name {
                "go.mod" => GoMod::parse_partial(&text, Mode::Main).1.first().map(|e| (e.span.clone(), e.to_string())),
                "go.work" => GoWork::parse_partial(&text).1.first().map(|e| (e.span.clone(), e.to_string())),
                _ => gomod::gosum::GoSum::parse(&text).errors.first().map(|e| match e {
                    SumError::Fields { span, .. } | SumError::ConflictMarker { span, .. } => (span.clone(), e.to_string()),
                }),
            };
            let Some((span, message)) = problem else { continue };
            seen.push(path.clone());
            let _ = root;
            let title = words!("{name} cannot be read: {message}", "无法读取 {name}：{message}");
            let why = Words::fixed("The go command reads this file first and stops at such a line.", "go 命令首先读取该文件，遇到这样的行就会停止。");
            out.push(
                Draft::new(&CHECK, severity(unit, go), title, why)
                    .at(&path, Span::new(span.start, span.end), none())
                    .at(&unit.path, go_span(unit, go), Words::fixed("fails here", "在此失败"))
                    .on(go.instruction)
                    .subject(path.clone()),
            );
        }
    }
}
