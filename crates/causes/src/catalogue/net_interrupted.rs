//! `net-interrupted`: a connection broke half way.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge};
use crate::mend::remedy::{edit, then};
use crate::mend::{facts, names, network, words};
use crate::net;
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "net-interrupted",
    severity: Severity::Error,
    title: Words::fixed("a connection broke half way", "连接中途断开"),
    explanation: Words::fixed(
        "The connection stood and broke before everything had arrived: a reset, an unexpected end, a TLS \
         handshake that never ended, an HTTP/2 stream that was cancelled. Overloaded links, middleboxes \
         that cut long transfers, and a wrong MTU (VPN, nested Docker) do that. Once it is chance; when \
         it always breaks at the same place, something on the way cuts it on purpose.",
        "连接已经建立，但内容还没收完就断了：连接被重置、意外的 EOF、TLS 握手迟迟不能完成、HTTP/2 流被取消。\
         链路过载、中间设备切断长时间传输、MTU 不匹配（VPN、Docker 嵌套）都会导致这种现象。偶尔一次是运气；\
         每次都断在同一处，就是链路上有设备在故意切断。",
    ),
    pitfall: Some(Words::fixed(
        "`git config http.postBuffer`, often advised for `RPC failed`, concerns uploads and does nothing \
         for a fetch that breaks.",
        "针对 `RPC failed` 常见的建议 `git config http.postBuffer` 只影响上传，对中断的 fetch 没有任何作用。",
    )),
    references: &["https://docs.docker.com/build/cache/optimize/", "https://go.dev/ref/mod#module-cache"],
    signs: &[
        sign(80, "error: RPC failed; "),
        sign(80, "fatal: the remote end hung up unexpectedly"),
        sign(80, "fatal: early EOF"),
        sign(80, "stream error: stream ID {}"),
        sign(80, "http2: server sent GOAWAY"),
        sign(80, "http2: client connection lost"),
        sign(84, "^go: {}@{}: read \"{}\": unexpected EOF"),
        sign(78, "net/http: TLS handshake timeout"),
        sign(70, "curl: (56) "),
        sign(70, "curl: (18) "),
        sign(70, "curl: (35) "),
        sign(70, "curl: (92) "),
        sign(70, "curl: (52) "),
        sign(84, "malformed HTTP response"),
        sign(82, ": IO ERROR"),
    ],
    judge: Some(Judge::of_fault(|clue| net::blames("net-interrupted", clue))),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::net::network),
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    let Some(host) = names::host(case) else { return CAUSE.title.clone() };
    names::counted(case, words!("the connection to {host} broke half way", "与 {host} 的连接中途断开"))
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let mut fixes = vec![network::again(case)];
    let goal = network::goal(case);
    if facts::in_docker(case) && matches!(goal, network::Goal::ModuleProxy | network::Goal::Origin) {
        fixes.push(network::keep_downloads(case));
    }
    fixes.extend(network::mirrors(case));
    if facts::in_docker(case) {
        fixes.push(then(
            edit(
                words!(
                    "when large answers always stall: lower the bridge's MTU to the VPN's, in /etc/docker/daemon.json",
                    "如果大文件总是中断：在 /etc/docker/daemon.json 中把网桥 MTU 调到不大于 VPN 的 MTU"
                ),
                "+{ \"mtu\": <mtu-of-the-vpn> }",
            ),
            "ip link show; sudo systemctl restart docker",
        ));
    }
    fixes.truncate(4);
    fixes
}
