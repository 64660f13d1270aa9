//! Headline and remedies of representative logs, as a person reads them.

use std::fmt::Write as _;

use finding::Lang;
use seaworthy_causes::diagnose;

/// Cause, headline and fixes of the first finding.
fn advice(log: &str, lang: Lang) -> String {
    let log = buildlog::read(log.as_bytes()).expect("a text in memory");
    let reports = diagnose("-", &log, None);
    let Some(finding) = reports.iter().flat_map(|r| &r.findings).next() else {
        return "nothing found".to_owned();
    };
    let mut out = format!("{}: {}\n", finding.cause, finding.title.get(lang));
    for fix in &finding.fixes {
        let kind = if fix.safe { "safe" } else { "unsafe" };
        let _ = writeln!(out, "* [{kind}] {}", fix.title.get(lang));
        for line in fix.diff.iter().flat_map(|d| d.lines()) {
            let _ = writeln!(out, "    {line}");
        }
        for line in fix.command.iter().flat_map(|c| c.lines()) {
            let _ = writeln!(out, "    $ {line}");
        }
    }
    out
}

fn en(log: &str) -> String {
    advice(log, Lang::En)
}

/// A BuildKit log whose one `RUN` on `base` printed `output`.
fn plain(base: &str, command: &str, output: &[&str]) -> String {
    let mut log = format!(
        "#5 [build 1/4] FROM docker.io/library/{base}@sha256:2d4b\n#5 DONE 0.1s\n\n#9 [build 4/4] RUN {command}\n"
    );
    for line in output {
        let _ = writeln!(log, "#9 0.412 {line}");
    }
    let _ = writeln!(
        log,
        "#9 ERROR: process \"/bin/sh -c {command}\" did not complete successfully: exit code: 1\n------\n > [build 4/4] RUN {command}:\n------\nERROR: failed to solve: process \"/bin/sh -c {command}\" did not complete successfully: exit code: 1"
    );
    log
}

