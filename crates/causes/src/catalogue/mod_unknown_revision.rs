//! `mod-unknown-revision`: the module exists, but not this version, tag or commit.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge};
use crate::mend::remedy::{run, safe};
use crate::mend::{names, words};
use crate::net;
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "mod-unknown-revision",
    severity: Severity::Error,
    title: Words::fixed(
        "the module exists, but not this version, tag or commit",
        "模块存在，但没有这个版本、标签或提交",
    ),
    explanation: Words::fixed(
        "The module is there, but not at this version: the tag was never pushed or was deleted, the \
         commit is only on somebody's machine or was rebased away, a branch was renamed, or the version \
         has the wrong shape (a v2 tag needs `/v2` in the path). In private repositories missing rights \
         can look the same, and after a fresh tag the proxy may need some minutes.",
        "模块存在，但没有这个版本：标签没有推送或已被删除、提交只在某人本地或已被 rebase 掉、分支改了名，\
         或版本格式不对（v2 的标签要求路径带 `/v2`）。私有仓库权限不足时报错也可能相同；刚推送的标签，代理\
         可能要过几分钟才能看到。",
    ),
    pitfall: None,
    references: &["https://go.dev/ref/mod#version-queries", "https://go.dev/ref/mod#pseudo-versions"],
    signs: &[
        sign(86, "invalid version: unknown revision {}"),
        sign(84, "unknown revision {}"),
        sign(84, "invalid pseudo-version: {}"),
        sign(84, "no matching versions for query \"{}\""),
        sign(82, "invalid version: should be v0 or v1, not v{}"),
        sign(82, "version \"{}\" invalid: "),
        sign(80, "error: pathspec '{}' did not match any file(s) known to git"),
        sign(80, "fatal: couldn't find remote ref {}"),
        sign(80, "Remote branch {} not found in upstream"),
        sign(80, "fatal: reference is not a tree: {}"),
        sign(82, "fatal: unable to read tree"),
        sign(82, "fatal: remote error: upload-pack: not our ref"),
        sign(80, "invalid version: git fetch --unshallow"),
        sign(82, "revision {} is a tag, not"),
        sign(82, "no matching versions for query"),
    ],
    judge: Some(Judge::of_fault(|clue| net::blames("mod-unknown-revision", clue))),
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn version(case: &Case<'_>) -> Option<String> {
    let spoken = names::hole(
        case,
        &[
            ("unknown revision {}", 0),
            ("no matching versions for query \"{}\"", 0),
            ("pathspec '{}' did not", 0),
            ("remote ref {}", 0),
        ],
    );
    spoken.or_else(|| {
        buildlog::chain::module_ref(case.text).and_then(|m| names::plain(m.version)).map(str::to_owned)
    })
}

fn headline(case: &Case<'_>) -> Words {
    match (names::module(case), version(case)) {
        (Some(module), Some(version)) => {
            words!("{module} has no version {version}", "{module} 没有版本 {version}")
        }
        (None, Some(version)) => {
            words!("there is no version, tag or commit {version}", "没有版本、标签或提交 {version}")
        }
        (Some(module), None) => {
            words!("{module} does not have the version asked for", "{module} 没有所要求的版本")
        }
        _ => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let module = names::module(case).unwrap_or_else(|| "<module>".to_owned());
    let repository = names::repository(&module);
    vec![
        safe(run(
            words!(
                "see which versions there are, at the proxy and at the origin",
                "查看代理和源站上有哪些版本"
            ),
            format!("go list -m -versions {module}\ngit ls-remote --tags https://{repository}"),
        )),
        run(
            words!("take one of them", "选用其中一个版本"),
            format!("go get {module}@<version> && go mod tidy"),
        ),
        run(
            words!("if the module is yours: push the tag", "如果是自己的模块：推送标签"),
            "git push origin <tag>",
        ),
    ]
}
