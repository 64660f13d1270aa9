//! The HTTP server: our own accept loop over hyper, so that connections, slow clients and the end are in our hands.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;

use crate::config::{ServeConfig, TlsConfig};
use crate::handler::{Handler, Peer};
use crate::proxy::Proxy;
use crate::upstream::tls;
use crate::wire::{FileQueue, WireStream};

/// A request's header may not be larger; nor may what is buffered to be written, file pieces aside.
const HEADER_LIMIT: usize = 32 << 10;
const MAX_HEADERS: usize = 64;

/// Why a server cannot run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// An address to listen on is taken, not ours, or malformed.
    #[error("cannot listen on {address}")]
    Listen {
        /// As configured.
        address: String,
        /// The reason.
        source: io::Error,
    },
    /// The cache, a certificate, a go.sum or another file cannot be used.
    #[error("cannot set up the proxy")]
    Setup(#[source] io::Error),
}

/// A server that listens, and does not yet answer.
pub struct Server {
    listeners: Vec<TcpListener>,
    proxy: Arc<Proxy>,
    tls: Option<TlsAcceptor>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("addresses", &self.addresses()).finish_non_exhaustive()
    }
}

impl Server {
    /// Opens the cache and the ports.
    ///
    /// # Errors
    /// When an address cannot be listened on, or a file that the settings name cannot be used. Upstreams are not
    /// asked: a server starts while they are down.
    pub async fn bind(config: ServeConfig) -> Result<Self, ServeError> {
        let tls = config.tls.as_ref().map(acceptor).transpose().map_err(ServeError::Setup)?;
        let mut listeners = Vec::new();
        for address in &config.listen {
            let listener = TcpListener::bind(address)
                .await
                .map_err(|source| ServeError::Listen { address: address.clone(), source })?;
            listeners.push(listener);
        }
        let proxy = Proxy::new(config).map_err(ServeError::Setup)?;
        Ok(Self { listeners, proxy, tls })
    }

    /// The addresses listened on, ports filled in.
    #[must_use]
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.listeners.iter().filter_map(|listener| listener.local_addr().ok()).collect()
    }

    /// Answers until `shutdown` is ready, then lets running responses end within the drain time.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send) {
        let Self { listeners, proxy, tls } = self;
        let (stop, stopping) = watch::channel(false);
        let slots = Arc::new(Semaphore::new(proxy.config.max_connections.max(1)));
        let all_slots = u32::try_from(proxy.config.max_connections.max(1)).unwrap_or(u32::MAX);
        let drain = proxy.config.drain;
        let housekeeping = tokio::spawn(crate::housekeeping::run(Arc::clone(&proxy)));
        let mut tasks = tokio::task::JoinSet::new();
        let handler = Arc::new(Handler::new(proxy, stopping.clone()));
        for listener in listeners {
            let accept = Accept {
                listener,
                handler: Arc::clone(&handler),
                tls: tls.clone(),
                slots: Arc::clone(&slots),
                stopping: stopping.clone(),
            };
            tasks.spawn(accept.run());
        }
        shutdown.await;
        stop.send_replace(true);
        tasks.shutdown().await;
        housekeeping.abort();
        // Every connection holds a slot: all of them back means that all are done.
        if tokio::time::timeout(drain, slots.acquire_many(all_slots)).await.is_err() {
            tracing::warn!(seconds = drain.as_secs(), "some responses did not end in time and are cut");
        }
    }
}

/// Runs a server until `shutdown` is ready.
///
/// # Errors
/// See [`Server::bind`]. A running server does not fail.
pub async fn serve(config: ServeConfig, shutdown: impl Future<Output = ()> + Send) -> Result<(), ServeError> {
    let server = Server::bind(config).await?;
    for address in server.addresses() {
        tracing::info!(%address, "listening");
    }
    server.run(shutdown).await;
    Ok(())
}

fn acceptor(config: &TlsConfig) -> io::Result<TlsAcceptor> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = rustls::ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?;
    let builder = match &config.client_ca {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let mut roots = rustls::RootCertStore::empty();
            for certificate in tls::certificates(path)? {
                roots.add(certificate).map_err(io::Error::other)?;
            }
            let verifier =
                rustls::server::WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                    .build()
                    .map_err(io::Error::other)?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let mut server = builder
        .with_single_cert(tls::certificates(&config.certificate)?, tls::private_key(&config.key)?)
        .map_err(io::Error::other)?;
    server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(server)))
}

