//! `seaworthy run` with its output on pipes.

use crate::common::{FAILED, World, start};
use insta::assert_snapshot;
use std::io::Read as _;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

fn world() -> World {
    World::new().with_system_commands()
}

fn shell(world: &World, script: &str) -> Command {
    world.command(["run", "--", "sh", "-c", script])
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap().success());
}

/// Reads until a line is complete.
fn line(child: &mut Child) -> String {
    let stdout = child.stdout.as_mut().unwrap();
    let mut line = Vec::new();
    let mut byte = [0];
    while stdout.read(&mut byte).unwrap() == 1 && byte[0] != b'\n' {
        line.push(byte[0]);
    }
    String::from_utf8(line).unwrap()
}

#[test]
fn success_adds_nothing() {
    let world = world();
    let seen = world.run(["run", "--", "sh", "-c", "printf out; printf err >&2"]);
    assert_eq!((seen.code, &*seen.out, &*seen.err), (Some(0), "out", "err"));
}

#[test]
fn a_failure_is_explained_on_standard_error() {
    let world = world();
    world.write("build.log", FAILED);
    let seen = world.run(["run", "--", "sh", "-c", "cat build.log; exit 17"]);
    assert_eq!(seen.out, FAILED);
    assert_snapshot!(format!("exit code: {:?}\n{}", seen.code, seen.err), @r#"
    exit code: Some(17)

    error[net-localhost-proxy]: GOPROXY names localhost:3000, which inside the build is the container itself
      --> Dockerfile:6  stage `build`, step 4 of 6, failed after 0.3 s with exit code 1
       |
     6 | RUN go mod download
       | ^^^^^^^^^^^^^^^^^^^ failed here
      ::: build output:43
       |
    43 | ...localhost:3000/github.com/bytedance/sonic/@v/v1.11.6.mod": dial tcp [::1]:3000: connect: connection refused
       |                                                                                             ^^^^^^^^^^^^^^^^^^
       = sure: likely (the log says so, nothing else was checked)
       = why: A setting (GOPROXY, HTTP_PROXY, HTTPS_PROXY or a tool's own proxy flag) names localhost or
              127.0.0.1. On your machine a proxy listens there; inside a build container the same
              address is the container itself, where nothing listens. Docker hands the proxy of
              ~/.docker/config.json and the predefined build arguments to every RUN step, so the setting
              may come from outside the Dockerfile.
    help: let the build share the host's network, where the proxy is (Linux)
       |
       - ENV GOPROXY=...
       + ARG GOPROXY
       $ docker build --network=host --build-arg GOPROXY=http://localhost:3000 .
    help: or reach the host by name; the proxy must listen on the bridge too (Clash and the like: "Allow
          LAN")
       $ docker build --add-host=host.docker.internal:host-gateway --build-arg GOPROXY=http://host.docker.internal:3000 .
    help: or build without that proxy
       $ docker build --build-arg GOPROXY=https://proxy.golang.org,direct .
       = more: seaworthy explain net-localhost-proxy
    "#);
}

#[test]
fn every_byte_passes() {
    let world = world();
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let path = world.write("bytes", &bytes);
    let output = world.command(["run", "cat"]).stdin(std::fs::File::open(path).unwrap()).output().unwrap();
    assert!(output.status.success() && output.stdout == bytes && output.stderr.is_empty());
}

#[test]
fn an_unfinished_line_passes_at_once() {
    let world = world();
    let mut child = start(&mut shell(&world, "printf 'Password: '; exec sleep 5"));
    let started = Instant::now();
    let mut buffer = [0; 32];
    let length = child.stdout.as_mut().unwrap().read(&mut buffer).unwrap();
    assert_eq!(&buffer[..length], b"Password: ");
    assert!(started.elapsed() < Duration::from_secs(4));
    signal(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(143));
}

#[test]
fn exit_codes() {
    let world = world();
    let plain = world.write("no-program", "x");
    let plain = plain.to_string_lossy();
    for (arguments, code) in [
        (&["sh", "-c", "exit 0"][..], 0),
        (&["sh", "-c", "exit 1"], 1),
        (&["sh", "-c", "exit 125"], 125),
        (&["sh", "-c", "kill -9 $$"], 137),
        (&["sh", "-c", "kill -TERM $$"], 143),
        (&["no-such-command"], 127),
        (&["./gone/x"], 127),
        (&[&*plain], 126),
        (&[], 125),
        (&["--nonsense", "sh"], 125),
        (&["--format=nonsense", "sh"], 125),
    ] {
        let seen = world.run(["run"].iter().chain(arguments));
        assert_eq!(seen.code, Some(code), "{arguments:?}\n{seen}");
    }
    world.write("seaworthy.toml", "nonsense = 1\n");
    assert_eq!(world.run(["run", "sh", "-c", "exit 3"]).code, Some(125));
}

#[test]
fn what_cannot_be_started_is_named() {
    assert_snapshot!(world().run(["run", "--", "no-such-command", "x"]), @"
    exit code: 127
    --- stdout
    --- stderr
    error: cannot run `no-such-command`: command not found
    ");
}

#[test]
fn signals_reach_the_command() {
    let world = world();
    for name in ["INT", "TERM", "HUP", "QUIT", "USR1"] {
        let script = format!("trap 'echo got; exit 9' {name}; echo ready; while :; do sleep 0.05; done");
        let mut child = start(&mut shell(&world, &script));
        assert_eq!(line(&mut child), "ready");
        signal(&child, name);
        assert_eq!(line(&mut child), "got", "{name}");
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(9), "{name}");
        if name != "USR1" {
            // A build that was stopped has not failed.
            assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{name}");
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn stop_and_continue_reach_the_command() {
    let state = |pid: &str| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        stat.rsplit_once(") ").unwrap().1.chars().next().unwrap()
    };
    let until = |pid: &str, stopped: bool| {
        let started = Instant::now();
        while (state(pid) == 'T') != stopped {
            assert!(started.elapsed() < Duration::from_secs(10), "{pid} is {}", state(pid));
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    let world = world();
    let mut child = start(&mut shell(&world, "echo $$; while :; do sleep 0.05; done"));
    let (command, ours) = (line(&mut child), child.id().to_string());
    signal(&child, "TSTP");
    until(&command, true);
    signal(&child, "CONT");
    until(&command, false);
    until(&ours, false);
    signal(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(143));
}

#[test]
fn a_reader_that_went_away_ends_the_command_as_usual() {
    let world = world();
    let mut child = start(&mut world.command(["run", "yes"]));
    assert_eq!(line(&mut child), "y");
    drop(child.stdout.take());
    // SIGPIPE.
    assert_eq!(child.wait().unwrap().code(), Some(141));
}

#[test]
fn a_background_process_does_not_hold_us() {
    let world = world();
    let started = Instant::now();
    let output =
        shell(&world, "sleep 20 & echo started").stdout(std::process::Stdio::piped()).spawn().unwrap();
    // Only our own end counts: whoever reads our output waits for nobody else.
    let mut child = output;
    assert_eq!(line(&mut child), "started");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_slow_reader_gets_everything() {
    let world = world();
    let mut child = start(&mut shell(&world, "seq 1 30000; exit 3"));
    std::thread::sleep(Duration::from_millis(1500));
    let mut text = String::new();
    child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text.lines().count(), 30000);
    assert_eq!(child.wait().unwrap().code(), Some(3));
}

#[test]
fn reports_go_into_files_also_on_success() {
    let world = world();
    world.write("build.log", FAILED);
    let seen = world.run(["run", "--report", "json=bad.json", "--", "sh", "-c", "cat build.log; exit 1"]);
    assert_eq!(seen.code, Some(1));
    let seen = world.run(["run", "--report", "json=good.json", "--", "sh", "-c", "echo fine"]);
    assert_eq!((seen.code, &*seen.out, &*seen.err), (Some(0), "fine\n", ""));
    for (file, outcome) in [("bad.json", "failed"), ("good.json", "succeeded")] {
        let text = std::fs::read_to_string(world.work().join(file)).unwrap();
        let report: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(report["outcome"], outcome, "{file}");
    }
}

#[test]
fn a_command_that_fails_silently_is_said_to_be_unexplained() {
    let seen = world().run(["run", "--format", "json", "--", "sh", "-c", "exit 5"]);
    let report: serde_json::Value = serde_json::from_str(&seen.err).unwrap();
    assert_eq!(
        (seen.code, &report["outcome"], &report["findings"]),
        (Some(5), &"failed".into(), &serde_json::json!([]))
    );
}
