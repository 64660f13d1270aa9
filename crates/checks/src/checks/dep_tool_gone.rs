use finding::{Severity, Words};

use super::common::{go_span, modules_off, none, severity, stage_severity, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::{GoUse, ModuleAt, Unit};
use dockerfile::edit::Edit;

/// A retired way to fetch dependencies.
pub(super) static CHECK: Check = Check {
    id: "dep-tool-gone",
    summary: Words::fixed("A retired tool or command fetches dependencies", "使用了已废弃的依赖获取方式"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    for go in &unit.go {
        let state = &unit.states[go.instruction];
        let Some(install) = &state.image.go else { continue };
        if go.args.sub != "get" || go.args.rest.is_empty() || !install.at_least_minor(18) || !matches!(go.module, ModuleAt::None) || modules_off(go) {
            continue;
        }
        let title = Words::fixed("`go get` no longer installs programs", "`go get` 不再安装程序");
        let why = Words::fixed("Since Go 1.18 go get only edits go.mod; outside a module it stops.", "自 Go 1.18 起 go get 只修改 go.mod；在模块之外会直接报错。");
        let mut draft = Draft::new(&CHECK, severity(unit, go), title, why).at(&unit.path, go_span(unit, go), none()).on(go.instruction);
        if let Some(edit) = to_install(unit, go) {
            draft = draft.fix(Words::fixed("Install with `go install`; choose a version instead of latest", "改用 `go install`；请用具体版本代替 latest"), false, &unit.path, vec![edit]);
        }
        out.push(draft);
    }
    for (at, instruction) in unit.instructions() {
        let (Some(stage), Some(script)) = (instruction.stage, &unit.scripts[at]) else { continue };
        let state = &unit.states[at];
        let known = state.image.golang && state.image.known && !state.anything_installed;
        for (i, command) in script.commands.iter().enumerate() {
            let Some(name @ ("go-wrapper" | "dep" | "godep" | "glide" | "govendor")) = command.name() else { continue };
            if !known || unit.go.iter().any(|g| g.stage == stage && (g.instruction, g.command) < (at, i) && matches!(g.args.sub.as_str(), "get" | "install")) {
                continue;
            }
            let fetched = script.commands[..i].iter().any(|c| !matches!(c.name(), Some("cd" | "echo" | "go" | "set" | "mkdir" | "apk" | "apt-get")));
            if fetched {
                continue;
            }
            let level = if command.certain && command.fatal { stage_severity(unit, stage) } else { Severity::Warning };
            let title = words!("`{name}` is not in the golang images any more", "golang 镜像中已不再包含 `{name}`");
            let why = words!("`{name}` was retired when Go got modules; the image does not have it.", "Go 引入模块后 `{name}` 已被淘汰；镜像中没有它。");
            out.push(
                Draft::new(&CHECK, level, title, why)
                    .at(&unit.path, script.command_span(command), none())
                    .on(at)
                    .advice(Words::fixed("Use modules: `go mod init`, `go mod tidy`, commit go.mod and go.sum, and `RUN go mod download`", "改用模块：`go mod init`、`go mod tidy`，提交 go.mod 和 go.sum，并使用 `RUN go mod download`")),
            );
            break;
        }
    }
}

fn to_install(unit: &Unit<'_>, go: &GoUse) -> Option<Edit> {
    let script = unit.scripts.get(go.instruction)?.as_ref()?;
    let command = script.commands.get(go.command)?;
    let get = command.words.iter().position(|w| w.literal() == Some("get"))?;
    let span = script.span(command.words[get].start, command.end);
    let packages: Option<Vec<String>> = go
        .args
        .rest
        .iter()
        .map(|w| w.literal().map(|t| if t.contains('@') { t.to_owned() } else { format!("{t}@latest") }))
        .collect();
    Some(Edit::replace(span, format!("install {}", packages?.join(" "))))
}
