//! `build-constraints`: no file of a package is left for this platform, these tags or without cgo.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::Cause;
use crate::mend::remedy::{edit, run, safe};
use crate::mend::{edits, facts, names, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "build-constraints",
    severity: Severity::Error,
    title: Words::fixed(
        "no file of a package is left for this platform, these tags or without cgo",
        "对当前平台、标签或无 cgo 的情况，包中没有可编译的文件",
    ),
    explanation: Words::fixed(
        "After build constraints no file of the package is left: it is written for another system or \
         processor (GOOS, GOARCH), needs a tag that is not set, or needs cgo while CGO_ENABLED=0. \
         `golang:*-alpine` has no gcc, so CGO_ENABLED=1 alone does not help there; cross-compiling \
         switches cgo off as well.",
        "按构建约束过滤之后，包里没有剩下任何文件：它是为其他系统或架构（GOOS、GOARCH）写的、需要某个没有\
         设置的 tag，或需要 cgo 而 CGO_ENABLED=0。`golang:*-alpine` 没有 gcc，只设 CGO_ENABLED=1 还不够；\
         交叉编译也会关闭 cgo。",
    ),
    pitfall: None,
    references: &["https://pkg.go.dev/cmd/go#hdr-Build_constraints", "https://pkg.go.dev/cmd/cgo"],
    signs: &[
        sign(93, "build constraints exclude all Go files in {}"),
        sign(92, "build constraints exclude all Go files"),
        sign(88, "no buildable Go source files in {} (build constraints"),
        sign(88, "-linkmode requires external (cgo) linking, but cgo is not enabled"),
        sign(88, "requires external (cgo) linking, but cgo is not enabled"),
        sign(86, "-buildmode={} requires external"),
        sign(86, "-buildmode={} not supported on"),
        sign(86, "-race is only supported on"),
        sign(86, "imports \"C\" but cgo is not enabled"),
    ],
    judge: None,
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn package(case: &Case<'_>) -> Option<String> {
    let folder = crate::sign::find("exclude all Go files in {}", case.text).map(|f| f.holes[0])?;
    let path = folder.split("/pkg/mod/").last().unwrap_or(folder).trim_end_matches(')');
    let (path, rest) =
        path.split_once('@').map_or((path, ""), |(p, r)| (p, r.split_once('/').map_or("", |(_, r)| r)));
    let whole = if rest.is_empty() { path.to_owned() } else { format!("{path}/{rest}") };
    names::plain(&whole).map(str::to_owned)
}

fn headline(case: &Case<'_>) -> Words {
    if case.text.contains("unsupported GOOS/GOARCH pair") {
        let pair = names::hole(case, &[("pair {}", 0)]).unwrap_or_default();
        return words!("Go knows no platform {pair}", "Go 不支持平台 {pair}");
    }
    match package(case) {
        Some(package) => words!(
            "no file of {package} is left for this platform, these tags or without cgo",
            "对当前平台、tag 或 cgo 设置，{package} 没有可编译的文件"
        ),
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    if let Some(pair) = names::hole(case, &[("unsupported GOOS/GOARCH pair {}", 0)]) {
        let right = pair
            .replace("x86_64", "amd64")
            .replace("aarch64", "arm64")
            .replace("i386", "386")
            .replace("i686", "386");
        let (os, arch) = right.split_once('/').unwrap_or(("linux", "amd64"));
        return vec![
            edit(
                words!("use Go's own name of the platform", "使用 Go 的平台名"),
                edits::above(case, &[&format!("ENV GOOS={os} GOARCH={arch}")]),
            ),
            safe(run(words!("see all of them", "查看所有平台名"), "go tool dist list")),
        ];
    }
    let mut fixes = Vec::new();
    let shown = package(case).unwrap_or_else(|| "<package>".to_owned());
    let off = facts::instruction_says(case, "CGO_ENABLED=0");
    let packages = edits::Packages { alpine: "gcc musl-dev", debian: "gcc libc6-dev", redhat: "gcc" };
    if off || case.text.contains("cgo") || case.text.contains("-race") {
        let diff = edits::replace(case, "CGO_ENABLED=0", "CGO_ENABLED=1")
            .unwrap_or_else(|| edits::above(case, &["ENV CGO_ENABLED=1"]));
        fixes.push(edit(words!("switch cgo on", "启用 cgo"), diff));
        if facts::distro(case) != facts::Distro::Debian {
            fixes.extend(edits::install(
                case,
                &packages,
                &words!("and install the C compiler", "并安装 C 编译器"),
            ));
        }
    }
    fixes.push(safe(run(
        words!("see which file needs what", "查看各文件的构建约束"),
        format!("go list -f '{{{{.Dir}}}} {{{{.IgnoredGoFiles}}}} {{{{.CgoFiles}}}}' {shown}; go env GOOS GOARCH CGO_ENABLED GOFLAGS"),
    )));
    if package(case).is_some() && !off {
        fixes.push(run(
            words!(
                "or keep the import behind a build constraint of its own (//go:build windows)",
                "或把该导入放到带构建约束的文件中（//go:build windows）"
            ),
            format!("go mod why {shown}"),
        ));
    }
    fixes.truncate(4);
    fixes
}
