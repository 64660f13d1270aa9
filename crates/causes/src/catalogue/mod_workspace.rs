//! `mod-workspace`: go.work names what is not there, or interferes.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::Cause;
use crate::mend::remedy::{edit, run};
use crate::mend::{edits, facts, names, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "mod-workspace",
    severity: Severity::Error,
    title: Words::fixed(
        "go.work names what is not there, or interferes",
        "go.work 指向不存在的目录，或干扰了构建",
    ),
    explanation: Words::fixed(
        "A go.work file is in force: in this folder, above it, or by GOWORK. It names a module folder \
         that the build does not have (only part of the repository was copied), or the module at hand is \
         not one of its modules, or its go line is lower than theirs. Flags like -mod=mod are not allowed \
         then.",
        "当前有 go.work 生效：在本目录、上级目录，或由 GOWORK 指定。它列出的模块目录在构建环境中不存在（只\
         复制了仓库的一部分）、当前模块不在列表中，或者它的 go 版本低于各模块的要求。此时也不允许使用 \
         -mod=mod 等参数。",
    ),
    pitfall: None,
    references: &["https://go.dev/ref/mod#workspaces", "https://go.dev/doc/tutorial/workspaces"],
    signs: &[
        sign(95, "cannot load module {} listed in go.work file"),
        sign(95, "listed in go.work file"),
        sign(
            94,
            "current directory is contained in a module that is not one of the workspace modules listed in go.work",
        ),
        sign(94, "not one of the workspace modules listed in go.work"),
        sign(92, "module listed in go.work file requires go >= {}, but go.work lists go {}"),
        sign(92, "but go.work lists go"),
        sign(92, "go: -mod may only be set to readonly or vendor when in workspace mode"),
        sign(92, "-mod may only be set to readonly when in workspace mode"),
        sign(90, "workspace module {} is replaced at all versions in the go.work file"),
        sign(90, "conflicting replacements"),
        sign(90, "in workspace mode"),
        sign(95, "^{} : missing ziphash: open hash: no such file or directory"),
        sign(90, "go.work: no such file or directory"),
        sign(95, "no modules were found in the current workspace"),
        sign(95, "directory prefix {} does not contain modules listed in go.work"),
        sign(94, "does not contain modules listed in go.work"),
        sign(92, "use -workfile=off"),
    ],
    judge: None,
    headline: Some(headline),
    confirm: Some(crate::project::confirm::module::workspace),
    fixes,
};

fn folder(case: &Case<'_>) -> Option<String> {
    names::hole(case, &[("cannot load module {} listed", 0), ("module {} listed in go.work", 0)])
}

fn headline(case: &Case<'_>) -> Words {
    match folder(case) {
        Some(folder) => words!(
            "go.work lists {folder}, which the build does not have",
            "go.work 列出了 {folder}，但构建中没有它"
        ),
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let mut fixes = Vec::new();
    if let Some(wanted) = crate::sign::find("requires go >= {}, but go.work lists go", case.text)
        .and_then(|f| names::plain(f.holes[0]).map(str::to_owned))
    {
        fixes.push(run(
            words!("raise the go line of go.work", "提高 go.work 的 go 版本"),
            format!("go work edit -go={wanted}"),
        ));
    }
    if facts::in_docker(case) {
        fixes.push(edit(
            words!("build this module alone, without the workspace", "不使用工作区，单独构建该模块"),
            edits::above(case, &["ENV GOWORK=off"]),
        ));
    } else {
        fixes.push(run(
            words!("build this module alone, without the workspace", "不使用工作区，单独构建该模块"),
            "GOWORK=off go build ./...",
        ));
    }
    match folder(case) {
        Some(folder) if facts::in_docker(case) && !folder.starts_with('/') => fixes.push(edit(
            words!("or copy the folder too", "或同时复制该目录"),
            edits::above(case, &[&format!("COPY {folder} {folder}")]),
        )),
        _ => fixes.push(run(
            words!(
                "or list the module in go.work (and copy every module it lists)",
                "或把该模块加入 go.work（并复制它列出的所有模块）"
            ),
            "go work use <folder> && go work sync",
        )),
    }
    fixes
}
