//! `docker-binary-not-found`: the built binary cannot start: wrong path, missing loader or library.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{edit, run, safe};
use crate::mend::{edits, names, words};
use crate::sign::{hint, sign};

pub(crate) static CAUSE: Cause = Cause {
    id: "docker-binary-not-found",
    severity: Severity::Error,
    title: Words::fixed(
        "the built binary cannot start: wrong path, missing loader or library",
        "构建出的程序无法启动：路径错误、缺少加载器或库",
    ),
    explanation: Words::fixed(
        "The program is there, or should be, and cannot start. `no such file or directory` for a file \
         that exists means that its loader is missing: a binary linked against glibc in an Alpine or \
         scratch image, or against musl in Debian. Otherwise a shared library is missing or too old \
         (`GLIBC_2.34 not found`), the path in CMD or ENTRYPOINT is wrong, or a shell is asked for that \
         the image does not have.",
        "程序存在（或应该存在）但无法启动。文件明明存在却报 `no such file or directory`，说明缺少加载器：\
         链接 glibc 的程序放进了 Alpine 或 scratch 镜像，或链接 musl 的程序放进了 Debian。其他情况还有：缺\
         少共享库或版本太旧（`GLIBC_2.34 not found`）、CMD 或 ENTRYPOINT 的路径写错，或镜像里没有所需的 \
         shell。",
    ),
    pitfall: Some(Words::fixed(
        "gcompat or a symbolic link to another libc makes the program start and crash later. Build \
         static, or build and run on the same distribution.",
        "安装 gcompat 或软链接到另一种 libc，程序虽能启动，之后仍会崩溃。应当静态编译，或在同一发行版上构\
         建和运行。",
    )),
    references: &["https://docs.docker.com/build/building/multi-stage/", "https://pkg.go.dev/cmd/cgo"],
    signs: &[
        sign(93, "exec user process caused \"no such file or directory\""),
        sign(93, "exec user process caused: no such file or directory"),
        sign(92, "error while loading shared libraries: {}:"),
        sign(92, "error while loading shared libraries"),
        sign(91, "version `GLIBC_{}' not found"),
        sign(91, "version `GLIBCXX_{}' not found"),
        sign(90, "Error loading shared library {}:"),
        sign(90, "Error relocating {}: {}: symbol not found"),
        sign(90, "^exec {}: no such file or directory"),
        sign(90, "starting container process caused: exec: \"{}\": stat {}: no such file or directory"),
        sign(90, "starting container process caused \"exec: \\\"{}\\\": stat"),
        sign(88, "starting container process caused: exec: \"{}\": executable file not found in $PATH"),
        sign(86, "exec: \"{}\": stat {}: no such file or directory"),
        hint(74, "failed to create shim task: OCI runtime create failed"),
        hint(74, "OCI runtime create failed: "),
        sign(84, "failed to exec: exec: \"{}\""),
        sign(84, "standard_init_linux.go:{}: exec user process caused"),
        sign(84, "unable to start container process: exec: \"{}\""),
        sign(86, "ld-linux-x86-64.so.2: No such file"),
        sign(91, "process failed to start with error: fork/exec {}: no such file or directory"),
    ],
    judge: Some(Judge { fault: false, words: &["not found", "No such file"], decide: judge }),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::tools::binary),
    fixes,
};

fn program(case: &Case<'_>) -> Option<String> {
    let holes = [
        ("exec: \"{}\": stat", 0),
        ("exec: \\\"{}\\\": stat", 0),
        ("exec: \"{}\": executable file", 0),
        ("exec: \"{}\": no such", 0),
        ("exec {}: no such file", 0),
        ("(required by {})", 0),
        ("(needed by {})", 0),
        ("{}: error while loading shared libraries", 0),
        ("relocating {}:", 0),
    ];
    names::hole(case, &holes).or_else(|| {
        let head = case.text.trim().strip_suffix(": not found")?;
        names::plain(head.rsplit([' ', ':']).next()?).filter(|p| p.contains('/')).map(str::to_owned)
    })
}

fn library(case: &Case<'_>) -> Option<String> {
    let name =
        names::hole(case, &[("shared libraries: {}: cannot", 0), ("Error loading shared library {}:", 0)]);
    name.or_else(|| {
        crate::sign::find("version `{}' not found", case.text)
            .and_then(|f| names::plain(f.holes[0]).map(str::to_owned))
    })
}

fn is_shell(program: &str) -> bool {
    matches!(program.rsplit('/').next(), Some("sh" | "bash" | "ash"))
}

