//! What a cached request costs, beside nginx, goproxy and Athens on the same files.
//!
//! `bench [--nginx BIN] [--goproxy BIN] [--athens BIN] [--rounds 3] [--quick] [--only seaworthy,nginx]`
//!
//! Every server is pinned to core 0, the load to core 1. Runs are interleaved over the servers; printed are medians of
//! the server's CPU time a request, its p99 and the peak memory. Every answer's length is checked, one answer's bytes
//! a file and server are compared. A server that is not given is printed as skipped, nothing is made up for it.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use support::{Process, free_address, get, median, option, our_binary, pinned, seaworthy, write_module};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

struct File {
    label: &'static str,
    path: &'static str,
    requests: u64,
    content: Vec<u8>,
}

struct Cost {
    micros: f64,
    p99: f64,
    per_second: f64,
}

fn main() {
    let work = tempfile::tempdir().unwrap();
    let tree = work.path().join("tree");
    let quick = std::env::args().any(|argument| argument == "--quick");
    let rounds: usize = option("--rounds").map_or(3, |text| text.parse().unwrap());
    println!("making the module tree");
    for (name, bytes) in [("small", 12_000), ("middle", 1_000_000), ("large", 70_000_000)] {
        write_module(&tree, &format!("bench.example/{name}"), "v1.0.0", bytes);
    }
    let file = |label, path: &'static str, requests: u64| File {
        label,
        path,
        requests: if quick { requests.div_ceil(10) } else { requests },
        content: std::fs::read(tree.join(&path[1..])).unwrap(),
    };
    let files = [
        file(".mod", "/bench.example/small/@v/v1.0.0.mod", 100_000),
        file(".info", "/bench.example/small/@v/v1.0.0.info", 100_000),
        file("list", "/bench.example/small/@v/list", 100_000),
        file("zip 12 KB", "/bench.example/small/@v/v1.0.0.zip", 50_000),
        file("zip 1 MB", "/bench.example/middle/@v/v1.0.0.zip", 4_000),
        file("zip 70 MB", "/bench.example/large/@v/v1.0.0.zip", 60),
    ];
    let servers = start_all(work.path(), &tree);
    for server in &servers {
        for file in &files {
            let (status, body) = get(server.address, file.path).unwrap();
            assert!(
                status == 200 && body == file.content,
                "{}: {} is served wrong: {status}",
                server.name,
                file.label
            );
        }
    }
    println!(
        "{:<11} {:>5}  {:<26} {:>12} {:>10} {:>11}",
        "file", "conns", "server", "CPU us/req", "p99 ms", "requests/s"
    );
    for file in &files {
        for connections in [1, 64, 512] {
            // A connection gets at least one request; large files at 512 are the memory run below.
            if file.content.len() > 10_000_000 && connections == 512 {
                continue;
            }
            let requests =
                (if connections == 1 { file.requests / 4 } else { file.requests }).max(connections);
            let mut costs: Vec<Vec<Cost>> = servers.iter().map(|_| Vec::new()).collect();
            for _ in 0..rounds {
                for (server, costs) in servers.iter().zip(&mut costs) {
                    costs.push(measure(server, file, connections, requests));
                }
            }
            for (server, costs) in servers.iter().zip(&costs) {
                let mid = |value: fn(&Cost) -> f64| median(costs.iter().map(value).collect());
                println!(
                    "{:<11} {connections:>5}  {:<26} {:>12.1} {:>10.2} {:>11.0}",
                    file.label,
                    server.name,
                    mid(|cost| cost.micros),
                    mid(|cost| cost.p99),
                    mid(|cost| cost.per_second)
                );
            }
        }
    }
    let clients = if quick { 100 } else { 1000 };
    println!("\npeak memory after all of the above, and with {clients} clients on the 70 MB zip");
    for server in &servers {
        let before = server.peak_memory();
        crowd(server.address, files[5].path, clients);
        println!(
            "{:<26} {:>8.1} MB {:>8.1} MB",
            server.name,
            before as f64 / 1e6,
            server.peak_memory() as f64 / 1e6
        );
    }
}

fn wanted(name: &str) -> bool {
    option("--only").is_none_or(|list| list.split(',').any(|one| name.starts_with(one)))
}

