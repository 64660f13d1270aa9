//! Several builds: a table by cause, then each report.

use std::collections::BTreeMap;

use super::layout::width;
use super::paint::{Paint, Style};
use crate::model::{Outcome, Report};
use crate::render::common::path_name;
use crate::render::{RenderOptions, Rule};
use crate::ui;
use crate::words::Lang;

/// Inputs named in a row of the table.
const MAX_INPUTS: usize = 3;

pub(super) fn render(reports: &[Report], rules: &[Rule], opts: &RenderOptions) -> String {
    let (lang, paint) = (opts.lang, Paint { color: opts.color });
    let mut out = table(reports, opts);
    for report in reports {
        let body = super::one(report, rules, opts);
        if body.is_empty() {
            continue;
        }
        let name = path_name(&report.input, lang);
        out.push_str(&format!("\n{}\n{body}", paint.style(Style::Bold, &format!("=== {name} ==="))));
    }
    out
}

/// Which failure hits how many builds, the most frequent first.
fn table(reports: &[Report], opts: &RenderOptions) -> String {
    let (lang, paint) = (opts.lang, Paint { color: opts.color });
    let count = |outcome| reports.iter().filter(|r| r.outcome == outcome).count().to_string();
    let mut out = ui::BUILDS.fill(
        lang,
        &[
            &reports.len().to_string(),
            &count(Outcome::Failed),
            &count(Outcome::Succeeded),
            &count(Outcome::Unknown),
        ],
    );
    out.push('\n');
    let rows = rows(reports, opts);
    if rows.is_empty() {
        return out;
    }
    let heads = [ui::CAUSE.get(lang), ui::BUILDS_COLUMN.get(lang), ui::WHERE_COLUMN.get(lang)];
    let first = rows.iter().map(|r| width(&r.0)).max().unwrap_or(0).max(width(heads[0]));
    let second = width(heads[1]).max(6);
    let mut row = |a: &str, b: &str, c: &str, style: Option<Style>| {
        let line = format!("{a}{}  {}{b}  {c}", " ".repeat(first - width(a)), " ".repeat(second - width(b)));
        out.push_str(&style.map_or_else(|| line.clone(), |s| paint.style(s, &line)));
        out.push('\n');
    };
    row(heads[0], heads[1], heads[2], Some(Style::Bold));
    let room = opts.width.map_or(usize::MAX, |_| super::columns(opts).saturating_sub(first + second + 4));
    for (cause, builds, all) in &rows {
        row(cause, &builds.to_string(), &inputs(all, room, lang), None);
    }
    out
}

/// Cause, number of builds, their inputs; the most frequent first.
fn rows(reports: &[Report], opts: &RenderOptions) -> Vec<(String, usize, Vec<String>)> {
    let lang = opts.lang;
    // by rank first, so that what nothing explains comes after the causes
    let mut causes: BTreeMap<(u8, &str), Vec<String>> = BTreeMap::new();
    for report in reports {
        let key = match (report.findings.first(), report.outcome) {
            (Some(finding), _) => (0, finding.cause),
            (None, Outcome::Failed) => (1, ui::NO_CAUSE.get(lang)),
            (None, Outcome::Unknown) => (2, ui::NO_END.get(lang)),
            (None, Outcome::Succeeded) => continue,
        };
        causes.entry(key).or_default().push(path_name(&report.input, lang));
    }
    let mut rows: Vec<_> = causes.into_iter().collect();
    rows.sort_by(|a, b| a.0.0.cmp(&b.0.0).then(b.1.len().cmp(&a.1.len())));
    rows.into_iter().map(|((_, cause), inputs)| (cause.to_owned(), inputs.len(), inputs)).collect()
}

/// As many inputs as fit into `columns`, at least one, and how many there are besides.
fn inputs(all: &[String], columns: usize, lang: Lang) -> String {
    let list = |n: usize| {
        let list = all[..n].join(ui::LIST_COMMA.get(lang));
        match all.len() - n {
            0 => list,
            rest => ui::AND_MORE.fill(lang, &[&list, &rest.to_string()]),
        }
    };
    let most = all.len().min(MAX_INPUTS);
    (1..=most).rev().map(list).find(|l| width(l) <= columns).unwrap_or_else(|| list(most.min(1)))
}
