//! From a step's header, as builders print it, back to the instruction.

use crate::expand::Lex;
use crate::instruction::{Dockerfile, Instruction, Keyword};
use crate::scope::{BuildArgs, Scope};

impl Dockerfile {
    /// The instruction a step header speaks of: `RUN go mod download`, `[build 3/7] COPY . .`, with blanks collapsed,
    /// cut off with `...`, variables expanded or not. Of several that fit equally well, the first.
    #[must_use]
    pub fn find_instruction(&self, header: &str) -> Option<&Instruction> {
        let (stage, header) = strip_prefix(header);
        self.find_in_stage(stage, header)
    }

    /// As [`Dockerfile::find_instruction`], preferring the stage of that name or number.
    #[must_use]
    pub fn find_in_stage(&self, stage: Option<&str>, header: &str) -> Option<&Instruction> {
        let wanted = Wanted::new(header)?;
        let scopes = self.scopes(&BuildArgs::new(), &|_| None);
        let inside = |i: &Instruction| match (stage, i.stage.and_then(|s| self.stages.get(s))) {
            (Some(name), Some(stage)) => {
                let name = name.to_lowercase();
                stage.name.as_deref() == Some(&name) || name == format!("stage-{}", stage.index)
            }
            _ => false,
        };
        self.instructions
            .iter()
            .zip(&scopes)
            .filter_map(|(i, scope)| Some((i, wanted.fits(self, i, scope)?)))
            .max_by_key(|(i, fit)| (*fit, inside(i), std::cmp::Reverse(i.first_line)))
            .map(|(i, _)| i)
    }
}

/// How well a header fits, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// The same apart from variables.
    Shape,
    /// The beginning is the same; the rest was cut off.
    Start,
    /// The same.
    Whole,
}

struct Wanted {
    keyword: Keyword,
    text: String,
    cut: bool,
}

impl Wanted {
    fn new(header: &str) -> Option<Self> {
        let text = collapse(header);
        let (text, cut) = match text.strip_suffix("...").or_else(|| text.strip_suffix('…')) {
            Some(text) => (text.trim_end().to_owned(), true),
            None => (text, false),
        };
        let text = match text.strip_prefix("ONBUILD ") {
            Some(rest) if Keyword::parse(rest.split(' ').next().unwrap_or("")) != Keyword::Unknown => {
                rest.to_owned()
            }
            _ => text,
        };
        let (keyword, rest) = text.split_once(' ').unwrap_or((&text, ""));
        let keyword = Keyword::parse(keyword);
        (keyword != Keyword::Unknown).then(|| Self { keyword, text: rest.to_owned(), cut })
    }

    fn fits(&self, file: &Dockerfile, i: &Instruction, scope: &Scope) -> Option<Fit> {
        if i.keyword != self.keyword {
            return None;
        }
        let after_keyword =
            i.line.text.trim_start().split_once(|c: char| c.is_whitespace()).map_or("", |(_, rest)| rest);
        let mut candidates = vec![collapse(after_keyword), collapse(&i.rest.text)];
        if let Some(heredoc) = i.heredocs.first() {
            // BuildKit: `RUN <<EOF (first line...)`.
            let body = file.slice(heredoc.body).trim();
            let first = body.lines().next().unwrap_or("");
            let more = if body.lines().nth(1).is_some() { "..." } else { "" };
            for base in [candidates[0].clone(), candidates[1].clone()] {
                candidates.push(collapse(&format!("{base} ({first}{more})")));
            }
        }
        let lex = Lex { raw_quotes: true, raw_escapes: true, skip_unset: true, ..Lex::new(file.escape) };
        let plain = Lex { skip_unset: true, ..Lex::new(file.escape) };
        for text in candidates.clone() {
            for lex in [&lex, &plain] {
                if let Ok(expansion) = lex.word(&text, scope) {
                    candidates.push(collapse(&expansion.text));
                }
            }
        }
        candidates.iter().filter_map(|c| self.fit(c)).max()
    }

    fn fit(&self, candidate: &str) -> Option<Fit> {
        if candidate == self.text {
            return Some(Fit::Whole);
        }
        if self.cut && candidate.starts_with(&self.text) {
            return Some(Fit::Start);
        }
        if !candidate.contains('$') {
            return None;
        }
        shape_fits(candidate, &self.text, self.cut).then_some(Fit::Shape)
    }
}

