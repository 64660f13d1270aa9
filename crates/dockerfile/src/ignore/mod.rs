//! `.dockerignore` with moby's exact rules (moby/patternmatcher v0.6.1, its `ignorefile`, and the file walk of
//! tonistiigi/fsutil that BuildKit's client uses): patterns from the root, the last match wins, a match of a folder
//! takes everything below it along, `!` takes back.

mod glob;
mod pattern;
mod regexp;
mod rules;

pub use glob::{BadPattern, clean, has_wildcard, matches};
pub use pattern::Pattern;
pub use rules::{Decision, DirState, IgnoreError, IgnoreFile, Reader, candidates};
