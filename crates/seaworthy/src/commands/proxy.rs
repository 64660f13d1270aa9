//! `seaworthy serve`, `prefetch`, `export` and `import`: the module proxy and its cache.

use super::downloads::bytes;
use crate::args::{Proxy, ProxyTask};
use crate::console::{Console, Stream};
use crate::fault::Fault;
use crate::inputs::{self, STDIN};
use crate::words::{self as w, io_reason, plain, with};
use crate::{env, os};
use finding::exit;
use gomod::goenv::{self, EnvFile};
use modproxy::{CacheLocation, GoSettings, ServeConfig, ServeError, ServeOptions, Server, Transferred};
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

/// Runs the command; gives the exit code.
pub(crate) fn execute(args: &Proxy, console: Console) -> u8 {
    let done = resolve(args, console).and_then(|config| match &args.task {
        ProxyTask::Serve => serve(config, console).map(|()| exit::OK),
        ProxyTask::Prefetch(go_sums) => prefetch(config, go_sums, console),
        ProxyTask::Export { archive, go_sums } => export(&config, archive, go_sums, console),
        ProxyTask::Import(archive) => import(&config, archive, console),
    });
    done.unwrap_or_else(|fault| {
        console.complain(&fault);
        fault.exit_code()
    })
}

/// What was typed, then the settings file, then Go's variables, then the defaults.
fn resolve(args: &Proxy, console: Console) -> Result<ServeConfig, Fault> {
    let read = |path: &PathBuf| fs::read_to_string(path).map_err(|error| Fault::read(path, &error));
    let file = match &args.config {
        Some(path) => ServeOptions::from_toml(&read(path)?)
            .map_err(|error| Fault::usage(plain(format!("{}: {}", path.display(), chain(&error))), None))?,
        None => ServeOptions::default(),
    };
    let options = ServeOptions::clone(&args.options).or(file);
    let elsewhere = options.cache.is_some();
    let mut go = go_settings();
    if matches!(args.task, ProxyTask::Export { .. } | ProxyTask::Import(_)) {
        // Nobody is asked: what the variables say must not get in the way.
        go = GoSettings::default();
    }
    let (mut config, warnings) =
        options.resolve(&go).map_err(|error| Fault::usage(plain(chain(&error)), None))?;
    warnings.iter().for_each(|warning| console.note(&plain(warning)));
    if !elsewhere {
        let folder = env::user_cache()
            .ok_or_else(|| Fault::usage(w::NO_CACHE_FOLDER.clone(), Some(w::GIVE_CACHE.clone())))?;
        config.cache = CacheLocation::Disk(folder.join("seaworthy").join("modules"));
    }
    Ok(config)
}

/// What `go env` would say, and the user's netrc.
fn go_settings() -> GoSettings {
    let user = goenv::user_file(std::env::consts::OS.replace("macos", "darwin").as_str(), env::go)
        .and_then(|path| fs::read_to_string(path).ok())
        .map(|text| EnvFile::parse(&text))
        .unwrap_or_default();
    let go = GoSettings::from_lookup(|name| {
        goenv::effective(name, env::go, &user, &EnvFile::default()).map(|(value, _)| value)
    });
    match env::netrc().and_then(|path| fs::read_to_string(path).ok()) {
        Some(text) => go.with_netrc(&text),
        None => go,
    }
}

fn runtime() -> Result<Runtime, Fault> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Fault::Serve(with(&w::CANNOT_SERVE, &[io_reason(&error)])))
}

/// The proxy's own log goes to standard error.
fn log(console: Console) {
    let level = if console.quiet {
        tracing_subscriber::filter::LevelFilter::ERROR
    } else {
        tracing_subscriber::filter::LevelFilter::INFO
    };
    // Fails only where somebody has set one before us.
    let _ = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(console.colors(Stream::Err))
        .with_writer(io::stderr)
        .try_init();
}

fn serve(config: ServeConfig, console: Console) -> Result<(), Fault> {
    log(console);
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    runtime()?.block_on(async {
        // Caught before anybody knows that we are here.
        let caught =
            signal(SignalKind::terminate()).and_then(|term| Ok((term, signal(SignalKind::interrupt())?)));
        let (mut terminate, mut interrupt) =
            caught.map_err(|error| Fault::Serve(with(&w::CANNOT_SERVE, &[io_reason(&error)])))?;
        let server = Server::bind(config).await.map_err(|error| cannot_serve(&error))?;
        for address in server.addresses() {
            console.note(&with(&w::LISTENING, &[plain(format!("{scheme}://{address}"))]));
        }
        server
            .run(async {
                tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
            })
            .await;
        Ok(())
    })
}

