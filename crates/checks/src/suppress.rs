//! Findings that somebody decided to live with: comments above an instruction, comments for a whole file, settings.

use dockerfile::Comment;

use crate::checks;
use crate::draft::Draft;
use crate::unit::Unit;

/// A project's settings for checks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// `(path pattern, cause id)`: findings of that cause in such files are not shown. The pattern follows
    /// `.dockerignore`; `*` as cause means all.
    pub ignore: Vec<(String, String)>,
}

pub(crate) fn is_silenced(draft: &Draft, unit: &Unit<'_>, settings: &Settings) -> bool {
    let place = draft.places.first().map_or(unit.path.as_str(), |(path, ..)| path);
    let listed = settings.ignore.iter().any(|(pattern, cause)| {
        (cause == "*" || cause == draft.id)
            && dockerfile::ignore::IgnoreFile::from_patterns([pattern.as_str()]).is_ignored(place)
    });
    if listed {
        return true;
    }
    let aliases = checks::ALL.iter().find(|c| c.id == draft.id).map_or(&[][..], |c| c.aliases);
    let names = |list: &str| {
        list.split([',', ' ', ';']).map(str::trim).any(|name| {
            name == draft.id
                || name.eq_ignore_ascii_case("all")
                || aliases.iter().any(|a| a.eq_ignore_ascii_case(name))
        })
    };
    let whole_file = unit.file.comments.iter().any(|c| {
        let text = c.text.as_str();
        after(text, "hadolint global ignore=").is_some_and(names)
            || after(text, "seaworthy: ignore-file[")
                .is_some_and(|list| names(list.split(']').next().unwrap_or("")))
    }) || unit.file.directives.iter().any(|d| {
        d.name == "check"
            && d.value.split(';').filter_map(|part| part.trim().strip_prefix("skip=")).any(names)
    });
    if whole_file {
        return true;
    }
    let Some(at) = draft.instruction else { return false };
    let Some(instruction) = unit.file.instructions.get(at) else { return false };
    let above = unit.file.comments.get(instruction.comments.clone()).unwrap_or(&[]);
    let inside = |c: &&Comment| instruction.first_line <= c.line && c.line <= instruction.last_line;
    above.iter().chain(unit.file.comments.iter().filter(inside)).any(|c| {
        let text = c.text.as_str();
        after(text, "hadolint ignore=").is_some_and(names)
            || after(text, "check=skip=").is_some_and(names)
            || after(text, "seaworthy: ignore[")
                .is_some_and(|list| names(list.split(']').next().unwrap_or("")))
    })
}

fn after<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    text.strip_prefix(prefix)
}
