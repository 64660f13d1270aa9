//! Building scenarios for real and keeping what was printed.

use super::builders::{self, Built};
use super::{net, server, world::World};
use crate::run::{checked, output, succeeds};
use anyhow::{Context, Result, bail};
use lab::{Dialect, Recording, Scenario, Serve};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

/// What to do with the logs.
#[derive(Clone, Copy)]
pub(crate) struct Mode {
    pub(crate) again: bool,
    pub(crate) dry: bool,
}

const INSIDE: &str = "SEAWORTHY_LAB_INSIDE";

/// Goes on in a mount namespace in which names resolve as the lab wants it: clients look up registries, too.
pub(crate) fn enter(world: &World) -> Result<()> {
    if env::var_os(INSIDE).is_some() {
        return Ok(());
    }
    let error = Command::new("unshare")
        .args(["--mount", "--propagation", "slave", "sh", "-c"])
        .arg("mount --bind \"$1\" /etc/hosts && mount --bind \"$2\" /etc/resolv.conf && shift 2 && exec \"$@\"")
        .arg("sh")
        .args([world.hosts(), world.resolv()])
        .arg(env::current_exe()?)
        .args(env::args_os().skip(1))
        .env(INSIDE, "1")
        .env("SSL_CERT_FILE", world.path("ca-bundle.crt"))
        .exec();
    Err(error).context("enter a mount namespace")
}

pub(crate) fn main(world: &World, names: &[String], dialects: &[String], mode: Mode) -> Result<()> {
    enter(world)?;
    let _lock = alone(world)?;
    let all = lab::scenarios()?;
    for name in names {
        if !all.iter().any(|s| s.name == *name) {
            bail!("no scenario is called {name:?}; `cargo xtask lab list` shows them");
        }
    }
    for name in dialects {
        if !Dialect::ALL.iter().any(|d| d.name() == name) {
            bail!("no dialect is called {name:?}; there are: {}", Dialect::ALL.map(Dialect::name).join(", "));
        }
    }
    let mut wrong = 0;
    for scenario in all.iter().filter(|s| names.is_empty() || names.contains(&s.name)) {
        let forms = scenario.dialects.iter().map(|&d| (d, d.name(), scenario.raw.as_deref()));
        let more = scenario.more.iter().map(|(name, raw)| (Dialect::Go, name.as_str(), Some(raw.as_str())));
        for (dialect, form, raw) in forms.chain(more) {
            let file = lab::folder().join(format!("recordings/{}/{form}.log.gz", scenario.name));
            let wanted = dialects.is_empty() || dialects.iter().any(|d| d == form);
            if !wanted || (file.exists() && !mode.again && !mode.dry) {
                continue;
            }
            let start = Instant::now();
            let verdict = record(world, scenario, &Form { dialect, name: form, raw }, mode);
            let seconds = start.elapsed().as_secs_f64();
            match verdict {
                Ok(()) => println!("ok    {:<30} {form:<16} {seconds:.1} s", scenario.name),
                Err(error) => {
                    wrong += 1;
                    println!("WRONG {:<30} {form:<16} {seconds:.1} s: {error:#}", scenario.name);
                }
            }
        }
    }
    if wrong > 0 {
        bail!("{wrong} recording(s) did not show what the scenario says");
    }
    Ok(())
}

/// One recording of a scenario.
pub(super) struct Form<'a> {
    pub(super) dialect: Dialect,
    pub(super) name: &'a str,
    pub(super) raw: Option<&'a str>,
}

/// Sets up the lab's network and makes other recorders wait: they share addresses, ports and the names file.
pub(super) fn alone(world: &World) -> Result<fs::File> {
    let lock = fs::File::create(world.path("record.lock"))?;
    lock.lock().context("wait for another recorder")?;
    net::up()?;
    Ok(lock)
}

fn record(world: &World, scenario: &Scenario, form: &Form<'_>, mode: Mode) -> Result<()> {
    let recording = make(world, scenario, form)?;
    if mode.dry {
        println!("{}", String::from_utf8_lossy(&recording.log));
    } else {
        lab::store_recording(&recording)?;
    }
    Ok(())
}

