//! Facts of a build that remedies depend on: base image, distribution, Go version, who built it.

use buildlog::{Build, Dialect, Step, StepState};

use crate::case::Case;

/// The family of a Linux image, as far as its package manager goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Distro {
    /// apk.
    Alpine,
    /// apt.
    Debian,
    /// dnf, yum or microdnf.
    RedHat,
    /// The log does not tell.
    Unknown,
}

/// An image reference without registry defaults and digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Image {
    /// `golang`, `registry.example/team/base`.
    pub(crate) name: String,
    /// `1.22-alpine`; empty when none is given.
    pub(crate) tag: String,
}

impl Image {
    /// Parses what stands behind `FROM`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let reference = text.split_whitespace().find(|w| !w.starts_with("--"))?;
        let reference = reference.split('@').next().unwrap_or(reference);
        let reference = reference.strip_prefix("docker.io/").unwrap_or(reference);
        let reference = reference.strip_prefix("library/").unwrap_or(reference);
        let slash = reference.rfind('/').map_or(0, |i| i + 1);
        let (name, tag) = match reference[slash..].split_once(':') {
            Some((last, tag)) => (format!("{}{last}", &reference[..slash]), tag.to_owned()),
            None => (reference.to_owned(), String::new()),
        };
        (!name.is_empty()).then_some(Self { name, tag })
    }

    /// As one writes it in a Dockerfile.
    pub(crate) fn reference(&self) -> String {
        if self.tag.is_empty() { self.name.clone() } else { format!("{}:{}", self.name, self.tag) }
    }

    /// The official Go image, or a mirror of it.
    pub(crate) fn is_golang(&self) -> bool {
        self.name == "golang" || self.name.ends_with("/golang")
    }

    /// Minor version of Go 1 in the tag of a Go image: 22 of `golang:1.22.3-alpine`.
    pub(crate) fn go_minor(&self) -> Option<u32> {
        if !self.is_golang() {
            return None;
        }
        minor(&self.tag)
    }
}

