//! `auth-ssh`: ssh does not get in: host key, public key or agent.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::Cause;
use crate::mend::remedy::{edit, run, safe, then};
use crate::mend::{edits, facts, names, private, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "auth-ssh",
    severity: Severity::Error,
    title: Words::fixed(
        "ssh does not get in: host key, public key or agent",
        "ssh 无法登录：主机密钥、公钥或 agent 的问题",
    ),
    explanation: Words::fixed(
        "git goes over ssh and does not get in. `Host key verification failed`: the image does not know \
         the server's key. `Permission denied (publickey)`: no key was offered, or not the right one, \
         since a build container has no agent and no ~/.ssh. `invalid empty ssh agent socket`: the client \
         was asked to forward an agent that is not running.",
        "git 通过 ssh 访问但无法登录。`Host key verification failed`：镜像不认识服务器的主机密钥。\
         `Permission denied (publickey)`：没有提供密钥，或密钥不对，因为构建容器里没有 agent，也没有 \
         ~/.ssh。`invalid empty ssh agent socket`：要求转发 agent，但本机并没有运行 agent。",
    ),
    pitfall: Some(Words::fixed(
        "`COPY id_rsa` puts your private key into a layer for everyone who gets the image, and \
         `StrictHostKeyChecking no` accepts whoever answers. Forward the agent, and bring a checked \
         known_hosts.",
        "`COPY id_rsa` 会把私钥留在镜像层里，任何拿到镜像的人都能取出；`StrictHostKeyChecking no` 则信任任\
         何应答者。应当转发 agent，并提供核对过的 known_hosts。",
    )),
    references: &[
        "https://docs.docker.com/reference/dockerfile/#run---mounttypessh",
        "https://docs.docker.com/build/building/secrets/",
        "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/githubs-ssh-key-fingerprints",
    ],
    signs: &[
        sign(94, "Host key verification failed."),
        sign(94, "Permission denied (publickey"),
        sign(92, "git@{}: Permission denied"),
        sign(90, "Could not open a connection to your authentication agent"),
        sign(90, "unset SSH_AUTH_SOCK"),
        sign(90, "invalid empty ssh agent socket"),
        sign(90, "could not parse ssh: "),
        sign(90, "Load key \"{}\": "),
        sign(88, "No ECDSA host key is known for {}"),
        sign(88, "No ED25519 host key is known for {}"),
        sign(88, "No RSA host key is known for {}"),
        sign(88, "error: cannot run ssh: No such file or directory"),
        sign(88, "ssh: handshake failed"),
        sign(86, "knownhosts: key is unknown"),
        sign(86, "UNPROTECTED PRIVATE KEY FILE"),
        sign(84, "ssh: exec: \"ssh\": executable file not found"),
        sign(80, "fatal: Could not read from remote repository."),
        sign(80, "Error loading key"),
        sign(80, "error in libcrypto"),
    ],
    judge: None,
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn host(case: &Case<'_>) -> Option<String> {
    let at_sign = |t: &str| {
        crate::sign::find("git@{}:", t)
            .and_then(|f| names::plain(f.holes[0]).filter(|h| h.contains('.')).map(str::to_owned))
    };
    at_sign(case.text)
        .or_else(|| names::nearby(case, at_sign))
        .or_else(|| names::hole(case, &[("host key is known for {} and", 0), ("connect to host {} port", 0)]))
        .or_else(|| names::module(case).and_then(|m| m.split('/').next().map(str::to_owned)))
}

fn headline(case: &Case<'_>) -> Words {
    let text = case.text;
    let at = host(case);
    if text.contains("empty ssh agent socket") || text.contains("authentication agent") {
        return words!("there is no ssh agent to forward into the build", "没有可转发到构建中的 ssh agent");
    }
    if text.contains("cannot run ssh") || text.contains("exec: \"ssh\"") {
        return words!("git wants ssh, which is not in the image", "git 需要 ssh，但镜像中没有");
    }
    match at {
        Some(host) if text.contains("ost key") => {
            words!("the image does not know the ssh key of {host}", "镜像不认识 {host} 的 ssh 主机密钥")
        }
        Some(host) => words!("{host} lets no ssh key of the build in", "{host} 不接受构建提供的 ssh 密钥"),
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let text = case.text;
    let known = host(case);
    let host = known.clone().unwrap_or_else(|| "<git-host>".to_owned());
    if text.contains("cannot run ssh") || text.contains("exec: \"ssh\"") {
        let packages =
            edits::Packages { alpine: "openssh-client", debian: "openssh-client", redhat: "openssh-clients" };
        return edits::install(case, &packages, &words!("install the ssh client", "安装 ssh 客户端"));
    }
    let agent = safe(run(
        words!("start an agent, give it your key, and forward it", "启动 agent、加入密钥并转发到构建中"),
        format!("eval \"$(ssh-agent)\" && ssh-add && {}", facts::build_command(case, "--ssh default")),
    ));
    if text.contains("empty ssh agent socket")
        || text.contains("authentication agent")
        || text.contains("SSH_AUTH_SOCK")
    {
        return vec![agent];
    }
    let known_hosts = then(
        edit(
            words!("bring the server's key along", "把服务器的主机密钥放进镜像"),
            edits::above(case, &["COPY known_hosts /etc/ssh/ssh_known_hosts"]),
        ),
        format!("ssh-keyscan {host} > known_hosts   # compare with the fingerprints {host} publishes"),
    );
    let command = facts::build_command(case, "--ssh default");
    let forward = if case.instruction.contains("type=ssh") {
        safe(run(words!("hand your ssh agent to the build", "把 ssh agent 交给构建"), command))
    } else {
        safe(then(
            edit(
                words!("let this step use your ssh agent", "让这一步使用你的 ssh agent"),
                edits::run_with(case, "--mount=type=ssh", "go mod download"),
            ),
            command,
        ))
    };
    let mut fixes =
        if text.contains("ost key") { vec![known_hosts, forward] } else { vec![forward, agent, known_hosts] };
    fixes.push(private::netrc(case, &host));
    fixes
}
