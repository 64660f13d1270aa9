//! `tls-unknown-authority`: the certificate's issuer is not trusted inside the build.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge};
use crate::mend::remedy::edit;
use crate::mend::{edits, facts, names, network, words};
use crate::net;
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "tls-unknown-authority",
    severity: Severity::Error,
    title: Words::fixed(
        "the certificate's issuer is not trusted inside the build",
        "构建环境不信任证书的签发者",
    ),
    explanation: Words::fixed(
        "The server showed a certificate that nobody in the image vouches for. Three reasons: a company \
         gateway opens TLS and signs with its own authority, which your laptop trusts but the image does \
         not; the image has no `ca-certificates` at all (scratch, slim and old images); or the server \
         uses a private or self-signed certificate. The certificate's issuer tells which.",
        "服务器返回的证书，镜像里没有任何机构为它背书。常见原因有三个：公司网关会解密 TLS，并用自己的 CA \
         重新签发，你的电脑信任它而镜像不信任；镜像里根本没有 `ca-certificates`（scratch、slim 或老旧镜像）；\
         或者服务器使用私有 CA、自签名证书。查看证书的签发者就能区分。",
    ),
    pitfall: Some(Words::fixed(
        "GIT_SSL_NO_VERIFY, `http.sslVerify false`, `curl -k`, GOINSECURE and `apk --allow-untrusted` \
         switch the check off for everyone on the way, not just for the gateway. Adding the one missing \
         authority is as short and keeps the check.",
        "GIT_SSL_NO_VERIFY、`http.sslVerify false`、`curl -k`、GOINSECURE、`apk --allow-untrusted` 会对链\
         路上的所有人关闭校验，而不仅仅是公司网关。把缺少的 CA 证书加进镜像同样只需两行，而且校验仍然有效。",
    )),
    references: &[
        "https://docs.docker.com/engine/network/ca-certs/",
        "https://pkg.go.dev/crypto/x509#SystemCertPool",
        "https://docs.docker.com/build/building/secrets/",
    ],
    signs: &[
        sign(88, "x509: certificate signed by unknown authority"),
        sign(86, "SSL certificate problem: {} certificate"),
        sign(84, "No system certificates available"),
        sign(84, "TLS: server certificate not trusted"),
        sign(82, "curl: (60) "),
        sign(82, "curl: (77) "),
    ],
    judge: Some(Judge::of_fault(|clue| net::blames("tls-unknown-authority", clue))),
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    let Some(host) = names::host(case) else { return CAUSE.title.clone() };
    let words = if has_no_roots(case) {
        words!(
            "the image has no CA certificates, so {host} cannot be verified",
            "镜像中没有 CA 证书，无法验证 {host}"
        )
    } else {
        words!(
            "the issuer of the certificate shown for {host} is not trusted here",
            "{host} 的证书签发者不受信任"
        )
    };
    names::counted(case, words)
}

/// The tools found no certificates at all.
fn has_no_roots(case: &Case<'_>) -> bool {
    case.text.contains("No system certificates available")
        || case.text.contains("CAfile: none")
        || case.text.contains("curl: (77)")
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let host = names::host(case).unwrap_or_else(|| "<host>".to_owned());
    let mut fixes = Vec::new();
    let pull = network::goal(case) == network::Goal::Registry;
    if pull {
        fixes.push(crate::mend::remedy::run(
            words!(
                "let the Docker daemon trust the registry's CA (get ca.crt from those who run it)",
                "让 Docker 守护进程信任镜像仓库的 CA（向管理员索取 ca.crt）"
            ),
            format!(
                "sudo mkdir -p /etc/docker/certs.d/{host} && sudo cp ca.crt /etc/docker/certs.d/{host}/ca.crt"
            ),
        ));
    } else {
        let bare = facts::base(case).is_none_or(|i| !i.is_golang());
        let install = || {
            let packages = edits::Packages {
                alpine: "ca-certificates",
                debian: "ca-certificates",
                redhat: "ca-certificates",
            };
            edits::install(case, &packages, &words!("install the public CA certificates", "安装公共 CA 证书"))
        };
        if has_no_roots(case) && bare {
            fixes.extend(install());
        }
        fixes.push(network::company_ca(case));
        if facts::in_docker(case) {
            fixes.push(network::company_ca_secret(case));
            if fixes.len() < 3 && case.instruction.starts_with("ENTRYPOINT") {
                fixes.push(edit(
                    words!(
                        "in a scratch image: bring the certificates from the build stage",
                        "scratch 镜像：从构建阶段复制证书"
                    ),
                    "+COPY --from=<build-stage> /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/",
                ));
            }
        }
    }
    fixes.push(network::show_certificate(&host));
    fixes.truncate(4);
    fixes
}
