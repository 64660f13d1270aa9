//! The commands, one file each.

pub(crate) mod catalogue;
pub(crate) mod check;
pub(crate) mod context;
pub(crate) mod diagnose;
pub(crate) mod downloads;
pub(crate) mod example;
pub(crate) mod fix;
pub(crate) mod init;
#[cfg(unix)]
pub(crate) mod proxy;
pub(crate) mod run;
pub(crate) mod shell;
pub(crate) mod stages;
