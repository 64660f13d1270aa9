//! `cache-corrupt`: the module or build cache on disk is damaged.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{edit, run, safe};
use crate::mend::{edits, facts, names, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "cache-corrupt",
    severity: Severity::Error,
    title: Words::fixed("the module or build cache on disk is damaged", "磁盘上的模块缓存或构建缓存已损坏"),
    explanation: Words::fixed(
        "A file of the module cache or the build cache on disk is damaged: a zip that does not open, a \
         sum file that is empty, an extracted folder that was changed. Interrupted writes, full disks and \
         two builds in one cache without locks do that. In Docker the cache is usually a cache mount or a \
         volume, and it stays damaged from build to build. Nothing was downloaded before the message; \
         that tells it from a bad proxy.",
        "磁盘上的模块缓存或构建缓存有文件损坏：zip 打不开、校验和文件为空、解压后的目录被改动过。写入中断、\
         磁盘写满、多个构建不加锁地共用同一缓存都会造成损坏。在 Docker 中，缓存通常是缓存挂载或卷，所以每\
         次构建都会碰到。报错之前没有下载动作，这是它与代理内容损坏的区别。",
    ),
    pitfall: Some(Words::fixed(
        "`docker build --no-cache` alone does not repair a cache mount: the mount outlives it, or an \
         empty one hides the damage until the next build. Deleting go.sum is no remedy either: it is \
         right, the cache is wrong.",
        "只用 `docker build --no-cache` 修不好缓存挂载：挂载的内容会保留下来，或者暂时换成空目录，下次构建\
         又会出错。删除 go.sum 也没有用：错的是缓存，不是 go.sum。",
    )),
    references: &[
        "https://go.dev/ref/mod#module-cache",
        "https://docs.docker.com/build/cache/optimize/",
        "https://pkg.go.dev/cmd/go#hdr-Remove_object_files_and_cached_files",
    ],
    signs: &[
        sign(93, "unexpected ziphash"),
        sign(90, "missing ziphash"),
        sign(90, "dir has been modified"),
        sign(90, "zip has been modified"),
        sign(88, "cache entry not found"),
        sign(88, "corrupt cache entry"),
        sign(86, "^go: unzip {}: zip: not a valid zip file"),
        sign(86, "unzip {}: zip: not a valid zip file"),
        sign(86, "/cache/download/{}: zip: not a valid zip file"),
        sign(84, "inconsistent file on disk"),
        sign(82, "fatal: not a git repository: '/go/pkg/mod/cache/vcs"),
        sign(82, "missing lock file"),
        sign(82, "invalid VCS cache"),
        sign(84, "could not import {} (open : no such file or directory)"),
        sign(84, "object is [{}] expected ["),
        sign(84, "file too short"),
        sign(80, "truncated or malformed archive"),
    ],
    judge: Some(Judge {
        fault: false,
        words: &[
            "checksum mismatch",
            "found 'EOF'",
            "unexpected EOF",
            "invalid character",
            "not a valid zip",
            "input/output error",
        ],
        decide: judge,
    }),
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    match file(case) {
        Some(file) => {
            words!("a file of the cache on disk is damaged: {file}", "磁盘缓存中的文件已损坏：{file}")
        }
        None => match buildlog::chain::module_ref(case.text).and_then(|m| names::plain(m.path)) {
            Some(module) => words!("the cached copy of {module} is damaged", "{module} 的缓存已损坏"),
            None => CAUSE.title.clone(),
        },
    }
}

fn file(case: &Case<'_>) -> Option<String> {
    let word = case
        .text
        .split([' ', '(', ')'])
        .find(|w| w.starts_with('/') && (w.contains("/pkg/mod/") || w.contains("go-build")))?;
    names::plain(word.trim_end_matches(':')).map(str::to_owned)
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let build = case.text.contains("go-build");
    let clean = if build { "go clean -cache" } else { "go clean -modcache" };
    let mut fixes = Vec::new();
    if facts::in_docker(case) {
        fixes.push(safe(run(
            words!("empty the builder's cache mounts, then build", "清空构建器的缓存挂载后重新构建"),
            format!(
                "docker builder prune --filter type=exec.cachemount && {}",
                facts::build_command(case, "")
            ),
        )));
        if case.instruction.contains("type=cache") {
            fixes.push(safe(edit(
                words!("let only one build at a time write to the mount", "同一时间只允许一个构建写入该挂载"),
                edits::replace(case, "type=cache,", "type=cache,sharing=locked,").unwrap_or_else(|| {
                    "+RUN --mount=type=cache,sharing=locked,target=/go/pkg/mod ...".to_owned()
                }),
            )));
        }
        fixes.push(run(
            words!(
                "CI: delete the stored cache (actions/cache, GitLab cache) as well, or change its key",
                "CI：同时删除保存的缓存（actions/cache、GitLab cache）或更换 key"
            ),
            "gh cache delete --all",
        ));
    } else {
        fixes.push(safe(run(words!("delete the cache: it fills again", "删除缓存，之后会自动重建"), clean)));
        fixes.push(safe(run(words!("check what is left", "校验剩余内容"), "go mod verify")));
    }
    fixes
}

fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    let text = clue.own_text();
    let in_cache =
        text.contains("/pkg/mod/cache/") || text.contains("/.cache/go-build/") || text.contains("/go-build/");
    // The hash of nothing below: what stands in the cache in place of the module's own hash is empty.
    let of_nothing =
        |t: &str| t.contains("downloaded:") && t.contains("h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    if text.contains("checksum mismatch") && clue.soon(2, of_nothing) {
        let module = crate::sign::find("verifying {}: checksum mismatch", text).map_or("", |f| f.holes[0]);
        return Some(Verdict::sure(94).about(module));
    }
    // A file of a dependency that is there and empty: its extraction was cut short.
    if text.contains("/pkg/mod/") && text.contains("found 'EOF'") {
        return Some(Verdict::sure(90));
    }
    if in_cache
        && (text.contains("unexpected EOF")
            || text.contains("invalid character")
            || text.contains("zip: not a valid zip file")
            || text.contains("input/output error"))
        && !text.contains("://")
    {
        return Some(Verdict::sure(90));
    }
    None
}
