//! `fs-permission`: the user of the step may not write or read there.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::Cause;
use crate::mend::remedy::edit;
use crate::mend::{edits, facts, names, words};
use crate::sign::{hint, sign};

pub(crate) static CAUSE: Cause = Cause {
    id: "fs-permission",
    severity: Severity::Error,
    title: Words::fixed("the user of the step may not write or read there", "该步骤的用户没有相应的读写权限"),
    explanation: Words::fixed(
        "The user that runs the step may not write (or read) that path. Typical: USER was switched before \
         folders were made for it, files copied as root, a module or build cache that belongs to root, a \
         base image that runs as another user (OpenShift: a random one), or a bind mount with the host's \
         rights. If the path is below `/` like /.cache, HOME is not set: cache-env-missing.",
        "执行该步骤的用户对这个路径没有写（或读）权限。常见情况：还没为用户创建目录就切换了 USER、文件以 \
         root 身份复制、模块缓存或构建缓存属于 root、基础镜像以其他用户运行（OpenShift 会使用随机用户），\
         或绑定挂载沿用宿主机权限。如果路径直接在根目录下（如 /.cache），说明没有设置 HOME：见 \
         cache-env-missing。",
    ),
    pitfall: Some(Words::fixed(
        "`chmod 777` and `chmod -R a+rwx` let every process, and everyone who later gets in, change what \
         you ship. Give the folder to the one user that needs it (`chown`, `COPY --chown`), or do root's \
         work before USER.",
        "`chmod 777` 或 `chmod -R a+rwx` 会让任何进程、任何之后进入容器的人都能改动你的产物。应当把目录交\
         给真正需要它的用户（`chown`、`COPY --chown`），或在 USER 之前完成需要 root 的操作。",
    )),
    references: &[
        "https://docs.docker.com/reference/dockerfile/#user",
        "https://docs.docker.com/reference/dockerfile/#copy---chown---chmod",
    ],
    signs: &[
        sign(90, "mkdir {}: permission denied"),
        sign(90, "open {}: permission denied"),
        sign(88, "unlinkat {}: permission denied"),
        sign(88, "could not create module cache: {}permission denied"),
        sign(88, "failed to initialize build cache at {}: mkdir {}: permission denied"),
        sign(86, "stat {}: permission denied"),
        sign(84, "fork/exec {}: permission denied"),
        sign(84, "chmod {}: operation not permitted"),
        sign(84, "^mkdir: {}: Permission denied"),
        sign(84, "^mkdir: cannot create directory {}: Permission denied"),
        sign(84, "^mkdir: can't create directory '{}': Permission denied"),
        sign(84, "^cp: {}: Permission denied"),
        sign(84, "^touch: {}: Permission denied"),
        sign(82, "^{}: can't create {}: Permission denied"),
        sign(82, "cannot create {}: Permission denied"),
        sign(82, "cannot open {}: Permission denied"),
        sign(82, "^chown: {}: Operation not permitted"),
        sign(82, "^chmod: {}: Operation not permitted"),
        sign(82, "changing ownership of '{}': Operation not permitted"),
        sign(82, "are you root?"),
        sign(80, "Unable to lock database: Permission denied"),
        sign(80, "Unable to lock the administration directory"),
        sign(80, "Could not open lock file"),
        sign(80, "rename {}: permission denied"),
        sign(80, "remove {}: permission denied"),
        sign(78, "RLock {}: permission denied"),
        sign(78, "Lock {}: permission denied"),
        sign(72, ": permission denied"),
        hint(66, ": Permission denied"),
        hint(64, "Operation not permitted"),
        hint(64, "operation not permitted"),
        sign(86, "error: could not lock config file"),
        sign(84, "unable to find user {}: no matching entries in passwd file"),
        sign(84, "unable to find group {}: no matching entries in group file"),
    ],
    judge: None,
    headline: Some(headline),
    confirm: Some(crate::project::confirm::tools::permission),
    fixes,
};

