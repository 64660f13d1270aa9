//! Reading the diff of a fix: a unified diff, or bare `-`/`+` lines.

/// What a diff's line does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Stays.
    Keep,
    /// Goes.
    Remove,
    /// Comes.
    Add,
}

/// One line of a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub(super) kind: Kind,
    /// Its number, in the old file for what stays or goes, in the new one for what comes; `None` when the diff has
    /// no numbers.
    pub(super) number: Option<u64>,
    /// In the old file: its own number, or that of the line it comes before.
    pub(super) old: Option<u64>,
    pub(super) text: &'a str,
}

/// The lines of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File<'a> {
    /// As the `---` line says, without `a/`; `None` without such a line.
    pub(super) path: Option<&'a str>,
    /// Hunks in order.
    pub(super) hunks: Vec<Vec<Line<'a>>>,
}

/// Takes a diff apart. Never fails: what is no diff reads as lines that stay.
///
/// `first` is the old file's line number to assume where no `@@` says it: the start of the finding's location.
pub(super) fn parse(diff: &str, first: Option<u64>) -> Vec<File<'_>> {
    let mut files: Vec<File<'_>> = Vec::new();
    let (mut old, mut new) = (first, first);
    let mut fresh = true;
    let mut lines = diff.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(path) = line.strip_prefix("--- ")
            && lines.peek().is_some_and(|l| l.starts_with("+++ "))
        {
            let renamed = lines.next().and_then(|l| l.strip_prefix("+++ ")).unwrap_or(path);
            let path = if path.starts_with("/dev/null") { renamed } else { path };
            files.push(File { path: Some(file_name(path)), hunks: vec![] });
            fresh = true;
            continue;
        }
        if line.starts_with("@@") {
            (old, new) = hunk_starts(line).unzip();
            fresh = true;
            continue;
        }
        if line.starts_with("diff --git ") || line.starts_with("index ") || line.starts_with("\\ ") {
            continue;
        }
        let (kind, text) = match line.as_bytes().first() {
            Some(b'-') => (Kind::Remove, &line[1..]),
            Some(b'+') => (Kind::Add, &line[1..]),
            Some(b' ') => (Kind::Keep, &line[1..]),
            _ => (Kind::Keep, line),
        };
        let number = if kind == Kind::Add { new } else { old };
        let line = Line { kind, number, old, text };
        if kind != Kind::Add {
            old = old.map(|n| n + 1);
        }
        if kind != Kind::Remove {
            new = new.map(|n| n + 1);
        }
        if files.is_empty() {
            files.push(File { path: None, hunks: vec![] });
        }
        if let Some(file) = files.last_mut() {
            match file.hunks.last_mut() {
                Some(hunk) if !fresh => hunk.push(line),
                _ => file.hunks.push(vec![line]),
            }
        }
        fresh = false;
    }
    files
}

fn file_name(path: &str) -> &str {
    let path = path.split('\t').next().unwrap_or(path).trim_end();
    path.strip_prefix("a/").or_else(|| path.strip_prefix("b/")).unwrap_or(path)
}

/// `@@ -6,2 +6,3 @@` gives 6 and 6.
fn hunk_starts(line: &str) -> Option<(u64, u64)> {
    let mut words = line.split_whitespace().skip(1);
    let mut start = |sign: char| -> Option<(u64, bool)> {
        let range = words.next()?.strip_prefix(sign)?;
        let (start, length) = range.split_once(',').unwrap_or((range, "1"));
        Some((start.parse().ok()?, length == "0"))
    };
    let (old, old_empty) = start('-')?;
    let (new, new_empty) = start('+')?;
    // an empty range names the line before it
    Some((old + u64::from(old_empty), new + u64::from(new_empty)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(diff: &str, first: Option<u64>) -> Vec<String> {
        let mut out = Vec::new();
        for file in parse(diff, first) {
            out.push(format!("file {:?}", file.path));
            for hunk in file.hunks {
                out.push("hunk".to_owned());
                for l in hunk {
                    out.push(format!("{:?} {:?} {:?} {}", l.kind, l.number, l.old, l.text));
                }
            }
        }
        out
    }

    #[test]
    fn unified() {
        let diff = "--- a/x/Dockerfile\n+++ b/x/Dockerfile\n@@ -6,2 +6,3 @@ FROM\n keep\n-old\n+new\n+er\n@@ -0,0 +1 @@\n+top\n\\ No newline at end of file\n";
        assert_eq!(
            shape(diff, None),
            [
                "file Some(\"x/Dockerfile\")",
                "hunk",
                "Keep Some(6) Some(6) keep",
                "Remove Some(7) Some(7) old",
                "Add Some(7) Some(8) new",
                "Add Some(8) Some(8) er",
                "hunk",
                "Add Some(1) Some(1) top",
            ]
        );
    }

    #[test]
    fn bare_lines_take_the_place_of_the_finding() {
        assert_eq!(
            shape("-ENV A=1\n+ARG A\n", Some(6)),
            ["file None", "hunk", "Remove Some(6) Some(6) ENV A=1", "Add Some(6) Some(7) ARG A"]
        );
        assert_eq!(shape("-a\n+b", None), ["file None", "hunk", "Remove None None a", "Add None None b"]);
    }

    #[test]
    fn no_diff_at_all_is_kept() {
        assert_eq!(
            shape("@@ nonsense\nhello\n\n", None),
            ["file None", "hunk", "Keep None None hello", "Keep None None "]
        );
        assert_eq!(shape("", None), Vec::<String>::new());
        // a removed line that looks like a header is a removed line
        assert_eq!(shape("@@ -1 +1 @@\n--- x\n", None), ["file None", "hunk", "Remove Some(1) Some(1) -- x"]);
    }

    #[test]
    fn a_new_file() {
        assert_eq!(
            shape("--- /dev/null\n+++ b/.dockerignore\n@@ -0,0 +1,1 @@\n+.git\n", None),
            ["file Some(\".dockerignore\")", "hunk", "Add Some(1) Some(1) .git"]
        );
    }
}
