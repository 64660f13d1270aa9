//! `mod-file-invalid`: go.mod, go.sum or go.work cannot be parsed.

use buildlog::chain::position;
use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::Cause;
use crate::mend::remedy::{run, safe};
use crate::mend::{names, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "mod-file-invalid",
    severity: Severity::Error,
    title: Words::fixed("go.mod, go.sum or go.work cannot be parsed", "go.mod、go.sum 或 go.work 无法解析"),
    explanation: Words::fixed(
        "go.mod, go.sum or go.work does not parse: merge conflict markers were committed, a file was cut, \
         a quote or version is wrong, or one file was mounted in another's place. A directive that is new \
         (toolchain, tool, ignore) on an older Go is a different case: go-version-too-old.",
        "go.mod、go.sum 或 go.work 无法解析：提交了合并冲突标记、文件被截断、引号或版本写错，或一个文件被\
         挂载到了另一个文件的位置。旧版本 Go 不认识新指令（toolchain、tool、ignore）属于另一种情况：\
         go-version-too-old。",
    ),
    pitfall: None,
    references: &["https://go.dev/ref/mod#go-mod-file-grammar", "https://git-scm.com/docs/git-merge"],
    signs: &[
        sign(90, "malformed go.sum:"),
        sign(92, "go.mod:{}: unknown directive: <<<<<<<"),
        sign(92, "unknown directive: ======="),
        sign(86, "go.mod:{}: syntax error"),
        sign(86, "go.mod:{}: usage: "),
        sign(86, "go.mod:{}: unknown directive: {}"),
        sign(86, "go.mod:{}: unexpected"),
        sign(86, "go.mod:{}: malformed"),
        sign(86, "go.mod:{}: invalid"),
        sign(86, "go.mod: no module declaration"),
        sign(86, "no module declaration in go.mod"),
        sign(86, "go.mod:{}: unterminated"),
        sign(84, "go.work:{}: unknown directive"),
        sign(86, "repeated module statement"),
        sign(88, "reading go.mod: missing module declaration"),
        sign(75, "errors parsing {}go.mod:"),
        sign(75, "errors parsing {}go.work:"),
        sign(75, "errors parsing go.mod:"),
    ],
    judge: None,
    headline: Some(headline),
    confirm: Some(crate::project::confirm::module::file_invalid),
    fixes,
};

/// File and line of the first complaint.
fn place(case: &Case<'_>) -> Option<(String, u32)> {
    let found = |t: &str| {
        let at = position(t.trim_start().trim_start_matches("go: "))?;
        let name = at.file.rsplit('/').next()?;
        matches!(name, "go.mod" | "go.sum" | "go.work").then(|| (name.to_owned(), at.line))
    };
    found(case.text).or_else(|| names::nearby(case, found))
}

fn is_conflict(case: &Case<'_>) -> bool {
    let marks =
        |t: &str| (t.contains("<<<<<<<") || t.contains("=======") || t.contains(">>>>>>>")).then_some(());
    marks(case.text).or_else(|| names::nearby(case, marks)).is_some()
}

fn headline(case: &Case<'_>) -> Words {
    match place(case) {
        Some((file, line)) if is_conflict(case) => words!(
            "{file} holds merge conflict markers (line {line})",
            "{file} 中有合并冲突标记（第 {line} 行）"
        ),
        Some((file, line)) => words!("{file} does not parse at line {line}", "{file} 第 {line} 行无法解析"),
        None if case.text.contains("go.sum") => words!("go.sum does not parse", "go.sum 无法解析"),
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let look = safe(run(
        words!("look at it", "查看问题所在"),
        "grep -nE '^(<<<<<<<|=======|>>>>>>>)' go.mod go.sum go.work; go mod edit -json >/dev/null",
    ));
    if place(case).map_or_else(|| case.text.contains("go.sum"), |(f, _)| f == "go.sum") {
        return vec![
            run(
                words!(
                    "take out the broken lines; tidy writes the missing entries again and checks them with the checksum database",
                    "删除损坏的行，再由 tidy 补全并向校验和数据库核对"
                ),
                "git diff HEAD~1 -- go.sum; go mod tidy && go mod verify",
            ),
            look,
        ];
    }
    let mut fixes = vec![look];
    if is_conflict(case) {
        fixes.push(run(
            words!("keep the higher version of each side, then tidy", "每处保留较高的版本，然后整理"),
            "git checkout --merge go.mod go.sum; ${EDITOR:-vi} go.mod && go mod tidy",
        ));
    } else {
        fixes.push(run(
            words!("mend the line, or go back to the last good file", "改正该行，或恢复到上一个正确的版本"),
            "git log -3 --oneline -- go.mod; git checkout <commit> -- go.mod && go mod tidy",
        ));
    }
    fixes
}
