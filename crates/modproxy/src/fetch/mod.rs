//! Getting files from upstreams: each on its own, once for all who ask, resumed where it broke, verified before it is
//! kept.

mod download;
mod flight;
mod once;
mod sink;

pub(crate) use download::{Patience, download, small};
pub(crate) use flight::{Flight, Flights, Landing};
pub(crate) use once::Once;
pub(crate) use sink::{Sink, Volatile, no_room};
