//! One emulator's moving parts: the world behind its lock, and what carries out its effects.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{Notify, broadcast, mpsc, watch};

use crate::config::Config;
use crate::control::Control;
use crate::vault::Vault;
use crate::webhooks::sender;
use crate::world::World;
use crate::world::scenarios::StepDue;

/// A webhook to post: delivery id, and the reset it belongs to.
pub(crate) struct Post {
    pub delivery: u64,
    pub generation: u64,
}

/// A link to fetch for a message.
pub(crate) struct Fetch {
    pub wamid: String,
    pub url: String,
    pub generation: u64,
}

thread_local! {
    /// The moment of the scenario's step that this thread carries out: what it does happens then, not now.
    static MOMENT: Cell<Option<i64>> = const { Cell::new(None) };
}

pub(crate) struct Shared {
    /// Itself, for steps of scenarios, which act through the control API.
    me: Weak<Self>,
    /// Held by whoever works on the world; a scenario's step lets go of `world` but not of its turn.
    turn: Mutex<()>,
    pub config: Config,
    pub vault: Vault,
    pub http: reqwest::Client,
    pub feed: broadcast::Sender<Arc<Value>>,
    world: Mutex<World>,
    lanes: Vec<mpsc::UnboundedSender<Post>>,
    fetches: mpsc::UnboundedSender<Fetch>,
    receivers: Mutex<Option<Receivers>>,
    /// Posts and fetches that were handed out and are not finished.
    under_way: AtomicUsize,
    /// Told when something under way has finished.
    finished: Notify,
    /// Told when an earlier moment may have become the next one due.
    pub rescheduled: Notify,
    pub stop: watch::Sender<bool>,
}

/// The other ends of the channels, until [`crate::Emulator::start`] takes them.
pub(crate) struct Receivers {
    pub lanes: Vec<mpsc::UnboundedReceiver<Post>>,
    pub fetches: mpsc::UnboundedReceiver<Fetch>,
}

impl Shared {
    pub(crate) fn new(config: Config, world: World) -> Arc<Self> {
        Arc::new_cyclic(|me| Self::build(config, world, me.clone()))
    }

    fn build(config: Config, world: World, me: Weak<Self>) -> Self {
        let (lanes, lane_ends) = (0..config.webhooks.lanes.max(1)).map(|_| mpsc::unbounded_channel()).unzip();
        let (fetches, fetch_end) = mpsc::unbounded_channel();
        let media_dir = config.state_file.as_ref().map(|file| file.with_extension("media"));
        Self {
            me,
            turn: Mutex::new(()),
            vault: Vault::new(media_dir, config.max_media_bytes),
            http: sender::http_client(&config),
            feed: broadcast::Sender::new(1_024),
            world: Mutex::new(world),
            lanes,
            fetches,
            receivers: Mutex::new(Some(Receivers { lanes: lane_ends, fetches: fetch_end })),
            under_way: AtomicUsize::new(0),
            finished: Notify::new(),
            rescheduled: Notify::new(),
            stop: watch::Sender::new(false),
            config,
        }
    }

    /// Works on the world at the present moment: first whatever is due, then `work`, then their effects.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        if let Some(at) = MOMENT.get() {
            let mut world = self.lock();
            world.now = at;
            let out = work(&mut world);
            self.carry_out(&mut world);
            return out;
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut world = self.lock();
        let next = world.schedule.next_at();
        while let Some(step) = world.run_due(&self.config, self.config.clock.now_ms()) {
            self.carry_out(&mut world);
            drop(world);
            let answer = self.perform(&step);
            world = self.lock();
            world.performed(&step, answer);
        }
        let out = work(&mut world);
        let sooner = world.schedule.next_at() != next;
        self.carry_out(&mut world);
        drop(world);
        if sooner {
            self.rescheduled.notify_one();
        }
        out
    }

    /// Carries out a scenario's step at its own moment.
    fn perform(&self, step: &StepDue) -> crate::control::Answer {
        /// Takes the moment back even when the step panics.
        struct Over;
        impl Drop for Over {
            fn drop(&mut self) {
                MOMENT.set(None);
            }
        }
        let Some(shared) = self.me.upgrade() else { return Ok(Value::Null) };
        MOMENT.set(Some(step.at));
        let _over = Over;
        Control::new(&shared).perform(&step.method, &step.path, &step.body)
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands effects to those who carry them out; still under the lock, so that a chat's webhooks stay in order.
    fn carry_out(&self, world: &mut World) {
        let generation = world.generation;
        for (lane, delivery) in world.effects.posts.drain(..) {
            let lane = usize::try_from(lane % self.lanes.len() as u64).unwrap_or(0);
            self.under_way.fetch_add(1, Ordering::SeqCst);
            if self.lanes[lane].send(Post { delivery, generation }).is_err() {
                self.done();
            }
        }
        for (wamid, url) in world.effects.fetches.drain(..) {
            self.under_way.fetch_add(1, Ordering::SeqCst);
            if self.fetches.send(Fetch { wamid, url, generation }).is_err() {
                self.done();
            }
        }
        for event in world.effects.feed.drain(..) {
            // Nobody listening is fine.
            drop(self.feed.send(Arc::new(event)));
        }
    }

    pub(crate) fn take_receivers(&self) -> Option<Receivers> {
        self.receivers.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Something that was handed out is finished.
    pub(crate) fn done(&self) {
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        self.finished.notify_waiters();
    }

    /// Whether nothing is under way and nothing is due now.
    pub(crate) fn is_idle(&self) -> bool {
        let now = self.config.clock.now_ms();
        let due = self.lock().schedule.next_at().is_some_and(|at| at <= now);
        !due && self.under_way.load(Ordering::SeqCst) == 0
    }

    /// Carries out what is due and waits until every webhook handed out has been answered or has failed.
    pub(crate) async fn settle(&self) {
        loop {
            let finished = self.finished.notified();
            self.with(|_| ());
            if self.is_idle() {
                return;
            }
            tokio::select! {
                () = finished => {}
                () = tokio::time::sleep(Duration::from_millis(20)) => {}
            }
        }
    }
}
