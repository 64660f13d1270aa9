//! `fs-no-space`: no space or no inodes are left.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::Cause;
use crate::mend::remedy::{edit, run, safe};
use crate::mend::{edits, facts, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "fs-no-space",
    severity: Severity::Error,
    title: Words::fixed("no space or no inodes are left", "磁盘空间或 inode 不足"),
    explanation: Words::fixed(
        "The disk is full, or out of inodes. On a build machine it is nearly always Docker's own store \
         (images, build cache, stopped containers) or Docker Desktop's virtual disk; in CI the runner's \
         small disk or the pod's ephemeral storage. A test or link step may also fill a small /tmp.",
        "磁盘空间或 inode 用完了。在构建机上，几乎总是 Docker 自己的存储（镜像、构建缓存、已停止的容器）\
         或 Docker Desktop 的虚拟磁盘；在 CI 里则是 runner 的小磁盘或 Pod 的临时存储。测试或链接步骤也可能\
         写满较小的 /tmp。",
    ),
    pitfall: Some(Words::fixed(
        "`docker system prune -a --volumes` also deletes volumes, and with them databases of stopped \
         services. Prune the build cache first.",
        "`docker system prune -a --volumes` 会连卷一起删除，已停止服务的数据库也在其中。请先清理构建缓存。",
    )),
    references: &[
        "https://docs.docker.com/engine/manage-resources/pruning/",
        "https://docs.docker.com/build/cache/garbage-collection/",
    ],
    signs: &[
        sign(97, "no space left on device"),
        sign(97, "No space left on device"),
        sign(96, "There is not enough space on the disk"),
        sign(95, "disk quota exceeded"),
        sign(95, "Disk quota exceeded"),
        sign(94, "You don't have enough free space in"),
        sign(94, "not enough free disk space"),
        sign(94, "insufficient disk space"),
        sign(94, "ephemeral local storage usage exceeds"),
        sign(94, "The node was low on resource: ephemeral-storage"),
        sign(96, "ENOSPC: "),
    ],
    judge: None,
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    let text = case.text;
    if text.contains("quota") {
        return words!("the disk quota is used up", "磁盘配额已用完");
    }
    if text.contains("ephemeral") {
        return words!("the pod's ephemeral storage is used up", "Pod 的临时存储已用完");
    }
    if text.contains("/tmp/") || text.contains("$WORK") {
        return words!("no space is left for Go's temporary files", "没有空间存放 Go 的临时文件");
    }
    if text.contains("/pkg/mod/") {
        return words!("no space is left for the module cache", "没有空间存放模块缓存");
    }
    CAUSE.title.clone()
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let mut fixes = vec![
        safe(run(words!("see what fills the disk", "查看磁盘被什么占用"), "df -h; df -i; docker system df")),
        run(
            words!("drop old build cache and unused images", "清理旧的构建缓存和未使用的镜像"),
            "docker builder prune --filter until=48h && docker image prune",
        ),
        edit(
            words!(
                "let the builder keep itself small: /etc/docker/daemon.json",
                "限制构建缓存大小：/etc/docker/daemon.json"
            ),
            "+{ \"builder\": { \"gc\": { \"enabled\": true, \"defaultKeepStorage\": \"20GB\" } } }",
        ),
    ];
    if facts::in_docker(case) && (case.text.contains("/pkg/mod/") || case.text.contains("$WORK")) {
        fixes.push(edit(
            words!(
                "keep caches out of the layers (every go step needs these mounts)",
                "不要把缓存写进镜像层（所有 go 步骤都要加这些挂载）"
            ),
            edits::run_with(
                case,
                "--mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build",
                "go build -o /bin/app .",
            ),
        ));
    }
    fixes
}
