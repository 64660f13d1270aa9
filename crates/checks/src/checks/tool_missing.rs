use finding::{Severity, Words};

use super::common::{before, none, stage_severity, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::images::Os;
use crate::unit::Unit;
use dockerfile::Keyword;

/// A command is not in the image.
pub(super) static CHECK: Check = Check {
    id: "tool-missing",
    summary: Words::fixed("A command is not in the image", "镜像中没有该命令"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

/// Commands whose absence can be told.
const TOOLS: [&str; 17] = [
    "apk", "apt-get", "apt", "yum", "dnf", "microdnf", "make", "bash", "curl", "wget", "jq", "gcc", "g++", "npm", "node", "useradd", "groupadd",
];

fn run(unit: &Unit<'_>, out: &mut Sink) {
    for (at, instruction) in unit.instructions() {
        let Some(stage) = instruction.stage else { continue };
        if instruction.keyword != Keyword::Run {
            continue;
        }
        let state = &unit.states[at];
        if state.image.has_shell().no() && state.ops == 0 {
            let title = Words::fixed("RUN cannot work here: the stage is empty", "此处 RUN 无法执行：该阶段是空的");
            let why = Words::fixed("scratch has no shell and no programs.", "scratch 中没有 shell，也没有任何程序。");
            out.push(Draft::new(&CHECK, stage_severity(unit, stage), title, why).at(&unit.path, instruction.keyword_span, none()).on(at));
            continue;
        }
        let Some(script) = &unit.scripts[at] else { continue };
        let mut installed_here = false;
        for command in &script.commands {
            let (Some(name), _) = command.effective() else { continue };
            let packager = matches!(name, "apk" | "apt-get" | "apt" | "yum" | "dnf" | "microdnf");
            let first = command.words.first().and_then(|w| w.literal()).unwrap_or("");
            if !TOOLS.contains(&name) || (first.contains('/') && !first.starts_with("/bin/") && !first.starts_with("/usr/bin/")) {
                installed_here |= packager;
                continue;
            }
            if !packager && installed_here || !unit.has_tool(at, name).no() {
                installed_here |= packager;
                continue;
            }
            if !(command.certain && command.fatal) || command.substitution {
                continue;
            }
            let os = format!("{:?}", state.image.os);
            let title = words!("`{name}` is not in the image", "镜像中没有 `{name}`");
            let why = words!("The image is based on {os}, which comes without `{name}`, and no earlier step installs it.", "该镜像基于 {os}，不带 `{name}`，之前的步骤也没有安装它。");
            let level = if super::common::base_overridable(unit, stage) { Severity::Warning } else { stage_severity(unit, stage) };
            let span = command.words.iter().find(|w| w.literal().is_some_and(|t| t.ends_with(name))).map_or_else(|| script.command_span(command), |w| script.word_span(w));
            let mut draft = Draft::new(&CHECK, level, title, why).at(&unit.path, span, none()).on(at).subject(name);
            if state.image.os == Os::Alpine && !packager && crate::unit::is_root(state.user.as_deref()) {
                let package = match name { "npm" | "node" => "nodejs npm", "useradd" | "groupadd" => "shadow", name => name };
                let edits = before(unit, instruction, &format!("RUN apk add --no-cache {package}\n"));
                draft = draft.fix(words!("Install {package}", "安装 {package}"), true, &unit.path, edits);
            } else if packager && state.image.os == Os::Alpine {
                draft = draft.advice(Words::fixed("Use `apk add --no-cache`, or a Debian-based image", "改用 `apk add --no-cache`，或使用基于 Debian 的镜像"));
            } else if name == "apk" {
                draft = draft.advice(Words::fixed("Use `apt-get install`, or an Alpine-based image", "改用 `apt-get install`，或使用基于 Alpine 的镜像"));
            }
            out.push(draft);
            break;
        }
    }
}
