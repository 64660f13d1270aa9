//! `net-proxy-env`: the HTTP proxy setting, or that proxy, is wrong.

use buildlog::chain::FaultKind;
use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge};
use crate::mend::remedy::{run, safe};
use crate::mend::{facts, names, words};
use crate::net;
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "net-proxy-env",
    severity: Severity::Error,
    title: Words::fixed("the HTTP proxy setting, or that proxy, is wrong", "HTTP 代理设置或该代理本身有误"),
    explanation: Words::fixed(
        "The request went to the HTTP proxy of HTTP_PROXY, HTTPS_PROXY or a tool's own setting, and \
         failed there: the proxy wants a login (407), refuses to connect to that host (a bare `Forbidden` \
         or `Service Unavailable` without a number), does not answer, or the setting is misspelt. `first \
         record does not look like a TLS handshake` behind `proxyconnect` means that the variable says \
         https:// for a proxy that speaks http://. A host that should be reached directly belongs into \
         NO_PROXY.",
        "请求被发往 HTTP_PROXY、HTTPS_PROXY 或工具自身设置的 HTTP 代理，并在那里失败：代理要求认证（407）、\
         拒绝连接目标主机（只有 `Forbidden` 或 `Service Unavailable`，没有状态码）、没有应答，或者设置写错\
         了。`proxyconnect` 之后出现 `first record does not look like a TLS handshake`，说明代理本身是 \
         http://，变量却写成了 https://。应当直连的主机要写进 NO_PROXY。",
    ),
    pitfall: Some(Words::fixed(
        "A proxy password in ENV or ARG stays readable in the image's history. Docker's predefined proxy \
         arguments are kept out of it; better still is a local proxy without a password. Turning off TLS \
         verification does not help against a proxy that refuses.",
        "写在 ENV 或 ARG 里的代理密码会留在镜像历史中，任何人都能读到。Docker 预定义的代理构建参数不会进入\
         镜像历史；更好的办法是使用不需要密码的本地代理。关闭 TLS 校验对拒绝服务的代理毫无作用。",
    )),
    references: &[
        "https://docs.docker.com/engine/cli/proxy/",
        "https://docs.docker.com/build/building/variables/",
        "https://docs.docker.com/engine/daemon/proxy/",
    ],
    signs: &[
        sign(88, "invalid proxy URL port"),
        sign(88, "http: error connecting to proxy {}:"),
        sign(88, "proxy: unknown scheme: {}"),
        sign(88, "parse \"{}\": first path segment in URL cannot contain colon"),
        sign(85, "CONNECT tunnel failed, response {}"),
        sign(85, "from proxy after CONNECT"),
        sign(95, "proxyconnect tcp: dial tcp: address {}: invalid port"),
        sign(95, "proxyconnect tcp: dial tcp: lookup http on"),
        sign(95, "proxyconnect tcp: dial tcp: lookup https on"),
        sign(95, "proxyconnect tcp: dial tcp: lookup \"http"),
        sign(95, "proxyconnect tcp: dial tcp: lookup http:"),
        sign(92, "malformed HTTP status code"),
    ],
    judge: Some(Judge::of_fault(|clue| net::blames("net-proxy-env", clue))),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::net::proxy_env),
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    let proxy = proxy(case);
    let text = case.text;
    if text.contains("407") || text.contains("Proxy Authentication Required") {
        return words!(
            "the HTTP proxy wants a user name and password (407)",
            "HTTP 代理要求用户名和密码（407）"
        );
    }
    if text.contains("first record does not look like a TLS handshake") {
        return words!(
            "HTTPS_PROXY says https://, but the proxy speaks http://",
            "HTTPS_PROXY 写成了 https://，但代理本身只支持 http://"
        );
    }
    let host = names::host(case).filter(|h| Some(h) != proxy.as_ref());
    match (proxy, host) {
        (Some(proxy), _) => words!("the HTTP proxy {proxy} cannot be used", "HTTP 代理 {proxy} 无法使用"),
        (None, Some(host)) if matches!(case.fault.map(|f| f.kind), Some(FaultKind::Proxy)) => {
            words!(
                "the HTTP proxy does not let the build through to {host}",
                "HTTP 代理不放行到 {host} 的连接"
            )
        }
        _ => CAUSE.title.clone(),
    }
}

/// The proxy's own address, when the message names it.
fn proxy(case: &Case<'_>) -> Option<String> {
    let spoken = case.text.contains("proxyconnect")
        || case.text.contains("error connecting to proxy")
        || case.text.contains("socks connect");
    spoken.then(|| names::address(case)).flatten()
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let host = names::host(case).unwrap_or_else(|| "<host>".to_owned());
    let login = if case.text.contains("407") || case.text.contains("Proxy Authentication") {
        "<user>:<password>@"
    } else {
        ""
    };
    let look = safe(run(
        words!("see where the setting comes from", "查看代理设置的来源"),
        "env | grep -i _proxy; grep -A6 '\"proxies\"' ~/.docker/config.json; docker info | grep -i proxy",
    ));
    let right = if facts::in_docker(case) {
        facts::build_command(
            case,
            &format!(
                "--build-arg HTTPS_PROXY=http://{login}<proxy-host>:<port> --build-arg HTTP_PROXY=http://{login}<proxy-host>:<port>"
            ),
        )
    } else {
        format!(
            "export HTTPS_PROXY=http://{login}<proxy-host>:<port> HTTP_PROXY=http://{login}<proxy-host>:<port>"
        )
    };
    let right = safe(run(
        words!(
            "name the proxy rightly: http:// as its scheme also for HTTPS_PROXY, host and port, nothing else (these arguments stay out of the image's history)",
            "正确填写代理：HTTPS_PROXY 的协议一般也写 http://，只写主机和端口（这些参数不会进入镜像历史）"
        ),
        right,
    ));
    let direct = if facts::in_docker(case) {
        facts::build_command(case, &format!("--build-arg NO_PROXY=localhost,127.0.0.1,{host}"))
    } else {
        format!("export NO_PROXY=localhost,127.0.0.1,{host}")
    };
    let direct = safe(run(words!("or go around the proxy for {host}", "或让 {host} 不经过代理"), direct));
    vec![look, right, direct]
}
