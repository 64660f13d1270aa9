//! What is known of public base images without pulling them.

use std::cmp::Ordering;

use dockerfile::ImageRef;

/// Yes, no, or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tri {
    /// Certainly.
    Yes,
    /// Certainly not.
    No,
    /// It cannot be told from the files.
    Maybe,
}

impl Tri {
    /// Certainly.
    #[must_use]
    pub fn yes(self) -> bool {
        self == Self::Yes
    }

    /// Certainly not.
    #[must_use]
    pub fn no(self) -> bool {
        self == Self::No
    }
}

/// The distribution of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Os {
    Alpine,
    Debian,
    Ubuntu,
    RedHat,
    Busybox,
    /// Google's distroless images.
    Distroless,
    Scratch,
    Windows,
    Unknown,
}

/// The C library that programs of an image are linked against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Libc {
    Glibc,
    Musl,
    None,
    Unknown,
}

/// The Go of an image: version parts as far as the tag gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoInstall {
    /// `1.22`, `1.22.3`, `1.23rc1`; `None`: the newest there is.
    pub version: Option<String>,
    /// The image sets GOTOOLCHAIN=local.
    pub local: bool,
}

impl GoInstall {
    /// `(1, 22, Some(3))`; release candidates count as patch -1.
    #[must_use]
    pub fn parts(&self) -> Option<(u32, u32, Option<i64>)> {
        let version = self.version.as_deref()?;
        let mut parts = version.splitn(3, '.');
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next()?;
        if let Some(at) = minor.find(|c: char| !c.is_ascii_digit()) {
            return Some((major, minor[..at].parse().ok()?, Some(-1)));
        }
        Some((major, minor.parse().ok()?, parts.next().and_then(|p| p.parse().ok())))
    }

    /// Whether this Go is older than `wanted` (`1.23`, `1.23.4`) for certain. A tag without patch level stands for the
    /// newest one.
    #[must_use]
    pub fn is_older_than(&self, wanted: &str) -> bool {
        let Some((major, minor, patch)) = self.parts() else { return false };
        match patch {
            Some(patch) if patch >= 0 => {
                gomod::gover::compare(&format!("{major}.{minor}.{patch}"), wanted) == Ordering::Less
            }
            Some(_) => {
                let version = self.version.as_deref().unwrap_or("");
                gomod::gover::compare(version, wanted) == Ordering::Less
            }
            None => gomod::gover::compare(&format!("{major}.{minor}.99999"), wanted) == Ordering::Less,
        }
    }

    /// Whether the minor version is at least 1.`minor`, for certain.
    #[must_use]
    pub fn at_least_minor(&self, minor: u32) -> bool {
        match (&self.version, self.parts()) {
            (None, _) => true,
            (_, Some((_, m, _))) => m >= minor,
            _ => false,
        }
    }
}

/// A base image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseImage {
    /// Its distribution.
    pub os: Os,
    /// Its C library.
    pub libc: Libc,
    /// The release name (`bookworm`), when the tag says it.
    pub codename: Option<String>,
    /// Its Go.
    pub go: Option<GoInstall>,
    /// It is an official `golang` image.
    pub golang: bool,
    /// What stands in it is known well enough to say that a file is not there.
    pub known: bool,
    /// The user that steps run as; `None` is root.
    pub user: Option<String>,
    /// The working folder.
    pub workdir: String,
}

/// What `golang:` without a distribution in its tag is built on.
fn default_debian(minor: Option<u32>) -> &'static str {
    match minor {
        Some(0..=8) => "jessie",
        Some(9..=11) => "stretch",
        Some(12..=16) => "buster",
        Some(17..=19) => "bullseye",
        Some(20..=24) => "bookworm",
        _ => "trixie",
    }
}

impl BaseImage {
    /// Nothing at all.
    #[must_use]
    pub fn scratch() -> Self {
        Self { os: Os::Scratch, libc: Libc::None, known: true, ..Self::unknown() }
    }

