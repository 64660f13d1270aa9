//! `sum-missing`: go.sum lacks an entry.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::Cause;
use crate::mend::remedy::{edit, run};
use crate::mend::{edits, facts, names, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "sum-missing",
    severity: Severity::Error,
    title: Words::fixed("go.sum lacks an entry", "go.sum 缺少条目"),
    explanation: Words::fixed(
        "go.mod needs a module that go.sum does not list, and since Go 1.16 `go build` does not add \
         entries by itself. go.sum was not committed, or not updated after go.mod changed, or the \
         Dockerfile copies go.mod but not go.sum. A `go get` or `go mod edit` in the Dockerfile brings it \
         about as well.",
        "go.mod 需要的某个模块在 go.sum 中没有记录，而从 Go 1.16 起 `go build` 不再自动补全。可能是 \
         go.sum 没有提交、修改 go.mod 后没有更新，或者 Dockerfile 只复制了 go.mod 而没有复制 go.sum。在 \
         Dockerfile 里执行 `go get` 或 `go mod edit` 也会造成这种情况。",
    ),
    pitfall: Some(Words::fixed(
        "`go mod tidy` or `-mod=mod` inside the Dockerfile makes the error go away, and each build then \
         picks and trusts versions anew. Run it once outside, look at the change, commit it.",
        "在 Dockerfile 里执行 `go mod tidy` 或加 `-mod=mod` 能消除报错，但每次构建都会重新选择并信任版本。\
         应当在本地执行一次，检查改动后提交。",
    )),
    references: &["https://go.dev/ref/mod#go-sum-files", "https://go.dev/ref/mod#go-mod-tidy"],
    signs: &[
        sign(93, "missing go.sum entry for module providing package {}"),
        sign(93, "missing go.sum entry for go.mod file"),
        sign(93, "missing go.sum entry"),
        sign(90, "go.sum file is missing"),
        sign(88, "missing go.sum"),
        sign(85, "no checksum for"),
    ],
    judge: None,
    headline: Some(headline),
    confirm: Some(crate::project::confirm::module::sum_missing),
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    match package(case) {
        Some(package) => words!("go.sum has no entry for {package}", "go.sum 中没有 {package} 的记录"),
        None => CAUSE.title.clone(),
    }
}

fn package(case: &Case<'_>) -> Option<String> {
    let spoken = crate::sign::find("providing package {}", case.text)
        .and_then(|f| f.holes[0].split([' ', ';', ':']).next());
    spoken.and_then(names::plain).map(str::to_owned).or_else(|| {
        buildlog::chain::module_ref(case.text).and_then(|m| names::plain(m.path)).map(str::to_owned)
    })
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let mut fixes = Vec::new();
    // `COPY go.mod ./` alone leaves go.sum behind.
    let lonely =
        case.build.steps.iter().map(|s| s.instruction.split_whitespace().collect::<Vec<_>>().join(" "));
    let lonely = lonely
        .filter(|i| i.starts_with("COPY ") || i.starts_with("ADD "))
        .find(|i| i.contains("go.mod") && !i.contains("go.sum") && !i.contains("go.*"));
    if let Some(line) = lonely.filter(|l| l.len() < 140) {
        fixes.push(edit(
            words!("copy go.sum too", "同时复制 go.sum"),
            edits::swap(&line, &line.replacen("go.mod", "go.mod go.sum", 1)),
        ));
    }
    fixes.push(run(
        words!("complete go.sum outside the build and commit it", "在构建之外补全 go.sum 并提交"),
        "go mod tidy && git add go.mod go.sum",
    ));
    // Go itself names the command on the next line.
    let own = names::nearby(case, |t| {
        let command = t.trim();
        let known = command.starts_with("go get ") || command.starts_with("go mod download ");
        (known && command.split(' ').all(|w| names::plain(w).is_some())).then(|| command.to_owned())
    });
    if let Some(command) = own {
        fixes
            .push(run(words!("or add just this entry, as Go proposes", "或按 Go 的提示只补这一条"), command));
    }
    if facts::in_docker(case) && fixes.len() < 3 {
        fixes.push(edit(
            words!("make sure that both files reach the build", "确认两个文件都进入了构建"),
            "+COPY go.mod go.sum ./",
        ));
    }
    fixes
}
