//! Projects in memory, logs as the builder prints them, and what is made of both.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use finding::{Confidence, Lang, Source};

use super::{Entry, EntryKind, Files, Project};

/// A tree of files: path and text; a path that ends with `*` is executable, one that ends with `/` an empty folder.
struct Memory(BTreeMap<String, (String, bool)>);

impl Files for Memory {
    fn read(&self, path: &str) -> Option<String> {
        self.0.get(path).map(|f| f.0.clone())
    }

    fn entries(&self, folder: &str, most: usize) -> Vec<Entry> {
        let mut found: BTreeMap<String, EntryKind> = BTreeMap::new();
        for (path, (_, executable)) in &self.0 {
            let rest = if folder.is_empty() {
                Some(path.as_str())
            } else {
                path.strip_prefix(&format!("{folder}/"))
            };
            let Some(rest) = rest else { continue };
            match rest.split_once('/') {
                Some((name, _)) => found.insert(name.to_owned(), EntryKind::Folder),
                None => found.insert(rest.to_owned(), EntryKind::File { executable: Some(*executable) }),
            };
        }
        found
            .into_iter()
            .filter(|(n, _)| !n.is_empty())
            .map(|(name, kind)| Entry { name, kind })
            .take(most)
            .collect()
    }
}

fn project(files: &[(&str, &str)]) -> Project {
    let file = |(path, text): &(&str, &str)| {
        let name = path.trim_end_matches('*');
        (name.to_owned(), ((*text).to_owned(), name != *path))
    };
    Project::new(Memory(files.iter().map(file).collect()))
}

/// A log of BuildKit: the steps before, the failing one, what it prints.
fn log(before: &[&str], step: &str, output: &[&str]) -> String {
    let of = before.len() + 1;
    let mut log = String::new();
    for (i, step) in before.iter().enumerate() {
        let _ = writeln!(log, "#{} [build {}/{of}] {step}\n#{0} DONE 0.1s\n", i + 4, i + 1);
    }
    let (id, n) = (before.len() + 4, before.len() + 1);
    let _ = writeln!(log, "#{id} [build {n}/{of}] {step}");
    for line in output {
        let _ = writeln!(log, "#{id} 0.312 {line}");
    }
    let command = step.strip_prefix("RUN ").unwrap_or(step);
    let _ = writeln!(
        log,
        "#{id} ERROR: process \"/bin/sh -c {command}\" did not complete successfully: exit code: 1\n\
         ERROR: failed to solve: process \"/bin/sh -c {command}\" did not complete successfully: exit code: 1"
    );
    log
}

fn report(files: &[(&str, &str)], log: &str) -> finding::Report {
    let log = buildlog::read(log.as_bytes()).unwrap();
    crate::diagnose("build.log", &log, Some(&project(files))).remove(0)
}

/// The first finding with what the files added.
fn show(files: &[(&str, &str)], log: &str) -> String {
    let report = report(files, log);
    let Some(finding) = report.findings.first() else { return "nothing".to_owned() };
    let mut out = String::new();
    let confidence = match finding.confidence {
        Confidence::Verified => "verified",
        Confidence::Likely => "likely",
        Confidence::Possible => "possible",
    };
    let proof = finding.proof.as_ref().map_or("-", |p| p.get(Lang::En));
    let _ = writeln!(out, "{} {confidence}: {proof}", finding.cause);
    if let Some(l) = &finding.location {
        let _ = writeln!(out, "at {}:{}:{}", l.path, l.line, l.column);
    }
    for e in finding.evidence.iter().filter(|e| e.source == Source::File) {
        let marked =
            e.highlight.as_ref().map_or(String::new(), |h| format!(" [{}]", &e.text[h.start..h.end]));
        let _ = writeln!(out, "{}:{}: {}{marked}", e.path, e.line, e.text.trim_end());
    }
    let diff = finding.fixes.first().and_then(|f| f.diff.as_ref()).filter(|d| d.starts_with("---"));
    for line in diff.iter().flat_map(|d| d.lines()) {
        if (line.starts_with('+') || line.starts_with('-')) && !line.starts_with("---") {
            let _ = writeln!(out, "{line}");
        }
    }
    out
}

#[test]
fn localhost_proxy() {
    let files = [
        (
            "Dockerfile",
            "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY go.mod go.sum ./\nENV GOPROXY=http://localhost:3000\nRUN go mod download\n",
        ),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n"),
        ("go.sum", ""),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
            "COPY go.mod go.sum ./",
        ],
        "RUN go mod download",
        &[
            "go: example.com/lib@v1.2.0: Get \"http://localhost:3000/example.com/lib/@v/v1.2.0.mod\": dial tcp [::1]:3000: connect: connection refused",
        ],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    net-localhost-proxy verified: the Dockerfile sets it, the log shows it
    at Dockerfile:4:5
    Dockerfile:4: ENV GOPROXY=http://localhost:3000 [GOPROXY=http://localhost:3000]
    Dockerfile:5: RUN go mod download
    +++ b/Dockerfile
    -ENV GOPROXY=http://localhost:3000
    +ARG GOPROXY
    ");
}