    /// An image that nothing is known of.
    #[must_use]
    pub fn unknown() -> Self {
        Self {
            os: Os::Unknown,
            libc: Libc::Unknown,
            codename: None,
            go: None,
            golang: false,
            known: false,
            user: None,
            workdir: "/".to_owned(),
        }
    }

    /// What is known of `image`.
    #[must_use]
    pub fn of(image: &ImageRef) -> Self {
        let tag = image.tag.as_deref().unwrap_or(if image.digest.is_some() { "" } else { "latest" });
        if let Some(name) = image.official() {
            return Self::official(name, tag);
        }
        let distroless = image.registry.as_deref().is_some_and(|r| r.ends_with("gcr.io"))
            && image.path.starts_with("distroless/");
        if distroless {
            let static_image = image.path.contains("static");
            return Self {
                os: Os::Distroless,
                libc: if static_image { Libc::None } else { Libc::Glibc },
                known: true,
                user: tag.contains("nonroot").then(|| "65532".to_owned()),
                workdir: if tag.contains("nonroot") { "/home/nonroot" } else { "/" }.to_owned(),
                ..Self::unknown()
            };
        }
        Self::unknown()
    }

    fn official(name: &str, tag: &str) -> Self {
        let base = Self::unknown();
        match name {
            "golang" => Self::golang(tag),
            "alpine" => Self { os: Os::Alpine, libc: Libc::Musl, known: true, ..base },
            "busybox" => {
                let libc = if tag.contains("musl") {
                    Libc::Musl
                } else if tag.contains("uclibc") {
                    Libc::Unknown
                } else {
                    Libc::Glibc
                };
                Self { os: Os::Busybox, libc, known: true, ..base }
            }
            "debian" => {
                let name = tag.trim_end_matches("-slim");
                let codename = match name.split(['.', '-']).next().unwrap_or("") {
                    "8" | "jessie" => "jessie",
                    "9" | "stretch" => "stretch",
                    "10" | "buster" => "buster",
                    "11" | "bullseye" => "bullseye",
                    "12" | "bookworm" => "bookworm",
                    "13" | "trixie" => "trixie",
                    _ => "",
                };
                let codename = (!codename.is_empty()).then(|| codename.to_owned());
                Self { os: Os::Debian, libc: Libc::Glibc, codename, known: true, ..base }
            }
            "ubuntu" => Self { os: Os::Ubuntu, libc: Libc::Glibc, known: true, ..base },
            "fedora" | "centos" | "rockylinux" | "almalinux" | "amazonlinux" => {
                Self { os: Os::RedHat, libc: Libc::Glibc, known: true, ..base }
            }
            _ => base,
        }
    }

    fn golang(tag: &str) -> Self {
        let mut version = None;
        let mut os = Os::Debian;
        let mut codename = None;
        let mut sure = true;
        for (i, part) in tag.split('-').enumerate() {
            if i == 0 && part.starts_with(|c: char| c.is_ascii_digit()) {
                version = part.contains('.').then(|| part.to_owned());
                sure &= part == "1" || part.contains('.');
            } else if part.starts_with("alpine") {
                os = Os::Alpine;
            } else if part.contains("windows") || part.contains("nano") {
                os = Os::Windows;
            } else if matches!(part, "jessie" | "stretch" | "buster" | "bullseye" | "bookworm" | "trixie") {
                codename = Some(part.to_owned());
            } else if !(part == "latest" || part.is_empty()) {
                sure = false;
            }
        }
        if tag.is_empty() || tag == "tip" {
            sure = false;
        }
        let go = GoInstall { version, local: false };
        let minor = go.parts().map(|(_, minor, _)| minor);
        let go = GoInstall { local: minor.is_none_or(|m| m >= 21), ..go };
        if os == Os::Debian && codename.is_none() {
            codename = Some(default_debian(minor).to_owned());
        }
        if !sure {
            return Self { golang: true, ..Self::unknown() };
        }
        let libc = match os {
            Os::Alpine => Libc::Musl,
            Os::Windows => Libc::Unknown,
            _ => Libc::Glibc,
        };
        Self {
            os,
            libc,
            codename,
            go: Some(go),
            golang: true,
            known: os != Os::Windows,
            user: None,
            workdir: "/go".to_owned(),
        }
    }

