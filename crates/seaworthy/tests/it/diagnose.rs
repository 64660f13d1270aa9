//! `seaworthy diagnose` on logs.

use crate::common::{FAILED, World, start};
use insta::assert_snapshot;
use std::io::{Read as _, Write as _};
use std::process::Stdio;
use std::time::{Duration, Instant};

const SUCCEEDED: &str = "#5 [2/2] RUN go build ./...\n#5 DONE 1.2s\n\n#6 exporting to image\n#6 exporting layers done\n#6 DONE 0.1s\n";

#[test]
fn a_failure_is_explained() {
    let world = World::new();
    world.write("build.log", FAILED);
    assert_snapshot!(world.run(["diagnose", "build.log"]), @r#"
    exit code: 1
    --- stdout
    error[net-localhost-proxy]: GOPROXY names localhost:3000, which inside the build is the container itself
      --> Dockerfile:6  stage `build`, step 4 of 6, failed after 0.3 s with exit code 1
       |
     6 | RUN go mod download
       | ^^^^^^^^^^^^^^^^^^^ failed here
      ::: build.log:43
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
    --- stderr
    "#);
}

#[test]
fn in_chinese() {
    let world = World::new();
    world.write("build.log", FAILED);
    assert_snapshot!(world.run(["diagnose", "--lang", "zh", "build.log"]), @r#"
    exit code: 1
    --- stdout
    错误[net-localhost-proxy]：GOPROXY 指向 localhost:3000，而在构建容器内这就是容器自己
      --> Dockerfile:6  阶段 `build`，第 4 步（共 6 步），运行 0.3 秒后失败，退出码 1
       |
     6 | RUN go mod download
       | ^^^^^^^^^^^^^^^^^^^ 在此失败
      ::: build.log:43
       |
    43 | ...localhost:3000/github.com/bytedance/sonic/@v/v1.11.6.mod": dial tcp [::1]:3000: connect: connection refused
       |                                                                                             ^^^^^^^^^^^^^^^^^^
       = 把握：很可能（依据日志，未查看其他信息）
       = 原因：某个设置（GOPROXY、HTTP_PROXY、HTTPS_PROXY 或工具自身的代理参数）指向 localhost 或
               127.0.0.1。在你的机器上，代理确实监听在那里；但在构建容器里，这个地址就是容器自己，没有任
               何服务在监听。Docker 会把 ~/.docker/config.json 中的代理以及预定义的构建参数传给每个 RUN
               步骤，所以该设置不一定写在 Dockerfile 里。
    修复：让构建共享宿主机网络，即可访问宿主机上的代理（Linux）
       |
       - ENV GOPROXY=...
       + ARG GOPROXY
       $ docker build --network=host --build-arg GOPROXY=http://localhost:3000 .
    修复：或通过主机名访问宿主机；代理需要同时监听网桥地址（Clash 等软件请打开“允许局域网连接”）
       $ docker build --add-host=host.docker.internal:host-gateway --build-arg GOPROXY=http://host.docker.internal:3000 .
    修复：或构建时不使用该代理
       $ docker build --build-arg GOPROXY=https://proxy.golang.org,direct .
       = 详情：seaworthy explain net-localhost-proxy
    --- stderr
    "#);
}

#[test]
fn the_locale_decides_the_language() {
    let world = World::new();
    for (variables, chinese) in [
        (&[("LANG", "zh_CN.UTF-8")][..], true),
        (&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "en_US.UTF-8")], false),
        (&[("LANG", "en_US.UTF-8"), ("LANGUAGE", "zh_CN:en")], true),
        (&[("LANG", "C"), ("LANGUAGE", "zh")], false),
        (&[("LANG", "zh_CN.UTF-8"), ("SEAWORTHY_LANG", "en")], false),
    ] {
        let mut command = world.command(["diagnose", "gone.log"]);
        let output = command.env_remove("LC_ALL").envs(variables.iter().copied()).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said.starts_with("错误"), chinese, "{variables:?}: {said}");
    }
}

#[test]
fn standard_input_is_read_from_a_pipe_or_a_file() {
    let world = World::new();
    let path = world.write("build.log", FAILED);
    let piped = world.run_with(["diagnose", "--format", "json"], FAILED);
    assert_eq!(piped.code, Some(1), "{piped}");
    let report: serde_json::Value = serde_json::from_str(&piped.out).unwrap();
    assert_eq!(report["schema"], "seaworthy.report/1");
    assert_eq!(report["findings"][0]["cause"], "net-localhost-proxy");
    assert_eq!(report["findings"][0]["evidence"][0]["path"], "-");
    let file = std::fs::File::open(path).unwrap();
    let redirected = world.command(["diagnose", "--format", "json"]).stdin(file).output().unwrap();
    assert_eq!(String::from_utf8(redirected.stdout).unwrap(), piped.out);
    assert_eq!(world.run_with(["diagnose", "--format", "json", "-"], FAILED), piped);
}

