//! `seaworthy fix`: mends what check finds.

use crate::args::ProjectArgs;
use crate::console::Console;
use crate::fault::Fault;
use crate::project::{self, Opened};
use crate::words::{self as w, plain, with};
use checks::Project;
use checks::fix::{FixOptions, FixOutcome, Left, LeftReason};
use finding::{Words, exit};
use std::fs;

/// Runs the command; gives the exit code.
pub(crate) fn execute(args: &ProjectArgs, apply: bool, allow_unsafe: bool, console: Console) -> u8 {
    match mend(args, apply, allow_unsafe, console) {
        Ok(outcome) if outcome.left.is_empty() => exit::OK,
        Ok(_) => exit::FOUND,
        Err(fault) => {
            console.complain(&fault);
            fault.exit_code()
        }
    }
}

fn mend(args: &ProjectArgs, apply: bool, allow_unsafe: bool, console: Console) -> Result<FixOutcome, Fault> {
    let opened = project::open(args.folder.as_deref())?;
    let options = Opened::options(args);
    opened.dockerfiles(&Project::scan(&opened.tree), &options)?;
    let outcome = checks::fix::fix(&opened.tree, &options, FixOptions { allow_unsafe });
    if apply {
        write(&opened, &outcome)?;
    }
    let mut lines = Vec::new();
    let form = if apply { &w::MENDED } else { &w::MENDABLE };
    for one in &outcome.applied {
        lines.push(with(form, &[plain(one.cause), one.finding.clone(), one.fix.clone()]));
    }
    if apply {
        lines.extend(outcome.files.iter().map(|file| with(&w::WROTE, &[plain(opened.typed(&file.path))])));
    } else {
        let diff: String = outcome.files.iter().map(|file| file.diff.as_str()).collect();
        console.print(&diff)?;
    }
    lines.extend(outcome.left.iter().flat_map(left));
    if lines.is_empty() {
        lines.push(w::NOTHING_TO_MEND.clone());
    }
    // The diff is for a program, or at least alone on its stream.
    for line in lines {
        if apply {
            console.print(&format!("{}\n", line.get(console.lang)))?;
        } else {
            console.note(&line);
        }
    }
    Ok(outcome)
}

fn left(left: &Left) -> Vec<Words> {
    let reason = match left.reason {
        LeftReason::NeedsYou => &w::LEFT_NEEDS_YOU,
        LeftReason::Unsafe => &w::LEFT_UNSAFE,
        LeftReason::Conflict => &w::LEFT_CONFLICT,
    };
    let reason = match (&left.hint, left.reason) {
        (Some(hint), LeftReason::NeedsYou) => hint,
        _ => reason,
    };
    let mut lines = vec![with(&w::LEFT, &[plain(left.cause), left.finding.clone(), reason.clone()])];
    lines.extend(left.command.as_ref().map(|command| with(&w::TYPE_COMMAND, &[plain(command)])));
    lines
}

/// Writes all files, unless one of them is not what was checked.
fn write(opened: &Opened, outcome: &FixOutcome) -> Result<(), Fault> {
    for file in &outcome.files {
        let path = opened.path(&file.path);
        let now = fs::read(&path).unwrap_or_default();
        if now != file.old.as_bytes() {
            return Err(Fault::Write { what: plain(path.display()), reason: w::CHANGED_MEANWHILE.clone() });
        }
    }
    outcome.files.iter().try_for_each(|file| project::write(&opened.path(&file.path), &file.new))
}