fn start_all(work: &Path, tree: &Path) -> Vec<Process> {
    let mut servers = Vec::new();
    if wanted("seaworthy") {
        for (name, sendfile) in [("seaworthy", true), ("seaworthy, no sendfile", false)] {
            let settings = format!(
                "cache = \"{}\"\nupstream = \"file://{}\"\nverify = \"off\"\nsumdb = \"off\"\nsendfile = {sendfile}\n[fresh]\nlist = \"1h\"\n",
                work.join(format!("cache-{sendfile}")).display(),
                tree.display()
            );
            let mut process = seaworthy(&our_binary(), &settings, work, Some(0)).unwrap();
            process.name = name;
            servers.push(process);
        }
    }
    let nginx = option("--nginx").or_else(|| which("nginx"));
    match nginx.filter(|_| wanted("nginx")) {
        Some(binary) => {
            servers.push(start_nginx(&binary, work, tree, false));
            servers.push(start_nginx(&binary, work, tree, true));
        }
        None => println!("nginx: skipped (--nginx BIN)"),
    }
    match option("--goproxy") {
        Some(binary) => {
            let address = free_address();
            let mut command = pinned(Path::new(&binary), Some(0));
            command
                .args(["server", "--address", &address.to_string(), "--cacher", "dir", "--cacher-dir"])
                .arg(copy_tree(tree, &work.join("goproxy-cache")))
                .arg("--temp-dir")
                .arg(folder(&work.join("goproxy-tmp")))
                .env("GOPROXY", format!("file://{}", tree.display()))
                .env("GOSUMDB", "off")
                .env("GOMODCACHE", work.join("goproxy-modcache"));
            servers.push(Process::start("goproxy", &mut command, address).unwrap());
        }
        None => println!("goproxy: skipped (--goproxy BIN)"),
    }
    match option("--athens") {
        Some(binary) => {
            let address = free_address();
            let mut command = pinned(Path::new(&binary), Some(0));
            command
                .current_dir(folder(&work.join("athens-run")))
                .env("ATHENS_STORAGE_TYPE", "disk")
                .env("ATHENS_DISK_STORAGE_ROOT", folder(&work.join("athens-store")))
                .env("ATHENS_PORT", address.to_string())
                .env("ATHENS_LOG_LEVEL", "error")
                .env(
                    "ATHENS_GO_BINARY_ENV_VARS",
                    format!("GOPROXY=file://{};GOSUMDB=off;GOTOOLCHAIN=local", tree.display()),
                );
            servers.push(Process::start("athens", &mut command, address).unwrap());
        }
        None => println!("athens: skipped (--athens BIN)"),
    }
    servers
}

fn which(name: &str) -> Option<String> {
    let path = std::env::var("PATH").ok()?;
    path.split(':').map(|folder| format!("{folder}/{name}")).find(|path| Path::new(path).exists())
}

fn folder(path: &Path) -> PathBuf {
    std::fs::create_dir_all(path).unwrap();
    path.to_owned()
}

fn copy_tree(from: &Path, to: &Path) -> PathBuf {
    folder(to);
    let from = from.join(".").display().to_string();
    assert!(Command::new("cp").args(["-r", &from]).arg(to).status().unwrap().success());
    to.to_owned()
}

fn start_nginx(binary: &str, work: &Path, tree: &Path, cached: bool) -> Process {
    let address = free_address();
    let home = folder(&work.join(format!("nginx-{cached}")));
    let cache = if cached { "open_file_cache max=1000 inactive=60s; open_file_cache_valid 60s;" } else { "" };
    let settings = format!(
        "worker_processes 1; daemon off; pid {home}/pid; error_log {home}/error.log;\n\
         events {{ worker_connections 4096; }}\n\
         http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; {cache}\n\
         client_body_temp_path {home}/b; proxy_temp_path {home}/p; fastcgi_temp_path {home}/f; uwsgi_temp_path {home}/u;\n\
         scgi_temp_path {home}/s; server {{ listen {address}; root {tree}; }} }}\n",
        home = home.display(),
        tree = tree.display()
    );
    let file = home.join("nginx.conf");
    std::fs::write(&file, settings).unwrap();
    let mut command = pinned(Path::new(binary), Some(0));
    command.args([
        "-e".as_ref(),
        home.join("error.log").as_os_str(),
        "-p".as_ref(),
        home.as_os_str(),
        "-c".as_ref(),
        file.as_os_str(),
    ]);
    Process::start(if cached { "nginx open_file_cache" } else { "nginx" }, &mut command, address).unwrap()
}

