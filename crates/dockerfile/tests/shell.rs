//! What a RUN executes, through the public interface.

use seaworthy_dockerfile::sh::{Script, ShellOptions};
use seaworthy_dockerfile::{Dockerfile, Joined};

/// One line a command: flags (c certain, f fatal, s substitution, ( subshell), then the words.
fn show(text: &str) -> String {
    let script = Script::parse(&Joined::verbatim(text, 0), false);
    let mut out = String::new();
    for c in &script.commands {
        let flags = [(c.certain, 'c'), (c.fatal, 'f'), (c.substitution, 's'), (c.subshell > 0, '(')];
        out.extend(flags.iter().map(|&(on, c)| if on { c } else { '-' }));
        for a in &c.assignments {
            out.push_str(&format!(" {}={}", a.name, a.value.literal().unwrap_or("?")));
        }
        for w in &c.words {
            out.push_str(&format!(" [{}]", w.literal().unwrap_or(&w.raw)));
        }
        out.push('\n');
    }
    if script.incomplete {
        out.push_str("incomplete\n");
    }
    out
}

#[test]
fn chains() {
    insta::assert_snapshot!(show("apk add git && CGO_ENABLED=0 go build -o /app ./cmd/x || true; echo done"), @r"
    c--- [apk] [add] [git]
    c--- CGO_ENABLED=0 [go] [build] [-o] [/app] [./cmd/x]
    ---- [true]
    cf-- [echo] [done]
    ");
    insta::assert_snapshot!(show("set -ex; cd /src; (cd a && go build) || exit 1; go vet ./... | tee log"), @r"
    c--- [set] [-ex]
    cf-- [cd] [/src]
    cf-( [cd] [a]
    cf-( [go] [build]
    -f-- [exit] [1]
    c--( [go] [vet] [./...]
    cf-( [tee] [log]
    ");
}

#[test]
fn compounds() {
    insta::assert_snapshot!(show("if [ \"$x\" = 1 ]; then go test ./...; else echo no; fi && for d in $(ls cmd); do go build ./cmd/$d; done"), @r#"
    c--- [[] ["$x"] [=] [1] []]
    -f-- [go] [test] [./...]
    -f-- [echo] [no]
    c-s- [ls] [cmd]
    -f-- [go] [build] [./cmd/$d]
    "#);
    insta::assert_snapshot!(show("case \"$TARGETARCH\" in amd64) a ;; arm64|arm) b; c ;; *) exit 1 ;; esac; f() { g; }; f"), @r"
    ---- [a]
    ---- [b]
    ---- [c]
    ---- [exit] [1]
    ---- [g]
    cf-- [f]
    ");
}

#[test]
fn words() {
    insta::assert_snapshot!(show(r#"go build -ldflags "-X main.v=$(git describe --tags) -s" -tags='a b' a\ b "${X:-y}" `uname -m` 2>/dev/null"#), @r#"
    c-s( [git] [describe] [--tags]
    c-s( [uname] [-m]
    cf-- [go] [build] [-ldflags] ["-X main.v=$(git describe --tags) -s"] [-tags=a b] [a b] ["${X:-y}"] [`uname -m`]
    "#);
    insta::assert_snapshot!(show("V=$(cat v) && export A=b # c && d\necho x"), @r"
    c-s( [cat] [v]
    c--- V=?
    c--- [export] [A=b]
    cf-- [echo] [x]
    ");
    insta::assert_snapshot!(show("cat <<EOF > x\n go build\nEOF\necho 'a"), @r"
    c--- [cat]
    cf-- [echo] [a]
    incomplete
    ");
}

#[test]
fn places_survive_continuations() {
    let text = "FROM golang\nRUN set -e; \\\n  # a comment\n  go  mod \\\n    download\n";
    let file = Dockerfile::parse(text);
    let script = file.script(&file.instructions[1], ShellOptions::default()).unwrap();
    let go = &script.commands[1];
    assert!(go.is("go", "mod"));
    assert_eq!(file.slice(script.word_span(&go.words[2])), "download");
    assert_eq!(file.slice(script.command_span(go)), "go  mod \\\n    download");
}

#[test]
fn other_forms() {
    let run = |line: &str| {
        let file = Dockerfile::parse(&format!("FROM golang\n{line}"));
        file.script(&file.instructions[1], ShellOptions::default()).map(|s| {
            s.commands
                .iter()
                .map(|c| c.words.iter().map(|w| w.raw.as_str()).collect::<Vec<_>>().join(" "))
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(run("RUN [\"go\", \"build\", \"./a b\"]"), Some(vec!["go build ./a b".to_owned()]));
    assert_eq!(run("RUN [\"sh\", \"-c\", \"a && b\"]"), Some(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(run("RUN <<EOF\na\nb\nEOF"), Some(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(run("RUN bash -e <<EOF\na\nb\nEOF"), Some(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(run("RUN <<EOF\n#!/usr/bin/env python\na\nEOF"), None);
    let file = Dockerfile::parse("FROM x\nRUN env GOOS=linux time go build");
    let script = file.script(&file.instructions[1], ShellOptions::default()).unwrap();
    assert_eq!(script.commands[0].effective().0, Some("go"));
    assert_eq!(script.commands[0].environment(), [("GOOS".to_owned(), Some("linux".to_owned()))]);
}
