//! A build log of any size, the same on every machine: what `docker build --progress=plain` prints for a Go service
//! with very many dependencies whose last step does not compile.

use std::io::{self, Write};

/// Output between two step headers, as a share of the whole.
const STEPS: &[(&str, u64, Kind)] = &[
    ("[build 2/7] RUN apk add --no-cache git gcc musl-dev make", 2, Kind::Packages),
    ("[build 4/7] RUN go mod download -x", 30, Kind::Requests),
    ("[build 5/7] RUN go vet ./... || true", 18, Kind::Chatter),
    ("[build 6/7] RUN go test -v ./...", 25, Kind::Tests),
    ("[build 7/7] RUN go build -v -o /bin/service ./cmd/service", 25, Kind::Compile),
];

#[derive(Clone, Copy)]
enum Kind {
    Packages,
    Requests,
    Chatter,
    Tests,
    Compile,
}

const HOSTS: &[&str] =
    &["github.com", "gitlab.com", "golang.org/x", "gopkg.in", "go.uber.org", "k8s.io", "cloud.google.com/go"];
const OWNERS: &[&str] = &[
    "aws",
    "hashicorp",
    "prometheus",
    "pkg",
    "spf13",
    "stretchr",
    "go-errors",
    "grpc-ecosystem",
    "failsafe-go",
    "open-telemetry",
];
const NAMES: &[&str] = &[
    "errors",
    "client-go",
    "retry",
    "timeout",
    "sdk-go-v2",
    "testify",
    "multierr",
    "net",
    "cobra",
    "denylist",
    "errgroup",
    "grpc-middleware",
    "failpoint",
    "zap",
    "yaml.v3",
    "exporter",
    "notfound",
    "storage",
    "x509util",
    "protobuf",
];
const PLACES: &[&str] =
    &["internal", "pkg", "api/v1", "cmd/tool", "transport/http2", "codes", "status", "fatal", "server"];
const CHATTER: &[&str] = &[
    "warning: unused parameter, this is not an error",
    "retrying after a temporary failure (attempt 2 of 5): ok",
    "using cached result; 0 errors, 0 failures",
    "checked that writes are denied to anonymous users: ok",
    "level=info msg=\"listener closed\" err=<nil> component=server",
    "{\"level\":\"warn\",\"msg\":\"cannot reach replica, using primary\",\"attempt\":1}",
    "generated zz_generated.deepcopy.go from types.go",
    "note: the deprecated option is ignored",
];

/// Writes a log of at least `bytes` bytes and less than a line more than that plus its ending.
pub(super) fn write(out: impl Write, bytes: u64) -> io::Result<()> {
    let mut log = Log { out, written: 0, state: 0x9E37_79B9_7F4A_7C15, millis: 0 };
    log.line("#0 building with \"default\" instance using docker driver\n")?;
    log.line("#1 [internal] load build definition from Dockerfile")?;
    log.line("#1 transferring dockerfile: 412B done\n#1 DONE 0.0s\n")?;
    log.line("#2 [internal] load metadata for docker.io/library/golang:1.26-alpine\n#2 DONE 0.8s\n")?;
    let mut until = 0;
    for (i, (header, share, kind)) in STEPS.iter().enumerate() {
        let id = 5 + i;
        let last = i + 1 == STEPS.len();
        until += bytes / 100 * share;
        log.line(&format!("#{id} {header}"))?;
        log.millis = 0;
        while log.written < until || (last && log.written < bytes) {
            let text = log.text(*kind);
            let (seconds, millis) = (log.millis / 1000, log.millis % 1000);
            log.line(&format!("#{id} {seconds}.{millis:03} {text}"))?;
            log.millis += log.next(40);
        }
        if !last {
            log.line(&format!("#{id} DONE {}.{}s\n", log.millis / 1000, log.millis % 10))?;
        }
    }
    log.line(ENDING)?;
    log.out.flush()
}

