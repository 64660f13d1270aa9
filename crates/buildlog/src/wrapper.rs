//! What CI systems and log collectors put in front of a line.

/// A line with everything removed that a wrapper put in front of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unwrapped<'a> {
    /// The rest of the line.
    pub text: &'a [u8],
    /// The job the wrapper names (`gh run view --log` prints one on every line).
    pub job: Option<&'a [u8]>,
    /// The wrapper marks the line as an error (`##[error]`, `::error::`).
    pub error: bool,
    /// The wrapper marks the line as its own bookkeeping (`##[group]`, `[command]`).
    pub noise: bool,
}

/// Removes timestamps, job names, stream names and annotations, however they are nested.
#[must_use]
pub fn unwrap(line: &[u8]) -> Unwrapped<'_> {
    let mut out = Unwrapped { text: line, job: None, error: false, noise: false };
    for _ in 0..6 {
        let before = out.text.len();
        peel(&mut out);
        if out.text.len() == before {
            break;
        }
    }
    out
}

fn peel<'a>(out: &mut Unwrapped<'a>) {
    let text = out.text;
    let Some(&first) = text.first() else { return };
    match first {
        b'0'..=b'9' => {
            if let Some(rest) = iso_timestamp(text).or_else(|| slash_timestamp(text)).or_else(|| clock(text))
            {
                out.text = rest;
            }
        }
        b'[' => peel_bracket(out),
        b'#' => {
            for (mark, error) in [
                (&b"##[error]"[..], true),
                (b"##[warning]", false),
                (b"##[command]", false),
                (b"##[group]", false),
                (b"##[section]", false),
                (b"##[debug]", false),
                (b"##[endgroup]", false),
            ] {
                if let Some(rest) = text.strip_prefix(mark) {
                    out.text = rest;
                    out.error |= error;
                    out.noise |= !error;
                    return;
                }
            }
        }
        b':' => {
            if let Some(rest) = text.strip_prefix(b"::error")
                && let Some(at) = find(rest, b"::")
            {
                out.text = &rest[at + 2..];
                out.error = true;
            } else if let Some(rest) = text.strip_prefix(b"::group::") {
                out.text = rest;
                out.noise = true;
            }
        }
        b'S' => {
            // Cloud Build: `Step #0: `, `Step #2 - "build": `
            if let Some(rest) = text.strip_prefix(b"Step #")
                && let Some(at) = find(&rest[..rest.len().min(80)], b": ")
                && rest[0].is_ascii_digit()
            {
                out.text = &rest[at + 2..];
            }
        }
        b's' => {
            // GitLab's section markers stand before a carriage return; without it they are alone on the line.
            if (text.starts_with(b"section_start:") || text.starts_with(b"section_end:"))
                && !text.contains(&b' ')
            {
                out.noise = true;
            } else {
                peel_word(out);
            }
        }
        b'>' => {
            for quote in [&b">> "[..], b">>> "] {
                if let Some(rest) = text.strip_prefix(quote) {
                    out.text = rest;
                }
            }
        }
        0xe2 => {
            for bar in ["┃ ", "│ ", "❯ ", "▕ ", "┃", "│"] {
                if let Some(rest) = text.strip_prefix(bar.as_bytes()) {
                    out.text = rest;
                    return;
                }
            }
        }
        0xef => {
            if let Some(rest) = text.strip_prefix("\u{feff}".as_bytes()) {
                out.text = rest;
            }
        }
        b'a'..=b'z' | b'A'..=b'Z' => peel_word(out),
        _ => {}
    }
}

/// `job<TAB>step<TAB>2023-...Z text` and `service-1  | text`.
fn peel_word<'a>(out: &mut Unwrapped<'a>) {
    let text = out.text;
    let head = &text[..text.len().min(200)];
    if let Some(tab) = memchr::memchr(b'\t', head)
        && let Some(second) = memchr::memchr(b'\t', &head[tab + 1..])
    {
        let rest = &text[tab + second + 2..];
        let rest = rest.strip_prefix("\u{feff}".as_bytes()).unwrap_or(rest);
        if iso_timestamp(rest).is_some() {
            out.job = Some(&text[..tab]);
            out.text = rest;
            return;
        }
    }
    let word = head.iter().take_while(|b| is_name(**b)).count();
    let blanks = head[word..].iter().take_while(|b| **b == b' ').count();
    if word > 0 && (1..60).contains(&blanks) && head[word + blanks..].starts_with(b"| ") {
        out.text = &text[word + blanks + 2..];
    } else if word > 0 && (1..60).contains(&blanks) && text[word + blanks..] == *b"|" {
        out.text = &[];
    }
}

