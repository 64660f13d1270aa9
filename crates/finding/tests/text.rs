//! What a person sees at a terminal.
#![allow(missing_docs)]

mod fixtures;

use insta::assert_snapshot;
use seaworthy_finding::{Format, Lang, RenderOptions, Report, render};

fn text(reports: &[Report], lang: Lang, width: usize) -> String {
    let opts = RenderOptions { lang, width: Some(width), ..RenderOptions::default() };
    render(reports, Format::Text, &fixtures::rules(), &opts)
}

#[test]
fn verified_in_english() {
    assert_snapshot!(text(&[fixtures::proxy()], Lang::En, 80), @r#"
    error[net-localhost-proxy]: GOPROXY names localhost, which inside the build
        container is the container itself
      --> Dockerfile:7  stage `build`, step 4 of 9, failed after 0.3 s with exit
          code 1
       |
     6 | ENV GOPROXY=http://localhost:3000
       |             --------------------- set here
     7 | RUN go mod download
       | ^^^^^^^^^^^^^^^^^^^ failed here
      ::: build.log:41, and 11 more like it
       |
    41 | ...uid/@v/v1.6.0.mod": dial tcp [::1]:3000: connect: connection refused
       |                        ^^^^^^^^^^^^^^^^^^^ loopback, nothing listens
       = sure: verified (the Dockerfile sets it, the log shows it)
       = why: The go command asked http://localhost:3000 for modules. A build step
              runs in its own network namespace, so localhost there is not this
              machine, and nothing listens on port 3000 inside.
       = concerns: localhost:3000, github.com/google/uuid, golang.org/x/sync
    help: let the build reach the host's proxy (review first)
       |
     6 - ENV GOPROXY=http://localhost:3000
     6 + ARG GOPROXY
       $ docker build --network=host --build-arg GOPROXY=http://localhost:3000 .
    help: or let the proxy listen on the bridge's address
       $ docker build --build-arg GOPROXY=http://172.17.0.1:3000 .
       = more: seaworthy explain net-localhost-proxy
    also found:
      warning[cache-env-missing]: the module cache is not kept between builds
          (possible, Dockerfile:7)
    "#);
}

#[test]
fn verified_in_chinese() {
    assert_snapshot!(text(&[fixtures::proxy()], Lang::Zh, 80), @r#"
    错误[net-localhost-proxy]：GOPROXY 指向 localhost，而在构建容器内 localhost 就是
        容器自身
      --> Dockerfile:7  阶段 `build`，第 4 步（共 9 步），运行 0.3 秒后失败，退出码
          1
       |
     6 | ENV GOPROXY=http://localhost:3000
       |             --------------------- 在此设置
     7 | RUN go mod download
       | ^^^^^^^^^^^^^^^^^^^ 在此失败
      ::: build.log:41，另有 11 处同类错误
       |
    41 | ...uid/@v/v1.6.0.mod": dial tcp [::1]:3000: connect: connection refused
       |                        ^^^^^^^^^^^^^^^^^^^ 回环地址，无人监听
       = 把握：已核实（Dockerfile 中设置了它，日志也显示了它）
       = 原因：go 命令向 http://localhost:3000 请求模块。构建步骤运行在自己的网络命
               名空间中，那里的 localhost 不是这台机器，容器内也没有程序监听 3000 端
               口。
       = 涉及：localhost:3000、github.com/google/uuid、golang.org/x/sync
    修复：让构建能访问宿主机上的代理（请先确认）
       |
     6 - ENV GOPROXY=http://localhost:3000
     6 + ARG GOPROXY
       $ docker build --network=host --build-arg GOPROXY=http://localhost:3000 .
    修复：或者让代理监听网桥地址
       $ docker build --build-arg GOPROXY=http://172.17.0.1:3000 .
       = 详情：seaworthy explain net-localhost-proxy
    其他发现：
      警告[cache-env-missing]：模块缓存没有在构建之间保留（有可能，Dockerfile:7）
    "#);
}

#[test]
fn many_errors_of_one_cause() {
    assert_snapshot!(text(&[fixtures::many()], Lang::En, 120), @r#"
    error[net-dns]: proxy.golang.org cannot be resolved inside the build: the resolver 127.0.0.11 does not answer
        --> step 8 of 15, failed after 5 min 3 s with exit code 1
         |
         | RUN --mount=type=cache,target=/go/pkg/mod go mod download -x && go mod verify && CGO_ENABLED=0 go build -trim...
         | ^^^ failed here
        ::: standard input:1041, and 193 more like it
         |
    1041 | ...dial tcp: lookup proxy.golang.org on 127.0.0.11:53: read udp 127.0.0.1:49327->127.0.0.11:53: i/o timeout
         |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the resolver that was asked
    1042 | ...dial tcp: lookup proxy.golang.org on 127.0.0.11:53: read udp 127.0.0.1:49327->127.0.0.11:53: i/o timeout
    ...
    1083 | ...dial tcp: lookup proxy.golang.org on 127.0.0.11:53: read udp 127.0.0.1:49327->127.0.0.11:53: i/o timeout
    1084 | ...dial tcp: lookup proxy.golang.org on 127.0.0.11:53: read udp 127.0.0.1:49327->127.0.0.11:53: i/o timeout
    1085 | ...dial tcp: lookup proxy.golang.org on 127.0.0.11:53: read udp 127.0.0.1:49327->127.0.0.11:53: i/o timeout
         |
         = sure: likely (the log says so, nothing else was checked)
         = why: All 198 modules fail at the same lookup, so this is one resolver that is down, not 198
                missing modules.
         = concerns: proxy.golang.org, github.com/acme/module-001, github.com/acme/module-002,
                     github.com/acme/module-003 and 195 more
    help: give the builder a resolver that answers
        --> buildkitd.toml
       1 | debug = false
       2 + [dns]
       3 +   nameservers = ["1.1.1.1", "223.5.5.5"]
       2 | root = "/var/lib/buildkit"
         $ docker buildx create --use --driver-opt env.BUILDKIT_STEP_LOG_MAX_SIZE=-1 \
             --config buildkitd.toml
    help: see whether the host itself resolves the name
         $ getent hosts proxy.golang.org
         = more: seaworthy explain net-dns
    also found:
      error[sum-mismatch]: github.com/acme/tools v1.2.0 differs from go.sum (possible, standard input:1299)
    note: the builder clipped the log of step 8: lines may be missing
    "#);
}

#[test]
fn without_a_dockerfile_line() {
    assert_snapshot!(text(&[fixtures::sum()], Lang::En, 80), @"
    error[sum-mismatch]: github.com/acme/tools v1.2.0 is not what go.sum says
      --> stage `builder`, step 3 of 6, failed with exit code 1
       |
       | RUN go build ./...
       | ^^^^^^^^^^^^^^^^^^ failed here
      ::: ci/job-2.log:88
       |
    88 | verifying github.com/acme/tools@v1.2.0: checksum mismatch
    89 |     downloaded: h1:0aZ9xT3hY3m1vJ3cJ1o0n2Qy4y1m2w3e4r5t6y7u8i9=
    90 |     go.sum:     h1:9bY8wS2gX2l0uI2bI0n9m1Px3x0l1v2d3q4s5x6t7h8=
       |
       = sure: likely (the log says so, nothing else was checked)
       = why: The tag was moved after go.sum was written, or a proxy serves other
              content.
       = more: seaworthy explain sum-mismatch
    ");
}

#[test]
fn nothing_explains_it() {
    assert_snapshot!(text(&[fixtures::unexplained()], Lang::En, 80), @"
    error: the build failed, and no known cause fits
      --> docker/Dockerfile:12  stage `assets`, step 5 of 7, failed after 4.2 s with
          exit code 2
       |
    12 | RUN make assets
       | ^^^^^^^^^^^^^^^ failed here
      ::: build.log:77
       |
    77 | frobnicate: cannot frobnicate widgets/blue.wgt: bad parity in block 3
    78 | make: *** [Makefile:14: assets] Error 2
       |
       = why: Rather than guess, here are the most telling lines of the step that
              failed.
    help: build again with the whole output of every step
       $ docker build --progress=plain . 2>&1 | seaworthy diagnose
    help: or read the last failed build from buildx's own history
       $ seaworthy diagnose --last
    ");
    assert_snapshot!(text(&[fixtures::unexplained()], Lang::Zh, 80), @"
    错误：构建失败，没有已知的原因与之相符
      --> docker/Dockerfile:12  阶段 `assets`，第 5 步（共 7 步），运行 4.2 秒后失
          败，退出码 2
       |
    12 | RUN make assets
       | ^^^^^^^^^^^^^^^ 在此失败
      ::: build.log:77
       |
    77 | frobnicate: cannot frobnicate widgets/blue.wgt: bad parity in block 3
    78 | make: *** [Makefile:14: assets] Error 2
       |
       = 原因：与其猜测，不如看看失败步骤中最能说明问题的几行。
    修复：重新构建，并保留每一步的完整输出
       $ docker build --progress=plain . 2>&1 | seaworthy diagnose
    修复：或者读取 buildx 历史记录中最近一次失败的构建
       $ seaworthy diagnose --last
    ");
}

#[test]
fn success_and_doubt() {
    assert_snapshot!(text(&[fixtures::succeeded()], Lang::En, 80), @"the build succeeded: 3 steps, 1 cached, 1 min 14 s");
    assert_snapshot!(text(&[fixtures::unclear()], Lang::En, 80), @"
    note: cut.log does not say how the build ended
    help: hand over the whole log, to its last line
      $ docker build --progress=plain . 2>&1 | seaworthy diagnose
    help: or read the last failed build from buildx's own history
      $ seaworthy diagnose --last
    note: the log ends in the middle of step 3
    ");
}

#[test]
fn several_builds_begin_with_a_table() {
    let reports = [
        fixtures::succeeded(),
        fixtures::sum(),
        fixtures::unexplained(),
        Report { input: "ci/job-3.log".into(), ..fixtures::sum() },
        fixtures::unclear(),
    ];
    let table = |lang| text(&reports, lang, 80).split("\n\n").next().map(str::to_owned).unwrap_or_default();
    assert_snapshot!(table(Lang::En), @"
    5 builds: 3 failed, 1 succeeded, 1 unclear
    cause             builds  where
    sum-mismatch           2  ci/job-2.log, ci/job-3.log
    (no known cause)       1  build.log
    (unclear)              1  cut.log
    ");
    assert_snapshot!(table(Lang::Zh), @"
    5 个构建：3 个失败，1 个成功，1 个不明
    原因            构建数  位置
    sum-mismatch         2  ci/job-2.log、ci/job-3.log
    （无已知原因）       1  build.log
    （不明）             1  cut.log
    ");
    let english = text(&reports, Lang::En, 80);
    let heads: Vec<&str> = english.lines().filter(|l| l.starts_with("===")).collect();
    assert_eq!(
        heads,
        [
            "=== ok.log ===",
            "=== ci/job-2.log ===",
            "=== build.log ===",
            "=== ci/job-3.log ===",
            "=== cut.log ==="
        ]
    );
}

#[test]
fn what_a_log_holds_cannot_drive_the_terminal() {
    assert_snapshot!(text(&[fixtures::hostile()], Lang::En, 80), @r#"
    error[compile-error]: *bold* <img src=x> @octocat 100% of ::error::x ␛]0;title␇
        `tick`
      --> Dockerfile:3  stage `a`b`, step 1 of 2, failed with exit code 127
       |
     3 | RUN echo "</pre><script>alert(1)</script>" && ␛[31mprintf '```'
       | ^^^ failed here
      ::: evil<&>".log:9
       |
     9 | 编译错误：变量     未定义 ␛[31m红色␛[0m ``` ```` </code> �txt.exe ::set...
       |                    ^^^^^^ here
    10 |
    11 | a highlight that does not fit
       |
       = sure: likely (the log says so, nothing else was checked)
       = why: a & b ]]> c
    help: use `x`␀ (review first)
       |
       - a
       + b
       $ printf '```
         ~~~'
       = more: seaworthy explain compile-error
    note: evil␛[2J remark
    "#);
}

#[test]
fn a_finding_in_a_file_without_a_build() {
    let mut report = fixtures::proxy();
    report.step = None;
    report.findings.truncate(1);
    report.findings[0].evidence.clear();
    report.findings[0].fixes.clear();
    assert_snapshot!(text(&[report], Lang::En, 80), @"
    error[net-localhost-proxy]: GOPROXY names localhost, which inside the build
        container is the container itself
     --> Dockerfile:6:13
      = sure: verified (the Dockerfile sets it, the log shows it)
      = why: The go command asked http://localhost:3000 for modules. A build step
             runs in its own network namespace, so localhost there is not this
             machine, and nothing listens on port 3000 inside.
      = concerns: localhost:3000, github.com/google/uuid, golang.org/x/sync
      = more: seaworthy explain net-localhost-proxy
    ");
}

#[test]
fn quiet_says_only_what_is_wrong() {
    let opts = RenderOptions { quiet: true, ..RenderOptions::default() };
    let quiet = |report: Report| render(&[report], Format::Text, &[], &opts);
    assert_eq!(quiet(fixtures::succeeded()), "");
    assert_eq!(quiet(fixtures::unclear()), "");
    assert!(!quiet(fixtures::many()).contains("sum-mismatch"));
    assert!(!quiet(fixtures::many()).contains("clipped"));
    assert!(quiet(fixtures::unexplained()).starts_with("error: "));
}

/// Drawn lines keep within the terminal, whatever its width; what is to be copied is never broken.
#[test]
fn lines_fit_the_terminal() {
    for name in fixtures::NAMES {
        let report = fixtures::by_name(name).expect("it is in the list");
        for lang in Lang::ALL {
            for width in [40, 80, 100, 120, 200] {
                for line in text(std::slice::from_ref(&report), lang, width).lines() {
                    let drawn =
                        line.trim_start_matches([' ', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
                    let row = drawn.starts_with("| ") && !drawn.contains("^^") && !drawn.contains("--- ");
                    if row || drawn.starts_with("= ") && width >= 80 {
                        let columns = unicode_width::UnicodeWidthStr::width(line);
                        assert!(columns <= width, "{name} {lang} {width}: {columns} columns: {line}");
                    }
                }
            }
        }
    }
}

/// Colour adds nothing but colour.
#[test]
fn colour_says_nothing() {
    for name in fixtures::NAMES {
        let report = fixtures::by_name(name).expect("it is in the list");
        for lang in Lang::ALL {
            let plain = RenderOptions { lang, width: Some(90), ..RenderOptions::default() };
            let colored = RenderOptions { color: true, hyperlinks: true, ..plain.clone() };
            let rules = fixtures::rules();
            let reports = std::slice::from_ref(&report);
            let (plain, colored) = (
                render(reports, Format::Text, &rules, &plain),
                render(reports, Format::Text, &rules, &colored),
            );
            assert!(!plain.contains('\u{1b}'), "{plain}");
            assert!(name == "succeeded" || colored.contains("\u{1b}["));
            assert_eq!(without_escapes(&colored), plain, "{name}");
        }
    }
}

fn without_escapes(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        out += before;
        rest = match after.strip_prefix("]8;") {
            Some(link) => link.split_once("\u{1b}\\").map_or("", |l| l.1),
            None => after.split_once('m').map_or("", |l| l.1),
        };
    }
    // colours keep trailing blanks that plain rows do not have
    (out + rest).lines().map(|l| format!("{}\n", l.trim_end())).collect()
}
