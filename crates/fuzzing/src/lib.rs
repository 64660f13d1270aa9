//! What each fuzz target does with an input: every parser of the workspace, and what must hold for any bytes.
//!
//! `fuzz/` feeds these functions with what libFuzzer makes up; `tests/corpora.rs` feeds them with what is kept in
//! `fuzz/corpus/`, in an ordinary `cargo test`. A function panics when something does not hold.
//! To add a target: a function here, its entry in [`TARGETS`], a file in `fuzz/fuzz_targets/` and a `[[bin]]` for it.

mod containers;
mod logs;
mod modules;
mod shown;

pub use containers::{dockerfile, ignore};
pub use logs::{chain, diagnose, log};
pub use modules::{archives, modules};
pub use shown::render;

/// A fuzz target: its name, which is also that of its corpus, and its function.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("archives", archives),
    ("chain", chain),
    ("diagnose", diagnose),
    ("dockerfile", dockerfile),
    ("ignore", ignore),
    ("log", log),
    ("modules", modules),
    ("render", render),
];

/// The input as text; bytes that are none become replacement characters.
fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// Inputs with several parts separate them with NUL bytes.
fn parts(text: &str) -> impl Iterator<Item = &str> + Clone {
    text.split('\0')
}