    /// The environment it sets; `None` when it is not known.
    #[must_use]
    pub fn env(&self) -> Option<Vec<(String, String)>> {
        let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        if !self.known {
            return None;
        }
        let mut env = vec![];
        if let Some(go) = &self.go {
            env.push(("PATH".to_owned(), format!("/go/bin:/usr/local/go/bin:{path}")));
            env.push(("GOPATH".to_owned(), "/go".to_owned()));
            if go.local {
                env.push(("GOTOOLCHAIN".to_owned(), "local".to_owned()));
            }
            if let Some(v) = go.version.as_ref().filter(|v| v.matches('.').count() == 2) {
                env.push(("GOLANG_VERSION".to_owned(), v.clone()));
            } else {
                return None.or(Some(env));
            }
        } else {
            env.push(("PATH".to_owned(), path.to_owned()));
        }
        Some(env)
    }

    /// Whether it has a shell that RUN's shell form can use.
    #[must_use]
    pub fn has_shell(&self) -> Tri {
        match self.os {
            Os::Scratch => Tri::No,
            Os::Distroless | Os::Unknown | Os::Windows => Tri::Maybe,
            _ => Tri::Yes,
        }
    }

    /// Whether a program is in the image as it is pulled.
    #[must_use]
    pub fn has(&self, tool: &str) -> Tri {
        if !self.known {
            return Tri::Maybe;
        }
        let from = |list: &[&str]| if list.contains(&tool) { Tri::Yes } else { Tri::Maybe };
        let not = |list: &[&str]| if list.contains(&tool) { Tri::No } else { Tri::Maybe };
        if self.golang && matches!(tool, "go" | "gofmt") {
            return Tri::Yes;
        }
        if tool == "go" {
            return Tri::No;
        }
        match self.os {
            Os::Scratch => Tri::No,
            Os::Alpine => {
                if matches!(
                    tool,
                    "apk" | "sh" | "wget" | "tar" | "unzip" | "sed" | "awk" | "adduser" | "addgroup"
                ) {
                    return Tri::Yes;
                }
                not(&[
                    "git",
                    "gcc",
                    "g++",
                    "cc",
                    "make",
                    "bash",
                    "curl",
                    "apt-get",
                    "apt",
                    "yum",
                    "dnf",
                    "hg",
                    "svn",
                    "bzr",
                    "ssh",
                    "gpg",
                    "jq",
                    "protoc",
                    "node",
                    "npm",
                    "python",
                    "python3",
                    "upx",
                    "useradd",
                    "groupadd",
                    "pkg-config",
                ])
            }
            Os::Debian | Os::Ubuntu if self.golang => {
                if matches!(
                    tool,
                    "git" | "gcc" | "g++" | "make" | "bash" | "curl" | "apt-get" | "apt" | "useradd" | "sh"
                ) {
                    return Tri::Yes;
                }
                not(&["apk", "yum", "dnf", "microdnf", "jq", "protoc", "node", "npm", "upx"])
            }
            Os::Debian | Os::Ubuntu => {
                if matches!(tool, "apt-get" | "apt" | "bash" | "sh" | "useradd" | "tar") {
                    return Tri::Yes;
                }
                not(&[
                    "apk", "yum", "dnf", "microdnf", "git", "gcc", "g++", "make", "curl", "wget", "jq",
                    "protoc", "node", "npm",
                ])
            }
            Os::RedHat => match from(&["sh", "bash"]) {
                Tri::Yes => Tri::Yes,
                _ => not(&["apk", "apt-get", "apt"]),
            },
            Os::Busybox => {
                not(&["apk", "apt-get", "apt", "yum", "dnf", "git", "gcc", "make", "bash", "curl"])
            }
            Os::Distroless => {
                not(&["apk", "apt-get", "apt", "yum", "dnf", "git", "gcc", "make", "bash", "curl", "wget"])
            }
            Os::Windows | Os::Unknown => Tri::Maybe,
        }
    }

