use finding::{Severity, Words};

use super::common::{fetches, mounts, none, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::{Unit, Var, is_root};
use dockerfile::Span;
use dockerfile::edit::Edit;

/// A cache mount that go does not use.
pub(super) static CHECK: Check = Check {
    id: "cache-mount-path",
    summary: Words::fixed("A cache mount is not where go keeps its cache", "缓存挂载不在 go 使用的位置"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    for go in &unit.go {
        let state = &unit.states[go.instruction];
        if !state.image.golang || !(go.compiles() || fetches(unit, go)) {
            continue;
        }
        let root = is_root(state.user.as_deref());
        let gopath = go.env.text("GOPATH").unwrap_or_default();
        let modcache = match go.env.get("GOMODCACHE") {
            Var::Set(dir) => dir,
            Var::Unset => format!("{gopath}/pkg/mod"),
            Var::Unknown => continue,
        };
        let cache = match (go.env.get("GOCACHE"), go.env.get("HOME"), go.env.get("XDG_CACHE_HOME")) {
            (Var::Set(dir), ..) => Some(dir),
            (Var::Unset, Var::Set(home), Var::Unset) => Some(format!("{home}/.cache/go-build")),
            (Var::Unset, Var::Unset, Var::Unset) if root => Some("/root/.cache/go-build".to_owned()),
            _ => None,
        };
        for (mount, span) in mounts(unit, go.instruction) {
            let (Some(target), "cache") = (mount.target.clone(), mount.kind.as_str()) else { continue };
            let target = crate::paths::join("/", &target);
            let (want, what) = if target.ends_with("pkg/mod") && target != modcache {
                (modcache.clone(), "GOMODCACHE")
            } else if target.ends_with("go-build") && cache.as_ref().is_some_and(|c| *c != target) {
                (cache.clone().unwrap_or_default(), "GOCACHE")
            } else {
                continue;
            };
            let title = words!("The cache mount {target} is not used: {what} is {want}", "缓存挂载 {target} 未被使用：{what} 是 {want}");
            let why = Words::fixed("go writes elsewhere, so the cache stays empty and every build starts from nothing.", "go 写入别处，缓存始终为空，每次构建都从头开始。");
            let mut draft = Draft::new(&CHECK, Severity::Warning, title, why).at(&unit.path, span, none()).on(go.instruction);
            let text = unit.file.slice(span);
            if let Some(i) = text.find(&target) {
                let at = Span::new(span.start + i, span.start + i + target.len());
                draft = draft.fix(words!("Mount it at {want}", "挂载到 {want}"), true, &unit.path, vec![Edit::replace(at, want)]);
            }
            out.push(draft);
        }
    }
}
