//! The part of YAML that Compose files and CI definitions are written in, with lines: block maps and lists, flow
//! lists and maps on one line, quoted and plain scalars, block scalars. Anchors, tags and merge keys are passed over.

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Yaml {
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

/// A value and its 1-based line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) line: u32,
    pub(crate) value: Yaml,
}

impl Node {
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Yaml::Map(pairs) => pairs.iter().find(|(k, _)| k == key).map(|(_, v)| v),
            _ => None,
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Yaml::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn pairs(&self) -> &[(String, Self)] {
        match &self.value {
            Yaml::Map(pairs) => pairs,
            _ => &[],
        }
    }

    pub(crate) fn items(&self) -> &[Self] {
        match &self.value {
            Yaml::List(items) => items,
            _ => &[],
        }
    }
}

struct Line<'a> {
    indent: usize,
    text: &'a str,
    number: u32,
}

/// Parse a document; of several, the first. What cannot be read is left out.
pub(crate) fn parse(text: &str) -> Node {
    let mut lines = Vec::new();
    for (i, raw) in text.lines().enumerate() {
        if raw.trim_end() == "---" && lines.iter().any(|l: &Line<'_>| !l.text.is_empty()) {
            break;
        }
        let indent = raw.len() - raw.trim_start_matches(' ').len();
        lines.push(Line { indent, text: raw.trim(), number: u32::try_from(i + 1).unwrap_or(u32::MAX) });
    }
    let mut p = Parser { lines, at: 0 };
    p.block(0, 0)
}

struct Parser<'a> {
    lines: Vec<Line<'a>>,
    at: usize,
}

