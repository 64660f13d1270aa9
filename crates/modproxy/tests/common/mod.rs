//! A small world for tests: an upstream that does what a script says, and a proxy in front of it.
//!
//! | what | how |
//! |---|---|
//! | [`Upstream::start`] | listens on loopback; a closure answers each request; requests are recorded |
//! | [`Answer`] | status, headers, body; may stop half-way, come slowly, or hang |
//! | [`modules`] | answers of a proxy that has `example.com/m` v1.0.0 and v1.1.0 |
//! | [`Front::start`] | the proxy under test, stopped when dropped |

#![allow(dead_code, unreachable_pub, missing_docs, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gomod::ModuleVersion;
use seaworthy_modproxy::{ServeConfig, Server};
use tokio::sync::oneshot;

#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub headers: BTreeMap<String, String>,
}

#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Send only so much of the body, then close.
    pub cut: Option<usize>,
    /// Do not tell the length: the end of the connection is the end of the body.
    pub no_length: bool,
    /// Before the header.
    pub delay: Duration,
    /// Between pieces of 64 KiB.
    pub pace: Duration,
}

impl Answer {
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::status(200, body)
    }

    pub fn status(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.into(),
            cut: None,
            no_length: false,
            delay: Duration::ZERO,
            pace: Duration::ZERO,
        }
    }

    pub fn not_found() -> Self {
        Self::status(404, "not found: no such thing\n").header("Content-Type", "text/plain; charset=utf-8")
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Does what the request's Range says, as a good server would.
    pub fn ranged(mut self, asked: &Asked) -> Self {
        let start = asked
            .headers
            .get("range")
            .and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
        if let Some(start) = start.filter(|start| *start < self.body.len()) {
            let total = self.body.len();
            self.body.drain(..start);
            self.status = 206;
            self = self.header("Content-Range", &format!("bytes {start}-{}/{total}", total - 1));
        }
        self
    }
}

type Script = dyn Fn(&Asked, usize) -> Answer + Send + Sync;

/// An HTTP/1.1 server of threads. It ends with the test process.
pub struct Upstream {
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Upstream {
    /// `script` gets the request and how often this path was asked for before.
    pub fn start(script: impl Fn(&Asked, usize) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, script): (_, Arc<Script>) = (Arc::clone(&asked), Arc::new(script));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, script) = (Arc::clone(&log), Arc::clone(&script));
                std::thread::spawn(move || {
                    let _ = answer(stream, &log, &*script);
                });
            }
        });
        Self { address, asked }
    }

    pub fn url(&self) -> url::Url {
        format!("http://{}", self.address).parse().unwrap()
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub fn paths(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.path).collect()
    }

    pub fn count(&self, path: &str) -> usize {
        self.asked().iter().filter(|asked| asked.path == path).count()
    }
}

fn answer(stream: TcpStream, log: &Mutex<Vec<Asked>>, script: &Script) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let mut words = line.split_whitespace();
        let method = words.next().unwrap_or_default().to_owned();
        let path = words.next().unwrap_or_default().to_owned();
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            headers.insert(name.to_ascii_lowercase(), value.to_owned());
        }
        let asked = Asked { method, path, headers };
        let before = {
            let mut log = log.lock().unwrap();
            log.push(asked.clone());
            log.iter().filter(|other| other.path == asked.path).count() - 1
        };
        let answer = script(&asked, before);
        std::thread::sleep(answer.delay);
        let mut head = format!("HTTP/1.1 {} Status\r\n", answer.status);
        for (name, value) in &answer.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if answer.no_length {
            head.push_str("Connection: close\r\n");
        } else {
            head.push_str(&format!("Content-Length: {}\r\n", answer.body.len()));
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes())?;
        if asked.method == "HEAD" {
            continue;
        }
        let body = &answer.body[..answer.cut.unwrap_or(answer.body.len())];
        for piece in body.chunks(64 << 10) {
            stream.write_all(piece)?;
            std::thread::sleep(answer.pace);
        }
        if answer.cut.is_some() || answer.no_length {
            return stream.shutdown(std::net::Shutdown::Both);
        }
    }
}

