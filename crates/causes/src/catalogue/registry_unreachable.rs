//! `registry-unreachable`: the image registry cannot be reached.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::{Clue, Origin};
use crate::mend::remedy::{edit, run, safe, then};
use crate::mend::{images, network, words};
use crate::net;
use crate::sign::{hint, sign};

pub(crate) static CAUSE: Cause = Cause {
    id: "registry-unreachable",
    severity: Severity::Error,
    title: Words::fixed("the image registry cannot be reached", "无法访问镜像仓库"),
    explanation: Words::fixed(
        "The daemon or the builder cannot get through to the registry: its name does not resolve, nobody \
         answers, the connection is refused, or it answers with a server error. Pulls are made by the \
         daemon, not by a build container, so the proxy and DNS settings of the daemon (or of the \
         BuildKit container) count, not those of your shell. In mainland China Docker Hub is blocked.",
        "守护进程或构建器无法访问镜像仓库：域名解析失败、无人应答、连接被拒绝，或仓库返回服务器错误。拉取\
         镜像由守护进程完成，不在构建容器里，所以起作用的是守护进程（或 BuildKit 容器）的代理和 DNS 设置，\
         而不是你 shell 里的设置。在中国大陆，Docker Hub 无法直接访问。",
    ),
    pitfall: None,
    references: &[
        "https://docs.docker.com/engine/daemon/proxy/",
        "https://docs.docker.com/docker-hub/image-library/mirror/",
        "https://docs.docker.com/build/buildkit/configure/",
    ],
    signs: &[
        sign(84, "Error response from daemon: Get \"{}\": net/http: request canceled"),
        sign(84, "received unexpected HTTP status: 5"),
        sign(80, "DeadlineExceeded: "),
        hint(60, "failed to authorize: failed to fetch"),
    ],
    judge: Some(Judge { fault: true, words: &["context deadline exceeded"], decide: judge }),
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    match images::registry(case) {
        Some(host) if host == "docker.io" => words!("Docker Hub cannot be reached", "无法访问 Docker Hub"),
        Some(host) => words!("the image registry {host} cannot be reached", "无法访问镜像仓库 {host}"),
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let registry = images::registry(case).unwrap_or_else(|| "docker.io".to_owned());
    let mut fixes = Vec::new();
    if registry == "docker.io" {
        fixes.push(network::registry_mirror());
    }
    fixes.push(then(
        edit(
            words!(
                "if your network has an HTTP proxy, name it to the daemon in /etc/docker/daemon.json (Docker Desktop: Settings, Resources, Proxies)",
                "如果网络要求使用 HTTP 代理，在 /etc/docker/daemon.json 中为守护进程配置代理（Docker Desktop：Settings → Resources → Proxies）"
            ),
            "+{ \"proxies\": { \"http-proxy\": \"http://<proxy-host>:<port>\", \"https-proxy\": \"http://<proxy-host>:<port>\", \"no-proxy\": \"localhost,127.0.0.1,<internal-domain>\" } }",
        ),
        "sudo systemctl restart docker",
    ));
    let host = if registry == "docker.io" { "registry-1.docker.io".to_owned() } else { registry };
    fixes.push(safe(run(
        words!("see how far one gets: 401 means that it is reached", "测试连通性：返回 401 说明可以访问"),
        format!("curl -sSI https://{host}/v2/"),
    )));
    fixes.push(network::again(case));
    fixes
}

fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    if let Some(verdict) = net::blames("registry-unreachable", clue) {
        return Some(verdict);
    }
    // The classic builder says no more than this when a pull takes too long.
    let bare = clue.text.trim() == "context deadline exceeded"
        || clue.text.trim().ends_with(": context deadline exceeded");
    (bare && clue.scene.pulls && clue.message().origin != Origin::Outside).then(|| Verdict::sure(85))
}