#[test]
fn a_name_that_does_not_resolve() {
    let log = plain(
        "golang:1.25",
        "go mod download",
        &[
            "go: github.com/google/uuid@v1.6.0: Get \"https://proxy.golang.org/github.com/google/uuid/@v/v1.6.0.mod\": dial tcp: lookup proxy.golang.org on 10.0.0.2:53: no such host",
        ],
    );
    insta::assert_snapshot!(en(&log), @r#"
    net-dns: the name proxy.golang.org cannot be resolved inside the build
    * [safe] build on the host's network: its resolver, routes and VPN (shows whether the bridge is the problem)
        $ docker build --network=host .
    * [unsafe] give containers a resolver they can reach, in /etc/docker/daemon.json (BuildKit container builder: [dns] in buildkitd.toml)
        +{ "dns": ["<dns-server-of-your-network>"] }
        $ sudo systemctl restart docker && docker run --rm alpine nslookup proxy.golang.org
    * [unsafe] where proxy.golang.org is out of reach, as in mainland China: take the modules from goproxy.cn or https://mirrors.aliyun.com/goproxy/; go.sum still checks them
         FROM golang:1.25
        +ARG GOPROXY
        $ docker build --build-arg GOPROXY=https://goproxy.cn,direct .
    "#);
}

#[test]
fn many_modules_and_one_silent_proxy() {
    let log = plain(
        "golang:1.25-alpine",
        "go mod download",
        &[
            "a.example/a@v1.0.0: Get \"https://proxy.golang.org/a.example/a/@v/v1.0.0.zip\": dial tcp 142.250.71.145:443: i/o timeout",
            "b.example/b@v1.0.0: Get \"https://proxy.golang.org/b.example/b/@v/v1.0.0.zip\": dial tcp 142.250.71.145:443: i/o timeout",
            "c.example/c@v1.0.0: Get \"https://proxy.golang.org/c.example/c/@v/v1.0.0.zip\": dial tcp 142.250.71.145:443: i/o timeout",
        ],
    );
    insta::assert_snapshot!(en(&log), @r#"
    net-timeout: connections to proxy.golang.org time out: 3 modules, one cause
    * [unsafe] where proxy.golang.org is out of reach, as in mainland China: take the modules from goproxy.cn or https://mirrors.aliyun.com/goproxy/; go.sum still checks them
         FROM golang:1.25-alpine
        +ARG GOPROXY
        $ docker build --build-arg GOPROXY=https://goproxy.cn,direct .
    * [safe] if your network has an HTTP proxy, hand it to the build (no ARG line needed; for every build: "proxies" in ~/.docker/config.json; for pulls: "proxies" in daemon.json)
        $ docker build --build-arg HTTPS_PROXY=http://<proxy-host>:<port> --build-arg HTTP_PROXY=http://<proxy-host>:<port> --build-arg NO_PROXY=localhost,127.0.0.1,<internal-domain> .
    * [safe] build on the host's network: its resolver, routes and VPN (shows whether the bridge is the problem)
        $ docker build --network=host .
    * [unsafe] download where the network works and bring the modules along: vendor them
        +COPY vendor ./vendor
        +RUN go build -mod=vendor ./...
        $ go mod vendor
    "#);
}

#[test]
fn a_proxy_on_localhost() {
    let log = plain(
        "golang:1.25",
        "go mod download",
        &[
            "go: github.com/google/uuid@v1.6.0: Get \"http://localhost:3000/github.com/google/uuid/@v/v1.6.0.mod\": dial tcp [::1]:3000: connect: connection refused",
        ],
    );
    insta::assert_snapshot!(en(&log), @r#"
    net-localhost-proxy: GOPROXY names localhost:3000, which inside the build is the container itself
    * [safe] let the build share the host's network, where the proxy is (Linux)
        -ENV GOPROXY=...
        +ARG GOPROXY
        $ docker build --network=host --build-arg GOPROXY=http://localhost:3000 .
    * [safe] or reach the host by name; the proxy must listen on the bridge too (Clash and the like: "Allow LAN")
        $ docker build --add-host=host.docker.internal:host-gateway --build-arg GOPROXY=http://host.docker.internal:3000 .
    * [safe] or build without that proxy
        $ docker build --build-arg GOPROXY=https://proxy.golang.org,direct .
    "#);
}

#[test]
fn a_gateway_that_opens_tls() {
    let log = plain(
        "golang:1.25-alpine",
        "go mod download",
        &[
            "go: golang.org/x/text@v0.14.0: Get \"https://proxy.golang.org/golang.org/x/text/@v/v0.14.0.mod\": tls: failed to verify certificate: x509: certificate signed by unknown authority",
        ],
    );
    insta::assert_snapshot!(en(&log), @r"
    tls-unknown-authority: the issuer of the certificate shown for proxy.golang.org is not trusted here
    * [unsafe] trust the company's certificate authority inside the image (get company-ca.crt, PEM, from those who run the gateway)
        +COPY company-ca.crt /usr/local/share/ca-certificates/company-ca.crt
        +RUN update-ca-certificates
         RUN go mod download
    * [safe] or lend it to this step only: Go reads every file in /etc/ssl/certs
        -RUN go mod download
        +RUN --mount=type=secret,id=company-ca,target=/etc/ssl/certs/company-ca.pem \
        +    go mod download
        $ docker build --secret id=company-ca,src=company-ca.crt .
    * [safe] see which certificate proxy.golang.org really shows
        $ openssl s_client -connect proxy.golang.org:443 -servername proxy.golang.org </dev/null 2>/dev/null | openssl x509 -noout -issuer -subject -dates -ext subjectAltName
    ");
}

#[test]
fn a_checksum_database_out_of_reach() {
    let log = plain(
        "golang:1.25",
        "go mod download",
        &[
            "go: github.com/kr/pretty@v0.3.1: verifying go.mod: Get \"https://sum.golang.org/lookup/github.com/kr/pretty@v0.3.1\": dial tcp 142.250.71.145:443: i/o timeout",
        ],
    );
    insta::assert_snapshot!(en(&log), @r#"
    sumdb-unreachable: the checksum database sum.golang.org cannot be reached
    * [safe] ask the same checksum database under its second name, sum.golang.google.cn
         FROM golang:1.25
        +ARG GOSUMDB
        $ docker build --build-arg GOSUMDB=sum.golang.google.cn .
    * [unsafe] where proxy.golang.org is out of reach, as in mainland China: take the modules from goproxy.cn or https://mirrors.aliyun.com/goproxy/; go.sum still checks them
         FROM golang:1.25
        +ARG GOPROXY
        $ docker build --build-arg GOPROXY=https://goproxy.cn,direct .
    * [unsafe] complete go.sum where the network works and commit it: then nobody needs to ask
        $ go mod tidy && go mod verify && git add go.mod go.sum
    * [safe] if your network has an HTTP proxy, hand it to the build (no ARG line needed; for every build: "proxies" in ~/.docker/config.json; for pulls: "proxies" in daemon.json)
        $ docker build --build-arg HTTPS_PROXY=http://<proxy-host>:<port> --build-arg HTTP_PROXY=http://<proxy-host>:<port> --build-arg NO_PROXY=localhost,127.0.0.1,<internal-domain> .
    "#);
}

#[test]
fn a_private_module_without_credentials() {
    let log = plain(
        "golang:1.25",
        "go mod download",
        &[
            "go: gitlab.corp.example/platform/kit@v1.2.0: invalid version: git ls-remote -q origin in /go/pkg/mod/cache/vcs/0a1b: exit status 128:",
            "\tfatal: could not read Username for 'https://gitlab.corp.example': terminal prompts disabled",
        ],
    );
    insta::assert_snapshot!(en(&log), @r#"
    auth-private-module: gitlab.corp.example/platform/kit wants credentials, and the build has none that fit
    * [safe] lend the step your credentials for gitlab.corp.example (in ~/.netrc: machine gitlab.corp.example login <user> password <token>)
        -RUN go mod download
        +RUN --mount=type=secret,id=netrc,target=/root/.netrc \
        +    go mod download
        $ docker build --secret id=netrc,src=$HOME/.netrc .
    * [unsafe] tell Go that gitlab.corp.example is private: no public proxy and no checksum database for it (go.sum still checks it)
         FROM golang:1.25
        +ENV GOPRIVATE=gitlab.corp.example
    * [unsafe] or use your ssh agent: forward it and let git take ssh for gitlab.corp.example
        +COPY known_hosts /etc/ssh/ssh_known_hosts
        +RUN git config --global url."ssh://git@gitlab.corp.example/".insteadOf "https://gitlab.corp.example/"
        -RUN go mod download
        +RUN --mount=type=ssh \
        +    go mod download
        $ ssh-keyscan gitlab.corp.example > known_hosts   # compare with the fingerprints gitlab.corp.example publishes
        $ docker build --ssh default .
    * [safe] see whether your own account may read it, and that the name is right
        $ git ls-remote https://gitlab.corp.example/platform/kit
    "#);
}

#[test]
fn a_private_module_sent_to_the_public() {
    let log = plain(
        "golang:1.25",
        "go mod download",
        &[
            "go: github.com/acme/billing@v0.9.4: verifying module: github.com/acme/billing@v0.9.4: reading https://sum.golang.org/lookup/github.com/acme/billing@v0.9.4: 410 Gone",
        ],
    );
    insta::assert_snapshot!(en(&log), @r#"
    goprivate-missing: sum.golang.org was asked about github.com/acme/billing, which only its own host knows
    * [unsafe] tell Go that github.com/acme is private: no public proxy and no checksum database for it (go.sum still checks it)
         FROM golang:1.25
        +ENV GOPRIVATE=github.com/acme
    * [safe] lend the step your credentials for github.com (in ~/.netrc: machine github.com login <user> password <token>)
        -RUN go mod download
        +RUN --mount=type=secret,id=netrc,target=/root/.netrc \
        +    go mod download
        $ docker build --secret id=netrc,src=$HOME/.netrc .
    * [unsafe] or use your ssh agent: forward it and let git take ssh for github.com
        +COPY known_hosts /etc/ssh/ssh_known_hosts
        +RUN git config --global url."ssh://git@github.com/".insteadOf "https://github.com/"
        -RUN go mod download
        +RUN --mount=type=ssh \
        +    go mod download
        $ ssh-keyscan github.com > known_hosts   # compare with the fingerprints github.com publishes
        $ docker build --ssh default .
    "#);
}

#[test]
fn an_unknown_ssh_host() {
    let log = plain(
        "golang:1.25",
        "--mount=type=ssh go mod download",
        &[
            "go: git.corp.example/team/kit@v1.0.0: git ls-remote -q ssh://git@git.corp.example/team/kit in /go/pkg/mod/cache/vcs/0a1b: exit status 128:",
            "\tHost key verification failed.",
            "\tfatal: Could not read from remote repository.",
        ],
    );
    insta::assert_snapshot!(en(&log), @r"
    auth-ssh: the image does not know the ssh key of git.corp.example
    * [unsafe] bring the server's key along
        +COPY known_hosts /etc/ssh/ssh_known_hosts
         RUN --mount=type=ssh go mod download
        $ ssh-keyscan git.corp.example > known_hosts   # compare with the fingerprints git.corp.example publishes
    * [safe] hand your ssh agent to the build
        $ docker build --ssh default .
    * [safe] lend the step your credentials for git.corp.example (in ~/.netrc: machine git.corp.example login <user> password <token>)
        -RUN --mount=type=ssh go mod download
        +RUN --mount=type=secret,id=netrc,target=/root/.netrc \
        +    --mount=type=ssh go mod download
        $ docker build --secret id=netrc,src=$HOME/.netrc .
    ");
}

#[test]
fn content_that_is_not_on_record() {
    let log = plain(
        "golang:1.25",
        "go mod download",
        &[
            "go: downloading github.com/Acme/kit v1.2.0",
            "verifying github.com/Acme/kit@v1.2.0: checksum mismatch",
            "\tdownloaded: h1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=",
            "\tgo.sum:     h1:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb=",
            "",
            "SECURITY ERROR",
        ],
    );
    insta::assert_snapshot!(en(&log), @"
    sum-mismatch: github.com/Acme/kit@v1.2.0 is not what go.sum or the checksum database has on record
    * [safe] see which side differs: the record, the proxy, or the origin
        $ curl -sS https://sum.golang.org/lookup/github.com/!acme/kit@v1.2.0
        $ GOFLAGS=-mod=mod GOMODCACHE=$(mktemp -d) GOPROXY=https://proxy.golang.org go mod download -json github.com/Acme/kit@v1.2.0 | grep Sum
        $ git log -1 --format=%h -S'github.com/Acme/kit v1.2.0' -- go.sum
    * [safe] if only this machine differs: fetch it again
        $ go clean -modcache && go mod download github.com/Acme/kit@v1.2.0
    * [unsafe] if the owner moved the tag: take a version that was not moved
        $ go get github.com/Acme/kit@<other-version> && go mod tidy
    ");
}

#[test]
fn a_go_that_is_too_old() {
    let log = plain(
        "golang:1.22.3-alpine3.19",
        "go mod download",
        &["go: go.mod requires go >= 1.25.0 (running go 1.22.3; GOTOOLCHAIN=local)"],
    );
    insta::assert_snapshot!(en(&log), @"
    go-version-too-old: go.mod needs Go 1.25.0, the image has Go 1.22.3
    * [unsafe] build with the image golang:1.25 or later
        -FROM golang:1.22.3-alpine3.19 AS build
        +FROM golang:1.25-alpine AS build
    * [unsafe] or let Go fetch the newer toolchain itself (slower; needs the network)
        +ENV GOTOOLCHAIN=auto
         RUN go mod download
        $ docker build .
    * [unsafe] or, when nothing newer is used, ask for less
        $ go mod edit -go=1.22 -toolchain=none && go mod tidy
    ");
}

#[test]
fn a_go_that_lacks_a_package() {
    let log = "Step 1/4 : FROM golang:1.19-buster AS builder\n ---> 2d4b\nStep 4/4 : RUN go build -o /app .\n ---> Running in 0a1b2c3d4e5f\nmain.go:4:2: package slices is not in GOROOT (/usr/local/go/src/slices)\nThe command '/bin/sh -c go build -o /app .' returned a non-zero code: 1\n".to_owned();
    insta::assert_snapshot!(en(&log), @"
    go-version-too-old: Go 1.21 is needed, Go 1.19 is in the image
    * [unsafe] build with the image golang:1.21 or later
        -FROM golang:1.19-buster AS builder
        +FROM golang:1.21 AS builder
    ");
}

#[test]
fn a_patch_release_behind() {
    let log = plain(
        "golang:1.25",
        "go build ./...",
        &["go: go.mod requires go >= 1.25.4 (running go 1.25.1; GOTOOLCHAIN=local)"],
    );
    insta::assert_snapshot!(en(&log), @"
    go-version-too-old: go.mod needs Go 1.25.4, the image has Go 1.25.1
    * [unsafe] pull the newest image of the same tag
        $ docker build --pull .
    * [unsafe] or let Go fetch the newer toolchain itself (slower; needs the network)
        +ENV GOTOOLCHAIN=auto
         RUN go build ./...
        $ docker build .
    * [unsafe] or, when nothing newer is used, ask for less
        $ go mod edit -go=1.25 -toolchain=none && go mod tidy
    ");
}

#[test]
fn no_git_on_alpine() {
    let log = plain(
        "golang:1.25-alpine",
        "go mod download",
        &[
            "go: git.corp.example/team/kit@v1.4.0: git init --bare in /go/pkg/mod/cache/vcs/0a1b: exec: \"git\": executable file not found in $PATH",
        ],
    );
    insta::assert_snapshot!(en(&log), @"
    tool-git-missing: git is not in the image golang:1.25-alpine
    * [unsafe] install git before this step
        +RUN apk add --no-cache git
         RUN go mod download
    ");
}

#[test]
fn no_compiler_for_cgo() {
    let log = plain(
        "golang:1.25-alpine",
        "CGO_ENABLED=1 go build -o /app .",
        &[
            "# runtime/cgo",
            "cgo: C compiler \"gcc\" not found: exec: \"gcc\": executable file not found in $PATH",
        ],
    );
    insta::assert_snapshot!(en(&log), @"
    tool-gcc-missing: cgo needs a C compiler, and the image has none
    * [unsafe] install the C compiler before this step
        +RUN apk add --no-cache gcc musl-dev
         RUN CGO_ENABLED=1 go build -o /app .
    * [unsafe] or build without cgo, if no package needs C (a static binary)
        -RUN CGO_ENABLED=1 go build -o /app .
        +RUN CGO_ENABLED=0 go build -o /app .
    ");
}

#[test]
fn a_missing_library() {
    let log = plain(
        "golang:1.25",
        "go build -o /app .",
        &[
            "# github.com/google/gopacket/pcap",
            "/go/pkg/mod/github.com/google/gopacket@v1.1.19/pcap/pcap_unix.go:34:10: fatal error: pcap.h: No such file or directory",
        ],
    );
    insta::assert_snapshot!(en(&log), @"
    tool-gcc-missing: cgo needs pcap.h, which is not in the image
    * [unsafe] install the package that has pcap.h
        +RUN apt-get update && apt-get install -y --no-install-recommends libpcap-dev && rm -rf /var/lib/apt/lists/*
         RUN go build -o /app .
    ");
}

#[test]
fn no_entry_in_go_sum() {
    let log = plain(
        "golang:1.25",
        "go build -o /server ./cmd/server",
        &[
            "cmd/server/main.go:12:2: missing go.sum entry for module providing package github.com/go-chi/chi/v5 (imported by github.com/acme/server/cmd/server); to add:",
            "\tgo get github.com/acme/server/cmd/server",
        ],
    );
    insta::assert_snapshot!(en(&log), @"
    sum-missing: go.sum has no entry for github.com/go-chi/chi/v5
    * [unsafe] complete go.sum outside the build and commit it
        $ go mod tidy && git add go.mod go.sum
    * [unsafe] or add just this entry, as Go proposes
        $ go get github.com/acme/server/cmd/server
    * [unsafe] make sure that both files reach the build
        +COPY go.mod go.sum ./
    ");
}

#[test]
fn a_replaced_folder_outside() {
    let log = plain(
        "golang:1.25",
        "go mod download",
        &[
            "go: github.com/acme/lib@v0.0.0 (replaced by ../lib): reading ../lib/go.mod: open /lib/go.mod: no such file or directory",
        ],
    );
    insta::assert_snapshot!(en(&log), @"
    mod-replace-missing: go.mod replaces a module by ../lib, which is not in the build
    * [unsafe] hand the folder to the build as a second context
        +COPY --from=lib . /lib
         RUN go mod download
        $ docker build --build-context lib=../lib .
    * [unsafe] or build from the common parent folder, and copy both
        $ docker build -f <project>/Dockerfile ..
    * [unsafe] or drop the replace and require a published version
        $ go mod edit -dropreplace=<module> && go get <module>@<version> && go mod tidy
    ");
}

#[test]
fn a_file_outside_the_context() {
    let log = "#8 [build 3/5] COPY go.mod go.sum ./\n#8 ERROR: failed to calculate checksum of ref moby::cyg61taxcu8c9: \"/go.sum\": not found\n------\n > [build 3/5] COPY go.mod go.sum ./:\n------\nDockerfile:3\n--------------------\n   1 |     FROM golang:1.25 AS build\n   2 |     WORKDIR /src\n   3 | >>> COPY go.mod go.sum ./\n   4 |     RUN go mod download\n--------------------\nERROR: failed to solve: failed to compute cache key: failed to calculate checksum of ref moby::cyg61taxcu8c9: \"/go.sum\": not found\n".to_owned();
    insta::assert_snapshot!(en(&log), @"
    docker-copy-missing: go.sum is not in the build context, or .dockerignore drops it
    * [unsafe] make go.sum and commit it
        $ go mod tidy && git add go.mod go.sum
    * [unsafe] or, if the module has no dependencies, copy it only when it is there
        -COPY go.mod go.sum ./
        +COPY go.mod go.sum* ./
    * [safe] see whether it is there and which rule drops it
        $ ls -la go.sum; grep -n . .dockerignore; git check-ignore -v go.sum
    * [unsafe] if .dockerignore drops it: let it through, below the rule that drops it
        +!go.sum
    ");
}

#[test]
fn a_mistyped_stage() {
    let log = "#5 [builder 1/3] FROM docker.io/library/golang:1.25\n#5 DONE 0.1s\n#9 [stage-1 2/3] COPY --from=biulder /out/app /app\n#9 ERROR: docker.io/library/biulder:latest: not found (did you mean builder?)\n------\n > [stage-1 2/3] COPY --from=biulder /out/app /app:\n------\nERROR: failed to build: failed to solve: biulder: failed to resolve source metadata for docker.io/library/biulder:latest: docker.io/library/biulder:latest: not found (did you mean builder?)\n".to_owned();
    insta::assert_snapshot!(en(&log), @"
    registry-image-not-found: there is no stage or image biulder; a stage is called builder
    * [unsafe] name the stage rightly
        -COPY --from=biulder /out/app /app
        +COPY --from=builder /out/app /app
    ");
}

#[test]
fn a_pull_limit() {
    let log = "#2 [internal] load metadata for docker.io/library/golang:1.25-alpine\n#2 ERROR: failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/golang/manifests/sha256:0a1b: 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit\n------\n > [internal] load metadata for docker.io/library/golang:1.25-alpine:\n------\nERROR: failed to solve: golang:1.25-alpine: failed to resolve source metadata for docker.io/library/golang:1.25-alpine: failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/golang/manifests/sha256:0a1b: 429 Too Many Requests\n".to_owned();
    insta::assert_snapshot!(en(&log), @r#"
    registry-rate-limit: Docker Hub's pull limit is reached
    * [safe] log in before the build: the limit of an account is higher than that of an address
        $ docker login
    * [unsafe] or take the same official image from Amazon's public registry
        -FROM golang:1.25-alpine
        +FROM public.ecr.aws/docker/library/golang:1.25-alpine
    * [unsafe] pull Docker Hub through a mirror your network reaches (your cloud provider's accelerator, docker.m.daocloud.io, ...): /etc/docker/daemon.json; with a BuildKit container builder: mirrors under [registry."docker.io"] in buildkitd.toml
        +{ "registry-mirrors": ["https://<mirror-host>"] }
        $ sudo systemctl restart docker && docker info --format '{{.RegistryConfig.Mirrors}}'
    "#);
}

#[test]
fn a_retired_tool() {
    let log = plain("golang:1.25", "go-wrapper download", &["/bin/sh: 1: go-wrapper: not found"]);
    insta::assert_snapshot!(en(&log), @r#"
    dep-tool-gone: go-wrapper is retired: modules do its work
    * [unsafe] move the project to modules, outside the build, and commit (Go up to 1.21 reads the old lock file)
        $ docker run --rm -v "$PWD":/src -w /src golang:1.21 sh -c 'go mod init <module-path> && go mod tidy'
    * [unsafe] then download and build with Go alone
        -RUN go-wrapper download
        +RUN go mod download
    "#);
}

#[test]
fn a_cache_of_root() {
    let log = "#5 [build 1/5] FROM docker.io/library/golang:1.25\n#5 DONE 0.1s\n#7 [build 3/5] USER app\n#7 DONE 0.1s\n#9 [build 4/5] RUN go mod download\n#9 0.2 go: could not create module cache: mkdir /go/pkg/mod/cache: permission denied\n#9 ERROR: process \"/bin/sh -c go mod download\" did not complete successfully: exit code: 1\n------\n > [build 4/5] RUN go mod download:\n------\nERROR: failed to solve: process \"/bin/sh -c go mod download\" did not complete successfully: exit code: 1\n".to_owned();
    insta::assert_snapshot!(en(&log), @"
    fs-permission: the user app may not write to /go/pkg/mod/cache
    * [unsafe] give the folder to the user while still root
        +RUN mkdir -p /go && chown -R app /go
         USER app
    * [unsafe] or put Go's caches where the user may write
        +ENV GOCACHE=/tmp/go-build GOMODCACHE=/tmp/go-mod
         RUN go mod download
    ");
}

#[test]
fn lost_quotes() {
    let log = plain(
        "golang:1.25",
        "go build -ldflags -s -w -o /app .",
        &["flag provided but not defined: -w", "usage: go build [-o output] [build flags] [packages]"],
    );
    insta::assert_snapshot!(en(&log), @r#"
    command-usage: a command does not know the flag -w
    * [unsafe] quote the linker's flags
        -RUN go build -ldflags -s -w -o /app .
        +RUN go build -ldflags="-s -w" -o /app .
    * [safe] see what this version understands
        $ go help build
    * [unsafe] print the command as the shell sees it
        -RUN go build -ldflags -s -w -o /app .
        +RUN set -x; go build -ldflags -s -w -o /app .
    "#);
}

#[test]
fn the_same_in_chinese() {
    let line = "go: github.com/google/uuid@v1.6.0: Get \"https://proxy.golang.org/github.com/google/uuid/@v/v1.6.0.mod\": dial tcp 142.250.71.145:443: i/o timeout";
    let log = plain("golang:1.25", "go mod download", &[line]);
    insta::assert_snapshot!(advice(&log, Lang::Zh), @r#"
    net-timeout: 连接 proxy.golang.org 超时
    * [unsafe] 无法访问 proxy.golang.org 时（例如在中国大陆）：改用模块代理 goproxy.cn 或 https://mirrors.aliyun.com/goproxy/，go.sum 仍会校验内容
         FROM golang:1.25
        +ARG GOPROXY
        $ docker build --build-arg GOPROXY=https://goproxy.cn,direct .
    * [safe] 如果网络要求使用 HTTP 代理，把它传给构建（无需声明 ARG；对所有构建生效：~/.docker/config.json 的 "proxies"；拉取镜像：daemon.json 的 "proxies"）
        $ docker build --build-arg HTTPS_PROXY=http://<proxy-host>:<port> --build-arg HTTP_PROXY=http://<proxy-host>:<port> --build-arg NO_PROXY=localhost,127.0.0.1,<internal-domain> .
    * [safe] 使用宿主机网络构建：沿用宿主机的 DNS、路由和 VPN（可借此判断问题是否出在网桥）
        $ docker build --network=host .
    * [unsafe] 在网络正常的环境中下载依赖并随代码一起提交：使用 vendor
        +COPY vendor ./vendor
        +RUN go build -mod=vendor ./...
        $ go mod vendor
    "#);
}

#[test]
fn go_alone_is_mended_with_go_alone() {
    let log = "$ go mod download\ngo: github.com/google/uuid@v1.6.0: Get \"https://proxy.golang.org/github.com/google/uuid/@v/v1.6.0.mod\": dial tcp 142.250.71.145:443: i/o timeout\n";
    insta::assert_snapshot!(en(log), @"
    net-timeout: connections to proxy.golang.org time out
    * [unsafe] where proxy.golang.org is out of reach, as in mainland China: take the modules from goproxy.cn or https://mirrors.aliyun.com/goproxy/; go.sum still checks them
        $ go env -w GOPROXY=https://goproxy.cn,direct
    * [safe] if your network has an HTTP proxy, name it
        $ export HTTPS_PROXY=http://<proxy-host>:<port> NO_PROXY=localhost,127.0.0.1,<internal-domain>
    * [safe] see what a container gets from proxy.golang.org
        $ curl -sSIv https://proxy.golang.org/
    * [unsafe] download where the network works and bring the modules along: vendor them
        +COPY vendor ./vendor
        +RUN go build -mod=vendor ./...
        $ go mod vendor
    ");
}
