//! Circuits that all lanes of a node share, one for each endpoint of Meta's: when it doesn't answer one number, it seldom
//! answers the others.

use model::{
    Timestamp,
    breaker::{Allowed, Breaker},
};
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The circuits of a node.
#[derive(Default)]
pub(crate) struct Circuits {
    /// Sending messages.
    pub(crate) messages: Circuit,
    /// Uploading files.
    pub(crate) media: Circuit,
}

/// One endpoint's circuit.
#[derive(Default)]
pub(crate) struct Circuit(Mutex<Breaker>);

/// What the end of a call says of the way to Meta.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// Somebody answered, well or not.
    Answered,
    /// Meta asks to go slower, and to wait so long first.
    TooFast(Duration),
    /// No answer, or one that the far side's trouble wrote.
    Nothing,
    /// There was no call.
    NotCalled,
}

impl Told {
    /// Passes it on to a breaker; `true` when that opened it.
    pub(crate) fn tell(&self, breaker: &mut Breaker, now: Timestamp) -> bool {
        match self {
            Self::Answered | Self::TooFast(_) => breaker.succeeded(),
            Self::Nothing => return breaker.failed(now),
            Self::NotCalled => {}
        }
        false
    }
}

impl Circuit {
    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What this circuit and another one on the way allow together.
    pub(super) fn both(&self, other: Allowed, now: Timestamp) -> Allowed {
        Breaker::together(other, self.breaker().allowed(now))
    }

    pub(super) fn allowed(&self, now: Timestamp) -> Allowed {
        self.breaker().allowed(now)
    }

    pub(super) fn trying(&self, now: Timestamp) {
        self.breaker().trying(now);
    }

    pub(super) fn tried(&self, well: bool, now: Timestamp) {
        self.breaker().tried(well, now);
    }

    pub(super) fn told(&self, told: &Told, now: Timestamp) -> bool {
        told.tell(&mut self.breaker(), now)
    }

    /// Whether calls are held back, for those who look at how the node is doing.
    pub(crate) fn is_open(&self) -> bool {
        self.breaker().is_open()
    }
}
