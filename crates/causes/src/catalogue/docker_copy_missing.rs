//! `docker-copy-missing`: COPY or ADD names what the context (or the other stage) does not have.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{edit, run, safe, then};
use crate::mend::{edits, facts, names, words};
use crate::sign::{hint, sign};

pub(crate) static CAUSE: Cause = Cause {
    id: "docker-copy-missing",
    severity: Severity::Error,
    title: Words::fixed(
        "COPY or ADD names what the context (or the other stage) does not have",
        "COPY 或 ADD 指定的内容在构建上下文（或其他阶段）中不存在",
    ),
    explanation: Words::fixed(
        "COPY or ADD names something the builder does not have: the file is not in the build context (the \
         folder at the end of `docker build`, not the Dockerfile's folder), .dockerignore drops it, the \
         case of letters differs, or with --from the other stage wrote it elsewhere. Paths begin at the \
         context, and `..` cannot leave it.",
        "COPY 或 ADD 指定的内容构建器拿不到：文件不在构建上下文中（上下文是 `docker build` 末尾的目录，而\
         不是 Dockerfile 所在目录）、被 .dockerignore 排除、大小写不一致，或使用 --from 时另一阶段把它写到\
         了别处。路径以上下文为根，`..` 无法跳出上下文。",
    ),
    pitfall: None,
    references: &[
        "https://docs.docker.com/build/concepts/context/",
        "https://docs.docker.com/reference/dockerfile/#copy",
    ],
    signs: &[
        sign(94, "failed to calculate checksum of ref {}: \"{}\": not found"),
        sign(93, "\"{}\" not found: not found"),
        sign(93, "failed to compute cache key: \"{}\" not found"),
        sign(93, "failed to compute cache key: failed to walk {}: lstat {}: no such file or directory"),
        sign(92, "COPY failed: no source files were specified"),
        sign(92, "ADD failed: no source files were specified"),
        sign(92, "COPY failed: file not found in build context or excluded by .dockerignore: stat {}:"),
        sign(92, "file not found in build context or excluded by .dockerignore"),
        sign(92, "COPY failed: stat {}: no such file or directory"),
        sign(92, "ADD failed: stat {}: no such file or directory"),
        sign(92, "COPY failed: stat {}: file does not exist"),
        sign(90, "COPY failed: "),
        sign(90, "ADD failed: "),
        sign(90, "copier: stat: \"{}\": no such file or directory"),
        sign(90, "no items matching glob \"{}\" copied"),
        hint(70, "failed to compute cache key: "),
        sign(88, "failed to get fileinfo for {}: lstat {}: no such file or directory"),
        sign(88, "resolving src: failed to get fileinfo for"),
        sign(88, "{}: no such file or directory in context"),
        sign(90, "Forbidden path outside the build context: {}"),
        sign(90, "forbidden path outside the build context: {}"),
        sign(70, "lstat {}: no such file or directory"),
        sign(86, "failed to stat {}: stat {}: no such file"),
        sign(88, "unable to prepare context: path \"{}\" not found"),
        sign(88, "failed to read dockerfile: open {}: no such file or directory"),
        sign(88, "unable to evaluate symlinks in Dockerfile path"),
        sign(88, "Cannot locate specified Dockerfile: {}"),
        sign(88, "Cannot locate Dockerfile"),
        sign(88, "no such file or directory: Dockerfile"),
        sign(86, "build path {} either does not exist"),
        sign(88, "possible cause is that the file is excluded by .dockerignore"),
        sign(86, "cannot copy to non-directory"),
        hint(72, "does not appear to contain CMakeLists.txt"),
        hint(70, ": cd: can't cd to {}"),
        hint(70, "cd: {}: No such file or directory"),
        hint(74, "Could not open requirements file: [Errno 2]"),
    ],
    judge: Some(Judge {
        fault: false,
        words: &["No such file", "no such file", "not found", "no Go files", "no buildable"],
        decide: judge,
    }),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::context::copy_missing),
    fixes,
};