#[test]
fn localhost_proxy_of_compose() {
    let files = [
        ("Dockerfile", "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY go.mod ./\nRUN go mod download\n"),
        (
            "compose.yaml",
            "services:\n  app:\n    build:\n      context: .\n      args:\n        HTTPS_PROXY: http://127.0.0.1:7890\n",
        ),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n"),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
            "COPY go.mod ./",
        ],
        "RUN go mod download",
        &[
            "go: example.com/lib@v1.2.0: Get \"https://proxy.golang.org/example.com/lib/@v/v1.2.0.mod\": proxyconnect tcp: dial tcp 127.0.0.1:7890: connect: connection refused",
        ],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    net-localhost-proxy verified: compose.yaml hands it to the build
    at compose.yaml:6:9
    compose.yaml:6:         HTTPS_PROXY: http://127.0.0.1:7890 [HTTPS_PROXY: http://127.0.0.1:7890]
    Dockerfile:4: RUN go mod download
    ");
}

#[test]
fn no_network() {
    let files = [
        (
            "Dockerfile",
            "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY go.mod ./\nRUN --network=none go mod download\n",
        ),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n"),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
            "COPY go.mod ./",
        ],
        "RUN --network=none go mod download",
        &[
            "go: example.com/lib@v1.2.0: Get \"https://proxy.golang.org/example.com/lib/@v/v1.2.0.mod\": dial tcp: lookup proxy.golang.org on 10.0.0.2:53: dial udp 10.0.0.2:53: connect: network is unreachable",
        ],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    net-dns verified: the instruction says --network=none
    at Dockerfile:4:5
    Dockerfile:4: RUN --network=none go mod download [--network=none]
    +++ b/Dockerfile
    -RUN --network=none go mod download
    +RUN go mod download
    ");
}

#[test]
fn dns_of_a_host_in_the_dockerfile() {
    let files = [
        (
            "Dockerfile",
            "FROM golang:1.25 AS build\nENV GOPROXY=https://goproxy.exmple.com,direct\nWORKDIR /src\nCOPY go.mod ./\nRUN go mod download\n",
        ),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n"),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
            "COPY go.mod ./",
        ],
        "RUN go mod download",
        &[
            "go: example.com/lib@v1.2.0: Get \"https://goproxy.exmple.com/example.com/lib/@v/v1.2.0.mod\": dial tcp: lookup goproxy.exmple.com on 192.168.65.7:53: no such host",
        ],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    net-dns likely: -
    at Dockerfile:2:5
    Dockerfile:2: ENV GOPROXY=https://goproxy.exmple.com,direct [GOPROXY=https://goproxy.exmple.com,direct]
    Dockerfile:5: RUN go mod download
    ");
}

#[test]
fn goproxy_off() {
    let files = [
        (
            "Dockerfile",
            "FROM golang:1.25 AS build\nENV GOPROXY=off\nWORKDIR /src\nCOPY go.mod ./\nRUN go mod download\n",
        ),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n"),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
            "COPY go.mod ./",
        ],
        "RUN go mod download",
        &["go: example.com/lib@v1.2.0: module lookup disabled by GOPROXY=off"],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    goproxy-config verified: the Dockerfile sets GOPROXY to off
    at Dockerfile:2:5
    Dockerfile:2: ENV GOPROXY=off [GOPROXY=off]
    Dockerfile:5: RUN go mod download
    +++ b/Dockerfile
    -ENV GOPROXY=off
    +ENV GOPROXY=https://proxy.golang.org,direct
    ");
}

