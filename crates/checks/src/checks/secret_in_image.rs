use finding::{Severity, Words};

use super::common::{none, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::secrets::{is_secret_name, is_token};
use crate::unit::Unit;
use dockerfile::{Args, Keyword};

/// A secret stays in the image or its history.
pub(super) static CHECK: Check = Check {
    id: "secret-in-image",
    summary: Words::fixed("A secret stays in the image or its history", "机密信息会留在镜像或其历史中"),
    persona: Persona::Regular,
    aliases: &["SecretsUsedInArgOrEnv", "DL3064"],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    for (at, instruction) in unit.instructions() {
        match (&instruction.keyword, &instruction.args) {
            (Keyword::Env, Args::Pairs(pairs)) => {
                for pair in pairs {
                    let value = pair.value.text.trim_matches(['"', '\'']);
                    if (is_secret_name(&pair.key.text) && !value.is_empty() && !placeholder(value)) || is_token(value) {
                        report(unit, out, at, pair.key.span, &pair.key.text, "ENV");
                    }
                }
            }
            (Keyword::Arg, Args::Arg(decls)) => {
                for decl in decls {
                    let value = decl.default.as_ref().map_or("", |d| d.text.trim_matches(['"', '\'']));
                    if is_secret_name(&decl.name.text) || is_token(value) {
                        report(unit, out, at, decl.name.span, &decl.name.text, "ARG");
                    }
                }
            }
            (Keyword::Copy | Keyword::Add, Args::Copy(copy)) if instruction.flag("from").is_none() => {
                for word in &copy.sources {
                    let base = crate::paths::base(word.text.trim_end_matches('/'));
                    let secret = matches!(base, ".netrc" | "id_rsa" | "id_ed25519" | ".git-credentials" | ".ssh" | ".npmrc" | "_netrc") || (base == ".env" && unit.context().sends(&crate::paths::in_context(&word.text)));
                    if secret {
                        let title = words!("{base} is copied into the image", "{base} 被复制进镜像");
                        let why = Words::fixed("Whoever has the image or its cache has the file, even if a later step deletes it. Mount it as a secret for the step that needs it.", "任何拿到镜像或其缓存的人都能得到该文件，即使后续步骤删除了它。请在需要它的步骤中以 secret 方式挂载。");
                        out.push(Draft::new(&CHECK, Severity::Warning, title, why).at(&unit.path, word.span, none()).on(at).subject(base));
                    }
                }
            }
            _ => {}
        }
        let Some(script) = &unit.scripts[at] else { continue };
        for command in &script.commands {
            for word in &command.words {
                let Some((_, rest)) = word.raw.split_once("://") else { continue };
                let authority = rest.split('/').next().unwrap_or("");
                let Some((user, _)) = authority.rsplit_once('@') else { continue };
                let password = user.split_once(':').map_or("", |(_, p)| p);
                if (!password.is_empty() && !password.contains(['$', '{'])) || is_token(user) {
                    let title = Words::fixed("A password stands in a URL", "URL 中写有密码");
                    let why = Words::fixed("The text of every step is kept in the image's history.", "每个步骤的文本都会保留在镜像历史中。");
                    out.push(Draft::new(&CHECK, Severity::Warning, title, why).at(&unit.path, script.word_span(word), none()).on(at));
                }
            }
        }
    }
}

fn placeholder(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    value.starts_with('$') || matches!(lower.as_str(), "changeme" | "xxx" | "***" | "none" | "null" | "false" | "true" | "\"\"")
}

fn report(unit: &Unit<'_>, out: &mut Sink, at: usize, span: dockerfile::Span, name: &str, keyword: &str) {
    let title = words!("{keyword} {name} puts a secret into the image's history", "{keyword} {name} 会把机密写入镜像历史");
    let why = words!("Its value can be read with `docker history` and stays in the build cache. Mount it for the step that needs it: `RUN --mount=type=secret,id={}`.", "其值可以用 `docker history` 读出，并留在构建缓存中。请在需要它的步骤中挂载：`RUN --mount=type=secret,id={}`。", name.to_lowercase());
    out.push(
        Draft::new(&CHECK, Severity::Warning, title, why)
            .at(&unit.path, span, none())
            .on(at)
            .subject(name)
            .command(Words::fixed("Hand it over as a secret", "以 secret 方式传入"), format!("docker build --secret id={},env={name} .", name.to_lowercase())),
    );
}
