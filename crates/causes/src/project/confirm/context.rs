//! Files that should have come into the image: absent, dropped by the ignore file, or not copied.

use dockerfile::edit::{self, Edit};
use dockerfile::ignore::{has_wildcard, matches};
use dockerfile::{Keyword, Span};
use finding::{Fix, Words};

use crate::case::Case;
use crate::mend::words;
use crate::project::facts::{Facts, diff};
use crate::project::tree::{below, join, tidy};
use crate::project::view::Seen;
use crate::project::{Confirmation, EntryKind};

/// `docker-copy-missing`: the source is not there, or a line of the ignore file drops it.
pub(crate) fn copy_missing(_case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let instruction = facts.instruction();
    if !matches!(instruction.keyword, Keyword::Copy | Keyword::Add) || instruction.flag("from").is_some() {
        return None;
    }
    let copy = crate::project::site::copy_args(instruction)?;
    for source in &copy.sources {
        let text = facts.scope().expand(facts.file().escape, &source.text).ok()?;
        let written = text.known()?.to_owned();
        if written.contains("://") || written.starts_with("<<") {
            continue;
        }
        let Some(path) = tidy(&written).map(|p| p.trim_start_matches('/').to_owned()) else {
            let mark = facts.here(source.span, Words::fixed("above the build context", "在构建上下文之上"));
            let proof =
                words!("the Dockerfile copies from above its context", "Dockerfile 试图复制上下文之外的文件");
            return Some(Confirmation::verified(proof).at(mark));
        };
        let own = facts.in_project(&path)?;
        if has_wildcard(&path) {
            let context = facts.context()?;
            let inside = |p: &str| below(p, context).is_some_and(|p| matches(&path, p).unwrap_or(false));
            let hits: Vec<&str> = facts.tree().paths().filter(|p| inside(p)).collect();
            if hits.is_empty() && facts.tree().lacks(&own) {
                return Some(absent(facts, source.span, &written, &path));
            }
            let kept = hits.iter().any(|p| below(p, context).is_some_and(|p| facts.ignored_by(p).is_none()));
            if !kept && let Some(first) = hits.first().and_then(|p| below(p, context)) {
                return ignored(facts, first, Some(source.span));
            }
        } else if facts.tree().lacks(&own) {
            return Some(absent(facts, source.span, &written, &path));
        } else if facts.tree().has(&own) && facts.ignored_by(&path).is_some() {
            return ignored(facts, &path, Some(source.span));
        }
    }
    None
}

fn absent(facts: &Facts<'_>, span: Span, written: &str, path: &str) -> Confirmation {
    let mark = facts.here(span, Words::fixed("not there", "不存在"));
    let proof = words!("the project has no {path}", "项目中没有 {path}");
    let title = words!("{path} is not in the build context", "构建上下文中没有 {path}");
    let found = Confirmation::verified(proof).titled(title).at(mark);
    // The same name in other letters, or in another folder.
    let name = path.rsplit('/').next().unwrap_or(path);
    let context = facts.context().unwrap_or("");
    let near: Vec<&str> = facts
        .tree()
        .paths()
        .filter_map(|p| below(p, context))
        .filter(|p| {
            p.eq_ignore_ascii_case(path) || (p.rsplit('/').next() == Some(name) && !p.contains("vendor/"))
        })
        .take(2)
        .collect();
    let [near] = near[..] else { return found };
    let new = if written.starts_with("./") { format!("./{near}") } else { near.to_owned() };
    let title = words!("the project has {near}", "项目中有 {near}");
    let quoted = facts.file().slice(span);
    let literal = quoted == written;
    found.mend(literal.then(|| facts.edit(title, &[Edit::replace(span, new)])).flatten())
}

/// A file that the ignore file keeps out.
pub(crate) fn ignored(facts: &Facts<'_>, path: &str, wanted: Option<Span>) -> Option<Confirmation> {
    let (ignore, pattern) = facts.ignored_by(path)?;
    let (file, line) = (&ignore.path, pattern.line);
    let proof = words!("line {line} of {file} drops it", "{file} 第 {line} 行将其排除");
    let title =
        words!("{path} does not reach the build: {file} drops it", "{path} 没有进入构建：被 {file} 排除");
    let wanted = wanted.map(|span| facts.here(span, Words::fixed("wanted here", "在此需要")));
    Some(
        Confirmation::verified(proof)
            .titled(title)
            .at(facts.dropped(ignore, pattern))
            .and(wanted)
            .mend(let_through(facts, path)),
    )
}

