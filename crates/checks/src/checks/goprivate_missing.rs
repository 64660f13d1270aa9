use finding::{Severity, Words};

use super::common::{before, fetches, go_span, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::{ModuleAt, Unit, Var};
use dockerfile::Span;

/// An internal module is asked of the public proxy.
pub(super) static CHECK: Check = Check {
    id: "goprivate-missing",
    summary: Words::fixed("An internal module is asked of the public proxy and checksum database", "内部模块被送往公共代理和校验和数据库"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    for go in &unit.go {
        if !fetches(unit, go) || go.env.get("GOPRIVATE") != Var::Unset || go.env.get("GONOPROXY") != Var::Unset || go.env.get("GOPROXY") != Var::Unset {
            continue;
        }
        let ModuleAt::Found { gomod: Some(gomod), context_dir: Some(root), .. } = &go.module else { continue };
        let Some(private) = gomod.require.iter().find(|r| {
            let host = r.module.path.split('/').next().unwrap_or("");
            [".internal", ".corp", ".local", ".lan", ".intra", ".intranet"].iter().any(|s| host.ends_with(s)) && gomod.replacement(&r.module).is_none()
        }) else { continue };
        let host = private.module.path.split('/').next().unwrap_or("").to_owned();
        let title = words!("GOPRIVATE does not name {host}", "GOPRIVATE 没有包含 {host}");
        let why = words!("go asks proxy.golang.org and sum.golang.org for {}, which cannot know it, and tells them its name.", "go 会向 proxy.golang.org 和 sum.golang.org 询问 {}，它们不可能知道该模块，名称也会泄露。", private.module.path);
        let span = gomod.span(private.line);
        let edits = before(unit, &unit.file.instructions[go.instruction], &format!("ENV GOPRIVATE={host}\n"));
        out.push(
            Draft::new(&CHECK, Severity::Warning, title, why)
                .at(&unit.path, go_span(unit, go), Words::fixed("fetched here", "此处获取"))
                .at(&unit.context().in_project(&crate::paths::join(root, "go.mod")), Span::new(span.start, span.end), Words::fixed("required here", "此处要求"))
                .on(go.instruction)
                .subject(private.module.path.clone())
                .fix(words!("Set GOPRIVATE={host}", "设置 GOPRIVATE={host}"), true, &unit.path, edits),
        );
        return;
    }
}