/// `[2023-04-14T08:11:52Z] `, `[08:11:52] `, `[builder] `, `[pod/x/y] `, `[build : push] `, `[command]`.
fn peel_bracket(out: &mut Unwrapped<'_>) {
    let text = out.text;
    if let Some(rest) = text.strip_prefix(b"[command]") {
        out.text = rest;
        out.noise = true;
        return;
    }
    let Some(close) = memchr::memchr(b']', &text[..text.len().min(120)]) else { return };
    let inside = &text[1..close];
    let rest = &text[close + 1..];
    let Some(rest) = rest.strip_prefix(b" ").or_else(|| rest.is_empty().then_some(rest)) else { return };
    let is_time = iso_timestamp_end(inside) == Some(inside.len()) || clock_end(inside) == Some(inside.len());
    let is_label = inside.first().is_some_and(u8::is_ascii_lowercase)
        && inside.iter().all(|b| is_name(*b) || matches!(b, b'/' | b':' | b' '))
        && (!inside.contains(&b' ') || find(inside, b" : ").is_some())
        && !matches!(inside, b"internal" | b"auth" | b"error" | b"warning" | b"context")
        && !rest.is_empty();
    // `[   15s] ` of the openSUSE build service.
    let is_age = inside.strip_suffix(b"s").is_some_and(|n| {
        let n = n.trim_ascii();
        !n.is_empty() && n.iter().all(u8::is_ascii_digit)
    });
    if is_time || is_label || is_age {
        out.text = rest;
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(haystack, needle)
}

/// RFC 3339 timestamp at the start, then a blank (and a stream name, where a container runtime or GitLab adds one).
fn iso_timestamp(text: &[u8]) -> Option<&[u8]> {
    let end = iso_timestamp_end(text)?;
    let rest = &text[end..];
    let rest =
        rest.strip_prefix(b" ").or_else(|| rest.strip_prefix(b"\t")).or(rest.is_empty().then_some(rest))?;
    for stream in [&b"stdout F "[..], b"stderr F ", b"stdout P ", b"stderr P "] {
        if let Some(rest) = rest.strip_prefix(stream) {
            return Some(rest);
        }
    }
    // GitLab runner 17: `2024-..Z 01O text`, `... 01E+text`
    if rest.len() >= 4
        && rest[..2].iter().all(u8::is_ascii_digit)
        && matches!(rest[2], b'O' | b'E')
        && matches!(rest[3], b' ' | b'+')
    {
        return Some(&rest[4..]);
    }
    Some(rest)
}

fn iso_timestamp_end(text: &[u8]) -> Option<usize> {
    let shape = b"dddd-dd-ddTdd:dd:dd";
    if text.len() < shape.len()
        || !shape.iter().zip(text).all(|(s, b)| match s {
            b'd' => b.is_ascii_digit(),
            b'T' => matches!(b, b'T' | b' '),
            other => other == b,
        })
    {
        return None;
    }
    let mut end = shape.len();
    if matches!(text.get(end), Some(b'.' | b',')) {
        end += 1 + text[end + 1..].iter().take_while(|b| b.is_ascii_digit()).count();
    }
    match text.get(end) {
        Some(b'Z') => end += 1,
        Some(b'+' | b'-') if text.len() >= end + 5 => {
            let zone = text[end + 1..].iter().take_while(|b| b.is_ascii_digit() || **b == b':').count();
            end += 1 + zone;
        }
        _ => {}
    }
    Some(end)
}

/// Go's log package: `2022/09/14 16:22:13 text`.
fn slash_timestamp(text: &[u8]) -> Option<&[u8]> {
    let shape = b"dddd/dd/dd dd:dd:dd ";
    let fits = text.len() >= shape.len()
        && shape.iter().zip(text).all(|(s, b)| if *s == b'd' { b.is_ascii_digit() } else { s == b });
    fits.then(|| &text[shape.len()..])
}

/// `15:08:21 text` (Jenkins' timestamper, Buildkite).
fn clock(text: &[u8]) -> Option<&[u8]> {
    let rest = &text[clock_end(text)?..];
    let rest = rest.strip_prefix(b" ")?;
    Some(rest.strip_prefix(b" ").unwrap_or(rest))
}

fn clock_end(text: &[u8]) -> Option<usize> {
    let shape = b"dd:dd:dd";
    if text.len() < shape.len()
        || !shape.iter().zip(text).all(|(s, b)| if *s == b'd' { b.is_ascii_digit() } else { s == b })
    {
        return None;
    }
    let mut end = shape.len();
    if matches!(text.get(end), Some(b'.' | b',')) {
        end += 1 + text[end + 1..].iter().take_while(|b| b.is_ascii_digit()).count();
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_peeled_however_nested() {
        for (given, wanted) in [
            ("2023-02-02T08:26:31.0393772Z go: downloading x", "go: downloading x"),
            ("2023-02-02T08:26:31.03Z ##[error]Process completed", "Process completed"),
            ("2024-05-01T10:00:00.1Z 01O go: x", "go: x"),
            ("2024-05-01T10:00:00.123456789Z stdout F #12 0.5 x", "#12 0.5 x"),
            ("build\tRun docker\t2023-02-02T08:26:31.1Z #9 DONE 0.1s", "#9 DONE 0.1s"),
            ("15:08:21 ERROR: failed to solve: x", "ERROR: failed to solve: x"),
            ("[2024-05-01T10:00:00.123Z] Step 1/2 : FROM x", "Step 1/2 : FROM x"),
            ("Step #0: Step 7/11 : RUN go mod download", "Step 7/11 : RUN go mod download"),
            ("Step #1 - \"build\": #5 DONE", "#5 DONE"),
            ("[builder] go: finding x", "go: finding x"),
            ("[build-image : build] STEP 2/3: RUN x", "STEP 2/3: RUN x"),
            ("web-1  | panic: x", "panic: x"),
            ("2022/09/14 16:22:13 [INFO] x", "[INFO] x"),
            ("[1/2] STEP 5/6: RUN x", "[1/2] STEP 5/6: RUN x"),
            ("[stage-1 2/3] RUN x", "[stage-1 2/3] RUN x"),
            ("[ERROR]\tx", "[ERROR]\tx"),
            ("  10 | COPY . .", "  10 | COPY . ."),
            ("┃ go: x", "go: x"),
            ("main.go:3:2: x", "main.go:3:2: x"),
        ] {
            assert_eq!(String::from_utf8_lossy(unwrap(given.as_bytes()).text), wanted, "{given:?}");
        }
    }
}
