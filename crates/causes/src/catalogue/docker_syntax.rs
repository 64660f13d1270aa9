//! `docker-syntax`: the Dockerfile does not parse, or needs a builder feature that is off.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::Cause;
use crate::mend::remedy::{edit, run, safe};
use crate::mend::{edits, names, words};
use crate::sign::{hint, sign};

pub(crate) static CAUSE: Cause = Cause {
    id: "docker-syntax",
    severity: Severity::Error,
    title: Words::fixed(
        "the Dockerfile does not parse, or needs a builder feature that is off",
        "Dockerfile 无法解析，或需要未启用的构建器功能",
    ),
    explanation: Words::fixed(
        "The Dockerfile does not parse, or asks for something that this builder does not do. A misspelt \
         instruction, a comment inside a continued line, a missing argument, an upper-case image name; or \
         `--mount`, `--chmod` and heredocs with the classic builder, a newer syntax than the frontend, or \
         a network mode that the builder must first be allowed.",
        "Dockerfile 无法解析，或用到了当前构建器不支持的功能。例如指令拼错、续行中间夹了注释、缺少参数、镜\
         像名含大写字母；或者用传统构建器却写了 `--mount`、`--chmod`、heredoc，语法比 frontend 新，或使用\
         了需要先授权的网络模式。",
    ),
    pitfall: None,
    references: &[
        "https://docs.docker.com/reference/dockerfile/",
        "https://docs.docker.com/build/buildkit/",
        "https://docs.docker.com/build/buildkit/frontend/",
    ],
    signs: &[
        sign(94, "dockerfile parse error"),
        sign(94, "Dockerfile parse error"),
        hint(60, "failed to create LLB definition: "),
        sign(93, "unknown instruction: {}"),
        sign(93, "Unknown instruction: {}"),
        sign(93, "Unknown flag: {}"),
        sign(93, "unknown flag: mount"),
        sign(93, "Unknown flag: mount"),
        sign(92, "is not a valid repository/tag"),
        sign(92, "the --mount option requires BuildKit"),
        sign(92, "the --chmod option requires BuildKit"),
        sign(92, "requires BuildKit. Refer to"),
        sign(90, "FROM requires either one or three arguments"),
        sign(90, "ENV must have two arguments"),
        sign(90, "ENV names can not be blank"),
        sign(90, "Please provide a source image with `from` prior to commit"),
        sign(90, "no build stage in current context"),
        sign(90, "file with no instructions"),
        sign(90, "the Dockerfile ({}) cannot be empty"),
        sign(90, "repository name must be lowercase"),
        sign(90, "repository name ({}) must be lowercase"),
        sign(90, "Syntax error - can't find = in"),
        sign(90, "can't find = in \"{}\""),
        sign(88, "unsupported frontend capability"),
        sign(88, "invalid containerPort"),
        sign(88, "Invalid containerPort"),
        sign(88, "requires at least two arguments"),
        sign(88, "requires exactly one argument"),
        sign(88, "requires at least one argument, but only"),
        sign(88, "unexpected end of statement while looking for matching"),
        sign(86, "failed to process \"{}\": "),
        sign(88, "Missing environment variable name"),
        sign(88, "circular dependency detected on stage"),
        sign(88, "target stage {} could not be found"),
        sign(88, "failed to reach build target {} in Dockerfile"),
        sign(88, "invalid field '{}' must be a key=value pair"),
        sign(88, "unexpected key '{}' in"),
        sign(88, "--platform\" is only supported on a Docker daemon with experimental"),
        sign(88, "unterminated heredoc"),
        hint(50, "failed to solve with frontend gateway.v0"),
        sign(88, "network mode \"{}\" not allowed"),
        sign(88, "entitlement network.host is not allowed"),
        sign(88, "granting entitlement {} is not allowed"),
        sign(88, "security.insecure is not allowed"),
        sign(92, "When using COPY with more than one source file"),
        sign(92, "When using ADD with more than one source file"),
    ],
    judge: None,
    headline: Some(headline),
    confirm: Some(crate::project::confirm::stage::syntax),
    fixes,
};

fn needs_buildkit(case: &Case<'_>) -> bool {
    let text = case.text;
    text.contains("requires BuildKit")
        || text.contains("nknown flag: mount")
        || text.contains("Unknown flag: ")
        || text.contains("option requires BuildKit")
}

fn line(case: &Case<'_>) -> Option<String> {
    names::hole(case, &[("parse error on line {}:", 0), ("parse error line {}:", 0), ("Dockerfile:{}", 0)])
        .filter(|l| l.bytes().all(|b| b.is_ascii_digit()))
}

