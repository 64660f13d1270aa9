//! Live tests: real Docker, real Go, real peers. A suite is one file here and one entry in `ALL`.

mod scenarios;

use crate::{labs, run};
use anyhow::Result;
use std::process::Command;

/// Something outside the repository that a suite cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "the vocabulary for suites; not every need has its suite yet")]
pub(crate) enum Need {
    /// A program in `PATH`.
    Program(&'static str),
    /// A Docker engine that answers.
    Docker,
    /// A Docker engine with an image of this name.
    Image(&'static str),
    /// buildx with a builder of this name.
    Builder(&'static str),
    /// The lab's container world.
    LabWorld,
    /// Root's rights.
    Root,
}

impl Need {
    /// `None` when it is there, otherwise what is missing.
    pub(crate) fn missing(self) -> Option<String> {
        let (there, what) = match self {
            Self::Program(name) => (run::has(name), format!("{name} is not installed")),
            Self::Docker => (
                run::succeeds(Command::new("docker").args(["info", "--format", "{{.ServerVersion}}"])),
                "no Docker engine answers".into(),
            ),
            Self::Image(name) => (
                run::succeeds(Command::new("docker").args(["image", "inspect", name])),
                format!("the engine has no image {name}"),
            ),
            Self::Builder(name) => (
                run::succeeds(Command::new("docker").args(["buildx", "inspect", name])),
                format!("buildx has no builder {name}"),
            ),
            Self::LabWorld => (labs::is_up(), "the lab's world is not up (cargo xtask lab up)".into()),
            Self::Root => (run::is_root(), "not root".into()),
        };
        (!there).then_some(what)
    }
}

/// What a suite counted.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Cases that did what they must.
    pub(crate) passed: usize,
    /// The others: name and what was wrong.
    pub(crate) failed: Vec<(String, String)>,
    /// Cases that could not run: name and why.
    pub(crate) skipped: Vec<(String, String)>,
}

impl Tally {
    /// Records one case.
    pub(crate) fn record(&mut self, name: &str, outcome: Result<()>) {
        match outcome {
            Ok(()) => self.passed += 1,
            Err(error) => self.failed.push((name.to_owned(), format!("{error:#}"))),
        }
    }
}

/// A group of live tests.
pub(crate) struct Suite {
    /// Short name; `cargo xtask test --live NAME` runs only this one.
    pub(crate) name: &'static str,
    /// What it proves, in a line.
    pub(crate) about: &'static str,
    /// Skipped, with the reason shown, when one of these is missing.
    pub(crate) needs: &'static [Need],
    /// Runs every case. An error means the suite itself could not run: it counts as one failure.
    pub(crate) run: fn() -> Result<Tally>,
}

/// Every suite, in the order they run.
pub(crate) const ALL: &[Suite] = &[scenarios::SUITE];
