//! Prints the literals that one pass over a log searches for, one a line, for comparison with other searchers.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

use std::collections::BTreeSet;

fn main() {
    let signs = seaworthy_causes::catalogue().iter().flat_map(|cause| cause.signs);
    let literals: BTreeSet<&str> = signs.map(|sign| sign.literal()).filter(|l| !l.is_empty()).collect();
    for literal in literals {
        println!("{literal}");
    }
}