#[test]
fn an_empty_pipe_is_no_log() {
    let world = World::new();
    assert_snapshot!(world.run_with(["diagnose"], ""), @"
    exit code: 4
    --- stdout
    --- stderr
    error: there is no build log to read, and no `docker` command to ask for the last build
    help: build again under our eyes: seaworthy run -- docker build .
    help: or hand over a log: docker build --progress=plain . 2>&1 | seaworthy diagnose
    ");
}

#[test]
fn a_slow_pipe_is_waited_for() {
    let world = World::new();
    let mut child = start(world.command(["diagnose"]).stdin(Stdio::piped()));
    let mut stdin = child.stdin.take().unwrap();
    std::thread::sleep(Duration::from_millis(2600));
    stdin.write_all(FAILED.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_snapshot!(String::from_utf8(output.stderr).unwrap(), @"note: waiting for a build log on standard input; `seaworthy diagnose --last` takes the last failed build instead");
}

#[test]
fn exit_codes() {
    let world = World::new();
    world.write("failed.log", FAILED);
    world.write("succeeded.log", SUCCEEDED);
    world.write("unclear.log", "hello\nworld\n");
    world.write("unexplained.log", "#5 [2/2] RUN frobnicate\n#5 0.1 the flux is not capacitated\n#5 ERROR: process \"/bin/sh -c frobnicate\" did not complete successfully: exit code: 9\n");
    for (arguments, code) in [
        (&["failed.log"][..], 1),
        (&["succeeded.log"], 0),
        (&["unclear.log"], 3),
        (&["unexplained.log"], 3),
        (&["gone.log"], 4),
        (&["failed.log", "succeeded.log"], 1),
        (&["failed.log", "unexplained.log"], 3),
        (&["failed.log", "gone.log", "unclear.log"], 4),
        (&["--nonsense"], 2),
        (&["--last", "failed.log"], 2),
        (&["--report", "json=gone/report.json", "failed.log"], 4),
    ] {
        let seen = world.run(["diagnose"].iter().chain(arguments));
        assert_eq!(seen.code, Some(code), "{arguments:?}\n{seen}");
    }
}

#[test]
fn several_logs_give_a_table() {
    let world = World::new();
    world.write("ci/2/build.log", FAILED);
    world.write("ci/1/build.log", SUCCEEDED);
    world.write("ci/3.log.txt", FAILED);
    world.write("ci/README.md", "no log");
    assert_snapshot!(world.run(["diagnose", "ci", "gone.log"]), @r#"
    exit code: 4
    --- stdout
    3 builds: 2 failed, 1 succeeded, 0 unclear
    cause                builds  where
    net-localhost-proxy       2  ci/2/build.log, ci/3.log.txt

    === ci/1/build.log ===
    the build succeeded: 2 steps, 1.3 s

    === ci/2/build.log ===
    error[net-localhost-proxy]: GOPROXY names localhost:3000, which inside the build is the container itself
      --> Dockerfile:6  stage `build`, step 4 of 6, failed after 0.3 s with exit code 1
       |
     6 | RUN go mod download
       | ^^^^^^^^^^^^^^^^^^^ failed here
      ::: ci/2/build.log:43
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

    === ci/3.log.txt ===
    error[net-localhost-proxy]: GOPROXY names localhost:3000, which inside the build is the container itself
      --> Dockerfile:6  stage `build`, step 4 of 6, failed after 0.3 s with exit code 1
       |
     6 | RUN go mod download
       | ^^^^^^^^^^^^^^^^^^^ failed here
      ::: ci/3.log.txt:43
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
    --- stderr
    error: cannot read gone.log: no such file or folder
    "#);
}

#[test]
fn several_logs_keep_their_order_in_json() {
    let world = World::new();
    for index in 0..40 {
        world.write(&format!("logs/{index:02}.log"), if index % 3 == 0 { FAILED } else { SUCCEEDED });
    }
    let seen = world.run(["diagnose", "--format", "json", "logs"]);
    let all: serde_json::Value = serde_json::from_str(&seen.out).unwrap();
    assert_eq!(all["schema"], "seaworthy.reports/1");
    let reports = all["reports"].as_array().unwrap();
    assert_eq!(reports.len(), 40);
    for (index, report) in reports.iter().enumerate() {
        let failed = index % 3 == 0;
        assert_eq!(report["outcome"], if failed { "failed" } else { "succeeded" }, "{index}");
        if failed {
            let path = report["findings"][0]["evidence"][0]["path"].as_str().unwrap();
            assert_eq!(path, format!("logs/{index:02}.log"));
        }
    }
}

#[test]
fn what_cannot_be_read_is_named() {
    let world = World::new();
    world.write("empty/x.go", "");
    world.write("bad.log.gz", [0x1f, 0x8b, 8, 0, 1, 2, 3, 4]);
    assert_snapshot!(world.run(["diagnose", "gone.log", "empty", "bad.log.gz"]), @"
    exit code: 4
    --- stdout
    --- stderr
    error: cannot read gone.log: no such file or folder
    error: cannot read empty: no file in it has a log's name
    help: name the files themselves, whatever they are called
    error: cannot read bad.log.gz: unexpected end of file
    ");
}

#[test]
fn reports_go_into_files_too() {
    let world = World::new();
    world.write("build.log", FAILED);
    let seen = world.run([
        "diagnose",
        "--report",
        "json=r.json",
        "--report",
        "sarif=r.sarif",
        "--report=html=r.html",
        "--report=junit=r.xml",
        "build.log",
    ]);
    assert_eq!(seen.code, Some(1), "{seen}");
    assert!(seen.out.starts_with("error[net-localhost-proxy]"), "{seen}");
    for (file, part) in [
        ("r.json", "seaworthy.report/1"),
        ("r.sarif", "2.1.0"),
        ("r.html", "<!doctype html>"),
        ("r.xml", "<testsuite"),
    ] {
        let text = std::fs::read_to_string(world.work().join(file)).unwrap();
        assert!(text.to_lowercase().contains(&part.to_lowercase()), "{file}: {text:.200}");
    }
}

#[test]
fn nothing_is_written_unasked() {
    let world = World::new();
    world.write("build.log", FAILED);
    let _ = world.run(["diagnose", "build.log"]);
    let left: Vec<_> =
        std::fs::read_dir(world.work()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["build.log"]);
}

#[test]
fn secrets_are_masked_unless_asked_for() {
    let world = World::new();
    let log = FAILED.replace("http://localhost:3000", "http://joe:hunter2@localhost:3000");
    world.write("build.log", &log);
    for format in ["text", "json", "sarif", "github", "markdown", "junit", "html"] {
        let seen = world.run(["diagnose", "--format", format, "build.log"]);
        assert!(seen.code == Some(1) && !seen.out.contains("hunter2"), "{format}\n{seen}");
        // For people there is no room for that part of the line.
        assert!(
            ["text", "junit"].contains(&format) || seen.out.contains("***@localhost"),
            "{format}\n{seen}"
        );
    }
    let seen = world.run(["diagnose", "--no-redact", "--format", "json", "build.log"]);
    assert!(seen.out.contains("joe:hunter2@localhost"), "{seen}");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let world = World::new();
    for index in 0..400 {
        world.write(&format!("logs/{index}.log"), FAILED);
    }
    let mut child = start(&mut world.command(["diagnose", "--format", "json", "logs"]));
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 16]).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(1), String::new()));
}

