//! What the proxy remembers about itself for the page: what fails, what was slow, how much is stored.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::refusal::Refusal;

/// Entries of each kind.
const KEPT: usize = 20;
/// A failure that has not come again for so long is over.
const RECENT: Duration = Duration::from_secs(3600);

/// Something that could not be fetched.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) key: String,
    pub(crate) cause: &'static str,
    pub(crate) message: String,
    pub(crate) count: u64,
    last: Instant,
}

/// What a walk over the store found.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counted {
    pub(crate) modules: u64,
    pub(crate) zips: u64,
    pub(crate) bytes: u64,
}

#[derive(Debug, Default)]
struct Inner {
    failures: VecDeque<Failure>,
    slowest: Vec<(String, f64)>,
    counted: Option<Counted>,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Notes(Mutex<Inner>);

impl Notes {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn failed(&self, key: &str, refusal: &Refusal) {
        let mut inner = self.lock();
        let before = inner.failures.iter().position(|failure| failure.key == key);
        let count = before.and_then(|at| inner.failures.remove(at)).map_or(1, |failure| failure.count + 1);
        inner.failures.push_front(Failure {
            key: key.to_owned(),
            cause: refusal.cause,
            message: refusal.message.clone(),
            count,
            last: Instant::now(),
        });
        inner.failures.truncate(KEPT);
    }

    /// It works (again).
    pub(crate) fn fetched(&self, key: &str, took: Duration) {
        let mut inner = self.lock();
        inner.failures.retain(|failure| failure.key != key);
        let seconds = took.as_secs_f64();
        let at = inner.slowest.partition_point(|(_, other)| *other > seconds);
        if at < KEPT / 2 {
            inner.slowest.insert(at, (key.to_owned(), seconds));
            inner.slowest.truncate(KEPT / 2);
        }
    }

    pub(crate) fn count(&self, counted: Counted) {
        self.lock().counted = Some(counted);
    }

    pub(crate) fn counted(&self) -> Option<Counted> {
        self.lock().counted
    }

    /// Failures of the last hour, the latest first.
    pub(crate) fn recent(&self) -> Vec<Failure> {
        self.lock().failures.iter().filter(|failure| failure.last.elapsed() < RECENT).cloned().collect()
    }

    pub(crate) fn slowest(&self) -> Vec<(String, f64)> {
        self.lock().slowest.clone()
    }
}
