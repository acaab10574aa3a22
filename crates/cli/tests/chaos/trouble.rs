//! What goes wrong during a run, and when: kills, faults of the platform, restarts of what stands behind.

use crate::{cluster::Cluster, dice::Dice, nats::Nats, plan::Plan, platform::Platform, postgres::Postgres};
use serde_json::json;
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;

/// What was done.
#[derive(Debug, Default, Clone, Copy)]
pub struct Done {
    pub kills: usize,
    pub postgres_restarts: usize,
    pub nats_stops: usize,
}

/// Faults that are there all the time: answers lost after the message was taken, slow answers, late, doubled and swapped
/// statuses, doubled messages.
pub fn standing_faults(platform: &Platform) {
    let rules = [
        json!({"match": {"kind": "send"}, "effect": {"status": 500, "when": "after"}, "probability": 0.01}),
        json!({"match": {"kind": "send"}, "effect": {"cut": true, "when": "after"}, "probability": 0.01}),
        // The statuses are here before the answer is.
        json!({"match": {"kind": "send"}, "effect": {"latency_ms": 700}, "probability": 0.02}),
        json!({"match": {"kind": "webhook.status"}, "effect": {"webhook": "delay", "delay_ms": 1500}, "probability": 0.05}),
        json!({"match": {"kind": "webhook.status"}, "effect": {"webhook": "duplicate"}, "probability": 0.1}),
        json!({"match": {"kind": "webhook.status"}, "effect": {"webhook": "reorder"}, "probability": 0.05}),
        json!({"match": {"kind": "webhook.message"}, "effect": {"webhook": "duplicate"}, "probability": 0.1}),
    ];
    rules.into_iter().for_each(|rule| platform.fault(rule));
}

/// A few that are over at once, so that the sends after them succeed: cut off before anything happened, which nobody can
/// tell from after, and refused for a second.
fn passing_faults(platform: &Platform) {
    platform.fault(json!({"match": {"kind": "send"}, "effect": {"cut": true, "when": "before"}, "times": 2}));
    platform.fault(json!({"match": {"kind": "send"}, "effect": {"error": 130_429}, "times": 1}));
}

pub struct Trouble {
    pub plan: Plan,
    pub cluster: Arc<Cluster>,
    pub platform: Arc<Platform>,
    pub postgres: Option<Postgres>,
    pub nats: Option<Nats>,
}

impl Trouble {
    /// Makes trouble until the load is over; everything is up again when this ends. Gives back what must live on.
    pub async fn run(mut self) -> (Done, Self) {
        let mut dice = Dice::new(self.plan.seed, "trouble");
        let began = Instant::now();
        let mut done = Done::default();
        loop {
            let every = self.plan.kill_every;
            // A fifth to either side: with 25 s that is 20 to 30.
            let wait = every * 4 / 5 + every * u32::try_from(dice.below(401)).unwrap() / 1_000;
            let node = dice.below(self.cluster.len());
            let down = Duration::from_millis(200 + dice.next() % 1_300);
            if began.elapsed() + wait > self.plan.load {
                return (done, self);
            }
            tokio::time::sleep(wait).await;
            passing_faults(&self.platform);
            self.cluster.kill(node);
            done.kills += 1;
            println!("{:>6.1} s: node {node} was killed", began.elapsed().as_secs_f64());
            tokio::time::sleep(down).await;
            self.cluster.begin(node).await;
            self.knock_over(&mut done, began).await;
        }
    }

    /// What stands behind the nodes falls once: PostgreSQL after the first kill, NATS after the second.
    async fn knock_over(&mut self, done: &mut Done, began: Instant) {
        let at = |what: &str| println!("{:>6.1} s: {what}", began.elapsed().as_secs_f64());
        if let (Some(postgres), 1) = (&mut self.postgres, done.kills) {
            postgres.restart().await;
            done.postgres_restarts += 1;
            at("PostgreSQL fell and is back");
        }
        if let (Some(nats), 2) = (&mut self.nats, done.kills) {
            nats.stop();
            tokio::time::sleep(Duration::from_secs(2)).await;
            nats.begin().await;
            done.nats_stops += 1;
            at("NATS was away for two seconds");
        }
    }
}