#[test]
fn a_full_output_is_an_error() {
    let world = World::new();
    world.write("build.log", FAILED);
    let Ok(full) = std::fs::File::options().write(true).open("/dev/full") else { return };
    let output = world.command(["diagnose", "build.log"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert_snapshot!(String::from_utf8(output.stderr).unwrap(), @"error: cannot write standard output: no space left on the device");
}

#[test]
fn colours_only_where_they_are_wanted() {
    let world = World::new();
    world.write("build.log", FAILED);
    let colored = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = world.command(["diagnose", "build.log"]);
        let output = command.args(arguments).envs(variables.iter().copied()).output().unwrap();
        output.stdout.contains(&0x1b)
    };
    assert!(!colored(&[], &[]));
    assert!(colored(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(colored(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(colored(&[], &[("SEAWORTHY_COLOR", "always")]));
}

#[test]
fn reading_stops_for_nothing_but_the_end() {
    // One long line, and bytes that are no text.
    let world = World::new();
    let mut log = vec![b'x'; 3_000_000];
    log.extend((0..=255).cycle().take(100_000).map(|byte: u8| byte));
    log.extend(FAILED.as_bytes());
    let started = Instant::now();
    let seen = world.run_with(["diagnose", "-"], log);
    assert!(matches!(seen.code, Some(1 | 3)), "{seen}");
    assert!(started.elapsed() < Duration::from_secs(20));
}
