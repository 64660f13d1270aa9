//! Network settings: where a proxy is set, and whether the step has a network at all.

use buildlog::chain::{AddressClass, classify_host};
use dockerfile::edit::Edit;
use dockerfile::{Args, Span};
use finding::{Fix, Words};

use crate::case::Case;
use crate::mend::remedy::then;
use crate::mend::{facts as log, words};
use crate::project::facts::Setting;
use crate::project::{Confirmation, Facts};

/// Settings that name a proxy.
const PROXIES: [&str; 8] = [
    "GOPROXY",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "GOSUMDB",
];

/// The hosts that a value names.
fn hosts(value: &str) -> impl Iterator<Item = &str> {
    value.split([',', '|', ' ']).filter_map(|part| {
        let rest = part.split_once("://").map_or(part, |(_, rest)| rest);
        let authority = rest.split('/').next()?;
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let host = match host.strip_prefix('[') {
            Some(v6) => v6.split(']').next()?,
            None => host.split(':').next()?,
        };
        (!host.is_empty()).then_some(host)
    })
}

fn is_loopback(value: &str) -> bool {
    hosts(value).any(|h| h.eq_ignore_ascii_case("localhost") || classify_host(h) == AddressClass::Loopback)
}

/// The port of a loopback address that the message speaks of must be in the value, when there is one.
fn same_port(case: &Case<'_>, value: &str) -> bool {
    let asked = buildlog::chain::url_in(case.text)
        .filter(|u| classify_host(u.host) == AddressClass::Loopback || u.host == "localhost")
        .and_then(|u| u.port);
    let port = case.fault.and_then(|f| f.address.as_ref()).and_then(|a| a.port).or(asked);
    port.is_none_or(|p| value.contains(&format!(":{p}")) || matches!(p, 80 | 443))
}

/// `net-localhost-proxy`: who sets the loopback address.
pub(crate) fn localhost_proxy(case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let set = PROXIES.iter().filter_map(|name| facts.setting(name));
    if let Some(set) = set.into_iter().find(|s| is_loopback(s.text) && same_port(case, s.text)) {
        let proof =
            words!("the Dockerfile sets it, the log shows it", "Dockerfile 中有此设置，日志也印证了这一点");
        let mark = facts.here(set.span, Words::fixed("set here", "在此设置"));
        return Some(Confirmation::verified(proof).at(mark).mend(ask_outside(case, facts, &set)));
    }
    // In the command itself.
    if let Some(script) = facts.script(facts.at) {
        for command in &script.commands {
            for set in &command.assignments {
                let value = set.value.literal().unwrap_or_default();
                if PROXIES.contains(&&*set.name) && is_loopback(value) && same_port(case, value) {
                    let span = script.word_span(&set.value);
                    let proof =
                        words!("the command sets it, the log shows it", "命令中有此设置，日志也印证了这一点");
                    let mark = facts.here(span, Words::fixed("set here", "在此设置"));
                    return Some(Confirmation::verified(proof).at(mark));
                }
            }
        }
    }
    // Handed in from outside.
    for (path, text) in facts.outer_files() {
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let start = at;
            at += line.len();
            let body = line.trim_end();
            if body.trim_start().starts_with('#') {
                continue;
            }
            for name in PROXIES {
                let Some(found) = body.find(name) else { continue };
                let value = body[found + name.len()..].trim_start_matches(['=', ':', ' ', '"', '\'']);
                let value = value.split(['"', '\'', ' ']).next().unwrap_or(value);
                if is_loopback(value)
                    && same_port(case, value)
                    && body[found + name.len()..].starts_with(['=', ':', '"', ' '])
                {
                    let span = start + found..start + body.len();
                    let mark = facts.mark(&path, &text, span, Words::fixed("set here", "在此设置"));
                    let proof = words!("{path} hands it to the build", "{path} 将其传入构建");
                    return Some(Confirmation::verified(proof).at(mark));
                }
            }
        }
    }
    None
}

