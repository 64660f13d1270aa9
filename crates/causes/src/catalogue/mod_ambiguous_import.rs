//! `mod-ambiguous-import`: two modules provide one package.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::Cause;
use crate::mend::remedy::{run, safe};
use crate::mend::{names, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "mod-ambiguous-import",
    severity: Severity::Error,
    title: Words::fixed("two modules provide one package", "同一个包由两个模块提供"),
    explanation: Words::fixed(
        "Two modules in the build list contain the same package, so Go cannot tell which is meant. It \
         happens when a package moved into a module of its own (genproto, cloud.google.com/go, \
         go-autorest): the old big module at an old version still has it, the new one as well.",
        "构建列表中有两个模块都包含同一个包，Go 无法判断该用哪个。通常是某个包被拆成了独立模块（genproto、\
         cloud.google.com/go、go-autorest）：旧的大模块的旧版本里还有它，新模块里也有。",
    ),
    pitfall: None,
    references: &["https://go.dev/ref/mod#resolve-pkg-mod", "https://go.dev/ref/mod#go-mod-graph"],
    signs: &[sign(95, "ambiguous import: found package {} in multiple "), sign(94, "ambiguous import")],
    judge: None,
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn package(case: &Case<'_>) -> Option<String> {
    names::hole(case, &[("found package {} in multiple", 0), ("found {} in multiple", 0)])
}

/// The modules listed below the message.
fn modules(case: &Case<'_>) -> Vec<String> {
    let mut lines =
        crate::mend::facts::lines(case).skip_while(|l| l.trim_end() != case.text.trim_end()).skip(1);
    let mut out = Vec::new();
    while let Some(line) = lines.next().map(str::trim) {
        let path = line.split([' ', '@']).next().unwrap_or("");
        if !names::is_module_path(path) || names::plain(path).is_none() || out.len() == 4 {
            break;
        }
        out.push(path.to_owned());
    }
    out
}

fn headline(case: &Case<'_>) -> Words {
    match (package(case), &modules(case)[..]) {
        (Some(package), [a, b, ..]) => words!(
            "{package} comes from two modules: {a} and {b}",
            "{package} 同时由两个模块提供：{a} 和 {b}"
        ),
        (Some(package), _) => words!("{package} comes from two modules", "{package} 同时由两个模块提供"),
        _ => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let mut modules = modules(case);
    // The shorter path is the old, big module that the package left.
    modules.sort_by_key(String::len);
    let old = modules.first().cloned().unwrap_or_else(|| "<the-older-module>".to_owned());
    vec![
        run(
            words!(
                "raise the older module to a version that no longer has the package",
                "把旧模块升级到已不再包含该包的版本"
            ),
            format!("go get {old}@latest && go mod tidy"),
        ),
        safe(run(
            words!("see who still asks for it", "查看是谁仍在依赖它"),
            format!("go mod graph | grep ' {old}@'"),
        )),
        run(
            words!("or, when nothing needs it any more, drop it", "或在不再需要时移除"),
            format!("go get {old}@none && go mod tidy"),
        ),
    ]
}
