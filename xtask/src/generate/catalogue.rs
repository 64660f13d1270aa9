//! `crates/causes/src/catalogue/mod.rs`: the list of the files beside it.

use super::{Generator, Output};
use crate::run;
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

const FOLDER: &str = "crates/causes/src/catalogue";

pub(super) const GENERATOR: Generator = Generator { name: "the list of causes", owns: &[], make };

fn make() -> Result<Output> {
    let folder = run::root().join(FOLDER);
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("list {FOLDER}"))? {
        let file = entry.with_context(|| format!("list {FOLDER}"))?.file_name();
        if let Some(name) = file.to_str().and_then(|f| f.strip_suffix(".rs")).filter(|n| *n != "mod") {
            names.insert(name.to_owned());
        }
    }
    let path = format!("{FOLDER}/mod.rs");
    let now = fs::read_to_string(run::root().join(&path)).unwrap_or_default();
    Ok(Output::Files(vec![(path, write(&order(&now, &names), &names).into_bytes())]))
}

/// The order of the catalogue: that of today's list, which may be changed by hand. A new cause comes behind the last
/// one of its family (the id's first word), or at the end.
fn order(now: &str, names: &BTreeSet<String>) -> Vec<String> {
    let listed = now.lines().filter_map(|l| l.trim().strip_prefix('&')?.strip_suffix("::CAUSE,"));
    let mut order: Vec<String> = Vec::new();
    for name in listed {
        if names.contains(name) && !order.iter().any(|o| o == name) {
            order.push(name.to_owned());
        }
    }
    for name in names {
        if order.contains(name) {
            continue;
        }
        let family = |n: &str| n.split('_').next().unwrap_or(n).to_owned();
        let last = order.iter().rposition(|o| family(o) == family(name));
        order.insert(last.map_or(order.len(), |at| at + 1), name.clone());
    }
    order
}

fn write(order: &[String], names: &BTreeSet<String>) -> String {
    let mut out =
        String::from("//! Every cause, one file each. This list is written by `cargo xtask generate`.\n\n");
    for name in names {
        let _ = writeln!(out, "mod {name};");
    }
    out += "\nuse crate::cause::Cause;\n\n/// Every cause, in the order of the catalogue.\n";
    out += "pub static ALL: &[&Cause] = &[\n";
    for name in order {
        let _ = writeln!(out, "    &{name}::CAUSE,");
    }
    out += "];\n";
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_cause_joins_its_family_and_a_removed_one_leaves() {
        let now = "pub static ALL: &[&Cause] = &[\n    &net_dns::CAUSE,\n    &gone::CAUSE,\n    &fs_full::CAUSE,\n];\n";
        let names = ["fs_full", "net_dns", "net_new", "other"].map(str::to_owned).into();
        assert_eq!(order(now, &names), ["net_dns", "net_new", "fs_full", "other"]);
    }
}
