use finding::{Severity, Words};

use super::common::{none, stage_severity, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::images::impossible_golang_tag;
use crate::unit::Unit;
use dockerfile::edit::Edit;
use dockerfile::{Base, Keyword};

/// An image that cannot exist.
pub(super) static CHECK: Check = Check {
    id: "registry-image-not-found",
    summary: Words::fixed("The base image or its tag cannot exist", "基础镜像或其标签不可能存在"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    for stage in &unit.file.stages {
        let Base::Image(image) = &stage.base else { continue };
        let level = if stage.base_overridable { Severity::Warning } else { stage_severity(unit, stage.index) };
        let at = stage.instructions.start;
        if image.official() == Some("golang") && image.digest.is_none() {
            let tag = image.tag_or_latest();
            let Some(reason) = impossible_golang_tag(tag) else { continue };
            let (why, better) = match reason {
                "slim" => (Words::fixed("golang has no slim variants: there are Debian releases (bookworm) and alpine.", "golang 没有 slim 变体：只有 Debian 版本（如 bookworm）和 alpine。"), tag.replace("-slim", "")),
                "order" => (Words::fixed("The version comes first in golang's tags: 1.22-alpine.", "golang 标签中版本号在前：1.22-alpine。"), reorder(tag)),
                "latest" => (Words::fixed("Variants of the newest release have no `latest-` in front.", "最新版本的变体前面没有 `latest-`。"), tag.replace("latest-", "")),
                "prefix" => (Words::fixed("golang's tags are bare version numbers.", "golang 的标签只写版本号。"), tag.trim_start_matches("go").trim_start_matches('v').to_owned()),
                _ => (Words::fixed("Go versions have at most three parts.", "Go 版本号最多三段。"), String::new()),
            };
            let title = words!("There is no image golang:{tag}", "不存在镜像 golang:{tag}");
            let mut draft = Draft::new(&CHECK, level, title, why).at(&unit.path, stage.base_span, none()).on(at).subject(image.to_string());
            if !better.is_empty() && stage.base_text.ends_with(tag) {
                let text = format!("{}{better}", stage.base_text.strip_suffix(tag).unwrap_or(""));
                draft = draft.fix(words!("Use {text}", "改用 {text}"), true, &unit.path, vec![Edit::replace(stage.base_span, text)]);
            }
            out.push(draft);
        } else if let Some(name) = near_stage(unit, stage.index, &stage.base_text) {
            typo(unit, out, stage.base_span, at, &stage.base_text, &name, level);
        }
    }
    for (at, instruction) in unit.instructions() {
        let (Keyword::Copy, Some(stage), Some(flag)) = (instruction.keyword, instruction.stage, instruction.flag("from")) else { continue };
        let Base::Image(_) = unit.file.resolve_from(flag.value(), stage) else { continue };
        if let Some(name) = near_stage(unit, stage, flag.value()) {
            let start = flag.span.end - flag.value().len();
            let span = dockerfile::Span::new(start, flag.span.end);
            typo(unit, out, span, at, flag.value(), &name, stage_severity(unit, stage));
        }
    }
}

fn typo(unit: &Unit<'_>, out: &mut Sink, span: dockerfile::Span, at: usize, text: &str, name: &str, level: Severity) {
    let title = words!("There is no stage `{text}`; did you mean `{name}`?", "没有名为 `{text}` 的阶段；是否想写 `{name}`？");
    let why = words!("A name that is no stage is pulled as an image, and `docker.io/library/{text}` is none.", "不是阶段的名称会被当作镜像拉取，而 `docker.io/library/{text}` 并不存在。");
    out.push(
        Draft::new(&CHECK, level, title, why)
            .at(&unit.path, span, none())
            .on(at)
            .likely()
            .subject(text)
            .fix(words!("Write `{name}`", "改为 `{name}`"), true, &unit.path, vec![Edit::replace(span, name)]),
    );
}

/// A stage whose name is nearly this one, which itself is no image anybody would mean.
fn near_stage(unit: &Unit<'_>, before: usize, text: &str) -> Option<String> {
    const IMAGES: [&str; 30] = [
        "alpine", "debian", "ubuntu", "golang", "busybox", "node", "nginx", "python", "ruby", "rust", "redis", "postgres", "mysql", "centos", "fedora",
        "httpd", "caddy", "traefik", "docker", "bash", "gcc", "perl", "php", "openjdk", "mongo", "vault", "consul", "buildpack-deps", "almalinux", "registry",
    ];
    if text.contains([':', '/', '.', '$', '@']) || IMAGES.contains(&text) || unit.project.mentions("build-context") || unit.project.mentions("build-contexts") {
        return None;
    }
    let lower = text.to_lowercase();
    unit.file.stages[..before]
        .iter()
        .filter_map(|s| s.name.as_ref())
        .filter(|name| {
            let distance = crate::paths::distance(name, &lower);
            distance > 0 && distance <= 2 && distance * 3 <= name.len()
        })
        .min_by_key(|name| crate::paths::distance(name, &lower))
        .cloned()
}

fn reorder(tag: &str) -> String {
    match tag.split_once('-') {
        Some((first, rest)) => format!("{rest}-{first}"),
        None => String::new(),
    }
}
