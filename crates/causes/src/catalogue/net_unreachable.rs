//! `net-unreachable`: there is no route to the host.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge};
use crate::mend::remedy::{edit, run, safe, then};
use crate::mend::{edits, facts, names, network, words};
use crate::net;

pub(crate) static CAUSE: Cause = Cause {
    id: "net-unreachable",
    severity: Severity::Error,
    title: Words::fixed("there is no route to the host", "没有到达目标主机的路由"),
    explanation: Words::fixed(
        "The system knows no way to the address: no route, no network, or (`cannot assign requested \
         address`, `network is unreachable` on an address with colons) an IPv6 address although the \
         container has no IPv6. The step may also run with `--network=none`. It is not a firewall that \
         drops: then one waits for a timeout.",
        "系统找不到通往该地址的路：没有路由、没有网络，或者容器没有 IPv6 却去连接 IPv6 地址（`cannot \
         assign requested address`，或地址带冒号时的 `network is unreachable`）。也可能这一步使用了 \
         `--network=none`。如果是防火墙丢包，现象会是超时而不是立即失败。",
    ),
    pitfall: None,
    references: &[
        "https://docs.docker.com/engine/daemon/ipv6/",
        "https://docs.docker.com/reference/dockerfile/#run---network",
    ],
    signs: &[],
    judge: Some(Judge::of_fault(|clue| net::blames("net-unreachable", clue))),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::net::network),
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    let Some(host) = names::host(case) else { return CAUSE.title.clone() };
    let words = if is_v6(case) {
        words!(
            "{host} was asked over IPv6, which this network does not have",
            "访问 {host} 时使用了 IPv6，但当前网络没有 IPv6"
        )
    } else {
        words!("there is no route to {host}", "没有到达 {host} 的路由")
    };
    names::counted(case, words)
}

fn is_v6(case: &Case<'_>) -> bool {
    case.fault.and_then(|f| f.address.as_ref()).is_some_and(|a| a.host.contains(':'))
        || case.text.contains("cannot assign requested address")
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let mut fixes = Vec::new();
    if let Some(diff) = edits::replace(case, "--network=none ", "") {
        fixes.push(edit(words!("let this step use the network", "允许这一步访问网络"), diff));
    }
    let v6 = is_v6(case);
    if v6 && facts::in_docker(case) {
        fixes.push(then(
            edit(
                words!(
                    "give the bridge IPv6, in /etc/docker/daemon.json (only where the host itself has IPv6)",
                    "在 /etc/docker/daemon.json 中为网桥启用 IPv6（前提是宿主机有 IPv6）"
                ),
                "+{ \"ipv6\": true, \"fixed-cidr-v6\": \"<a-subnet-of-yours>/64\" }",
            ),
            "sudo systemctl restart docker",
        ));
    }
    if facts::in_docker(case) {
        fixes.push(network::host_network(case));
    } else {
        let host = names::host(case).unwrap_or_else(|| "<host>".to_owned());
        fixes.push(safe(run(
            words!(
                "see which addresses the name has and where packets would go",
                "查看域名的解析结果和路由走向"
            ),
            format!("getent ahosts {host}; ip route; ip -6 route"),
        )));
    }
    fixes.extend(network::mirrors(case));
    if !v6 {
        fixes.push(network::http_proxy(case));
    }
    fixes.truncate(4);
    fixes
}
