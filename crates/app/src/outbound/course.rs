//! What a lane and its calls know together: what is under way, how fast it may go, and whether anybody answers.

use super::circuit::Told;
use crate::{App, figures};
use jiff::SignedDuration;
use model::{
    Timestamp,
    breaker::{Allowed, Breaker},
    id::{ContactId, MessageId, PhoneNumberId},
    pacing::{Bucket, RollingSecond},
};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};
use store::outbound::Outgoing;
use tokio::sync::Notify;

/// Remembered contacts before the rested ones are forgotten.
const PAIRS: usize = 10_000;

/// One lane's course, shared by its loop and its calls.
pub(super) struct Course {
    state: Mutex<State>,
    /// A call ended.
    pub(super) ended: Notify,
    /// The number's counters.
    pub(super) figures: Arc<figures::Number>,
}

/// The lanes that run on this node, for those who look at how it is doing.
#[derive(Default)]
pub(crate) struct Courses(Mutex<HashMap<PhoneNumberId, Weak<Course>>>);

impl Courses {
    fn add(&self, id: PhoneNumberId, course: &Arc<Course>) {
        let mut courses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        courses.retain(|_, course| course.strong_count() > 0);
        courses.insert(id, Arc::downgrade(course));
    }

    /// Whether the number's sends are held back because nobody answers; `None` where no lane of it runs here.
    pub(crate) fn is_open(&self, id: PhoneNumberId) -> Option<bool> {
        let courses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let course = courses.get(&id)?.upgrade()?;
        Some(course.state().breaker.is_open())
    }
}

struct State {
    /// What this node calls Meta about. What is in flight and not among them was left by somebody else, or by a claim of
    /// ours whose answer was lost.
    under_way: HashSet<MessageId>,
    second: RollingSecond,
    pairs: HashMap<ContactId, Bucket>,
    breaker: Breaker,
}

/// What may start now, and what must wait until when.
#[derive(Default)]
pub(super) struct Paced {
    pub(super) start: Vec<Outgoing>,
    pub(super) wait: Vec<(Outgoing, Timestamp)>,
}

impl Course {
    pub(super) fn new(app: &App, id: PhoneNumberId, per_second: u32) -> Arc<Self> {
        let state = State {
            under_way: HashSet::new(),
            second: RollingSecond::new(per_second),
            pairs: HashMap::new(),
            breaker: Breaker::default(),
        };
        let figures = app.inner.figures.number(id);
        let course = Arc::new(Self { state: Mutex::new(state), ended: Notify::new(), figures });
        app.inner.courses.add(id, &course);
        course
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn contains(&self, id: MessageId) -> bool {
        self.state().under_way.contains(&id)
    }

    pub(super) fn under_way(&self) -> usize {
        self.state().under_way.len()
    }

    /// How many may start, and when there may be more if that is none.
    pub(super) fn room(&self, per_second: u32, now: Timestamp) -> (usize, Option<Timestamp>) {
        let mut state = self.state();
        state.second.set_limit(per_second);
        let free = state.second.free(now);
        let next = if free == 0 { state.second.next(now) } else { None };
        (usize::try_from(free).unwrap_or(usize::MAX), next)
    }

    /// What went out over the number by another node's hand: in the last second, and nothing is known of the pairs.
    pub(super) fn taken_over(&self, in_last_second: u32, now: Timestamp) {
        let mut state = self.state();
        state.pairs.clear();
        state.second.came_in(in_last_second, now);
    }

    pub(super) fn came_in(&self, many: u32, now: Timestamp) {
        self.state().second.came_in(many, now);
    }

    pub(super) fn allowed(&self, now: Timestamp) -> Allowed {
        self.state().breaker.allowed(now)
    }

    /// The breaker's trial is under way.
    pub(super) fn trying(&self, now: Timestamp) {
        self.state().breaker.trying(now);
    }

    pub(super) fn tried(&self, well: bool, now: Timestamp) {
        self.state().breaker.tried(well, now);
    }

    /// Of these contacts, those whose earlier messages this node knows nothing of.
    pub(super) fn strangers(&self, ready: &[Outgoing]) -> Vec<ContactId> {
        let state = self.state();
        ready.iter().map(|o| o.contact_id).filter(|contact| !state.pairs.contains_key(contact)).collect()
    }

    /// What the contact was sent before this node ran the lane.
    pub(super) fn recall(&self, contact: ContactId, sent_at: Vec<Timestamp>) {
        self.state().pairs.entry(contact).or_insert_with(|| Bucket::pair().after(sent_at));
    }

    /// Takes a token of the contact for each message, in order.
    pub(super) fn pace(&self, ready: Vec<Outgoing>, now: Timestamp) -> Paced {
        let mut state = self.state();
        if state.pairs.len() > PAIRS {
            state.pairs.retain(|_, bucket| !bucket.is_full(now));
        }
        let mut paced = Paced::default();
        for outgoing in ready {
            match state.pairs.entry(outgoing.contact_id).or_insert_with(Bucket::pair).take(now) {
                Ok(()) => paced.start.push(outgoing),
                Err(until) => paced.wait.push((outgoing, until)),
            }
        }
        paced
    }

    /// A call begins; it ends when the mark is dropped. With `trial` it shows whether a parked number is mended.
    pub(super) fn begin(self: &Arc<Self>, app: &App, id: MessageId, trial: bool) -> Mark {
        let mut state = self.state();
        state.under_way.insert(id);
        state.second.start();
        Mark { course: Arc::clone(self), app: app.clone(), id, trial, started_at: app.now() }
    }

    /// What a call's answer says of the way to Meta; `true` when it opened the circuit.
    pub(super) fn told(&self, told: &Told, now: Timestamp) -> bool {
        let mut state = self.state();
        if let Told::TooFast(wait) = told {
            state.second.refused(SignedDuration::try_from(*wait).unwrap_or_default(), now);
        }
        told.tell(&mut state.breaker, now)
    }
}

/// Holds a message as under way. Dropped however its call ends, also by a panic: then the message is found as left
/// behind instead of waiting for a restart.
pub(super) struct Mark {
    course: Arc<Course>,
    app: App,
    id: MessageId,
    pub(super) trial: bool,
    pub(super) started_at: Timestamp,
}

impl Drop for Mark {
    fn drop(&mut self) {
        let mut state = self.course.state();
        state.under_way.remove(&self.id);
        state.second.end(self.started_at, self.app.now());
        drop(state);
        self.course.ended.notify_one();
    }
}
