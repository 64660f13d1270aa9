//! `mod-not-found`: the module or repository does not exist, was renamed or is mistyped.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{run, safe};
use crate::mend::{facts, names, network, private, words};
use crate::net;
use crate::sign::{hint, sign};

pub(crate) static CAUSE: Cause = Cause {
    id: "mod-not-found",
    severity: Severity::Error,
    title: Words::fixed(
        "the module or repository does not exist, was renamed or is mistyped",
        "模块或仓库不存在、已改名或拼写有误",
    ),
    explanation: Words::fixed(
        "No module or repository answers to this path: it was deleted, renamed or made private, its \
         import path's page is gone, or the path is mistyped. Hosts answer for a private repository \
         exactly as for a missing one; if you know that it exists, see auth-private-module. A proxy that \
         once had it may still serve it.",
        "这个路径没有对应的模块或仓库：可能已被删除、改名或转为私有，导入路径的页面已失效，或者路径拼写有\
         误。对私有仓库和不存在的仓库，托管平台的回答完全一样；如果确定它存在，请看 auth-private-module。\
         曾经缓存过它的代理可能仍能提供。",
    ),
    pitfall: Some(Words::fixed(
        "A fork that happens to have the same code is somebody else's module: pin it by version and look \
         at its diff before a `replace` points there.",
        "内容相同的 fork 也是别人的模块：用 `replace` 指向它之前，先固定版本并检查差异。",
    )),
    references: &["https://go.dev/ref/mod#vcs-find", "https://go.dev/ref/mod#go-mod-file-replace"],
    signs: &[
        sign(80, "fatal: repository '{}' does not exist"),
        sign(80, "fatal: repository '{}' not found"),
        sign(84, "remote: Repository not found"),
        sign(84, "remote: Not Found"),
        hint(80, "malformed module path \"{}\": missing dot in first path element"),
        sign(78, "module {}: not found"),
        hint(76, "meta tag {} did not match import path"),
        hint(45, "unrecognized import path \"{}\""),
        sign(84, "unable to detect version control system for {} path"),
        hint(82, "no go-import meta tags"),
    ],
    judge: Some(Judge { fault: true, words: &["could not read Username"], decide: judge }),
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    match names::module(case) {
        Some(module) => words!(
            "{module} does not exist, was renamed, or is private",
            "{module} 不存在、已改名，或是私有仓库"
        ),
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let module = names::module(case).unwrap_or_else(|| "<module>".to_owned());
    let repository = names::repository(&module);
    let mut fixes = vec![
        safe(run(
            words!("see whether it is there at all, and who needs it", "确认它是否存在、被谁依赖"),
            format!("git ls-remote https://{repository}\ngo mod why -m {module}"),
        )),
        run(
            words!(
                "renamed: require it under its new path; gone: replace it",
                "已改名：改用新路径；已删除：换用替代模块"
            ),
            format!("go mod edit -replace={module}=<new-path>@<version> && go mod tidy"),
        ),
    ];
    let direct = !case.text.contains("/@v/") && !case.text.contains("/@latest");
    if direct && module.contains('.') {
        fixes.push(network::set_go_env(
            case,
            words!("a module proxy may still have it", "模块代理可能仍保留着它"),
            "GOPROXY",
            "https://proxy.golang.org,https://goproxy.cn,direct",
        ));
    }
    if facts::in_docker(case) || direct {
        let host = module.split('/').next().filter(|h| h.contains('.')).unwrap_or("<git-host>").to_owned();
        fixes.push(private::netrc(case, &host));
    }
    fixes
}

/// A host asks for a name when the repository is private and when it does not exist. For a version that go.mod pins
/// somebody once had access; a path asked for by hand is more often mistyped or gone.
fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    if let Some(verdict) = net::blames("mod-not-found", clue) {
        return Some(verdict);
    }
    let found = crate::sign::find("could not read Username for '{}'", clue.own_text())?;
    let host = found.holes[0].split("://").last().unwrap_or("");
    let module = net::head_module(clue);
    if net::looks_private(host) {
        return None;
    }
    let weight = if net::is_pinned(clue) { 82 } else { 84 };
    Some(Verdict::unsure(weight).about(module.unwrap_or_else(|| host.to_owned())).at(found.span))
}
