//! `seaworthy context`: what a build sends to the builder, and why.

use super::downloads::bytes;
use crate::args::ProjectArgs;
use crate::console::Console;
use crate::fault::Fault;
use crate::project::{self, Opened};
use crate::words::{self as w, plain};
use checks::Project;
use checks::contexts::{self, Amount, ContextReport, Why};
use finding::{Format, Lang, Words, exit};
use serde_json::{Value, json};

/// Describes the contexts of a project.
pub(crate) fn execute(args: &ProjectArgs, format: Format, console: Console) -> u8 {
    let described = each(args, contexts::describe).map(|(opened, reports)| match format {
        Format::Json => format!(
            "{:#}\n",
            json!({
                "schema": "seaworthy.context/1",
                "contexts": reports.iter().map(value).collect::<Vec<_>>(),
            })
        ),
        _ => {
            let texts: Vec<String> =
                reports.iter().map(|report| text(report, &opened, console.lang)).collect();
            texts.join("\n")
        }
    });
    finish(described, console)
}

/// Explains a path of the contexts of a project.
pub(crate) fn why(args: &ProjectArgs, path: &str, console: Console) -> u8 {
    let explained = each(args, |project, options, dockerfile| {
        Some((dockerfile.to_owned(), contexts::why(project, options, dockerfile, path)?))
    })
    .map(|(opened, answers)| {
        let several = answers.len() > 1;
        let mut out = String::new();
        for (dockerfile, why) in &answers {
            if several {
                out += &format!("# {}\n", opened.typed(dockerfile));
            }
            out += &reason(why, dockerfile, &opened, console.lang);
        }
        out
    });
    finish(explained, console)
}

fn finish(result: Result<String, Fault>, console: Console) -> u8 {
    match result.and_then(|text| console.print(&text)) {
        Ok(()) => exit::OK,
        Err(fault) => {
            console.complain(&fault);
            fault.exit_code()
        }
    }
}

/// What `look` says of each Dockerfile that is meant.
fn each<T>(
    args: &ProjectArgs,
    look: impl Fn(&Project<'_>, &checks::Options, &str) -> Option<T>,
) -> Result<(Opened, Vec<T>), Fault> {
    let opened = project::open(args.folder.as_deref())?;
    let options = Opened::options(args);
    let answers = {
        let project = Project::scan(&opened.tree);
        let dockerfiles = opened.dockerfiles(&project, &options)?;
        let one = |path: &String| {
            look(&project, &options, path).ok_or_else(|| Fault::Read {
                what: plain(opened.typed(path)),
                reason: w::NO_SUCH_FILE.clone(),
            })
        };
        dockerfiles.iter().map(one).collect::<Result<Vec<T>, Fault>>()?
    };
    Ok((opened, answers))
}

fn amount(amount: Amount, lang: Lang) -> String {
    w::AMOUNT.fill(lang, &[&amount.files.to_string(), &bytes(amount.bytes)])
}

fn text(report: &ContextReport, opened: &Opened, lang: Lang) -> String {
    let root = if report.root.is_empty() {
        opened.folder.to_string_lossy().into_owned()
    } else {
        opened.typed(&report.root)
    };
    let ignore_file =
        report.ignore_file.as_ref().map_or_else(|| w::NONE.get(lang).to_owned(), |path| opened.typed(path));
    let mut out = w::CONTEXT_OF.fill(lang, &[&opened.typed(&report.dockerfile), &root, &ignore_file]);
    out.push('\n');
    for (name, sum) in [(&w::ASKED, report.asked), (&w::WHOLE, report.whole), (&w::IGNORED, report.ignored)] {
        out += &format!("  {}: {}\n", name.get(lang), amount(sum, lang));
    }
    if let Some(path) = &report.shadowed {
        out += &format!("  {}\n", w::SHADOWED.fill(lang, &[&opened.typed(path)]));
    }
    if report.walks_everything {
        out += &format!("  {}\n", w::WALKS.get(lang));
    }
    let mut list = |heading: &Words, lines: Vec<String>| {
        if !lines.is_empty() {
            out += &format!("  {}\n", heading.get(lang));
            out.extend(lines.into_iter().map(|line| format!("    {line}\n")));
        }
    };
    let copies = report.copies.iter();
    list(
        &w::BY_COPY,
        copies.map(|c| format!("{}: {}  {}", c.line, c.text, amount(c.amount, lang))).collect(),
    );
    let folders = report.biggest.iter();
    list(&w::BIGGEST, folders.map(|(path, sum)| format!("{path}  {}", amount(*sum, lang))).collect());
    list(&w::SECRETS, report.secrets.clone());
    list(&w::SUGGESTION, report.suggestion.clone());
    out
}

fn reason(why: &Why, dockerfile: &str, opened: &Opened, lang: Lang) -> String {
    let mut lines = Vec::new();
    match (&why.file, why.line, &why.pattern) {
        (Some(file), Some(line), Some(pattern)) => {
            let form = if why.ignored { &w::IS_IGNORED_BY } else { &w::IS_SENT_BY };
            lines.push(form.fill(lang, &[&why.path, &opened.typed(file), &line.to_string(), pattern]));
            if let Some(matched) = why.matched.as_ref().filter(|matched| **matched != why.path) {
                lines.push(format!("  {}", w::THROUGH_PARENT.fill(lang, &[matched])));
            }
        }
        _ => lines.push(w::IS_SENT.fill(lang, &[&why.path])),
    }
    if !why.exists {
        lines.push(format!("  {}", w::NO_SUCH_PATH.fill(lang, &[&why.path])));
    }
    for line in why.copied_by.iter().filter(|_| !why.ignored) {
        lines.push(format!("  {}", w::COPIED_BY.fill(lang, &[&line.to_string(), &opened.typed(dockerfile)])));
    }
    lines.join("\n") + "\n"
}

fn value(report: &ContextReport) -> Value {
    let sum = |amount: Amount| json!({"files": amount.files, "bytes": amount.bytes});
    json!({
        "dockerfile": report.dockerfile,
        "root": report.root,
        "ignoreFile": report.ignore_file,
        "shadowed": report.shadowed,
        "whole": sum(report.whole),
        "asked": sum(report.asked),
        "ignored": sum(report.ignored),
        "copies": report.copies.iter().map(|copy| json!({
            "line": copy.line, "text": copy.text, "amount": sum(copy.amount),
        })).collect::<Vec<_>>(),
        "biggest": report.biggest.iter().map(|(path, amount)| json!({
            "path": path, "amount": sum(*amount),
        })).collect::<Vec<_>>(),
        "secrets": report.secrets,
        "sent": report.sent.iter().map(|(path, bytes)| json!({"path": path, "bytes": bytes})).collect::<Vec<_>>(),
        "walksEverything": report.walks_everything,
        "suggestion": report.suggestion,
    })
}
