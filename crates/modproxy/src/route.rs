//! From the path of a request to what is asked for. Nothing else in this crate looks at raw paths.

use std::borrow::Cow;

/// Longest path that is looked at, in bytes after decoding. Go's longest valid requests are far below it.
const MAX_PATH: usize = 2048;

/// What is asked of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    /// `@v/list`
    List,
    /// `@latest`
    Latest,
    /// `@v/VERSION.info` of a canonical version: never changes.
    Info(String),
    /// `@v/REVISION.info` of a branch, tag, commit or short version: a query whose answer may change.
    Query(String),
    /// `@v/VERSION.mod`
    Mod(String),
    /// `@v/VERSION.zip`
    Zip(String),
}

impl What {
    /// The answer can never change.
    pub(crate) fn is_immutable(&self) -> bool {
        matches!(self, Self::Info(_) | Self::Mod(_) | Self::Zip(_))
    }

    /// For metrics and logs.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::List => Kind::List,
            Self::Latest => Kind::Latest,
            Self::Query(_) => Kind::Query,
            Self::Info(_) => Kind::Info,
            Self::Mod(_) => Kind::Mod,
            Self::Zip(_) => Kind::Zip,
        }
    }
}

/// The kinds of objects that are served, for counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(usize)]
#[allow(missing_docs)]
pub(crate) enum Kind {
    List,
    Latest,
    Query,
    Info,
    Mod,
    Zip,
    Sumdb,
}

impl Kind {
    pub(crate) const ALL: [Self; 7] =
        [Self::List, Self::Latest, Self::Query, Self::Info, Self::Mod, Self::Zip, Self::Sumdb];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Latest => "latest",
            Self::Query => "query",
            Self::Info => "info",
            Self::Mod => "mod",
            Self::Zip => "zip",
            Self::Sumdb => "sumdb",
        }
    }
}

/// A request for something of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ModuleRequest {
    /// Path below the proxy's root and name in the store: `github.com/!burnt!sushi/toml/@v/v1.0.0.mod`.
    pub(crate) key: String,
    /// Module path, unescaped.
    pub(crate) module: String,
    /// Version inside [`What`] is unescaped too.
    pub(crate) what: What,
}

/// A request to a checksum database through us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SumdbRequest {
    /// Name of the database; may hold slashes.
    pub(crate) name: String,
    /// `supported`, `latest`, `lookup/...` or `tile/...`.
    pub(crate) rest: String,
}

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    Module(ModuleRequest),
    Sumdb(SumdbRequest),
    /// `/-/...`: pages and actions of our own.
    Admin(String),
    Healthz,
    Readyz,
    Metrics,
    Root,
    /// Not a path of the protocol; the reason is shown.
    Invalid(String),
}

/// Undoes percent escapes. `None` if they are damaged or do not give UTF-8.
pub(crate) fn decode(path: &str) -> Option<Cow<'_, str>> {
    if !path.contains('%') {
        return Some(Cow::Borrowed(path));
    }
    let mut out = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let high = char::from(bytes.next()?).to_digit(16)?;
        let low = char::from(bytes.next()?).to_digit(16)?;
        out.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(out).ok().map(Cow::Owned)
}

/// Every element is a plain file name: no empty ones, no `.` and `..`, no control characters, backslashes or NULs.
/// The module rules are stricter; this holds for every path that can become a file name here.
fn is_safe(path: &str) -> bool {
    !path.is_empty()
        && path.len() <= MAX_PATH
        && path.split('/').all(|part| {
            !part.is_empty()
                && part != "."
                && part != ".."
                && part.len() <= 255
                && part.bytes().all(|b| b > b' ' && b != 0x7f && b != b'\\')
        })
}

/// Classifies a decoded path (with its leading slash).
pub(crate) fn route(path: &str) -> Route {
    match path {
        "/" | "" => return Route::Root,
        "/healthz" => return Route::Healthz,
        "/readyz" => return Route::Readyz,
        "/metrics" => return Route::Metrics,
        _ => {}
    }
    let Some(path) = path.strip_prefix('/') else {
        return Route::Invalid("the path does not start with a slash".into());
    };
    if path == "-" || path.starts_with("-/") {
        return Route::Admin(path.get(2..).unwrap_or("").to_owned());
    }
    if !is_safe(path) {
        return Route::Invalid("not a module proxy path: empty, dotted or unprintable path element".into());
    }
    if let Some(rest) = path.strip_prefix("sumdb/") {
        return sumdb(rest);
    }
    module(path)
}

fn sumdb(rest: &str) -> Route {
    let request =
        |name: &str, rest: &str| Route::Sumdb(SumdbRequest { name: name.to_owned(), rest: rest.to_owned() });
    for suffix in ["/supported", "/latest"] {
        if let Some(name) = rest.strip_suffix(suffix)
            && !name.contains("/lookup/")
            && !name.contains("/tile/")
        {
            return request(name, &suffix[1..]);
        }
    }
    for infix in ["/lookup/", "/tile/"] {
        if let Some(at) = rest.find(infix) {
            return request(&rest[..at], &rest[at + 1..]);
        }
    }
    Route::Invalid("not a checksum database path: want supported, latest, lookup/ or tile/".into())
}

/// Can a file of this version exist under this path?
fn fits(escaped: &str, version: &str) -> bool {
    gomod::path::split_path_version(escaped)
        .is_none_or(|(_, major)| gomod::path::matches_path_major(version, major))
}

