//! Commands that look at a project: check, fix, context, stages, init.

use crate::common::World;
use insta::assert_snapshot;
use std::fs;

const CLEAN: &str = "FROM golang:1.24.5-bookworm AS build\nWORKDIR /src\nCOPY go.mod ./\nRUN --mount=type=cache,target=/go/pkg/mod go mod download\nCOPY . .\nRUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -trimpath -o /out/app .\n\nFROM gcr.io/distroless/static-debian12:nonroot\nCOPY --from=build /out/app /app\nENTRYPOINT [\"/app\"]\n";

fn project(dockerfile: &str) -> World {
    let world = World::new();
    world.write("go.mod", "module example.com/app\n\ngo 1.24\n");
    world.write("main.go", "package main\n\nfunc main() {}\n");
    world.write(".dockerignore", ".git\n*.md\n");
    world.write("README.md", "# app\n");
    world.write("Dockerfile", dockerfile);
    world
}

#[test]
fn a_clean_project_is_left_alone() {
    let world = project(CLEAN);
    assert_snapshot!(world.run(["check"]), @"
    exit code: 0
    --- stdout
    --- stderr
    note: nothing found in 1 Dockerfile(s)
    ");
    let json = world.run(["check", "--format", "json"]);
    assert_eq!(json.code, Some(0));
    let report: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(0), "{report:#}");
    let fixed = world.run(["fix"]);
    assert_eq!((fixed.code, &*fixed.out), (Some(0), ""));
}

#[test]
fn a_fault_is_found_before_the_build() {
    let world = project(&CLEAN.replace("COPY go.mod ./", "COPY go.mod go.sums ./"));
    let seen = world.run(["check"]);
    assert_eq!(seen.code, Some(1));
    assert!(seen.out.starts_with("error[docker-copy-missing]"), "{seen}");
    assert!(seen.out.contains("Dockerfile:3"), "{seen}");
    assert_eq!(world.run(["check", "--fail-on", "never"]).code, Some(0));
    assert_eq!(world.run(["check", "--dockerfile", "./Dockerfile"]).code, Some(1));
    let chinese = world.run(["--lang", "zh", "check"]);
    assert_eq!(chinese.code, Some(1));
    assert_ne!(chinese.out, seen.out);
}

#[test]
fn what_cannot_be_read_is_code_4() {
    let world = World::new();
    world.write("main.go", "package main\n");
    assert_snapshot!(world.run(["check"]), @"
    exit code: 4
    --- stdout
    --- stderr
    error: cannot read .: there is no Dockerfile in it
    ");
    assert_snapshot!(world.run(["check", "gone"]), @"
    exit code: 4
    --- stdout
    --- stderr
    error: cannot read gone: no such file or folder
    ");
    assert_eq!(world.run(["check", "--fail-on", "note"]).code, Some(2));
}

#[test]
fn init_writes_what_check_has_nothing_against() {
    let world = project(CLEAN);
    let there = world.run(["init"]);
    assert_eq!(there.code, Some(4), "{there}");
    assert_eq!(fs::read_to_string(world.work().join("Dockerfile")).unwrap(), CLEAN);
    fs::remove_file(world.work().join("Dockerfile")).unwrap();
    fs::remove_file(world.work().join(".dockerignore")).unwrap();
    assert_snapshot!(world.run(["init"]), @"
    exit code: 0
    --- stdout
    wrote Dockerfile
    wrote .dockerignore
    --- stderr
    ");
    assert_eq!(world.run(["check"]).code, Some(0));
}

#[test]
fn the_context_is_described_and_explained() {
    let world = project(CLEAN);
    assert_snapshot!(world.run(["context"]), @"
    exit code: 0
    --- stdout
    Dockerfile: context ., ignore file .dockerignore
      sent by BuildKit: 4 files, 440 B
      not ignored (the classic builder sends all of it): 4 files, 440 B
      ignored: 1 files, 6 B
      by instruction:
        3: COPY go.mod ./  1 files, 32 B
        5: COPY . .  4 files, 440 B
    --- stderr
    ");
    assert_snapshot!(world.run(["context", "why", "README.md"]), @"
    exit code: 0
    --- stdout
    README.md is ignored: .dockerignore:2: *.md
    --- stderr
    ");
    assert_snapshot!(world.run(["context", "why", "main.go"]), @"
    exit code: 0
    --- stdout
    main.go is sent: no line of an ignore file matches it
      copied by line 5 of Dockerfile
    --- stderr
    ");
    let json: serde_json::Value = serde_json::from_str(&world.run(["context", "-f", "json"]).out).unwrap();
    assert_eq!(json["schema"], "seaworthy.context/1");
}

#[test]
fn stages_are_shown() {
    let world = project(CLEAN);
    assert_snapshot!(world.run(["stages"]), @"
    exit code: 0
    --- stdout
    build  lines 1-6, steps: 5
      on golang:1.24.5-bookworm
      a source change runs it again from line 5
      a go.mod change runs it again from line 3
    stage-1 (final)  lines 8-10, steps: 1
      on gcr.io/distroless/static-debian12:nonroot
      copies /out/app from build (line 9)
      a source change runs it again from line 9
      a go.mod change runs it again from line 9
    --- stderr
    ");
    assert!(world.run(["stages", "--format", "mermaid"]).out.starts_with("flowchart TB\n"));
    assert!(world.run(["stages", "--format", "svg"]).out.starts_with("<svg "));
    world.write("other/Dockerfile", CLEAN);
    assert_eq!(world.run(["stages", "--format", "svg"]).code, Some(2));
    assert_eq!(world.run(["stages", "--format", "svg", "--dockerfile", "other/Dockerfile"]).code, Some(0));
}

#[test]
fn fix_shows_then_writes() {
    let broken = CLEAN.replace(
        "FROM golang:1.24.5-bookworm AS build",
        "FROM golang:1.22-bookworm AS build\nENV GOTOOLCHAIN=local",
    );
    let world = project(&broken);
    assert_eq!(world.run(["check"]).code, Some(1));
    let shown = world.run(["fix", "--unsafe"]);
    assert!(shown.out.starts_with("--- "), "{shown}");
    assert_eq!(fs::read_to_string(world.work().join("Dockerfile")).unwrap(), broken);
    let applied = world.run(["fix", "--apply", "--unsafe"]);
    assert_eq!(applied.code, shown.code, "{applied}");
    assert_ne!(fs::read_to_string(world.work().join("Dockerfile")).unwrap(), broken);
    assert_eq!(world.run(["fix", "--apply", "--diff"]).code, Some(2));
}
