//! `sumdb-unreachable`: the checksum database cannot be reached.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge};
use crate::mend::remedy::run;
use crate::mend::{names, network, words};
use crate::net;
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "sumdb-unreachable",
    severity: Severity::Error,
    title: Words::fixed("the checksum database cannot be reached", "无法访问校验和数据库"),
    explanation: Words::fixed(
        "Go wants to check a module's sum against the checksum database (sum.golang.org, or a proxy that \
         passes it on) and gets no answer or a server error. The module itself may have arrived. It asks \
         only for modules that go.sum does not hold yet. 404 and 410 are a different case: the database \
         cannot see the module, because it is private or gone (goprivate-missing).",
        "Go 需要向校验和数据库（sum.golang.org，或转发它的代理）核对模块的校验和，但没有得到应答，或得到服\
         务器错误。模块本身可能已经下载成功。只有 go.sum 里还没有的模块才会查询。404 和 410 是另一种情况：\
         数据库看不到该模块，因为它是私有的或已被删除（goprivate-missing）。",
    ),
    pitfall: Some(Words::fixed(
        "GOSUMDB=off, GONOSUMDB=* and GONOSUMCHECK let every first download pass unchecked, for all \
         modules. The same database answers under another name, and a committed, complete go.sum needs no \
         question at all.",
        "GOSUMDB=off、GONOSUMDB=* 和 GONOSUMCHECK 会让所有模块的首次下载都不经校验。同一数据库有另一个域名\
         可用；如果提交了完整的 go.sum，则根本不需要查询。",
    )),
    references: &["https://go.dev/ref/mod#checksum-database", "https://go.dev/ref/mod#go-sum-files"],
    signs: &[sign(84, "initializing sumdb.Client")],
    judge: Some(Judge::of_fault(|clue| net::blames("sumdb-unreachable", clue))),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::net::network),
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    let Some(host) = names::host(case) else { return CAUSE.title.clone() };
    let words = if host.starts_with("sum.golang.") {
        words!("the checksum database {host} cannot be reached", "无法访问校验和数据库 {host}")
    } else {
        words!("{host} does not pass on the checksum database", "{host} 无法转发校验和数据库的查询")
    };
    names::counted(case, words)
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    vec![
        network::sumdb_mirror(case),
        network::module_mirror(case),
        run(
            words!(
                "complete go.sum where the network works and commit it: then nobody needs to ask",
                "在网络正常的环境中补全 go.sum 并提交，之后就不需要再查询"
            ),
            "go mod tidy && go mod verify && git add go.mod go.sum",
        ),
        network::http_proxy(case),
    ]
}
