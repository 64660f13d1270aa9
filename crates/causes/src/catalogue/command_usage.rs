//! `command-usage`: a command is called wrongly.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::Cause;
use crate::mend::remedy::{edit, run, safe};
use crate::mend::{edits, names, words};
use crate::sign::{hint, sign};

pub(crate) static CAUSE: Cause = Cause {
    id: "command-usage",
    severity: Severity::Error,
    title: Words::fixed("a command is called wrongly", "命令的用法有误"),
    explanation: Words::fixed(
        "A command got arguments that it does not understand: a misspelt subcommand or flag, a flag that \
         another version has, or quotes that were lost on the way (`-ldflags -s -w` gives the go command \
         a flag `-w`). The JSON form of RUN, CMD and ENTRYPOINT has no shell: there `&&`, `$X` and quotes \
         mean nothing.",
        "命令收到了无法识别的参数：子命令或参数拼错、该参数属于另一个版本，或引号在传递中丢失（`-ldflags \
         -s -w` 会把 `-w` 当成 go 命令的参数）。RUN、CMD、ENTRYPOINT 的 JSON 写法不经过 shell，其中的 `&&`、\
         `$X` 和引号都不起作用。",
    ),
    pitfall: None,
    references: &[
        "https://pkg.go.dev/cmd/go",
        "https://docs.docker.com/reference/dockerfile/#shell-and-exec-form",
    ],
    signs: &[
        sign(88, "flag provided but not defined: {}"),
        sign(86, "unknown flag: {}"),
        sign(86, "unknown shorthand flag: {}"),
        sign(84, "invalid value \"{}\" for flag"),
        sign(84, "unknown command \"{}\" for"),
        sign(84, "go: unknown subcommand \"{}\""),
        sign(82, "go {}: unknown command"),
        sign(82, "illegal option"),
        sign(84, "unrecognized option {}"),
        sign(82, "unrecognized arguments: {}"),
        sign(80, "invalid option -- {}"),
        sign(84, "go: -insecure flag is no longer supported"),
        sign(84, "build flag -mod=mod only valid when using modules"),
        sign(82, "malformed import path \"{}\": leading dash"),
        sign(82, "malformed import path \"{}\": invalid char"),
        sign(78, "^usage: go build [-o output]"),
        sign(76, "^usage: link [options] main.o"),
        sign(78, "usage: go get "),
        sign(76, "flag needs an argument"),
        sign(80, "unterminated quoted string"),
        sign(80, "Unterminated quoted string"),
        sign(80, "unexpected EOF while looking for matching"),
        sign(80, "requires at least one argument"),
        sign(82, "\"docker build\" requires exactly 1 argument"),
        sign(82, "\"docker buildx build\" requires {} argument"),
        sign(82, "docker buildx build\" requires"),
        sign(80, "is not a docker command"),
        sign(82, "invalid argument \"{}\" for \""),
        sign(76, "make: *** No rule to make target"),
        sign(76, "No targets specified and no makefile found"),
        sign(84, "You are not currently on a branch"),
        sign(84, "link: -X flag requires argument of the form"),
        sign(88, "version is required when current directory is not in a module"),
        sign(88, "parsing $GOFLAGS: {}"),
        sign(88, "-race requires cgo"),
        sign(87, "unsupported GOOS/GOARCH pair {}"),
        sign(80, "invalid value for -"),
        sign(80, "Do you want to continue? [Y/n] Abort."),
        sign(80, "is not a commit and a branch '{}' cannot be created from it"),
        hint(70, "Could not create output file"),
        hint(74, "nonexistent directory"),
    ],
    judge: None,
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn flag(case: &Case<'_>) -> Option<String> {
    [
        "flag provided but not defined: {}",
        "unknown flag: {}",
        "unrecognized option {}",
        "unknown shorthand flag: {}",
    ]
    .iter()
    .find_map(|p| {
        let found = crate::sign::find(p, case.text)?;
        let word = found.holes[0].split_whitespace().next()?.trim_matches(['\'', '`', '‘', '’', '"', '.']);
        (word.starts_with('-') && names::plain(word.trim_start_matches('-')).is_some())
            .then(|| word.to_owned())
    })
}

fn headline(case: &Case<'_>) -> Words {
    if case.text.contains("requires cgo") {
        return words!("a flag needs cgo, which is switched off", "该参数需要 cgo，而 cgo 未启用");
    }
    if let Some(pair) = names::hole(case, &[("unsupported GOOS/GOARCH pair {}", 0)]) {
        return words!("Go knows no platform {pair}", "Go 不支持平台 {pair}");
    }
    if case.text.contains("parsing $GOFLAGS") {
        return words!("GOFLAGS holds what is no flag", "GOFLAGS 中有无法识别的内容");
    }
    if case.text.contains("version is required") {
        return words!(
            "go install needs a version outside a module",
            "在模块之外执行 go install 需要写明版本"
        );
    }
    if let Some(target) =
        names::hole(case, &[("No rule to make target '{}'", 0), ("No rule to make target `{}'", 0)])
    {
        return words!(
            "make has no rule for {target}: the Makefile lacks it, or a file was not copied",
            "make 没有 {target} 的规则：Makefile 中没有，或缺少文件"
        );
    }
    if let Some(flag) = flag(case) {
        return words!("a command does not know the flag {flag}", "命令不认识参数 {flag}");
    }
    match names::hole(
        case,
        &[
            ("go: unknown subcommand \"{}\"", 0),
            ("go {}: unknown command", 0),
            ("unknown command \"{}\" for", 0),
        ],
    ) {
        Some(command) => words!("there is no subcommand {command}", "没有子命令 {command}"),
        None if case.text.contains("requires exactly 1 argument")
            || case.text.contains("requires 1 argument") =>
        {
            words!(
                "docker build was not told the context (usually a dot at the end)",
                "docker build 缺少构建上下文参数（通常是末尾的点）"
            )
        }
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let text = case.text;
    if text.contains("No rule to make target") {
        return vec![
            safe(run(
                words!("see which targets there are", "查看有哪些目标"),
                "grep -nE '^[A-Za-z0-9_./-]+:' Makefile",
            )),
            edit(
                words!(
                    "copy the Makefile and what it names before this step",
                    "在这一步之前复制 Makefile 及其引用的文件"
                ),
                edits::above(case, &["COPY . ."]),
            ),
        ];
    }
    if text.contains("requires cgo") {
        let packages = edits::Packages { alpine: "gcc musl-dev", debian: "gcc libc6-dev", redhat: "gcc" };
        let mut fixes = vec![edit(
            words!("switch cgo on", "启用 cgo"),
            edits::replace(case, "CGO_ENABLED=0", "CGO_ENABLED=1")
                .unwrap_or_else(|| edits::above(case, &["ENV CGO_ENABLED=1"])),
        )];
        fixes.extend(edits::install(
            case,
            &packages,
            &words!("and install the C compiler", "并安装 C 编译器"),
        ));
        fixes.push(edit(
            words!("or leave the flag out", "或去掉该参数"),
            edits::replace(case, " -race", "")
                .unwrap_or_else(|| "-RUN go test -race ./...\n+RUN go test ./...".to_owned()),
        ));
        return fixes;
    }
    if let Some(pair) = names::hole(case, &[("unsupported GOOS/GOARCH pair {}", 0)]) {
        let right = pair
            .replace("x86_64", "amd64")
            .replace("aarch64", "arm64")
            .replace("i386", "386")
            .replace("i686", "386");
        let (os, arch) = right.split_once('/').unwrap_or(("linux", "amd64"));
        return vec![
            edit(
                words!("use Go's own name of the platform", "使用 Go 的平台名"),
                edits::above(case, &[&format!("ENV GOOS={os} GOARCH={arch}")]),
            ),
            safe(run(words!("see all of them", "查看所有平台名"), "go tool dist list")),
        ];
    }
    if text.contains("parsing $GOFLAGS") {
        return vec![
            edit(
                words!(
                    "each flag of GOFLAGS needs its value behind an equals sign; quote values with blanks",
                    "GOFLAGS 中每个参数的值要用等号连接，含空格的值要加引号"
                ),
                "-ENV GOFLAGS=-ldflags=-s -w\n+ENV GOFLAGS=\"'-ldflags=-s -w'\"",
            ),
            safe(run(words!("see what Go reads", "查看 Go 读取到的值"), "go env GOFLAGS")),
        ];
    }
    if text.contains("version is required when current directory is not in a module")
        && let Some(path) =
            case.instruction.split_whitespace().find(|w| names::is_module_path(w)).and_then(names::plain)
    {
        return vec![edit(
            words!("name a version (or be in the module's folder)", "写明版本（或进入模块目录）"),
            edits::replace(case, path, &format!("{path}@<version>"))
                .unwrap_or_else(|| format!("+RUN go install {path}@<version>")),
        )];
    }
    if case.text.contains("build\" requires") {
        return vec![safe(run(
            words!("name the context at the end", "在末尾写上构建上下文"),
            "docker build -t <name> .",
        ))];
    }
    if case.text.contains("-insecure flag is no longer supported") {
        return vec![edit(
            words!(
                "take the flag out; fetch over https, with credentials where needed",
                "去掉该参数；使用 https 获取，需要时提供凭据"
            ),
            "-RUN go get -insecure <module>\n+RUN go mod download",
        )];
    }
    let mut fixes = Vec::new();
    if let Some(line) = edits::whole(case)
        && let Some(at) = line.find("-ldflags ")
        && line.get(at + 9..).is_some_and(|r| r.starts_with('-'))
    {
        let rest = &line[at + 9..];
        // The flags end where the go command's own arguments begin.
        let words: Vec<&str> = rest
            .split(' ')
            .take_while(|w| matches!(*w, "-s" | "-w") || w.starts_with("-X") || w.starts_with("-extldflags"))
            .collect();
        if !words.is_empty() {
            let flags = words.join(" ");
            fixes.push(edit(
                words!("quote the linker's flags", "给链接参数加上引号"),
                edits::swap(
                    &line,
                    &line.replacen(&format!("-ldflags {flags}"), &format!("-ldflags=\"{flags}\""), 1),
                ),
            ));
        }
    }
    let tool = case.instruction.split_whitespace().nth(1).and_then(names::plain).unwrap_or("go").to_owned();
    let help = if tool == "go" { "go help build".to_owned() } else { format!("{tool} --help") };
    fixes.push(safe(run(words!("see what this version understands", "查看该版本支持的参数"), help)));
    fixes.push(edit(
        words!("print the command as the shell sees it", "打印 shell 实际执行的命令"),
        edits::traced(case).unwrap_or_else(|| "-RUN <command>\n+RUN set -x; <command>".to_owned()),
    ));
    fixes
}
