//! `docker-arg-scope`: an ARG is empty where it is used.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{edit, run, safe, then};
use crate::mend::{edits, facts, names, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "docker-arg-scope",
    severity: Severity::Error,
    title: Words::fixed("an ARG is empty where it is used", "ARG 在使用处为空"),
    explanation: Words::fixed(
        "A variable is empty where it is used. An ARG lives from its line to the end of its stage: one \
         before the first FROM is seen by FROM lines only, each stage must name it again, and a build \
         argument without an ARG line is ignored. TARGETARCH and its kin need an ARG line too, and are \
         empty in the classic builder.",
        "变量在使用处为空。ARG 从声明处起、到所在阶段结束为止有效：写在第一个 FROM 之前的只对 FROM 行可见，\
         每个阶段要重新声明；没有 ARG 声明的构建参数会被忽略。TARGETARCH 等平台参数同样需要 ARG 声明，并且\
         在传统构建器中为空。",
    ),
    pitfall: Some(Words::fixed(
        "A default for a secret (`ARG TOKEN=...`) or a `--build-arg TOKEN=` is kept in the image's \
         history; secrets go through `--secret`.",
        "给密钥写默认值（`ARG TOKEN=...`）或用 `--build-arg TOKEN=` 传入，都会留在镜像历史中；密钥应通过 \
         `--secret` 传递。",
    )),
    references: &[
        "https://docs.docker.com/reference/dockerfile/#scope",
        "https://docs.docker.com/build/building/variables/",
    ],
    signs: &[
        sign(92, "base name ({}) should not be blank"),
        sign(90, "failed to parse stage name \"{}\": invalid reference format"),
        sign(88, "invalid reference format"),
        sign(86, "link: -X flag requires argument of the form"),
    ],
    judge: Some(Judge {
        fault: false,
        words: &[
            "is empty",
            "must be set",
            "not set",
            "is required",
            "is unset",
            "unbound variable",
            "is missing",
            "is undefined",
            "missing URL",
            "version must not be empty",
            "directory layout",
            "stat /bin/sh",
            "cmd//",
            "no Go files",
            "is a directory",
            "returned error: 404",
            "ERROR 404",
        ],
        decide: judge,
    }),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::stage::arg_scope),
    fixes,
};

/// The first variable of the failing instruction, or of its FROM line.
fn variable(case: &Case<'_>) -> Option<String> {
    let from = facts::from_line(case);
    let texts = [Some(case.text), Some(case.instruction), from.as_deref()];
    texts.into_iter().flatten().find_map(|text| {
        text.split('$').skip(1).find_map(|rest| {
            let rest = rest.trim_start_matches('{');
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
            names::plain(&rest[..end])
                .filter(|n| {
                    !matches!(*n, "PATH" | "HOME" | "GOPATH" | "PWD" | "BUILDPLATFORM" | "TARGETPLATFORM")
                })
                .map(str::to_owned)
        })
    })
}

