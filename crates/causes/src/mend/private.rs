//! Remedies for private modules: credentials that do not stay in the image.

use finding::Fix;

use super::remedy::{edit, run, safe, then};
use super::{edits, facts, names, words};
use crate::case::Case;

/// Hands a netrc file to the failing step.
pub(crate) fn netrc(case: &Case<'_>, host: &str) -> Fix {
    let title = words!(
        "lend the step your credentials for {host} (in ~/.netrc: machine {host} login <user> password <token>)",
        "把 {host} 的凭据临时借给这一步（~/.netrc 中写：machine {host} login <用户名> password <token>）"
    );
    if !facts::in_docker(case) {
        return safe(run(title, "${EDITOR:-vi} ~/.netrc && chmod 600 ~/.netrc"));
    }
    let target = match facts::user(case) {
        Some(user) if names::plain(&user).is_some() && !user.contains(':') => {
            format!("/home/{user}/.netrc,uid=<uid-of-{user}>")
        }
        _ => "/root/.netrc".to_owned(),
    };
    let flags = format!("--mount=type=secret,id=netrc,target={target}");
    safe(then(
        edit(title, edits::run_with(case, &flags, "go mod download")),
        facts::build_command(case, "--secret id=netrc,src=$HOME/.netrc"),
    ))
}

/// Uses the caller's ssh agent.
pub(crate) fn ssh_agent(case: &Case<'_>, host: &str) -> Fix {
    let title = words!(
        "or use your ssh agent: forward it and let git take ssh for {host}",
        "或使用 ssh agent：转发到构建中，并让 git 对 {host} 改走 ssh"
    );
    let rewrite = format!("git config --global url.\"ssh://git@{host}/\".insteadOf \"https://{host}/\"");
    if !facts::in_docker(case) {
        return run(title, rewrite);
    }
    // A step that has the mount already only lacks the agent behind it.
    let step = if case.instruction.contains("type=ssh") {
        String::new()
    } else {
        format!("\n{}", edits::run_with(case, "--mount=type=ssh", "go mod download"))
    };
    then(
        edit(title, format!("+COPY known_hosts /etc/ssh/ssh_known_hosts\n+RUN {rewrite}{step}")),
        format!(
            "ssh-keyscan {host} > known_hosts   # compare with the fingerprints {host} publishes\n{}",
            facts::build_command(case, "--ssh default")
        ),
    )
}

/// Keeps a private module away from public servers.
pub(crate) fn goprivate(case: &Case<'_>, module: &str) -> Fix {
    let pattern = names::private_pattern(module);
    let title = words!(
        "tell Go that {pattern} is private: no public proxy and no checksum database for it (go.sum still checks it)",
        "告诉 Go {pattern} 是私有的：不经公共代理，也不查校验和数据库（go.sum 仍会校验）"
    );
    if facts::in_docker(case) {
        edit(title, edits::below_from(case, &[&format!("ENV GOPRIVATE={pattern}")]))
    } else {
        run(title, format!("go env -w GOPRIVATE={pattern}"))
    }
}
