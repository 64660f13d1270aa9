//! GitHub-flavoured Markdown: for a job summary or a comment.

use super::common::{
    clean, dockerfile, duration, fix_title, next_steps, no_finding, path_name, place, severity, state,
    step_count, step_sentence, subjects, sure, time, why,
};
use super::{Rule, html};
use crate::model::{Evidence, Finding, Outcome, Report, Severity, TimelineState};
use crate::ui;
use crate::words::Lang;

/// Log and file lines shown for one finding.
const MAX_LINES: usize = 8;
/// Steps in the fold with the steps; a comment has a size limit.
const MAX_STEPS: usize = 300;

pub(super) fn render(reports: &[Report], rules: &[Rule], lang: Lang) -> String {
    let mut out = String::new();
    if reports.len() > 1 {
        out.push_str(&table(reports, lang));
        out.push('\n');
    }
    for report in reports {
        if reports.len() > 1 {
            out.push_str(&format!("## {}\n\n", code(&path_name(&report.input, lang))));
        }
        out.push_str(&one(report, rules, lang));
    }
    // one newline ends it
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn one(report: &Report, rules: &[Rule], lang: Lang) -> String {
    let mut out = String::new();
    match report.findings.split_first() {
        Some((first, others)) => {
            out.push_str(&heading(first, rules, lang));
            if let Some(step) = step_line(report, lang) {
                out.push_str(&step);
            }
            out.push_str(&body(first, lang));
            if !others.is_empty() {
                let title = ui::OTHER_FINDINGS.fill(lang, &[&others.len().to_string()]);
                let rest: String = others.iter().map(|f| heading(f, rules, lang) + &body(f, lang)).collect();
                out.push_str(&fold(&title, &rest));
            }
        }
        None => {
            let sign = match report.outcome {
                Outcome::Failed => "❌",
                Outcome::Succeeded => "✅",
                Outcome::Unknown => "❔",
            };
            out.push_str(&format!("### {sign} {}\n\n", escape(&no_finding(report, lang))));
            if report.outcome == Outcome::Failed {
                if let Some(step) = step_line(report, lang) {
                    out.push_str(&step);
                }
                out.push_str(&lines(&report.excerpt, lang));
            }
            for (advice, command) in next_steps(report) {
                out.push_str(&format!("**{}**\n\n{}", escape(advice.get(lang)), fence("sh", command)));
            }
        }
    }
    for remark in &report.remarks {
        out.push_str(&format!("> {}\n\n", escape(&clean(remark.get(lang)))));
    }
    if !report.timeline.is_empty() {
        out.push_str(&steps(report, lang));
    }
    out
}

fn heading(finding: &Finding, rules: &[Rule], lang: Lang) -> String {
    let sign = match finding.severity {
        Severity::Error => "❌",
        Severity::Warning => "⚠️",
        Severity::Note => "ℹ️",
    };
    let id = match rules.iter().find(|r| r.id == finding.cause).and_then(|r| r.help_uri.as_deref()) {
        Some(uri) => format!("[`{}`]({})", finding.cause, html::escape(uri).replace([' ', '(', ')'], "")),
        None => format!("`{}`", finding.cause),
    };
    format!(
        "### {sign} {}\n\n{} {id}\n\n",
        escape(&clean(finding.title.get(lang))),
        severity(finding.severity, lang)
    )
}

fn step_line(report: &Report, lang: Lang) -> Option<String> {
    let step = report.step.as_ref()?;
    let mut out = step
        .line
        .map(|line| format!("{} ", code(&format!("{}:{line}", dockerfile(step)))))
        .unwrap_or_default();
    out.push_str(&escape(&step_sentence(step, lang)));
    let mut out =
        format!("**{}** {out}\n\n", ui::PLAIN_HEAD.fill(lang, &[ui::WHERE.get(lang), ""]).trim_end());
    if let Some(instruction) = &step.instruction {
        out.push_str(&fence("dockerfile", instruction));
    }
    Some(out)
}

fn body(finding: &Finding, lang: Lang) -> String {
    let mut out = lines(&finding.evidence, lang);
    let mut item = |label: &str, text: &str| {
        let label = ui::PLAIN_HEAD.fill(lang, &[label, ""]);
        out.push_str(&format!("**{}** {}\n\n", label.trim_end(), escape(text)));
    };
    item(ui::SURE.get(lang), &sure(finding, lang));
    let why = why(finding, lang);
    if !why.is_empty() {
        item(ui::WHY.get(lang), &why);
    }
    if finding.count > 1 && finding.subjects.len() > 1 {
        item(ui::CONCERNS.get(lang), &subjects(finding, 8, lang));
    }
    for fix in &finding.fixes {
        let label = ui::PLAIN_HEAD.fill(lang, &[ui::HELP.get(lang), ""]);
        out.push_str(&format!("**{}** {}\n\n", label.trim_end(), escape(&fix_title(fix, lang))));
        if let Some(diff) = &fix.diff {
            out.push_str(&fence("diff", diff));
        }
        if let Some(command) = &fix.command {
            out.push_str(&fence("sh", command));
        }
    }
    out
}

/// Evidence as one block: each file's or log's lines under its name.
fn lines(evidence: &[Evidence], lang: Lang) -> String {
    if evidence.is_empty() {
        return String::new();
    }
    let shown = &evidence[..evidence.len().min(MAX_LINES)];
    let mut text = String::new();
    for e in shown {
        text.push_str(&format!("{}: {}\n", place(e, lang), clean(&e.text)));
    }
    let rest = evidence.len() - shown.len();
    if rest > 0 {
        text.push_str(&format!("... +{rest}\n"));
    }
    fence("text", &text)
}

/// A fold with every step and how long it took, the picture being the HTML form's matter.
fn steps(report: &Report, lang: Lang) -> String {
    let columns =
        [&ui::STATE_COLUMN, &ui::TIME_COLUMN, &ui::STAGE_COLUMN, &ui::STEP_LABEL].map(|w| w.get(lang));
    let mut rows = format!("| {} |\n|---|--:|---|---|\n", columns.join(" | "));
    for e in report.timeline.iter().take(MAX_STEPS) {
        let seconds = time(e.seconds).map(|s| duration(s, lang)).unwrap_or_default();
        let sign = match e.state {
            TimelineState::Failed => "❌ ",
            _ => "",
        };
        let stage = e.stage.as_deref().map(cell).unwrap_or_default();
        rows.push_str(&format!(
            "| {sign}{} | {seconds} | {stage} | {} |\n",
            state(e.state, lang),
            cell(&e.name)
        ));
    }
    let rest = report.timeline.len().saturating_sub(MAX_STEPS);
    if rest > 0 {
        rows.push_str(&format!("\n+{}\n", step_count(rest, lang)));
    }
    rows.push('\n');
    fold(&ui::ALL_STEPS.fill(lang, &[&report.timeline.len().to_string()]), &rows)
}

/// Which failure hits how many builds.
fn table(reports: &[Report], lang: Lang) -> String {
    let columns = [&ui::OUTCOME, &ui::INPUT, &ui::CAUSE].map(|w| w.get(lang));
    let mut out = format!("| {} |\n|---|---|---|\n", columns.join(" | "));
    for report in reports {
        let (sign, cause) = match (report.findings.first(), report.outcome) {
            (Some(f), _) => {
                ("❌", format!("{} {}", code(f.cause), escape(&clean(f.title.get(lang)))).replace('|', "\\|"))
            }
            (None, Outcome::Failed) => ("❌", ui::NO_CAUSE.get(lang).to_owned()),
            (None, Outcome::Unknown) => ("❔", ui::NO_END.get(lang).to_owned()),
            (None, Outcome::Succeeded) => ("✅", String::new()),
        };
        out.push_str(&format!("| {sign} | {} | {cause} |\n", cell(&path_name(&report.input, lang))));
    }
    out
}

fn fold(title: &str, body: &str) -> String {
    format!("<details><summary>{}</summary>\n\n{body}</details>\n\n", html::escape(title))
}

/// A fence longer than any run of backticks in the text, so that the text cannot close it.
fn fence(language: &str, text: &str) -> String {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let ticks = "`".repeat(longest.max(2) + 1);
    let body: Vec<String> = text.trim_end_matches('\n').lines().map(clean).collect();
    format!("{ticks}{language}\n{}\n{ticks}\n\n", body.join("\n"))
}

/// Text as a code span, whatever backticks it holds.
fn code(text: &str) -> String {
    let text = clean(text);
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let ticks = "`".repeat(longest + 1);
    let space = if longest > 0 { " " } else { "" };
    format!("{ticks}{space}{text}{space}{ticks}")
}

/// A code span in a table, where `|` ends a cell even inside one.
fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// Text that stays text: no markup, no HTML, and no `@name` that would call somebody.
///
/// Our own sentences name things in backticks: where they come in pairs they stay code.
fn escape(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escape_plain(text);
    }
    let part = |(n, part): (usize, &&str)| {
        if n % 2 == 0 || part.is_empty() { escape_plain(part) } else { code(part) }
    };
    parts.iter().enumerate().map(part).collect()
}

fn escape_plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' if !before.is_alphanumeric() => out.push_str("@<!-- -->"),
            // between letters an underscore emphasises nothing
            '_' if before.is_alphanumeric() => out.push('_'),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
        before = c;
    }
    out
}
