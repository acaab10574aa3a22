//! Lanes keep work that touches the same rows in order, on one thread.

use super::Task;
use crate::Error;
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
};
use uuid::Uuid;

/// What a piece of work touches, so that two pieces that touch the same rows are done one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Nothing that another piece of work touches at the same time.
    Any,
    /// Everything of the thing with this key, such as a contact's address.
    Key(u64),
}

impl Lane {
    /// The lane of a person, by the address or identity that work on this person is ordered by.
    pub fn contact(address: &str) -> Self {
        Self::of(&("contact", address))
    }

    /// The lane of one of our things, such as a phone number.
    pub fn id(id: Uuid) -> Self {
        Self::of(&("id", id))
    }

    fn of(key: &impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        Self::Key(hasher.finish())
    }
}

/// The threads of a database and the way to them.
pub(super) struct Pool {
    queues: Vec<mpsc::Sender<Box<dyn Task>>>,
    turn: AtomicUsize,
    waiting: Arc<AtomicUsize>,
}

/// The receiving end that a thread takes its work from.
pub(super) struct Queue {
    tasks: Source,
    waiting: Arc<AtomicUsize>,
}

enum Source {
    Own(mpsc::Receiver<Box<dyn Task>>),
    Shared(Arc<Mutex<mpsc::Receiver<Box<dyn Task>>>>),
}

impl Pool {
    /// A queue for each of `threads`, so that a lane always meets the same one.
    pub(super) fn by_lane(threads: usize) -> (Self, Vec<Queue>) {
        let waiting = Arc::new(AtomicUsize::new(0));
        let (queues, ends) = (0..threads.max(1))
            .map(|_| {
                let (send, receive) = mpsc::channel();
                (send, Queue { tasks: Source::Own(receive), waiting: Arc::clone(&waiting) })
            })
            .unzip();
        (Self { queues, turn: AtomicUsize::new(0), waiting }, ends)
    }

    /// One queue that all `threads` take from.
    pub(super) fn shared(threads: usize) -> (Self, Vec<Queue>) {
        let waiting = Arc::new(AtomicUsize::new(0));
        let (send, receive) = mpsc::channel();
        let receive = Arc::new(Mutex::new(receive));
        let ends = (0..threads.max(1))
            .map(|_| Queue { tasks: Source::Shared(Arc::clone(&receive)), waiting: Arc::clone(&waiting) })
            .collect();
        (Self { queues: vec![send], turn: AtomicUsize::new(0), waiting }, ends)
    }

    pub(super) fn send(&self, lane: Lane, task: Box<dyn Task>) -> Result<(), Error> {
        let number = match lane {
            Lane::Any => self.turn.fetch_add(1, Ordering::Relaxed),
            Lane::Key(key) => usize::try_from(key % self.queues.len() as u64).unwrap_or_default(),
        };
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.queues[number % self.queues.len()].send(task).map_err(|_| {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            Error::Unavailable("the database threads have ended".into())
        })
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
}

impl Queue {
    /// Waits for work and takes all that is there, up to `most`. `None` when nobody can send any more.
    pub(super) fn take(&self, most: usize) -> Option<Vec<Box<dyn Task>>> {
        let mut tasks = Vec::new();
        match &self.tasks {
            Source::Own(receive) => {
                tasks.push(receive.recv().ok()?);
                tasks.extend(receive.try_iter().take(most.saturating_sub(1)));
            }
            Source::Shared(receive) => {
                let receive = receive.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                tasks.push(receive.recv().ok()?);
            }
        }
        self.waiting.fetch_sub(tasks.len(), Ordering::Relaxed);
        Some(tasks)
    }
}
