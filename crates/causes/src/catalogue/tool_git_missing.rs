//! `tool-git-missing`: git (or another VCS) is not in the image.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::edit;
use crate::mend::{edits, facts, network, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "tool-git-missing",
    severity: Severity::Error,
    title: Words::fixed("git (or another VCS) is not in the image", "镜像中没有 git（或其他版本控制工具）"),
    explanation: Words::fixed(
        "Go wants to run git (or hg, svn, bzr) and the image has none. Alpine and slim Go images leave it \
         out. Go needs it only when a module comes straight from its own host: GOPROXY=direct, a private \
         module, or the proxy failed first. With `|` in GOPROXY a broken proxy ends in this message: look \
         at the proxy then.",
        "Go 需要运行 git（或 hg、svn、bzr），但镜像里没有。Alpine 和 slim 版 Go 镜像不带 git。只有直接从源\
         站获取模块时才需要它：GOPROXY=direct、私有模块，或代理先失败了。GOPROXY 使用 `|` 时，代理故障也会\
         以这条报错收场，此时应先检查代理。",
    ),
    pitfall: None,
    references: &["https://go.dev/ref/mod#vcs", "https://hub.docker.com/_/golang"],
    signs: &[
        sign(94, "go: missing Git command. See"),
        sign(94, "missing Git command"),
        sign(94, "missing Mercurial command"),
        sign(94, "missing Bazaar command"),
        sign(94, "missing Subversion command"),
        sign(94, "exec: \"hg\": executable file not found"),
        sign(94, "exec: \"bzr\": executable file not found"),
        sign(94, "exec: \"svn\": executable file not found"),
        sign(94, "exec: \"fossil\": executable file not found"),
        sign(93, "git: not found"),
        sign(93, "git: command not found"),
        sign(93, "hg: not found"),
        sign(93, "hg: command not found"),
        sign(88, "Cannot find git"),
    ],
    judge: Some(Judge { fault: false, words: &["make: git", "executable file not found"], decide: judge }),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::tools::git),
    fixes,
};

/// The program that is missing, with its package.
fn tool(case: &Case<'_>) -> (&'static str, &'static str) {
    let text = case.text.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|w| text.contains(w));
    if says(&["\"hg\"", "mercurial", " hg:"]) {
        ("hg", "mercurial")
    } else if says(&["\"svn\"", "subversion"]) {
        ("svn", "subversion")
    } else if says(&["\"bzr\"", "bazaar"]) {
        ("bzr", "breezy")
    } else if says(&["\"fossil\""]) {
        ("fossil", "fossil")
    } else {
        ("git", "git")
    }
}

fn headline(case: &Case<'_>) -> Words {
    let tool = tool(case).0;
    match facts::base(case) {
        Some(image) if crate::mend::names::plain(&image.reference()).is_some() => {
            let image = image.reference();
            words!("{tool} is not in the image {image}", "镜像 {image} 中没有 {tool}")
        }
        _ => words!("{tool} is not in the image", "镜像中没有 {tool}"),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let (tool, package) = tool(case);
    let packages = edits::Packages { alpine: package, debian: package, redhat: package };
    let mut fixes = edits::install(
        case,
        &packages,
        &words!("install {tool} before this step", "在这一步之前安装 {tool}"),
    );
    let private = crate::mend::names::module(case).is_some_and(|m| crate::net::looks_private(&m));
    if private || case.text.contains(" not found") && !case.text.contains("executable file") {
        return fixes;
    }
    fixes.push(network::set_go_env(
        case,
        words!(
            "or let a module proxy fetch public modules: then {tool} is not needed",
            "或让模块代理获取公开模块，这样就不需要 {tool}"
        ),
        "GOPROXY",
        "https://proxy.golang.org,https://goproxy.cn,direct",
    ));
    if let Some(image) = facts::base(case).filter(|i| i.is_golang() && i.tag.contains("alpine")) {
        let full = image.tag.split("-alpine").next().unwrap_or("").to_owned();
        let full = if full.is_empty() || full.starts_with("alpine") {
            image.name.clone()
        } else {
            format!("{}:{full}", image.name)
        };
        fixes.push(edit(
            words!(
                "or build with the Debian image, which has git and gcc",
                "或使用自带 git 和 gcc 的 Debian 版镜像"
            ),
            format!("-FROM {}\n+FROM {full}", image.reference()),
        ));
    }
    fixes
}

/// After `|` in GOPROXY the last error misleads: the proxy failed first and git is only the fallback.
fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    let text = clue.text.trim();
    if let Some(found) = crate::sign::find("\"git\": executable file not found", text) {
        // Go 1.26 says so when it came to `direct` after a `|`, too.
        let misleads = text.contains("unable to resolve git version");
        let verdict = if misleads { Verdict::unsure(88) } else { Verdict::sure(95) };
        return Some(verdict.about("git").at(found.span));
    }
    // `make: git: Command not found` in a variable assignment is seldom what ends the build.
    (text.starts_with("make: git: ") && text.to_ascii_lowercase().ends_with("not found"))
        .then(|| Verdict::unsure(60))
}
