//! What a run does, and how much of it. Everything that chance decides follows from the seed.

use std::time::Duration;

/// On what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    Sqlite,
    Postgres,
    /// Three nodes on PostgreSQL, with NATS when there is one.
    Nodes,
}

impl Where {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Nodes => "nodes",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Plan {
    pub database: Where,
    pub seed: u64,
    /// How long load is offered.
    pub load: Duration,
    /// Webhooks offered per second, duplicates and forgeries among them.
    pub rate: u32,
    /// Messages enqueued per second.
    pub sends: u32,
    /// A node is killed so long after the one before it, more or less by a fifth.
    pub kill_every: Duration,
    pub wake_ups: bool,
    /// How long an unknown outcome waits before it is sent again.
    pub resend_after: Duration,
}

impl Plan {
    /// Small enough for two busy cores and an unoptimised build.
    pub fn short(database: Where) -> Self {
        Self {
            database,
            seed: 1,
            load: Duration::from_secs(16),
            rate: 150,
            sends: 30,
            kill_every: Duration::from_secs(5),
            wake_ups: true,
            resend_after: Duration::from_secs(6),
        }
    }

    /// With what the environment says instead: how `cargo xtask chaos` makes it long.
    pub fn told(mut self) -> Self {
        let small = |name, usual: u32| number(name).and_then(|n| n.try_into().ok()).unwrap_or(usual);
        self.seed = number("CHAOS_SEED").unwrap_or(self.seed);
        self.wake_ups = number("CHAOS_WAKE_UPS").map_or(self.wake_ups, |n| n != 0);
        self.resend_after = number("CHAOS_RESEND_SECONDS").map_or(self.resend_after, Duration::from_secs);
        self.load = number("CHAOS_SECONDS").map_or(self.load, Duration::from_secs);
        self.kill_every = number("CHAOS_KILL_SECONDS").map_or(self.kill_every, Duration::from_secs);
        self.rate = small("CHAOS_RATE", self.rate);
        self.sends = small("CHAOS_SENDS", self.sends);
        self
    }

    /// Enough people that nobody gets more than Meta lets through to one person: one message in six seconds.
    pub fn contacts(&self) -> usize {
        (self.sends as usize * 7).max(60)
    }

    /// Enough numbers that none has more to do than Meta lets it, in and out together.
    pub fn numbers(&self) -> usize {
        ((self.rate + 4 * self.sends) as usize / 400 + 1).max(2)
    }

    pub fn nodes(&self) -> usize {
        if self.database == Where::Nodes { 3 } else { 1 }
    }
}

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is a number, not {text}")))
}