struct Accept {
    listener: TcpListener,
    handler: Arc<Handler>,
    tls: Option<TlsAcceptor>,
    slots: Arc<Semaphore>,
    stopping: watch::Receiver<bool>,
}

impl Accept {
    async fn run(self) {
        loop {
            // A full house waits here: further clients stay in the kernel's queue.
            let Ok(slot) = Arc::clone(&self.slots).acquire_owned().await else { return };
            let (tcp, address) = match self.listener.accept().await {
                Ok(accepted) => accepted,
                Err(err) => {
                    // Too many open files, mostly: give others time to close theirs.
                    tracing::warn!(%err, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let connection = Connection {
                handler: Arc::clone(&self.handler),
                tls: self.tls.clone(),
                stopping: self.stopping.clone(),
            };
            tokio::spawn(async move {
                connection.serve(tcp, address).await;
                drop(slot);
            });
        }
    }
}

struct Connection {
    handler: Arc<Handler>,
    tls: Option<TlsAcceptor>,
    stopping: watch::Receiver<bool>,
}

impl Connection {
    async fn serve(self, tcp: TcpStream, address: SocketAddr) {
        let _ = tcp.set_nodelay(true);
        let metrics = Arc::clone(&self.handler.proxy.metrics);
        metrics.connections.inc();
        match self.tls.clone() {
            None => self.cleartext(tcp, address).await,
            Some(acceptor) => self.encrypted(acceptor, tcp, address).await,
        }
        metrics.connections.dec();
    }

    async fn cleartext(mut self, tcp: TcpStream, address: SocketAddr) {
        let config = &self.handler.proxy.config;
        let queue = Arc::new(FileQueue::default());
        let peer = Arc::new(Peer { address, queue: config.sendfile.then(|| Arc::clone(&queue)) });
        let stream = WireStream::new(tcp, queue, config.write_timeout);
        let handler = Arc::clone(&self.handler);
        let service = service_fn(move |request| {
            let (handler, peer) = (Arc::clone(&handler), Arc::clone(&peer));
            async move { Ok::<_, Infallible>(handler.handle(request, &peer).await) }
        });
        let mut builder = hyper::server::conn::http1::Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(config.header_timeout)
            .max_buf_size(HEADER_LIMIT)
            .max_headers(MAX_HEADERS);
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
        tokio::select! {
            result = connection.as_mut() => { log_end(result); return; }
            () = stopped(&mut self.stopping) => connection.as_mut().graceful_shutdown(),
        }
        log_end(connection.await);
    }

    async fn encrypted(mut self, acceptor: TlsAcceptor, tcp: TcpStream, address: SocketAddr) {
        let config = &self.handler.proxy.config;
        let stream = WireStream::new(tcp, Arc::new(FileQueue::default()), config.write_timeout);
        let stream = match tokio::time::timeout(config.header_timeout, acceptor.accept(stream)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(err)) => {
                tracing::debug!(%address, %err, "TLS handshake failed");
                return;
            }
            Err(_) => return,
        };
        let peer = Arc::new(Peer { address, queue: None });
        let handler = Arc::clone(&self.handler);
        let service = service_fn(move |request| {
            let (handler, peer) = (Arc::clone(&handler), Arc::clone(&peer));
            async move { Ok::<_, Infallible>(handler.handle(request, &peer).await) }
        });
        let mut builder = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(config.header_timeout)
            .max_buf_size(HEADER_LIMIT)
            .max_headers(MAX_HEADERS);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(128)
            .max_header_list_size(HEADER_LIMIT as u32)
            .keep_alive_interval(Duration::from_secs(30));
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
        tokio::select! {
            _ = connection.as_mut() => return,
            () = stopped(&mut self.stopping) => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }
}

async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // A closed channel is the end too.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

fn log_end(result: Result<(), hyper::Error>) {
    if let Err(err) = result {
        tracing::debug!(%err, "connection ended");
    }
}
