//! Servers with something wrong: they run in threads of the recorder, on the lab's own address, while a scenario's
//! builds do.

mod content;
mod http;
mod ssh;
mod zip;

use super::{authority, net, world::World};
use anyhow::{Context, Result};
use content::Content;
use http::{Answer, Request};
use lab::{Fault, Scenario, Server};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use socket2::SockRef;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Servers that run until this is dropped.
pub(crate) struct Running {
    stop: Arc<AtomicBool>,
    open: Arc<Mutex<BTreeMap<SocketAddr, TcpStream>>>,
    sshd: Option<ssh::Sshd>,
    threads: Vec<(SocketAddr, JoinHandle<()>)>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        for (address, thread) in self.threads.drain(..) {
            // wakes the thread out of `accept`
            drop(TcpStream::connect_timeout(&address, Duration::from_secs(1)));
            if thread.join().is_err() {
                eprintln!("a lab server panicked");
            }
        }
        // a daemon that kept a connection would ask this scenario's server during the next one
        for stream in self.open.lock().unwrap_or_else(PoisonError::into_inner).values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// What a connection needs to know.
struct Site {
    server: Server,
    content: Content,
    tls: Option<Arc<ServerConfig>>,
    stop: Arc<AtomicBool>,
}

/// First byte of a TLS record that carries a handshake.
const TLS_HANDSHAKE: u8 = 22;

/// How long a server that never answers keeps a connection.
const SILENCE: Duration = Duration::from_secs(300);

/// Starts the scenario's servers.
pub(crate) fn start(scenario: &Scenario, world: &World) -> Result<Running> {
    let mut running = Running { stop: Arc::default(), open: Arc::default(), sshd: None, threads: Vec::new() };
    for server in &scenario.server {
        if server.serve == lab::Serve::Ssh {
            running.sshd = Some(ssh::start(world, server.port)?);
            continue;
        }
        let wants_h2 = server.fault.iter().any(|f| matches!(f, Fault::H2Reset { .. }));
        let tls = server
            .tls
            .map(|tls| authority::config(&world.folder, &server.name, tls, wants_h2))
            .transpose()?;
        let site = Arc::new(Site {
            server: server.clone(),
            content: Content::new(server.serve, scenario, world)?,
            tls,
            stop: Arc::clone(&running.stop),
        });
        let ip: Ipv4Addr = net::SERVER.parse().context("the lab's address")?;
        let address = SocketAddr::from((ip, server.port));
        let listener = TcpListener::bind(address).with_context(|| format!("listen on {address}"))?;
        let open = Arc::clone(&running.open);
        let accepting = thread::spawn(move || {
            for stream in listener.incoming() {
                if site.stop.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let (Ok(twin), Ok(peer)) = (stream.try_clone(), stream.peer_addr()) else { continue };
                let (site, open) = (Arc::clone(&site), Arc::clone(&open));
                open.lock().unwrap_or_else(PoisonError::into_inner).insert(peer, twin);
                thread::spawn(move || {
                    // a client that hangs up in the middle is what some scenarios are about
                    drop(connection(&site, stream));
                    // the last handle: only now the connection is closed (or reset)
                    open.lock().unwrap_or_else(PoisonError::into_inner).remove(&peer);
                });
            }
        });
        running.threads.push((address, accepting));
    }
    Ok(running)
}

fn connection(site: &Site, stream: TcpStream) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    stream.set_nodelay(true)?;
    for fault in &site.server.fault {
        match fault {
            Fault::HandshakeClose => {
                let mut hello = [0; 512];
                let mut stream = stream;
                let _ = stream.read(&mut hello)?;
                return reset(&stream);
            }
            Fault::HandshakeSilent => {
                silence(site);
                return Ok(());
            }
            _ => {}
        }
    }
    let raw = stream.try_clone()?;
    match &site.tls {
        None => {
            let mut first = [0];
            if stream.peek(&mut first)? == 1 && first[0] == TLS_HANDSHAKE {
                // what nginx answers to a TLS hello on a plain port
                let mut stream = stream;
                let mut hello = [0; 4096];
                let _ = stream.read(&mut hello)?;
                return Answer::status(400, "<html><h1>400 Bad Request</h1></html>\n", &[])
                    .write(&mut stream);
            }
            serve(site, stream, &raw)
        }
        Some(config) => {
            let connection = ServerConnection::new(Arc::clone(config)).map_err(std::io::Error::other)?;
            let mut stream = StreamOwned::new(connection, stream);
            if site.server.fault.iter().any(|f| matches!(f, Fault::H2Reset { .. })) {
                return http::h2_reset(&mut stream);
            }
            serve(site, stream, &raw)
        }
    }
}

/// Answers requests until the client hangs up or a fault ends the connection.
fn serve(site: &Site, mut stream: impl Read + Write, raw: &TcpStream) -> std::io::Result<()> {
    while let Some(request) = Request::read(&mut stream)? {
        let fault = site.server.fault.iter().find(|f| request.target.contains(f.path()));
        let answer = match fault {
            Some(Fault::Status { code, body, headers, .. }) => Answer::status(*code, body, headers),
            Some(Fault::RedirectLoop { .. }) => {
                let back = format!("Location: {}", request.target);
                Answer::status(302, "", &[back])
            }
            Some(Fault::Reset { .. }) => return reset(raw),
            Some(Fault::Close { .. }) => return Ok(()),
            Some(Fault::Silent { .. }) => {
                silence(site);
                return Ok(());
            }
            Some(Fault::Cut { .. }) => {
                let answer = good(site, &request);
                answer.write_part(&mut stream, answer.body.len() / 2)?;
                return reset(raw);
            }
            Some(Fault::Truncate { .. }) => {
                let mut answer = good(site, &request);
                answer.body.truncate(answer.body.len() * 2 / 3);
                answer
            }
            Some(Fault::H2Reset { .. } | Fault::HandshakeClose | Fault::HandshakeSilent) | None => {
                good(site, &request)
            }
        };
        answer.write(&mut stream)?;
        if answer.closes {
            return Ok(());
        }
    }
    Ok(())
}

fn good(site: &Site, request: &Request) -> Answer {
    // as on GitLab: `go-import` pages are for everybody, the repositories are not
    let open = site.server.serve == lab::Serve::Git && request.target.contains("?go-get=1");
    if let Some(wanted) = site.server.basic_auth.as_ref().filter(|_| !open)
        && !request.authorized(wanted)
    {
        let challenge = format!("WWW-Authenticate: Basic realm=\"{}\"", site.server.name);
        return Answer::status(401, "Unauthorized\n", &[challenge]);
    }
    site.content.answer(request)
}

fn silence(site: &Site) {
    let start = Instant::now();
    while start.elapsed() < SILENCE && !site.stop.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_millis(200));
    }
}

/// Closes with RST in place of FIN.
fn reset(stream: &TcpStream) -> std::io::Result<()> {
    SockRef::from(stream).set_linger(Some(Duration::ZERO))
}
