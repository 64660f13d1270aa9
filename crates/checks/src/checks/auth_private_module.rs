use finding::{Severity, Words};

use super::common::{earlier, fetches, go_span, mounts, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::unit::{ModuleAt, Unit, Var};
use dockerfile::edit::Edit;
use dockerfile::{Args, Span};

/// A private module without credentials.
pub(super) static CHECK: Check = Check {
    id: "auth-private-module",
    summary: Words::fixed("A private module is fetched without credentials in the step", "步骤获取私有模块时没有凭据"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let mut seen = Vec::new();
    for go in &unit.go {
        if seen.contains(&go.stage) || !fetches(unit, go) || unit.has_tool(go.instruction, "git").no() {
            continue;
        }
        let ModuleAt::Found { gomod: Some(gomod), context_dir: Some(root), .. } = &go.module else { continue };
        let patterns = go.env.text("GOPRIVATE").unwrap_or_default();
        let private = gomod.require.iter().find(|r| {
            (gomod::pattern::matches(&patterns, &r.module.path) || internal(&r.module.path)) && gomod.replacement(&r.module).is_none()
        });
        let Some(private) = private else { continue };
        let credentials = mounts(unit, go.instruction).iter().any(|(m, _)| matches!(m.kind.as_str(), "secret" | "ssh"))
            || ["GOAUTH", "NETRC", "GIT_CONFIG_COUNT", "GIT_ASKPASS"].iter().any(|n| go.env.get(n) != Var::Unset)
            || earlier(unit, go.instruction, &|c| c.words.iter().chain(c.redirects.iter().map(|r| &r.target)).any(|w| w.raw.contains("insteadOf") || w.raw.contains("netrc") || w.raw.contains("git-credentials") || w.raw.contains("extraheader") || w.raw.contains("credential.helper")))
            || unit.file.instructions.iter().any(|i| matches!(&i.args, Args::Copy(c) if c.sources.iter().any(|s| [".netrc", ".ssh", "id_rsa", ".gitconfig", ".git-credentials"].iter().any(|n| s.text.contains(n)))));
        let cached = earlier(unit, go.instruction, &|c| c.is("go", "mod")) && go.args.sub != "mod download";
        if credentials || cached {
            continue;
        }
        seen.push(go.stage);
        let module = &private.module.path;
        let title = words!("{module} is private, and this step has no credentials for it", "{module} 是私有模块，而此步骤没有访问凭据");
        let why = Words::fixed("A build step sees neither your ssh agent nor your netrc; the host will ask for a name and go stops (`terminal prompts disabled`).", "构建步骤看不到你的 ssh agent 和 netrc；主机会要求登录，go 会停止（`terminal prompts disabled`）。");
        let span = gomod.span(private.line);
        let gomod_path = unit.context().in_project(&crate::paths::join(root, "go.mod"));
        let keyword = unit.file.instructions[go.instruction].keyword_span;
        let edit = Edit::insert(keyword.end, " --mount=type=secret,id=netrc,target=/root/.netrc");
        out.push(
            Draft::new(&CHECK, Severity::Warning, title, why)
                .at(&unit.path, go_span(unit, go), Words::fixed("fetched here", "此处获取"))
                .at(&gomod_path, Span::new(span.start, span.end), Words::fixed("required here", "此处要求"))
                .on(go.instruction)
                .likely()
                .subject(module.clone())
                .fix(Words::fixed("Mount a netrc as a secret (docker build --secret id=netrc,src=$HOME/.netrc .)", "以 secret 方式挂载 netrc（docker build --secret id=netrc,src=$HOME/.netrc .）"), false, &unit.path, vec![edit]),
        );
    }
}

/// Hosts that only exist inside a company.
fn internal(path: &str) -> bool {
    let host = path.split('/').next().unwrap_or(path);
    [".internal", ".corp", ".local", ".lan", ".intra", ".intranet"].iter().any(|s| host.ends_with(s))
}