/// The zip of a module with these files.
pub fn zip_of(module: &str, version: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    gomod::zip::create_from_dir(Vec::new(), &ModuleVersion::new(module, version), dir.path()).unwrap()
}

pub fn small_zip(version: &str) -> Vec<u8> {
    let source = format!("package m\n\nconst Version = \"{version}\"\n");
    zip_of("example.com/m", version, &[("go.mod", b"module example.com/m\n"), ("m.go", source.as_bytes())])
}

/// A zip of `megabytes` that does not compress.
pub fn large_zip(megabytes: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let content: Vec<u8> = (0..megabytes << 17)
        .flat_map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()
        })
        .collect();
    zip_of("example.com/m", "v1.0.0", &[("go.mod", b"module example.com/m\n"), ("data.bin", &content)])
}

pub const MOD: &str = "module example.com/m\n";

/// `example.com/m` v1.0.0 and v1.1.0, without zips larger than a few hundred bytes.
pub fn modules(path: &str) -> Answer {
    let info = |version: &str| format!("{{\"Version\":\"{version}\",\"Time\":\"2020-01-02T03:04:05Z\"}}");
    match path {
        "/example.com/m/@v/list" => Answer::ok("v1.0.0\nv1.1.0\n"),
        "/example.com/m/@latest" | "/example.com/m/@v/v1.1.0.info" => Answer::ok(info("v1.1.0")),
        "/example.com/m/@v/v1.0.0.info" => Answer::ok(info("v1.0.0")),
        "/example.com/m/@v/main.info" => Answer::ok(info("v1.1.1-0.20200102030405-0123456789ab")),
        "/example.com/m/@v/v1.0.0.mod" | "/example.com/m/@v/v1.1.0.mod" => Answer::ok(MOD),
        "/example.com/m/@v/v1.0.0.zip" => Answer::ok(small_zip("v1.0.0")),
        "/example.com/m/@v/v1.1.0.zip" => Answer::ok(small_zip("v1.1.0")),
        _ => Answer::not_found(),
    }
}

/// The proxy under test.
pub struct Front {
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    client: reqwest::Client,
}

pub struct Got {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Result<Vec<u8>, String>,
}

impl Got {
    pub fn bytes(&self) -> &[u8] {
        self.body.as_ref().unwrap()
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(self.bytes()).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Front {
    pub async fn start(config: ServeConfig) -> Self {
        let server = Server::bind(config).await.unwrap();
        let address = server.addresses()[0];
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(server.run(async {
            let _ = stopped.await;
        }));
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { address, stop: Some(stop), client }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub async fn get(&self, path: &str) -> Got {
        self.get_with(path, &[]).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Got {
        self.send(reqwest::Method::GET, path, headers).await
    }

    pub async fn send(&self, method: reqwest::Method, path: &str, headers: &[(&str, &str)]) -> Got {
        let mut request = self.client.request(method, self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        Got {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.bytes().await.map(|bytes| bytes.to_vec()).map_err(|err| err.to_string()),
        }
    }

    /// Sends bytes as they are and gives all that comes back before the connection ends.
    pub fn raw(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.write_all(request).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}

/// Settings for quick tests: short waits, few retries.
pub fn quick(cache: &Path, upstream: &Upstream) -> ServeConfig {
    ServeConfig {
        retries: 2,
        drain: Duration::from_secs(1),
        ..ServeConfig::for_upstream(cache, upstream.url())
    }
}

/// Names of all files in a folder, below it, without spools.
pub fn files(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let path = entry.path();
            if entry.file_type().unwrap().is_dir() {
                if entry.file_name() != ".tmp" {
                    folders.push(path);
                }
            } else {
                found.push(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

/// Waits until `done` holds; the test fails after five seconds.
pub async fn eventually(mut done: impl FnMut() -> bool) {
    for _ in 0..500 {
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("did not happen within five seconds");
}

/// A zip of a module with so many bytes that do not compress.
pub fn noise_zip(module: &str, bytes: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let content: Vec<u8> = (0..bytes / 8)
        .flat_map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()
        })
        .collect();
    zip_of(module, "v1.0.0", &[("go.mod", format!("module {module}\n").as_bytes()), ("data.bin", &content)])
}
