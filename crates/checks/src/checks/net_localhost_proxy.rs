use finding::{Severity, Words};

use super::common::{fetches, go_span, severity, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::Unit;
use dockerfile::Args;
use dockerfile::edit::Edit;

/// A proxy on localhost is the container itself.
pub(super) static CHECK: Check = Check {
    id: "net-localhost-proxy",
    summary: Words::fixed("A proxy setting names localhost, which is the container itself", "代理设置指向 localhost，即容器自身"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let mut seen = Vec::new();
    for go in &unit.go {
        if !fetches(unit, go) || host_network(unit, go.instruction) {
            continue;
        }
        for name in ["GOPROXY", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"] {
            let Some(value) = go.env.text(name) else { continue };
            let Some(bad) = loopback(name, &value) else { continue };
            let set_by = go.env.set_by(name);
            if seen.contains(&(set_by, name)) {
                continue;
            }
            seen.push((set_by, name));
            let falls_back = name == "GOPROXY" && value.split_once(bad.as_str()).is_some_and(|(_, rest)| rest.trim_start_matches(|c| c != ',' && c != '|').starts_with('|'));
            let level = if go.env.overridable(name) || falls_back { Severity::Warning } else { severity(unit, go) };
            let title = words!("{name} names {bad}, which inside the build container is the container itself", "{name} 指向 {bad}，在构建容器内它就是容器自身");
            let why = Words::fixed("Nothing listens there: a build step has its own network, and the host's loopback is not in it.", "那里没有服务监听：构建步骤有独立的网络，其中没有宿主机的回环地址。");
            let mut draft = Draft::new(&CHECK, level, title, why).on(set_by.unwrap_or(go.instruction)).subject(bad.clone());
            if let Some(at) = set_by {
                draft = draft.at(&unit.path, unit.file.instructions[at].span, Words::fixed("set here", "此处设置"));
            }
            draft = draft.at(&unit.path, go_span(unit, go), Words::fixed("fails here", "在此失败"));
            let tag = "docker build --network=host .";
            draft = draft.command(Words::fixed("Build in the host's network", "在宿主机网络中构建"), tag);
            if let Some(at) = set_by
                && let Args::Pairs(pairs) = &unit.file.instructions[at].args
                && pairs.len() == 1
            {
                let edit = Edit::replace(unit.file.instructions[at].span, format!("ARG {name}"));
                draft = draft.fix(Words::fixed("Let the builder say which proxy to use", "由构建者指定代理"), false, &unit.path, vec![edit]);
            }
            out.push(draft);
        }
    }
}

fn host_network(unit: &Unit<'_>, at: usize) -> bool {
    let instruction = &unit.file.instructions[at];
    instruction.flag("network").is_some_and(|f| f.value() == "host") || unit.builds.iter().any(|b| b.host_network)
}

/// The first entry that names this very machine.
fn loopback(name: &str, value: &str) -> Option<String> {
    let entries: Vec<&str> = if name == "GOPROXY" { value.split([',', '|']).collect() } else { vec![value] };
    entries.into_iter().find_map(|entry| {
        let rest = entry.trim().split_once("://").map_or(entry.trim(), |(_, rest)| rest);
        let authority = rest.split('/').next().unwrap_or(rest);
        let host = authority.rsplit('@').next().unwrap_or(authority);
        let bare = if host.starts_with('[') { host.split(']').next().unwrap_or(host).trim_start_matches('[') } else { host.split(':').next().unwrap_or(host) };
        (bare == "localhost" || bare == "::1" || bare.starts_with("127.")).then(|| host.to_owned())
    })
}
