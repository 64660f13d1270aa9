//! Findings as data, and the renderers that show them.
//!
//! Whatever looks at a build (a log, a Dockerfile, a probe, a scan) produces [`Finding`]s inside a [`Report`].
//! Producers know nothing of rendering and renderers nothing of producers: this crate is where they meet.
//!
//! ```
//! use seaworthy_finding::{Format, Lang, Outcome, RenderOptions, Report, render};
//!
//! let report = Report { input: "build.log".into(), outcome: Outcome::Succeeded, ..Report::default() };
//! let opts = RenderOptions { lang: Lang::Zh, ..RenderOptions::default() };
//! assert_eq!(render(&[report], Format::Text, &[], &opts), "构建成功\n");
//! ```
//!
//! # The parts
//!
//! - The data: [`Report`], [`Finding`], [`Evidence`], [`Fix`]. Sentences are [`Words`], which hold every language.
//! - [`render`] turns reports into a [`Format`]. It is pure: data in, a `String` out; it knows no terminal, no file
//!   and no clock. One report gives the single form, several the form for many.
//! - [`json_schema`] describes the JSON form, the contract that other programs build on.
//! - [`redact`](mod@redact) masks secrets. Producers mask what they put into [`Evidence`] and [`StepRef`]; the renderers show
//!   what they are given. What a terminal, a browser, a runner or an XML reader might obey is made visible instead.
//! - Every word the renderers add comes from one catalogue (`ui.rs`, made with [`catalogue!`]); other crates declare
//!   theirs with the same macro and test them with [`check_catalogue`].
//! - [`exit`] names the exit codes.
//!
//! # Adding a renderer
//!
//! A file in `render/` with a function from reports to `String`, a variant of [`Format`] (the compiler then names the
//! places that need an arm), words in `ui.rs`, and a test on the sample reports of `tests/fixtures`. To look at it:
//! `cargo run -p seaworthy-finding --example show -- FORMAT en proxy`.

pub mod exit;
mod model;
pub mod redact;
mod render;
mod ui;
mod words;

pub use model::{
    Confidence, Evidence, Finding, Fix, Highlight, Location, Outcome, Report, Severity, Source, StepRef,
    TimelineEntry, TimelineState,
};
pub use render::{Format, RenderOptions, Rule, json_schema, render};
pub use words::{Lang, UnknownName, Words, check_catalogue};
