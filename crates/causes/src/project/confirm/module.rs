//! `go.mod`, `go.sum`, `go.work` and `vendor`: what they say, and whether they reach the failing step.

use dockerfile::Args;
use dockerfile::edit::Edit;
use finding::{Fix, Words};
use gomod::gosum::GoSum;
use gomod::modfile::{GoMod, GoWork, Mode, Replacement};
use gomod::vendor::ModulesTxt;

use super::context::{beside, ignored, missing};
use super::gover::go_mod;
use crate::case::Case;
use crate::mend::remedy::run;
use crate::mend::{names, words};
use crate::project::Confirmation;
use crate::project::facts::Facts;
use crate::project::tree::{below, join, parent, resolve, tidy};
use crate::project::view::Seen;

/// `mod-replace-missing`: the folder of a `replace` does not reach the step.
pub(crate) fn replace_missing(case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let (dir, from) = facts.view().module(facts)?;
    let path = facts.in_project(&from)?;
    let text = facts.project.read(&path)?;
    let file = GoMod::parse_partial(&text, Mode::Main).0;
    for replace in &file.replace {
        let Replacement::Folder(folder) = &replace.new else { continue };
        let target = resolve(&dir, &format!("{folder}/go.mod"));
        let told = case.text.contains(&*replace.old.path)
            || case.text.contains(folder.trim_end_matches('/'))
            || case.text.contains(target.trim_end_matches("/go.mod"));
        if !told {
            continue;
        }
        let mark = facts.mark(&path, &text, file.span(replace.line), Words::fixed("points here", "指向此处"));
        let module = &replace.old.path;
        let Some(source) = beside(parent(&from), folder) else {
            let proof = words!(
                "{path} replaces {module} by {folder}, above the build context",
                "{path} 将 {module} 替换为 {folder}，该目录在构建上下文之外"
            );
            return Some(Confirmation::verified(proof).at(mark));
        };
        let manifest = join(&source, "go.mod");
        match facts.view().seen(facts, &target) {
            Seen::Copied { .. } | Seen::Unknown => continue,
            _ => {}
        }
        let Some(own) = facts.in_project(&source) else { continue };
        let folder_path = target.trim_end_matches("/go.mod").to_owned();
        let mut found = if facts.tree().lacks(&own) {
            let proof = words!(
                "{path} replaces {module} by {folder}, which the project does not have",
                "{path} 将 {module} 替换为 {folder}，但项目中没有该目录"
            );
            Confirmation::verified(proof)
        } else if facts.ignored_by(&manifest).is_some() {
            ignored(facts, &manifest, None)?
        } else {
            missing(facts, &folder_path, Some(&source)).map(|m| m.confirmation)?
        };
        found.location = Some(mark.1.clone());
        found.evidence.insert(0, mark.0);
        return Some(found);
    }
    None
}

/// `sum-missing`: there is no `go.sum`, it does not reach the step, or it lacks the module.
pub(crate) fn sum_missing(case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let (dir, from) = facts.view().module(facts)?;
    let source = join(parent(&from), "go.sum");
    let own = facts.in_project(&source)?;
    let copied = facts.view().seen(facts, &from_dir(&dir));
    if facts.tree().lacks(&own) {
        let proof = words!("the project has no {source}", "项目中没有 {source}");
        return Some(Confirmation::verified(proof).at(facts.failed()).mend([tidy_up()]));
    }
    match copied {
        Seen::Copied { .. } => {}
        Seen::Unknown => return None,
        _ => {
            let mut found = missing(facts, &from_dir(&dir), Some(&source))?.confirmation;
            // The line that copies go.mod alone takes go.sum along.
            if let Seen::Copied { by, .. } = facts.view().seen(facts, &resolve(&dir, "go.mod"))
                && let Args::Copy(copy) = &facts.get(by).args
                && let [one] = &copy.sources[..]
                && one.text.ends_with("go.mod")
                && (copy.destination.text.ends_with('/') || copy.destination.text.ends_with('.'))
                && facts.ignored_by(&source).is_none()
            {
                let both = format!("{} {}", one.text, one.text.replace("go.mod", "go.sum"));
                let fix = facts.edit(
                    words!("copy go.sum with go.mod", "将 go.sum 与 go.mod 一起复制"),
                    &[Edit::replace(one.span, both)],
                );
                found.fixes = fix.into_iter().collect();
                let mark = facts.here(one.span, Words::fixed("without go.sum", "缺少 go.sum"));
                found.location = Some(mark.1.clone());
                found.evidence.push(mark.0);
            }
            return Some(found);
        }
    }
    let module = names::module(case)?;
    let module = module.split('@').next()?.to_owned();
    let text = facts.project.read(&own)?;
    let listed = GoSum::parse(&text).lines.iter().any(|l| l.module.path == module && !l.go_mod);
    if listed || !case.text.contains(&module) {
        return None;
    }
    let (path, mod_text) = go_mod(facts)?;
    let file = GoMod::parse_partial(&mod_text, Mode::Main).0;
    let line = file.require.iter().find(|r| r.module.path == module);
    let proof = words!("{own} has no sum for {module}", "{own} 中没有 {module} 的校验和");
    let mark = line
        .map(|l| facts.mark(&path, &mod_text, file.span(l.line), Words::fixed("required here", "在此要求")));
    let found = Confirmation::verified(proof).mend([tidy_up()]);
    Some(match mark {
        Some(mark) => found.at(mark),
        None => found,
    })
}

