//! What the catalogue and the report describe of themselves: a page for each cause, and the JSON schema.

use super::{Generator, Output, cargo_run, scratch};
use crate::run;
use anyhow::{Context, Result};
use std::fs;

pub(super) const CAUSES: Generator =
    Generator { name: "the pages of the causes", owns: &["docs/causes", "docs/zh/causes"], make: causes };

pub(super) const SCHEMA: Generator =
    Generator { name: "the schema of the JSON report", owns: &["docs/schema"], make: schema };

fn causes() -> Result<Output> {
    let folder = scratch("pages")?;
    run::checked(
        cargo_run(&["--package", "seaworthy-causes", "--example", "pages", "--"])
            .args([folder.join("en"), folder.join("zh")]),
    )?;
    let mut files = Vec::new();
    for (lang, target) in [("en", "docs/causes"), ("zh", "docs/zh/causes")] {
        for entry in fs::read_dir(folder.join(lang)).context("list the pages")? {
            let entry = entry.context("list the pages")?;
            let path = format!("{target}/{}", entry.file_name().to_string_lossy());
            files.push((path, fs::read(entry.path()).context("read a page")?));
        }
    }
    files.sort();
    Ok(Output::Files(files))
}

fn schema() -> Result<Output> {
    let mut show = cargo_run(&["--package", "seaworthy-finding", "--example", "show", "--", "schema"]);
    Ok(Output::Files(vec![("docs/schema/report.schema.json".into(), run::output(&mut show)?.into_bytes())]))
}
