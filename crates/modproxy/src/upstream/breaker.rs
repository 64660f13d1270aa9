//! A circuit breaker: an upstream that keeps failing is left alone for a while, then tried with one request.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::config::BreakerConfig;

/// Where a breaker stands, for pages and metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Requests pass.
    Closed,
    /// One request is being tried.
    HalfOpen,
    /// Requests are refused at once.
    Open,
}

impl Standing {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::HalfOpen => "half-open",
            Self::Open => "open",
        }
    }
}

#[derive(Debug)]
enum State {
    Closed {
        failures: u32,
    },
    Open {
        until: Instant,
        wait: Duration,
    },
    /// `since`: a trial that never reports (its task died) does not block for ever.
    HalfOpen {
        wait: Duration,
        since: Instant,
    },
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Breaker {
    config: BreakerConfig,
    state: Mutex<State>,
}

/// A trial that has not reported after this time is taken for lost.
const LOST_TRIAL: Duration = Duration::from_secs(120);

impl Breaker {
    pub(crate) fn new(config: BreakerConfig) -> Self {
        Self { config, state: Mutex::new(State::Closed { failures: 0 }) }
    }

    /// May a request go out now? If not, after which time a trial is possible.
    pub(crate) fn admit(&self, now: Instant) -> Result<(), Duration> {
        let mut state = self.lock();
        match *state {
            State::Closed { .. } => Ok(()),
            State::Open { until, wait } if now >= until => {
                *state = State::HalfOpen { wait, since: now };
                Ok(())
            }
            State::Open { until, .. } => Err(until - now),
            State::HalfOpen { wait, since } if now >= since + LOST_TRIAL => {
                *state = State::HalfOpen { wait, since: now };
                Ok(())
            }
            State::HalfOpen { .. } => Err(Duration::from_secs(1)),
        }
    }

    /// The upstream answered as one that works does (404 included).
    pub(crate) fn success(&self) {
        *self.lock() = State::Closed { failures: 0 };
    }

    /// The upstream failed by its own fault. True if this opened the breaker.
    pub(crate) fn failure(&self, now: Instant) -> bool {
        if self.config.failures == 0 {
            return false;
        }
        let mut state = self.lock();
        match *state {
            State::Closed { failures } if failures + 1 < self.config.failures => {
                *state = State::Closed { failures: failures + 1 };
                false
            }
            State::Closed { .. } => {
                *state = State::Open { until: now + self.config.open, wait: self.config.open };
                true
            }
            State::HalfOpen { wait, .. } => {
                let wait = (wait * 2).min(self.config.max_open);
                *state = State::Open { until: now + wait, wait };
                true
            }
            State::Open { .. } => false,
        }
    }

    pub(crate) fn standing(&self) -> Standing {
        match *self.lock() {
            State::Closed { .. } => Standing::Closed,
            State::Open { .. } => Standing::Open,
            State::HalfOpen { .. } => Standing::HalfOpen,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_after_faults_in_a_row_and_closes_after_one_good_trial() {
        let second = Duration::from_secs(1);
        let breaker = Breaker::new(BreakerConfig { failures: 2, open: second, max_open: 3 * second });
        let start = Instant::now();
        assert!(!breaker.failure(start));
        breaker.success();
        assert!(!breaker.failure(start));
        assert!(breaker.failure(start));
        assert_eq!(breaker.admit(start), Err(second));
        assert_eq!(breaker.admit(start + second), Ok(()));
        assert_eq!(breaker.standing(), Standing::HalfOpen);
        assert!(breaker.admit(start + second).is_err(), "one trial at a time");
        assert!(breaker.failure(start + second));
        assert_eq!(breaker.admit(start + second), Err(2 * second), "waits longer after a failed trial");
        assert_eq!(breaker.admit(start + 3 * second), Ok(()));
        breaker.success();
        assert_eq!(breaker.standing(), Standing::Closed);
    }
}
