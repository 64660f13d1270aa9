//! `go-language-version`: the go line in go.mod is missing or lower than the language features in use.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::Cause;
use crate::mend::remedy::run;
use crate::mend::{names, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "go-language-version",
    severity: Severity::Error,
    title: Words::fixed(
        "the go line in go.mod is missing or lower than the language features in use",
        "go.mod 中的 go 版本缺失或低于所用语言特性",
    ),
    explanation: Words::fixed(
        "The image's Go is new enough, but go.mod's `go` line (or its absence) holds the language back: \
         the code uses a feature of a later language version, like type parameters (1.18) or range over \
         integers (1.22). Without any `go` line Go assumes 1.16. In vendor/ it is the dependency's line \
         in modules.txt that counts.",
        "镜像中的 Go 足够新，但 go.mod 的 `go` 行（或缺少它）限制了语言版本：代码使用了更高语言版本的特性，\
         例如类型参数（1.18）、对整数 range（1.22）。没有 `go` 行时 Go 按 1.16 处理。对于 vendor/，起作用\
         的是 modules.txt 中该依赖的版本。",
    ),
    pitfall: None,
    references: &["https://go.dev/ref/mod#go-mod-file-go", "https://go.dev/doc/toolchain"],
    signs: &[
        sign(93, "requires go{} or later (-lang was set to go{}; check go.mod)"),
        sign(93, "(-lang was set to go{}; check go.mod)"),
        sign(92, "requires go{} or later"),
        sign(90, "embedding {} requires go1.16 or later"),
        sign(90, "predeclared any requires go1.18"),
        sign(88, "implicit function instantiation requires go1.18"),
        sign(88, "type instantiation requires go1.18"),
        sign(90, "go:embed requires go1.16 or later"),
        sign(88, "underscores in numeric literals requires go1.13"),
        sign(88, "signed shift count type"),
    ],
    judge: None,
    headline: Some(headline),
    confirm: Some(crate::project::confirm::gover::language),
    fixes,
};

/// The language version that is needed, and the one in force.
fn versions(case: &Case<'_>) -> (Option<String>, Option<String>) {
    (
        names::hole(case, &[("requires go{} or later", 0), ("require go{} or later", 0)]),
        names::hole(case, &[("-lang was set to go{};", 0)]),
    )
}

fn headline(case: &Case<'_>) -> Words {
    match versions(case) {
        (Some(needed), Some(set)) => words!(
            "the code uses Go {needed}, but go.mod says go {set}",
            "代码使用了 Go {needed} 的特性，而 go.mod 写的是 go {set}"
        ),
        (Some(needed), None) => words!(
            "the code uses Go {needed}, but go.mod asks for less",
            "代码使用了 Go {needed} 的特性，而 go.mod 的版本更低"
        ),
        _ => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let needed = versions(case).0.unwrap_or_else(|| "<version>".to_owned());
    let mut fixes = Vec::new();
    let dependency = case.text.contains("/pkg/mod/") || case.text.contains("vendor/");
    let module = case
        .text
        .split("/pkg/mod/")
        .nth(1)
        .and_then(|r| r.split('@').next())
        .and_then(names::plain)
        .unwrap_or("<module>")
        .to_owned();
    if case.text.contains("+incompatible") {
        fixes.push(run(
            words!(
                "the dependency has no go.mod, so Go assumes 1.16: take a version that has one",
                "该依赖没有 go.mod，Go 按 1.16 处理：换用带 go.mod 的版本"
            ),
            format!("go list -m -versions {module}\ngo get {module}@<version> && go mod tidy"),
        ));
    }
    if case.text.contains("vendor/") {
        fixes.push(run(
            words!("write vendor/modules.txt anew", "重新生成 vendor/modules.txt"),
            "go mod tidy && go mod vendor",
        ));
    }
    if !dependency || fixes.is_empty() {
        fixes.push(run(
            words!("raise the go line and commit go.mod", "提高 go 版本并提交 go.mod"),
            format!("go mod edit -go={needed} && go mod tidy"),
        ));
    }
    fixes
}