impl Parser<'_> {
    fn skip_empty(&mut self) {
        while let Some(line) = self.lines.get(self.at) {
            if line.text.is_empty()
                || line.text.starts_with('#')
                || line.text == "---"
                || line.text.starts_with('%')
            {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// The block whose lines are indented by at least `min`.
    fn block(&mut self, min: usize, depth: u32) -> Node {
        self.skip_empty();
        let Some(first) = self.lines.get(self.at).filter(|l| l.indent >= min) else {
            let line = self.lines.get(self.at).map_or(0, |l| l.number);
            return Node { line, value: Yaml::Text(String::new()) };
        };
        let (indent, line) = (first.indent, first.number);
        if depth > 60 {
            self.at = self.lines.len();
            return Node { line, value: Yaml::Text(String::new()) };
        }
        let value = if is_item(first.text) { self.list(indent, depth) } else { self.map(indent, depth) };
        Node { line, value }
    }

    fn list(&mut self, indent: usize, depth: u32) -> Yaml {
        let mut items = Vec::new();
        loop {
            self.skip_empty();
            let Some(line) = self.lines.get_mut(self.at).filter(|l| l.indent == indent && is_item(l.text))
            else {
                break;
            };
            let rest = line.text[1..].trim_start();
            let number = line.number;
            if rest.is_empty() || rest.starts_with('#') {
                self.at += 1;
                items.push(self.block(indent + 1, depth + 1));
            } else if split_key(rest).is_some() || is_item(rest) {
                // The item's own block begins behind the dash.
                line.indent += line.text.len() - rest.len();
                line.text = rest;
                items.push(self.block(indent + 1, depth + 1));
            } else {
                let rest = rest.to_owned();
                self.at += 1;
                items.push(Node { line: number, value: self.scalar(&rest, indent) });
            }
        }
        Yaml::List(items)
    }

    fn map(&mut self, indent: usize, depth: u32) -> Yaml {
        let mut pairs = Vec::new();
        loop {
            self.skip_empty();
            let Some(line) = self.lines.get(self.at).filter(|l| l.indent == indent) else { break };
            let number = line.number;
            let Some((key, rest)) = split_key(line.text) else {
                self.at += 1;
                continue;
            };
            let (key, rest) = (key.to_owned(), strip_anchor(rest).to_owned());
            self.at += 1;
            let node = if rest.is_empty() || rest.starts_with('#') {
                self.skip_empty();
                // A list may stand at the key's own indentation.
                let same = self.lines.get(self.at).is_some_and(|l| l.indent == indent && is_item(l.text));
                let mut node = self.block(if same { indent } else { indent + 1 }, depth + 1);
                if node.value == Yaml::Text(String::new()) {
                    node.line = number;
                }
                node
            } else {
                Node { line: number, value: self.scalar(&rest, indent) }
            };
            pairs.push((key, node));
        }
        // Lines that fit nowhere must not stop the reading.
        if let Some(line) = self.lines.get(self.at)
            && line.indent > indent
        {
            self.at += 1;
            if let Yaml::Map(more) = self.map(indent, depth + 1) {
                pairs.extend(more);
            }
        }
        Yaml::Map(pairs)
    }

    fn scalar(&mut self, text: &str, indent: usize) -> Yaml {
        if let Some(style) = text.chars().next().filter(|c| matches!(c, '|' | '>')) {
            let mut out = String::new();
            let mut own = None;
            while let Some(line) = self.lines.get(self.at) {
                if !line.text.is_empty() && line.indent <= indent {
                    break;
                }
                let base = *own.get_or_insert(line.indent);
                if style == '|' {
                    out.extend(std::iter::repeat_n(' ', line.indent.saturating_sub(base)));
                }
                out.push_str(line.text);
                out.push(if style == '|' { '\n' } else { ' ' });
                self.at += 1;
            }
            return Yaml::Text(out);
        }
        flow(text)
    }
}

fn is_item(text: &str) -> bool {
    text == "-" || text.starts_with("- ")
}

fn strip_anchor(text: &str) -> &str {
    let text = text.trim();
    match text.strip_prefix('&') {
        Some(rest) => rest.split_once(' ').map_or("", |(_, rest)| rest.trim()),
        None => text,
    }
}

/// `key: rest`, the key not inside a flow collection.
fn split_key(text: &str) -> Option<(&str, &str)> {
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let end = text[1..].find(quote)? + 1;
        let rest = text[end + 1..].trim_start().strip_prefix(':')?;
        return Some((&text[1..end], rest));
    }
    if text.starts_with(['[', '{']) {
        return None;
    }
    if let Some(key) = text.strip_suffix(':').filter(|k| !k.contains(": ")) {
        return Some((key, ""));
    }
    let at = text.find(": ")?;
    (!text[..at].contains([' ', '"']) || !text[..at].contains('#')).then(|| (&text[..at], &text[at + 2..]))
}

fn uncomment(text: &str) -> &str {
    text.find(" #").map_or(text, |at| &text[..at]).trim()
}

/// A plain or quoted scalar, or a flow list or map.
fn flow(text: &str) -> Yaml {
    let text = text.trim();
    let node = |value| Node { line: 0, value };
    let inner = |open, close| uncomment(text).strip_prefix(open).and_then(|t: &str| t.strip_suffix(close));
    if let Some(inner) = inner('[', ']') {
        return Yaml::List(split_flow(inner).into_iter().map(|t| node(flow(t))).collect());
    }
    if let Some(inner) = inner('{', '}') {
        let pairs = split_flow(inner).into_iter().filter_map(|t| {
            let (key, value) = split_key(t).or_else(|| t.split_once(':'))?;
            Some((key.trim().to_owned(), node(flow(value))))
        });
        return Yaml::Map(pairs.collect());
    }
    for quote in ['"', '\''] {
        if let Some(rest) = text.strip_prefix(quote)
            && let Some(end) = rest.find(quote)
        {
            return Yaml::Text(rest[..end].to_owned());
        }
    }
    Yaml::Text(uncomment(text).to_owned())
}

fn split_flow(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut quote, mut start) = (0, None, 0);
    for (i, c) in text.char_indices() {
        match (c, quote) {
            (c, Some(q)) if c == q => quote = None,
            ('"' | '\'', None) => quote = Some(c),
            ('[' | '{', None) => depth += 1,
            (']' | '}', None) => depth -= 1,
            (',', None) if depth == 0 => {
                parts.push(text[start..i].trim());
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts.retain(|p| !p.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compose() {
        let text = "services:\n  api:   # the api\n    build:\n      context: ..\n      dockerfile: \"docker/Dockerfile\" # x\n      args:\n      - A=1\n      - B\n    ports: [\"80:80\", 81]\n  web:\n    build: ./web\n    command: |\n      a: b\n      c\n  db: {image: x, user: \"1:1\"}\n";
        let doc = parse(text);
        let api = doc.get("services").and_then(|s| s.get("api")).unwrap();
        let build = api.get("build").unwrap();
        assert_eq!(build.get("context").and_then(Node::text), Some(".."));
        assert_eq!(build.get("dockerfile").map(|n| (n.line, n.text())), Some((5, Some("docker/Dockerfile"))));
        assert_eq!(build.get("args").unwrap().items().len(), 2);
        assert_eq!(api.get("ports").unwrap().items()[0].text(), Some("80:80"));
        let web = doc.get("services").and_then(|s| s.get("web")).unwrap();
        assert_eq!(web.get("build").and_then(Node::text), Some("./web"));
        assert_eq!(web.get("command").and_then(Node::text), Some("a: b\nc\n"));
        assert_eq!(
            doc.get("services").and_then(|s| s.get("db")).and_then(|d| d.get("user")).and_then(Node::text),
            Some("1:1")
        );
    }

    #[test]
    fn steps() {
        let text = "jobs:\n  a:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: .\n          file: x/Dockerfile\n      - run: |\n          docker build -t a .\n";
        let doc = parse(text);
        let steps = doc.get("jobs").and_then(|j| j.get("a")).and_then(|a| a.get("steps")).unwrap();
        assert_eq!(steps.items().len(), 2);
        assert_eq!(
            steps.items()[0].get("with").and_then(|w| w.get("file")).and_then(Node::text),
            Some("x/Dockerfile")
        );
        assert_eq!(steps.items()[1].get("run").and_then(Node::text), Some("docker build -t a .\n"));
    }
}
