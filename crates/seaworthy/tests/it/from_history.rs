//! `seaworthy diagnose` without a log, with a `docker` that repeats what buildx 0.38 on BuildKit 0.34 printed.

use crate::common::World;
use insta::assert_snapshot;

const LIST: &str = include_str!("history/ls.json");
const INSPECT: &str = include_str!("history/inspect.json");
const LOGS: &str = include_str!("history/logs.rawjson");

/// A docker that knows `list`, and the real build's details and log; it writes down how it was called.
fn docker(world: &World, list: &str) {
    world.write("../ls.json", list);
    world.write("../inspect.json", INSPECT);
    world.write("../logs.rawjson", LOGS);
    world.program(
        "docker",
        r#"here=${0%/bin/docker}
echo "$@" >> "$here/calls"
case "$3" in
ls) exec /bin/cat "$here/ls.json" ;;
inspect) exec /bin/cat "$here/inspect.json" ;;
logs) exec /bin/cat "$here/logs.rawjson" >&2 ;;
esac
exit 1
"#,
    );
}

fn calls(world: &World) -> String {
    std::fs::read_to_string(world.work().join("../calls")).unwrap()
}

#[test]
fn the_last_failed_build_is_explained() {
    let world = World::new();
    docker(&world, LIST);
    assert_snapshot!(world.run(["diagnose"]), @r#"
    exit code: 1
    --- stdout
    error[net-localhost-proxy]: GOPROXY names localhost:3000, which inside the build is the container itself
     --> Dockerfile:6  stage `build`, step 4 of 6, failed after 0.3 s with exit code 1
      |
    6 | RUN go mod download
      | ^^^^^^^^^^^^^^^^^^^ failed here
     ::: modern/modern0/tc7ry5hfr8o7anio44a4a03ll:1
      |
    1 | .../localhost:3000/github.com/bytedance/sonic/@v/v1.11.6.mod": dial tcp [::1]:3000: connect: connection refused
      |                                                                                              ^^^^^^^^^^^^^^^^^^
      = sure: likely (the log says so, nothing else was checked)
      = why: A setting (GOPROXY, HTTP_PROXY, HTTPS_PROXY or a tool's own proxy flag) names localhost or
             127.0.0.1. On your machine a proxy listens there; inside a build container the same address
             is the container itself, where nothing listens. Docker hands the proxy of
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
    note: from buildx's history: build `orders`, begun 2026-11-22T20:37:39.653625233Z, log: docker buildx history logs tc7ry5hfr8o7anio44a4a03ll
    --- stderr
    "#);
    assert_snapshot!(calls(&world), @"
    buildx history ls --format json
    buildx history inspect --format json tc7ry5hfr8o7anio44a4a03ll
    buildx history logs --progress=rawjson tc7ry5hfr8o7anio44a4a03ll
    ");
}

#[test]
fn a_newer_success_is_mentioned_and_a_running_build_is_not() {
    let world = World::new();
    let newer = LIST.replace("tc7ry5hfr8o7anio44a4a03ll", "newer").replace("2026-11-22", "2026-11-23");
    docker(&world, &(newer.replace("Error", "Completed") + LIST));
    let seen = world.run(["diagnose", "--last"]);
    assert!(seen.out.contains("the newest build in buildx's history succeeded"), "{seen}");
    docker(&world, &(newer.replace("Error", "Running") + LIST));
    let seen = world.run(["diagnose", "--last"]);
    assert!(seen.code == Some(1) && !seen.out.contains("succeeded"), "{seen}");
}

#[test]
fn last_ignores_standard_input() {
    let world = World::new();
    docker(&world, LIST);
    let seen = world.run_with(["diagnose", "--last", "--format=json"], "hello\n");
    assert_eq!(seen.code, Some(1), "{seen}");
}

#[test]
fn the_builder_can_be_named() {
    let world = World::new();
    docker(&world, LIST);
    let _ = world.run(["diagnose", "--builder", "modern"]);
    assert!(calls(&world).lines().all(|line| line.ends_with("--builder modern")), "{}", calls(&world));
    world.write("seaworthy.toml", "builder = 'team'\n");
    let _ = world.run(["diagnose"]);
    assert!(calls(&world).ends_with("--builder team\n"), "{}", calls(&world));
}

#[test]
fn no_failed_build_is_good_news() {
    let world = World::new();
    docker(&world, &LIST.replace("Error", "Completed"));
    assert_snapshot!(world.run(["diagnose"]), @"
    exit code: 0
    --- stdout
    the build succeeded
    note: buildx's history holds no failed build; the newest one is `orders`
    --- stderr
    ");
}

#[test]
fn how_to_go_on_without_history() {
    let world = World::new();
    assert_snapshot!(world.run(["diagnose"]), @"
    exit code: 4
    --- stdout
    --- stderr
    error: there is no build log to read, and no `docker` command to ask for the last build
    help: build again under our eyes: seaworthy run -- docker build .
    help: or hand over a log: docker build --progress=plain . 2>&1 | seaworthy diagnose
    ");
    for (script, begins) in [
        ("exit 0", "error: there is no build log to read, and the history of this builder is empty"),
        (
            "echo 'ERROR: rpc error: code = Unimplemented desc = unknown method ListenBuildHistory for service moby.buildkit.v1.Control' >&2; exit 1",
            "error: there is no build log to read, and the BuildKit of this builder is too old",
        ),
        (
            "echo 'docker: unknown command: docker buildx' >&2; exit 1",
            "error: there is no build log to read, and this docker has no build history",
        ),
        (
            "echo 'Usage:  docker buildx'",
            "error: there is no build log to read, and this docker has no build history",
        ),
        (
            "echo 'ERROR: Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?' >&2; exit 1",
            "error: there is no build log to read, and the Docker engine does not answer: Cannot connect",
        ),
        (
            "echo 'ERROR: no builder \"x\" found' >&2; exit 1",
            "error: cannot read buildx's history: no builder \"x\" found",
        ),
    ] {
        world.program("docker", script);
        let seen = world.run(["diagnose"]);
        assert_eq!(seen.code, Some(4), "{seen}");
        assert!(seen.err.starts_with(begins), "{script}\n{seen}");
        assert!(seen.err.contains("seaworthy run -- docker build ."), "{seen}");
    }
}
