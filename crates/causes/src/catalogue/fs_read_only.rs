//! `fs-read-only`: the file system is read-only.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::Cause;
use crate::mend::remedy::{edit, run, safe};
use crate::mend::{edits, names, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "fs-read-only",
    severity: Severity::Error,
    title: Words::fixed("the file system is read-only", "文件系统是只读的"),
    explanation: Words::fixed(
        "The path lies on a file system that takes no writes: a bind mount of a RUN step (read-only \
         unless `rw` is given), a container run with `--read-only`, a volume mounted `:ro`, or a host \
         disk that the kernel switched to read-only after an error. `go build -o` into a bind-mounted \
         source folder is the usual case.",
        "该路径所在的文件系统不可写：RUN 步骤的绑定挂载（默认只读，除非加 `rw`）、以 `--read-only` 运行的\
         容器、以 `:ro` 挂载的卷，或宿主机磁盘出错后被内核切换为只读。最常见的是把 `go build -o` 输出到绑\
         定挂载的源码目录。",
    ),
    pitfall: None,
    references: &[
        "https://docs.docker.com/reference/dockerfile/#run---mounttypebind",
        "https://docs.docker.com/reference/cli/docker/container/run/#read-only",
    ],
    signs: &[sign(88, "read-only file system"), sign(86, "Read-only file system"), sign(84, "EROFS")],
    judge: None,
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn path(case: &Case<'_>) -> Option<String> {
    names::hole(
        case,
        &[("mkdir {}: read-only", 0), ("open {}: read-only", 0), ("{}: Read-only file system", 0)],
    )
    .map(|p| p.rsplit(' ').next().unwrap_or("").to_owned())
    .filter(|p| !p.is_empty())
}

fn headline(case: &Case<'_>) -> Words {
    match path(case) {
        Some(path) => words!("{path} is on a read-only file system", "{path} 位于只读文件系统上"),
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let path = path(case).unwrap_or_else(|| "<path>".to_owned());
    if path.starts_with("/var/lib/docker") {
        return vec![safe(run(
            words!("the host's own disk is read-only: see why", "宿主机磁盘变成了只读：查看原因"),
            "mount | grep ' / '; dmesg | grep -iE 'remount|i/o error' | tail; df -h /var/lib/docker",
        ))];
    }
    let mut fixes = Vec::new();
    if case.instruction.contains("type=bind") || case.instruction.contains("--mount=target=") {
        let output = case
            .instruction
            .split_whitespace()
            .skip_while(|w| *w != "-o")
            .nth(1)
            .and_then(names::plain)
            .filter(|o| !o.starts_with('/'));
        if let Some(diff) = output.and_then(|o| {
            edits::replace(
                case,
                &format!("-o {o}"),
                &format!("-o /out/{}", o.rsplit('/').next().unwrap_or("app")),
            )
        }) {
            fixes.push(edit(words!("write the result outside the mount", "把产物写到挂载目录之外"), diff));
        }
        let mount =
            case.instruction.split_whitespace().find(|w| w.contains("type=bind") && !w.contains("rw"));
        if let Some(diff) = mount.and_then(|m| edits::replace(case, m, &format!("{m},rw"))) {
            fixes.push(edit(
                words!(
                    "or let the step write into the mount (the changes are thrown away afterwards)",
                    "或允许写入挂载（写入的内容在步骤结束后丢弃）"
                ),
                diff,
            ));
        }
    }
    if path.starts_with("/tmp")
        || path.contains("go-build")
        || path.contains("pkg/mod")
        || path.contains(".cache")
    {
        fixes.push(run(
            words!("give Go a place to write", "给 Go 一个可写的位置"),
            "docker run --read-only --tmpfs /tmp -e GOCACHE=/tmp/go-build -e GOMODCACHE=/tmp/go-mod -e GOTMPDIR=/tmp <image>",
        ));
    }
    if fixes.is_empty() {
        fixes.push(edit(
            words!("write to a folder of the image, not of the mount", "写到镜像自己的目录，而不是挂载目录"),
            "-RUN go build -o bin/app .\n+RUN go build -o /out/app .",
        ));
        fixes.push(safe(run(
            words!("see which mounts are read-only", "查看哪些挂载是只读的"),
            "grep ' ro,' /proc/mounts",
        )));
    }
    fixes
}
