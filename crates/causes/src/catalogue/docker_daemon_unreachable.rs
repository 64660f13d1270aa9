//! `docker-daemon-unreachable`: no Docker engine answers.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::Cause;
use crate::mend::remedy::{edit, run, safe};
use crate::mend::{names, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "docker-daemon-unreachable",
    severity: Severity::Error,
    title: Words::fixed("no Docker engine answers", "没有 Docker 引擎响应"),
    explanation: Words::fixed(
        "The client found no engine: none is running, it listens elsewhere (DOCKER_HOST, a docker \
         context), the user may not open its socket, or in CI the Docker-in-Docker service is not up yet \
         or speaks TLS on 2376 while the client says 2375. Nothing was built, so the Dockerfile is not to \
         blame.",
        "客户端找不到 Docker 引擎：引擎没有运行、监听在别处（DOCKER_HOST、docker context）、当前用户无权访\
         问它的 socket，或 CI 中的 Docker-in-Docker 服务还没启动，又或者服务在 2376 使用 TLS 而客户端连的\
         是 2375。构建根本没有开始，与 Dockerfile 无关。",
    ),
    pitfall: Some(Words::fixed(
        "`chmod 666 /var/run/docker.sock` gives every process on the machine root rights, and so does a \
         daemon that listens on TCP without TLS. Membership in the group docker is enough (and is \
         root-like as well: give it to people you trust with root).",
        "`chmod 666 /var/run/docker.sock` 等于把 root 权限交给机器上的所有进程；不带 TLS 监听 TCP 的守护进\
         程也一样。加入 docker 组就够了（该组等同于 root，只给可信的人）。",
    )),
    references: &[
        "https://docs.docker.com/engine/install/linux-postinstall/",
        "https://docs.docker.com/engine/daemon/troubleshoot/",
        "https://docs.gitlab.com/ci/docker/using_docker_build/",
    ],
    signs: &[
        sign(97, "Cannot connect to the Docker daemon at {}"),
        sign(97, "Cannot connect to the Docker daemon"),
        sign(97, "failed to connect to the docker API at {};"),
        sign(97, "failed to connect to the docker API"),
        sign(96, "permission denied while trying to connect to the Docker daemon socket"),
        sign(96, "permission denied while trying to connect to the docker API"),
        sign(95, "Got permission denied while trying to connect to the Docker daemon"),
        sign(94, "error during connect: "),
        sign(94, "dial unix {}docker.sock: connect: "),
        sign(92, "docker daemon is not running"),
        sign(92, "Is the docker daemon running"),
        sign(90, "Couldn't connect to Docker daemon"),
        sign(90, "dial unix /run/buildkit/buildkitd.sock"),
        sign(88, "could not connect to unix:///run/buildkit"),
        sign(88, "Cannot connect to Podman"),
        sign(88, "unable to connect to Podman socket"),
        sign(88, "open //./pipe/docker"),
        sign(86, "ERROR: no builder \"{}\" found"),
        sign(86, "Docker Desktop is not running"),
        sign(88, "error: failed to list workers: Unavailable"),
        sign(86, "no valid drivers found"),
        sign(92, "failed to receive status: rpc error: code = Unavailable"),
        sign(92, "closing transport due to: connection error"),
        sign(88, "rpc error: code = Unavailable desc = "),
        sign(97, "cannot connect to the Docker daemon"),
        sign(95, "failed to dial gRPC: "),
        sign(96, "Error while fetching server API version"),
    ],
    judge: None,
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn endpoint(case: &Case<'_>) -> Option<String> {
    let at = ["unix://", "tcp://", "npipe://", "http://docker:"].iter().find_map(|p| case.text.find(p))?;
    let word = case.text.get(at..)?.split([' ', ';', '"', '\'']).next()?.trim_end_matches(['.', ':', ',']);
    let word = if word.starts_with("http://docker:") {
        word.split('/').take(3).collect::<Vec<_>>().join("/")
    } else {
        word.to_owned()
    };
    names::plain(&word).map(str::to_owned)
}

fn is_denied(case: &Case<'_>) -> bool {
    case.text.contains("permission denied")
}

fn headline(case: &Case<'_>) -> Words {
    match endpoint(case) {
        Some(at) if is_denied(case) => words!(
            "this user may not talk to the Docker engine at {at}",
            "当前用户无权访问 {at} 上的 Docker 引擎"
        ),
        Some(at) => words!("no Docker engine answers at {at}", "{at} 没有 Docker 引擎响应"),
        None if is_denied(case) => {
            words!("this user may not talk to the Docker engine", "当前用户无权访问 Docker 引擎")
        }
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    if is_denied(case) {
        return vec![
            safe(run(
                words!(
                    "put the user into the group docker (as good as root), then log in again",
                    "把用户加入 docker 组（等同于 root），然后重新登录"
                ),
                "sudo usermod -aG docker $USER && newgrp docker",
            )),
            safe(run(
                words!(
                    "or run the engine without root, for this user alone",
                    "或为该用户单独运行 rootless 引擎"
                ),
                "dockerd-rootless-setuptool.sh install",
            )),
        ];
    }
    if case.text.contains("pipe") {
        return vec![safe(run(
            words!(
                "start Docker Desktop and wait until it says that it runs",
                "启动 Docker Desktop，等待其显示正在运行"
            ),
            "docker desktop start && docker version",
        ))];
    }
    let in_ci = case.text.contains("://docker:") || case.text.contains("lookup docker");
    if in_ci {
        return vec![
            edit(
                words!(
                    "GitLab CI: start the engine beside the job, with TLS (the runner must be privileged)",
                    "GitLab CI：在作业旁启动带 TLS 的引擎（runner 需要特权模式）"
                ),
                "+services: [\"docker:dind\"]\n+variables:\n+  DOCKER_HOST: tcp://docker:2376\n+  DOCKER_TLS_CERTDIR: \"/certs\"\n+  DOCKER_TLS_VERIFY: \"1\"\n+  DOCKER_CERT_PATH: \"/certs/client\"",
            ),
            safe(run(
                words!("wait until it is up before the build", "构建前等待引擎就绪"),
                "until docker info >/dev/null 2>&1; do sleep 1; done",
            )),
        ];
    }
    vec![
        safe(run(
            words!(
                "start the engine (Docker Desktop: open it)",
                "启动 Docker 引擎（Docker Desktop：打开应用）"
            ),
            "sudo systemctl enable --now docker",
        )),
        safe(run(
            words!("see whom the client asks", "查看客户端连接的是哪个引擎"),
            "docker context ls; echo $DOCKER_HOST; docker version",
        )),
    ]
}
