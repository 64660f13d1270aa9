//! What `go mod download -json` and `-x` said: per module what came, from where, and why not
//! (`cmd/go/internal/modcmd/download.go`, type `ModuleJSON`).

use std::collections::HashMap;

use serde::Deserialize;

use crate::chain::{module_ref, url_in};
use crate::clean::clean;
use crate::dialect::{Event, event};
use crate::wrapper::unwrap;

/// What became of one module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Fetched in this run: `-x` shows a request for its zip.
    Downloaded,
    /// Was in the module cache: `-x` shows no request for it.
    Cached,
    /// It is there; without `-x` nothing tells since when.
    Present,
    /// It is not there.
    Failed,
}

/// One module of a `go mod download`.
#[derive(Debug, Clone, PartialEq)]
pub struct Download {
    /// Module path.
    pub path: String,
    /// Version.
    pub version: String,
    /// What became of it.
    pub state: State,
    /// The error, as Go prints it.
    pub error: Option<String>,
    /// The zip in the module cache, as named by Go.
    pub zip: Option<String>,
    /// Bytes of the zip, where known.
    pub size: Option<u64>,
    /// Seconds that its requests took, where `-x` shows them.
    pub seconds: Option<f64>,
    /// `h1:` of the zip.
    pub sum: Option<String>,
    /// `h1:` of go.mod.
    pub go_mod_sum: Option<String>,
}

/// One request of `-x`.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// What was asked for.
    pub url: String,
    /// The answer: `200 OK`.
    pub status: Option<String>,
    /// How long it took.
    pub seconds: Option<f64>,
}

/// Everything one run said.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Downloads {
    /// Modules in order of appearance.
    pub modules: Vec<Download>,
    /// Requests in order of appearance.
    pub requests: Vec<Request>,
}

/// Sums over a run.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Totals {
    /// Modules fetched, or there without a word since when.
    pub present: usize,
    /// Modules fetched in this run.
    pub downloaded: usize,
    /// Modules that were in the cache.
    pub cached: usize,
    /// Modules that failed.
    pub failed: usize,
    /// Bytes known.
    pub bytes: u64,
    /// Seconds known.
    pub seconds: f64,
}

impl Downloads {
    /// Sums over the run.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for module in &self.modules {
            match module.state {
                State::Downloaded => totals.downloaded += 1,
                State::Cached => totals.cached += 1,
                State::Present => totals.present += 1,
                State::Failed => totals.failed += 1,
            }
            totals.bytes += module.size.unwrap_or(0);
            totals.seconds += module.seconds.unwrap_or(0.0);
        }
        totals
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Module {
    #[serde(default)]
    path: String,
    #[serde(default)]
    version: String,
    error: Option<String>,
    zip: Option<String>,
    sum: Option<String>,
    go_mod_sum: Option<String>,
}

/// Reads the output of `go mod download`, also out of the middle of a build log.
#[must_use]
pub fn read(bytes: &[u8]) -> Downloads {
    let text = plain_text(bytes);
    let mut out = Downloads::default();
    let mut at = 0;
    while at < text.len() {
        let end = text[at..].find('\n').map_or(text.len(), |n| at + n + 1);
        let line = text[at..end].trim_end();
        if line.starts_with('{') {
            let mut stream = serde_json::Deserializer::from_str(&text[at..]).into_iter::<Module>();
            if let Some(Ok(module)) = stream.next()
                && !module.path.is_empty()
            {
                out.modules.push(from_json(module));
                at += stream.byte_offset().max(1);
                continue;
            }
        }
        other_line(line, &mut out);
        at = end;
    }
    attribute_requests(&mut out);
    out
}

/// The tool's own text: without a builder's prefixes, timestamps and terminal codes.
fn plain_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for line in bytes.split(|b| *b == b'\n') {
        let cleaned = clean(line);
        let unwrapped = unwrap(&cleaned);
        let line = String::from_utf8_lossy(unwrapped.text);
        match event(&line) {
            Some(Event::VertexOutput { text: output, .. }) => text.push_str(output),
            Some(_) => {}
            None => text.push_str(&line),
        }
        text.push('\n');
    }
    text
}

fn from_json(module: Module) -> Download {
    Download {
        state: if module.error.is_some() { State::Failed } else { State::Present },
        path: module.path,
        version: module.version,
        error: module.error,
        zip: module.zip,
        size: None,
        seconds: None,
        sum: module.sum,
        go_mod_sum: module.go_mod_sum,
    }
}

