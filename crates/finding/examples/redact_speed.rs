//! How fast lines without a secret pass: `cargo run --release -p seaworthy-finding --example redact_speed -- FILE`.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

use std::hint::black_box;
use std::time::Instant;

use seaworthy_finding::redact::redact;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: redact_speed FILE")?;
    let text = String::from_utf8_lossy(&std::fs::read(path)?).into_owned();
    let mut times = Vec::new();
    let mut changed = 0;
    for _ in 0..11 {
        let start = Instant::now();
        changed = text.lines().filter(|l| matches!(black_box(redact(l)), std::borrow::Cow::Owned(_))).count();
        times.push(start.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    let speed = text.len() as f64 / times[times.len() / 2] / 1e6;
    println!(
        "{} lines, {changed} changed, {speed:.0} MB/s (median of {})",
        text.lines().count(),
        times.len()
    );
    Ok(())
}
