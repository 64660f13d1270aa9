//! The environment variables this program reads, all of them.

use std::env;
use std::ffi::OsString;
#[cfg(unix)]
use std::path::PathBuf;

/// Language of messages (`en`, `zh`), instead of the locale's. Since 0.1.
pub(crate) const LANG: &str = "SEAWORTHY_LANG";
/// Form of reports, as `--format`. Since 0.1.
pub(crate) const FORMAT: &str = "SEAWORTHY_FORMAT";
/// When to use colours, as `--color`. Since 0.1.
pub(crate) const COLOR: &str = "SEAWORTHY_COLOR";
/// The locale, most important first; LANGUAGE may list several languages. Since 0.1.
const LOCALE: [&str; 3] = ["LC_ALL", "LC_MESSAGES", "LANG"];
/// GNU's list of preferred languages; counts only where the locale is not `C`. Since 0.1.
const LANGUAGE: &str = "LANGUAGE";
/// Any value but the empty one: no colours (no-color.org). Since 0.1.
const NO_COLOR: &str = "NO_COLOR";
/// Any value but `0` and the empty one: colours also into files and pipes. Since 0.1.
const CLICOLOR_FORCE: &str = "CLICOLOR_FORCE";
/// `dumb`: a terminal without colours. Since 0.1.
const TERM: &str = "TERM";

/// The user's home folder: what `serve` keeps and reads without being told is below it. Since 0.1.
#[cfg(unix)]
const HOME: &str = "HOME";
/// The user's folder for caches, instead of the one in the home folder. Since 0.1.
#[cfg(unix)]
const XDG_CACHE_HOME: &str = "XDG_CACHE_HOME";
/// The user's netrc file, instead of the one in the home folder; as Go. Since 0.1.
#[cfg(unix)]
const NETRC: &str = "NETRC";
/// Go's own variables, which say where `serve` gets modules from, and where the `go env` file is. Since 0.1.
#[cfg(unix)]
const GO: [&str; 9] = [
    "GOENV",
    "GOINSECURE",
    "GONOPROXY",
    "GONOSUMDB",
    "GOPRIVATE",
    "GOPROXY",
    "GOSUMDB",
    "HOME",
    "XDG_CONFIG_HOME",
];

/// One of the variables that Go reads.
#[cfg(unix)]
pub(crate) fn go(name: &str) -> Option<String> {
    GO.contains(&name).then(|| text(name)).flatten()
}

/// The folder in which a user's programs keep what they can get again.
#[cfg(unix)]
pub(crate) fn user_cache() -> Option<PathBuf> {
    let named = text(XDG_CACHE_HOME).map(PathBuf::from).filter(|folder| folder.is_absolute());
    let place = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
    named.or_else(|| Some(PathBuf::from(text(HOME)?).join(place)))
}

/// The user's netrc file.
#[cfg(unix)]
pub(crate) fn netrc() -> Option<PathBuf> {
    text(NETRC).map(PathBuf::from).or_else(|| Some(PathBuf::from(text(HOME)?).join(".netrc")))
}

/// The variable's text; `None` if it is not set or empty.
pub(crate) fn text(name: &str) -> Option<String> {
    env::var_os(name).map(OsString::into_string).and_then(Result::ok).filter(|value| !value.is_empty())
}

/// The name of the locale for messages.
pub(crate) fn locale() -> Option<String> {
    let locale = LOCALE.into_iter().find_map(text)?;
    if locale == "C" || locale == "POSIX" || locale.starts_with("C.") {
        return Some(locale);
    }
    let preferred = text(LANGUAGE).and_then(|list| list.split(':').next().map(str::to_owned));
    preferred.filter(|language| !language.is_empty()).or(Some(locale))
}

/// What the environment says about colours: forbidden, forced, or nothing.
pub(crate) fn color() -> Option<bool> {
    if text(NO_COLOR).is_some() {
        return Some(false);
    }
    if text(CLICOLOR_FORCE).is_some_and(|value| value != "0") {
        return Some(true);
    }
    None
}

/// Is the terminal one without colours?
pub(crate) fn dumb_terminal() -> bool {
    text(TERM).is_some_and(|value| value == "dumb")
}
