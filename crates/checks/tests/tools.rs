//! Context, stages, fixes and init through the public interface.

use seaworthy_checks::fix::{FixOptions, LeftReason, fix};
use seaworthy_checks::init::{InitError, InitOptions, init};
use seaworthy_checks::{MemTree, Options, Persona, Project, check, contexts, graph};

const PROJECT: &str = r#"-- go.mod --
module example.com/shop

go 1.24

require github.com/google/uuid v1.6.0
-- go.sum --
github.com/google/uuid v1.6.0 h1:NIvaJDMOsjHA8n1jAhLSgzrAzy1Hgr+hNrb57e+94F0=
github.com/google/uuid v1.6.0/go.mod h1:TIyPZe4MgqvfeYDBFedMoGGpEw/LqOeaOT+nhxU+yHo=
-- cmd/server/main.go --
package main

import _ "github.com/google/uuid"

func main() {}
-- docs/big.md --
0123456789
-- .env --
TOKEN=x
-- .dockerignore --
# all but a little
*
!go.*
!cmd
!docs
docs/*.md
-- Dockerfile --
FROM golang:1.22-alpine AS build
WORKDIR /src
COPY go.mod ./
COPY . .
RUN CGO_ENABLED=0 go build -o /server cmd/server

FROM scratch AS extra
COPY docs /

FROM scratch
COPY --from=build /server /server
CMD ["/server"]
"#;

fn tree(text: &str) -> MemTree {
    MemTree::from_txtar(text)
}

#[test]
fn context_is_described() {
    let tree = tree(PROJECT);
    let project = Project::scan(&tree);
    let report = contexts::describe(&project, &Options::default(), "Dockerfile").unwrap();
    let sent: Vec<&str> = report.sent.iter().map(|(p, _)| p.as_str()).collect();
    assert_eq!(sent, ["cmd/server/main.go", "go.mod", "go.sum"]);
    assert_eq!((report.whole.files, report.asked.files, report.ignored.files), (3, 3, 4));
    let copies: Vec<_> = report.copies.iter().map(|c| (c.line, c.amount.files)).collect();
    assert_eq!(copies, [(3, 1), (4, 3), (8, 0)]);
    assert_eq!(report.ignore_file.as_deref(), Some(".dockerignore"));
}

#[test]
fn why_names_file_line_and_pattern() {
    let tree = tree(PROJECT);
    let project = Project::scan(&tree);
    let why = |path: &str| contexts::why(&project, &Options::default(), "Dockerfile", path).unwrap();
    let w = why("docs/big.md");
    assert_eq!((w.ignored, w.line, w.pattern.as_deref()), (true, Some(6), Some("docs/*.md")));
    let w = why("go.sum");
    assert_eq!((w.ignored, w.line, w.copied_by), (false, Some(3), vec![4]));
    let w = why(".env");
    assert_eq!((w.exists, w.ignored, w.line, w.matched.as_deref()), (true, true, Some(2), Some(".env")));
    assert!(!why("nowhere").exists);
}

#[test]
fn stages_as_text_and_pictures() {
    let tree = tree(PROJECT);
    let project = Project::scan(&tree);
    let graph = graph::graph(&project, &Options::default(), "Dockerfile").unwrap();
    insta::assert_snapshot!(graph.to_text(), @r"
    build  lines 1-5, 4 steps
      on golang:1.22-alpine
      a source change runs it again from line 4
      a go.mod change runs it again from line 3
    extra (not needed by the final stage)  lines 7-8, 1 steps
      on scratch
      a source change runs it again from line 8
    stage-2 (final)  lines 10-12, 1 steps
      on scratch
      copies /server from build (line 11)
      a source change runs it again from line 11
      a go.mod change runs it again from line 11
    ");
    insta::assert_snapshot!(graph.to_mermaid(), @r#"
    flowchart TB
      s0["build"]
      s1["extra"]
      s2[["stage-2"]]
      i0(["golang:1.22-alpine"])
      i0 --> s0
      i1(["scratch"])
      i1 --> s1
      i1 --> s2
      s0 -. "/server" .-> s2
      style s1 stroke-dasharray: 4 4
    "#);
    let svg = graph.to_svg();
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>") && svg.contains("COPY /server"));
}

#[test]
fn fixing_goes_on_until_nothing_is_left() {
    let tree = tree(PROJECT);
    let outcome = fix(&tree, &Options::default(), FixOptions::default());
    assert!(outcome.left.is_empty(), "{:#?}", outcome.left);
    let dockerfile = outcome.files.iter().find(|f| f.path == "Dockerfile").unwrap();
    insta::assert_snapshot!(dockerfile.diff, @r"
    --- a/Dockerfile
    +++ b/Dockerfile
    @@ -1,8 +1,9 @@
    -FROM golang:1.22-alpine AS build
    +FROM golang:1.24-alpine AS build
     WORKDIR /src
    -COPY go.mod ./
    +COPY go.mod go.sum ./
    +RUN go mod download
     COPY . .
    -RUN CGO_ENABLED=0 go build -o /server cmd/server
    +RUN CGO_ENABLED=0 go build -o /server ./cmd/server
     
     FROM scratch AS extra
     COPY docs /
    ");
}

#[test]
fn what_needs_a_decision_is_left() {
    let text = PROJECT
        .replace("golang:1.22-alpine", "golang")
        .replace(" cmd/server\n", " ./cmd/server\n")
        .replace("WORKDIR /src", "ARG GH_TOKEN\nWORKDIR /src");
    let tree = tree(&text);
    let outcome = fix(&tree, &Options::default(), FixOptions::default());
    let left: Vec<_> = outcome.left.iter().map(|l| (l.cause, l.reason)).collect();
    assert_eq!(left, [("secret-in-image", LeftReason::NeedsYou), ("unpinned-base", LeftReason::NeedsYou)]);
}

#[test]
fn what_init_writes_is_clean() {
    let base = "-- go.mod --\nmodule example.com/shop/v2\n\ngo 1.25.1\n\nrequire github.com/google/uuid v1.6.0\n-- go.sum --\ngithub.com/google/uuid v1.6.0 h1:NIvaJDMOsjHA8n1jAhLSgzrAzy1Hgr+hNrb57e+94F0=\ngithub.com/google/uuid v1.6.0/go.mod h1:TIyPZe4MgqvfeYDBFedMoGGpEw/LqOeaOT+nhxU+yHo=\n-- main.go --\npackage main\n\nimport _ \"github.com/google/uuid\"\nimport _ \"embed\"\n\n//go:embed help.md\nvar help string\n\nfunc main() {}\n-- help.md --\nhelp\n";
    let cases = [
        (base.to_owned(), InitOptions::default()),
        (base.replace("import _ \"embed\"", "import \"C\"\nimport _ \"embed\""), InitOptions::default()),
        (
            base.to_owned(),
            InitOptions {
                private: vec!["git.example.com".into()],
                compose: true,
                workflow: true,
                port: Some(8080),
                ..InitOptions::default()
            },
        ),
        (
            format!(
                "{base}-- vendor/modules.txt --\n# github.com/google/uuid v1.6.0\n## explicit\ngithub.com/google/uuid\n"
            ),
            InitOptions::default(),
        ),
        (
            format!(
                "{}-- lib/go.mod --\nmodule a.b/c\n-- lib/c.go --\npackage c\n",
                base.replace(
                    "require github",
                    "replace a.b/c => ./lib\n\nrequire a.b/c v0.0.0\n\nrequire github"
                )
            ),
            InitOptions::default(),
        ),
    ];
    for (text, options) in cases {
        let mut tree = tree(&text);
        for (path, text) in init(&tree, &options).unwrap() {
            tree.put(&path, text);
        }
        let project = Project::scan(&tree);
        let options = Options { persona: Persona::Pedantic, ..Options::default() };
        let found: Vec<_> =
            check(&project, &options).into_iter().map(|c| (c.finding.cause, c.finding.title.en)).collect();
        assert!(found.is_empty(), "{found:#?}\n{}", tree.files().find(|f| f.0 == "Dockerfile").unwrap().1);
    }
}

#[test]
fn init_asks_instead_of_guessing() {
    let tree = tree(
        "-- go.mod --\nmodule a.b/c\n-- cmd/x/main.go --\npackage main\n-- cmd/y/main.go --\npackage main\n",
    );
    assert_eq!(
        init(&tree, &InitOptions::default()),
        Err(InitError::SeveralMains(vec!["cmd/x".into(), "cmd/y".into()]))
    );
    let files = init(&tree, &InitOptions { main: Some("./cmd/y".into()), ..InitOptions::default() }).unwrap();
    insta::assert_snapshot!(files[0].1, @r#"
    # syntax=docker/dockerfile:1

    FROM --platform=$BUILDPLATFORM golang:1.24-alpine AS build
    WORKDIR /src

    # The modules have a layer of their own: it lasts until go.mod or go.sum change.
    COPY go.mod ./
    RUN go mod download

    COPY . .
    ARG TARGETOS TARGETARCH
    # Everything is here: this step needs no network.
    RUN --network=none --mount=type=cache,target=/root/.cache/go-build \
        CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
        go build -trimpath -ldflags="-s -w" -o /out/y ./cmd/y

    FROM gcr.io/distroless/static-debian12:nonroot
    COPY --from=build /out/y /y
    ENTRYPOINT ["/y"]
    "#);
}