/// Takes the line out that names just this path, or lets the path through at the end.
fn let_through(facts: &Facts<'_>, path: &str) -> Option<Fix> {
    let (ignore, pattern) = facts.ignored_by(path)?;
    let title = words!("let {path} through", "放行 {path}");
    let exact = pattern.text.trim_matches('/') == path;
    let new = if exact {
        let mut end = pattern.span.end;
        end += ignore.text[end..].find('\n').map_or(0, |n| n + 1);
        edit::apply(&ignore.text, &[Edit::delete(Span::new(pattern.span.start, end))]).ok()?
    } else {
        let gap = if ignore.text.is_empty() || ignore.text.ends_with('\n') { "" } else { "\n" };
        format!("{}{gap}!{path}\n", ignore.text)
    };
    diff(title, &ignore.path, &ignore.text, &new)
}

/// Why a path of the image is not there at the failing step: proof, the lines that show it, and a fix.
pub(crate) struct Missing {
    /// Confirms what was asked.
    pub(crate) confirmation: Confirmation,
}

/// Explains why `path`, an absolute path of the image that `project_path` of the context should have filled, is
/// missing; `None` when it is there or the files do not tell.
pub(crate) fn missing(facts: &Facts<'_>, path: &str, context_path: Option<&str>) -> Option<Missing> {
    let seen = facts.view().seen(facts, path);
    let confirmation = match seen {
        Seen::Copied { .. } | Seen::Unknown => return None,
        Seen::Ignored { from } => ignored(facts, &from, None)?,
        Seen::Absent { from } => {
            let proof = words!("the project has no {from}", "项目中没有 {from}");
            Confirmation::verified(proof).at(facts.failed())
        }
        Seen::NotCopied => {
            let from = context_path?;
            let own = facts.in_project(from)?;
            if facts.tree().lacks(&own) {
                let proof = words!("the project has no {from}", "项目中没有 {from}");
                return Some(Missing { confirmation: Confirmation::verified(proof).at(facts.failed()) });
            }
            if !facts.tree().has(&own) {
                return None;
            }
            let proof = words!("no COPY before this step brings {from}", "在此步骤之前没有 COPY 复制 {from}");
            Confirmation::verified(proof).at(facts.failed()).mend(copy_before(facts, from, path))
        }
    };
    Some(Missing { confirmation })
}

/// A COPY of `from` before the failing instruction.
fn copy_before(facts: &Facts<'_>, from: &str, to: &str) -> Option<Fix> {
    let dir = facts.view().workdir.as_deref()?;
    let plain = |p: &str| !p.contains([' ', '"', '$', '*', '?', '[']);
    if !plain(from) || !plain(to) {
        return None;
    }
    let folder = facts.tree().kind(&facts.in_project(from)?) == Some(EntryKind::Folder);
    let target = match below(to, dir) {
        Some(rest) if folder => format!("./{rest}"),
        Some(rest) if !rest.contains('/') => "./".to_owned(),
        Some(rest) => format!("./{rest}"),
        None => to.to_owned(),
    };
    let target = if folder && !target.ends_with('/') { format!("{target}/") } else { target };
    let title = words!("copy it before this step", "在此步骤之前复制它");
    // Go reads the two together.
    let sum = from.strip_suffix("go.mod").map(|folder| format!("{folder}go.sum"));
    let sum = sum
        .filter(|s| target.ends_with('/') && facts.in_project(s).is_some_and(|s| facts.tree().is_file(&s)));
    let sources = sum.map_or_else(|| from.to_owned(), |sum| format!("{from} {sum}"));
    facts.edit(title, &[facts.line_before(facts.at, &format!("COPY {sources} {target}"))])
}

