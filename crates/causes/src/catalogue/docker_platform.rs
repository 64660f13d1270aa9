//! `docker-platform`: the wrong processor architecture.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::Cause;
use crate::mend::remedy::{edit, run, safe, then};
use crate::mend::{facts, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "docker-platform",
    severity: Severity::Error,
    title: Words::fixed("the wrong processor architecture", "处理器架构不匹配"),
    explanation: Words::fixed(
        "A program for one processor runs on another: an amd64 image or binary on an arm64 machine (Apple \
         silicon, Graviton) or the reverse, or GOARCH does not fit the image. With QEMU it may start and \
         then crash (`lfstack.push`, `qemu: uncaught target signal`). `exec format error` of a script \
         without a first line `#!` is script-interpreter.",
        "为某种处理器编译的程序跑在了另一种处理器上：在 arm64 机器（Apple 芯片、Graviton）上运行 amd64 的\
         镜像或程序，或者反过来，或 GOARCH 与镜像不符。使用 QEMU 时可能启动后才崩溃（`lfstack.push`、\
         `qemu: uncaught target signal`）。脚本缺少 `#!` 首行而报 `exec format error` 属于 \
         script-interpreter。",
    ),
    pitfall: None,
    references: &[
        "https://docs.docker.com/build/building/multi-platform/",
        "https://go.dev/doc/install/source#environment",
    ],
    signs: &[
        sign(94, "exec format error"),
        sign(94, "Exec format error"),
        sign(92, "cannot execute binary file: Exec format error"),
        sign(92, "cannot execute binary file"),
        sign(92, "qemu: uncaught target signal {}"),
        sign(92, "qemu-x86_64: Could not open '/lib64/ld-linux-x86-64.so.2'"),
        sign(90, "qemu-{}: Could not open '{}'"),
        sign(90, "image platform ({}) does not match the detected host platform"),
        sign(90, "rosetta error: failed to open elf"),
        sign(80, "unsupported architecture"),
        sign(86, "multiple platforms feature is currently not supported for docker driver"),
        sign(86, "Multi-platform build is not supported for the docker driver"),
        sign(88, "lfstack.push invalid packing"),
        sign(84, "image with reference {} was found but does not match the specified platform"),
        sign(84, "image operating system \"{}\" cannot be used on this platform"),
        sign(84, "cannot be used on this platform"),
        sign(90, "qemu: fatal"),
        sign(86, "was pulled with platform"),
        sign(92, "Invalid ELF image for this architecture"),
        sign(92, "a Windows version {}-based image is incompatible with a {} host"),
        sign(92, "-based image is incompatible with a"),
        sign(90, "no matching manifest for windows"),
        sign(88, "The container operating system does not match the host operating system"),
    ],
    judge: None,
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    let text = case.text;
    if text.contains("qemu") || text.contains("lfstack") {
        return words!("the emulated processor crashed while running Go", "模拟的处理器在运行 Go 时崩溃");
    }
    if text.contains("-based image is incompatible") {
        return words!(
            "the Windows image does not fit this host's Windows version",
            "Windows 镜像与宿主机的 Windows 版本不匹配"
        );
    }
    if text.contains("docker driver") {
        return words!(
            "the default builder cannot build for several platforms",
            "默认构建器不支持多平台构建"
        );
    }
    if let Some(image) = foreign_image(case) {
        return words!(
            "the image {image} is for another processor than this machine",
            "镜像 {image} 与本机的处理器架构不同"
        );
    }
    CAUSE.title.clone()
}

/// The base image, when not even its shell runs.
fn foreign_image(case: &Case<'_>) -> Option<String> {
    let shell = case.text.contains("/bin/sh") || case.text.contains("exec user process caused");
    let own = case.instruction.contains("./") || case.instruction.starts_with("ENTRYPOINT");
    let image = facts::base(case).filter(|_| shell && !own)?;
    crate::mend::names::plain(&image.reference()).map(str::to_owned)
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let builder = safe(run(
        words!("make a builder that can build for several platforms", "创建支持多平台的构建器"),
        "docker buildx create --name multi --driver docker-container --use",
    ));
    if case.text.contains("docker driver") {
        return vec![builder];
    }
    if case.text.contains("-based image is incompatible") {
        return vec![run(
            words!(
                "run it in a small virtual machine, or take the tag for this Windows version",
                "用 Hyper-V 隔离运行，或换用对应 Windows 版本的标签"
            ),
            facts::build_command(case, "--isolation=hyperv"),
        )];
    }
    let from = facts::base(case)
        .filter(|i| i.is_golang())
        .map_or_else(|| "golang:<version>".to_owned(), |i| i.reference());
    let cross = then(
        edit(
            words!(
                "cross-compile instead of emulating: Go runs natively and writes for the target",
                "用交叉编译代替模拟：Go 在本机架构上运行，为目标平台生成程序"
            ),
            format!(
                "-FROM {from} AS build\n+FROM --platform=$BUILDPLATFORM {from} AS build\n+ARG TARGETOS TARGETARCH\n-RUN go build -o /app .\n+RUN GOOS=$TARGETOS GOARCH=$TARGETARCH CGO_ENABLED=0 go build -o /app ."
            ),
        ),
        facts::build_command(case, "--platform linux/amd64,linux/arm64"),
    );
    let look = safe(run(
        words!("see which processor each side is for", "查看各自的处理器架构"),
        "uname -m; docker image inspect --format '{{.Os}}/{{.Architecture}}' <image>; go version -m <binary> | grep GOARCH",
    ));
    let same = run(
        words!("or build for the machine that will run it", "或为实际运行的机器构建"),
        facts::build_command(case, "--platform linux/<amd64-or-arm64>"),
    );
    let emulate = safe(run(
        words!("or install emulators for foreign programs", "或安装模拟器以运行其他架构的程序"),
        "docker run --privileged --rm tonistiigi/binfmt --install all",
    ));
    if case.text.contains("qemu") || case.text.contains("lfstack") {
        vec![cross, same]
    } else if case.text.contains("/bin/sh") || foreign_image(case).is_some() {
        // Not even the shell runs: the image itself is for another processor.
        vec![same, emulate, look, cross]
    } else {
        vec![look, cross, same, emulate]
    }
}