/// Builds a scenario; an error when the build did not do what the scenario says.
pub(super) fn make(world: &World, scenario: &Scenario, form: &Form<'_>) -> Result<Recording> {
    let dialect = form.dialect;
    let built = build(world, scenario, dialect, form.raw)?;
    let log = if dialect == Dialect::Dockerbuild { built.log.clone() } else { clean(world, &built.log)? };
    check(scenario, dialect, &built, &log)?;
    Ok(Recording {
        scenario: scenario.name.clone(),
        dialect: form.name.into(),
        cause: scenario.cause.clone(),
        secondary: scenario.secondary.clone(),
        decisive: scenario.decisive(dialect).to_vec(),
        exit_code: built.exit_code,
        step: failing_step(scenario, dialect, &log),
        log,
    })
}

fn failing_step(scenario: &Scenario, dialect: Dialect, log: &[u8]) -> Option<String> {
    lab::failing_step(dialect, log).filter(|_| scenario.cause != "success")
}

/// Sets the fault up, builds, takes it down again.
pub(crate) fn build(
    world: &World,
    scenario: &Scenario,
    dialect: Dialect,
    raw: Option<&str>,
) -> Result<Built> {
    let context = prepare(world, scenario)?;
    let names: String =
        builders::hosts(scenario).iter().map(|(name, address)| format!("{address} {name}\n")).collect();
    // written in place: the daemons hold these very files
    let wanted = fs::read_to_string(world.path("hosts.machine"))? + &names;
    if fs::read_to_string(world.hosts())? != wanted {
        fs::write(world.hosts(), wanted)?;
        let dockerfile = fs::read_to_string(context.join("Dockerfile")).unwrap_or_default();
        if dockerfile.lines().any(|l| l.starts_with("FROM ") && l.contains(".corp.example")) {
            // the daemons look the registry up, and a Go program reads its hosts file every five seconds only
            thread::sleep(Duration::from_millis(5200));
        }
    }
    let machine_resolv = fs::read_to_string(world.path("resolv.machine"))?;
    if let Some(resolver) = scenario.resolver {
        fs::write(world.resolv(), format!("nameserver {}\n", net::address(resolver)))?;
    }
    let servers = server::start(scenario, world);
    let built = servers.and_then(|_running| builders::build(world, scenario, dialect, raw, &context));
    fs::write(world.resolv(), machine_resolv)?;
    fs::remove_dir_all(&context).with_context(|| format!("remove {}", context.display()))?;
    built
}

/// The build context: the shared project, the scenario's own files over it, its script run.
fn prepare(world: &World, scenario: &Scenario) -> Result<PathBuf> {
    let context = Path::new("/tmp/seaworthy-lab").join(&scenario.name);
    if context.exists() {
        fs::remove_dir_all(&context)?;
    }
    fs::create_dir_all(&context)?;
    let copy = |from: &Path| checked(Command::new("cp").arg("-r").arg(from.join(".")).arg(&context));
    if let Some(project) = &scenario.project {
        copy(&lab::folder().join("projects").join(project))?;
    }
    copy(&scenario.folder)?;
    fs::remove_file(context.join("scenario.toml"))?;
    if let Some(script) = &scenario.prepare {
        output(
            Command::new("sh")
                .args(["-euc", script])
                .current_dir(&context)
                .env("LAB", lab::folder())
                .env("CA", world.path("ca.crt")),
        )
        .context("the scenario's prepare script")?;
    }
    if scenario.server.iter().any(|s| s.serve == Serve::Modules) && context.join("go.mod").exists() {
        // modules that only the scenario's server knows cannot be had here: that is no fault
        succeeds(
            Command::new("go")
                .args(["mod", "download"])
                .current_dir(&context)
                .env("GOMODCACHE", world.path("modcache"))
                .env("GOFLAGS", "-modcacherw"),
        );
    }
    Ok(context)
}

