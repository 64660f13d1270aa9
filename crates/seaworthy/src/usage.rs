//! Wrong usage, said in the reader's language. clap knows what is wrong; the words are ours.

use crate::words::{self as w, plain, with};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use finding::Words;

/// What is wrong with a command line, and what might help.
#[derive(Debug, Clone)]
pub(crate) struct Complaint {
    /// The error.
    pub(crate) error: Words,
    /// What to do, line by line.
    pub(crate) hints: Vec<Words>,
}

/// Translates one of clap's errors.
pub(crate) fn complaint(error: &clap::Error) -> Complaint {
    let one = |kind| context(error, kind).first().cloned().unwrap_or_default();
    let name = |kind| plain(bare(&one(kind)));
    let words = match error.kind() {
        ErrorKind::UnknownArgument => with(&w::UNKNOWN_ARGUMENT, &[plain(one(ContextKind::InvalidArg))]),
        ErrorKind::InvalidSubcommand => {
            with(&w::UNKNOWN_COMMAND, &[plain(one(ContextKind::InvalidSubcommand))])
        }
        ErrorKind::InvalidValue if one(ContextKind::InvalidValue).is_empty() => {
            with(&w::MISSING_VALUE, &[name(ContextKind::InvalidArg)])
        }
        ErrorKind::InvalidValue => {
            with(&w::INVALID_VALUE, &[plain(one(ContextKind::InvalidValue)), name(ContextKind::InvalidArg)])
        }
        // Our own value parsers speak the reader's language already.
        ErrorKind::ValueValidation => std::error::Error::source(error).map_or_else(
            || {
                with(
                    &w::INVALID_VALUE,
                    &[plain(one(ContextKind::InvalidValue)), name(ContextKind::InvalidArg)],
                )
            },
            plain,
        ),
        ErrorKind::MissingRequiredArgument => {
            with(&w::MISSING_ARGUMENT, &[plain(context(error, ContextKind::InvalidArg).join(" "))])
        }
        ErrorKind::ArgumentConflict => {
            let (this, other) = (one(ContextKind::InvalidArg), one(ContextKind::PriorArg));
            if this == other {
                with(&w::REPEATED, &[plain(bare(&this))])
            } else {
                with(&w::CONFLICT, &[plain(bare(&this)), plain(bare(&other))])
            }
        }
        _ => with(&w::OTHER_USAGE, &[plain(first_line(error))]),
    };
    Complaint { error: words, hints: hints(error) }
}

fn hints(error: &clap::Error) -> Vec<Words> {
    let mut hints = Vec::new();
    for kind in [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue] {
        if let Some(suggestion) = context(error, kind).first() {
            hints.push(with(&w::DID_YOU_MEAN, &[plain(bare(suggestion))]));
        }
    }
    let possible = context(error, ContextKind::ValidValue);
    if !possible.is_empty() {
        hints.push(with(&w::POSSIBLE, &[plain(possible.join(", "))]));
    }
    hints
}

fn context(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(value)) => vec![value.clone()],
        Some(ContextValue::Strings(values)) => values.clone(),
        _ => Vec::new(),
    }
}

/// `--lang` out of `--lang <LANG>`.
fn bare(argument: &str) -> &str {
    argument.split_once(" <").map_or(argument, |(name, _)| name)
}

fn first_line(error: &clap::Error) -> String {
    let text = error.to_string();
    text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned()
}
