//! A Go module proxy: keeps what it fetched, verifies it before it keeps it, goes on serving when its upstreams fail,
//! and says why when it cannot.
//!
//! [`serve`] runs one from a [`ServeConfig`].

mod admin;
mod body;
mod check;
mod clients;
mod config;
mod database;
mod direct;
mod fetch;
mod gate;
mod handler;
mod hot;
mod housekeeping;
mod metrics;
mod mutable;
mod notes;
mod options;
mod page;
mod policy;
mod prefetch;
mod proxy;
mod refusal;
mod respond;
mod route;
mod server;
mod store;
mod sumdb;
mod transfer;
mod upstream;
mod verify;
mod wire;

pub use config::*;
pub use options::{
    BreakerOptions, ClientOptions, CredentialOptions, FreshOptions, GoSettings, OptionsError, RuleOptions,
    ServeOptions, TimeoutOptions, TlsOptions,
};
pub use prefetch::{Prefetched, prefetch};
pub use server::{ServeError, Server, serve};
pub use transfer::{Transferred, export, import};
