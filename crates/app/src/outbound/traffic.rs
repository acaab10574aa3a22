//! Messages that came in, counted for the lanes: Meta counts them against a number's throughput as well.

use model::id::PhoneNumberId;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// What came in over each number since its lane last looked. Only a help for pacing: a node that doesn't handle webhooks
/// knows nothing of them and is told by Meta when it is too fast.
#[derive(Default)]
pub(crate) struct Traffic(Mutex<HashMap<PhoneNumberId, u32>>);

impl Traffic {
    pub(crate) fn add(&self, number: PhoneNumberId, many: u32) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(number).or_default();
        *count = count.saturating_add(many);
    }

    pub(crate) fn take(&self, number: PhoneNumberId) -> u32 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&number).unwrap_or_default()
    }
}
