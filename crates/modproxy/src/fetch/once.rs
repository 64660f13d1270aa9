//! One run of a small piece of work for everybody who wants its result now.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

type Slot<T> = watch::Receiver<Option<T>>;

/// Work under way, by name. The work runs in a task of its own: nobody who leaves cancels it.
#[derive(Debug)]
pub(crate) struct Once<T>(Arc<Mutex<HashMap<String, Slot<T>>>>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T: Clone + Send + Sync + 'static> Once<T> {
    /// Joins the work named `key` or starts it. `None` if the work died. The flag: this call started it.
    pub(crate) async fn run<F>(&self, key: &str, work: impl FnOnce() -> F) -> (Option<T>, bool)
    where
        F: Future<Output = T> + Send + 'static,
    {
        let (mut slot, started) = self.join(key, work);
        let result = slot.wait_for(Option::is_some).await.ok().and_then(|result| result.clone());
        (result, started)
    }

    /// Starts the work unless it is under way; does not wait.
    pub(crate) fn start<F>(&self, key: &str, work: impl FnOnce() -> F)
    where
        F: Future<Output = T> + Send + 'static,
    {
        let _ = self.join(key, work);
    }

    fn join<F>(&self, key: &str, work: impl FnOnce() -> F) -> (Slot<T>, bool)
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(key) {
            return (slot.clone(), false);
        }
        let (sender, receiver) = watch::channel(None);
        slots.insert(key.to_owned(), receiver.clone());
        drop(slots);
        let guard = Guard { slots: Arc::clone(&self.0), key: key.to_owned() };
        let work = work();
        tokio::spawn(async move {
            let result = work.await;
            drop(guard);
            sender.send_replace(Some(result));
        });
        (receiver, true)
    }
}

/// Frees the name, also when the work panics.
struct Guard<T> {
    slots: Arc<Mutex<HashMap<String, Slot<T>>>>,
    key: String,
}

impl<T> Drop for Guard<T> {
    fn drop(&mut self) {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}
