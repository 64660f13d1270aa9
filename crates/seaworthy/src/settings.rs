//! Settings: what was typed wins over the environment, that over `seaworthy.toml`, that over the defaults.
//!
//! The file belongs to a repository, which may be somebody else's. So it cannot name files to write or switch off the
//! masking of secrets; those two are for the command line alone.

use crate::args::{Args, Color};
use crate::console::Console;
use crate::env;
use crate::fault::Fault;
use crate::words::{self as w, io_reason, plain, with};
use finding::{Format, Lang, Words};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Name of the settings file.
const FILE: &str = "seaworthy.toml";

/// `seaworthy.toml`, as written.
#[derive(Debug, Default, Deserialize)]
struct FileSettings {
    lang: Option<String>,
    color: Option<String>,
    format: Option<String>,
    quiet: Option<bool>,
    builder: Option<String>,
}

/// The keys of [`FileSettings`].
const KEYS: [&str; 5] = ["builder", "color", "format", "lang", "quiet"];

/// What holds after all layers were looked at.
#[derive(Debug)]
pub(crate) struct Settings {
    /// How to speak.
    pub(crate) console: Console,
    /// Form of reports, if any layer names one.
    pub(crate) format: Option<Format>,
    /// Builder whose history counts.
    pub(crate) builder: Option<String>,
}

/// Looks at all layers. `folder` is where the search for the file begins.
///
/// # Errors
/// A value that means nothing, in the file or in the environment; a file that cannot be read.
pub(crate) fn resolve(args: &Args, folder: &Path) -> Result<Settings, Fault> {
    let path = find(folder);
    let file = path.as_deref().map(load).transpose()?.unwrap_or_default();
    let lang = layers(args.lang, env::LANG, file.lang, |name| name.parse().ok(), "en, zh", path.as_deref())?;
    let color =
        layers(args.color, env::COLOR, file.color, Color::from_name, "auto, always, never", path.as_deref())?;
    let formats = Format::all().iter().map(|format| format.name()).collect::<Vec<_>>().join(", ");
    let format = layers(None, env::FORMAT, file.format, |name| name.parse().ok(), &formats, path.as_deref())?;
    let console = Console {
        lang: lang.unwrap_or_else(locale_lang),
        color: color.unwrap_or_default(),
        quiet: args.quiet || file.quiet.unwrap_or(false),
    };
    Ok(Settings { console, format, builder: file.builder })
}

/// The language before settings are known: for errors about the command line.
pub(crate) fn early_lang(typed: Option<Lang>) -> Lang {
    typed.or_else(|| env::text(env::LANG)?.parse().ok()).unwrap_or_else(locale_lang)
}

fn locale_lang() -> Lang {
    env::locale().map_or(Lang::En, |name| Lang::from_locale(&name))
}

/// The first layer that has a value.
fn layers<T>(
    typed: Option<T>,
    variable: &str,
    in_file: Option<String>,
    parse: impl Fn(&str) -> Option<T>,
    possible: &str,
    path: Option<&Path>,
) -> Result<Option<T>, Fault> {
    if typed.is_some() {
        return Ok(typed);
    }
    let hint = || Some(with(&w::POSSIBLE, &[plain(possible)]));
    if let Some(value) = env::text(variable) {
        return parse(&value)
            .map(Some)
            .ok_or_else(|| Fault::usage(with(&w::BAD_VARIABLE, &[plain(variable), plain(&value)]), hint()));
    }
    let Some(value) = in_file else { return Ok(None) };
    parse(&value).map(Some).ok_or_else(|| {
        let key = variable.trim_start_matches("SEAWORTHY_").to_lowercase();
        let words = with(&w::INVALID_VALUE, &[plain(&value), plain(&key)]);
        let path = path.unwrap_or(Path::new(FILE));
        let line = fs::read_to_string(path).map_or(1, |text| line_of(&text, &key));
        Fault::usage(located(path, line, &words), hint())
    })
}

fn located(path: &Path, line: usize, words: &Words) -> Words {
    with(&w::BAD_SETTINGS, &[plain(path.display()), plain(line), words.clone()])
}

