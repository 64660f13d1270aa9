use dockerfile::edit::Edit;
use dockerfile::{Keyword, Mount, SyntaxErrorKind};
use finding::{Severity, Words};

use super::common::{none, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::Unit;

/// The Dockerfile does not parse.
pub(super) static CHECK: Check = Check {
    id: "docker-syntax",
    summary: Words::fixed("The builder cannot read the Dockerfile", "构建器无法解析 Dockerfile"),
    persona: Persona::Regular,
    aliases: &["DL1000"],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    if let Some(error) = unit.file.first_error() {
        if is_template(unit, &error.kind) {
            return;
        }
        let more = unit.file.errors.len() - 1;
        let mut why = words!(
            "BuildKit stops here before it runs any step: {}.",
            "BuildKit 在执行任何步骤之前就会在此处停止：{}。",
            error.kind
        );
        if more > 0 {
            why = words!("{} {more} more follow.", "{} 之后还有 {more} 处。", why.en);
        }
        let title = words!("The Dockerfile does not parse: {}", "Dockerfile 无法解析：{}", error.kind);
        let mut draft = Draft::new(&CHECK, Severity::Error, title, why).at(&unit.path, error.span, none());
        if let SyntaxErrorKind::UnknownInstruction(name) = &error.kind {
            if let Some(keyword) = nearest(name) {
                let edit = Edit::replace(error.span, keyword);
                draft = draft.fix(words!("Write `{keyword}`", "改为 `{keyword}`"), true, &unit.path, vec![edit]);
            } else if let Some(edit) = missing_continuation(unit, error.line) {
                let title = Words::fixed("Continue the line above with a backslash", "在上一行末尾加反斜杠续行");
                draft = draft.fix(title, true, &unit.path, vec![edit]);
            }
        }
        out.push(draft);
        return;
    }
    // Mounts are read when the step is prepared.
    for (at, instruction) in unit.instructions() {
        for flag in instruction.flags_named("mount") {
            let Some(value) = unit.expand(at, flag.value()) else { continue };
            if let Err(e) = Mount::parse(&value) {
                let title = words!("This --mount is refused: {e}", "该 --mount 会被拒绝：{e}");
                let why = Words::fixed("BuildKit stops when it comes to this step.", "BuildKit 执行到这一步时会停止。");
                out.push(Draft::new(&CHECK, Severity::Error, title, why).at(&unit.path, flag.span, none()).on(at));
            }
        }
    }
}

/// A file that something else makes a Dockerfile of.
fn is_template(unit: &Unit<'_>, kind: &SyntaxErrorKind) -> bool {
    let marks = ["{{", "{%", "<%", "@@", "%%", "##"];
    if marks.iter().any(|m| unit.file.instructions.iter().any(|i| i.line.text.contains(m))) {
        return true;
    }
    // `COPY_SPEC_FILE`, which a script replaces.
    matches!(kind, SyntaxErrorKind::UnknownInstruction(name) if name.contains('_') && unit.project.mentions(name))
}

/// The instruction that was meant, when one or two letters are wrong.
fn nearest(name: &str) -> Option<&'static str> {
    const ALL: [Keyword; 14] = [
        Keyword::Add, Keyword::Arg, Keyword::Cmd, Keyword::Copy, Keyword::Entrypoint, Keyword::Env, Keyword::Expose,
        Keyword::From, Keyword::Healthcheck, Keyword::Label, Keyword::Run, Keyword::User, Keyword::Volume, Keyword::Workdir,
    ];
    let upper = name.to_ascii_uppercase();
    let (distance, keyword) = ALL.iter().map(|k| (crate::paths::distance(&upper, k.as_str()), k.as_str())).min()?;
    (distance <= 2 && distance * 2 < upper.len()).then_some(keyword)
}

/// A RUN whose last line lacks its backslash leaves shell text where an instruction should be.
fn missing_continuation(unit: &Unit<'_>, line: u32) -> Option<Edit> {
    let index = unit.file.instructions.iter().position(|i| i.first_line == line)?;
    let before = unit.file.instructions.get(index.checked_sub(1)?)?;
    if before.keyword != Keyword::Run || before.last_line + 1 != line {
        return None;
    }
    let text = unit.file.line(before.last_line);
    let escape = unit.file.escape;
    let end = unit.file.lines.line_span(before.last_line).start + text.trim_end().len();
    let joined = text.trim_end().ends_with(['&', '|', ';']) || unit.file.line(line).starts_with([' ', '\t']);
    joined.then(|| Edit::insert(end, format!(" {escape}")))
}
