//! Secrets in lines that are shown.

/// Names of variables that hold secrets. Lists of hosts or modules (GOPRIVATE) and paths to files are none.
#[must_use]
pub(crate) fn is_secret_name(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    if upper.starts_with("GOPRIVATE")
        || upper.starts_with("GONOSUM")
        || upper.starts_with("GONOPROXY")
        || upper == "GOAUTH"
    {
        return false;
    }
    let harmless = [
        "_FILE",
        "_PATH",
        "_URL",
        "_HOST",
        "_DIR",
        "_NAME",
        "_ID",
        "_TYPE",
        "PUBLIC",
        "_LEN",
        "_TTL",
        "_EXPIRY",
        "_EXPIRATION",
    ];
    if harmless.iter().any(|h| upper.ends_with(h) || (h == &"PUBLIC" && upper.contains(h))) {
        return false;
    }
    let parts: Vec<&str> = upper.split('_').collect();
    parts.iter().any(|p| {
        matches!(*p, "TOKEN" | "PASSWORD" | "PASSWD" | "SECRET" | "PAT" | "APIKEY" | "NETRC" | "CREDENTIALS")
    }) || upper.contains("ACCESS_KEY")
        || upper.contains("API_KEY")
        || upper.contains("PRIVATE_KEY")
        || upper.contains("SSH_KEY")
        || upper.ends_with("TOKEN")
        || upper.ends_with("PASSWORD")
}

/// Beginnings of well-known tokens.
const PREFIXES: [&str; 10] =
    ["ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "AKIA", "xoxb-", "xoxp-", "sk-ant-", "npm_"];

/// Whether a value looks like a token.
#[must_use]
pub(crate) fn is_token(value: &str) -> bool {
    PREFIXES.iter().any(|p| value.starts_with(p) && value.len() >= p.len() + 12)
}

/// The line with the values of secrets and passwords in URLs replaced by `***`.
#[must_use]
pub(crate) fn mask(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("://") {
        let (head, tail) = rest.split_at(at + 3);
        out.push_str(head);
        let end =
            tail.find(|c: char| c == '/' || c.is_whitespace() || c == '"' || c == '\'').unwrap_or(tail.len());
        match tail[..end].rfind('@') {
            Some(user) if !tail[..user].contains('$') && tail[..user].contains(':') => {
                out.push_str("***");
                rest = &tail[user..];
            }
            _ => rest = tail,
        }
    }
    out.push_str(rest);
    let mut masked = String::with_capacity(out.len());
    for word in out.split_inclusive(|c: char| c.is_whitespace()) {
        let body = word.trim_end();
        let space = &word[body.len()..];
        match body.split_once('=') {
            Some((name, value))
                if is_secret_name(name.trim_start_matches('-'))
                    && !value.is_empty()
                    && !value.contains('$') =>
            {
                masked.push_str(name);
                masked.push_str("=***");
            }
            _ => {
                let bare = body.trim_matches(['"', '\'']);
                if is_token(bare) { masked.push_str("***") } else { masked.push_str(body) }
            }
        }
        masked.push_str(space);
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_lines() {
        assert!(
            is_secret_name("GITHUB_TOKEN")
                && is_secret_name("DB_PASSWORD")
                && is_secret_name("AWS_SECRET_ACCESS_KEY")
        );
        assert!(
            !is_secret_name("GOPRIVATE")
                && !is_secret_name("TOKEN_URL")
                && !is_secret_name("KEYCLOAK_HOST")
                && !is_secret_name("PASSWORD_FILE")
        );
        assert_eq!(mask("ENV A=b GH_TOKEN=abc c"), "ENV A=b GH_TOKEN=*** c");
        assert_eq!(mask("RUN git clone https://u:p@h/x"), "RUN git clone https://***@h/x");
        assert_eq!(mask("RUN git clone https://$U:$P@h/x"), "RUN git clone https://$U:$P@h/x");
    }
}
