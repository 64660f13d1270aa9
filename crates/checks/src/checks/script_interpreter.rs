use finding::{Severity, Words};

use super::common::{earlier, exec_words, none, stage_severity, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::paths;
use crate::tree::Kind;
use crate::unit::Unit;
use crate::view::Found;
use dockerfile::edit::Edit;
use dockerfile::{Keyword, Span};

/// A script with Windows line ends.
pub(super) static CHECK: Check = Check {
    id: "script-interpreter",
    summary: Words::fixed("A script of the project has Windows line ends", "项目中的脚本使用 Windows 换行符"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let mut seen: Vec<String> = Vec::new();
    for (at, instruction) in unit.instructions() {
        let Some(stage) = instruction.stage else { continue };
        let state = &unit.states[at];
        let mut called: Vec<(String, Span, bool)> = Vec::new();
        match instruction.keyword {
            Keyword::Run => {
                let Some(script) = &unit.scripts[at] else { continue };
                let rewritten = script.commands.iter().any(|c| matches!(c.name(), Some("dos2unix" | "sed" | "tr")));
                if rewritten || earlier(unit, at, &|c| c.name() == Some("dos2unix")) {
                    continue;
                }
                for command in &script.commands {
                    let (name, rest) = command.effective();
                    let word = match name {
                        Some("sh" | "bash" | "ash") => rest.iter().find(|w| !w.raw.starts_with('-')),
                        _ => command.words.first().filter(|w| w.raw.starts_with("./") || w.raw.starts_with('/')),
                    };
                    if let Some((word, text)) = word.and_then(|w| Some((w, w.literal()?))) {
                        called.push((text.to_owned(), script.word_span(word), command.certain && command.fatal));
                    }
                }
            }
            Keyword::Entrypoint | Keyword::Cmd => {
                if let Some(word) = exec_words(instruction).and_then(|w| w.first()) {
                    called.push((word.text.clone(), word.span, false));
                }
            }
            _ => continue,
        }
        for (text, span, decisive) in called {
            let path = match (&state.workdir, text.starts_with('/')) {
                (_, true) => paths::join("/", &text),
                (Some(dir), false) => paths::join(dir, &text),
                _ => continue,
            };
            let Found::Context(from, Kind::File) = unit.views.find_step(at, stage, state.ops, &path) else { continue };
            if seen.contains(&from) {
                continue;
            }
            let Some(script) = unit.context().read(&from) else { continue };
            let first = script.split('\n').next().unwrap_or("");
            if !first.starts_with("#!") || !first.ends_with('\r') {
                continue;
            }
            seen.push(from.clone());
            let title = words!("{from} has Windows line ends", "{from} 使用 Windows 换行符");
            let interpreter = first.trim_start_matches("#!").trim();
            let why = words!("The kernel looks for the interpreter `{interpreter}\\r`, which does not exist: `not found` or `no such file or directory`.", "内核会寻找解释器 `{interpreter}\\r`，它并不存在：报 `not found` 或 `no such file or directory`。");
            let level = if decisive { stage_severity(unit, stage) } else { Severity::Warning };
            let file = unit.context().in_project(&from);
            let edits = script.match_indices("\r\n").map(|(i, _)| Edit::delete(Span::new(i, i + 1))).collect();
            out.push(
                Draft::new(&CHECK, level, title, why)
                    .at(&unit.path, span, Words::fixed("started here", "此处启动"))
                    .at(&file, Span::new(0, first.len() - 1), none())
                    .on(at)
                    .subject(from)
                    .fix(Words::fixed("Use Unix line ends", "改用 Unix 换行符"), true, &file, edits),
            );
        }
    }
}
