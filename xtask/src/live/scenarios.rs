//! Scenarios of the lab, built live: the fault is set up, the build fails for real, the program reads what was printed.

use super::{Need, Suite, Tally};
use crate::run::output;
use anyhow::{Context, Result};
use serde_json::Value;
use std::process::Command;

pub(crate) const SUITE: Suite = Suite {
    name: "scenarios",
    about: "builds that fail for real get their cause",
    needs: &[Need::Root, Need::LabWorld, Need::Docker, Need::Image("golang:1.26"), Need::Builder("modern")],
    run,
};

/// The lab changes how names resolve, in a mount namespace: so it runs in a process of its own, which prints one JSON
/// object a case.
fn run() -> Result<Tally> {
    let mut lab = Command::new(std::env::current_exe().context("find this program")?);
    let text = output(lab.args(["lab", "live"]))?;
    let mut tally = Tally::default();
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).with_context(|| format!("a case of the lab: {line}"))?;
        let name = case["name"].as_str().unwrap_or_default();
        let outcome = case["wrong"].as_str().map_or(Ok(()), |why| Err(anyhow::anyhow!(why.to_owned())));
        tally.record(name, outcome);
    }
    Ok(tally)
}