/// The nearest settings file, from `folder` up to the root of its repository. Outside a repository only `folder`
/// itself counts: what lies above may belong to anybody.
fn find(folder: &Path) -> Option<PathBuf> {
    let root = folder.ancestors().find(|above| above.join(".git").exists()).unwrap_or(folder);
    folder
        .ancestors()
        .take_while(|above| above.starts_with(root))
        .map(|above| above.join(FILE))
        .find(|path| path.is_file())
}

fn load(path: &Path) -> Result<FileSettings, Fault> {
    let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    let syntax = |error: &toml::de::Error| {
        let line = error.span().map_or(1, |span| line_at(&text, span.start));
        Fault::usage(located(path, line, &plain(error.message())), None)
    };
    let deserializer = toml::Deserializer::parse(&text).map_err(|error| syntax(&error))?;
    let mut unknown = None;
    let mut note = |key: serde_ignored::Path<'_>| {
        unknown.get_or_insert_with(|| key.to_string());
    };
    let file = serde_ignored::deserialize(deserializer, &mut note).map_err(|error| syntax(&error))?;
    match unknown {
        None => Ok(file),
        Some(key) => {
            let line = line_of(&text, &key);
            let words = with(&w::UNKNOWN_KEY, &[plain(path.display()), plain(line), plain(&key)]);
            Err(Fault::usage(words, Some(with(&w::KNOWN_KEYS, &[plain(KEYS.join(", "))]))))
        }
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Fault {
    let reason =
        if error.kind() == io::ErrorKind::InvalidData { plain("not UTF-8") } else { io_reason(error) };
    Fault::Read { what: plain(path.display()), reason }
}

/// 1-based line of a top-level key.
fn line_of(text: &str, key: &str) -> usize {
    let Ok(table) = toml::de::DeTable::parse(text) else { return 1 };
    let found = table.get_ref().keys().find(|name| name.get_ref() == key);
    found.map_or(1, |name| line_at(text, name.span().start))
}

fn line_at(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(text: &str) -> Result<FileSettings, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        fs::write(&path, text).unwrap();
        load(&path).map_err(|fault| {
            let lines: Vec<_> =
                [fault.words()].into_iter().chain(fault.hints()).map(|line| line.en).collect();
            lines.join(" | ").replace(&*path.to_string_lossy(), FILE)
        })
    }

    #[test]
    fn a_file_is_read_or_its_fault_is_located() {
        let file = loaded("# ours\nlang = 'zh'\nquiet = true\n").unwrap();
        assert_eq!((file.lang.as_deref(), file.quiet, file.format), (Some("zh"), Some(true), None));
        for (text, fault) in [
            (
                "lang = 'zh'\n\ncolour = 'never'\n",
                "seaworthy.toml:3: there is no setting `colour` | settings are: builder, color, format, lang, quiet",
            ),
            ("quiet = 'yes'\n", "seaworthy.toml:1: invalid type: string \"yes\", expected a boolean"),
            ("lang = \n", "seaworthy.toml:1: string values must be quoted, expected literal string"),
        ] {
            assert_eq!(loaded(text).err().as_deref(), Some(fault));
        }
    }

    #[test]
    fn every_key_is_listed() {
        let all =
            KEYS.map(|key| format!("{key} = {}\n", if key == "quiet" { "false" } else { "'x'" })).concat();
        assert!(loaded(&all).is_ok(), "{all}");
    }

    #[test]
    fn the_search_ends_at_the_repository() {
        let top = tempfile::tempdir().unwrap();
        let deep = top.path().join("repo/a/b");
        fs::create_dir_all(&deep).unwrap();
        fs::write(top.path().join(FILE), "").unwrap();
        // No repository: only the folder itself.
        assert_eq!(find(&deep), None);
        assert_eq!(find(top.path()), Some(top.path().join(FILE)));
        fs::create_dir(top.path().join("repo/.git")).unwrap();
        assert_eq!(find(&deep), None);
        fs::write(top.path().join("repo").join(FILE), "").unwrap();
        assert_eq!(find(&deep), Some(top.path().join("repo").join(FILE)));
        fs::write(deep.join(FILE), "").unwrap();
        assert_eq!(find(&deep), Some(deep.join(FILE)));
    }
}
