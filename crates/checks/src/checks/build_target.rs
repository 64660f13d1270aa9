use finding::{Severity, Words};

use super::common::{before, copied_later, go_span, ignored_by, modules_off, none, severity, target, unignore, word_span, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::context::Presence;
use crate::paths;
use crate::tree::Kind;
use crate::unit::{GoUse, ModuleAt, Sure, Unit};
use crate::view::Found;
use dockerfile::Span;
use dockerfile::edit::Edit;
use dockerfile::sh::Word;

/// go is pointed at what is not there.
pub(super) static CHECK: Check = Check {
    id: "build-target",
    summary: Words::fixed("The go command names a package or file that is not there", "go 命令指向不存在的包或文件"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    for go in &unit.go {
        if !go.compiles() || go.args.doubtful || modules_off(go) {
            continue;
        }
        let ModuleAt::Found { dir, context_dir: Some(root), gomod: Some(gomod) } = &go.module else { continue };
        let Some(cwd) = &go.cwd else { continue };
        let module = gomod.module.as_ref().map_or("", |m| m.path.as_str());
        if go.args.rest.is_empty() && matches!(go.args.sub.as_str(), "build" | "install") {
            package(unit, out, go, root, dir, cwd, None);
        }
        let all_files = go.args.rest.iter().all(|w| w.raw.ends_with(".go"));
        for word in &go.args.rest {
            if overridable(unit, go, word) {
                continue;
            }
            let Some(text) = word.expand(&|name| go.env.text(name)) else { continue };
            if word.glob || text.is_empty() {
                continue;
            }
            if text.ends_with(".go") {
                if all_files || go.args.sub == "run" {
                    file(unit, out, go, root, dir, &paths::join(cwd, &text), word);
                }
            } else if text.starts_with("./") || text == "." || text.starts_with("../") || text.starts_with('/') {
                let target = paths::join(cwd, text.trim_end_matches("..."));
                if text.ends_with("...") {
                    folder(unit, out, go, root, dir, &target, word);
                } else {
                    package(unit, out, go, root, dir, &target, Some(word));
                }
            } else if let Some(rest) = paths::below(&text, module).filter(|r| !r.contains("...")) {
                package(unit, out, go, root, dir, &paths::join(dir, rest), Some(word));
            } else {
                import_path(unit, out, go, root, cwd, dir, &text, word);
            }
        }
    }
}

fn overridable(unit: &Unit<'_>, go: &GoUse, word: &Word) -> bool {
    let _ = unit;
    word.variables().any(|name| go.env.overridable(name))
}

/// The folder of the context that stands at a path of the stage, if that can be told.
fn context_of(root: &str, dir: &str, path: &str) -> Option<String> {
    paths::below(path, dir).map(|rest| paths::join(root, rest))
}

fn place(unit: &Unit<'_>, go: &GoUse, word: Option<&Word>) -> Span {
    word.map_or_else(|| go_span(unit, go), |w| word_span(unit, go, w))
}

fn absent(unit: &Unit<'_>, out: &mut Sink, go: &GoUse, own: Option<&str>, path: &str, word: Option<&Word>, what: Words) {
    let mut draft = Draft::new(&CHECK, severity(unit, go), what, Words::fixed("The go command stops because it finds nothing to build there.", "go 命令在那里找不到可构建的内容，因而停止。"))
        .at(&unit.path, place(unit, go, word), Words::fixed("not there", "不存在"))
        .on(go.instruction)
        .subject(path);
    if let Some(line) = copied_later(unit, go, path) {
        draft.why = words!("It is copied in line {line}, after this step.", "它在第 {line} 行才复制，晚于此步骤。");
        draft = draft.advice(Words::fixed("Move the COPY above this step", "将 COPY 移到此步骤之前"));
    } else if let Some(own) = own {
        if unit.context().presence(own) == Presence::Absent {
            let full = unit.context().in_project(own);
            if unit.project.may_be_generated(&full) || (unit.options.incomplete && !own.ends_with(".go")) || unit.sure == Sure::Foreign {
                return;
            }
            if let Some(main) = mains(unit, &full)
                && let Some(word) = word {
                    let edit = Edit::replace(word_span(unit, go, word), main.clone());
                    draft = draft.fix(words!("Build `{main}`", "改为构建 `{main}`"), false, &unit.path, vec![edit]);
                }
        } else if let Some((file, line, span, _)) = ignored_by(unit, own) {
            draft.why = words!("`{own}` exists, but line {line} of {file} keeps it out of the build.", "`{own}` 存在，但 {file} 第 {line} 行使其不进入构建。");
            draft = draft.at(&file, span, Words::fixed("kept out here", "此处排除"));
            if let Some((file, edits)) = unignore(unit, own) {
                draft = draft.fix(words!("Take `{own}` back", "重新包含 `{own}`"), true, &file, edits);
            }
        } else {
            draft.why = words!("`{own}` is in the context, but no COPY brings it to `{path}`.", "`{own}` 在上下文中，但没有 COPY 将其带到 `{path}`。");
            let edits = before(unit, &unit.file.instructions[go.instruction], &format!("COPY {own} {path}\n"));
            draft = draft.fix(words!("Copy `{own}` before", "先复制 `{own}`"), true, &unit.path, edits);
        }
    }
    out.push(draft);
}

/// The only main package of the project, as an argument for go.
fn mains(unit: &Unit<'_>, near: &str) -> Option<String> {
    let _ = near;
    let mut found = Vec::new();
    for top in ["", "cmd"] {
        for entry in unit.context().list(top) {
            let dir = paths::join(top, &entry.name);
            if entry.kind == Kind::Dir && unit.packages.load(unit.context(), &dir).files.iter().any(|f| f.package == "main") {
                found.push(format!("./{dir}"));
            }
        }
    }
    match found.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    }
}

fn folder(unit: &Unit<'_>, out: &mut Sink, go: &GoUse, root: &str, dir: &str, path: &str, word: &Word) {
    if unit.find_for(go, path) == Found::No {
        let own = context_of(root, dir, path);
        let title = words!("`{}` names a folder that is not in the image", "`{}` 指向镜像中不存在的目录", word.raw);
        absent(unit, out, go, own.as_deref(), path, Some(word), title);
    }
}

fn file(unit: &Unit<'_>, out: &mut Sink, go: &GoUse, root: &str, dir: &str, path: &str, word: &Word) {
    if unit.find_for(go, path) == Found::No {
        let own = context_of(root, dir, path);
        let title = words!("`{}` is not in the image", "镜像中没有 `{}`", word.raw);
        absent(unit, out, go, own.as_deref(), path, Some(word), title);
    }
}

fn package(unit: &Unit<'_>, out: &mut Sink, go: &GoUse, root: &str, dir: &str, path: &str, word: Option<&Word>) {
    let own = context_of(root, dir, path);
    let shown = word.map_or(".", |w| w.raw.as_str());
    match unit.find_for(go, path) {
        Found::No => {
            let title = words!("`{shown}` names a folder that is not in the image", "`{shown}` 指向镜像中不存在的目录");
            absent(unit, out, go, own.as_deref(), path, word, title);
            return;
        }
        Found::Maybe => return,
        _ => {}
    }
    let Some(own) = own else { return };
    let package = unit.packages.load(unit.context(), &own);
    let there: Vec<_> = package
        .files
        .iter()
        .map(|f| (f, unit.find_for(go, &paths::join(path, &f.name))))
        .collect();
    if there.iter().any(|(_, found)| *found == Found::Maybe) || unit.find_for(go, &paths::join(path, "zz_generated.go")) == Found::Maybe {
        return;
    }
    if package.files.is_empty() {
        if package.has_tests && go.args.sub == "test" || unit.options.incomplete && word.is_none() {
            return;
        }
        let title = words!("There are no Go files in `{path}`", "`{path}` 中没有 Go 文件");
        let mut draft = Draft::new(&CHECK, severity(unit, go), title, words!("`go {}` needs a package in this folder.", "`go {}` 需要该目录中有一个包。", go.args.sub))
            .at(&unit.path, place(unit, go, word), Words::fixed("nothing to build", "没有可构建的内容"))
            .on(go.instruction)
            .subject(path);
        if let (Some(main), "build" | "install") = (mains(unit, &own), go.args.sub.as_str()) {
            let edit = match word {
                Some(word) => Edit::replace(word_span(unit, go, word), main.clone()),
                None => Edit::insert(go_span(unit, go).end, format!(" {main}")),
            };
            draft = draft.fix(words!("Build `{main}`", "改为构建 `{main}`"), false, &unit.path, vec![edit]);
        }
        out.push(draft);
        return;
    }
    if there.iter().all(|(_, found)| *found == Found::No) {
        let first = paths::join(&own, &package.files[0].name);
        let title = words!("The sources of `{shown}` are not in the image yet", "`{shown}` 的源码尚未进入镜像");
        absent(unit, out, go, Some(&first), &paths::join(path, &package.files[0].name), word, title);
        return;
    }
    let target = target(unit, go);
    let names: Vec<&str> = package.files.iter().filter(|f| target.builds(f)).map(|f| f.package.as_str()).collect();
    if names.is_empty() || names.contains(&"main") || names.contains(&"") {
        return;
    }
    let runs = go.args.sub == "run";
    // With -o and one package that is no program go writes a library archive, which nothing can start.
    let named = go.args.sub == "build" && go.args.flag("o").is_some() && go.args.rest.len() <= 1
        && go.args.flag("buildmode").is_none() && !go.args.value("o").is_some_and(|o| o == "/dev/null" || o.ends_with('/'));
    if runs || named {
        let title = words!("`{shown}` is package `{}`, not a program", "`{shown}` 是包 `{}`，不是可执行程序", names[0]);
        let why = if runs {
            Words::fixed("go run needs package main and stops.", "go run 需要 package main，因而停止。")
        } else {
            Words::fixed("go writes a library archive to the output, which cannot be started.", "go 会把库归档写入输出文件，它无法启动。")
        };
        let level = if runs { severity(unit, go) } else { Severity::Warning };
        out.push(Draft::new(&CHECK, level, title, why).at(&unit.path, place(unit, go, word), none()).on(go.instruction));
    }
}

/// `go build cmd/server`: an import path of the standard library, as go reads it.
#[expect(clippy::too_many_arguments, reason = "the facts of one finding")]
fn import_path(unit: &Unit<'_>, out: &mut Sink, go: &GoUse, root: &str, cwd: &str, dir: &str, text: &str, word: &Word) {
    let first = text.split('/').next().unwrap_or(text);
    if first.contains('.') || text.contains(['@', '*']) || matches!(text, "std" | "cmd" | "all") || text.contains("...") {
        return;
    }
    let Some(own) = context_of(root, dir, &paths::join(cwd, text)) else { return };
    let known = unit.packages.load(unit.context(), &own);
    if known.files.is_empty() || go.env.get("GO111MODULE") != crate::unit::Var::Unset || unit.find_for(go, &paths::join(dir, "vendor")) != Found::No {
        return;
    }
    let title = words!("`{text}` is read as a package of the standard library", "`{text}` 会被当作标准库的包");
    let why = words!("A folder must begin with `./`; without it go says `package {text} is not in std`.", "目录必须以 `./` 开头；否则 go 会报 `package {text} is not in std`。");
    let edit = Edit::replace(word_span(unit, go, word), format!("./{text}"));
    out.push(
        Draft::new(&CHECK, severity(unit, go), title, why)
            .at(&unit.path, word_span(unit, go, word), none())
            .on(go.instruction)
            .fix(words!("Write `./{text}`", "改为 `./{text}`"), true, &unit.path, vec![edit]),
    );
}