fn path(case: &Case<'_>) -> Option<String> {
    let holes = [
        ("mkdir {}: permission denied", 0),
        ("open {}: permission denied", 0),
        ("unlinkat {}: permission denied", 0),
        ("stat {}: permission denied", 0),
        ("create directory {}: Permission denied", 0),
        ("create directory '{}': Permission denied", 0),
        ("can't create {}: Permission denied", 0),
        ("cannot create {}: Permission denied", 0),
        ("cannot open {}: Permission denied", 0),
        ("build cache at {}:", 0),
        ("rename {} ", 0),
        ("remove {}: permission denied", 0),
        ("ownership of '{}'", 0),
    ];
    names::hole(case, &holes).map(|p| p.rsplit(' ').next().unwrap_or("").to_owned()).or_else(|| {
        let word = case.text.split([' ', '(', ')']).find(|w| w.starts_with('/') && w.len() > 2)?;
        names::plain(word.trim_end_matches([':', ','])).map(str::to_owned)
    })
}

/// The program that the shell or the runtime may not start.
fn program(case: &Case<'_>) -> Option<String> {
    let text = case.text.trim();
    let head = text.strip_suffix(": Permission denied")?;
    let shell = head.starts_with("/bin/sh: ") || head.starts_with("sh: ") || head.starts_with("/bin/bash: ");
    let name = head.rsplit(": ").next().filter(|_| shell)?;
    (!name.contains(' ')).then(|| names::plain(name).map(str::to_owned)).flatten()
}

fn is_package_manager(case: &Case<'_>) -> bool {
    case.text.contains("are you root")
        || case.text.contains("lock database")
        || case.text.contains("dpkg")
        || case.text.contains("apt/")
}

