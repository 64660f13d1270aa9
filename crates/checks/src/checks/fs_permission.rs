use finding::{Words};

use super::common::{earlier, fetches, go_span, mounts, none, severity, words};
use crate::Persona;
use crate::draft::{Check, Draft, Sink};
use crate::paths;
use crate::unit::{GoUse, Unit, Var, is_root};
use dockerfile::edit::Edit;

/// The user of a step may not write where it must.
pub(super) static CHECK: Check = Check {
    id: "fs-permission",
    summary: Words::fixed("A step writes where its user may not", "步骤要写入其用户无权写入的位置"),
    persona: Persona::Regular,
    aliases: &[],
    run,
};

fn run(unit: &Unit<'_>, out: &mut Sink) {
    let mut seen = Vec::new();
    for go in &unit.go {
        let state = &unit.states[go.instruction];
        let Some(user) = state.user.clone().filter(|u| !u.is_empty()) else { continue };
        if is_root(Some(&user)) || !state.image.golang {
            continue;
        }
        cache_mounts(unit, out, go, &user, &mut seen);
        output(unit, out, go, &user, &mut seen);
        build_cache(unit, out, go, &user, &mut seen);
    }
}

type Seen = Vec<(usize, &'static str)>;

fn first(seen: &mut Seen, key: (usize, &'static str)) -> bool {
    if seen.contains(&key) {
        return false;
    }
    seen.push(key);
    true
}

/// A cache mount belongs to root unless it says otherwise.
fn cache_mounts(unit: &Unit<'_>, out: &mut Sink, go: &GoUse, user: &str, seen: &mut Seen) {
    let used = fetches(unit, go) || go.compiles();
    for (mount, span) in mounts(unit, go.instruction) {
        if mount.kind != "cache" || mount.uid.is_some_and(|u| u != 0) || mount.mode.is_some_and(|m| m & 0o002 != 0) || !used {
            continue;
        }
        let target = mount.target.clone().unwrap_or_default();
        if !(target.contains("pkg/mod") || target.contains("go-build")) || !first(seen, (go.instruction, "mount")) {
            continue;
        }
        let uid = user.split(':').next().unwrap_or(user);
        let numeric = uid.parse::<u32>().is_ok();
        let title = words!("The cache mount {target} belongs to root, the step runs as {user}", "缓存挂载 {target} 属于 root，而步骤以 {user} 运行");
        let why = Words::fixed("A new cache mount is made with uid 0 and mode 0755; go cannot write into it.", "新的缓存挂载以 uid 0、模式 0755 创建；go 无法写入。");
        let mut draft = Draft::new(&CHECK, severity(unit, go), title, why).at(&unit.path, span, none()).on(go.instruction);
        if numeric {
            draft = draft.fix(words!("Mount it as {uid}", "以 {uid} 挂载"), true, &unit.path, vec![Edit::insert(span.end, format!(",uid={uid}"))]);
        } else {
            draft = draft.advice(words!("Add `,uid=` with the number of {uid}", "添加 `,uid=` 以及 {uid} 的编号"));
        }
        out.push(draft);
    }
}

/// The output goes into a folder that root made.
fn output(unit: &Unit<'_>, out: &mut Sink, go: &GoUse, user: &str, seen: &mut Seen) {
    if go.args.sub != "build" {
        return;
    }
    let Some(cwd) = &go.cwd else { return };
    let path = match go.args.flag("o") {
        Some(word) => {
            let Some(text) = word.and_then(|w| w.expand(&|name| go.env.text(name))) else { return };
            paths::join(cwd, &text)
        }
        None if go.args.rest.len() <= 1 => paths::join(cwd, "x"),
        None => return,
    };
    let dir = paths::parent(&path);
    let state = &unit.states[go.instruction];
    let top = dir == "/" && path.starts_with('/');
    let chowned = unit.file.stages[go.stage].instructions.clone().any(|at| {
        unit.file.instructions[at].flag("chown").is_some() || unit.file.instructions[at].flag("chmod").is_some()
    });
    let roots = top || (state.root_dirs.contains(dir) && !chowned);
    if !roots || path.starts_with("/dev/") || path.starts_with("/tmp/") || !first(seen, (go.stage, "output")) {
        return;
    }
    let title = words!("`{dir}` belongs to root, and go writes into it as {user}", "`{dir}` 属于 root，而 go 以 {user} 身份写入");
    let why = Words::fixed("The folder was made before USER, with mode 0755.", "该目录在 USER 之前创建，模式为 0755。");
    out.push(
        Draft::new(&CHECK, severity(unit, go), title, why)
            .at(&unit.path, go_span(unit, go), Words::fixed("fails here", "在此失败"))
            .on(go.instruction)
            .likely()
            .advice(Words::fixed("Put USER above WORKDIR, or give the folder to the user when it is made", "将 USER 放在 WORKDIR 之前，或在创建目录时交给该用户")),
    );
}

/// A bare number as user has no home.
fn build_cache(unit: &Unit<'_>, out: &mut Sink, go: &GoUse, user: &str, seen: &mut Seen) {
    let number = user.split(':').next().unwrap_or(user);
    if !go.compiles() || number.parse::<u32>().is_err() {
        return;
    }
    let unset = |name: &str| go.env.get(name) == Var::Unset;
    let made = earlier(unit, go.instruction, &|c| matches!(c.effective().0, Some("adduser" | "useradd" | "chmod" | "chown")));
    if !unset("HOME") || !unset("GOCACHE") || !unset("XDG_CACHE_HOME") || made || number == "65534" || number == "1" || !first(seen, (go.stage, "home")) {
        return;
    }
    let title = words!("User {user} has no home, so go has no build cache", "用户 {user} 没有主目录，go 没有构建缓存");
    let why = Words::fixed("HOME is / for a number without an entry in /etc/passwd; go cannot make /.cache and stops.", "在 /etc/passwd 中没有条目的编号，其 HOME 为 /；go 无法创建 /.cache，因而停止。");
    let from = &unit.file.instructions[go.instruction];
    let edits = super::common::before(unit, from, "ENV GOCACHE=/tmp/go-build\n");
    out.push(
        Draft::new(&CHECK, severity(unit, go), title, why)
            .at(&unit.path, go_span(unit, go), Words::fixed("fails here", "在此失败"))
            .on(go.instruction)
            .fix(Words::fixed("Put the build cache where everybody may write", "将构建缓存放到人人可写的位置"), true, &unit.path, edits),
    );
}