const ENDING: &str = "\
#9 812.4 # example.com/service/cmd/service
#9 812.4 cmd/service/main.go:41:14: undefined: transport.NewServer
#9 ERROR: process \"/bin/sh -c go build -v -o /bin/service ./cmd/service\" did not complete successfully: exit code: 1
------
 > [build 7/7] RUN go build -v -o /bin/service ./cmd/service:
812.4 # example.com/service/cmd/service
812.4 cmd/service/main.go:41:14: undefined: transport.NewServer
------
Dockerfile:9
--------------------
   7 |     RUN go vet ./... || true
   8 |     RUN go test -v ./...
   9 | >>> RUN go build -v -o /bin/service ./cmd/service
  10 |     
--------------------
ERROR: failed to solve: process \"/bin/sh -c go build -v -o /bin/service ./cmd/service\" did not complete successfully: exit code: 1";

struct Log<W> {
    out: W,
    written: u64,
    state: u64,
    millis: u64,
}

impl<W: Write> Log<W> {
    fn line(&mut self, text: &str) -> io::Result<()> {
        self.written += text.len() as u64 + 1;
        self.out.write_all(text.as_bytes())?;
        self.out.write_all(b"\n")
    }

    /// The next number below `below` (xorshift: the same sequence everywhere).
    fn next(&mut self, below: u64) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 20) % below
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.next(words.len() as u64) as usize]
    }

    fn module(&mut self) -> String {
        format!("{}/{}/{}", self.of(HOSTS), self.of(OWNERS), self.of(NAMES))
    }

    fn version(&mut self) -> String {
        format!("v{}.{}.{}", self.next(3), self.next(40), self.next(12))
    }

    fn text(&mut self, kind: Kind) -> String {
        let one_in = |log: &mut Self, n| log.next(n) == 0;
        match kind {
            _ if one_in(self, 50) => self.of(CHATTER).to_owned(),
            Kind::Packages => {
                let (n, of) = (self.next(40), 40);
                format!(
                    "({n}/{of}) Installing {}-dev ({}.{}-r{})",
                    self.of(NAMES),
                    self.next(9),
                    self.next(30),
                    self.next(9)
                )
            }
            Kind::Requests => match self.next(3) {
                0 => format!("go: downloading {} {}", self.module(), self.version()),
                1 => format!("# get https://proxy.golang.org/{}/@v/{}.zip", self.module(), self.version()),
                _ => format!(
                    "# get https://proxy.golang.org/{}/@v/{}.mod: 200 OK (0.{:03}s)",
                    self.module(),
                    self.version(),
                    self.next(1000)
                ),
            },
            Kind::Chatter => match self.next(3) {
                0 => format!("# {}/{}", self.module(), self.of(PLACES)),
                1 => format!(
                    "{}/{}.go:{}:{}: declared and checked: {}",
                    self.of(PLACES),
                    self.of(NAMES),
                    self.next(900),
                    self.next(80),
                    self.of(CHATTER)
                ),
                _ => self.of(CHATTER).to_owned(),
            },
            Kind::Tests => match self.next(4) {
                0 => format!("=== RUN   TestReturns{}WhenDenied/case_{}", self.of(OWNERS), self.next(90)),
                1 => format!("--- PASS: TestError{}Timeout (0.{:02}s)", self.of(OWNERS), self.next(100)),
                2 => format!(
                    "ok  \t{}/{}\t{}.{:03}s",
                    self.module(),
                    self.of(PLACES),
                    self.next(9),
                    self.next(1000)
                ),
                _ => format!(
                    "    {}_test.go:{}: got expected error: not found",
                    self.of(NAMES),
                    self.next(500)
                ),
            },
            Kind::Compile => format!("{}/{}", self.module(), self.of(PLACES)),
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_log_has_the_size_asked_for_and_is_always_the_same() {
        let make = || {
            let mut log = Vec::new();
            super::write(&mut log, 100_000).expect("memory");
            log
        };
        let log = make();
        assert!((100_000..103_000).contains(&log.len()), "{}", log.len());
        assert_eq!(log, make());
        assert!(std::str::from_utf8(&log).expect("text").contains("#9 0.000 "));
    }
}
