//! The lab's data: scenarios of builds that fail for a known cause, and the logs recorded from them.
//!
//! A scenario is a folder of `lab/scenarios/`: a small project, its Dockerfile and `scenario.toml`, which names the
//! fault that is set up and the cause that must be found. `cargo xtask lab record` builds it for real with several
//! builders and stores what they printed in `lab/recordings/`; this crate reads both.

pub mod judge;
mod read;
mod recording;
mod scenario;
pub mod wrap;

pub use read::{failing_step, plain};
pub use recording::{
    Recording, Success, keep_recordings, recorded_scenarios, recordings, store_recording, store_successes,
    successes,
};
pub use scenario::{Dialect, Fault, Host, Placement, Scenario, Serve, Server, Tls, scenario, scenarios};

use std::path::{Path, PathBuf};

/// The `lab/` folder of this repository.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// What can be wrong with the lab's files.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder cannot be read or written.
    #[error("{operation} {path}: {source}")]
    Io {
        /// `read`, `write`, `list`.
        operation: &'static str,
        /// Which one.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A `scenario.toml` is not what it should be.
    #[error("parse {path}: {source}")]
    Scenario {
        /// Which one.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// A stored fact file is not what it should be.
    #[error("parse {path}: {source}")]
    Facts {
        /// Which one.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
}

impl Error {
    pub(crate) fn io(operation: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { operation, path: path.to_path_buf(), source }
    }
}