/// 22 of `1.22`, `1.22.3`, `1.22rc1`, `go1.22-alpine`.
pub(crate) fn minor(version: &str) -> Option<u32> {
    let rest = version.trim_start_matches("go").strip_prefix("1.")?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

/// The step that failed, or was left unfinished.
pub(crate) fn failing(build: &Build) -> Option<(usize, &Step)> {
    match build.failed {
        Some(i) => build.steps.get(i).map(|s| (i, s)),
        None => build
            .steps
            .iter()
            .enumerate()
            .rev()
            .find(|(_, s)| s.state == StepState::Unfinished && !s.internal),
    }
}

/// Some builder ran the failing command: fixes speak of the Dockerfile.
pub(crate) fn in_docker(case: &Case<'_>) -> bool {
    case.build.structured()
}

/// The `FROM` line of the failing stage, as printed.
pub(crate) fn from_line(case: &Case<'_>) -> Option<String> {
    let build = case.build;
    let is_from = |s: &&Step| s.keyword() == "FROM" && !s.instruction.contains('\n');
    let found = match failing(build) {
        Some((at, step)) if step.stage.is_some() => build
            .steps
            .iter()
            .find(|s| is_from(s) && s.stage == step.stage && s.target == step.target)
            .or_else(|| build.steps[..at].iter().rev().find(|s| is_from(s) && s.stage.is_none())),
        Some((at, _)) => build.steps[..=at].iter().rev().find(is_from),
        None => build.steps.iter().rev().find(is_from),
    };
    if let Some(step) = found {
        return Some(step.instruction.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    let snippet = build.snippet.as_ref();
    snippet
        .and_then(|s| {
            s.lines.iter().rev().filter(|l| l.0 <= s.line).find(|l| l.2.trim_start().starts_with("FROM "))
        })
        .map(|l| l.2.trim().to_owned())
        .or_else(|| only_pull(build).map(|image| format!("FROM {image}")))
}

/// The one image the build pulls, when it is one.
fn only_pull(build: &Build) -> Option<&str> {
    let mut images = build
        .steps
        .iter()
        .filter_map(|s| s.instruction.strip_prefix("load metadata for "))
        .filter(|i| !i.contains("docker/dockerfile"));
    let first = images.next()?;
    images.all(|other| other == first).then_some(first)
}

/// The image the failing stage starts from; a stage's name is followed to that stage's image.
pub(crate) fn base(case: &Case<'_>) -> Option<Image> {
    let mut line = from_line(case)?;
    for _ in 0..4 {
        let image = Image::parse(line.strip_prefix("FROM ")?)?;
        if !image.tag.is_empty() || image.name.contains('/') {
            return Some(image);
        }
        let named = |s: &&Step| {
            s.keyword() == "FROM"
                && (s.stage.as_deref() == Some(image.name.as_str())
                    || alias(&s.instruction).is_some_and(|a| a.eq_ignore_ascii_case(&image.name)))
        };
        match case.build.steps.iter().find(named) {
            Some(step) if step.instruction.trim() != line => line = step.instruction.trim().to_owned(),
            _ => return Some(image),
        }
    }
    None
}

/// `build` of `FROM golang:1.22 AS build`.
pub(crate) fn alias(from: &str) -> Option<&str> {
    let words: Vec<&str> = from.split_whitespace().collect();
    words.windows(2).find(|w| w[0].eq_ignore_ascii_case("as")).map(|w| w[1])
}

/// The family of the failing stage's image, by its name, by the package manager the build uses, or by its shell.
pub(crate) fn distro(case: &Case<'_>) -> Distro {
    if let Some(image) = base(case) {
        let last = image.name.rsplit('/').next().unwrap_or("");
        let has = |words: &[&str]| words.iter().any(|w| last.contains(w) || image.tag.contains(w));
        if has(&["alpine"]) {
            return Distro::Alpine;
        }
        if has(&["centos", "fedora", "ubi", "rocky", "alma", "amazonlinux", "oraclelinux", "redhat", "rhel"])
        {
            return Distro::RedHat;
        }
        let debian = [
            "debian",
            "ubuntu",
            "buildpack-deps",
            "trixie",
            "bookworm",
            "bullseye",
            "buster",
            "stretch",
            "jessie",
            "wheezy",
            "slim",
            "focal",
            "jammy",
            "noble",
            "bionic",
            "xenial",
        ];
        if has(&debian) || (image.is_golang() && !has(&["windows", "nanoserver"])) {
            return Distro::Debian;
        }
    }
    let texts = case.build.steps.iter().map(|s| s.instruction.as_str()).chain([case.instruction, case.text]);
    for text in texts {
        if text.contains("apk add") || text.contains("apk --") || text.contains("dl-cdn.alpinelinux.org") {
            return Distro::Alpine;
        }
        if text.contains("apt-get ") || text.contains("apt install") || text.contains("/bin/sh: 1: ") {
            return Distro::Debian;
        }
        if text.contains("yum ") || text.contains("dnf ") || text.contains("microdnf") {
            return Distro::RedHat;
        }
    }
    let text = case.text;
    if text.starts_with("/bin/sh: ") && text.ends_with(": not found") {
        Distro::Alpine
    } else {
        Distro::Unknown
    }
}

/// Minor version of the Go that ran: from the message, or from the base image's tag.
pub(crate) fn running_minor(case: &Case<'_>) -> Option<u32> {
    if let Some(at) = case.text.find("(running go ") {
        return minor(case.text.get(at + 12..)?.trim_start_matches("go"));
    }
    base(case).and_then(|image| image.go_minor())
}

/// `docker build FLAGS .` in the manner of the builder that wrote the log.
pub(crate) fn build_command(case: &Case<'_>, flags: &str) -> String {
    let compose = case.build.steps.iter().any(|s| s.target.is_some())
        || case
            .build
            .closing
            .iter()
            .chain(&case.build.outside.lines)
            .any(|l| l.text.contains("Service '") && l.text.contains("failed to build"));
    // What `docker compose build` takes of these.
    let for_compose = flags.split_whitespace().all(|w| {
        !w.starts_with("--")
            || ["--build-arg", "--no-cache", "--pull", "--ssh"].contains(&w.split('=').next().unwrap_or(w))
    });
    let command = match case.build.dialect {
        Dialect::Buildah => "podman build",
        _ if compose && for_compose => {
            return format!("docker compose build {flags}").trim_end().to_owned();
        }
        Dialect::Classic if flags.contains("--secret") || flags.contains("--ssh") => {
            "DOCKER_BUILDKIT=1 docker build"
        }
        _ => "docker build",
    };
    if flags.is_empty() { format!("{command} .") } else { format!("{command} {flags} .") }
}

/// The failing stage's user is not root, as far as the log shows.
pub(crate) fn user(case: &Case<'_>) -> Option<String> {
    let (at, step) = failing(case.build)?;
    let found =
        case.build.steps[..at].iter().rev().find(|s| s.keyword() == "USER" && s.stage == step.stage)?;
    let user = found.instruction.split_whitespace().nth(1)?;
    (user != "root" && user != "0").then(|| user.to_owned())
}

/// Some instruction of the build, or the failing one, contains `needle`.
pub(crate) fn instruction_says(case: &Case<'_>, needle: &str) -> bool {
    case.instruction.contains(needle) || case.build.steps.iter().any(|s| s.instruction.contains(needle))
}

/// The lines of the failing step; of the whole log where there is no step.
pub(crate) fn lines<'a>(case: &Case<'a>) -> impl DoubleEndedIterator<Item = &'a str> + Clone {
    let step = failing(case.build).map_or(&case.build.outside, |(_, s)| s);
    step.lines.iter().map(|l| l.text.as_str())
}
