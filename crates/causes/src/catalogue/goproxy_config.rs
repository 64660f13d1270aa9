//! `goproxy-config`: GOPROXY itself is set wrongly.

use buildlog::chain::FaultKind;
use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge};
use crate::mend::remedy::{edit, run, safe, then};
use crate::mend::{edits, facts, names, network, words};
use crate::net;
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "goproxy-config",
    severity: Severity::Error,
    title: Words::fixed("GOPROXY itself is set wrongly", "GOPROXY 设置有误"),
    explanation: Words::fixed(
        "GOPROXY is not usable as it is set: it is no URL, its scheme is mistyped, it says `off` while \
         modules are missing, or it asks with https:// a server that speaks plain HTTP on that port. It \
         may be set in the Dockerfile (ENV, ARG), by a build argument, by the shell, or with `go env -w`. \
         An ARG before FROM, or one that was never passed, leaves it empty, which is the default and no \
         fault.",
        "GOPROXY 的值无法使用：不是 URL、协议写错、在缺少模块时设成了 `off`，或用 https:// 去访问只支持明\
         文 HTTP 的端口。它可能来自 Dockerfile （ENV、ARG）、构建参数、shell 环境，或 `go env -w`。写在 \
         FROM 之前或没有传入的 ARG 会使它为空，而空值等于默认值，并不是错误。",
    ),
    pitfall: None,
    references: &[
        "https://go.dev/ref/mod#environment-variables",
        "https://docs.docker.com/reference/dockerfile/#arg",
    ],
    signs: &[
        sign(95, "module lookup disabled by GOPROXY=off"),
        sign(95, "module lookup disabled by GOPROXY={}"),
        sign(94, "invalid proxy URL"),
        sign(94, "unsupported proxy \"{}\""),
        sign(94, "GOPROXY list is not the empty string, but contains no entries"),
        sign(94, "proxy URL scheme is not supported"),
        sign(92, "invalid GOPROXY"),
        sign(92, "unsupported protocol scheme"),
        sign(92, "invalid proxy URL missing scheme"),
        sign(92, "GOPROXY: parse "),
        sign(90, "first path segment in URL cannot contain colon"),
        sign(90, "no Host in request URL"),
        sign(88, "disabled by -mod=vendor, GOPROXY=off"),
    ],
    judge: Some(Judge::of_fault(|clue| net::blames("goproxy-config", clue))),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::net::goproxy_config),
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    if case.text.contains("GOPROXY=off") {
        return words!("GOPROXY=off, but modules are still missing", "GOPROXY=off，但仍缺少模块");
    }
    match names::host(case) {
        Some(host) if is_plain_http(case) => words!(
            "GOPROXY says https://{host}, but {host} speaks plain HTTP there",
            "GOPROXY 写的是 https://{host}，但该端口只支持明文 HTTP"
        ),
        _ => CAUSE.title.clone(),
    }
}

fn is_plain_http(case: &Case<'_>) -> bool {
    matches!(case.fault.map(|f| f.kind), Some(FaultKind::PlainHttp))
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let look = safe(run(
        words!("see what GOPROXY is and where it comes from", "查看 GOPROXY 的值及其来源"),
        "go env GOPROXY GOFLAGS; grep -n GOPROXY Dockerfile; env | grep GOPROXY",
    ));
    if case.text.contains("GOPROXY=off") {
        let vendor = network::vendor();
        let on = network::set_go_env(
            case,
            words!("let Go fetch modules", "允许 Go 下载模块"),
            "GOPROXY",
            "https://proxy.golang.org,direct",
        );
        return vec![on, vendor, look];
    }
    if is_plain_http(case) {
        let host = names::host(case).unwrap_or_else(|| "<host>".to_owned());
        return vec![
            run(
                words!(
                    "put TLS in front of {host} (a reverse proxy with a certificate) and keep https:// in GOPROXY",
                    "在 {host} 前面配置 TLS（带证书的反向代理），GOPROXY 保持 https://"
                ),
                format!("curl -sSI https://{host}/"),
            ),
            look,
        ];
    }
    let right = network::set_go_env(
        case,
        words!(
            "set it to whole URLs, separated by commas (default, or goproxy.cn in mainland China)",
            "改为完整的 URL，用逗号分隔（默认值，或中国大陆使用 goproxy.cn）"
        ),
        "GOPROXY",
        "https://proxy.golang.org,direct",
    );
    let mut fixes = vec![right];
    if facts::in_docker(case) {
        fixes.push(then(
            edit(
                words!("or in the Dockerfile for every build", "或在 Dockerfile 中对所有构建生效"),
                edits::below_from(case, &["ENV GOPROXY=https://goproxy.cn,direct"]),
            ),
            facts::build_command(case, ""),
        ));
    }
    fixes.push(look);
    fixes
}
