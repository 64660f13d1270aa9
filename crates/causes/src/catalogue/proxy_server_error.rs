//! `proxy-server-error`: the module proxy or the VCS host answers with an error of its own.

use buildlog::chain::FaultKind;
use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge};
use crate::mend::remedy::{run, safe};
use crate::mend::{facts, names, network, words};
use crate::net;
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "proxy-server-error",
    severity: Severity::Error,
    title: Words::fixed(
        "the module proxy or the VCS host answers with an error of its own",
        "模块代理或代码托管服务器返回了自身的错误",
    ),
    explanation: Words::fixed(
        "The module proxy or the code host was reached and says itself that it cannot serve: 500, 502, \
         503, 504, too many requests (429), or it redirects for ever. The fault is on that server or on \
         what stands behind it; nothing in the Dockerfile is wrong. With commas in GOPROXY Go does not go \
         on to the next entry after such an answer, only after 404 and 410.",
        "模块代理或代码托管服务器可以访问，但它自己表示无法服务：500、502、503、504、请求过多（429），或无\
         限重定向。问题出在服务器或其上游，与 Dockerfile 无关。GOPROXY 用逗号分隔时，Go 遇到这类错误不会\
         尝试下一个地址，只有 404 和 410 才会。",
    ),
    pitfall: Some(Words::fixed(
        "With `|` in GOPROXY Go goes on after every error. That helps availability, but the last entry's \
         error then hides the first one's, and a private module's name may be sent to the next, public \
         server.",
        "GOPROXY 用 `|` 分隔时，任何错误都会尝试下一个地址。可用性提高了，但最后一个地址的错误会掩盖最初的\
         错误，私有模块名也可能被发给后面的公共服务器。",
    )),
    references: &["https://go.dev/ref/mod#goproxy-protocol", "https://go.dev/ref/mod#environment-variables"],
    signs: &[
        sign(84, "stopped after 10 redirects"),
        sign(84, "Maximum (20) redirects followed"),
        sign(78, "bad upstream"),
        sign(80, "fatal: unable to access '{}': The requested URL returned error: 5"),
        sign(70, "fetch timed out"),
    ],
    judge: Some(Judge::of_fault(|clue| net::blames("proxy-server-error", clue))),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::net::network),
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    let Some(host) = names::host(case) else { return CAUSE.title.clone() };
    let words = match case.fault.map(|f| f.kind) {
        Some(FaultKind::Status(429)) => {
            words!("{host} answers 429: too many requests", "{host} 返回 429：请求过于频繁")
        }
        Some(FaultKind::Status(code)) => {
            words!("{host} answers {code}: the fault is on its side", "{host} 返回 {code}：故障在对方服务器")
        }
        _ if case.text.contains("redirects") => words!("{host} redirects for ever", "{host} 无限重定向"),
        _ => words!("{host} answers with an error of its own", "{host} 返回了自身的错误"),
    };
    names::counted(case, words)
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let mut fixes = vec![network::again(case)];
    let host = names::host(case);
    if network::goal(case) == network::Goal::ModuleProxy {
        let own = host.filter(|_| network::mirrors(case).is_empty());
        match (own, names::origin(case)) {
            // A company's proxy: its address stays first, and any of its errors lets Go go on.
            (Some(host), Some((scheme, _, server))) => fixes.push(network::set_go_env(
                case,
                words!(
                    "let Go go on to the public proxy when {host} fails (only if your modules' names may be seen there)",
                    "{host} 出错时改用公共代理（前提是模块名可以对外公开）"
                ),
                "GOPROXY",
                &format!("'{scheme}://{server}|https://proxy.golang.org'"),
            )),
            _ => fixes.push(network::module_mirror(case)),
        }
    } else {
        fixes.extend(network::mirrors(case));
    }
    if let Some((scheme, host, server)) = names::origin(case) {
        fixes.push(safe(run(
            words!(
                "see what {host} says now; if it is yours, its own log says why",
                "查看 {host} 当前的响应；如果是自建服务，请看它自己的日志"
            ),
            format!("curl -sSi {scheme}://{server}/ | head -20"),
        )));
    }
    if facts::in_docker(case) && network::goal(case) == network::Goal::ModuleProxy {
        fixes.push(network::keep_downloads(case));
    }
    fixes.truncate(4);
    fixes
}
