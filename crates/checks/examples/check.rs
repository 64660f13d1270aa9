//! Checks the projects in the folders named on standard input (or as arguments), one line a finding:
//! `severity cause file:line title`. `--module-zip`: the folders are unpacked module zips. `--pedantic`, `--fixes`.

use std::io::{BufRead, Write};
use std::time::Instant;

use seaworthy_checks::{DirTree, Options, Persona, Project, check};

fn main() -> std::io::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let flag = |name: &str| args.iter().any(|a| a == name);
    let mut options = Options { incomplete: flag("--module-zip"), ..Options::default() };
    if flag("--pedantic") {
        options.persona = Persona::Pedantic;
    }
    let mut folders: Vec<String> = args.iter().filter(|a| !a.starts_with("--")).cloned().collect();
    if folders.is_empty() {
        folders = std::io::stdin().lock().lines().collect::<Result<_, _>>()?;
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let start = Instant::now();
    let (mut dockerfiles, mut slowest) = (0, (0.0, String::new()));
    for folder in &folders {
        let tree = DirTree::new(folder);
        let began = Instant::now();
        let project = Project::scan(&tree);
        let checked = check(&project, &options);
        let took = began.elapsed().as_secs_f64() * 1e3;
        dockerfiles += project.dockerfiles.len();
        if took > slowest.0 {
            slowest = (took, folder.clone());
        }
        if flag("--times") {
            writeln!(out, "{took:.1} ms {folder}")?;
        }
        for c in &checked {
            let f = &c.finding;
            let place = f.location.as_ref().map_or(String::new(), |l| format!("{}:{}", l.path, l.line));
            writeln!(out, "{:?}\t{}\t{folder}/{place}\t{}\t{}", f.severity, f.cause, f.title.en, f.why.en)?;
            if flag("--fixes") {
                for fix in &f.fixes {
                    writeln!(out, "  fix (safe: {}): {}", fix.safe, fix.title.en)?;
                    for line in fix.diff.iter().flat_map(|d| d.lines()) {
                        writeln!(out, "    {line}")?;
                    }
                    if let Some(command) = &fix.command {
                        writeln!(out, "    $ {command}")?;
                    }
                }
            }
        }
    }
    writeln!(
        out,
        "# {} projects, {dockerfiles} Dockerfiles, {:.0} ms, slowest {:.1} ms {}",
        folders.len(),
        start.elapsed().as_secs_f64() * 1e3,
        slowest.0,
        slowest.1
    )?;
    out.flush()
}
