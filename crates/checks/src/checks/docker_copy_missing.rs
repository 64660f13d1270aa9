use dockerfile::ignore::has_wildcard;
use dockerfile::{Args, Base, Keyword};
use finding::{Severity, Words};

use super::common::{ignored_by, none, stage_severity, unignore, words};
use crate::Persona;
use crate::context::Presence;
use crate::draft::{Check, Draft, Sink};
use crate::paths;
use crate::unit::{Sure, Unit};
use crate::view::Found;

/// COPY names what is not there.
pub(super) static CHECK: Check = Check {
    id: "docker-copy-missing",
    summary: Words::fixed("COPY or ADD names a file that does not arrive", "COPY 或 ADD 引用了不存在的文件"),
    persona: Persona::Regular,
    aliases: &["CopyIgnoredFile", "DL3022", "DL3023"],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    for (at, instruction) in unit.instructions() {
        let (Keyword::Copy | Keyword::Add, Args::Copy(copy)) = (instruction.keyword, &instruction.args) else { continue };
        let Some(stage) = instruction.stage else { continue };
        if let Some(flag) = instruction.flag("from") {
            from_stage(unit, out, at, stage, flag);
            continue;
        }
        for word in &copy.sources {
            source(unit, out, at, stage, word);
        }
    }
}

fn source(unit: &Unit<'_>, out: &mut Sink, at: usize, stage: usize, word: &dockerfile::Word) {
    if unit.sure == Sure::Foreign || word.text.contains("://") || word.text.starts_with("git@") || has_wildcard(&word.text) {
        return;
    }
    // What an argument decides may be decided otherwise.
    let Ok(expansion) = unit.scopes[at].expand(unit.file.escape, &word.text) else { return };
    let Some(text) = expansion.known() else { return };
    if unit.scopes[at].is_overridable(&expansion) || !expansion.unmatched.is_empty() {
        return;
    }
    let path = paths::in_context(text);
    if path.is_empty() {
        return;
    }
    match unit.context().presence(&path) {
        Presence::Sent(_) => {}
        Presence::Ignored(_) => {
            let Some((file, line, span, pattern)) = ignored_by(unit, &path) else { return };
            let severity = if matches!(unit.sure, Sure::Yes | Sure::Likely) { stage_severity(unit, stage) } else { Severity::Warning };
            let title = words!(
                "`{path}` exists, but line {line} of {file} keeps it out of the build",
                "`{path}` 存在，但 {file} 第 {line} 行使其不进入构建"
            );
            let why = words!(
                "The pattern `{pattern}` decides: the builder never sees the file and reports it as not found.",
                "由模式 `{pattern}` 决定：构建器看不到该文件，会报告找不到。"
            );
            let mut draft = Draft::new(&CHECK, severity, title, why)
                .at(&unit.path, word.span, Words::fixed("asked for here", "此处引用"))
                .at(&file, span, Words::fixed("kept out here", "此处排除"))
                .on(at)
                .subject(path.clone());
            if let Some((file, edits)) = unignore(unit, &path) {
                draft = draft.fix(words!("Take `{path}` back in {file}", "在 {file} 中重新包含 `{path}`"), true, &file, edits);
            }
            out.push(draft);
        }
        Presence::Absent => absent(unit, out, at, stage, word, &path),
    }
}

fn absent(unit: &Unit<'_>, out: &mut Sink, at: usize, stage: usize, word: &dockerfile::Word, path: &str) {
    let full = unit.context().in_project(path);
    if unit.project.may_be_generated(&full) || unit.project.may_be_generated(path) {
        return;
    }
    let base = paths::base(path);
    let source_like = base.contains('.') && !base.starts_with('.');
    let first = path.split('/').next().unwrap_or(path);
    if unit.options.incomplete && (!source_like || (first != path && unit.context().presence(first) == Presence::Absent) || matches!(base, "go.mod" | "go.sum") && first != path) {
        return;
    }
    // An image around a binary that something else built.
    let any_go = !unit.go.is_empty();
    if !source_like && !any_go {
        return;
    }
    let go_file = matches!(base, "go.mod" | "go.sum" | "go.work" | "go.work.sum") || base.ends_with(".go");
    let severity = match unit.sure {
        Sure::Yes | Sure::Likely => stage_severity(unit, stage),
        _ if go_file && others_found(unit, at) => stage_severity(unit, stage),
        Sure::Guess if others_found(unit, at) => Severity::Warning,
        _ => return,
    };
    let folder = if unit.context().root.is_empty() { ".".to_owned() } else { unit.context().root.clone() };
    let title = words!("`{path}` is not in the build context", "构建上下文中没有 `{path}`");
    let why = words!(
        "The context is `{folder}`; no such file is there and nothing in the project seems to make it.",
        "构建上下文为 `{folder}`；其中没有该文件，项目里也没有生成它的步骤。"
    );
    let mut draft = Draft::new(&CHECK, severity, title, why)
        .at(&unit.path, word.span, Words::fixed("not there", "不存在"))
        .on(at)
        .subject(path);
    if severity != Severity::Error {
        draft = draft.possible();
    }
    if base == "go.sum" {
        draft = draft.command(Words::fixed("Create go.sum and commit it", "生成 go.sum 并提交"), "go mod tidy");
    }
    if let Some(near) = neighbour(unit, path) {
        let edit = dockerfile::edit::Edit::replace(word.span, near.clone());
        draft = draft.fix(words!("Copy `{near}`", "改为复制 `{near}`"), false, &unit.path, vec![edit]);
    }
    out.push(draft);
}

