//! Parses every Dockerfile named on standard input and the shell of every RUN in it; says how many scripts there are,
//! how many could not be read in full, and how long it took.

use std::io::{BufRead, Write};
use std::time::Instant;

use seaworthy_dockerfile::sh::ShellOptions;
use seaworthy_dockerfile::{Dockerfile, Keyword};

fn main() -> std::io::Result<()> {
    let show = std::env::args().any(|a| a == "--show");
    let mut out = std::io::stdout().lock();
    let mut texts = Vec::new();
    for path in std::io::stdin().lock().lines() {
        let path = path?;
        let text = String::from_utf8_lossy(&std::fs::read(&path)?).into_owned();
        texts.push((path, text));
    }
    let start = Instant::now();
    let (mut scripts, mut incomplete, mut commands) = (0, 0, 0);
    for (path, text) in &texts {
        let file = Dockerfile::parse(text);
        for i in file.instructions.iter().filter(|i| i.keyword == Keyword::Run) {
            let Some(script) = file.script(i, ShellOptions::default()) else { continue };
            scripts += 1;
            commands += script.commands.len();
            if script.incomplete {
                incomplete += 1;
                if show {
                    writeln!(out, "{path}:{}: {}", i.first_line, script.source.text)?;
                }
            }
        }
        std::hint::black_box(file.edges());
    }
    let elapsed = start.elapsed();
    writeln!(
        out,
        "{} files, {scripts} scripts, {commands} commands, {incomplete} incomplete, {elapsed:?}",
        texts.len()
    )
}
