//! `net-sign-in-page`: a sign-in, block or error page came in place of what was asked for.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{run, safe};
use crate::mend::{names, network, words};
use crate::sign::{hint, sign};

pub(crate) static CAUSE: Cause = Cause {
    id: "net-sign-in-page",
    severity: Severity::Error,
    title: Words::fixed(
        "a sign-in, block or error page came in place of what was asked for",
        "返回的是登录页、拦截页或错误页，而不是请求的内容",
    ),
    explanation: Words::fixed(
        "Something answered with status 200 and an HTML page (a captive portal, a company's block page, a \
         login form, a mirror's error page) where Go expected a go.mod, a JSON answer or a checksum \
         record. Four faces of it: `malformed record data`, `missing module line`, `invalid character \
         '<'`, and a go.mod `checksum mismatch`. The server named in the message may never have been \
         asked.",
        "本应返回 go.mod、JSON 或校验和记录的地方，收到的却是状态码为 200 的 HTML 页面：网络认证页、公司拦\
         截页、登录页或镜像站的错误页。它有四种表现：`malformed record data`、`missing module line`、\
         `invalid character '<'`，以及 go.mod 的 `checksum mismatch`。报错里的服务器可能根本没有收到请求。",
    ),
    pitfall: Some(Words::fixed(
        "A mismatch caused by a page is the checksum doing its work: deleting go.sum or turning off the \
         database would store the page as if it were the module.",
        "页面导致的校验和不匹配，说明校验在正常工作：此时删除 go.sum 或关闭校验和数据库，等于把网页当成模\
         块保存下来。",
    )),
    references: &["https://go.dev/ref/mod#goproxy-protocol", "https://docs.docker.com/engine/cli/proxy/"],
    signs: &[
        sign(90, "malformed record data"),
        sign(86, "invalid character '<' looking for beginning of value"),
        sign(84, "go.mod:{}: unknown directive: <"),
        sign(84, "unknown directive: <!DOCTYPE"),
        sign(84, "unknown directive: <html"),
        hint(80, "XML syntax error on line"),
        sign(84, "malformed note"),
        hint(88, "parsing go.mod: missing module line"),
    ],
    judge: Some(Judge { fault: false, words: &["<html", "<HTML", "<!doctype", "<!DOCTYPE"], decide: judge }),
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    match names::host(case).filter(|_| buildlog::chain::url_in(case.text).is_some()) {
        Some(host) => words!(
            "a web page came back from {host} in place of what was asked for",
            "{host} 返回的是网页，而不是请求的内容"
        ),
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let url = buildlog::chain::url_in(case.text).map(|u| u.whole).filter(|u| names::plain(u).is_some());
    let url = url.unwrap_or("https://proxy.golang.org/golang.org/x/text/@v/list");
    vec![
        safe(run(
            words!("look at the page: it says who sent it", "看看返回的页面，它会说明来自哪里"),
            format!("curl -sSL {url} | head -20"),
        )),
        network::http_proxy(case),
        network::module_mirror(case),
    ]
}

/// HTML where text or an archive was expected.
fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    let text = clue.own_text();
    let lower = text.get(..text.len().min(300)).unwrap_or(text).to_ascii_lowercase();
    let html = lower.contains("<!doctype html") || lower.contains("<html");
    let asked = text.contains("/@v/")
        || text.contains("go.mod")
        || text.contains("invalid version")
        || text.contains("checksum");
    (html && asked).then(|| Verdict::sure(88).about(clue.url().map_or("", |u| u.host)))
}
