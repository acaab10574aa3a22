//! Wake-ups: hints that there is something to do. Losing one costs time, never work (invariant I6).

use tokio::sync::{Notify, watch};

pub(crate) struct Wake {
    on: bool,
    pub(crate) inbound: Notify,
    pub(crate) outbound: Notify,
    pub(crate) jobs: Notify,
    events: watch::Sender<u64>,
}

impl Wake {
    pub(crate) fn new(on: bool) -> Self {
        Self {
            on,
            inbound: Notify::new(),
            outbound: Notify::new(),
            jobs: Notify::new(),
            events: watch::Sender::new(0),
        }
    }

    /// A delivery was stored.
    pub(crate) fn inbound(&self) {
        if self.on {
            self.inbound.notify_one();
        }
    }

    /// A message was enqueued, or a lane may run again.
    pub(crate) fn outbound(&self) {
        if self.on {
            self.outbound.notify_one();
        }
    }

    /// A job was enqueued.
    pub(crate) fn jobs(&self) {
        if self.on {
            self.jobs.notify_one();
        }
    }

    /// Events were written.
    pub(crate) fn events(&self) {
        if self.on {
            self.events.send_modify(|count| *count = count.wrapping_add(1));
        }
    }

    /// Everything that a change by hand may have caused.
    pub(crate) fn all(&self) {
        self.outbound();
        self.jobs();
        self.events();
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.events.subscribe()
    }
}
