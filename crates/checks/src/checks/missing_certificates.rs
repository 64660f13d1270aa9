use finding::{Severity, Words};

use super::common::{after, closure, none};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::Unit;
use dockerfile::{Base, Keyword};

/// No root certificates in the final image.
pub(super) static CHECK: Check = Check {
    id: "missing-certificates",
    summary: Words::fixed("The final image has no root certificates", "最终镜像中没有根证书"),
    persona: Persona::Pedantic,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let Some(last) = unit.final_stage() else { return };
    let Some(end) = unit.ends.get(last) else { return };
    if !end.image.has_certificates().no() || end.anything_installed || end.installed.contains("ca-certificates") {
        return;
    }
    let copied = unit.file.stages[last].instructions.clone().any(|at| {
        let i = &unit.file.instructions[at];
        i.keyword != Keyword::From && ["cert", "/etc/ssl", "/etc/", "/usr/share"].iter().any(|p| i.line.text.contains(p))
    });
    if copied || unit.views.is_opaque(last) {
        return;
    }
    let sources: Vec<usize> = unit.file.edges().iter().filter(|e| e.target == last).filter_map(|e| match e.source { Base::Stage(s) => Some(s), _ => None }).collect();
    for go in unit.go.iter().filter(|g| (sources.contains(&g.stage) || g.stage == last) && matches!(g.args.sub.as_str(), "build" | "install")) {
        let Some(closure) = closure(unit, go) else { continue };
        let tls = ["net/http", "crypto/tls", "google.golang.org/grpc/credentials"].iter().any(|p| closure.imports(p));
        if !tls || closure.imports("golang.org/x/crypto/x509roots/fallback") || closure.imports("github.com/breml/rootcerts") {
            continue;
        }
        let from = &unit.file.instructions[unit.file.stages[last].instructions.start];
        let title = Words::fixed("The final image has no root certificates", "最终镜像中没有根证书");
        let why = Words::fixed("Calls to HTTPS hosts fail with `x509: certificate signed by unknown authority`. A program that only serves needs none.", "访问 HTTPS 主机会报 `x509: certificate signed by unknown authority`。只提供服务的程序不需要。");
        let builder = unit.file.stages[go.stage].label();
        let line = format!("COPY --from={builder} /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/\n");
        let edits = after(unit, from, &line);
        out.push(
            Draft::new(&CHECK, Severity::Note, title, why)
                .at(&unit.path, from.span, none())
                .on(unit.file.stages[last].instructions.start)
                .possible()
                .fix(Words::fixed("Copy them from the build stage", "从构建阶段复制"), true, &unit.path, edits),
        );
        return;
    }
}
