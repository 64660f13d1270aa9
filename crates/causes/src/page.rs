//! The documentation page of a cause, and the index of all of them, made from the catalogue alone.

use std::fmt::Write as _;

use buildlog::{Build, Dialect};
use finding::{Fix, Lang, Severity};

use crate::case::Case;
use crate::catalogue::ALL;
use crate::cause::Cause;

/// Wordings shown on one page; a cause with more says so.
const MOST_WORDINGS: usize = 24;

/// The page of one cause in Markdown. It ends with a line break.
#[must_use]
pub fn page(cause: &Cause, lang: Lang) -> String {
    let t = |en: &'static str, zh: &'static str| match lang {
        Lang::En => en,
        Lang::Zh => zh,
    };
    let mut out = String::new();
    let _ = writeln!(out, "# {}\n", cause.title.get(lang));
    let _ = writeln!(out, "`{}` · {}\n", cause.id, severity(cause.severity, lang));
    let _ = writeln!(out, "{}\n", prose(cause.explanation.get(lang)));
    let wordings = wordings(cause);
    if !wordings.is_empty() || cause.judge.is_some() {
        let _ = writeln!(out, "## {}\n", t("How it is recognised", "识别依据"));
    }
    if !wordings.is_empty() {
        let _ = writeln!(
            out,
            "{}\n\n```text",
            t(
                "Wordings of the failing step (`…` stands for anything):",
                "失败步骤中的典型输出（`…` 代表任意内容）："
            )
        );
        for wording in wordings.iter().take(MOST_WORDINGS) {
            let _ = writeln!(out, "{wording}");
        }
        let _ = writeln!(out, "```\n");
        if wordings.len() > MOST_WORDINGS {
            let more = wordings.len() - MOST_WORDINGS;
            let _ = match lang {
                Lang::En => writeln!(out, "and {more} more.\n"),
                Lang::Zh => writeln!(out, "另有 {more} 种。\n"),
            };
        }
    }
    if cause.judge.is_some() {
        let text = t(
            "The parsed parts of the message (who was asked, for what, how it ended) and the lines around it count as well.",
            "此外还会分析消息的结构（访问的是谁、请求什么、如何失败）以及上下文。",
        );
        let _ = writeln!(out, "{text}\n");
    }
    let fixes = general_fixes(cause);
    if !fixes.is_empty() {
        let _ = writeln!(out, "## {}\n", t("What helps", "解决办法"));
        let note = t(
            "In a diagnosis the names in angle brackets are those of the build at hand.",
            "实际诊断时，尖括号中的内容会替换为该次构建的真实名称。",
        );
        let _ = writeln!(out, "{note}\n");
        for (i, fix) in fixes.iter().enumerate() {
            write_fix(&mut out, i + 1, fix, lang);
        }
    }
    if let Some(pitfall) = &cause.pitfall {
        let _ = writeln!(
            out,
            "## {}\n\n{}\n",
            t("Advice to leave alone", "不要照搬的做法"),
            prose(pitfall.get(lang))
        );
    }
    if !cause.references.is_empty() {
        let _ = writeln!(out, "## {}\n", t("Read on", "延伸阅读"));
        for url in cause.references {
            let _ = writeln!(out, "- <{url}>");
        }
    }
    format!("{}\n", out.trim_end())
}

/// The index of all pages in Markdown, in the order of the catalogue. It ends with a line break.
#[must_use]
pub fn index(lang: Lang) -> String {
    let (title, intro, head) = match lang {
        Lang::En => (
            "Causes",
            "What `seaworthy diagnose` can name. The ids are public and stable; `seaworthy explain ID` prints the same text.",
            "| id | what it is |",
        ),
        Lang::Zh => (
            "故障原因",
            "`seaworthy diagnose` 能够识别的原因。id 公开且稳定不变；`seaworthy explain ID` 会输出同样的内容。",
            "| id | 含义 |",
        ),
    };
    let mut out = format!("# {title}\n\n{intro}\n\n{head}\n|---|---|\n");
    for cause in ALL {
        let _ = writeln!(
            out,
            "| [`{id}`]({id}.md) | {} |",
            cause.title.get(lang).replace('|', "\\|"),
            id = cause.id
        );
    }
    out
}

/// The remedies of a cause without a build: names are placeholders.
fn general_fixes(cause: &Cause) -> Vec<Fix> {
    let build = Build { dialect: Dialect::Plain, ..Build::default() };
    (cause.fixes)(&Case {
        text: "",
        subjects: &[],
        fault: None,
        build: &build,
        instruction: "",
        project: None,
    })
}

fn write_fix(out: &mut String, number: usize, fix: &Fix, lang: Lang) {
    let _ = writeln!(out, "{number}. {}\n", prose(&sentence(fix.title.get(lang), lang)));
    for (kind, body) in [("diff", &fix.diff), ("sh", &fix.command)] {
        if let Some(body) = body {
            let _ = writeln!(out, "   ```{kind}");
            for line in body.lines() {
                let _ = writeln!(out, "   {line}");
            }
            let _ = writeln!(out, "   ```\n");
        }
    }
}

/// Text for Markdown: angle brackets outside code spans are no HTML.
fn prose(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut code = false;
    for c in text.chars() {
        code ^= c == '`';
        match c {
            '<' if !code => out.push_str("&lt;"),
            '>' if !code => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
    out
}

/// Titles are fragments; on a page they are sentences.
fn sentence(title: &str, lang: Lang) -> String {
    let mut chars = title.chars();
    let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    let end = match lang {
        Lang::En => ".",
        Lang::Zh => "。",
    };
    let whole = format!("{first}{}", chars.as_str());
    if whole.ends_with(['.', '。', '?', '？', '!']) { whole } else { format!("{whole}{end}") }
}

fn wordings(cause: &Cause) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for sign in cause.signs {
        let wording = sign
            .pattern
            .trim_start_matches('^')
            .trim_end_matches('$')
            .replace("{}", "…")
            .replace(['\r', '\n'], " ");
        let wording = wording.trim().trim_end_matches(':').to_owned();
        if !wording.is_empty() && !out.contains(&wording) {
            out.push(wording);
        }
    }
    out
}

fn severity(severity: Severity, lang: Lang) -> &'static str {
    match (severity, lang) {
        (Severity::Error, Lang::En) => "error",
        (Severity::Error, Lang::Zh) => "错误",
        (Severity::Warning, Lang::En) => "warning",
        (Severity::Warning, Lang::Zh) => "警告",
        (Severity::Note, Lang::En) => "note",
        (Severity::Note, Lang::Zh) => "提示",
    }
}
