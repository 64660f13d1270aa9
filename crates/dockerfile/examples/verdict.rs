//! Prints what the parser makes of every Dockerfile named on standard input, one line a file, in the order of
//! `tests/reference`: path, `ok` or the line of the error, its text. For comparison with BuildKit's own parser.

use std::io::{BufRead, Write};

fn main() -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for path in std::io::stdin().lock().lines() {
        let path = path?;
        let text = std::fs::read(&path)?;
        let file = seaworthy_dockerfile::Dockerfile::parse(&String::from_utf8_lossy(&text));
        match file.first_error() {
            None => writeln!(out, "{path}\tok\t")?,
            Some(e) => writeln!(out, "{path}\t{}\t{}", e.line, e.kind)?,
        }
    }
    out.flush()
}
