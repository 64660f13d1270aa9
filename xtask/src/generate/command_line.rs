//! Manual pages and completion scripts, for those who package the program without running it.

use super::{Generator, Output, cargo_run};
use crate::run;
use anyhow::{Result, ensure};

pub(super) const GENERATOR: Generator =
    Generator { name: "manual pages and completions", owns: &["docs/man", "docs/completions"], make };

const SHELLS: &[(&str, &str)] = &[
    ("bash", "seaworthy.bash"),
    ("zsh", "_seaworthy"),
    ("fish", "seaworthy.fish"),
    ("powershell", "_seaworthy.ps1"),
    ("elvish", "seaworthy.elv"),
];

fn make() -> Result<Output> {
    let main = print(&["man"])?;
    let commands = commands(&main);
    ensure!(!commands.is_empty(), "the manual page names no commands");
    let mut files = vec![("docs/man/seaworthy.1".to_owned(), main.into_bytes())];
    for name in commands {
        files.push((format!("docs/man/seaworthy-{name}.1"), print(&["man", &name])?.into_bytes()));
    }
    for (shell, file) in SHELLS {
        files.push((format!("docs/completions/{file}"), print(&["completions", shell])?.into_bytes()));
    }
    Ok(Output::Files(files))
}

fn print(args: &[&str]) -> Result<String> {
    run::output(cargo_run(&["--bin", "seaworthy", "--", "--lang", "en"]).args(args))
}

/// The commands that the program's manual page refers to: `seaworthy\-run(1)`.
fn commands(page: &str) -> Vec<String> {
    let names = page.lines().filter_map(|l| l.strip_prefix("seaworthy\\-")?.strip_suffix("(1)"));
    names.map(|name| name.replace("\\-", "-")).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_commands_are_read_off_the_manual_page() {
        let page = ".SH SUBCOMMANDS\n.TP\nseaworthy\\-run(1)\nRuns a build\n.TP\nseaworthy\\-a\\-b(1)\n";
        assert_eq!(super::commands(page), ["run", "a-b"]);
    }
}