/// The path that is missing, as the message names it.
fn path(case: &Case<'_>) -> Option<String> {
    let holes = [
        ("failed to calculate checksum of ref {}: \"{}\": not found", 1),
        ("failed to walk {}: lstat {}: no such", 1),
        ("cache key: \"{}\" not found", 0),
        ("\"{}\" not found: not found", 0),
        (".dockerignore: stat {}:", 0),
        ("path outside the build context: {} ", 0),
        ("path outside the build context: {}", 0),
        ("copier: stat: \"{}\":", 0),
        ("glob \"{}\" copied", 0),
        ("failed: stat {}: ", 0),
        ("lstat {}: no such", 0),
        ("open {}: no such file", 0),
        ("path \"{}\" not found", 0),
        ("no Go files in {}", 0),
        ("no buildable Go source files in {}", 0),
        ("cannot stat '{}'", 0),
        ("can't stat '{}'", 0),
        ("can't remove '{}'", 0),
        ("chmod: {}: No such", 0),
        ("cat: {}: No such", 0),
        ("upx: {}: ", 0),
    ];
    let path = names::hole(case, &holes)?;
    // The engine's own folder stands before the name the user wrote.
    let inner = ["/merged", "docker-builder", "buildkit-mount"].iter().find_map(|mark| {
        let (_, rest) = path.split_once(mark)?;
        rest.find('/')
            .map(|at| rest[at + 1..].to_owned())
            .or_else(|| Some(rest.trim_start_matches('/').to_owned()))
    });
    Some(inner.map_or(path, |rest| format!("/{}", rest.trim_start_matches('/'))))
}

fn stage(case: &Case<'_>) -> Option<String> {
    let flag = case.instruction.split_whitespace().find_map(|w| w.strip_prefix("--from="))?;
    names::plain(flag).map(str::to_owned)
}

/// Not COPY itself misses the file, but a command that runs later.
fn in_a_command(case: &Case<'_>) -> bool {
    let word = case.text.split(':').next().unwrap_or("").trim();
    matches!(
        word,
        "cp" | "mv" | "rm" | "chmod" | "chown" | "cat" | "upx" | "ls" | "sed" | "strip" | "tar" | "ln"
    ) || case.text.contains("Go files in")
        || case.text.contains("Go source files in")
}

fn is_dockerfile(case: &Case<'_>) -> bool {
    let text = case.text;
    text.contains("failed to read dockerfile")
        || text.contains("locate specified Dockerfile")
        || text.contains("Cannot locate Dockerfile")
        || text.contains("Dockerfile path")
        || text.contains("directory: Dockerfile")
}

