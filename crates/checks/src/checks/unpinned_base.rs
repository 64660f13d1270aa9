use finding::{Severity, Words};

use super::common::{none, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::Unit;
use dockerfile::Base;

/// A base image without version.
pub(super) static CHECK: Check = Check {
    id: "unpinned-base",
    summary: Words::fixed("A base image has no version", "基础镜像没有指定版本"),
    persona: Persona::Regular,
    aliases: &["DL3006", "DL3007"],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let mut seen = Vec::new();
    for stage in &unit.file.stages {
        let Base::Image(image) = &stage.base else { continue };
        if image.digest.is_some() || stage.base_overridable || image.path.contains("distroless") || seen.contains(&image.to_string()) {
            continue;
        }
        if !matches!(image.tag.as_deref(), None | Some("latest")) {
            continue;
        }
        seen.push(image.to_string());
        let title = words!("{} is another image every day", "{} 每天都可能不同", stage.base_text);
        let why = Words::fixed("Without a version the newest image is used; a new Go or a new distribution release can break the build.", "不指定版本就会使用最新镜像；新的 Go 或发行版可能使构建失败。");
        out.push(
            Draft::new(&CHECK, Severity::Warning, title, why)
                .at(&unit.path, stage.base_span, none())
                .on(stage.instructions.start)
                .subject(image.to_string())
                .advice(Words::fixed("Name a version, for golang the one of go.mod", "写明版本，golang 请使用 go.mod 中的版本")),
        );
    }
}
