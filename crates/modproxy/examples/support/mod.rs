//! What the bench and the chaos run share: module trees, server processes, what they cost.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::print_stdout)]

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use gomod::ModuleVersion;

/// Bytes that do not compress, the same for the same seed.
pub fn noise(bytes: usize, seed: u64) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64 ^ (seed << 17 | 1);
    let mut out = Vec::with_capacity(bytes + 8);
    while out.len() < bytes {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        out.extend_from_slice(&state.to_le_bytes());
    }
    out.truncate(bytes);
    out
}

/// Writes a module version into a tree that any file server can serve as a GOPROXY. Gives the zip.
pub fn write_module(root: &Path, module: &str, version: &str, content: usize) -> Vec<u8> {
    let source = tempfile::tempdir().unwrap();
    let go_mod = format!("module {module}\n");
    std::fs::write(source.path().join("go.mod"), &go_mod).unwrap();
    let seed =
        module.bytes().chain(version.bytes()).fold(7_u64, |sum, byte| sum.wrapping_mul(31) + u64::from(byte));
    std::fs::write(source.path().join("data.bin"), noise(content, seed)).unwrap();
    let named = ModuleVersion::new(module, version);
    let zip = gomod::zip::create_from_dir(Vec::new(), &named, source.path()).unwrap();
    let folder = root.join(module).join("@v");
    std::fs::create_dir_all(&folder).unwrap();
    let info = format!("{{\"Version\":\"{version}\",\"Time\":\"2020-01-02T03:04:05Z\"}}");
    std::fs::write(folder.join(format!("{version}.info")), &info).unwrap();
    std::fs::write(folder.join(format!("{version}.mod")), &go_mod).unwrap();
    std::fs::write(folder.join(format!("{version}.zip")), &zip).unwrap();
    let list = folder.join("list");
    let mut versions = std::fs::read_to_string(&list).unwrap_or_default();
    versions.push_str(&format!("{version}\n"));
    std::fs::write(list, versions).unwrap();
    std::fs::write(root.join(module).join("@latest"), info).unwrap();
    zip
}

/// A server process, killed when dropped.
pub struct Process {
    pub name: &'static str,
    pub child: Child,
    pub address: SocketAddr,
}

impl Process {
    pub fn start(name: &'static str, command: &mut Command, address: SocketAddr) -> io::Result<Self> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let process = Self { name, child, address };
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            if start.elapsed() > Duration::from_secs(20) {
                return Err(io::Error::other(format!("{name} does not listen on {address}")));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(process)
    }

    /// CPU seconds of the process and its children that live, user and system.
    pub fn cpu(&self) -> f64 {
        family(self.child.id()).into_iter().map(cpu_of).sum()
    }

    /// Peak resident memory in bytes, all processes of the server together.
    pub fn peak_memory(&self) -> u64 {
        family(self.child.id()).into_iter().map(|pid| status_of(pid, "VmHWM:")).sum()
    }

    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        for pid in family(self.child.id()).into_iter().skip(1) {
            let _ = Command::new("kill").arg(pid.to_string()).status();
        }
        self.kill();
    }
}

/// The process and its children.
fn family(pid: u32) -> Vec<u32> {
    let mut all = vec![pid];
    let path = format!("/proc/{pid}/task/{pid}/children");
    for child in std::fs::read_to_string(path).unwrap_or_default().split_whitespace() {
        all.extend(family(child.parse().unwrap()));
    }
    all
}

fn cpu_of(pid: u32) -> f64 {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return 0.0 };
    let rest = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let ticks: u64 = rest.split(' ').skip(11).take(2).filter_map(|word| word.parse::<u64>().ok()).sum();
    // USER_HZ is 100 on every Linux that Rust runs on.
    ticks as f64 / 100.0
}

fn status_of(pid: u32, field: &str) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// An address nobody listens on.
pub fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Our own server with these settings, pinned to a core if told.
pub fn seaworthy(binary: &Path, settings: &str, work: &Path, core: Option<usize>) -> io::Result<Process> {
    let address = free_address();
    let file = work.join(format!("settings-{}.toml", address.port()));
    std::fs::write(&file, format!("listen = [\"{address}\"]\n{settings}"))?;
    let mut command = pinned(binary, core);
    command.arg(file).env_remove("GOPROXY").env_remove("GOSUMDB");
    Process::start("seaworthy", &mut command, address)
}

/// A command that runs on one core.
pub fn pinned(binary: &Path, core: Option<usize>) -> Command {
    match core {
        None => Command::new(binary),
        Some(core) => {
            let mut command = Command::new("taskset");
            command.args(["-c", &core.to_string()]).arg(binary);
            command
        }
    }
}

/// The server example beside this program.
pub fn our_binary() -> PathBuf {
    std::env::current_exe().unwrap().with_file_name("serve")
}

/// One GET over a connection of its own: status and body; an error if the body is not whole.
pub fn get(address: SocketAddr, path: &str) -> io::Result<(u16, Vec<u8>)> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut all = Vec::new();
    stream.read_to_end(&mut all)?;
    let end = all.windows(4).position(|four| four == b"\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    let head = String::from_utf8_lossy(&all[..end]).to_ascii_lowercase();
    let status =
        head.split(' ').nth(1).and_then(|word| word.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
    let body = all.split_off(end + 4);
    if head.contains("transfer-encoding: chunked") {
        return unchunk(&body).map(|body| (status, body)).ok_or_else(|| io::ErrorKind::UnexpectedEof.into());
    }
    let length =
        head.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse::<usize>().ok());
    match length {
        Some(length) if length != body.len() => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok((status, body)),
    }
}

fn unchunk(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    loop {
        let end = body.windows(2).position(|two| two == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&body[..end]).ok()?.trim(), 16).ok()?;
        body = &body[end + 2..];
        if size == 0 {
            return Some(out);
        }
        out.extend_from_slice(body.get(..size)?);
        body = body.get(size + 2..)?;
    }
}

/// The value behind `--name` on the command line.
pub fn option(name: &str) -> Option<String> {
    let mut arguments = std::env::args();
    arguments.find(|argument| argument == name)?;
    arguments.next()
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
