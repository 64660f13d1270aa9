//! `net-timeout`: connections out of the build time out.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge};
use crate::mend::{facts, names, network, words};
use crate::net;
use crate::sign::{hint, sign};

pub(crate) static CAUSE: Cause = Cause {
    id: "net-timeout",
    severity: Severity::Error,
    title: Words::fixed("connections out of the build time out", "构建中的网络连接超时"),
    explanation: Words::fixed(
        "Packets leave the build and nothing comes back: a firewall drops them, the destination is \
         blocked from this network (the Great Firewall drops proxy.golang.org, for instance), or the \
         network lets traffic out only through an HTTP proxy that the build does not know. The name was \
         resolved, so it is not DNS; nobody refused, so the port is not just closed. When small answers \
         arrive and large ones stall, the MTU of a VPN below Docker's bridge is the usual reason.",
        "请求发出去后没有任何回应：防火墙丢弃了数据包、目标在当前网络被屏蔽（例如 proxy.golang.org 在中国\
         大陆无法访问），或者网络只允许经 HTTP 代理出站，而构建并不知道这个代理。域名已经解析成功，所以不\
         是 DNS 的问题；对方也没有拒绝连接，所以不只是端口没开。如果小请求正常、大文件卡住，多半是 VPN \
         的 MTU 小于 Docker 网桥的 MTU。",
    ),
    pitfall: Some(Words::fixed(
        "`GOPROXY=direct` does not help where the network blocks: it asks the modules' own hosts, which \
         are blocked as well, and loses the proxy's protection against vanished versions. Longer timeouts \
         or more retries do not make a dropped packet arrive.",
        "网络被屏蔽时设置 `GOPROXY=direct` 没有用：它会直连各个源站，同样会被屏蔽，还失去了代理对已删除版\
         本的保护。加长超时或增加重试次数，也不会让被丢弃的数据包到达。",
    )),
    references: &[
        "https://go.dev/ref/mod#environment-variables",
        "https://docs.docker.com/engine/cli/proxy/",
        "https://goproxy.cn",
    ],
    signs: &[
        hint(40, "context deadline exceeded"),
        sign(80, "curl: (28) "),
        sign(78, "Timeout was reached"),
        sign(84, "^go: {}: dial tcp: i/o timeout"),
        hint(60, "The job exceeded the maximum time limit"),
        sign(75, "execution took longer than"),
        sign(70, "The job has exceeded the maximum execution time"),
        sign(82, "gpg: keyserver timed out"),
        sign(82, "gpg: keyserver receive failed: Connection timed out"),
    ],
    judge: Some(Judge::of_fault(|clue| net::blames("net-timeout", clue))),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::net::network),
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    let Some(host) = names::host(case) else { return CAUSE.title.clone() };
    names::counted(case, words!("connections to {host} time out", "连接 {host} 超时"))
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let mut fixes = network::mirrors(case);
    fixes.push(network::http_proxy(case));
    if facts::in_docker(case) {
        fixes.push(network::host_network(case));
    } else if let Some(host) = names::host(case) {
        fixes.push(network::ask(case, &host));
    }
    if network::goal(case) == network::Goal::ModuleProxy {
        fixes.push(network::vendor());
    }
    fixes
}
