use finding::{Severity, Words};

use super::common::{before, closure, go_span, none, severity, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::images::Os;
use crate::unit::{Unit, Var};

/// cgo needs a C compiler that is not there.
pub(super) static CHECK: Check = Check {
    id: "tool-gcc-missing",
    summary: Words::fixed("cgo needs a C compiler that is not in the image", "cgo 需要 C 编译器，但镜像中没有"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

/// Modules whose packages do nothing, or do not build, without cgo.
const CGO_MODULES: [&str; 6] = [
    "github.com/mattn/go-sqlite3",
    "github.com/confluentinc/confluent-kafka-go",
    "github.com/confluentinc/confluent-kafka-go/v2",
    "github.com/h2non/bimg",
    "gopkg.in/gographics/imagick.v3",
    "github.com/davidbyttow/govips/v2",
];

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let mut seen = Vec::new();
    for go in &unit.go {
        if !go.compiles() || seen.contains(&go.stage) || !unit.has_tool(go.instruction, "gcc").no() || go.env.get("CC") != Var::Unset {
            continue;
        }
        if installs_here(unit, go.instruction) {
            continue;
        }
        let race = go.args.on("race");
        let enabled = go.env.get("CGO_ENABLED");
        let explicit = matches!(&enabled, Var::Set(v) if v == "1");
        if !race && !explicit && enabled != Var::Unset {
            continue;
        }
        let closure = closure(unit, go);
        let needs = |path: &str| closure.as_ref().is_some_and(|c| c.imports(path));
        let local_cgo = closure.as_ref().is_some_and(super::common::Closure::cgo);
        let module = closure.as_ref().and_then(|c| {
            CGO_MODULES.iter().find(|m| c.external.iter().any(|(p, _)| crate::paths::below(p, m).is_some()))
        });
        let (level, title, why) = if race {
            (severity(unit, go), Words::fixed("-race needs cgo, and there is no C compiler in the image", "-race 需要 cgo，但镜像中没有 C 编译器"),
             Words::fixed("The race detector links C code; go stops without gcc.", "竞态检测器要链接 C 代码；没有 gcc 时 go 会停止。"))
        } else if explicit {
            let sure = local_cgo || module.is_some() || ["net", "net/http", "os/user"].iter().any(|p| needs(p));
            let level = if sure { severity(unit, go) } else { Severity::Warning };
            (level, Words::fixed("CGO_ENABLED=1, but there is no C compiler in the image", "CGO_ENABLED=1，但镜像中没有 C 编译器"),
             Words::fixed("Packages with C code, net and os/user among them, are compiled with gcc, which this image does not have.", "含 C 代码的包（包括 net 和 os/user）要用 gcc 编译，而该镜像没有 gcc。"))
        } else if let Some(module) = module {
            (Severity::Warning, words!("{module} needs cgo, and there is no C compiler in the image", "{module} 需要 cgo，但镜像中没有 C 编译器"),
             Words::fixed("Without gcc go builds with cgo off: the build may pass, and the program fails when it uses the module.", "没有 gcc 时 go 会关闭 cgo：构建可能通过，但程序使用该模块时会失败。"))
        } else {
            continue;
        };
        seen.push(go.stage);
        let mut draft = Draft::new(&CHECK, level, title, why)
            .at(&unit.path, go_span(unit, go), none())
            .on(go.instruction);
        if let Some(at) = go.env.set_by("CGO_ENABLED") {
            draft = draft.at(&unit.path, unit.file.instructions[at].span, Words::fixed("cgo is asked for here", "此处启用 cgo"));
        }
        if unit.states[go.instruction].image.os == Os::Alpine && crate::unit::is_root(unit.states[go.instruction].user.as_deref()) {
            let edits = before(unit, &unit.file.instructions[go.instruction], "RUN apk add --no-cache gcc musl-dev\n");
            draft = draft.fix(Words::fixed("Install a C compiler", "安装 C 编译器"), true, &unit.path, edits);
        }
        out.push(draft);
    }
}

/// The step itself installs packages: which ones come before go is not told apart.
fn installs_here(unit: &Unit<'_>, at: usize) -> bool {
    unit.scripts[at].as_ref().is_some_and(|s| s.commands.iter().any(|c| {
        matches!(c.effective().0, Some("apk" | "apt-get" | "apt" | "yum" | "dnf" | "microdnf"))
    }))
}
