//! Shows a sample report: `cargo run -p seaworthy-finding --example show -- FORMAT [LANG] [REPORT[,REPORT]...] [WIDTH] [color]`.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

#[path = "../tests/fixtures/mod.rs"]
mod fixtures;

use seaworthy_finding::{Format, RenderOptions, json_schema, render};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let arg = |n: usize, default: &'static str| args.get(n).map_or(default, String::as_str);
    if arg(0, "text") == "schema" {
        print!("{}", json_schema());
        return Ok(());
    }
    let format: Format = arg(0, "text").parse()?;
    let names = arg(2, "proxy");
    let reports = names
        .split(',')
        .map(|name| {
            fixtures::by_name(name)
                .ok_or_else(|| format!("no report `{name}`; there are {:?}", fixtures::NAMES))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let opts = RenderOptions {
        lang: arg(1, "en").parse()?,
        color: arg(4, "") == "color",
        hyperlinks: arg(4, "") == "color",
        width: args.get(3).map(|w| w.parse()).transpose()?,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        ..RenderOptions::default()
    };
    print!("{}", render(&reports, format, &fixtures::rules(), &opts));
    Ok(())
}
