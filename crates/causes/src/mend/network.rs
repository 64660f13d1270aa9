//! Remedies for networks that do not let a build through: mirrors, HTTP proxies, the builder's own network.

use finding::Fix;

use super::edits;
use super::facts::{self, Distro};
use super::names;
use super::remedy::{edit, run, safe, then};
use super::words;
use crate::case::Case;

/// Module proxies that stand in for proxy.golang.org where that is blocked.
const GOPROXY_MIRROR: &str = "https://goproxy.cn,direct";
const GOPROXY_SECOND: &str = "https://mirrors.aliyun.com/goproxy/,direct";

/// What the build wanted from the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    /// Modules from a module proxy.
    ModuleProxy,
    /// Sums from the checksum database.
    SumDb,
    /// Modules from their own host: an import path's page or git.
    Origin,
    /// Packages of the distribution.
    Packages,
    /// A Go archive from go.dev.
    GoArchive,
    /// Images.
    Registry,
    /// Something else.
    Other,
}

/// What the decisive message was after.
pub(crate) fn goal(case: &Case<'_>) -> Goal {
    let text = case.text;
    let has = |words: &[&str]| words.iter().any(|w| text.contains(w));
    if has(&["sum.golang."]) || has(&["/sumdb/"]) {
        return Goal::SumDb;
    }
    if has(&["/@v/", "/@latest", "goproxy", "proxy.golang.org"]) {
        return Goal::ModuleProxy;
    }
    if has(&[
        "registry-1.docker.io",
        "auth.docker.io",
        "/v2/",
        "httpReadSeeker",
        "failed to resolve source metadata",
    ]) || case.instruction.starts_with("FROM ")
        || case.instruction.starts_with("load metadata for ")
    {
        return Goal::Registry;
    }
    if has(&[
        "deb.debian.org",
        "security.debian.org",
        "archive.ubuntu.com",
        "dl-cdn.alpinelinux.org",
        "APKINDEX",
        "/dists/",
    ]) || has(&["Temporary failure resolving"])
        || text.starts_with("E: ")
    {
        return Goal::Packages;
    }
    let archive = |t: &str| {
        t.contains("go.dev/dl")
            || t.contains("golang.org/dl")
            || t.contains("dl.google.com/go")
            || t.contains("storage.googleapis.com/golang")
    };
    if archive(text) || archive(case.instruction) {
        return Goal::GoArchive;
    }
    if has(&[
        "go-get=1",
        "unrecognized import path",
        "fatal: ",
        "ssh: ",
        "git ",
        "/cache/vcs/",
        "RPC failed",
        "unable to access '",
    ]) {
        return Goal::Origin;
    }
    if has(&["golang.org/toolchain"]) || names::module_in(text).is_some() {
        Goal::ModuleProxy
    } else {
        Goal::Other
    }
}

/// A server everyone may use: for those a mirror exists.
fn is_public(host: &str) -> bool {
    let public = [
        "golang.org",
        "golang.google.cn",
        "goproxy.cn",
        "goproxy.io",
        "go.dev",
        "google.com",
        "googleapis.com",
        "github.com",
        "gopkg.in",
        "k8s.io",
        "debian.org",
        "ubuntu.com",
        "alpinelinux.org",
        "docker.io",
        "docker.com",
        "aliyun.com",
        "gitlab.com",
        "bitbucket.org",
        "gcr.io",
        "ghcr.io",
        "quay.io",
        "honnef.co",
        "debian.net",
    ];
    public.iter().any(|p| host == *p || host.ends_with(&format!(".{p}")))
}

/// Mirrors for what the build wanted, best first; none where only the named server has it.
pub(crate) fn mirrors(case: &Case<'_>) -> Vec<Fix> {
    let host = names::host(case);
    let goal = goal(case);
    let own = host.as_deref().is_some_and(|h| !is_public(h) && goal != Goal::Origin);
    match goal {
        Goal::ModuleProxy | Goal::SumDb | Goal::Registry if own => Vec::new(),
        Goal::ModuleProxy => vec![module_mirror(case)],
        Goal::Origin if host.as_deref().is_some_and(|h| h.starts_with("git") && !is_public(h)) => Vec::new(),
        Goal::Origin => vec![through_a_proxy(case)],
        Goal::SumDb => vec![sumdb_mirror(case)],
        Goal::Registry => vec![registry_mirror()],
        Goal::Packages => package_mirror(case),
        Goal::GoArchive => vec![archive_mirror(case)],
        Goal::Other if host.is_none() => vec![module_mirror(case)],
        Goal::Other => Vec::new(),
    }
}

