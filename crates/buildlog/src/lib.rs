//! What a build printed: from any log to steps, the step that failed, and typed error chains.
//!
//! [`read()`] streams a log in any dialect and wrapper into a [`Log`]; [`chain`] takes a line apart; [`downloads`]
//! reads what `go mod download -json` or `-x` said.

mod assemble;
pub mod chain;
mod clean;
mod dialect;
pub mod downloads;
mod keep;
mod model;
mod read;
mod record;
mod solve;
mod wire;
mod wrapper;

pub use clean::clean;
pub use model::{Build, Dialect, Ending, Line, Log, Snippet, Step, StepState};
pub use read::{ReadError, read};
pub use wrapper::{Unwrapped, unwrap};
