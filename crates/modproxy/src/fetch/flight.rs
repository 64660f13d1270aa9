//! One fetch, many waiters. The fetch runs in a task of its own, so a client that leaves cancels nothing; everybody who
//! asks for the same name meanwhile waits for it, or follows the file while it grows.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::stream;
use tokio::sync::watch;

use crate::body::{self, Pieces};
use crate::hot::Hot;
use crate::refusal::Refusal;

/// A file is handed out before it is complete only when this much is there: smaller ones are verified first, so that
/// what is wrong with them can still be said with a status and a text.
const STREAM_AFTER: u64 = 2 << 20;
/// The end of a growing file is held back until the whole is verified: whoever reads a bad one sees it cut.
const HELD_BACK: u64 = 64 << 10;
/// Largest piece of a growing file.
const PIECE: u64 = 128 << 10;

/// How far a fetch has come.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress {
    pub(crate) written: u64,
    pub(crate) total: Option<u64>,
    /// The growing file; another one if the fetch had to start anew.
    pub(crate) file: Option<Arc<File>>,
    pub(crate) end: Option<Result<Arc<Hot>, Arc<Refusal>>>,
}

/// A fetch under way.
#[derive(Debug)]
pub(crate) struct Flight {
    progress: watch::Sender<Progress>,
}

impl Flight {
    pub(crate) fn update(&self, change: impl FnOnce(&mut Progress)) {
        self.progress.send_modify(change);
    }
}

/// What a waiter gets.
pub(crate) enum Landing {
    Done(Arc<Hot>),
    Refused(Arc<Refusal>),
    /// Large and not complete yet: its pieces as they come, and its length if the upstream told it.
    Growing(Pieces, Option<u64>),
}

/// A place in line.
pub(crate) struct Waiter(watch::Receiver<Progress>);

impl Waiter {
    /// Waits until something can be sent. `whole`: not before it is complete.
    pub(crate) async fn land(mut self, whole: bool) -> Landing {
        let ready = self
            .0
            .wait_for(|at| at.end.is_some() || (!whole && at.file.is_some() && at.written >= STREAM_AFTER))
            .await
            .map(|at| at.clone());
        match ready {
            Ok(Progress { end: Some(Ok(hot)), .. }) => Landing::Done(hot),
            Ok(Progress { end: Some(Err(refusal)), .. }) => Landing::Refused(refusal),
            Ok(Progress { file: Some(file), total, .. }) => Landing::Growing(follow(self.0, file), total),
            _ => Landing::Refused(Arc::new(Refusal::new(
                http::StatusCode::INTERNAL_SERVER_ERROR,
                "",
                "internal error: the fetch ended without a result",
            ))),
        }
    }
}

fn follow(progress: watch::Receiver<Progress>, file: Arc<File>) -> Pieces {
    struct Follower {
        progress: watch::Receiver<Progress>,
        file: Arc<File>,
        at: u64,
    }
    let cut = |text: &str| Err(io::Error::new(io::ErrorKind::ConnectionAborted, text.to_owned()));
    let start = Follower { progress, file, at: 0 };
    Box::pin(stream::try_unfold(start, move |mut follower| async move {
        loop {
            let now = follower.progress.borrow_and_update().clone();
            let same = now.file.as_ref().is_some_and(|file| Arc::ptr_eq(file, &follower.file));
            let there = match &now.end {
                Some(Err(refusal)) => return cut(&refusal.to_string()),
                _ if !same => return cut("the fetch had to start anew"),
                Some(Ok(hot)) => hot.size,
                None => now.written.saturating_sub(HELD_BACK),
            };
            if follower.at < there {
                let len = (there - follower.at).min(PIECE);
                let piece = body::read(&follower.file, follower.at, usize::try_from(len).unwrap_or(1))?;
                follower.at += piece.len() as u64;
                return Ok(Some((piece, follower)));
            }
            if now.end.is_some() {
                return Ok(None);
            }
            if follower.progress.changed().await.is_err() {
                return cut("the fetch ended without a result");
            }
        }
    }))
}

/// The fetches under way, by name.
#[derive(Debug, Default)]
pub(crate) struct Flights(Mutex<HashMap<String, Arc<Flight>>>);

impl Flights {
    /// Joins the fetch of `key`, or starts one: `start` gets it and must see to it that [`Self::finish`] is called.
    /// The flag tells whether this request started it.
    pub(crate) fn join(&self, key: &str, start: impl FnOnce(Arc<Flight>)) -> (Waiter, bool) {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = flights.get(key) {
            return (Waiter(flight.progress.subscribe()), false);
        }
        let (progress, receiver) = watch::channel(Progress::default());
        let flight = Arc::new(Flight { progress });
        flights.insert(key.to_owned(), Arc::clone(&flight));
        drop(flights);
        start(flight);
        (Waiter(receiver), true)
    }

    /// Later requests look into the cache again.
    pub(crate) fn finish(&self, key: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}