/// GOPROXY set to a mirror.
pub(crate) fn module_mirror(case: &Case<'_>) -> Fix {
    let failed_there = names::host(case).is_some_and(|h| h == "goproxy.cn");
    let (proxy, other) = if failed_there {
        (GOPROXY_SECOND, "https://proxy.golang.org")
    } else {
        (GOPROXY_MIRROR, "https://mirrors.aliyun.com/goproxy/")
    };
    let name = proxy.trim_start_matches("https://").split([',', '/']).next().unwrap_or("");
    let blocked = if failed_there { "goproxy.cn" } else { "proxy.golang.org" };
    let title = words!(
        "where {blocked} is out of reach, as in mainland China: take the modules from {name} or {other}; go.sum still checks them",
        "无法访问 {blocked} 时（例如在中国大陆）：改用模块代理 {name} 或 {other}，go.sum 仍会校验内容"
    );
    set_go_env(case, title, "GOPROXY", proxy)
}

/// One of Go's settings: by build argument in Docker, by `go env -w` outside.
pub(crate) fn set_go_env(case: &Case<'_>, title: finding::Words, name: &str, value: &str) -> Fix {
    if facts::in_docker(case) {
        let diff = edits::below_from(case, &[&format!("ARG {name}")]);
        return then(edit(title, diff), facts::build_command(case, &format!("--build-arg {name}={value}")));
    }
    run(title, format!("go env -w {name}={value}"))
}

/// Modules that were asked of their own host, through a module proxy instead.
fn through_a_proxy(case: &Case<'_>) -> Fix {
    let title = words!(
        "let a module proxy fetch public modules instead of this build: proxy.golang.org, in mainland China goproxy.cn",
        "公开模块交给模块代理获取，构建不再直连源站：proxy.golang.org，中国大陆可用 goproxy.cn"
    );
    set_go_env(case, title, "GOPROXY", "https://goproxy.cn,https://proxy.golang.org,direct")
}

/// The checksum database's name in mainland China: the same database, signed with the same key.
pub(crate) fn sumdb_mirror(case: &Case<'_>) -> Fix {
    let title = words!(
        "ask the same checksum database under its second name, sum.golang.google.cn",
        "改用同一校验和数据库的另一域名 sum.golang.google.cn"
    );
    safe(set_go_env(case, title, "GOSUMDB", "sum.golang.google.cn"))
}

/// A pull-through mirror for Docker Hub, set in the daemon.
pub(crate) fn registry_mirror() -> Fix {
    then(
        edit(
            words!(
                "pull Docker Hub through a mirror your network reaches (your cloud provider's accelerator, docker.m.daocloud.io, ...): /etc/docker/daemon.json; with a BuildKit container builder: mirrors under [registry.\"docker.io\"] in buildkitd.toml",
                "通过可达的镜像加速器拉取 Docker Hub（云厂商提供的加速地址、docker.m.daocloud.io 等）：修改 /etc/docker/daemon.json；使用 docker-container 构建器时，在 buildkitd.toml 的 [registry.\"docker.io\"] 下配置 mirrors"
            ),
            "+{ \"registry-mirrors\": [\"https://<mirror-host>\"] }",
        ),
        "sudo systemctl restart docker && docker info --format '{{.RegistryConfig.Mirrors}}'",
    )
}

