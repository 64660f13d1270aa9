//! `test-failure`: the project's own tests fail.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{run, safe};
use crate::mend::{names, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "test-failure",
    severity: Severity::Error,
    title: Words::fixed("the project's own tests fail", "项目自身的测试失败"),
    explanation: Words::fixed(
        "Tests of the project ran and failed: the build itself is fine. A test that passes on your \
         machine and fails here usually needs something the container does not have: a network, a \
         service, a time zone, a writable folder, testdata, or more time. With -race a report of a data \
         race fails the test as well.",
        "项目的测试运行了但没有通过，构建本身没有问题。本地能过而这里失败的测试，通常依赖容器里没有的东西：\
         网络、外部服务、时区、可写目录、testdata，或更长的时间。使用 -race 时，检测到数据竞争也会判为失败。",
    ),
    pitfall: None,
    references: &["https://pkg.go.dev/cmd/go#hdr-Testing_flags", "https://go.dev/doc/articles/race_detector"],
    signs: &[
        sign(84, "^--- FAIL: {} ("),
        sign(82, "--- FAIL: {} ("),
        sign(82, "^FAIL\t{}s$"),
        sign(80, "^FAIL    {}s$"),
        sign(76, "^FAIL$"),
        sign(84, "panic: test timed out after"),
        sign(84, "*** Test killed with quit: ran too long"),
        sign(80, "WARNING: DATA RACE"),
        sign(80, "Ginkgo ran {} suites in"),
        sign(78, "Test Suite Failed"),
        sign(78, "OOPS: {} passed, {} FAILED"),
        sign(76, "^FAIL: {}"),
        sign(80, "DONE {} tests, {} failure"),
    ],
    judge: Some(Judge { fault: false, words: &["Action"], decide: judge }),
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn test(case: &Case<'_>) -> Option<String> {
    let found = names::hole(case, &[("--- FAIL: {} (", 0), ("\"Test\":\"{}\"", 0)]);
    found.or_else(|| {
        names::nearby(case, |t| {
            crate::sign::find("--- FAIL: {} (", t).and_then(|f| names::plain(f.holes[0]).map(str::to_owned))
        })
    })
}

fn headline(case: &Case<'_>) -> Words {
    if case.text.contains("DATA RACE") {
        return words!("the race detector found a data race", "竞态检测器发现了数据竞争");
    }
    if case.text.contains("timed out") || case.text.contains("ran too long") {
        return words!("a test ran into the time limit", "测试超时");
    }
    let tests = crate::mend::facts::lines(case).filter(|l| l.starts_with("--- FAIL: ")).count();
    match test(case) {
        Some(test) if tests > 1 => {
            let others = tests - 1;
            words!("the test {test} fails, and {others} more", "测试 {test} 等 {tests} 个测试失败")
        }
        Some(test) => words!("the test {test} fails", "测试 {test} 失败"),
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let command = test(case).map_or_else(
        || "go test -count=1 ./...".to_owned(),
        |t| format!("go test -run '^{}$' -count=1 -v ./...", t.split('/').next().unwrap_or(&t)),
    );
    let mut fixes = vec![safe(run(words!("run it alone", "单独运行该测试"), command))];
    fixes.push(safe(run(
        words!("run it as the build does, in the image", "在镜像中按构建的方式运行"),
        "docker build --target <stage-before-the-tests> -t <name> . && docker run --rm -it <name> go test ./...",
    )));
    if case.text.contains("timed out") {
        fixes.push(safe(run(
            words!("give it more time, if it is only slow", "如果只是慢，延长超时时间"),
            "go test -timeout 30m ./...",
        )));
    }
    fixes
}

/// `go test -json`: `{"Action":"fail","Package":...,"Test":...}`.
fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    let text = clue.text;
    if text.starts_with('{') && text.contains("\"Action\":\"fail\"") {
        let name = crate::sign::find("\"Test\":\"{}\"", text).map_or("", |f| f.holes[0]);
        return Some(Verdict::sure(80).about(name));
    }
    None
}
