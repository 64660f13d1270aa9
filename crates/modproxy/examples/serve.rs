//! Runs the proxy from a settings file: `cargo run --example serve -- SETTINGS.toml`. For developing; the command
//! line proper is `seaworthy serve`.

use std::error::Error;

use seaworthy_modproxy::{GoSettings, ServeOptions};

fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let text = match std::env::args().nth(1) {
        Some(path) => std::fs::read_to_string(path)?,
        None => String::new(),
    };
    let go = GoSettings::from_lookup(|name| std::env::var(name).ok());
    let (config, warnings) = ServeOptions::from_toml(&text)?.resolve(&go)?;
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        seaworthy_modproxy::serve(config, async {
            let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
            match &mut term {
                Ok(term) => {
                    tokio::select! { _ = term.recv() => {}, _ = tokio::signal::ctrl_c() => {} }
                }
                Err(_) => {
                    let _ = tokio::signal::ctrl_c().await;
                }
            }
        })
        .await
    })?;
    Ok(())
}
