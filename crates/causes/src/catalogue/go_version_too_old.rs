//! `go-version-too-old`: the image's Go is older than the module or a dependency needs.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{edit, run, then};
use crate::mend::{facts, gover, words};
use crate::sign::sign;
use crate::stdlib;

pub(crate) static CAUSE: Cause = Cause {
    id: "go-version-too-old",
    severity: Severity::Error,
    title: Words::fixed(
        "the image's Go is older than the module or a dependency needs",
        "镜像中的 Go 版本低于模块或依赖的要求",
    ),
    explanation: Words::fixed(
        "The Go in the image is older than what the module, one of its dependencies or a directive in \
         go.mod asks for. The wordings differ a lot: `go.mod requires go >= 1.25 (running go 1.24)`, \
         `package slices is not in GOROOT`, `undefined: errors.Is`, `unknown directive: toolchain`, \
         `invalid go version '1.22.0'`, `note: module requires Go 1.19`. The official images set \
         GOTOOLCHAIN=local, so Go does not fetch a newer one by itself. CI did not notice because \
         actions/setup-go reads go.mod and the Dockerfile names its own version.",
        "镜像中的 Go 版本低于模块、某个依赖或 go.mod 指令的要求。报错五花八门：`go.mod requires go >= \
         1.25 (running go 1.24)`、`package slices is not in GOROOT`、`undefined: errors.Is`、`unknown \
         directive: toolchain`、`invalid go version '1.22.0'`、`note: module requires Go 1.19`。官方镜像\
         设置了 GOTOOLCHAIN=local，所以 Go 不会自动下载新版本。CI 没有发现，是因为 actions/setup-go 读取 \
         go.mod，而 Dockerfile 里另外写了版本。",
    ),
    pitfall: Some(Words::fixed(
        "Lowering the `go` line works only while neither the code nor a dependency uses anything newer, \
         and `go mod tidy` raises it again. An unpinned `golang:latest` mends today's build and breaks \
         another day; name a minor version.",
        "调低 `go` 行只在代码和依赖都没有用到新特性时才行得通，而且 `go mod tidy` 会再把它改回去。不固定版\
         本的 `golang:latest` 今天能用，改天又会出错；请写明次版本号。",
    )),
    references: &[
        "https://go.dev/doc/toolchain",
        "https://go.dev/ref/mod#go-mod-file-go",
        "https://hub.docker.com/_/golang",
    ],
    signs: &[
        sign(96, "go.mod requires go >= {} (running go {}; GOTOOLCHAIN={})"),
        sign(96, "requires go >= {} (running go {}"),
        sign(94, "requires go >= {}"),
        sign(94, "go.work requires go >= {}"),
        sign(92, "module requires Go {}"),
        sign(90, "note: module requires Go {}"),
        sign(90, "note: imported by a module that requires go {}"),
        sign(92, "invalid go version '{}': must match format 1.23"),
        sign(92, "usage: go 1.23"),
        sign(92, "unknown directive: toolchain"),
        sign(92, "unknown directive: tool"),
        sign(92, "unknown directive: godebug"),
        sign(92, "unknown directive: ignore"),
        sign(92, "unknown directive: retract"),
        sign(92, "unknown block type: tool"),
        sign(92, "unknown block type: retract"),
        sign(92, "unknown block type: godebug"),
        sign(92, "unknown block type: ignore"),
        sign(88, "//go:build comment without // +build comment"),
        sign(88, "go: unknown subcommand \"work\""),
        sign(90, "compile: version \"go{}\" does not match go tool version"),
        sign(88, "requires newer Go version"),
        sign(88, "requires at least Go {}"),
        sign(88, "requires Go {} or later"),
        sign(88, "requires Go version"),
        sign(88, "needs Go {} or higher"),
        sign(88, "go version {} or later is required"),
        sign(86, "package requires newer Go version go{}"),
        sign(86, "application built with go{}) "),
        sign(86, "file requires newer Go version go{}"),
        sign(86, "the Go language version (go{}) used to build"),
        sign(88, "unsupported version of go"),
        sign(86, "unknown command \"mod\""),
        sign(86, "go: unknown subcommand \"mod\""),
        sign(86, "unknown subcommand \"mod\""),
        sign(86, "Go version must be"),
        sign(84, "flag provided but not defined: -trimpath"),
        sign(84, "flag provided but not defined: -buildvcs"),
        sign(84, "flag provided but not defined: -mod"),
        sign(84, "flag provided but not defined: -modcacherw"),
        sign(88, "requires a newer Go version"),
        sign(88, "cannot compile Go {} code"),
        sign(85, "unsupported export data version"),
        sign(85, "internal error in importing \"internal/"),
        sign(85, "built with Go version"),
        sign(88, "unexpected {} after top level declaration: generics"),
    ],
    judge: Some(Judge {
        fault: false,
        words: &[
            "unrecognized import path",
            "is not in ",
            "cannot find package",
            "cannot find module",
            ".go:",
            "exclude all Go files",
        ],
        decide: judge,
    }),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::gover::too_old),
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    let needed = gover::needed(case);
    let running = gover::running(case);
    let who = gover::who(case);
    match (&who, &needed, &running) {
        (Some(who), Some(needed), Some(running)) => {
            return words!(
                "{who} needs Go {needed}, the image has Go {running}",
                "{who} 需要 Go {needed}，而镜像中是 Go {running}"
            );
        }
        (Some(who), Some(needed), None) => {
            return words!(
                "{who} needs Go {needed}, the image's is older",
                "{who} 需要 Go {needed}，镜像中的更旧"
            );
        }
        _ => {}
    }
    match (&needed, &running) {
        (Some(needed), Some(running)) => words!(
            "Go {needed} is needed, Go {running} is in the image",
            "需要 Go {needed}，而镜像中是 Go {running}"
        ),
        (Some(needed), None) => words!(
            "Go {needed} or later is needed, the image's is older",
            "需要 Go {needed} 或更高版本，镜像中的更旧"
        ),
        (None, Some(running)) => words!(
            "Go {running} is too old for this module or a dependency",
            "Go {running} 对该模块或其依赖来说太旧"
        ),
        (None, None) => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let mut fixes = Vec::new();
    let needed = gover::needed(case);
    let minor = needed.as_deref().and_then(facts::minor);
    let running = facts::running_minor(case);
    if case.text.contains("does not match go tool version") {
        return vec![run(
            words!(
                "two Go versions lie over each other: remove the old tree before unpacking, and drop the build cache",
                "两个 Go 版本叠在了一起：解压前删除旧目录，并清空构建缓存"
            ),
            "rm -rf /usr/local/go && tar -C /usr/local -xzf go<version>.linux-amd64.tar.gz && go clean -cache",
        )];
    }
    if minor.is_some() && minor == running {
        // Only the patch release is behind: the tag is right, the local copy of the image is old.
        fixes.push(run(
            words!("pull the newest image of the same tag", "拉取同一标签的最新镜像"),
            facts::build_command(case, "--pull"),
        ));
    } else {
        fixes.push(gover::newer_image(case, minor));
    }
    // A tool installed at its newest version moves on by itself: hold it.
    if let Some(tool) = gover::unpinned_tool(case) {
        fixes.push(edit(
            words!(
                "or hold the tool at a version that this Go can build",
                "或把该工具固定到当前 Go 能构建的版本"
            ),
            format!("-RUN go install {tool}@latest\n+RUN go install {tool}@<version>"),
        ));
    } else if let Some(dependency) = gover::dependency(case) {
        fixes.push(run(
            words!("or take an older version of {dependency}", "或使用较旧版本的 {dependency}"),
            format!("go list -m -versions {dependency}\ngo get {dependency}@<version> && go mod tidy"),
        ));
    }
    let knows_toolchains = running.is_some_and(|r| r >= 21) && minor.is_some_and(|m| m >= 21);
    if knows_toolchains || case.text.is_empty() {
        fixes.push(then(
            edit(
                words!(
                    "or let Go fetch the newer toolchain itself (slower; needs the network)",
                    "或让 Go 自行下载新工具链（较慢，且需要网络）"
                ),
                crate::mend::edits::above(case, &["ENV GOTOOLCHAIN=auto"]),
            ),
            facts::build_command(case, ""),
        ));
    }
    if gover::who(case).is_some_and(|w| w == "go.mod")
        && let Some(running) = running
    {
        fixes.push(run(
            words!("or, when nothing newer is used, ask for less", "或者在没有用到新特性时降低要求"),
            format!("go mod edit -go=1.{running} -toolchain=none && go mod tidy"),
        ));
    }
    fixes
}

