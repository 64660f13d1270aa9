//! `gopath-layout`: GOPATH mode: the sources are not where GOPATH expects them.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::Cause;
use crate::mend::remedy::{edit, run};
use crate::mend::{edits, facts, names, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "gopath-layout",
    severity: Severity::Error,
    title: Words::fixed(
        "GOPATH mode: the sources are not where GOPATH expects them",
        "GOPATH 模式：源码不在 GOPATH 期望的位置",
    ),
    explanation: Words::fixed(
        "Go runs in GOPATH mode (old Go, GO111MODULE=off, or dep and glide), where a package is found \
         only below $GOPATH/src/<import path>. The Dockerfile puts the sources elsewhere (/app), or \
         dependencies were never fetched into GOPATH. A go.mod directly in $GOPATH is refused as well.",
        "Go 运行在 GOPATH 模式（旧版本 Go、GO111MODULE=off，或使用 dep、glide），此时只会在 $GOPATH/src/<\
         导入路径> 下找包。而 Dockerfile 把源码放到了别处（如 /app），或依赖没有下载到 GOPATH。go.mod 直接\
         放在 $GOPATH 下也会被拒绝。",
    ),
    pitfall: None,
    references: &[
        "https://pkg.go.dev/cmd/go#hdr-GOPATH_environment_variable",
        "https://go.dev/ref/mod#mod-commands",
    ],
    signs: &[
        sign(90, "dep does not currently support using GOPATH/src as the project root"),
        sign(90, "is not within a known GOPATH/src"),
        sign(90, "$GOPATH/go.mod exists but should not"),
        sign(88, "no install location for directory {} outside GOPATH"),
        sign(86, "project root is not within GOPATH"),
        sign(86, "must be in your $GOPATH"),
        sign(86, "not a subdirectory of your GOPATH"),
        sign(86, "Package \"{}\" not inside GOPATH"),
        sign(86, "Current folder is not in the project root"),
        sign(84, "[ERROR]\tAn Error has occured: glide.yaml not in GOPATH"),
        sign(80, "go install: no install location"),
        sign(80, "cannot use path@version syntax in GOPATH mode"),
        sign(74, "can't load package: package {}: cannot find package \"{}\" in any of:"),
        sign(86, "unable to detect the current project"),
        sign(86, "both {} and {} are in GOPATH"),
        sign(88, "package _/{}: cannot find package"),
        sign(88, "cannot find package \"_/{}\""),
        sign(87, "build flag -mod=vendor only valid when using modules"),
        sign(84, "unexpected directory layout:"),
    ],
    judge: None,
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    if case.text.contains("$GOPATH/go.mod exists") {
        return words!(
            "go.mod lies directly in GOPATH, where Go refuses it",
            "go.mod 直接放在了 GOPATH 目录下，Go 不允许这样"
        );
    }
    match names::hole(case, &[("for directory {} outside GOPATH", 0)]) {
        Some(folder) => words!(
            "{folder} is outside GOPATH, and this Go looks nowhere else",
            "{folder} 在 GOPATH 之外，而当前 Go 只在 GOPATH 中查找"
        ),
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    if case.text.contains("$GOPATH/go.mod exists") {
        return vec![edit(
            words!("work in a folder of its own, not in /go", "使用独立的工作目录，不要放在 /go"),
            "-WORKDIR /go\n+WORKDIR /src",
        )];
    }
    let mut fixes = vec![run(
        words!("make it a module: then the folder does not matter", "改为模块：之后放在哪个目录都可以"),
        "go mod init <module-path> && go mod tidy && git add go.mod go.sum",
    )];
    if facts::in_docker(case) {
        fixes.push(edit(
            words!("or put the sources where GOPATH expects them", "或把源码放到 GOPATH 期望的位置"),
            edits::above(case, &["WORKDIR /go/src/<import-path>", "COPY . ."]),
        ));
    }
    if let Some(package) = names::module(case).filter(|_| case.text.contains("cannot find package")) {
        fixes.push(edit(
            words!("or fetch what is missing", "或获取缺少的包"),
            edits::above(case, &[&format!("RUN go get -d {package}")]),
        ));
    }
    fixes
}
