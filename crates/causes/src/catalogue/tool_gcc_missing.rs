//! `tool-gcc-missing`: cgo needs a C compiler, header or library that is not in the image.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::foreign;
use crate::mend::remedy::edit;
use crate::mend::{edits, facts, names, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "tool-gcc-missing",
    severity: Severity::Error,
    title: Words::fixed(
        "cgo needs a C compiler, header or library that is not in the image",
        "cgo 需要的 C 编译器、头文件或库不在镜像中",
    ),
    explanation: Words::fixed(
        "A package uses cgo, and the image lacks the C compiler, a header or a library for it. Alpine Go \
         images have no gcc; slim ones neither. `fatal error: x.h` and `cannot find -lx` mean that the \
         compiler is there but a development package is not. If nothing needs C (net and os/user do not), \
         CGO_ENABLED=0 avoids it.",
        "某个包使用了 cgo，而镜像里缺少 C 编译器、头文件或库。Alpine 和 slim 版 Go 镜像都不带 gcc。`fatal \
         error: x.h` 和 `cannot find -lx` 说明编译器有了，但缺少开发包。如果确实不需要 C（net、os/user 都\
         不需要），可以用 CGO_ENABLED=0 避开。",
    ),
    pitfall: Some(Words::fixed(
        "CGO_ENABLED=0 is no remedy for packages that are C at heart (go-sqlite3, confluent-kafka-go, \
         librdkafka): they then fail to build, or build and fail when run.",
        "对于核心就是 C 的包（go-sqlite3、confluent-kafka-go 等），CGO_ENABLED=0 不是解决办法：要么编译失\
         败，要么运行时才报错。",
    )),
    references: &["https://pkg.go.dev/cmd/cgo", "https://go.dev/wiki/cgo"],
    signs: &[
        sign(95, "cgo: C compiler \"{}\" not found"),
        sign(94, "exec: \"gcc\": executable file not found"),
        sign(94, "exec: \"cc\": executable file not found"),
        sign(94, "exec: \"clang\": executable file not found"),
        sign(94, "exec: \"g++\": executable file not found"),
        sign(92, "exec: \"pkg-config\": executable file not found"),
        sign(90, "pkg-config: exec: \"pkg-config\""),
        sign(84, "gcc: error: unrecognized command{}option '-m64'"),
        sign(84, "cgo: cannot parse gcc output"),
        sign(84, "pkg-config: exit status 1"),
        sign(70, "^# pkg-config --cflags"),
        sign(90, "gcc: error: unrecognized command-line option '{}'"),
        sign(90, "gcc: error: unrecognized command line option"),
        sign(88, "gcc: fatal error: cannot execute"),
    ],
    judge: Some(Judge {
        fault: false,
        words: &[
            "fatal error",
            "ld",
            "gcc",
            "make: ",
            "error: ",
            "undefined reference",
            "ackage",
            "ompiler",
            "COMPILER",
            "kind of name",
        ],
        decide: judge,
    }),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::tools::gcc),
    fixes,
};

/// The header or library that is missing.
fn missing(case: &Case<'_>) -> Option<String> {
    let header =
        names::hole(case, &[("fatal error: {}.h: No such", 0), ("fatal error: '{}.h' file not found", 0)])
            .map(|h| format!("{h}.h"));
    let library = || {
        let end = |name: String| name.split_whitespace().next().map(|n| n.trim_end_matches(':').to_owned());
        crate::sign::find("cannot find -l{}", case.text)
            .and_then(|f| names::plain(f.holes[0].split([' ', ':']).next()?).map(str::to_owned))
            .and_then(end)
            .map(|l| format!("-l{l}"))
    };
    let package = || {
        names::hole(case, &[("Package {} was not found in the pkg-config", 0), ("No package '{}' found", 0)])
    };
    header.or_else(library).or_else(package)
}

