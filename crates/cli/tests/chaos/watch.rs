//! Looks at some messages again and again while they travel: a state that was once seen is never undone.

use crate::cluster::Api;
use std::{collections::HashMap, time::Duration};
use tokio::sync::mpsc;

/// Looked at together; more wait for their turn.
const AT_ONCE: usize = 40;

/// How far a state is; what isn't known is nowhere.
pub fn rank(state: &str) -> u8 {
    ["queued", "accepted", "sent", "delivered", "read"]
        .iter()
        .position(|s| *s == state)
        .map_or(0, |p| p as u8)
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Seen {
    pub looks: u64,
    /// Messages whose state went back, in words.
    pub backwards: Vec<String>,
}

/// Remembers the furthest state of each message.
#[derive(Debug, Default)]
pub struct Memory {
    furthest: HashMap<String, u8>,
    pub seen: Seen,
}

impl Memory {
    /// Notes a look; `true` when there is nothing more to come.
    pub fn look(&mut self, id: &str, state: &str) -> bool {
        self.seen.looks += 1;
        let now = rank(state);
        let before = self.furthest.insert(id.to_owned(), now).unwrap_or_default();
        if now < before {
            self.seen.backwards.push(format!("{id} was at {before} of 4 and is {state}"));
        }
        now == 4
    }
}

/// Watches until there is nobody left who names messages.
pub async fn watch(api: Api, mut ids: mpsc::UnboundedReceiver<String>) -> Seen {
    let mut memory = Memory::default();
    let mut watched: Vec<(String, u8)> = Vec::new();
    loop {
        if ids.is_closed() {
            return memory.seen;
        }
        while watched.len() < AT_ONCE {
            let Ok(id) = ids.try_recv() else { break };
            watched.push((id, 0));
        }
        let mut left = Vec::new();
        for (id, last_looks) in watched {
            let message = api.get(&format!("/v1/messages/{id}")).await;
            let ended =
                message.as_ref().and_then(|m| m["state"].as_str()).is_some_and(|s| memory.look(&id, s));
            // A few more looks after the last state: late and doubled statuses come then.
            let looks = last_looks + u8::from(ended);
            if looks < 4 {
                left.push((id, looks));
            }
        }
        watched = left;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