/// `ENV GOPROXY=...` becomes `ARG GOPROXY`, and the value comes with the command.
fn ask_outside(case: &Case<'_>, facts: &Facts<'_>, set: &Setting<'_>) -> Option<Fix> {
    let name = &set.name;
    let instruction = facts.get(set.at);
    let edits = match &instruction.args {
        Args::Pairs(pairs) if pairs.len() == 1 => {
            vec![Edit::replace(instruction.span, format!("ARG {name}"))]
        }
        Args::Pairs(_) => {
            // The blank before it goes as well.
            let text = &facts.file().text[..set.span.start];
            let start = text.trim_end_matches([' ', '\t']).len();
            let cut = Edit::delete(Span::new(start, set.span.end));
            vec![facts.line_before(set.at, &format!("ARG {name}")), cut]
        }
        Args::Arg(decls) => {
            let decl = decls.iter().find(|d| d.name.text == *name)?;
            vec![Edit::replace(set.span, decl.name.text.clone())]
        }
        _ => return None,
    };
    let title = words!("let the build reach the host's proxy", "让构建访问宿主机上的代理");
    let flags = format!("--network=host --build-arg {name}={}", set.text);
    let plain = set.text.chars().all(|c| c.is_ascii_alphanumeric() || "-._:/,|[]%".contains(c));
    let fix = facts.edit(title, &edits)?;
    Some(if plain { then(fix, log::build_command(case, &flags)) } else { fix })
}

/// Causes of the network: the step was told to have none, or the host that is asked is written in the Dockerfile.
pub(crate) fn network(case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    if let Some(flag) = facts.instruction().flag("network").filter(|f| f.value() == "none") {
        let mark = facts.here(flag.span, Words::fixed("no network", "没有网络"));
        let title = words!(
            "the step has no network: it says --network=none",
            "该步骤没有网络：指令中写了 --network=none"
        );
        let proof = words!("the instruction says --network=none", "指令中写有 --network=none");
        let text = &facts.file().text;
        let end = flag.span.end + text[flag.span.end..].len()
            - text[flag.span.end..].trim_start_matches([' ', '\t']).len();
        let cut = Edit::delete(Span::new(flag.span.start, end));
        let fix = facts.edit(words!("give the step a network", "让该步骤使用网络"), &[cut]);
        return Some(Confirmation::verified(proof).titled(title).at(mark).mend(fix));
    }
    for (path, text) in facts.outer_files() {
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let start = at;
            at += line.len();
            let body = line.trim();
            if body == "network: none" || body == "network: \"none\"" {
                let from = start + line.find("network").unwrap_or(0);
                let mark =
                    facts.mark(&path, &text, from..from + body.len(), Words::fixed("no network", "没有网络"));
                let proof = words!("{path} builds with network: none", "{path} 以 network: none 构建");
                return Some(Confirmation::verified(proof).at(mark));
            }
        }
    }
    // Where the host comes from: no proof, but the place to look at.
    let asked = crate::mend::names::host(case)?;
    let set = PROXIES.iter().filter_map(|n| facts.setting(n)).find(|s| hosts(s.text).any(|h| h == asked))?;
    Some(Confirmation::located().at(facts.here(set.span, Words::fixed("asked for here", "在此指定"))))
}

/// `net-proxy-env`: a proxy that does not work is set in the Dockerfile.
pub(crate) fn proxy_env(case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let mut sets = PROXIES[1..7].iter().filter_map(|n| facts.setting(n));
    let set = sets.find(|s| hosts(s.text).any(|h| case.text.contains(h)))?;
    let name = &set.name;
    let proof = words!(
        "the Dockerfile sets {name}, the log shows it",
        "Dockerfile 设置了 {name}，日志也印证了这一点"
    );
    let mark = facts.here(set.span, Words::fixed("set here", "在此设置"));
    Some(Confirmation::verified(proof).at(mark).mend(ask_outside(case, facts, &set)))
}

/// `goproxy-config`: the value itself.
pub(crate) fn goproxy_config(_case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let set = facts.setting("GOPROXY")?;
    let (proof, value) = match gomod::goproxy::ProxyList::parse(set.text) {
        Err(error) => (
            Words::new(
                format!("the Dockerfile sets a GOPROXY that Go refuses ({error})"),
                format!("Dockerfile 中的 GOPROXY 不被 Go 接受（{error}）"),
            ),
            "https://proxy.golang.org,direct",
        ),
        Ok(_) if set.text.split([',', '|']).any(|part| part.trim() == "off") => (
            words!("the Dockerfile sets GOPROXY to off", "Dockerfile 将 GOPROXY 设为 off"),
            "https://proxy.golang.org,direct",
        ),
        Ok(_) => return None,
    };
    let mark = facts.here(set.span, Words::fixed("set here", "在此设置"));
    let edit = Edit::replace(set.span, format!("GOPROXY={value}"));
    let fix = facts.edit(words!("name a proxy that answers", "改为可用的代理"), &[edit]);
    Some(Confirmation::verified(proof).at(mark).mend(fix))
}