/// Packages that bring a header or library: Alpine, Debian, Red Hat.
fn provider(what: &str) -> Option<edits::Packages<'static>> {
    const KNOWN: [(&[&str], &str, &str, &str); 16] = [
        (
            &["sqlite3.h", "sqlite3ext.h", "-lsqlite3", "sqlite3"],
            "sqlite-dev",
            "libsqlite3-dev",
            "sqlite-devel",
        ),
        (
            &["librdkafka/rdkafka.h", "-lrdkafka", "rdkafka"],
            "librdkafka-dev",
            "librdkafka-dev",
            "librdkafka-devel",
        ),
        (
            &["openssl/ssl.h", "openssl/", "-lssl", "-lcrypto", "libssl", "libcrypto", "openssl"],
            "openssl-dev",
            "libssl-dev",
            "openssl-devel",
        ),
        (&["zlib.h", "-lz", "zlib"], "zlib-dev", "zlib1g-dev", "zlib-devel"),
        (&["pcap.h", "pcap/", "-lpcap", "libpcap"], "libpcap-dev", "libpcap-dev", "libpcap-devel"),
        (&["git2.h", "-lgit2", "libgit2"], "libgit2-dev", "libgit2-dev", "libgit2-devel"),
        (&["gpgme.h", "-lgpgme", "gpgme"], "gpgme-dev", "libgpgme-dev", "gpgme-devel"),
        (&["btrfs/", "-lbtrfs"], "btrfs-progs-dev", "libbtrfs-dev", "btrfs-progs-devel"),
        (
            &["libdevmapper.h", "-ldevmapper", "devmapper"],
            "lvm2-dev",
            "libdevmapper-dev",
            "device-mapper-devel",
        ),
        (&["seccomp.h", "-lseccomp", "libseccomp"], "libseccomp-dev", "libseccomp-dev", "libseccomp-devel"),
        (&["systemd/", "-lsystemd", "libsystemd"], "", "libsystemd-dev", "systemd-devel"),
        (&["linux/"], "linux-headers", "linux-libc-dev", "kernel-headers"),
        (&["alsa/", "-lasound", "alsa"], "alsa-lib-dev", "libasound2-dev", "alsa-lib-devel"),
        (&["X11/", "-lX11"], "libx11-dev", "libx11-dev xorg-dev", "libX11-devel"),
        (&["vips/", "-lvips", "vips"], "vips-dev", "libvips-dev", "vips-devel"),
        (&["zmq.h", "-lzmq", "libzmq"], "zeromq-dev", "libzmq3-dev", "zeromq-devel"),
    ];
    let libc = [
        "stdlib.h",
        "stdio.h",
        "string.h",
        "errno.h",
        "sys/",
        "stdint.h",
        "crt1.o",
        "assert.h",
        "limits.h",
        "-lpthread",
        "-lc",
        "pthread.h",
    ];
    if libc.iter().any(|l| what == *l || l.ends_with('/') && what.starts_with(l)) {
        return Some(edits::Packages {
            alpine: "gcc musl-dev",
            debian: "gcc libc6-dev",
            redhat: "gcc glibc-devel",
        });
    }
    let fits = |names: &&[&str]| names.iter().any(|n| what == *n || n.ends_with('/') && what.starts_with(n));
    KNOWN.iter().find(|(names, ..)| fits(names)).map(|(_, alpine, debian, redhat)| edits::Packages {
        alpine,
        debian,
        redhat,
    })
}

fn headline(case: &Case<'_>) -> Words {
    match missing(case) {
        Some(what) => words!("cgo needs {what}, which is not in the image", "cgo 需要 {what}，但镜像中没有"),
        None if cross(case).is_some() => {
            let compiler = cross(case).unwrap_or_default();
            words!(
                "cgo needs the cross compiler {compiler}, which is not in the image",
                "cgo 需要交叉编译器 {compiler}，但镜像中没有"
            )
        }
        None if is_mixed_libc(case) => words!(
            "a C library made for glibc is linked in an Alpine (musl) image",
            "在 Alpine（musl）镜像中链接了为 glibc 编译的 C 库"
        ),
        None if case.text.contains("unrecognized command") => {
            words!("the C compiler is for another processor than GOARCH", "C 编译器的目标架构与 GOARCH 不符")
        }
        None if case.text.contains("pkg-config") => {
            words!("cgo needs pkg-config, which is not in the image", "cgo 需要 pkg-config，但镜像中没有")
        }
        None if case.text.contains("g++") => {
            words!("cgo needs a C++ compiler, and the image has none", "cgo 需要 C++ 编译器，但镜像中没有")
        }
        None if case.text.contains("gcc") || case.text.contains("compiler") => {
            words!("cgo needs a C compiler, and the image has none", "cgo 需要 C 编译器，但镜像中没有")
        }
        None => CAUSE.title.clone(),
    }
}

/// A cross compiler by name: `aarch64-linux-gnu-gcc`.
fn cross(case: &Case<'_>) -> Option<String> {
    names::hole(case, &[("C compiler \"{}\" not found", 0)]).filter(|c| c.contains("-linux-"))
}

