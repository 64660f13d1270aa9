//! `net-refused`: the connection is refused: nothing listens there.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge};
use crate::mend::remedy::{run, safe};
use crate::mend::{facts, names, network, words};
use crate::net;
use crate::sign::hint;

pub(crate) static CAUSE: Cause = Cause {
    id: "net-refused",
    severity: Severity::Error,
    title: Words::fixed(
        "the connection is refused: nothing listens there",
        "连接被拒绝：目标端口没有服务在监听",
    ),
    explanation: Words::fixed(
        "The host answered, and said that nothing listens on that port. The server is down or restarting, \
         the port or host in a setting is wrong, or a firewall refuses openly instead of dropping. \
         Refused on a loopback address is a different case (net-localhost-proxy); refused on port 53 is \
         name resolution (net-dns). A public server that refuses is usually a firewall or a poisoned DNS \
         answer on the way.",
        "目标主机有回应，但该端口上没有服务在监听。可能是服务挂了或正在重启、配置里的主机或端口写错了，也\
         可能是防火墙直接拒绝而不是丢弃。回环地址被拒绝属于另一种情况（net-localhost-proxy），53 端口被拒\
         绝则是域名解析问题（net-dns）。公共服务器拒绝连接，通常是防火墙拦截或 DNS 被污染。",
    ),
    pitfall: None,
    references: &[
        "https://go.dev/ref/mod#environment-variables",
        "https://docs.docker.com/engine/cli/proxy/",
    ],
    signs: &[hint(70, "curl: (7) ")],
    judge: Some(Judge::of_fault(|clue| net::blames("net-refused", clue))),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::net::network),
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    let Some(host) = target(case) else { return CAUSE.title.clone() };
    names::counted(
        case,
        words!(
            "{host} refuses the connection: nothing listens there",
            "{host} 拒绝连接：该端口没有服务在监听"
        ),
    )
}

/// The host, with the port when it is not HTTPS.
fn target(case: &Case<'_>) -> Option<String> {
    let host = names::host(case)?;
    let port = case.fault.and_then(|f| f.address.as_ref()).and_then(|a| a.port).filter(|p| *p != 443);
    Some(port.map_or_else(|| host.clone(), |port| format!("{host}:{port}")))
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let target = target(case).unwrap_or_else(|| "<host>:<port>".to_owned());
    let (host, port) = target.rsplit_once(':').unwrap_or((&target, "443"));
    let check = format!("nc -vz {host} {port}");
    let command =
        if facts::in_docker(case) { format!("{check}; docker run --rm alpine {check}") } else { check };
    let mirrors = network::mirrors(case);
    let check = safe(run(
        words!(
            "see whether anything listens there, from here and from a container; then start it or mend the address",
            "分别从本机和容器内检查该端口是否有服务在监听，然后启动服务或改正地址"
        ),
        command,
    ));
    let proxy = network::http_proxy(case);
    if mirrors.is_empty() { vec![check, proxy] } else { mirrors.into_iter().chain([proxy, check]).collect() }
}
