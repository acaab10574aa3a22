//! Waiting until nothing is left to do, without sleeping for luck: time moves when everybody waits for it.

use crate::World;
use model::Timestamp;
use std::time::{Duration, Instant};

/// How far time may run ahead while waiting: longer than every retry and status, shorter than a service window.
const HORIZON_SECONDS: i64 = 15 * 60;
/// How long, by the wall clock, a world may take to come to rest.
const PATIENCE: Duration = Duration::from_secs(30);

impl World {
    /// Lets both sides work until nothing is due within the next quarter of an hour, moving time to what is.
    ///
    /// # Panics
    /// When it doesn't come to rest within half a minute.
    pub async fn run_until_idle(&mut self) {
        let began = Instant::now();
        let end = self.app.now().as_millisecond() + HORIZON_SECONDS * 1000;
        let mut still = 0;
        let mut same = (0_u32, None);
        loop {
            assert!(
                began.elapsed() < PATIENCE,
                "the world did not come to rest: {:?}",
                self.app.stats().await
            );
            self.emulator.settle().await;
            let unknown = self.app.stats().await.is_ok_and(|stats| stats.unknown > 0);
            match self.next_due().await {
                Due::Now => {
                    still = 0;
                    let seen = self.app.stats().await.ok();
                    same = if seen == same.1 { (same.0 + 1, seen) } else { (0, seen) };
                    // Nothing moves although it is due: it waits for a token of its number, or behind a message of
                    // the same contact that waits; time brings both, in growing steps.
                    if same.0 >= 8 {
                        self.control.advance((i64::from(same.0) - 7) * 15);
                    }
                }
                Due::At(at) if at <= end && still >= 2 => {
                    let ahead = at - self.app.now().as_millisecond();
                    self.control.advance(ahead.max(1));
                    still = 0;
                }
                // Looked at for longer than two polls of the product: a webhook may be between its two ends.
                _ if still >= 12 && !unknown => break,
                // A lane may be about to see that the time for an unknown outcome has come; on a busy machine that takes
                // it a while.
                _ if still >= 60 => break,
                _ => still += 1,
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.leave_undone();
    }

    async fn next_due(&self) -> Due {
        let now = self.app.now();
        let stats = self.app.stats().await.expect("the database answers");
        let busy = stats.in_flight > 0
            || stats.database_waiting > 0
            || !self.emulator.is_idle()
            || [stats.oldest_due_at, stats.next_job_at].into_iter().flatten().any(|at| at <= now)
            || stats.deliveries_waiting > 0
                && stats.oldest_delivery_at.is_some_and(|at| now.duration_since(at).as_secs() < 1);
        if busy {
            return Due::Now;
        }
        let mut due: Vec<i64> = [stats.oldest_due_at, stats.next_job_at]
            .into_iter()
            .flatten()
            .map(Timestamp::as_millisecond)
            .map(|ms| ms + 1)
            .collect();
        if stats.deliveries_waiting > 0 {
            due.push(now.as_millisecond() + 1_000);
        }
        let planned =
            self.control.clock()["next_due_at"].as_str().and_then(|at| at.parse::<Timestamp>().ok());
        due.extend(planned.map(Timestamp::as_millisecond));
        due.into_iter().min().map_or(Due::Never, Due::At)
    }
}

enum Due {
    Now,
    At(i64),
    Never,
}
