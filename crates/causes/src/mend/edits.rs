//! Edits of the Dockerfile as `-`/`+` lines, made from the instruction as the log prints it.

use super::facts::{self, Distro};
use super::remedy::edit;
use crate::case::Case;
use finding::{Fix, Words};

/// Longest instruction that is repeated in an edit.
const LONGEST: usize = 140;

/// An instruction that is not repeated: it holds a secret, or switches a protection off.
fn is_unfit(line: &str) -> bool {
    const WEAK: [&str; 12] = [
        "777",
        "GOINSECURE",
        "GOSUMDB=off",
        "GONOSUM",
        "-insecure",
        "NO_VERIFY",
        "sslVerify",
        "StrictHostKeyChecking",
        "curl -k",
        "--no-check-certificate",
        "allow-untrusted",
        "allow-unauthenticated",
    ];
    let credentials = line.contains('@')
        && line.contains("://")
        && line.split("://").skip(1).any(|rest| {
            let authority = rest.split(['/', ' ', '"', '\'']).next().unwrap_or("");
            authority.contains('@') && authority.contains(':')
        });
    line.contains("***")
        || line.chars().any(char::is_control)
        || credentials
        || WEAK.iter().any(|w| line.contains(w))
}

/// The failing instruction on one line, when the log shows it whole.
pub(crate) fn whole(case: &Case<'_>) -> Option<String> {
    if let Some(snippet) = &case.build.snippet {
        let marked: Vec<&str> = snippet.lines.iter().filter(|l| l.1).map(|l| l.2.trim()).collect();
        if let [line] = marked[..]
            && is_instruction(line)
            && !line.ends_with('\\')
            && !is_unfit(line)
        {
            return Some(line.to_owned());
        }
    }
    let line = case.instruction.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut = line.ends_with(" ...") || line.ends_with('…') || is_unfit(&line);
    (is_instruction(&line) && line.len() <= LONGEST && !cut).then_some(line)
}

fn is_instruction(line: &str) -> bool {
    let keyword = line.split_whitespace().next().unwrap_or("");
    ["RUN", "COPY", "ADD", "FROM", "ENV", "ARG", "WORKDIR", "USER", "CMD", "ENTRYPOINT"].contains(&keyword)
}

/// The failing `RUN` as a command to type: only words that a shell takes literally.
pub(crate) fn command(case: &Case<'_>) -> Option<String> {
    let line = whole(case)?;
    let command = line.strip_prefix("RUN ")?;
    command
        .split(' ')
        .all(|w| super::names::plain(w.trim_start_matches('-')).is_some())
        .then(|| command.to_owned())
}

/// The failing instruction as context: whole, or its beginning.
fn context(case: &Case<'_>) -> Option<String> {
    whole(case).or_else(|| {
        let line = case.instruction.split_whitespace().collect::<Vec<_>>().join(" ");
        let shown: String = line.chars().take(60).collect();
        (is_instruction(&line) && !is_unfit(&line)).then(|| format!("{} ...", shown.trim_end_matches(" ...")))
    })
}

/// Lines added above the failing instruction.
pub(crate) fn above(case: &Case<'_>, added: &[&str]) -> String {
    let mut out: Vec<String> = added.iter().map(|l| format!("+{l}")).collect();
    out.extend(context(case).map(|c| format!(" {c}")));
    out.join("\n")
}

/// Lines added below the `FROM` of the failing stage.
pub(crate) fn below_from(case: &Case<'_>, added: &[&str]) -> String {
    let from = facts::from_line(case).map(|line| match facts::base(case) {
        // BuildKit prints the resolved name; the Dockerfile has the short one.
        Some(image) if line.contains('@') => format!("FROM {}", image.reference()),
        _ => line,
    });
    let mut out: Vec<String> = vec![format!(" {}", from.unwrap_or_else(|| "FROM <base image>".to_owned()))];
    out.extend(added.iter().map(|l| format!("+{l}")));
    out.join("\n")
}

/// One line in place of another.
pub(crate) fn swap(old: &str, new: &str) -> String {
    let minus = old.lines().map(|l| format!("-{l}"));
    let plus = new.lines().map(|l| format!("+{l}"));
    minus.chain(plus).collect::<Vec<_>>().join("\n")
}

/// `text` changed inside the failing instruction; `None` when the instruction is not known or does not hold it.
pub(crate) fn replace(case: &Case<'_>, old: &str, new: &str) -> Option<String> {
    let line = whole(case)?;
    line.contains(old).then(|| swap(&line, &line.replacen(old, new, 1)))
}

/// The failing `RUN` with its commands printed as they run; not where that would print a secret.
pub(crate) fn traced(case: &Case<'_>) -> Option<String> {
    let line = case.instruction.to_ascii_lowercase();
    let secret =
        ["token", "secret", "passw", "key", "credential", "netrc", "auth"].iter().any(|w| line.contains(w));
    if secret || line.contains("set -x") {
        return None;
    }
    replace(case, "RUN ", "RUN set -x; ")
}

/// The failing `RUN` with flags (mounts) added; `otherwise` is the command where the log does not show it.
pub(crate) fn run_with(case: &Case<'_>, flags: &str, otherwise: &str) -> String {
    match whole(case).filter(|l| l.starts_with("RUN ") && !l.contains(flags)) {
        Some(line) => {
            let command = line[4..].trim_start();
            swap(&line, &format!("RUN {flags} \\\n    {command}"))
        }
        None => format!("+RUN {flags} \\\n+    {otherwise}"),
    }
}

/// Names of one need in the three families of distributions; empty where there is none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packages<'a> {
    /// apk.
    pub(crate) alpine: &'a str,
    /// apt.
    pub(crate) debian: &'a str,
    /// dnf.
    pub(crate) redhat: &'a str,
}

/// The command that installs packages on a distribution.
pub(crate) fn install_command(distro: Distro, packages: &Packages<'_>) -> Option<String> {
    let (head, names, tail) = match distro {
        Distro::Alpine => ("apk add --no-cache ", packages.alpine, ""),
        Distro::Debian => (
            "apt-get update && apt-get install -y --no-install-recommends ",
            packages.debian,
            " && rm -rf /var/lib/apt/lists/*",
        ),
        Distro::RedHat => ("dnf install -y ", packages.redhat, " && dnf clean all"),
        Distro::Unknown => return None,
    };
    (!names.is_empty()).then(|| format!("{head}{names}{tail}"))
}

/// Edits that install packages above the failing instruction: one when the distribution is known, otherwise one each
/// for Alpine and Debian.
pub(crate) fn install(case: &Case<'_>, packages: &Packages<'_>, title: &Words) -> Vec<Fix> {
    let distro = facts::distro(case);
    let one = |distro| install_command(distro, packages).map(|c| above(case, &[&format!("RUN {c}")]));
    if let Some(diff) = one(distro) {
        return vec![edit(title.clone(), diff)];
    }
    [(Distro::Alpine, "Alpine"), (Distro::Debian, "Debian, Ubuntu")]
        .into_iter()
        .filter_map(|(distro, name)| {
            let title = Words::new(
                format!("{} ({name})", title.en),
                format!("{}（{}）", title.zh, name.replace(", ", "、")),
            );
            one(distro).map(|diff| edit(title, diff))
        })
        .collect()
}
