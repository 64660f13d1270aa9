//! `net-localhost-proxy`: a proxy setting names localhost, which inside the container is the container itself.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge};
use crate::mend::remedy::{edit, run, safe, then};
use crate::mend::{edits, facts, names, words};
use crate::net;

pub(crate) static CAUSE: Cause = Cause {
    id: "net-localhost-proxy",
    severity: Severity::Error,
    title: Words::fixed(
        "a proxy setting names localhost, which inside the container is the container itself",
        "代理设置指向 localhost，而在容器内 localhost 就是容器自己",
    ),
    explanation: Words::fixed(
        "A setting (GOPROXY, HTTP_PROXY, HTTPS_PROXY or a tool's own proxy flag) names localhost or \
         127.0.0.1. On your machine a proxy listens there; inside a build container the same address is \
         the container itself, where nothing listens. Docker hands the proxy of ~/.docker/config.json and \
         the predefined build arguments to every RUN step, so the setting may come from outside the \
         Dockerfile.",
        "某个设置（GOPROXY、HTTP_PROXY、HTTPS_PROXY 或工具自身的代理参数）指向 localhost 或 127.0.0.1。在\
         你的机器上，代理确实监听在那里；但在构建容器里，这个地址就是容器自己，没有任何服务在监听。\
         Docker 会把 ~/.docker/config.json 中的代理以及预定义的构建参数传给每个 RUN 步骤，所以该设置不一定\
         写在 Dockerfile 里。",
    ),
    pitfall: Some(Words::fixed(
        "Do not write the host's own address into the Dockerfile with ENV: it stays in the image and \
         breaks on every other machine. Build arguments keep it outside.",
        "不要用 ENV 把宿主机地址写进 Dockerfile：它会留在镜像里，换一台机器就失效。用构建参数传入即可。",
    )),
    references: &[
        "https://docs.docker.com/engine/cli/proxy/",
        "https://docs.docker.com/reference/cli/docker/buildx/build/#network",
    ],
    signs: &[],
    judge: Some(Judge::of_fault(|clue| net::blames("net-localhost-proxy", clue))),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::net::localhost_proxy),
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    let asked = names::origin(case).filter(|o| o.1 == "localhost" || o.1 == "127.0.0.1").map(|o| o.2);
    let Some(address) = asked.or_else(|| names::address(case)).or_else(|| names::host(case)) else {
        return CAUSE.title.clone();
    };
    match variable(case) {
        Some(name) => words!(
            "{name} names {address}, which inside the build is the container itself",
            "{name} 指向 {address}，而在构建容器内这就是容器自己"
        ),
        None => words!(
            "a proxy setting names {address}, which inside the build is the container itself",
            "代理设置指向 {address}，而在构建容器内这就是容器自己"
        ),
    }
}

/// The setting that names the loopback address, as far as the message tells.
fn variable(case: &Case<'_>) -> Option<&'static str> {
    if case.text.contains("proxyconnect") {
        return Some("HTTPS_PROXY");
    }
    let asked = buildlog::chain::url_in(case.text)?;
    let loopback = buildlog::chain::classify_host(asked.host) == buildlog::chain::AddressClass::Loopback;
    (loopback && asked.path.contains("/@")).then_some("GOPROXY")
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let port = case.fault.and_then(|f| f.address.as_ref()).and_then(|a| a.port);
    let port = port.or_else(|| {
        buildlog::chain::url_in(case.text).filter(|u| u.host == "localhost").and_then(|u| u.port)
    });
    let port = port.map_or_else(|| "<port>".to_owned(), |p| p.to_string());
    let name = variable(case).unwrap_or("HTTPS_PROXY");
    if !facts::in_docker(case) {
        return vec![
            safe(run(
                words!("see which setting names the loopback address", "查看是哪个设置指向了回环地址"),
                "env | grep -i proxy; go env GOPROXY; git config --get-regexp 'http.*proxy'; cat ~/.docker/config.json",
            )),
            safe(run(
                words!(
                    "in a container: reach the host's proxy as host.docker.internal (it must listen on more than 127.0.0.1)",
                    "在容器中：通过 host.docker.internal 访问宿主机的代理（代理不能只监听 127.0.0.1）"
                ),
                format!(
                    "docker build --add-host=host.docker.internal:host-gateway --build-arg {name}=http://host.docker.internal:{port} ."
                ),
            )),
        ];
    }
    let shared = words!(
        "let the build share the host's network, where the proxy is (Linux)",
        "让构建共享宿主机网络，即可访问宿主机上的代理（Linux）"
    );
    let command =
        facts::build_command(case, &format!("--network=host --build-arg {name}=http://localhost:{port}"));
    // The HTTP proxy's variables need no ARG line, GOPROXY does; an ENV line would win over the argument.
    let shared = if name == "GOPROXY" {
        let set =
            case.build.steps.iter().map(|s| s.instruction.as_str()).find(|i| i.starts_with("ENV GOPROXY"));
        let line = set.filter(|l| names::shown(l).is_some()).unwrap_or("ENV GOPROXY=...");
        safe(then(edit(shared, edits::swap(line, "ARG GOPROXY")), command))
    } else {
        safe(run(shared, command))
    };
    vec![
        shared,
        safe(run(
            words!(
                "or reach the host by name; the proxy must listen on the bridge too (Clash and the like: \"Allow LAN\")",
                "或通过主机名访问宿主机；代理需要同时监听网桥地址（Clash 等软件请打开“允许局域网连接”）"
            ),
            facts::build_command(
                case,
                &format!(
                    "--add-host=host.docker.internal:host-gateway --build-arg {name}=http://host.docker.internal:{port}"
                ),
            ),
        )),
        safe(run(
            words!("or build without that proxy", "或构建时不使用该代理"),
            facts::build_command(
                case,
                &format!(
                    "--build-arg {name}={}",
                    if name == "GOPROXY" { "https://proxy.golang.org,direct" } else { "" }
                ),
            ),
        )),
    ]
}