/// A line of `-x`, or an error of a run without `-json`.
fn other_line(line: &str, out: &mut Downloads) {
    if let Some(rest) = line.strip_prefix("# get ") {
        let Some(url) = url_in(rest) else { return };
        let answer = rest.get(url.whole.len()..).unwrap_or("").trim_start_matches(':').trim();
        if answer.is_empty() {
            out.requests.push(Request { url: url.whole.to_owned(), status: None, seconds: None });
            return;
        }
        let seconds = answer
            .rsplit_once(" (")
            .and_then(|(_, time)| time.trim_end_matches(')').strip_suffix('s'))
            .and_then(|time| time.parse().ok());
        let status = answer.rsplit_once(" (").map_or(answer, |(status, _)| status).to_owned();
        match out.requests.iter_mut().rev().find(|r| r.url == url.whole && r.status.is_none()) {
            Some(request) => (request.status, request.seconds) = (Some(status), seconds),
            None => out.requests.push(Request { url: url.whole.to_owned(), status: Some(status), seconds }),
        }
        return;
    }
    if let Some(message) = line.strip_prefix("go: ")
        && let Some(module) = module_ref(message)
        && message.starts_with(module.path)
        && message.contains(": ")
        && !out.modules.iter().any(|m| m.path == module.path && m.version == module.version)
    {
        out.modules.push(Download {
            path: module.path.to_owned(),
            version: module.version.to_owned(),
            state: State::Failed,
            error: Some(message.to_owned()),
            zip: None,
            size: None,
            seconds: None,
            sum: None,
            go_mod_sum: None,
        });
    }
}

/// Gives each module the time of its requests, and tells fetched from cached.
fn attribute_requests(out: &mut Downloads) {
    if out.requests.is_empty() {
        return;
    }
    let mut times: HashMap<(String, String), (f64, bool)> = HashMap::new();
    for request in &out.requests {
        let Some((path, file)) = request.url.split_once("/@v/") else { continue };
        let Some((version, kind)) = file.rsplit_once('.') else { continue };
        // The proxy's own path stands before the module's; the longest known module path at the end fits.
        let entry = times.entry((unescape(path), unescape(version))).or_default();
        entry.0 += request.seconds.unwrap_or(0.0);
        entry.1 |= kind == "zip";
    }
    for module in &mut out.modules {
        let found = times.iter().find(|((path, version), _)| {
            *version == module.version
                && (path.ends_with(&format!("/{}", module.path)) || *path == module.path)
        });
        if let Some((_, (seconds, zip))) = found {
            module.seconds = Some(*seconds);
            if module.state == State::Present && *zip {
                module.state = State::Downloaded;
            }
        }
        if module.state == State::Present {
            module.state = State::Cached;
        }
    }
}

/// `!acme` is `Acme` in a module proxy's URL (`golang.org/x/mod/module`, escaped paths).
fn unescape(text: &str) -> String {
    let text = text.replace("%21", "!");
    let mut out = String::with_capacity(text.len());
    let mut upper = false;
    for c in text.chars() {
        if c == '!' {
            upper = true;
        } else {
            out.push(if upper { c.to_ascii_uppercase() } else { c });
            upper = false;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_requests_are_joined() {
        let log = b"#9 0.10 # get https://proxy.golang.org/github.com/!acme/a/@v/v1.0.0.zip\n\
            #9 0.22 # get https://proxy.golang.org/github.com/!acme/a/@v/v1.0.0.zip: 200 OK (0.120s)\n\
            #9 0.30 {\n#9 0.30 \t\"Path\": \"github.com/Acme/a\",\n#9 0.30 \t\"Version\": \"v1.0.0\",\n#9 0.30 \t\"Sum\": \"h1:x=\"\n#9 0.30 }\n\
            #9 0.30 {\n#9 0.30 \t\"Path\": \"b.example/b\",\n#9 0.30 \t\"Version\": \"v2.0.0\",\n#9 0.30 \t\"Error\": \"b.example/b@v2.0.0: 404 Not Found\"\n#9 0.30 }\n\
            #9 0.30 {\"Path\": \"c.example/c\", \"Version\": \"v0.1.0\"}\n";
        let downloads = read(log);
        let short: Vec<_> = downloads.modules.iter().map(|m| (m.path.as_str(), m.state, m.seconds)).collect();
        assert_eq!(
            short,
            [
                ("github.com/Acme/a", State::Downloaded, Some(0.12)),
                ("b.example/b", State::Failed, None),
                ("c.example/c", State::Cached, None)
            ]
        );
        assert_eq!(downloads.totals().failed, 1);
    }
}
