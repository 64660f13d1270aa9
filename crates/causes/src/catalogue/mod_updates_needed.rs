//! `mod-updates-needed`: go.mod or go.sum is not tidy and may not be changed.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::Cause;
use crate::mend::remedy::{run, safe};
use crate::mend::{facts, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "mod-updates-needed",
    severity: Severity::Error,
    title: Words::fixed(
        "go.mod or go.sum is not tidy and may not be changed",
        "go.mod 或 go.sum 需要更新，但不允许修改",
    ),
    explanation: Words::fixed(
        "go.mod or go.sum would have to change for this command, and it may not change them: since Go \
         1.16 `go build` works with -mod=readonly, and a read-only mount says the same in other words. \
         Somebody edited imports or go.mod and did not run `go mod tidy`, or another Go version tidied it.",
        "执行该命令需要修改 go.mod 或 go.sum，但不允许修改：从 Go 1.16 起 `go build` 默认使用 \
         -mod=readonly，只读挂载也会造成同样的结果。通常是改了 import 或 go.mod 之后没有执行 `go mod tidy`，\
         或者用另一个版本的 Go 整理过。",
    ),
    pitfall: Some(Words::fixed(
        "`-mod=mod` or `go mod tidy` in the Dockerfile hides it: each build then resolves anew, unseen by \
         review. Tidy once, commit, and let CI check it with `go mod tidy -diff`.",
        "在 Dockerfile 里用 `-mod=mod` 或 `go mod tidy` 只是掩盖问题：每次构建都会重新解析依赖，评审也看不\
         到。应当整理一次并提交，再让 CI 用 `go mod tidy -diff` 检查。",
    )),
    references: &["https://go.dev/ref/mod#build-commands", "https://go.dev/ref/mod#go-mod-tidy"],
    signs: &[
        sign(93, "updates to go.mod needed"),
        sign(92, "updates to go.sum needed"),
        sign(92, "updating go.mod: existing contents have changed"),
        sign(92, "go.mod needs update"),
        sign(90, "disabled by -mod=readonly"),
        sign(90, "import lookup disabled by -mod=readonly"),
        sign(90, "go: writing go.sum: open {}: read-only file system"),
        sign(90, "go: writing go.mod: open {}: read-only file system"),
        sign(90, "go: updating go.sum: open {}: "),
        sign(90, "go: updating go.mod: open {}: "),
        sign(88, "go.mod or go.sum is not tidy"),
        sign(88, "implicitly required; missing go.mod entries"),
    ],
    judge: None,
    headline: None,
    confirm: None,
    fixes,
};

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let compat = facts::running_minor(case).map_or_else(String::new, |m| format!(" -go=1.{m}"));
    vec![
        run(
            words!(
                "tidy outside the build, with the Go version of the image, and commit",
                "在构建之外用与镜像相同版本的 Go 整理并提交"
            ),
            format!("go mod tidy{compat} && git add go.mod go.sum"),
        ),
        safe(run(words!("see what would change", "查看会有哪些改动"), "go mod tidy -diff")),
    ]
}
