//! `tls-expired-or-clock`: the certificate is expired or not yet valid, or the clock is wrong.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge};
use crate::mend::remedy::{run, safe};
use crate::mend::{edits, facts, names, network, words};
use crate::net;
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "tls-expired-or-clock",
    severity: Severity::Error,
    title: Words::fixed(
        "the certificate is expired or not yet valid, or the clock is wrong",
        "证书已过期或尚未生效，或系统时钟不准",
    ),
    explanation: Words::fixed(
        "The certificate is outside its dates as this machine's clock sees it. Either it really expired, \
         or the clock is wrong: virtual machines and Docker Desktop fall behind after sleep. In old \
         images the chain may end in a root that expired meanwhile. apt says `Release file ... is not \
         valid yet` for the same reason.",
        "以本机时钟来看，证书不在有效期内。要么证书真的过期了，要么时钟不准：虚拟机和 Docker Desktop 休眠\
         后时钟会落后。老镜像里的根证书也可能早已过期。apt 报 `Release file ... is not valid yet` 也是同\
         样的原因。",
    ),
    pitfall: Some(Words::fixed(
        "Switching verification off hides an expired certificate together with every forged one; setting \
         the clock or renewing the certificate does not.",
        "关闭校验虽然能绕过过期证书，也会放过所有伪造的证书。应当校准时钟或更新证书。",
    )),
    references: &[
        "https://www.rfc-editor.org/rfc/rfc5280",
        "https://docs.docker.com/engine/network/ca-certs/",
    ],
    signs: &[
        sign(92, "Release file for {} is not valid yet"),
        sign(88, "x509: certificate has expired or is not yet valid"),
        sign(92, "Issued certificate has expired"),
        sign(90, "Issued certificate not yet valid"),
    ],
    judge: Some(Judge::of_fault(|clue| net::blames("tls-expired-or-clock", clue))),
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    match names::host(case) {
        Some(_) if case.text.contains("not valid yet") && !case.text.contains("x509") => {
            words!(
                "the clock is behind: the package index is from the future",
                "系统时钟落后：软件源索引的时间在未来"
            )
        }
        Some(host) => words!(
            "the certificate of {host} is expired or not yet valid, or the clock is wrong",
            "{host} 的证书已过期或尚未生效，或系统时钟不准"
        ),
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let host = names::host(case).unwrap_or_else(|| "<host>".to_owned());
    let mut fixes = vec![
        safe(run(
            words!("compare the clocks: the containers' and the certificate's", "对比容器时钟与证书有效期"),
            format!(
                "date -u; docker run --rm alpine date -u; openssl s_client -connect {host}:443 -servername {host} </dev/null 2>/dev/null | openssl x509 -noout -dates"
            ),
        )),
        safe(run(
            words!(
                "set the clock (Linux; Docker Desktop: restart it)",
                "校准时钟（Linux；Docker Desktop 请重启）"
            ),
            "sudo timedatectl set-ntp true",
        )),
    ];
    if facts::in_docker(case) && network::goal(case) != network::Goal::Registry {
        let packages = edits::Packages {
            alpine: "ca-certificates",
            debian: "ca-certificates",
            redhat: "ca-certificates",
        };
        fixes.extend(edits::install(
            case,
            &packages,
            &words!(
                "old image: refresh its root certificates, or take a newer base",
                "老镜像：更新根证书，或换用更新的基础镜像"
            ),
        ));
    }
    fixes.truncate(4);
    fixes
}
