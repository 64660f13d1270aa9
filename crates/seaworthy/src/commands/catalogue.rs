//! `seaworthy causes` and `explain`: the catalogue for people and programs.

use crate::console::{Console, Stream};
use crate::engine::severity_name;
use crate::fault::Fault;
use crate::text::wrap;
use crate::words::{self as w, plain, with};
use causes::Cause;
use finding::{Format, Severity, Words, exit};
use serde_json::{Value, json};

/// Lists all causes.
pub(crate) fn list(format: Format, console: Console) -> u8 {
    let causes = causes::catalogue();
    let text = match format {
        Format::Json => pretty(&json!({
            "schema": "seaworthy.causes/1",
            "causes": causes.iter().map(|cause| describe(cause, console)).collect::<Vec<_>>(),
        })),
        _ => {
            let width = causes.iter().map(|cause| cause.id.len()).max().unwrap_or(0);
            let line = |cause: &&Cause| format!("{:width$}  {}\n", cause.id, cause.title.get(console.lang));
            causes.iter().map(line).collect()
        }
    };
    print(&text, console)
}

/// Explains the cause called `id`.
pub(crate) fn explain(id: &str, format: Format, console: Console) -> u8 {
    let Some(cause) = causes::by_id(id) else {
        if let Some(check) = checks::ALL.iter().find(|check| check.id == id) {
            return print(&brief(check, format, console), console);
        }
        let hint =
            nearest(id).map_or_else(|| w::LIST_CAUSES.clone(), |name| with(&w::DID_YOU_MEAN, &[plain(name)]));
        let fault = Fault::usage(with(&w::UNKNOWN_CAUSE, &[plain(id)]), Some(hint));
        console.complain(&fault);
        return fault.exit_code();
    };
    let text = match format {
        Format::Json => {
            let mut object = describe(cause, console);
            object["schema"] = json!("seaworthy.cause/1");
            pretty(&object)
        }
        _ => page(cause, console),
    };
    print(&text, console)
}

/// What there is to say of something that only checks find.
fn brief(check: &checks::Check, format: Format, console: Console) -> String {
    let title = check.summary.get(console.lang);
    match format {
        Format::Json => pretty(&json!({"schema": "seaworthy.cause/1", "id": check.id, "title": title})),
        _ => format!("{}: {title}\n", check.id),
    }
}

fn describe(cause: &Cause, console: Console) -> Value {
    json!({
        "id": cause.id,
        "title": cause.title.get(console.lang),
        "severity": severity_name(cause.severity),
        "explanation": cause.explanation.get(console.lang),
        "pitfall": cause.pitfall.as_ref().map(|words| words.get(console.lang)),
        "references": cause.references,
    })
}

fn page(cause: &Cause, console: Console) -> String {
    let lang = console.lang;
    let width = console.render_options(Some(Stream::Out)).width.unwrap_or(100).clamp(40, 100);
    let bold = |text: String| {
        if console.colors(Stream::Out) { format!("\x1b[1m{text}\x1b[0m") } else { text }
    };
    let mut text = bold(format!("{}: {}", cause.id, cause.title.get(lang)));
    let severity = severity_words(cause.severity).get(lang);
    text += &format!("\n{}: {severity}\n\n", w::SEVERITY.get(lang));
    text += &wrap(cause.explanation.get(lang), width, "");
    if let Some(pitfall) = &cause.pitfall {
        text +=
            &format!("\n{}\n{}", bold(w::PITFALL.get(lang).to_owned()), wrap(pitfall.get(lang), width, "  "));
    }
    if !cause.references.is_empty() {
        text += &format!("\n{}\n", bold(w::REFERENCES.get(lang).to_owned()));
        text.extend(cause.references.iter().map(|reference| format!("  {reference}\n")));
    }
    text
}

fn severity_words(severity: Severity) -> &'static Words {
    match severity {
        Severity::Error => &w::SEVERITY_ERROR,
        Severity::Warning => &w::SEVERITY_WARNING,
        Severity::Note => &w::SEVERITY_NOTE,
    }
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

fn print(text: &str, console: Console) -> u8 {
    match console.print(text) {
        Ok(()) => exit::OK,
        Err(fault) => {
            console.complain(&fault);
            fault.exit_code()
        }
    }
}

/// The id that was probably meant: a typing error away, or with the typed word in it.
fn nearest(typed: &str) -> Option<&'static str> {
    let ids = causes::catalogue().iter().map(|cause| cause.id);
    let close = ids.clone().map(|id| (distance(id, typed), id)).min();
    let close = close.filter(|(distance, id)| *distance * 3 <= id.len()).map(|(_, id)| id);
    close.or_else(|| ids.clone().find(|id| typed.len() > 2 && id.split('-').any(|word| word == typed)))
}

/// Insertions, deletions and replacements that turn `a` into `b`.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.chars().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.chars().count()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_find_their_cause() {
        for (typed, id) in [
            ("net-dsn", Some("net-dns")),
            ("sum-missmatch", Some("sum-mismatch")),
            ("oom", Some("oom-killed")),
            ("something-else", None),
        ] {
            assert_eq!(nearest(typed), id, "{typed}");
        }
    }
}
