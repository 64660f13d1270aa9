//! Image references and registries out of pull messages.

use super::{facts, names};
use crate::case::Case;

/// The image that could not be pulled, as one writes it in a Dockerfile.
pub(crate) fn image(case: &Case<'_>) -> Option<String> {
    let text = case.text;
    for pattern in [
        "failed to resolve source metadata for {}: ",
        "pull access denied for {},",
        "manifest for {} not found",
        "initializing source docker://{}: ",
        "unable to pull {}: ",
        "Error: image {} not found",
    ] {
        if let Some(found) = crate::sign::find(pattern, text) {
            let name = found.holes[0].split(": ").next().unwrap_or("").split(' ').next().unwrap_or("");
            if let Some(image) = tidy(name) {
                return Some(image);
            }
        }
    }
    let instruction = case.instruction;
    let stated = instruction
        .strip_prefix("FROM ")
        .or_else(|| instruction.strip_prefix("load metadata for "))
        .or_else(|| instruction.strip_prefix("resolve image config for docker-image://"))
        .or_else(|| instruction.strip_prefix("COPY --from="));
    if let Some(image) = stated.and_then(facts::Image::parse).and_then(|i| tidy(&i.reference())) {
        return Some(image);
    }
    // `ERROR: failed to solve: golang:1.99: ...`
    let solved = crate::sign::find("failed to solve: {}: ", text).and_then(|f| tidy(f.holes[0]));
    solved.or_else(|| url_image(text))
}

/// `golang:1.22` of `https://registry-1.docker.io/v2/library/golang/manifests/1.22`.
fn url_image(text: &str) -> Option<String> {
    let url = buildlog::chain::url_in(text)?;
    let (name, rest) = url.path.strip_prefix("/v2/")?.split_once("/manifests/")?;
    let host = if is_hub(url.host) { String::new() } else { format!("{}/", url.host) };
    let tag = rest.split(['/', '?']).next().filter(|t| !t.starts_with("sha256"));
    let name = if host.is_empty() { name.strip_prefix("library/").unwrap_or(name) } else { name };
    tidy(&tag.map_or_else(|| format!("{host}{name}"), |tag| format!("{host}{name}:{tag}")))
}

fn tidy(name: &str) -> Option<String> {
    let name = name.trim().trim_matches(['"', '\'', '`', ':']);
    let image = facts::Image::parse(name)?;
    let reference = image.reference();
    names::plain(&reference).filter(|n| !n.contains("://") && !n.contains('$')).map(str::to_owned)
}

fn is_hub(host: &str) -> bool {
    host == "docker.io" || host.ends_with(".docker.io") || host.ends_with(".docker.com")
}

/// The registry concerned; Docker Hub's many hosts are `docker.io`.
pub(crate) fn registry(case: &Case<'_>) -> Option<String> {
    if let Some(image) = image(case) {
        let first = image.split('/').next().unwrap_or("");
        let named =
            image.contains('/') && (first.contains('.') || first.contains(':') || first == "localhost");
        return Some(if named { first.to_owned() } else { "docker.io".to_owned() });
    }
    let host = names::host(case)?;
    Some(if is_hub(&host) { "docker.io".to_owned() } else { host })
}

/// How one logs in to a registry, without a password on the command line.
pub(crate) fn login(registry: &str) -> String {
    if let Some((account, rest)) = registry.split_once(".dkr.ecr.") {
        let region = rest.split('.').next().unwrap_or("<region>");
        let _ = account;
        return format!(
            "aws ecr get-login-password --region {region} | docker login --username AWS --password-stdin {registry}"
        );
    }
    if registry.ends_with("-docker.pkg.dev") || registry == "gcr.io" || registry.ends_with(".gcr.io") {
        return format!("gcloud auth configure-docker {registry}");
    }
    if let Some(name) = registry.strip_suffix(".azurecr.io") {
        return format!("az acr login --name {name}");
    }
    match registry {
        "docker.io" => "docker login".to_owned(),
        "ghcr.io" => {
            "echo \"$GITHUB_TOKEN\" | docker login ghcr.io --username <user> --password-stdin".to_owned()
        }
        _ => format!("docker login {registry}"),
    }
}

/// Edit distance of two short names.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(64).collect();
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (corner + usize::from(ca != cb)).min(above + 1).min(row[j] + 1);
            corner = above;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_by_edits() {
        assert_eq!(distance("builder", "builder"), 0);
        assert_eq!(distance("buidler", "builder"), 2);
        assert_eq!(distance("build", "builder"), 2);
        assert_eq!(distance("golang", "build"), 6);
    }
}
