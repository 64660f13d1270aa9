use finding::{Severity, Words};

use super::common::{before, fetches, go_span, none, severity, stage_severity, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::images::Os;
use crate::unit::{ModuleAt, Unit};
use gomod::modfile::Replacement;

/// git is needed and not in the image.
pub(super) static CHECK: Check = Check {
    id: "tool-git-missing",
    summary: Words::fixed("git is needed but not in the image", "需要 git，但镜像中没有"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let mut seen = Vec::new();
    // Go fetches these itself, with git.
    for go in &unit.go {
        if seen.contains(&go.stage) || !unit.has_tool(go.instruction, "git").no() || !fetches(unit, go) {
            continue;
        }
        let ModuleAt::Found { gomod: Some(gomod), context_dir: Some(root), .. } = &go.module else { continue };
        let direct = matches!(go.env.text("GOPROXY").as_deref(), Some("direct"));
        let patterns = go.env.text("GONOPROXY").or_else(|| go.env.text("GOPRIVATE")).unwrap_or_default();
        let private = gomod.require.iter().find(|r| {
            (direct || gomod::pattern::matches(&patterns, &r.module.path))
                && !matches!(gomod.replacement(&r.module).map(|x| &x.new), Some(Replacement::Folder(_)))
        });
        let Some(private) = private else { continue };
        seen.push(go.stage);
        let module = &private.module.path;
        let title = words!("{module} is fetched with git, which is not in the image", "{module} 需要用 git 获取，但镜像中没有 git");
        let why = if direct {
            Words::fixed("GOPROXY=direct fetches every module from its own host, with git.", "GOPROXY=direct 会用 git 从各模块所在主机直接获取。")
        } else {
            words!("GOPRIVATE ({patterns}) matches it, so go does not ask a proxy but runs git.", "GOPRIVATE（{patterns}）匹配它，go 不会询问代理而是运行 git。")
        };
        let span = gomod.span(private.line);
        let gomod_path = unit.context().in_project(&crate::paths::join(root, "go.mod"));
        let draft = Draft::new(&CHECK, severity(unit, go), title, why)
            .at(&unit.path, go_span(unit, go), Words::fixed("fails here", "在此失败"))
            .at(&gomod_path, dockerfile::Span::new(span.start, span.end), Words::fixed("required here", "此处要求"))
            .on(go.instruction)
            .subject(module.clone());
        out.push(install(unit, draft, go.instruction));
    }
    for (at, instruction) in unit.instructions() {
        let Some(stage) = instruction.stage else { continue };
        let Some(script) = &unit.scripts[at] else { continue };
        for command in &script.commands {
            if command.effective().0 != Some("git") || seen.contains(&stage) || !unit.has_tool(at, "git").no() {
                continue;
            }
            let installs = script.commands.iter().any(|c| matches!(c.effective().0, Some("apk" | "apt-get" | "apt" | "yum" | "dnf" | "microdnf")));
            if installs {
                continue;
            }
            seen.push(stage);
            let title = Words::fixed("git is not in the image", "镜像中没有 git");
            let (level, why) = if command.certain && command.fatal {
                (stage_severity(unit, stage), Words::fixed("This image comes without git, and no step installs it.", "该镜像不带 git，也没有步骤安装它。"))
            } else {
                (Severity::Warning, Words::fixed("This image comes without git; the command fails and leaves an empty value behind.", "该镜像不带 git；命令会失败并得到空值。"))
            };
            let draft = Draft::new(&CHECK, level, title, why).at(&unit.path, script.command_span(command), none()).on(at);
            out.push(install(unit, draft, at));
        }
    }
}

fn install(unit: &Unit<'_>, draft: Draft, at: usize) -> Draft {
    if unit.states[at].image.os != Os::Alpine || !crate::unit::is_root(unit.states[at].user.as_deref()) {
        return draft;
    }
    let edits = before(unit, &unit.file.instructions[at], "RUN apk add --no-cache git\n");
    draft.fix(Words::fixed("Install git", "安装 git"), true, &unit.path, edits)
}