/// Names that only glibc has, missing at link time.
fn is_mixed_libc(case: &Case<'_>) -> bool {
    ["`__strdup'", "_chk'", "`__isoc23", "`__memcpy_chk'", "`gnu_get_libc_version'"]
        .iter()
        .any(|n| case.text.contains(n))
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let mut fixes = Vec::new();
    if is_mixed_libc(case) {
        let base = facts::base(case).map_or_else(|| "golang:<version>-alpine".to_owned(), |i| i.reference());
        return vec![edit(
            words!("build on Debian, where the library fits", "在 Debian 镜像上构建，与该库匹配"),
            format!("-FROM {base}\n+FROM golang:<version>-bookworm"),
        )];
    }
    let foreign = cross(case);
    if foreign.is_some() || case.text.contains("unrecognized command") {
        let compiler = foreign.unwrap_or_else(|| "<processor>-linux-gnu-gcc".to_owned());
        let machine = compiler.split("-linux-").next().unwrap_or("aarch64").to_owned();
        let deb = match machine.as_str() {
            "aarch64" => "arm64",
            "arm" => "armhf",
            "x86_64" => "amd64",
            other => other,
        };
        return vec![
            edit(
                words!(
                    "install the cross compiler and name it (Debian)",
                    "安装交叉编译器并通过 CC 指定（Debian）"
                ),
                edits::above(
                    case,
                    &[
                        &format!(
                            "RUN apt-get update && apt-get install -y --no-install-recommends gcc-{machine}-linux-gnu libc6-dev-{deb}-cross"
                        ),
                        &format!("ENV CC={compiler} CGO_ENABLED=1"),
                    ],
                ),
            ),
            edit(
                words!("or build without cgo, if no package needs C", "或在不需要 C 时关闭 cgo"),
                edits::above(case, &["ENV CGO_ENABLED=0"]),
            ),
        ];
    }
    let missing = missing(case);
    match missing.as_deref().map(|m| (m, provider(m))) {
        Some((what, Some(packages))) => {
            fixes.extend(edits::install(
                case,
                &packages,
                &words!("install the package that has {what}", "安装提供 {what} 的软件包"),
            ));
        }
        Some((what, None)) => {
            let file = what.trim_start_matches("-l");
            let command = match facts::distro(case) {
                facts::Distro::Alpine => format!(
                    "docker run --rm alpine sh -c \"apk update && apk search -x 'cmd:{file}' 'so:lib{file}*'; apk search {file}\""
                ),
                _ => format!(
                    "docker run --rm debian sh -c 'apt-get update && apt-get install -y apt-file && apt-file update && apt-file search {file}'"
                ),
            };
            fixes.push(crate::mend::remedy::safe(crate::mend::remedy::run(
                words!("find the package that has {what}", "查找提供 {what} 的软件包"),
                command,
            )));
        }
        None => {
            let cpp = case.text.contains("g++");
            let config = case.text.contains("pkg-config");
            let packages = match (cpp, config) {
                (true, _) => edits::Packages { alpine: "g++", debian: "g++", redhat: "gcc-c++" },
                (_, true) => edits::Packages {
                    alpine: "gcc musl-dev pkgconf",
                    debian: "gcc libc6-dev pkg-config",
                    redhat: "gcc pkgconf-pkg-config",
                },
                _ => edits::Packages { alpine: "gcc musl-dev", debian: "gcc libc6-dev", redhat: "gcc" },
            };
            fixes.extend(edits::install(
                case,
                &packages,
                &words!("install the C compiler before this step", "在这一步之前安装 C 编译器"),
            ));
        }
    }
    if missing.is_none() {
        fixes.push(edit(
            words!(
                "or build without cgo, if no package needs C (a static binary)",
                "或在不需要 C 时关闭 cgo（得到静态二进制）"
            ),
            edits::replace(case, "CGO_ENABLED=1", "CGO_ENABLED=0")
                .unwrap_or_else(|| edits::above(case, &["ENV CGO_ENABLED=0"])),
        ));
    }
    fixes
}

fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    if !clue.scene.go {
        return None;
    }
    let (weight, found) = foreign::of_any_c(clue.text)?;
    let subject = found.holes.first().map_or("", |h| h.trim());
    Some(Verdict::sure(weight).about(subject).at(found.span))
}
