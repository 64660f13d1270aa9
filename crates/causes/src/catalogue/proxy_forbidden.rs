//! `proxy-forbidden`: the module proxy refuses this module by its own policy.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge};
use crate::mend::remedy::{advise, run, safe};
use crate::mend::{names, words};
use crate::net;
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "proxy-forbidden",
    severity: Severity::Error,
    title: Words::fixed(
        "the module proxy refuses this module by its own policy",
        "模块代理按自己的策略拒绝了该模块",
    ),
    explanation: Words::fixed(
        "The module proxy answers 403: it knows the module and refuses it by a rule of its own (curation, \
         quarantine, an allow list, missing rights of your account). Asking again or elsewhere does not \
         change the rule. A 403 of an HTTP proxy on the way (net-proxy-env) has no module path in it.",
        "模块代理返回 403：它认识这个模块，但按自身规则拒绝提供（准入策略、隔离区、白名单，或你的账号没有\
         权限）。重试没有用。如果 403 来自中间的 HTTP 代理（net-proxy-env），报错里不会有模块路径。",
    ),
    pitfall: Some(Words::fixed(
        "Going around the gate with `GOPROXY=direct` or a public mirror defeats the rule that someone \
         made on purpose, often because of a known vulnerability. Ask for a release, or take a version \
         that passes.",
        "用 `GOPROXY=direct` 或公共镜像绕过限制，等于违反了专门设置的规则，而规则往往是因为已知漏洞才加上\
         的。请申请放行，或换用允许的版本。",
    )),
    references: &["https://go.dev/ref/mod#goproxy-protocol", "https://go.dev/ref/mod#go-mod-graph"],
    signs: &[
        sign(93, "blocked by curation"),
        sign(90, "has been quarantined"),
        sign(88, "not in the allow list"),
        sign(94, "REQUESTED ITEM IS QUARANTINED"),
        sign(90, ": 403 {}quarantin"),
    ],
    judge: Some(Judge::of_fault(|clue| net::blames("proxy-forbidden", clue))),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::net::network),
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    match (names::module(case), names::host(case)) {
        (Some(module), Some(host)) => words!(
            "{host} refuses {module} by its own policy (403)",
            "{host} 按自身策略拒绝提供 {module}（403）"
        ),
        (_, Some(host)) => words!(
            "{host} refuses the module by its own policy (403)",
            "{host} 按自身策略拒绝提供该模块（403）"
        ),
        _ => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let module = names::module(case).unwrap_or_else(|| "<module>".to_owned());
    let host = names::host(case).unwrap_or_else(|| "<the proxy>".to_owned());
    vec![
        safe(run(
            words!("see who needs {module}", "查看是谁依赖了 {module}"),
            format!("go mod why -m {module}"),
        )),
        run(
            words!("take a version that the policy lets through", "换用策略允许的版本"),
            format!("go list -m -versions {module}\ngo get {module}@<allowed-version> && go mod tidy"),
        ),
        advise(words!(
            "or ask those who run {host} to release this version",
            "或请 {host} 的管理员放行该版本"
        )),
    ]
}
