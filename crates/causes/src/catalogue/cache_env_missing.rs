//! `cache-env-missing`: GOCACHE, HOME or GOPATH are not set.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::Cause;
use crate::mend::remedy::{edit, run, safe};
use crate::mend::{edits, facts, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "cache-env-missing",
    severity: Severity::Error,
    title: Words::fixed("GOCACHE, HOME or GOPATH are not set", "没有设置 GOCACHE、HOME 或 GOPATH"),
    explanation: Words::fixed(
        "Go finds no place for its caches, because HOME (or GOCACHE, GOPATH) is not set or not absolute. \
         That happens with a numeric USER that has no entry in /etc/passwd, with `env -i`, in systemd \
         units and in some CI runners. If HOME is `/`, the same shows as `mkdir /.cache: permission \
         denied`.",
        "Go 找不到存放缓存的位置，因为 HOME（或 GOCACHE、GOPATH）没有设置，或不是绝对路径。常见于 USER 使\
         用数字 UID 而 /etc/passwd 中没有对应条目、`env -i`、systemd 单元以及某些 CI runner。如果 HOME 是 \
         `/`，则表现为 `mkdir /.cache: permission denied`。",
    ),
    pitfall: Some(Words::fixed(
        "`GOCACHE=off` no longer exists (Go 1.12), and making `/` writable for everyone is not needed: \
         point GOCACHE at a folder of the user's own.",
        "`GOCACHE=off` 从 Go 1.12 起已不再支持；也没有必要让 `/` 对所有人可写，把 GOCACHE 指向用户自己的目\
         录即可。",
    )),
    references: &[
        "https://pkg.go.dev/cmd/go#hdr-Build_and_test_caching",
        "https://pkg.go.dev/cmd/go#hdr-Environment_variables",
    ],
    signs: &[
        sign(96, "build cache is required, but could not be located"),
        sign(95, "GOCACHE is not defined and neither $XDG_CACHE_HOME nor $HOME are defined"),
        sign(95, "module cache not found: neither GOMODCACHE nor GOPATH is set"),
        sign(93, "build cache is disabled by GOCACHE=off, but required"),
        sign(92, "$HOME is not defined"),
        sign(89, "$GOPATH not set"),
        sign(92, "GOPATH is not set"),
        sign(92, "neither GOPATH nor GOMODCACHE are set"),
        sign(90, "GOPATH entry is relative; must be absolute path"),
        sign(90, "GOCACHE is not an absolute path"),
        sign(90, "GOMODCACHE entry is relative; must be absolute path"),
        sign(88, "cannot download, $GOPATH not set"),
        sign(88, "missing $GOPATH"),
        sign(88, "$GOPATH must be set"),
        sign(86, "fatal: $HOME not set"),
        sign(84, "^go: cannot find GOROOT directory"),
        sign(93, "mkdir /.cache: permission denied"),
        sign(91, "failed to initialize build cache at /.cache/go-build"),
    ],
    judge: None,
    headline: Some(headline),
    confirm: Some(crate::project::confirm::tools::cache_env),
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    let text = case.text;
    if text.contains("GOCACHE=off") {
        return words!(
            "GOCACHE=off is no longer allowed (since Go 1.12)",
            "GOCACHE=off 已不再支持（从 Go 1.12 起）"
        );
    }
    if text.contains("relative") || text.contains("not an absolute path") {
        return words!("GOPATH or a cache folder is a relative path", "GOPATH 或缓存目录是相对路径");
    }
    if text.contains("/.cache") {
        return words!(
            "HOME is / for this user, so Go's build cache has no place",
            "该用户的 HOME 是 /，Go 的构建缓存无处存放"
        );
    }
    if text.contains("GOMODCACHE") || text.contains("GOPATH") {
        return words!(
            "neither GOPATH nor HOME is set: the module cache has no place",
            "没有设置 GOPATH 和 HOME，模块缓存无处存放"
        );
    }
    if text.contains("GOCACHE") {
        return words!(
            "neither GOCACHE nor HOME is set: the build cache has no place",
            "没有设置 GOCACHE 和 HOME，构建缓存无处存放"
        );
    }
    CAUSE.title.clone()
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    if case.text.contains("GOCACHE=off") {
        let diff = edits::replace(case, "GOCACHE=off ", "").unwrap_or_else(|| "-ENV GOCACHE=off".to_owned());
        return vec![safe(edit(words!("take GOCACHE=off out", "去掉 GOCACHE=off"), diff))];
    }
    if facts::in_docker(case) {
        return vec![
            edit(
                words!("name folders the user may write to", "指定该用户可写的目录"),
                edits::above(case, &["ENV GOCACHE=/tmp/go-build GOMODCACHE=/tmp/go-mod"]),
            ),
            edit(
                words!("or give the user a home", "或为该用户设置主目录"),
                edits::above(case, &["ENV HOME=/tmp"]),
            ),
        ];
    }
    vec![
        safe(run(
            words!("name folders the user may write to", "指定该用户可写的目录"),
            "export GOCACHE=/tmp/go-build GOMODCACHE=/tmp/go-mod",
        )),
        safe(run(
            words!("in docker run", "在 docker run 中"),
            "docker run -e HOME=/tmp --user \"$(id -u):$(id -g)\" <image>",
        )),
    ]
}