/// `[linux/amd64 build 3/7] RUN x`, `Step 3/7 : RUN x`, `STEP 3/7: RUN x`: the stage, when it is named, and the rest.
fn strip_prefix(header: &str) -> (Option<&str>, &str) {
    let header = header.trim();
    if let Some(inner) = header.strip_prefix('[')
        && let Some((label, rest)) = inner.split_once(']')
    {
        let stage = label.split_whitespace().rev().nth(1).filter(|s| !s.contains('/'));
        return (stage, rest.trim());
    }
    for prefix in ["Step ", "STEP "] {
        if let Some(rest) = header.strip_prefix(prefix)
            && let Some((number, rest)) = rest.split_once(':')
            && number.trim().bytes().all(|b| b.is_ascii_digit() || b == b'/')
        {
            return (None, rest.trim());
        }
    }
    (None, header)
}

fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Compare with every `$x` and `${x...}` of `pattern` standing for any text.
fn shape_fits(pattern: &str, text: &str, cut: bool) -> bool {
    let mut literals = Vec::new();
    let mut rest = pattern;
    while let Some(at) = rest.find('$') {
        literals.push(&rest[..at]);
        let tail = &rest[at + 1..];
        let len = match tail.strip_prefix('{') {
            Some(inner) => inner.find('}').map_or(tail.len(), |end| end + 2),
            None => tail.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(tail.len()),
        };
        rest = &tail[len..];
    }
    literals.push(rest);
    let Some(mut tail) = text.strip_prefix(literals[0]) else { return cut && literals[0].starts_with(text) };
    if literals.iter().all(|l| l.trim().is_empty()) {
        return false;
    }
    let last = literals.len() - 1;
    for (i, literal) in literals.iter().enumerate().skip(1) {
        if i == last && !cut {
            return tail.ends_with(literal);
        }
        match tail.find(literal) {
            Some(at) => tail = &tail[at + literal.len()..],
            None => return cut,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "ARG GO=1.26\n\
        FROM golang:${GO} AS build\n\
        ARG VERSION=dev\n\
        WORKDIR /src\n\
        COPY go.mod go.sum ./\n\
        RUN --mount=type=cache,target=/go/pkg/mod \\\n    # fetch\n    go mod   download\n\
        COPY . .\n\
        RUN go build -ldflags \"-X main.version=${VERSION}\" \\\n    -o /app ./cmd/server\n\
        RUN <<EOF\nset -e\ngo vet ./...\nEOF\n\
        FROM scratch\n\
        COPY . .\n\
        COPY --from=build /app /app\n";

    fn line(header: &str) -> Option<(u32, u32)> {
        Dockerfile::parse(FILE).find_instruction(header).map(|i| (i.first_line, i.last_line))
    }

    #[test]
    fn headers_of_all_builders() {
        let table = [
            ("RUN go mod download", (6, 8)),
            ("RUN --mount=type=cache,target=/go/pkg/mod     go mod   download", (6, 8)),
            ("[build 4/7] RUN --mount=type=cache,target=/go/pkg/mod go mod download", (6, 8)),
            ("Step 6/12 : RUN go mod   download", (6, 8)),
            ("STEP 6/12: COPY go.mod go.sum ./", (5, 5)),
            ("[build 6/7] RUN go build -ldflags \"-X main.version=dev\" -o /app ./cmd/server", (10, 11)),
            ("RUN go build -ldflags \"-X main.version=1.2.3\" -o /app ./cmd/server", (10, 11)),
            ("RUN go build -ldflags \"-X main.version=1.2.3\" -o /a...", (10, 11)),
            ("RUN go build -ldfl...", (10, 11)),
            ("RUN <<EOF (set -e...)", (12, 15)),
            ("[build 5/7] COPY . .", (9, 9)),
            ("[stage-1 1/2] COPY . .", (17, 17)),
            ("FROM golang:1.26 AS build", (2, 2)),
            ("FROM golang:1.25 AS build", (2, 2)),
        ];
        for (header, want) in table {
            assert_eq!(line(header), Some(want), "{header}");
        }
        assert_eq!(line("RUN go test ./..."), None);
        assert_eq!(line("exporting to image"), None);
    }
}
