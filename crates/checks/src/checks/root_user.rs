use finding::{Severity, Words};

use super::common::{before, last_of, none};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::{Unit, is_root};
use dockerfile::Keyword;

/// The program runs as root.
pub(super) static CHECK: Check = Check {
    id: "root-user",
    summary: Words::fixed("The final image runs as root", "最终镜像以 root 运行"),
    persona: Persona::Pedantic,
    aliases: &["DL3002"],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let Some(last) = unit.final_stage() else { return };
    let Some(end) = unit.ends.get(last) else { return };
    if !is_root(end.user.as_deref()) || !end.image.known || end.image.golang && unit.file.stages.len() == 1 && last_of(unit, last, Keyword::Entrypoint).is_none() && last_of(unit, last, Keyword::Cmd).is_none() {
        return;
    }
    let start = last_of(unit, last, Keyword::Entrypoint).or_else(|| last_of(unit, last, Keyword::Cmd));
    let Some(at) = start else { return };
    let i = &unit.file.instructions[at];
    let title = Words::fixed("The program runs as root", "程序以 root 运行");
    let why = Words::fixed("A break-in gets root in the container. A Go service rarely needs it; ports below 1024 can be bound without it.", "被攻破后攻击者将得到容器内的 root。Go 服务很少需要它；无需 root 也能绑定 1024 以下端口。");
    let edits = before(unit, i, "USER 65532:65532\n");
    out.push(
        Draft::new(&CHECK, Severity::Note, title, why)
            .at(&unit.path, i.span, none())
            .on(at)
            .fix(Words::fixed("Run as a user without rights", "以无特权用户运行"), false, &unit.path, edits),
    );
}