fn headline(case: &Case<'_>) -> Words {
    if is_dockerfile(case) {
        return words!(
            "there is no Dockerfile where the build looks for it",
            "构建在指定位置找不到 Dockerfile"
        );
    }
    let Some(path) = path(case) else { return CAUSE.title.clone() };
    let short = path.trim_start_matches('/').to_owned();
    if case.text.contains("Go files in") || case.text.contains("Go source files in") {
        return words!(
            "there are no Go sources in {path}: they were not copied",
            "{path} 中没有 Go 源码：没有复制进来"
        );
    }
    if in_a_command(case) {
        return words!(
            "{path} is not in the image: it was not copied, or not made",
            "镜像中没有 {path}：没有复制，或没有生成"
        );
    }
    match stage(case) {
        Some(stage) => words!("the stage {stage} has no {path}", "阶段 {stage} 中没有 {path}"),
        None if path.contains("..") => {
            words!("{path} is outside the build context", "{path} 在构建上下文之外")
        }
        None => words!(
            "{short} is not in the build context, or .dockerignore drops it",
            "{short} 不在构建上下文中，或被 .dockerignore 排除"
        ),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    if is_dockerfile(case) {
        return vec![safe(run(
            words!("name it", "指定 Dockerfile 的位置"),
            "docker build -f <path>/Dockerfile .",
        ))];
    }
    let path = path(case).unwrap_or_else(|| "<path>".to_owned());
    let short = path.trim_start_matches('/').to_owned();
    let mut fixes = Vec::new();
    if in_a_command(case) {
        let folder = if path.starts_with('/') {
            path.rsplit_once('/').map_or("/", |(f, _)| if f.is_empty() { "/" } else { f })
        } else {
            "."
        };
        let target = if case.text.contains("Go") && path.starts_with('/') { path.as_str() } else { folder };
        fixes.push(edit(
            words!(
                "copy the files before this step (and see that .dockerignore lets them in)",
                "在这一步之前复制文件（并确认没有被 .dockerignore 排除）"
            ),
            edits::above(case, &[&format!("COPY . {target}")]),
        ));
        fixes.push(safe(run(
            words!(
                "see where the file is in the project, and which rule drops it",
                "查看文件在项目中的位置以及被哪条规则排除"
            ),
            format!(
                "git ls-files | grep '{}'; grep -n . .dockerignore",
                short.rsplit('/').next().unwrap_or(&short)
            ),
        )));
        return fixes;
    }
    if let Some(stage) = stage(case) {
        let name = short.rsplit('/').next().unwrap_or(&short).to_owned();
        fixes.push(safe(run(
            words!("see where the stage {stage} put it", "查看阶段 {stage} 把它放到了哪里"),
            format!("docker build --target {stage} -t <name> . && docker run --rm --entrypoint find <name> / -name '{name}' -not -path '/proc/*'"),
        )));
        fixes.push(edit(
            words!("make both lines name the same path", "让两处使用同一路径"),
            format!(" RUN go build -o {path} .\n COPY --from={stage} {path} /{name}"),
        ));
        return fixes;
    }
    if path.contains("..") {
        let parent = path.trim_start_matches("../").to_owned();
        fixes.push(run(
            words!("build from the folder that holds both", "从同时包含两者的上级目录构建"),
            "docker build -f <project>/Dockerfile ..",
        ));
        fixes.push(then(
            edit(
                words!(
                    "or hand the other folder in as a second context",
                    "或把另一个目录作为第二个构建上下文传入"
                ),
                format!("-COPY {path} ./{parent}\n+COPY --from=other . ./{parent}"),
            ),
            facts::build_command(case, &format!("--build-context other={path}")),
        ));
        return fixes;
    }
    let name = short.rsplit('/').next().unwrap_or(&short);
    if name == "go.sum" && case.instruction.contains("go.mod") {
        fixes.push(run(
            words!("make go.sum and commit it", "生成 go.sum 并提交"),
            "go mod tidy && git add go.mod go.sum",
        ));
        if let Some(diff) = edits::replace(case, "go.sum", "go.sum*") {
            fixes.push(edit(
                words!(
                    "or, if the module has no dependencies, copy it only when it is there",
                    "如果模块没有依赖，仅在文件存在时复制"
                ),
                diff,
            ));
        }
    } else if ["bin", "dist", "build", "out"].contains(&short.split('/').next().unwrap_or(""))
        || short.starts_with("target/")
    {
        fixes.push(edit(
            words!(
                "{short} is a result: build it in a stage of this Dockerfile and copy it from there",
                "{short} 是构建产物：在 Dockerfile 的构建阶段生成，再从那里复制"
            ),
            edits::replace(case, &format!("COPY {short}"), &format!("COPY --from=<build-stage> /{short}"))
                .unwrap_or_else(|| format!("-COPY {short} /app\n+COPY --from=<build-stage> /{short} /app")),
        ));
    }
    fixes.push(safe(run(
        words!("see whether it is there and which rule drops it", "确认文件是否存在、被哪条规则排除"),
        format!("ls -la {short}; grep -n . .dockerignore; git check-ignore -v {short}"),
    )));
    fixes.push(edit(
        words!(
            "if .dockerignore drops it: let it through, below the rule that drops it",
            "如果被 .dockerignore 排除：在排除规则之后放行"
        ),
        format!("+!{short}"),
    ));
    fixes.push(safe(run(
        words!(
            "if the context is another folder: name the right one at the end",
            "如果上下文目录不对：在末尾写上正确的目录"
        ),
        "docker build -f <path>/Dockerfile <folder-that-has-it>",
    )));
    fixes.truncate(4);
    fixes
}

/// In a step that only copies, whatever is not found is what should have been copied.
fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    let trimmed = clue.text.trim_start();
    // Sources that never came: the folder is there and empty.
    if trimmed.starts_with("can't load package: package ")
        && (trimmed.contains(": no Go files in ") || trimmed.contains(": no buildable Go source files in "))
    {
        return Some(Verdict::unsure(84));
    }
    // A command of the step misses a file that the context was to bring.
    if let Some(subject) = missing_file(trimmed) {
        return Some(Verdict::unsure(70).about(subject));
    }
    let copies = clue.scene.instruction.starts_with("COPY ") || clue.scene.instruction.starts_with("ADD ");
    let text = clue.own_text();
    if copies
        && (text.contains("no such file or directory") || text.ends_with("not found"))
        && !text.contains("://")
        && !text.contains("docker.io/")
    {
        return Some(Verdict::sure(85));
    }
    None
}

/// `cp: cannot stat 'id_rsa': No such file or directory` and its like.
fn missing_file(text: &str) -> Option<&str> {
    let head = text.strip_suffix(": No such file or directory")?;
    for command in [
        "cp: cannot stat ",
        "mv: cannot stat ",
        "chmod: cannot access ",
        "chmod: ",
        "rm: can't remove ",
        "cat: ",
        "cp: can't stat ",
        "mv: can't rename ",
        "tar: ",
        "install: cannot stat ",
        "/bin/bash: ",
        "bash: ",
        "sed: can't read ",
        "upx: ",
        "strip: ",
    ] {
        if let Some(file) = head.strip_prefix(command) {
            return Some(file.rsplit(": ").next().unwrap_or(file).trim_matches(['\'', '"', '‘', '’']));
        }
    }
    None
}
