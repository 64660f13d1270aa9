//! What a person sees and a program gets, through the real binary.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where and stop")]

mod check;
mod command_line;
mod common;
mod diagnose;
mod downloads;
mod from_history;
mod run_pipes;
#[cfg(unix)]
mod run_terminal;
#[cfg(unix)]
mod serve;
mod settings;
