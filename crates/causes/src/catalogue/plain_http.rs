//! `plain-http`: the server speaks plain HTTP where TLS is expected.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge};
use crate::mend::remedy::{advise, run, safe};
use crate::mend::{names, private, words};
use crate::net;
use crate::sign::{hint, sign};

pub(crate) static CAUSE: Cause = Cause {
    id: "plain-http",
    severity: Severity::Error,
    title: Words::fixed(
        "the server speaks plain HTTP where TLS is expected",
        "服务器只支持明文 HTTP，而客户端期望 TLS",
    ),
    explanation: Words::fixed(
        "The client began a TLS handshake and the server answered in plain HTTP: an internal registry or \
         code host that has no certificate, or the wrong port. Go and Docker refuse to go on, because \
         anyone on the way could change what is delivered.",
        "客户端发起 TLS 握手，服务器却用明文 HTTP 应答：通常是没有证书的内部镜像仓库或代码服务器，也可能是\
         端口写错了。Go 和 Docker 会拒绝继续，因为链路上的任何人都能篡改内容。",
    ),
    pitfall: Some(Words::fixed(
        "GOINSECURE, GIT_SSL_NO_VERIFY and `insecure-registries` make the error go away by giving up the \
         protection for good; `go get -insecure` is gone from Go for that reason. A certificate (Let's \
         Encrypt, or a company CA) in front of the server costs an hour once.",
        "GOINSECURE、GIT_SSL_NO_VERIFY 和 `insecure-registries` 只是永久放弃保护来消除报错；`go get \
         -insecure` 正是因此被 Go 移除。在服务器前面配一张证书（Let's Encrypt 或公司 CA）是一劳永逸的办法。",
    )),
    references: &["https://docs.docker.com/engine/security/certificates/", "https://go.dev/ref/mod#vcs-find"],
    signs: &[
        sign(90, "server gave HTTP response to HTTPS client"),
        hint(70, "no secure protocol found for repository"),
        sign(93, "redirected from secure URL {} to insecure URL"),
    ],
    judge: Some(Judge::of_fault(|clue| net::blames("plain-http", clue))),
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    match names::host(case) {
        Some(host) if !case.text.contains("no secure protocol") => {
            words!(
                "{host} speaks plain HTTP where TLS is expected",
                "{host} 只支持明文 HTTP，而客户端期望 TLS"
            )
        }
        Some(host) => words!("no secure way to {host} works", "没有可用的安全协议访问 {host}"),
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let host = names::host(case).unwrap_or_else(|| "<host>".to_owned());
    let mut fixes = vec![safe(run(
        words!(
            "see what the server speaks: a certificate, an HTTP answer, or nothing",
            "检查服务器支持的协议：返回证书、HTTP 响应，还是没有响应"
        ),
        format!("curl -sSIv https://{host}/"),
    ))];
    fixes.push(advise(words!(
        "put TLS in front of {host} (reverse proxy with a certificate of your CA) and use that port",
        "在 {host} 前面配置 TLS（用 CA 签发的证书做反向代理），并改用该端口"
    )));
    if case.text.contains("no secure protocol") {
        fixes.push(private::ssh_agent(case, &host));
    }
    fixes
}
