use finding::{Severity, Words};

use super::common::{needed, none, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::Unit;

/// A stage that nothing uses.
pub(super) static CHECK: Check = Check {
    id: "dead-stage",
    summary: Words::fixed("A stage is used by nothing", "没有任何地方使用该阶段"),
    persona: Persona::Pedantic,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let needed = needed(unit);
    for stage in &unit.file.stages {
        if needed.get(stage.index) != Some(&false) {
            continue;
        }
        let label = stage.label();
        if stage.name.is_none() || unit.project.mentions(&label) || unit.builds.iter().any(|b| b.target.is_some()) {
            continue;
        }
        let title = words!("Stage `{label}` is used by nothing", "没有任何地方使用阶段 `{label}`");
        let why = Words::fixed("The final stage does not need it, and no file of the project builds it as a target.", "最终阶段不需要它，项目中也没有文件以它为构建目标。");
        out.push(Draft::new(&CHECK, Severity::Note, title, why).at(&unit.path, stage.base_span, none()).on(stage.instructions.start).possible());
    }
}
