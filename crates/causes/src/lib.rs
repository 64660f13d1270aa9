//! The catalogue of causes: recognise, verify, explain, mend.
//!
//! A cause is declared once, in `catalogue/<id>.rs`. [`diagnose`] turns a log into reports.

mod case;
mod catalogue;
mod cause;
mod clue;
mod compile;
mod engine;
mod foreign;
mod mend;
mod net;
mod page;
mod project;
mod raw;
mod report;
mod sign;
mod stdlib;

pub use case::Case;
pub use catalogue::ALL;
pub use cause::{Cause, Confirm, Judge, Verdict};
pub use clue::{Clue, Message, Origin, Scene};
pub use page::{index, page};
pub use project::{Answer, Confirmation, Entry, EntryKind, Facts, Files, MOST_BYTES, Project};
pub use report::diagnose;
pub use sign::{Sign, find, hint, sign};

/// Every cause, in the order of the catalogue.
#[must_use]
pub fn catalogue() -> &'static [&'static Cause] {
    ALL
}

/// The cause with this id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Cause> {
    ALL.iter().copied().find(|c| c.id == id)
}
