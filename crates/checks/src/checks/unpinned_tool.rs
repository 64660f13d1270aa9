use finding::{Severity, Words};

use super::common::{none, word_span, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::Unit;

/// A tool is installed in whatever version is newest.
pub(super) static CHECK: Check = Check {
    id: "unpinned-tool",
    summary: Words::fixed("A tool is installed without a fixed version", "安装工具时没有固定版本"),
    persona: Persona::Regular,
    aliases: &["DL3062"],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    for go in &unit.go {
        if !matches!(go.args.sub.as_str(), "install" | "run") {
            continue;
        }
        for word in &go.args.rest {
            let Some((path, version)) = word.literal().and_then(|t| t.split_once('@')) else { continue };
            if !matches!(version, "latest" | "master" | "main" | "HEAD" | "upgrade") {
                continue;
            }
            let title = words!("{path}@{version} is another program every day", "{path}@{version} 每天都可能不同");
            let why = Words::fixed("The same Dockerfile gives different results, and breaks when a new release needs a newer Go. Name the version that works today.", "同一个 Dockerfile 会得到不同结果，新版本需要更新的 Go 时还会失败。请写明当前可用的版本。");
            out.push(
                Draft::new(&CHECK, Severity::Warning, title, why)
                    .at(&unit.path, word_span(unit, go, word), none())
                    .on(go.instruction)
                    .subject(path)
                    .command(Words::fixed("See which versions there are", "查看可用版本"), format!("go list -m -versions {path}")),
            );
        }
    }
}
