//! `registry-image-not-found`: there is no such image, tag or platform.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{edit, run, safe};
use crate::mend::{facts, images, words};
use crate::net;
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "registry-image-not-found",
    severity: Severity::Error,
    title: Words::fixed("there is no such image, tag or platform", "没有这个镜像、标签或平台"),
    explanation: Words::fixed(
        "The registry knows no such repository or tag, or the tag has no image for the platform that is \
         built. Tags of old distributions and of patch releases that never were are frequent. A name \
         without host and owner that nobody published is often a stage of the same Dockerfile, mistyped.",
        "镜像仓库里没有这个仓库或标签，或者该标签没有所构建平台的镜像。常见的是老发行版的标签，或根本没有\
         发布过的补丁版本。如果名字里没有主机和用户名，又没有人发布过，往往是把同一 Dockerfile 里的阶段名\
         写错了。",
    ),
    pitfall: None,
    references: &["https://docs.docker.com/build/building/multi-stage/", "https://hub.docker.com/_/golang"],
    signs: &[
        sign(95, "no match for platform in manifest"),
        sign(93, "no matching manifest for {}"),
        sign(90, "manifest for {} not found"),
        sign(90, "manifest unknown"),
        sign(90, "MANIFEST_UNKNOWN"),
        sign(90, "failed to resolve source metadata for {}: not found"),
        sign(90, "{}: not found (did you mean"),
        sign(88, "name unknown: "),
        sign(88, "NAME_UNKNOWN"),
        sign(88, "no such manifest"),
        sign(92, "no image found in manifest list for"),
        sign(90, "no image found in image index for architecture"),
        sign(88, "invalid from flag value {}: "),
        sign(84, "Error: image {} not found"),
        sign(86, "error pulling image configuration: image config verification"),
        sign(84, "reading manifest {}: manifest unknown"),
        sign(86, "Tag {} not found in repository"),
        sign(92, "does not match the specified platform"),
    ],
    judge: Some(Judge { fault: true, words: &["not found", "pull access denied"], decide: judge }),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::stage::image_not_found),
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    let Some(image) = images::image(case) else { return CAUSE.title.clone() };
    if let Some(stage) = near_stage(case, &image) {
        let asked = image.split(':').next().unwrap_or(&image);
        return words!(
            "there is no stage or image {asked}; a stage is called {stage}",
            "没有名为 {asked} 的阶段或镜像；Dockerfile 中的阶段名是 {stage}"
        );
    }
    match platform(case) {
        Some(platform) => words!(
            "the image {image} does not exist for {platform}",
            "镜像 {image} 没有 {platform} 平台的版本"
        ),
        None => words!("there is no image {image}", "没有镜像 {image}"),
    }
}

fn platform(case: &Case<'_>) -> Option<String> {
    let text = case.text;
    crate::sign::find("no matching manifest for {} in", text)
        .and_then(|f| crate::mend::names::plain(f.holes[0]).map(str::to_owned))
}

/// A stage whose name is nearly the one asked for.
fn near_stage(case: &Case<'_>, image: &str) -> Option<String> {
    let asked = image.split(':').next()?;
    if asked.contains('/') || asked.contains('.') {
        return None;
    }
    if let Some(found) = crate::sign::find("(did you mean {}?)", case.text) {
        return crate::mend::names::plain(found.holes[0]).map(str::to_owned);
    }
    let stages =
        case.build.steps.iter().filter_map(|s| s.stage.as_deref().or_else(|| facts::alias(&s.instruction)));
    stages
        .filter(|s| s.parse::<u32>().is_err() && *s != asked)
        .find(|s| images::distance(s, asked) <= 2)
        .map(str::to_owned)
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let image = images::image(case).unwrap_or_else(|| "<image>".to_owned());
    let mut fixes = Vec::new();
    if let Some(stage) = near_stage(case, &image) {
        let asked = image.split(':').next().unwrap_or(&image);
        let diff = crate::mend::edits::replace(case, asked, &stage)
            .unwrap_or_else(|| format!("-COPY --from={asked} ...\n+COPY --from={stage} ..."));
        fixes.push(edit(words!("name the stage rightly", "改正阶段名"), diff));
        return fixes;
    }
    let named = case.text.contains("platform")
        || case.text.contains("no matching manifest")
        || case.text.contains("architecture");
    fixes.push(safe(run(
        if named {
            words!("see which platforms the tag has", "查看该标签支持哪些平台")
        } else {
            words!("see whether the tag exists, and for which platforms", "查看该标签是否存在、支持哪些平台")
        },
        format!("docker buildx imagetools inspect {image}"),
    )));
    if named {
        let amd64 = platform(case).is_some_and(|p| p.contains("amd64"))
            || facts::from_line(case).is_some_and(|f| f.contains("windows"));
        fixes.push(if amd64 {
            crate::mend::remedy::advise(words!("take a tag or an image that has this platform", "换用支持该平台的标签或镜像"))
        } else {
            run(words!("build for a platform it has (runs emulated on another processor), or take an image that has yours", "为它支持的平台构建（在其他架构上会以模拟方式运行），或换用支持你平台的镜像"),
            facts::build_command(case, "--platform linux/amd64"))
        });
    } else if let Some((name, tag)) = image.rsplit_once(':').filter(|(n, _)| n.ends_with("golang")) {
        let minor = facts::minor(tag).map_or_else(|| "<version>".to_owned(), |m| format!("1.{m}"));
        let suffix = if tag.contains("alpine") { "-alpine" } else { "" };
        let shorter = format!("{name}:{minor}{suffix}");
        if shorter != image {
            fixes.push(edit(
                words!(
                    "take the tag without patch release and distribution release: it follows the newest",
                    "使用不带补丁号和发行版代号的标签，它始终指向最新版本"
                ),
                format!("-FROM {image}\n+FROM {shorter}"),
            ));
        }
        if name == "golang" {
            fixes.push(crate::mend::remedy::advise(words!(
                "tags that exist: https://hub.docker.com/_/golang/tags",
                "可用标签见 https://hub.docker.com/_/golang/tags"
            )));
        }
    }
    fixes
}

fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    if let Some(verdict) = net::blames("registry-image-not-found", clue) {
        return Some(verdict);
    }
    let text = clue.own_text();
    // Docker Hub says the same of what is private and of what is not there; a name without an owner is one of its own
    // images, and those are public: it does not exist, or a stage is mistyped.
    if text.contains("repository does not exist or may require") {
        let named = crate::sign::find("pull access denied for {},", text).map(|f| f.holes[0].to_owned());
        let pulled = named.or_else(|| {
            let image = clue.scene.instruction.split("docker.io/").nth(1)?;
            Some(image.split([':', '@', ' ']).next()?.to_owned())
        });
        if let Some(name) = pulled
            && (!name.contains('/') || name.starts_with("library/"))
        {
            return Some(Verdict::unsure(95).about(name.trim_start_matches("library/")));
        }
    }
    // `golang:1.99: not found` behind a failed pull
    let pull = clue.scene.pulls || text.contains("failed to solve: ") || text.contains("docker.io/");
    let names_an_image = text.ends_with(": not found")
        && !text.contains("failed to compute cache key")
        && !text.contains("\": not found")
        && !text.contains("/bin/sh")
        && !text.contains("sh: ");
    if pull && names_an_image && !text.contains("executable file") && !text.contains("dockerfile parse error")
    {
        let image = text.trim_end_matches(": not found").rsplit(": ").next().unwrap_or("");
        if image.contains(['/', ':']) && !image.contains(' ') {
            return Some(Verdict::sure(89).about(image));
        }
    }
    None
}
