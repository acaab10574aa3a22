//! Lanes keep work that touches the same rows in order, on one thread.

use super::{Task, counts::Meter};
use std::{
    collections::VecDeque,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use uuid::Uuid;

/// What a piece of work touches, so that two pieces that touch the same rows are done one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Nothing that another piece of work touches at the same time.
    Any,
    /// Nothing either, and somebody outside waits for the commit: it goes before other work, which goes on beside it.
    /// For short inserts only, such as keeping a webhook.
    Urgent,
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
    lines: Vec<Arc<Line>>,
    turn: AtomicUsize,
    waiting: Arc<AtomicUsize>,
    meter: Arc<Meter>,
}

/// The end that a thread takes its work from.
pub(super) struct Queue {
    line: Arc<Line>,
    waiting: Arc<AtomicUsize>,
    pub(super) meter: Arc<Meter>,
}

/// Work in the order in which it came, the urgent apart.
#[derive(Default)]
struct Line {
    tasks: Mutex<Tasks>,
    came: Condvar,
}

#[derive(Default)]
struct Tasks {
    urgent: VecDeque<(Instant, Box<dyn Task>)>,
    usual: VecDeque<(Instant, Box<dyn Task>)>,
    closed: bool,
}

/// So much usual work shares a commit with urgent work: enough that it goes on, little enough that the urgent is not kept.
const BESIDE_URGENT: usize = 4;

impl Line {
    fn tasks(&self) -> MutexGuard<'_, Tasks> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pool {
    /// A queue for each of `threads`, so that a lane always meets the same one.
    pub(super) fn by_lane(threads: usize) -> (Self, Vec<Queue>) {
        Self::over((0..threads.max(1)).map(|_| Arc::default()).collect(), 1)
    }

    /// One queue that all `threads` take from.
    pub(super) fn shared(threads: usize) -> (Self, Vec<Queue>) {
        Self::over(vec![Arc::default()], threads.max(1))
    }

    fn over(lines: Vec<Arc<Line>>, threads_each: usize) -> (Self, Vec<Queue>) {
        let (waiting, meter) = (Arc::new(AtomicUsize::new(0)), Arc::<Meter>::default());
        let ends = lines.iter().flat_map(|line| std::iter::repeat_n(line, threads_each));
        let end =
            |line| Queue { line: Arc::clone(line), waiting: Arc::clone(&waiting), meter: Arc::clone(&meter) };
        let ends = ends.map(end).collect();
        (Self { lines, turn: AtomicUsize::new(0), waiting, meter }, ends)
    }

    pub(super) fn send(&self, lane: Lane, task: Box<dyn Task>) {
        let number = match lane {
            Lane::Any | Lane::Urgent => self.turn.fetch_add(1, Ordering::Relaxed),
            Lane::Key(key) => usize::try_from(key % self.lines.len() as u64).unwrap_or_default(),
        };
        let line = &self.lines[number % self.lines.len()];
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let sent = (Instant::now(), task);
        let mut tasks = line.tasks();
        match lane {
            Lane::Urgent => tasks.urgent.push_back(sent),
            Lane::Any | Lane::Key(_) => tasks.usual.push_back(sent),
        }
        drop(tasks);
        line.came.notify_one();
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    pub(super) fn meter(&self) -> &Meter {
        &self.meter
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        for line in &self.lines {
            line.tasks().closed = true;
            line.came.notify_all();
        }
    }
}

impl Queue {
    /// Waits for work and takes what is there, up to `most`, the urgent first. `None` when nobody can send any more.
    pub(super) fn take(&self, most: usize) -> Option<Vec<Box<dyn Task>>> {
        let mut tasks = self.line.tasks();
        while tasks.urgent.is_empty() && tasks.usual.is_empty() {
            if tasks.closed {
                return None;
            }
            tasks = self.line.came.wait(tasks).unwrap_or_else(PoisonError::into_inner);
        }
        // However much urgent work there is, some room is left for the rest.
        let room = most.saturating_sub(BESIDE_URGENT.min(tasks.usual.len())).max(1);
        let urgent = tasks.urgent.len().min(room);
        let beside = if urgent == 0 { most } else { BESIDE_URGENT.min(most - urgent) };
        let usual = tasks.usual.len().min(beside);
        let mut taken: Vec<_> = tasks.urgent.drain(..urgent).collect();
        taken.extend(tasks.usual.drain(..usual));
        drop(tasks);
        self.waiting.fetch_sub(taken.len(), Ordering::Relaxed);
        let now = Instant::now();
        let waited: Duration = taken.iter().map(|(sent_at, _)| now.duration_since(*sent_at)).sum();
        self.meter.taken(taken.len(), waited);
        Some(taken.into_iter().map(|(_, task)| task).collect())
    }
}
