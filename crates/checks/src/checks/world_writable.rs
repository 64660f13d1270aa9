use finding::{Severity, Words};

use super::common::{none, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::Unit;

/// Everybody may write.
pub(super) static CHECK: Check = Check {
    id: "world-writable",
    summary: Words::fixed("chmod 777 lets everybody write", "chmod 777 让任何人都可写"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    for (at, instruction) in unit.instructions() {
        if let Some(flag) = instruction.flag("chmod").filter(|f| open(f.value())) {
            report(unit, out, at, flag.span, flag.value());
        }
        let Some(script) = &unit.scripts[at] else { continue };
        for command in &script.commands {
            if command.effective().0 != Some("chmod") {
                continue;
            }
            if let Some(word) = command.words.iter().skip(1).find(|w| w.literal().is_some_and(open)) {
                report(unit, out, at, script.word_span(word), word.literal().unwrap_or(""));
            }
        }
    }
}

fn open(mode: &str) -> bool {
    matches!(mode, "777" | "0777" | "a+rwx" | "ugo+rwx" | "a=rwx" | "666" | "0666" | "a+w" | "o+w" | "a+rw" | "+777")
}

fn report(unit: &Unit<'_>, out: &mut Sink, at: usize, span: dockerfile::Span, mode: &str) {
    let title = words!("chmod {mode} lets every user of the container change these files", "chmod {mode} 让容器内任何用户都能修改这些文件");
    let why = Words::fixed("It hides an ownership problem: give the folder to the user that needs it (`COPY --chown`, `chown`, or `,uid=` on a cache mount).", "它掩盖了属主问题：请把目录交给需要它的用户（`COPY --chown`、`chown`，或在缓存挂载上加 `,uid=`）。");
    out.push(Draft::new(&CHECK, Severity::Warning, title, why).at(&unit.path, span, none()).on(at));
}
