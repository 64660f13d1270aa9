use finding::{Severity, Words};

use super::common::{last_of, none, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::Unit;
use dockerfile::edit::Edit;
use dockerfile::{Args, Command, Keyword};

/// The program does not get signals.
pub(super) static CHECK: Check = Check {
    id: "exec-form",
    summary: Words::fixed("ENTRYPOINT or CMD in shell form", "ENTRYPOINT 或 CMD 使用 shell 形式"),
    persona: Persona::Pedantic,
    aliases: &["JSONArgsRecommended", "DL3025"],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let Some(last) = unit.final_stage() else { return };
    for keyword in [Keyword::Entrypoint, Keyword::Cmd] {
        let Some(at) = last_of(unit, last, keyword) else { continue };
        let i = &unit.file.instructions[at];
        let Args::Command(Command::Shell(text)) = &i.args else { continue };
        if text.text.trim_start().starts_with("exec ") || text.text.is_empty() {
            continue;
        }
        let title = words!("{keyword} in shell form: the program does not get signals", "{keyword} 使用 shell 形式：程序收不到信号");
        let why = Words::fixed("The shell is process 1 and does not pass SIGTERM on; `docker stop` waits ten seconds and kills.", "shell 是 1 号进程，不会转发 SIGTERM；`docker stop` 会等待十秒后强制结束。");
        let mut draft = Draft::new(&CHECK, Severity::Note, title, why).at(&unit.path, i.span, none()).on(at);
        if !text.text.contains(['$', '|', '&', ';', '"', '\'', '>', '<', '*', '\\', '`']) {
            let list: Vec<String> = text.text.split_whitespace().map(|w| format!("\"{w}\"")).collect();
            let edit = Edit::replace(i.rest.span(0, i.rest.text.len()), format!("[{}]", list.join(", ")));
            draft = draft.fix(Words::fixed("Use the exec form", "改用 exec 形式"), true, &unit.path, vec![edit]);
        }
        out.push(draft);
    }
}