/// A file of nearly that name in the same folder.
fn neighbour(unit: &Unit<'_>, path: &str) -> Option<String> {
    let (dir, base) = (paths::parent(path), paths::base(path));
    let names = unit.context().list(dir);
    let near = names
        .iter()
        .map(|e| (crate::paths::distance(&e.name.to_lowercase(), &base.to_lowercase()), &e.name))
        .min()?;
    // go.mod and go.sum are near each other, and mean different things.
    let twins = ["go.mod", "go.sum", "go.work", "go.work.sum"];
    (near.0 <= 2 && near.0 * 3 <= base.len() && !(twins.contains(&base) || twins.contains(&near.1.as_str())))
        .then(|| paths::join(dir, near.1))
}

/// Another source of the Dockerfile is in this context: it is the right one.
fn others_found(unit: &Unit<'_>, at: usize) -> bool {
    unit.instructions().any(|(i, instruction)| {
        let Args::Copy(copy) = &instruction.args else { return false };
        instruction.flag("from").is_none()
            && copy.sources.iter().any(|w| {
                let path = paths::in_context(&w.text);
                !path.is_empty() && unit.context().presence(&path) != Presence::Absent && (i != at || copy.sources.len() > 1)
            })
    })
}

fn from_stage(unit: &Unit<'_>, out: &mut Sink, at: usize, stage: usize, flag: &dockerfile::Flag) {
    let name = flag.value();
    let severity = stage_severity(unit, stage);
    match unit.file.resolve_from(name, stage) {
        Base::Stage(source) if source >= stage => {
            let title = words!("Stage `{name}` is not built yet here", "此处阶段 `{name}` 尚未构建");
            let why = Words::fixed("COPY --from can only take from stages defined above.", "COPY --from 只能引用上方定义的阶段。");
            out.push(Draft::new(&CHECK, severity, title, why).at(&unit.path, flag.span, none()).on(at));
        }
        Base::Unknown(_) if name.parse::<usize>().is_ok() => {
            let title = words!("There is no stage number {name} above", "上方没有编号为 {name} 的阶段");
            let why = words!("Stages are counted from 0; this one is number {stage}.", "阶段从 0 开始编号；本阶段编号为 {stage}。");
            out.push(Draft::new(&CHECK, severity, title, why).at(&unit.path, flag.span, none()).on(at));
        }
        Base::Stage(source) => {
            let Args::Copy(copy) = &unit.file.instructions[at].args else { return };
            for word in &copy.sources {
                let Ok(expansion) = unit.scopes[at].expand(unit.file.escape, &word.text) else { continue };
                let Some(text) = expansion.known() else { continue };
                if has_wildcard(text) || unit.scopes[at].is_overridable(&expansion) || !expansion.unmatched.is_empty() {
                    continue;
                }
                let path = paths::join("/", text);
                if path == "/" || unit.views.find_final(source, &path) != Found::No {
                    continue;
                }
                // Nothing made it, but a copied folder could have held it.
                let own = unit.views.would_come_from(source, &path);
                if let Some(own) = &own
                    && (!matches!(unit.sure, Sure::Yes | Sure::Likely)
                        || unit.project.may_be_generated(&unit.context().in_project(own))
                        || paths::base(own).contains('.'))
                {
                    continue;
                }
                let label = unit.file.stages[source].label();
                let title = words!("Stage `{label}` does not make `{path}`", "阶段 `{label}` 不会生成 `{path}`");
                let mut why = words!(
                    "No step of that stage writes to `{path}`, so there is nothing to copy.",
                    "该阶段没有任何步骤写入 `{path}`，因此没有可复制的内容。"
                );
                let made = built(unit, source);
                let mut draft_fix = None;
                if let Some((made, go)) = made.first() {
                    why = words!("{} It builds `{made}`.", "{} 它构建的是 `{made}`。", why.en);
                    if paths::base(made) == paths::base(&path) || made_is_only(&unit.go, *go) {
                        draft_fix = Some(made.clone());
                    }
                }
                let mut draft = Draft::new(&CHECK, severity, title, why)
                    .at(&unit.path, word.span, Words::fixed("not made there", "未生成"))
                    .on(at)
                    .subject(path);
                if let Some((_, go)) = made.first() {
                    let go = &unit.go[*go];
                    draft = draft.at(&unit.path, super::common::go_span(unit, go), Words::fixed("this is what is built", "实际构建的内容"));
                }
                if let Some(made) = draft_fix {
                    let edit = dockerfile::edit::Edit::replace(word.span, made.clone());
                    draft = draft.fix(words!("Copy `{made}`", "改为复制 `{made}`"), true, &unit.path, vec![edit]);
                }
                out.push(draft);
            }
        }
        _ => {}
    }
}

fn made_is_only(all: &[crate::unit::GoUse], index: usize) -> bool {
    all.iter().filter(|g| g.stage == all[index].stage && g.args.sub == "build").count() == 1
}

/// What `go build -o` writes in a stage.
fn built(unit: &Unit<'_>, stage: usize) -> Vec<(String, usize)> {
    unit.go
        .iter()
        .enumerate()
        .filter(|(_, g)| g.stage == stage && g.args.sub == "build")
        .filter_map(|(i, g)| {
            let output = g.args.flag("o")??.expand(&|name| g.env.text(name))?;
            let path = if output.starts_with('/') { output } else { paths::join(g.cwd.as_deref()?, &output) };
            (!path.ends_with('/')).then(|| (paths::join("/", &path), i))
        })
        .collect()
}
