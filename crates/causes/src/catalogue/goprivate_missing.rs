//! `goprivate-missing`: a private module was sent to the public proxy or checksum database.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge};
use crate::mend::{names, private, words};
use crate::net;

pub(crate) static CAUSE: Cause = Cause {
    id: "goprivate-missing",
    severity: Severity::Error,
    title: Words::fixed(
        "a private module was sent to the public proxy or checksum database",
        "私有模块被发往公共代理或校验和数据库",
    ),
    explanation: Words::fixed(
        "Go asked a public server about a module that only your network can see: the public module proxy, \
         or the checksum database (`reading https://sum.golang.org/lookup/...: 404` or `410 Gone`). The \
         module's name has become known to that server. GOPRIVATE says which paths to fetch from their \
         own host and not to look up; it must be set inside the build, your shell's setting does not \
         reach it. A public module gets 410 too when its tag was pushed a moment ago or its zip cannot be \
         made.",
        "Go 向公共服务器查询了只有内部网络才能访问的模块：公共模块代理，或校验和数据库（`reading \
         https://sum.golang.org/lookup/...: 404` 或 `410 Gone`）。模块名已经泄露给了该服务器。GOPRIVATE 指\
         定哪些路径直接从源站获取且不查校验和数据库；它必须在构建内设置，shell 里的设置不会传进去。公开模\
         块在刚推送标签或无法打包时，也会返回 410。",
    ),
    pitfall: Some(Words::fixed(
        "GOSUMDB=off and GONOSUMDB=* drop the check for all modules, public ones too. GOPRIVATE drops it \
         only for yours, and go.sum still checks them.",
        "GOSUMDB=off 和 GONOSUMDB=* 会让所有模块（包括公开模块）都不再校验。GOPRIVATE 只对你自己的模块生效，\
         而且 go.sum 仍然会校验。",
    )),
    references: &[
        "https://go.dev/ref/mod#private-modules",
        "https://go.dev/ref/mod#private-module-privacy",
        "https://pkg.go.dev/cmd/go#hdr-Configuration_for_downloading_non_public_code",
    ],
    signs: &[],
    judge: Some(Judge::of_fault(|clue| net::blames("goprivate-missing", clue))),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::access::goprivate),
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    let Some(module) = names::module(case) else { return CAUSE.title.clone() };
    match names::host(case).filter(|h| !module.starts_with(h.as_str())) {
        Some(host) => words!(
            "{host} was asked about {module}, which only its own host knows",
            "向 {host} 查询了私有模块 {module}"
        ),
        None => words!(
            "{module} is private, but was sent to a public server",
            "{module} 是私有模块，却被发往公共服务器"
        ),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let module = names::module(case).unwrap_or_else(|| "<host>/<owner>".to_owned());
    let host = module.split('/').next().unwrap_or("<git-host>").to_owned();
    vec![private::goprivate(case, &module), private::netrc(case, &host), private::ssh_agent(case, &host)]
}
