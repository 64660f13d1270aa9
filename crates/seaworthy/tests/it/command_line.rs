//! Help, usage errors, and what is generated from the command line's definition.

use crate::common::World;
use insta::assert_snapshot;
use std::process::Command;

const COMMANDS: [&str; 18] = [
    "diagnose",
    "run",
    "check",
    "fix",
    "context",
    "stages",
    "init",
    "serve",
    "prefetch",
    "export",
    "import",
    "downloads",
    "explain",
    "causes",
    "example",
    "completions",
    "man",
    "help",
];

#[test]
fn help() {
    assert_snapshot!(World::new().run(["--help"]), @"
    exit code: 0
    --- stdout
    Find out in seconds why a Go build fails in Docker, fix it, and keep it fixed

    Usage: seaworthy [OPTIONS] <COMMAND>

    Commands:
      diagnose     Explain a failed build: from logs, build records, or buildx's history
      run          Run any build; after a failure, explain it
      check        Find what will break the build, without building
      fix          Mend what check finds
      context      Show what a build sends to the builder
      stages       Show the stages of a Dockerfile and what a change rebuilds
      init         Write a Dockerfile and a .dockerignore for a Go project
      serve        Run a Go module proxy that verifies and keeps what it fetched
      prefetch     Fetch the modules of go.sum files into the proxy's cache
      export       Write the proxy's cache to a tar archive, for a machine without network
      import       Take modules from such an archive into the proxy's cache, each checked anew
      downloads    Show as a table what `go mod download -json` (or -x) said
      explain      Explain a cause: what it means, how it comes about, what helps
      causes       List all causes
      example      Explain a real failed build that is built into this program
      completions  Print a completion script for a shell
      man          Print the manual page
      help         Show help for a command

    General options:
          --lang <LANG>   Language of messages: en, zh [default: from the locale]
          --color <WHEN>  Colours: auto, always, never [default: auto]
      -q, --quiet         Nothing but the first finding: no notes, nothing about builds that did not
                          fail
      -h, --help          Show help
      -V, --version       Show the version

    Start here:
      seaworthy example                      what an answer looks like
      seaworthy run -- docker build .        build, and explain a failure
      seaworthy diagnose                     explain the last failed build
      seaworthy diagnose build.log           explain any log
      seaworthy check                        find the failure before the build

    Exit codes: 0 no failure, 1 failure explained, 2 wrong usage,
    3 failed or unclear and not explained, 4 cannot read or write.
    `run` exits with the command's own code, 128+N when signal N ended it, 126 when
    it cannot be started, 127 when it is not found, 125 on an error of our own.
    --- stderr
    ");
}

#[test]
fn help_in_chinese() {
    assert_snapshot!(World::new().run(["--lang", "zh", "run", "-h"]), @"
    exit code: 0
    --- stdout
    执行任意构建命令，失败后给出解释

    用法： seaworthy run [OPTIONS] <COMMAND>...

    参数:
      <COMMAND>...  构建命令及其参数

    选项:
      -f, --format <FORMAT>       输出格式：text, json, sarif, github, markdown, junit, html [默认：text]
          --report <FORMAT=FILE>  另将报告写入文件，例如 `json=report.json`；可重复
          --project <DIR>         查看这个项目的文件来核实原因 [默认：当前文件夹，但其中的 Dockerfile 须包含失败的指令]
          --no-redact             不遮盖日志中的密码和令牌

    通用选项:
          --lang <LANG>   消息语言：en、zh [默认：取自系统区域设置]
          --color <WHEN>  颜色：auto（自动）、always（总是）、never（从不）[默认：auto]
      -q, --quiet         只显示首要结论：没有提示，也不提未失败的构建
      -h, --help          显示帮助
    --- stderr
    ");
}

#[test]
fn version() {
    let seen = World::new().run(["--version"]);
    assert_eq!((seen.code, seen.out), (Some(0), format!("seaworthy {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn usage_errors_help() {
    let world = World::new();
    let mut all = String::new();
    for line in [
        "",
        "diagnos",
        "diagnose --formt json",
        "diagnose --format yaml",
        "diagnose --report yaml=x",
        "diagnose --report json",
        "diagnose --format",
        "diagnose --last x.log",
        "diagnose --format json --format text",
        "explain",
        "explain net-dsn",
        "completions tcsh",
        "--lang zh explain net-dsn",
        "--lang zh diagnose --format yaml",
        "man frobnicate",
    ] {
        let seen = world.run(line.split_whitespace());
        assert_eq!((seen.code, &*seen.out), (Some(2), ""), "{line}");
        // The help of the first is shown elsewhere.
        if !line.is_empty() {
            all += &format!("$ seaworthy {line}\n{}", seen.err);
        }
    }
    assert_snapshot!(all, @"
    $ seaworthy diagnos
    error: there is no command `diagnos`
    help: did you mean `diagnose`?
    help: see `seaworthy --help`
    $ seaworthy diagnose --formt json
    error: unexpected argument `--formt`
    help: did you mean `--format`?
    help: see `seaworthy --help`
    $ seaworthy diagnose --format yaml
    error: `yaml` is no value for --format
    help: possible values: text, json, sarif, github, markdown, junit, html
    help: see `seaworthy --help`
    $ seaworthy diagnose --report yaml=x
    error: there is no format `yaml`
    help: see `seaworthy --help`
    $ seaworthy diagnose --report json
    error: --report wants FORMAT=FILE, got `json`
    help: see `seaworthy --help`
    $ seaworthy diagnose --format
    error: --format needs a value
    help: possible values: text, json, sarif, github, markdown, junit, html
    help: see `seaworthy --help`
    $ seaworthy diagnose --last x.log
    error: --last cannot be used with [INPUT]...
    help: see `seaworthy --help`
    $ seaworthy diagnose --format json --format text
    error: --format can be given only once
    help: see `seaworthy --help`
    $ seaworthy explain
    error: <CAUSE> is missing
    help: see `seaworthy --help`
    $ seaworthy explain net-dsn
    error: there is no cause `net-dsn`
    help: did you mean `net-dns`?
    $ seaworthy completions tcsh
    error: `tcsh` is no value for <SHELL>
    help: did you mean `zsh`?
    help: possible values: bash, elvish, fish, powershell, zsh
    help: see `seaworthy --help`
    $ seaworthy --lang zh explain net-dsn
    错误：没有原因 `net-dsn`
    帮助：您是不是要用 `net-dns`？
    $ seaworthy --lang zh diagnose --format yaml
    错误：`yaml` 不能用作 --format 的值
    帮助：可用的值：text, json, sarif, github, markdown, junit, html
    帮助：参见 `seaworthy --help`
    $ seaworthy man frobnicate
    error: there is no command `frobnicate`
    ");
}

#[test]
fn every_command_has_help_and_a_manual_page() {
    let world = World::new();
    for name in COMMANDS {
        for lang in ["en", "zh"] {
            let help = world.run(["--lang", lang, "help", name]);
            assert!(help.code == Some(0) && help.out.contains(&format!("seaworthy {name}")), "{help}");
        }
        let page = world.run(["man", name]);
        assert!(
            page.code == Some(0)
                && page.out.contains(".SH NAME")
                && page.out.contains(&format!("seaworthy\\-{name}")),
            "{page}"
        );
    }
    assert!(world.run(["man"]).out.contains(".TH seaworthy 1"));
}

#[test]
fn completions_know_every_command() {
    let world = World::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let seen = world.run(["completions", shell]);
        assert_eq!(seen.code, Some(0));
        for name in COMMANDS {
            assert!(seen.out.contains(name), "{shell} {name}");
        }
    }
    // And bash takes the script.
    world.write("seaworthy.bash", world.run(["completions", "bash"]).out);
    if let Ok(status) = Command::new("bash").args(["-n", "seaworthy.bash"]).current_dir(world.work()).status()
    {
        assert!(status.success());
    }
}

#[test]
fn causes_are_listed_and_explained() {
    let world = World::new();
    let seen = world.run(["causes", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&seen.out).unwrap();
    assert_eq!(list["schema"], "seaworthy.causes/1");
    let causes = list["causes"].as_array().unwrap();
    let text = world.run(["causes"]).out;
    assert_eq!(text.lines().count(), causes.len());
    for cause in causes {
        let id = cause["id"].as_str().unwrap();
        assert!(text.contains(id), "{id}");
        for lang in ["en", "zh"] {
            let page = world.run(["explain", id, "--lang", lang]);
            assert!(page.code == Some(0) && page.out.starts_with(&format!("{id}: ")), "{page}");
        }
    }
}

#[test]
fn the_example_is_explained() {
    assert_snapshot!(World::new().run(["example"]), @r#"
    exit code: 0
    --- stdout
    error[net-localhost-proxy]: GOPROXY names localhost:3000, which inside the build is the container itself
      --> Dockerfile:6  stage `build`, step 4 of 6, failed after 0.3 s with exit code 1
       |
     6 | RUN go mod download
       | ^^^^^^^^^^^^^^^^^^^ failed here
      ::: example.log:43
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
