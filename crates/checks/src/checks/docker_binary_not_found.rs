use finding::{Severity, Words};

use super::common::{before, closure, exec_words, go_span, last_of, none, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::images::{Libc, Os};
use crate::paths;
use crate::unit::{Sure, Unit, Var};
use crate::view::Found;
use dockerfile::edit::Edit;
use dockerfile::{Args, Base, Keyword};

/// What the image starts is not there, or cannot run.
pub(super) static CHECK: Check = Check {
    id: "docker-binary-not-found",
    summary: Words::fixed("The program the image starts is missing, or lacks its loader", "镜像要启动的程序不存在，或缺少加载器"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let Some(last) = unit.final_stage() else { return };
    let Some(end) = unit.ends.get(last) else { return };
    let entry = last_of(unit, last, Keyword::Entrypoint).or_else(|| last_of(unit, last, Keyword::Cmd));
    if let Some(at) = entry {
        let instruction = &unit.file.instructions[at];
        match exec_words(instruction) {
            Some([first, ..]) if first.text.contains('/') => {
                let path = match (&end.workdir, first.text.starts_with('/')) {
                    (_, true) => Some(paths::join("/", &first.text)),
                    (Some(dir), false) => Some(paths::join(dir, &first.text)),
                    _ => None,
                };
                if let Some(path) = path
                    && unit.views.find_final(last, &path) == Found::No
                    && unit.views.would_come_from(last, &path).is_none()
                    && unit.sure != Sure::Foreign
                {
                    let title = words!("The image starts `{path}`, which is not in it", "镜像启动 `{path}`，但其中没有该文件");
                    let why = Words::fixed("No step of the final stage puts a file there; the container stops with `no such file or directory`.", "最终阶段没有步骤放入该文件；容器会报 `no such file or directory` 并停止。");
                    let mut draft = Draft::new(&CHECK, Severity::Warning, title, why).at(&unit.path, first.span, Words::fixed("not there", "不存在")).on(at).subject(path);
                    if let Some(real) = copied_binary(unit, last)
                        && paths::join(end.workdir.as_deref().unwrap_or("/"), &first.text) != real
                    {
                        let quoted = unit.file.slice(first.span).starts_with('"');
                        let text = if quoted { format!("\"{real}\"") } else { real.clone() };
                        draft = draft.fix(words!("Start `{real}`", "改为启动 `{real}`"), false, &unit.path, vec![Edit::replace(first.span, text)]);
                    }
                    out.push(draft);
                }
            }
            None if matches!(end.image.os, Os::Scratch) && !unit.views.is_opaque(last) && !shell_copied(unit, last) => {
                let title = words!("{} in shell form needs a shell, which the image does not have", "shell 形式的 {} 需要 shell，而镜像中没有", instruction.keyword);
                let why = Words::fixed("The shell form starts /bin/sh -c; an image from scratch has no /bin/sh.", "shell 形式会启动 /bin/sh -c；scratch 镜像中没有 /bin/sh。");
                let text = instruction.rest.text.clone();
                let plain = !text.contains(['$', '|', '&', ';', '"', '\'', '>', '<', '*']);
                let mut draft = Draft::new(&CHECK, Severity::Warning, title, why).at(&unit.path, instruction.span, none()).on(at);
                if plain {
                    let list: Vec<String> = text.split_whitespace().map(|w| format!("\"{w}\"")).collect();
                    let edit = Edit::replace(instruction.rest.span(0, text.len()), format!("[{}]", list.join(", ")));
                    draft = draft.fix(Words::fixed("Use the exec form", "改用 exec 形式"), true, &unit.path, vec![edit]);
                }
                out.push(draft);
            }
            _ => {}
        }
    }
    loader(unit, out, last);
}

fn shell_copied(unit: &Unit<'_>, stage: usize) -> bool {
    unit.views.find_final(stage, "/bin/sh") != Found::No
}

/// The one file that the final stage takes from a stage that runs go.
fn copied_binary(unit: &Unit<'_>, last: usize) -> Option<String> {
    let range = unit.file.stages[last].instructions.clone();
    let mut found = None;
    for at in range {
        let i = &unit.file.instructions[at];
        let (Keyword::Copy, Args::Copy(copy), Some(from)) = (i.keyword, &i.args, i.flag("from")) else { continue };
        let Base::Stage(source) = unit.file.resolve_from(from.value(), last) else { continue };
        if !unit.runs_go(source) || copy.sources.len() != 1 {
            continue;
        }
        if found.is_some() {
            return None;
        }
        let to = unit.expand(at, &copy.destination.text)?;
        let dir = unit.states[at].workdir.clone().unwrap_or_else(|| "/".to_owned());
        let full = paths::join(&dir, &to);
        found = Some(if to.ends_with(['/', '.']) { paths::join(&full, paths::base(&copy.sources[0].text)) } else { full });
    }
    found
}

/// A binary that is linked against glibc, in an image without it.
fn loader(unit: &Unit<'_>, out: &mut Sink, last: usize) {
    let Some(end) = unit.ends.get(last) else { return };
    if !matches!(end.image.libc, Libc::Musl | Libc::None) || end.anything_installed || provided(&end.installed) {
        return;
    }
    for at in unit.file.stages[last].instructions.clone() {
        let i = &unit.file.instructions[at];
        let (Keyword::Copy, Args::Copy(copy), Some(from)) = (i.keyword, &i.args, i.flag("from")) else { continue };
        let Base::Stage(source) = unit.file.resolve_from(from.value(), last) else { continue };
        for word in &copy.sources {
            let Some(path) = unit.expand(at, &word.text).map(|p| paths::join("/", &p)) else { continue };
            let Some(go) = unit.go.iter().rev().find(|g| g.stage == source && builds(g, &path)) else { continue };
            let state = &unit.states[go.instruction];
            if state.image.libc != Libc::Glibc || !state.image.golang || !unit.has_tool(go.instruction, "gcc").yes() {
                continue;
            }
            let on = match go.env.get("CGO_ENABLED") {
                Var::Set(v) => v == "1",
                Var::Unset => go.env.get("GOARCH") == Var::Unset && go.env.get("GOOS") == Var::Unset,
                Var::Unknown => false,
            };
            let static_link = go.args.flags.iter().any(|(_, v, _)| v.as_ref().is_some_and(|w| w.raw.contains("static")))
                || ["GOFLAGS", "CGO_LDFLAGS", "LDFLAGS"].iter().any(|n| go.env.get(n) != Var::Unset)
                || go.args.flag("ldflags").is_some_and(|w| w.is_none_or(|w| !w.variables().all(|v| v != "LDFLAGS" && v != "GO_LDFLAGS")));
            let tags = go.args.value("tags").unwrap_or("");
            let netgo = tags.contains("netgo") && tags.contains("osusergo");
            if !on || static_link || netgo {
                continue;
            }
            let Some(closure) = closure(unit, go) else { continue };
            let Some(reason) = ["C", "net", "net/http", "os/user"].iter().find(|p| closure.imports(p)) else { continue };
            if *reason != "C" && tags.contains("netgo") {
                continue;
            }
            let os = format!("{:?}", end.image.os);
            let title = words!("`{path}` is linked against glibc, which the final image ({os}) does not have", "`{path}` 动态链接 glibc，而最终镜像（{os}）中没有");
            let what = if *reason == "C" { "cgo".to_owned() } else { (*reason).to_owned() };
            let why = words!("The build has cgo on and uses {what}, so the program needs /lib64/ld-linux-x86-64.so.2; the container says `no such file or directory`.", "构建开启了 cgo 并使用 {what}，程序需要 /lib64/ld-linux-x86-64.so.2；容器会报 `no such file or directory`。");
            let mut draft = Draft::new(&CHECK, Severity::Warning, title, why)
                .at(&unit.path, go_span(unit, go), Words::fixed("linked here", "此处链接"))
                .at(&unit.path, word.span, Words::fixed("copied here", "此处复制"))
                .on(at)
                .likely()
                .subject(path.clone());
            if *reason != "C" {
                let edits = before(unit, &unit.file.instructions[go.instruction], "ENV CGO_ENABLED=0\n");
                draft = draft.fix(Words::fixed("Build without cgo", "关闭 cgo 构建"), false, &unit.path, edits);
            } else {
                draft = draft.advice(Words::fixed("Use a final image with glibc (debian, distroless/base), or link statically", "使用带 glibc 的最终镜像（debian、distroless/base），或静态链接"));
            }
            out.push(draft);
            return;
        }
    }
}

fn provided(installed: &std::collections::BTreeSet<String>) -> bool {
    ["libc6-compat", "gcompat", "glibc", "libc6"].iter().any(|p| installed.contains(*p))
}

fn builds(go: &crate::unit::GoUse, path: &str) -> bool {
    if go.args.sub != "build" {
        return false;
    }
    let Some(Some(word)) = go.args.flag("o") else { return false };
    let Some(text) = word.expand(&|name| go.env.text(name)) else { return false };
    let full = if text.starts_with('/') { text } else { paths::join(go.cwd.as_deref().unwrap_or("/"), &text) };
    full == path
}
