//! `vcs-stamping`: version stamping fails.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::Cause;
use crate::mend::remedy::{edit, run};
use crate::mend::{edits, facts, names, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "vcs-stamping",
    severity: Severity::Error,
    title: Words::fixed("version stamping fails", "写入版本控制信息失败"),
    explanation: Words::fixed(
        "`go build` wants to write the revision into the binary and git does not play along: the \
         repository belongs to another user (`dubious ownership`), there is only half of it (.git is \
         ignored, or a worktree's or submodule's .git file points outside), or `git describe` finds no \
         tag because the clone is shallow.",
        "`go build` 要把版本信息写入二进制，但 git 无法配合：仓库属于其他用户（`dubious ownership`）、仓库\
         不完整（.git 被忽略，或 worktree、submodule 的 .git 文件指向上下文之外），或浅克隆导致 `git \
         describe` 找不到标签。",
    ),
    pitfall: Some(Words::fixed(
        "`git config --global --add safe.directory '*'` trusts every repository, those that a build \
         unpacks included; name the one folder. Ignoring .git just to silence this removes the version \
         from the binary.",
        "`git config --global --add safe.directory '*'` 会信任所有仓库，包括构建中解压出来的；只写需要的目\
         录即可。为了消除报错而忽略 .git，会让二进制里没有版本信息。",
    )),
    references: &[
        "https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies",
        "https://git-scm.com/docs/git-config",
    ],
    signs: &[
        sign(94, "error obtaining VCS status: {}"),
        sign(94, "error obtaining VCS status"),
        sign(92, "detected dubious ownership in repository at '{}'"),
        sign(90, "Use -buildvcs=false to disable VCS stamping"),
        sign(90, "unsafe repository ('{}' is owned by someone else)"),
        sign(80, "fatal: not a git repository (or any of the parent directories): .git"),
        sign(80, "fatal: not a git repository (or any parent up to mount point"),
        sign(78, "fatal: No names found, cannot describe anything"),
        sign(78, "fatal: not a git repository: "),
        sign(78, "fatal: Not a git repository"),
        sign(78, "fatal: your current branch '{}' does not have any commits"),
        sign(76, "fatal: ambiguous argument 'HEAD'"),
        sign(76, "fatal: bad revision 'HEAD'"),
        sign(82, "fatal: not a git repository (or any of the parent directories: .git)"),
        sign(80, "git describe failed"),
    ],
    judge: None,
    headline: Some(headline),
    confirm: Some(crate::project::confirm::context::vcs),
    fixes,
};

fn folder(case: &Case<'_>) -> Option<String> {
    let at = |t: &str| {
        let found = crate::sign::find("in repository at '{}'", t)
            .or_else(|| crate::sign::find("repository ('{}' is owned", t))?;
        names::plain(found.holes[0]).map(str::to_owned)
    };
    at(case.text).or_else(|| names::nearby(case, at))
}

fn headline(case: &Case<'_>) -> Words {
    if let Some(folder) = folder(case) {
        return words!(
            "git does not trust {folder}: it belongs to another user",
            "git 不信任 {folder}：它属于其他用户"
        );
    }
    if case.text.contains("not a git repository") || case.text.contains("Not a git repository") {
        return words!(
            "version stamping needs .git, which is not in the build",
            "写入版本信息需要 .git，但构建中没有"
        );
    }
    if case.text.contains("No names found") {
        return words!(
            "git describe finds no tag (a shallow clone?)",
            "git describe 找不到标签（可能是浅克隆）"
        );
    }
    CAUSE.title.clone()
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let mut fixes = Vec::new();
    let stamping = case.text.contains("VCS") || case.text.contains("buildvcs");
    if let Some(folder) = folder(case) {
        let line = format!("git config --global --add safe.directory {folder}");
        fixes.push(if facts::in_docker(case) {
            edit(
                words!("trust this one folder", "只信任这一个目录"),
                edits::above(case, &[&format!("RUN {line}")]),
            )
        } else {
            run(words!("trust this one folder", "只信任这一个目录"), line)
        });
    } else if case.text.contains("No names found") {
        fixes.push(run(
            words!(
                "fetch the tags before the build (actions/checkout: fetch-depth: 0)",
                "构建前拉取标签（actions/checkout：fetch-depth: 0）"
            ),
            "git fetch --tags --unshallow",
        ));
    } else if facts::in_docker(case) {
        fixes.push(edit(
            words!(
                "let .git into the build for this step only (.dockerignore must not drop it)",
                "仅在这一步把 .git 挂载进来（.dockerignore 不能排除它）"
            ),
            edits::run_with(case, "--mount=type=bind,source=.git,target=.git", "go build -o /bin/app ."),
        ));
    }
    if stamping {
        let diff = edits::replace(case, "go build", "go build -buildvcs=false")
            .or_else(|| edits::replace(case, "go install", "go install -buildvcs=false"));
        fixes.push(edit(
            words!("or build without the stamp", "或不写入版本信息"),
            diff.unwrap_or_else(|| "-RUN go build ...\n+RUN go build -buildvcs=false ...".to_owned()),
        ));
    } else {
        fixes.push(edit(
            words!("or hand the version in", "或从外部传入版本号"),
            "+ARG VERSION\n+RUN go build -ldflags=\"-X main.version=$VERSION\" ...",
        ));
    }
    fixes
}