fn headline(case: &Case<'_>) -> Words {
    match (program(case), library(case)) {
        (Some(program), _) if is_shell(&program) => words!(
            "the image has no shell ({program}), and something asks for one",
            "镜像中没有 shell（{program}），但启动时需要它"
        ),
        (Some(program), Some(library)) => words!(
            "{program} cannot start: {library} is not in the image",
            "{program} 无法启动：镜像中没有 {library}"
        ),
        (None, Some(library)) => words!(
            "the program cannot start: {library} is not in the image",
            "程序无法启动：镜像中没有 {library}"
        ),
        (Some(program), None) => words!(
            "{program} cannot start: it is not there, or its loader is not",
            "{program} 无法启动：文件不存在，或缺少加载器"
        ),
        _ => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let program = program(case).unwrap_or_else(|| "<binary>".to_owned());
    if is_shell(&program) {
        return vec![
            edit(
                words!("start the program without a shell: JSON form", "不经过 shell 启动：使用 JSON 写法"),
                "-CMD /app --flag\n+CMD [\"/app\", \"--flag\"]",
            ),
            edit(
                words!("or take a base that has a shell", "或换用带 shell 的基础镜像"),
                "-FROM scratch\n+FROM alpine",
            ),
        ];
    }
    let fixed = edits::replace(case, "go build", "CGO_ENABLED=0 go build");
    let static_ = edit(
        words!(
            "build a static program, which needs no loader and no libraries",
            "静态编译：不依赖加载器和共享库"
        ),
        fixed.unwrap_or_else(|| "-RUN go build -o /app .\n+RUN CGO_ENABLED=0 go build -o /app .".to_owned()),
    );
    let last = crate::mend::facts::base(case)
        .map(|i| i.reference())
        .filter(|i| names::plain(i).is_some() && !i.contains("golang"))
        .unwrap_or_else(|| "alpine".to_owned());
    let same = edit(
        words!(
            "or, with cgo, run on the distribution it was built on",
            "使用 cgo 时：在构建所用的发行版上运行"
        ),
        format!("-FROM {last}\n+FROM debian:<the-release-of-the-build-image>-slim"),
    );
    let look = safe(run(
        words!("see whether the file is there and what it needs", "确认文件是否存在、依赖哪些库"),
        format!(
            "docker build --target <build-stage> -t <name> . && docker run --rm --entrypoint sh <name> -c 'ls -la {program}; ldd {program}'"
        ),
    ));
    let mut fixes = Vec::new();
    if let Some(library) = library(case)
        && !library.starts_with("GLIBC")
    {
        let packages = match library.as_str() {
            l if l.starts_with("libstdc++") || l.starts_with("libgcc_s") => Some(edits::Packages {
                alpine: "libstdc++ libgcc",
                debian: "libstdc++6",
                redhat: "libstdc++",
            }),
            l if l.starts_with("librdkafka") => {
                Some(edits::Packages { alpine: "librdkafka", debian: "librdkafka1", redhat: "librdkafka" })
            }
            l if l.starts_with("libsqlite3") => {
                Some(edits::Packages { alpine: "sqlite-libs", debian: "libsqlite3-0", redhat: "sqlite-libs" })
            }
            l if l.starts_with("libssl") || l.starts_with("libcrypto") => {
                Some(edits::Packages { alpine: "openssl", debian: "libssl3", redhat: "openssl-libs" })
            }
            l if l.starts_with("libpcap") => {
                Some(edits::Packages { alpine: "libpcap", debian: "libpcap0.8", redhat: "libpcap" })
            }
            _ => None,
        };
        if let Some(packages) = packages {
            fixes.extend(edits::install(
                case,
                &packages,
                &words!("install {library} in the final image", "在最终镜像中安装 {library}"),
            ));
        }
    }
    fixes.extend([static_, same, look]);
    fixes.truncate(4);
    fixes
}

/// The shell finds the file, the kernel does not find its loader: `sh: ./app: not found` for a file named by its path.
fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    let text = clue.text.trim();
    let head =
        text.strip_suffix(": not found").or_else(|| text.strip_suffix(": No such file or directory"))?;
    let file = head.rsplit([' ', ':']).next().unwrap_or("");
    let shell = head.starts_with("/bin/sh: ") || head.starts_with("sh: ") || head.starts_with("/bin/ash");
    let program = (file.starts_with('/') || file.starts_with("./"))
        && !file.ends_with(".sh")
        && !file.rsplit('/').next().unwrap_or("").contains('.');
    // BusyBox names no line (`/bin/sh: /app: not found`); it runs on musl, where a glibc program finds no loader.
    let busybox = head.split(": ").count() == 2;
    (shell && program).then(|| Verdict::unsure(if busybox { 86 } else { 80 }).about(file))
}
