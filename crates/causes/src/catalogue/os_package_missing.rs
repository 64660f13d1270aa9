//! `os-package-missing`: apt, apk or yum cannot find or fetch a package.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{edit, run, safe};
use crate::mend::{edits, facts, names, network, words};
use crate::net;
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "os-package-missing",
    severity: Severity::Error,
    title: Words::fixed(
        "apt, apk or yum cannot find or fetch a package",
        "apt、apk 或 yum 找不到或无法获取软件包",
    ),
    explanation: Words::fixed(
        "apt, apk or dnf cannot find or fetch a package. The package index was never loaded in this layer \
         (`apt-get install` without `apt-get update`, or an update that came from the cache while the \
         mirror moved on), the name differs in this distribution, a pinned version is gone, or the \
         release is at the end of its life and its mirror is empty. If the lines above speak of the \
         network, that is the cause.",
        "apt、apk 或 dnf 找不到或无法获取软件包。可能是这一层没有加载软件源索引（`apt-get install` 前没有 \
         `apt-get update`，或 update 命中了缓存而镜像站已更新）、包名在该发行版中不同、固定的版本已下架，\
         或该发行版已停止维护、软件源被清空。如果前面几行提到网络错误，那才是原因。",
    ),
    pitfall: Some(Words::fixed(
        "`--allow-unauthenticated`, `--allow-untrusted` and `[trusted=yes]` install whatever the mirror \
         sends. A `not signed` or `NO_PUBKEY` message wants the right key or a newer base image.",
        "`--allow-unauthenticated`、`--allow-untrusted` 和 `[trusted=yes]` 会安装镜像站发来的任何内容。遇\
         到 `not signed` 或 `NO_PUBKEY`，应当补上正确的密钥或换用更新的基础镜像。",
    )),
    references: &[
        "https://docs.docker.com/build/building/best-practices/",
        "https://wiki.debian.org/DebianReleases",
        "https://pkgs.alpinelinux.org/packages",
    ],
    signs: &[
        sign(88, "E: Unable to locate package {}"),
        sign(88, "E: Package '{}' has no installation candidate"),
        sign(88, "E: Couldn't find any package by "),
        sign(86, "E: Version '{}' for '{}' was not found"),
        sign(86, "unable to select packages:"),
        sign(86, "ERROR: unsatisfiable constraints:"),
        sign(84, "{} (missing):"),
        sign(84, "{} (no such package):"),
        sign(84, "E: The repository '{}' does not have a Release file"),
        sign(84, "E: The repository '{}' no longer has a Release file"),
        sign(84, "E: The repository '{}' is not signed"),
        sign(84, "E: Failed to fetch {}  404"),
        sign(82, "E: Failed to fetch {}"),
        sign(82, "E: Unable to fetch some archives"),
        sign(80, "E: Some index files failed to download"),
        sign(80, "E: Unmet dependencies"),
        sign(82, "The following packages have unmet dependencies"),
        sign(80, "E: Unable to correct problems, you have held broken packages"),
        sign(84, "E: Sub-process /usr/bin/dpkg returned an error code"),
        sign(82, "dpkg: error processing"),
        sign(82, "No package {} available"),
        sign(84, "Error: Unable to find a match: {}"),
        sign(82, "Error: Nothing to do"),
        sign(82, "Cannot find a valid baseurl for repo"),
        sign(84, "Error: Failed to download metadata for repo"),
        sign(84, "error: target not found: {}"),
        sign(84, "is not available, but is referred to by another package"),
        sign(84, "ERROR: {}: UNTRUSTED signature"),
        sign(84, "UNTRUSTED signature"),
        sign(84, "BAD signature"),
        sign(84, "NO_PUBKEY {}"),
        sign(84, "Hash Sum mismatch"),
        sign(82, "ERROR: {}: package mentioned in index not found"),
        sign(84, "package mentioned in index not found (try 'apk update')"),
        sign(84, "breaks: world["),
        sign(82, "No match for argument: {}"),
        sign(82, "Package '{}' not found."),
        sign(82, "nothing provides"),
        sign(82, "No provider of '{}' found"),
        sign(80, "E: Essential packages were removed"),
        sign(80, "E: There were unauthenticated packages"),
        sign(80, "E: Release file for {} is expired"),
        sign(78, "{} error; {} distinct packages available"),
        sign(78, "E: Unable to parse package file"),
        sign(80, "E: Conflicting values set for option Signed-By"),
        sign(80, "E: Malformed entry"),
        sign(80, "error: failed to commit transaction"),
        sign(84, "error: No package matches '{}'"),
        sign(84, "No packages matched"),
        sign(82, "No candidate version found"),
        sign(82, "trying to overwrite {} owned by"),
        sign(80, "Error getting repository data for {}, repository not found"),
        sign(80, "Errors were encountered while processing:"),
        sign(80, "This repository does not have any builds yet"),
        sign(80, "Cannot retrieve metalink for repository"),
        sign(80, "Valid metadata not found at specified URL"),
        sign(80, "GPG Keys are configured as"),
        sign(80, "Public key for {} is not installed"),
    ],
    judge: Some(Judge { fault: true, words: &["E: "], decide: judge }),
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn package(case: &Case<'_>) -> Option<String> {
    let found = names::hole(
        case,
        &[
            ("Unable to locate package {}", 0),
            ("E: Package '{}' has no", 0),
            ("for '{}' was not found", 0),
            ("No package {} available", 0),
            ("Unable to find a match: {}", 0),
            ("No match for argument: {}", 0),
            ("target not found: {}", 0),
        ],
    );
    let missing = |t: &str| {
        let t = t.trim();
        let head = t.strip_suffix("(no such package):").or_else(|| t.strip_suffix("(missing):"))?;
        names::plain(head).map(str::to_owned)
    };
    let pinned = |t: &str| {
        crate::sign::find("world[{}]", t).and_then(|f| {
            names::plain(&f.holes[0].replace(['=', '<', '>'], "@"))
                .map(|p| p.split('@').next().unwrap_or(p).to_owned())
        })
    };
    found
        .or_else(|| missing(case.text))
        .or_else(|| pinned(case.text))
        .or_else(|| names::nearby(case, pinned))
        .or_else(|| names::nearby(case, missing))
        .or_else(|| {
            case.subjects
                .iter()
                .find(|s| s.len() > 1 && !s.contains(['/', ' ', ':']) && names::plain(s).is_some())
                .cloned()
        })
}