fn headline(case: &Case<'_>) -> Words {
    match variable(case) {
        Some(name) => words!("{name} is empty where it is used", "{name} 在使用处为空"),
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let name = variable(case).unwrap_or_else(|| "<NAME>".to_owned());
    let in_from = case.instruction.starts_with("FROM ")
        || case.text.contains("base name")
        || case.text.contains("parse stage name");
    if in_from {
        let from = edits::whole(case)
            .filter(|l| l.starts_with("FROM "))
            .or_else(|| facts::from_line(case))
            .unwrap_or_else(|| format!("FROM <image>:${{{name}}}"));
        return vec![
            edit(
                words!(
                    "declare it before the first FROM, with a default",
                    "在第一个 FROM 之前声明并给出默认值"
                ),
                format!("+ARG {name}=<default>\n {from}"),
            ),
            safe(run(
                words!("or pass it (Compose: build.args)", "或在构建时传入（Compose：build.args）"),
                facts::build_command(case, &format!("--build-arg {name}=<value>")),
            )),
        ];
    }
    if ["TARGETOS", "TARGETARCH", "TARGETVARIANT", "BUILDOS", "BUILDARCH", "BUILDVARIANT"]
        .contains(&name.as_str())
    {
        return vec![then(
            edit(
                words!(
                    "declare it in this stage, above its use: BuildKit fills it in",
                    "在当前阶段、使用之前声明，BuildKit 会自动赋值"
                ),
                edits::above(case, &[&format!("ARG {name}")]),
            ),
            "DOCKER_BUILDKIT=1 docker build .",
        )];
    }
    vec![
        then(
            edit(
                words!("declare it in this stage, above its use", "在当前阶段、使用之前声明"),
                edits::above(case, &[&format!("ARG {name}")]),
            ),
            facts::build_command(case, &format!("--build-arg {name}=<value>")),
        ),
        edit(
            words!("and stop early when it is empty", "并在为空时立即报错"),
            edits::replace(case, &format!("${{{name}}}"), &format!("${{{name}:?}}"))
                .or_else(|| edits::replace(case, &format!("${name}"), &format!("${{{name}:?}}")))
                .unwrap_or_else(|| format!("+RUN : \"${{{name}:?}}\"")),
        ),
    ]
}

/// What an empty variable leaves behind: `./cmd/`, `go1.22.linux-.tar.gz`, a base image without a shell.
fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    let text = clue.text;
    let from_variable = clue.scene.build.steps.iter().any(|s| {
        s.instruction.starts_with("FROM ") && (s.instruction.contains("${") || s.instruction.contains('$'))
    });
    if from_variable && text.contains("exec: \"/bin/sh\": stat /bin/sh: no such file or directory") {
        return Some(Verdict::unsure(92));
    }
    if from_variable && text.contains("stat /bin/sh: no such file or directory") {
        return Some(Verdict::unsure(92));
    }
    if let Some(name) = names_an_empty_variable(text, clue.scene.instruction) {
        return Some(Verdict::unsure(88).about(name));
    }
    if clue.scene.instruction.contains('$')
        && (text.trim_end().ends_with(" must be set")
            || text.contains("missing URL")
            || text.ends_with(": version must not be empty")
            || text.trim_start().starts_with("unexpected directory layout"))
    {
        return Some(Verdict::unsure(88));
    }
    // An address or a path that ends where the variable should have stood.
    let leads_nowhere = text.contains("returned error: 404")
        || text.contains("ERROR 404")
        || text.contains("no Go files in ");
    if leads_nowhere && let Some(name) = undeclared_variable(clue) {
        return Some(Verdict::unsure(89).about(name));
    }
    let uses_variable = clue.scene.instruction.contains('$');
    if uses_variable
        && (text.contains("cmd//")
            || text.contains("package ./cmd: no Go files")
            || text.contains("stat /: is a directory"))
    {
        return Some(Verdict::unsure(84));
    }
    None
}

/// `TARGET is empty`, `VERSION must be set`: the script's own words about a variable that its instruction uses.
fn names_an_empty_variable<'t>(text: &'t str, instruction: &str) -> Option<&'t str> {
    let text = text.trim();
    let tails = [
        " is empty",
        " must be set",
        " not set",
        " is not set",
        " is required",
        " is unset",
        ": parameter not set",
        ": unbound variable",
        ": parameter null or not set",
        " is missing",
        " is undefined",
    ];
    let head = tails.iter().find_map(|t| text.strip_suffix(t))?;
    let name = head.rsplit([' ', ':']).next()?.trim_matches(['$', '{', '}', '"', '\'']);
    let used = instruction.contains(&format!("${name}")) || instruction.contains(&format!("${{{name}"));
    (!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && used).then_some(name)
}

/// A variable of the instruction that is empty for sure: a platform argument of BuildKit's that the stage does not
/// declare, or one that is declared only in front of FROM.
fn undeclared_variable<'a>(clue: &Clue<'a>) -> Option<&'a str> {
    const PLATFORM: [&str; 8] = [
        "TARGETARCH",
        "TARGETOS",
        "TARGETPLATFORM",
        "TARGETVARIANT",
        "BUILDARCH",
        "BUILDOS",
        "BUILDPLATFORM",
        "BUILDVARIANT",
    ];
    let steps = &clue.scene.build.steps;
    let from = steps.iter().rposition(|s| s.keyword() == "FROM").unwrap_or(0);
    let declared = |name: &str, in_stage: bool| {
        steps.iter().enumerate().any(|(i, s)| {
            (i > from) == in_stage
                && matches!(s.keyword(), "ARG" | "ENV")
                && s.instruction.split_whitespace().skip(1).any(|w| w.split('=').next() == Some(name))
        })
    };
    let mut rest = clue.scene.instruction;
    while let Some(at) = rest.find('$') {
        rest = &rest[at + 1..];
        let name = rest.strip_prefix('{').unwrap_or(rest);
        let end =
            name.bytes().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_').count();
        let name = &name[..end];
        if end > 1 && !declared(name, true) && (PLATFORM.contains(&name) || declared(name, false)) {
            return Some(name);
        }
    }
    None
}
