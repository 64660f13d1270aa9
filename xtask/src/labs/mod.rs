//! `cargo xtask lab VERB`.

mod authority;
mod builders;
mod live;
mod net;
mod record;
mod server;
mod successes;
mod world;

use anyhow::Result;
use std::path::PathBuf;
use world::World;

/// What to do in the lab.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The world's folder [default: $SEAWORTHY_LAB or lab-world/ of the repository].
    #[arg(long, global = true)]
    dir: Option<PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(clap::Subcommand)]
enum Verb {
    /// Build what is missing of the container world and start it (Debian, as root).
    Up,
    /// Stop what `up` started.
    Down,
    /// Show what is there and how to use it.
    Status,
    /// List the scenarios.
    List,
    /// Build scenarios for real and store what the builders print.
    Record {
        /// Scenarios; without any, all that have no recording yet.
        names: Vec<String>,
        /// Only these dialects.
        #[arg(long, value_delimiter = ',')]
        dialect: Vec<String>,
        /// Record again what is there already.
        #[arg(long)]
        again: bool,
        /// Show the logs, store nothing.
        #[arg(long)]
        dry: bool,
    },
    /// Build the live scenarios and check what the program says of them; prints a JSON object a case.
    Live {
        /// Scenarios; without any, those marked `live`.
        names: Vec<String>,
    },
    /// Run commands that succeed (`lab/successes.toml`) and store what they print.
    Successes {
        /// Names; without any, all.
        names: Vec<String>,
    },
    /// Write the recordings' facts anew from the scenarios, without building.
    Label,
    /// Write every recording as a case for a scorer: JSON with id, label, log.
    Export {
        /// Folder to write to.
        folder: PathBuf,
    },
}

pub(crate) fn main(args: &Args) -> Result<()> {
    let world = World::at(args.dir.as_deref())?;
    match &args.verb {
        Verb::Up => world.up(),
        Verb::Down => world.down(),
        Verb::Status => {
            world.status();
            Ok(())
        }
        Verb::List => {
            for scenario in lab::scenarios()? {
                println!("{:<32} {:<24} {}", scenario.name, scenario.cause, scenario.about.trim());
            }
            Ok(())
        }
        Verb::Record { names, dialect, again, dry } => {
            record::main(&world, names, dialect, record::Mode { again: *again, dry: *dry })
        }
        Verb::Live { names } => live::main(&world, names),
        Verb::Successes { names } => successes::main(&world, names),
        Verb::Label => record::label(),
        Verb::Export { folder } => record::export(folder),
    }
}

/// Whether the world has been brought up and its engine answers.
pub(crate) fn is_up() -> bool {
    World::at(None).is_ok_and(|world| world.is_up())
}

/// What `cargo xtask test --setup` does: the whole world.
pub(crate) fn setup() -> Result<()> {
    World::at(None)?.up()
}
