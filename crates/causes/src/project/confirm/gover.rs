//! Versions of Go: what `go.mod` asks for, and what the base image brings.

use dockerfile::Span;
use dockerfile::edit::Edit;
use finding::{Fix, Words};
use gomod::gover;
use gomod::modfile::{self, GoMod, Mode};

use crate::case::Case;
use crate::mend::words;
use crate::project::facts::diff;
use crate::project::tree::join;
use crate::project::{Confirmation, Facts};

/// The `go.mod` at the failing step: its path in the project, and its text.
pub(crate) fn go_mod(facts: &Facts<'_>) -> Option<(String, String)> {
    let path = match facts.view().module(facts) {
        Some((_, from)) => facts.in_project(&from)?,
        None => join(facts.context()?, "go.mod"),
    };
    Some((path.clone(), facts.project.read(&path)?))
}

/// `1.25.0` of `requires go >= 1.25.0 (running go 1.22.1)`.
fn after<'t>(text: &'t str, mark: &str) -> Option<&'t str> {
    let rest = &text[text.find(mark)? + mark.len()..];
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(rest.len());
    let version = rest[..end].trim_end_matches('.').trim_start_matches("go");
    gover::is_valid(version).then_some(version)
}

/// The Go version in the tag of an official Go image, with the tag's bytes in the Dockerfile.
fn image_version<'f>(facts: &Facts<'f>) -> Option<(&'f str, Span, usize)> {
    let (image, from) = facts.base()?;
    let name = image.path.rsplit('/').next()?;
    let tag = image.tag.as_deref().filter(|_| name == "golang" && image.digest.is_none())?;
    let version = tag.split('-').next()?;
    if !gover::is_valid(version) || !version.contains('.') {
        return None;
    }
    let stage = facts.file().stages.get(facts.get(from).stage?)?;
    let at = facts.file().slice(stage.base_span).rfind(tag);
    // A tag made from an argument is not edited here.
    let span = at.map_or(stage.base_span, |at| {
        Span::new(stage.base_span.start + at, stage.base_span.start + at + version.len())
    });
    Some((version, span, from))
}

/// `go-version-too-old`: the base image against what is asked for.
pub(crate) fn too_old(case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let (has, span, _) = image_version(facts)?;
    let own = go_mod(facts);
    let parsed = own.as_ref().map(|(_, text)| GoMod::parse_partial(text, Mode::Main).0);
    let line = parsed.as_ref().and_then(|m| m.go.as_ref());
    let asked = ["requires go >= ", "requires go version ", "requires Go ", "module requires Go "]
        .iter()
        .find_map(|mark| after(case.text, mark))
        .or_else(|| line.map(|g| g.version.as_str()))?;
    let patchless = has.matches('.').count() == 1;
    // `golang:1.22` is the newest 1.22.x: only the language version can be compared.
    let behind = if patchless {
        let language = gover::lang(asked)?;
        gover::compare(has, &language).is_lt()
    } else {
        gover::compare(has, asked).is_lt()
    };
    if !behind {
        let running = after(case.text, "running go ").or_else(|| after(case.text, "running go"));
        let changed = running.is_some_and(|r| gover::lang(r) != gover::lang(has));
        let proof = words!("the base image now brings Go {has}", "基础镜像目前提供的是 Go {has}");
        return changed.then(|| {
            Confirmation::refuted(proof).at(facts.here(span, Words::fixed("new enough", "版本足够新")))
        });
    }
    let label = Words::new(format!("brings Go {has}"), format!("提供 Go {has}"));
    let mut proof = words!(
        "the base image brings Go {has}, {asked} is asked for",
        "基础镜像提供 Go {has}，而需要 {asked}"
    );
    let mut confirmation = None;
    if let (Some((path, text)), Some(parsed), Some(line)) = (&own, &parsed, line)
        && gover::compare(&line.version, has).is_gt()
    {
        let wants = &line.version;
        proof = words!(
            "go.mod says go {wants}, the base image brings Go {has}",
            "go.mod 要求 go {wants}，而基础镜像提供 Go {has}"
        );
        let label = Words::fixed("asked for here", "在此要求");
        confirmation = Some(facts.mark(path, text, parsed.span(line.line), label));
    }
    let image = facts.base()?.0.to_string();
    let found = Confirmation::verified(proof).at(facts.here(span, label)).and(confirmation);
    let new = gover::lang(asked)?;
    let edited = (span.len() == has.len()).then(|| {
        let wanted = image.replacen(has, &new, 1);
        facts.edit(words!("build with {wanted}", "改用 {wanted} 构建"), &[Edit::replace(span, new.clone())])
    });
    Some(found.mend(edited.flatten()))
}

/// `go-language-version`: the `go` line is behind what the code uses.
pub(crate) fn language(case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let (path, text) = go_mod(facts)?;
    let file = GoMod::parse_partial(&text, Mode::Main).0;
    let line = file.go.as_ref()?;
    let set = after(case.text, "-lang was set to go")
        .or_else(|| after(case.text, "file declares //go:build go"))?;
    let needed = after(case.text, "requires go").or_else(|| after(case.text, "requires "))?;
    if gover::lang(&line.version)? != gover::lang(set)? || gover::compare(needed, &line.version).is_le() {
        return None;
    }
    let version = &line.version;
    let mark = facts.mark(&path, &text, file.span(line.line), Words::fixed("set here", "在此设置"));
    let fix: Option<Fix> = diff(
        words!("raise the language version", "提高语言版本"),
        &path,
        &text,
        &modfile::apply(&text, file.set_go(needed)),
    );
    let proof = words!("{path} says go {version}", "{path} 中写的是 go {version}");
    Some(Confirmation::verified(proof).at(mark).mend(fix))
}
