use finding::{Severity, Words};

use super::common::{chain, go_span, none, severity, stage_severity, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::paths;
use crate::unit::Unit;
use crate::view::{Found, Op, Origin};

/// A version is read from git data that are not there.
pub(super) static CHECK: Check = Check {
    id: "vcs-stamping",
    summary: Words::fixed("The version comes from git, but .git does not arrive", "版本信息取自 git，但 .git 不在镜像中"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    for (at, instruction) in unit.instructions() {
        let (Some(stage), Some(script)) = (instruction.stage, &unit.scripts[at]) else { continue };
        for command in &script.commands {
            let reads = command.effective().0 == Some("git") && matches!(command.subcommand(), Some("describe" | "rev-parse" | "log" | "show" | "status" | "rev-list"));
            if !reads {
                continue;
            }
            let Some(reason) = gone(unit, at, stage) else { continue };
            let fatal = command.certain && command.fatal && !command.substitution;
            let level = if fatal { stage_severity(unit, stage) } else { Severity::Warning };
            let title = words!("`git {}` finds no repository", "`git {}` 找不到仓库", command.subcommand().unwrap_or(""));
            let mut why = words!("{} Pass the version as a build argument, or let .git through.", "{} 请用构建参数传入版本，或让 .git 进入上下文。", reason.why.en);
            why.zh = format!("{} 请用构建参数传入版本，或让 .git 进入上下文。", reason.why.zh).into();
            let mut draft = Draft::new(&CHECK, level, title, why).at(&unit.path, script.command_span(command), none()).on(at);
            if let Some((file, span)) = reason.place {
                draft = draft.at(&file, span, Words::fixed("kept out here", "此处排除"));
            }
            out.push(draft);
            break;
        }
    }
    for go in &unit.go {
        let forced = matches!(go.args.value("buildvcs"), Some("true" | "1")) || (go.args.flag("buildvcs") == Some(None));
        if go.args.sub != "build" && go.args.sub != "install" || !forced {
            continue;
        }
        let no_git = unit.has_tool(go.instruction, "git").no();
        let reason = gone(unit, go.instruction, go.stage);
        if !no_git && reason.is_none() {
            continue;
        }
        let title = Words::fixed("-buildvcs=true needs .git and git", "-buildvcs=true 需要 .git 和 git");
        let why = match &reason {
            Some(reason) => reason.why.clone(),
            None => Words::fixed("There is no git in the image.", "镜像中没有 git。"),
        };
        out.push(Draft::new(&CHECK, severity(unit, go), title, why).at(&unit.path, go_span(unit, go), none()).on(go.instruction));
    }
}

struct Reason {
    why: Words,
    place: Option<(String, dockerfile::Span)>,
}

/// Why there is no .git where the step runs. A checkout has one: its absence from the tree proves nothing.
fn gone(unit: &Unit<'_>, at: usize, stage: usize) -> Option<Reason> {
    let state = &unit.states[at];
    let workdir = state.workdir.as_deref()?;
    let mut dir = workdir.to_owned();
    loop {
        match unit.views.find_step(at, stage, state.ops, &paths::join(&dir, ".git")) {
            Found::No => {}
            _ => return None,
        }
        if dir == "/" {
            break;
        }
        dir = paths::parent(&dir).to_owned();
    }
    // A whole copy of the context would bring it, were it not for the ignore file.
    let whole = chain(unit, stage).iter().any(|s| {
        unit.views.stages[*s].ops.iter().any(|op| matches!(op, Op::Copy { origin: Origin::Context, maps, .. } if maps.iter().any(|m| m.from.is_empty() && m.dir)))
    }) || unit.views.mounts.get(&at).is_some_and(|ops| ops.iter().any(|op| matches!(op, Op::Copy { origin: Origin::Context, maps, .. } if maps.iter().any(|m| m.from.is_empty()))));
    if !whole {
        return unit.context().root.is_empty().then(|| Reason { why: Words::fixed("No COPY brings .git into this stage.", "没有 COPY 将 .git 带入此阶段。"), place: None });
    }
    let (file, rules) = unit.context().ignore.as_ref()?;
    let decision = rules.why(".git");
    let pattern = rules.patterns.get(decision.pattern?)?;
    decision.ignored.then(|| Reason {
        why: words!("Line {} of {file} keeps .git out of the build.", "{file} 第 {} 行使 .git 不进入构建。", pattern.line),
        place: Some((file.clone(), pattern.span)),
    })
}
