//! `net-dns`: a name cannot be resolved inside the build.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge};
use crate::mend::remedy::{edit, run, safe, then};
use crate::mend::{facts, names, network, words};
use crate::net;
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "net-dns",
    severity: Severity::Error,
    title: Words::fixed("a name cannot be resolved inside the build", "构建环境中无法解析域名"),
    explanation: Words::fixed(
        "The resolver that the build uses does not know the name, or does not answer. A build container \
         does not always have the host's resolver: BuildKit drops loopback name servers (127.0.0.53, \
         127.0.0.1) and falls back to public ones, which many company networks block, and a VPN's \
         resolver is often not handed on. `no such host` for one internal name means that this resolver \
         does not know it; a timeout or `connection refused` on port 53 means that no resolver answers. \
         Names of Compose services never resolve during a build.",
        "构建所用的 DNS 服务器不认识这个域名，或者根本没有应答。构建容器的 DNS 不一定与宿主机相同：\
         BuildKit 会去掉回环地址的 DNS（127.0.0.53、127.0.0.1）并退回公共 DNS，而很多公司网络会屏蔽公共 \
         DNS，VPN 的 DNS 也常常传不进容器。只有内部域名报 `no such host`，说明当前 DNS 不认识它；53 端口超\
         时或 `connection refused`，说明没有 DNS 在应答。Compose 的服务名在构建阶段永远无法解析。",
    ),
    pitfall: Some(Words::fixed(
        "Lines in /etc/hosts or /etc/resolv.conf written by a RUN step are gone in the next step: Docker \
         mounts both files anew. Give the daemon or the builder a resolver instead. Fixed addresses of \
         module servers break as soon as the servers move.",
        "在 RUN 里改 /etc/hosts 或 /etc/resolv.conf 到下一步就失效了，因为这两个文件由 Docker 每次重新挂载。\
         应当为守护进程或构建器配置 DNS。把模块服务器的 IP 写死，也会在对方换 IP 后失效。",
    )),
    references: &[
        "https://docs.docker.com/engine/network/",
        "https://docs.docker.com/reference/cli/dockerd/",
        "https://go.dev/ref/mod#environment-variables",
    ],
    signs: &[
        sign(88, "Temporary failure resolving '{}'"),
        sign(86, "wget: bad address '{}'"),
        sign(85, "curl: (6) "),
        sign(85, "ERROR: {}: temporary error (try again later)"),
        sign(85, "WARNING: Ignoring {}: temporary error (try again later)"),
        sign(85, "WARNING: Ignoring {}: DNS lookup error"),
        sign(85, "{}: DNS: transient error"),
        sign(85, "{}: DNS lookup error"),
        sign(84, "unable to resolve host address"),
        sign(84, "ssh: Could not resolve hostname {}:"),
    ],
    judge: Some(Judge::of_fault(|clue| net::blames("net-dns", clue))),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::net::network),
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    let Some(host) = names::host(case) else { return CAUSE.title.clone() };
    let words = if facts::in_docker(case) {
        words!("the name {host} cannot be resolved inside the build", "构建环境中无法解析域名 {host}")
    } else {
        words!("the name {host} cannot be resolved", "无法解析域名 {host}")
    };
    names::counted(case, words)
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let host = names::host(case).unwrap_or_else(|| "<host>".to_owned());
    let mut fixes = Vec::new();
    if facts::in_docker(case) {
        fixes.push(network::host_network(case));
        fixes.push(then(
            edit(
                words!(
                    "give containers a resolver they can reach, in /etc/docker/daemon.json (BuildKit container builder: [dns] in buildkitd.toml)",
                    "在 /etc/docker/daemon.json 中为容器配置可达的 DNS（docker-container 构建器：buildkitd.toml 的 [dns]）"
                ),
                "+{ \"dns\": [\"<dns-server-of-your-network>\"] }",
            ),
            format!("sudo systemctl restart docker && docker run --rm alpine nslookup {host}"),
        ));
    } else {
        fixes.push(safe(run(
            words!("ask the resolver for {host}, here and in a container", "分别在本机和容器内解析 {host}"),
            format!("nslookup {host}; docker run --rm alpine nslookup {host}"),
        )));
    }
    fixes.extend(network::mirrors(case));
    fixes.truncate(4);
    fixes
}