fn from_dir(dir: &str) -> String {
    resolve(dir, "go.sum")
}

fn tidy_up() -> Fix {
    run(
        words!("make go.sum complete and commit it", "补全 go.sum 并提交"),
        "go mod tidy && git add go.mod go.sum",
    )
}

/// `mod-no-gomod`: where `go.mod` is, and why the step does not see it.
pub(crate) fn no_go_mod(_case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let dir = facts.view().go_dir.clone()?;
    if facts.view().module(facts).is_some() {
        return None;
    }
    let here = resolve(&dir, "go.mod");
    let context = facts.context()?;
    let mut modules: Vec<&str> = facts
        .tree()
        .paths()
        .filter(|p| {
            p.rsplit('/').next() == Some("go.mod") && !p.contains("vendor/") && !p.contains("testdata/")
        })
        .filter_map(|p| below(p, context))
        .collect();
    modules.sort_by_key(|p| p.matches('/').count());
    let Some(first) = modules.first().copied() else {
        if !facts.tree().lacks(&join(context, "go.mod")) {
            return None;
        }
        let proof = words!("the project has no go.mod", "项目中没有 go.mod");
        return Some(Confirmation::verified(proof).at(facts.failed()).mend([run(
            words!("make the project a module", "将项目初始化为模块"),
            "go mod init <module path> && go mod tidy",
        )]));
    };
    if let Seen::Ignored { from } = facts.view().seen(facts, &here) {
        return ignored(facts, &from, None);
    }
    // The module was copied, but the step runs elsewhere.
    for source in &modules {
        let place = facts.view().place_of(facts, source);
        if let Some(place) = place {
            let there = parent(&place).to_owned();
            let proof = words!(
                "go.mod lies in {there}, the step runs in {dir}",
                "go.mod 位于 {there}，而该步骤在 {dir} 中运行"
            );
            let fix = facts.edit(
                words!("run it where the module is", "在模块所在目录中运行"),
                &[facts.line_before(facts.at, &format!("WORKDIR {there}"))],
            );
            return Some(Confirmation::verified(proof).at(facts.failed()).mend(fix));
        }
    }
    missing(facts, &here, Some(first)).map(|m| m.confirmation)
}

/// `mod-vendor-inconsistent`: `vendor/modules.txt` against `go.mod`.
pub(crate) fn vendor(_case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let (path, text) = go_mod(facts)?;
    let list = join(parent(&path), "vendor/modules.txt");
    let from = below(&list, facts.context()?)?.to_owned();
    if facts.tree().has(&list) && facts.ignored_by(&from).is_some() {
        return ignored(facts, &from, None);
    }
    let file = GoMod::parse_partial(&text, Mode::Main).0;
    let vendored = facts.project.read(&list)?;
    let parsed = ModulesTxt::parse(&vendored);
    let wrong = parsed.check(&file);
    let first = wrong.first()?;
    let module = match first {
        gomod::vendor::Inconsistency::NotExplicit(m)
        | gomod::vendor::Inconsistency::NotRequired(m)
        | gomod::vendor::Inconsistency::ReplacementMissing(m)
        | gomod::vendor::Inconsistency::NotReplaced(m)
        | gomod::vendor::Inconsistency::OtherVersion { module: m, .. }
        | gomod::vendor::Inconsistency::ReplacementDiffers { module: m, .. } => m.path.clone(),
        _ => return None,
    };
    let count = wrong.len();
    let proof = words!(
        "{list} does not fit {path}, {module} first ({count} in all)",
        "{list} 与 {path} 不一致，首先是 {module}（共 {count} 处）"
    );
    let label = Words::fixed("not so in vendor/modules.txt", "与 vendor/modules.txt 不符");
    let required = file.require.iter().find(|r| r.module.path == module).map(|r| r.line);
    let line = required.or_else(|| file.replace.iter().find(|r| r.old.path == module).map(|r| r.line));
    let in_list = parsed.modules.iter().find(|m| m.module.path == module);
    let listed =
        in_list.map(|m| facts.mark(&list, &vendored, m.span.clone(), Words::fixed("vendored", "已 vendor")));
    let found = Confirmation::verified(proof);
    Some(match (line, listed) {
        (Some(line), listed) => found.at(facts.mark(&path, &text, file.span(line), label)).and(listed),
        (None, Some(listed)) => found.at(listed),
        (None, None) => found,
    })
}

