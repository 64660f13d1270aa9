//! What the failing stage has installed, who runs it, and what its environment lacks.

use dockerfile::edit::Edit;
use dockerfile::{Args, Keyword};
use finding::Words;

use crate::case::Case;
use crate::mend::words;
use crate::project::tree::below;
use crate::project::view::Seen;
use crate::project::{Confirmation, Facts};

/// How a base image installs packages.
enum Manager {
    Apk,
    Apt,
}

/// The package manager of a base that comes without tools; `None` when it cannot be told.
fn bare(facts: &Facts<'_>) -> Option<(Manager, usize, String)> {
    let (image, from) = facts.base()?;
    let tag = image.tag_or_latest();
    let name = image.official()?;
    let shown = image.to_string();
    match name {
        "alpine" => Some((Manager::Apk, from, shown)),
        "golang" if tag.contains("alpine") => Some((Manager::Apk, from, shown)),
        "debian" | "ubuntu" => Some((Manager::Apt, from, shown)),
        _ => None,
    }
}

/// Some RUN before the failing one, or it itself, installs one of `packages`.
fn installs(facts: &Facts<'_>, packages: &[&str]) -> bool {
    facts.before().into_iter().chain([facts.at]).any(|at| {
        let text = facts.run_text(at);
        let installs = ["apk ", "apt-get ", "apt ", "yum ", "dnf "].iter().any(|m| text.contains(m));
        let opaque = text.contains(".sh") || text.contains('$');
        let words = || text.split(|c: char| c.is_whitespace() || "=~><;&\"'".contains(c));
        installs && (opaque || words().any(|w| packages.contains(&w)))
    })
}

fn tool(facts: &Facts<'_>, name: &str, packages: &[&str], apk: &str, apt: &str) -> Option<Confirmation> {
    if facts.base().is_some_and(|(image, _)| {
        let tag = image.tag_or_latest();
        image.official() == Some("golang")
            && !["alpine", "windows", "nanoserver"].iter().any(|w| tag.contains(w))
            && image.digest.is_none()
    }) {
        let image = facts.base()?.0.to_string();
        let proof = words!("{image} brings {name}", "{image} 自带 {name}");
        return Some(Confirmation::refuted(proof));
    }
    let (manager, from, image) = bare(facts)?;
    if installs(facts, packages) {
        return None;
    }
    let stage = facts.file().stages.get(facts.get(from).stage?)?;
    let proof = words!(
        "the base image {image} comes without {name}, and no RUN before this step installs it",
        "基础镜像 {image} 不含 {name}，此步骤之前也没有 RUN 安装它"
    );
    let label = Words::new(format!("comes without {name}"), format!("不含 {name}"));
    let line = match manager {
        Manager::Apk => format!("RUN apk add --no-cache {apk}"),
        Manager::Apt => format!(
            "RUN apt-get update && apt-get install -y --no-install-recommends {apt} && rm -rf /var/lib/apt/lists/*"
        ),
    };
    let title = words!("install {name} in this stage", "在该阶段安装 {name}");
    let fix = facts.edit(title, &[facts.line_after(from, &line)]);
    Some(Confirmation::verified(proof).at(facts.here(stage.base_span, label)).mend(fix))
}

/// `tool-git-missing`.
pub(crate) fn git(_case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    tool(facts, "git", &["git"], "git", "git ca-certificates")
}

/// `tool-gcc-missing`.
pub(crate) fn gcc(case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    if !case.text.contains("gcc\"")
        && !case.text.contains("gcc: ")
        && !case.text.contains("C compiler \"gcc\"")
    {
        return None;
    }
    let packages = ["gcc", "build-base", "build-essential", "clang", "alpine-sdk", "g++"];
    tool(facts, "gcc", &packages, "gcc musl-dev", "gcc libc6-dev")
}