fn headline(case: &Case<'_>) -> Words {
    if is_package_manager(case) {
        return words!(
            "packages can only be installed by root, and this step runs as another user",
            "只有 root 才能安装软件包，而这一步以其他用户运行"
        );
    }
    if case.text.contains("unable to find user") || case.text.contains("unable to find group") {
        let who = names::hole(case, &[("unable to find user {}:", 0), ("unable to find group {}:", 0)])
            .unwrap_or_default();
        return words!("the image has no user or group {who}", "镜像中没有用户或组 {who}");
    }
    if let Some(program) = program(case) {
        return words!("{program} may not be executed by this user", "该用户没有权限执行 {program}");
    }
    match (path(case), facts::user(case)) {
        (Some(path), Some(user)) => {
            words!("the user {user} may not write to {path}", "用户 {user} 没有 {path} 的权限")
        }
        (Some(path), None) => {
            words!("the user of the step may not use {path}", "该步骤的用户没有 {path} 的权限")
        }
        _ => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let user = facts::user(case).filter(|u| names::plain(u).is_some());
    let name = user.clone().unwrap_or_else(|| "<user>".to_owned());
    let back = user.clone().map(|u| format!("USER {u}")).unwrap_or_else(|| "USER <user>".to_owned());
    if is_package_manager(case) {
        let diff = edits::whole(case).map_or_else(
            || format!("+USER root\n RUN <install packages>\n+{back}"),
            |l| format!("+USER root\n {l}\n+{back}"),
        );
        return vec![edit(
            words!(
                "install as root, then go back to the user (or move the step above USER)",
                "以 root 安装后再切回普通用户（或把这一步移到 USER 之前）"
            ),
            diff,
        )];
    }
    if case.text.contains("unable to find user") || case.text.contains("unable to find group") {
        let who = names::hole(case, &[("unable to find user {}:", 0), ("unable to find group {}:", 0)])
            .unwrap_or_else(|| "<user>".to_owned());
        let command = match facts::distro(case) {
            facts::Distro::Alpine => format!("RUN adduser -D {who}"),
            _ => format!("RUN useradd --create-home {who}"),
        };
        return vec![edit(words!("make the user first", "先创建该用户"), edits::above(case, &[&command]))];
    }
    if let Some(program) = program(case) {
        return vec![
            edit(
                words!("make it executable", "赋予执行权限"),
                edits::above(case, &[&format!("RUN chmod 755 {program}")]),
            ),
            edit(
                words!("or while copying it", "或在复制时设置"),
                format!("-COPY <source> {program}\n+COPY --chmod=755 <source> {program}"),
            ),
        ];
    }
    let path = path(case).unwrap_or_else(|| "<path>".to_owned());
    if case.text.contains("pattern ./...: open") {
        return vec![edit(
            words!(
                "keep the folder out of the build: .dockerignore",
                "不要把该目录放进构建：写入 .dockerignore"
            ),
            format!(
                "+{}",
                path.trim_start_matches("/src/").trim_start_matches("/app/").trim_start_matches('/')
            ),
        )];
    }
    let caches = path.contains("/pkg/mod")
        || path.contains(".cache")
        || path.contains("go-build")
        || path.starts_with("/go/")
        || path.ends_with("/go");
    let mut fixes = Vec::new();
    let folder = folder(case, &path);
    let made = if folder == "." {
        format!("chown {name} .")
    } else {
        format!("mkdir -p {folder} && chown -R {name} {folder}")
    };
    if !is_system(&folder) {
        fixes.push(edit(
            words!("give the folder to the user while still root", "在切换用户之前，把目录交给该用户"),
            format!("+RUN {made}\n {back}"),
        ));
    }
    if caches {
        fixes.push(edit(
            words!("or put Go's caches where the user may write", "或把 Go 的缓存放到该用户可写的目录"),
            edits::above(case, &["ENV GOCACHE=/tmp/go-build GOMODCACHE=/tmp/go-mod"]),
        ));
        if case.instruction.contains("type=cache") {
            fixes.push(edit(
                words!(
                    "a cache mount belongs to root unless told otherwise",
                    "缓存挂载默认属于 root，需要显式指定"
                ),
                edits::replace(case, "type=cache,", "type=cache,uid=<uid>,gid=<gid>,").unwrap_or_else(|| {
                    "+RUN --mount=type=cache,uid=<uid>,gid=<gid>,target=<folder> ...".to_owned()
                }),
            ));
        }
    } else if is_system(&folder) {
        fixes.push(edit(
            words!(
                "write it while still root, or to a folder of the user's own",
                "在切换用户之前写入，或写到该用户自己的目录"
            ),
            format!("-RUN go build -o {path} .\n {back}\n+RUN go build -o {path} ."),
        ));
    } else {
        fixes.push(edit(
            words!("or copy the files as that user", "或在复制时指定属主"),
            format!("-COPY . .\n+COPY --chown={name} . ."),
        ));
    }
    fixes
}

/// The folder whose owner matters for `path`.
fn folder(case: &Case<'_>, path: &str) -> String {
    if let Some((before, _)) = path.split_once("/pkg/mod") {
        return if before.is_empty() { "/go".to_owned() } else { before.to_owned() };
    }
    if let Some((before, _)) = path.split_once("/.cache") {
        return format!("{before}/.cache");
    }
    if !path.starts_with('/') && !path.starts_with('<') {
        return ".".to_owned();
    }
    let file = case.text.contains(&format!("open {path}")) || case.text.contains(&format!("create {path}"));
    match path.rsplit_once('/') {
        Some((parent, _)) if file && !parent.is_empty() => parent.to_owned(),
        _ => path.to_owned(),
    }
}

/// Folders of the system: those do not change their owner for one build.
fn is_system(folder: &str) -> bool {
    [
        "/bin",
        "/sbin",
        "/lib",
        "/etc",
        "/usr",
        "/usr/bin",
        "/usr/local",
        "/usr/local/bin",
        "/usr/lib",
        "/var",
        "/opt",
        "/root",
        "/",
    ]
    .contains(&folder)
}