fn cannot_serve(error: &ServeError) -> Fault {
    Fault::Serve(match error {
        ServeError::Listen { address, source } => {
            with(&w::CANNOT_LISTEN, &[plain(address), io_reason(source)])
        }
        ServeError::Setup(source) => with(&w::CANNOT_SERVE, &[io_reason(source)]),
        other => with(&w::CANNOT_SERVE, &[plain(chain(other))]),
    })
}

fn prefetch(config: ServeConfig, go_sums: &[PathBuf], console: Console) -> Result<u8, Fault> {
    let texts = read_go_sums(go_sums)?;
    log(console);
    let done = runtime()?
        .block_on(modproxy::prefetch(config, &texts, |_, _| {}))
        .map_err(|error| Fault::Serve(with(&w::CANNOT_SERVE, &[io_reason(&error)])))?;
    for (name, reason) in &done.failed {
        console.print_error(&format!(
            "{}\n",
            with(&w::NOT_FETCHED, &[plain(name), plain(reason.trim_end())]).get(console.lang)
        ));
    }
    let counts = [plain(done.fetched), plain(done.cached), plain(done.failed.len())];
    console.print(&format!("{}\n", with(&w::PREFETCHED, &counts).get(console.lang)))?;
    Ok(if done.failed.is_empty() { exit::OK } else { exit::FOUND })
}

/// The texts of go.sum files; a folder stands for the one in it, nothing for the current folder.
fn read_go_sums(paths: &[PathBuf]) -> Result<Vec<String>, Fault> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here[..] } else { paths };
    let read = |path: &PathBuf| {
        let path = if path.is_dir() { path.join("go.sum") } else { path.clone() };
        fs::read_to_string(&path).map_err(|error| Fault::read(&path, &error))
    };
    paths.iter().map(read).collect()
}

fn folder(config: &ServeConfig) -> Result<&Path, Fault> {
    match &config.cache {
        CacheLocation::Disk(folder) => Ok(folder),
        CacheLocation::S3 { bucket, prefix } => {
            Err(Fault::usage(with(&w::CACHE_NO_FOLDER, &[plain(format!("s3://{bucket}/{prefix}"))]), None))
        }
    }
}

fn export(config: &ServeConfig, archive: &Path, go_sums: &[PathBuf], console: Console) -> Result<u8, Fault> {
    let cache = folder(config)?;
    // An export makes no cache where there is none.
    fs::read_dir(cache).map_err(|error| Fault::read(cache, &error))?;
    let texts = if go_sums.is_empty() { Vec::new() } else { read_go_sums(go_sums)? };
    let failed = |error: &io::Error| Fault::write(archive, error);
    let out: Box<dyn Write> = if archive.as_os_str() == STDIN {
        Box::new(os::unbuffered_stdout().map_err(|error| failed(&error))?)
    } else {
        Box::new(File::create(archive).map_err(|error| failed(&error))?)
    };
    let done = modproxy::export(cache, &texts, BufWriter::new(out)).map_err(|error| failed(&error))?;
    tell(&done, console);
    Ok(exit::OK)
}

fn import(config: &ServeConfig, archive: &Path, console: Console) -> Result<u8, Fault> {
    let cache = folder(config)?;
    let done =
        modproxy::import(cache, inputs::open(archive)?).map_err(|error| Fault::read(archive, &error))?;
    tell(&done, console);
    Ok(if done.skipped.is_empty() { exit::OK } else { exit::FOUND })
}

/// On standard error, since an archive may go to standard output.
fn tell(done: &Transferred, console: Console) {
    for (name, reason) in &done.skipped {
        console.print_error(&format!(
            "{}\n",
            with(&w::LEFT_OUT, &[plain(name), plain(reason)]).get(console.lang)
        ));
    }
    console.note(&with(&w::TRANSFERRED, &[plain(done.files), plain(bytes(done.bytes))]));
}

/// An error with its reasons.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(reason) = source {
        let reason_text = reason.to_string();
        if !text.contains(&reason_text) {
            text += &format!(": {reason_text}");
        }
        source = reason.source();
    }
    text
}
