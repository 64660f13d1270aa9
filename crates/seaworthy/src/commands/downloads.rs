//! `seaworthy downloads`: what `go mod download -json` or `-x` said, as a table.

use crate::console::{Console, Stream};
use crate::fault::Fault;
use crate::inputs::{self, STDIN};
use crate::words::{self as w, io_reason, plain, with};
use buildlog::downloads::{Download, Downloads, State, read};
use finding::redact::redact;
use finding::{Format, Lang, Words, exit};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::io::{IsTerminal as _, Read as _};
use std::path::Path;
use unicode_width::UnicodeWidthStr as _;

/// More than any download prints; a bound for memory.
const LONGEST: u64 = 256 * 1024 * 1024;

/// One module with what we know beyond the log.
struct Row {
    module: Download,
    cause: Option<&'static str>,
}

/// Shows the table; gives the exit code.
pub(crate) fn execute(input: Option<&Path>, format: Format, console: Console) -> u8 {
    let shown = load(input).and_then(|downloads| {
        let rows = rows(downloads.modules.clone());
        let text = match format {
            Format::Json => to_json(&rows, &downloads),
            _ => to_text(&rows, console),
        };
        console.print(&text).map(|()| exit_code(&rows))
    });
    shown.unwrap_or_else(|fault| {
        console.complain(&fault);
        fault.exit_code()
    })
}

fn load(input: Option<&Path>) -> Result<Downloads, Fault> {
    let path = input.unwrap_or(Path::new(STDIN));
    let what = if path.as_os_str() == STDIN { w::STDIN.clone() } else { plain(path.display()) };
    if input.is_none() && std::io::stdin().is_terminal() {
        let error = with(&w::MISSING_ARGUMENT, &[plain("[FILE]")]);
        return Err(Fault::usage(error, Some(w::PIPE_DOWNLOADS.clone())));
    }
    let mut bytes = Vec::new();
    let read_all = inputs::open(path)?.take(LONGEST).read_to_end(&mut bytes);
    read_all.map_err(|error| Fault::Read { what: what.clone(), reason: io_reason(&error) })?;
    let mut downloads = read(&bytes);
    if downloads.modules.is_empty() {
        return Err(Fault::NothingFound(with(&w::NO_DOWNLOADS, &[what])));
    }
    for module in &mut downloads.modules {
        // Go names the zip in the module cache; where that is this machine's, its size is known.
        module.size = module.size.or_else(|| fs::metadata(module.zip.as_ref()?).ok().map(|file| file.len()));
        module.error = module.error.take().map(|error| redact(&error).into_owned());
    }
    Ok(downloads)
}

fn rows(modules: Vec<Download>) -> Vec<Row> {
    modules.into_iter().map(|module| Row { cause: module.error.as_deref().and_then(cause), module }).collect()
}

/// Why a module failed, by what the whole catalogue makes of its error.
fn cause(error: &str) -> Option<&'static str> {
    let log = buildlog::read(format!("go: {error}\n").as_bytes()).ok()?;
    causes::diagnose(STDIN, &log, None).first()?.findings.first().map(|finding| finding.cause)
}

fn exit_code(rows: &[Row]) -> u8 {
    let mut failed = rows.iter().filter(|row| row.module.state == State::Failed).peekable();
    if failed.peek().is_none() {
        exit::OK
    } else if failed.all(|row| row.cause.is_some()) {
        exit::FOUND
    } else {
        exit::UNEXPLAINED
    }
}

fn state_name(state: State) -> &'static str {
    match state {
        State::Downloaded => "downloaded",
        State::Cached => "cached",
        State::Present => "present",
        State::Failed => "failed",
    }
}

fn state_words(state: State) -> &'static Words {
    match state {
        State::Downloaded => &w::DOWNLOADED,
        State::Cached => &w::CACHED,
        State::Present => &w::PRESENT,
        State::Failed => &w::FAILED,
    }
}

fn to_json(rows: &[Row], downloads: &Downloads) -> String {
    let modules = rows.iter().map(|Row { module, cause }| {
        json!({
            "path": module.path, "version": module.version, "state": state_name(module.state),
            "size": module.size, "seconds": module.seconds, "sum": module.sum, "go_mod_sum": module.go_mod_sum,
            "error": module.error, "cause": cause,
        })
    });
    let totals = downloads.totals();
    let value = json!({
        "schema": "seaworthy.downloads/1",
        "modules": modules.collect::<Vec<_>>(),
        "totals": {
            "modules": rows.len(), "downloaded": totals.downloaded, "cached": totals.cached,
            "present": totals.present, "failed": totals.failed, "bytes": totals.bytes,
            "seconds": rounded(totals.seconds),
        },
    });
    format!("{value:#}\n")
}

/// Sums of decimal fractions end in noise.
fn rounded(seconds: f64) -> f64 {
    (seconds * 1e6).round() / 1e6
}

