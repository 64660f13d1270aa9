//! Answers the cases of `tests/reference ignore`: one JSON line in (`{"ignore": TEXT, "paths": [..]}`), one out
//! (`{"ignored": [..]}` or `{"error": ..}`). For comparison with moby's own matcher.

use std::collections::HashMap;
use std::io::{BufRead, Write};

use seaworthy_dockerfile::ignore::{DirState, IgnoreFile};

#[derive(serde::Deserialize)]
struct Case {
    ignore: String,
    paths: Vec<String>,
}

fn main() -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let case: Case = serde_json::from_str(&line?)?;
        let file = IgnoreFile::parse(&case.ignore);
        if let Some(error) = file.errors.first() {
            writeln!(out, "{}", serde_json::json!({ "error": error.to_string(), "ignored": null }))?;
            continue;
        }
        let mut paths = case.paths;
        paths.sort();
        let mut states: HashMap<String, DirState> = HashMap::new();
        let mut ignored = Vec::new();
        let mut failed = false;
        for path in &paths {
            let name = path.trim_end_matches('/');
            let parent = name.rfind('/').and_then(|at| states.get(&name[..at]));
            let (hit, state) = file.step(name, parent);
            failed |= state.failed.is_some();
            states.insert(name.to_owned(), state);
            if hit {
                ignored.push(path);
            }
        }
        let answer = if failed {
            serde_json::json!({ "error": "pattern" })
        } else {
            serde_json::json!({ "ignored": ignored })
        };
        writeln!(out, "{answer}")?;
    }
    out.flush()
}