/// `mod-workspace`: a folder that `go.work` uses does not reach the step.
pub(crate) fn workspace(_case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let mut dir = facts.view().go_dir.clone()?;
    let from = loop {
        if let Seen::Copied { from, .. } = facts.view().seen(facts, &resolve(&dir, "go.work")) {
            break from;
        }
        if dir == "/" || dir.is_empty() {
            return None;
        }
        dir = if parent(&dir).is_empty() { "/".to_owned() } else { parent(&dir).to_owned() };
    };
    let path = facts.in_project(&from)?;
    let text = facts.project.read(&path)?;
    let work = GoWork::parse_partial(&text).0;
    for used in &work.uses {
        let target = resolve(&dir, &format!("{}/go.mod", used.path));
        let found = match facts.view().seen(facts, &target) {
            Seen::Copied { .. } | Seen::Unknown => continue,
            _ => {
                let folder = &used.path;
                let source = beside(parent(&from), folder);
                let proof = match source.as_ref().and_then(|s| facts.in_project(s)) {
                    None => words!(
                        "{path} uses {folder}, above the build context",
                        "{path} 使用了 {folder}，该目录在构建上下文之外"
                    ),
                    Some(own) if facts.tree().lacks(&own) => words!(
                        "{path} uses {folder}, which the project does not have",
                        "{path} 使用了 {folder}，但项目中没有该目录"
                    ),
                    Some(_) => words!(
                        "{path} uses {folder}, which does not reach this step",
                        "{path} 使用了 {folder}，但该目录没有进入此步骤"
                    ),
                };
                let mut found = Confirmation::verified(proof);
                let place = target.trim_end_matches("/go.mod");
                if let Some(more) = source.and_then(|s| missing(facts, place, Some(&s))) {
                    found.fixes = more.confirmation.fixes;
                    found.evidence = more.confirmation.evidence;
                }
                found
            }
        };
        let mark = facts.mark(
            &path,
            &text,
            work.syntax.lines[used.line].span.clone(),
            Words::fixed("used here", "在此使用"),
        );
        return Some(found.at(mark));
    }
    None
}

/// `mod-file-invalid`: the line that Go cannot read.
pub(crate) fn file_invalid(case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let name = if case.text.contains("go.work") { "go.work" } else { "go.mod" };
    let (path, text) = if name == "go.mod" {
        go_mod(facts)?
    } else {
        let path = join(facts.context()?, "go.work");
        (path.clone(), facts.project.read(&path)?)
    };
    let errors = if name == "go.mod" {
        GoMod::parse_partial(&text, Mode::Main).1
    } else {
        GoWork::parse_partial(&text).1
    };
    // The line that the log names, when it is the same text.
    let told = case.text.split(&format!("{name}:")).nth(1).and_then(|rest| {
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse::<usize>().ok()
    });
    if let Some(error) = errors.iter().find(|e| told.is_none_or(|t| t == e.position.line)) {
        let kind = &error.kind;
        let proof = words!("{path} says so: {kind}", "{path} 确实如此：{kind}");
        let mark = facts.mark(&path, &text, error.span.clone(), Words::fixed("here", "此处"));
        return Some(Confirmation::verified(proof).at(mark));
    }
    // An older Go refuses what a newer one reads: `unknown directive: tool`, `invalid go version '1.21.0'`.
    let line = text.split('\n').nth(told?.checked_sub(1)?)?;
    let quoted = ["unknown directive: ", "invalid go version '", "unknown block type: "]
        .iter()
        .find_map(|mark| case.text.split(mark).nth(1))?;
    let word = quoted.split(['\'', ' ', ':']).next().filter(|w| !w.is_empty())?;
    let found = line.find(word)?;
    let start = text.split('\n').take(told? - 1).map(|l| l.len() + 1).sum::<usize>() + found;
    let mark = facts.mark(
        &path,
        &text,
        start..start + word.len(),
        Words::fixed("not known to this Go", "该版本的 Go 不识别"),
    );
    let proof = words!("{path} has it in that line", "{path} 的该行确实如此");
    Some(Confirmation::verified(proof).at(mark))
}

