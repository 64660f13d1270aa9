//! `dep-compile-error`: a dependency, as resolved, does not compile with this Go.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{edit, run, safe};
use crate::mend::{facts, names, words};
use crate::sign::{hint, sign};

pub(crate) static CAUSE: Cause = Cause {
    id: "dep-compile-error",
    severity: Severity::Error,
    title: Words::fixed(
        "a dependency, as resolved, does not compile with this Go",
        "依赖（按解析到的版本）无法用当前 Go 编译",
    ),
    explanation: Words::fixed(
        "The error is in a dependency's code, at the version this build resolved, with the Go of this \
         image. Either the dependency is too old for this Go (`quic-go doesn't build on Go 1.20 yet`, \
         `invalid reference to runtime...`), or two dependencies do not fit each other, or `go get` \
         without a version took today's HEAD.",
        "出错的是依赖的代码：以本次构建解析到的版本，无法用镜像中的 Go 编译。要么依赖对当前 Go 来说太旧（\
         `quic-go doesn't build on Go 1.20 yet`、`invalid reference to runtime...`），要么两个依赖互不兼容，\
         或者 `go get` 没写版本，拿到了当天的最新代码。",
    ),
    pitfall: Some(Words::fixed(
        "Editing the module cache or `-ldflags=-checklinkname=0` makes this build pass and leaves the \
         reason in. Move the dependency, or hold Go where it was until you can.",
        "修改模块缓存，或加 `-ldflags=-checklinkname=0`，只能让这次构建通过，问题依旧存在。应当升级依赖，\
         或暂时固定 Go 版本。",
    )),
    references: &[
        "https://go.dev/ref/mod#minimal-version-selection",
        "https://go.dev/doc/modules/managing-dependencies",
    ],
    signs: &[
        sign(80, "go:linkname must refer to declared function or variable"),
        sign(88, "invalid reference to {}"),
        sign(84, "duplicate symbol reference: {}"),
        hint(80, "/vendor/{}: relocation target {} not defined"),
        hint(80, "relocation target runtime.{} not defined"),
    ],
    judge: Some(Judge { fault: false, words: &[".go:", ".s:"], decide: judge }),
    headline: Some(headline),
    confirm: None,
    fixes,
};

/// The dependency whose code it is.
fn dependency(case: &Case<'_>) -> Option<String> {
    let from_path = case
        .text
        .split([' ', ':'])
        .next()
        .and_then(|file| file.split("/pkg/mod/").nth(1))
        .and_then(|rest| rest.split('@').next());
    let path = from_path.and_then(names::plain).map(str::to_owned);
    path.or_else(|| {
        case.subjects
            .iter()
            .find_map(|s| names::plain(s).filter(|s| names::is_module_path(s)).map(names::repository))
    })
}

fn headline(case: &Case<'_>) -> Words {
    let go = crate::mend::gover::running(case);
    match (dependency(case), go) {
        (Some(d), Some(go)) => {
            words!("the dependency {d} does not compile with Go {go}", "依赖 {d} 无法用 Go {go} 编译")
        }
        (Some(d), None) => {
            words!("the dependency {d} does not compile with this Go", "依赖 {d} 无法用当前 Go 编译")
        }
        _ => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let d = dependency(case).unwrap_or_else(|| "<module>".to_owned());
    let mut fixes = vec![
        run(
            words!(
                "raise the dependency to a version that knows this Go",
                "把该依赖升级到支持当前 Go 的版本"
            ),
            format!("go get {d}@latest && go mod tidy"),
        ),
        safe(run(
            words!("see which version is in use and who asks for it", "查看使用的版本以及谁在依赖它"),
            format!("go list -m all | grep '{d}'; go mod why -m {d}"),
        )),
    ];
    if let Some(image) = facts::base(case).filter(facts::Image::is_golang).filter(|i| i.go_minor().is_none())
    {
        fixes.push(edit(
            words!("or hold Go at the version that worked", "或把 Go 固定到之前可用的版本"),
            format!("-FROM {}\n+FROM golang:<version>", image.reference()),
        ));
    }
    fixes
}

fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    let error = clue.compile_error()?;
    (!error.own).then(|| Verdict { ambiguous: error.guessed, ..Verdict::sure(82).about(error.package) })
}
