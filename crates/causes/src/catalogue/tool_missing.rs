//! `tool-missing`: a command is not in the image.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{edit, run, safe};
use crate::mend::{edits, facts, names, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "tool-missing",
    severity: Severity::Error,
    title: Words::fixed("a command is not in the image", "镜像中缺少某个命令"),
    explanation: Words::fixed(
        "A command of the step is not in the image (or not in PATH there): it was never installed, was \
         installed in another stage, went into a folder outside PATH ($HOME/go/bin), or has another name \
         in this distribution. Small images have no bash, curl, make or unzip.",
        "这一步用到的命令不在镜像里（或不在 PATH 中）：没有安装、装在了另一个阶段、装到了 PATH 之外的目录\
         （如 $HOME/go/bin），或在该发行版中名字不同。精简镜像通常没有 bash、curl、make、unzip。",
    ),
    pitfall: None,
    references: &[
        "https://docs.docker.com/build/building/multi-stage/",
        "https://docs.docker.com/build/building/best-practices/",
    ],
    signs: &[
        sign(84, "^/bin/sh: {}: not found$"),
        sign(84, "^sh: {}: not found$"),
        sign(84, "^sh: {}: {}: not found"),
        sign(84, "^/bin/sh: {}: {}: not found"),
        sign(84, "^{}: line {}: {}: not found"),
        sign(84, "^{}: line {}: {}: command not found"),
        sign(84, "^/bin/sh: {}: command not found"),
        sign(84, "^/bin/bash: {}: command not found"),
        sign(84, "^bash: {}: command not found"),
        sign(84, "^/bin/bash: line {}: {}: command not found"),
        sign(84, "^make: {}: Command not found"),
        sign(84, "^make[{}]: {}: Command not found"),
        sign(78, "^make: {}: No such file or directory"),
        sign(82, "exec: \"{}\": executable file not found in $PATH"),
        sign(80, "executable file not found in"),
        sign(80, "^env: can't execute '{}': No such file or directory"),
        sign(80, "^/usr/bin/env: {}: No such file or directory"),
        sign(80, "protoc-gen-{}: program not found or is not executable"),
        sign(80, "^which: no {} in ("),
        sign(78, "is not recognized as an internal or external command"),
        sign(78, "^make: {}: not found"),
        sign(80, "^xargs: {}: No such file or directory"),
        sign(80, "Could not find a required program: {}"),
        sign(78, "go: no such tool \"{}\""),
        sign(78, "Unable to find executable: {}"),
        sign(84, "^sudo: {}: command not found"),
        sign(80, "Required dependency '{}' is not installed"),
        sign(78, "{} is required but not installed"),
    ],
    judge: Some(Judge { fault: false, words: &["not found"], decide: judge }),
    headline: Some(headline),
    confirm: None,
    fixes,
};

/// The command, without its folder.
fn command(case: &Case<'_>) -> Option<String> {
    let quoted = names::hole(
        case,
        &[
            ("exec: \"{}\": executable file not found", 0),
            ("no such tool \"{}\"", 0),
            ("required program: {}", 0),
            ("protoc-gen-{}: program not found", 0),
        ],
    );
    let quoted = if case.text.contains("protoc-gen-") {
        quoted.map(|q| if q.starts_with("protoc-gen-") { q } else { format!("protoc-gen-{q}") })
    } else {
        quoted
    };
    quoted.or_else(|| {
        let text = case.text.trim_end();
        let tails =
            [": command not found", ": Command not found", ": not found", ": No such file or directory"];
        let head = tails.iter().find_map(|t| text.strip_suffix(t))?;
        names::plain(head.rsplit([' ', ':']).next()?.trim_matches(['\'', '‘', '’', '"'])).map(str::to_owned)
    })
}

/// Go programs that one installs with `go install`.
fn go_tool(name: &str) -> Option<&'static str> {
    const TOOLS: [(&str, &str); 16] = [
        ("golangci-lint", "github.com/golangci/golangci-lint/v2/cmd/golangci-lint"),
        ("protoc-gen-go", "google.golang.org/protobuf/cmd/protoc-gen-go"),
        ("protoc-gen-go-grpc", "google.golang.org/grpc/cmd/protoc-gen-go-grpc"),
        ("buf", "github.com/bufbuild/buf/cmd/buf"),
        ("goimports", "golang.org/x/tools/cmd/goimports"),
        ("stringer", "golang.org/x/tools/cmd/stringer"),
        ("mockgen", "go.uber.org/mock/mockgen"),
        ("swag", "github.com/swaggo/swag/cmd/swag"),
        ("wire", "github.com/google/wire/cmd/wire"),
        ("templ", "github.com/a-h/templ/cmd/templ"),
        ("air", "github.com/air-verse/air"),
        ("sqlc", "github.com/sqlc-dev/sqlc/cmd/sqlc"),
        ("staticcheck", "honnef.co/go/tools/cmd/staticcheck"),
        ("govulncheck", "golang.org/x/vuln/cmd/govulncheck"),
        ("controller-gen", "sigs.k8s.io/controller-tools/cmd/controller-gen"),
        ("dlv", "github.com/go-delve/delve/cmd/dlv"),
    ];
    TOOLS.iter().find(|(tool, _)| *tool == name).map(|(_, path)| *path)
}