/// A Debian release whose packages moved to the archive.
fn retired(case: &Case<'_>) -> Option<&'static str> {
    let gone = |t: &str| t.contains("404") || t.contains("index files failed") || t.contains("Release file");
    if !gone(case.text) && !facts::lines(case).any(|l| gone(l) && l.contains("debian")) {
        return None;
    }
    let image = facts::base(case).map(|i| i.reference()).unwrap_or_default();
    ["wheezy", "jessie", "stretch", "buster"].into_iter().find(|r| case.text.contains(r) || image.contains(r))
}

fn headline(case: &Case<'_>) -> Words {
    if let Some(release) = retired(case) {
        return words!(
            "Debian {release} is at the end of its life, and its mirror is empty",
            "Debian {release} 已停止维护，其软件源已被清空"
        );
    }
    if case.text.contains("signed") || case.text.contains("NO_PUBKEY") || case.text.contains("UNTRUSTED") {
        return words!(
            "the package index is not signed by a key that the image knows",
            "软件源索引没有由镜像信任的密钥签名"
        );
    }
    if case.text.contains("index files failed")
        || case.text.contains("metadata")
        || case.text.contains("baseurl")
    {
        return words!("the package index cannot be fetched", "无法获取软件源索引");
    }
    if case.text.contains("Release file") {
        return words!(
            "a package repository is gone or not there for this release",
            "某个软件源已失效，或不支持当前发行版"
        );
    }
    match package(case) {
        Some(package) => {
            words!("the package {package} cannot be found or fetched", "找不到或无法获取软件包 {package}")
        }
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let mut fixes = Vec::new();
    let distro = facts::distro(case);
    if let Some(release) = retired(case) {
        fixes.push(edit(
            words!("take a base image that still gets packages", "换用仍在维护的基础镜像"),
            facts::base(case).filter(|i| i.is_golang()).map_or_else(
                || format!("-FROM <image>:{release}\n+FROM <image>:bookworm"),
                |i| format!("-FROM {}\n+FROM {}:<newer-version>-bookworm", i.reference(), i.name),
            ),
        ));
        fixes.push(edit(
            words!("or take the packages from Debian's archive (no more security fixes)", "或改用 Debian 归档源（不再有安全更新）"),
            edits::above(case, &["RUN sed -i -e 's/deb.debian.org/archive.debian.org/g' -e 's/security.debian.org/archive.debian.org/g' -e '/-updates/d' /etc/apt/sources.list"]),
        ));
        return fixes;
    }
    let package = package(case).unwrap_or_else(|| "<package>".to_owned());
    if (distro == facts::Distro::Debian || case.text.starts_with("E: "))
        && !case.instruction.contains("apt-get update")
        && !case.instruction.contains("apt update")
    {
        let diff = edits::replace(case, "apt-get install", "apt-get update && apt-get install")
            .or_else(|| edits::replace(case, "apt install", "apt-get update && apt-get install"));
        fixes.push(edit(
            words!("load the package index in the same step", "在同一步中更新软件源索引"),
            diff.unwrap_or_else(|| format!("-RUN apt-get install -y {package}\n+RUN apt-get update && apt-get install -y --no-install-recommends {package}")),
        ));
    }
    let pin = case.instruction.split_whitespace().find(|w| {
        w.contains('=')
            && !w.starts_with('-')
            && !w.contains('$')
            && names::plain(&w.replace('=', "")).is_some()
            && w.split('=').next() == Some(package.split('=').next().unwrap_or(""))
    });
    if let Some(word) = pin
        && let Some(diff) = edits::replace(case, word, word.split('=').next().unwrap_or(word))
    {
        fixes.push(edit(
            words!(
                "the pinned version is gone: let the distribution's release choose",
                "固定的版本已下架：由发行版决定版本"
            ),
            diff,
        ));
    }
    let search = match distro {
        facts::Distro::Alpine => format!("docker run --rm alpine sh -c 'apk update && apk search {package}'"),
        _ => format!("docker run --rm debian sh -c 'apt-get update && apt-cache search {package}'"),
    };
    fixes.push(safe(run(
        words!("look for the name it has in this distribution", "查找它在该发行版中的名字"),
        search,
    )));
    if distro != facts::Distro::RedHat {
        fixes.push(safe(run(
            words!(
                "or the layer with the old index is cached: build it anew",
                "或旧索引所在的层命中了缓存：重新构建"
            ),
            facts::build_command(case, "--no-cache --pull"),
        )));
    }
    fixes.extend(
        network::mirrors(case).into_iter().filter(|_| network::goal(case) == network::Goal::Packages),
    );
    fixes.truncate(4);
    fixes
}

fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    if let Some(verdict) = net::blames("os-package-missing", clue) {
        return Some(verdict);
    }
    let text = clue.text.trim_start();
    // apt names what it could not get; when the network is why, the network's own cause is stronger.
    (text.starts_with("E: ") && clue.fault().is_none()).then(|| Verdict::sure(76))
}
