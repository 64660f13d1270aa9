//! Which repository holds a module: by its name for the hosts whose rules are known and for names with `.git` in
//! them, by asking its host otherwise. As `go help importpath` describes it.

use std::time::Instant;

use super::Direct;
use crate::refusal::Refusal;
use crate::upstream::fault;

/// Most of a page that is looked at.
const MAX_PAGE: usize = 1 << 20;

/// A repository and what of it the name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The part of the module path that is the repository.
    pub(crate) root: String,
    /// Where git finds it.
    pub(crate) url: String,
    /// Folder in it that stands for the root, as newer `go-import` tags can say.
    pub(crate) folder: String,
}

/// Places that a name tells by itself.
fn by_name(module: &str) -> Option<Place> {
    let parts: Vec<&str> = module.split('/').collect();
    let place = |count: usize, url: String| {
        Some(Place { root: parts[..count].join("/"), url, folder: String::new() })
    };
    if matches!(parts[0], "github.com" | "bitbucket.org") {
        if parts.len() < 3 {
            return None;
        }
        let root = parts[..3].join("/");
        return place(3, format!("https://{}", root.strip_suffix(".git").unwrap_or(&root)));
    }
    let at = parts.iter().position(|part| part.len() > 4 && part.ends_with(".git"))?;
    place(at + 1, format!("https://{}", parts[..=at].join("/")))
}

impl Direct {
    pub(super) async fn discover(&self, module: &str) -> Result<Place, Refusal> {
        let insecure = self.insecure.matches(module);
        if matches!(module.split('/').next(), Some("github.com" | "bitbucket.org")) {
            return by_name(module).ok_or_else(|| {
                Refusal::not_found(format!(
                    "not found: {module}: the host's repositories have owner and name"
                ))
            });
        }
        if let Some(mut place) = by_name(module) {
            if insecure {
                // https first is what go does; a host that is marked insecure mostly has no TLS at all.
                place.url = self.reachable_scheme(&place.url).await;
            }
            return Ok(place);
        }
        let page = match self.page(&format!("https://{module}?go-get=1")).await {
            Err(_) if insecure => self.page(&format!("http://{module}?go-get=1")).await?,
            page => page?,
        };
        let mut found = None;
        for import in imports(&page) {
            let covers = module == import.root
                || module.strip_prefix(&import.root).is_some_and(|rest| rest.starts_with('/'));
            if !covers {
                continue;
            }
            match import.vcs.as_str() {
                "git" if found.is_none() => found = Some(import),
                // Another proxy: `go` prefers it, we go to the repository, which says the same.
                "mod" | "git" => {}
                other => {
                    let text =
                        format!("{module}: kept in {other}; this proxy fetches directly from git only");
                    return Err(Refusal::bad_gateway("tool-git-missing", text));
                }
            }
        }
        let import = found.ok_or_else(|| {
            Refusal::not_found(format!("not found: {module}: no go-import meta tag names its repository"))
        })?;
        let scheme_is_fine = import.url.starts_with("https://")
            || import.url.starts_with("ssh://")
            || (insecure && import.url.starts_with("http://"));
        if !scheme_is_fine {
            let text = format!("{module}: its repository {} is not reached securely", import.url);
            return Err(Refusal::bad_gateway("plain-http", text));
        }
        Ok(Place { root: import.root, url: import.url, folder: import.folder })
    }

    /// The URL itself if its host speaks TLS, the same with `http` otherwise.
    async fn reachable_scheme(&self, url: &str) -> String {
        let probe = self.client.head(url).timeout(self.header_time).send().await;
        match probe {
            Ok(_) => url.to_owned(),
            Err(_) => url.replacen("https://", "http://", 1),
        }
    }

    async fn page(&self, url: &str) -> Result<String, Refusal> {
        let what = format!("GET {url}");
        let start = Instant::now();
        let mut response = self
            .client
            .get(url)
            .timeout(self.header_time)
            .send()
            .await
            .map_err(|err| fault::from_reqwest(&err, &what))?;
        let status = response.status();
        let mut page = Vec::new();
        // Error pages can carry the tags, too: go reads them whatever the status is.
        while let Some(piece) = response.chunk().await.map_err(|err| fault::from_reqwest(&err, &what))? {
            page.extend_from_slice(&piece);
            if page.len() > MAX_PAGE {
                break;
            }
        }
        tracing::debug!(url, %status, millis = start.elapsed().as_millis() as u64, "looked for go-import tags");
        if status.is_server_error() {
            return Err(Refusal::bad_gateway("proxy-server-error", format!("{what}: answered {status}")));
        }
        Ok(String::from_utf8_lossy(&page).into_owned())
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Import {
    root: String,
    vcs: String,
    url: String,
    folder: String,
}

/// The `go-import` tags of a page's head.
fn imports(page: &str) -> Vec<Import> {
    let mut found = Vec::new();
    let low = page.to_ascii_lowercase();
    let end = low.find("<body").unwrap_or(page.len());
    let mut at = 0;
    while let Some(start) = low[at..end].find("<meta").map(|start| at + start) {
        let Some(stop) = low[start..].find('>').map(|stop| start + stop) else { break };
        let tag = &page[start + 5..stop];
        at = stop;
        if attribute(tag, "name").as_deref() != Some("go-import") {
            continue;
        }
        let content = attribute(tag, "content").unwrap_or_default();
        let words: Vec<&str> = content.split_whitespace().collect();
        if let [root, vcs, url, rest @ ..] = &words[..]
            && rest.len() <= 1
        {
            found.push(Import {
                root: (*root).to_owned(),
                vcs: (*vcs).to_owned(),
                url: (*url).to_owned(),
                folder: rest.first().unwrap_or(&"").trim_matches('/').to_owned(),
            });
        }
    }
    found
}

/// The value of an attribute of a tag, quotes taken off.
fn attribute(tag: &str, wanted: &str) -> Option<String> {
    let mut rest = tag.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let name = rest[..end].trim_end_matches('/');
        rest = rest[end..].trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            let (found, left) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                _ => after.split_at(after.find(char::is_whitespace).unwrap_or(after.len())),
            };
            (value, rest) = (found, left.trim_start());
        } else if end == 0 {
            return None;
        }
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value.replace("&amp;", "&"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_tell_their_repository() {
        let place = |module| by_name(module).map(|place| (place.root, place.url));
        let some = |root: &str, url: &str| Some((root.to_owned(), url.to_owned()));
        assert_eq!(place("github.com/a/b/c/v2"), some("github.com/a/b", "https://github.com/a/b"));
        assert_eq!(place("github.com/a"), None);
        assert_eq!(
            place("host.example/x/y.git/z"),
            some("host.example/x/y.git", "https://host.example/x/y.git")
        );
        assert_eq!(place("host.example/x"), None);
    }

    #[test]
    fn meta_tags() {
        let page = r#"<html><head><meta charset=utf-8>
            <meta name="go-import" content="example.com/m git https://git.example.com/m">
            <META content='example.com/n git https://git.example.com/n sub/dir' name=go-import />
            <meta name="go-import" content="broken"></head>
            <body><meta name="go-import" content="evil git https://evil.example"></body>"#;
        let found: Vec<_> = imports(page).into_iter().map(|i| (i.root, i.vcs, i.url, i.folder)).collect();
        let text = |text: &str| text.to_owned();
        assert_eq!(
            found,
            [
                (text("example.com/m"), text("git"), text("https://git.example.com/m"), text("")),
                (text("example.com/n"), text("git"), text("https://git.example.com/n"), text("sub/dir")),
            ]
        );
    }
}