/// Package of a command where it is called otherwise: Alpine, Debian, Red Hat.
fn package(name: &str) -> Option<edits::Packages<'_>> {
    let same = [
        "bash", "make", "curl", "wget", "unzip", "zip", "tar", "git", "jq", "rsync", "upx", "file", "patch",
        "cmake", "gawk", "sudo", "tzdata", "nodejs", "npm", "openssl", "envsubst", "xz", "python3", "perl",
    ];
    Some(match name {
        "go" => return None,
        "protoc" => edits::Packages {
            alpine: "protobuf protobuf-dev",
            debian: "protobuf-compiler",
            redhat: "protobuf-compiler",
        },
        "node" => edits::Packages { alpine: "nodejs npm", debian: "nodejs npm", redhat: "nodejs npm" },
        "envsubst" => {
            edits::Packages { alpine: "gettext-envsubst", debian: "gettext-base", redhat: "gettext" }
        }
        "xz" => edits::Packages { alpine: "xz", debian: "xz-utils", redhat: "xz" },
        "upx" => edits::Packages { alpine: "upx", debian: "upx-ucl", redhat: "upx" },
        "useradd" | "groupadd" | "usermod" => {
            edits::Packages { alpine: "shadow", debian: "passwd", redhat: "shadow-utils" }
        }
        "python" => edits::Packages { alpine: "python3", debian: "python-is-python3", redhat: "python3" },
        "pip" | "pip3" => edits::Packages { alpine: "py3-pip", debian: "python3-pip", redhat: "python3-pip" },
        "hg" => edits::Packages { alpine: "mercurial", debian: "mercurial", redhat: "mercurial" },
        "ssh" => {
            edits::Packages { alpine: "openssh-client", debian: "openssh-client", redhat: "openssh-clients" }
        }
        name if same.contains(&name) => edits::Packages { alpine: name, debian: name, redhat: name },
        _ => return None,
    })
}

fn headline(case: &Case<'_>) -> Words {
    let Some(command) = command(case) else { return CAUSE.title.clone() };
    match facts::base(case).map(|i| i.reference()).filter(|i| names::plain(i).is_some()) {
        Some(image) => {
            words!("the command {command} is not in the image {image}", "镜像 {image} 中没有命令 {command}")
        }
        None => words!("the command {command} is not in the image", "镜像中没有命令 {command}"),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let command = command(case).unwrap_or_else(|| "<command>".to_owned());
    let name = command.rsplit('/').next().unwrap_or(&command).to_owned();
    if name == "go" {
        return vec![
            edit(
                words!("build in a stage that has Go", "在带有 Go 的阶段中构建"),
                "+FROM golang:<version> AS build",
            ),
            edit(
                words!("or put Go into PATH, if it is installed", "如果已经安装了 Go，把它加入 PATH"),
                edits::above(case, &["ENV PATH=/usr/local/go/bin:$PATH"]),
            ),
        ];
    }
    if matches!(name.as_str(), "apt-get" | "apt") {
        return vec![edit(
            words!(
                "this image is no Debian: on Alpine the package manager is apk",
                "该镜像不是 Debian 系：Alpine 的包管理器是 apk"
            ),
            "-RUN apt-get update && apt-get install -y <package>\n+RUN apk add --no-cache <package>",
        )];
    }
    if name == "apk" {
        return vec![edit(
            words!(
                "this image is no Alpine: on Debian the package manager is apt-get",
                "该镜像不是 Alpine：Debian 的包管理器是 apt-get"
            ),
            "-RUN apk add --no-cache <package>\n+RUN apt-get update && apt-get install -y --no-install-recommends <package>",
        )];
    }
    let mut fixes = Vec::new();
    if let Some(path) = go_tool(&name) {
        fixes.push(edit(
            words!("install it with Go, at a version you choose", "用 Go 安装，并写明版本"),
            edits::above(case, &[&format!("RUN go install {path}@<version>")]),
        ));
    } else if let Some(packages) = package(&name) {
        fixes.extend(edits::install(
            case,
            &packages,
            &words!("install {name} before this step", "在这一步之前安装 {name}"),
        ));
    } else {
        let packages = edits::Packages { alpine: "<package>", debian: "<package>", redhat: "<package>" };
        fixes.extend(edits::install(
            case,
            &packages,
            &words!("install the package that has {name}", "安装提供 {name} 的软件包"),
        ));
    }
    fixes.push(safe(run(
        words!(
            "or, if it is installed: see where it went, and put that folder into PATH",
            "如果已经安装：查看它装到了哪里，并把该目录加入 PATH"
        ),
        format!("find / -name '{name}' -type f 2>/dev/null; go env GOPATH GOBIN; echo $PATH"),
    )));
    fixes
}

/// The shells' ways to say that a command is not there.
fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    let text = clue.text.trim();
    let head = text
        .strip_suffix(": not found")
        .or_else(|| text.strip_suffix(": command not found"))
        .or_else(|| text.strip_suffix(": Command not found"))?;
    let command = head.rsplit([':', ' ']).next().unwrap_or("");
    let shell = head.starts_with("/bin/")
        || head.starts_with("sh:")
        || head.starts_with("bash:")
        || head.starts_with("/usr/bin/")
        || head.starts_with("make")
        || head.starts_with('.')
        || head.starts_with('/');
    (shell && !command.is_empty() && !text.contains("failed to") && !text.contains("docker.io"))
        .then(|| Verdict::sure(84).about(command))
}
