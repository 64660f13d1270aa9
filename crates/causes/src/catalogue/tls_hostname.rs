//! `tls-hostname`: the certificate is for another name.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge};
use crate::mend::remedy::advise;
use crate::mend::{names, network, words};
use crate::net;

pub(crate) static CAUSE: Cause = Cause {
    id: "tls-hostname",
    severity: Severity::Error,
    title: Words::fixed("the certificate is for another name", "证书对应的是另一个域名"),
    explanation: Words::fixed(
        "The certificate is valid, but made out for another name than the one asked. A proxy, load \
         balancer or captive portal answers in the server's place, the name in the URL is an alias or an \
         IP address that the certificate does not list, or the DNS answer is forged.",
        "证书本身有效，但签发给了另一个域名。可能是代理、负载均衡或网络认证页代替服务器应答，也可能 URL 中\
         使用的别名或 IP 不在证书里，或者 DNS 被污染。",
    ),
    pitfall: Some(Words::fixed(
        "Skipping verification accepts whoever answers. Use a name that the certificate lists, or have \
         the certificate issued for this name too.",
        "跳过校验等于信任任何应答者。应当使用证书中列出的域名，或让证书加上这个域名。",
    )),
    references: &["https://www.rfc-editor.org/rfc/rfc6125", "https://pkg.go.dev/crypto/x509#HostnameError"],
    signs: &[],
    judge: Some(Judge::of_fault(|clue| net::blames("tls-hostname", clue))),
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    let listed = crate::sign::find("certificate is valid for {}, not ", case.text)
        .and_then(|f| names::plain(f.holes[0].split(',').next()?).map(str::to_owned));
    match (names::host(case), listed) {
        (Some(host), Some(listed)) => {
            words!("the certificate shown for {host} is for {listed}", "访问 {host} 得到的证书属于 {listed}")
        }
        (Some(host), None) => words!(
            "the certificate shown for {host} is for another name",
            "访问 {host} 得到的证书属于另一个域名"
        ),
        _ => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let host = names::host(case).unwrap_or_else(|| "<host>".to_owned());
    let mut fixes = vec![network::show_certificate(&host)];
    fixes.push(advise(words!(
        "ask for {host} under a name that the certificate lists, or have one issued for {host}",
        "改用证书中列出的域名访问，或为 {host} 重新签发证书"
    )));
    fixes.extend(network::mirrors(case));
    fixes
}