/// A package or name of the standard library that this Go does not have yet, or a module path that only a newer `go get` understands.
fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    let text = clue.text;
    // A file of the standard library that this Go has, but only for a newer one.
    if let Some(found) =
        crate::sign::find("build constraints exclude all Go files in /usr/local/go/src/{}", text)
        && let Some(since) = stdlib::package_since(found.holes[0].trim())
        && since >= 5
    {
        return Some(Verdict::sure(94).about(found.holes[0].trim()));
    }
    let of_import = text.contains("import") || text.contains("package");
    if of_import
        && let Some(package) = missing_package(text)
        && let Some(since) = stdlib::package_since(package)
        && since >= 5
    {
        return Some(Verdict::sure(93).about(package));
    }
    // Before 1.9.7 and 1.10.3 the go command knows no `/v2` at the end of an import path.
    if of_import
        && let Some(found) =
            crate::sign::find("package {}: cannot find package \"{}\" in any of:", text.trim_start())
        && is_major_suffixed(found.holes[1])
        && !clue.scene.instruction.contains("GO111MODULE=on")
    {
        return Some(Verdict::unsure(70).about(found.holes[1]));
    }
    let error = clue.compile_error()?;
    let (name, _) = error.newer_name.as_ref()?;
    Some(if error.generics { Verdict::sure(87) } else { Verdict::sure(89) }.about(name.as_str()))
}

/// The package of the standard library that a message misses.
fn missing_package(text: &str) -> Option<&str> {
    for pattern in [
        "unrecognized import path \"{}\"",
        "package {} is not in GOROOT",
        "package {} is not in std",
        "cannot find package \"{}\" in any of:",
        "cannot find module providing package {}: ",
        "cannot find module providing package {}",
        "cannot find package \"{}\"",
        "cannot find package {} in",
    ] {
        if let Some(found) = crate::sign::find(pattern, text) {
            let package = found.holes[0].trim().trim_matches('"');
            if !package.contains('.') && !package.contains(' ') {
                return Some(package);
            }
        }
    }
    None
}

fn is_major_suffixed(path: &str) -> bool {
    path.split('/')
        .skip(1)
        .any(|p| p.strip_prefix('v').is_some_and(|n| n.parse::<u32>().is_ok_and(|n| n >= 2)))
}