    /// Whether root certificates are in it.
    #[must_use]
    pub fn has_certificates(&self) -> Tri {
        match self.os {
            Os::Scratch => Tri::No,
            Os::Busybox => Tri::No,
            Os::Debian if !self.golang => Tri::No,
            Os::Ubuntu => Tri::No,
            Os::Alpine | Os::Distroless | Os::RedHat | Os::Debian => Tri::Yes,
            Os::Windows | Os::Unknown => Tri::Maybe,
        }
    }

    /// Whether time zone data are in it.
    #[must_use]
    pub fn has_zoneinfo(&self) -> Tri {
        match self.os {
            Os::Scratch | Os::Busybox | Os::Alpine => Tri::No,
            Os::Distroless => Tri::Yes,
            _ => Tri::Maybe,
        }
    }
}

/// Why a tag of `golang` cannot exist, if that can be told without asking a registry.
#[must_use]
pub(crate) fn impossible_golang_tag(tag: &str) -> Option<&'static str> {
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or("");
    let rest: Vec<&str> = parts.collect();
    if rest.contains(&"slim") {
        return Some("slim");
    }
    if first.starts_with("alpine") && rest.iter().any(|p| p.starts_with("1.")) {
        return Some("order");
    }
    if first == "latest" && !rest.is_empty() {
        return Some("latest");
    }
    if first.starts_with("go1") || first.starts_with("v1") {
        return Some("prefix");
    }
    if !first.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if first.split('.').count() > 3 {
        return Some("parts");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(text: &str) -> BaseImage {
        BaseImage::of(&ImageRef::parse(text).unwrap())
    }

    #[test]
    fn golang_tags() {
        let go = |text: &str| image(text).go;
        let some = |v: Option<&str>, local| Some(GoInstall { version: v.map(str::to_owned), local });
        assert_eq!(go("golang:1.22-alpine3.19"), some(Some("1.22"), true));
        assert_eq!(go("golang:1.20.3"), some(Some("1.20.3"), false));
        assert_eq!(go("golang"), some(None, true));
        assert_eq!(go("golang:1-alpine"), some(None, true));
        assert_eq!(go("golang:1.16").and(image("golang:1.16").codename), Some("buster".to_owned()));
        assert_eq!(go("golang:onbuild"), None);
        assert_eq!(image("golang:1.22-alpine").has("git"), Tri::No);
        assert_eq!(image("golang:1.22").has("git"), Tri::Yes);
    }

    #[test]
    fn versions() {
        let older =
            |tag: &str, wanted: &str| image(&format!("golang:{tag}")).go.unwrap().is_older_than(wanted);
        assert!(older("1.22", "1.23"));
        assert!(older("1.22", "1.23.1"));
        assert!(!older("1.22", "1.22.9"));
        assert!(older("1.22.3", "1.22.9"));
        assert!(!older("1.23", "1.23rc1"));
        assert!(older("1.23rc1", "1.23.0"));
        assert!(!older("alpine", "1.99"));
    }

    #[test]
    fn tags_that_cannot_exist() {
        for tag in ["1.22-slim", "alpine-1.22", "latest-alpine", "1.22.1.1", "go1.22", "v1.22"] {
            assert!(impossible_golang_tag(tag).is_some(), "{tag}");
        }
        for tag in
            ["1.22", "1.21.0", "1.22-alpine", "alpine", "latest", "1.20", "1.22-bookworm", "tip-alpine", "1"]
        {
            assert_eq!(impossible_golang_tag(tag), None, "{tag}");
        }
    }
}
