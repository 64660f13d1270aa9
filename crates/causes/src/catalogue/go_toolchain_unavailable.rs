//! `go-toolchain-unavailable`: the Go toolchain that should be downloaded cannot be had.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{run, safe};
use crate::mend::{gover, names, network, words};
use crate::net;
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "go-toolchain-unavailable",
    severity: Severity::Error,
    title: Words::fixed(
        "the Go toolchain that should be downloaded cannot be had",
        "需要下载的 Go 工具链无法获得",
    ),
    explanation: Words::fixed(
        "go.mod asks for a newer Go and Go tried to get it (GOTOOLCHAIN=auto), but the toolchain is not \
         to be had: the proxy does not pass on golang.org/toolchain, the version does not exist (a \
         `toolchain` line needs three numbers, like go1.22.0), GOTOOLCHAIN names a version that is not in \
         PATH, or the checksum database is off and Go refuses unchecked toolchains.",
        "go.mod 要求更高版本的 Go，Go 尝试自动获取（GOTOOLCHAIN=auto），但拿不到工具链：代理不提供 \
         golang.org/toolchain、该版本不存在（`toolchain` 行必须写三段版本号，如 go1.22.0）、GOTOOLCHAIN 指\
         定的版本不在 PATH 中，或关闭了校验和数据库，而 Go 拒绝未经校验的工具链。",
    ),
    pitfall: Some(Words::fixed(
        "The toolchain is a program that will compile everything you ship: do not get around its \
         checksum. An image that already has the right Go needs no download at all.",
        "工具链会编译你发布的所有代码，不要绕过它的校验。使用已经带有正确 Go 版本的镜像，就完全不需要下载。",
    )),
    references: &["https://go.dev/doc/toolchain", "https://go.dev/dl/", "https://golang.google.cn/dl/"],
    signs: &[
        sign(95, "go: download go{} for {}: toolchain not available"),
        sign(95, "toolchain not available"),
        sign(94, "cannot find \"go{}\" in PATH"),
        sign(94, "invalid toolchain:"),
        sign(94, "invalid GOTOOLCHAIN"),
        sign(94, "invalid toolchain \"{}\""),
        sign(88, "go{}: not downloaded. Run 'go{} download'"),
    ],
    judge: Some(Judge { fault: true, words: &["download go1", "golang.org/toolchain"], decide: judge }),
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn version(case: &Case<'_>) -> Option<String> {
    let patterns = [
        ("go: download go{} for", 0),
        ("go: download go{}: ", 0),
        ("cannot find \"go{}\" in PATH", 0),
        ("invalid toolchain: go{} is", 0),
        ("toolchain@v0.0.1-go{}.linux", 0),
        ("invalid toolchain \"go{}\"", 0),
    ];
    names::hole(case, &patterns).filter(|v| v.starts_with(|c: char| c.is_ascii_digit()))
}

fn headline(case: &Case<'_>) -> Words {
    match version(case) {
        Some(v) if case.text.contains("not a toolchain version") => words!(
            "go{v} is a language version, not a toolchain (write go{v}.0)",
            "go{v} 是语言版本而不是工具链版本（应写 go{v}.0）"
        ),
        Some(v) if case.text.contains("GOSUMDB=off") => words!(
            "the toolchain go{v} cannot be checked, because GOSUMDB is off",
            "GOSUMDB 已关闭，无法校验工具链 go{v}"
        ),
        Some(v) => words!("the Go toolchain go{v} cannot be had here", "无法获得 Go 工具链 go{v}"),
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let version = version(case);
    let mut fixes = Vec::new();
    if let Some(v) = version.as_deref().filter(|_| case.text.contains("not a toolchain version")) {
        fixes.push(run(
            words!("name a whole version", "写完整的版本号"),
            format!("go mod edit -toolchain=go{v}.0"),
        ));
        return fixes;
    }
    fixes.push(gover::newer_image(case, version.as_deref().and_then(crate::mend::facts::minor)));
    if case.text.contains("GOSUMDB=off") {
        fixes.push(network::set_go_env(
            case,
            words!("let Go check what it downloads", "恢复校验和数据库"),
            "GOSUMDB",
            "sum.golang.org",
        ));
    } else if let Some(host) =
        names::host(case).filter(|h| network::mirrors(case).is_empty() && h.contains('.'))
    {
        fixes.push(crate::mend::remedy::advise(words!(
            "or let {host} pass on golang.org/toolchain",
            "或让 {host} 转发 golang.org/toolchain"
        )));
    } else if !case.text.contains("in PATH") {
        fixes.push(network::module_mirror(case));
    }
    let shown = version.unwrap_or_else(|| "<version>".to_owned());
    fixes.push(safe(run(
        words!("see whether this version exists", "确认该版本是否存在"),
        format!("curl -sSI https://golang.google.cn/dl/go{shown}.linux-amd64.tar.gz"),
    )));
    fixes
}

fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    if let Some(verdict) = net::blames("go-toolchain-unavailable", clue) {
        return Some(verdict);
    }
    let text = clue.own_text().trim_start();
    // A toolchain that does not arrive because the network fails is the network's case first.
    let about_toolchain = text.starts_with("go: download go1") || text.contains("golang.org/toolchain@");
    (about_toolchain && !text.starts_with("go: downloading"))
        .then(|| Verdict::sure(if clue.fault().is_some() { 86 } else { 90 }))
}
