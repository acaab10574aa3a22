//! Roles: what a node does besides answering requests. All are on by default.

use crate::{App, Error, Result, inbound::Inbound, jobs, outbound::Sender};
use jiff::SignedDuration;
use model::Timestamp;
use std::time::Duration;
use store::{
    Lane, accounts, idempotency,
    leases::{self, Lease},
    outbound, outreach, statuses,
};
use tokio::{
    sync::{Notify, watch},
    task::JoinSet,
};

/// Which roles a node has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roles {
    /// Answers requests. Read by the server; nothing runs here for it.
    pub http: bool,
    /// Handles webhook deliveries.
    pub inbound: bool,
    /// Sends messages.
    pub sender: bool,
    /// Does jobs.
    pub jobs: bool,
    /// Clears away what is out of date.
    pub scheduler: bool,
}

impl Default for Roles {
    fn default() -> Self {
        Self { http: true, inbound: true, sender: true, jobs: true, scheduler: true }
    }
}

/// A node's roles at work. Dropping it ends them at once; [`Running::stop`] lets them finish what they began.
#[derive(Debug)]
pub struct Running {
    app: App,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Running {
    /// Ends the roles: nothing new is begun, calls under way are waited for, leases are given back.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
        let node = self.app.inner.node;
        let released: Result<()> =
            self.app.write(Lane::Any, move |w| Ok(leases::release_all(w, node)?)).await;
        if let Err(error) = released {
            tracing::warn!(%error, "leases could not be given back; they run out in a few seconds");
        }
    }
}

/// A lease of a whole role runs out after this long without renewal.
const LEASE: SignedDuration = SignedDuration::from_secs(5);
/// How often it is renewed.
const RENEW: SignedDuration = SignedDuration::from_secs(1);
/// How often the scheduler looks.
const TIDY: SignedDuration = SignedDuration::from_mins(10);

impl App {
    /// Starts the roles.
    pub fn start(&self, roles: Roles) -> Running {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        if roles.inbound {
            tasks.spawn(inbound_role(self.clone(), stopped.clone()));
        }
        if roles.sender {
            tasks.spawn(sender_role(self.clone(), stopped.clone()));
        }
        if roles.jobs {
            tasks.spawn(jobs_role(self.clone(), stopped.clone()));
        }
        if roles.scheduler {
            tasks.spawn(scheduler_role(self.clone(), stopped));
        }
        Running { app: self.clone(), stop, tasks }
    }
}

/// Waits for a wake-up or the next look; `false` when it is time to stop.
async fn pause(wake: &Notify, poll: Duration, stopped: &mut watch::Receiver<bool>) -> bool {
    if *stopped.borrow() {
        return false;
    }
    tokio::select! {
        () = wake.notified() => {}
        () = tokio::time::sleep(poll) => {}
        _ = stopped.changed() => {}
    }
    !*stopped.borrow()
}

/// After a failure a role rests, so that a full disk or a lost database fills no log.
async fn rest(role: &str, error: &Error) {
    tracing::error!(role, %error, "role rests after a failure");
    tokio::time::sleep(Duration::from_secs(1)).await;
}

/// Whether this node holds something that one node has at a time.
pub(crate) struct Hold {
    name: String,
    renewed: Option<(Timestamp, bool)>,
}

impl Hold {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), renewed: None }
    }

    pub(crate) async fn ours(&mut self, app: &App) -> Result<bool> {
        let now = app.now();
        if let Some((at, ours)) = self.renewed
            && now.duration_since(at).abs() < RENEW
        {
            return Ok(ours);
        }
        let (name, node) = (self.name.clone(), app.inner.node);
        let until = now.saturating_add(LEASE).unwrap_or(Timestamp::MAX);
        let lease = app.write(Lane::Any, move |w| Ok(leases::hold(w, &name, node, now, until)?)).await?;
        let ours = lease != Lease::Elsewhere;
        self.renewed = Some((now, ours));
        Ok(ours)
    }
}

async fn inbound_role(app: App, mut stopped: watch::Receiver<bool>) {
    let mut inbound = Inbound::new(app.clone());
    loop {
        match inbound.work().await {
            Ok(true) if !*stopped.borrow() => continue,
            Ok(_) => {}
            Err(error) => rest("inbound", &error).await,
        }
        if !pause(&app.inner.wake.inbound, app.inner.config.poll, &mut stopped).await {
            return;
        }
    }
}

async fn sender_role(app: App, mut stopped: watch::Receiver<bool>) {
    let mut sender = Sender::new(app.clone());
    loop {
        if let Err(error) = sender.work().await {
            rest("sender", &error).await;
        }
        if !pause(&app.inner.wake.outbound, app.inner.config.poll, &mut stopped).await {
            return sender.drain().await;
        }
    }
}

async fn jobs_role(app: App, mut stopped: watch::Receiver<bool>) {
    loop {
        match jobs::work(&app).await {
            Ok(true) if !*stopped.borrow() => continue,
            Ok(_) => {}
            Err(error) => rest("jobs", &error).await,
        }
        if !pause(&app.inner.wake.jobs, app.inner.config.poll, &mut stopped).await {
            return;
        }
    }
}

async fn scheduler_role(app: App, mut stopped: watch::Receiver<bool>) {
    let never = Notify::new();
    let mut hold = Hold::new("scheduler");
    let mut tidied: Option<Timestamp> = None;
    loop {
        let due = tidied.is_none_or(|at| app.now().duration_since(at).abs() >= TIDY);
        let done = match hold.ours(&app).await {
            Ok(true) if due => match tidy(&app).await {
                Ok(()) => app.read_numbers_again().await,
                failed => failed,
            },
            other => other.map(drop),
        };
        match done {
            Ok(()) if due => tidied = Some(app.now()),
            Ok(()) => {}
            Err(error) => rest("scheduler", &error).await,
        }
        if !pause(&never, Duration::from_secs(1), &mut stopped).await {
            return;
        }
    }
}

/// Forgets what is out of date: ended sessions, week-old idempotency keys, day-old settled sends, month-old
/// statuses that no message was found for.
async fn tidy(app: &App) -> Result<()> {
    let now = app.now();
    let before = |hours| now.saturating_sub(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MIN);
    let (keys, sends, early, before_day) = (before(24 * 7), before(24), before(24 * 30), before(24));
    let written = app.write(Lane::Any, move |w| {
        accounts::prune_sessions(w, now)?;
        idempotency::prune(w, keys)?;
        outbound::prune(w, sends)?;
        statuses::prune(w, early)?;
        outreach::prune(w, before_day)?;
        Ok(())
    });
    written.await
}