/// A package path out of the message.
fn package(text: &str) -> Option<&str> {
    let word = ["no required module provides package ", "cannot find module providing package ", "package "]
        .iter()
        .find_map(|mark| text.split(mark).nth(1))?;
    let word = word.split([' ', ';', ':', ',']).next()?;
    names::plain(word)
}

/// `mod-import-unresolved`: a package of the own module that did not come along, or a module nobody requires.
pub(crate) fn import_unresolved(case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let (dir, from) = facts.view().module(facts)?;
    let path = facts.in_project(&from)?;
    let text = facts.project.read(&path)?;
    let file = GoMod::parse_partial(&text, Mode::Main).0;
    let package = package(case.text)?;
    let module = file.module.as_ref()?;
    if let Some(rest) = below(package, &module.path) {
        let folder = tidy(&join(parent(&from), rest))?;
        let own = facts.in_project(&folder)?;
        if facts.tree().lacks(&own) {
            let proof = words!("the project has no folder {folder}", "项目中没有目录 {folder}");
            let mark =
                facts.mark(&path, &text, file.span(module.line), Words::fixed("its module", "所属模块"));
            return Some(Confirmation::verified(proof).at(mark));
        }
        return missing(facts, &resolve(&dir, rest), Some(&folder)).map(|m| m.confirmation);
    }
    let provided = file.require.iter().any(|r| below(package, &r.module.path).is_some())
        || file.replace.iter().any(|r| below(package, &r.old.path).is_some());
    if provided || !package.split('/').next()?.contains('.') {
        return None;
    }
    let proof =
        words!("{path} requires no module that has {package}", "{path} 没有要求任何包含 {package} 的模块");
    let mark = facts.mark(&path, &text, file.span(module.line), Words::fixed("", ""));
    Some(Confirmation::verified(proof).at(mark))
}

/// `build-target`: the package to build is not in the project.
pub(crate) fn build_target(case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let dir = facts.view().go_dir.clone()?;
    let script = facts.script(facts.at)?;
    let word = script
        .commands
        .iter()
        .filter(|c| c.effective().0 == Some("go"))
        .flat_map(|c| &c.words)
        .find(|w| w.literal().is_some_and(|t| t.starts_with("./") && !t.contains("...") || t == "."))?;
    let written = word.literal()?;
    let place = resolve(&dir, written);
    if !case.text.contains(&place) && !case.text.contains(written.trim_start_matches("./")) {
        return None;
    }
    let span = script.word_span(word);
    let (source, absent) = match facts.view().seen(facts, &place) {
        Seen::Absent { from } => (from, true),
        Seen::Copied { from, .. } => (from, false),
        Seen::Ignored { from } => return ignored(facts, &from, Some(span)),
        Seen::NotCopied => {
            let (root, module) = facts.view().module(facts)?;
            let folder = join(parent(&module), below(&place, &root)?);
            return missing(facts, &place, Some(&folder)).map(|m| m.confirmation);
        }
        Seen::Unknown => return None,
    };
    let own = facts.in_project(&source)?;
    let shown = if source.is_empty() { "." } else { &source };
    let proof = if absent {
        words!("the project has no folder {shown}", "项目中没有目录 {shown}")
    } else if facts.tree().is_folder(&own) && !facts.tree().has_go(&own) {
        words!("the folder {shown} of the project has no Go files", "项目的目录 {shown} 中没有 Go 文件")
    } else {
        return None;
    };
    let mark = facts.here(span, Words::fixed("not there", "不存在"));
    // The one place that has a main package.
    let mains: Vec<&str> = facts
        .tree()
        .paths()
        .filter(|p| p.rsplit('/').next() == Some("main.go") && !p.starts_with("vendor/"))
        .map(parent)
        .take(2)
        .collect();
    let fix = match mains[..] {
        [only] => {
            let (root, module) = facts.view().module(facts)?;
            let top = facts.in_project(parent(&module))?;
            let inside = below(&dir, &root).filter(|d| d.is_empty()).and_then(|_| below(only, &top));
            inside.and_then(|folder| {
                let new = if folder.is_empty() { ".".to_owned() } else { format!("./{folder}") };
                let title =
                    words!("build {new}, the one that has a main.go", "构建 {new}，即包含 main.go 的目录");
                facts.edit(title, &[Edit::replace(span, new)])
            })
        }
        _ => None,
    };
    Some(Confirmation::verified(proof).at(mark).mend(fix))
}
