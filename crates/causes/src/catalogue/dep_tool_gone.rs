//! `dep-tool-gone`: a retired tool is called.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{edit, run};
use crate::mend::{edits, names, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "dep-tool-gone",
    severity: Severity::Error,
    title: Words::fixed("a retired tool is called", "调用了已被淘汰的工具"),
    explanation: Words::fixed(
        "The build calls a tool that is no longer there, or no longer does this: `go-wrapper` left the \
         golang images with Go 1.9, dep, glide, godep and govendor are archived, and since Go 1.17 `go \
         get` no longer installs programs. Modules do all of it today.",
        "构建调用了已被淘汰的工具，或该工具已不再提供这个功能：`go-wrapper` 在 Go 1.9 之后从 golang 镜像中\
         移除，dep、glide、godep、govendor 都已归档，而从 Go 1.17 起 `go get` 不再安装程序。现在这些都由 \
         Go 模块完成。",
    ),
    pitfall: Some(Words::fixed(
        "Installing the old tool again brings back a program without maintenance that fetches over dead \
         paths. `go mod init` reads the lock files of dep, glide, godep and govendor (up to Go 1.21).",
        "重新安装旧工具，只会引入无人维护、依赖失效地址的程序。`go mod init`（Go 1.21 及以前）可以直接读\
         取 dep、glide、godep、govendor 的锁文件完成迁移。",
    )),
    references: &[
        "https://go.dev/doc/go-get-install-deprecation",
        "https://go.dev/ref/mod#go-install",
        "https://go.dev/doc/modules/managing-dependencies",
    ],
    signs: &[
        sign(90, "go-wrapper: not found"),
        sign(90, "exec: \"go-wrapper\": executable file not found"),
        sign(90, "dep: not found"),
        sign(90, "glide: not found"),
        sign(90, "godep: not found"),
        sign(90, "govendor: not found"),
        sign(90, "gvt: not found"),
        sign(90, "trash: not found"),
        sign(90, "vgo: not found"),
        sign(90, "dep: command not found"),
        sign(90, "glide: command not found"),
        sign(90, "godep: command not found"),
        sign(90, "govendor: command not found"),
        sign(88, "could not find project Gopkg.toml, use dep init"),
        sign(88, "^Vendor file at \"{}\" not found"),
        sign(88, "Error: Vendor file at \"{}\" not found"),
        sign(88, "^godep: "),
        sign(84, "godep: "),
        sign(88, "installing executables with 'go get' is deprecated"),
        sign(88, "installing executables with 'go get' in module mode is deprecated"),
        sign(86, "Solving failure: "),
        sign(84, "grouped write of manifest, lock and vendor"),
        sign(84, "Gopkg.lock is out of sync"),
        sign(84, "Gopkg.lock was not up to date"),
        sign(84, "[ERROR]\tFailed to "),
        sign(84, "[ERROR]\tUnable to "),
        sign(84, "[ERROR]\tError "),
        sign(84, "[ERROR]\tUpdate failed for"),
        sign(84, "[ERROR]\tAn Error has occur"),
        sign(84, "[ERROR]\tGlide "),
        sign(80, "unable to deduce repository and source type for \"{}\""),
        sign(86, "No Godeps found (or in any parent directory)"),
        sign(86, "failed to find Gopkg"),
        sign(84, "unable to update checked out version"),
        sign(84, "failed to fetch source for https"),
        sign(94, "'go get' is no longer supported outside a module"),
    ],
    judge: Some(Judge { fault: false, words: &["not found", "No such file"], decide: judge }),
    headline: Some(headline),
    confirm: None,
    fixes,
};

/// The retired tool of the message or of the instruction.
fn tool(case: &Case<'_>) -> Option<&'static str> {
    const TOOLS: [&str; 8] = ["go-wrapper", "govendor", "godep", "glide", "dep", "gvt", "gpm", "vgo"];
    let names = |text: &str| {
        TOOLS
            .into_iter()
            .find(|t| text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).any(|w| w == *t))
    };
    case.subjects
        .iter()
        .find_map(|s| TOOLS.into_iter().find(|t| t == s))
        .or_else(|| names(case.text))
        .or_else(|| names(case.instruction))
}

/// What `go get` should have installed.
fn installed(case: &Case<'_>) -> Option<String> {
    let at = case.instruction.find("go get ")?;
    let word = case.instruction.get(at + 7..)?.split_whitespace().find(|w| !w.starts_with('-'))?;
    names::plain(word.split('@').next()?).filter(|p| names::is_module_path(p)).map(str::to_owned)
}

fn headline(case: &Case<'_>) -> Words {
    match (tool(case), installed(case)) {
        (Some(tool), _) => words!("{tool} is retired: modules do its work", "{tool} 已被淘汰：改用 Go 模块"),
        (None, Some(path)) => words!(
            "`go get` no longer installs programs such as {path}",
            "`go get` 不再用于安装 {path} 这样的程序"
        ),
        _ => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let migrate = run(
        words!(
            "move the project to modules, outside the build, and commit (Go up to 1.21 reads the old lock file)",
            "在构建之外把项目迁移到模块并提交（Go 1.21 及以前会读取旧的锁文件）"
        ),
        "docker run --rm -v \"$PWD\":/src -w /src golang:1.21 sh -c 'go mod init <module-path> && go mod tidy'",
    );
    let shape = edit(
        words!("then download and build with Go alone", "然后只用 Go 下载和构建"),
        match tool(case) {
            Some("go-wrapper") => {
                let command =
                    if case.instruction.contains("install") { "go install ./..." } else { "go mod download" };
                edits::whole(case).map_or_else(
                    || format!("-RUN go-wrapper download\n+RUN {command}"),
                    |l| edits::swap(&l, &format!("RUN {command}")),
                )
            }
            Some(tool) => {
                let fallback = format!("-RUN {tool} ...\n+COPY go.mod go.sum ./\n+RUN go mod download");
                edits::whole(case)
                    .map_or(fallback, |l| edits::swap(&l, "COPY go.mod go.sum ./\nRUN go mod download"))
            }
            None => "+COPY go.mod go.sum ./\n+RUN go mod download".to_owned(),
        },
    );
    match (tool(case), installed(case)) {
        (None, Some(path)) => {
            let fallback = format!("-RUN go get {path}\n+RUN go install {path}@<version>");
            let line =
                edits::whole(case).filter(|l| l.trim_start_matches("RUN ").split_whitespace().count() <= 4);
            let diff =
                line.map_or(fallback, |l| edits::swap(&l, &format!("RUN go install {path}@<version>")));
            vec![edit(
                words!("install it with `go install` and a version", "使用 `go install` 并写明版本"),
                diff,
            )]
        }
        _ => vec![migrate, shape],
    }
}

const RETIRED: [&str; 9] = ["go-wrapper", "dep", "glide", "godep", "govendor", "gvt", "gpm", "vgo", "gom"];

/// The shell does not find a tool that nobody ships any more.
fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    let text = clue.text.trim_end();
    for tail in [": not found", ": command not found", ": No such file or directory"] {
        if let Some(head) = text.strip_suffix(tail)
            && let Some(word) = head.rsplit([' ', '/']).next()
            && RETIRED.contains(&word)
        {
            return Some(Verdict::sure(91).about(word));
        }
    }
    None
}
