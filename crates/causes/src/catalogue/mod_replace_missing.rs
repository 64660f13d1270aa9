//! `mod-replace-missing`: a `replace` target is outside the build context or was not copied.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::Cause;
use crate::mend::remedy::{edit, run};
use crate::mend::{edits, facts, names, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "mod-replace-missing",
    severity: Severity::Error,
    title: Words::fixed(
        "a `replace` target is outside the build context or was not copied",
        "`replace` 指向的目录不在构建上下文中或没有被复制",
    ),
    explanation: Words::fixed(
        "go.mod replaces a module by a folder (`replace example.com/lib => ../lib`), and that folder is \
         not where the build runs: it lies outside the build context, the ignore file drops it, or it is \
         copied only after `go mod download`. On your machine the folder is there, so it works.",
        "go.mod 用 `replace example.com/lib => ../lib` 把模块替换为本地目录，而构建环境里没有这个目录：它\
         在构建上下文之外、被 .dockerignore 排除，或在 `go mod download` 之后才复制。你的机器上有这个目录，\
         所以本地能通过。",
    ),
    pitfall: None,
    references: &[
        "https://go.dev/ref/mod#go-mod-file-replace",
        "https://docs.docker.com/build/concepts/context/",
    ],
    signs: &[
        sign(94, "replacement directory {} does not exist"),
        sign(92, "(replaced by {}): reading {}: no such file or directory"),
        sign(92, "(replaced by {}): reading {}: open {}: no such file or directory"),
        sign(84, "reading {}/go.mod: open {}/go.mod: no such file or directory"),
        sign(84, "parsing {}go.mod: open {}go.mod: no such file or directory"),
    ],
    judge: None,
    headline: Some(headline),
    confirm: Some(crate::project::confirm::module::replace_missing),
    fixes,
};

fn folder(case: &Case<'_>) -> Option<String> {
    names::hole(
        case,
        &[
            ("replacement directory {} does not exist", 0),
            ("(replaced by {}):", 0),
            ("reading {}/go.mod:", 0),
            ("open {}/go.mod", 0),
        ],
    )
}

fn headline(case: &Case<'_>) -> Words {
    match folder(case) {
        Some(folder) => words!(
            "go.mod replaces a module by {folder}, which is not in the build",
            "go.mod 用 {folder} 替换了某个模块，但构建中没有这个目录"
        ),
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let folder = folder(case).unwrap_or_else(|| "../<lib>".to_owned());
    let name = folder.trim_end_matches('/').rsplit('/').next().unwrap_or("lib").to_owned();
    let mut fixes = Vec::new();
    if folder.starts_with("..") || folder.starts_with('/') {
        let inside = folder.trim_start_matches("../").trim_start_matches('/').to_owned();
        let target = if folder.starts_with('/') { folder.clone() } else { format!("/{inside}") };
        fixes.push(crate::mend::remedy::then(
            edit(
                words!(
                    "hand the folder to the build as a second context",
                    "把该目录作为第二个构建上下文传入"
                ),
                edits::above(case, &[&format!("COPY --from={} . {target}", context_name(&name))]),
            ),
            facts::build_command(
                case,
                &format!(
                    "--build-context {}={}",
                    context_name(&name),
                    if folder.starts_with('/') { "<folder-on-the-host>".to_owned() } else { folder.clone() }
                ),
            ),
        ));
        fixes.push(run(
            words!(
                "or build from the common parent folder, and copy both",
                "或从共同的上级目录构建，并同时复制两者"
            ),
            "docker build -f <project>/Dockerfile ..",
        ));
    } else {
        fixes.push(edit(
            words!("copy the folder before Go reads go.mod", "在 Go 读取 go.mod 之前复制该目录"),
            edits::above(case, &[&format!("COPY {folder} {folder}")]),
        ));
    }
    fixes.push(run(
        words!("or drop the replace and require a published version", "或去掉 replace，改用已发布的版本"),
        "go mod edit -dropreplace=<module> && go get <module>@<version> && go mod tidy",
    ));
    fixes
}

/// Context names are lower case.
fn context_name(name: &str) -> String {
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    if name.is_empty() { "lib".to_owned() } else { name.to_ascii_lowercase() }
}
