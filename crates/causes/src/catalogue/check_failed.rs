//! `check-failed`: a gate of the project's own refuses: format, lint, licence headers, generated code.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::Cause;
use crate::mend::remedy::{run, safe};
use crate::mend::words;
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "check-failed",
    severity: Severity::Error,
    title: Words::fixed(
        "a gate of the project's own refuses: format, lint, licence headers, generated code",
        "项目自身的检查未通过：格式、静态检查、许可证头或生成代码",
    ),
    explanation: Words::fixed(
        "A gate that the project set up for itself said no: format, lint, vet, licence headers, \
         vulnerabilities, coverage, or generated files that are not up to date. The program compiles; the \
         gate's own lines say what to do. A linter that is not pinned finds new things on another day.",
        "项目自己设置的检查没有通过：格式、lint、vet、许可证头、漏洞、覆盖率，或生成的文件不是最新。程序可\
         以编译，检查工具的输出会说明该怎么做。没有固定版本的 linter 改天可能会报出新的问题。",
    ),
    pitfall: Some(Words::fixed(
        "`//nolint` without a name, or `|| true` behind the command, silences the gate for good. Name the \
         one rule and the reason.",
        "不带名字的 `//nolint`，或在命令后加 `|| true`，等于永久关闭检查。请只排除具体规则，并写明理由。",
    )),
    references: &[
        "https://golangci-lint.run/",
        "https://pkg.go.dev/cmd/gofmt",
        "https://go.dev/doc/security/vuln/",
    ],
    signs: &[
        sign(80, "please run 'make fmt'"),
        sign(80, "gofmt needs"),
        sign(80, "Please run gofmt"),
        sign(80, "not gofmt'ed"),
        sign(80, "files are not formatted"),
        sign(84, "level=error msg=\"[linters_context]"),
        sign(84, "generated files are out of date"),
        sign(84, "is out of date, please run"),
        sign(82, "out of date. Run"),
        sign(82, "Please run 'make generate"),
        sign(82, "please commit the changes"),
        sign(84, "missing license header"),
        sign(84, "missing copyright"),
        sign(84, "boilerplate header is wrong"),
        sign(78, "^diff -u {}.orig {}"),
        sign(80, "Found {} lint suggestions; failing."),
        sign(80, "should not use dot imports"),
        sign(80, "exported {} should have comment or be unexported"),
        sign(82, "(revive)"),
        sign(82, "(staticcheck)"),
        sign(82, "(errcheck)"),
        sign(82, "(govet)"),
        sign(82, "(gosimple)"),
        sign(82, "(unused)"),
        sign(82, "(gofmt)"),
        sign(82, "(goimports)"),
        sign(82, "(gosec)"),
        sign(82, "(lll)"),
        sign(82, "(deadcode)"),
        sign(82, "(ineffassign)"),
        sign(82, "(gocritic)"),
        sign(82, "(SA{})"),
        sign(82, "(ST1"),
        sign(80, "coverage threshold"),
        sign(84, "Vulnerability #1: "),
        sign(84, "Your code is affected by {} vulnerabilit"),
        sign(80, "Total: {} (HIGH: {}, CRITICAL: {})"),
        sign(80, "go mod tidy' and commit"),
        sign(80, "shellcheck: "),
        sign(80, "working tree is dirty"),
        sign(80, "git working tree is not clean"),
        sign(80, "Uncommitted changes"),
        sign(80, "File is not `goimports`-ed"),
        sign(80, "File is not `gofmt`-ed"),
        sign(80, "File is not properly formatted"),
        sign(84, "is out of date, run '"),
        sign(84, "^Generated code is out of date"),
        sign(82, "below the required threshold"),
        sign(82, "below threshold"),
        sign(80, "coverage {} is below"),
        sign(82, "license header"),
        sign(82, "missing the license header"),
        sign(80, "files need formatting"),
        sign(80, "files are not gofmt"),
        sign(80, "not formatted"),
    ],
    judge: None,
    headline: Some(headline),
    confirm: None,
    fixes,
};

/// The gate, by its words.
fn gate(case: &Case<'_>) -> Option<(&'static str, &'static str)> {
    let texts = [case.text, case.instruction];
    let says = |words: &[&str]| texts.iter().any(|t| words.iter().any(|w| t.contains(w)));
    Some(if says(&["gofmt", "goimports", "formatted", "make fmt", "diff -u"]) {
        ("gofmt", "gofmt -w . && git diff --stat")
    } else if says(&["generate", "out of date"]) {
        ("go generate", "go generate ./... && git diff --stat")
    } else if says(&["Vulnerability", "vulnerabilit"]) {
        (
            "govulncheck",
            "go run golang.org/x/vuln/cmd/govulncheck@latest ./...\ngo get <module>@<fixed-version> && go mod tidy",
        )
    } else if says(&["mod tidy"]) {
        ("go mod tidy", "go mod tidy && git add go.mod go.sum")
    } else if says(&[
        "(errcheck)",
        "(govet)",
        "(staticcheck)",
        "(revive)",
        "(unused)",
        "(gosec)",
        "(gosimple)",
        "(ineffassign)",
        "(lll)",
        "(gocritic)",
        "linters_context",
    ]) {
        ("golangci-lint", "golangci-lint run --fix ./...")
    } else {
        return None;
    })
}

fn headline(case: &Case<'_>) -> Words {
    match gate(case) {
        Some((tool, _)) => {
            words!("a check of the project's own refuses: {tool}", "项目自身的检查未通过：{tool}")
        }
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    match gate(case) {
        Some((tool, command)) => vec![run(
            words!("do what {tool} wants, look at the change, commit it", "按 {tool} 的要求修改，检查后提交"),
            command,
        )],
        None => vec![safe(run(
            words!("run the same check here", "在本地运行同样的检查"),
            crate::mend::edits::command(case).unwrap_or_else(|| "go vet ./... && gofmt -l .".to_owned()),
        ))],
    }
}