/// Distribution packages from a mirror; they stay signed by the distribution.
fn package_mirror(case: &Case<'_>) -> Vec<Fix> {
    let title = || {
        words!(
            "take the packages from a nearby mirror (mirrors.aliyun.com, mirrors.tuna.tsinghua.edu.cn); their signatures are still checked",
            "换用就近的软件源（mirrors.aliyun.com、mirrors.tuna.tsinghua.edu.cn），签名校验不受影响"
        )
    };
    let alpine = "RUN sed -i 's/dl-cdn.alpinelinux.org/mirrors.aliyun.com/g' /etc/apk/repositories";
    let debian = "RUN sed -i 's/deb.debian.org/mirrors.aliyun.com/g' /etc/apt/sources.list.d/debian.sources";
    let ubuntu =
        "RUN sed -i 's/archive.ubuntu.com/mirrors.aliyun.com/g' /etc/apt/sources.list.d/ubuntu.sources";
    let old = "RUN sed -i 's/deb.debian.org/mirrors.aliyun.com/g' /etc/apt/sources.list";
    let image = facts::base(case);
    let tag = image.as_ref().map_or("", |i| i.tag.as_str());
    let line = match facts::distro(case) {
        Distro::Alpine => alpine,
        Distro::RedHat => return Vec::new(),
        _ if image.as_ref().is_some_and(|i| i.name.ends_with("ubuntu"))
            || case.text.contains("ubuntu.com") =>
        {
            ubuntu
        }
        _ if ["bullseye", "buster", "stretch", "jessie"].iter().any(|d| tag.contains(d)) => old,
        _ => debian,
    };
    vec![edit(title(), edits::above(case, &[line]))]
}

/// go.dev's archives under the name that mainland China reaches.
fn archive_mirror(case: &Case<'_>) -> Fix {
    let title = words!(
        "download Go from golang.google.cn, or take it from the golang image",
        "从 golang.google.cn 下载 Go，或直接从 golang 镜像中复制"
    );
    for old in ["go.dev/dl", "golang.org/dl", "dl.google.com/go"] {
        if let Some(diff) = edits::replace(case, old, "golang.google.cn/dl") {
            return edit(title, diff);
        }
    }
    edit(title, "+COPY --from=golang:<version> /usr/local/go /usr/local/go")
}

/// A company's HTTP proxy, handed to the build without writing it into the image.
pub(crate) fn http_proxy(case: &Case<'_>) -> Fix {
    if facts::in_docker(case) {
        let flags = "--build-arg HTTPS_PROXY=http://<proxy-host>:<port> --build-arg HTTP_PROXY=http://<proxy-host>:<port> --build-arg NO_PROXY=localhost,127.0.0.1,<internal-domain>";
        return safe(run(
            words!(
                "if your network has an HTTP proxy, hand it to the build (no ARG line needed; for every build: \"proxies\" in ~/.docker/config.json; for pulls: \"proxies\" in daemon.json)",
                "如果网络要求使用 HTTP 代理，把它传给构建（无需声明 ARG；对所有构建生效：~/.docker/config.json 的 \"proxies\"；拉取镜像：daemon.json 的 \"proxies\"）"
            ),
            facts::build_command(case, flags),
        ));
    }
    safe(run(
        words!("if your network has an HTTP proxy, name it", "如果网络要求使用 HTTP 代理，请设置它"),
        "export HTTPS_PROXY=http://<proxy-host>:<port> NO_PROXY=localhost,127.0.0.1,<internal-domain>",
    ))
}

/// The build on the host's network: the host's resolver, routes and VPN.
pub(crate) fn host_network(case: &Case<'_>) -> Fix {
    safe(run(
        words!(
            "build on the host's network: its resolver, routes and VPN (shows whether the bridge is the problem)",
            "使用宿主机网络构建：沿用宿主机的 DNS、路由和 VPN（可借此判断问题是否出在网桥）"
        ),
        facts::build_command(case, "--network=host"),
    ))
}

/// Dependencies brought along: the build needs no network for modules.
pub(crate) fn vendor() -> Fix {
    then(
        edit(
            words!(
                "download where the network works and bring the modules along: vendor them",
                "在网络正常的环境中下载依赖并随代码一起提交：使用 vendor"
            ),
            "+COPY vendor ./vendor\n+RUN go build -mod=vendor ./...",
        ),
        "go mod vendor",
    )
}

/// The same again: a passing fault is gone by then.
pub(crate) fn again(case: &Case<'_>) -> Fix {
    let command =
        if facts::in_docker(case) { facts::build_command(case, "") } else { "go mod download".to_owned() };
    safe(run(words!("run it again: such faults pass", "重试一次：这类故障往往是暂时的"), command))
}