/// Takes this machine's own names and addresses out of a log.
pub(super) fn clean(world: &World, log: &[u8]) -> Result<Vec<u8>> {
    let resolver = fs::read_to_string(world.path("resolv.machine"))?;
    let resolver =
        resolver.lines().find_map(|l| l.strip_prefix("nameserver ")).unwrap_or_default().trim().to_owned();
    let mirror = output(Command::new("getent").args(["ahostsv4", "proxy.golang.org"])).unwrap_or_default();
    let mirror = mirror.split_whitespace().next().unwrap_or_default().to_owned();
    let world_path = world.folder.display().to_string();
    let engine_path = world.path("docker").display().to_string();
    let mut log = log.to_vec();
    for (from, to) in [
        (resolver.as_str(), "192.168.65.7"),
        (mirror.as_str(), "142.250.74.113"),
        ("/tmp/seaworthy-lab/", "/home/dev/src/"),
        (engine_path.as_str(), "/var/lib/docker"),
        (world_path.as_str(), "/var/lib/lab"),
    ] {
        if !from.is_empty() {
            log = replaced(&log, from.as_bytes(), to.as_bytes());
        }
    }
    Ok(log)
}

fn replaced(data: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut at = 0;
    while at < data.len() {
        if data[at..].starts_with(from) {
            out.extend_from_slice(to);
            at += from.len();
        } else {
            out.push(data[at]);
            at += 1;
        }
    }
    out
}

/// Whether the build did what the scenario says: only then the label is the true cause.
fn check(scenario: &Scenario, dialect: Dialect, built: &Built, log: &[u8]) -> Result<()> {
    let text = lab::plain(dialect, log);
    let last = || {
        text.lines()
            .rev()
            .take(12)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect::<Vec<_>>()
            .join("\n      | ")
    };
    if scenario.cause == "success" {
        if built.exit_code != 0 {
            bail!("the build must succeed, it ended with {}:\n      | {}", built.exit_code, last());
        }
        return Ok(());
    }
    if built.exit_code == 0 {
        bail!("the build must fail, it succeeded:\n      | {}", last());
    }
    let wanted = scenario.decisive(dialect);
    if dialect == Dialect::Dockerbuild {
        return Ok(());
    }
    if !wanted.is_empty() && !wanted.iter().any(|w| text.contains(w.as_str())) {
        bail!("none of {wanted:?} is in the log (exit code {}):\n      | {}", built.exit_code, last());
    }
    Ok(())
}

/// Writes the facts of every recording anew, after a scenario's text has changed. A log that no longer belongs to its
/// scenario is removed; the others stay as they are.
pub(crate) fn label() -> Result<()> {
    let scenarios = lab::scenarios()?;
    for name in lab::recorded_scenarios()? {
        let scenario = scenarios.iter().find(|s| s.name == name);
        let forms = scenario.map_or_else(Vec::new, |s| {
            s.dialects.iter().map(|d| d.name().to_owned()).chain(s.more.keys().cloned()).collect()
        });
        lab::keep_recordings(&name, &forms)?;
    }
    for mut one in lab::recordings()? {
        let scenario = scenarios
            .iter()
            .find(|s| s.name == one.scenario)
            .with_context(|| format!("the recording {} has no scenario", one.scenario))?;
        let dialect = Dialect::ALL.into_iter().find(|d| d.name() == one.dialect).unwrap_or(Dialect::Go);
        one.cause.clone_from(&scenario.cause);
        one.secondary.clone_from(&scenario.secondary);
        one.decisive = scenario.decisive(dialect).to_vec();
        one.step = failing_step(scenario, dialect, &one.log);
        let built = Built { log: Vec::new(), exit_code: one.exit_code };
        check(scenario, dialect, &built, &one.log)
            .with_context(|| format!("{} {}", one.scenario, one.dialect))?;
        lab::store_recording(&one)?;
    }
    Ok(())
}

/// Writes every recording as a case for a scorer.
pub(crate) fn export(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let all = lab::recordings()?;
    for one in &all {
        let id = format!("{}--{}", one.scenario, one.dialect);
        if one.dialect == Dialect::Dockerbuild.name() {
            fs::write(folder.join(format!("{id}.dockerbuild")), &one.log)?;
            continue;
        }
        if one.cause == "success" && one.dialect.starts_with("go") {
            continue; // a scorer wants to hear that it succeeded, which the go command never says
        }
        let case = serde_json::json!({
            "id": id, "label": one.cause, "secondary": one.secondary, "confirmed": true, "trap": false,
            "step_no": one.step, "decisive": one.decisive, "exit_code": one.exit_code,
            "log": String::from_utf8_lossy(&one.log),
        });
        fs::write(folder.join(format!("{id}.json")), serde_json::to_string_pretty(&case)?)?;
    }
    println!("{} cases in {}", all.len(), folder.display());
    Ok(())
}
