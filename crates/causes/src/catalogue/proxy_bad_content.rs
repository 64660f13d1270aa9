//! `proxy-bad-content`: the module proxy serves damaged or truncated content.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{advise, run, safe};
use crate::mend::{facts, names, network, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "proxy-bad-content",
    severity: Severity::Error,
    title: Words::fixed(
        "the module proxy serves damaged or truncated content",
        "模块代理返回了损坏或不完整的内容",
    ),
    explanation: Words::fixed(
        "The module proxy delivered something that is not what it should be: a zip that does not open, a \
         cut or malformed answer. Usually the proxy stored a broken download and now serves it to \
         everyone. `go: zip: not a valid zip file` without a path comes from a proxy; the same words \
         behind `unzip /go/pkg/mod/cache/...` mean a damaged local cache (cache-corrupt).",
        "模块代理返回的内容不对：zip 打不开、响应被截断或格式错误。通常是代理缓存了一份损坏的下载，并把它\
         发给所有人。`go: zip: not a valid zip file` 后面没有路径，说明来自代理；如果前面是 `unzip \
         /go/pkg/mod/cache/...`，则是本地缓存损坏（cache-corrupt）。",
    ),
    pitfall: Some(Words::fixed(
        "Turning off the checksum database does not repair a broken zip; it only lets a wrong one through \
         unseen.",
        "关闭校验和数据库并不能修复损坏的 zip，只会让错误的内容悄悄通过。",
    )),
    references: &["https://go.dev/ref/mod#goproxy-protocol", "https://go.dev/ref/mod#module-cache"],
    signs: &[
        sign(92, "^go: zip: not a valid zip file"),
        sign(86, "{}: zip: not a valid zip file"),
        sign(88, "create zip: {}: malformed"),
        sign(84, "zip: checksum error"),
        sign(84, "invalid response from proxy"),
        sign(80, "zip for {} has unexpected file"),
        sign(84, "gzip: invalid checksum"),
        sign(82, "invalid json"),
        sign(92, "proxy returned info for version {} instead of requested version"),
        sign(88, "gzip: invalid header"),
        sign(80, "invalid character '{}' looking for beginning of value"),
        sign(92, "^zip: not a valid zip file"),
    ],
    judge: Some(Judge { fault: false, words: &["/@v/", "/@latest"], decide: judge }),
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    match (names::host(case), names::module_in(case.text)) {
        (Some(host), Some(module)) if host != module => {
            words!("{host} serves a damaged copy of {module}", "{host} 提供的 {module} 已损坏")
        }
        (None, Some(module)) => {
            words!("the module proxy serves a damaged copy of {module}", "模块代理提供的 {module} 已损坏")
        }
        _ => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let module = names::module_in(case.text).unwrap_or_else(|| "<module>".to_owned());
    let mut fixes = vec![network::set_go_env(
        case,
        words!(
            "fetch it from another proxy; go.sum still checks the content",
            "换一个代理下载，go.sum 仍会校验内容"
        ),
        "GOPROXY",
        "https://proxy.golang.org,https://goproxy.cn,direct",
    )];
    if facts::in_docker(case) {
        fixes.push(safe(run(
            words!("build without the cached layer and cache mounts", "不使用已缓存的层和缓存挂载重新构建"),
            format!(
                "docker builder prune --filter type=exec.cachemount && {}",
                facts::build_command(case, "--no-cache")
            ),
        )));
    } else {
        fixes.push(safe(run(
            words!("drop what was downloaded and fetch it again", "清除已下载的内容后重新下载"),
            "go clean -modcache && go mod download",
        )));
    }
    fixes.push(advise(words!(
        "if the proxy is yours: delete its stored copy of {module}",
        "如果代理是自建的：删除它缓存的 {module}"
    )));
    fixes
}

/// A zip that does not open: in the local cache it is the cache's damage, otherwise the server's.
fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    let text = clue.own_text();
    let asked = text.contains("/@v/") || text.contains("/@latest");
    let damaged = text.contains("invalid character")
        || text.contains("unexpected end of JSON input")
        || text.contains("response has content encoding")
        || text.contains("invalid response");
    if asked && damaged && !text.contains("'<'") {
        return Some(Verdict::sure(84).about(clue.url().map_or("", |u| u.host)));
    }
    None
}
