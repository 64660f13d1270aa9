//! Image references: `registry.example.com:5000/team/app:1.2@sha256:...`.

/// A reference, split. Nothing is filled in that is not written, except through the methods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageRef {
    /// Registry host, when the first part of the name is one.
    pub registry: Option<String>,
    /// The path after the registry: `golang`, `library/golang`, `distroless/static`.
    pub path: String,
    /// The tag as written.
    pub tag: Option<String>,
    /// The digest as written: `sha256:...`.
    pub digest: Option<String>,
}

impl ImageRef {
    /// Split a reference. `None` when it cannot be one (empty, white space, an unexpanded variable, capitals).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (text, None),
        };
        let slash = rest.rfind('/').map_or(0, |at| at + 1);
        let (name, tag) = match rest[slash..].find(':') {
            Some(at) => (&rest[..slash + at], Some(&rest[slash + at + 1..])),
            None => (rest, None),
        };
        let (registry, path) = match name.split_once('/') {
            Some((host, path))
                if host.contains(['.', ':']) || host == "localhost" || host.contains(char::is_uppercase) =>
            {
                (Some(host), path)
            }
            _ => (None, name),
        };
        let path_ok = !path.is_empty()
            && path.split('/').all(|part| {
                part.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
                    && part
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b))
            });
        let tag_ok = tag.is_none_or(|t| {
            !t.is_empty()
                && t.len() <= 128
                && !t.starts_with(['.', '-'])
                && t.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        });
        let digest_ok = digest
            .is_none_or(|d| d.split_once(':').is_some_and(|(alg, hex)| !alg.is_empty() && hex.len() >= 32));
        (path_ok && tag_ok && digest_ok).then(|| Self {
            registry: registry.map(str::to_owned),
            path: path.to_owned(),
            tag: tag.map(str::to_owned),
            digest: digest.map(str::to_owned),
        })
    }

    /// Whether it comes from Docker Hub.
    #[must_use]
    pub fn is_docker_hub(&self) -> bool {
        matches!(
            self.registry.as_deref(),
            None | Some("docker.io" | "index.docker.io" | "registry-1.docker.io")
        )
    }

    /// The name of an official Docker Hub image (`golang`, `alpine`), however it is written.
    #[must_use]
    pub fn official(&self) -> Option<&str> {
        if !self.is_docker_hub() {
            return None;
        }
        let name = self.path.strip_prefix("library/").unwrap_or(&self.path);
        (!name.contains('/')).then_some(name)
    }

    /// The tag that is pulled when there is no digest.
    #[must_use]
    pub fn tag_or_latest(&self) -> &str {
        self.tag.as_deref().unwrap_or("latest")
    }
}

impl std::fmt::Display for ImageRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(registry) = &self.registry {
            write!(f, "{registry}/")?;
        }
        f.write_str(&self.path)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        let parts =
            |text: &str| ImageRef::parse(text).map(|i| (i.registry, i.path, i.tag, i.digest.is_some()));
        let some = |r: Option<&str>, p: &str, t: Option<&str>, d| {
            Some((r.map(str::to_owned), p.to_owned(), t.map(str::to_owned), d))
        };
        assert_eq!(parts("golang"), some(None, "golang", None, false));
        assert_eq!(parts("golang:1.26-alpine"), some(None, "golang", Some("1.26-alpine"), false));
        assert_eq!(parts("localhost:5000/a/b:c"), some(Some("localhost:5000"), "a/b", Some("c"), false));
        assert_eq!(
            parts(&format!("gcr.io/distroless/static@sha256:{}", "0".repeat(64))),
            some(Some("gcr.io"), "distroless/static", None, true)
        );
        for bad in ["", "golang:", "Golang", "golang:$V", "golang: 1", "golang:1@", "a//b", "-a"] {
            assert_eq!(ImageRef::parse(bad), None, "{bad}");
        }
        assert_eq!(ImageRef::parse("docker.io/library/golang:1").unwrap().official(), Some("golang"));
        assert_eq!(ImageRef::parse("quay.io/golang:1").unwrap().official(), None);
    }
}
