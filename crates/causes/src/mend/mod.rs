//! What several causes need to say how a build is mended: facts of the build, names out of messages, ready remedies.
//!
//! Everything here reads one [`Case`](crate::case::Case) and returns text. What stands in a log was written by
//! others, so a name is only put into a command when it is made of harmless characters (see [`names::plain`]).

pub(crate) mod edits;
pub(crate) mod facts;
pub(crate) mod gover;
pub(crate) mod images;
pub(crate) mod names;
pub(crate) mod network;
pub(crate) mod private;
pub(crate) mod remedy;

/// Words made from a format string per language; names in braces are taken from the surroundings.
macro_rules! words {
    ($en:literal, $zh:literal $(,)?) => {
        ::finding::Words::new(format!($en), format!($zh))
    };
}
pub(crate) use words;
