use dockerfile::edit::Edit;
use dockerfile::{Args, ImageRef, Span};
use finding::{Severity, Words};

use super::common::{base_overridable, from_place, root_stage, severity, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::images::GoInstall;
use crate::paths;
use crate::unit::{GoUse, ModuleAt, Unit, Var};
use crate::view::Found;

/// The image's Go is older than the module asks for.
pub(super) static CHECK: Check = Check {
    id: "go-version-too-old",
    summary: Words::fixed("The image's Go is older than go.mod asks for", "镜像中的 Go 版本低于 go.mod 的要求"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let mut seen = Vec::new();
    for go in &unit.go {
        if !go.loads_module() || seen.contains(&go.stage) {
            continue;
        }
        let state = &unit.states[go.instruction];
        let Some(install) = &state.image.go else { continue };
        let Some(asked) = asked(unit, go) else { continue };
        let Some(problem) = problem(install, go, &asked) else { continue };
        seen.push(go.stage);
        report(unit, out, go, install, &asked, problem);
    }
}

/// A `go` or `toolchain` line.
struct Asked {
    version: String,
    /// File, span.
    place: Option<(String, Span)>,
    file: &'static str,
    toolchain: Option<(String, Span)>,
}

fn asked(unit: &Unit<'_>, go: &GoUse) -> Option<Asked> {
    let ModuleAt::Found { dir, context_dir, gomod } = &go.module else { return None };
    // The workspace's line counts too, and is never lower.
    if go.env.get("GOWORK") == Var::Unset && !matches!(go.args.sub.as_str(), "mod tidy" | "mod vendor") {
        let mut at = dir.clone();
        loop {
            if let Found::Context(from, _) = unit.find_for(go, &paths::join(&at, "go.work"))
                && let Some(text) = unit.context().read(&from)
            {
                let (work, _) = gomod::modfile::GoWork::parse_partial(&text);
                if let Some(line) = &work.go {
                    let span = work.syntax.lines[line.line].span.clone();
                    let place = Some((unit.context().in_project(&from), Span::new(span.start, span.end)));
                    return Some(Asked { version: line.version.clone(), place, file: "go.work", toolchain: None });
                }
            }
            if at == "/" {
                break;
            }
            at = paths::parent(&at).to_owned();
        }
    }
    let gomod = gomod.as_ref()?;
    let line = gomod.go.as_ref()?;
    let path = unit.context().in_project(&paths::join(context_dir.as_deref()?, "go.mod"));
    let span = |id| {
        let range = gomod.span(id);
        Span::new(range.start, range.end)
    };
    Some(Asked {
        version: line.version.clone(),
        place: Some((path, span(line.line))),
        file: "go.mod",
        toolchain: gomod.toolchain.as_ref().map(|t| (t.name.clone(), span(t.line))),
    })
}

enum Problem {
    /// GOTOOLCHAIN=local refuses.
    Local,
    /// A Go before 1.21 cannot read `1.22.0` or `toolchain`.
    Unreadable,
}

fn problem(install: &GoInstall, go: &GoUse, asked: &Asked) -> Option<Problem> {
    let (_, minor, _) = install.parts()?;
    if minor < 21 {
        let three_part = asked.version.matches('.').count() == 2;
        return (three_part || asked.toolchain.is_some()).then_some(Problem::Unreadable);
    }
    if !install.is_older_than(&asked.version) {
        return None;
    }
    match go.env.get("GOTOOLCHAIN") {
        Var::Set(value) if value == "local" => Some(Problem::Local),
        _ => None,
    }
}

fn report(unit: &Unit<'_>, out: &mut Sink, go: &GoUse, install: &GoInstall, asked: &Asked, problem: Problem) {
    let has = install.version.clone().unwrap_or_default();
    let (wanted, file) = (&asked.version, asked.file);
    let overridable = base_overridable(unit, go.stage) || unit.states[go.instruction].anything_installed;
    let level = if overridable { Severity::Warning } else { severity(unit, go) };
    let title = words!("{file} asks for Go {wanted}, the image has {has}", "{file} 要求 Go {wanted}，镜像中是 {has}");
    let why = match problem {
        Problem::Local => words!(
            "The image sets GOTOOLCHAIN=local, so Go does not fetch a newer toolchain and stops: `{file} requires go >= {wanted}`.",
            "镜像设置了 GOTOOLCHAIN=local，Go 不会下载更新的工具链，而是报错停止：`{file} requires go >= {wanted}`。"
        ),
        Problem::Unreadable => words!(
            "Go before 1.21 cannot read this {file}: it knows neither three-part versions in the go line nor toolchain lines.",
            "1.21 之前的 Go 无法读取该 {file}：它既不认识 go 行中的三段式版本号，也不认识 toolchain 行。"
        ),
    };
    let mut draft = Draft::new(&CHECK, level, title, why).on(go.instruction).subject(format!("go {wanted}"));
    if overridable {
        draft = draft.possible();
    }
    if let Some((at, span, _)) = from_place(unit, go.stage) {
        draft = draft.at(&unit.path, span, words!("Go {has}", "Go {has}"));
        let _ = at;
    }
    if let Some((path, span)) = &asked.place {
        draft = draft.at(path, *span, words!("asks for {wanted}", "要求 {wanted}"));
    }
    draft = draft.at(&unit.path, super::common::go_span(unit, go), Words::fixed("fails here", "在此失败"));
    if let Some((title, edits)) = bump(unit, go.stage, &has, wanted) {
        draft = draft.fix(title, true, &unit.path, edits);
    }
    out.push(draft);
}

/// The base image's tag, or the argument it comes from, with the version that is asked for.
fn bump(unit: &Unit<'_>, stage: usize, has: &str, wanted: &str) -> Option<(Words, Vec<Edit>)> {
    let root = root_stage(unit, stage)?;
    let stage = &unit.file.stages[root];
    let image = ImageRef::parse(&stage.base_text);
    let new = gomod::gover::lang(wanted).unwrap_or_else(|| wanted.to_owned());
    // A patch release that is asked for needs it.
    let new = if has.starts_with(&format!("{new}.")) { wanted.to_owned() } else { new };
    match image {
        Some(image) if image.digest.is_none() => {
            let tag = image.tag.clone()?;
            let rest = tag.strip_prefix(has)?;
            // Another Go is not published for every old release of a distribution.
            let family = rest.trim_start_matches('-').trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
            let suffix = match family {
                "" => String::new(),
                "alpine" => "-alpine".to_owned(),
                "bookworm" | "trixie" | "bullseye" => format!("-{family}"),
                _ => String::new(),
            };
            let text = stage.base_text.replacen(&format!(":{tag}"), &format!(":{new}{suffix}"), 1);
            let title = words!("Build with Go {new}", "改用 Go {new} 构建");
            Some((title, vec![Edit::replace(stage.base_span, text)]))
        }
        None => {
            // ARG GO_VERSION=1.22
            let decl = unit
                .file
                .instructions
                .iter()
                .take_while(|i| i.stage.is_none())
                .filter_map(|i| match &i.args {
                    Args::Arg(decls) => Some(decls),
                    _ => None,
                })
                .flatten()
                .find(|d| stage.base_text.contains(&d.name.text) && d.default.as_ref().is_some_and(|v| v.text.trim_matches('"') == has))?;
            let span = decl.default.as_ref()?.span;
            let title = words!("Make Go {new} the default", "将默认版本改为 Go {new}");
            Some((title, vec![Edit::replace(span, new)]))
        }
        _ => None,
    }
}
