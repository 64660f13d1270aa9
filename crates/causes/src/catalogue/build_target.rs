//! `build-target`: the go command is pointed at what is not there.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{edit, run, safe};
use crate::mend::{edits, facts, names, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "build-target",
    severity: Severity::Error,
    title: Words::fixed("the go command is pointed at what is not there", "go 命令指向了不存在的构建目标"),
    explanation: Words::fixed(
        "The go command is pointed at something that is not there: a folder without Go files, a path that \
         does not exist in the image, a package that is no `main`, a pattern that matches nothing. Often \
         WORKDIR or a COPY puts the sources elsewhere, or the path lacks its `./` and is taken for a \
         package of the standard library.",
        "go 命令指向了不存在的目标：目录里没有 Go 文件、镜像中没有这个路径、包不是 `main`，或模式没有匹配\
         到任何包。常见原因是 WORKDIR 或 COPY 把源码放到了别处，或者路径缺少 `./`，被当成了标准库的包。",
    ),
    pitfall: None,
    references: &[
        "https://pkg.go.dev/cmd/go#hdr-Package_lists_and_patterns",
        "https://docs.docker.com/reference/dockerfile/#workdir",
    ],
    signs: &[
        sign(88, "no Go source files"),
        sign(86, "stat {}: directory not found"),
        sign(88, "{}: directory not found"),
        sign(88, "is not a main package"),
        sign(86, "cannot write multiple packages to non-directory"),
        sign(84, "go: named files must be .go files"),
        sign(84, "named files must be .go files"),
        sign(84, "named files must all be in one directory"),
        sign(84, "package {} is not a main package"),
        sign(88, "matched no packages"),
        sign(84, "no packages to build"),
        sign(88, "is a program, not an importable package"),
        sign(84, "function main is undeclared in the main package"),
        sign(84, "go run: cannot run non-main package"),
        sign(84, "cannot run *_test.go files"),
        sign(84, "malformed import path \"{}\": leading slash"),
        sign(80, "stat {}.go: no such file or directory"),
        sign(80, "no such file or directory: {}.go"),
        sign(84, "found packages {} and {} in"),
        sign(80, "build output \"{}\" already exists and is a directory"),
        sign(80, "build output \"{}\" already exists and is not an object file"),
        sign(88, "no main packages to build"),
        sign(86, "no packages to test"),
        sign(86, "no packages to vet"),
    ],
    judge: Some(Judge {
        fault: false,
        words: &["is not in ", "cannot find package", "no Go files", "no non-test Go", "no buildable"],
        decide: judge,
    }),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::module::build_target),
    fixes,
};

fn target(case: &Case<'_>) -> Option<String> {
    names::hole(
        case,
        &[
            ("no Go files in {}", 0),
            ("Go files in {}", 0),
            ("Go source files in {}", 0),
            ("stat {}: directory not found", 0),
            ("package {} is not a main package", 0),
            ("package {} is not in", 0),
            ("stat {}: no such file", 0),
        ],
    )
}

fn headline(case: &Case<'_>) -> Words {
    let text = case.text;
    match target(case) {
        Some(t) if text.contains("Go files") || text.contains("Go source files") => {
            words!("there are no Go files in {t}", "{t} 中没有 Go 文件")
        }
        Some(t) if text.contains("not a main package") => {
            words!("{t} is not a main package", "{t} 不是 main 包")
        }
        Some(t) if text.contains("is not in") => words!(
            "{t} lacks its ./ and is taken for a package of the standard library",
            "{t} 缺少 ./，被当成了标准库的包"
        ),
        Some(t) => words!("the build target {t} does not exist", "构建目标 {t} 不存在"),
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let mut fixes = Vec::new();
    if let Some(t) = target(case).filter(|t| case.text.contains("is not in") && !t.starts_with(['.', '/'])) {
        let diff = edits::replace(case, &format!(" {t}"), &format!(" ./{t}"))
            .unwrap_or_else(|| edits::swap(&format!("RUN go build {t}"), &format!("RUN go build ./{t}")));
        fixes.push(edit(words!("name the folder with ./", "用 ./ 指明目录"), diff));
    }
    fixes.push(safe(run(
        words!("see where the main packages are", "查看 main 包在哪里"),
        "go list -f '{{if eq .Name \"main\"}}{{.Dir}}{{end}}' ./...",
    )));
    if facts::in_docker(case) {
        fixes.push(edit(
            words!("point the build at one of them", "让构建指向其中一个"),
            edits::whole(case).filter(|l| l.contains("go build") && !l.contains("./")).map_or_else(
                || "-RUN go build -o /bin/app .\n+RUN go build -o /bin/app ./<folder-of-main>".to_owned(),
                |l| edits::swap(&l, &format!("{} ./<folder-of-main>", l.trim_end_matches(" ."))),
            ),
        ));
        fixes.push(edit(
            words!("or show what the step really sees", "或打印这一步实际看到的文件"),
            edits::above(case, &["RUN pwd && ls -la && find . -name '*.go' | head"]),
        ));
    }
    fixes
}

/// A path that is named on the command line and leads nowhere.
fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    let text = clue.text.trim_start();
    let asked = |path: &str| {
        clue.scene.instruction.split_whitespace().any(|w| {
            let w = w.trim_matches(['"', '\'', ';']).trim_end_matches("/...").trim_start_matches("./");
            w == path || w.split('@').next() == Some(path)
        })
    };
    // `package app/cmd/server is not in std`, `can't load package: package x: cannot find package "x" in any of:`
    for head in ["go get ", "package ", "go: package ", "can't load package: package "] {
        let Some(rest) = text.strip_prefix(head) else { continue };
        if let Some(at) = rest.find(" is not in ") {
            let path = rest[..at].rsplit(' ').next().unwrap_or("");
            if asked(path) {
                return Some(Verdict::sure(87).about(path));
            }
        }
        if head.starts_with("can't") && rest.contains(": cannot find package \"") {
            let path = rest.split(':').next().unwrap_or("");
            if asked(path) {
                return Some(Verdict::unsure(85).about(path));
            }
        }
    }
    let found = crate::sign::find("no Go files in {}", text)
        .or_else(|| crate::sign::find("no non-test Go files in {}", text))
        .or_else(|| crate::sign::find("no buildable Go source files in {}", text))?;
    // Behind an import (`a.go:3:2: ...`, `package x: ...` of `go get`) it is a dependency that has lost its files.
    let of_import =
        text.contains(".go:") || (text.starts_with("package ") && clue.scene.instruction.contains("go get"));
    // A variable in the path may be what leads nowhere.
    let unsure = clue.scene.instruction.contains('$');
    (!of_import).then(|| {
        let weight = if text.starts_with("can't load package") { 78 } else { 86 };
        Verdict { ambiguous: unsure, ..Verdict::sure(weight) }.about(found.holes[0]).at(found.span)
    })
}