/// `script-interpreter`: the script in the project has Windows line ends, no first line, or no execute bit.
pub(crate) fn script(case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let words_of = |text: &str| -> Vec<String> {
        text.split(|c: char| c.is_whitespace() || "\"':[],;()".contains(c))
            .filter(|w| w.len() > 1 && w.chars().all(|c| c.is_ascii_alphanumeric() || "-._/".contains(c)))
            .map(|w| w.rsplit('/').next().unwrap_or(w).to_owned())
            .collect()
    };
    let run = facts.file().slice(facts.instruction().span);
    let names: Vec<String> = words_of(case.text).into_iter().chain(words_of(run)).collect();
    let files = || facts.tree().paths().filter(|p| facts.tree().is_file(p));
    let scripts: Vec<&str> = names
        .iter()
        .flat_map(|name| files().filter(move |p| p.rsplit('/').next() == Some(name)))
        .filter(|p| p.ends_with(".sh") || facts.project.read(p).is_some_and(|t| t.starts_with("#!")))
        .collect();
    let path = *scripts.first().filter(|p| crate::mend::names::plain(p).is_some())?;
    if scripts.iter().any(|s| *s != path) {
        return None;
    }
    let text = facts.project.read(path)?;
    let first = text.split('\n').next().unwrap_or("");
    let mark = |label| facts.mark(path, &text, 0..first.len().max(1), label);
    let lower = case.text.to_ascii_lowercase();
    if first.ends_with('\r') {
        let proof = words!("{path} has Windows line ends", "{path} 使用了 Windows 换行符");
        let label = Words::fixed("ends with \\r\\n", "以 \\r\\n 结尾");
        let fix = Fix {
            title: words!("give it Unix line ends, for everyone", "改为 Unix 换行符，并对所有人生效"),
            safe: false,
            command: Some(format!("sed -i 's/\\r$//' {path} && echo '*.sh text eol=lf' >> .gitattributes")),
            diff: None,
        };
        let title = words!("{path} has Windows line ends", "{path} 使用了 Windows 换行符");
        return Some(Confirmation::verified(proof).titled(title).at(mark(label)).mend([fix]));
    }
    if lower.contains("exec format error") && !first.starts_with("#!") {
        let proof = words!("{path} has no #! line", "{path} 没有 #! 行");
        let label = Words::fixed("no #! line", "没有 #! 行");
        let fix = diff(
            words!("name the interpreter in its first line", "在首行指明解释器"),
            path,
            &text,
            &format!("#!/bin/sh\n{text}"),
        );
        return Some(Confirmation::verified(proof).at(mark(label)).mend(fix));
    }
    let kind = facts.tree().kind(path)?;
    if lower.contains("permission denied")
        && kind == (EntryKind::File { executable: Some(false) })
        && !facts
            .before()
            .iter()
            .any(|at| facts.run_text(*at).contains("chmod") || facts.get(*at).flag("chmod").is_some())
    {
        let proof =
            words!("{path} has no execute bit, and nothing sets it", "{path} 没有执行权限，也没有指令设置它");
        return Some(Confirmation::verified(proof).at(mark(Words::fixed("", ""))));
    }
    if first.contains("bash")
        && facts.base().is_some_and(|(image, _)| image.to_string().contains("alpine"))
        && !facts.before().iter().any(|at| facts.run_text(*at).contains("bash"))
    {
        let proof = words!(
            "{path} wants bash, and nothing installs it on Alpine",
            "{path} 需要 bash，而 Alpine 镜像中没有安装"
        );
        let (_, from) = facts.base()?;
        let fix = facts.edit(
            words!("install bash", "安装 bash"),
            &[facts.line_after(from, "RUN apk add --no-cache bash")],
        );
        return Some(
            Confirmation::verified(proof).at(mark(Words::fixed("wants bash", "需要 bash"))).mend(fix),
        );
    }
    None
}

/// `vcs-stamping`: what the build sees of `.git`.
pub(crate) fn vcs(_case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let own = facts.in_project(".git")?;
    if facts.tree().is_file(&own) {
        let text = facts.project.read(&own)?;
        let mark =
            facts.mark(&own, &text, 0..text.trim_end().len(), Words::fixed("points elsewhere", "指向别处"));
        let proof = words!(
            ".git is a file here (a worktree or submodule): what it points to is outside the context",
            "这里的 .git 是一个文件（worktree 或子模块），其指向的目录在构建上下文之外"
        );
        return Some(Confirmation::verified(proof).at(mark));
    }
    let parts = [".git/HEAD", ".git/objects", ".git/refs", ".git/config", ".git/index"];
    let dropped = parts.iter().find_map(|p| facts.ignored_by(p).map(|_| *p))?;
    if facts.ignored_by(".git").is_some() && parts.iter().all(|p| facts.ignored_by(p).is_some()) {
        return None;
    }
    ignored(facts, dropped, None)
}

/// The folder of a context path, joined.
pub(crate) fn beside(folder: &str, name: &str) -> Option<String> {
    tidy(&join(folder, name))
}