fn measure(server: &Process, file: &File, connections: u64, requests: u64) -> Cost {
    // Connections are made and the caches warm before the clock runs.
    let cpu_before = Arc::new(Mutex::new(0.0));
    let (seconds, mut latencies) =
        load(server.address, file.path, file.content.len(), connections, requests, || {
            *cpu_before.lock().unwrap() = server.cpu();
        });
    let cpu = server.cpu() - *cpu_before.lock().unwrap();
    latencies.sort_unstable();
    let p99 = latencies[(latencies.len() * 99 / 100).min(latencies.len() - 1)];
    let count = latencies.len() as f64;
    Cost { micros: cpu * 1e6 / count, p99: f64::from(p99) / 1000.0, per_second: count / seconds }
}

/// Runs requests over connections that stay; `begin` is called when all are connected. Gives seconds, and microseconds
/// of each request.
fn load(
    address: SocketAddr,
    path: &'static str,
    length: usize,
    connections: u64,
    requests: u64,
    begin: impl FnOnce() + Send,
) -> (f64, Vec<u32>) {
    std::thread::scope(|scope| {
        let run = scope.spawn(|| {
            let mut set = rustix::thread::CpuSet::new();
            set.set(1);
            // One core only: fine too.
            let _ = rustix::thread::sched_setaffinity(None, &set);
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let left = Arc::new(AtomicU64::new(requests));
                let mut streams = Vec::new();
                for _ in 0..connections {
                    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
                    stream.set_nodelay(true).unwrap();
                    one(&mut stream, path, length, &mut vec![0; 256 << 10]).await;
                    streams.push(stream);
                    // Large files need not be fetched by everybody first.
                    if length > 1 << 20 && streams.len() >= 2 {
                        break;
                    }
                }
                while (streams.len() as u64) < connections {
                    streams.push(tokio::net::TcpStream::connect(address).await.unwrap());
                }
                begin();
                let start = Instant::now();
                let mut tasks = tokio::task::JoinSet::new();
                for mut stream in streams {
                    let left = Arc::clone(&left);
                    tasks.spawn(async move {
                        let mut buffer = vec![0; (256 << 10).min(length + 4096)];
                        let mut times = Vec::new();
                        while left
                            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1))
                            .is_ok()
                        {
                            let start = Instant::now();
                            one(&mut stream, path, length, &mut buffer).await;
                            times.push(u32::try_from(start.elapsed().as_micros()).unwrap_or(u32::MAX));
                        }
                        times
                    });
                }
                let mut all = Vec::new();
                while let Some(times) = tasks.join_next().await {
                    all.extend(times.unwrap());
                }
                (start.elapsed().as_secs_f64(), all)
            })
        });
        run.join().unwrap()
    })
}

/// One request on a connection: 200 with the length that it must have.
async fn one(stream: &mut tokio::net::TcpStream, path: &str, length: usize, buffer: &mut [u8]) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut have = 0;
    let body = loop {
        let read = stream.read(&mut buffer[have..]).await.unwrap();
        assert!(read > 0, "the server closed the connection");
        have += read;
        if let Some(end) = buffer[..have].windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    assert!(buffer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&buffer[..body]));
    let mut got = have - body;
    while got < length {
        let read = stream.read(buffer).await.unwrap();
        assert!(read > 0, "cut body");
        got += read;
    }
    assert_eq!(got, length);
}

/// Many clients that read one large file slowly side by side, each 4 MB of it.
fn crowd(address: SocketAddr, path: &'static str, clients: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..clients {
            tasks.spawn(async move {
                let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
                let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
                stream.write_all(request.as_bytes()).await.unwrap();
                let mut buffer = vec![0; 16 << 10];
                let mut got = 0;
                while got < 4 << 20 {
                    match stream.read(&mut buffer).await {
                        Ok(0) | Err(_) => break,
                        Ok(read) => got += read,
                    }
                }
            });
        }
        while tasks.join_next().await.is_some() {}
    });
}
