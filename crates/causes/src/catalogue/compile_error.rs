//! `compile-error`: the project's own code does not compile.

use buildlog::chain::position;
use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{edit, run, safe};
use crate::mend::{edits, facts, names, words};
use crate::sign::{hint, sign};

pub(crate) static CAUSE: Cause = Cause {
    id: "compile-error",
    severity: Severity::Error,
    title: Words::fixed("the project's own code does not compile", "项目自身的代码无法编译"),
    explanation: Words::fixed(
        "The compiler rejects the project's own code. The first error of the first package counts; the \
         rest often follow from it. When it compiles on your machine, compare: files that were not copied \
         (`undefined: x` of a file next door), files excluded by name or tag (_test, _windows, \
         //go:build), generated code, another Go version, or `go build main.go` where `go build .` is \
         meant.",
        "编译器拒绝了项目自己的代码。看第一个包的第一条错误，后面的往往由它引起。如果本地能编译，请对比：\
         没有复制进来的文件（同目录文件里的 `undefined: x`）、因文件名或 tag 被排除的文件（_test、_windows、\
         //go:build）、未生成的代码、不同的 Go 版本，或把 `go build .` 写成了 `go build main.go`。",
    ),
    pitfall: None,
    references: &[
        "https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies",
        "https://go.dev/ref/spec",
    ],
    signs: &[
        sign(70, "import cycle not allowed"),
        sign(60, "too many errors"),
        sign(78, "undefined reference to `main.main'"),
        sign(76, "expected 'package', found"),
        sign(78, "pattern {}: no matching files found"),
        sign(78, "pattern {}: cannot embed"),
        sign(78, "link: duplicated definition of symbol"),
        hint(79, ": relocation target {} not defined"),
    ],
    judge: Some(Judge { fault: false, words: &[".go:", ".s:"], decide: judge }),
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    if case.text.contains("no matching files found") {
        let pattern = crate::sign::find("pattern {}: no matching", case.text)
            .and_then(|f| names::shown(f.holes[0]).map(str::to_owned))
            .unwrap_or_else(|| "...".to_owned());
        return words!("go:embed finds no files for {pattern}", "go:embed 没有找到匹配 {pattern} 的文件");
    }
    let Some(place) = position(case.text.trim_start()) else { return CAUSE.title.clone() };
    let Some(file) = names::plain(place.file) else { return CAUSE.title.clone() };
    let line = place.line;
    let packages = case.subjects.len();
    if packages > 1 {
        return words!(
            "the code of {packages} packages does not compile, first {file}:{line}",
            "{packages} 个包的代码无法编译，首先是 {file}:{line}"
        );
    }
    words!("the code does not compile: {file}:{line}", "代码无法编译：{file}:{line}")
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let mut fixes = Vec::new();
    let text = case.text;
    if text.contains("no matching files found") {
        fixes.push(run(
            words!(
                "make the embedded files before this step, and see that .dockerignore lets them in",
                "在这一步之前生成要嵌入的文件，并确认没有被 .dockerignore 排除"
            ),
            "go generate ./...; grep -n . .dockerignore",
        ));
        return fixes;
    }
    if text.contains("undefined: ")
        && let Some(line) = edits::whole(case)
        && let Some(file) = line.split_whitespace().find(|w| w.ends_with(".go"))
    {
        let folder = file.rsplit_once('/').map_or_else(
            || ".".to_owned(),
            |(f, _)| if f.starts_with(['.', '/']) { f.to_owned() } else { format!("./{f}") },
        );
        fixes.push(edit(
            words!("build the package, not the one file", "编译整个包，而不是单个文件"),
            edits::swap(&line, &line.replacen(file, &folder, 1)),
        ));
    }
    let image = facts::base(case)
        .filter(facts::Image::is_golang)
        .map(|i| i.reference())
        .filter(|i| names::plain(i).is_some());
    let image = image.unwrap_or_else(|| "golang:<version>".to_owned());
    fixes.push(safe(run(
        words!(
            "see the same errors here, with the image's Go and only what git has",
            "用镜像中的 Go、仅以 git 中的文件在本地重现"
        ),
        format!("git archive HEAD | docker run --rm -i -w /src {image} sh -c 'tar -x && go vet ./...'"),
    )));
    if text.contains("undefined: ") && facts::in_docker(case) {
        fixes.push(safe(run(
            words!("see whether files were left out of the build", "查看是否有文件没有进入构建"),
            "go list -f '{{.Dir}} {{.GoFiles}} {{.IgnoredGoFiles}}' ./...; grep -n . .dockerignore",
        )));
    }
    fixes
}

fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    let error = clue.compile_error()?;
    error.own.then(|| Verdict { ambiguous: error.guessed, ..Verdict::sure(81).about(error.package) })
}
