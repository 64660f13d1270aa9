//! `auth-private-module`: a private module's host wants credentials it did not get.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{run, safe};
use crate::mend::{facts, names, private, words};
use crate::net;
use crate::sign::{hint, sign};

pub(crate) static CAUSE: Cause = Cause {
    id: "auth-private-module",
    severity: Severity::Error,
    title: Words::fixed(
        "a private module's host wants credentials it did not get",
        "私有模块的主机需要凭据，但构建没有提供",
    ),
    explanation: Words::fixed(
        "The code host or module proxy wants a login and the build gave none, or a wrong one. Credentials \
         on your machine (netrc, keychain, ssh agent) do not exist inside a build container unless they \
         are handed in. Hosts hide private repositories: `not found`, 404 and `could not read Username` \
         are the same answer. Where the repository should be public, look at the spelling first \
         (mod-not-found).",
        "代码托管服务器或模块代理要求登录，而构建没有提供凭据，或凭据有误。你机器上的凭据（netrc、钥匙串、\
         ssh agent）不会自动进入构建容器。托管平台会隐藏私有仓库：`not found`、404 和 `could not read \
         Username` 其实是同一个回答。如果仓库本应是公开的，请先检查拼写（mod-not-found）。",
    ),
    pitfall: Some(Words::fixed(
        "A token in ARG, ENV or in a `RUN git config ... insteadOf https://TOKEN@...` stays in the \
         image's history, in the build cache and in the log; deleting the file in a later step does not \
         take it out. A secret mount is there for one step only and leaves nothing behind.",
        "把 token 写进 ARG、ENV 或 `RUN git config ... insteadOf https://TOKEN@...`，会留在镜像历史、构建\
         缓存和日志里，在后续步骤删除文件也无济于事。secret 挂载只在这一步可见，不会留下痕迹。",
    )),
    references: &[
        "https://go.dev/ref/mod#private-modules",
        "https://docs.docker.com/build/building/secrets/",
        "https://pkg.go.dev/cmd/go#hdr-GOAUTH_environment_variable",
    ],
    signs: &[
        sign(90, "fatal: Authentication failed for '{}'"),
        sign(88, "remote: HTTP Basic: Access denied"),
        sign(88, "remote: Invalid username or password"),
        sign(88, "remote: Invalid username or token"),
        sign(88, "remote: Support for password authentication was removed"),
        sign(88, "fatal: could not read Password for '{}'"),
        sign(86, "The project you were looking for could not be found"),
        sign(84, "remote: Write access to repository not granted"),
        sign(84, "remote: Permission to {} denied"),
        hint(80, "remote: Repository not found"),
        hint(80, "Repository not found."),
        hint(78, "fatal: repository '{}' not found"),
        sign(92, "failed to solve: secret {}: not found"),
        sign(90, "secret {} not found"),
    ],
    judge: Some(Judge { fault: true, words: &["could not read Username"], decide: judge }),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::access::private_module),
    fixes,
};

/// The secret that the Dockerfile mounts and the build command does not give.
fn secret(case: &Case<'_>) -> Option<String> {
    names::hole(case, &[("secret {}: not found", 0), ("secret {} not found", 0)])
}

fn headline(case: &Case<'_>) -> Words {
    if let Some(id) = secret(case) {
        return words!(
            "the Dockerfile mounts the secret {id}, and the build was given none",
            "Dockerfile 挂载了 secret {id}，但构建命令没有提供"
        );
    }
    match (names::module(case), host(case)) {
        (Some(module), Some(host)) if !module.starts_with(&host) => {
            words!(
                "{host} wants credentials for {module}, and the build has none that fit",
                "{host} 要求提供 {module} 的凭据，而构建没有可用的凭据"
            )
        }
        (Some(module), _) => {
            let module = names::repository(&module);
            words!(
                "{module} wants credentials, and the build has none that fit",
                "访问 {module} 需要凭据，而构建没有可用的凭据"
            )
        }
        (None, Some(host)) => words!(
            "{host} wants credentials, and the build has none that fit",
            "{host} 要求提供凭据，而构建没有可用的凭据"
        ),
        _ => CAUSE.title.clone(),
    }
}

/// The host that asked for credentials.
fn host(case: &Case<'_>) -> Option<String> {
    names::host(case).or_else(|| names::module(case).and_then(|m| m.split('/').next().map(str::to_owned)))
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    if let Some(id) = secret(case) {
        let source = if id.contains("netrc") { "$HOME/.netrc".to_owned() } else { "<file>".to_owned() };
        return vec![
            safe(run(
                words!("give the secret to the build from a file", "从文件提供该 secret"),
                facts::build_command(case, &format!("--secret id={id},src={source}")),
            )),
            safe(run(
                words!("or from an environment variable, as in CI", "或从环境变量提供（适用于 CI）"),
                facts::build_command(case, &format!("--secret id={id},env=<VARIABLE>")),
            )),
        ];
    }
    let host = host(case).unwrap_or_else(|| "<git-host>".to_owned());
    let module = names::module(case).unwrap_or_else(|| format!("{host}/<group>"));
    let mut fixes = vec![private::netrc(case, &host)];
    let from_a_proxy = case.text.contains("/@v/") || case.text.contains("/@latest");
    if !from_a_proxy {
        fixes.push(private::goprivate(case, &module));
        fixes.push(private::ssh_agent(case, &host));
    }
    let repository = names::repository(&module);
    if facts::running_minor(case).is_some_and(|m| m >= 24) && from_a_proxy {
        fixes.push(safe(run(
            words!(
                "Go 1.24 and later: take the credentials that git has",
                "Go 1.24 及以上：使用 git 已有的凭据"
            ),
            "go env -w GOAUTH='git <dir-with-git-credentials>'",
        )));
    } else if module.contains('/') && !from_a_proxy {
        fixes.push(safe(run(
            words!(
                "see whether your own account may read it, and that the name is right",
                "确认你的账号可以读取该仓库，并且名字没有写错"
            ),
            format!("git ls-remote https://{repository}"),
        )));
    }
    fixes
}

fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    if let Some(verdict) = net::blames("auth-private-module", clue) {
        return Some(verdict);
    }
    let text = clue.own_text();
    // A host that looks private and asks for a name has seen no credentials.
    if let Some(found) = crate::sign::find("could not read Username for '{}'", text) {
        let host = found.holes[0].split("://").last().unwrap_or("");
        let module = net::head_module(clue);
        if net::looks_private(host) || module.as_deref().is_some_and(net::looks_private) {
            return Some(Verdict::sure(88).about(module.unwrap_or_else(|| host.to_owned())).at(found.span));
        }
        let weight = if net::is_pinned(clue) { 84 } else { 82 };
        return Some(Verdict::unsure(weight).about(module.unwrap_or_else(|| host.to_owned())).at(found.span));
    }
    None
}