/// `fs-permission`: the user that the stage switched to, and files that are not theirs.
pub(crate) fn permission(case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let user = facts.before().into_iter().rev().find(|at| facts.get(*at).keyword == Keyword::User)?;
    let Args::Text(word) = &facts.get(user).args else { return None };
    let name = word.text.split(':').next()?.to_owned();
    if name.is_empty() || name == "root" || name == "0" || name.contains('$') {
        return None;
    }
    let path = case
        .text
        .split(|c: char| c.is_whitespace() || "\"':,;()".contains(c))
        .find(|w| w.starts_with('/') && w.len() > 1 && !w.starts_with("/bin/"))
        .map(str::to_owned);
    let proof = words!("the Dockerfile runs this step as {name}", "Dockerfile 以用户 {name} 运行此步骤");
    let label = Words::new(format!("not root from here on: {name}"), format!("从此处起不再是 root：{name}"));
    let found = Confirmation::verified(proof).at(facts.here(facts.get(user).span, label));
    // What was copied without a new owner belongs to root.
    let Some(path) = path else { return Some(found) };
    let copy = match facts.view().seen(facts, &path) {
        Seen::Copied { by, .. } => Some(by),
        _ => None,
    };
    let dir = facts.view().workdir.clone().unwrap_or_default();
    let copy = copy.or_else(|| {
        below(&path, &dir)?;
        facts.before().into_iter().rev().find(|at| facts.get(*at).keyword == Keyword::Copy)
    });
    let fix = copy.filter(|at| facts.get(*at).flag("chown").is_none()).and_then(|at| {
        let end = facts.get(at).keyword_span.end;
        let title = words!("copy it as {name}'s own", "复制时将属主设为 {name}");
        facts.edit(title, &[Edit::insert(end, format!(" --chown={}", word.text))])
    });
    Some(found.mend(fix))
}

/// `cache-env-missing`: the environment has no HOME and no GOCACHE.
pub(crate) fn cache_env(_case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let scope = facts.scope();
    if ["HOME", "GOCACHE", "XDG_CACHE_HOME"].iter().any(|n| scope.text(n).is_some_and(|v| !v.is_empty())) {
        return None;
    }
    let user = facts.before().into_iter().rev().find(|at| facts.get(*at).keyword == Keyword::User);
    let cleared = facts.run_text(facts.at).contains("env -i");
    if user.is_none() && !cleared {
        return None;
    }
    let proof = words!(
        "the Dockerfile sets neither GOCACHE nor HOME for this step",
        "Dockerfile 没有为此步骤设置 GOCACHE 或 HOME"
    );
    let fix = (!cleared)
        .then(|| {
            let title = words!("say where the cache goes", "指定缓存位置");
            facts.edit(title, &[facts.line_before(facts.at, "ENV GOCACHE=/tmp/go-build")])
        })
        .flatten();
    let mark = match user {
        Some(at) => facts.here(facts.get(at).span, Words::fixed("a user without a home", "没有主目录的用户")),
        None => facts.failed(),
    };
    Some(Confirmation::verified(proof).at(mark).mend(fix))
}

/// `docker-binary-not-found`: the binary needs a C library that the final image does not have.
pub(crate) fn binary(_case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let stage = facts.file().stages.last()?;
    let bare = match &stage.base {
        dockerfile::Base::Scratch => true,
        dockerfile::Base::Image(image) => {
            let text = image.to_string();
            text.contains("alpine") || text.contains("distroless/static")
        }
        _ => return None,
    };
    let build = facts.file().instructions.iter().enumerate().find(|(at, i)| {
        i.keyword == Keyword::Run && facts.run_text(*at).contains("go build")
            || facts.run_text(*at).contains("go install")
    })?;
    let off = facts.run_text(build.0).contains("CGO_ENABLED=0")
        || facts.scope_at(build.0).text("CGO_ENABLED") == Some("0");
    let glibc = build.1.stage.and_then(|s| facts.file().stages.get(s)).is_some_and(|s| {
        matches!(&s.base, dockerfile::Base::Image(i) if i.official() == Some("golang") && !i.tag_or_latest().contains("alpine"))
    });
    if !bare || off || !glibc {
        return None;
    }
    let proof = words!(
        "the binary is built with cgo against glibc, the final image has none",
        "二进制文件在启用 cgo 的情况下链接 glibc，而最终镜像中没有"
    );
    let mark = facts.here(build.1.span, Words::fixed("cgo is on", "启用了 cgo"));
    let last = facts.here(stage.base_span, Words::fixed("without glibc", "没有 glibc"));
    let title = words!("build without cgo", "关闭 cgo 构建");
    let fix = facts.edit(title, &[facts.line_before(build.0, "ENV CGO_ENABLED=0")]);
    Some(Confirmation::verified(proof).at(mark).and(Some(last)).mend(fix))
}