#[test]
fn go_too_old() {
    let files = [
        (
            "Dockerfile",
            "FROM golang:1.22-alpine AS build\nWORKDIR /src\nCOPY go.mod ./\nRUN go mod download\n",
        ),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n"),
    ];
    let log = log(
        &["FROM docker.io/library/golang:1.22-alpine", "WORKDIR /src", "COPY go.mod ./"],
        "RUN go mod download",
        &["go: go.mod requires go >= 1.25 (running go 1.22.12; GOTOOLCHAIN=local)"],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    go-version-too-old verified: go.mod says go 1.25, the base image brings Go 1.22
    at Dockerfile:1:13
    Dockerfile:1: FROM golang:1.22-alpine AS build [1.22]
    go.mod:3: go 1.25 [go 1.25]
    Dockerfile:4: RUN go mod download
    +++ b/Dockerfile
    -FROM golang:1.22-alpine AS build
    +FROM golang:1.25-alpine AS build
    ");
}

#[test]
fn go_no_longer_too_old() {
    let files = [
        ("Dockerfile", "FROM golang:1.26 AS build\nWORKDIR /src\nCOPY go.mod ./\nRUN go mod download\n"),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n"),
    ];
    let log = log(
        &["WORKDIR /src", "COPY go.mod ./"],
        "RUN go mod download",
        &["go: go.mod requires go >= 1.25 (running go 1.22.12; GOTOOLCHAIN=local)"],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    go-version-too-old possible: -
    at Dockerfile:1:13
    Dockerfile:1: FROM golang:1.26 AS build [1.26]
    Dockerfile:4: RUN go mod download
    ");
}

#[test]
fn language_version() {
    let files = [
        ("Dockerfile", "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /app .\n"),
        ("go.mod", "module example.com/app\n\ngo 1.17\n"),
        ("main.go", "package main\n"),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
            "COPY . .",
        ],
        "RUN go build -o /app .",
        &[
            "# example.com/app",
            "./main.go:5:9: type parameter requires go1.18 or later (-lang was set to go1.17; check go.mod)",
        ],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    go-language-version verified: go.mod says go 1.17
    at go.mod:3:1
    go.mod:3: go 1.17 [go 1.17]
    Dockerfile:4: RUN go build -o /app .
    +++ b/go.mod
    -go 1.17
    +go 1.18
    ");
}

#[test]
fn replace_above_the_context() {
    let files = [
        ("Dockerfile", "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /app .\n"),
        (
            "go.mod",
            "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n\nreplace example.com/lib => ../lib\n",
        ),
        ("main.go", "package main\n"),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
            "COPY . .",
        ],
        "RUN go build -o /app .",
        &[
            "go: example.com/lib@v1.2.0 (replaced by ../lib): reading ../lib/go.mod: open /lib/go.mod: no such file or directory",
        ],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    mod-replace-missing verified: go.mod replaces example.com/lib by ../lib, above the build context
    at go.mod:7:1
    go.mod:7: replace example.com/lib => ../lib [replace example.com/lib => ../lib]
    Dockerfile:4: RUN go build -o /app .
    ");
}

#[test]
fn replace_not_copied() {
    let files = [
        (
            "Dockerfile",
            "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\n",
        ),
        (
            "go.mod",
            "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n\nreplace example.com/lib => ./lib\n",
        ),
        ("go.sum", ""),
        ("lib/go.mod", "module example.com/lib\n"),
        ("main.go", "package main\n"),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
            "COPY go.mod go.sum ./",
        ],
        "RUN go mod download",
        &[
            "go: example.com/lib@v1.2.0 (replaced by ./lib): reading lib/go.mod: open /src/lib/go.mod: no such file or directory",
        ],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    mod-replace-missing verified: no COPY before this step brings lib
    at go.mod:7:1
    go.mod:7: replace example.com/lib => ./lib [replace example.com/lib => ./lib]
    Dockerfile:4: RUN go mod download
    +++ b/Dockerfile
    +COPY lib ./lib/
    ");
}

#[test]
fn sum_not_copied() {
    let files = [
        (
            "Dockerfile",
            "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY go.mod ./\nRUN go mod download\nCOPY . .\n",
        ),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n"),
        ("go.sum", "example.com/lib v1.2.0 h1:x=\n"),
        ("main.go", "package main\n"),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
            "COPY go.mod ./",
        ],
        "RUN go mod download",
        &["example.com/lib@v1.2.0: missing go.sum entry; to add it:", "\tgo mod download example.com/lib"],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    sum-missing verified: no COPY before this step brings go.sum
    at Dockerfile:3:6
    Dockerfile:4: RUN go mod download
    Dockerfile:3: COPY go.mod ./ [go.mod]
    +++ b/Dockerfile
    -COPY go.mod ./
    +COPY go.mod go.sum ./
    ");
}

#[test]
fn sum_not_there() {
    let files = [
        ("Dockerfile", "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /app .\n"),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n"),
        ("main.go", "package main\n"),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
            "COPY . .",
        ],
        "RUN go build -o /app .",
        &[
            "main.go:4:2: missing go.sum entry for module providing package example.com/lib; to add:",
            "\tgo mod download example.com/lib",
        ],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    sum-missing verified: the project has no go.sum
    at Dockerfile:4:1
    Dockerfile:4: RUN go build -o /app .
    ");
}

#[test]
fn copy_dropped_by_dockerignore() {
    let files = [
        ("Dockerfile", "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY go.mod go.sum ./\n"),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n"),
        ("go.sum", ""),
        (".dockerignore", ".git\n*.sum\n"),
    ];
    let log = log(&["FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123", "WORKDIR /src"], "COPY go.mod go.sum ./", &[]).replace("process \"/bin/sh -c COPY go.mod go.sum ./\" did not complete successfully: exit code: 1", "failed to compute cache key: failed to calculate checksum of ref abc::def: \"/go.sum\": not found");
    insta::assert_snapshot!(show(&files, &log), @"
    docker-copy-missing verified: line 2 of .dockerignore drops it
    at .dockerignore:2:1
    .dockerignore:2: *.sum [*.sum]
    Dockerfile:3: COPY go.mod go.sum ./ [go.sum]
    +++ b/.dockerignore
    +!go.sum
    ");
}

#[test]
fn copy_not_there() {
    let files = [
        ("Dockerfile", "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY Config.yaml ./\n"),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n"),
        ("config.yaml", ""),
    ];
    let log = log(&["FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123", "WORKDIR /src"], "COPY Config.yaml ./", &[]).replace("process \"/bin/sh -c COPY Config.yaml ./\" did not complete successfully: exit code: 1", "failed to compute cache key: failed to calculate checksum of ref abc::def: \"/Config.yaml\": not found");
    insta::assert_snapshot!(show(&files, &log), @"
    docker-copy-missing verified: the project has no Config.yaml
    at Dockerfile:3:6
    Dockerfile:3: COPY Config.yaml ./ [Config.yaml]
    +++ b/Dockerfile
    -COPY Config.yaml ./
    +COPY config.yaml ./
    ");
}

#[test]
fn goprivate() {
    let files = [
        ("Dockerfile", "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY go.mod ./\nRUN go mod download\n"),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire git.corp.example/team/lib v1.2.0\n"),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
            "COPY go.mod ./",
        ],
        "RUN go mod download",
        &[
            "go: git.corp.example/team/lib@v1.2.0: verifying go.mod: git.corp.example/team/lib@v1.2.0/go.mod: reading https://sum.golang.org/lookup/git.corp.example/team/lib@v1.2.0: 404 Not Found",
        ],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    goprivate-missing verified: go.mod requires git.corp.example/team/lib, and the Dockerfile sets no GOPRIVATE
    at go.mod:5:1
    go.mod:5: require git.corp.example/team/lib v1.2.0 [require git.corp.example/team/lib v1.2.0]
    Dockerfile:4: RUN go mod download
    +++ b/Dockerfile
    +ENV GOPRIVATE=git.corp.example
    ");
}

#[test]
fn private_without_credentials() {
    let files = [
        (
            "Dockerfile",
            "FROM golang:1.25 AS build\nENV GOPRIVATE=git.corp.example\nWORKDIR /src\nCOPY go.mod ./\nRUN go mod download\n",
        ),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire git.corp.example/team/lib v1.2.0\n"),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
            "COPY go.mod ./",
        ],
        "RUN go mod download",
        &[
            "go: git.corp.example/team/lib@v1.2.0: git ls-remote -q origin in /go/pkg/mod/cache/vcs/0: exit status 128:",
            "\tfatal: could not read Username for 'https://git.corp.example': terminal prompts disabled",
        ],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    auth-private-module verified: go.mod requires git.corp.example/team/lib, and neither a secret nor an SSH key is mounted into this step
    at go.mod:5:1
    go.mod:5: require git.corp.example/team/lib v1.2.0 [require git.corp.example/team/lib v1.2.0]
    Dockerfile:5: RUN go mod download [RUN]
    +++ b/Dockerfile
    -RUN go mod download
    +RUN --mount=type=secret,id=netrc,target=/root/.netrc go mod download
    ");
}

#[test]
fn git() {
    let files = [
        (
            "Dockerfile",
            "FROM golang:1.25-alpine AS build\nWORKDIR /src\nCOPY go.mod ./\nRUN go mod download\n",
        ),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n"),
    ];
    let log = log(
        &["FROM docker.io/library/golang:1.25-alpine", "WORKDIR /src", "COPY go.mod ./"],
        "RUN go mod download",
        &[
            "go: example.com/lib@v1.2.0: git init --bare in /go/pkg/mod/cache/vcs/0: exec: \"git\": executable file not found in $PATH",
        ],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    tool-git-missing verified: the base image golang:1.25-alpine comes without git, and no RUN before this step installs it
    at Dockerfile:1:6
    Dockerfile:1: FROM golang:1.25-alpine AS build [golang:1.25-alpine]
    Dockerfile:4: RUN go mod download
    +++ b/Dockerfile
    +RUN apk add --no-cache git
    ");
}

#[test]
fn gcc() {
    let files = [
        (
            "Dockerfile",
            "FROM golang:1.25-alpine AS build\nWORKDIR /src\nCOPY . .\nENV CGO_ENABLED=1\nRUN go build -o /app .\n",
        ),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n"),
        ("main.go", "package main\n"),
    ];
    let log = log(
        &["FROM docker.io/library/golang:1.25-alpine", "WORKDIR /src", "COPY . ."],
        "RUN go build -o /app .",
        &[
            "# runtime/cgo",
            "cgo: C compiler \"gcc\" not found: exec: \"gcc\": executable file not found in $PATH",
        ],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    tool-gcc-missing verified: the base image golang:1.25-alpine comes without gcc, and no RUN before this step installs it
    at Dockerfile:1:6
    Dockerfile:1: FROM golang:1.25-alpine AS build [golang:1.25-alpine]
    Dockerfile:5: RUN go build -o /app .
    +++ b/Dockerfile
    +RUN apk add --no-cache gcc musl-dev
    ");
}

#[test]
fn vendor() {
    let files = [
        (
            "Dockerfile",
            "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -mod=vendor -o /app .\n",
        ),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n"),
        ("main.go", "package main\n"),
        ("vendor/modules.txt", "# example.com/lib v1.1.0\n## explicit\nexample.com/lib\n"),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
            "COPY . .",
        ],
        "RUN go build -mod=vendor -o /app .",
        &[
            "go: inconsistent vendoring in /src:",
            "\texample.com/lib@v1.2.0: is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt",
        ],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    mod-vendor-inconsistent verified: vendor/modules.txt does not fit go.mod, example.com/lib first (2 in all)
    at go.mod:5:1
    go.mod:5: require example.com/lib v1.2.0 [require example.com/lib v1.2.0]
    vendor/modules.txt:1: # example.com/lib v1.1.0 [# example.com/lib v1.1.0]
    Dockerfile:4: RUN go build -mod=vendor -o /app .
    ");
}

#[test]
fn workspace() {
    let files = [
        (
            "Dockerfile",
            "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY go.work ./\nCOPY app ./app\nRUN go build -o /app ./app\n",
        ),
        ("go.work", "go 1.25\n\nuse (\n\t./app\n\t./lib\n)\n"),
        ("app/go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n"),
        ("lib/go.mod", "module example.com/lib\n"),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
            "COPY go.work ./",
            "COPY app ./app",
        ],
        "RUN go build -o /app ./app",
        &["go: cannot load module lib listed in go.work file: open lib/go.mod: no such file or directory"],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    mod-workspace verified: go.work uses ./lib, which does not reach this step
    at go.work:5:2
    Dockerfile:5: RUN go build -o /app ./app
    go.work:5: 	./lib [./lib]
    +++ b/Dockerfile
    +COPY lib ./lib/
    ");
}

#[test]
fn no_go_mod_copied() {
    let files = [
        ("Dockerfile", "FROM golang:1.25 AS build\nWORKDIR /src\nRUN go mod download\nCOPY . .\n"),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n"),
        ("main.go", "package main\n"),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
        ],
        "RUN go mod download",
        &["go: go.mod file not found in current directory or any parent directory; see 'go help modules'"],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    mod-no-gomod verified: no COPY before this step brings go.mod
    at Dockerfile:3:1
    Dockerfile:3: RUN go mod download
    +++ b/Dockerfile
    +COPY go.mod ./
    ");
}

#[test]
fn go_mod_in_another_folder() {
    let files = [
        ("Dockerfile", "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /app .\n"),
        ("server/go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n"),
        ("server/main.go", "package main\n"),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
            "COPY . .",
        ],
        "RUN go build -o /app .",
        &["go: go.mod file not found in current directory or any parent directory; see 'go help modules'"],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    mod-no-gomod verified: go.mod lies in /src/server, the step runs in /src
    at Dockerfile:4:1
    Dockerfile:4: RUN go build -o /app .
    +++ b/Dockerfile
    +WORKDIR /src/server
    ");
}

#[test]
fn go_mod_invalid() {
    let files = [
        ("Dockerfile", "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY go.mod ./\nRUN go mod download\n"),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib\n"),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
            "COPY go.mod ./",
        ],
        "RUN go mod download",
        &["go: errors parsing go.mod:", "/src/go.mod:5: usage: require module/path v1.2.3"],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    mod-file-invalid verified: go.mod says so: usage: require module/path v1.2.3
    at go.mod:5:1
    go.mod:5: require example.com/lib [require example.com/lib]
    Dockerfile:4: RUN go mod download
    ");
}

#[test]
fn arg_of_another_stage() {
    let files = [(
        "Dockerfile",
        "ARG VERSION=1.0\nFROM golang:1.25 AS build\nWORKDIR /src\nRUN test -n \"$VERSION\" || (echo \"VERSION must be set\" && exit 1)\n",
    )];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
        ],
        "RUN test -n \"$VERSION\" || (echo \"VERSION must be set\" && exit 1)",
        &["VERSION must be set"],
    );
    insta::assert_snapshot!(show(&files, &log), @r#"
    docker-arg-scope verified: ARG VERSION stands before FROM and is not declared again in the stage build
    at Dockerfile:1:5
    Dockerfile:1: ARG VERSION=1.0 [VERSION]
    Dockerfile:4: RUN test -n "$VERSION" || (echo "VERSION must be set" && exit 1) [$VERSION]
    +++ b/Dockerfile
    +ARG VERSION
    "#);
}

#[test]
fn target() {
    let files = [
        (
            "Dockerfile",
            "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /app ./cmd/sever\n",
        ),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n"),
        ("cmd/server/main.go", "package main\n"),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
            "COPY . .",
        ],
        "RUN go build -o /app ./cmd/sever",
        &["stat /src/cmd/sever: directory not found"],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    build-target verified: the project has no folder cmd/sever
    at Dockerfile:4:22
    Dockerfile:4: RUN go build -o /app ./cmd/sever [./cmd/sever]
    +++ b/Dockerfile
    -RUN go build -o /app ./cmd/sever
    +RUN go build -o /app ./cmd/server
    ");
}

#[test]
fn permission() {
    let files = [
        (
            "Dockerfile",
            "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nUSER app\nRUN go build -o /src/bin/app .\n",
        ),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n"),
        ("main.go", "package main\n"),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
            "COPY . .",
            "USER app",
        ],
        "RUN go build -o /src/bin/app .",
        &["go: open /src/go.sum: permission denied"],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    fs-permission verified: the Dockerfile runs this step as app
    at Dockerfile:4:1
    Dockerfile:4: USER app [USER app]
    Dockerfile:5: RUN go build -o /src/bin/app .
    +++ b/Dockerfile
    -COPY . .
    +COPY --chown=app . .
    ");
}

#[test]
fn script_with_windows_line_ends() {
    let files = [
        ("Dockerfile", "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN ./build.sh\n"),
        ("build.sh*", "#!/bin/bash\r\ngo build\r\n"),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
            "COPY . .",
        ],
        "RUN ./build.sh",
        &["/bin/sh: 1: ./build.sh: not found"],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    script-interpreter verified: build.sh has Windows line ends
    at build.sh:1:1
    build.sh:1: #!/bin/bash [#!/bin/bash]
    Dockerfile:4: RUN ./build.sh
    ");
}

#[test]
fn import_not_copied() {
    let files = [
        (
            "Dockerfile",
            "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY go.mod main.go ./\nRUN go build -o /app .\n",
        ),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n"),
        ("main.go", "package main\n"),
        ("internal/x/x.go", "package x\n"),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
            "COPY go.mod main.go ./",
        ],
        "RUN go build -o /app .",
        &[
            "main.go:4:2: package example.com/app/internal/x is not in std (/usr/local/go/src/example.com/app/internal/x)",
        ],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    mod-import-unresolved verified: no COPY before this step brings internal/x
    at Dockerfile:4:1
    Dockerfile:4: RUN go build -o /app .
    +++ b/Dockerfile
    +COPY internal/x ./internal/x/
    ");
}

#[test]
fn cache_env() {
    let files = [
        (
            "Dockerfile",
            "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nUSER 1000\nRUN go build -o /app .\n",
        ),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n"),
        ("main.go", "package main\n"),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
            "COPY . .",
            "USER 1000",
        ],
        "RUN go build -o /app .",
        &[
            "build cache is required, but could not be located: GOCACHE is not defined and neither $XDG_CACHE_HOME nor $HOME are defined",
        ],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    cache-env-missing verified: the Dockerfile sets neither GOCACHE nor HOME for this step
    at Dockerfile:4:1
    Dockerfile:4: USER 1000 [USER 1000]
    Dockerfile:5: RUN go build -o /app .
    +++ b/Dockerfile
    +ENV GOCACHE=/tmp/go-build
    ");
}

#[test]
fn vcs_dropped() {
    let files = [
        ("Dockerfile", "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /app .\n"),
        ("go.mod", "module example.com/app\n\ngo 1.25\n\nrequire example.com/lib v1.2.0\n"),
        ("main.go", "package main\n"),
        (".git/HEAD", ""),
        (".dockerignore", ".git/objects\n"),
    ];
    let log = log(
        &[
            "FROM docker.io/library/golang:1.25@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "WORKDIR /src",
            "COPY . .",
        ],
        "RUN go build -o /app .",
        &["error obtaining VCS status: exit status 128", "\tUse -buildvcs=false to disable VCS stamping."],
    );
    insta::assert_snapshot!(show(&files, &log), @"
    vcs-stamping verified: line 1 of .dockerignore drops it
    at .dockerignore:1:1
    .dockerignore:1: .git/objects [.git/objects]
    Dockerfile:4: RUN go build -o /app .
    +++ b/.dockerignore
    -.git/objects
    ");
}

#[test]
fn arg_of_a_stage_by_name() {
    let files = [(
        "Dockerfile",
        "FROM golang:1.25 AS base\nARG URL=https://example.com/x\nFROM golang:1.25 AS build\nWORKDIR /src\nRUN curl -fsSL $URL -o x\n",
    )];
    let log =
        log(&["WORKDIR /src"], "RUN curl -fsSL $URL -o x", &["curl: (2) no URL specified", "missing URL"]);
    insta::assert_snapshot!(show(&files, &log), @"
    docker-arg-scope verified: ARG URL belongs to the stage base, not to build
    at Dockerfile:2:5
    Dockerfile:2: ARG URL=https://example.com/x [URL]
    Dockerfile:5: RUN curl -fsSL $URL -o x [$URL]
    +++ b/Dockerfile
    +ARG URL=https://example.com/x
    ");
}

#[test]
fn a_proxy_among_other_settings() {
    let files = [(
        "Dockerfile",
        "FROM golang:1.25 AS build\nENV CGO_ENABLED=0 GOPROXY=http://127.0.0.1:3000 GOFLAGS=-v\nRUN go install example.com/x@latest\n",
    )];
    let said = "go: example.com/x@latest: module example.com/x: Get \"http://127.0.0.1:3000/example.com/x/@v/list\": dial tcp 127.0.0.1:3000: connect: connection refused";
    let log = log(&["FROM docker.io/library/golang:1.25"], "RUN go install example.com/x@latest", &[said]);
    insta::assert_snapshot!(show(&files, &log), @"
    net-localhost-proxy verified: the Dockerfile sets it, the log shows it
    at Dockerfile:2:19
    Dockerfile:2: ENV CGO_ENABLED=0 GOPROXY=http://127.0.0.1:3000 GOFLAGS=-v [GOPROXY=http://127.0.0.1:3000]
    Dockerfile:3: RUN go install example.com/x@latest
    +++ b/Dockerfile
    -ENV CGO_ENABLED=0 GOPROXY=http://127.0.0.1:3000 GOFLAGS=-v
    +ARG GOPROXY
    +ENV CGO_ENABLED=0 GOFLAGS=-v
    ");
}

#[test]
fn syntax() {
    let files = [("Dockerfile", "FROM golang:1.25\nWORKDIR /src\nRUNN go build\n")];
    let log = "#1 [internal] load build definition from Dockerfile\n#1 DONE 0.0s\n\
        Dockerfile:3\n--------------------\n   1 |     FROM golang:1.25\n   2 |     WORKDIR /src\n   3 | >>> RUNN go build\n   4 |     \n--------------------\n\
        ERROR: failed to solve: dockerfile parse error on line 3: unknown instruction: RUNN (did you mean RUN?)\n";
    insta::assert_snapshot!(show(&files, log), @"
    docker-syntax verified: the Dockerfile says so: unknown instruction: RUNN
    at Dockerfile:3:1
    Dockerfile:3: RUNN go build [RUNN]
    +++ b/Dockerfile
    -RUNN go build
    +RUN go build
    ");
}

#[test]
fn stage_misspelt() {
    let files = [(
        "Dockerfile",
        "FROM golang:1.25 AS builder\nRUN go version\nFROM scratch\nCOPY --from=bulder /app /app\n",
    )];
    let log = "#1 [internal] load build definition from Dockerfile\n#1 DONE 0.0s\n\
        #2 [internal] load metadata for docker.io/library/bulder:latest\n\
        #2 ERROR: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed\n\
        ------\n > [internal] load metadata for docker.io/library/bulder:latest:\n------\n\
        Dockerfile:4\n--------------------\n   2 |     RUN go version\n   3 |     FROM scratch\n   4 | >>> COPY --from=bulder /app /app\n--------------------\n\
        ERROR: failed to solve: bulder: failed to resolve source metadata for docker.io/library/bulder:latest: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed\n";
    insta::assert_snapshot!(show(&files, log), @"
    registry-image-not-found verified: the Dockerfile has a stage builder
    at Dockerfile:4:13
    Dockerfile:4: COPY --from=bulder /app /app [bulder]
    +++ b/Dockerfile
    -COPY --from=bulder /app /app
    +COPY --from=builder /app /app
    ");
}

/// The same failure beside a project that it does not come from.
#[test]
fn a_foreign_log_is_never_verified() {
    let output = ["go: go.mod requires go >= 1.25 (running go 1.22.12; GOTOOLCHAIN=local)"];
    let log = log(
        &["FROM docker.io/library/golang:1.22", "WORKDIR /src", "COPY go.mod ./"],
        "RUN go mod download",
        &output,
    );
    let go_mod = ("go.mod", "module example.com/app\n\ngo 1.25\n");
    let dockerfiles = [
        // Another instruction, another base, other steps around it, no Dockerfile at all.
        "FROM golang:1.22\nWORKDIR /src\nCOPY go.mod ./\nRUN go mod vendor\n",
        "FROM golang:1.21\nWORKDIR /src\nCOPY go.mod ./\nRUN go mod download\n",
        "FROM golang:1.22\nWORKDIR /app\nCOPY . .\nRUN go mod download\n",
        "",
    ];
    for text in dockerfiles {
        let report = report(&[("Dockerfile", text), go_mod], &log);
        let finding = &report.findings[0];
        assert_eq!((finding.cause, finding.confidence), ("go-version-too-old", Confidence::Likely), "{text}");
        assert!(finding.evidence.iter().all(|e| e.source == Source::Log) && finding.location.is_none());
        assert_eq!(report.step.and_then(|s| s.line), None);
    }
    let own = report(
        &[("Dockerfile", "FROM golang:1.22\nWORKDIR /src\nCOPY go.mod ./\nRUN go mod download\n"), go_mod],
        &log,
    );
    assert_eq!(own.findings[0].confidence, Confidence::Verified);
    assert_eq!(own.step.and_then(|s| s.line), Some(4));
}

fn page(files: &[(&str, &str)], log: &str, lang: Lang) -> String {
    let options = finding::RenderOptions { lang, ..Default::default() };
    finding::render(&[report(files, log)], finding::Format::Text, &[], &options)
}

#[test]
fn the_whole_page() {
    let files = [
        (
            "Dockerfile",
            "FROM golang:1.25 AS build\nWORKDIR /src\n\nCOPY go.mod go.sum ./\n\nENV GOPROXY=http://localhost:3000\nRUN go mod download\n",
        ),
        ("go.mod", "module example.com/app\n\ngo 1.25\n"),
    ];
    let said = "go: github.com/google/uuid@v1.6.0: Get \"http://localhost:3000/github.com/google/uuid/@v/v1.6.0.mod\": dial tcp [::1]:3000: connect: connection refused";
    let log = log(
        &["FROM docker.io/library/golang:1.25", "WORKDIR /src", "COPY go.mod go.sum ./"],
        "RUN go mod download",
        &[said],
    );
    insta::assert_snapshot!(page(&files, &log, Lang::En), @r#"
    error[net-localhost-proxy]: GOPROXY names localhost:3000, which inside the build is the container itself
      --> Dockerfile:7  stage `build`, step 4 of 4, failed after 0.3 s with exit code 1
       |
     6 | ENV GOPROXY=http://localhost:3000
       |     ----------------------------- set here
     7 | RUN go mod download
       | ^^^^^^^^^^^^^^^^^^^ failed here
      ::: build.log:11
       |
    11 | ...tp://localhost:3000/github.com/google/uuid/@v/v1.6.0.mod": dial tcp [::1]:3000: connect: connection refused
       |                                                                                             ^^^^^^^^^^^^^^^^^^
       = sure: verified (the Dockerfile sets it, the log shows it)
       = why: A setting (GOPROXY, HTTP_PROXY, HTTPS_PROXY or a tool's own proxy flag) names localhost or
              127.0.0.1. On your machine a proxy listens there; inside a build container the same
              address is the container itself, where nothing listens. Docker hands the proxy of
              ~/.docker/config.json and the predefined build arguments to every RUN step, so the setting
              may come from outside the Dockerfile.
    help: let the build reach the host's proxy (review first)
      --> Dockerfile
     3 |
     4 | COPY go.mod go.sum ./
     5 |
     6 - ENV GOPROXY=http://localhost:3000
     6 + ARG GOPROXY
     7 | RUN go mod download
       $ docker build --network=host --build-arg GOPROXY=http://localhost:3000 .
    help: let the build share the host's network, where the proxy is (Linux)
       |
     6 - ENV GOPROXY=...
     6 + ARG GOPROXY
       $ docker build --network=host --build-arg GOPROXY=http://localhost:3000 .
    help: or reach the host by name; the proxy must listen on the bridge too (Clash and the like: "Allow
          LAN")
       $ docker build --add-host=host.docker.internal:host-gateway --build-arg GOPROXY=http://host.docker.internal:3000 .
       = more: seaworthy explain net-localhost-proxy (1 more ways)
    "#);
}

#[test]
fn the_whole_page_in_chinese() {
    let files = [
        (
            "Dockerfile",
            "FROM golang:1.22-alpine AS build\nWORKDIR /src\nCOPY go.mod ./\nRUN go mod download\n",
        ),
        ("go.mod", "module example.com/app\n\ngo 1.25\n"),
    ];
    let said = "go: go.mod requires go >= 1.25 (running go 1.22.12; GOTOOLCHAIN=local)";
    let log = log(
        &["FROM docker.io/library/golang:1.22-alpine", "WORKDIR /src", "COPY go.mod ./"],
        "RUN go mod download",
        &[said],
    );
    insta::assert_snapshot!(page(&files, &log, Lang::Zh), @"
    错误[go-version-too-old]：go.mod 需要 Go 1.25，而镜像中是 Go 1.22.12
      --> Dockerfile:4  阶段 `build`，第 4 步（共 4 步），运行 0.3 秒后失败，退出码 1
       |
     1 | FROM golang:1.22-alpine AS build
       |             ---- 提供 Go 1.22
     ...
     4 | RUN go mod download
       | ^^^^^^^^^^^^^^^^^^^ 在此失败
      ::: go.mod:3
       |
     3 | go 1.25
       | ------- 在此要求
      ::: build.log:11
       |
    11 | go: go.mod requires go >= 1.25 (running go 1.22.12; GOTOOLCHAIN=local)
       |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       = 把握：已核实（go.mod 要求 go 1.25，而基础镜像提供 Go 1.22）
       = 原因：镜像中的 Go 版本低于模块、某个依赖或 go.mod 指令的要求。报错五花八门：`go.mod requires go
               >= 1.25 (running go 1.24)`、`package slices is not in GOROOT`、`undefined: errors.Is`、
               `unknown directive: toolchain`、`invalid go version '1.22.0'`、`note: module requires Go
               1.19`。官方镜像设置了 GOTOOLCHAIN=local，所以 Go 不会自动下载新版本。CI 没有发现，是因为
               actions/setup-go 读取 go.mod，而 Dockerfile 里另外写了版本。
    修复：改用 golang:1.25-alpine 构建（请先确认）
      --> Dockerfile
     1 - FROM golang:1.22-alpine AS build
     1 + FROM golang:1.25-alpine AS build
     2 | WORKDIR /src
     3 | COPY go.mod ./
     4 | RUN go mod download
    修复：或让 Go 自行下载新工具链（较慢，且需要网络）（请先确认）
       |
     1 + ENV GOTOOLCHAIN=auto
     1 | RUN go mod download
       $ docker build .
    修复：或者在没有用到新特性时降低要求（请先确认）
       $ go mod edit -go=1.22 -toolchain=none && go mod tidy
       = 详情：seaworthy explain go-version-too-old
    ");
}
