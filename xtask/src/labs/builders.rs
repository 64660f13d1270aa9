//! How a scenario is built in each dialect.

use super::net;
use super::world::{BUILDER, ENGINE_CLIENT, World};
use crate::run::{checked, output};
use anyhow::{Context, Result};
use lab::{Dialect, Scenario};
use serde_json::{Map, Value, json};
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

/// What a build printed and how it ended.
pub(crate) struct Built {
    pub(crate) log: Vec<u8>,
    pub(crate) exit_code: i32,
}

/// The host names of a scenario with their addresses: its own, and those of its servers.
pub(crate) fn hosts(scenario: &Scenario) -> Vec<(String, &'static str)> {
    let mut all: Vec<(String, &'static str)> =
        scenario.host.iter().map(|h| (h.name.clone(), net::address(h.to))).collect();
    for server in &scenario.server {
        let known = all.iter().any(|(name, _)| *name == server.name);
        if !known && server.name.contains('.') && !server.name.starts_with(|c: char| c.is_ascii_digit()) {
            all.push((server.name.clone(), net::SERVER));
        }
    }
    all
}

/// Builds the project in `context` and returns everything that was printed, both streams in their order.
///
/// `raw` is what the `go` dialect runs.
pub(crate) fn build(
    world: &World,
    scenario: &Scenario,
    dialect: Dialect,
    raw: Option<&str>,
    context: &Path,
) -> Result<Built> {
    let mut args: Vec<String> = scenario.args.clone();
    args.extend(scenario.args_in.get(dialect.name()).into_iter().flatten().cloned());
    let add_hosts: Vec<String> =
        hosts(scenario).iter().map(|(name, address)| format!("--add-host={name}:{address}")).collect();
    let text = |args: &[&str]| args.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>();
    let command: Vec<String> = match dialect {
        Dialect::Classic => {
            [text(&[ENGINE_CLIENT, "build", "--no-cache"]), add_hosts, args, text(&["."])].concat()
        }
        Dialect::EngineBuildkit => {
            [text(&[ENGINE_CLIENT, "build", "--no-cache", "--progress=plain"]), add_hosts, args, text(&["."])]
                .concat()
        }
        Dialect::Buildkit | Dialect::Rawjson | Dialect::Tty | Dialect::Dockerbuild => {
            let progress = match dialect {
                Dialect::Rawjson => "--progress=rawjson",
                Dialect::Tty => "--progress=tty",
                _ => "--progress=plain",
            };
            let start = text(&["docker", "buildx", "build", "--builder", BUILDER, "--no-cache", progress]);
            let whole = [start, add_hosts, args, text(&["."])].concat();
            if dialect == Dialect::Tty {
                let line = whole.iter().map(|a| quoted(a)).collect::<Vec<_>>().join(" ");
                text(&["script", "-qec", &format!("stty cols 120 rows 40; {line}"), "/dev/null"])
            } else {
                whole
            }
        }
        Dialect::Bake => {
            fs::write(context.join("docker-bake.json"), bake_file(scenario, &args).to_string())?;
            text(&[
                "docker",
                "buildx",
                "bake",
                "--builder",
                BUILDER,
                "--progress=plain",
                "-f",
                "docker-bake.json",
                "app",
            ])
        }
        Dialect::Compose => {
            fs::write(context.join("docker-compose.yml"), compose_file(scenario, &args).to_string())?;
            text(&["docker-compose", "build", "--no-cache", "app"])
        }
        Dialect::Buildah => {
            let (storage, run) = (world.path("buildah"), world.path("buildah-run"));
            let start = [
                "buildah".to_owned(),
                format!("--root={}", storage.display()),
                format!("--runroot={}", run.display()),
                format!("--registries-conf={}", world.path("registries.conf").display()),
                "bud".to_owned(),
                "--isolation=chroot".to_owned(),
                "--no-cache".to_owned(),
                format!("--signature-policy={}", world.path("policy.json").display()),
            ];
            [start.to_vec(), add_hosts, args, text(&["."])].concat()
        }
        Dialect::Go => {
            let raw = raw.context("the go dialect needs `raw`")?;
            let mount = format!("--volume={}:/src", context.display());
            // only this dialect has a warm build cache: what it records is the errors, not the time
            let cache =
                format!("--volume={}:/root/.cache/go-build", world.go_cache(&scenario.image).display());
            let start = text(&[ENGINE_CLIENT, "run", "--rm", "--workdir=/src", &mount, &cache]);
            [start, add_hosts, scenario.run_args.clone(), text(&[&scenario.image, "sh", "-c", raw])].concat()
        }
    };
    let built = run(scenario, dialect, context, &command)?;
    if dialect == Dialect::Dockerbuild {
        return Ok(Built { log: record_of_last_build(context)?, exit_code: built.exit_code });
    }
    Ok(built)
}

/// What BuildKit itself remembers of the build that has just ended.
fn record_of_last_build(context: &Path) -> Result<Vec<u8>> {
    let history = |args: &[&str]| {
        let mut command = Command::new("docker");
        command.args(["buildx", "history"]).args(args).args(["--builder", BUILDER]);
        command
    };
    let list = output(&mut history(&["ls", "--format", "json"]))?;
    let last: Value = serde_json::from_str(list.lines().next().context("no build in the history")?)?;
    let id = last["ref"].as_str().context("a build without a reference")?;
    let id = id.rsplit('/').next().unwrap_or(id);
    let path = context.with_extension("dockerbuild");
    checked(&mut history(&["export", id, "-o", &path.display().to_string()]))?;
    let record = fs::read(&path)?;
    fs::remove_file(&path)?;
    Ok(record)
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn run(scenario: &Scenario, dialect: Dialect, context: &Path, command: &[String]) -> Result<Built> {
    let path = context.with_extension("log");
    let file = File::create(&path).with_context(|| format!("create {}", path.display()))?;
    let status = Command::new("timeout")
        .args(["--kill-after=5", &scenario.limit.to_string()])
        .args(command)
        .current_dir(context)
        .env("DOCKER_BUILDKIT", if dialect == Dialect::EngineBuildkit { "1" } else { "0" })
        .env("BUILDX_NO_DEFAULT_ATTESTATIONS", "1")
        .env("TERM", "xterm-256color")
        .envs(&scenario.env)
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .status()
        .with_context(|| format!("start {command:?}"))?;
    let log = fs::read(&path)?;
    fs::remove_file(&path)?;
    Ok(Built { log, exit_code: status.code().unwrap_or(-1) })
}

/// The options of a build as bake and Compose write them down.
fn options(args: &[String]) -> (Map<String, Value>, Map<String, Value>) {
    let (mut options, mut build_args) = (Map::new(), Map::new());
    for arg in args {
        let (name, value) = arg.split_once('=').unwrap_or((arg, ""));
        match name {
            "--network" | "--target" => {
                options.insert(name.trim_start_matches('-').into(), value.into());
            }
            "--file" => {
                options.insert("dockerfile".into(), value.into());
            }
            "--build-arg" => {
                let (name, value) = value.split_once('=').unwrap_or((value, ""));
                build_args.insert(name.into(), value.into());
            }
            _ => {}
        }
    }
    (options, build_args)
}

fn bake_file(scenario: &Scenario, args: &[String]) -> Value {
    let (mut target, build_args) = options(args);
    let hosts: Map<String, Value> = hosts(scenario).into_iter().map(|(n, a)| (n, a.into())).collect();
    target.insert("context".into(), ".".into());
    target.insert("no-cache".into(), true.into());
    target.insert("args".into(), build_args.into());
    target.insert("extra-hosts".into(), hosts.into());
    json!({"target": {"app": target}})
}

fn compose_file(scenario: &Scenario, args: &[String]) -> Value {
    let (mut build, build_args) = options(args);
    let hosts: Vec<Value> = hosts(scenario).into_iter().map(|(n, a)| format!("{n}:{a}").into()).collect();
    build.insert("context".into(), ".".into());
    build.insert("args".into(), build_args.into());
    if !hosts.is_empty() {
        build.insert("extra_hosts".into(), hosts.into());
    }
    json!({"version": "3.9", "services": {"app": {"build": build}}})
}
