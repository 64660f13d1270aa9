//! `oom-killed`: the process was killed for memory.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{edit, run, safe};
use crate::mend::{edits, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "oom-killed",
    severity: Severity::Error,
    title: Words::fixed("the process was killed for memory", "进程因内存不足被终止"),
    explanation: Words::fixed(
        "The kernel ended a process because memory ran out: `signal: killed`, exit code 137, or the \
         linker is just gone. The limit may be that of the container, of Docker Desktop's virtual \
         machine, of the CI runner or pod. Go compiles as many packages at once as there are processors, \
         and linking a large program or generated packages takes gigabytes. A build that a person or a CI \
         timeout stopped shows 137 too.",
        "内存不足，进程被内核终止：`signal: killed`、退出码 137，或链接器直接消失。受限的可能是容器、\
         Docker Desktop 虚拟机、CI runner 或 Pod。Go 会按 CPU 数并行编译，而链接大型程序或编译大量生成代码\
         会占用数 GB 内存。被人工取消或 CI 超时终止的构建也会显示 137。",
    ),
    pitfall: None,
    references: &[
        "https://docs.docker.com/engine/containers/resource_constraints/",
        "https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies",
    ],
    signs: &[
        sign(94, ": signal: killed"),
        sign(92, "signal: killed"),
        sign(94, "fatal error: runtime: out of memory"),
        sign(94, "runtime: out of memory"),
        sign(94, "cannot allocate memory"),
        sign(94, "Cannot allocate memory"),
        sign(94, "virtual memory exhausted"),
        sign(92, "OOMKilled"),
        sign(92, "Out of memory: Kill"),
        sign(92, "Memory cgroup out of memory"),
        sign(92, "signal: terminated program cc1"),
        sign(92, "Killed signal terminated program"),
        sign(90, "ResourceExhausted: "),
        sign(88, "exit status 137"),
        sign(88, "Error 137"),
        sign(88, "ERROR: Job failed: exit code 137"),
        sign(88, "errno=12"),
        sign(86, "fatal error: out of memory"),
        sign(86, "The node was low on resource: memory"),
        sign(90, "cc1: out of memory"),
        sign(90, "Killed process"),
    ],
    judge: Some(Judge { fault: false, words: &["illed"], decide: judge }),
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    let text = case.text;
    let tool = ["link", "compile", "cgo", "asm"]
        .into_iter()
        .find(|t| text.contains(&format!("/{t}: signal: killed")));
    match tool {
        Some("link") => words!("the Go linker was killed for memory", "Go 链接器因内存不足被终止"),
        Some("compile") => words!("the Go compiler was killed for memory", "Go 编译器因内存不足被终止"),
        _ if text.contains("cc1") => {
            words!("the C compiler was killed for memory", "C 编译器因内存不足被终止")
        }
        _ => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let mut fixes = Vec::new();
    let fewer = ["go build", "go install", "go test", "go vet"]
        .iter()
        .find_map(|c| edits::replace(case, c, &format!("GOGC=50 {c} -p 1")));
    fixes.push(safe(edit(
        words!(
            "compile fewer packages at once, and collect garbage earlier",
            "减少并行编译的包，并更积极地回收内存"
        ),
        fewer.unwrap_or_else(|| "-RUN go build ...\n+RUN GOGC=50 go build -p 1 ...".to_owned()),
    )));
    fixes.push(safe(run(
        words!("see how much memory the build may use, and raise it (Docker Desktop: Settings, Resources; Kubernetes: resources.limits.memory)", "查看可用内存并调大（Docker Desktop：Settings → Resources；Kubernetes：resources.limits.memory）"),
        "docker info --format '{{.MemTotal}}'; dmesg | grep -i 'killed process' | tail -3",
    )));
    if case.text.contains("link") {
        fixes.push(edit(
            words!(
                "leave debug information out: the linker then needs less",
                "去掉调试信息，降低链接器内存占用"
            ),
            edits::replace(case, "go build", "go build -ldflags=\"-s -w\"")
                .unwrap_or_else(|| "-RUN go build ...\n+RUN go build -ldflags=\"-s -w\" ...".to_owned()),
        ));
    }
    fixes
}

/// The shell's word for a child that got SIGKILL.
fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    let text = clue.text.trim();
    let killed = text == "Killed"
        || text.ends_with(": Killed")
        || text.ends_with("] Killed")
        || (text.contains(" Killed ") && text.contains("line "));
    killed.then(|| Verdict::sure(90))
}
