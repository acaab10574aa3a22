//! Promises that only the real binary can keep: it is killed, starved of disk, cut off from the platform, and started
//! again.
#![expect(clippy::unwrap_used, reason = "a test that can't go on says where")]

mod care;
mod events;
mod full;
mod future;
mod inspect;
mod kill;
mod live;
mod nodes;
mod observe;
mod platform;
mod samples;
mod trouble;
mod waypost;

use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Looks until `found` gives something.
async fn until<T>(what: &str, patience: Duration, mut found: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(value) = found().await {
            return value;
        }
        assert!(began.elapsed() < patience, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn text(body: &str) -> Value {
    json!({"type": "text", "text": {"body": body}})
}
