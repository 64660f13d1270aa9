use finding::{Words};

use super::common::{earlier, fetches, go_span, mounts, stage_severity};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::Unit;
use dockerfile::edit::Edit;

/// A step without network fetches something.
pub(super) static CHECK: Check = Check {
    id: "net-unreachable",
    summary: Words::fixed("A step without network fetches something", "没有网络的步骤要下载内容"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    for (at, instruction) in unit.instructions() {
        let (Some(stage), Some(script), Some(flag)) = (instruction.stage, &unit.scripts[at], instruction.flag("network")) else { continue };
        if flag.value() != "none" {
            continue;
        }
        let installs = script.commands.iter().find(|c| {
            matches!((c.effective().0, c.subcommand()), (Some("apk"), Some("add" | "update")) | (Some("apt-get" | "apt"), Some("update" | "install")) | (Some("curl" | "wget" | "git"), _))
                && c.certain && c.fatal && !(c.effective().0 == Some("git") && c.subcommand() != Some("clone"))
        });
        let fetching = unit.go.iter().find(|g| {
            g.instruction == at && g.decisive() && fetches(unit, g) && g.args.sub != "get"
                && !earlier(unit, at.saturating_sub(1), &|c| c.is("go", "mod") || c.is("go", "build") || c.is("go", "list"))
                && !mounts(unit, at).iter().any(|(m, _)| m.kind == "cache" || m.kind == "bind")
                && !unit.views.is_opaque(stage)
        });
        let span = match (installs, fetching) {
            (Some(c), _) => script.command_span(c),
            (None, Some(go)) => go_span(unit, go),
            _ => continue,
        };
        let title = Words::fixed("--network=none, but the step downloads", "--network=none，但该步骤需要下载");
        let why = Words::fixed("The step has no network; fetch in a step before, or drop the flag.", "该步骤没有网络；请在之前的步骤中获取，或去掉该参数。");
        out.push(
            Draft::new(&CHECK, stage_severity(unit, stage), title, why)
                .at(&unit.path, flag.span, Words::fixed("no network", "没有网络"))
                .at(&unit.path, span, Words::fixed("downloads here", "此处下载"))
                .on(at)
                .fix(Words::fixed("Give the step a network", "允许该步骤联网"), false, &unit.path, vec![Edit::delete(dockerfile::Span::new(flag.span.start, flag.span.end + 1))]),
        );
    }
}