fn to_text(rows: &[Row], console: Console) -> String {
    let lang = console.lang;
    let width = console.render_options(Some(Stream::Out)).width;
    let mut table = vec![
        [&w::MODULE, &w::MODULE_VERSION, &w::STATE, &w::SIZE, &w::TIME, &w::CAUSE_COLUMN, &w::SUM]
            .map(|words| words.get(lang).to_owned()),
    ];
    for Row { module, cause } in rows {
        let seconds = module.seconds.map(|seconds| format!("{seconds:.3} s"));
        let optional = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        table.push([
            module.path.clone(),
            module.version.clone(),
            state_words(module.state).get(lang).to_owned(),
            optional(module.size.map(bytes)),
            optional(seconds),
            optional(cause.map(str::to_owned)),
            optional(module.sum.clone()),
        ]);
    }
    layout(&table, width) + &failures(rows) + &totals(rows, lang)
}

/// Sizes and times stand on the right of their columns. Sums come last: a narrow terminal cuts nothing else.
fn layout(table: &[[String; 7]], width: Option<usize>) -> String {
    let widths: Vec<usize> =
        (0..7).map(|column| table.iter().map(|row| row[column].width()).max().unwrap_or(0)).collect();
    // A column that says nothing is left out.
    let silent = |column: usize| column > 2 && table.iter().skip(1).all(|row| row[column] == "-");
    let columns: Vec<usize> = (0..7).filter(|column| !silent(*column)).collect();
    let mut out = String::new();
    for row in table {
        let mut line = String::new();
        for &column in &columns {
            let pad = " ".repeat(widths[column] - row[column].width());
            let right = column == 3 || column == 4;
            line += &if right { pad + &row[column] } else { row[column].clone() + &pad };
            line += "  ";
        }
        let line = line.trim_end();
        out += &match width {
            Some(width) if line.width() > width => cut(line, width),
            _ => line.to_owned(),
        };
        out.push('\n');
    }
    out
}

fn cut(line: &str, width: usize) -> String {
    let mut kept = String::new();
    for c in line.chars() {
        if kept.width() + 2 > width {
            break;
        }
        kept.push(c);
    }
    kept + "…"
}

/// The errors, each once with all the modules that had it.
fn failures(rows: &[Row]) -> String {
    let mut by_error: BTreeMap<(Option<&str>, String), Vec<String>> = BTreeMap::new();
    for Row { module, cause } in rows {
        if let Some(error) = &module.error {
            let name = format!("{}@{}", module.path, module.version);
            // What differs from module to module is its own name.
            let kind = error.replace(&module.path, "…").replace(&module.version, "…");
            by_error.entry((*cause, kind)).or_insert_with(|| vec![error.clone()]).push(name);
        }
    }
    let mut out = String::new();
    for ((cause, _), texts) in &by_error {
        let [error, names @ ..] = texts.as_slice() else { continue };
        let cause = cause.map(|cause| format!("[{cause}] ")).unwrap_or_default();
        out += &format!("\n{cause}{}", error.trim_end().replace('\n', "\n  "));
        if names.len() > 1 {
            out += &format!("\n  × {}", names.len());
        }
    }
    if out.is_empty() { out } else { out + "\n" }
}

fn totals(rows: &[Row], lang: Lang) -> String {
    let count = |state| rows.iter().filter(|row| row.module.state == state).count();
    let states = [State::Downloaded, State::Cached, State::Present, State::Failed];
    let counts = states
        .into_iter()
        .filter(|state| count(*state) > 0)
        .map(|state| w::COUNT.fill(lang, &[&count(state).to_string(), state_words(state).get(lang)]));
    let mut parts: Vec<String> = counts.collect();
    let size: u64 = rows.iter().filter_map(|row| row.module.size).sum();
    if size > 0 {
        parts.push(bytes(size));
    }
    let seconds: f64 = rows.iter().filter_map(|row| row.module.seconds).sum();
    if seconds > 0.0 {
        parts.push(format!("{seconds:.3} s"));
    }
    let parts = parts.join(w::LIST_COMMA.get(lang));
    format!("\n{}\n", w::TOTALS.fill(lang, &[&rows.len().to_string(), &parts]))
}

/// A size for people, with decimal prefixes as docker prints them.
pub(super) fn bytes(count: u64) -> String {
    let (mut value, mut unit) = (count as f64, "B");
    for larger in ["kB", "MB", "GB"] {
        if value < 999.5 {
            break;
        }
        (value, unit) = (value / 1000.0, larger);
    }
    if unit == "B" { format!("{count} B") } else { format!("{value:.1} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (count, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (12_345, "12.3 kB"),
            (999_999, "1.0 MB"),
            (3 << 30, "3.2 GB"),
        ] {
            assert_eq!(bytes(count), text);
        }
    }
}
