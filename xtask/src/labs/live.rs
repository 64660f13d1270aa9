//! Building scenarios here and now, and asking the program about each.

use super::record::{self, Form};
use super::world::World;
use anyhow::{Context, Result, anyhow, bail};
use lab::judge::{diagnose, judge, program};
use lab::{Dialect, Recording, Scenario};
use std::path::Path;

pub(crate) fn main(world: &World, names: &[String]) -> Result<()> {
    record::enter(world)?;
    let _lock = record::alone(world)?;
    let program = program().map_err(|why| anyhow!(why))?;
    let scenarios = lab::scenarios()?;
    let chosen: Vec<&Scenario> = scenarios
        .iter()
        .filter(|s| if names.is_empty() { s.live } else { names.contains(&s.name) })
        .collect();
    if chosen.is_empty() {
        bail!("no such scenario; `cargo xtask lab list` shows them");
    }
    for (n, scenario) in chosen.into_iter().enumerate() {
        // another dialect for each, so that a short run sees all of them
        let dialects: Vec<Dialect> = scenario
            .dialects
            .iter()
            .copied()
            .filter(|&d| d != Dialect::Dockerbuild && d != Dialect::Tty)
            .collect();
        let dialect = dialects[n % dialects.len()];
        let wrong = one(world, &program, scenario, dialect).err().map(|error| format!("{error:#}"));
        let case = serde_json::json!({"name": format!("{}/{dialect}", scenario.name), "wrong": wrong});
        println!("{case}");
    }
    Ok(())
}

fn one(world: &World, program: &Path, scenario: &Scenario, dialect: Dialect) -> Result<()> {
    let form = Form { dialect, name: dialect.name(), raw: scenario.raw.as_deref() };
    let recording: Recording = record::make(world, scenario, &form).context("the build")?;
    let (report, code) = diagnose(program, &recording.log).map_err(|why| anyhow!(why))?;
    judge(&recording, &report, code).map_err(|why| anyhow!(why))
}
