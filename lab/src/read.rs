//! As much reading of logs as recording them needs: is the decisive line there, and which step failed? Deliberately
//! simple and apart from the product's own parser, which it checks.

use crate::Dialect;

/// The log as text: ANSI codes gone; for rawjson, the output of the steps and their errors.
pub fn plain(dialect: Dialect, log: &[u8]) -> String {
    let text = String::from_utf8_lossy(log);
    if dialect == Dialect::Go {
        return without_ansi(&text.lines().map(|line| from_json(line) + "\n").collect::<String>());
    }
    if dialect != Dialect::Rawjson {
        return without_ansi(&text);
    }
    let mut out = String::new();
    for line in text.lines() {
        let Ok(value) = serde_json::from_str::<serde_json::Value>(line) else {
            out.push_str(line);
            out.push('\n');
            continue;
        };
        for log in value["logs"].as_array().into_iter().flatten() {
            out.push_str(&String::from_utf8_lossy(&decoded(log["data"].as_str().unwrap_or_default())));
        }
        for vertex in value["vertexes"].as_array().into_iter().flatten() {
            if let Some(error) = vertex["error"].as_str() {
                out.push_str(error);
                out.push('\n');
            }
        }
    }
    without_ansi(&out)
}

/// What a line of `go build -json` or `go test -json` says; other lines as they are.
fn from_json(line: &str) -> String {
    let value: Option<serde_json::Value> = serde_json::from_str(line).ok();
    let output = value.as_ref().and_then(|v| v["Output"].as_str());
    output.map_or_else(|| line.to_owned(), |text| text.trim_end_matches('\n').to_owned())
}

fn without_ansi(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\u{1b}' {
            out.push(c);
            continue;
        }
        if chars.next_if_eq(&'[').is_some() {
            for c in chars.by_ref() {
                if ('@'..='~').contains(&c) {
                    break;
                }
            }
        }
    }
    out
}

fn decoded(base64: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for c in base64.bytes() {
        let digit = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = (bits << 6) | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    out
}

/// The failing step as the builder numbers it, `4/7`, where the log names one.
pub fn failing_step(dialect: Dialect, log: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(log);
    match dialect {
        Dialect::Classic | Dialect::Compose => last_step(&text, "Step "),
        Dialect::Buildah => last_step(&text, "STEP "),
        Dialect::EngineBuildkit | Dialect::Buildkit | Dialect::Bake => {
            let failed = text.lines().find_map(|line| {
                let (id, rest) = line.strip_prefix('#')?.split_once(' ')?;
                (rest.starts_with("ERROR") && !rest.contains("context canceled")).then(|| format!("#{id} ["))
            })?;
            text.lines().find_map(|line| bracket(line.strip_prefix(failed.as_str())?))
        }
        Dialect::Rawjson => text.lines().find_map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).ok()?;
            value["vertexes"].as_array()?.iter().find_map(|vertex| {
                let error = vertex["error"].as_str().filter(|e| !e.contains("context canceled"))?;
                let name = vertex["name"].as_str().filter(|_| !error.is_empty())?;
                bracket(name.strip_prefix('[')?)
            })
        }),
        Dialect::Tty => without_ansi(&text)
            .lines()
            .find_map(|line| bracket(line.split_once("=> ERROR [")?.1))
            .filter(|step| step.contains('/')),
        Dialect::Go | Dialect::Dockerbuild => None,
    }
}

/// `8/15` of the last line that begins with `Step 8/15 :`.
fn last_step(text: &str, word: &str) -> Option<String> {
    let text = without_ansi(text);
    text.lines()
        .rev()
        .find_map(|line| {
            let line = match line.split_once("] ") {
                Some((stage, rest)) if stage.starts_with('[') => rest,
                _ => line,
            };
            let step = line.strip_prefix(word)?.split([' ', ':']).next()?;
            number(step)
        })
        .map(str::to_owned)
}

/// `4/7` of `builder 4/7] RUN ...`.
fn bracket(name: &str) -> Option<String> {
    let inside = name.split(']').next()?;
    number(inside.rsplit(' ').next()?).map(str::to_owned)
}

fn number(step: &str) -> Option<&str> {
    let (n, of) = step.split_once('/')?;
    (n.parse::<u32>().is_ok() && of.parse::<u32>().is_ok()).then_some(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_failing_step_is_read_in_every_form() {
        let plain = b"#5 [builder 2/4] RUN true\n#5 DONE 0.1s\n\n#6 [builder 3/4] RUN false\n#6 ERROR: exit code: 1\n";
        assert_eq!(failing_step(Dialect::Buildkit, plain).as_deref(), Some("3/4"));
        let classic = b"Step 1/3 : FROM x\n ---> 1\nStep 2/3 : RUN false\n ---> Running in 1\n";
        assert_eq!(failing_step(Dialect::Classic, classic).as_deref(), Some("2/3"));
        let staged = b"[1/2] STEP 1/4: FROM x AS b\n[1/2] STEP 2/4: RUN false\n";
        assert_eq!(failing_step(Dialect::Buildah, staged).as_deref(), Some("2/4"));
        assert_eq!(
            failing_step(Dialect::Buildah, b"STEP 1/2: FROM x\nSTEP 2/2: RUN false\n").as_deref(),
            Some("2/2")
        );
        assert_eq!(failing_step(Dialect::Go, b"go: oops\n"), None);
    }

    #[test]
    fn base64_is_decoded() {
        assert_eq!(decoded("Z286IG9vcHMK"), b"go: oops\n");
    }
}
