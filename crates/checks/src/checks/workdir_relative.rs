use finding::{Severity, Words};

use super::common::{none, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::Unit;
use dockerfile::{Args, Base, Keyword};

/// A relative WORKDIR.
pub(super) static CHECK: Check = Check {
    id: "workdir-relative",
    summary: Words::fixed("WORKDIR is relative to what the base image says", "WORKDIR 是相对于基础镜像的路径"),
    persona: Persona::Pedantic,
    aliases: &["WorkdirRelativePath", "DL3000"],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    for stage in &unit.file.stages {
        let first = stage.instructions.clone().find(|&at| unit.file.instructions[at].keyword == Keyword::Workdir);
        let Some(at) = first else { continue };
        let Args::Text(word) = &unit.file.instructions[at].args else { continue };
        if word.text.starts_with(['/', '$', '"', '\'']) || matches!(stage.base, Base::Stage(_)) || word.text.contains(":\\") {
            continue;
        }
        let title = words!("WORKDIR {} is relative to the base image's own folder", "WORKDIR {} 相对于基础镜像自身的目录", word.text);
        let why = Words::fixed("Where it leads changes with the base image.", "它的实际位置会随基础镜像而变。");
        out.push(Draft::new(&CHECK, Severity::Note, title, why).at(&unit.path, word.span, none()).on(at));
    }
}
