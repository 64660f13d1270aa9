//! `mod-no-gomod`: there is no go.mod where the command runs.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::Cause;
use crate::mend::remedy::{edit, run, then};
use crate::mend::{edits, facts, names, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "mod-no-gomod",
    severity: Severity::Error,
    title: Words::fixed("there is no go.mod where the command runs", "命令运行的目录中没有 go.mod"),
    explanation: Words::fixed(
        "The go command runs in a folder without go.mod, and no parent folder has one. WORKDIR is missing \
         or wrong, go.mod was not copied yet, it lies in a subfolder, or the project never had one \
         (before Go 1.16 that still worked). In `/go/src/...` an old project relied on GOPATH mode.",
        "go 命令运行的目录及其上级目录中都没有 go.mod。可能是 WORKDIR 缺失或写错、go.mod 还没有复制、它在\
         子目录里，或项目从来就没有（Go 1.16 之前这样也能构建）。在 `/go/src/...` 下的老项目依赖的是 \
         GOPATH 模式。",
    ),
    pitfall: Some(Words::fixed(
        "`go mod init` inside the Dockerfile picks every dependency anew in each build. Run it once in \
         the project and commit go.mod and go.sum. GO111MODULE=off is the way back to GOPATH, for old \
         projects only.",
        "在 Dockerfile 里执行 `go mod init`，每次构建都会重新选择所有依赖的版本。应当在项目中执行一次，并\
         提交 go.mod 和 go.sum。GO111MODULE=off 是退回 GOPATH 模式，只适合老项目。",
    )),
    references: &["https://go.dev/doc/modules/managing-dependencies", "https://go.dev/ref/mod#mod-commands"],
    signs: &[
        sign(92, "go.mod file not found in current directory or any parent directory"),
        sign(92, "go: cannot find main module"),
        sign(90, "cannot find main module"),
        sign(90, "no modules specified (see 'go help mod download')"),
        sign(88, "no modules were given"),
        sign(88, "go: modules disabled by GO111MODULE=off"),
        sign(86, "outside module source directory; see 'go help modules'"),
        sign(86, "working directory is not part of a module"),
        sign(86, "directory {} outside available modules"),
        sign(84, "directory {} outside main module or its selected dependencies"),
        sign(84, "does not contain main module"),
        sign(86, "go.mod file not found"),
        sign(84, "cannot determine module path for source directory"),
        sign(84, "requires a module but no go.mod"),
        sign(86, "'go get' is no longer supported outside a module"),
    ],
    judge: None,
    headline: Some(headline),
    confirm: Some(crate::project::confirm::module::no_go_mod),
    fixes,
};

fn folder(case: &Case<'_>) -> Option<String> {
    names::hole(case, &[("directory {} outside", 0), (" in {}$", 0)]).filter(|f| f.starts_with('/'))
}

fn installs(case: &Case<'_>) -> Option<String> {
    let mut words = case.instruction.split_whitespace().skip_while(|w| *w != "get").skip(1);
    let word = words.find(|w| !w.starts_with('-'))?;
    names::plain(word.split('@').next()?).filter(|p| names::is_module_path(p)).map(str::to_owned)
}

fn headline(case: &Case<'_>) -> Words {
    if case.text.contains("GO111MODULE=off") {
        return words!(
            "GO111MODULE=off forbids what this command needs: modules",
            "GO111MODULE=off，而该命令需要模块模式"
        );
    }
    match folder(case) {
        Some(folder) => {
            words!("there is no go.mod in {folder} or above", "{folder} 及其上级目录中没有 go.mod")
        }
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    if case.text.contains("GO111MODULE=off") {
        return vec![edit(words!("take the setting out", "去掉该设置"), "-ENV GO111MODULE=off")];
    }
    let mut fixes = Vec::new();
    if let Some(tool) = installs(case).filter(|_| case.instruction.contains("go get ")) {
        fixes.push(edit(
            words!(
                "a tool is installed with `go install` and a version",
                "安装工具请使用 `go install` 并写明版本"
            ),
            format!("-RUN go get {tool}\n+RUN go install {tool}@<version>"),
        ));
    }
    let has_workdir = case.build.steps.iter().any(|s| s.keyword() == "WORKDIR");
    let lines: &[&str] =
        if has_workdir { &["COPY go.mod go.sum ./"] } else { &["WORKDIR /src", "COPY go.mod go.sum ./"] };
    if facts::in_docker(case) {
        fixes.push(edit(
            words!(
                "be in the module's folder, with go.mod there, before Go runs",
                "运行 Go 之前，先进入模块目录并复制 go.mod"
            ),
            edits::above(case, lines),
        ));
    } else {
        fixes.push(run(
            words!("run it in the module's folder (find it)", "在模块目录中运行（先找到它）"),
            "find . -name go.mod -not -path '*/vendor/*'\ngo -C <folder> build ./...",
        ));
    }
    fixes.push(run(
        words!(
            "if the project has none: make one, outside the build, and commit it",
            "如果项目没有 go.mod：在构建之外创建并提交"
        ),
        "go mod init <module-path> && go mod tidy && git add go.mod go.sum",
    ));
    if facts::instruction_says(case, "/go/src/") || folder(case).is_some_and(|f| f.contains("/go/src/")) {
        fixes.push(then(
            edit(
                words!("or build the old project in GOPATH mode", "或以 GOPATH 模式构建老项目"),
                edits::above(case, &["ENV GO111MODULE=off"]),
            ),
            facts::build_command(case, ""),
        ));
    }
    fixes
}
