//! Private modules: whether the Dockerfile says that they are private, and whether credentials reach the step.

use dockerfile::edit::Edit;
use dockerfile::{Keyword, Mount};
use finding::{Evidence, Location, Words};
use gomod::modfile::{GoMod, Mode};
use gomod::pattern;

use super::gover::go_mod;
use crate::case::Case;
use crate::mend::remedy::then;
use crate::mend::{facts as log, names, words};
use crate::project::tree::below;
use crate::project::{Confirmation, Facts};

/// The module of the message, and its line in `go.mod`.
fn required(case: &Case<'_>, facts: &Facts<'_>) -> Option<(String, (Evidence, Location))> {
    let module = names::module(case)?;
    let module = module.split('@').next()?.to_owned();
    let (path, text) = go_mod(facts)?;
    let file = GoMod::parse_partial(&text, Mode::Main).0;
    let line =
        file.require.iter().find(|r| r.module.path == module || below(&module, &r.module.path).is_some())?;
    let mark = facts.mark(&path, &text, file.span(line.line), Words::fixed("required here", "在此要求"));
    Some((line.module.path.clone(), mark))
}

/// The step hears of GOPRIVATE in a way that names no value here.
fn told_elsewhere(facts: &Facts<'_>) -> bool {
    ["GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GONOSUMCHECK"].iter().any(|name| {
        facts.scope().value(name).is_some_and(|v| v.text.is_none())
            || facts.before().into_iter().chain([facts.at]).any(|at| facts.run_text(at).contains(name))
    })
}

/// `goprivate-missing`: the Dockerfile does not say that the module is private.
pub(crate) fn goprivate(case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let (module, mark) = required(case, facts)?;
    if told_elsewhere(facts) {
        return None;
    }
    let set = ["GOPRIVATE", "GONOSUMDB"].iter().find_map(|n| facts.setting(n));
    if let Some(set) = &set
        && pattern::matches(set.text, &module)
    {
        let name = &set.name;
        let proof = words!("{name} in the Dockerfile already covers it", "Dockerfile 中的 {name} 已经包含它");
        return Some(
            Confirmation::refuted(proof).at(facts.here(set.span, Words::fixed("set here", "在此设置"))),
        );
    }
    let wanted = names::private_pattern(&module);
    let title = words!("say that it is private", "声明它是私有模块");
    let (proof, fix, place) = match &set {
        Some(set) => {
            let name = &set.name;
            let place = facts.here(set.span, Words::fixed("does not cover it", "不包含它"));
            (
                words!(
                    "{name} in the Dockerfile does not cover {module}",
                    "Dockerfile 中的 {name} 不包含 {module}"
                ),
                (set.span.len() == name.len() + 1 + set.text.len())
                    .then(|| facts.edit(title, &[Edit::insert(set.span.end, format!(",{wanted}"))]))
                    .flatten(),
                Some(place),
            )
        }
        None => (
            words!(
                "go.mod requires {module}, and the Dockerfile sets no GOPRIVATE",
                "go.mod 要求 {module}，而 Dockerfile 没有设置 GOPRIVATE"
            ),
            facts.edit(title, &[facts.line_before(facts.at, &format!("ENV GOPRIVATE={wanted}"))]),
            None,
        ),
    };
    let found = Confirmation::verified(proof);
    let found = match place {
        Some(place) => found.at(place).and(Some(mark)),
        None => found.at(mark),
    };
    Some(found.mend(fix))
}

/// `auth-private-module`: nothing brings credentials into the step.
pub(crate) fn private_module(case: &Case<'_>, facts: &Facts<'_>) -> Option<Confirmation> {
    let instruction = facts.instruction();
    if instruction.keyword != Keyword::Run {
        return None;
    }
    let mounted = instruction.flags_named("mount").any(|f| match Mount::parse(f.value()) {
        Ok(mount) => mount.kind == "secret" || mount.kind == "ssh",
        Err(_) => true,
    });
    let marks = [
        ".netrc",
        "insteadOf",
        "GOAUTH",
        "id_rsa",
        "id_ed25519",
        ".ssh",
        ".git-credentials",
        "extraheader",
        "TOKEN",
    ];
    let brought = facts.before().into_iter().chain([facts.at]).any(|at| {
        let text = facts.file().slice(facts.get(at).span);
        marks.iter().any(|m| text.contains(m))
    });
    if mounted || brought {
        return None;
    }
    let (module, mark) = required(case, facts)?;
    let proof = words!(
        "go.mod requires {module}, and neither a secret nor an SSH key is mounted into this step",
        "go.mod 要求 {module}，而此步骤没有挂载任何密钥或 SSH 代理"
    );
    let place = facts.here(instruction.keyword_span, Words::fixed("without credentials", "没有凭据"));
    let title = words!(
        "mount your .netrc as a secret: it stays out of the image",
        "以 secret 方式挂载 .netrc，不会留在镜像中"
    );
    let edit =
        Edit::insert(instruction.keyword_span.end, " --mount=type=secret,id=netrc,target=/root/.netrc");
    let fix = facts
        .edit(title, &[edit])
        .map(|fix| then(fix, log::build_command(case, "--secret id=netrc,src=$HOME/.netrc")));
    Some(Confirmation::verified(proof).at(mark).and(Some(place)).mend(fix))
}