fn module(path: &str) -> Route {
    let build = |escaped: &str, what: Result<What, String>| {
        let module = match gomod::path::unescape_path(escaped) {
            Ok(module) => module,
            Err(err) => return Route::Invalid(err.to_string()),
        };
        match what {
            Ok(what) => Route::Module(ModuleRequest { key: path.to_owned(), module, what }),
            Err(reason) => Route::Invalid(reason),
        }
    };
    if let Some(escaped) = path.strip_suffix("/@latest") {
        return build(escaped, Ok(What::Latest));
    }
    let Some(at) = path.find("/@v/") else {
        return Route::Invalid("not a module proxy path: want MODULE/@v/FILE or MODULE/@latest".into());
    };
    let (escaped, file) = (&path[..at], &path[at + 4..]);
    if file == "list" {
        return build(escaped, Ok(What::List));
    }
    let Some((version, extension)) = file.rsplit_once('.') else {
        return Route::Invalid("not a module proxy path: want list, .info, .mod or .zip".into());
    };
    let version = match gomod::path::unescape_version(version) {
        Ok(version) => version,
        Err(err) => return Route::Invalid(err.to_string()),
    };
    let canonical = gomod::version::is_canonical(&version);
    let what = match extension {
        // v2.0.0 of a path without /v2 is a question, too: its answer is v2.0.0+incompatible.
        "info" if canonical && fits(escaped, &version) => Ok(What::Info(version)),
        "info" => Ok(What::Query(version)),
        "mod" if canonical => Ok(What::Mod(version)),
        "zip" if canonical => Ok(What::Zip(version)),
        "mod" | "zip" => Err(format!("invalid version: {version} is not a canonical version")),
        _ => Err("not a module proxy path: want list, .info, .mod or .zip".into()),
    };
    build(escaped, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn what(path: &str) -> Result<(String, What), String> {
        match route(path) {
            Route::Module(request) => Ok((request.module, request.what)),
            Route::Invalid(reason) => Err(reason),
            other => Err(format!("{other:?}")),
        }
    }

    #[test]
    fn module_requests() {
        let text = |text: &str| text.to_owned();
        for (path, module, want) in [
            ("/rsc.io/quote/@v/list", "rsc.io/quote", What::List),
            ("/rsc.io/quote/@latest", "rsc.io/quote", What::Latest),
            (
                "/github.com/!burnt!sushi/toml/@v/v1.0.0.mod",
                "github.com/BurntSushi/toml",
                What::Mod(text("v1.0.0")),
            ),
            ("/rsc.io/quote/@v/v1.5.2.info", "rsc.io/quote", What::Info(text("v1.5.2"))),
            ("/rsc.io/quote/@v/v1.5.2.zip", "rsc.io/quote", What::Zip(text("v1.5.2"))),
            ("/rsc.io/quote/@v/v2.0.0.info", "rsc.io/quote", What::Query(text("v2.0.0"))),
            (
                "/rsc.io/quote/@v/v2.0.0+incompatible.info",
                "rsc.io/quote",
                What::Info(text("v2.0.0+incompatible")),
            ),
            ("/rsc.io/quote/@v/v1.info", "rsc.io/quote", What::Query(text("v1"))),
            ("/rsc.io/quote/@v/master.info", "rsc.io/quote", What::Query(text("master"))),
            (
                "/golang.org/toolchain/@v/v0.0.1-go1.26.8.linux-amd64.zip",
                "golang.org/toolchain",
                What::Zip(text("v0.0.1-go1.26.8.linux-amd64")),
            ),
        ] {
            assert_eq!(what(path), Ok((module.to_owned(), want)), "{path}");
        }
    }

    #[test]
    fn odd_paths_lead_nowhere() {
        for path in [
            "/rsc.io/quote/@v/../../../etc/passwd",
            "/rsc.io/../quote/@v/list",
            "/rsc.io//quote/@v/list",
            "/rsc.io/quote/@v/v1.0.0.exe",
            "/rsc.io/quote/@v/master.zip",
            "/rsc.io/quote/@v/",
            "/rsc.io/quote",
            "/BurntSushi.io/toml/@v/list",
            "/rsc.io/quote/@v/v1.0.0.mod\u{0}",
            "/rsc.io/quote\\..\\x/@v/list",
            "/.tmp/x/@v/list",
            "/.mutable/rsc.io/quote/@v/list",
            "/sumdb/x",
        ] {
            assert!(what(path).is_err(), "{path}");
        }
        assert_eq!(decode("/a%2"), None);
        assert_eq!(decode("/a%zz"), None);
        assert_eq!(decode("/%ff"), None);
        assert_eq!(decode("/%21burnt").as_deref(), Some("/!burnt"));
    }

    #[test]
    fn database_requests_may_have_names_with_slashes() {
        for (path, name, rest) in [
            ("/sumdb/sum.golang.org/supported", "sum.golang.org", "supported"),
            ("/sumdb/localhost.localdev/sumdb/latest", "localhost.localdev/sumdb", "latest"),
            ("/sumdb/h/sumdb/lookup/rsc.io/quote@v1.5.2", "h/sumdb", "lookup/rsc.io/quote@v1.5.2"),
            ("/sumdb/h/lookup/example.com/supported@v1.0.0", "h", "lookup/example.com/supported@v1.0.0"),
            ("/sumdb/h/tile/8/0/x001/000.p/3", "h", "tile/8/0/x001/000.p/3"),
        ] {
            let want = SumdbRequest { name: name.into(), rest: rest.into() };
            assert_eq!(route(path), Route::Sumdb(want), "{path}");
        }
    }
}
