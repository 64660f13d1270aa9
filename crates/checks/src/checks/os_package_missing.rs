use finding::{Severity, Words};

use super::common::{base_overridable, earlier, from_place, stage_severity, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::Unit;

/// Packages of a distribution that is gone.
pub(super) static CHECK: Check = Check {
    id: "os-package-missing",
    summary: Words::fixed("Packages are installed from a release that is no longer served", "从已停止服务的发行版安装软件包"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let mut seen = Vec::new();
    for (at, instruction) in unit.instructions() {
        let (Some(stage), Some(script)) = (instruction.stage, &unit.scripts[at]) else { continue };
        let state = &unit.states[at];
        let Some(codename) = state.image.codename.as_deref().filter(|c| matches!(*c, "jessie" | "stretch" | "buster")) else { continue };
        if seen.contains(&stage) || state.anything_installed {
            continue;
        }
        let mends = earlier(unit, at, &|c| c.words.iter().any(|w| w.raw.contains("sources.list") || w.raw.contains("archive.debian.org")));
        let Some(command) = script.commands.iter().find(|c| matches!(c.effective().0, Some("apt-get" | "apt")) && matches!(c.subcommand(), Some("update" | "install"))) else { continue };
        if mends {
            continue;
        }
        seen.push(stage);
        let decisive = command.certain && command.fatal && !base_overridable(unit, stage);
        let level = if decisive { stage_severity(unit, stage) } else { Severity::Warning };
        let title = words!("Debian {codename} is no longer on the mirrors", "Debian {codename} 已不在镜像站上");
        let why = words!("Its packages moved to archive.debian.org; `apt-get update` answers 404 and the step fails.", "其软件包已移至 archive.debian.org；`apt-get update` 会返回 404，步骤失败。");
        let mut draft = Draft::new(&CHECK, level, title, why)
            .at(&unit.path, script.command_span(command), Words::fixed("fails here", "在此失败"))
            .on(at)
            .likely()
            .subject(codename);
        if let Some((_, span, text)) = from_place(unit, stage) {
            draft = draft.at(&unit.path, span, words!("Debian {codename}", "Debian {codename}"));
            if text.ends_with(codename) {
                let new = text.replace(codename, "bookworm");
                draft = draft.fix(words!("Use {new}", "改用 {new}"), false, &unit.path, vec![dockerfile::edit::Edit::replace(span, new)]);
            } else {
                draft = draft.advice(Words::fixed("Use an image that is still maintained", "使用仍在维护的镜像"));
            }
        }
        out.push(draft);
    }
}