/// A module cache that outlives the step, so that a second try goes on where the first broke off.
pub(crate) fn keep_downloads(case: &Case<'_>) -> Fix {
    edit(
        words!(
            "keep what was already downloaded: with a cache mount a second try only fetches the rest (the later go steps need the same mount)",
            "保留已下载的内容：使用缓存挂载后，重试只会下载剩余部分（后面的 go 步骤也要加同样的挂载）"
        ),
        edits::run_with(case, "--mount=type=cache,target=/go/pkg/mod", "go mod download"),
    )
}

/// Asks a host from inside a container on the build's kind of network.
pub(crate) fn ask(case: &Case<'_>, host: &str) -> Fix {
    let title = words!("see what a container gets from {host}", "看看容器内访问 {host} 的实际结果");
    let image = facts::base(case).filter(|i| names::plain(&i.reference()).is_some() && i.is_golang());
    let command = match image {
        Some(image) if image.tag.contains("alpine") => {
            format!("docker run --rm {} wget -S -O /dev/null https://{host}/", image.reference())
        }
        Some(image) => format!("docker run --rm {} curl -sSIv https://{host}/", image.reference()),
        None => format!("docker run --rm alpine wget -S -O /dev/null https://{host}/"),
    };
    safe(run(title, if facts::in_docker(case) { command } else { format!("curl -sSIv https://{host}/") }))
}

/// The issuer that a TLS server shows.
pub(crate) fn show_certificate(host: &str) -> Fix {
    safe(run(
        words!("see which certificate {host} really shows", "查看 {host} 实际返回的证书"),
        format!(
            "openssl s_client -connect {host}:443 -servername {host} </dev/null 2>/dev/null | openssl x509 -noout -issuer -subject -dates -ext subjectAltName"
        ),
    ))
}

/// A company's certificate authority, trusted inside the image.
pub(crate) fn company_ca(case: &Case<'_>) -> Fix {
    let title = words!(
        "trust the company's certificate authority inside the image (get company-ca.crt, PEM, from those who run the gateway)",
        "在镜像中信任公司的 CA 证书（向网关管理员索取 PEM 格式的 company-ca.crt）"
    );
    let anchors = "COPY company-ca.crt /usr/local/share/ca-certificates/company-ca.crt";
    let image = facts::base(case);
    let bare = image.as_ref().is_some_and(|i| !i.is_golang());
    let lines: &[&str] = match facts::distro(case) {
        Distro::RedHat => {
            &["COPY company-ca.crt /etc/pki/ca-trust/source/anchors/company-ca.crt", "RUN update-ca-trust"]
        }
        // apk itself needs the gateway's certificate before it can fetch the package.
        Distro::Alpine if bare => &[
            anchors,
            "RUN cat /usr/local/share/ca-certificates/company-ca.crt >> /etc/ssl/certs/ca-certificates.crt \\",
            " && apk add --no-cache ca-certificates && update-ca-certificates",
        ],
        Distro::Debian if bare => &[
            anchors,
            "RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && update-ca-certificates",
        ],
        _ => &[anchors, "RUN update-ca-certificates"],
    };
    if !facts::in_docker(case) {
        return run(
            words!(
                "trust the company's certificate authority on this machine (Debian, Ubuntu; get company-ca.crt from those who run the gateway)",
                "在本机信任公司的 CA 证书（Debian、Ubuntu；向网关管理员索取 company-ca.crt）"
            ),
            "sudo cp company-ca.crt /usr/local/share/ca-certificates/ && sudo update-ca-certificates",
        );
    }
    edit(title, edits::above(case, lines))
}

/// The same, but only for this step, and without leaving the certificate in a layer.
pub(crate) fn company_ca_secret(case: &Case<'_>) -> Fix {
    safe(then(
        edit(
            words!(
                "or lend it to this step only: Go reads every file in /etc/ssl/certs",
                "或仅在这一步挂载证书：Go 会读取 /etc/ssl/certs 下的所有文件"
            ),
            edits::run_with(
                case,
                "--mount=type=secret,id=company-ca,target=/etc/ssl/certs/company-ca.pem",
                "go mod download",
            ),
        ),
        facts::build_command(case, "--secret id=company-ca,src=company-ca.crt"),
    ))
}
