//! `mod-vendor-inconsistent`: vendor/ disagrees with go.mod.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{edit, run};
use crate::mend::{edits, facts, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "mod-vendor-inconsistent",
    severity: Severity::Error,
    title: Words::fixed("vendor/ disagrees with go.mod", "vendor/ 与 go.mod 不一致"),
    explanation: Words::fixed(
        "vendor/ and go.mod tell different stories. Since Go 1.14 a vendor folder is used on its own when \
         go.mod says go 1.14 or later, and then vendor/modules.txt must match go.mod. Somebody changed \
         go.mod without `go mod vendor`, or the ignore file or a partial COPY leaves half of vendor \
         behind.",
        "vendor/ 与 go.mod 不一致。从 Go 1.14 起，只要 go.mod 声明 go 1.14 或更高，就会自动使用 vendor 目\
         录，并要求 vendor/modules.txt 与 go.mod 吻合。可能是改了 go.mod 却没有执行 `go mod vendor`，或 \
         .dockerignore、不完整的 COPY 漏掉了部分 vendor。",
    ),
    pitfall: None,
    references: &["https://go.dev/ref/mod#vendoring", "https://go.dev/ref/mod#go-mod-vendor"],
    signs: &[
        sign(95, "inconsistent vendoring in {}:"),
        sign(94, "inconsistent vendoring"),
        sign(92, "but not marked as explicit in vendor/modules.txt"),
        sign(92, "is marked as explicit in vendor/modules.txt, but not explicitly required in go.mod"),
        sign(92, "is marked as replaced in vendor/modules.txt, but not replaced in"),
        sign(92, "is replaced in go.mod, but not marked as replaced in vendor/modules.txt"),
        sign(90, "is explicitly required in go.mod, but vendor/modules.txt indicates"),
        sign(90, "To sync the vendor directory, run:"),
        sign(90, "To ignore the vendor directory, use -mod=readonly or -mod=mod"),
        sign(90, "go: -mod=vendor: but "),
        sign(90, "cannot find module providing package {}: import lookup disabled by -mod=vendor"),
        sign(90, "import lookup disabled by -mod=vendor"),
        sign(90, "cannot query module due to -mod=vendor"),
        sign(90, "go: cannot find package \".\" in: {}/vendor"),
        sign(90, "open {}/vendor/modules.txt: no such file or directory"),
        sign(88, "/vendor/{}: cannot find package"),
        sign(88, "is not in std ({}/vendor/"),
        sign(88, "modules.txt: no such file"),
        sign(91, "cannot load {}: open {}/vendor/{}: no such file or directory"),
    ],
    judge: Some(Judge { fault: false, words: &["cannot find package"], decide: judge }),
    headline: None,
    confirm: Some(crate::project::confirm::module::vendor),
    fixes,
};

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let workspace = case.text.contains("go.work") || case.text.contains("go work vendor");
    let command = if workspace {
        "go work sync && go work vendor && git add go.work vendor"
    } else {
        "go mod tidy && go mod vendor && git add go.mod go.sum vendor"
    };
    let mut fixes = vec![run(words!("bring vendor/ in line and commit it", "同步 vendor/ 并提交"), command)];
    if facts::in_docker(case) {
        fixes.push(edit(
            words!(
                "make sure that all of vendor reaches the build (and that .dockerignore does not drop it)",
                "确认完整的 vendor 进入构建（且没有被 .dockerignore 排除）"
            ),
            edits::above(case, &["COPY vendor ./vendor"]),
        ));
    }
    let aside = edits::replace(case, "go build", "go build -mod=readonly")
        .unwrap_or_else(|| "-RUN go build ...\n+RUN go build -mod=readonly ...".to_owned());
    fixes.push(edit(
        words!(
            "or leave vendor aside and download (go.sum checks it)",
            "或不使用 vendor，改为下载依赖（由 go.sum 校验）"
        ),
        aside,
    ));
    fixes
}

/// `cannot find package "." in: /src/vendor/example.com/x`
fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    let text = clue.text;
    if text.contains("cannot find package \".\" in:")
        && (text.contains("/vendor/") || clue.below(1).is_some_and(|t| t.contains("/vendor/")))
    {
        return Some(Verdict::sure(91));
    }
    None
}
