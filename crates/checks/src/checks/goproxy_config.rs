use finding::{Words};

use super::common::{earlier, fetches, go_span, requires, severity, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::Unit;
use gomod::goproxy::ProxyList;

/// GOPROXY itself is wrong.
pub(super) static CHECK: Check = Check {
    id: "goproxy-config",
    summary: Words::fixed("GOPROXY is malformed, or off while modules are missing", "GOPROXY 配置错误，或在缺少模块时被关闭"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let mut seen = Vec::new();
    for go in &unit.go {
        if !fetches(unit, go) {
            continue;
        }
        let Some(value) = go.env.text("GOPROXY").filter(|v| !v.trim().is_empty()) else { continue };
        let set_by = go.env.set_by("GOPROXY");
        if seen.contains(&set_by) {
            continue;
        }
        let (title, why) = match ProxyList::parse(&value) {
            Err(e) => (
                words!("GOPROXY is malformed: {e}", "GOPROXY 格式错误：{e}"),
                words!("go stops at `{value}` before it asks anybody.", "go 读到 `{value}` 就会停止，不会发出任何请求。"),
            ),
            Ok(_) if value.trim() == "off" && requires(go) && go.args.sub != "get" => {
                let cached = earlier(unit, go.instruction, &|c| c.is("go", "mod")) && go.args.sub != "mod download"
                    || !super::common::mounts(unit, go.instruction).is_empty()
                    || unit.views.is_opaque(go.stage);
                if cached {
                    continue;
                }
                (
                    Words::fixed("GOPROXY=off, but modules must be fetched", "GOPROXY=off，但需要获取模块"),
                    Words::fixed("With `off` go fetches nothing, and no step before fills the module cache.", "设为 `off` 时 go 不会获取任何内容，之前也没有步骤填充模块缓存。"),
                )
            }
            Ok(_) => continue,
        };
        seen.push(set_by);
        let level = if go.env.overridable("GOPROXY") { finding::Severity::Warning } else { severity(unit, go) };
        let mut draft = Draft::new(&CHECK, level, title, why).on(set_by.unwrap_or(go.instruction));
        if let Some(at) = set_by {
            draft = draft.at(&unit.path, unit.file.instructions[at].span, Words::fixed("set here", "此处设置"));
        }
        out.push(draft.at(&unit.path, go_span(unit, go), Words::fixed("fails here", "在此失败")));
    }
}
