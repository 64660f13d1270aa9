use finding::{Words};

use super::common::{before, closure, go_span, ignored_by, in_stage, modules_off, severity, unignore, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::context::Presence;
use crate::paths;
use crate::tree::Kind;
use crate::unit::{GoUse, Sure, Unit};
use crate::view::Found;
use dockerfile::Span;
use dockerfile::ignore::has_wildcard;

/// A //go:embed pattern matches nothing.
pub(super) static CHECK: Check = Check {
    id: "embed-missing",
    summary: Words::fixed("A //go:embed pattern matches no file in the image", "//go:embed 模式在镜像中没有匹配的文件"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let mut seen = Vec::new();
    for go in &unit.go {
        if !matches!(go.args.sub.as_str(), "build" | "install" | "run") || !go.compiles() || modules_off(go) {
            continue;
        }
        let Some(closure) = closure(unit, go) else { continue };
        for (own, files) in &closure.packages {
            let Some(path) = in_stage(go, own) else { continue };
            for file in files {
                for (pattern, start, end) in &file.embeds {
                    let name = paths::join(own, &file.name);
                    let key = (go.stage, name.clone(), *start);
                    if seen.contains(&key) || unit.find_for(go, &paths::join(&path, &file.name)) == Found::No {
                        continue;
                    }
                    seen.push(key);
                    pattern_missing(unit, out, go, own, &path, &name, pattern, Span::new(*start, *end));
                }
            }
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "the facts of one finding")]
fn pattern_missing(unit: &Unit<'_>, out: &mut Sink, go: &GoUse, own: &str, path: &str, file: &str, pattern: &str, span: Span) {
    let plain = pattern.strip_prefix("all:").unwrap_or(pattern);
    let wild = has_wildcard(plain);
    let in_context: Vec<String> = if wild {
        unit.context().glob(&paths::join(own, plain))
    } else {
        let one = paths::join(own, plain);
        if unit.context().presence(&one) == Presence::Absent { Vec::new() } else { vec![one] }
    };
    let arrives = |one: &String| {
        let Some(rest) = paths::below(one, own) else { return true };
        unit.find_for(go, &paths::join(path, rest)) != Found::No && filled(unit, go, one, &paths::join(path, rest), 0)
    };
    if in_context.iter().any(arrives) {
        return;
    }
    let base = paths::join(path, if wild { paths::parent(plain) } else { plain });
    if in_context.is_empty() {
        // Something else may put it there: another stage, a generator, a download.
        let first = plain.split('/').next().unwrap_or(plain);
        let generated = unit.project.may_be_generated(&unit.context().in_project(&paths::join(own, plain)))
            || unit.project.may_be_generated(&unit.context().in_project(&paths::join(own, first)));
        if generated || unit.options.incomplete || unit.find_for(go, &base) != Found::No || !matches!(unit.sure, Sure::Yes | Sure::Likely) {
            return;
        }
    }
    let title = words!("`//go:embed {pattern}` finds nothing in the image", "`//go:embed {pattern}` 在镜像中找不到任何文件");
    let mut draft = Draft::new(
        &CHECK,
        severity(unit, go),
        title,
        words!("{file} embeds it, and go stops with `pattern {plain}: no matching files found`.", "{file} 嵌入了它，go 会报 `pattern {plain}: no matching files found` 并停止。"),
    )
    .at(&unit.context().in_project(file), span, Words::fixed("embedded here", "此处嵌入"))
    .at(&unit.path, go_span(unit, go), Words::fixed("fails here", "在此失败"))
    .on(go.instruction)
    .subject(pattern);
    if let Some(one) = in_context.first() {
        let ignored = ignored_by(unit, one).or_else(|| first_ignored(unit, one));
        if let Some((ignore, line, span, _)) = ignored {
            draft.why = words!("{file} embeds it; line {line} of {ignore} keeps it out of the build.", "{file} 嵌入了它；{ignore} 第 {line} 行使其不进入构建。");
            draft = draft.at(&ignore, span, Words::fixed("kept out here", "此处排除"));
            if let Some((f, edits)) = unignore(unit, one) {
                draft = draft.fix(words!("Take `{one}` back", "重新包含 `{one}`"), true, &f, edits);
            }
        } else if let Some(rest) = paths::below(one, own) {
            let to = paths::join(path, rest);
            let edits = before(unit, &unit.file.instructions[go.instruction], &format!("COPY {one} {to}\n"));
            draft = draft.fix(words!("Copy `{one}` before", "先复制 `{one}`"), true, &unit.path, edits);
        }
    }
    out.push(draft);
}

/// A folder must hold something to be embedded.
fn filled(unit: &Unit<'_>, go: &GoUse, own: &str, path: &str, depth: u32) -> bool {
    match unit.find_for(go, path) {
        Found::Context(_, Kind::Dir) | Found::Made if depth < 5 => {
            let entries = unit.context().list(own);
            entries.is_empty() && depth == 0 && unit.context().tree.entry(&unit.context().in_project(own)).is_some_and(|e| e.kind != Kind::Dir)
                || entries.iter().any(|e| filled(unit, go, &paths::join(own, &e.name), &paths::join(path, &e.name), depth + 1))
        }
        Found::No => false,
        _ => true,
    }
}

fn first_ignored(unit: &Unit<'_>, dir: &str) -> Option<(String, u32, Span, String)> {
    unit.context().list(dir).iter().find_map(|e| ignored_by(unit, &paths::join(dir, &e.name)))
}