fn headline(case: &Case<'_>) -> Words {
    if needs_buildkit(case) {
        return words!(
            "the Dockerfile needs BuildKit, and the classic builder runs",
            "Dockerfile 需要 BuildKit，而当前使用的是传统构建器"
        );
    }
    if case.text.contains("cannot be empty") || case.text.contains("file with no instructions") {
        return words!("the Dockerfile is empty", "Dockerfile 是空的");
    }
    if case.text.contains("not a valid repository/tag") {
        return words!(
            "this engine is too old for stages (`FROM ... AS`, Docker 17.05)",
            "当前引擎太旧，不支持多阶段构建（`FROM ... AS` 需要 Docker 17.05）"
        );
    }
    if case.text.contains("with more than one source file") {
        return words!(
            "COPY with several sources needs a target that ends with /",
            "COPY 多个源文件时，目标必须以 / 结尾"
        );
    }
    if let Some(name) = names::hole(case, &[("nknown instruction: {}", 0)]) {
        let name = name.split_whitespace().next().unwrap_or("").to_owned();
        return words!("there is no Dockerfile instruction {name}", "没有 {name} 这个 Dockerfile 指令");
    }
    if case.text.contains("must be lowercase") {
        return words!("an image name has upper-case letters", "镜像名中含有大写字母");
    }
    if case.text.contains("entitlement") || case.text.contains("not allowed") {
        return words!(
            "the build asks for a privilege that the builder was not given",
            "构建请求了未授予构建器的权限"
        );
    }
    if let Some(target) =
        names::hole(case, &[("target stage {} could not", 0), ("build target {} in Dockerfile", 0)])
    {
        return words!("the Dockerfile has no stage {target}", "Dockerfile 中没有阶段 {target}");
    }
    match line(case) {
        Some(line) => {
            words!("the Dockerfile does not parse at line {line}", "Dockerfile 第 {line} 行无法解析")
        }
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    if needs_buildkit(case) {
        return vec![
            safe(run(
                words!("build with BuildKit", "使用 BuildKit 构建"),
                "DOCKER_BUILDKIT=1 docker build .",
            )),
            safe(run(
                words!("and install buildx, so that it is the default", "并安装 buildx，使其成为默认构建器"),
                "sudo apt-get install docker-buildx-plugin",
            )),
            edit(
                words!(
                    "old engine: name a frontend that knows the syntax, in the first line",
                    "旧版引擎：在首行指定支持该语法的 frontend"
                ),
                "+# syntax=docker/dockerfile:1",
            ),
        ];
    }
    if case.text.contains("not a valid repository/tag") {
        return vec![safe(run(words!("update the engine", "升级 Docker 引擎"), "docker version"))];
    }
    if case.text.contains("with more than one source file") {
        let diff = edits::whole(case).map_or_else(
            || "-COPY a b /src\n+COPY a b /src/".to_owned(),
            |l| edits::swap(&l, &format!("{l}/")),
        );
        return vec![safe(edit(words!("end the target with /", "目标以 / 结尾"), diff))];
    }
    if case.text.contains("must be lowercase") {
        return vec![run(
            words!("write the image name in lower case", "把镜像名改为小写"),
            "docker build -t \"$(echo \"<Name>\" | tr '[:upper:]' '[:lower:]')\" .",
        )];
    }
    if case.text.contains("entitlement") || case.text.contains("network mode") {
        return vec![
            safe(run(
                words!(
                    "allow it for this build, if you trust the Dockerfile",
                    "如果信任该 Dockerfile，为本次构建授权"
                ),
                "docker buildx build --allow network.host .",
            )),
            edit(
                words!("or do without it", "或去掉该选项"),
                edits::replace(case, "--network=host ", "")
                    .unwrap_or_else(|| "-RUN --network=host ...\n+RUN ...".to_owned()),
            ),
        ];
    }
    if case.text.contains("target stage") || case.text.contains("build target") {
        return vec![safe(run(
            words!("see which stages there are", "查看有哪些阶段"),
            "grep -inE '^FROM .* AS ' Dockerfile",
        ))];
    }
    let mut fixes = vec![safe(run(
        words!("check the file without building it", "只检查、不构建"),
        "docker build --check .",
    ))];
    if let Some(line) = line(case).and_then(|l| l.parse::<u32>().ok()) {
        let (from, to) = (line.saturating_sub(3).max(1), line + 1);
        fixes.push(safe(run(
            words!(
                "look at the lines above too: a backslash at a line's end joins the next",
                "同时检查前几行：行尾的反斜杠会与下一行相连"
            ),
            format!("sed -n '{from},{to}p' Dockerfile | cat -A"),
        )));
    }
    fixes
}
